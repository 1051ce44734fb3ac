"""A class over HTTP: students join, decide, lose their connection, and try what they should not."""

from __future__ import annotations

import json
import random
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")

from sim.game.server import LARGE, SMALL
from sim.game.session import Session, resume
from sim.game.web_limits import Limits
from sim.page.server import POLICY
from tests.game.hidden import all_found, hidden_numbers
from tests.game.served import Client, Served, choice, serving, small_class, teacher_of, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A class in its lobby."""
    with small_class(tmp_path_factory.mktemp("lobby")) as found:
        yield found


@pytest.fixture(scope="module")
def teacher(served: Served) -> Client:
    """Its teacher."""
    return teacher_of(served)


def room_of(session: Session) -> str:
    """The code of the room."""
    return session.room_code()


# -- what is refused -------------------------------------------------------------------------------------


def test_other_names_other_sites_and_other_kinds_are_refused(served: Served) -> None:
    who = Client(served.port)
    assert who.ask("/")[0] == 200
    assert who.ask("/", Host="evil.example")[0] == 421
    body = {"room": "AAAA"}
    assert who.ask("/join", body, Origin="http://evil.example")[0] == 403
    assert who.ask("/join", body, Origin="null")[0] == 403
    assert who.ask("/join", json.dumps(body).encode(), **{"Content-Type": "text/plain"})[0] == 422
    assert who.ask("/none")[0] == 404


def test_every_answer_forbids_the_network(served: Served) -> None:
    import http.client

    for path in ("/", "/teacher", "/projector", "/student.js", "/game.css", "/words", "/me", "/none", "/teacher/state"):
        wire = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
        wire.request("GET", path)
        answer = wire.getresponse()
        assert answer.getheader("content-security-policy") == POLICY, path
        assert answer.getheader("cache-control") == "no-store"
        wire.close()


def test_what_is_the_teachers_wants_the_secret(served: Served, teacher: Client) -> None:
    stranger = Client(served.port, "127.0.7.1")
    for path in ("/teacher/state", "/projector/state", "/teacher/code/class.svg", "/teacher/export/decisions.csv"):
        assert stranger.ask(path)[0] == 403, path
    for path in ("/teacher/do", "/teacher/arrange"):
        assert stranger.ask(path, {"call": "begin"})[0] == 403, path
    told = [stranger.ask("/teacher/enter", {"secret": f"guess {turn}"})[0] for turn in range(15)]
    assert told[:10] == [403] * 10 and set(told[10:]) == {429}
    assert teacher.ask("/teacher/state")[0] == 200
    status, told = teacher.ask("/teacher/do", {"call": "compute"})
    assert status == 422 and "no such call" in told["odd"]
    assert served.session.secret not in json.dumps(teacher.teacher())


def test_who_has_not_the_code_of_the_room_stays_out_and_guessing_ends(served: Served) -> None:
    guesser = Client(served.port, "127.0.7.2")
    told = [guesser.ask("/join", {"room": "0000", "name": "x"})[0] for _ in range(40)]
    assert told[:30] == [403] * 30 and set(told[30:]) == {429}
    guesser.close()
    other = Client(served.port, "127.0.7.3")
    other.join(room_of(served.session))
    assert other.look()["phase"] == "lobby"


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[1]", b"[" * 3_000, b'{"room": 5}', b" " * (SMALL + 1),
        json.dumps({"room": "ABCD", "name": "x" * 10_000}).encode(),
    ],
)  # fmt: skip
def test_odd_requests_are_refused_in_words(served: Served, body: bytes) -> None:
    status, told = Client(served.port, "127.0.7.4").ask("/join", body)
    assert status == 422 and told["odd"]


def test_odd_decisions_are_refused_and_leave_what_was_saved(served: Served) -> None:
    who = Client(served.port, "127.0.7.5")
    who.join(room_of(served.session))
    odd: list[dict[str, Any]] = [
        {}, {"round": "1", "chips": {}, "version": 1}, {"round": 1, "chips": [], "version": 1},
        {"round": 1, "chips": {}, "version": -1}, {"round": 1, "chips": {}, "version": True},
        {"round": 10**30, "chips": {}, "version": 1}, {"round": 1, "chips": {}, "version": 1, "seconds": "x"},
        {"round": 7, "chips": {"x": 1}, "version": 1},
    ]  # fmt: skip
    for body in odd:
        assert who.ask("/save", {"request": secrets.token_hex(16), **body})[0] == 422, body
    assert who.ask("/propose", {"round": 1, "matrix": {"x": "y" * LARGE}, "version": 1})[0] == 422
    assert who.ask("/predict", {"kind": "before", "answers": {"why": "y" * 3_900}})[0] in (200, 422)
    assert Client(served.port, "127.0.7.6").ask("/save", {})[0] == 410


def test_markup_in_a_name_is_sent_as_the_letters_that_it_is(served: Served, teacher: Client) -> None:
    who = Client(served.port, "127.0.7.7")
    who.join(room_of(served.session), "<img src=x onerror=1>")
    assert who.look()["name"] == "<img src=x onerror=1>"
    page = Client(served.port).ask("/")[1].decode()
    assert "onerror" not in page  # names are never written into HTML: scripts set them as text
    assert any(one["name"] == "<img src=x onerror=1>" for one in teacher.teacher()["roster"])


def test_a_second_tab_takes_the_seat_and_the_first_is_told(served: Served) -> None:
    who = Client(served.port, "127.0.7.8")
    who.join(room_of(served.session))
    assert "view" in who.ask("/me?tab=one&take=1")[1]
    assert "view" in who.ask("/me?tab=two&take=1")[1]
    assert who.ask("/me?tab=one")[1] == {"elsewhere": True}
    assert "view" in who.ask("/me?tab=one&take=1")[1]


def test_a_view_that_the_page_has_is_not_sent_again(served: Served) -> None:
    who = Client(served.port, "127.0.7.9")
    who.join(room_of(served.session))
    told = who.ask("/me?tab=t&take=1")[1]
    again = until(lambda: (found := who.ask(f"/me?tab=t&have={told['mark']}")[1]) and ("same" in found and found))
    assert set(again) == {"same", "now"}


def test_two_students_share_a_computer_by_choice(served: Served) -> None:
    who = Client(served.port, "127.0.8.1")
    who.join(room_of(served.session), "first")
    told = {"request": secrets.token_hex(16), "room": room_of(served.session), "name": "second", "language": "en"}
    status, joined = who.ask("/join", told, **{"X-Place": "2"})
    assert status == 200 and joined["member"] != who.member
    assert who.ask("/me?tab=t&take=1")[1]["view"]["name"] == "first"
    assert who.ask("/me?tab=t&take=1", **{"X-Place": "2"})[1]["view"]["name"] == "second"


def test_a_request_that_comes_twice_is_done_once(served: Served) -> None:
    who = Client(served.port, "127.0.8.2")
    told = {"request": secrets.token_hex(16), "room": room_of(served.session), "name": "once", "language": "en"}
    first, second = who.ask("/join", told)[1], who.ask("/join", told)[1]
    assert first == second


# -- a whole game ----------------------------------------------------------------------------------------


def play(served: Served, count: int, rounds: int) -> list[Client]:
    """A class of `count` plays `rounds` rounds; each student looks and saves at once with all others."""
    teacher = teacher_of(served)
    students = [Client(served.port, f"127.0.0.{2 + turn}") for turn in range(count)]
    room = room_of(served.session)
    with ThreadPoolExecutor(count) as many:
        list(many.map(lambda one: one.join(room), students))
        teacher.call("begin")
        for round in range(1, rounds + 1):
            until(lambda: teacher.teacher()["phase"] == "open")

            def decide(told: tuple[int, Client], round: int = round) -> None:
                turn, student = told
                view = student.look()
                if view["role"] == "player":
                    student.save(round, choice(view, turn + round))

            list(many.map(decide, enumerate(students)))
            found = teacher.teacher()
            assert found["saved"] == found["playing"], found["saved"]
            teacher.call("lock")
            until(lambda: teacher.teacher()["phase"] == "result")
            list(many.map(lambda one: one.look(), students))
            for student in students:
                assert student.view["role"] == "spectator" or student.view["history"][-1]["round"] == round
            if round < rounds:
                teacher.call("open")
    return students


def test_a_class_plays_two_rounds_and_reads_nothing_that_is_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.game.students.MOST_PLAYERS", 7)
    with small_class(tmp_path, preset="A", nations=1) as served:
        students = play(served, 9, 2)
        watching = [student for student in students if student.look()["role"] == "spectator"]
        assert len(watching) == 2 and all("watched" in one.view for one in watching)
        for student in students:
            assert all_found(served.session, student.member, student.seen, student.sent) == []
        fit = next(iter(hidden_numbers(served.session, students[0].member)))
        assert all_found(served.session, students[0].member, [f'{{"x": [{fit:.7f}]}}'])  # a rounded one is found, too
        teacher_of(served).call("reveal")
        player = next(student for student in students if student not in watching)
        player.seen.clear()
        assert "reveal" in player.look()
        # The search finds what the debrief shows: true fit, the parallel arms' incomes and others' scores.
        found = all_found(served.session, player.member, player.seen, player.sent)
        for what in ('"parallel"', "true fit", "coordinated of nation 1 in round 2", "none of nation 1 in round 1"):
            assert any(what in one for one in found), (what, found)


# -- floods ----------------------------------------------------------------------------------------------


def test_a_flood_of_posts_is_slowed_and_others_go_on(served: Served) -> None:
    flood, other = Client(served.port, "127.0.9.1"), Client(served.port, "127.0.9.2")
    flood.join(room_of(served.session))
    other.join(room_of(served.session))
    begun = time.monotonic()
    told = [flood.ask("/save", {"round": 1, "chips": {}, "version": turn})[0] for turn in range(60)]
    allowed = 20 + 2 * (time.monotonic() - begun) + 1  # what a seat may send at once, and then in a second
    assert told.count(429) >= 60 - allowed and 500 not in told
    assert other.look()["phase"] == "lobby"


@pytest.mark.parametrize("joins", [110, pytest.param(500, marks=pytest.mark.long)])
def test_joins_beyond_the_limits_are_refused(tmp_path: Path, joins: int) -> None:
    with small_class(tmp_path, nations=1) as served:
        room, told = room_of(served.session), []
        crowd = [Client(served.port, f"127.0.{11 + turn % 8}.1") for turn in range(8)]
        for turn in range(joins):
            body = {"request": secrets.token_hex(16), "room": room, "name": str(turn), "language": "en"}
            fresh = crowd[turn % 8]
            fresh.cookies = {}
            told.append(fresh.ask("/join", body)[0])
        assert told[:60] == [200] * 60 and set(told) <= {200, 422, 429}
        roster = teacher_of(served).teacher()["roster"]
        assert sum(one["role"] == "player" for one in roster if one["member"]) == 60
        assert len(served.session.state.members) <= 100
        assert Client(served.port, "127.0.0.9").ask("/")[0] == 200


# -- lost connections, new addresses, kills ---------------------------------------------------------------


class Scaled:
    """A clock that runs faster."""

    def __init__(self, times: float) -> None:
        self.begun = time.time()
        self.times = times

    def __call__(self) -> float:
        return self.begun + (time.time() - self.begun) * self.times


def test_students_who_lose_their_connection_lose_no_decision(tmp_path: Path) -> None:
    """Twenty are away for 1 to 300 s of a clock that runs 200 times as fast; each sends until it is answered, sometimes
    twice, as the page does."""
    luck = random.Random(5)
    scale = 200.0
    with small_class(tmp_path, preset="A", nations=1, clock=Scaled(scale), seconds=0) as served:
        teacher = teacher_of(served)
        students = [Client(served.port, f"127.0.0.{2 + turn}") for turn in range(20)]
        for student in students:
            student.join(room_of(served.session))
        teacher.call("begin")
        wanted: dict[str, dict[str, int]] = {}
        acknowledged: list[tuple[str, int]] = []

        def decide(told: tuple[int, Client]) -> None:
            turn, student = told
            view = student.look()
            for step in range(2):
                chips, version = choice(view, turn + step), 1_000 + step
                body = {"round": 1, "chips": chips, "version": version, "request": secrets.token_hex(16)}
                if luck.random() < 0.5:  # the answer is lost on its way: the student does not know, and sends again
                    student.ask("/save", body)
                    student.close()
                time.sleep(luck.uniform(1.0, 300.0) / scale)
                answer = student.done("/save", body)
                wanted[student.member] = chips
                acknowledged.append((student.member, answer["version"]))

        with ThreadPoolExecutor(20) as many:
            list(many.map(decide, enumerate(students)))
        teacher.call("lock")
        until(lambda: teacher.teacher()["phase"] == "result")
        own = {}
        for decision in served.session.state.decisions[1]:
            own.update(decision.members)
        assert {
            member: {name: float(count) for name, count in chips.items()} for member, chips in wanted.items()
        } == own
        drafts = [json.loads(line) for line in (served.session.folder / "events.jsonl").read_text().splitlines()]
        kept = [(one["member"], one["version"]) for one in drafts if one["kind"] == "draft"]
        assert len(kept) == len(set(kept)) == 40 and set(acknowledged) == set(kept)


def test_after_a_new_address_seats_are_found_by_their_codes(tmp_path: Path) -> None:
    with small_class(tmp_path, preset="A", nations=1) as served:
        first = Client(served.port, "127.0.0.2")
        first.join(room_of(served.session), "Ada")
        second = Client(served.port, "127.0.0.3")
        second.code = first.code
        told = second.done("/claim", {"code": first.code.lower()})
        assert told["member"] == first.member
        assert second.look()["name"] == "Ada"
        status, gone = first.ask("/me?tab=t")
        assert (status, gone) == (410, {"gone": "replaced"})
        teacher = teacher_of(served)
        code = teacher.call("reissue", member=first.member)["code"]
        assert code != first.code
        assert first.ask("/claim", {"code": first.code, "request": secrets.token_hex(16)})[0] in (403, 410, 422)
        first.done("/claim", {"code": code})
        assert first.look()["name"] == "Ada" and second.ask("/me?tab=t")[0] == 410
        teacher.call("remove", member=first.member)
        status, gone = first.ask("/me?tab=t")
        assert (status, gone) == (410, {"gone": "removed"})
        body = {"request": secrets.token_hex(16), "room": room_of(served.session), "name": "again"}
        assert first.ask("/join", body)[0] == 422  # the device stays out


def test_a_class_goes_on_after_its_server_is_started_again(tmp_path: Path) -> None:
    with small_class(tmp_path, preset="A", nations=1) as served:
        students = play(served, 3, 1)
        secret, port = served.session.secret, served.port
    with serving(resume(tmp_path / "class"), Limits()) as served:
        assert served.session.secret == secret and served.session.port != port
        teacher = Client(served.port)
        teacher.enter(secret)
        until(lambda: teacher.teacher()["keeper"]["warm"])
        for student in students:  # cookies know no ports
            student.close()
            student.port = served.port
            assert student.look()["history"][-1]["round"] == 1
        teacher.call("open")
        students[0].save(2, choice(students[0].look(), 3))
        assert students[0].look()["draft"]["chips"] == choice(students[0].view, 3)


def test_a_body_that_never_ends_holds_nobody_up(served: Served) -> None:
    import socket

    with socket.socket() as slow:
        slow.connect(("127.0.0.1", served.port))
        slow.sendall(f"POST /join HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nContent-Type: application/json\r\n"
                     "Content-Length: 900\r\n\r\n{".encode())  # fmt: skip
        answered = threading.Event()
        threading.Thread(target=lambda: Client(served.port).ask("/about")[0] == 200 and answered.set()).start()
        assert answered.wait(10)
