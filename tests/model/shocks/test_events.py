"""Each kind of event against numbers worked out by hand, and losses against the same seed without it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel.world import Event, ExitCause, Kind, World
from sim.metrics.formulas.resilience import resilience
from sim.model import schedule
from sim.model.rules import demand, foreign_trade
from sim.model.shocks import SHOCKS, Blow, shock, strike
from sim.model.shocks.leader_exit import those_meant
from tests.small_world import present


def a_blow(world: World, name: str, strength: float = 0.5, years: int = 3, **settings: float) -> Blow:
    """A blow that strikes everywhere from this year on, alone in the world."""
    defaults = {key: setting.default for key, setting in SHOCKS[name].settings.items()}
    regions, industries = np.ones(len(world.regions), dtype=bool), np.ones(len(world.industries), dtype=bool)
    blow = Blow(name, world.year - world.fork_year - 1, years, strength, regions, industries, {**defaults, **settings})
    world.shocks = [blow]
    return blow


@pytest.fixture
def world() -> World:
    """The small world in its first year of treatment, before anything happened."""
    moved = present()
    moved.year += 1
    moved.events_table.clear()
    return moved


def later(world: World, years: int) -> World:
    """The environment of a later year, nothing else having changed."""
    world.year += years
    strike(world)
    return world


def test_a_slump_fades(world: World) -> None:
    blow = a_blow(world, "demand_slump", 0.4, fading=0.5)
    blow.industries[1:] = False
    strike(world)
    assert world.industries.slump.tolist() == pytest.approx([0.6] + [1.0] * 7)
    assert later(world, 1).industries.slump[0] == pytest.approx(0.8)
    assert later(world, 1).industries.slump[0] == pytest.approx(0.9)
    assert later(world, 1).industries.slump[0] == 1.0


def test_a_disaster_destroys_once_and_is_repaired(world: World) -> None:
    blow = a_blow(world, "disaster", 0.5, fading=0.5, destroyed=0.2)
    blow.regions[:] = False
    blow.regions[2] = True
    before = world.firms.capacity.copy()
    strike(world)
    assert world.regions.disaster.tolist() == [0.0, 0.0, 0.5, 0.0, 0.0, 0.0]
    hit = world.firms.region == 2
    assert world.firms.capacity[hit] == pytest.approx(0.9 * before[hit])
    assert (world.firms.capacity[~hit] == before[~hit]).all()
    assert later(world, 1).regions.disaster[2] == pytest.approx(0.25)
    assert world.firms.capacity[hit] == pytest.approx(0.9 * before[hit])


def test_disasters_multiply(world: World) -> None:
    first = a_blow(world, "disaster", 0.5, fading=0.0)
    second = a_blow(world, "disaster", 0.2, fading=0.0)
    world.shocks = [first, second]
    strike(world)
    assert world.regions.disaster == pytest.approx(1.0 - 0.5 * 0.8)


def test_an_embargo_leaks(world: World) -> None:
    blow = a_blow(world, "embargo", 1.0, leak=0.1)
    blow.industries[:] = False
    blow.industries[3] = True
    strike(world)
    assert world.industries.embargo.tolist() == pytest.approx([0, 0, 0, 0.9, 0, 0, 0, 0])


def test_a_credit_squeeze_withholds_a_share(world: World) -> None:
    a_blow(world, "credit_squeeze", 0.5, fading=0.4)
    strike(world)
    assert world.credit_squeeze == pytest.approx(0.5)
    assert later(world, 1).credit_squeeze == pytest.approx(0.3)


def test_in_a_recession_consumers_and_buyers_abroad_spend_less(world: World) -> None:
    world.shocks = [a_blow(world, "recession", 0.1, abroad=2.0), a_blow(world, "recession", 0.5, abroad=0.0)]
    strike(world)
    assert world.recession == pytest.approx(1.0 - 0.9 * 0.5)
    assert world.foreign_recession == pytest.approx(0.2)
    world.recession, world.foreign_recession = 0.0, 0.0
    demand.earn(world)
    before = np.asarray(world.regions.income).copy()
    world.recession = 0.05
    demand.earn(world)
    saved = np.asarray(world.regions.savings)
    assert np.asarray(world.regions.income) - saved == pytest.approx(0.95 * (before - saved))
    industries = world.industries
    industries.export_demand[:] = 3.0
    foreign_trade.convert_all(industries, 1.0, 1.0, world.p)
    full = np.asarray(industries.foreign_demand).copy()
    assert full.max() == 3.0
    foreign_trade.convert_all(industries, 1.0, 0.8, world.p)
    assert np.asarray(industries.foreign_demand) == pytest.approx(0.8 * full)


def test_the_largest_leaders_leave_and_their_links_with_them(world: World) -> None:
    firms = world.firms
    firms.kind[:] = Kind.SME
    leaders = np.flatnonzero(firms.industry == firms.industry[0])[:3]
    firms.kind[leaders] = Kind.LEADING_FIRM
    firms.sales[leaders] = [5.0, 9.0, 7.0]
    ids, count = firms.id[leaders].tolist(), len(firms)
    a_blow(world, "leader_exit", 1.0, leaders=2.0)
    strike(world)
    assert len(world.firms) == count - 2
    assert ids[0] in world.firms.id
    assert not np.isin(ids[1:], world.firms.id).any()
    gone = world.events[world.events.event == Event.EXIT]
    assert sorted(gone.agent.tolist()) == sorted(ids[1:])
    assert set(gone.detail) == {ExitCause.SHOCK}
    assert later(world, 1).firms.shape == (count - 2,)


def test_a_fraction_of_a_leader_is_a_part_of_its_capacity(world: World) -> None:
    firms = world.firms
    firms.kind[:] = Kind.SME
    leaders = np.flatnonzero(firms.industry == firms.industry[0])[:3]
    firms.kind[leaders] = Kind.LEADING_FIRM
    firms.sales[leaders] = [5.0, 9.0, 7.0]
    firms.capacity[leaders] = 8.0
    ids, count = firms.id[leaders], len(firms)
    a_blow(world, "leader_exit", 0.25)
    strike(world)
    assert len(world.firms) == count
    assert [float(world.firms.capacity[world.firms.id == one].sum()) for one in ids] == [8.0, 6.0, 8.0]
    # 2.5 of 3: two leave, of the last one half is left.
    world.firms.capacity[np.isin(world.firms.id, ids)] = 8.0
    a_blow(world, "leader_exit", 2.5 / 3, leaders=3.0)
    strike(world)
    left = [float(world.firms.capacity[world.firms.id == one].sum()) for one in ids]
    assert left == pytest.approx([4.0, 0.0, 0.0])
    assert len(world.firms) == count - 2


def test_the_share_of_many_leaders_is_counted_without_rounding_errors(world: World) -> None:
    for strength, leaders, expected in (
        (1.0, 1.0, (1, 0.0)),
        (0.1, 1.0, (0, 0.1)),
        (0.3, 10.0, (3, 0.0)),
        (0.7, 10.0, (7, 0.0)),
    ):
        assert those_meant(a_blow(world, "leader_exit", strength, leaders=leaders)) == pytest.approx(expected)


def test_links_of_those_who_leave_end() -> None:
    world = present("shocks=[{shock: leader_exit, settings: {leaders: 50}}]")
    schedule.step(world)
    assert not (world.firms.kind[world.firms.age > 0] == Kind.LEADING_FIRM).any() or world.p.tiers
    assert (world.links.first < len(world.firms)).all()
    assert (world.links.first >= 0).all()


def test_obsolescence_spares_the_young(world: World) -> None:
    a_blow(world, "obsolescence", 0.4, young=5.0, spared=0.5)
    world.firms.productivity = 1.0
    world.firms.age[:2] = [5, 6]
    strike(world)
    assert world.firms.productivity[:2].tolist() == pytest.approx([0.8, 0.6])
    assert later(world, 1).firms.productivity[1] == pytest.approx(0.6)


def test_turbulence_strikes_as_often_and_as_hard_as_it_says() -> None:
    world = present()
    blow = a_blow(world, "turbulence", 1.0, years=4000, chance=0.05, lasts=1.0)
    losses = []
    for year in range(1, 501):
        world.year = world.fork_year + blow.start + year
        strike(world)
        losses += (1.0 - world.industries.slump).tolist()
    struck = [loss for loss in losses if loss > 0.0]
    # 4,000 draws at .05: 200, two standard deviations are 28.
    assert 172 <= len(struck) <= 228
    assert 0.2 <= min(struck) < 0.25
    assert 0.45 < max(struck) <= 0.5
    assert np.mean(struck) == pytest.approx(0.35, abs=0.02)


def test_turbulence_lasts(world: World) -> None:
    a_blow(world, "turbulence", 1.0, years=10, chance=1.0, least=0.5, most=0.5, lasts=2.0)
    strike(world)
    assert world.industries.slump == pytest.approx(0.5)
    assert later(world, 1).industries.slump == pytest.approx(0.25)
    assert later(world, 1).industries.slump == pytest.approx(0.25)


@pytest.mark.slow
def test_the_same_industry_suffers_in_every_arm() -> None:
    turbulent = "shocks=[{shock: turbulence, years: 6, settings: {chance: 0.4}}]"
    slumps = []
    for layout in ("differentiated", "market"):
        world = present(f"plan.layout={layout}", turbulent)
        told = []
        for _ in range(4):
            schedule.step(world)
            told.append(world.industries.slump.tolist())
        slumps.append(told)
    assert slumps[0] == slumps[1]
    assert any(value < 1.0 for year in slumps[0] for value in year)


def consumption(*overrides: str, years: int = 6) -> np.ndarray:
    """Real consumption of the nation, year by year."""
    world = present(*overrides)
    path = []
    for _ in range(years):
        schedule.step(world)
        path.append(float(world.regions.consumption.sum()))
    return np.array(path)


@pytest.mark.slow
def test_a_disaster_costs_at_once_what_the_same_seed_without_it_has() -> None:
    hit = resilience(consumption("shocks=[{shock: disaster, strength: 0.5, regions: [R1A, R1B]}]"), consumption())
    assert hit.resistance < 0.97
    assert hit.loss > 0.0


@pytest.mark.slow
def test_the_harder_the_blow_the_greater_the_loss() -> None:
    unshocked = consumption(years=1)
    losses = [
        resilience(consumption(f"shocks=[{{shock: disaster, strength: {strength}}}]", years=1), unshocked).loss
        for strength in (0.2, 0.4, 0.8)
    ]
    assert losses == sorted(losses)
    assert losses[0] > 0.0


@pytest.mark.slow
def test_obsolescence_lowers_the_productivity_of_its_industry_only() -> None:
    world, unshocked = present("shocks=[{shock: obsolescence, strength: 0.3, industries: [metals]}]"), present()
    schedule.step(world)
    schedule.step(unshocked)
    metals = world.industry_names.index("metals")
    fall = np.asarray(world.industries.mean_productivity - unshocked.industries.mean_productivity)
    assert fall[metals] < 0.8 * math.log(0.85)
    assert np.delete(fall, metals) == pytest.approx(0.0, abs=0.05)


def test_a_shock_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        shock("disaster", help="", unit="", source="")(lambda world, blow: None)
