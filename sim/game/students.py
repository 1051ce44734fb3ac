"""What students ask of a session: to join, to go on from another device, to put down what they mean to do.

Every call takes a `request`, a random text of the asker's: the same one again gets the same answer and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.game import people
from sim.game.core import GRACE, Core
from sim.game.rules import (
    MOST_PEOPLE,
    MOST_PLAYERS,
    Denied,
    Refused,
    checked_answers,
    checked_chips,
    checked_name,
)
from sim.game.state import ANNOUNCE, CHOOSING, CLOSED, LOBBY, OPEN, PLAYER, PROPOSE, SPECTATOR, Member
from sim.game.state import Saved as Kept


@dataclass(frozen=True)
class Joined:
    """Who somebody is from now on."""

    member: str
    token: str
    code: str
    role: str
    starts: int
    """First round in which the person governs."""


@dataclass(frozen=True)
class Saved:
    """What is on the disk."""

    round: int
    version: int
    at: float
    fresh: bool
    """False: it was there already, or something newer is."""


class Students(Core):
    """Calls of students; each is answered when it is on the disk."""

    # -- students ----------------------------------------------------------------------------------------

    def join(self, room: str, name: str = "", language: str = "en", device: str = "", request: str = "") -> Joined:
        """Take part, or watch where the class is full. Raises Denied for a wrong room code, Refused."""
        with self._lock:
            known = self.known(request, "join")
            if known is not None:
                return self._joined(self.state.members[known["member"]], 0)
            now = self.clock()
            if not any(people.same(room.strip().upper(), people.room_code(self.secret, now, before))
                       for before in (0, 1)):  # fmt: skip
                raise Denied("room")
            wanted = checked_name(name)
            told = people.hashed(device)
            if told and any(one.removed and one.device == told for one in self.state.members.values()):
                raise Refused("removed")
            present = [one for one in self.state.members.values() if not one.removed]
            if self.state.lobby_closed or self.state.phase == CLOSED:
                raise Refused("lobby_closed")
            if len(present) >= MOST_PEOPLE or len(self.state.members) >= 3 * MOST_PEOPLE:
                raise Refused("full")
            role = PLAYER if len(self.state.players) < MOST_PLAYERS else SPECTATOR
            member = f"m{len(self.state.members) + 1}"
            seat = None
            if role == PLAYER and self.state.phase != LOBBY:
                seat = people.seat_for(self.state, len(self.regions))
            if wanted:
                self.names.give(member, wanted)
            self.write(
                "join", member=member, role=role, token=people.hashed(people.token_of(self.secret, member, 0)),
                code=people.code_of(self.secret, member, 0, [one.code for one in self.state.members.values()]),
                language=language if language in ("en", "zh") else "en", device=told,
                starts=people.first_round(self.state), seat=seat, **self.request(request),
            )  # fmt: skip
            self.last_seen[member] = now
            return self._joined(self.state.members[member], 0)

    def _joined(self, member: Member, generation: int) -> Joined:
        token = people.token_of(self.secret, member.id, generation)
        return Joined(member.id, token, member.code, member.role, member.starts)

    def claim(self, code: str, request: str = "") -> Joined:
        """Go on from another device, by a person's code; the device before is replaced. Raises Refused."""
        with self._lock:
            known = self.known(request, "claim")
            if known is not None:
                return self._joined(self.state.members[known["member"]], known["generation"])
            wanted = code.strip().upper() if isinstance(code, str) else ""
            found = [one for one in self.state.members.values() if people.same(one.code, wanted)]
            if not found or found[0].removed:
                raise Refused("code")
            member, generation = found[0], found[0].generation + 1
            token = people.hashed(people.token_of(self.secret, member.id, generation))
            self.write("claim", member=member.id, generation=generation, token=token, **self.request(request))
            self.last_seen[member.id] = self.clock()
            return self._joined(member, generation)

    def save(
        self, token: str, round: int, chips: Mapping[str, int], version: int, request: str = "",
        seconds: float | None = None,
    ) -> Saved:  # fmt: skip
        """Keep what somebody means to do; it may be changed until the lock. Raises Gone, Refused."""
        with self._lock:
            member = self._governing(token, round)
            if self.state.phase != OPEN or self._is_late():
                raise self._closed()
            kept = self.state.drafts.get(round, {}).get(member.id)
            if (answer := self._older(kept, round, version)) is not None:
                return answer
            found = checked_chips(chips, self.open_names(self._nation(member)))
            took = seconds if isinstance(seconds, int | float) and 0.0 <= seconds < 1e5 else None
            spent = self.clock() - self.state.opened_at if took is None else float(took)
            self.write("draft", member=member.id, round=round, chips=found, version=version, seconds=spent,
                       **self.request(request))  # fmt: skip
            return self._saved(self.state.drafts[round][member.id], round)

    def announce(self, token: str, round: int, chips: Mapping[str, int], version: int, request: str = "") -> Saved:
        """Say beforehand what one means to do, which binds nobody. Raises Gone, Refused."""
        with self._lock:
            member = self._governing(token, round)
            if not self.preset(self._nation(member)).announces:
                raise Refused("no_announcements")
            if self.state.phase != ANNOUNCE:
                raise self._closed()
            kept = self.state.announced.get(round, {}).get(member.id)
            if (answer := self._older(kept, round, version)) is not None:
                return answer
            found = checked_chips(chips, self.open_names(self._nation(member)))
            self.write("announcement", member=member.id, round=round, chips=found, version=version,
                       **self.request(request))  # fmt: skip
            return self._saved(self.state.announced[round][member.id], round)

    def propose(
        self, token: str, round: int, matrix: Mapping[str, Mapping[str, int]], version: int, request: str = ""
    ) -> Saved:
        """The coordinator's plan for all regions. Raises Gone, Refused."""
        with self._lock:
            member = self._governing(token, round)
            nation = self._nation(member)
            if not self.preset(nation).proposes or self.state.coordinators.get(nation) != member.id:
                raise Refused("no_coordinator")
            if self.state.phase not in (ANNOUNCE, PROPOSE):
                raise self._closed()
            kept = self.state.proposed.get(round, {}).get(nation)
            if (answer := self._older(kept, round, version)) is not None:
                return answer
            if not isinstance(matrix, Mapping) or any(region not in self.regions for region in matrix):
                raise Refused("region")
            names = self.open_names(nation)
            plans = {region: checked_chips(chips, names) for region, chips in matrix.items()}
            self.write("proposal", member=member.id, nation=nation, round=round, plans=plans, version=version,
                       **self.request(request))  # fmt: skip
            return self._saved(self.state.proposed[round][nation], round)

    def predict(
        self, token: str, kind: str, answers: Mapping[str, str | float], request: str = "", version: int = 0
    ) -> Saved:
        """Answers to the questions `before` the game or at its `exit`; the last ones count. Raises Gone, Refused."""
        with self._lock:
            member = self.member_of(token)
            if kind not in ("before", "exit"):
                raise Refused("answers")
            if self.known(request, "prediction") is None:
                self.write("prediction", member=member.id, question=kind, answers=checked_answers(answers),
                           version=version, **self.request(request))  # fmt: skip
                return Saved(self.state.round, version, self.state.predictions[kind][member.id]["at"], True)
            told = self.state.predictions[kind][member.id]
            return Saved(self.state.round, told["version"], told["at"], False)

    def seen(self, token: str) -> None:
        """Somebody is there. Raises Gone."""
        self.member_of(token)

    def _governing(self, token: str, round: int) -> Member:
        """Who governs in the present round and speaks of it. Raises Gone, Refused."""
        member = self.member_of(token)
        if member.role != PLAYER or member.seat is None:
            raise Refused("spectator" if member.role != PLAYER else "closed")
        if type(round) is not int or round != self.state.round or self.state.phase not in CHOOSING:
            raise self._closed()
        if member.starts > round:
            raise Refused("waiting", round=member.starts)
        return member

    def _nation(self, member: Member) -> int:
        return member.seat[0] if member.seat is not None else 1

    def _is_late(self) -> bool:
        return self.state.deadline is not None and self.clock() > self.state.deadline + GRACE

    def _closed(self) -> Refused:
        return Refused("closed", round=self.state.round, phase=self.state.phase)

    def _older(self, kept: Kept | None, round: int, version: int) -> Saved | None:
        """The answer to what is no newer than what is kept."""
        if type(version) is not int or not 0 <= version < 2**53:
            raise Refused("version")
        if kept is None or version > kept.version:
            return None
        return Saved(round, kept.version, kept.at, False)

    def _saved(self, kept: Kept, round: int) -> Saved:
        return Saved(round, kept.version, kept.at, True)
