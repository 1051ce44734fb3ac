"""The whole study of facts: run the seeds, compare with the bands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.kernel.brief import Brief
from sim.kernel.scenario_types import Scenario
from sim.store.executors.local import Failure
from sim.store.folder import carry_out
from sim.store.progress import Progress
from sim.store.provenance import Provenance, command, gather
from sim.store.results import read_results
from sim.store.tasks import Design
from sim.studies.facts.replication import estimates, keep_estimates, with_lean_record
from sim.studies.facts.verdicts import passed, verdicts
from sim.studies.libraries import library

ARM = "neutral"


@dataclass(frozen=True, repr=False)
class Study(Brief):
    """What a study found."""

    folder: Path
    table: pd.DataFrame
    """One row a statistic, see sim.studies.facts.verdicts."""
    by_seed: pd.DataFrame
    """Estimates: seed, then a column for every statistic."""
    provenance: Provenance
    failures: tuple[Failure, ...] = ()

    def brief(self) -> dict[str, object]:
        """Where it lies, and how many facts hold."""
        good, total = passed(self.table)
        return {"folder": self.folder, "facts": f"{good} of {total} hold", "replications": len(self.by_seed),
                "failures": len(self.failures)}  # fmt: skip


def study_facts(
    scenario: Scenario, replications: int, workers: int | None, folder: Path, seed: int | None = None,
    overwrite: bool = False, progress: Progress | None = None,
) -> Study:  # fmt: skip
    """Run `replications` seeds of `scenario` and compare every statistic with its band.

    Seeds that `folder` holds already are not run again. Raises AllFailed when no run ended well, MissingLibrary
    without the extra `facts`.
    """
    for name in ("scipy", "statsmodels.api", "lifelines"):
        library(name)
    first = scenario.seed if seed is None else seed
    seeds = tuple(range(first, first + replications))
    design = Design("facts", {ARM: with_lean_record(scenario)}, seeds, ARM, kept=estimates())
    failures = carry_out(folder, design, keep_estimates, workers, overwrite, progress)
    values = read_results(folder).values
    by_seed = {int(one): dict(zip(rows["measure"], rows["value"], strict=True)) for one, rows in values.groupby("seed")}
    table = pd.DataFrame([{"seed": one, **found} for one, found in by_seed.items()])
    return Study(folder, verdicts(by_seed), table, origin(scenario, list(by_seed)), tuple(failures))


def origin(scenario: Scenario, seeds: list[int]) -> Provenance:
    """Where the numbers come from."""
    told = gather()
    program = told["program"]
    return Provenance(
        title=f"Stylised facts: {scenario.title or 'untitled scenario'}", arms=(ARM,), seeds=tuple(seeds),
        code=told["code"], version=program["version"],
        commit=program.get("commit", "") + ("" if program.get("clean", True) else " (edited)"), command=command(),
    )  # fmt: skip
