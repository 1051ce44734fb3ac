"""The page of a sensitivity analysis: the answer, figures, screening, indices, what has no number, method."""

from __future__ import annotations

from collections.abc import Sequence

from sim.reporting.pages.contents import Cell, Grid, Page, Part, Points, Section, Shot, Words
from sim.reporting.pages.theory import background, remark
from sim.reporting.wording import failure_in_words, number, rows_of
from sim.reporting.wording.en import report as report_words
from sim.reporting.wording.en import sensitivity as words
from sim.reporting.wording.en import sweep as sweep_words
from sim.studies.sensitivity.study import Sensitivity

MOST_ROWS = 40


def answers(found: Sensitivity) -> list[str]:
    """In which share of the space the arm gives more, over all and on every map, and how good the emulator is."""
    baseline, arm = found.setup.arms[:2]
    won = words.won(arm, baseline, *found.wins)
    maps = [
        words.won_on_map(arm, baseline, one.across.name, one.up.name, one.share, one.clear, found.emulator.explained)
        for one in found.maps
    ]
    points = words.won_at_points(arm, baseline, len(found.screening), *found.at_points)
    emulator = found.emulator
    return [f"{won[0].upper()}{won[1:]}.", *(f"{one}." for one in maps), f"{points}.",
            words.held_out(emulator.explained, emulator.rmse, emulator.covered)]  # fmt: skip


def sensitivity_page(found: Sensitivity, shots: Sequence[Shot], footer: str) -> Page:
    """The page as data."""
    experiment = found.setup.experiment
    opening: list[Part] = [Points(answers(found), "", "answer")]
    if found.misfits:
        opening.append(Words(sweep_words.misfits(found.misfits), "small"))
    if found.failures:
        opening.append(Words(sweep_words.NOT_COUNTED.format(f"{len(found.failures)} runs"), "warning"))
    screening: list[list[Cell | str]] = [
        [str(row.rank), Cell(str(row.factor).replace("_", " "), "words"), number(row.mu_star),
         f"{number(row.low)} to {number(row.high)}", number(row.mu), str(row.trajectories)]
        for row in rows_of(found.screening.head(MOST_ROWS))
    ]  # fmt: skip
    indices: list[list[Cell | str]] = [
        [str(row.rank), Cell(str(row.factor).replace("_", " "), "words"), f"{row.ST:.2f}",
         f"{row.ST_low:.2f} to {row.ST_high:.2f}", f"{row.S1:.2f}", f"{row.S1_low:.2f} to {row.S1_high:.2f}",
         words.CONVERGES if row.converged else words.NEEDS.format(int(row.needed))]
        for row in rows_of(found.indices)
    ]  # fmt: skip
    more = [Words(words.MORE.format(len(found.screening) - MOST_ROWS))] if len(found.screening) > MOST_ROWS else []
    tamed = [Words(words.TAMED.format(scale=found.scale))] if found.scale else []
    sections = [
        Section("background", sweep_words.BACKGROUND, [*background(experiment), *remark(experiment)]),
        Section("figures", report_words.HEADINGS["figures"], list(shots)),
        Section("screening", words.HEADINGS["screening"],
                [Grid(words.SCREENING_HEAD, screening, words.HEADINGS["screening"]), *more, *tamed]),
        Section("indices", words.HEADINGS["indices"], [Grid(words.INDICES_HEAD, indices, words.HEADINGS["indices"])]),
        Section("missing", sweep_words.MISSING, _missing(found)),
        Section("method", report_words.HEADINGS["method"],
                [*(Words(text) for text in words.METHOD), Words(footer, "small")]),
    ]  # fmt: skip
    return Page(experiment.title or words.TITLE, opening, sections)


def _missing(found: Sensitivity) -> list[Part]:
    """Runs that have no number, and the points that the emulator does without."""
    parts: list[Part] = [Words(failure_in_words(failure)) for failure in found.failures[:MOST_ROWS]]
    if found.left_out:
        parts.append(Words(words.LEFT_OUT.format("; ".join(found.left_out[:MOST_ROWS]))))
    return parts
