"""How a layout is declared, and what planners see when they choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class PlannerView:
    """What governments know in a planning year; R regions, S industries. Nothing else reaches a layout."""

    advantage: Array
    """(R, S): comparative advantage as the planner sees it, error included, in ln productivity."""
    relatedness: Array
    """(R, S): how strong the region is in the industry and those that need the same of a place, 0..1."""
    presence: Array
    """(R, S): share of the region in the industry's national capacity over its share of population."""
    demand_share: Array
    """(S,): shares of industries in national sales."""
    unmet: Array
    """(S,): ln of orders over the normal output of the capacity that is expected, in s.d.; > 0 is short."""
    hot: Array
    """(R, S): how hot an industry looks nationally, in s.d., as the region's planner copies the list."""
    opened: Array
    """(S,): whether the industry can be entered."""
    luck: Array
    """(R, S): keyed uniform draws of this planning year, for layouts that choose at random and to break ties."""
    choices: Array
    """(R, S): an explicit plan from the scenario; zeros without one."""
    industries: int
    """k: how many industries a region promotes."""
    unmet_weight: float
    """Weight of unmet demand beside comparative advantage, both in s.d."""
    related_weight: float
    """Weight of relatedness beside comparative advantage, both in s.d."""
    crowding_weight: float
    """Weight of unmet demand beside relatedness, both in s.d."""


def fitting(view: PlannerView) -> Array:
    """w_a advantage + w_rho relatedness + w_c unmet demand (model description, section 4.12), in s.d., w_a being 1."""
    spread = max(float(view.relatedness.std()), 1e-12)
    related = (view.relatedness - view.relatedness.mean()) / spread
    advantage = view.advantage / max(float(view.advantage.std()), 1e-12)
    return np.asarray(advantage + view.unmet_weight * view.unmet + view.related_weight * related)


@dataclass(frozen=True)
class Layout:
    """One way to choose. `scores` ranks industries and the best k are promoted; `weights` splits a budget outright."""

    name: str
    help: str
    source: str
    scores: Callable[[PlannerView], Array] | None = None
    weights: Callable[[PlannerView], Array] | None = None
    coordinated: bool = False
    pays: bool = True
    wastes: bool = False


LAYOUTS: dict[str, Layout] = {}


def layout(
    name: str,
    *,
    help: str,
    source: str,
    chooses: str = "scores",
    coordinated: bool = False,
    pays: bool = True,
    wastes: bool = False,
) -> Callable[[Callable[[PlannerView], Array]], Callable[[PlannerView], Array]]:
    """Declare the decorated function of a PlannerView as a layout.

    `chooses` is "scores" (higher is better, the best k are promoted) or "weights" (shares of the region's budget).
    `coordinated` limits how many regions may promote an industry to what national demand can carry. `pays` False
    announces without spending; `wastes` True hires labour that makes nothing where nothing is promoted.
    """
    if chooses not in ("scores", "weights"):
        raise ValueError(f"{name}: chooses {chooses!r} is neither 'scores' nor 'weights'")

    def declare(function: Callable[[PlannerView], Array]) -> Callable[[PlannerView], Array]:
        if name in LAYOUTS:
            raise ValueError(f"layout {name!r} is declared twice")
        LAYOUTS[name] = Layout(
            name, help, source,
            scores=function if chooses == "scores" else None,
            weights=function if chooses == "weights" else None,
            coordinated=coordinated, pays=pays, wastes=wastes,
        )  # fmt: skip
        return function

    return declare
