"""Twenty browsers at once, each a process with a session of its own, on the command as a teacher starts it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

pytest.importorskip("starlette")

from benchmarks.page import command
from sim.page.sessions import Sessions
from sim.runs.run import run_scenario
from sim.scenario.reading import load_scenario
from tests.browser import NAMES, PHONE, require
from tests.page.test_sessions import SMALL

pytestmark = [pytest.mark.slow, pytest.mark.long]
BROWSERS, ROUNDS = 20, 4
FIRST, LAST = 4, 8
"""Year in which changes act, and the last one."""
WAIT = 180_000
"""Milliseconds for twenty runs at once on a busy machine."""
GROWTH = 1.1
"""Of the server's memory, from the second round on: in the first all runs are kept for the first time."""


@contextmanager
def browsers(count: int) -> Iterator[list[Any]]:
    """So many browsers, each a process of its own."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        require(False, "playwright")
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    require(path is not None, "Chromium")
    with sync_playwright() as playwright, ExitStack() as opened:
        found = []
        for _ in range(count):
            one = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
            opened.callback(one.close)
            found.append(one)
        yield found


def cost(turn: int, round: int) -> float:
    """What a browser sets the cost of distance to: no two the same, and in the last round as in the first."""
    return (10 + 2 * turn + round % 2) / 100


def seed(turn: int) -> int:
    """Two browsers each have the same luck."""
    return 1 + turn % (BROWSERS // 2)


def expected(source: str, turn: int, round: int, folder: Path) -> list[str]:
    """State hashes of the last year that the exported scenarios of such a page give."""
    told = f"seed={seed(turn)}&changes={FIRST}:distance_cost:{cost(turn, round)}"
    _, session = Sessions({"small": source}).open(told)
    found = []
    for arm in (0, 1):
        path = folder / "exported.yaml"
        path.write_text(session.exported(arm), encoding="utf-8")
        ran = run_scenario(load_scenario(path)).hashes
        found += ran["hash"][ran["year"] == LAST].tolist()
    return found


def server_at(address: str) -> psutil.Process:
    """The process that answers there."""
    port = address.rstrip("/").rpartition(":")[2]
    (found,) = [one for one in psutil.Process().children(recursive=True) if one.cmdline()[-2:] == ["--port", port]]
    return found


def begin(page: Any, address: str, turn: int) -> None:
    """Open the page, as far as the year after which changes act."""
    page.set_default_timeout(WAIT)
    page.goto(f"{address}?seed={seed(turn)}")
    page.wait_for_selector(f'.player[data-last="{LAST}"]')
    page.click("button.skip")
    page.wait_for_selector(f'.player[data-year="{FIRST - 1}"]')


def move(page: Any, value: float) -> None:
    """Let go of the slider at `value`, in the year before changes act; nobody waits for what comes of it."""
    page.evaluate(
        """([value, first]) => {
        const year = document.querySelector("input.years");
        year.value = String(first - 1);
        year.dispatchEvent(new Event("input"));
        const input = document.querySelector("input[data-key=distance_cost]");
        input.value = String(value);
        input.dispatchEvent(new Event("change"));
    }""",
        [value, FIRST],
    )


def told(page: Any, value: float) -> list[str]:
    """State hashes of the last year, once the change is there; there is that one change, and the address says so."""
    page.wait_for_selector(f"ul.changes li:has-text('{value:g}')")
    page.wait_for_selector(f'.player[data-last="{LAST}"]')
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("End")
    page.wait_for_selector(f'.player[data-year="{LAST}"]')
    assert page.locator("ul.changes li").count() == 1
    assert f"changes={FIRST}:distance_cost:{value}" in page.url
    assert page.inner_text(".control:has(input[data-key=distance_cost]) output") == f"{value:g}"
    found: list[str] = page.locator("code.hash").all_inner_texts()
    return found


def test_twenty_browsers_do_not_meet_and_memory_stays_level(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    memory = []
    with command(str(path), tmp_path) as address, browsers(BROWSERS) as found:
        server = server_at(address)
        wrong: list[str] = []
        pages = [one.new_page(viewport={"width": PHONE[0], "height": PHONE[1]}) for one in found]
        for turn, page in enumerate(pages):
            page.on("pageerror", lambda error: wrong.append(str(error)))
            begin(page, address, turn)
        seen = []
        for round in range(ROUNDS):
            for turn, page in enumerate(pages):
                move(page, cost(turn, round))
            seen.append([told(page, cost(turn, round)) for turn, page in enumerate(pages)])
            memory.append(server.memory_info().rss / 1e6)
        assert wrong == []
    print(f"memory of the server after each round, MB: {', '.join(f'{one:.0f}' for one in memory)}")
    assert seen[2] == seen[0] and len({hash for one in (*seen[0], *seen[1]) for hash in one}) == 4 * BROWSERS
    for round_ in (0, 1):
        assert seen[round_] == [expected(str(path), turn, round_, tmp_path) for turn in range(BROWSERS)]
    assert memory[-1] < GROWTH * memory[1], memory
