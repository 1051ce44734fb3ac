"""The scripts of experiments/: the search is fair, and replications judge as they say."""

from __future__ import annotations

import math
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.declare import PARAMETERS
from sim.facts.declaration import FACTS

EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"
FINDINGS = ("bottazzi_null", "klepper_spin_offs", "raimbault_2022", "yang_ettema_2012")


@pytest.fixture(scope="module")
def calibrate() -> dict[str, Any]:
    return runpy.run_path(str(EXPERIMENTS / "calibrate.py"))


@pytest.fixture(scope="module")
def replicate() -> dict[str, Any]:
    return runpy.run_path(str(EXPERIMENTS / "replicate.py"))


def test_search_moves_only_free_parameters_on_half_of_the_facts(calibrate: dict[str, Any]) -> None:
    plan = calibrate["read_plan"](EXPERIMENTS / "calibration.yaml")
    assert len(plan["search"]) <= len(FACTS) / 2
    assert all(PARAMETERS[name].evidence in ("A", "S") for name in plan["parameters"])


def test_search_refuses_what_papers_have_measured(calibrate: dict[str, Any], tmp_path: Path) -> None:
    plan = yaml.safe_load((EXPERIMENTS / "calibration.yaml").read_text(encoding="utf-8"))
    plan["parameters"]["distance_cost"] = {"low": 0.1, "high": 0.5}
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    with pytest.raises(ValueError, match="distance_cost is a published estimate"):
        calibrate["read_plan"](tmp_path / "plan.yaml")


def test_design_is_the_same_every_time_and_ends_with_the_defaults(calibrate: dict[str, Any]) -> None:
    spans = {"bankruptcy": {"low": 0.5, "high": 5.0, "log": True}, "exit_size": {"low": 0.0, "high": 0.3}}
    table = calibrate["design"](spans, 8)
    pd.testing.assert_frame_equal(table, calibrate["design"](spans, 8))
    assert len(table) == 9 and table["bankruptcy"].iloc[-1] == PARAMETERS["bankruptcy"].default
    assert table["exit_size"].iloc[:-1].between(0.0, 0.3).all() and table["exit_size"].nunique() == 9


def test_loss_counts_what_is_outside_and_what_is_missing(calibrate: dict[str, Any]) -> None:
    inside = {one.name: one.low for fact in FACTS.values() for one in fact.statistics}
    assert calibrate["loss"](inside, list(FACTS)) == 0.0
    assert calibrate["loss"]({**inside, "tail_exponent": 1.4}, ["size_tail"]) == pytest.approx((0.1 / 0.2) ** 2)
    assert calibrate["loss"]({**inside, "tail_exponent": math.nan}, ["size_tail"]) == 9.0
    assert calibrate["loss"]({**inside, "tail_exponent": 1e9}, ["size_tail"]) == 9.0


@pytest.mark.parametrize("name", FINDINGS)
def test_findings_are_well_formed(name: str, replicate: dict[str, Any]) -> None:
    plan = yaml.safe_load((EXPERIMENTS / f"{name}.yaml").read_text(encoding="utf-8"))
    arms = replicate["load_arms"](plan)
    assert plan["finding"] and plan["source"] and set(plan["measures"]) <= set(replicate["MEASURES"])
    for claim in plan["claims"]:
        assert claim["arm"] in arms and claim["expect"] in ("above", "below", "near")
        assert claim["measure"] in plan["measures"]
        assert isinstance(claim["against"], float) or claim["against"] in arms


def test_claims_are_judged_by_their_intervals(replicate: dict[str, Any]) -> None:
    draw = np.random.default_rng(1)
    values = pd.DataFrame({("m", "low"): draw.normal(0, 0.1, 12), ("m", "high"): draw.normal(1, 0.1, 12)})
    claim = {"claim": "", "measure": "m", "arm": "high", "against": "low"}
    found = replicate["judge"](
        values,
        [
            {**claim, "expect": "above"},
            {**claim, "expect": "below"},
            {**claim, "expect": "near", "within": 0.5},
            {**claim, "against": 1.0, "expect": "near", "within": 0.3},
        ],
    )
    assert list(found["holds"]) == [True, False, False, True]
    assert found["difference"].iloc[0] == pytest.approx(1.0, abs=0.15)
