"""Faults that users of such pages report: double clicks, released sessions, lost connections, hostile addresses."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from sim.page.lives import Life
from tests.browser import chromium, visit
from tests.page.serving import Served, ask, opened, serving
from tests.page.test_sessions import SMALL

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page with one small scenario: years 0 to 8, plans act from 4."""
    path = tmp_path_factory.mktemp("faults") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    with serving({"small": str(path)}) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests here."""
    with chromium() as found:
        yield found


def move(page, value: float, key: str = "distance_cost") -> None:
    """Move a slider as a person does who lets go of it at once."""
    page.evaluate(
        """([key, value]) => {
            const input = document.querySelector(`input[data-key="${key}"]`);
            input.value = String(value);
            input.dispatchEvent(new Event("input"));
            input.dispatchEvent(new Event("change"));
        }""",
        [key, value],
    )


def whole(page) -> None:
    """Wait for the last year."""
    page.wait_for_selector('.player[data-last="8"]')


def show(page, year: int) -> list[str]:
    """State hashes of a year, as the page tells them."""
    page.evaluate(
        """(year) => {
            const slider = document.querySelector(".years");
            slider.value = String(year);
            slider.dispatchEvent(new Event("input"));
        }""",
        year,
    )
    page.wait_for_selector(f'.player[data-year="{year}"]')
    return page.locator("code.hash").all_inner_texts()


# -- one result, the last one wanted ------------------------------------------------------------------------


def test_a_double_click_is_one_click(browser, served: Served) -> None:
    with visit(browser, f"{served.address}/?seed=21") as seen:
        page = seen.page
        whole(page)
        page.select_option("select[data-name=speed]", "1")
        page.dblclick("button.play")
        assert page.get_attribute("button.play", "aria-label") == "Pause"  # it plays
        page.click("button.play")
        page.click("details.happen summary")
        page.dblclick(".strike")
        page.wait_for_selector("ul.events li")
        whole(page)
        assert page.locator("ul.events li").count() == 1
        page.fill("input.seed", "22")
        page.dblclick("button.apply")
        page.wait_for_selector("footer:has-text('seed 22,')")
        page.go_back()  # one step: the double click is one place in the history
        page.wait_for_selector("footer:has-text('seed 21,')")
        assert page.locator("ul.events li").count() == 1


def test_a_slider_is_not_taken_out_of_the_hand_that_holds_it(browser, served: Served) -> None:
    with visit(browser, f"{served.address}/?seed=23") as seen:
        page = seen.page
        whole(page)
        slider = page.locator('input[data-key="foresight"]')
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.5 * box["height"], steps=3)
        with page.expect_response("**/frames/**"):  # the answer to one move comes while another is made
            move(page, 0.4)
        whole(page)
        page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"], steps=3)
        page.mouse.up()
        page.wait_for_url(re.compile("foresight:0.6"))
        whole(page)
        assert page.locator("ul.changes button").count() == 2
        assert slider.input_value() == "0.6"


def test_a_page_that_is_loaded_anew_in_the_middle_of_a_run_shows_that_run(browser, served: Served, monkeypatch) -> None:
    make = Life._make_next

    def slowly(life: Life) -> None:
        time.sleep(0.05)
        make(life)

    with visit(browser, f"{served.address}/?seed=24&changes=5:distance_cost:0.45") as seen:
        page = seen.page
        whole(page)
        expected = show(page, 8)
    served.app.state.sessions.shelf._kept.clear()
    monkeypatch.setattr(Life, "_make_next", slowly)
    with visit(browser, f"{served.address}/?seed=24") as seen:
        page = seen.page
        page.wait_for_selector(".player[data-year]")
        page.evaluate("document.querySelector('button.skip').click()")
        whole(page)
        show(page, 4)
        move(page, 0.45)
        page.wait_for_url(re.compile("changes=5:distance_cost:0.45"))
        page.reload()
        page.wait_for_selector(".player[data-year]")
        move(page, 0.2)  # another change, and back: in the middle of the run again
        page.goto(f"{served.address}/?seed=24&changes=5:distance_cost:0.45")
        whole(page)
        assert page.locator("ul.changes button").count() == 1
        assert show(page, 8) == expected


def test_years_that_nobody_waits_for_are_not_made(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    import http.client

    made: list[int] = []
    make = Life._make_next

    def slowly(life: Life) -> None:
        time.sleep(0.1)
        made.append(life.seed)
        make(life)

    monkeypatch.setattr(Life, "_make_next", slowly)
    session = opened(served, "seed=4025")["session"]
    connection = http.client.HTTPConnection(served.address.removeprefix("http://"), timeout=30)
    connection.request("GET", f"/{session}/frames/0/0/0")
    answer = connection.getresponse()
    answer.read(100)
    answer.close()
    connection.close()
    time.sleep(1.2)
    assert 1 <= len(made) < 9, made


# -- sleep, release and loss ------------------------------------------------------------------------------


def test_a_page_that_slept_longer_than_its_session_makes_the_change_where_it_was(browser, served: Served) -> None:
    with visit(browser, f"{served.address}/?seed=26&changes=5:distance_cost:0.45,7:foresight:0.6") as seen:
        page = seen.page
        whole(page)
        expected = show(page, 8)
    with visit(browser, f"{served.address}/?seed=26&changes=5:distance_cost:0.45") as seen:
        page = seen.page
        whole(page)
        show(page, 6)
        served.app.state.sessions._open.clear()  # as after half an hour
        move(page, 0.6, "foresight")
        page.wait_for_url(re.compile("7:foresight:0.6"))
        whole(page)
        page.wait_for_selector('.player[data-year="6"]')
        assert page.locator("ul.changes button").count() == 2
        assert show(page, 8) == expected
        assert len(seen.errors) == 1 and "410" in seen.errors.pop()  # what Chromium says of the released session


def test_a_hidden_page_goes_on_from_the_year_it_showed_whatever_the_clock_says(browser, served: Served) -> None:
    with visit(browser, f"{served.address}/?seed=27") as seen:
        page = seen.page
        whole(page)
        expected = [show(page, year) for year in range(9)]
        show(page, 2)
        page.select_option("select[data-name=speed]", "1")
        # No frames while it is hidden; then clocks stand a day later, and one frame comes.
        page.evaluate("""() => {
            window.held = [];
            window.requestAnimationFrame = (use) => { window.held.push(use); return 1; };
            document.querySelector("button.play").click();
            const [day, date] = [86400000, Date.now];
            Date.now = () => date() - day;
            for (let frame = 0; frame < 3; frame += 1) {
                const due = window.held.splice(0);
                due.forEach((use) => use(performance.now() + day + 20 * frame));
            }
        }""")
        assert page.get_attribute(".player", "data-year") == "3"
        assert page.locator("code.hash").all_inner_texts() == expected[3]


def test_a_lost_connection_is_said_and_the_run_goes_on_when_it_is_back(browser, served: Served, monkeypatch) -> None:
    make = Life._make_next

    def slowly(life: Life) -> None:
        time.sleep(0.15)
        make(life)

    monkeypatch.setattr(Life, "_make_next", slowly)
    with visit(browser, f"{served.address}/") as seen:
        page = seen.page
        page.route("**/frames/0/*/*", lambda route: route.abort())
        page.goto(f"{served.address}/?seed=4028")
        page.wait_for_selector(".said.bad:has-text('does not answer')")
        page.unroute("**/frames/0/*/*")
        whole(page)
        assert page.inner_text(".said") == ""
        assert all("ERR_FAILED" in one for one in seen.errors)
        seen.errors.clear()


# -- hostile addresses --------------------------------------------------------------------------------------


def test_a_hostile_address_is_named_and_does_nothing(browser, served: Served) -> None:
    odd = "<img src=x onerror=alert(1)>"
    fields = f"?seed=1e999&scenario=..%2F..%2Fetc%2Fpasswd&one=%00&{odd}=1&changes=5:plan.matrix:1,6:distance_cost:1e99"
    look = "#v=1&year=99999&layer=__proto__&lang=constructor&links=" + "x" * 3000
    with visit(browser, f"{served.address}/{fields}{look}") as seen:
        page = seen.page
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        whole(page)
        told = page.inner_text(".said")
        assert all(name in told for name in ("seed", "scenario", "one", "changes", "<img")), told
        named = page.inner_text("[role=alert]")
        assert all(name in named for name in ("year", "layer", "lang", "links")), named
        assert page.locator("img").count() == 0 and dialogs == []
        assert {one.split("/")[2] for one in seen.requests if one.startswith("http")} == {served.address[7:]}
        assert page.locator("ul.changes button").count() == 0


def test_paths_lead_nowhere_else(served: Served) -> None:
    session = opened(served)["session"]
    for path in ("/../pyproject.toml", "/%2e%2e/%2e%2e/etc/passwd", "/static/page.js", f"/{session}/scenario/..%2f0",
                 f"/{session}/board/..%2f..%2fetc", f"/{session}/job/../../words",
                 "/player.js/../page.css"):  # fmt: skip
        status, _, content = ask(served, path)
        assert status in (404, 405, 422) and b"[project]" not in content and b"root:" not in content, (path, status)


def test_the_scenario_folder_is_as_it_was(served: Served) -> None:
    assert [one.name for one in Path(served.source).parent.iterdir()] == ["small.yaml"]
