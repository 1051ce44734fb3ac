import re
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim.reporting.comparison import answers_of
from sim.reporting.wording import (
    MAIN_METRICS,
    answers,
    decimals,
    excludes_zero,
    headline_metrics,
    label,
    level,
    main_metrics,
    number,
    rows_of,
    sentence,
    short_answer,
    signed,
)
from sim.studies.compare import Comparison


def row(**changes: Any) -> Any:
    facts = {
        "metric": "ln_real_income",
        "arm": "planned",
        "replications": 20,
        "agreeing": 19,
        "difference": 0.012,
        "ci_low": 0.008,
        "ci_high": 0.016,
        "shown": 1.2,
        "shown_low": 0.8,
        "shown_high": 1.6,
        "shown_unit": "%",
        "effect_size": 1.5,
        "reason": "",
    }
    return SimpleNamespace(**{**facts, **changes})


NAN = float("nan")
NOTHING = {"ci_low": NAN, "ci_high": NAN, "shown_low": NAN, "shown_high": NAN, "effect_size": NAN}


def test_a_clear_difference() -> None:
    assert sentence(row(arm="my_plan"), "no_plan") == (
        "Real income under my plan: 1.2 % more than under no plan "
        "(95 % interval 0.8 to 1.6 % more; 19 of 20 replications agree)."
    )
    less = row(shown=-1.2, shown_low=-1.6, shown_high=-0.8)
    assert "under planned: 1.2 % less than under market (95 % interval 0.8 to 1.6 % less" in sentence(less, "market")


def test_an_unclear_difference_says_so() -> None:
    told = sentence(row(shown=0.3, shown_low=-0.4, shown_high=1.0, agreeing=12), "market")
    assert told == (
        "Real income under planned cannot be told from market: the 95 % interval includes zero, from 0.4 % less to "
        "1.0 % more (mean +0.3 %; 12 of 20 replications agree)."
    )


@pytest.mark.parametrize("runs", [2, 3])
def test_fewer_than_four_replications_are_too_few(runs: int) -> None:
    few = row(replications=runs, agreeing=runs, reason="too few", **NOTHING)
    told = sentence(few, "market")
    assert f"% more than under market in {runs} replications; too few to tell, an interval takes 4" in told
    assert "95 %" not in told and not excludes_zero(few)
    assert "95 %" in sentence(row(replications=4), "market")


def test_one_replication_no_difference_and_no_data() -> None:
    assert sentence(row(replications=1, reason="too few", **NOTHING), "market") == (
        "Real income under planned: 1.20 % more than under market in one replication; too few to tell, an example, "
        "not an answer."
    )
    zero = {**NOTHING, "difference": 0, "agreeing": 0, "shown": 0}
    assert "the same as under market in one replication" in sentence(
        row(replications=1, reason="too few", **zero), "market"
    )
    for runs, reason in ((2, "too few"), (20, "identical")):
        told = sentence(row(replications=runs, reason=reason, **zero), "market")
        assert told == f"Real income under planned: identical to market in all {runs} replications."
    assert "defined in no year" in sentence(row(replications=0, reason="no value", **NOTHING), "market")


def test_equal_differences_have_no_interval() -> None:
    same = row(reason="identical", **NOTHING)
    told = sentence(same, "market")
    assert told == (
        "Real income under planned: 1.20 % more than under market, the same difference in all 20 replications."
    )
    assert not excludes_zero(same)
    assert short_answer([same], "ln_real_income", "m", 20) == "Real income against m: planned +1.20 %"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([row(arm="a"), row(arm="b_c", shown=-2.2, shown_low=-3.2, shown_high=-1.2)],
         "Real income against m: b c -2.2 %, a +1.2 %"),
        ([row(arm="a"), row(arm="b", shown_low=-3.2)], "Real income against m: a +1.2 %; 1 other is too close to call"),
        ([row(arm="b", shown_low=-3.2)], "Real income: no arm can be told from m with 20 replications"),
        ([row(arm="a", replications=2, reason="too few")],
         "Real income against m: a +1.2 %, in 2 replications: too few to tell"),
        ([row(arm="a", reason="identical", **{**NOTHING, "difference": 0.0, "shown": 0.0})],
         "Real income is the same in all arms"),
        ([row(arm=f"a{number}") for number in range(5)],
         "Real income against m: a0 +1.2 %, a1 +1.2 %, a2 +1.2 %, and 2 more"),
        ([row(replications=0, reason="no value")], "Real income is defined in no year of two arms"),
    ],
)  # fmt: skip
def test_all_arms_in_one_sentence(rows: list[Any], told: str) -> None:
    assert short_answer(rows, "ln_real_income", "m", int(rows[0].replications)) == told


def test_units_in_sentences() -> None:
    assert "planned: 1.2 percentage points more than" in sentence(row(metric="utilisation", shown_unit="points"), "m")
    assert "Margin under planned: 1.2 more than" in sentence(row(metric="margin", shown_unit="1"), "m")
    assert "Firms under planned: 1.2 firms more than" in sentence(row(metric="firms", shown_unit="firms"), "m")


def test_every_number_of_the_answer_stands_in_the_table(comparison: Comparison) -> None:
    table = comparison.differences
    rows = table[(table["metric"] == comparison.headline) & (table["window"] == "treatment years")]
    assert len(answers_of(comparison)) == len(rows) == 3
    for told, facts in zip(answers_of(comparison), rows_of(rows), strict=True):
        places = decimals(facts.shown_low, facts.shown_high)
        allowed = {f"{abs(value):.{places}f}" for value in (facts.shown, facts.shown_low, facts.shown_high)}
        allowed |= {str(facts.replications), str(facts.agreeing), "95"}
        assert set(re.findall(r"\d+(?:\.\d+)?", told)) <= allowed, told
        assert facts.arm.replace("_", " ") in told


def test_answers_only_for_the_main_window() -> None:
    table = pd.DataFrame([{**row().__dict__, "window": window} for window in ("treatment years", "final year")])
    assert len(answers(table, "ln_real_income", "market")) == 1


@pytest.mark.parametrize(
    ("low", "high", "places"), [(-1, 1, 1), (0.8, 1.6, 1), (0.1, 0.12, 2), (0.0, 0.0, 2), (-40, 90, 1), (0, 1e-9, 5)]
)
def test_decimals(low: float, high: float, places: int) -> None:
    assert decimals(low, high) == places


def test_numbers_and_names() -> None:
    assert [number(value) for value in (1234567.0, 0.82449, 0.0, float("nan"), 12.0)] == [
        "1,234,567",
        "0.824",
        "0",
        "-",
        "12.0",
    ]
    assert level("ln_real_income", 0.0) == "1.00"
    assert (signed(1.25, 1), signed(float("nan"), 1)) == ("+1.2", "-")
    assert (label("ln_real_income"), label("mean_margin")) == ("real income", "margin")
    assert main_metrics(["firms", "utilisation", "strange"]) == ["utilisation", "firms"]
    assert main_metrics(["zeta", "alpha"]) == ["alpha", "zeta"]


def test_six_headlines() -> None:
    assert headline_metrics(["firms", "innovations", "ln_real_income"]) == ["ln_real_income", "innovations", "firms"]
    assert len(headline_metrics(MAIN_METRICS)) == 6 and headline_metrics(["zeta"]) == ["zeta"]
