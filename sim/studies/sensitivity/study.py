"""What a difference between arms is sensitive to: screening, an emulator of what matters, and shares of its variance.

Morris (1991, Technometrics 33) moves one factor at a step; mu_star, the mean absolute effect of a move over the whole
range (Campolongo et al. 2007), says which factors matter at all. For these a Gaussian process is fitted to a Sobol
sequence of points, and Sobol indices are taken of the process, with the declared bounds as a uniform prior: S1 is the
share of the variance that a factor explains by itself, ST that in which it has a part (Saltelli et al. 2010).
Intervals are 95 %. Factors are ranked only where their intervals lie apart.

Where every parameter of a model varies at once it gives differences of very different size, and a mean effect is that
of a few points. Such differences are screened as asinh(d / median |d|), which keeps the sign and, near zero, the
proportion (Burbidge, Magee & Robb 1988, Journal of the American Statistical Association 83).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.kernel.brief import Brief
from sim.scenario.problems import Position
from sim.store.executors.limits import Limits
from sim.store.executors.local import Failure
from sim.store.progress import Progress
from sim.store.results import ResultsError
from sim.studies.experiment.checks import factor_called
from sim.studies.experiment.designs import Sampling, at
from sim.studies.experiment.levels import Factor
from sim.studies.experiment.reading import set_up
from sim.studies.experiment.setup import Setup
from sim.studies.libraries import library
from sim.studies.sensitivity.emulator import Emulator, fit
from sim.studies.sensitivity.sign_maps import SignMap, sign_map
from sim.studies.sweep import Responses, apart_by_seed, run_experiment

Array = np.ndarray[Any, Any]
PATHS = 6
"""Trajectories of a screening of an experiment that has another design."""
RESAMPLES = 400
DRAWS = 60
"""Surfaces of the emulator from which its part of an interval is taken."""
BASE = 256
"""Base sample of Sobol indices on the emulator."""
USEFUL = 0.5
"""Share of the variance that an emulator explains on held-out points before its indices count as converged."""
TAILS = 20.0
"""Times the median of the absolute differences that one in a hundred of them exceeds, from which on they are tamed; of
normal differences it is 3.8, of those of Student's t with three degrees of freedom 7.6."""
NARROW = 0.1
"""Half of an interval of an index from which on it has converged."""
SCREENED = ["factor", "mu_star", "low", "high", "mu", "sigma", "rank", "trajectories", "left_out"]
INDICES = [
    "factor", "S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high", "ST_by_emulator", "ST_by_sampling", "rank",
    "converged", "needed",
]  # fmt: skip


@dataclass(frozen=True, repr=False)
class Sensitivity(Brief):
    """What `run_sensitivity` found."""

    setup: Setup
    screening: pd.DataFrame
    """One row a factor, most important first, columns SCREENED."""
    scale: float
    """Effects of the screening are of asinh(d / scale); 0 where they are of the differences d themselves."""
    at_points: tuple[float, float, float]
    """Share of the points of the screening, where all factors vary at once, at which the arm exceeds the baseline, with
    its interval."""
    kept: tuple[Factor, ...]
    """Factors that the emulator has; the others stand at the scenario's values."""
    emulator: Emulator
    indices: pd.DataFrame
    """One row a kept factor, columns INDICES."""
    wins: tuple[float, float, float]
    """Share of the space in which the arm exceeds the baseline, with its interval."""
    maps: tuple[SignMap, ...]
    """Over the pairs of factors that the experiment names, else over the two that matter most."""
    left_out: tuple[str, ...]
    """Points without a number, by name."""
    misfits: int
    """Points that were drawn within the bounds and are none that the model can have."""
    failures: tuple[Failure, ...]

    def brief(self) -> dict[str, object]:
        """How many factors were screened and kept."""
        return {"screened": len(self.screening), "kept": ", ".join(factor.name for factor in self.kept),
                "explained": f"{self.emulator.explained:.2f}", "failures": len(self.failures)}  # fmt: skip


# -- screening -------------------------------------------------------------------------------------------


def screen(unit: Array, values: Array, names: Sequence[str], seed: int = 1) -> pd.DataFrame:
    """Elementary effects of a Morris design, shape (trajectories x (factors + 1), factors), columns SCREENED.

    `values` has shape (seeds, points), NaN where a run has no number: a step from or to such a point tells nothing, and
    is left out and counted for the factor that it moves; a factor of which no step is left has no effect, no interval,
    and comes last. Intervals are of resampled trajectories and seeds. Raises ResultsError where no step is left.
    """
    count = len(names)
    paths = values.reshape(len(values), -1, count + 1)
    moves = np.diff(unit.reshape(-1, count + 1, count), axis=1)
    which = np.abs(moves).argmax(axis=2)
    size = np.take_along_axis(moves, which[..., None], axis=2)[..., 0]
    steps = np.diff(paths, axis=2) / size
    steps = np.where(np.isfinite(steps).all(axis=0), steps, np.nan)
    effects = np.empty_like(steps)
    np.put_along_axis(effects, np.broadcast_to(which, steps.shape), steps, axis=2)
    there = np.isfinite(effects).all(axis=0).sum(axis=0)
    if not there.any():
        raise ResultsError("every step has a point without a number: nothing can be screened")
    chance = np.random.default_rng(seed)
    resampled = np.empty((RESAMPLES, count))
    with warnings.catch_warnings():  # a factor without any effect has no mean, which is what is to be told
        warnings.simplefilter("ignore", RuntimeWarning)
        means = effects.mean(axis=0)
        for number in range(RESAMPLES):
            seeds = chance.integers(len(values), size=len(values))
            chosen = chance.integers(means.shape[0], size=means.shape[0])
            resampled[number] = np.nanmean(np.abs(effects[seeds].mean(axis=0)[chosen]), axis=0)
        low, high = np.nanquantile(resampled, (0.025, 0.975), axis=0)
        mu_star, mu = np.nanmean(np.abs(means), axis=0), np.nanmean(means, axis=0)
        sigma = np.where(there > 1, np.nanstd(means, axis=0, ddof=1), np.nan)
    table = pd.DataFrame({
        "factor": list(names), "mu_star": mu_star, "low": low, "high": high, "mu": mu, "sigma": sigma,
        "rank": np.where(there > 0, ranks(low, high), 1 + (there > 0).sum()), "trajectories": there,
        "left_out": means.shape[0] - there,
    })  # fmt: skip
    return table.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)[SCREENED]


def ranks(low: Array, high: Array) -> Array:
    """Rank of each interval: 1 more than the number of intervals that lie wholly above it. Those that overlap tie."""
    return np.array([1 + int((low > top).sum()) for top in high])


def tamed(values: Array) -> tuple[Array, float]:
    """Differences as they are screened, and the scale of asinh(d / scale); as they are, and 0, without long tails."""
    size = np.abs(values[np.isfinite(values)])
    middle = float(np.median(size)) if size.size else 0.0
    if middle <= 0.0 or float(np.quantile(size, 0.99)) <= TAILS * middle:
        return values, 0.0
    return np.arcsinh(values / middle), middle


def won_at_points(values: Array, paths: int, seed: int = 1) -> tuple[float, float, float]:
    """Share of the points of a screening, `values` of shape (seeds, points), whose mean over seeds is above zero, with
    the interval of resampled paths and seeds; points without a number on every seed are left out. NaN without points.
    """
    values = np.where(np.isfinite(values).all(axis=0), values, np.nan)
    chance = np.random.default_rng(seed)
    shares = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        seeds, chosen = chance.integers(len(values), size=len(values)), chance.integers(paths, size=paths)
        shares[number] = _share_above(values[seeds].reshape(len(seeds), paths, -1)[:, chosen])
    known = shares[np.isfinite(shares)]
    low, high = np.quantile(known, (0.025, 0.975)) if known.size else (math.nan, math.nan)
    return _share_above(values), float(low), float(high)


def _share_above(values: Array) -> float:
    means = values.mean(axis=0)
    means = means[np.isfinite(means)]
    return float((means > 0).mean()) if means.size else math.nan


# -- indices ---------------------------------------------------------------------------------------------


def sobol_indices(
    draws: Callable[[Array], Array], names: Sequence[str], base: int = BASE, seed: int = 1
) -> pd.DataFrame:
    """Sobol indices of surfaces over the unit cube, columns INDICES; `draws`: (points, factors) to (surfaces, points).

    The interval has two parts: how indices differ between surfaces, and SALib's bootstrap of the sample within one.
    `needed` is the base sample that would bring the part of sampling below NARROW.
    """
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    sampler, analyzer = library("SALib.sample.sobol"), library("SALib.analyze.sobol")
    sample = np.asarray(sampler.sample(problem, base, calc_second_order=False, seed=seed))
    found: dict[str, list[Array]] = {key: [] for key in ("S1", "ST", "S1_conf", "ST_conf")}
    for surface in draws(sample):
        told = analyzer.analyze(problem, surface, calc_second_order=False, num_resamples=50, seed=seed)
        for key, kept in found.items():
            kept.append(np.asarray(told[key]))
    columns: dict[str, Any] = {"factor": list(names)}
    for key in ("S1", "ST"):
        values, halves = np.array(found[key]), np.array(found[f"{key}_conf"])
        between = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(len(names))
        within = np.sqrt((halves**2).mean(axis=0))
        half = np.sqrt((1.96 * between) ** 2 + within**2)
        middle = values.mean(axis=0)
        columns |= {key: middle, f"{key}_low": middle - half, f"{key}_high": middle + half}
        if key == "ST":
            columns |= {"ST_by_emulator": 1.96 * between, "ST_by_sampling": within}
    table = pd.DataFrame(columns)
    table["rank"] = ranks(table["ST_low"].to_numpy(), table["ST_high"].to_numpy())
    table["converged"] = (table["ST_high"] - table["ST_low"]) / 2 <= NARROW
    needed = base * (table["ST_by_sampling"] / NARROW) ** 2
    table["needed"] = [max(base, 2 ** math.ceil(math.log2(max(size, 2.0)))) for size in needed]
    return table.sort_values("ST", ascending=False, kind="stable", ignore_index=True)[INDICES]


def share_won(emulator: Emulator, factors: int, seed: int = 1) -> tuple[float, float, float]:
    """Share of the unit cube in which the response is above zero, with its interval: of emulator and shared luck."""
    sampler = library("scipy.stats.qmc").Sobol(factors, scramble=True, rng=np.random.default_rng(seed))
    surfaces = emulator.draws(sampler.random_base2(9), 4 * DRAWS, seed)
    shift = np.random.default_rng(seed + 1).normal(0.0, math.sqrt(emulator.noise.shared), (len(surfaces), 1))
    shares = (surfaces + shift > 0).mean(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(shares.mean()), float(low), float(high)


# -- the whole -------------------------------------------------------------------------------------------


def with_design(setup: Setup, factors: Sequence[Factor], design: Sampling) -> Setup:
    """The experiment with some of its factors and another design; a range is sampled between its ends."""
    alone = {"claims": (), "maps": (), "stop": None}
    if tuple(factors) == setup.factors and design == setup.experiment.design:  # checked already, which takes its time
        return replace(setup, experiment=setup.experiment.model_copy(update=alone))
    told = {one.key: f"{one.levels[0]}:{one.levels[-1]}" if one.numeric else list(one.levels) for one in factors}
    experiment = setup.experiment.model_copy(update={
        "factors": told, "design": design, "scenario": setup.source, **alone,
    })  # fmt: skip
    return set_up(experiment, lambda _key: Position("the experiment", 0))


def paths_of(setup: Setup) -> int:
    """Trajectories of a screening where nobody says how many: those of the experiment's own design, if it is one."""
    design = setup.experiment.design
    return design.trajectories if design.kind == "morris" else PATHS


def planned_runs(setup: Setup, trajectories: int, points: int) -> tuple[int, int]:
    """Runs of the screening and of the emulator, at most."""
    each = len(setup.arms[:2]) * setup.experiment.replications
    return trajectories * (len(setup.factors) + 1) * each, points * each


def run_sensitivity(
    setup: Setup, workers: int | None, folder: Path, trajectories: int | None = None, points: int = 96, most: int = 6,
    overwrite: bool = False, progress: Progress | None = None, limits: Limits | None = None,
) -> Sensitivity:  # fmt: skip
    """Screen the factors of an experiment, emulate the `most` important ones, and share out the variance.

    Factors of the experiment's maps are emulated whatever the screening says.

    The response is the difference of the second arm to the first in the headline measure. Runs of both stages lie in
    `folder`; a killed call goes on where it was. Raises ResultsError where too few points have a number.
    """
    seed, paths = setup.experiment.design.seed, trajectories or paths_of(setup)
    screening_setup = with_design(setup, setup.factors, Sampling(kind="morris", trajectories=paths, seed=seed))
    found = run_experiment(screening_setup, workers, folder, overwrite, progress, limits=limits)
    unit = screening_setup.unit
    values = _values(found, [_place(found, one, screening_setup) for one in unit])
    plain, scale = tamed(values)
    screening = screen(unit, plain, [factor.name for factor in screening_setup.factors])
    pairs = [[factor_called(name, screening_setup.factors) for name in pair] for pair in setup.experiment.maps]
    mapped = {factor.name for pair in pairs for factor in pair if factor is not None}
    chosen = {*screening["factor"][:most], *mapped}
    kept = tuple(factor for factor in screening_setup.factors if factor.name in chosen)
    emulated = with_design(setup, kept, Sampling(kind="sobol", points=points, seed=seed))
    second = run_experiment(emulated, workers, folder, False, progress, limits=limits)
    cube = np.array([_unit(point, kept) for point in emulated.points])
    answers = _values(second, range(len(emulated.points)))
    whole = np.isfinite(answers).all(axis=0)
    try:
        emulator = fit(cube[whole], answers[:, whole])
    except ValueError as error:
        raise ResultsError(f"{error}: {int(whole.sum())} of {len(whole)} have one on every seed") from None
    indices = sobol_indices(lambda at: emulator.draws(at, DRAWS), [factor.name for factor in kept])
    indices["converged"] &= emulator.explained >= USEFUL
    return Sensitivity(
        setup, screening, scale, won_at_points(values, paths), kept, emulator, indices, share_won(emulator, len(kept)),
        _maps(setup, emulator, kept, indices),
        tuple(emulated.told_point(point) for point, there in zip(emulated.points, whole, strict=True) if not there),
        screening_setup.misfits + emulated.misfits, (*found.failures, *second.failures),
    )  # fmt: skip


def _maps(
    setup: Setup, emulator: Emulator, kept: Sequence[Factor], indices: pd.DataFrame
) -> tuple[SignMap, ...]:  # fmt: skip
    """The maps that are asked for, or that of the two numeric factors with the largest indices, if there are two."""
    ranked = [one for name in indices["factor"] for one in kept if one.name == name and one.span]
    found = [[factor_called(name, kept) for name in pair] for pair in setup.experiment.maps]
    asked = [[one for one in pair if one is not None] for pair in found] or [ranked[:2]]
    return tuple(sign_map(emulator, kept, pair[0], pair[1]) for pair in asked if len(pair) == 2)


def _values(found: Responses, places: Sequence[int] | range) -> Array:
    """The difference of the second arm to the first, shape (seeds, places)."""
    return apart_by_seed(found.setup, found.runs, found.seeds)[found.setup.arms[1], found.headline][:, list(places)]


def _place(found: Responses, unit: Array, setup: Setup) -> int:
    return found.setup.points.index(at(unit, setup.factors))


def _unit(point: Sequence[Any], factors: Sequence[Factor]) -> list[float]:
    """Where a point lies in the unit cube."""
    place = []
    for value, factor in zip(point, factors, strict=True):
        if factor.span:
            low, high = (float(end) for end in factor.levels)
            place.append((value - low) / (high - low))
        else:
            place.append((factor.levels.index(value) + 0.5) / len(factor.levels))
    return place
