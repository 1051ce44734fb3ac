"""How much memory a scenario will need, so that one that cannot fit is refused before it starts."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.kernel.scenario_types import Regions, Scenario
from sim.scenario.problems import Key, Problem, dotted
from sim.scenario.validation import Draft

GROWTH = 2.0
"""A table that grows is copied into one twice as long."""
LINKS = 6.0
"""Links of a firm: cooperation and supply contracts, on average."""


@dataclass(frozen=True)
class Need:
    """Bytes that one part of a model takes, and the keys that set them."""

    part: str
    keys: tuple[Key, ...]
    amount: float


def estimate_memory(scenario: Scenario) -> list[Need]:
    """Bytes that a model of `scenario` takes, by part, largest first."""
    from sim.kernel.world import CELL, FIRM, INSTITUTE, LINK, LOCAL_INDUSTRY, REGION, SITE

    regions = scenario.regions
    count = count_regions(regions)
    cells = count * regions.cells**2
    industries = len(scenario.industries)
    people = scenario.population
    reach = regions.reach_km / regions.cell_km
    within = min(float(cells), math.pi * reach**2 + 2 * reach + 1)
    firm = GROWTH * (FIRM.dtype.itemsize + LINKS * LINK.dtype.itemsize)
    extent: tuple[Key, ...] = (("regions", "cells"), ("regions", "grid"))
    needs = [
        Need("firms and their links", (("population", "firms"),), people.firms * firm),
        Need("institutes", (("population", "institutes"),), people.institutes * GROWTH * INSTITUTE.dtype.itemsize),
        Need("cells", extent, cells * float(CELL.dtype.itemsize)),
        Need("cells x industries", (*extent, ("industries",)), cells * industries * float(SITE.dtype.itemsize)),
        Need(
            "lists of neighbouring cells",
            (("regions", "cell_km"), ("regions", "reach_km"), *extent),
            cells * within * 12.0 * GROWTH,
        ),
        Need("distances between cells of two regions", extent, 24.0 * float(regions.cells) ** 4),
        Need(
            "regions x industries",
            (("regions", "grid"), ("industries",)),
            count * (REGION.dtype.itemsize + industries * float(LOCAL_INDUSTRY.dtype.itemsize)),
        ),
        Need(
            "trade between regions", (("regions", "grid"), ("industries",)), 8.0 * float(count) ** 2 * (industries + 2)
        ),
    ]
    return sorted(needs, key=lambda need: -need.amount)


def count_regions(regions: Regions) -> int:
    """How many regions there are; 0 while a map has not been read."""
    if regions.grid is not None:
        return regions.grid.rows * regions.grid.columns
    if regions.map is not None:
        return len(regions.map.data.get(regions.map.name, ()))
    return 0


def available_memory() -> float:
    """Bytes that a program may still take on this machine, or infinity where it does not tell."""
    limits = [_available_to_machine(), _left_in_container()]
    return min(limit for limit in limits if limit > 0)


def _available_to_machine() -> float:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return float(line.split()[1]) * 1024
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (OSError, ValueError, AttributeError):
        return _physical_memory()


def _physical_memory() -> float:
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (OSError, ValueError, AttributeError):
        return math.inf


def _left_in_container() -> float:
    root = Path("/sys/fs/cgroup")
    for most, used in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        try:
            return float((root / most).read_text()) - float((root / used).read_text())
        except (OSError, ValueError):
            continue
    return math.inf


def check_memory(draft: Draft, available: float | None = None) -> Iterator[Problem]:
    """The model fits into `available` bytes (default: what this machine has left)."""
    needs = estimate_memory(draft.scenario)
    total = math.fsum(need.amount for need in needs)
    room = available_memory() if available is None else available
    if total <= room:
        return
    largest = needs[0]
    key = next((key for key in largest.keys if draft.written(key)), largest.keys[0])
    names = " or ".join(dotted(each) for each in largest.keys)
    message = (
        f"the model needs about {in_words(total)} of memory, most of it ({in_words(largest.amount)}) for {largest.part}"
    )
    yield draft.problem(key, message, allowed=f"up to {in_words(room)}, what is free here", remedy=f"change {names}")


def in_words(amount: float) -> str:
    """Bytes in the unit that reads best."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return f"{amount:,.3g} TB"
