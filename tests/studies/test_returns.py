"""What a unit of money returns: by hand, and where it cannot be told."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from rich.console import Console

from sim.kernel.scenario_types import Instrument, Scenario
from sim.reporting.comparison import publish, tell
from sim.reporting.wording.intervals import returns_in_words
from sim.runs.run import Run
from sim.scenario.arms import with_yardsticks
from sim.scenario.problems import ScenarioError
from sim.studies.compare import run_comparison
from sim.studies.returns import GAIN, RETURN, find_yardsticks, returns_table
from tests.synthetic import arms, run_synthetic, scenario

LOSSES = {"market": [0.0] * 4, "idle": [0.08, 0.10, 0.12, 0.10], "duplicated": [0.01, 0.03, 0.02, 0.04]}
SPENT = {"market": 0.01, "idle": 0.06, "duplicated": 0.11}
"""The market arm spends something, too: only what goes beyond it counts."""


def nation(losses: dict[str, list[float]] = LOSSES, spent: dict[str, float] = SPENT) -> pd.DataFrame:
    """Measures of three treatment years: income of 2 less the arm's loss by seed, and spending."""
    rows = [
        (arm, seed, year, metric, value)
        for arm in losses
        for seed, loss in enumerate(losses[arm], start=1)
        for year in (4, 5, 6)
        for metric, value in (("ln_real_income", 2.0 - loss), ("subsidy_share", spent[arm]))
    ]
    return pd.DataFrame(rows, columns=["arm", "seed", "year", "metric", "value"])


def of(table: pd.DataFrame, arm: str, measure: str) -> pd.Series:
    """The row of an arm and a measure over the treatment years."""
    chosen = (table["arm"] == arm) & (table["measure"] == measure) & (table["window"] == "treatment years")
    assert chosen.sum() == 1
    return table[chosen].iloc[0]


def test_returns_by_hand() -> None:
    table = returns_table(nation(), arms("market", "idle", "duplicated", treatment=3))
    # A unit of idle money costs .10 / .05 = 2, of the plan's .025 / .10 = .25: 1 - .25 / 2.
    assert of(table, "idle", GAIN)["mean"] == pytest.approx(-2.0)
    assert of(table, "duplicated", GAIN)["mean"] == pytest.approx(-0.25)
    row = of(table, "duplicated", RETURN)
    assert row["mean"] == pytest.approx(0.875)
    # Residuals (a - b/8) / 2 with a .1 .3 .2 .4 and b 1.6 2 2.4 2: -.05 .025 -.05 .075, sd .0612, t(3) = 3.182.
    half = 3.182446 * 0.0612372 / math.sqrt(4)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((0.875 - half, 0.875 + half), rel=1e-5)
    assert set(table["arm"]) == {"idle", "duplicated"}
    assert not ((table["arm"] == "idle") & (table["measure"] == RETURN)).any()
    assert set(table["window"]) == {"treatment years", "final year"}


def test_an_arm_that_spends_nothing_has_no_return() -> None:
    table = returns_table(
        nation(spent={**SPENT, "duplicated": 0.01}), arms("market", "idle", "duplicated", treatment=3)
    )
    assert set(table["arm"]) == {"idle"}


@pytest.mark.parametrize("layouts", [("market", "duplicated"), ("idle", "duplicated")])
def test_without_both_yardsticks_there_are_no_returns(layouts: tuple[str, ...]) -> None:
    assert find_yardsticks(arms(*layouts)) == ()
    assert returns_table(nation(), arms(*layouts, treatment=3)).empty
    assert returns_in_words(returns_table(nation(), arms(*layouts, treatment=3))) == {}


def test_without_spending_recorded_there_are_no_returns() -> None:
    bare = nation()
    bare = bare[bare["metric"] == "ln_real_income"]
    assert returns_table(bare, arms("market", "idle", treatment=3)).empty


def test_few_replications_have_no_interval() -> None:
    few = nation()
    table = returns_table(few[few["seed"] <= 2], arms("market", "idle", "duplicated", treatment=3))
    assert set(table["reason"]) == {"too few"}
    assert returns_in_words(table)["duplicated"] == ("-0.20 (too few to tell)", "+0.89 (too few to tell)")
    assert returns_in_words(table)["idle"][1] == "-"


def test_yardsticks_are_added_once_and_without_instruments() -> None:
    planned = {"plan": scenario("duplicated", policies=(Instrument(policy="soft_loan"),))}
    more = with_yardsticks(planned)
    assert list(more) == ["plan", "market", "idle"]
    assert [arm.plan.layout for arm in more.values()] == ["duplicated", "market", "idle"]
    assert more["market"].policies == ()
    assert find_yardsticks(more) == ("market", "idle")
    assert with_yardsticks(more) == more
    with pytest.raises(ScenarioError, match="another layout than its name"):
        with_yardsticks({"idle": scenario("duplicated")})


def run_with_spending(arms: dict[str, Scenario], seed: int, *others: Any) -> dict[str, Run]:
    """Synthetic runs that also record what they spend: every layout but market 5 % of expenditure."""
    runs = run_synthetic(arms, seed, *others)
    for run in runs.values():
        income = run.metrics[run.metrics["metric"] == "ln_real_income"]
        value = 0.0 if run.arm == "market" else 0.05
        more = income.assign(metric="subsidy_share", unit="1", value=value)
        run.tidy = pa.concat_tables([run.tidy, pa.Table.from_pandas(more, run.tidy.schema, preserve_index=False)])
    return runs


def test_a_comparison_tells_returns_on_screen_in_a_table_and_in_the_report(tmp_path: Path) -> None:
    told = arms("market", "idle", "duplicated")
    found = run_comparison(told, 4, 1, tmp_path / "a", runner=run_with_spending)
    assert set(found.returns["arm"]) == {"idle", "duplicated"}
    publish(found)
    assert pd.read_csv(tmp_path / "a" / "tables" / "returns.csv")["measure"].nunique() == 2
    assert "What a unit of money returns" in (tmp_path / "a" / "report.html").read_text(encoding="utf-8")
    screen = io.StringIO()
    tell(found, Console(file=screen, width=200))
    assert "beside idle labour" in screen.getvalue()
    without = run_comparison(arms("market", "duplicated"), 4, 1, tmp_path / "b", runner=run_with_spending)
    assert without.returns.empty
    tell(without, Console(file=screen, width=200))
    assert "--yardsticks adds them" in screen.getvalue()
