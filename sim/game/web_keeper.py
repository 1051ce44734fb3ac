"""The keeper: a thread that keeps time and computes rounds, and one that makes what the debrief needs when it can.

The second gives way: while a round is computed it stands still, so that neither the clock nor a result waits for it.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from typing import Any

from sim.game.session import Refused, Session

BEAT = 0.5
"""Seconds between two looks at the clock."""
NOD = 0.02
"""Seconds between two looks whether a round is still computed."""


class Keeper:
    """Does what takes long, so that answers to browsers never wait for it."""

    def __init__(self, session: Session, ahead: bool = True) -> None:
        """`ahead`: whether what the debrief needs is lived while the class plays."""
        self.session = session
        self.warm = False
        """Whether rules are compiled and the years before the first round are there."""
        self.failed = ""
        """Why the last thing was not done: words for the teacher's page."""
        self._ahead = ahead
        self._doing = {"clock": "", "later": ""}
        self._wanted = False
        self._end = threading.Event()
        self._told = [threading.Event(), threading.Event()]
        self._threads = [
            threading.Thread(target=self._run, args=(work, name, told), name=f"keeper-{name}", daemon=True)
            for work, name, told in zip((self._keep_time, self._work_ahead), self._doing, self._told, strict=True)
        ]

    def start(self) -> None:
        """Begin: warm up, then keep time."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """End after what is being done."""
        self._end.set()
        self._wake()
        for thread in self._threads:
            thread.join(seconds)

    def look(self) -> None:
        """Look at once whether there is something to do: the teacher has said something."""
        self.failed = ""
        self._wake()

    def export(self) -> None:
        """Write the exports, as soon as nothing else is being done."""
        self._wanted = True
        self.look()

    @property
    def doing(self) -> str:
        """What is being done: warm, compute, debrief, export, or nothing."""
        return self._doing["clock"] or self._doing["later"]

    def told(self) -> dict[str, Any]:
        """What the teacher's page shows of it."""
        return {"warm": self.warm, "doing": self.doing, "failed": self.failed}

    def _wake(self) -> None:
        for told in self._told:
            told.set()

    def _run(self, work: Callable[[], bool], name: str, told: threading.Event) -> None:
        while not self._end.is_set():
            more = False
            try:
                more = not self.failed and work()  # after a failure nothing until the teacher says something
            except Exception as error:  # a thread that dies would leave the class waiting without a word
                if not self._end.is_set():
                    traceback.print_exc()
                    self.failed = f"{type(error).__name__}: {error}"
            self._doing[name] = ""
            if not more:
                told.wait(BEAT)
            told.clear()

    def _keep_time(self) -> bool:
        session = self.session
        if not self.warm:
            self._doing["clock"] = "warm"
            session.warm()
            self.warm = True
        if session.tick():
            self._doing["clock"] = "compute"
            session.compute()
            self._wake()
        return False

    def _work_ahead(self) -> bool:
        """The debrief if it is due, else exports that are wanted, else a part of what a debrief will need."""
        session = self.session
        if not self.warm:
            return False
        if session.state.phase == "debrief" and not (session.debrief() or {}).get("ready"):
            self._doing["later"] = "debrief"
            return self._debrief()
        if self._wanted:
            self._doing["later"] = "export"
            self._wanted = False
            session.export(session.secret)
            return True
        return self._ahead and session.state.phase not in ("debrief", "closed") and session.live_ahead(self._give_way)

    def _debrief(self) -> bool:
        try:
            self.session.prepare_debrief(between=self._give_way)
        except Refused:
            if self.session.state.phase == "debrief":
                raise
            return False  # a round was taken back meanwhile
        self._wanted = True
        return True

    def _give_way(self) -> None:
        """Return when no round is being computed."""
        while self.session.state.phase == "computing" and not self._end.is_set():
            self._end.wait(NOD)
