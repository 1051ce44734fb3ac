"""`clustersim lessons`: what a class can be taught with, and what comes out."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import click

from sim.cli.exits import BadInput
from sim.cli.shared import compile_rules, language_option, workers_option

if TYPE_CHECKING:
    from sim.studies.lessons import Answer, Lesson

MOST_SEEDS = 200


@click.command(short_help="List the lessons, show one with its answer, or pool a class's seeds.")
@click.argument("name", required=False)
@click.option("--seeds", metavar="SEED,...", help="Run the lesson on the seeds of a class and give its own interval.")
@click.option("--notes", is_flag=True, help="Show a lesson's notes for the teacher, with minutes.")
@click.option("--refresh", is_flag=True, help="Compute the answer keys anew, of one lesson or all (`make answers`).")
@language_option
@workers_option
def lessons(
    name: str | None, seeds: str | None, notes: bool, refresh: bool, language: str, workers: int | None
) -> None:
    """List the lessons; with a name show its question, its answer key with interval, and why.

    An answer key that other code computed is marked as stale. `clustersim serve` offers the same lessons on its page.

    \b
    Examples:
      clustersim lessons
      clustersim lessons why_cluster --notes
      clustersim lessons why_cluster --language zh
      clustersim lessons why_cluster --seeds 3,17,20261,44
    """
    from sim.studies.lessons import lessons as known

    if name is not None and name not in known():
        from sim.scenario.problems import did_you_mean

        raise BadInput(f"there is no lesson {name}: {did_you_mean(name, list(known())) or 'see `clustersim lessons`'}")
    if (seeds is not None or notes) and name is None:
        raise BadInput("--seeds and --notes are of one lesson: name it")
    chosen = [known()[name]] if name is not None else list(known().values())
    if refresh:
        compile_rules()
        _refresh(chosen, workers)
    elif name is None:
        _list(chosen, language)
    else:
        _show(chosen[0], language)
        if notes:
            _notes(chosen[0], language)
        if seeds is not None:
            compile_rules()
            _pool(chosen[0], _seeds(seeds), language)


def _list(chosen: list[Lesson], language: str) -> None:
    from sim.reporting.lessons import LANGUAGES
    from sim.studies.lessons import read_answers

    told, answers = LANGUAGES[language], read_answers()
    width = max(len(lesson.name) for lesson in chosen)
    for lesson in chosen:
        text = told.LESSONS[lesson.name]
        click.echo(
            f"{lesson.name:<{width}}  {text['title']} ({told.TEXTS['lesson_minutes'].format(minutes=lesson.minutes)})"
        )
        click.echo(f"{'':<{width}}  {text['question']}")
        if lesson.name not in answers or answers[lesson.name].is_stale(lesson):
            click.echo(f"{'':<{width}}  {told.TEXTS['lesson_stale' if lesson.name in answers else 'lesson_none']}")


def _show(lesson: Lesson, language: str) -> None:
    from sim.reporting.lessons import LANGUAGES, answer_sentence
    from sim.studies.lessons import read_answers

    told = LANGUAGES[language]
    text = told.LESSONS[lesson.name]
    click.echo(f"{text['title']}\n\n{text['question']}")
    for place in ("above", "below", "undecided"):
        click.echo(f"  - {text[place]}")
    answer = read_answers().get(lesson.name)
    if answer is None:
        click.echo(f"\n{told.TEXTS['lesson_none']}")
    else:
        if answer.is_stale(lesson):
            click.echo(f"\n{told.TEXTS['lesson_stale']}")
        click.echo(f"\n{told.TEXTS['lesson_key'].format(seeds=answer.seeds)}: "
                   f"{answer_sentence(lesson, answer.found[0], language)}")  # fmt: skip
        _table(lesson, answer.found, language)
    click.echo(f"\n{told.TEXTS['lesson_why']}: {text['why']}")


def _notes(lesson: Lesson, language: str) -> None:
    from sim.reporting.lessons import LANGUAGES, NOTES

    told = LANGUAGES[language].TEXTS
    click.echo(f"\n{told['lesson_notes']}")
    for minutes, text in NOTES[language][lesson.name]:
        click.echo(f"  {told['lesson_minutes'].format(minutes=minutes)}: {text}")


def _table(lesson: Lesson, found: tuple, language: str) -> None:  # type: ignore[type-arg]  # of sim.studies.claims.Estimate
    from sim.reporting.lessons import table

    for row in table(lesson, found, language):
        click.echo(f"  {row['compared']}: {row['difference']} [{row['interval']}] {row['says']}")


def _seeds(text: str) -> list[int]:
    """Seeds of a class. Raises BadInput for anything else, ScenarioError for a number that is no seed."""
    from sim.scenario.seeds import check_seeds

    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() for part in parts) or len(set(parts)) > MOST_SEEDS:
        raise BadInput(f"--seeds are 1 to {MOST_SEEDS} whole numbers with commas between them, such as 3,17,44")
    found = list(dict.fromkeys(map(int, parts)))
    check_seeds(found)
    return found


def _pool(lesson: Lesson, seeds: list[int], language: str) -> None:
    from sim.reporting.lessons import LANGUAGES, answer_sentence
    from sim.studies.estimates import FEWEST
    from sim.studies.lessons import make_answer

    told = LANGUAGES[language].TEXTS
    with click.progressbar(length=len(seeds), label=lesson.name) as bar:
        answer = make_answer(lesson, seeds, lambda _seed: bar.update(1))
    click.echo(f"\n{told['lesson_pooled'].format(seeds=answer.seeds)}: "
               f"{answer_sentence(lesson, answer.found[0], language)}")  # fmt: skip
    if len(seeds) < FEWEST:
        click.echo(told["lesson_few"])
    _table(lesson, answer.found, language)


def _refresh(chosen: list[Lesson], workers: int | None) -> None:
    """Compute answer keys and store them with those that are kept; drop those of lessons that are gone."""
    from sim.store.executors.local import processes
    from sim.studies.lessons import lessons as known
    from sim.studies.lessons import read_answers, write_answers

    old = read_answers()
    fresh = dict(_computed([lesson.name for lesson in chosen], processes(workers, len(chosen))))
    write_answers({name: fresh.get(name) or old[name] for name in known() if name in fresh or name in old})


def _computed(names: list[str], workers: int) -> Iterator[tuple[str, Answer]]:
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for name, answer in zip(names, pool.map(compute, names), strict=True):
            click.echo(f"{name}: {answer.seeds} seeds")
            yield name, answer


def compute(name: str) -> Answer:
    """The answer key of a lesson, over its usual seeds."""
    from sim.studies.lessons import lessons as known
    from sim.studies.lessons import make_answer, replications

    return make_answer(known()[name], range(1, replications() + 1))
