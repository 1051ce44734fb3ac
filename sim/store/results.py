"""The result folder: what it holds, and reading it back lazily. sim.store.folder writes it.

    manifest.json     what was run: scenarios in full, seeds, code hash, versions, state hashes, seconds
    metrics.parquet   tidy: run, arm, seed, year, group, metric, unit, value
    hashes.parquet    run, arm, seed, year, hash of the state
    sites.parquet     run, arm, seed, year, cell, region, x, y, industry, chain, firms, leaders, employment
    ledger.parquet    run, arm, seed, year, account, amount: what public money was spent on
    tiers.parquet     run, arm, seed, year, tier, and what became within the year of the firms that stood there
    unshocked.parquet arm, seed, year, group, metric, unit, value, and value without shocks, if an arm has shocks
    panels/           yearly tables of agents, links and events, if the scenario records them
    summary.csv, tables/, figures/, report.html

While replications run, each finished one lies in parts/seed-<n>/. A kill loses the ones in flight and no other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.kernel.scenario_types import Scenario
from sim.store import shards
from sim.store.provenance import Provenance

FORMAT = "clustersim results 1"
WORDS = ("run", "arm", "group", "metric", "unit", "region", "industry", "chain", "account", "tier")
"""Columns of repeated words, read as categories."""
OURS = (
    "manifest.json",
    "metrics.parquet",
    "hashes.parquet",
    "sites.parquet",
    "ledger.parquet",
    "tiers.parquet",
    "unshocked.parquet",
    "panels",
    "summary.csv",
    "tables",
    "figures",
    "report.html",
    shards.PARTS,
)
"""What we write into a folder, and all that an overwrite removes."""


class ResultsError(Exception):
    """A result folder is foreign, damaged, unfinished or holds something else."""


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
        """Who is where, in the fork year and the last year."""
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

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Totals of the public ledger by year and account."""
        return self._read("ledger.parquet")

    @cached_property
    def unshocked_runs(self) -> pd.DataFrame:
        """Series of arms with shocks beside the same without them; empty when there are none."""
        return self._read("unshocked.parquet") if "unshocked.parquet" in self.manifest["tables"] else pd.DataFrame()

    @cached_property
    def tiers(self) -> pd.DataFrame:
        """What became of the firms of each tier within each year; empty when it was not recorded."""
        return self._read("tiers.parquet") if "tiers.parquet" in self.manifest["tables"] else pd.DataFrame()

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
        try:
            names = pq.read_schema(path).names
            table = pq.read_table(path, read_dictionary=[word for word in WORDS if word in names], **options)
        except (pa.ArrowException, OSError) as error:
            raise ResultsError(f"{path} cannot be read: {error}") from None
        return table.to_pandas()  # type: ignore[no-any-return]


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
