"""A plan of one's own: a table of regions and industries that a person paints, as text, as choices and as CSV.

In an address it is one word: a digit for each industry, a point between regions, zeros at the ends left out, so that
`201.03` lets the first region spend two parts on the first industry and one on the third.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from pathlib import Path

from sim.kernel.scenario_types import Choice, Scenario
from sim.scenario.problems import Position, Problem, ScenarioError
from sim.scenario.reading import load_scenario

OWN = "own"
"""The layout that stands for it on the page."""
MOST_CELLS = 3_000
"""Regions x industries of the largest board."""
HIGHEST = 9
_WRITTEN = re.compile(r"[0-9.]{1,3500}\Z", re.ASCII)


def read_board(text: str, scenario: Scenario) -> tuple[Choice, ...] | None:
    """The choices that `text` stands for; None for text that is no plan of this scenario, or an empty one."""
    regions, industries = scenario.regions.names(), tuple(scenario.industries)
    if not _WRITTEN.match(text):
        return None
    rows = text.split(".")
    if len(rows) > len(regions) or max(map(len, rows)) > len(industries):
        return None
    return (
        tuple(
            Choice(region=region, industry=industry, weight=float(digit))
            for region, row in zip(regions, rows, strict=False)
            for industry, digit in zip(industries, row, strict=False)
            if digit != "0"
        )
        or None
    )


def write_board(choices: tuple[Choice, ...], scenario: Scenario) -> str:
    """The text of the first term of a plan; weights are told in whole numbers up to 9, in proportion in each region."""
    regions, industries = scenario.regions.names(), tuple(scenario.industries)
    rows = []
    for region in regions:
        own = {one.industry: one.weight for one in choices if one.region == region and one.term == 1}
        rows.append("".join(map(str, _digits([own.get(industry, 0.0) for industry in industries]))).rstrip("0"))
    return ".".join(rows).rstrip(".")


def _digits(weights: list[float]) -> list[int]:
    """Whole numbers from 0 to 9: as they are where all are such, else in proportion with 9 for the largest."""
    if all(weight == int(weight) and weight <= HIGHEST for weight in weights):
        return [int(weight) for weight in weights]
    return [0 if weight == 0.0 else max(1, round(HIGHEST * weight / max(weights))) for weight in weights]


def planned(scenario: Scenario, choices: tuple[Choice, ...]) -> Scenario:
    """`scenario` under a plan of one's own. A region without a mark follows the national mix, so that it spends its
    budget, too."""
    plan = scenario.plan.model_copy(
        update={"layout": "explicit", "choices": choices, "matrix": "", "imitation": 0.0, "elsewhere": "balanced"}
    )
    return scenario.model_copy(update={"plan": plan})


def board_as_csv(text: str, scenario: Scenario) -> str:
    """The plan as the table that `plan.matrix` of a scenario reads: regions down, industries across."""
    choices = read_board(text, scenario) or ()
    weights = {(one.region, one.industry): one.weight for one in choices}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["region", *scenario.industries])
    for region in scenario.regions.names():
        row = [weights.get((region, industry), 0.0) for industry in scenario.industries]
        writer.writerow([region, *(f"{weight:g}" if weight else "" for weight in row)])
    return out.getvalue()


def board_from_table(content: bytes, source: str, scenario: Scenario) -> str:
    """The plan in a table that a person chose: CSV in any encoding that scenarios read, or a workbook.

    Raises ScenarioError with what is wrong in it, and for a plan without any mark.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("plan.xlsx" if content.startswith(b"PK") else "plan.csv")
        path.write_bytes(content)
        try:
            read = load_scenario(source, ["plan.choices=null", "plan.layout=explicit", f"plan.matrix={path}"], [])
        except ScenarioError as error:
            raise ScenarioError([_without(folder, one) for one in error.problems]) from None
    text = write_board(read.plan.choices, scenario)
    if not text:
        raise ScenarioError([Problem(Position("plan.csv"), "plan.matrix", "the table marks nothing")])
    return text


def _without(folder: str, problem: Problem) -> Problem:
    """The problem as a person may see it, who knows nothing of the folder."""
    line = f"line {problem.position.line}: " if problem.file.startswith(folder) else ""
    message = problem.message.replace(f"{folder}/", "").replace(folder, "")
    return Problem(problem.position, problem.key, line + message, None, problem.allowed, problem.remedy)
