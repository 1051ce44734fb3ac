"""The demonstration of agglomeration: clusters form with the mechanism, and do not without it."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernel.declare import MECHANISMS, PARAMETERS
from sim.kernel.world import World
from sim.metrics.concentration import ellison_glaeser_mean
from sim.metrics.spatial import industry_morans_i
from sim.model.opening import build_world
from sim.runs.run import world_at
from sim.scenario.json_schema import declare_everything
from sim.scenario.reading import load_scenario

SEEDS = (1, 2, 3, 4)


def clustering(world: World) -> tuple[float, float]:
    """Ellison-Glaeser concentration, and Moran's I, both means over industries."""
    return float(ellison_glaeser_mean(world)), float(np.mean(industry_morans_i(world)))


@pytest.mark.slow
def test_clusters_form_with_agglomeration_alone() -> None:
    """On each seed, not on average: from none in year 0 to highly localised (above .05 in Ellison & Glaeser 1997) or
    nearly so, beside none at all without the mechanism."""
    whole = load_scenario("agglomeration_demo")
    without = load_scenario("agglomeration_demo", ["mechanisms.agglomeration=false"])
    found = []
    for seed in SEEDS:
        opening = clustering(build_world(whole, seed))
        gathered, scattered = (clustering(world_at(scenario, 60, seed)) for scenario in (whole, without))
        assert abs(opening[0]) < 0.01
        assert gathered[0] > scattered[0] + 0.03
        assert gathered[1] > scattered[1] + 0.05
        assert abs(scattered[0]) < 0.02
        found.append(gathered)
    assert np.mean([concentration for concentration, _ in found]) > 0.04


@pytest.mark.slow
def test_published_strength_makes_no_cluster_in_that_time() -> None:
    """What the file says of itself."""
    published = load_scenario("agglomeration_demo", ["parameters.localisation_elasticity=0.03"])
    assert all(abs(clustering(world_at(published, 60, seed))[0]) < 0.02 for seed in SEEDS[:2])


def test_it_rests_on_no_default() -> None:
    """Every switch is stated, and every parameter of a mechanism that is on."""
    declare_everything()
    scenario = load_scenario("agglomeration_demo")
    assert set(scenario.mechanisms) == set(MECHANISMS)
    on = {name for name, switch in scenario.mechanisms.items() if switch}
    assert {name for name, one in PARAMETERS.items() if one.mechanism in on} == set(scenario.parameters)
