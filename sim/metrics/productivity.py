"""Productivity: its level, its spread between firms, and whether the better firms are the larger ones."""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import Tier, World
from sim.metrics.columns import by_industry, by_local_industry, by_tier, living, log_productivity, output_here
from sim.metrics.formulas import gradient as formula
from sim.metrics.formulas.arithmetic import Array, quotient, ratio, weighted_mean
from sim.metrics.sharing import shared

SURVEY = "Syverson 2011, Journal of Economic Literature 49"


@shared
def within_industry(world: World) -> Array:
    """ln z of the living firms less the mean of their industry, shape (N,)."""
    firms, logs = living(world), log_productivity(world)
    return np.asarray(logs - ratio(by_industry(world, firms, logs), by_industry(world, firms))[firms.industry])


@shared
def productive_output(world: World) -> Array:
    """Output times ln z by region and industry, shape (R, S)."""
    firms = living(world)
    return by_local_industry(world, firms, firms.output * log_productivity(world))


@metric("mean_productivity", unit="1", formula="sum q ln z / sum q, q the output", source=SURVEY, theme="productivity",
        better="more")  # fmt: skip
def mean_productivity(world: World) -> float:
    """Mean of ln productivity, weighted by output."""
    return quotient(float(productive_output(world).sum()), float(output_here(world).sum()))


@metric("unweighted_productivity", unit="1", formula="sum ln z / N", source=SURVEY, theme="productivity",
        better="more")  # fmt: skip
def unweighted_productivity(world: World) -> float:
    """Mean of ln productivity, every firm counting alike."""
    logs = log_productivity(world)
    return quotient(float(logs.sum()), float(len(logs)))


@metric("allocation", unit="1", formula="sum (share of output - 1/N)(ln z - mean ln z)",
        source="Olley & Pakes 1996, Econometrica 64", theme="productivity", better="more")  # fmt: skip
def allocation(world: World) -> float:
    """Productivity owed to the larger firms being the better ones (Olley-Pakes covariance)."""
    firms = living(world)
    return formula.olley_pakes_covariance(log_productivity(world), firms.output)


@metric("mean_efficiency", unit="1", formula="sum q ln Theta / sum q, Theta = z times what the place adds",
        source="model section 4.1; " + SURVEY, theme="productivity", better="more")  # fmt: skip
def mean_efficiency(world: World) -> float:
    """Mean of ln efficiency, place included, weighted by output."""
    firms = living(world)
    used = firms.efficiency > 0.0
    return weighted_mean(np.log(firms.efficiency[used]), firms.output[used])


@metric("place_premium", unit="1", formula="sum q (ln Theta - ln z) / sum q", source="model section 4.1",
        theme="productivity", better="more")  # fmt: skip
def place_premium(world: World) -> float:
    """What places add to ln productivity: fit, neighbours and diversity less congestion, weighted by output."""
    firms = living(world)
    used = firms.efficiency > 0.0
    return weighted_mean(np.log(firms.efficiency[used] / firms.productivity[used]), firms.output[used])


@metric("productivity_p90_p10", unit="1", formula="exp(P90 - P10) of ln z less its industry's mean",
        source="Syverson 2004, Review of Economics and Statistics 86", theme="gradient")  # fmt: skip
def productivity_p90_p10(world: World) -> float:
    """How many times as productive as the tenth from below the tenth from above is, within industries."""
    return formula.percentile_ratio(within_industry(world))


@metric("region_productivity_p90_p10", level="region", unit="1",
        formula="exp(P90 - P10) of ln z less its industry's mean, over firms of the region",
        source="Syverson 2004, Review of Economics and Statistics 86", theme="gradient")  # fmt: skip
def region_productivity_p90_p10(world: World) -> Array:
    """How far apart the firms of the region are in productivity, each against its industry."""
    return formula.group_percentile_ratio(living(world).region, len(world.regions), within_industry(world))


@metric("industry_productivity_p90_p10", level="industry", unit="1",
        formula="exp(P90 - P10) of ln z over firms of the industry",
        source="Syverson 2004, Review of Economics and Statistics 86", theme="gradient")  # fmt: skip
def industry_productivity_p90_p10(world: World) -> Array:
    """How far apart the firms of the industry are in productivity."""
    return formula.group_percentile_ratio(living(world).industry, len(world.industries), log_productivity(world))


@metric("region_productivity", level="region", unit="1", formula="sum q ln z / sum q in the region", source=SURVEY,
        theme="productivity", better="more")  # fmt: skip
def region_productivity(world: World) -> Array:
    """Mean of ln productivity in the region, weighted by output."""
    return ratio(productive_output(world).sum(axis=1), output_here(world).sum(axis=1))


@metric("industry_productivity", level="industry", unit="1", formula="sum q ln z / sum q in the industry",
        source=SURVEY, theme="productivity", better="more")  # fmt: skip
def industry_productivity(world: World) -> Array:
    """Mean of ln productivity in the industry, weighted by output."""
    return ratio(productive_output(world).sum(axis=0), output_here(world).sum(axis=0))


@metric("local_industry_productivity", level="local_industry", unit="1",
        formula="sum q ln z / sum q in the local industry", source=SURVEY,
        theme="productivity", better="more")  # fmt: skip
def local_industry_productivity(world: World) -> Array:
    """Mean of ln productivity of the industry in the region, weighted by output."""
    return ratio(productive_output(world), output_here(world))


@metric("tier_productivity", level="tier", unit="1", formula="mean over firms of ln z less its industry's mean",
        source="Syverson 2011; model section 4.9", theme="gradient")  # fmt: skip
def tier_productivity(world: World) -> Array:
    """Mean of ln productivity on each tier, against the firm's industry."""
    firms = living(world)
    return ratio(by_tier(firms, within_industry(world)), by_tier(firms))


@metric("leader_premium", unit="1", formula="exp(mean ln z of leading firms - mean of SMEs), within industries",
        source="Syverson 2011; Bernard & Jensen 1999 for premia", theme="gradient")  # fmt: skip
def leader_premium(world: World) -> float:
    """How many times as productive as an SME of its industry a leading firm is."""
    firms = living(world)
    apart = within_industry(world)
    leading = firms.tier == Tier.LEADING_FIRM
    above = quotient(float(apart[leading].sum()), float(leading.sum()))
    below = quotient(float(apart[~leading].sum()), float((~leading).sum()))
    return math.exp(above - below)
