"""The part of a report that tells what common random numbers do: variance saved, decisions that stay the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.reporting.pages.contents import Cell, Folded, Grid, Part, Words
from sim.reporting.wording import arm_name, headline_metrics, label, rows_of
from sim.reporting.wording.en import draws
from sim.reporting.wording.en import pairing as words
from sim.reporting.wording.en.names import NO_INTERVAL


def pairing_parts(saved: pd.DataFrame, decisions: pd.DataFrame) -> list[Part]:
    """Tables of sim.studies.pairing for readers; nothing where there are none."""
    parts: list[Part] = []
    if not saved.empty:
        shown = headline_metrics(saved["metric"])
        rows = [_saved(row) for metric in shown for row in rows_of(saved[saved["metric"] == metric])]
        parts += [Words(words.SAVED), Grid(words.SAVED_HEAD, rows, words.SAVED_NAME)]
    if not decisions.empty:
        told = [
            _decision(name, str(arm), own)
            for name in words.DECISION
            for arm, own in decisions[decisions["decision"] == name].groupby("arm", sort=False)
            if own["either"].sum()
        ]
        seed = words.seed_in_words(int(decisions["seed"].iloc[0]))
        parts += [Words(words.DECISIONS.format(seed)), Grid(words.DECISIONS_HEAD, told, words.DECISIONS_NAME)]
    if parts:
        cells: Sequence[Sequence[Cell | str]] = [[Cell(cell, "words") for cell in row] for row in draws.draws()]
        parts.append(Folded(words.DRAWS, [Grid(draws.COLUMNS, cells, draws.TITLE)]))
    return parts


def _saved(row: Any) -> list[Cell | str]:
    head: list[Cell | str] = [label(row.metric), Cell(arm_name(row.arm), "words")]
    if row.reason:
        return [*head, NO_INTERVAL[row.reason], words.NONE, words.NONE, str(row.replications), words.NONE]
    correlation = words.NONE
    if math.isfinite(row.correlation):
        correlation = f"{row.correlation:.2f} ({row.correlation_low:.2f} to {row.correlation_high:.2f})"
    return [
        *head, correlation, f"{row.half_width:.2g}", f"{row.half_width_unpaired:.2g}", str(row.replications),
        f"{row.replications_unpaired:,.0f}",
    ]  # fmt: skip


def _decision(name: str, arm: str, own: pd.DataFrame) -> list[Cell | str]:
    """First year, all years together and last year of one kind of decision."""
    whole = own[["either", "same"]].sum()
    shares = (own["share"].iloc[0], whole["same"] / whole["either"], own["share"].iloc[-1])
    told = [f"{100 * share:.0f} %" if math.isfinite(share) else words.NONE for share in shares]
    return [words.DECISION[name], Cell(arm_name(arm), "words"), *told, f"{int(whole['either']):,}"]
