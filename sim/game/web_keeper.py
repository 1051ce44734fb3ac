"""The keeper: a thread that locks rounds when their time is over, computes them, and prepares the debrief."""

from __future__ import annotations

import threading
import traceback
from typing import Any

from sim.game.session import Refused, Session

BEAT = 0.5
"""Seconds between two looks at the clock."""


class Keeper:
    """Does what takes long, one thing at a time, so that answers to browsers never wait for it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.warm = False
        """Whether rules are compiled and the years before the first round are there."""
        self.doing = ""
        """What is being done: warm, compute, debrief, export, or nothing."""
        self.failed = ""
        """Why the last thing was not done: words for the teacher's page."""
        self._wanted = False
        self._told = threading.Event()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin: warm up, then keep time."""
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """End after what is being done."""
        self._end.set()
        self._told.set()
        self._thread.join(seconds)

    def look(self) -> None:
        """Look at once whether there is something to do: the teacher has said something."""
        self.failed = ""
        self._told.set()

    def export(self) -> None:
        """Write the exports, as soon as nothing else is being done."""
        self._wanted = True
        self.look()

    def told(self) -> dict[str, Any]:
        """What the teacher's page shows of it."""
        return {"warm": self.warm, "doing": self.doing, "failed": self.failed}

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                self._once()
            except Exception as error:  # a thread that dies would leave the class waiting without a word
                traceback.print_exc()
                self.failed = f"{type(error).__name__}: {error}"
            self.doing = ""
            self._told.wait(BEAT)
            self._told.clear()

    def _once(self) -> None:
        session = self.session
        if self.failed:
            return  # until the teacher says something
        if not self.warm:
            self.doing = "warm"
            session.warm()
            self.warm = True
        session.tick()
        if session.state.phase == "computing":
            self.doing = "compute"
            session.compute()
        elif session.state.phase == "debrief" and not (session.debrief() or {}).get("ready"):
            self.doing = "debrief"
            self._debrief()
        elif self._wanted:
            self.doing = "export"
            self._wanted = False
            session.export(session.secret)

    def _debrief(self) -> None:
        try:
            self.session.prepare_debrief()
        except Refused:
            if self.session.state.phase == "debrief":
                raise
            return  # a round was taken back meanwhile
        self._wanted = True
