"""A newcomer written after CONTRIBUTING.md is tried by the contract tests without being asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_contributing import ROOT, follow

pytestmark = [pytest.mark.slow, pytest.mark.long]
NEWCOMERS = ("prize", "fashion", "best_sellers", "loners")


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the contract tests say of the newcomers, in a copy in which every example has been followed."""
    folder = tmp_path_factory.mktemp("newcomers")
    for part in ("sim", "scenarios", "tests"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "CONTRIBUTING.md"):
        shutil.copy(ROOT / file, folder / file)
    follow(folder)
    run = subprocess.run(
        [
            sys.executable, "-m", "pytest", "tests/contracts", "-v", "-p", "no:cacheprovider",
            "--ignore", "tests/contracts/test_contributing.py", "-k", " or ".join(NEWCOMERS),
        ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": str(folder / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    return run.stdout + run.stderr


def test_newcomers_keep_the_contracts(verdicts: str) -> None:
    assert " failed" not in verdicts, verdicts[-4000:]
    assert " error" not in verdicts.lower(), verdicts[-4000:]


@pytest.mark.parametrize("name", NEWCOMERS)
def test_each_newcomer_was_tried(name: str, verdicts: str) -> None:
    tried = [line for line in verdicts.splitlines() if name in line and "PASSED" in line]
    assert len(tried) >= 4, verdicts[-4000:]


def test_paths_lead_to_the_copy(verdicts: str) -> None:
    assert str(Path(ROOT) / "sim") not in verdicts
