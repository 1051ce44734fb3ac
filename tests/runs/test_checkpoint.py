"""Checkpoints: what goes in comes out, runs go on as if never interrupted, and nothing else is let in."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.kernel import source_hash
from sim.kernel.fingerprint import fingerprint
from sim.kernel.world import World
from sim.model import schedule
from sim.model.opening import treat
from sim.runs import checkpoint
from sim.runs.checkpoint import CheckpointError, identity_of, load_checkpoint, save_checkpoint, scenario_of
from sim.runs.run import fork, run_arms, world_at
from sim.studies.histories import histories_in
from tests.small_world import PAST, past, present, scenario

BUSY = (
    "policies=[{policy: soft_loan}, {policy: foundation, strength: 3}, {policy: local_protection, regions: [R1A]}]",
    "shocks=[{shock: turbulence, years: 30}, {shock: disaster, start: 1, regions: [R1B]}]",
)


@pytest.fixture(scope="module")
def busy() -> World:
    """Two years into a treatment with savings, memories, loans, borders and shocks."""
    world = present(*BUSY)
    for _ in range(2):
        schedule.step(world)
    return world


@pytest.fixture
def kept(busy: World, tmp_path: Path) -> Path:
    """Its checkpoint."""
    path = tmp_path / "busy.checkpoint"
    save_checkpoint(busy, path, scenario(*BUSY))
    return path


def test_what_goes_in_comes_out(busy: World, kept: Path) -> None:
    world = load_checkpoint(kept)
    assert world.state_hash() == busy.state_hash()
    assert world.ledger.tobytes() == busy.ledger.tobytes()
    assert len(world.events) == len(busy.events)
    assert world.accounts == busy.accounts
    assert world.norms.hardship.tolist() == busy.norms.hardship.tolist()
    assert [one.savings.tolist() for one in world.policies] == [one.savings.tolist() for one in busy.policies]
    assert world.policies[1].memory["begun"].tolist() == busy.policies[1].memory["begun"].tolist()
    assert world.kernels.keys() == busy.kernels.keys()
    assert scenario_of(kept) == scenario(*BUSY)


def test_a_resumed_run_equals_an_undisturbed_one_to_the_bit(busy: World, kept: Path) -> None:
    undisturbed, resumed = fork(busy), load_checkpoint(kept)
    for _ in range(3):
        schedule.step(undisturbed)
        schedule.step(resumed)
        assert resumed.state_hash() == undisturbed.state_hash()
        assert resumed.ledger.amount.tolist() == undisturbed.ledger.amount.tolist()


@pytest.mark.slow
def test_a_run_from_the_burn_in_goes_on_too(tmp_path: Path) -> None:
    path = tmp_path / "early.checkpoint"
    save_checkpoint(world_at(scenario(), 1, seed=1), path, scenario())
    resumed = run_arms({"arm": scenario()}, 1, start=load_checkpoint(path))["arm"]
    whole = run_arms({"arm": scenario()}, 1)["arm"]
    later = whole.hashes[whole.hashes.year >= 1].reset_index(drop=True)
    assert resumed.hashes.equals(later)
    assert resumed.metrics.equals(whole.metrics[whole.metrics.year >= 1].reset_index(drop=True))


@pytest.mark.slow
def test_forks_with_other_plans_keep_luck_paired(tmp_path: Path) -> None:
    path = tmp_path / "past.checkpoint"
    save_checkpoint(past(), path, scenario())
    arms = {layout: scenario(f"plan.layout={layout}") for layout in ("duplicated", "market")}
    forked = run_arms(arms, 1, start=load_checkpoint(path))
    alone = run_arms({"market": arms["market"]}, 1)
    assert forked["market"].hashes.hash.tolist() == alone["market"].hashes.hash.tolist()[PAST - 1 :]
    assert forked["duplicated"].hashes.hash.iloc[-1] != forked["market"].hashes.hash.iloc[-1]
    assert forked["duplicated"].hashes.hash.iloc[0] == forked["market"].hashes.hash.iloc[0]


@pytest.mark.slow
def test_another_seed_has_the_same_past_and_other_luck(tmp_path: Path) -> None:
    start = past()
    incomes = []
    for seed in (1, 2):
        metrics = run_arms({"arm": scenario()}, seed, start=start)["arm"].metrics
        incomes.append(metrics[(metrics["metric"] == "real_income") & (metrics["group"] == "nation")]["value"].tolist())
    first, second = incomes
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_equal_worlds_give_equal_files(kept: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.checkpoint"
    save_checkpoint(load_checkpoint(kept), again, scenario(*BUSY))
    assert again.read_bytes() == kept.read_bytes()
    assert identity_of(again) == identity_of(kept)


def test_saving_leaves_the_world_alone_and_no_rubbish(busy: World, tmp_path: Path) -> None:
    before = busy.state_hash()
    save_checkpoint(busy, tmp_path / "deep" / "file")
    assert busy.state_hash() == before
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["file"]
    assert scenario_of(tmp_path / "deep" / "file") is None


def test_what_cannot_be_kept_is_refused_at_once(busy: World, tmp_path: Path) -> None:
    world = fork(busy)
    world.kernels["odd"] = object()  # type: ignore[assignment]
    with pytest.raises(TypeError, match=r"kernels\.odd is a object"):
        save_checkpoint(world, tmp_path / "odd")
    world.kernels["odd"] = np.array([object()])
    with pytest.raises(TypeError, match="objects"):
        save_checkpoint(world, tmp_path / "odd")
    assert not list(tmp_path.iterdir())


# -- what does not fit -----------------------------------------------------------------------------------


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no such file"):
        load_checkpoint(tmp_path / "none")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + bytes(100)])
def test_a_foreign_file(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "foreign"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="damaged or no checkpoint"):
        load_checkpoint(path)


def test_a_pickle_is_not_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (open, (str(tmp_path / "sprung"), "w"))  # type: ignore[return-value]

    path = tmp_path / "trap"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(CheckpointError):
        load_checkpoint(path)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file(share: float, kept: Path) -> None:
    content = kept.read_bytes()
    kept.write_bytes(content[: int(share * len(content))])
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(kept)


def test_a_garbled_file_is_refused_wherever_it_is_garbled(kept: Path) -> None:
    content = kept.read_bytes()
    whole = load_checkpoint(kept).state_hash()
    refused = 0
    for position in range(7, len(content), len(content) // 60):
        kept.write_bytes(content[:position] + bytes([content[position] ^ 0x5A]) + content[position + 1 :])
        try:
            # A bit of the archive that means nothing, such as a date, may pass: then nothing has changed.
            assert load_checkpoint(kept).state_hash() == whole
        except CheckpointError:
            refused += 1
    assert refused > 50


def rewritten(path: Path, change: dict[str, object] | None = None, replace: dict[str, bytes] | None = None) -> None:
    """Rewrite a checkpoint with other entries in its header (sealed again) or other members."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    header = json.loads(json.loads(members[checkpoint.HEADER])["header"])
    text = json.dumps({**header, **(change or {})}, sort_keys=True)
    members[checkpoint.HEADER] = json.dumps({"hash": fingerprint(text), "header": text}).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**members, **(replace or {})}.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 99}, "format 99"),
        ({"code": "0123456789abcdef"}, "other source text"),
        ({"format": "another program"}, "another program"),
        ({"arrays": {}}, "parts are missing"),
        ({"parameters": {"no_such": 1.0}}, "damaged"),
        ({"state": {}}, "damaged"),
        ({"cell_km": "far"}, "damaged"),
    ],
)
def test_another_version_or_content(change: dict[str, object], message: str, kept: Path) -> None:
    rewritten(kept, change)
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(kept)


def test_a_changed_header_or_table(kept: Path) -> None:
    array = io.BytesIO()
    np.lib.format.write_array(array, np.zeros(3))
    rewritten(kept, replace={"grid.npy": array.getvalue()})
    with pytest.raises(CheckpointError, match="grid was changed"):
        load_checkpoint(kept)
    rewritten(kept, replace={checkpoint.HEADER: json.dumps({"hash": "", "header": "{}"}).encode()})
    with pytest.raises(CheckpointError, match="header was changed"):
        load_checkpoint(kept)


def test_objects_in_an_array_are_not_loaded(kept: Path) -> None:
    array = io.BytesIO()
    np.lib.format.write_array(array, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    rewritten(kept, replace={"grid.npy": array.getvalue()})
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(kept)


def test_other_columns(kept: Path) -> None:
    world = load_checkpoint(kept)
    rows = np.zeros(1, dtype=[("id", "i8")])
    with pytest.raises(ValueError, match="other columns"):
        checkpoint.declared("cells", rows)
    assert checkpoint.declared("cells", world.cells).dtype == world.cells.dtype


def test_edited_source_text_refuses_older_checkpoints(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert source_hash.STATE in json.loads(zipfile.ZipFile(kept).read(checkpoint.HEADER))["header"]
    monkeypatch.setattr(checkpoint, "STATE", "another")
    with pytest.raises(CheckpointError, match="Make it again"):
        load_checkpoint(kept)


# -- what fits a run -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (("population.firms=201",), "another past: it differs in population.firms"),
        (("parameters={profit_pull: 1.0}",), "parameters.profit_pull"),
        (("years={burn_in: 2, treatment: 6}",), "after the burn-in of 2 years"),
        (("years={burn_in: 1, treatment: 1}",), "the run ends in year 2"),
    ],
)
def test_runs_with_another_past_are_refused(overrides: tuple[str, ...], message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        checkpoint.check_fit("file", past(), scenario(), scenario(*overrides))


def test_plans_policies_shocks_and_later_years_may_differ() -> None:
    other = scenario("plan.layout=market", f"years={{burn_in: {PAST}, treatment: 20}}", *BUSY)
    checkpoint.check_fit("file", past(), scenario(), other)
    checkpoint.check_fit("file", past(), None, scenario("population.firms=100"))


def test_in_the_treatment_no_other_plan_may_begin(busy: World) -> None:
    checkpoint.check_fit("file", busy, scenario(*BUSY), scenario(*BUSY))
    with pytest.raises(CheckpointError, match=f"Make a checkpoint at year {PAST}"):
        checkpoint.check_fit("file", busy, scenario(*BUSY), scenario(*BUSY, "plan.layout=market"))


# -- commands --------------------------------------------------------------------------------------------


def asked(*words: str) -> tuple[int, str]:
    """Exit code and output of a command on a world of forty firms."""
    small = ("--set", "population.firms=40", "--set", "population.institutes=4", "--set", "regions.cells=1")
    done = CliRunner().invoke(main, [*words, *small, "--years", "2+2"])
    return done.exit_code, done.output


@pytest.mark.slow
def test_commands_make_checkpoints_and_start_from_them(tmp_path: Path) -> None:
    file, out = str(tmp_path / "past"), str(tmp_path / "out")
    code, said = asked("checkpoint", "policy_text", "--year", "2", "--out", file, "--seed", "5")
    assert (code, said) == (0, f"Year 2 of seed 5 is kept in {file}\n")
    code, said = asked("run", "policy_text", "--from", file, "--out", out, "--quiet")
    assert code == 0, said
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["seeds"] == [5]
    assert manifest["start"] == identity_of(file)
    compared = str(tmp_path / "compared")
    words = ("compare", "policy_text", "--from", file, "--arm", "market", "--arm", "duplicated", "--replications", "2")
    code, said = asked(*words, "--workers", "1", "--out", compared, "--quiet")
    assert code == 0, said
    assert json.loads((tmp_path / "compared" / "manifest.json").read_text())["seeds"] == [5, 6]
    first = histories_in(compared)["market"].years[0]
    assert first.year == 2 and len(first.column("new_id")) == len(first.column("firm")), "every firm has its id"


@pytest.mark.slow
def test_commands_say_what_does_not_fit(tmp_path: Path) -> None:
    file = tmp_path / "none"
    code, said = asked("run", "policy_text", "--from", str(file), "--out", str(tmp_path / "out"))
    assert (code, said) == (2, f"{file}: there is no such file; make it with `clustersim checkpoint`\n")
    code, said = asked("checkpoint", "policy_text", "--year", "9", "--out", str(file))
    assert code == 2
    assert "there is no year 9" in said


def test_a_treated_world_can_be_treated_again(kept: Path) -> None:
    world = load_checkpoint(kept)
    treat(world, scenario("plan.layout=market"))
    schedule.step(world)
    assert world.policies == []
    assert world.open_freeness is None
