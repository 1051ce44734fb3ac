"""Presets: what a class plays for, what it sees of the others, and what the model then has to say.

All nations of a session share one past: what a preset changes of the model acts from the start of the first round on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sim.game.rules import MOST_INDUSTRIES, ROUND_YEARS
from sim.kernel.scenario_types import Change, Scenario
from sim.scenario.changes import settings_of
from sim.scenario.problems import dotted
from sim.scenario.reading import changed, load_scenario
from sim.scenario.shipped import shipped

FOLDER = shipped("scenarios") / "game"
Payoff = Literal["rank", "nation", "residents"]


@dataclass(frozen=True)
class Preset:
    """One way to play."""

    key: str
    payoff: Payoff
    """rank: regions beaten in growth of value added; nation: change of the nation's real income; residents: change of
    the region's own real consumption, these two in per cent."""
    scenario: str = "policy_text"
    """Scenario unless another is given."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Dotted keys of the model that have other values from the fork on."""
    announces: bool = False
    """Whether everybody announces a plan, not binding, that all see before they decide."""
    proposes: bool = False
    """Whether one of the class proposes the plans of all regions, and all see last round's."""
    match: float = 0.0
    """Chips that the centre adds to each on the hot list."""
    thrift: bool = False
    """Whether keeping chips may pay: then some bots do."""

    @property
    def shows_plans(self) -> bool:
        """Whether the others' plans of past rounds are seen."""
        return self.proposes


PRESETS = {
    one.key: one for one in (
        Preset("A", "rank"),
        Preset("B", "nation", thrift=True),
        Preset("C", "rank", announces=True),
        Preset("D", "rank", proposes=True),
        Preset("E", "rank", match=1.0),
        Preset("F", "residents", changes={"mechanisms.regional_financing": True, "parameters.own_share": 1.0},
               thrift=True),
        Preset("G", "rank", scenario=str(FOLDER / "new_industry.yaml")),
    )
}  # fmt: skip
OTHER = {"E": "A"}
"""What the second nation plays where only the first one's preset is said; E where it is not here."""


def base_scenario(preset: Preset, source: str | None, rounds: int, overrides: Sequence[str] = ()) -> Scenario:
    """What the nations of a session live in before anybody decides: `rounds` terms of ROUND_YEARS years, no plan.

    Raises ScenarioError.
    """
    told = [f"years.treatment={rounds * ROUND_YEARS}", f"plan.every={ROUND_YEARS}",
            f"plan.industries={MOST_INDUSTRIES}", "plan.layout=market", "plan.imitation=0",
            "plan.matrix=", "plan.choices=[]", "plan.elsewhere=market"]  # fmt: skip
    found = load_scenario(source or preset.scenario, [*overrides, *told], notes=[])
    first = found.years.burn_in + 1
    opening = [name for name, one in found.industries.items() if one.opens > found.years.burn_in]
    if preset.key == "G" and opening:  # the news comes with the first round, however long the past is
        told += [f"industries.{name}.opens={first}" for name in opening]
        found = load_scenario(source or preset.scenario, [*overrides, *told], notes=[])
    return found


def with_preset(base: Scenario, preset: Preset) -> Scenario:
    """The scenario of a nation that plays `preset`."""
    return with_changes(base, {base.years.burn_in + 1: preset.changes})


def with_changes(scenario: Scenario, more: Mapping[int, Mapping[str, Any]]) -> Scenario:
    """`scenario` with more dated changes, in the place of its own where keys are the same. Raises ScenarioError."""
    told = {one.year: {dotted(key): value for key, value in settings_of(one.set).items()} for one in scenario.changes}
    for year, values in more.items():
        told.setdefault(year, {}).update(values)
    kept = {year: values for year, values in sorted(told.items()) if values}
    return changed(scenario, kept) if kept else scenario


def hot_list(scenario: Scenario) -> tuple[str, ...]:
    """The industries that everybody talks about, as the scenario names them; the first three where it names none."""
    return tuple(scenario.plan.hot) or tuple(scenario.industries)[:MOST_INDUSTRIES]


def second_preset(first: str) -> str:
    """What a second nation plays where nobody says it."""
    return OTHER.get(first, "E")


__all__ = ["PRESETS", "Change", "Preset", "base_scenario", "hot_list", "second_preset", "with_changes", "with_preset"]
