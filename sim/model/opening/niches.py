"""The first niches: as if firms had always opened some and copied others."""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.draws import Purpose, uniform
from sim.kernel.typed import Parameters
from sim.kernel.world import World
from sim.model.rules import niches

LARGEST = 500
"""Firms of a niche over which means are summed: far more than any has."""


def first_opening(p: Parameters) -> float:
    """Niches a firm in the long run, o ln(1/o) / (1 - o), o the share of newcomers that open one.

    Numbers of firms are a birth-and-death process in which each firm is copied at 1 - o times the rate at which it
    ends: its time average is a logarithmic series (Kendall 1948; Fisher, Corbet & Williams 1943).
    """
    share = float(p.niche_opening)
    return share * math.log(1.0 / share) / (1.0 - share) if share < 1.0 else 1.0


def mean_inverse_elasticity(p: Parameters) -> float:
    """Mean of 1/eps over firms of that series: one shares its niche with n - 1 equal ones with chance o (1-o)^(n-1)."""
    if not p.niches:
        return 1.0 / float(p.variety_elasticity)
    share = float(p.niche_opening)
    return sum(
        share * (1.0 - share) ** (count - 1) / niches.elasticity_faced(1.0 / count, p) for count in range(1, LARGEST)
    )


def take_first_niches(world: World) -> None:
    """The first firms, one after the other, open niches or copy those before them."""
    if not world.p.niches:
        return
    firms, p = world.firms, world.p
    usual = first_opening(p)
    before: dict[tuple[int, int], list[int]] = {}
    for row in np.argsort(firms.id):
        firm = firms[row]
        industry, region = world.industries[firm.industry], world.regions[firm.region]
        here, everywhere = (
            before.setdefault(place, []) for place in ((int(firm.industry), int(firm.region)), (int(firm.industry), -1))
        )
        niches.open_niche(firm, p)
        if everywhere and not niches.opens_one(firm, usual, region, industry, p, world.luck):
            near = uniform(world.seed, int(Purpose.NICHE), 0, int(firm.id), niches.NEAR_DRAW) < p.copy_local
            rows = here if here and near else everywhere
            u = uniform(world.seed, int(Purpose.NICHE), 0, int(firm.id), niches.PICK_DRAW)
            niches.join_niche(firm, firms[rows[int(u * len(rows))]], industry)
        here.append(int(row))
        everywhere.append(int(row))


def expect_first_rivals(world: World) -> None:
    """Firms that copied others ask for the mark-up that newcomers expect, until they have traded."""
    niches.expect(world)
    copied = np.flatnonzero(world.firms.copied)
    world.firms.elasticity[copied] = world.industries.newcomer_elasticity[world.firms.industry[copied]]
