"""What seats do at the lock: the saved draft, else as before, else their own best; bots where nobody sits."""

from __future__ import annotations

from typing import Any

from sim.game.lock import Sight, decisions_of
from sim.game.presets import PRESETS
from sim.game.state import State, apply

NAMES = ("chips", "metals", "devices")


def sight(preset: str = "A", open_names: tuple[str, ...] = NAMES) -> Sight:
    """What is known in a nation of three regions."""
    own = [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]]
    return Sight(PRESETS[preset], ("x", "y", "z"), NAMES, open_names, ("chips",), {"own": own, "coordinated": own},
                 dict.fromkeys(NAMES, 0.0))  # fmt: skip


def state(seats: dict[str, int], starts: dict[str, int] | None = None) -> State:
    """The first round of a game in which people sit in these regions."""
    found = State()
    happen(found, "session", rounds=4, seed=1, presets=["A"], binding=True)
    for member, region in seats.items():
        happen(found, "join", member=member, role="player", code=member, token=member, language="en", device="",
               starts=(starts or {}).get(member, 0), seat=[1, region])  # fmt: skip
    happen(found, "open", phase="open", round=1, deadline=None)
    return found


def happen(told: State, kind: str, **content: Any) -> None:
    """Let an event happen."""
    apply(told, {"n": 1, "at": 0.0, "kind": kind, **content})


def draft(told: State, member: str, **chips: int) -> None:
    """Somebody saves."""
    happen(told, "draft", member=member, round=told.round, chips=chips, version=1, seconds=5.0)


def lock(told: State, seen: Sight | None = None) -> dict[int, Any]:
    """Lock the round and open the next; what each region did."""
    from dataclasses import asdict

    found = decisions_of(told, 1, seen or sight())
    happen(told, "lock", round=told.round, decisions=[asdict(one) for one in found])
    happen(told, "open", phase="open", round=told.round + 1, deadline=None)
    return {one.region: one for one in found}


def test_a_saved_draft_counts_as_decided() -> None:
    told = state({"m1": 0})
    draft(told, "m1", metals=7)
    found = lock(told)[0]
    assert (found.chips, found.source, found.decided, found.seconds) == ({"metals": 7.0}, "student", True, 5.0)


def test_without_a_draft_a_seat_does_as_before_and_that_is_no_decision() -> None:
    told = state({"m1": 0})
    draft(told, "m1", metals=7)
    lock(told)
    found = lock(told)[0]
    assert (found.chips, found.source, found.decided) == ({"metals": 7.0}, "repeat", False)
    draft(told, "m1", chips=1)
    assert lock(told)[0].source == "student"


def test_without_a_past_a_seat_takes_its_own_best() -> None:
    found = lock(state({"m1": 1}))[1]
    assert (found.chips, found.source, found.decided) == ({"metals": 10}, "own_best", False)


def test_an_empty_draft_is_a_decision_to_keep_all() -> None:
    told = state({"m1": 0})
    draft(told, "m1")
    found = lock(told)[0]
    assert found.chips == {} and found.decided


def test_teams_do_the_mean_of_those_who_saved() -> None:
    told = state({"m1": 0, "m2": 0, "m3": 0})
    draft(told, "m1", metals=10)
    draft(told, "m2", chips=5)
    found = lock(told)[0]
    assert (found.chips, found.source) == ({"metals": 5.0, "chips": 2.5}, "team")
    assert found.members == {"m1": {"metals": 10.0}, "m2": {"chips": 5.0}}


def test_who_is_removed_is_played_by_a_bot_and_a_latecomer_waits() -> None:
    told = state({"m1": 0, "m2": 1}, {"m2": 2})
    draft(told, "m1", metals=10)
    happen(told, "remove", member="m1")
    found = lock(told)
    assert all(one.source.startswith("bot:") for one in found.values())
    later = lock(told)
    assert later[0].source.startswith("bot:") and later[1].source == "own_best"  # a bot's chips are no habit


def test_a_binding_proposal_is_done_and_is_nobodys_decision() -> None:
    told = state({"m1": 0, "m2": 1})
    told.settings["presets"] = ["D"]
    draft(told, "m1", metals=10)
    happen(told, "proposal", member="m1", nation=1, round=1, plans={"x": {"chips": 3}}, version=1)
    found = lock(told, sight("D"))
    assert (found[0].chips, found[0].source, found[0].decided) == ({"chips": 3.0}, "binding", False)
    assert found[1].source == "own_best"


def test_industries_that_closed_since_the_draft_are_left_out() -> None:
    told = state({"m1": 0})
    draft(told, "m1", metals=7, chips=3)
    assert lock(told, sight(open_names=("chips", "devices")))[0].chips == {"chips": 3.0}


def test_undoing_makes_decisions_drafts_again() -> None:
    told = state({"m1": 0})
    draft(told, "m1", metals=7)
    lock(told)
    happen(told, "undo", round=1, deadline=None)
    assert told.phase == "open" and told.round == 1 and not told.decisions
    assert told.drafts[1]["m1"].chips == {"metals": 7}
