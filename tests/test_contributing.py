"""The worked examples of CONTRIBUTING.md work as they stand, in a copy of the package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

SCENARIO = """
extends: base.yaml
title: Four small regions
regions: {grid: {rows: 2, columns: 2}, cells: 2}
population: {firms: 60, institutes: 4}
plan: {layout: best_sellers, industries: 2}
mechanisms: {breakdown: true}
parameters: {failure_rate: 0.5}
policies: [{policy: prize, start: 0, years: 5, settings: {share: 0.2}}]
shocks: [{shock: fashion, start: 0, years: 1, strength: 0.4, industries: [garments]}]
"""

SCRIPT = """
import json
import numpy as np
from sim import metrics
from sim.kernel import declare
from sim.model import schedule
from sim.runs.panels import schema_of
from sim.model.opening import build_world, treat
from sim.model.rules import breakdown
from sim.scenario.reading import load_scenario

scenario = load_scenario("scenarios/small.yaml")
world = build_world(scenario)
schedule.step(world)
before = world.firms.capacity.sum()
ever = world.firms.failed.sum()
breakdown.break_down(world)
lost = 1.0 - world.firms.capacity.sum() / before
failed = (world.firms.failed.sum() - ever) / before

schedule.take_norms(world)
treat(world, scenario)
schedule.step(world)
prizes = world.ledger[world.ledger.account == world.account("prize")]
saved = float(world.policies[0].savings.sum())
allowed = float(world.regions.allowance.sum())
slump = dict(zip(world.industry_names, world.industries.slump.tolist()))
schedule.step(world)
promoted = world.local_industries.promoted > 0
print(json.dumps({
    "lost": lost,
    "failed": failed,
    "columns": [name for name, *_ in schema_of("firms")],
    "swept": declare.PARAMETERS["failure_rate"].sweep,
    "slump": slump,
    "prizes": -float(prizes.amount.sum()),
    "saved": saved,
    "allowed": allowed,
    "after": dict(zip(world.industry_names, world.industries.slump.tolist())),
    "promoted": promoted.sum(axis=1).tolist(),
    "alike": bool((promoted == promoted[0]).all()),
    "loners": declare.METRICS["loners"].function(world),
    "alone": float(np.mean([firm.partners == 0 for firm in world.firms])),
    "phases": [phase.apply.__name__ for phase in schedule.YEAR],
}))
"""


def examples() -> list[tuple[str, str, str]]:
    """(file, where in it, code) of every example, in order."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.findall(r"^```python\n# (\S+\.py)(?: \((.*?)\))?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def follow(folder: Path) -> None:
    """Do in `folder` what CONTRIBUTING.md says."""
    for file, where, code in examples():
        path = folder / file
        if not where:
            assert not path.exists(), f"{file} would be written over"
            path.write_text(code, encoding="utf-8")
            continue
        text = path.read_text(encoding="utf-8")
        if where == "imports":
            first = re.search(r"^from sim", text, re.MULTILINE)
            assert first is not None
            path.write_text(text[: first.start()] + code + text[first.start() :], encoding="utf-8")
        elif anchor := re.search(r"after (\S+)$", where):
            line = re.search(rf"^.*\b{re.escape(anchor[1])}\b.*\n", text, re.MULTILINE)
            assert line is not None, anchor[1]
            path.write_text(text[: line.end()] + code + text[line.end() :], encoding="utf-8")
        else:
            path.write_text(text + "\n\n" + code, encoding="utf-8")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the package does once every example has been followed."""
    folder = tmp_path_factory.mktemp("contributed")
    for part in ("sim", "scenarios"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    follow(folder)
    (folder / "scenarios" / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        cwd=folder,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_every_kind_of_addition_has_an_example() -> None:
    places = {part for file, _, _ in examples() for part in file.split("/")}
    assert places >= {"plans", "metrics", "policies", "shocks", "rules", "schedule.py", "tables.py"}


def test_the_new_layout_is_followed_by_every_region(outcome: dict) -> None:
    assert outcome["promoted"] == [2, 2, 2, 2]
    assert outcome["alike"]


def test_the_new_metric_measures_what_it_says(outcome: dict) -> None:
    assert outcome["loners"] == pytest.approx(outcome["alone"])


def test_the_new_policy_spends_no_more_than_its_share_and_takes_what_it_spends(outcome: dict) -> None:
    assert 0 < outcome["prizes"] <= 0.2 * outcome["allowed"] * (1 + 1e-9)
    assert outcome["saved"] == pytest.approx(0.0, abs=1e-9)


def test_the_new_shock_strikes_its_industry_and_passes(outcome: dict) -> None:
    assert {name: value for name, value in outcome["slump"].items() if value != 1.0} == pytest.approx({"garments": 0.6})
    assert set(outcome["after"].values()) == {1.0}


def test_the_new_column_is_written_and_recorded(outcome: dict) -> None:
    assert outcome["failed"] == pytest.approx(outcome["lost"])
    assert "failed" in outcome["columns"]


def test_the_new_parameter_is_swept_within_its_own_bounds(outcome: dict) -> None:
    assert outcome["swept"] == [0.0, 0.1]


def test_the_new_rule_stands_in_the_year_and_acts(outcome: dict) -> None:
    position = outcome["phases"].index("break_down")
    assert outcome["phases"][position - 1] == "complete_building"
    assert outcome["lost"] == pytest.approx(0.5)
