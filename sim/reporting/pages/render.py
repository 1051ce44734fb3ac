"""Pages as HTML: one template for all. Every text is escaped and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from sim.reporting.pages.contents import Page
from sim.store.files import write_atomically


@cache
def _template() -> Template:
    """The template of all pages; the style sheet stands inside it."""
    loader = PackageLoader("sim.reporting.pages")
    surroundings = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=_keep_together,
    )  # fmt: skip
    return surroundings.get_template("page.html.j2")


def _keep_together(value: object) -> object:
    """Texts with a number and its per cent sign on one line; markup as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return re.sub(r"(?<=\d) (?=%)", "\u00a0", value)
    return value


def render(page: Page) -> str:
    """The page as one self-contained HTML text."""
    return _template().render(page=page)


def write_page(path: Path, page: Page) -> Path:
    """Write the page to `path`, whole or not at all; returns the path."""
    text = render(page)
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    return path
