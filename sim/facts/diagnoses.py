"""Why a statistic misses its band: what knock-outs and sweeps of the mechanism behind it showed."""

from __future__ import annotations

CAUSES: dict[str, str] = {}
"""Cause by name of statistic. Shown only while the statistic misses."""
