"""The first firms and institutes: how many, where, how old and how well known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.draws import Luck, Purpose, key, laplace_quantile, lineage, uniform
from sim.kernel.scenario_types import Scenario
from sim.kernel.typed import FirmRow, Firms, Parameters
from sim.kernel.world import Kind, Origin, World
from sim.model.opening.niches import expect_first_rivals, take_first_niches
from sim.model.opening.places import numbers
from sim.model.rules import customer_base, founding

Array = np.ndarray[Any, Any]
REGION_DRAW, CELL_DRAW = 1, 2
"""Counters of the draws of a first firm's or institute's place: its region, and an institute's cell."""


def apportion(total: int, weights: Array, ids: Array) -> Array:
    """Whole numbers that sum to `total` in proportion to `weights` (largest remainders; equal ones go by id)."""
    exact = np.round(total * weights / weights.sum(), 9)
    whole = np.floor(exact).astype(int)
    rest = total - int(whole.sum())
    whole[np.lexsort((ids, whole - exact))[:rest]] += 1
    return whole


def column_weights(scenario: Scenario, column: str, otherwise: Array) -> Array:
    """Weights of regions from a column of the map's table, or `otherwise`."""
    if scenario.regions.map is not None and column:
        return numbers(scenario.regions.map.data, column)
    return otherwise


def regional_shares(world: World, weights: Array) -> Array:
    """Where an industry's first firms stand, shape (R, S): by weight, and more where it fits (power sigma - 1)."""
    pull = weights[:, None] * np.exp((world.p.variety_elasticity - 1.0) * world.local_industries.fit)
    return np.asarray(pull / pull.sum(axis=0))


def first_shares(world: World, scenario: Scenario, column: str) -> Array:
    """Where each industry's first firms stand, shape (R, S): by its own column where it names one, whatever fits.

    The others stand by the map's `column`, or population where that is empty, and more where they fit.
    """
    shares = regional_shares(world, column_weights(scenario, column, np.asarray(world.regions.population)))
    for industry, name in enumerate(world.industry_names):
        own = scenario.industries[name].initial_firms
        if own:
            weights = column_weights(scenario, own, shares[:, industry])
            shares[:, industry] = weights / weights.sum()
    return shares


def draw_places(seed: int, identities: Array, shares: Array, ids: Array) -> Array:
    """Rows that keyed uniforms of agents, `identities` (n,), select from `shares`, cumulated in order of `ids`: rows
    may stand in any order.
    """
    luck = [uniform(seed, int(Purpose.PLACE), 0, int(identity), REGION_DRAW) for identity in identities]
    order = np.argsort(ids)
    return np.asarray(order[np.minimum(np.searchsorted(np.cumsum(shares[order]), luck), len(shares) - 1)])


@rule
def make_known(firm: FirmRow, p: Parameters, luck: Luck) -> None:
    """The first firms are as large as firms of their age: the older, the better known. With a customer base all have
    the same one, leading firms too."""
    if p.customer_base:
        firm.appeal = 1.0
        firm.rising = customer_base.begins_rising(firm.id, p, luck)
    elif p.demand_shocks:
        noise = laplace_quantile(uniform(luck.seed, Purpose.APPEAL, 0, firm.id, 0))
        firm.appeal *= math.exp(p.appeal_volatility * math.sqrt(firm.age) * noise)


@rule
def grow_up(firms: Firms, p: Parameters, luck: Luck) -> None:
    """The first firms have stood some years: their ages are exponential, at most `opening_age_max`."""
    for firm in firms:
        aged = uniform(luck.seed, Purpose.AGE, 0, firm.id, 0)
        firm.age = 1 + int(min(-math.log(aged) / p.opening_age_rate, p.opening_age_max))
        firm.born = -firm.age
        firm.productivity *= math.exp(p.entrant_gap) if firm.kind == Kind.SME else 1.0
        firm.last_productivity = firm.productivity
        make_known(firm, p, luck)
        firm.investment = 0.0
        firm.cash = 0.0


def settle_firms(world: World, scenario: Scenario, sales: Array) -> None:
    """Write the first firms: numbers by industry in proportion to sales, places by fit, ages as if long in being."""
    population = scenario.population
    ids = np.asarray(world.industries.id)
    counts = apportion(population.firms, np.where(world.industries.opened, sales, 0.0), ids)
    leaders = apportion(round(population.leaders * population.firms), np.maximum(counts, 1e-9).astype(float), ids)
    tile_map = scenario.regions.map
    ordinary = first_shares(world, scenario, tile_map.initial_firms if tile_map else "")
    leading = first_shares(world, scenario, tile_map.initial_leaders if tile_map else "")
    births = world.births_table
    for industry in range(len(world.industries)):
        fresh = births.extend(int(counts[industry]))
        maker, first = int(world.industries.id[industry]), min(int(leaders[industry]), len(fresh))
        fresh.id = [lineage(int(Purpose.ID), maker, 0, slot) for slot in range(len(fresh))]
        fresh.origin = Origin.INITIAL
        fresh.industry = industry
        fresh.cell = -1
        for kind, own, shares in ((Kind.LEADING_FIRM, slice(first), leading), (Kind.SME, slice(first, None), ordinary)):
            fresh.kind[own] = kind
            drawn = draw_places(world.seed, fresh.id[own], shares[:, industry], np.asarray(world.regions.id))
            fresh.region[own] = drawn
    firms = world.firms_table.extend(len(births.rows))
    founding.found(births.rows, firms, world.nation, world.p, world.luck)
    births.clear()
    take_first_niches(world)
    grow_up(firms, world.p, world.luck)
    firms.subsidy = 0.0
    world.settle()
    expect_first_rivals(world)


def settle_institutes(world: World, scenario: Scenario) -> None:
    """Write the institutes: fields by industries' research, places by the scenario's column or population."""
    count = scenario.population.institutes
    if count == 0:
        return
    research = np.asarray(world.industries.research_intensity * np.maximum(world.industries.sales, 1e-12))
    counts = apportion(count, research, np.asarray(world.industries.id))
    tile_map = scenario.regions.map
    people = np.asarray(world.regions.population)
    weights = column_weights(scenario, tile_map.initial_institutes if tile_map else "", people)
    institutes = world.institutes_table.extend(count)
    starts = world.geography.region_start
    slots = [(industry, slot) for industry in range(len(counts)) for slot in range(int(counts[industry]))]
    makers = np.asarray(world.industries.id)
    institutes.id = [lineage(int(Purpose.INSTITUTE), int(makers[industry]), 0, slot) for industry, slot in slots]
    institutes.region = draw_places(world.seed, institutes.id, weights / weights.sum(), np.asarray(world.regions.id))
    for institute, (industry, _) in zip(institutes, slots, strict=True):
        within = starts[institute.region + 1] - starts[institute.region]
        choice = int(key(world.seed, int(Purpose.PLACE), 0, int(institute.id), CELL_DRAW)) % int(within)
        institute.cell = world.geography.region_cells[starts[institute.region] + choice]
        institute.industry = industry
        institute.knowledge = world.industries.position[industry]
        institute.places = world.p.institute_places
    firms = world.firms
    total = float((firms.research_intensity * firms.sales).sum())
    institutes.budget = world.p.institute_research * total / count
    world.settle()
