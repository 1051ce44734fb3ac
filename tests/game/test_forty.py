"""Forty phones over five rounds: 38 HTTP clients and two browsers, twenty of the clients away for 1 to 300 s at random.

The server is a process of its own, whose memory is measured after each round. Its clock runs faster.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import secrets
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

pytest.importorskip("starlette")

from sim.game.rebuild import rebuild
from sim.game.session import create, resume
from sim.game.web_start import serve_class
from tests.browser import PHONE, chromium
from tests.game.hidden import all_found
from tests.game.served import Client, choice, small, until

pytestmark = [pytest.mark.slow, pytest.mark.long]
CLIENTS, BROWSERS, AWAY, ROUNDS = 38, 2, 20, 5
TIMES = 40.0
"""By which the server's clock is faster: 300 s pass in 7.5 s."""
ROUND = 400.0
"""Seconds of that clock in which decisions are sent."""
SAVES = 3
GROWTH = 1.05
"""Of memory, from the second round on: in the first two everything is met for the first time."""


class Scaled:
    """A clock that runs faster."""

    def __init__(self) -> None:
        self.begun = time.time()

    def __call__(self) -> float:
        return self.begun + (time.time() - self.begun) * TIMES


def serve(folder: Path, source: str, port: int) -> None:
    """Serve a class until it is ended."""
    session = create(folder, source, "A", ROUNDS, practice=False, seconds=0, clock=Scaled())
    serve_class(session, port, browser=False, tell=lambda _line: None)


@dataclass
class Phone:
    """A student's phone, which may be away for a while in each round."""

    client: Client
    luck: random.Random
    goes_away: bool
    answered: dict[int, tuple[int, dict[str, int]]] = field(default_factory=dict)
    """Round -> version and chips of the last decision that the server said it has."""
    late: int = 0
    """Decisions that came after the lock."""

    def play(self, round: int) -> None:
        """Decide some times; what is decided while it is away is sent when it is back, sometimes twice."""
        view = until(lambda: (found := self.client.look())["phase"] == "open" and found["round"] == round and found)
        begun = time.monotonic()
        gone = self.luck.uniform(0.0, ROUND) if self.goes_away else 0.0
        back = gone + self.luck.uniform(1.0, 300.0) if self.goes_away else 0.0
        for step, wanted in enumerate(sorted(self.luck.uniform(0.0, ROUND) for _ in range(SAVES))):
            at = back if gone <= wanted < back else wanted
            time.sleep(max(0.0, begun + at / TIMES - time.monotonic()))
            chips, version = choice(view, self.luck.randrange(50)), 10 * round + step
            body = {"round": round, "chips": chips, "version": version, "request": secrets.token_hex(16)}
            self.client.sent.append(chips)
            for _ in range(1 + (self.luck.random() < 0.3)):
                self._send(round, version, chips, body)
            if self.luck.random() < 0.3:
                self.client.close()  # the connection is lost, too
            self.client.look()

    def _send(self, round: int, version: int, chips: dict[str, int], body: dict[str, Any]) -> None:
        status, told = self.client.ask("/save", body)
        while status == 429:
            time.sleep(told["later"])
            status, told = self.client.ask("/save", body)
        if status == 200:
            assert told["version"] == version
            self.answered[round] = (version, chips)
        else:
            assert (status, told["refused"]) == (422, "closed"), told
            self.late += 1


def join(client: Client, teacher: Client) -> None:
    """Take a seat; the code of the room changes every second and a half of this clock."""
    mark = secrets.token_hex(16)

    def once() -> Any:
        room = teacher.teacher()["room"]
        status, told = client.ask("/join", {"request": mark, "room": room, "name": "", "language": "en"})
        return told if status == 200 else None

    told = until(once, 120)
    client.code, client.member = told["code"], told["member"]


def sits(page: Any, teacher: Client) -> None:
    """A browser takes a seat."""

    def once() -> bool:
        page.fill("input[name=room]", teacher.teacher()["room"])
        page.click("form button.main")
        page.wait_for_timeout(300)
        return page.locator(".predict").count() > 0

    until(once, 120)


def decides(page: Any, turn: int) -> None:
    """A browser puts a chip and decides."""
    page.wait_for_selector(".steppers")
    page.locator(".steps button:last-child").nth(turn).click()
    page.click(".bar button.main")
    page.wait_for_selector(".status.saved")


def test_forty_phones_play_five_rounds_in_level_memory_and_lose_nothing(tmp_path: Path) -> None:
    luck = random.Random(40)
    source, folder = small(tmp_path), tmp_path / "class"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, source, port), daemon=True)
    server.start()
    assert server.pid is not None
    memory: list[float] = []
    waits: list[float] = []
    with ExitStack() as open_things:
        open_things.callback(server.kill)
        teacher = Client(port)
        until(lambda: answers(port), 120)
        teacher.enter(str(json.loads((folder / "events.jsonl").read_bytes().splitlines()[0])["secret"]))
        until(lambda: teacher.teacher()["keeper"]["warm"], 300)
        phones = [
            Phone(Client(port, f"127.0.0.{2 + turn}"), random.Random(luck.random()), turn < AWAY)
            for turn in range(CLIENTS)
        ]
        for phone in phones:
            join(phone.client, teacher)
        browser = open_things.enter_context(chromium())
        wrong: list[str] = []
        pages = [page_at(browser, port, wrong) for _ in range(BROWSERS)]
        for page in pages:
            sits(page, teacher)
        teacher.call("begin")
        pool = open_things.enter_context(ThreadPoolExecutor(CLIENTS))
        for round in range(1, ROUNDS + 1):
            playing = [pool.submit(phone.play, round) for phone in phones]
            for page in pages:
                decides(page, round - 1)
            here = playing[AWAY:]
            until(lambda here=here: all(one.done() for one in here), 120)
            begun = time.monotonic()
            teacher.call("lock")  # whoever is still away comes too late
            until(lambda round=round: (seen := teacher.teacher())["phase"] == "result" and seen["round"] == round, 120)
            waits.append(time.monotonic() - begun)
            for one in playing:
                one.result()
            for page in pages:
                page.wait_for_selector(f"h2:has-text('Your region: Round {round}')")
            for phone in phones:
                assert phone.client.look()["history"][-1]["round"] == round
            memory.append(psutil.Process(server.pid).memory_info().rss / 1e6)
            if round < ROUNDS:
                teacher.call("open")
        assert wrong == []
        seen = {phone.client.member: list(phone.client.seen) for phone in phones}
        teacher.call("reveal")
        until(lambda: "replay-2.html" in teacher.teacher().get("files", []), 300)
        memory.append(psutil.Process(server.pid).memory_info().rss / 1e6)
        told = [[f"{one:.1f}" for one in values] for values in (memory, waits)]
        print(f"memory by round and after the debrief, MB: {told[0]}; lock to result, s: {told[1]}")
        server.kill()
        server.join()

    assert memory[ROUNDS - 1] < GROWTH * memory[1], memory
    assert sum(phone.late for phone in phones) > 0  # some came back after the lock
    session = resume(folder)
    session.warm()
    assert session.state.nations == 2 and len(session.state.players) == CLIENTS + BROWSERS
    kept = [(one["member"], one["version"]) for one in journal(folder) if one["kind"] == "draft"]
    assert len(kept) == len(set(kept))
    for round in range(1, ROUNDS + 1):
        own: dict[str, dict[str, float]] = {}
        for decision in session.state.decisions[round]:
            own.update(decision.members)
        assert sum(one.decided for one in session.state.decisions[round]) == 8
        for phone in phones:
            told = phone.answered.get(round)
            expected = None if told is None else {name: float(count) for name, count in told[1].items()}
            assert own.get(phone.client.member) == expected, (phone.client.member, round)
    for phone in phones:
        assert all_found(session, phone.client.member, seen[phone.client.member], phone.client.sent) == []
    debrief = session.debrief()
    assert debrief is not None and json.loads(json.dumps(rebuild(folder / "exports"))) == debrief["nations"]
    session.close()


def page_at(browser: Any, port: int, wrong: list[str]) -> Any:
    """A student's page in a browser of its own; errors of its scripts are added to `wrong`."""
    page = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en").new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"http://127.0.0.1:{port}/")
    return page


def answers(port: int) -> bool:
    """Whether somebody listens."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1.0):
            return True
    except OSError:
        return False


def journal(folder: Path) -> list[dict[str, Any]]:
    """All events."""
    return [json.loads(line) for line in (folder / "events.jsonl").read_bytes().splitlines()]
