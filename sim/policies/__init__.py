"""Policies: one instrument a file; each writes incentives and the ledger, nothing else."""

from sim.policies.registry import POLICIES, Policy, pay, policy  # noqa: F401
