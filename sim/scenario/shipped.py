"""Where scenarios, data and experiments that come with the program lie: in the wheel, or beside `sim` in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def shipped(kind: str, package: Path = PACKAGE) -> Path:
    """The folder "scenarios" or "experiments" that came with this program.

    An installed wheel holds it as sim/shipped/<kind>; a checkout, also one that is installed as editable, has it beside
    the package. The wheel's own comes first: what lies beside an installed package belongs to somebody else.
    """
    inside = package / "shipped" / kind
    return inside if inside.is_dir() else package.parent / kind
