"""The server: a page, its files, sessions, and years as they are made. It answers this machine alone unless told.

Years are made in a small pool of threads, one year a task, so that pages take turns; compiled rules let go of Python's
lock. Every answer carries a Content-Security-Policy that lets the page ask nobody but this server, and requests under
another name than the served ones (DNS rebinding) or from another site are refused.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from sim.page.bodies import read_object
from sim.page.controls import controls
from sim.page.events import Event, kinds, read_events
from sim.page.lessons import told_lessons
from sim.page.lives import Overtaken
from sim.page.sessions import PageError, Session, Sessions
from sim.page.study import study_routes
from sim.page.words import in_all, page_catalogues
from sim.reporting.player import module, style
from sim.runs.history import read_frame
from sim.scenario.problems import ScenarioError

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip
SCRIPTS = ("dom.js", "free.js", "lesson.js", "board.js", "page.js")
Answer = Callable[[Request], Awaitable[Response]]


def static(name: str) -> str:
    """A file of the page."""
    return (resources.files("sim.page.static") / name).read_text(encoding="utf-8")


class Gone(Exception):
    """A session that is not open, or no more."""


class Guard(BaseHTTPMiddleware):
    """Refuses requests under foreign names and from foreign sites, and puts HEADERS on every answer."""

    def __init__(self, app: Any, hosts: Container[str]) -> None:
        super().__init__(app)
        self.hosts = hosts

    async def dispatch(self, request: Request, call_next: Any) -> Response:
        """Answer a request, or refuse it."""
        origin = request.headers.get("origin")
        if request.headers.get("host", "") not in self.hosts:
            answer: Response = PlainTextResponse(in_all("other_name"), 421)
        elif origin is not None and not (origin.startswith("http://") and origin[7:] in self.hosts):
            answer = PlainTextResponse(in_all("other_site"), 403)
        else:
            answer = await call_next(request)
        answer.headers.update(HEADERS)
        return answer


def application(sources: dict[str, str], hosts: Sequence[str], language: str, workers: int) -> Starlette:
    """The page as an ASGI application, for requests under the names `hosts` (name:port)."""
    sessions = Sessions(sources, workers=max(1, workers - 1))
    pool = ThreadPoolExecutor(workers, thread_name_prefix="year")
    page = static("page.html").replace("{{ language }}", language)
    files = {
        "player.js": (module(), "text/javascript"), **{name: (static(name), "text/javascript") for name in SCRIPTS},
        "page.css": (style() + static("page.css"), "text/css"),
    }  # fmt: skip

    async def show(_request: Request) -> Response:
        return HTMLResponse(page)

    async def file(request: Request) -> Response:
        text, kind = files[request.url.path.removeprefix("/")]
        return Response(text, media_type=kind)

    async def words(_request: Request) -> Response:
        told = {"catalogues": page_catalogues(), "controls": controls(), "scenarios": list(sources),
                "lessons": told_lessons(), "events": kinds()}  # fmt: skip
        return JSONResponse(told)

    async def begin(request: Request) -> Response:
        told = await read_object(request)
        query = told.get("query", "")
        if not isinstance(query, str):
            raise PageError("the address is no text")
        name, session = await run_in_threadpool(sessions.open, query)
        return JSONResponse({"session": name, "problems": session.problems, **session.told()})

    def found(request: Request) -> Session:
        session = sessions.get(request.path_params["session"])
        if session is None:
            raise Gone
        return session

    async def change(request: Request) -> Response:
        session, told = found(request), await read_object(request)
        year, key, value = told.get("year"), told.get("key"), told.get("value")
        if key is None:
            kept = await run_in_threadpool(session.clear)
        elif type(year) is int and isinstance(key, str) and isinstance(value, int | float | bool | None):
            kept = await run_in_threadpool(session.change, year, key, value)
        else:
            raise PageError("a change has a year, a key and a value")
        return JSONResponse({"kept": kept, **session.told()})

    async def happen(request: Request) -> Response:
        session, told = found(request), await read_object(request)
        if type(told.get("undo")) is int:
            kept = await run_in_threadpool(session.undo, told["undo"])
        else:
            kept = await run_in_threadpool(session.happen, read_event(told))
        return JSONResponse({"kept": kept, **session.told()})

    async def calm(request: Request) -> Response:
        session, arm = found(request), request.path_params["arm"]
        if not 0 <= arm < len(session.lives):
            raise PageError("there is no such arm")
        life = await run_in_threadpool(session.calm, arm)
        values: list[float | None] = []
        for year in range(life.last_year + 1 if life is not None else 0):
            assert life is not None
            frame = await asyncio.get_running_loop().run_in_executor(pool, life.frame, year, life.turn)
            values.append(read_frame(frame).series["ln_real_income"])
        return JSONResponse({"ln_real_income": values})

    async def frames(request: Request) -> Response:
        session = found(request)
        arm, first, turn = (request.path_params[name] for name in ("arm", "first", "turn"))
        if not 0 <= arm < len(session.lives):
            raise PageError("there is no such arm")
        return StreamingResponse(_years(pool, session, arm, first, turn), media_type="application/octet-stream")

    async def scenario(request: Request) -> Response:
        session, arm = found(request), request.path_params["arm"]
        if not 0 <= arm < len(session.lives):
            raise PageError("there is no such arm")
        name = f"{session.name}-{session.layouts[arm]}.yaml"
        return Response(session.exported(arm), media_type="application/yaml",
                        headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip

    routes = [
        Route("/", show), Route("/words", words), *(Route(f"/{name}", file) for name in files),
        Route("/open", begin, methods=["POST"]), Route("/{session}/change", change, methods=["POST"]),
        Route("/{session}/happen", happen, methods=["POST"]), Route("/{session}/calm/{arm:int}", calm),
        Route("/{session}/frames/{arm:int}/{first:int}/{turn:int}", frames),
        Route("/{session}/scenario/{arm:int}", scenario), *study_routes(sessions, found),
    ]  # fmt: skip
    app = Starlette(routes=routes, exception_handlers={
        PageError: _refused, ScenarioError: _refused, Gone: _gone, Exception: _failed,
    })  # fmt: skip
    app.add_middleware(Guard, hosts=frozenset(hosts))
    app.state.sessions = sessions
    app.state.pool = pool
    return app


def read_event(told: dict[str, Any]) -> Event:
    """The event that a page asks for. Raises PageError for one that is none."""
    year, name, region = told.get("year"), told.get("name"), told.get("region", 0)
    strength, years = told.get("strength", 1.0), told.get("years", 1)
    whole = all(type(one) is int and 0 <= one < 10_000 for one in (year, region, years))
    if not whole or name not in {one["name"] for one in kinds()} or type(strength) not in (int, float):
        raise PageError("an event has a year, a name, a region, a strength and years")
    event = Event(year, name, region, float(strength), years)  # type: ignore[arg-type]
    if read_events(event.written()) != ([event], False):
        raise PageError("a strength has few digits and lies between 0 and 10")
    return event


async def _years(pool: ThreadPoolExecutor, session: Session, arm: int, first: int, turn: int) -> AsyncIterator[bytes]:
    """Frames from `first` on, each after its length, until the run ends or is changed."""
    life = session.lives[arm]
    for year in range(first, life.last_year + 1):
        try:
            frame = await asyncio.get_running_loop().run_in_executor(pool, life.frame, year, turn)
        except Overtaken:
            return
        except Exception as error:  # it would end the stream without a word
            said = json.dumps({"error": f"{type(error).__name__}: {error}"}).encode()
            yield struct.pack("<I", 0) + struct.pack("<I", len(said)) + said
            raise
        yield struct.pack("<I", len(frame)) + frame


async def _refused(_request: Request, error: Exception) -> Response:
    said = [problem.message for problem in error.problems] if isinstance(error, ScenarioError) else [str(error)]
    return JSONResponse({"refused": "; ".join(dict.fromkeys(said))}, 422)


async def _gone(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"gone": True}, 410)


async def _failed(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 500)
