"""Texts of the page by language: those of the player, its own, and help for every control."""

from __future__ import annotations

from functools import cache
from typing import Any

from sim.reporting.lessons import LANGUAGES as LESSONS
from sim.reporting.lessons import NOTES
from sim.reporting.wording.catalogues import catalogues
from sim.reporting.wording.en import page as english
from sim.reporting.wording.zh import page as chinese

OWN = {"en": english, "zh": chinese}


def in_all(key: str) -> str:
    """A text in every language, a line each, for those of whom none is known."""
    return "\n".join(own.TEXTS[key] for own in OWN.values())


@cache
def page_catalogues() -> dict[str, dict[str, Any]]:
    """Texts and names of player and page, by language."""
    found = catalogues()
    for language, told in found.items():
        own, taught = OWN[language], LESSONS[language]
        told["texts"] = {**told["texts"], **own.TEXTS, **taught.TEXTS, **own.HELP}
        told["names"] = {**taught.ARMS, **told["names"]}
        told["lessons"] = {
            name: {
                **{part: text for part, text in one.items() if not part.startswith("answer")},
                "notes": NOTES[language][name],
            }
            for name, one in taught.LESSONS.items()
        }
    return found
