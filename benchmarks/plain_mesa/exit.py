"""Exit: by age, size and margin; and always when debts exceed the value of capacity."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.kernel.draws import Purpose

if TYPE_CHECKING:
    from types import SimpleNamespace

    from benchmarks.plain_mesa.firm import Firm
    from benchmarks.plain_mesa.model import PlainModel

EXIT = int(Purpose.EXIT)
CLASSES = (1, 3, 5, 10)
"""Ages at which the next class of age begins."""


def age_class(age: int) -> int:
    """Class of age: first year, to the third, to the fifth, to the tenth, later."""
    return sum(age >= bound for bound in CLASSES)


def base_hazard(group: int, p: SimpleNamespace) -> float:
    """Published hazard of closing by class of age."""
    return (p.exit_first, p.exit_young, p.exit_middle, p.exit_old, p.exit_old)[group]


def hardship(firm: Firm, size: float, p: SimpleNamespace) -> float:
    """How much likelier than usual a firm of this margin and size closes."""
    bound = p.exit_margin_bound
    return math.exp(-min(max(firm.margin / p.exit_margin, -bound), bound) - p.exit_size * size)


def is_bankrupt(firm: Firm, p: SimpleNamespace) -> bool:
    """Debts exceed a share of the value of capacity."""
    return firm.cash < -p.bankruptcy * p.capital_price * firm.unit_cost * firm.capacity


def standard_sizes(firms: list[Firm], bound: float) -> list[float]:
    """ln sales of each firm in standard deviations around the mean, within `bound`."""
    sizes = [math.log(max(firm.sales, 1e-9)) for firm in firms]
    mean = sum(sizes) / len(sizes)
    deviation = math.sqrt(sum((size - mean) ** 2 for size in sizes) / len(sizes))
    if deviation <= 1e-12:
        return [0.0] * len(sizes)
    return [min(max((size - mean) / deviation, -bound), bound) for size in sizes]


def move_norms(groups: list[int], broke: list[bool], hard: list[float], model: PlainModel) -> None:
    """Norms of hardship move to what keeps closures by age at their published values, the bankrupt counted in."""
    p, norms = model.p, model.norms.hardship
    for group in range(len(norms)):
        rows = [row for row, own in enumerate(groups) if own == group]
        solvent = sum(hard[row] for row in rows if not broke[row])
        if solvent > 0.0:
            left = -sum(broke[row] for row in rows) / max(base_hazard(group, p), 1e-6)
            wanted = solvent / max(len(rows) + left, p.exit_norm_floor * len(rows))
            known = norms[group]
            norms[group] = known + p.exit_norm_speed * (wanted - known) if known > 0.0 else wanted
        elif norms[group] <= 0.0:
            norms[group] = 1.0


def close_firms(model: PlainModel) -> None:
    """Firms close by their hazard, the bankrupt for sure."""
    firms, p = list(model.firms), model.p
    if not firms:
        return
    sizes = standard_sizes(firms, p.exit_size_bound)
    groups = [age_class(firm.age) for firm in firms]
    broke = [is_bankrupt(firm, p) for firm in firms]
    hard = [hardship(firm, size, p) for firm, size in zip(firms, sizes, strict=True)]
    move_norms(groups, broke, hard, model)
    for row, firm in enumerate(firms):
        hazard = base_hazard(groups[row], p) * hard[row] / model.norms.hardship[groups[row]]
        if broke[row] or model.draw(EXIT, firm.unique_id, 0) < min(p.exit_hazard_max, hazard):
            firm.close()
