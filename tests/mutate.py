"""Mutation round: small faults are put into a module one at a time, and its tests must find them (`make mutate`).

    python -m tests.mutate                       all targets
    python -m tests.mutate planning --workers 8  those whose name holds a word

Cosmic Ray makes the mutants, so that functions under a decorator are reached. Each mutant is tried in a copy of the
package and a process of its own; tests of a module with compiled rules run with the compiler off, the others with rules
compiled before. The tests of a module are first run as it stands: they must pass, and a mutant may take three times as
long and half a minute more. results/mutation.csv lists what survived.
"""

from __future__ import annotations

import argparse
import compileall
import csv
import difflib
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from subprocess import DEVNULL, TimeoutExpired, run

ROOT = Path(__file__).resolve().parents[1]
TARGETS = {
    "sim/model/plans/planning.py": ("tests/model/plans",),
    "sim/model/rules/incentives.py": ("tests/model/rules/test_incentives.py",),
    "sim/model/policies/registry.py": ("tests/model/policies",),
    "sim/studies/estimates.py": ("tests/studies/test_statistics.py",),
    "sim/studies/statistics.py": ("tests/studies/test_statistics.py",),
    "sim/studies/claims.py": ("tests/studies/test_claims.py",),
    "sim/store/tasks.py": ("tests/store/test_tasks.py",),
    "sim/store/shards.py": ("tests/store/test_folder.py", "tests/store/test_merge.py"),
    "sim/store/folder.py": ("tests/store/test_folder.py", "tests/store/test_tasks.py"),
}
"""Module -> the tests that ought to notice a fault in it, quickest first."""
OPERATORS = (
    "ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add", "ReplaceBinaryOperator_Mul_Div",
    "ReplaceBinaryOperator_Div_Mul", "ReplaceBinaryOperator_BitOr_BitAnd", "ReplaceBinaryOperator_BitAnd_BitOr",
    "ReplaceComparisonOperator_Lt_LtE", "ReplaceComparisonOperator_Lt_GtE", "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE", "ReplaceComparisonOperator_Gt_LtE", "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_Eq_NotEq", "ReplaceComparisonOperator_NotEq_Eq", "ReplaceUnaryOperator_Delete_USub",
    "ReplaceUnaryOperator_Delete_Not", "AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr",
    "ReplaceOrWithAnd", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "NumberReplacer",
    "ZeroIterationForLoop",
)  # fmt: skip
"""Faults that people make; replacing + by ** or << only makes nonsense that any test finds."""
MARGIN = 3.0, 30.0
"""A mutant that takes so many times what its tests take without it, and so many seconds, counts as found: it does not
end."""


@dataclass(frozen=True)
class Mutant:
    """One fault: `module` as `source` instead of what stands there."""

    module: str
    operator: str
    source: str
    line: int
    was: str
    now: str


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module; faults in docstrings, declarations and type hints are left out."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    code = (ROOT / module).read_text(encoding="utf-8")
    lines = code.splitlines()
    seen = set()
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        occurrence = 0
        while (mutated := mutate_code(code, operator, occurrence)) is not None:
            occurrence += 1
            pieces = difflib.SequenceMatcher(a=lines, b=mutated.splitlines(), autojunk=False).get_opcodes()
            changed = next((piece for piece in pieces if piece[0] != "equal"), None)
            if changed is None or mutated in seen or is_told_only(lines, changed[1]):
                continue
            seen.add(mutated)
            was = " ".join(line.strip() for line in lines[changed[1] : changed[2]])
            now = " ".join(line.strip() for line in mutated.splitlines()[changed[3] : changed[4]])
            yield Mutant(module, name, mutated, changed[1] + 1, was, now)


def is_told_only(lines: list[str], row: int) -> bool:
    """Whether a line only tells (declares a parameter, names a type): faults there have tests of their own."""
    line = lines[row].strip()
    if line.startswith(("@", "from ", "import ", '"')) or "unit=" in line or "evidence=" in line:
        return True
    # The first line of a declaration of a parameter, and its bounds below it.
    start = row
    while start > 0 and lines[start].startswith((" ", ")")):
        start -= 1
    return ".param(" in lines[start] or "Setting(" in line


def has_rules(module: str) -> bool:
    """Whether a module holds rules that are compiled."""
    return "\n@rule\n" in (ROOT / module).read_text(encoding="utf-8")


def survives(mutant: Mutant, copy: Path, limit: float | None = None) -> bool:
    """Whether all tests of the module pass with the fault within `limit` seconds, in the copy of the project `copy`."""
    path = copy / mutant.module
    path.write_text(mutant.source, encoding="utf-8")
    environment = os.environ | {
        "NUMBA_DISABLE_JIT": str(int(has_rules(mutant.module))), "PYTHONPATH": str(copy), "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",  # of a mutant
    }  # fmt: skip
    options = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow and not long")
    tests = [sys.executable, "-m", "pytest", *options, *TARGETS[mutant.module]]
    try:
        return (
            run(tests, cwd=copy, env=environment, stdout=DEVNULL, stderr=DEVNULL, timeout=limit, check=False).returncode
            == 0
        )
    except TimeoutExpired:
        return False
    finally:
        shutil.copyfile(ROOT / mutant.module, path)


def as_it_stands(module: str) -> Mutant:
    """A module without any fault."""
    return Mutant(module, "none", (ROOT / module).read_text(encoding="utf-8"), 0, "", "")


def copied(place: Path) -> Path:
    """A copy of what tests need."""
    for part in ("sim", "tests", "scenarios", "experiments"):
        shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pyproject.toml", place / "pyproject.toml")
    compileall.compile_dir(place, quiet=1)
    return place


def main() -> int:
    """Run the round; exit 1 when the tests fail without any fault, since then nothing is learnt."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("words", nargs="*", help="only targets whose path holds one of these words")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--most", type=int, default=0, help="at most so many mutants a module, evenly spread")
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "mutation.csv")
    asked = parser.parse_args()
    chosen = [module for module in TARGETS if not asked.words or any(word in module for word in asked.words)]
    found = []
    for module in chosen:
        own = list(mutants(module))
        step = max(1, -(-len(own) // asked.most)) if asked.most else 1
        found += own[::step]
    with tempfile.TemporaryDirectory() as place:
        free: Queue[Path] = Queue()
        for number in range(asked.workers):
            free.put(copied(Path(place) / str(number)))

        limits: dict[str, float] = {}

        def tried(mutant: Mutant) -> bool:
            copy = free.get()
            try:
                return survives(mutant, copy, limits.get(mutant.module))
            finally:
                free.put(copy)

        with ThreadPoolExecutor(asked.workers) as pool:
            for module in chosen:
                begun = time.monotonic()
                if not tried(as_it_stands(module)):
                    print(f"the tests of {module} fail as it stands: {' '.join(TARGETS[module])}")
                    return 1
                limits[module] = MARGIN[0] * (time.monotonic() - begun) * asked.workers + MARGIN[1]
                print(f"{module}: a mutant may take {limits[module]:.0f} s", flush=True)
            left = []
            for done, (mutant, passed) in enumerate(zip(found, pool.map(tried, found), strict=True), start=1):
                if passed:
                    left.append(mutant)
                    print(f"survives: {mutant.module}:{mutant.line} {mutant.was}  ->  {mutant.now}", flush=True)
                if done % 50 == 0:
                    print(f"{done} of {len(found)} tried, {len(left)} survive", flush=True)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    with asked.out.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(("module", "line", "operator", "was", "now"))
        table.writerows((one.module, one.line, one.operator, one.was, one.now) for one in left)
    wanted, survivors = Counter(one.module for one in found), Counter(one.module for one in left)
    for module in chosen:
        killed = 1.0 - survivors[module] / max(wanted[module], 1)
        print(f"{module}: {killed:.1%} of {wanted[module]} mutants are found, {survivors[module]} survive")
    print(f"Survivors are listed in {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
