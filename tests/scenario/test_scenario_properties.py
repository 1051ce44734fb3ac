"""Whatever a file or an override says, loading it gives a scenario or a ScenarioError, and the same one every time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.kernel.scenario_types import Scenario
from sim.scenario.documents import write_yaml
from sim.scenario.json_schema import section_schema
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import diff_scenarios, load_scenario, scenario_as_yaml, scenario_identity
from tests.scenario_files import SMALL

EASY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def outcome(folder: Path, text: str | bytes, overrides: list[str]) -> Scenario | ScenarioError:
    """The scenario, or the error; anything else that is raised fails the test."""
    path = folder / "story.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    try:
        return load_scenario(path, overrides)
    except ScenarioError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.line >= 1 and problem.column >= 1 and problem.message
        assert len(str(error).splitlines()) == len(error.problems)
        return error


def keys() -> list[str]:
    """Every key that a section has."""
    schema = section_schema()
    sections = [schema, *schema["$defs"].values()]
    return sorted({name for section in sections for name in section.get("properties", {})} | {"extends", "price_speed"})


SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 2**40),
    st.floats(),
    st.sampled_from(["balanced", "explicit", "story.yaml", "base.yaml", "upstream", "cars", "R1A", "", "off", "1e-3"]),
    st.text(max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(keys()), inner, max_size=4),
    max_leaves=12,
)


@EASY
@given(text=st.text(max_size=200))
def test_any_text(folder: Path, text: str) -> None:
    outcome(folder, text, [])


@EASY
@given(text=st.binary(max_size=100))
def test_any_bytes(folder: Path, text: bytes) -> None:
    outcome(folder, text, [])


@EASY
@given(text=st.text(alphabet="ab:-?[]{},&*!|>'\"%@`#~ \n\t0.1", max_size=80))
def test_any_mixture_of_what_yaml_is_made_of(folder: Path, text: str) -> None:
    outcome(folder, SMALL + text, [])


@EASY
@given(values=st.dictionaries(st.sampled_from(keys()), VALUES, max_size=6))
def test_any_values_in_known_keys(folder: Path, values: dict[str, Any]) -> None:
    outcome(folder, write_yaml(values), [])
    outcome(folder, SMALL + write_yaml({key: values[key] for key in values if f"\n{key}:" not in f"\n{SMALL}"}), [])


@EASY
@given(where=st.integers(0, len(SMALL)), cut=st.integers(0, 12), text=st.text(max_size=4))
def test_any_slip_in_a_good_file(folder: Path, where: int, cut: int, text: str) -> None:
    outcome(folder, SMALL[:where] + text + SMALL[where + cut :], [])


@EASY
@given(texts=st.lists(st.text(max_size=30), max_size=3))
def test_any_override(folder: Path, texts: list[str]) -> None:
    outcome(folder, SMALL, texts)


@EASY
@given(
    path=st.lists(st.sampled_from([*keys(), "0", "1", "cars", "x y", "-1"]), min_size=1, max_size=4),
    value=st.one_of(st.text(max_size=10), VALUES.map(write_yaml)),
)
def test_any_value_for_any_key(folder: Path, path: list[str], value: str) -> None:
    text = f"{'.'.join(path)}={value}"
    outcome(folder, SMALL, [text])
    outcome(folder, SMALL, ["policies.0.policy=x", "plan.hot=[cars]", text])


@EASY
@given(
    budget=st.floats(0, 0.5),
    imitation=st.floats(0, 1),
    layout=st.sampled_from(["market", "balanced", "duplicated", "random_specialised"]),
    section=st.sampled_from(["plan", "neutral"]),
    firms=st.integers(1, 1000),
    size=st.integers(1, 6),
    hot=st.lists(st.sampled_from(["cars", "parts"]), max_size=2, unique=True),
)
def test_writing_and_reading_give_the_same_scenario(
    folder: Path, budget: float, imitation: float, layout: str, section: str, firms: int, size: int, hot: list[str]
) -> None:
    changes = [f"{section}.budget={budget!r}", f"{section}.imitation={imitation!r}", f"{section}.layout={layout}",
               f"population.firms={firms}", f"regions.grid.rows={size}", f"{section}.hot={hot}"]  # fmt: skip
    first = outcome(folder, SMALL, changes)
    assert isinstance(first, Scenario)
    second = outcome(folder, scenario_as_yaml(first), [])
    assert second == first
    assert diff_scenarios(first, second) == []
    assert scenario_identity(first) == scenario_identity(second)
