"""The result folder: written atomically and in shards while an experiment runs, read back lazily.

    manifest.json     what was run: scenarios in full, seeds, code hash, versions, state hashes, seconds
    metrics.parquet   tidy: run, arm, seed, year, group, metric, unit, value
    hashes.parquet    run, arm, seed, year, hash of the state
    sites.parquet     run, arm, seed, year, cell, region, x, y, industry, chain, firms, leaders, employment
    panels/           yearly tables of agents, links and events, if the scenario records them
    summary.csv, tables/, figures/, report.html

While replications run, each finished one lies in parts/seed-<n>/. A kill loses the ones in flight and no other.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim import shards
from sim.provenance import Provenance, gather, seeds_in_words
from sim.schema import Scenario
from sim.shards import write_atomically

FORMAT = "clustersim results 1"
TABLES = ("metrics", "hashes", "sites")
OURS = ("manifest.json", "metrics.parquet", "hashes.parquet", "sites.parquet", "panels", "summary.csv", "tables",
        "figures", "report.html", shards.PARTS)
"""What we write into a folder, and all that an overwrite removes."""


class ResultsError(Exception):
    """A result folder is foreign, damaged, unfinished or holds something else."""


# -- writing ---------------------------------------------------------------------------------------------


def new_manifest(kind: str, arms: dict[str, Scenario], seeds: Sequence[int], baseline: str) -> dict[str, Any]:
    """The manifest of an experiment that has not run yet; `kind` is "run" or "comparison"."""
    contents = {arm: _contents(scenario) for arm, scenario in arms.items()}
    origins = gather()
    return {
        "format": FORMAT,
        "kind": kind,
        "complete": False,
        "identity": _identity(kind, contents, origins["code"]),
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


def _identity(kind: str, arms: dict[str, dict[str, Any]], code: str) -> str:
    """Hash of what decides the numbers of a replication: program text and scenario contents, not the file's name."""
    told = [[arm, {key: value for key, value in contents.items() if key != "origin"}] for arm, contents in arms.items()]
    text = json.dumps([FORMAT, kind, code, told], sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def open_folder(folder: Path, manifest: dict[str, Any], overwrite: bool = False) -> list[int]:
    """Make `folder` ready for the experiment of `manifest`; returns the seeds that are already done in it.

    A folder of the same experiment (same scenarios, same code) is resumed, also when more seeds are wanted now.
    Raises ResultsError for a folder that holds anything else; `overwrite` clears it if clustersim wrote it.
    """
    if folder.exists() and not folder.is_dir():
        raise ResultsError(f"{folder} is a file, not a folder")
    if (folder / "manifest.json").exists():
        old = read_manifest(folder)
        done = sorted({run["seed"] for run in old["runs"]} | set(shards.finished(folder)))
        obstacle = _difference(old, manifest, done)
        if not obstacle:
            _save_manifest(folder, {**manifest, **{key: old[key] for key in ("runs", "metrics", "tables")}})
            shards.sweep(folder)
            return done
        if not overwrite:
            raise ResultsError(f"{folder} holds another experiment: {obstacle}. Choose another folder, or overwrite it")
        for name in OURS:
            _remove(folder / name)
    elif folder.exists() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise ResultsError(f"{folder} is not empty and was not written by clustersim: choose another folder")
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
    place = {arm: number for number, arm in enumerate(manifest["arms"])}
    manifest["runs"] = sorted(runs, key=lambda run: (run["seed"], place[run["arm"]]))
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


# -- reading ---------------------------------------------------------------------------------------------


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder. Raises ResultsError when there is none, or it is damaged or of another format."""
    path = Path(folder) / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ResultsError(f"{folder} is not a result folder: it has no manifest.json") from None
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path} cannot be read: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise ResultsError(f"{path} is not of the format {FORMAT!r}, but {found!r}")
    return manifest


@dataclass(frozen=True)
class Results:
    """A finished result folder. Tables are read when first asked for."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds whose replication finished, in order."""
        return tuple(sorted({run["seed"] for run in self.manifest["runs"]}))

    @property
    def baseline(self) -> str:
        """Name of the arm that others are compared with."""
        return str(self.manifest["baseline"])

    @cached_property
    def arms(self) -> dict[str, Scenario]:
        """Scenario of each arm, as it was run."""
        return {arm: Scenario.model_validate(contents) for arm, contents in self.manifest["arms"].items()}

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """All metrics of all groups."""
        return self._read("metrics.parquet")

    @cached_property
    def nation(self) -> pd.DataFrame:
        """Metrics of the group "nation": what most questions need, and much smaller."""
        return self._read("metrics.parquet", filters=[("group", "==", "nation")])

    @cached_property
    def hashes(self) -> pd.DataFrame:
        """State hash of every year."""
        return self._read("hashes.parquet")

    @cached_property
    def sites(self) -> pd.DataFrame:
        """Who is where, in the branch year and the last year."""
        return self._read("sites.parquet")

    def replications(self, first_year: int = 0) -> Iterator[pd.DataFrame]:
        """Metrics of one replication after the other, from `first_year` on, without pairs of region and industry:
        large tables pass through memory piece by piece."""
        file = pq.ParquetFile(self.path("metrics.parquet"), read_dictionary=["run", "arm", "group", "metric", "unit"])
        for number in range(file.num_row_groups):
            piece = file.read_row_group(number)
            mixed = pc.match_substring(piece["group"].cast(pa.string()), ";")
            keep = pc.and_(pc.greater_equal(piece["year"], first_year), pc.invert(mixed))
            yield piece.filter(keep).to_pandas()

    @property
    def panels(self) -> tuple[str, ...]:
        """Names of the recorded panels."""
        return tuple(Path(file).stem for file in self.manifest["tables"] if file.startswith("panels/"))

    def panel(self, name: str) -> pd.DataFrame:
        """One recorded panel. Raises ResultsError when it was not recorded."""
        if name not in self.panels:
            raise ResultsError(f"{self.folder} has no panel {name!r}; recorded: {', '.join(self.panels) or 'none'}")
        return self._read(f"panels/{name}.parquet")

    @property
    def provenance(self) -> Provenance:
        """What figures and reports say about the origin of these results."""
        program = self.manifest["program"]
        first = next(iter(self.arms.values()))
        return Provenance(
            title=first.title or first.origin or "untitled scenario",
            arms=tuple(self.arms),
            seeds=self.seeds,
            code=self.manifest["code"],
            version=program["version"],
            commit=program.get("commit", "") + ("" if program.get("clean", True) else " (edited)"),
            command=self.manifest["command"],
        )

    def path(self, file: str) -> Path:
        """Path of a merged table, after a check that it is whole. Raises ResultsError when it is not."""
        path = self.folder / file
        expected = self.manifest["tables"].get(file)
        if expected is None or not path.exists():
            raise ResultsError(f"{path} is missing")
        if path.stat().st_size != expected["bytes"]:
            raise ResultsError(f"{path} is damaged: {path.stat().st_size} bytes instead of {expected['bytes']}")
        return path

    def verify(self) -> None:
        """Read every table's bytes and compare with the manifest. Raises ResultsError at the first that differs."""
        for file, expected in self.manifest["tables"].items():
            if shards.digest(self.path(file)) != expected["sha256"]:
                raise ResultsError(f"{self.folder / file} is damaged: its contents are not those that were written")

    def _read(self, file: str, **options: Any) -> pd.DataFrame:
        path = self.path(file)
        words = [name for name in ("run", "arm", "group", "metric", "unit", "region", "industry", "chain")
                 if name in pq.read_schema(path).names]
        try:
            return pq.read_table(path, read_dictionary=words, **options).to_pandas()
        except (pa.ArrowException, OSError) as error:
            raise ResultsError(f"{path} cannot be read: {error}") from None


def read_results(folder: str | Path) -> Results:
    """Open a finished result folder.

    Raises ResultsError when it is foreign, damaged (a table missing or of another length) or not finished.
    """
    folder = Path(folder)
    results = Results(folder, read_manifest(folder))
    if not results.manifest["complete"]:
        done = len(shards.finished(folder)) + len({run["seed"] for run in results.manifest["runs"]})
        wanted = len(results.manifest["seeds"])
        raise ResultsError(f"{folder} is not finished ({done} of {wanted} replications): the same command resumes it")
    for file in results.manifest["tables"]:
        results.path(file)
    return results
