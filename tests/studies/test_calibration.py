"""The search for free parameters is fair, and does not run again what it has."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import sim.studies.facts  # noqa: F401  (declares)
from sim.kernel.declare import PARAMETERS
from sim.scenario.problems import ScenarioError
from sim.studies import calibration as module
from sim.studies.calibration import (
    ROUND,
    Found,
    Span,
    design,
    from_units,
    in_units,
    loss,
    propose,
    read_search,
    run_calibration,
)
from sim.studies.facts.declaration import FACTS
from sim.studies.measured import kept_values

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "experiments" / "calibration.yaml"
SPANS = {"bankruptcy": Span(start=1.0, low=0.5, high=5.0, log=True), "exit_size": Span(start=0.3, low=0.0, high=0.4)}


def test_search_moves_only_free_parameters_on_half_of_the_facts() -> None:
    plan = read_search(PLAN)
    assert len(plan.search) <= len(FACTS) / 2
    assert set(plan.search) == {name for name, fact in FACTS.items() if fact.searched}
    assert all(PARAMETERS[name].evidence in ("A", "S") for name in plan.parameters)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"distance_cost": {"start": 0.25, "low": 0.1, "high": 0.5}}, "distance_cost is a published estimate"),
        ({"bankruptcy": {"start": 1, "low": 2, "high": 5}}, "bankruptcy must lie within"),
        ({"bankrupcy": {"start": 1, "low": 0, "high": 5}}, "bankrupcy is no parameter"),
    ],
)
def test_search_refuses_what_is_not_free(change: dict[str, dict[str, float]], message: str, tmp_path: Path) -> None:
    plan = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump({**plan, "parameters": change}), encoding="utf-8")
    with pytest.raises(ScenarioError, match=message):
        read_search(tmp_path / "plan.yaml")


def test_search_refuses_a_fact_in_both_halves(tmp_path: Path) -> None:
    plan = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    plan["validate"].append(plan["search"][0])
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    with pytest.raises(ScenarioError, match="each fact belongs to one half"):
        read_search(tmp_path / "plan.yaml")


def test_defaults_are_the_best_point_of_the_search() -> None:
    best = pd.read_csv(ROOT / "results" / "reference" / "calibration_best.csv").iloc[0]
    for name in read_search(PLAN).parameters:
        assert PARAMETERS[name].default == float(f"{best[f'parameters.{name}']:.2g}"), name


def test_design_is_the_same_every_time_and_begins_at_the_start() -> None:
    found = design(SPANS, 8)
    assert found == design(SPANS, 8) and len(found) == 9
    assert found[0] == {"bankruptcy": 1.0, "exit_size": 0.3}
    assert all(0.5 <= point["bankruptcy"] <= 5.0 and 0.0 <= point["exit_size"] <= 0.4 for point in found)
    again = from_units(in_units(found, SPANS), SPANS)
    assert [point["bankruptcy"] for point in again] == pytest.approx([point["bankruptcy"] for point in found])


def test_proposals_go_where_the_searched_statistics_are_right() -> None:
    # The tail is right where exit_size is small, whatever bankruptcy: one moves, the other stays where it starts.
    settings = design(SPANS, 32)
    values = [{"tail_exponent": 1.1 + 4.0 * (setting["exit_size"] - 0.05)} for setting in settings]
    found = [Found(*pair) for pair in zip(settings, values, strict=True)]
    proposed = propose(found, SPANS, ["size_tail"])
    assert len(proposed) == ROUND
    for point in proposed:
        assert 0.0 <= point["exit_size"] <= 0.11
        assert point["bankruptcy"] == pytest.approx(1.0, rel=0.05)


def test_loss_counts_what_is_outside_and_what_is_missing() -> None:
    statistics = [one for fact in FACTS.values() for one in fact.statistics]
    middle = {one.name: 0.5 * (one.low + one.high) for one in statistics if math.isfinite(one.high)}
    inside = {**{one.name: 1.2 * one.low for one in statistics}, **middle}
    assert loss(inside, list(FACTS)) == 0.0
    # The band is .9 to 1.3, its middle .94 to 1.26 with a half-width of .16.
    assert loss({**inside, "tail_exponent": 1.34}, ["size_tail"]) == pytest.approx((0.08 / 0.16) ** 2)
    assert loss({**inside, "tail_exponent": math.nan}, ["size_tail"]) == 9.0
    assert loss({**inside, "tail_exponent": 1e9}, ["size_tail"]) == 9.0


def test_points_are_run_once_and_ranked_from_best_to_worst(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Constructed: every statistic stays where it is, but for the tail exponent, which rises with exit_size."""
    ran: list[tuple[float, int]] = []

    def keep(task, folder, progress):  # type: ignore[no-untyped-def]
        found = {}
        for arm, scenario in task.runs.items():
            size = scenario.parameters["exit_size"]
            ran.append((size, task.seed))
            fixed = {one.name: one.low for fact in FACTS.values() for one in fact.statistics}
            found[arm] = {**fixed, "tail_exponent": 1.1 + size + 0.01 * task.seed}
        return kept_values(task, found)

    monkeypatch.setattr(module, "keep_estimates", keep)
    plan = read_search(PLAN).model_copy(update={"parameters": {"exit_size": SPANS["exit_size"]}})
    found = run_calibration(plan, 4, 1, 2, 1, tmp_path / "a")
    points = len(found.table)
    assert points == 1 + 4 + ROUND and found.failures == ()
    assert found.table["objective"].is_monotonic_increasing
    start = found.table[found.table["point"] == "start"].iloc[0]
    assert start["parameters.exit_size"] == 0.3
    assert start["tail_exponent"] == pytest.approx(1.1 + 0.3 + 0.015)  # the mean of seeds 1 and 2
    effect = found.effects.set_index("parameter").at["parameters.exit_size", "tail_exponent"]
    assert effect == pytest.approx(1.0)
    once = len(ran)
    again = run_calibration(plan, 4, 1, 2, 1, tmp_path / "a")
    assert len(ran) == once
    pd.testing.assert_frame_equal(again.table, found.table, check_exact=True)
    wider = run_calibration(plan, 4, 0, 3, 1, tmp_path / "a")
    assert [seed for _, seed in ran[once:]] == [3] * 5
    assert np.isclose(wider.table[wider.table["point"] == "start"].iloc[0]["tail_exponent"], 1.1 + 0.3 + 0.02)
