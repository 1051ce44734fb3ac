"""Evidence on policy: estimators by hand on arms that are made up, files, verdicts, the whole path."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.kernel.codes import Kind, Origin
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import load_scenario
from sim.studies.estimates import IDENTICAL, NO_VALUE, TOO_FEW
from sim.studies.evidence import ESTIMATORS, chains, firms, nation
from sim.studies.evidence.study import (
    Statistic,
    by_benchmark,
    judge,
    judged,
    read_study,
    read_taken,
    study_arms,
    taken,
)
from sim.studies.evidence.watching import COLUMNS, METRICS, Watched
from sim.studies.rerun import rerun

SHIPPED = Path(__file__).resolve().parents[2] / "experiments" / "evidence.yaml"
SMALL = (
    "population.firms=60", "population.institutes=4", "regions.cells=1", "years.burn_in=2", "years.treatment=18",
)  # fmt: skip
ROW = {"kind": Kind.SME, "origin": Origin.INITIAL, "cell": 0, "region": 0, "industry": 0, "age": 20, "labour": 10.0,
       "sales": 10.0, "input_bill": 4.0, "efficiency": 1.0, "productivity": 1.0, "subsidy": 0.0,
       "research": 1.0}  # fmt: skip
AID = "policies=[{policy: investment_subsidy, regions: [R1A], industries: [metals], years: 2}]"


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    """Firms; ids count from 1 unless told."""
    return pd.DataFrame([{"id": number, **ROW, **row} for number, row in enumerate(rows, 1)])[list(COLUMNS)]


def seen(
    years: dict[int, pd.DataFrame], metrics: dict[str, list[float]] | None = None, *overrides: str,
    output: dict[str, list[float]] | None = None,
) -> Watched:  # fmt: skip
    """An arm: firms by year, national metrics and industries' output from year 0 on."""
    told = {("nation", name): values for name, values in (metrics or {}).items()}
    told |= {(f"industry={name}", "industry_output"): values for name, values in (output or {}).items()}
    rows = [(group, name, since, value) for (group, name), values in told.items() for since, value in enumerate(values)]
    uses = np.zeros((3, 3))
    uses[0, 1] = 0.3  # of metals in machines
    return Watched(
        load_scenario("policy_text", list(overrides)), ("R1A", "R1B"), ("metals", "machines", "garments"), uses,
        pd.DataFrame({"customer": [2, 3], "supplier": [1, 2]}),
        pd.DataFrame(rows, columns=["group", "metric", "since", "value"]), years,
    )  # fmt: skip


NONE = {0: frame({}), 2: frame({})}


# -- the nation ------------------------------------------------------------------------------------------------------


def test_gains_are_means_over_the_treatment_and_returns_are_by_money() -> None:
    market = seen(NONE, {"ln_real_income": [9.0, 1.0, 1.0], "subsidy_share": [0, 0.0, 0.0]})
    arm = seen(NONE, {"ln_real_income": [9.0, 1.1, 1.3], "subsidy_share": [0, 0.02, 0.06]})
    other = seen(NONE, {"ln_real_income": [9.0, 1.0, 1.02], "subsidy_share": [0, 0.02, 0.02]})
    assert nation.income_gain(market, arm) == pytest.approx(0.2)
    assert nation.return_gap(market, arm, other) == pytest.approx(0.2 / 0.04 - 0.01 / 0.02)
    assert math.isnan(nation.return_gap(market, arm, market))


def test_income_per_worker_takes_labour_out() -> None:
    market = seen(NONE, {"ln_real_income": [0, 1.0, 1.0], "labour_gap": [0, 0.0, 0.0]})
    arm = seen(NONE, {"ln_real_income": [0, 1.0, 1.0], "labour_gap": [0, math.expm1(0.02), math.expm1(-0.05)]})
    assert nation.income_per_worker(market, arm) == pytest.approx((-0.02 + 0.05) / 2)


def test_research_capital_is_a_perpetual_inventory_and_the_social_return_its_marginal_product() -> None:
    np.testing.assert_allclose(nation.research_capital(np.array([1.0, 1.0, 0.0])), [1.0, 1.85, 1.5725])
    market = seen(NONE, {"ln_real_income": [0, 0, 0], "research": [1, 1, 1], "value_added": [10.0, 10, 10]})
    arm = seen(NONE, {"ln_real_income": [0, -0.1, 0.3], "research": [1, 2, 2], "value_added": [10.0, 10, 10]})
    assert nation.social_return(market, arm) == pytest.approx(((-0.1 + 0.1) + (0.3 + 0.1)) / 2 / ((0.1 + 0.185) / 2))


# -- firms and places ------------------------------------------------------------------------------------------------


def test_jobs_of_regions_reached_are_held_against_the_others() -> None:
    leader = {"kind": Kind.LEADING_FIRM, "labour": 100.0}
    without = seen({0: frame({}), 5: frame({}, {"region": 1}, leader, {**leader, "region": 1})})
    having = seen(
        {0: frame({}), 5: frame({"labour": 12.0}, {"labour": 11.0, "region": 1}, {**leader, "labour": 105.0},
                                {**leader, "region": 1})}, None, AID,
    )  # fmt: skip
    small = math.log(1.2) - math.log(1.1)
    assert firms.small_firm_jobs(without, having) == pytest.approx(small)
    assert firms.small_less_large_jobs(without, having) == pytest.approx(small - math.log(1.05))


def test_productivity_of_firms_reached_is_that_of_survivors() -> None:
    without = seen({0: frame({}, {}, {}), 5: frame({}, {"region": 1}, {"efficiency": 7.0})})
    having = seen({0: frame({}, {}, {}), 5: frame({"efficiency": 1.1}, {"efficiency": 1.05, "region": 1})}, None, AID)
    assert firms.productivity_reached(without, having) == pytest.approx(math.log(1.1 / 1.05))


def test_growth_on_support_is_the_slope_within_industry_and_year() -> None:
    draws = np.random.default_rng(1)
    count = 80
    support, own = draws.uniform(0.0, 0.1, count), draws.normal(0.0, 0.2, count)
    sales, industry = np.exp(draws.normal(2.0, 1.0, count)), np.arange(count) % 3
    now = frame(*({"sales": sales[row], "subsidy": support[row] * sales[row], "productivity": math.exp(own[row]),
                   "industry": industry[row], "age": row % 7} for row in range(count)))  # fmt: skip
    growth = 0.5 * support - 0.1 * own + 0.3 * industry
    then = now.assign(productivity=now["productivity"] * np.exp(growth))
    assert firms.support_and_growth(seen({0: now, 1: now, 2: then})) == pytest.approx(0.5)
    bare = now.assign(subsidy=0.0)
    assert math.isnan(firms.support_and_growth(seen({0: bare, 1: bare, 2: bare})))


def test_the_private_return_is_the_gain_of_those_who_got_research_over_their_research_capital() -> None:
    years = {year: frame({}, {"region": 1}) for year in range(11)}
    more = {year: frame({"research": 2.0, "sales": 10.6}, {"region": 1, "sales": 10.06}) for year in range(11)}
    gain = 6.0 * (math.log(6.6 / 6.0) - math.log(6.06 / 6.0))
    stock = sum(0.85**year for year in range(10))
    assert firms.private_return(seen(years), seen(more, None, AID)) == pytest.approx(gain / stock)


def zones() -> tuple[Watched, Watched]:
    without = seen({0: frame({}), 5: frame({"cell": 1}, {"cell": 0, "labour": 99.0})})
    having = seen({0: frame({}), 5: frame({"cell": 1, "labour": 12.0, "efficiency": 1.2}, {"cell": 0},
                                          {"cell": 1, "labour": 6.0, "efficiency": 1.0})})  # fmt: skip
    having.parks = np.array([False, True])
    return without, having


def test_zones_are_the_places_with_parks() -> None:
    assert firms.zone_jobs(*zones()) == pytest.approx(math.log(18.0 / 10.0))
    assert firms.zone_firms(*zones()) == pytest.approx(math.log(2.0))
    assert firms.zone_productivity(*zones()) == pytest.approx(math.log(1.2) / 2.0)
    assert firms.zone_entry_share(*zones()) == pytest.approx(6.0 / 8.0)


def test_neighbours_of_attracted_leaders_are_firms_of_its_place_and_industry() -> None:
    base = frame({"cell": 1}, {"cell": 2}, {"cell": 1, "industry": 1}, {"cell": 2, "industry": 1})
    leader = frame({"id": 90, "kind": Kind.LEADING_FIRM, "origin": Origin.ATTRACTED, "age": 0, "cell": 1})
    calm = dict.fromkeys(range(8), base)
    moved = base.assign(efficiency=[1.3, 1.1, 1.7, 1.6])
    struck = {0: base, **{year: pd.concat([moved, leader.assign(age=year - 1)]) for year in range(1, 8)}}
    assert firms.neighbours_of_attracted(seen(calm), seen(struck)) == pytest.approx(math.log(1.3 / 1.1))
    assert math.isnan(firms.neighbours_of_attracted(seen(calm), seen(calm)))


# -- chains ----------------------------------------------------------------------------------------------------------


def test_a_drive_is_read_in_the_industries_aimed_at_their_users_and_long_after() -> None:
    even = {name: [1.0] * 20 for name in ("metals", "machines", "garments")}
    driven = {"metals": [1.0] + [1.4] * 2 + [1.2] * 17, "machines": [1.1] * 20, "garments": [0.9] * 20}
    last = {0: frame({}), 19: frame({})}
    market, drive = seen(last, output=even), seen(last, None, AID, output=driven)
    assert chains.drive_output(market, drive) == pytest.approx(math.log(1.4 / 0.9))
    assert chains.drive_persists(market, drive) == pytest.approx(math.log(1.2 / 0.9))
    assert chains.drive_downstream(market, drive) == pytest.approx(math.log(1.1 / 0.9))


def test_a_disaster_is_followed_from_customer_to_customer() -> None:
    places = [{}, *({"region": 1} for _ in range(4))]
    calm = {0: frame(*places), 1: frame(*places)}
    lost = [5.0, 8.0, 9.0, 9.9, 9.9]
    after = {0: calm[0], 1: frame(*({**place, "sales": sales} for place, sales in zip(places, lost, strict=True)))}
    blow = "shocks=[{shock: disaster, regions: [R1A], strength: 0.5}]"
    spared, struck = seen(calm), seen(after, None, blow)
    assert chains.customers_share(spared, struck) == pytest.approx((0.2 - 0.01) / 0.5)
    assert chains.second_customers(spared, struck) == pytest.approx((0.1 - 0.01) / 0.5)


# -- files and verdicts ----------------------------------------------------------------------------------------------


def test_the_shipped_study_uses_every_estimator_and_its_arms_share_their_past() -> None:
    study = read_study(SHIPPED)
    assert len(study.benchmarks) == 10
    used = {one.estimator for benchmark in study.benchmarks.values() for one in benchmark.statistics.values()}
    assert used == set(ESTIMATORS)
    scenarios, runs = study_arms(study)
    assert runs["zones.market"] == "misallocation.market" and len(scenarios) < len(runs)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("estimator: income_gain", "estimator: income_gane", "'income_gane' is no estimator.*income_gain"),
        ("[market, plan]", "[market, plane]", "there is no arm 'plane'"),
        ("[market, plan]", "[market]", "compares 2 arms, not 1"),
        ("high: 0.1", "unit: ln", "a band needs an end"),
        ("high: 0.1", "high: 0.1, low: 0.2", "its low below its high"),
    ],
)
def test_mistakes_are_told_with_their_place(old: str, new: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=message) as error:
        read_study(written(tmp_path, TEXT.replace(old, new)))
    assert f"{tmp_path / 'e.yaml'}:" in str(error.value)


def test_arms_that_differ_before_the_fork_are_refused(tmp_path: Path) -> None:
    text = TEXT.replace("{plan.layout: balanced}", "{plan.layout: balanced, population.firms: 90}")
    with pytest.raises(ScenarioError, match="differ before the fork"):
        study_arms(read_study(written(tmp_path, text)))


TEXT = """\
scenario: policy_text
benchmarks:
  gains:
    finding: small
    source: Someone 2000
    reading: none
    arms: {market: {plan.layout: market}, plan: {plan.layout: balanced}}
    statistics: {gain: {what: income, estimator: income_gain, arms: [market, plan], high: 0.1}}
"""


def written(folder: Path, text: str) -> Path:
    """The file."""
    (folder / "e.yaml").write_text(text, encoding="utf-8")
    return folder / "e.yaml"


@pytest.mark.parametrize(
    ("low", "high", "value", "reason", "verdict"),
    [
        (0.1, 0.3, 0.2, "", "pass pass"),
        (0.9, 1.5, 1.2, "", "pass pass"),
        (1.1, 1.3, 1.2, "", "miss pass"),
        (-0.1, 0.3, 0.1, "", "pass open"),
        (-0.3, -0.1, -0.2, "", "miss miss"),
        (math.nan, math.nan, 0.2, TOO_FEW, "open open"),
        (math.nan, math.nan, 0.2, IDENTICAL, "pass pass"),
        (math.nan, math.nan, -0.2, IDENTICAL, "miss miss"),
        (math.nan, math.nan, math.nan, NO_VALUE, "open open"),
    ],
)
def test_an_interval_meets_a_band_or_lies_on_the_side_that_a_paper_is_sure_of(
    low: float, high: float, value: float, reason: str, verdict: str
) -> None:
    told: dict[str, Any] = {"what": "", "estimator": "income_gain", "arms": ("a",), "low": 0.0}
    assert " ".join(judge(low, high, value, reason, Statistic(**told, high=end)) for end in (1.0, math.inf)) == verdict


def test_one_statistic_that_misses_decides_a_benchmark(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, TEXT))
    values = pd.DataFrame(
        {"benchmark": "gains", "statistic": "gain", "seed": range(5), "value": [0.2, 0.21, 0.2, 0.19, 0.2]}
    )
    table = judged(study, values)
    assert table["verdict"].tolist() == ["miss"] and table["value"].iloc[0] == pytest.approx(0.2)
    assert by_benchmark(pd.concat([table, table.assign(verdict="pass")])) == {"gains": "miss"}
    assert by_benchmark(pd.concat([table.assign(verdict="open"), table.assign(verdict="pass")])) == {"gains": "open"}


def test_numbers_are_named_by_how_they_are_taken() -> None:
    assert read_taken(taken("income_gain", ["zones.market", "zones.parks"])) == (
        "income_gain", ("zones.market", "zones.parks"),
    )  # fmt: skip


# -- the whole path --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "names",
    [("winners",), pytest.param(("zones", "disaster", "temporary_drive", "winners"), marks=pytest.mark.long)],
    ids=["one", "several"],
)
def test_benchmarks_run_write_their_tables_and_can_be_done_again(tmp_path: Path, names: tuple[str, ...]) -> None:
    out = tmp_path / "out"
    words = [word for told in SMALL for word in ("--set", told)]
    told = ["evidence", *names, "--replications", "4", "--workers", "1", "--out", str(out), *words]
    result = CliRunner().invoke(main, told, catch_exceptions=False)
    assert result.exit_code == 0 and "findings on industrial policy come out" in result.output
    table = pd.read_csv(out / "evidence.csv")
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<img" in page and all(what in page for what in table["what"])
    assert list(dict.fromkeys(table["benchmark"])) == [name for name in read_study(SHIPPED).benchmarks if name in names]
    assert (out / "figures" / "evidence.png").stat().st_size > 10_000
    by_seed = pd.read_csv(out / "evidence_by_seed.csv")
    row = table[(table["benchmark"] == "winners") & (table["statistic"] == "slope")].iloc[0]
    own = by_seed.loc[(by_seed["benchmark"] == "winners") & (by_seed["statistic"] == "slope"), "value"]
    assert row["value"] == pytest.approx(own.mean()) and math.isfinite(row["value"])
    assert rerun(out, tmp_path / "again", 1).identical


def test_every_metric_that_is_watched_is_used() -> None:
    text = "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (chains, firms, nation))
    assert all(f'"{name}"' in text for name in METRICS)
