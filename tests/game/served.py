"""A class that is served here, and students made of HTTP requests."""

from __future__ import annotations

import http.client
import itertools
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from sim.game.server import OwnHosts, application
from sim.game.session import Session, create
from sim.game.web_addresses import Address, Addresses
from sim.game.web_keeper import Keeper
from sim.game.web_limits import Limits
from sim.game.web_room import Room
from sim.page.listening import listen

SMALL = (
    "extends: policy_text.yaml\ntitle: Small\npopulation: {firms: 80, institutes: 4}\n"
    "years: {burn_in: 3, treatment: 5}\nregions: {grid: {rows: 2, columns: 2}, cells: 2}\n"
)
"""A scenario whose rounds are computed in a moment."""


OPEN: list[Client] = []
"""Clients whose connections are closed when a class ends."""


def small(folder: Path) -> str:
    """The scenario in a file."""
    path = folder / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


@dataclass
class Served:
    """A class that is served."""

    session: Session
    port: int
    app: Any
    room: Room

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(
    session: Session,
    limits: Limits | None = None,
    ahead: bool = False,
    addresses: Callable[[], list[Address]] | None = None,
) -> Iterator[Served]:
    """Serve a session in a thread; `ahead`: what the debrief needs is lived while the class plays, as it is in use.

    With `addresses` it answers the network under those, and looks for them anew at each request.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    session.remember_port(port)
    keeper = Keeper(session, ahead)
    hosts: Container[str]
    if addresses is None:
        listening, hosts, room = listen(port, "127.0.0.1"), frozenset({f"127.0.0.1:{port}"}), Room(port, False)
    else:
        found = Addresses(addresses, itertools.count(step=10).__next__)
        listening, hosts = listen(port, "0.0.0.0"), OwnHosts(port, True, found)
        room = Room(port, True, found)
    app = application(session, hosts, room, keeper, limits or Limits())
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none", timeout_keep_alive=60))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    keeper.start()
    try:
        yield Served(session, port, app, room)
    finally:
        for client in OPEN:
            client.close()
        server.should_exit = True
        thread.join(10)
        keeper.stop()
        session.close()


@contextmanager
def small_class(folder: Path, **more: Any) -> Iterator[Served]:
    """A new class with a small scenario, served."""
    with serving(create(folder / "class", small(folder), **{"seconds": 0, "practice": False, **more})) as served:
        yield served


@dataclass
class Client:
    """A browser without a screen: it keeps cookies, and all that it was ever sent."""

    port: int
    source: str = "127.0.0.1"
    """The address from which it comes."""
    address: str = "127.0.0.1"
    """The address that it asks."""
    cookies: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    sent: list[dict[str, int]] = field(default_factory=list)
    """Plans that it ever sent."""
    host: str = ""
    code: str = ""
    member: str = ""
    view: dict[str, Any] = field(default_factory=dict)
    _kept: http.client.HTTPConnection | None = None

    def __post_init__(self) -> None:
        OPEN.append(self)

    def ask(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and content of an answer: read if it is JSON, else bytes. Raises OSError where none comes."""
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        told = {"Host": self.host or f"{self.address}:{self.port}", **headers}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if content is not None:
            told.setdefault("Content-Type", "application/json")
        if self._kept is None:
            self._kept = http.client.HTTPConnection(
                self.address, self.port, timeout=60, source_address=(self.source, 0)
            )
        try:
            self._kept.request("GET" if content is None else "POST", path, content, told)
            answer = self._kept.getresponse()
            read = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise OSError(str(error)) from error
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        self.seen.append(read.decode("utf-8", "replace"))
        kind = answer.getheader("content-type", "")
        return answer.status, json.loads(read) if kind.startswith("application/json") else read

    def close(self) -> None:
        """Let go of the connection."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def done(self, path: str, body: Any) -> Any:
        """Send something that must be done."""
        status, told = self.ask(path, {"request": secrets.token_hex(16), **body})
        assert status == 200, (path, body, status, told)
        return told

    # -- students

    def join(self, room: str, name: str = "") -> None:
        """Take a seat."""
        told = self.done("/join", {"room": room, "name": name, "language": "en"})
        self.code, self.member = told["code"], told["member"]

    def look(self) -> dict[str, Any]:
        """The own view."""
        status, told = self.ask("/me?tab=t&take=1")
        assert status == 200, told
        self.view = told["view"]
        return self.view

    def save(self, round: int, chips: dict[str, int], version: int | None = None) -> dict[str, Any]:
        """Put chips down."""
        self.sent.append(chips)
        return self.done("/save", {"round": round, "chips": chips, "version": version or time.time_ns() // 1_000_000})

    # -- the teacher

    def enter(self, secret: str) -> None:
        """Be the teacher."""
        self.done("/teacher/enter", {"secret": secret})

    def call(self, name: str, **more: Any) -> Any:
        """Let the teacher do something."""
        return self.done("/teacher/do", {"call": name, **more})

    def teacher(self) -> dict[str, Any]:
        """The teacher's view."""
        status, told = self.ask("/teacher/state")
        assert status == 200, told
        return told["view"]


def until(found: Any, seconds: float = 60.0) -> Any:
    """What `found()` gives as soon as it is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        told = found()
        if told:
            return told
        time.sleep(0.02)
    raise AssertionError("it never came")


def teacher_of(served: Served) -> Client:
    """The teacher, when the class is ready to begin."""
    teacher = Client(served.port)
    teacher.enter(served.session.secret)
    until(lambda: teacher.teacher()["keeper"]["warm"])
    return teacher


def choice(view: dict[str, Any], luck: int) -> dict[str, int]:
    """Some chips on open industries: no two students the same."""
    names = [one["name"] for one in view["industries"] if one["open"]]
    first, second = names[luck % len(names)], names[(luck * 7 + 3) % len(names)]
    return {first: 4 + luck % 3, second: 3} if first != second else {first: 6}
