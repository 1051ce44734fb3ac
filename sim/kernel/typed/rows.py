"""One row of each table, for the type checker.

Written by `make types` from sim.kernel.tables: not to be edited by hand.
"""

from __future__ import annotations

from sim.kernel.typed.tables import Array, Grid, Rows


class FirmRow:
    """A row of the table `firm`."""

    id: int  # 52-bit lineage id: names the firm in every arm
    parent: int  # id of the parent of a spin-off, else 0
    kind: int  # SME or leading firm
    tier: int  # tier of the gradient system
    origin: int  # initial, de novo, spin-off or attracted
    living: bool  # false from exit to the end of the year
    cell: int  # cell where it stands
    region: int  # region of that cell
    industry: int  # industry it belongs to
    age: int  # years since entry
    born: int  # year of entry
    productivity: float  # own total factor productivity z
    efficiency: float  # Theta: own productivity times what its place adds
    localised: float  # employment of its industry within reach, without its own
    own_gain: float  # what its own workers add to its place, ln productivity, and not to itself
    knowledge: Array  # unit vector in technology space
    appeal: float  # how much buyers like its variety, A
    capacity: float  # installed capacity K
    building: Array  # capacity under construction; [0] is ready next year
    price: float  # mill price p
    unit_cost: float  # variable cost c of a unit
    full_cost_price: float  # full-cost price p*: mark-up over variable and capital cost
    demand: float  # orders this year d
    orders: float  # orders it received in all, with those that found no goods elsewhere
    redirected: float  # orders among them that found no goods elsewhere
    room: float  # part of such orders that it gets: 0 of a full firm, 1 with some capacity to spare
    output: float  # goods produced and sold q
    sales: float  # revenue p q
    exports: float  # the part of it that is sold abroad
    last_price: float  # price of last year; 0 for a firm that is new
    labour: float  # labour for production, overhead, research and investment
    profit: float  # sales less variable cost, overhead, research and capital cost
    margin: float  # profit over sales
    cash: float  # liquid funds
    credit: float  # most it can invest this year
    credit_line: float  # extra credit from policies
    research_intensity: float  # R&D over sales it aims at
    research: float  # R&D spending, own and granted
    research_grant: float  # R&D grant of this year
    investment: float  # own money spent on capacity and start-up this year
    planned: float  # output it orders inputs for: the lesser of capacity and demand
    input_bill: float  # paid for inputs delivered
    subsidy: float  # all public money received this year
    support: float  # transfers among it, for which it hires nobody
    price_cut: float  # share by which they lower its full-cost price
    granted: float  # capacity that the public paid for, which bears no user cost
    granted_building: Array  # the same under construction; [0] is ready next year
    spillover: float  # R&D of others that reaches it, by closeness of field and place
    partners: int  # cooperation links
    project_boost: float  # hazard multiplier from joint projects, >= 1
    innovations: int  # innovations this year
    successes: int  # innovations in all its life
    growth: float  # change of ln sales against last year
    last_sales: float  # sales of last year
    last_productivity: float  # productivity smoothed over years: what its growth is judged against
    contracts: Array  # suppliers under contract, by input in order of industry
    sourcing: float  # ln of what its own suppliers add to the cost of its inputs over the market's
    supply_limit: float  # share of planned output that suppliers lost and not yet replaced allow
    local_supply: float  # share of its inputs bought under contract from SMEs
    taught: float  # ln productivity it has learnt from leading customers
    imitated: float  # ln productivity that it copied from others this year
    absorption: float  # extra absorptive capacity from cultivation grants
    loan: float  # soft loan outstanding
    zombie: bool  # kept alive by a bail-out
    rising: bool  # whether it still wins customers fast
    outlook: float  # what its sales leave over avoidable cost, over sales, smoothed over years
    used_outlay: float  # the part of its investment that buys used plants
    scale_cost: float  # what a unit costs it over the same in a plant of efficient scale, >= 1
    failing: int  # why it leaves at the end of the year; -1 if it stays
    niche: int  # niche of close substitutes it belongs to: id of the firm that opened it
    copied: bool  # whether it began in a niche that another firm had opened
    elasticity: float  # elasticity of the demand that it faces among rivals of its niche
    supplier_share: float  # mean share in their niches of its suppliers under contract


class InstituteRow:
    """A row of the table `institute`."""

    id: int  # 52-bit lineage id
    cell: int  # cell where it stands
    region: int  # region of that cell
    industry: int  # industry whose field it studies
    born: int  # year it opened
    knowledge: Array  # unit vector in technology space
    places: int  # joint projects it can host
    partners: int  # joint projects it hosts
    budget: float  # research budget
    granted: float  # what an instrument adds to it this year


class CellRow:
    """A row of the table `cell`."""

    region: int  # region it belongs to
    x: float  # east coordinate of its centre
    y: float  # north coordinate of its centre
    land: float  # usable land, mean 1
    rent: float  # rent of a unit of land, mean 1 at the fork year
    employment: float  # labour in all industries
    potential: float  # M_r: employment of all industries within reach, by distance
    firms: int  # firms that stand here
    institutes: int  # institutes that stand here
    park: float  # capacity of parks built here that stands empty
    park_relief: float  # share of the cost of first capacity that a place in them saves


class RegionRow:
    """A row of the table `region`."""

    id: int  # hash of its name
    population: float  # share of the national population
    endowment: Array  # resources, skills, energy, port, science; standardised
    advantage: float  # absolute advantage: ln productivity of everything here
    wage: float  # wage of a worker
    employment: float  # labour in all industries
    income: float  # income spent on final goods
    savings: float  # what found no goods this year and is spent next year
    value_added: float  # sales less inputs from other firms
    consumption: float  # real consumption: CES of delivered final goods
    cost_of_living: float  # price index of final goods
    chain_link: float  # links real consumption across a change of reference prices
    allowance: float  # what a plan that pays would give it: the same in every layout
    budget: float  # what its plan may spend, the cost of instruments included
    make_work: bool  # whether its plan hires labour that makes nothing
    spent: float  # what instruments took of the budget this year
    levy: float  # what was raised for instruments this year where no plan pays
    returned: float  # plan money that nobody claimed and its residents get this year
    works: float  # what instruments spent this year on work that no firm employs
    fund: float  # budget carried over because nothing could be bought
    variety: float  # related variety of its industries (entropy within chains)
    disaster: float  # share of capacity out of use after a disaster
    unstaffed: float  # share of usable capacity that stands still for want of hands
    gateway: bool  # whether imports come in here: it has one of the best ports
    landing: float  # how freely imports come here from the best gateway: tau^(1-sigma)
    shipping: float  # how freely goods get from here to the best gateway: tau^(1-sigma)


class IndustryRow:
    """A row of the table `industry`."""

    id: int  # hash of its name
    chain: int  # chain it is a stage of
    stage: int  # 0 upstream, 1 midstream, 2 downstream
    category: int  # traditional, high-end, emerging or future
    requirement: Array  # endowments it needs, on the scale of the regions'
    inputs: float  # total cost share of inputs from earlier stages
    labour_share: float  # cost share of labour
    land_share: float  # cost share of land
    research_intensity: float  # typical R&D over sales
    position: Array  # unit vector in technology space
    weight: float  # weight in final demand before growth
    growth: float  # trend growth of its weight
    ceiling: float  # for emerging demand: multiple of the weight it may reach; 0 = no logistic
    opens: int  # year from which it can be entered
    opened: bool  # whether firms may enter
    opened_year: int  # year in which it opened; -1 before
    importable: bool  # whether the rest of the world sells it
    import_price: float  # price of imports
    import_price_before: float  # the same when the year began
    import_appeal: float  # weight of the imported variety
    world_price: float  # P*: price of imports abroad, if trade is paid for
    export_demand: float  # B*: market access abroad, in foreign money
    foreign_demand: float  # the same in home money at this year's exchange rate: e^sigma B*
    cost_gap: float  # ln of the world price over mean unit cost at home when first compared
    compared: bool  # whether they have been compared
    embargo: float  # share of imports that is cut off
    rerouted: float  # share of what is cut off that buyers get by other ways
    unpaid: float  # share of imports ordered that is not delivered, since exports cannot pay for it
    slump: float  # factor on final demand, 1 = none
    ready: float  # value of its capacity over consumers' budget, if it opened after the start
    available: float  # share of trend demand that supply lets appear; 1 if settled
    frontier: float  # ln productivity learnt nationally by doing
    experience: float  # cumulated national output
    demand_share: float  # share in final demand this year, before prices
    firms: int  # firms in the nation
    capacity: float  # installed capacity in the nation
    last_capacity: float  # the same a year ago
    coming: float  # capacity under construction in the nation
    crowding: float  # capacity over the capacity that rivals are expected to have
    output: float  # national output
    demand: float  # national orders
    sales: float  # national sales
    margin: float  # sales-weighted profit margin
    mean_productivity: float  # mean of ln z over firms
    mean_capacity: float  # mean capacity of a firm
    mean_appeal: float  # mean appeal of a firm
    typical_sales: float  # geometric mean of last year's sales of its firms; 0 if none sold
    own_potential: float  # M0 of the industry: mean over its firms of the others within reach
    carried: float  # firms of the usual sales of year 0 that its sales would carry
    newcomer_margin: float  # profit margin that a new firm expects, mean over places
    newcomer_elasticity: float  # elasticity of demand that a usual new firm expects to face
    newcomer_orders: float  # orders it expects, over those in a niche of its own
    scale_elasticity: float  # elasticity of unit cost to capacity below it
    efficient_capacity: float  # capacity below which a unit costs more; 0 if size saves nothing
    used_plants: float  # capacity of closed firms that is for sale
    hot: float  # how hot it looks to planners
    planned_sales: float  # sales when plans were last renewed


class LocalIndustryRow:
    """A row of the table `local_industry`."""

    fit: float  # a_rs: comparative advantage, double-centred, s.d. sigma_a at the start
    learnt: float  # what the place has learnt by doing; part of the fit
    learnt_before: float  # what place and nation had learnt by doing when the year began
    employment: float  # labour here in this industry
    firms: int  # firms here in this industry
    capacity: float  # installed capacity
    coming: float  # capacity under construction
    output: float  # output
    demand: float  # orders received
    sales: float  # sales
    value_added: float  # sales less inputs
    research: float  # R&D
    innovations: int  # innovations this year
    supply: float  # G: sum of appeal x price^(1-sigma) of the firms here
    served: float  # the same weighted by the share of orders filled
    delivered: float  # the same weighted by that share to the power 1-1/sigma
    price_index: float  # CES price index that buyers here pay
    filled: float  # delivered over ordered real quantity for buyers here
    reference_price: float  # price index of the fork year
    access: float  # market access of a firm here, contracts included
    open_access: float  # market access to what is not bought under contract
    export_access: float  # the part of it that lies abroad
    room: float  # the part of the supply whose firms can fill more orders than they have
    extra: float  # orders of buyers here that found no goods, over what such firms weigh
    extra_access: float  # market access of a firm here to such orders
    served_again: float  # the part of what is served by firms that have got such orders
    delivered_again: float  # the part of what is delivered by them
    final: float  # final expenditure of buyers here
    spending: float  # final and intermediate expenditure of buyers here
    contracted: float  # the part of it that firms here order from suppliers under contract
    paid_share: float  # delivered over ordered value for buyers here, contracts apart
    paid: float  # what those buyers paid for delivered goods, contracts included
    imports: float  # spent on imports
    exports: float  # sold abroad
    prospect: float  # profit margin that an average entrant may expect
    newcomer_capacity: float  # first capacity of a new firm of usual productivity
    newcomer_margin: float  # profit margin that such a firm may expect
    congestion: float  # ln productivity lost to industry-specific congestion
    input_price: float  # price of the bundle of inputs, to the power of their cost shares
    unit_cost: float  # unit cost of a firm of the industry's mean productivity here
    full_cost_price: float  # its full-cost price
    startup_cost: float  # what it costs to start a firm here
    relatedness: float  # strength in it and in what needs the same, as planners see it, 0..1
    advantage_seen: float  # fit as the planner sees it
    promoted: float  # share of the region's budget that the plan announces for it
    entry_grant: float  # for attracted entrants, this year
    capacity_grant: float  # for capacity of firms here, this year
    research_grant: float  # for research of firms here, this year
    support: Array  # cash, tax relief, cheap land and cheap credit for firms here
    entry_fund: float  # most that the public pays for starts of firms here this year
    investment_fund: float  # most that it pays for capacity that firms here order
    founders: float  # de novo firms to be expected here this year
    cover: float  # share of a founder's start-up cost that it pays
    grant_pull: float  # what announced support adds to the attraction of the place
    attracted: int  # entrants paid by the plan this year
    search_cost: float  # mark-up on inputs for finding suppliers


class SiteRow:
    """A row of the table `site`."""

    employment: float  # labour in this cell and industry
    potential: float  # M_rs: employment of the industry within reach, by distance
    firms: int  # firms in this cell and industry
    advantage: float  # ln productivity that the neighbourhood adds
    anchored: float  # the part of it that leading firms of related industries near by give


class BirthRow:
    """A row of the table `birth`."""

    id: int  # lineage id of the firm to be
    origin: int  # de novo, spin-off or attracted
    kind: int  # SME or leading firm
    region: int  # where
    cell: int  # in which cell; -1: it chooses
    industry: int  # in which industry
    parent: int  # parent's id of a spin-off, else 0
    inherited: float  # ln productivity over the industry's mean that it inherits
    grant: float  # what the public pays of its start-up
    cover: float  # share of the start-up cost that the public pays besides


class LinkRow:
    """A row of the table `link`."""

    id: int  # hash of the two ids
    tie: int  # firm-firm, firm-institute or supply
    first: int  # firm; the customer of a supply contract
    second: int  # firm or institute; the supplier of a supply contract
    since: int  # year it began
    distance: float  # between the two cells
    trust: float  # grows with the age of the link and, in supply, with orders filled; 0..1
    novelty: float  # V(D): value of the cognitive distance, 0..1
    share: float  # of the customer's contracts for this input, by value
    value: float  # trade of this year under a supply contract
    filled: float  # share of this year's orders that arrived
    price: float  # mill price of the supplier when they last traded
    living: bool  # false once ended, until the end of the year


class EventRow:
    """A row of the table `event`."""

    year: int  # when
    event: int  # what
    agent: int  # to whom
    other: int  # parent, partner or institute; else 0
    region: int  # where
    industry: int  # in which industry
    detail: int  # origin, cause of exit or new tier
    amount: float  # age at exit, gain in ln z, sum of a bail-out


class NormRow:
    """A row of the table `norm`."""

    potential: float  # M0: mean employment within reach of a cell, all industries
    region_density: float  # mean employment of a region per unit of land
    cell_density: float  # mean employment of a cell per unit of land
    local_industry_employment: float  # mean employment of a local industry
    hardship: Array  # mean of margin and size factors of the exit hazard, by class of age
    spillover: float  # mean pool of knowledge that reaches a firm
    institute_pool: float  # mean pool of institute research that reaches a firm
    unit_value: float  # mean unit cost times capacity of a firm
    usual_sales: float  # mean sales of a firm in year 0


class LedgerRow:
    """A row of the table `ledger`."""

    year: int  # when
    region: int  # whose budget; -1 the nation's
    industry: int  # for which industry; -1 for none
    account: int  # index into World.accounts: what the money was for
    amount: float  # income positive, outlay negative


# Whole tables, as rules see them.
Firms = Rows[FirmRow]
Institutes = Rows[InstituteRow]
Cells = Rows[CellRow]
Regions = Rows[RegionRow]
Industries = Rows[IndustryRow]
LocalIndustries = Grid[LocalIndustryRow]
Sites = Grid[SiteRow]
Births = Rows[BirthRow]
Links = Rows[LinkRow]
Events = Rows[EventRow]
Norms = Rows[NormRow]
Ledgers = Rows[LedgerRow]
