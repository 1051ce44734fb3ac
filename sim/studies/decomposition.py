"""Where the gain of a differentiated over a duplicated layout comes from: composition, localisation, endowment fit.

ln(D/HH) = ln(HB/HH) + ln(RS/HB) + ln(D/RS), replication by replication, of real income:
D differentiated, HH duplicated (the hot list everywhere), HB balanced (the national mix everywhere),
RS random_specialised (specialised without fit). Each step changes one thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sim.kernel.scenario_types import Scenario
from sim.studies.statistics import differences, windows

LAYOUTS = {"D": "differentiated", "HH": "duplicated", "HB": "balanced", "RS": "random_specialised"}
TERMS = (("total", "D", "HH"), ("composition", "HB", "HH"), ("localisation", "RS", "HB"), ("endowment fit", "D", "RS"))
"""Each term, and the two layouts between which it is taken."""


@dataclass(frozen=True)
class Obstacle:
    """Why the terms cannot be taken."""

    kind: Literal["missing", "several", "other", "unrecorded"]
    """Layouts without an arm; one with several; arms that differ in more than their layout; the metric is not there."""
    names: tuple[str, ...]
    """The layouts that are missing; the layout and its arms; the arms; the metric."""


@dataclass(frozen=True)
class Decomposition:
    """The terms with their intervals, or the reason why there are none."""

    terms: pd.DataFrame
    """One row per term and window: term, window, to_arm, from_arm, and the columns of `differences`."""
    obstacle: Obstacle | None = None


def decompose(metrics: pd.DataFrame, arms: dict[str, Scenario], income: str = "ln_real_income") -> Decomposition:
    """Decompose the paired difference in `income` (in logarithms) of the nation over the windows."""
    found = find_layouts(arms)
    if isinstance(found, Obstacle):
        return Decomposition(pd.DataFrame(), found)
    nation = metrics[(metrics["group"] == "nation") & (metrics["metric"] == income)]
    if nation.empty:
        return Decomposition(pd.DataFrame(), Obstacle("unrecorded", (income,)))
    years = next(iter(arms.values())).years
    wide = nation.assign(arm=nation["arm"].astype(str)).pivot(index=["seed", "year"], columns="arm", values="value")
    wide = wide[[found[short] for short in LAYOUTS]].dropna()
    unit = str(nation["unit"].iloc[0])
    rows = []
    for window, (first, last) in windows(years.burn_in, years.treatment).items():
        year = wide.index.get_level_values("year")
        means = wide[(year >= first) & (year <= last)].groupby(level="seed").mean()
        for term, to, origin in TERMS:
            rows.append(
                pd.DataFrame(
                    {
                        "arm": term,
                        "group": "nation",
                        "metric": income,
                        "window": window,
                        "seed": means.index,
                        "unit": unit,
                        "value": means[found[to]].to_numpy(),
                        "baseline_value": means[found[origin]].to_numpy(),
                    }
                )
            )
    table = differences(pd.concat(rows, ignore_index=True)).rename(columns={"arm": "term"})
    facts = {term: (found[to], found[origin]) for term, to, origin in TERMS}
    for position, name in enumerate(("to_arm", "from_arm")):
        table[name] = [facts[term][position] for term in table["term"]]
    order = {term: number for number, (term, *_) in enumerate(TERMS)}
    spans = {window: number for number, window in enumerate(windows(years.burn_in, years.treatment))}
    keys = np.array(
        [spans[window] * len(order) + order[term] for window, term in zip(table["window"], table["term"], strict=True)]
    )
    return Decomposition(table.iloc[np.argsort(keys)].reset_index(drop=True))


def find_layouts(arms: dict[str, Scenario]) -> dict[str, str] | Obstacle:
    """The arm that has each of the four layouts, and otherwise the reason why the terms cannot be taken."""
    found: dict[str, str] = {}
    missing = []
    for short, layout in LAYOUTS.items():
        having = [
            arm for arm, scenario in arms.items() if scenario.plan.layout == layout and scenario.plan.imitation == 0
        ]
        if len(having) > 1:
            return Obstacle("several", (layout, *having))
        if not having:
            missing.append(layout)
        else:
            found[short] = having[0]
    if missing:
        return Obstacle("missing", tuple(missing))
    if len({_besides_layout(arms[arm]) for arm in found.values()}) > 1:
        return Obstacle("other", tuple(found.values()))
    return found


def _besides_layout(scenario: Scenario) -> str:
    plan = scenario.plan.model_copy(update={"layout": ""})
    words = dict.fromkeys(("title", "description", "source", "look_at", "origin"), "")
    return scenario.model_copy(update={"plan": plan, **words}).model_dump_json()
