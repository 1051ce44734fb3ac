"""Findings of published models: experiment files, judged as all claims are, and the whole path."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.reporting.columns import FILES
from sim.reporting.findings import publish_finding
from sim.runs.run import run_scenario
from sim.scenario.problems import ScenarioError
from sim.studies.claims_table import claims_of
from sim.studies.findings import Findings, known_findings, read_finding, verdict_of
from sim.studies.measures import recorded_for

TEXT = """\
title: Found
why: something
source: Someone 2000
scenario: base
set: {population.firms: 60, population.institutes: 4, years.burn_in: 2, years.treatment: 2}
arms_from: opening
arms:
  none: {parameters.herding: 0}
  some: {parameters.herding: 5}
record: [dispersion]
claims:
  - {claim: more is more, contrast: some - none, expect: above}
  - {claim: above a number, contrast: none - 0.5, expect: above}
note: because
"""


def test_the_four_files_are_known() -> None:
    assert list(known_findings()) == ["bottazzi_null", "klepper_spin_offs", "raimbault_2022", "yang_ettema_2012"]


@pytest.mark.parametrize("name", known_findings())
def test_findings_are_well_formed(name: str) -> None:
    setup = read_finding(known_findings()[name])
    told = setup.experiment
    assert told.why and told.source and told.arms_from == "opening" and len(setup.points) == 1
    assert {claim.measure for claim in told.claims} <= set(told.record)
    recorded = [recorded_for(scenario, told.record).record for scenario in setup.runs.values()]
    assert all(set(one.levels) <= {"nation", "industry"} for one in recorded)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("record: [dispersion", "record: [dispersal", "11?:?.*'dispersal' is no measure"),
        ("some - none", "some - nobody", "there is no arm 'nobody'"),
        ("expect: above}", "expect: beside}", "claims.0.expect"),
        ("source: Someone 2000", "sauce: Someone 2000", "unknown key 'sauce'; did you mean 'source'"),
        ("population.firms: 60", "population.frims: 60", "5:25: population.frims"),
    ],
)
def test_mistakes_are_told_with_their_place(old: str, new: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError, match=message) as error:
        read_finding(tmp_path / "f.yaml")
    assert f"{tmp_path / 'f.yaml'}:" in str(error.value)


def test_a_sweep_is_no_finding(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(TEXT + "factors: {imitation: [0, 1]}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="clustersim batch"):
        read_finding(tmp_path / "f.yaml")
    (tmp_path / "f.yaml").write_text(TEXT[: TEXT.index("claims:")], encoding="utf-8")
    with pytest.raises(ScenarioError, match="claims nothing"):
        read_finding(tmp_path / "f.yaml")


def runs(**series: list[float]) -> pd.DataFrame:
    """Rows of an experiment at one point, one value a seed."""
    return pd.DataFrame(
        [
            {"point": 0, "arm": arm, "seed": seed, "measure": "dispersion", "value": value}
            for arm, values in series.items() for seed, value in enumerate(values, start=1)
        ]
    )  # fmt: skip


def test_an_arm_is_held_against_a_number_and_against_another(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(TEXT, encoding="utf-8")
    luck = np.random.default_rng(1)
    none, some = luck.normal(0.2, 0.1, 12), luck.normal(1, 0.1, 12)
    found = claims_of(read_finding(tmp_path / "f.yaml"), runs(none=list(none), some=list(some)))
    assert set(found.columns) == set(FILES["claims.csv"].columns)
    assert list(found["holds"]) == ["holds", "opposite"]
    assert found["difference"].tolist() == pytest.approx([np.mean(some - none), np.mean(none) - 0.5])
    half = 2.2009851600916384 * none.std(ddof=1) / np.sqrt(12)  # t(.975, 11)
    assert found["ci_high"].iloc[1] == pytest.approx(np.mean(none) - 0.5 + half)
    assert list(found["replications"]) == [12, 12]


def test_an_arm_of_which_no_run_ended_well_leaves_its_claims_open_and_the_figure_can_be_drawn(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(TEXT, encoding="utf-8")
    setup = read_finding(tmp_path / "f.yaml")
    values = runs(none=[1.0, 1.2, 1.4, 1.6], some=[np.nan] * 4)
    claims = claims_of(setup, values)
    assert claims["holds"].tolist() == ["no value", "holds"] and claims["replications"].tolist() == [0, 4]
    found = Findings("f", setup, claims, values, (1, 2, 3, 4), ())
    assert found.verdict == "reproduced in part"
    few = claims_of(setup, values[values["seed"] < 4])
    assert few["holds"].tolist() == ["no value", "open"]
    assert Findings("f", setup, few, values, (1, 2, 3), ()).verdict == "open"
    paths = publish_finding(found, tmp_path / "out")
    assert all(path.stat().st_size for path in paths)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert tmp_path / "out" / "report.html" in paths
    for said in ("shows a part of this finding", "Someone 2000", "more is more", "above a number", "because", "<img"):
        assert said in page


def test_the_verdict_follows_from_the_claims() -> None:
    assert verdict_of({"holds": 3}) == "reproduced"
    assert verdict_of({"tie": 2, "opposite": 1}) == "not reproduced"
    assert verdict_of({"holds": 1, "open": 1}) == "reproduced in part"
    assert verdict_of({"open": 2, "no value": 1}) == "open"


def test_the_command_from_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "found.yaml").write_text(TEXT, encoding="utf-8")
    words = ["findings", str(tmp_path / "found.yaml"), "--replications", "2", "--workers", "1", "--out", str(tmp_path)]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "Found: " in result.output and "above a number" in result.output
    folder = tmp_path / "found"
    claims = pd.read_csv(folder / "claims.csv")
    assert claims["holds"].tolist() == ["open", "open"] and claims["replications"].tolist() == [2, 2]
    assert set(claims["reason"]) == {"too few"} and claims["ci_low"].isna().all()
    values = pd.read_csv(folder / "values.csv").set_index(["seed", "arm"])["value"]
    apart = [values[seed, "some"] - values[seed, "none"] for seed in (1, 2)]
    assert claims["difference"][0] == pytest.approx(np.mean(apart))
    alone = run_scenario(read_finding(tmp_path / "found.yaml").runs[(), "some"], 1)
    last = alone.sites[alone.sites["year"] == alone.sites["year"].max()]
    table = last.pivot_table(index="region", columns="industry", values="firms", aggfunc="sum", fill_value=0)
    expected = table.to_numpy().sum(axis=0) / len(table)
    by_hand = (((table.to_numpy() - expected) ** 2 / expected).sum(axis=0) / (len(table) - 1)).mean()
    assert values[1, "some"] == pytest.approx(by_hand, rel=1e-12)
    assert (folder / "figures" / "found.png").stat().st_size > 10_000
