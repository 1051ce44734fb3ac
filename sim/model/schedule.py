"""THE YEAR: the ordered phases. The only place where order is written.

Each phase decides from the state at its start and then applies, so results do not depend on the order of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.kernel.world import World
from sim.model import policies, shocks
from sim.model.plans import planning
from sim.model.rules import (
    agglomeration,
    anchoring,
    appeal,
    capacity,
    census,
    cofinancing,
    congestion,
    consumption,
    cooperation,
    customer_base,
    demand,
    disruption,
    emergence,
    endowments,
    entry,
    exchange,
    exit,
    finance,
    financing,
    foreign_trade,
    founding,
    incentives,
    incumbents,
    innovation,
    labour,
    learning,
    market,
    newcomers,
    niches,
    pricing,
    production,
    professional_market,
    redirection,
    relocation,
    scale,
    sourcing,
    spin_off,
    supply,
    support,
    takeover,
    tiers,
    used_plants,
    viability,
)


def begin(world: World) -> None:
    """A year begins; last year's events and ledger are cleared."""
    world.year += 1
    world.events_table.clear()
    world.ledger_table.clear()
    world.births_table.clear()
    world.regions.unstaffed[:] = 0.0
    world.settle()
    world.note_start()


CLEARING = (
    market.index_prices, sourcing.price_contracts, production.cost, pricing.price_at_full_cost, demand.spend,
    market.trade,
)  # fmt: skip
"""What follows from the exchange rate: prices, costs, spending, orders and deliveries."""


def balance_trade(world: World) -> None:
    """The exchange rate moves until exports pay for imports; prices, costs, spending and trade follow it."""
    foreign_trade.balance(world, CLEARING)


def clear_labour(world: World) -> None:
    """Wages and prices rise until no more labour is wanted than there is; costs, spending and trade follow them."""
    labour.clear(world, production.labour_wanted, (foreign_trade.price_abroad, *CLEARING, balance_trade))


@dataclass(frozen=True)
class Phase:
    """A step of the year: the part of the year it belongs to, and a function of the World."""

    part: str
    apply: Callable[[World], None]


YEAR: tuple[Phase, ...] = (
    Phase("1 events", begin),
    Phase("1 events", shocks.strike),
    Phase("2 plans", capacity.complete_building),
    Phase("2 plans", census.take_census),
    Phase("2 plans", incumbents.take_standard),
    Phase("2 plans", emergence.prepare_pioneers),
    Phase("2 plans", capacity.foresee),
    Phase("2 plans", niches.expect),
    Phase("2 plans", planning.renew_plans),
    Phase("3 incentives", newcomers.reckon),
    Phase("3 incentives", founding.price_start),
    Phase("3 incentives", incentives.open_budgets),
    Phase("3 incentives", policies.pay),
    Phase("3 incentives", incentives.bring_forward),
    Phase("3 incentives", incentives.pay_incentives),
    Phase("3 incentives", support.pay_support),
    Phase("3 incentives", incentives.book_grants),
    Phase("4 entry", entry.expect),
    Phase("4 entry", cofinancing.cofinance_starts),
    Phase("4 entry", entry.enter),
    Phase("4 entry", spin_off.spin_off),
    Phase("4 entry", founding.found_firms),
    Phase("4 entry", niches.choose),
    Phase("4 entry", cofinancing.pay_starts),
    Phase("5 relocation", relocation.relocate),
    Phase("6 investment", appeal.age),
    Phase("6 investment", customer_base.win),
    Phase("6 investment", finance.lend),
    Phase("6 investment", capacity.invest),
    Phase("6 investment", used_plants.sell),
    Phase("6 investment", cofinancing.match_investment),
    Phase("7 cooperation", cooperation.cooperate),
    Phase("7 cooperation", exchange.meet),
    Phase("7 cooperation", disruption.lose_suppliers),
    Phase("7 cooperation", supply.contract),
    Phase("8 innovation", innovation.innovate),
    Phase("8 innovation", emergence.break_through),
    Phase("9 market", support.leave_to_consumers),
    Phase("9 market", endowments.learn_in_places),
    Phase("9 market", agglomeration.agglomerate),
    Phase("9 market", anchoring.anchor_places),
    Phase("9 market", congestion.congest),
    Phase("9 market", emergence.weigh_supply),
    Phase("9 market", scale.judge_scale),
    Phase("9 market", demand.earn),
    Phase("9 market", financing.charge_regions),
    Phase("9 market", professional_market.price_matching),
    Phase("9 market", foreign_trade.progress),
    Phase("9 market", supply.open_year),
    *(Phase("9 market", clear) for clear in CLEARING),
    Phase("9 market", balance_trade),
    Phase("9 market", clear_labour),
    Phase("9 market", redirection.save),
    Phase("9 market", niches.learn_rivals),
    Phase("9 market", consumption.consume_goods),
    Phase("9 market", production.account),
    Phase("9 market", supply.close_year),
    Phase("9 market", learning.learn_by_doing),
    Phase("9 market", pricing.set_prices),
    Phase("10 upgrading", anchoring.instruct),
    Phase("10 upgrading", tiers.climb),
    Phase("11 exit", exit.fail),
    Phase("11 exit", viability.close),
    Phase("11 exit", exit.rescue),
    Phase("11 exit", takeover.pass_on),
    Phase("11 exit", used_plants.offer),
    Phase("11 exit", exit.leave),
    Phase("12 measurement", census.take_census),
    Phase("12 measurement", incumbents.take_standard),
)


def step(world: World) -> None:
    """Let one year pass. A market that a failure leaves open is closed."""
    try:
        for phase in YEAR:
            phase.apply(world)
    finally:
        world.market = None


def take_norms(world: World) -> None:
    """Take every normaliser from the present state: from here arms may differ, and all share these values."""
    norms, firms = world.norms, world.firms
    norms.potential = float(world.cells.potential.mean())
    world.industries.own_potential = agglomeration.usual_potential(firms, world.industries)
    land = np.bincount(world.cells.region, weights=world.cells.land, minlength=len(world.regions))
    norms.region_density = float((world.regions.employment / land).mean())
    norms.cell_density = float((world.cells.employment / world.cells.land).mean())
    norms.local_industry_employment = float(world.local_industries.employment.mean())
    norms.unit_value = float((firms.unit_cost * firms.capacity).mean()) if len(firms) else 1.0
    if world.year > 0:
        norms.spillover = float(firms.spillover.mean())
        norms.institute_pool = float(innovation.pool_knowledge(world).mean()) if len(firms) else 0.0
    consumption.rebase(world)
    world.fork_income = np.asarray(world.regions.income).copy()
    world.fork_consumption = np.asarray(world.regions.consumption).copy()
    world.fork_year = world.year
