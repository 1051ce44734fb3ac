"""Exit of leading firms: the largest leave at once, and their links end; or one closes a part of its works.

Closures of large plants and what becomes of their places and suppliers: Gathmann, Helm & Schönberg (2020), Journal
of the European Economic Association 18; Jacobson, LaLonde & Sullivan (1993), American Economic Review 83, for those
who worked there.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.money import close_accounts
from sim.kernel.world import Event, ExitCause, Kind, World
from sim.model.shocks.registry import Blow, shock


def largest_leaders(world: World, blow: Blow) -> np.ndarray:
    """Rows of the leading firms where it strikes, the largest by sales first; ties go by id."""
    firms = world.firms
    leading = (firms.kind == Kind.LEADING_FIRM) & blow.regions[firms.region] & blow.industries[firms.industry]
    rows = np.flatnonzero(leading & firms.living)
    return rows[np.lexsort((firms.id[rows], -firms.sales[rows]))]


def those_meant(blow: Blow) -> tuple[int, float]:
    """Of strength x leaders, the whole firms that leave, and the part of its capacity that the next one closes."""
    meant = blow.strength * round(blow.settings["leaders"])
    whole = math.floor(meant + 1e-9)
    return whole, max(meant - whole, 0.0)


@shock(
    "leader_exit",
    help="the largest leading firms leave in the first year, or close a part of their capacity",
    unit="share of the leaders meant",
    source="Gathmann, Helm & Schönberg 2020",
    leaders=Setting(
        1.0,
        1.0,
        1000.0,
        "firms",
        "how many are meant, in whole numbers; strength 0.25 closes a quarter of one, or one of four",
    ),
)
def leader_exit(world: World, blow: Blow) -> None:
    """Of strength x leaders firms the whole ones leave, their links with them; the next closes the rest for good."""
    if not blow.begins(world):
        return
    ranked = largest_leaders(world, blow)
    count, part = those_meant(blow)
    firms = world.firms
    firms.capacity[ranked[count : count + 1]] *= 1.0 - part
    gone = ranked[:count]
    world.note(Event.EXIT, firms, gone, detail=int(ExitCause.SHOCK), amount=firms.age[gone].astype(float))
    close_accounts(world, firms[gone])
    firms.living[gone] = False
    world.settle()
