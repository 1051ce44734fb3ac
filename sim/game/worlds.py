"""Worlds of a session: the fork that all nations share, and each arm after each round, kept and found again.

A World that is kept is never moved: what lives on is a copy. So students may be shown advice while a round is computed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.game.engine import (
    ARMS,
    CLASS,
    Plans,
    advice,
    arm_scenario,
    checkpoint_path,
    class_scenario,
    live_round,
    observe,
)
from sim.game.presets import Preset, hot_list, with_preset
from sim.game.rules import ResumeError
from sim.kernel.scenario_types import Scenario
from sim.kernel.world import World
from sim.runs.checkpoint import CheckpointError, load_checkpoint, save_checkpoint
from sim.runs.run import continued, world_at
from sim.runs.timeline import fork

PRACTICE_SEED = 500_009
"""Added to the seed of a session for the luck of its practice round, which tells nothing about the game's."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Played:
    """What has been decided, and which states came of it."""

    rounds: Mapping[int, Sequence[Plans]]
    """Nation -> round by round, from the first on, region -> chips."""
    hashes: Mapping[tuple[int, str, int], str]
    """Nation, arm, round -> state hash."""


class Worlds:
    """Worlds by nation, arm and round. Methods may be called from several threads."""

    def __init__(self, folder: Path, base: Scenario, seed: int, presets: Sequence[Preset]) -> None:
        """`presets` are those of the nations, in order."""
        self.folder = folder
        self.base = base
        self.seed = seed
        self.presets = list(presets)
        self.own = [with_preset(base, preset) for preset in presets]
        """Scenario of each nation before anybody decides."""
        self._homes = [1 + self.own.index(one) for one in self.own]
        self.past: World | None = None
        self._kept: dict[tuple[int, str], tuple[int, World]] = {}
        self._unsaved: list[tuple[Path, World, Scenario]] = []
        self._lock = threading.RLock()

    def preset(self, nation: int) -> Preset:
        """What a nation plays."""
        return self.presets[min(nation, len(self.presets)) - 1]

    def scenario(self, nation: int) -> Scenario:
        """What a nation lives in before anybody decides."""
        return self.own[min(nation, len(self.own)) - 1]

    def home(self, nation: int, arm: str) -> int:
        """The nation whose arm this is: parallel arms of nations that have one model are the same to the bit."""
        if arm == CLASS:
            return nation
        return self._homes[min(nation, len(self._homes)) - 1]

    def warm(self, expected: str | None, progress: Progress | None = None) -> tuple[str, dict[str, Any]]:
        """Find the fork or live up to it; returns its state hash and what was observed.

        Raises ResumeError where it is not the one `expected`.
        """
        path = checkpoint_path(self.folder, 0, CLASS, 0)
        world = _loaded(path)
        if world is None or (expected is not None and world.state_hash() != expected):
            world = world_at(self.base, self.base.years.burn_in, self.seed, progress)
            save_checkpoint(world, path, self.base)
        found = world.state_hash()
        if expected is not None and found != expected:
            raise ResumeError(f"the past of {self.folder} comes out differently here: {found} and not {expected}")
        observed = observe(world, hot_list(self.base))
        with self._lock:
            self.past = world
        return found, observed

    def after(self, nation: int, arm: str, round: int, played: Played) -> World:
        """The World of an arm after a round (0: the fork): to look at, not to move.

        Raises ResumeError where it comes out otherwise than was recorded.
        """
        home = self.home(nation, arm)
        with self._lock:
            if round == 0:
                assert self.past is not None, "the session is not warm"
                return self.past
            kept = self._kept.get((home, arm))
            if kept is not None and kept[0] == round:
                return kept[1]
            expected = played.hashes[home, arm, round]
            path = checkpoint_path(self.folder, home, arm, round)
            world = _loaded(path)
            if world is None or world.state_hash() != expected:
                world, _, scenario = self._lived(home, arm, round, played)
                save_checkpoint(world, path, scenario)
                if world.state_hash() != expected:
                    raise ResumeError(f"round {round} of {self.folder} comes out differently here, in the arm {arm}")
            if kept is None or kept[0] < round:  # what was asked of an older round is not what is asked next
                self._kept[home, arm] = (round, world)
            return world

    def forget(self, round: int) -> None:
        """Let go of what came after `round`, which was taken back."""
        with self._lock:
            self._kept = {key: kept for key, kept in self._kept.items() if kept[0] <= round}
            self._unsaved = []

    def compute(self, nations: int, round: int, played: Played) -> dict[str, Any]:
        """Nation -> arm -> hash and years of `round`, the last one that was played; `save` keeps every arm's state.

        Arms live side by side; parallel arms that nations share live once.
        """
        homes = {(nation, arm): (self.home(nation, arm), arm) for nation in range(1, nations + 1) for arm in ARMS}

        def life(one: tuple[int, str]) -> dict[str, Any]:
            world, years, scenario = self._lived(*one, round, played)
            with self._lock:
                self._kept[one] = (round, world)
                self._unsaved.append((checkpoint_path(self.folder, *one, round), world, scenario))
            return {"hash": world.state_hash(), "years": years}

        wanted = list(dict.fromkeys(homes.values()))
        with ThreadPoolExecutor(max(1, min(len(wanted), os.cpu_count() or 1))) as pool:
            lived = dict(zip(wanted, pool.map(life, wanted), strict=True))
        found: dict[str, Any] = {}
        for (nation, arm), home in homes.items():
            found.setdefault(str(nation), {})[arm] = lived[home]
        return found

    def save(self) -> None:
        """Write what `compute` left to be written: nobody waits for it, and what is missing is lived again."""
        with self._lock:
            left, self._unsaved = self._unsaved, []
        for path, world, scenario in left:
            save_checkpoint(world, path, scenario)

    def practise(self, nations: int, plans: Mapping[int, Plans]) -> dict[str, Any]:
        """The same of the class's arm alone, for a round that is played with other luck and not kept."""
        found = {}
        for nation in range(1, nations + 1):
            assert self.past is not None, "the session is not warm"
            world = continued(self.past, self.seed + PRACTICE_SEED)
            scenario = class_scenario(self.scenario(nation), self.preset(nation), [plans[nation]])
            years = live_round(world, scenario)
            found[str(nation)] = {CLASS: {"hash": world.state_hash(), "years": years}}
        return found

    def advice(self, nation: int, round: int, played: Played) -> dict[str, list[list[float]]]:
        """What planners of the class's arm see when `round` begins; see sim.game.engine.advice."""
        world = self.after(nation, CLASS, max(round - 1, 0), played)
        return advice(world, self.scenario(nation))

    def _lived(self, nation: int, arm: str, round: int, played: Played) -> tuple[World, list[dict[str, Any]], Scenario]:
        """The World after a round, what was observed of its years, and the scenario in which they passed."""
        world = fork(self.after(nation, arm, round - 1, played))
        plans = played.rounds[nation][:round]
        scenario = arm_scenario(arm, self.scenario(nation), self.preset(nation), plans)
        return world, live_round(world, scenario), scenario


def _loaded(path: Path) -> World | None:
    """The World in a checkpoint; None where there is none, or none that this version reads."""
    if not path.is_file():
        return None
    try:
        return load_checkpoint(path)
    except (CheckpointError, OSError):
        return None
