"""The engine's seam: rounds of chips become an explicit plan, and three arms live through them with the same luck.

The class's plan is a table term, region, industry, share, effort: what `clustersim run` takes. A year of the game is a
year of a run, so that a session and a run of its table have the same states to the bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from sim.game.presets import Preset, hot_list, with_changes
from sim.game.rules import ROUND_YEARS, choices_of, matched
from sim.kernel.scenario_types import Choice, Scenario
from sim.kernel.world import World
from sim.metrics import measure
from sim.metrics.columns import national_mix
from sim.metrics.formulas.structure import carrying_number
from sim.metrics.layout import ROOM
from sim.model.opening import adopt
from sim.model.plans.planning import advantage_seen
from sim.runs.timeline import live_year
from sim.scenario.changes import in_force
from sim.studies.governors import rows_at

CLASS, COORDINATED, NONE = "class", "coordinated", "none"
ARMS = (CLASS, COORDINATED, NONE)
LAYOUTS = {COORDINATED: "differentiated", NONE: "market"}
NATIONAL = {"income": "real_income", "utilisation": "utilisation", "duplication": "duplication_index"}
REGIONAL = {
    "value_added": "region_value_added", "income": "region_real_income", "jobs": "region_employment",
    "revenue": "region_tax_revenue", "firms": "region_firms",
}  # fmt: skip
INDUSTRIAL = {"price": "industry_price", "margin": "industry_margin", "promoters": "effective_promoters"}
DIGITS = 9
Plans = Mapping[str, Mapping[str, float]]
"""Region -> chips."""


# -- scenarios -------------------------------------------------------------------------------------------


def class_scenario(base: Scenario, preset: Preset, played: Sequence[Plans]) -> Scenario:
    """The scenario of a nation whose regions put `played` chips, round by round: an explicit plan with the centre's
    additions. A round in which nobody puts any has no plan at all.
    """
    hot = hot_list(base)
    terms = [
        choices_of(term, {region: matched(chips, hot, preset.match) for region, chips in plans.items()})
        for term, plans in enumerate(played, start=1)
    ]
    layouts = ["explicit" if choices else "market" for choices in terms]
    if layouts and not terms[0]:  # a table has to say what its first term is, though none is in force
        terms[0] = [one.model_copy(update={"term": 1}) for one in next((found for found in terms if found), [])]
    choices: tuple[Choice, ...] = tuple(one for found in terms for one in found)
    update = {"layout": layouts[0] if layouts else "market", "choices": choices}
    scenario = base.model_copy(update={"plan": base.plan.model_copy(update=update)})
    first = base.years.burn_in + 1
    turns = {
        first + round * ROUND_YEARS: {"plan.layout": layout}
        for round, (before, layout) in enumerate(pairwise(layouts), start=1) if layout != before
    }  # fmt: skip
    return with_changes(scenario, turns) if turns else scenario


def arm_scenario(arm: str, base: Scenario, preset: Preset, played: Sequence[Plans]) -> Scenario:
    """The scenario of an arm: that of the class, or of a parallel arm, whose plan does not hang on what was played."""
    if arm == CLASS:
        return class_scenario(base, preset, played)
    return base.model_copy(update={"plan": base.plan.model_copy(update={"layout": LAYOUTS[arm]})})


# -- living ----------------------------------------------------------------------------------------------


def live_round(world: World, scenario: Scenario, between: Callable[[], None] = lambda: None) -> list[dict[str, Any]]:
    """Let the next round's years pass in `world`, which moves on; what was observed at the end of each.

    `between` is called before each year.
    """
    if world.treated:
        adopt(world, in_force(scenario, world.year + 1))  # the plan has one more term than when the last year passed
    hot = hot_list(scenario)
    found = []
    for _ in range(ROUND_YEARS):
        between()
        live_year(world, scenario)
        found.append(observe(world, hot))
    return found


def observe(world: World, hot: Sequence[str]) -> dict[str, Any]:
    """What the game shows of a year: of the nation, by region and by industry; None where a measure is not defined."""
    names = [*NATIONAL.values(), *REGIONAL.values(), *INDUSTRIAL.values()]
    told = measure(world, names)
    industries = {key: listed(told[name]) for key, name in INDUSTRIAL.items()}
    promoters = np.nan_to_num(np.asarray(told["effective_promoters"], float))
    carried = carrying_number(np.asarray(national_mix(world)), len(world.regions), ROOM)
    industries |= {"promoters": listed(promoters), "carried": listed(carried)}
    margins = [industries["margin"][row] for row, name in enumerate(world.industry_names) if name in hot]
    known = [margin for margin in margins if margin is not None]
    nation = {key: number(told[name]) for key, name in NATIONAL.items()}
    return {
        "year": int(world.year),
        "nation": {**nation, "hot_margin": number(sum(known) / len(known)) if known else None},
        "regions": {key: listed(told[name]) for key, name in REGIONAL.items()},
        "industries": industries,
        "open": [bool(opened) for opened in world.industries.opened],
    }


def number(value: Any) -> float | None:
    """A measure as the journal keeps it: DIGITS significant digits; None for one that is not defined."""
    return float(f"{float(value):.{DIGITS}g}") if math.isfinite(float(value)) else None


def listed(values: Any) -> list[float | None]:
    """`number` of each."""
    return [number(value) for value in np.asarray(values).ravel()]


# -- what a region is advised ----------------------------------------------------------------------------


def advice(world: World, scenario: Scenario) -> dict[str, list[list[float]]]:
    """What planners see when a round begins: `stars` (R, S), 1 to 5, of advantage as seen with error; rows of shares
    `coordinated` and `own` (R, S). `world` stays as it is."""
    seen = np.round(advantage_seen(world), DIGITS)
    spread = float(seen.std()) or 1.0
    stars = np.clip(np.round(3.0 + (seen - seen.mean()) / spread), 1, 5)
    rows = rows_at(world, scenario, (COORDINATED, "own"))
    return {"stars": stars.astype(int).tolist(), **{name: shares.tolist() for name, shares in rows.items()}}


def true_fit(world: World) -> list[list[float | None]]:
    """Comparative advantage as it is, (R, S): shown in the debrief only."""
    return [listed(row) for row in np.asarray(world.local_industries.fit)]


def checkpoint_path(folder: Path, nation: int, arm: str, round: int) -> Path:
    """Where an arm's state after a round is kept; round 0 is the fork, which all share."""
    return folder / "fork.zip" if round == 0 else folder / f"nation-{nation}" / f"{arm}-{round}.zip"
