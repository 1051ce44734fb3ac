"""Result folders as other programs read them: the sentence of DuckDB in the documentation gives our own numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.store.results import read_results
from sim.studies.compare import run_comparison
from tests.synthetic import arms, run_synthetic

PAGE = Path(__file__).resolve().parents[2] / "results" / "README.md"


def test_duckdb_reads_a_folder_by_the_documented_line(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    folder, first = tmp_path / "a folder 50 %", 2**31 - 3
    run_comparison(arms("market", "duplicated", treatment=2, burn_in=0), 2, 1, folder, seed=first, runner=run_synthetic)
    (told,) = re.findall(r"```sql\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert "'results/demo/metrics.parquet'" in told
    found = duckdb.sql(told.replace("results/demo", str(folder))).fetchall()
    nation = read_results(folder).nation
    own = nation[nation["metric"] == "ln_real_income"].groupby(["arm", "year"], observed=True)["value"].mean()
    assert {(arm, year): value for arm, year, value in found} == pytest.approx(own.to_dict(), rel=1e-15)
    seeds = duckdb.sql(f"SELECT DISTINCT seed FROM '{folder}/metrics.parquet' ORDER BY seed").fetchall()
    assert seeds == [(first,), (first + 1,)]
