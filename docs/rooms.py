"""Draw the rooms of the package: what each is for, and which rooms it imports (`make docs-rooms`).

The picture is docs/figures/rooms.svg. The order of floors is that of the layers in pyproject.toml, the purposes are the
first sentences of the rooms' docstrings, and the dots are the imports in the source text. tests/test_architecture.py
says when the picture is stale.
"""

from __future__ import annotations

import ast
import re
import textwrap
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "figures" / "rooms.svg"
LEFT, TOP, WIDTH, HEIGHT, GAP, COLUMN = 24, 96, 640, 58, 8, 46
INK, DOT, PAPER, EDGE = "#1a1a1a", "#0072b2", "#f4f6f8", "#8a99a8"


def floors() -> list[list[str]]:
    """Rooms from the top floor down; rooms of one floor do not import each other."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    return [[room.strip(" ()") for room in re.split(r"[:|]", layer)] for layer in layers]


def purpose(room: str) -> str:
    """The first sentence of a room's docstring."""
    path = ROOT / "sim" / room / "__init__.py"
    text = ast.get_docstring(ast.parse((path if path.exists() else path.parent.with_suffix(".py")).read_text())) or ""
    return " ".join(text.split("\n\n")[0].split())


def imported(room: str) -> set[str]:
    """The other rooms whose modules the files of `room` import, anywhere in them."""
    folder = ROOT / "sim" / room
    found: set[str] = set()
    for path in sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            found |= {module.split(".")[1] for module in modules if module.startswith("sim.")}
    return found - {room}


def arrows() -> dict[str, set[str]]:
    """Room -> the rooms that it imports."""
    rooms = [room for floor in floors() for room in floor]
    return {room: imported(room) & set(rooms) for room in rooms}


def text(
    x: float, y: float, words: str, size: int, weight: str = "normal", anchor: str = "start", turn: str = ""
) -> str:
    """One line of text."""
    turned = f' transform="rotate({turn} {x:g} {y:g})"' if turn else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}"{turned}>'
        f"{escape(words)}</text>"
    )


def draw() -> str:
    """The picture as SVG text: a box for each room, and a column of dots for what rooms above import of it."""
    rooms, known = [room for floor in floors() for room in floor], arrows()
    width = LEFT + WIDTH + COLUMN * (len(rooms) + 1)
    height = TOP + (HEIGHT + GAP) * len(rooms) + 24
    described = f"{len(rooms)} rooms. " + " ".join(
        f"{room} imports {', '.join(sorted(below)) or 'no other room'}." for room, below in known.items()
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="DejaVu Sans, Helvetica, Arial, sans-serif" fill="{INK}">',
        f"<title>The rooms of clustersim and what they import</title><desc>{escape(described)}</desc>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        text(LEFT, 34, "Rooms of sim/, the top floor first", 20, "bold"),
        text(LEFT, 58, "A dot: files of the room in this row import from the room in this column.", 14),
        text(LEFT, 78, "All dots lie right of the diagonal: a room imports only from rooms below its own.", 14),
    ]
    for row, room in enumerate(rooms):
        y = TOP + row * (HEIGHT + GAP)
        x = LEFT + WIDTH + COLUMN * (row + 1)
        parts.append(
            f'<rect x="{LEFT}" y="{y}" width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}" stroke="{EDGE}" rx="4"/>'
        )
        parts.append(
            text(LEFT + 12, y + 34, f"{room}/" if (ROOT / "sim" / room).is_dir() else f"{room}.py", 17, "bold")
        )
        for number, line in enumerate(textwrap.wrap(purpose(room), 58)[:2]):
            parts.append(text(LEFT + 156, y + 24 + 20 * number, line, 14))
        parts.append(f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{height - 24}" stroke="#e3e7eb"/>')
        parts.append(text(x + 5, TOP - 8, room, 13, turn="-45"))
        parts.append(
            f'<rect x="{x - 5}" y="{y + HEIGHT / 2 - 5:g}" width="10" height="10" fill="none" stroke="{EDGE}"/>'
        )
    for row, room in enumerate(rooms):
        for column, other in enumerate(rooms):
            if other in known[room]:
                y = TOP + row * (HEIGHT + GAP) + HEIGHT / 2
                parts.append(f'<circle cx="{LEFT + WIDTH + COLUMN * (column + 1)}" cy="{y:g}" r="7" fill="{DOT}"/>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(draw(), encoding="utf-8")
