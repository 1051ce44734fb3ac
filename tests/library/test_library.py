"""Every scenario of the library: what it says, that it runs, that it gives what is stored."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from sim.kernel.declare import MECHANISMS, METRICS, PARAMETERS
from sim.kernel.scenario_types import Scenario
from sim.kernel.world import World
from sim.model.opening import build_world
from sim.scenario.arms import parse_arm
from sim.scenario.json_schema import declare_everything
from sim.scenario.reading import load_scenario
from tests.library import refresh as refreshing
from tests.library.summaries import LATEST, TOLERANCES, departures, hurried, library, short_version, stored, summary

NAMES = library()
GROUPS = (
    "agglomeration",
    "base",
    "china_45",
    "claim",
    "layout",
    "gradient",
    "chain",
    "technology",
    "regime",
    "policy_text",
    "theory",
    "neutral",
    "change",
)


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_says_what_it_is(name: str) -> None:
    scenario = load_scenario(name)
    words = (scenario.title, scenario.description, scenario.source, scenario.look_at)
    assert all(words)
    assert len(scenario.title) < 70
    assert name.startswith(GROUPS)


def test_titles_and_descriptions_are_their_own() -> None:
    loaded = [load_scenario(name) for name in NAMES]
    assert len({scenario.title for scenario in loaded}) == len(NAMES)
    assert len({scenario.description for scenario in loaded}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_to_look_at_can_be_typed(name: str) -> None:
    """Commands name scenarios, arms and values that there are; words with an underscore are metrics or scenarios."""
    declare_everything()
    scenario = load_scenario(name)
    prose, _, command = scenario.look_at.strip().partition("clustersim ")
    words = command.split()
    if command:
        assert words[0] in ("compare", "run", "knockout", "regimes", "facts")
    # A colon may follow: what the command shows.
    sources = [word for word in (word.rstrip(":") for word in words[1:]) if word in NAMES]
    assert sources or words[:1] in ([], ["regimes"])
    for position, word in enumerate(words):
        if word == "--arm":
            load_scenario(sources[0], parse_arm(words[position + 1])[1])
        if word == "--mechanism":
            assert words[position + 1] in MECHANISMS
    unknown = set(re.findall(r"\b[a-z]+_[a-z_0-9]+\b", prose)) - set(METRICS) - set(PARAMETERS) - set(NAMES)
    assert not unknown - set(scenario.industries)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_lives_for_two_years(name: str) -> None:
    from sim.runs.run import run_scenario

    small = ["population.firms=60", "population.institutes=6", "years={burn_in: 1, treatment: 1}"]
    scenario = load_scenario(name, [*small, "record.metrics=[ln_real_income]", *hurried(name, 0, 1)])
    run = run_scenario(scenario)
    values = run.metrics[(run.metrics["metric"] == "ln_real_income") & (run.metrics["year"] == 2)]["value"]
    assert values.notna().all()
    assert len(values) == 1


def test_late_events_happen_in_the_short_version() -> None:
    scenario = short_version("claim_anti_risk")
    assert [shock.start for shock in scenario.shocks] == [LATEST, LATEST]
    assert scenario.years.burn_in + scenario.years.treatment == 10
    assert short_version("technology_future").industries["robots"].opens <= 6
    assert [change.year for change in short_version("change_dearer_trade").changes] == [7]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_gives_what_is_stored(name: str) -> None:
    expected = stored()
    assert name in expected, "run `make expected`"
    assert departures(summary(name), expected[name]) == []


@pytest.mark.slow
def test_the_last_bits_of_another_platform_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another mathematics library rounds some last bits otherwise: that stays a thousandth of the tolerance."""
    from sim.runs import run as runs

    exact = summary("policy_text")
    luck = np.random.default_rng(1)

    def rounded_otherwise(scenario: Scenario, seed: int | None = None) -> World:
        world = build_world(scenario, seed)
        for column in ("productivity", "appeal", "price", "capacity"):
            world.firms[column] *= 1.0 + luck.choice([-4e-16, 0.0, 4e-16], len(world.firms))
        return world

    monkeypatch.setattr(runs, "build_world", rounded_otherwise)
    moved = summary("policy_text")
    assert moved != exact
    assert all(abs(moved[metric] - exact[metric]) < 1e-3 * TOLERANCES[metric] for metric in TOLERANCES)


def test_nothing_is_stored_for_scenarios_that_are_gone() -> None:
    assert set(stored()) <= set(NAMES)


def test_departures_are_told() -> None:
    expected = dict.fromkeys(TOLERANCES, 1.0)
    assert departures(expected, expected) == []
    moved = {**expected, "ln_real_income": 1.02, "firms": float("nan")}
    assert departures(moved, expected) == [
        "ln_real_income is 1.02, stored 1 +-5e-06",
        "firms is nan, stored 1 +-0.5",
    ]
    assert departures(expected, {}) == [f"{metric} is not stored" for metric in TOLERANCES]


def test_other_arithmetic_may_move_a_draw_and_no_more() -> None:
    expected = {**dict.fromkeys(TOLERANCES, 1.0), "arithmetic": "that of another machine"}
    near = {**dict.fromkeys(TOLERANCES, 1.0), "ln_real_income": 1.004, "firms": 4.0}
    assert departures(near, expected) == []
    assert departures({**near, "ln_real_income": 1.006}, expected) == ["ln_real_income is 1.006, stored 1 +-0.005"]


def test_refreshing_stores_what_was_asked_for_and_keeps_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.library import summaries

    path = tmp_path / "expected.json"
    monkeypatch.setattr(summaries, "STORED", path)
    monkeypatch.setattr(refreshing, "STORED", path)
    monkeypatch.setattr(refreshing, "summary", lambda name: dict.fromkeys(TOLERANCES, float(len(name))))
    told = refreshing.refresh(["base", "theory"])
    assert told == ["base: new", "theory: new"]
    assert set(summaries.stored()) == {"base", "theory"}
    path.write_text(path.read_text().replace('"base"', '"gone"'), encoding="utf-8")
    monkeypatch.setattr(refreshing, "summary", lambda name: dict.fromkeys(TOLERANCES, float(len(name)) + 0.1))
    told = refreshing.refresh(["theory"])
    assert told[0].startswith("gone: dropped")
    assert [line.split()[1] for line in told[1:]] == [
        name for name in TOLERANCES if name not in ("innovations", "firms")
    ]
    with pytest.raises(SystemExit, match="no such scenario: nowhere"):
        refreshing.refresh(["nowhere"])
