"""Pages of knock-outs and of signs: what is other where one thing is switched or set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.reporting.figures.signs import changed_signs
from sim.reporting.pages.contents import Cell, Folded, Grid, Page, Part, Section, Shot, Words, address
from sim.reporting.pages.studies import not_counted
from sim.reporting.wording import arm_name, decimals, rows_of, signed
from sim.reporting.wording.en import report as report_words
from sim.reporting.wording.en import signs as sign_words
from sim.reporting.wording.en import theory as words
from sim.reporting.wording.intervals import span_in_words
from sim.studies.knockout import ASPECTS, SLUMP_LOSS, SLUMP_YEARS, KnockoutResults
from sim.studies.signs import Signs

Row = Sequence[Cell | str]


def knockout_page(found: KnockoutResults, title: str, shots: Sequence[Shot], footer: str) -> Page:
    """The page of knock-outs as data: what gives real income most, and a table for each thing contributed to."""
    table = found.contributions
    sections = [Section("figures", report_words.HEADINGS["figures"], list(shots))]
    for aspect in ASPECTS:
        heading = f"{aspect.name}, {aspect.unit}"
        rows = table[table["aspect"] == aspect.name].sort_values(
            "contribution", key=lambda column: column.abs(), ascending=False, kind="stable"
        )
        grid = Grid(words.KNOCKOUT_HEAD, [_contribution(row) for row in rows_of(rows)], heading)
        parts: list[Part] = [Words(f"{aspect.help[:1].upper()}{aspect.help[1:]}."), grid]
        sections.append(Section(f"aspect-{address(aspect.name)}", heading, parts))
    method = words.KNOCKOUT_METHOD.format(loss=SLUMP_LOSS, good=found.slumping, years=SLUMP_YEARS)
    sections.append(Section("method", report_words.HEADINGS["method"], [Words(method), Words(footer, "small")]))
    income = table[table["aspect"] == "real income"]
    clear = income[income["clear"]].sort_values("contribution", ascending=False, kind="stable")
    most = [(str(row.mechanism).replace("_", " "), _number(row)) for row in rows_of(clear)]
    opening: list[Part] = [Words(words.contributions(len(income), most), "answer"), *not_counted(found.failures)]
    return Page(title, opening, sections)


def _contribution(row: Any) -> Row:
    return [
        Cell(str(row.mechanism).replace("_", " "), "words", words.SWITCHED_ON if row.switched == "on" else ""),
        _number(row), span_in_words(row.ci_low, row.ci_high, row.reason), str(row.replications),
    ]  # fmt: skip


def _number(row: Any) -> str:
    return signed(row.contribution, decimals(row.ci_low, row.ci_high))


def signs_page(found: Signs, shots: Sequence[Shot], footer: str) -> Page:
    """The page of signs as data: each comparison as it is, how many settings turn it, all settings, the channels."""
    opening: list[Part] = [*_answers(found.signs), *not_counted(found.failures)]
    sections = [Section("figures", report_words.HEADINGS["figures"], list(shots))]
    for place, rows in found.signs.groupby("map", sort=False):
        parts: list[Part] = [
            Folded(comparison, [Grid(sign_words.HEAD, [_setting(row) for row in rows_of(told)], comparison)])
            for comparison, told in rows.groupby("comparison", sort=False)
        ]
        heading = sign_words.SETTINGS_ON.format(arm_name(str(place)))
        sections.append(Section(f"settings-{address(str(place))}", heading, parts))
    for (comparison, place), rows in found.channels.groupby(["comparison", "map"], sort=False):
        heading = sign_words.CHANNELS_OF.format(comparison, arm_name(str(place)))
        grid = Grid(sign_words.CHANNEL_HEAD, [_channel(row) for row in rows_of(rows)], heading)
        sections.append(Section(f"channels-{address(f'{comparison} {place}')}", heading, [grid]))
    method: list[Part] = [*(Words(text) for text in sign_words.METHOD), Words(footer, "small")]
    sections.append(Section("method", report_words.HEADINGS["method"], method))
    return Page(sign_words.TITLE, opening, sections)


def _answers(signs: pd.DataFrame) -> list[Part]:
    """A sentence a comparison and map, and how many settings turn a sign."""
    parts: list[Part] = []
    for place, rows in signs.groupby("map", sort=False):
        for comparison, told in rows.groupby("comparison", sort=False):
            (first,) = rows_of(told[told["kind"] == "default"])
            low, high = 100 * first.low, 100 * first.high
            parts.append(Words(sign_words.answer(
                str(comparison), arm_name(str(place)), signed(100 * first.mean, decimals(low, high)),
                span_in_words(low, high, first.reason), int(first.replications),
            ), "answer"))  # fmt: skip
        wide = {str(name): told.set_index(["setting", "value"]) for name, told in rows.groupby("comparison")}
        keys = list(dict.fromkeys(zip(rows["setting"], rows["value"], strict=True)))
        parts.append(Words(f"{sign_words.title(arm_name(str(place)), changed_signs(wide, keys), len(keys) - 1)}."))
    return parts


def _setting(row: Any) -> Row:
    low, high = 100 * row.low, 100 * row.high
    name = f"{row.setting} {row.value}".strip().replace("_", " ")
    return [
        Cell(name, "words", str(row.kind)), signed(100 * row.mean, decimals(low, high)),
        span_in_words(low, high, row.reason), str(row.replications),
        Cell(str(row.sign), "clear" if row.sign in ("positive", "negative") else "number"),
        signed(100 * row.moved, decimals(100 * row.moved_low, 100 * row.moved_high)),
    ]  # fmt: skip


def _channel(row: Any) -> Row:
    scale, unit = (100.0, "%") if row.unit == "ln" else (1.0, str(row.unit))
    low, high = scale * row.low, scale * row.high
    return [
        Cell(str(row.channel), "words", str(row.measure).replace("_", " ")), Cell(unit, "words"),
        signed(scale * row.mean, decimals(low, high)), span_in_words(low, high, row.reason), str(row.replications),
    ]  # fmt: skip
