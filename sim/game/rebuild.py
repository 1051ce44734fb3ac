"""Scores and figures of a session from its exports alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from sim.game.debrief import debrief_of
from sim.reporting.game_columns import GAME


def rebuild(folder: Path) -> list[dict[str, Any]]:
    """What the debrief shows of each nation, from the CSV files in `folder`; see sim.game.debrief.debrief_of.

    Raises OSError for a missing file, KeyError for a missing column.
    """
    tables = {}
    for name, (_, columns) in GAME.items():
        table = pd.read_csv(folder / name, encoding="utf-8-sig", float_precision="round_trip", keep_default_na=True)
        tables[name] = table[list(columns)]
    return debrief_of(tables)
