"""Findings of published models: files are well formed, claims are judged by their intervals, and the whole path."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.reporting.findings import publish_finding
from sim.scenario.problems import ScenarioError
from sim.studies.findings import MEASURES, Claim, Findings, arms_of, judged, known_findings, read_finding

EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"
FILES = known_findings(EXPERIMENTS)
TEXT = """\
title: Found
finding: something
source: Someone 2000
scenario: base
changes: [population.firms=60, population.institutes=4, years.burn_in=2, years.treatment=2]
arms:
  none: [parameters.herding=0]
  some: [parameters.herding=5]
measures: {dispersion: "Variance over mean"}
claims:
  - {claim: more is more, measure: dispersion, arm: some, against: none, expect: above}
  - {claim: never negative, measure: dispersion, arm: none, against: -1000.0, expect: above}
note: because
"""


def test_the_four_files_are_known() -> None:
    assert [path.stem for path in FILES] == ["bottazzi_null", "klepper_spin_offs", "raimbault_2022", "yang_ettema_2012"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_findings_are_well_formed(path: Path) -> None:
    finding = read_finding(path)
    arms = arms_of(finding)
    assert list(arms) == list(finding.arms) and finding.finding and finding.source
    assert set(finding.measures) <= set(MEASURES)
    assert all(scenario.record.levels == ("nation", "industry") for scenario in arms.values())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("measures: {dispersion", "measures: {dispersal", "'dispersal' is no measure"),
        ("against: none", "against: nobody", "'nobody' is neither arm nor measure"),
        ("expect: above}", "expect: beside}", "'above', 'below' or 'near'"),
        ("source: Someone 2000", "sauce: Someone 2000", "sauce"),
    ],
)
def test_mistakes_are_told_with_their_place(old: str, new: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError, match=message) as error:
        read_finding(tmp_path / "f.yaml")
    assert f"{tmp_path / 'f.yaml'}:" in str(error.value)


def test_claims_are_judged_by_their_intervals() -> None:
    luck = np.random.default_rng(1)
    draws = {"low": luck.normal(0, 0.1, 12), "high": luck.normal(1, 0.1, 12)}
    values = pd.DataFrame([(arm, seed, "m", value) for arm, row in draws.items() for seed, value in enumerate(row)],
                          columns=["arm", "seed", "measure", "value"])  # fmt: skip
    told = {"claim": "", "measure": "m", "arm": "high"}
    found = judged(
        values,
        (
            Claim(**told, against="low", expect="above"),
            Claim(**told, against="low", expect="below"),
            Claim(**told, against="low", expect="near", within=0.5),
            Claim(**told, against=1.0, expect="near", within=0.3),
        ),
    )
    assert list(found["holds"]) == [True, False, False, True]
    assert found["difference"].iloc[0] == pytest.approx(np.mean(draws["high"] - draws["low"]))
    assert list(found["seeds"]) == [12] * 4


def test_an_arm_of_which_no_run_ended_well_leaves_its_claims_open_and_the_figure_can_be_drawn(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(TEXT, encoding="utf-8")
    finding = read_finding(tmp_path / "f.yaml")
    values = pd.DataFrame([("none", seed, "dispersion", 1.0 + seed) for seed in (1, 2, 3, 4)],
                          columns=["arm", "seed", "measure", "value"])  # fmt: skip
    claims = judged(values, finding.claims)
    assert claims["holds"].tolist() == [False, True] and claims["seeds"].tolist() == [0, 4]
    assert claims["verdict"].tolist() == ["no value", "holds"]
    found = Findings("f", finding, claims, values, (1, 2, 3, 4), ())
    assert found.verdict == "reproduced in part"
    few = judged(values[values["seed"] < 4], finding.claims)
    assert few["verdict"].tolist() == ["no value", "open"] and not few["holds"].any()
    assert Findings("f", finding, few, values, (1, 2, 3), ()).verdict == "open"
    assert all(path.stat().st_size for path in publish_finding(found, tmp_path / "out"))


def test_the_command_from_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "found.yaml").write_text(TEXT, encoding="utf-8")
    words = ["findings", str(tmp_path / "found.yaml"), "--replications", "2", "--workers", "1", "--out", str(tmp_path)]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "Found: " in result.output and "never negative" in result.output
    folder = tmp_path / "found"
    claims = pd.read_csv(folder / "claims.csv")
    assert claims["verdict"].tolist() == ["open", "open"] and claims["seeds"].tolist() == [2, 2]
    assert set(claims["reason"]) == {"too few"} and claims["ci_low"].isna().all()
    values = pd.read_csv(folder / "values.csv").set_index(["seed", "arm"])["value"]
    apart = [values[seed, "some"] - values[seed, "none"] for seed in (1, 2)]
    assert claims["difference"][0] == pytest.approx(np.mean(apart))
    assert (folder / "figures" / "found.png").stat().st_size > 10_000
