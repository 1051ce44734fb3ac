"""Sessions: what a page shows is what `clustersim run` of the exported scenario gives, change by change."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from pathlib import Path

import pytest

from sim.page import sessions as module
from sim.page.controls import controls, values_in
from sim.page.lives import Life, Overtaken, Shelf
from sim.page.sessions import PageError, Session, Sessions
from sim.page.words import page_catalogues
from sim.runs.history import read_frame
from sim.runs.run import run_scenario
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import load_scenario
from tests.model.engine.worlds import small_story

pytestmark = pytest.mark.slow
SMALL = (
    "extends: policy_text.yaml\ntitle: Small\npopulation: {firms: 80, institutes: 4}\n"
    "years: {burn_in: 3, treatment: 5}\nregions: {cells: 1}\n"
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small scenario in a file."""
    path = tmp_path_factory.mktemp("page") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


def hashes(session: Session, arm: int) -> list[str]:
    """State hash of every year of an arm."""
    life = session.lives[arm]
    return [read_frame(life.frame(year, life.turn)).hash for year in range(life.last_year + 1)]


def ran(session: Session, arm: int, folder: Path) -> list[str]:
    """The same of the exported scenario, run anew from its file."""
    path = folder / f"exported-{arm}.yaml"
    path.write_text(session.exported(arm), encoding="utf-8")
    return run_scenario(load_scenario(path)).hashes["hash"].tolist()


def test_the_page_shows_what_the_exported_scenario_gives(source: str, tmp_path: Path) -> None:
    _, session = Sessions({"small": source}).open("seed=5&one=differentiated&other=market")
    before = [hashes(session, arm) for arm in (0, 1)]
    assert before[0][1:] == ran(session, 0, tmp_path)
    assert before[0][:4] == before[1][:4] and before[0][4] != before[1][4]  # one past, then two layouts
    kept = session.change(5, "distance_cost", 0.5)
    assert kept == [5, 5]
    for arm in (0, 1):
        after = hashes(session, arm)
        assert after[:6] == before[arm][:6] and after[6] != before[arm][6]
        assert after[1:] == ran(session, arm, tmp_path)


def test_a_change_of_plans_before_they_act_waits_for_them(source: str) -> None:
    _, session = Sessions({"small": source}).open("")
    session.change(0, "plan.budget", 0.1)
    assert session.told()["changes"] == [[4, "plan.budget", 0.1]]
    values = session.told()["values"]
    assert (values[3]["plan.budget"], values[4]["plan.budget"]) == (0.05, 0.1)
    assert session.change(4, "plan.budget", None) == [3, 3]
    assert session.told()["changes"] == []


def test_what_a_file_would_refuse_is_refused_and_nothing_moves(source: str) -> None:
    _, session = Sessions({"small": source}).open("")
    before, turns = session.told(), [life.turn for life in session.lives]
    for year, key, value in ((1, "distance_cost", 99.0), (1, "no_such", 1.0), (99, "distance_cost", 0.3)):
        with pytest.raises(ScenarioError):
            session.change(year, key, value)
    assert session.told() == before and [life.turn for life in session.lives] == turns


def test_an_address_opens_what_it_was_written_for(source: str) -> None:
    one = Sessions({"small": source})
    _, session = one.open("seed=7&other=balanced")
    session.change(4, "agglomeration", False)
    session.change(6, "distance_cost", 0.35)
    _, again = Sessions({"small": source}).open(session.told()["query"])
    assert again.problems == []
    assert [hashes(again, arm) for arm in (0, 1)] == [hashes(session, arm) for arm in (0, 1)]


def test_a_change_in_the_address_that_does_not_fit_is_named_and_the_others_hold(source: str) -> None:
    _, session = Sessions({"small": source}).open("changes=5:distance_cost:0.4,5:no_such:1,6:agglomeration:off")
    assert session.problems == ["changes"]
    assert [change[:2] for change in session.told()["changes"]] == [[5, "distance_cost"], [6, "agglomeration"]]


def test_a_layout_without_its_table_and_a_run_too_large_are_refused(source: str, tmp_path: Path) -> None:
    with pytest.raises(PageError, match="no table"):
        Sessions({"small": source}).open("one=explicit")
    large = tmp_path / "large.yaml"
    large.write_text("extends: policy_text.yaml\npopulation: {firms: 20000}\n", encoding="utf-8")
    with pytest.raises(PageError, match="too large"):
        Sessions({"large": str(large)}).open("")


def test_a_year_asked_of_an_earlier_turn_is_refused() -> None:
    story = small_story("years.burn_in=1", "years.treatment=2")
    life = Life("a", story, 1, Shelf())
    life.frame(1, 0)
    life.revise(small_story("years.burn_in=1", "years.treatment=2", "plan.budget=0.1"))
    with pytest.raises(Overtaken):
        life.frame(2, 0)
    with pytest.raises(ValueError, match="years 0 to 3"):
        life.frame(4, 1)


def test_a_run_that_was_made_whole_is_made_once_for_all(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Sessions({"small": source})
    first = one.open("")[1]
    told = hashes(first, 0)
    second = one.open("")[1]
    monkeypatch.setattr(Life, "_make_next", None)
    assert hashes(second, 0) == told
    monkeypatch.undo()
    second.change(6, "distance_cost", 0.5)  # now it has to live through the years itself
    assert hashes(second, 0)[:7] == told[:7] and hashes(second, 0)[7] != told[7]
    assert hashes(first, 0) == told


def test_sessions_are_apart_few_and_released(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    held = Sessions({"small": source}, lambda: now[0])
    monkeypatch.setattr(module, "MOST", 3)
    names = []
    for _ in range(4):
        now[0] += 1.0
        names.append(held.open("")[0])
    assert len(set(names)) == 4 and min(map(len, names)) >= 20
    assert held.get(names[0]) is None and held.get(names[1]) is not None
    now[0] += 1.0
    assert held.get(names[1]) is not None
    now[0] += module.IDLE - 0.5
    assert held.get(names[3]) is None and len(held) == 1  # the one that was asked for last
    now[0] += module.IDLE
    assert held.get(names[1]) is None and len(held) == 0


def test_many_sessions_keep_little_and_a_rested_one_goes_on_with_the_same_numbers(source: str) -> None:
    held = Sessions({"small": source})
    held.awake = 2
    names, sessions = zip(*(held.open(f"seed={40 + number}") for number in range(6)), strict=True)
    before = [hashes(session, 0) for session in sessions]
    assert held.get(names[5]) is sessions[5]
    kept = [sum(life.kept_bytes for life in session.lives) for session in sessions]
    assert kept[:4] == [0] * 4 and min(kept[4:]) > 0
    assert hashes(sessions[0], 0) == before[0]  # what it shows is there
    assert held.get(names[0]) is sessions[0]
    sessions[0].change(5, "distance_cost", 0.4)
    after = hashes(sessions[0], 0)
    _, fresh = Sessions({"small": source}).open("seed=40&changes=6:distance_cost:0.4")
    assert after[:6] == before[0][:6] and after == hashes(fresh, 0)


def test_a_life_at_work_does_not_rest(source: str) -> None:
    _, session = Sessions({"small": source}).open("seed=50")
    life = session.lives[0]
    life.frame(4, 0)
    assert not life.rest()
    life.frame(life.last_year, 0)
    assert life.rest() and life.kept_bytes == 0


def test_idle_sessions_are_released_though_nobody_asks(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    held = Sessions({"small": source}, lambda: now[0])
    session = weakref.ref(held.open("")[1])
    monkeypatch.setattr(module, "SWEEP", 0.01)
    ended = threading.Event()
    sweeper = threading.Thread(target=held.sweep, args=(ended,))
    sweeper.start()
    now[0] += module.IDLE + 1.0
    for _ in range(500):
        if not len(held):
            break
        time.sleep(0.01)
    ended.set()
    sweeper.join(10)
    gc.collect()
    assert len(held) == 0 and session() is None  # nothing holds it any more


def test_controls_are_declared_reach_their_default_and_are_explained_in_every_language() -> None:
    story = small_story()
    values = values_in(story, 0)
    for one in controls():
        value = values[one["key"]]
        if one["kind"] == "slider":
            assert one["low"] <= value <= one["high"], one
            for point in (value, one["high"]):
                assert round((point - one["low"]) / one["step"], 6).is_integer(), one
        told = page_catalogues()
        assert all(told[language]["texts"][f"control_{one['key']}"] for language in told)
    english = page_catalogues()["en"]["texts"]
    for catalogue in page_catalogues().values():
        assert catalogue["texts"].keys() == english.keys()


def test_the_real_plan_opens() -> None:
    assert Sessions({"china_45": "china_45"}).open("one=explicit")[1].told()["headers"][0]["layout"] == "explicit"
