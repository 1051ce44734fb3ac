"""The groups of which metrics are recorded, and the places and tiers that their names stand for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.kernel.world import Tier, World

PLACES = ("region", "industry", "tier")
"""Columns beside `group` that say what its name is made of; empty where a group is of no region, industry or tier."""


def group_names(world: World, level: str) -> list[str]:
    """Names of the groups of a level, in the order of a metric's flattened array."""
    if level == "nation":
        return ["nation"]
    if level == "region":
        return [f"region={name}" for name in world.region_names]
    if level == "industry":
        return [f"industry={name}" for name in world.industry_names]
    if level == "tier":
        return [f"tier={tier.name.lower()}" for tier in Tier]
    return [
        f"region={region};industry={industry}" for region in world.region_names for industry in world.industry_names
    ]


def places_of_group(group: str) -> dict[str, str]:
    """What a group's name is made of: "region=Hubei;industry=optics" -> region Hubei, industry optics."""
    parts = (part.partition("=") for part in group.split(";") if "=" in part)
    return {place: name for place, _, name in parts}


def with_places(table: pd.DataFrame) -> pd.DataFrame:
    """`table` with the columns PLACES after its column `group`; missing where a group has no such part."""
    if table.empty:
        return table
    parts = {group: places_of_group(str(group)) for group in table["group"].unique()}
    at = table.columns.get_loc("group") + 1
    wide = table.copy()
    for offset, place in enumerate(PLACES):
        names = [parts[group].get(place, np.nan) for group in table["group"]]
        wide.insert(at + offset, place, pd.Series(names, index=table.index, dtype=object))
    return wide
