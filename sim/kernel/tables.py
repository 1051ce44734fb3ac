"""What exists: one record per agent, place and link, each column declared once. Money is in units of account
(the national wage starts at 1), quantities in units of goods, distances in km, time in years.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.kernel.declare import Table, column, table

if TYPE_CHECKING:
    from sim.kernel.typed.columns import (
        BirthTable,
        CellTable,
        EventTable,
        FirmTable,
        IndustryTable,
        InstituteTable,
        LedgerTable,
        LinkTable,
        LocalIndustryTable,
        NormTable,
        RegionTable,
        SiteTable,
    )

FIELDS = 6
"""Dimensions of technology space: the length of every knowledge vector."""
ENDOWMENTS = 5
"""Endowments of a region: resources, skills, energy, port, science."""
ENDOWMENT_NAMES = ("resources", "skills", "energy", "port", "science")
PIPELINE = 4
"""Longest build lag in years."""
SUPPORTS = 4
"""Kinds of support that firms get without hiring for it: cash, tax relief, cheap land, cheap credit."""
CONTRACTS = 8
"""Most inputs an industry may need from earlier stages."""


FIRM: Table[FirmTable] = table(
    "firm",
    [
        column("id", "i8", "id", "52-bit lineage id: names the firm in every arm"),
        column("parent", "i8", "id", "id of the parent of a spin-off, else 0"),
        column("kind", "i1", "Kind", "SME or leading firm"),
        column("tier", "i1", "Tier", "tier of the gradient system"),
        column("origin", "i1", "Origin", "initial, de novo, spin-off or attracted"),
        column("living", "?", "", "false from exit to the end of the year"),
        column("cell", "i4", "row", "cell where it stands"),
        column("region", "i4", "row", "region of that cell"),
        column("industry", "i4", "row", "industry it belongs to"),
        column("age", "i4", "years", "years since entry"),
        column("born", "i4", "year", "year of entry"),
        column("productivity", "f8", "1", "own total factor productivity z"),
        column("efficiency", "f8", "1", "Theta: own productivity times what its place adds"),
        column("knowledge", "f8", "1", "unit vector in technology space", (FIELDS,)),
        column("appeal", "f8", "1", "how much buyers like its variety, A"),
        column("capacity", "f8", "goods", "installed capacity K"),
        column("building", "f8", "goods", "capacity under construction; [0] is ready next year", (PIPELINE,)),
        column("price", "f8", "money/goods", "mill price p"),
        column("unit_cost", "f8", "money/goods", "variable cost c of a unit"),
        column("full_cost_price", "f8", "money/goods", "full-cost price p*: mark-up over variable and capital cost"),
        column("demand", "f8", "goods", "orders this year d"),
        column("orders", "f8", "goods", "orders it received in all, with those that found no goods elsewhere"),
        column("redirected", "f8", "goods", "orders among them that found no goods elsewhere"),
        column("output", "f8", "goods", "goods produced and sold q"),
        column("sales", "f8", "money", "revenue p q"),
        column("exports", "f8", "money", "the part of it that is sold abroad"),
        column("last_price", "f8", "money/goods", "price of last year; 0 for a firm that is new"),
        column("labour", "f8", "workers", "labour for production, overhead, research and investment"),
        column("profit", "f8", "money", "sales less variable cost, overhead, research and capital cost"),
        column("margin", "f8", "1", "profit over sales"),
        column("cash", "f8", "money", "liquid funds"),
        column("credit", "f8", "money", "most it can invest this year"),
        column("credit_line", "f8", "money", "extra credit from policies"),
        column("research_intensity", "f8", "1", "R&D over sales it aims at"),
        column("research", "f8", "money", "R&D spending, own and granted"),
        column("research_grant", "f8", "money", "R&D grant of this year"),
        column("investment", "f8", "money", "own money spent on capacity and start-up this year"),
        column("planned", "f8", "goods", "output it orders inputs for: the lesser of capacity and demand"),
        column("input_bill", "f8", "money", "paid for inputs delivered"),
        column("subsidy", "f8", "money", "all public money received this year"),
        column("support", "f8", "money", "transfers among it, for which it hires nobody"),
        column("price_cut", "f8", "1", "share by which they lower its full-cost price"),
        column("granted", "f8", "goods", "capacity that the public paid for, which bears no user cost"),
        column("granted_building", "f8", "goods", "the same under construction; [0] is ready next year", (PIPELINE,)),
        column("spillover", "f8", "money", "R&D of others that reaches it, by closeness of field and place"),
        column("partners", "i4", "links", "cooperation links"),
        column("project_boost", "f8", "1", "hazard multiplier from joint projects, >= 1"),
        column("innovations", "i4", "events", "innovations this year"),
        column("successes", "i4", "events", "innovations in all its life"),
        column("growth", "f8", "1", "change of ln sales against last year"),
        column("last_sales", "f8", "money", "sales of last year"),
        column("last_productivity", "f8", "1", "productivity smoothed over years: what its growth is judged against"),
        column("contracts", "i1", "links", "suppliers under contract, by input in order of industry", (CONTRACTS,)),
        column("sourcing", "f8", "1", "ln of what its own suppliers add to the cost of its inputs over the market's"),
        column("supply_limit", "f8", "1", "share of planned output that suppliers lost and not yet replaced allow"),
        column("local_supply", "f8", "1", "share of its inputs bought under contract from SMEs"),
        column("taught", "f8", "1", "ln productivity it has learnt from leading customers"),
        column("imitated", "f8", "1", "ln productivity that it copied from others this year"),
        column("absorption", "f8", "1", "extra absorptive capacity from cultivation grants"),
        column("loan", "f8", "money", "soft loan outstanding"),
        column("zombie", "?", "", "kept alive by a bail-out"),
    ],
)

INSTITUTE: Table[InstituteTable] = table(
    "institute",
    [
        column("id", "i8", "id", "52-bit lineage id"),
        column("cell", "i4", "row", "cell where it stands"),
        column("region", "i4", "row", "region of that cell"),
        column("industry", "i4", "row", "industry whose field it studies"),
        column("born", "i4", "year", "year it opened"),
        column("knowledge", "f8", "1", "unit vector in technology space", (FIELDS,)),
        column("places", "i4", "links", "joint projects it can host"),
        column("partners", "i4", "links", "joint projects it hosts"),
        column("budget", "f8", "money/year", "research budget"),
        column("granted", "f8", "money", "what an instrument adds to it this year"),
    ],
)

CELL: Table[CellTable] = table(
    "cell",
    [
        column("region", "i4", "row", "region it belongs to"),
        column("x", "f8", "km", "east coordinate of its centre"),
        column("y", "f8", "km", "north coordinate of its centre"),
        column("land", "f8", "1", "usable land, mean 1"),
        column("rent", "f8", "money", "rent of a unit of land, mean 1 at the fork year"),
        column("employment", "f8", "workers", "labour in all industries"),
        column("potential", "f8", "workers", "M_r: employment of all industries within reach, by distance"),
        column("firms", "i4", "firms", "firms that stand here"),
        column("institutes", "i4", "institutes", "institutes that stand here"),
        column("park", "f8", "goods", "capacity of parks built here that stands empty"),
        column("park_relief", "f8", "1", "share of the cost of first capacity that a place in them saves"),
    ],
)

REGION: Table[RegionTable] = table(
    "region",
    [
        column("id", "i8", "id", "hash of its name"),
        column("population", "f8", "share", "share of the national population"),
        column("endowment", "f8", "s.d.", "resources, skills, energy, port, science; standardised", (ENDOWMENTS,)),
        column("advantage", "f8", "1", "absolute advantage: ln productivity of everything here"),
        column("wage", "f8", "money", "wage of a worker"),
        column("employment", "f8", "workers", "labour in all industries"),
        column("income", "f8", "money", "income spent on final goods"),
        column("savings", "f8", "money", "what found no goods this year and is spent next year"),
        column("value_added", "f8", "money", "sales less inputs from other firms"),
        column("consumption", "f8", "index", "real consumption: CES of delivered final goods"),
        column("cost_of_living", "f8", "1", "price index of final goods"),
        column("chain_link", "f8", "1", "links real consumption across a change of reference prices"),
        column("allowance", "f8", "money/year", "what a plan that pays would give it: the same in every layout"),
        column("budget", "f8", "money/year", "what its plan may spend, the cost of instruments included"),
        column("make_work", "?", "", "whether its plan hires labour that makes nothing"),
        column("spent", "f8", "money", "what instruments took of the budget this year"),
        column("levy", "f8", "money", "what was raised for instruments this year where no plan pays"),
        column("returned", "f8", "money", "plan money that nobody claimed and its residents get this year"),
        column("works", "f8", "money", "what instruments spent this year on work that no firm employs"),
        column("fund", "f8", "money", "budget carried over because nothing could be bought"),
        column("variety", "f8", "1", "related variety of its industries (entropy within chains)"),
        column("disaster", "f8", "1", "share of capacity out of use after a disaster"),
        column("gateway", "?", "", "whether imports come in here: it has one of the best ports"),
        column("landing", "f8", "1", "how freely imports come here from the best gateway: tau^(1-sigma)"),
        column("shipping", "f8", "1", "how freely goods get from here to the best gateway: tau^(1-sigma)"),
    ],
)

INDUSTRY: Table[IndustryTable] = table(
    "industry",
    [
        column("id", "i8", "id", "hash of its name"),
        column("chain", "i4", "row", "chain it is a stage of"),
        column("stage", "i4", "1", "0 upstream, 1 midstream, 2 downstream"),
        column("category", "i1", "Category", "traditional, high-end, emerging or future"),
        column("requirement", "f8", "s.d.", "endowments it needs, on the scale of the regions'", (ENDOWMENTS,)),
        column("inputs", "f8", "1", "total cost share of inputs from earlier stages"),
        column("labour_share", "f8", "1", "cost share of labour"),
        column("land_share", "f8", "1", "cost share of land"),
        column("research_intensity", "f8", "1", "typical R&D over sales"),
        column("position", "f8", "1", "unit vector in technology space", (FIELDS,)),
        column("weight", "f8", "1", "weight in final demand before growth"),
        column("growth", "f8", "1/year", "trend growth of its weight"),
        column("ceiling", "f8", "1", "for emerging demand: multiple of the weight it may reach; 0 = no logistic"),
        column("opens", "i4", "year", "year from which it can be entered"),
        column("opened", "?", "", "whether firms may enter"),
        column("opened_year", "i4", "year", "year in which it opened; -1 before"),
        column("importable", "?", "", "whether the rest of the world sells it"),
        column("import_price", "f8", "money/goods", "price of imports"),
        column("import_price_before", "f8", "money/goods", "the same when the year began"),
        column("import_appeal", "f8", "1", "weight of the imported variety"),
        column("world_price", "f8", "foreign money/goods", "P*: price of imports abroad, if trade is paid for"),
        column("export_demand", "f8", "index", "B*: market access abroad, in foreign money"),
        column("foreign_demand", "f8", "index", "the same in home money at this year's exchange rate: e^sigma B*"),
        column("cost_gap", "f8", "1", "ln of the world price over mean unit cost at home when first compared"),
        column("compared", "?", "", "whether they have been compared"),
        column("embargo", "f8", "1", "share of imports that is cut off"),
        column("rerouted", "f8", "1", "share of what is cut off that buyers get by other ways"),
        column("slump", "f8", "1", "factor on final demand, 1 = none"),
        column("ready", "f8", "1", "value of its capacity over consumers' budget, if it opened after the start"),
        column("available", "f8", "1", "share of trend demand that supply lets appear; 1 if settled"),
        column("frontier", "f8", "1", "ln productivity learnt nationally by doing"),
        column("experience", "f8", "goods", "cumulated national output"),
        column("demand_share", "f8", "1", "share in final demand this year, before prices"),
        column("firms", "i4", "firms", "firms in the nation"),
        column("capacity", "f8", "goods", "installed capacity in the nation"),
        column("last_capacity", "f8", "goods", "the same a year ago"),
        column("coming", "f8", "goods", "capacity under construction in the nation"),
        column("crowding", "f8", "1", "capacity over the capacity that rivals are expected to have"),
        column("output", "f8", "goods", "national output"),
        column("demand", "f8", "goods", "national orders"),
        column("sales", "f8", "money", "national sales"),
        column("margin", "f8", "1", "sales-weighted profit margin"),
        column("mean_productivity", "f8", "1", "mean of ln z over firms"),
        column("mean_capacity", "f8", "goods", "mean capacity of a firm"),
        column("mean_appeal", "f8", "1", "mean appeal of a firm"),
        column("hot", "f8", "s.d.", "how hot it looks to planners"),
        column("planned_sales", "f8", "money", "sales when plans were last renewed"),
    ],
)

LOCAL_INDUSTRY: Table[LocalIndustryTable] = table(
    "local_industry",
    [
        column("fit", "f8", "1", "a_rs: comparative advantage, double-centred, s.d. sigma_a at the start"),
        column("learnt", "f8", "1", "what the place has learnt by doing; part of the fit"),
        column("learnt_before", "f8", "1", "what place and nation had learnt by doing when the year began"),
        column("employment", "f8", "workers", "labour here in this industry"),
        column("firms", "i4", "firms", "firms here in this industry"),
        column("capacity", "f8", "goods", "installed capacity"),
        column("coming", "f8", "goods", "capacity under construction"),
        column("output", "f8", "goods", "output"),
        column("demand", "f8", "goods", "orders received"),
        column("sales", "f8", "money", "sales"),
        column("value_added", "f8", "money", "sales less inputs"),
        column("research", "f8", "money", "R&D"),
        column("innovations", "i4", "events", "innovations this year"),
        column("supply", "f8", "index", "G: sum of appeal x price^(1-sigma) of the firms here"),
        column("served", "f8", "index", "the same weighted by the share of orders filled"),
        column("delivered", "f8", "index", "the same weighted by that share to the power 1-1/sigma"),
        column("price_index", "f8", "money/goods", "CES price index that buyers here pay"),
        column("filled", "f8", "1", "delivered over ordered real quantity for buyers here"),
        column("reference_price", "f8", "money/goods", "price index of the fork year"),
        column("access", "f8", "index", "market access of a firm here, contracts included"),
        column("open_access", "f8", "index", "market access to what is not bought under contract"),
        column("export_access", "f8", "index", "the part of it that lies abroad"),
        column("room", "f8", "index", "the part of the supply whose firms can fill more orders than they have"),
        column("extra", "f8", "index", "orders of buyers here that found no goods, over what such firms weigh"),
        column("extra_access", "f8", "index", "market access of a firm here to such orders"),
        column("served_again", "f8", "index", "the part of what is served by firms that have got such orders"),
        column("delivered_again", "f8", "index", "the part of what is delivered by them"),
        column("final", "f8", "money", "final expenditure of buyers here"),
        column("spending", "f8", "money", "final and intermediate expenditure of buyers here"),
        column("contracted", "f8", "money", "the part of it that firms here order from suppliers under contract"),
        column("paid_share", "f8", "1", "delivered over ordered value for buyers here, contracts apart"),
        column("paid", "f8", "money", "what those buyers paid for delivered goods, contracts included"),
        column("imports", "f8", "money", "spent on imports"),
        column("exports", "f8", "money", "sold abroad"),
        column("prospect", "f8", "1", "profit margin that an average entrant may expect"),
        column("congestion", "f8", "1", "ln productivity lost to industry-specific congestion"),
        column("input_price", "f8", "money/goods", "price of the bundle of inputs, to the power of their cost shares"),
        column("unit_cost", "f8", "money/goods", "unit cost of a firm of the industry's mean productivity here"),
        column("full_cost_price", "f8", "money/goods", "its full-cost price"),
        column("startup_cost", "f8", "money", "what it costs to start a firm here"),
        column("relatedness", "f8", "1", "density of related industries here, 0..1"),
        column("advantage_seen", "f8", "1", "fit as the planner sees it"),
        column("promoted", "f8", "1", "share of the region's budget that the plan announces for it"),
        column("entry_grant", "f8", "money", "for attracted entrants, this year"),
        column("capacity_grant", "f8", "money", "for capacity of firms here, this year"),
        column("research_grant", "f8", "money", "for research of firms here, this year"),
        column("support", "f8", "money", "cash, tax relief, cheap land and cheap credit for firms here", (SUPPORTS,)),
        column("entry_fund", "f8", "money", "most that the public pays for starts of firms here this year"),
        column("investment_fund", "f8", "money", "most that it pays for capacity that firms here order"),
        column("founders", "f8", "firms", "de novo firms to be expected here this year"),
        column("cover", "f8", "1", "share of a founder's start-up cost that it pays"),
        column("grant_pull", "f8", "1", "what announced support adds to the attraction of the place"),
        column("attracted", "i4", "firms", "entrants paid by the plan this year"),
        column("search_cost", "f8", "1", "mark-up on inputs for finding suppliers"),
    ],
)

SITE: Table[SiteTable] = table(
    "site",
    [
        column("employment", "f8", "workers", "labour in this cell and industry"),
        column("potential", "f8", "workers", "M_rs: employment of the industry within reach, by distance"),
        column("firms", "i4", "firms", "firms in this cell and industry"),
        column("advantage", "f8", "1", "ln productivity that the neighbourhood adds"),
        column("anchored", "f8", "1", "the part of it that leading firms of related industries near by give"),
    ],
)

BIRTH: Table[BirthTable] = table(
    "birth",
    [
        column("id", "i8", "id", "lineage id of the firm to be"),
        column("origin", "i1", "Origin", "de novo, spin-off or attracted"),
        column("kind", "i1", "Kind", "SME or leading firm"),
        column("region", "i4", "row", "where"),
        column("cell", "i4", "row", "in which cell; -1: it chooses"),
        column("industry", "i4", "row", "in which industry"),
        column("parent", "i8", "id", "parent's id of a spin-off, else 0"),
        column("inherited", "f8", "1", "ln productivity over the industry's mean that it inherits"),
        column("grant", "f8", "money", "what the public pays of its start-up"),
        column("cover", "f8", "1", "share of the start-up cost that the public pays besides"),
    ],
)

LINK: Table[LinkTable] = table(
    "link",
    [
        column("id", "i8", "id", "hash of the two ids"),
        column("tie", "i1", "Tie", "firm-firm, firm-institute or supply"),
        column("first", "i4", "row", "firm; the customer of a supply contract"),
        column("second", "i4", "row", "firm or institute; the supplier of a supply contract"),
        column("since", "i4", "year", "year it began"),
        column("distance", "f8", "km", "between the two cells"),
        column("trust", "f8", "1", "grows with the age of the link and, in supply, with orders filled; 0..1"),
        column("novelty", "f8", "1", "V(D): value of the cognitive distance, 0..1"),
        column("share", "f8", "1", "of the customer's contracts for this input, by value"),
        column("value", "f8", "money", "trade of this year under a supply contract"),
        column("filled", "f8", "1", "share of this year's orders that arrived"),
        column("price", "f8", "money/goods", "mill price of the supplier when they last traded"),
        column("living", "?", "", "false once ended, until the end of the year"),
    ],
)

EVENT: Table[EventTable] = table(
    "event",
    [
        column("year", "i4", "year", "when"),
        column("event", "i1", "Event", "what"),
        column("agent", "i8", "id", "to whom"),
        column("other", "i8", "id", "parent, partner or institute; else 0"),
        column("region", "i4", "row", "where"),
        column("industry", "i4", "row", "in which industry"),
        column("detail", "i4", "code", "origin, cause of exit or new tier"),
        column("amount", "f8", "varies", "age at exit, gain in ln z, sum of a bail-out"),
    ],
)

NORM: Table[NormTable] = table(
    "norm",
    [
        column("potential", "f8", "workers", "M0: mean employment within reach of a cell, all industries"),
        column("own_potential", "f8", "workers", "M0 of a site's own industry: mean over sites"),
        column("region_density", "f8", "workers", "mean employment of a region per unit of land"),
        column("cell_density", "f8", "workers", "mean employment of a cell per unit of land"),
        column("local_industry_employment", "f8", "workers", "mean employment of a local industry"),
        column("hardship", "f8", "1", "mean of margin and size factors of the exit hazard, by class of age", (5,)),
        column("spillover", "f8", "money", "mean pool of knowledge that reaches a firm"),
        column("institute_pool", "f8", "money", "mean pool of institute research that reaches a firm"),
        column("unit_value", "f8", "money", "mean unit cost times capacity of a firm"),
    ],
)

LEDGER: Table[LedgerTable] = table(
    "ledger",
    [
        column("year", "i4", "year", "when"),
        column("region", "i4", "row", "whose budget; -1 the nation's"),
        column("industry", "i4", "row", "for which industry; -1 for none"),
        column("account", "i4", "row", "index into World.accounts: what the money was for"),
        column("amount", "f8", "money", "income positive, outlay negative"),
    ],
)
