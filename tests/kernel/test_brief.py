"""Objects that hold much show themselves in one line, and as a short table."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from sim.kernel.brief import Brief
from sim.runs.run import run_scenario
from sim.scenario.reading import load_scenario
from sim.store.results import Results
from sim.studies.calibration import Calibration
from sim.studies.compare import Comparison
from sim.studies.facts.study import Study
from sim.studies.findings import Findings
from sim.studies.knockout import KnockoutResults
from sim.studies.regimes import RegimeResults
from tests.model.engine.worlds import small_story


class Box(Brief):
    """Two facts."""

    def brief(self) -> dict[str, object]:
        return {"width": 2, "name": "<b>"}


def test_one_line_and_a_table() -> None:
    assert repr(Box()) == str(Box()) == "Box(width 2, name <b>)"
    assert Box()._repr_html_() == (
        "<table><caption>Box</caption><tbody><tr><th>width</th><td>2</td></tr>"
        "<tr><th>name</th><td>&lt;b&gt;</td></tr></tbody></table>"
    )


def test_a_scenario_is_one_line_whatever_it_holds() -> None:
    """The repr of china_45 had 85,369 characters."""
    scenario = load_scenario("china_45")
    assert len(repr(scenario)) < 250 and "\n" not in repr(scenario)
    assert str(scenario) == repr(scenario)
    assert f"industries {len(scenario.industries)}" in repr(scenario)
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_a_run_and_a_world_are_one_line() -> None:
    from sim.model.opening import build_world

    story = small_story()
    world = build_world(story, 3)
    firms = f"firms {len(world.firms)}, institutes {len(world.institutes)}, links {len(world.links)}"
    assert firms in repr(world) and repr(world).startswith("World(year 0, seed 3, regions ")
    run = run_scenario(story, 3)
    assert repr(run).startswith(f"Run(arm run, seed 3, last_year 7, rows {run.tidy.num_rows}, panels none, seconds ")


@pytest.mark.parametrize(
    "kind",
    [Results, Comparison, RegimeResults, KnockoutResults, Findings, Calibration, Study],
    ids=lambda one: one.__name__,
)
def test_what_studies_find_is_brief(kind: type) -> None:
    assert dataclasses.is_dataclass(kind) and kind.__repr__ is Brief.__repr__
