"""The manifest: what an experiment is, what of it is done, where it comes from, and which files are ours."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.kernel.declare import MECHANISMS, PARAMETERS
from sim.kernel.scenario_types import Scenario
from sim.scenario.json_schema import declare_everything
from sim.store import shards
from sim.store.files import write_json
from sim.store.provenance import gather, printable, seeds_in_words
from sim.store.results import FORMAT, MANIFEST, ResultsError, read_manifest
from sim.store.run_log import LOG
from sim.store.tasks import Design

DONE = ("runs", "pasts", "tables", "metrics", "files", "times")
"""What a manifest says of the work that is done; the rest says what is wanted."""


def now() -> str:
    """The time, to the second, with its zone (ISO 8601)."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def declared_defaults() -> dict[str, Any]:
    """Values of all parameters and mechanisms where a scenario says nothing: with it they are the scenario in full."""
    declare_everything()
    return {
        "parameters": {name: float(one.default) for name, one in PARAMETERS.items()},
        "mechanisms": {name: bool(one.default) for name, one in MECHANISMS.items()},
    }


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
        "defaults": declared_defaults(),
        "times": [],
        "cost": {},
        "metrics": {},
        "runs": [],
        "pasts": [],
        "failures": [],
        "tables": {},
        "files": [],
    }


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Put the manifest of a folder in the place of the one before."""
    write_json(folder / MANIFEST, manifest, rows=("runs", "pasts", "failures"))


def _contents(scenario: Scenario) -> dict[str, Any]:
    """The scenario in full. Of the path it was read from only the file name: folders say nothing about a result."""
    written: dict[str, Any] = scenario.model_dump(mode="json")
    written["origin"] = printable(Path(scenario.origin).name)
    return written


def going_on(old: dict[str, Any], new: dict[str, Any], grows: bool) -> dict[str, Any]:
    """The manifest `new` with what is done already; with `grows` also with the arms and seeds that only `old` has."""
    manifest = {**new, **{key: old[key] for key in DONE if key in old}}
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
        return "it keeps other numbers of its runs, or was made by another version of the code that picks them"
    gone = [arm for arm in old["arms"] if arm not in new["arms"]]
    if gone and not grows:
        return f"it has arms that are not asked for now ({', '.join(gone)})"
    both = [name for name in new["identities"] if name in old["identities"]]
    changed = [name for name in both if old["identities"][name] != new["identities"][name]]
    if changed and all(old["unshocked_runs"].get(one) != new["unshocked_runs"].get(one) for one in changed):
        return (
            f"only one of the two runs {', '.join(changed)} a second time without shocks, and records what is compared "
            "with that"
        )
    if changed:
        return f"its scenario differs in arm {', '.join(changed)}"
    unwanted = sorted({run["seed"] for run in old["runs"]} - set(new["seeds"]))
    if unwanted and not grows:
        return f"it has replications that are not asked for now ({seeds_in_words(tuple(unwanted))})"
    return ""


def remove_own(folder: Path, manifest: dict[str, Any]) -> None:
    """Remove what we wrote into `folder` as its manifest lists it, and the folders that are empty then.

    The manifest itself stays, to be replaced: a kill on the way leaves a folder that says that its tables are lost.
    """
    root = folder.resolve()
    for path, lying in [*shards.found(folder)]:
        if not isinstance(lying, str):
            shards.remove(path, lying)
    shards.sweep(folder)
    for file in [*manifest["tables"], *manifest["files"], LOG]:
        path = (folder / file).resolve()
        if path.is_relative_to(root) and path.is_file():
            path.unlink()
    parts = f"{shards.PARTS}/x"
    for path in sorted({(folder / file).parent for file in [*manifest["tables"], *manifest["files"], parts]}):
        with suppress(OSError):
            if path != folder:
                path.rmdir()


def known_unshocked(folder: Path, arms: Mapping[str, Scenario]) -> dict[str, str]:
    """Which run without shocks a folder has of each of `arms`; none where there is no such folder or no such arm."""
    manifest = read_for_writing(folder) if folder.is_dir() else None
    if manifest is None:
        return {}
    told, kept = manifest["unshocked_runs"], manifest["arms"]
    return {arm: told[arm] for arm, one in arms.items() if arm in told and kept[arm] == _contents(one)}


def known_names(folder: Path) -> dict[str, str]:
    """Identity of each run -> the name that it has in a folder; none where there is no such folder."""
    manifest = read_for_writing(folder) if folder.is_dir() else None
    return {} if manifest is None else {identity: name for name, identity in manifest["identities"].items()}


def known_runs(folder: Path) -> list[dict[str, Any]]:
    """What the manifest of a folder says of each of its runs; none where there is no such folder."""
    manifest = read_for_writing(folder) if folder.is_dir() else None
    return [] if manifest is None else list(manifest["runs"])


def known_keys(folder: Path) -> set[str]:
    """Keys of the runs that a folder holds, those in finished tasks that wait to be merged included."""
    keys = {str(run["key"]) for run in known_runs(folder)}
    for _, lying in shards.found(folder):
        keys |= set() if isinstance(lying, str) else {str(run["key"]) for run in lying.runs}
    return keys


def is_foreign(folder: Path) -> bool:
    """Whether a folder holds something, and not of ours."""
    if not folder.exists() or (folder / MANIFEST).exists():
        return False
    return any(not path.name.startswith(".") for path in folder.iterdir())


def check_place(folder: Path) -> None:
    """Raise ResultsError for a place where no results can go."""
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        raise ResultsError(f"{folder} has bytes in its name that are no text: choose another with --out") from None
    if folder.exists() and not folder.is_dir():
        raise ResultsError(f"{folder} is a file, not a folder: choose another with --out")
    if is_foreign(folder):
        raise ResultsError(f"{folder} is not empty and was not written by clustersim: choose another with --out")


def read_for_writing(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder that is to go on, or be cleared; None when there is none.

    Raises ResultsError for one that is damaged, or of an older format: it can be read, and not be added to.
    """
    if not (folder / MANIFEST).exists():
        return None
    manifest = read_manifest(folder)
    if manifest["format"] != FORMAT:
        raise ResultsError(
            f"{folder} has the format {manifest['format']!r}, and this version writes {FORMAT!r}: choose another "
            "folder with --out"
        )
    return manifest
