"""The server, over HTTP and in a browser: what a person sees, and what is refused."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
from click.testing import CliRunner

from sim.cli import main
from sim.page.bodies import LONGEST
from sim.page.server import POLICY, SCRIPTS, static
from sim.page.words import page_catalogues
from sim.runs.history import read_frame
from sim.runs.run import run_scenario
from sim.scenario.reading import load_scenario
from tests.browser import LARGE, PHONE, chromium, faults, visit
from tests.page.serving import Served, ask, opened, serving
from tests.page.test_sessions import SMALL

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page with one small scenario."""
    path = tmp_path_factory.mktemp("page") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    with serving({"small": str(path), "policy_text": "policy_text"}) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests here."""
    with chromium() as found:
        yield found


# -- over HTTP -------------------------------------------------------------------------------------------


def test_years_come_over_the_wire_as_the_engine_made_them(served: Served) -> None:
    told = opened(served, "seed=3")
    _, _, content = ask(served, f"/{told['session']}/frames/1/2/0")
    hashes, at = {}, 0
    while at < len(content):
        (length,) = struct.unpack_from("<I", content, at)
        frame = read_frame(content[at + 4 : at + 4 + length])
        hashes[frame.year] = frame.hash
        at += 4 + length
    _, headers, text = ask(served, f"/{told['session']}/scenario/1")
    assert 'filename="small-duplicated.yaml"' in headers["content-disposition"]
    path = Path(served.source).with_name("exported.yaml")
    path.write_bytes(text)
    real = run_scenario(load_scenario(path)).hashes
    assert hashes == {year: one for year, one in zip(real["year"], real["hash"], strict=True) if year >= 2}


def test_other_names_and_other_sites_are_refused(served: Served) -> None:
    assert ask(served, "/")[0] == 200
    assert ask(served, "/", Host="evil.example")[0] == 421
    assert ask(served, "/", Host="127.0.0.1")[0] == 421
    assert ask(served, "/open", {"query": ""}, Origin="http://evil.example")[0] == 403
    assert ask(served, "/open", {"query": ""}, Origin="null")[0] == 403
    assert ask(served, "/open", {"query": ""}, Origin=served.address)[0] == 200


def test_every_answer_forbids_the_network(served: Served) -> None:
    for path in ("/", "/player.js", "/page.css", "/words", "/none", "/x/frames/0/0/0"):
        headers = ask(served, path)[1]
        assert headers["content-security-policy"] == POLICY, path
        assert headers["x-content-type-options"] == "nosniff"
    assert "http" not in static("page.html") and not re.search(r"https?://", "".join(map(static, SCRIPTS)))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "no JSON"), (b"[1]", "JSON object"), (b'{"query": 5}', "no text"), (b"[" * 5000, "no JSON"),
        (b" " * (LONGEST + 1), "more than is read"), (b'{"query": "one=explicit"}', "no table"),
    ],
)  # fmt: skip
def test_odd_requests_are_refused_in_words(served: Served, body: bytes, said: str) -> None:
    status, _, content = ask(served, "/open", body)
    assert status == 422 and said in content.decode()


def test_odd_changes_are_refused_and_a_session_that_is_gone_says_so(served: Served) -> None:
    told = opened(served)
    for body in ({"year": "5", "key": "a", "value": 1}, {"year": 5, "key": 1, "value": 1}, {"year": 5, "key": "a"},
                 {"year": 5, "key": "distance_cost", "value": [1]}, {"year": True, "key": "a", "value": 1},
                 {"year": 10**30, "key": "distance_cost", "value": 0.3}):  # fmt: skip
        assert ask(served, f"/{told['session']}/change", body)[0] == (200 if body == {"year": 5, "key": "a"} else 422)
    assert ask(served, f"/{told['session']}/frames/7/0/0")[0] == 422
    assert ask(served, "/nobody/change", {})[0] == 410
    assert ask(served, f"/{told['session']}/change", b"{}", **{"Content-Type": "text/plain"})[0] == 422


def test_many_pages_at_once_do_not_meet(served: Served) -> None:
    import json
    from concurrent.futures import ThreadPoolExecutor

    def one(seed: int) -> list[str]:
        told = opened(served, f"seed={seed}&other=market")
        cost = 0.1 + seed / 100
        ask(served, f"/{told['session']}/change", {"year": 4, "key": "distance_cost", "value": cost})
        _, _, content = ask(served, f"/{told['session']}/frames/0/8/1")
        again = json.loads(ask(served, f"/{told['session']}/change", {"year": 1, "key": "foresight", "value": None})[2])
        assert again["changes"] == [[5, "distance_cost", cost]] and again["seed"] == str(seed)
        return [read_frame(content[4:]).hash]

    seeds = [seed % 10 for seed in range(20)]
    with ThreadPoolExecutor(20) as many:
        found = list(many.map(one, seeds))
    assert found[:10] == found[10:]  # the same page twice
    assert len({told[0] for told in found}) == 10


def test_texts_that_the_page_asks_for_are_in_the_catalogue() -> None:
    asked = set(re.findall(r'(?:say|choose)\("(\w+)"', "".join(map(static, SCRIPTS))))
    assert len(asked) > 50
    assert asked - set(page_catalogues()["en"]["texts"]) == set()


def test_the_command_refuses_what_it_cannot_serve(tmp_path: Path) -> None:
    def call(*words: str) -> str:
        told = CliRunner().invoke(main, ["serve", "--no-browser", *words], catch_exceptions=False)
        assert told.exit_code == 2
        return told.output

    assert "there is no such file" in call("no_such_scenario")
    assert "did you mean 'why_cluster'" in call("--lesson", "why_clusters")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        assert "is taken" in call("--port", str(taken.getsockname()[1]))


# -- in a browser ----------------------------------------------------------------------------------------


def test_a_person_plays_changes_steps_back_switches_language_and_shares(browser, served: Served) -> None:
    with visit(browser, f"{served.address}/") as seen:
        page = seen.page
        page.wait_for_selector('.player[data-last="8"]')
        page.click("button.skip")
        page.wait_for_selector('.player[data-year="3"]')
        page.keyboard.press("ArrowRight")
        page.wait_for_selector('.player[data-year="4"]')
        before = page.locator("code.hash").all_inner_texts()
        page.evaluate("""() => {
            const input = document.querySelector("input[data-key=distance_cost]");
            input.value = "0.5";
            input.dispatchEvent(new Event("input"));
            input.dispatchEvent(new Event("change"));
        }""")
        page.wait_for_selector("ul.changes li:has-text('from year 5')")
        assert page.inner_text(".control:has(input[data-key=distance_cost]) output") == "0.5"
        assert page.locator("code.hash").all_inner_texts() == before  # what was before stays
        page.wait_for_selector('.player[data-last="8"]')
        page.keyboard.press("End")
        page.wait_for_selector('.player[data-year="8"]')
        shown = page.locator("code.hash").all_inner_texts()
        page.locator("main").get_by_role("button", name="One year back").click()
        page.wait_for_selector('.player[data-year="7"]')
        page.click("button.language")
        page.wait_for_selector(".now:text('第 7 年')")
        assert "距离成本" in page.inner_text("#controls") and "从第 5 年起" in page.inner_text("ul.changes")
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("End")
        page.wait_for_selector('.player[data-year="8"]')
        address = page.url
        assert "changes=5:distance_cost:0.5" in address
        assert {one.split("/")[2] for one in seen.requests if one.startswith("http")} == {served.address[7:]}
        with visit(browser, address) as other:
            other.page.wait_for_selector('.player[data-last="8"]')
            other.page.evaluate("document.querySelector('button.forward').click()")
            other.page.keyboard.press("End")
            other.page.wait_for_selector('.player[data-year="8"]')
            assert other.page.locator("code.hash").all_inner_texts() == shown


def test_two_quick_changes_leave_one_result_the_last_one_wanted(browser, served: Served) -> None:
    with visit(browser, f"{served.address}/?seed=11") as seen:
        page = seen.page
        page.wait_for_selector('.player[data-last="8"]')
        page.evaluate("""() => {
            for (const value of ["0.2", "0.3", "0.45"]) {
                const input = document.querySelector("input[data-key=distance_cost]");
                input.value = value;
                input.dispatchEvent(new Event("change"));
            }
        }""")
        page.wait_for_url(re.compile("distance_cost:0.45"))
        page.wait_for_selector('.player[data-last="8"]')
        assert page.locator("ul.changes li").count() == 1
        page.click("ul.changes button")
        page.wait_for_selector("ul.changes li:text('none')")
        page.wait_for_selector('.player[data-last="8"]')
        assert "changes=" not in page.url
        page.reload()
        page.wait_for_selector('.player[data-last="8"]')


def test_seeds_keep_their_digits_or_are_refused_where_they_are_typed(browser, served: Served) -> None:
    with visit(browser, f"{served.address}/?seed=9223372036854775807") as seen:
        page = seen.page
        page.wait_for_selector(".player[data-year]")
        assert "seed" in page.inner_text(".said")
        page.fill("input.seed", "9223372036854775807")
        page.click("button.apply")
        page.wait_for_selector(".said:text('2147483647')")
        page.fill("input.seed", "2147483647")
        page.click("button.apply")
        page.wait_for_selector("footer:has-text('seed 2147483647')")
        page.wait_for_url(re.compile("seed=2147483647"))
        page.go_back()
        page.wait_for_selector("footer:has-text('seed 1,')")


@pytest.mark.parametrize("size", [LARGE, PHONE])
def test_it_is_accessible_and_fits(browser, served: Served, size: tuple[int, int]) -> None:
    with visit(browser, f"{served.address}/", size) as seen:
        page = seen.page
        page.wait_for_selector('.player[data-last="8"]')
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        for canvas in page.locator("canvas").all():
            box = canvas.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= size[0] and box["width"] > 130


def test_a_server_that_is_gone_and_a_run_that_fails_are_said(browser, served: Served, monkeypatch) -> None:
    from sim.page.lives import Life

    def fail(*_: Any) -> bytes:
        raise ArithmeticError("no numbers today")

    monkeypatch.setattr(Life, "_make_next", fail)
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{served.address}/?seed=77")
    page.wait_for_selector(".said.bad:has-text('no numbers today')", timeout=20_000)
    monkeypatch.undo()
    page.goto(f"{served.address}/?seed=78")
    page.wait_for_selector('.player[data-last="8"]', timeout=20_000)
    context.set_offline(True)
    page.evaluate("""() => {
        const input = document.querySelector("input[data-key=agglomeration]");
        input.click();
    }""")
    page.wait_for_selector(".said.bad", timeout=20_000)
    context.close()
