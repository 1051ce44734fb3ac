"""The house keeps its own rules: small files, one door for YAML, no stale compiled rule, a light command line."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from sim.cli import main

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "sim").rglob("*.py"))
LONGEST = 400
FIGURATIVE_WORDS = {"purse", "purses", "lesson", "lessons", "radiate", "war"}
"""Where the field has a standard term: funds, budget, knowledge, spread, bidding premium."""
FORBIDDEN_WORDS = {"manager", "handler", "helper", "helpers", "utils", "info", "config", "factory", "process"}


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file; look, do not touch."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(path: Path) -> set[str]:
    """Top-level names of the packages that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def texts() -> Iterator[Path]:
    """Every text file that belongs to the project."""
    folders = ("sim", "tests", "scenarios", "experiments", "benchmarks", "docs", ".ci")
    suffixes = {".py", ".md", ".yaml", ".yml", ".toml", ".csv", ".cff", ".json", ""}
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix in suffixes)
    top = [path for path in ROOT.iterdir() if path.is_file() and (path.suffix in suffixes - {""})]
    yield from [*top, *(ROOT / name for name in ("Makefile", "LICENSE", "NOTICE", ".gitignore"))]


# -- files ---------------------------------------------------------------------------------------------------


def test_no_file_is_too_long_to_see_through() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in SOURCES}
    assert len(lengths) > 10
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_only_one_file_imports_yaml() -> None:
    assert [path.relative_to(ROOT).as_posix() for path in SOURCES if "yaml" in imported(path)] == [
        "sim/scenario/documents.py"
    ]


def test_every_file_says_what_it_is_for() -> None:
    silent = [path.relative_to(ROOT).as_posix() for path in SOURCES if not ast.get_docstring(tree_of(path))]
    assert [name for name in silent if (ROOT / name).stat().st_size > 0] == []


def test_every_mechanism_cites_its_source() -> None:
    rules = [path for path in SOURCES if path.parent.name == "rules" and path.name != "__init__.py"]
    assert rules
    cited = re.compile(r"\b(1[789]|20)\d\d\b|\bSource: ")
    uncited = [path.name for path in rules if not cited.search(ast.get_docstring(tree_of(path)) or "")]
    assert uncited == []


def test_no_path_of_one_machine_is_written_down() -> None:
    homes = "|".join(["work", "root", "Users"])
    machine = re.compile(rf"(^|[^A-Za-z0-9.])/({homes})/|\bsite-{'packages'}\b")
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{number}: {line.strip()}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if machine.search(line)
    ]
    assert found == []


def test_names_say_what_a_thing_does() -> None:
    vague = []
    for path in SOURCES:
        names = [path.stem]
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.append(node.name)
        for name in names:
            words = set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_"))
            if words & FORBIDDEN_WORDS:
                vague.append(f"{path.relative_to(ROOT).as_posix()}: {name}")
    assert vague == []


def test_the_model_is_named_in_standard_terms() -> None:
    figurative = []
    for path in [path for path in SOURCES if path.is_relative_to(ROOT / "sim" / "model")]:
        for node in ast.walk(tree_of(path)):
            name = getattr(node, "name", getattr(node, "arg", getattr(node, "id", None)))
            if isinstance(name, str) and set(name.lower().split("_")) & FIGURATIVE_WORDS:
                figurative.append(f"{path.relative_to(ROOT).as_posix()}: {name}")
    assert figurative == []


def test_nothing_public_lacks_a_sentence() -> None:
    silent = []
    for path in SOURCES:
        for node in tree_of(path).body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT).as_posix()}: {node.name}")
    assert silent == []


# -- the command line ----------------------------------------------------------------------------------------


def test_help_loads_nothing_heavy() -> None:
    script = """
import sys
from sim.cli import main
try:
    main(["--help"])
except SystemExit as end:
    code = end.code
heavy = ("numba", "pandas", "matplotlib", "pyarrow", "mesa", "scipy", "networkx")
print("loaded:", *(name for name in heavy if name in sys.modules), "exit:", code)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "Usage:" in run.stdout
    assert run.stdout.splitlines()[-1] == "loaded: exit: 0"


def test_checking_loads_no_tables_figures_or_statistics() -> None:
    """What `check` says of a mistake is there within two seconds, most of them for rules and the types of scenarios."""
    script = """
import sys
from sim.cli import main
try:
    main(["check", "china_45"])
except SystemExit as end:
    code = end.code
heavy = ("pandas", "matplotlib", "pyarrow", "mesa", "scipy.stats", "networkx", "rich", "jinja2", "openpyxl")
print("loaded:", *(name for name in heavy if name in sys.modules), "exit:", code)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "loaded: exit: 0"


# -- what is written from the code ---------------------------------------------------------------------------


def test_commands_that_draw_nothing_wait_for_no_statistics() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, sim.studies.compare; print('scipy.stats' in sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert loaded.stdout.strip() == "False"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux tells its threads")
@pytest.mark.skipif(os.cpu_count() == 1, reason="one core has one thread")
def test_sums_do_not_depend_on_how_many_cores_there_are() -> None:
    text = "import sim, os, numpy; numpy.ones(10**6) @ numpy.ones(10**6); print(len(os.listdir('/proc/self/task')))"
    free = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    for told, threads in (({}, 1), ({"OPENBLAS_NUM_THREADS": "2"}, 2)):
        found = subprocess.run(
            [sys.executable, "-c", text], cwd=ROOT, env=free | told, capture_output=True, text=True, check=True
        )
        assert int(found.stdout) == threads


def said(*words: str) -> str:
    """What a command prints."""
    result = CliRunner().invoke(main, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(
    "table", ["parameters", "mechanisms", "metrics", "schedule", "layouts", "policies", "shocks", "panels"]
)
def test_tables_in_the_docs_are_fresh(table: str) -> None:
    written = (ROOT / "docs" / "tables" / f"{table}.md").read_text(encoding="utf-8")
    assert written.startswith(f"# {table.capitalize()}\n\n")
    assert written.endswith(said("describe", table, "--markdown")), "run `make docs-tables`"


def test_the_schema_for_editors_is_fresh() -> None:
    written = (ROOT / "scenarios" / "clustersim.schema.json").read_text(encoding="utf-8")
    assert json.loads(written) == json.loads(said("schema")), "run `make schema`"
    for path in (ROOT / "scenarios").glob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=clustersim.schema.json", path.name


def test_the_schema_of_experiments_is_fresh_and_every_file_names_it_and_obeys_it() -> None:
    from jsonschema import Draft202012Validator

    folder = ROOT / "experiments"
    schema = json.loads((folder / "experiment.schema.json").read_text(encoding="utf-8"))
    assert schema == json.loads(said("schema", "experiment")), "run `make schema`"
    validator = Draft202012Validator(schema)
    files = [path for path in folder.rglob("*.yaml") if path.name != "evidence.yaml"]
    assert len(files) > 10
    for path in files:
        text = path.read_text(encoding="utf-8")
        up = "../" * (len(path.relative_to(folder).parts) - 1)
        assert text.splitlines()[0] == f"# yaml-language-server: $schema={up}experiment.schema.json", path.name
        told = [error.message for error in validator.iter_errors(yaml.safe_load(text))]
        assert told == [], path.name
    assert list(validator.iter_errors({"scenario": "base", "arms": {"a": {}}, "record": ["income"]}))
    assert list(validator.iter_errors({"scenario": "base", "arms": {"a": {}}, "replicatons": 3}))


# -- making and citing ---------------------------------------------------------------------------------------


def make(*words: str) -> str:
    """What `make` would do."""
    run = subprocess.run(["make", "-C", str(ROOT), *words], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_make_explains_itself_and_its_main_targets_hang_together() -> None:
    told = make()
    for target in ("demo", "test", "test-pythons", "lint", "format", "clean"):
        assert re.search(rf"^make {target} +\w", told, re.MULTILINE), target
    assert "clustersim demo" in make("-n", "demo")
    plan = make("-n", "test")
    for step in (
        "ruff check",
        "ruff format --check",
        "mypy",
        "lint-imports",
        "pytest",
        "NUMBA_DISABLE_JIT=1",
    ):
        assert step in plan, step


def test_python_is_found_only_where_it_runs(tmp_path: Path) -> None:
    finder = ROOT / ".ci" / "find-python"
    version = "{}.{}".format(*sys.version_info[:2])
    broken = tmp_path / f"python{version}"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    working = tmp_path / "python3"
    working.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    working.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.defpath}"}

    def find(*versions: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(finder), *versions], env=environment, capture_output=True, text=True, check=False)

    assert find(version).stdout.strip() == str(working)
    assert find("3.99", version).stdout.strip() == str(working)
    assert find("newer").stdout.strip() == str(working)
    assert (find("3.99").returncode, find("3.99").stdout) == (1, "")


def test_the_citation_names_this_version_and_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == project["version"]
    assert citation["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert "Ryan Hafen" in (ROOT / "NOTICE").read_text(encoding="utf-8")


def test_the_python_versions_promised_are_the_ones_tested() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    promised = re.findall(r"Python :: (3\.\d+)", pyproject)
    assert re.search(r"^PYTHONS \?= (.*)$", makefile, re.MULTILINE).group(1).split() == promised
