"""What a shock costs: hand-worked tables, which run serves as the unshocked one, and the whole path on the engine."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from rich.console import Console

from sim.front import compare, run_to_folder
from sim.kernel.scenario_types import Change, Record, Scenario, ShockEvent
from sim.reporting.comparison import answers_of, evidence_of, tell
from sim.reporting.figures import save_pictures
from sim.reporting.figures.resilience import draw_resilience
from sim.reporting.pages.resilience import resilience_parts
from sim.reporting.terminal import resilience_on_screen
from sim.runs.run import Run, run_arms, run_scenario
from sim.scenario.reading import load_scenario
from sim.studies.compare import Comparison, read_comparison, run_comparison
from sim.studies.kept_runs import FromCheckpoint, has_begun
from sim.studies.resilience import losses_by_year, outcomes, resilience_table
from sim.studies.unshocked import (
    first_shock_year,
    is_struck,
    name_unshocked,
    recording_series,
    unrecorded,
    unshocked_table,
    with_unshocked,
    without_shocks,
)
from tests.synthetic import scenario

SLUMP = ShockEvent(shock="demand_slump", start=1, years=2, strength=0.5, industries=("it_upstream",))
STUDENT = 3.1824463052837078 / math.sqrt(3)
"""Half an interval of two values that two seeds each have, in half distances of the two: t(.975, 3) / sqrt(3)."""


def twice(table: pd.DataFrame) -> pd.DataFrame:
    """The same with seeds 3 and 4 that equal seeds 1 and 2."""
    return pd.concat([table, table.assign(seed=table["seed"] + 2)], ignore_index=True)


def struck(layout: str = "market", **changes: object) -> Scenario:
    """A synthetic scenario of 3 + 6 years with a shock that is felt from year 5 on."""
    return scenario(layout, treatment=6, shocks=(SLUMP,), **changes)


def unshocked_by_hand() -> pd.DataFrame:
    """Two arms, two seeds, the nation and an industry; years 4 to 9, the shock felt from year 5 on.

    Nation, gaps from year 5: in arm a 0, -.2, -.1, -.04, -.02 and 0, -.1, 0, 0, 0; in arm b a tenth of them is lost.
    """
    paths = {
        ("a", 1): [0.0, 0.0, -0.2, -0.1, -0.04, -0.02],
        ("a", 2): [0.0, 0.0, -0.1, 0.0, 0.0, 0.0],
        ("b", 1): [0.0, 0.0, -0.5, -0.5, -0.5, -0.5],
        ("b", 2): [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    }
    rows = []
    for (arm, seed), gaps in paths.items():
        for year, gap in zip(range(4, 10), gaps, strict=True):
            rows.append((arm, seed, year, "nation", "real_income", "money", 100.0 * (1 + gap), 100.0))
            # an industry that makes nothing in one year without the shock is left out
            rows.append((arm, seed, year, "industry=late", "industry_output", "goods", 1.0, float(year > 6)))
    columns = ["arm", "seed", "year", "group", "metric", "unit", "value", "unshocked"]
    return pd.DataFrame(rows, columns=columns)


ARMS = {"calm": scenario(treatment=6), "a": struck(), "b": struck("balanced")}


def row_of(table: pd.DataFrame, arm: str, measure: str) -> pd.Series:
    """One row of the nation."""
    rows = table[(table["arm"] == arm) & (table["group"] == "nation") & (table["measure"] == measure)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_outcomes_of_every_seed_by_hand() -> None:
    found = outcomes(unshocked_by_hand(), ARMS).set_index(["arm", "measure", "seed"])["value"].sort_index()
    assert found["a", "resistance"].tolist() == pytest.approx([0.8, 0.9])
    assert found["a", "recoverability"].tolist() == pytest.approx([0.9, 1.0])
    assert found["a", "years_to_regain"].tolist() == [3.0, 2.0]
    assert found["a", "loss"].tolist() == pytest.approx([0.36, 0.1])
    # squares of the gaps over five years: .052 / 5 and .01 / 5
    assert found["a", "risk"].tolist() == pytest.approx([math.sqrt(0.0104), math.sqrt(0.002)])
    # never regained: the five years observed, a lower bound; nothing lost: nothing to make good
    assert found["b", "years_to_regain"].tolist() == [5.0, 0.0]
    assert found["b", "regained"].tolist() == [0.0, 1.0]
    assert math.isnan(found["b", "recoverability", 2])


def test_an_industry_without_output_has_no_row() -> None:
    assert set(outcomes(unshocked_by_hand(), ARMS)["group"]) == {"nation"}


def test_means_and_paired_differences_by_hand() -> None:
    table = resilience_table(twice(unshocked_by_hand()), ARMS, "calm")
    loss = row_of(table, "a", "loss")
    assert (loss["unit"], loss["replications"], loss["against"]) == ("years", 4, "a")
    half = STUDENT * 0.13
    assert loss[["mean", "ci_low", "ci_high"]].tolist() == pytest.approx([0.23, 0.23 - half, 0.23 + half])
    assert math.isnan(loss["difference"])
    other = row_of(table, "b", "loss")
    # lost 2 and 0, against .36 and .1: differences 1.64 and -.1
    half = STUDENT * 0.87
    found = other[["difference", "difference_low", "difference_high"]].tolist()
    assert found == pytest.approx([0.77, 0.77 - half, 0.77 + half])
    recovered = row_of(table, "b", "recoverability")
    assert (recovered["replications"], recovered["reason"], recovered["difference_reason"]) == (2, "too few", "too few")
    assert (row_of(table, "b", "regained")["reason"], row_of(table, "a", "regained")["reason"]) == ("", "identical")
    few = resilience_table(unshocked_by_hand(), ARMS, "b")
    assert set(few["against"]) == {"b"} and set(few["reason"]) == {"too few"} and few["ci_low"].isna().all()


def test_losses_by_year_by_hand() -> None:
    table = losses_by_year(twice(unshocked_by_hand())).set_index(["arm", "year"])
    assert table.loc[("a", 5), "mean"] == 0.0 and table.loc[("a", 5), "reason"] == "identical"
    assert table.loc[("a", 6), "mean"] == pytest.approx((math.log(0.8) + math.log(0.9)) / 2)
    assert table.loc[("a", 6), "high"] == pytest.approx(
        table.loc[("a", 6), "mean"] + STUDENT * (math.log(0.9) - math.log(0.8)) / 2
    )


def test_without_unshocked_runs_there_are_no_tables() -> None:
    assert resilience_table(pd.DataFrame(), ARMS, "calm").empty
    assert losses_by_year(pd.DataFrame()).empty
    assert resilience_parts(pd.DataFrame()) == []


def test_which_shocks_strike() -> None:
    assert first_shock_year(struck()) == 5 and is_struck(struck())
    for change in ({"strength": 0.0}, {"years": 0}, {"start": 6}):
        assert not is_struck(scenario(treatment=6, shocks=(SLUMP.model_copy(update=change),)))


def test_changes_say_when_a_shock_is_felt() -> None:
    """The burn-in of these scenarios ends in a year that `first_shock_year` of the plain one tells."""
    felt = first_shock_year(struck())
    assert felt is not None
    off, back, shorter = {"shocks.0.strength": 0.0}, {"shocks.0.strength": 0.5}, {"shocks.0.years": 0}

    def first(*changes: tuple[int, dict[str, float]]) -> int | None:
        told = tuple(Change(year=year, set=values) for year, values in changes)
        return first_shock_year(struck().model_copy(update={"changes": told}))

    assert first((felt, {"plan.budget": 0.1})) == felt
    assert first((felt, off)) is None
    assert first((felt, shorter)) is None
    assert first((felt, off), (felt + 1, back)) == felt + 1
    assert first((felt + 1, off)) == felt


def test_an_unshocked_run_keeps_the_other_changes() -> None:
    told = (
        Change(year=5, set={"shocks.0.strength": 0.5, "plan.budget": 0.1}),
        Change(year=6, set={"shocks.0.years": 3}),
    )
    calm = without_shocks(struck().model_copy(update={"changes": told}))
    assert calm.shocks == () and calm.changes == (Change(year=5, set={"plan.budget": 0.1}),)


def test_an_arm_that_is_the_same_without_shocks_serves_as_unshocked_run_whatever_it_is_called_and_records() -> None:
    calm = scenario(treatment=6).model_copy(update={"title": "Another title", "record": Record()})
    arms = {"calm": calm, "a": struck(), "b": struck("balanced")}
    assert name_unshocked(arms) == {"a": "calm", "b": "b without shocks"}
    assert list(with_unshocked(arms, name_unshocked(arms))) == ["calm", "a", "b", "b without shocks"]


def test_arms_that_differ_only_in_their_shocks_have_one_unshocked_run() -> None:
    harder = struck().model_copy(update={"shocks": (SLUMP.model_copy(update={"strength": 0.9}),)})
    assert name_unshocked({"a": struck(), "harder": harder}) == dict.fromkeys(("a", "harder"), "a without shocks")


def test_an_unshocked_run_is_not_named_like_an_arm() -> None:
    arms = {"a": struck(), "a without shocks": struck("balanced")}
    assert name_unshocked(arms)["a"] == "a without shocks'"


def test_an_unshocked_run_records_what_it_is_judged_by_and_nothing_else() -> None:
    unshocked = without_shocks(struck())
    assert unshocked.shocks == () and unshocked.record.panels == ()
    assert unrecorded(unshocked) == ()
    assert recording_series(struck()) == struck()


SMALL = ("population.firms=60", "population.institutes=4", "years.burn_in=3", "years.treatment=5")
BLOW = "shocks=[{shock: demand_slump, start: 2, years: 2, strength: 0.5, industries: [machines]}]"


def story(*overrides: str) -> Scenario:
    return load_scenario("policy_text", [*SMALL, *overrides])


@pytest.mark.slow
def test_an_arm_that_records_little_is_measured_and_records_no_more(tmp_path: Path) -> None:
    narrow = story(BLOW, "record.levels=[nation]", "record.metrics=[firms]")
    arms = {"narrow": narrow, "calm": story("record.metrics=[utilisation]", "plan.layout=balanced")}
    unshocked_runs = name_unshocked(arms)
    assert unshocked_runs == {"narrow": "narrow without shocks"}
    found = run_comparison(arms, 1, 1, tmp_path / "a")
    alone = run_scenario(narrow, seed=1, arm="narrow").metrics
    mine = found.results.metrics
    pd.testing.assert_frame_equal(
        mine[mine["arm"] == "narrow"].astype({"arm": str}).reset_index(drop=True), alone, check_dtype=False,
        check_categorical=False, check_exact=True,
    )  # fmt: skip
    assert found.arms["narrow"].record == narrow.record
    series = unshocked_table(found.results)
    assert set(series["metric"]) == {"real_income", "region_real_income", "industry_output"}
    assert not set(mine["metric"]) & set(series["metric"])


@pytest.fixture(scope="module")
def shaken(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Three arms, two of them with a shock; one of these has its unshocked run among the arms."""
    arms = {"calm": story(), "shaken": story(BLOW), "mixed": story(BLOW, "plan.layout=balanced")}
    return compare(arms, 2, 1, tmp_path_factory.mktemp("shaken") / "a", progress=False)


@pytest.mark.slow
def test_losses_are_against_the_same_seed_without_the_shock(shaken: Comparison) -> None:
    unshocked_runs = unshocked_table(shaken.results)
    assert set(unshocked_runs["arm"]) == {"shaken", "mixed"}
    for arm, plan in (("shaken", ()), ("mixed", ("plan.layout=balanced",))):
        alone = run_scenario(story(*plan), seed=2).metrics
        income = alone[(alone["metric"] == "real_income") & (alone["year"] > 3)]["value"].tolist()
        mine = unshocked_runs[
            (unshocked_runs["arm"] == arm) & (unshocked_runs["seed"] == 2) & (unshocked_runs["metric"] == "real_income")
        ]
        assert mine["unshocked"].tolist() == income
        before = mine[mine["year"] <= 5]
        assert before["value"].tolist() == before["unshocked"].tolist()
        # A slump moves demand between industries: the one that it hits loses, the nation need not.
        hit = unshocked_runs[(unshocked_runs["arm"] == arm) & (unshocked_runs["group"] == "industry=machines")]
        assert (hit[hit["year"] == 6]["value"] < 0.9 * hit[hit["year"] == 6]["unshocked"]).all()
    assert shaken.results.manifest["unshocked_runs"] == {"shaken": "calm", "mixed": "mixed without shocks"}


@pytest.mark.slow
@pytest.mark.long
def test_unshocked_runs_change_nothing_else(shaken: Comparison, tmp_path: Path) -> None:
    plain = compare(shaken.arms, 2, 1, tmp_path / "plain", progress=False, unshocked_runs=False)
    assert plain.resilience.empty and unshocked_table(plain.results).empty
    for file, facts in plain.results.manifest["tables"].items():
        assert shaken.results.manifest["tables"][file] == facts, file
    assert set(shaken.results.manifest["tables"]) - set(plain.results.manifest["tables"]) == {"series.parquet"}
    pd.testing.assert_frame_equal(plain.differences, shaken.differences, check_exact=True)
    assert answers_of(plain) == answers_of(shaken)
    key = ("arm", "seed", "hash")
    mine, theirs = (
        [[run[name] for name in key] for run in found.results.manifest["runs"] if run["arm"] in shaken.arms]
        for found in (plain, shaken)
    )
    assert mine == theirs
    ran: list[str] = []

    def watch(arms: dict[str, Scenario], *given: Any, **options: Any) -> dict[str, Run]:
        ran.extend(arms)
        return run_arms(arms, *given, **options)

    later = compare(shaken.arms, 2, 1, tmp_path / "plain", progress=False, runner=watch)
    assert ran == ["mixed without shocks"] * 2
    pd.testing.assert_frame_equal(later.resilience, shaken.resilience, check_exact=True)
    ran.clear()
    again = compare(shaken.arms, 2, 1, tmp_path / "plain", progress=False, runner=watch, unshocked_runs=False)
    pd.testing.assert_frame_equal(again.resilience, shaken.resilience, check_exact=True)
    more = compare(shaken.arms, 3, 1, tmp_path / "plain", progress=False, runner=watch, unshocked_runs=False)
    assert ran == list(shaken.arms)
    assert more.results.seeds == (1, 2, 3)
    assert set(unshocked_table(more.results).query("arm == 'mixed'")["seed"]) == {1, 2}


@pytest.mark.slow
def test_a_finished_comparison_is_read_and_not_run_again(shaken: Comparison) -> None:
    def refuse(*_: object) -> dict[str, object]:
        raise AssertionError("ran again")

    again = compare(shaken.arms, 2, 1, shaken.folder, progress=False, runner=refuse)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(again.resilience, shaken.resilience, check_exact=True)
    assert again.failures == []
    grown = read_comparison(shaken.folder, baseline="mixed")
    assert set(grown.resilience["against"]) == {"mixed"}


@pytest.mark.slow
def test_one_run_is_measured_against_itself_without_the_shock(shaken: Comparison, tmp_path: Path) -> None:
    results = run_to_folder(story(BLOW), tmp_path / "run", progress=False, seed=2)
    table = pd.read_csv(results.folder / "tables" / "resilience.csv")
    assert set(table["arm"]) == {"run"} and table["ci_low"].isna().all()
    theirs = unshocked_table(shaken.results)
    theirs = theirs[(theirs["arm"] == "shaken") & (theirs["seed"] == 2)]
    mine = unshocked_table(results.results)
    assert mine["value"].tolist() == theirs["value"].tolist()
    assert mine["unshocked"].tolist() == theirs["unshocked"].tolist()
    assert (results.folder / "figures" / "resilience.png").exists()
    console = Console(width=80, record=True, file=io.StringIO())
    tell(results, console)
    assert "an example, not an answer" in console.export_text()
    plain = run_to_folder(story(BLOW), tmp_path / "plain", progress=False, seed=2, unshocked_runs=False)
    assert not (plain.folder / "tables" / "resilience.csv").exists() and unshocked_table(plain.results).empty
    pd.testing.assert_frame_equal(plain.results.metrics, results.results.metrics, check_exact=True)


def test_a_checkpoint_in_which_the_shocks_have_begun_has_no_unshocked_runs() -> None:
    begun = FromCheckpoint(Path("past"), "name", 1, treated=True)
    assert has_begun(begun) and not has_begun(replace(begun, treated=False)) and not has_begun(run_arms)


@pytest.mark.slow
def test_what_shocks_cost_is_written_shown_and_drawn(shaken: Comparison, tmp_path: Path) -> None:
    table = pd.read_csv(shaken.folder / "tables" / "resilience.csv")
    assert list(table["arm"].unique()) == ["shaken", "mixed"]
    assert {"nation", "region=R1A", "industry=machines"} <= set(table["group"])
    hit = table[(table["group"] == "industry=machines") & (table["measure"] == "resistance")]
    assert (hit["mean"] < 0.8).all()
    console = Console(width=80, record=True, file=io.StringIO())
    tell(shaken, console)
    text = console.export_text()
    assert "What shocks cost" in text and "kept in the worst year" in text
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    page = (shaken.folder / "report.html").read_text(encoding="utf-8")
    assert "What shocks cost" in page and page.count("<figure>") == 7
    evidence = evidence_of(shaken)
    picture = draw_resilience(evidence)
    assert picture is not None
    pixels = imread(save_pictures([picture], tmp_path, evidence.provenance)[0][0])[:, :, :3]
    for edge in (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:]):
        assert edge.min() == 1.0
    lines = [line for line in picture.figure.axes[0].lines if len(line.get_xdata()) == 5 and line.get_linewidth() > 2]
    expected = 100 * np.expm1(shaken.losses[shaken.losses["arm"] == "shaken"]["mean"])
    assert lines[0].get_ydata().tolist() == pytest.approx(expected.tolist())
    assert draw_resilience(replace(evidence, losses=pd.DataFrame())) is None
    assert "years until back" in str(resilience_parts(shaken.resilience[shaken.resilience["arm"] == "mixed"]))


def test_one_arm_is_shown_without_a_difference() -> None:
    table = resilience_table(twice(unshocked_by_hand()), ARMS, "a")
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(resilience_on_screen(table[table["arm"] == "a"]))
    text = console.export_text()
    assert "paired difference" not in text and "0.23 ±0.24" in text
