"""Policies: one instrument a file; each writes incentives, what firms get of them, and the ledger."""

from sim.model.policies import (  # noqa: F401  (imported to declare)
    core_technology,
    entry_grant,
    extend,
    foundation,
    industrial_park,
    investment_subsidy,
    leader_attraction,
    local_protection,
    research_grant,
    research_institute,
    sme_cultivation,
    soft_loan,
    supplement,
    talent,
    upgrade,
)
from sim.model.policies.registry import POLICIES, Policy, Programme, pay, policy  # noqa: F401
