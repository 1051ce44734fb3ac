"""Whether every scenario gives the same bits as at another commit: both are run here and now, nothing is stored.

    python benchmarks/same_bits.py HEAD~1                 (make same-bits AGAINST=HEAD~1)
    python benchmarks/same_bits.py ../before --measures   a folder does as well as a commit

Every scenario is run small and short, late events early; the abstract ones under two plans besides. Two things are
compared year by year: the hash of the whole state, and every national measure to the last bit. A change of what the
state holds changes its hash and may leave all measures alone; --measures judges by measures only. Exit status 1 where
they differ.

The two versions may share no name but the front door: `sim.load_scenario`, `sim.run` and the tables of a run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ABSTRACT = ("base", "policy_text", "theory")
LAYOUTS = ("differentiated", "duplicated")
LATEST = 2
"""What starts later in a story starts in this year of the treatment."""
INSIDE = """
import json, sys, time
from pathlib import Path
import sim

checkout, folder = Path(sys.argv[1]), Path(sys.argv[2])
told = json.loads((folder / "told.json").read_text())
assert Path(sim.__file__).resolve().is_relative_to(checkout), f"{sim.__file__} is not in {checkout}"


def early(scenario):
    late = [f"{kind}.{row}.start={told['latest']}" for kind in ("policies", "shocks")
            for row, one in enumerate(getattr(scenario, kind)) if one.start > told["latest"]]
    opens = told["burn_in"] + told["latest"]
    late += [f"changes.{row}.year={opens + 1}" for row, one in enumerate(getattr(scenario, "changes", ()))
             if one.year > opens]
    return late + [f"industries.{key}.opens={opens}" for key, line in scenario.industries.items() if line.opens > opens]


def years_of(path, overrides):
    scenario = sim.load_scenario(path, [*told["small"], *overrides, *early(sim.load_scenario(path))])
    run = sim.run(scenario)
    years = {int(year): {"hash": text, "measures": {}} for year, text in zip(run.hashes["year"], run.hashes["hash"])}
    nation = run.metrics[run.metrics["group"] == "nation"]
    for year, metric, value in zip(nation["year"], nation["metric"], nation["value"]):
        years[int(year)]["measures"][metric] = float(value).hex()
    return years


for number, (path, overrides) in enumerate(told["jobs"]):
    begun = time.perf_counter()
    try:
        found = {"years": years_of(path, overrides)}
    except Exception as error:
        found = {"failed": f"{type(error).__name__}: {error}"}
    (folder / f"{number}.json").write_text(json.dumps(found | {"seconds": time.perf_counter() - begun}))
    print(number, flush=True)
"""

Found = dict[str, Any]


def scenario_files(checkout: Path) -> dict[str, Path]:
    """Scenarios of a checkout by name, wherever it keeps them."""
    folders = (folder for folder in (checkout / "scenarios", checkout / "sim" / "scenarios") if folder.is_dir())
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}


def jobs_of(names: list[str]) -> list[tuple[str, list[str]]]:
    """(scenario, overrides) of every run."""
    plans = [(name, [f"plan.layout={layout}"]) for name in names if name in ABSTRACT for layout in LAYOUTS]
    return [*((name, []) for name in names), *plans]


@contextlib.contextmanager
def checkout_of(commit: str) -> Iterator[Path]:
    """A folder with the files of `commit`, gone afterwards; `commit` may be such a folder itself."""
    if (Path(commit) / "sim" / "__init__.py").exists():
        yield Path(commit).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="same-bits-") as temporary:
        folder = Path(temporary).resolve() / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(folder), commit], check=True)
        try:
            yield folder
        finally:
            subprocess.run([*git, "remove", "--force", str(folder)], check=True)


@contextlib.contextmanager
def program(checkout: Path, folder: Path, told: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    """A program that imports `checkout`, runs all jobs, writes each into `folder` and then says its number."""
    folder.mkdir()
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "-c", INSIDE, str(checkout), str(folder)],
        cwd=checkout, env=os.environ | {"PYTHONPATH": str(checkout)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def next_found(running: subprocess.Popen[str], folder: Path) -> Found:
    """What the program finds next."""
    assert running.stdout is not None
    number = running.stdout.readline().strip()
    if not number:
        raise SystemExit(f"a program ended before its work was done: exit status {running.wait()}")
    found: Found = json.loads((folder / f"{number}.json").read_text(encoding="utf-8"))
    return found


def compared(here: Found, there: Found) -> tuple[str, str]:
    """In words, how the state hashes and how the measures of two runs differ; empty where they do not."""
    sides = (("here", here), ("there", there))
    failed = [f"fails {where}: {found['failed']}" for where, found in sides if "failed" in found]
    if failed:
        return ("; ".join(failed),) * 2
    ours, theirs = here["years"], there["years"]
    if list(ours) != list(theirs):
        return (f"{len(ours)} years here, {len(theirs)} there",) * 2
    hashes = next((f"from year {year}" for year in ours if ours[year]["hash"] != theirs[year]["hash"]), "")
    for year in ours:
        own, other = ours[year]["measures"], theirs[year]["measures"]
        both = own.keys() & other.keys()
        moved = sorted(name for name in both if own[name] != other[name])
        if moved or not both:
            names = ", ".join(moved[:3]) + (", ..." if len(moved) > 3 else "")
            return hashes, f"from year {year}: {len(moved)} of {len(both)} ({names})"
    return hashes, ""


def verdict(rows: list[tuple[str, str, str]]) -> str:
    """One sentence on all rows of (run, hashes differ, measures differ)."""
    hashes, measures = ([row for row in rows if row[column]] for column in (1, 2))
    if measures:
        return f"Measures differ in {len(measures)} of {len(rows)} runs, state hashes in {len(hashes)}."
    if hashes:
        return f"State hashes differ in {len(hashes)} of {len(rows)} runs, measures are equal to the bit in all."
    return f"Same bits: state hashes and measures are equal in all {len(rows)} runs."


def compare(here: Path, there: Path, told: argparse.Namespace) -> int:
    """Run all jobs in both checkouts at once, print what differs and say how many of them do."""
    ours, theirs = scenario_files(here), scenario_files(there)
    for name in sorted(ours.keys() ^ theirs.keys()):
        print(f"{name}: only {'here' if name in ours else 'there'}, not compared")
    unknown = set(told.scenario or []) - (ours.keys() & theirs.keys())
    if unknown:
        raise SystemExit(f"no such scenario in both: {', '.join(sorted(unknown))}")
    jobs = jobs_of([name for name in told.scenario or ours if name in theirs])
    burn_in, treatment = (int(years) for years in told.years.split("+"))
    small = [
        f"population.firms={told.firms}", f"population.institutes={max(2, told.firms // 25)}",
        f"years.burn_in={burn_in}", f"years.treatment={treatment}", "record.levels=[nation]",
    ]  # fmt: skip
    common = {"small": small, "burn_in": burn_in, "latest": min(LATEST, treatment - 1)}
    rows, names = [], [" ".join([name, *overrides]) for name, overrides in jobs]
    with tempfile.TemporaryDirectory(prefix="same-bits-") as temporary, contextlib.ExitStack() as stack:
        running = []
        for side, checkout, files in (("here", here, ours), ("there", there, theirs)):
            work = common | {"jobs": [(str(files[name]), overrides) for name, overrides in jobs]}
            folder = Path(temporary) / side
            running.append((stack.enter_context(program(checkout, folder, work)), folder))
        measures: list[set[str]] = [set(), set()]
        for name in names:
            found = [next_found(*one) for one in running]
            for known, one in zip(measures, found, strict=True):
                known.update(*(year["measures"] for year in one.get("years", {}).values()))
            rows.append((name, *compared(*found)))
            seconds = " and ".join(f"{one['seconds']:.1f}" for one in found)
            print(f"{'differs' if any(rows[-1][1:]) else 'same':8}{name}  ({seconds} s)", flush=True)
    for place, where in enumerate(("here", "there")):
        if alone := sorted(measures[place] - measures[1 - place]):
            print(f"measured only {where}: {', '.join(alone)}")
    differing = [row for row in rows if row[1] or row[2]]
    if differing:
        table = [("run", "state hashes differ", "measures differ"), *differing]
        wide = [max(len(row[column]) for row in table) for column in (0, 1)]
        print("\n" + "\n".join(f"{row[0]:{wide[0]}}  {row[1] or '-':{wide[1]}}  {row[2] or '-'}" for row in table))
    print("\n" + verdict(rows))
    return sum(bool(row[2]) if told.measures else bool(row[1] or row[2]) for row in rows)


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("against", help="a commit, or the folder of another checkout")
    parser.add_argument("--measures", action="store_true", help="judge by measures, whatever the state hashes say")
    parser.add_argument("--scenario", action="append", help="only this one; may be repeated")
    parser.add_argument("--firms", type=int, default=400)
    parser.add_argument("--years", default="8+12", help="of burn-in and treatment")
    told = parser.parse_args()
    begun = time.perf_counter()
    with checkout_of(told.against) as there:
        differing = compare(ROOT, there, told)
    print(f"({(time.perf_counter() - begun) / 60:.1f} minutes)")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
