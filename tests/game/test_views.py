"""Nobody's browser holds what is hidden in a phase: all views of whole sessions are searched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.game.engine import true_fit
from sim.game.rules import Denied, Gone
from sim.game.session import Session
from sim.game.views import projector_view, student_view, teacher_view
from tests.game.small import begun, joined, played, start

REVEALING = ("reveal", "fit", "parallel", "scores", "debrief", "figure1", "coordinated", "none", "decisions")


def keys_of(value: Any) -> set[str]:
    """All keys in nested mappings."""
    if isinstance(value, dict):
        return {*value, *(key for one in value.values() for key in keys_of(one))}
    return {key for one in value for key in keys_of(one)} if isinstance(value, list) else set()


def numbers_of(value: Any) -> set[float]:
    """All fractions in nested mappings."""
    if isinstance(value, dict | list):
        return {one for part in (value.values() if isinstance(value, dict) else value) for one in numbers_of(part)}
    return {value} if isinstance(value, float) and value != int(value) else set()


def hidden_numbers(session: Session, nation: int, region: int) -> set[float]:
    """What the two parallel arms did, and true fit."""
    found = {value for row in true_fit(session.worlds.past) for value in row}  # type: ignore[arg-type]
    for told in session.state.results.values():
        arms = told["nations"][str(nation)]
        for arm in ("coordinated", "none"):
            for year in arms.get(arm, {"years": []})["years"]:
                found |= {*year["nation"].values(), *year["regions"]["value_added"], *year["regions"]["income"]}
        for year in arms["class"]["years"]:
            found |= {value for row, value in enumerate(year["regions"]["value_added"]) if row != region}
    return {value for value in found if isinstance(value, float) and value != int(value)}


def plans_shown(session: Session, view: dict[str, Any], member: str) -> set[str]:
    """Plans of others in a view, as JSON has them: chips that only they put."""
    text = json.dumps(view)
    seat = session.state.members[member].seat
    found = set()
    for decisions in session.state.decisions.values():
        for one in decisions:
            if (one.nation, one.region) != seat and one.chips:
                told = json.dumps(one.chips)
                found |= {told} if told in text else set()
    return found


def views(session: Session, people: list[Any]) -> list[tuple[str, dict[str, Any]]]:
    """All that browsers are shown now, by member; of the projector, the first one's."""
    found = [(one.member, student_view(session, one.token)) for one in people]
    return [*found, (people[0].member, projector_view(session))]


@pytest.mark.parametrize("preset", ["A", "C", "D"])
def test_nothing_hidden_is_shown_before_the_debrief(tmp_path: Path, preset: str) -> None:
    session = begun(tmp_path / "s", preset)
    people = joined(session, 2)
    seen = views(session, people)
    start(session, practice=True)
    mine = [{"chips": 9, "metals": 1}, {"fibres": 8, "garments": 2}]
    for round in range(2):
        for one, chips in zip(people, mine, strict=True):
            if session.state.phase == "announce":
                session.announce(one.token, round, chips, 1)
                seen += views(session, people)
            if session.state.phase == "propose" and student_view(session, one.token)["coordinator"]:
                session.propose(one.token, round, {"R1A": {"chips": 7, "fibres": 3}}, 1)
                seen += views(session, people)
        if session.state.phase in ("announce", "propose"):
            session.open(session.secret)
        for one, chips in zip(people, mine, strict=True):
            session.save(one.token, round, chips, 1)
            seen += views(session, people)
        session.lock(session.secret)
        seen += views(session, people)
        session.compute()
        seen += views(session, people)
        if round == 0:
            session.open(session.secret)
    for member, view in seen:
        assert not keys_of(view) & set(REVEALING)
        seat = session.state.members[member].seat
        assert seat is not None
        assert not numbers_of(view) & hidden_numbers(session, 1, seat[1])
        assert preset in "CD" or not plans_shown(session, view, member)
    announced = json.dumps(mine[1])
    for member, view in seen:
        if view["phase"] in ("announce", "propose") and member == people[0].member:
            assert announced not in json.dumps(view)  # nobody's announcement before all have made theirs
    session.reveal(session.secret)
    told = student_view(session, people[0].token)["reveal"]
    assert len(told["scores"]) == 4 and len(told["fit"]) == 8 and len(told["parallel"]["none"]) == 5
    session.close()


def test_who_coordinates_sees_what_the_advisers_of_all_regions_say_and_nobody_else_does(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", "D")
    people = joined(session, 2)
    start(session)
    told = [student_view(session, one.token) for one in people]
    (seen,) = [one["stars"] for one in told if one["coordinator"]]
    assert [len(row) for row in seen] == [8] * 4 and [one["stars"] for one in told if not one["coordinator"]] == [None]
    session.close()


def test_a_score_is_told_beside_all_others_in_every_preset(tmp_path: Path) -> None:
    for preset in ("A", "C", "D"):
        session = begun(tmp_path / preset, preset)
        (one,) = joined(session, 1)
        start(session)
        played(session)
        session.open(session.secret)
        view = student_view(session, one.token)
        assert view["others"] == 3, preset
        assert ("plans_before" in view) == (preset == "D")
        session.close()


def test_a_proposal_is_waited_for_from_who_coordinates_and_the_teacher_may_choose_another(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", "D")
    people = joined(session, 2)
    start(session)

    def told() -> tuple[dict[str, Any], list[dict[str, Any]]]:
        view = teacher_view(session, session.secret)
        return view, view["roster"]

    view, (one, other) = told()
    assert session.state.phase == "propose" and (view["saved"], view["playing"]) == (0, 1)
    assert (one["coordinates"], one["may_coordinate"], one["status"]) == (True, False, "thinking")
    assert (other["coordinates"], other["may_coordinate"], other["status"]) == (False, True, "waiting")
    session.propose(people[0].token, 1, {"R1A": {"chips": 7}}, 1)
    view, (one, _) = told()
    assert (view["saved"], one["status"]) == (1, "saved")
    session.remove(session.secret, people[0].member)
    view, (one, other) = told()
    assert not one["may_coordinate"] and not other["coordinates"] and "coordinator" in view["can"]
    session.coordinator(session.secret, people[1].member)
    assert student_view(session, people[1].token)["coordinator"]
    session.open(session.secret)
    session.save(people[1].token, 1, {"metals": 4}, 1)
    view, (_, other) = told()
    assert (view["saved"], view["playing"], other["status"]) == (1, 1, "saved")
    session.close()
    plain = begun(tmp_path / "plain", "A")
    joined(plain, 1)
    start(plain)
    view = teacher_view(plain, plain.secret)
    assert "coordinator" not in view["can"] and not view["roster"][0]["may_coordinate"]
    plain.close()


def test_what_was_expected_is_told_at_the_debrief_alone(tmp_path: Path) -> None:
    session = begun(tmp_path / "s")
    people = joined(session, 3)
    for one, copiers, winner in zip(people, (4, 2, 3), ("none", "class", "nonsense"), strict=True):
        session.predict(one.token, "before", {"copiers": copiers, "winner": winner})
    start(session)
    played(session)
    assert "expected" not in projector_view(session)
    session.reveal(session.secret)
    told = projector_view(session)["expected"]
    assert told == {"copiers": [2.0, 3.0, 4.0], "winner": {"class": 1, "coordinated": 0, "none": 1}}
    session.close()


def test_announcements_are_shown_with_the_decision(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", "C")
    people = joined(session, 2)
    start(session)
    session.announce(people[1].token, 1, {"fibres": 8}, 1)
    assert student_view(session, people[0].token)["announcements"] == []
    session.open(session.secret)
    (told,) = student_view(session, people[0].token)["announcements"]
    assert told["chips"] == {"fibres": 8}
    session.close()


def test_views_hold_what_their_pages_need_and_are_json(tmp_path: Path) -> None:
    session = begun(tmp_path / "s", "E")
    (one,) = joined(session, 1)
    lobby = student_view(session, one.token)
    assert lobby["phase"] == "lobby" and lobby["seat"] is None and lobby["history"] == []
    start(session)
    session.save(one.token, 1, {"chips": 9}, 1)
    view = student_view(session, one.token)
    assert view["draft"]["chips"] == {"chips": 9} and view["matched"] == 1.0 and view["hot"][0] == "devices"
    assert {1 <= industry["stars"] <= 5 for industry in view["industries"]} == {True}
    assert [one["price"] for one in view["industries"]] == pytest.approx([100.0] * 8)
    assert all(industry["open"] for industry in view["industries"])
    told = teacher_view(session, session.secret)
    assert told["roster"][0]["status"] == "saved" and "lock" in told["can"] and "reveal" not in told["can"]
    assert all(line["stale"] for line in told["presets"])  # this is not the scenario that was measured
    assert told["saved"] == told["playing"] == 1 and told["map"]["columns"] == told["map"]["rows"] == 2
    played(session)
    (practice, first) = student_view(session, one.token)["history"]
    assert practice["round"] == 0 and first["chips"] == {"chips": 9.0} and first["source"] == "student"
    assert 0.0 <= first["score"] <= 3.0 and first["jobs"] > 0.0
    told = teacher_view(session, session.secret)
    assert "reveal" in told["can"] and len(told["nations"][0]["series"]) == 5
    json.dumps([told, view, projector_view(session)], allow_nan=False)
    with pytest.raises(Denied):
        teacher_view(session, "wrong")
    with pytest.raises(Gone):
        student_view(session, "wrong")
    session.clock.now += 100.0  # type: ignore[attr-defined]
    assert teacher_view(session, session.secret)["roster"][0]["away"]
    session.close()
