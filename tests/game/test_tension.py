"""What is at stake in presets: read from what was measured, told with intervals, and offered in that order."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sim.game import tension
from sim.game.presets import PRESETS, base_scenario
from sim.game.tension import SAME, TESTS, Tension, offered, store
from sim.game.words import LANGUAGES, lines
from tests.game.small import OVERRIDES

GAIN, UNSURE, LOSS = (2.0, 1.0, 3.0), (0.5, -1.0, 2.0), (-1.0, -2.0, -0.5)


def answer(alone: tuple[float, ...], together: tuple[float, ...]) -> Tension:
    """An answer with these intervals."""
    return Tension("stamp", 6, 3, "growth_rank", "places", alone, UNSURE, UNSURE, together)


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers as they may be."""
    told = {
        "A": answer(UNSURE, LOSS),
        "B": answer(GAIN, UNSURE),
        "E": answer(GAIN, LOSS),
        "F": answer(LOSS, LOSS),
        "G": answer(GAIN, GAIN),
    }
    store(told, tmp_path / "tension.json")
    monkeypatch.setattr(tension, "FILE", tmp_path / "tension.json")
    tension.known.cache_clear()
    tension.is_stale.cache_clear()
    yield  # type: ignore[misc]
    tension.known.cache_clear()
    tension.is_stale.cache_clear()


def test_presets_with_something_at_stake_come_first_and_those_with_nothing_last(stored: None) -> None:
    assert [one.key for one in offered()] == ["E", "B", "G", "A", "C", "D", "F"]
    assert "is not the score" in lines("en")[1]["verdict"] and "score" not in lines("en")[0]["verdict"]
    told = {line["key"]: line for line in lines("en")}
    assert told["E"]["stake"] == "conflict" and told["B"]["stake"] == "temptation" and told["A"]["stake"] == "none"
    assert (
        "nothing is at stake" in told["G"]["verdict"]
        and "does not clearly pay" in told["F"]["verdict"]
        and told["G"]["stake"] == "agreement"
        and told["E"]["stale"]
    )
    assert "+2.0 places in the growth of value added (+1.0 to +3.0)" in told["E"]["line"]
    assert "6 seeds" in told["E"]["line"] and told["D"]["line"] == told["A"]["line"]
    assert [line["key"] for line in lines("zh")] == [line["key"] for line in lines("en")]


def test_every_preset_has_a_test_and_its_words() -> None:
    assert {*TESTS, *SAME} == set(PRESETS) and set(SAME.values()) <= set(TESTS)
    for told in LANGUAGES.values():
        for key in TESTS:
            assert told[f"move_{key}"] and told[f"together_{key}"] and told[f"reward_{TESTS[key].reward}"]
        for key, preset in PRESETS.items():
            assert told[f"preset_{key}"] and told[f"about_{key}"] and told[f"formula_{preset.payoff}"]


def test_what_is_shipped_is_complete() -> None:
    told = json.loads(tension.FILE.read_text(encoding="utf-8"))
    assert set(told) == set(TESTS)
    for one in told.values():
        assert one["seeds"] >= 6 and all(len(one[name]) == 3 for name in ("alone", "back", "together_nation"))


def test_what_is_at_stake_is_told_for_the_length_of_the_session(stored: None) -> None:
    course = [{"rounds": rounds, "alone": told, "alone_nation": UNSURE, "back": UNSURE, "together_nation": LOSS}
              for rounds, told in ((4, UNSURE), (5, GAIN))]  # fmt: skip
    found = replace(answer(GAIN, LOSS), course=course)
    store({"E": found}, tension.FILE)
    tension.known.cache_clear()
    assert tension.known()["E"] == found
    assert [tension.stake_of("E", rounds) for rounds in (4, 5, 6)] == ["none", "conflict", "conflict"]
    (line,) = [one for one in lines("en", 4) if one["key"] == "E"]
    assert "over 20 years" in line["line"] and "does not clearly pay" in line["verdict"]
    assert "gains +0.5, +2.0, and" in line["course"] and "−1.00, −1.00 %" in line["course"]


@pytest.mark.long
def test_it_is_measured_by_the_engine_of_the_equilibrium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tension, "base_scenario", lambda one, _source, rounds: base_scenario(one, None, 4, OVERRIDES))
    found = tension.measured("A", [1, 2], 2, 1, tmp_path / "runs")
    assert set(found) == {"A", "B", "E"} and found["B"].reward == "value_added"
    assert found["A"].together_nation != found["E"].together_nation
    again = tension.measured("A", [1, 2], 2, 1, tmp_path / "again")
    assert again == found
    course = found["E"].course
    assert [one["rounds"] for one in course] == [1, 2, 3, 4]
    assert course[-1]["alone"] == found["E"].alone != course[0]["alone"]
