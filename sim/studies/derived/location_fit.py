"""Whether the real map knows where industry is: rank correlations with the actual location quotients of provinces.

Three things are held against scenarios/data/location_actual.csv, industry by industry, over the provinces:

- `score`: comparative advantage as the model's rule makes it from requirements and endowments, before anything runs;
- `opening`: location quotients of the workers of year 0, which rest on where the first firms stand;
- `neutral`: location quotients of the workers in the last year of the neutral scenario.

Workers are pooled over seeds: in one run a province has three firms of an industry, and quotients of so few are noise.

Columns and traits are chosen with the industries of one part in view (`fitted`) and judged on the others (`checked`).
The parts are a chequerboard of chains and stages, so that each has industries of every chain and every stage. Means
weigh an industry by how well the measure fits it.

Usage: python -m sim.studies.derived.location_fit [--scenario NAME] [--seeds N] [--output FILE]
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy  # its parts are loaded when they are first used: statistics take a second

from sim.kernel.scenario_types import Scenario
from sim.kernel.world import World
from sim.metrics.columns import employment
from sim.metrics.formulas.concentration import location_quotient
from sim.model.opening import build_world
from sim.runs.run import world_at
from sim.scenario.reading import load_scenario
from sim.scenario.shipped import shipped

Array = np.ndarray[Any, Any]
ACTUAL = shipped("scenarios") / "data" / "location_actual.csv"
WEIGHTS = {"good": 1.0, "fair": 0.5, "weak": 0.25}
"""What a measure counts by how well it fits the model's industry: our assumption."""
STAGES = ("upstream", "midstream", "downstream")
PARTS = ("fitted", "checked")
MEASURES = ("score", "opening", "neutral")
ALL = "mean of all"


@dataclass(frozen=True)
class Measure:
    """Where an industry stands in reality: location quotients by province, and what they count."""

    fit: str
    """How well the measure fits the model's industry, a key of WEIGHTS."""
    label: str
    year: str
    quotients: dict[str, float]


def read_actual(path: Path = ACTUAL) -> dict[str, Measure]:
    """The measure of every industry in a table of the columns of location_actual.csv."""
    found: dict[str, Measure] = {}
    with open(path, encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            measure = Measure(row["fit"], row["measure"], row["year"], {})
            found.setdefault(row["industry"], measure).quotients[row["province"]] = float(row["location_quotient"])
    return found


def part_of(scenario: Scenario, industry: str) -> str:
    """The part of an industry: black and white fields of a board of chains (as the file orders them) and stages."""
    chains = list(dict.fromkeys(section.chain for section in scenario.industries.values()))
    section = scenario.industries[industry]
    return PARTS[(chains.index(section.chain) + STAGES.index(section.stage)) % 2]


def quotients(worlds: Iterable[World]) -> Array:
    """Location quotients of the workers of all worlds together, shape (R, S), the worlds being equally large."""
    workers = [employment(world) for world in worlds]
    return np.nan_to_num(location_quotient(np.sum([one / one.sum() for one in workers], axis=0)))


def correlations(values: Array, world: World, actual: dict[str, Measure]) -> dict[str, float]:
    """Spearman's rank correlation over regions of `values` (R, S) with what is measured, for every measured industry.

    NaN where either does not vary.
    """
    found = {}
    for industry, name in enumerate(world.industry_names):
        if name in actual:
            told = [actual[name].quotients[region] for region in world.region_names]
            column = values[:, industry]
            varies = np.ptp(column) > 0.0 and np.ptp(told) > 0.0
            found[name] = float(scipy.stats.spearmanr(column, told).statistic) if varies else float("nan")
    return found


def measure_fit(scenario: Scenario, seeds: int, actual: dict[str, Measure]) -> list[dict[str, Any]]:
    """One row an industry, then weighted means by part and over all; without seeds only what needs no run.

    Raises KeyError where a measure lacks a region of the scenario.
    """
    world = build_world(scenario)
    found = {"score": correlations(np.asarray(world.local_industries.fit), world, actual)}
    if seeds:
        last = scenario.years.burn_in + scenario.years.treatment
        numbers = range(1, seeds + 1)
        opening = quotients(build_world(scenario, seed) for seed in numbers)
        neutral = quotients(world_at(scenario, last, seed) for seed in numbers)
        found["opening"] = correlations(opening, world, actual)
        found["neutral"] = correlations(neutral, world, actual)
    rows: list[dict[str, Any]] = []
    for name in scenario.industries:
        if name in actual:
            told = {"industry": name, "part": part_of(scenario, name), "fit": actual[name].fit,
                    "measure": actual[name].label, "year": actual[name].year}  # fmt: skip
            rows.append(told | {measure: found[measure][name] for measure in MEASURES if measure in found})
    parts = [(f"mean of {part}", [row for row in rows if row["part"] == part]) for part in PARTS]
    return rows + [mean_row(name, chosen) for name, chosen in [*parts, (ALL, rows)]]


def mean_row(name: str, rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Means of correlations weighted by fit, of those that are defined."""
    rows = list(rows)
    means: dict[str, Any] = {"industry": name, "part": "", "fit": "", "measure": "", "year": ""}
    for measure in MEASURES:
        known = [(WEIGHTS[row["fit"]], row[measure]) for row in rows if measure in row and not np.isnan(row[measure])]
        if known:
            means[measure] = sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)
    return means


def main() -> None:
    """Compute the table, write it and print its means."""
    parser = argparse.ArgumentParser(description="Rank correlations with actual location quotients.")
    parser.add_argument("--scenario", default="neutral_china", help="scenario with the provinces' map")
    parser.add_argument("--seeds", type=int, default=8, help="runs of the model; 0 looks at the score alone")
    parser.add_argument("--output", type=Path, default=Path("results/location_fit.csv"), help="file to write")
    told = parser.parse_args()
    rows = measure_fit(load_scenario(told.scenario), told.seeds, read_actual())
    told.output.parent.mkdir(parents=True, exist_ok=True)
    with open(told.output, "w", encoding="utf-8", newline="") as target:
        names = ["industry", "part", "fit", "measure", "year", *(name for name in MEASURES if name in rows[0])]
        writer = csv.DictWriter(target, names, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: f"{row[name]:.3f}" if isinstance(row[name], float) else row[name] for name in names})
    for row in rows[-3:]:
        print(row["industry"], " ".join(f"{name} {row[name]:.3f}" for name in MEASURES if name in row))


if __name__ == "__main__":
    main()
