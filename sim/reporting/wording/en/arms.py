"""What an arm does, in plain words made from its scenario."""

from __future__ import annotations

from sim.kernel.scenario_types import Plan, Scenario
from sim.model.plans import LAYOUTS as REGISTERED
from sim.scenario.problems import shown

LAYOUTS = {
    "differentiated": "each region promotes the industries that fit it best, coordinated against national demand",
    "uncoordinated": "each region promotes the industries that fit it best, blind to what the others do",
    "random_specialised": "each region promotes a few industries drawn at random",
    "mismatched": "each region promotes the industries that fit it worst",
    "balanced": "every region promotes the national mix of industries",
    "duplicated": "every region promotes the same national hot list",
    "related": "each region promotes industries close to what it already has and not crowded nationally",
    "market": "no plan: the same money goes to consumers",
    "idle": "no plan: the same money hires labour that makes nothing",
    "placebo": "plans are announced and nothing is spent",
    "explicit": "each region promotes the industries that a given table names",
}


def describe_arm(scenario: Scenario) -> list[str]:
    """What an arm does, in a few plain sentences."""
    said = [_describe_plan(scenario.plan)]
    off = [name for name, on in scenario.mechanisms.items() if not on]
    if off:
        said.append(f"Switched off: {', '.join(name.replace('_', ' ') for name in off)}.")
    if scenario.parameters:
        values = ", ".join(f"{name} = {value:g}" for name, value in scenario.parameters.items())
        said.append(f"Parameters set: {values}.")
    for policy in scenario.policies:
        said.append(
            f"Policy {policy.policy.replace('_', ' ')}, strength {policy.strength:g}, "
            f"{_span(policy.start, policy.years)}{_where(policy.regions, policy.industries)}."
        )
    for shock in scenario.shocks:
        said.append(
            f"Shock {shock.shock.replace('_', ' ')}, strength {shock.strength:g}, "
            f"{_span(shock.start, shock.years)}{_where(shock.regions, shock.industries)}."
        )
    for change in scenario.changes:
        values = ", ".join(f"{_bare(key)} = {shown(value)}" for key, value in change.set.items())
        said.append(f"From year {change.year} on: {values}.")
    return said


def _bare(key: str) -> str:
    """A key as a reader knows it: parameters and switches without their section."""
    return key.removeprefix("parameters.").removeprefix("mechanisms.")


def _describe_plan(plan: Plan) -> str:
    what = LAYOUTS.get(plan.layout) or _registered(plan.layout)
    said = what[0].upper() + what[1:]
    if plan.layout not in ("market", "idle", "placebo"):
        if plan.imitation:
            said += f", blended by {plan.imitation:.0%} with the national hot list"
        if plan.layout not in ("explicit", "balanced"):
            said += f"; {plan.industries} {'industry' if plan.industries == 1 else 'industries'} a region"
        said += f". Plans spend {100 * plan.budget:g} % of national expenditure a year and are renewed every "
        said += "year" if plan.every == 1 else f"{plan.every} years"
    return said + "."


def _registered(layout: str) -> str:
    """What a layout that is not in our list says of itself."""
    if layout in REGISTERED:
        return f"each region promotes {REGISTERED[layout].help}"
    return f"the layout {layout.replace('_', ' ')}"


def _span(start: int, years: int) -> str:
    begin = "from the start" if start == 0 else f"from treatment year {start}"
    return begin if years >= 1000 else f"{begin} for {years} {'year' if years == 1 else 'years'}"


def _where(regions: tuple[str, ...], industries: tuple[str, ...]) -> str:
    said = f" in {', '.join(regions)}" if regions else ""
    return said + (f" for {', '.join(industries)}" if industries else "")
