"""Lives beside a session: the class's history with one region on its coordinated row, and all arms with other luck.

Each is a World of its own that goes on by a round as soon as that round's plans are known, so that little is left to do
when the game is over. What comes out hangs neither on when it was done nor on how many lives go on side by side.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from sim.game.engine import ARMS, CLASS, Plans, arm_scenario, live_round
from sim.game.worlds import Worlds
from sim.kernel.world import World
from sim.runs.run import continued
from sim.runs.timeline import fork

LUCK = 12
"""Other draws of luck."""
LUCK_SEED = 700_001
"""Added to the seed of a session for the first of them."""
Years = list[dict[str, Any]]
Between = Callable[[], None]
"""Called before each year: it returns when the year may pass."""


def at_once() -> None:
    """Years pass without waiting."""


@dataclass(frozen=True)
class Life:
    """Which history is lived."""

    nation: int
    arm: str
    luck: int = 0
    """Number of the draw; 0: the session's own luck."""
    region: str = ""
    """Whose coordinated row stands in the place of its own plan."""


@dataclass(frozen=True)
class Sofar:
    """What is known of a game."""

    rounds: int
    """Of the whole session."""
    plans: Mapping[int, Sequence[Plans]]
    """Nation -> round by round what its regions did."""
    rows: Mapping[int, Sequence[Plans]]
    """Nation -> round by round what the coordinated plan had for them, as their advisers saw it then."""

    @property
    def played(self) -> int:
        """Rounds."""
        return len(self.plans[1])


@dataclass
class _Lived:
    world: World | None
    """None after the last round."""
    plans: list[Plans] = field(default_factory=list)
    """Of the class, round by round; of a parallel arm nothing, as often as it lived a round."""
    years: list[Years] = field(default_factory=list)
    """Round by round, as far as anybody asks for them."""


class Lives:
    """Lives of a session, as far as each has come. One thread at a time moves a life."""

    def __init__(self, worlds: Worlds, seed: int) -> None:
        """`seed` is the session's."""
        self.worlds = worlds
        self.seed = seed
        self._lived: dict[Life, _Lived] = {}
        self._lock = threading.Lock()

    # -- which there are ---------------------------------------------------------------------------------

    def with_other_luck(self, nation: int) -> list[Life]:
        """All arms of a nation under other draws. Nations with one model share their parallel arms."""
        return [Life(self.worlds.home(nation, arm), arm, luck) for arm in ARMS for luck in range(1, LUCK + 1)]

    def with_a_row(self, nation: int, regions: Iterable[str]) -> list[Life]:
        """The class's history with one region on its coordinated row, for each region."""
        return [Life(nation, CLASS, 0, region) for region in regions]

    def plans(self, life: Life, sofar: Sofar) -> list[Plans]:
        """Round by round what is done in a life, as far as it is known; the plan of a parallel arm hangs on nothing."""
        if life.arm != CLASS:
            return [{}] * sofar.rounds
        own = sofar.plans[life.nation]
        if not life.region:
            return list(own)
        rows = sofar.rows[life.nation]
        return [{**plan, life.region: row[life.region]} for plan, row in zip(own, rows, strict=True)]

    def behind(self, life: Life, sofar: Sofar, upto: int | None = None) -> int:
        """Rounds that a life has still to live, of all that are known or of the first so many."""
        plans = self.plans(life, sofar)[:upto]
        with self._lock:
            lived = self._lived.get(life)
        if lived is None:
            return len(plans)
        shared = min(len(plans), len(lived.plans))
        return len(plans) - shared if lived.plans[:shared] == plans[:shared] else len(plans)

    # -- living ------------------------------------------------------------------------------------------

    def go_on(self, life: Life, sofar: Sofar, between: Between = at_once) -> None:
        """Live one more round, from the fork on where plans were changed since."""
        plans = self.plans(life, sofar)
        with self._lock:
            lived = self._lived.pop(life, None)  # a year that fails leaves a World that is of no more use
        if lived is None or lived.plans != plans[: len(lived.plans)]:
            assert self.worlds.past is not None, "the session is not warm"
            past = self.worlds.past
            lived = _Lived(continued(past, self.seed + LUCK_SEED + life.luck - 1) if life.luck else fork(past))
        round = len(lived.plans) + 1
        assert lived.world is not None, "all rounds are lived"
        scenario = arm_scenario(
            life.arm, self.worlds.scenario(life.nation), self.worlds.preset(life.nation), plans[:round]
        )
        years = live_round(lived.world, scenario, between)
        lived.plans.append(plans[round - 1])
        lived.years.append([_kept(life, year) for year in years])
        if round == sofar.rounds:
            lived.world = None
        with self._lock:
            self._lived[life] = lived

    def catch_up(
        self, lives: Iterable[Life], sofar: Sofar, step: Callable[[], None], between: Between = at_once
    ) -> None:
        """Live all rounds that were played, side by side; `step` hears of each. What it raises ends all."""

        def job(life: Life) -> None:
            while self.behind(life, sofar, sofar.played):
                self.go_on(life, sofar, between)
                step()

        pool = ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1)))
        try:
            for told in [pool.submit(job, life) for life in dict.fromkeys(lives)]:
                told.result()
        finally:
            pool.shutdown(cancel_futures=True)

    def years(self, life: Life, sofar: Sofar) -> Years:
        """What was kept of a life in the rounds that were played. Raises KeyError where it is not lived."""
        with self._lock:
            return [year for years in self._lived[life].years[: sofar.played] for year in years]

    def next(self, lives: Sequence[Life], sofar: Sofar) -> Life | None:
        """The life to go on with: those that wait for decisions before those that do not; None: all is lived."""
        order: Iterator[Life] = iter(sorted(lives, key=lambda life: life.arm != CLASS))
        return next((life for life in order if self.behind(life, sofar)), None)


def _kept(life: Life, year: dict[str, Any]) -> dict[str, Any]:
    """What the debrief needs of a year."""
    if life.region:
        return {"regions": {key: year["regions"][key] for key in ("value_added", "income")}}
    return {"year": year["year"], "nation": year["nation"]}
