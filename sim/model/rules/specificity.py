"""Specificity: within the year a customer cannot do with other goods than those its own suppliers make for it.

Barrot & Sauvagnat (2016), Quarterly Journal of Economics 131: when a disaster hits a supplier, sales of customers in
other places fall in the same year, though the relation stands, and most where inputs are specific. Boehm, Flaaen &
Pandalai-Nayar (2019): output of affiliates fell almost one for one with what did not arrive from Japan.

Each supplier under contract makes parts for some lines of its customer's products; a share of the lines is made for
these parts and stands still without them, however cheap the input is. The rest is as in sim.model.rules.delivery, where
one supplier's goods replace another's and the input is a share of cost. How much of an input comes under contract, and
from how many suppliers, decides how far a shortage reaches.
"""

from __future__ import annotations

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.typed import Parameters

SPECIFIC = mechanism(
    "specific_inputs", "4.10", "What a supplier fails to deliver stops products that are made for its parts.",
)  # fmt: skip
SPECIFIC.param(
    "input_specificity", 0.7, 0.0, 1.0, unit="share", evidence="S", sweep=(0.5, 1.0),
    source="Barrot & Sauvagnat 2016 (customers lose .25-.5 of what the supplier lost; more where inputs are specific); "
    "digits ours",
    help="share of a firm's products that are made for the parts of its own suppliers and stand still without them",
)  # fmt: skip


@rule
def lines_running(otherwise: float, missing: float, p: Parameters) -> float:
    """Output over plan: (1 - s) y + s min(y, 1 - m), s `input_specificity`; y where no input is specific.

    `otherwise` y, what all that arrived of an input allows when one supplier's goods replace another's; `missing` m,
    the share of the input that suppliers under contract fail to deliver. Form ours: fixed proportions within a line.
    """
    if not p.specific_inputs:
        return otherwise
    return (1.0 - p.input_specificity) * otherwise + p.input_specificity * min(otherwise, 1.0 - missing)
