"""Facts on where industries stand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.metrics.formulas import concentration
from sim.metrics.formulas.arithmetic import Array
from sim.metrics.formulas.duranton_overman import duranton_overman
from sim.studies.facts.declaration import Estimates, Statistic, fact
from sim.studies.facts.panels import Panels

WITHIN = 0.5214
"""Mean distance between two points in a square, as a share of its side."""
FEWEST = 10
"""Plants that an industry needs to be looked at."""


def ellison_glaeser(firms: pd.DataFrame) -> Array:
    """gamma of every industry with enough plants, from plants' employment by region, shape (S,)."""
    table = firms.pivot_table(index="region", columns="industry", values="labour", aggfunc="sum", fill_value=0.0)
    industry = pd.Categorical(firms["industry"], categories=table.columns).codes.astype(int)
    plants = concentration.group_herfindahl(industry, table.shape[1], firms["labour"].to_numpy())
    gamma = concentration.ellison_glaeser(table.to_numpy(dtype=float), plants)
    enough = np.bincount(industry, minlength=table.shape[1]) >= FEWEST
    return np.asarray(gamma[enough & np.isfinite(gamma)])


@fact(
    "localisation",
    "most industries are slightly localised",
    source="Ellison & Glaeser 1997",
    statistics=(
        Statistic("localised_positive", "share of industries with gamma > 0", "share", 0.8, 1.0),
        Statistic("localised_median", "median gamma", "index", 0.005, 0.04),
        Statistic("localised_mean", "mean gamma", "index", 0.02, 0.08),
        Statistic("localised_strongly", "share of industries with gamma > .05", "share", 0.15, 0.40),
    ),
    searched=True,
)
def localisation(panels: Panels) -> Estimates:
    """Ellison and Glaeser's gamma from the employment of plants by region, industries of at least 10 plants, pooled
    over snapshots five years apart."""
    gammas = [ellison_glaeser(panels.year("firms", year)) for year in panels.snapshots()]
    gamma = np.concatenate(gammas) if gammas else np.zeros(0)
    if len(gamma) == 0:
        return {}
    return {
        "localised_positive": float(np.mean(gamma > 0.0)),
        "localised_median": float(np.median(gamma)),
        "localised_mean": float(np.mean(gamma)),
        "localised_strongly": float(np.mean(gamma > 0.05)),
    }


@fact(
    "distance_test",
    "about half of industries are localised by distance",
    source="Duranton & Overman 2005; Nakajima, Saito & Uesugi 2012a, Journal of the Japanese and International "
    "Economies 26",
    statistics=(Statistic("localised_by_distance", "share of industries above the envelope", "share", 0.40, 0.65),),
    largest_cell=60.0,
)
def distance_test(panels: Panels) -> Estimates:
    """Duranton and Overman's K-density of each industry with at least 10 plants against the global 95 % envelope of
    1,000 draws from all sites in use, in the last year."""
    firms, cells = panels.year("firms", panels.last), panels.year("cells", panels.last)
    names = np.unique(firms["industry"].to_numpy(dtype=str))
    found = duranton_overman(
        firms["cell"].to_numpy(), np.searchsorted(names, firms["industry"].to_numpy(dtype=str)),
        cells["x"].to_numpy(), cells["y"].to_numpy(), industries=len(names), within=WITHIN * panels.cell_km,
        seed=panels.seed, year=panels.last,
    )  # fmt: skip
    tested = np.isfinite(found.index)
    return {"localised_by_distance": float(found.localised[tested].mean()) if tested.any() else math.nan}
