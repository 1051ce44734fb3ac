"""Writing a result folder: begun with its manifest, filled with shards, closed with merged tables."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.kernel.scenario_types import Scenario
from sim.store import shards
from sim.store.provenance import gather, seeds_in_words
from sim.store.results import FORMAT, OURS, ResultsError, read_manifest
from sim.store.shards import write_atomically


def new_manifest(
    kind: str,
    arms: dict[str, Scenario],
    seeds: Sequence[int],
    baseline: str,
    past: str = "",
    unshocked_runs: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The manifest of an experiment that has not run yet; `kind` is "run" or "comparison".

    `past` names the checkpoint that all runs start from; empty when they start in year 0. `unshocked_runs` names
    the run without shocks of each arm with some, where these are run too.
    """
    contents = {arm: _contents(scenario) for arm, scenario in arms.items()}
    origins = gather()
    return {
        "format": FORMAT,
        "kind": kind,
        "complete": False,
        "identity": _identity(kind, contents, origins["code"], past, unshocked_runs or {}),
        **({"past": past} if past else {}),
        **({"unshocked_runs": dict(unshocked_runs)} if unshocked_runs else {}),
        "baseline": baseline,
        "seeds": [int(seed) for seed in seeds],
        **origins,
        "arms": contents,
        "metrics": {},
        "runs": [],
        "failures": [],
        "tables": {},
    }


def _contents(scenario: Scenario) -> dict[str, Any]:
    """The scenario in full. Of the path it was read from only the file name: folders say nothing about a result."""
    written: dict[str, Any] = scenario.model_dump(mode="json")
    written["origin"] = Path(scenario.origin).name
    return written


def _identity(
    kind: str, arms: dict[str, dict[str, Any]], code: str, past: str, unshocked_runs: Mapping[str, str]
) -> str:
    """Hash of what decides the numbers of a replication: program text and scenario contents, not the file's name."""
    others = [dict(unshocked_runs)] if unshocked_runs else []
    told = [[arm, {key: value for key, value in contents.items() if key != "origin"}] for arm, contents in arms.items()]
    text = json.dumps([FORMAT, kind, code, told, *([past] if past else []), *others], sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def open_folder(folder: Path, manifest: dict[str, Any], overwrite: bool = False) -> list[int]:
    """Make `folder` ready for the experiment of `manifest`; returns the seeds that are already done in it.

    A folder of the same experiment (same scenarios, same code) is resumed, also when more seeds are wanted now.
    Raises ResultsError for a folder that holds anything else; `overwrite` clears it if clustersim wrote it.
    """
    if folder.exists() and not folder.is_dir():
        raise ResultsError(f"{folder} is a file, not a folder: choose another with --out")
    if (folder / "manifest.json").exists():
        old = read_manifest(folder)
        done = sorted({run["seed"] for run in old["runs"]} | set(shards.finished(folder)))
        obstacle = _difference(old, manifest, done)
        if not obstacle:
            _save_manifest(folder, {**manifest, **{key: old[key] for key in ("runs", "metrics", "tables")}})
            shards.sweep(folder)
            return done
        if not overwrite:
            raise ResultsError(
                f"{folder} holds another experiment: {obstacle}. "
                "Choose another folder with --out, or clear this one with --overwrite"
            )
        for name in OURS:
            _remove(folder / name)
    elif folder.exists() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise ResultsError(f"{folder} is not empty and was not written by clustersim: choose another with --out")
    folder.mkdir(parents=True, exist_ok=True)
    _save_manifest(folder, manifest)
    return []


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _difference(old: dict[str, Any], new: dict[str, Any], done: list[int]) -> str:
    """Why the experiment of `new` cannot go on in the folder of `old`; empty when it can."""
    if old["kind"] != new["kind"]:
        return f"it is a {old['kind']}, not a {new['kind']}"
    if old["code"] != new["code"]:
        return "it was made by another version of the program's code"
    if list(old["arms"]) != list(new["arms"]):
        return f"its arms are {', '.join(old['arms'])}"
    if old["identity"] != new["identity"]:
        if old.get("past") != new.get("past"):
            return "it starts from another past"
        if old.get("unshocked_runs") != new.get("unshocked_runs"):
            return "only one of the two runs arms with shocks a second time without them"
        changed = [arm for arm in new["arms"] if old["arms"][arm] != new["arms"][arm]]
        return f"its scenario differs in arm {', '.join(changed)}"
    unwanted = [seed for seed in done if seed not in new["seeds"]]
    if unwanted:
        return f"it has replications that are not asked for now ({seeds_in_words(tuple(unwanted))})"
    return ""


def _save_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    text = json.dumps(manifest, indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    write_atomically(folder / "manifest.json", lambda path: path.write_text(text, encoding="utf-8"))


def close_folder(folder: Path, failures: Iterable[dict[str, Any]] = ()) -> None:
    """Merge all finished replications into the tables, complete the manifest, then drop the shards.

    May be killed at any moment and called again: a shard is dropped only after the manifest that covers it.
    """
    manifest = read_manifest(folder)
    records = shards.finished(folder)
    runs = [run for run in manifest["runs"] if run["seed"] not in records]
    runs += [run for record in records.values() for run in record["runs"]]
    position = {arm: number for number, arm in enumerate(manifest["arms"])}
    manifest["runs"] = sorted(runs, key=lambda run: (run["seed"], position[run["arm"]]))
    for record in records.values():
        manifest["metrics"].update(record["metrics"])
    if records:
        for file in sorted(shards.tables(folder) | set(manifest["tables"])):
            manifest["tables"][file] = shards.merge(folder, file, sorted(records))
    manifest["failures"] = list(failures)
    manifest["complete"] = True
    _save_manifest(folder, manifest)
    _remove(folder / shards.PARTS)


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """A CSV that a spreadsheet opens as it is: one header line, blanks for missing, no text that starts a formula."""
    clean = table.copy()
    for name in clean.columns:
        if not pd.api.types.is_numeric_dtype(clean[name]) and not pd.api.types.is_bool_dtype(clean[name]):
            clean[name] = [f"'{cell}" if str(cell)[:1] in ("=", "+", "-", "@") else cell for cell in clean[name]]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, lambda temporary: clean.to_csv(temporary, index=False, lineterminator="\n"))
