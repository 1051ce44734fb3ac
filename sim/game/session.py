"""A session: what the teacher may ask of it beside what students do, the clock, and how one is begun or gone on."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from sim.game import people
from sim.game.core import GRACE
from sim.game.lives import Between, at_once
from sim.game.lock import decisions_of
from sim.game.presets import PRESETS, base_scenario, second_preset
from sim.game.publish import Step, export, live_ahead, prepare_debrief
from sim.game.rules import (
    FEWEST_ROUNDS,
    MOST_ROUNDS,
    Denied,
    GameError,
    Gone,
    Refused,
    ResumeError,
    checked_name,
)
from sim.game.state import ANNOUNCE, CHOOSING, COMPUTING, DEBRIEF, LOBBY, OPEN, PROPOSE, RESULT, Member
from sim.game.students import Joined, Saved, Students
from sim.kernel.source_hash import NUMBERS
from sim.model.opening.industries import industries_in_order

__all__ = ["Denied", "GameError", "Gone", "Joined", "Refused", "ResumeError", "Saved", "Session", "create", "resume"]


class Session(Students):
    """See the module. Calls of the teacher take the secret first, and a `request` as students' do."""

    # -- the clock ---------------------------------------------------------------------------------------

    def tick(self) -> bool:
        """Let happen what is due; whether a round is locked and wants `compute`."""
        with self._lock:
            state = self.state
            if state.phase in CHOOSING and state.deadline is not None and self.clock() > state.deadline + GRACE:
                self._lock_round() if state.phase == OPEN else self._open_round(OPEN, state.round)
            return state.phase == COMPUTING

    def _open_round(self, phase: str, round: int, request: Mapping[str, str] | None = None) -> None:
        seconds = self.state.settings.get("time")
        deadline = self.clock() + seconds if seconds else None
        self.write("open", phase=phase, round=round, deadline=deadline, **(request or {}))

    def _first_phase(self, round: int) -> str:
        if round == 0:
            return OPEN
        if self.plays(lambda preset: preset.announces):
            return ANNOUNCE
        return PROPOSE if self.plays(lambda preset: preset.proposes) else OPEN

    def _lock_round(self, request: Mapping[str, str] | None = None) -> None:
        found = [
            asdict(one) for nation in range(1, self.state.nations + 1)
            for one in decisions_of(self.state, nation, self.sight(nation))
        ]  # fmt: skip
        self.write("lock", round=self.state.round, decisions=found, **(request or {}))

    # -- the teacher -------------------------------------------------------------------------------------

    def _teach(
        self, secret: str, request: str, kind: str, phases: Sequence[str], act: Callable[[dict[str, str]], None]
    ) -> None:
        """Let the teacher do something once. Raises Denied, Refused."""
        self.check(secret)
        with self._lock:
            if request and request in self.state.requests:
                return
            if phases and self.state.phase not in phases:
                raise self._closed()
            if kind == "begin" and not self.ready:
                raise Refused("not_ready")
            act(self.request(request))

    def begin(self, secret: str, *, request: str = "") -> None:
        """Give everybody a seat and open practice, or the first round."""

        def act(told: dict[str, str]) -> None:
            nations = people.nations_for(len(self.state.players), self.state.settings.get("nations"))
            seats = people.seated(self.state, nations, len(self.regions))
            first = {str(seat[0]): member for member, seat in reversed(seats.items())}
            self.write("begin", nations=nations, seats=seats, coordinators=first)
            round = 0 if self.state.settings["practice"] else 1
            self._open_round(self._first_phase(round), round, told)

        self._teach(secret, request, "begin", (LOBBY,), act)

    def open(self, secret: str, *, request: str = "") -> None:
        """Go on: from announcements or a proposal to the decision, from a result to the next round."""

        def act(told: dict[str, str]) -> None:
            if self.state.phase in (ANNOUNCE, PROPOSE):
                self._open_round(OPEN, self.state.round, told)
            elif self.state.round >= self.state.rounds:
                raise Refused("last_round")
            else:
                round = self.state.round + 1
                self._open_round(self._first_phase(round), round, told)

        self._teach(secret, request, "open", (ANNOUNCE, PROPOSE, RESULT), act)

    def extend(self, secret: str, seconds: float = 30, *, request: str = "") -> None:
        """More time."""
        more = min(max(float(seconds), 0.0), 3600.0)
        self._teach(secret, request, "extend", CHOOSING, lambda told: self.write("extend", seconds=more, **told))

    def pause(self, secret: str, *, request: str = "") -> None:
        """Stop the clock; drafts may still be changed."""

        def act(told: dict[str, str]) -> None:
            if not self.state.paused:
                self.write("pause", **told)

        self._teach(secret, request, "pause", CHOOSING, act)

    def go_on(self, secret: str, *, request: str = "") -> None:
        """Let the clock run again."""

        def act(told: dict[str, str]) -> None:
            if self.state.paused:
                self.write("go_on", **told)

        self._teach(secret, request, "go_on", CHOOSING, act)

    def lock(self, secret: str, *, request: str = "") -> None:
        """Close the round: what is saved counts, and what is not follows the rules. `compute` is next."""
        self._teach(secret, request, "lock", (OPEN,), self._lock_round)

    def undo(self, secret: str, *, request: str = "") -> None:
        """Take the last round back: what was decided are drafts again."""

        def act(told: dict[str, str]) -> None:
            if not self.state.decisions:
                raise Refused("nothing_to_undo")
            last = max(self.state.decisions)
            seconds = self.state.settings.get("time")
            self.write("undo", round=last, deadline=self.clock() + seconds if seconds else None, **told)
            self.forget(last - 1)

        self._teach(secret, request, "undo", (*CHOOSING, COMPUTING, RESULT, DEBRIEF), act)

    def lock_lobby(self, secret: str, closed: bool, *, request: str = "") -> None:
        """Let nobody join any more, or let people join again."""
        self._teach(secret, request, "lobby", (), lambda told: self.write("lobby", closed=bool(closed), **told))

    def rename(self, secret: str, member: str, name: str, *, request: str = "") -> None:
        """Give somebody another name; the journal holds no names."""

        def act(_told: dict[str, str]) -> None:
            self.names.give(self._person(member).id, checked_name(name))

        self._teach(secret, request, "rename", (), act)

    def remove(self, secret: str, member: str, *, request: str = "") -> None:
        """Take somebody out for good: the token, the code and the device are of no use any more."""

        def act(told: dict[str, str]) -> None:
            if not self._person(member).removed:
                self.write("remove", member=member, **told)

        self._teach(secret, request, "remove", (), act)

    def reissue(self, secret: str, member: str, *, request: str = "") -> str:
        """A new code for somebody who lost the old one, which is of no use any more."""

        def act(told: dict[str, str]) -> None:
            person = self._person(member)
            taken = [one.code for one in self.state.members.values()]
            code = people.code_of(self.secret, member, person.codes + 1, taken)
            self.write("code", member=member, codes=person.codes + 1, code=code, **told)

        self._teach(secret, request, "code", (), act)
        return self._person(member).code

    def coordinator(self, secret: str, member: str, *, request: str = "") -> None:
        """Who proposes plans for a nation."""

        def act(told: dict[str, str]) -> None:
            person = self._person(member)
            if person.seat is None or person.removed:
                raise Refused("member")
            self.write("coordinator", nation=person.seat[0], member=member, **told)

        self._teach(secret, request, "coordinator", (), act)

    def anonymise(self, secret: str, *, request: str = "") -> None:
        """Forget all names."""
        self._teach(secret, request, "anonymise", (), lambda _told: self.names.forget_all())

    def reveal(self, secret: str, *, request: str = "") -> None:
        """End the rounds and show what was hidden."""

        def act(told: dict[str, str]) -> None:
            if not any(round > 0 for round in self.state.results):
                raise Refused("nothing_played")
            self.write("reveal", **told)

        self._teach(secret, request, "reveal", (RESULT, *CHOOSING), act)

    def finish(self, secret: str, *, request: str = "") -> None:
        """End the session."""
        self._teach(secret, request, "finish", (DEBRIEF,), lambda told: self.write("finish", **told))

    def prepare_debrief(self, progress: Step | None = None, between: Between = at_once) -> None:
        """See sim.game.publish.prepare_debrief."""
        prepare_debrief(self, progress, between)

    def live_ahead(self, between: Between = at_once) -> bool:
        """See sim.game.publish.live_ahead."""
        return live_ahead(self, between)

    def export(self, secret: str, progress: Step | None = None) -> list[Path]:
        """See sim.game.publish.export. Slow."""
        return export(self, secret, progress)

    def remember_port(self, port: int) -> None:
        """Keep the port on which the session is served."""
        with self._lock:
            if self.state.port != port:
                self.write("port", port=port)

    def _person(self, member: str) -> Member:
        found = self.state.members.get(member) if isinstance(member, str) else None
        if found is None:
            raise Refused("member")
        return found


# -- beginning and going on ------------------------------------------------------------------------------


def create(
    folder: Path, scenario: str | None = None, preset: str | Sequence[str] = "E", rounds: int = 5, seed: int = 1,
    language: str = "en", port: int | None = None, nations: int | None = None, practice: bool = True,
    seconds: float = 180, overrides: Sequence[str] = (), binding: bool = False,
    clock: Callable[[], float] = time.time,
) -> Session:  # fmt: skip
    """A new session in an empty or missing `folder`. `seconds` of a round; 0: no clock.

    Raises Refused, ScenarioError for what the scenario does not hold, ResumeError for a folder that is in use.
    """
    keys = [preset] if isinstance(preset, str) else list(preset)
    if not keys or len(keys) > 2 or any(key not in PRESETS for key in keys):
        raise Refused("preset")
    if len(keys) == 1 and nations != 1:
        keys = [keys[0], second_preset(keys[0])] if keys[0] != "G" else ["G", "G"]
    if len(keys) == 2 and "G" in keys and keys[0] != keys[1]:
        raise Refused("presets_apart")  # two nations have one past
    if not FEWEST_ROUNDS <= rounds <= MOST_ROUNDS:
        raise Refused("rounds")
    base = base_scenario(PRESETS[keys[0]], scenario, rounds, overrides)
    if folder.exists() and any(folder.iterdir()):
        raise ResumeError(f"{folder} holds something already: choose another with --out, or go on with --resume")
    folder.mkdir(parents=True, exist_ok=True)
    begin = {
        "secret": secrets.token_urlsafe(18), "presets": keys, "rounds": rounds, "seed": seed, "language": language,
        "port": port, "nations": nations, "practice": practice, "time": seconds, "binding": binding, "code": NUMBERS,
        "scenario": base.model_dump(mode="json"), "source": scenario or PRESETS[keys[0]].scenario,
        "industries": list(industries_in_order(base)), "own": bool(scenario or overrides),
    }  # fmt: skip
    return Session(folder, clock, begin)


def resume(folder: Path, clock: Callable[[], float] = time.time) -> Session:
    """Go on with the session in `folder`. Raises ResumeError for a folder that holds none, or one of other code."""
    if not (folder / "events.jsonl").is_file():
        raise ResumeError(f"{folder} holds no session")
    session = Session(folder, clock)
    if session.state.settings.get("code") != NUMBERS:
        session.close()
        raise ResumeError(f"{folder} was played with another version of the program: rounds would come out otherwise")
    return session
