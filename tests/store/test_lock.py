"""One program writes into a folder at a time, and a dead one holds nothing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sim.store import lock
from sim.store.lock import LOCK, locked
from sim.store.results import ResultsError

HOLDING = """
import sys, time
from pathlib import Path
from sim.store.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Another program that holds the folder until its input ends."""
    program = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert program.stdout is not None and program.stdout.readline() == "held\n"
    yield program
    program.kill()
    program.communicate()


def test_a_second_program_is_refused_with_the_name_of_the_first(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(ResultsError, match=rf"in use: process {holder.pid} on {socket.gethostname()} writes"):
        locked(tmp_path).__enter__()
    holder.communicate("")
    with locked(tmp_path):
        assert json.loads((tmp_path / LOCK).read_text()) == {"pid": os.getpid(), "host": socket.gethostname()}
    assert not list(tmp_path.iterdir())


def test_the_lock_of_a_killed_program_is_taken_over(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert (tmp_path / LOCK).exists()
    with locked(tmp_path):
        pass


def test_a_lock_is_given_back_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ArithmeticError), locked(tmp_path):
        raise ArithmeticError
    with locked(tmp_path), pytest.raises(ResultsError, match="in use"), locked(tmp_path):
        pass


def test_without_locks_of_the_system_the_number_of_the_process_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "lock", lambda _file: None)
    for pid, host, free in (
        (os.getpid(), socket.gethostname(), False), (os.getpid(), "another machine", False),
        (2**22 + 1, socket.gethostname(), True), ("x", socket.gethostname(), True),
    ):  # fmt: skip
        (tmp_path / LOCK).write_text(json.dumps({"pid": pid, "host": host}))
        if free:
            with locked(tmp_path):
                assert json.loads((tmp_path / LOCK).read_text())["pid"] == os.getpid()
            assert not (tmp_path / LOCK).exists()
        else:
            with pytest.raises(ResultsError, match=f"process {pid} on {host}"), locked(tmp_path):
                pass
