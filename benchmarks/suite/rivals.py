"""How many times longer the plain Mesa model takes for the years that engine and plain model share."""

from __future__ import annotations

import cProfile
import pstats
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.plain_mesa import PlainModel, base_scenario
from benchmarks.plain_mesa.comparing import same_agents
from sim.kernel.world import World
from sim.model import schedule
from sim.model.opening import build_world

WARM = 3


def both(firms: int) -> tuple[World, PlainModel]:
    """Engine and plain model in the same state after some years."""
    world = build_world(base_scenario(firms), 1)
    model = PlainModel(world)
    for _ in range(WARM):
        schedule.step(world)
        model.step()
    return world, model


def race(firms: int, rounds: int) -> dict[str, Any]:
    """Seconds of the same years in both, by turns. Raises ArithmeticError where they do not hold the same firms."""
    world, model = both(firms)
    engine, plain = [], []
    for _ in range(rounds):
        begun = time.process_time()
        schedule.step(world)
        between = time.process_time()
        model.step()
        engine.append(between - begun)
        plain.append(time.process_time() - between)
    if not same_agents(world, model):
        raise ArithmeticError(f"engine and plain model differ in year {world.year}")
    ratios = [slow / quick for slow, quick in zip(plain, engine, strict=True)]
    return {"engine": statistics.median(engine), "plain": statistics.median(plain), "times": statistics.median(ratios)}


def profile(firms: int, rows: int = 8) -> list[list[Any]]:
    """Where the plain model spends a year: its dearest functions and their own share of the time."""
    _, model = both(firms)
    watched = cProfile.Profile()
    watched.runcall(model.step)
    stats: Any = pstats.Stats(watched)
    own = {
        f"{Path(file).stem}.{name}" if line else name: values[2] for (file, line, name), values in stats.stats.items()
    }
    total = sum(own.values())
    return [[name, seconds / total] for name, seconds in sorted(own.items(), key=lambda item: -item[1])[:rows]]
