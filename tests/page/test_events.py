"""Shocks and policies by hand: what is drawn is what `clustersim run` of the exported scenario gives."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from sim.page.events import Event, first_apart, kinds, read_events, with_events
from sim.page.sessions import PageError, Session, Sessions
from sim.runs.history import read_frame
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import load_scenario
from tests.browser import chromium, faults, visit
from tests.model.engine.worlds import small_story
from tests.page.serving import serving
from tests.page.test_sessions import SMALL, hashes, ran

DISASTER = Event(6, "disaster", 2, 0.5, 2)
TALENT = Event(5, "talent", 0, 1.0, 2)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small scenario in a file: years 0 to 8, plans act from 4."""
    path = tmp_path_factory.mktemp("events") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


def opened(source: str, query: str = "") -> Session:
    return Sessions({"small": source}).open(query)[1]


def income(session: Session) -> list[float]:
    """Real income of the first arm, year by year."""
    life = session.lives[0]
    return [read_frame(life.frame(year, life.turn)).series["ln_real_income"] for year in range(9)]


def test_what_is_written_is_read_back_and_odd_ones_are_left_out() -> None:
    assert read_events(f"{DISASTER.written()},{TALENT.written()}") == ([DISASTER, TALENT], False)
    for odd in (
        "6:disaster:2:0.5",
        "6:nothing:2:0.5:1",
        "x:disaster:2:0.5:1",
        "6:disaster:2:nan:1",
        "6:disaster:2:1e9:1",
    ):
        assert read_events(f"{odd},{TALENT.written()}") == ([TALENT], True)
    assert read_events(",".join([TALENT.written()] * 21))[1]
    assert {one["name"] for one in kinds()} >= {"disaster", "demand_slump", "talent", "leader_attraction"}


def test_what_is_in_store_counts_from_the_fork_on() -> None:
    story = small_story("years.burn_in=3", "years.treatment=5")
    assert first_apart(story, story) == math.inf
    both = with_events(story, [TALENT, DISASTER])
    assert first_apart(story, both) == first_apart(both, story) == first_apart(with_events(story, [TALENT]), both) == 4
    other = both.model_copy(update={"population": both.population.model_copy(update={"firms": 7})})
    assert first_apart(both, other) == 0
    for wrong, said in ((Event(3, "disaster", 0, 1, 1), "years 4 to 8"), (Event(5, "disaster", 99, 1, 1), "no region")):
        with pytest.raises(ValueError, match=said):
            with_events(story, [wrong])


@pytest.mark.slow
def test_what_strikes_now_is_as_in_the_exported_scenario_and_what_was_before_stays(source: str, tmp_path: Path) -> None:
    session = opened(source)
    before = [hashes(session, arm) for arm in (0, 1)]
    incomes = income(session)
    assert session.happen(DISASTER) == [3, 3]
    struck = [hashes(session, arm) for arm in (0, 1)]
    assert income(session)[:6] == incomes[:6] and income(session)[6] != incomes[6]
    assert session.happen(TALENT) == [3, 3]
    session.change(6, "distance_cost", 0.4)
    for arm in (0, 1):
        whole = hashes(session, arm)
        assert whole[:4] == struck[arm][:4] == before[arm][:4] and struck[arm][4] != before[arm][4]
        assert whole[1:] == ran(session, arm, tmp_path)
    again = opened(source, session.told()["query"])
    assert again.problems == [] and hashes(again, 1) == hashes(session, 1)
    session.change(7, "distance_cost", None)
    assert session.undo(1) == [3, 3]
    assert hashes(session, 0) == struck[0]
    assert session.undo(0) == [3, 3]
    assert [hashes(session, arm) for arm in (0, 1)] == before


@pytest.mark.slow
def test_the_same_run_without_its_shocks_is_known(source: str) -> None:
    session = opened(source)
    before = hashes(session, 0)
    assert session.calm(0) is None
    session.happen(DISASTER)
    calm = session.calm(0)
    assert calm is not None and calm is session.calm(0)
    assert [read_frame(calm.frame(year, calm.turn)).hash for year in range(9)] == before


def test_what_cannot_happen_is_refused_and_nothing_moves(source: str) -> None:
    session = opened(source)
    with pytest.raises(PageError, match="years 4 to 8"):
        session.happen(Event(2, "disaster", 0, 0.5, 1))
    with pytest.raises(PageError, match="at most 1"):
        session.happen(Event(5, "disaster", 0, 5.0, 1))
    with pytest.raises(ScenarioError, match="regions"):
        session.happen(Event(5, "demand_slump", 2, 0.5, 1))
    with pytest.raises(PageError, match="no such event"):
        session.undo(0)
    assert session.events == [] and session.told()["events"] == []
    odd = opened(source, "events=2:disaster::0.5:1,6:disaster:2:0.5:2")
    assert odd.problems == ["events"] and odd.events == [DISASTER]


def test_a_policy_of_the_scenario_has_a_switch(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL + "policies: [{policy: talent, strength: 0.5}]\n", encoding="utf-8")
    session = opened(str(path))
    assert session.told()["policies"] == ["talent"]
    session.change(0, "policies.0.strength", 0.0)
    assert session.told()["changes"] == [[4, "policies.0.strength", 0.0]]
    assert load_scenario(str(path)).policies[0].strength == 0.5
    assert session.told()["values"][8]["policies.0.strength"] == 0.0


@pytest.mark.slow
def test_a_person_lets_a_region_be_struck_and_sees_what_it_costs(source: str) -> None:
    with serving({"small": source}) as served, chromium() as browser, visit(browser, f"{served.address}/") as seen:
        page = seen.page
        page.wait_for_selector('.player[data-last="8"]')
        assert page.locator(".charts figure").count() == 6  # no chart without anything to show
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        page.wait_for_selector('.player[data-year="5"]')
        page.select_option("select[data-name=region]", "1")
        page.click("details.happen summary")
        page.wait_for_selector("select[data-name=event-region] option:checked:has-text('R1B')", state="attached")
        page.click(".strike")
        page.wait_for_selector("ul.events li:has-text('from year 6: disaster, R1B, strength 0.5, 3 years')")
        page.wait_for_selector('.player[data-last="8"][data-year="5"]')
        assert "events=6:disaster:2:0.5:3" in page.url
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(".charts figure:nth-child(7) .arm-0 b:not(:text('–'))")
        assert float(page.locator(".charts figure").last.locator("b").first.inner_text()) < 100.0
        assert faults(page) == []
        page.click("ul.events button")
        page.wait_for_selector("ul.events li", state="detached")
        assert "events=" not in page.url
        page.wait_for_selector(".charts figure:nth-child(7)", state="detached")
