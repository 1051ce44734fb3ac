"""Games in normal form of which payoffs are known only from samples: who gains by deviating, and where that leads.

Nothing here knows what players are or where payoffs come from. All profiles are tried on the same draws, so that what
a player gains by an action is a paired difference; with one draw payoffs are certain, and any gain counts.
An action is better than another where the simultaneous interval of the gain (Bonferroni over all deviations that are
looked at together) lies above zero; where it holds zero they tie, and a player stays.
Source: Nash 1951; Radner 1980 (epsilon-equilibria); Koutsoupias & Papadimitriou 1999 (price of anarchy); Vorobeychik &
Wellman 2008 (iterated best response on simulated payoffs).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import scipy  # its parts are loaded when they are first used: statistics take a second

Array = np.ndarray[Any, Any]
Profile = tuple[int, ...]
"""The action of each player, by number."""
CONFIDENCE = 0.95


class Payoffs(Protocol):
    """Where payoffs come from."""

    def __call__(self, profiles: Sequence[Profile]) -> Array:
        """Payoff of every player in every profile and draw, shape (profiles, draws, players); NaN where unknown."""
        ...

    def cost(self, profiles: Sequence[Profile]) -> int:
        """How many runs it takes to know those that are not known yet."""
        ...


@dataclass
class Table:
    """Payoffs from a function of the profile: (players,) without luck, or (draws, players)."""

    function: Callable[[Profile], Any]
    known: dict[Profile, Array]

    @classmethod
    def of(cls, function: Callable[[Profile], Any]) -> Table:
        """The table of which `function` gives the entries."""
        return cls(function, {})

    def __call__(self, profiles: Sequence[Profile]) -> Array:
        """See Payoffs."""
        for profile in profiles:
            self.known.setdefault(profile, np.atleast_2d(np.asarray(self.function(profile), float)))
        return np.stack([self.known[profile] for profile in profiles])

    def cost(self, profiles: Sequence[Profile]) -> int:
        """One for each that is not known."""
        return len({*profiles} - {*self.known})


@dataclass(frozen=True)
class Gain:
    """What a player gains by leaving a profile."""

    player: int
    action: int
    """That it takes instead."""
    mean: float
    low: float
    """Ends of its simultaneous interval; NaN where there are too few draws."""
    high: float
    draws: int

    @property
    def clear(self) -> bool:
        """Whether the player gains beyond doubt."""
        return self.low > 0.0


def gains(payoffs: Payoffs, profile: Profile, moves: Sequence[Profile], family: int | None = None) -> list[Gain]:
    """The gain of the player that moves, for each of `moves`: profiles that differ from `profile` in one player.

    Intervals hold together with probability CONFIDENCE over `family` gains, all of `moves` if not given.
    """
    told = payoffs([profile, *moves])
    found = []
    for place, move in enumerate(moves, start=1):
        player = mover(profile, move)
        apart = told[place, :, player] - told[0, :, player]
        found.append(Gain(player, move[player], *mean_and_interval(apart, family or len(moves))))
    return found


def mover(profile: Profile, move: Profile) -> int:
    """The one player in which two profiles differ. Raises ValueError when it is not one."""
    (player,) = [place for place, (one, other) in enumerate(zip(profile, move, strict=True)) if one != other]
    return player


def mean_and_interval(values: Array, family: int = 1) -> tuple[float, float, float, int]:
    """(mean, low, high, draws): an interval of Student, one of `family` that hold together (Bonferroni).

    One draw is certain, and so is a difference that is the same in every draw. With a draw missing the others count.
    """
    known = values[np.isfinite(values)]
    count = len(known)
    if count == 0:
        return math.nan, math.nan, math.nan, 0
    mean = float(known.mean())
    if len(values) == 1 or (count > 1 and float(np.ptp(known)) == 0.0):
        return mean, mean, mean, count
    if count < 2:
        return mean, math.nan, math.nan, count
    reach = float(scipy.stats.t.ppf(1.0 - (1.0 - CONFIDENCE) / (2 * family), count - 1))
    half = reach * float(known.std(ddof=1)) / math.sqrt(count)
    return mean, mean - half, mean + half, count


def moves_of(profile: Profile, players: Sequence[int], options: Callable[[int, int], Sequence[int]]) -> list[Profile]:
    """All profiles in which one of `players` takes another action; `options(player, its action)` are those it has."""
    return [
        (*profile[:player], action, *profile[player + 1 :])
        for player in players for action in options(player, profile[player]) if action != profile[player]
    ]  # fmt: skip


def best_response(found: Sequence[Gain]) -> tuple[Gain | None, list[Gain]]:
    """(the action with the largest gain, None where no gain is clear; those that tie with staying).

    Among clear gains the largest mean wins, of equal ones the first. A tie is a gain whose interval holds zero.
    """
    clear = [gain for gain in found if gain.clear]
    tied = [gain for gain in found if not gain.clear and not gain.high < 0.0]
    return (max(clear, key=lambda gain: gain.mean) if clear else None), tied


@dataclass(frozen=True)
class Step:
    """A player's turn."""

    round: int
    player: int
    before: Profile
    after: Profile
    gain: Gain | None
    """By which it moved; None where it stayed."""
    tied: tuple[Gain, ...]
    """Actions that it could as well have taken."""
    runs: int
    """That were spent so far."""


Outcome = Literal["equilibrium", "cycle", "budget"]


@dataclass(frozen=True)
class Search:
    """Where iterated best response led from a profile."""

    start: Profile
    end: Profile
    outcome: Outcome
    """equilibrium: no player has a clear gain. cycle: a profile came back. budget: the runs were spent before."""
    steps: tuple[Step, ...]
    cycle: tuple[Profile, ...]
    """The profiles that follow each other for ever; empty unless it cycles."""
    epsilon: float
    """The largest mean gain that is left to any player in the last round; NaN where it was not finished."""
    epsilon_high: float
    """Upper end of the simultaneous intervals of these gains: nobody gains more."""
    runs: int

    @property
    def tied(self) -> bool:
        """Whether some player has an action in the end that it could as well take."""
        last = max((step.round for step in self.steps), default=0)
        return any(step.tied for step in self.steps if step.round == last)


def search(
    payoffs: Payoffs, start: Profile, options: Callable[[int, int], Sequence[int]], budget: float = math.inf,
    rounds: int = 100,
) -> Search:  # fmt: skip
    """Iterated best response from `start`: players in turn take their best action if its gain is clear.

    Ends when a whole round moves nobody, when a profile at the end of a round was there before, or when the next turn
    would take more runs than `budget` leaves.
    """
    profile, spent = start, 0
    steps: list[Step] = []
    seen: list[Profile] = [start]
    for turn in range(1, rounds + 1):
        left: list[Gain] = []
        for player in range(len(start)):
            moves = moves_of(profile, [player], options)
            wanted = payoffs.cost([profile, *moves])
            if spent + wanted > budget:
                return Search(start, profile, "budget", tuple(steps), (), math.nan, math.nan, spent)
            spent += wanted
            found = gains(payoffs, profile, moves, len(moves) * len(start)) if moves else []
            best, tied = best_response(found)
            after = profile if best is None else (*profile[:player], best.action, *profile[player + 1 :])
            steps.append(Step(turn, player, profile, after, best, tuple(tied), spent))
            left += found
            profile = after
        if profile == seen[-1]:
            return Search(start, profile, "equilibrium", tuple(steps), (), *largest_gain(left), spent)
        if profile in seen:
            return Search(start, profile, "cycle", tuple(steps), tuple(seen[seen.index(profile) :]), math.nan, math.nan,
                          spent)  # fmt: skip
        seen.append(profile)
    return Search(start, profile, "budget", tuple(steps), (), math.nan, math.nan, spent)


def largest_gain(found: Sequence[Gain]) -> tuple[float, float]:
    """(epsilon, its upper end) of a profile: the largest gain of any deviation, at least 0; NaN where unknown."""
    means, highs = [gain.mean for gain in found], [gain.high for gain in found]
    if any(map(math.isnan, means)):
        return math.nan, math.nan
    return max(0.0, *means, 0.0), math.nan if any(map(math.isnan, highs)) else max(0.0, *highs, 0.0)


def all_profiles(actions: Sequence[int]) -> Iterator[Profile]:
    """Every profile of players with so many actions each."""
    for index in np.ndindex(*actions):
        yield tuple(int(action) for action in index)


def equilibria(payoffs: Payoffs, actions: Sequence[int]) -> list[Profile]:
    """All profiles of a small game in which no player has a clear gain, by looking at every one."""
    everything = lambda player, _action: range(actions[player])  # noqa: E731
    found = []
    for profile in all_profiles(actions):
        moves = moves_of(profile, range(len(actions)), everything)
        if not any(gain.clear for gain in gains(payoffs, profile, moves)):
            found.append(profile)
    return found
