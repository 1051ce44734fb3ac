"""Rank correlations with where industry is, by hand."""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sim.scenario.reading import load_scenario
from sim.studies.derived import location_fit
from sim.studies.derived.location_fit import WEIGHTS, Measure, correlations, mean_row, part_of, read_actual

WORLD = SimpleNamespace(industry_names=["cars", "parts", "unmeasured"], region_names=["A", "B", "C"])
ACTUAL = {
    "cars": Measure("good", "motor vehicles", "2019", {"A": 0.5, "B": 2.0, "C": 1.0}),
    "parts": Measure("fair", "parts", "2017", {"A": 0.0, "B": 0.0, "C": 0.0}),
}


def test_correlation_is_of_ranks_and_by_name() -> None:
    values = np.array([[1.0, 1.0, 1.0], [9.0, 2.0, 2.0], [8.0, 3.0, 3.0]])
    found = correlations(values, WORLD, ACTUAL)
    assert list(found) == ["cars", "parts"]
    assert found["cars"] == pytest.approx(1.0)
    assert math.isnan(found["parts"])
    # Ranks 1, 3, 2 against 2, 1, 3: 1 - 6 (1 + 4 + 1) / (3 x 8).
    assert correlations(np.array([[2.0], [1.0], [3.0]]), WORLD, {"cars": ACTUAL["cars"]}) == {
        "cars": pytest.approx(-0.5)
    }


def test_means_weigh_by_fit_and_leave_out_what_is_not_defined() -> None:
    told = [
        {"fit": "good", "score": 0.5, "neutral": math.nan},
        {"fit": "fair", "score": 0.2, "neutral": 0.4},
        {"fit": "weak", "score": -0.2, "neutral": 0.1},
    ]
    row = mean_row("mean of all", told)
    assert row["score"] == pytest.approx((0.5 + 0.1 - 0.05) / 1.75)
    assert row["neutral"] == pytest.approx((0.2 + 0.025) / 0.75)
    assert "opening" not in row


def test_each_part_has_industries_of_every_chain_and_every_stage() -> None:
    scenario = load_scenario("china_45")
    parts = {name: part_of(scenario, name) for name in scenario.industries}
    assert Counter(parts.values()) == {"fitted": 9, "checked": 9}
    for part in ("fitted", "checked"):
        own = [scenario.industries[name] for name in parts if parts[name] == part]
        assert {one.chain for one in own} == {one.chain for one in scenario.industries.values()}
        assert Counter(one.stage for one in own) == {"upstream": 3, "midstream": 3, "downstream": 3}


def test_every_industry_is_measured_in_every_province() -> None:
    scenario = load_scenario("china_45")
    actual = read_actual()
    assert set(actual) == set(scenario.industries)
    assert all(set(measure.quotients) == set(scenario.regions.names()) for measure in actual.values())
    assert {measure.fit for measure in actual.values()} <= set(WEIGHTS)


def test_the_score_of_the_real_map_is_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    path = tmp_path / "fit.csv"
    monkeypatch.setattr("sys.argv", ["location_fit", "--seeds", "0", "--output", str(path)])
    location_fit.main()
    kept = Path(__file__).resolve().parents[3] / "results" / "reference" / "location_fit.csv"
    with open(path, encoding="utf-8", newline="") as new, open(kept, encoding="utf-8", newline="") as old:
        fresh = [(row["industry"], row["score"]) for row in csv.DictReader(new)]
        assert fresh == [(row["industry"], row["score"]) for row in csv.DictReader(old)]
    assert len(fresh) == 21
    assert "mean of checked score" in capsys.readouterr().out


@pytest.mark.slow
def test_workers_are_pooled_over_seeds() -> None:
    small = ["population.firms=90", "population.institutes=6", "years={burn_in: 1, treatment: 1}"]
    rows = location_fit.measure_fit(load_scenario("neutral_china", small), 2, read_actual())
    assert [row["industry"] for row in rows[-3:]] == ["mean of fitted", "mean of checked", "mean of all"]
    assert all(-1.0 <= row["neutral"] <= 1.0 and -1.0 <= row["opening"] <= 1.0 for row in rows)
