"""`clustersim classroom` itself is killed at random moments and told to `--resume`: everybody goes on, and states come
out the same.

One kill in the short pass; twenty with `make kills` or `make long`.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")

from sim.game.session import create, resume
from sim.game.views import student_view
from tests.game.served import Client, choice, small
from tests.game.small import hashes

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="SIGKILL")]
ROOT = Path(__file__).resolve().parents[2]
STUDENTS = 3
OPTIONS = ("--preset", "A", "--rounds", "4", "--nations", "1", "--no-practice", "--seconds", "0")
SOON, LATE = 0.6, 5.0
"""Seconds after the first answer within which a kill comes: in the midst of what was waiting for it, or at any time."""
STARTING = 1.5
"""Seconds after the start within which a kill comes that does not wait for an answer."""


class Victim:
    """The command, which is killed so many times at random moments, and started again each time."""

    def __init__(self, folder: Path, source: str, kills: int, luck: random.Random) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.kills, self.killed, self.luck = kills, 0, luck
        self.folder, self.source = folder, source
        self.moments: list[float] = []
        self.said = ""
        self.done = 0.0
        """Part of the class that is over: kills are not ahead of it, or all would come while it begins."""
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Victim:
        self._thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._end.set()
        self._thread.join(60)
        if kind is not None:
            print(f"killed after {self.moments} s; it said:\n{self.said}")

    def command(self) -> list[str]:
        """What the teacher types: the first time, and after a kill once there is something to go on with."""
        began = read_secret(self.folder) is not None
        how = ["--resume", str(self.folder)] if began else [self.source, *OPTIONS, "--out", str(self.folder)]
        return [sys.executable, "-m", "sim.cli", "classroom", *how, "--no-browser", "--port", str(self.port)]

    def wait_for_share(self, done: float) -> None:
        """So much of the class is done: wait until as large a part of the kills has happened."""
        self.done = done
        insist(lambda: True if self.killed >= int(self.kills * done) else None)

    def _run(self) -> None:
        while not self._end.is_set():
            if read_secret(self.folder) is None:
                remove(self.folder)  # killed before the first event was whole: begun anew
            begun = time.monotonic()
            program = subprocess.Popen(self.command(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            reader = threading.Thread(target=self._listen, args=(program,))
            reader.start()
            if self.killed < self.kills:
                # The kill may come while it starts or, more often, while it serves.
                span = STARTING
                if self.luck.random() < 0.75:
                    self._answers(program)
                    span = self.luck.choice((SOON, LATE))
                while self.killed > self.kills * self.done and not self._end.is_set():
                    self._end.wait(0.02)
                self._end.wait(self.luck.uniform(0.0, span))
            else:
                self._end.wait()
            self.moments.append(time.monotonic() - begun)
            program.kill()
            program.wait()
            reader.join(10)
            self.killed += 1

    def _listen(self, program: subprocess.Popen[bytes]) -> None:
        assert program.stdout is not None
        with program.stdout as told:
            for line in told:
                self.said += line.decode()

    def _answers(self, program: subprocess.Popen[bytes]) -> None:
        while not self._end.is_set() and program.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1.0):
                    return
            except OSError:
                time.sleep(0.02)


def remove(folder: Path) -> None:
    """A folder in which nothing was begun."""
    for path in folder.iterdir() if folder.is_dir() else ():
        path.unlink()


def read_secret(folder: Path) -> str | None:
    """The teacher's, from the journal."""
    path = folder / "events.jsonl"
    content = path.read_bytes() if path.is_file() else b""
    return str(json.loads(content.splitlines()[0])["secret"]) if b"\n" in content else None


def insist(act: Callable[[], Any], seconds: float = 1800.0) -> Any:
    """What `act` gives as soon as somebody answers and it is not None."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            told = act()
        except OSError:
            told = None
        if told is not None:
            return told
        time.sleep(0.05)
    raise AssertionError("nobody answered")


def sent(client: Client, path: str, body: dict[str, Any]) -> Any:
    """Send something until it is answered, each time with the same mark, as pages do."""
    marked = {"request": secrets.token_hex(16), **body}

    def once() -> Any:
        status, told = client.ask(path, marked)
        return told if status == 200 else None

    return insist(once)


def went_through(folder: Path, source: str, kills: int, rounds: int) -> tuple[Any, Victim]:
    """State hashes of a class whose server is killed all the time, and what became of it."""
    with Victim(folder, source, kills, random.Random(kills)) as victim:
        teacher = Client(victim.port)
        secret = insist(lambda: read_secret(folder))
        sent(teacher, "/teacher/enter", {"secret": secret})

        def state() -> Any:
            status, told = teacher.ask("/teacher/state")
            return told["view"] if status == 200 else None

        students = [Client(victim.port) for _ in range(STUDENTS)]
        acts = STUDENTS + rounds * (STUDENTS + 1)
        shares = iter([act / acts for act in range(1, acts + 1)])
        for student in students:
            joined = insist(lambda student=student: join(student, insist(state)["room"]))
            student.member = joined["member"]
            victim.wait_for_share(next(shares))
        do(teacher, state, "begin", lambda: insist(state)["phase"] == "open")
        for round in range(1, rounds + 1):
            for turn, student in enumerate(students):
                view = insist(partial(looked, student, round))
                for step in (1, 2):
                    body = {"round": round, "chips": choice(view, turn + round + step), "version": 10 * round + step}
                    sent(student, "/save", body)
                victim.wait_for_share(next(shares))
            do(teacher, state, "lock", lambda: insist(state)["phase"] == "result")
            victim.wait_for_share(next(shares))
            if round < rounds:
                do(teacher, state, "open", lambda: insist(state)["phase"] == "open")
    with_it = resume(folder)
    with_it.warm()
    told = hashes(with_it)
    assert len(with_it.state.members) == STUDENTS
    with_it.close()
    return told, victim


def join(student: Client, room: str) -> Any:
    """One try to join; the mark stays the same."""
    student.code = student.code or secrets.token_hex(16)
    status, told = student.ask("/join", {"request": student.code, "room": room, "name": "", "language": "en"})
    return told if status == 200 else None


def looked(student: Client, round: int) -> Any:
    """The view of a student as soon as a round is open and its advice is there."""
    status, told = student.ask("/me?tab=t&take=1")
    view = told["view"] if status == 200 else None
    ready = view and view["phase"] == "open" and view["round"] == round and view["industries"][0]["stars"] is not None
    return view if ready else None


def do(teacher: Client, state: Callable[[], Any], call: str, done: Callable[[], bool]) -> None:
    """Let the teacher do something until it is done."""
    mark = secrets.token_hex(16)
    insist(lambda: True if teacher.ask("/teacher/do", {"call": call, "request": mark})[0] == 200 else None)
    insist(lambda: True if done() else None)


def undisturbed(folder: Path, source: str, rounds: int) -> Any:
    """State hashes of the same class without a server."""
    session = create(folder, source, "A", 4, nations=1, practice=False, seconds=0)
    session.warm()
    tokens = [session.join(session.room_code()).token for _ in range(STUDENTS)]
    session.begin(session.secret)
    for round in range(1, rounds + 1):
        for turn, token in enumerate(tokens):
            session.save(token, round, choice(student_view(session, token), turn + round + 2), 1)
        session.lock(session.secret)
        session.compute()
        if round < rounds:
            session.open(session.secret)
    told = hashes(session)
    session.close()
    return told


@pytest.mark.parametrize(("kills", "rounds"), [(1, 1), pytest.param(20, 4, marks=pytest.mark.long)])
def test_a_killed_class_goes_on_to_the_same_states(tmp_path: Path, kills: int, rounds: int) -> None:
    source = small(tmp_path)
    expected = undisturbed(tmp_path / "undisturbed", source, rounds)
    found, victim = went_through(tmp_path / "killed", source, kills, rounds)
    assert victim.killed >= kills, victim.moments
    assert found == expected and len(expected) == rounds, victim.moments
    assert "Traceback" not in victim.said, victim.said
    assert f"--resume {tmp_path / 'killed'}" in victim.said
