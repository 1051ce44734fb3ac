"""How far the plain model is from the engine, firm by firm and link by link."""

from __future__ import annotations

import numpy as np

from benchmarks.plain_mesa.model import PlainModel
from sim.kernel.world import Tie, World

COLUMNS = (
    "age", "productivity", "efficiency", "appeal", "localised", "own_gain", "research_intensity", "research",
    "spillover", "innovations", "successes", "capacity", "building", "price", "unit_cost", "full_cost_price", "demand",
    "orders", "planned", "output", "sales", "labour", "profit", "margin", "growth", "cash", "investment", "input_bill",
    "sourcing", "local_supply", "partners", "project_boost", "knowledge",
)  # fmt: skip
"""What is compared of every firm."""


def same_agents(world: World, model: PlainModel) -> bool:
    """Whether the same firms stand in the same cells and industries, and the same links join them."""
    theirs = {(int(firm.id), int(firm.cell), int(firm.industry)) for firm in world.firms}
    ours = {(firm.unique_id, firm.place.row, firm.industry.row) for firm in model.firms}
    links = {(int(link.tie), int(link.id)) for link in world.links}
    ties = {(int(Tie.INSTITUTE if tie.with_institute else Tie.FIRM), tie.id) for tie in model.ties}
    contracts = {(int(Tie.SUPPLY), contract.id) for firm in model.firms for contract in firm.suppliers}
    return theirs == ours and links == ties | contracts


def differences(world: World, model: PlainModel) -> dict[str, float]:
    """Largest difference over firms by column: over the larger of the two values and the column's mean size.

    Regional real consumption and the national wage are compared, too. Both sides must hold the same firms.
    """
    by_id = {firm.unique_id: firm for firm in model.firms}
    firms = [by_id[int(identity)] for identity in world.firms.id]
    pairs = {name: (np.asarray(world.firms[name]), [getattr(firm, name) for firm in firms]) for name in COLUMNS}
    pairs["consumption"] = np.asarray(world.regions.consumption), [region.consumption for region in model.regions]
    pairs["wage"] = np.array([world.wage]), [model.wage]
    return {name: _largest(np.asarray(theirs, dtype=float), np.array(ours)) for name, (theirs, ours) in pairs.items()}


def _largest(theirs: np.ndarray, ours: np.ndarray) -> float:
    usual = np.abs(theirs).mean()
    scale = np.maximum(np.maximum(np.abs(theirs), np.abs(ours)), usual)
    return float((np.abs(theirs - ours) / np.where(scale > 0.0, scale, 1.0)).max())
