"""Cooperation: firms and institutes join in projects where both gain, near by and at a middle distance in knowledge."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from operator import mul
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.plain_mesa.places import Place, distance
from sim.kernel.draws import Purpose, pair_id

if TYPE_CHECKING:
    from benchmarks.plain_mesa.firm import Firm
    from benchmarks.plain_mesa.institute import Institute
    from benchmarks.plain_mesa.model import PlainModel

COOPERATION = int(Purpose.COOPERATION)
END_DRAW, INSTITUTE_DRAW, ACTIVITY_DRAW = 200, 1000, 1001
"""Counters of draws: how a tie ends, which institute a firm looks at, at how many firms it looks."""


@dataclass(slots=True, eq=False)
class Tie:
    """A joint project of a firm with another firm or an institute."""

    id: int
    firm: Firm
    other: Firm | Institute
    with_institute: bool
    since: int
    apart: float
    novelty: float
    trust: float = 0.0
    living: bool = True

    def partner_of(self, firm: Firm) -> Firm | Institute:
        """The other side."""
        return self.other if firm is self.firm else self.firm

    def leave(self, firm: Firm) -> None:
        """One side is gone: the other forgets the tie."""
        self.partner_of(firm).ties.remove(self)


class Crowd:
    """Agents around each cell, the nearer the more they count; `agents` of each place are in order of id."""

    def __init__(self, model: PlainModel, kind: str) -> None:
        self.agents: list[list] = [getattr(place, kind) for place in model.places]
        counts = np.array([len(agents) for agents in self.agents])
        self.places = model.near_rows
        self.reached = [
            np.cumsum(counts[rows] * weights).tolist()
            for rows, weights in zip(model.near_rows, model.search_weights, strict=True)
        ]

    def pick(self, place: Place, u: float) -> Firm | Institute | None:
        """An agent near a place: a cell by what it adds to the crowd, then an agent evenly."""
        reached = self.reached[place.row]
        if reached[-1] <= 0.0:
            return None
        aim = u * reached[-1]
        entry = min(bisect_right(reached, aim), len(reached) - 1)
        before = reached[entry - 1] if entry > 0 else 0.0
        agents = self.agents[self.places[place.row][entry]]
        return agents[min(int((aim - before) / (reached[entry] - before) * len(agents)), len(agents) - 1)]


class Cooperator:
    """The part of a firm that looks for partners."""

    def list_friends(self: Firm) -> None:
        """Firms that it cooperates with, in order of ties, those included whose project has just ended."""
        self.ties.sort(key=_by_id)
        self.friends = [tie.partner_of(self) for tie in self.ties if not tie.with_institute]
        self.known = set(self.friends)

    def looks(self: Firm, mean: float) -> int:
        """How many firms it considers this year: the more, the more research it does."""
        p = self.model.p
        if self.research <= 0.0 or mean <= 0.0:
            return 0
        u = self.model.draw(COOPERATION, self.unique_id, ACTIVITY_DRAW)
        return int(p.tie_candidates * min((self.research / mean) ** p.tie_activity, p.activity_limit) + u)

    def consider(self: Firm, attempt: int, crowd: Crowd) -> Firm | None:
        """A firm near by, or from the second look on a partner of a partner; None if it is known already."""
        u = self.model.draw(COOPERATION, self.unique_id, attempt)
        other = self.friend_of_friend(u) if attempt % self.model.p.tie_candidates > 0 else None
        if other is None:
            other = crowd.pick(self.place, u)
        return None if other is self or other in self.known else other

    def friend_of_friend(self: Firm, u: float) -> Firm | None:
        """A partner of a partner, evenly over the pairs of steps."""
        if not self.friends:
            return None
        exact = u * len(self.friends)
        step = min(int(exact), len(self.friends) - 1)
        onward = self.friends[step].friends
        return onward[min(int((exact - step) * len(onward)), len(onward) - 1)]

    def gain(self: Firm, partner: Firm | Institute, tie: Tie, common: int) -> float:
        """Utility of a tie to this firm."""
        p = self.model.p
        remoteness = math.log(1.0 + tie.apart / p.tie_scale)
        unlike = tie.with_institute
        return (
            -p.tie_distance * remoteness
            - (p.tie_institution * remoteness if unlike else 0.0)
            + p.tie_cognition * tie.novelty
            + p.tie_closure * min(common, p.closure_limit)
            + p.tie_success * math.log(1.0 + partner.successes)
            + p.tie_attachment * math.log(1.0 + partner.partners)
            - p.tie_cost * (p.institute_tie_cost if unlike else 1.0)
            - p.tie_crowding * self.partners / math.sqrt(1.0 + self.successes)
        )

    def tie_to(self: Firm, other: Firm | Institute, with_institute: bool) -> Tie:
        """The tie that the two would have."""
        identity = pair_id(min(self.unique_id, other.unique_id), max(self.unique_id, other.unique_id))
        apart = distance(self.place, other.place, self.model.within)
        unlike = max(0.0, 1.0 - sum(map(mul, self.knowledge, other.knowledge))) / self.model.p.best_distance
        novelty = unlike * math.exp(1.0 - unlike)
        return Tie(identity, self, other, with_institute, self.model.year, apart, novelty)

    def join_forces(self: Firm) -> None:
        """Count ties; the best projects make innovation likelier."""
        p = self.model.p
        self.ties = [tie for tie in self.ties if tie.living]
        self.partners = len(self.ties)
        best = sorted((tie.novelty for tie in self.ties), reverse=True)[: p.project_limit]
        self.project_boost = math.prod(1.0 + p.project_gain * novelty for novelty in best)


def _by_id(tie: Tie) -> int:
    return tie.id


def end_ties(model: PlainModel) -> None:
    """Projects end at random; the others grow in trust."""
    for tie in model.ties:
        tie.living = model.draw(COOPERATION, tie.id, END_DRAW) >= model.p.tie_end
        tie.trust = 1.0 - math.exp(-(model.year - tie.since) / 3.0)


def tie_firms(firms: list[Firm], crowd: Crowd) -> list[Tie]:
    """New ties between firms: both sides gain, and a pair that chose each other is tied once."""
    active = [firm.research for firm in firms if firm.research > 0.0]
    mean = sum(active) / len(active) if active else 0.0
    found: dict[int, Tie] = {}
    for firm in firms:
        for attempt in range(firm.looks(mean)):
            other = firm.consider(attempt, crowd)
            if other is None:
                continue
            tie = firm.tie_to(other, False)
            common = len(firm.known & other.known)
            if firm.gain(other, tie, common) > 0.0 and other.gain(firm, tie, common) > 0.0:
                found.setdefault(tie.id, tie)
    return list(found.values())


def tie_institutes(firms: list[Firm], crowd: Crowd, model: PlainModel) -> list[Tie]:
    """New ties with institutes, which take on projects in order of id while they have places."""
    wanted: dict[Institute, list[Tie]] = {}
    old = {tie.id for tie in model.ties if tie.with_institute}
    for firm in firms:
        institute = crowd.pick(firm.place, model.draw(COOPERATION, firm.unique_id, INSTITUTE_DRAW))
        if institute is None or institute.partners >= institute.places:
            continue
        tie = firm.tie_to(institute, True)
        if tie.id not in old and firm.gain(institute, tie, 0) > 0.0:
            wanted.setdefault(institute, []).append(tie)
    taken = []
    for institute, ties in wanted.items():
        taken += sorted(ties, key=_by_id)[: institute.places - institute.partners]
    return taken


def cooperate(model: PlainModel) -> None:
    """Old projects end or go on, new ones begin, and partners help each other to innovate."""
    firms = list(model.firms)
    model.firms.do("list_friends")
    end_ties(model)
    fresh = tie_firms(firms, Crowd(model, "firms")) + tie_institutes(firms, Crowd(model, "institutes"), model)
    for tie in fresh:
        tie.firm.ties.append(tie)
        tie.other.ties.append(tie)
    model.firms.do("join_forces")
    for institute in model.institutes:
        institute.ties = [tie for tie in institute.ties if tie.living]
        institute.partners = len(institute.ties)
