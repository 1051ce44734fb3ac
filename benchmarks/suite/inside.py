"""Measurements that run in a program of their own: python inside.py TASK JSON. PYTHONPATH names the checkout.

They use what any version of the program has: scenarios, an opening, a step of the schedule, a recorder. Times are of
the processor, so that what else runs on a shared machine is not counted.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MICRO = 1e6


def world_of(scenario: str, firms: int, overrides: list[str]) -> Any:
    """The World of year 0 with `firms` firms and an institute for every 25 of them."""
    from sim.model.opening import build_world
    from sim.scenario.reading import load_scenario

    sizes = [f"population.firms={firms}", f"population.institutes={max(1, firms // 25)}"]
    return build_world(load_scenario(scenario, [*sizes, *overrides]))


def peak_of_memory() -> int:
    """Most memory that this program has held, in bytes. Where the system tells only that of its parent too, it may be
    the parent's.
    """
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def years(scenario: str, firms: int, warm: int, count: int, overrides: list[str]) -> dict[str, Any]:
    """Microseconds a firm of each of `count` years after `warm` ones, and the peak of memory in bytes."""
    from sim.model import schedule

    world = world_of(scenario, firms, overrides)
    spent = []
    for year in range(warm + count):
        begun, standing = time.process_time(), len(world.firms)
        schedule.step(world)
        if year >= warm:
            spent.append((time.process_time() - begun) * MICRO / standing)
    return {"a_firm_year": spent, "peak": peak_of_memory(), "firms": len(world.firms), "hash": world.state_hash()}


def rules(scenario: str, firms: int, warm: int, overrides: list[str]) -> dict[str, float]:
    """Seconds of the year after `warm` ones by compiled rule ("file.rule"), of those that are not called by another;
    under "" of all that is in none.
    """
    from numba.core.registry import CPUDispatcher

    from sim.model import schedule

    world = world_of(scenario, firms, overrides)
    for _ in range(warm):
        schedule.step(world)
    spent: dict[str, float] = {}

    def timed(name: str, rule: Callable[..., Any]) -> Callable[..., Any]:
        def run(*told: Any) -> Any:
            begun = time.process_time()
            try:
                return rule(*told)
            finally:
                spent[name] = spent.get(name, 0.0) + time.process_time() - begun

        return run

    compiled = [
        (module, name, one)
        for place, module in list(sys.modules.items()) if place.startswith("sim.")
        for name, one in list(vars(module).items()) if isinstance(one, CPUDispatcher)
    ]  # fmt: skip
    for module, name, one in compiled:
        setattr(module, name, timed(f"{one.py_func.__module__.rpartition('.')[2]}.{one.py_func.__name__}", one))
    begun = time.process_time()
    try:
        schedule.step(world)
    finally:
        for module, name, one in compiled:
            setattr(module, name, one)
    spent[""] = time.process_time() - begun - sum(spent.values())
    return spent


def recording(scenario: str, firms: int, warm: int, count: int, overrides: list[str]) -> dict[str, Any]:
    """Seconds of a year's steps, of its measures with the hash, and of these with firms' panels besides."""
    from sim.model import schedule
    from sim.runs.recording import Recorder
    from sim.scenario.reading import load_scenario

    story = load_scenario(scenario, overrides)
    panels = story.record.model_copy(update={"panels": ("firms",)})
    recorders = {"measures": Recorder("a", 1, story.record, 10**6), "panels": Recorder("a", 1, panels, 10**6)}
    world = world_of(scenario, firms, overrides)
    found: dict[str, list[float]] = {"step": [], "measures": [], "panels": []}
    for year in range(warm + count):
        begun = time.process_time()
        schedule.step(world)
        spent = {"step": time.process_time() - begun}
        for name, recorder in recorders.items():
            begun = time.process_time()
            recorder.observe(world)
            spent[name] = time.process_time() - begun
        if year >= warm:
            for name, seconds in spent.items():
                found[name].append(seconds)
    return found


def first_year(overrides: list[str]) -> dict[str, Any]:
    """Seconds until a small world has lived its first two years: imports, compiling or reading the cache, the years."""
    from sim.model import schedule

    world = world_of("policy_text", 60, overrides)
    for _ in range(2):
        schedule.step(world)
    return {"cpu": time.process_time(), "hash": world.state_hash()}


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "years": years,
    "rules": rules,
    "recording": recording,
    "first_year": first_year,
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
