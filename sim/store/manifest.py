"""The manifest: what an experiment is, what of it is done, where it comes from, and which files are ours."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.kernel.scenario_types import Scenario
from sim.store.provenance import gather, seeds_in_words
from sim.store.results import FORMAT, MANIFEST, ResultsError
from sim.store.shards import PARTS, STAMP
from sim.store.tasks import Design

DONE = ("runs", "pasts", "tables", "metrics", "files")
"""What a manifest says of the work that is done; the rest says what is wanted."""


def new_manifest(design: Design) -> dict[str, Any]:
    """The manifest of an experiment that has not run yet."""
    return {
        "format": FORMAT,
        "kind": design.kind,
        "complete": False,
        "start": design.start,
        "kept": design.kept,
        "unshocked_runs": dict(design.unshocked_runs),
        "baseline": design.baseline,
        "seeds": [int(seed) for seed in design.seeds],
        **gather(),
        "identities": dict(design.identities),
        "arms": {arm: _contents(scenario) for arm, scenario in design.arms.items()},
        "metrics": {},
        "runs": [],
        "pasts": [],
        "failures": [],
        "tables": {},
        "files": [],
    }


def _contents(scenario: Scenario) -> dict[str, Any]:
    """The scenario in full. Of the path it was read from only the file name: folders say nothing about a result."""
    written: dict[str, Any] = scenario.model_dump(mode="json")
    written["origin"] = Path(scenario.origin).name
    return written


def going_on(old: dict[str, Any], new: dict[str, Any], grows: bool) -> dict[str, Any]:
    """The manifest `new` with what is done already; with `grows` also with the arms and seeds that only `old` has."""
    manifest = {**new, **{key: old[key] for key in DONE}}
    if grows:
        manifest["arms"] = {**old["arms"], **new["arms"]}
        manifest["identities"] = {**old["identities"], **new["identities"]}
        manifest["seeds"] = sorted({*old["seeds"], *new["seeds"]})
    return manifest


def obstacle(old: dict[str, Any], new: dict[str, Any], grows: bool) -> str:
    """Why the experiment of `new` cannot go on in the folder of `old`; empty when it can."""
    if old["kind"] != new["kind"]:
        return f"it is a {old['kind']}, not a {new['kind']}"
    if old["code"] != new["code"]:
        return "it was made by another version of the program's code"
    if old["start"] != new["start"]:
        return "it starts from another past"
    if old["kept"] != new["kept"]:
        return "it keeps other measures of its runs, or was made by another version of their code"
    gone = [arm for arm in old["arms"] if arm not in new["arms"]]
    if gone and not grows:
        return f"it has arms that are not asked for now ({', '.join(gone)})"
    if any(
        old["unshocked_runs"].get(arm) != new["unshocked_runs"].get(arm) for arm in old["arms"] if arm in new["arms"]
    ):
        return "only one of the two runs arms with shocks a second time without them"
    both = [name for name in new["identities"] if name in old["identities"]]
    changed = [name for name in both if old["identities"][name] != new["identities"][name]]
    if changed:
        return f"its scenario differs in arm {', '.join(changed)}"
    unwanted = sorted({run["seed"] for run in old["runs"]} - set(new["seeds"]))
    if unwanted and not grows:
        return f"it has replications that are not asked for now ({seeds_in_words(tuple(unwanted))})"
    return ""


def remove_own(folder: Path, manifest: dict[str, Any]) -> None:
    """Remove what we wrote into `folder` as its manifest lists it, and the folders that are empty then."""
    root = folder.resolve()
    for file in [*manifest["tables"], *manifest["files"]]:
        path = (folder / file).resolve()
        if path.is_relative_to(root):
            path.unlink(missing_ok=True)
    for path in (folder / PARTS).glob("*"):
        if (path / STAMP).exists() or path.name.startswith("."):
            shutil.rmtree(path)
    (folder / MANIFEST).unlink()
    for path in sorted({(folder / file).parent for file in [*manifest["tables"], *manifest["files"], f"{PARTS}/x"]}):
        with suppress(OSError):
            if path != folder:
                path.rmdir()


def known_unshocked(folder: Path) -> dict[str, str]:
    """Which run without shocks each arm of a folder has; none where there is no such folder."""
    manifest = read_for_writing(folder) if folder.is_dir() else None
    return dict(manifest["unshocked_runs"]) if manifest else {}


def is_foreign(folder: Path) -> bool:
    """Whether a folder holds something, and not of ours."""
    if not folder.exists() or (folder / MANIFEST).exists():
        return False
    return any(not path.name.startswith(".") for path in folder.iterdir())


def check_place(folder: Path) -> None:
    """Raise ResultsError for a place where no results can go."""
    if folder.exists() and not folder.is_dir():
        raise ResultsError(f"{folder} is a file, not a folder: choose another with --out")
    if is_foreign(folder):
        raise ResultsError(f"{folder} is not empty and was not written by clustersim: choose another with --out")


def read_for_writing(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder that is to go on, or be cleared; None when there is none.

    Raises ResultsError for one of an older format: it can be read, and not be added to.
    """
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path} cannot be read: {error}") from None
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != FORMAT:
        raise ResultsError(
            f"{folder} has the format {found!r}, and this version writes {FORMAT!r}: choose another folder with --out"
        )
    return dict(manifest)
