"""The World: every table of sim.kernel.tables filled with what exists in one year, and the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.kernel.brief import Brief
from sim.kernel.codes import Category, Event, ExitCause, Flow, Kind, Origin, Sector, Tie, Tier
from sim.kernel.draws import Luck
from sim.kernel.growing_table import GrowingTable
from sim.kernel.money import Mix, begin_flows
from sim.kernel.records import Records, zeroed
from sim.kernel.row_order import follow, in_order, links_in_order, new_rows, stays_as_it_is
from sim.kernel.state_hash import hash_state
from sim.kernel.tables import (
    BIRTH,
    CELL,
    CONTRACTS,
    ENDOWMENT_NAMES,
    ENDOWMENTS,
    EVENT,
    FIELDS,
    FIRM,
    INDUSTRY,
    INSTITUTE,
    LEDGER,
    LINK,
    LOCAL_INDUSTRY,
    NORM,
    PIPELINE,
    REGION,
    SITE,
)
from sim.kernel.typed import (
    Array,
    BirthTable,
    Cells,
    CellTable,
    EventTable,
    FirmTable,
    Industries,
    IndustryTable,
    InstituteTable,
    LedgerTable,
    LinkTable,
    LocalIndustries,
    LocalIndustryTable,
    NormRow,
    Parameters,
    Regions,
    RegionTable,
    Sites,
    SiteTable,
)

if TYPE_CHECKING:
    from sim.kernel.contract_index import OpenMarket
    from sim.kernel.geography import Geography
    from sim.kernel.niche_index import NicheIndex

__all__ = [
    "BIRTH",
    "CELL",
    "CONTRACTS",
    "ENDOWMENTS",
    "ENDOWMENT_NAMES",
    "EVENT",
    "FIELDS",
    "FIRM",
    "INDUSTRY",
    "INSTITUTE",
    "LEDGER",
    "LINK",
    "LOCAL_INDUSTRY",
    "NORM",
    "PIPELINE",
    "REGION",
    "SITE",
    "Category",
    "Event",
    "ExitCause",
    "Flow",
    "Kind",
    "Nation",
    "Origin",
    "Records",
    "Sector",
    "Tie",
    "Tier",
    "World",
]


EVERY = slice(None)
"""All rows of a table."""


class Nation(NamedTuple):
    """The places and industries of a nation, for rules that look at several of their tables."""

    regions: Regions
    """Shape (R,)."""
    industries: Industries
    """Shape (S,)."""
    cells: Cells
    """Shape (C,)."""
    local_industries: LocalIndustries
    """Shape (R, S)."""
    sites: Sites
    """Shape (C, S)."""
    input_shares: Array
    """Shape (S, S): [u, s] is the cost share of industry u's goods in industry s."""
    region_start: Array
    """Shape (R+1,): `region_cells[region_start[r]:region_start[r+1]]` are the cells of region r."""
    region_cells: Array


@dataclass(repr=False)
class World(Brief):
    """Everything that exists in one year, and the clock. Made by sim.model.opening, moved by sim.model.schedule."""

    seed: int
    p: Parameters
    """Parameter record: every switch and every parameter by name."""
    geography: Geography
    """Kernels and neighbours, built once."""
    regions: RegionTable
    """Shape (R,)."""
    industries: IndustryTable
    """Shape (S,)."""
    cells: CellTable
    """Shape (C,)."""
    local_industries: LocalIndustryTable
    """Shape (R, S): an industry in a region."""
    sites: SiteTable
    """Shape (C, S): an industry in a cell."""
    input_shares: np.ndarray[Any, Any]
    """Shape (S, S): [u, s] is the cost share of industry u's goods in industry s."""
    relatedness: np.ndarray[Any, Any]
    """Shape (S, S): closeness of two industries in technology space and along chains, 0..1."""
    region_names: list[str]
    industry_names: list[str]
    chain_names: list[str]
    year: int = 0
    fork_year: int = 0
    expenditure: float = 0.0
    """E0: nominal national expenditure, money a year."""
    labour_force: float = 0.0
    wage: float = 1.0
    """National wage."""
    wage_before: float = 1.0
    """The same when the year began, for measures of what became of it."""
    labour_demand: float = 0.0
    consumption_budget: float = 0.0
    """What consumers spend this year: E0 less the budgets of plans."""
    unspent: float = 0.0
    """What consumers could not spend because goods ran out."""
    exchange: float = 1.0
    """e: price of foreign money; 1 at the start."""
    barter: float = 1.0
    """What exports cost at home over what imports cost abroad, chained; 1 at the start."""
    public_labour: float = 0.0
    """Workers paid by grants this year that no firm employs (start-ups, parks, institutes)."""
    firms_table: GrowingTable[FirmTable] = field(default_factory=lambda: GrowingTable(FIRM))
    institutes_table: GrowingTable[InstituteTable] = field(default_factory=lambda: GrowingTable(INSTITUTE))
    links_table: GrowingTable[LinkTable] = field(default_factory=lambda: GrowingTable(LINK))
    births_table: GrowingTable[BirthTable] = field(default_factory=lambda: GrowingTable(BIRTH))
    events_table: GrowingTable[EventTable] = field(default_factory=lambda: GrowingTable(EVENT))
    ledger_table: GrowingTable[LedgerTable] = field(default_factory=lambda: GrowingTable(LEDGER))
    accounts: list[str] = field(default_factory=list)
    norms: NormRow = field(default_factory=lambda: NORM.empty(1)[0])
    """Normalisers taken at the fork year, the same in all arms: one NORM record."""
    treated: bool = False
    """Whether the treatment has begun: before it, plans are neutral and norms still move."""
    kernels: dict[str, np.ndarray[Any, Any]] = field(default_factory=dict)
    """Weights of all neighbours by name, each (K,): made from geography and parameters when first asked for."""
    input_rows: np.ndarray[Any, Any] | None = None
    """Shape (S, CONTRACTS): industries that each industry buys from, -1 beyond; made when first asked for."""
    market: OpenMarket | None = None
    """The market of a year while it is open."""
    niche_index: NicheIndex | None = None
    """Which firms share a niche, and the market by niche; made when first asked for."""
    freeness: np.ndarray[Any, Any] | None = None
    """Shape (R, R): tau^(1-sigma) of trade between regions this year; made when first asked for."""
    open_freeness: np.ndarray[Any, Any] | None = None
    """Shape (R, R): the same without protection; kept while a programme protects its regions."""
    misjudgement: np.ndarray[Any, Any] | None = None
    """Shape (R, S): each planner's lasting misjudgement of fit, in s.d.; drawn when plans are first made."""
    fork_income: np.ndarray[Any, Any] | None = None
    """Shape (R,): regions' income in the fork year, money."""
    fork_consumption: np.ndarray[Any, Any] | None = None
    """Shape (R,): regions' real consumption in the fork year."""
    usual_gaps: np.ndarray[Any, Any] | None = None
    """Shape (S,): mean ln price gap of contracts for each industry's goods, of the fork year; NaN without contracts."""
    fit_scale: float | None = None
    """ln productivity per unit of squared mismatch of skills; taken when a talent programme first asks."""
    at_start: dict[str, np.ndarray[Any, Any]] = field(default_factory=dict)
    """What firms were when the year began, for measures of what became of them: id, tier, region, industry, sales,
    worth (replacement value of capacity, money), productivity, appeal and what customers taught them; each (n,). Read
    by no rule; empty before the first year."""
    flows: np.ndarray[Any, Any] = field(default_factory=lambda: np.zeros(len(Flow)))
    """Money that sectors paid each other this year, by Flow, shape (len(Flow),). Read by no rule."""
    money_before: np.ndarray[Any, Any] = field(default_factory=lambda: np.full(2, np.nan))
    """Money that firms and the public held when the year began; NaN before the first. Read by no rule."""
    entry_share: float = 0.6
    """Share of plan money that attracts entrants; the rest of what research leaves builds capacity."""
    research_share: float = 0.0
    """Share of plan money that goes to research grants, taken first."""
    mix: np.ndarray[Any, Any] = field(default_factory=lambda: np.zeros(len(Mix._fields)))
    """What plan money is for where it is transferred: the fields of Mix in order, shape (7,)."""
    credit_squeeze: float = 0.0
    """Share of every firm's credit that a crisis withholds."""
    recession: float = 0.0
    """Share of consumers' money that they keep instead of spending it."""
    foreign_recession: float = 0.0
    """Share of demand abroad that is gone."""
    plan: Any = None
    """The plan now in force, see sim.model.rules.plan.Plan."""
    policies: list[Any] = field(default_factory=list)
    shocks: list[Any] = field(default_factory=list)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Single records get a table of their own again: NumPy drops what is written to a record that was pickled."""
        for name in ("p", "norms"):
            whole = zeroed(state[name].dtype, 1)
            whole[0] = state[name]
            state[name] = whole[0]
        self.__dict__.update(state)

    def brief(self) -> dict[str, object]:
        """Year, sizes and the plan in force."""
        return {
            "year": self.year, "seed": self.seed, "regions": len(self.regions), "industries": len(self.industries),
            "firms": len(self.firms), "institutes": len(self.institutes), "links": len(self.links),
            "layout": getattr(self.plan, "layout", "none"), "treated": self.treated,
        }  # fmt: skip

    @property
    def consumer_spending(self) -> float:
        """What consumers mean to spend of this year's money: all that is theirs, less what they keep in a recession."""
        return self.consumption_budget * (1.0 - self.recession)

    @property
    def firms(self) -> FirmTable:
        """Shape (N,): firms; exited ones leave at the end of the year."""
        return self.firms_table.rows

    @property
    def institutes(self) -> InstituteTable:
        """Shape (I,)."""
        return self.institutes_table.rows

    @property
    def links(self) -> LinkTable:
        """Shape (L,)."""
        return self.links_table.rows

    @property
    def births(self) -> BirthTable:
        """Firms that are to be founded this year."""
        return self.births_table.rows

    @property
    def events(self) -> EventTable:
        """Events of this year only."""
        return self.events_table.rows

    @property
    def ledger(self) -> LedgerTable:
        """Entries of this year only."""
        return self.ledger_table.rows

    @property
    def luck(self) -> Luck:
        """What the draws of this year are keyed with."""
        return Luck(self.seed, self.year)

    @property
    def nation(self) -> Nation:
        """The tables of places and industries together."""
        geography = self.geography
        return Nation(
            self.regions, self.industries, self.cells, self.local_industries, self.sites,
            self.input_shares, geography.region_start, geography.region_cells,
        )  # fmt: skip

    def account(self, name: str) -> int:
        """Number of a ledger account, opened on first use."""
        if name not in self.accounts:
            self.accounts.append(name)
        return self.accounts.index(name)

    def book(self, account: str, amount: float, region: int = -1, industry: int = -1) -> None:
        """Enter one amount (money; income positive, outlay negative) in the ledger."""
        if amount == 0.0:
            return
        entry = self.ledger_table.extend(1)
        entry.year = self.year
        entry.region = region
        entry.industry = industry
        entry.account = self.account(account)
        entry.amount = amount

    def book_all(self, account: str, amounts: np.ndarray[Any, Any]) -> None:
        """Enter a matrix of amounts, shape (R, S) or (R,), in the ledger; zeros are left out."""
        rows = np.argwhere(amounts != 0.0)
        if len(rows) == 0:
            return
        entries = self.ledger_table.extend(len(rows))
        entries.year = self.year
        entries.region = rows[:, 0]
        entries.industry = rows[:, 1] if amounts.ndim == 2 else -1
        entries.account = self.account(account)
        entries.amount = amounts[amounts != 0.0]

    def note(
        self,
        event: Event,
        agents: FirmTable | InstituteTable,
        rows: np.ndarray[Any, Any] | slice = EVERY,
        *,
        other: Any = 0,
        detail: Any = 0,
        amount: Any = 0.0,
    ) -> None:
        """Enter one event for each of `rows` of `agents` (firms or institutes) in this year's event table."""
        ids = agents.id[rows]
        if len(ids) == 0:
            return
        entries = self.events_table.extend(len(ids))
        entries.year = self.year
        entries.event = event
        entries.agent = ids
        entries.other = other
        entries.region = agents.region[rows]
        entries.industry = agents.industry[rows]
        entries.detail = detail
        entries.amount = amount

    def settle(self) -> None:
        """Drop what has ended and put rows in canonical order: firms and institutes by (cell, id), links by id.

        Every year starts from this order, so the order in which rows were written can never matter.
        """
        firms, institutes, links = self.firms, self.institutes, self.links
        order = in_order(np.flatnonzero(firms.living), firms.cell, firms.id)
        ranked = in_order(np.arange(len(institutes)), institutes.cell, institutes.id)
        if len(links):
            if not (stays_as_it_is(order, len(firms)) and stays_as_it_is(ranked, len(institutes))):
                follow(links, new_rows(order, len(firms)), new_rows(ranked, len(institutes)))
            self.links_table.keep(links_in_order(links))
        self.firms_table.keep(order)
        self.institutes_table.keep(ranked)

    def note_start(self) -> None:
        """Keep what firms are as the year begins."""
        firms = np.asarray(self.firms).view(np.ndarray)
        kept = ("id", "tier", "region", "industry", "sales", "productivity", "appeal", "taught", "niche")
        self.at_start = {name: firms[name].copy() for name in kept}
        self.at_start["worth"] = firms["capacity"] * firms["unit_cost"] * float(self.p.capital_price)
        self.local_industries.learnt_before = self.industries.frontier + self.local_industries.learnt
        self.industries.import_price_before = self.industries.import_price
        self.wage_before = self.wage
        begin_flows(self)

    def state_hash(self) -> str:
        """64-bit hash, in hexadecimal, of all that decides what comes next: equal worlds have equal hashes."""
        return hash_state(self)
