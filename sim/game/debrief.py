"""The debrief: three figures and the sentences that their numbers make, from the tables of the exports alone.

1. Who promoted what, round by round, against what demand carries, beside the coordinated arm.
2. What each region gained by its own plans against its row of the coordinated one, and what that cost the others.
3. Class, coordinated plan and no plan: income, margins of hot industries, utilisation; a band of other luck.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.game.engine import ARMS, CLASS, COORDINATED
from sim.game.exports import BEFORE, Tables
from sim.game.scores import growth, mean_change, places, scores
from sim.game.sentences import sentences

SHOWN = {"income": "% (ln)", "hot_margin": "%", "utilisation": "%"}
"""Measures of the third figure and their units."""


def debrief_of(tables: Tables) -> list[dict[str, Any]]:
    """What is shown of each nation, as JSON has it; see the module. Figures that were not computed yet are None."""
    found = []
    for session in tables["session.csv"].to_dict("records"):
        own = {name: _of(table, session["nation"]) for name, table in tables.items()}
        nation = {
            "nation": int(session["nation"]), "preset": str(session["preset"]), "payoff": str(session["payoff"]),
            "hot": str(session["hot"]).split(";"), "regions": _order(own["results.csv"], "region"),
            "industries": _order(own["industries.csv"], "industry"),
            "figure1": figure_of_plans(own), "figure2": figure_of_costs(own), "figure3": figure_of_arms(own),
            "scores": scores_of(own, str(session["payoff"])), "decided": decided(own),
        }  # fmt: skip
        nation["sentences"] = {language: sentences(language, nation) for language in ("en", "zh")}
        found.append(nation)
    return found


def _of(table: pd.DataFrame, nation: int) -> pd.DataFrame:
    return table[table["nation"] == nation] if "nation" in table.columns else table


def _order(table: pd.DataFrame, column: str) -> list[str]:
    return [str(name) for name in dict.fromkeys(table[column])]


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _played(table: pd.DataFrame) -> list[int]:
    return sorted(int(round) for round in set(table["round"]) if round > 0)


# -- figures ---------------------------------------------------------------------------------------------


def figure_of_plans(own: Tables) -> dict[str, Any]:
    """Chips of regions and industries by round, (R, S), promoters, what demand carries, coordinated promoters."""
    chips, industries = own["decisions.csv"], own["industries.csv"]
    regions, names = _order(own["results.csv"], "region"), _order(industries, "industry")
    rounds = []
    for round in _played(chips):
        table = chips[chips["round"] == round].pivot(index="region", columns="industry", values="chips")
        last = industries[industries["round"] == round]
        last = last[last["year"] == last["year"].max()]
        by_arm = {arm: last[last["arm"] == arm].set_index("industry") for arm in (CLASS, COORDINATED)}
        rounds.append({
            "round": round, "chips": [[float(table.loc[region, name]) for name in names] for region in regions],
            "promoters": [_number(by_arm[CLASS].loc[name, "promoters"]) for name in names],
            "carried": [_number(by_arm[CLASS].loc[name, "carried"]) for name in names],
            "parallel": [_number(by_arm[COORDINATED].loc[name, "promoters"]) for name in names],
        })  # fmt: skip
    return {"regions": regions, "industries": names, "rounds": rounds}


def figure_of_costs(own: Tables) -> list[dict[str, Any]] | None:
    """Gain and cost of each region; None before they are computed."""
    table = own["costs.csv"]
    if not len(table):
        return None
    return [{"region": str(one["region"]), "gain": _number(one["gain"]), "cost": _number(one["cost"]), "unit": "% (ln)"}
            for one in table.to_dict("records")]  # fmt: skip


def figure_of_arms(own: Tables) -> dict[str, Any]:
    """Series by arm, years on, and the lowest and highest of other luck by year; the band is None before."""
    table = own["nation.csv"]
    before = float(table[table["arm"] == BEFORE]["income"].iloc[0])
    usual = table[(table["luck"] == 0) & (table["arm"] != BEFORE)]
    years = sorted(int(year) for year in set(usual["year"]))
    arms = {arm: _series(usual[usual["arm"] == arm].sort_values("year"), before) for arm in ARMS}
    other = table[table["luck"] > 0]
    band = None
    luck = sorted(int(one) for one in set(other["luck"]))
    if luck:
        draws = {arm: [_series(other[(other["arm"] == arm) & (other["luck"] == one)].sort_values("year"), before)
                       for one in luck] for arm in ARMS}  # fmt: skip
        band = {arm: {measure: _ends([one[measure] for one in found]) for measure in SHOWN}
                for arm, found in draws.items()}  # fmt: skip
        above = sum(
            (_mean(one["income"]) or 0.0) > (_mean(other["income"]) or 0.0)
            for one, other in zip(draws[CLASS], draws[COORDINATED], strict=True)
        )
    return {
        "years": years, "arms": arms, "units": SHOWN, "band": band, "luck": len(luck), "above": above if luck else None,
        "means": {arm: mean_change(before, _values(usual[usual["arm"] == arm], "income")) for arm in ARMS},
    }  # fmt: skip


def _values(table: pd.DataFrame, column: str) -> list[float | None]:
    return [_number(value) for value in table[column]]


def _series(rows: pd.DataFrame, before: float) -> dict[str, list[float | None]]:
    return {
        "income": [growth(before, value) for value in _values(rows, "income")],
        "hot_margin": [None if value is None else 100.0 * value for value in _values(rows, "hot_margin")],
        "utilisation": [None if value is None else 100.0 * value for value in _values(rows, "utilisation")],
    }


def _ends(draws: list[list[float | None]]) -> dict[str, list[float | None]]:
    told = [[value for value in year if value is not None] for year in zip(*draws, strict=True)]
    return {"low": [min(year, default=None) for year in told], "high": [max(year, default=None) for year in told]}


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


# -- scores and who decided ------------------------------------------------------------------------------


def scores_of(own: Tables, payoff: Any) -> list[dict[str, Any]]:
    """Score and place of each region in the end, from what was observed of regions and nation, and who governed it."""
    regions, nation = own["regions.csv"], own["nation.csv"]
    names = _order(regions, "region")
    fork, *years = [
        _observed(regions[(regions["arm"] == arm) & (regions["year"] == year)], nation, arm, year)
        for arm, year in [
            (arm, year) for arm in (BEFORE, CLASS) for year in sorted(set(regions[regions["arm"] == arm]["year"]))
        ]
    ]  # fmt: skip
    told = scores(payoff, fork, years)
    sources = own["decisions.csv"]
    last = sources[sources["round"] == max(_played(sources))].drop_duplicates("region").set_index("region")["source"]
    return [{"region": name, "score": score, "place": place, "source": str(last[name])}
            for name, score, place in zip(names, told, places(told), strict=True)]  # fmt: skip


def _observed(regions: pd.DataFrame, nation: pd.DataFrame, arm: str, year: int) -> dict[str, Any]:
    """A year as sim.game.engine.observe has it, as far as scores need it."""
    income = nation[(nation["arm"] == arm) & (nation["year"] == year) & (nation["luck"] == 0)]["income"].iloc[0]
    columns = {key: _values(regions, key) for key in ("value_added", "income")}
    return {"nation": {"income": _number(income)}, "regions": columns}


def decided(own: Tables) -> dict[str, int]:
    """How many decisions of seats people made, how many were defaults or the coordinator's, and how many bots'."""
    table = own["decisions.csv"]
    sources = table[table["round"] > 0].drop_duplicates(["round", "region"])["source"].astype(str)
    people, bots = sources.isin(["student", "team"]), sources.str.startswith("bot:")
    return {"people": int(people.sum()), "bots": int(bots.sum()), "defaults": int((~people & ~bots).sum()),
            "all": len(sources)}  # fmt: skip
