"""Exchange: partners in joint projects come closer in what they know, so that ties grow less new with time.

Technological overlap of partners rises: Mowery, Oxley & Silverman (1996); diffusion costs diversity: Cowan & Jonard
(2004). Without it knowledge vectors would never converge.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.proximity import cognitive_distance, novelty
from sim.kernel.typed import Array, FirmRow, Firms, Institutes, Links, Parameters
from sim.kernel.world import FIELDS, Tie, World

EXCHANGE = mechanism("exchange", "4.7", "Partners in joint projects come closer in what they know.")
EXCHANGE.param(
    "knowledge_exchange", 0.03, 0.0, 0.5, unit="1/year", evidence="S", sweep=(0.0, 0.1),
    source="Mowery, Oxley & Silverman 1996 (partners' technologies come closer); Cowan & Jonard 2004; digits ours",
    help="how far a firm's knowledge moves each year towards the mean of what its partners know",
)  # fmt: skip


@rule
def sum_partner_knowledge(firms: Firms, institutes: Institutes, links: Links, partner_knowledge: Array) -> None:
    """Fill `partner_knowledge` (N, FIELDS) with the sum of what each firm's partners know."""
    for row in range(len(firms)):
        for field in range(FIELDS):
            partner_knowledge[row, field] = 0.0
    for link in links:
        if not link.living or link.tie == Tie.SUPPLY:
            continue
        for field in range(FIELDS):
            if link.tie == Tie.FIRM:
                partner_knowledge[link.first, field] += firms[link.second].knowledge[field]
                partner_knowledge[link.second, field] += firms[link.first].knowledge[field]
            else:
                partner_knowledge[link.first, field] += institutes[link.second].knowledge[field]


@rule
def learn_from_partners(firm: FirmRow, known: Array, p: Parameters) -> None:
    """k moves to k + exchange x (mean of partners' k), on the unit sphere (form ours; after Cowan & Jonard 2004)."""
    norm = 0.0
    for field in range(FIELDS):
        firm.knowledge[field] += p.knowledge_exchange * known[field] / firm.partners
        norm += firm.knowledge[field] * firm.knowledge[field]
    norm = math.sqrt(norm)
    for field in range(FIELDS):
        firm.knowledge[field] /= norm


@rule
def exchange(firms: Firms, institutes: Institutes, links: Links, partner_knowledge: Array, p: Parameters) -> None:
    """Partners learn from each other, all from what the others knew before; the novelty of ties follows."""
    sum_partner_knowledge(firms, institutes, links, partner_knowledge)
    for row in range(len(firms)):
        if firms[row].partners > 0:
            learn_from_partners(firms[row], partner_knowledge[row], p)
    for link in links:
        if link.living and link.tie != Tie.SUPPLY:
            there = institutes[link.second].knowledge if link.tie == Tie.INSTITUTE else firms[link.second].knowledge
            link.novelty = novelty(cognitive_distance(firms[link.first].knowledge, there), p)


def meet(world: World) -> None:
    """Partners learn from each other in the course of the year."""
    firms = world.firms
    if world.p.exchange and len(firms):
        exchange(firms, world.institutes, world.links, np.zeros((len(firms), FIELDS)), world.p)
