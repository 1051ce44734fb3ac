"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sim import front
from sim.cli import main
from sim.cli.describe import TOPICS
from sim.cli.exits import tell_plainly
from sim.cli.shared import PANELS, all_overrides
from sim.kernel import compiling
from sim.kernel.declare import PARAMETERS
from sim.kernel.scenario_types import Scenario
from sim.reporting.describe import DESCRIPTIONS
from sim.reporting.forms import MissingLetters
from sim.scenario.reading import json_schema, known_scenarios, load_scenario
from sim.store.results import ResultsError
from sim.studies import compare as compare_module
from tests.scenario_files import SMALL, written

COMMANDS = (
    "demo",
    "run",
    "compare",
    "regimes",
    "knockout",
    "signs",
    "facts",
    "findings",
    "evidence",
    "calibrate",
    "serve",
    "history",
    "replay",
    "film",
    "check",
    "diff",
    "describe",
    "scenarios",
    "schema",
    "warm",
)


def call(*words: str) -> Result:
    """Run a command in this process; an exception that the command does not catch fails the test."""
    result = CliRunner().invoke(main, list(words), catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


# -- help ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches_with_commands_to_copy(command: str) -> None:
    result = call(command, "--help")
    assert result.exit_code == 0
    examples = result.output.split("Examples:")[1].split("Options:")[0]
    lines = [line.strip() for line in examples.splitlines() if line.strip()]
    assert 2 <= len(lines) <= 3
    assert all(line.startswith(f"clustersim {command}") or command == "scenarios" for line in lines)
    assert all(len(line) < 116 for line in result.output.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_the_list_of_commands_says_what_each_is_for(command: str) -> None:
    (line,) = [line for line in call("-h").output.splitlines() if line.strip().startswith(f"{command} ")]
    assert not line.rstrip().endswith("...")


def test_only_light_modules_are_loaded_for_help() -> None:
    script = "import sys, sim.cli; print(*{name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name for name in run.stdout.split() if not name.startswith(("_", "sitecustomize", "a1_coverage"))}
    assert loaded <= {"sim", "click", "coverage", "pytest_cov", "colorama"}


def test_the_version() -> None:
    result = call("--version")
    assert result.exit_code == 0
    assert result.output.startswith("clustersim ")


def test_examples_in_the_help_can_be_copied() -> None:
    """Scenario names and keys that examples use exist."""
    for name in COMMANDS:
        for line in call(name, "--help").output.splitlines():
            words = line.split()
            if words[:1] != ["clustersim"] or "mine.yaml" in words:
                continue
            sets = [words[position + 1] for position, word in enumerate(words) if word == "--set"]
            arms = [words[position + 1] for position, word in enumerate(words) if word == "--arm"]
            sets += [part.replace(":", "=", 1) for arm in arms for part in arm.partition("=")[2].split(",") if part]
            for word in words[2:]:
                if word in ("policy_text", "china_45", "base"):
                    load_scenario(word, sets)


# -- check -----------------------------------------------------------------------------------------------


def test_check_says_that_all_is_in_order() -> None:
    paths = [str(path) for path in known_scenarios().values()]
    result = call("check", *paths)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line for line in lines if not line.startswith("note: ")] == [f"{path}: in order" for path in paths]
    # Autarky is made of costs that no calibration would try; the demonstration is made for a class.
    extreme = ("regime_02_autarky", "agglomeration_demo")
    assert [line for line in lines if line.startswith("note: ") and not any(name in line for name in extreme)] == []
    assert result.stderr == ""


def test_check_reports_every_problem_of_every_file_on_stderr(tmp_path: Path) -> None:
    good = written(tmp_path, SMALL, "good.yaml")
    bad = written(tmp_path, SMALL + "bugdet: 1\nseed: x\n", "bad.yaml")
    worse = written(tmp_path, "a: [", "worse.yaml")
    result = call("check", str(bad), str(good), str(worse), str(tmp_path / "none.yaml"))
    assert result.exit_code == 2
    assert result.stdout == f"{good}: in order\n"
    places = [line.split(": ")[0] for line in result.stderr.splitlines()]
    assert places == [f"{bad}:9:1", f"{bad}:10:7", f"{tmp_path / 'none.yaml'}:1:1", f"{worse}:1:5"]


def test_check_with_an_override(tmp_path: Path) -> None:
    path = str(written(tmp_path, SMALL))
    assert call("check", path, "--set", "plan.budget=0.1").exit_code == 0
    result = call("check", path, "--set", "plan.budget=1")
    assert result.exit_code == 2
    assert result.stderr.startswith("override plan.budget=1:1:13: plan.budget: 1 is out of range; allowed: 0 to 0.5")


@pytest.mark.parametrize(
    "words", [("check",), ("describe", "nothing"), ("run",), ("run", "base", "--seed", "x"), ("no",)]
)
def test_wrong_usage_is_told_with_exit_code_2(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
    assert result.stdout == ""


# -- diff ------------------------------------------------------------------------------------------------


def test_diff_prints_only_what_differs(tmp_path: Path) -> None:
    first = str(written(tmp_path, SMALL, "first.yaml"))
    child = "extends: first.yaml\nplan: {budget: 0.1, hot: [cars]}\nindustries: {cars: null}\n"
    second = str(written(tmp_path, child.replace("[cars]", "[parts]"), "second.yaml"))
    result = call("diff", first, second)
    assert result.exit_code == 0
    industry, budget, hot = result.stdout.splitlines()
    assert industry.startswith('industries.cars: {"chain": "cars", "stage": "downstream"')
    assert industry.endswith("... -> nothing")
    assert (budget, hot) == ("plan.budget: 0.05 -> 0.1", 'plan.hot: [] -> ["parts"]')
    assert call("diff", first, first).stdout == ""
    assert call("diff", first, first, "--set", "seed=3").stdout == "seed: 1 -> 3\n"


def test_diff_of_a_broken_file(tmp_path: Path) -> None:
    result = call("diff", "base", str(tmp_path / "none.yaml"))
    assert result.exit_code == 2
    assert "there is no such file" in result.stderr


# -- describe, scenarios, schema -------------------------------------------------------------------------


def test_topics_are_those_that_can_be_described() -> None:
    assert set(TOPICS) == set(DESCRIPTIONS)


@pytest.mark.parametrize("topic", TOPICS)
def test_describe(topic: str) -> None:
    description = DESCRIPTIONS[topic]()
    assert set(description.brief) <= set(description.columns)
    assert all(len(row) == len(description.columns) for row in description.rows)
    table = call("describe", topic)
    assert table.exit_code == 0
    assert f"({len(description.rows)})" in table.stdout
    csv = call("describe", topic, "--csv").stdout.splitlines()
    assert csv[0] == ",".join(description.columns)
    assert len(csv) == 1 + len(description.rows)
    markdown = call("describe", topic, "--markdown").stdout.splitlines()
    assert len(markdown) == 2 + len(description.rows)
    assert all(line.replace("\\|", "").count("|") == len(description.columns) + 1 for line in markdown)


@pytest.mark.parametrize("topic", ["parameters", "mechanisms", "schedule", "rules", "layouts"])
def test_nothing_that_is_described_lacks_a_meaning(topic: str) -> None:
    description = DESCRIPTIONS[topic]()
    assert len(description.rows) > 5
    assert all(description.column("meaning"))


def test_the_terminal_table_shows_every_name_in_full() -> None:
    shown = call("describe", "parameters").stdout
    for name in PARAMETERS:
        assert f" {name} " in shown


def test_what_goes_into_a_pipe_is_not_broken() -> None:
    shown = call("describe", "parameters").stdout.splitlines()
    rows = [line for line in shown if line.split() and line.split()[0] in PARAMETERS]
    assert len(rows) == len(PARAMETERS)
    for line, parameter in zip(rows, PARAMETERS.values(), strict=True):
        assert line.endswith(" ".join(parameter.help.split()).rstrip())
    assert all(line == line.rstrip() for line in shown)


def test_one_parameter_is_described_with_all_that_is_known() -> None:
    one = PARAMETERS["spillover_range"]
    shown = call("describe", "parameters", "spillover_range").stdout
    assert one.help in shown and one.source in shown and f"{one.default:g}" in shown
    assert "kind of evidence" in shown and "spillovers (" not in shown
    assert call("describe", "parameters", "Spillover-Range").stdout == shown


def test_parameters_whose_names_contain_a_word() -> None:
    shown = call("describe", "parameters", "spill", "--csv").stdout.splitlines()
    wanted = [name for name in PARAMETERS if "spill" in name]
    assert len(wanted) > 1 and [line.split(",")[0] for line in shown[1:]] == wanted
    assert "\nfirms,tier," in call("describe", "panels", "firms", "--csv").stdout


def test_types_of_columns_are_told_in_words() -> None:
    rows = csv.DictReader(io.StringIO(call("describe", "panels", "--csv").stdout))
    types = {(row["panel"], row["column"]): row["type"] for row in rows}
    assert set(types.values()) == {"text", "true or false", "number", "whole number"}
    assert types["firms", "living"] == "true or false" and types["firms", "born"] == "whole number"
    assert types["firms", "productivity"] == "number" and types["firms", "tier"] == "text"
    chinese = csv.DictReader(io.StringIO(call("describe", "panels", "--csv", "--language", "zh").stdout))
    assert not any(row["类型"].isascii() for row in chinese)


def test_a_name_that_nothing_has_is_told_with_the_nearest() -> None:
    result = call("describe", "parameters", "spillover_rang_")
    assert result.exit_code == 2 and "did you mean spillover_range" in result.stderr
    assert call("describe", "parameters", "zzzz").exit_code == 2


def test_scenarios_has_a_line_for_each() -> None:
    lines = call("scenarios").stdout.splitlines()
    known = known_scenarios()
    assert [line.split()[0] for line in lines] == list(known)
    assert all(line.endswith(load_scenario(name).title) for line, name in zip(lines, known, strict=True))


def test_scenarios_lists_a_broken_file_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scenarios").mkdir()
    written(tmp_path / "scenarios", "a: [", "broken.yaml")
    written(tmp_path / "scenarios", SMALL.replace("title: Small\n", ""), "silent.yaml")
    monkeypatch.chdir(tmp_path)
    lines = call("scenarios").stdout.splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines[:2]] == [
        "(has problems: see `clustersim check`)", "(without a title)",
    ]  # fmt: skip


def test_schema_is_printed_or_written(tmp_path: Path) -> None:
    assert json.loads(call("schema").stdout) == json_schema()
    path = tmp_path / "new" / "clustersim.schema.json"
    assert call("schema", "--out", str(path)).exit_code == 0
    assert json.loads(path.read_text()) == json_schema()
    written(tmp_path, "", "file")
    result = call("schema", "--out", str(tmp_path / "file" / "x.json"))
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


# -- run and compare: what they hand on ------------------------------------------------------------------


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `run` and `compare` hand to the experiment, which does not run."""
    kept: dict[str, Any] = {}

    def run(scenario: Scenario, out: Path, **options: Any) -> None:
        kept.update(options, scenario=scenario, out=out)

    def compare(arms: dict[str, Scenario], replications: int, workers: int | None, out: Path, **options: Any) -> Any:
        kept.update(options, arms=arms, replications=replications, workers=workers, out=out)
        return SimpleNamespace(failures=())

    monkeypatch.setattr(front, "run_to_folder", run)
    monkeypatch.setattr(front, "compare", compare)
    monkeypatch.setattr(compiling, "is_compiled_before", lambda: True)
    return kept


def test_run_hands_on_the_scenario_with_all_that_was_set(tmp_path: Path, handed: dict[str, Any]) -> None:
    path = str(written(tmp_path, SMALL))
    result = call("run", path, "--set", "plan.budget=0.1", "--seed", "7", "--years", "3+4", "--record", "firms,events",
                  "--out", str(tmp_path / "out"), "--quiet", "--overwrite")  # fmt: skip
    assert (result.exit_code, result.output) == (0, "")
    scenario = handed["scenario"]
    assert scenario.plan.budget == 0.1
    assert (scenario.years.burn_in, scenario.years.treatment) == (3, 4)
    assert scenario.record.panels == ("firms", "events")
    assert (handed["seed"], handed["progress"], handed["overwrite"]) == (7, False, True)
    assert handed["out"] == tmp_path / "out"


def test_run_without_options(tmp_path: Path, handed: dict[str, Any]) -> None:
    call("run", str(written(tmp_path, SMALL)))
    assert handed["out"] == Path("results/run-story")
    assert (handed["seed"], handed["progress"], handed["overwrite"]) == (None, True, False)
    assert handed["scenario"].years.treatment == 30


def test_compare_hands_on_the_arms(tmp_path: Path, handed: dict[str, Any]) -> None:
    path = str(written(tmp_path, SMALL + "seed: 5\n"))
    result = call("compare", path, "--arm", "duplicated", "--arm", "small=plan.layout:balanced,plan.budget:.01",
                  "--replications", "3", "--workers", "2", "--baseline", "small", "--years", "4")  # fmt: skip
    assert (result.exit_code, result.output) == (0, "")
    assert list(handed["arms"]) == ["duplicated", "small"]
    assert handed["arms"]["duplicated"].plan.layout == "duplicated"
    assert handed["arms"]["small"].plan.budget == 0.01
    assert (handed["replications"], handed["workers"], handed["seed"], handed["baseline"]) == (3, 2, 5, "small")
    assert handed["out"] == Path("results/compare-story")
    assert all(arm.years.treatment == 4 for arm in handed["arms"].values())


def test_demo_compares_the_real_plan_with_two_others_and_both_yardsticks(handed: dict[str, Any]) -> None:
    assert (call("demo", "--workers", "2", "--years", "3+4").exit_code, handed["out"]) == (0, Path("results/demo"))
    layouts = {arm: scenario.plan.layout for arm, scenario in handed["arms"].items()}
    others = {name: name for name in ("duplicated", "balanced", "market", "idle")}
    assert layouts == {"plan_45": "explicit"} | others
    assert {scenario.origin.rpartition("/")[2] for scenario in handed["arms"].values()} == {"china_45.yaml"}
    assert (handed["replications"], handed["workers"], handed["overwrite"]) == (16, 2, True)
    assert all(scenario.years.treatment == 4 for scenario in handed["arms"].values())


def test_compare_of_two_files(tmp_path: Path, handed: dict[str, Any]) -> None:
    first, second = written(tmp_path, SMALL, "first.yaml"), written(tmp_path, SMALL, "second.yaml")
    call("compare", str(first), str(second), "--seed", "11")
    assert list(handed["arms"]) == ["first", "second"]
    assert (handed["seed"], handed["replications"], handed["workers"], handed["baseline"]) == (11, 12, None, None)
    assert handed["out"] == Path("results/compare-first-second")


@pytest.mark.parametrize(
    "words",
    [
        ("run", "STORY", "--set", "plan.bugdet=1"),
        ("run", "STORY", "--years", "ten"),
        ("run", "STORY", "--years", "3+"),
        ("run", "STORY", "--record", "firm"),
        ("run", "none.yaml"),
        ("compare", "STORY"),
        ("compare", "STORY", "--arm", "nonesuch"),
        ("compare", "STORY", "--arm", "a=plan.budget"),
        ("compare", "STORY", "--arm", "a=plan.budget:7", "--arm", "b=plan.budget:8"),
        ("compare", "STORY", "none.yaml"),
    ],
)
def test_a_mistake_ends_before_anything_runs(tmp_path: Path, handed: dict[str, Any], words: tuple[str, ...]) -> None:
    path = str(written(tmp_path, SMALL))
    result = call(*(path if word == "STORY" else word for word in words))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr
    assert handed == {}


def raising(error: BaseException) -> Callable[..., None]:
    """A function that raises."""

    def fail(*_values: Any, **_options: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    "error",
    [ResultsError("the folder holds another experiment"), compare_module.ComparisonError("every replication failed")],
)
def test_errors_of_experiments_are_told_without_a_traceback(
    tmp_path: Path, handed: dict[str, Any], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(front, "run_to_folder", raising(error))
    monkeypatch.setattr(front, "compare", raising(error))
    path = str(written(tmp_path, SMALL))
    for words in (("run", path), ("compare", path, "--arm", "duplicated")):
        result = call(*words)
        assert (result.exit_code, result.stderr, result.stdout) == (2, f"{error}\n", "")


def test_a_result_folder_that_cannot_be_written(
    tmp_path: Path, handed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "run_to_folder", raising(PermissionError(13, "Permission denied", "somewhere/out")))
    result = call("run", str(written(tmp_path, SMALL)))
    assert (result.exit_code, result.stderr) == (
        2, "somewhere/out cannot be written or read: Permission denied; choose another with --out\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "polcy_text"), "there is no such file; did you mean 'policy_text'"),
        (("run", "market.yaml"), "'market' is a layout: write policy_text --set plan.layout=market"),
        (("facts", "market.yaml"), "'market' is a layout"),
        (("run", "quite_other"), "`clustersim scenarios` lists those that have a name"),
        (("knockout", "base", "--mechanism", "agglo"), "--mechanism: 'agglo' is no mechanism; did you mean 'agglom"),
        (("knockout", "base", "--mechanism", "qqq"), "see `clustersim describe mechanisms`"),
        (("regimes", "--regime", "R99"), "--regime: 'R99' is no regime of this study; did you mean 'R9'?"),
        (("regimes", "none.yaml"), "none.yaml:1:1: cannot be read: No such file or directory; name a file of an ex"),
        (("checkpoint", "base", "--out", "x", "--year", "99"), "there is no year 99 to keep. Give --year 0 to 90"),
        (("compare", "base", "--arm", "a=plan.budget=0.1"), "write plan.budget:0.1"),
    ],
)
def test_mistakes_name_the_place_and_the_remedy(words: tuple[str, ...], said: str) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_contributions_need_years_of_treatment(tmp_path: Path) -> None:
    result = call("knockout", "base", "--years", "3+0", "--out", str(tmp_path / "out"), "--quiet")
    assert result.exit_code == 2
    assert "raise years.treatment" in result.stderr


def test_a_folder_that_holds_something_else_says_which_options_help(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    small = ("--set", "population.firms=60", "--years", "0+1", "--quiet", "--out")
    result = call("run", "base", *small, str(tmp_path))
    assert (result.exit_code, "choose another with --out" in result.stderr) == (2, True)
    file = tmp_path / "notes.txt"
    result = call("run", "base", *small, str(file))
    assert "is a file, not a folder: choose another with --out" in result.stderr


def test_an_interrupted_comparison_says_how_to_go_on(
    tmp_path: Path, handed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "compare", raising(KeyboardInterrupt()))
    result = call("compare", str(written(tmp_path, SMALL)), "--arm", "duplicated")
    assert result.exit_code == 130
    assert "What is finished is kept; to go on: clustersim compare" in result.stderr


def test_the_first_compilation_is_announced_on_stderr(
    tmp_path: Path, handed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(written(tmp_path, SMALL))
    assert call("run", path).stderr == ""
    monkeypatch.setattr(compiling, "is_compiled_before", lambda: False)
    result = call("run", path)
    assert result.stderr.startswith("Compiling the rules, once")
    assert result.stdout == ""


def test_panels_of_the_option_are_those_of_the_schema() -> None:
    panels = json_schema()["$defs"]["Record"]["properties"]["panels"]["items"]["enum"]
    assert set(PANELS) == set(panels)


@pytest.mark.parametrize(
    ("years", "record", "wanted"),
    [
        (None, None, ["a=1"]),
        ("10", None, ["a=1", "years.treatment=10"]),
        ("5+10", "firms", ["a=1", "years.burn_in=5", "years.treatment=10", "record.panels=[firms]"]),
    ],
)
def test_short_options_stand_for_overrides(years: str | None, record: str | None, wanted: list[str]) -> None:
    assert all_overrides(("a=1",), years, record) == wanted


def test_the_installed_command_and_the_module_are_the_same() -> None:
    environment = {**os.environ, "COLUMNS": "100"}
    run = subprocess.run([sys.executable, "-m", "sim.cli", "--help"], capture_output=True, text=True, check=True,
                         env=environment)  # fmt: skip
    for command in COMMANDS:
        assert f"\n  {command} " in run.stdout


# -- figures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["demo", "run", "compare", "signs", "knockout", "regimes", "facts", "findings",
                                     "evidence"])  # fmt: skip
def test_forms_of_figures_are_checked_before_anything_runs(command: str) -> None:
    words = {"run": ["base"], "compare": ["base"], "knockout": ["base"]}.get(command, [])
    result = call(command, *words, "--figures", "png,gif")
    assert result.exit_code == 2
    assert "figures can be png, svg, pdf, each also with :column or :page, not gif" in result.stderr


def test_warnings_of_ours_are_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    others: list[object] = []
    show = tell_plainly(lambda *given: others.append(given))
    show(MissingLetters("No installed font has the letters 集."), MissingLetters, "files.py", 3)
    show(UserWarning("not ours"), UserWarning, "numpy.py", 4)
    assert capsys.readouterr().err == "Warning: No installed font has the letters 集.\n"
    assert len(others) == 1
