"""Professional market: where many suppliers stand, finding one costs little.

Search and matching costs fall with the number of sellers in a place: Helsley & Strange (1990); Duranton & Puga (2004).
The specialised markets of Chinese clusters: Ding (2012) on Yiwu. Size and shape of the cost are ours.
"""

from __future__ import annotations

from sim.kernel.compiling import rule
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.typed import Industries, LocalIndustries, Parameters
from sim.kernel.world import World

MARKET_PLACE = mechanism(
    "professional_market", "4.10", "Finding a supplier costs less where many of them stand.", acts=OPENING
)
MARKET_PLACE.param(
    "search_markup", 0.04, 0.0, 0.5, unit="1", evidence="A", sweep=(0.0, 0.1),
    source="Helsley & Strange 1990; Ding 2012 (sign)",
    help="cost of finding a supplier where there is none, as a mark-up on the price of an input",
)  # fmt: skip
MARKET_PLACE.param(
    "search_half", 1.0, 0.05, 20.0, unit="1", evidence="A", sweep=(0.3, 3.0),
    source="digits ours",
    help="suppliers in the region, over the mean of regions, at which that cost is halved",
)  # fmt: skip


@rule
def search_cost(firms: int, mean: float, p: Parameters) -> float:
    """m / (1 + n / (half mean n)): mark-up on an input that `firms` sell here, with `mean` sellers in a region."""
    if mean <= 0.0:
        return p.search_markup
    return p.search_markup / (1.0 + firms / (p.search_half * mean))


@rule
def price_search(industries: Industries, local_industries: LocalIndustries, p: Parameters) -> None:
    """Set the cost of search for the goods of every industry in every region."""
    region_count = local_industries.shape[0]
    for industry in range(local_industries.shape[1]):
        for region in range(region_count):
            local_industry = local_industries[region, industry]
            local_industry.search_cost = search_cost(local_industry.firms, industries[industry].firms / region_count, p)


def price_matching(world: World) -> None:
    """Work out what finding suppliers costs, from the suppliers that stood in each region at the start of the year."""
    if world.p.professional_market:
        price_search(world.industries, world.local_industries, world.p)
