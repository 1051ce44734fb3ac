"""The base mechanisms as a plain Mesa model: agents are objects with methods, `AgentSet.do` lets all of one kind act.

It is a second, independent way to write the same year, and what a user of Mesa would otherwise have. It takes from the
engine the state of year 0, keyed draws and parameters, and no rule. With equal draws it gives the same trajectory, firm
by firm (tests/model/engine/test_plain_mesa.py); how much longer it takes is measured by benchmarks/suite.py.

Nothing is slow on purpose: what lies between pairs of places is worked out by NumPy, partners and contracts are kept by
those who hold them, and searches halve sorted sums. `model.py` holds the order of the year; every other file is one
mechanism.
"""

from benchmarks.plain_mesa.model import PlainModel
from benchmarks.plain_mesa.scenario import MECHANISMS_ON, base_scenario

__all__ = ["MECHANISMS_ON", "PlainModel", "base_scenario"]
