"""What a batch of small runs costs beside the simulation: `python benchmarks/batch.py --runs 2000`.

The same experiment is run on one process and on two, each time in a fresh program and a fresh folder. Told are: the
clock, the processor time of the program that hands out and merges against that of all processes, its memory halfway and
at the end, the most files that lay in the folder at once, and those that are left. Side by side, since times on shared
machines drift.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

SMALL = ("regions.grid={rows: 2, columns: 2}", "regions.cells=1", "population.firms=60", "population.institutes=4",
         "years.burn_in=2", "years.treatment=4")  # fmt: skip
POINTS, ARMS = 5, 2
NAMED = ("simulation alone", "one process", "two processes")


def measure(runs: int, workers: int, folder: Path) -> dict[str, Any]:
    """Run an experiment of so many runs into `folder`, in this program; what it took."""
    from sim.runs.warming import warm_up
    from sim.studies.experiment import sweep_of
    from sim.studies.measured import run_measured
    from sim.studies.sweep import KIND, named_runs

    setup = sweep_of("policy_text", [f"imitation=0:1:{POINTS}"], overrides=SMALL, replications=runs // (POINTS * ARMS))
    scenarios, _ = named_runs(setup, folder)
    warm_up()
    memory: list[int] = []
    files: list[int] = []
    process = psutil.Process()

    def follow(done: float, total: int, _seconds: float, _failure: object) -> None:
        if done >= total * len(memory) / 20:
            memory.append(process.memory_info().rss)
            files.append(sum(len(names) for _, _, names in os.walk(folder)))

    own, begun = time.process_time(), time.perf_counter()
    run_measured(KIND, scenarios, setup.experiment.record, setup.seeds, workers, folder, progress=follow)
    spent, wall = time.process_time() - own, time.perf_counter() - begun
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {
        "runs": len(manifest["runs"]), "workers": workers, "wall_s": wall, "parent_cpu_s": spent,
        "children_cpu_s": children.ru_utime + children.ru_stime,
        "memory_half_mb": memory[len(memory) // 2] / 2**20, "memory_end_mb": memory[-1] / 2**20,
        "files_most": max(files), "files_left": sum(len(names) for _, _, names in os.walk(folder)),
    }  # fmt: skip


def simulate(runs: int) -> dict[str, Any]:
    """The same runs in one process, and nothing else: no folder, no measures by window, no tables."""
    from sim.runs.run import run_arms
    from sim.runs.warming import warm_up
    from sim.store.tasks import Design, tasks_of
    from sim.studies.experiment import sweep_of
    from sim.studies.measures import recorded_for

    setup = sweep_of("policy_text", [f"imitation=0:1:{POINTS}"], overrides=SMALL, replications=runs // (POINTS * ARMS))
    arms = {
        setup.run_name(*key): recorded_for(scenario, setup.experiment.record) for key, scenario in setup.runs.items()
    }
    tasks = tasks_of(Design("experiment", arms, setup.seeds), set())
    warm_up()
    begun = time.perf_counter()
    for task in tasks:
        run_arms(task.runs, task.seed)
    return {"runs": sum(len(task.runs) for task in tasks), "workers": 0, "wall_s": time.perf_counter() - begun}


def main() -> None:
    """All three, each in a program of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--workers", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.workers is not None:
        print(json.dumps(measure(asked.runs, asked.workers, asked.folder) if asked.workers else simulate(asked.runs)))
        return
    found = {}
    with tempfile.TemporaryDirectory() as place:
        for workers in (0, 1, 2):
            words = ["--runs", str(asked.runs), "--workers", str(workers), "--folder", str(Path(place) / f"w{workers}")]
            done = subprocess.run([sys.executable, __file__, *words], check=True, stdout=subprocess.PIPE, text=True)
            found[workers] = json.loads(done.stdout.splitlines()[-1])
            for name, value in found[workers].items():
                print(f"{NAMED[workers]:18} {name:16} {value:10.1f}")
    two = found[2]
    print(f"two processes are {found[1]['wall_s'] / two['wall_s']:.2f} times as fast as one")
    share = two["parent_cpu_s"] / (two["parent_cpu_s"] + two["children_cpu_s"])
    print(f"the parent takes {100 * share:.1f} % of the processor time of two processes")
    print(f"all that is no simulation takes {100 * (1 - found[0]['wall_s'] / found[1]['wall_s']):.1f} % of one process")
    print(f"files that are left for each 100 runs: {100 * two['files_left'] / two['runs']:.2f}")


if __name__ == "__main__":
    main()
