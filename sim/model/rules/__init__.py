"""Mechanisms of the model, one a file: its switch, its parameters, its rules for one agent, its phase.

A phase is a function of the World. It decides from the state at its start. The order of phases is written in
sim.model.schedule and nowhere else. Importing this package declares every mechanism and every parameter.
"""

from sim.model.rules import (  # noqa: F401  (imported to declare)
    agglomeration,
    anchoring,
    appeal,
    capacity,
    census,
    cofinancing,
    congestion,
    consumption,
    cooperation,
    delivery,
    demand,
    disruption,
    emergence,
    endowments,
    entry,
    exchange,
    exit,
    finance,
    financing,
    foreign_trade,
    founding,
    incentives,
    innovation,
    learning,
    market,
    pricing,
    production,
    professional_market,
    redirection,
    relocation,
    spin_off,
    supply,
    support,
    tiers,
)
