"""What common random numbers do in a comparison: the variance that they save, and which decisions stay the same.

Two arms with the same seed live in the same world with the same draws (sim.kernel.draws). What that saves is seen over
replications: how arm and baseline move together, and how many more replications arms with seeds of their own would
take. Which decisions stayed paired is seen within the first replication, of which a folder keeps the history: a firm
has its draws by its id, so a decision can only come out the same where the firm is there in both arms.

Glasserman & Yao 1992 (Management Science 38) and Law 2015 (Simulation Modeling and Analysis, ch. 11) on common random
numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used: statistics take a second

from sim.kernel.codes import Origin
from sim.runs.frames import ORIGIN_BITS
from sim.runs.history import History
from sim.store.results import Results
from sim.studies.estimates import CONFIDENCE, FEWEST, estimate
from sim.studies.statistics import units_of

Array = np.ndarray[Any, Any]
SAVED = [
    "arm", "metric", "unit", "replications", "baseline_sd", "arm_sd", "difference_sd", "correlation",
    "correlation_low", "correlation_high", "half_width", "half_width_unpaired", "variance_ratio",
    "replications_unpaired", "replications_saved", "reason",
]  # fmt: skip
DECISIONS = ["arm", "decision", "seed", "year", "either", "same", "share"]
ENTRIES = {"founding": Origin.DE_NOVO, "spin_off": Origin.SPIN_OFF, "attraction": Origin.ATTRACTED}
TIER_BITS = 7
"""The part of the state of a firm in a frame that is its tier (sim.runs.frames)."""


# -- the variance that is saved --------------------------------------------------------------------------


def saved_table(pairs: pd.DataFrame, window: str) -> pd.DataFrame:
    """Per arm and metric what pairing saves, columns SAVED, from the pairs of sim.studies.statistics.

    `correlation` of arm and baseline over seeds has Fisher's interval. Had each arm had seeds of its own, the interval
    of the difference would be +- `half_width_unpaired` (Welch) in place of `half_width`, and the same precision would
    take `replications_unpaired` of them in each arm: variance_ratio times as many. As a seed also draws the world, most
    of that may be the world that arms share, and not the luck of firms.
    """
    found = pairs[pairs["window"] == window]
    if found.empty:
        return pd.DataFrame(columns=SAVED)
    table = found.set_index(["arm", "metric", "seed"])[["value", "baseline_value"]].unstack("seed")
    value, base = table["value"].to_numpy(float), table["baseline_value"].to_numpy(float)
    told = estimate(value, base)
    units = units_of(found)
    rows = []
    for place, (arm, metric) in enumerate(table.index):
        there = np.isfinite(value[place]) & np.isfinite(base[place])
        reason = str(told["reason"][place])
        own = _savings(value[place][there], base[place][there]) if not reason else [math.nan] * 7
        ratio = float(told["variance_ratio"][place]) if not reason else math.nan
        count = int(there.sum())
        rows.append((arm, metric, units[metric], count, *_spreads(value[place][there], base[place][there]), *own[:5],
                     ratio, count * ratio, count * (ratio - 1), reason))  # fmt: skip
    return pd.DataFrame(rows, columns=SAVED)


def _spreads(value: Array, base: Array) -> tuple[float, float, float]:
    """Standard deviations over seeds of baseline, arm and their difference; NaN below two."""
    if len(value) < 2:
        return math.nan, math.nan, math.nan
    return float(base.std(ddof=1)), float(value.std(ddof=1)), float((value - base).std(ddof=1))


def _savings(value: Array, base: Array) -> list[float]:
    """Correlation with its interval, and half the interval of the difference, paired and not."""
    count = len(value)
    spread, own, apart = (float(series.var(ddof=1)) for series in (base, value, value - base))
    half = float(scipy.special.stdtrit(count - 1, 0.5 + CONFIDENCE / 2)) * math.sqrt(apart / count)
    error = (spread + own) / count
    freedom = error**2 * (count - 1) / ((spread / count) ** 2 + (own / count) ** 2)
    unpaired = float(scipy.special.stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * math.sqrt(error)
    if min(spread, own) == 0.0:
        return [math.nan, math.nan, math.nan, half, unpaired]
    correlation = float(np.clip(np.corrcoef(value, base)[0, 1], -1.0, 1.0))
    if count < FEWEST or abs(correlation) == 1.0:
        return [correlation, correlation, correlation, half, unpaired]
    reach = float(scipy.special.ndtri(0.5 + CONFIDENCE / 2)) / math.sqrt(count - 3)
    ends = [math.tanh(math.atanh(correlation) + side * reach) for side in (-1, 1)]
    return [correlation, *ends, half, unpaired]


# -- decisions that stay the same ------------------------------------------------------------------------


@dataclass(frozen=True)
class Firms:
    """The firms of a run at the end of a year, each array of shape (n,), in order of id."""

    year: int
    id: Array
    cell: Array
    tier: Array
    origin: Array
    innovations: Array | None
    """Of the year; None unless the panel of firms was recorded."""

    def entered(self, before: Firms, origin: Origin) -> Array:
        """Ids of those of an origin that were not there a year before."""
        return np.setdiff1d(self.id[self.origin == origin], before.id, assume_unique=True)


def firms_by_year(history: History, innovations: pd.Series | None = None) -> Iterator[Firms]:
    """The firms of every year of a history; `innovations` by (year, id)."""
    ids = np.zeros(0, dtype=np.int64)
    for frame in history.years:
        ids = np.r_[ids, frame.column("new_id").astype(np.int64)]
        own = ids[frame.column("firm").astype(np.int64)]
        order = np.argsort(own)
        state = frame.column("firm_state").astype(np.int64)[order]
        told = None
        if innovations is not None and frame.year in innovations.index.get_level_values("year"):
            told = innovations.xs(frame.year, level="year").reindex(own[order]).fillna(0).to_numpy(int)
        cell = frame.column("firm_cell").astype(np.int64)[order]
        yield Firms(frame.year, own[order], cell, state & TIER_BITS, state >> ORIGIN_BITS, told)


def innovations_of(results: Results, seed: int) -> dict[str, pd.Series]:
    """Innovations by (year, id) of every arm, of one seed, where the panel of firms was recorded; else nothing."""
    if "firms" not in results.panels:
        return {}
    wanted = ["arm", "seed", "year", "id", "innovations"]
    told = results.table("panels/firms.parquet", [("seed", "==", seed)], wanted)
    return {str(arm): own.set_index(["year", "id"])["innovations"] for arm, own in told.groupby("arm", observed=True)}


def decisions_table(
    histories: Mapping[str, History], baseline: str, fork: int, innovations: Mapping[str, pd.Series] | None = None
) -> pd.DataFrame:
    """Decisions of every year after `fork` that came out the same in an arm and the baseline, columns DECISIONS.

    `either` counts those that were taken in at least one of the two, `same` those that were taken in both and came out
    the same; `share` is the second over the first, NaN where there is none.

        firms         alive at the end of the year: the same firm, by id
        founding, spin_off, attraction    entrants of the year: the same firm, by id
        place         entrants of both: the same cell
        exit          firms that both had a year before: left
        move          firms that both had and have: another cell than a year before, the same one
        tier          the same: another tier than a year before, the same one
        innovation    firms of both: innovated, as often; only with `innovations`, (year, id) -> number, by arm
    """
    told = innovations or {}
    base = list(firms_by_year(histories[baseline], told.get(baseline)))
    rows = []
    for arm, history in histories.items():
        if arm == baseline:
            continue
        pairs = list(zip(base, firms_by_year(history, told.get(arm)), strict=False))
        for (first, second), (before, other) in zip(pairs[1:], pairs, strict=False):
            if first.year != second.year or first.year <= fork:
                continue
            for name, either, same in _decisions(first, second, before, other):
                share = same / either if either else math.nan
                rows.append((arm, name, history.seed, first.year, either, same, share))
    return pd.DataFrame(rows, columns=DECISIONS)


def _decisions(first: Firms, second: Firms, before: Firms, other: Firms) -> Iterator[tuple[str, int, int]]:
    """(decision, taken in either, the same in both) of two arms in a year; `before` and `other` are a year earlier."""
    both, in_first, in_second = _common(first.id, second.id)
    yield "firms", len(first.id) + len(second.id) - len(both), len(both)
    for name, origin in ENTRIES.items():
        yield name, *_met(first.entered(before, origin), second.entered(other, origin))
    fresh = ~(np.isin(both, before.id) | np.isin(both, other.id))
    yield "place", int(fresh.sum()), int((fresh & (first.cell[in_first] == second.cell[in_second])).sum())
    known, in_before, in_other = _common(before.id, other.id)
    yield "exit", *_met(*(np.setdiff1d(known, now.id, assume_unique=True) for now in (first, second)))
    _, here, there = _common(both, known)
    now_rows, past_rows = (in_first[here], in_second[here]), (in_before[there], in_other[there])
    for name, column in (("move", "cell"), ("tier", "tier")):
        to, was = (
            [getattr(one, column)[rows] for one, rows in zip(firms, places, strict=True)]
            for firms, places in (((first, second), now_rows), ((before, other), past_rows))
        )
        changed = to[0] != was[0], to[1] != was[1]
        yield name, int((changed[0] | changed[1]).sum()), int((changed[0] & changed[1] & (to[0] == to[1])).sum())
    if first.innovations is not None and second.innovations is not None:
        counts = first.innovations[in_first], second.innovations[in_second]
        some = (counts[0] > 0) | (counts[1] > 0)
        yield "innovation", int(some.sum()), int((some & (counts[0] == counts[1])).sum())


def _common(one: Array, two: Array) -> tuple[Array, Array, Array]:
    """What two arrays of different ids share, in order, and where it stands in each."""
    return np.intersect1d(one, two, assume_unique=True, return_indices=True)


def _met(one: Array, two: Array) -> tuple[int, int]:
    """How many ids are in either of two arrays of different ids, and how many in both."""
    common = len(np.intersect1d(one, two, assume_unique=True))
    return len(one) + len(two) - common, common
