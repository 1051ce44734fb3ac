"""Stylised facts: what real economies show, estimated from recorded panels as the papers estimated it."""

from sim.studies.facts import (
    location,
    size,
    demography,
    places,
    knowledge,
    networks,
    leaders,
    capacity,
    estimators,
    panels,
)

ESTIMATORS = (location, size, demography, places, knowledge, networks, leaders, capacity, estimators, panels)
"""The program's text that estimates facts, the facts in the order of tables."""
