"""The columns of each table, for the type checker.

Written by `make types` from sim.kernel.tables: not to be edited by hand.
"""

from __future__ import annotations

from sim.kernel.typed.rows import (
    BirthRow,
    CellRow,
    EventRow,
    FirmRow,
    IndustryRow,
    InstituteRow,
    LedgerRow,
    LinkRow,
    LocalIndustryRow,
    NormRow,
    RegionRow,
    SiteRow,
)
from sim.kernel.typed.tables import Flags, Floats, GridTable, Ints, RowTable


class FirmTable(RowTable[FirmRow]):
    """The table `firm`."""

    id: Ints
    parent: Ints
    kind: Ints
    tier: Ints
    origin: Ints
    living: Flags
    cell: Ints
    region: Ints
    industry: Ints
    age: Ints
    born: Ints
    productivity: Floats
    efficiency: Floats
    localised: Floats
    own_gain: Floats
    knowledge: Floats  # (..., 6)
    appeal: Floats
    capacity: Floats
    building: Floats  # (..., 4)
    price: Floats
    unit_cost: Floats
    full_cost_price: Floats
    demand: Floats
    orders: Floats
    redirected: Floats
    room: Floats
    output: Floats
    sales: Floats
    exports: Floats
    last_price: Floats
    labour: Floats
    profit: Floats
    margin: Floats
    cash: Floats
    credit: Floats
    credit_line: Floats
    research_intensity: Floats
    research: Floats
    research_grant: Floats
    investment: Floats
    planned: Floats
    input_bill: Floats
    subsidy: Floats
    support: Floats
    price_cut: Floats
    granted: Floats
    granted_building: Floats  # (..., 4)
    spillover: Floats
    partners: Ints
    project_boost: Floats
    innovations: Ints
    successes: Ints
    growth: Floats
    last_sales: Floats
    last_productivity: Floats
    contracts: Ints  # (..., 8)
    sourcing: Floats
    supply_limit: Floats
    local_supply: Floats
    taught: Floats
    imitated: Floats
    absorption: Floats
    loan: Floats
    zombie: Flags
    rising: Flags
    outlook: Floats
    used_outlay: Floats
    scale_cost: Floats
    failing: Ints
    niche: Ints
    copied: Flags
    elasticity: Floats
    supplier_share: Floats


class InstituteTable(RowTable[InstituteRow]):
    """The table `institute`."""

    id: Ints
    cell: Ints
    region: Ints
    industry: Ints
    born: Ints
    knowledge: Floats  # (..., 6)
    places: Ints
    partners: Ints
    budget: Floats
    granted: Floats


class CellTable(RowTable[CellRow]):
    """The table `cell`."""

    region: Ints
    x: Floats
    y: Floats
    land: Floats
    rent: Floats
    employment: Floats
    potential: Floats
    firms: Ints
    institutes: Ints
    park: Floats
    park_relief: Floats


class RegionTable(RowTable[RegionRow]):
    """The table `region`."""

    id: Ints
    population: Floats
    endowment: Floats  # (..., 5)
    advantage: Floats
    wage: Floats
    employment: Floats
    income: Floats
    savings: Floats
    value_added: Floats
    consumption: Floats
    cost_of_living: Floats
    chain_link: Floats
    allowance: Floats
    budget: Floats
    make_work: Flags
    spent: Floats
    levy: Floats
    returned: Floats
    works: Floats
    fund: Floats
    variety: Floats
    disaster: Floats
    unstaffed: Floats
    gateway: Flags
    landing: Floats
    shipping: Floats


class IndustryTable(RowTable[IndustryRow]):
    """The table `industry`."""

    id: Ints
    chain: Ints
    stage: Ints
    category: Ints
    requirement: Floats  # (..., 5)
    inputs: Floats
    labour_share: Floats
    land_share: Floats
    research_intensity: Floats
    position: Floats  # (..., 6)
    weight: Floats
    growth: Floats
    ceiling: Floats
    opens: Ints
    opened: Flags
    opened_year: Ints
    importable: Flags
    import_price: Floats
    import_price_before: Floats
    import_appeal: Floats
    world_price: Floats
    export_demand: Floats
    foreign_demand: Floats
    cost_gap: Floats
    compared: Flags
    embargo: Floats
    rerouted: Floats
    unpaid: Floats
    slump: Floats
    ready: Floats
    available: Floats
    frontier: Floats
    experience: Floats
    demand_share: Floats
    firms: Ints
    capacity: Floats
    last_capacity: Floats
    coming: Floats
    crowding: Floats
    output: Floats
    demand: Floats
    sales: Floats
    margin: Floats
    mean_productivity: Floats
    mean_capacity: Floats
    mean_appeal: Floats
    typical_sales: Floats
    own_potential: Floats
    carried: Floats
    newcomer_margin: Floats
    newcomer_elasticity: Floats
    newcomer_orders: Floats
    scale_elasticity: Floats
    efficient_capacity: Floats
    used_plants: Floats
    hot: Floats
    planned_sales: Floats


class LocalIndustryTable(GridTable[LocalIndustryRow]):
    """The table `local_industry`."""

    fit: Floats
    learnt: Floats
    learnt_before: Floats
    employment: Floats
    firms: Ints
    capacity: Floats
    coming: Floats
    output: Floats
    demand: Floats
    sales: Floats
    value_added: Floats
    research: Floats
    innovations: Ints
    supply: Floats
    served: Floats
    delivered: Floats
    price_index: Floats
    filled: Floats
    reference_price: Floats
    access: Floats
    open_access: Floats
    export_access: Floats
    room: Floats
    extra: Floats
    extra_access: Floats
    served_again: Floats
    delivered_again: Floats
    final: Floats
    spending: Floats
    contracted: Floats
    paid_share: Floats
    paid: Floats
    imports: Floats
    exports: Floats
    prospect: Floats
    newcomer_capacity: Floats
    newcomer_margin: Floats
    congestion: Floats
    input_price: Floats
    unit_cost: Floats
    full_cost_price: Floats
    startup_cost: Floats
    relatedness: Floats
    advantage_seen: Floats
    promoted: Floats
    entry_grant: Floats
    capacity_grant: Floats
    research_grant: Floats
    support: Floats  # (..., 4)
    entry_fund: Floats
    investment_fund: Floats
    founders: Floats
    cover: Floats
    grant_pull: Floats
    attracted: Ints
    search_cost: Floats


class SiteTable(GridTable[SiteRow]):
    """The table `site`."""

    employment: Floats
    potential: Floats
    firms: Ints
    advantage: Floats
    anchored: Floats


class BirthTable(RowTable[BirthRow]):
    """The table `birth`."""

    id: Ints
    origin: Ints
    kind: Ints
    region: Ints
    cell: Ints
    industry: Ints
    parent: Ints
    inherited: Floats
    grant: Floats
    cover: Floats


class LinkTable(RowTable[LinkRow]):
    """The table `link`."""

    id: Ints
    tie: Ints
    first: Ints
    second: Ints
    since: Ints
    distance: Floats
    trust: Floats
    novelty: Floats
    share: Floats
    value: Floats
    filled: Floats
    price: Floats
    living: Flags


class EventTable(RowTable[EventRow]):
    """The table `event`."""

    year: Ints
    event: Ints
    agent: Ints
    other: Ints
    region: Ints
    industry: Ints
    detail: Ints
    amount: Floats


class NormTable(RowTable[NormRow]):
    """The table `norm`."""

    potential: Floats
    region_density: Floats
    cell_density: Floats
    local_industry_employment: Floats
    hardship: Floats  # (..., 5)
    spillover: Floats
    institute_pool: Floats
    unit_value: Floats
    usual_sales: Floats


class LedgerTable(RowTable[LedgerRow]):
    """The table `ledger`."""

    year: Ints
    region: Ints
    industry: Ints
    account: Ints
    amount: Floats
