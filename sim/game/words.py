"""Sentences of the game by language, made from numbers."""

from __future__ import annotations

from typing import Any

from sim.game.rules import ROUND_YEARS
from sim.game.tension import ROUNDS, SAME, TESTS, Tension, is_paid, is_stale, known, offered, stake_of
from sim.reporting.wording.en import game as english
from sim.reporting.wording.zh import game as chinese

LANGUAGES = {"en": english.TEXTS, "zh": chinese.TEXTS}


def texts(language: str) -> dict[str, str]:
    """The texts of a language; English where there is none."""
    return LANGUAGES.get(language, LANGUAGES["en"])


def said(language: str, key: str, **values: Any) -> str:
    """A text with its values put in."""
    return texts(language)[key].format(**values)


def signed(value: float | None, digits: int = 1) -> str:
    """A number with its sign, as sentences have it; a dash where there is none."""
    if value is None:
        return "\N{EN DASH}"
    told = f"{value:+.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return told if told.strip("+\N{MINUS SIGN}.0") else told[1:]  # what is nothing in these digits has no sign


def plain(value: float | None, digits: int = 1) -> str:
    """A number as sentences have it; a dash where there is none."""
    return "\N{EN DASH}" if value is None else f"{value:z.{digits}f}".replace("-", "\N{MINUS SIGN}")


def tension_line(language: str, key: str, found: Tension) -> str:
    """What a region gains by the move of a preset and what the nation loses, with intervals."""
    test = SAME.get(key, key)
    alone, nation = found.alone, found.together_nation
    return said(
        language, "tension_line", move=said(language, f"move_{test}"), together=said(language, f"together_{test}"),
        unit=said(language, f"reward_{TESTS[test].reward}"), alone=signed(alone[0]), low=signed(alone[1]),
        high=signed(alone[2]), nation=signed(nation[0], 2), nation_low=signed(nation[1], 2),
        nation_high=signed(nation[2], 2), seeds=found.seeds, years=ROUND_YEARS * found.rounds,
    )  # fmt: skip


def course_line(language: str, found: Tension) -> str:
    """The same after each round; empty where it was not measured."""
    if not found.course:
        return ""
    alone, nation = ([signed(one[name][0], digits) for one in found.course]
                     for name, digits in (("alone", 1), ("together_nation", 2)))  # fmt: skip
    return said(language, "tension_course", rounds=len(found.course), alone=", ".join(alone), nation=", ".join(nation))


def verdict(language: str, key: str, rounds: int = ROUNDS) -> str:
    """What is at stake in a preset, and whether the score is of it."""
    stake = stake_of(key, rounds)
    aside = " " + said(language, "tension_unpaid") if stake in ("conflict", "temptation") and not is_paid(key) else ""
    return said(language, f"tension_{stake}") + aside


def lines(language: str, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Presets in the order in which they are offered: key, title, about, stake, and what was measured over `rounds`."""
    found = []
    for preset in offered():
        stored = known().get(preset.key)
        told = stored.over(rounds) if stored is not None else None
        found.append({
            "key": preset.key, "title": said(language, f"preset_{preset.key}"),
            "about": said(language, f"about_{preset.key}"), "payoff": preset.payoff,
            "formula": said(language, f"formula_{preset.payoff}"), "stake": stake_of(preset.key, rounds),
            "verdict": verdict(language, preset.key, rounds),
            "line": tension_line(language, preset.key, told) if told is not None else "",
            "course": course_line(language, told) if told is not None else "",
            "stale": is_stale(preset.key),
        })  # fmt: skip
    return found


__all__ = ["LANGUAGES", "lines", "plain", "said", "signed", "tension_line", "texts"]
