"""Efficient scale: a plant below its industry's efficient scale costs more a unit, and overhead grows with capacity.

Engineering estimates: Scherer, Beckenstein, Kaufer & Murphy (1975); Pratten (1988). Above that scale size saves
nothing.
"""

from __future__ import annotations

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.typed import Firms, Industries, IndustryRow, NormRow, Parameters
from sim.kernel.world import World

SCALE = mechanism("efficient_scale", "4.0", "Plants below their industry's efficient scale cost more a unit.")
for _stage, _capacity, _elasticity, _low, _high in (
    ("upstream", 2.0, 0.06, 0.04, 0.095),
    ("midstream", 1.0, 0.04, 0.02, 0.06),
    ("downstream", 0.5, 0.02, 0.01, 0.04),
):
    SCALE.param(
        f"efficient_size_{_stage}", _capacity, 0.0, 50.0, unit="1", evidence="A", sweep=(_capacity / 2, 2 * _capacity),
        source="Scherer et al. 1975 (plants of materials are larger than those of final goods; sign); digits ours",
        help=f"efficient scale of a plant in {_stage} industries, over the capacity of a firm of usual sales",
    )  # fmt: skip
    SCALE.param(
        f"scale_elasticity_{_stage}", _elasticity, 0.0, 0.15, unit="1", evidence="P", sweep=(_low, _high),
        source="Scherer et al. 1975 (at a third of efficient scale cost is 1.5 % higher in shoes, 11 % in steel: .014 "
        "to .095, median .04); which stage has which is ours",
        help=f"elasticity of unit cost to capacity below efficient scale in {_stage} industries",
    )  # fmt: skip
SCALE.param(
    "scale_cost_limit", 2.0, 1.0, 10.0, unit="1", evidence="A", sweep=(1.5, 3.0),
    source="our assumption: the smallest work in another way, which costs no more than this",
    help="most that a unit costs below efficient scale, over what it costs there",
)  # fmt: skip
SCALE.param(
    "overhead_fixed", 0.06, 0.0, 1.0, unit="1", evidence="A", sweep=(0.03, 0.12),
    source="Krugman 1979 (1 is his fixed cost); digits ours",
    help="part of a mean firm's overhead that does not grow with capacity",
)  # fmt: skip


@rule
def scale_elasticity(industry: IndustryRow, p: Parameters) -> float:
    """Elasticity of unit cost below efficient scale, by stage (Scherer et al. 1975)."""
    if industry.stage == 0:
        return p.scale_elasticity_upstream
    return p.scale_elasticity_midstream if industry.stage == 1 else p.scale_elasticity_downstream


@rule
def efficient_size(industry: IndustryRow, p: Parameters) -> float:
    """Efficient scale over the capacity of a firm of usual sales, by stage (Scherer et al. 1975)."""
    if industry.stage == 0:
        return p.efficient_size_upstream
    return p.efficient_size_midstream if industry.stage == 1 else p.efficient_size_downstream


@rule
def efficient_capacity(industry: IndustryRow, p: Parameters) -> float:
    """K_m = efficient size x K_s / firms carried: a share of the industry's capacity, which growth does not erode.

    0 without the mechanism.
    """
    if not p.efficient_scale or industry.carried <= 0.0:
        return 0.0
    return efficient_size(industry, p) * industry.capacity / industry.carried


@rule
def scale_cost(capacity: float, industry: IndustryRow, p: Parameters) -> float:
    """Unit cost over that at efficient scale: min(limit, (K_m / K)^gamma) below it, else 1 (Scherer et al. 1975)."""
    if capacity <= 0.0 or capacity >= industry.efficient_capacity:
        return 1.0
    return min(p.scale_cost_limit, (industry.efficient_capacity / capacity) ** industry.scale_elasticity)


@rule
def judge_all(firms: Firms, industries: Industries, norms: NormRow, p: Parameters) -> None:
    """Set what size means this year: firms that an industry's sales carry, its efficient capacity, every firm's
    cost.
    """
    for industry in industries:
        industry.carried = industry.sales / norms.usual_sales if norms.usual_sales > 0.0 else 0.0
        industry.scale_elasticity = scale_elasticity(industry, p)
        industry.efficient_capacity = efficient_capacity(industry, p)
    for firm in firms:
        firm.scale_cost = scale_cost(firm.capacity, industries[firm.industry], p)


def judge_scale(world: World) -> None:
    """Work out how many firms an industry's sales carry, and what a unit costs plants that are small."""
    judge_all(world.firms, world.industries, world.norms, world.p)
