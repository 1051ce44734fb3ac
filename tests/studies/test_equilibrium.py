"""Governors: what they can do, plans as tables, payoffs by hand, known games through the study's own path, verdicts."""

from __future__ import annotations

import math
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.runs.run import run_arms, world_at
from sim.scenario.reading import load_scenario, scenario_identity
from sim.store.files import write_csv
from sim.store.results import ResultsError, read_results
from sim.store.tasks import Task
from sim.studies import equilibrium as module
from sim.studies.equilibrium import DEVIATIONS, SEARCHES, Game, Runs, country_of, run_equilibrium, verdict
from sim.studies.governors import (
    HOT,
    NATION,
    REWARDS,
    Action,
    Country,
    KeepPayoffs,
    actions_of,
    options_of,
    payoffs_of,
    recording_payoffs,
    rows_at,
)
from sim.studies.rerun import rerun
from tests.model.engine.worlds import SMALL, small_story
from tests.studies.test_games import COORDINATION, DILEMMA, PENNIES

SHORT = ("years.burn_in=1", "years.treatment=2", "plan.every=5", "plan.money=equal")


def quiet(_arm: str, _done: int, _total: int) -> None:
    """Progress that nobody follows."""


@pytest.fixture(scope="module")
def country() -> Country:
    scenario = recording_payoffs(small_story(*SHORT))
    actions = actions_of(("coordinated", "own", "hot", "related", "balanced", "none"), (1.0, 2.0))
    world = world_at(scenario, 1, 3)
    plans = ("coordinated", "own", "hot", "related", "balanced")
    return Country(scenario, actions, tuple(world.industry_names), {3: rows_at(world, scenario, plans)})


def test_what_a_governor_can_do() -> None:
    actions = actions_of(("own", "hot", "none"), (1.0, 2.0))
    assert [str(one) for one in actions] == ["own", "own x2", "hot", "hot x2", "none"]
    told = {str(one): [str(actions[number]) for number in options_of(actions, one)] for one in actions}
    assert told["own"] == ["own x2", "hot", "none"]
    assert told["hot x2"] == ["own x2", "hot", "none"]
    assert told["none"] == ["own", "hot"]
    assert options_of(actions_of(("hot", "none"), (0.5, 3.0)), Action("none", 0.0)) == [0]


def test_rewards_by_hand() -> None:
    series, before = np.array([[1.0, 3.0], [2.0, 4.0], [8.0, 8.0]]), np.array([1.0, 2.0, 4.0])
    assert REWARDS["income"].function(series, before) == pytest.approx(100 * np.log([2.0, 3.0, 8.0]))
    # growth by 3, 2 and 2: the first place, and the second shared by two
    assert REWARDS["growth_rank"].function(series, before).tolist() == [-1.0, -2.5, -2.5]


def test_payoffs_are_of_the_treatment_years_and_growth_since_the_fork() -> None:
    rows = []
    for year in (1, 2, 3):
        rows.append((year, "nation", "ln_real_income", float(year)))
        for region, factor in (("R1A", 1.0), ("R 1%B", 3.0)):
            for metric in ("region_value_added", "region_real_income", "region_employment"):
                rows.append((year, f"region={region}", metric, factor * year ** (2.0 if region == "R1A" else 1.0)))
    table = pd.DataFrame(rows, columns=["year", "group", "metric", "value"])
    run: Any = SimpleNamespace(scenario=small_story(*SHORT), metrics=table)
    found = payoffs_of(run)
    assert found[NATION] == 250.0
    assert found["value_added R1A"] == pytest.approx(100 * math.log((4 + 9) / 2))
    assert found["employment R 1%B"] == pytest.approx(100 * math.log(3 * 2.5))
    assert (found["growth_rank R1A"], found["growth_rank R 1%B"]) == (-1.0, -2.0)


@pytest.mark.slow
@pytest.mark.parametrize("plan", ["coordinated", "own", "hot", "related", "balanced", "none"])
def test_all_with_one_plan_is_the_layout_of_that_name(country: Country, plan: str) -> None:
    """In its first term; the explicit rows give the numbers that the layout gives, to the last digits of shares."""
    from sim.studies.governors import PLANS

    layout = country.scenario.plan.model_copy(update={"layout": PLANS[plan], "imitation": 0.0})
    both = {"layout": country.scenario.model_copy(update={"plan": layout}),
            "rows": country.under(country.all_with(plan), 3)}  # fmt: skip
    runs = run_arms(both, 3)
    one, two = (payoffs_of(runs[arm]) for arm in both)
    assert two == pytest.approx(one, rel=1e-9)


def test_a_profile_is_what_its_table_says(country: Country, tmp_path: Path) -> None:
    number = {str(one): place for place, one in enumerate(country.actions)}
    profile = (number["hot"], number["none"], number["own x2"], number["coordinated"])
    table = country.table(profile, 3)
    assert list(table.columns) == ["term", "region", "industry", "share", "effort"]
    assert set(table["region"]) == {country.regions[place] for place in (0, 2, 3)}
    assert set(table.loc[table["region"] == country.regions[2], "effort"]) == {2.0}
    assert table.groupby("region")["share"].sum().to_numpy() == pytest.approx(1.0)
    write_csv(tmp_path / "plan.csv", table)
    keys = ["plan.layout=explicit", f"plan.matrix={tmp_path / 'plan.csv'}", "plan.elsewhere=market"]
    read = load_scenario("policy_text", [*SMALL, *SHORT, *keys, "plan.imitation=0"], notes=[])
    own = country.under(profile, 3).model_copy(update={"record": read.record})
    assert scenario_identity(read) == scenario_identity(own)
    assert country.name(profile).count(",") == 2
    assert country.name(country.all_with(HOT)) == "all hot"
    assert (country.share_of(profile, HOT), country.effort_of(profile)) == (0.25, 1.0)


@pytest.mark.slow
def test_a_checkpoint_of_the_past_changes_no_number(country: Country, tmp_path: Path) -> None:
    from sim.runs.checkpoint import save_checkpoint
    from sim.studies.governors import past_name

    save_checkpoint(world_at(country.scenario, 1, 3), tmp_path / past_name(3))
    task = Task(3, {"a": country.under(country.all_with(HOT), 3)}, {})
    kept = [KeepPayoffs(pasts)(task, tmp_path, quiet) for pasts in ("", str(tmp_path))]
    for file in ("values.parquet", "hashes.parquet"):
        one, two = ([piece.to_pylist() for piece in told.tables[file].tables] for told in kept)
        assert one == two and one


# -- known games, payoffs from a table instead of runs --------------------------------------------------------


def played(game: dict[tuple[int, int], tuple[int, int]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The whole study on two regions, action 0 being hot and action 1 anything else; payoffs from a table, 5 seeds."""

    def known(self: Runs, profiles: Any) -> None:
        for profile in self.missing(profiles):
            acts = tuple(int(self.country.actions[action].plan != HOT) for action in profile)
            told = np.tile(np.array(game[acts], float), (5, 1))
            self.known[profile] = {NATION: told.sum(axis=1), **dict.fromkeys(REWARDS, told)}
            self.runs += len(self.seeds)

    def no_runs(_world: Any, scenario: Any, plans: Any) -> Any:
        return {plan: np.full((2, 4), 0.25) for plan in plans}

    monkeypatch.setattr(Runs, "run", known)
    monkeypatch.setattr(module, "world_at", lambda *_: SimpleNamespace(industry_names=list("abcd")))
    monkeypatch.setattr(module, "save_checkpoint", lambda *_: None)
    monkeypatch.setattr(module, "rows_at", no_runs)
    two = small_story(*SHORT, "regions.grid.rows=1")
    asked = Game(two, (1, 2, 3, 4, 5), ("coordinated", "hot", "none"), (1.0,), ("income",), budget=10_000)
    return run_equilibrium(asked, 1, tmp_path)


def test_the_dilemma_is_a_trap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hot is to defect: everybody ends there, and the nation has 2 instead of 6."""
    swapped = {(1 - a, 1 - b): told for (a, b), told in DILEMMA.items()}
    found = played(swapped, monkeypatch, tmp_path)
    assert set(found.searches["end"]) == {"all hot"}
    assert set(found.searches["outcome"]) == {"equilibrium"}
    (row,) = found.verdicts.itertuples()
    assert (row.duplication, row.profile) == ("trap", "all hot")
    assert row.price_of_anarchy == pytest.approx(math.exp(0.04))
    told = found.deviations.set_index(["profile", "region", "action"])
    assert told.at[("all coordinated", "R1A", "hot"), "gain"] == 2.0  # 5 instead of 3
    assert told.at[("all coordinated", "R1A", "hot"), "nation"] == -1.0  # 5 instead of 6
    assert not told.loc["all hot"]["clear"].any()


def test_coordination_has_two_equilibria_and_the_bad_one_is_a_trap(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    swapped = {(1 - a, 1 - b): told for (a, b), told in COORDINATION.items()}
    found = played(swapped, monkeypatch, tmp_path)
    ends = found.searches.set_index("start")["end"]
    assert (ends["all hot"], ends["all coordinated"], ends["all none"]) == ("all hot", "all coordinated", "all none")
    (row,) = found.verdicts.itertuples()
    assert (row.duplication, row.price_of_anarchy) == ("trap", pytest.approx(math.exp(0.02)))
    assert found.searches.set_index("start").at["all none", "tied"]  # coordinated is as good


def test_coordination_on_what_is_best_is_a_harmless_habit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (row,) = played(COORDINATION, monkeypatch, tmp_path).verdicts.itertuples()
    assert (row.duplication, row.price_of_anarchy) == ("harmless habit", pytest.approx(math.exp(-0.02)))


def test_a_game_without_pure_equilibrium_cycles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = played(PENNIES, monkeypatch, tmp_path)
    assert set(found.searches["outcome"]) == {"cycle"}
    assert set(found.verdicts["duplication"]) == {"no equilibrium"}
    assert found.steps["gain"].notna().any()


def test_verdicts_where_the_runs_do_not_say() -> None:
    def told(**changes: Any) -> tuple[str, str]:
        row = {"reward": "income", "start": "all hot", "outcome": "equilibrium", "end": "all hot", "turns": 4,
               "moves": 0, "tied": True, "epsilon": 0.5, "epsilon_high": 1.0, "unit": "% (ln)", "hot_share": 1.0,
               "mean_effort": 1.0, "price_of_anarchy": 1.0, "price_low": 0.99, "price_high": 1.01,
               "runs": 9, **changes}  # fmt: skip
        said = verdict("income", pd.DataFrame([], columns=DEVIATIONS), pd.DataFrame([row], columns=SEARCHES), 2.0)
        return said[1], said[2]

    assert told() == ("harmless habit", "nobody gains by leaving it, and the nation loses little or nothing")
    assert told(epsilon_high=7.0) == ("open", "gains of up to 7.0 % (ln) are not excluded: more replications")
    assert told(price_high=1.05)[0] == "open"
    assert told(price_low=1.001, price_high=1.05)[0] == "trap"
    assert told(outcome="budget", epsilon_high=math.nan) == (
        "open",
        "the budget of runs was spent before the search ended; until then 100 % of the governors kept to the hot list",
    )  # fmt: skip
    assert told(outcome="equilibrium", end="all own", hot_share=0.0)[0] == "no equilibrium"


def test_what_cannot_be_played_is_refused() -> None:
    scenario = small_story(*SHORT)
    for words, changes in (
        ("more than the budget", {"budget": 10}), ("hot is missing", {"plans": ("coordinated", "none")}),
        ("no", {"scenario": small_story("years.treatment=0")}),
    ):  # fmt: skip
        with pytest.raises(ResultsError, match=words):
            Game(**{"scenario": scenario, "seeds": (1,), **changes})
    game = Game(scenario, (1, 2), ("coordinated", "hot", "none"), (1.0, 2.0), tested=3)
    assert game.players == (0, 2, 3)
    # coordinated and hot: other effort, other plan, none; none: two plans
    assert game.test_runs == 2 * (3 + 3 * (3 + 3 + 2))


@pytest.mark.slow
def test_the_command_and_its_folder(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "equilibrium.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ {4,}clustersim (.*)$", page, re.MULTILINE)
    words = [*command.split(), "--workers", "1", "--replications", "2", "--regions", "1", "--budget", "24",
             "--plan", "coordinated", "--plan", "hot", "--plan", "none", "--effort", "1", "--reward", "income", "--yes",
             "--quiet", "--years", "1+1", "--out", str(tmp_path / "a")]  # fmt: skip
    words += [word for key in SMALL for word in ("--set", key)]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    written = {path.relative_to(tmp_path / "a").as_posix() for path in (tmp_path / "a").rglob("*.*")}
    assert {"deviations.csv", "searches.csv", "turns.csv", "duplication.csv", "report.html",
            "plans/all hot.csv", "figures/deviations.png"} <= written  # fmt: skip
    results = read_results(tmp_path / "a")
    assert results.manifest["kind"] == "equilibrium"
    before = results.manifest["runs"]
    assert len(before) <= 24
    assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0
    assert read_results(tmp_path / "a").manifest["runs"] == before  # nothing is run twice
    assert rerun(tmp_path / "a", tmp_path / "b", 1).identical


@pytest.fixture(scope="module")
def small() -> Any:
    with country_of(Game(small_story(*SHORT), (1,), tested=1)) as (told, place):
        assert [path.name for path in Path(place).iterdir()] == ["seed-1.zip"]
    return told


@pytest.mark.slow
def test_a_country_knows_its_regions_and_their_rows(small: Country) -> None:
    assert small.regions == ("R1A", "R1B", "R2A", "R2B")
    assert set(small.rows[1]) == {"coordinated", "own", "hot", "related", "balanced"}
    for rows in small.rows[1].values():
        assert rows.shape == (4, 4)
        assert rows.sum(axis=1) == pytest.approx(1.0)
