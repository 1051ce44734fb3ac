from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from sim.store.results import ResultsError
from sim.studies.compare import ComparisonError
from sim.studies.single import run_to_folder, tell_run
from tests.synthetic import run_synthetic, scenario


def test_a_run_fills_a_folder_and_is_not_run_again(tmp_path: Path) -> None:
    results = run_to_folder(scenario(seed=9), tmp_path / "a", progress=False, runner=run_synthetic)
    assert results.seeds == (9,)
    assert {path.name for path in results.folder.iterdir()} >= {
        "summary.csv",
        "report.html",
        "figures",
        "metrics.parquet",
    }
    summary = pd.read_csv(results.folder / "summary.csv")
    assert summary["year"].tolist() == list(range(1, 16))
    assert "ln_real_income" in summary
    never = run_to_folder(scenario(seed=9), tmp_path / "a", progress=False, runner=None)  # type: ignore[arg-type]
    assert never.manifest["runs"] == results.manifest["runs"]
    with pytest.raises(ResultsError, match="another experiment"):
        run_to_folder(scenario("balanced", seed=9), tmp_path / "a", progress=False, runner=run_synthetic)
    other = run_to_folder(
        scenario("balanced"), tmp_path / "a", seed=4, progress=False, overwrite=True, runner=run_synthetic
    )
    assert other.seeds == (4,)


def test_a_failing_run_says_why(tmp_path: Path) -> None:
    def fail(*given: Any) -> Any:
        raise ArithmeticError("no balance")

    with pytest.raises(ComparisonError, match="no balance"):
        run_to_folder(scenario(), tmp_path / "a", progress=False, runner=fail)


def test_the_screen_shows_first_and_last_year(tmp_path: Path) -> None:
    results = run_to_folder(scenario(), tmp_path / "a", progress=False, runner=run_synthetic)
    console = Console(width=80)
    with console.capture() as shown:
        tell_run(results, console)
    assert "year 3" in shown.get()
    assert "year 15" in shown.get()
    assert "utilisation" in shown.get()
