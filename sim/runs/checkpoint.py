"""Checkpoints: a World in one file, to go on from later or to fork arms from one past.

The file is a ZIP archive of a JSON header and one NumPy array per table. It holds numbers and names only: loading
never runs code. It fits the very source text that wrote it (rules, columns and order of draws may differ in
another), so a file of another version is refused, as is one that is damaged or that clustersim did not write.
"""

from __future__ import annotations

import dataclasses
import io
import json
import math
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.recfunctions import repack_fields

from sim.kernel.declare import MECHANISMS, PARAMETERS, Table, parameter_record
from sim.kernel.fingerprint import fingerprint
from sim.kernel.geography import build_geography
from sim.kernel.growing_table import GrowingTable
from sim.kernel.records import Row
from sim.kernel.scenario_types import Scenario
from sim.kernel.source_hash import STATE
from sim.kernel.world import (
    BIRTH,
    CELL,
    EVENT,
    FIRM,
    INDUSTRY,
    INSTITUTE,
    LEDGER,
    LINK,
    LOCAL_INDUSTRY,
    NORM,
    REGION,
    SITE,
    World,
)
from sim.model.plans.planning import PlanInForce
from sim.model.policies.registry import Programme
from sim.model.shocks.registry import Blow
from sim.runs.soundness import check_ground, check_sound
from sim.scenario.changes import until
from sim.scenario.reading import diff_scenarios

Array = np.ndarray[Any, Any]
FORMAT = "clustersim checkpoint"
VERSION = 2
HEADER = "header.json"
SMALL, SWELLING = 2**28, 200
"""A checkpoint may take so many bytes in memory, and so many more for each byte of its file: what honest ones need
many times over."""
RECORDS: dict[str, Table[Any]] = {
    "firms_table": FIRM, "institutes_table": INSTITUTE, "links_table": LINK, "births_table": BIRTH,
    "events_table": EVENT, "ledger_table": LEDGER, "regions": REGION, "industries": INDUSTRY, "cells": CELL,
    "local_industries": LOCAL_INDUSTRY, "sites": SITE, "norms": NORM,
}  # fmt: skip
"""Tables of records of a World, and their declared columns."""
BROKEN = (
    zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, EOFError, AttributeError, IndexError,
    NotImplementedError, RuntimeError, OverflowError, MemoryError,
)  # fmt: skip
"""What reading a broken file may raise."""
PARTS = {"plan": PlanInForce, "programme": Programme, "blow": Blow}
"""Dataclasses that a checkpoint may hold, by their names in the header."""


class CheckpointError(Exception):
    """A file that is no checkpoint, or not one that fits."""


# -- writing ---------------------------------------------------------------------------------------------


def packed(value: Any, name: str, arrays: dict[str, Array]) -> Any:
    """`value` for the header; arrays are put into `arrays` and named. Raises TypeError for what cannot be kept."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Row):
        arrays[name] = unpadded(np.array([value], dtype=value.dtype))
        return {"record": name}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, GrowingTable):
        arrays[name] = unpadded(value.rows)
        return {"table": name}
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError(f"{name} holds objects, which a checkpoint does not keep")
        arrays[name] = unpadded(value)
        return {"records" if value.dtype.names else "array": name}
    if isinstance(value, list | tuple):
        return [packed(part, f"{name}.{row}", arrays) for row, part in enumerate(value)]
    if isinstance(value, dict):
        return {"dict": {str(key): packed(part, f"{name}.{key}", arrays) for key, part in value.items()}}
    for kind, known in PARTS.items():
        if type(value) is known:
            fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(known)}
            return {kind: packed(fields, name, arrays)["dict"]}
    raise TypeError(f"{name} is a {type(value).__name__}, which a checkpoint does not keep")


def save_checkpoint(world: World, path: str | Path, scenario: Scenario | None = None) -> None:
    """Write `world` to `path`, whole or not at all. `scenario` is kept with it for those who go on from it.

    Equal worlds give equal files. Raises TypeError for a World that holds something that cannot be kept.
    """
    arrays: dict[str, Array] = {"grid": world.geography.grid}
    state = {
        one.name: packed(getattr(world, one.name), one.name, arrays)
        for one in dataclasses.fields(World)
        if one.name not in ("geography", "p", "niche_index", "market")
    }
    header = {
        "format": FORMAT,
        "version": VERSION,
        "code": STATE,
        "year": int(world.year),
        "cell_km": float(world.geography.cell_km),
        "reach_km": float(world.geography.reach),
        "parameters": {name: float(getattr(world.p, name)) for name in PARAMETERS},
        "mechanisms": {name: bool(getattr(world.p, name)) for name in MECHANISMS},
        "scenario": None if scenario is None else scenario.model_dump(mode="json"),
        "state": state,
        "arrays": {name: fingerprint(array) for name, array in arrays.items()},
    }
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                text = json.dumps(header, sort_keys=True)
                _write(archive, HEADER, json.dumps({"hash": fingerprint(text), "header": text}).encode())
                for name, array in sorted(arrays.items()):
                    content = io.BytesIO()
                    np.lib.format.write_array(content, array, allow_pickle=False)
                    _write(archive, f"{name}.npy", content.getvalue())
            stream.flush()
            os.fsync(stream.fileno())  # the contents are on the disk before the name is
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def is_checkpoint(path: Path) -> bool:
    """Whether a file is a checkpoint of this or an earlier version, and may be replaced by another."""
    try:
        with zipfile.ZipFile(path) as archive:
            sealed = json.loads(_member(archive, HEADER))
            return bool(json.loads(sealed["header"]).get("format") == FORMAT)
    except (*BROKEN, OSError):
        return False


def unpadded(array: Array) -> Array:
    """The array without the unused bytes that align records: what stands in them is chance."""
    return np.asarray(repack_fields(np.asarray(array))) if array.dtype.names else np.asarray(array)


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """One member, with the same date in every file."""
    member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, content)


# -- fitting ---------------------------------------------------------------------------------------------

LATER = ("plan", "policies", "shocks")
"""What begins with the treatment: arms that fork from a common past may differ in it."""
WORDS = ("title", "description", "source", "look_at", "origin", "seed", "record", "years.treatment")


def check_fit(path: str | Path, world: World, kept: Scenario | None, wanted: Scenario) -> None:
    """Raise CheckpointError unless a run of `wanted` can go on from `world`, that `kept` led to."""
    first, last = wanted.years.burn_in, wanted.years.burn_in + wanted.years.treatment
    if world.year >= last:
        raise CheckpointError(f"{path} stands at year {world.year}, and the run ends in year {last}")
    treated = world.treated
    if kept is None:
        return
    free = WORDS if treated else (*WORDS, *LATER, "years.burn_in")
    # Changes that are still to come are no part of the past.
    keys = [key for key, _, _ in diff_scenarios(until(kept, world.year), until(wanted, world.year))]
    fixed = [key for key in keys if not any(key == one or key.startswith(f"{one}.") for one in free)]
    if fixed and treated and all(key.startswith(LATER) for key in fixed):
        raise CheckpointError(
            f"{path} stands at year {world.year}, after the arms part in year {first}: it cannot take another "
            f"{fixed[0]}. Make a checkpoint at year {first}"
        )
    if fixed:
        raise CheckpointError(f"{path} has another past: it differs in {', '.join(fixed[:5])}")
    if not treated and world.year > first:
        raise CheckpointError(f"{path} stands at year {world.year}, after the burn-in of {first} years")


# -- reading ---------------------------------------------------------------------------------------------


def load_checkpoint(path: str | Path) -> World:
    """The World in a checkpoint. Raises CheckpointError, with the reason, for a file that does not fit."""
    header, arrays = _read(Path(path))
    with _as_damage(path):
        state = {name: unpacked(value, arrays) for name, value in header["state"].items()}
        p = parameter_record(header["parameters"], header["mechanisms"])
        ground = (arrays["grid"], state["cells"], len(state["regions"]), header["cell_km"], header["reach_km"])
        check_ground(*ground)
        world = World(geography=build_geography(*ground), p=p, **state)
        check_sound(world)
        return world


def scenario_of(path: str | Path) -> Scenario | None:
    """The scenario kept in a checkpoint, or None. Raises CheckpointError as `load_checkpoint` does."""
    header, _ = _read(Path(path))
    with _as_damage(path):
        return None if header["scenario"] is None else Scenario.model_validate(header["scenario"])


def identity_of(path: str | Path) -> str:
    """Hash of all that a checkpoint holds. Raises CheckpointError as `load_checkpoint` does."""
    header, _ = _read(Path(path))
    return fingerprint(json.dumps(header, sort_keys=True))


def unpacked(value: Any, arrays: Mapping[str, Array]) -> Any:
    """What `packed` made of a value, back again."""
    if isinstance(value, list):
        return [unpacked(part, arrays) for part in value]
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "dict":
        return {key: unpacked(part, arrays) for key, part in content.items()}
    if kind in PARTS:
        return PARTS[kind](**{name: unpacked(part, arrays) for name, part in content.items()})
    if kind == "array":
        return arrays[content].copy(order="K")
    rows = declared(content, arrays[content])
    if kind == "table":
        table = GrowingTable(RECORDS[content])
        table.extend(len(rows))[...] = rows
        return table
    return rows[0] if kind == "record" else rows


def declared(name: str, rows: Array) -> Any:
    """`rows` with the declared columns, laid out as rules expect them. Raises ValueError for other columns."""
    kind = RECORDS[name].dtype
    if rows.dtype.names != kind.names or any(rows.dtype[column] != kind[column] for column in kind.names or ()):
        raise ValueError(f"table {name} has other columns than this version's")
    table = RECORDS[name].empty(*rows.shape)
    table[...] = rows
    return table


class _as_damage:
    """Tell whatever a broken file runs into as one clear error."""

    def __init__(self, path: str | Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, BROKEN):
            said = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise CheckpointError(
                f"{self.path} is damaged or no checkpoint of clustersim: {said}; make it again with "
                "`clustersim checkpoint`, or take it from a copy"
            ) from error


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Array]]:
    """Header and arrays of a file, checked against their hashes."""
    if not path.is_file():
        raise CheckpointError(f"{path}: there is no such file; make it with `clustersim checkpoint`")
    with _as_damage(path), zipfile.ZipFile(path) as archive:
        _check_size(archive, path.stat().st_size)
        sealed = json.loads(_member(archive, HEADER))
        if fingerprint(sealed["header"]) != sealed["hash"]:
            raise ValueError("its header was changed")
        header = json.loads(sealed["header"])
        _check_origin(path, header)
        names = {f"{name}.npy" for name in header["arrays"]} | {HEADER}
        if set(archive.namelist()) != names:
            raise ValueError("parts are missing or do not belong to it")
        arrays = {}
        for name, expected in header["arrays"].items():
            arrays[name] = _array(_member(archive, f"{name}.npy"))
            if fingerprint(arrays[name]) != expected:
                raise ValueError(f"{name} was changed")
        return header, arrays


def _check_size(archive: zipfile.ZipFile, size: int) -> None:
    """Raise ValueError for an archive whose few bytes would fill the memory."""
    needed = sum(member.file_size for member in archive.infolist())
    if needed > SMALL + SWELLING * size:
        raise ValueError(f"it would take {needed / 2**30:.1f} GiB of memory, far more than its file can hold")


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part of the archive; its checksum is verified by zipfile."""
    if archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{name} is packed in another way")
    return archive.read(name)


def _array(content: bytes) -> Array:
    """The array in a member, once its head says no more than the member holds."""
    stream = io.BytesIO(content)
    read_head = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    shape, _, kind = read_head[np.lib.format.read_magic(stream)](stream)
    if kind.hasobject or kind.itemsize == 0 or math.prod(shape) * kind.itemsize != len(content) - stream.tell():
        raise ValueError("the head of a table does not fit what follows")
    stream.seek(0)
    return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))


def _check_origin(path: Path, header: dict[str, Any]) -> None:
    """Refuse what another program or another version wrote."""
    if header.get("format") != FORMAT:
        raise ValueError("another program wrote it")
    if header.get("version") != VERSION:
        raise CheckpointError(
            f"{path} has format {header.get('version')}, and this version reads format {VERSION}: make it again"
        )
    if header.get("code") != STATE:
        raise CheckpointError(
            f"{path} was made by other source text ({header.get('code')}, this is {STATE}): its numbers would not "
            "continue. Make it again with this version"
        )
