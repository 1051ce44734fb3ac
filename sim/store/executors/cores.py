"""Cores that this program may use, and one thread for each of its workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""What libraries that would take all cores read as they are loaded."""


def cores() -> int:
    """Cores that this program may use: those it is pinned to, that SLURM gave it, that its container allows."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    given = os.environ.get("SLURM_CPUS_PER_TASK", "")
    return max(min(own, int(given) if given.isdecimal() else own, allowed_by_container() or own), 1)


def allowed_by_container(root: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Whole cores that the control group of this program may use, at least 1; None where it sets no bound."""
    try:
        quota, period = (root / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            quota = (root / "cpu/cpu.cfs_quota_us").read_text().strip()
            period = (root / "cpu/cpu.cfs_period_us").read_text().strip()
        except OSError:
            return None
    if not quota.isdecimal() or not period.isdecimal() or int(period) == 0:
        return None
    return max(int(quota) // int(period), 1)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Workers that begin within use one thread of such libraries, so that workers x threads stay within the cores."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
