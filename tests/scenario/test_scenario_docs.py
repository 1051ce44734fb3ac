"""What docs/scenarios.md shows can be copied."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sim.runs.run import world_at
from sim.runs.timeline import live_year
from sim.scenario.arms import parse_arm
from sim.scenario.layers import SCENARIOS
from sim.scenario.reading import load_scenario
from tests.scenario_files import the_problem, written

GUIDE = (SCENARIOS.parent / "docs" / "scenarios.md").read_text(encoding="utf-8")
TABLE = re.findall(r"```csv\n(.*?)```", GUIDE, re.DOTALL)[0]
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
COMMANDS = [shlex.split(line) for line in re.findall(r"^    (clustersim (?:run|compare) .*)$", GUIDE, re.MULTILINE)]


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.split("\n")[1])
def test_every_example_loads(tmp_path: Path, text: str) -> None:
    for file in SCENARIOS.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "data").symlink_to(SCENARIOS / "data", target_is_directory=True)
    written(tmp_path, TABLE, "plan.csv")
    scenario = load_scenario(written(tmp_path, text, "example.yaml"))
    assert scenario != load_scenario("base")


def test_the_plan_with_terms_is_followed(tmp_path: Path) -> None:
    text = next(text for text in EXAMPLES if "matrix: plan.csv" in text)
    written(tmp_path, TABLE, "plan.csv")
    small = ("population.firms=120", "population.institutes=8", "years.burn_in=1", "years.treatment=8", "plan.every=3")
    story = load_scenario(written(tmp_path, text.replace("base.yaml", str(SCENARIOS / "base.yaml"))), small)
    world = world_at(story, 1, 1)
    shares, budgets = [], []
    for _ in range(4):
        live_year(world, story)
        shares.append(float(world.local_industries.promoted[0, world.industry_names.index("chips")]))
        budgets.append(float(world.regions.budget[0]))
    assert shares == pytest.approx([2 / 3, 2 / 3, 2 / 3, 1.0])
    assert budgets[0] == budgets[2] == pytest.approx(1.5 * budgets[3])


def test_the_first_example_merges_as_the_text_says(tmp_path: Path) -> None:
    text = EXAMPLES[0].replace("base.yaml", str(SCENARIOS / "base.yaml"))
    scenario, base = load_scenario(written(tmp_path, text)), load_scenario("base")
    assert scenario.industries["chips"] == base.industries["chips"].model_copy(update={"weight": 2.0})
    assert set(base.industries) - set(scenario.industries) == {"garments"}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_values_that_load(words: list[str]) -> None:
    sets = [words[position + 1] for position, word in enumerate(words) if word == "--set"]
    for arm in [words[position + 1] for position, word in enumerate(words) if word == "--arm"]:
        load_scenario(words[2], parse_arm(arm)[1])
    load_scenario(words[2], sets)


def test_the_message_in_the_guide_is_the_message(tmp_path: Path) -> None:
    text = "extends: " + str(SCENARIOS / "base.yaml") + "\nplan:\n  layout: market\n  budget: 0.9\n"
    problem = str(the_problem(tmp_path, text))
    assert problem[problem.index(":4:11: ") :] in GUIDE
