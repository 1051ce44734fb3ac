"""Estimators of how far a policy or a disaster reaches along chains."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.studies.evidence.declaration import estimator
from sim.studies.evidence.watching import Array, Watched


def output_change(market: Watched, arm: Watched, first: int, last: int) -> pd.Series[float]:
    """Change of the ln output of each industry, mean over years."""
    return pd.Series(
        np.log(arm.industry("industry_output", first, last) / market.industry("industry_output", first, last))
    )


def users_of(arm: Watched, industries: list[str]) -> list[str]:
    """Industries outside those named that use their goods."""
    rows = [arm.industries.index(name) for name in industries]
    return [name for column, name in enumerate(arm.industries)
            if name not in industries and arm.uses[rows, column].sum() > 0.0]  # fmt: skip


def drive_years(arm: Watched) -> int:
    """Years after which the policies of an arm have ended."""
    return max(one.start + one.years for one in arm.scenario.policies)


@estimator(arms=2)
def drive_output(market: Watched, arm: Watched) -> float:
    """Change of the ln output of the industries that the drive aims at, against industries neither aimed at nor using
    their goods, while it runs."""
    return against_others(market, arm, 1, drive_years(arm), arm.treated_industries())


@estimator(arms=2)
def drive_persists(market: Watched, arm: Watched) -> float:
    """The same in the ten years that begin five years after the drive has ended."""
    ended = drive_years(arm)
    return against_others(market, arm, ended + 6, ended + 15, arm.treated_industries())


@estimator(arms=2)
def drive_downstream(market: Watched, arm: Watched) -> float:
    """Change of the ln output of industries that use the goods of those aimed at, against industries neither aimed at
    nor using them, from the last year of the drive to ten years after."""
    ended = drive_years(arm)
    return against_others(market, arm, ended, ended + 10, users_of(arm, arm.treated_industries()))


def against_others(market: Watched, arm: Watched, first: int, last: int, industries: list[str]) -> float:
    """Mean change of the ln output of `industries` less that of industries the drive neither aims at nor supplies."""
    change = output_change(market, arm, first, last)
    aimed = arm.treated_industries()
    others = [name for name in change.index if name not in aimed and name not in users_of(arm, aimed)]
    return float(change[industries].mean() - change[others].mean())


def sales_changes(spared: Watched, struck: Watched) -> pd.DataFrame:
    """Firms of the fork that live in both arms a year later: change of sales, whether hit, and how far from a hit one.

    `degree` is 0 for firms in the regions struck, 1 for others with a supplier there, 2 for customers of these, 9 else.
    """
    regions = struck.treated_regions()
    firms = spared.firms[0][["id", "industry", "region"]]
    for one, name in ((spared, "calm"), (struck, "after")):
        firms = firms.merge(one.firms[1][["id", "sales"]].rename(columns={"sales": name}), on="id")
    firms = firms[firms["calm"] > 0.0].reset_index(drop=True)
    degree: Array = np.full(len(firms), 9)
    degree[firms["region"].isin(regions)] = 0
    ties = spared.suppliers
    for step in (1, 2):
        sources = set(firms.loc[degree == step - 1, "id"])
        buyers = set(ties.loc[ties["supplier"].isin(sources), "customer"])
        degree[firms["id"].isin(buyers).to_numpy() & (degree == 9)] = step
    return firms.assign(degree=degree, change=firms["after"] / firms["calm"] - 1.0)


def loss_at(changes: pd.DataFrame, degree: int) -> float:
    """Mean change of sales at a degree beyond that of firms of the same industry that are not linked to anyone hit."""
    usual = changes[changes["degree"] == 9].groupby("industry")["change"].mean()
    rows = changes[changes["degree"] == degree]
    return float((rows["change"] - rows["industry"].map(usual)).mean())


def hit(changes: pd.DataFrame) -> float:
    """Mean change of sales of the firms struck."""
    return float(changes.loc[changes["degree"] == 0, "change"].mean())


@estimator(arms=2)
def customers_share(spared: Watched, struck: Watched) -> float:
    """What customers elsewhere lose of the loss of firms struck, in the same year, beyond firms of their industry that
    are not linked to anyone struck."""
    changes = sales_changes(spared, struck)
    return loss_at(changes, 1) / hit(changes)


@estimator(arms=2)
def second_customers(spared: Watched, struck: Watched) -> float:
    """What customers of customers lose, as a share of the loss of firms struck, likewise."""
    changes = sales_changes(spared, struck)
    return loss_at(changes, 2) / hit(changes)
