"""A small world with a past, from which tests fork: six regions, eight industries, some two hundred firms."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np

from sim.kernel.scenario_types import Scenario
from sim.kernel.state_hash import hash_present
from sim.kernel.world import Tie, World
from sim.model import schedule
from sim.model.opening import build_world, treat
from sim.runs.run import fork
from sim.scenario.reading import load_scenario

PAST = 4
YEARS = 6
SMALL = (
    "regions.grid={rows: 2, columns: 3}",
    "regions.cells=2",
    "population.firms=200",
    "population.institutes=12",
    "population.leaders=0.1",
    f"years={{burn_in: {PAST}, treatment: {YEARS}}}",
    "plan={layout: differentiated, budget: 0.1, industries: 3, every: 3}",
    "parameters.tier_review=1",
    "parameters.leading_share=0.1",  # so that there are leading firms soon
    "parameters.tie_cost=0.4",  # so that few firms in few years find partners, institutes among them
)


@cache
def scenario(*overrides: str) -> Scenario:
    """The small scenario with overrides."""
    return load_scenario("base", [*SMALL, *overrides])


@lru_cache(maxsize=4)
def past(*overrides: str) -> World:
    """The World at the end of the burn-in; fork it, do not move it."""
    world = build_world(scenario(*overrides), 1)
    for _ in range(PAST):
        schedule.step(world)
    return world


def present(*overrides: str) -> World:
    """A World of its own in which the treatment of the small scenario with `overrides` has just begun."""
    world = fork(past(*(one for one in overrides if one.startswith(("parameters", "mechanisms")))))
    treat(world, scenario(*overrides))
    return world


@dataclass
class Year:
    """What is kept of a year of a life."""

    year: int
    hash: str
    """Of all records."""
    people: str
    """Of firms and consumption only: what an announcement or an empty column cannot change."""
    outlays: dict[str, np.ndarray]
    """Account -> amount by region, shape (R,)."""
    consumption_budget: float
    broken: list[str] = field(default_factory=list)
    """Columns that hold what they must not."""


@cache
def life(*overrides: str) -> tuple[Year, ...]:
    """Every year of the small scenario with `overrides` from its fork year on."""
    return tuple(live(present(*overrides)))


def live(world: World, years: int = YEARS) -> Iterator[Year]:
    """Let years pass."""
    for _ in range(years):
        schedule.step(world)
        yield Year(
            world.year - PAST, hash_present(world), fingerprint(world), ledger_by_region(world),
            world.consumption_budget, [*unsound(world)],
        )  # fmt: skip


def fingerprint(world: World) -> str:
    """Hash of what firms are and what people consume."""
    digest = hashlib.blake2b(digest_size=8)
    for name in world.firms.dtype.names:
        digest.update(np.ascontiguousarray(world.firms[name]).tobytes())
    digest.update(np.ascontiguousarray(world.regions.consumption).tobytes())
    return digest.hexdigest()


def ledger_by_region(world: World) -> dict[str, np.ndarray]:
    """Account -> amount of this year by region, shape (R,)."""
    ledger, region_count = world.ledger, len(world.regions)
    assert len(ledger) == 0 or (ledger.region >= 0).all()
    return {
        name: np.bincount(
            ledger.region[ledger.account == number], ledger.amount[ledger.account == number], minlength=region_count
        )
        for number, name in enumerate(world.accounts)
    }


STOCKS = {
    "firms": ("productivity", "efficiency", "appeal", "capacity", "price", "unit_cost", "output", "sales", "labour",
              "loan", "research", "subsidy", "absorption", "credit_line"),
    "institutes": ("budget", "granted"),
    "cells": ("land", "rent", "park"),
    "regions": ("wage", "income", "consumption", "budget", "allowance", "spent", "works"),
}  # fmt: skip


def unsound(world: World) -> Iterator[str]:
    """Columns that are not finite, or negative where they are stocks; links that point nowhere."""
    for table in ("firms", "institutes", "links", "cells", "regions", "industries", "local_industries", "sites"):
        records = getattr(world, table)
        for name in records.dtype.names:
            if records[name].dtype.kind == "f" and not np.isfinite(records[name]).all():
                yield f"{table}.{name} is not finite"
        for name in STOCKS.get(table, ()):
            if (records[name] < 0.0).any():
                yield f"{table}.{name} is negative"
    if len(world.links):
        supply = world.links.tie != Tie.INSTITUTE
        ends = np.concatenate([world.links.first, world.links.second[supply]])
        if ((ends < 0) | (ends >= len(world.firms))).any():
            yield "links point at no firm"


def shuffled(world: World, luck: np.random.Generator) -> World:
    """The same World with its firms, institutes and links in another order of rows."""
    reordered = fork(world)
    firms, institutes = luck.permutation(len(reordered.firms)), luck.permutation(len(reordered.institutes))
    links = luck.permutation(len(reordered.links))
    new_firm, new_institute = np.argsort(firms), np.argsort(institutes)
    reordered.firms_table.keep(firms)
    reordered.institutes_table.keep(institutes)
    reordered.links_table.keep(links)
    rows = reordered.links
    rows.first = new_firm[rows.first]
    hosted = rows.tie == Tie.INSTITUTE
    rows.second[hosted] = new_institute[rows.second[hosted]]
    rows.second[~hosted] = new_firm[rows.second[~hosted]]
    return reordered


def hashes(years: Iterable[Year]) -> list[str]:
    """State hashes, year by year."""
    return [year.hash for year in years]


def people(years: Iterable[Year]) -> list[str]:
    """Fingerprints, year by year."""
    return [year.people for year in years]
