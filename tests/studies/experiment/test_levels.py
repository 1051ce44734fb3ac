"""Levels: exact in decimals, both ends included, and what is refused says what to write."""

from __future__ import annotations

import json

import pytest

from sim.kernel.declare import PARAMETERS
from sim.kernel.scenario_types import Scenario
from sim.scenario.problems import Position, ScenarioError
from sim.scenario.reading import load_scenario
from sim.studies.experiment.levels import (
    GRAMMAR,
    check_levels,
    factor_at,
    labels,
    level_text,
    named_apart,
    read_factor,
    rounded,
    written,
)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("policy_text", ["policies=[{policy: research_grant, strength: 2}]"])


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("distance_cost=.1:.5:5", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("distance_cost=0.1:0.3:3", (0.1, 0.2, 0.3)),
        ("distance_cost=0:1:11", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)),
        ("distance_cost=0:1:4", (0.0, 0.333333333333, 0.666666666667, 1.0)),
        ("distance_cost=-1:1:3", (-1.0, 0.0, 1.0)),
        ("distance_cost=1e-3:1e-1:3", (0.001, 0.0505, 0.1)),
        ("distance_cost=0.1234567890123456:1:2", (0.1234567890123456, 1.0)),
        ("imitation=0,.5,1", (0.0, 0.5, 1.0)),
        ("plan.imitation = 0 , 1", (0.0, 1.0)),
        ("build_lag=1:4:4", (1, 2, 3, 4)),
        ("firms=10:13:4", (10, 11, 12, 13)),
        ("agglomeration", (True, False)),
        ("agglomeration=true,false", (True, False)),
        ("plan.layout=market,balanced", ("market", "balanced")),
    ],
)
def test_levels_are_those_that_the_help_says(scenario: Scenario, text: str, levels: tuple[object, ...]) -> None:
    found = read_factor(text, scenario)
    assert found.levels == levels
    assert [type(level) for level in found.levels] == [type(level) for level in levels]


def test_no_level_carries_the_error_of_binary_fractions(scenario: Scenario) -> None:
    for count in range(2, 60):
        found = read_factor(f"distance_cost=0:1.9:{count}", scenario)
        assert len(found.levels) == count and found.levels[-1] == 1.9
        for level in found.levels:
            assert len(written(level)) <= 16, written(level)
    tenths = read_factor("distance_cost=0:1:11", scenario)
    assert json.dumps(tenths.levels) == "[0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]"
    assert [tenths.override(level) for level in tenths.levels][3] == "parameters.distance_cost=0.3"


def test_a_name_alone_takes_its_declared_bounds(scenario: Scenario) -> None:
    found = read_factor("distance_cost", scenario)
    assert (found.levels[0], found.levels[-1]) == PARAMETERS["distance_cost"].sweep and len(found.levels) == 5
    whole = read_factor("build_lag", scenario)
    assert all(isinstance(level, int) for level in whole.levels)
    assert (whole.levels[0], whole.levels[-1]) == PARAMETERS["build_lag"].sweep


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("distance_cost=0:1:.25", "for steps of .25 write 0:1:5"),
        ("distance_cost=.1:.1:.5", "from .1 to .5 in steps of .1 is .1:.5:5"),
        ("distance_cost=0:1:1", "a whole number from 2 on"),
        ("distance_cost=0:1:2.0", "a whole number from 2 on"),
        ("distance_cost=0:1", "write the number of levels as the third part"),
        ("distance_cost=0:1:2:3", "not of the form A:B:N"),
        ("distance_cost=1:0:3", "write 0:1:3"),
        ("distance_cost=1:1:3", "1 is 1"),
        ("distance_cost=0:1:99999", "up to 1,000"),
        ("firms=10:13:5", "N may be 2, 4"),
        ("firms=10.5:13.5:4", "only whole numbers"),
        ("firms=10,10.5", "10.5 is not a whole number"),
        ("distance_cost=1", "--set parameters.distance_cost="),
        ("distance_cost=0.1,0.10", "stands twice"),
        ("distance_cost=0,5;1", "'5;1' is not a number"),
        ("distance_cost=0:0,5:3", "decimals have a point"),
        ("distance_cost=1_0,2", "not a number"),
        ("distance_cost=nan,1", "not a number"),
        ("distance_cost=1e999,1", "too large"),
        ("distance_cost=", "no level behind the ="),
        ("=1,2", "no name before the ="),
        ("agglomeration=yes,no", "not true or false"),
        ("seed=1,2", "replications are other seeds"),
        ("plan.budget", "no declared sweep bounds"),
        ("distanc_cost=0,1", "did you mean 'distance_cost'?"),
    ],
)
def test_what_is_no_level_is_refused_with_the_grammar(scenario: Scenario, text: str, told: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        read_factor(text, scenario)
    assert told in str(refused.value), str(refused.value)
    assert f"-p {text}" in str(refused.value) and GRAMMAR in str(refused.value)


def test_names_are_keys_or_unique_last_parts(scenario: Scenario) -> None:
    assert read_factor("imitation=0,1", scenario).key == "plan.imitation"
    assert read_factor("strength=1,2", scenario).key == "policies.0.strength"
    assert read_factor("neutral.budget=0,0.1", scenario).key == "neutral.budget"
    assert read_factor("years.burn_in=1,2", scenario).name == "burn_in"
    with pytest.raises(ScenarioError, match=r"regions.endowments or mechanisms.endowments"):
        read_factor("endowments=true,false", scenario)


def test_factors_with_one_last_part_are_called_by_their_keys(scenario: Scenario) -> None:
    two = [read_factor("plan.budget=0,0.1", scenario), read_factor("neutral.budget=0,0.1", scenario)]
    assert [one.name for one in named_apart(two, Position("-p", 0))] == ["plan.budget", "neutral.budget"]
    with pytest.raises(ScenarioError, match="varied twice"):
        named_apart([two[0], two[0]], Position("-p", 0))


def test_levels_that_no_scenario_may_have_are_refused_where_they_were_written(scenario: Scenario) -> None:
    where = Position("-p distance_cost=0,99", 0)
    with pytest.raises(ScenarioError, match=r"^-p distance_cost=0,99: .*99 is out of range; allowed: 0 to"):
        check_levels([(read_factor("distance_cost=0,99", scenario), where)], "policy_text", [])
    with pytest.raises(ScenarioError, match="unknown key 'nothing'"):
        check_levels([(read_factor("plan.nothing=1,2", scenario), where)], "policy_text", [])


def test_a_range_without_a_number_of_levels_is_for_sampling_alone(scenario: Scenario) -> None:
    found = factor_at("parameters.distance_cost", "0.1:0.5", scenario, Position("file"), ends=True)
    assert found.levels == (0.1, 0.5) and found.span
    assert not factor_at("parameters.distance_cost", "0.1:0.5:3", scenario, Position("file"), ends=True).span


def test_labels_have_as_few_digits_as_tell_levels_apart() -> None:
    assert labels((0.0, 0.333333333333, 1.0)) == ["0", "0.333", "1"]
    assert labels((0.12341, 0.12342)) == ["0.12341", "0.12342"]
    assert labels((True, False)) == ["true", "false"] and level_text(3) == "3"
    assert rounded(0.1 + 0.2) == 0.3 and rounded(2.6, whole=True) == 3
