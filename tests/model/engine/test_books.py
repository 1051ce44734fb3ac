"""The books balance every year, links point at the living, and every number is a number."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pytest

from sim.kernel.scenario_types import Scenario
from sim.kernel.world import Event, Flow, Tie, World
from sim.model import schedule
from sim.model.opening import build_world, treat
from sim.model.plans.registry import LAYOUTS
from sim.model.rules.cooperation import pair_key
from tests.model.engine.worlds import everything_on, map_story, small_story, tables

EXPLICIT = "plan.choices=[{region: R1A, industry: chips}, {region: R2B, industry: metals, weight: 2}]"


def small_layout(name: str) -> Scenario:
    """The small nation with one layout, and a fifth of the money for research."""
    return small_story(f"plan.layout={name}", "plan.research_share=0.2", *([EXPLICIT] if name == "explicit" else []))


STORIES: dict[str, Callable[[], Scenario]] = {
    **{name: partial(small_layout, name) for name in sorted(LAYOUTS)},
    "everything on": everything_on,
    "soft budgets": lambda: small_story("mechanisms.bail_outs=true", "parameters.bail_out_chance=1.0"),
    "a map with holes": map_story,
    "no burn-in": lambda: small_story("years.burn_in=0"),
    "few substitutes": lambda: small_story("parameters.industry_elasticity=0.6", "parameters.variety_elasticity=3.0"),
    "large plan": lambda: small_story("plan.budget=0.3"),
}


def some_stories() -> list[object]:
    """All of them; those that add little to what others show are left out when the compiler is off."""
    telling = {"duplicated", "everything on", "soft budgets", "no burn-in"}
    return [name if name in telling else pytest.param(name, marks=pytest.mark.slow) for name in STORIES]


class Year:
    """What a year left behind, kept before the next one overwrites it."""

    def __init__(self, world: World) -> None:
        self.year = world.year
        self.tables = {name: records.copy() for name, records in tables(world).items()}
        self.ledger = np.array(world.ledger)
        self.accounts = list(world.accounts)
        self.events = np.array(world.events)

    def booked(self, account: str) -> np.ndarray:
        """Sum of an account by region."""
        number = self.accounts.index(account) if account in self.accounts else -1
        chosen = self.ledger[self.ledger["account"] == number]
        return np.bincount(chosen["region"], weights=chosen["amount"], minlength=len(self.tables["regions"]))


@cache
def history(name: str) -> list[tuple[Year, dict[str, float]]]:
    """Every year of a story, and money that changed hands in it."""
    story = STORIES[name]()
    world = build_world(story)
    years = []
    for year in range(story.years.burn_in + story.years.treatment):
        if year == story.years.burn_in:
            treat(world, story)
        traded: dict[str, float] = {}
        saved = float(world.regions.savings.sum())
        for phase in schedule.YEAR:
            phase.apply(world)
            if phase.apply.__name__ == "account":
                traded = trade_of(world, saved)
        years.append((Year(world), traded))
    return years


def public_spending(world: World) -> float:
    """What consumers leave to the public: all it raises, or only what hires where money is transferred."""
    if world.p.transfers:
        return float(world.flows[Flow.PUBLIC_WAGES] + world.flows[Flow.RESEARCH_GRANTS])
    return float((world.regions.budget + world.regions.levy).sum())


def trade_of(world: World, saved: float) -> dict[str, float]:
    """Largest relative gap, over industries, between what buyers paid and what sellers at home and abroad received.

    `saved` is what consumers had left from the year before.
    """
    firms, local_industries, regions, consumed = (
        world.firms,
        world.local_industries,
        world.regions,
        world.consumption_budget,
    )
    living = firms.living
    sales = np.bincount(firms.industry, weights=firms.sales * living, minlength=len(world.industries))
    paid, imports = local_industries.paid.sum(axis=0), local_industries.imports.sum(axis=0)
    inputs = float((firms.input_bill * living).sum())
    final = float((local_industries.final * local_industries.paid_share).sum())
    exports = local_industries.exports.sum(axis=0)
    return {
        "paid": float(np.max(np.abs(paid + exports - sales - imports) / np.maximum(paid, 1e-12))),
        "used": abs(float(paid.sum()) - inputs - final) / float(paid.sum()),
        "ordered": float(
            np.max(np.abs(local_industries.spending - local_industries.paid) / local_industries.spending.max())
        ),
        "income": abs(float(regions.income.sum() - saved) / (consumed * (1.0 - world.recession)) - 1.0),
        "budget": abs(consumed + public_spending(world) - world.expenditure) / world.expenditure,
        "unspent": abs(float(local_industries.final.sum()) - final - world.unspent) / world.expenditure,
    }


@pytest.mark.parametrize("name", some_stories())
def test_what_buyers_pay_is_what_sellers_get(name: str) -> None:
    for year, traded in history(name):
        for account in ("paid", "used", "income", "unspent"):
            assert traded[account] < 1e-9, (year.year, account, traded)


@pytest.mark.parametrize("name", some_stories())
def test_plans_and_consumers_spend_the_national_expenditure(name: str) -> None:
    for year, traded in history(name):
        assert traded["budget"] < 1e-9, (year.year, traded)


@pytest.mark.parametrize("name", some_stories())
def test_every_regions_budget_is_spent_or_carried_forward(name: str) -> None:
    spent = 0.0
    for year, _ in history(name):
        ledger = year.ledger
        regions = len(year.tables["regions"])
        balance = np.bincount(ledger["region"] + 1, weights=ledger["amount"], minlength=regions + 1)
        turnover = max(np.abs(ledger["amount"]).sum() / regions, 1e-12)
        assert np.abs(balance).max() / turnover < 1e-9, (year.year, balance)
        spent += np.abs(ledger["amount"]).sum()
    promised = any((year.tables["regions"]["budget"] > 0).any() for year, _ in history(name))
    assert (spent > 0) == promised


@pytest.mark.parametrize("name", some_stories())
def test_what_is_carried_forward_is_brought_forward(name: str) -> None:
    kept = None
    for year, _ in history(name):
        forward = {name: year.booked(name) for name in ("brought forward", "carried forward", "owed by next year")}
        if kept is not None:
            np.testing.assert_allclose(forward["brought forward"], kept, rtol=1e-9, atol=1e-12, err_msg=str(year.year))
        kept = -forward["carried forward"] - forward["owed by next year"]
        if not STORIES[name]().policies:
            # Otherwise some of it is what instruments saved for whole projects.
            np.testing.assert_allclose(kept, year.tables["regions"]["fund"], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", some_stories())
def test_links_point_at_the_living(name: str) -> None:
    seen = 0
    for year, _ in history(name):
        firms, institutes, links = (year.tables[table] for table in ("firms", "institutes", "links"))
        assert firms["living"].all()
        assert links["living"].all()
        assert len(np.unique(np.r_[firms["id"], institutes["id"]])) == len(firms) + len(institutes)
        hosted = links["tie"] == Tie.INSTITUTE
        assert (links["first"] >= 0).all()
        assert (links["first"] < len(firms)).all()
        assert (links["second"] >= 0).all()
        assert (links["second"] < np.where(hosted, len(institutes), len(firms))).all()
        for link in links[links["tie"] != Tie.SUPPLY]:
            others = institutes if link["tie"] == Tie.INSTITUTE else firms
            assert link["id"] == pair_key(firms["id"][link["first"]], others["id"][link["second"]])
            assert (link["tie"], link["first"]) != (Tie.FIRM, link["second"])
        pairs = {(int(tie), int(identity)) for tie, identity in zip(links["tie"], links["id"], strict=True)}
        assert len(pairs) == len(links), "no tie is counted twice"
        hosts = np.bincount(links["second"][hosted], minlength=len(institutes))
        assert (hosts <= institutes["places"]).all()
        seen += len(links)
    assert seen > 0


@pytest.mark.parametrize("name", some_stories())
def test_every_number_is_a_number(name: str) -> None:
    for year, _ in history(name):
        for table, records in year.tables.items():
            for column in records.dtype.names or ():
                if records[column].dtype.kind == "f":
                    assert np.isfinite(records[column]).all(), (year.year, table, column)


NEVER_NEGATIVE = {
    "firms": (
        "age", "capacity", "building", "demand", "output", "planned", "sales", "labour", "credit", "credit_line",
        "research", "research_grant", "investment", "input_bill", "subsidy", "spillover", "partners", "innovations",
        "successes", "supply_limit", "local_supply", "taught", "absorption", "loan",
    ),
    "institutes": ("places", "partners", "budget"),
    "cells": ("employment", "potential", "firms", "institutes", "park", "land"),
    "regions": ("employment", "budget", "income", "population", "variety", "disaster"),
    "local_industries": (
        "firms", "employment", "capacity", "coming", "demand", "output", "sales", "final", "spending", "paid",
        "entry_grant", "capacity_grant", "research_grant", "attracted", "access", "supply", "served", "delivered",
        "promoted", "search_cost", "imports",
    ),
    "industries": ("firms", "capacity", "coming", "last_capacity", "output", "demand", "sales", "demand_share"),
}  # fmt: skip
POSITIVE = {
    "firms": ("productivity", "efficiency", "price", "unit_cost", "full_cost_price", "appeal", "project_boost"),
    "cells": ("rent",),
    "regions": ("wage", "consumption", "cost_of_living", "chain_link", "landing"),
    "local_industries": (
        "price_index",
        "unit_cost",
        "full_cost_price",
        "input_price",
        "reference_price",
        "startup_cost",
    ),
    "industries": ("import_price", "labour_share"),
}
SHARES = {
    "local_industries": ("paid_share", "filled", "promoted"),
    "firms": ("supply_limit",),
    "industries": ("demand_share",),
    "regions": ("disaster",),
}


@pytest.mark.parametrize("name", some_stories())
def test_no_stock_is_negative(name: str) -> None:
    for year, _ in history(name):
        for table, names in NEVER_NEGATIVE.items():
            for column in names:
                assert (year.tables[table][column] >= 0).all(), (year.year, table, column)
        for table, names in POSITIVE.items():
            for column in names:
                assert (year.tables[table][column] > 0).all(), (year.year, table, column)
        for table, names in SHARES.items():
            for column in names:
                assert (year.tables[table][column] <= 1 + 1e-12).all(), (year.year, table, column)


@pytest.mark.parametrize("name", some_stories())
def test_the_census_counts_everyone_once(name: str) -> None:
    for year, _ in history(name):
        firms, regions, local_industries, sites, cells = (
            year.tables[table] for table in ("firms", "regions", "local_industries", "sites", "cells")
        )
        assert np.array_equal(firms["region"], cells["region"][firms["cell"]])
        for column, weights in (("firms", None), ("employment", firms["labour"]), ("capacity", firms["capacity"])):
            counted = np.zeros(local_industries.shape)
            np.add.at(counted, (firms["region"], firms["industry"]), 1.0 if weights is None else weights)
            np.testing.assert_allclose(local_industries[column], counted, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(regions["employment"], local_industries["employment"].sum(axis=1), rtol=1e-9)
        np.testing.assert_allclose(cells["employment"], sites["employment"].sum(axis=1), rtol=1e-9, atol=1e-12)
        assert year.tables["industries"]["firms"].sum() == len(firms)


@pytest.mark.parametrize("name", some_stories())
def test_entries_and_exits_explain_the_number_of_firms(name: str) -> None:
    before: set[int] | None = None
    for year, _ in history(name):
        now = set(year.tables["firms"]["id"].tolist())
        entered = set(year.events["agent"][year.events["event"] == Event.ENTRY].tolist())
        left = set(year.events["agent"][year.events["event"] == Event.EXIT].tolist())
        if before is not None:
            assert now == (before | entered) - left, year.year
            assert not before & entered
            assert left <= before | entered
        before = now


@pytest.mark.parametrize("name", some_stories())
def test_the_nation_neither_empties_nor_explodes(name: str) -> None:
    for year, _ in history(name):
        assert 12 <= len(year.tables["firms"]) <= 200, year.year


def test_grants_reach_the_firms_they_are_booked_for() -> None:
    """Right after grants are paid, what firms hold as subsidies is what the ledger says was paid to them."""
    story = small_story("mechanisms.transfers=false", "plan.layout=duplicated", "plan.research_share=0.2")
    world = build_world(story)
    for year in range(6):
        if year == story.years.burn_in:
            treat(world, story)
        for phase in schedule.YEAR:
            phase.apply(world)
            if phase.apply.__name__ == "found_firms":
                to_firms = [world.account(f"{kind} grants") for kind in ("entry", "capacity", "research")]
                booked = -world.ledger.amount[np.isin(world.ledger.account, to_firms)].sum()
                assert booked > 0
                assert float(world.firms.subsidy.sum()) == pytest.approx(booked, rel=1e-9)
