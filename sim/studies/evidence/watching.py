"""What is seen of arms that share a past: the nation's metrics and every firm, year by year from the fork on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.kernel.scenario_types import Record, Scenario
from sim.kernel.world import Tie, World
from sim.model.opening import build_world
from sim.runs.recording import Recorder, plain_frame
from sim.runs.run import Progress
from sim.runs.timeline import fork, live_year

Array = np.ndarray[Any, Any]
COLUMNS = (
    "id", "kind", "origin", "cell", "region", "industry", "age", "labour", "sales", "input_bill", "efficiency",
    "productivity", "subsidy", "research",
)  # fmt: skip
"""What estimators read of every firm; regions, industries and cells are numbers of rows."""
METRICS = ("ln_real_income", "subsidy_share", "value_added", "labour_gap", "research",
           "industry_output")  # fmt: skip
RECORD = Record(levels=("nation", "industry"), metrics=METRICS)


@dataclass
class Watched:
    """One arm of one replication. Years are counted from the fork: 0 is its end, 1 the first year of the treatment."""

    scenario: Scenario
    regions: tuple[str, ...]
    industries: tuple[str, ...]
    uses: Array
    """Cost share (S, S) of an input (row) in an industry (column)."""
    suppliers: pd.DataFrame
    """Supply contracts at the fork: ids of customer and supplier."""
    metrics: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Tidy metrics, with `since`: years since the fork."""
    firms: dict[int, pd.DataFrame] = field(default_factory=dict)
    """Firms by year, columns COLUMNS."""
    parks: Array = field(default_factory=lambda: np.zeros(0, dtype=bool))
    """Whether a cell ever had a park, (cells,)."""

    @property
    def last(self) -> int:
        """The last year seen."""
        return max(self.firms)

    @cached_property
    def _series(self) -> dict[str, pd.DataFrame]:
        """By metric: years down, groups across."""
        return {
            str(name): rows.pivot(index="since", columns="group", values="value").sort_index()
            for name, rows in self.metrics.groupby("metric", observed=True)
        }

    def nation(self, metric: str, first: int = 1, last: int | None = None) -> Array:
        """A metric of the nation in the years from `first` to `last`, the last one seen unless given."""
        series = self._series[metric].iloc[:, 0]
        return np.asarray(series.loc[first : self.last if last is None else last], dtype=float)

    def industry(self, metric: str, first: int, last: int) -> pd.Series[float]:
        """Mean of a metric over years, by name of the industry."""
        means = self._series[metric].loc[first:last].mean()
        return means.set_axis([str(group).removeprefix("industry=") for group in means.index])

    def treated_regions(self) -> set[int]:
        """Rows of the regions to which its policies and shocks are limited."""
        named = {name for policy in self.scenario.policies for name in policy.regions}
        named |= {name for shock in self.scenario.shocks for name in shock.regions}
        return {row for row, name in enumerate(self.regions) if name in named}

    def treated_industries(self) -> list[str]:
        """The industries to which its policies are limited."""
        return [name for name in self.industries
                if any(name in one.industries for one in self.scenario.policies)]  # fmt: skip


def firm_frame(world: World) -> pd.DataFrame:
    """What estimators read of every firm."""
    return pd.DataFrame({name: np.asarray(world.firms[name]).copy() for name in COLUMNS})


def contracts(world: World) -> pd.DataFrame:
    """Supply contracts: ids of customer and supplier."""
    links = world.links[world.links.tie == Tie.SUPPLY]
    ids = np.asarray(world.firms.id)
    return pd.DataFrame({"customer": ids[links.first], "supplier": ids[links.second]})


def watch_arms(arms: Mapping[str, Scenario], seed: int, progress: Progress | None = None) -> dict[str, Watched]:
    """Live through arms that share their burn-in, with the same luck, and see every year from the fork on."""
    first = next(iter(arms.values()))
    past = build_world(first, seed)
    while past.year < first.years.burn_in:
        live_year(past, first)
    found = {}
    for arm, scenario in arms.items():
        world = fork(past)
        begins, ends = scenario.years.burn_in, scenario.years.burn_in + scenario.years.treatment
        recorder = Recorder(arm, seed, RECORD, ends)
        seen = Watched(
            scenario, tuple(world.region_names), tuple(world.industry_names), np.asarray(world.input_shares).copy(),
            contracts(world), parks=np.zeros(len(world.cells), dtype=bool),
        )  # fmt: skip
        recorder.observe(world, is_fork=True)
        seen.firms[0] = firm_frame(world)
        while world.year < ends:
            live_year(world, scenario)
            recorder.observe(world)
            seen.firms[world.year - begins] = firm_frame(world)
            seen.parks |= np.asarray(world.cells.park_relief) > 0.0
            if progress is not None:
                progress(arm, world.year, ends)
        tidy = plain_frame(recorder.metrics_table(world))
        seen.metrics = tidy.assign(since=tidy["year"] - begins)
        found[arm] = seen
    return found
