"""Facts on entry, survival and exit."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.studies.facts.declaration import Estimates, Statistic, fact
from sim.studies.facts.estimators import survival
from sim.studies.facts.panels import Panels

ORIGINS = {1: "de_novo", 2: "spin_off", 3: "attracted"}


def cohorts(panels: Panels) -> pd.DataFrame:
    """Every entrant: agent, born, origin, `duration` in years outlived and `ended` (False: alive after the last year).

    A firm of duration n left at the end of the n-th year after that of its entry, and did not outlive that year.
    """
    events = panels.table("events")
    entered = events.loc[events["event"] == "entry", ["agent", "year", "detail"]]
    left = events.loc[events["event"] == "exit", ["agent", "year"]]
    lives = entered.merge(left, on="agent", how="left", suffixes=("", "_exit"))
    ended = lives["year_exit"].notna().to_numpy()
    until = np.where(ended, lives["year_exit"].fillna(0), panels.last)
    return pd.DataFrame(
        {
            "agent": lives["agent"], "born": lives["year"], "origin": lives["detail"].map(ORIGINS),
            "duration": until - lives["year"].to_numpy().astype(float), "ended": ended,
        }
    )  # fmt: skip


@fact(
    "survival",
    "new firms survive at known rates",
    source="Eurostat business demography; US Small Business Administration; BLS Business Employment Dynamics",
    statistics=(
        Statistic("survival_1", "share of entrants alive after 1 year", "share", 0.75, 0.90, rests_on="closing_young"),
        Statistic(
            "survival_5",
            "share of entrants alive after 5 years",
            "share",
            0.40,
            0.55,
            rests_on="closing_young, closing_years",
        ),
        Statistic("survival_10", "share of entrants alive after 10 years", "share", 0.28, 0.40, rests_on="closing_old"),
    ),
    searched=True,
)
def entrant_survival(panels: Panels) -> Estimates:
    """Kaplan-Meier over all entrants of the years looked at: the share that outlives the year in which they are 1, 5
    and 10 years old; a firm that closes at the end of that year has not survived it."""
    lives = cohorts(panels)
    one, five, ten = survival(lives["duration"].to_numpy(), lives["ended"].to_numpy(), (1, 5, 10))
    return {"survival_1": one, "survival_5": five, "survival_10": ten}


@fact(
    "turnover",
    "firms enter and leave at like rates",
    source="Eurostat business demography",
    statistics=(
        Statistic("entry_rate", "entrants a year over firms", "1/year", 0.06, 0.12),
        Statistic("exit_rate", "exits a year over firms", "1/year", 0.06, 0.12, rests_on="closing_*"),
    ),
)
def turnover(panels: Panels) -> Estimates:
    """Entries and exits of a year over the firms at its start, mean over years."""
    events, firms = panels.table("events"), panels.table("firms")
    counts = events[events["event"].isin(["entry", "exit"])].groupby(["year", "event"]).size().unstack(fill_value=0)
    alive = firms.groupby("year").size()
    counts = counts.reindex(alive.index, fill_value=0).reindex(columns=["entry", "exit"], fill_value=0)
    before = alive - counts["entry"] + counts["exit"]
    rates = counts.div(before, axis=0).mean()
    return {"entry_rate": float(rates["entry"]), "exit_rate": float(rates["exit"])}


@fact(
    "spin_offs",
    "spin-offs are a notable share of entrants and outlive others",
    source="Klepper 2007; Klepper & Thompson 2010; Carias, Klepper & Baptista 2023, Small Business Economics 60",
    statistics=(
        Statistic("spin_off_share", "spin-offs among entrants", "share", 0.10, 0.30, rests_on="spin_off_rate"),
        Statistic("spin_off_survival", "5-year survival of spin-offs over de novo firms", "ratio", 1.05),
    ),
    searched=True,
)
def spin_offs(panels: Panels) -> Estimates:
    """Share of spin-offs in all entries; ratio of the Kaplan-Meier survival to five years of spin-offs and of firms
    that start from nothing."""
    lives = cohorts(panels)
    if lives.empty:
        return {}
    after = {}
    for origin in ("spin_off", "de_novo"):
        own = lives[lives["origin"] == origin]
        (after[origin],) = survival(own["duration"].to_numpy(), own["ended"].to_numpy(), (5,))
    ratio = after["spin_off"] / after["de_novo"] if after["de_novo"] > 0.0 else math.nan
    return {"spin_off_share": float((lives["origin"] == "spin_off").mean()), "spin_off_survival": ratio}
