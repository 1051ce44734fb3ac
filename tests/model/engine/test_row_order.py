"""No outcome depends on the order of rows: of agents and links in a world, of regions and industries in a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.kernel.declare import METRICS
from sim.kernel.scenario_types import Plan, Scenario
from sim.kernel.world import LINK, Tie, World
from sim.model.opening import build_world
from tests.model.engine.worlds import columns, everything_on, lived, map_story, pass_year, small_story

Array = np.ndarray[Any, Any]


def chance(count: int, seed: int = 5) -> Array:
    return np.random.default_rng(seed).permutation(count)


# -- agents and links in a running world -----------------------------------------------------------------


def shuffle_firms(world: World) -> None:
    order = chance(len(world.firms))
    firm_rows = np.argsort(order)
    world.firms[...] = world.firms[order].copy()
    links = world.links
    links.first = firm_rows[links.first]
    between_firms = links.tie != Tie.INSTITUTE
    links.second = np.where(between_firms, firm_rows[np.where(between_firms, links.second, 0)], links.second)


def shuffle_institutes(world: World) -> None:
    order = chance(len(world.institutes))
    institute_rows = np.argsort(order)
    world.institutes[...] = world.institutes[order].copy()
    links = world.links
    hosted = links.tie == Tie.INSTITUTE
    links.second = np.where(hosted, institute_rows[np.where(hosted, links.second, 0)], links.second)


def shuffle_links(world: World) -> None:
    world.links[...] = world.links[chance(len(world.links))].copy()


def turn_round_partners(world: World) -> None:
    """A link between firms has no direction: either may stand first."""
    links = world.links
    mutual = np.flatnonzero(links.tie == Tie.FIRM)[::2]
    links.first[mutual], links.second[mutual] = links.second[mutual].copy(), links.first[mutual].copy()


@pytest.mark.parametrize(
    "shuffle",
    [shuffle_firms, *(pytest.param(other, marks=pytest.mark.slow) for other in (shuffle_institutes, shuffle_links))],
)
def test_rows_may_be_written_in_any_order(shuffle: Callable[[World], None]) -> None:
    story = small_story()
    straight, shuffled = lived(story, 5), lived(story, 5)
    assert {int(tie) for tie in shuffled.links.tie} == {int(tie) for tie in Tie}, "links of every kind"
    before = straight.state_hash()
    for _ in range(3):
        shuffle(shuffled)
        assert shuffled.state_hash() != before, "the rows stand in another order"
        pass_year(straight, story)
        pass_year(shuffled, story)
        before = straight.state_hash()
        assert shuffled.state_hash() == before


def test_links_between_firms_have_no_direction() -> None:
    story = small_story()
    straight, turned = lived(story, 5), lived(story, 5)
    turn_round_partners(turned)
    assert straight.state_hash() != turned.state_hash()
    for _ in range(3):
        pass_year(straight, story)
        pass_year(turned, story)
    for name, values in columns(straight.firms).items():
        np.testing.assert_allclose(turned.firms[name], values, rtol=1e-9, atol=1e-12, err_msg=name)


def test_records_hold_what_the_test_knows_to_remap() -> None:
    """A new column that refers to a row must be remapped by these tests, and by World.settle."""
    rows = {column.name for column in LINK.columns if column.unit == "row"}
    assert rows == {"first", "second"}


# -- regions and industries in a file --------------------------------------------------------------------


def reordered_map(story: Scenario, order: Array) -> Scenario:
    """The scenario with the rows of its map's table in another order."""
    tile_map = story.regions.map
    assert tile_map is not None
    data = {name: tuple(values[row] for row in order) for name, values in tile_map.data.items()}
    regions = story.regions.model_copy(update={"map": tile_map.model_copy(update={"data": data})})
    return story.model_copy(update={"regions": regions})


def reordered_industries(story: Scenario, order: Array) -> Scenario:
    """The scenario with its industries listed in another order."""
    names = list(story.industries)
    return story.model_copy(update={"industries": {names[row]: story.industries[names[row]] for row in order}})


def by_name(world: World) -> dict[str, Any]:
    """What a world looks like whatever the order of its regions and industries."""
    regions, industries = np.argsort(world.region_names), np.argsort(world.industry_names)
    found = {f"regions.{name}": values[regions] for name, values in columns(world.regions).items()}
    found |= {f"industries.{name}": values[industries] for name, values in columns(world.industries).items()}
    found |= {
        f"local_industries.{name}": values[regions][:, industries]
        for name, values in columns(world.local_industries).items()
    }
    found |= {f"sites.{name}": values[:, industries] for name, values in columns(world.sites).items()}
    found |= {f"cells.{name}": values for name, values in columns(world.cells).items()}
    found |= {f"firms.{name}": values for name, values in columns(world.firms).items()}
    found |= {f"institutes.{name}": values for name, values in columns(world.institutes).items()}
    found["firms.id"] = np.asarray(world.firms.id)
    found["firms.region"] = np.array(world.region_names)[world.firms.region]
    found["firms.industry"] = np.array(world.industry_names)[world.firms.industry]
    found["institutes.id"] = np.asarray(world.institutes.id)
    return found


def assert_same(first: World, second: World) -> None:
    one, other = by_name(first), by_name(second)
    for name, values in one.items():
        if values.dtype.kind == "f":
            np.testing.assert_allclose(other[name], values, rtol=1e-9, atol=1e-10, err_msg=name)
        else:
            assert values.tolist() == other[name].tolist(), name


LAYOUTS = [pytest.param(name, marks=pytest.mark.slow) for name in ("differentiated", "duplicated", "related")]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_regions_may_be_listed_in_any_order(layout: str) -> None:
    story = map_story(f"plan.layout={layout}")
    other = reordered_map(story, np.array([3, 0, 4, 2, 1]))
    assert other.regions.names() != story.regions.names()
    assert_same(build_world(story), build_world(other))
    assert_same(lived(story, 7), lived(other, 7))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_industries_may_be_listed_in_any_order(layout: str) -> None:
    story = small_story(f"plan.layout={layout}")
    other = reordered_industries(story, np.array([3, 1, 0, 2]))
    assert list(other.industries) != list(story.industries)
    assert_same(build_world(story), build_world(other))
    assert_same(lived(story, 7), lived(other, 7))


@pytest.mark.slow
def test_with_everything_on_the_order_does_not_matter_either() -> None:
    story = everything_on().model_copy(update={"regions": map_story().regions})
    straight = lived(story, 7)
    assert_same(straight, lived(reordered_map(story, np.array([3, 0, 4, 2, 1])), 7))
    assert_same(straight, lived(reordered_industries(story, np.array([3, 1, 0, 2])), 7))
    shuffled = lived(story, 4)
    for shuffle in (shuffle_firms, shuffle_institutes, shuffle_links):
        shuffle(shuffled)
    for _ in range(3):
        pass_year(shuffled, story)
    assert shuffled.state_hash() == straight.state_hash()


@pytest.mark.slow
def test_equal_industries_and_regions_are_told_apart_by_name_only() -> None:
    """Where everything is equal, ties must not go to whoever is listed first."""
    story = map_story("endowments=equal")
    alike = {name: story.industries["metals"].model_copy(update={"chain": name}) for name in ("a", "b", "c", "d", "e")}
    story = story.model_copy(update={"industries": alike, "plan": Plan(layout="duplicated", industries=2)})
    assert_same(lived(story, 6), lived(reordered_industries(story, np.array([4, 2, 0, 1, 3])), 6))
    assert_same(lived(story, 6), lived(reordered_map(story, np.array([4, 2, 0, 1, 3])), 6))


@pytest.mark.slow
def test_metrics_do_not_ask_for_the_order() -> None:
    story = map_story()
    first = lived(story, 5)
    second = lived(reordered_industries(reordered_map(story, np.array([3, 0, 4, 2, 1])), np.array([3, 1, 0, 2])), 5)
    regions = (np.argsort(first.region_names), np.argsort(second.region_names))
    industries = (np.argsort(first.industry_names), np.argsort(second.industry_names))
    for name, metric in METRICS.items():
        one, other = (np.asarray(metric.function(world), dtype=float) for world in (first, second))
        if metric.level in ("region", "local_industry"):
            one, other = one[regions[0]], other[regions[1]]
        if metric.level == "industry":
            one, other = one[industries[0]], other[industries[1]]
        if metric.level == "local_industry":
            one, other = one[:, industries[0]], other[:, industries[1]]
        np.testing.assert_allclose(other, one, rtol=1e-7, atol=1e-9, err_msg=name)
