"""Headless Chromium for tests of pages. Without one they are skipped, but on CI, where they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LARGE, PHONE = (1280, 720), (390, 844)


def require(found: bool, what: str) -> None:
    """Skip a test that needs what is not here; on CI it fails."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI has no {what}: .ci/browser installs it")
    pytest.skip(f"no {what} here: apt-get install chromium")


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        require(False, "playwright")
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    require(path is not None, "Chromium")
    with sync_playwright() as playwright:
        # Tests run in containers without user namespaces, which the sandbox needs.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page that is open, and what went wrong in it."""

    page: Any
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextmanager
def visit(browser: Any, address: str, size: tuple[int, int] = LARGE, **options: Any) -> Iterator[Visit]:
    """Open an address in a browser session of its own; at the end nothing may have gone wrong in it."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
    page = context.new_page()
    page.set_default_timeout(20_000)
    seen = Visit(page)
    page.on("console", lambda told: seen.errors.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.goto(address)
    yield seen
    context.close()
    assert seen.errors == []


def faults(page: Any) -> list[str]:
    """What axe finds: rule and element."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
