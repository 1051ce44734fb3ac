"""Stylised facts: what real economies show, estimated from recorded panels as the papers estimated it."""

from sim.studies.facts import location, size, demography, places, knowledge, networks, leaders, capacity  # noqa: F401
