"""What no student's browser may hold before the debrief, and a search of all that a browser was sent for it.

Numbers are found as they would be written: as they are, in per cent, or as growth since the start, with all their
digits or rounded, from six digits on. Fewer digits may be the same by chance.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sim.game.engine import true_fit
from sim.game.people import token_of
from sim.game.session import Session

DIGITS = 6
"""Digits from which on a number is taken for the same."""
TIMES = {"now", "at", "deadline", "left"}
"""Keys of times, which are no numbers of the game."""
WORDS = ('"reveal"', '"parallel"', '"fit"', '"coordinated"', '"debrief":', '"unshocked"', '"figure1"', '"own_best":')
"""Keys under which hidden things would stand."""


def told_to(seen: Iterable[str]) -> list[Any]:
    """What answers held, as far as they are JSON; floats as the text that was sent."""
    found = []
    for text in seen:
        try:
            found.append(json.loads(text, parse_float=Written))
        except ValueError:
            continue  # a page or a script, which is the same for all
    return found


class Written(float):
    """A number that knows how it was written."""

    text: str

    def __new__(cls, text: str) -> Written:
        """The number in `text`."""
        own = super().__new__(cls, text)
        own.text = text
        return own


def numbers_in(value: Any) -> Iterator[Written]:
    """All fractions in nested answers, but for times."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in TIMES:
                yield from numbers_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from numbers_in(one)
    elif isinstance(value, Written) and len(re.sub(r"^[-0.]*|[.]|e.*", "", value.text)) >= DIGITS:
        yield value


def places(text: str) -> int:
    """Digits after the point, or before it as a negative number."""
    mantissa, _, power = text.lower().partition("e")
    return len(mantissa.partition(".")[2]) - int(power or 0)


def forms(value: float, before: float | None) -> Iterator[float]:
    """How a value could be shown."""
    yield value
    yield 100.0 * value
    if before is not None and before > 0.0 and value > 0.0:
        yield 100.0 * value / before
        yield 100.0 * (value / before - 1.0)
        yield 100.0 * math.log(value / before)


def leaves(value: Any) -> Iterator[tuple[tuple[Any, ...], float]]:
    """All fractions in nested values with the way to them."""
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            for path, number in leaves(one):
                yield (key, *path), number
    elif isinstance(value, float) and value != int(value):
        yield (), value


def hidden_numbers(session: Session, member: str) -> dict[float, str]:
    """Numbers that a student may not see before the debrief, in all forms, with what they are.

    The parallel arms' years, what other regions came to, true fit, and what the coordinated plan had for each region.
    """
    seat = session.state.members[member].seat
    fork = session.state.fork
    assert fork is not None and session.worlds.past is not None
    start = dict(leaves(fork["observed"]))
    found: dict[float, str] = {}

    def hide(what: str, path: tuple[Any, ...], value: float) -> None:
        for form in forms(value, start.get(path)):
            found[form] = f"{what} {path}"

    for path, value in leaves(true_fit(session.worlds.past)):
        hide("true fit", path, value)
    for nation in range(1, session.state.nations + 1):
        for path, value in leaves(session.advice(nation)["coordinated"]):
            if 0.0 < value < 1.0:
                hide("coordinated row", path, value)
    for round, result in session.state.results.items():
        for nation_name, arms in result["nations"].items():
            for arm, told in arms.items():
                for year in told["years"]:
                    for path, value in leaves(year):
                        own = seat is not None and (int(nation_name), path[-1]) == seat
                        if arm != "class" or (path[0] == "regions" and not own):
                            hide(f"{arm} of nation {nation_name} in round {round}", path, value)
    for path, value in [*start.items(), *own_years(session, seat)]:  # in its first year a plan has not changed all yet
        for form in forms(value, start.get(path)):
            found.pop(form, None)
    return found


def own_years(session: Session, seat: tuple[int, int] | None) -> Iterator[tuple[tuple[Any, ...], float]]:
    """What a student may see: the class's nation, and of its regions the own one."""
    for result in session.state.results.values():
        for nation, arms in result["nations"].items():
            for year in arms["class"]["years"] if seat is None or int(nation) == seat[0] else ():
                for path, value in leaves(year):
                    if path[0] != "regions" or (seat is not None and path[-1] == seat[1]):
                        yield path, value


def numbers_found(session: Session, member: str, seen: Iterable[str]) -> list[str]:
    """Hidden numbers that a student was sent."""
    hidden = hidden_numbers(session, member)
    rounded: dict[int, dict[float, str]] = {}
    found = []
    for number in {one.text: one for answer in told_to(seen) for one in numbers_in(answer)}.values():
        digits = min(places(number.text), 9)
        if digits not in rounded:
            rounded[digits] = {round(value, digits): what for value, what in hidden.items()}
        what = rounded[digits].get(round(float(number), digits))
        if what is not None:
            found.append(f"{number.text}: {what}")
    return found


def plans_in(value: Any, industries: set[str]) -> Iterator[dict[str, float]]:
    """All mappings from industries to numbers in nested answers."""
    if isinstance(value, dict):
        if value and set(value) <= industries:
            yield value
        for one in value.values():
            yield from plans_in(one, industries)
    elif isinstance(value, list):
        for one in value:
            yield from plans_in(one, industries)


def plans_found(session: Session, member: str, seen: Iterable[str], sent: Iterable[dict[str, int]]) -> list[str]:
    """Plans that a student was sent and that are neither among those that the student `sent` nor the own region's."""
    seat = session.state.members[member].seat
    own = [
        {name: float(count) for name, count in one.chips.items()}
        for decisions in session.state.decisions.values() for one in decisions if (one.nation, one.region) == seat
    ]  # fmt: skip
    own += [{name: float(count) for name, count in chips.items()} for chips in sent]
    plans = [plan for answer in told_to(seen) for plan in plans_in(answer, set(session.industries))]
    return [str(plan) for plan in plans if {name: float(count) for name, count in plan.items()} not in own]


def words_found(session: Session, member: str, seen: Iterable[str]) -> list[str]:
    """Hidden keys, state hashes, the teacher's secret, and codes and tokens of others that a student was sent."""
    others = [one for one in session.state.members.values() if one.id != member]
    hashes = [arm["hash"] for result in session.state.results.values()
              for arms in result["nations"].values() for arm in arms.values()]  # fmt: skip
    words = [*WORDS, session.secret, *hashes, *(one.code for one in others)]
    words += [token_of(session.secret, one.id, one.generation) for one in others]
    text = "\n".join(seen)
    return [word for word in words if word in text]


def all_found(session: Session, member: str, seen: list[str], sent: Iterable[dict[str, int]] = ()) -> list[str]:
    """All that a student was sent and may not know."""
    return [*words_found(session, member, seen), *plans_found(session, member, seen, sent),
            *numbers_found(session, member, seen)]  # fmt: skip
