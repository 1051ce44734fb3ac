"""The page of an experiment: the answer, response curves, levels, trends, what has no number, method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.reporting.figures.responses import readable
from sim.reporting.pages.contents import Cell, Grid, Page, Part, Points, Rule, Section, Shot, Words
from sim.reporting.pages.theory import background, remark
from sim.reporting.wording import arm_name, decimals, rows_of, signed
from sim.reporting.wording.en import report as report_words
from sim.reporting.wording.en import sweep as words
from sim.reporting.wording.intervals import span_in_words
from sim.studies.stopping import MOST
from sim.studies.sweep import Responses

MOST_ROWS = 40


def responses_page(found: Responses, answers: Sequence[str], shots: Sequence[Shot], footer: str) -> Page:
    """The page as data; `answers` are sentences on the headline measure."""
    title = words.page_title(found.setup.experiment.title)
    opening: list[Part] = [Points([f"{said[0].upper()}{said[1:]}." for said in answers], "", "answer")]
    if len(found.failures):
        opening.append(Words(words.NOT_COUNTED.format(words.LISTED_BELOW.format(len(found.failures))), "warning"))
    method: list[Part] = [Words(text) for text in words.METHOD]
    experiment = found.setup.experiment
    sections = [
        Section("background", words.BACKGROUND, [*background(experiment), *remark(experiment)]),
        Section("figures", report_words.HEADINGS["figures"], list(shots)),
        Section("claims", words.CLAIMS, _claims(found)),
        Section("levels", words.PROFILE, _levels(found)),
        Section("trends", words.TRENDS, _trends(found)),
        Section("power", words.POWER, _power(found)),
        Section("missing", words.MISSING, _missing(found)),
        Section("method", report_words.HEADINGS["method"], [*method, Words(footer, "small")]),
    ]
    return Page(title, opening, sections)


def _levels(found: Responses) -> list[Part]:
    told = found.profile[found.profile["measure"] == found.headline]
    parts: list[Part] = []
    for arm, own in told.groupby("arm", sort=False):
        rows: list[Any] = []
        for factor, levels in own.groupby("factor", sort=False):
            rows.append(Rule(str(factor).replace("_", " ")))
            rows += [_level(row) for row in rows_of(levels)]
        unit = readable(0.0, found.headline, str(own["unit"].iloc[0]))[1]
        parts += [Words(words.axis(found.headline, unit) + f": {arm_name(str(arm))} - {arm_name(found.setup.baseline)}",
                        "small"), Grid(words.PROFILE_HEAD, rows, words.PROFILE)]  # fmt: skip
    return parts


def _level(row: Any) -> list[Cell | str]:
    values = readable(np.array([row.difference, row.ci_low, row.ci_high]), row.measure, row.unit)[0]
    moved = readable(np.array([row.change, row.change_low, row.change_high]), row.measure, row.unit)[0]
    places, own_places = decimals(values[1], values[2]), decimals(moved[1], moved[2])
    return [
        Cell(str(row.level), "words"), signed(values[0], places), span_in_words(values[1], values[2], row.reason),
        signed(moved[0], own_places), span_in_words(moved[1], moved[2], row.change_reason), str(row.replications),
    ]  # fmt: skip


def _trends(found: Responses) -> list[Part]:
    told = found.trends[found.trends["measure"] == found.headline]
    rows: list[list[Cell | str]] = []
    for row in rows_of(told):
        places = decimals(row.slope_low, row.slope_high)
        who = f" ({arm_name(row.arm)})" if len(found.setup.arms) > 2 else ""
        rows.append([Cell(f"{row.factor.replace('_', ' ')}{who}", "words", row.unit), signed(row.slope, places),
                     span_in_words(row.slope_low, row.slope_high, row.reason), str(row.replications)])  # fmt: skip
    return [Grid(words.TRENDS_HEAD, rows, words.TRENDS)] if rows else []


def _claims(found: Responses) -> list[Part]:
    rows: list[list[Cell | str]] = []
    for row in rows_of(found.claims):
        places = decimals(row.ci_low, row.ci_high)
        rows.append([Cell(row.claim, "words", f"{row.contrast}, {row.at}"), signed(row.difference, places),
                     span_in_words(row.ci_low, row.ci_high, row.reason), str(row.replications),
                     Cell(row.holds, "clear")])  # fmt: skip
    return [Grid(words.CLAIMS_HEAD, rows, words.CLAIMS)] if rows else []


def _power(found: Responses) -> list[Part]:
    rows: list[list[Cell | str]] = []
    for row in rows_of(found.power[found.power["replications"] > 0]):
        who = f" ({arm_name(row.arm)})" if len(found.setup.arms) > 2 else ""
        count = words.many(int(row.replications), MOST)
        rows.append([Cell(f"{row.per_cent:g} %{who}", "words"), count])
    return [Words(words.POWER_NOTE, "small"), Grid(words.POWER_HEAD, rows, words.POWER)] if rows else []


def _missing(found: Responses) -> list[Part]:
    told, left = found.failures[:MOST_ROWS], len(found.failures) - MOST_ROWS
    rows: list[list[Cell | str]] = [[Cell(one.arm, "words"), str(one.seed), Cell(one.error, "words")] for one in told]
    if not rows:
        return []
    more = [Words(words.MORE_MISSING.format(left))] if left > 0 else []
    return [Grid(words.MISSING_HEAD, rows, words.MISSING), *more, Words(words.REPRODUCE, "small")]
