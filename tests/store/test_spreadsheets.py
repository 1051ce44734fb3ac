"""CSVs that the program writes open in a spreadsheet with their names intact, and are read back by our own readers."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
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


def test_cells_are_those_that_pandas_writes(tmp_path: Path) -> None:
    table = pd.DataFrame({
        "word": ["a, b", 'say "x"', None, "line\nbreak"], "kind": pd.Categorical(["x", "y", None, "x"]),
        "real": [0.1 + 0.2, float("nan"), float("-inf"), 1e-300], "small": pd.array([0.1, 1, 2, 3], "float32"),
        "whole": [1, 2**62, -3, 0], "yes": [True, False, True, True], "either": [1.5, "w", None, True],
    })  # fmt: skip
    for digits, form in ((None, None), (3, "%.3g")):
        raw = write_csv(tmp_path / "found.csv", table, digits).read_bytes()
        assert raw[3:].decode() == table.to_csv(index=False, lineterminator="\n", float_format=form)


def test_what_would_start_a_formula_is_text(tmp_path: Path) -> None:
    raw = write_csv(tmp_path / "found.csv", pd.DataFrame({"note": ["=1+1", "@x", "-", "x"], "n": [-1, 2, 3, 4]}))
    assert raw.read_bytes()[3:].decode() == "note,n\n'=1+1,-1\n'@x,2\n'-,3\nx,4\n"


def test_a_negative_number_among_words_stays_a_number(tmp_path: Path) -> None:
    told = ["-0.02", "+1e-5", "-.5", "-1+1", "-"]
    raw = write_csv(tmp_path / "found.csv", pd.DataFrame({"value": told, "n": 1}))
    assert raw.read_bytes()[3:].decode() == "value,n\n-0.02,1\n+1e-5,1\n-.5,1\n'-1+1,1\n'-,1\n"


def test_floats_of_any_size_are_read_back_to_the_bit(tmp_path: Path) -> None:
    whole = [float(10**power) for power in range(23)] + [0.0, -0.0, 1e15 + 1, 2.0**53]
    parts = [one * scale for one in (1 / 3, 0.1 + 0.2, 1.5) for scale in map(float, 10.0 ** np.arange(-20, 21))]
    ends = [math.inf, -math.inf, 5e-324, 1.7976931348623157e308, 9999999999.999998, 1e-4, 9.999999999999999e-05]
    table = pd.DataFrame({"value": [*whole, *parts, *ends], "n": 1})
    raw = write_csv(tmp_path / "found.csv", table).read_bytes()[3:].decode()
    assert raw.split("\n")[1:-1] == [f"{value!r},1" for value in table["value"]]


def test_a_single_column_keeps_its_empty_rows(tmp_path: Path) -> None:
    raw = write_csv(tmp_path / "found.csv", pd.DataFrame({"word": ["a", None, ""]})).read_bytes()[3:].decode()
    assert raw == 'word\na\n""\n""\n'
    assert write_csv(tmp_path / "none.csv", pd.DataFrame({"word": []})).read_bytes()[3:] == b"word\n"
