"""Drawing a map: cells as squares, region borders, short labels. Coordinates in km, north up."""

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

from sim.figures.evidence import Evidence, abbreviations
from sim.figures.style import CLASS_COLOURS

Array = np.ndarray[Any, Any]
PALE = np.array(to_rgb("#E9E9E9"))
OTHERS = "other"


@dataclass(frozen=True)
class MapFrame:
    """Cells of the map in a fixed order, and the borders of regions."""

    cells: pd.DataFrame
    """Index cell; columns region, x, y [km]."""
    side: float
    """Side of a cell in km."""
    labels: dict[str, str]
    """Short label of each region."""

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
    return MapFrame(cells, float(steps.min()) if len(steps) else 1.0, labels)


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
    """Employment by cell (rows of `frame`) and class, in workers: mean over replications on a map that all share,
    else of the first replication."""
    sites = evidence.sites
    rows = sites[(sites["arm"] == arm) & (sites["year"] == year)]
    seeds = sorted(rows["seed"].unique())
    if not evidence.same_map:
        seeds = seeds[:1]
        rows = rows[rows["seed"].isin(seeds)]
    kind = rows[kinds.column].astype(str)
    kind = kind.where(kind.isin(kinds.names), OTHERS)
    table = rows.groupby(["cell", kind], observed=True)["employment"].sum().unstack(fill_value=0) / max(len(seeds), 1)
    return table.reindex(index=frame.cells.index, columns=list(kinds.names), fill_value=0.0)


def draw_leaders(axes: Axes, frame: MapFrame, workers: pd.DataFrame, largest: float, kinds: Classes) -> None:
    """Each cell a square: its area employment (`largest` fills the cell), its colour the leading class, the colour's
    strength how far that class dominates."""
    total = workers.sum(axis=1).to_numpy()
    leader = workers.to_numpy().argmax(axis=1)
    share = workers.to_numpy().max(axis=1) / np.where(total > 0, total, 1.0)
    even = 1.0 / max(len(kinds.names), 1)
    strength = np.clip((share - even) / max(0.75 - even, 1e-9), 0.0, 1.0)
    patches, colours = [], []
    for x, y, size, kind, strong in zip(frame.cells["x"], frame.cells["y"], total, leader, strength, strict=True):
        if size <= 0:
            continue
        side = frame.side * max(0.14, min(1.0, (size / largest) ** 0.5)) * 0.96
        patches.append(Rectangle((x - side / 2, y - side / 2), side, side))
        colours.append(PALE + (np.array(to_rgb(kinds.colours[kinds.names[kind]])) - PALE) * (0.3 + 0.7 * strong))
    axes.add_collection(PatchCollection(patches, facecolors=colours, linewidths=0))
    finish_map(axes, frame)


def draw_change(axes: Axes, frame: MapFrame, change: Array, bound: float, colours: Any, label_size: float) -> Any:
    """Each cell coloured by `change` (one number a cell, -bound to bound); returns the mappable for a colour bar."""
    half = frame.side / 2
    patches = [
        Rectangle((x - half, y - half), frame.side, frame.side)
        for x, y in zip(frame.cells["x"], frame.cells["y"], strict=True)
    ]
    collection = PatchCollection(patches, cmap=colours, linewidths=0)
    collection.set_array(change)
    collection.set_clim(-bound, bound)
    axes.add_collection(collection)
    finish_map(axes, frame, label_size)
    return collection


def finish_map(axes: Axes, frame: MapFrame, label_size: float = 0.0) -> None:
    """Borders, labels (if `label_size` is positive), equal scale, no frame."""
    axes.add_collection(LineCollection(frame.borders(), colors="#555555", linewidths=1.0))
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
                path_effects=[withStroke(linewidth=3, foreground="white", alpha=0.8)],
            )
    half = 0.55 * frame.side
    axes.set_xlim(frame.cells["x"].min() - half, frame.cells["x"].max() + half)
    axes.set_ylim(frame.cells["y"].min() - half, frame.cells["y"].max() + half)
    axes.set_aspect("equal")
    axes.axis("off")
