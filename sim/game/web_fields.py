"""Fields of a request: each is what it should be, or the request is refused in words."""

from __future__ import annotations

from typing import Any

from sim.page.server import PageError


def text(told: dict[str, Any], name: str) -> str:
    """A text; empty where there is none. Raises PageError, as all here."""
    value = told.get(name, "")
    if not isinstance(value, str):
        raise PageError(f"{name} is no text")
    return value


def whole(told: dict[str, Any], name: str) -> int:
    """A whole number from 0 on."""
    value = told.get(name)
    if type(value) is not int or not 0 <= value < 2**53:
        raise PageError(f"{name} is no whole number")
    return value


def number(told: dict[str, Any], name: str) -> float | None:
    """A number from 0 on, or None."""
    value = told.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
        raise PageError(f"{name} is no number")
    return float(value)


def table(told: dict[str, Any], name: str) -> dict[str, Any]:
    """An object."""
    value = told.get(name)
    if not isinstance(value, dict):
        raise PageError(f"{name} is no table")
    return value


def given(told: dict[str, Any], name: str) -> str | bool:
    """A text or a yes or no, which must be there."""
    value = told.get(name)
    if not isinstance(value, str | bool):
        raise PageError(f"{name} is missing")
    return value
