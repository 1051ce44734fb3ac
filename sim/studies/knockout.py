"""Knock-outs: what each mechanism contributes, by running the model without it.

Every mechanism is switched in turn, from year 0 on, with the same luck. What it contributes is the difference between
the model with it and without it; mechanisms that are off by default are switched on instead, with the same sign.
Without a mechanism the first year's prices and the scale of money differ, so all models measure real income at the
prices of the model as it is, per worker.
Resilience is measured by a slump of demand: its loss of ln real income against the same seed without the slump.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.kernel.brief import Brief
from sim.kernel.declare import MECHANISMS
from sim.kernel.scenario_types import Scenario, ShockEvent
from sim.kernel.world import World
from sim.model.opening import build_world
from sim.runs.timeline import live_year
from sim.scenario.changes import unchanged
from sim.scenario.json_schema import declare_everything
from sim.scenario.problems import Position, Problem, ScenarioError, did_you_mean, shown
from sim.scenario.reading import scenario_identity
from sim.store.executors.local import Failure
from sim.store.progress import Progress
from sim.store.results import ResultsError
from sim.studies.claims import contrast_estimate
from sim.studies.measured import by_arm, failed_arms, kept_as, run_measured

WHOLE = "as it is"
SLUMP = " with slump"
SLUMP_LOSS, SLUMP_START, SLUMP_YEARS = 0.4, 5, 5
"""The slump: this share of final demand for one industry, from this year of the treatment on, for so many years."""


@dataclass(frozen=True)
class Aspect:
    """One thing to which mechanisms contribute."""

    name: str
    theme: str
    measure: str
    scale: float
    """Factor that makes the difference readable."""
    unit: str
    help: str


ASPECTS = (
    Aspect("specialisation", "clustering", "mean_krugman_specialisation", 1.0, "index, 0 to 2",
           "how far regions' industries differ from the nation's (Krugman)"),
    Aspect("localisation", "clustering", "ellison_glaeser_mean", 1.0, "index",
           "how far industries concentrate beyond chance (Ellison-Glaeser)"),
    Aspect("real income", "output", "ln_real_income", 100.0, "% (ln)",
           "real income of the nation, at the prices and per worker of the model as it is"),
    Aspect("innovations", "innovation", "innovations", 1.0, "a year", "innovations of all firms"),
    Aspect("steadiness", "resilience", "volatility", -100.0, "points",
           "how much less real income changes from year to year"),
    Aspect("slump", "resilience", "ln_real_income", 100.0, "% (ln)",
           "how much less real income a slump of demand takes, mean of the treatment years"),
)  # fmt: skip
MEASURES = tuple(dict.fromkeys(aspect.measure for aspect in ASPECTS))
COLUMNS = [
    "mechanism", "section", "switched", "theme", "aspect", "measure", "unit", "contribution", "ci_low", "ci_high",
    "replications", "reason", "clear",
]  # fmt: skip


@dataclass(frozen=True)
class CommonPrices:
    """The burn-in of a switched model, with real income measured as in the model as it is."""

    whole: Scenario

    def __call__(self, scenario: Scenario, seed: int) -> World:
        """The World at the end of the burn-in of `scenario`; see `measure_alike`."""
        world = build_world(scenario, seed)
        measure_alike(world, build_world(self.whole, seed))
        for _ in range(scenario.years.burn_in):
            live_year(world, scenario)
        return world


def measure_alike(world: World, whole: World) -> None:
    """Real income of `world` counts goods at the first year's prices of `whole`, per worker of `whole`."""
    world.local_industries.reference_price[:] = whole.local_industries.reference_price
    world.regions.chain_link[:] = whole.labour_force / world.labour_force


@dataclass(frozen=True, repr=False)
class KnockoutResults(Brief):
    """What `run_knockout` found."""

    scenario: Scenario
    slumping: str
    contributions: pd.DataFrame
    values: pd.DataFrame
    """arm, seed, measure, value, error."""
    seeds: tuple[int, ...]
    failures: tuple[Failure, ...]

    def brief(self) -> dict[str, object]:
        """How many mechanisms were switched, and how many contributions are clear."""
        return {
            "scenario": repr(self.scenario.title), "mechanisms": self.contributions["mechanism"].nunique(),
            "clear": f"{int(self.contributions['clear'].sum())} of {len(self.contributions)}",
            "replications": len(self.seeds), "failures": len(self.failures),
        }  # fmt: skip


def chosen_mechanisms(names: Sequence[str]) -> list[str]:
    """Mechanisms to switch: those named, all when none is. Raises ScenarioError for one that there is not."""
    declare_everything()
    for name in names:
        if name not in MECHANISMS:
            problem = Problem(
                Position("--mechanism", 0), "", f"{shown(name)} is no mechanism", name,
                remedy=did_you_mean(name, MECHANISMS) or "see `clustersim describe mechanisms`",
            )  # fmt: skip
            raise ScenarioError([problem])
    return list(dict.fromkeys(names)) or list(MECHANISMS)


def largest_industry(scenario: Scenario) -> str:
    """The industry with the largest weight in final demand, the first of several: the one that slumps."""
    return max(scenario.industries, key=lambda name: scenario.industries[name].weight)


def is_on(scenario: Scenario, mechanism: str) -> bool:
    """Whether a mechanism works in the scenario as it is."""
    return bool(scenario.mechanisms.get(mechanism, MECHANISMS[mechanism].default))


def knockout_arms(scenario: Scenario, mechanisms: Sequence[str]) -> dict[str, Scenario]:
    """The scenario as it is and with each mechanism switched for good, each with and without the slump."""
    slump = ShockEvent(
        shock="demand_slump", start=min(SLUMP_START, max(scenario.years.treatment - 1, 0)), years=SLUMP_YEARS,
        strength=SLUMP_LOSS, industries=(largest_industry(scenario),),
    )  # fmt: skip
    arms = {}
    for name in (WHOLE, *mechanisms):
        switches = {} if name == WHOLE else {name: not is_on(scenario, name)}
        held = unchanged(scenario, [f"mechanisms.{name}"])
        calm = held.model_copy(update={"mechanisms": {**scenario.mechanisms, **switches}})
        arms[name] = calm
        arms[name + SLUMP] = calm.model_copy(update={"shocks": (*scenario.shocks, slump)})
    return arms


def contributions(scenario: Scenario, mechanisms: Sequence[str], values: pd.DataFrame) -> pd.DataFrame:
    """One row a mechanism and aspect, columns COLUMNS: with the mechanism less without it, in the aspect's unit.

    `clear` says whether the 95 % interval excludes zero; `reason`, why there is none, as in sim.studies.statistics.
    """
    arms = [name + slump for name in (WHOLE, *mechanisms) for slump in ("", SLUMP)]
    tables = {measure: by_arm(values, measure, arms) for measure in MEASURES}
    rows = []
    for name in mechanisms:
        on = is_on(scenario, name)
        sign = 1.0 if on else -1.0
        for aspect in ASPECTS:
            weights = _weights(name, aspect, sign)
            found = contrast_estimate(weights, tables[aspect.measure])
            low, high = sorted((aspect.scale * found.low, aspect.scale * found.high))
            rows.append(
                {
                    "mechanism": name, "section": MECHANISMS[name].section, "switched": "off" if on else "on",
                    "theme": aspect.theme, "aspect": aspect.name, "measure": aspect.measure, "unit": aspect.unit,
                    "contribution": aspect.scale * found.difference, "ci_low": low, "ci_high": high,
                    "replications": found.replications, "reason": found.reason, "clear": low > 0.0 or high < 0.0,
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _weights(mechanism: str, aspect: Aspect, sign: float) -> Mapping[str, float]:
    """The contrast of an aspect. For the slump: what it takes with the mechanism, less what it takes without."""
    if aspect.name != "slump":
        return {WHOLE: sign, mechanism: -sign}
    return {WHOLE + SLUMP: sign, WHOLE: -sign, mechanism + SLUMP: -sign, mechanism: sign}


def run_knockout(
    scenario: Scenario,
    replications: int,
    workers: int | None,
    folder: Path,
    seed: int = 1,
    mechanisms: Sequence[str] = (),
    overwrite: bool = False,
    progress: Progress | None = None,
) -> KnockoutResults:
    """Switch mechanisms in turn. Numbers do not depend on `workers`.

    A mechanism without which the model does not stand is listed in `failures` and has no numbers.
    """
    names = chosen_mechanisms(mechanisms)
    if scenario.years.treatment < 1:
        raise ResultsError("contributions are measured over treatment years, and there are none: raise years.treatment")
    arms = knockout_arms(scenario, names)
    seeds = tuple(range(seed, seed + replications))
    past = CommonPrices(scenario)
    start = kept_as([scenario_identity(scenario)], sys.modules[__name__])
    values, failed = run_measured("knockout", arms, MEASURES, seeds, workers, folder, overwrite, past, start, progress)
    table = contributions(scenario, names, values)
    said = (*failed, *failed_arms(values))
    return KnockoutResults(scenario, largest_industry(scenario), table, values, seeds, said)
