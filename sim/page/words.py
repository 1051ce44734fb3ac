"""Texts of the page by language: those of the player, its own, and help from the declarations."""

from __future__ import annotations

from functools import cache
from typing import Any

from sim.page.controls import controls
from sim.reporting.wording.catalogues import catalogues
from sim.reporting.wording.en import page as english
from sim.reporting.wording.zh import page as chinese

OWN = {"en": english, "zh": chinese}


@cache
def page_catalogues() -> dict[str, dict[str, Any]]:
    """Texts and names of player and page, by language."""
    found = catalogues()
    declared = {f"help_{one['key']}": str(one["help"]) for one in controls()}
    helps = {"en": declared, "zh": chinese.HELP}
    for language, told in found.items():
        own = OWN[language]
        told["texts"] = {**told["texts"], **own.TEXTS, **helps[language]}
    return found
