"""The report of a comparison: the answer first, six measures, contents, then the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.reporting.comparison import answers_of, evidence_of
from sim.reporting.figures import Evidence
from sim.reporting.pages import Told, render, report_page
from sim.reporting.wording.en.arms import describe_arm
from sim.studies.compare import Comparison, run_comparison
from tests.reporting.pages.reader import Reader, read
from tests.synthetic import arms, run_synthetic, scenario


@pytest.fixture(scope="module")
def page(comparison: Comparison) -> Reader:
    return read((comparison.folder / "report.html").read_text(encoding="utf-8"))


def page_of(comparison: Comparison) -> Reader:
    """The report without its figures, which take longest."""
    told = Told({arm: describe_arm(scenario) for arm, scenario in comparison.arms.items()})
    return read(render(report_page(evidence_of(comparison), [], told, comparison.results.manifest)))


def headings(page: Reader) -> list[str]:
    return [text for text in page.texts if text in SECTIONS]


SECTIONS = (
    "The question", "What the arms do", "What was run", "Figures", "Main measures", "Where the difference comes from",
    "What shocks cost", "How firms climb", "Method", "Limits", "Provenance",
)  # fmt: skip


def test_the_answer_stands_first_word_for_word(comparison: Comparison, page: Reader) -> None:
    texts = [text.strip() for text in page.texts if text.strip()]
    start = texts.index("Synthetic <test> & co", 1)  # the first is the title of the window
    assert texts[start + 1].startswith("Real income against differentiated: ")
    told = answers_of(comparison)
    assert texts[start + 2 : start + 2 + len(told)] == told


def test_six_measures_follow_then_contents_then_the_rest(comparison: Comparison, page: Reader) -> None:
    head, *six = page.rows[:7]
    assert head == ["Over the treatment years", "differentiated", "duplicated", "balanced", "random specialised"]
    assert [row[0] for row in six] == [
        "real income", "utilisation", "duplication index", "krugman specialisation", "innovations",
        "worst region income",
    ]  # fmt: skip
    row = comparison.differences.query("metric == 'ln_real_income' and window == 'treatment years'").iloc[0]
    assert six[0][2].startswith(f"{row.shown:+.1f}")
    assert page.tags.index("table") < page.tags.index("nav") < page.tags.index("section") < page.tags.index("img")
    assert headings(page)[: len(headings(page)) // 2] == headings(page)[len(headings(page)) // 2 :]


def test_nothing_is_said_of_parts_that_are_missing(comparison: Comparison, page: Reader) -> None:
    assert "What shocks cost" not in page.texts and "How firms climb" not in page.texts
    assert "Where the difference comes from" in page.texts
    bare = page_of(comparison)
    for gone in ("Where the difference comes from", "Figures"):
        assert gone not in bare.texts
    assert "missing" not in " ".join(bare.texts)


def test_figures_are_there_with_their_reading(page: Reader) -> None:
    text = "".join(page.texts)
    assert page.tags.count("figure") == page.tags.count("img") == text.count("How to read it:") == 6


def test_what_arms_do_and_where_it_comes_from(comparison: Comparison, page: Reader) -> None:
    text = "".join(page.texts)
    assert "Every region promotes the same national hot list" in text
    assert comparison.results.provenance.code in text
    assert [row[0] for row in page.rows if row[0] in ("composition", "localisation", "endowment fit")]


def test_the_table_repeats_the_numbers(comparison: Comparison, page: Reader) -> None:
    rows = [row for row in page.rows if len(row) == 10 and row[0] == "real income"]
    assert [row[1] for row in rows] == ["duplicated", "balanced", "random specialised"]
    first = comparison.differences.iloc[(comparison.differences["metric"] == "ln_real_income").argmax()]
    assert rows[0][6] == f"{first.agreeing} of {first.replications}"


def test_what_all_arms_share_is_said_once_and_failures_are_named(comparison: Comparison) -> None:
    cut = {"parameters": {"foresight": 0.3}}
    told = {arm: describe_arm(scenario.model_copy(update=cut)) for arm, scenario in comparison.arms.items()}
    failures = ["seed 3, arm balanced: it <broke>"]
    source = render(report_page(evidence_of(comparison), [], Told(told, failures), comparison.results.manifest))
    page = read(source)
    assert "".join(page.texts).count("Parameters set: foresight = 0.3.") == 1
    assert page.texts[page.texts.index("In all arms") + 1] == "Parameters set: foresight = 0.3."
    assert "seed 3, arm balanced: it <broke>" in page.texts and "<broke>" not in source


def test_names_of_arms_are_the_same_everywhere(page: Reader) -> None:
    listed = "".join(page.texts)
    before = listed[: listed.index("Provenance")]
    assert "random specialised" in before and "random_specialised" not in before


def test_two_replications_show_no_interval(tmp_path: Path) -> None:
    page = page_of(run_comparison(arms("market", "duplicated"), 2, 1, tmp_path / "two", runner=run_synthetic))
    text = " ".join(page.texts)
    text = text[: text.index("A replication is one seed")]
    assert "too few to tell" in text
    assert "±" not in text.replace("± half", "") and " agree)" not in text
    (row,) = [row for row in page.rows if len(row) == 10 and row[0] == "real income"]
    assert row[5:] == ["too few to tell", "2 of 2", "-", "-", "-"]


def test_equal_differences_are_called_so(comparison: Comparison) -> None:
    evidence = same(evidence_of(comparison))
    told = Told({arm: describe_arm(scenario) for arm, scenario in comparison.arms.items()})
    page = read(render(report_page(evidence, [], told, comparison.results.manifest)))
    text = " ".join(page.texts)
    assert "the same difference in all 6 replications" in text
    row = next(row for row in page.rows if len(row) == 10 and row[0] == "real income")
    assert row[5] == "the same in all" and row[7:] == ["-", "-", "-"]


def same(evidence: Evidence) -> Evidence:
    """Differences without any spread."""
    nan = float("nan")
    table = evidence.differences.assign(
        ci_low=nan, ci_high=nan, shown_low=nan, shown_high=nan, effect_size=nan, p_holm=nan, variance_ratio=nan
    )
    return replace(evidence, differences=table.assign(reason="identical"))


def test_one_run_has_levels_of_its_first_and_last_year(tmp_path: Path) -> None:
    one = run_comparison({"run": scenario()}, 1, 1, tmp_path / "a", runner=run_synthetic)
    page = page_of(one)
    assert page.rows[0] == ["", "Year 3", "Year 15"]
    assert len(page.rows) == 7
    assert "What was run" in page.texts and "The question" not in page.texts
    assert "an example, not an answer" in " ".join(page.texts)
    levels = one.by_year[one.by_year["metric"] == "utilisation"].set_index("year")["mean"]
    assert page.rows[2][1:] == [f"{levels[year]:.3f}" for year in (3, 15)]
