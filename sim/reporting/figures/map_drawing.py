"""Drawing a map: places as squares, region borders, short labels. Coordinates in km, north up.

A place is a cell, or a whole region where cells would be too many to see from the back of a hall.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from sim.reporting.figures.evidence import Evidence, abbreviations
from sim.reporting.figures.style import CLASS_COLOURS, wrap
from sim.reporting.wording import rows_of
from sim.reporting.wording.en.figures import abbreviated

Array = np.ndarray[Any, Any]
PALE = np.array(to_rgb("#E9E9E9"))
OTHERS = "other"
MOST_CELLS = 150
WEAKEST, WASH = 0.6, 0.35
"""Shares of colour in the palest tint, and in the ground around a square."""


@dataclass(frozen=True)
class MapFrame:
    """Cells and places of the map in a fixed order, and the borders of regions."""

    cells: pd.DataFrame
    """Index cell; columns region, x, y [km]."""
    side: float
    """Side of a cell in km."""
    labels: dict[str, str]
    """Short label of each region."""
    places: pd.DataFrame
    """Index cell or region; columns x, y, side [km]."""
    by_region: bool
    """Whether a place is a region."""

    @property
    def word(self) -> str:
        """What a place is called."""
        return "region" if self.by_region else "cell"

    def borders(self) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        """Edges between cells of different regions, and the coast."""
        half = self.side / 2
        column = np.round(self.cells["x"].to_numpy(float) / half).astype(int)
        row = np.round(self.cells["y"].to_numpy(float) / half).astype(int)
        owner = {(c, r): region for c, r, region in zip(column, row, self.cells["region"].astype(str), strict=True)}
        edges = []
        for (c, r), region in owner.items():
            x, y = c * half, r * half
            for dc, dr in ((2, 0), (0, 2), (-2, 0), (0, -2)):
                if owner.get((c + dc, r + dr)) != region:
                    if dc:
                        edges.append(((x + dc * half / 2, y - half), (x + dc * half / 2, y + half)))
                    else:
                        edges.append(((x - half, y + dr * half / 2), (x + half, y + dr * half / 2)))
        return edges


def map_frame(evidence: Evidence) -> MapFrame:
    """The map that all arms share: every cell that any of them ever used."""
    cells = evidence.sites.drop_duplicates("cell").set_index("cell").sort_index()[["region", "x", "y"]]
    steps = np.concatenate([np.diff(np.unique(np.round(cells[axis].to_numpy(float), 6))) for axis in ("x", "y")])
    steps = steps[steps > 1e-6]
    regions = sorted(cells["region"].astype(str).unique())
    given = evidence.short_names
    labels = (
        {name: given[name] for name in regions} if all(name in given for name in regions) else abbreviations(regions)
    )
    side = float(steps.min()) if len(steps) else 1.0
    if len(cells) <= MOST_CELLS:
        return MapFrame(cells, side, labels, cells[["x", "y"]].assign(side=side), False)
    grouped = cells.groupby(cells["region"].astype(str))
    places = grouped[["x", "y"]].mean().assign(side=side * np.sqrt(grouped.size()))
    return MapFrame(cells, side, labels, places, True)


@dataclass(frozen=True)
class Classes:
    """What colours stand for: industries when there are few, else chains, else the largest chains and the rest."""

    column: str
    names: tuple[str, ...]
    colours: dict[str, str]


def classes(evidence: Evidence) -> Classes:
    """At most eight classes, so that colours can be told apart."""
    most = len(CLASS_COLOURS)
    column = "industry" if evidence.sites["industry"].nunique() <= most else "chain"
    sizes = evidence.sites.groupby(column, observed=True)["employment"].sum().sort_values(ascending=False)
    names = [str(name) for name in sizes.index]
    names = [*names[: most - 1], OTHERS] if len(names) > most else sorted(names)
    return Classes(column, tuple(names), dict(zip(names, CLASS_COLOURS, strict=False)))


def employment(evidence: Evidence, frame: MapFrame, arm: str, year: int, kinds: Classes) -> pd.DataFrame:
    """Employment by place (rows of `frame.places`) and class, in workers: mean over replications on a map that all
    share, else of the first replication."""
    sites = evidence.sites
    rows = sites[(sites["arm"] == arm) & (sites["year"] == year)]
    seeds = sorted(rows["seed"].unique())
    if not evidence.same_map:
        seeds = seeds[:1]
        rows = rows[rows["seed"].isin(seeds)]
    kind = rows[kinds.column].astype(str)
    kind = kind.where(kind.isin(kinds.names), OTHERS)
    place = rows["region"].astype(str) if frame.by_region else rows["cell"]
    table = rows.groupby([place, kind], observed=True)["employment"].sum().unstack(fill_value=0) / max(len(seeds), 1)
    return table.reindex(index=frame.places.index, columns=list(kinds.names), fill_value=0.0)


@dataclass(frozen=True)
class Scale:
    """What all maps of a figure share, so that they can be compared."""

    largest: float
    """Employment, in workers, that fills a place."""
    strongest: float
    """Share of the leading class at which its colour is strongest."""


def map_scale(tables: list[pd.DataFrame]) -> Scale:
    """The scale for some tables of `employment`; a few extreme places may exceed it."""
    totals = np.concatenate([table.sum(axis=1).to_numpy(float) for table in tables])
    leading = np.concatenate([table.max(axis=1).to_numpy(float) for table in tables])
    settled = totals > 0
    if not settled.any():
        return Scale(1.0, 1.0)
    shares = leading[settled] / totals[settled]
    return Scale(float(np.quantile(totals[settled], 0.98)), float(np.quantile(shares, 0.9)))


def draw_leaders(axes: Axes, frame: MapFrame, workers: pd.DataFrame, scale: Scale, kinds: Classes) -> None:
    """Each place a square: its area employment, its colour the leading class, the colour's strength how far that
    class dominates."""
    total = workers.sum(axis=1).to_numpy()
    leader = workers.to_numpy().argmax(axis=1)
    share = workers.to_numpy().max(axis=1) / np.where(total > 0, total, 1.0)
    even = 1.0 / max(len(kinds.names), 1)
    strength = np.clip((share - even) / max(scale.strongest - even, 0.1), 0.0, 1.0)
    patches: list[Rectangle] = []
    colours: list[Array] = []
    for place, size, kind, strong in zip(rows_of(frame.places), total, leader, strength, strict=True):
        if size <= 0:
            continue
        side = place.side * max(0.2, min(1.0, (size / scale.largest) ** 0.5)) * 0.96
        colour = tint(kinds.colours[kinds.names[kind]], strong)
        if frame.by_region:  # a tint of the whole region, to be seen where the square is small
            patches.append(square(place.x, place.y, place.side))
            colours.append(wash(kinds.colours[kinds.names[kind]]))
        patches.append(square(place.x, place.y, side))
        colours.append(colour)
    axes.add_collection(PatchCollection(patches, facecolors=colours, linewidths=0))
    finish_map(axes, frame)


def tint(colour: str, strength: float) -> Array:
    """A colour between a pale shade of it that can still be told from those of others (0) and the colour itself (1)."""
    full = np.array(to_rgb(colour))
    return PALE + (full - PALE) * (WEAKEST + (1 - WEAKEST) * strength)


def wash(colour: str) -> Array:
    """The colour of the ground around a square of `colour`, the same however pale the square is."""
    return 1 - WASH * (1 - np.array(to_rgb(colour)))


def map_notes(frame: MapFrame) -> list[str]:
    """What the labels of regions on a map stand for, in lines for the foot of a figure."""
    return wrap(abbreviated(frame.labels), 145) if abbreviated(frame.labels) else []


def fitting_size(frame: MapFrame, width: float, height: float) -> float:
    """Size in points at which labels stay inside their regions on a map of `width` x `height` inches."""
    across, up = (float(np.ptp(frame.cells[axis])) + frame.side for axis in ("x", "y"))
    inch = min(width / across, height / up)  # of a km
    side = 72 * inch * frame.side * float(frame.cells["region"].value_counts().min()) ** 0.5
    longest = max(len(label) for label in frame.labels.values())
    return float(np.clip(side / (0.75 * longest + 0.2), 5.0, 15.0))


def square(x: float, y: float, side: float) -> Rectangle:
    """A square around a point [km]."""
    return Rectangle((x - side / 2, y - side / 2), side, side)


def draw_change(axes: Axes, frame: MapFrame, change: Array, bound: float, colours: Any, label_size: float) -> Any:
    """Each place coloured by `change` (one number a place, -bound to bound); returns the mappable for a colour bar."""
    patches = [square(place.x, place.y, place.side) for place in rows_of(frame.places)]
    collection = PatchCollection(patches, cmap=colours, linewidths=0)
    collection.set_array(change)
    collection.set_clim(-bound, bound)
    axes.add_collection(collection)
    finish_map(axes, frame, label_size)
    return collection


def finish_map(axes: Axes, frame: MapFrame, label_size: float = 0.0) -> None:
    """Borders, labels (if `label_size` is positive), equal scale, no frame."""
    axes.add_collection(LineCollection(frame.borders(), colors="#555555", linewidths=1.0, clip_on=False))
    if label_size > 0:
        for region, cells in frame.cells.groupby(frame.cells["region"].astype(str)):
            axes.text(
                cells["x"].mean(),
                cells["y"].mean(),
                frame.labels[str(region)],
                ha="center",
                va="center",
                fontsize=label_size,
                color="#111111",
                path_effects=[withStroke(linewidth=0.2 * label_size, foreground="white", alpha=0.8)],
            )
    half = 0.55 * frame.side
    axes.set_xlim(frame.cells["x"].min() - half, frame.cells["x"].max() + half)
    axes.set_ylim(frame.cells["y"].min() - half, frame.cells["y"].max() + half)
    axes.set_aspect("equal")
    axes.axis("off")
