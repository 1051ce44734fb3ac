"""What is said of the largest firms: by hand."""

from __future__ import annotations

import math

import pytest

from sim.kernel.world import Event
from sim.metrics import measure
from sim.metrics.formulas.concentration import largest_share
from tests.metrics.conftest import bare_world

NAMES = ["largest_firm_share", "four_firm_share", "granularity", "takeovers", "debts_written_off"]


def test_shares_of_the_largest_by_hand() -> None:
    world = bare_world(1, 1)
    firms = world.firms_table.extend(7)
    firms.living, firms.id = True, range(1, 8)
    firms.sales = [10.0, 40.0, 5.0, 20.0, 5.0, 20.0, 900.0]
    firms.living[6] = False
    world.expenditure = 50.0
    world.note(Event.TAKEOVER, firms[:2], amount=[0.0, 4.0])
    world.note(Event.EXIT, firms[6:], amount=7.0)
    found = measure(world, NAMES)
    assert found["largest_firm_share"] == pytest.approx(0.4)
    assert found["four_firm_share"] == pytest.approx(0.9)
    assert found["granularity"] == pytest.approx(math.sqrt(0.16 + 0.04 + 0.04 + 0.01 + 0.0025 + 0.0025))
    assert (found["takeovers"], found["debts_written_off"]) == (2.0, pytest.approx(0.08))


def test_a_nation_without_firms_has_no_largest_one() -> None:
    world = bare_world(1, 1)
    world.expenditure = 1.0
    found = measure(world, NAMES)
    assert all(math.isnan(float(found[name])) for name in NAMES[:3])
    assert (found["takeovers"], found["debts_written_off"]) == (0.0, 0.0)
    assert math.isnan(largest_share(world.firms.sales[:0], 1))
