"""What policies and shocks ask for that would go unheard: places and industries they do not tell apart, years that
never come, more money than there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from sim.kernel.scenario_types import Instrument, ShockEvent
from sim.scenario.json_schema import known_things
from sim.scenario.problems import Key, Problem
from sim.scenario.validation import Draft

KINDS = (("policy", "policies"), ("shock", "shocks"))
ROUNDING = 1e-9


def check_selections(draft: Draft, known: Mapping[str, Mapping[str, Any]] | None = None) -> Iterator[Problem]:
    """Policies and shocks are limited only to what they tell apart: a slump of demand has industries, no regions."""
    registries = known_things() if known is None else known
    for kind, section in KINDS:
        for row, event in enumerate(getattr(draft.scenario, section)):
            declared = registries.get(kind, {}).get(getattr(event, kind))
            for selection in ("regions", "industries"):
                if declared is None or not getattr(event, selection) or selection in declared.by:
                    continue
                other = f"it may be limited to {declared.by[0]}" if declared.by else "it strikes the whole nation"
                message = f"{declared.name} does not tell {selection} apart: this would change nothing"
                key: Key = (section, row, selection)
                yield draft.problem(key, message, remedy=f"take `{selection}` out; {other}", whole=True)


def check_starts(draft: Draft) -> Iterator[Problem]:
    """Policies and shocks begin within the treatment; a run without treatment has none of them at all."""
    treatment = draft.scenario.years.treatment
    for _kind, section in KINDS:
        for row, event in enumerate(getattr(draft.scenario, section)):
            if at_work(event) and 0 < treatment <= event.start:
                message = f"{event.start} is past the end: the treatment has {treatment} years, counted from 0"
                remedy = f"raise years.treatment above {event.start}, or start it earlier"
                yield draft.problem((section, row, "start"), message, event.start, f"0 to {treatment - 1}", remedy)


def at_work(event: Instrument | ShockEvent) -> bool:
    """Whether it is meant to do anything; years or strength of 0 switch it off."""
    return event.strength > 0.0 and event.years > 0


def check_shares(draft: Draft, known: Mapping[str, Mapping[str, Any]] | None = None) -> Iterator[Problem]:
    """Instruments that run in one region and year take no more than its allowance together.

    Those that come first would be paid and the last would starve. One alone may ask for more: it takes all there is.
    """
    registries = known_things() if known is None else known
    declared = registries.get("policy", {})
    working = [(row, one) for row, one in enumerate(draft.scenario.policies) if one.policy in declared and at_work(one)]
    asked = {row: one.strength * _share(one, declared[one.policy].settings) for row, one in working}
    starts = sorted({one.start for _row, one in working})
    for row, last in working:
        for year, region in product(starts, last.regions or draft.regions or ("",)):
            paid = [other for other, one in working if other <= row and _runs(one, year, region)]
            total = sum(asked[other] for other in paid)
            if _runs(last, year, region) and len(paid) > 1 and total > 1.0 + ROUNDING:
                others = ", ".join(draft.scenario.policies[other].policy for other in paid[:-1])
                where = f" in {region}" if last.regions else ""
                message = f"with {others} before it, asks for {total:.4g} times the yearly allowance{where}"
                remedy = "lower settings.share or strength, or let them run in different years or regions"
                yield draft.problem(("policies", row), message, total, "at most 1 in all", remedy, whole=True)
                break


def _share(one: Instrument, settings: Mapping[str, Any]) -> float:
    """The share of the allowance that a programme asks for; what is no number is reported elsewhere."""
    share = one.settings.get("share", settings["share"].default)
    return float(share) if isinstance(share, (int, float)) else 0.0


def _runs(one: Instrument, year: int, region: str) -> bool:
    """Whether a programme runs in a year, from 0, of the treatment in a region."""
    return one.start <= year < one.start + one.years and (not one.regions or region in one.regions)
