"""Lessons in words: the sentence of an answer is chosen from its interval, in each language."""

from __future__ import annotations

import math
from typing import Any

from sim.reporting.wording.en import lesson_notes as english_notes
from sim.reporting.wording.en import lessons as english
from sim.reporting.wording.zh import lesson_notes as chinese_notes
from sim.reporting.wording.zh import lessons as chinese
from sim.studies.claims import Estimate, read_contrast
from sim.studies.lessons import Lesson, Question, side

LANGUAGES: dict[str, Any] = {"en": english, "zh": chinese}
NOTES = {"en": english_notes.NOTES, "zh": chinese_notes.NOTES}
"""Notes for teachers, by language and lesson: minutes and what to do."""


def answer_sentence(lesson: Lesson, found: Estimate, language: str) -> str:
    """What the interval of a lesson's first question answers."""
    told = LANGUAGES[language]
    place = side(found)
    return str(told.TEXTS["answer_unknown"] if place == "unknown" else told.LESSONS[lesson.name][f"answer_{place}"])


def question_in_words(question: Question, language: str) -> str:
    """What is compared: "real income: A against B"."""
    told = LANGUAGES[language]
    weights = read_contrast(question.contrast)
    more = [told.ARMS[arm] for arm, weight in weights.items() if weight > 0]
    less = [told.ARMS[arm] for arm, weight in weights.items() if weight < 0]
    names = dict(zip(("one", "fourth"), more, strict=False)) | dict(zip(("other", "third"), less, strict=False))
    text = told.TEXTS["less" if len(more) == 1 else "less_twice"].format(**names)
    return f"{told.MEASURES[question.measure]}: {text}"


def decimals(found: Estimate) -> int:
    """Digits after the point that show two digits of the interval's half, or of the difference without one."""
    width = (found.high - found.low) / 2
    size = width if math.isfinite(width) and width > 0 else abs(found.difference)
    return min(max(1 - math.floor(math.log10(size)), 0), 6) if math.isfinite(size) and size > 0 else 2


def number(value: float, digits: int) -> str:
    """A signed number; a dash where there is none."""
    return f"{value:+.{digits}f}".replace("-", "\N{MINUS SIGN}") if math.isfinite(value) else "\N{EN DASH}"


def row(question: Question, found: Estimate, language: str) -> dict[str, str]:
    """A line of the table of answers: what, difference, interval, what it says."""
    told, digits = LANGUAGES[language], decimals(found)
    unit = told.UNITS[question.unit]
    place = side(found)
    interval = f"{number(found.low, digits)} … {number(found.high, digits)}" if place != "unknown" else "\N{EN DASH}"
    return {
        "compared": question_in_words(question, language),
        "difference": f"{number(found.difference, digits)} {unit}".strip(),
        "interval": interval, "says": told.TEXTS[f"side_{place}"],
    }  # fmt: skip


def table(lesson: Lesson, found: tuple[Estimate, ...], language: str) -> list[dict[str, str]]:
    """`row` of every question of a lesson."""
    return [row(question, one, language) for question, one in zip(lesson.compared, found, strict=True)]
