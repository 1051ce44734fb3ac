"""Governors as players: what a region's government can plan, what it is rewarded for, and payoffs from runs.

A governor sees the nation of the fork year with the errors of its planners, chooses a plan and how much of its usual
budget to spend, and keeps to that for the whole treatment. Plans reach the model as any explicit plan does: rows of
term, region, industry, share and effort.
Source: Li & Zhou 2005, Journal of Public Economics 89 (promotion by relative growth); Lin, Wu & Xing 2010 (waves).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.kernel.scenario_types import Choice, Scenario
from sim.kernel.world import World
from sim.model import schedule
from sim.model.opening import treat
from sim.model.plans.planning import choose, look, renew_plans
from sim.model.plans.registry import LAYOUTS
from sim.runs.checkpoint import load_checkpoint
from sim.runs.run import Progress as Years
from sim.runs.run import Run, run_arms
from sim.runs.timeline import fork
from sim.store.tasks import Kept, Task
from sim.studies.games import Profile
from sim.studies.measured import kept_values

Array = np.ndarray[Any, Any]
NONE, COORDINATED, HOT = "none", "coordinated", "hot"
PLANS = {
    COORDINATED: "differentiated", "own": "uncoordinated", HOT: "duplicated", "related": "related",
    "balanced": "balanced", NONE: "market",
}  # fmt: skip
"""Plan of a governor -> the layout whose row it is. coordinated: the region's row of the nation's plan."""
NATION = "nation"
"""Name of the nation's real income among payoffs, 100 x ln."""


@dataclass(frozen=True)
class Action:
    """What a governor does."""

    plan: str
    effort: float = 1.0
    """How many times its usual budget the region spends; 0 without a plan."""

    def __str__(self) -> str:
        """In words, such as `hot` or `hot x2`."""
        return self.plan if self.plan == NONE or self.effort == 1.0 else f"{self.plan} x{self.effort:g}"


def actions_of(plans: Sequence[str], efforts: Sequence[float]) -> tuple[Action, ...]:
    """Every plan with every effort, and no plan once."""
    paid = [Action(plan, effort) for plan in plans if plan != NONE for effort in efforts]
    return (*paid, *([Action(NONE, 0.0)] if NONE in plans else []))


def options_of(actions: Sequence[Action], action: Action) -> list[int]:
    """Numbers of the actions one step away: another plan with the same effort, another effort with the same plan, no
    plan; from no plan, every plan with the effort nearest to the usual one."""
    usual = min({one.effort for one in actions if one.plan != NONE}, key=lambda effort: abs(effort - 1.0), default=1.0)
    effort = usual if action.plan == NONE else action.effort
    return [
        number for number, one in enumerate(actions)
        if one != action and (one.plan in (NONE, action.plan) or one.effort == effort)
    ]  # fmt: skip


# -- rewards ---------------------------------------------------------------------------------------------


def _level(series: Array, _fork: Array) -> Array:
    return np.asarray(100.0 * np.log(series.mean(axis=1)))


def _rank(series: Array, before: Array) -> Array:
    growth = np.round(np.log(series[:, -1] / before), 12)
    better = (growth[None, :] > growth[:, None]).sum(axis=1)
    equal = (growth[None, :] == growth[:, None]).sum(axis=1)
    return np.asarray(-(1.0 + better + (equal - 1) / 2))


@dataclass(frozen=True)
class Reward:
    """What governors are rewarded for."""

    metric: str
    unit: str
    help: str
    function: Callable[[Array, Array], Array]
    """(values by region and treatment year, values by region in the fork year) -> payoff of every region."""


REWARDS = {
    "value_added": Reward("region_value_added", "% (ln)", "own value added, mean over the treatment years", _level),
    "income": Reward("region_real_income", "% (ln)", "own residents' real consumption, mean over these years", _level),
    "employment": Reward("region_employment", "% (ln)", "own employment, mean over these years", _level),
    "growth_rank": Reward("region_value_added", "places", "place of the region by growth of value added, the first "
                          "being best, counted negative", _rank),
}  # fmt: skip


def after_years(name: str, years: int) -> str:
    """Name of a payoff that is counted over the first so many treatment years."""
    return f"{name}@{years}"


def payoffs_of(run: Run, lengths: Sequence[int] = ()) -> dict[str, float]:
    """Payoff of every region for every reward, `REWARD REGION`, and the nation's real income: of the whole treatment,
    and of its first years for each number of years in `lengths`, see `after_years`."""
    found = _payoffs_until(run, None)
    for years in lengths:
        for name, value in _payoffs_until(run, years).items():
            reward, space, region = name.partition(" ")
            found[f"{after_years(reward, years)}{space}{region}"] = value
    return found


def _payoffs_until(run: Run, years: int | None) -> dict[str, float]:
    burn_in, table = run.scenario.years.burn_in, run.metrics
    after = table[table["year"] > burn_in]
    if years is not None:
        after = after[after["year"] <= burn_in + years]
    found: dict[str, float] = {}
    for name, reward in REWARDS.items():
        own = after[after["metric"] == reward.metric].pivot(index="group", columns="year", values="value")
        fork_year = table[(table["metric"] == reward.metric) & (table["year"] == burn_in)].set_index("group")["value"]
        before = fork_year.reindex(own.index).to_numpy(float) if burn_in else own.to_numpy(float)[:, 0]
        told = reward.function(own.to_numpy(float), before)
        found |= {f"{name} {str(group).removeprefix('region=')}": float(value)
                  for group, value in zip(own.index, told, strict=True)}  # fmt: skip
    nation = after[(after["metric"] == "ln_real_income") & (after["group"] == "nation")]["value"]
    return {NATION: 100.0 * float(nation.mean()), **found}


@dataclass(frozen=True)
class KeepPayoffs:
    """What is kept of a task: payoffs, see `payoffs_of`. `pasts` is a folder of checkpoints of the fork year, seed by
    seed, that save living through the burn-in again; numbers do not depend on it."""

    pasts: str = ""
    lengths: tuple[int, ...] = ()

    def __call__(self, task: Task, _folder: Path, progress: Years) -> Kept:
        """Carry out a task; see sim.store.tasks.Keep."""
        file = Path(self.pasts) / past_name(task.seed)
        start = load_checkpoint(file) if self.pasts and file.is_file() else None
        runs = {}
        for arm, run in run_arms(task.runs, task.seed, progress, start=start).items():
            own = run.hashes[run.hashes["year"] >= run.scenario.years.burn_in]
            runs[arm] = replace(run, hashes=own)
        return kept_values(task, {arm: payoffs_of(run, self.lengths) for arm, run in runs.items()}, runs=runs)


def past_name(seed: int) -> str:
    """File of the checkpoint of a seed."""
    return f"seed-{seed}.zip"


def recording_payoffs(scenario: Scenario) -> Scenario:
    """`scenario`, recording what payoffs are made of and no more."""
    metrics = tuple(dict.fromkeys(("ln_real_income", *(reward.metric for reward in REWARDS.values()))))
    wanted = {"levels": ("nation", "region"), "metrics": metrics, "also": (), "panels": ()}
    return scenario.model_copy(update={"record": scenario.record.model_copy(update=wanted)})


# -- plans -----------------------------------------------------------------------------------------------


Rows = Mapping[str, Array]
"""Plan -> shares of budgets, (regions, industries)."""


def rows_at(world: World, scenario: Scenario, plans: Iterable[str]) -> dict[str, Array]:
    """The rows of every plan as planners see the nation when the treatment begins; `world`, of the fork year, stays
    as it is."""
    own = fork(world)
    treat(own, scenario)
    for phase in schedule.YEAR:
        if phase.apply is renew_plans:
            break
        phase.apply(own)
    view = look(own, own.plan)
    return {plan: choose(view, LAYOUTS[PLANS[plan]], 0.0) for plan in plans if plan != NONE}


@dataclass(frozen=True)
class Country:
    """A scenario with the rows that its governors choose among, seed by seed."""

    scenario: Scenario
    actions: tuple[Action, ...]
    industries: tuple[str, ...]
    rows: Mapping[int, Rows]

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Names of the regions: the players, in order."""
        return self.scenario.regions.names()

    def choices(self, profile: Profile, seed: int) -> tuple[Choice, ...]:
        """A profile as an explicit plan, for the luck of a seed: what a plan's table says row by row."""
        found = []
        for region, number in enumerate(profile):
            action = self.actions[number]
            if action.plan == NONE:
                continue
            for industry, share in enumerate(self.rows[seed][action.plan][region]):
                if share > 0.0:
                    found.append(Choice(region=self.regions[region], industry=self.industries[industry],
                                        weight=float(share), effort=action.effort))  # fmt: skip
        return tuple(found)

    def under(self, profile: Profile, seed: int) -> Scenario:
        """The scenario under a profile: regions without a plan spend nothing."""
        choices = self.choices(profile, seed)
        plan = self.scenario.plan.model_copy(update={
            "layout": "explicit" if choices else "market", "choices": choices, "matrix": "", "encoding": "",
            "elsewhere": "market", "imitation": 0.0,
        })  # fmt: skip
        return self.scenario.model_copy(update={"plan": plan})

    def table(self, profile: Profile, seed: int) -> pd.DataFrame:
        """The same as the table that `plan.matrix` of a scenario names."""
        rows = [(choice.term, choice.region, choice.industry, choice.weight, choice.effort)
                for choice in self.choices(profile, seed)]  # fmt: skip
        return pd.DataFrame(rows, columns=["term", "region", "industry", "share", "effort"])

    def all_with(self, plan: str) -> Profile:
        """The profile in which every governor has a plan with the usual effort."""
        paid = [number for number, one in enumerate(self.actions) if one.plan == plan]
        number = min(paid, key=lambda one: abs(self.actions[one].effort - 1.0))
        return (number,) * len(self.regions)

    def name(self, profile: Profile) -> str:
        """A profile in words: what most do, and who does otherwise."""
        usual, count = Counter(profile).most_common(1)[0]
        others = [f"{self.regions[region]} {self.actions[action]}" for region, action in enumerate(profile)
                  if action != usual]  # fmt: skip
        told = f"all {self.actions[usual]}" if count == len(profile) else f"{self.actions[usual]} but "
        return told + ", ".join(others)

    def share_of(self, profile: Profile, plan: str) -> float:
        """Share of the governors that have a plan."""
        return float(np.mean([self.actions[action].plan == plan for action in profile]))

    def effort_of(self, profile: Profile) -> float:
        """Mean effort of the governors."""
        return float(np.mean([self.actions[action].effort for action in profile]))
