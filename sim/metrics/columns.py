"""Sums over living firms by place, industry and tier, that several themes share.

Measures are taken after the year's last census. Flows of the year that stand in the table of local industries (sales,
output, R&D, innovations) include firms that closed at its end; what is summed here is of the firms that live.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.world import Tie, Tier, World
from sim.metrics.formulas.arithmetic import Array, group_sum, rows_among
from sim.metrics.sharing import shared

TIERS = len(Tier)


class Columns:
    """A table whose columns are attributes, plain arrays of shape (n,) or (R, S).

    A column is copied out of its records when it is first read, and then lies close together for all later readers.
    """

    def __init__(self, records: Array, rows: Array | None = None) -> None:
        self._records = records.view(np.ndarray)
        self._rows = rows

    def __getattr__(self, name: str) -> Array:
        try:
            column = self._records[name]
        except ValueError:
            raise AttributeError(f"these records have no column {name!r}") from None
        column = np.ascontiguousarray(column) if self._rows is None else column[self._rows]
        self.__dict__[name] = column
        return column

    def __getitem__(self, rows: Array) -> Columns:
        """Some rows, given by number or by a mask; only what is read of them is looked up."""
        return Columns(self._records, rows if self._rows is None else np.arange(len(self._records))[self._rows][rows])

    def __len__(self) -> int:
        if self._rows is None:
            return len(self._records)
        return int(np.count_nonzero(self._rows)) if self._rows.dtype == bool else len(self._rows)


@shared
def firm_table(world: World) -> Columns:
    """All rows of firms, shape (n,): what links point into."""
    return Columns(world.firms)


@shared
def institute_table(world: World) -> Columns:
    """Research institutes, shape (I,)."""
    return Columns(world.institutes)


@shared
def region_table(world: World) -> Columns:
    """Regions, shape (R,)."""
    return Columns(world.regions)


@shared
def industry_table(world: World) -> Columns:
    """Industries, shape (S,)."""
    return Columns(world.industries)


@shared
def cell_table(world: World) -> Columns:
    """Cells, shape (C,)."""
    return Columns(world.cells)


@shared
def local_industry_table(world: World) -> Columns:
    """Local industries, shape (R, S)."""
    return Columns(world.local_industries)


@shared
def link_table(world: World) -> Columns:
    """Links, shape (L,)."""
    return Columns(world.links)


@shared
def links_of(world: World, kind: Tie) -> Columns:
    """Living links of a kind, shape (L,), in order of row."""
    links = link_table(world)
    return links[np.flatnonzero((links.tie == kind) & links.living)]


@shared
def event_table(world: World) -> Columns:
    """Events of the year, shape (E,)."""
    return Columns(world.events)


@shared
def living(world: World) -> Columns:
    """The firms that live, shape (N,): all rows, at the end of a year."""
    firms = firm_table(world)
    return firms if firms.living.all() else firms[firms.living]


@shared
def place_of_living(world: World) -> Array:
    """Number of the local industry of each living firm, region by region, shape (N,)."""
    return local_industry_of(world, living(world))


@shared
def rows_at_start(world: World) -> Array:
    """Row among the living of each firm that lived when the year began, -1 if it has left; shape (n,)."""
    return rows_among(world.at_start["id"], living(world).id)


@shared
def log_productivity(world: World) -> Array:
    """ln z of the living firms, shape (N,)."""
    return np.asarray(np.log(living(world).productivity))


def by_local_industry(world: World, firms: Columns, values: Array | None = None) -> Array:
    """Sum of `values` (N,) of `firms` (1 each if omitted) by region and industry, shape (R, S)."""
    regions, industries = world.local_industries.shape
    place = place_of_living(world) if firms is living(world) else local_industry_of(world, firms)
    return group_sum(place, regions * industries, values).reshape(regions, industries)


def local_industry_of(world: World, firms: Columns) -> Array:
    """Number of the local industry of each of `firms`, region by region, shape (N,)."""
    return np.asarray(firms.region.astype(np.int64) * world.local_industries.shape[1] + firms.industry)


@shared
def employment(world: World) -> Array:
    """Workers by region and industry, shape (R, S), as the census at the end of the year counted them."""
    return np.asarray(local_industry_table(world).employment).copy()


@shared
def firms_here(world: World) -> Array:
    """Living firms by region and industry, shape (R, S)."""
    return by_local_industry(world, living(world))


@shared
def output_here(world: World) -> Array:
    """Output of the living firms by region and industry, shape (R, S)."""
    firms = living(world)
    return by_local_industry(world, firms, firms.output)


@shared
def capacity_here(world: World) -> Array:
    """Capacity of the living firms by region and industry, shape (R, S)."""
    firms = living(world)
    return by_local_industry(world, firms, firms.capacity)


@shared
def sales_here(world: World) -> Array:
    """Sales of the living firms by region and industry, shape (R, S)."""
    firms = living(world)
    return by_local_industry(world, firms, firms.sales)


@shared
def profit_here(world: World) -> Array:
    """Profit of the living firms by region and industry, shape (R, S)."""
    firms = living(world)
    return by_local_industry(world, firms, firms.profit)


def by_industry(world: World, firms: Columns, values: Array | None = None) -> Array:
    """Sum of `values` (N,) by industry, shape (S,)."""
    return group_sum(firms.industry, len(world.industries), values)


def by_region(world: World, firms: Columns, values: Array | None = None) -> Array:
    """Sum of `values` (N,) by region, shape (R,)."""
    return group_sum(firms.region, len(world.regions), values)


def by_tier(firms: Columns, values: Array | None = None) -> Array:
    """Sum of `values` (N,) by tier, shape (T,)."""
    return group_sum(firms.tier, TIERS, values)


@shared
def national_mix(world: World) -> Array:
    """Share of each industry in all spending, final and intermediate, shape (S,)."""
    spending = local_industry_table(world).spending.sum(axis=0)
    total = spending.sum()
    return np.asarray(spending / total) if total > 0.0 else np.zeros(len(spending))


@shared
def promotion_money(world: World) -> Array:
    """What plans put into every local industry, shape (R, S): announced shares times budgets.

    Where nobody has a budget (a plan that is announced and spends nothing), the announced shares themselves.
    """
    budgets = np.asarray(region_table(world).budget)
    weight = budgets if budgets.sum() > 0.0 else np.ones(len(budgets))
    return np.asarray(local_industry_table(world).promoted * weight[:, None])
