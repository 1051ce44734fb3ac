"""The search for free parameters is fair, and does not run again what it has."""

from __future__ import annotations

import math
from dataclasses import replace
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim.studies.facts  # noqa: F401  (declares)
from sim.kernel.declare import PARAMETERS
from sim.reporting.calibration import publish_calibration
from sim.scenario.problems import ScenarioError
from sim.studies import calibration as module
from sim.studies.calibration import (
    PREFIX,
    ROUND,
    Calibration,
    Found,
    Span,
    Spans,
    design,
    from_units,
    in_units,
    loss,
    penalty,
    propose,
    read_search,
    run_calibration,
    start_of,
)
from sim.studies.experiment.designs import Sampling
from sim.studies.facts.declaration import FACTS
from sim.studies.measured import kept_values

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "experiments" / "calibration.yaml"
SPANS = {"bankruptcy": Span(start=1.0, low=0.5, high=5.0, log=True), "exit_size": Span(start=0.3, low=0.0, high=0.4)}


def sampling(points: int) -> Sampling:
    return Sampling(kind="sobol", points=points, seed=2024)


def test_search_moves_only_free_parameters_on_half_of_the_facts() -> None:
    plan = read_search(PLAN)
    assert len(plan.facts) <= len(FACTS) / 2
    assert set(plan.facts) == {name for name, fact in FACTS.items() if fact.searched}
    assert all(PARAMETERS[name].evidence in ("A", "S") for name in plan.spans)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  endowment_spread: 0.08:0.16",
            "  distance_cost: 0.1:0.5",
            "distance_cost is a published estimate",
        ),
        (
            "  endowment_spread: 0.08:0.16",
            "  endowment_spread: 0.12:0.16",
            "endowment_spread starts out of",
        ),
        ("  endowment_spread: 0.08:0.16", "  endowment_spread: 0.08:99", "endowment_spread: 99 is out of range"),
        (
            "  endowment_spread: 0.08:0.16",
            "  endowment_spred: 0.08:0.16",
            "nothing is called 'endowment_spred'",
        ),
        ("    endowment_spread: 0.105", "    x: 0.1", "there is no start of endowment_spread"),
        ("    - distance_test", "    - size_tail", "size_tail stands twice: each fact belongs to one half"),
        ("    - distance_test", "    - distance_tst", "is no fact; did you mean 'distance_test'"),
        ("    - distance_test\n", "", "each fact belongs to one half, and these to none: distance_test"),
        ("kind: sobol", "kind: latin_hypercube", "a search begins with a Sobol design"),
        ("[largest_size,", "[largest_sise,", "there is no factor 'largest_sise'"),
        ("replications: 3", "record: [firms]", "a search has no record"),
        ("  neutral: {}", "  neutral: {}\n  other: {}", "a search has one arm"),
        ("\nsearch:", "\nserch:", "unknown key 'serch'"),
    ],
)
def test_a_search_refuses_what_is_not_free_and_facts_that_are_not_in_one_half(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    text = PLAN.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "plan.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        read_search(tmp_path / "plan.yaml")
    assert message in str(refused.value), str(refused.value)
    assert all(problem.line > 1 for problem in refused.value.problems)


def test_an_experiment_without_a_search_is_no_calibration() -> None:
    with pytest.raises(ScenarioError, match="this experiment has no `search`"):
        read_search(PLAN.with_name("distance_and_imitation.yaml"))


def test_what_the_file_says_is_what_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, tuple[int, ...]]] = []

    def points(setup, settings, *_others):  # type: ignore[no-untyped-def]
        asked.append((len(settings), setup.seeds))
        fixed = {one.name: one.low for fact in FACTS.values() for one in fact.statistics}
        return [Found(setting, fixed) for setting in settings], []

    monkeypatch.setattr(module, "_run_points", points)
    run_calibration(read_search(PLAN), 1, tmp_path)
    assert asked == [(1 + 48, (1, 2, 3)), *[(ROUND, (1, 2, 3))] * 3]


def test_a_start_that_fails_is_no_other_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search = read_search(PLAN)
    start = start_of(search.spans)

    def points(setup, settings, *_others):  # type: ignore[no-untyped-def]
        fixed = {one.name: one.low for fact in FACTS.values() for one in fact.statistics}
        return [Found(setting, fixed) for setting in settings if setting != start], []

    monkeypatch.setattr(module, "_run_points", points)
    found = run_calibration(search, 1, tmp_path, 4, 0)
    assert sorted(found.table["point"]) == ["1", "2", "3", "4"]
    away = in_units([start, search_point(found.table.iloc[0], search.spans)], search.spans)
    charged = found.table["objective"].iloc[0] - found.table["loss_search"].iloc[0]
    assert charged == pytest.approx(penalty(away[1], away[0])) and charged > 0.0
    publish_calibration(found, tmp_path)
    assert "The start has no number." in (tmp_path / "report.html").read_text(encoding="utf-8")


def search_point(row: pd.Series, spans: Spans) -> dict[str, float]:
    """The setting in a row of the table of points."""
    return {name: float(row[f"{PREFIX}{name}"]) for name in spans}


def test_defaults_are_the_best_point_of_the_search() -> None:
    best = pd.read_csv(ROOT / "results" / "reference" / "calibration_best.csv").iloc[0]
    for name in read_search(PLAN).spans:
        assert PARAMETERS[name].default == float(f"{best[f'parameters.{name}']:.2g}"), name


def test_design_is_the_same_every_time_and_begins_at_the_start() -> None:
    found = design(SPANS, sampling(8))
    assert found == design(SPANS, sampling(8)) and len(found) == 9
    assert found[0] == {"bankruptcy": 1.0, "exit_size": 0.3}
    assert all(0.5 <= point["bankruptcy"] <= 5.0 and 0.0 <= point["exit_size"] <= 0.4 for point in found)
    again = from_units(in_units(found, SPANS), SPANS)
    assert [point["bankruptcy"] for point in again] == pytest.approx([point["bankruptcy"] for point in found])


def test_proposals_go_where_the_searched_statistics_are_right() -> None:
    # The tail is right where exit_size is small, whatever bankruptcy: one moves, the other stays where it starts.
    settings = design(SPANS, sampling(32))
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
    plan = replace(read_search(PLAN), spans={"exit_size": SPANS["exit_size"]})
    found = run_calibration(plan, 1, tmp_path / "a", 4, 1, 2)
    points = len(found.table)
    assert points == 1 + 4 + ROUND and found.failures == ()
    assert found.table["objective"].is_monotonic_increasing
    start = found.table[found.table["point"] == "start"].iloc[0]
    assert start["parameters.exit_size"] == 0.3
    assert start["tail_exponent"] == pytest.approx(1.1 + 0.3 + 0.015)  # the mean of seeds 1 and 2
    effect = found.effects.set_index("parameter").at["parameters.exit_size", "tail_exponent"]
    assert effect == pytest.approx(1.0)
    once = len(ran)
    again = run_calibration(plan, 1, tmp_path / "a", 4, 1, 2)
    assert len(ran) == once
    pd.testing.assert_frame_equal(again.table, found.table, check_exact=True)
    wider = run_calibration(plan, 1, tmp_path / "a", 4, 0, 3)
    assert [seed for _, seed in ran[once:]] == [3] * 5
    assert np.isclose(wider.table[wider.table["point"] == "start"].iloc[0]["tail_exponent"], 1.1 + 0.3 + 0.02)


def test_the_page_tells_the_losses_the_best_points_and_what_was_looked_at(tmp_path: Path) -> None:
    search = read_search(PLAN)
    names = [f"{PREFIX}{name}" for name in search.spans]
    rows = [
        {"point": point, "objective": lost, "loss_search": lost, "loss_validate": 10 * lost,
         **dict.fromkeys(names, 0.125), "tail_exponent": 1.0}
        for point, lost in (("2", 0.25), ("start", 1.5), ("1", 2.5))
    ]  # fmt: skip
    told = pd.DataFrame([{"parameter": name, "objective": 1.0, "loss_search": -0.5, "loss_validate": np.nan,
                          "tail_exponent": 0.75} for name in names])  # fmt: skip
    paths = publish_calibration(Calibration(search, pd.DataFrame(rows), told, (1, 2), ()), tmp_path)
    assert tmp_path / "report.html" in paths
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for said in ("best has a loss of 0.250", "start has 1.50", "it has 2.50, and the start 15.0", "point 2", "-0.50",
                 "+0.75", "tail exponent", *(escape(FACTS[name].title) for name in search.held_out)):  # fmt: skip
        assert said in page, said
