"""The machine of the class gets another address while the class plays."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from sim.game.session import create
from sim.game.web_addresses import Address
from tests.game.served import Client, serving, small, teacher_of, until

pytestmark = pytest.mark.slow
BEFORE, AFTER = "127.0.0.2", "127.0.0.3"


def test_at_a_new_address_of_the_machine_seats_and_drafts_are_found_by_their_codes(tmp_path: Path) -> None:
    own = [Address(BEFORE, "wlan0", True)]
    session = create(tmp_path / "class", small(tmp_path), "A", nations=1, practice=False, seconds=0)
    with serving(session, addresses=lambda: list(own)) as served:
        teacher = teacher_of(served)
        phone = Client(served.port, address=BEFORE)
        phone.join(session.room_code(), "Ada")
        teacher.call("begin")
        until(lambda: phone.look()["phase"] == "open")
        phone.save(1, {"chips": 6})
        assert Client(served.port, address=AFTER).ask("/about")[0] == 421  # a name that is not this machine's

        own[:] = [Address(AFTER, "eth1", True)]
        there = Client(served.port, address=AFTER)  # cookies of the old address are not sent to a new one
        assert there.ask("/me?tab=t")[0] == 410
        assert there.done("/claim", {"code": phone.code})["member"] == phone.member
        assert there.look()["name"] == "Ada" and there.view["draft"]["chips"] == {"chips": 6}
        there.save(1, {"metals": 7})
        assert phone.ask("/me?tab=t")[0] == 421
        assert [one["number"] for one in teacher.teacher()["addresses"]] == [AFTER]
        code = teacher.ask("/teacher/code/class.svg")[1]
        assert code == served.app.state.classroom.room.picture("class", session.room_code()).encode()
        late = {"request": secrets.token_hex(16), "room": session.room_code(), "name": "", "language": "en"}
        assert Client(served.port, address=AFTER).ask("/join", late)[0] == 200
        teacher.call("lock")
        until(lambda: session.state.phase == "result")
        (did,) = [one for one in session.state.decisions[1] if one.source == "student"]
        assert did.members == {phone.member: {"metals": 7.0}} and len(session.state.players) == 2
