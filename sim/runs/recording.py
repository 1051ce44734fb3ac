"""What a run writes down: tidy metrics, state hashes, maps, the ledger's totals, and agent panels on request.

Recording only reads: a run gives the same bits whatever is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.kernel.declare import LEVELS, METRICS, Metric, declared_names
from sim.kernel.records import as_records
from sim.kernel.scenario_types import Record
from sim.kernel.world import Kind, Records, Tie, World
from sim.metrics import measure
from sim.runs.groups import PLACES, group_names, places_of_group
from sim.runs.history import HistoryRecorder
from sim.runs.packing import open_table
from sim.runs.panels import DETAILS, PANELS
from sim.runs.tier_moves import COLUMNS, TierMoves

TIDY = ["run", "arm", "seed", "year", "group", *PLACES, "metric", "unit", "value"]


def flat_frame(records: Records) -> dict[str, Any]:
    """Columns of a table of records; vectors become numbered columns."""
    columns: dict[str, Any] = {}
    for name in declared_names(records.dtype):
        values = np.asarray(records[name])
        if values.ndim == 1:
            columns[name] = values.copy()
        else:
            for part in range(values.shape[1]):
                columns[f"{name}_{part}"] = values[:, part].copy()
    return columns


def panel_columns(world: World, name: str) -> dict[str, Any]:
    """One year of a panel as columns, as sim.runs.panels describes them."""
    panel = PANELS[name]
    tables: dict[str, Records] = {
        "firms": world.firms, "institutes": world.institutes, "links": world.links, "events": world.events,
        "cells": world.cells, "regions": world.regions, "industries": world.industries,
        "local_industries": as_records(world.local_industries.reshape(-1)),
    }  # fmt: skip
    columns = {**places_of(world, name, len(tables[name])), **flat_frame(tables[name])}
    if name == "links":
        columns.update(link_ends(world))
    if name == "events":
        columns["meaning"] = detail_words(columns["event"], columns["detail"])
        del columns["year"]  # every panel begins with it
    known = {"region": world.region_names, "industry": world.industry_names, "chain": world.chain_names}
    for column in panel.names:
        columns[column] = np.array(known[column], dtype=object)[columns[column]]
    for column, code in panel.words.items():
        columns[column] = in_words(columns[column], code)
    return columns


def places_of(world: World, name: str, count: int) -> dict[str, Any]:
    """The columns that say which place or industry a row is about, where the record itself does not."""
    if name == "cells":
        return {"cell": np.arange(count)}
    regions, industries = (np.array(known, dtype=object) for known in (world.region_names, world.industry_names))
    if name == "regions":
        return {"region": regions}
    if name == "industries":
        return {"industry": industries}
    if name == "local_industries":
        return {"industry": np.tile(industries, len(regions)), "region": np.repeat(regions, len(industries))}
    return {}


def link_ends(world: World) -> dict[str, Any]:
    """Ids of both ends of every link."""
    links = world.links
    with_institute = np.asarray(links.tie) == Tie.INSTITUTE
    second = np.zeros(len(links), dtype=np.int64)
    second[~with_institute] = world.firms.id[links.second[~with_institute]]
    second[with_institute] = world.institutes.id[links.second[with_institute]]
    return {"first": np.asarray(world.firms.id[links.first]).copy(), "second": second}


def in_words(codes: Any, code: type[IntEnum]) -> Any:
    """The words of codes, lower case."""
    words = {int(member): member.name.lower() for member in code}
    return np.array([words[int(value)] for value in codes], dtype=object)


def detail_words(events: Any, details: Any) -> Any:
    """What `detail` stands for, by kind of event; empty where it is a number."""
    words = np.full(len(events), "", dtype=object)
    for event, code in DETAILS.items():
        rows = np.flatnonzero(events == event)
        words[rows] = in_words(details[rows], code)
    return words


@lru_cache(maxsize=16)
def _as_array(known: tuple[str, ...]) -> pa.Array:
    return pa.array(known, type=pa.string())


def words(codes: Any, known: tuple[str, ...]) -> pa.DictionaryArray:
    """A column of words from their numbers in `known`."""
    return pa.DictionaryArray.from_arrays(pa.array(codes), _as_array(known))


@lru_cache(maxsize=8)
def parts_of(groups: tuple[str, ...], place: str) -> tuple[Any, pa.Array]:
    """Of one of PLACES, the number of each group's part, -1 where it has none, and the names by number."""
    names = [places_of_group(group).get(place, "") for group in groups]
    known = {name: number for number, name in enumerate(dict.fromkeys(name for name in names if name))}
    numbers = np.array([known.get(name, -1) for name in names], dtype=np.int32)
    return numbers, pa.array([*known], type=pa.string())


def part_words(codes: Any, groups: tuple[str, ...], place: str) -> pa.DictionaryArray:
    """The column of one of PLACES from the numbers of groups; null where a group has no such part."""
    numbers, known = parts_of(groups, place)
    found = numbers[codes]
    return pa.DictionaryArray.from_arrays(pa.array(found, mask=found < 0), known)


@lru_cache(maxsize=2)
def units_of(names: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
    """The number of each metric's unit, and the units."""
    units = tuple(dict.fromkeys(METRICS[name].unit for name in names))
    return np.array([units.index(METRICS[name].unit) for name in names], dtype=np.int32), units


def rounded(values: Any) -> Any:
    """Numbers to single precision, seven digits; what is too large or too small for it stays as it is."""
    with np.errstate(over="ignore", under="ignore"):
        single = values.astype(np.float32).astype(np.float64)
    return np.where(np.isinf(single) | ((single == 0.0) & (values != 0.0)), values, single)


def plain_frame(table: pa.Table) -> pd.DataFrame:
    """A table as a data frame in which words are words: a category is a trap to those who group by it."""
    frame = table.to_pandas()
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].astype(object)
    return frame


@dataclass
class Panel:
    """Yearly rows of one kind of agent: streamed to a Parquet file, or kept when there is no folder."""

    name: str
    path: Path | None
    kept: list[pa.Table] = field(default_factory=list)
    writer: pq.ParquetWriter | None = None

    def add(self, columns: dict[str, Any]) -> None:
        """Write one year."""
        rows = pa.table(columns)
        if self.path is None:
            self.kept.append(rows)
            return
        if self.writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.writer = open_table(self.path, rows.schema, quick=True)
        self.writer.write_table(rows)

    def close(self) -> pd.DataFrame | None:
        """Finish; returns the rows if they were kept."""
        if self.writer is not None:
            self.writer.close()
        return pa.concat_tables(self.kept).to_pandas() if self.kept else None


@dataclass
class Recorder:
    """Collects one run of one arm. Call `observe` at the end of every year, then read the frames."""

    arm: str
    seed: int
    record: Record
    last_year: int
    panel_folder: Path | None = None
    counts: bool = True
    """Whether moves between tiers and totals of the ledger are recorded."""
    values: list[tuple[int, str, str, Any]] = field(default_factory=list)
    hashes: list[tuple[int, str]] = field(default_factory=list)
    maps: list[dict[str, Any]] = field(default_factory=list)
    """Columns of each map, without those that say which run it is of."""
    outlays: list[tuple[int, str, float]] = field(default_factory=list)
    tier_moves: TierMoves = field(default_factory=TierMoves)
    panels: dict[str, Panel] = field(default_factory=dict)
    history: HistoryRecorder | None = None
    """What a player shows, if it is wanted."""
    chosen: dict[bool, list[str]] = field(default_factory=dict)
    """Names of the metrics of a usual year (False) and of one with dear ones (True)."""

    @property
    def run(self) -> str:
        """Name of the run: arm and seed."""
        return f"{self.arm}-{self.seed}"

    def without_panels(self) -> Recorder:
        """A copy of what was recorded so far, of the same years for ever, for arms that share them."""
        return replace(
            self, values=list(self.values), hashes=list(self.hashes), maps=list(self.maps),
            outlays=list(self.outlays), tier_moves=self.tier_moves.copy(), panels={},
            history=self.history.copy() if self.history is not None else None,
        )  # fmt: skip

    def remember(self, early: Recorder) -> None:
        """Take over the years that another arm recorded of a common past."""
        self.values, self.hashes, self.outlays = list(early.values), list(early.hashes), list(early.outlays)
        self.tier_moves = early.tier_moves.copy()
        self.maps = list(early.maps)
        self.history = early.history.copy() if early.history is not None else None
        if early.record == self.record:
            self.chosen = early.chosen

    def wants(self, metric: Metric, more: bool) -> bool:
        """Whether a metric is recorded every year, or with `more` in a year in which dear ones are recorded too."""
        named, also = self.record.metrics, metric.name in self.record.also
        unasked = metric.every == "asked" or (bool(named) and metric.name not in named)
        if (unasked and not also) or metric.level not in (*self.record.levels, "local_industry"):
            return False
        return more or (metric.level != "local_industry" and metric.every == "year")

    def observe(self, world: World, is_fork: bool = False) -> None:
        """Record the year that ended. `is_fork` marks the year from which arms differ."""
        more = is_fork or world.year == self.last_year or world.year in self.record.local_industry_years
        if more not in self.chosen:
            self.chosen[more] = [metric.name for metric in METRICS.values() if self.wants(metric, more)]
        measured = measure(world, self.chosen[more])
        for name, value in measured.items():
            self.values.append((world.year, METRICS[name].level, name, value))
        state = world.state_hash()
        self.hashes.append((world.year, state))
        if self.history is not None:
            self.history.observe(world, state, measured)
        if is_fork or world.year == self.last_year:
            self.maps.append(self.map_of(world))
        if self.counts:
            self.count(world)
        for name in self.record.panels:
            path = self.panel_folder / f"{name}-{self.run}.parquet" if self.panel_folder else None
            panel = self.panels.setdefault(name, Panel(name, path))
            columns = panel_columns(world, name)
            count = len(next(iter(columns.values())))
            panel.add({**self._head(count), "year": np.full(count, world.year), **columns})

    def count(self, world: World) -> None:
        """Count moves between tiers and add up the ledger of the year that ended."""
        self.tier_moves.observe(world)
        accounts, amounts = world.ledger.account, world.ledger.amount
        for account in np.unique(accounts):
            self.outlays.append((world.year, world.accounts[account], float(amounts[accounts == account].sum())))

    def map_of(self, world: World) -> dict[str, Any]:
        """Where firms of each industry stand: columns, one row a cell and industry."""
        leaders = np.zeros(world.sites.shape, dtype=int)
        firms = world.firms
        leading = firms.kind == Kind.LEADING_FIRM
        np.add.at(leaders, (firms.cell[leading], firms.industry[leading]), 1)
        cell, industry = (grid.ravel() for grid in np.indices(world.sites.shape))
        chains = np.array(world.chain_names, dtype=object)[world.industries.chain]
        return {
            "year": np.full(cell.shape, world.year), "cell": cell,
            "region": np.array(world.region_names, dtype=object)[world.cells.region[cell]],
            "x": world.cells.x[cell], "y": world.cells.y[cell],
            "industry": np.array(world.industry_names, dtype=object)[industry], "chain": chains[industry],
            "firms": world.sites.firms[cell, industry], "leaders": leaders[cell, industry],
            "employment": world.sites.employment[cell, industry],
        }  # fmt: skip

    def metrics_table(self, world: World) -> pa.Table:
        """All metrics in tidy form, columns as TIDY, by metric, group and year; words as dictionaries: they repeat."""
        spans: dict[str, Any] = {}
        groups: tuple[str, ...] = ()
        for level in LEVELS:
            names = group_names(world, level)
            spans[level] = np.arange(len(groups), len(groups) + len(names), dtype=np.int32)
            groups += tuple(names)
        metrics = tuple(METRICS)
        known = {name: code for code, name in enumerate(metrics)}
        levels = [level for _, level, _, _ in self.values]
        counts = [len(spans[level]) for level in levels]
        codes = np.repeat(np.array([known[name] for _, _, name, _ in self.values], dtype=np.int32), counts)
        unit_of, units = units_of(metrics)
        nothing = np.zeros(len(codes), dtype=np.int32)
        values = [value.ravel() if isinstance(value, np.ndarray) else (value,) for *_, value in self.values]
        years = np.repeat(np.array([year for year, *_ in self.values], dtype=np.int64), counts)
        of_group = np.concatenate([spans[level] for level in levels]) if levels else nothing
        numbers = np.concatenate(values) if values else np.zeros(0)
        if self.record.precision == "single":
            numbers = np.where(of_group == spans["nation"][0], numbers, rounded(numbers))
        # Series stand whole, year after year: they are found and packed better so. Years were recorded in order.
        order = np.argsort(codes.astype(np.int64) * len(groups) + of_group, kind="stable")
        of_group, codes = of_group[order], codes[order]
        columns = {
            "run": words(nothing, (self.run,)),
            "arm": words(nothing, (self.arm,)),
            "seed": np.full(len(codes), self.seed, dtype=np.int64),
            "year": years[order],
            "group": words(of_group, groups),
            **{place: part_words(of_group, groups, place) for place in PLACES},
            "metric": words(codes, metrics),
            "unit": words(unit_of[codes], units),
            "value": numbers[order],
        }
        return pa.table({name: columns[name] for name in TIDY})

    def hashes_frame(self) -> pd.DataFrame:
        """State hashes: run, arm, seed, year, hash."""
        return self._frame(["year", "hash"], self.hashes)

    def ledger_frame(self) -> pd.DataFrame:
        """Totals of the ledger: run, arm, seed, year, account, amount (money; income positive)."""
        return self._frame(["year", "account", "amount"], self.outlays)

    def tiers_frame(self) -> pd.DataFrame:
        """What became of the firms of each tier: run, arm, seed, year, tier, then columns of sim.runs.tier_moves."""
        return self._frame(COLUMNS, self.tier_moves.rows)

    def history_frame(self) -> pd.DataFrame:
        """The history: run, arm, seed, year, frame (bytes, see sim.runs.frames); empty where it was not wanted."""
        return self._frame(["year", "frame"], [*self.history.frames.items()] if self.history is not None else [])

    def sites_frame(self) -> pd.DataFrame:
        """Maps of the fork year and the last year."""
        if not self.maps:
            return pd.DataFrame()
        own = {name: np.concatenate([columns[name] for columns in self.maps]) for name in self.maps[0]}
        return self._labelled(own, len(own["year"]))

    def close_panels(self) -> dict[str, pd.DataFrame]:
        """Finish the panels; those kept in memory are returned."""
        frames = {name: panel.close() for name, panel in self.panels.items()}
        return {name: frame for name, frame in frames.items() if frame is not None}

    def _frame(self, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
        columns = zip(*rows, strict=True) if rows else [np.zeros(0, dtype=object)] * len(names)
        return self._labelled(dict(zip(names, columns, strict=True)), len(rows))

    def _labelled(self, columns: Mapping[str, Any], count: int) -> pd.DataFrame:
        """A frame of so many rows that begins with the columns run, arm and seed. It is made at once: a column that is
        put into a frame later takes as long as the frame."""
        return pd.DataFrame({**self._head(count), **columns})

    def _head(self, count: int) -> dict[str, Any]:
        """The columns with which every table begins."""
        return {"run": np.full(count, self.run, dtype=object), "arm": np.full(count, self.arm, dtype=object),
                "seed": np.full(count, self.seed)}  # fmt: skip
