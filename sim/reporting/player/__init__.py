"""The player: one JavaScript module that plays histories, in a served page and in a standalone file alike.

The module is written in a few files for reading and joined into one text for the browser, where a page that is opened
from a folder may import nothing.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

FILES = (
    "make.js", "history.js", "link.js", "map.js", "charts.js", "story.js", "svg.js", "pictures.js", "panels.js",
    "shell.js", "player.js", "replay.js",
)  # fmt: skip
"""In order of use: each imports only from those before it."""
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.MULTILINE)


def text_of(name: str) -> str:
    """A file of the player."""
    return (resources.files("sim.reporting.player") / name).read_text(encoding="utf-8")


@cache
def module() -> str:
    """All files as one module that imports nothing. Raises ValueError for an import that is not met before."""
    parts, met = [], set[str]()
    for name in FILES:
        text = text_of(name)
        unmet = set(_IMPORT.findall(text)) - met
        if unmet:
            raise ValueError(f"{name} imports {', '.join(sorted(unmet))}, which does not stand before it")
        parts.append(_IMPORT.sub("", text))
        met.add(name)
    return "\n".join(parts)


@cache
def style() -> str:
    """The style sheet of the player."""
    return text_of("player.css")
