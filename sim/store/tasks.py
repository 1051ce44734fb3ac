"""What an experiment runs, by its key, and the tasks that it falls into.

A run is named by all that decides it: the program's rules, the scenario, the past that it starts from, what is kept of
it and the seed. Runs of one seed that share their burn-in are one task: the burn-in is run once and forked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from sim.kernel.fingerprint import fingerprint
from sim.kernel.scenario_types import Scenario
from sim.kernel.source_hash import NUMBERS
from sim.runs.run import Progress
from sim.scenario.changes import past_of
from sim.scenario.reading import scenario_identity
from sim.scenario.seeds import check_seeds

PAST = "past:"
"""Begins the name under which the years stand that arms share; no arm can be called so."""


@dataclass(frozen=True)
class Design:
    """An experiment: which arms on which seeds."""

    kind: str
    arms: Mapping[str, Scenario]
    """As readers see them."""
    seeds: tuple[int, ...]
    baseline: str = ""
    start: str = ""
    """Names the past that all runs start from where that is not year 0, such as a checkpoint."""
    kept: str = ""
    """Names what is kept of a run and the code that picks it, where that is not code that decides numbers."""
    keeps_past: bool = False
    """Whether burn-ins are kept, once for the arms that share them."""
    unshocked_runs: Mapping[str, str] = field(default_factory=dict)
    """Arm with shocks -> name of the run that is the same without them."""
    ran: Mapping[str, Scenario] = field(default_factory=dict)
    """What is run, by name, where that is more than the arms: they may record more, and there may be runs besides."""
    isolates: bool = False
    """Whether runs of a task that failed are tried one by one, so that one loses no other; for studies that can do
    with single runs."""
    grows: bool = False
    """Whether arms that the folder has already, and that are not asked for now, stay."""
    only: Set[tuple[str, int]] | None = None
    """The runs (name, seed) that are wanted, where these are not all on every seed."""

    def __post_init__(self) -> None:
        check_seeds(self.seeds)

    @property
    def runs(self) -> Mapping[str, Scenario]:
        """Everything that is run on each seed, by name."""
        return self.ran or self.arms

    def wants(self, name: str, seed: int) -> bool:
        """Whether a run is asked for."""
        return self.only is None or (name, seed) in self.only

    @cached_property
    def identities(self) -> dict[str, str]:
        """Names all that decides a run but its seed, by name of the run."""
        rules = NUMBERS
        return {
            name: fingerprint(rules, self.kept, scenario_identity(scenario), self.start)
            for name, scenario in self.runs.items()
        }

    def key(self, name: str, seed: int) -> str:
        """Names all that decides a run."""
        return f"{self.identities[name]}-{seed}"

    @cached_property
    def pasts(self) -> dict[str, str]:
        """Name of the burn-in of each run, as it is recorded; "" for runs whose burn-in is not kept."""
        found = {}
        for name, scenario in self.runs.items():
            told = [past_of(scenario), scenario.record.model_dump(mode="json"), self.start]
            found[name] = PAST + fingerprint(*told)[:8] if name in self.arms and self.keeps_past else ""
        return found


@dataclass(frozen=True)
class Task:
    """Runs of one seed that share their burn-in."""

    seed: int
    runs: dict[str, Scenario]
    """What to run, by name."""
    pasts: dict[str, str]
    """Name of the burn-in of each run that keeps it."""
    keys: dict[str, str] = field(default_factory=dict)
    """Names all that decides each run."""

    def alone(self) -> list[Task]:
        """Each of its runs as a task of its own."""
        return [
            Task(self.seed, {arm: one}, *({arm: told[arm]} if arm in told else {} for told in (self.pasts, self.keys)))
            for arm, one in self.runs.items()
        ]


@dataclass(frozen=True)
class Pieces:
    """A table in pieces, each of one seed and one arm (or past), all with columns `arm` and `seed`."""

    schema: pa.Schema
    tables: Iterator[pa.Table]


@dataclass(frozen=True)
class Kept:
    """What a task leaves."""

    tables: dict[str, Pieces]
    """By file name, such as "metrics.parquet"."""
    runs: dict[str, dict[str, object]]
    """What the manifest says of each run: its last state hash, its seconds."""
    pasts: dict[str, str] = field(default_factory=dict)
    """State hash at the end of each burn-in."""
    metrics: dict[str, dict[str, str]] = field(default_factory=dict)
    """What readers need to know about each metric."""


Keep = Callable[[Task, Path, Progress], Kept]
"""Carries out a task: keep(task, a folder for its files, progress). Importable in a worker."""


def tasks_of(design: Design, done: Set[tuple[str, int]]) -> list[Task]:
    """What is left to run: seed by seed, one task for each burn-in and what is recorded of it.

    A run whose burn-in is not kept goes along with any other of the same burn-in.
    """
    tasks = []
    groups: dict[str, list[str]] = {}
    for name, scenario in design.runs.items():
        groups.setdefault(past_of(scenario), []).append(name)
    for seed in design.seeds:
        for names in groups.values():
            waiting = [name for name in names if (name, seed) not in done and design.wants(name, seed)]
            kept = [design.pasts[name] for name in waiting if design.pasts[name]]
            apart: dict[str, list[str]] = {}
            for name in waiting:
                apart.setdefault(design.pasts[name] or (kept[0] if kept else ""), []).append(name)
            for members in apart.values():
                runs = {name: design.runs[name] for name in members}
                pasts = {name: design.pasts[name] for name in members if design.pasts[name]}
                tasks.append(Task(seed, runs, pasts, {name: design.key(name, seed) for name in members}))
    return tasks
