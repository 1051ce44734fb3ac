"""`benchmarks/steady_state.py` measures what it says: tails, spreads, survival, what a failure costs."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sim.kernel.scenario_types import Scenario
from tests.model.engine.worlds import small_story

TOOL = Path(__file__).resolve().parent.parent / "benchmarks" / "steady_state.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("steady_state", TOOL)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def as_told(tool: ModuleType) -> Scenario:
    """The small nation as the tool runs it."""
    return small_story(*tool.QUIET)


def test_tail_of_zipf_sizes(tool: ModuleType) -> None:
    sizes = 1000.0 / (np.arange(1, 1001) - 0.5)
    assert tool.tail_exponent(sizes) == pytest.approx(1.0)
    assert tool.tail_exponent(sizes**0.5) == pytest.approx(2.0)
    assert math.isnan(tool.tail_exponent(sizes[:100]))


def test_slope_of_the_spread_of_growth(tool: ModuleType) -> None:
    sizes = np.exp(np.repeat(np.arange(10.0), 20))
    growth = np.tile([1.0, -1.0], 100) * sizes**-0.2
    assert tool.spread_slope(sizes, growth) == pytest.approx(-0.2)
    assert math.isnan(tool.spread_slope(sizes[:50], growth[:50]))


@pytest.mark.slow
def test_a_short_run_is_watched_and_told(tool: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    told, alive = tool.watch(as_told(tool), 1, 8)
    assert told[0]["firms"] >= 48
    assert all(0.0 <= year["cr1"] <= year["cr4"] <= 1.0 and year["labour"] <= 1.0 + 2e-4 for year in told)
    entered, left = sum(year["born"] for year in told[1:]), sum(year["exits"] for year in told[:-1])
    assert told[-1]["firms"] - told[0]["firms"] == entered - left
    assert 0.0 <= alive[1] <= 1.0
    tool.show([(told, alive)], 8)
    assert "survival" in capsys.readouterr().out


@pytest.mark.slow
def test_the_largest_firms_failure_costs_more_when_it_closes(tool: ModuleType) -> None:
    lost = tool.fail_largest(as_told(tool), 1, 3)
    taken, closed = lost
    assert lost.shape == (2, 5)
    assert min(closed) < min(taken)
    assert min(closed) < -0.01
