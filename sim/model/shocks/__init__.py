"""Shocks: one kind of event a file; each writes the environment, nothing else."""

from sim.model.shocks import (  # noqa: F401  (imported to declare)
    credit_squeeze,
    demand_slump,
    disaster,
    embargo,
    leader_exit,
    obsolescence,
    recession,
    turbulence,
)
from sim.model.shocks.registry import SHOCKS, Blow, Shock, shock, strike  # noqa: F401
