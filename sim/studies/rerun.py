"""Doing an experiment again from nothing but its result folder, and comparing the two to the bit.

What is needed stands in the manifest: the scenarios in full, the seeds, and the kind of the experiment, which says
what is kept of a run. Tables of a study that are computed from runs (a response curve, claims) follow from these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.kernel.arithmetic import arithmetic_fingerprint
from sim.kernel.source_hash import NUMBERS
from sim.store.bundle import result_folders
from sim.store.difference import HASHES, Difference, differences_of
from sim.store.executors.local import Failure
from sim.store.folder import carry_out
from sim.store.manifest import declared_defaults
from sim.store.progress import Progress
from sim.store.results import FORMAT, Results, ResultsError, read_results
from sim.store.tasks import Design, Keep
from sim.studies import equilibrium, kept_runs, knockout, unshocked
from sim.studies.evidence import study as evidence
from sim.studies.facts.replication import estimates, keep_estimates
from sim.studies.governors import KeepPayoffs
from sim.studies.kept_runs import FullRuns, Runner, fitting_past, run_arms
from sim.studies.measured import Measured, kept_as, measures_kept
from sim.studies.unshocked import with_unshocked


@dataclass(frozen=True)
class Rerun:
    """What came of doing a folder again."""

    folder: Path
    """Where the second lies."""
    kind: str
    """Of the experiment."""
    runs: int
    hashes: int
    """State hashes that were compared."""
    differences: tuple[Difference, ...]
    """The first difference of every table, the earliest first; empty: identical."""
    notes: tuple[str, ...]
    """What is other than it was: code, arithmetic of the machine, defaults. Without any of these runs must not
    differ."""
    failures: tuple[Failure, ...] = ()

    @property
    def identical(self) -> bool:
        """Whether every table is the same to the bit."""
        return not self.differences


def rerun(
    folder: Path, out: Path, workers: int | None = None, past: Path | None = None, overwrite: bool = False,
    progress: Progress | None = None,
) -> Rerun:  # fmt: skip
    """Do everything that `folder` holds again, into `out`, and compare.

    `past` is the checkpoint from which the runs started, where they did. Raises ResultsError for a folder that is not
    finished or damaged, whose runs cannot be done again from it, or that is `out` itself.
    """
    first = read_results(folder)
    if out.resolve() == folder.resolve() or folder.resolve() in out.resolve().parents:
        raise ResultsError(f"{out} lies in the folder that is done again: choose another with --out")
    found: list[Difference] = []
    failures: list[Failure] = []
    notes: list[str] = []
    runs = hashes = 0
    for part in result_folders(folder):
        source = first if part == Path() else read_results(folder / part)
        design, keep = as_it_was(source, past)
        failures += carry_out(out / part, design, keep, workers, overwrite, progress)
        again = read_results(out / part)
        notes += [note for note in changed_since(source, design) if note not in notes]
        place = f"{part.as_posix()}/" if part != Path() else ""
        found += [_within(place, one) for one in differences_of(source, again)]
        runs += len(again.manifest["runs"])
        hashes += again.manifest["tables"].get(HASHES, {}).get("rows", 0)
    last = max((one.year for one in found if one.year is not None), default=0) + 1
    found.sort(key=lambda one: last if one.year is None else one.year)
    return Rerun(out, first.manifest["kind"], runs, hashes, tuple(found), tuple(notes), tuple(failures))


def _within(place: str, one: Difference) -> Difference:
    return Difference(f"{place}{one.table}", one.year, one.arm, one.seed, one.what)


def as_it_was(source: Results, past: Path | None = None) -> tuple[Design, Keep]:
    """The design of a finished folder, and what keeps its runs. Raises ResultsError."""
    manifest, arms = source.manifest, source.arms
    if manifest["format"] != FORMAT:
        raise ResultsError(f"{source.folder} has the format {manifest['format']!r}, and only {FORMAT!r} is done again")
    if not manifest["runs"]:
        raise ResultsError(f"{source.folder} holds no run")
    kind = manifest["kind"]
    if kind != "comparison" and kind not in KEPT:
        raise ResultsError(f"{source.folder} is a {kind}, which this version cannot do again")
    seeds = tuple(manifest["seeds"])
    common: dict[str, Any] = {"baseline": manifest["baseline"], "start": manifest["start"]}
    if kind == "comparison":
        runner: Runner = run_arms
        if manifest["start"]:
            if past is None:
                raise ResultsError(
                    f"{source.folder} started from a checkpoint, which it does not hold: give it with --from"
                )
            runner = begun = fitting_past(past, arms)
            if begun.identity != manifest["start"]:
                raise ResultsError(f"{past} is another checkpoint than the one that {source.folder} started from")
        named = source.unshocked_runs
        all_runs = with_unshocked(arms, named)
        ran = {name: all_runs[name] for name in manifest["identities"] if name in all_runs}
        design = Design(kind, arms, seeds, **common, unshocked_runs=named, ran=ran, keeps_past=True,
                        kept=kept_as((), kept_runs, unshocked))  # fmt: skip
        return design, FullRuns(arms, runner, named, _history_seed(source))
    kept, keep = KEPT[kind](source)
    only = {(run["arm"], run["seed"]) for run in manifest["runs"]}
    for failure in manifest["failures"]:  # of which the arm may not be known
        only |= {(arm, failure["seed"]) for arm in arms if failure["arm"] in ("", arm)}
    return Design(kind, arms, seeds, **common, kept=kept, isolates=True, only=only), keep


def _history_seed(source: Results) -> int | None:
    """The seed of which histories are kept."""
    if "history.parquet" not in source.manifest["tables"]:
        return None
    return int(source.table("history.parquet")["seed"].iloc[0])


def _names(source: Results) -> tuple[str, ...]:
    """The numbers that are kept of each run, in their order."""
    return tuple(dict.fromkeys(source.values["measure"].astype(str)))


def _measured(source: Results) -> tuple[str, Keep]:
    names = _names(source)
    return measures_kept(names), Measured(names)


def _switched(source: Results) -> tuple[str, Keep]:
    names = _names(source)
    return measures_kept(names), Measured(names, knockout.CommonPrices(source.arms[knockout.WHOLE]))


def _evidence(source: Results) -> tuple[str, Keep]:
    names = tuple(name for name in _names(source) if name != evidence.ALL)
    return evidence.identity(names), evidence.Watching(names)


def _estimated(_source: Results) -> tuple[str, Keep]:
    return estimates(), keep_estimates


def _paid(source: Results) -> tuple[str, Keep]:
    return equilibrium.payoffs_kept(next(iter(source.arms.values())).regions.names()), KeepPayoffs()


KEPT: dict[str, Callable[[Results], tuple[str, Keep]]] = {
    "experiment": _measured,
    "signs": _measured,
    "equilibrium": _paid,
    "knockout": _switched,
    "evidence": _evidence,
    "facts": _estimated,
    "calibration": _estimated,
}
"""Kind of an experiment -> what is kept of its runs: (the name of it in manifests, what keeps it)."""


def changed_since(source: Results, design: Design) -> list[str]:
    """What decides numbers and is other than it was as `source` was made, in words."""
    manifest = source.manifest
    notes = []
    if manifest["code"] != NUMBERS:
        notes.append(f"the code that decides numbers is another: {manifest['code']} then, {NUMBERS} now")
    arithmetic = manifest.get("arithmetic", "")
    if arithmetic and arithmetic != arithmetic_fingerprint():
        notes.append(
            f"this machine computes otherwise in the last digit: fingerprint {arithmetic} then, "
            f"{arithmetic_fingerprint()} now"
        )
    if manifest["kept"] != design.kept:
        notes.append("the code that picks numbers from runs is another")
    now = declared_defaults()
    for section, values in manifest.get("defaults", {}).items():
        for name, value in values.items():
            if now.get(section, {}).get(name) != value:
                notes.append(f"the default of {section}.{name} is another: {value} then, {now[section].get(name)} now")
    for name, version in manifest.get("versions", {}).items():
        here = _version_now(name)
        if version and here != version:
            notes.append(f"{name} is {here or 'not installed'}, and was {version}")
    return notes


def _version_now(name: str) -> str:
    from sim.store.provenance import gather

    return str(gather()["versions"].get(name, ""))
