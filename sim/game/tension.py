"""Is anything at stake? What a region gains by the move that a preset tempts it to, and what the nation loses.

The engine is that of `clustersim equilibrium`: paired seeds, one governor after the other deviates from a profile, all
keep to their plans for the whole treatment. Results are stored with the scenarios and quoted by presets.
`python -m sim.game.tension` computes them anew (`make tension`).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sim.game.presets import FOLDER, PRESETS, Preset, base_scenario, with_preset
from sim.game.rules import MOST_ROUNDS, ROUND_YEARS
from sim.kernel.fingerprint import fingerprint
from sim.kernel.scenario_types import Scenario
from sim.kernel.source_hash import NUMBERS
from sim.scenario.reading import scenario_identity
from sim.store.files import write_json

FILE = FOLDER / "tension.json"
ROUNDS = 5
"""Of a session, unless it says otherwise: what is at stake is told for so many."""
SEEDS, REGIONS = 6, 3
Stake = Literal["conflict", "temptation", "agreement", "none", "unknown"]
ORDER: tuple[Stake, ...] = ("conflict", "temptation", "unknown", "agreement", "none")
"""In which presets are offered."""
PROFILE = {"coordinated": ("coordinated", 1.0), "hot": ("hot", 1.0), "matched": ("hot", 2.0), "none": ("none", 0.0)}
"""What all regions do in a profile: plan and effort; matched: the hot list, with a chip of the centre to each."""


@dataclass(frozen=True)
class Question:
    """What is asked of a preset."""

    reward: str
    """Of sim.studies.governors.REWARDS: what a region is out for."""
    start: str
    """Profile in which the others are."""
    move: str
    """What one region does instead: the temptation."""
    back: str
    """What one region does when all others have given way to it: does it pay to be the one who does not?"""


TESTS = {
    "A": Question("growth_rank", "coordinated", "hot", "coordinated"),
    "B": Question("value_added", "none", "coordinated", "none"),
    "E": Question("growth_rank", "coordinated", "matched", "coordinated"),
    "F": Question("income", "coordinated", "none", "coordinated"),
    "G": Question("growth_rank", "coordinated", "hot", "coordinated"),
}
PAID = {"rank": "growth_rank", "residents": "income"}
"""Payoff -> reward that is the same; the nation's is nobody's own."""
SAME = {"C": "A", "D": "A"}
"""Presets with the payoff and the model of another: what differs is what people see."""


@dataclass(frozen=True)
class Tension:
    """The answer for a preset; each triple is a mean and the ends of its 95 % interval, None where there is none."""

    stamp: str
    seeds: int
    regions: int
    reward: str
    unit: str
    alone: tuple[float | None, ...]
    """What one region gains by the move while the others stay."""
    alone_nation: tuple[float | None, ...]
    """What the nation's real income gains by it, per cent."""
    back: tuple[float | None, ...]
    """What one region gains by going back when all have moved."""
    together_nation: tuple[float | None, ...]
    """What the nation's real income gains when all move, per cent."""
    rounds: int = ROUNDS
    """Over how many rounds all this is counted."""
    course: list[dict[str, Any]] = field(default_factory=list)
    """The same over 1 to MOST_ROUNDS rounds: `rounds`, `alone`, `alone_nation`, `back`, `together_nation` of each."""

    def over(self, rounds: int) -> Tension:
        """The answer for a session of so many rounds; this one where it was not measured."""
        told = next((one for one in self.course if one["rounds"] == rounds), None)
        return self if told is None else replace(self, **told)

    @property
    def stake(self) -> Stake:
        """conflict: the move pays whoever makes it, and the nation loses when all do, both beyond doubt; agreement: it
        gains when all do; temptation: neither is sure; none: the move does not clearly pay."""
        if self.alone[1] is None:
            return "unknown"
        if self.alone[1] <= 0.0:
            return "none"
        _, low, high = self.together_nation
        if low is None or high is None or low <= 0.0 <= high:
            return "temptation"
        return "conflict" if high < 0.0 else "agreement"


def stamp_of(preset: Preset) -> str:
    """Hash of what an answer rests on: the code that decides numbers, the scenario and the question."""
    return fingerprint(NUMBERS, scenario_identity(scenario_of(preset)), asdict(TESTS[preset.key]))


def scenario_of(preset: Preset) -> Scenario:
    """What a class lives in that plays a preset as it is offered."""
    return with_preset(base_scenario(preset, None, MOST_ROUNDS), preset)


@cache
def known() -> dict[str, Tension]:
    """What is stored, by preset; those that share a test share the answer."""
    try:
        told = json.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found = {key: _read(one) for key, one in told.items() if key in TESTS}
    return {key: found[SAME.get(key, key)] for key in PRESETS if SAME.get(key, key) in found}


def _read(told: Mapping[str, Any]) -> Tension:
    return Tension(**_as_triples({name: one for name, one in told.items() if name != "course"}),
                   course=[_as_triples(one) for one in told.get("course", [])])  # fmt: skip


def _as_triples(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(one) if isinstance(one, list) else one for name, one in told.items()}


@cache
def is_stale(key: str) -> bool:
    """Whether the stored answer of a preset was computed by other code or on another scenario."""
    found = known().get(key)
    return found is None or found.stamp != stamp_of(PRESETS[SAME.get(key, key)])


def stake_of(key: str, rounds: int = ROUNDS) -> Stake:
    """What is at stake in a preset over so many rounds."""
    found = known().get(key)
    return "unknown" if found is None else found.over(rounds).stake


def is_paid(key: str) -> bool:
    """Whether the temptation of a preset is measured in what its score is of."""
    return PAID.get(PRESETS[key].payoff) == TESTS[SAME.get(key, key)].reward


def offered() -> list[Preset]:
    """All presets, those with something at stake first, of these those whose score it is; those with nothing last."""
    order = {key: (ORDER.index(stake_of(key)), not is_paid(key), key) for key in PRESETS}
    return sorted(PRESETS.values(), key=lambda preset: order[preset.key])


# -- computing -------------------------------------------------------------------------------------------


def measured(key: str, seeds: Sequence[int], regions: int, workers: int | None, folder: Path) -> dict[str, Tension]:
    """The answers of all presets that live in the same scenario as `key`: what they share is run once."""
    from sim.studies.equilibrium import Game, Runs, country_of
    from sim.studies.games import mean_and_interval, moves_of
    from sim.studies.governors import NATION, REWARDS, Action, after_years

    scenario = scenario_of(PRESETS[key])
    mine = [one for one in TESTS if scenario_identity(scenario_of(PRESETS[one])) == scenario_identity(scenario)]
    game = Game(scenario, tuple(seeds), ("coordinated", "hot", "none"), (1.0, 2.0), tested=regions, budget=1_000_000)
    with country_of(game) as (country, pasts):
        years = scenario.years.treatment
        lengths = tuple(range(ROUND_YEARS, years, ROUND_YEARS))
        source = Runs(country, tuple(seeds), folder, workers, pasts, lengths=lengths)
        number = {name: country.actions.index(Action(*told)) for name, told in PROFILE.items()}
        everybody = {name: (one,) * len(country.regions) for name, one in number.items()}
        moves = {
            (start, move): moves_of(everybody[start], game.players, always(number[move]))
            for one in mine for start, move in ((TESTS[one].start, TESTS[one].move), (TESTS[one].move, TESTS[one].back))
        }  # fmt: skip
        wanted = [everybody[name] for name in dict.fromkeys(name for pair in moves for name in pair)]
        source.run([*wanted, *(one for found in moves.values() for one in found)])

        def gained(reward: str, start: str, move: str) -> tuple[float | None, ...]:
            before = source.known[everybody[start]][reward]
            apart = [
                source.known[one][reward][:, player] - before[:, player]
                for player, one in zip(game.players, moves[start, move], strict=True)
            ]
            return triple(np.mean(apart, axis=0))

        def answered(test: Question, length: int) -> dict[str, Any]:
            reward, income = test.reward, NATION
            if length < years:
                reward, income = after_years(reward, length), after_years(income, length)
            nation = source.nation(everybody[test.start], income)
            alone = [source.nation(move, income) - nation for move in moves[test.start, test.move]]
            return {
                "rounds": length // ROUND_YEARS,
                "alone": gained(reward, test.start, test.move), "alone_nation": triple(np.mean(alone, axis=0)),
                "back": gained(reward, test.move, test.back),
                "together_nation": triple(source.nation(everybody[test.move], income) - nation),
            }  # fmt: skip

        def triple(values: Any) -> tuple[float | None, ...]:
            told = mean_and_interval(np.asarray(values, float))[:3]
            return tuple(float(f"{value:.4g}") if np.isfinite(value) else None for value in told)

        found = {}
        for one in mine:
            test = TESTS[one]
            course = [answered(test, length) for length in (*lengths, years)]
            told = next((one for one in course if one["rounds"] == ROUNDS), course[-1])
            found[one] = Tension(
                stamp_of(PRESETS[one]), len(seeds), len(game.players), test.reward, REWARDS[test.reward].unit, **told,
                course=course,
            )  # fmt: skip
        return found


def always(action: int) -> Callable[[int, int], Sequence[int]]:
    """Options of a player who has one only."""
    return lambda _player, _action: [action]


def store(found: Mapping[str, Tension], path: Path = FILE) -> None:
    """Keep answers beside the scenarios."""
    write_json(path, {key: asdict(found[key]) for key in sorted(found)})


def main() -> None:
    """Compute all answers and store them."""
    told = argparse.ArgumentParser(description="what is at stake in each preset of the game")
    told.add_argument("--seeds", type=int, default=SEEDS)
    told.add_argument("--regions", type=int, default=REGIONS)
    told.add_argument("--workers", type=int, default=None)
    told.add_argument("--output", type=Path, default=FILE)
    asked = told.parse_args()
    found: dict[str, Tension] = {}
    while missing := [key for key in TESTS if key not in found]:
        with tempfile.TemporaryDirectory(prefix="clustersim-tension-") as folder:
            seeds = range(1, asked.seeds + 1)
            found |= measured(missing[0], seeds, asked.regions, asked.workers, Path(folder) / "runs")
        store(found, asked.output)
        for key in missing:
            if key in found:
                print(f"{key}: {found[key].stake} {asdict(found[key])}", flush=True)


if __name__ == "__main__":
    main()
