"""The model: the year (schedule), its rules, plans, policies, shocks, and the opening of year 0.

Importing any part of it imports all of it, in the order below. Parameters stand in a World in the order of their
declaration, and state hashes cover them: that order must not depend on what a program imports first.
"""

# Imported to declare; the order is the order of declaration.
import sim.metrics  # noqa: F401
from sim.model import policies, shocks  # noqa: F401
from sim.model.plans import planning  # noqa: F401
from sim.model import rules, schedule  # noqa: F401
