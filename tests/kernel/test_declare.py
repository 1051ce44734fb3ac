"""Things are declared once, with names that a record can carry, and end up in the record that rules see."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from sim.kernel import declare
from sim.kernel.declare import (
    MECHANISMS,
    METRICS,
    PARAMETERS,
    TABLES,
    checked_name,
    column,
    mechanism,
    metric,
    parameter_record,
)

SAID = {"unit": "1", "evidence": "A", "source": "a test", "help": "nothing"}


@pytest.fixture
def registry() -> Iterator[None]:
    """Registries as they were, after the test."""
    kept = [(store, dict(store)) for store in (PARAMETERS, MECHANISMS, METRICS, TABLES)]
    yield
    for store, before in kept:
        store.clear()
        store.update(before)


@pytest.mark.parametrize("name", ["size", "item", "sort", "mean", "dtype", "_hidden", "two words", "1st", ""])
def test_names_that_a_record_cannot_carry_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name"):
        checked_name(name)
    with pytest.raises(ValueError, match="cannot name"):
        column(name, "f8", "1", "nothing")


@pytest.mark.usefixtures("registry")
def test_a_declared_parameter_reaches_the_record() -> None:
    tides = mechanism("tides", "9.9", "The sea comes and goes.")
    tides.param("tide_height", 2.0, 0.0, 5.0, **SAID)
    tides.param("tide_count", 2.0, 1.0, 4.0, whole=True, **SAID)
    p = parameter_record({"tide_height": 3.5}, {"tides": False})
    assert (float(p.tide_height), int(p.tide_count), bool(p.tides)) == (3.5, 2, False)
    assert p.dtype["tide_count"] == np.int64
    assert bool(parameter_record({}, {}).tides)


@pytest.mark.usefixtures("registry")
def test_sweep_bounds_are_the_range_unless_stated() -> None:
    tides = mechanism("tides", "9.9", "The sea comes and goes.")
    assert tides.param("tide_height", 2.0, 0.0, 5.0, **SAID).sweep == (0.0, 5.0)
    assert tides.param("tide_speed", 2.0, 0.0, 5.0, sweep=(1, 3), **SAID).sweep == (1.0, 3.0)


@pytest.mark.usefixtures("registry")
def test_declarations_that_make_no_sense_are_refused() -> None:
    tides = mechanism("tides", "9.9", "The sea comes and goes.")
    tides.param("tide_height", 2.0, 0.0, 5.0, **SAID)
    with pytest.raises(ValueError, match="declared twice"):
        tides.param("tide_height", 2.0, 0.0, 5.0, **SAID)
    with pytest.raises(ValueError, match="declared twice"):
        mechanism("tides", "9.9", "Again.")
    with pytest.raises(ValueError, match="declared twice"):
        mechanism("tide_height", "9.9", "A switch that is called as a parameter.")
    with pytest.raises(ValueError, match="outside"):
        tides.param("tide_speed", 9.0, 0.0, 5.0, **SAID)
    with pytest.raises(ValueError, match="evidence"):
        tides.param("tide_speed", 1.0, 0.0, 5.0, **(SAID | {"evidence": "X"}))
    for declare_it in (
        lambda: tides.param("tide_speed", 1.0, 0.0, 5.0, acts="sometimes", **SAID),
        lambda: mechanism("ebb", "9.9", "The sea goes.", acts="sometimes"),
        lambda: declare.Setting(1.0, 0.0, 5.0, "1", "nothing", acts="sometimes"),
    ):
        with pytest.raises(ValueError, match="acts 'sometimes' is none of opening, burn-in, fork, every year"):
            declare_it()
    assert "tide_speed" not in PARAMETERS and "ebb" not in MECHANISMS


@pytest.mark.usefixtures("registry")
def test_what_is_declared_acts_every_year_unless_it_says_otherwise() -> None:
    tides = mechanism("tides", "9.9", "The sea comes and goes.")
    assert (tides.acts, tides.param("tide_height", 2.0, 0.0, 5.0, **SAID).acts) == ("every year", "every year")
    assert tides.param("tide_start", 2.0, 0.0, 5.0, acts=declare.OPENING, **SAID).acts == "opening"


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError):
        parameter_record({"no_such_parameter": 1.0}, {})
    with pytest.raises(KeyError):
        parameter_record({}, {"no_such_mechanism": True})


@pytest.mark.usefixtures("registry")
def test_tables_are_declared_once_and_start_at_zero() -> None:
    kind = declare.table("boat", [column("speed", "f8", "knots", "how fast"), column("crew", "i4", "1", "who", (3,))])
    boats = kind.empty(2)
    boats[1].speed = 4.0
    boats[1].crew[2] = 7
    assert boats.speed.tolist() == [0.0, 4.0]
    assert boats.crew.tolist() == [[0, 0, 0], [0, 0, 7]]
    assert TABLES["boat"] is kind
    with pytest.raises(ValueError, match="declared twice"):
        declare.table("boat", [])


@pytest.mark.usefixtures("registry")
def test_a_metric_says_what_it_measures() -> None:
    said = {"unit": "1", "formula": "1", "source": "a test", "theme": "test"}

    @metric("tide_now", better="more", **said)
    def tide_now(world):
        """How high the sea stands.

        More is written here.
        """
        return 1.0

    assert METRICS["tide_now"].help == "How high the sea stands."
    assert METRICS["tide_now"].function(None) == 1.0
    with pytest.raises(ValueError, match="declared twice"):
        metric("tide_now", **said)(tide_now)
    with pytest.raises(ValueError, match="needs a docstring"):
        metric("tide_silent", **said)(lambda world: 1.0)
    for wrong in ({"level": "galaxy"}, {"better": "bigger"}, {"every": "hour"}):
        with pytest.raises(ValueError, match="is none of"):
            metric("tide_other", **(said | wrong))


def test_every_column_says_its_unit_and_meaning() -> None:
    unsaid = [f"{kind}.{one.name}" for kind, rows in TABLES.items() for one in rows.columns if not one.help]
    assert not unsaid
