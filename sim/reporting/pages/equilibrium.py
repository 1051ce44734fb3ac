"""The page of the governors' game: the answer by reward, the figure, searches, deviations, method."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.reporting.pages.contents import Cell, Folded, Grid, Page, Part, Points, Rule, Section, Shot, Words
from sim.reporting.wording import decimals, number, rows_of, signed
from sim.reporting.wording.en import equilibrium as words
from sim.reporting.wording.en import report as report_words
from sim.reporting.wording.en import sweep as sweep_words
from sim.studies.equilibrium import Equilibrium


def answers(found: Equilibrium) -> list[str]:
    """One sentence a reward."""
    return [words.answer(row.reward, row.duplication, row.because) for row in rows_of(found.verdicts)]


def loss(price: float, low: float, high: float) -> str:
    """The nation's loss in per cent, with its interval."""
    low, high, middle = (100.0 * (value - 1.0) for value in (low, high, price))
    if not math.isfinite(low):
        return signed(middle, 2)
    places = decimals(low, high)
    return f"{signed(middle, places)} ({signed(low, places)} to {signed(high, places)})"


def equilibrium_page(found: Equilibrium, shots: Sequence[Shot], footer: str) -> Page:
    """The page as data."""
    opening: list[Part] = [Points([f"{said}." for said in answers(found)], "", "answer")]
    if found.failures:
        opening.append(Words(sweep_words.NOT_COUNTED.format(f"{len(found.failures)} runs"), "warning"))
    verdicts: list[list[Cell | str]] = [
        [words.REWARDED[row.reward], Cell(row.duplication, "clear"), Cell(row.profile, "words"),
         loss(row.price_of_anarchy, row.price_low, row.price_high), f"{number(row.epsilon_high)} {row.unit}"]
        for row in rows_of(found.verdicts)
    ]  # fmt: skip
    searches: list[list[Cell | str]] = [
        [f"{words.REWARDED[row.reward]}, {row.start}",
         Cell(words.OUTCOMES[row.outcome] + (words.TIED if row.tied else ""), "words"), Cell(row.end, "words"),
         str(row.moves), f"{100 * row.hot_share:.0f} %", f"{row.mean_effort:.2f}",
         loss(row.price_of_anarchy, row.price_low, row.price_high),
         f"{number(row.epsilon)} to {number(row.epsilon_high)} {row.unit}"]
        for row in rows_of(found.searches)
    ]  # fmt: skip
    sections = [
        Section("answer", words.HEADINGS["answer"],
                [Grid(words.VERDICT_HEAD, verdicts, words.HEADINGS["answer"]), *shots]),
        Section("searches", words.HEADINGS["searches"],
                [Grid(words.SEARCH_HEAD, searches, words.HEADINGS["searches"])]),
        Section("deviations", words.HEADINGS["deviations"], _deviations(found)),
        Section("method", report_words.HEADINGS["method"],
                [*(Words(text) for text in words.METHOD), Words(footer, "small")]),
    ]  # fmt: skip
    return Page(words.TITLE, opening, sections)


def _deviations(found: Equilibrium) -> list[Part]:
    """A table a reward, folded, headed by profile."""
    parts: list[Part] = []
    for reward, own in found.deviations.groupby("reward", sort=False):
        rows: list[Sequence[Cell | str] | Rule] = []
        for profile, told in own.groupby("profile", sort=False):
            rows.append(Rule(str(profile)))
            for row in rows_of(told):
                places = decimals(row.gain_low, row.gain_high)
                interval = f"{signed(row.gain_low, places)} to {signed(row.gain_high, places)}"
                rows.append([Cell(row.action, "words"), Cell(row.region, "words"),
                             Cell(f"{signed(row.gain, places)} {row.unit}", "clear" if row.clear else "number"),
                             interval, signed(row.nation, 2)])  # fmt: skip
        grid = Grid(words.DEVIATION_HEAD, rows, words.HEADINGS["deviations"])
        parts.append(Folded(words.REWARDED[str(reward)], [grid]))
    return parts
