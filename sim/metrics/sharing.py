"""Taking many measures of one World at once, without counting the same things again for each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from sim.kernel.declare import METRICS
from sim.kernel.world import World
from sim.metrics.formulas.arithmetic import Array

_Shared = TypeVar("_Shared", bound=Callable[..., Any])
_taken: ContextVar[tuple[World, dict[Any, Any]] | None] = ContextVar("_taken", default=None)


def shared(function: _Shared) -> _Shared:
    """Compute `function(world, ...)` once per call of `measure` and arguments; outside of it, every time.

    Nothing outlives the call, so a World that changes is never measured with old sums.
    """

    @wraps(function)
    def once(world: World, *told: Hashable) -> Any:
        taken = _taken.get()
        if taken is None or taken[0] is not world:
            return function(world, *told)
        results = taken[1]
        if (function, told) not in results:
            results[function, told] = function(world, *told)
        return results[function, told]

    return once  # type: ignore[return-value]


def measure(world: World, names: Iterable[str]) -> dict[str, float | Array]:
    """The named metrics of `world` by name, in the order given. Raises KeyError for a name that nobody declared.

    A float for a metric of the nation, else an array of the shape that `sim.kernel.declare.Metric` states.
    """
    before = _taken.set((world, {}))
    try:
        values = {name: METRICS[name].function(world) for name in names}
    finally:
        _taken.reset(before)
    return {name: value if isinstance(value, float) else np.array(value, dtype=float) for name, value in values.items()}
