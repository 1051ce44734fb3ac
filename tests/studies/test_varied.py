"""What arms vary, as columns."""

from __future__ import annotations

import pandas as pd

from sim.kernel.declare import PARAMETERS
from sim.kernel.scenario_types import Scenario, ShockEvent
from sim.scenario.json_schema import declare_everything
from sim.studies.varied import varied, with_varied
from tests.synthetic import scenario


def changed(base: Scenario, **plan: object) -> Scenario:
    return base.model_copy(update={"plan": base.plan.model_copy(update=plan)})


def test_a_key_in_which_alone_an_arm_differs_is_a_column() -> None:
    base = scenario("market")
    found = varied({"base": base, "low": changed(base, budget=0.02), "other": changed(base, layout="balanced")}, "base")
    assert list(found.columns) == ["plan.budget", "plan.layout"]
    assert found["plan.budget"].to_dict() == {"base": 0.05, "low": 0.02, "other": 0.05}
    assert found["plan.layout"].to_dict() == {"base": "market", "low": "market", "other": "balanced"}


def test_a_parameter_that_an_arm_does_not_set_has_its_default() -> None:
    declare_everything()
    base = scenario("market")
    one = base.model_copy(update={"parameters": {"foresight": 0.9}})
    found = varied({"base": base, "one": one}, "base")
    assert found["parameters.foresight"].to_dict() == {"base": PARAMETERS["foresight"].default, "one": 0.9}
    same = base.model_copy(update={"parameters": {"foresight": PARAMETERS["foresight"].default}})
    assert varied({"base": base, "same": same}, "base").columns.empty


def test_arms_that_differ_in_more_or_in_lists_vary_nothing() -> None:
    base = scenario("market")
    shock = ShockEvent(shock="demand_slump")
    arms = {
        "base": base, "two": changed(base, layout="balanced", budget=0.02),
        "shock": base.model_copy(update={"shocks": (shock,)}), "named": base.model_copy(update={"title": "other"}),
    }  # fmt: skip
    assert varied(arms, "base").columns.empty


def test_tables_get_the_columns_after_the_arm() -> None:
    base = scenario("market")
    settings = varied({"base": base, "low": changed(base, budget=0.02)}, "base")
    table = pd.DataFrame({"window": ["final year"], "arm": ["low"], "value": [1.0]})
    assert with_varied(table, settings).iloc[0].to_dict() == {
        "window": "final year", "arm": "low", "plan.budget": 0.02, "value": 1.0,
    }  # fmt: skip
    bare = pd.DataFrame({"year": [1]})
    assert with_varied(bare, settings) is bare
