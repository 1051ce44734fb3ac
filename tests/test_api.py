"""The public interface: `sim.__all__`, each name documented in docs/api.md, in a package that carries its types."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import sim

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "api.md").read_text(encoding="utf-8")
INTERFACE = {
    "SME",
    "ClusterModel",
    "Firm",
    "CheckpointError",
    "Cluster",
    "GoneError",
    "ResultsError",
    "LeadingFirm",
    "ResearchInstitute",
    "Run",
    "Scenario",
    "ScenarioError",
    "Timeline",
    "World",
    "batch",
    "build_world",
    "compare",
    "known_scenarios",
    "load_arms",
    "load_checkpoint",
    "load_scenario",
    "read_results",
    "reproduce",
    "rerun",
    "run",
    "run_arms",
    "run_to_folder",
    "save_checkpoint",
    "sweep",
}


def test_the_public_interface_is_this_list() -> None:
    assert sorted(sim.__all__) == sorted(INTERFACE)


def test_every_public_name_has_one_line_in_the_documentation() -> None:
    assert sorted(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == sorted(INTERFACE)


@pytest.mark.parametrize("name", sorted(INTERFACE))
def test_every_public_name_has_a_docstring(name: str) -> None:
    said = (
        vars(getattr(sim, name)).get("__doc__") if inspect.isclass(getattr(sim, name)) else getattr(sim, name).__doc__
    )
    assert said and len(said.splitlines()[0]) > 10


def test_the_package_carries_its_types() -> None:
    assert (Path(sim.__file__).parent / "py.typed").exists()


@pytest.mark.slow
def test_the_example_of_the_documentation_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(example, "docs/api.md", "exec"), names)
    assert " firms with " in capsys.readouterr().out
    assert len(names["income"]) == 4, "two years before the fork and two after it"  # type: ignore[arg-type]
