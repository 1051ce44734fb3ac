"""Changes in the course of a run, wherever it is run from, and a timeline that goes back and lives on otherwise."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from sim.kernel.scenario_types import Change, Scenario
from sim.kernel.world import World
from sim.mesa_model.cluster_model import ClusterModel
from sim.model.opening import build_world
from sim.runs.checkpoint import CheckpointError, check_fit, load_checkpoint, save_checkpoint
from sim.runs.run import run_arms, run_scenario, shared_past, world_at
from sim.runs.timeline import Timeline, count_bytes, fork, live_year
from sim.scenario.changes import past_of
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import changed
from tests.small_world import PAST, YEARS, scenario

LAST = PAST + YEARS
DEARER = {"distance_cost": 1.0, "plan.budget": 0.02, "plan.layout": "duplicated", "relocation": False}
YEAR = PAST + 4
"""Of the change: plans are renewed in it."""


def story(*overrides: str) -> Scenario:
    """The small scenario with fewer firms."""
    return scenario("population.firms=80", *overrides)


def dearer() -> Scenario:
    """The story that is changed in YEAR."""
    return changed(story(), {YEAR: DEARER})


def hashes(told: Scenario, seed: int = 1) -> list[str]:
    """State hashes of years 1 to the last."""
    return run_scenario(told, seed).hashes["hash"].tolist()


# -- one year after another --------------------------------------------------------------------------------


def test_the_record_and_what_follows_from_it_change_at_the_start_of_the_year() -> None:
    world = world_at(dearer(), YEAR - 1)
    assert world.p.distance_cost == 0.25 and world.plan.layout == "differentiated"
    before = world.freeness.copy()
    live_year(world, dearer())
    p = world.p
    assert (p.distance_cost, bool(p.relocation), world.plan.layout, world.plan.start) == (
        1.0, False, "duplicated", PAST + 1,
    )  # fmt: skip
    apart = world.geography.region_distance
    border = 1.0 + p.protection * (1.0 - np.eye(len(apart)))
    cost = (1.0 + apart / p.trade_scale) ** 1.0 * border
    assert np.allclose(world.freeness, cost ** (1.0 - p.variety_elasticity), rtol=1e-12)
    assert not np.allclose(world.freeness, before)
    assert np.isclose(world.regions.budget.sum(), 0.02 * world.expenditure)


def test_kept_weights_gateways_and_relatedness_follow() -> None:
    told = changed(story(), {2: {"agglomeration_decay": 3.0, "gateways": 1.0, "chain_relatedness": 1.0}})
    world = world_at(story(), 1)
    kept = dict(world.kernels)
    live_year(world, told)
    now = world.kernels
    assert now.keys() == kept.keys()
    assert {name for name in now if not np.array_equal(now[name], kept[name])} == {"neighbour_weights"}
    assert world.regions.gateway.all()
    linked = world.input_shares > 0.0
    assert (world.relatedness[linked] == 1.0).all()


def test_a_plan_that_changes_between_renewals_waits_for_the_next() -> None:
    told = changed(story(), {YEAR - 1: {"plan.layout": "duplicated", "plan.budget": 0.02}})
    plain, waiting = hashes(story()), world_at(told, YEAR - 1)
    assert waiting.plan.layout == "duplicated"
    assert np.isclose(waiting.regions.budget.sum(), 0.1 * waiting.expenditure)
    live_year(waiting, told)
    assert np.isclose(waiting.regions.budget.sum(), 0.02 * waiting.expenditure)
    assert plain[YEAR - 1] != waiting.state_hash()


def test_the_neutral_plan_changes_in_the_burn_in() -> None:
    world = world_at(changed(story("neutral.every=1"), {2: {"neutral.budget": 0.4}}), 2)
    assert np.isclose(world.regions.budget.sum(), 0.4 * world.expenditure)


PROGRAMMES = "policies=[{policy: soft_loan}, {policy: local_protection, settings: {barrier: 0.5}}]"


def test_programmes_keep_their_savings_and_change_their_strength() -> None:
    told = changed(story(PROGRAMMES), {YEAR: {"policies.0.strength": 0.5, "policies.1.settings.barrier": 0.1}})
    world = world_at(told, YEAR - 1)
    kept = [programme.savings for programme in world.policies]
    live_year(world, told)
    assert [programme.savings is one for programme, one in zip(world.policies, kept, strict=True)] == [True, True]
    loan, border = world.policies
    assert (loan.strength, border.settings["barrier"], border.strength) == (0.5, 0.1, 1.0)
    ratio = world.freeness / world.open_freeness
    assert np.allclose(ratio[0, 1], 1.1 ** (1.0 - world.p.variety_elasticity))


@pytest.mark.parametrize("off", [{"policies.1.strength": 0.0}, {"policies.1.years": 0}])
def test_a_programme_that_is_switched_off_winds_up_and_may_come_back(off: dict[str, float]) -> None:
    back = {"policies.1.strength": 1.0, "policies.1.years": 100}
    told = changed(story(PROGRAMMES), {YEAR: off, YEAR + 1: {"distance_cost": 0.3}, YEAR + 2: back})
    world = world_at(told, YEAR - 1)
    assert (world.freeness < world.open_freeness).any()
    live_year(world, told)
    assert world.policies[1].is_over(world) and np.array_equal(world.freeness, world.open_freeness)
    live_year(world, told)
    assert world.policies[1].is_over(world) and np.array_equal(world.freeness, world.open_freeness)
    live_year(world, told)
    assert world.policies[1].runs(world) and (world.freeness < world.open_freeness).any()


def test_a_programme_that_is_switched_on_later_begins_then() -> None:
    idle = "policies=[{policy: local_protection, strength: 0}]"
    told = changed(story(idle), {YEAR: {"policies.0.strength": 1.0}})
    assert hashes(told)[: YEAR - 1] == hashes(story(idle))[: YEAR - 1]
    world = world_at(told, YEAR)
    assert world.policies[0].runs(world) and (world.freeness < world.open_freeness).any()


def test_shocks_change_their_strength() -> None:
    slump = "shocks=[{shock: demand_slump, years: 100, strength: 0.5, settings: {fading: 0}}]"
    told = changed(story(slump), {YEAR: {"shocks.0.strength": 0.1}})
    assert [world_at(told, year).industries.slump.min() for year in (YEAR - 1, YEAR)] == [0.5, 0.9]


# -- runs --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_arms_with_later_changes_share_their_past_and_equal_runs_alone() -> None:
    early = changed(story(), {2: {"distance_cost": 1.0}})
    assert past_of(dearer()) == past_of(story()) != past_of(early)
    assert shared_past({"a": story(), "b": dearer()}) and not shared_past({"a": story(), "b": early})
    runs = run_arms({"plain": story(), "dearer": dearer(), "early": early}, 1)
    found = {arm: run.hashes["hash"].tolist() for arm, run in runs.items()}
    assert found == {"plain": hashes(story()), "dearer": hashes(dearer()), "early": hashes(early)}
    assert found["dearer"][: YEAR - 1] == found["plain"][: YEAR - 1]
    assert found["dearer"][YEAR - 1] != found["plain"][YEAR - 1]
    assert found["early"][0] == found["plain"][0] and found["early"][1] != found["plain"][1]


@pytest.mark.slow
def test_panels_and_mesa_see_the_change() -> None:
    told = changed(story("record.panels=[regions]"), {YEAR: {"gateways": 1.0}})
    panel = run_scenario(told).panels["regions"]
    open_to = panel.groupby("year")["gateway"].mean()
    assert (open_to[open_to.index < YEAR] < 1.0).all() and (open_to[open_to.index >= YEAR] == 1.0).all()
    model = ClusterModel(story=told)
    while model.running:
        model.step()
    assert model.world.state_hash() == hashes(told)[-1]


@pytest.mark.slow
def test_a_run_goes_on_from_a_checkpoint_through_its_changes(tmp_path: Path) -> None:
    whole = hashes(dearer())
    for year in (YEAR - 1, YEAR, YEAR + 1):
        path = tmp_path / f"{year}.checkpoint"
        save_checkpoint(world_at(dearer(), year), path, dearer())
        resumed = run_arms({"arm": dearer()}, 1, start=load_checkpoint(path))["arm"]
        assert resumed.hashes["hash"].tolist() == whole[year - 1 :]


def test_a_checkpoint_fits_what_changes_later_and_nothing_that_changed_before() -> None:
    world = build_world(story())
    world.year, world.treated = YEAR, True
    other = changed(story(), {YEAR: {"distance_cost": 0.9}})
    check_fit("x", world, dearer(), changed(dearer(), {YEAR: DEARER, YEAR + 1: {"distance_cost": 0.1}}))
    for kept, wanted in ((dearer(), story()), (story(), dearer()), (dearer(), other)):
        with pytest.raises(CheckpointError, match="another past: it differs in changes"):
            check_fit("x", world, kept, wanted)
    world.year = YEAR - 1
    check_fit("x", world, story(), dearer())


# -- going back ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lived() -> list[str]:
    """State hashes of the unchanged story, the opening first."""
    return [build_world(story(), 1).state_hash(), *hashes(story())]


@pytest.mark.parametrize("memory", [10**9, 3_000_000, 0])
def test_going_to_and_fro_gives_equal_hashes_whatever_is_kept(lived: list[str], memory: int) -> None:
    timeline = Timeline(story(), 1, memory)
    for year in (LAST, 4, 5, 0, LAST, 2):
        assert timeline.at(year).state_hash() == lived[year]
        assert timeline.at(year).year == year
        assert timeline.kept_bytes <= memory
    assert len(timeline.kept_years) == (LAST + 1 if memory == 10**9 else len(timeline.kept_years))
    assert (timeline.kept_years == []) == (memory == 0)
    with pytest.raises(ValueError, match=f"years 0 to {LAST}"):
        timeline.at(LAST + 1)


def test_a_change_lives_on_from_the_last_year_before_it(lived: list[str]) -> None:
    timeline = Timeline(story(), 1)
    timeline.at(LAST)
    assert timeline.change(YEAR, DEARER) == YEAR - 1
    assert timeline.kept_years == list(range(YEAR))
    assert [timeline.at(year).state_hash() for year in range(1, LAST + 1)] == hashes(dearer())
    assert timeline.change(YEAR, dict.fromkeys(DEARER)) == YEAR - 1
    assert timeline.scenario == story()
    assert [timeline.at(year).state_hash() for year in range(LAST + 1)] == lived


def test_a_change_joins_those_of_its_year_and_replaces_equal_keys() -> None:
    timeline = Timeline(dearer(), 1)
    timeline.change(YEAR, {"parameters": {"distance_cost": 0.4}, "plan.layout": None, "exit_size": 0.2})
    timeline.change(YEAR + 1, {"tie_cost": 0.5})
    assert timeline.scenario.changes == (
        Change(
            year=YEAR,
            set={
                "mechanisms.relocation": False,
                "parameters.distance_cost": 0.4,
                "parameters.exit_size": 0.2,
                "plan.budget": 0.02,
            },
        ),
        Change(year=YEAR + 1, set={"parameters.tie_cost": 0.5}),
    )


def test_a_refused_change_leaves_everything_as_it_was(lived: list[str]) -> None:
    timeline = Timeline(story(), 1)
    timeline.at(4)
    with pytest.raises(ScenarioError, match=f"change of year {YEAR}: .*population.firms: cannot change"):
        timeline.change(YEAR, {"population.firms": 9})
    assert timeline.scenario == story() and timeline.kept_years == [0, 1, 2, 3, 4]
    assert timeline.at(4).state_hash() == lived[4]


def test_another_scenario_keeps_the_years_that_both_have() -> None:
    timeline = Timeline(dearer(), 1)
    timeline.at(LAST)
    assert timeline.revise(dearer()) == LAST
    assert timeline.revise(changed(story(), {2: {"tie_cost": 0.5}})) == 1
    assert timeline.revise(story("plan.budget=0.05")) == 0 and timeline.kept_years == []


def test_what_is_looked_at_is_not_moved_when_the_run_lives_on(lived: list[str]) -> None:
    timeline = Timeline(story(), 1, memory=0)
    seen: list[World] = [timeline.at(year) for year in (2, 3, 4)]
    assert [world.state_hash() for world in seen] == lived[2:5]


def test_the_kept_years_lie_evenly_and_within_memory() -> None:
    one = count_bytes([world_at(story(), LAST, 1)])
    timeline = Timeline(story("years.treatment=17"), 1, memory=4 * one)
    for year in range(21):
        timeline.at(year)
        assert 0 < timeline.kept_bytes <= 4 * one
    years = timeline.kept_years
    assert 4 <= len(years) < 15 and years[0] == 0 and years[-1] == 20
    assert max(later - earlier for earlier, later in pairwise(years)) <= 10


def test_a_fork_shares_what_never_changes_and_nothing_else() -> None:
    """Declarations of tables were most of what a fork copied: some thousand objects."""
    world = world_at(story(), 2)
    again = fork(world)
    for name in ("firms_table", "institutes_table", "links_table", "births_table", "events_table", "ledger_table"):
        one, other = getattr(world, name), getattr(again, name)
        assert other.kind is one.kind and not np.shares_memory(other.buffer, one.buffer)
    assert again.geography is world.geography and again.state_hash() == world.state_hash()
    live_year(again, story())
    assert again.year == 3 and world.year == 2


def test_bytes_that_worlds_share_count_once() -> None:
    world = build_world(story(), 1)
    alone = count_bytes([world])
    shared = (
        world.geography.gap.nbytes + world.geography.near.nbytes + sum(one.nbytes for one in world.kernels.values())
    )
    assert alone < count_bytes([world, fork(world)]) <= 2 * alone - shared


def test_a_walk_meets_the_years_of_the_run_and_keeps_some() -> None:
    told = hashes(dearer())
    timeline = Timeline(dearer(), 1)
    assert [world.state_hash() for world in timeline.walk(1, stride=4)] == told
    assert set(timeline.kept_years) >= {0, 1, 4, 8}
    assert next(timeline.walk(4)).state_hash() == told[3] == timeline.at(4).state_hash()
    with pytest.raises(ValueError, match="the run has years"):
        next(timeline.walk(LAST + 1))
