"""Rebuilding foundations: long projects that may create a supplier of a scarce upstream input.

Core components and materials that few can make: Ministry of Industry and Information Technology of China, guide to the
industrial foundation projects (2016), with projects of three to five years. Public R&D projects of comparable risk have
somewhat less than an even chance (Link & Scott 2010, Research Policy 39, on SBIR projects); .3 to .5 is our range.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import FORK, Setting
from sim.kernel.world import World
from sim.model.policies.places import scarce_here
from sim.model.policies.purchases import luck, start_firms, whole
from sim.model.policies.registry import Array, Programme, policy

PROJECT_DRAWS = 2
"""Counter of the draw of the first project that is due; COUNT_DRAW of purchases comes before it."""


def deliver(world: World, programme: Programme) -> None:
    """Projects begun `duration` years ago end: each creates a supplier with probability `chance`."""
    duration = round(programme.settings["duration"])
    begun = programme.memory.get("begun")
    if begun is None:
        return
    due = begun[programme.year(world) % duration]
    successes = np.zeros(due.shape, dtype=int)
    for project in range(int(due.max())):
        drawn = luck(world, programme, PROJECT_DRAWS + project, due > project)
        successes += (due > project) & (drawn < programme.settings["chance"])
    start_firms(world, programme, successes, np.asarray(world.local_industries.startup_cost))
    due[:] = 0


@policy(
    "foundation",
    help="pays long projects that may create a supplier of an upstream input that few in the nation make",
    unit="projects",
    source="Ministry of Industry and Information Technology of China 2016 (industrial foundation projects); Link & "
    "Scott 2010 for the odds",
    share=0.2,
    serves=scarce_here,
    saves=True,
    winds_up=deliver,
    duration=Setting(4.0, 1.0, 10.0, "years", "from the start of a project to its result, in whole years", acts=FORK),
    chance=Setting(0.4, 0.0, 1.0, "1", "probability that a project succeeds"),
    few=Setting(0.7, 0.0, 5.0, "1", "suppliers over the mean of industries below which an input is scarce"),
)
def foundation(world: World, programme: Programme, funds: Array) -> Array:
    """A project costs what starting a supplier costs; paid when it begins, whatever comes of it."""
    duration = round(programme.settings["duration"])
    begun = programme.memory.setdefault("begun", np.zeros((duration, *funds.shape), dtype=np.int64))
    deliver(world, programme)
    cost = np.asarray(world.local_industries.startup_cost)
    counts = whole(world, programme, funds, cost)
    begun[programme.year(world) % duration] = counts
    return np.asarray(counts * cost)
