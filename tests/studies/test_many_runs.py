"""Two thousand runs: few files, an open folder that stays small, and memory that does not grow with the runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import psutil
import pyarrow as pa
import pytest

from sim.kernel.scenario_types import Scenario
from sim.runs.run import Progress, Run
from sim.store import levels
from sim.studies import measured
from sim.studies.experiment.words import sweep_of
from sim.studies.measured import run_measured
from sim.studies.sweep import KIND, named_runs

RUNS, POINTS, ARMS = 2000, 5, 2
GROWTH = 40 * 2**20
"""Bytes that a program may hold more at the end than halfway: the pools of pyarrow and of Python itself."""


def instant(
    given: Mapping[str, Scenario], seed: int, progress: Progress, *, start: object = None, counts: bool = True
) -> dict[str, Run]:
    """Runs that take no time."""
    runs = {}
    for arm, scenario in given.items():
        rows = [(f"{arm}-{seed}", arm, seed, 61, "nation", "ln_real_income", "ln", 4.0 + seed)]
        table = pd.DataFrame(rows, columns=["run", "arm", "seed", "year", "group", "metric", "unit", "value"])
        hashes = pd.DataFrame(
            {"run": [f"{arm}-{seed}"], "arm": [arm], "seed": [seed], "year": [61], "hash": ["0" * 16]}
        )
        runs[arm] = Run(arm, seed, scenario, pa.Table.from_pandas(table), hashes, pd.DataFrame(), pd.DataFrame(), 0.0)
    return runs


@pytest.mark.slow
@pytest.mark.long
def test_two_thousand_runs_take_few_files_and_no_more_memory_than_a_thousand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "run_arms", instant)
    setup = sweep_of("policy_text", [f"imitation=0:1:{POINTS}"], replications=RUNS // POINTS // ARMS,
                     record=("ln_real_income",))  # fmt: skip
    scenarios, _ = named_runs(setup, tmp_path / "out")
    process, memory, files, opened = psutil.Process(), [], [], []

    def follow(done: float, total: int, _seconds: float, _failure: object) -> None:
        if done >= total * len(memory) / 20:
            memory.append(process.memory_info().rss)
            files.append(sum(len(names) for _, _, names in os.walk(tmp_path / "out")))
            opened.append(process.num_fds() if os.name != "nt" else 0)

    values, failed = run_measured(KIND, scenarios, ("ln_real_income",), setup.seeds, 1, tmp_path / "out",
                                  progress=follow)  # fmt: skip
    assert len(values) == RUNS and failed == [] and len(memory) >= 18
    assert memory[-1] - memory[len(memory) // 2] < GROWTH
    left = sum(len(names) for _, _, names in os.walk(tmp_path / "out"))
    assert left <= RUNS / 100
    assert max(files) <= 4 * levels.MOST_SHARDS + 20, "what is finished is merged on the way"
    assert max(opened) - opened[0] < 20
