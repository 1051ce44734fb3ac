"""`make same-bits` finds what differs between two commits, in a toy repository and on this checkout against itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOL = "benchmarks/same_bits.py"
TOY = '''
"""A package with the front door of the real one and a state of one number."""
from types import SimpleNamespace
import pandas as pd

STATE, MEASURE = 1, 0.1

def load_scenario(path, overrides=()):
    late = SimpleNamespace(start=9)
    assert not overrides or "policies.0.start=2" in overrides
    return SimpleNamespace(policies=[late], shocks=[], industries={"robots": SimpleNamespace(opens=9)}, path=path)

def run(scenario):
    years = range(1, 4)
    step = 1e-16 if "second" in str(scenario.path) else 0.0
    nation = [{"group": "nation", "year": year, "metric": "income", "value": MEASURE + step * year} for year in years]
    regions = [{"group": "region=a", "year": year, "metric": "income", "value": 0.0} for year in years]
    hashes = [{"year": year, "hash": f"{STATE}{MEASURE.hex()}"} for year in years]
    return SimpleNamespace(hashes=pd.DataFrame(hashes), metrics=pd.DataFrame(nation + regions))
'''


def git(folder: Path, *words: str) -> None:
    """Call git in `folder`, as nobody in particular."""
    name = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    subprocess.run(["git", "-C", str(folder), *name, *words], check=True, capture_output=True)


def compared(folder: Path, *words: str) -> tuple[int, list[str]]:
    """Exit status of the tool in `folder`, and what it prints."""
    run = subprocess.run(
        [sys.executable, TOOL, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode in (0, 1), run.stderr
    return run.returncode, run.stdout.splitlines()[:-1]


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A repository with the tool, a toy package and two scenarios, all committed."""
    for folder in ("benchmarks", "sim", "scenarios"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / TOOL, tmp_path / TOOL)
    (tmp_path / "sim" / "__init__.py").write_text(TOY, encoding="utf-8")
    for name in ("first", "second"):
        (tmp_path / "scenarios" / f"{name}.yaml").touch()
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "before")
    return tmp_path


def edit(toy: Path, old: str, new: str) -> None:
    """Change the toy package."""
    path = toy / "sim" / "__init__.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@needs_git
def test_a_commit_is_compared_with_what_is_here(toy: Path) -> None:
    status, told = compared(toy, "HEAD")
    assert status == 0
    assert told[-1] == "Same bits: state hashes and measures are equal in all 2 runs."
    listed = subprocess.run(["git", "-C", str(toy), "worktree", "list"], capture_output=True, text=True, check=True)
    assert len(listed.stdout.splitlines()) == 1, "the other checkout is gone"


@needs_git
def test_a_state_that_is_hashed_otherwise_is_told_from_other_numbers(toy: Path) -> None:
    edit(toy, "STATE, MEASURE = 1, 0.1", "STATE, MEASURE = 2, 0.1")
    status, told = compared(toy, "HEAD")
    assert (status, told[-1]) == (1, "State hashes differ in 2 of 2 runs, measures are equal to the bit in all.")
    assert compared(toy, "HEAD", "--measures")[0] == 0


@needs_git
def test_the_last_bit_of_a_measure_counts(toy: Path) -> None:
    edit(toy, "step = 1e-16", "step = 5e-17")
    status, told = compared(toy, "HEAD", "--measures")
    assert (status, told[-1]) == (1, "Measures differ in 1 of 2 runs, state hashes in 0.")
    assert told[-3].split() == ["second", "-", "from", "year", "1:", "1", "of", "1", "(income)"]


@needs_git
@pytest.mark.long
def test_new_lost_and_broken_scenarios_are_told(toy: Path) -> None:
    (toy / "scenarios" / "second.yaml").rename(toy / "scenarios" / "third.yaml")
    edit(toy, "    years = range(1, 4)", "    raise ValueError('no such industry')")
    status, told = compared(toy, "HEAD")
    assert status == 1
    assert told[:2] == ["second: only there, not compared", "third: only here, not compared"]
    assert "fails here: ValueError: no such industry" in told[-3]


@pytest.mark.slow
@pytest.mark.long
def test_this_checkout_gives_its_own_bits() -> None:
    status, told = compared(
        ROOT, str(ROOT), "--firms", "60", "--years", "1+3", "--scenario", "neutral", "--scenario", "claim_anti_risk"
    )
    assert (status, told[-1]) == (0, "Same bits: state hashes and measures are equal in all 2 runs.")


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_make_asks_for_the_commit() -> None:
    def plan(*words: str) -> subprocess.CompletedProcess[str]:
        command = ["make", "-C", str(ROOT), "-n", "same-bits", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert "say against which commit" in plan().stderr
    assert "same_bits.py HEAD~1" in plan("AGAINST=HEAD~1", "MEASURES=1").stdout
    assert "--measures" in plan("AGAINST=HEAD~1", "MEASURES=1").stdout
