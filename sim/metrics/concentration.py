"""Concentration of industries and specialisation of regions, by workers."""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import World
from sim.metrics.columns import employment, living, local_industry_table, region_table
from sim.metrics.formulas import concentration as formula
from sim.metrics.formulas.arithmetic import Array, mean_defined, median_defined, quotient
from sim.metrics.sharing import shared

KRUGMAN = "Krugman 1991, Geography and Trade; Midelfart-Knarvik, Overman, Redding & Venables 2000"
ELLISON_GLAESER = "Ellison & Glaeser 1997, Journal of Political Economy 105, eq. 5"
HERFINDAHL = "Hirschman 1945; Herfindahl 1950"
GINI = "Gini 1912; Sen 1973; for innovation Audretsch & Feldman 1996"


@shared
def specialisation(world: World) -> Array:
    """Krugman's index of every region, shape (R,)."""
    return formula.krugman_specialisation(employment(world))


@metric("local_industry_employment", level="local_industry", unit="workers", formula="e_rs = sum of labour",
        source="accounting", theme="concentration")  # fmt: skip
def local_industry_employment(world: World) -> Array:
    """Workers of the industry in the region."""
    return employment(world)


@metric("location_quotient", level="local_industry", unit="1", formula="(e_rs / e_r) / (e_s / e)",
        source="Florence 1948; Isard 1960", theme="concentration")  # fmt: skip
def location_quotient(world: World) -> Array:
    """How many times the national share the industry has in the region."""
    return formula.location_quotient(employment(world))


@metric("krugman_specialisation", level="region", unit="1", formula="sum_s |e_rs/e_r - (e_s - e_rs)/(e - e_r)|",
        source=KRUGMAN, theme="concentration")  # fmt: skip
def krugman_specialisation(world: World) -> Array:
    """How far the region's industries differ from the rest of the nation: 0 the same mix, 2 nothing in common."""
    return specialisation(world)


@metric("mean_krugman_specialisation", unit="1", formula="mean over regions of krugman_specialisation", source=KRUGMAN,
        theme="concentration")  # fmt: skip
def mean_krugman_specialisation(world: World) -> float:
    """Mean specialisation of regions: 0 all have the same mix, 2 nothing in common."""
    return mean_defined(specialisation(world))


@metric("krugman_concentration", level="industry", unit="1",
        formula="sum_r |share of r in s - share of r in the other industries|", source=KRUGMAN,
        theme="concentration")  # fmt: skip
def krugman_concentration(world: World) -> Array:
    """How far the industry's places differ from those of the others: 0 the same, 2 nothing in common."""
    return formula.krugman_concentration(employment(world))


@metric("herfindahl_specialisation", level="region", unit="1", formula="sum_s (e_rs/e_r)^2", source=HERFINDAHL,
        theme="concentration")  # fmt: skip
def herfindahl_specialisation(world: World) -> Array:
    """Concentration of the region on few industries: 1/S all equal, 1 a single one."""
    return formula.herfindahl(employment(world), axis=1)


@metric("herfindahl_concentration", level="industry", unit="1", formula="sum_r (e_rs/e_s)^2", source=HERFINDAHL,
        theme="concentration")  # fmt: skip
def herfindahl_concentration(world: World) -> Array:
    """Concentration of the industry in few regions: 1/R all equal, 1 a single one."""
    return formula.herfindahl(employment(world), axis=0)


@metric("effective_producers", level="industry", unit="regions", formula="1 / sum_r (e_rs/e_s)^2",
        source="Laakso & Taagepera 1979", theme="concentration")  # fmt: skip
def effective_producers(world: World) -> Array:
    """Number of equal regions that would concentrate the industry as much."""
    return 1.0 / formula.herfindahl(employment(world), axis=0)


@metric("market_concentration", level="industry", unit="1", formula="sum over firms of (sales_i / sales_s)^2",
        source=HERFINDAHL, theme="concentration")  # fmt: skip
def market_concentration(world: World) -> Array:
    """Concentration of the industry's sales on few firms."""
    firms = living(world)
    return formula.group_herfindahl(firms.industry, len(world.industries), firms.sales)


@metric("theil", unit="nats", formula="sum_rs p_rs ln(p_rs / (p_r p_s)), p shares of workers",
        source="Theil 1967; Cutrini 2009", theme="concentration")  # fmt: skip
def theil(world: World) -> float:
    """How much knowing the region tells about the industry: 0 when every region has the national mix."""
    return formula.theil(employment(world))


@metric("theil_specialisation", level="region", unit="nats", formula="sum_s x_rs ln(x_rs / x_s), x_rs = e_rs / e_r",
        source="Theil 1967; Cutrini 2009", theme="concentration")  # fmt: skip
def theil_specialisation(world: World) -> Array:
    """Specialisation of the region against the national mix: 0 the same; its mean, weighted by workers, is theil."""
    return formula.theil_concentration(np.ascontiguousarray(employment(world).T))


@metric("theil_concentration", level="industry", unit="nats", formula="sum_r x_rs ln(x_rs / x_r)",
        source="Brülhart & Traeger 2005", theme="concentration")  # fmt: skip
def theil_concentration(world: World) -> Array:
    """Concentration of the industry against that of all workers: 0 spread like them."""
    return formula.theil_concentration(employment(world))


@metric("locational_gini", level="industry", unit="1",
        formula="1 - twice the area under the Lorenz curve of regions ranked by location quotient",
        source="Krugman 1991, Geography and Trade", theme="concentration")  # fmt: skip
def locational_gini(world: World) -> Array:
    """Inequality of the industry's spread over regions against that of all workers."""
    return formula.locational_gini(employment(world))


@shared
def ellison_glaeser_by_industry(world: World) -> Array:
    """gamma of every industry, shape (S,), from the workers of living firms."""
    firms = living(world)
    plants = formula.group_herfindahl(firms.industry, len(world.industries), firms.labour)
    return formula.ellison_glaeser(employment(world), plants)


@metric("ellison_glaeser", level="industry", unit="1",
        formula="(G - (1 - sum x_r^2) H) / ((1 - sum x_r^2)(1 - H)), G = sum (s_r - x_r)^2", source=ELLISON_GLAESER,
        theme="concentration")  # fmt: skip
def ellison_glaeser(world: World) -> Array:
    """Concentration of the industry beyond what plants thrown at random would show; above .05 is high."""
    return ellison_glaeser_by_industry(world)


@metric("ellison_glaeser_mean", unit="1", formula="mean over industries of ellison_glaeser", source=ELLISON_GLAESER,
        theme="concentration")  # fmt: skip
def ellison_glaeser_mean(world: World) -> float:
    """Mean Ellison-Glaeser concentration of industries."""
    return mean_defined(ellison_glaeser_by_industry(world))


@metric("ellison_glaeser_median", unit="1", formula="median over industries of ellison_glaeser",
        source=ELLISON_GLAESER, theme="concentration")  # fmt: skip
def ellison_glaeser_median(world: World) -> float:
    """Median Ellison-Glaeser concentration of industries."""
    return median_defined(ellison_glaeser_by_industry(world))


@metric("localised_share", unit="1", formula="share of industries with ellison_glaeser > 0", source=ELLISON_GLAESER,
        theme="concentration")  # fmt: skip
def localised_share(world: World) -> float:
    """Share of industries that are more concentrated than by chance."""
    gammas = ellison_glaeser_by_industry(world)
    gammas = gammas[~np.isnan(gammas)]
    return quotient(float((gammas > 0.0).sum()), float(len(gammas)))


@metric("highly_localised_share", unit="1", formula="share of industries with ellison_glaeser > .05",
        source=ELLISON_GLAESER, theme="concentration")  # fmt: skip
def highly_localised_share(world: World) -> float:
    """Share of industries that are highly concentrated."""
    gammas = ellison_glaeser_by_industry(world)
    gammas = gammas[~np.isnan(gammas)]
    return quotient(float((gammas > 0.05).sum()), float(len(gammas)))


@metric("gini_output", unit="1", formula="Gini coefficient over regions of value added", source=GINI,
        theme="concentration")  # fmt: skip
def gini_output(world: World) -> float:
    """Inequality of regions in what they produce."""
    return formula.gini(np.maximum(region_table(world).value_added, 0.0))


@metric("gini_innovation", unit="1", formula="Gini coefficient over regions of innovations of the year", source=GINI,
        theme="concentration")  # fmt: skip
def gini_innovation(world: World) -> float:
    """Inequality of regions in innovations; small yearly numbers raise it, so average over years."""
    return formula.gini(local_industry_table(world).innovations.sum(axis=1))
