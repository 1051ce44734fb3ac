"""Types for the type checker, so that `firm.headcont`, `world.firms.headcont` and `p.spilover_range` fail it.

They stand in annotations: at run time tables are records (sim.kernel.records), and compiled rules take their types from
the arguments. `make types` writes rows, columns and parameters from their declarations.
"""

from sim.kernel.typed.columns import *  # noqa: F403
from sim.kernel.typed.parameters import Parameters as Parameters
from sim.kernel.typed.rows import *  # noqa: F403
from sim.kernel.typed.tables import Array as Array
from sim.kernel.typed.tables import Grid as Grid
from sim.kernel.typed.tables import Rows as Rows
