"""Customer base: firms win and lose customers; a few newcomers rise fast, and nobody wins a whole industry.

Random growth (Gibrat 1931) with a spread that falls with size (Stanley et al. 1996). That alone makes giants a century
old; some newcomers must rise fast for a while (Luttmer 2011). Winning customers costs more the more of a market one has
(Arkolakis 2010, 2016), so that the rise ends at a share of the industry. Takes the place of the random changes of
appeal (sim.model.rules.appeal) and of what the first firms differ by in it: there is no tail of sizes but what grows in
the run.
"""

from __future__ import annotations

import math

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.draws import Luck, Purpose, draw, laplace_quantile, uniform
from sim.kernel.typed import FirmRow, Firms, Industries, IndustryRow, Parameters
from sim.kernel.world import World

BASE = mechanism(
    "customer_base", "4.8", "Firms win and lose customers; some newcomers rise fast, up to a share of their industry.",
)  # fmt: skip
BASE.param(
    "first_customers", 0.4, 0.05, 2.0, unit="1", evidence="P", sweep=(0.2, 0.6),
    source="Luttmer 2007; Bartelsman, Scarpetta & Schivardi 2005 (20-60 % of incumbents); Foster, Haltiwanger & "
    "Syverson "
    "2008 (demand of entrants e^-.56 of that of incumbents)",
    help="customer base of a new firm over that of the first firms of year 0",
)  # fmt: skip
BASE.param(
    "base_spread", 0.24, 0.0, 1.0, unit="ln", evidence="S", sweep=(0.15, 0.3),
    source="Stanley et al. 1996; Bottazzi & Secchi 2006 (s.d. of yearly growth .2-.5 of small firms, less of large "
    "ones)",
    help="standard deviation of the yearly change of ln customer base, of a firm of typical size",
)  # fmt: skip
BASE.param(
    "base_damping", 0.18, 0.0, 0.5, unit="1", evidence="P", sweep=(0.12, 0.22),
    source="Stanley et al. 1996 (.15-.20); Riccaboni, Pammolli, Buldyrev, Ponta & Stanley 2008",
    help="elasticity with which that spread falls with sales",
)  # fmt: skip
BASE.param(
    "base_fade", 0.03, -0.1, 0.3, unit="1/year", evidence="A", sweep=(0.01, 0.05),
    source="Luttmer 2007 (drift of incumbents against entrants; sign); digits ours",
    help="yearly loss of customers, as a share, of a firm that does not rise",
)  # fmt: skip
BASE.param(
    "rising_share", 0.087, 0.0, 1.0, unit="1", evidence="S", sweep=(0.045, 0.135),
    source="Haltiwanger, Jarmin & Miranda 2013; OECD 2010, High-Growth Enterprises (few young firms grow fast); digits "
    "ours",
    help="share of newcomers, and of the first firms, that rise",
)  # fmt: skip
BASE.param(
    "rising_speed", 0.35, 0.0, 1.0, unit="1/year", evidence="S", sweep=(0.2, 0.5),
    source="Luttmer 2011 (giants are too young for slow growth); digits ours",
    help="yearly growth of ln customer base of a firm that rises and has next to nothing of its industry",
)  # fmt: skip
BASE.param(
    "rising_end", 0.15, 0.01, 1.0, unit="1/year", evidence="A", sweep=(0.1, 0.25),
    source="Luttmer 2011 (the phase ends at a constant hazard; form); digits ours",
    help="hazard of ceasing to rise",
)  # fmt: skip
BASE.param(
    "customer_bound", 0.2, 0.01, 1.0, unit="1", evidence="A", sweep=(0.1, 0.4),
    source="Arkolakis 2010, 2016 (winning customers costs more the more one has; mechanism); digits ours, so that the "
    "largest firm has the share of national sales that it would have among millions",
    help="share of its industry's sales at which a firm wins no more customers, and beyond which it loses some",
)  # fmt: skip

BASE.param(
    "largest_size", 84.0, 1.0, 10000.0, unit="firms", evidence="A", sweep=(20.0, 160.0),
    source="as customer_bound; digits ours: a fifth of an industry of four hundred firms. It keeps the tail of a "
    "larger nation as long, and as soon full-grown",
    help="the same bound for industries of many firms: sales over the usual ones of a firm of year 0",
)  # fmt: skip

GROWTH_DRAW, END_DRAW, RISING_DRAW = 0, 1, 2
"""Counters of a firm's draws: how its customers change, whether it ceases to rise, and whether it begins so."""
LEAST_SIZE, LARGEST_SHOCK = 0.02, 6.0
"""Sales over the typical ones below which growth varies no more; most scales of a shock."""


@rule
def begins_rising(identity: int, p: Parameters, luck: Luck) -> bool:
    """Whether a firm is one that rises when it begins, or when the run begins: a share of all (Luttmer 2011).

    In year 0 none has risen yet: with fewer of them the customers of all firms together would fall for decades.
    """
    return uniform(luck.seed, Purpose.APPEAL, 0, identity, RISING_DRAW) < p.rising_share


@rule
def spread_of_growth(size: float, p: Parameters) -> float:
    """s.d. of the yearly change of ln A: base_spread x (S / typical S)^-damping (Stanley et al. 1996)."""
    return p.base_spread * max(size, LEAST_SIZE) ** -p.base_damping


@rule
def most_won(industry: IndustryRow, p: Parameters) -> float:
    """Most that a firm wins of its industry's sales: `customer_bound`, or `largest_size` usual firms (form ours)."""
    if industry.carried > 0.0:
        return min(p.customer_bound, p.largest_size / industry.carried)
    return p.customer_bound


@rule
def reached(firm: FirmRow, industry: IndustryRow, p: Parameters) -> float:
    """Sales over the most that a firm wins (`most_won`)."""
    if industry.sales <= 0.0:
        return 0.0
    return firm.sales / industry.sales / most_won(industry, p)


@rule
def pull_of_market(firm: FirmRow, industry: IndustryRow, p: Parameters) -> float:
    """What ln A gains by rising, v max(0, 1 - x), and loses beyond the bound, v max(0, x - 1), x = sales / bound.

    After Arkolakis (2010, 2016); form ours.
    """
    part = reached(firm, industry, p)
    gain = p.rising_speed * max(0.0, 1.0 - part) if firm.rising else 0.0
    return gain - p.rising_speed * max(0.0, part - 1.0)


@rule
def served(firm: FirmRow) -> float:
    """Share of a gain in customers that a firm can serve: 2 - orders / capacity, between 0 and 1 (form ours)."""
    return min(max(2.0 - firm.demand / firm.capacity, 0.0), 1.0) if firm.capacity > 0.0 else 0.0


@rule
def customers_won(firm: FirmRow, industry: IndustryRow, p: Parameters, u: float) -> float:
    """d ln A = pull of the market - fade - sd^2/2 + Laplace shock of that s.d.; gains are cut to what can be served.

    Mean growth of A without rising is -fade at every size (Gibrat 1931).
    """
    size = firm.sales / industry.typical_sales if industry.typical_sales > 0.0 else 1.0
    deviation = spread_of_growth(size, p)
    shock = min(max(laplace_quantile(u), -LARGEST_SHOCK), LARGEST_SHOCK) * deviation / math.sqrt(2.0)
    change = pull_of_market(firm, industry, p) - p.base_fade - deviation * deviation / 2.0 + shock
    return change * served(firm) if change > 0.0 else change


@rule
def win_customers(firms: Firms, industries: Industries, p: Parameters, luck: Luck) -> None:
    """The customer base of every firm that has traded changes, and some cease to rise; some newcomers begin to."""
    for firm in firms:
        if firm.age == 0:
            firm.rising = begins_rising(firm.id, p, luck)
            continue
        firm.appeal *= math.exp(
            customers_won(firm, industries[firm.industry], p, draw(luck, Purpose.APPEAL, firm.id, GROWTH_DRAW))
        )
        if firm.rising and draw(luck, Purpose.APPEAL, firm.id, END_DRAW) < p.rising_end:
            firm.rising = False


def win(world: World) -> None:
    """Firms win and lose customers."""
    if world.p.customer_base:
        win_customers(world.firms, world.industries, world.p, world.luck)
