"""Niches: which firms sell close substitutes, where they stand, and the market of each niche as arrays.

A local niche is a niche in one region: its firms meet the same buyers at the same cost of trade. Local niches stand in
order of industry, niche and region, so that those of a niche, and niches of an industry, lie together. Buyers are the
regions and, last, the rest of the world.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.typed import Array, FirmRow, FirmTable, IndustryRow, Parameters
from sim.kernel.world import World


class NicheIndex(NamedTuple):
    """N firms in Q local niches of M niches of S industries; R regions and R + 1 buyers."""

    ids: Array
    """Shape (N, 3): id, niche and region of every firm: what the index was made of."""
    place: Array
    """Shape (N,): local niche of every firm."""
    niche_of: Array
    """Shape (Q,)."""
    region_of: Array
    """Shape (Q,)."""
    first: Array
    """Shape (M+1,): first[m]:first[m+1] are the local niches of niche m."""
    begin: Array
    """Shape (S+1,): begin[s]:begin[s+1] are the niches of industry s."""
    freeness: Array
    """Shape (R, R+1): tau^(1-eta) from region to buyer."""
    opposed: Array
    """Shape (R, R+1): tau^(eta-sigma)."""
    base: Array
    """Shape (M,): the largest customer base among its firms, B^(1/theta)."""
    total: Array
    """Shape (M, R+1): P^(1-eta) of a niche for a buyer."""
    pull: Array
    """Shape (M, R+1): B P^(eta-sigma)."""
    weight: Array
    """Shape (R+1, S): sum over niches of B P^(1-sigma), imports apart."""
    supply: Array
    """Shape (Q,): sum of A p^(1-eta)."""
    access: Array
    """Shape (Q,): market access to what is bought openly, the rest of the world included."""
    export_access: Array
    """Shape (Q,): the part of it that lies abroad."""
    crowd: Array
    """Shape (Q,): mean over that access of the share in its niche of a unit of A p^(1-eta), times the access."""
    served: Array
    """Shape (Q,): supply times the share of orders filled."""
    delivered: Array
    """Shape (Q,): supply times that share to the power 1-1/eta."""
    filled: Array
    """Shape (M,): what the bundle of a niche in one place is worth in the CES sum, over what was ordered; else -1."""
    room: Array
    """Shape (Q,): supply of firms that can fill more orders than they have."""
    extra: Array
    """Shape (M, R): orders that found no goods, over what firms of the niche with room weigh with the buyer."""
    extra_access: Array
    """Shape (Q,): market access to such orders."""
    served_again: Array
    """Shape (Q,): the part of what is served by firms that have got such orders."""
    delivered_again: Array
    """Shape (Q,): the part of what is delivered by them."""


class Reach(NamedTuple):
    """Whom firms reach: the costs of trade, what their prices are worth to buyers, and the market of each niche."""

    freeness: Array
    """Shape (R, R): tau^(1-sigma)."""
    weights: Array
    """Shape (N,): A p^(1-sigma), what each firm weighs with buyers."""
    wanted: Array
    """Shape (N,): A p^-sigma, what is ordered of it for each unit of market access."""
    prices: Array
    """Shape (N,): p, close together for those who look up other firms' prices."""
    pull: Array
    """Shape (R, S): P^(sigma-1), what buyers in a region order of a unit of weight for each unit that they spend."""
    niches: NicheIndex


@rule
def elasticity_of(firm: FirmRow, p: Parameters) -> float:
    """Elasticity of demand that a firm faces: sigma, or with `niches` what its rivals leave it (see niches)."""
    return firm.elasticity if p.niches else p.variety_elasticity


@rule
def elasticity_expected(industry: IndustryRow, p: Parameters) -> float:
    """The same that a usual newcomer expects."""
    return industry.newcomer_elasticity if p.niches else p.variety_elasticity


def who_and_where(firms: FirmTable) -> Array:
    """Id, niche and region of every firm, (N, 3)."""
    return np.stack([np.asarray(firms.id), np.asarray(firms.niche), np.asarray(firms.region, dtype=np.int64)], axis=1)


def index_niches(firms: FirmTable, regions: int, industries: int) -> NicheIndex:
    """The index of all niches that firms stand in."""
    count, industry = len(firms), np.asarray(firms.industry, dtype=np.int64)
    ids = who_and_where(firms)
    order = np.lexsort((ids[:, 2], ids[:, 1], industry))
    keys = np.stack([industry, ids[:, 1], ids[:, 2]], axis=1)[order]
    new_niche, new_local = np.ones(count, dtype=bool), np.ones(count, dtype=bool)
    new_niche[1:] = (keys[1:, :2] != keys[:-1, :2]).any(axis=1)
    new_local[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    place = np.zeros(count, dtype=np.int64)
    place[order] = np.cumsum(new_local) - 1
    niche_of, region_of = (np.cumsum(new_niche) - 1)[new_local], keys[new_local, 2]
    niches = int(new_niche.sum())
    first = np.searchsorted(niche_of, np.arange(niches + 1))
    begin = np.searchsorted(keys[new_niche, 0], np.arange(industries + 1))
    return an_index(ids, place, niche_of, region_of, first, begin, regions)


def an_index(
    ids: Array, place: Array, niche_of: Array, region_of: Array, first: Array, begin: Array, regions: int
) -> NicheIndex:
    """An index of who is where, its market still empty."""
    local, niches, buyers = len(niche_of), len(first) - 1, regions + 1
    return NicheIndex(
        ids, place, niche_of, region_of, first, begin, freeness=np.ones((regions, buyers)),
        opposed=np.ones((regions, buyers)), base=np.zeros(niches), total=np.zeros((niches, buyers)),
        pull=np.zeros((niches, buyers)), weight=np.zeros((buyers, len(begin) - 1)), supply=np.zeros(local),
        access=np.zeros(local), export_access=np.zeros(local), crowd=np.zeros(local), served=np.zeros(local),
        delivered=np.zeros(local), filled=np.ones(niches), room=np.zeros(local), extra=np.zeros((niches, regions)),
        extra_access=np.zeros(local), served_again=np.zeros(local), delivered_again=np.zeros(local),
    )  # fmt: skip


def no_niches(regions: int, industries: int) -> NicheIndex:
    """An index without niches."""
    none, no_ids = np.zeros(0, dtype=np.int64), np.zeros((0, 3), dtype=np.int64)
    begin = np.zeros(industries + 1, dtype=np.int64)
    return an_index(no_ids, none, none, none, np.zeros(1, dtype=np.int64), begin, regions)


def niches_of(world: World) -> NicheIndex:
    """The niches of a World, indexed anew when firms have come, left or moved; none where firms have no niches."""
    shape = world.local_industries.shape
    if not world.p.niches:
        return no_niches(*shape)
    known = world.niche_index
    if known is None or not np.array_equal(known.ids, who_and_where(world.firms)):
        known = world.niche_index = index_niches(world.firms, *shape)
    return known
