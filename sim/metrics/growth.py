"""Sources of growth: what a year added to the nation's total factor productivity, and where it came from.

Measured is the productivity that lowers prices at given wages, rents and mark-ups: growth of the real wage that
technology, varieties and imports allow (total factor productivity in its dual form, Jorgenson & Griliches 1967; Hulten
1978 for industries that supply each other). Real income moves with it, and with utilisation, mark-ups, plans and the
wage's way to equilibrium, which are no sources of growth. An industry's productivity is that of a CES bundle of its
varieties, (1/(sigma-1)) ln sum A z^(sigma-1), z with what the nation and the place have learnt by doing; its change is
split over firms exactly by the weights of Sato (1976) and Vartia (1976), entry and exit apart (Feenstra 1994). With
`niches` it is that of a bundle of niches, each a bundle of firms (sim.metrics.formulas.nested_growth).
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import Event, World
from sim.metrics.columns import event_table, industry_table, living, local_industry_table, rows_at_start
from sim.metrics.formulas import growth as formula
from sim.metrics.formulas import nested_growth
from sim.metrics.formulas.arithmetic import Array, group_sum, ratio, rows_among
from sim.metrics.sharing import shared

HULTEN = "Hulten 1978; Jorgenson & Griliches 1967 (dual); Feenstra 1994; Sato 1976"
CAUSES = ("innovation", "diffusion", "learning", "programmes", "reallocation", "selection", "variety", "imports")


def learnt(world: World) -> Array:
    """ln productivity that the nation and the place have learnt by doing, by region and industry, shape (R, S)."""
    return np.asarray(industry_table(world).frontier[None, :] + local_industry_table(world).learnt)


def varieties(world: World) -> tuple[formula.Varieties, formula.Varieties]:
    """The firms that lived when the year began, and those that live now, as varieties."""
    power = float(world.p.variety_elasticity) - 1.0
    start, firms, known = world.at_start, living(world), np.asarray(local_industry_table(world).learnt_before)
    before = start["appeal"] * (start["productivity"] * np.exp(known[start["region"], start["industry"]])) ** power
    after = firms.appeal * (firms.productivity * np.exp(learnt(world)[firms.region, firms.industry])) ** power
    return formula.Varieties(start["industry"], before), formula.Varieties(firms.industry, after)


def sellers(world: World) -> tuple[nested_growth.Sellers, nested_growth.Sellers]:
    """The firms that lived when the year began, and those that live now."""
    start, firms, known = world.at_start, living(world), np.asarray(local_industry_table(world).learnt_before)
    strong = start["productivity"] * np.exp(known[start["region"], start["industry"]])
    now = np.asarray(firms.productivity * np.exp(learnt(world)[firms.region, firms.industry]))
    niche, appeal = np.asarray(firms.niche), np.asarray(firms.appeal)
    return (
        nested_growth.Sellers(start["industry"], start["niche"], start["appeal"], strong),
        nested_growth.Sellers(np.asarray(firms.industry), niche, appeal, now),
    )


def gains(world: World, old: Array, new: Array) -> dict[str, Array]:
    """Change of ln productivity of a variety by cause, of firms in rows `old` at the start and `new` now; each (n,)."""
    start, firms, events = world.at_start, living(world), event_table(world)
    found = events.event == Event.INNOVATION
    innovated = group_sum(rows_among(events.agent[found], firms.id[new]) + 1, len(new) + 1, events.amount[found])[1:]
    taught = firms.taught[new] - start["taught"][old]
    own = np.log(firms.productivity[new] / start["productivity"][old])
    region, industry, now = start["region"][old], start["industry"][old], learnt(world)
    by_place = now[region, industry] - local_industry_table(world).learnt_before[region, industry]
    moved = now[firms.region[new], industry] - now[region, industry]
    return {
        "innovation": innovated,
        "diffusion": firms.imitated[new],
        "learning": taught + by_place,
        "programmes": own - innovated - firms.imitated[new] - taught,
        "moves": moved,
        "liking": np.log(firms.appeal[new] / start["appeal"][old]) / (float(world.p.variety_elasticity) - 1.0),
    }


Split = tuple[dict[str, Array], Array]
"""Growth of industries by cause, and all of it; each (S,)."""


def flat(world: World, old: Array, new: Array) -> Split:
    """Growth of industries of firms that are one variety each; those in rows `old` and `new` are the same firms."""
    count, power = len(world.industries), float(world.p.variety_elasticity) - 1.0
    before, after = varieties(world)
    stayed = tuple(
        formula.Varieties(one.industry[rows], one.weight[rows]) for one, rows in ((before, old), (after, new))
    )
    weights = formula.sato_vartia(stayed[0], stayed[1], count)
    number, selection = formula.turnover(before, after, (stayed[0], stayed[1]), count)
    gained = gains(world, old, new)
    gained["reallocation"] = gained.pop("moves") + gained.pop("liking")
    found = {cause: group_sum(stayed[0].industry, count, weights * gain) for cause, gain in gained.items()}
    whole = formula.growth_of(before, after, stayed[0], count) / power
    return found | {"variety": number / power, "selection": selection / power}, whole


def nested(world: World, old: Array, new: Array) -> Split:
    """Growth of industries of niches; firms in rows `old` at the start and `new` now are the same."""
    count, p = len(world.industries), world.p
    before, after = sellers(world)
    stayed = before.chosen(old), after.chosen(new)
    split = nested_growth.nested_sources(
        before, after, stayed, count, float(p.variety_elasticity), float(p.niche_elasticity)
    )
    gained = gains(world, old, new)
    gained["reallocation"] = gained.pop("moves")
    del gained["liking"]  # that of niches is in the split
    found = {cause: group_sum(stayed[0].industry, count, split.stayers * gain) for cause, gain in gained.items()}
    found["reallocation"] = found["reallocation"] + split.liking
    return found | {"variety": split.variety, "selection": split.selection}, split.whole


@shared
def sources(world: World) -> dict[str, float]:
    """Growth of the year by cause, and `measured` from the productivity of industries itself; empty before year 1."""
    if not world.at_start:
        return {}
    new = rows_at_start(world)
    old, new = np.flatnonzero(new >= 0), new[new >= 0]
    by_industry, whole = (nested if world.p.niches else flat)(world, old, new)
    imported, saved = import_gains(world)
    domar = formula.domar_weights(industry_table(world).demand_share, world.input_shares, imported)
    made = domar * (1.0 - imported)
    found = {cause: float(made @ growth) for cause, growth in by_industry.items()}
    found["imports"] = float(domar @ (imported * saved))
    found["measured"] = float(made @ whole) + found["imports"]
    return found


def import_gains(world: World) -> tuple[Array, Array]:
    """Share of imports in what is bought of each industry, and change of ln of what a wage buys of them; each (S,)."""
    here, industries = local_industry_table(world), industry_table(world)
    imported = np.nan_to_num(ratio(here.imports.sum(axis=0), here.paid.sum(axis=0)))
    cheaper = np.log(np.where(imported > 0.0, ratio(industries.import_price_before, industries.import_price), 1.0))
    return imported, np.where(imported > 0.0, cheaper + math.log(world.wage / world.wage_before), 0.0)


def source(world: World, cause: str) -> float:
    """Growth by one cause; NaN before the first year."""
    return sources(world).get(cause, math.nan)


@metric("growth", unit="1/year",
        formula="sum_s D_s ((1 - m_s) d ln (sum A z^(sigma-1))^(1/(sigma-1)) + m_s d ln (w/e P*))", source=HULTEN,
        theme="productivity", better="more")  # fmt: skip
def growth(world: World) -> float:
    """Growth of total factor productivity: of the real wage that technology, varieties and imports allow."""
    return source(world, "measured")


@metric("growth_by_innovation", unit="1/year", formula="Sato-Vartia mean of gains by innovation, Domar-weighted",
        source=HULTEN, theme="productivity", better="more")  # fmt: skip
def growth_by_innovation(world: World) -> float:
    """Growth that this year's innovations of firms bring."""
    return source(world, "innovation")


@metric("growth_by_diffusion", unit="1/year", formula="the same of gains by imitation", source=HULTEN,
        theme="productivity", better="more")  # fmt: skip
def growth_by_diffusion(world: World) -> float:
    """Growth that firms behind their industry bring as they catch up."""
    return source(world, "diffusion")


@metric("growth_by_learning", unit="1/year",
        formula="the same of what customers teach and nation and place learn by doing", source=HULTEN,
        theme="productivity", better="more")  # fmt: skip
def growth_by_learning(world: World) -> float:
    """Growth by lessons of leading customers and by learning by doing, in the nation and in places."""
    return source(world, "learning")


@metric("growth_by_programmes", unit="1/year", formula="the same of all other changes of ln z", source=HULTEN,
        theme="productivity")  # fmt: skip
def growth_by_programmes(world: World) -> float:
    """Growth by what programmes give to firms' productivity, less what shocks take."""
    return source(world, "programmes")


@metric("growth_by_reallocation", unit="1/year",
        formula="the same of d ln A / (sigma - 1) and of moves between places", source=HULTEN,
        theme="productivity")  # fmt: skip
def growth_by_reallocation(world: World) -> float:
    """Growth by what buyers come to like and by firms that move."""
    return source(world, "reallocation")


@metric("growth_by_selection", unit="1/year",
        formula="Feenstra's gain of new and lost varieties less ln(N1/N0) / (sigma - 1), Domar-weighted", source=HULTEN,
        theme="productivity")  # fmt: skip
def growth_by_selection(world: World) -> float:
    """Growth because firms that enter weigh more, or firms that leave less, than those that stay."""
    return source(world, "selection")


@metric("growth_by_variety", unit="1/year", formula="ln(N1/N0) / (sigma - 1), Domar-weighted", source=HULTEN,
        theme="productivity")  # fmt: skip
def growth_by_variety(world: World) -> float:
    """Growth because there are more varieties."""
    return source(world, "variety")


@metric("growth_by_imports", unit="1/year", formula="sum_s D_s m_s d ln (w / e P*)", source=HULTEN,
        theme="productivity")  # fmt: skip
def growth_by_imports(world: World) -> float:
    """Growth because a wage buys more of what is imported."""
    return source(world, "imports")
