"""A class with hostile students leaves nothing outside its folder, starts no program and asks no other machine.

Python itself tells of all that a process opens, moves, starts and connects to (audit events).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate",
           "shutil.move", "shutil.rmtree", "shutil.copyfile")  # fmt: skip
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile")
HOSTILE = ("../../outside", "/tmp/outside.txt", "$(touch outside)", "<script>fetch('/')</script>", "=cmd|'/c calc'!A1",
           "a\u202eb", "'; DROP TABLE", "{0.__class__}")  # fmt: skip


class Watch:
    """What a process did outside `folder` and its own temporary files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.on = False
        self.counted = 0
        self.wrong: list[str] = []

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        """Hear of an event."""
        if not self.on:
            return
        if event == "open" and isinstance(given[0], str | bytes | os.PathLike) and (given[2] or 0) & WRITES:
            self._path(event, given[0])
        elif event in CHANGES:
            for path in given[:2]:
                if isinstance(path, str | bytes | os.PathLike):
                    self._path(event, path)
        elif event in STARTS or (event == "socket.connect" and given[1][0] != "127.0.0.1"):
            self.wrong.append(f"{event} {given[1:2]}")

    def _path(self, event: str, path: Any) -> None:
        self.counted += 1
        told = Path(os.fsdecode(path)).resolve()
        if not told.is_relative_to(self.folder) and "__pycache__" not in told.parts:
            self.wrong.append(f"{event} {told}")


def play(root: Path) -> Watch:
    """A class whose students have hostile names, answers and requests, from joining to the files."""
    from sim.game import lives
    from tests.game.served import Client, choice, small, small_class, teacher_of, until

    lives.LUCK = 1
    small(root)
    watch = Watch(root / "class")
    sys.addaudithook(watch)
    with small_class(root, preset="C", nations=1) as served:
        teacher = teacher_of(served)
        watch.on = True  # what compiles is not the students'
        students = [Client(served.port, f"127.0.0.{2 + turn}") for turn in range(len(HOSTILE))]
        for student, words in zip(students, HOSTILE, strict=True):
            student.join(served.session.room_code(), words[:24])
            student.done("/predict", {"kind": "before", "answers": {"why": words}})
            for path in (f"/{words}", f"/teacher/export/{words}", "/../events.jsonl", "/%2e%2e/events.jsonl"):
                assert student.ask(path.replace(" ", "%20").encode("ascii", "ignore").decode())[0] in (403, 404, 422)
            assert student.ask("/announce", {"round": 1, "chips": {words: 3}, "version": 1})[0] == 422
        teacher.done("/teacher/do", {"call": "rename", "member": students[0].member, "name": "../../outside"})
        teacher.call("begin")
        for words in HOSTILE:
            assert teacher.ask("/teacher/do", {"call": words})[0] == 422
        for path in ("..%2f..%2fevents.jsonl", "..", "events.jsonl", "../names.json"):
            assert teacher.ask(f"/teacher/export/{path}")[0] in (404, 422)
        teacher.call("open")
        for turn, student in enumerate(students):
            student.save(1, choice(student.look(), turn))
        teacher.call("lock")
        until(lambda: served.session.state.phase == "result")
        teacher.call("reveal")
        until(lambda: "replay-1.html" in teacher.teacher().get("files", []), 300)
    watch.on = False
    return watch


@pytest.mark.long
def test_nothing_is_written_outside_the_folder_or_started_and_nobody_is_asked(tmp_path: Path) -> None:
    code = "import sys, pathlib; from tests.game.test_confined import main; main(pathlib.Path(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(tmp_path)]
    told = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout.splitlines()[-1])
    assert found["wrong"] == [] and found["counted"] > 50
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class", "small.yaml"]
    assert not Path(tempfile.gettempdir(), "outside.txt").exists()


def test_the_watch_sees_what_is_done_elsewhere(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "class")
    watch.on = True
    watch("open", (str(tmp_path / "class" / "x"), "w", os.O_WRONLY))
    assert watch.wrong == []
    watch("open", (str(tmp_path / "class" / ".." / "x"), "w", os.O_WRONLY))
    watch("os.rename", (str(tmp_path / "class" / "x"), "/elsewhere", -1, -1))
    watch("subprocess.Popen", ("sh", ["sh"], None, None))
    watch("socket.connect", (None, ("93.184.216.34", 80)))
    assert len(watch.wrong) == 4


def main(root: Path) -> None:
    """Play and tell as JSON what was seen."""
    watch = play(root)
    print(json.dumps({"wrong": watch.wrong, "counted": watch.counted}))
