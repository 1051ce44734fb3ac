"""Findings of published models: does this model show them where it has the mechanism? One YAML file a finding.

Arms differ in parameters from year 0; they have the same luck within a seed. Every claim is about the paired
difference of a measure between two arms, or between an arm and a number, with its 95 % t-interval over seeds. A finding
that does not come out is said to not come out, with the reason that the file gives.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from sim.kernel.brief import Brief
from sim.kernel.scenario_types import Name, Record, Scenario, Section
from sim.runs.run import Progress as Years
from sim.runs.run import Run, run_arms
from sim.scenario.documents import position_in, read_document
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading import load_scenario
from sim.store.executors.local import Failure
from sim.store.folder import carry_out
from sim.store.progress import Progress
from sim.store.results import read_results
from sim.store.tasks import Design, Kept, Task
from sim.studies.claims import estimate_of, judge, largest
from sim.studies.measured import by_arm, kept_as, kept_values

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
    **{name: partial(recorded, metric=name) for name in METRICS},
}


class Claim(Section):
    """What the published model found, as a difference of arms."""

    claim: str = Field(description="in words")
    measure: Name = Field(description="what is compared")
    arm: Name = Field(description="where it is looked at")
    against: float | Name = Field(description="the arm, or the number, that it is compared with")
    expect: Literal["above", "below", "near"] = Field(description="on which side the difference lies")
    within: float = Field(0.0, ge=0, description="for `near`: how far from nothing is still near")


class Finding(Section):
    """A finding, and the arms that show it."""

    title: str = Field(description="of the figure")
    finding: str = Field(description="what was found")
    source: str = Field(description="where")
    scenario: str = Field(description="bare name or path of the scenario")
    changes: tuple[str, ...] = Field((), description="overrides in all arms")
    arms: dict[Name, tuple[str, ...]] = Field(min_length=1, description="arm -> its overrides")
    measures: dict[Name, str] = Field(min_length=1, description="measure -> its words in the figure")
    claims: tuple[Claim, ...] = Field(min_length=1, description="what has to hold")
    note: str = Field("", description="what was found out about why a claim does not come out")


def read_finding(path: str | Path) -> Finding:
    """The finding in a file. Raises ScenarioError with every problem found, each with its place."""
    finding, entry = read_document(path, Finding, "name a file of findings, such as experiments/klepper_spin_offs.yaml")
    found = [
        Problem(position_in(entry, ("measures", name)), name, f"{name!r} is no measure of findings",
                allowed=", ".join(MEASURES))
        for name in finding.measures if name not in MEASURES
    ]  # fmt: skip
    for row, claim in enumerate(finding.claims):
        named = [claim.arm, *([claim.against] if isinstance(claim.against, str) else [])]
        wrong = [name for name in named if name not in finding.arms]
        wrong += [claim.measure] if claim.measure not in finding.measures else []
        found += [
            Problem(
                position_in(entry, ("claims", row)),
                f"claims.{row}",
                f"{name!r} is neither arm nor measure here",
            )
            for name in wrong
        ]
    if found:
        raise ScenarioError(found)
    return finding


def known_findings(folder: Path) -> list[Path]:
    """The files of findings in a folder."""
    return [
        path for path in sorted(folder.glob("*.yaml"))
        if re.search(r"^finding:", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]  # fmt: skip


def arms_of(finding: Finding) -> dict[str, Scenario]:
    """The scenarios of a finding, recording what the measures need."""
    lean = Record(levels=("nation", "industry"), metrics=METRICS)
    arms = {}
    for arm, changes in finding.arms.items():
        loaded = load_scenario(finding.scenario, [*finding.changes, *changes])
        arms[arm] = loaded.model_copy(update={"record": lean})
    return arms


@dataclass(frozen=True)
class Measured:
    """What is kept of a task: the measures of every run. See sim.store.tasks.Keep."""

    measures: tuple[str, ...]

    def __call__(self, task: Task, folder: Path, progress: Years) -> Kept:
        """Run and measure."""
        runs = run_arms(task.runs, task.seed, progress)
        return kept_values(
            task, {arm: {name: MEASURES[name](run) for name in self.measures} for arm, run in runs.items()}
        )


def judged(values: pd.DataFrame, claims: tuple[Claim, ...]) -> pd.DataFrame:
    """One row a claim: difference, 95 % interval, verdict, whether it holds. `values`: arm, seed, measure, value.

    above, below: the whole interval on that side of zero. near: the whole interval within `within` of zero. `verdict`
    is that of sim.studies.claims.judge, "open" with too few seeds; `reason`, why there is no interval.
    """
    arms = [arm for claim in claims for arm in (claim.arm, claim.against) if isinstance(arm, str)]
    tables = {measure: by_arm(values, measure, arms) for measure in values["measure"].unique()}
    rows = []
    for claim in claims:
        series = tables[claim.measure]
        other = series[claim.against] if isinstance(claim.against, str) else claim.against
        size = max(largest(series[claim.arm]), largest(np.asarray(other)))
        found = estimate_of(series[claim.arm] - other, size)
        verdict = judge("within" if claim.expect == "near" else claim.expect, found, claim.within)
        rows.append({"claim": claim.claim, "measure": claim.measure, "arm": claim.arm, "against": claim.against,
                     "difference": found.difference, "ci_low": found.low, "ci_high": found.high,
                     "expect": claim.expect, "holds": verdict == "holds", "verdict": verdict, "reason": found.reason,
                     "seeds": found.replications})  # fmt: skip
    return pd.DataFrame(rows)


@dataclass(frozen=True, repr=False)
class Findings(Brief):
    """What came out of a finding here."""

    name: str
    finding: Finding
    claims: pd.DataFrame
    values: pd.DataFrame
    """arm, seed, measure, value."""
    seeds: tuple[int, ...]
    failures: tuple[Failure, ...]

    def brief(self) -> dict[str, object]:
        """Which finding it is, and how it came out."""
        return {"name": self.name, "verdict": self.verdict, "claims": len(self.claims),
                "replications": len(self.seeds), "failures": len(self.failures)}  # fmt: skip

    @property
    def verdict(self) -> Literal["reproduced", "not reproduced", "reproduced in part", "open"]:
        """Whether all claims hold, none, or some; open when too few seeds decide any."""
        if set(self.claims["verdict"]) <= {"open", "no value"}:
            return "open"
        held = int(self.claims["holds"].sum())
        return "reproduced" if held == len(self.claims) else "not reproduced" if held == 0 else "reproduced in part"


def run_finding(
    name: str, finding: Finding, replications: int, workers: int | None, folder: Path, overwrite: bool = False,
    progress: Progress | None = None,
) -> Findings:  # fmt: skip
    """Run the arms of a finding on `replications` seeds and judge its claims."""
    arms, measures = arms_of(finding), tuple(finding.measures)
    kept = kept_as(measures, sys.modules[__name__])
    design = Design("finding", arms, tuple(range(1, replications + 1)), next(iter(arms)), kept=kept)
    failures = carry_out(folder, design, Measured(measures), workers, overwrite, progress)
    values = read_results(folder).values.drop(columns="error")
    return Findings(name, finding, judged(values, finding.claims), values, design.seeds, tuple(failures))
