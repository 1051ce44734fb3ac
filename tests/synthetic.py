"""Runs with the columns of the real ones, made in no time: to test results, comparison, figures and report."""

from __future__ import annotations

import hashlib
import math
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.kernel.scenario_types import Grid, Industry, Plan, Record, Regions, Scenario, Years
from sim.runs.run import Progress, Run

EFFECTS = {"differentiated": 0.015, "balanced": 0.005, "duplicated": 0.0, "market": 0.02, "random_specialised": 0.001}
UNITS = {
    "ln_real_income": "ln",
    "worst_region_income": "money",
    "utilisation": "share",
    "innovations": "events/year",
    "mean_krugman_specialisation": "1",
    "duplication_index": "1",
    "structural_similarity": "1",
    "firms": "firms",
    "excess_capacity": "goods",
    "radical_innovations": "events/year",
    "wasted_capital_share": "1",
}
CHAINS = ("it", "autos", "textiles", "chemicals")
PANEL = pa.schema(
    [("run", pa.string()), ("arm", pa.string()), ("seed", pa.int64()), ("year", pa.int64()), ("event", pa.string()),
     ("agent", pa.int64())]
)  # fmt: skip
LEDGER = ["run", "arm", "seed", "year", "account", "amount"]
STAGES = ("upstream", "downstream")


def scenario(layout: str = "market", treatment: int = 12, burn_in: int = 3, **changes: object) -> Scenario:
    """A small scenario; only its name plate matters here."""
    industries = {f"{chain}_{stage}": Industry(chain=chain, stage=stage) for chain in CHAINS for stage in STAGES}
    return Scenario(
        title="Synthetic <test> & co",
        years=Years(burn_in=burn_in, treatment=treatment),
        industries=industries,
        regions=Regions(grid=Grid(rows=3, columns=3), cells=2),
        plan=Plan(layout=layout),
        record=Record(panels=("events",)),
        **changes,
    )


def arms(*layouts: str, **options: object) -> dict[str, Scenario]:
    """One arm for each layout, named like it."""
    return {layout: scenario(layout, **options) for layout in layouts}


def ignore(arm: str, done: int, total: int) -> None:
    """Progress that nobody follows."""


def run_synthetic(
    arms: dict[str, Scenario], seed: int, progress: Progress = ignore, panel_folder: Path | None = None
) -> dict[str, Run]:
    """A run for each arm, correlated over arms as paired runs are, with one burn-in; stands in for run_arms."""
    runs = {}
    for arm, contents in arms.items():
        runs[arm] = _run(arm, contents, seed)
        if panel_folder and contents.record.panels:
            panel_folder.mkdir(parents=True, exist_ok=True)
            keys = {"run": f"{arm}-{seed}", "arm": arm, "seed": seed}
            for panel in contents.record.panels:
                with pq.ParquetWriter(panel_folder / f"{panel}-{arm}-{seed}.parquet", PANEL) as writer:
                    for year in (1, 2):
                        rows = [{**keys, "year": year, "event": "entry", "agent": seed}]
                        writer.write_table(pa.Table.from_pylist(rows, PANEL))
        total = contents.years.burn_in + contents.years.treatment
        progress(arm, total, total)
    return runs


def run_fragile(
    arms: dict[str, Scenario], seed: int, progress: Progress = ignore, panel_folder: Path | None = None
) -> dict[str, Run]:
    """As `run_synthetic`, but seed 3 fails in its second arm."""
    if seed == 3:
        progress(next(iter(arms)), 15, 15)
        raise RuntimeError("books do not balance in year 7")
    return run_synthetic(arms, seed, progress, panel_folder)


def run_deadly(
    arms: dict[str, Scenario], seed: int, progress: Progress = ignore, panel_folder: Path | None = None
) -> dict[str, Run]:
    """As `run_synthetic`, but seed 2 takes its worker down."""
    if seed == 2:
        os._exit(9)
    return run_synthetic(arms, seed, progress, panel_folder)


def _run(arm: str, contents: Scenario, seed: int) -> Run:
    years, layout = contents.years, contents.plan.layout
    luck = np.random.default_rng(seed)
    world = {metric: luck.normal(0, 0.02) for metric in UNITS}
    own = np.random.default_rng([seed, *layout.encode()])
    rows, run = [], f"{arm}-{seed}"
    groups = ["nation", "region=r1c1", "region=r1c2", "industry=it_upstream", "region=r1c1;industry=it_upstream"]
    for year in range(1, years.burn_in + years.treatment + 1):
        since = max(0, year - years.burn_in)
        effect = EFFECTS.get(layout, 0.0) * since / years.treatment * 2
        for metric, unit in UNITS.items():
            noise = own.normal(0, 0.004) if since else 0.0
            level = {"ln_real_income": 4.0, "utilisation": 0.8, "innovations": 60.0, "firms": 900.0}.get(metric, 1.2)
            change = world[metric] + effect + noise + 0.001 * year
            value = level + change if unit in ("ln", "share", "1") else level * math.exp(5 * change)
            for group in groups if metric != "ln_real_income" else groups[:1]:
                rows.append((run, arm, seed, year, group, metric, unit, value))
    metrics = pd.DataFrame(rows, columns=["run", "arm", "seed", "year", "group", "metric", "unit", "value"])
    hashes = pd.DataFrame(
        [
            (run, arm, seed, year, _hash(run if year > years.burn_in else f"past-{seed}", year))
            for year in range(1, years.burn_in + years.treatment + 1)
        ],
        columns=["run", "arm", "seed", "year", "hash"],
    )
    ledger = pd.DataFrame([(run, arm, seed, year, "entry grants", -3.0) for year in (2, 3)], columns=LEDGER)
    return Run(
        arm,
        seed,
        contents,
        pa.Table.from_pandas(metrics),
        hashes,
        _sites(run, arm, seed, contents),
        ledger,
        seconds=0.5,
    )


def _hash(run: str, year: int) -> str:
    return hashlib.sha256(f"{run}{year}".encode()).hexdigest()[:16]


def _sites(run: str, arm: str, seed: int, contents: Scenario) -> pd.DataFrame:
    """Places on a grid of 3 x 3 regions of 2 x 2 cells: specialised or alike, as the layout has it."""
    rows = []
    for year in (contents.years.burn_in, contents.years.burn_in + contents.years.treatment):
        shared = year == contents.years.burn_in
        spread = shared or contents.plan.layout in ("balanced", "duplicated", "market")
        for cell in range(36):
            column, row = cell % 6, cell // 6
            region = (row // 2) * 3 + column // 2
            for number, name in enumerate(contents.industries):
                chain = contents.industries[name].chain
                lucky = np.random.default_rng([seed, cell, number, 0 if shared else len(arm)]).uniform(0.3, 1.7)
                weight = 1.0 if spread else (6.0 if number == region % len(contents.industries) else 0.2)
                workers = 10 * weight * lucky
                rows.append(
                    (
                        run,
                        arm,
                        seed,
                        year,
                        cell,
                        f"r{region // 3 + 1}c{region % 3 + 1}",
                        50.0 * column + 25,
                        50.0 * (5 - row) + 25,
                        name,
                        chain,
                        int(workers // 5),
                        int(workers > 40),
                        workers,
                    )
                )
    return pd.DataFrame(
        rows,
        columns=[
            "run",
            "arm",
            "seed",
            "year",
            "cell",
            "region",
            "x",
            "y",
            "industry",
            "chain",
            "firms",
            "leaders",
            "employment",
        ],
    )
