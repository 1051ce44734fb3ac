"""Texts of the class's pages by language: those of its core and of its pages, and the names of the player."""

from __future__ import annotations

from functools import cache
from typing import Any

from sim.reporting.wording.catalogues import catalogues
from sim.reporting.wording.en import game as english_core
from sim.reporting.wording.en import gamepages as english
from sim.reporting.wording.zh import game as chinese_core
from sim.reporting.wording.zh import gamepages as chinese

OWN = {"en": {**english_core.TEXTS, **english.TEXTS}, "zh": {**chinese_core.TEXTS, **chinese.TEXTS}}


@cache
def class_catalogues() -> dict[str, dict[str, Any]]:
    """Texts and names, by language."""
    names = catalogues()
    return {language: {"texts": texts, "names": names[language]["names"]} for language, texts in OWN.items()}
