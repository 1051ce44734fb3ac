"""Anchoring: leading firms buy from small ones near by, teach them, and make related neighbours more productive.

Suppliers of multinationals: Alfaro-Ureña, Manelici & Vasquez (2022). Incumbents near a large new plant: Greenstone,
Hornbeck & Moretti (2010). Leading firms gain nothing from it: their own productivity stays as it is.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.geography import Neighbours
from sim.kernel.typed import Array, FirmRow, Firms, Links, Parameters, Sites
from sim.kernel.world import Kind, Tie, World

ANCHORING = mechanism(
    "anchoring",
    "4.9",
    "Leading firms buy near by, teach suppliers and make related neighbours more productive.",
    acts=OPENING,
)
ANCHORING.param(
    "leader_contracts", 3, 1, 8, unit="1", evidence="S", sweep=(1, 6), whole=True,
    source="Bernard, Moxnes & Saito 2019 (large buyers have more suppliers); digits ours",
    help="how many times more suppliers than other firms a leading firm has under contract for an input",
)  # fmt: skip
ANCHORING.param(
    "teaching_rate", 0.015, 0.0, 0.1, unit="1/year", evidence="P", sweep=(0.005, 0.02),
    source="Alfaro-Ureña, Manelici & Vasquez 2022 (TFP 4-9 % higher, 26 % more workers, four years after the first "
    "contract)",
    help="gain in ln productivity a year of an SME that supplies a leading firm",
)  # fmt: skip
ANCHORING.param(
    "teaching_years", 4, 0, 30, unit="years", evidence="P", sweep=(2, 8), whole=True,
    source="Alfaro-Ureña, Manelici & Vasquez 2022",
    help="how long a contract teaches",
)  # fmt: skip
ANCHORING.param(
    "teaching_cap", 0.06, 0.0, 0.5, unit="ln productivity", evidence="P", sweep=(0.03, 0.10),
    source="Alfaro-Ureña, Manelici & Vasquez 2022",
    help="most that an SME learns from leading customers in all its life",
)  # fmt: skip
ANCHORING.param(
    "anchor_gain", 0.10, 0.0, 0.5, unit="ln productivity", evidence="P", sweep=(0.03, 0.12),
    source="Greenstone, Hornbeck & Moretti 2010 (4.8 % on average, 12 % after five years)",
    help="most that leading firms of the same industry and place add to their neighbours' productivity",
)  # fmt: skip
ANCHORING.param(
    "anchor_range", 30.0, 5.0, 500.0, unit="km", evidence="S", sweep=(15.0, 60.0),
    source="Greenstone, Hornbeck & Moretti 2010 (within a county)",
    help="distance over which this falls by a factor e",
)  # fmt: skip
ANCHORING.param(
    "anchor_speed", 0.3, 0.0, 1.0, unit="1/year", evidence="S", sweep=(0.15, 0.6),
    source="Greenstone, Hornbeck & Moretti 2010 (the gap opens over five years)",
    help="share of the way to its full effect that the presence of a leading firm goes in a year",
)  # fmt: skip
ANCHORING.param(
    "leader_spin_offs", 2.0, 0.0, 10.0, unit="1", evidence="S", sweep=(1.0, 4.0),
    source="Klepper 2007; Buenstorf & Klepper 2009 (leading firms spawn most; digits ours)",
    help="spin-offs a year of a leading firm over those of another firm as productive",
)  # fmt: skip
ANCHORING.param(
    "chain_relatedness", 0.5, 0.0, 1.0, unit="1", evidence="A", sweep=(0.25, 0.75),
    source="our assumption",
    help="least relatedness of two industries of which one supplies the other; leading firms go by it",
)  # fmt: skip


@rule
def yearly_learning(supplier: FirmRow, years: int, p: Parameters) -> float:
    """ln productivity that an SME learns this year from a leading customer in the `years`-th year of a contract.

    min(teaching_rate, teaching_cap - taught) in the first `teaching_years`, then nothing: form ours; after
    Alfaro-Ureña, Manelici & Vasquez 2022.
    """
    if years >= p.teaching_years:
        return 0.0
    return max(0.0, min(p.teaching_rate, p.teaching_cap - supplier.taught))


@rule
def teach(year: int, firms: Firms, links: Links, best: Array, p: Parameters) -> None:
    """SMEs learn from their leading customers, once a year however many they have. `best` (N,) is work space."""
    for link in links:
        if link.tie != Tie.SUPPLY or not link.living or link.value <= 0.0:
            continue
        supplier = firms[link.second]
        if firms[link.first].kind == Kind.LEADING_FIRM and supplier.kind == Kind.SME:
            best[link.second] = max(best[link.second], yearly_learning(supplier, year - link.since, p))
    for row in range(len(firms)):
        if best[row] > 0.0:
            firms[row].taught += best[row]
            firms[row].productivity *= math.exp(best[row])


@rule
def spread_leader_gain(
    firms: Firms, sites: Sites, relatedness: Array, neighbours: Neighbours, presence: Array, p: Parameters
) -> None:
    """Move what leading firms add at every site towards gain x min(1, sum of relatedness x exp(-d / range)).

    d is the distance beyond that of two firms in one cell, where the effect is full (Greenstone et al. 2010: a county).
    """
    start, near, gaps, _ = neighbours
    for firm in firms:
        if not firm.living or firm.kind != Kind.LEADING_FIRM:
            continue
        within = gaps[start[firm.cell]]
        for entry in range(start[firm.cell], start[firm.cell + 1]):
            weight = math.exp((within - gaps[entry]) / p.anchor_range)
            # Neighbours come in order of distance; what lies farther counts for less than one in a thousand.
            if weight < 1e-3:
                break
            for industry in range(sites.shape[1]):
                presence[near[entry], industry] += weight * relatedness[firm.industry, industry]
    for cell in range(sites.shape[0]):
        for industry in range(sites.shape[1]):
            site = sites[cell, industry]
            site.anchored += p.anchor_speed * (p.anchor_gain * min(1.0, presence[cell, industry]) - site.anchored)
            site.advantage += site.anchored


def instruct(world: World) -> None:
    """Leading firms teach the small firms that supply them."""
    if world.p.anchoring and len(world.firms):
        teach(world.year, world.firms, world.links, np.zeros(len(world.firms)), world.p)


def anchor_places(world: World) -> None:
    """Leading firms add to what their neighbourhoods offer."""
    if world.p.anchoring:
        around, presence = world.geography.neighbours(), np.zeros(world.sites.shape)
        spread_leader_gain(world.firms, world.sites, world.relatedness, around, presence, world.p)
