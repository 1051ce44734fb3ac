"""Spillovers: research of firms and institutes near by, by closeness of field and place."""

from __future__ import annotations

from operator import mul
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainModel


def pool_research(agents: list, money: list[float], model: PlainModel) -> list[list[float]]:
    """Research within reach of each cell as a vector in technology space, one list a cell."""
    places = [agent.place.row for agent in agents]
    local = np.zeros((len(model.places), len(model.industries[0].position)))
    if agents:
        np.add.at(local, places, np.array(money)[:, None] * np.array([agent.knowledge for agent in agents]))
    return (model.fade @ local).tolist()


def pool_knowledge(model: PlainModel) -> None:
    """What reaches every firm: others' research (own left out), and that of institutes."""
    firms, institutes = list(model.firms), list(model.institutes)
    own = pool_research(firms, [firm.research for firm in firms], model)
    public = pool_research(institutes, [institute.budget for institute in institutes], model)
    model.taught = {}
    for firm in firms:
        around = sum(map(mul, firm.knowledge, own[firm.place.row]))
        firm.spillover = max(0.0, around - firm.research * model.fade_within)
        model.taught[firm] = max(0.0, sum(map(mul, firm.knowledge, public[firm.place.row])))
    if model.norms.spillover <= 0.0 and firms:
        model.norms.spillover = sum(firm.spillover for firm in firms) / len(firms)
        model.norms.institute_pool = sum(model.taught.values()) / len(firms)
