"""An emulator of a response: a Gaussian process over the unit cube that allows for luck that points share.

With common random numbers the error of a mean over seeds has a part that all points have in common (a lucky seed is
lucky everywhere) and a part of each point. Only the second is noise of the shape; the first shifts the whole surface,
and counts where the sign of the response is asked for. Rasmussen & Williams 2006, Gaussian Processes; Ankenman, Nelson
& Staum 2010 (Operations Research 58) on noise of simulations; Smyth 2004 (Statistical Applications in Genetics and
Molecular Biology 3) on variances of many points of which each has few values.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.studies.libraries import library

Array = np.ndarray[Any, Any]
FOLDS = 10
BELIEF = 10.0
"""Degrees of freedom that the mean variance of all points has in that of each. Two or three seeds tell little of it:
points whose seeds happen to agree would be taken for exact, and the surface bent to meet them."""
JITTER = 1e-9
"""Share of the variance that is added to a covariance so that it has a root."""


@dataclass(frozen=True)
class Noise:
    """What luck does to means over seeds."""

    own: Array
    """Variance of the mean at each point that is the point's own, shape (points,)."""
    shared: float
    """Variance of the shift that all points share."""


def noise_of(values: Array) -> Noise:
    """The noise of the means of `values`, shape (seeds, points), complete; one seed tells nothing, and counts as 0."""
    seeds = len(values)
    if seeds < 2:
        return Noise(np.zeros(values.shape[1]), 0.0)
    luck = values.mean(axis=1, keepdims=True)
    each = (values - luck).var(axis=0, ddof=1) / seeds
    own = (BELIEF * each.mean() + (seeds - 1) * each) / (BELIEF + seeds - 1)
    # What is left of the points' own noise in the mean over points is no shared luck.
    shared = float(luck.var(ddof=1)) / seeds - float(own.mean()) / values.shape[1]
    return Noise(own, max(shared, 0.0))


@dataclass(frozen=True)
class Emulator:
    """A fitted process; values in the unit of the response."""

    process: Any
    noise: Noise
    rmse: float
    """Root of the mean squared error on points that were held out."""
    explained: float
    """Share of the variance between points that is explained on points that were held out (Q2); below 0 is useless."""
    covered: float
    """Share of held-out values that lie in their 95 % interval."""

    def mean(self, units: Array) -> Array:
        """Predictions at points of the unit cube, shape (points, factors) to (points,)."""
        return np.asarray(self.process.predict(units))

    def draws(self, units: Array, count: int, seed: int = 1) -> Array:
        """Surfaces that the runs leave possible, without the shared shift, shape (draws, points)."""
        mean, covariance = self.process.predict(units, return_cov=True)
        covariance = covariance + JITTER * max(float(np.trace(covariance)) / len(units), 1e-300) * np.eye(len(units))
        values, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        chance = np.random.default_rng(seed).standard_normal((count, len(units)))
        return np.asarray(mean + chance @ root.T)

    def means(self, units: Array, count: int) -> tuple[Array, Array]:
        """Means over `count` points that follow each other, (groups x count, factors) to (groups,), and how what is not
        known of them hangs together, shape (groups, groups), without the shared shift."""
        mean, covariance = self.process.predict(units, return_cov=True)
        groups = len(units) // count
        return (
            np.asarray(mean).reshape(groups, count).mean(axis=1),
            np.asarray(covariance).reshape(groups, count, groups, count).mean(axis=(1, 3)),
        )


def fit(units: Array, values: Array, seed: int = 1) -> Emulator:
    """Fit means over seeds of `values`, shape (seeds, points), at `units`, shape (points, factors), and hold out.

    Raises ValueError for values that are not finite: points without a number are to be named and left out before.
    """
    if not np.isfinite(values).all() or len(units) < 2 * FOLDS:
        raise ValueError(f"an emulator needs finite values at {2 * FOLDS} points or more")
    means, noise = values.mean(axis=0), noise_of(values)
    process = _fitted(units, means, noise.own, None)
    order = np.random.default_rng(seed).permutation(len(units))
    guess, spread = np.empty(len(units)), np.empty(len(units))
    for fold in np.array_split(order, FOLDS):
        kept = np.setdiff1d(order, fold)
        part = _fitted(units[kept], means[kept], noise.own[kept], process.kernel_)
        guess[fold], spread[fold] = part.predict(units[fold], return_std=True)
    error = means - guess
    variance = float(means.var())
    within = np.abs(error) <= 1.96 * np.sqrt(spread**2 + noise.own)
    explained = 1.0 - float((error**2).mean()) / variance if variance > 0 else 0.0
    return Emulator(process, noise, float(np.sqrt((error**2).mean())), explained, float(within.mean()))


def _fitted(units: Array, means: Array, own: Array, kernel: Any) -> Any:
    """A process fitted to means with known noise; with a `kernel` its hyperparameters are kept."""
    processes, kernels = library("sklearn.gaussian_process"), library("sklearn.gaussian_process.kernels")
    scale = float(means.var()) or 1.0
    start = kernels.ConstantKernel(1.0, (1e-3, 1e3)) * kernels.Matern(
        np.full(units.shape[1], 0.5), (0.05, 50.0), nu=2.5
    ) + kernels.WhiteKernel(1e-3, (1e-8, 1.0))
    process = processes.GaussianProcessRegressor(
        start if kernel is None else kernel, alpha=own / scale + 1e-10, normalize_y=True,
        optimizer="fmin_l_bfgs_b" if kernel is None else None, n_restarts_optimizer=2 if kernel is None else 0,
        random_state=1,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a length at its bound is a factor that does nothing
        return process.fit(units, means)
