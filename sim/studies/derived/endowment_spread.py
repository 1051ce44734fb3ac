"""How dispersed endowments are, by how specialised provinces are: a search of `endowment_spread` on the abstract map.

What is observed is Krugman's index of specialisation of the 31 provinces in 15 classes of manufacturing in 2017, mean
by output (scenarios/data/manufacturing_2017.csv). Finer classes give a higher index, so it is also given for as many
classes as the scenario has industries, as the mean over random groupings.

A province has thousands of firms and the model's region a hundred, a dozen in each industry. Few firms look specialised
by chance, so an index of the model is taken to infinitely many firms, K^2 = K_inf^2 + c / firms, through runs of
several sizes (the variance of a share falls with one over the number of firms). The spread that fits is read off
between the values tried. No layout is looked at: the scenario is the neutral one.

Usage: python -m sim.studies.derived.endowment_spread [--scenario NAME] [--spreads S ...] [--firms N ...] [--seeds N]
       [--output FILE]

Runs that FILE holds already are not run again.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.metrics.columns import employment
from sim.metrics.formulas.concentration import krugman_specialisation
from sim.runs.run import world_at
from sim.scenario.reading import load_scenario
from sim.scenario.shipped import shipped

Array = np.ndarray[Any, Any]
MANUFACTURING = shipped("scenarios") / "data" / "manufacturing_2017.csv"
SCENARIO = "neutral"
SPREADS = (0.0, 0.03, 0.05, 0.07, 0.097, 0.15)
FIRMS = (1500, 6000)
COLUMNS = ("endowment_spread", "firms", "seed", "year", "krugman")
GROUPINGS = 1000
Runs = dict[tuple[float, int, int], float]
"""(spread, firms at the start, seed) -> mean Krugman index of the last year."""


def mean_index(table: Array) -> float:
    """Mean over regions of Krugman's index, weighted by size; `table` (R, S) holds output or workers."""
    index, size = krugman_specialisation(table), table.sum(axis=1)
    known = np.isfinite(index) & (size > 0.0)
    return float((index[known] * size[known]).sum() / size[known].sum())


def observed(path: Path = MANUFACTURING) -> Array:
    """Gross output by province and class of manufacturing, shape (R, S)."""
    with open(path, encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    provinces, classes = (sorted({row[column] for row in rows}) for column in ("province", "class"))
    table = np.zeros((len(provinces), len(classes)))
    for row in rows:
        table[provinces.index(row["province"]), classes.index(row["class"])] = float(row["gross_output_10k_cny"])
    return table


def grouped_index(table: Array, groups: int, draws: int = GROUPINGS) -> float:
    """Mean index when the classes are put at random into `groups` groups, none of them empty."""
    luck = np.random.default_rng(1)
    classes = table.shape[1]
    found = []
    for _ in range(draws):
        group = luck.permutation(np.concatenate([np.arange(groups), luck.integers(0, groups, classes - groups)]))
        found.append(mean_index(np.stack([table[:, group == one].sum(axis=1) for one in range(groups)], axis=1)))
    return float(np.mean(found))


def without_chance(by_firms: Mapping[int, float]) -> float:
    """The index with infinitely many firms, from the index at several numbers of firms: a line in 1 / firms.

    Least squares of K^2 on 1 / firms; 0 where the line falls below 0.
    """
    inverse = np.array([1.0 / firms for firms in by_firms])
    square = np.array(list(by_firms.values())) ** 2
    slope = ((inverse - inverse.mean()) * square).sum() / ((inverse - inverse.mean()) ** 2).sum()
    return float(np.sqrt(max(0.0, square.mean() - slope * inverse.mean())))


def crossing(spreads: Sequence[float], values: Sequence[float], target: float) -> float:
    """The spread at which `values`, in order of `spreads`, first rise to `target`; NaN where they never do."""
    if values[0] >= target:
        return float(spreads[0])
    for at in range(1, len(spreads)):
        low, high, below, above = spreads[at - 1], spreads[at], values[at - 1], values[at]
        if below < target <= above:
            return float(low + (high - low) * (target - below) / (above - below))
    return float("nan")


def read_runs(path: Path) -> Runs:
    """Runs that a file of COLUMNS holds; none where there is no file."""
    if not path.exists():
        return {}
    with open(path, encoding="utf-8", newline="") as source:
        return {
            (float(row["endowment_spread"]), int(row["firms"]), int(row["seed"])): float(row["krugman"])
            for row in csv.DictReader(source)
        }


def run_missing(
    path: Path, name: str, spreads: Iterable[float], firms: Iterable[int], seeds: int, also: Sequence[str] = ()
) -> Runs:
    """Run scenario `name` where the file does not hold it yet, one line a run, and give all of the file.

    `also` are further overrides of the scenario.
    """
    runs = read_runs(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        if not runs:
            writer.writerow(COLUMNS)
        for spread in spreads:
            for count in firms:
                scenario = load_scenario(
                    name, [f"parameters.endowment_spread={spread}", f"population.firms={count}", *also]
                )
                last = scenario.years.burn_in + scenario.years.treatment
                for seed in range(1, seeds + 1):
                    if (spread, count, seed) not in runs:
                        index = mean_index(employment(world_at(scenario, last, seed)))
                        runs[spread, count, seed] = index
                        writer.writerow((spread, count, seed, last, f"{index:.4f}"))
                        target.flush()
    return runs


def summary(runs: Runs) -> list[dict[str, float]]:
    """One row a spread: mean index by number of firms, and without chance where there are at least two numbers."""
    cells: defaultdict[float, defaultdict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for (spread, firms, _), index in sorted(runs.items()):
        cells[spread][firms].append(index)
    rows = []
    for spread, by_firms in cells.items():
        means = {firms: float(np.mean(values)) for firms, values in by_firms.items()}
        told = {"endowment_spread": spread} | {f"firms_{firms}": mean for firms, mean in means.items()}
        rows.append(told | ({"without_chance": without_chance(means)} if len(means) > 1 else {}))
    return rows


def main() -> None:
    """Run the search, write every run and print what fits."""
    parser = argparse.ArgumentParser(description="Search endowment_spread by the specialisation of provinces.")
    parser.add_argument("--scenario", default=SCENARIO, help="a neutral scenario; each needs a file of its own")
    parser.add_argument("--spreads", type=float, nargs="+", default=SPREADS, help="values to try")
    parser.add_argument("--firms", type=int, nargs="+", default=FIRMS, help="numbers of firms at the start")
    parser.add_argument("--seeds", type=int, default=4, help="runs of each")
    parser.add_argument("--output", type=Path, default=Path("results/endowment_spread.csv"), help="file of all runs")
    told = parser.parse_args()
    table = observed()
    groups = min(len(load_scenario(told.scenario).industries), table.shape[1])
    targets = {table.shape[1]: mean_index(table), groups: grouped_index(table, groups)}
    rows = summary(run_missing(told.output, told.scenario, told.spreads, told.firms, told.seeds))
    for row in rows:
        print("  ".join(f"{name} {value:.3f}" for name, value in row.items()))
    whole = [row for row in rows if "without_chance" in row]
    for classes, target in targets.items():
        print(f"observed in {classes} classes: {target:.3f}")
        if whole:
            spreads, values = ([row[name] for row in whole] for name in ("endowment_spread", "without_chance"))
            print(f"  endowment_spread that gives it: {crossing(spreads, values, target):.3f}")


if __name__ == "__main__":
    main()
