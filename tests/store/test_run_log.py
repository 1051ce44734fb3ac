"""The log of a folder: what happened, one line of JSON for each event."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sim import front
from sim.cli import main
from sim.kernel import compiling
from sim.store.folder import carry_out
from sim.store.results import AllFailed
from sim.store.run_log import LOG, TOLD
from tests.scenario.test_tables import MAP
from tests.scenario_files import written
from tests.store.test_folder import DESIGN, fail_on_2, keep_number, killed_on_2


def events(folder: Path) -> list[dict[str, Any]]:
    """What the log says."""
    return [json.loads(line) for line in (folder / LOG).read_text(encoding="utf-8").splitlines()]


def test_a_failed_replication_leaves_its_traceback(tmp_path: Path) -> None:
    carry_out(tmp_path, DESIGN, fail_on_2, 1)
    start, done, failed, end = events(tmp_path)
    assert [start["event"], done["event"], failed["event"], end["event"]] == ["start", "done", "failed", "end"]
    assert set(start["versions"]) >= {"python", "numpy", "numba"}
    assert (start["runs"], start["done"], start["processes"], start["kind"]) == (4, 0, 1, "knockout")
    assert (done["seed"], done["arms"]) == (1, ["market", "duplicated"])
    assert (failed["seed"], failed["arm"], failed["error"]) == (2, "market", "ArithmeticError: no balance")
    assert "in fail_on_2" in failed["traceback"]
    assert (end["outcome"], end["seconds"] >= 0.0) == ("complete", True)
    assert start["time"] <= end["time"]


def test_a_second_call_adds_to_the_log(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        carry_out(tmp_path, DESIGN, killed_on_2, 1)
    carry_out(tmp_path, DESIGN, keep_number, 1)
    told = events(tmp_path)
    assert [one["event"] for one in told] == ["start", "done", "end", "start", "done", "end"]
    assert [one["outcome"] for one in told if one["event"] == "end"] == ["interrupted", "complete"]
    assert told[3]["done"] == 2


def test_what_the_program_warns_of_is_kept(tmp_path: Path) -> None:
    def warn(*given: Any) -> Any:
        logging.getLogger("clustersim.scenario").warning("plan.csv was read as GB18030")
        return keep_number(*given)

    carry_out(tmp_path, replace(DESIGN, seeds=(1,)), warn, 1)
    assert [one["message"] for one in events(tmp_path) if one["event"] == "warning"] == ["plan.csv was read as GB18030"]
    logging.getLogger("clustersim").warning("nobody runs now")
    assert len(events(tmp_path)) == 4


def test_an_experiment_that_ends_in_an_error_says_so(tmp_path: Path) -> None:
    with pytest.raises(AllFailed):
        carry_out(tmp_path, replace(DESIGN, seeds=(2,)), fail_on_2, 1)
    assert events(tmp_path)[-1]["outcome"] == "stopped"
    assert "every replication failed" in events(tmp_path)[-1]["message"]


def test_events_are_told_to_those_who_ask(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    carry_out(tmp_path, replace(DESIGN, seeds=(1,)), keep_number, 1)
    assert caplog.messages == []
    with caplog.at_level(logging.INFO, TOLD.name):
        carry_out(tmp_path, DESIGN, fail_on_2, 1)
    assert caplog.messages[0] == "4 runs, 2 of them done already, on 1 processes"
    assert "ArithmeticError: no balance" in caplog.text


def test_how_tables_were_read_is_kept_by_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a table with semicolons and decimal commas to the log of the folder."""
    table = "region;r;c;people\nNorth;0;0;1,5\nSouth;1;0;2500\n"
    (tmp_path / "places.csv").write_text(table, encoding="utf-8")
    path = written(tmp_path, MAP)
    monkeypatch.setattr(compiling, "is_compiled_before", lambda: True)
    monkeypatch.setattr(front, "run_to_folder", lambda _, out, **__: carry_out(out, DESIGN, keep_number, 1))
    result = CliRunner().invoke(main, ["run", str(path), "--out", str(tmp_path / "out")], catch_exceptions=False)
    assert (result.exit_code, result.output) == (0, "")
    read = [one["message"] for one in events(tmp_path / "out") if one["event"] == "read"]
    assert [line.split(": ", 2)[1] for line in read] == ["regions.map.table", "regions.map.population"]
    assert read[0].endswith("semicolons part its cells")
