"""What holds for every page: it loads nothing, its parts fit, and it can be read aloud and walked through."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pandas as pd
import pytest

from sim.reporting.pages import Page, Section, facts_page, render, shot, theory_page, write_page
from sim.reporting.pages.contents import Cell, Folded, Grid, Listing, Points, Rule, Terms, Words, address
from sim.store.provenance import Provenance
from sim.studies.compare import Comparison
from sim.studies.experiment.contents import Experiment
from sim.studies.facts.declaration import FACTS
from sim.studies.facts.verdicts import verdicts
from tests.reporting.pages.reader import read

ORIGIN = Provenance("Title", ("a",), (1, 2), "code", "1", "", "clustersim")
TABLE = [["x", "1 %"], Rule("Group", "note"), [Cell("y", "words", "n"), "2"]]
ALL_PARTS = Page(
    "A <title> & more",
    [Words("First <b>", "answer"), Points(["one", "two"], "Before", "warning")],
    [
        Section("one", "One", [Grid(["a", "b"], TABLE, "T")]),
        Section("two", "Two", [Terms([("word", "meaning")]), Folded("More", [Listing("as  it is")])]),
        Section("empty", "Empty", []),
        Section("three", "Three", [shot('A "picture"', "Left to right.", b"\x89PNG")]),
    ],
)  # fmt: skip


def regimes() -> Page:
    claims = pd.DataFrame(
        [
            {"regime": "R1", "claim": "D above B", "setting": "a < b", "measure": "ln_real_income", "difference": 0.01,
             "ci_low": 0.005, "ci_high": 0.015, "replications": 8, "holds": "holds", "reason": ""},
            {"regime": "R1", "claim": "few", "setting": "", "measure": "firms", "difference": 0.01,
             "ci_low": math.nan, "ci_high": math.nan, "replications": 2, "holds": "open", "reason": "too few"},
        ]
    )  # fmt: skip
    told = Experiment(title="Regime", why="Because", choice="Chosen", note="Note", scenario="base", arms={"D": {}})
    return theory_page("Theory", {"R1": told}, claims, [shot("S", "R", b"x")], "footer", ["seed 1: broke"])


def facts() -> Page:
    seeds = {seed: {one.name: one.low for fact in FACTS.values() for one in fact.statistics} for seed in range(4)}
    return facts_page(verdicts(seeds), [shot("S", "R", b"x")], ORIGIN)


@pytest.fixture(scope="module", params=["report", "all parts", "regimes", "facts"])
def source(request: pytest.FixtureRequest, comparison: Comparison) -> str:
    if request.param == "report":
        return (comparison.folder / "report.html").read_text(encoding="utf-8")
    return render({"all parts": lambda: ALL_PARTS, "regimes": regimes, "facts": facts}[request.param]())


def test_a_page_is_well_formed(source: str) -> None:
    page = read(source)
    assert source.startswith("<!DOCTYPE html>")
    assert page.open == []


def test_a_page_loads_nothing(source: str) -> None:
    page = read(source)
    outside = [one for one in page.addresses if not one.startswith(("data:image/png;base64,", "#"))]
    assert outside == [] and page.stray == []
    assert not {"script", "link", "iframe", "object", "embed", "form", "base", "meta http-equiv"} & set(page.tags)
    style = source[source.index("<style>") : source.index("</style>")]
    assert "url(" not in style and "@import" not in style
    body = re.sub(r'src="data:[^"]*"', "", source)
    assert "http:" not in body and "https:" not in body


def test_tables_scroll_in_a_box_of_their_own(source: str) -> None:
    page = read(source)
    assert "table" in page.tags and page.bare == []
    style = source[source.index("<style>") : source.index("</style>")]
    assert ".scroll { overflow-x: auto; max-width: 100%" in style
    assert "overflow-wrap: anywhere" in style and "pre { white-space: pre-wrap" in style


def test_contents_lead_to_every_section(source: str) -> None:
    page = read(source)
    assert len(page.names) == len(set(page.names)) == page.tags.count("section")
    assert [one.removeprefix("#") for one in page.addresses if one.startswith("#")] == page.names


def test_headings_come_in_order_and_pictures_have_words(source: str) -> None:
    page = read(source)
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert page.headings.count(2) == page.tags.count("section")
    assert len(page.alternatives) > 0 and all(page.alternatives)


def test_a_page_prints(source: str) -> None:
    style = source[source.index("@media print") : source.index("</style>")]
    for rule in ("nav, details { display: none; }", ".scroll { overflow: visible; }", "break-inside: avoid"):
        assert rule in style


def test_texts_are_escaped_and_empty_sections_left_out() -> None:
    source = render(ALL_PARTS)
    page = read(source)
    assert "A &lt;title&gt; &amp; more" in source and "First &lt;b&gt;" in source
    assert "A <title> & more" in page.texts
    assert "Empty" not in page.texts and "empty" not in page.names
    assert ["x", "1 %"] in page.rows and ["Groupnote"] in page.rows and ["yn", "2"] in page.rows
    assert page.alternatives == ['A "picture"']
    assert "1\u00a0%" in source


def test_claims_without_an_interval_say_why() -> None:
    page = read(render(regimes()))
    assert ["D above Ba < b", "+1.0", "+0.5 to +1.5", "8", "holds"] in page.rows
    assert ["few (firms)", "+1.00", "too few to tell", "2", "open"] in page.rows
    assert "Of 2 claims 1 holds, 1 is open." in page.texts


def test_a_page_is_written_whole(tmp_path: Path) -> None:
    path = write_page(tmp_path / "page.html", ALL_PARTS)
    assert path.read_text(encoding="utf-8") == render(ALL_PARTS)
    assert [one.name for one in tmp_path.iterdir()] == ["page.html"]


def test_addresses() -> None:
    assert [address(name) for name in ("R1", "Two words!", "策略")] == ["r1", "two-words", "part"]
