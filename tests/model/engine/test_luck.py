"""A firm that exists in two arms has the same luck in both, also one that enters twenty years later."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernel.scenario_types import Scenario
from sim.kernel.state_hash import hash_present
from sim.kernel.world import Event, Origin, World
from sim.model import schedule
from sim.runs.run import fork
from tests.model.engine.worlds import ALONE, lived, pass_year, small_story

pytestmark = pytest.mark.slow
STORY = small_story(*ALONE, "years.burn_in=17", "years.treatment=6", "population.firms=80")
FOUNDED = 1 + [phase.apply.__name__ for phase in schedule.YEAR].index("found_firms")


def with_layout(layout: str) -> Scenario:
    return STORY.model_copy(update={"plan": STORY.plan.model_copy(update={"layout": layout})})


def rows_of(world: World, ids: np.ndarray) -> np.ndarray:
    """Records of the firms with these ids, in that order."""
    where = {int(identity): row for row, identity in enumerate(world.firms.id)}
    return world.firms[[where[int(identity)] for identity in ids]]


@pytest.fixture(scope="module")
def arms() -> tuple[World, World]:
    """Two arms that parted in year 17, in the middle of year 20: its entrants have just been founded."""
    past = lived(STORY, 17)
    worlds = []
    for layout in ("differentiated", "duplicated"):
        story = with_layout(layout)
        world = fork(past)
        for _ in range(2):
            pass_year(world, story)
        for phase in schedule.YEAR[:FOUNDED]:
            phase.apply(world)
        worlds.append(world)
    return worlds[0], worlds[1]


@pytest.fixture(scope="module")
def entrants(arms: tuple[World, World]) -> np.ndarray:
    """Ids of the firms that entered in year 20 in both arms."""
    one, other = (world.firms.id[world.firms.born == 20] for world in arms)
    return np.intersect1d(one, other)


def test_the_arms_are_different_worlds_with_common_entrants(arms: tuple[World, World], entrants: np.ndarray) -> None:
    assert arms[0].year == arms[1].year == 20
    assert hash_present(arms[0]) != hash_present(arms[1])
    assert len(entrants) >= 2


def test_an_entrant_of_year_twenty_has_the_same_luck_in_both(arms: tuple[World, World], entrants: np.ndarray) -> None:
    one, other = (rows_of(world, entrants) for world in arms)
    # Drawn once, at birth: R&D intensity, knowledge, origin and industry.
    for column in ("research_intensity", "knowledge", "origin", "industry"):
        assert np.array_equal(one[column], other[column]), column
    # The region is chosen by profit, which differs between the arms, with the same luck: few choose another.
    assert (one["region"] == other["region"]).mean() > 0.8
    # Productivity is the industry's mean, less a share of what it has learnt (they differ between arms), and the luck.
    lucks = []
    for world, firms in zip(arms, (one, other), strict=True):
        industries = world.industries
        usual = industries.mean_productivity - world.p.frontier_barrier * industries.frontier
        spread = np.log(firms.productivity) - usual[firms.industry]
        lucks.append(spread[firms.origin == Origin.DE_NOVO])
    assert len(lucks[0]) >= 2
    np.testing.assert_allclose(lucks[0], lucks[1], rtol=0, atol=1e-12)
    means = [world.industries.mean_productivity for world in arms]
    assert np.abs(means[0] - means[1]).max() > 1e-6, "the arms themselves differ"


def test_its_luck_stays_the_same_in_the_years_to_come(arms: tuple[World, World], entrants: np.ndarray) -> None:
    """Tastes move by the firm's luck, and by what keeps appeal in all: the same for everyone in the industry."""
    later = []
    for arm, layout in zip(arms, ("differentiated", "duplicated"), strict=True):
        world = fork(arm)
        for phase in schedule.YEAR[FOUNDED:]:
            phase.apply(world)
        alive = entrants[np.isin(entrants, world.firms.id)]
        before = np.full(len(entrants), np.nan)
        before[np.isin(entrants, alive)] = rows_of(world, alive).appeal
        pass_year(world, with_layout(layout))
        alive = np.isin(entrants, world.firms.id)
        moved = np.full(len(entrants), np.nan)
        moved[alive] = np.log(rows_of(world, entrants[alive]).appeal / before[alive])
        later.append(moved)
    both = ~np.isnan(later[0]) & ~np.isnan(later[1])
    industry = rows_of(arms[0], entrants).industry
    for own in np.unique(industry[both]):
        here = both & (industry == own)
        lucks = [moved[here] - moved[here].mean() for moved in later]
        np.testing.assert_allclose(lucks[0], lucks[1], rtol=0, atol=1e-12)
        assert here.sum() == 1 or np.abs(lucks[0]).max() > 1e-3
    assert max(np.bincount(industry[both])) >= 2


def test_ids_are_never_shared(arms: tuple[World, World]) -> None:
    for world in arms:
        everyone = np.concatenate([world.firms.id, world.institutes.id])
        assert len(np.unique(everyone)) == len(everyone)
        entered = world.events[world.events.event == Event.ENTRY].agent
        assert set(world.firms.id[world.firms.born == 20].tolist()) <= set(entered.tolist())
        assert (everyone > 0).all()
        assert (everyone < 2**52).all()
