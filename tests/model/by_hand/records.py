"""Records written by hand."""

from __future__ import annotations

from typing import Any

from sim.kernel.declare import Table
from sim.kernel.world import (
    BIRTH,
    CELL,
    FIELDS,
    FIRM,
    INDUSTRY,
    LINK,
    LOCAL_INDUSTRY,
    NORM,
    REGION,
    SITE,
    Records,
)  # fmt: skip

E = 2.718281828459045
"""Euler's number."""


def one(table: Table, **columns: Any) -> Any:
    """One record; columns that are not given are zero."""
    return some(table, 1, **columns)[0]


def some(table: Table, *shape: int, **columns: Any) -> Records:
    """Records of a table; columns that are not given are zero."""
    records = table.empty(*shape)
    for name, values in columns.items():
        records[name] = values
    return records


def firm(**columns: Any) -> Any:
    """A firm that lives, with what is given."""
    whole = {"living": True, "productivity": 1.0, "project_boost": 1.0, "supply_limit": 1.0, "scale_cost": 1.0}
    return one(FIRM, **{**whole, **columns})


def industry(**columns: Any) -> Any:
    """An industry that is open."""
    return one(INDUSTRY, **{"opened": True, "slump": 1.0, "weight": 1.0, **columns})


def region(**columns: Any) -> Any:
    return one(REGION, **columns)


def local_industry(**columns: Any) -> Any:
    return one(LOCAL_INDUSTRY, **columns)


def cell(**columns: Any) -> Any:
    return one(CELL, **{"land": 1.0, "rent": 1.0, **columns})


def site(**columns: Any) -> Any:
    return one(SITE, **columns)


def birth(**columns: Any) -> Any:
    return one(BIRTH, **columns)


def norms(**columns: Any) -> Any:
    return one(NORM, **columns)


def link(**columns: Any) -> Any:
    return one(LINK, **{"living": True, **columns})


def axis(field: int) -> list[float]:
    """The unit vector along one field of technology."""
    return [1.0 if other == field else 0.0 for other in range(FIELDS)]
