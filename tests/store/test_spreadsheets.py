"""CSVs that the program writes open in a spreadsheet with their names intact, and are read back by our own readers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.scenario.reading import load_scenario
from sim.store.files import write_csv
from tests.scenario_files import SMALL, written


def test_names_in_any_script_survive_a_spreadsheet(tmp_path: Path) -> None:
    table = pd.DataFrame({"region": ["北京", "Plzeňský"], "value": [1.5, 2.0]})
    path = write_csv(tmp_path / "found.csv", table)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")  # by this mark, Excel knows UTF-8
    assert raw[3:].decode() == "region,value\n北京,1.5\nPlzeňský,2.0\n"
    pd.testing.assert_frame_equal(pd.read_csv(path), table)


def test_a_plan_that_was_written_so_is_read(tmp_path: Path) -> None:
    write_csv(tmp_path / "plan.csv", pd.DataFrame({"region": ["R1A"], "industry": ["cars"], "weight": [2.0]}))
    text = SMALL + "plan: {layout: explicit, matrix: plan.csv}\n"
    assert load_scenario(written(tmp_path, text)).plan.choices[0].weight == 2.0
