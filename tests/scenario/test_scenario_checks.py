"""Checks of a scenario against memory, registries and stability conditions; small things that messages are made of."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from sim.scenario.checks import STABILITY, Stability, check_registered, check_stability
from sim.scenario.documents import read_yaml
from sim.scenario.memory import available_memory, check_memory, estimate_memory, in_words
from sim.scenario.problems import Position, Problem, close_words, did_you_mean, shown
from sim.scenario.reading import load_scenario
from sim.scenario.validation import Draft, validated
from tests.scenario_files import SMALL, problems_in, spot, written

# -- memory ----------------------------------------------------------------------------------------------


def draft_of(path: Path) -> Draft:
    """A scenario that loads, as checks see it."""
    problems: list[Problem] = []
    entry = read_yaml(path.read_text(), Position(str(path)), problems)
    assert entry is not None and not problems
    scenario, tree = validated(entry, problems)
    return Draft(scenario, tree, tuple(scenario.industries), scenario.regions.names())


def test_a_model_that_cannot_fit_says_what_it_needs_and_what_to_change(tmp_path: Path) -> None:
    draft = draft_of(written(tmp_path, SMALL.replace("firms: 40", "firms: 2000000")))
    (problem,) = check_memory(draft, available=1e9)
    assert spot(problem) == ("story.yaml", 8, 21, "population.firms")
    assert "the model needs about" in problem.message
    assert problem.allowed == "up to 1 GB, what is free here"
    assert problem.remedy == "change population.firms"
    assert list(check_memory(draft, available=1e12)) == []


def test_cells_without_end_are_refused(tmp_path: Path) -> None:
    text = SMALL.replace("{rows: 2, columns: 2}", "{rows: 100, columns: 100}").replace("cells: 1", "cells: 50")
    draft = draft_of(written(tmp_path, text))
    (problem,) = check_memory(draft, available=64e9)
    assert spot(problem) == ("story.yaml", 4, 10, "regions.cells")
    assert "most of it (286 GB) for lists of neighbouring cells" in problem.message


def test_the_estimate_is_near_the_tables_of_a_world(tmp_path: Path) -> None:
    from sim.model import opening

    scenario = load_scenario(written(tmp_path, SMALL))
    world = opening.build_world(scenario)
    needs = {need.part: need.amount for need in estimate_memory(scenario)}
    lists = world.geography.near.nbytes + world.geography.gap.nbytes
    assert lists <= needs["lists of neighbouring cells"] <= 4 * lists
    assert needs["cells x industries"] == world.sites.nbytes
    assert needs["regions x industries"] == world.regions.nbytes + world.local_industries.nbytes
    assert world.firms.nbytes < needs["firms and their links"]


def test_memory_that_is_free_is_a_positive_number() -> None:
    assert available_memory() > 1e6


@pytest.mark.parametrize(("amount", "words"), [(5, "5 bytes"), (2e3, "2 kB"), (1.5e9, "1.5 GB"), (2.5e15, "2,500 TB")])
def test_bytes_in_words(amount: float, words: str) -> None:
    assert in_words(amount).replace("2.5e+03", "2,500") == words


# -- checks against other registries ---------------------------------------------------------------------


class Declared:
    """Something registered that has one setting."""

    settings: ClassVar = {"duration": 3.0}


def test_settings_of_policies_and_shocks(tmp_path: Path) -> None:
    text = SMALL + "shocks:\n- {shock: slump, settings: {duraton: 2}}\n- {shock: slump, settings: {duration: long}}\n"
    draft = draft_of(written(tmp_path, text))
    found = list(check_registered(draft, {"shock": {"slump": Declared}}))
    assert [spot(problem)[1:] for problem in found] == [
        (10, 29, "shocks.0.settings.duraton"),
        (11, 39, "shocks.1.settings.duration"),
    ]
    assert "did you mean 'duration'?" in found[0].remedy
    assert "should be a number, not 'long'" in found[1].message
    assert list(check_registered(draft, {})) == []


def test_stability_conditions_name_declared_parameters() -> None:
    from sim.kernel.declare import PARAMETERS

    for condition in STABILITY:
        assert set(condition.parameters) <= set(PARAMETERS)


def test_a_stability_condition_of_unknown_parameters_waits(tmp_path: Path) -> None:
    draft = draft_of(written(tmp_path, SMALL))
    assert list(check_stability(draft, [Stability(("nonesuch",), 0.0, "never")])) == []
    (problem,) = check_stability(draft, [Stability(("price_speed", "variety_elasticity"), 0.4, "too fast")])
    assert problem.message == "price_speed 0.1 x variety_elasticity 5 = 0.5: too fast"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (0.1, "0.1"),
        (1.0000000000000002, "1.0000000000000002"),
        ("x" * 99, "'" + "x" * 56 + "..."),
        ({}, "a mapping"),
        ((), "a list"),
    ],
)
def test_values_in_messages_are_short(value: object, text: str) -> None:
    assert shown(value) == text


def test_suggestions_do_not_mind_capitals_and_name_few_words_in_full() -> None:
    assert did_you_mean("PLAN", ["plan", "years"]) == "did you mean 'plan'?"
    assert did_you_mean("zzz", ["plan", "years"]) == "known: plan, years"
    assert did_you_mean("zzz", map(str, range(20))) == ""
    assert close_words("budgt", ["budget", "bridge", "x"])[0] == "budget"


# -- what policies and shocks ask for ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "events",
    [
        "policies: [{policy: talent, strength: 10}]",  # one alone takes all there is
        "policies: [{policy: talent, settings: {share: 1}}, {policy: upgrade, strength: 0}]",
        "policies: [{policy: talent, settings: {share: 1}, years: 3}, {policy: upgrade, start: 3}]",
        "policies: [{policy: talent, settings: {share: 1}, regions: [R1A]}, {policy: upgrade, regions: [R1B]}]",
        "policies: [{policy: talent, settings: {share: 0.8}}, {policy: upgrade}]",
        # Two that never run in the same year beside a third.
        "policies: [{policy: talent, settings: {share: .8}, years: 3}, "
        "{policy: extend, settings: {share: .8}, start: 5}, {policy: upgrade}]",
        "shocks: [{shock: disaster, start: 29}]",
        "shocks: [{shock: disaster, start: 40, strength: 0}]",
        "shocks: [{shock: disaster, start: 40}]\nyears: {treatment: 0}",
        "shocks: [{shock: leader_exit, regions: [R1A], industries: [cars]}]",
    ],
)
def test_events_that_can_all_be_heard(tmp_path: Path, events: str) -> None:
    assert problems_in(written(tmp_path, f"{SMALL}{events}\n")) == []
