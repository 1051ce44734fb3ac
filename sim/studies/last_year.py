"""Measures of the state in which a run ends: of places, and of metrics in the last year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.runs.run import Run

SPECIALISED = 1.25
"""Location quotient from which a place counts as specialised (as the chain policies have it)."""
PEAK = 0.02
"""Share of an industry's national employment that a sub-centre holds at least."""


def mean_over_groups(run: Run, metric: str) -> float:
    """Mean over groups of a metric in the last year."""
    rows = run.metrics[(run.metrics["metric"] == metric) & (run.metrics["year"] == run.metrics["year"].max())]
    return float(rows["value"].mean())


def last_sites(run: Run) -> pd.DataFrame:
    """Where firms stand in the last year: cell, region, x, y, industry, firms, employment."""
    return run.sites[run.sites["year"] == run.sites["year"].max()]


def dispersion(run: Run) -> float:
    """Variance over mean of an industry's firms by region, regions being equal: 1 by pure chance, more if clustered.

    Mean over industries of sum (n_r - n/R)^2 / (n/R) / (R - 1), the statistic of a multinomial (Pearson 1900).
    """
    table = last_sites(run).pivot_table(index="region", columns="industry", values="firms", aggfunc="sum", fill_value=0)
    expected = table.to_numpy().sum(axis=0) / len(table)
    return float((((table.to_numpy() - expected) ** 2 / expected).sum(axis=0) / (len(table) - 1)).mean())


def sub_centres(run: Run) -> float:
    """Specialised sub-centres an industry: cells that hold at least PEAK of it, specialised, above all 8 neighbours."""
    sites = last_sites(run)
    table = sites.pivot_table(index=["x", "y"], columns="industry", values="employment", aggfunc="sum", fill_value=0.0)
    x, y = (table.index.get_level_values(axis).to_numpy(dtype=float) for axis in ("x", "y"))
    workers = table.to_numpy(dtype=float)
    step = run.scenario.regions.cell_km
    apart = np.maximum(np.abs(x[:, None] - x[None, :]), np.abs(y[:, None] - y[None, :]))
    beside = (apart > 0) & (apart < 1.5 * step)
    expected = np.outer(workers.sum(axis=1), workers.sum(axis=0)) / workers.sum()
    quotient = np.divide(workers, expected, out=np.zeros_like(workers), where=expected > 0.0)
    share = workers / workers.sum(axis=0)
    count = 0
    for industry in range(workers.shape[1]):
        highest = np.where(beside, workers[:, industry][None, :], 0.0).max(axis=1)
        count += int(
            (
                (share[:, industry] >= PEAK) & (quotient[:, industry] > SPECIALISED) & (workers[:, industry] > highest)
            ).sum()
        )
    return count / workers.shape[1]
