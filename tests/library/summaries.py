"""What every scenario of the library gives in a small, short version: computed, stored and compared.

Stored by `python -m tests.library.refresh` (`make expected`) only, never by a test.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

from sim.runs import run_scenario
from sim.scenario import known_scenarios, load_scenario
from sim.schema import Scenario

STORED = Path(__file__).with_name("expected.json")
SHORT = ("population.firms=150", "population.institutes=12", "years.burn_in=4", "years.treatment=6", "seed=1")
"""Small and short: 150 firms, ten years. What starts late in a story starts in the third year of the treatment here."""
LATEST = 2
TOLERANCES = {
    "ln_real_income": 0.01,
    "worst_region_income": 0.02,
    "mean_krugman_specialisation": 0.02,
    "utilisation": 0.01,
    "innovations": 4.0,
    "firms": 4.0,
    "subsidy_share": 0.002,
}
"""Headline metrics in the last year, and how far another platform's mathematics may move them."""


def short_version(name: str) -> Scenario:
    """The scenario, small and short."""
    scenario = load_scenario(name, [*SHORT, f"record.metrics={json.dumps(list(TOLERANCES))}", "record.levels=[nation]"])
    late = {
        kind: tuple(one.model_copy(update={"start": min(one.start, LATEST)}) for one in getattr(scenario, kind))
        for kind in ("policies", "shocks")
    }
    opened = {
        key: line.model_copy(update={"opens": min(line.opens, 4 + LATEST)}) for key, line in scenario.industries.items()
    }
    return scenario.model_copy(update={**late, "industries": opened})


def summary(name: str) -> dict[str, float]:
    """Headline metrics of the short version in its last year."""
    run = run_scenario(short_version(name))
    last = run.metrics[run.metrics["year"] == run.metrics["year"].max()]
    values = dict(zip(last["metric"], last["value"], strict=True))
    return {metric: float(values[metric]) for metric in TOLERANCES}


def rounded(values: dict[str, float]) -> dict[str, float]:
    """Values as they are stored: digits far beyond the tolerance are left out."""
    return {metric: round(value, 6) for metric, value in values.items()}


def stored() -> dict[str, dict[str, float]]:
    """What is stored, by scenario; empty when nothing is."""
    return json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}


def departures(found: dict[str, float], expected: dict[str, float]) -> list[str]:
    """Metrics of `found` that are further from `expected` than their tolerance, in words."""
    told = []
    for metric, tolerance in TOLERANCES.items():
        if metric not in expected:
            told.append(f"{metric} is not stored")
        elif not math.isfinite(found[metric]) or abs(found[metric] - expected[metric]) > tolerance:
            told.append(f"{metric} is {found[metric]:.6g}, stored {expected[metric]:.6g} +-{tolerance:g}")
    return told


def library() -> list[str]:
    """Names of the scenarios of the library."""
    return sorted(known_scenarios())
