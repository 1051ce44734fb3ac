"""Running an experiment: every arm at every point on the same seeds, and what comes out, paired.

The response at a point is the mean over seeds of arm minus baseline. All points have the same seeds, so differences
between levels and trends are taken within a seed too: they are surer than the intervals of two points suggest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.kernel.brief import Brief
from sim.kernel.scenario_types import Scenario
from sim.store.executors.cluster import Workers
from sim.store.executors.limits import Limits
from sim.store.executors.local import Failure
from sim.store.manifest import known_names
from sim.store.progress import Progress
from sim.store.results import AllFailed
from sim.studies.claims import estimate_of, largest
from sim.studies.claims_table import POINT, claims_of
from sim.studies.experiment.designs import Point
from sim.studies.experiment.levels import Factor, level_text
from sim.studies.experiment.setup import Setup
from sim.studies.measured import identities_of, run_measured
from sim.studies.measures import measure_named
from sim.studies.statistics import benjamini_hochberg, differences
from sim.studies.stopping import replications_for

Array = np.ndarray[Any, Any]
KIND = "experiment"


@dataclass(frozen=True, repr=False)
class Responses(Brief):
    """What an experiment found."""

    setup: Setup
    runs: pd.DataFrame
    """One row a run and measure: point, each factor as a column, arm, seed, measure, unit, value, error."""
    curve: pd.DataFrame
    """One row a point, arm and measure: the factors, and the columns of sim.studies.statistics.differences."""
    profile: pd.DataFrame
    """One row a factor, level, arm and measure: the difference, mean over all points of that level, and by how much it
    changes from the first level on, both paired by seed. Empty for designs that do not cross levels."""
    trends: pd.DataFrame
    """One row a numeric factor, arm and measure: change of the difference per unit of the factor, paired by seed."""
    claims: pd.DataFrame
    power: pd.DataFrame
    """Replications that differences of the headline need; see `power_of_pilot`."""
    missing: pd.DataFrame
    """Every run without a finite number: point, factors, arm, seed, measure, error, command."""
    seeds: tuple[int, ...]
    failures: tuple[Failure, ...]
    """Runs that have no number, and why."""

    @property
    def headline(self) -> str:
        """The measure that the answer is about: the first that is recorded."""
        return self.setup.experiment.record[0]

    def brief(self) -> dict[str, object]:
        """What was varied, and how many runs there are."""
        return {
            "factors": ", ".join(factor.name for factor in self.setup.factors), "points": len(self.setup.points),
            "arms": ", ".join(self.setup.arms), "replications": len(self.seeds), "missing": len(self.missing),
        }  # fmt: skip


def run_experiment(
    setup: Setup, workers: Workers, folder: Path, overwrite: bool = False, progress: Progress | None = None,
    seeds: Sequence[int] = (), limits: Limits | None = None,
) -> Responses:  # fmt: skip
    """Run what `folder` lacks of an experiment, on its own seeds or those given, and compute all tables.

    Points, arms and replications that are new are added; finished runs are not run again, whatever they were called.
    """
    chosen = tuple(seeds) or setup.seeds
    scenarios, names = named_runs(setup, folder)
    values, failed = run_measured(
        KIND,
        scenarios,
        setup.experiment.record,
        chosen,
        workers,
        folder,
        overwrite,
        progress=progress,
        grows=True,
        limits=limits,
    )
    runs = runs_table(setup, values, names, chosen, failed)
    if not np.isfinite(runs["value"]).any():
        first = runs.iloc[0]
        name = setup.told_run(setup.points[int(first[POINT])], str(first["arm"]))
        raise AllFailed(f"no run has a number; the first, {name} with seed {first['seed']}: {first['error']}")
    found = responses(setup, runs, chosen)
    causes = {(failure.seed, failure.arm): failure.cause for failure in failed}
    called = {setup.told_run(*key): name for key, name in names.items()}
    told = [replace(one, cause=causes.get((one.seed, called[one.arm]), "error")) for one in found.failures]
    return replace(found, failures=tuple(told))


def named_runs(setup: Setup, folder: Path) -> tuple[dict[str, Scenario], dict[tuple[Point, str], str]]:
    """(scenarios by name of the run, that name by point and arm); a run that `folder` has keeps its name there."""
    wanted = {setup.run_name(*key): scenario for key, scenario in setup.runs.items()}
    known = known_names(folder)
    identities = identities_of(wanted, setup.experiment.record)
    renamed = {name: known.get(identities[name], name) for name in wanted}
    names = {key: renamed[setup.run_name(*key)] for key in setup.runs}
    return {renamed[name]: scenario for name, scenario in wanted.items()}, names


def runs_table(
    setup: Setup, values: pd.DataFrame, names: Mapping[tuple[Point, str], str], seeds: Sequence[int],
    failed: Sequence[Failure] = (),
) -> pd.DataFrame:  # fmt: skip
    """The tidy table of all runs that were wanted; one without a number says why in `error`."""
    found = values.drop_duplicates(["arm", "seed", "measure"]).set_index(["arm", "seed", "measure"])
    told = {(failure.seed, failure.arm): failure.error for failure in failed}
    rows = []
    for place, point in enumerate(setup.points):
        levels = dict(zip((factor.name for factor in setup.factors), point, strict=True))
        for arm in setup.arms:
            name = names[point, arm]
            for seed in seeds:
                why = told.get((seed, name)) or told.get((seed, "")) or "it was not run"
                for measure in setup.experiment.record:
                    there = (name, seed, measure) in found.index
                    value = float(found.at[(name, seed, measure), "value"]) if there else math.nan
                    error = str(found.at[(name, seed, measure), "error"]) if there else why
                    if not error and not math.isfinite(value):
                        error = "undefined in all years" if math.isnan(value) else f"not finite: {value}"
                    rows.append((place, *levels.values(), arm, seed, measure, value, error))
    columns = [POINT, *(factor.name for factor in setup.factors), "arm", "seed", "measure", "value", "error"]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(len(columns) - 2, "unit", [measure_named(name).unit for name in table["measure"]])
    return _typed(table, setup.factors)


def _typed(table: pd.DataFrame, factors: Iterable[Factor]) -> pd.DataFrame:
    """Whole numbers, numbers, switches and words, each in a column of that type."""
    for factor in factors:
        first = factor.levels[0]
        kind = "bool" if isinstance(first, bool) else "int64" if factor.whole else "float64"
        table[factor.name] = table[factor.name].astype(kind if factor.numeric or kind == "bool" else "str")
    return table


def responses(setup: Setup, runs: pd.DataFrame, seeds: Sequence[int]) -> Responses:
    """All tables of an experiment from the table of its runs."""
    bad = runs[runs["error"] != ""]
    missing = bad.drop(columns=["value", "unit"]).assign(
        command=[setup.command(setup.points[row.point], row.arm, row.seed) for row in bad.itertuples()]
    ).reset_index(drop=True)  # fmt: skip
    first = missing.drop_duplicates([POINT, "arm", "seed"])
    failures = tuple(
        Failure(int(row.seed), setup.told_run(setup.points[row.point], row.arm), f"{row.measure}: {row.error}"
                if row.error.startswith(("undefined", "not finite")) else row.error, str(row.command))
        for row in first.itertuples()
    )  # fmt: skip
    apart = apart_by_seed(setup, runs, seeds)
    return Responses(
        setup, runs, curve_of(setup, runs), profile_of(setup, apart), trends_of(setup, apart),
        claims_of(setup, runs), power_of_pilot(setup, runs, seeds), missing, tuple(seeds), failures,
    )  # fmt: skip


def curve_of(setup: Setup, runs: pd.DataFrame) -> pd.DataFrame:
    """The paired difference at every point. `p_holm` corrects the headline over points and arms (Holm 1979), `q_value`
    is the false discovery rate among all other measures (Benjamini & Hochberg 1995)."""
    told = runs.assign(value=runs["value"].where(np.isfinite(runs["value"])))
    base = told[told["arm"] == setup.baseline].rename(columns={"value": "baseline_value"})
    keys = [POINT, "seed", "measure"]
    pairs = told[told["arm"] != setup.baseline].merge(base[[*keys, "baseline_value"]], on=keys)
    pairs = pairs.rename(columns={"measure": "metric"}).assign(window="treatment years", group=pairs[POINT])
    columns = ["arm", "group", "metric", "window", "seed", "unit", "value", "baseline_value"]
    found = differences(pairs[columns], setup.experiment.record[0])
    found = found.rename(columns={"group": POINT, "metric": "measure"}).drop(columns="window")
    others = (found["measure"] != setup.experiment.record[0]).to_numpy()
    found.loc[others, "p_holm"] = np.nan
    found.insert(found.columns.get_loc("p_holm") + 1, "q_value", np.nan)
    found.loc[others, "q_value"] = benjamini_hochberg(found.loc[others, "p_value"].to_numpy(float))
    wanted = len(runs["seed"].unique())
    found.insert(found.columns.get_loc("replications") + 1, "left_out", wanted - found["replications"])
    points = [setup.points[point] for point in found[POINT]]
    levels = pd.DataFrame(
        {factor.name: [point[place] for point in points] for place, factor in enumerate(setup.factors)},
        index=found.index,
    )  # fmt: skip
    found = pd.concat([found.iloc[:, :2], levels, found.iloc[:, 2:]], axis=1)
    order = {name: number for number, name in enumerate((*setup.arms, *setup.experiment.record))}
    found = found.sort_values(
        ["measure", "arm", POINT], kind="stable", ignore_index=True,
        key=lambda column: column if column.name == POINT else column.map(order),
    )  # fmt: skip
    return _typed(found, setup.factors)


Apart = Mapping[tuple[str, str], Array]
"""Arm minus baseline by (arm, measure), shape (seeds, points), NaN where a run has no number."""


def apart_by_seed(setup: Setup, runs: pd.DataFrame, seeds: Sequence[int]) -> Apart:
    """The paired differences of every seed and point."""
    wide = runs.pivot(index=["measure", "arm", "seed"], columns=POINT, values="value")
    wide = wide.where(np.isfinite(wide))
    found = {}
    for measure in setup.experiment.record:
        base = wide.loc[measure, setup.baseline].reindex(list(seeds)).to_numpy(float)
        for arm in setup.arms[1:]:
            found[arm, measure] = wide.loc[measure, arm].reindex(list(seeds)).to_numpy(float) - base
    return found


SHARES = (0.5, 1.0, 2.0, 5.0)
"""Differences, in per cent, of which it is told how many replications they need."""


def power_of_pilot(setup: Setup, runs: pd.DataFrame, seeds: Sequence[int]) -> pd.DataFrame:
    """Replications with which a difference of so many per cent of the headline is found, power .8 at 5 %, by arm.

    The point with the widest spread counts. 0 where there are too few replications to tell.
    """
    measure = setup.experiment.record[0]
    apart = apart_by_seed(setup, runs, seeds)
    own = runs.loc[(runs["measure"] == measure) & (runs["arm"] == setup.baseline), "value"]
    level = float(own[np.isfinite(own)].mean())
    rows = []
    for arm in setup.arms[1:]:
        spreads = np.nan_to_num(pd.DataFrame(apart[arm, measure]).std().to_numpy(float))
        widest = apart[arm, measure][:, int(np.argmax(spreads))]
        for share in SHARES:
            size = math.log1p(share / 100) if measure.startswith("ln_") else abs(level) * share / 100
            rows.append((arm, measure, share, size, float(spreads.max()), replications_for(widest, size)))
    return pd.DataFrame(rows, columns=["arm", "measure", "per_cent", "difference", "spread", "replications"])


PROFILE = [
    "arm", "measure", "unit", "factor", "level", "difference", "ci_low", "ci_high", "replications", "reason",
    "change", "change_low", "change_high", "change_reason",
]  # fmt: skip


def profile_of(setup: Setup, apart: Apart) -> pd.DataFrame:
    """Every level of every factor, mean over the points that have it: see Responses.profile.

    A seed counts where all its points are there: a mean over other points would be another number.
    """
    rows = []
    for (arm, measure), values in apart.items() if setup.balanced else ():
        for place, factor in enumerate(setup.factors):
            by_level = [values[:, [point[place] == level for point in setup.points]] for level in factor.levels]
            means = [part.mean(axis=1) for part in by_level]
            size = largest(values)
            for level, mean in zip(factor.levels, means, strict=True):
                own, moved = estimate_of(mean, size), estimate_of(mean - means[0], size)
                rows.append((arm, measure, measure_named(measure).unit, factor.name, level_text(level), own.difference,
                             own.low, own.high, own.replications, own.reason, moved.difference, moved.low, moved.high,
                             moved.reason))  # fmt: skip
    return pd.DataFrame(rows, columns=PROFILE)


TRENDS = [
    "arm", "measure", "factor", "unit", "slope", "slope_low", "slope_high", "replications", "left_out", "reason",
]  # fmt: skip


def trends_of(setup: Setup, apart: Apart) -> pd.DataFrame:
    """Least-squares slope of the difference in every numeric factor, the others held, within each seed.

    Its interval is that of the mean slope over seeds. A seed of which a run is missing is left out, and counted.
    """
    numeric = [place for place, factor in enumerate(setup.factors) if factor.numeric]
    columns = [np.ones(len(setup.points)), *(np.array([point[place] for point in setup.points], float)
                                             for place in numeric)]  # fmt: skip
    for place, factor in enumerate(setup.factors):
        if place not in numeric:
            columns += [np.array([point[place] == level for point in setup.points], float)
                        for level in factor.levels[1:]]  # fmt: skip
    matrix = np.column_stack(columns)
    rows: list[tuple[Any, ...]] = []
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        return pd.DataFrame(rows, columns=TRENDS)
    solve = np.linalg.pinv(matrix)
    for (arm, measure), values in apart.items():
        whole = np.isfinite(values).all(axis=1)
        slopes = values[whole] @ solve.T
        for number, place in enumerate(numeric, start=1):
            factor = setup.factors[place]
            span = float(np.ptp(matrix[:, number]))
            found = estimate_of(slopes[:, number], largest(values) / span)
            unit = f"{measure_named(measure).unit} per {factor.unit if factor.unit not in ('', '1') else 'unit'}"
            rows.append((arm, measure, factor.name, unit, found.difference, found.low, found.high,
                         found.replications, int((~whole).sum()), found.reason))  # fmt: skip
    return pd.DataFrame(rows, columns=TRENDS)
