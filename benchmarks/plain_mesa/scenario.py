"""The scenario that engine and plain model share: the base scenario with no mechanism on but those that both have."""

from __future__ import annotations

from sim.kernel.declare import MECHANISMS
from sim.kernel.scenario_types import Scenario
from sim.scenario.json_schema import declare_everything
from sim.scenario.reading import load_scenario

MECHANISMS_ON = (
    "overhead_costs", "trade_costs", "demand", "input_shortage", "pricing", "investment", "entry", "heterogeneity",
    "exit", "endowments", "agglomeration", "congestion", "innovation", "spillovers", "cooperation", "supply_contracts",
)  # fmt: skip


def base_scenario(firms: int, *overrides: str, story: str = "base") -> Scenario:
    """`firms` firms, one institute for every 25 of them, the mechanisms of MECHANISMS_ON and no other."""
    declare_everything()
    switches = ", ".join(f"{name}: {str(name in MECHANISMS_ON).lower()}" for name in MECHANISMS)
    sizes = (f"population.firms={firms}", f"population.institutes={max(1, firms // 25)}")
    return load_scenario(story, [f"mechanisms={{{switches}}}", *sizes, *overrides])
