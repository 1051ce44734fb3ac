"""Measures of the World, by theme. Importing this package declares them all, in the order of the tables.

A measure is a pure function of the World: it writes nothing. Formulas on plain arrays are
in `sim.metrics.formulas`, so that they can be rerun on recorded tables.
"""

from sim.metrics import (  # isort: skip
    welfare,
    waste,
    money,
    capacity,
    margins,
    layout,
    concentration,
    spatial,
    productivity,
    growth,
    innovation,
    network,
    niches,
    cooperation,
    relatedness,
    chain,
    foreign_trade,
    sourcing,
    population,
    sizes,
    demography,
    gradient,
    cluster_tier,
)
from sim.metrics.sharing import measure

__all__ = [
    "capacity",
    "chain",
    "cluster_tier",
    "concentration",
    "cooperation",
    "demography",
    "foreign_trade",
    "gradient",
    "growth",
    "innovation",
    "layout",
    "margins",
    "measure",
    "money",
    "network",
    "niches",
    "population",
    "productivity",
    "relatedness",
    "sizes",
    "sourcing",
    "spatial",
    "waste",
    "welfare",
]
