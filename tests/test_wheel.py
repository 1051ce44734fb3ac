"""What a user gets who installs the wheel: everything works in an empty folder, far from a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TINY = (
    "population.firms=40",
    "population.institutes=4",
    "regions.cells=1",
    "years.burn_in=2",
    "years.treatment=2",
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the unpacked wheel (the file that WHEEL names, if any); its dependencies are those
    of this Python."""
    place = tmp_path_factory.mktemp("wheel")
    if "WHEEL" in os.environ:
        wheel = ROOT / os.environ["WHEEL"]
    else:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "wheel"]
        build = [*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", str(place), str(ROOT)]
        subprocess.run(build, check=True, capture_output=True, text=True)
        (wheel,) = place.glob("clustersim-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "site")
    return place / "site"


def ask(installed: Path, folder: Path, *arguments: str) -> str:
    """What `python ARGUMENTS` prints, run in `folder` with the wheel alone in its path."""
    environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    told = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


def command(installed: Path, folder: Path, *arguments: str) -> str:
    """What `clustersim ARGUMENTS` prints."""
    return ask(installed, folder, "-m", "sim.cli", *arguments)


def tiny() -> list[str]:
    """Options that make a run short."""
    return [part for one in TINY for part in ("--set", one)]


def test_the_program_is_the_wheel_and_holds_what_it_ships(installed: Path, tmp_path: Path) -> None:
    script = "import sim; from sim.scenario.shipped import shipped; print(sim.__file__, shipped('scenarios'))"
    module, scenarios = ask(installed, tmp_path, "-c", script).split()
    assert Path(module).is_relative_to(installed)
    assert Path(scenarios).is_relative_to(installed)
    inside = installed / "sim" / "shipped"
    wanted = {path.relative_to(ROOT) for part in ("scenarios", "experiments") for path in (ROOT / part).rglob("*.yaml")}
    assert wanted
    assert {path for path in wanted if not (inside / path).exists()} == set()


def test_every_table_of_data_travels_with_its_source_and_the_notice(installed: Path) -> None:
    inside = installed / "sim" / "shipped"
    tables = sorted((inside / "scenarios" / "data").rglob("*.csv"))
    assert tables
    sources = (inside / "scenarios" / "data" / "SOURCES.md").read_text(encoding="utf-8")
    assert [table.name for table in tables if table.name not in sources] == []
    assert (inside / "NOTICE").read_text(encoding="utf-8") == (ROOT / "NOTICE").read_text(encoding="utf-8")


def test_the_template_of_pages_travels(installed: Path, tmp_path: Path) -> None:
    script = (
        "from sim.reporting.pages import Page, Section, render\n"
        "from sim.reporting.pages.contents import Words\n"
        "print(render(Page('Here <1>', [], [Section('one', 'One', [Words('text')])])))"
    )
    page = ask(installed, tmp_path, "-c", script)
    assert page.startswith("<!DOCTYPE html>") and "Here &lt;1&gt;" in page and "overflow-x: auto" in page


def test_the_player_and_the_page_travel(installed: Path, tmp_path: Path) -> None:
    script = (
        "from importlib import resources\n"
        "from sim.reporting.player import module, style, text_of\n"
        "assert 'class Player' in module() and '.player' in style() and 'id=\"frames\"' in text_of('replay.html.j2')\n"
        "print(*sorted(part.name for room in ('page', 'game')"
        " for part in resources.files(f'sim.{room}.static').iterdir()))"
    )
    here = [path.name for room in ("page", "game") for path in (ROOT / "sim" / room / "static").iterdir()]
    assert ask(installed, tmp_path, "-c", script).split() == sorted(here)


def test_commands_find_what_travels(installed: Path, tmp_path: Path) -> None:
    """One program that runs several: `.ci/try-wheel` runs each as a user does."""
    (tmp_path / "mine.yaml").write_text("extends: base.yaml\ntitle: Mine\nplan: {budget: 0.1}\n", encoding="utf-8")
    commands = ("scenarios", "check china_45", "check mine.yaml", "describe parameters", "demo --help")
    script = f"from sim.cli import main\nfor words in {commands!r}:\n    main(words.split(), standalone_mode=False)\n"
    told = ask(installed, tmp_path, "-c", script)
    assert all(
        word in told for word in ("policy_text", "china_45", "mine.yaml: in order", "spillover_range", "results/demo")
    )


@pytest.mark.long
def test_commands_run_and_write_into_the_folder(installed: Path, tmp_path: Path) -> None:
    quick = ["--replications", "2", "--workers", "1"]
    command(installed, tmp_path, "run", "policy_text", *tiny(), "--out", "one")
    arms = ["--arm", "differentiated", "--arm", "duplicated"]
    command(installed, tmp_path, "compare", "policy_text", *arms, *quick, *tiny(), "--out", "two")
    command(installed, tmp_path, "regimes", "--regime", "R1", *quick, *tiny(), "--out", "three")
    (tmp_path / "mine.yaml").write_text("extends: policy_text.yaml\ntitle: Mine\n", encoding="utf-8")
    command(installed, tmp_path, "run", "mine.yaml", *tiny(), "--out", "mine")
    longer = [*tiny()[:6], "--years", "2+6"]
    command(installed, tmp_path, "facts", "neutral", *longer, *quick, "--out", "facts")
    for result in ("one/report.html", "two/report.html", "two/summary.csv", "three/regimes.csv", "mine/run.log",
                   "facts/facts.csv"):  # fmt: skip
        assert (tmp_path / result).stat().st_size > 0, result


@pytest.mark.long
def test_python_reaches_the_same(installed: Path, tmp_path: Path) -> None:
    script = f"""
import sim
scenario = sim.load_scenario("policy_text", {list(TINY)!r})
print(len(sim.run(scenario).hashes))
model = sim.ClusterModel(story="policy_text")
print(type(model).__name__)
"""
    assert ask(installed, tmp_path, "-c", script).split() == ["4", "ClusterModel"]
