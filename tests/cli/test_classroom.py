"""`clustersim classroom`: presets are told, and bots play a session to its debrief."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from tests.game.small import OVERRIDES

SMALL = [part for override in OVERRIDES for part in ("--set", override)]


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and all that a command printed."""
    told = CliRunner().invoke(main, ["classroom", *arguments])
    return told.exit_code, told.output


def test_presets_are_told_in_both_languages() -> None:
    code, told = run("--list")
    assert code == 0 and all(f"{key}  " in told for key in "ABCDEFG") and "Common purse" in told
    assert "公共钱袋" in run("--list", "--language", "zh")[1]


def test_bots_play_a_session_that_is_told_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.game.lives.LUCK", 1)
    folder = tmp_path / "class"
    code, told = run("--bots", "--preset", "B", "--rounds", "4", "--out", str(folder), *SMALL)
    assert code == 0, told
    assert "Round 4 of 4" in told and "Common purse (B)" in told and "those of bots" in told
    assert (folder / "exports" / "class-1.yaml").is_file() and (folder / "exports" / "replay-1.html").is_file()
    code, again = run("--bots", "--out", str(folder), *SMALL)
    assert code == 2 and "holds something already" in again
    code, resumed = run("--bots", "--resume", str(folder))
    assert code == 0 and "Common purse (B)" in resumed and "Round" not in resumed


def test_what_cannot_be_played_is_refused_in_words(tmp_path: Path) -> None:
    assert run("--bots", "--preset", "A", "--preset", "G", "--out", str(tmp_path / "x"))[0] == 2
    assert run("--resume", str(tmp_path))[0] == 2
    code, told = run("--bots", "--out", str(tmp_path / "y"), "--set", "population.firms=-1")
    assert code == 2 and "population.firms" in told
