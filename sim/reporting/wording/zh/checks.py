"""What `clustersim check` says in Chinese of files; as in sim.reporting.wording.en.checks."""

from __future__ import annotations

from sim.reporting.wording.zh.problems import problem

__all__ = ["IN_ORDER", "KINDS", "NOTE", "problem", "study"]

IN_ORDER, NOTE = "{file}：没有问题{told}", "注：{note}"
KINDS = {"experiment": "实验", "evidence": "政策证据"}


def study(kind: str, count: int) -> str:
    """Kind of a study and its scenarios, behind IN_ORDER."""
    return f"（{KINDS[kind]}，{count} 个情景）"
