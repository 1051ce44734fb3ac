"""The controls of the page, from declarations: bounds, unit, step, help and when a value acts."""

from __future__ import annotations

import math
from typing import Any

from sim.kernel.declare import MECHANISMS, PARAMETERS
from sim.kernel.scenario_types import Plan, Scenario
from sim.page.links import Value
from sim.scenario.changes import in_force
from sim.scenario.json_schema import declare_everything

PLAN = {"budget": (0.0, 0.2, 0.01), "imitation": (0.0, 1.0, 0.1), "industries": (1, 8, 1)}
"""Of a plan: bounds of the slider and its step, within those of the declaration."""
SLIDERS = (
    "distance_cost", "localisation_elasticity", "specific_congestion", "spillover_range", "innovation_rate",
    "variety_elasticity", "foresight", "national_learning",
)  # fmt: skip
"""Parameters that have a slider, over the bounds within which they are swept."""
SWITCHES = ("agglomeration", "congestion", "spillovers", "learning", "spin_offs", "bail_outs")
"""Mechanisms that have a switch."""


def controls() -> list[dict[str, Any]]:
    """Every control: key, kind (slider or switch), unit, help, and of a slider its low, high and step."""
    declare_everything()
    found: list[dict[str, Any]] = []
    for name, (low, high, step) in PLAN.items():
        told = Plan.model_fields[name].description
        found.append({"key": f"plan.{name}", "kind": "slider", "unit": "1" if name != "industries" else "industries",
                      "help": told, "low": low, "high": high, "step": step})  # fmt: skip
    for name in SLIDERS:
        one = PARAMETERS[name]
        low, high = (round(bound, 10) for bound in one.sweep)
        found.append({"key": name, "kind": "slider", "unit": one.unit, "help": one.help, "low": low, "high": high,
                      "step": 1 if one.whole else _step(low, high, one.default)})  # fmt: skip
    for name in SWITCHES:
        found.append({"key": name, "kind": "switch", "unit": "", "help": MECHANISMS[name].help})
    return found


def _step(low: float, high: float, default: float) -> float:
    """The largest step of one digit, up to a tenth of the way, that reaches the default and the upper end."""
    span = high - low
    top = math.floor(math.log10(span / 10))
    for power in range(top, top - 4, -1):
        for digit in (5, 2, 1):
            step = digit * 10.0**power
            whole = (round((point - low) / step, 9).is_integer() for point in (default, high))
            if step <= span / 10 and all(whole):
                return round(step, 12)
    return round(span / 100, 12)


def values_in(scenario: Scenario, year: int) -> dict[str, Value]:
    """What each control stands at in `year`."""
    present = in_force(scenario, year)
    found: dict[str, Value] = {}
    for name in PLAN:
        found[f"plan.{name}"] = getattr(present.plan, name)
    for name in SLIDERS:
        value = present.parameters.get(name, PARAMETERS[name].default)
        found[name] = int(value) if PARAMETERS[name].whole else float(value)
    for row, policy in enumerate(present.policies):
        found[f"policies.{row}.strength"] = policy.strength
    for name in SWITCHES:
        found[name] = bool(present.mechanisms.get(name, MECHANISMS[name].default))
    return found


def acting_year(key: str, year: int, scenario: Scenario) -> int:
    """The first year in which a change of `key`, wanted after `year`, can act: of plans not before the treatment."""
    late = key.startswith(("plan.", "policies."))
    return max(year + 1, scenario.years.burn_in + 1 if late else 1)
