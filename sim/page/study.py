"""What the page asks beside years: predictions, results of lessons and of plans of one's own, and their tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sim.page.bodies import read_content, read_object
from sim.page.lessons import job_told, key_told, read_seeds
from sim.page.sessions import PageError, Session, Sessions

LARGEST_TABLE = 500_000
"""Bytes of a table that a person chooses."""
TABLE = "application/octet-stream"


def study_routes(
    sessions: Sessions,
    found: Callable[[Request], Session],
) -> list[Route]:
    """Routes below /{session}/; `found` gives the session of a request."""
    bench, classes = sessions.bench, sessions.classes

    def told(session: Session, what: str) -> dict[str, Any]:
        job = session.jobs.get(what)
        answer = job_told(job, bench) if job is not None else {}
        if what == "lesson" and session.lesson is not None and job is not None:
            answer |= {"class": classes.told(session.lesson.name)}
            if job.is_done:
                answer |= {"key": key_told(session.lesson)}
        return answer

    async def predict(request: Request) -> Response:
        session, body = found(request), await read_object(request)
        prediction = str(body.get("prediction"))
        await run_in_threadpool(session.commit, prediction, bench)
        assert session.lesson is not None
        classes.enter(session.lesson.name, session.seed, prediction)
        return JSONResponse(await run_in_threadpool(told, session, "lesson"))

    async def pool(request: Request) -> Response:
        session, body = found(request), await read_object(request)
        try:
            seeds = read_seeds(body.get("seeds"))
        except ValueError as error:
            raise PageError(str(error)) from None
        await run_in_threadpool(session.pool, seeds, bench)
        return JSONResponse(await run_in_threadpool(told, session, "class"))

    async def compare(request: Request) -> Response:
        session = found(request)
        await read_object(request)
        await run_in_threadpool(session.compare_plans, bench)
        return JSONResponse(await run_in_threadpool(told, session, "plan"))

    async def job(request: Request) -> Response:
        session, what = found(request), request.path_params["what"]
        return JSONResponse(await run_in_threadpool(told, session, what))

    async def save_board(request: Request) -> Response:
        text = found(request).board_csv(request.path_params["plan"])
        return Response(
            text.encode("utf-8-sig"),
            media_type="text/csv",
            headers={"Content-Disposition": 'attachment; filename="own-plan.csv"'},
        )

    async def load_board(request: Request) -> Response:
        session, content = found(request), await read_content(request, TABLE, LARGEST_TABLE)
        return JSONResponse({"plan": await run_in_threadpool(session.board_from, content)})

    return [
        Route("/{session}/predict", predict, methods=["POST"]), Route("/{session}/pool", pool, methods=["POST"]),
        Route("/{session}/compare", compare, methods=["POST"]), Route("/{session}/job/{what}", job),
        Route("/{session}/board/{plan}", save_board), Route("/{session}/board", load_board, methods=["POST"]),
    ]  # fmt: skip
