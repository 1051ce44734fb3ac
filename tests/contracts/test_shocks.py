"""What every registered shock owes, new ones included unasked."""

from __future__ import annotations

import inspect
import re

import numpy as np
import pytest

from sim.kernel.scenario_types import Scenario, ShockEvent
from sim.model.opening import treat
from sim.model.shocks import SHOCKS
from tests.small_world import Year, hashes, life, live, people, present, scenario, shuffled

pytestmark = pytest.mark.slow
every_shock = pytest.mark.parametrize("name", sorted(SHOCKS))
PLENTY: dict[str, dict[str, float]] = {"turbulence": {"chance": 0.5}}
"""Settings with which enough happens within the years of a test."""


def blow(name: str, settings: dict[str, float] | None = None, **given: object) -> str:
    """The override that puts one blow into a scenario.

    It strikes some industries, since a slump of all alike would leave shares in demand as they are.
    """
    told = {**PLENTY.get(name, {}), **(settings or {})}
    written = f"{{{', '.join(f'{key}: {value}' for key, value in told.items())}}}"
    # Few firms lead: their exit may strike anywhere.
    told_apart = "industries" in SHOCKS[name].by and name != "leader_exit"
    industries = "[chips, metals, machines, garments]" if told_apart else "[]"
    words = {"shock": name, "years": 3, "strength": 0.6, "industries": industries, "settings": written, **given}
    return f"shocks=[{{{', '.join(f'{key}: {value}' for key, value in words.items())}}}]"


CONTEXT = {("recession", "abroad"): ("mechanisms.open_economy=true",)}
"""Overrides without which a setting is not heard."""


def struck(name: str, settings: dict[str, float] | None = None, **given: object) -> tuple[Year, ...]:
    """Years of the small world with one blow."""
    heard = [text for setting in settings or {} for text in CONTEXT.get((name, setting), ())]
    return life(blow(name, settings, **given), *heard)


@every_shock
def test_at_strength_zero_nothing_changes_to_the_bit(name: str) -> None:
    assert hashes(struck(name, strength=0.0)) == hashes(life())


@every_shock
def test_with_no_years_nothing_changes_to_the_bit(name: str) -> None:
    assert hashes(struck(name, years=0)) == hashes(life())


@every_shock
def test_it_strikes_in_its_first_year_and_not_before(name: str) -> None:
    late = struck(name, start=2)
    assert hashes(late)[:2] == hashes(life())[:2]
    assert people(late)[-1] != people(life())[-1]


@every_shock
def test_when_it_is_over_the_environment_is_calm(name: str) -> None:
    world = present(blow(name, years=2))
    for year in live(world, 4):
        if year.year > 2:
            assert (world.industries.slump == 1.0).all()
            assert (world.industries.embargo == 0.0).all()
            assert (world.regions.disaster == 0.0).all()
            assert world.credit_squeeze == world.recession == world.foreign_recession == 0.0


@every_shock
def test_everything_stays_finite_also_at_full_strength(name: str) -> None:
    for given in ({}, {"strength": 0.5, "years": 6}, {"strength": 1.0, "years": 6}):
        assert [year.broken for year in struck(name, **given)] == [[]] * len(struck(name, **given))


@every_shock
def test_books_balance(name: str) -> None:
    for year in struck(name):
        assert sum(year.outlays.values()) == pytest.approx(np.zeros(6), abs=1e-9 * abs(year.outlays["budget"]).max())


@every_shock
def test_it_is_blind_to_the_order_of_rows(name: str) -> None:
    world = present(blow(name))
    reordered = shuffled(world, np.random.default_rng(6))
    for first, second in zip(live(world, 4), live(reordered, 4), strict=True):
        assert first.hash == second.hash


@every_shock
def test_a_stronger_blow_is_another_outcome(name: str) -> None:
    assert people(struck(name, strength=0.6))[-1] != people(struck(name, strength=0.1))[-1]


@every_shock
@pytest.mark.parametrize(("selection", "chosen"), [("regions", "[R1A, R2B]"), ("industries", "[chips, machines]")])
def test_it_tells_apart_what_it_says_it_does(name: str, selection: str, chosen: str) -> None:
    """A scenario may limit it to some regions or industries just if that makes a difference."""
    everywhere = scenario(blow(name, {"leaders": 10} if name == "leader_exit" else {}, strength=1.0))
    some = ShockEvent(**{**everywhere.shocks[0].model_dump(), selection: tuple(chosen.strip("[]").split(", "))})
    limited = everywhere.model_copy(update={"shocks": (some,)})
    assert (lives(limited) != lives(everywhere)) == (selection in SHOCKS[name].by)


def lives(wanted: Scenario) -> list[str]:
    """Years of the small world under a scenario that need not pass the checks."""
    world = present()
    treat(world, wanted)
    return people(live(world, 2))


@pytest.mark.parametrize(
    ("name", "setting"), [(name, setting) for name in sorted(SHOCKS) for setting in SHOCKS[name].settings]
)
def test_every_setting_changes_an_outcome(name: str, setting: str) -> None:
    declared = SHOCKS[name].settings[setting]
    outcomes = {
        tuple(people(struck(name, {setting: value})))
        for value in (declared.low, declared.high, declared.default, 0.5 * (declared.low + declared.high))
    }
    assert len(outcomes) > 1


@every_shock
def test_it_is_documented(name: str) -> None:
    shock = SHOCKS[name]
    assert len(shock.help) > 20
    assert shock.unit
    assert re.search(r"\b(1[89]|20)\d\d\b", shock.source)
    assert len((inspect.getdoc(shock.strike) or "").split()) > 3
    assert len((inspect.getdoc(inspect.getmodule(shock.strike)) or "").split()) > 8
    for setting in shock.settings.values():
        assert setting.unit
        assert len(setting.help.split()) > 3
