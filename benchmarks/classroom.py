"""How long a class of 40 waits: from the lock of a round to the last student who sees the result, and for the debrief.

    python -m benchmarks.classroom [--students 40] [--rounds 4] [--think 40] [--scenario policy_text] [--store]

Students are HTTP clients on the same machine that look every two seconds, and more often while a round is computed, as
the page does; so their own looking is part of the time. A round is locked --think seconds after all have saved; what
the debrief needs is lived meanwhile. With --store the figures are kept in benchmarks/classroom.json.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path

from sim.game.session import create
from tests.game.served import Client, Served, choice, serving, teacher_of, until

LOOK, SOON = 2.0, 0.5
"""Seconds between two looks; while a round is computed."""
RESULTS = 10.0
"""Seconds in which a class looks at its last result."""
STORE = Path(__file__).with_suffix(".json")


class Phone:
    """A student who looks every two seconds and notes when a result was there."""

    def __init__(self, client: Client, turn: int) -> None:
        self.client = client
        self.turn = turn
        self.seen: dict[int, float] = {}
        self.mark = ""
        self.end = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        """Look until the end; decide once a round."""
        decided, phase = 0, ""
        self.end.wait(LOOK * self.turn / 40)
        while not self.end.is_set():
            status, told = self.client.ask(f"/me?tab=t&take=1&have={self.mark}")
            if status == 200 and "view" in told:
                self.mark, view = told["mark"], told["view"]
                phase = view["phase"]
                if view["phase"] == "open" and view["round"] > decided:
                    decided = view["round"]
                    self.client.save(decided, choice(view, self.turn + decided))
                if view["phase"] == "result":
                    self.seen.setdefault(view["round"], time.monotonic())
            self.end.wait(SOON if phase == "computing" else LOOK)


def measured(served: Served, students: int, rounds: int, think: float) -> dict[str, list[float]]:
    """Seconds by round until the result is computed and the last student has seen it; until the debrief is whole."""
    teacher = teacher_of(served)
    phones = [Phone(Client(served.port, f"127.0.0.{2 + turn}"), turn) for turn in range(students)]
    for phone in phones:
        phone.client.join(served.session.room_code())
        phone.thread.start()
    teacher.call("begin")
    computed, seen = [], []
    for round in range(1, rounds + 1):
        until(lambda: (told := teacher.teacher())["phase"] == "open" and told["saved"] == students)
        time.sleep(think)
        begun = time.monotonic()
        teacher.call("lock")
        until(lambda: served.session.state.phase == "result")
        computed.append(time.monotonic() - begun)
        until(lambda round=round: all(round in phone.seen for phone in phones))
        seen.append(max(phone.seen[round] for phone in phones) - begun)
        if round < rounds:
            teacher.call("open")
    time.sleep(RESULTS)
    begun = time.monotonic()
    teacher.call("reveal")
    until(lambda: (served.session.debrief() or {}).get("ready"), 600)
    whole = [time.monotonic() - begun]
    for phone in phones:
        phone.end.set()
    for phone in phones:
        phone.thread.join(10)
    return {"computed_s": computed, "seen_by_all_s": seen, "debrief_s": whole}


def main() -> None:
    """Measure, print, and keep if asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--students", type=int, default=40)
    asked.add_argument("--rounds", type=int, default=4)
    asked.add_argument("--think", type=float, default=40.0)
    asked.add_argument("--scenario", default="policy_text")
    asked.add_argument("--store", action="store_true")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        session = create(Path(folder) / "class", told.scenario, "E", max(4, told.rounds), practice=False, seconds=0)
        with serving(session, ahead=True) as served:
            found = measured(served, told.students, told.rounds, told.think)
            nations = served.session.state.nations
    median = {name: round(statistics.median(values), 2) for name, values in found.items()}
    largest = {name: round(max(values), 2) for name, values in found.items()}
    result = {
        "scenario": told.scenario, "students": told.students, "nations": nations, "rounds": told.rounds,
        "think_s": told.think, "looks_every_s": [LOOK, SOON], "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1), "median": median, "largest": largest,
    }  # fmt: skip
    print(json.dumps(result, indent=1))
    if told.store:
        STORE.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
