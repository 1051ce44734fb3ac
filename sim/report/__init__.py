"""The report: one self-contained page for a policy reader."""

from sim.report.arms import describe_arm
from sim.report.page import write_report

__all__ = ["describe_arm", "write_report"]
