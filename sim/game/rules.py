"""Rules of the game: chips, rounds, how many may play, and how chips become a plan."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sim.kernel.scenario_types import Choice

CHIPS = 10
"""That a region has in a round: its usual budget for the round's years."""
MOST_INDUSTRIES = 3
"""On which one person puts chips."""
ROUND_YEARS = 5
FEWEST_ROUNDS, MOST_ROUNDS = 4, 6
MOST_PLAYERS, MOST_PEOPLE = 60, 100
"""Who governs, and who may watch besides."""
TWO_NATIONS = 32
"""Players from which the class is divided into two nations with equal luck."""
LONGEST_NAME = 24
LONGEST_ANSWER = 400
MOST_ANSWERS = 12

Chips = dict[str, float]
"""Industry -> chips; whole ones of one person, means of a team."""


class GameError(Exception):
    """Something that the game does not do."""


class Refused(GameError):
    """What was asked for cannot be done now; `code` names the reason, worded under refused_CODE."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Gone(GameError):
    """A token that is good no more: unknown, removed or replaced."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Denied(GameError):
    """A wrong secret or room code."""


class ResumeError(GameError):
    """A session's folder that cannot be gone on with; the message is for the teacher."""


def checked_chips(raw: Any, industries: Collection[str]) -> Chips:
    """Chips as one person may put them: industries that are open, whole numbers, at most CHIPS on MOST_INDUSTRIES.

    Raises Refused.
    """
    if not isinstance(raw, Mapping) or len(raw) > len(industries):
        raise Refused("chips")
    found: Chips = {}
    for name, count in raw.items():
        if name not in industries:
            raise Refused("industry")
        if type(count) is not int or not 0 <= count <= CHIPS:
            raise Refused("chips")
        if count:
            found[name] = count
    if sum(found.values()) > CHIPS:
        raise Refused("too_many_chips")
    if len(found) > MOST_INDUSTRIES:
        raise Refused("too_many_industries")
    return found


def averaged(drafts: Sequence[Mapping[str, float]]) -> Chips:
    """A team's chips: the mean of its members'. They may stand on more than MOST_INDUSTRIES then."""
    names = dict.fromkeys(name for draft in drafts for name in draft)
    return {name: sum(draft.get(name, 0) for draft in drafts) / len(drafts) for name in names}


def matched(chips: Mapping[str, float], hot: Collection[str], match: float) -> Chips:
    """Chips with what the centre adds: `match` for each chip on an industry of the hot list."""
    return {name: count * (1.0 + match) if name in hot else float(count) for name, count in chips.items()}


def choices_of(term: int, plans: Mapping[str, Mapping[str, float]]) -> list[Choice]:
    """Rows of a plan's table: region -> money in chips. A region that keeps all its chips has none."""
    return [
        Choice(term=term, region=region, industry=name, weight=count, effort=sum(chips.values()) / CHIPS)
        for region, chips in plans.items()
        for name, count in chips.items()
        if count > 0.0
    ]


def in_whole_chips(shares: Sequence[float], names: Sequence[str], total: int = CHIPS) -> Chips:
    """`total` chips by shares of a budget: whole ones, the largest remainders first, of equal ones the first."""
    whole = sum(shares)
    if whole <= 0.0 or total <= 0:
        return {}
    exact = [round(total * share / whole, 9) for share in shares]
    found = [math.floor(count) for count in exact]
    order = sorted(range(len(exact)), key=lambda row: (found[row] - exact[row], row))
    for row in order[: total - sum(found)]:
        found[row] += 1
    return {name: count for name, count in zip(names, found, strict=True) if count}


def checked_name(raw: Any) -> str:
    """A name as it is shown: composed letters, no control characters or marks of direction; empty where none is left.

    Raises Refused for one that is longer than LONGEST_NAME.
    """
    if not isinstance(raw, str):
        raise Refused("name")
    if len(raw) > 20 * LONGEST_NAME:
        raise Refused("long")
    plain = "".join(sign for sign in unicodedata.normalize("NFC", raw) if unicodedata.category(sign)[0] != "C")
    found = " ".join(plain.split())
    if len(found) > LONGEST_NAME:
        raise Refused("long")
    return found


def checked_answers(raw: Any) -> dict[str, str | float]:
    """Answers to the questions before and after: short texts and finite numbers by short names. Raises Refused."""
    if not isinstance(raw, Mapping) or len(raw) > MOST_ANSWERS:
        raise Refused("answers")
    found: dict[str, str | float] = {}
    for name, answer in raw.items():
        if not isinstance(name, str) or not name.isidentifier() or len(name) > LONGEST_NAME:
            raise Refused("answers")
        if isinstance(answer, str) and len(answer) <= LONGEST_ANSWER:
            found[name] = "".join(sign for sign in answer if sign == "\n" or unicodedata.category(sign)[0] != "C")
        elif type(answer) in (int, float) and math.isfinite(answer) and abs(answer) < 1e12:
            found[name] = answer
        else:
            raise Refused("answers")
    return found
