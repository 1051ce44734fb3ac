"""Sourcing by region and industry: how much is bought under contract, from how many, and how far they are trusted.

A region is that of the customers; an industry is that of the suppliers, the stage that is bought.
"""

from __future__ import annotations

from sim.kernel.declare import metric
from sim.kernel.world import World
from sim.metrics.chain import contracts, input_need, inputs_under_contract
from sim.metrics.columns import firm_table, local_industry_table
from sim.metrics.formulas.arithmetic import Array, group_mean, ratio

FEW = "Elliott, Golub & Leduc 2022; Barrot & Sauvagnat 2016"
CONTRACTS = "Bernard, Moxnes & Saito 2019"
TRUST = "Macchiavello & Morjaria 2015"


@metric("region_single_sourced", level="region", unit="1",
        formula="inputs of the region's firms under contract with one supplier / their inputs under contract",
        source=FEW, theme="chain", better="less")  # fmt: skip
def region_single_sourced(world: World) -> Array:
    """Share of the contracted inputs of the region's firms that hang on a single supplier."""
    customer, _, suppliers = inputs_under_contract(world)
    return group_mean(firm_table(world).region[customer], len(world.regions), (suppliers == 1).astype(float))


@metric("industry_single_sourced", level="industry", unit="1",
        formula="inputs from the industry under contract with one supplier / inputs from it under contract",
        source=FEW, theme="chain", better="less")  # fmt: skip
def industry_single_sourced(world: World) -> Array:
    """Share of customers under contract with firms of the industry that hang on a single one of them."""
    _, stage, suppliers = inputs_under_contract(world)
    return group_mean(stage, len(world.industries), (suppliers == 1).astype(float))


@metric("region_contracted_share", level="region", unit="1",
        formula="orders under contract / spending on inputs, of firms in the region",
        source=CONTRACTS, theme="chain")  # fmt: skip
def region_contracted_share(world: World) -> Array:
    """Share of the spending on inputs of the region's firms that goes to suppliers under contract."""
    return ratio(local_industry_table(world).contracted.sum(axis=1), input_need(world).sum(axis=1))


@metric("industry_contracted_share", level="industry", unit="1",
        formula="orders under contract / spending on inputs, from the industry",
        source=CONTRACTS, theme="chain")  # fmt: skip
def industry_contracted_share(world: World) -> Array:
    """Share of firms' spending on the industry's goods that goes to suppliers under contract."""
    return ratio(local_industry_table(world).contracted.sum(axis=0), input_need(world).sum(axis=0))


@metric("region_supplier_trust", level="region", unit="1", formula="mean trust over contracts of the region's firms",
        source=TRUST, theme="chain", better="more")  # fmt: skip
def region_supplier_trust(world: World) -> Array:
    """Trust of the region's firms in their suppliers under contract, on average."""
    links = contracts(world)
    return group_mean(firm_table(world).region[links.first], len(world.regions), links.trust)


@metric("industry_supplier_trust", level="industry", unit="1",
        formula="mean trust over contracts with suppliers of the industry",
        source=TRUST, theme="chain", better="more")  # fmt: skip
def industry_supplier_trust(world: World) -> Array:
    """Trust of customers in suppliers of the industry under contract, on average."""
    links = contracts(world)
    return group_mean(firm_table(world).industry[links.second], len(world.industries), links.trust)
