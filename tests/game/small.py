"""A small session with its past, made once; tests play on copies of its folder."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from sim.game.session import Joined, Session, create, resume

OVERRIDES = (
    "regions.grid={rows: 2, columns: 2}", "regions.cells=2", "population.firms=80", "population.institutes=4",
    "years.burn_in=3",
)  # fmt: skip
REGIONS = ("R1A", "R1B", "R2A", "R2B")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@cache
def _template(preset: tuple[str, ...], nations: int, rounds: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="clustersim-game-")) / "session"
    made = create(folder, preset=preset, rounds=rounds, overrides=OVERRIDES, nations=nations, clock=Clock())
    made.warm()
    made.close()
    return folder


def begun(folder: Path, *preset: str, nations: int = 1, rounds: int = 4, warm: bool = True) -> Session:
    """A session in its lobby, with its past, in `folder`."""
    shutil.copytree(_template(preset or ("A",), nations, rounds), folder)
    session = resume(folder, clock=Clock())
    if warm:
        session.warm()
    return session


def joined(session: Session, count: int, **options: Any) -> list[Joined]:
    """People who join one after the other."""
    return [session.join(session.room_code(), **options) for _ in range(count)]


def start(session: Session, practice: bool = False) -> None:
    """Begin; the practice round is passed over unless it is wanted."""
    session.begin(session.secret)
    if not practice:
        session.lock(session.secret)
        session.compute()
        session.open(session.secret)


def played(session: Session) -> None:
    """Lock and compute the present round."""
    while session.state.phase in ("announce", "propose"):
        session.open(session.secret)
    session.lock(session.secret)
    session.compute()


def hashes(session: Session) -> dict[int, dict[str, dict[str, str]]]:
    """State hash by round, nation and arm."""
    return {
        round: {nation: {arm: one["hash"] for arm, one in arms.items()} for nation, arms in told["nations"].items()}
        for round, told in session.state.results.items()
    }
