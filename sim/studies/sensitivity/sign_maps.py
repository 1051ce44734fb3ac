"""Sign maps: where over two factors of an experiment one arm gives more than the other.

The response is that of an emulator, its mean over the ranges of all other factors, under the declared bounds as a
uniform prior. What is not known is of two kinds: the shape of the response, which the emulator tells, and the luck that
all points share, which shifts the whole map up or down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.studies.experiment.levels import Factor
from sim.studies.libraries import library
from sim.studies.sensitivity.emulator import Emulator

Array = np.ndarray[Any, Any]
GRID = 16
"""Cells of a map along each side; a cell counts at its middle, so that all have the same weight of the prior."""
AVERAGED = 16
"""Values of the other factors over which each cell is averaged, of a Sobol sequence: a power of 2."""
DRAWS = 2000
REACH = 1.96
MAPS = ["across", "up", "share_won", "share_low", "share_high", "clearly_won", "clearly_lost", "open"]
CELLS = ["across", "up", "across_value", "up_value", "difference", "ci_low", "ci_high"]


@dataclass(frozen=True)
class SignMap:
    """The difference over two factors; arrays have shape (GRID, GRID), the second factor first."""

    across: Factor
    up: Factor
    x: Array
    """Values of `across` at the middle of the cells, shape (GRID,)."""
    y: Array
    mean: Array
    low: Array
    """Lower end of the 95 % interval of each cell: of emulator and shared luck."""
    high: Array
    share: tuple[float, float, float]
    """Share of the cells in which the difference is above zero, with its 95 % interval."""

    @property
    def clear(self) -> tuple[float, float, float]:
        """Shares of the cells that are above zero beyond doubt, below it beyond doubt, and neither."""
        won, lost = float((self.low > 0).mean()), float((self.high < 0).mean())
        return won, lost, 1.0 - won - lost


def sign_map(emulator: Emulator, kept: Sequence[Factor], across: Factor, up: Factor, seed: int = 1) -> SignMap:
    """The map of two of the factors `kept` that an emulator has, the others averaged over their ranges."""
    names = [one.name for one in kept]
    columns = (names.index(across.name), names.index(up.name))
    middle = (np.arange(GRID) + 0.5) / GRID
    rest = library("scipy.stats.qmc").Sobol(len(kept), scramble=True, rng=np.random.default_rng(seed))
    others = rest.random_base2(int(math.log2(AVERAGED))) if len(kept) > 2 else np.zeros((1, len(kept)))
    points = np.repeat(others[None, :, :], GRID * GRID, axis=0)
    points[:, :, columns[0]] = np.tile(middle, GRID)[:, None]
    points[:, :, columns[1]] = np.repeat(middle, GRID)[:, None]
    mean, covariance = emulator.means(points.reshape(-1, len(kept)), len(others))
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0) + emulator.noise.shared)
    values, vectors = np.linalg.eigh(covariance)
    chance = np.random.default_rng(seed)
    shape = chance.standard_normal((DRAWS, len(mean))) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    shift = chance.normal(0.0, math.sqrt(emulator.noise.shared), (DRAWS, 1))
    shares = (mean + shape + shift > 0).mean(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975))
    cells = (GRID, GRID)
    return SignMap(
        across, up, _levels(across, middle), _levels(up, middle), mean.reshape(cells),
        (mean - REACH * spread).reshape(cells), (mean + REACH * spread).reshape(cells),
        (float(shares.mean()), float(low), float(high)),
    )  # fmt: skip


def _levels(factor: Factor, unit: Array) -> Array:
    low, high = (float(end) for end in factor.levels)
    return low + unit * (high - low)


def maps_table(maps: Sequence[SignMap]) -> pd.DataFrame:
    """One row a map, columns MAPS: the share of the space that the arm wins, and what of it is beyond doubt."""
    rows = [(one.across.name, one.up.name, *one.share, *one.clear) for one in maps]
    return pd.DataFrame(rows, columns=MAPS)


def cells_table(maps: Sequence[SignMap]) -> pd.DataFrame:
    """One row a cell of each map, columns CELLS."""
    tables = [
        pd.DataFrame({
            "across": one.across.name, "up": one.up.name, "across_value": np.tile(one.x, GRID),
            "up_value": np.repeat(one.y, GRID), "difference": one.mean.ravel(), "ci_low": one.low.ravel(),
            "ci_high": one.high.ravel(),
        }) for one in maps
    ]  # fmt: skip
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=CELLS)
