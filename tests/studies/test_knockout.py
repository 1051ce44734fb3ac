"""Knock-outs: which arms there are, the sign of contributions, and the command on a tiny world."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.kernel.declare import MECHANISMS
from sim.kernel.scenario_types import Change
from sim.reporting.wording.en.theory import contributions as contributions_in_words
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import changed, load_scenario
from sim.studies.knockout import (
    ASPECTS,
    MEASURES,
    SLUMP,
    WHOLE,
    chosen_mechanisms,
    contributions,
    knockout_arms,
    largest_industry,
)

TINY = (
    "regions.grid.rows=2", "regions.grid.columns=2", "regions.cells=1", "population.firms=40",
    "population.institutes=4", "years.burn_in=1", "years.treatment=3",
)  # fmt: skip


def test_every_mechanism_is_switched_with_and_without_the_slump() -> None:
    scenario = load_scenario("policy_text")
    names = chosen_mechanisms([])
    arms = knockout_arms(scenario, names)
    assert names == list(MECHANISMS)
    assert len(arms) == 2 * (len(MECHANISMS) + 1)
    assert arms["agglomeration"].mechanisms == {"agglomeration": False}
    assert arms["bail_outs"].mechanisms == {"bail_outs": True}
    assert not arms[WHOLE].shocks
    (slump,) = arms["agglomeration" + SLUMP].shocks
    assert slump.industries == (largest_industry(scenario),) == ("devices",)
    assert slump.shock == "demand_slump"


def test_a_mechanism_is_switched_for_good_whatever_changes_later() -> None:
    told = {40: {"relocation": False, "distance_cost": 0.3}}
    arms = knockout_arms(changed(load_scenario("policy_text"), told), ["relocation", "exit"])
    assert arms["exit"].changes == arms[WHOLE].changes != ()
    assert arms["relocation"].changes == (Change(year=40, set={"parameters.distance_cost": 0.3}),)


def test_the_answer_of_the_page_names_the_ends() -> None:
    assert contributions_in_words(3, []).startswith("Of 3 mechanisms none")
    assert "one contributes clearly to real income: exit, +2.0 %" in contributions_in_words(1, [("exit", "+2.0")])
    told = contributions_in_words(9, [("exit", "+2.0"), ("pricing", "+1.0"), ("tiers", "-1.0")])
    assert "3 contribute clearly to real income, from exit, +2.0 %, to tiers, -1.0 %" in told


def test_an_unknown_mechanism_is_told() -> None:
    with pytest.raises(ScenarioError, match="agglomeration"):
        chosen_mechanisms(["aglomeration"])


def test_contributions_have_the_sign_of_what_the_mechanism_adds() -> None:
    """Constructed: agglomeration adds .05 to ln income and saves .02 of what the slump takes; bail-outs cost .01."""
    scenario = load_scenario("policy_text")
    levels = {
        WHOLE: 1.0, WHOLE + SLUMP: 0.9, "agglomeration": 0.95, "agglomeration" + SLUMP: 0.83,
        "bail_outs": 0.99, "bail_outs" + SLUMP: 0.89,
    }  # fmt: skip
    values = pd.DataFrame(
        [
            {"arm": arm, "seed": seed, "measure": measure, "value": seed + level * (1 + 0.001 * seed)}
            for arm, level in levels.items() for measure in MEASURES for seed in (-2, -1, 1, 2)
        ]
    )  # fmt: skip
    table = contributions(scenario, ["agglomeration", "bail_outs"], values)
    assert (table["ci_low"] < table["ci_high"]).sum() == len(table) - 1  # nothing is saved without bail-outs
    few = contributions(scenario, ["agglomeration"], values[values["seed"] < 2])
    assert set(few["reason"]) == {"too few"} and not few["clear"].any() and few["ci_low"].isna().all()
    found = table.set_index(["mechanism", "aspect"])["contribution"]
    assert found["agglomeration", "real income"] == pytest.approx(5.0)
    assert found["agglomeration", "slump"] == pytest.approx(2.0)
    assert found["agglomeration", "steadiness"] == pytest.approx(-5.0)
    assert found["bail_outs", "real income"] == pytest.approx(-1.0)
    assert found["bail_outs", "slump"] == pytest.approx(0.0, abs=1e-9)
    assert list(table["switched"]) == ["off"] * len(ASPECTS) + ["on"] * len(ASPECTS)


def test_a_model_that_never_stands_has_no_contribution_and_the_others_have() -> None:
    scenario = load_scenario("policy_text")
    levels = {WHOLE: 1.0, WHOLE + SLUMP: 0.9, "bail_outs": 0.99, "bail_outs" + SLUMP: 0.89}
    values = pd.DataFrame(
        [
            {"arm": arm, "seed": seed, "measure": measure, "value": seed + level}
            for arm, level in levels.items() for measure in MEASURES for seed in (1, 2)
        ]
    )  # fmt: skip
    table = contributions(scenario, ["agglomeration", "bail_outs"], values).set_index(["mechanism", "aspect"])
    assert table["contribution"]["bail_outs", "real income"] == pytest.approx(-1.0)
    assert pd.isna(table["contribution"]["agglomeration", "real income"])
    assert table["replications"]["agglomeration", "real income"] == 0 and not table["clear"]["agglomeration"].any()


def test_the_command_on_a_tiny_world(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["knockout", "policy_text", "--replications", "2", "--workers", "1", "--out", str(out)]
    words += [word for text in TINY for word in ("--set", text)]
    words += ["--mechanism", "trade_costs"]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    table = pd.read_csv(out / "knockout.csv")
    assert len(table) == len(ASPECTS)
    income = table[table["aspect"] == "real income"].set_index("mechanism")["contribution"]
    assert income["trade_costs"] < 0.0  # goods that travel for nothing are worth more than goods that do not
    assert "trade_costs" in result.output
    assert (out / "figures" / "knockout.png").stat().st_size > 10_000
    page = (out / "report.html").read_text(encoding="utf-8")
    for said in ("Of 1 mechanism none contributes", "trade costs", "real income, % (ln)", "40% of the demand", "<img"):
        assert said in page
    wrong = CliRunner().invoke(main, ["knockout", "policy_text", "--mechanism", "nothing"])
    assert wrong.exit_code == 2
    assert "is no mechanism" in wrong.output
