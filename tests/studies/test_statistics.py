import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.studies.estimates import estimate
from sim.studies.statistics import (
    by_year,
    differences,
    headline,
    holm,
    pair,
    shown,
    since_fork,
    windows,
)

SPAN = {"treatment years": (1, 2)}


def tidy(values: dict[str, dict[int, list[float]]], metric: str = "firms", unit: str = "firms") -> pd.DataFrame:
    """values[arm][seed] is a list over years 1, 2, ..."""
    rows = [
        (arm, seed, year + 1, "nation", metric, unit, value)
        for arm, by_seed in values.items()
        for seed, series in by_seed.items()
        for year, value in enumerate(series)
    ]
    return pd.DataFrame(rows, columns=["arm", "seed", "year", "group", "metric", "unit", "value"])


def test_windows() -> None:
    assert windows(30, 30) == {"treatment years": (31, 60), "last 10 years": (51, 60), "final year": (60, 60)}
    assert windows(5, 10) == {"treatment years": (6, 15), "final year": (15, 15)}
    with pytest.raises(ValueError, match="none"):
        windows(30, 0)


def test_numbers_worked_out_by_hand() -> None:
    # paired differences of means: 2, 4, 6, 4 -> mean 4, variance 8/3, error sqrt(2/3), t(.975, 3) = 3.18244631
    table = tidy(
        {
            "a": {1: [11.0, 13.0], 2: [20.0, 28.0], 3: [36.0, 36.0], 4: [20.0, 28.0]},
            "b": {1: [9.0, 11.0], 2: [20.0, 20.0], 3: [30.0, 30.0], 4: [20.0, 20.0]},
        }
    )
    row = differences(pair(table, "b", SPAN)).iloc[0]
    assert (row.arm, row.group, row.metric, row.window, row.unit) == (
        "a",
        "nation",
        "firms",
        "treatment years",
        "firms",
    )
    assert (row.replications, row.difference, row.arm_mean, row.baseline_mean, row.reason) == (4, 4, 24, 20, "")
    half = 3.1824463052837078 * math.sqrt(2 / 3)
    assert row.ci_low == pytest.approx(4 - half)
    assert row.ci_high == pytest.approx(4 + half)
    assert row.effect_size == pytest.approx(4 / math.sqrt(8 / 3))
    assert (row.agree, row.agreeing) == (1.0, 4)
    # arm means 12, 24, 36, 24: variance 96; baseline 10, 20, 30, 20: variance 200/3; differences: variance 8/3
    assert row.variance_ratio == pytest.approx((96 + 200 / 3) / (8 / 3))
    assert row.p_value == pytest.approx(stats.ttest_rel([12, 24, 36, 24], [10, 20, 30, 20]).pvalue)
    assert row.p_holm == row.p_value
    assert (row.shown, row.shown_unit) == (pytest.approx(20.0), "%")


def test_only_the_years_of_the_window_count() -> None:
    table = tidy({"a": {1: [5.0, 1.0, 2.0], 2: [5.0, 3.0, 4.0]}, "b": {1: [0.0, 1.0, 1.0], 2: [0.0, 1.0, 1.0]}})
    found = differences(pair(table, "b", {"treatment years": (2, 3), "final year": (3, 3)})).set_index("window")
    assert found.loc["treatment years", "arm_mean"] == 2.5
    assert found.loc["final year", "arm_mean"] == 3


def test_years_in_which_one_arm_is_undefined_leave_both() -> None:
    table = tidy({"a": {1: [1.0, math.nan], 2: [math.nan, math.nan]}, "b": {1: [0.0, 100.0], 2: [1.0, 1.0]}})
    row = differences(pair(table, "b", SPAN)).iloc[0]
    assert (row.replications, row.difference, row.baseline_mean) == (1, 1, 0)
    assert math.isnan(row.ci_low)


UNTOLD = ["ci_low", "ci_high", "p_value", "p_holm", "shown_low", "shown_high"]


def test_a_year_that_is_infinite_takes_its_replication_out_of_the_count() -> None:
    chance = np.random.default_rng(1)
    rows = [
        (arm, seed, year, "nation", "x", "1", np.inf if (arm, seed, year) == ("b", 3, 4) else chance.normal())
        for arm in ("a", "b") for seed in range(1, 7) for year in (3, 4)
    ]  # fmt: skip
    told = pd.DataFrame(rows, columns=["arm", "seed", "year", "group", "metric", "unit", "value"])
    (row,) = differences(pair(told, "a", {"all": (3, 4)})).to_dict("records")
    assert row["replications"] == 5 and np.isfinite(row["difference"])
    both = told.assign(value=told["value"].where(~((told["seed"] == 3) & (told["year"] == 4)), np.inf))
    (row,) = differences(pair(both, "a", {"all": (3, 4)})).to_dict("records")
    assert row["replications"] == 5


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_than_four_replications_have_no_interval(count: int) -> None:
    values = {seed: [2.0 + 0.1 * seed] for seed in range(count)}
    row = differences(pair(tidy({"a": values, "b": {seed: [1.0] for seed in values}}), "b", SPAN)).iloc[0]
    assert row.difference == pytest.approx(1 + 0.05 * (count - 1))
    assert row.reason == "too few" and row.replications == row.agreeing == count
    assert row[UNTOLD].isna().all()


def test_equal_arms() -> None:
    same = {seed: [3.0 + seed, 4.0] for seed in range(4)}
    row = differences(pair(tidy({"a": same, "b": same}), "b", SPAN)).iloc[0]
    assert (row.difference, row.agreeing, row.reason) == (0, 0, "identical")
    assert row[[*UNTOLD, "agree", "effect_size", "variance_ratio"]].isna().all()


def test_differences_that_are_all_the_same_have_no_interval() -> None:
    """Two replications that happened to differ by the same amount gave an interval of width 0, two stars and p = 0."""
    values = {"a": {seed: [3.0 + seed] for seed in range(4)}, "b": {seed: [2.0 + seed] for seed in range(4)}}
    row = differences(pair(tidy(values), "b", SPAN)).iloc[0]
    assert (row.difference, row.agreeing, row.reason) == (1, 4, "identical")
    assert row[[*UNTOLD, "effect_size", "variance_ratio"]].isna().all()


def test_spreads_of_the_size_of_rounding_errors_are_none() -> None:
    base = np.array([[1000.0, 2000.0, 3000.0, 4000.0]])
    errors = np.array([[1.0, -1.0, 2.0, 0.0]])
    rounding = estimate(base + 0.1 + 1e-12 * errors, base)
    assert rounding["reason"].tolist() == ["identical"] and np.isnan(rounding["effect_size"]).all()
    assert estimate(base + 0.1 + 1e-9 * errors, base)["reason"].tolist() == [""]
    apart = 0.1 + 1e-12 * errors
    assert estimate(apart, np.zeros(apart.shape))["reason"].tolist() == [""]
    assert estimate(apart, np.zeros(apart.shape), np.array([4000.0]))["reason"].tolist() == ["identical"]


def test_a_value_given_twice_is_refused() -> None:
    table = tidy({"a": {1: [1.0]}, "b": {1: [1.0]}})
    with pytest.raises(ValueError, match="twice"):
        pair(pd.concat([table, table]), "b", SPAN)


numbers = st.floats(-1e3, 1e3).map(lambda value: round(value, 6))
samples = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=12)


@settings(deadline=None, max_examples=60)
@given(samples)
def test_antisymmetry(sample: list[tuple[float, float]]) -> None:
    value, base = (np.array([column], dtype=float) for column in zip(*sample, strict=True))
    there, back = estimate(value, base), estimate(base, value)
    for name, mirrored in (("difference", "difference"), ("ci_low", "ci_high"), ("effect_size", "effect_size")):
        np.testing.assert_array_equal(there[name], -back[mirrored])
    for name in ("agree", "agreeing", "variance_ratio", "p_value", "replications"):
        np.testing.assert_array_equal(there[name], back[name])


@settings(deadline=None, max_examples=60)
@given(samples, st.integers(1, 5))
def test_shifting_both_arms_changes_no_difference(sample: list[tuple[float, float]], power: int) -> None:
    value, base = (np.array([column], dtype=float) for column in zip(*sample, strict=True))
    first, second = estimate(value, base), estimate(2.0**power * value, 2.0**power * base)
    np.testing.assert_allclose(second["difference"], 2.0**power * first["difference"], rtol=1e-12)
    np.testing.assert_allclose(second["effect_size"], first["effect_size"], rtol=1e-9)
    told = first["reason"] == ""
    assert (np.isfinite(first["p_value"]) == told).all()
    assert ((first["ci_low"] < first["difference"]) == told).all()
    assert ((first["difference"] < first["ci_high"]) == told).all()
    assert told.all() == (len(sample) >= 4 and np.ptp(value - base) > 1e-9)


def test_interval_and_p_value_agree_with_scipy() -> None:
    luck = np.random.default_rng(5)
    value, base = luck.normal(1, 1, (4, 15)), luck.normal(0.4, 1, (4, 15))
    found = estimate(value, base)
    for row in range(4):
        test = stats.ttest_rel(value[row], base[row])
        low, high = test.confidence_interval(0.95)
        assert (found["ci_low"][row], found["ci_high"][row]) == (pytest.approx(low), pytest.approx(high))
        assert found["p_value"][row] == pytest.approx(test.pvalue)


def test_variance_ratio_of_independent_arms_is_near_one() -> None:
    luck = np.random.default_rng(8)
    found = estimate(luck.normal(size=(1, 4000)), luck.normal(size=(1, 4000)))
    assert found["variance_ratio"][0] == pytest.approx(1, abs=0.1)


def test_holm_by_hand() -> None:
    # sorted .01 .02 .03 times 3, 2, 1 = .03 .04 .03, made monotone: .03 .04 .04
    np.testing.assert_allclose(holm(np.array([0.03, 0.01, math.nan, 0.02])), [0.04, 0.03, math.nan, 0.04])
    assert holm(np.array([0.6, 0.7])).tolist() == [1.0, 1.0]
    assert len(holm(np.array([]))) == 0


def test_holm_counts_all_rows_of_a_window() -> None:
    luck = np.random.default_rng(3)
    series = {
        arm: {seed: [float(luck.normal(mean, 1))] for seed in range(8)} for arm, mean in (("a", 3), ("b", 0), ("c", 1))
    }
    found = differences(pair(tidy(series), "b", SPAN)).set_index("arm")
    assert found.loc["a", "p_holm"] == pytest.approx(min(1, 2 * found.loc["a", "p_value"]))


def test_the_headline_is_a_family_of_its_own() -> None:
    luck = np.random.default_rng(4)
    tables = []
    for metric in ("ln_real_income", "firms", "innovations"):
        values = {arm: {seed: [float(luck.normal(mean, 1))] for seed in range(8)} for arm, mean in (("a", 1), ("b", 0))}
        tables.append(tidy(values, metric, "1"))
    found = differences(pair(pd.concat(tables), "b", SPAN), "ln_real_income").set_index("metric")
    assert found.loc["ln_real_income", "p_holm"] == found.loc["ln_real_income", "p_value"]
    others = found.loc[["firms", "innovations"]]
    np.testing.assert_allclose(others["p_holm"], holm(others["p_value"].to_numpy()))


@pytest.mark.parametrize(
    ("metric", "unit", "base", "arm", "difference", "expected", "word"),
    [
        ("ln_real_income", "ln", 4.0, 4.01, 0.01, 100 * math.expm1(0.01), "%"),
        ("utilisation", "share", 0.8, 0.75, -0.05, -5, "points"),
        ("firms", "firms", 200.0, 210.0, 10.0, 5, "%"),
        ("mean_margin", "1", -0.1, 0.1, 0.2, 0.2, "1"),
        ("bail_outs", "money", 0.0, 3.0, 3.0, 3.0, "money"),
    ],
)
def test_how_a_difference_is_shown(
    metric: str, unit: str, base: float, arm: float, difference: float, expected: float, word: str
) -> None:
    row = pd.DataFrame(
        [
            {
                "metric": metric,
                "unit": unit,
                "baseline_mean": base,
                "arm_mean": arm,
                "difference": difference,
                "ci_low": difference,
                "ci_high": difference,
            }
        ]
    )
    told = shown(row).iloc[0]
    assert (told.shown, told.shown_low, told.shown_high) == (pytest.approx(expected),) * 3
    assert told.shown_unit == word


def test_by_year_by_hand() -> None:
    rising = {1: [1.0, 3.0], 2: [1.0, 5.0], 3: [2.0, 3.0], 4: [2.0, 5.0]}
    flat = {1: [1.0, 1.0], 2: [1.0, 1.0], 3: [2.0, 1.0], 4: [2.0, 1.0]}
    table = by_year(tidy({"a": rising, "b": flat}), "b").set_index(["arm", "year"])
    row = table.loc["a", 2]
    assert (row["mean"], row.difference, row.replications, row.difference_reason) == (4, 3, 4, "")
    half = 3.1824463052837078 * math.sqrt(4 / 3) / 2
    assert (row.difference_low, row.difference_high) == (pytest.approx(3 - half), pytest.approx(3 + half))
    first = table.loc["a", 1]
    assert (first.difference, first.reason, first.difference_reason) == (0, "", "identical")
    assert first[["difference_low", "difference_high"]].isna().all() and first.low < first["mean"] < first.high
    assert (table.loc["b", 2].reason, table.loc["b", 2]["mean"]) == ("identical", 1)


def test_headline_falls_back() -> None:
    assert headline(pd.DataFrame({"metric": ["firms", "real_income", "ln_real_income"]})) == "ln_real_income"
    assert headline(pd.DataFrame({"metric": ["firms", "value_added"]})) == "value_added"
    assert headline(pd.DataFrame({"metric": ["innovations", "firms"]})) == "firms"


def test_groups_are_kept_apart() -> None:
    nation = tidy({"a": {1: [2.0], 2: [2.0]}, "b": {1: [1.0], 2: [1.0]}})
    region = nation.assign(group="region=Guangdong", value=[7.0, 7.0, 1.0, 1.0])
    found = differences(pair(pd.concat([nation, region]), "b", SPAN)).set_index("group")["difference"]
    assert found.to_dict() == {"nation": 1, "region=Guangdong": 6}


def test_one_treatment_year_is_enough_and_ten_have_no_last_ten() -> None:
    assert windows(3, 1) == {"treatment years": (4, 4), "final year": (4, 4)}
    assert windows(0, 11) == {"treatment years": (1, 11), "last 10 years": (2, 11), "final year": (11, 11)}


def test_missing_pairs_count_nowhere() -> None:
    gap = np.nan
    value = np.array([[1.0, 2.0, gap, 6.0, 1.5], [gap, gap, gap, gap, gap], [gap, 5.0, gap, gap, gap]])
    base = np.array([[0.5, 1.0, 9.0, 3.0, 0.0], [1.0, 1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
    found = estimate(value, base)
    assert found["replications"].tolist() == [4, 0, 1]
    assert found["reason"].tolist() == ["", "no value", "too few"]
    # Differences .5, 1, 3 and 1.5: mean 1.5, variance (1 + .25 + 2.25 + 0) / 3.
    assert found["difference"][0] == pytest.approx(1.5)
    half = float(stats.t.ppf(0.975, 3)) * math.sqrt(3.5 / 3 / 4)
    assert (found["ci_low"][0], found["ci_high"][0]) == pytest.approx((1.5 - half, 1.5 + half))
    assert found["effect_size"][0] == pytest.approx(1.5 / math.sqrt(3.5 / 3))
    assert found["agreeing"].tolist() == [4, 0, 1]
    assert np.isnan(found["difference"][1])
    assert found["difference"][2] == 3.0
    assert np.isnan([found["ci_low"][2], found["ci_high"][2], found["effect_size"][2], found["p_value"][2]]).all()


def test_small_spreads_still_have_an_effect_size() -> None:
    found = estimate(np.array([[0.01, 0.02, 0.03]]), np.zeros((1, 3)))
    assert found["effect_size"][0] == pytest.approx(2.0)
    assert found["variance_ratio"][0] == pytest.approx(1.0)


def test_agreement_counts_the_sign_of_the_mean() -> None:
    found = estimate(np.array([[3.0, -1.0, 1.0, np.nan]]), np.zeros((1, 4)))
    assert found["agreeing"][0] == 2
    assert found["agree"][0] == pytest.approx(2 / 3)


def test_bounds_are_shown_as_the_difference_is() -> None:
    table = pd.DataFrame(
        {
            "metric": ["firms", "ln_real_income", "import_share", "firms"],
            "unit": ["firms", "ln money", "share", "firms"],
            "difference": [0.1, 0.1, 0.1, 0.1],
            "ci_low": [0.05, 0.05, 0.05, 0.05],
            "ci_high": [0.2, 0.2, 0.2, 0.2],
            "baseline_mean": [0.5, 7.0, 0.2, 0.5],
            "arm_mean": [0.0, 7.1, 0.3, -0.5],
        }
    )
    seen = shown(table)
    assert seen["shown_unit"].tolist() == ["%", "%", "points", "firms"]
    columns = ["shown", "shown_low", "shown_high"]
    assert seen.loc[0, columns].tolist() == pytest.approx([20.0, 10.0, 40.0])
    assert seen.loc[1, columns].tolist() == pytest.approx([100 * math.expm1(one) for one in (0.1, 0.05, 0.2)])
    assert seen.loc[2, columns].tolist() == pytest.approx([10.0, 5.0, 20.0])
    assert seen.loc[3, columns].tolist() == [0.1, 0.05, 0.2]


def test_a_value_that_stands_twice_is_named() -> None:
    table = tidy({"a": {1: [1.0, 2.0, 3.0]}, "b": {1: [4.0, 5.0, 6.0]}})
    twice = pd.concat([table, table.iloc[[4]]], ignore_index=True)
    with pytest.raises(ValueError, match=r"'arm': 'b'.*'year': 2.*'value': 5.0"):
        pair(twice, "a", SPAN)


def test_tables_have_one_index_and_units_beside_the_metric() -> None:
    values = {arm: {seed: [1.0 * seed, 2.0 * seed] for seed in (1, 2, 3)} for arm in ("c", "b", "a")}
    pairs = pair(tidy(values), "b", {"one": (1, 1), "two": (2, 2)})
    assert pairs.index.tolist() == list(range(len(pairs)))
    assert differences(pairs).columns[:6].tolist() == ["window", "arm", "group", "metric", "unit", "replications"]
    years = by_year(tidy(values), "b")
    assert years.index.tolist() == list(range(len(years)))


def test_every_metric_and_seed_keeps_its_own_years() -> None:
    one = tidy({"a": {1: [1.0, 2.0, 3.0], 2: [3.0, 4.0, 5.0]}, "b": {1: [0.0, 0.0, 1.0], 2: [0.0, 1.0, 1.0]}})
    two = tidy(
        {"a": {1: [10.0, 20.0, 30.0], 2: [10.0, 20.0, 50.0]}, "b": {1: [1.0, 2.0, 3.0], 2: [1.0, 2.0, 5.0]}}, "exits"
    )
    table = by_year(pd.concat([one, two], ignore_index=True), "b").set_index(["arm", "metric", "year"])
    assert table.loc["a"]["difference"].unstack().to_numpy().tolist() == [[9.0, 18.0, 36.0], [2.0, 2.5, 3.0]]
    assert table.loc["a"]["mean"].unstack().to_numpy().tolist() == [[10.0, 20.0, 40.0], [2.0, 3.0, 4.0]]


def test_changes_since_the_fork_year_are_compared_where_pasts_differ() -> None:
    """a rises from 10 by 1 and 2, b from 20 by 3 and 5: a has changed by 1.5 in the mean, b by 4."""
    table = tidy({"a": {1: [10.0, 11.0, 12.0]}, "b": {1: [20.0, 23.0, 25.0]}})
    table["year"] += int(3 - table["year"].min())
    changed = since_fork(table, 3)
    assert changed["value"].tolist() == [0.0, 1.0, 2.0, 0.0, 3.0, 5.0]
    row = differences(pair(changed, "b", {"treatment years": (4, 5)}), changes=True).iloc[0]
    assert (row.arm_mean, row.baseline_mean, row.difference) == (1.5, 4.0, -2.5)
    assert row.shown_unit != "%" or row.metric.startswith("ln_")
    years = by_year(table, "b", fork=3).set_index(["arm", "year"])
    assert years.loc[("a", 5), "mean"] == 12.0 and years.loc[("a", 5), "difference"] == -3.0


def test_a_group_without_a_value_in_the_fork_year_has_no_change() -> None:
    table = tidy({"a": {1: [10.0, 11.0]}})
    table["year"] += int(3 - table["year"].min())
    assert since_fork(table[table["year"] > 3], 3)["value"].isna().all()
