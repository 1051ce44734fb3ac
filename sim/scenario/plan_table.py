"""The tables of explicit plans: read, checked and made part of the scenario."""

from __future__ import annotations

from collections.abc import Iterator

from sim.kernel.scenario_types import Choice, Plan, Scenario
from sim.scenario.csv_table import CsvTable, as_number, read_csv
from sim.scenario.problems import Key, Position, Problem, did_you_mean, dotted, shown
from sim.scenario.validation import entry_at, position_of
from sim.scenario.yaml_text import Entry


def with_plan_tables(
    scenario: Scenario, tree: Entry, problems: list[Problem], positions: dict[Key, Position]
) -> Scenario:
    """`scenario` with the tables of `plan.matrix` and `neutral.matrix` in their `choices`.

    `positions` receives where each choice stands, for messages about its region and industry.
    """
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
        table = read_csv(entry, dotted(key), problems) if entry is not None else None
        if table is not None:
            choices = tuple(_choices(table, section, problems, positions))
            embedded = plan.model_copy(update={"choices": choices, "matrix": ""})
            scenario = scenario.model_copy(update={section: embedded})
    return scenario


def _choices(
    table: CsvTable, section: str, problems: list[Problem], positions: dict[Key, Position]
) -> Iterator[Choice]:
    missing = [column for column in ("region", "industry") if column not in table.header]
    for column in missing:
        message = f"the table has no column {shown(column)}"
        problems.append(
            Problem(table.position, f"{section}.matrix", message, remedy=did_you_mean(column, table.header))
        )
    if missing:
        return
    weights = table.values("weight") if "weight" in table.header else ["1"] * len(table.rows)
    count = 0
    for row, (region, industry, weight) in enumerate(
        zip(table.values("region"), table.values("industry"), weights, strict=True)
    ):
        number = as_number(weight)
        if number is None or not 0 < number <= 1e6:
            message = f"{shown(weight)} is not a weight"
            problems.append(Problem(table.at(row, "weight"), f"{section}.matrix", message, weight,
                                    "more than 0, at most 1e+06"))  # fmt: skip
            continue
        blank = [column for column, name in (("region", region), ("industry", industry)) if not 0 < len(name) <= 60]
        if blank:
            message = f"the cell of column {shown(blank[0])} is blank or too long"
            where = table.at(row, blank[0])
            problems.append(Problem(where, f"{section}.matrix", message, allowed="1 to 60 characters"))
            continue
        for column in ("region", "industry"):
            positions[(section, "choices", count, column)] = table.at(row, column)
        yield Choice(region=region, industry=industry, weight=number)
        count += 1
