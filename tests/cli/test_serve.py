"""`clustersim serve`: which scenarios a page offers, under which names."""

from __future__ import annotations

import importlib
import queue
import re
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.cli.exits import BadInput
from sim.cli.serve import _sources
from sim.scenario.problems import ScenarioError


def written(path: Path) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text("extends: base.yaml\ntitle: Mine\n", encoding="utf-8")
    return str(path)


def test_two_files_of_one_name_are_refused_and_a_file_given_twice_is_one(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a" / "mine.yaml"), written(tmp_path / "b" / "mine.yaml")
    assert _sources((first, first)) == {"mine": first}
    with pytest.raises(BadInput, match="one name on the page"):
        _sources((first, second))


def test_all_scenarios_are_offered_the_usual_ones_first_and_unknown_ones_refused() -> None:
    found = list(_sources(()))
    assert found[:2] == ["policy_text", "china_45"] and len(found) == len(set(found)) > 10
    with pytest.raises(ScenarioError):
        _sources(("no_such_scenario",))


def test_what_others_in_the_network_see_is_said_before_they_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uvicorn = pytest.importorskip("uvicorn")
    served: list[object] = []

    def run(_server: object, sockets: list[socket.socket]) -> None:
        served.append(sockets[0].getsockname()[0])
        sockets[0].close()

    monkeypatch.setattr(uvicorn.Server, "run", run)
    monkeypatch.setattr(importlib.import_module("sim.cli.serve"), "compile_rules", lambda: None)
    mine = written(tmp_path / "mine.yaml")

    def call(*words: str) -> str:
        told = CliRunner().invoke(main, ["serve", mine, "--no-browser", *words], catch_exceptions=False)
        assert told.exit_code == 0, told.output
        return told.output

    assert "network" not in call() and served == ["127.0.0.1"]
    told = call("--lan")
    assert served[1] == "0.0.0.0"
    assert "Everybody in this network" in told and "(mine)" in told and "other files of this machine" in told
    assert "本网络中的所有人" in call("--lan", "--language", "zh")


def test_a_lesson_is_opened_in_the_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uvicorn = pytest.importorskip("uvicorn")
    opened: queue.Queue[str] = queue.Queue()
    monkeypatch.setattr("webbrowser.open", opened.put)
    monkeypatch.setattr(uvicorn.Server, "run", lambda _server, sockets: sockets[0].close())
    monkeypatch.setattr(importlib.import_module("sim.cli.serve"), "compile_rules", lambda: None)
    mine = written(tmp_path / "mine.yaml")
    told = CliRunner().invoke(main, ["serve", mine, "--lesson", "why_cluster"], catch_exceptions=False)
    address = opened.get(timeout=10)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?lesson=why_cluster", address) and address in told.output
