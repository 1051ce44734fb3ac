"""Findings of published models: does this model show them where it has the mechanism?

Each is an experiment file (experiments/findings) whose arms differ from year 0 and have the same luck within a seed. A
finding that does not come out is said to not come out, with the reason that the file gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from sim.kernel.brief import Brief
from sim.scenario.problems import Position, Problem, ScenarioError
from sim.scenario.shipped import shipped
from sim.store.executors.local import Failure
from sim.store.progress import Progress
from sim.studies.experiment.reading import read_experiment
from sim.studies.experiment.setup import Setup
from sim.studies.sweep import run_experiment

Verdict = Literal["reproduced", "not reproduced", "reproduced in part", "open"]


def known_findings() -> dict[str, Path]:
    """The files of findings that come with the program, by name."""
    return {path.stem: path for path in sorted((shipped("experiments") / "findings").glob("*.yaml"))}


def read_finding(path: str | Path) -> Setup:
    """The finding in an experiment file: it has claims, and no factors. Raises ScenarioError."""
    setup = read_experiment(path)
    if setup.factors or not setup.experiment.claims:
        told = "is varied: `clustersim batch` runs it" if setup.factors else "claims nothing"
        raise ScenarioError([Problem(Position(str(path)), "", f"this experiment {told}", remedy="name a finding, such "
                                     f"as {', '.join(known_findings())}")])  # fmt: skip
    return setup


@dataclass(frozen=True, repr=False)
class Findings(Brief):
    """What came out of a finding here."""

    name: str
    setup: Setup
    claims: pd.DataFrame
    """Columns sim.studies.claims_table.CLAIMS."""
    values: pd.DataFrame
    """arm, seed, measure, value."""
    seeds: tuple[int, ...]
    failures: tuple[Failure, ...]

    def brief(self) -> dict[str, object]:
        """Which finding it is, and how it came out."""
        return {"name": self.name, "verdict": self.verdict, "claims": len(self.claims),
                "replications": len(self.seeds), "failures": len(self.failures)}  # fmt: skip

    @property
    def verdict(self) -> Verdict:
        """Whether all claims hold, none, or some; open when too few seeds decide any."""
        return verdict_of(self.claims["holds"].value_counts().to_dict())


def verdict_of(counts: Mapping[str, int]) -> Verdict:
    """What verdicts on claims say of a finding; `counts`: how many claims have each."""
    held, count = counts.get("holds", 0), sum(counts.values())
    if {verdict for verdict, number in counts.items() if number} <= {"open", "no value"}:
        return "open"
    return "reproduced" if held == count else "not reproduced" if held == 0 else "reproduced in part"


def run_finding(
    name: str, setup: Setup, replications: int | None, workers: int | None, folder: Path, overwrite: bool = False,
    progress: Progress | None = None,
) -> Findings:  # fmt: skip
    """Run the arms of a finding on `replications` seeds, those of its file for None, and judge its claims."""
    asked = setup.with_replications(replications)
    found = run_experiment(asked, workers, folder, overwrite, progress)
    return Findings(name, asked, found.claims, found.runs[["arm", "seed", "measure", "value"]], found.seeds,
                    found.failures)  # fmt: skip
