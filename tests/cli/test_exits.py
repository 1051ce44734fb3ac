"""One exit code for each outcome, whatever the command: 0, 2, 3, 4, 130 (5 and 6: tests/studies/test_batch.py)."""

from __future__ import annotations

import os
import shlex
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
from sim.studies import batch, equilibrium

ROOT = Path(__file__).parents[2]
EXPERIMENT = ROOT / "experiments" / "distance_and_imitation.yaml"
COMMANDS = {
    "demo": ("compare", ["demo"]),
    "run": ("run_to_folder", ["run", "base"]),
    "compare": ("compare", ["compare", "base", "--arm", "duplicated"]),
    "sweep": ("experiment", ["sweep", "base", "-p", "imitation=0,1", "--quiet"]),
    "batch": ("batch", ["batch", str(EXPERIMENT), "--quiet"]),
    "sensitivity": ("sensitivity", ["sensitivity", str(EXPERIMENT), "--quiet"]),
    "signs": ("signs", ["signs"]),
    "equilibrium": ("equilibrium", ["equilibrium", "base", "--quiet"]),
    "knockout": ("knockout", ["knockout", "base", "--mechanism", "spillovers"]),
    "regimes": ("regimes", ["regimes", "--regime", "R2"]),
    "facts": ("facts", ["facts"]),
    "findings": ("finding", ["findings", "klepper_spin_offs"]),
    "evidence": ("evidence", ["evidence"]),
    "calibrate": ("calibrate", ["calibrate"]),
}
"""Command -> the function of sim.front behind it, and words that call it."""
FAILED = Failure(3, "a", "ArithmeticError: no balance", "")


def call(name: str, monkeypatch: pytest.MonkeyPatch, behaviour: Callable[..., Any]) -> Result:
    """Run a command of which the experiment behaves so."""
    function, words = COMMANDS[name]
    monkeypatch.setattr(front, function, behaviour)
    monkeypatch.setattr(compiling, "is_compiled_before", lambda: True)
    monkeypatch.setattr(equilibrium, "expected", lambda *_: SimpleNamespace(seconds=0.0))
    monkeypatch.setattr(batch, "forecast", lambda *_: SimpleNamespace(seconds=0.0, fits=True))
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
    command = " ".join(["clustersim", *COMMANDS[name][1]])
    assert result.stderr == f"Interrupted. What is finished is kept; to go on: {command}\n"


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
@pytest.mark.parametrize(
    ("number", "whole_group"), [(signal.SIGINT, True), pytest.param(signal.SIGTERM, False, marks=pytest.mark.long)]
)
def test_ctrl_c_in_a_terminal_and_an_order_to_end_are_one_line(
    tmp_path: Path, number: signal.Signals, whole_group: bool
) -> None:
    """The signal goes to the whole group, workers included, or to the program alone; what was finished is kept.

    `communicate` returns when the last process that holds stderr is gone: workers are.
    """
    out = tmp_path / "out"
    words = ["compare", "base", "--arm", "duplicated", "--replications", "2000", "--workers", "2", "--years", "1+1"]
    small = ["--set", "regions.grid={rows: 2, columns: 2}", "--set", "regions.cells=1", *TINY]
    program = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", *words, *small, "--out", str(out)], cwd=ROOT, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    waited = time.monotonic()
    while not list((out / "parts").glob("seed-*")) and program.poll() is None and time.monotonic() - waited < 300:
        time.sleep(0.05)
    (os.killpg if whole_group else os.kill)(program.pid, number)
    _, told = program.communicate(timeout=60)
    assert program.returncode == 130, told
    lines = [line for line in told.splitlines() if not line.startswith("Compiling")]
    command = shlex.join(["clustersim", *words, *small, "--out", str(out)])
    assert lines == [f"Interrupted. What is finished is kept; to go on: {command}"]
    assert not (out / ".lock").exists()
    assert list((out / "parts").glob("seed-*"))


# -- what a terminal cannot show, and outputs that nobody reads --------------------------------------------


def started(*words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """What a command says, run as a program of its own."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", **options.pop("env", {})}
    return subprocess.run([sys.executable, "-m", "sim.cli", *words], cwd=ROOT, env=environment, check=False, **options)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
@pytest.mark.parametrize("words", [("describe", "parameters"), ("--version",)])
def test_a_full_output_is_one_line(words: tuple[str, ...]) -> None:
    """It is noticed while a long table is written, or as the last line is flushed."""
    with open("/dev/full", "wb") as full:
        done = started(*words, stdout=full, stderr=subprocess.PIPE)
    said = b"the standard output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_an_output_that_is_closed_early_is_no_error() -> None:
    line = f"{sys.executable} -m sim.cli describe parameters | head -n 1 | wc -l"
    done = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, check=False)
    assert (done.stdout.strip(), done.stderr) == (b"1", b"")
    closed = subprocess.run(["sh", "-c", f"{sys.executable} -m sim.cli schema >&-"], cwd=ROOT, capture_output=True,
                            check=False)  # fmt: skip
    assert closed.stderr == b""


EACH = """
import sys
from sim.cli import main
for words in sys.argv[1:]:
    try:
        main(words.split())
    except SystemExit as end:
        assert end.code in (None, 0), (words, end.code)
"""
"""Runs commands one after the other in one program."""


@pytest.mark.parametrize("env", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_a_terminal_that_knows_ascii_only(env: dict[str, str]) -> None:
    told = subprocess.run([sys.executable, "-c", EACH, "describe parameters", "diff base china_45"], cwd=ROOT,
                          env={**os.environ, **env, "PYTHONCOERCECLOCALE": "0"}, capture_output=True,
                          check=False)  # fmt: skip
    assert (told.returncode, told.stderr) == (0, b"")
    assert told.stdout.isascii() and b"spillover_range" in told.stdout and b"regions." in told.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes")
def test_odd_bytes_in_paths_are_told_without_a_traceback(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"odd\xff.yaml")
    odd.write_text("extends: base.yaml\ntitle: Odd\n", encoding="utf-8")
    missing = str(tmp_path / os.fsdecode(b"none\xff"))
    run = ("run", str(odd), *TINY, "--years", "1+1")
    for words, code in (
        (("check", str(odd)), 0), (("check", missing), 2), (("diff", "base", str(odd)), 0), (("run", missing), 2),
        ((*run, "--out", missing), 2), (("checkpoint", "base", *TINY, "--years", "1+1", "--out", missing), 2),
        (("run", "base", "--from", missing), 2),
        (("compare", str(odd), str(odd), "--out", str(tmp_path / "two")), 2), (("facts", "--docs", missing), 2),
        (("run", "base", "--set", os.fsdecode(b"title=\xff")), 2),
    ):  # fmt: skip
        result = CliRunner().invoke(main, list(words), catch_exceptions=False)
        assert (result.exit_code, "Traceback" in result.output) == (code, False), (words, result.output)
    done = started("check", missing, capture_output=True)
    assert (done.returncode, b"Traceback" in done.stderr, b"none" in done.stderr) == (2, False, True)


# -- files that a command is to write ---------------------------------------------------------------------


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes whether anything was simulated."""
    from sim.runs import run as run_module

    ran: list[str] = []
    monkeypatch.setattr(compiling, "is_compiled_before", lambda: True)
    monkeypatch.setattr(run_module, "world_at", lambda *_: ran.append("ran"))
    monkeypatch.setattr(front, "facts", lambda *_, **__: ran.append("ran"))
    return ran


WRITING = {
    "checkpoint": ["checkpoint", "base", "--out"], "schema": ["schema", "--out"], "facts": ["facts", "--docs"],
}  # fmt: skip


@pytest.mark.parametrize("name", WRITING)
def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, name: str, instant: list[str]) -> None:
    for content in ("my thesis", "{}", "[1]", '{"title": "x"}', "# Validity\n\nMine"):
        (tmp_path / "mine").write_text(content)
        result = CliRunner().invoke(main, [*WRITING[name], str(tmp_path / "mine")], catch_exceptions=False)
        assert (result.exit_code, "choose another" in result.stderr) == (2, True), result.output
        assert (tmp_path / "mine").read_text() == content
    for target, said in ((tmp_path, "is a folder"), (tmp_path / "mine" / "x", "cannot be written: ")):
        result = CliRunner().invoke(main, [*WRITING[name], str(target)], catch_exceptions=False)
        assert (result.exit_code, said in result.stderr) == (2, True), result.output
    assert instant == []
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_schema_and_a_checkpoint_of_ours_are_replaced(tmp_path: Path) -> None:
    for words in (["schema"], ["checkpoint", "base", "--set", "population.firms=60", "--years", "0+1", "--year", "0"]):
        for _ in range(2):
            result = CliRunner().invoke(main, [*words, "--out", str(tmp_path / words[0])], catch_exceptions=False)
            assert result.exit_code == 0, result.output


# -- more and less to read ---------------------------------------------------------------------------------


def test_verbose_tells_of_every_replication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.model import schedule

    monkeypatch.setattr(compiling, "is_compiled_before", lambda: True)
    monkeypatch.setattr(schedule, "step", raising(ArithmeticError("books do not balance")))
    words = ["run", "base", *TINY, "--years", "1+1", "--out", str(tmp_path / "out")]
    loud = CliRunner().invoke(main, [*words, "--verbose"], catch_exceptions=False).stderr
    assert "1 runs, 0 of them done already, on 1 processes" in loud
    assert "seed 1 failed: ArithmeticError: books do not balance" in loud
    quiet = CliRunner().invoke(main, words, catch_exceptions=False).stderr
    assert "of them done already" not in quiet
