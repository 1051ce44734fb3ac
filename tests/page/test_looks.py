"""What a person sees beside the numbers: units, ranges and help of controls, scales of colours, words on a map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("starlette")

from sim.page.controls import controls
from sim.page.words import page_catalogues
from tests.browser import PHONE, chromium, faults, visit
from tests.page.serving import Served, serving
from tests.page.test_sessions import SMALL


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page with one small scenario."""
    path = tmp_path_factory.mktemp("looks") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    with serving({"small": str(path)}) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all tests here."""
    with chromium() as found:
        yield found


def test_every_control_has_name_help_and_unit_in_both_languages() -> None:
    for language, told in page_catalogues().items():
        for one in controls():
            assert told["texts"][f"control_{one['key']}"] and told["texts"][f"help_{one['key']}"], (
                language,
                one["key"],
            )
            assert one["unit"] in ("", "1") or f"unit_{one['unit']}" in told["texts"], (language, one["unit"])


@pytest.mark.slow
def test_a_slider_says_unit_and_range_and_its_help_is_there_by_keyboard_and_on_a_phone(browser, served: Served) -> None:
    with visit(browser, f"{served.address}/", PHONE) as seen:
        page = seen.page
        page.wait_for_selector('.player[data-last="8"]')
        control = page.locator(".control:has(input[data-key=spillover_range])")
        assert "110 km" in control.locator(".value").inner_text()
        assert control.locator("small").all_inner_texts() == ["50", "300"]
        hint = control.locator(".hint")
        assert hint.is_hidden()
        control.locator("button.what").focus()
        page.keyboard.press("Enter")
        assert "third" in hint.inner_text()
        page.locator("input[data-key=foresight]").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_selector("ul.changes li:has-text('Firms foresee')")
        assert hint.is_visible()  # it stays while the side is built anew
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        page.click("button.language")
        page.wait_for_selector(".control:has(input[data-key=spillover_range]) .value:has-text('公里')")


@pytest.mark.slow
def test_a_map_without_differences_says_so_and_a_shade_has_its_scale(browser, served: Served) -> None:
    with visit(browser, f"{served.address}/?seed=3") as seen:
        page = seen.page
        page.wait_for_selector('.player[data-last="8"]')
        page.keyboard.press("Home")
        none = page.locator(".difference .empty")
        assert none.inner_text() == "No difference in this year"
        assert page.locator(".legend .scale").count() == 0
        page.select_option("select[data-name=layer]", "density")
        assert page.inner_text(".legend .scale") == "density of work: lowhigh"
        assert page.locator(".legend .scale i").count() == 4
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("End")
        page.wait_for_selector('.player[data-year="8"]')
        assert none.is_hidden()
        assert faults(page) == []


@pytest.mark.slow
def test_charts_name_their_years_and_the_year_of_the_income_base(browser, served: Served) -> None:
    with visit(browser, f"{served.address}/") as seen:
        page = seen.page
        page.wait_for_selector('.player[data-last="8"]')
        assert "Real income (year 3: 100)" in page.inner_text(".charts")
        page.click("main details summary")
        assert "more regions promote an industry" in page.locator(".table caption").nth(3).inner_text()
        page.click("button.language")
        page.wait_for_selector(".charts:has-text('第 3 年 = 100')")


def test_no_text_is_missing_in_one_language() -> None:
    english, chinese = (page_catalogues()[language]["texts"] for language in ("en", "zh"))
    assert english.keys() == chinese.keys()
