"""What every scenario of the library gives in a small, short version: computed, stored and compared.

Stored by `python -m tests.library.refresh` (`make expected`) only, never by a test.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from sim.kernel.arithmetic import arithmetic_fingerprint
from sim.kernel.scenario_types import Scenario
from sim.runs.run import run_scenario
from sim.scenario.reading import known_scenarios, load_scenario

STORED = Path(__file__).with_name("expected.json")
SHORT = ("population.firms=150", "population.institutes=12", "years.burn_in=4", "years.treatment=6", "seed=1")
"""Small and short: 150 firms, ten years. What starts late in a story starts in the third year of the treatment here."""
LATEST = 2
TOLERANCES = {
    "ln_real_income": 5e-6,
    "worst_region_income": 5e-6,
    "mean_krugman_specialisation": 5e-6,
    "utilisation": 5e-6,
    "innovations": 0.5,
    "firms": 0.5,
    "subsidy_share": 5e-6,
}
"""Headline metrics in the last year, and how far another platform's mathematics may move them: hardly at all.

Firms whose productivity and appeal differ in the last bit end ten years with differences near 1e-15, so more than this
is a change of the model. See `test_the_last_bits_of_another_platform_do_not_matter`.
"""
ELSEWHERE = {metric: 5.0 if tolerance > 0.1 else 5e-3 for metric, tolerance in TOLERANCES.items()}
"""The same where the arithmetic is not the one that the values were stored with: there, one draw in many thousands may
fall on the other side, and with it one firm's year."""


def short_version(name: str) -> Scenario:
    """The scenario, small and short."""
    recorded = [f"record.metrics={json.dumps(list(TOLERANCES))}", "record.levels=[nation]"]
    return load_scenario(name, [*SHORT, *recorded, *hurried(name, LATEST, 4)])


def hurried(name: str, latest: int, burn_in: int) -> list[str]:
    """Overrides that let what starts late in a story start in year `latest` of the treatment."""
    scenario = load_scenario(name)
    told = [
        f"{kind}.{row}.start={latest}"
        for kind in ("policies", "shocks")
        for row, one in enumerate(getattr(scenario, kind))
        if one.start > latest
    ]
    told += [
        f"changes.{row}.year={burn_in + latest + 1}"
        for row, change in enumerate(scenario.changes)
        if change.year > burn_in + latest
    ]
    late = [key for key, industry in scenario.industries.items() if industry.opens > burn_in + latest]
    return told + [f"industries.{key}.opens={burn_in + latest}" for key in late]


def summary(name: str) -> dict[str, float]:
    """Headline metrics of the short version in its last year."""
    run = run_scenario(short_version(name))
    last = run.metrics[run.metrics["year"] == run.metrics["year"].max()]
    values = dict(zip(last["metric"], last["value"], strict=True))
    return {metric: float(values[metric]) for metric in TOLERANCES}


def rounded(values: dict[str, float]) -> dict[str, float]:
    """Values as they are stored: digits far beyond the tolerance are left out."""
    return {metric: round(value, 6) for metric, value in values.items()}


def stored() -> dict[str, dict[str, Any]]:
    """What is stored, by scenario; empty when nothing is."""
    return json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}


def departures(found: dict[str, float], expected: dict[str, Any]) -> list[str]:
    """Metrics of `found` that are further from `expected` than their tolerance, in words."""
    told = []
    same = expected.get("arithmetic", arithmetic_fingerprint()) == arithmetic_fingerprint()
    for metric, tolerance in (TOLERANCES if same else ELSEWHERE).items():
        if metric not in expected:
            told.append(f"{metric} is not stored")
        elif not math.isfinite(found[metric]) or abs(found[metric] - expected[metric]) > tolerance:
            told.append(f"{metric} is {found[metric]:.6g}, stored {expected[metric]:.6g} +-{tolerance:g}")
    return told


def library() -> list[str]:
    """Names of the scenarios of the library."""
    return sorted(known_scenarios())
