"""Lessons: what is compared, by hand; what is shipped; when an answer key is stale."""

from __future__ import annotations

import math
import time
from pathlib import Path

import pytest

from sim.kernel.declare import METRICS
from sim.runs.run import run_scenario
from sim.studies import lessons as module
from sim.studies.claims import Estimate, read_contrast
from sim.studies.lessons import (
    Answer,
    Lesson,
    Question,
    lessons,
    make_answer,
    read_answers,
    replications,
    side,
    write_answers,
)
from sim.studies.measures import known_measures
from tests.page.test_sessions import SMALL

LESSONS = list(lessons())


def values(*pairs: tuple[float, float, float, float]) -> list[dict[str, dict[str, float]]]:
    """Replications of arms a and b: income of both, spending of both."""
    return [{"a": {"y": ya, "g": ga}, "b": {"y": yb, "g": gb}} for ya, yb, ga, gb in pairs]


def test_a_difference_is_the_mean_over_replications() -> None:
    question = Question(contrast="a - b", measure="y", unit="%", scale=100)
    found = question.estimate(values((0.03, 0.01, 1, 0), (0.05, 0.01, 1, 0), (0.04, 0.01, 1, 0), (0.04, 0.01, 1, 0)))
    assert found.difference == pytest.approx(3.0)
    # differences 2, 4, 3, 3: s.d. .8165, t(3) = 3.1824
    assert found.high - found.difference == pytest.approx(3.182446 * 0.816497 / 2, rel=1e-5)


def test_per_unit_of_money_each_replication_is_divided_by_what_it_spent() -> None:
    question = Question(contrast="a - b", measure="y", per="g", unit="1")
    found = question.estimate(
        values((0.9, 1.0, 0.1, 0.0), (0.7, 1.0, 0.2, 0.1), (0.9, 1.0, 0.2, 0.1), (0.8, 1, 0.1, 0))
    )
    assert found.difference == pytest.approx((-1 - 3 - 1 - 2) / 4)


def test_a_run_that_spent_nothing_has_no_return() -> None:
    question = Question(contrast="a - b", measure="y", per="g", unit="1")
    found = question.estimate(values(*[(0.9, 1.0, 0.1, 0.1)] * 5))
    assert math.isnan(found.difference)
    assert found.replications == 0


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.1, 0.2, "above"), (-0.2, -0.1, "below"), (-0.1, 0.2, "undecided"), (0.0, 0.2, "undecided"),
     (math.nan, math.nan, "unknown")],
)  # fmt: skip
def test_only_an_interval_on_one_side_takes_a_side(low: float, high: float, said: str) -> None:
    assert side(Estimate(1.0, low, high, 9, "")) == said


def test_there_are_eight_and_each_is_whole() -> None:
    assert len(LESSONS) >= 8
    for lesson in lessons().values():
        assert set(lesson.shown) <= set(lesson.arms)
        assert all(set(read_contrast(question.contrast)) <= set(lesson.arms) for question in lesson.compared)
        assert set(lesson.measures) <= set(known_measures())
        assert set(read_contrast(lesson.compared[0].contrast)) >= set(lesson.shown)


@pytest.mark.parametrize("name", LESSONS)
def test_its_arms_are_scenarios_that_differ(name: str) -> None:
    arms = lessons()[name].scenarios()
    assert list(arms) == list(lessons()[name].arms)
    told = [arm.model_dump_json(exclude={"title"}) for arm in arms.values()]
    assert len(set(told)) == len(told)


def test_budgets_of_what_is_compared_are_equal() -> None:
    """But where the question is what money brings, or the plan against none."""
    for name in ("leaders_and_smes", "specialise_or_diversify", "duplicated_construction", "forty_five_clusters"):
        lesson = lessons()[name]
        arms = lesson.scenarios()
        assert len({arms[arm].plan.budget for arm in lesson.shown}) == 1


def test_what_is_shipped_has_every_lesson_and_question() -> None:
    answers = read_answers()
    assert list(answers) == LESSONS
    for name, answer in answers.items():
        assert len(answer.found) == len(lessons()[name].compared)
        assert answer.seeds == replications()


def small(tmp_path: Path) -> Lesson:
    """A lesson on a tiny world."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return Lesson(
        name="small", scenario=str(path), minutes=5, shown=("plan", "none"),
        arms={"plan": "plan.layout:balanced", "none": "plan.layout:market"},
        compared=(Question(contrast="plan - none", measure="ln_real_income", unit="%", scale=100.0),),
    )  # fmt: skip


@pytest.mark.slow
def test_a_replication_is_what_the_engine_gives(tmp_path: Path) -> None:
    lesson = small(tmp_path)
    found = lesson.run(7)
    for name, scenario in lesson.scenarios().items():
        rows = run_scenario(scenario, 7).metrics
        own = rows[(rows["metric"] == "ln_real_income") & (rows["group"] == "nation")]
        after = own[own["year"] > scenario.years.burn_in]["value"]
        assert len(after) == scenario.years.treatment
        assert found[name]["ln_real_income"] == pytest.approx(after.mean(), rel=1e-12)
    assert METRICS["ln_real_income"].level == "nation"


@pytest.mark.slow
@pytest.mark.long
def test_why_firms_cluster_is_shown_in_under_a_minute() -> None:
    """Every force switched off in turn, from an even map: processor time, since others may use the machine."""
    lesson = lessons()["why_cluster"]
    begun = time.process_time()
    found = lesson.run(1)
    assert time.process_time() - begun < 60.0
    assert set(found) == set(lesson.arms) and len(found) >= 6


def test_an_answer_is_stale_where_code_arms_or_question_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = small(tmp_path)
    answer = make_answer(lesson, [1, 2])
    kept = tmp_path / "answers.json"
    write_answers({"small": answer}, kept)
    back = read_answers(kept)["small"]
    assert back.stamp == answer.stamp
    assert math.isnan(back.found[0].low)  # two seeds give no interval
    assert not back.is_stale(lesson)
    assert back.is_stale(lesson.model_copy(update={"set": ("years.treatment=3",)}))
    assert back.is_stale(lesson.model_copy(update={"arms": {**lesson.arms, "none": "plan.layout:idle"}}))
    other = Question(contrast="none - plan", measure="ln_real_income", unit="%", scale=100.0)
    assert back.is_stale(lesson.model_copy(update={"compared": (other,)}))
    monkeypatch.setattr(module, "NUMBERS", "another")
    assert back.is_stale(lesson)


def test_without_a_file_there_are_no_answers(tmp_path: Path) -> None:
    assert read_answers(tmp_path / "none.json") == {}
    assert Answer(stamp="", seeds=0, found=()).is_stale(lessons()[LESSONS[0]])
