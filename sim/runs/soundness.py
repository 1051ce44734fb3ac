"""Whether a World that was read from a file holds together: compiled rules follow its row numbers unchecked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.kernel.codes import Category, Event, Flow, Kind, Origin, Tie, Tier
from sim.kernel.money import Mix
from sim.kernel.tables import CONTRACTS, FIRM
from sim.kernel.world import World
from sim.model.plans.planning import PlanInForce
from sim.model.plans.registry import LAYOUTS
from sim.model.policies.registry import POLICIES, Programme
from sim.model.shocks.registry import SHOCKS, Blow

LATEST = 10**6
"""A year that no run reaches."""
FARTHEST = 1e9
"""Kilometres from the origin that no cell lies at: the widest map has cells of 1,000 km."""


def check_sound(world: World) -> None:
    """Raise ValueError for a World whose tables do not fit each other."""
    for check in (_clock, _shapes, _rows, _links, _grid, _treatment):
        for said in check(world):
            raise ValueError(said)


def check_ground(grid: Any, cells: Any, regions: int, cell_km: float, reach_km: float) -> None:
    """Raise ValueError for a map of which no geography can be built."""
    if not (0.0 < cell_km < FARTHEST and 0.0 <= reach_km < 1e6 * cell_km):
        raise ValueError("its distances are no distances")
    if grid.ndim != 2 or grid.dtype.kind != "i" or cells.ndim != 1 or not len(cells):
        raise ValueError("its grid is no grid of cells")
    if sorted(grid[grid >= 0].tolist()) != list(range(len(cells))):
        raise ValueError("its grid does not hold every cell once")
    if {*np.asarray(cells.region).tolist()} != {*range(regions)}:
        raise ValueError("its cells do not make up its regions")
    if not all((np.abs(along) < FARTHEST).all() for along in (np.asarray(cells.x), np.asarray(cells.y))):
        raise ValueError("its cells lie nowhere")


def _clock(world: World) -> Iterator[str]:
    for name, kind in (("seed", int), ("year", int), ("fork_year", int), ("treated", bool)):
        if type(getattr(world, name)) is not kind:
            yield f"{name} is not {'a whole number' if kind is int else 'true or false'}"
    for name in ("expenditure", "labour_force", "wage", "labour_demand", "consumption_budget", "unspent",
                 "public_labour", "entry_share", "research_share", "credit_squeeze",
                 "recession", "foreign_recession"):  # fmt: skip
        if type(getattr(world, name)) not in (int, float):
            yield f"{name} is no number"
    if type(world.fit_scale) not in (int, float, type(None)):
        yield "fit_scale is no number"
    if not 0 <= world.seed < 2**63:
        yield f"seed {world.seed} is out of range"
    if not (0 <= world.year < LATEST and 0 <= world.fork_year < LATEST):
        yield f"year {world.year} is out of range"


def _shapes(world: World) -> Iterator[str]:
    regions, industries, cells = len(world.regions), len(world.industries), len(world.cells)
    square = (regions, regions)
    arrays: dict[str, tuple[Any, tuple[int, ...]]] = {
        "local_industries": (world.local_industries, (regions, industries)),
        "sites": (world.sites, (cells, industries)),
        "input_shares": (world.input_shares, (industries, industries)),
        "relatedness": (world.relatedness, (industries, industries)),
        "input_rows": (world.input_rows, (industries, CONTRACTS)),
        "freeness": (world.freeness, square),
        "open_freeness": (world.open_freeness, square),
        "misjudgement": (world.misjudgement, (regions, industries)),
        "fork_income": (world.fork_income, (regions,)),
        "fork_consumption": (world.fork_consumption, (regions,)),
        "usual_gaps": (world.usual_gaps, (industries,)),
        "mix": (world.mix, (len(Mix._fields),)),
        "flows": (world.flows, (len(Flow),)),
        "money_before": (world.money_before, (2,)),
        **{f"kernel {name}": (array, world.geography.near.shape) for name, array in world.kernels.items()},
    }
    for name, (array, shape) in arrays.items():
        if array is None:
            continue
        if array.shape != shape:
            yield f"{name} has the shape {array.shape} instead of {shape}"
        if not array.dtype.names and array.dtype.kind != ("i" if name == "input_rows" else "f"):
            yield f"{name} holds no numbers of its kind"
    for name, count in (("region_names", regions), ("industry_names", industries)):
        names = getattr(world, name)
        if len(names) != count or not all(isinstance(one, str) for one in names):
            yield f"{name} are not {count} names"
    if not all(isinstance(one, str) for one in (*world.chain_names, *world.accounts)):
        yield "chains and accounts have names that are no text"
    start = {name: array for name, array in world.at_start.items() if name in ("worth", *(FIRM.dtype.names or ()))}
    if len({array.shape for array in start.values()}) > 1:
        yield "at_start has columns of firms of different lengths"
    for name, count in (("region", regions), ("industry", industries), ("tier", len(Tier))):
        if name in start and not ((start[name] >= 0) & (start[name] < count)).all():
            yield f"at_start.{name} points at no row that there is"


def _rows(world: World) -> Iterator[str]:
    """Numbers of rows and codes: (table, column, lowest, one above the highest)."""
    regions, industries, cells = len(world.regions), len(world.industries), len(world.cells)
    place = (("region", 0, regions), ("industry", 0, industries))
    known: list[tuple[str, Any, tuple[tuple[str, int, int], ...]]] = [
        ("firms", world.firms, (*place, ("cell", 0, cells), ("kind", 0, len(Kind)), ("tier", 0, len(Tier)),
                                ("origin", 0, len(Origin)))),
        ("institutes", world.institutes, (*place, ("cell", 0, cells))),
        ("births", world.births, (*place, ("cell", -1, cells), ("kind", 0, len(Kind)), ("origin", 0, len(Origin)))),
        ("industries", world.industries, (("chain", 0, len(world.chain_names)), ("category", 0, len(Category)))),
        ("links", world.links, (("tie", 0, len(Tie)), ("first", 0, len(world.firms)))),
        ("events", world.events, (*place, ("event", 0, len(Event)))),
        ("ledger", world.ledger, (("region", -1, regions), ("industry", -1, industries),
                                  ("account", 0, len(world.accounts)))),
    ]  # fmt: skip
    for table, rows, columns in known:
        for column, low, high in columns:
            values = np.asarray(rows[column])
            if len(values) and (values.min() < low or values.max() >= high):
                yield f"{table}.{column} points at no row that there is"
    if world.input_rows is not None and not ((world.input_rows >= -1) & (world.input_rows < industries)).all():
        yield "input_rows point at no industry that there is"
    if (np.asarray(world.firms["contracts"]) < 0).any():
        yield "firms.contracts are below 0"


def _links(world: World) -> Iterator[str]:
    links = world.links
    ends = np.where(np.asarray(links["tie"]) == Tie.INSTITUTE, len(world.institutes), len(world.firms))
    second = np.asarray(links["second"])
    if ((second < 0) | (second >= ends)).any():
        yield "links.second points at no row that there is"


def _grid(world: World) -> Iterator[str]:
    """Firms and institutes stand in a cell of the region that they are said to be in."""
    owner = np.asarray(world.cells.region)
    for name, rows in (("firms", world.firms), ("institutes", world.institutes)):
        if (owner[np.asarray(rows["cell"])] != np.asarray(rows["region"])).any():
            yield f"{name}.cell lies in another region"


def _treatment(world: World) -> Iterator[str]:
    shape = (len(world.regions), len(world.industries))
    plan = world.plan
    if plan is not None:
        if not isinstance(plan, PlanInForce) or plan.layout not in LAYOUTS:
            yield "its plan is none that this version knows"
        elif (
            plan.hot.shape != shape[1:]
            or plan.mix.shape != (len(Mix._fields) - 1,)
            or plan.choices.shape != (len(plan.choices), *shape)
            or plan.effort.shape != (max(len(plan.choices), 1), shape[0])
            or type(plan.every) is not int
            or plan.every < 1
        ):
            yield "its plan does not fit its regions and industries"
    for one in world.policies:
        if not isinstance(one, Programme) or one.policy not in POLICIES:
            yield "it has an instrument that this version does not know"
        elif (one.regions.shape, one.industries.shape, one.savings.shape) != (shape[:1], shape[1:], shape[:1]):
            yield f"{one.policy} does not fit its regions and industries"
    for one in world.shocks:
        if not isinstance(one, Blow) or one.shock not in SHOCKS:
            yield "it has a shock that this version does not know"
        elif (one.regions.shape, one.industries.shape) != (shape[:1], shape[1:]):
            yield f"{one.shock} does not fit its regions and industries"
