"""What becomes of firms by tier: counted by hand, and afresh from the recorded tables of firms."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.kernel.scenario_types import Scenario
from sim.kernel.world import Tier, World
from sim.model.opening import build_world
from sim.model.schedule import step
from sim.reporting.pages.contents import Grid
from sim.reporting.pages.tiers import tier_parts
from sim.runs.run import fork, run_arms, run_scenario
from sim.runs.tier_moves import COLUMNS, FATES, SPAN, TIER_NAMES, TierMoves
from sim.scenario.reading import load_scenario
from sim.studies.tier_moves import tiers_table, transitions_table
from tests.metrics.conftest import bare_world, hand_world
from tests.synthetic import scenario

SME, INNOVATIVE, SPECIALISED, CHAMPION, LEADER = range(5)
STUDENT = 3.1824463052837078 / math.sqrt(3)
"""Half an interval of two values that two seeds each have, in half distances of the two: t(.975, 3) / sqrt(3)."""


def twice(table: pd.DataFrame) -> pd.DataFrame:
    """The same with seeds 3 and 4 that equal seeds 1 and 2."""
    return pd.concat([table, table.assign(seed=table["seed"] + 2)], ignore_index=True)


"""97.5 % quantile of Student's t with one degree of freedom."""


def year_of(world: World, tier_moves: TierMoves) -> pd.DataFrame:
    """The rows of one year by tier."""
    tier_moves.observe(world)
    return pd.DataFrame(tier_moves.rows[-len(Tier) :], columns=COLUMNS).set_index("tier")


def test_a_year_by_hand() -> None:
    """Ids 11 to 15 live; 11 was an SME and is one, 12 climbed, 13 fell, 15 stayed; 14 is new, 9 has left."""
    world = hand_world()
    world.firms.tier = [SME, SPECIALISED, INNOVATIVE, SME, INNOVATIVE]
    world.at_start = {
        "id": np.array([15, 9, 11, 13, 12]),
        "tier": np.array([INNOVATIVE, SME, SME, LEADER, INNOVATIVE], dtype=np.int8),
        "sales": np.array([50.0, 1.0, 8.0 / np.e, 0.0, 16.0 * np.e]),
    }
    rows = year_of(world, TierMoves())
    assert rows.loc["sme", list(FATES)].tolist() == [1, 0, 0, 0, 0, 1]
    assert rows.loc["innovative_sme", list(FATES)].tolist() == [0, 1, 1, 0, 0, 0]
    assert rows.loc["leading_firm", list(FATES)].tolist() == [0, 1, 0, 0, 0, 0]
    assert rows.loc["champion", list(FATES)].sum() == 0
    # growth 1 of the SME; 0 and -1 of the innovative; the leader sold nothing last year
    assert rows["traded"].tolist() == [1, 2, 0, 0, 0]
    assert rows["growth"].tolist() == pytest.approx([1.0, -1.0, 0.0, 0.0, 0.0])


def test_a_cohort_is_counted_after_five_years() -> None:
    world, tier_moves = hand_world(), TierMoves()
    start = {"tier": np.zeros(3, dtype=np.int8), "sales": np.zeros(3)}
    for year in range(SPAN):
        tiers = np.array([SME, CHAMPION, CHAMPION], dtype=np.int8) if year == 0 else start["tier"]
        world.at_start = {**start, "id": np.array([11, 12, 99]), "tier": tiers}
        rows = year_of(world, tier_moves)
        expected = [1, 0, 0, 2, 0] if year == SPAN - 1 else [0] * 5
        assert rows["before"].tolist() == expected
    assert rows["left"].tolist() == [1, 0, 0, 1, 0]
    assert len(tier_moves.cohorts) == SPAN - 1


def test_worlds_without_firms_or_without_a_beginning() -> None:
    world, tier_moves = bare_world(2, 2), TierMoves()
    tier_moves.observe(world)
    assert tier_moves.rows == []
    world.at_start = {"id": np.array([1]), "tier": np.array([CHAMPION]), "sales": np.array([1.0])}
    rows = year_of(world, tier_moves)
    assert rows.loc["champion", "exit"] == 1 and rows["traded"].sum() == 0


def counts(seed: int, year: int, **changes: float) -> list[dict[str, object]]:
    """Rows of tiers.parquet of arm a: ten SMEs, of which as many moved as `changes` says; the other tiers are empty."""
    moved = dict.fromkeys(COLUMNS, 0.0) | {"sme": 10.0 - sum(changes.get(fate, 0.0) for fate in FATES)} | changes
    rows = [{**dict.fromkeys(COLUMNS, 0.0), "tier": name} for name in TIER_NAMES[1:]]
    return [
        {**row, "run": f"a-{seed}", "arm": "a", "seed": seed, "year": year} for row in [{**moved, "tier": "sme"}, *rows]
    ]


def tiers_by_hand() -> pd.DataFrame:
    """Two seeds; burn-in of three years, so that year 3 does not count and cohorts count from year 8 on."""
    rows = counts(1, 3, exit=10.0)
    rows += counts(1, 4, exit=1.0, innovative_sme=2.0, traded=9.0, growth=1.8, before=10.0, left=0.0)
    rows += counts(1, 8, exit=2.0, innovative_sme=1.0, traded=8.0, growth=-0.1, before=10.0, left=6.0)
    rows += counts(2, 8, exit=1.0, innovative_sme=0.0, traded=10.0, growth=0.0, before=10.0, left=4.0)
    return pd.DataFrame(rows)


ARMS: dict[str, Scenario] = {"a": scenario(), "none": scenario("balanced")}


def test_transitions_pooled_over_years_and_averaged_over_seeds_by_hand() -> None:
    table = transitions_table(twice(tiers_by_hand()), ARMS).set_index(["arm", "from_tier", "to_tier"])
    # seed 1: 3 of 20 leave and 3 of 20 climb; seed 2: 1 of 10 and none
    left, climbed = table.loc[("a", "sme", "exit")], table.loc[("a", "sme", "innovative_sme")]
    assert (left["mean"], climbed["mean"], left["replications"]) == pytest.approx((0.125, 0.075, 4))
    assert left["ci_high"] == pytest.approx(0.125 + STUDENT * 0.025)
    assert table.loc[("a", "sme", "sme"), "mean"] == pytest.approx((14 / 20 + 9 / 10) / 2)
    assert table.loc[("a", "champion", "exit"), "replications"] == 0
    assert np.isnan(table.loc[("a", "champion", "exit"), "mean"])
    assert set(table.index.get_level_values("arm")) == {"a"}
    few = transitions_table(tiers_by_hand(), ARMS)
    assert set(few["reason"]) == {"too few", "no value"} and few[["ci_low", "ci_high"]].isna().all(axis=None)


def test_survival_and_growth_by_hand() -> None:
    table = tiers_table(tiers_by_hand(), ARMS).set_index(["arm", "tier", "measure"])
    # the cohort of year 4 began before the fork year
    assert table.loc[("a", "sme", "survival_5"), "mean"] == pytest.approx((0.6 + 0.4) / 2)
    assert table.loc[("a", "sme", "growth"), "mean"] == pytest.approx((1.7 / 17 + 0.0) / 2)
    assert np.isnan(table.loc[("a", "leading_firm", "growth"), "mean"])


def test_nothing_recorded_gives_no_tables_and_no_section() -> None:
    assert transitions_table(pd.DataFrame(), ARMS).empty
    assert tiers_table(pd.DataFrame(), ARMS).empty
    assert tier_parts(pd.DataFrame(), pd.DataFrame(), "a") == []


def test_the_section_shows_shares_in_per_cent() -> None:
    table = twice(tiers_by_hand())
    parts = tier_parts(transitions_table(table, ARMS), tiers_table(table, ARMS), "a")
    first, second = (part for part in parts if isinstance(part, Grid))
    assert "innovative sme" in [row[0] for row in first.rows]
    assert first.rows[0][1] == "80.0 ±18.4"
    assert [row[0] for row in second.rows][:1] == ["alive five years later"]


SMALL = ("population.firms=80", "population.institutes=4", "years.burn_in=3", "years.treatment=4", "seed=3")


@pytest.fixture(scope="module")
def story() -> Scenario:
    return load_scenario("policy_text", list(SMALL))


@pytest.mark.slow
def test_counts_from_the_recorded_firms(story: Scenario) -> None:
    run = run_scenario(story.model_copy(update={"record": story.record.model_copy(update={"panels": ("firms",)})}))
    firms, tiers = run.panels["firms"], run.tiers
    for year in range(2, 8):
        old, new = (firms[firms["year"] == when].set_index("id") for when in (year - 1, year))
        fate = new["tier"].reindex(old.index).fillna("exit")
        expected = pd.crosstab(old["tier"], fate).reindex(index=list(TIER_NAMES), columns=list(FATES), fill_value=0)
        found = tiers[tiers["year"] == year].set_index("tier")
        assert found[list(FATES)].to_numpy().tolist() == expected.to_numpy().tolist()
    first, last = (firms[firms["year"] == when].set_index("id") for when in (2, 7))
    lives = first.index.isin(last.index)
    found = tiers[tiers["year"] == 7].set_index("tier")
    assert found["left"].sum() == lives.sum() and found["before"].sum() == len(first)


@pytest.mark.slow
def test_arms_that_share_a_past_count_as_if_alone(story: Scenario) -> None:
    other = story.model_copy(update={"plan": story.plan.model_copy(update={"layout": "balanced"})})
    runs = run_arms({"one": story, "other": other}, 3)
    alone = run_scenario(other, arm="other")
    pd.testing.assert_frame_equal(runs["other"].tiers, alone.tiers)
    assert len(alone.tiers) == 7 * len(Tier)


@pytest.mark.slow
def test_what_firms_were_lives_on_in_a_copy_and_decides_nothing(story: Scenario) -> None:
    world = build_world(story)
    for _ in range(2):
        step(world)
    forked = fork(world)
    assert forked.at_start["id"].tolist() == world.at_start["id"].tolist()
    forked.at_start = {name: values[:0] for name, values in forked.at_start.items()}
    step(world)
    step(forked)
    assert forked.state_hash() == world.state_hash()
    assert replace(world).at_start["worth"].min() > 0.0


@pytest.mark.slow
def test_counting_is_cheap() -> None:
    """Far below a millisecond a year at the usual size; the bound is loose for a busy machine."""
    world = build_world(load_scenario("policy_text"))
    step(world)
    tier_moves = TierMoves()
    spent = []
    for _ in range(50):
        begin = time.perf_counter()
        tier_moves.observe(world)
        spent.append(time.perf_counter() - begin)
    assert min(spent) < 0.001
