import inspect
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pytest
from rich.console import Console

from sim.reporting.comparison import answers_of, publish, tell
from sim.runs.run import Run
from sim.store import merge as merging
from sim.store.results import AllFailed, ResultsError, read_results
from sim.studies.compare import Comparison, ComparisonError, read_comparison, run_comparison
from tests.synthetic import arms, run_deadly, run_fragile, run_synthetic, scenario

TABLES = ("metrics.parquet", "hashes.parquet", "sites.parquet", "panels/events.parquet")


class Counting:
    """A runner that remembers its seeds."""

    def __init__(self) -> None:
        self.seeds: list[int] = []

    def __call__(self, arms: dict[str, Any], seed: int, *others: Any) -> dict[str, Run]:
        self.seeds.append(seed)
        return run_synthetic(arms, seed, *others)


def same_tables(first: Path, second: Path) -> bool:
    return all((first / name).read_bytes() == (second / name).read_bytes() for name in TABLES)


def test_any_number_of_workers_gives_the_same_bytes(tmp_path: Path) -> None:
    two = arms("market", "duplicated")
    one = run_comparison(two, 4, 1, tmp_path / "one", runner=run_synthetic)
    many = run_comparison(two, 4, 2, tmp_path / "two", runner=run_synthetic)
    assert same_tables(one.folder, many.folder)
    pd.testing.assert_frame_equal(one.differences, many.differences, check_exact=True)


def test_the_same_call_again_runs_nothing_and_more_replications_run_only_the_new_ones(tmp_path: Path) -> None:
    runner, two = Counting(), arms("market", "duplicated")
    run_comparison(two, 3, 1, tmp_path / "a", seed=5, runner=runner)
    run_comparison(two, 3, 1, tmp_path / "a", seed=5, runner=runner)
    assert runner.seeds == [5, 6, 7]
    grown = run_comparison(two, 5, 1, tmp_path / "a", seed=5, runner=runner)
    assert runner.seeds == [5, 6, 7, 8, 9]
    fresh = run_comparison(two, 5, 1, tmp_path / "b", seed=5, runner=run_synthetic)
    assert same_tables(grown.folder, fresh.folder)
    assert not (grown.folder / "parts").exists()
    with pytest.raises(ResultsError, match="not asked for"):
        run_comparison(two, 4, 1, tmp_path / "a", seed=5, runner=runner)


def test_failed_replications_are_listed_kept_out_and_tried_again(tmp_path: Path) -> None:
    two = arms("market", "duplicated")
    found = run_comparison(two, 4, 1, tmp_path / "a", runner=run_fragile)
    assert found.results.seeds == (1, 2, 4)
    assert [(failure.seed, failure.arm) for failure in found.failures] == [(3, "duplicated")]
    assert "books do not balance" in found.failures[0].error
    assert (found.differences["replications"] == 3).all()
    runner = Counting()
    mended = run_comparison(two, 4, 1, tmp_path / "a", runner=runner)
    assert runner.seeds == [3]
    assert mended.failures == []
    whole = run_comparison(two, 4, 1, tmp_path / "b", runner=run_synthetic)
    assert same_tables(mended.folder, whole.folder)


def test_a_comparison_of_which_nothing_finished_says_why(tmp_path: Path) -> None:
    with pytest.raises(AllFailed, match=r"every replication failed(.|\n)*books do not balance"):
        run_comparison(arms("market", "duplicated"), 1, 1, tmp_path / "a", seed=3, runner=run_fragile)


def test_a_kill_loses_only_the_replication_in_flight(tmp_path: Path) -> None:
    script = (
        "from tests.synthetic import arms, run_deadly\n"
        "from pathlib import Path\n"
        "from sim.studies.compare import run_comparison\n"
        f"folder = Path({str(tmp_path / 'a')!r})\n"
        "run_comparison(arms('market', 'duplicated'), 3, 1, folder, runner=run_deadly)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=False)
    assert killed.returncode == 9
    with pytest.raises(ResultsError, match="2 of 6 runs"):
        read_results(tmp_path / "a")
    half_written = tmp_path / "a" / "parts" / ".seed-2-abcd.999.tmp"
    half_written.mkdir()
    runner = Counting()
    resumed = run_comparison(arms("market", "duplicated"), 3, 1, tmp_path / "a", runner=runner)
    assert runner.seeds == [2, 3]
    whole = run_comparison(arms("market", "duplicated"), 3, 1, tmp_path / "b", runner=run_synthetic)
    assert same_tables(resumed.folder, whole.folder)


def test_a_kill_while_merging_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two, folder = arms("market", "duplicated"), tmp_path / "a"
    run_comparison(two, 2, 1, folder, runner=run_synthetic)
    merge = merging.merge

    def merge_until_killed(target: Path, *others: Any) -> Any:
        if "metrics.parquet" in target.name:
            raise KeyboardInterrupt
        return merge(target, *others)

    monkeypatch.setattr(merging, "merge", merge_until_killed)
    with pytest.raises(KeyboardInterrupt):
        run_comparison(two, 4, 1, folder, runner=run_synthetic)
    monkeypatch.setattr(merging, "merge", merge)
    runner = Counting()
    resumed = run_comparison(two, 4, 1, folder, runner=runner)
    assert runner.seeds == []
    whole = run_comparison(two, 4, 1, tmp_path / "b", runner=run_synthetic)
    assert same_tables(resumed.folder, whole.folder)


def test_the_code_that_splits_the_past_belongs_to_the_experiment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two, source = arms("market", "duplicated"), inspect.getsource
    run_comparison(two, 1, 1, tmp_path, runner=run_synthetic)
    for change, refused in (("pc.less_equal  ", False), ("pc.less", True)):
        monkeypatch.setattr(inspect, "getsource", lambda one, new=change: source(one).replace("pc.less_equal", new))
        if refused:
            with pytest.raises(ResultsError, match="another version of the code that picks them"):
                run_comparison(two, 2, 1, tmp_path, runner=run_synthetic)
        else:
            run_comparison(two, 2, 1, tmp_path, runner=run_synthetic)


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    two = arms("market", "duplicated")
    for wrong, message in (
        ({"arms": {}}, "no arm"),
        ({"replications": 0}, "1 or more"),
        ({"baseline": "planned"}, "none of the arms"),
        ({"arms": {**two, "a/b": scenario()}}, "cannot name an arm"),
        ({"arms": {**two, "long": scenario(treatment=20)}}, "share their burn-in"),
        ({"arms": arms("market", "duplicated", treatment=0)}, "treatment years"),
    ):
        with pytest.raises(ComparisonError, match=message):
            run_comparison(**{"arms": two, "replications": 1, "workers": 1, "folder": tmp_path / "a", **wrong})  # type: ignore[arg-type]
    assert not (tmp_path / "a").exists()


def forget_second(arms: dict[str, Any], seed: int, *others: Any) -> dict[str, Run]:
    """A runner that leaves the second arm out."""
    return run_synthetic(dict(list(arms.items())[:1]), seed, *others)


def test_a_runner_that_forgets_an_arm_fails(tmp_path: Path) -> None:
    with pytest.raises(AllFailed, match="no run of arm duplicated"):
        run_comparison(arms("market", "duplicated"), 1, 1, tmp_path / "a", runner=forget_second)


def test_everything_is_written(comparison: Comparison) -> None:
    here = {path.relative_to(comparison.folder).as_posix() for path in comparison.folder.rglob("*") if path.is_file()}
    assert here >= {
        "manifest.json",
        "metrics.parquet",
        "hashes.parquet",
        "sites.parquet",
        "panels/events.parquet",
        "summary.csv",
        "report.html",
        "tables/by_year.csv",
        "tables/decomposition.csv",
        "tables/groups.csv",
        "tables/pairs.csv",
        "figures/welfare.png",
        "figures/differences.png",
        "figures/clusters.png",
        "figures/specialisation.png",
        "figures/utilisation.png",
        "figures/innovation.png",
    }
    assert not any(name.endswith(".tmp") or name.startswith("parts") for name in here)


def test_summary_is_what_was_computed(comparison: Comparison) -> None:
    summary = pd.read_csv(comparison.folder / "summary.csv", float_precision="round_trip")
    assert len(summary) == len(comparison.differences)
    assert set(summary["baseline"]) == {"differentiated"}
    assert summary["difference"].tolist() == comparison.differences["difference"].tolist()
    assert list(dict.fromkeys(summary["arm"])) == ["duplicated", "balanced", "random_specialised"]
    assert list(dict.fromkeys(summary["window"])) == ["treatment years", "last 10 years", "final year"]
    groups = pd.read_csv(comparison.folder / "tables" / "groups.csv")
    assert set(groups["group"]) == {"region=r1c1", "region=r1c2", "industry=it_upstream"}


def test_reading_gives_the_comparison_back_with_any_baseline(comparison: Comparison) -> None:
    again = read_comparison(comparison.folder)
    pd.testing.assert_frame_equal(again.differences, comparison.differences, check_exact=True)
    assert answers_of(again) == answers_of(comparison)
    turned = read_comparison(comparison.folder, baseline="balanced").differences
    mine = comparison.differences
    row = mine[(mine.arm == "balanced") & (mine.metric == "firms")].set_index("window")["difference"]
    back = turned[(turned.arm == "differentiated") & (turned.metric == "firms")].set_index("window")["difference"]
    pd.testing.assert_series_equal(row, -back, check_exact=True)


def test_the_table_on_the_screen_fits_80_columns(comparison: Comparison) -> None:
    console = Console(width=80, record=True, file=io.StringIO())
    tell(comparison, console)
    text = console.export_text()
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert "real income " in text
    assert text.index("real income") < text.index("utilisation") < text.index("innovations")
    flat = " ".join(text.split())
    for sentence in answers_of(comparison):
        assert sentence in flat
    assert "endowment fit" in text


def test_the_screen_says_how_sure_differences_are(comparison: Comparison) -> None:
    console = Console(width=80, record=True, file=io.StringIO())
    tell(comparison, console)
    text = console.export_text()
    sure = text[text.index("agree, d, saved") :]
    row = comparison.differences.query("metric == 'ln_real_income' and window == 'treatment years'").iloc[0]
    ratio = f"{row.variance_ratio:.{0 if row.variance_ratio >= 9.95 else 1}f}x"
    assert f"{row.agreeing:.0f}/{row.replications:.0f} {row.effect_size:+.1f} {ratio}" in sure
    assert "their variance if each arm had luck of its own, over what it is" in sure


def test_many_arms_are_shown_in_blocks(comparison: Comparison) -> None:
    from sim.reporting.terminal import comparison_table

    table = comparison.differences
    more = pd.concat([table, table.assign(arm=table["arm"] + " II")])
    console = Console(width=80, record=True, file=None, force_terminal=False)
    with console.capture() as shown:
        console.print(
            comparison_table(
                more, [*comparison.arms, *(f"{arm} II" for arm in list(comparison.arms)[1:])], comparison.baseline
            )
        )
    assert shown.get().count("baseline ") >= 2
    assert max(len(line.rstrip()) for line in shown.get().splitlines()) <= 80


def test_the_manifest_says_what_was_run(comparison: Comparison) -> None:
    manifest = json.loads((comparison.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["complete"]
    assert manifest["seeds"] == [1, 2, 3, 4, 5, 6]
    assert manifest["arms"]["duplicated"]["plan"]["layout"] == "duplicated"
    assert len(manifest["runs"]) == 24
    hashes = comparison.results.hashes
    for run in manifest["runs"][:5]:
        mine = hashes[(hashes["arm"] == run["arm"]) & (hashes["seed"] == run["seed"])]
        assert mine.sort_values("year")["hash"].iloc[-1] == run["hash"]


def test_a_dead_worker_does_not_lose_the_others(tmp_path: Path) -> None:
    found = run_comparison(arms("market", "duplicated"), 4, 2, tmp_path / "a", runner=run_deadly)
    assert [failure.seed for failure in found.failures] == [2]
    assert found.results.seeds == (1, 3, 4)


def test_adding_an_arm_runs_only_that_arm_and_gives_what_a_fresh_folder_gives(tmp_path: Path) -> None:
    runner = Watching()
    run_comparison(arms("market", "duplicated"), 2, 1, tmp_path / "a", runner=runner)
    three = arms("market", "balanced", "duplicated")
    grown = run_comparison(three, 2, 1, tmp_path / "a", runner=runner)
    assert runner.ran == [
        (1, ["market", "duplicated"]),
        (2, ["market", "duplicated"]),
        (1, ["balanced"]),
        (2, ["balanced"]),
    ]
    fresh = run_comparison(three, 2, 1, tmp_path / "b", runner=run_synthetic)
    assert same_tables(grown.folder, fresh.folder)
    assert list(grown.arms) == ["market", "balanced", "duplicated"]
    pd.testing.assert_frame_equal(grown.differences, fresh.differences, check_exact=True)
    with pytest.raises(ResultsError, match="not asked for now"):
        run_comparison(arms("market", "duplicated"), 2, 1, tmp_path / "a", runner=runner)


def test_arms_may_be_given_in_another_order(tmp_path: Path) -> None:
    run_comparison(arms("market", "duplicated"), 2, 1, tmp_path / "a", runner=run_synthetic)
    turned = run_comparison(arms("duplicated", "market"), 2, 1, tmp_path / "a", runner=None)  # type: ignore[arg-type]
    assert (turned.baseline, list(turned.arms)) == ("duplicated", ["duplicated", "market"])
    assert turned.results.metrics["arm"].astype(str).drop_duplicates().tolist() == ["duplicated", "market"]


def test_a_run_grows_into_a_comparison(tmp_path: Path) -> None:
    alone = run_comparison(arms("market"), 1, 1, tmp_path / "a", runner=run_synthetic)
    assert alone.differences.empty and alone.pairs.empty
    runner = Watching()
    both = run_comparison(arms("market", "duplicated"), 2, 1, tmp_path / "a", runner=runner)
    assert runner.ran == [(1, ["duplicated"]), (2, ["market", "duplicated"])]
    assert both.results.seeds == (1, 2)


def test_an_arm_that_fails_on_a_seed_takes_the_seed_out_and_is_tried_again(tmp_path: Path) -> None:
    """Arms of other pasts are tasks of their own: what they gave is kept, and counts once the seed is whole."""
    two = {"market": scenario("market"), "other": scenario("market", parameters={"entry_rate": 0.07})}
    found = run_comparison(two, 3, 1, tmp_path / "a", runner=fail_other_on_2)
    assert found.results.seeds == (1, 3)
    assert [(failure.seed, failure.arm) for failure in found.failures] == [(2, "other")]
    assert set(found.results.metrics["seed"]) == {1, 3}
    runner = Watching()
    mended = run_comparison(two, 3, 1, tmp_path / "a", runner=runner)
    assert runner.ran == [(2, ["other"])]
    assert mended.results.seeds == (1, 2, 3) and mended.failures == []


def fail_other_on_2(arms: dict[str, Any], seed: int, *others: Any) -> dict[str, Run]:
    """A runner to which arm `other` fails on seed 2."""
    if seed == 2 and "other" in arms:
        raise ArithmeticError("no balance")
    return run_synthetic(arms, seed, *others)


class Watching:
    """A runner that remembers seeds and arms."""

    def __init__(self) -> None:
        self.ran: list[tuple[int, list[str]]] = []

    def __call__(self, arms: dict[str, Any], seed: int, *others: Any) -> dict[str, Run]:
        self.ran.append((seed, list(arms)))
        return run_synthetic(arms, seed, *others)


def run_from_two_pasts(arms: dict[str, Any], seed: int, *others: Any) -> dict[str, Run]:
    """Synthetic runs of which the arm "duplicated" is 1 higher in every year, and in another state."""
    runs = run_synthetic(arms, seed, *others)
    for run in (run for arm, run in runs.items() if arm == "duplicated"):
        higher = pc.add(run.tidy["value"], 1.0)
        run.tidy = run.tidy.set_column(run.tidy.schema.get_field_index("value"), "value", higher)
        run.hashes = run.hashes.assign(hash=[f"{seed}-{year}" for year in run.hashes["year"]])
    return runs


def run_half(arms: dict[str, Any], seed: int, *others: Any) -> dict[str, Run]:
    """Synthetic runs of which those of the arm "duplicated" fail."""
    if "duplicated" in arms:
        raise RuntimeError("books do not balance")
    return run_synthetic(arms, seed, *others)


def test_one_arm_that_always_fails_leaves_nothing_to_compare(tmp_path: Path) -> None:
    two = arms("market", "duplicated")
    two["duplicated"] = two["duplicated"].model_copy(update={"parameters": {"distance_cost": 0.5}})
    with pytest.raises(AllFailed, match=r"every replication failed(.|\n)*books do not balance"):
        run_comparison(two, 2, 1, tmp_path / "a", runner=run_half)


def test_arms_with_other_pasts_are_compared_from_the_fork_year_and_that_is_said_first(tmp_path: Path) -> None:
    shared = run_comparison(arms("market", "duplicated"), 4, 1, tmp_path / "a", runner=run_synthetic)
    assert shared.other_pasts == ()
    two = arms("market", "duplicated")
    two["duplicated"] = two["duplicated"].model_copy(update={"parameters": {"distance_cost": 0.5}})
    apart = run_comparison(two, 4, 1, tmp_path / "b", runner=run_from_two_pasts)
    assert apart.other_pasts == ("duplicated",)
    keys = ["arm", "metric", "window"]
    one, other = (found.differences.set_index(keys)["difference"] for found in (shared, apart))
    # Both have the same value in the fork year in the synthetic runs, so what changed since is what differs.
    assert np.allclose(one, other.loc[one.index], atol=1e-9)
    console = Console(file=io.StringIO(), width=200)
    tell(apart, console)
    said = console.file.getvalue()
    assert said.startswith("Duplicated has another past than market: their states in year 3 differ. Compared is what")
    pages = []
    for found in (apart, shared):
        publish(found)
        pages.append((found.folder / "report.html").read_text(encoding="utf-8"))
    assert "has another past than market" in pages[0] and "All arms share one past" not in pages[0]
    assert "has another past" not in pages[1] and "All arms share one past" in pages[1]
