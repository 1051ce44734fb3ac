"""Bots: who governs a region that nobody sits in, or whose student is away. What they do is drawn by keys.

A bot of a region has one habit for the whole session: the row that the coordinated plan has for it, its own best
industries, what most promoted last round, last year's best margins, or the same as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.game.presets import Preset
from sim.game.rules import CHIPS, MOST_INDUSTRIES, Chips, in_whole_chips
from sim.kernel.fingerprint import fingerprint

HABITS = ("adviser", "own", "herd", "margins", "repeat")
LEAST = 2
"""Chips that a thrifty bot puts at least."""


def uniform(*keys: Any) -> float:
    """A number in [0, 1) that hangs on `keys` alone."""
    return int(fingerprint("bot", *keys), 16) / 2.0**64


def habit_of(seed: int, nation: int, region: int) -> str:
    """What the bot of a region does."""
    return HABITS[int(uniform(seed, nation, region, "habit") * len(HABITS))]


def chips_to_spend(preset: Preset, seed: int, nation: int, region: int, round: int) -> int:
    """All of them, or where keeping some may pay, a number drawn for the round."""
    if not preset.thrift:
        return CHIPS
    return LEAST + int(uniform(seed, nation, region, round, "thrift") * (CHIPS - LEAST + 1))


def own_best(row: Sequence[float], names: Sequence[str], total: int = CHIPS) -> Chips:
    """A region's own best industries by what its advisers see: equal shares, more for those named first."""
    return in_whole_chips(row, names, total)


def hottest(totals: Mapping[str, float], names: Sequence[str], luck: float) -> list[str]:
    """The MOST_INDUSTRIES of `names` with the largest totals; equal ones by luck."""
    turn = int(luck * len(names))
    turned = [*names[turn:], *names[:turn]]
    return sorted(turned, key=lambda name: -round(totals.get(name, 0.0), 9))[:MOST_INDUSTRIES]


def bot_chips(
    habit: str,
    region: int,
    total: int,
    luck: float,
    *,
    names: Sequence[str],
    open_names: Sequence[str],
    advice: Mapping[str, Sequence[Sequence[float]]],
    hot: Sequence[str],
    margins: Mapping[str, float],
    last_round: Sequence[Mapping[str, float]],
    own_last: Mapping[str, float] | None,
) -> Chips:
    """What a bot with `habit` does. `last_round` are all regions' chips of the round before, empty in the first."""
    if habit == "repeat" and own_last is not None:
        return {name: count for name, count in own_last.items() if count > 0.0}
    if habit == "adviser":
        return in_whole_chips(advice["coordinated"][region], names, total)
    if habit == "herd":
        totals: dict[str, float] = {}
        for chips in last_round:
            for name, count in chips.items():
                totals[name] = totals.get(name, 0.0) + count
        chosen = hottest(totals, open_names, luck) if totals else [name for name in hot if name in open_names]
        return in_whole_chips([1.0] * len(chosen), chosen, total)
    if habit == "margins":
        chosen = hottest(margins, open_names, luck)
        return in_whole_chips([1.0] * len(chosen), chosen, total)
    return own_best(advice["own"][region], names, total)
