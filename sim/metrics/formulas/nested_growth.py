"""Growth of the productivity of industries whose varieties stand in niches of close substitutes, split exactly.

ln Z of an industry is ln(sum over niches of W)/(sigma-1), W = B N^((sigma-1)/(eta-1)), N = sum over firms of A
z^(eta-1), B = (largest A)^theta (sim.model.rules.niche_market). Each level is split by the weights of Sato (1976) and
Vartia (1976), entry and exit apart (Feenstra 1994); a niche is the same in both years if a firm of it stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.metrics.formulas.arithmetic import Array, group_sum
from sim.metrics.formulas.growth import Varieties, sato_vartia, turnover


@dataclass(frozen=True)
class Sellers:
    """The firms of all industries in one year, each of shape (n,)."""

    industry: Array
    niche: Array
    """Id of the niche; niches of two industries have two ids."""
    appeal: Array
    productivity: Array

    def chosen(self, rows: Array) -> Sellers:
        """Those in some rows."""
        return Sellers(self.industry[rows], self.niche[rows], self.appeal[rows], self.productivity[rows])


class Sources(NamedTuple):
    """What ln Z changed by."""

    stayers: Array
    """(n,): what a unit of ln z of each firm that stays adds to that of its industry."""
    liking: Array
    """(count,): what buyers came to like among firms that stay."""
    variety: Array
    """(count,): more niches, and more firms in them."""
    selection: Array
    """(count,): niches and firms that come or go weigh more or less than those that stay."""
    whole: Array
    """(count,): all of it; 0 where no firm stays."""


def nested_sources(
    before: Sellers, after: Sellers, stayed: tuple[Sellers, Sellers], count: int, sigma: float, eta: float
) -> Sources:
    """Split ln(Z1/Z0) of `count` industries; `stayed` are the firms of both years, in each, in one order."""
    ids = np.unique(np.concatenate([before.niche, after.niche]))
    old, new, kept = (np.searchsorted(ids, one.niche) for one in (before, after, stayed[0]))
    industry = np.zeros(len(ids), dtype=np.int64)
    industry[old], industry[new] = before.industry, after.industry
    inner, outer = eta - 1.0, sigma - 1.0
    theta = 1.0 - outer / inner

    def firms(rows: Array, one: Sellers) -> Varieties:
        return Varieties(rows, one.appeal * one.productivity**inner)

    def largest(rows: Array, one: Sellers) -> Array:
        found = np.zeros(len(ids))
        np.maximum.at(found, rows, one.appeal)
        return found

    def niches(rows: Array, one: Sellers) -> tuple[Array, Array]:
        known = largest(rows, one)
        return known, known**theta * firms(rows, one).total(len(ids)) ** (outer / inner)

    (known0, weight0), (known1, weight1) = niches(old, before), niches(new, after)
    there0, there1, stays = (group_sum(rows, len(ids)) > 0.0 for rows in (old, new, kept))
    first, last = Varieties(industry[there0], weight0[there0]), Varieties(industry[there1], weight1[there1])
    both = Varieties(industry[stays], weight0[stays]), Varieties(industry[stays], weight1[stays])
    niche_weight = np.zeros(len(ids))
    niche_weight[stays] = sato_vartia(*both, count)
    number, chosen = turnover(first, last, both, count)
    inside = firms(kept, stayed[0]), firms(kept, stayed[1])
    firm_number, firm_chosen = turnover(firms(old, before), firms(new, after), inside, len(ids))
    stayers = niche_weight[kept] * sato_vartia(*inside, len(ids))

    def by_industry(values: Array) -> Array:
        return np.asarray(group_sum(industry[stays], count, (niche_weight * values)[stays]))

    def logs(top: Array, bottom: Array) -> Array:
        return np.log(np.where(stays, top, 1.0) / np.where(stays, bottom, 1.0))

    among = logs(largest(kept, stayed[1]), largest(kept, stayed[0]))
    best = logs(known1, known0) - among
    liked = group_sum(stayed[0].industry, count, stayers * np.log(stayed[1].appeal / stayed[0].appeal))
    known = stayed[0].industry
    counted = group_sum(known, count) > 0.0
    ends = (one.total(count) for one in (last, first))
    top, bottom = (np.where(counted, one, 1.0) for one in ends)
    return Sources(
        stayers,
        liked / inner + theta / outer * by_industry(among),
        number / outer + by_industry(firm_number) / inner,
        chosen / outer + by_industry(firm_chosen) / inner + theta / outer * by_industry(best),
        np.log(top / bottom) / outer,
    )
