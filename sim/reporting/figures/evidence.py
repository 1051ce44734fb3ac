"""What figures and reports are drawn from: tidy tables and a few facts. Nothing here can run a simulation."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.reporting.wording import FEWEST, rows_of
from sim.store.provenance import Provenance


@dataclass(frozen=True)
class Evidence:
    """The results of a comparison, or of one run (then `differences` is empty and there is one arm)."""

    arms: tuple[str, ...]
    baseline: str
    headline: str
    """Metric that the answer is about."""
    fork_year: int
    """Last year that all arms share."""
    last_year: int
    by_year: pd.DataFrame
    """Nation: arm, metric, unit, year, replications, mean, low, high, difference, difference_low, difference_high."""
    differences: pd.DataFrame
    """Nation: the table of sim.studies.statistics.differences."""
    sites: pd.DataFrame
    """arm, seed, year, cell, region, x, y [km], industry, chain, firms, leaders, employment."""
    provenance: Provenance
    metrics: dict[str, dict[str, str]] = field(default_factory=dict)
    """Declared unit, better, theme and help of each metric."""
    resilience: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What shocks cost: the table of sim.studies.resilience.resilience_table; empty without shocks."""
    losses: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Nation: arm, year, and mean, low, high of ln real income less that of the same seed without shocks."""
    short_names: dict[str, str] = field(default_factory=dict)
    """Short label of each region, where the scenario gives one."""
    other_pasts: tuple[str, ...] = ()
    """Arms that are in another state than the baseline in the fork year: then differences are of what changed since."""
    same_map: bool = False
    """Whether regions mean the same in every replication (a real map), so that maps may be averaged."""

    @property
    def others(self) -> tuple[str, ...]:
        """Arms that are compared with the baseline."""
        return tuple(arm for arm in self.arms if arm != self.baseline)

    @property
    def replications(self) -> int:
        """Number of replications."""
        return len(self.provenance.seeds)

    def has(self, metric: str) -> bool:
        """Whether the metric was recorded for the nation and defined in at least one year."""
        return any(
            np.isfinite(self.by_year["mean"].to_numpy()[rows]).any()
            for (_, name), rows in self._rows_of_paths.items() if name == metric
        )  # fmt: skip

    @cached_property
    def _rows_of_paths(self) -> dict[tuple[str, str], Any]:
        """Places in `by_year` of each arm and metric."""
        return dict(self.by_year.groupby(["arm", "metric"], observed=True).indices)

    @cached_property
    def _rows_of_results(self) -> dict[tuple[str, str, str], Any]:
        """Places in `differences` of each arm, metric and window."""
        return dict(self.differences.groupby(["arm", "metric", "window"], observed=True).indices)

    def path(self, arm: str, metric: str) -> pd.DataFrame:
        """Years of an arm and metric, in order, with `since`: years since the arms parted. Few runs have no interval.

        A comparison begins with the last years of the common past, a third as many as follow; one run with all of it.
        """
        rows = self.by_year.iloc[self._rows_of_paths.get((arm, metric), [])].sort_values("year")
        rows = rows.assign(since=rows["year"] - self.fork_year)
        few = rows["replications"] < FEWEST
        for middle, ends in (("mean", ("low", "high")), ("difference", ("difference_low", "difference_high"))):
            # where all replications are the same, as before the fork, the band has no width
            rows = rows.assign(**{end: rows[end].fillna(rows[middle]).mask(few) for end in ends})
        past = (self.last_year - self.fork_year) / 3
        return rows[rows["since"] >= -past] if self.others else rows

    def result(self, arm: str, metric: str, window: str = "treatment years") -> Any | None:
        """The row of differences of an arm, or None."""
        table = self.differences
        if table.empty:
            return None
        rows = table.iloc[self._rows_of_results.get((arm, metric, window), [])]
        return next(iter(rows_of(rows)), None)


def abbreviations(names: list[str]) -> dict[str, str]:
    """A label of at most three letters for each name, all different: Guangdong Gua, Guangxi Gux."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        letters = [letter for letter in name if letter.isalnum()] or ["?"]
        if not any(letter.isalpha() for letter in letters[:1]):
            letters = letters[-3:]
        digits = "".join(letter for letter in letters if letter.isdigit())
        options = ["".join(letters)] if len(letters) <= 3 else []
        options += ["".join([letters[0], *digits])] if digits and len(digits) < 3 else []
        options += ["".join(letters[:3])]
        options += ["".join([*letters[:2], last]) for last in letters[3:]]
        options += ["".join([letters[0], *pair]) for pair in itertools.pairwise(letters)]
        options += [f"{letters[0]}{number}" for number in range(len(names) + 1)]
        found[name] = next(option for option in options if option not in taken)
        taken.add(found[name])
    return found
