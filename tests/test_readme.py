"""Nothing in the README that does not run: its commands, shortened, and its links."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.kernel.declare import MECHANISMS, PARAMETERS
from sim.scenario.json_schema import declare_everything

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ {4,}((?:clustersim|printf) .*)$", TEXT, re.MULTILINE)
SHORTER = {"compare": ["--years", "1+1", "--replications", "2", "--workers", "1"], "run": ["--years", "1+1"],
           "sweep": ["--years", "1+1", "--replications", "1", "--workers", "1", "--figures", "png"]}  # fmt: skip


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        "docs/data.md",
        "docs/model.md",
        "docs/reproduction.md",
        "docs/equilibrium.md",
        "docs/machines.md",
        "scenarios/data/SOURCES.md",
    ],
)
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not ((ROOT / page).parent / link).exists()]
    assert missing == []


def test_the_page_on_the_model_names_every_mechanism_and_the_defaults_as_they_are() -> None:
    page = (ROOT / "docs/model.md").read_text(encoding="utf-8")
    declare_everything()
    assert [name for name in MECHANISMS if f"`{name}`" not in page] == []
    told = {name: float(value) for name, value in re.findall(r"`(\w+)`\s+(\d[\d.]*\d|\d)", page) if name in PARAMETERS}
    assert len(told) >= 8
    assert told == {name: PARAMETERS[name].default for name in told}


def test_the_page_on_the_model_has_the_sections_and_files_that_the_code_declares() -> None:
    page = (ROOT / "docs/model.md").read_text(encoding="utf-8")
    _, *rest = re.split(r"^### (4\.\d+) .*$", page.split("## Evidence for parameters")[0], flags=re.MULTILINE)
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    assert list(sections) == [f"4.{number}" for number in range(15)]
    files = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "sim/model").rglob("*.py"))}
    declared = {
        name: path.relative_to(ROOT / "sim/model").as_posix()
        for path, text in files.items()
        for name in re.findall(r"= mechanism\(\s*\"(\w+)\"", text)
    }
    declare_everything()
    assert declared.keys() == MECHANISMS.keys()
    for name, mechanism in MECHANISMS.items():
        assert f"`{name}`" in sections[mechanism.section], name
        assert f"`{declared[name]}`" in sections[mechanism.section], name
    named = re.findall(r"`((?:rules|plans|policies|shocks|opening)/[\w./]*)`", page)
    assert [path for path in named if not (ROOT / "sim/model" / path).exists()] == []


def test_two_commands_lead_to_the_first_lesson() -> None:
    """A teacher copies them from the top of the README; that the second opens the lesson is tried in tests/page."""
    top = TEXT.split("## What you get")[0]
    told = [line.strip().split("  ")[0] for line in re.findall(r"^ {4}(.*)$", top, re.MULTILINE)]
    assert told[-2:] == ["make page", ".venv/bin/clustersim serve --lesson why_cluster"]
    does = subprocess.run(["make", "-n", "-B", "page"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "--editable '.[page]'" in does and told[-1] in does


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"^ {4}make ([a-z-]+)", TEXT, re.MULTILINE))
    assert named == {"demo", "test", "page"}
    mentioned = set(re.findall(r"`make ([a-z-]+)`", TEXT))
    assert named | mentioned <= targets
    assert {"calibration", "validity", "findings", "regimes"} <= mentioned


def test_every_command_is_explained_and_exists() -> None:
    listed = {name for row in re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    said = (
        subprocess.run([sys.executable, "-m", "sim.cli", "--help"], capture_output=True, text=True, check=True)
        .stdout.split("Commands:")[1]
        .split("Exit codes")[0]
    )
    assert listed == set(re.findall(r"^  (\w+) ", said, re.MULTILINE))


@pytest.mark.slow
@pytest.mark.long
def test_commands_run_as_they_stand(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    assert {command.split()[1] for command in COMMANDS if command.startswith("clustersim")} >= {
        "compare",
        "check",
        "run",
    }
    for command in COMMANDS:
        words = command.split()
        if words[0] == "clustersim":
            command = " ".join([*words, *SHORTER.get(words[1], [])])  # noqa: PLW2901
        run = subprocess.run(
            ["bash", "-c", f'clustersim() {{ "{sys.executable}" -W error -m sim.cli "$@"; }}\n{command}'],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{command}\n{run.stderr}"
    assert (tmp_path / "results" / "run-mine" / "report.html").exists()


@pytest.mark.slow
def test_the_commands_on_the_page_of_reproduction_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from sim.cli import main

    pytest.importorskip("rocrate")
    page = (ROOT / "docs" / "reproduction.md").read_text(encoding="utf-8")
    commands = re.findall(r"^ {4,}clustersim (.*)$", page, re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["rerun", "bundle", "reproduce"]
    monkeypatch.chdir(tmp_path)
    small = ["--set", "population.firms=60", "--set", "regions.cells=1", "--years", "1+1", "--quiet"]
    for words in (["run", "policy_text", *small], *map(shlex.split, commands)):
        result = CliRunner().invoke(main, words, catch_exceptions=False)
        assert result.exit_code == 0, f"{words}\n{result.output}"
    assert (tmp_path / "results" / "reproduce-run-policy_text.crate" / "report.html").exists()


EXPERIMENTS = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")


def test_every_command_on_the_page_of_experiments_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from sim.cli import main

    commands = re.findall(r"^ {4,}clustersim (sweep .*)$", EXPERIMENTS, re.MULTILINE)
    assert len(commands) >= 2
    monkeypatch.chdir(tmp_path)
    for number, command in enumerate(commands):
        words = [*command.split(), "--save-experiment", f"{number}.yaml"]
        result = CliRunner().invoke(main, words, catch_exceptions=False)
        assert result.exit_code == 0, f"{command}\n{result.output}"


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))])
def test_every_command_on_a_page_has_the_options_that_it_is_given(page: str) -> None:
    import click

    from sim.cli import main

    text = (ROOT / page).read_text(encoding="utf-8")
    for line in re.findall(r"^ {4,}clustersim ((?:.*\\\n)*.*)$", text, re.MULTILINE):
        name, *words = shlex.split(line.replace("\\\n", " "), comments=True)
        with click.Context(main) as above:
            command = main.get_command(above, name)
            assert command is not None, f"{page}: {name}"
            command.make_context(name, words, parent=above).close()


@pytest.mark.parametrize("page", ["docs/experiments.md", "docs/machines.md"])
def test_every_experiment_on_a_page_is_in_order(page: str) -> None:
    from sim.scenario.shipped import shipped
    from sim.studies.experiment.reading import read_experiment

    named = set(
        re.findall(r"clustersim (?:batch|sensitivity) experiments/(\S+\.yaml)", (ROOT / page).read_text("utf-8"))
    )
    assert named
    for name in named:
        assert len(read_experiment(shipped("experiments") / name).arms) >= 2


@pytest.mark.slow
def test_the_example_on_the_page_of_experiments_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", EXPERIMENTS, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "docs/experiments.md", "exec"), {})
    assert "distance_cost" in capsys.readouterr().out
    assert (tmp_path / "results" / "sweep-policy_text" / "report.html").exists()
