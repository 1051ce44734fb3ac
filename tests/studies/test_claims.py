"""Contrasts, verdicts and measures against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sim.scenario.json_schema import declare_everything
from sim.scenario.reading import load_scenario
from sim.studies import measures
from sim.studies.claims import (
    Contrast,
    ContrastError,
    Estimate,
    contrast_estimate,
    judge,
    parse_contrast,
    read_contrast,
)
from sim.studies.measures import measure_named, measure_run, recorded_for


def test_a_contrast_is_a_sum_of_arms() -> None:
    assert read_contrast("D - B") == {"D": 1, "B": -1}
    assert read_contrast("D4-B4 - D + B") == {"D4": 1, "B4": -1, "D": -1, "B": 1}
    assert read_contrast("- B_far + D_far") == {"B_far": -1, "D_far": 1}
    assert read_contrast("D + D - B - HH") == {"D": 2, "B": -1, "HH": -1}


@pytest.mark.parametrize("text", ["", "D", "D B", "D - ", "D - D", "D + B", "2 D - B", "D - B - HH", "D * B", "D - -B"])
def test_what_is_no_contrast_is_refused(text: str) -> None:
    with pytest.raises(ContrastError):
        read_contrast(text)


def test_a_contrast_may_hold_arms_against_numbers() -> None:
    assert parse_contrast("D - 1") == Contrast({"D": 1}, -1.0)
    assert parse_contrast("0.5 - D4") == Contrast({"D4": -1}, 0.5)
    assert parse_contrast("D + B - 1e-3 - 2") == Contrast({"D": 1, "B": 1}, -2.001)
    for text in ("1 - 1", "D + 1", "D - 1 - 2", "D - 1.", "D - B - 0"):
        with pytest.raises(ContrastError):
            parse_contrast(text)
    with pytest.raises(ContrastError, match="a number stands in it"):
        read_contrast("D - 1")
    found = contrast_estimate({"D": 1}, {"D": np.array([1.0, 2.0, 3.0, 2.0])}, -0.5)
    assert found.difference == 1.5 and found.high - found.difference == pytest.approx(3.1824463052837078 * 0.40824829)


def test_a_contrast_is_taken_within_replications() -> None:
    values = {"D": np.array([1.0, 5.0, 9.0, 5.0]), "B": np.array([0.0, 3.0, 9.0, 4.0])}
    found = contrast_estimate({"D": 1, "B": -1}, values)
    half = 3.1824463052837078 * math.sqrt(2 / 3) / 2  # t(.975, 3) x error of (1, 2, 0, 1)
    assert found.difference == pytest.approx(1.0)
    assert (found.low, found.high) == pytest.approx((1.0 - half, 1.0 + half))
    assert (found.replications, found.reason) == (4, "")


def test_a_contrast_of_contrasts_that_differs_by_rounding_is_identical() -> None:
    large = 1e6 + np.arange(4.0)
    values = {"D4": large + 0.3, "B4": large + 0.2, "D": large + 0.1, "B": large}
    found = contrast_estimate({"D4": 1, "B4": -1, "D": -1, "B": 1}, values)
    assert found.reason == "identical" and found.difference == pytest.approx(0.0, abs=1e-9)
    assert judge("above", found) in ("tie", "holds", "opposite") and math.isnan(found.low)


def interval(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high, 10, "")


def test_claims_on_fewer_than_four_seeds_are_open() -> None:
    for count, verdict in ((0, "no value"), (1, "open"), (2, "open"), (3, "open"), (4, "holds")):
        values = {"D": np.array([1.0, 1.1, 1.2, 1.3])[:count], "B": np.zeros(count)}
        assert judge("above", contrast_estimate({"D": 1, "B": -1}, values)) == verdict


def test_identical_differences_are_judged_as_they_are() -> None:
    same = {"D": np.array([2.0, 3.0, 4.0, 5.0]), "B": np.array([1.0, 2.0, 3.0, 4.0])}
    more, none = (
        contrast_estimate({"D": 1, "B": -1}, same),
        contrast_estimate({"D": 1, "B": -1}, {**same, "D": same["B"]}),
    )
    assert (more.reason, none.reason) == ("identical", "identical")
    assert [judge(expected, more) for expected in ("above", "below")] == ["holds", "opposite"]
    assert [judge(expected, none) for expected in ("above", "not_below", "within")] == ["tie", "holds", "holds"]


def test_a_replication_without_a_value_does_not_count() -> None:
    values = {"D": np.array([1.0, np.nan, 3.0]), "B": np.array([0.0, 0.0, 0.0])}
    found = contrast_estimate({"D": 1, "B": -1}, values)
    assert (found.difference, found.replications) == (2.0, 2)


@pytest.mark.parametrize(
    ("expected", "low", "high", "verdict"),
    [
        ("above", 0.1, 0.3, "holds"), ("above", -0.1, 0.3, "tie"), ("above", -0.3, -0.1, "opposite"),
        ("above", 0.0, 0.3, "tie"),
        ("below", -0.3, -0.1, "holds"), ("below", -0.1, 0.3, "tie"), ("below", 0.1, 0.3, "opposite"),
        ("not_below", 0.1, 0.3, "holds"), ("not_below", -0.1, 0.3, "holds"), ("not_below", -0.3, -0.1, "opposite"),
        ("not_above", 0.1, 0.3, "opposite"), ("not_above", -0.1, 0.3, "holds"),
        ("within", -0.01, 0.02, "holds"), ("within", -0.01, 0.03, "tie"), ("within", 0.021, 0.03, "opposite"),
        ("within", -0.03, -0.021, "opposite"),
        ("above", math.nan, math.nan, "no value"),
    ],
)  # fmt: skip
def test_verdicts(expected: str, low: float, high: float, verdict: str) -> None:
    found = interval(low, high) if math.isfinite(low) else Estimate(math.nan, low, high, 0, "no value")
    assert judge(expected, found, 0.02) == verdict  # type: ignore[arg-type]


def tidy(metric: str, series: dict[str, list[float]]) -> pd.DataFrame:
    """Series by group for years 1, 2, ..., as a run records them."""
    rows = [
        {"year": year + 1, "group": group, "metric": metric, "value": value}
        for group, values in series.items() for year, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_a_measure_is_the_mean_of_the_treatment_years() -> None:
    declare_everything()
    run = tidy("ln_real_income", {"nation": [100.0, 1.0, 2.0, math.nan, 6.0]})
    assert measure_run(run, 1, ["ln_real_income"]) == {"ln_real_income": 3.0}
    assert math.isnan(measure_run(run, 1, ["utilisation"])["utilisation"])


def test_a_year_that_is_infinite_is_not_passed_over() -> None:
    told = pd.DataFrame({"year": [2, 3, 4], "group": "nation", "metric": "utilisation", "value": [0.5, np.inf, 0.7]})
    assert measure_run(told, 1, ["utilisation"])["utilisation"] == np.inf
    undefined = measure_run(told.assign(value=[0.5, np.nan, 0.7]), 1, ["utilisation"])
    assert undefined["utilisation"] == pytest.approx(0.6)


def test_volatility_is_the_spread_of_yearly_changes() -> None:
    run = tidy("ln_real_income", {"nation": [9.0, 0.0, 0.1, 0.4]})
    assert measure_run(run, 1, ["volatility"])["volatility"] == pytest.approx(0.1 * math.sqrt(2))  # changes .1 and .3


def test_risk_is_measured_around_the_trend() -> None:
    steady = [math.exp(0.02 * year) for year in range(6)]
    wavy = [math.exp(0.02 * year + 0.3 * (-1) ** year) for year in range(6)]
    run = tidy("region_real_income_per_head", {"region=A": [1.0, *steady], "region=B": [1.0, *wavy]})
    years = np.arange(6) - 2.5
    waves = np.array([0.3 * (-1) ** year for year in range(6)])
    left = waves - waves.mean() - years * (waves @ years) / (years @ years)
    variance = (left @ left) / 4
    found = measure_run(run, 1, ["regional_risk", "certainty_equivalent"])
    assert found["regional_risk"] == pytest.approx(math.sqrt(variance) / 2)
    mean = np.mean([np.log(steady).mean(), np.log(wavy).mean()])
    assert found["certainty_equivalent"] == pytest.approx(mean - 0.5 * variance / 2)


def test_too_few_years_give_no_risk() -> None:
    run = tidy("region_real_income_per_head", {"region=A": [1.0, 1.0, 2.0]})
    assert math.isnan(measure_run(run, 1, ["regional_risk"])["regional_risk"])
    assert math.isnan(measure_run(tidy("ln_real_income", {"nation": [1.0, 2.0]}), 0, ["volatility"])["volatility"])


def test_measures_of_regions_are_not_offered() -> None:
    declare_everything()
    with pytest.raises(KeyError):
        measure_named("region_real_income")
    with pytest.raises(KeyError):
        measure_named("nothing")
    assert "ln_real_income" in measures.known_measures()


def test_only_what_is_needed_is_recorded() -> None:
    scenario = recorded_for(load_scenario("policy_text"), ["ln_real_income", "volatility", "regional_risk"])
    assert scenario.record.metrics == ("ln_real_income", "region_real_income_per_head")
    assert scenario.record.levels == ("nation", "region")


def test_bounds_that_touch() -> None:
    """An interval that ends exactly at zero or at the margin does not decide against what it touches."""
    assert judge("above", interval(0.0, 1.0)) == "tie"
    assert judge("below", interval(-1.0, 0.0)) == "tie"
    assert judge("within", interval(-1.0, 1.0), 1.0) == "holds"
    assert judge("within", interval(1.0, 2.0), 1.0) == "tie"
    assert judge("within", interval(-2.0, -1.0), 1.0) == "tie"
    assert judge("within", interval(-0.5, 2.0), 1.0) == "tie"
    assert judge("within", interval(-2.0, 0.5), 1.0) == "tie"


def test_half_an_interval_is_none() -> None:
    assert judge("above", Estimate(2.0, 1.0, math.inf, 5, "")) == "open"
    assert judge("above", Estimate(2.0, math.nan, 1.0, 5, "")) == "open"


def test_an_arm_in_the_middle_needs_a_sign() -> None:
    with pytest.raises(ContrastError, match="is not a sum of arms"):
        read_contrast("D B")
    with pytest.raises(ContrastError, match="is not a sum of arms"):
        read_contrast("DB - A C")
