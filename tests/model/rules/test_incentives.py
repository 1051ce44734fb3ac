"""How a region's money is split over industries and uses, and what is carried to the next year: numbers by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernel.codes import Origin
from sim.kernel.declare import parameter_record
from sim.kernel.draws import Luck
from sim.kernel.tables import BIRTH, FIRM, INDUSTRY, LOCAL_INDUSTRY, REGION
from sim.model import schedule
from sim.model.rules import incentives
from tests.small_world import present

SEED, YEAR = 7, 31


def tables(regions: int = 1, industries: int = 3):
    """Empty tables of regions, industries and their pairs, with ids."""
    region, industry = REGION.empty(regions), INDUSTRY.empty(industries)
    region.id, industry.id = np.arange(regions) + 11, np.arange(industries) + 101
    return region, industry, LOCAL_INDUSTRY.empty(regions, industries)


def split(region, industry, local, entry_share: float, research_share: float) -> None:
    incentives.split_money(region, industry, local, incentives.Uses(entry_share, research_share), Luck(SEED, YEAR))


@pytest.fixture
def region_with_three_industries():
    """Budget 100, of which 20 are spent; 6 brought forward. Two industries are promoted, by 3 to 1."""
    region, industry, local = tables()
    region.budget, region.spent, region.fund = 100.0, 20.0, 6.0
    local.promoted[0] = [0.6, 0.2, 0.0]
    local.firms[0] = [2, 0, 5]
    local.sales[0] = [10.0, 0.0, 50.0]
    local.startup_cost[0] = [7.0, 10.0, 1.0]
    return region, industry, local


def test_research_is_paid_first_then_entry_and_capacity(region_with_three_industries) -> None:
    region, industry, local = region_with_three_industries
    split(region, industry, local, entry_share=0.6, research_share=0.25)
    first = local[0, 0]
    # 80 are left, three quarters of them are 60: research 15, of the other 45 capacity .4 = 18 and entry 27, with
    # three quarters of the 6 brought forward 31.5 = 4.5 firms at 7.
    assert first.research_grant == pytest.approx(15.0)
    assert first.capacity_grant == pytest.approx(18.0)
    drawn = incentives.local_industry_draw(region[0], industry[0], Luck(SEED, YEAR))
    assert first.attracted == (5 if drawn >= 0.5 else 4)
    assert first.entry_grant == 7.0 * first.attracted


def test_where_no_firm_stands_all_money_looks_for_entrants(region_with_three_industries) -> None:
    region, industry, local = region_with_three_industries
    split(region, industry, local, entry_share=0.6, research_share=0.25)
    second = local[0, 1]
    # A quarter of 80 and of 6: 21.5 = 2.15 firms at 10.
    assert second.research_grant == 0.0
    assert second.capacity_grant == 0.0
    drawn = incentives.local_industry_draw(region[0], industry[1], Luck(SEED, YEAR))
    assert second.attracted == (3 if drawn >= 0.85 else 2)


def test_what_is_not_promoted_gets_nothing(region_with_three_industries) -> None:
    region, industry, local = region_with_three_industries
    local.entry_grant[0, 2] = local.capacity_grant[0, 2] = local.research_grant[0, 2] = 9.0  # of last year
    local.attracted[0, 2] = 9
    split(region, industry, local, entry_share=0.6, research_share=0.25)
    third = local[0, 2]
    assert (third.entry_grant, third.capacity_grant, third.research_grant, third.attracted) == (0.0, 0.0, 0.0, 0)


def test_every_unit_is_granted_or_carried_forward(region_with_three_industries) -> None:
    region, industry, local = region_with_three_industries
    split(region, industry, local, entry_share=0.6, research_share=0.25)
    granted = float(local.entry_grant.sum() + local.capacity_grant.sum() + local.research_grant.sum())
    assert granted > 0.0
    assert granted + float(region.fund[0]) == pytest.approx(100.0 - 20.0 + 6.0)


def test_firms_without_sales_do_no_research_on_grants(region_with_three_industries) -> None:
    region, industry, local = region_with_three_industries
    local.sales[0, 0] = 0.0
    split(region, industry, local, entry_share=0.6, research_share=0.25)
    assert local.research_grant[0, 0] == 0.0
    assert local.capacity_grant[0, 0] == pytest.approx(0.4 * 60.0)


def test_all_for_entry_and_nothing_for_entry(region_with_three_industries) -> None:
    region, industry, local = region_with_three_industries
    split(region, industry, local, entry_share=1.0, research_share=0.0)
    assert local.capacity_grant.sum() == 0.0
    region.fund = 6.0
    split(region, industry, local, entry_share=0.0, research_share=0.0)
    assert local.capacity_grant[0, 0] == pytest.approx(60.0)
    assert local.attracted[0, 0] in (0, 1)  # 4.5 of the fund at 7 a firm


def test_what_entrants_cost_too_much_is_made_good_next_year() -> None:
    region, industry, local = tables(industries=1)
    region.budget = 10.0
    local.promoted[0, 0], local.startup_cost[0, 0] = 1.0, 4.0
    region.fund = -6.0
    split(region, industry, local, entry_share=1.0, research_share=0.0)
    # 10 less 6 buys one firm exactly.
    assert local.attracted[0, 0] == 1
    assert region.fund[0] == pytest.approx(0.0)
    region.fund = -12.0
    split(region, industry, local, entry_share=1.0, research_share=0.0)
    assert local.attracted[0, 0] == 0
    assert region.fund[0] == pytest.approx(-2.0)


def test_a_region_without_a_budget_keeps_its_fund() -> None:
    region, industry, local = tables()
    local.promoted[0] = [1.0, 0.0, 0.0]
    local.firms[0], local.sales[0], local.startup_cost[0] = 1, 1.0, 1.0
    region.fund = 5.0
    split(region, industry, local, entry_share=0.6, research_share=0.1)
    assert not local.attracted.any()
    assert region.fund[0] == 5.0


def test_regions_do_not_share_their_money() -> None:
    region, industry, local = tables(regions=2)
    region.budget = [10.0, 40.0]
    local.promoted[:, 0] = 1.0
    local.firms[:], local.sales[:], local.startup_cost[:] = 1, 1.0, 1e9
    split(region, industry, local, entry_share=0.5, research_share=0.5)
    assert local.research_grant[:, 0].tolist() == [5.0, 20.0]
    assert local.capacity_grant[:, 0].tolist() == [2.5, 10.0]
    assert region.fund.tolist() == [2.5, 10.0]


def test_whole_entrants_are_unbiased() -> None:
    assert incentives.whole_entrants(10.0, 4.0, 0.49) == 2
    assert incentives.whole_entrants(10.0, 4.0, 0.5) == 3
    assert incentives.whole_entrants(10.0, 0.0, 0.9) == 0
    lucks = (np.arange(1000) + 0.5) / 1000
    assert np.mean([incentives.whole_entrants(10.0, 4.0, luck) for luck in lucks]) == pytest.approx(2.5)


def test_grants_are_shared_by_capacity_and_by_sales() -> None:
    p = parameter_record({"capital_price": 0.5}, {})
    firms = FIRM.empty(3)
    firms.capacity, firms.sales, firms.unit_cost = [1.0, 3.0, 9.0], [2.0, 8.0, 1.0], [2.0, 4.0, 1.0]
    firms.industry = [0, 0, 1]
    _, _, local = tables()
    local.capacity[0, 0], local.sales[0, 0] = 4.0, 10.0
    local.capacity_grant[0, 0], local.research_grant[0, 0] = 8.0, 5.0
    incentives.pay_firms(firms, local, 2, p)
    # 2 and 6 of capacity money, at .5 times unit costs of 2 and 4.
    assert firms.building[:, 1].tolist() == [2.0, 3.0, 0.0]
    assert firms.building[:, 0].tolist() == [0.0, 0.0, 0.0]
    assert firms.research_grant.tolist() == [1.0, 4.0, 0.0]
    assert firms.subsidy.tolist() == [3.0, 10.0, 0.0]


def test_every_entrant_that_is_paid_for_is_born() -> None:
    region, industry, local = tables(regions=2)
    local.attracted[1, 2], local.attracted[0, 0] = 2, 1
    local.startup_cost[1, 2], local.startup_cost[0, 0] = 3.0, 4.0
    births = BIRTH.empty(3)
    incentives.attract(region, industry, local, births, YEAR)
    assert births.region.tolist() == [0, 1, 1]
    assert births.industry.tolist() == [0, 2, 2]
    assert births.grant.tolist() == [4.0, 3.0, 3.0]
    assert births.cell.tolist() == [-1, -1, -1]
    assert set(births.origin.tolist()) == {int(Origin.ATTRACTED)}
    assert len(set(births.id.tolist())) == 3
    assert births.id.min() > 0
    again = BIRTH.empty(3)
    incentives.attract(region, industry, local, again, YEAR + 1)
    assert set(again.id.tolist()).isdisjoint(births.id.tolist())


def test_last_years_support_ends_and_sales_are_those_of_firms_that_stand() -> None:
    world = present()
    for paid in (world.regions.spent, world.regions.levy, world.regions.works, world.institutes.granted):
        paid[:] = 3.0
    firms = world.firms
    for received in (firms.subsidy, firms.research_grant, firms.absorption, firms.credit_line):
        received[:] = 3.0
    incentives.open_budgets(world)
    for table, names in (
        (world.regions, ("spent", "levy", "works")),
        (world.institutes, ("granted",)),
        (firms, ("subsidy", "research_grant", "absorption", "credit_line")),
    ):
        assert {name: float(np.abs(table[name]).max()) for name in names} == dict.fromkeys(names, 0.0)
    sales = np.zeros(world.local_industries.shape)
    for firm in firms:
        sales[firm.region, firm.industry] += firm.sales
    assert np.asarray(world.local_industries.sales) == pytest.approx(sales)


def test_idle_labour_is_hired_with_what_instruments_left() -> None:
    world = present("plan.layout=idle")
    regions = world.regions
    regions.make_work[:2], regions.budget[:2], regions.spent[:2], regions.fund[:2] = [True, False], 10.0, 4.0, 1.0
    regions.make_work[2:] = False
    regions.works[:] = 2.0
    incentives.waste_labour(world)
    assert regions.works[:2].tolist() == [8.0, 2.0]
    assert regions.fund[:2].tolist() == [-5.0, 1.0]
    row = world.ledger[world.ledger.account == world.account("labour that makes nothing")]
    assert (row.amount.tolist(), row.region.tolist()) == ([-6.0], [0])


@pytest.mark.parametrize("transfers", ["true", "false"])
def test_an_idle_plan_hires_with_its_whole_budget_and_promotes_nothing(transfers: str) -> None:
    # The wage is that of the year's beginning: it does not clear the labour market within the year.
    switches = (f"mechanisms.transfers={transfers}", "mechanisms.labour_clearing=false")
    world = present("plan.layout=idle", "plan.budget=0.1", *switches)
    for _ in range(2):
        schedule.step(world)
        assert not world.local_industries.promoted.any()
        assert float(world.regions.works.sum()) == pytest.approx(0.1 * world.expenditure, rel=1e-9)
        hired = (0.1 * world.expenditure + float(world.institutes.budget.sum())) / world.wage_before
        assert world.public_labour == pytest.approx(hired, rel=1e-9)
        institutes = float(world.institutes.budget.sum()) if transfers == "true" else 0.0
        assert world.consumption_budget == pytest.approx(0.9 * world.expenditure - institutes, rel=1e-9)
