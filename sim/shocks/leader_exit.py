"""Exit of leading firms: the largest leave at once, and their links end.

Closures of large plants and what becomes of their places and suppliers: Gathmann, Helm & Schönberg (2020), Journal
of the European Economic Association 18; Jacobson, LaLonde & Sullivan (1993), American Economic Review 83, for those
who worked there.
"""

from __future__ import annotations

import math

import numpy as np

from sim.declare import Setting
from sim.shocks.registry import Blow, shock
from sim.state import Event, ExitCause, Kind, World


def largest_leaders(world: World, blow: Blow) -> np.ndarray:
    """Rows of the leading firms that leave: the largest by sales where it strikes; ties go by id."""
    firms = world.firms
    leading = (firms.kind == Kind.LEADING_FIRM) & blow.regions[firms.region] & blow.industries[firms.industry]
    rows = np.flatnonzero(leading & firms.living)
    ranked = rows[np.lexsort((firms.id[rows], -firms.sales[rows]))]
    return ranked[: math.ceil(blow.strength * round(blow.settings["leaders"]))]


@shock(
    "leader_exit",
    help="the largest leading firms leave in the first year",
    unit="share of the leaders meant",
    source="Gathmann, Helm & Schönberg 2020",
    leaders=Setting(
        1.0, 1.0, 1000.0, "firms", "how many are meant, in whole numbers; strength is the share that leaves"
    ),
)
def leader_exit(world: World, blow: Blow) -> None:
    """They close, and all their links with them."""
    if not blow.begins(world):
        return
    gone = largest_leaders(world, blow)
    firms = world.firms
    world.note(Event.EXIT, firms[gone], detail=int(ExitCause.SHOCK), amount=firms.age[gone].astype(float))
    firms.living[gone] = False
    world.settle()
