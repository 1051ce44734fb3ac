"""What is kept of runs is named by the numbers and by the code that computes them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from sim.studies.measured import by_arm, kept_as


def module(path: Path, text: str) -> ModuleType:
    """A module with this text."""
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_comments_are_left_out_and_code_is_not(tmp_path: Path) -> None:
    plain = module(tmp_path / "plain.py", "def double(x):\n    return 2 * x\n")
    told = module(tmp_path / "told.py", '"""Doubles."""\n\n\ndef double(x):  # of a number\n    return (2 * x)\n')
    other = module(tmp_path / "other.py", "def double(x):\n    return x * 2\n")
    assert kept_as(["m"], plain) == kept_as(["m"], told)
    assert len({kept_as(["m"], plain), kept_as(["m"], other), kept_as(["n"], plain)}) == 3


def test_values_by_arm_are_in_order_of_seeds_and_missing_where_a_run_failed() -> None:
    rows = [("a", 2, "m", 4.0), ("a", 1, "m", 3.0), ("b", 2, "m", 5.0), ("b", 1, "other", 9.0)]
    values = pd.DataFrame(rows, columns=["arm", "seed", "measure", "value"])
    found = by_arm(values, "m", ["b", "never", "a"])
    assert list(found) == ["b", "never", "a"]
    assert found["a"].tolist() == [3.0, 4.0]
    np.testing.assert_array_equal(found["b"], [np.nan, 5.0])
    assert np.isnan(found["never"]).all()
