"""The research institute: it hosts joint projects, and firms near by hear of its research."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa.discrete_space import FixedAgent

from benchmarks.plain_mesa.places import Place

if TYPE_CHECKING:
    from benchmarks.plain_mesa.cooperation import Tie
    from benchmarks.plain_mesa.model import PlainModel


class Institute(FixedAgent):  # type: ignore[misc]
    """An institute in a cell."""

    def __init__(
        self, model: PlainModel, identity: int, place: Place, knowledge: list[float], budget: float, places: int
    ) -> None:
        super().__init__(model)
        self.unique_id = identity
        self.cell = place
        self.place = place
        self.knowledge = knowledge
        self.budget = budget
        self.places = places
        self.partners = 0
        self.successes = 0
        self.ties: list[Tie] = []
