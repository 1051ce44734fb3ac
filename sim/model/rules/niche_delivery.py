"""Deliveries by niche: where orders go that find no goods, and what buyers get of each niche.

Orders of a sold-out firm look among close substitutes first, and in other niches for the rest, as customers divert
under nested CES (Hottman, Redding & Weinstein 2016). Everything else is as in sim.model.rules.redirection and delivery.
"""

from __future__ import annotations

from sim.kernel.compiling import rule
from sim.kernel.niche_index import NicheIndex
from sim.kernel.typed import Array, FirmRow, Firms, LocalIndustries, LocalIndustryRow, Parameters
from sim.kernel.world import Nation
from sim.model.rules import redirection
from sim.model.rules.niche_market import theft, weight_in_niche


@rule
def look_round_niches(
    stage: int, firms: Firms, nation: Nation, booked: Array, niches: NicheIndex, p: Parameters
) -> None:
    """Fill `served` and `room` of local niches of a stage: what its firms plan to fill, and what those with room weigh.

    `booked` (N,) are orders under contract.
    """
    for row in range(len(firms)):
        if nation.industries[firms[row].industry].stage == stage:
            niches.served[niches.place[row]] = 0.0
            niches.room[niches.place[row]] = 0.0
    for row in range(len(firms)):
        firm = firms[row]
        if firm.living and nation.industries[firm.industry].stage == stage:
            firm.room = redirection.part_of_orders(firm, nation.regions[firm.region].disaster, p)
            weight = weight_in_niche(firm, p)
            niches.served[niches.place[row]] += weight * redirection.share_filled(firm, booked[row])
            niches.room[niches.place[row]] += weight * firm.room


@rule
def leaving_niche(unmet: float, p: Parameters) -> float:
    """Share of a niche's sales that goes to other niches when the share `unmet` of its goods is not to be had.

    1 - (1 - u)^((sigma-1)/(eta-1)), as if so much of its supply were gone; the rest of u looks among the firms of the
    niche (diversion under nested CES, Hottman et al. 2016).
    """
    return 1.0 - (1.0 - unmet) ** (1.0 - theft(p)) if unmet < 1.0 else 1.0


@rule
def place_in_niche(niche: int, buyer: int, scale: float, niches: NicheIndex, p: Parameters) -> tuple[float, float]:
    """A buyer places part of what found no goods in a niche with its other firms; sets `extra`.

    Returns what is left to other niches, as a share of the buyer's open spending, and what the firms of this niche with
    room weigh. `scale` is P^(sigma-1) of the buyer; all within `redirection_limit`, as sim.model.rules.redirection.
    """
    niches.extra[niche, buyer] = 0.0
    total = niches.total[niche, buyer]
    if total <= 0.0:
        return 0.0, 0.0
    served = 0.0
    room = 0.0
    for place in range(niches.first[niche], niches.first[niche + 1]):
        free = niches.freeness[niches.region_of[place], buyer]
        served += free * niches.served[place]
        room += free * niches.room[place]
    unmet = 1.0 - served / total
    pull = niches.pull[niche, buyer]
    if unmet <= 1e-12:
        return 0.0, pull * room
    if room > 0.0:
        staying = (unmet - leaving_niche(unmet, p)) * total / room
        niches.extra[niche, buyer] = min(staying, p.redirection_limit - 1.0) * scale
    return pull * (unmet * total * scale - niches.extra[niche, buyer] * room), pull * room


@rule
def spread_among_niches(
    buyer: int, industry: int, scale: float, niches: NicheIndex, p: Parameters
) -> tuple[float, float]:
    """A buyer's orders that found no goods look among firms of the same niche first; returns what is left of them, and
    what firms of all niches with room weigh.
    """
    left = 0.0
    room = 0.0
    for niche in range(niches.begin[industry], niches.begin[industry + 1]):
        unmet, weight = place_in_niche(niche, buyer, scale, niches, p)
        left += unmet
        room += weight
    return left, room


@rule
def reach_again(industry: int, local_industries: LocalIndustries, niches: NicheIndex, p: Parameters) -> None:
    """What went to all niches is added to `extra`, within the limit; sets `extra_access` of local niches."""
    regions = niches.extra.shape[1]
    for niche in range(niches.begin[industry], niches.begin[industry + 1]):
        for buyer in range(regions):
            local_industry = local_industries[buyer, industry]
            scale = local_industry.price_index ** (p.variety_elasticity - 1.0)
            most = (p.redirection_limit - 1.0) * scale
            niches.extra[niche, buyer] = min(niches.extra[niche, buyer] + local_industry.extra, most)
        for place in range(niches.first[niche], niches.first[niche + 1]):
            access = 0.0
            for buyer in range(regions):
                local_industry = local_industries[buyer, industry]
                openly = local_industry.spending - local_industry.contracted
                free = niches.freeness[niches.region_of[place], buyer]
                access += free * niches.pull[niche, buyer] * niches.extra[niche, buyer] * openly
            niches.extra_access[place] = access


@rule
def place_again_in_niches(
    industry: int, nation: Nation, landed: Array, allowed: float, niches: NicheIndex, p: Parameters
) -> None:
    """Buyers of an industry place what found no goods with firms of the same niche, and then with all that have room.

    Sets `extra` and `extra_access`. `landed` (R,) is what imports weigh, of which the share `allowed` may come in.
    """
    abroad = redirection.abroad_has_room(nation.industries[industry])
    for buyer in range(len(landed)):
        local_industry = nation.local_industries[buyer, industry]
        scale = local_industry.price_index ** (p.variety_elasticity - 1.0)
        left, room = spread_among_niches(buyer, industry, scale, niches, p)
        unmet = left + landed[buyer] * (1.0 - allowed) * scale
        if abroad:
            room += landed[buyer]
        local_industry.extra = redirection.redirected(unmet, room, scale, p)
    reach_again(industry, nation.local_industries, niches, p)


@rule
def offer_in_niche(
    firm: FirmRow, place: int, fill: float, local_industry: LocalIndustryRow, niches: NicheIndex, p: Parameters
) -> None:
    """Add what a firm has for open orders, the share `fill` of them, to what its local niche serves (see delivery).

    A `fill` below 0 says that it has none.
    """
    firm.exports = 0.0
    if fill < 0.0:
        return
    weight = weight_in_niche(firm, p)
    real = weight * fill ** ((p.niche_elasticity - 1.0) / p.niche_elasticity)
    niches.served[place] += weight * fill
    niches.delivered[place] += real
    firm.exports = weight * fill * niches.export_access[place]
    local_industry.exports += firm.exports
    if firm.redirected > 0.0:
        niches.served_again[place] += weight * fill * firm.room
        niches.delivered_again[place] += real * firm.room


@rule
def receive_niche(niche: int, buyer: int, scale: float, niches: NicheIndex, p: Parameters) -> tuple[float, float]:
    """What a buyer gets of a niche: in value, as a weight beside those of other niches, and really, in the CES sum.

    Really B P_m^(1-sigma) (sum of shares in the niche x fill^((eta-1)/eta))^((eta/(eta-1)) (sigma-1)/sigma).
    """
    total = niches.total[niche, buyer]
    if total <= 0.0:
        return 0.0, 0.0
    extra = niches.extra[niche, buyer] / scale
    gain = (1.0 + extra) ** ((p.niche_elasticity - 1.0) / p.niche_elasticity) - 1.0 if extra > 0.0 else 0.0
    value = 0.0
    real = 0.0
    for place in range(niches.first[niche], niches.first[niche + 1]):
        free = niches.freeness[niches.region_of[place], buyer]
        value += free * (niches.served[place] + extra * niches.served_again[place])
        real += free * (niches.delivered[place] + gain * niches.delivered_again[place])
    pull, part = niches.pull[niche, buyer], real / total
    if part != 1.0:
        power = p.niche_elasticity / (p.niche_elasticity - 1.0)
        part = part ** (power * (p.variety_elasticity - 1.0) / p.variety_elasticity)
    return pull * value, pull * total * part


@rule
def receive_niches(buyer: int, industry: int, scale: float, niches: NicheIndex, p: Parameters) -> tuple[float, float]:
    """What a buyer gets of all niches of an industry, in value and really."""
    value = 0.0
    real = 0.0
    for niche in range(niches.begin[industry], niches.begin[industry + 1]):
        of_value, of_real = receive_niche(niche, buyer, scale, niches, p)
        value += of_value
        real += of_real
    return value, real
