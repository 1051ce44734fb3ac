"""What an experiment runs: keys of runs, and tasks of those that share their burn-in."""

from __future__ import annotations

import pytest

from sim.kernel.scenario_types import Change, Record, Scenario
from sim.store import tasks as module
from sim.store.tasks import PAST, Design, tasks_of
from tests.synthetic import scenario

MARKET, BALANCED = scenario("market"), scenario("balanced")
OTHER = scenario("market", parameters={"entry_rate": 0.07})


def design(**arms: object) -> Design:
    return Design("comparison", arms, (1, 2), "a", keeps_past=True)  # type: ignore[arg-type]


def told(given: Design, done: set[tuple[str, int]] | None = None) -> list[tuple[int, list[str]]]:
    return [(task.seed, list(task.runs)) for task in tasks_of(given, done or set())]


def test_arms_that_share_their_burn_in_are_one_task_of_each_seed() -> None:
    found = design(a=MARKET, c=OTHER, b=BALANCED)
    assert told(found) == [(1, ["a", "b"]), (1, ["c"]), (2, ["a", "b"]), (2, ["c"])]
    assert found.pasts["a"] == found.pasts["b"] != found.pasts["c"]
    assert found.pasts["a"].startswith(PAST)


def test_changes_after_the_burn_in_leave_the_past_alone_and_make_another_run() -> None:
    end = MARKET.years.burn_in

    def dated(year: int) -> Scenario:
        return MARKET.model_copy(update={"changes": (Change(year=year, set={"parameters.entry_rate": 0.07}),)})

    found = design(a=MARKET, later=dated(end + 1), earlier=dated(end), b=BALANCED)
    assert told(found)[:2] == [(1, ["a", "later", "b"]), (1, ["earlier"])]
    assert found.pasts["a"] == found.pasts["later"] != found.pasts["earlier"]
    assert len(set(found.identities.values())) == 4


def test_only_what_is_not_done_is_run() -> None:
    found = design(a=MARKET, c=OTHER, b=BALANCED)
    assert told(found, {("a", 1), ("c", 1), ("c", 2)}) == [(1, ["b"]), (2, ["a", "b"])]
    assert told(found, {(arm, seed) for arm in "abc" for seed in (1, 2)}) == []


def test_what_is_recorded_of_a_burn_in_belongs_to_it() -> None:
    """An arm gives the same tables alone and beside others, so arms that record other things are tasks apart."""
    narrow = BALANCED.model_copy(update={"record": Record(metrics=("firms",))})
    found = design(a=MARKET, b=narrow)
    assert told(found) == [(1, ["a"]), (1, ["b"]), (2, ["a"]), (2, ["b"])]
    assert found.pasts["a"] != found.pasts["b"]


def test_a_run_that_is_no_arm_keeps_no_burn_in_and_goes_along() -> None:
    hidden = BALANCED.model_copy(update={"record": Record(metrics=("firms",))})
    found = Design("comparison", {"a": MARKET}, (1,), "a", ran={"hidden": hidden, "a": MARKET}, keeps_past=True)
    assert told(found) == [(1, ["hidden", "a"])]
    assert found.pasts == {"hidden": "", "a": design(a=MARKET).pasts["a"]}


@pytest.mark.parametrize("change", ["rules", "kept", "start", "scenario"])
def test_a_key_names_all_that_decides_a_run(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = design(a=MARKET).identities["a"]
    assert design(a=MARKET.model_copy(update={"title": "Another", "origin": "elsewhere"})).identities["a"] == before
    if change == "rules":
        monkeypatch.setattr(module, "NUMBERS", "edited")
    others = {"kept": "measures"} if change == "kept" else {"start": "checkpoint"} if change == "start" else {}
    changed = Design("comparison", {"a": BALANCED if change == "scenario" else MARKET}, (1,), "a", **others)  # type: ignore[arg-type]
    assert changed.identities["a"] != before
