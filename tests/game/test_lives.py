"""What the debrief needs is lived while the class plays, gives way to rounds, and comes out as if lived at once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from sim.game import engine, worlds
from sim.game.rules import Refused
from sim.game.session import Session
from sim.game.web_keeper import Keeper
from tests.game.served import until
from tests.game.small import begun, joined, played, start


@pytest.fixture(autouse=True)
def _less_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.game.lives.LUCK", 1)


def replays(session: Session) -> dict[str, Any]:
    """What the debrief rests on beside the session."""
    told = session.debrief()
    assert told is not None and told["ready"]
    return dict(told["replays"])


def two_rounds(session: Session, ahead: bool) -> list[int]:
    """Two rounds, of which the second is taken back and decided otherwise; steps that were left to the debrief."""
    (one,) = joined(session, 1)
    start(session)
    steps = [0]
    for round, chips in ((1, {"chips": 9}), (2, {"metals": 4}), (2, {"fibres": 10})):
        if session.state.phase == "result":
            session.undo(session.secret) if session.state.round == round else session.open(session.secret)
        session.save(one.token, round, chips, session.state.round * 10 + len(chips) + chips.get("fibres", 0))
        played(session)
        while ahead and session.live_ahead():
            pass
    session.reveal(session.secret)
    session.prepare_debrief(lambda _done, total: steps.append(total))
    return steps


def test_lived_ahead_the_debrief_is_there_at_once_and_is_the_same(tmp_path: Path) -> None:
    told = []
    for ahead in (False, True):
        session = begun(tmp_path / f"{ahead}", "E", "A", nations=2)
        steps = two_rounds(session, ahead)
        # In each nation four regions and the class with other luck; the two parallel arms are shared.
        assert steps[-1] == (0 if ahead else 2 * (2 * (4 + 1) + 2))
        told.append(replays(session))
        session.close()
    assert told[0] == told[1]
    assert len(told[0]["costs"]) == 4 * 2 and len(told[0]["luck"]) == 2 * 3 * 10


def test_parallel_arms_that_two_nations_share_live_once_and_stand_in_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begun(tmp_path / "s", "E", "A", nations=2)
    start(session)
    lived: list[int] = []
    monkeypatch.setattr(worlds, "live_round", lambda *given: lived.append(1) or engine.live_round(*given))
    played(session)
    assert len(lived) == 4
    one, other = session.state.results[1]["nations"].values()
    assert list(one) == list(other) == ["class", "coordinated", "none"] and one["none"] == other["none"]
    session.close()


def test_a_nation_with_a_model_of_its_own_has_parallel_arms_of_its_own(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", "A", "F", nations=2)
    assert [session.worlds.home(nation, "none") for nation in (1, 2)] == [1, 2]
    assert {life.nation for life in session.lives.with_other_luck(2)} == {2}
    session.close()


def test_the_clock_of_a_reopened_round_runs_while_the_debrief_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begun(tmp_path / "s")
    start(session)
    played(session)
    session.reveal(session.secret)
    held, begins = threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> None:
        begins.set()
        held.wait(60)
        raise Refused("closed")

    monkeypatch.setattr(session, "prepare_debrief", slow)
    keeper = Keeper(session)
    keeper.start()
    assert begins.wait(30)
    session.undo(session.secret)
    session.clock.now += 1000.0  # type: ignore[attr-defined]
    try:
        until(lambda: session.state.phase == "result", 30)
    finally:
        held.set()
        keeper.stop()
        session.close()
    assert keeper.failed == ""


def test_what_is_lived_ahead_waits_while_a_round_is_computed(tmp_path: Path) -> None:
    session = begun(tmp_path / "s")
    start(session)
    session.lock(session.secret)
    keeper = Keeper(session)
    passed = threading.Event()
    waiting = threading.Thread(target=lambda: (keeper._give_way(), passed.set()))
    waiting.start()
    assert not passed.wait(0.2)
    session.compute()
    assert passed.wait(10)
    waiting.join()
    session.close()


def test_a_round_that_is_taken_back_ends_the_debrief_that_is_made(tmp_path: Path) -> None:
    session = begun(tmp_path / "s")
    start(session)
    played(session)
    session.reveal(session.secret)

    def back(done: int, _total: int) -> None:
        if done == 1:
            session.undo(session.secret)

    with pytest.raises(Refused, match="closed"):
        session.prepare_debrief(back)
    assert session.debrief() is None
    session.close()
