"""What students and the teacher may do, and that each is done once."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from sim.game.rules import Denied, Gone, Refused, ResumeError
from sim.game.session import Session, create, resume
from tests.game.small import OVERRIDES, begun, joined, played, start

REQUEST = "0123456789abcdef"


def refused(code: str) -> AbstractContextManager[object]:
    """Whether something is refused with this reason."""
    return pytest.raises(Refused, match=f"^{code}$")


def lines(session: Session) -> list[bytes]:
    """Lines of the journal."""
    return (session.folder / "events.jsonl").read_bytes().splitlines()


def test_the_same_request_again_gets_the_same_answer_and_nothing_is_written(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", warm=False)
    first = session.join(session.room_code(), "Li", request=REQUEST)
    count = len(lines(session))
    assert session.join("wrong", "Li", request=REQUEST) == first
    claimed = session.claim(first.code, request=REQUEST + "2")
    assert session.claim(first.code, request=REQUEST + "2") == claimed
    assert len(lines(session)) == count + 1 and len(session.state.members) == 1
    session.close()
    again = resume(tmp_path / "s", clock=session.clock)
    assert again.claim(first.code, request=REQUEST + "2") == claimed
    again.close()


def test_a_code_moves_a_seat_to_another_device_and_the_newest_one_wins(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", warm=False)
    (one,) = joined(session, 1)
    second = session.claim(one.code.lower())
    assert second.token != one.token and session.member_of(second.token).id == one.member
    with pytest.raises(Gone, match="replaced"):
        session.member_of(one.token)
    code = session.reissue(session.secret, one.member)
    with refused("code"):
        session.claim(one.code)
    third = session.claim(code)
    with pytest.raises(Gone, match="replaced"):
        session.member_of(second.token)
    with pytest.raises(Gone, match="unknown"):
        session.member_of("x" * 40)
    assert session.member_of(third.token).id == one.member and len(session.state.members) == 1
    session.close()


def test_a_removed_student_stays_out(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", warm=False)
    one = session.join(session.room_code(), device="tablet")
    session.remove(session.secret, one.member)
    with pytest.raises(Gone, match="removed"):
        session.member_of(one.token)
    with refused("code"):
        session.claim(one.code)
    with refused("removed"):
        session.join(session.room_code(), device="tablet")
    session.join(session.room_code(), device="another")
    assert len(session.state.players) == 1
    session.close()


def test_who_has_no_room_code_or_secret_is_denied(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", warm=False)
    for wrong in ("", "XXXX", "规划"):
        with pytest.raises(Denied):
            session.join(wrong)
        with pytest.raises(Denied):
            session.begin(wrong)
    old = session.room_code()
    session.clock.now += 60.0  # type: ignore[attr-defined]
    session.join(old)
    session.clock.now += 60.0  # type: ignore[attr-defined]
    with pytest.raises(Denied):
        session.join(old)
    session.lock_lobby(session.secret, True)
    with refused("lobby_closed"):
        session.join(session.room_code())
    session.close()


def test_over_sixty_watch_and_over_a_hundred_stay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _file: None)  # a hundred joins need no disk
    session = begun(tmp_path / "s", warm=False)
    roles = [one.role for one in joined(session, 100)]
    assert roles == ["player"] * 60 + ["spectator"] * 40
    with refused("full"):
        joined(session, 1)
    session.close()


def test_latecomers_take_bots_seats_from_the_next_round_and_then_join_the_smallest_team(tmp_path: Path) -> None:
    session = begun(tmp_path / "s")
    first = joined(session, 3)
    start(session)
    seats = {session.state.members[one.member].seat for one in first}
    assert len(seats) == 3 and session.state.round == 1
    (late,) = joined(session, 1)
    member = session.state.members[late.member]
    assert late.starts == 2 and member.seat not in seats
    with refused("waiting"):
        session.save(late.token, 1, {"chips": 1}, 1)
    (later,) = joined(session, 1)
    team = session.state.members[later.member].seat
    assert team in {*seats, member.seat}
    joined(session, 3)  # nobody joins a team of two while there are teams of one
    everywhere = [one.seat for one in session.state.players]
    assert sorted(everywhere.count(seat) for seat in {*everywhere}) == [2, 2, 2, 2]
    played(session)
    session.open(session.secret)
    assert session.save(late.token, 2, {"chips": 1}, 1).fresh
    sources = {one.region: one.source for one in session.state.decisions[1]}
    assert member.seat is not None and sources[member.seat[1]].startswith("bot:")
    session.close()


def test_more_players_than_seats_make_teams_and_two_nations_share_them(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", "A", "E", nations=2)
    joined(session, 10)
    start(session, practice=True)
    seats = [one.seat for one in session.state.players]
    counts = {seat: seats.count(seat) for seat in seats}
    assert sorted(counts.values()) == [1] * 6 + [2] * 2 and {seat[0] for seat in counts if seat} == {1, 2}
    assert session.preset(1).key == "A" and session.preset(2).key == "E"
    played(session)
    session.open(session.secret)
    played(session)
    one, other = session.state.results[1]["nations"].values()
    assert one["coordinated"] == other["coordinated"] and one["none"] == other["none"]  # equal luck
    assert one["class"]["hash"] != other["class"]["hash"]
    session.close()


def test_drafts_of_an_older_version_are_acknowledged_and_change_nothing(tmp_path: Path) -> None:
    session = begun(tmp_path / "s")
    (one,) = joined(session, 1)
    start(session, practice=True)
    assert session.save(one.token, 0, {"chips": 4}, 5).fresh
    for version in (5, 3):
        told = session.save(one.token, 0, {"metals": 9}, version)
        assert not told.fresh and told.version == 5
    assert session.state.drafts[0][one.member].chips == {"chips": 4}
    with refused("closed"):
        session.save(one.token, 1, {"chips": 1}, 6)
    session.lock(session.secret, request=REQUEST)
    session.lock(session.secret, request=REQUEST)
    with refused("closed"):
        session.save(one.token, 0, {"chips": 1}, 6)
    with refused("closed"):
        session.lock(session.secret, request=REQUEST + "x")
    session.close()


def test_the_clock_locks_a_round_and_stops_while_it_is_paused(tmp_path: Path) -> None:
    session = begun(tmp_path / "s")
    (one,) = joined(session, 1)
    start(session, practice=True)
    clock = session.clock
    assert session.state.deadline == clock() + 180
    clock.now += 100  # type: ignore[attr-defined]
    session.pause(session.secret)
    clock.now += 1000  # type: ignore[attr-defined]
    assert not session.tick()
    session.extend(session.secret, 30)
    session.go_on(session.secret)
    assert session.state.deadline == clock() + 110
    clock.now += 111  # type: ignore[attr-defined]
    assert session.save(one.token, 0, {"chips": 1}, 1).fresh  # it was on its way
    clock.now += 2  # type: ignore[attr-defined]
    with refused("closed"):
        session.save(one.token, 0, {"chips": 2}, 2)
    assert session.tick() and session.state.phase == "computing"
    session.compute()
    assert session.state.phase == "result" and session.state.decisions[0][0] is not None
    session.close()


def test_announcements_come_before_decisions_and_bind_nobody(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", "C")
    (one,) = joined(session, 1)
    start(session)
    assert session.state.phase == "announce"
    with refused("closed"):
        session.save(one.token, 1, {"chips": 1}, 1)
    session.announce(one.token, 1, {"chips": 10}, 1)
    session.open(session.secret)
    with refused("closed"):
        session.announce(one.token, 1, {"metals": 10}, 2)
    session.save(one.token, 1, {"metals": 10}, 1)
    session.lock(session.secret)
    (did,) = [one for one in session.state.decisions[1] if one.source == "student"]
    assert did.chips == {"metals": 10.0}
    session.close()


def test_undoing_a_round_and_playing_it_again_gives_the_same_states(tmp_path: Path) -> None:
    session = begun(tmp_path / "s")
    (one,) = joined(session, 1)
    start(session)
    session.save(one.token, 1, {"chips": 10}, 1)
    played(session)
    first = session.state.results[1]["nations"]
    session.undo(session.secret)
    assert session.state.phase == "open" and session.state.drafts[1][one.member].chips == {"chips": 10}
    session.save(one.token, 1, {"metals": 10}, 2)
    played(session)
    other = session.state.results[1]["nations"]
    assert other["1"]["class"]["hash"] != first["1"]["class"]["hash"]
    assert other["1"]["none"] == first["1"]["none"]
    session.undo(session.secret)
    session.save(one.token, 1, {"chips": 10}, 3)
    played(session)
    assert session.state.results[1]["nations"] == first
    session.close()


def test_names_stand_apart_and_may_be_forgotten(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", warm=False)
    one = session.join(session.room_code(), "Grace Hopper")
    session.rename(session.secret, one.member, "Ada")
    assert session.names.of(one.member) == "Ada"
    session.anonymise(session.secret)
    session.close()
    kept = "".join(path.read_text("utf-8") for path in (tmp_path / "s").glob("*.json*"))
    assert "Ada" not in kept and "Grace" not in kept and one.token not in kept


def test_a_folder_is_begun_once_and_used_by_one_program(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", warm=False)
    with pytest.raises(ResumeError, match="holds something"):
        create(tmp_path / "s", overrides=OVERRIDES)
    with pytest.raises(Exception, match="in use"):
        resume(tmp_path / "s")
    with pytest.raises(ResumeError, match="no session"):
        resume(tmp_path)
    session.close()


@pytest.mark.parametrize(
    ("options", "code"),
    [({"preset": "X"}, "preset"), ({"preset": ("A", "E", "F")}, "preset"), ({"rounds": 3}, "rounds"),
     ({"preset": ("A", "G")}, "presets_apart")],
)  # fmt: skip
def test_sessions_that_cannot_be_are_refused(tmp_path: Path, options: dict[str, object], code: str) -> None:
    with refused(code):
        create(tmp_path / "s", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "s").exists()


def test_nothing_begins_before_the_past_is_there(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", warm=False)
    with refused("not_ready"):
        session.begin(session.secret)
    session.close()
