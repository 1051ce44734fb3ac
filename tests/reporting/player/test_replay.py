"""The standalone replay in a browser: it shows the engine's years, works offline, by keyboard, in two languages."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from sim.cli import main
from sim.reporting.player import FILES, module, text_of
from sim.reporting.replay import replay_page
from sim.reporting.wording.catalogues import LANGUAGES, catalogues
from sim.runs.frames import ALIGNED, plain
from sim.runs.history import History, packed
from sim.scenario.reading import load_scenario
from sim.studies.histories import run_histories
from tests.browser import LARGE, PHONE, chromium, faults, visit
from tests.model.engine.worlds import small_story

pytestmark = pytest.mark.slow
BURN_IN, YEARS = 3, 9
INK = """([from, to, years]) => {
    const canvas = document.querySelector(".charts canvas");
    const context = canvas.getContext("2d");
    const [left, right] = [44, canvas.width - 8];
    const x = (year) => left + ((right - left) * year) / years;
    const found = context.getImageData(x(from), 8, x(to) - x(from), canvas.height - 28).data;
    let count = 0;
    for (let at = 0; at < found.length; at += 4) if (Math.abs(found[at] - found[at + 2]) > 60) count += 1;
    return count;
}"""
"""How many points of the first chart are coloured between two years: where lines run."""


@pytest.fixture(scope="module")
def histories() -> dict[str, History]:
    """Two layouts with one past on a small map, nine years."""
    arms = {
        name: small_story(f"years.burn_in={BURN_IN}", f"years.treatment={YEARS - BURN_IN}", f"plan.layout={name}")
        for name in ("differentiated", "duplicated")
    }
    return run_histories(arms, 2**31 - 1)


@pytest.fixture(scope="module")
def address(histories: dict[str, History], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of both."""
    path = tmp_path_factory.mktemp("replay") / "both.html"
    path.write_text(replay_page([*histories.values()]), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests here."""
    with chromium() as found:
        yield found


def wait_for_year(page, year: int) -> None:
    page.wait_for_selector(f'.player[data-year="{year}"]')


# -- without a browser -----------------------------------------------------------------------------------


def test_every_text_is_there_in_every_language_with_the_same_words_to_fill_in() -> None:
    told = catalogues()
    english = told["en"]["texts"]
    for language, catalogue in told.items():
        assert catalogue["texts"].keys() == english.keys(), language
        for key, text in catalogue["texts"].items():
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), (language, key)
            assert text.strip()
    assert len(LANGUAGES) == 2


def test_every_text_that_the_player_asks_for_is_in_the_catalogue_and_no_other() -> None:
    source = "".join(text_of(name) for name in FILES)
    asked = set(re.findall(r'say\("(\w+)"', source)) | set(re.findall(r'"((?:phase|story)_\w+)"', source))
    whole = catalogues()["en"]["texts"]
    assert asked - set(whole) == set()
    built = ("chart_", "help_", "tier_", "origin_", "mark_", "layer_", "links_")
    named = {"play", "pause", "back", "forward", "reset", "skip", "layer", "links", "language"}
    assert {key for key in whole if not key.startswith(built)} - asked - named == set()


def test_the_module_is_whole_and_imports_nothing() -> None:
    text = module()
    assert not re.search(r"^import ", text, re.MULTILINE)
    names = re.findall(r"^(?:export )?(?:const|class|function|async function) (\w+)", text, re.MULTILINE)
    assert len(names) == len(set(names))
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


def test_one_run_or_two_of_one_map(histories: dict[str, History]) -> None:
    one = next(iter(histories.values()))
    for wrong in ([], [one] * 3):
        with pytest.raises(ValueError, match="one run or two"):
            replay_page(wrong)
    other = run_histories({"a": small_story("years.burn_in=0", "years.treatment=1", "regions.grid.columns=3")}, 1)["a"]
    with pytest.raises(ValueError, match="side by side"):
        replay_page([one, other])


@pytest.mark.long
def test_sixty_years_of_3000_firms_can_be_mailed() -> None:
    arms = {
        name: load_scenario(
            "policy_text",
            ["population.firms=3000", "years.burn_in=20", "years.treatment=40", f"plan.layout={name}"],
        )
        for name in ("differentiated", "duplicated")
    }
    found = run_histories(arms, 1)
    assert all(len(history.years) == 61 for history in found.values())
    assert min(len(history.years[0].column("firm_state")) for history in found.values()) >= 3_000
    assert len(replay_page([*found.values()]).encode()) < 10_000_000


def test_without_javascript_the_page_says_so_in_its_language(histories: dict[str, History]) -> None:
    for language, told in LANGUAGES.items():
        assert f"<noscript>{told.NO_SCRIPT}</noscript>" in replay_page([histories["duplicated"]], language)


def test_what_a_title_says_ends_no_script(histories: dict[str, History]) -> None:
    one = next(iter(histories.values()))
    odd = History({**one.header, "title": "</script><script>alert(1)</script>"}, one.frames)
    page = replay_page([odd])
    assert page.count("</script>") == replay_page([one]).count("</script>")


def test_the_past_that_runs_share_stands_once(histories: dict[str, History]) -> None:
    both = [*histories.values()]
    once, twice = len(replay_page(both[:1])), len(replay_page(both))
    late = sum(map(len, both[1].frames[BURN_IN + 1 :])) / sum(map(len, both[1].frames))
    frames = len(packed(both[0])) * 4 / 3
    assert twice - once < frames * late * 1.3


def test_the_command_writes_a_page_and_nothing_else(histories: dict[str, History], tmp_path: Path) -> None:
    files = []
    for name, history in histories.items():
        files.append(tmp_path / f"{name}.history")
        files[-1].write_bytes(packed(history))
    page = tmp_path / "both.html"

    def call(*words: str, code: int = 0) -> str:
        told = CliRunner().invoke(main, ["replay", *words], catch_exceptions=False)
        assert told.exit_code == code, told.output
        return told.output

    said = call(*map(str, files), "-o", str(page))
    assert "differentiated (seed 2147483647) and duplicated (seed 2147483647)" in said
    call(*map(str, files), "-o", str(page))  # again, over its own
    (tmp_path / "mine.html").write_text("<p>mine")
    assert "is not a replay of clustersim" in call(str(files[0]), "-o", str(tmp_path / "mine.html"), code=2)
    assert "no such file" in call(str(tmp_path / "none.history"), "-o", str(page), code=2)
    assert "is no history" in call(str(page), "-o", str(tmp_path / "x.html"), code=2)


# -- in a browser ----------------------------------------------------------------------------------------


def test_it_plays_the_years_of_the_engine_and_asks_the_network_nothing(browser, address, histories) -> None:
    with visit(browser, address, offline=True) as seen:
        page = seen.page
        wait_for_year(page, 0)
        assert "begin to act in year 4" in page.inner_text(".phase")
        page.select_option("select[data-name=speed]", "16")
        page.click("button.play")
        wait_for_year(page, YEARS)
        page.wait_for_selector("button.play[aria-label=Play]")
        page.click("button.back")
        wait_for_year(page, YEARS - 1)
        assert page.input_value(".years") == str(YEARS - 1)
        shown = page.locator("code.hash").all_inner_texts()
        assert shown == [history.hashes[YEARS - 1] for history in histories.values()]
        assert page.inner_text("footer").count("seed 2147483647") == 2
        page.wait_for_url(re.compile(f"year={YEARS - 1}&"))
        assert [one for one in seen.requests if not one.startswith(("file:", "blob:", "data:"))] == []


def test_keys_move_it_and_what_is_drawn_is_on_the_map(browser, address, histories) -> None:
    with visit(browser, f"{address}#v=1&year=6&layer=density&links=supply") as seen:
        page = seen.page
        wait_for_year(page, 6)
        assert page.input_value("select[data-name=layer]") == "density"
        before = page.evaluate("document.querySelector('canvas.map').toDataURL()")
        page.keyboard.press("ArrowRight")
        wait_for_year(page, 7)
        assert page.evaluate("document.querySelector('canvas.map').toDataURL()") != before
        page.keyboard.press("Home")
        wait_for_year(page, 0)
        page.keyboard.press("End")
        wait_for_year(page, YEARS)
        page.keyboard.press("Space")  # from the end it begins again
        page.wait_for_selector("button.play[aria-label=Pause]")
        page.keyboard.press("Space")
        label = page.get_attribute("canvas.map", "aria-label")
        year = int(page.get_attribute(".player", "data-year"))
        firms = len(histories["differentiated"].years[year].column("firm"))
        assert f"year {year}: {firms} firms" in label


def test_a_firm_and_a_region_tell_their_story(browser, address) -> None:
    with visit(browser, f"{address}#v=1&year=5") as seen:
        page = seen.page
        wait_for_year(page, 5)
        box = page.locator("canvas.map").first.bounding_box()
        spot = page.evaluate("""() => new Promise((done) => {
            const canvas = document.querySelector("canvas.map");
            for (let x = 2; x < 400; x += 3) for (let y = 2; y < 280; y += 3) {
                const rect = canvas.getBoundingClientRect();
                canvas.dispatchEvent(new PointerEvent("pointermove", {clientX: rect.left + x, clientY: rect.top + y}));
                const tip = document.querySelector(".tip");
                if (!tip.hidden && tip.textContent.includes("Why here")) return done([x, y]);
            }
            done(null);
        })""")
        assert spot is not None
        page.mouse.click(box["x"] + spot[0], box["y"] + spot[1])
        page.wait_for_selector(".story h3")
        assert re.search(r"Year \d+: it is a", page.inner_text(".story"))
        page.select_option("select[data-name=region]", "2")
        page.wait_for_selector(".story table")
        assert "Promoted by its plan" in page.inner_text(".story")
        assert page.locator(".story tbody tr").count() == 6


def test_it_speaks_chinese_and_a_bad_link_is_named_and_the_rest_used(browser, address) -> None:
    with visit(browser, f"{address}#v=1&year=4&layer=evil&lang=zh&x=1") as seen:
        page = seen.page
        wait_for_year(page, 4)
        assert page.inner_text(".now") == "第 4 年"
        assert "layer, x" in page.inner_text("[role=alert]")
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        assert "重复建设" in page.inner_text(".charts")
        page.click("button.language")
        page.wait_for_selector(".now:text('Year 4')")
        page.wait_for_url(re.compile("lang=en"))


@pytest.mark.parametrize("size", [LARGE, PHONE])
def test_it_is_accessible_and_fits(browser, address, size) -> None:
    with visit(browser, f"{address}#v=1&year=4", size) as seen:
        page = seen.page
        wait_for_year(page, 4)
        page.click("summary")
        page.wait_for_selector(".tables table")
        assert faults(page) == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0]
        for canvas in page.locator("canvas").all():
            box = canvas.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
            assert box["width"] > 150 and box["height"] > 90
        page.evaluate("document.querySelector('.player').append(document.createElement('select'))")
        assert [fault.split(":")[0] for fault in faults(page)] == ["select-name"]  # it looks
        page.evaluate("document.querySelector('.player > select').remove()")
        targets = [one.bounding_box() for one in page.locator("button, select").all()]
        assert min(box["height"] for box in targets) >= 24


def test_numbers_leave_as_csv_and_the_picture_as_png(browser, address, histories) -> None:
    with visit(browser, f"{address}#v=1&year=4") as seen:
        page = seen.page
        wait_for_year(page, 4)
        page.click("summary")
        with page.expect_download() as told:
            page.click(".tables .table:nth-child(4) button")
        text = Path(told.value.path()).read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[0] == ["Year", "differentiated", "duplicated"]
        expected = [frame.series["duplication_index"] for frame in histories["duplicated"].years]
        assert [float(row[2]) if row[2] else None for row in rows[1:]] == expected
        assert expected[0] is None  # no plan yet: a gap, not a zero
        assert page.inner_text(".tables .table:nth-child(4) tbody tr:first-child td:nth-child(2)") == "–"
        with page.expect_download() as told:
            page.click("button.png")
        assert Path(told.value.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        with page.expect_download() as told:
            page.click("button.svg")
        drawn = ElementTree.parse(told.value.path()).getroot()
        tag = "{http://www.w3.org/2000/svg}"
        said = [one.text for one in drawn.iter(f"{tag}text")]
        assert any("Year 4" in (one or "") for one in said) and "Difference of the two" in said
        assert said.count("Year") == 6  # the lower axis of each chart
        cells = len(histories["duplicated"].years[0].column("cell_column"))
        assert len(list(drawn.iter(f"{tag}rect"))) > 3 * cells  # every place of three maps


def lines_in(printed: bytes) -> int:
    """Lines that a PDF draws."""
    drawn = b""
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", printed, re.DOTALL):
        with suppress(zlib.error):
            drawn += zlib.decompress(found[1])
    return len(re.findall(rb"\bl\b", drawn))


def altered(history: History, name: str, years: range, value: object) -> History:
    """The history with another value of a series in some years, as the engine would write it."""
    frames = []
    for frame in history.frames:
        (length,) = struct.unpack_from("<I", frame)
        head = json.loads(frame[4 : 4 + length])
        if head["year"] in years:
            told = head["series"][name]
            head["series"][name] = plain(np.full(len(told), value) if isinstance(told, list) else value)
        text = json.dumps(head, allow_nan=False).encode()
        text += b" " * (-(len(text) + 4) % ALIGNED)
        frames.append(struct.pack("<I", len(text)) + text + frame[4 + length :])
    return History(history.header, frames)


def test_years_without_a_value_are_a_gap_and_a_dash_and_print_as_such(browser, histories, tmp_path) -> None:
    both = []
    for history in histories.values():
        odd = altered(history, "utilisation", range(5, 8), math.inf)
        odd = altered(odd, "clusters", range(YEARS + 1), math.nan)
        both.append(altered(odd, "industry_value_added", range(1), math.nan))
    path = tmp_path / "odd.html"
    path.write_text(replay_page(both), encoding="utf-8")
    with visit(browser, f"{path.as_uri()}#v=1&year=6") as seen:
        page = seen.page
        wait_for_year(page, 6)
        charts = page.locator(".charts figure")
        assert charts.nth(0).locator("b").all_inner_texts() == ["–", "–"]
        assert charts.nth(0).locator(".empty").is_hidden() and charts.nth(1).locator(".empty").is_visible()
        assert page.locator(".maps .legend, .legend .key").count() >= 5
        assert page.evaluate(INK, [0.5, 3.5, YEARS]) > 20
        assert page.evaluate(INK, [4.2, 7.8, YEARS]) == 0  # nothing joins the years around the gap
        page.click("summary")
        assert page.locator(".tables .table").nth(0).locator("tr").nth(7).inner_text().split() == ["6", "–", "–"]
        printed = page.pdf()
        pictures, strokes = printed.count(b"/Subtype /Image"), lines_in(printed)
        assert pictures >= 3 and (strokes > 5 * YEARS or pictures >= 9)  # maps, and charts, which may be drawn as lines
        page.emulate_media(media="print")
        for canvas in page.locator("canvas.map").all():
            box = canvas.bounding_box()
            assert box["width"] > 100 and box["height"] > 60
        assert page.locator("button.play").is_hidden() and page.locator(".now").is_visible()
        shot = page.locator("canvas.map").first.screenshot()
        colours = Image.open(io.BytesIO(shot)).convert("RGB").getcolors(1 << 20)
        assert colours is not None and len(colours) > 20  # no blank sheet
        sides = page.evaluate("""() => {
            const swatch = getComputedStyle(document.querySelector(".legend i"));
            return [swatch.printColorAdjust, getComputedStyle(document.querySelector("canvas.map")).objectFit];
        }""")
        assert sides == ["exact", "contain"]  # colours of the legend are printed, circles stay round
        seen.errors[:] = [one for one in seen.errors if "willReadFrequently" not in one]  # advice


def test_a_page_that_slept_goes_on_from_the_year_it_showed(browser, address) -> None:
    with visit(browser, address) as seen:
        page = seen.page
        wait_for_year(page, 0)
        page.select_option("select[data-name=speed]", "1")
        # Two frames a day apart: one year passes, not as many as fit into a day.
        page.evaluate("""() => {
            window.told = [];
            window.requestAnimationFrame = (use) => { window.told.push(use); return 1; };
            document.querySelector("button.play").click();
            const tick = window.told.splice(0);
            tick.forEach((use) => use(performance.now() + 86400000));
        }""")
        assert page.get_attribute(".player", "data-year") == "1"


def test_one_run_alone_has_no_panel_of_differences(browser, histories, tmp_path) -> None:
    path = tmp_path / "one.html"
    path.write_text(replay_page([histories["duplicated"]], "zh"), encoding="utf-8")
    with visit(browser, path.as_uri()) as seen:
        wait_for_year(seen.page, 0)
        assert seen.page.locator("canvas.map").count() == 1
        assert seen.page.inner_text(".maps figcaption").strip() == "重复建设"
        assert faults(seen.page) == []
