"""Disruption: a customer that loses a supplier produces less until others have taken its place.

Barrot & Sauvagnat (2016): shocks to suppliers of specific inputs pass on to customers, and fade as these find
others. Carvalho, Nirei, Saito & Tahbaz-Salehi (2021) for both directions: a customer that produces less also orders
less. What a supplier fails to deliver within the year is worked out in sim.model.rules.delivery.
"""

from __future__ import annotations

from sim.kernel.compiling import rule
from sim.kernel.contract_index import Contracts, contracts_of
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.typed import Array, FirmRow, Firms, Industries, Parameters
from sim.kernel.world import CONTRACTS, World
from sim.model.rules import specificity

DISRUPTION = mechanism(
    "disruption", "4.10", "A customer that loses a supplier produces less until others replace it.", acts=OPENING
)
DISRUPTION.param(
    "resourcing", 0.35, 0.01, 1.0, unit="1/year", evidence="S", sweep=(0.2, 0.7),
    source="Barrot & Sauvagnat 2016 (effects fade; speed ours)",
    help="share of what a lost supplier or an embargo withholds that one source replaces in a year",
)  # fmt: skip


@rule
def output_without(share: float, lost: float, p: Parameters) -> float:
    """Output over plan when the share `lost` of an input is missing: (1 - a + a (1-l)^((nu-1)/nu))^(nu/(nu-1)).

    The CES of sim.model.rules.delivery with the short-run elasticity nu (Atalay 2017); 0 when all of it is missing.
    """
    if lost >= 1.0 - 1e-9:
        return 0.0
    power = (p.input_elasticity - 1.0) / p.input_elasticity
    return (1.0 - share + share * (1.0 - lost) ** power) ** (1.0 / power)


@rule
def still_missing(missing: float, sources: float, p: Parameters) -> float:
    """What is missing after a year in which each of `sources` replaces a share: missing (1 - resourcing)^sources."""
    return missing * (1.0 - p.resourcing) ** sources


@rule
def reroute(industries: Industries, p: Parameters) -> None:
    """Buyers under embargo find other ways for a share of what is still cut off, year after year (Haidar 2017)."""
    for industry in industries:
        found = industry.rerouted + p.resourcing * (1.0 - industry.rerouted)
        industry.rerouted = found if industry.embargo > 0.0 else 0.0


@rule
def recover(firm: FirmRow, held: int, inputs: Array, p: Parameters) -> None:
    """Part of what is missing since earlier years is replaced by the market and by the `held` suppliers left."""
    kinds = 0
    for slot in range(CONTRACTS):
        kinds += 1 if inputs[firm.industry, slot] >= 0 else 0
    sources = 1.0 + held / max(kinds, 1)
    firm.supply_limit = 1.0 - still_missing(1.0 - firm.supply_limit, sources, p)


@rule
def missed(firm: FirmRow, p: Parameters) -> float:
    """Share of what a lost supplier sold that no other firm sells: all, or with `niches` its suppliers' mean share in
    their niches: close substitutes take its place within the year (Barrot & Sauvagnat 2016).
    """
    return firm.supplier_share if p.niches else 1.0


@rule
def suffer(firms: Firms, contracts: Contracts, input_shares: Array, p: Parameters) -> None:
    """Set every firm's `supply_limit`: what is replaced of old losses, and what suppliers lost since last year take.

    Of a supplier lost, the market replaces a share within the year, and so does every supplier left for that input.
    """
    for row in range(len(firms)):
        firm = firms[row]
        goods = contracts.goods[contracts.starts[row] : contracts.starts[row + 1]]
        if firm.supply_limit < 1.0:
            recover(firm, len(goods), contracts.inputs, p)
        for slot in range(CONTRACTS):
            before = firm.contracts[slot]
            if before == 0:
                continue
            industry = contracts.inputs[firm.industry, slot]
            left = 0
            for good in goods:
                left += 1 if good == industry else 0
            if left < before:
                lost = missed(firm, p) * p.contract_share * (before - left) / before
                left_over = output_without(input_shares[industry, firm.industry], lost, p)
                missing = 1.0 - specificity.lines_running(left_over, lost, p)
                firm.supply_limit *= 1.0 - still_missing(missing, 1.0 + left, p)


def lose_suppliers(world: World) -> None:
    """Customers find out which suppliers they have lost, and a part of the losses is replaced."""
    firms, p = world.firms, world.p
    if p.disruption:
        reroute(world.industries, p)
    if not (p.supply_contracts and p.disruption) or len(firms) == 0:
        return
    if not firms.living.all():
        world.settle()
        firms = world.firms
    suffer(firms, contracts_of(world), world.input_shares, p)
