"""The state of a session: what its events, one after the other, make of nothing. Undoing is an event, too.

Nothing here asks a clock, a world or a file: the same events give the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sim.game.journal import Event
from sim.game.rules import Chips

PLAYER, SPECTATOR = "player", "spectator"
LOBBY, ANNOUNCE, PROPOSE, OPEN, COMPUTING, RESULT, DEBRIEF, CLOSED = (
    "lobby", "announce", "propose", "open", "computing", "result", "debrief", "closed",
)  # fmt: skip
CHOOSING = (ANNOUNCE, PROPOSE, OPEN)
Seat = tuple[int, int]
"""Nation, from 1, and row of the region."""


@dataclass
class Member:
    """A person."""

    id: str
    role: str
    code: str
    token: str
    """Hash of the token that is good now."""
    language: str
    device: str
    """Hash of the device that joined."""
    starts: int = 0
    """First round in which the person governs."""
    seat: Seat | None = None
    generation: int = 0
    """Of the token: counts claims."""
    codes: int = 0
    """Of the code: counts reissues."""
    removed: bool = False


@dataclass
class Saved:
    """What a person has put down."""

    chips: Any
    version: int
    at: float
    seconds: float | None = None
    member: str = ""
    """Of a proposal: whose it is."""


@dataclass
class Decision:
    """What a seat did in a round."""

    nation: int
    region: int
    chips: Chips
    source: str
    """student, team, or where nobody decided: repeat, own_best (both defaults) or bot:HABIT."""
    seconds: float | None
    members: dict[str, Chips]
    """Member -> own chips."""

    @property
    def decided(self) -> bool:
        """Whether a person decided."""
        return self.source in ("student", "team")


@dataclass
class State:
    """All that the events say."""

    settings: dict[str, Any] = field(default_factory=dict)
    port: int | None = None
    fork: dict[str, Any] | None = None
    """hash and what was observed of the fork year."""
    phase: str = LOBBY
    round: int = 0
    paused: bool = False
    opened_at: float = 0.0
    deadline: float | None = None
    left: float | None = None
    """Seconds that were left when the clock was stopped."""
    lobby_closed: bool = False
    nations: int = 1
    members: dict[str, Member] = field(default_factory=dict)
    drafts: dict[int, dict[str, Saved]] = field(default_factory=dict)
    announced: dict[int, dict[str, Saved]] = field(default_factory=dict)
    proposed: dict[int, dict[int, Saved]] = field(default_factory=dict)
    """Round -> nation -> region -> chips."""
    coordinators: dict[int, str] = field(default_factory=dict)
    decisions: dict[int, list[Decision]] = field(default_factory=dict)
    results: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Round -> what the result event says."""
    predictions: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """Kind -> member -> answers."""
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Request -> the event that it made, in short."""

    @property
    def rounds(self) -> int:
        """Of the whole session, practice left out."""
        return int(self.settings["rounds"])

    @property
    def players(self) -> list[Member]:
        """Who governs or will, in the order in which they came."""
        return [one for one in self.members.values() if one.role == PLAYER and not one.removed]

    def of_seat(self, seat: Seat, round: int) -> list[Member]:
        """Who governs a seat in a round."""
        return [one for one in self.players if one.seat == seat and one.starts <= round]

    def of_token(self, hashed: str) -> Member | None:
        """Whose token has this hash."""
        return next((one for one in self.members.values() if one.token == hashed), None)

    def preset_of(self, nation: int) -> str:
        """Key of the preset that a nation plays."""
        presets = self.settings["presets"]
        return str(presets[min(nation, len(presets)) - 1])


def folded(events: Iterable[Event]) -> State:
    """The state after `events`."""
    state = State()
    for event in events:
        apply(state, event)
    return state


def apply(state: State, event: Event) -> None:
    """Let one event happen to `state`. Raises KeyError for a kind that there is not."""
    APPLY[event["kind"]](state, event)
    if event.get("request"):
        kept = ("kind", "member", "generation", "round", "version", "at", "code")
        state.requests[event["request"]] = {name: event[name] for name in kept if name in event}


def _session(state: State, event: Event) -> None:
    state.settings = {name: value for name, value in event.items() if name not in ("n", "kind", "sum")}
    state.port = event.get("port")


def _port(state: State, event: Event) -> None:
    state.port = event["port"]


def _fork(state: State, event: Event) -> None:
    state.fork = {"hash": event["hash"], "observed": event["observed"]}


def _lobby(state: State, event: Event) -> None:
    state.lobby_closed = event["closed"]


def _join(state: State, event: Event) -> None:
    names = ("role", "code", "token", "language", "device", "starts")
    seat = event.get("seat")
    state.members[event["member"]] = Member(
        event["member"], **{name: event[name] for name in names}, seat=tuple(seat) if seat else None
    )


def _claim(state: State, event: Event) -> None:
    member = state.members[event["member"]]
    member.token, member.generation = event["token"], event["generation"]


def _code(state: State, event: Event) -> None:
    member = state.members[event["member"]]
    member.code, member.codes = event["code"], event["codes"]


def _remove(state: State, event: Event) -> None:
    state.members[event["member"]].removed = True
    state.coordinators = {nation: one for nation, one in state.coordinators.items() if one != event["member"]}


def _begin(state: State, event: Event) -> None:
    state.nations = event["nations"]
    for member, seat in event["seats"].items():
        state.members[member].seat = (seat[0], seat[1])
    state.coordinators = {int(nation): member for nation, member in event["coordinators"].items()}


def _coordinator(state: State, event: Event) -> None:
    state.coordinators[event["nation"]] = event["member"]


def _open(state: State, event: Event) -> None:
    state.phase, state.round = event["phase"], event["round"]
    state.paused, state.left = False, None
    state.opened_at, state.deadline = event["at"], event["deadline"]


def _extend(state: State, event: Event) -> None:
    if state.paused and state.left is not None:
        state.left += event["seconds"]
    elif state.deadline is not None:
        state.deadline = max(state.deadline, event["at"]) + event["seconds"]


def _pause(state: State, event: Event) -> None:
    state.left = None if state.deadline is None else max(state.deadline - event["at"], 0.0)
    state.paused, state.deadline = True, None


def _go_on(state: State, event: Event) -> None:
    state.deadline = None if state.left is None else event["at"] + state.left
    state.paused, state.left = False, None


def _draft(state: State, event: Event) -> None:
    saved = Saved(event["chips"], event["version"], event["at"], event.get("seconds"))
    state.drafts.setdefault(event["round"], {})[event["member"]] = saved


def _announcement(state: State, event: Event) -> None:
    saved = Saved(event["chips"], event["version"], event["at"])
    state.announced.setdefault(event["round"], {})[event["member"]] = saved


def _proposal(state: State, event: Event) -> None:
    saved = Saved(event["plans"], event["version"], event["at"], member=event["member"])
    state.proposed.setdefault(event["round"], {})[event["nation"]] = saved


def _prediction(state: State, event: Event) -> None:
    answers = {"answers": event["answers"], "version": event["version"], "at": event["at"]}
    state.predictions.setdefault(event["question"], {})[event["member"]] = answers


def _lock(state: State, event: Event) -> None:
    state.phase, state.deadline, state.left, state.paused = COMPUTING, None, None, False
    state.decisions[event["round"]] = [Decision(**told) for told in event["decisions"]]


def _result(state: State, event: Event) -> None:
    state.phase = RESULT
    state.results[event["round"]] = {name: event[name] for name in ("nations", "seconds")}


def _undo(state: State, event: Event) -> None:
    for kept in (state.decisions, state.results):
        for round in [one for one in kept if one >= event["round"]]:
            del kept[round]
    for later in (state.drafts, state.announced, state.proposed):
        for round in [one for one in later if one > event["round"]]:
            del later[round]
    state.phase, state.round = OPEN, event["round"]
    state.opened_at, state.deadline = event["at"], event["deadline"]
    state.paused, state.left = False, None


def _reveal(state: State, _event: Event) -> None:
    state.phase, state.deadline, state.paused = DEBRIEF, None, False


def _finish(state: State, _event: Event) -> None:
    state.phase, state.deadline, state.paused = CLOSED, None, False


APPLY: dict[str, Callable[[State, Event], None]] = {
    "session": _session, "port": _port, "fork": _fork, "lobby": _lobby, "join": _join, "claim": _claim, "code": _code,
    "remove": _remove, "begin": _begin, "coordinator": _coordinator, "open": _open, "extend": _extend,
    "pause": _pause, "go_on": _go_on, "draft": _draft, "announcement": _announcement, "proposal": _proposal,
    "prediction": _prediction, "lock": _lock, "result": _result, "undo": _undo, "reveal": _reveal, "finish": _finish,
}  # fmt: skip
"""Kind of event -> what it does."""
