"""The linter of scripts sees all of them, and finds what it is there for."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOUND = shutil.which("oxlint", path=str(Path(sys.executable).parent)) or shutil.which("oxlint")


def lint(*words: str) -> subprocess.CompletedProcess[str]:
    """Oxlint with the project's rules."""
    if FOUND is None:
        pytest.fail("oxlint is not installed: make .venv/installed-dev")
    rules = str(ROOT / ".oxlintrc.json")
    return subprocess.run([FOUND, "-c", rules, *words], capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.parametrize(
    ("script", "rule"),
    [
        ("export const area = widht * 2;", "no-undef"), ("const unused = 1;", "no-unused-vars"),
        ("export const same = (a, b) => a == b;", "eqeqeq"), ("eval('1');", "no-eval"),
        ("var old = 1; export { old };", "no-var"),
        ("let fixed = 1; export { fixed };", "prefer-const"), ("export const x = 1;\n" * 2, "redeclare"),
        ("\n".join(f"export const x{at} = {at};" for at in range(401)), "max-lines"), ("const = 1;", ""),
    ],
)  # fmt: skip
def test_a_fault_in_a_script_is_found(script: str, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "script.js"
    path.write_text(script + "\n", encoding="utf-8")
    told = lint(str(path))
    assert told.returncode != 0 and rule in told.stdout


def test_every_script_is_looked_at_and_none_has_a_fault() -> None:
    told = lint("--deny-warnings", "sim")
    assert told.returncode == 0, told.stdout
    count = re.search(r"on (\d+) files", told.stdout)
    assert count is not None and int(count[1]) == len(list((ROOT / "sim").rglob("*.js")))
