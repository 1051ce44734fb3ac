"""Signs: which settings there are, which runs they share, signs of constructed values, and the command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.kernel.declare import MECHANISMS, PARAMETERS
from sim.reporting.figures.signs import changed_signs, most_moved
from sim.scenario.reading import load_scenario
from sim.studies.signs import (
    AS_IT_IS,
    CHANNELS,
    INCOME,
    MIXES,
    TRANSFERRED,
    channel_rows,
    settings_of,
    sign_rows,
    signs_arms,
)

TINY = (
    "regions.grid.rows=2", "regions.grid.columns=2", "regions.cells=1", "population.firms=40",
    "population.institutes=4", "years.burn_in=1", "years.treatment=3",
)  # fmt: skip


def test_every_mechanism_assumed_parameter_meaning_and_mix_is_a_setting() -> None:
    scenario = load_scenario("policy_text")
    settings = list(settings_of(scenario))
    assert settings[0] == AS_IT_IS
    names = {kind: [one.name for one in settings if one.kind == kind] for kind in ("mechanism", "parameter")}
    assert names["mechanism"] == list(MECHANISMS)
    assumed = [name for name, one in PARAMETERS.items() if one.evidence == "A" and one.sweep]
    assert set(names["parameter"]) == set(assumed)
    ends = {one.value for one in settings if one.name == "distance_cost"}
    assert ends <= {f"{end:g}" for end in PARAMETERS["distance_cost"].sweep}
    assert [one.value for one in settings if one.kind == "mix"] == [*MIXES, *TRANSFERRED]
    (land,) = [one for one in settings if (one.name, one.value) == ("transfers", "land")]
    told = land.applied(scenario, "duplicated")
    assert told.mechanisms["transfers"] and (told.plan.mix.land, told.plan.mix.cash) == (1.0, 0.0)
    hires = [one for one in settings if (one.kind, one.name) == ("mix", "mix") and one.value != "research"]
    assert [one.mechanisms for one in hires] == [{"transfers": False}] * 2  # with it on neither changes anything
    assert "winners" in [one.value for one in settings if one.kind == "hot"]
    assert len({(one.name, one.value) for one in settings}) == len(settings)


def test_only_the_kinds_asked_for_beside_the_default() -> None:
    scenario = load_scenario("policy_text")
    assert {one.kind for one in settings_of(scenario, ["mix"])} == {"default", "mix"}


def test_a_setting_changes_one_thing_and_the_layout() -> None:
    scenario = load_scenario("policy_text")
    (off,) = [one for one in settings_of(scenario, ["mechanism"]) if one.name == "agglomeration"]
    changed = off.applied(scenario, "duplicated")
    assert changed.mechanisms == {**scenario.mechanisms, "agglomeration": False}
    assert changed.plan.layout == "duplicated"
    assert changed.parameters == scenario.parameters and changed.plan.budget == scenario.plan.budget
    (mix,) = [one for one in settings_of(scenario, ["mix"]) if one.value == "research"]
    assert mix.applied(scenario, "market").plan.research_share == 1.0


def test_equal_scenarios_are_run_once() -> None:
    scenario = load_scenario("policy_text")
    settings = {"policy_text": list(settings_of(scenario, ["mix"]))}
    arms, runs = signs_arms({"policy_text": scenario}, settings)
    assert len(runs) == 5 + 3 * (len(MIXES) + len(TRANSFERRED))
    assert len(set(runs.values())) == len(arms)
    assert len({name for name in arms if name.endswith(", market")}) >= 1
    assert runs["policy_text", "as it is", "", "D"] == "policy_text, as it is, differentiated"


def test_signs_and_channels_of_constructed_values() -> None:
    """By default D exceeds HH by .02 and M by nothing in the mean; with research alone it falls .05 short of HH."""
    scenario = load_scenario("policy_text")
    settings = {"policy_text": [one for one in settings_of(scenario, ["mix"]) if one.value in ("", "research")]}
    _, runs = signs_arms({"policy_text": scenario}, settings)
    levels = {"D": 1.02, "HH": 1.0, "HB": 1.005, "RS": 1.01, "M": 1.02}
    rows = []
    for seed in (1, 2, 3, 4):
        for (_, name, _, short), run in runs.items():
            level = levels[short] - (0.07 if name == "mix" and short == "D" else 0.0)
            luck = 0.001 * (-1) ** seed if short == "D" else 0.0
            for measure in (INCOME, *CHANNELS.values()):
                rows.append({"arm": run, "seed": seed, "measure": measure, "value": level + luck})
    values = pd.DataFrame(rows).drop_duplicates(["arm", "seed", "measure"])
    table = pd.DataFrame(sign_rows(values, runs, settings)).set_index(["comparison", "setting"])
    assert table["sign"]["differentiated - duplicated", "as it is"] == "positive"
    assert table["mean"]["differentiated - duplicated", "as it is"] == pytest.approx(0.02)
    assert table["sign"]["differentiated - market", "as it is"] == "tie"
    assert table["sign"]["differentiated - duplicated", "mix"] == "negative"
    assert table["moved"]["differentiated - duplicated", "mix"] == pytest.approx(-0.07)
    assert table["moved"]["differentiated - market", "as it is"] == 0.0
    assert (table["low"] < table["mean"]).all() and (table["mean"] < table["high"]).all()
    told = pd.DataFrame(channel_rows(values, runs, ["policy_text"]))
    terms = told[told["comparison"] == "differentiated - duplicated"].set_index("channel")["mean"]
    assert terms["composition"] == pytest.approx(0.005) and terms["localisation"] == pytest.approx(0.005)
    assert terms["endowment fit"] == pytest.approx(0.01)
    assert "composition" not in set(told[told["comparison"] == "differentiated - market"]["channel"])
    assert set(CHANNELS) <= set(told["channel"])


def test_the_figure_shows_what_moves_a_comparison_the_most() -> None:
    index = pd.MultiIndex.from_tuples([("as it is", ""), ("a", "1"), ("b", "2"), ("c", "off")])
    table = pd.DataFrame(
        {"moved": [0.0, 0.1, -0.4, np.nan], "sign": ["tie", "positive", "negative", "open"]}, index=index
    )
    keys = list(index)
    assert most_moved({"x": table}, keys) == [("b", "2"), ("a", "1"), ("c", "off")]
    assert changed_signs({"x": table}, keys) == 2


def words(out: Path, *asked: str) -> list[str]:
    """The command on a tiny world."""
    told = ["signs", "--map", "policy_text", *asked, "--workers", "1", "--out", str(out)]
    return told + [word for text in TINY for word in ("--set", text)]


def told(out: Path, *asked: str) -> str:
    """What the command says on a tiny world."""
    result = CliRunner().invoke(main, words(out, *asked), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.slow
def test_the_command_on_a_tiny_world(tmp_path: Path) -> None:
    """A folder grows by kinds, settings and replications, and its tables are of all that it holds."""
    out = tmp_path / "out"
    mix = ("--only", "mix", "--replications", "2", "--setting-replications", "1")
    told(out, *mix)
    table = pd.read_csv(out / "signs.csv")
    assert len(table) == 2 * (1 + len(MIXES) + len(TRANSFERRED))
    assert set(table["sign"]) == {"open"} and table["mean"].notna().all()
    assert set(table["replications"]) == {1, 2}
    assert (out / "figures" / "signs-policy_text.png").stat().st_size > 10_000
    page = (out / "report.html").read_text(encoding="utf-8")
    for said in ("differentiated - duplicated, policy text as it is:", "too few", "mix research", "mark-ups", "<img"):
        assert said in page
    assert set(pd.read_csv(out / "channels.csv")["channel"]) >= {"composition", "mark-ups"}
    told(out, "--setting", "tiers", "--replications", "1", "--setting-replications", "2")
    grown = pd.read_csv(out / "signs.csv").set_index(["comparison", "kind", "value"])
    assert len(grown) == len(table) + 2
    assert set(grown.xs("default", level="kind")["replications"]) == {2}
    assert set(grown.xs("mechanism", level="kind")["replications"]) == {2}
    assert set(grown.xs("mix", level="kind")["replications"]) == {1}
    told(out, "--only", "default", "--replications", "1")
    pd.testing.assert_frame_equal(pd.read_csv(out / "signs.csv"), grown.reset_index()[list(table)])
    counted = told(out, "--setting", "tiers", "--setting", "hot_by", "--setting-replications", "2", "--count")
    rows = {line.split()[2]: line.split()[3:6] for line in counted.splitlines() if line.startswith("policy text")}
    assert rows["mechanism"] == ["1", "6", "6"] and rows["hot"][2] == "0"
    assert rows["default"] == ["1", "200", "10"], "two seeds of five layouts are there"


def test_a_name_that_no_setting_has_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, words(tmp_path / "out", "--setting", "agglomeratio"))
    assert result.exit_code == 2
    assert "agglomeration" in result.output
