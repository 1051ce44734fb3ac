"""The history of a run: what a player shows is the engine's, small, and watching changes nothing."""

from __future__ import annotations

import gzip
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from sim.kernel.declare import METRICS
from sim.kernel.world import Tie
from sim.model.opening import build_world
from sim.runs.frames import INDUSTRIES, KIND_BIT, NATION, REGIONS, Columns, Framing
from sim.runs.history import (
    MAGIC,
    Frame,
    HistoryError,
    HistoryRecorder,
    history_of,
    packed,
    parsed,
    read_frame,
    read_history,
)
from sim.runs.run import run_arms
from sim.runs.timeline import live_year
from tests.model.engine.worlds import small_story


def read_whole(columns: Columns, name: str) -> np.ndarray:
    """A column as a reader of the frame gets it."""
    return Frame({"columns": columns.told}, b"".join(columns.parts), 0).column(name)


@pytest.fixture(scope="module")
def lived():
    """A small run watched year by year: scenario, recorder, and what the World was in each year."""
    scenario = small_story("years.burn_in=2", "years.treatment=3")
    world, recorder, seen = build_world(scenario, 5), HistoryRecorder(), []
    while True:
        recorder.observe(world)
        firms = np.asarray(world.firms).view(np.ndarray).copy()
        links = np.asarray(world.links).view(np.ndarray).copy()
        seen.append((world.year, world.state_hash(), firms, links, METRICS["utilisation"].function(world)))
        if world.year == 5:
            break
        live_year(world, scenario)
    return scenario, recorder, seen


def test_watching_changes_no_state() -> None:
    arms = {
        name: small_story("years.burn_in=2", "years.treatment=2", f"plan.layout={name}")
        for name in ("differentiated", "duplicated")
    }
    plain, watched = run_arms(arms, 3), run_arms(arms, 3, histories=True)
    for name, scenario in arms.items():
        assert plain[name].hashes.equals(watched[name].hashes)
        assert plain[name].metrics.equals(watched[name].metrics)
        assert plain[name].history.empty
        hashes = history_of(name, 3, scenario, watched[name].history["frame"]).hashes
        assert list(hashes) == [0, 1, 2, 3, 4]
        assert [hashes[year] for year in range(1, 5)] == list(plain[name].hashes["hash"])


def test_a_frame_is_the_same_whether_its_measures_were_taken_before_or_not() -> None:
    world = build_world(small_story())
    live_year(world, small_story())
    known = {name: METRICS[name].function(world) for name in (NATION[0], REGIONS[0], "firms", "exit_rate")}
    assert Framing().frame(world, "hash", known) == Framing().frame(world, "hash")
    told = Framing().frame(world, "hash", {NATION[0]: 0.123456789})
    assert b"0.123456789" in told, "a measure that was taken is not taken again"


def test_arms_share_the_frames_of_their_past_and_no_other() -> None:
    arms = {
        name: small_story("years.burn_in=2", "years.treatment=1", f"plan.layout={name}")
        for name in ("differentiated", "duplicated")
    }
    one, other = (list(run.history["frame"]) for run in run_arms(arms, 3, histories=True).values())
    assert one[:3] == other[:3]
    assert one[3] != other[3]


def test_a_frame_holds_firms_as_they_were(lived) -> None:
    scenario, recorder, seen = lived
    history = history_of("a", 5, scenario, recorder.frames.values())
    ids: list[float] = []
    for frame, (year, state, firms, _, utilisation) in zip(history.years, seen, strict=True):
        assert (frame.year, frame.hash) == (year, state)
        assert frame.series["utilisation"] == utilisation
        ids += frame.column("new_id").tolist()
        assert np.array_equal(np.array(ids)[frame.column("firm")], firms["id"])
        assert np.array_equal(frame.column("firm_cell"), firms["cell"])
        state_codes = frame.column("firm_state")
        assert np.array_equal(state_codes & 7, firms["tier"])
        assert np.array_equal((state_codes >> KIND_BIT) & 1, firms["kind"])
        used = firms["output"] / firms["capacity"]
        assert np.abs(frame.column("firm_utilisation") - used).max() < 0.003
        industries = np.concatenate([one.column("new_industry") for one in history.years[: year + 1]])
        assert np.array_equal(industries[frame.column("firm")], firms["industry"])


def test_links_begin_and_end_as_they_did(lived) -> None:
    scenario, recorder, seen = lived
    history = history_of("a", 5, scenario, recorder.frames.values())
    ids, first, second, kinds = (np.zeros(0) for _ in range(4))
    alive = np.zeros(0, dtype=bool)
    for frame, (_, _, firms, links, _) in zip(history.years, seen, strict=True):
        alive[np.cumsum(frame.column("tie_ended")).astype(int)] = False
        ids = np.r_[ids, frame.column("new_id")]
        first, second = np.r_[first, frame.column("tie_first")], np.r_[second, frame.column("tie_second")]
        kinds = np.r_[kinds, frame.column("tie_kind")]
        alive = np.r_[alive, np.ones(len(frame.column("tie_first")), dtype=bool)]
        between = alive & (kinds != Tie.INSTITUTE)
        told = sorted(zip(ids[first[between].astype(int)], ids[second[between].astype(int)], strict=True))
        real = links[links["tie"] != Tie.INSTITUTE]
        assert told == sorted(zip(firms["id"][real["first"]], firms["id"][real["second"]], strict=True))
        assert alive.sum() == len(links)
    assert len(first) > alive.sum() > 0


def test_what_is_not_finite_is_a_gap_and_json_stays_valid(lived) -> None:
    _, recorder, _ = lived
    opening = read_frame(recorder.frames[0])
    assert opening.series["plan_overlap"] is None  # no plan has spent anything yet
    (length,) = struct.unpack_from("<I", recorder.frames[0])
    json.loads(recorder.frames[0][4 : 4 + length], parse_constant=pytest.fail)
    columns = Columns()
    columns.add_codes("x", [1.0, np.nan, np.inf, 3.0])
    values = read_whole(columns, "x")
    assert np.isnan(values[1:3]).all()
    assert values[[0, 3]].tolist() == [1.0, 3.0]


def test_a_column_without_a_value_is_all_gaps() -> None:
    columns = Columns()
    columns.add_codes("none", [np.nan, np.nan])
    columns.add_codes("same", [2.0, 2.0])
    assert np.isnan(read_whole(columns, "none")).all()
    assert read_whole(columns, "same").tolist() == [2.0, 2.0]


def test_series_are_of_the_level_that_the_player_takes_them_for() -> None:
    assert {METRICS[name].level for name in NATION} == {"nation"}
    assert {METRICS[name].level for name in REGIONS} == {"region"}
    assert {METRICS[name].level for name in INDUSTRIES} == {"industry"}


def test_a_history_comes_back_from_its_file(lived, tmp_path: Path) -> None:
    scenario, recorder, _ = lived
    history = history_of("a", 2**63 - 1, scenario, recorder.frames.values())
    path = tmp_path / "one.history"
    path.write_bytes(packed(history))
    again = read_history(path)
    assert again.frames == history.frames
    assert (again.seed, again.header["seed"]) == (2**63 - 1, "9223372036854775807")
    assert again.ground["regions"] == list(build_world(scenario, 5).region_names)
    assert packed(again) == packed(history)


def test_what_is_no_history_is_refused_in_words(lived, tmp_path: Path) -> None:
    scenario, recorder, _ = lived
    content = history_of("a", 5, scenario, recorder.frames.values()).content()
    path = tmp_path / "x.history"
    for wrong, said in (
        (b"", "no history"), (b"hello", "no history"), (gzip.compress(b"hello"), "is no history"),
        (gzip.compress(content)[:-9], "damaged"), (gzip.compress(content[:-9]), "cut off"),
        (gzip.compress(MAGIC), "damaged"),
        (gzip.compress(content.replace(b"history 1\n", b"history 9\n", 1)), "format 9, and this version reads 1"),
    ):  # fmt: skip
        path.write_bytes(wrong)
        with pytest.raises(HistoryError, match=said):
            read_history(path)
    with pytest.raises(HistoryError, match="no such file"):
        read_history(tmp_path / "none.history")
    with pytest.raises(HistoryError, match="damaged"):
        parsed(MAGIC + b"\x02\0\0\0{}\x01\0\0\0{", "it")


@pytest.mark.slow
@pytest.mark.long
def test_sixty_years_of_three_thousand_firms_take_four_megabytes() -> None:
    from sim.scenario.reading import load_scenario

    scenario = load_scenario("policy_text", ["population.firms=2700", "years.burn_in=30"])
    run = run_arms({"a": scenario}, 1, histories=True)["a"]
    history = history_of("a", 1, scenario, run.history["frame"])
    firms = [len(frame.column("firm")) for frame in history.years]
    assert len(firms) == 61
    assert np.mean(firms) > 2_900
    assert len(packed(history)) < 4_000_000


def test_firms_met_before_are_not_told_again(lived) -> None:
    _, recorder, seen = lived
    fresh = [read_frame(frame).column("new_id") for frame in recorder.frames.values()]
    assert len(fresh[0]) == len(seen[0][2])
    assert len(np.unique(np.concatenate(fresh))) == sum(map(len, fresh))
    framing = Framing()
    assert framing.copy().ids is framing.ids
