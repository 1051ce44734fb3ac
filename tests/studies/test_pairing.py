"""What common random numbers save, by hand; decisions that stay the same, from histories and from panels alike."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.kernel.draws import Purpose
from sim.reporting.pages.pairing import pairing_parts
from sim.reporting.wording.en.draws import DRAWS
from sim.studies.compare import Comparison, run_comparison
from sim.studies.pairing import DECISIONS, SAVED, saved_table
from tests.model.engine.worlds import small_story

HOUSE = Path(__file__).parents[2] / "sim"


def pairs_of(value: list[float], base: list[float], metric: str = "x") -> pd.DataFrame:
    return pd.DataFrame({
        "arm": "b", "group": "nation", "metric": metric, "window": "treatment years", "seed": range(len(value)),
        "unit": "1", "value": value, "baseline_value": base,
    })  # fmt: skip


def test_savings_by_hand() -> None:
    base = [1.0, 2.0, 3.0, 4.0, 5.0]
    value = [1.2, 1.9, 3.3, 3.8, 5.1]
    (row,) = saved_table(pairs_of(value, base), "treatment years").to_dict("records")
    assert row["correlation"] == pytest.approx(stats.pearsonr(value, base).statistic)
    interval = stats.pearsonr(value, base).confidence_interval(0.95)
    assert (row["correlation_low"], row["correlation_high"]) == pytest.approx((interval.low, interval.high))
    apart = np.subtract(value, base)
    ratio = (np.var(value, ddof=1) + np.var(base, ddof=1)) / np.var(apart, ddof=1)
    assert row["variance_ratio"] == pytest.approx(ratio)
    assert row["replications_unpaired"] == pytest.approx(5 * ratio)
    assert row["replications_saved"] == pytest.approx(5 * ratio - 5)
    paired = stats.ttest_rel(value, base).confidence_interval(0.95)
    assert row["half_width"] == pytest.approx((paired.high - paired.low) / 2)
    welch = stats.ttest_ind(value, base, equal_var=False).confidence_interval(0.95)
    assert row["half_width_unpaired"] == pytest.approx((welch.high - welch.low) / 2)


def test_arms_with_luck_of_their_own_save_nothing_and_contrary_ones_cost() -> None:
    chance = np.random.default_rng(3)
    apart = saved_table(pairs_of(list(chance.normal(size=400)), list(chance.normal(size=400))), "treatment years")
    assert apart["variance_ratio"][0] == pytest.approx(1.0, abs=0.15)
    assert apart["correlation_low"][0] < 0 < apart["correlation_high"][0]
    luck = chance.normal(size=50)
    against = saved_table(pairs_of(list(-luck), list(luck)), "treatment years")
    assert against["variance_ratio"][0] == pytest.approx(0.5) and against["replications_saved"][0] == pytest.approx(-25)


@pytest.mark.parametrize(
    ("value", "base", "reason"),
    [([1.0, 2.0], [1.0, 2.5], "too few"), ([1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 2.0, 3.0], "identical")],
)
def test_where_there_is_no_interval_it_says_why(value: list[float], base: list[float], reason: str) -> None:
    (row,) = saved_table(pairs_of(value, base), "treatment years").to_dict("records")
    assert row["reason"] == reason and math.isnan(row["half_width"]) and math.isnan(row["replications_saved"])
    assert saved_table(pairs_of(value, base), "no window").columns.tolist() == SAVED


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """The same plan twice, and another one, with the panel of firms."""
    base = small_story("years.burn_in=2", "years.treatment=4", "plan.layout=duplicated", "plan.budget=0.1")
    base = base.model_copy(update={"record": base.record.model_copy(update={"panels": ("firms",)})})
    other = base.model_copy(update={"plan": base.plan.model_copy(update={"layout": "market"})})
    arms = {"one": base, "again": base, "other": other}
    return run_comparison(arms, 2, 1, tmp_path_factory.mktemp("pairing") / "out")


def test_arms_that_are_the_same_decide_the_same(lived: Comparison) -> None:
    again = lived.decisions[lived.decisions["arm"] == "again"]
    assert list(lived.decisions.columns) == DECISIONS and set(again["year"]) == {3, 4, 5, 6}
    assert (again["same"] == again["either"]).all() and again.groupby("decision")["either"].sum()["firms"] > 100
    assert {"innovation", "founding", "exit", "tier"} <= set(again.loc[again["either"] > 0, "decision"])


def test_decisions_are_those_of_the_panel_of_firms(lived: Comparison) -> None:
    firms = lived.results.panel("firms")
    firms = firms[firms["seed"] == 1]
    kept = {(str(arm), year): own.set_index("id") for (arm, year), own in firms.groupby(["arm", "year"], observed=True)}
    other = lived.decisions[lived.decisions["arm"] == "other"].set_index(["year", "decision"])
    assert (other["same"] < other["either"]).any(), "they drift apart"
    for year in (3, 4, 5, 6):
        now, then = ([kept[arm, at] for arm in ("one", "other")] for at in (year, year - 1))
        alive = [set(table.index) for table in now]
        assert tuple(other.loc[(year, "firms"), ["either", "same"]]) == (len(alive[0] | alive[1]),
                                                                        len(alive[0] & alive[1]))  # fmt: skip
        known = set(then[0].index) & set(then[1].index)
        left = [known - living for living in alive]
        assert tuple(other.loc[(year, "exit"), ["either", "same"]]) == (len(left[0] | left[1]), len(left[0] & left[1]))
        fresh = [
            {one for one in living - set(before.index) if table.at[one, "origin"] == "de_novo"}
            for living, before, table in zip(alive, then, now, strict=True)
        ]
        assert other.at[(year, "founding"), "either"] == len(fresh[0] | fresh[1])
        assert other.at[(year, "founding"), "same"] == len(fresh[0] & fresh[1])
        both = sorted(alive[0] & alive[1])
        counts = [table.loc[both, "innovations"].to_numpy() for table in now]
        some = (counts[0] > 0) | (counts[1] > 0)
        assert other.at[(year, "innovation"), "either"] == some.sum()
        assert other.at[(year, "innovation"), "same"] == (some & (counts[0] == counts[1])).sum()


def test_the_report_tells_both_and_every_draw(lived: Comparison) -> None:
    told = pairing_parts(lived.saved, lived.decisions)
    names = [part.name for part in told if hasattr(part, "name")]
    assert names == ["What pairing saves", "Decisions that stayed the same"]
    assert pairing_parts(lived.saved.head(0), lived.decisions.head(0)) == []


def test_every_purpose_of_a_draw_is_told_and_no_other() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in HOUSE.rglob("*.py"))
    used = {one.name for one in Purpose if f"Purpose.{one.name}" in text}
    assert set(DRAWS) == used
    measured = {told[4] for told in DRAWS.values()} - {""}
    assert measured < {"place", "founding", "spin_off", "attraction", "exit", "move", "tier", "innovation", "firms"}
