"""docs/validity.md is what the study wrote: enough seeds, all statistics, and a count that its own table gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim.studies.facts  # noqa: F401  (declares)
from sim.studies.facts.declaration import FACTS

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "validity.md"


@pytest.fixture(scope="module")
def told() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(told: str) -> list[dict[str, str]]:
    """The table of facts, a row a statistic."""
    lines = told[told.index("| fact |") :].split("\n\n", maxsplit=1)[0].splitlines()
    head, *body = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(head, cells, strict=True)) for cells in body[1:]]


def test_it_rests_on_thirty_seeds(told: str) -> None:
    first, last = re.search(r"seeds (\d+)-(\d+)", told).groups()  # type: ignore[union-attr]
    assert int(last) - int(first) + 1 >= 30


def test_it_shows_every_statistic_once(rows: list[dict[str, str]]) -> None:
    declared = [(fact.title, one.words) for fact in FACTS.values() for one in fact.statistics]
    assert [(row["fact"], row["statistic"]) for row in rows] == declared


def test_its_count_is_that_of_its_table_and_enough_facts_hold(told: str, rows: list[dict[str, str]]) -> None:
    missed = {row["fact"] for row in rows if row["verdict"] not in ("pass", "edge")}
    holding = len(FACTS) - len(missed)
    assert f"**{holding} of {len(FACTS)} facts hold.**" in told
    assert holding >= 16


def test_every_miss_has_a_cause(told: str, rows: list[dict[str, str]]) -> None:
    why = told[told.index("## What does not hold") :].split("\n## ", maxsplit=1)[0]
    for row in rows:
        if row["verdict"] == "miss":
            assert f"**{row['statistic']}**" in why


def test_the_provinces_and_published_models_stand_beside(told: str, rows: list[dict[str, str]]) -> None:
    assert any(column == "china 45: mean, verdict" for column in rows[0])
    assert "## Findings of published models" in told
