"""Runs: one scenario, or several arms that fork from a common past with the same luck."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa

from sim.kernel.brief import Brief
from sim.kernel.scenario_types import Scenario
from sim.kernel.world import World
from sim.model.opening import build_world
from sim.runs.deferred import Deferred
from sim.runs.history import HistoryRecorder
from sim.runs.recording import Recorder, plain_frame
from sim.runs.timeline import fork, live_year
from sim.scenario.changes import past_of
from sim.scenario.seeds import check_seeds

Progress = Callable[[str, int, int], None]
"""Called as progress(arm, years done, years in all)."""


@dataclass(repr=False)
class Run(Brief):
    """What one arm of one replication left behind. Tables as in sim.runs.recording."""

    arm: str
    seed: int
    scenario: Scenario
    tidy: pa.Table
    """All metrics, columns as sim.runs.recording.TIDY."""
    hashes: Deferred[pd.DataFrame] = Deferred()
    sites: Deferred[pd.DataFrame] = Deferred()
    ledger: Deferred[pd.DataFrame] = Deferred()
    tiers: Deferred[pd.DataFrame] = Deferred(pd.DataFrame)
    panels: dict[str, pd.DataFrame] = field(default_factory=dict)
    history: Deferred[pd.DataFrame] = Deferred(pd.DataFrame)
    """Frames of a player by year, if they were wanted."""
    seconds: float = 0.0

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """`tidy` as a data frame, made when it is asked for."""
        return plain_frame(self.tidy)

    def brief(self) -> dict[str, object]:
        """Which run it is, and how much it recorded."""
        return {
            "arm": self.arm, "seed": self.seed, "last_year": int(self.hashes["year"].max()) if len(self.hashes) else 0,
            "rows": self.tidy.num_rows, "panels": ", ".join(self.panels) or "none", "seconds": f"{self.seconds:.1f}",
        }  # fmt: skip


def shared_past(arms: Mapping[str, Scenario]) -> bool:
    """Whether all arms have the same burn-in: they differ only in what begins with the treatment."""
    return len({past_of(scenario) for scenario in arms.values()}) == 1


def run_arms(
    arms: Mapping[str, Scenario],
    seed: int,
    progress: Progress | None = None,
    panel_folder: Path | None = None,
    start: World | None = None,
    histories: bool = False,
    counts: bool = True,
) -> dict[str, Run]:
    """Run every arm with the same luck; a burn-in that several share is run once and forked.

    The result of an arm does not depend on which other arms run, nor on their order. With `start` (from a checkpoint)
    every arm goes on from that World, recorded from its year on; see sim.runs.checkpoint.check_fit for what fits.
    With `histories` each run also keeps what a player shows (sim.runs.history), which changes no number. Without
    `counts` the tables `tiers` and `ledger` stay empty, for those who read neither.
    """
    check_seeds([seed])
    waiting = [past_of(scenario) for scenario in arms.values()] if start is None else []
    pasts: dict[str, tuple[World, Recorder, float]] = {}
    runs = {}
    for arm, scenario in arms.items():
        started = time.perf_counter()
        last_year = scenario.years.burn_in + scenario.years.treatment
        recorder = Recorder(arm, seed, scenario.record, last_year, panel_folder, counts)
        spent = 0.0
        name = waiting.pop(0) if waiting else ""
        if name in pasts and not scenario.record.panels:
            past = pasts[name]
            world, spent = fork(past[0]) if name in waiting else past[0], past[2]
            recorder.remember(past[1])
        else:
            world = build_world(scenario, seed) if start is None else continued(start, seed)
            if histories:
                recorder.history = HistoryRecorder()
            if start is None and recorder.history is not None:
                recorder.history.observe(world)
            elif start is not None:
                recorder.observe(world, is_fork=world.year == scenario.years.burn_in)
            live_through(world, scenario, scenario.years.burn_in - world.year, recorder, arm, progress)
            if name in waiting:
                pasts[name] = (fork(world), recorder.without_panels(), time.perf_counter() - started)
        if name not in waiting:
            pasts.pop(name, None)
        live_through(world, scenario, last_year - world.year, recorder, arm, progress)
        runs[arm] = Run(
            arm=arm, seed=seed, scenario=scenario, tidy=recorder.metrics_table(world),
            hashes=recorder.hashes_frame, sites=recorder.sites_frame, ledger=recorder.ledger_frame,
            tiers=recorder.tiers_frame, panels=recorder.close_panels(), history=recorder.history_frame,
            seconds=spent + time.perf_counter() - started,
        )  # fmt: skip
    return runs


def continued(start: World, seed: int) -> World:
    """A copy of `start` that lives on with the luck of `seed`: its own luck if that is its own seed."""
    world = fork(start)
    world.seed = seed
    return world


def world_at(scenario: Scenario, year: int, seed: int | None = None, progress: Progress | None = None) -> World:
    """The World at the end of `year`: what a checkpoint keeps. From the burn-in's end on, the treatment applies."""
    check_seeds([] if seed is None else [seed])
    world = build_world(scenario, seed)
    while world.year < year:
        live_year(world, scenario)
        if progress is not None:
            progress("past", world.year, year)
    return world


def live_through(
    world: World, scenario: Scenario, years: int, recorder: Recorder, arm: str, progress: Progress | None
) -> None:
    """Let years of `scenario` pass and record each; the last year of a burn-in is recorded as the fork year."""
    for year in range(years):
        live_year(world, scenario)
        burning_in = not world.treated
        recorder.observe(world, is_fork=burning_in and year == years - 1)
        if progress is not None:
            progress(arm, world.year, scenario.years.burn_in + scenario.years.treatment)


def run_scenario(
    scenario: Scenario,
    seed: int | None = None,
    arm: str = "run",
    progress: Progress | None = None,
    panel_folder: Path | None = None,
    histories: bool = False,
) -> Run:
    """Run one scenario. `seed` replaces the scenario's own."""
    chosen = scenario.seed if seed is None else seed
    return run_arms({arm: scenario}, chosen, progress, panel_folder, histories=histories)[arm]
