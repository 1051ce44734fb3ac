"""The standalone page: the player and the histories of one or two runs in one file, without server and network."""

from __future__ import annotations

import base64
import gzip
import json
import struct
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sim.reporting.player import module, style
from sim.reporting.wording.catalogues import LANGUAGES, TAGS, catalogues
from sim.runs.history import History

MOST_RUNS = 2


def replay_page(histories: Sequence[History], language: str = "en") -> str:
    """The page as HTML text. Raises ValueError for no run, more than two, or runs on different maps."""
    if not 1 <= len(histories) <= MOST_RUNS:
        raise ValueError(f"a replay shows one run or two side by side, and not {len(histories)}")
    _check_sides(histories)
    runs, frames = _packed(histories)
    told = catalogues()
    surroundings = Environment(loader=PackageLoader("sim.reporting.player", "."), autoescape=True,
                               undefined=StrictUndefined)  # fmt: skip
    first = histories[0]
    return surroundings.get_template("replay.html.j2").render(
        language=language,
        tag=TAGS[language],
        title=str(first.header.get("title") or told[language]["texts"]["untitled"]),
        noscript=LANGUAGES[language].NO_SCRIPT,
        style=Markup(style()),
        script=Markup(module()),
        runs=_json(runs),
        catalogues=_json(told),
        frames=Markup(frames),
    )


def _check_sides(histories: Sequence[History]) -> None:
    """Raise ValueError where two runs cannot stand side by side."""
    grounds = [history.ground for history in histories]
    if any(one["regions"] != grounds[0]["regions"] or one["industries"] != grounds[0]["industries"] for one in grounds):
        raise ValueError("the two runs have other regions or industries: they cannot stand side by side")


def _packed(histories: Sequence[History]) -> tuple[list[dict[str, Any]], str]:
    """Headers with numbers of frames, and all frames once, packed; what runs share stands once."""
    numbers: dict[bytes, int] = {}
    runs = []
    for history in histories:
        own = [numbers.setdefault(frame, len(numbers)) for frame in history.frames]
        runs.append({"header": history.header, "frames": own})
    content = b"".join(struct.pack("<I", len(frame)) + frame for frame in numbers)
    return runs, base64.b64encode(gzip.compress(content, 9, mtime=0)).decode("ascii")


def _json(value: Any) -> Markup:
    """JSON that may stand inside a script element: no text in it can end the element."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))
