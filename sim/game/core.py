"""What all parts of a session stand on: the journal, the state that its events make, the worlds, and a clock."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sim.game import people
from sim.game.engine import CLASS
from sim.game.journal import Journal
from sim.game.lives import Lives, Sofar
from sim.game.lock import Sight
from sim.game.names import Names
from sim.game.presets import PRESETS, Preset, hot_list
from sim.game.rules import Chips, Denied, Gone, Refused, ResumeError, in_whole_chips
from sim.game.state import COMPUTING, Decision, Member, State, apply, folded
from sim.game.worlds import Played, Progress, Worlds
from sim.kernel.fingerprint import fingerprint
from sim.kernel.scenario_types import Scenario
from sim.store.lock import locked

DEBRIEF_FILE = "debrief.json"
AWAY = 20.0
"""Seconds without a sign of life after which somebody is away."""
GRACE = 2.0
"""Seconds after the deadline in which a draft still counts: it was on its way."""
SHORTEST_REQUEST, LONGEST_REQUEST = 16, 64
"""Letters of a request that is remembered."""
MOST_REQUESTS = 20_000


class Core:
    """A session without its calls. The lock is held where the state is read or an event is written."""

    def __init__(self, folder: Path, clock: Callable[[], float], begin: dict[str, Any] | None = None) -> None:
        """Open the journal of `folder`, and write its first event where there is none."""
        self.folder = folder
        self.clock = clock
        self._held = ExitStack()
        self._held.enter_context(locked(folder))
        try:
            self._journal = Journal(folder)
            if begin is None and not self._journal.events:
                self._journal.close()
                raise ResumeError(f"{folder} holds no session: it was ended before it began")
        except BaseException:
            self._held.close()
            raise
        self._lock = threading.RLock()
        self._computing = threading.Lock()
        self.state: State = folded(self._journal.events)
        if begin is not None:
            self.write("session", **begin)
        self.base = Scenario.model_validate(self.state.settings["scenario"])
        self.regions: list[str] = list(self.base.regions.names())
        self.industries: list[str] = list(self.state.settings["industries"])
        chosen = [PRESETS[key] for key in self.state.settings["presets"]]
        self.worlds = Worlds(folder, self.base, int(self.state.settings["seed"]), chosen)
        self.lives = Lives(self.worlds, int(self.state.settings["seed"]))
        self.names = Names(folder)
        self.last_seen: dict[str, float] = {}
        """Member -> when the person's device last asked for anything."""
        self._advice: dict[tuple[int, int], dict[str, Any]] = {}
        self._told: tuple[int, dict[str, Any]] | None = None

    # -- what is said of it ------------------------------------------------------------------------------

    @property
    def secret(self) -> str:
        """The teacher's."""
        return str(self.state.settings["secret"])

    @property
    def port(self) -> int | None:
        """On which it was served last."""
        return self.state.port

    @property
    def language(self) -> str:
        """Of the teacher and the projector."""
        return str(self.state.settings["language"])

    @property
    def ready(self) -> bool:
        """Whether the fork is there, so that the game can begin."""
        return self.worlds.past is not None

    @property
    def hot(self) -> tuple[str, ...]:
        """The hot list."""
        return hot_list(self.base)

    def preset(self, nation: int) -> Preset:
        """What a nation plays."""
        return PRESETS[self.state.preset_of(nation)]

    def plays(self, what: Callable[[Preset], bool]) -> bool:
        """Whether something is so in any nation."""
        return any(what(self.preset(nation)) for nation in range(1, self.state.nations + 1))

    def room_code(self) -> str:
        """The code that lets people join; it changes every minute."""
        return people.room_code(self.secret, self.clock())

    # -- requests ----------------------------------------------------------------------------------------

    def known(self, request: str, kind: str) -> dict[str, Any] | None:
        """The event that a request made, if it is of this kind."""
        found = self.state.requests.get(request) if request else None
        return found if found is not None and found["kind"] == kind else None

    def request(self, request: str) -> dict[str, str]:
        """What an event keeps of a request: nothing of one that is too short to be anybody's own."""
        usable = isinstance(request, str) and SHORTEST_REQUEST <= len(request) <= LONGEST_REQUEST
        return {"request": request} if usable and len(self.state.requests) < MOST_REQUESTS else {}

    # -- events ------------------------------------------------------------------------------------------

    def write(self, kind: str, **content: Any) -> None:
        """Write an event and let it happen."""
        event = self._journal.append(kind, float(content.pop("at", self.clock())), content)
        apply(self.state, event)

    def check(self, secret: str) -> None:
        """Raises Denied for a wrong secret of the teacher's."""
        if not people.same(secret, self.secret):
            raise Denied("secret")

    def member_of(self, token: str) -> Member:
        """Whose token it is. Raises Gone."""
        with self._lock:
            found = self.state.of_token(people.hashed(token)) if token else None
            if found is None:
                replaced = any(
                    people.same(token, people.token_of(self.secret, one.id, generation))
                    for one in self.state.members.values() for generation in range(one.generation)
                )  # fmt: skip
                raise Gone("replaced" if replaced else "unknown")
            if found.removed:
                raise Gone("removed")
            self.last_seen[found.id] = self.clock()
            return found

    # -- worlds ------------------------------------------------------------------------------------------

    def warm(self, progress: Progress | None = None) -> None:
        """Live up to the fork, or find it, and verify the last round's states. Slow.

        Raises ResumeError where a state comes out otherwise than was recorded.
        """
        with self._computing:
            known = self.state.fork
            found, observed = self.worlds.warm(known["hash"] if known else None, progress)
            with self._lock:
                if known is None:
                    self.write("fork", hash=found, observed=observed)
                played = self.played()
                last = max((round for round in self.state.results if round > 0), default=0)
            for nation in range(1, self.state.nations + 1) if last else ():
                for arm in self.state.results[last]["nations"][str(nation)]:
                    self.worlds.after(nation, arm, last, played)

    def played(self) -> Played:
        """What has been decided and which states came of it; the round that is locked and not computed included."""
        with self._lock:
            locked_rounds = sorted(round for round in self.state.decisions if round > 0)
            rounds = {
                nation: [self.plans(self.state.decisions[round], nation) for round in locked_rounds]
                for nation in range(1, self.state.nations + 1)
            }
            hashes = {
                (int(nation), arm, round): told["hash"]
                for round, result in self.state.results.items() if round > 0
                for nation, arms in result["nations"].items() for arm, told in arms.items()
            }  # fmt: skip
            return Played(rounds, hashes)

    def plans(self, decisions: list[Decision], nation: int) -> dict[str, dict[str, float]]:
        """Region -> chips of a nation."""
        return {self.regions[one.region]: one.chips for one in decisions if one.nation == nation}

    def compute(self) -> None:
        """Live through the round that is locked, in all arms, and write the result. Slow; nothing to do is no fault."""
        with self._computing:
            with self._lock:
                if self.state.phase != COMPUTING:
                    return
                round, decisions, played = self.state.round, self.state.decisions[self.state.round], self.played()
                nations = self.state.nations
            started = self.clock()
            if round == 0:
                plans = {nation: self.plans(decisions, nation) for nation in range(1, nations + 1)}
                found = self.worlds.practise(nations, plans)
            else:
                found = self.worlds.compute(nations, round, played)
            with self._lock:
                current = self.state.phase == COMPUTING and self.state.decisions.get(round) is decisions
                if current:  # else it was taken back meanwhile
                    self.write("result", round=round, nations=found, seconds=self.clock() - started)

    def years(self, nation: int, arm: str = CLASS, upto: int | None = None) -> list[dict[str, Any]]:
        """What was observed of an arm, year by year, in all rounds up to one."""
        rounds = [round for round in sorted(self.state.results) if 0 < round <= (upto or self.state.rounds)]
        return [year for round in rounds for year in self.state.results[round]["nations"][str(nation)][arm]["years"]]

    def last_year(self, nation: int) -> dict[str, Any]:
        """What the class knows of the last year: that of the fork before the first round. Raises Refused."""
        years = self.years(nation)
        if years:
            return dict(years[-1])
        if self.state.fork is None:
            raise Refused("not_ready")
        return dict(self.state.fork["observed"])

    def advice(self, nation: int) -> dict[str, Any]:
        """What advisers say in the present round; made once a round. Raises Refused before the fork is there."""
        return self._advised(nation, max((round for round in self.state.results if round > 0), default=0) + 1)

    def _advised(self, nation: int, round: int) -> dict[str, Any]:
        """What advisers say when `round` begins."""
        if not self.ready:
            raise Refused("not_ready")
        with self._lock:
            known = self._advice.get((nation, round))
            if known is None:
                known = self._advice[nation, round] = self.worlds.advice(nation, round, self.played())
            return known

    def sofar(self) -> Sofar:
        """What was played and computed. Raises Refused before the fork is there."""
        with self._lock:
            rounds = sorted(round for round in self.state.results if round > 0)
            nations = range(1, self.state.nations + 1)
            plans = {nation: [self.plans(self.state.decisions[one], nation) for one in rounds] for nation in nations}
            rows = {
                nation: [dict(zip(self.regions, self._rows(nation, one), strict=True)) for one in rounds]
                for nation in nations
            }
            return Sofar(self.state.rounds, plans, rows)

    def _rows(self, nation: int, round: int) -> list[Chips]:
        """The coordinated plan of a round in chips, by region."""
        return [in_whole_chips(row, self.industries) for row in self._advised(nation, round)["coordinated"]]

    def open_names(self, nation: int) -> list[str]:
        """Industries that may be promoted in the next round: those that are open or open with its first year."""
        told = self.last_year(nation)
        first = int(told["year"]) + 1
        return [
            name for name, opened in zip(self.industries, told["open"], strict=True)
            if opened or 0 < self.base.industries[name].opens <= first
        ]  # fmt: skip

    def forget(self, round: int) -> None:
        """Let go of what came after a round, which was taken back."""
        self.worlds.forget(round)
        self._advice = {key: told for key, told in self._advice.items() if key[1] <= round + 1}

    def sight(self, nation: int) -> Sight:
        """What is known when a round of a nation is locked."""
        margins = self.last_year(nation)["industries"]["margin"]
        return Sight(
            self.preset(nation), self.regions, self.industries, self.open_names(nation), self.hot,
            self.advice(nation),
            {name: margin for name, margin in zip(self.industries, margins, strict=True) if margin is not None},
        )  # fmt: skip

    def debrief(self) -> dict[str, Any] | None:
        """What was made for the debrief; None before that, and where a round was taken back since."""
        path = self.folder / DEBRIEF_FILE
        try:
            stamp = path.stat().st_mtime_ns
        except OSError:
            return None
        if self._told is None or self._told[0] != stamp:
            self._told = (stamp, json.loads(path.read_text(encoding="utf-8")))
        told = self._told[1]
        return told if told["rests_on"] == self.rests_on() else None

    def rests_on(self) -> str:
        """Names the rounds that were played and what came of them."""
        return fingerprint([
            [round, nation, arm, one["hash"]] for round, told in sorted(self.state.results.items())
            for nation, arms in told["nations"].items() for arm, one in arms.items()
        ])  # fmt: skip

    def close(self) -> None:
        """Let go of the folder."""
        with self._computing, self._lock:
            self._journal.close()
            self._held.close()
