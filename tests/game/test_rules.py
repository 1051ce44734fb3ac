"""Chips, names, answers, seats and scores: rules without a world."""

from __future__ import annotations

from typing import Any

import pytest

from sim.game import people
from sim.game.bots import HABITS, bot_chips, habit_of
from sim.game.rules import (
    CHIPS,
    Refused,
    averaged,
    checked_answers,
    checked_chips,
    checked_name,
    choices_of,
    in_whole_chips,
    matched,
)
from sim.game.scores import beaten, places, scores

OPEN = ("chips", "metals", "devices", "fibres")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"chips": 11}, "chips"), ({"chips": -1}, "chips"), ({"chips": 1.5}, "chips"), ({"chips": True}, "chips"),
        ({"chips": "3"}, "chips"), ({"steel": 1}, "industry"), ([], "chips"), (None, "chips"),
        ({"chips": 6, "metals": 5}, "too_many_chips"),
        ({"chips": 1, "metals": 1, "devices": 1, "fibres": 1}, "too_many_industries"),
    ],
)  # fmt: skip
def test_chips_that_cannot_be_put_are_refused_with_the_reason(raw: Any, code: str) -> None:
    with pytest.raises(Refused) as told:
        checked_chips(raw, OPEN)
    assert told.value.code == code


def test_chips_that_stand_on_nothing_are_left_out_and_the_rest_is_kept() -> None:
    assert checked_chips({"chips": 4, "metals": 0}, OPEN) == {"chips": 4}


def test_a_team_does_what_its_members_do_on_average() -> None:
    assert averaged([{"chips": 10}, {"metals": 4}]) == {"chips": 5.0, "metals": 2.0}


def test_what_the_centre_adds_raises_effort_and_share_of_hot_industries() -> None:
    rows = choices_of(2, {"R1A": matched({"chips": 5, "metals": 5}, ("chips",), 1.0), "R1B": {}})
    assert [(one.term, one.region, one.industry, one.weight, one.effort) for one in rows] == [
        (2, "R1A", "chips", 10.0, 1.5), (2, "R1A", "metals", 5.0, 1.5),
    ]  # fmt: skip


def test_shares_become_whole_chips_that_add_up() -> None:
    assert in_whole_chips([1 / 3, 1 / 3, 1 / 3], ["a", "b", "c"]) == {"a": 4, "b": 3, "c": 3}
    assert in_whole_chips([0.0, 0.0], ["a", "b"]) == {}
    assert sum(in_whole_chips([0.15, 0.25, 0.6], ["a", "b", "c"], 7).values()) == 7


@pytest.mark.parametrize("raw", ["x" * 25, "x" * 10_000])
def test_long_names_are_refused(raw: str) -> None:
    with pytest.raises(Refused) as told:
        checked_name(raw)
    assert told.value.code == "long"


def test_names_lose_what_is_no_letter() -> None:
    assert checked_name("  Li\u202e \x00Na\n ") == "Li Na"
    assert checked_name("<b>Eve</b>") == "<b>Eve</b>"  # whoever shows it escapes it


@pytest.mark.parametrize("raw", [[], {"a b": 1}, {"a": float("nan")}, {"a": ["x"]}, {"a": "x" * 401}, {"a": True}])
def test_answers_are_short_texts_and_numbers(raw: Any) -> None:
    with pytest.raises(Refused):
        checked_answers(raw)


def test_codes_and_tokens_follow_from_the_secret_and_differ() -> None:
    codes = [people.code_of("s", f"m{row}", 0, []) for row in range(200)]
    assert len(set(codes)) == 200 and all(set(code) <= set(people.LETTERS) for code in codes)
    assert people.code_of("s", "m0", 0, [codes[0]]) != codes[0]
    assert people.token_of("s", "m1", 0) == people.token_of("s", "m1", 0) != people.token_of("s", "m1", 1)


def test_the_rooms_code_changes_every_minute() -> None:
    assert people.room_code("s", 119.0) != people.room_code("s", 121.0)
    assert people.room_code("s", 121.0, before=1) == people.room_code("s", 119.0)


def test_bots_have_habits_that_hang_on_seed_nation_and_region_alone() -> None:
    habits = [habit_of(1, 1, region) for region in range(200)]
    assert set(habits) == set(HABITS) and habits == [habit_of(1, 1, region) for region in range(200)]
    assert habits != [habit_of(2, 1, region) for region in range(200)]


@pytest.mark.parametrize(
    ("habit", "expected"),
    [
        ("adviser", {"fibres": 10}), ("own", {"metals": 10}), ("margins", {"devices": 4, "fibres": 3, "chips": 3}),
        ("herd", {"fibres": 4, "metals": 3, "chips": 3}), ("repeat", {"chips": 7.0}),
    ],
)  # fmt: skip
def test_what_each_bot_does(habit: str, expected: dict[str, float]) -> None:
    advice = {"coordinated": [[0, 0, 0, 1.0]], "own": [[0, 1.0, 0, 0]]}
    chips = bot_chips(
        habit, 0, CHIPS, 0.0, names=OPEN, open_names=OPEN, advice=advice, hot=("chips",),
        margins={"devices": 0.3, "fibres": 0.2, "chips": 0.1, "metals": 0.0},
        last_round=[{"fibres": 9.0, "metals": 1.0}], own_last={"chips": 7.0, "metals": 0.0},
    )  # fmt: skip
    assert chips == expected


def test_scores_by_hand() -> None:
    def year(value_added: list[float], income: list[float], nation: float) -> dict[str, Any]:
        return {"regions": {"value_added": value_added, "income": income}, "nation": {"income": nation}}

    fork = year([1.0, 1.0, 2.0], [1.0, 1.0, 1.0], 10.0)
    years = [year([1.5, 1.2, 2.2], [1.0, 2.0, 1.0], 9.0), year([2.0, 1.1, 2.2], [1.0, 2.0, 3.0], 11.0)]
    assert scores("rank", fork, years) == [2.0, 0.5, 0.5]
    assert scores("nation", fork, years) == [0.0, 0.0, 0.0]
    assert scores("residents", fork, years) == pytest.approx([0.0, 69.3147, 69.3147], abs=1e-4)
    assert places([2.0, 0.5, 0.5]) == [1.0, 2.5, 2.5] and beaten([None, 1.0]) == [0.0, 1.0]
