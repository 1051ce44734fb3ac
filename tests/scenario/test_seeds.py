"""A seed out of range is refused everywhere in the same words."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import front
from sim.cli import main
from sim.mesa_model.cluster_model import ClusterModel
from sim.runs.run import run_scenario, world_at
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import load_scenario
from tests.scenario_files import SMALL, written

WORDS = "seed: 2147483648 is out of range; allowed: 0 to 2147483647; of every random draw"
HIGH = 2**31


def test_in_a_file_and_an_override(tmp_path: Path) -> None:
    for path, overrides in [(written(tmp_path, SMALL), [f"seed={HIGH}"]),
                            (written(tmp_path, SMALL + f"seed: {HIGH}\n", "b.yaml"), [])]:  # fmt: skip
        with pytest.raises(ScenarioError) as caught:
            load_scenario(path, overrides)
        assert str(caught.value).endswith(WORDS)


def test_of_more_digits_than_a_word_holds(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(written(tmp_path, SMALL + "seed: 12345678901234567890\n"))
    assert str(caught.value).endswith(WORDS.replace(str(HIGH), "12345678901234567890"))


@pytest.mark.parametrize("command", ["run", "compare", "knockout", "facts", "checkpoint", "regimes"])
def test_on_the_command_line(tmp_path: Path, command: str) -> None:
    path = [] if command == "regimes" else [str(written(tmp_path, SMALL))]
    extra = ["--arm", "duplicated"] if command == "compare" else []
    extra += ["--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, [command, *path, *extra, "--seed", str(HIGH)])
    assert result.exit_code == 2
    assert WORDS in result.output


def test_in_the_interface(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, SMALL))
    for call in (
        lambda: run_scenario(scenario, HIGH),
        lambda: world_at(scenario, 1, HIGH),
        lambda: ClusterModel(story=scenario, rng=HIGH),
        lambda: front.run_to_folder(scenario, tmp_path / "one", False, HIGH),
        lambda: front.compare({"a": scenario, "b": scenario}, 2, 1, tmp_path / "two", HIGH - 1, progress=False),
    ):
        with pytest.raises(ScenarioError) as caught:
            call()
        assert str(caught.value).endswith(WORDS)
    assert not (tmp_path / "one").exists() and not (tmp_path / "two").exists()
