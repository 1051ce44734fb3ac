"""Contracts that every declared metric keeps, new ones included unasked."""

from __future__ import annotations

import copy
import re
from typing import Any

import numpy as np
import pytest

import sim.metrics
from sim.kernel.declare import METRICS, metric
from sim.kernel.world import Tie, World
from sim.metrics import measure
from sim.metrics.columns import TIERS

NAMES = sorted(METRICS)
RELIED_ON = (
    "real_income",
    "ln_real_income",
    "value_added",
    "utilisation",
    "excess_capacity",
    "innovations",
    "radical_innovations",
    "radical_share",
    "firms",
    "leading_firms",
    "entry_rate",
    "exit_rate",
    "mean_margin",
    "mean_krugman_specialisation",
    "structural_similarity",
    "similarity_excess",
    "duplication_index",
    "consumer_price",
    "subsidy",
    "wasted_capital",
    "worst_region_income",
    "cooperation_links",
    "mean_productivity",
    "productivity_p90_p10",
    "ellison_glaeser_mean",
    "ellison_glaeser_median",
    "morans_i",
    "gini_innovation",
    "gini_output",
    "import_dependence",
    "chain_coverage",
    "high_end_clusters",
    "world_class_clusters",
    "ordinary_clusters",
    "unmet_demand",
)
"""Metrics of the nation that figures, reports and experiments name."""


def shape(world: World, level: str) -> tuple[int, ...]:
    """Shape of a metric of `level`."""
    regions, industries = world.local_industries.shape
    shapes: dict[str, tuple[int, ...]] = {
        "nation": (),
        "region": (regions,),
        "industry": (industries,),
        "local_industry": (regions, industries),
        "tier": (TIERS,),
    }
    return shapes[level]


def taken(world: World) -> dict[str, Any]:
    """All metrics of a world."""
    return measure(world, NAMES)


@pytest.mark.parametrize("name", RELIED_ON)
def test_what_others_rely_on_is_a_metric_of_the_nation(name: str) -> None:
    assert METRICS[name].level == "nation"


def test_every_metric_is_documented() -> None:
    for name, declared in METRICS.items():
        assert declared.unit and declared.formula and declared.source and declared.theme, name
        assert declared.help.endswith(".") and len(declared.help) > 8, name
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)


def test_cadence_is_checked() -> None:
    with pytest.raises(ValueError, match="every"):
        metric("never_declared", unit="1", formula="-", source="-", theme="-", every="week")


def test_limits_are_met_without_an_exception_or_a_warning(limit: World) -> None:
    for name, declared in METRICS.items():
        value = declared.function(limit)
        assert np.shape(value) == shape(limit, declared.level), name
        assert not np.isinf(np.asarray(value, dtype=float)).any(), name


def test_metrics_of_a_lived_world_are_finite(lived: World) -> None:
    values = taken(lived)
    undefined = {name for name in RELIED_ON if not np.isfinite(values[name])}
    assert undefined == set()
    for name, value in values.items():
        assert np.shape(value) == shape(lived, METRICS[name].level), name
        assert not np.isinf(value).any(), name


def test_metrics_write_nothing(lived: World) -> None:
    before, kernels = lived.state_hash(), sorted(lived.kernels)
    events, ledger = lived.events.copy(), lived.ledger.copy()
    taken(lived)
    assert lived.state_hash() == before and sorted(lived.kernels) == kernels
    assert np.array_equal(lived.events, events) and np.array_equal(lived.ledger, ledger)


def test_a_metric_taken_alone_equals_the_one_taken_with_others(lived: World) -> None:
    together = taken(lived)
    for name in NAMES:
        assert np.array_equal(together[name], METRICS[name].function(lived), equal_nan=True), name


def test_nothing_is_remembered_from_one_measurement_to_the_next(world: World) -> None:
    before = measure(world, ["utilisation", "firms"])
    world.firms.output *= 0.5
    world.firms_table.keep(np.arange(len(world.firms) - 1))
    after = measure(world, ["utilisation", "firms"])
    assert after["firms"] == before["firms"] - 1
    assert after["utilisation"] == pytest.approx(0.5 * (8 + 16 + 15 + 4) / 70)


def test_a_metric_that_takes_another_world_is_not_given_this_ones_sums(world: World) -> None:
    other = copy.deepcopy(world)
    other.firms.output[:] = 1.0

    def both(_: World) -> float:
        return float(METRICS["utilisation"].function(other))

    measure(world, ["utilisation"])
    assert both(world) == pytest.approx(5 / 100)


def test_measuring_an_unknown_name_is_refused(world: World) -> None:
    with pytest.raises(KeyError):
        measure(world, ["no_such_metric"])


# -- order of rows -----------------------------------------------------------------------------------------


def shuffled_firms(world: World, draw: np.random.Generator) -> tuple[World, dict[str, Any]]:
    """The same world with the rows of firms, institutes, links, events and ledger in another order."""
    other = copy.deepcopy(world)
    order, institute_order = draw.permutation(len(other.firms)), draw.permutation(len(other.institutes))
    firm_rows, institute_rows = np.argsort(order), np.argsort(institute_order)
    other.firms_table.rows[:] = other.firms[order].copy()
    other.institutes_table.rows[:] = other.institutes[institute_order].copy()
    links = other.links
    with_institute = links.tie == Tie.INSTITUTE
    links.first = firm_rows[links.first]
    links.second[~with_institute] = firm_rows[links.second[~with_institute]]
    links.second[with_institute] = institute_rows[links.second[with_institute]]
    for table in (other.links_table, other.events_table, other.ledger_table):
        table.rows[:] = table.rows[draw.permutation(len(table.rows))].copy()
    turn = draw.permutation(len(other.at_start["id"]))
    other.at_start = {name: values[turn] for name, values in other.at_start.items()}
    return other, {}


def shuffled_regions(world: World, draw: np.random.Generator) -> tuple[World, dict[str, Any]]:
    """The same world with its regions numbered differently."""
    other = copy.deepcopy(world)
    order = draw.permutation(len(other.regions))
    new_rows = np.argsort(order)
    other.regions, other.local_industries = other.regions[order].copy(), other.local_industries[order].copy()
    for records in (other.firms, other.institutes, other.cells, other.events):
        records.region = new_rows[records.region]
    other.at_start["region"] = new_rows[other.at_start["region"]]
    ledger = other.ledger
    ledger.region = np.where(ledger.region >= 0, new_rows[np.maximum(ledger.region, 0)], -1)
    assert other.fork_income is not None and other.fork_consumption is not None
    other.fork_income, other.fork_consumption = other.fork_income[order], other.fork_consumption[order]
    return other, {"region": order, "local_industry": order}


def shuffled_industries(world: World, draw: np.random.Generator) -> tuple[World, dict[str, Any]]:
    """The same world with its industries numbered differently."""
    other = copy.deepcopy(world)
    order = draw.permutation(len(other.industries))
    new_rows = np.argsort(order)
    other.industries = other.industries[order].copy()
    other.local_industries, other.sites = other.local_industries[:, order].copy(), other.sites[:, order].copy()
    other.input_shares = other.input_shares[np.ix_(order, order)]
    other.relatedness = other.relatedness[np.ix_(order, order)]
    for records in (other.firms, other.institutes, other.events):
        records.industry = new_rows[records.industry]
    other.at_start["industry"] = new_rows[other.at_start["industry"]]
    ledger = other.ledger
    ledger.industry = np.where(ledger.industry >= 0, new_rows[np.maximum(ledger.industry, 0)], -1)
    return other, {"industry": order, "local_industry": (slice(None), order)}


@pytest.mark.parametrize("shuffle", [shuffled_firms, shuffled_regions, shuffled_industries])
def test_order_of_rows_changes_no_metric(lived: World, shuffle: Any) -> None:
    other, order = shuffle(lived, np.random.default_rng(9))
    before, after = taken(lived), taken(other)
    for name in NAMES:
        expected = before[name]
        level = METRICS[name].level
        if level in order:
            expected = expected[order[level]]
        # an eigenvector is as exact as the gap between two eigenvalues allows
        exact = 1e-9 if METRICS[name].function.__name__.endswith("_complexity") else 1e-12
        assert np.allclose(after[name], expected, rtol=exact, atol=exact, equal_nan=True), name


def test_every_file_of_metrics_is_imported() -> None:
    files = {METRICS[name].function.__module__.rpartition(".")[2] for name in NAMES}
    assert files >= set(sim.metrics.__all__) - {"measure"}
