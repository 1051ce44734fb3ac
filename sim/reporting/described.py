"""Tables of what is declared, in another language: title, heads, words of closed lists, and the meanings it has."""

from __future__ import annotations

from dataclasses import replace

from sim.reporting.describe import Description
from sim.reporting.wording.zh import describe as chinese
from sim.reporting.wording.zh.player import NAMES
from sim.reporting.wording.zh.terminal import METRICS

KNOWN = {**NAMES, **METRICS}
"""What layouts, policies, shocks and main metrics are called."""
MEANING = "meaning"


def in_language(description: Description, language: str) -> Description:
    """The table in `language`; names by which things are called in files stay as they are."""
    if language == "en":
        return description
    told = chinese.MEANINGS.get(description.title, {})

    def cell(column: str, word: str, name: str) -> str:
        if column != MEANING:
            return chinese.WORDS.get(column, {}).get(word, word)
        known = KNOWN.get(name) if description.columns[0] in ("layout", "policy", "shock", "metric") else None
        meaning = told.get(name, word)
        return f"{known}：{meaning}" if known else meaning

    rows = tuple(
        tuple(cell(column, word, row[0]) for column, word in zip(description.columns, row, strict=True))
        for row in description.rows
    )
    return replace(description, title=chinese.TITLES[description.title], rows=rows, heads=chinese.HEADS)
