"""Foreign trade: the rest of the world sells to the nation and buys from it, and one exchange rate balances the two.

Imports: one variety of each importable industry (Armington 1969). Exports: foreign buyers spread their money over
varieties as buyers at home do, so that demand from abroad is one more term of market access (Krugman 1980; Redding &
Venables 2004). Both pass through the gateways and bear the costs of inland trade (Coşar & Fajgelbaum 2016). Trade
balances within the year, as in models without foreign lending (Eaton & Kortum 2002; Caliendo & Parro 2015). The rest of
the world progresses, and its industries that lag catch up (Rodrik 2013). Without `open_economy` imports are not paid
for: what is spent on them leaves the nation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.typed import Array, Firms, Industries, IndustryRow, LocalIndustries, Parameters, Regions
from sim.kernel.world import World

IMPORTS = mechanism(
    "imports", "4.10", "The rest of the world sells one variety of each importable industry.", acts=OPENING
)
IMPORTS.param(
    "import_share", 0.05, 0.0, 0.5, unit="1", evidence="A", sweep=(0.0, 0.2), acts=OPENING,
    source="set at the start; it then follows prices",
    help="share of imports in spending on an importable industry in year 0",
)  # fmt: skip
IMPORTS.param(
    "gateways", 0.25, 0.0, 1.0, unit="1", evidence="A", sweep=(0.1, 1.0),
    source="Coşar & Fajgelbaum 2016 (mechanism); digits ours",
    help="share of regions, those with the best ports, through which imports come in; at least one",
)  # fmt: skip
IMPORTS.param(
    "import_markup", 0.25, 0.0, 3.0, unit="1", evidence="A", sweep=(0.0, 1.0), acts=OPENING,
    source="Anderson & van Wincoop 2004 (border costs in rich countries are larger still)",
    help="how much dearer than the domestic price of year 0 an imported good is",
)  # fmt: skip
IMPORTS.param(
    "world_progress", 0.008, -0.05, 0.1, unit="1/year", evidence="A", sweep=(0.0, 0.02),
    source="set near the model's own trend of productivity",
    help="yearly fall of import prices, as the rest of the world progresses too",
)  # fmt: skip
OPEN_ECONOMY = mechanism(
    "open_economy", "4.10", "The rest of the world buys, too, at an exchange rate at which exports pay for imports.",
    acts=OPENING,
)  # fmt: skip
OPEN_ECONOMY.param(
    "world_convergence", 0.025, 0.0, 0.2, unit="1/year", evidence="P", sweep=(0.0, 0.03),
    source="Rodrik 2013 (industries converge at 2-3 % a year, wherever they are)",
    help="share of an industry's lag abroad, against the mean of industries, that is made up each year",
)  # fmt: skip

TOLERANCE = 1e-10
"""Exports less imports, over national expenditure, at which trade counts as balanced."""
PASSES = 80
"""Most passes of the market in a year: far more than the balance ever takes."""
DEAREST = math.log(10.0)
"""How much dearer foreign money gets within a year, ln, before imports are rationed."""


@rule
def import_weight(industry: IndustryRow, p: Parameters) -> float:
    """A P^(1-sigma) of the imported variety at the gateway (Armington 1969); 0 if there is none."""
    if p.imports and industry.importable and industry.opened:
        return industry.import_appeal * industry.import_price ** (1.0 - p.variety_elasticity)
    return 0.0


@rule
def price_index(total: float, industry: IndustryRow, p: Parameters) -> float:
    """P from P^(1-sigma) = `total` of what is sold, imports included (Dixit & Stiglitz 1977).

    Where nothing is sold at all, buyers face a prohibitive price instead of an infinite one.
    """
    return total ** (1.0 / (1.0 - p.variety_elasticity)) if total > 0.0 else 5.0 * industry.import_price


@rule
def import_allowed(industry: IndustryRow) -> float:
    """Share of imports that an embargo leaves and exports pay for: (1 - embargo (1 - rerouted)) (1 - unpaid)."""
    return (1.0 - industry.embargo * (1.0 - industry.rerouted)) * (1.0 - industry.unpaid)


@rule
def progress_abroad(lag: float, p: Parameters) -> float:
    """Yearly fall of ln costs abroad: world_progress + world_convergence x lag (Rodrik 2013)."""
    return p.world_progress + p.world_convergence * lag


@rule
def advance(industry: IndustryRow, fall: float, p: Parameters) -> None:
    """P* falls by `fall`, in ln, and B* = E* P*^(sigma-1) with it: rivals abroad get cheaper, foreign money does not
    grow (market access after Redding & Venables 2004).
    """
    industry.world_price *= math.exp(-fall)
    industry.export_demand *= math.exp((1.0 - p.variety_elasticity) * fall)


@rule
def lag_abroad(industry: IndustryRow, home_cost: float) -> float:
    """ln P* - ln c - the same when first compared: how much further costs have fallen at home (after Rodrik 2013)."""
    if not industry.compared:
        return 0.0
    return math.log(industry.world_price) - home_cost - industry.cost_gap


@rule
def convert(industry: IndustryRow, rate: float, kept: float, p: Parameters) -> None:
    """Import price e P*, and foreign demand in home money e^sigma B*: p/e abroad, times e (Krugman 1980); a recession
    leaves the share `kept` of it.
    """
    industry.import_price = rate * industry.world_price
    industry.foreign_demand = 0.0
    if industry.importable and industry.opened:
        industry.foreign_demand = kept * rate**p.variety_elasticity * industry.export_demand


@rule
def next_rate(rate: float, gap: float, slope: float, limit: float) -> float:
    """ln e after a step of the secant: ln e - (ln X - ln M) / slope, at most `limit` away (form ours)."""
    return rate - min(max(gap / slope, -limit), limit)


@rule
def new_slope(step: float, change: float, slope: float) -> float:
    """d (ln X - ln M) / d ln e from the last step; `slope` where that cannot be told (secant; form ours)."""
    if abs(step) < 1e-14:
        return slope
    found = change / step
    # With sigma from 2 to 12 it is near 2 sigma - 1.
    return found if 1.0 < found < 60.0 else slope


@rule
def reach_ports(regions: Regions, freeness: Array) -> None:
    """Fill `landing`, tau^(1-sigma) from the gateway from which goods come most cheaply, max over g of freeness[g, r],
    and `shipping`, the same of goods that leave.

    Foreign trade bears the costs of inland trade like other goods (Coşar & Fajgelbaum 2016).
    """
    for region in range(len(regions)):
        landing = 0.0
        shipping = 0.0
        for gate in range(len(regions)):
            if regions[gate].gateway:
                landing = max(landing, freeness[gate, region])
                shipping = max(shipping, freeness[region, gate])
        regions[region].landing = landing
        regions[region].shipping = shipping


@rule
def home_costs(firms: Firms, costs: Array) -> None:
    """Fill `costs` (S,) with the mean of ln unit cost over an industry's firms, by last year's sales; NaN if none."""
    sales = np.zeros(len(costs))
    costs[:] = 0.0
    for firm in firms:
        if firm.living and firm.sales > 0.0:
            sales[firm.industry] += firm.sales
            costs[firm.industry] += firm.sales * math.log(firm.unit_cost)
    for industry in range(len(costs)):
        costs[industry] = costs[industry] / sales[industry] if sales[industry] > 0.0 else math.nan


@rule
def compare_costs(industries: Industries, costs: Array, lags: Array) -> None:
    """Fill `lags` (S,): how far each industry lags abroad, less the mean by sales: the exchange rate moves by that.

    An industry that sells for the first time is compared from now on. `costs` as `home_costs` gives them.
    """
    total = 0.0
    mean = 0.0
    for row in range(len(industries)):
        industry = industries[row]
        lags[row] = 0.0
        if math.isnan(costs[row]):
            continue
        if not industry.compared:
            industry.cost_gap = math.log(industry.world_price) - costs[row]
            industry.compared = True
        lags[row] = lag_abroad(industry, costs[row])
        total += industry.sales
        mean += industry.sales * lags[row]
    for row in range(len(industries)):
        if not math.isnan(costs[row]) and total > 0.0:
            lags[row] -= mean / total


@rule
def export_price_change(firms: Firms) -> float:
    """Change of ln price of last year's exports: sum x ln(p/p_before) / sum x (chained Laspeyres, geometric).

    Weights are last year's, firm by firm: that buyers move to cheap firms is no change of price.
    """
    total = 0.0
    change = 0.0
    for firm in firms:
        if firm.living and firm.last_price > 0.0 and firm.exports > 0.0:
            total += firm.exports
            change += firm.exports * math.log(firm.price / firm.last_price)
    return change / total if total > 0.0 else 0.0


@rule
def go_on(industries: Industries, local_industries: LocalIndustries, lags: Array, p: Parameters) -> float:
    """All industries abroad advance; returns the change of ln price abroad of last year's imports."""
    total = 0.0
    change = 0.0
    for row in range(len(industries)):
        fall = progress_abroad(lags[row], p)
        advance(industries[row], fall, p)
        for region in range(local_industries.shape[0]):
            total += local_industries[region, row].imports
            change -= local_industries[region, row].imports * fall
    return change / total if total > 0.0 else 0.0


@rule
def convert_all(industries: Industries, rate: float, kept: float, p: Parameters) -> None:
    """Prices and demand abroad in home money, of every industry."""
    for industry in industries:
        convert(industry, rate, kept, p)


@rule
def sum_trade(local_industries: LocalIndustries) -> tuple[float, float]:
    """Exports and imports of the year in money."""
    sold = 0.0
    bought = 0.0
    for region in range(local_industries.shape[0]):
        for industry in range(local_industries.shape[1]):
            sold += local_industries[region, industry].exports
            bought += local_industries[region, industry].imports
    return sold, bought


@rule
def ration(industries: Industries, share: float) -> None:
    """Imports delivered change by the factor `share`: what exports pay for, and at most what is ordered."""
    for industry in industries:
        industry.unpaid = 1.0 - min((1.0 - industry.unpaid) * share, 1.0)


def trades(world: World) -> bool:
    """Whether exports pay for imports."""
    return bool(world.p.open_economy and world.p.imports)


def progress(world: World) -> None:
    """A year passes abroad: costs fall there, and industries that lag catch up."""
    industries, p = world.industries, world.p
    industries.unpaid[:] = 0.0
    if not trades(world):
        industries.import_price *= math.exp(-p.world_progress)
        return
    if world.year > 0:
        costs, lags = np.zeros(len(industries)), np.zeros(len(industries))
        home_costs(world.firms, costs)
        compare_costs(industries, costs, lags)
        at_home = export_price_change(world.firms)
        world.barter *= math.exp(at_home - go_on(industries, world.local_industries, lags, p))
    price_abroad(world)


def price_abroad(world: World) -> None:
    """Prices and demand abroad in home money of another worth, where trade is paid for."""
    if trades(world):
        convert_all(world.industries, world.exchange, 1.0 - world.foreign_recession, world.p)


def balance(world: World, market: Sequence[Callable[[World], None]], limit: float = 0.3) -> None:
    """Find the exchange rate at which exports pay for imports: repeat the phases of the `market` until they do.

    Secant on ln e with a bracket, steps at most `limit`. Where foreign money is ten times as dear as last year and
    exports still do not pay, imports are rationed: every buyer gets the share that they pay for. So it is where no firm
    is left that makes a good, which is then bought at any price. Raises ArithmeticError if trade does not balance.
    """
    if not trades(world):
        return
    rate, slope = math.log(world.exchange), 2.0 * world.p.variety_elasticity - 1.0
    low, high, dearest = -math.inf, math.inf, rate + DEAREST
    before: tuple[float, float] | None = None
    least = TOLERANCE * TOLERANCE * world.expenditure
    for _ in range(PASSES):
        sold, bought = sum_trade(world.local_industries)
        if abs(sold - bought) <= TOLERANCE * world.expenditure:
            return
        gap = math.log(max(sold, least) / max(bought, least))
        if world.industries.unpaid.any() or (gap < 0.0 and rate >= dearest):
            ration(world.industries, math.exp(gap))
            for phase in market:
                phase(world)
            continue
        low, high = (rate, high) if gap < 0.0 else (low, rate)
        if before is not None:
            slope = new_slope(rate - before[0], gap - before[1], slope)
        before = (rate, gap)
        rate = next_rate(rate, gap, slope, limit)
        if not low < rate < high:
            rate = (low + high) / 2.0
        world.exchange = math.exp(rate)
        price_abroad(world)
        for phase in market:
            phase(world)
    raise ArithmeticError(f"exports do not pay for imports in year {world.year}: {sold!r} against {bought!r}")
