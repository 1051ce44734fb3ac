import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sim.kernel.scenario_types import Instrument, ShockEvent
from sim.model.plans import LAYOUTS as REGISTERED
from sim.reporting import Findings, describe_arm, write_report
from sim.reporting.comparison import answers_of, evidence_of
from sim.studies.compare import Comparison
from tests.synthetic import scenario

VOID = {"meta", "img", "br", "hr", "link"}


class Page(HTMLParser):
    """Checks that tags nest, and gathers texts and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def source(comparison: Comparison) -> str:
    return (comparison.folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    found = Page()
    found.feed(source)
    found.close()
    return found


def test_the_page_is_well_formed(source: str, page: Page) -> None:
    assert source.startswith("<!DOCTYPE html>")
    assert page.open == []
    assert page.tags.count("h1") == 1
    assert page.tags.count("figure") == page.tags.count("img") == 6


def test_the_page_loads_nothing(source: str, page: Page) -> None:
    assert all(address.startswith("data:image/png;base64,") for address in page.addresses)
    assert not {"script", "link", "iframe", "object", "embed", "form"} & set(page.tags)
    style = source[source.index("<style>") : source.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "http:" not in source
    assert "https:" not in source


def test_texts_are_escaped(source: str, page: Page) -> None:
    assert "Synthetic &lt;test&gt; &amp; co" in source
    assert "<test>" not in source
    assert "Synthetic <test> & co" in page.texts


def test_the_answer_stands_in_it_word_for_word(comparison: Comparison, page: Page) -> None:
    for sentence in answers_of(comparison):
        assert sentence in page.texts


def test_sections_are_there(comparison: Comparison, page: Page) -> None:
    text = "".join(page.texts)
    for heading in (
        "The answer",
        "What the arms do",
        "Main measures",
        "Where the difference comes from",
        "Method",
        "Limits",
        "Provenance",
    ):
        assert heading in page.texts, heading
    assert "every region promotes the same national hot list".capitalize() in text
    assert "localisation" in text
    assert comparison.results.provenance.code in text
    assert text.count("How to read it:") == 6


def test_the_table_repeats_the_numbers(comparison: Comparison, source: str) -> None:
    rows = re.findall(r"<tr><td>real income</td>.*?</tr>", source)
    assert len(rows) == 3
    first = comparison.differences.iloc[(comparison.differences["metric"] == "ln_real_income").argmax()]
    assert f"{first.agreeing} of {first.replications}" in rows[0]


def test_what_all_arms_share_is_said_once_and_failures_are_named(comparison: Comparison, tmp_path: Path) -> None:
    cut = {"parameters": {"foresight": 0.3}}
    arms = {arm: scenario.model_copy(update=cut) for arm, scenario in comparison.arms.items()}
    findings = Findings(["X < Y."], ["seed 3, arm balanced: it <broke>"], reason="No four arms.")
    path = write_report(tmp_path, evidence_of(comparison), [], arms, comparison.results.manifest, findings)
    text = path.read_text(encoding="utf-8")
    assert text.count("Parameters set: foresight = 0.3.") == 1
    assert "<dt>In all arms</dt><dd>Parameters set" in text
    assert "<li>seed 3, arm balanced: it &lt;broke&gt;</li>" in text
    assert "No four arms." in text


def test_arms_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    base = scenario("differentiated")
    plan = base.plan.model_copy(update={"imitation": 0.25, "industries": 1, "every": 1, "budget": 0.02})
    told = describe_arm(
        base.model_copy(
            update={
                "plan": plan,
                "mechanisms": {"spin_off": False, "exit": True},
                "parameters": {"foresight": 0.3},
                "policies": (Instrument(policy="park_grant", start=5, years=1, regions=("Hebei",)),),
                "shocks": (ShockEvent(shock="embargo", strength=0.5, years=3, industries=("chips",)),),
            }
        )
    )
    assert told == [
        "Each region promotes the industries that fit it best, coordinated against national demand, blended by 25% "
        "with the national hot list; 1 industry a region. Plans spend 2 % of national expenditure a year and are "
        "renewed every year.",
        "Switched off: spin off.",
        "Parameters set: foresight = 0.3.",
        "Policy park grant, strength 1, from treatment year 5 for 1 year in Hebei.",
        "Shock embargo, strength 0.5, from the start for 3 years for chips.",
    ]
    assert describe_arm(scenario("market")) == ["No plan: the same money goes to consumers."]
    monkeypatch.setitem(REGISTERED, "lucky", replace(REGISTERED["balanced"], help="what a coin says"))
    assert describe_arm(scenario("lucky"))[0].startswith(
        "Each region promotes what a coin says; 3 industries a region."
    )
    assert describe_arm(scenario("my_own"))[0].startswith("The layout my own; 3 industries")
