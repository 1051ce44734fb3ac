"""Tables of plans: who promotes what, in which term and with how much effort; checked and made part of the scenario.

A plan's table has the columns term, region, industry, share (or weight) and effort, of which region and industry are
needed, or it is a matrix of regions and industries, which is a plan of one term.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.kernel.scenario_types import Choice, Plan, Scenario, unfit_in_name
from sim.scenario.documents import Entry, entry_at, position_of
from sim.scenario.embedding import keep_first
from sim.scenario.numerals import as_number, read_numbers
from sim.scenario.problems import Key, Position, Problem, did_you_mean, dotted, shown
from sim.scenario.tables import Asked, Table, as_text, plain, read_table, tell

NUMBERS = ("weight", "share", "term", "effort")
"""Columns of numbers that a plan's table may have; share and weight are two words for one."""


def with_plan_tables(
    scenario: Scenario,
    tree: Entry,
    regions: tuple[str, ...] | None,
    problems: list[Problem],
    notes: list[Problem],
    positions: dict[Key, Position],
) -> Scenario:
    """`scenario` with the tables of `plan.matrix` and `neutral.matrix` in their `choices`.

    `regions` are the names of the map, None where it could not be read. `positions` receives where each choice stands,
    for messages about its region and industry.
    """
    known = frozenset((*(regions or ()), *scenario.industries))
    for section in ("plan", "neutral"):
        plan: Plan = getattr(scenario, section)
        if not plan.matrix:
            continue
        key: Key = (section, "matrix")
        entry = entry_at(tree, key)
        if plan.choices:
            message = "needs one of `matrix` and `choices`, not both"
            remedy = "write `choices: null` or `matrix: null`"
            problems.append(Problem(position_of(tree, key), section, message, remedy=remedy))
            continue
        asked = Asked(
            dotted(key), ("region", "industry", *NUMBERS), ("region", "industry"), plan.encoding, known, known
        )
        table = read_table(entry, asked, problems, notes) if entry is not None else None
        if table is not None:
            before = len(problems)
            rows = _rows(table, section, scenario, regions or (), problems, notes)
            choices = tuple(_choices(rows, section, problems, positions))
            keep_first(problems, before, table, dotted(key))
            # A matrix with mistakes stays named: that it gives no choices is no further mistake.
            named = plan.matrix if len(problems) > before else ""
            embedded = plan.model_copy(update={"choices": choices, "matrix": named, "encoding": ""})
            scenario = scenario.model_copy(update={section: embedded})
    return scenario


@dataclass(frozen=True)
class _Row:
    """One choice of a plan's table, and where its region and industry stand, and each of its numbers."""

    names: tuple[str, str]
    places: tuple[Position, Position]
    numbers: dict[str, _Number]
    """By column: weight, term and effort as far as the table has them."""


@dataclass(frozen=True)
class _Number:
    """A number of a plan's table; None where the cell is no number or blank."""

    value: float | None
    place: Position
    text: str


def _rows(
    table: Table, section: str, scenario: Scenario, regions: tuple[str, ...], problems: list[Problem],
    notes: list[Problem],
) -> Iterator[_Row]:  # fmt: skip
    """What the table says, written as a list of choices or as a matrix of regions and industries."""
    missing = [column for column in ("region", "industry") if column not in table.header]
    if missing:
        across = [plain(name) for name in table.header[1:] if name]
        for ways, names in enumerate((scenario.industries, regions)):
            if set(across) & {plain(name) for name in names}:
                yield from _matrix_rows(table, section, ways == 1, tuple(names), problems, notes)
                return
        for column in missing:
            message = f"the table has no column {shown(column)}"
            remedy = did_you_mean(column, table.header)
            problems.append(Problem(table.position, f"{section}.matrix", message, remedy=remedy))
        return
    held = [column for column in NUMBERS if column in table.header]
    if {"weight", "share"} <= set(held):
        place = table.place(table.top, table.header.index("share"))
        problems.append(Problem(place, f"{section}.matrix", "'share' and 'weight' mean the same", remedy="keep one"))
        held.remove("share")
    columns = {column: table.numbers(column) for column in held}
    skipped: set[int] = set()
    for column, numbers in columns.items():
        tell(notes, table, f"{section}.matrix", column, numbers.how)
        texts = table.values(column)
        unclear = [fault for fault in numbers.faults if as_number(texts[fault.row].replace(",", "")) is not None]
        for fault in unclear[:1]:
            where = table.at(fault.row, column)
            problems.append(
                Problem(where, f"{section}.matrix", f"{shown(column)} {fault.message}", remedy=fault.remedy)
            )
        skipped |= {row for row, value in enumerate(numbers.values) if unclear and value is None}
    for row, names in enumerate(zip(table.values("region"), table.values("industry"), strict=True)):
        if row not in skipped:
            found = {
                "weight" if column == "share" else column: _Number(
                    numbers.values[row], table.at(row, column), table.values(column)[row]
                )
                for column, numbers in columns.items()
            }
            yield _Row(names, (table.at(row, "region"), table.at(row, "industry")), found)


def _matrix_rows(
    table: Table, section: str, turned: bool, known: tuple[str, ...], problems: list[Problem], notes: list[Problem]
) -> Iterator[_Row]:
    """Choices of a matrix: regions down and industries across, or `turned`. Blank and 0 are no choice."""
    names = {plain(name): name for name in known}
    key, what = f"{section}.matrix", "region" if turned else "industry"
    down = [as_text(table.sheet.rows[row][0]) for row in table.rows]
    across = [index for index, name in enumerate(table.header) if index and name]
    told = f"read as a matrix, {'industries' if turned else 'regions'} down and {what} by {what} across"
    notes.append(Problem(table.position, key, told))
    for index in across:
        header = table.header[index]
        if plain(header) not in names:
            message = f"column {shown(header)} is no {what}, and the others are"
            remedy = did_you_mean(header, known)
            remedy = remedy if remedy.startswith("did") else "take it out"
            problems.append(Problem(table.place(table.top, index), key, message, header, remedy=remedy))
            continue
        numbers = read_numbers([table.sheet.rows[row][index] for row in table.rows], table.sheet.delimiter in ("", ","))
        tell(notes, table, key, header, numbers.how)
        for fault in numbers.faults:
            message = f"column {shown(header)} {fault.message}"
            problems.append(Problem(table.place(table.rows[fault.row], index), key, message, remedy=fault.remedy))
        for row, number in enumerate(numbers.values):
            if number:
                place = table.place(table.rows[row], index)
                pair = (down[row], names[plain(header)])
                places = (table.place(table.rows[row], 0), table.place(table.top, index))
                weight = _Number(number, place, as_text(table.sheet.rows[table.rows[row]][index]))
                yield _Row(pair[::-1] if turned else pair, places[::-1] if turned else places, {"weight": weight})


LIMITS = {"weight": (0.0, 1e6), "term": (1.0, 1000.0), "effort": (0.0, 10.0)}
ALLOWED = {
    "weight": "more than 0, at most 1e+06", "term": "a whole number from 1 to 1000", "effort": "from 0 to 10, or blank",
}  # fmt: skip
ARTICLE = {"weight": "a weight", "term": "a term", "effort": "an effort"}


def _unfit(column: str, number: _Number) -> bool:
    """Whether a number is none that its column may hold."""
    low, high = LIMITS[column]
    if number.value is None:
        return not (column == "effort" and number.text == "")
    outside = not low <= number.value <= high or (column == "weight" and number.value == 0.0)
    return outside or (column == "term" and number.value != int(number.value))


def _faulty(row: _Row, key: str, problems: list[Problem]) -> bool:
    """Tell what is wrong with a row's numbers and names, the first fault only."""
    for column, number in row.numbers.items():
        if _unfit(column, number):
            message = f"{shown(number.text)} is not {ARTICLE[column]}"
            problems.append(Problem(number.place, key, message, number.text, ALLOWED[column]))
            return True
    for which, column in enumerate(("region", "industry")):
        name = row.names[which]
        if not 0 < len(name) <= 60 or unfit_in_name(name):
            held = unfit_in_name(name)
            message = f"the cell of column {shown(column)} {f'holds {held}' if held else 'is blank or too long'}"
            problems.append(Problem(row.places[which], key, message, allowed="1 to 60 characters"))
            return True
    return False


def _choices(
    rows: Iterator[_Row], section: str, problems: list[Problem], positions: dict[Key, Position]
) -> Iterator[Choice]:
    """The choices of the rows that hold no mistake; a blank effort is the one that the region states in this term."""
    key = f"{section}.matrix"
    first: dict[tuple[int, str, str], int] = {}
    efforts: dict[tuple[int, str], float] = {}
    good = [row for row in rows if not _faulty(row, key, problems)]
    for row in good:
        effort = row.numbers.get("effort")
        if effort is not None and effort.value is not None:
            efforts.setdefault((_term(row), row.names[0]), effort.value)
    for row in good:
        triple = (_term(row), *row.names)
        if triple in first:
            term = f" in term {triple[0]}" if "term" in row.numbers else ""
            message = f"{shown(row.names[0])} promotes {shown(row.names[1])} twice{term}; the other stands on line"
            remedy = "keep one row, with the weight that is meant"
            problems.append(Problem(row.places[0], key, f"{message} {first[triple]}", remedy=remedy))
            continue
        for which, column in enumerate(("region", "industry")):
            positions[(section, "choices", len(first), column)] = row.places[which]
        for column, number in row.numbers.items():
            positions[(section, "choices", len(first), column)] = number.place
        first[triple] = row.places[0].line
        weight, stated = row.numbers.get("weight"), row.numbers.get("effort")
        effort_here = efforts.get((triple[0], row.names[0]), 1.0)
        if stated is not None and stated.value is not None:
            effort_here = stated.value
        yield Choice(
            region=row.names[0], industry=row.names[1], term=triple[0], effort=effort_here,
            weight=1.0 if weight is None or weight.value is None else weight.value,
        )  # fmt: skip


def _term(row: _Row) -> int:
    """The term of a row; 1 where the table has no terms."""
    term = row.numbers.get("term")
    return 1 if term is None or term.value is None else int(term.value)
