"""Innovation: research finds improvements, helped by joint projects and by what spills over."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from benchmarks.plain_mesa.spillovers import pool_knowledge
from sim.kernel.draws import Purpose, exponential_quantile, normal_quantile, poisson_quantile

if TYPE_CHECKING:
    from benchmarks.plain_mesa.firm import Firm
    from benchmarks.plain_mesa.model import PlainModel

INNOVATION, RADICAL, KNOWLEDGE = int(Purpose.INNOVATION), int(Purpose.RADICAL), int(Purpose.KNOWLEDGE)
USUAL_INTENSITY = 0.03
MOST_LINES = 200.0


class Innovator:
    """The part of a firm that does research."""

    def do_research(self: Firm) -> None:
        """R&D is a share of last year's sales."""
        self.research = self.research_intensity * self.sales

    def lines(self: Firm) -> float:
        """Product lines in which the firm innovates: sales over the industry's mean, to a power."""
        p, industry = self.model.p, self.industry
        if self.sales <= 0.0 or industry.sales <= 0.0 or industry.firms == 0:
            return 1.0
        relative = self.sales * industry.firms / industry.sales
        return min(max(relative, p.breadth_min), MOST_LINES) ** p.innovation_size

    def hazard(self: Firm) -> float:
        """Innovations a year and product line: by R&D intensity, what spills over, and joint projects."""
        model, p, norms = self.model, self.model.p, self.model.norms
        found = p.innovation_rate * (self.research_intensity / USUAL_INTENSITY) ** p.research_elasticity
        absorbed = min(1.0, self.research_intensity / (self.research_intensity + p.absorption_half))
        reached = self.spillover / norms.spillover if norms.spillover > 0.0 else 0.0
        taught = model.taught[self] / norms.institute_pool if norms.institute_pool > 0.0 else 0.0
        found *= (1.0 + absorbed * reached) ** p.spillover_elasticity
        found *= (1.0 + taught) ** p.institute_elasticity
        return found * self.project_boost

    def innovate(self: Firm) -> None:
        """Draw this year's innovations; each raises productivity and moves what the firm knows."""
        self.innovations = 0
        if self.age == 0:
            return
        model, p, lines = self.model, self.model.p, self.lines()
        u = model.draw(INNOVATION, self.unique_id, 0)
        self.innovations = poisson_quantile(u, lines * self.hazard())
        if self.innovations == 0:
            return
        gain, radical = 0.0, False
        for count in range(self.innovations):
            size = exponential_quantile(model.draw(INNOVATION, self.unique_id, 1 + count))
            size *= p.innovation_step / max(lines, 1.0)
            if model.draw(RADICAL, self.unique_id, count) < p.radical_share:
                size *= p.radical_gain
                radical = True
            gain += size
        self.productivity *= math.exp(gain)
        self.successes += self.innovations
        self.local.innovations += self.innovations
        self.learn(p.radical_jump if radical else p.innovation_jump)

    def learn(self: Firm, reach: float) -> None:
        """Knowledge moves a step in a random direction, on the unit sphere."""
        model = self.model
        self.knowledge = model.unit_vector(
            [
                known + reach * normal_quantile(model.draw(KNOWLEDGE, self.unique_id, field))
                for field, known in enumerate(self.knowledge)
            ]
        )


def innovate(model: PlainModel) -> None:
    """Firms do research, hear of others', and innovate."""
    for local in model.locals:
        local.innovations = 0
    model.firms.do("do_research")
    pool_knowledge(model)
    model.firms.do("innovate")
