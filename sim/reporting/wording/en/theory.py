"""Sentences of regimes and knock-outs, on pages and screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

REGIMES = "Regimes"
METHOD = (
    "Each claim is about a difference between plans that have the same budget, in the same nations with the same "
    "luck (paired replications), as the mean of the treatment years. The interval is the 95 % t-interval of the mean "
    "paired difference. A claim holds when the whole interval lies on the claimed side; it is a tie when the interval "
    "includes zero, or for a claim of likeness when it crosses the margin; else the model says the opposite. With "
    "fewer than four replications there is no interval, and the claim is open.",
    "The conditions were chosen inside the ranges that the model description states, before the results, and were not "
    "changed afterwards. With many claims some intervals exclude zero by chance.",
)
HEAD = ("Claim", "Difference, %", "95 % interval", "n", "Verdict")
CLAIMS_OF, NOT_COUNTED, SOURCE = "Claims of {}", "Not counted: {}", "({})"
VERDICTS = {
    "holds": ("holds", "hold"),
    "tie": ("is a tie", "are ties"),
    "opposite": ("is opposite", "are opposite"),
    "open": ("is open", "are open"),
    "no value": ("has no value", "have no value"),
}
"""Verdicts on claims in the order in which they are told: of one, of several."""


def counted(claims: int, verdicts: Mapping[str, int]) -> str:
    """How many claims there are, and how many of each verdict."""
    told = [f"{verdicts[name]} {forms[verdicts[name] != 1]}" for name, forms in VERDICTS.items() if name in verdicts]
    return f"Of {claims} claim{'' if claims == 1 else 's'} {', '.join(told)}."


KNOCKOUT_CORNER = "with less without"


def knockout_note(few: bool, slumping: str, loss: float, years: int) -> str:
    """What the table of knock-outs shows; `loss` is the share of demand for `slumping` that is gone for `years`."""
    intervals = "Too few replications for intervals." if few else "Bold: the 95 % interval excludes zero."
    return (
        f"{intervals} (off): off in this scenario, switched on here. Slump: {loss:.0%} of demand for {slumping}, "
        f"{years} years; positive: real income loses less."
    )


KNOCKOUT_HEAD = ("Mechanism", "With less without", "95 % interval", "n")
SWITCHED_ON = "off in this scenario: switched on here"
KNOCKOUT_METHOD = (
    "The model is run as it is and with one mechanism switched at a time, from year 0 on and with the same luck "
    "(paired replications). A contribution is the mean difference between the model with the mechanism and without, "
    "with its 95 % t-interval, over the treatment years; real income counts goods at one set of prices. The slump "
    "takes {loss:.0%} of the demand for {good} for {years} years; a positive contribution means that real income "
    "loses less by it. With fewer than four replications there is no interval. With many mechanisms some intervals "
    "exclude zero by chance."
)


def contributions(mechanisms: int, clear: Sequence[tuple[str, str]]) -> str:
    """How many mechanisms contribute clearly to real income, and which give and take most, with their numbers."""
    of = f"Of {mechanisms} mechanism{'' if mechanisms == 1 else 's'}"
    if not clear:
        return f"{of} none contributes to real income by more than luck could."
    (best, gain), (worst, loss) = clear[0], clear[-1]
    if len(clear) == 1:
        return f"{of} one contributes clearly to real income: {best}, {gain} %."
    return f"{of} {len(clear)} contribute clearly to real income, from {best}, {gain} %, to {worst}, {loss} %."
