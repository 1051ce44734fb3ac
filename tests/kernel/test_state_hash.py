"""The hash of a state sees every field that decides, and no other."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import xxhash

from sim.kernel import state_hash
from sim.kernel.state_hash import LEFT_OUT
from sim.kernel.world import World
from sim.model import schedule
from sim.runs.run import fork
from tests.small_world import present

BUSY = (
    "policies=[{policy: soft_loan}, {policy: local_protection, regions: [R1A]}, {policy: talent}]",
    "shocks=[{shock: turbulence, years: 9}]",
)


@pytest.fixture(scope="module")
def world() -> World:
    """A World in its second year of treatment, with programmes and a shock at work."""
    world = present(*BUSY)
    schedule.step(world)
    schedule.step(world)
    return world


def other(value: object) -> object:
    """Something else of the same kind."""
    if value is None:
        return 1.0
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, np.ndarray):
        changed = value.copy()
        changed.flat[0] = changed.flat[0] + 1.0
        return changed
    raise TypeError(type(value).__name__)


def test_fields_that_are_left_out_exist_and_have_a_reason() -> None:
    names = {one.name for one in dataclasses.fields(World)}
    assert set(LEFT_OUT) < names
    assert all(len(reason) > 10 for reason in LEFT_OUT.values())


def test_every_number_of_the_world_counts(world: World) -> None:
    before = world.state_hash()
    tried = 0
    for one in dataclasses.fields(World):
        value = getattr(world, one.name)
        plain = value is None or isinstance(value, bool | int | float) or type(value) is np.ndarray
        if one.name in LEFT_OUT or not plain:
            continue
        changed = fork(world)
        setattr(changed, one.name, other(value))
        assert changed.state_hash() != before, one.name
        tried += 1
    assert tried > 15


def test_parameters_norms_plans_programmes_and_shocks_count(world: World) -> None:
    before = world.state_hash()
    changed = fork(world)
    changed.norms.unit_value += 1.0
    assert changed.state_hash() != before
    changed = fork(world)
    changed.plan = dataclasses.replace(world.plan, imitation=0.123)
    assert changed.state_hash() != before
    changed = fork(world)
    changed.policies[0].savings[2] += 1.0
    assert changed.state_hash() != before
    changed = fork(world)
    changed.policies[0].settings["share"] += 0.01
    assert changed.state_hash() != before
    changed = fork(world)
    changed.shocks = []
    assert changed.state_hash() != before


def test_a_parameter_counts(world: World) -> None:
    before = world.state_hash()
    kept = float(world.p.radical_share)
    world.p.radical_share = kept + 0.01
    assert world.state_hash() != before
    world.p.radical_share = kept
    assert world.state_hash() == before


def test_what_is_left_out_has_no_influence(world: World) -> None:
    one, two = fork(world), fork(world)
    for table in (two.events_table, two.ledger_table, two.births_table):
        table.clear()
    two.at_start, two.kernels, two.input_rows = {}, {}, None
    assert two.state_hash() == one.state_hash()
    for _ in range(2):
        schedule.step(one)
        schedule.step(two)
        assert two.state_hash() == one.state_hash()


def digest(value: object) -> str:
    found = xxhash.xxh3_64()
    state_hash.absorb(found, value)
    return found.hexdigest()


def test_values_of_every_kind_are_told_apart() -> None:
    values = [
        None, 0, 0.0, "", [], {}, [[]], [0], "0", ["a", "b"], ["ab"], {"a": 1}, {"b": 1}, math.nan, -0.0,
        np.zeros(2), np.zeros((2, 1)),
    ]  # fmt: skip
    assert len({digest(value) for value in values}) == len(values)


def test_the_order_of_keys_does_not_count() -> None:
    assert digest({"a": 1, "b": [2.0]}) == digest({"b": [2.0], "a": 1})


def test_what_has_no_place_in_a_state_is_refused() -> None:
    with pytest.raises(TypeError, match="a object has no place"):
        digest(object())


def test_a_single_record_counts_like_a_table_of_one(world: World) -> None:
    for record in (world.p, world.norms):
        alone, tabled = xxhash.xxh3_64(), xxhash.xxh3_64()
        state_hash.absorb(alone, record)
        state_hash.absorb_columns(tabled, np.array([record], dtype=record.dtype))
        assert alone.hexdigest() == tabled.hexdigest()
