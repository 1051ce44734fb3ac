"""Deliveries by niche: where orders go that find no goods, and what buyers get of each niche.

Orders of a sold-out firm look among close substitutes first, and in other niches for the rest, as customers divert
under nested CES (Hottman, Redding & Weinstein 2016). Everything else is as in sim.model.rules.redirection and delivery.
"""

from __future__ import annotations

from sim.kernel.compiling import rule
from sim.kernel.niche_index import NicheIndex, Reach
from sim.kernel.typed import Array, Firms, LocalIndustries, Parameters
from sim.kernel.world import Nation
from sim.model.rules import redirection
from sim.model.rules.capacity import usable_capacity
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
            usable = usable_capacity(firm, nation.regions[firm.region])
            firm.room = redirection.part_of_orders(firm, usable, p)
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
def orders_that_stay(unmet: float, total: float, room: float, scale: float, p: Parameters) -> float:
    """Orders of a niche that found no goods and stay in it, over what its firms with room weigh, within
    `redirection_limit` (see redirection). `total` is what all its firms weigh, `scale` P^(sigma-1) of the buyer.
    """
    if unmet <= 1e-12 or room <= 0.0:
        return 0.0
    return min((unmet - leaving_niche(unmet, p)) * total / room, p.redirection_limit - 1.0) * scale


@rule
def spread_among_niches(
    buyer: int, industry: int, scale: float, niches: NicheIndex, p: Parameters
) -> tuple[float, float]:
    """A buyer's orders that found no goods look among firms of the same niche first; sets `extra`.

    Returns what is left of them, as a share of open spending, and what firms of all niches with room weigh.
    """
    freeness, first, region_of = niches.freeness, niches.first, niches.region_of
    served, room, total, pull, extra = niches.served, niches.room, niches.total, niches.pull, niches.extra
    left = 0.0
    weight = 0.0
    for niche in range(niches.begin[industry], niches.begin[industry + 1]):
        filled = 0.0
        spare = 0.0
        for place in range(first[niche], first[niche + 1]):
            filled += freeness[region_of[place], buyer] * served[place]
            spare += freeness[region_of[place], buyer] * room[place]
        weight += pull[niche, buyer] * spare
        extra[niche, buyer] = 0.0
        if total[niche, buyer] > 0.0:
            unmet = 1.0 - filled / total[niche, buyer]
            if unmet > 1e-12:
                stays = orders_that_stay(unmet, total[niche, buyer], spare, scale, p)
                extra[niche, buyer] = stays
                left += pull[niche, buyer] * (unmet * total[niche, buyer] * scale - stays * spare)
    return left, weight


@rule
def reach_again(industry: int, local_industries: LocalIndustries, reach: Reach, p: Parameters) -> None:
    """What went to all niches is added to `extra`, within the limit; sets `extra_access` of local niches."""
    niches = reach.niches
    freeness, first, region_of = niches.freeness, niches.first, niches.region_of
    pull, extra, extra_access = niches.pull, niches.extra, niches.extra_access
    for buyer in range(extra.shape[1]):
        local_industry = local_industries[buyer, industry]
        most = (p.redirection_limit - 1.0) * reach.pull[buyer, industry]
        openly, added = local_industry.spending - local_industry.contracted, local_industry.extra
        for niche in range(niches.begin[industry], niches.begin[industry + 1]):
            extra[niche, buyer] = min(extra[niche, buyer] + added, most)
            wanted = pull[niche, buyer] * extra[niche, buyer] * openly
            for place in range(first[niche], first[niche + 1]):
                extra_access[place] += freeness[region_of[place], buyer] * wanted


@rule
def place_again_in_niches(
    industry: int, nation: Nation, landed: Array, allowed: float, reach: Reach, p: Parameters
) -> None:
    """Buyers of an industry place what found no goods with firms of the same niche, and then with all that have room.

    Sets `extra` and `extra_access`. `landed` (R,) is what imports weigh, of which the share `allowed` may come in.
    """
    abroad = redirection.abroad_has_room(nation.industries[industry])
    for buyer in range(len(landed)):
        local_industry = nation.local_industries[buyer, industry]
        scale = reach.pull[buyer, industry]
        left, room = spread_among_niches(buyer, industry, scale, reach.niches, p)
        unmet = left + landed[buyer] * (1.0 - allowed) * scale
        if abroad:
            room += landed[buyer]
        local_industry.extra = redirection.redirected(unmet, room, scale, p)
    reach_again(industry, nation.local_industries, reach, p)


@rule
def offer_in_niches(stage: int, firms: Firms, nation: Nation, fills: Array, niches: NicheIndex, p: Parameters) -> None:
    """Add what firms of a stage have for open orders to what their local niches serve (see delivery).

    `fills` (N,) is the share of open orders that each fills, below 0 if it has none.
    """
    place_of, export_access = niches.place, niches.export_access
    served, delivered = niches.served, niches.delivered
    served_again, delivered_again = niches.served_again, niches.delivered_again
    for row in range(len(firms)):
        firm = firms[row]
        if not firm.living or nation.industries[firm.industry].stage != stage:
            continue
        firm.exports = 0.0
        if fills[row] < 0.0:
            continue
        place, weight = place_of[row], weight_in_niche(firm, p)
        real = weight * fills[row] ** ((p.niche_elasticity - 1.0) / p.niche_elasticity) if fills[row] != 1.0 else weight
        served[place] += weight * fills[row]
        delivered[place] += real
        firm.exports = weight * fills[row] * export_access[place]
        nation.local_industries[firm.region, firm.industry].exports += firm.exports
        if firm.redirected > 0.0:
            served_again[place] += weight * fills[row] * firm.room
            delivered_again[place] += real * firm.room


@rule
def worth_of_bundle(part: float, p: Parameters) -> float:
    """What a niche is worth in the CES sum when its bundle is worth less: x^((eta/(eta-1)) (sigma-1)/sigma).

    `part` x is the sum of shares in the niche times fill^((eta-1)/eta) (Hottman et al. 2016).
    """
    power = p.niche_elasticity / (p.niche_elasticity - 1.0)
    return part ** (power * (p.variety_elasticity - 1.0) / p.variety_elasticity) if part != 1.0 else 1.0


@rule
def fill_niches(industry: int, niches: NicheIndex, p: Parameters) -> None:
    """Fill `filled` of niches with one place: all buyers get the same part of their bundle; -1 for all others."""
    for niche in range(niches.begin[industry], niches.begin[industry + 1]):
        place = niches.first[niche]
        niches.filled[niche] = -1.0
        if niches.first[niche + 1] - place == 1 and niches.supply[place] > 0.0:
            niches.filled[niche] = worth_of_bundle(niches.delivered[place] / niches.supply[place], p)


@rule
def gain_of_more(extra: float, p: Parameters) -> float:
    """What `extra` orders over first ones add to what a niche is worth: (1 + x)^((sigma-1)/sigma) - 1 (Dixit & Stiglitz
    1977).
    """
    return (1.0 + extra) ** ((p.variety_elasticity - 1.0) / p.variety_elasticity) - 1.0 if extra > 0.0 else 0.0


@rule
def receive_niches(
    buyer: int, industry: int, extra: float, scale: float, niches: NicheIndex, p: Parameters
) -> tuple[float, float]:
    """What a buyer gets of all niches of an industry, in value and really, as weights of the CES sum.

    A niche is really worth B P_m^(1-sigma) x what its bundle is worth x (1 + gain x the part of it that firms with more
    orders deliver): exact where all that deliver have such orders, or none. `extra` are orders that went to firms of
    all niches, over what these weigh; `scale` is P^(sigma-1).
    """
    freeness, first, region_of = niches.freeness, niches.first, niches.region_of
    served, delivered, total, pull = niches.served, niches.delivered, niches.total, niches.pull
    served_again, delivered_again = niches.served_again, niches.delivered_again
    value, real = 0.0, 0.0
    usual_gain = gain_of_more(extra / scale, p)
    for niche in range(niches.begin[industry], niches.begin[industry + 1]):
        now, again, bundle, more = 0.0, 0.0, 0.0, 0.0
        for place in range(first[niche], first[niche + 1]):
            free = freeness[region_of[place], buyer]
            now, again = now + free * served[place], again + free * served_again[place]
            bundle, more = bundle + free * delivered[place], more + free * delivered_again[place]
        if bundle <= 0.0:
            continue
        placed = niches.extra[niche, buyer]
        gain = usual_gain if placed == extra else gain_of_more(placed / scale, p)
        worth = niches.filled[niche]
        worth = worth if worth >= 0.0 else worth_of_bundle(bundle / total[niche, buyer], p)
        value += pull[niche, buyer] * (now + placed / scale * again)
        real += pull[niche, buyer] * total[niche, buyer] * worth * (1.0 + gain * more / bundle)
    return value, real
