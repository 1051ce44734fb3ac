"""Every theme's metrics on a world of five firms, worked out by hand from the table in conftest."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.kernel.declare import METRICS
from sim.kernel.world import Event, Kind, Tie, Tier, World
from sim.metrics.formulas.concentration import ellison_glaeser, group_herfindahl
from sim.model.rules.census import take_census

NAN = math.nan

EXPECTED: dict[str, Any] = {
    # welfare
    "real_income": 90.0,
    "ln_real_income": math.log(90.0),
    "region_real_income": [30.0, 60.0],
    "region_real_income_per_head": [60.0, 120.0],
    "worst_region_income": 60 / 90,
    "poorest_region_income": 60 / 90,
    "income_theil": 1 / 3 * math.log(2 / 3) + 2 / 3 * math.log(4 / 3),
    "income_gini": 1 / 6,
    "consumer_price": (40 * 1.0 + 60 * 2.0) / 100,
    "value_added": 24 + 24 + 4 + 40,
    "real_value_added": 48.0 / 1.0 + 44.0 / 2.0,
    "region_value_added": [48.0, 44.0],
    "industry_value_added": [28.0, 64.0],
    "industry_price": [1.0, 2.0],
    "region_employment": [60.0, 40.0],
    "real_wage": 1 / 1.6,
    "subsidy": 4.0,
    "subsidy_share": 0.04,
    "region_subsidy": [3.0, 1.0],
    "wasted_capital": 0.5 * (11.25 + 5.0),
    "wasted_capital_share": 16.25 / (8 + 10 + 30 + 10 + 30),
    "scrapped_capital": 12.0,
    "region_scrapped_capital": [5.0, 7.0],
    "region_wasted_capital": [0.5 * 11.25, 0.5 * 5.0],
    "total_wasted_capital": 0.5 * (11.25 + 5.0) + 12.0,
    "region_total_wasted_capital": [0.5 * 11.25 + 5.0, 0.5 * 5.0 + 7.0],
    "labour_gap": -0.1,
    # capacity
    "utilisation": 68 / 100,
    "region_utilisation": [39 / 60, 29 / 40],
    "industry_utilisation": [28 / 40, 40 / 60],
    "local_industry_utilisation": [[24 / 30, 15 / 30], [4 / 10, 25 / 30]],
    "worst_utilisation": 2 / 3,
    "industry_excess_capacity": [2.5 / 30, 3.75 / 45],
    "excess_capacity": (0.7 * 2.5 + 1.0 * 3.75) / (0.7 * 30 + 45),
    "capacity_coming": 5 / 100,
    "idle_parks": 0.0,
    "mean_margin": 5.6 / 108,
    "industry_margin": [3.6 / 28, 2.0 / 80],
    "region_margin": [1.0 / 54, 4.6 / 54],
    "price_cost_margin": (108 - 58.4) / 108,
    "loss_making_share": 2 / 5,
    "zombie_share": 0.0,
    "region_price_cost_margin": [1 - 29.4 / 54, 1 - 29.0 / 54],
    "industry_price_cost_margin": [1 - 18.4 / 28, 1 - 40.0 / 80],
    "tier_price_cost_margin": [1 - 10.4 / 12, 0.5, 0.5, NAN, 0.5],
    "unmet_demand": 13 / 130,
    "industry_unmet_demand": [5 / 40, 8 / 90],
    "tier_utilisation": [12 / 20, 25 / 30, 16 / 20, NAN, 15 / 30],
    # layout
    "structural_similarity": (24 * 4 + 30 * 50) / math.sqrt((24**2 + 30**2) * (4**2 + 50**2)),
    "demand_congruence": 40 / 130 + 120 / 176,
    "effective_promoters": [25 / 13, 1.0],
    "mean_effective_promoters": (5 * 25 / 13 + 3 * 1.0) / 8,
    "promotion_share": [5 / 8, 3 / 8],
    "plan_overlap": 0.5,
    "region_plan_overlap": [0.5, 0.5],
    "industry_duplication": [(25 / 13) / (6 * 40 / 130), 1.0 / (6 * 90 / 130)],
    "duplication_index": (5 * (25 / 13) / (6 * 40 / 130) + 3 / (6 * 90 / 130)) / 8,
    "producer_duplication": (40 * 1.6 / (6 * 40 / 130) + 60 * 2.0 / (6 * 90 / 130)) / 100,
    "endowment_fit": (30 * 0.2 - 30 * 0.2 - 10 * 0.2 + 30 * 0.2) / 100,
    "plan_fit": (2 * 0.2 - 3 * 0.2 + 3 * 0.2) / 8,
    # concentration
    "location_quotient": [[1.25, 0.5 / 0.6], [0.625, 1.25]],
    "krugman_specialisation": [0.5, 0.5],
    "mean_krugman_specialisation": 0.5,
    "krugman_concentration": [0.5, 0.5],
    "herfindahl_specialisation": [0.5, 0.625],
    "herfindahl_concentration": [0.625, 0.5],
    "effective_producers": [1.6, 2.0],
    "market_concentration": [(64 + 256 + 16) / 28**2, (900 + 2500) / 80**2],
    "gini_output": 10 / 180,
    "gini_innovation": 0.25,
    "morans_i": -1 / 3,
    "local_industry_local_morans_i": [[-0.5, NAN], [-0.5, NAN]],
    "theil_specialisation": [
        0.5 * math.log(0.5 / 0.4) + 0.5 * math.log(0.5 / 0.6),
        0.25 * math.log(0.25 / 0.4) + 0.75 * math.log(0.75 / 0.6),
    ],
    "wage_density_slope": 0.0,
    "rent_density_slope": 0.0,
    # productivity
    "mean_productivity": (3.2 + 6.0 - 0.8) / 68,
    "unweighted_productivity": 0.08,
    "allocation": (3.2 + 6.0 - 0.8) / 68 - 0.08,
    "mean_efficiency": 8.4 / 68 + 0.1,
    "place_premium": 0.1,
    "productivity_p90_p10": math.exp(0.4),
    "region_productivity_p90_p10": [math.exp(0.16), 1.0],
    "industry_productivity_p90_p10": [math.exp(0.32), math.exp(0.32)],
    "region_productivity": [9.2 / 39, -0.8 / 29],
    "industry_productivity": [2.4 / 28, 6.0 / 40],
    "local_industry_productivity": [[3.2 / 24, 0.4], [-0.2, 0.0]],
    "tier_productivity": [-0.1, -0.2, 0.2, NAN, 0.2],
    "leader_premium": math.exp(0.2 + 0.05),
    # innovation
    "innovations": 4.0,
    "region_innovations": [3.0, 1.0],
    "industry_innovations": [1.0, 3.0],
    "radical_innovations": 2.0,
    "region_radical_innovations": [2.0, 0.0],
    "industry_radical_innovations": [0.0, 2.0],
    "local_industry_radical_innovations": [[0.0, 2.0], [0.0, 0.0]],
    "tier_radical_innovations": [0.0, 0.0, 0.0, 0.0, 2.0],
    "radical_share": 0.5,
    "innovation_rate": 0.8,
    "tier_innovations": [0.0, 1.0, 1.0, 0.0, 2.0],
    "innovating_share": 3 / 5,
    "research": 5.2,
    "research_intensity": 5.2 / 108,
    "region_research_intensity": [4.2 / 54, 1.0 / 54],
    "industry_research_intensity": [1.2 / 28, 4.0 / 80],
    "research_productivity": 4 / 5.2,
    "technological_diversity": 0.8,
    "region_technological_diversity": [2 / 3, 1.0],
    "industry_technological_diversity": [2 / 3, 1.0],
    "innovation_to_output_gini": 4.5,
    "region_innovation_rate": [1.0, 0.5],
    "industry_innovation_rate": [1 / 3, 1.5],
    # network
    "cooperation_links": 3.0,
    "firm_links": 2.0,
    "institute_links": 1.0,
    "supply_links": 1.0,
    "mean_partners": 1.0,
    "cooperating_share": 1.0,
    "degree_skew": 1.25,
    "tie_length": 50.0,
    "local_tie_share": 2 / 3,
    "cross_industry_tie_share": 0.0,
    "tie_novelty": 0.7,
    "local_supply_share": 0.0,
    "local_industry_ties": [[0.5, 0.0], [1.0, 0.0]],
    "region_ties": [1 / 3, 1 / 2],
    "region_firm_links": [1.0, 1 / 2],
    "industry_firm_links": [2 / 3, 1.0],
    "tier_firm_links": [1 / 2, 1.0, 1.0, NAN, 1.0],
    "region_institute_links": [0.0, 1 / 2],
    "industry_institute_links": [1 / 3, 0.0],
    "tier_institute_links": [1 / 2, 0.0, 0.0, NAN, 0.0],
    "largest_component_share": 2 / 5,
    "path_length": 1.0,
    "clustering": 0.0,
    "small_world_q": NAN,
    # relatedness
    "relatedness_density": [[0.0, 1.0], [1.0, 0.0]],
    "coherence": [0.5, 0.25],
    "related_variety": [math.log(2), -0.25 * math.log(0.25) - 0.75 * math.log(0.75)],
    "unrelated_variety": [0.0, 0.0],
    # chain
    "local_industry_coverage": [[1.0, NAN], [0.2, NAN]],
    "region_chain_coverage": [1.0, 0.2],
    "chain_coverage": 14 / 30,
    "region_weakest_link": [1.0, 0.2],
    "stage_coverage": [28 / 40, 79 / 90],
    "weakest_link": 0.7,
    "import_dependence": 10 / 117,
    "industry_import_dependence": [7 / 35, 3 / 82],
    "single_sourced": 1.0,
    "contracted_share": 12 / 30,
    "supply_length": 50.0,
    "contracts_filled": 0.9,
    "supplier_trust": 0.3,
    "region_single_sourced": [1.0, NAN],
    "industry_single_sourced": [1.0, NAN],
    "region_contracted_share": [12 / 10, 0.0],
    "industry_contracted_share": [12 / 30, NAN],
    "region_supplier_trust": [0.3, NAN],
    "industry_supplier_trust": [0.3, NAN],
    "top_supplier_loss": [12 / 30, 10 / 40],
    "customer_loss": 1 - 1 / (0.6 + 0.4 / 0.6),
    "suppliers_per_stage": 28**2 / (64 + 256 + 16),
    # population and gradient
    "firms": 5.0,
    "region_firms": [3.0, 2.0],
    "industry_firms": [3.0, 2.0],
    "leading_firms": 1.0,
    "institutes": 1.0,
    "entry_rate": 1 / 6,
    "exit_rate": 2 / 6,
    "region_entry_rate": [0.0, 1 / 2],
    "industry_entry_rate": [1 / 4, 0.0],
    "tier_entry_rate": [1 / 3, 0.0, 0.0, NAN, 0.0],
    "region_exit_rate": [2 / 4, 0.0],
    "industry_exit_rate": [2 / 4, 0.0],
    "tier_exit_rate": [1 / 3, 1.0, 0.0, NAN, 0.0],
    "bankrupt_share": 0.5,
    "spin_off_share": 1.0,
    "attracted_share": 0.0,
    "relocations": 0.0,
    "mean_age": 3.6,
    "size_tail": NAN,
    "tier_firms": [2.0, 1.0, 1.0, 0.0, 1.0],
    "tier_share": [0.4, 0.2, 0.2, 0.0, 0.2],
    "promotions": 1.0,
    "demotions": 0.0,
    "tier_promotions": [0.0, 1.0, 0.0, 0.0, 0.0],
    "tier_promotion_rate": [1 / 3, NAN, 0.0, NAN, NAN],
    "tier_sales_share": [12 / 108, 50 / 108, 16 / 108, 0.0, 30 / 108],
    "tier_growth": [1.0, 1.0, 1.0, NAN, 1.0],
    "tier_age": [0.5, 3.0, 5.0, NAN, 9.0],
    "specialised_share": 0.2,
    "sme_supply_share": 0.0,
    "leader_sales_share": 30 / 108,
    "tier_research": [0.4, 1.0, 0.8, 0.0, 3.0],
    "taught": 0.0,
    "clusters": 0.0,
    "world_class_clusters": 0.0,
    "duranton_overman": [NAN, NAN],
    "duranton_overman_share": NAN,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_by_hand(world: World, name: str) -> None:
    value = METRICS[name].function(world)
    assert np.asarray(value) == pytest.approx(np.asarray(EXPECTED[name]), rel=1e-12, abs=1e-14, nan_ok=True)


def value(world: World, name: str) -> Any:
    """One metric of a world."""
    return METRICS[name].function(world)


def test_ellison_glaeser_of_the_firms(world: World) -> None:
    plants = group_herfindahl(np.array([0, 0, 1, 0, 1]), 2, np.array([10.0, 20.0, 30.0, 10.0, 30.0]))
    expected = ellison_glaeser(np.array([[30.0, 30.0], [10.0, 30.0]]), plants)
    assert value(world, "ellison_glaeser") == pytest.approx(expected)
    assert value(world, "ellison_glaeser_mean") == pytest.approx(expected.mean())
    assert value(world, "ellison_glaeser_median") == pytest.approx(expected.mean())
    assert value(world, "localised_share") == (expected > 0).mean()
    assert value(world, "highly_localised_share") == (expected > 0.05).mean()


def test_similarity_excess_against_the_mix_of_spending(world: World) -> None:
    mix = np.array([40.0, 90.0])
    rows = np.array([[24.0, 30.0], [4.0, 50.0]])

    def cosine(a: np.ndarray, b: np.ndarray) -> float:  # type: ignore[type-arg]
        return float(a @ b / math.sqrt((a @ a) * (b @ b)))

    expected = cosine(rows[0], rows[1]) - cosine(rows[0], mix) * cosine(rows[1], mix)
    assert value(world, "similarity_excess") == pytest.approx(expected)


def test_worst_region_against_the_fork_year(world: World) -> None:
    world.fork_consumption = np.array([40.0, 60.0])
    assert value(world, "worst_region_income") == pytest.approx(0.75 / 0.9), "the nation has nine tenths of what it had"


def test_innovations_count_by_what_their_industry_spends_on_research(world: World) -> None:
    world.industries.research_intensity[:] = [0.02, 0.06]
    world.industries.sales[:] = [28.0, 80.0]
    usual = (28 * 0.02 + 80 * 0.06) / 108
    assert value(world, "weighted_innovations") == pytest.approx((1 * 0.02 + 3 * 0.06) / usual)


def test_without_contracts_a_supplier_is_missed_for_what_others_cannot_make(world: World) -> None:
    world.links.living[3] = False
    assert value(world, "top_supplier_loss") == pytest.approx([8 / 28, 10 / 40])
    assert value(world, "customer_loss") == pytest.approx(1 - 1 / (0.6 + 0.4 / (20 / 28)))


def second_contract(world: World, value: float, filled: float) -> None:
    """The car maker in row 2 also buys parts from the firm in row 3; each contract is half of its orders."""
    links = world.links_table.extend(1)
    links.id, links.tie, links.first, links.second, links.living = 35, Tie.SUPPLY, 2, 3, True
    links.value, links.filled = value, filled
    world.links.share[3:] = 0.5
    world.firms.planned[2] = 10.0
    world.p.contract_share = 1.0  # an order of 1 x .5 x .4 x 1 x 10 = 2 under each contract


def test_of_one_order_delivered_and_one_failed_half_is_filled(world: World) -> None:
    second_contract(world, value=0.0, filled=0.0)
    world.links.value[3], world.links.filled[3] = 2.0, 1.0
    assert value(world, "contracts_filled") == pytest.approx(0.5)


def test_orders_that_partly_arrived_weigh_by_what_was_ordered(world: World) -> None:
    """Of 2 ordered .5 arrived, of 6 ordered 6: 6.5 of 8."""
    second_contract(world, value=0.5, filled=0.25)
    world.links.value[3], world.links.filled[3] = 6.0, 1.0
    assert value(world, "contracts_filled") == pytest.approx(6.5 / 8)


def test_without_an_order_nothing_is_filled(world: World) -> None:
    second_contract(world, value=0.0, filled=0.0)
    world.links.living[3], world.firms.planned[2] = False, 0.0
    assert math.isnan(value(world, "contracts_filled"))


def test_inputs_with_two_suppliers_are_not_single_sourced_and_trust_is_their_mean(world: World) -> None:
    second_contract(world, value=1.0, filled=1.0)
    world.links.trust[4] = 0.5
    for level in ("region", "industry"):
        assert value(world, f"{level}_single_sourced") == pytest.approx([0.0, NAN], nan_ok=True)
        assert value(world, f"{level}_supplier_trust") == pytest.approx([0.4, NAN], nan_ok=True)
    world.links.first[4] = 4  # now a customer of the other region, with one supplier as the first has
    assert value(world, "region_single_sourced").tolist() == [1.0, 1.0]
    assert value(world, "region_supplier_trust") == pytest.approx([0.3, 0.5])


def test_leaders_supply_by_region_and_industry(world: World) -> None:
    """Leaders in rows 1 (parts, 16 sold, .5 from SMEs) and 2 (cars, 30 sold, .2), both in the first region."""
    world.firms.kind[1], world.firms.local_supply[1:3] = Kind.LEADING_FIRM, [0.5, 0.2]
    assert value(world, "region_sme_supply_share") == pytest.approx([14 / 46, NAN], nan_ok=True)
    assert value(world, "industry_sme_supply_share") == pytest.approx([0.5, 0.2])


def test_zombies_by_region_industry_and_tier(world: World) -> None:
    world.firms.zombie[[0, 4]] = True
    assert value(world, "region_zombie_share") == pytest.approx([1 / 3, 1 / 2])
    assert value(world, "industry_zombie_share") == pytest.approx([1 / 3, 1 / 2])
    assert value(world, "tier_zombie_share") == pytest.approx([1 / 2, 1.0, 0.0, NAN, 0.0], nan_ok=True)


def test_public_money_and_value_added_by_tier(world: World) -> None:
    world.firms.subsidy, world.firms.input_bill = [1.0, 2.0, 3.0, 4.0, 5.0], [0.5, 6.0, 10.0, 1.5, 20.0]
    assert value(world, "tier_subsidy") == pytest.approx([5.0, 5.0, 2.0, 0.0, 3.0])
    assert value(world, "tier_value_added") == pytest.approx([10.0, 30.0, 10.0, 0.0, 20.0])


def test_what_needs_the_beginning_of_the_year_is_undefined_without_it(world: World) -> None:
    world.at_start = {}
    for name in ("scrapped_capital", "total_wasted_capital", "region_entry_rate", "industry_exit_rate"):
        assert np.isnan(value(world, name)).all(), name
    for name in ("tier_entry_rate", "tier_exit_rate", "region_scrapped_capital", "region_total_wasted_capital"):
        assert np.isnan(value(world, name)).all(), name


def test_a_firm_that_climbed_and_left_is_in_the_count_of_moves_but_not_in_the_rate(world: World) -> None:
    """The firm in row 0 has an exit event; of those left, one of three on the lowest tier climbed."""
    world.note(Event.PROMOTION, world.firms[:1], detail=Tier.CHAMPION)
    assert value(world, "promotions") == 2.0
    assert value(world, "tier_promotions") == pytest.approx([0.0, 1.0, 0.0, 1.0, 0.0])
    assert value(world, "tier_promotion_rate")[:3] == pytest.approx([1 / 3, NAN, 0.0], nan_ok=True)


def test_a_plan_that_is_announced_but_not_paid_is_still_a_plan(world: World) -> None:
    world.regions.budget = 0.0
    assert value(world, "effective_promoters") == pytest.approx([2.25 / 1.25, 1.0])
    world.local_industries.promoted = 0.0
    assert math.isnan(value(world, "duplication_index")) and math.isnan(value(world, "plan_overlap"))


def test_firms_that_left_during_the_year_do_not_count(world: World) -> None:
    world.firms.living[4] = False
    assert value(world, "firms") == 4.0
    assert value(world, "leading_firms") == 1.0
    assert value(world, "utilisation") == pytest.approx(43 / 70)


def test_a_cluster_of_every_class(world: World) -> None:
    """Three like firms make the local industry a cluster; the leader, the ties and the rest make it world-class."""
    firms = world.firms
    firms.industry[:3], firms.industry[3:] = 0, 1
    world.links.tie[1], world.links.first[1], world.links.second[1] = 0, 1, 2
    firms.output[:2] = 0.5, 4.0  # mean ln z (4 x .2 + 15 x .4) / 19.5 = .35, above the third quartile of 0, .2, .4
    take_census(world)
    world.local_industries.sales = world.local_industries.output = [[54.0, 0.0], [0.0, 54.0]]
    world.local_industries.value_added = [[60.0, 0.0], [0.0, 20.0]]
    world.local_industries.research = [[4.2, 0.0], [0.0, 1.0]]
    world.p.open_economy = False
    assert value(world, "cluster_tier").tolist() == [[3.0, 0.0], [0.0, 0.0]]
    assert (value(world, "clusters"), value(world, "world_class_clusters"), value(world, "ordinary_clusters")) == (
        1,
        1,
        0,
    )
    assert value(world, "clustered_employment") == pytest.approx(0.6)
    assert value(world, "region_clusters").tolist() == [1.0, 0.0]
    world.firms.kind[2] = 0
    assert value(world, "ordinary_clusters") == 1.0 and value(world, "high_end_clusters") == 0.0


def test_hot_spot_is_the_core_of_a_busy_corner(lived: World) -> None:
    spots = value(lived, "hot_spot")
    assert set(np.unique(spots)) <= {0.0, 1.0}
    density = np.bincount(lived.cells.region, weights=lived.cells.employment)
    assert (density[spots == 1.0] > density.mean()).all()
