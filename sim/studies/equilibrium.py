"""Do regions duplicate of their own accord? A deviation test, then iterated best response of governors.

The test: at three profiles (all coordinated, all hot, nobody) one governor after the other takes another plan. What
does it gain, by each reward, and what does the nation lose? Then, for each reward and from each of these profiles,
governors in turn take their best plan until nobody gains beyond doubt, until it cycles, or until the budget of runs is
spent. All profiles share their seeds, so that gains are paired. See sim.studies.games for what a gain is.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from sim.kernel.scenario_types import Scenario
from sim.runs.checkpoint import save_checkpoint
from sim.runs.run import world_at
from sim.store.executors.cores import cores
from sim.store.executors.local import Failure
from sim.store.folder import carry_out
from sim.store.manifest import known_runs
from sim.store.progress import Progress
from sim.store.results import ResultsError, read_results
from sim.store.tasks import Design
from sim.studies import games, governors
from sim.studies.games import Array, Payoffs, Profile, Search, mean_and_interval, moves_of, search
from sim.studies.governors import (
    COORDINATED,
    HOT,
    NATION,
    NONE,
    PLANS,
    REWARDS,
    Country,
    KeepPayoffs,
    actions_of,
    after_years,
    options_of,
    past_name,
    recording_payoffs,
    rows_at,
)  # fmt: skip
from sim.studies.measured import kept_as

KIND = "equilibrium"
STARTS = (COORDINATED, HOT, NONE)
"""Plans of the three profiles that are tested and started from."""
MAJORITY = 0.5
"""Share of the governors on the hot list from which a profile counts as duplication."""
SHORT = 20.0
"""Seconds of computing below which runs stay in this process: others would take that long to begin."""
Verdict = Literal["trap", "harmless habit", "no equilibrium", "open"]


@dataclass(frozen=True)
class Game:
    """What is asked."""

    scenario: Scenario
    seeds: tuple[int, ...]
    plans: tuple[str, ...] = tuple(PLANS)
    efforts: tuple[float, ...] = (1.0, 2.0)
    rewards: tuple[str, ...] = tuple(REWARDS)
    tested: int = 4
    """Regions whose governors deviate in the test, evenly over the map; all of them play in the search."""
    budget: int = 2500
    """Runs in all."""
    tolerance: float = 2.0
    """Gains, in per cent or places, and losses of the nation, in per cent, up to which a verdict takes no notice."""

    def __post_init__(self) -> None:
        """Raise ResultsError for a game that cannot be played."""
        if self.scenario.years.treatment < 1:
            raise ResultsError("governors are rewarded over treatment years, and there are none: raise years.treatment")
        missing = [plan for plan in STARTS if plan not in self.plans]
        if missing:
            raise ResultsError(f"the test needs the plans {', '.join(STARTS)}: {', '.join(missing)} is missing")
        if len(self.scenario.regions.names()) < 2:
            raise ResultsError("a game needs two regions or more")
        if self.test_runs > self.budget:
            raise ResultsError(
                f"the deviation test alone takes {self.test_runs:,} runs, more than the budget of {self.budget:,}: "
                "raise --budget, or give fewer --regions, plans, efforts or replications"
            )

    @property
    def players(self) -> tuple[int, ...]:
        """Numbers of the regions that deviate in the test."""
        count = len(self.scenario.regions.names())
        return tuple(dict.fromkeys(int(place) for place in np.linspace(0, count - 1, min(self.tested, count)).round()))

    @property
    def test_runs(self) -> int:
        """Runs of the deviation test."""
        actions = actions_of(self.plans, self.efforts)
        country = Country(self.scenario, actions, (), {})
        deviations = sum(
            len(options_of(actions, actions[country.all_with(plan)[0]])) * len(self.players) for plan in STARTS
        )
        return len(self.seeds) * (len(STARTS) + deviations)


@dataclass
class Runs:
    """Payoffs of profiles, from runs: those that are not known are run, all at once, into the folder."""

    country: Country
    seeds: tuple[int, ...]
    folder: Path
    workers: int | None
    pasts: str
    overwrite: bool = False
    progress: Progress | None = None
    lengths: tuple[int, ...] = ()
    """Numbers of treatment years whose payoffs are known beside those of the whole treatment."""
    known: dict[Profile, dict[str, Array]] = field(default_factory=dict)
    """Profile -> reward -> payoffs, (seeds, regions); NATION: (seeds,). Of first years as `after_years` names them."""
    failures: list[Failure] = field(default_factory=list)
    runs: int = 0

    def missing(self, profiles: Sequence[Profile]) -> list[Profile]:
        """Those that are not known."""
        return [profile for profile in dict.fromkeys(profiles) if profile not in self.known]

    def run(self, profiles: Sequence[Profile]) -> None:
        """Run what is not known. Raises what sim.store.folder.carry_out does."""
        wanted = self.missing(profiles)
        if not wanted:
            return
        names = {(profile, seed): f"{self.country.name(profile)}; luck {seed}"
                 for profile in wanted for seed in self.seeds}  # fmt: skip
        arms = {name: self.country.under(*key) for key, name in names.items()}
        only = frozenset((name, seed) for (_, seed), name in names.items())
        first = next(iter(arms))
        kept = payoffs_kept(self.country.regions, self.lengths)
        design = Design(KIND, arms, self.seeds, first, kept=kept, isolates=True, grows=True, only=only)
        told = {run["arm"]: float(run["seconds"]) for run in known_runs(self.folder)} if not self.overwrite else {}
        left = sum(name not in told for name in arms)
        short = bool(told) and left * min(told.values()) < SHORT
        workers = 1 if short else self.workers
        self.failures += carry_out(
            self.folder, design, KeepPayoffs(self.pasts, self.lengths), workers, self.overwrite, self.progress
        )
        self.overwrite = False
        self.runs += len(only)
        values = read_results(self.folder).values
        found = values[values["arm"].isin(list(arms))].pivot(index="arm", columns="measure", values="value")
        spans: list[Callable[[str], str]] = [str, *(partial(after_years, years=years) for years in self.lengths)]
        for profile in wanted:
            own = found.reindex([names[profile, seed] for seed in self.seeds])
            self.known[profile] = {
                **{span(NATION): own[span(NATION)].to_numpy(float) for span in spans},
                **{span(reward): own[[f"{span(reward)} {region}" for region in self.country.regions]].to_numpy(float)
                   for reward in REWARDS for span in spans},
            }  # fmt: skip

    def rewarded_by(self, reward: str) -> Payoffs:
        """The game in which governors are rewarded so."""
        return _Rewarded(self, reward)

    def nation(self, profile: Profile, name: str = NATION) -> Array:
        """The nation's real income under a profile, 100 x ln, (seeds,); `name` as in `after_years` for first years."""
        self.run([profile])
        return self.known[profile][name]


@dataclass(frozen=True)
class _Rewarded:
    """See sim.studies.games.Payoffs."""

    source: Runs
    reward: str

    def __call__(self, profiles: Sequence[Profile]) -> Array:
        self.source.run(profiles)
        return np.stack([self.source.known[profile][self.reward] for profile in profiles])

    def cost(self, profiles: Sequence[Profile]) -> int:
        return len(self.source.missing(profiles)) * len(self.source.seeds)


def payoffs_kept(regions: Sequence[str], lengths: Sequence[int] = ()) -> str:
    """Names what is kept of runs: the payoffs, and the code that computes them."""
    return kept_as([*regions, *map(str, lengths)], governors)


@dataclass(frozen=True)
class Equilibrium:
    """What was found."""

    game: Game
    country: Country
    deviations: pd.DataFrame
    """One row a reward, profile, region and action: what the region gains and the nation loses, columns DEVIATIONS."""
    searches: pd.DataFrame
    """One row a reward and start: where it led, columns SEARCHES."""
    steps: pd.DataFrame
    """One row a governor's turn, columns STEPS."""
    verdicts: pd.DataFrame
    """One row a reward, columns VERDICTS."""
    plans: dict[str, pd.DataFrame]
    """Profiles that matter, as tables that `plan.matrix` reads, for the luck of the first seed."""
    runs: int
    failures: tuple[Failure, ...]


@contextmanager
def country_of(game: Game) -> Iterator[tuple[Country, str]]:
    """The country of a game and a folder with the checkpoint of every seed's fork year, which goes in the end."""
    scenario = recording_payoffs(game.scenario)
    with tempfile.TemporaryDirectory(prefix="clustersim-pasts-") as place:
        rows = {}
        industries: tuple[str, ...] = ()
        for seed in game.seeds:
            world = world_at(scenario, scenario.years.burn_in, seed)
            save_checkpoint(world, Path(place) / past_name(seed))
            rows[seed] = rows_at(world, scenario, game.plans)
            industries = tuple(world.industry_names)
        yield Country(scenario, actions_of(game.plans, game.efforts), industries, rows), place


@dataclass(frozen=True)
class Expected:
    """What a game will take."""

    test: int
    """Runs of the deviation test."""
    budget: int
    """Runs at most."""
    workers: int
    seconds: float
    """On the clock, if the whole budget is spent."""


def expected(game: Game, workers: int | None, folder: Path, overwrite: bool = False) -> Expected:
    """Run the first profile on two seeds, which count, and tell from the second what the whole budget takes."""
    short = replace(game, seeds=game.seeds[:2])
    began = time.perf_counter()
    with country_of(short) as (country, pasts):
        past = (time.perf_counter() - began) / len(short.seeds)
        source = Runs(country, short.seeds, folder, 1, pasts, overwrite)
        source.run([country.all_with(COORDINATED)])
    timed = [float(run["seconds"]) for run in known_runs(folder) if "seconds" in run]
    count = min(workers or cores(), max(game.test_runs, 1))
    seconds = past * len(game.seeds) + game.budget * (min(timed) if timed else 0.0) / count
    return Expected(game.test_runs, game.budget, count, seconds)


def run_equilibrium(
    game: Game, workers: int | None, folder: Path, overwrite: bool = False, progress: Progress | None = None
) -> Equilibrium:
    """Play: the test, then the searches within what the budget leaves. The same call goes on where it was stopped."""
    with country_of(game) as (country, pasts):
        source = Runs(country, game.seeds, folder, workers, pasts, overwrite, progress)
        starts = {plan: country.all_with(plan) for plan in STARTS}
        options = lambda _player, action: options_of(country.actions, country.actions[action])  # noqa: E731
        moves = {plan: moves_of(profile, game.players, options) for plan, profile in starts.items()}
        source.run([*starts.values(), *(move for told in moves.values() for move in told)])
        deviations = [row for reward in game.rewards for plan, profile in starts.items()
                      for row in _deviations(source, reward, profile, moves[plan])]  # fmt: skip
        found = _searches(source, game, starts, options)
        searches = pd.DataFrame([_searched(source, *key, one) for key, one in found.items()], columns=SEARCHES)
        steps = pd.DataFrame(
            [row for key, one in found.items() for row in _steps(country, *key, one)], columns=STEPS
        )  # fmt: skip
        table = pd.DataFrame(deviations, columns=DEVIATIONS)
        verdicts = pd.DataFrame(
            [verdict(reward, table, searches, game.tolerance) for reward in game.rewards], columns=VERDICTS
        )
        ends = {one.end for one in found.values()} | {*starts.values()}
        plans = {country.name(profile): country.table(profile, game.seeds[0]) for profile in sorted(ends)}
        return Equilibrium(game, country, table, searches, steps, verdicts, plans, source.runs, tuple(source.failures))


def _searches(
    source: Runs, game: Game, starts: dict[str, Profile], options: Callable[[int, int], Sequence[int]]
) -> dict[tuple[str, str], Search]:
    """A search for each reward and start: all from the hot list first, since that is what is asked, then the others.

    Each gets an equal share of the runs that are left; what is left over by those that ended goes, in further turns, to
    those that did not: what one has run costs another nothing.
    """
    found: dict[tuple[str, str], Search] = {}
    spent: Counter[tuple[str, str]] = Counter()
    for plan in sorted(STARTS, key=lambda one: one != HOT):
        waiting = [(reward, plan) for reward in game.rewards]
        while waiting:
            before = source.runs
            for place, key in enumerate(waiting):
                share = (game.budget - source.runs) // (len(waiting) - place)
                found[key] = search(source.rewarded_by(key[0]), starts[plan], options, share)
                spent[key] += found[key].runs
            left = [key for key in waiting if found[key].outcome == "budget"]
            if source.runs == before and len(left) == len(waiting):
                break
            waiting = left
    return {(reward, plan): replace(found[reward, plan], runs=spent[reward, plan])
            for reward in game.rewards for plan in STARTS}  # fmt: skip


DEVIATIONS = [
    "reward", "profile", "region", "action", "gain", "gain_low", "gain_high", "unit", "clear", "nation", "nation_low",
    "nation_high", "replications",
]  # fmt: skip
SEARCHES = [
    "reward", "start", "outcome", "end", "turns", "moves", "tied", "epsilon", "epsilon_high", "unit", "hot_share",
    "mean_effort", "price_of_anarchy", "price_low", "price_high", "runs",
]  # fmt: skip
STEPS = ["reward", "start", "round", "region", "before", "after", "gain", "gain_low", "gain_high", "tied", "runs"]
VERDICTS = [
    "reward", "duplication", "because", "profile", "price_of_anarchy", "price_low", "price_high", "epsilon_high",
    "unit",
]  # fmt: skip


def _deviations(source: Runs, reward: str, profile: Profile, moves: Sequence[Profile]) -> list[tuple[Any, ...]]:
    country, unit, family = source.country, REWARDS[reward].unit, len(moves)
    rows = []
    for gain, move in zip(games.gains(source.rewarded_by(reward), profile, moves), moves, strict=True):
        nation = mean_and_interval(source.nation(move) - source.nation(profile), family)
        rows.append((reward, country.name(profile), country.regions[gain.player], str(country.actions[gain.action]),
                     gain.mean, gain.low, gain.high, unit, gain.clear, *nation[:3], gain.draws))  # fmt: skip
    return rows


def _searched(source: Runs, reward: str, plan: str, found: Search) -> tuple[Any, ...]:
    country = source.country
    lost = mean_and_interval(source.nation(country.all_with(COORDINATED)) - source.nation(found.end))
    price = [math.exp(value / 100.0) for value in lost[:3]]
    moved = sum(step.gain is not None for step in found.steps)
    return (reward, country.name(found.start), found.outcome, country.name(found.end), len(found.steps), moved,
            found.tied, found.epsilon, found.epsilon_high, REWARDS[reward].unit, country.share_of(found.end, HOT),
            country.effort_of(found.end), *price, found.runs)  # fmt: skip


def _steps(country: Country, reward: str, plan: str, found: Search) -> Iterator[tuple[Any, ...]]:
    actions = country.actions
    for step in found.steps:
        told = (math.nan,) * 3 if step.gain is None else (step.gain.mean, step.gain.low, step.gain.high)
        tied = ", ".join(str(actions[gain.action]) for gain in step.tied)
        yield (reward, f"all {plan}", step.round, country.regions[step.player], str(actions[step.before[step.player]]),
               str(actions[step.after[step.player]]), *told, tied, step.runs)  # fmt: skip


def verdict(reward: str, deviations: pd.DataFrame, searches: pd.DataFrame, tolerance: float) -> tuple[Any, ...]:
    """What duplication is under a reward.

    trap: it is an equilibrium, up to gains of `tolerance`, and the coordinated plan gives the nation more beyond doubt.
    harmless habit: it is one, and that plan gives at most `tolerance` per cent more. no equilibrium: governors leave
    it. open: the runs do not say, and why.
    """
    own = searches[searches["reward"] == reward]
    unit = REWARDS[reward].unit
    ends = own[(own["outcome"] == "equilibrium") & (own["hot_share"] >= MAJORITY)]
    if len(ends):
        (worst,) = ends.sort_values("price_of_anarchy", ascending=False, kind="stable").head(1).itertuples()
        said: Verdict = "open"
        if not worst.epsilon_high <= tolerance:
            why = f"gains of up to {worst.epsilon_high:.1f} {unit} are not excluded: more replications"
        elif worst.price_low > 1.0:
            said, why = "trap", "nobody gains by leaving it, and the nation loses by it"
        elif worst.price_high <= math.exp(tolerance / 100.0):
            said, why = "harmless habit", "nobody gains by leaving it, and the nation loses little or nothing"
        else:
            why = "what the nation loses by it is not sure: more replications"
        return (reward, said, why, worst.end, worst.price_of_anarchy, worst.price_low, worst.price_high,
                worst.epsilon_high, unit)  # fmt: skip
    (from_hot,) = own[own["start"] == f"all {HOT}"].itertuples()
    told = deviations[(deviations["reward"] == reward) & (deviations["profile"] == f"all {HOT}")]
    left = from_hot.outcome in ("equilibrium", "cycle") or (from_hot.hot_share < MAJORITY and told["clear"].any())
    kept = f"until then {100 * from_hot.hot_share:.0f} % of the governors kept to the hot list"
    said, why = ("no equilibrium", "governors gain by leaving it") if left else (
        "open", f"the budget of runs was spent before the search ended; {kept}")  # fmt: skip
    return (reward, said, why, from_hot.end, from_hot.price_of_anarchy, from_hot.price_low, from_hot.price_high,
            from_hot.epsilon_high, unit)  # fmt: skip
