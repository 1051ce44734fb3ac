"""The year of the plain model: which mechanism acts after which."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import mesa
import numpy as np

from benchmarks.plain_mesa import (
    census,
    contracts,
    cooperation,
    delivery,
    demand,
    entry,
    exit,
    innovation,
    investment,
    location,
    market,
    pricing,
    production,
)
from benchmarks.plain_mesa.cooperation import Tie
from benchmarks.plain_mesa.firm import Firm
from benchmarks.plain_mesa.institute import Institute
from benchmarks.plain_mesa.opening import settle
from sim.kernel.draws import uniform
from sim.kernel.world import World


class PlainModel(mesa.Model):  # type: ignore[misc]
    """The base mechanisms, from the state of the engine's year 0; `step` is one year."""

    def __init__(self, world: World) -> None:
        super().__init__(rng=int(world.seed))
        self.taught: dict[Firm, float] = {}
        self.public_labour = 0.0
        settle(world, self)
        p = self.p
        self.stages = 1 + max(industry.stage for industry in self.industries)
        capital = (p.interest + p.depreciation) * p.capital_price / p.normal_utilisation
        self.mark_up = p.variety_elasticity / (p.variety_elasticity - 1.0) * (1.0 + capital)
        self.freeness = market.trade_freeness(self)
        self._weigh_neighbours()
        self.gather()

    def _weigh_neighbours(self) -> None:
        """What cells within reach count for in each search, and in sums over neighbourhoods."""
        p = self.p
        self.near_rows, self.search_weights, self.contract_weights = [], [], []
        self.closeness, self.fade = (np.zeros((len(self.places), len(self.places))) for _ in range(2))
        for place in self.places:
            rows = [other.row for other in place.near]
            gaps = np.array([self.within, *(math.hypot(o.x - place.x, o.y - place.y) for o in place.near[1:])])
            self.near_rows.append(rows)
            self.search_weights.append((1.0 + gaps / p.tie_scale) ** -p.search_decay)
            self.contract_weights.append(np.exp(-gaps / p.contract_range))
            self.closeness[place.row, rows] = (1.0 + gaps / p.agglomeration_scale) ** -p.agglomeration_decay
            self.fade[place.row, rows] = np.exp(-gaps / p.spillover_range)
        self.closeness_within, self.fade_within = float(self.closeness[0, 0]), float(self.fade[0, 0])

    @property
    def firms(self) -> mesa.agent.AgentSet:
        """All firms."""
        return self.agents_by_type[Firm]

    @property
    def institutes(self) -> mesa.agent.AgentSet:
        """All institutes."""
        return self.agents_by_type[Institute]

    @property
    def ties(self) -> Iterator[Tie]:
        """All joint projects, each once."""
        return (tie for firm in self.firms for tie in firm.ties if tie.firm is firm)

    def draw(self, purpose: int, agent: int, counter: int) -> float:
        """A keyed uniform number of this year."""
        return uniform(self.luck_seed, purpose, self.year, agent, counter)

    @staticmethod
    def unit_vector(values: list[float]) -> list[float]:
        """The vector over its length."""
        length = math.sqrt(sum(value * value for value in values))
        return [value / length for value in values]

    def gather(self) -> None:
        """List who stands where in order of id, and firms by stage."""
        for place in self.places:
            agents = sorted(place.agents, key=_by_id)
            place.firms = [agent for agent in agents if isinstance(agent, Firm)]
            place.institutes = [agent for agent in agents if isinstance(agent, Institute)]
        self.firms_by_stage = self.firms.groupby("stage", result_type="agentset").groups

    def step(self) -> None:
        """One year."""
        for phase in YEAR:
            phase(self)


def _by_id(agent: Firm | Institute) -> int:
    return agent.unique_id


def begin(model: PlainModel) -> None:
    """A year begins."""
    model.year += 1


def hire_researchers(model: PlainModel) -> None:
    """The public hires the staff of institutes."""
    model.public_labour = sum(institute.budget for institute in model.institutes) / model.wage


def grow_older(model: PlainModel) -> None:
    """Firms become a year older; newcomers have found their places."""
    model.gather()
    for firm in model.firms:
        firm.age = model.year - firm.born


YEAR: tuple[Callable[[PlainModel], None], ...] = (
    begin, investment.complete_building, census.take_census, census.prepare_pioneers, investment.foresee,
    hire_researchers, entry.expect, entry.enter, grow_older, investment.invest, cooperation.cooperate,
    contracts.contract, innovation.innovate, location.agglomerate, location.congest, demand.earn,
    market.index_prices, contracts.price_contracts, production.set_costs, pricing.price_at_full_cost, demand.spend,
    market.place_orders, delivery.deliver, demand.consume_goods, production.close_books, contracts.remember,
    pricing.set_prices, exit.close_firms, census.take_census,
)  # fmt: skip
"""The phases of a year, in order."""
