"""The report: one self-contained page for a policy reader."""

from sim.reporting.arms import describe_arm
from sim.reporting.page import Findings, write_report

__all__ = ["Findings", "describe_arm", "write_report"]
