"""A session and `clustersim run` of the same table have the same states to the bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.game.engine import class_scenario
from sim.game.presets import PRESETS, base_scenario, with_preset
from sim.game.publish import plan_table, played_scenario
from sim.game.session import Session
from sim.kernel.scenario_types import Scenario
from sim.runs.run import run_scenario
from sim.scenario.reading import load_scenario, scenario_as_yaml
from sim.store.files import write_csv
from tests.game.small import OVERRIDES, begun, hashes, played, start

NONE = {"levels": ("nation",), "metrics": ("real_income",)}


def state_hashes(scenario: Scenario) -> dict[int, str]:
    """State hash by year of a run."""
    recorded = scenario.model_copy(update={"record": scenario.record.model_copy(update=NONE)})
    found = run_scenario(recorded).hashes
    return dict(zip(found["year"], found["hash"], strict=True))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """All bots, two rounds of preset E."""
    found = begun(tmp_path_factory.mktemp("engine") / "s", "E")
    start(found)
    played(found)
    found.open(found.secret)
    played(found)
    return found


def test_a_session_of_bots_equals_a_run_of_its_scenario_round_by_round(session: Session) -> None:
    told = hashes(session)
    for arm in ("class", "coordinated", "none"):
        found = state_hashes(played_scenario(session, 1, arm))
        assert found[13] == told[2]["1"][arm]
    first = class_scenario(session.worlds.scenario(1), session.preset(1), session.played().rounds[1][:1])
    assert state_hashes(first)[8] == told[1]["1"]["class"]


def test_the_plan_as_a_table_and_the_scenario_as_yaml_give_the_same_states(session: Session, tmp_path: Path) -> None:
    scenario = played_scenario(session, 1)
    file = tmp_path / "class.yaml"
    file.write_text(scenario_as_yaml(scenario), encoding="utf-8")
    expected = hashes(session)[2]["1"]["class"]
    assert state_hashes(load_scenario(file))[13] == expected
    table = write_csv(tmp_path / "plan.csv", plan_table(scenario))
    given = [*OVERRIDES, "years.treatment=10", "plan.every=5", f"plan.matrix={table}", "plan.layout=explicit",
             "plan.elsewhere=market", "plan.imitation=0"]  # fmt: skip
    assert state_hashes(load_scenario("policy_text", given))[13] == expected


def test_arms_have_equal_luck_and_differ_by_their_plans(session: Session) -> None:
    told = hashes(session)
    assert len({*told[1]["1"].values()}) == 3
    assert session.state.fork is not None
    assert session.worlds.past is not None and session.worlds.past.state_hash() == session.state.fork["hash"]


def test_presets_act_from_the_fork_on_and_share_one_past() -> None:
    base = base_scenario(PRESETS["F"], None, 4, OVERRIDES)
    own = with_preset(base, PRESETS["F"])
    assert [(change.year, sorted(change.set)) for change in own.changes] == [
        (4, ["mechanisms.regional_financing", "parameters.own_share"])
    ]
    assert not base.changes and own.years.treatment == 20 and own.plan.every == 5


def test_rounds_in_which_nobody_spends_are_without_a_plan() -> None:
    base = base_scenario(PRESETS["B"], None, 4, OVERRIDES)
    nothing: dict[str, dict[str, float]] = {"R1A": {}, "R1B": {}}
    some = {"R1A": {"chips": 4.0}, "R1B": {}}
    assert class_scenario(base, PRESETS["B"], [nothing]).plan.layout == "market"
    found = class_scenario(base, PRESETS["B"], [nothing, some, nothing])
    assert found.plan.layout == "market"
    assert [(one.year, dict(one.set)) for one in found.changes] == [
        (9, {"plan.layout": "explicit"}), (14, {"plan.layout": "market"}),
    ]  # fmt: skip
    assert {(one.term, one.effort) for one in found.plan.choices} == {(1, 0.4), (2, 0.4)}
    idle = base.model_copy(update={"years": base.years.model_copy(update={"treatment": 5})})
    assert state_hashes(idle)[8] == state_hashes(class_scenario(idle, PRESETS["B"], [nothing]))[8]


def test_the_new_industry_opens_with_the_first_round() -> None:
    base = base_scenario(PRESETS["G"], None, 4, OVERRIDES)
    assert base.industries["energy_storage"].opens == 4 and base.plan.hot[0] == "energy_storage"
