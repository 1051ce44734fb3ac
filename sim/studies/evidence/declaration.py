"""How an estimator of the evidence on policy is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.studies.evidence.watching import Watched

Estimate = Callable[..., float]
"""estimate(arm, other arm, ...) -> value; NaN where there is nothing to estimate it from."""


@dataclass(frozen=True)
class Estimator:
    """A number from the arms of a benchmark."""

    name: str
    arms: int
    """How many arms it compares, the one without the policy first."""
    method: str
    estimate: Estimate

    def __call__(self, *arms: Watched) -> float:
        """The number."""
        return float(self.estimate(*arms))


ESTIMATORS: dict[str, Estimator] = {}


def estimator(arms: int) -> Callable[[Estimate], Estimate]:
    """Declare the decorated function; its name is that of the estimator and its docstring says how it is done."""

    def declare(estimate: Estimate) -> Estimate:
        name = estimate.__name__
        if name in ESTIMATORS:
            raise ValueError(f"estimator {name!r} is declared twice")
        ESTIMATORS[name] = Estimator(name, arms, " ".join((estimate.__doc__ or "").split()), estimate)
        return estimate

    return declare
