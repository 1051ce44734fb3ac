"""The hash of a state: equal Worlds have equal hashes, and every field that decides what comes next counts."""

from __future__ import annotations

import dataclasses
import struct
from functools import cache
from typing import Any

import numpy as np
import xxhash

from sim.kernel.declare import declared_names
from sim.kernel.records import Row

LEFT_OUT = {
    "geography": "follows from the scenario, and does not change",
    "kernels": "weights that follow from geography and parameters",
    "market": "follows from links, firms, prices and wages, and is there only while a year's market is open",
    "niche_index": "follows from firms, and what is worked out in it from the market",
    "input_rows": "follows from the industries' input shares",
    "region_names": "names; rules see ids",
    "industry_names": "names; rules see ids",
    "chain_names": "names; rules see numbers",
    "accounts": "names of the ledger's accounts, in the order in which they were first used",
    "events_table": "what happened this year: no rule reads it",
    "ledger_table": "what was paid this year: no rule reads it",
    "births_table": "emptied when a year begins",
    "at_start": "what measures compare with: no rule reads it",
    "flows": "what sectors paid each other this year: no rule reads it",
    "money_before": "what measures compare with: no rule reads it",
}
"""Fields of a World that its hash leaves out, and why."""


def hash_state(world: Any) -> str:
    """64-bit hash, in hexadecimal, of every field of a World that is not in LEFT_OUT."""
    digest = xxhash.xxh3_64()
    for one in dataclasses.fields(world):
        if one.name not in LEFT_OUT:
            digest.update(one.name.encode())
            absorb(digest, getattr(world, one.name))
    return digest.hexdigest()


PRESENT = (
    "year", "expenditure", "labour_force", "wage", "labour_demand", "regions", "industries", "cells",
    "local_industries", "sites", "firms_table", "institutes_table", "links_table",
)  # fmt: skip
"""What exists: fields in which two Worlds under different plans, programmes or parameters may still be the same."""


def hash_present(world: Any) -> str:
    """The same of what exists alone, whatever plans, programmes, shocks and parameters have in store."""
    digest = xxhash.xxh3_64()
    for name in PRESENT:
        absorb(digest, getattr(world, name))
    return digest.hexdigest()


def absorb(digest: Any, value: Any) -> None:
    """Add a value to a hash, whatever the order of keys in dictionaries. Raises TypeError for an unknown kind."""
    if isinstance(value, Row):
        digest.update(b"a(1,)" + np.frombuffer(value.data, dtype=np.uint8)[bytes_in_order(value.dtype)].tobytes())
    elif isinstance(value, np.ndarray):
        absorb_columns(digest, value)
    elif isinstance(value, bool | np.bool_ | int | np.integer):
        digest.update(b"i" + int(value).to_bytes(16, "little", signed=True))
    elif isinstance(value, float | np.floating):
        digest.update(b"f" + struct.pack("<d", value))
    elif isinstance(value, str):
        digest.update(b"s" + len(value).to_bytes(8, "little") + value.encode())
    elif value is None:
        digest.update(b"n")
    elif isinstance(value, dict):
        digest.update(b"d" + len(value).to_bytes(8, "little"))
        for key in sorted(value):
            absorb(digest, key)
            absorb(digest, value[key])
    elif isinstance(value, list | tuple):
        digest.update(b"l" + len(value).to_bytes(8, "little"))
        for part in value:
            absorb(digest, part)
    elif dataclasses.is_dataclass(value) and hasattr(value, "rows"):
        absorb_columns(digest, value.rows)
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            digest.update(one.name.encode())
            absorb(digest, getattr(value, one.name))
    else:
        raise TypeError(f"a {type(value).__name__} has no place in a state")


@cache
def bytes_in_order(kind: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """Where the bytes of a record stand, column by column as they are declared: a parameter record has hundreds."""
    places = {name: kind.fields[name][:2] for name in kind.names}  # type: ignore[index, union-attr]
    spans = [np.arange(at, at + one.itemsize) for one, at in map(places.__getitem__, declared_names(kind))]
    return np.concatenate(spans)


def absorb_columns(digest: Any, records: np.ndarray[Any, Any]) -> None:
    """Add an array, column by column as they are declared: how records lie in memory is not state."""
    plain = np.asarray(records).view(np.ndarray)
    digest.update(f"a{plain.shape}".encode())
    for column in [plain[name] for name in declared_names(plain.dtype)] if plain.dtype.names else [plain]:
        digest.update(np.ascontiguousarray(column).data)
