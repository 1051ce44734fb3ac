"""Production: what a unit costs a firm, and what a year brings it. Cobb-Douglas over labour, land and inputs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.plain_mesa.firm import Firm
    from benchmarks.plain_mesa.model import PlainModel
    from benchmarks.plain_mesa.places import LocalIndustry


class Producer:
    """The part of a firm that produces and keeps accounts."""

    def set_unit_cost(self: Firm) -> None:
        """c = w^labour rent^land (inputs)^inputs / Theta, Theta own productivity times what the place adds."""
        local, industry = self.local, self.industry
        place_gain = local.fit + self.site.advantage - self.own_gain - local.congestion + self.region.advantage
        self.efficiency = self.productivity * math.exp(place_gain)
        factors = self.region.wage**industry.labour_share * self.place.rent**industry.land_share
        self.unit_cost = factors * local.input_price * math.exp(self.sourcing) / self.efficiency

    def overhead(self: Firm) -> float:
        """Fixed cost of the year: less for a small firm."""
        p, mean = self.model.p, self.industry.mean_capacity
        return p.overhead * self.region.wage * (self.capacity / mean) ** p.overhead_scale if mean > 0.0 else 0.0

    def keep_accounts(self: Firm) -> None:
        """Sales, profit, labour, cash and dividend; the firm's year is added to the sums of its place and industry."""
        p, industry, local, wage = self.model.p, self.industry, self.local, self.region.wage
        before, self.sales = self.sales, self.price * self.output
        fixed = self.overhead()
        variable = self.unit_cost * self.output
        own = (industry.labour_share + industry.land_share) * variable
        capital = (p.interest + p.depreciation) * p.capital_price * self.unit_cost * self.capacity
        earned = self.sales - own - self.input_bill - fixed - self.research
        self.profit = earned - capital
        self.margin = self.profit / self.sales if self.sales > 0.0 else -1.0
        self.labour = (industry.labour_share * variable + fixed + self.research + self.investment) / wage
        self.cash += earned - self.investment - p.interest * max(0.0, -self.cash)
        self.cash -= max(0.0, p.payout * (self.cash - p.cash_reserve * self.sales))
        self.growth = math.log(self.sales / before) if self.sales > 0.0 and before > 0.0 else 0.0
        local.output += self.output
        local.sales += self.sales
        local.value_added += self.sales - self.input_bill
        local.research += self.research
        industry.margin += self.profit
        industry.output += self.output
        industry.sales += self.sales


def price_inputs(local: LocalIndustry) -> None:
    """The bundle of inputs costs the product of price indices to the power of their cost shares."""
    locals_here = local.region.locals
    local.input_price = math.exp(
        sum(share * math.log(locals_here[source].price_index) for source, share in local.industry.inputs)
    )


def cost_place(local: LocalIndustry) -> None:
    """Unit cost of a firm of the industry's mean productivity at the mean place of the region."""
    industry, region, places = local.industry, local.region, local.region.places
    log_rent = sum(math.log(place.rent) for place in places) / len(places)
    advantage = sum(place.sites[industry.row].advantage for place in places) / len(places)
    log_theta = industry.mean_productivity + local.fit - local.congestion + region.advantage + advantage
    factors = region.wage**industry.labour_share * math.exp(log_rent * industry.land_share)
    local.unit_cost = factors * local.input_price / math.exp(log_theta)


def set_costs(model: PlainModel) -> None:
    """Unit costs of all firms, and of a mean firm everywhere."""
    for local in model.locals:
        price_inputs(local)
    model.firms.do("set_unit_cost")
    for local in model.locals:
        cost_place(local)


def close_books(model: PlainModel) -> None:
    """Every firm keeps its accounts; sums of places and industries are anew."""
    for local in model.locals:
        local.output = local.sales = local.value_added = local.research = 0.0
    for industry in model.industries:
        industry.margin = industry.output = industry.sales = 0.0
    model.firms.do("keep_accounts")
    for region in model.regions:
        region.value_added = sum(local.value_added for local in region.locals)
    for industry in model.industries:
        industry.margin = industry.margin / industry.sales if industry.sales > 0.0 else 0.0
    model.labour_demand = sum(firm.labour for firm in model.firms) + model.public_labour
