"""All facts of the specification are declared, with bands, sources and the way they are estimated."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim.studies.facts  # noqa: F401  (declares)
from sim.kernel.declare import PARAMETERS
from sim.reporting.wording.en.diagnoses import CAUSES, MOVERS, cause_of
from sim.studies.facts.declaration import FACTS, Statistic, fact
from sim.studies.facts.panels import Panels
from sim.studies.facts.replication import estimate_all
from sim.studies.facts.verdicts import ABSENT, MISS, OPEN, PASS, by_fact, distance, of_fact, passed, verdicts

REFERENCE = Path(__file__).resolve().parents[3] / "results" / "reference"
STATISTICS = {one.name: one for declared in FACTS.values() for one in declared.statistics}


def test_twenty_three_facts() -> None:
    assert len(FACTS) == 23


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_is_complete(name: str) -> None:
    declared = FACTS[name]
    assert declared.title and declared.source and len(declared.method) > 40 and declared.statistics
    for statistic in declared.statistics:
        assert statistic.low < statistic.high and statistic.words and statistic.unit


@pytest.mark.parametrize(
    ("statistic", "low", "high"),
    [
        ("localised_positive", 0.8, 1.0), ("localised_median", 0.005, 0.04), ("localised_mean", 0.02, 0.08),
        ("localised_strongly", 0.15, 0.40), ("localised_by_distance", 0.40, 0.65), ("tail_exponent", 0.9, 1.3),
        ("growth_shape", 0.6, 1.4), ("survival_1", 0.75, 0.90), ("survival_5", 0.40, 0.55),
        ("survival_10", 0.28, 0.40), ("entry_rate", 0.06, 0.12), ("exit_rate", 0.06, 0.12),
        ("density_elasticity", 0.02, 0.07), ("own_research", 0.6, 1.0), ("neighbours_research", 0.01, 0.08),
        ("spillovers_home", 2.0, 10.0), ("ties_distance", -1.2, -0.2), ("gini_ratio", 1.1, 2.0),
        ("degree_skew", 5.0, math.inf), ("small_world_q", 2.0, math.inf), ("suppliers_local", 0.3, 0.7),
        ("wage_gradient", 0.03, 0.10), ("rent_gradient", 0.10, 0.30), ("size_premium", 0.02, 0.15),
        ("leader_premium", 1.3, 3.0), ("spin_off_share", 0.10, 0.30), ("spin_off_survival", 1.05, math.inf),
        ("plant_spillover", 0.03, 0.15), ("supplier_jobs", 0.15, 0.35), ("supplier_productivity", 0.03, 0.09),
        ("utilisation", 0.77, 0.85), ("utilisation_wave", 0.50, 0.78), ("largest_share", 0.01, 0.13),
        ("four_largest_share", 0.04, 0.28), ("herfindahl_root", 0.053, 0.22), ("growth_spread", -0.25, -0.10),
        ("productivity_dispersion", 0.478, 0.824), ("loss_making", 0.12, 0.25),
    ],
)  # fmt: skip
def test_bands_are_those_of_the_specification(statistic: str, low: float, high: float) -> None:
    assert (STATISTICS[statistic].low, STATISTICS[statistic].high) == (low, high)


def test_what_puts_a_statistic_in_is_declared_and_published() -> None:
    for statistic in STATISTICS.values():
        for name in filter(None, statistic.rests_on.split(", ")):
            known = [
                p for p in PARAMETERS.values() if p.name == name or (name[-1] == "*" and p.name.startswith(name[:-1]))
            ]
            assert known, f"{statistic.name} rests on {name}, which nobody declared"


def test_short_distances_are_not_looked_at_on_large_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    for name, declared in FACTS.items():
        seen = replace(declared, estimate=lambda panels, name=name: asked.append(name) or {})
        monkeypatch.setitem(FACTS, name, seen)
    values = estimate_all(Panels({}, seed=1, first=1, last=2, cell_km=133.0, spillover_range=110.0))
    assert set(FACTS) - set(asked) == {"suppliers_local", "large_plant", "distance_test"}
    assert all(math.isnan(value) for value in values.values())


def test_causes_are_of_known_statistics() -> None:
    assert set(CAUSES) <= set(STATISTICS)
    assert set(MOVERS) == set(STATISTICS)


def test_movers_are_those_of_the_calibration() -> None:
    found = pd.read_csv(REFERENCE / "calibration_effects.csv").set_index("parameter")
    for name, movers in MOVERS.items():
        ranked = found[name].reindex(found[name].abs().sort_values(ascending=False, kind="stable").index)[:3]
        assert [f"parameters.{parameter}" for parameter, _ in movers] == list(ranked.index)
        assert [correlation for _, correlation in movers] == pytest.approx(list(ranked), abs=0.006)
        assert movers[0][0] in cause_of(name)


def test_a_fact_is_declared_once_and_with_a_method() -> None:
    with pytest.raises(ValueError, match="twice"):
        fact("localisation", "again", source="", statistics=())(lambda panels: {})
    with pytest.raises(ValueError, match="docstring"):
        fact("new", "new", source="", statistics=(Statistic("new", "new", "1", 0.0, 1.0),))(lambda panels: {})


def test_verdicts_take_the_interval_over_seeds() -> None:
    seeds = range(101)
    table = verdicts({seed: {"tail_exponent": 0.5 + 0.005 * seed, "growth_shape": 1.5 + 0.01 * seed} for seed in seeds})
    rows = table.set_index("statistic")
    assert rows.at["tail_exponent", "low"] == pytest.approx(0.525)
    assert rows.at["tail_exponent", "high"] == pytest.approx(0.975)
    assert rows.at["tail_exponent", "verdict"] == PASS
    assert rows.at["growth_shape", "verdict"] == MISS
    assert rows.at["survival_1", "verdict"] == ABSENT
    assert passed(table) == (1, 23) and by_fact(table)["growth_rates"] == MISS


def test_half_of_the_seeds_must_have_a_statistic() -> None:
    few = verdicts({seed: {"tail_exponent": 1.0 if seed < 4 else math.nan} for seed in range(10)})
    assert few.set_index("statistic").at["tail_exponent", "verdict"] == ABSENT


def test_fewer_than_four_seeds_leave_a_fact_open_and_equal_seeds_have_no_interval() -> None:
    few = verdicts({seed: {"tail_exponent": 1.0 + 0.01 * seed} for seed in range(3)}).set_index("statistic")
    row = few.loc["tail_exponent"]
    assert (row["verdict"], row["reason"], row["estimate"]) == (OPEN, "too few", pytest.approx(1.01))
    assert row[["low", "high"]].isna().all() and passed(few)[0] == 0
    row = verdicts({seed: {"tail_exponent": 1.0} for seed in range(4)}).set_index("statistic").loc["tail_exponent"]
    assert (row["verdict"], row["reason"]) == (PASS, "identical") and row[["low", "high"]].isna().all()


def test_verdict_of_a_fact() -> None:
    assert of_fact([PASS, OPEN]) == OPEN
    assert of_fact([PASS, PASS]) == PASS
    assert of_fact([PASS, ABSENT]) == ABSENT
    assert of_fact([ABSENT, MISS]) == MISS


def test_distance_from_a_band() -> None:
    assert distance(0.5, 0.4, 0.6) == 0.0
    assert distance(0.8, 0.4, 0.6) == pytest.approx(2.0)
    assert distance(4.0, 5.0, math.inf) == pytest.approx(0.2)
    assert math.isnan(distance(np.nan, 0.0, 1.0))
