"""Claims of an experiment, judged on its runs: one row a claim."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.studies.claims import contrast_estimate, judge, parse_contrast
from sim.studies.experiment.contents import Claim, Experiment
from sim.studies.experiment.levels import level_text
from sim.studies.experiment.setup import Setup
from sim.studies.measures import measure_named

POINT = "point"
CLAIMS = [
    "claim", "setting", "contrast", "at", "measure", "expected", "difference", "ci_low", "ci_high", "unit",
    "replications", "reason", "holds",
]  # fmt: skip


def claims_of(setup: Setup, runs: pd.DataFrame) -> pd.DataFrame:
    """What the intervals say about the claims, each at its points, mean over these within a seed, columns CLAIMS.

    Differences of logarithms are in log points. `holds` is the verdict of sim.studies.claims.judge; `reason`, why there
    is no interval (sim.studies.estimates).
    """
    rows = []
    for claim in setup.experiment.claims:
        measure = setup.experiment.measure_of(claim)
        told = runs[runs["measure"] == measure]
        for name, level in claim.at.items():
            told = told[told[name] == level]
        wide = told.assign(value=told["value"].where(np.isfinite(told["value"])))
        wide = wide.pivot(index=["arm", "seed"], columns=POINT, values="value")
        contrast = parse_contrast(claim.contrast)
        series = {arm: wide.loc[arm].to_numpy(float).mean(axis=1) for arm in contrast.arms}
        found = contrast_estimate(contrast.arms, series, contrast.number)
        where = ", ".join(f"{name} {level_text(level)}" for name, level in claim.at.items()) or "all points"
        rows.append((claim.claim, setting(setup.experiment, contrast.arms), claim.contrast, where, measure,
                     expectation(claim), found.difference, found.low, found.high, measure_named(measure).unit,
                     found.replications, found.reason, judge(claim.expect, found, claim.margin)))  # fmt: skip
    return pd.DataFrame(rows, columns=CLAIMS)


def expectation(claim: Claim) -> str:
    """The side of zero as it stands in tables."""
    if claim.expect == "within":
        return f"within {claim.margin:g}"
    return claim.expect.replace("_", " ")


def setting(experiment: Experiment, arms: Mapping[str, float]) -> str:
    """What an experiment sets, and what those of its arms that a claim is about set, in one line."""
    common = ", ".join(f"{key.removeprefix('parameters.')} {_short(value)}" for key, value in experiment.set.items())
    own = [
        f"{arm}: " + ", ".join(f"{key.removeprefix('parameters.')} {_short(value)}" for key, value in told.items())
        for arm, told in experiment.arms.items() if arm in arms
    ]  # fmt: skip
    return "; ".join(part for part in [common, *own] if part)


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
