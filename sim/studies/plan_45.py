"""Derive scenarios/data/plan_45.csv, the real plan as a region x industry table, from the list of 45 clusters.

Rules, so that anyone can disagree with one of them and rerun:
- each cluster weighs 1 in all; one that lies in several provinces counts in each with 1 / number of its provinces;
- the list names fields, not stages of a chain, so a cluster's weight is split equally over the three stages of
  its field's chain as scenarios/china_45.yaml defines them.

Usage: python -m sim.studies.plan_45 [--output FILE]
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

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


def plan(clusters: list[dict[str, str]]) -> list[tuple[str, str, Fraction]]:
    """Rows (region, industry, weight) in alphabetical order of region; the weights sum to the number of clusters.

    Raises KeyError for a field that has no chain.
    """
    weights: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for cluster in clusters:
        provinces = cluster["province"].split(";")
        stages = STAGES[cluster["field"]]
        for province in provinces:
            for industry in stages:
                weights[province, industry] += Fraction(1, len(provinces) * len(stages))
    order = [industry for stages in STAGES.values() for industry in stages]
    ranked = sorted(weights, key=lambda local_industry: (local_industry[0], order.index(local_industry[1])))
    return [(region, industry, weights[region, industry]) for region, industry in ranked]


def main() -> None:
    """Read the clusters, write the plan."""
    parser = argparse.ArgumentParser(description="Derive plan_45.csv from the list of the 45 clusters.")
    parser.add_argument("--output", type=Path, default=DATA / "plan_45.csv", help="file to write")
    output: Path = parser.parse_args().output
    with open(DATA / "national_clusters_45.csv", encoding="utf-8", newline="") as source:
        clusters = list(csv.DictReader(source))
    with open(output, "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(("region", "industry", "weight"))
        writer.writerows((region, industry, f"{float(weight):.12g}") for region, industry, weight in plan(clusters))


if __name__ == "__main__":
    main()
