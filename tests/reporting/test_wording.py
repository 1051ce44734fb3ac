import re
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim.reporting.comparison import answers_of
from sim.reporting.wording import answers, decimals, label, level, main_metrics, number, rows_of, sentence, signed
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
    }
    return SimpleNamespace(**{**facts, **changes})


def test_a_clear_difference() -> None:
    assert sentence(row(), "market") == (
        "With these 20 paired replications, planned gave 1.2 % more real income than market "
        "(95 % interval 0.8 to 1.6 % more; 19 of 20 agree)."
    )
    less = row(shown=-1.2, shown_low=-1.6, shown_high=-0.8)
    assert "planned gave 1.2 % less real income than market (95 % interval 0.8 to 1.6 % less" in sentence(
        less, "market"
    )


def test_an_unclear_difference_says_so() -> None:
    told = sentence(row(shown=0.3, shown_low=-0.4, shown_high=1.0, agreeing=12), "market")
    assert told == (
        "With these 20 paired replications, real income under planned cannot be told from market: the 95 % interval "
        "includes zero, from 0.4 % less to 1.0 % more (mean +0.3 %; 12 of 20 agree)."
    )


def test_one_replication_no_difference_and_no_data() -> None:
    nan = float("nan")
    one = row(replications=1, ci_low=nan, ci_high=nan, shown_low=nan, shown_high=nan)
    assert "1.20 % more real income" in sentence(one, "market")
    assert "an example, not an answer" in sentence(one, "market")
    same = row(difference=0, agreeing=0, ci_low=0, ci_high=0, shown=0, shown_low=0, shown_high=0)
    assert (
        sentence(same, "market")
        == "In all 20 paired replications, planned and market gave exactly the same real income."
    )
    assert "defined in no year" in sentence(row(replications=0), "market")


def test_units_in_sentences() -> None:
    assert "gave 1.2 percentage points more utilisation" in sentence(
        row(metric="utilisation", shown_unit="points"), "m"
    )
    assert "gave 1.2 more margin" in sentence(row(metric="margin", shown_unit="1"), "m")
    assert "gave 1.2 firms more firms" in sentence(row(metric="firms", shown_unit="firms"), "m")


def test_every_number_of_the_answer_stands_in_the_table(comparison: Comparison) -> None:
    table = comparison.differences
    rows = table[(table["metric"] == comparison.headline) & (table["window"] == "treatment years")]
    assert len(answers_of(comparison)) == len(rows) == 3
    for told, facts in zip(answers_of(comparison), rows_of(rows), strict=True):
        places = decimals(facts.shown_low, facts.shown_high)
        allowed = {f"{abs(value):.{places}f}" for value in (facts.shown, facts.shown_low, facts.shown_high)}
        allowed |= {str(facts.replications), str(facts.agreeing), "95"}
        assert set(re.findall(r"\d+(?:\.\d+)?", told)) <= allowed, told
        assert facts.arm in told


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
