"""`clustersim lessons`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.studies.lessons import Answer, lessons


def told(*arguments: str) -> tuple[int, str]:
    """Exit code and output."""
    found = CliRunner().invoke(main, ["lessons", *arguments])
    return found.exit_code, found.output


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_lesson_is_listed(language: str) -> None:
    code, output = told("--language", language)
    assert code == 0
    assert all(name in output for name in lessons())


def test_a_lesson_shows_question_answer_and_why() -> None:
    code, output = told("duplicated_construction")
    assert code == 0
    assert "price war" in output
    assert "Answer key (24 seeds)" in output
    assert "Why: " in output
    assert "Notes for the teacher" not in output
    assert "5 minutes: Tell of an industry" in told("duplicated_construction", "--notes")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["why_clusters"], "why_cluster"), (["--seeds", "1,2"], "name it"),
     (["why_cluster", "--seeds", "1,x"], "whole numbers"), (["why_cluster", "--seeds", ","], "whole numbers"),
     (["why_cluster", "--seeds", "99999999999"], "2147483647")],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(arguments: list[str], said: str) -> None:
    code, output = told(*arguments)
    assert code == 2
    assert said in output


def test_an_answer_of_other_code_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.studies import lessons as module

    whole = module.read_answers()
    old = whole["why_cluster"].model_copy(update={"stamp": "old"})
    assert isinstance(old, Answer)
    monkeypatch.setattr(module, "read_answers", lambda: {**whole, "why_cluster": old})
    assert "computed by another version" in told("why_cluster")[1]
    monkeypatch.setattr(module, "read_answers", dict)
    assert "no answer key" in told("why_cluster")[1]


@pytest.mark.slow
def test_a_class_is_pooled() -> None:
    code, output = told("does_a_plan_pay", "--seeds", "3,4,4")
    assert code == 0
    assert "Class (2 seeds): There are too few runs for an interval." in output
