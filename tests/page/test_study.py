"""Lessons on the page, from the question to the answer, and plans of one's own, over HTTP and in a browser."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.page.lessons import Classes, key_told, read_seeds
from sim.page.sessions import Sessions
from sim.page.words import page_catalogues
from sim.reporting.lessons import NOTES
from sim.scenario.changes import in_force
from sim.studies.claims import Estimate
from sim.studies.lessons import Answer, Lesson, lessons
from tests.browser import LARGE, PHONE, chromium, faults, visit
from tests.page.serving import Served, ask, opened, serving
from tests.page.test_sessions import SMALL

pytestmark = pytest.mark.slow
TINY = ("years.treatment=4", "population.firms=80", "regions.grid.rows=2", "regions.grid.columns=2")


@pytest.fixture(scope="module")
def tiny() -> Iterator[Lesson]:
    """The first lesson with two arms and questions on a map of four regions, in the place of the real one."""
    with pytest.MonkeyPatch.context() as patch:
        real = lessons()["why_cluster"]
        other = real.compared[0].model_copy(update={"measure": "utilisation"})
        lesson = real.model_copy(update={
            "set": TINY, "arms": {arm: real.arms[arm] for arm in real.shown}, "compared": (real.compared[0], other),
        })  # fmt: skip
        patch.setitem(lessons(), "why_cluster", lesson)
        yield lesson


@pytest.fixture(scope="module")
def served(tiny: Lesson, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page with one small scenario and a tiny lesson."""
    path = tmp_path_factory.mktemp("study") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    answer = Answer(stamp="other code", seeds=24, found=(Estimate(0.2, 0.1, 0.3, 24, ""),) * len(tiny.compared))
    with pytest.MonkeyPatch.context() as patch, serving({"small": str(path)}) as found:
        patch.setattr("sim.page.lessons.read_answers", lambda: {tiny.name: answer})
        yield found


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests here."""
    with chromium() as found:
        yield found


def post(served: Served, path: str, body: Any) -> dict[str, Any]:
    status, _, content = ask(served, path, body)
    return {"status": status, **json.loads(content)}


def job(served: Served, session: str, what: str) -> dict[str, Any]:
    """What a job gives when it is done."""
    for _ in range(600):
        told = json.loads(ask(served, f"/{session}/job/{what}")[2])
        if told["error"] or told["done"] == told["all"]:
            return told
        time.sleep(0.05)
    raise AssertionError("the job does not end")


# -- over HTTP -------------------------------------------------------------------------------------------


def test_a_run_is_one_replication_and_the_key_comes_after_the_prediction(served: Served, tiny: Lesson) -> None:
    told = opened(served, "lesson=why_cluster&seed=5")
    session = told["session"]
    assert told["layouts"] == list(tiny.shown) and told["lesson"] == "why_cluster"
    assert json.loads(ask(served, f"/{session}/job/lesson")[2]) == {}
    assert post(served, f"/{session}/predict", {"prediction": "surely"})["status"] == 422
    assert post(served, f"/{session}/predict", {"prediction": "above"})["status"] == 200
    assert "does not change" in post(served, f"/{session}/predict", {"prediction": "below"})["refused"]
    found = job(served, session, "lesson")
    values = tiny.run(5)
    whole = tiny.compared[0].estimate([values]).difference
    assert found["rows"]["en"][0]["difference"] == f"{whole:+.{digits(whole)}f}".replace("-", "−")
    assert found["few"] and found["side"] == "unknown"
    assert found["key"]["stale"] and found["key"]["seeds"] == 24
    assert "5" in found["class"]["seeds"] and found["class"]["expected"]["above"] >= 1


def test_a_key_of_other_code_is_marked_as_stale(tiny: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    found = (Estimate(0.2, 0.1, 0.3, 24, ""),) * 2
    fresh = Answer(stamp=tiny.stamp, seeds=24, found=found)
    for answer, stale in ((fresh, False), (fresh.model_copy(update={"stamp": "other"}), True)):
        monkeypatch.setattr("sim.page.lessons.read_answers", lambda kept=answer: {tiny.name: kept})
        told = key_told(tiny)
        assert told is not None and told["stale"] is stale and told["side"] == "above"
        assert told["rows"]["en"][0]["interval"] == "+0.10 … +0.30"
    monkeypatch.setattr("sim.page.lessons.read_answers", dict)
    assert key_told(tiny) is None


def digits(value: float) -> int:
    """Digits that the page shows of a lone difference."""
    from math import floor, log10

    return min(max(1 - floor(log10(abs(value))), 0), 6)


def test_the_seeds_of_a_class_are_pooled_into_one_interval(served: Served, tiny: Lesson) -> None:
    from sim.reporting.lessons import table

    session = opened(served, "lesson=why_cluster")["session"]
    assert post(served, f"/{session}/pool", {"seeds": ["5", "6", "7", "8", "8"]})["status"] == 200
    found = job(served, session, "class")
    assert found["seeds"] == ["5", "6", "7", "8"] and not found["few"]
    values = served.app.state.sessions.get(session).jobs["class"].values
    assert values[6] == tiny.run(6)
    estimates = tuple(question.estimate([values[seed] for seed in (5, 6, 7, 8)]) for question in tiny.compared)
    assert found["rows"]["en"] == table(tiny, estimates, "en")
    for odd in ([], "5", ["-1"], [5], ["5", "99999999999"], ["2147483648"], [str(seed) for seed in range(61)]):
        assert post(served, f"/{session}/pool", {"seeds": odd})["status"] == 422
    small = opened(served)["session"]
    assert "only a lesson" in post(served, f"/{small}/pool", {"seeds": ["1"]})["refused"]
    assert "only a lesson" in post(served, f"/{small}/predict", {"prediction": "above"})["refused"]


def test_a_run_that_fails_is_said(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ArithmeticError("no numbers today")

    monkeypatch.setattr(Lesson, "run", fail)
    session = opened(served, "lesson=why_cluster&seed=99")["session"]
    post(served, f"/{session}/predict", {"prediction": "above"})
    assert "no numbers today" in job(served, session, "lesson")["error"]


def test_a_plan_of_ones_own_is_compared_with_the_usual_two(served: Served) -> None:
    session = opened(served, "one=own&other=differentiated&own=201.03")["session"]
    assert post(served, f"/{session}/compare", {})["status"] == 200
    found = job(served, session, "plan")
    said = [row["compared"] for row in found["rows"]["en"]]
    assert said[0] == "real income: your own plan against differentiated" and len(said) == 6
    status, headers, content = ask(served, f"/{session}/board/201.03")
    assert status == 200 and "own-plan.csv" in headers["content-disposition"]
    kind = {"Content-Type": "application/octet-stream"}
    assert json.loads(ask(served, f"/{session}/board", content, **kind)[2]) == {"plan": "201.03"}
    assert ask(served, f"/{session}/board", b"nothing;like\na;plan", **kind)[0] == 422
    assert ask(served, f"/{session}/board", b"x" * 600_000, **kind)[0] == 422
    assert ask(served, f"/{session}/board/..%2F..%2Fetc")[0] in (404, 422)


# -- without a server --------------------------------------------------------------------------------------


def test_what_a_lessons_arm_changes_stays_beside_a_change_of_the_page() -> None:
    _, session = Sessions({"china_45": "china_45"}).open("lesson=too_much_of_a_good_thing&seed=1")
    session.change(20, "distance_cost", 0.4)
    one = in_force(session.lives[0].scenario, 21)
    assert one.parameters["distance_cost"] == 0.4
    assert one.parameters["specific_congestion"] == 0.3
    assert "lesson=too_much_of_a_good_thing" in session.told()["query"]


def test_each_student_has_luck_of_its_own_and_a_link_keeps_it() -> None:
    held = Sessions({"policy_text": "policy_text"})
    seeds = {held.open("lesson=why_cluster")[1].seed for _ in range(5)}
    assert len(seeds) == 5
    _, one = held.open("lesson=why_cluster")
    assert held.open(one.told()["query"])[1].seed == one.seed
    assert held.open("lesson=none")[1].problems == ["lesson"]


def test_a_class_remembers_the_last_students_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.page.lessons.MOST_STUDENTS", 3)
    classes = Classes()
    for seed, expected in ((1, "above"), (2, "below"), (3, "below"), (4, "undecided"), (4, "above")):
        classes.enter("why_cluster", seed, expected)
    assert classes.told("why_cluster") == {
        "seeds": ["2", "3", "4"], "expected": {"above": 1, "below": 2, "undecided": 0},
    }  # fmt: skip
    assert read_seeds(["7", "007", "8"]) == [7, 8]


def test_notes_for_teachers_add_up_to_the_lesson_in_both_languages() -> None:
    for language, notes in NOTES.items():
        assert list(notes) == list(lessons()), language
        for name, lesson in lessons().items():
            assert sum(minutes for minutes, _ in notes[name]) == lesson.minutes, (language, name)
            assert [minutes for minutes, _ in notes[name]] == [minutes for minutes, _ in NOTES["en"][name]]
            assert all(text.strip() for _, text in notes[name])
    told = page_catalogues()
    assert told["en"]["lessons"].keys() == told["zh"]["lessons"].keys()
    assert not any(part.startswith("answer") for one in told["en"]["lessons"].values() for part in one)


# -- in a browser ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PHONE, pytest.param(LARGE, marks=pytest.mark.long)])
def test_a_student_takes_a_lesson_from_the_question_to_the_answer(browser, served: Served, size) -> None:
    with visit(browser, f"{served.address}/", size) as seen:
        page = seen.page
        page.click(".mode-lessons")
        assert page.locator("ol.lessons li").count() == len(lessons())
        page.click("[data-lesson=why_cluster]")
        page.wait_for_selector(".predictions")
        assert page.is_hidden("main.player") and page.is_disabled(".commit")
        assert faults(page) == []
        page.check("input[value=above]")
        page.click(".commit")
        page.wait_for_selector(".lesson .expected:has-text('industries gather more')")
        page.wait_for_selector(".player[data-year]")
        assert page.locator("input[name=prediction]").count() == 0  # committed
        page.click(".next")
        assert page.locator(".results dt").count() == 2 and page.locator(".sentence").count() == 0
        page.click(".next")
        assert "Industries concentrate more" in page.inner_text(".sentence")
        assert "another version" in page.inner_text(".stale")
        marks = page.locator(".results .mark")  # drawn beside zero: 0.1 to 0.3, which is the end
        assert marks.count() == 2
        zero, bar = (marks.first.locator("line").nth(at) for at in (1, 2))
        assert float(bar.get_attribute("x1")) - float(zero.get_attribute("x1")) == pytest.approx(50.0)
        assert float(bar.get_attribute("x2")) - float(zero.get_attribute("x1")) == pytest.approx(150.0)
        assert "…" in page.locator(".results").first.inner_text()  # the answer, before the own run
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        if size == PHONE:
            return
        page.reload()  # the prediction stays
        page.wait_for_selector(".lesson .expected:has-text('industries gather more')")
        page.click(".next")
        page.click(".next")
        page.click("details.class summary")
        page.fill("textarea.seeds", "5, 6, 7")
        page.click(".pool")
        page.wait_for_selector("details.class .small:has-text('Fewer than 4')")
        page.fill("textarea.seeds", "5, six")
        page.click(".pool")
        page.wait_for_selector(".said.bad:has-text('whole numbers')")
        page.click("button.language")
        page.wait_for_selector("details.class summary:text('全班')")


def test_a_plan_is_painted_run_shared_saved_and_read_back(browser, served: Served, tmp_path: Path) -> None:
    with visit(browser, f"{served.address}/?seed=3") as seen:
        page = seen.page
        page.wait_for_selector('.player[data-last="8"]')
        page.click(".mode-plan")
        assert page.is_disabled(".run-plan") and page.is_hidden(".save-plan")
        cell = page.locator("table.board tbody tr").nth(1).locator("button")
        one, other = cell.nth(2).bounding_box(), cell.nth(4).bounding_box()
        page.mouse.move(one["x"] + 9, one["y"] + 9)
        page.mouse.down()
        page.mouse.move(other["x"] + 9, other["y"] + 9, steps=8)
        page.mouse.up()
        page.locator("table.board tbody button").first.focus()
        page.keyboard.press("5")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
        assert page.get_attribute("table.board tbody button >> nth=0", "aria-label") == "R1A, materials: 5"
        assert "14 regions have no mark" in page.inner_text(".plan [role=status]")
        assert faults(page) == []
        with page.expect_download() as told:
            page.click(".save-plan")
        saved = tmp_path / "mine.csv"
        saved.write_bytes(Path(told.value.path()).read_bytes())
        page.click(".run-plan")
        page.wait_for_selector(".plan-results .results dt:has-text('your own plan against duplicated')")
        page.wait_for_selector('.player[data-last="8"]')
        assert "own=51.00111" in page.url
        page.keyboard.press("End")
        page.wait_for_selector('.player[data-year="8"]')
        shown = page.locator("code.hash").all_inner_texts()
        with visit(browser, page.url) as second:
            second.page.wait_for_selector('.player[data-last="8"]')
            second.page.keyboard.press("End")
            second.page.wait_for_selector('.player[data-year="8"]')
            assert second.page.locator("code.hash").all_inner_texts() == shown
        page.click(".paint")
        page.click(".clear-plan")
        assert page.is_disabled(".run-plan")
        page.set_input_files(".read-plan", saved)
        page.wait_for_selector("table.board button[data-weight='5']")
        assert page.locator("table.board button:not([data-weight='0'])").count() == 5
        page.set_input_files(".read-plan", {"name": "x.csv", "mimeType": "text/csv", "buffer": b"no;plan\n1;2"})
        page.wait_for_selector(".said.bad:has-text('cannot be used')")
        assert len(seen.errors) == 1 and "422" in seen.errors.pop()  # what Chromium says of the refusal
