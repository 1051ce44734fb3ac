"""Tables of metrics: places in columns, series whole, values to the bit or in single precision, packed small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.runs.deferred import Deferred
from sim.runs.groups import places_of_group, with_places
from sim.runs.packing import open_table
from sim.runs.recording import TIDY, Recorder, rounded
from sim.runs.run import Run, run_arms, run_scenario
from sim.scenario.reading import changed
from tests.model.engine.worlds import small_story

FEW = ("years.burn_in=1", "years.treatment=1")


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    """The same run, recorded in double and in single precision."""
    story = small_story(*FEW, "record.levels=[nation, region, industry, tier]")
    single = story.model_copy(update={"record": story.record.model_copy(update={"precision": "single"})})
    return {"double": run_scenario(story, 3), "single": run_scenario(single, 3)}


def test_series_stand_whole_with_their_places(runs: dict[str, Run]) -> None:
    table = runs["double"].metrics
    assert list(table.columns) == TIDY
    again = table.groupby(["metric", "group"], sort=False)["year"]
    assert again.apply(lambda years: years.is_monotonic_increasing).all()
    changes = (table["metric"] + table["group"]).ne((table["metric"] + table["group"]).shift())
    assert changes.sum() == len(table[["metric", "group"]].drop_duplicates())
    for row in table[table["metric"] == "local_industry_firms"].itertuples():
        assert row.group == f"region={row.region};industry={row.industry}"
        assert pd.isna(row.tier)
    assert table.loc[table["group"].str.startswith("tier="), "tier"].notna().all()


def test_single_precision_rounds_all_but_the_nation_and_changes_no_run(runs: dict[str, Run]) -> None:
    double, single = (runs[name].metrics for name in ("double", "single"))
    assert runs["double"].hashes["hash"].tolist() == runs["single"].hashes["hash"].tolist()
    nation = double["group"] == "nation"
    np.testing.assert_array_equal(double.loc[nation, "value"], single.loc[nation, "value"])
    apart, near = double.loc[~nation, "value"].to_numpy(), single.loc[~nation, "value"].to_numpy()
    np.testing.assert_array_equal(near, rounded(apart))
    assert (near != apart)[np.isfinite(apart)].mean() > 0.3
    np.testing.assert_allclose(near, apart, rtol=6e-8)


def test_what_single_precision_cannot_hold_stays() -> None:
    assert rounded(np.array([0.1, 1e300, 1e-300, 0.0, -2.0])).tolist() == [
        float(np.float32(0.1)), 1e300, 1e-300, 0.0, -2.0,
    ]  # fmt: skip
    assert np.isnan(rounded(np.array([np.nan]))).all()


def test_values_come_back_to_the_bit_from_fewer_bytes(tmp_path: Path, runs: dict[str, Run]) -> None:
    table = runs["double"].tidy
    plain = pa.table({"value": table["value"]})
    values = np.concatenate([np.random.default_rng(1).normal(1e3, 1.0, 50_000), [np.nan, -0.0, 5e-324]])
    wide = pa.table({"metric": pa.array(["a"] * len(values)), "value": values})
    with open_table(tmp_path / "packed.parquet", wide.schema) as writer:
        writer.write_table(wide)
    back = pq.read_table(tmp_path / "packed.parquet")["value"].to_numpy()
    assert back.tobytes() == values.tobytes()
    pq.write_table(wide, tmp_path / "usual.parquet", compression="zstd")
    assert (tmp_path / "packed.parquet").stat().st_size < 0.9 * (tmp_path / "usual.parquet").stat().st_size
    with open_table(tmp_path / "run.parquet", plain.schema) as writer:
        writer.write_table(plain)
    assert pq.read_table(tmp_path / "run.parquet")["value"].to_numpy().tobytes() == table["value"].to_numpy().tobytes()


def test_the_parts_of_a_group() -> None:
    assert places_of_group("nation") == {}
    assert places_of_group("region=Hubei;industry=optics") == {"region": "Hubei", "industry": "optics"}
    table = with_places(pd.DataFrame({"arm": ["a", "a"], "group": ["tier=sme", "nation"], "value": [1.0, 2.0]}))
    assert list(table.columns) == ["arm", "group", "region", "industry", "tier", "value"]
    assert table["tier"].tolist()[0] == "sme" and table[["region", "industry"]].isna().all(axis=None)
    assert pd.isna(table["tier"][1])


def test_frames_are_made_when_they_are_read_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    usual = Recorder._labelled

    def counted(recorder: Recorder, columns: Mapping[str, Any], count: int) -> pd.DataFrame:
        made.append(count)
        return usual(recorder, columns, count)

    monkeypatch.setattr(Recorder, "_labelled", counted)
    run = run_scenario(small_story(*FEW), 3)
    assert not made, "who reads no frame pays for none"
    assert run.hashes is run.hashes and made == [2]
    assert list(run.hashes.columns) == ["run", "arm", "seed", "year", "hash"] and run.hashes["seed"].tolist() == [3, 3]
    assert list(run.history.columns) == ["run", "arm", "seed", "year", "frame"] and run.history.empty
    assert made == [2, 0]


def test_a_deferred_field_takes_values_as_well() -> None:
    @dataclass
    class Told:
        one: Deferred[list[int]] = Deferred()
        two: Deferred[list[int]] = Deferred(list)

    assert Told([1]).one == [1] and Told([1]).two == [] and Told(lambda: [2]).one == [2]
    assert Told([1], [3]).two == [3]
    with pytest.raises(TypeError, match="one"):
        Told()  # type: ignore[call-arg]


def test_arms_of_a_common_past_have_its_maps_under_their_own_name() -> None:
    story = small_story(*FEW)
    runs = run_arms({"a": story, "b": changed(story, {2: {"distance_cost": 1.0}})}, 3)
    alone = run_arms({"b": changed(story, {2: {"distance_cost": 1.0}})}, 3)["b"]
    pd.testing.assert_frame_equal(runs["b"].sites, alone.sites, check_exact=True)
    pd.testing.assert_frame_equal(runs["b"].tiers, alone.tiers, check_exact=True)
    assert set(runs["b"].sites["run"]) == {"b-3"} and sorted(set(runs["b"].sites["year"])) == [1, 2]


def test_who_reads_no_counts_has_the_same_run_without_them() -> None:
    story = small_story(*FEW)
    whole, less = (run_arms({"a": story}, 3, counts=counts)["a"] for counts in (True, False))
    pd.testing.assert_frame_equal(whole.metrics, less.metrics, check_exact=True)
    pd.testing.assert_frame_equal(whole.sites, less.sites, check_exact=True)
    pd.testing.assert_frame_equal(whole.hashes, less.hashes)
    assert len(whole.tiers) and len(whole.ledger) and less.tiers.empty and less.ledger.empty
    assert list(less.tiers.columns) == list(whole.tiers.columns)
