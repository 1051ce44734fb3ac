"""clustersim: how industrial clusters form, and which layout of industries over regions serves the nation best.

The front door. Each name is loaded when it is first used, so that `import sim` and `clustersim --help` stay light:

    import sim

    model = sim.ClusterModel(story="policy_text", layout="duplicated", rng=1)   # a mesa.Model
    run = sim.run(sim.load_scenario("policy_text"))                             # one run as tables
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# How many threads share a long sum must not decide its last digit, and idle ones would wait in a loop beside an
# experiment's workers. It is read when NumPy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_DOOR = {
    "ClusterModel": ("sim.mesa_model.cluster_model", "ClusterModel"),
    "Firm": ("sim.mesa_model.agents", "Firm"),
    "LeadingFirm": ("sim.mesa_model.agents", "LeadingFirm"),
    "SME": ("sim.mesa_model.agents", "SME"),
    "ResearchInstitute": ("sim.mesa_model.agents", "ResearchInstitute"),
    "GoneError": ("sim.mesa_model.agents", "GoneError"),
    "Scenario": ("sim.kernel.scenario_types", "Scenario"),
    "ScenarioError": ("sim.scenario.reading", "ScenarioError"),
    "Timeline": ("sim.runs.timeline", "Timeline"),
    "World": ("sim.kernel.world", "World"),
    "Run": ("sim.runs.run", "Run"),
    "load_scenario": ("sim.scenario.reading", "load_scenario"),
    "known_scenarios": ("sim.scenario.reading", "known_scenarios"),
    "load_arms": ("sim.scenario.arms", "load_arms"),
    "build_world": ("sim.model.opening", "build_world"),
    "run": ("sim.runs.run", "run_scenario"),
    "run_arms": ("sim.runs.run", "run_arms"),
    "compare": ("sim.front", "compare"),
    "run_to_folder": ("sim.front", "run_to_folder"),
    "sweep": ("sim.front", "sweep"),
    "rerun": ("sim.front", "rerun"),
    "reproduce": ("sim.front", "reproduce"),
    "batch": ("sim.front", "batch"),
    "Cluster": ("sim.store.executors.cluster", "Cluster"),
    "read_results": ("sim.store.results", "read_results"),
    "ResultsError": ("sim.store.results", "ResultsError"),
    "save_checkpoint": ("sim.runs.checkpoint", "save_checkpoint"),
    "load_checkpoint": ("sim.runs.checkpoint", "load_checkpoint"),
    "CheckpointError": ("sim.runs.checkpoint", "CheckpointError"),
}

__all__ = [
    "SME",
    "CheckpointError",
    "Cluster",
    "ClusterModel",
    "Firm",
    "GoneError",
    "LeadingFirm",
    "ResearchInstitute",
    "ResultsError",
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
]

if TYPE_CHECKING:
    from sim.front import batch, compare, reproduce, rerun, run_to_folder, sweep
    from sim.kernel.scenario_types import Scenario
    from sim.kernel.world import World
    from sim.mesa_model.agents import SME, Firm, GoneError, LeadingFirm, ResearchInstitute
    from sim.mesa_model.cluster_model import ClusterModel
    from sim.model.opening import build_world
    from sim.runs.checkpoint import CheckpointError, load_checkpoint, save_checkpoint
    from sim.runs.run import Run, run_arms
    from sim.runs.run import run_scenario as run
    from sim.runs.timeline import Timeline
    from sim.scenario.arms import load_arms
    from sim.scenario.reading import ScenarioError, known_scenarios, load_scenario
    from sim.store.executors.cluster import Cluster
    from sim.store.results import ResultsError, read_results


def __getattr__(name: str) -> Any:
    """Load what was asked for (PEP 562)."""
    if name not in _DOOR:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _DOOR[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Everything the door offers."""
    return sorted({*globals(), *__all__})
