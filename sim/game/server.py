"""The server of a class: pages for students, the teacher and the projector.

Students' phones ask for their view every two seconds and send what they decided; nothing is pushed. All that a browser
is sent of the game comes from sim.game.views. Every request has a limit of size and of rate; the guard of sim.page
refuses other names and other sites.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Container, Mapping
from functools import partial
from importlib import resources
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sim.game import views
from sim.game.session import Denied, GameError, Gone, Refused, Session
from sim.game.web_addresses import Address, own_addresses
from sim.game.web_fields import given, number, table, text, whole
from sim.game.web_keeper import Keeper
from sim.game.web_limits import Limits
from sim.game.web_room import Room
from sim.game.web_words import class_catalogues
from sim.page.bodies import read_object
from sim.page.server import Guard, PageError
from sim.reporting.player import text_of

SMALL, LARGE = 4_000, 40_000
"""Bytes of a request's body; of a proposal for all regions."""
SLOWEST = 10.0
"""Seconds in which the body of a request must have come."""
WATCHED = 0.7
"""Seconds for which the view of the projector is kept: many may watch."""
LONG = 400 * 86_400
"""Seconds for which a browser keeps its seat."""
PAGES = {"/": "student", "/teacher": "teacher", "/projector": "projector"}
SCRIPTS = ("common", "student", "decide", "spectator", "teacher", "projector", "figures")
TEACHER_CALLS: Mapping[str, tuple[str, ...]] = {
    "begin": (), "open": (), "extend": (), "pause": (), "go_on": (), "lock": (), "undo": (), "lock_lobby": ("closed",),
    "rename": ("member", "name"), "remove": ("member",), "reissue": ("member",), "anonymise": (),
    "coordinator": ("member",), "reveal": (), "finish": (),
}  # fmt: skip
"""What the teacher can do, each with what it takes."""


def static(name: str) -> str:
    """A file of the pages."""
    return (resources.files("sim.game.static") / name).read_text(encoding="utf-8")


class OwnHosts(Container[str]):
    """Names under which the class is served, as they are now: the machine may change its address during a lesson."""

    def __init__(
        self,
        port: int,
        lan: bool,
        addresses: Callable[[], list[Address]] = own_addresses,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.port = port
        self.lan = lan
        self._find = addresses
        self._clock = clock
        self._known = self._now()
        self._looked = clock()

    def _now(self) -> frozenset[str]:
        numbers = [one.number for one in self._find()] if self.lan else []
        return frozenset(f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", *numbers))

    def __contains__(self, host: object) -> bool:
        if host not in self._known and self._clock() - self._looked > 2.0:
            self._known, self._looked = self._now(), self._clock()
        return host in self._known


class Classroom:
    """Answers the requests of one class."""

    def __init__(self, session: Session, room: Room, keeper: Keeper, limits: Limits) -> None:
        self.session = session
        self.room = room
        self.keeper = keeper
        self.limits = limits
        self.id = hashlib.sha256(session.secret.encode()).hexdigest()[:8]
        """Tells the cookies of this class from those of another on the same machine."""
        self._watched: tuple[float, dict[str, Any]] = (0.0, {})

    # -- who asks ----------------------------------------------------------------------------------------

    def _cookie(self, request: Request, name: str) -> str:
        return request.cookies.get(f"{name}-{self.id}", "")[:200]

    def _keep(self, answer: Response, name: str, value: str) -> None:
        answer.set_cookie(f"{name}-{self.id}", value, max_age=LONG, httponly=True, samesite="strict")

    def _place(self, request: Request) -> str:
        """Which of the seats of this browser asks: two students may share a computer."""
        told = request.headers.get("x-place", "1")
        return f"seat{told if told in ('1', '2', '3', '4') else '1'}"

    def _teacher(self, request: Request) -> str:
        """The teacher's secret. Raises Denied."""
        secret = self._cookie(request, "teacher")
        self.session.check(secret)
        return secret

    async def _read(self, request: Request, longest: int = SMALL) -> dict[str, Any]:
        try:
            return await asyncio.wait_for(read_object(request, longest), SLOWEST)
        except TimeoutError:
            raise PageError("that came too slowly") from None

    # -- students ----------------------------------------------------------------------------------------

    async def about(self, _request: Request) -> Response:
        """What a browser without a seat is told."""
        state = self.session.state
        return JSONResponse({"phase": state.phase, "language": self.session.language, "class": self.id})

    async def join(self, request: Request) -> Response:
        """A new seat, for who has the code of the room."""
        told = await self._read(request)
        self.limits.joining(request)
        device = self._cookie(request, "device") or secrets.token_urlsafe(16)
        joined = await self._admitted(request, partial(
            self.session.join, text(told, "room"), text(told, "name"), text(told, "language"), device,
            text(told, "request")))  # fmt: skip
        return self._seated(request, joined, device)

    async def claim(self, request: Request) -> Response:
        """A seat that is there already, by its code, from another device."""
        told = await self._read(request)
        self.limits.joining(request)
        device = self._cookie(request, "device") or secrets.token_urlsafe(16)
        joined = await self._admitted(request, partial(self.session.claim, text(told, "code"), text(told, "request")))
        return self._seated(request, joined, device)

    async def _admitted(self, request: Request, call: Callable[[], Any]) -> Any:
        try:
            return await run_in_threadpool(call)
        except (Denied, Gone):
            self.limits.wrong(request)
            raise

    def _seated(self, request: Request, joined: Any, device: str) -> Response:
        answer = JSONResponse({"member": joined.member, "code": joined.code, "role": joined.role})
        self._keep(answer, self._place(request), joined.token)
        self._keep(answer, "device", device)
        return answer

    async def me(self, request: Request) -> Response:
        """The view of a seat; nothing but the time if the page has it already."""
        token = self._cookie(request, self._place(request))
        if not token:
            raise Gone("unknown")
        self.limits.asking(token)
        query = request.query_params
        if not self.room.holds(token, query.get("tab", "")[:40], take=query.get("take") == "1"):
            return JSONResponse({"elsewhere": True})
        told = await run_in_threadpool(views.student_view, self.session, token)
        if told["role"] == "spectator":
            told["watched"] = await self._watching()
        return _unless_known(told, query.get("have", ""))

    async def _watching(self) -> dict[str, Any]:
        """The view of the projector without the code of the room; of the debrief what it comes to in words."""
        if time.monotonic() - self._watched[0] > WATCHED:
            told = await run_in_threadpool(views.projector_view, self.session)
            self._watched = (time.monotonic(), _shown(told))
        told = self._watched[1]
        debrief = told.get("debrief") or {"nations": []}
        shown = {key: value for key, value in told.items() if key not in ("room", "debrief", "expected")}
        return {**shown, "sentences": [nation["sentences"] for nation in debrief["nations"]]}

    async def save(self, request: Request) -> Response:
        """Chips of this round, as often as they change until the lock."""
        return await self._decided(request, "save", "chips", seconds=True)

    async def announce(self, request: Request) -> Response:
        """What a region says that it will do."""
        return await self._decided(request, "announce", "chips")

    async def propose(self, request: Request) -> Response:
        """A plan for all regions, from the one who coordinates."""
        return await self._decided(request, "propose", "matrix", LARGE)

    async def _decided(
        self, request: Request, call: str, what: str, longest: int = SMALL, seconds: bool = False
    ) -> Response:
        token = self._seat(request)
        told = await self._read(request, longest)
        more = {"seconds": number(told, "seconds")} if seconds else {}
        saved = await run_in_threadpool(partial(
            getattr(self.session, call), token, whole(told, "round"), table(told, what), whole(told, "version"),
            request=text(told, "request"), **more))  # fmt: skip
        return JSONResponse({"round": saved.round, "version": saved.version, "at": saved.at, "fresh": saved.fresh})

    async def predict(self, request: Request) -> Response:
        """What a student expects, or says at the end."""
        token = self._seat(request)
        told = await self._read(request)
        saved = await run_in_threadpool(partial(
            self.session.predict, token, text(told, "kind"), table(told, "answers"),
            request=text(told, "request")))  # fmt: skip
        return JSONResponse({"at": saved.at})

    def _seat(self, request: Request) -> str:
        token = self._cookie(request, self._place(request))
        if not token:
            raise Gone("unknown")
        self.limits.sending(token)
        return token

    # -- the teacher and the projector -------------------------------------------------------------------

    async def enter(self, request: Request) -> Response:
        """The teacher's browser shows the secret once and keeps it as a cookie that scripts cannot read."""
        told = await self._read(request)
        self.limits.entering(request)
        self.session.check(text(told, "secret"))
        answer = JSONResponse({"entered": True})
        self._keep(answer, "teacher", text(told, "secret"))
        return answer

    async def teacher(self, request: Request) -> Response:
        """What the teacher's page shows."""
        secret = self._teacher(request)
        told = _shown(await run_in_threadpool(views.teacher_view, self.session, secret))
        told.pop("debrief", None)  # the projector has it
        told.update(self.room.told(), keeper=self.keeper.told())
        if told["phase"] in ("debrief", "closed"):
            told["files"] = sorted(path.name for path in self._exports().values())
        return _unless_known(told, request.query_params.get("have", ""))

    async def do(self, request: Request) -> Response:
        """What the teacher wants: one of TEACHER_CALLS."""
        secret = self._teacher(request)
        told = await self._read(request)
        call = text(told, "call")
        if call == "export":
            self.keeper.export()
            return JSONResponse({"done": call, "code": None})
        if call not in TEACHER_CALLS:
            raise PageError("there is no such call")
        taken = {name: given(told, name) for name in TEACHER_CALLS[call]}
        found = await run_in_threadpool(
            partial(getattr(self.session, call), secret, **taken, request=text(told, "request"))
        )
        self.keeper.look()
        return JSONResponse({"done": call, "code": found if isinstance(found, str) else None})

    async def arrange(self, request: Request) -> Response:
        """What the projector shows: a step of the debrief, an address, a Wi-Fi network."""
        self._teacher(request)
        told = await self._read(request)
        self.room.arrange(told)
        return JSONResponse(self.room.told())

    async def projector(self, request: Request) -> Response:
        """What the projector shows. It holds the code of the room, and so is the teacher's."""
        self._teacher(request)
        told = _shown(await run_in_threadpool(views.projector_view, self.session))
        told.update(self.room.told(), language=self.session.language)
        return _unless_known(told, request.query_params.get("have", ""))

    async def code(self, request: Request) -> Response:
        """A picture for phones: the address of the class with the code of the room, or the Wi-Fi network."""
        self._teacher(request)
        drawn = self.room.picture(request.path_params["what"], self.session.room_code())
        return Response(drawn, media_type="image/svg+xml")

    async def export(self, request: Request) -> Response:
        """A file of the exports."""
        self._teacher(request)
        path = (await run_in_threadpool(self._exports)).get(request.path_params["name"])
        if path is None:
            raise PageError("there is no such file")
        return FileResponse(path, filename=path.name)

    def _exports(self) -> dict[str, Any]:
        folder = self.session.folder / "exports"
        return {path.name: path for path in folder.iterdir() if path.is_file()} if folder.is_dir() else {}


def application(session: Session, hosts: Container[str], room: Room, keeper: Keeper, limits: Limits) -> Starlette:
    """The class as an ASGI application, for requests under the names in `hosts` (name:port)."""
    own = Classroom(session, room, keeper, limits)
    files = {f"{name}.js": (static(f"{name}.js"), "text/javascript") for name in SCRIPTS}
    files["make.js"] = (text_of("make.js"), "text/javascript")
    files["game.css"] = (static("game.css"), "text/css")
    catalogues = json.dumps({"catalogues": class_catalogues(), "class": own.id, "language": session.language})

    async def show(request: Request) -> Response:
        page = static("page.html").replace("{{ language }}", session.language)
        return HTMLResponse(page.replace("{{ script }}", PAGES[request.url.path]))

    async def file(request: Request) -> Response:
        content, kind = files[request.url.path.removeprefix("/")]
        return Response(content, media_type=kind)

    async def words(_request: Request) -> Response:
        return Response(catalogues, media_type="application/json")

    def get(path: str, answer: Callable[[Request], Awaitable[Response]]) -> Route:
        return Route(path, limited(answer))

    def post(path: str, answer: Callable[[Request], Awaitable[Response]]) -> Route:
        return Route(path, limited(answer), methods=["POST"])

    def limited(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def within(request: Request) -> Response:
            limits.coming(request)
            return await answer(request)

        return within

    routes = [
        *(get(path, show) for path in PAGES), *(get(f"/{name}", file) for name in files), get("/words", words),
        get("/about", own.about), post("/join", own.join), post("/claim", own.claim), get("/me", own.me),
        post("/save", own.save), post("/announce", own.announce), post("/propose", own.propose),
        post("/predict", own.predict),
        post("/teacher/enter", own.enter), get("/teacher/state", own.teacher), post("/teacher/do", own.do),
        post("/teacher/arrange", own.arrange), get("/teacher/code/{what}.svg", own.code),
        get("/teacher/export/{name}", own.export), get("/projector/state", own.projector),
    ]  # fmt: skip
    app = Starlette(routes=routes, exception_handlers={
        PageError: _odd, Limits.Reached: _later, GameError: _refused, Exception: _failed,
    })  # fmt: skip
    app.add_middleware(Guard, hosts=hosts)
    app.state.classroom = own
    return app


def _shown(told: dict[str, Any]) -> dict[str, Any]:
    """A view with as much of the debrief as is drawn."""
    if told.get("debrief"):
        told["debrief"] = {name: told["debrief"][name] for name in ("nations", "ready")}
    return told


def _unless_known(told: dict[str, Any], have: str) -> Response:
    """The view with its mark, or the time alone where the page has this view already."""
    now = told.pop("now", None)
    written = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    mark = hashlib.sha256(written.encode()).hexdigest()[:16]
    if mark == have:
        return JSONResponse({"same": True, "now": now})
    return Response(f'{{"mark":"{mark}","now":{json.dumps(now)},"view":{written}}}', media_type="application/json")


# -- answers that say no ---------------------------------------------------------------------------------


async def _odd(_request: Request, error: Exception) -> Response:
    return JSONResponse({"odd": str(error)}, 422)


async def _later(_request: Request, error: Exception) -> Response:
    wait = error.seconds if isinstance(error, Limits.Reached) else 1
    return JSONResponse({"later": wait}, 429, {"Retry-After": str(wait)})


async def _refused(_request: Request, error: Exception) -> Response:
    if isinstance(error, Gone):
        return JSONResponse({"gone": error.why}, 410)
    if isinstance(error, Denied):
        return JSONResponse({"denied": True}, 403)
    code = error.code if isinstance(error, Refused) else "failed"
    return JSONResponse({"refused": code, "said": str(error), "details": getattr(error, "details", {})}, 422)


async def _failed(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": type(error).__name__}, 500)
