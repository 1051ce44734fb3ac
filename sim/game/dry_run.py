"""A session that bots play among themselves: to try a preset at home, and to see what a debrief looks like."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.game.session import Session, create


def play(folder: Path, progress: Callable[[int, int], None] | None = None, **options: Any) -> Session:
    """Play all rounds and reveal; `options` as for sim.game.session.create. The session stays open.

    `progress` hears of rounds done and rounds in all.
    """
    session = create(folder, **{"practice": False, "seconds": 0, "nations": 1, **options}, clock=time.time)
    try:
        session.warm()
        session.begin(session.secret)
        play_on(session, progress)
    except BaseException:
        session.close()
        raise
    return session


def play_on(session: Session, progress: Callable[[int, int], None] | None = None) -> None:
    """Let bots play the rounds that are left, and reveal."""
    secret = session.secret
    while True:
        if session.state.phase in ("announce", "propose"):
            session.open(secret)
        if session.state.phase == "open":
            session.lock(secret)
        session.compute()
        if progress is not None:
            progress(session.state.round, session.state.rounds)
        if session.state.round >= session.state.rounds:
            break
        session.open(secret)
    session.reveal(secret)
