"""Derive the real plan as region x industry tables from the list of 45 clusters: scenarios/data/plan_45*.csv.

Rules, so that anyone can disagree with one of them and rerun:
- each cluster weighs 1 in all; one that lies in several provinces counts in each with 1 / number of its provinces;
- the list names fields, not stages of a chain, so a cluster's weight is split over the three stages of its field's
  chain as scenarios/china_45.yaml defines them. plan_45.csv splits by what the stages sell in the model: each is
  supported at one rate. The others are variants: plan_45_equal.csv a third each, plan_45_table.csv by output in
  2020 (its sectors hold far more than clusters make: all steel, all cement), plan_45_final.csv all to the last stage.

Usage: python -m sim.studies.derived.plan_45 [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from sim.model.opening.industries import gross_output, industries_in_order, make_industries
from sim.scenario.reading import load_scenario
from sim.scenario.shipped import shipped

DATA = shipped("scenarios") / "data"

STAGES = {
    "next_gen_it": ("electronic_materials", "chips", "smart_devices"),
    "high_end_equipment": ("special_metals", "core_components", "machines"),
    "new_materials": ("feedstocks", "advanced_materials", "energy_storage"),
    "biomedicine_devices": ("bio_ingredients", "bio_modules", "medicines"),
    "consumer_goods": ("fibres", "fabrics", "household_goods"),
    "nev_icv": ("vehicle_materials", "vehicle_parts", "vehicles"),
}
"""Field of a cluster -> the industries of its chain, upstream first."""
VARIABLE_COST = 0.67
"""Variable cost over sales, near that of year 0 at the model's defaults: input shares are shares of cost."""
ONE_SECTOR = ("bio_ingredients", "medicines")
"""Industries that are one sector of the national table, counted half each."""
Sizes = dict[str, Fraction]
"""Industry -> what it counts in the split of its chain."""


def sizes_by_sales() -> Sizes:
    """What industries sell in the model's year 0: final demand and the input orders that it calls forth."""
    scenario = load_scenario("china_45", ["plan.matrix=null", "plan.layout=market"])
    table, shares, _ = make_industries(scenario, 0.0)
    sales = gross_output(shares, np.asarray(table.weight), VARIABLE_COST)
    return {name: Fraction(float(sold)) for name, sold in zip(industries_in_order(scenario), sales, strict=True)}


def sizes_by_table() -> Sizes:
    """National gross output in 2020."""
    with open(DATA / "industries_2020.csv", encoding="utf-8", newline="") as source:
        output = {row["industry"]: Fraction(row["gross_output_100m_cny"]) for row in csv.DictReader(source)}
    return {name: size / (2 if name in ONE_SECTOR else 1) for name, size in output.items()}


def equal_sizes() -> Sizes:
    """One for every stage."""
    return {industry: Fraction(1) for stages in STAGES.values() for industry in stages}


def last_stage_alone() -> Sizes:
    """One for the last stage, nothing for the others."""
    return {industry: Fraction(industry == stages[-1]) for stages in STAGES.values() for industry in stages}


SPLITS: dict[str, Callable[[], Sizes]] = {
    "plan_45.csv": sizes_by_sales,
    "plan_45_equal.csv": equal_sizes,
    "plan_45_table.csv": sizes_by_table,
    "plan_45_final.csv": last_stage_alone,
}
"""File -> how it splits a cluster over the stages of its chain."""


def plan(clusters: list[dict[str, str]], sizes: Sizes) -> list[tuple[str, str, Fraction]]:
    """Rows (region, industry, weight) in alphabetical order of region; the weights sum to the number of clusters.

    Within a chain they are in proportion to `sizes`; what counts nothing has no row. Raises KeyError for a field that
    has no chain.
    """
    weights: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for cluster in clusters:
        provinces = cluster["province"].split(";")
        stages = STAGES[cluster["field"]]
        chain = sum(sizes[industry] for industry in stages)
        for province in provinces:
            for industry in stages:
                weights[province, industry] += sizes[industry] / chain / len(provinces)
    order = [industry for stages in STAGES.values() for industry in stages]
    named = [pair for pair, weight in weights.items() if weight]
    ranked = sorted(named, key=lambda local_industry: (local_industry[0], order.index(local_industry[1])))
    return [(region, industry, weights[region, industry]) for region, industry in ranked]


def main() -> None:
    """Read the clusters, write the plans."""
    parser = argparse.ArgumentParser(
        description="Derive plan_45.csv and its variants from the list of the 45 clusters."
    )
    parser.add_argument("--folder", type=Path, default=DATA, help="folder to write to")
    folder: Path = parser.parse_args().folder
    with open(DATA / "national_clusters_45.csv", encoding="utf-8", newline="") as source:
        clusters = list(csv.DictReader(source))
    for name, sizes in SPLITS.items():
        with open(folder / name, "w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(("region", "industry", "weight"))
            rows = plan(clusters, sizes())
            writer.writerows((region, industry, f"{float(weight):.12g}") for region, industry, weight in rows)


if __name__ == "__main__":
    main()
