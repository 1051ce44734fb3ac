"""Census: sums and means of firms by place and industry, which agents look at in the year that follows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainModel

MEANS = ("mean_productivity", "mean_appeal", "mean_capacity")


def take_census(model: PlainModel) -> None:
    """Count firms, capacity and last year's employment."""
    for local in model.locals:
        local.employment = local.capacity = local.coming = 0.0
        local.firms = 0
    for place in model.places:
        place.employment = 0.0
        for site in place.sites:
            site.employment = 0.0
    for industry in model.industries:
        industry.mean_productivity = industry.mean_appeal = 0.0
    for firm in model.firms:
        local, industry = firm.local, firm.industry
        local.firms += 1
        local.employment += firm.labour
        local.capacity += firm.capacity
        local.coming += sum(firm.building)
        firm.site.employment += firm.labour
        firm.place.employment += firm.labour
        industry.mean_productivity += math.log(firm.productivity)
        industry.mean_appeal += firm.appeal
    for region in model.regions:
        region.employment = sum(local.employment for local in region.locals)
    for industry in model.industries:
        industry.firms = sum(local.firms for local in industry.locals)
        industry.capacity = sum(local.capacity for local in industry.locals)
        industry.coming = sum(local.coming for local in industry.locals)
        if industry.firms > 0:
            industry.mean_productivity /= industry.firms
            industry.mean_appeal /= industry.firms
            industry.mean_capacity = industry.capacity / industry.firms
        else:
            industry.mean_capacity = 0.0


def prepare_pioneers(model: PlainModel) -> None:
    """The first firms of an open industry without any will be like those of the others."""
    settled = [industry for industry in model.industries if industry.firms > 0]
    for industry in model.industries:
        if industry.opened and industry.firms == 0 and settled:
            for name in MEANS:
                setattr(industry, name, sum(getattr(other, name) for other in settled) / len(settled))
