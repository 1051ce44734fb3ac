"""What a person does with the page in an hour, click by click, and what that person sees: sixty years are played."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")

from sim.runs.run import run_scenario
from sim.scenario.reading import load_scenario
from tests.browser import chromium, visit
from tests.page.serving import Served, serving

pytestmark = pytest.mark.slow
BURN_IN, YEARS = 20, 60
WAIT = 120_000
"""Milliseconds for sixty years on a busy machine."""
SOURCE = (
    "extends: policy_text.yaml\ntitle: Sixty years\npopulation: {firms: 60, institutes: 4}\n"
    f"years: {{burn_in: {BURN_IN}, treatment: {YEARS - BURN_IN}}}\n"
    "regions: {grid: {rows: 2, columns: 2}, cells: 2}\n"
)
INK = """() => [...document.querySelectorAll("canvas.map")].map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
})"""
"""How many colours each map has."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page with one scenario of sixty years."""
    path = tmp_path_factory.mktemp("hour") / "sixty.yaml"
    path.write_text(SOURCE, encoding="utf-8")
    with serving({"sixty": str(path)}) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all tests here."""
    with chromium() as found:
        yield found


def year(page: Any) -> int:
    """The year that is shown: in words, on the clock and in the address of a shared link alike."""
    (told,) = re.findall(r"\d+", page.inner_text(".now"))
    assert told == page.get_attribute(".player", "data-year") == page.input_value("input.years")
    return int(told)


def shown_hashes(page: Any) -> list[str]:
    """State hashes at the foot of the page."""
    found: list[str] = page.locator("code.hash").all_inner_texts()
    return found


@pytest.mark.long
def test_sixty_years_are_played_changed_midway_stepped_back_and_shared(
    browser: Any, served: Served, tmp_path: Path
) -> None:
    with visit(browser, f"{served.address}/?seed=4") as seen:
        page = seen.page
        page.set_default_timeout(WAIT)
        page.wait_for_selector(f'.player[data-last="{YEARS}"]')
        assert year(page) == 0
        page.select_option("select[data-name=speed]", "16")
        page.locator("main").get_by_role("button", name="Play").click()
        page.wait_for_selector(f'.player[data-year="{YEARS}"]')
        page.locator("main").get_by_role("button", name="Play").wait_for()  # at the end it stands
        assert year(page) == YEARS and f"{YEARS - BURN_IN} years" in page.inner_text("main")
        colours = page.evaluate(INK)
        assert len(colours) == 3 and min(colours) > 5
        untouched = shown_hashes(page)
        assert untouched[0] != untouched[1]

        # Midway a slider is moved by key while the years pass; then the page is paused and steps back.
        page.keyboard.press("Home")
        page.select_option("select[data-name=speed]", "8")
        page.locator("main").get_by_role("button", name="Play").click()
        while int(page.get_attribute(".player", "data-year") or 0) < BURN_IN + 10:
            page.wait_for_timeout(30)
        page.focus("input[data-key=distance_cost]")
        page.keyboard.press("End")
        page.wait_for_selector("ul.changes li:has-text('Cost of distance')")
        line = page.inner_text("ul.changes li:has-text('Cost of distance')")
        (acts,) = map(int, re.findall(r"from year (\d+)", line))
        assert BURN_IN + 10 < acts < YEARS and "0.5" in line
        page.wait_for_selector(f'.player[data-last="{YEARS}"]')
        pause = page.locator("main").get_by_role("button", name="Pause")
        if pause.count():
            pause.click()
        stands = year(page)
        page.locator("main").get_by_role("button", name="One year back").click()
        page.wait_for_selector(f'.player[data-year="{stands - 1}"]')
        page.wait_for_timeout(700)
        assert year(page) == stands - 1  # paused: nothing moves

        # The change is seen in the numbers of the last year, and they are those of `clustersim run`.
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("End")
        page.wait_for_selector(f'.player[data-year="{YEARS}"]')
        changed = shown_hashes(page)
        assert changed != untouched
        for arm, link in enumerate(page.locator("a[download]").all()):
            with page.expect_download() as told:
                link.click()
            path = tmp_path / f"arm-{arm}.yaml"
            path.write_bytes(Path(told.value.path()).read_bytes())
            if path.read_text(encoding="utf-8").count("distance_cost") == 0:
                continue
            ran = run_scenario(load_scenario(path)).hashes
            assert ran["hash"][ran["year"] == YEARS].tolist() == [changed[arm]]

        page.click("button.language")
        page.wait_for_selector(f".now:text('第 {YEARS} 年')")
        assert "距离成本" in page.inner_text("ul.changes")
        page.click("button.language")

        # The copied link opens the same state in a second browser.
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.click("button.share")
        page.wait_for_selector(".said:not(:empty)")
        address = page.evaluate("navigator.clipboard.readText()")
        assert f"year={YEARS}" in address and f"changes={acts}:distance_cost:0.5" in address
        with visit(browser, address) as other:
            other.page.set_default_timeout(WAIT)
            other.page.wait_for_selector(f'.player[data-year="{YEARS}"]')
            assert year(other.page) == YEARS and shown_hashes(other.page) == changed
            assert "from year" in other.page.inner_text("ul.changes")
