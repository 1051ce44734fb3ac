"""Industries: stages of chains, what they need, and how close they are to each other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.kernel.draws import name_id
from sim.kernel.scenario_types import Industry, Scenario
from sim.kernel.typed import IndustryTable
from sim.kernel.world import ENDOWMENT_NAMES, FIELDS, INDUSTRY, Category

Array = np.ndarray[Any, Any]
STAGES = {"upstream": 0, "midstream": 1, "downstream": 2}
CATEGORIES = {
    "traditional": Category.TRADITIONAL,
    "high-end": Category.HIGH_END,
    "emerging": Category.EMERGING,
    "future": Category.FUTURE,
}


def place_in_technology(industry: Industry, chain: int, stage: int, offset: float) -> Array:
    """Unit vector in technology space: given, or the chain's axis with a component `offset` by stage."""
    position = np.zeros(FIELDS)
    if industry.position:
        position[: len(industry.position)] = industry.position[:FIELDS]
    else:
        position[chain % FIELDS] = 1.0
        position[(chain + stage + 1) % FIELDS] += offset
    norm = float(np.linalg.norm(position))
    return position / norm if norm > 0 else np.full(FIELDS, 1.0 / math.sqrt(FIELDS))


def industries_in_order(scenario: Scenario) -> dict[str, Industry]:
    """The industries by chain, stage and name: sums over them do not depend on the order in which a file names them."""
    return dict(sorted(scenario.industries.items(), key=lambda item: (item[1].chain, STAGES[item[1].stage], item[0])))


def make_industries(scenario: Scenario, stage_offset: float) -> tuple[IndustryTable, Array, list[str]]:
    """The industries' records (S,), input shares (S, S) [source, user] and names of chains."""
    sections = industries_in_order(scenario)
    names = list(sections)
    chains = sorted({section.chain for section in sections.values()})
    table = INDUSTRY.empty(len(names))
    shares = np.zeros((len(names), len(names)))
    for industry, (name, section) in enumerate(sections.items()):
        record = table[industry]
        record.id = name_id(name)
        record.chain = chains.index(section.chain)
        record.stage = STAGES[section.stage]
        record.category = CATEGORIES[section.category]
        record.requirement = np.array([section.requires.get(field, 0.0) for field in ENDOWMENT_NAMES])
        record.position = place_in_technology(section, int(record.chain), int(record.stage), stage_offset)
        for source, share in section.inputs.items():
            shares[names.index(source), industry] = share
        record.inputs = shares[:, industry].sum()
        record.land_share = section.land_share
        record.labour_share = 1.0 - section.land_share - record.inputs
        record.research_intensity = section.research_intensity
        record.weight = section.weight
        record.growth = section.growth
        record.ceiling = section.ceiling
        record.available = 1.0
        record.opens = section.opens
        record.opened = section.opens <= 0 and section.category != "future"
        record.opened_year = 0 if record.opened else -1
        record.importable = section.importable
        record.slump = 1.0
        record.import_price = 1.0
        record.world_price = 1.0
    return table, shares, chains


def gross_output(shares: Array, final: Array, variable_cost: float) -> Array:
    """Sales by industry that final spending `final` (S,) calls forth through input orders (Leontief 1936)."""
    return np.asarray(np.linalg.solve(np.eye(len(final)) - shares * variable_cost, final))


def relate_industries(industries: IndustryTable, shares: Array, least: float) -> Array:
    """Closeness of industries, 0..1: cosine in technology space, and at least `least` where one supplies the other."""
    position = np.asarray(industries.position)
    closeness = np.clip(position @ position.T, 0.0, 1.0)
    linked = (shares + shares.T) > 0.0
    return np.asarray(np.where(linked, np.maximum(closeness, least), closeness))
