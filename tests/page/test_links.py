"""Addresses: every field is checked by itself, what is written is read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.page.links import LONGEST, MOST_CHANGES, Link, parse_link, written

SCENARIOS, LAYOUTS, USUAL = (
    ("policy_text", "china_45"),
    ("differentiated", "duplicated", "market"),
    ("market", "market"),
)


def parsed(query: str):
    """What an address asks for, of two scenarios and three layouts."""
    return parse_link(query, SCENARIOS, LAYOUTS, USUAL)


def test_an_empty_address_is_the_usual() -> None:
    link = parsed("")
    assert (link.scenario, link.layouts, link.seed, link.changes, link.problems) == ("policy_text", USUAL, None, (), [])


def test_what_is_written_is_read_back_to_the_last_digit() -> None:
    changes = {41: {"distance_cost": 0.1 + 0.2, "agglomeration": False}, 45: {"plan.industries": 4, "x": -1e-07}}
    query = written(Link("china_45", ("duplicated", "market")), 2**31 - 1, changes)
    link = parsed(query)
    assert (link.scenario, link.layouts, link.seed) == ("china_45", ("duplicated", "market"), 2**31 - 1)
    told: dict[int, dict[str, object]] = {}
    for year, key, value in link.changes:
        told.setdefault(year, {})[key] = value
    assert told == changes
    assert type(told[45]["plan.industries"]) is int and type(told[41]["agglomeration"]) is bool
    assert link.problems == []


@pytest.mark.parametrize(
    ("query", "bad"),
    [
        ("scenario=../../etc/passwd", "scenario"), ("one=none", "one"), ("other=%00", "other"), ("seed=-1", "seed"),
        ("seed=9223372036854775807", "seed"), ("seed=1e3", "seed"), ("seed=٣", "seed"), ("v=2", "v"), ("odd=1", "odd"),
        ("changes=5:distance_cost:nan", "changes"), ("changes=5:__class__:1", "changes"),
        ("changes=5:a:99999999999999999999", "changes"), ("changes=99999:a:1", "changes"),
        ("x" * (LONGEST + 1), "address"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named_and_the_others_are_used(query: str, bad: str) -> None:
    link = parsed(query + ("" if bad == "address" else "&one=duplicated" if bad != "one" else "&other=duplicated"))
    assert link.problems == [bad]
    assert bad == "address" or "duplicated" in link.layouts
    assert link.scenario == "policy_text" and link.seed is None and link.changes == ()


def test_too_many_changes_are_named() -> None:
    link = parsed("changes=" + ",".join(f"{year}:a:1" for year in range(1, MOST_CHANGES + 2)))
    assert len(link.changes) == MOST_CHANGES and link.problems == ["changes"]


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=200))
def test_no_address_breaks_it(query: str) -> None:
    link = parsed(query)
    assert link.scenario in SCENARIOS and set(link.layouts) <= set(LAYOUTS)
