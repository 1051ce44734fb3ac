"""Measures computed afresh from the recorded tables of agents are those that the program recorded."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from sim.kernel.declare import METRICS
from sim.kernel.world import FIELDS, Event, World
from sim.metrics import measure
from sim.metrics.chain import contracts, ordered_under_contract
from sim.metrics.formulas import concentration, gradient, knowledge, structure
from sim.metrics.formulas.duranton_overman import duranton_overman
from sim.runs.recording import panel_columns
from tests.model.engine.worlds import lived as lived_through
from tests.model.engine.worlds import small_story


@pytest.fixture(scope="module")
def panels(lived: World) -> dict[str, pd.DataFrame]:
    """The tables of firms, links, events and cells of the last year, as a run writes them."""
    return {name: pd.DataFrame(panel_columns(lived, name)) for name in ("firms", "links", "events", "cells")}


def table_of(firms: pd.DataFrame, world: World, column: str) -> Any:
    """Sum of a column by region and industry, in the order of the world."""
    sums = firms.pivot_table(index="region", columns="industry", values=column, aggfunc="sum", fill_value=0.0)
    sums = sums.reindex(index=world.region_names, columns=world.industry_names, fill_value=0.0)
    return sums.to_numpy(dtype=float)


def test_concentration_from_the_firms(lived: World, panels: dict[str, pd.DataFrame]) -> None:
    firms = panels["firms"]
    workers = table_of(firms, lived, "labour")
    industry = firms["industry"].map({name: row for row, name in enumerate(lived.industry_names)}).to_numpy()
    plants = concentration.group_herfindahl(industry, len(lived.industry_names), firms["labour"].to_numpy())
    found = measure(lived, ["location_quotient", "krugman_specialisation", "theil", "ellison_glaeser"])
    afresh = {
        "location_quotient": concentration.location_quotient(workers),
        "krugman_specialisation": concentration.krugman_specialisation(workers),
        "theil": concentration.theil(workers),
        "ellison_glaeser": concentration.ellison_glaeser(workers, plants),
    }
    for name, value in afresh.items():
        assert np.isfinite(value).any() and value == pytest.approx(found[name], rel=1e-9, nan_ok=True), name


def test_localisation_from_the_firms_and_cells(lived: World, panels: dict[str, pd.DataFrame]) -> None:
    firms, cells = panels["firms"], panels["cells"]
    industry = firms["industry"].map({name: row for row, name in enumerate(lived.industry_names)}).to_numpy()
    found = duranton_overman(
        firms["cell"].to_numpy(), industry, cells["x"].to_numpy(), cells["y"].to_numpy(),
        industries=len(lived.industry_names), within=0.5214 * lived.geography.cell_km, seed=lived.seed, year=lived.year,
    )  # fmt: skip
    recorded = measure(lived, ["duranton_overman"])["duranton_overman"]
    assert np.isfinite(recorded).any()
    assert found.index - found.counter_index == pytest.approx(recorded, nan_ok=True)


def test_productivity_and_capacity_from_the_firms(lived: World, panels: dict[str, pd.DataFrame]) -> None:
    firms = panels["firms"]
    found = measure(lived, ["utilisation", "mean_margin", "productivity_p90_p10", "mean_productivity", "mean_age"])
    logs = np.log(firms["productivity"])
    apart = logs - logs.groupby(firms["industry"]).transform("mean")
    assert firms["output"].sum() / firms["capacity"].sum() == pytest.approx(found["utilisation"])
    assert firms["profit"].sum() / firms["sales"].sum() == pytest.approx(found["mean_margin"])
    assert gradient.percentile_ratio(apart.to_numpy()) == pytest.approx(found["productivity_p90_p10"])
    assert np.average(logs, weights=firms["output"]) == pytest.approx(found["mean_productivity"])
    assert firms["age"].mean() == pytest.approx(found["mean_age"])


def test_knowledge_from_the_firms(lived: World, panels: dict[str, pd.DataFrame]) -> None:
    vectors = panels["firms"][[f"knowledge_{field}" for field in range(FIELDS)]].to_numpy()
    found = measure(lived, ["technological_diversity"])["technological_diversity"]
    assert knowledge.technological_diversity(vectors) == pytest.approx(found, rel=1e-12)


def test_network_from_the_links(lived: World, panels: dict[str, pd.DataFrame]) -> None:
    links = panels["links"]
    found = measure(lived, ["firm_links", "institute_links", "clustering", "path_length", "largest_component_share"])
    assert (links["tie"] == "firm").sum() == found["firm_links"]
    assert (links["tie"] == "institute").sum() == found["institute_links"]
    between = links[links["tie"] == "firm"]
    graph = nx.Graph(zip(between["first"], between["second"], strict=True))
    giant = graph.subgraph(max(nx.connected_components(graph), key=len))
    assert len(giant) / len(panels["firms"]) == pytest.approx(found["largest_component_share"])
    sizes = sorted((len(part) for part in nx.connected_components(graph)), reverse=True)
    if len(sizes) == 1 or sizes[0] > sizes[1]:
        assert nx.average_clustering(giant) == pytest.approx(found["clustering"])
        assert nx.average_shortest_path_length(giant) == pytest.approx(found["path_length"])


def test_entry_exit_and_innovation_from_the_events(lived: World, panels: dict[str, pd.DataFrame]) -> None:
    events, firms = panels["events"], panels["firms"]
    found = measure(lived, ["entry_rate", "exit_rate", "innovations", "radical_innovations", "bankrupt_share"])
    entered, left = (events["event"] == "entry").sum(), (events["event"] == "exit").sum()
    before = len(firms) + left - entered
    assert entered / before == pytest.approx(found["entry_rate"]) and left / before == pytest.approx(found["exit_rate"])
    assert events.loc[events["event"] == "innovation", "detail"].sum() == found["innovations"]
    assert events.loc[events["event"] == "radical_innovation", "detail"].sum() == found["radical_innovations"]


def test_similarity_from_the_firms(lived: World, panels: dict[str, pd.DataFrame]) -> None:
    """Sales of firms that closed are in the recorded measure: close, not equal, unless none closed."""
    sales = table_of(panels["firms"], lived, "sales")
    ours = structure.mean_over_pairs(structure.structural_similarity(sales))
    assert ours == pytest.approx(measure(lived, ["structural_similarity"])["structural_similarity"], abs=0.05)


def test_what_was_ordered_under_contract_is_what_local_industries_booked() -> None:
    """From the links as from the orders that the market booked, where no contract ended with a firm.

    Without redirection, which takes from what is booked what suppliers have no room for.
    """
    lived = lived_through(small_story("mechanisms.redirection=false"), 6)
    links = contracts(lived)
    suppliers, customers = lived.firms[links.second], lived.firms[links.first]
    mine = np.zeros(lived.local_industries.shape)
    np.add.at(mine, (customers.region, suppliers.industry), ordered_under_contract(lived))
    booked = np.asarray(lived.local_industries.contracted)
    assert (mine <= booked * (1 + 1e-9)).all()
    assert mine.sum() > 0.7 * booked.sum()


def test_levels_add_up_to_the_nation(lived: World) -> None:
    """Weighted by what they are shares of, regions and industries give the measure of the nation."""
    found = measure(lived, list(METRICS))
    start = lived.at_start
    weights = {"region": np.bincount(start["region"], minlength=len(lived.regions)),
               "industry": np.bincount(start["industry"], minlength=len(lived.industries)),
               "tier": np.bincount(start["tier"], minlength=5)}  # fmt: skip
    for level, begun in weights.items():
        for rate in ("entry_rate", "exit_rate"):
            total = np.nansum(found[f"{level}_{rate}"] * begun) / begun.sum()
            if level == "tier":  # entrants that live; firms that were there at the start and left
                events = lived.events
                gone = set(events.agent[events.event == Event.EXIT].tolist())
                came = events.agent[events.event == Event.ENTRY]
                counted = gone & set(start["id"].tolist()) if rate == "exit_rate" else set(came.tolist()) - gone
                assert total * begun.sum() == pytest.approx(len(counted)) and counted
            else:
                assert total == pytest.approx(found[rate]), (level, rate)
    workers = np.asarray(lived.local_industries.employment).sum(axis=1)
    assert np.nansum(found["theil_specialisation"] * workers) / workers.sum() == pytest.approx(found["theil"])
    assert np.nanmean(found["region_plan_overlap"]) == pytest.approx(found["plan_overlap"], nan_ok=True)
    for level in ("region", "industry", "tier"):
        firms = np.bincount(lived.firms[level], minlength=len(found[f"{level}_firm_links"]))
        assert np.nansum(found[f"{level}_firm_links"] * firms) == pytest.approx(2 * found["firm_links"])
        assert np.nansum(found[f"{level}_institute_links"] * firms) == pytest.approx(found["institute_links"])
    for level in ("industry", "local_industry"):
        assert found[f"{level}_radical_innovations"].sum() == found["radical_innovations"]
    assert found["region_wasted_capital"].sum() == pytest.approx(found["wasted_capital"])
    assert found["region_total_wasted_capital"].sum() == pytest.approx(found["total_wasted_capital"])
    assert found["scrapped_capital"] > 0.0


def test_spread_of_productivity_by_place_from_the_firms(lived: World, panels: dict[str, pd.DataFrame]) -> None:
    firms = panels["firms"]
    logs = np.log(firms["productivity"])
    apart = logs - logs.groupby(firms["industry"]).transform("mean")
    for level, values, names in (
        ("region", apart, lived.region_names), ("industry", logs, lived.industry_names)
    ):  # fmt: skip
        grouped = values.groupby(firms[level])
        expected = np.exp(grouped.quantile(0.9) - grouped.quantile(0.1)).reindex(names)
        found = measure(lived, [f"{level}_productivity_p90_p10"])[f"{level}_productivity_p90_p10"]
        assert found == pytest.approx(expected.to_numpy(), nan_ok=True)


def test_single_sourced_inputs_from_the_links(lived: World, panels: dict[str, pd.DataFrame]) -> None:
    links, firms = panels["links"], panels["firms"].set_index("id")
    supply = links[links["tie"] == "supply"]
    inputs = pd.DataFrame({
        "customer": supply["first"], "region": firms["region"].reindex(supply["first"]).to_numpy(),
        "industry": firms["industry"].reindex(supply["second"]).to_numpy(),
    })  # fmt: skip
    counted = inputs.groupby(["customer", "region", "industry"]).size().eq(1).reset_index(name="single")
    for level, names in (("region", lived.region_names), ("industry", lived.industry_names)):
        expected = counted.groupby(level)["single"].mean().reindex(names)
        found = measure(lived, [f"{level}_single_sourced"])[f"{level}_single_sourced"]
        assert found == pytest.approx(expected.to_numpy(), nan_ok=True)
