"""Agents are views of records: what they say is in the World, what is written to them arrives there."""

from __future__ import annotations

import pickle

import mesa
import numpy as np
import pytest

from sim.kernel.declare import Column
from sim.kernel.world import FIRM, INSTITUTE, Event, Kind, Origin, Tie, Tier
from sim.mesa_model.agents import SME, Firm, GoneError, LeadingFirm, ResearchInstitute
from sim.mesa_model.cluster_model import LAYERS, ClusterModel
from sim.model import schedule
from tests.model.engine.worlds import map_story, small_story

LEADERS_STAY = ("mechanisms.tiers=false", "population.leaders=0.1")
TIES_ARE_EASY = "parameters.tie_cost=0"


@pytest.fixture(scope="module")
def fourth_year() -> bytes:
    """A model in its fourth year, kept: every test takes its own out of the box."""
    model = ClusterModel(story=small_story(*LEADERS_STAY, TIES_ARE_EASY), rng=3)
    for _ in range(4):
        model.step()
    return pickle.dumps(model)


@pytest.fixture
def model(fourth_year: bytes) -> ClusterModel:
    return pickle.loads(fourth_year)


def first(model: ClusterModel, kind: type) -> object:
    return next(iter(model.agents_by_type[kind]))


def test_every_agent_of_the_world_has_one_view(model: ClusterModel) -> None:
    world = model.world
    leading = world.firms.kind == Kind.LEADING_FIRM
    assert [agent.unique_id for agent in model.agents] == [*world.firms.id.tolist(), *world.institutes.id.tolist()]
    counts = {kind: len(members) for kind, members in model.agents_by_type.items()}
    assert counts == {
        SME: int((~leading).sum()), LeadingFirm: int(leading.sum()), ResearchInstitute: len(world.institutes),
    }  # fmt: skip
    assert set(model.agent_types) == set(counts)
    assert all(isinstance(agent, mesa.Agent) for agent in model.agents)
    assert len(model.firms) == len(world.firms)


OWN = {"partners", "cell", "region", "industry"}
"""Columns that agents show in words of their own: names, cells and agents instead of rows and numbers."""


@pytest.mark.parametrize("column", FIRM.columns, ids=lambda column: column.name)
def test_every_column_of_a_firm_is_read(model: ClusterModel, column: Column) -> None:
    for row, agent in enumerate(model.firms):
        expected = model.world.firms[column.name][row]
        assert np.array_equal(agent.record[column.name], expected)
        assert column.name in OWN or np.array_equal(getattr(agent, column.name), expected)


@pytest.mark.parametrize("column", INSTITUTE.columns, ids=lambda column: column.name)
def test_every_column_of_an_institute_is_read(model: ClusterModel, column: Column) -> None:
    for row, agent in enumerate(model.agents_by_type[ResearchInstitute]):
        expected = model.world.institutes[column.name][row]
        assert np.array_equal(agent.record[column.name], expected)
        assert column.name in OWN or np.array_equal(getattr(agent, column.name), expected)


def test_values_are_plain_and_codes_are_words(model: ClusterModel) -> None:
    firm = first(model, LeadingFirm)
    assert (type(firm.capacity), type(firm.age), type(firm.living)) == (float, int, bool)
    assert (firm.kind, firm.tier, firm.origin) == (Kind.LEADING_FIRM, Tier.LEADING_FIRM, Origin.INITIAL)
    assert firm.tier.name == "LEADING_FIRM"
    assert firm.region in model.world.region_names
    assert firm.industry in model.world.industry_names
    assert firm.unique_id == firm.id == int(firm.record.id)
    assert Firm.capacity.__doc__ == "installed capacity K (goods)"
    assert repr(firm) == f"LeadingFirm({firm.id}, {firm.industry} in {firm.region})"


def test_what_is_written_arrives_in_the_world(model: ClusterModel) -> None:
    firm = first(model, SME)
    row = int(np.flatnonzero(model.world.firms.id == firm.id)[0])
    firm.capacity = 123.5
    firm.knowledge[0] = 0.25
    firm.building = [1.0, 2.0, 3.0, 4.0]
    firm.tier = Tier.CHAMPION
    firm.industry = "metals"
    firm.record.price = 9.0
    record = model.world.firms[row]
    assert (record.capacity, record.knowledge[0], record.tier, record.price) == (123.5, 0.25, Tier.CHAMPION, 9.0)
    assert record.building.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert model.world.industry_names[record.industry] == "metals"
    with pytest.raises(AttributeError):
        firm.region = "R1A"


def test_a_view_follows_its_firm_when_rows_move(model: ClusterModel) -> None:
    before = {agent.unique_id: agent for agent in model.firms}
    capacity = {identity: agent.capacity for identity, agent in before.items()}
    rows = {identity: agent.row for identity, agent in before.items()}
    table = model.world.firms
    table[...] = table[::-1].copy()
    assert {identity: agent.capacity for identity, agent in before.items()} == capacity
    assert rows != {identity: agent.row for identity, agent in before.items()}
    table[...] = table[::-1].copy()
    model.step()
    still = {agent.unique_id: agent for agent in model.firms}
    assert len(set(still) & set(before)) > 20
    assert all(still[identity] is before[identity] for identity in set(still) & set(before))
    assert all(agent.record.id == identity for identity, agent in still.items())


def test_a_firm_that_left_is_no_agent_any_more_and_says_so(model: ClusterModel) -> None:
    before = {agent.unique_id: agent for agent in model.firms}
    while set(before) <= set(model.world.firms.id.tolist()):
        model.step()
    gone = next(agent for identity, agent in before.items() if identity not in set(model.world.firms.id.tolist()))
    assert gone not in model.agents
    assert gone not in model.agents_by_type[type(gone)]
    assert not gone.exists
    with pytest.raises(GoneError, match=rf"SME {gone.unique_id} exists no more in year {model.year}"):
        _ = gone.capacity
    with pytest.raises(GoneError):
        gone.capacity = 1.0


def test_sets_of_agents_answer_questions(model: ClusterModel) -> None:
    firms = model.world.firms
    assert model.firms.agg("sales", sum) == pytest.approx(float(firms.sales.sum()))
    large = model.firms.select(lambda firm: firm.capacity > np.median(firms.capacity))
    assert len(large) == int((firms.capacity > np.median(firms.capacity)).sum())
    model.agents_by_type[SME].do(lambda firm: setattr(firm, "cash", 7.0))
    assert set(model.world.firms.cash[model.world.firms.kind == Kind.SME].tolist()) == {7.0}
    groups = {name: len(members) for name, members in model.firms.groupby("region")}
    assert sum(groups.values()) == len(firms)
    assert model.firms.get("age") == firms.age.tolist()
    model.firms.set("zombie", True)
    assert model.world.firms.zombie.all()


def test_partners_are_the_links_of_the_world(model: ClusterModel) -> None:
    world = model.world
    expected: dict[int, set[int]] = {int(identity): set() for identity in [*world.firms.id, *world.institutes.id]}
    for link in world.links[world.links.tie != Tie.SUPPLY]:
        one = int(world.firms.id[link.first])
        other = int((world.institutes if link.tie == Tie.INSTITUTE else world.firms).id[link.second])
        expected[one].add(other)
        expected[other].add(one)
    found = {agent.unique_id: {other.unique_id for other in agent.partners} for agent in model.agents}
    assert found == expected
    assert sum(map(len, expected.values())) > 0, "the test needs links"
    # The column counts them when projects are agreed, before some partners close at the end of the year.
    assert all(len(firm.partners) <= firm.record.partners for firm in model.firms)


def test_suppliers_and_customers_are_supply_contracts(model: ClusterModel) -> None:
    world = model.world
    contracts = world.links[world.links.tie == Tie.SUPPLY]
    assert len(contracts) > 20
    pairs = {(int(world.firms.id[link.first]), int(world.firms.id[link.second])) for link in contracts}
    assert {(firm.unique_id, other.unique_id) for firm in model.firms for other in firm.suppliers} == pairs
    assert {(other.unique_id, firm.unique_id) for firm in model.firms for other in firm.customers} == pairs


# -- places ----------------------------------------------------------------------------------------------


def test_the_grid_is_made_when_asked_for(model: ClusterModel) -> None:
    assert model._grid is None
    assert len(model.agents) > 0
    assert model._grid is None
    assert model.grid is model.grid


def test_agents_stand_in_cells_north_up(model: ClusterModel) -> None:
    world = model.world
    rows, columns = world.geography.shape
    assert (model.grid.width, model.grid.height) == (columns, rows)
    for agent in model.agents:
        column, height = agent.cell.coordinate
        cell = world.cells[agent.record.cell]
        assert (column * 50.0, -(rows - 1 - height) * 50.0) == (cell.x, cell.y)
        assert agent in agent.cell.agents
    assert sum(len(cell.agents) for cell in model.grid) == len(model.agents)


def test_cells_follow_the_years(model: ClusterModel) -> None:
    assert model.grid is not None
    for _ in range(3):
        model.step()
    standing = {cell.coordinate: {agent.unique_id for agent in cell.agents} for cell in model.grid}
    for agent in model.agents:
        assert agent.unique_id in standing[agent.cell.coordinate]
    assert sum(map(len, standing.values())) == len(model.agents)


def test_property_layers_are_columns_of_cells(model: ClusterModel) -> None:
    for _ in range(2):
        for name in LAYERS:
            for cell in range(len(model.world.cells)):
                assert getattr(model.cell_of(cell), name) == model.world.cells[name][cell]
            assert np.asarray(getattr(model.grid, name).data).sum() == pytest.approx(model.world.cells[name].sum())
        model.step()


def test_neighbourhoods_reach_as_far_as_asked(model: ClusterModel) -> None:
    corner = model.grid[(0, 0)]
    assert len(corner.neighborhood) == 3
    assert len(corner.get_neighborhood(radius=2, include_center=True)) == 9


def test_a_map_with_sea_has_cells_without_land() -> None:
    model = ClusterModel(story=map_story(), rng=1)
    grid, world = model.grid, model.world
    assert grid.width * grid.height > len(world.cells)
    assert int((np.asarray(grid.region.data) >= 0).sum()) == len(world.cells)
    sea = next(cell for cell in grid if cell.region < 0)
    assert sea.is_empty
    with pytest.raises(ValueError, match="no land"):
        next(iter(model.firms)).cell = sea


def test_a_firm_moves_to_another_cell_and_its_region(model: ClusterModel) -> None:
    firm = first(model, SME)
    left = firm.cell
    target = next(cell for cell in model.grid if cell.region != left.region)
    firm.cell = target
    assert (firm.cell, firm.record.region) == (target, target.region)
    assert firm in target.agents
    assert firm not in left.agents
    cells = model.world.firms.cell
    assert (np.diff(cells) >= 0).all(), "rows stand in canonical order again"
    model.step()


def test_a_firm_that_is_removed_leaves_the_world(model: ClusterModel) -> None:
    world = model.world
    firm = max(model.firms, key=lambda one: len(one.partners))
    identity, links, count = firm.unique_id, len(world.links), len(world.firms)
    ties = len(firm.partners) + len(firm.suppliers) + len(firm.customers)
    assert firm.partners
    firm.remove()
    assert identity not in world.firms.id
    assert (len(world.firms), len(world.links)) == (count - 1, links - ties)
    assert identity not in [agent.unique_id for agent in model.agents]
    assert (world.events.event == Event.EXIT).any()
    model.step()


def test_an_institute_that_is_removed_leaves_the_world(model: ClusterModel) -> None:
    world = model.world
    institute = first(model, ResearchInstitute)
    kept = {agent.unique_id: {p.unique_id for p in agent.partners} for agent in model.agents if agent is not institute}
    identity = institute.unique_id
    institute.remove()
    assert identity not in world.institutes.id
    now = {agent.unique_id: {partner.unique_id for partner in agent.partners} for agent in model.agents}
    assert now == {one: others - {identity} for one, others in kept.items()}
    schedule.step(world)


def test_a_class_without_agents_has_an_empty_set() -> None:
    model = ClusterModel(story=small_story("population.leaders=0.0", "population.institutes=0"), rng=3)
    assert len(model.agents_by_type[LeadingFirm]) == len(model.agents_by_type[ResearchInstitute]) == 0
    assert model.agents_by_type[LeadingFirm].agg("sales", sum) == 0
    assert model.agent_types == [SME, LeadingFirm, ResearchInstitute]


def test_a_firm_that_becomes_a_leader_changes_its_class(model: ClusterModel) -> None:
    firm = first(model, SME)
    firm.kind = Kind.LEADING_FIRM
    promoted = next(agent for agent in model.agents if agent.unique_id == firm.unique_id)
    assert isinstance(promoted, LeadingFirm)
    assert promoted.capacity == firm.capacity
    assert len(model.agents) == len(model.world.firms) + len(model.world.institutes)
