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
from sim.kernel.niche_index import NicheIndex
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
def pull_of_niche(niche: int, niches: NicheIndex, p: Parameters) -> None:
    """Fill `total`, P_m^(1-eta), and `pull`, B_m P_m^(eta-sigma), of one niche for all buyers (Hottman et al. 2016)."""
    first, last = niches.first[niche], niches.first[niche + 1]
    part = theft(p)
    size = niches.base[niche] ** part
    buyers = niches.total.shape[1]
    if last - first == 1:
        # From one place the power is taken once: (tau^(1-eta) S)^-theta = tau^(eta-sigma) S^-theta.
        region, supply = niches.region_of[first], niches.supply[first]
        alone = size * supply**-part if supply > 0.0 else 0.0
        for buyer in range(buyers):
            niches.total[niche, buyer] = niches.freeness[region, buyer] * supply
            niches.pull[niche, buyer] = niches.opposed[region, buyer] * alone
        return
    for buyer in range(buyers):
        total = 0.0
        for place in range(first, last):
            total += niches.freeness[niches.region_of[place], buyer] * niches.supply[place]
        niches.total[niche, buyer] = total
        niches.pull[niche, buyer] = size * total**-part if total > 0.0 else 0.0


@rule
def weigh_niches(niches: NicheIndex, p: Parameters) -> None:
    """Fill `weight` (R+1, S): sum over an industry's niches of B P_m^(1-sigma), for every buyer."""
    niches.weight[:] = 0.0
    for industry in range(len(niches.begin) - 1):
        for niche in range(niches.begin[industry], niches.begin[industry + 1]):
            pull_of_niche(niche, niches, p)
            for buyer in range(len(niches.weight)):
                niches.weight[buyer, industry] += niches.pull[niche, buyer] * niches.total[niche, buyer]


@rule
def reach_niche(niche: int, wanted: Array, niches: NicheIndex) -> None:
    """Market access of a niche at each of its places: sum over buyers of tau^(1-eta) B P_m^(eta-sigma) P^(sigma-1) E.

    `wanted` (R+1,) is P^(sigma-1) E of open spending, last that of the rest of the world.
    """
    abroad = len(wanted) - 1
    for place in range(niches.first[niche], niches.first[niche + 1]):
        region = niches.region_of[place]
        access = 0.0
        crowd = 0.0
        for buyer in range(len(wanted)):
            reached = niches.freeness[region, buyer] * niches.pull[niche, buyer] * wanted[buyer]
            access += reached
            if niches.total[niche, buyer] > 0.0:
                crowd += reached * niches.freeness[region, buyer] / niches.total[niche, buyer]
        niches.access[place] = access
        niches.crowd[place] = crowd
        niches.export_access[place] = niches.freeness[region, abroad] * niches.pull[niche, abroad] * wanted[abroad]
        niches.extra_access[place] = 0.0


@rule
def reach_niches(industry: int, nation: Nation, wanted: Array, niches: NicheIndex, p: Parameters) -> None:
    """Market access of all niches of an industry. `wanted` (R+1,) is work space."""
    regions = len(nation.regions)
    for buyer in range(regions):
        local_industry = nation.local_industries[buyer, industry]
        openly = local_industry.spending - local_industry.contracted
        wanted[buyer] = local_industry.price_index ** (p.variety_elasticity - 1.0) * openly
    wanted[regions] = nation.industries[industry].foreign_demand
    for niche in range(niches.begin[industry], niches.begin[industry + 1]):
        reach_niche(niche, wanted, niches)
        niches.extra[niche, :] = 0.0


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
