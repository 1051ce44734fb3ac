"""Panels of a small run, recorded as a user would, and the same panels kept in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.kernel.scenario_types import Scenario
from sim.runs.run import run_arms
from sim.scenario.reading import load_scenario
from sim.studies.facts.panels import COLUMNS
from sim.studies.facts.replication import with_lean_record
from sim.studies.facts.study import ARM

HOME = Path(__file__).resolve().parents[3]
SEED = 5


@pytest.fixture(scope="session")
def small() -> Scenario:
    """The neutral scenario with few firms and years."""
    return load_scenario(
        HOME / "scenarios" / "neutral.yaml",
        [
            "population.firms=250",
            "population.institutes=10",
            "years.burn_in=4",
            "years.treatment=12",
            "regions.cells=2",
        ],
    )


@pytest.fixture(scope="session")
def recorded(small: Scenario) -> dict[str, pd.DataFrame]:
    """Its panels, by name, of all years."""
    return run_arms({ARM: with_lean_record(small)}, SEED)[ARM].panels


@pytest.fixture(scope="session")
def files(small: Scenario, tmp_path_factory: Any) -> dict[str, Path]:
    """The same panels as Parquet files."""
    folder = tmp_path_factory.mktemp("panels")
    run_arms({ARM: with_lean_record(small)}, SEED, None, folder)
    return {name: folder / f"{name}-{ARM}-{SEED}.parquet" for name in COLUMNS}
