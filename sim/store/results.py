"""The result folder: what it holds, and reading it back lazily. sim.store.folder writes it.

    manifest.json     what was run: scenarios in full, seeds, code hash, versions, state hashes, seconds
    metrics.parquet   tidy: run, arm, seed, year, group, region, industry, tier, metric, unit, value
    hashes.parquet    run, arm, seed, year, hash of the state
    sites.parquet     run, arm, seed, year, cell, region, x, y, industry, chain, firms, leaders, employment
    ledger.parquet    run, arm, seed, year, account, amount: what public money was spent on
    tiers.parquet     run, arm, seed, year, tier, and what became within the year of the firms that stood there
    history.parquet   run, arm, seed, year, frame: what a player shows, of the first seed
    series.parquet    what shocks are judged by, of runs without them and where an arm does not record it
    values.parquet    arm, seed, measure, value, error: of experiments that keep a few numbers of each run
    panels/           yearly tables of agents, links and events, if the scenario records them
    summary.csv, tables/, figures/, report.html

The burn-in that arms share stands once in each table, under a name such as "past:1a2b3c4d" in column `arm`; `Results`
gives every arm its full series. While tasks run, each finished one lies in parts/. A kill loses the ones in flight.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import ValidationError

from sim.kernel.brief import Brief
from sim.kernel.scenario_types import Scenario
from sim.store import shards
from sim.store.form import Manifest, OldManifest, fault
from sim.store.joined import joined
from sim.store.provenance import Provenance
from sim.store.tables import check_size, damage, has_length

FORMAT = "clustersim results 2"
OLDER = ("clustersim results 1",)
"""Formats of which the tables are still read."""
MANIFEST = "manifest.json"
WORDS = ("run", "arm", "group", "metric", "unit", "region", "industry", "chain", "account", "tier", "measure")
"""Columns of repeated words, read as categories."""
PAIRED = ["arm", "seed", "year", "group", "metric", "unit", "value"]
"""Columns of metrics that arms are paired by."""


class ResultsError(Exception):
    """A result folder is foreign, damaged, unfinished, in use or holds something else."""


class AllFailed(Exception):
    """Nothing of an experiment came to an end."""


REMEDY = "put it back from a copy, or run the experiment again with --overwrite"
LARGEST = 2**28
"""Bytes that a manifest may have at most."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder. Raises ResultsError when there is none, or it is damaged or of another format."""
    path = Path(folder) / MANIFEST
    try:
        if not path.is_file():
            raise ResultsError(f"{folder} is not a result folder: it has no manifest.json")
        if path.stat().st_size > LARGEST:
            raise ResultsError(f"{path} is damaged: it is larger than any manifest; {REMEDY}")
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ResultsError(f"{path} cannot be read: {error}; {REMEDY}") from None
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if not str(found).startswith("clustersim results "):
        raise ResultsError(f"{path} is damaged or no manifest of clustersim: its format is {str(found)[:40]!r}")
    if found not in (FORMAT, *OLDER):
        raise ResultsError(f"{path} is not of the format {FORMAT!r}, but {found!r}: read it with the version it is of")
    wrong = fault(manifest, Manifest if found == FORMAT else OldManifest)
    if wrong:
        raise ResultsError(f"{path} is damaged: {wrong}; {REMEDY}")
    return manifest


@contextmanager
def _as_damage(path: Path) -> Iterator[None]:
    """Tell whatever a broken table runs into as one error."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError, OverflowError, MemoryError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ResultsError(f"{path} is damaged or cannot be read: {said}; {REMEDY}") from None


@dataclass(frozen=True, repr=False)
class Results(Brief):
    """A finished result folder. Tables are read when first asked for."""

    folder: Path
    manifest: dict[str, Any]
    checked: set[str] = field(default_factory=set, compare=False, repr=False)
    """Tables of which the bytes were compared with the manifest."""

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of which the runs of all arms finished, in order."""
        done: dict[int, set[str]] = {}
        for run in self.manifest["runs"]:
            done.setdefault(run["seed"], set()).add(run["arm"])
        return tuple(sorted(seed for seed, arms in done.items() if arms.issuperset(self.manifest["arms"])))

    def brief(self) -> dict[str, object]:
        """Where it lies and what was run."""
        return {
            "folder": self.folder, "kind": self.manifest.get("kind", ""), "arms": ", ".join(self.manifest["arms"]),
            "seeds": len(self.seeds), "complete": self.manifest["complete"],
        }  # fmt: skip

    @property
    def baseline(self) -> str:
        """Name of the arm that others are compared with."""
        return str(self.manifest["baseline"])

    @cached_property
    def arms(self) -> dict[str, Scenario]:
        """Scenario of each arm. Raises ResultsError when this version does not know what it says."""
        try:
            return {arm: Scenario.model_validate(contents) for arm, contents in self.manifest["arms"].items()}
        except (ValidationError, RecursionError) as error:
            first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": "nested too deeply"}
            where = ".".join(map(str, first["loc"]))
            raise ResultsError(
                f"{self.folder / MANIFEST} has a scenario that this version cannot read ({where}: {first['msg']}); its "
                "tables can be read"
            ) from None

    @cached_property
    def pasts(self) -> dict[str, str]:
        """Name of the burn-in of each arm, where it stands apart."""
        return {run["arm"]: run.get("past", "") for run in self.manifest["runs"]}

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """All metrics of all groups."""
        return self.table("metrics.parquet")

    @cached_property
    def nation(self) -> pd.DataFrame:
        """Metrics of the group "nation": what most questions need, and much smaller."""
        pieces = list(self._of_groups(lambda names: pc.equal(names, "nation")))
        return self._joined(pa.concat_tables(pieces).unify_dictionaries()).to_pandas()  # type: ignore[no-any-return]

    @cached_property
    def hashes(self) -> pd.DataFrame:
        """State hash of every year."""
        return self.table("hashes.parquet")

    @cached_property
    def sites(self) -> pd.DataFrame:
        """Who is where, in the fork year and the last year."""
        return self.table("sites.parquet")

    def replications(self, first_year: int = 0) -> Iterator[pd.DataFrame]:
        """Metrics of one replication after the other, from `first_year` on, without pairs of region and industry:
        large tables pass through memory piece by piece. Columns arm, seed, year, group, metric, unit, value."""
        waiting: list[pa.Table] = []
        at = None
        for whole in self._of_groups(lambda names: pc.invert(pc.match_substring(names, ";")), PAIRED):
            piece = whole.filter(pc.greater_equal(whole["year"], first_year))
            if not piece.num_rows:
                continue
            seed = piece["seed"][0].as_py()
            if waiting and seed != at:
                yield from self._replication(waiting)
            at = seed
            waiting.append(piece)
        yield from self._replication(waiting)

    def _of_groups(self, wanted: Callable[[pa.Array], pa.Array], columns: Sequence[str] = ()) -> Iterator[pa.Table]:
        """Metrics, a row group after the other, of the groups of which `wanted` says so; it is asked once a name."""
        path = self.path("metrics.parquet")
        with _as_damage(path):
            names = pq.read_schema(path).names
            file = pq.ParquetFile(path, read_dictionary=[word for word in WORDS if word in names])
        for number in range(file.num_row_groups):
            with _as_damage(path):
                piece = file.read_row_group(number, columns=list(columns) or None).unify_dictionaries().combine_chunks()
                group = piece["group"].chunk(0)
                yield piece.filter(pc.take(wanted(group.dictionary), group.indices))

    def _replication(self, waiting: list[pa.Table]) -> Iterator[pd.DataFrame]:
        whole = self._joined(pa.concat_tables(waiting)) if waiting else None
        waiting.clear()
        if whole is not None and whole.num_rows:
            yield whole.to_pandas()

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Totals of the public ledger by year and account."""
        return self.table("ledger.parquet")

    @cached_property
    def values(self) -> pd.DataFrame:
        """Numbers kept of each run: arm, seed, measure, value, and the error where there is none."""
        path = self.path("values.parquet")
        with _as_damage(path):
            table = pq.read_table(path).to_pandas()
            order = {arm: place for place, arm in enumerate(self.manifest["arms"])}
            rows = table.assign(place=table["arm"].map(order)).sort_values(["seed", "place"], kind="stable")
        return rows.drop(columns="place").reset_index(drop=True)  # type: ignore[no-any-return]

    @cached_property
    def series(self) -> pd.DataFrame:
        """What shocks are judged by, of runs without them and of arms that do not record it; empty without shocks."""
        return self.table("series.parquet") if "series.parquet" in self.manifest["tables"] else pd.DataFrame()

    @property
    def unshocked_runs(self) -> dict[str, str]:
        """Arm with shocks -> name of the arm or run that is the same without them."""
        return dict(self.manifest.get("unshocked_runs", {}))

    @cached_property
    def tiers(self) -> pd.DataFrame:
        """What became of the firms of each tier within each year; empty when it was not recorded."""
        return self.table("tiers.parquet") if "tiers.parquet" in self.manifest["tables"] else pd.DataFrame()

    @property
    def panels(self) -> tuple[str, ...]:
        """Names of the recorded panels."""
        return tuple(Path(file).stem for file in self.manifest["tables"] if file.startswith("panels/"))

    def panel(self, name: str) -> pd.DataFrame:
        """One recorded panel. Raises ResultsError when it was not recorded."""
        if name not in self.panels:
            raise ResultsError(f"{self.folder} has no panel {name!r}; recorded: {', '.join(self.panels) or 'none'}")
        return self.table(f"panels/{name}.parquet")

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
        """Path of a merged table, after a check that its bytes are those that were written and that it is no larger
        than it may be. Raises ResultsError when it is not so."""
        if file in self.checked:
            return self.folder / file
        wrong = damage(self.folder, {file: self.manifest["tables"][file]} if file in self.manifest["tables"] else {})
        if wrong or file not in self.manifest["tables"]:
            raise ResultsError(f"{wrong or f'{self.folder / file} is not in its manifest'}; {REMEDY}")
        with _as_damage(self.folder / file):
            check_size(self.folder / file, self.manifest["tables"][file]["rows"])
        self.checked.add(file)
        return self.folder / file

    def verify(self) -> None:
        """Read every table's bytes and compare with the manifest. Raises ResultsError at the first that differs."""
        wrong = damage(self.folder, self.manifest["tables"])
        if wrong:
            raise ResultsError(f"{wrong}; {REMEDY}")

    def table(self, file: str, filters: Any = None, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """A merged table by file name, each arm with its full series; `filters` as those of pyarrow.parquet.

        `columns` are those that are read, arm and seed among them; all if not given.
        """
        path = self.path(file)
        with _as_damage(path):
            names = pq.read_schema(path).names
            words = [word for word in WORDS if word in names and (columns is None or word in columns)]
            found = pq.read_table(path, read_dictionary=words, filters=filters, columns=columns)
            return self._joined(found).to_pandas()  # type: ignore[no-any-return]

    def _joined(self, table: pa.Table) -> pa.Table:
        """The table with the full series of every arm, or as it is where nothing stands apart."""
        if self.manifest["format"] in OLDER:
            return table
        extra = [run["arm"] for run in self.manifest["runs"] if run["arm"] not in self.manifest["arms"]]
        names = [*self.manifest["arms"], *dict.fromkeys(extra)]
        return joined(table, names, self.pasts, self.seeds)


def read_results(folder: str | Path) -> Results:
    """Open a finished result folder.

    Raises ResultsError when it is foreign, damaged (a table lost or of another length) or not finished. The bytes of a
    table are compared with what was written when it is first read.
    """
    folder = Path(folder)
    results = Results(folder, read_manifest(folder))
    if not results.manifest["complete"]:
        manifest = results.manifest
        done = {(run["arm"], run["seed"]) for run in manifest["runs"]}
        for _, lying in shards.found(folder):
            done |= set() if isinstance(lying, str) else {(run["arm"], run["seed"]) for run in lying.runs}
        wanted = len(manifest["seeds"]) * len(manifest.get("identities", manifest["arms"]))
        raise ResultsError(f"{folder} is not finished ({len(done)} of {wanted} runs): the same command resumes it")
    for file, told in results.manifest["tables"].items():
        if not has_length(folder / file, told):
            raise ResultsError(f"{damage(folder, {file: told})}; {REMEDY}")
    return results
