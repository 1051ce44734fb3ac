"""The cache of compiled rules: never stale, and not thrown away by an edit that compiled code cannot see."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.kernel import compiling, source_hash

ROOT = Path(__file__).resolve().parents[2]
CALLEE = """from sim.kernel.compiling import rule

STEP = {step}

@rule
def answer(number):
    return number + STEP
"""
CALLER = """from sim.kernel.compiling import rule
from sim.callee import answer

@rule
def twice(number):
    return 2 * answer(number)
"""
SCRIPT = (
    "from sim import caller; from sim.kernel import compiling; print(caller.twice(10), compiling.usable_folder().name)"
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of a part of the package, with two rules of which one calls the other."""
    shutil.copytree(ROOT / "sim" / "kernel", tmp_path / "sim" / "kernel", ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("__init__.py", *BLIND):
        if not file.startswith("call"):
            (tmp_path / "sim" / file).parent.mkdir(exist_ok=True)
            shutil.copyfile(ROOT / "sim" / file, tmp_path / "sim" / file)
    (tmp_path / "sim" / "callee.py").write_text(CALLEE.format(step=1))
    (tmp_path / "sim" / "caller.py").write_text(CALLER)
    return tmp_path


def ask(copy: Path, **environment: str) -> tuple[int, str, str]:
    """What the copy's rule answers in a new process, the name of its cache, and what is said on the side."""
    kept = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    given = {"NUMBA_CACHE_DIR": str(copy / "cache"), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "", **environment}
    command = [sys.executable, "-W", "error", "-c", SCRIPT]
    run = subprocess.run(command, cwd=copy, env=kept | given, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    answer, cache = run.stdout.split()
    return int(answer), cache, run.stderr


def kept_files(copy: Path) -> dict[str, int]:
    """Compiled forms with the times at which they were written."""
    return {path.name: path.stat().st_mtime_ns for path in sorted((copy / "cache").rglob("*.nb[ci]"))}


def test_an_edited_rule_is_never_stale(copy: Path) -> None:
    first, cache, _ = ask(copy)
    assert first == 22
    compiled = kept_files(copy)
    assert compiled, "the rules were compiled and kept"
    assert ask(copy)[:2] == (22, cache)
    assert kept_files(copy) == compiled, "the second run used the cache"

    # The caller's file does not change: a cache that watches only that file would answer 22 again.
    (copy / "sim" / "callee.py").write_text(CALLEE.format(step=5))
    edited, other, _ = ask(copy)
    assert edited == 30
    assert other != cache


def test_an_edit_recompiles_only_rules_that_see_it(copy: Path) -> None:
    _, cache, _ = ask(copy)
    (copy / "sim" / "caller.py").write_text(CALLER.replace("2 * answer", "3 * answer"))
    edited, other, _ = ask(copy)
    assert (edited, other != cache) == (33, True)
    kept = [list((copy / "cache").rglob(f"{folder}/*.nbc")) for folder in (cache, other)]
    before, after = ({path.name: path.stat().st_ino for path in paths} for paths in kept)
    called, calling = ({name for name in before if name.startswith(rule)} for rule in ("callee.answer", "caller.twice"))
    assert called and calling
    assert all(after[name] == before[name] for name in called), "taken over as it was"
    assert not calling & set(after), "compiled anew under another name"


BLIND = {
    "callee.py": "# a comment\n# and another, so that rules stand on other lines\n",
    "caller.py": '"""What the caller is for."""\n',
    "reporting/comparison.py": "# a page\n",
    "store/results.py": "# an executor\n",
    "metrics/network.py": "# a metric\n",
}
"""Additions that compiled code cannot see, by file."""


def test_what_compiled_code_cannot_see_recompiles_nothing(copy: Path) -> None:
    _, cache, _ = ask(copy)
    compiled = kept_files(copy)
    for file, addition in BLIND.items():
        path = copy / "sim" / file
        path.write_text(addition + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert ask(copy)[:2] == (22, cache)
    assert kept_files(copy) == compiled


def test_a_copy_elsewhere_uses_the_same_cache(copy: Path) -> None:
    _, cache, _ = ask(copy)
    compiled = kept_files(copy)
    (copy / "elsewhere").mkdir()
    shutil.copytree(copy / "sim", copy / "elsewhere" / "sim")
    assert ask(copy / "elsewhere", NUMBA_CACHE_DIR=str(copy / "cache"))[:2] == (22, cache)
    assert kept_files(copy) == compiled


def test_without_a_writable_cache_a_temporary_folder_serves_and_is_named_once(copy: Path) -> None:
    (copy / "file").write_text("not a folder")
    temporary = copy / "temporary"
    temporary.mkdir()
    answer, _, told = ask(copy, NUMBA_CACHE_DIR=str(copy / "file"), TMPDIR=str(temporary))
    assert answer == 22
    assert told.count("cannot be written to") == 1
    assert list(temporary.rglob("*.nbi"))


def test_caches_that_nobody_uses_are_swept_and_those_of_other_checkouts_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    now = time.time()
    for days in range(8):
        folder = tmp_path / f"rules-{days}"
        folder.mkdir()
        os.utime(folder, (now - 86_400 * (days + 0.5),) * 2)
    (tmp_path / "other").mkdir()
    own = compiling.cache_folder()
    own.mkdir()
    os.utime(own, (1000, 1000))
    compiling.sweep_caches(keep=2, days=4)
    assert {path.name for path in tmp_path.iterdir()} == {"other", own.name, *(f"rules-{days}" for days in range(4))}
    compiling.sweep_caches(keep=2, most=3, days=4)
    assert {path.name for path in tmp_path.iterdir()} == {"other", own.name, "rules-0", "rules-1"}
    compiling.sweep_caches(keep=2, days=0)
    assert {path.name for path in tmp_path.iterdir()} == {"other", own.name, "rules-0"}


def test_caches_lie_in_the_users_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compiling.cache_folder() == tmp_path / "clustersim" / f"rules-{source_hash.RULES}"


def test_whether_these_rules_were_compiled_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "usable_folder", lambda: tmp_path)
    monkeypatch.setattr(compiling, "COMPILED", True)
    assert not compiling.is_compiled_before()
    (tmp_path / "spill_over.nbi").touch()
    assert compiling.is_compiled_before()
    monkeypatch.setattr(compiling, "COMPILED", False)
    (tmp_path / "spill_over.nbi").unlink()
    assert compiling.is_compiled_before()


def test_workers_do_not_say_again_where_compiled_rules_are_kept(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(compiling, "cache_folder", lambda: Path("/dev/null/rules-x"))
    said = []
    for parent in (None, object()):
        monkeypatch.setattr(multiprocessing, "parent_process", lambda parent=parent: parent)
        compiling.usable_folder.cache_clear()
        compiling.usable_folder()
        said.append(len(caplog.messages))
    compiling.usable_folder.cache_clear()
    assert said == [1, 1]


def test_no_rule_returns_an_array_and_those_that_make_some_count_references() -> None:
    """A rule that counts no references would never give back an array that another made for it."""
    from sim.model import schedule

    rules = compiling.RULES
    assert len(rules) > 300 and schedule.YEAR, "all rules are declared"
    assert [name for name, one in rules.items() if "Array" in str(one.__annotations__.get("return"))] == []
    assert compiling.allocates(rules["sim.kernel.contract_index.sort_by_customer"]), "it copies"
    assert compiling.allocates(rules["sim.model.rules.market.place_orders"])
    assert not compiling.allocates(rules["sim.model.rules.market.wanted_of"])
