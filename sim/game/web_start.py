"""Serving a class: a socket, the keeper, and what is said on the terminal."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Callable

import uvicorn

from sim.game.server import OwnHosts, application
from sim.game.session import Session
from sim.game.web_addresses import Addresses
from sim.game.web_keeper import Keeper
from sim.game.web_limits import Limits
from sim.game.web_room import Room
from sim.game.words import said
from sim.page.listening import listen

MOST_AT_ONCE = 400
"""Connections; what is beyond is told to come again."""
IDLE = 15
"""Seconds for which an idle connection is kept: phones ask again every two."""


def serve_class(
    session: Session,
    port: int | None = None,
    lan: bool = False,
    browser: bool = True,
    tell: Callable[[str], None] = print,
    language: str = "en",
) -> None:
    """Serve `session` until it is interrupted, on `port`, else on the one that it had, else on the first that is free.

    `tell` is given, in English or Chinese (`language` zh), where the class is. The session stays open. Raises
    PortTaken.
    """
    listening = listen(port or session.port, "0.0.0.0" if lan else "127.0.0.1")
    chosen = listening.getsockname()[1]
    session.remember_port(chosen)
    addresses = Addresses()
    room, keeper = Room(chosen, lan, addresses), Keeper(session)
    app = application(session, OwnHosts(chosen, lan, addresses), room, keeper, Limits())
    teacher = f"http://127.0.0.1:{chosen}/teacher#{session.secret}"
    tell(said(language, "serve_teacher", address=teacher))
    for address in room.addresses():
        key = "serve_students" if address.likely else "serve_unlikely"
        tell(said(language, key, address=f"http://{address.number}:{chosen}/"))
    if not lan:
        tell(said(language, "serve_alone"))
    tell(said(language, "serve_kept", folder=session.folder))
    told = uvicorn.Config(
        app, log_level="warning", lifespan="off", ws="none", timeout_graceful_shutdown=1,
        limit_concurrency=MOST_AT_ONCE, timeout_keep_alive=IDLE,
    )  # fmt: skip
    keeper.start()
    if browser:
        # The socket listens already: a browser that is faster than the server waits for it.
        threading.Thread(target=webbrowser.open, args=(teacher,), daemon=True).start()
    try:
        uvicorn.Server(told).run(sockets=[listening])
    finally:
        keeper.stop()
