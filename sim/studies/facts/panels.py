"""The recorded panels of one run, read as an econometrician reads a data set: by table, columns and years."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from sim.kernel.declare import PARAMETERS
from sim.kernel.scenario_types import Scenario

COLUMNS: dict[str, tuple[str, ...]] = {
    "firms": (
        "id", "parent", "kind", "tier", "origin", "cell", "region", "industry", "age", "born", "productivity",
        "efficiency", "capacity", "output", "sales", "labour", "research", "innovations", "growth", "last_sales",
        "profit",
        *(f"knowledge_{axis}" for axis in range(6)),
    ),
    "links": ("tie", "first", "second", "since", "distance", "value"),
    "events": ("event", "agent", "other", "detail", "amount"),
    "cells": ("cell", "region", "x", "y", "land", "rent", "employment"),
    "regions": ("region", "wage", "employment", "population"),
    "local_industries": ("region", "industry", "fit", "promoted"),
}  # fmt: skip
"""What the estimators read of each panel, besides the year."""


@dataclass
class Panels:
    """Tables of one run from `first` to `last` year, each read once. `sources` are Parquet files or frames by name."""

    sources: dict[str, Path | pd.DataFrame]
    seed: int
    first: int
    last: int
    cell_km: float
    spillover_range: float
    """km over which knowledge spillovers fall by a factor e, as the scenario sets it."""
    read: dict[str, pd.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """The rows of a panel in the years looked at, in order of year."""
        if name not in self.read:
            source = self.sources[name]
            columns = ["year", *COLUMNS[name]]
            if isinstance(source, Path):
                years = [("year", ">=", self.first), ("year", "<=", self.last)]
                self.read[name] = pq.read_table(source, columns=columns, filters=years).to_pandas()
            else:
                kept = source["year"].between(self.first, self.last)
                self.read[name] = source.loc[kept, columns].reset_index(drop=True)
        return self.read[name]

    def year(self, name: str, year: int) -> pd.DataFrame:
        """The rows of one year."""
        table = self.table(name)
        return table[table["year"] == year].reset_index(drop=True)

    def snapshots(self, every: int = 5) -> list[int]:
        """Every so many years, back from the last: far enough apart to tell something new."""
        return list(range(self.last, self.first - 1, -every))[::-1]

    def centroids(self) -> pd.DataFrame:
        """Mean place of the cells of every region: columns x, y in km; the index names the region."""
        cells = self.year("cells", self.last)
        return cells.groupby("region", sort=True)[["x", "y"]].mean()

    def firm_density(self) -> pd.DataFrame:
        """Firms with `density`: workers per unit of land of their cell in that year."""
        cells = self.table("cells")
        density = cells.assign(density=cells["employment"] / np.maximum(cells["land"], 1e-12))
        return self.table("firms").merge(density[["year", "cell", "density"]], on=["year", "cell"], how="left")


def panels_of(scenario: Scenario, seed: int, sources: dict[str, Path | pd.DataFrame]) -> Panels:
    """The panels of a run of `scenario`, from the year after its burn-in to its last year."""
    years = scenario.years
    spillover_range = scenario.parameters.get("spillover_range", PARAMETERS["spillover_range"].default)
    return Panels(
        sources, seed, years.burn_in + 1, years.burn_in + years.treatment, scenario.regions.cell_km,
        float(spillover_range),
    )  # fmt: skip
