"""Killed at any moment, a session goes on to the states of an undisturbed one."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from sim.game import worlds
from sim.game.journal import NAME, read_events
from sim.game.rules import ResumeError
from sim.game.session import Session, resume
from sim.game.state import folded
from sim.kernel.scenario_types import Scenario
from sim.kernel.world import World
from sim.runs.checkpoint import load_checkpoint, save_checkpoint
from tests.game.small import OVERRIDES, Clock, begun, hashes, joined, played, start

MOMENTS = 20


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, dict[str, dict[str, str]]]]:
    """A session of two rounds with two students, one round taken back, and its state hashes."""
    session = begun(tmp_path_factory.mktemp("resume") / "s", "E")
    one, other = joined(session, 2)
    start(session)
    session.save(one.token, 1, {"chips": 10}, 1)
    session.save(other.token, 1, {"metals": 3}, 1)
    played(session)
    session.open(session.secret)
    session.save(one.token, 2, {"devices": 10}, 1)
    played(session)
    session.undo(session.secret)
    session.save(one.token, 2, {"chips": 4, "fibres": 6}, 2)
    played(session)
    told = hashes(session)
    session.close()
    return session.folder, told


def cut(source: Path, target: Path, size: int, without: tuple[str, ...] = ()) -> Session:
    """The session as a kill left it: its journal up to a byte, some checkpoints missing."""
    shutil.copytree(source, target)
    file = target / NAME
    file.write_bytes(file.read_bytes()[:size])
    for name in without:
        (target / name).unlink()
    return resume(target, clock=Clock())


def ends(folder: Path) -> list[int]:
    """The byte at which each event ends."""
    content = (folder / NAME).read_bytes()
    return [place + 1 for place, sign in enumerate(content) if sign == ord("\n")]


def test_the_state_is_the_fold_of_the_events_that_were_written_whole(undisturbed: tuple[Path, object]) -> None:
    folder, _ = undisturbed
    content = (folder / NAME).read_bytes()
    events, _ = read_events(folder / NAME)
    luck = random.Random(1)
    for size in {*ends(folder)[1:], *(luck.randrange(ends(folder)[0], len(content)) for _ in range(MOMENTS))}:
        told = folded(events[: content[:size].count(b"\n")])
        half = folder.parent / "half"
        half.mkdir()
        (half / NAME).write_bytes(content[:size])
        assert folded(read_events(half / NAME)[0]) == told
        shutil.rmtree(half)


def checked(source: Path, target: Path, size: int, expected: dict[int, dict[str, dict[str, str]]]) -> None:
    """Cut a session and let it go on with the events that the undisturbed one had: the same states come out."""
    events, _ = read_events(source / NAME)
    session = cut(source, target, size)
    session.warm()
    for event in events[len(read_events(session.folder / NAME)[0]) :]:
        if event["kind"] == "result":
            session.compute()
            assert session.state.results[event["round"]]["nations"] == event["nations"]
        else:
            session.write(event["kind"], **{key: event[key] for key in event if key not in ("n", "kind", "sum")})
            if event["kind"] == "undo":
                session.forget(event["round"] - 1)
    assert hashes(session) == expected
    session.close()


def test_cut_before_each_result_it_comes_out_the_same(
    undisturbed: tuple[Path, dict[int, dict[str, dict[str, str]]]], tmp_path: Path
) -> None:
    folder, expected = undisturbed
    events, _ = read_events(folder / NAME)
    (last, *_) = [one["n"] for one in reversed(events) if one["kind"] == "lock"]
    size = ends(folder)[last - 1]
    checked(folder, tmp_path / "locked", size, expected)
    checked(folder, tmp_path / "half", size + 1000, expected)


@pytest.mark.long
def test_cut_at_random_moments_it_comes_out_the_same(
    undisturbed: tuple[Path, dict[int, dict[str, dict[str, str]]]], tmp_path: Path
) -> None:
    folder, expected = undisturbed
    luck = random.Random(2)
    first = ends(folder)[0]
    moments = [luck.randrange(first, ends(folder)[-1]) for _ in range(MOMENTS)]
    for size in {*moments, *ends(folder)}:
        checked(folder, tmp_path / f"{size}", size, expected)


def test_a_missing_checkpoint_is_made_again_from_the_one_before(
    undisturbed: tuple[Path, dict[int, dict[str, dict[str, str]]]], tmp_path: Path
) -> None:
    folder, expected = undisturbed
    size = (folder / NAME).stat().st_size
    gone = ("nation-1/class-2.zip", "nation-1/class-1.zip", "nation-1/none-2.zip")
    session = cut(folder, tmp_path / "s", size, gone)
    (session.folder / "nation-1" / "coordinated-2.zip").write_bytes(b"damaged")
    session.warm()
    assert hashes(session) == expected
    assert session.worlds.after(1, "class", 2, session.played()).state_hash() == expected[2]["1"]["class"]
    session.close()


def test_nobody_waits_for_checkpoints_and_they_are_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begun(tmp_path / "s")
    start(session)
    phases = []

    def saved(world: World, path: Path, scenario: Scenario) -> None:
        phases.append(session.state.phase)
        save_checkpoint(world, path, scenario)

    monkeypatch.setattr(worlds, "save_checkpoint", saved)
    played(session)
    assert phases == ["result"] * 3
    for arm, found in hashes(session)[1]["1"].items():
        assert load_checkpoint(session.folder / "nation-1" / f"{arm}-1.zip").state_hash() == found
    session.close()


def test_states_that_come_out_otherwise_are_refused(undisturbed: tuple[Path, object], tmp_path: Path) -> None:
    folder, _ = undisturbed
    session = cut(folder, tmp_path / "s", (folder / NAME).stat().st_size, ("nation-1/class-2.zip",))
    session.state.results[2]["nations"]["1"]["class"]["hash"] = "0" * 16
    with pytest.raises(ResumeError, match="round 2"):
        session.warm()
    session.close()


def test_a_session_of_another_version_is_refused(undisturbed: tuple[Path, object], tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("sim.game.session.NUMBERS", "another")
    folder, _ = undisturbed
    with pytest.raises(ResumeError, match="another version"):
        cut(folder, tmp_path / "s", (folder / NAME).stat().st_size)
    resume_lock = tmp_path / "s" / ".lock"
    assert not resume_lock.exists()


def test_secret_port_and_tokens_are_the_same_after_a_restart(undisturbed: tuple[Path, object], tmp_path: Path) -> None:
    folder, _ = undisturbed
    size = (folder / NAME).stat().st_size
    one = cut(folder, tmp_path / "one", size)
    one.remember_port(8123)
    one.close()
    other = resume(tmp_path / "one", clock=Clock())
    assert (other.port, other.secret) == (8123, one.secret)
    assert [member.token for member in other.state.members.values()] == [
        member.token for member in one.state.members.values()
    ]
    other.close()


@pytest.mark.long
def test_killed_by_the_system_it_goes_on_to_the_same_states(tmp_path: Path) -> None:
    """`kill -9` at random moments, TIMES of them; then bots play on."""
    told = [sys.executable, "-m", "sim.cli", "classroom", "--bots", "--preset", "B", "--rounds", "4", "--out"]
    small = [part for override in OVERRIDES for part in ("--set", override)]
    subprocess.run([*told, str(tmp_path / "whole"), *small], check=True, capture_output=True)
    whole = resume(tmp_path / "whole")
    expected = hashes(whole)
    whole.close()
    luck = random.Random(3)
    for time in range(int(os.environ.get("TIMES", "2"))):
        folder = tmp_path / f"{time}"
        run = subprocess.Popen([*told, str(folder), *small], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = monotonic() + 60.0
        while not (folder / NAME).is_file() and monotonic() < until:
            sleep(0.05)
        sleep(luck.uniform(0.2, 6.0))
        run.kill()
        run.wait()
        played_on = [*told[:5], "--resume", str(folder)]
        subprocess.run(played_on, check=True, capture_output=True)
        again = resume(folder)
        assert hashes(again) == expected and again.debrief() is not None
        again.close()


def test_a_folder_in_which_nothing_was_begun_holds_no_session(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b'{"n":1,"kind":"sess')
    with pytest.raises(ResumeError, match="holds no session"):
        resume(tmp_path)
    assert not (tmp_path / ".lock").exists()
