"""Dated changes, `changes: [{year: 35, set: {...}}]`: what may change when, and the scenario in force in a year.

A change is laid over the scenario as an override is, and the whole is checked again: what would be refused in a file is
refused in a change, with the place where it stands. Beside that every key says when it acts (sim.kernel.declare.ACTS),
and a change that would come too early or too late is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from sim.kernel.declare import ACTS, BURN_IN, EVERY_YEAR, FORK, MECHANISMS, OPENING, PARAMETERS
from sim.kernel.scenario_types import Change, Instrument, Plan, Scenario, ShockEvent
from sim.scenario.documents import Entry, plain
from sim.scenario.json_schema import is_list, known_things
from sim.scenario.layers import laid
from sim.scenario.problems import Key, Position, Problem, dotted

Sound = Callable[[Entry, list[Problem], list[Problem]], tuple[Scenario, Entry]]
"""The scenario in a tree and the entries that fit, changes apart; problems and notes are added to the lists."""
EVENTS: dict[str, tuple[str, type[Instrument] | type[ShockEvent]]] = {
    "policies": ("policy", Instrument), "shocks": ("shock", ShockEvent),
}  # fmt: skip
WORDS = ("title", "description", "source", "look_at", "origin", "record", "changes")
"""Keys that describe a run, or say what is kept of it."""


# -- when keys act ---------------------------------------------------------------------------------------


def full_key(key: str) -> Key:
    """The parts of a dotted key, rows of lists as numbers; a bare parameter or switch is found in its section."""
    parts = key.split(".")
    if len(parts) == 1:
        section = "parameters" if key in PARAMETERS else "mechanisms" if key in MECHANISMS else ""
        return (section, key) if section else (key,)
    return tuple(int(part) if part.isdecimal() and part.isascii() else part for part in parts)


def acts_at(key: Key, scenario: Scenario) -> str | None:
    """When the value at a key acts, one of ACTS; None where there is no such key."""
    section, *rest = key
    if section in ("parameters", "mechanisms"):
        declared = (PARAMETERS if section == "parameters" else MECHANISMS).get(str(rest[0])) if rest else None
        return declared.acts if declared is not None else None
    if section in ("plan", "neutral"):
        return Plan.acts if rest and rest[0] in Plan.model_fields else None
    if section in EVENTS:
        return _acts_in_event(str(section), rest, scenario)
    return OPENING if section in Scenario.model_fields else None


def _acts_in_event(section: str, rest: list[str | int], scenario: Scenario) -> str | None:
    form = EVENTS[section][1]
    if len(rest) < 2:
        return FORK
    if rest[1] == "settings" and len(rest) > 2:
        setting = _declared_setting(section, rest, scenario)
        return setting.acts if setting is not None else None
    if rest[1] in form.acts_every_year:
        return EVERY_YEAR
    return form.acts if rest[1] in form.model_fields else None


def _declared_setting(section: str, rest: list[str | int], scenario: Scenario) -> Any:
    """The declaration of the setting at a key `section.row.settings.name`; None where nothing declares it."""
    kind, _ = EVENTS[section]
    events = getattr(scenario, section)
    if not isinstance(rest[0], int) or rest[0] >= len(events):
        return None
    declared = known_things()[kind].get(getattr(events[rest[0]], kind))
    return declared.settings.get(rest[2]) if declared is not None else None


def untimely(key: Key, year: int, scenario: Scenario) -> tuple[str, str, str] | None:
    """Why the value at `key` cannot change in `year`: message, years allowed and remedy; None where it can."""
    section, burn_in = key[0], scenario.years.burn_in
    first, last = burn_in + 1, burn_in + scenario.years.treatment
    acts = acts_at(key, scenario)
    if section in EVENTS and _is_missing(key, scenario):
        where = f"say it under `{section}`, with its start"
        return f"there is no {dotted(key[:2])} that could change", "", where
    if section in EVENTS and len(key) < 3:
        return "a change is of one key of one of them", "", f"write {section}.0.strength"
    if section in ("parameters", "mechanisms", "plan", "neutral") and len(key) < 2:
        return "a change is of one key in it", "", f"write {section}.KEY"
    if acts is None:
        return None
    if section in WORDS:
        return "holds for the whole run", "", "say it outside `changes`"
    if acts == OPENING:
        where = f"say it under `{section}`, for the whole run" if len(key) > 1 else f"say `{section}` outside `changes`"
        return f"cannot change in year {year}: it acts {ACTS[OPENING]}", "", where
    before = f"years 1 to {burn_in}" if burn_in else "no year, without a burn-in"
    if acts == BURN_IN and year > burn_in:
        return f"cannot change in year {year}: it acts {ACTS[BURN_IN]}", before, ""
    if section == "neutral" and year > burn_in:
        told = f"cannot change in year {year}: the neutral plan is in force in the burn-in only"
        return told, before, f"after it `{dotted(('plan', *key[1:]))}` is in force"
    if section in ("plan", "policies", "shocks") and year <= burn_in:
        told = f"cannot change in year {year}: it begins with the treatment, in year {first}"
        remedy = f"before it `{dotted(('neutral', *key[1:]))}` is in force" if section == "plan" else ""
        return told, f"years {first} to {last}", remedy
    if acts == FORK and year != first:
        remedy = "say it under `policies` or `shocks`; strength, years and most settings may change later"
        return f"cannot change in year {year}: it acts {ACTS[FORK]}", f"year {first}", remedy
    return None


def _is_missing(key: Key, scenario: Scenario) -> bool:
    """Whether a key leads to a policy or shock that there is not."""
    return len(key) > 1 and not (isinstance(key[1], int) and key[1] < len(getattr(scenario, str(key[0]))))


# -- checking --------------------------------------------------------------------------------------------


def with_checked_changes(
    scenario: Scenario, tree: Entry, problems: list[Problem], notes: list[Problem], sound: Sound
) -> Scenario:
    """`scenario` with its changes in order of year, one for each year, under full keys and with values as checked.

    `tree` are the entries that it was made of. What is wrong with a change is added to `problems`, what is worth
    knowing about it to `notes`.
    """
    assert isinstance(tree.value, dict)
    told = tree.value.get("changes")
    if told is None or not isinstance(told.value, list) or not told.value:
        return scenario
    present = replace(tree, value={name: entry for name, entry in tree.value.items() if name != "changes"})
    held, known = set(_positions(present)), {(one.position, one.message) for one in (*problems, *notes)}
    years: dict[int, dict[str, Any]] = {}
    changed = scenario
    last = scenario.years.burn_in + scenario.years.treatment
    for row, entry in sorted(enumerate(told.value), key=lambda pair: _year_of(pair[1])):
        year = _year_of(entry)
        if year > last:
            problems.append(_past_the_end(row, entry, year, last))
        keys, present = _laid_over(present, row, entry, changed, years.setdefault(year, {}), problems)
        wrong: list[Problem] = []
        remarks: list[Problem] = []
        changed, _ = sound(present, wrong, remarks)
        for collected, found in ((problems, wrong), (notes, remarks)):
            fresh = [one for one in found if (one.position, one.message) not in known]
            collected += [_in_change(one, row, entry, held) for one in fresh]
            known |= {(one.position, one.message) for one in fresh}
        for key in keys:
            name, value = _value_at(changed, key)
            years[year][name] = value
    changes = tuple(Change(year=year, set=dict(sorted(years[year].items()))) for year in sorted(years) if years[year])
    return scenario.model_copy(update={"changes": changes})


def _year_of(entry: Entry) -> int:
    return int(plain(entry)["year"])


def _past_the_end(row: int, entry: Entry, year: int, last: int) -> Problem:
    assert isinstance(entry.value, dict)
    return Problem(
        entry.value["year"].position, f"changes.{row}.year", f"{year} is past the end: the run ends in year {last}",
        year, f"1 to {last}", "years count from the start of the run, burn-in included",
    )  # fmt: skip


def _laid_over(
    tree: Entry, row: int, entry: Entry, scenario: Scenario, taken: dict[str, Any], problems: list[Problem]
) -> tuple[list[Key], Entry]:
    """The keys that a change sets and `tree` with their values; `taken` are those that its year has already."""
    assert isinstance(entry.value, dict)
    year, keys = _year_of(entry), []
    for written, position, value in _leaves(entry.value["set"]):
        label = f"changes.{row}.set.{written}"
        key = full_key(written)
        reason = untimely(key, year, scenario)
        if not all(str(part).strip() for part in key):
            problems.append(Problem(position, label, "is not a key", written, remedy="write plan.budget: 0.1"))
        elif dotted(key) in taken or key in keys:
            problems.append(Problem(position, label, f"year {year} changes {dotted(key)} twice", remedy="keep one"))
        elif reason is not None:
            problems.append(Problem(position, label, *_told(reason, plain(value))))
        else:
            try:
                tree = laid(tree, [str(part) for part in key], position, value, is_list)
                keys.append(key)
            except IndexError as error:
                problems.append(Problem(position, label, error.args[1]))
    return keys, tree


def _told(reason: tuple[str, str, str], value: Any) -> tuple[str, Any, str, str]:
    message, allowed, remedy = reason
    return message, value, allowed, remedy


def _leaves(entry: Entry, before: str = "") -> Iterator[tuple[str, Position, Entry]]:
    """Dotted key, place of the key and value of everything in a mapping, mappings inside it opened."""
    assert isinstance(entry.value, dict)
    for name, child in entry.value.items():
        if isinstance(child.value, dict) and child.value:
            yield from _leaves(child, f"{before}{name}.")
        else:
            yield before + name, child.name or child.position, child


def _positions(entry: Entry) -> Iterator[Position]:
    yield entry.position
    if entry.name is not None:
        yield entry.name
    if isinstance(entry.value, dict | list):
        for child in entry.value.values() if isinstance(entry.value, dict) else entry.value:
            yield from _positions(child)


def _in_change(problem: Problem, row: int, entry: Entry, held: set[Position]) -> Problem:
    """A problem that a change makes: at its own place, or at the change where it shows at what stood there before."""
    assert isinstance(entry.value, dict)
    if problem.position not in held:
        return replace(problem, key=f"changes.{row}.set.{problem.key}")
    where = entry.value["set"].name or entry.position
    told = f"from year {_year_of(entry)} on, {problem.key}: {problem.message}"
    return replace(problem, position=where, key=f"changes.{row}.set", message=told)


def _value_at(scenario: Scenario, key: Key) -> tuple[str, Any]:
    """The key under which a change is kept, and the value there as JSON has it; a table is kept as its choices."""
    if key[1:] == ("matrix",):
        key = (key[0], "choices")
    found: Any = scenario.model_dump(mode="json", include={str(key[0])})
    try:
        for part in key:
            found = found[part]
    except (KeyError, IndexError, TypeError):
        found = _default_of(key, scenario)
    return dotted(key), found


def _default_of(key: Key, scenario: Scenario) -> Any:
    """What stands at a key from which null removed the value."""
    if key[0] == "parameters" and key[1] in PARAMETERS:
        return float(PARAMETERS[str(key[1])].default)
    if key[0] == "mechanisms" and key[1] in MECHANISMS:
        return MECHANISMS[str(key[1])].default
    if key[0] in EVENTS and len(key) > 3:
        setting = _declared_setting(str(key[0]), list(key[1:]), scenario)
        return float(setting.default) if setting is not None else None
    return None


# -- in force --------------------------------------------------------------------------------------------


def has_change(scenario: Scenario, year: int) -> bool:
    """Whether anything changes at the start of `year`."""
    return any(change.year == year for change in scenario.changes)


def in_force(scenario: Scenario, year: int) -> Scenario:
    """The scenario with every change up to `year` laid over it, and no changes left.

    Raises pydantic's ValidationError for a change that nobody checked and that does not fit.
    """
    told = sorted((change for change in scenario.changes if change.year <= year), key=lambda change: change.year)
    settled = {key: value for change in told for key, value in settings_of(change.set).items()}
    sections = {str(key[0]) for key in settled}
    values = scenario.model_dump(mode="json", include=sections)
    for key, value in settled.items():
        _put(values, key, value)
    changed = Scenario.model_validate(values)
    return scenario.model_copy(update={"changes": (), **{name: getattr(changed, name) for name in sections}})


def settings_of(told: Mapping[str, Any], before: str = "") -> dict[Key, Any]:
    """The values of a change by full key, mappings opened."""
    found: dict[Key, Any] = {}
    for name, value in told.items():
        if isinstance(value, Mapping) and value:
            found |= settings_of(value, f"{before}{name}.")
        else:
            found[full_key(before + name)] = value
    return found


def _put(values: Any, key: Key, value: Any) -> None:
    """Write one value into nested mappings and lists; a list takes one more item at its end."""
    for part, following in pairwise(key):
        if isinstance(values, list) and isinstance(part, int) and part == len(values):
            values.append({})
        elif isinstance(values, dict) and values.get(part) is None:
            values[part] = [] if isinstance(following, int) else {}
        values = values[part]
    if isinstance(values, list) and key[-1] == len(values):
        values.append(value)
    else:
        values[key[-1]] = value


def until(scenario: Scenario, year: int) -> Scenario:
    """The scenario without the changes after `year`: what has a common past up to then."""
    return scenario.model_copy(update={"changes": tuple(one for one in scenario.changes if one.year <= year)})


def past_of(scenario: Scenario) -> str:
    """Names a burn-in: scenarios with the same differ only in what begins with the treatment or changes later."""
    return until(scenario, scenario.years.burn_in).model_copy(
        update={
            "plan": Scenario().plan, "policies": (), "shocks": (), "title": "", "description": "", "source": "",
            "look_at": "", "origin": "", "record": Scenario().record, "seed": 0,
        }
    ).model_dump_json()  # fmt: skip


def unchanged(scenario: Scenario, keys: Iterable[str]) -> Scenario:
    """The scenario without its changes of `keys` and of what lies below them, such as `shocks`."""
    parts = [full_key(key) for key in keys]
    changes = []
    for change in scenario.changes:
        kept = {
            dotted(key): value
            for key, value in settings_of(change.set).items()
            if not any(key[: len(part)] == part for part in parts)
        }
        changes += [Change(year=change.year, set=kept)] if kept else []
    return scenario.model_copy(update={"changes": tuple(changes)})


def periods(scenario: Scenario) -> Iterator[tuple[int, int, Scenario]]:
    """First year, last year and scenario in force of every stretch of years without a change, from year 1 on."""
    last = scenario.years.burn_in + scenario.years.treatment
    starts = sorted({1, *(change.year for change in scenario.changes if change.year <= last)})
    for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
        yield start, following - 1, in_force(scenario, start)
