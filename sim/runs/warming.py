"""Compiling in advance: a small nation in which every mechanism, policy and shock is at work calls the rules once.

`warm_up` compiles what a usual run needs, `warm_everything` the rest too; both find in the cache what is there already.
"""

from __future__ import annotations

from sim.kernel import compiling
from sim.kernel.declare import MECHANISMS
from sim.kernel.scenario_types import Instrument, Scenario, ShockEvent
from sim.model import schedule
from sim.model.opening import build_world, treat
from sim.model.policies.registry import POLICIES
from sim.model.shocks.registry import SHOCKS
from sim.runs.timeline import fork

SMALL = ("population.firms=40", "population.institutes=4", "years.burn_in=2")


def small_story(*overrides: str) -> Scenario:
    """The scenario `policy_text` with few firms."""
    from sim.scenario.reading import load_scenario

    return load_scenario("policy_text", [*SMALL, *overrides])


def everything() -> Scenario:
    """The same with every mechanism, every policy and every shock."""
    switches = [f"mechanisms.{name}=true" for name in MECHANISMS]
    programmes = tuple(Instrument(policy=name, strength=0.2) for name in sorted(POLICIES))
    blows = tuple(ShockEvent(shock=name, strength=0.1) for name in sorted(SHOCKS))
    return small_story(*switches).model_copy(update={"policies": programmes, "shocks": blows})


def replaced() -> Scenario:
    """The same with the rules in force whose place other mechanisms take."""
    return small_story(*(f"mechanisms.{name}=false" for name in ("transfers", "viability")))


def warm_up() -> None:
    """Compile the rules of a usual run (or load them from the cache), and drop caches of older source texts."""
    if compiling.COMPILED:
        world = build_world(small_story())
        for _ in range(2):
            schedule.step(world)
        compiling.sweep_caches()


def warm_everything() -> int:
    """Compile the rules of every mechanism, policy and shock; returns how many rules are kept compiled now.

    What a rare state alone calls (imports that exports cannot pay for) is compiled when it is first needed.

    Without the compiler nothing is done.
    """
    if not compiling.COMPILED:
        return 0
    for story in (small_story(), everything(), replaced()):
        world = build_world(story)
        for _ in range(2):
            schedule.step(world)
        world = fork(world)
        treat(world, story)
        for _ in range(2):
            schedule.step(world)
    compiling.sweep_caches()
    return compiling.compiled_so_far()[0]
