"""Lessons on the page: what a class is asked, what a run and a class gave, and the answer key, in both languages."""

from __future__ import annotations

import math
import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from sim.page.jobs import MOST_SEEDS, Bench, Job
from sim.reporting.lessons import LANGUAGES, answer_sentence, table
from sim.scenario.problems import ScenarioError
from sim.scenario.seeds import check_seeds
from sim.studies.claims import Estimate
from sim.studies.estimates import FEWEST
from sim.studies.lessons import Lesson, Question, lessons, read_answers, side

PREDICTIONS = ("above", "below", "undecided")
DRAWN = 999_999
"""Seeds that the page draws are at most this: few digits to type."""
MOST_STUDENTS = 200
"""Students of a lesson that are remembered."""
PLAN_SEEDS = 6
"""Replications of a comparison of plans."""


def draw_seed() -> int:
    """A student's own luck."""
    return secrets.randbelow(DRAWN) + 1


def told_lessons() -> list[dict[str, Any]]:
    """Of each lesson its name and minutes."""
    return [{"name": lesson.name, "minutes": lesson.minutes} for lesson in lessons().values()]


def estimates_told(lesson: Lesson, found: tuple[Estimate, ...]) -> dict[str, Any]:
    """Rows of a table by language, the same as numbers to draw, and which side the first question comes to."""
    return {"side": side(found[0]), "rows": {language: table(lesson, found, language) for language in LANGUAGES},
            "marks": [_mark(question, one) for question, one in zip(lesson.compared, found, strict=True)]}  # fmt: skip


def _mark(question: Question, found: Estimate) -> dict[str, Any]:
    """A difference and its interval to draw, null where there is none; those of one measure share a scale."""
    told = {"difference": found.difference, "low": found.low, "high": found.high}
    known = {name: value if math.isfinite(value) else None for name, value in told.items()}
    return {"scale": question.measure, **known}


def sentences(lesson: Lesson, found: tuple[Estimate, ...]) -> dict[str, str]:
    """What a lesson's first question comes to, by language."""
    return {language: answer_sentence(lesson, found[0], language) for language in LANGUAGES}


def key_told(lesson: Lesson) -> dict[str, Any] | None:
    """The answer key that is shipped; None where there is none."""
    answer = read_answers().get(lesson.name)
    if answer is None:
        return None
    stale = answer.is_stale(lesson)
    if len(answer.found) != len(lesson.compared):
        return None
    return {"seeds": answer.seeds, "stale": stale, "sentence": sentences(lesson, answer.found),
            **estimates_told(lesson, answer.found)}  # fmt: skip


def job_told(job: Job, bench: Bench) -> dict[str, Any]:
    """How far a job is, and what it gives so far."""
    told: dict[str, Any] = {
        "done": len(job.values), "all": len(job.seeds), "waiting": bench.waiting(job), "error": job.error,
        "few": len(job.values) < FEWEST, "seeds": [str(seed) for seed in job.seeds],
    }  # fmt: skip
    if job.values:
        found = job.found()
        told |= estimates_told(job.lesson, found)
        if job.lesson.name in lessons():
            told["sentence"] = sentences(job.lesson, found)
    return told


def read_seeds(given: object) -> list[int]:
    """Seeds of a class as they were sent. Raises ValueError for anything else than 1 to 60 of them."""
    if not isinstance(given, list) or not all(
        isinstance(one, str) and one.isascii() and one.isdigit() for one in given
    ):
        raise ValueError("seeds are a list of digits")
    if any(len(one) > 10 for one in given) or not 1 <= len(set(given)) <= MOST_SEEDS:
        raise ValueError(f"a class has 1 to {MOST_SEEDS} seeds from 0 to 2147483647")
    found = list(dict.fromkeys(map(int, given)))
    try:
        check_seeds(found)
    except ScenarioError:
        raise ValueError("a seed is a whole number from 0 to 2147483647") from None
    return found


class Classes:
    """Who took which lesson on this server: seed and prediction."""

    def __init__(self) -> None:
        self._taken: dict[str, OrderedDict[int, str]] = {}
        self._lock = threading.Lock()

    def enter(self, lesson: str, seed: int, prediction: str) -> None:
        """A student has committed to a prediction."""
        with self._lock:
            own = self._taken.setdefault(lesson, OrderedDict())
            own[seed] = prediction
            while len(own) > MOST_STUDENTS:
                own.popitem(last=False)

    def told(self, lesson: str) -> dict[str, Any]:
        """Seeds, those of the last students first to go, and how many expect what."""
        with self._lock:
            own = dict(self._taken.get(lesson, {}))
        counts = {one: list(own.values()).count(one) for one in PREDICTIONS}
        return {"seeds": [str(seed) for seed in list(own)[-MOST_SEEDS:]], "expected": counts}


def plan_lesson(arms: Sequence[str]) -> Lesson:
    """What a plan of one's own is asked: each measure of the first arm against each of the others."""
    own, *others = arms
    asked = (("ln_real_income", 100.0, "%"), ("utilisation", 100.0, "points"), ("duplication_index", 1.0, "index"))
    compared = tuple(
        Question(contrast=f"{own} - {other}", measure=measure, scale=scale, unit=unit)
        for other in others
        for measure, scale, unit in asked
    )
    return Lesson(
        name="own_plan", scenario="", minutes=1, shown=(own, others[0]), arms=dict.fromkeys(arms, ""), compared=compared
    )
