"""At the lock: what every seat does. A saved draft; else the same as before; else its own best; bots where nobody sits.

What a person did not decide is recorded as a default, and never counted as a decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.game.bots import bot_chips, chips_to_spend, habit_of, own_best, uniform
from sim.game.presets import Preset
from sim.game.rules import Chips, averaged
from sim.game.state import Decision, State

STUDENT, TEAM, REPEAT, OWN_BEST, BINDING = "student", "team", "repeat", "own_best", "binding"


@dataclass(frozen=True)
class Sight:
    """What is known when a round of a nation is locked."""

    preset: Preset
    regions: Sequence[str]
    industries: Sequence[str]
    open_names: Sequence[str]
    """Industries that may be promoted."""
    hot: Sequence[str]
    advice: Mapping[str, Sequence[Sequence[float]]]
    margins: Mapping[str, float]
    """Of last year."""


def decisions_of(state: State, nation: int, sight: Sight) -> list[Decision]:
    """What the seats of a nation do in the present round, in order of regions."""
    before = {one.region: one for one in state.decisions.get(state.round - 1, []) if one.nation == nation}
    if state.round <= 1:
        before = {}  # what was tried in practice is no habit
    return [_decision(state, nation, region, sight, before) for region in range(len(sight.regions))]


def _decision(state: State, nation: int, region: int, sight: Sight, before: Mapping[int, Decision]) -> Decision:
    round = state.round
    members = state.of_seat((nation, region), round)
    drafts = state.drafts.get(round, {})
    saved = {one.id: drafts[one.id] for one in members if one.id in drafts}
    own = {member: {name: float(count) for name, count in draft.chips.items()} for member, draft in saved.items()}
    proposal = state.proposed.get(round, {}).get(nation)
    if sight.preset.proposes and state.settings.get("binding") and proposal is not None:
        chips = proposal.chips.get(sight.regions[region])
        if chips is not None:
            return Decision(nation, region, _open(chips, sight), BINDING, None, own)
    if saved:
        seconds = [draft.seconds for draft in saved.values() if draft.seconds is not None]
        return Decision(nation, region, _open(averaged(list(own.values())), sight),
                        STUDENT if len(members) == 1 else TEAM,
                        sum(seconds) / len(seconds) if seconds else None, own)  # fmt: skip
    last = before.get(region)
    if members and last is not None and not last.source.startswith("bot:"):
        return Decision(nation, region, dict(last.chips), REPEAT, None, {})
    if members:
        return Decision(nation, region, own_best(sight.advice["own"][region], sight.industries), OWN_BEST, None, {})
    return _bot(state, nation, region, sight, before)


def _open(chips: Mapping[str, float], sight: Sight) -> Chips:
    return {name: float(count) for name, count in chips.items() if name in sight.open_names and count > 0.0}


def _bot(state: State, nation: int, region: int, sight: Sight, before: Mapping[int, Decision]) -> Decision:
    seed, round = int(state.settings["seed"]), state.round
    habit = habit_of(seed, nation, region)
    last: dict[str, Any] = {"own_last": before[region].chips if region in before else None}
    chips = bot_chips(
        habit, region, chips_to_spend(sight.preset, seed, nation, region, round),
        uniform(seed, nation, region, round, habit), names=sight.industries, open_names=sight.open_names,
        advice=sight.advice, hot=sight.hot, margins=sight.margins,
        last_round=[one.chips for one in before.values()], **last,
    )  # fmt: skip
    return Decision(nation, region, {name: float(count) for name, count in chips.items()}, f"bot:{habit}", None, {})
