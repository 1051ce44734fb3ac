"""Estimators of what a policy does to firms and places: those it reaches against the others, with it and without it.

Every firm is seen in both arms, with the same luck, so that who is chosen biases nothing; what the policy does to
everybody drops out in the difference to firms that it does not reach.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.kernel.world import Kind, Origin
from sim.studies.evidence.declaration import estimator
from sim.studies.evidence.nation import research_capital, social_return
from sim.studies.evidence.watching import Array, Watched
from sim.studies.facts.estimators import FEWEST, linear, within

AFTER = 5
"""Years after which effects on firms and places are read, as Greenstone, Hornbeck & Moretti do."""
LATER = 10
"""Years after which the private return to research is read."""
PRIVATE = ("sales", "input_bill", "research", "region", "industry")


def ln_ratio(numerator: float, denominator: float) -> float:
    """ln of a ratio; NaN unless both are above 0."""
    return float(np.log(numerator / denominator)) if numerator > 0.0 and denominator > 0.0 else float("nan")


def change_of_sum(market: Watched, arm: Watched, year: int, column: str, rows: tuple[Array, Array]) -> float:
    """ln of the sum of a column over some firms of the arm, less the same of the market; `rows` masks of each."""
    without, having = (one.firms[year][column].to_numpy(float)[mask].sum() for one, mask in
                       zip((market, arm), rows, strict=True))  # fmt: skip
    return ln_ratio(having, without)


def reached(market: Watched, arm: Watched, year: int, kind: Kind | None = None) -> tuple[tuple[Array, Array], ...]:
    """Masks of firms in the regions of the policy and outside them, each for (market, arm); of one kind if named."""
    regions = arm.treated_regions()
    masks = []
    for one in (market, arm):
        firms = one.firms[year]
        wanted = np.ones(len(firms), dtype=bool) if kind is None else firms["kind"].to_numpy() == kind
        inside = firms["region"].isin(regions).to_numpy()
        masks.append((wanted & inside, wanted & ~inside))
    return (masks[0][0], masks[1][0]), (masks[0][1], masks[1][1])


def jobs_of(market: Watched, arm: Watched, kind: Kind | None) -> float:
    """Change of ln jobs in the regions of the policy less the change elsewhere."""
    inside, outside = reached(market, arm, AFTER, kind)
    return change_of_sum(market, arm, AFTER, "labour", inside) - change_of_sum(market, arm, AFTER, "labour", outside)


@estimator(arms=2)
def small_firm_jobs(market: Watched, arm: Watched) -> float:
    """Change of ln jobs in small firms of the regions that the policy reaches, against those of other regions, after
    five years."""
    return jobs_of(market, arm, Kind.SME)


@estimator(arms=2)
def small_less_large_jobs(market: Watched, arm: Watched) -> float:
    """The same of small firms less that of leading firms."""
    return jobs_of(market, arm, Kind.SME) - jobs_of(market, arm, Kind.LEADING_FIRM)


def survivors(market: Watched, arm: Watched, year: int, columns: tuple[str, ...]) -> pd.DataFrame:
    """Firms of the fork that live in `year` in both arms: columns of the market, and with `_arm` those of the arm."""
    old = market.firms[0][["id"]]
    without, having = (one.firms[year][["id", *columns]] for one in (market, arm))
    return old.merge(without, on="id").merge(having, on="id", suffixes=("", "_arm"))


@estimator(arms=2)
def productivity_reached(market: Watched, arm: Watched) -> float:
    """Change of ln productivity of firms in the regions that the policy reaches, against that of other firms, after
    five years; firms of the fork that live in both."""
    both = survivors(market, arm, AFTER, ("efficiency", "region"))
    change = np.log(both["efficiency_arm"] / both["efficiency"])
    inside = both["region"].isin(arm.treated_regions())
    return float(change[inside].mean() - change[~inside].mean())


@estimator(arms=1)
def support_and_growth(arm: Watched) -> float:
    """OLS slope of the growth of ln productivity over the next year on public money over sales, within industry and
    year, given ln productivity, ln sales and age, firms that sold something."""
    frames = []
    for year in range(1, arm.last):
        now, then = arm.firms[year], arm.firms[year + 1][["id", "productivity"]]
        rows = now[now["sales"] > 0.0].merge(then, on="id", suffixes=("", "_next"))
        frames.append(rows.assign(year=year))
    rows = pd.concat(frames, ignore_index=True)
    rows["growth"] = np.log(rows["productivity_next"] / rows["productivity"])
    rows["own"], rows["size"] = np.log(rows["productivity"]), np.log(rows["sales"])
    rows["support"] = rows["subsidy"] / rows["sales"]
    if len(rows) < FEWEST or not (rows["support"] > 0.0).any():
        return float("nan")
    controls = ["support", "own", "size", "age"]
    apart = within(rows, ["growth", *controls], ["year", "industry"])
    return float(linear(apart["growth"].to_numpy(), apart[controls].to_numpy())[0])


def private_return(market: Watched, arm: Watched) -> float:
    """Marginal product of their own R&D capital (15 % depreciation) for the firms of the regions that the policy
    reaches: change of ln value added against firms of the same industries elsewhere, times value added over the change
    of R&D capital, after ten years; firms of the fork that live in both."""
    both = survivors(market, arm, LATER, PRIVATE)
    without, having = (both[f"sales{arm_}"] - both[f"input_bill{arm_}"] for arm_ in ("", "_arm"))
    sound = (without > 0.0) & (having > 0.0)
    both, without, having = both[sound], without[sound], having[sound]
    inside = both["region"].isin(arm.treated_regions()).to_numpy()
    rows = pd.DataFrame({"change": np.log(having / without), "industry": both["industry"], "value": without})
    usual = rows[~inside].groupby("industry")["change"].mean()
    gain = (rows["change"] - rows["industry"].map(usual)) * rows["value"]
    more = [research_of(arm, year, both["id"][inside]) - research_of(market, year, both["id"][inside])
            for year in range(1, LATER + 1)]  # fmt: skip
    stock = float(research_capital(np.array(more))[-1])
    return float(gain[inside].sum()) / stock if stock > 0.0 else float("nan")


def research_of(one: Watched, year: int, ids: pd.Series[int]) -> float:
    """R&D of firms in a year."""
    firms = one.firms[year]
    return float(firms.loc[firms["id"].isin(ids), "research"].sum())


@estimator(arms=3)
def social_over_private(market: Watched, everywhere: Watched, one_region: Watched) -> float:
    """Marginal social product of R&D capital, from research paid everywhere, less the private one, from research paid
    in one region: for its firms the change of ln value added against firms of the same industries elsewhere, times
    value added over the change of their R&D capital, after ten years; firms of the fork that live in both."""
    return social_return(market, everywhere) - private_return(market, one_region)


def park_rows(market: Watched, arm: Watched) -> tuple[Array, Array]:
    """Masks of firms in cells that have a park in the arm, for (market, arm)."""
    first, second = (arm.parks[one.firms[AFTER]["cell"].to_numpy()] for one in (market, arm))
    return first, second


@estimator(arms=2)
def zone_jobs(market: Watched, arm: Watched) -> float:
    """Change of ln jobs in the places of the zones after five years."""
    return change_of_sum(market, arm, AFTER, "labour", park_rows(market, arm))


@estimator(arms=2)
def zone_firms(market: Watched, arm: Watched) -> float:
    """Change of the ln number of firms in the places of the zones after five years."""
    without, having = park_rows(market, arm)
    return ln_ratio(float(having.sum()), float(without.sum()))


@estimator(arms=2)
def zone_productivity(market: Watched, arm: Watched) -> float:
    """Change of mean ln productivity in the places of the zones after five years, weighted by sales."""
    means = []
    for one, mask in zip((market, arm), park_rows(market, arm), strict=True):
        firms = one.firms[AFTER][mask]
        if firms["sales"].sum() <= 0.0:
            return float("nan")
        means.append(float(np.average(np.log(firms["efficiency"]), weights=firms["sales"])))
    return means[1] - means[0]


@estimator(arms=2)
def zone_entry_share(market: Watched, arm: Watched) -> float:
    """Part of the jobs that zones add which is in firms that the fork had not, after five years."""
    old = market.firms[0]["id"]
    jobs = []
    for one, mask in zip((market, arm), park_rows(market, arm), strict=True):
        firms = one.firms[AFTER][mask]
        known = firms["id"].isin(old)
        jobs.append((firms.loc[known, "labour"].sum(), firms.loc[~known, "labour"].sum()))
    incumbents, entrants = (float(having - without) for without, having in zip(*jobs, strict=True))
    return entrants / (incumbents + entrants) if incumbents + entrants > 0.0 else float("nan")


@estimator(arms=2)
def neighbours_of_attracted(market: Watched, arm: Watched) -> float:
    """Change of ln productivity of firms in the places where a leading firm was attracted, five years after it came,
    against that of firms of the same industry elsewhere; firms of the fork that live in both arms."""
    known = set(market.firms[0]["id"])
    effects: list[float] = []
    for year in range(1, arm.last - AFTER + 1):
        now = arm.firms[year]
        come = now[(now["kind"] == Kind.LEADING_FIRM) & (now["origin"] == Origin.ATTRACTED) & (now["age"] <= 1)]
        come = come[~come["id"].isin(known)]
        known |= set(come["id"])
        if come.empty:
            continue
        both = survivors(market, arm, year + AFTER, ("efficiency", "cell", "industry"))
        both["change"] = np.log(both["efficiency_arm"] / both["efficiency"])
        place = pd.MultiIndex.from_frame(both[["cell", "industry"]])
        treated = place.isin(pd.MultiIndex.from_frame(come[["cell", "industry"]]))
        usual = both[~treated].groupby("industry")["change"].mean()
        own = both.loc[treated, "change"] - both.loc[treated, "industry"].map(usual)
        effects += own.tolist()
    return float(np.mean(effects)) if effects else float("nan")
