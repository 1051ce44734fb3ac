"""Research institutes and national laboratories: new institutes appear and do research near firms, while they are paid.

Spillovers of public research: Jaffe (1989); Acs, Audretsch & Feldman (1992), American Economic Review 82; of public
research institutes: Helmers & Overman (2017), Economic Journal 127; Comin, Licht, Pellens & Schubert (2019) on
Fraunhofer.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.draws import Purpose, lineage
from sim.kernel.world import World
from sim.model.policies.places import by_plan_of_programme
from sim.model.policies.purchases import luck_key
from sim.model.policies.registry import Array, Programme, policy


def best_cell(world: World, region: int, industry: int) -> int:
    """Cell of `region` with the most firms of `industry`, then with most of its workers within reach."""
    geography = world.geography
    cells = geography.region_cells[geography.region_start[region] : geography.region_start[region + 1]]
    sites = world.sites[cells, industry]
    return int(cells[np.lexsort((-sites.potential, -sites.firms))[0]])


def own_ids(world: World, programme: Programme) -> Array:
    """Ids that institutes of this programme have, (R, S)."""
    region_count, industry_count = world.local_industries.shape
    keys = [
        [luck_key(world, programme, region, industry) for industry in range(industry_count)]
        for region in range(region_count)
    ]
    return np.array([[lineage(int(Purpose.INSTITUTE), key, 1, 0) for key in row] for row in keys], dtype=np.int64)


def found(world: World, programme: Programme, funds: Array, ids: Array) -> None:
    """Open the programme's institutes in regions that have money and none of them yet, in the fields that get most."""
    count = round(programme.settings["institutes"])
    standing = np.isin(ids, world.institutes.id).any(axis=1)
    for region in np.flatnonzero(~standing & (funds.sum(axis=1) > 0.0)):
        fields = np.lexsort((ids[region], -funds[region]))[:count]  # equals go by id, not by row
        for industry in fields[funds[region, fields] > 0.0]:
            institute = world.institutes_table.extend(1)[0]
            institute.id = ids[region, industry]
            institute.cell = best_cell(world, int(region), int(industry))
            institute.region = int(region)
            institute.industry = int(industry)
            institute.born = world.year
            institute.knowledge = world.industries.position[industry]
            institute.places = round(programme.settings["places"])
            world.settle()


@policy(
    "research_institute",
    help="opens research institutes (or a national laboratory) in the fields that the plan promotes, and pays them",
    unit="money of public R&D",
    source="Jaffe 1989; Acs, Audretsch & Feldman 1992; Helmers & Overman 2017",
    share=0.2,
    serves=by_plan_of_programme,
    institutes=Setting(1.0, 1.0, 20.0, "institutes", "how many open in each region, in whole numbers"),
    places=Setting(10.0, 0.0, 1000.0, "links", "joint projects that each can host, in whole numbers"),
)
def research_institute(world: World, programme: Programme, funds: Array) -> Array:
    """Institutes open in the first year; their region's money is split evenly among them every year."""
    ids = own_ids(world, programme)
    found(world, programme, funds, ids)
    institutes = world.institutes
    own = np.isin(institutes.id, ids)
    here = np.bincount(institutes.region[own], minlength=len(funds))
    part = np.divide(funds.sum(axis=1), here, out=np.zeros(len(funds)), where=here > 0)
    institutes.granted[own] += part[institutes.region[own]]
    return np.asarray(funds * (here > 0)[:, None])
