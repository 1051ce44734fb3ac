"""What a scenario may say and seldom means: told by `clustersim check` and the log, and no mistake."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.problems import Problem, shown
from sim.scenario.validation import Draft

FIRMS_PER_INDUSTRY = 10
"""Fewer firms in an industry, and the year in which its last one closes is a matter of luck."""


def advise(draft: Draft) -> Iterator[Problem]:
    """Everything worth knowing about a scenario that has no mistakes."""
    yield from _missing_endowments(draft)
    yield from _few_firms(draft)
    yield from _beyond_sweeps(draft)


def _missing_endowments(draft: Draft) -> Iterator[Problem]:
    """A real map has each endowment that industries require; where it has none, all its regions are alike."""
    regions = draft.scenario.regions
    if regions.map is None or not _on(draft, "endowments"):
        return
    required: dict[str, list[str]] = {}
    for name, industry in draft.scenario.industries.items():
        for endowment, need in industry.requires.items():
            if need and endowment not in regions.endowments:
                required.setdefault(endowment, []).append(name)
    for endowment, names in required.items():
        told = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        message = f"the map has no {shown(endowment)}, which {told} require{'s' if len(names) == 1 else ''}"
        message += ": all its regions count as equally endowed with it"
        remedy = f"name its columns in regions.endowments.{endowment}"
        key = ("regions", "endowments") if draft.written(("regions", "endowments")) else ("regions", "map")
        yield draft.problem(key, message, remedy=remedy, whole=True)


def _on(draft: Draft, mechanism: str) -> bool:
    from sim.kernel.declare import MECHANISMS

    return draft.scenario.mechanisms.get(mechanism, MECHANISMS[mechanism].default)


def _few_firms(draft: Draft) -> Iterator[Problem]:
    """Industries begin with enough firms to last."""
    firms, industries = draft.scenario.population.firms, len(draft.scenario.industries)
    if industries and firms < FIRMS_PER_INDUSTRY * industries:
        message = f"{firms} firms in {industries} {'industry' if industries == 1 else 'industries'}"
        message += ": industries may lose their last firm, and shares and margins of the rest mean little"
        remedy = f"{FIRMS_PER_INDUSTRY * industries} or more are safer"
        yield draft.problem(("population", "firms"), message, firms, remedy=remedy)


def _beyond_sweeps(draft: Draft) -> Iterator[Problem]:
    """Parameters lie where the model is examined."""
    from sim.kernel.declare import PARAMETERS

    for name, value in draft.scenario.parameters.items():
        low, high = PARAMETERS[name].sweep
        if not low <= value <= high:
            message = f"{shown(value)} is allowed, and beyond {low:g} to {high:g}, where the model is examined"
            yield draft.problem(("parameters", name), message, value)
