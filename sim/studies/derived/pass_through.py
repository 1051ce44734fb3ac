"""How far a supplier's shortage reaches its customers in the year in which a disaster hits it.

Barrot & Sauvagnat (2016), Quarterly Journal of Economics 131, compare sales growth of customers one of whose suppliers
was hit by a natural disaster with that of other firms: customers elsewhere lose 2-3 points where the supplier loses
some 5; read here as .25 to .5 of its loss. Here a disaster strikes one region of a world, a copy of which is spared,
and both live the same year. The change of a firm's sales is the one between the copies; customers in other regions that
had a supplier in the region are compared with firms of the same industry outside the region that had none, so that what
the disaster does to everybody drops out.

Usage: python -m sim.studies.derived.pass_through [--scenario NAME] [--seeds N] [--set KEY=VALUE ...] [--output FILE]
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.kernel.scenario_types import Scenario, ShockEvent
from sim.kernel.world import Tie, World
from sim.model import schedule
from sim.model.opening import treat
from sim.runs.run import world_at
from sim.runs.timeline import fork
from sim.scenario.reading import load_scenario

Array = np.ndarray[Any, Any]
BAND = (0.25, 0.5)
"""Share of the supplier's loss that its customers lose in the same year."""
STRENGTH = 0.5
"""Share of capacity out of use: more than firms have to spare."""
WITHOUT, WITH = ("mechanisms.specific_inputs=false",), ("mechanisms.specific_inputs=true",)


class PassThrough(NamedTuple):
    """What a disaster did within its year; changes are shares of sales."""

    customers: int
    """Firms elsewhere with a supplier in the region."""
    customer_change: float
    """Their mean change beyond that of firms of their industry with no such supplier."""
    supplier_change: float
    """Mean change of these suppliers."""

    @property
    def ratio(self) -> float:
        """What customers lose over what suppliers lose."""
        return self.customer_change / self.supplier_change if self.supplier_change != 0.0 else float("nan")


def gap_within(change: Array, treated: Array, control: Array, group: Array) -> tuple[int, float]:
    """Firms treated, and mean over them of their change less the mean of controls of their group; NaN without any.

    All arguments (N,): `treated` and `control` bool, `group` row of the industry. Groups without controls do not count.
    """
    count, total = 0, 0.0
    for one in np.unique(group[treated]):
        mine, others = treated & (group == one), control & (group == one)
        if others.any():
            count += int(mine.sum())
            total += float(mine.sum() * (change[mine].mean() - change[others].mean()))
    return count, total / count if count else float("nan")


def compare_copies(spared: World, struck: World, region: int) -> PassThrough:
    """The estimate from two copies that lived the same year, of which one had a disaster in row `region`."""
    firms, links = spared.firms, spared.links[spared.links.tie == Tie.SUPPLY]
    found = {int(id): float(sales) for id, sales in zip(struck.firms.id, struck.firms.sales, strict=True)}
    after = np.array([found.get(int(id), np.nan) for id in firms.id])
    sales = np.asarray(firms.sales)
    change = np.where(sales > 0.0, after / np.where(sales > 0.0, sales, 1.0) - 1.0, np.nan)
    both = ~np.isnan(change)
    inside = np.asarray(firms.region) == region
    across = inside[links.second] & ~inside[links.first]
    customer, supplier = np.zeros(len(firms), dtype=bool), np.zeros(len(firms), dtype=bool)
    customer[links.first[across]] = True
    supplier[links.second[across]] = True
    count, gap = gap_within(change, customer & both, ~inside & ~customer & both, np.asarray(firms.industry))
    return PassThrough(count, gap, float(change[supplier & both].mean()) if (supplier & both).any() else float("nan"))


def middle_region(world: World) -> int:
    """Row of the region of median employment."""
    return int(np.argsort(np.asarray(world.regions.employment), kind="stable")[len(world.regions) // 2])


def strike_one(scenario: Scenario, seed: int, strength: float = STRENGTH) -> PassThrough:
    """Estimate from one replication: a disaster in the region of median employment in the first year of treatment."""
    calm = scenario.model_copy(update={"shocks": ()})
    past = world_at(calm, calm.years.burn_in, seed)
    region = middle_region(past)
    blow = ShockEvent(shock="disaster", start=0, years=1, regions=(past.region_names[region],), strength=strength)
    spared, struck = fork(past), fork(past)
    treat(spared, calm)
    treat(struck, calm.model_copy(update={"shocks": (blow,)}))
    schedule.step(spared)
    schedule.step(struck)
    return compare_copies(spared, struck, region)


def mean_ratio(found: Sequence[PassThrough]) -> float:
    """Pass-through over replications: mean loss of customers over mean loss of suppliers, replications alike."""
    customers = np.mean([one.customer_change for one in found])
    return float(customers / np.mean([one.supplier_change for one in found]))


def main() -> None:
    """Measure with and without specific inputs; print both and write every replication."""
    parser = argparse.ArgumentParser(description="How far a supplier's shortage reaches customers within the year.")
    parser.add_argument("--scenario", default="base", help="scenario, without its shocks")
    parser.add_argument("--seeds", type=int, default=8, help="replications")
    parser.add_argument("--set", nargs="*", default=["years.burn_in=12"], help="overrides of the scenario")
    parser.add_argument("--output", type=Path, default=Path("results/pass_through.csv"), help="file of replications")
    told = parser.parse_args()
    told.output.parent.mkdir(parents=True, exist_ok=True)
    with open(told.output, "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(("specific_inputs", "seed", *PassThrough._fields, "ratio"))
        for specific, also in ((False, WITHOUT), (True, WITH)):
            scenario = load_scenario(told.scenario, [*told.set, *also])
            found = [strike_one(scenario, seed) for seed in range(1, told.seeds + 1)]
            for seed, one in enumerate(found, start=1):
                digits = (f"{value:.4f}" for value in (one.customer_change, one.supplier_change, one.ratio))
                writer.writerow((specific, seed, one.customers, *digits))
            print(f"specific_inputs {specific}: customers lose {mean_ratio(found):.3f} of what suppliers lose "
                  f"(published {BAND[0]} to {BAND[1]})")  # fmt: skip


if __name__ == "__main__":
    main()
