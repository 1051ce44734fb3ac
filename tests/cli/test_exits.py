"""One exit code for each outcome, whatever the command: 0, 2, 3, 4, 130."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sim import front
from sim.cli import EXPERIMENTS, main
from sim.cli.exits import EXITS
from sim.kernel import compiling
from sim.store.executors.local import Failure
from sim.store.results import AllFailed, ResultsError

ROOT = Path(__file__).parents[2]
COMMANDS = {
    "run": ("run_to_folder", ["run", "base"]),
    "compare": ("compare", ["compare", "base", "--arm", "duplicated"]),
    "knockout": ("knockout", ["knockout", "base", "--mechanism", "spillovers"]),
    "regimes": ("regimes", ["regimes", "--regime", "R2"]),
    "facts": ("facts", ["facts"]),
    "findings": ("finding", ["findings", "klepper_spin_offs"]),
    "calibrate": ("calibrate", ["calibrate"]),
}
"""Command -> the function of sim.front behind it, and words that call it."""
FAILED = Failure(3, "a", "ArithmeticError: no balance", "")


def call(name: str, monkeypatch: pytest.MonkeyPatch, behaviour: Callable[..., Any]) -> Result:
    """Run a command of which the experiment behaves so."""
    function, words = COMMANDS[name]
    monkeypatch.setattr(front, function, behaviour)
    monkeypatch.setattr(compiling, "is_compiled_before", lambda: True)
    return CliRunner().invoke(main, words, catch_exceptions=False)


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*_values: Any, **_options: Any) -> None:
        raise error

    return fail


def test_every_experiment_is_tried_here() -> None:
    assert set(COMMANDS) == {command.name for command in EXPERIMENTS}


@pytest.mark.parametrize("name", COMMANDS)
def test_complete_is_0(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = call(name, monkeypatch, lambda *_, **__: SimpleNamespace(failures=()))
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("name", COMMANDS)
def test_bad_input_is_2(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = call(name, monkeypatch, raising(ResultsError("the folder holds another experiment")))
    assert (result.exit_code, result.stderr) == (2, "the folder holds another experiment\n")


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "run"])
def test_some_replications_failed_is_3(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run is one replication: it cannot fail in part."""
    result = call(name, monkeypatch, lambda *_, **__: SimpleNamespace(failures=(FAILED,)))
    assert result.exit_code == 3


@pytest.mark.parametrize("name", COMMANDS)
def test_all_failed_is_4(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = call(name, monkeypatch, raising(AllFailed("every replication failed; the first")))
    assert (result.exit_code, result.stderr) == (4, "every replication failed; the first\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_interrupted_is_130_and_says_how_to_go_on(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = call(name, monkeypatch, raising(KeyboardInterrupt()))
    assert result.exit_code == 130
    assert result.stderr == "Interrupted. What is finished is kept: the same command goes on from there.\n"


def test_errors_of_the_program_itself_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):
        call("run", monkeypatch, raising(ZeroDivisionError()))


@pytest.mark.parametrize("words", [[], *([name] for name in COMMANDS)])
def test_the_codes_stand_in_every_help(words: list[str]) -> None:
    told = " ".join(CliRunner().invoke(main, [*words, "--help"]).output.split())
    assert EXITS in told


TINY = ("--set", "population.firms=60", "--set", "population.institutes=4", "--quiet")


def test_a_run_that_fails_ends_with_4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole path, from a rule that fails to the exit code of the program."""
    from sim.model import schedule

    monkeypatch.setattr(compiling, "is_compiled_before", lambda: True)
    monkeypatch.setattr(schedule, "step", raising(ArithmeticError("books do not balance")))
    words = ["run", "base", *TINY, "--years", "1+1", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 4
    assert "books do not balance" in result.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of a process group")
def test_ctrl_c_in_a_terminal_is_one_line(tmp_path: Path) -> None:
    """The signal goes to the whole group, workers included; what was finished is kept."""
    out = tmp_path / "out"
    words = ["compare", "base", "--arm", "duplicated", "--replications", "40", "--workers", "2", "--years", "1+40"]
    program = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", *words, *TINY, "--out", str(out)], cwd=ROOT, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    waited = time.monotonic()
    while not list((out / "parts").glob("seed-*")) and program.poll() is None and time.monotonic() - waited < 300:
        time.sleep(0.05)
    os.killpg(program.pid, signal.SIGINT)
    _, told = program.communicate(timeout=60)
    assert program.returncode == 130, told
    lines = [line for line in told.splitlines() if not line.startswith("Compiling")]
    assert lines == ["Interrupted. What is finished is kept: the same command goes on from there."]
    assert not (out / ".lock").exists()
    assert list((out / "parts").glob("seed-*"))
