"""Niches by hand: what rivals leave a firm, what founders expect, who copies whom, and who buys what of whom."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.kernel.draws import Luck
from sim.kernel.niche_index import NicheIndex, elasticity_expected, elasticity_of, index_niches, no_niches
from sim.kernel.world import FIRM, INDUSTRY, LINK, LOCAL_INDUSTRY, REGION, Nation, Tie
from sim.model.opening import niches as opening
from sim.model.rules import disruption, foreign_trade, niche_delivery, niche_market, niches
from tests.model.by_hand import records
from tests.model.by_hand.records import some
from tests.model.rules.worlds import a_nation, a_reach, parameters

TWO = {"niche_elasticity": 7.0, "variety_elasticity": 4.0}
"""eta - 1 = 6 and sigma - 1 = 3: theta is a half."""


def exactly(value: float) -> Any:
    return pytest.approx(value, rel=1e-12)


# -- what firms face -----------------------------------------------------------------------------------------


def test_elasticities_where_there_are_niches_and_where_not() -> None:
    p, without = parameters(niches=True, variety_elasticity=4.0), parameters(variety_elasticity=4.0)
    firm, industry = records.firm(elasticity=6.0), records.industry(newcomer_elasticity=7.0)
    assert (elasticity_of(firm, p), elasticity_of(firm, without)) == (6.0, 4.0)
    assert (elasticity_expected(industry, p), elasticity_expected(industry, without)) == (7.0, 4.0)


@pytest.mark.parametrize(("share", "expected"), [(1.0, 4.0), (0.0, 8.0), (0.25, 7.0)])
def test_the_larger_its_share_the_less_a_firms_buyers_can_turn_away(share: float, expected: float) -> None:
    p = parameters(niche_elasticity=8.0, variety_elasticity=4.0)
    assert niches.elasticity_faced(share, p) == expected
    assert niches.share_faced(records.firm(elasticity=expected), p) == share


def test_the_share_in_a_niche_is_a_mean_over_buyers() -> None:
    # A weight of 2 is a tenth (crowd .05 a unit) of what half of the buyers get, a fifth of what the others get.
    assert niches.share_of_niche(2.0, 0.5 * 30 * 0.05 + 0.5 * 30 * 0.1, 30.0) == exactly(0.15)
    assert niches.share_of_niche(2.0, 0.0, 0.0) == 1.0, "who sells to nobody has no rival"
    assert niches.share_of_niche(2.0, 30.1, 30.0) == 1.0


def test_suppliers_with_few_rivals_are_missed() -> None:
    p = parameters(niches=True, niche_elasticity=8.0, variety_elasticity=4.0)
    firms = some(FIRM, 4, elasticity=[8.0, 4.0, 6.0, 5.0], supplier_share=0.7)
    links = some(LINK, 4, tie=[Tie.SUPPLY, Tie.SUPPLY, Tie.SUPPLY, Tie.FIRM], first=[0, 0, 3, 3], second=[1, 2, 0, 1],
                 share=[0.5, 0.5, 1.0, 1.0], living=[True, True, True, True])  # fmt: skip
    niches.judge_suppliers(firms, links, p)
    assert firms.supplier_share.tolist() == [0.75, 0.0, 0.0, 0.0]
    assert disruption.missed(firms[0], p) == 0.75
    assert disruption.missed(firms[0], parameters()) == 1.0


# -- what founders expect ------------------------------------------------------------------------------------


def test_what_a_newcomer_sells_among_rivals() -> None:
    p = parameters(**TWO)
    assert niche_market.theft(p) == 0.5
    # Beside one as large: the niche sells 2^.5 times as much, each 2^-.5 of what it would alone.
    assert niches.orders_among(1.0, 1.0, 1.0, p) == exactly(2.0**-0.5)
    # Beside one of 24 units: of 5 x 5 units of customers it has 1, and sells nearly as much as alone.
    assert niches.orders_among(1.0, 24.0, 24.0, p) == exactly(math.sqrt(24.0 / 25.0))
    assert niches.orders_among(1.0, 0.0, 0.0, p) == 1.0


def test_founders_expect_the_mean_of_what_awaits_them() -> None:
    p = parameters(niches=True, customer_base=True, first_customers=1.0, niche_opening=0.25, **TWO)
    firms = some(FIRM, 3, id=[1, 2, 3], niche=[1, 1, 3], living=True, appeal=[1.0, 2.0, 1.0])
    industries = some(INDUSTRY, 2)
    niches.expect_rivals(firms, industries, index_niches(firms, 1, 2), p)
    # A quarter opens a niche. Two thirds of the others join a niche of 3 with one of 2: share 1/4, eps 7 - 3/4; orders
    # (2/4)^.5. One third joins a firm as large: share 1/2, eps 5.5; orders (1/2)^.5.
    inverse = 0.25 / 4.0 + 0.75 * (2.0 / 6.25 + 1.0 / 5.5) / 3.0
    assert industries[0].newcomer_elasticity == exactly(1.0 / inverse)
    assert industries[0].newcomer_orders == exactly(0.25 + 0.75 * 0.5**0.5)
    assert industries[1].newcomer_elasticity == exactly(4.0), "where nobody stands all open a niche"
    assert industries[1].newcomer_orders == 1.0


# -- who copies whom -----------------------------------------------------------------------------------------


def test_chances_of_opening_a_niche() -> None:
    p = parameters(opening_lead=2.0, opening_science=0.5, attracted_copying=1.0)
    assert niches.chance_of_opening(0.25, 0.0, 0.0, 0.0, p) == exactly(0.25)
    # Odds of 1/3 times e^(2 x .5 + .5 x 2 - 1) = e
    assert niches.chance_of_opening(0.25, 0.5, 2.0, 1.0, p) == exactly(math.e / 3.0 / (1.0 + math.e / 3.0))
    assert niches.chance_of_opening(0.25, 0.0, 0.0, 1.0, p) < 0.25 < niches.chance_of_opening(0.25, 0.1, 0.0, 0.0, p)
    assert niches.chance_of_opening(1.0, -9.0, 0.0, 1.0, p) == 1.0


def test_the_share_of_a_start_that_the_public_pays() -> None:
    assert niches.paid_share(records.firm(subsidy=3.0, investment=1.0)) == 0.75
    assert niches.paid_share(records.firm()) == 0.0


def test_the_lead_of_a_newcomer_is_over_usual_ones() -> None:
    p = parameters(entrant_gap=0.1, learning=False)
    lead = niches.lead_of(records.firm(productivity=math.e**0.5), records.industry(mean_productivity=0.3), p)
    assert lead == exactly(0.5 - 0.3 + 0.1)


def seen() -> niches.Seen:
    """Firm 0 in region 0, firms 1 and 2 in region 1, all of industry 0; nobody in industry 1 nor region 2."""
    return niches.Seen(
        np.array([0, 1, 2]), np.array([[0, 1, 3, 3], [3, 3, 3, 3]]), np.array([2, 1, 0]), np.array([0, 3, 3])
    )


def copied(firm_id: int, region: int, p: Any, industry: int = 0, parent: int = niches.NOBODY) -> int:
    firm = records.firm(id=firm_id, region=region, industry=industry)
    return niches.whom_to_copy(firm, parent, seen(), p, Luck(7, 1))


def test_who_copies_whom() -> None:
    near, far = parameters(copy_local=1.0), parameters(copy_local=0.0)
    ids = range(1, 200)
    assert {copied(one, 0, near) for one in ids} == {0}
    assert {copied(one, 1, near) for one in ids} == {1, 2}
    assert {copied(one, 2, near) for one in ids} == {0, 1, 2}, "who sees none near looks in the nation"
    found = [copied(one, 0, far) for one in ids]
    assert [found.count(row) / 199 for row in range(3)] == pytest.approx([1 / 3] * 3, abs=0.1)
    some_near = [copied(one, 0, parameters(copy_local=0.7)) for one in ids]
    assert some_near.count(0) / 199 == pytest.approx(0.7 + 0.3 / 3, abs=0.08)
    assert copied(1, 0, near, industry=1) == niches.NOBODY
    assert copied(1, 0, near, parent=2) == 2, "spin-offs sell what their parents sell"


def test_niches_are_opened_and_joined() -> None:
    p = parameters(variety_elasticity=4.0)
    firm, other = records.firm(id=9), records.firm(id=3, niche=2)
    niches.join_niche(firm, other, records.industry(newcomer_elasticity=6.0))
    assert (firm.niche, firm.copied, firm.elasticity) == (2, True, 6.0)
    niches.open_niche(firm, p)
    assert (firm.niche, firm.copied, firm.elasticity) == (9, False, 4.0)


@pytest.mark.parametrize(("usual", "expected"), [(1.0, [1, 1, 2, 3]), (1e-9, [1, 1, 1, 1])])
def test_newcomers_take_niches_and_others_keep_theirs(usual: float, expected: list[int]) -> None:
    p = parameters(niche_opening=usual, opening_lead=0.0, opening_science=0.0)
    firms = some(FIRM, 4, id=[1, 5, 2, 3], niche=[1, 1, 0, 0], productivity=1.0, living=True, parent=[0, 0, 0, 5])
    before = niches.see_firms(firms, np.flatnonzero(firms.niche != 0), 1, 1)
    parents = niches.rows_of_parents(firms)
    assert parents.tolist() == [niches.NOBODY] * 3 + [1]
    assert before.near.tolist() == [0, 1]
    niches.take_niches(firms, parents, before, some(REGION, 1), some(INDUSTRY, 1), p, Luck(1, 1))
    assert firms.niche.tolist() == expected
    assert niches.opens_one(firms[2], usual, some(REGION, 1)[0], some(INDUSTRY, 1)[0], p, Luck(1, 1)) == (usual == 1.0)


def test_first_niches_are_as_many_as_in_the_long_run() -> None:
    assert opening.first_opening(parameters(niche_opening=1.0)) == 1.0
    assert opening.first_opening(parameters(niche_opening=0.5)) == exactly(math.log(2.0))
    assert opening.mean_inverse_elasticity(parameters(variety_elasticity=5.0)) == 0.2
    p = parameters(niches=True, niche_opening=1.0, variety_elasticity=4.0)
    assert opening.mean_inverse_elasticity(p) == exactly(0.25)
    # Half of firms are alone, a quarter in pairs, and so on: 1/(8 - 4/n) = n / (8 n - 4)
    p = parameters(niches=True, niche_opening=0.5, variety_elasticity=4.0, niche_elasticity=8.0)
    expected = sum(0.5**n * n / (8.0 * n - 4.0) for n in range(1, 200))
    assert opening.mean_inverse_elasticity(p) == exactly(expected)


# -- the market ----------------------------------------------------------------------------------------------


def market_of(niche: list[int], spending: float = 100.0, **columns: Any) -> tuple[Any, Nation, NicheIndex, Any]:
    """Firms of one industry in one region, all alike but for `columns`: index and orders, no imports, nobody abroad."""
    p = parameters(niches=True, imports=False, redirection=True, redirection_limit=10.0, **TWO)
    firms = some(FIRM, len(niche), id=np.arange(1, len(niche) + 1), niche=niche, living=True, appeal=1.0, price=1.0,
                 capacity=1e9, supply_limit=1.0)  # fmt: skip
    for name, values in columns.items():
        firms[name] = values
    here = some(LOCAL_INDUSTRY, 1, 1, spending=spending)
    nation = a_nation(some(INDUSTRY, 1), here, np.zeros((1, 1)), regions=some(REGION, 1, landing=1.0, shipping=1.0))
    known = index_niches(firms, 1, 1)
    niche_market.index_niches(firms, nation.regions, nation.industries, here, np.ones((1, 1)), known, p)
    niche_market.reach_niches(0, nation, np.zeros(2), a_reach(nation, p, niches=known))
    return firms, nation, known, p


def sales_of(firms: Any, known: NicheIndex, p: Any) -> list[float]:
    """Open orders in money."""
    return [
        firm.price * niche_market.orders_in_niche(firm, known.access[known.place[row]], p)
        for row, firm in enumerate(firms)
    ]


def test_no_niches_are_none() -> None:
    nothing = no_niches(3, 2)
    assert (nothing.begin.tolist(), len(nothing.first), nothing.freeness.shape) == ([0, 0, 0], 1, (3, 4))


def test_firms_are_indexed_by_industry_niche_and_region() -> None:
    firms = some(FIRM, 5, id=[1, 2, 3, 4, 5], industry=[1, 0, 1, 1, 0], niche=[3, 5, 3, 4, 5], region=[1, 0, 0, 0, 0])
    known = index_niches(firms, 2, 3)
    assert known.begin.tolist() == [0, 1, 3, 3]
    assert known.first.tolist() == [0, 1, 3, 4]
    assert known.region_of.tolist() == [0, 0, 1, 0]
    assert known.niche_of.tolist() == [0, 1, 1, 2]
    assert known.place.tolist() == [2, 0, 1, 3, 0]


def test_a_firm_alone_in_its_niche_sells_as_without_niches() -> None:
    firms, nation, known, p = market_of([1, 2], appeal=[1.0, 3.0], price=[1.0, 2.0])
    # A p^(1-sigma) of 1 and 3/8: sales in these proportions, and the index of both.
    assert sales_of(firms, known, p) == pytest.approx([100 / 1.375, 37.5 / 1.375], rel=1e-12)
    assert nation.local_industries[0, 0].price_index == exactly(1.375 ** (-1 / 3))
    assert niche_market.weight_in_niche(firms[1], p) == exactly(3.0 / 64.0)


def test_a_duplicate_steals_and_a_new_niche_brings_variety() -> None:
    """Among 50 niches: real income gains 1/(eta-1) of a duplicate's share, and 1/(sigma-1) of a new niche's."""
    single = market_of(list(range(1, 51)))
    one = single[1].local_industries[0, 0].price_index
    firms, nation, known, p = market_of([*range(1, 51), 1], appeal=[*[1.0] * 50, 0.01])
    sold = sales_of(firms, known, p)
    gain = math.log(one / nation.local_industries[0, 0].price_index)
    assert gain / (sold[50] / 100.0) == pytest.approx(1 / 6, rel=0.01)
    lost = 2.0 - sold[0]
    assert lost / sold[50] == pytest.approx(0.5, rel=0.03), "theta of it, and its part of what all others lose"
    firms, nation, known, p = market_of(list(range(1, 52)), appeal=[*[1.0] * 50, 0.01])
    sold = sales_of(firms, known, p)
    gain = math.log(one / nation.local_industries[0, 0].price_index)
    assert gain / (sold[50] / 100.0) == pytest.approx(1 / 3, rel=0.01)
    assert (2.0 - sold[0]) / sold[50] == pytest.approx(1 / 50, rel=0.05)


def test_a_duplicate_as_large_takes_half_the_niche() -> None:
    firms, _, known, p = market_of([*range(1, 51), 1])
    sold = sales_of(firms, known, p)
    # The niche weighs 2^.5 beside 49: it sells 1.414 of 50.414, each half.
    assert sold[0] == sold[50] == exactly(100 * 2**-0.5 / (49 + 2**0.5))
    niches.face_rivals(firms, known, p)
    assert firms.elasticity[[0, 1, 50]].tolist() == pytest.approx([5.5, 4.0, 5.5])


def test_what_buyers_spend_is_what_firms_sell_and_trade_costs_count_within_niches() -> None:
    p = parameters(niches=True, imports=True, **TWO)
    firms = some(FIRM, 3, id=[1, 2, 3], niche=[1, 1, 3], region=[0, 1, 1], living=True, appeal=[1.0, 2.0, 1.0],
                 price=[1.0, 1.1, 0.9], capacity=1.0)  # fmt: skip
    here = some(LOCAL_INDUSTRY, 2, 1, spending=[[60.0], [40.0]], contracted=[[10.0], [0.0]])
    industries = some(
        INDUSTRY, 1, opened=True, importable=True, import_appeal=0.5, import_price=1.2, foreign_demand=7.0
    )
    regions = some(REGION, 2, landing=[1.0, 0.5], shipping=[1.0, 0.5])
    nation = a_nation(industries, here, np.zeros((1, 1)), regions=regions)
    free = np.array([[1.0, 0.5], [0.5, 1.0]])  # tau^-3: 2^(1/3) between the two
    known = index_niches(firms, 2, 1)
    niche_market.index_niches(firms, regions, industries, here, free, known, p)
    niche_market.reach_niches(0, nation, np.zeros(3), a_reach(nation, p, niches=known))
    tau = np.array([[1.0, 2.0 ** (1 / 3)], [2.0 ** (1 / 3), 1.0], [1.0, 2.0 ** (1 / 3)]])[:, [0, 1]]
    sales, total = np.zeros(3), 0.0
    for buyer, money in enumerate((50.0, 40.0, None)):
        cost = [tau[0, buyer], tau[1, buyer], tau[1, buyer]] if buyer < 2 else [1.0, 2 ** (1 / 3), 2 ** (1 / 3)]
        weight = np.array(firms.appeal) * (np.array(firms.price) * np.array(cost)) ** -6.0
        first = math.sqrt(2.0) * (weight[0] + weight[1]) ** 0.5  # B = 2^theta
        alone = weight[2] ** 0.5
        bought = 0.5 * 1.2**-3.0 * regions.landing[buyer] if buyer < 2 else 0.0
        scale = 7.0 if money is None else money / (first + alone + bought)
        sales += scale * np.array([first * weight[0] / weight[:2].sum(), first * weight[1] / weight[:2].sum(), alone])
        total += scale * (first + alone + bought)
        if buyer < 2:
            assert here[buyer, 0].price_index == exactly((first + alone + bought) ** (-1 / 3))
    assert sales_of(firms, known, p) == pytest.approx(sales.tolist(), rel=1e-12)
    assert foreign_trade.price_index(8.0, industries[0], p) == 0.5
    assert foreign_trade.price_index(0.0, industries[0], p) == 6.0


# -- redirection and delivery --------------------------------------------------------------------------------


@pytest.mark.parametrize(("unmet", "expected"), [(0.0, 0.0), (1.0, 1.0), (0.75, 0.5)])
def test_customers_of_what_is_sold_out_leave_their_niche_in_part(unmet: float, expected: float) -> None:
    # 1 - (1/4)^.5 of a niche's customers leave it when three quarters of its goods are gone.
    assert niche_delivery.leaving_niche(unmet, parameters(**TWO)) == exactly(expected)


def test_orders_that_stay_in_a_niche() -> None:
    p = parameters(redirection_limit=10.0, **TWO)
    # .75 are unmet and .5 leave; .25 of a weight of 8 stay, with firms that weigh 4.
    assert niche_delivery.orders_that_stay(0.75, 8.0, 4.0, 3.0, p) == exactly(0.25 * 8 / 4 * 3)
    assert niche_delivery.orders_that_stay(0.75, 8.0, 0.01, 3.0, p) == exactly(9.0 * 3)
    assert niche_delivery.orders_that_stay(0.75, 8.0, 0.0, 3.0, p) == 0.0
    assert niche_delivery.orders_that_stay(0.0, 8.0, 4.0, 3.0, p) == 0.0
    assert niche_market.pull_of_niche(16.0, 3.0, p) == exactly(0.75)
    assert niche_market.pull_of_niche(0.0, 3.0, p) == 0.0


def sold_out(**columns: Any) -> tuple[Any, Nation, NicheIndex, Any]:
    """Three firms alike, two in one niche; what they are asked for is planned as far as capacity reaches."""
    firms, nation, known, p = market_of([1, 1, 3], **columns)
    for row, sold in enumerate(sales_of(firms, known, p)):
        firms[row].orders = firms[row].demand = sold
        firms[row].planned = min(sold, firms[row].capacity)
    niche_delivery.look_round_niches(0, firms, nation, np.zeros(3), known, p)
    niche_delivery.place_again_in_niches(0, nation, np.zeros(1), 1.0, a_reach(nation, p, niches=known), p)
    return firms, nation, known, p


def test_orders_of_a_sold_out_firm_go_to_close_substitutes_first() -> None:
    firms, _, known, p = sold_out(capacity=[1e-9, 1e9, 1e9])
    niche, alone = 100 * 2**0.5 / (1 + 2**0.5), 100 / (1 + 2**0.5)
    assert firms.orders.tolist() == pytest.approx([niche / 2, niche / 2, alone])
    assert firms.room.tolist() == [0.0, 1.0, 1.0]
    again = [niche_market.orders_in_niche(firm, known.extra_access[known.place[row]], p) * firm.room
             for row, firm in enumerate(firms)]  # fmt: skip
    # Half of the niche is gone: 1 - .5^.5 of its customers leave it, .5^.5 - .5 stay; who leaves looks everywhere.
    leaving, staying = niche * (1 - 0.5**0.5), niche * (0.5**0.5 - 0.5)
    first = np.array([niche / 2, alone]) / (niche / 2 + alone)
    assert again == pytest.approx([0.0, staying + leaving * first[0], leaving * first[1]])
    assert sum(again) == pytest.approx(niche / 2)


def test_where_a_niche_is_sold_out_all_its_customers_leave_it() -> None:
    firms, _, known, p = sold_out(capacity=[1e-9, 1e-9, 1e9])
    again = niche_market.orders_in_niche(firms[2], known.extra_access[known.place[2]], p)
    assert again == pytest.approx(100 * 2**0.5 / (1 + 2**0.5))
    _, _, known, p = sold_out(capacity=[1e-9, 1e-9, 1e9], appeal=[50.0, 50.0, 1e-3])
    scale = known.weight[0, 0] ** -1.0
    assert known.extra[1, 0] == pytest.approx(9.0 * scale), "nobody is asked for more than ten times the first orders"


def served_of(known: NicheIndex) -> tuple[Any, ...]:
    """What local niches serve, all set to zero."""
    for one in (known.served, known.delivered, known.served_again, known.delivered_again):
        one[:] = 0.0
    return known.served, known.delivered, known.served_again, known.delivered_again


def test_what_buyers_get_of_niches() -> None:
    firms, nation, known, p = market_of([1, 1, 3])
    served_of(known)
    niche_delivery.offer_in_niches(0, firms, nation, np.array([1.0, 0.25, 1.0]), known, p)
    scale = nation.local_industries[0, 0].price_index ** 3.0
    niche_delivery.fill_niches(0, known, p)
    niche = 2**0.5
    # In the niche (1/2 + 1/2 x .25^(6/7))^(7/6), and that to the power 3/4 beside the other.
    bundle = niche * (0.5 + 0.5 * 0.25 ** (6 / 7)) ** (7 / 6 * 3 / 4)
    found = niche_delivery.receive_niches(0, 0, 0.0, scale, known, p)
    assert found == pytest.approx((niche * 0.625 + 1.0, bundle + 1.0), rel=1e-12)
    # The third sells half as much again to those who found nothing elsewhere.
    known.extra[1, 0] = 0.5 * scale
    firms[2].redirected, firms[2].room = 1.0, 1.0
    served_of(known)
    niche_delivery.offer_in_niches(0, firms, nation, np.array([1.0, 0.25, 1.0]), known, p)
    found = niche_delivery.receive_niches(0, 0, 0.0, scale, known, p)
    assert found == pytest.approx((niche * 0.625 + 1.5, bundle + 1.5**0.75), rel=1e-12)
    known.extra[:] = 0.5 * scale
    assert niche_delivery.receive_niches(0, 0, 0.5 * scale, scale, known, p) == pytest.approx(found, rel=1e-12)
    assert niche_delivery.gain_of_more(0.5, p) == exactly(1.5**0.75 - 1.0)
    assert niche_delivery.gain_of_more(0.0, p) == 0.0
    # A firm in one place that fills a quarter of its orders is worth .25^((6/7) (7/6) (3/4)).
    known.delivered[known.place[2]] = 0.25 ** (6 / 7)
    niche_delivery.fill_niches(0, known, p)
    assert known.filled[1] == exactly(0.25**0.75)
    assert niche_delivery.worth_of_bundle(1.0, p) == 1.0


def test_a_firm_without_open_orders_offers_none_and_abroad_gets_its_part() -> None:
    firms, nation, known, p = market_of([1])
    here = nation.local_industries[0, 0]
    served_of(known)
    known.export_access[0] = 6.0
    niche_delivery.offer_in_niches(0, firms, nation, np.array([-1.0]), known, p)
    assert (firms[0].exports, here.exports, known.served[0]) == (0.0, 0.0, 0.0)
    niche_delivery.offer_in_niches(0, firms, nation, np.array([0.5]), known, p)
    assert (firms[0].exports, here.exports, known.served[0]) == (3.0, 3.0, 0.5)
