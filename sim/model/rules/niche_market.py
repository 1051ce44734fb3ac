"""The market of niches: CES with an elasticity eta within a niche and sigma between niches of an industry.

Nested CES: Hottman, Redding & Weinstein (2016). For a buyer P_m^(1-eta) = sum of tau^(1-eta) A p^(1-eta) over firms of
niche m, and P^(1-sigma) = sum of B_m P_m^(1-sigma) over niches and imports, which are a niche of their own (Armington
1969). The rest of the world buys in the same way. B_m = (largest A)^theta, theta = 1 - (sigma-1)/(eta-1): customers
come to know a product by the firm that is best known for it, so that a niche begins as small as the firm that opens it
and grows with it, a firm alone in its niche sells A p^-sigma as it would without niches, and the next one brings no
customers but divides those there are. Everything else is as in sim.model.rules.market, delivery and redirection.
"""

from __future__ import annotations

from sim.kernel.compiling import rule
from sim.kernel.niche_index import NicheIndex, Reach
from sim.kernel.typed import Array, FirmRow, Firms, Industries, LocalIndustries, Parameters, Regions
from sim.kernel.world import Nation
from sim.model.rules import foreign_trade


@rule
def theft(p: Parameters) -> float:
    """theta = 1 - (sigma-1)/(eta-1): part of the sales of a small new firm that its niche loses (Hottman et al. 2016).

    At a given price index of the industry.
    """
    return 1.0 - (p.variety_elasticity - 1.0) / (p.niche_elasticity - 1.0)


@rule
def weight_in_niche(firm: FirmRow, p: Parameters) -> float:
    """A p^(1-eta): what a firm weighs in its niche (Dixit & Stiglitz 1977)."""
    return firm.appeal * firm.price ** (1.0 - p.niche_elasticity)


@rule
def orders_in_niche(firm: FirmRow, access: float, p: Parameters) -> float:
    """d = A p^-eta MA_m: what buyers everywhere order from a firm (Redding & Venables 2004)."""
    return firm.appeal * firm.price**-p.niche_elasticity * access


@rule
def weigh_niche_trade(regions: Regions, freeness: Array, niches: NicheIndex, p: Parameters) -> None:
    """Fill tau^(1-eta) and tau^(eta-sigma) between regions and buyers from `freeness` (R, R), tau^(1-sigma)."""
    count = len(regions)
    steeper = (p.niche_elasticity - 1.0) / (p.variety_elasticity - 1.0)
    for seller in range(count):
        for buyer in range(count + 1):
            free = freeness[seller, buyer] if buyer < count else regions[seller].shipping
            niches.freeness[seller, buyer] = free**steeper
            niches.opposed[seller, buyer] = free ** (1.0 - steeper)


@rule
def sum_niches(firms: Firms, niches: NicheIndex, p: Parameters) -> None:
    """Fill `supply` of local niches, sum of A p^(1-eta), and `base` of niches, the largest A."""
    niches.supply[:] = 0.0
    niches.base[:] = 0.0
    for row in range(len(firms)):
        firm = firms[row]
        if firm.living and firm.capacity > 0.0:
            place = niches.place[row]
            niche = niches.niche_of[place]
            niches.supply[place] += weight_in_niche(firm, p)
            niches.base[niche] = max(niches.base[niche], firm.appeal)


@rule
def pull_of_niche(total: float, size: float, p: Parameters) -> float:
    """B P_m^(eta-sigma) from P_m^(1-eta) = `total` and B = `size`; 0 where nothing is sold (Hottman et al. 2016)."""
    return size * total ** -theft(p) if total > 0.0 else 0.0


@rule
def weigh_niche(niche: int, niches: NicheIndex, p: Parameters) -> None:
    """Fill `total` and `pull` of a niche with several places for all buyers."""
    size, supply, region_of = niches.base[niche] ** theft(p), niches.supply, niches.region_of
    for buyer in range(niches.total.shape[1]):
        total = 0.0
        for place in range(niches.first[niche], niches.first[niche + 1]):
            total += niches.freeness[region_of[place], buyer] * supply[place]
        niches.total[niche, buyer] = total
        niches.pull[niche, buyer] = pull_of_niche(total, size, p)


@rule
def weigh_niches(niches: NicheIndex, p: Parameters) -> None:
    """Fill `total`, P_m^(1-eta), and `pull` of all niches, and `weight` (R+1, S): sum of B P_m^(1-sigma), by buyer."""
    total, pull, weight, supply = niches.total, niches.pull, niches.weight, niches.supply
    first, region_of, base = niches.first, niches.region_of, niches.base
    freeness, opposed = niches.freeness, niches.opposed
    weight[:] = 0.0
    for industry in range(weight.shape[1]):
        for niche in range(niches.begin[industry], niches.begin[industry + 1]):
            if first[niche + 1] - first[niche] == 1:
                # From one place the power is taken once: (tau^(1-eta) S)^-theta = tau^(eta-sigma) S^-theta.
                region, sold = region_of[first[niche]], supply[first[niche]]
                alone = pull_of_niche(sold, base[niche] ** theft(p), p)
                for buyer in range(len(weight)):
                    total[niche, buyer] = freeness[region, buyer] * sold
                    pull[niche, buyer] = opposed[region, buyer] * alone
            else:
                weigh_niche(niche, niches, p)
            for buyer in range(len(weight)):
                weight[buyer, industry] += pull[niche, buyer] * total[niche, buyer]


@rule
def reach_places(industry: int, wanted: Array, niches: NicheIndex) -> None:
    """Market access of an industry's niches at each of their places: sum over buyers of tau^(1-eta) B P_m^(eta-sigma)
    P^(sigma-1) E. `wanted` (R+1,) is P^(sigma-1) E of open spending, last that of the rest of the world.
    """
    freeness, total, pull = niches.freeness, niches.total, niches.pull
    first, region_of, abroad = niches.first, niches.region_of, len(wanted) - 1
    access, crowd, export_access = niches.access, niches.crowd, niches.export_access
    for niche in range(niches.begin[industry], niches.begin[industry + 1]):
        for place in range(first[niche], first[niche + 1]):
            region = region_of[place]
            access[place] = 0.0
            crowd[place] = 0.0
            for buyer in range(abroad + 1):
                reached = freeness[region, buyer] * pull[niche, buyer] * wanted[buyer]
                access[place] += reached
                if total[niche, buyer] > 0.0:
                    crowd[place] += reached * freeness[region, buyer] / total[niche, buyer]
            export_access[place] = freeness[region, abroad] * pull[niche, abroad] * wanted[abroad]


@rule
def reach_niches(industry: int, nation: Nation, wanted: Array, reach: Reach) -> None:
    """Market access of all niches of an industry. `wanted` (R+1,) is work space."""
    regions, niches = len(nation.regions), reach.niches
    for buyer in range(regions):
        local_industry = nation.local_industries[buyer, industry]
        openly = local_industry.spending - local_industry.contracted
        wanted[buyer] = reach.pull[buyer, industry] * openly
    wanted[regions] = nation.industries[industry].foreign_demand
    reach_places(industry, wanted, niches)
    niches.extra[niches.begin[industry] : niches.begin[industry + 1]] = 0.0
    niches.extra_access[niches.first[niches.begin[industry]] : niches.first[niches.begin[industry + 1]]] = 0.0


@rule
def index_niches(
    firms: Firms,
    regions: Regions,
    industries: Industries,
    local_industries: LocalIndustries,
    freeness: Array,
    niches: NicheIndex,
    p: Parameters,
) -> None:
    """Price indices of niches and industries, P_rs^(1-sigma) = sum of B_m P_m^(1-sigma) + imports, for every buyer."""
    weigh_niche_trade(regions, freeness, niches, p)
    sum_niches(firms, niches, p)
    weigh_niches(niches, p)
    for region in range(len(regions)):
        for industry in range(len(industries)):
            sold = industries[industry]
            total = niches.weight[region, industry] + foreign_trade.import_weight(sold, p) * regions[region].landing
            local_industries[region, industry].price_index = foreign_trade.price_index(total, sold, p)
