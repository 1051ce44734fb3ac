"""Experiments from one call: what ends up in the folder and on the screen."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from sim.front import compare, run_to_folder
from sim.reporting.comparison import tell
from sim.store.results import AllFailed, ResultsError
from sim.studies.compare import ComparisonError
from tests.synthetic import arms, run_synthetic, scenario


def test_a_run_fills_a_folder_and_is_not_run_again(tmp_path: Path) -> None:
    found = run_to_folder(scenario(seed=9), tmp_path / "a", progress=False, runner=run_synthetic)
    assert found.results.seeds == (9,)
    assert {path.name for path in found.folder.iterdir()} >= {
        "summary.csv",
        "report.html",
        "figures",
        "metrics.parquet",
    }
    summary = pd.read_csv(found.folder / "summary.csv")
    assert summary["year"].tolist() == list(range(1, 16))
    nation = found.results.nation
    mine = nation[nation["metric"] == "ln_real_income"]["value"].tolist()
    assert summary["ln_real_income"].tolist() == pytest.approx(mine, rel=1e-15)
    never = run_to_folder(scenario(seed=9), tmp_path / "a", progress=False, runner=None)  # type: ignore[arg-type]
    assert never.results.manifest["runs"] == found.results.manifest["runs"]
    with pytest.raises(ResultsError, match="another experiment"):
        run_to_folder(scenario("balanced", seed=9), tmp_path / "a", progress=False, runner=run_synthetic)
    other = run_to_folder(
        scenario("balanced"), tmp_path / "a", seed=4, progress=False, overwrite=True, runner=run_synthetic
    )
    assert other.results.seeds == (4,)


def test_a_failing_run_says_why(tmp_path: Path) -> None:
    def fail(*given: Any) -> Any:
        raise ArithmeticError("no balance")

    with pytest.raises(AllFailed, match="no balance"):
        run_to_folder(scenario(), tmp_path / "a", progress=False, runner=fail)


def test_the_screen_shows_first_and_last_year(tmp_path: Path) -> None:
    found = run_to_folder(scenario(), tmp_path / "a", progress=False, runner=run_synthetic)
    console = Console(width=80)
    with console.capture() as shown:
        tell(found, console)
    assert "year 3" in shown.get()
    assert "year 15" in shown.get()
    assert "utilisation" in shown.get()


def test_one_arm_is_no_comparison(tmp_path: Path) -> None:
    with pytest.raises(ComparisonError, match="two arms"):
        compare(arms("market"), 1, 1, tmp_path / "a", progress=False, runner=run_synthetic)


def test_progress_is_shown_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_to_folder(scenario(), tmp_path / "a", runner=run_synthetic)
    told = capsys.readouterr()
    assert "1 of 1" in told.err
    assert "report.html" in told.out
