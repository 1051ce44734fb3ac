"""Figures of experiments from numbers that are made up: no run is needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.reporting.figures.claims import draw_claims
from sim.reporting.figures.equilibrium import draw_deviations
from sim.reporting.figures.responses import draw_responses
from sim.reporting.figures.sensitivity import draw_indices, draw_maps, draw_screening
from sim.reporting.figures.style import Picture
from sim.reporting.sweep import answers
from sim.reporting.theory_results import provenance_of
from sim.store.provenance import Provenance
from sim.studies.equilibrium import DEVIATIONS
from sim.studies.experiment.designs import Sampling, units
from sim.studies.experiment.levels import factor_at
from sim.studies.experiment.setup import Setup
from sim.studies.experiment.words import sweep_of
from sim.studies.sensitivity.emulator import fit
from sim.studies.sensitivity.sign_maps import sign_map
from sim.studies.sensitivity.study import Sensitivity, screen, share_won, sobol_indices
from sim.studies.sweep import Responses, responses

ORIGIN: Provenance = provenance_of("Made up", ("duplicated", "differentiated"), tuple(range(1, 13)))
SEEDS = tuple(range(1, 9))
ARMS = ("market", "duplicated", "differentiated", "random_specialised")
REWARDS = {"value_added": "%", "income": "%", "employment": "%", "growth_rank": "ranks"}


def swept(factors: Sequence[str], arms: Sequence[str] = (), design: str | dict[str, object] = "full") -> Responses:
    """Responses of a sweep in which the first factor decides."""
    setup = sweep_of("policy_text", factors, arms, record=("ln_real_income", "firms"), design=design)  # type: ignore[arg-type]
    chance = np.random.default_rng(4)
    rows = []
    for place, point in enumerate(setup.points):
        levels = dict(zip((factor.name for factor in setup.factors), point, strict=True))
        first = setup.factors[0]
        slope = first.levels.index(point[0]) if point[0] in first.levels else float(point[0])
        for number, arm in enumerate(setup.arms):
            for seed in SEEDS:
                value = 4 + 0.004 * number * (slope - 1.5) + chance.normal(0, 0.004)
                rows += [(place, *levels.values(), arm, seed, "ln_real_income", value, ""),
                         (place, *levels.values(), arm, seed, "firms", 1000 * value, "")]  # fmt: skip
    table = pd.DataFrame(rows, columns=["point", *levels, "arm", "seed", "measure", "value", "error"])
    table.insert(len(table.columns) - 2, "unit", ["firms" if one == "firms" else "ln" for one in table["measure"]])
    return responses(setup, table, SEEDS)


def analysed() -> Sensitivity:
    """A sensitivity of 24 factors of which two matter."""
    from sim.kernel.declare import PARAMETERS
    from sim.scenario.problems import Position
    from sim.scenario.reading import load_scenario

    setup: Setup = sweep_of("policy_text", ["imitation=0,1"], record=("ln_real_income",))
    scenario = load_scenario("policy_text", [])
    chance = np.random.default_rng(5)
    wide = [name for name, one in PARAMETERS.items() if one.sweep[0] < one.sweep[1]]
    names = [*sorted(wide, key=len)[-22:], "endowment_spread", "distance_cost"]
    unit = units(len(names), Sampling(kind="morris", trajectories=4))
    weights = np.linspace(0.0, 0.004, len(names))
    screening = screen(unit, unit @ weights + chance.normal(0, 0.002, (3, len(unit))), names)
    factors = tuple(
        factor_at(f"parameters.{name}", None, scenario, Position("made up"), ends=True) for name in names[-6:]
    )
    cube = units(6, Sampling(kind="sobol", points=48))
    emulator = fit(cube, 0.02 * (cube[:, 4] + cube[:, 5] - 0.9) + chance.normal(0, 0.002, (4, 48)))
    indices = sobol_indices(lambda at: emulator.draws(at, 10), [one.name for one in factors], base=64)
    maps = (sign_map(emulator, factors, factors[-2], factors[-1]), sign_map(emulator, factors, factors[0], factors[1]))
    return Sensitivity(
        setup, screening, 0.0, (0.6, 0.4, 0.8), factors, emulator, indices, share_won(emulator, 6), maps, (), 3, ()
    )


def deviations() -> pd.DataFrame:
    """What governors gain by leaving three profiles."""
    chance = np.random.default_rng(6)
    rows = []
    for reward, unit in REWARDS.items():
        for profile in ("all coordinated", "all hot", "nobody"):
            for action in ("own best", "hot list", "related industries", "balanced", "none"):
                gain, nation = chance.normal(0, 3, 2)
                row = {"reward": reward, "profile": profile, "action": action, "unit": unit, "gain": gain,
                       "gain_low": gain - 2, "gain_high": gain + 2, "nation": nation, "nation_low": nation - 1,
                       "nation_high": nation + 1, "clear": abs(gain) > 2}  # fmt: skip
                rows.append({name: row.get(name, 0) for name in DEVIATIONS} | {"clear": row["clear"]})
    return pd.DataFrame(rows)


def claims() -> pd.DataFrame:
    """Claims of several regimes, of each verdict."""
    rows = []
    for number in range(1, 11):
        for place, verdict in enumerate(("holds", "tie", "opposite")):
            middle = {"holds": 0.02, "tie": 0.0, "opposite": -0.2}[verdict]
            claim = f"related varies less than differentiated in mean {place}"
            rows.append((f"R{number}", claim, middle, middle - 0.01, middle + 0.01, verdict))
    return pd.DataFrame(rows, columns=["regime", "claim", "difference", "ci_low", "ci_high", "holds"])


def all_pictures() -> dict[str, Picture]:
    """Every kind of figure that experiments write, by what it shows."""
    arms = [arm if arm == "market" else f"{arm}=plan.layout:{arm}" for arm in ARMS]
    arms[0] = "market=plan.layout:market"
    five = ["distance_cost=0.1:0.5:5", "imitation=0,0.5,1", "budget=0.02:0.1:5", "layout=market,balanced,duplicated",
            "spillovers"]  # fmt: skip
    sweeps = {
        "one factor": swept(["distance_cost=0.1:0.5:5"]),
        "two factors": swept(["distance_cost=0.1:0.5:5", "imitation=0,0.5,1"]),
        "four arms": swept(["distance_cost=0.1:0.5:5", "imitation=0,0.5,1"], arms),
        "five factors": swept(["distance_cost=0.1:0.5:3", *five[1:3], "agglomeration", "spillovers"]),
        "one at a time": swept(["distance_cost=0.1:0.5:5", "localisation_elasticity=0:0.08:9"], (), "one_at_a_time"),
        "sampled": swept(
            ["distance_cost=0.1:0.5", "localisation_elasticity=0:0.08"], (), {"kind": "sobol", "points": 32}
        ),
    }  # fmt: skip
    found = {}
    for name, one in sweeps.items():
        for measure in one.setup.experiment.record if name == "two factors" else one.setup.experiment.record[:1]:
            title = answers(one, measure)[0]
            found[f"{name}, {measure}"] = draw_responses(one, measure, f"{title[0].upper()}{title[1:]}", ORIGIN)
    told = analysed()
    found |= {"screening": draw_screening(told, ORIGIN), "indices": draw_indices(told, ORIGIN)}
    found |= {one.name: one for one in draw_maps(told, ORIGIN)}
    return {**found, "deviations": draw_deviations(deviations(), ORIGIN), "claims": draw_claims(claims(), ORIGIN)}
