"""People and seats: tokens, codes, and who sits where. Everything follows from the session's secret and its events."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from sim.game.bots import uniform
from sim.game.rules import TWO_NATIONS
from sim.game.state import CLOSED, DEBRIEF, LOBBY, Seat, State

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Of codes: those that nobody confuses when one reads them aloud or from a screen."""
CODE, ROOM = 6, 4
"""Letters of a person's code and of the room's."""
ROOM_SECONDS = 60.0
"""After which the room's code changes; the one before is good for as long again."""


def _keyed(secret: str, *parts: object) -> bytes:
    return hmac.new(secret.encode(), ":".join(map(str, parts)).encode(), hashlib.sha256).digest()


def _letters(content: bytes, count: int) -> str:
    number = int.from_bytes(content, "big")
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(count))


def token_of(secret: str, member: str, generation: int) -> str:
    """The token of a person's device: a new one with each claim."""
    return _keyed(secret, "token", member, generation).hex()[:40]


def hashed(text: str) -> str:
    """What the journal keeps of a token or a device."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32] if text else ""


def code_of(secret: str, member: str, codes: int, taken: Sequence[str]) -> str:
    """A person's code, by which another device takes the seat; a new one with each reissue. Unlike those `taken`."""
    turn = 0
    while (found := _letters(_keyed(secret, "code", member, codes, turn), CODE)) in taken:
        turn += 1
    return found


def room_code(secret: str, now: float, before: int = 0) -> str:
    """The code without which nobody joins; `before` 1: the one before."""
    return _letters(_keyed(secret, "room", int(now // ROOM_SECONDS) - before), ROOM)


def same(one: str, other: str) -> bool:
    """Whether two secrets are the same, told in a time that says nothing about them."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


# -- seats -----------------------------------------------------------------------------------------------


def nations_for(players: int, wanted: int | None) -> int:
    """How many nations a class is divided into."""
    return wanted or (2 if players >= TWO_NATIONS else 1)


def order_of(seed: int, regions: int) -> list[int]:
    """In which order regions are given away: neighbours in class are not neighbours on the map."""
    return sorted(range(regions), key=lambda region: uniform(seed, region, "seat"))


def seated(state: State, nations: int, regions: int) -> dict[str, Seat]:
    """Seats of all players when the game begins: nations in turn, then regions; more players than seats make teams."""
    order = order_of(int(state.settings["seed"]), regions)
    return {member.id: (row % nations + 1, order[row // nations % regions]) for row, member in enumerate(state.players)}


def seat_for(state: State, regions: int) -> Seat:
    """The seat of a latecomer: a bot's, in the nation with the fewest people, or else in the smallest team."""
    order = order_of(int(state.settings["seed"]), regions)
    counts = {(nation, region): 0 for nation in range(1, state.nations + 1) for region in order}
    people = dict.fromkeys(range(1, state.nations + 1), 0)
    for member in state.players:
        if member.seat is not None:
            counts[member.seat] += 1
            people[member.seat[0]] += 1
    return min(counts, key=lambda seat: (counts[seat], people[seat[0]], seat[0], order.index(seat[1])))


def first_round(state: State) -> int:
    """The first round in which somebody governs who joins now: practice is round 0."""
    if state.phase in (DEBRIEF, CLOSED):
        return state.rounds + 1
    if state.phase == LOBBY:
        return 0
    return state.round + 1
