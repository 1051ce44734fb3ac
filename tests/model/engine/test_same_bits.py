"""Same seed, same bits: whatever is recorded or runs beside it, on how many workers, with the compiler on or off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from sim.kernel import compiling
from sim.kernel.declare import METRICS
from sim.kernel.scenario_types import Record, Scenario
from sim.model.rules import labour, market, production, sourcing
from sim.runs.run import fork, run_arms, run_scenario, shared_past
from sim.store.folder import carry_out
from sim.store.results import read_results
from sim.store.tasks import Design
from sim.studies.kept_runs import FullRuns
from tests.model.engine.worlds import everything_on, hashes, lived, pass_year, small_story, tables

ROOT = Path(__file__).resolve().parents[3]
ARMS = {name: small_story(f"plan.layout={name}") for name in ("differentiated", "duplicated", "market")}


def hashes_of(arms: dict[str, Scenario], seed: int = 4) -> dict[str, list[str]]:
    return {arm: run.hashes["hash"].tolist() for arm, run in run_arms(arms, seed).items()}


@pytest.fixture(scope="module")
def together() -> dict[str, list[str]]:
    return hashes_of(ARMS)


def test_arms_differ_after_the_fork_year_only(together: dict[str, list[str]]) -> None:
    burn_in = ARMS["market"].years.burn_in
    assert len({tuple(years[:burn_in]) for years in together.values()}) == 1
    assert len({years[burn_in] for years in together.values()}) == len(ARMS)


def test_the_order_of_arms_does_not_matter(together: dict[str, list[str]]) -> None:
    assert hashes_of(dict(reversed(ARMS.items()))) == together


@pytest.mark.parametrize("arm", ["differentiated", pytest.param("market", marks=pytest.mark.slow)])
def test_an_arm_alone_is_the_arm_beside_others(arm: str, together: dict[str, list[str]]) -> None:
    assert run_scenario(ARMS[arm], seed=4).hashes["hash"].tolist() == together[arm]


@pytest.mark.parametrize("niches", ["true", "false"])
def test_what_stands_still_in_the_market_is_what_would_be_worked_out_anew(
    niches: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = everything_on(f"mechanisms.niches={niches}")
    raised: list[float] = []
    raise_prices = labour.raise_prices
    monkeypatch.setattr(labour, "raise_prices", lambda world, rise: (raised.append(rise), raise_prices(world, rise)))
    kept = lived(story, 6).state_hash()
    assert raised, "wages rise in no year, so that nothing has to be worked out anew"
    for room in (market, production, sourcing):
        monkeypatch.setattr(room, "standing", lambda world, _name, make: make(world))
    assert lived(story, 6).state_hash() == kept


@pytest.mark.slow
def test_instruments_and_events_of_one_arm_do_not_reach_another() -> None:
    full = everything_on()
    arms = {
        "full": full,
        "bare": full.model_copy(update={"policies": (), "shocks": ()}),
        "other": full.model_copy(update={"plan": full.plan.model_copy(update={"layout": "duplicated"})}),
    }
    assert shared_past(arms)
    together = hashes_of(arms)
    assert hashes_of(dict(reversed(arms.items()))) == together
    for arm, story in arms.items():
        assert hashes_of({arm: story}) == {arm: together[arm]}


def test_seeds_differ() -> None:
    assert hashes(ARMS["market"], 2, seed=4)[0] != hashes(ARMS["market"], 2, seed=5)[0]


def test_a_hash_sees_every_record(together: dict[str, list[str]]) -> None:
    """The hash would not prove much if it overlooked a table: one changed number in any of them changes it."""
    world = lived(ARMS["duplicated"], 4, seed=4)
    same = world.state_hash()
    assert same == together["duplicated"][3]
    for name, records in tables(world).items():
        for column in records.dtype.names or ():
            kept = records[column].copy()
            changed = kept.copy()
            changed.flat[0] = not changed.flat[0] if kept.dtype == bool else changed.flat[0] + 1
            records[column] = changed
            assert world.state_hash() != same, f"{name}.{column}"
            records[column] = kept
    assert world.state_hash() == same


def test_taking_measures_changes_nothing() -> None:
    world = lived(ARMS["duplicated"], 5)
    before = world.state_hash()
    for metric in METRICS.values():
        metric.function(world)
    assert world.state_hash() == before


@pytest.mark.slow
def test_what_is_recorded_changes_nothing(together: dict[str, list[str]], tmp_path: Path) -> None:
    everything = Record(
        levels=("nation", "region", "industry", "local_industry", "tier"), local_industry_years=tuple(range(1, 8)),
        panels=("firms", "institutes", "links", "events", "cells"),
    )  # fmt: skip
    nothing = Record(levels=(), metrics=("real_income",))
    for record in (everything, nothing):
        arms = {name: story.model_copy(update={"record": record}) for name, story in ARMS.items()}
        assert hashes_of(arms) == together
    watched = {name: story.model_copy(update={"record": everything}) for name, story in ARMS.items()}
    streamed = run_arms(watched, 4, panel_folder=tmp_path)
    assert {arm: run.hashes["hash"].tolist() for arm, run in streamed.items()} == together
    assert len(list(tmp_path.glob("*.parquet"))) == 5 * len(ARMS)


def test_a_fork_and_its_origin_do_not_touch_each_other() -> None:
    story = ARMS["duplicated"]
    origin = lived(story, 3)
    forked = fork(origin)
    straight = lived(story, 3)
    for _ in range(3):
        pass_year(forked, story)
    assert origin.state_hash() == straight.state_hash()
    for _ in range(3):
        pass_year(origin, story)
        pass_year(straight, story)
    assert origin.state_hash() == straight.state_hash() == forked.state_hash()


def hashes_on_disk(folder: Path, seeds: list[int], workers: int) -> pd.DataFrame:
    """Hashes of replications that ran on so many workers."""
    design = Design("comparison", ARMS, tuple(seeds), "market", keeps_past=True)
    failures = carry_out(folder, design, FullRuns(ARMS), workers)
    assert failures == []
    return read_results(folder).hashes


@pytest.mark.slow
def test_the_number_of_workers_does_not_matter(tmp_path: Path, together: dict[str, list[str]]) -> None:
    one = hashes_on_disk(tmp_path / "one", [4, 5, 6], 1)
    two = hashes_on_disk(tmp_path / "two", [4, 5, 6], 2)
    pd.testing.assert_frame_equal(one, two)
    for arm, expected in together.items():
        assert two[(two["arm"] == arm) & (two["seed"] == 4)]["hash"].tolist() == expected


SCRIPT = """
import json, sys
from sim.kernel import compiling
from tests.model.engine.worlds import everything_on, hashes
assert not compiling.COMPILED
print(json.dumps(hashes(everything_on(), 5)))
"""


@pytest.mark.slow
@pytest.mark.skipif(not compiling.COMPILED, reason="compares a compiled run with one that is not")
def test_the_compiler_changes_no_bit() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT], cwd=ROOT, env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert hashes(everything_on(), 5) == json.loads(run.stdout)
