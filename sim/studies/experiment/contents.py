"""What an experiment file says, as types: `Experiment` and its parts. The package shows such a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from sim.kernel.declare import PARAMETERS
from sim.kernel.scenario_types import Name, Section
from sim.scenario.arms import Since
from sim.scenario.json_schema import declare_everything
from sim.studies.claims import Expectation
from sim.studies.experiment.designs import Sampling
from sim.studies.experiment.levels import Value

RECORDED = (
    "ln_real_income", "utilisation", "duplication_index", "mean_krugman_specialisation", "innovations",
    "worst_region_income",
)  # fmt: skip
"""Measures that are kept unless others are named: those that stand on top of every report."""
Told = tuple[Value, ...] | str | None
"""Levels of a factor as a file has them: a list, a text such as 0.1:0.5:5, or nothing for the declared bounds."""


def _all_parameters(told: Any) -> Any:
    """The word `all` stands for every parameter that has sweep bounds, over these."""
    if told != "all":
        return told
    declare_everything()
    return {f"parameters.{name}": None for name, one in PARAMETERS.items() if one.sweep[0] < one.sweep[1]}


class Stop(Section):
    """When replications are enough: the interval of the difference is narrow enough, or there are `most` of them."""

    half_width: float = Field(gt=0, allow_inf_nan=False, description="half of the 95 % interval, in the measure's unit")
    measure: str = Field("", description="of which measure; the first that is recorded if not given")
    most: int = Field(200, ge=4, le=100_000, description="replications at which it ends anyway")


class Claim(Section):
    """A statement about a contrast of arms, judged by sim.studies.claims.judge."""

    claim: Name = Field(description="the statement in words")
    contrast: str = Field(description="difference of arms, such as D - B, or of arms and numbers, such as D - 1")
    expect: Expectation = Field(description="on which side of zero it is put")
    measure: str = Field("", description="what is compared; the first that is recorded if not given")
    margin: float = Field(0.0, ge=0, description="for `within`: how far from zero is still nothing")
    at: dict[str, Value] = Field(default_factory=dict, description="factor -> level; empty: the mean over all points")


class Search(Section):
    """Which stylised facts a search fits, which it must not look at, and where it begins."""

    facts: tuple[str, ...] = Field(min_length=1, description="facts that the search looks at")
    held_out: tuple[str, ...] = Field((), description="facts that it must not look at, and is validated on")
    start: dict[str, float] = Field(description="factor -> where the search begins, and is charged for leaving")
    logarithmic: tuple[str, ...] = Field((), description="factors whose range is spaced in logarithms")
    rounds: int = Field(3, ge=0, le=100, description="rounds of proposals after the design")


class Experiment(Section):
    """What an experiment file says."""

    title: str = Field("", description="of tables, figures and the page")
    why: str = Field("", description="the theory, or what was found elsewhere, that the claims are taken from")
    source: str = Field("", description="where that was published")
    choice: str = Field("", description="why these values of the conditions")
    note: str = Field("", description="what was found out about why a claim does not come out")
    scenario: str = Field(description="bare name, or path relative to this file, of the scenario that is varied")
    set: dict[str, Any] = Field(default_factory=dict, description="dotted key -> value, for all runs")
    arms: dict[Name, dict[str, Any]] = Field(min_length=1, description="arm -> dotted key -> value; first: baseline")
    arms_from: Since = Field("fork", description="when what an arm changes begins: fork or opening")
    factors: Annotated[dict[str, Told], BeforeValidator(_all_parameters)] = Field(
        default_factory=dict, description="key or its unique last part -> levels; the word all: every parameter"
    )
    design: Sampling = Field(Sampling(), description="which combinations of levels are run")
    replications: int = Field(12, ge=1, le=1_000_000, description="seeds of every point")
    seed: int = Field(1, ge=0, le=2**31 - 1, description="the first seed")
    record: tuple[str, ...] = Field(RECORDED, min_length=1, description="measures kept of each run; first: headline")
    stop: Stop | None = Field(None, description="replicate until the interval is narrow enough")
    claims: tuple[Claim, ...] = Field((), description="what is expected")
    maps: tuple[tuple[str, str], ...] = Field((), description="pairs of factors over which `sensitivity` maps the sign")
    search: Search | None = Field(None, description="fit the factors to stylised facts; `clustersim calibrate` does it")

    def measure_of(self, claim: Claim) -> str:
        """What a claim compares."""
        return claim.measure or self.record[0]


def written(values: Mapping[str, Any]) -> list[str]:
    """Dotted keys and values as overrides; JSON is YAML."""
    return [f"{key}={json.dumps(value)}" for key, value in values.items()]
