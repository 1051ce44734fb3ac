"""Texts by language for what runs in a browser: one catalogue a language, with the same keys."""

from __future__ import annotations

from typing import Any

from sim.reporting.wording.en import player as english
from sim.reporting.wording.zh import player as chinese
from sim.reporting.wording.zh.titles import TITLES

LANGUAGES = {"en": english, "zh": chinese}
TAGS = {"en": "en", "zh": "zh-CN"}
"""Of a page's language."""


def catalogues() -> dict[str, dict[str, Any]]:
    """Texts and names of the player, by language."""
    found: dict[str, dict[str, Any]] = {
        language: {"texts": told.TEXTS, "names": told.NAMES} for language, told in LANGUAGES.items()
    }
    titles = {**{name: told for name, (_, told) in TITLES.items()}, **dict(TITLES.values())}
    found["zh"]["names"] = {**titles, **found["zh"]["names"]}
    return found
