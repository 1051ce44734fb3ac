"""clustersim: how industrial clusters form, and which layout of industries over regions serves the nation best.

The front door. Each name is loaded when it is first used, so that `import sim` and `clustersim --help` stay light:

    import sim

    model = sim.ClusterModel(story="policy_text", layout="duplicated", rng=1)   # a mesa.Model
    run = sim.run(sim.load_scenario("policy_text"))                             # one run as tables
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_DOOR = {
    "ClusterModel": ("sim.model", "ClusterModel"),
    "Firm": ("sim.agents", "Firm"),
    "LeadingFirm": ("sim.agents", "LeadingFirm"),
    "SME": ("sim.agents", "SME"),
    "ResearchInstitute": ("sim.agents", "ResearchInstitute"),
    "GoneError": ("sim.agents", "GoneError"),
    "Scenario": ("sim.schema", "Scenario"),
    "ScenarioError": ("sim.scenario", "ScenarioError"),
    "World": ("sim.state", "World"),
    "Run": ("sim.runs", "Run"),
    "load_scenario": ("sim.scenario", "load_scenario"),
    "known_scenarios": ("sim.scenario", "known_scenarios"),
    "load_arms": ("sim.arms", "load_arms"),
    "build_world": ("sim.population", "build_world"),
    "run": ("sim.runs", "run_scenario"),
    "run_arms": ("sim.runs", "run_arms"),
    "compare": ("sim.experiment.compare", "compare_scenarios"),
    "read_results": ("sim.results", "read_results"),
    "save_checkpoint": ("sim.checkpoint", "save_checkpoint"),
    "load_checkpoint": ("sim.checkpoint", "load_checkpoint"),
}

__all__ = [
    "SME",
    "ClusterModel",
    "Firm",
    "GoneError",
    "LeadingFirm",
    "ResearchInstitute",
    "Run",
    "Scenario",
    "ScenarioError",
    "World",
    "build_world",
    "compare",
    "known_scenarios",
    "load_arms",
    "load_checkpoint",
    "load_scenario",
    "read_results",
    "run",
    "run_arms",
    "save_checkpoint",
]

if TYPE_CHECKING:
    from sim.agents import SME, Firm, GoneError, LeadingFirm, ResearchInstitute
    from sim.arms import load_arms
    from sim.checkpoint import load_checkpoint, save_checkpoint
    from sim.experiment.compare import compare_scenarios as compare
    from sim.model import ClusterModel
    from sim.population import build_world
    from sim.results import read_results
    from sim.runs import Run, run_arms
    from sim.runs import run_scenario as run
    from sim.scenario import ScenarioError, known_scenarios, load_scenario
    from sim.schema import Scenario
    from sim.state import World


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
