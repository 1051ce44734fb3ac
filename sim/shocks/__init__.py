"""Shocks: one kind of event a file; each writes the environment, nothing else."""

from sim.shocks.registry import SHOCKS, Shock, shock, strike  # noqa: F401
