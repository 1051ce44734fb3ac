"""What a batch of small runs costs beside the simulation: `python benchmarks/batch.py --runs 2000`.

The same experiment is run on one process and on two, each time in a fresh program and a fresh folder. Told are: the
clock, the processor time of the program that hands out and merges against that of all processes, its memory halfway and
at the end, the most files that lay in the folder at once, and those that are left. Shares are of processor time, since
on a shared machine the clock also counts what others do. With --store the figures are kept in benchmarks/batch.json and
put on docs/machines.md.

The simulation is timed where it runs, in the one process: PARTS of its processor time are the opening of year 0, the
years, and of each year the measures that the experiment asks for and the state hash; all else is beside it. The same
runs in a program of their own are no measure of it: on a shared machine the same work took 118 to 153 s of processor
time in programs that ran one after the other.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

SMALL = ("regions.grid={rows: 2, columns: 2}", "regions.cells=1", "population.firms=60", "population.institutes=4",
         "years.burn_in=2", "years.treatment=4")  # fmt: skip
POINTS, ARMS = 5, 2
STORE, PAGE = Path(__file__).with_suffix(".json"), Path(__file__).parents[1] / "docs" / "machines.md"
BEGIN, END = "<!-- batch: written by make bench-batch -->", "<!-- end of batch -->"
NAMED = {1: "one process", 2: "two processes"}


PARTS = {
    "opening_cpu_s": ("sim.runs.run", "build_world"),
    "years_cpu_s": ("sim.runs.run", "live_year"),
    "measures_cpu_s": ("sim.runs.recording", "measure"),
    "hashes_cpu_s": ("sim.kernel.world", "hash_state"),
}
"""What is simulation: part -> the function, by the module that calls it; none of them calls another."""


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Processor time of each of PARTS that passes in this process meanwhile, s."""
    spent = dict.fromkeys(PARTS, 0.0)
    usual = {part: getattr(importlib.import_module(module), name) for part, (module, name) in PARTS.items()}

    def clocked(part: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            begun = time.process_time()
            try:
                return usual[part](*given, **named)
            finally:
                spent[part] += time.process_time() - begun

        return call

    try:
        for part, (module, name) in PARTS.items():
            setattr(importlib.import_module(module), name, clocked(part))
        yield spent
    finally:
        for part, (module, name) in PARTS.items():
            setattr(importlib.import_module(module), name, usual[part])


def measure(runs: int, workers: int, folder: Path) -> dict[str, Any]:
    """Run an experiment of so many runs into `folder`, in this program; what it took."""
    from sim.runs.warming import warm_up
    from sim.studies.experiment.words import sweep_of
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
    with timed() as parts:
        run_measured(KIND, scenarios, setup.experiment.record, setup.seeds, workers, folder, progress=follow)
    spent, wall = time.process_time() - own, time.perf_counter() - begun
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {
        "runs": len(manifest["runs"]), "workers": workers, "wall_s": wall, "parent_cpu_s": spent,
        "children_cpu_s": children.ru_utime + children.ru_stime,
        "memory_half_mb": memory[len(memory) // 2] / 2**20, "memory_end_mb": memory[-1] / 2**20,
        "files_most": max(files), "files_left": sum(len(names) for _, _, names in os.walk(folder)),
        **(parts if workers == 1 else {}),
    }  # fmt: skip


FIGURES: dict[str, tuple[str, str, float | None]] = {
    "parent_share": (
        "processor time of the program that hands out and merges, of that of all with two workers",
        "%",
        2,
    ),
    "beside_share": ("processor time that is no simulation, of that of one process", "%", 10),
    "hashes_share": ("processor time of the state hash of every year, which counts as simulation above", "%", None),
    "memory_growth": ("memory of that program from the middle to the end, two workers", "%", 10),
    "files_per_100": ("files that are left in the folder, for each 100 runs", "", 1),
    "speedup_cpu": ("times that two workers are faster than one, by processor time", "", 1.8),
    "speedup_wall": ("the same by the clock", "", 1.8),
}
"""Figure -> what it is, unit, goal: at most, of `speedup` at least; None where it only tells."""


def figures_of(found: Mapping[int, Mapping[str, float]]) -> dict[str, float]:
    """The figures of FIGURES from what was measured of one process and two.

    By processor time two workers are as fast as the busier half of their work lets them be, the parent beside it: what
    they would take by the clock if each had a core of its own.
    """
    one, two = found[1], found[2]
    whole = one["parent_cpu_s"] + one["children_cpu_s"]
    return {
        "parent_share": 100 * two["parent_cpu_s"] / (two["parent_cpu_s"] + two["children_cpu_s"]),
        "beside_share": 100 * (1 - sum(one[part] for part in PARTS) / whole),
        "hashes_share": 100 * one["hashes_cpu_s"] / whole,
        "memory_growth": 100 * (two["memory_end_mb"] / two["memory_half_mb"] - 1),
        "files_per_100": 100 * two["files_left"] / two["runs"],
        "speedup_cpu": whole / (two["parent_cpu_s"] + two["children_cpu_s"] / 2),
        "speedup_wall": one["wall_s"] / two["wall_s"],
    }


def table_of(stored: Mapping[str, Any]) -> str:
    """The table of docs/machines.md."""
    lines = ["| what a batch costs | found | goal |", "|---|---|---|"]
    for name, (what, unit, goal) in FIGURES.items():
        sign = f" {unit}" if unit else ""
        bound = "at least" if name.startswith("speedup") else "at most"
        wanted = "" if goal is None else f"{bound} {goal}{sign}"
        lines.append(f"| {what} | {stored['figures'][name]:.2f}{sign} | {wanted} |")
    return "\n".join(lines)


def write_table(page: Path, stored: Mapping[str, Any]) -> None:
    """Put the table between its marks on a page."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    told = (
        f"{stored['runs']:,} runs on {stored['machine']}; {stored['load']:.0f} other programs wanted a core meanwhile."
    )
    page.write_text(f"{before}{BEGIN}\n\n{told}\n\n{table_of(stored)}\n\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Both, each in a program of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--store", action="store_true", help="keep the figures, and put them on the page")
    parser.add_argument("--workers", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.workers is not None:
        print(json.dumps(measure(asked.runs, asked.workers, asked.folder)))
        return
    found: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as place:
        for workers, named in NAMED.items():
            words = ["--runs", str(asked.runs), "--workers", str(workers), "--folder", str(Path(place) / f"w{workers}")]
            done = subprocess.run([sys.executable, __file__, *words], check=True, stdout=subprocess.PIPE, text=True)
            found[workers] = json.loads(done.stdout.splitlines()[-1])
            for name, value in found[workers].items():
                print(f"{named:18} {name:16} {value:10.1f}")
    stored = {"runs": asked.runs, "machine": machine(), "load": max(os.getloadavg()[2] - 1, 0),
              "figures": figures_of(found), "measured": {NAMED[key]: told for key, told in found.items()}}  # fmt: skip
    print(table_of(stored))
    if asked.store:
        STORE.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        write_table(PAGE, stored)


def machine() -> str:
    """The processor and its cores."""
    names = [line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")]
    return f"{names[0] if names else 'an unknown processor'}, {os.cpu_count()} cores"


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


if __name__ == "__main__":
    main()
