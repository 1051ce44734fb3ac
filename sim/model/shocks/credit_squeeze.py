"""Credit squeeze: banks and partners lend less, to everybody.

Chodorow-Reich (2014), Quarterly Journal of Economics 129; Gertler & Gilchrist (2018), Journal of Economic
Perspectives 32. Credit is national in the model: it strikes all regions and industries.
"""

from __future__ import annotations

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.shocks.registry import Blow, shock


@shock(
    "credit_squeeze",
    help="every firm may invest less: a share of its cash and credit is withheld",
    unit="share of credit",
    source="Chodorow-Reich 2014; Gertler & Gilchrist 2018",
    by=(),
    fading=Setting(0.3, 0.0, 1.0, "1/year", "share of the squeeze that ends each year"),
)
def credit_squeeze(world: World, blow: Blow) -> None:
    """What firms may invest is multiplied by 1 - strength."""
    world.credit_squeeze = 1.0 - (1.0 - world.credit_squeeze) * (1.0 - blow.left(world))
