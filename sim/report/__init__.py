"""The report: one self-contained page for a policy reader."""

from sim.report.arms import describe_arm
from sim.report.page import Findings, write_report

__all__ = ["Findings", "describe_arm", "write_report"]
