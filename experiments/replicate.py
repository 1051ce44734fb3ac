"""Does this model show what published models found, where it has the mechanism? One YAML file a finding.

    python experiments/replicate.py klepper_spin_offs --replications 8 --out results/replications

Arms differ in parameters from year 0; they have the same luck within a seed. Every claim is about the paired
difference of a measure between two arms, or between an arm and a number, with its 95 % t-interval over seeds. Written:
NAME.csv (measure by arm and seed), NAME_claims.csv and NAME.png. A finding that does not come out is said to not come
out, with the reason that the file gives.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sim.kernel.scenario_types import Record, Scenario
from sim.reporting.figures.style import BLUE, INK, SIZE, VERMILION, Picture, blank, look
from sim.reporting.terminal import progress_bar
from sim.runs.run import Run, run_arms
from sim.scenario.reading import load_scenario
from sim.store.executors.local import run_replications
from sim.store.folder import write_csv
from sim.store.provenance import Provenance, command, gather
from sim.studies.student import t_quantile

HERE = Path(__file__).resolve().parent
METRICS = ("ellison_glaeser", "technological_diversity", "innovations", "mean_krugman_specialisation", "firm_links")
SPECIALISED = 1.25
"""Location quotient from which a place counts as specialised (as the chain policies have it)."""
PEAK = 0.02
"""Share of an industry's national employment that a sub-centre holds at least."""


def recorded(run: Run, metric: str) -> float:
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


MEASURES: dict[str, Callable[[Run], float]] = {
    "dispersion": dispersion,
    "sub_centres": sub_centres,
    **{name: (lambda run, metric=name: recorded(run, metric)) for name in METRICS},
}


@dataclass(frozen=True)
class Replica:
    """The task of an executor: all arms of one seed, measured; kept in `folder`/seed-N.json."""

    folder: Path
    arms: dict[str, Scenario]
    measures: tuple[str, ...]

    def __call__(self, seed: int) -> None:
        """Run and measure."""
        found = {}
        for arm, scenario in self.arms.items():
            run = run_arms({arm: scenario}, seed)[arm]
            found[arm] = {name: MEASURES[name](run) for name in self.measures}
        (self.folder / f"seed-{seed}.json").write_text(json.dumps(found), encoding="utf-8")


def load_arms(plan: dict[str, Any]) -> dict[str, Scenario]:
    """The scenarios of a plan, recording what the measures need."""
    lean = Record(levels=("nation", "industry"), metrics=METRICS)
    arms = {}
    for arm, changes in plan["arms"].items():
        loaded = load_scenario(plan["scenario"], [*plan.get("changes", ()), *changes])
        arms[arm] = loaded.model_copy(update={"record": lean})
    return arms


def half_width(values: np.ndarray[Any, Any]) -> float:
    """Half of the 95 % t-interval of a mean; NaN below two values."""
    if len(values) < 2:
        return math.nan
    return t_quantile(0.975, len(values) - 1) * float(values.std(ddof=1)) / math.sqrt(len(values))


def judge(values: pd.DataFrame, claims: list[dict[str, Any]]) -> pd.DataFrame:
    """One row a claim: difference, 95 % interval, whether it holds. `values`: index seed, columns (measure, arm).

    above / below: the whole interval on that side of zero. near: the whole interval within `within` of zero.
    """
    rows = []
    for claim in claims:
        against = claim["against"]
        other = values[claim["measure"], against] if isinstance(against, str) else float(against)
        apart = (values[claim["measure"], claim["arm"]] - other).dropna().to_numpy(dtype=float)
        mean = float(apart.mean()) if len(apart) else math.nan
        half = half_width(apart)
        expect, margin = claim["expect"], float(claim.get("within", 0.0))
        holds = {"above": mean - half > 0.0, "below": mean + half < 0.0, "near": abs(mean) + half <= margin}[expect]
        rows.append({"claim": claim["claim"], "measure": claim["measure"], "arm": claim["arm"], "against": against,
                     "difference": mean, "ci_low": mean - half, "ci_high": mean + half, "expect": expect,
                     "holds": bool(holds), "seeds": len(apart)})  # fmt: skip
    return pd.DataFrame(rows)


def draw(name: str, plan: dict[str, Any], values: pd.DataFrame, verdict: str, origin: Provenance) -> Picture:
    """A panel for every measure: arms from top to bottom, mean and 95 % interval over seeds."""
    arms, measures = list(plan["arms"]), list(plan["measures"])
    colour = BLUE if verdict == "reproduced" else VERMILION
    title = f"{plan['title']}: {verdict}"
    reading = "Dot: mean over seeds; bar: its 95 % interval. Arms differ in the parameter named at the left."
    with look():
        page = blank(title, origin, height=SIZE[1])
        for axes, measure in zip(page.figure.subplots(1, len(measures), squeeze=False)[0], measures, strict=True):
            for position, arm in enumerate(arms):
                found = values[measure, arm].dropna().to_numpy(dtype=float)
                half = half_width(found)
                axes.plot([found.mean() - half, found.mean() + half], [position, position], color=colour, linewidth=4)
                axes.plot(found.mean(), position, "o", color=INK, markersize=11)
            axes.set_ylim(len(arms) - 0.5, -0.5)
            shown = [arm.replace("_", " ") for arm in arms] if measure == measures[0] else [""] * len(arms)
            axes.set_yticks(range(len(arms)), shown)
            axes.locator_params(axis="x", nbins=4)
            axes.set_title(plan["measures"][measure], loc="left", fontsize=15)
    return Picture(name, title, reading, page.figure)


def replicate(name: str, replications: int, workers: int | None, out: Path) -> str:
    """Run a finding, write its tables and figure, and return the verdict."""
    plan = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    seeds = list(range(1, replications + 1))
    folder = out / f".{name}"
    folder.mkdir(parents=True, exist_ok=True)
    task = Replica(folder, load_arms(plan), tuple(plan["measures"]))
    with progress_bar(len(seeds), 0, True) as bar:
        failures = run_replications(task, seeds, workers, bar.report)
    if failures:
        raise RuntimeError(failures[0].traceback)
    told = {seed: json.loads((folder / f"seed-{seed}.json").read_text(encoding="utf-8")) for seed in seeds}
    shutil.rmtree(folder)
    values = pd.DataFrame({(measure, arm): {seed: told[seed][arm][measure] for seed in seeds}
                           for measure in plan["measures"] for arm in plan["arms"]})  # fmt: skip
    claims = judge(values, plan["claims"])
    held = int(claims["holds"].sum())
    verdict = "reproduced" if held == len(claims) else "not reproduced" if held == 0 else "reproduced in part"
    tidy = values.rename_axis(index="seed", columns=["measure", "arm"]).stack([0, 1], future_stack=True)
    write_csv(out / f"{name}.csv", tidy.rename("value").reset_index())
    write_csv(out / f"{name}_claims.csv", claims)
    origins = gather()
    origin = Provenance(plan["title"], tuple(plan["arms"]), tuple(seeds), origins["code"],
                        origins["program"]["version"], origins["program"].get("commit", ""), command())  # fmt: skip
    draw(name, plan, values, verdict, origin).save(out, origin)
    print(f"{plan['title']}: {verdict} ({plan['source']})")
    print(claims[["claim", "difference", "ci_low", "ci_high", "expect", "holds"]].to_string(
        index=False, float_format=lambda value: f"{value:.3g}"))  # fmt: skip
    if verdict != "reproduced" and plan.get("note"):
        print(f"Note: {plan['note'].strip()}")
    return verdict


def main() -> None:
    """Read the words of the command line and replicate."""
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("name", help="a file of experiments/ without its suffix")
    words.add_argument("--replications", type=int, default=8)
    words.add_argument("--workers", type=int, default=None)
    words.add_argument("--out", type=Path, default=Path("results/replications"))
    told = words.parse_args()
    replicate(told.name, told.replications, told.workers, told.out)


if __name__ == "__main__":
    main()
