"""What the address of the page says: scenario or lesson, layouts, seed and changes, each field checked by itself.

    ?v=1&scenario=policy_text&one=related&other=duplicated&seed=7&changes=41:distance_cost:0.5,45:agglomeration:off
    ?v=1&scenario=policy_text&one=own&other=duplicated&own=201.03 (a plan of one's own, see sim.page.boards)
    ?v=1&lesson=why_cluster&seed=7

A field that cannot be used is named and its usual value taken; the others are used as they are. The year and the look
of the page stand after a #, where the server does not see them (sim/reporting/player/player.js).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from sim.page.events import Event, read_events
from sim.scenario.problems import ScenarioError
from sim.scenario.seeds import check_seeds

VERSION = "1"
LONGEST = 4_000
"""Letters of an address."""
MOST_CHANGES = 40
_KEY = re.compile(r"[a-z][a-z_]{0,40}(\.[a-z_]{1,40})?\Z")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,18})?(e[-+]?\d{1,2})?\Z")
WORDS = {"on": True, "off": False}

Value = float | int | bool
Dated = tuple[int, str, Value]
"""Year, key and value of a change."""


@dataclass
class Link:
    """What an address asks for."""

    scenario: str
    layouts: tuple[str, str]
    seed: int | None = None
    changes: tuple[Dated, ...] = ()
    lesson: str = ""
    """Whose arms are shown in the place of layouts; empty for none."""
    own: str = ""
    """A plan of one's own as it is written."""
    events: Sequence[Event] = ()
    problems: list[str] = field(default_factory=list)
    """Names of fields that could not be used."""


def parse_link(
    query: str, scenarios: Sequence[str], layouts: Sequence[str], usual: tuple[str, str], lessons: Sequence[str] = ()
) -> Link:
    """What `query`, the part of an address after its ?, asks for."""
    link = Link(scenarios[0], usual)
    if len(query) > LONGEST:
        link.problems.append("address")
        return link
    given = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=None))
    if given.pop("v", VERSION) != VERSION:
        link.problems.append("v")
    scenario = given.pop("scenario", link.scenario)
    if scenario in scenarios:
        link.scenario = scenario
    else:
        link.problems.append("scenario")
    sides = []
    for name, standard in zip(("one", "other"), usual, strict=True):
        layout = given.pop(name, standard)
        if layout not in layouts:
            link.problems.append(name)
            layout = standard
        sides.append(layout)
    link.layouts = (sides[0], sides[1])
    link.seed = _seed(given.pop("seed", ""), link.problems)
    link.changes = _changes(given.pop("changes", ""), link.problems)
    link.lesson = given.pop("lesson", "")
    if link.lesson and link.lesson not in lessons:
        link.problems.append("lesson")
        link.lesson = ""
    link.own = given.pop("own", "")
    link.events, odd = read_events(given.pop("events", ""))
    link.problems += ["events"] if odd else []
    link.problems += [name[:20] for name in given]
    return link


def _seed(text: str, problems: list[str]) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{1,20}", text, re.ASCII):
        problems.append("seed")
        return None
    try:
        check_seeds([int(text)])
    except ScenarioError:
        problems.append("seed")
        return None
    return int(text)


def _changes(text: str, problems: list[str]) -> tuple[Dated, ...]:
    found: list[Dated] = []
    parts = [part for part in text.split(",") if part]
    for part in parts[:MOST_CHANGES]:
        year, _, rest = part.partition(":")
        key, _, value = rest.partition(":")
        known = re.fullmatch(r"\d{1,4}", year, re.ASCII) and _KEY.match(key)
        if known and value in WORDS:
            found.append((int(year), key, WORDS[value]))
        elif known and _NUMBER.match(value):
            found.append((int(year), key, float(value) if "." in value or "e" in value else int(value)))
        elif "changes" not in problems:
            problems.append("changes")
    if len(parts) > MOST_CHANGES and "changes" not in problems:
        problems.append("changes")
    return tuple(found)


def written(link: Link, seed: int, changes: Mapping[int, Mapping[str, Value]]) -> str:
    """The part of an address after its ? that says this; numbers are written so that they are read as they are."""
    dated = [
        f"{year}:{key}:{('on' if value else 'off') if isinstance(value, bool) else repr(value)}"
        for year, told in sorted(changes.items())
        for key, value in sorted(told.items())
    ]
    shown = {"scenario": link.scenario, "one": link.layouts[0], "other": link.layouts[1]}
    parts = {"v": VERSION, **({"lesson": link.lesson} if link.lesson else shown), "seed": str(seed)}
    if link.own:
        parts["own"] = link.own
    if link.events:
        parts["events"] = ",".join(event.written() for event in link.events)
    if dated:
        parts["changes"] = ",".join(dated)
    return "&".join(f"{name}={quote(value, safe=':,._-')}" for name, value in parts.items())
