"""What a request brings: its body, of one content type and a bounded length."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import ClientDisconnect, Request

from sim.page.sessions import PageError

JSON = "application/json"
LONGEST = 20_000
"""Bytes of a request's body."""


async def read_content(request: Request, kind: str, longest: int) -> bytes:
    """The body of a request of this content type. Raises PageError for another one, and beyond `longest` bytes."""
    if request.headers.get("content-type", "").split(";")[0] != kind:
        raise PageError("only JSON is read" if kind == JSON else "only a table is read")
    content = b""
    try:
        async for part in request.stream():
            content += part
            if len(content) > longest:
                raise PageError("that is more than is read")
    except ClientDisconnect:
        raise PageError("the page left") from None
    return content


async def read_object(request: Request, longest: int = LONGEST) -> dict[str, Any]:
    """The JSON object in a request of at most `longest` bytes. Raises PageError for anything else."""
    content = await read_content(request, JSON, longest)
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise PageError("that is no JSON") from None
    if not isinstance(told, dict):
        raise PageError("only a JSON object is read")
    return told
