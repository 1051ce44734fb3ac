"""A server for tests of the page, and questions to it over HTTP."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

pytest.importorskip("starlette")
import uvicorn

from sim.page.server import application


@dataclass
class Served:
    """A server that runs."""

    address: str
    app: Any
    sources: dict[str, str]

    @property
    def source(self) -> str:
        """File of its first scenario."""
        return next(iter(self.sources.values()))


@contextmanager
def serving(sources: dict[str, str], workers: int = 2) -> Iterator[Served]:
    """The page with these scenarios."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    host = f"127.0.0.1:{listening.getsockname()[1]}"
    app = application(sources, [host], "en", workers)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield Served(f"http://{host}", app, sources)
    server.should_exit = True
    thread.join(10)
    app.state.pool.shutdown()
    app.state.sessions.bench.close()


def ask(served: Served, path: str, body: Any = None, **headers: str) -> Any:
    """An answer over HTTP: status, headers, content. Bytes are sent as they are, all else as JSON."""
    connection = http.client.HTTPConnection(served.address.removeprefix("http://"), timeout=60)
    told = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    kind = {"Content-Type": "application/json"} if told is not None else {}
    connection.request("GET" if told is None else "POST", path, told, {**kind, **headers})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), content


def opened(served: Served, query: str = "") -> dict[str, Any]:
    """A session."""
    status, _, content = ask(served, "/open", {"query": query})
    assert status == 200, content
    return json.loads(content)
