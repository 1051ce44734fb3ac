"""Moves between tiers: what becomes of the firms of each tier, counted every year from what they were when it began.

Transition matrices after Quah 1993, Economic Journal 103, with exit as one more state; the counts are kept, so that
years can be pooled (Anderson & Goodman 1957).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.kernel.world import Tier, World
from sim.metrics.formulas.arithmetic import Array, group_sum, rows_among
from sim.metrics.formulas.gradient import transition_counts

TIER_NAMES = tuple(tier.name.lower() for tier in Tier)
FATES = (*TIER_NAMES, "exit")
"""Where a firm can stand at the end of a year."""
SPAN = 5
"""Years over which survival is counted, as statistics of business demography do."""
COLUMNS = ("year", "tier", *FATES, "traded", "growth", "before", "left")
"""Of the firms on the tier `tier` as the year began: firms that stand on each tier, or nowhere, at its end; those that
sold in both years and their sum of ln sales less ln sales of last year; firms on the tier SPAN years before the end of
this year, and those of them that still live."""


@dataclass
class TierMoves:
    """The counts of one run, five rows a year."""

    rows: list[tuple[float | str, ...]] = field(default_factory=list)
    cohorts: list[tuple[Array, Array]] = field(default_factory=list)
    """Ids and tiers of firms as each of the last SPAN years began, the oldest first; each (n,)."""

    def copy(self) -> TierMoves:
        """The same past for another arm."""
        return TierMoves(list(self.rows), list(self.cohorts))

    def observe(self, world: World) -> None:
        """Count the year that ended; nothing where its beginning was not noted."""
        start = world.at_start
        if not start:
            return
        firms = np.asarray(world.firms).view(np.ndarray)
        row = rows_among(start["id"], firms["id"])
        lives = row >= 0
        fate, sales = np.full(len(row), len(Tier)), np.zeros(len(row))
        fate[lives], sales[lives] = firms["tier"][row[lives]], firms["sales"][row[lives]]
        counts = transition_counts(start["tier"], fate, len(Tier), len(FATES))
        traded = lives & (sales > 0.0) & (start["sales"] > 0.0)
        growth = np.log(sales[traded] / start["sales"][traded])
        grown = group_sum(start["tier"][traded], len(Tier), growth)
        sold = group_sum(start["tier"][traded], len(Tier))
        before, left = self._cohort(start, firms["id"])
        for tier, name in enumerate(TIER_NAMES):
            self.rows.append((world.year, name, *counts[tier], sold[tier], grown[tier], before[tier], left[tier]))

    def _cohort(self, start: dict[str, Array], ids: Array) -> tuple[Array, Array]:
        """Firms by tier SPAN years ago, and those of them among `ids`; zeros while there was no such year."""
        self.cohorts.append((start["id"], start["tier"]))
        if len(self.cohorts) < SPAN:
            return np.zeros(len(Tier)), np.zeros(len(Tier))
        old, tiers = self.cohorts.pop(0)
        lives = rows_among(old, ids) >= 0
        return group_sum(tiers, len(Tier)), group_sum(tiers[lives], len(Tier))
