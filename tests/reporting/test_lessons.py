"""Lessons in words: nothing is missing in either language, and the sentence follows the interval."""

from __future__ import annotations

import math

import pytest

from sim.reporting.lessons import LANGUAGES, answer_sentence, number, question_in_words, row, table
from sim.studies.claims import Estimate, read_contrast
from sim.studies.lessons import Question, lessons, read_answers, side

KEYS = {"title", "question", "above", "below", "undecided", "answer_above", "answer_below", "answer_undecided", "why"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing(language: str) -> None:
    told = LANGUAGES[language]
    assert list(told.LESSONS) == list(lessons())
    for name, lesson in lessons().items():
        assert set(told.LESSONS[name]) == KEYS
        assert all(told.LESSONS[name].values())
        for question in lesson.compared:
            assert set(read_contrast(question.contrast)) <= set(told.ARMS)
            assert question.measure in told.MEASURES
            assert question.unit in told.UNITS
    assert set(told.TEXTS) == set(LANGUAGES["en"].TEXTS)
    assert set(told.ARMS) == set(LANGUAGES["en"].ARMS)


@pytest.mark.parametrize(
    ("low", "high", "key"),
    [(0.5, 1.5, "answer_above"), (-1.5, -0.5, "answer_below"), (-0.5, 1.5, "answer_undecided")],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_is_chosen_from_the_interval(language: str, low: float, high: float, key: str) -> None:
    for name, lesson in lessons().items():
        found = Estimate((low + high) / 2, low, high, 24, "")
        assert answer_sentence(lesson, found, language) == LANGUAGES[language].LESSONS[name][key]


def test_without_an_interval_nothing_is_claimed() -> None:
    lesson = lessons()["why_cluster"]
    found = Estimate(0.4, math.nan, math.nan, 2, "too few")
    assert answer_sentence(lesson, found, "en") == "There are too few runs for an interval."
    assert row(lesson.compared[0], found, "en")["interval"] == "–"


def test_contrasts_read_as_they_are_written() -> None:
    two = Question(contrast="plan_45 - market", measure="ln_real_income", unit="%")
    assert question_in_words(two, "en") == "real income: plan of the 45 clusters against no plan (market)"
    four = Question(contrast="short_struck - short_calm - long_struck + long_calm", measure="ln_real_income", unit="%")
    assert question_in_words(four, "en") == (
        "real income: (short chains, struck against short chains, calm) against (long chains, struck against long "
        "chains, calm)"
    )


def test_numbers_show_two_digits_of_their_uncertainty() -> None:
    question = Question(contrast="market - idle", measure="ln_real_income", unit="%")
    told = row(question, Estimate(-0.46213, -0.62741, -0.29685, 24, ""), "en")
    assert told["difference"] == "−0.46 %"
    assert told["interval"] == "−0.63 … −0.30"
    assert told["says"] == "less"
    assert number(math.nan, 2) == "–"


@pytest.mark.parametrize("name", lessons())
def test_stored_answers_say_no_more_than_their_interval(name: str) -> None:
    lesson, answer = lessons()[name], read_answers()[name]
    sentence = answer_sentence(lesson, answer.found[0], "en")
    assert sentence == LANGUAGES["en"].LESSONS[name][f"answer_{side(answer.found[0])}"]
    assert len(table(lesson, answer.found, "zh")) == len(lesson.compared)
