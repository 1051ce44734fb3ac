"""Parts of the class's server that need no server: limits, addresses, codes, the room, words."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("starlette")

from sim.game.rules import LONGEST_ANSWER
from sim.game.server import SCRIPTS, TEACHER_CALLS, OwnHosts, static
from sim.game.session import Session
from sim.game.web_addresses import Address, Addresses, own_addresses, ranked
from sim.game.web_codes import picture, wifi_picture
from sim.game.web_limits import MOST_KEYS, Buckets
from sim.game.web_room import STEPS, Room
from sim.game.web_words import class_catalogues
from sim.page.server import PageError


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_what_it_holds_and_fills_with_time() -> None:
    clock = Hand()
    buckets = Buckets(3, 0.5, clock)
    assert [buckets.take("a") for _ in range(5)] == [True, True, True, False, False]
    assert buckets.take("b")
    assert buckets.wait("a") == 2
    clock.now += 2.0
    assert buckets.take("a") and not buckets.take("a")
    clock.now += 1_000.0
    assert [buckets.take("a") for _ in range(4)] == [True, True, True, False]


def test_buckets_do_not_grow_with_the_names_of_a_flood() -> None:
    buckets = Buckets(1, 0.1, Hand())
    for name in range(MOST_KEYS * 2):
        buckets.take(str(name))
    assert len(buckets._kept) == MOST_KEYS


def test_addresses_that_phones_reach_come_first() -> None:
    found = {
        "docker0": ["172.17.0.1"], "lo": ["127.0.0.1"], "tailscale0": ["100.101.1.2"], "wlp2s0": ["192.168.1.20"],
        "eth0": ["10.0.0.5"], "tun0": ["10.8.0.2"], "eth1": ["169.254.3.4"], "vEthernet (WSL)": ["172.20.0.1"],
        "eth2": ["10.0.0.9"],
    }  # fmt: skip
    order = ranked(found, used="10.0.0.9")
    assert [one.number for one in order[:3]] == ["192.168.1.20", "10.0.0.9", "10.0.0.5"]
    assert {one.interface for one in order if not one.likely} == {"docker0", "tailscale0", "tun0", "vEthernet (WSL)"}
    assert [one.likely for one in order] == sorted((one.likely for one in order), reverse=True)
    assert len(order) == 7  # not the machine's own, nor one that an interface gave itself


def test_this_machines_addresses_can_be_asked() -> None:
    assert all(not one.number.startswith("127.") for one in own_addresses())


def test_codes_are_drawn_and_odd_networks_refused() -> None:
    assert picture("http://192.168.1.20:8765/?c=ABCD").startswith("<svg xmlns=")
    assert wifi_picture("Classroom; 5", "a secret: 1") != wifi_picture("Classroom; 5", "a secret: 2")
    assert wifi_picture("open", "").startswith("<svg ")
    for name, password in (("", "12345678"), ("x" * 33, "12345678"), ("x", "short"), ("x", "y" * 64)):
        with pytest.raises(ValueError):
            wifi_picture(name, password)


def test_names_of_the_machine_are_looked_up_again_when_they_change() -> None:
    clock = Hand()
    here: list[Address] = []
    hosts = OwnHosts(80, True, Addresses(lambda: list(here), clock))
    assert "127.0.0.1:80" in hosts and "localhost:80" in hosts and "evil.example:80" not in hosts
    here += [*own_addresses(), Address("192.168.1.2", "wlan0", True)]
    numbers = [one.number for one in here]
    assert all(f"{number}:80" not in hosts for number in numbers)
    clock.now += 3.0
    assert all(f"{number}:80" in hosts for number in numbers)
    assert "evil.example:80" not in hosts


def test_room_and_names_look_for_addresses_in_one_place_and_not_at_each_request() -> None:
    clock, looked = Hand(), []

    def find() -> list[Address]:
        looked.append(clock.now)
        return [Address("192.168.1.2", "wlan0", True)]

    addresses = Addresses(find, clock)
    room, hosts = Room(80, True, addresses), OwnHosts(80, True, addresses)
    assert [one.number for one in room.addresses()] == ["192.168.1.2"]
    assert "192.168.1.2:80" in hosts and "evil.example:80" not in hosts and len(looked) == 1
    clock.now += 3.0
    assert "192.168.1.2:80" in hosts and len(looked) == 1
    assert "evil.example:80" not in hosts and len(looked) == 2
    room.addresses()
    assert len(looked) == 2


def test_the_newest_tab_holds_a_seat() -> None:
    room = Room(80, False)
    assert room.holds("seat", "one", take=True)
    assert room.holds("seat", "two", take=True)
    assert not room.holds("seat", "one", take=False) and room.holds("seat", "two", take=False)
    assert room.holds("other", "one", take=False)
    for turn in range(2_000):
        room.holds(f"seat {turn}", "one", take=True)
    assert len(room._tabs) <= 500


def test_the_room_takes_what_it_can_show_and_nothing_else() -> None:
    clock = Hand()
    two = [Address("192.168.1.2", "wlan0", True), Address("10.8.0.2", "tun0", False)]
    room = Room(80, True, Addresses(lambda: two, clock))
    room.arrange({"step": 2, "address": "10.8.0.2"})
    assert room.told()["step"] == 2 and room.told()["addresses"][0]["number"] == "10.8.0.2"
    room.arrange({"wifi": "Class", "password": "12345678"})
    assert room.told()["wifi"] == "Class" and "12345678" not in str(room.told())
    assert room.picture("wifi", "ABCD").startswith("<svg") and room.picture("class", "ABCD").startswith("<svg")
    odd: list[dict[str, object]] = [
        {"step": STEPS}, {"step": -1}, {"step": "1"}, {"step": True}, {"address": "evil.example"}, {"wifi": 5},
        {"wifi": "x", "password": "short"},
    ]  # fmt: skip
    for told in odd:
        with pytest.raises(PageError):
            room.arrange(told)
    assert room.told()["step"] == 2 and room.told()["wifi"] == "Class"
    room.arrange({"wifi": ""})
    with pytest.raises(PageError):
        room.picture("wifi", "ABCD")


def test_what_the_teacher_calls_is_there() -> None:
    assert all(callable(getattr(Session, name)) for name in TEACHER_CALLS)


def test_texts_that_pages_ask_for_are_in_both_catalogues() -> None:
    scripts = "".join(static(f"{name}.js") for name in SCRIPTS)
    asked = set(re.findall(r'(?:say|card|button|line)\("(\w+)"', scripts))
    made = set(re.findall(r"say\(`(\w+_)\$\{", scripts))
    told = class_catalogues()
    assert set(told["en"]["texts"]) == set(told["zh"]["texts"])
    assert len(asked) > 80 and asked - set(told["en"]["texts"]) == set()
    for kind in made:
        assert any(key.startswith(kind) for key in told["en"]["texts"]), kind


def test_pages_and_core_do_not_name_their_texts_alike() -> None:
    from sim.game.web_words import OWN, english, english_core

    assert len(OWN["en"]) == len(english.TEXTS) + len(english_core.TEXTS)


def test_texts_leave_the_same_gaps_in_both_languages() -> None:
    told = class_catalogues()
    for key, text in told["en"]["texts"].items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", told["zh"]["texts"][key])), key


def test_answers_that_a_page_lets_somebody_write_are_no_longer_than_the_game_takes() -> None:
    assert re.findall(r'maxlength: "(\d+)"', static("student.js"))[-1] == str(LONGEST_ANSWER)


def test_pages_ask_no_other_machine_and_use_nothing_that_plain_http_lacks() -> None:
    scripts = "".join(static(f"{name}.js") for name in SCRIPTS)
    text = scripts + static("page.html") + static("game.css")
    assert re.findall(r"https?://[^\s\"`]+", text) == ["http://www.w3.org/2000/svg"]
    for word in ("wakeLock", "navigator.clipboard", "innerHTML", "insertAdjacentHTML", "eval("):
        assert word not in scripts, word
    assert re.findall(r"crypto\.(\w+)\(", scripts) == ["getRandomValues"]
