"""Chains: what regions and the nation can supply themselves, and how much hangs on one supplier."""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import Tie, World
from sim.metrics.columns import Columns, firm_table, industry_table, links_of, living, local_industry_table
from sim.metrics.formulas import chain as formula
from sim.metrics.formulas.arithmetic import Array, group_max, mean_defined, quotient, ratio, weighted_mean
from sim.metrics.formulas.concentration import group_herfindahl
from sim.metrics.sharing import shared

BALANCE = "Miller & Blair 2009, Input-Output Analysis, ch. 8 (commodity balance)"
IMPORTS = "Hummels, Ishii & Yi 2001; Baldwin & Freeman 2022"
BARROT = "Barrot & Sauvagnat 2016; Baqaee & Farhi 2019"


@shared
def input_need(world: World) -> Array:
    """Spending of firms on inputs by region and supplying industry, shape (R, S)."""
    return np.maximum(local_industry_table(world).spending - local_industry_table(world).final, 0.0)


@metric("local_industry_coverage", level="local_industry", unit="1", formula="min(1, sales_rs / input need_rs)",
        source=BALANCE, theme="chain")  # fmt: skip
def local_industry_coverage(world: World) -> Array:
    """Share of what the region's firms need of the industry's goods that the region itself makes."""
    return formula.local_coverage(local_industry_table(world).sales, input_need(world))


@metric("region_chain_coverage", level="region", unit="1", formula="sum_s min(sales, need) / sum_s need",
        source=BALANCE, theme="chain")  # fmt: skip
def region_chain_coverage(world: World) -> Array:
    """Share of the inputs its firms need that the region itself makes."""
    return formula.chain_coverage(local_industry_table(world).sales, input_need(world))


@metric("chain_coverage", unit="1", formula="sum_rs min(sales, need) / sum_rs need", source=BALANCE, theme="chain")
def chain_coverage(world: World) -> float:
    """Share of firms' input needs that their own regions make."""
    need = input_need(world)
    return quotient(float(np.minimum(local_industry_table(world).sales, need).sum()), float(need.sum()))


@metric("region_weakest_link", level="region", unit="1", formula="min over needed inputs of min(1, sales / need)",
        source="Kremer 1993; Jones 2011", theme="chain")  # fmt: skip
def region_weakest_link(world: World) -> Array:
    """Coverage of the input that the region covers worst."""
    coverage = formula.local_coverage(local_industry_table(world).sales, input_need(world))
    return np.array([formula.weakest_link(row) for row in coverage])


@shared
def domestic_share(world: World) -> Array:
    """Share of spending on each industry that the nation's own goods met, shape (S,)."""
    local_industries = local_industry_table(world)
    return ratio((local_industries.paid - local_industries.imports).sum(axis=0), local_industries.spending.sum(axis=0))


@metric("stage_coverage", level="industry", unit="1", formula="(paid - imports) / spending on the industry",
        source=BALANCE, theme="chain", better="more")  # fmt: skip
def stage_coverage(world: World) -> Array:
    """Share of the spending on the stage that the nation's own goods met."""
    return domestic_share(world)


@metric("weakest_link", unit="1", formula="min over stages that firms buy from of stage_coverage",
        source="Kremer 1993; Jones 2011", theme="chain", better="more")  # fmt: skip
def weakest_link(world: World) -> float:
    """Domestic coverage of the input stage that the nation covers worst."""
    needed = input_need(world).sum(axis=0) > 0.0
    return formula.weakest_link(np.where(needed, domestic_share(world), np.nan))


@metric("import_dependence", unit="1", formula="imports / spending on delivered goods", source=IMPORTS, theme="chain",
        better="less")  # fmt: skip
def import_dependence(world: World) -> float:
    """Share of what is bought that comes from abroad."""
    return formula.import_dependence(
        float(local_industry_table(world).imports.sum()), float(local_industry_table(world).paid.sum())
    )


@metric("industry_import_dependence", level="industry", unit="1", formula="imports / spending on delivered goods",
        source=IMPORTS, theme="chain", better="less")  # fmt: skip
def industry_import_dependence(world: World) -> Array:
    """Share of what is bought of the industry that comes from abroad."""
    return ratio(local_industry_table(world).imports.sum(axis=0), local_industry_table(world).paid.sum(axis=0))


@shared
def inputs_under_contract(world: World) -> tuple[Array, Array, Array]:
    """Row of the customer, supplying industry and number of suppliers of every input under contract, each (M,)."""
    links = contracts(world)
    return formula.suppliers_by_input(links.first, firm_table(world).industry[links.second])


@metric("single_sourced", unit="1", formula="inputs under contract with one supplier / inputs under contract",
        source="Elliott, Golub & Leduc 2022; Barrot & Sauvagnat 2016", theme="chain", better="less")  # fmt: skip
def single_sourced(world: World) -> float:
    """Share of contracted inputs that hang on a single supplier; undefined without contracts."""
    suppliers = inputs_under_contract(world)[2]
    return quotient(float(np.count_nonzero(suppliers == 1)), float(len(suppliers)))


def contracts(world: World) -> Columns:
    """The living supply contracts, shape (L,)."""
    return links_of(world, Tie.SUPPLY)


@metric("contracted_share", unit="1", formula="orders under contract / spending on inputs",
        source="Bernard, Moxnes & Saito 2019", theme="chain")  # fmt: skip
def contracted_share(world: World) -> float:
    """Share of firms' spending on inputs that goes to suppliers under contract."""
    return quotient(float(local_industry_table(world).contracted.sum()), float(input_need(world).sum()))


@metric("supply_length", unit="km", formula="mean distance of supply contracts weighted by their trade",
        source="Nakajima, Saito & Uesugi 2012b, RIETI 12-E-023 (transactions are localised at 40 km or less in 90-95 % "
        "of industries, against a counterfactual); digits ours", theme="chain")  # fmt: skip
def supply_length(world: World) -> float:
    """Distance that goods under contract travel, on average."""
    return weighted_mean(contracts(world).distance, contracts(world).value)


def ordered_under_contract(world: World) -> Array:
    """What customers ordered this year under contract, in money; shape (L,).

    A link keeps the value that arrived, which is the order times the share filled. Where nothing arrived the order is
    what the rule of the market makes it: contract_share x share of the contract x cost share of the input x unit cost
    x planned output of the customer.
    """
    links, firms = contracts(world), firm_table(world)
    filled = links.filled
    order = links.value / np.where(filled > 0.0, filled, 1.0)
    failed = filled <= 0.0
    customer, supplier = links.first[failed], links.second[failed]
    share = world.input_shares[firms.industry[supplier], firms.industry[customer]] * links.share[failed]
    order[failed] = world.p.contract_share * share * firms.unit_cost[customer] * firms.planned[customer]
    return np.asarray(order)


@metric("contracts_filled", unit="1", formula="sum of trade under contract / sum of orders under contract",
        source="Barrot & Sauvagnat 2016", theme="chain", better="more")  # fmt: skip
def contracts_filled(world: World) -> float:
    """Share of what is ordered under contract that arrives, by value; suppliers that closed are not in it."""
    return weighted_mean(contracts(world).filled, ordered_under_contract(world))


@metric("supplier_trust", unit="1", formula="mean trust over supply contracts", source="Macchiavello & Morjaria 2015",
        theme="chain", better="more")  # fmt: skip
def supplier_trust(world: World) -> float:
    """Trust between customers and suppliers under contract, on average."""
    return mean_defined(contracts(world).trust)


@shared
def supplier_loss(world: World) -> Array:
    """Share of each stage that customers miss at once if one supplier goes, the worst case, shape (S,).

    Open orders pass to whoever has room; orders under contract wait until another supplier is found.
    """
    firms, links = living(world), contracts(world)
    count = len(world.industries)
    missing = formula.top_supplier_loss(firms.industry, firms.output, firms.capacity, count)
    under_contract = np.bincount(links.second, weights=links.value, minlength=len(world.firms))
    if len(under_contract) == 0:
        return missing
    largest = group_max(firm_table(world).industry, count, under_contract)
    return np.fmax(missing, np.minimum(ratio(largest, input_need(world).sum(axis=0)), 1.0))


@metric("top_supplier_loss", level="industry", unit="1",
        formula="max over firms of the larger of (q_i - spare capacity of others) / q and contracts of i / input need",
        source=BARROT, theme="chain", better="less", every="end")  # fmt: skip
def top_supplier_loss(world: World) -> Array:
    """Share of the stage that customers miss at once when its most important supplier goes."""
    return supplier_loss(world)


@metric("customer_loss", unit="1", formula="mean over stages, by input spending, of customers' output lost (CES, nu)",
        source=BARROT, theme="chain", better="less", every="end")  # fmt: skip
def customer_loss(world: World) -> float:
    """Output that customers lose at once when a stage's most important supplier goes, on average over stages."""
    lost = formula.customer_loss(supplier_loss(world), world.input_shares, float(world.p.input_elasticity))
    return weighted_mean(
        lost, np.where(world.input_shares > 0.0, world.input_shares * industry_table(world).sales, 0.0)
    )


@metric("suppliers_per_stage", unit="firms", formula="mean over stages that firms buy from of 1 / Herfindahl of sales",
        source="Laakso & Taagepera 1979", theme="chain", better="more", every="end")  # fmt: skip
def suppliers_per_stage(world: World) -> float:
    """Number of equal suppliers that would concentrate an input stage as much, on average."""
    firms = living(world)
    concentration = group_herfindahl(firms.industry, len(world.industries), firms.sales)
    needed = input_need(world).sum(axis=0) > 0.0
    return mean_defined(np.where(needed, 1.0 / concentration, np.nan))
