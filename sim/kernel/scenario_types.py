"""What a scenario may say: the frozen, checked form of a YAML file. Reading files is sim.scenario.reading's work.

Parameters and mechanisms are not listed here: they are declared once, in sim/rules, and checked against that.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from sim.kernel.brief import Brief
from sim.kernel.declare import EVERY_YEAR, FORK, OPENING
from sim.kernel.letters import invisible

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, le=1e6)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Real = Annotated[float, Field(allow_inf_nan=False)]
Need = Annotated[float, Field(ge=-10, le=10)]
Coordinate = Annotated[float, Field(ge=-1000, le=1000)]
_SWITCHES = {"on": True, "yes": True, "off": False, "no": False}
Switch = Annotated[bool, BeforeValidator(lambda word: _SWITCHES.get(word, word) if isinstance(word, str) else word)]
"""True or false; on, off, yes and no are understood too."""


def unfit_in_name(name: str) -> str:
    """What a name holds that would be misread in options, tables or lists, in words; empty for a good name."""
    for letter in name:
        if letter in ";=":
            return repr(letter)
        if letter in "\n\r\u2028\u2029\x85":
            return "a line break"
        if unicodedata.category(letter) == "Cc":
            return f"the control character U+{ord(letter):04X}"
    unseen = invisible(name)
    return f"an invisible character, {unseen}" if unseen else ""


def _fit(name: str) -> str:
    if unfit := unfit_in_name(name):
        raise PydanticCustomError("unfit_name", "holds {unfit}", {"unfit": unfit})
    return name


Name = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_fit)]


class Section(BaseModel):
    """A part of a scenario: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False, defer_build=True)
    acts: ClassVar[str] = OPENING
    """When its keys act, one of sim.kernel.declare.ACTS: in which years `changes` may change them."""
    acts_every_year: ClassVar[tuple[str, ...]] = ()
    """Its keys that act every year where the others do not."""


class Years(Section):
    """How long a run is, in years."""

    burn_in: int = Field(60, ge=0, le=1000, description="years under the neutral plan, common to all arms")
    treatment: int = Field(30, ge=0, le=1000, description="years under the plan of the arm")


class Grid(Section):
    """An abstract map: a rectangle of equal regions, each a square of cells."""

    rows: int = Field(4, ge=1, le=100, description="rows of regions")
    columns: int = Field(4, ge=1, le=100, description="columns of regions")


class TileMap(Section):
    """A real map: a CSV with one row per region and its place on a tile grid."""

    table: str = Field("", description="CSV or .xlsx file, relative to the scenario that names it; this or `data`")
    data: dict[Name, tuple[str | float, ...]] = Field(
        default_factory=dict, description="the table itself, column -> values; filled from `table` when a file is read"
    )
    encoding: str = Field("", description="encoding of `table`, such as gb18030; empty: UTF-8, or told from its names")
    name: str = Field("name_en", description="column with the region's name")
    row: str = Field("grid_row", description="column with the tile's row, counted from the top")
    column: str = Field("grid_col", description="column with the tile's column")
    population: str = Field("", description="column whose values become population shares; empty for equal shares")
    initial_firms: str = Field("", description="column in proportion to which initial firms are placed")
    initial_leaders: str = Field("", description="column in proportion to which initial leading firms are placed")
    initial_institutes: str = Field("", description="column in proportion to which institutes are placed")


class Measure(Section):
    """How an endowment is made from the columns of the table."""

    column: str = Field(description="column of the table")
    per: str = Field("", description="column to divide by")
    log: Switch = Field(False, description="take the logarithm of one plus the value, after dividing")
    reverse: Switch = Field(False, description="high values are a lack of the endowment: distances, prices")
    missing: float | None = Field(
        None, ge=-1e15, le=1e15, description="value for blank cells of `column`; without it a blank is an error"
    )


class Regions(Section):
    """The regions: an abstract grid or a table of real ones, and their endowments."""

    grid: Grid | None = Field(None, description="an abstract map; this or `map`")
    map: TileMap | None = Field(None, description="a real map; this or `grid`")
    cells: int = Field(3, ge=1, le=50, description="cells along each side of a region")
    cell_km: float = Field(50.0, ge=0.01, le=1000, description="side of a cell in km")
    reach_km: float = Field(
        600.0, ge=0.01, le=20000,
        description="how far cells affect one another, in km: agglomeration, spillovers, search of partners",
    )  # fmt: skip
    endowments: dict[Name, tuple[Measure, ...]] = Field(
        default_factory=dict,
        description="for a real map: endowment -> columns, standardised, averaged and standardised again",
    )
    correlation: float = Field(
        0.0, ge=0, lt=1, description="for a grid: correlation of drawn endowments between neighbouring regions"
    )

    def names(self) -> tuple[str, ...]:
        """Names of the regions, in order: R1A, R1B, R2A... on a grid, on a real map those of its table."""
        if self.map is not None:
            return tuple(str(name) for name in self.map.data.get(self.map.name, ()))
        grid = self.grid or Grid()
        letters = [f"{chr(ord('A') + column % 26)}{column // 26 or ''}" for column in range(grid.columns)]
        return tuple(f"R{row + 1}{letter}" for row in range(grid.rows) for letter in letters)


class Industry(Section):
    """One stage of a chain."""

    chain: Name = Field(description="chain it belongs to")
    stage: Literal["upstream", "midstream", "downstream"] = Field(description="its place in the chain")
    category: Literal["traditional", "high-end", "emerging", "future"] = Field(
        "traditional", description="what it is to a planner"
    )
    requires: dict[Name, Need] = Field(default_factory=dict, description="endowment -> need, in s.d. of regions")
    inputs: dict[Name, Share] = Field(default_factory=dict, description="industry of an earlier stage -> cost share")
    land_share: Share = Field(0.05, description="cost share of land")
    research_intensity: float = Field(0.03, ge=0, le=0.5, description="typical R&D over sales")
    weight: float = Field(1.0, ge=0, le=1e6, description="weight in final demand")
    growth: float = Field(0.0, ge=-0.2, le=0.3, description="trend growth of the weight, 1/year")
    position: tuple[Coordinate, ...] = Field(
        (), description="place in technology space; empty: made from chain and stage"
    )
    importable: Switch = Field(True, description="the rest of the world sells it")
    initial_firms: str = Field(
        "", description="for a real map: column in proportion to which its first firms are placed, leading ones too; "
        "empty: as the map places them, more where they fit",
    )  # fmt: skip
    opens: int = Field(
        0,
        ge=0,
        le=10_000,
        description="year in which a future industry opens by date; 0: from the start, "
        "or for category future only by a radical innovation",
    )
    ceiling: float = Field(
        0.0, ge=0, le=1000, description="emerging demand: final multiple of the weight (logistic); 0 none"
    )


class Population(Section):
    """Who exists in year 0."""

    firms: int = Field(
        1500, ge=1, le=5_000_000, description="firms at the start; money is scaled to make this the zero-profit number"
    )
    leaders: Share = Field(0.02, description="share of initial firms that are leading firms")
    institutes: int = Field(60, ge=0, le=1_000_000, description="research institutes at the start")
    scale: str = Field("", description="for a real case: how many real firms one agent stands for, in words")


class Choice(Section):
    """One cell of an explicit plan."""

    region: Name = Field(description="region that promotes")
    industry: Name = Field(description="industry that is promoted")
    weight: float = Field(1.0, gt=0, le=1e6, description="in proportion to which the region's budget is split")
    term: int = Field(1, ge=1, le=1000, description="plan from which it holds: 1 the first, 2 that of the next renewal")
    effort: float = Field(
        1.0, ge=0, le=10, description="how many times its usual budget the region spends in this term; residents "
        "consume what it does not spend",
    )  # fmt: skip


class Mix(Section):
    """What plan money is for where it is transferred (mechanism `transfers`): weights of its uses."""

    acts = EVERY_YEAR

    cash: Weight = Field(
        2.0, description="cash subsidies, by sales; % of GDP in China: Garcia-Macia, Kothari & Tao 2025"
    )
    tax: Weight = Field(1.5, description="tax benefits, by profit; the same source")
    land: Weight = Field(0.5, description="land below its price, by rents; the same source")
    credit: Weight = Field(0.4, description="credit below its price, by the value of capital; the same source")
    entry: Weight = Field(0.0, description="co-financed starts of firms; founders pay the rest")
    investment: Weight = Field(0.0, description="co-financed capacity; firms pay the rest")


class Plan(Section):
    """What governments promote and pay for. A change acts with the next renewal of plans, not before."""

    acts = EVERY_YEAR

    layout: Name = Field("market", description="how each region chooses industries")
    imitation: Share = Field(0.0, description="0: the layout; 1: all build the national hot list")
    industries: int = Field(3, ge=1, le=50, description="k, how many industries a region promotes")
    budget: float = Field(0.05, ge=0, le=0.5, description="share of national expenditure spent by plans each year")
    every: int = Field(5, ge=1, le=100, description="years between renewals")
    basis: Literal["income", "population", "equal"] = Field(
        "income", description="regions' budgets: in proportion to fork-year income, to population, or all equal"
    )
    money: Literal["equal", "size"] = Field(
        "equal",
        description="what a region promotes gets the shares that its layout gives, or these in proportion to the "
        "industries' national sales",
    )
    mix: Mix = Field(Mix(), description="with mechanism `transfers`: what the money that research leaves is for")
    entry_share: Share = Field(0.6, description="share of a budget that attracts entrants; the rest builds capacity")
    research_share: Share = Field(0.0, description="share of a budget that goes to research grants, taken first")
    hot: tuple[Name, ...] = Field((), description="the national hot list; empty: as `hot_by` ranks")
    hot_by: Literal["judged", "named", "winners", "leaders", "announced", "margins"] = Field(
        "judged",
        description="what is taken for hot: judged by growth, R&D and margins, named by the centre, last period's "
        "winners, what leading regions do, announced demand, or recent margins; orders what no list states",
    )
    matrix: str = Field(
        "",
        description="for layout explicit: CSV or .xlsx with columns term, region, industry, share, effort, or region x "
        "industry",
    )
    encoding: str = Field("", description="encoding of `matrix`, such as gb18030; empty: UTF-8, or told from its names")
    choices: tuple[Choice, ...] = Field((), description="the same written out; filled from `matrix`")
    elsewhere: Name = Field("balanced", description="for layout explicit: layout of regions without a row")


class Instrument(Section):
    """One policy: an instrument that runs for some years, for some regions and industries."""

    acts = FORK
    acts_every_year = ("years", "strength")

    policy: Name = Field(description="name of the instrument; see `clustersim describe policies`")
    start: int = Field(0, ge=0, le=1_000_000, description="first year, counted from the start of the treatment")
    years: int = Field(1000, ge=0, le=1_000_000, description="how many years it runs")
    strength: float = Field(1.0, ge=0, le=10, description="multiplies what it does; 0 does nothing at all")
    regions: tuple[Name, ...] = Field((), description="only these regions; empty: all")
    industries: tuple[Name, ...] = Field((), description="only these industries; empty: all it can serve")
    settings: dict[Name, Any] = Field(default_factory=dict, description="the instrument's own settings")


class ShockEvent(Section):
    """One shock: something that happens to the world for some years."""

    acts = FORK
    acts_every_year = ("years", "strength")

    shock: Name = Field(description="kind of event; see `clustersim describe shocks`")
    start: int = Field(0, ge=0, le=1_000_000, description="first year, counted from the start of the treatment")
    years: int = Field(1, ge=0, le=1_000_000, description="how many years it lasts")
    strength: float = Field(1.0, ge=0, le=1, description="share that is lost; 0 does nothing at all")
    regions: tuple[Name, ...] = Field((), description="only these regions; empty: all")
    industries: tuple[Name, ...] = Field((), description="only these industries; empty: all")
    settings: dict[Name, Any] = Field(default_factory=dict, description="the event's own settings")


class Change(Section):
    """A dated change: from the start of a year on, some keys have other values."""

    year: int = Field(ge=1, description="first year with the new values, counted from the start of the run")
    set: dict[Annotated[str, Field(min_length=1)], Any] = Field(
        min_length=1,
        description="dotted key -> value from then on, as for --set; parameters and switches also by their bare names",
    )


class Record(Section):
    """What a run writes down."""

    levels: tuple[Literal["nation", "region", "industry", "local_industry", "tier"], ...] = Field(
        ("nation", "region", "industry"), description="groups for which metrics are recorded"
    )
    local_industry_years: tuple[int, ...] = Field(
        (), description="years in which region x industry metrics are recorded; empty: the fork year and the last"
    )
    metrics: tuple[Name, ...] = Field((), description="only these metrics; empty: all")
    precision: Literal["double", "single"] = Field(
        "double", description="of what is recorded by region, industry or tier; the nation's values are double always"
    )
    also: tuple[Name, ...] = Field((), description="metrics that are too dear to be recorded unasked, recorded besides")
    panels: tuple[
        Literal["firms", "institutes", "links", "events", "cells", "regions", "industries", "local_industries"], ...
    ] = Field((), description="yearly tables of agents, places, links and events to write; see `describe panels`")


class Scenario(Brief, Section):
    """A checked scenario. `origin` remembers the file for messages and manifests."""

    title: str = Field("", description="what it is called in tables and reports")
    description: str = Field("", description="what it represents")
    source: str = Field("", description="where its numbers and its story come from")
    look_at: str = Field("", description="what to look at in the results")
    origin: str = Field("", description="file this was read from")
    seed: int = Field(1, ge=0, le=2**31 - 1, description="of every random draw")
    years: Years = Years()
    regions: Regions = Regions(grid=Grid())
    industries: dict[Name, Industry] = Field(default_factory=dict, description="stages of chains, by name")
    population: Population = Population()
    mechanisms: dict[Name, Switch] = Field(default_factory=dict, description="switches; see `describe parameters`")
    parameters: dict[Name, Real] = Field(default_factory=dict, description="see `describe parameters`")
    neutral: Plan = Field(
        Plan(layout="random_specialised", imitation=0.5, budget=0.02),
        description="plan of the burn-in years; a budget of 2 % is near China's industrial policy spending of at least "
        "1.7 % of GDP in 2019 (DiPippo, Mazzocco & Kennedy 2022)",
    )
    plan: Plan = Plan()
    policies: tuple[Instrument, ...] = Field((), description="instruments beside the plan")
    shocks: tuple[ShockEvent, ...] = Field((), description="events that happen to the world")
    changes: tuple[Change, ...] = Field((), description="values that change in the course of the run")
    record: Record = Record()

    def brief(self) -> dict[str, object]:
        """Title, size and plan."""
        return {
            "title": repr(self.title), "years": f"{self.years.burn_in}+{self.years.treatment}",
            "industries": len(self.industries), "firms": self.population.firms, "layout": self.plan.layout,
            "policies": len(self.policies), "shocks": len(self.shocks), "seed": self.seed,
        }  # fmt: skip
