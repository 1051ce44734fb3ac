"""Frames: one year of a run in few bytes, as a player draws it.

A frame is the length of its head (4 bytes, little-endian), the head as JSON (NaN is null), and columns of whole
numbers one after the other. The head names each column: [name, type, first byte, length], and after these the values
that the first and the last code stand for where numbers were rounded to codes; the highest code is then a gap. The
first frame of a history also holds the ground: places, names, units.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from sim.kernel.declare import METRICS
from sim.kernel.world import Tie, World
from sim.metrics import measure

Array = np.ndarray[Any, Any]
NATION = (
    "utilisation", "excess_capacity", "clusters", "clustered_employment", "mean_krugman_specialisation",
    "structural_similarity", "duplication_index", "plan_overlap", "innovations", "radical_innovations",
    "cooperation_links", "ln_real_income", "worst_region_income", "consumer_price", "wasted_capital_share", "firms",
    "leading_firms", "mean_margin",
)  # fmt: skip
REGIONS = (
    "region_real_income_per_head", "region_utilisation", "krugman_specialisation", "region_innovations", "region_firms",
    "region_employment",
)  # fmt: skip
INDUSTRIES = ("industry_utilisation", "industry_firms", "industry_value_added")
SERIES = (*NATION, *REGIONS, *INDUSTRIES)
"""Measures in every frame, to the last digit."""
NOBODY = 255
"""The leading industry of an empty place."""
ALIGNED = 4
KIND_BIT, ZOMBIE_BIT, ORIGIN_BITS = 3, 4, 5
"""Where kind, zombie and origin stand in the state of a firm, above its tier."""


def plain(value: Any) -> Any:
    """A number or an array for JSON: what is not finite is null."""
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    return value if math.isfinite(value) else None


def is_among(values: Array, known: Array) -> Array:
    """Whether each of `values` (n,) is one of `known` (m,), which are in order of size; shape (n,)."""
    if len(known) == 0:
        return np.zeros(len(values), dtype=bool)
    at = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[at] == values)


@dataclass
class Columns:
    """Columns of a frame as they are collected."""

    told: list[list[Any]] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    length: int = 0

    def add(self, name: str, values: Array, kind: str, *ends: float) -> None:
        """Add whole numbers as `kind` (u1, u2, u4, f8)."""
        content = np.ascontiguousarray(values, dtype=f"<{kind}").tobytes()
        self.told.append([name, kind, self.length, int(np.size(values)), *ends])
        content += bytes(-len(content) % ALIGNED)
        self.parts.append(content)
        self.length += len(content)

    def add_codes(self, name: str, values: Any, kind: str = "u1", ends: tuple[float, float] | None = None) -> None:
        """Add numbers rounded to codes between `ends`, or between their least and greatest."""
        numbers = np.asarray(values, dtype=np.float64)
        finite = numbers[np.isfinite(numbers)]
        low, high = ends or ((float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0))
        top = 2 ** (8 * int(kind[1])) - 2
        span = high - low if high > low else 1.0
        codes = np.full(numbers.shape, top + 1)
        known = np.isfinite(numbers)
        codes[known] = np.rint(np.clip((numbers[known] - low) / span, 0.0, 1.0) * top)
        self.add(name, codes, kind, low, low + span)


def small(count: int) -> str:
    """The narrowest type for numbers of `count` rows."""
    return "u1" if count < NOBODY else "u2" if count < 2**16 else "u4"


@dataclass
class Framing:
    """Makes the frames of one run; remembers who was met, so that only what is new is told again."""

    ids: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Ids of all firms met, in order of size, and beside them their numbers in the order in which they were met."""
    numbers: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    ties: Array = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    """Keys of the links that are in force, in order of size, and beside them their numbers."""
    tie_numbers: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    tie_count: int = 0
    begun: bool = False

    def copy(self) -> Framing:
        """The same past for another arm: arrays are replaced, never written."""
        return Framing(self.ids, self.numbers, self.ties, self.tie_numbers, self.tie_count, self.begun)

    def frame(self, world: World, state_hash: str, measured: Mapping[str, Any] = MappingProxyType({})) -> bytes:
        """The frame of the year that ended; `measured` holds measures that were taken of it already."""
        head: dict[str, Any] = {"year": int(world.year), "hash": state_hash, "treated": bool(world.treated)}
        columns = Columns()
        if not self.begun:
            head["ground"] = _ground(world)
            _add_ground(world, columns)
            self.begun = True
        fresh = measure(world, [name for name in SERIES if name not in measured])
        head["series"] = {name: plain(measured[name] if name in measured else fresh[name]) for name in SERIES}
        met = self._add_firms(world, columns)
        self._add_links(world, columns, met)
        _add_institutes(world, columns)
        _add_places(world, columns)
        head["columns"] = columns.told
        text = json.dumps(head, allow_nan=False, separators=(",", ":"), ensure_ascii=False).encode()
        text += b" " * (-(len(text) + 4) % ALIGNED)
        return b"".join([struct.pack("<I", len(text)), text, *columns.parts])

    def _add_firms(self, world: World, columns: Columns) -> Array:
        """Add the firms; returns their numbers."""
        firms = np.asarray(world.firms).view(np.ndarray)
        own = firms["id"]
        at = np.searchsorted(self.ids, own)
        known = np.zeros(len(own), dtype=bool)
        inside = at < len(self.ids)
        known[inside] = self.ids[at[inside]] == own[inside]
        met = np.empty(len(own), dtype=np.int64)
        met[known] = self.numbers[at[known]]
        fresh = np.flatnonzero(~known)
        met[fresh] = len(self.ids) + np.arange(len(fresh))
        columns.add("new_id", own[fresh], "f8")
        columns.add("new_parent", firms["parent"][fresh], "f8")
        columns.add("new_industry", firms["industry"][fresh], "u1")
        columns.add_codes("new_born", firms["born"][fresh], "u2", (-1000.0, 64534.0))
        ids, numbers = np.r_[self.ids, own[fresh]], np.r_[self.numbers, met[fresh]]
        order = np.argsort(ids, kind="stable")
        self.ids, self.numbers = ids[order], numbers[order]
        columns.add("firm", met, small(len(ids)) if len(ids) > NOBODY else "u2")
        columns.add("firm_cell", firms["cell"], small(len(world.cells)))
        state = firms["tier"].astype(np.int64) | (firms["kind"].astype(np.int64) << KIND_BIT)
        state |= (firms["zombie"].astype(np.int64) << ZOMBIE_BIT) | (firms["origin"].astype(np.int64) << ORIGIN_BITS)
        columns.add("firm_state", state, "u1")
        with np.errstate(divide="ignore", invalid="ignore"):
            columns.add_codes("firm_sales", np.log(firms["sales"]))
            columns.add_codes("firm_utilisation", firms["output"] / firms["capacity"], ends=(0.0, 1.0))
        columns.add_codes("firm_margin", np.where(firms["sales"] > 0.0, firms["margin"], np.nan), ends=(-1.0, 1.0))
        sites = np.asarray(world.sites).view(np.ndarray)["advantage"]
        columns.add_codes("firm_premium", sites[firms["cell"], firms["industry"]])
        return met

    def _add_links(self, world: World, columns: Columns, met: Array) -> None:
        """Add the links that began, by numbers of firms or row of the institute, and the numbers of those that ended:
        each less the one before it, which packs better."""
        links = np.asarray(world.links).view(np.ndarray)
        keys = links["id"].astype(np.uint64) * np.uint64(len(Tie)) + links["tie"].astype(np.uint64)
        # Links are in order of size but for those that began this year, which this sort takes little time for.
        order = np.argsort(keys, kind="stable")
        going_on = is_among(self.ties, keys[order])
        columns.add("tie_ended", np.diff(np.sort(self.tie_numbers[~going_on]), prepend=0), "u4")
        fresh = np.flatnonzero(~is_among(keys, self.ties))
        second = links["second"][fresh].astype(np.int64)
        between_firms = links["tie"][fresh] != Tie.INSTITUTE
        second[between_firms] = met[second[between_firms]]
        kind = small(len(self.ids)) if len(self.ids) > NOBODY else "u2"
        columns.add("tie_first", met[links["first"][fresh]] if len(fresh) else np.zeros(0), kind)
        columns.add("tie_second", second, kind)
        columns.add("tie_kind", links["tie"][fresh], "u1")
        in_force = np.r_[self.ties[going_on], keys[fresh]]
        numbers = np.r_[self.tie_numbers[going_on], self.tie_count + np.arange(len(fresh))]
        order = np.argsort(in_force, kind="stable")
        self.ties, self.tie_numbers = in_force[order], numbers[order]
        self.tie_count += len(fresh)


def _ground(world: World) -> dict[str, Any]:
    """What stays: names, units and the size of a cell."""
    return {
        "regions": list(world.region_names),
        "industries": list(world.industry_names),
        "chains": [world.chain_names[chain] for chain in world.industries.chain],
        "cell_km": float(world.geography.cell_km),
        "metrics": {
            name: {"unit": METRICS[name].unit, "better": METRICS[name].better, "help": METRICS[name].help}
            for name in SERIES
        },
    }


def _add_ground(world: World, columns: Columns) -> None:
    """Add where cells lie: column from the west, row from the north, and their region."""
    x: Array = np.asarray(world.cells.x)
    y: Array = np.asarray(world.cells.y)
    size = world.geography.cell_km
    columns.add("cell_column", np.rint((x - x.min()) / size), "u2")
    columns.add("cell_row", np.rint((y.max() - y) / size), "u2")
    columns.add("cell_region", world.cells.region, small(len(world.regions)))


def _add_institutes(world: World, columns: Columns) -> None:
    institutes = np.asarray(world.institutes).view(np.ndarray)
    columns.add("institute_cell", institutes["cell"], small(len(world.cells)))
    columns.add("institute_industry", institutes["industry"], "u1")
    columns.add("institute_partners", np.minimum(institutes["partners"], NOBODY), "u1")


def _add_places(world: World, columns: Columns) -> None:
    """Add cells and industries in regions."""
    sites: Array = np.asarray(world.sites).view(np.ndarray)["employment"]
    whole = sites.sum(axis=1)
    leading = np.where(whole > 0.0, sites.argmax(axis=1), NOBODY)
    columns.add_codes("cell_employment", whole, "u2")
    columns.add("cell_leading", leading, "u1")
    with np.errstate(divide="ignore", invalid="ignore"):
        columns.add_codes("cell_share", sites.max(axis=1) / whole, ends=(0.0, 1.0))
        columns.add_codes("cell_rent", np.log(np.asarray(world.cells.rent)), ends=(-4.0, 4.0))
    local = np.asarray(world.local_industries).view(np.ndarray)
    columns.add_codes("local_employment", local["employment"].ravel(), "u2")
    columns.add_codes("local_promoted", local["promoted"].ravel(), ends=(0.0, 1.0))
    columns.add_codes("local_prospect", local["prospect"].ravel(), ends=(-1.0, 1.0))
