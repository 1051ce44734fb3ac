"""Tables that grow: what they hold, what memory they take, and that rows are copied only where they must be."""

from __future__ import annotations

import copy
import gc
from typing import Any

import numpy as np
import pytest

from sim.kernel.growing_table import LEAST, GrowingTable
from sim.kernel.tables import FIRM, LINK
from sim.model import schedule
from sim.model.opening import build_world
from sim.scenario.reading import load_scenario


def links(count: int) -> GrowingTable[Any]:
    table = GrowingTable(LINK)
    table.extend(count).id = np.arange(count)
    return table


def test_rows_stay_and_new_ones_are_zero_wherever_memory_was_used_before() -> None:
    table = links(100)
    table.keep(np.arange(50))
    assert np.all(table.extend(1000).id == 0)
    assert np.array_equal(table.rows.id[:50], np.arange(50))


def test_a_table_that_nobody_looks_at_grows_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    table = links(100_000)
    monkeypatch.setattr(GrowingTable, "_allocate", lambda *_: pytest.fail("the rows were copied"))
    table.extend(100)
    assert np.array_equal(table.rows.id[:100_000], np.arange(100_000))


def test_a_view_that_is_held_outlives_growth() -> None:
    table = links(100)
    held = table.rows
    table.extend(100_000).id = -1
    assert np.array_equal(held.id, np.arange(100))
    table.rows.id[0] = 7
    assert held.id[0] == 0, "it is a view of the old memory"


def test_a_full_table_takes_little_to_spare() -> None:
    table = links(10_000)
    table.extend(1)
    assert len(table.buffer) <= 10_000 * 17 / 16 + 1


def test_memory_that_was_used_little_is_given_back_and_the_rest_is_kept() -> None:
    table = links(10_000)
    table.clear()
    assert len(table.rows) == 0
    assert len(table.buffer) >= 10_000, "it was full"
    table.extend(10)
    table.clear()
    assert len(table.buffer) == LEAST


def test_a_copy_has_rows_of_its_own() -> None:
    table = links(1000)
    table.keep(np.arange(10))
    other = copy.deepcopy(table)
    table.rows.id[0] = 7
    assert np.array_equal(other.rows.id, np.arange(10))
    assert len(other.buffer) == LEAST, "what is to spare is not copied"
    other.extend(1000)
    assert other.rows.id[9] == 9


def test_a_year_copies_neither_firms_nor_links_to_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build_world(load_scenario("policy_text", ["population.firms=300"]))
    schedule.step(world)
    gc.collect()
    copied, grown = [], []
    allocate, lengthen = GrowingTable._allocate, GrowingTable._lengthen
    monkeypatch.setattr(GrowingTable, "_allocate", lambda table, n: (copied.append(table.kind), allocate(table, n)))
    monkeypatch.setattr(GrowingTable, "_lengthen", lambda table, n: (grown.append(table.kind), lengthen(table, n)))
    for _ in range(8):
        schedule.step(world)
    assert LINK in grown
    assert FIRM not in copied
    assert LINK not in copied
