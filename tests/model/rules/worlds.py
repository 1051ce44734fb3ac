"""Small worlds for tests of rules: one chain of two stages, made from a scenario or written by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.kernel.contract_index import Contracts, contracts_by_customer
from sim.kernel.declare import parameter_record
from sim.kernel.geography import Neighbours, Positions
from sim.kernel.niche_index import NicheIndex, Reach, no_niches
from sim.kernel.scenario_types import Grid, Industry, Population, Regions, Scenario, Years
from sim.kernel.world import CELL, FIRM, INDUSTRY, LINK, LOCAL_INDUSTRY, REGION, SITE, Nation, Records, Tie, World
from sim.model.opening import build_world
from sim.model.rules import market

CHAIN = {
    "parts": Industry(chain="machines", stage="upstream", weight=0.4),
    "goods": Industry(chain="machines", stage="downstream", inputs={"parts": 0.3}, weight=1.0),
}


APART = dict.fromkeys(
    (
        "customer_base", "entry_by_earnings", "incumbent_standard", "viability", "takeovers", "used_plants_market",
        "efficient_scale", "fading_leads", "opening_labour", "labour_clearing", "open_economy", "redirection",
        "transfers", "specific_inputs",
    ),
    False,
)  # fmt: skip
"""Mechanisms that take the place of other rules or go on from them: off, unless a test asks for them, so that each rule
is tried by itself."""


def parameters(**given: float | bool) -> Any:
    """A parameter record; switches are given as True or False."""
    values = {name: value for name, value in given.items() if not isinstance(value, bool)}
    return parameter_record(values, APART | {name: value for name, value in given.items() if isinstance(value, bool)})


def chain_world(firms: int = 40, seed: int = 3, side: int = 2, **given: Any) -> World:
    """A world of `side` x `side` regions with four cells each and one chain: parts go into goods at 30 % of cost."""
    industries = given.pop("industries", CHAIN)
    leaders = given.pop("leaders", 0.05)
    switches = APART | {name: value for name, value in given.items() if isinstance(value, bool)}
    values = {name: value for name, value in given.items() if not isinstance(value, bool)}
    scenario = Scenario(
        years=Years(burn_in=2, treatment=2),
        regions=Regions(grid=Grid(rows=side, columns=side), cells=2),
        industries=industries,
        population=Population(firms=firms, institutes=2, leaders=leaders),
        mechanisms=switches,
        parameters=values,
    )
    return build_world(scenario, seed)


def some_firms(count: int, **columns: Any) -> Records:
    """Firms written by hand: alive, with ids 1, 2, ... and columns as given."""
    firms = FIRM.empty(count)
    firms.id = np.arange(1, count + 1)
    firms.living = True
    firms.supply_limit = firms.scale_cost = 1.0
    firms.productivity = firms.last_productivity = 1.0
    for name, values in columns.items():
        firms[name] = values
    return firms


def some_contracts(*pairs: tuple[int, int], **columns: Any) -> Records:
    """Supply contracts between rows (customer, supplier), with equal shares of the customer's orders."""
    links = LINK.empty(len(pairs))
    links.id = np.arange(1, len(pairs) + 1)
    links.tie = Tie.SUPPLY
    links.living = True
    customers = [customer for customer, _ in pairs]
    for row, (customer, supplier) in enumerate(pairs):
        links[row].first, links[row].second = customer, supplier
        links[row].share = 1.0 / customers.count(customer)
    for name, values in columns.items():
        links[name] = values
    return links


def contracts_in_order(firms: Any, links: Any, inputs: Any = None) -> Contracts:
    """The index of supply contracts among `links`."""
    return contracts_by_customer(links, firms, np.full((2, 8), -1) if inputs is None else inputs)


def a_nation(industries: Any = None, local_industries: Any = None, input_shares: Any = None, cells: Any = None,
             sites: Any = None, regions: Any = None, cells_of: tuple[int, ...] = ()) -> Nation:  # fmt: skip
    """Places and industries written by hand; `cells_of` says how many cells each region has, in order."""
    start = np.concatenate([[0], np.cumsum(cells_of, dtype=np.int64)])
    return Nation(
        REGION.empty(0) if regions is None else regions,
        INDUSTRY.empty(0) if industries is None else industries,
        CELL.empty(0) if cells is None else cells,
        LOCAL_INDUSTRY.empty(0, 0) if local_industries is None else local_industries,
        SITE.empty(0, 0) if sites is None else sites,
        np.zeros((0, 0)) if input_shares is None else input_shares,
        start,
        np.arange(start[-1]),
    )


def a_reach(nation: Nation, p: Any, freeness: Any = None, firms: Any = None, niches: NicheIndex | None = None) -> Reach:
    """Whom `firms` reach at their prices, and buyers at the price indices of the nation; trade is free by default."""
    regions, industries = nation.local_industries.shape
    firms = FIRM.empty(0) if firms is None else firms
    free = np.ones((regions, regions)) if freeness is None else freeness
    weights, wanted, prices = (np.empty(len(firms)) for _ in range(3))
    niches = no_niches(regions, industries) if niches is None else niches
    reach = Reach(free, weights, wanted, prices, np.empty((regions, industries)), niches)
    market.weigh_firms(firms, reach, p)
    market.weigh_buyers(nation.local_industries, reach.pull, p)
    return reach


def lines_of(count: int, km: float = 50.0) -> Positions:
    """Cells in a row from west to east, `km` apart."""
    return Positions(km * np.arange(float(count)), np.zeros(count), 0.5214 * km)


def all_around(weights: Any, gaps: Any = None) -> Neighbours:
    """Cells that are all around each other: `weights` (C, C) of the cells around each, the nearest first."""
    weights = np.asarray(weights, dtype=float)
    count = len(weights)
    near = np.concatenate([[cell, *(other for other in range(count) if other != cell)] for cell in range(count)])
    gaps = np.zeros(weights.size) if gaps is None else np.asarray(gaps, dtype=float).ravel()
    return Neighbours(np.arange(count + 1) * count, near, gaps, weights.ravel())


def draw_contracts(world: World, *pairs: tuple[int, int]) -> None:
    """Replace all supply contracts of a world by these, rows (customer, supplier) of its firms."""
    world.links_table.clear()
    world.links_table.extend(len(pairs))[...] = some_contracts(*pairs)
