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

from sim.kernel.declare import PARAMETERS
from sim.studies.facts.declaration import FACTS

EXPERIMENTS = Path(__file__).resolve().parents[3] / "experiments"
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
    assert set(plan["search"]) == {name for name, fact in FACTS.items() if fact.searched}
    assert all(PARAMETERS[name].evidence in ("A", "S") for name in plan["parameters"])


def test_search_refuses_what_papers_have_measured(calibrate: dict[str, Any], tmp_path: Path) -> None:
    plan = yaml.safe_load((EXPERIMENTS / "calibration.yaml").read_text(encoding="utf-8"))
    plan["parameters"]["distance_cost"] = {"start": 0.25, "low": 0.1, "high": 0.5}
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    with pytest.raises(ValueError, match="distance_cost is a published estimate"):
        calibrate["read_plan"](tmp_path / "plan.yaml")


def test_defaults_are_the_best_point_of_the_search(calibrate: dict[str, Any]) -> None:
    best = pd.read_csv(EXPERIMENTS.parent / "results" / "reference" / "calibration_best.csv").iloc[0]
    for name in calibrate["read_plan"](EXPERIMENTS / "calibration.yaml")["parameters"]:
        assert PARAMETERS[name].default == float(f"{best[f'parameters.{name}']:.2g}"), name


SPANS = {
    "bankruptcy": {"start": 1.0, "low": 0.5, "high": 5.0, "log": True},
    "exit_size": {"start": 0.3, "low": 0.0, "high": 0.4},
}


def test_design_is_the_same_every_time_and_begins_at_the_start(calibrate: dict[str, Any]) -> None:
    found = calibrate["design"](SPANS, 8)
    assert found == calibrate["design"](SPANS, 8) and len(found) == 9
    assert found[0] == {"bankruptcy": 1.0, "exit_size": 0.3}
    assert all(0.5 <= point["bankruptcy"] <= 5.0 and 0.0 <= point["exit_size"] <= 0.4 for point in found)
    again = calibrate["from_units"](calibrate["in_units"](found, SPANS), SPANS)
    assert [point["bankruptcy"] for point in again] == pytest.approx([point["bankruptcy"] for point in found])


def test_proposals_go_where_the_searched_statistics_are_right(calibrate: dict[str, Any]) -> None:
    # The tail is right where exit_size is small, whatever bankruptcy: one moves, the other stays where it starts.
    settings = calibrate["design"](SPANS, 32)
    values = [{"tail_exponent": 1.1 + 4.0 * (setting["exit_size"] - 0.05)} for setting in settings]
    found = [calibrate["Found"](*pair) for pair in zip(settings, values, strict=True)]
    proposed = calibrate["propose"](found, SPANS, ["size_tail"])
    assert len(proposed) == calibrate["ROUND"]
    for point in proposed:
        assert 0.0 <= point["exit_size"] <= 0.11
        assert point["bankruptcy"] == pytest.approx(1.0, rel=0.05)


def test_loss_counts_what_is_outside_and_what_is_missing(calibrate: dict[str, Any]) -> None:
    statistics = [one for fact in FACTS.values() for one in fact.statistics]
    middle = {one.name: 0.5 * (one.low + one.high) for one in statistics if math.isfinite(one.high)}
    inside = {**{one.name: 1.2 * one.low for one in statistics}, **middle}
    assert calibrate["loss"](inside, list(FACTS)) == 0.0
    # The band is .9 to 1.3, its middle .94 to 1.26 with a half-width of .16.
    assert calibrate["loss"]({**inside, "tail_exponent": 1.34}, ["size_tail"]) == pytest.approx((0.08 / 0.16) ** 2)
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
