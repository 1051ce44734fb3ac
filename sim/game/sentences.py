"""Sentences of the debrief: chosen and filled by the numbers of its figures. No plan may win."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.game.engine import ARMS, CLASS, COORDINATED, NONE
from sim.game.words import plain, said, signed
from sim.reporting.wording.catalogues import LANGUAGES as NAMED

CLOSE = 0.05
"""Per cent of income below which two arms are told as equal."""


def sentences(language: str, nation: dict[str, Any]) -> list[str]:
    """What the figures of a nation say, in order."""
    parts = (_chips, _hot, _crowded, _income, _others, _band, _gain)
    return [sentence[:1].upper() + sentence[1:] for part in parts for sentence in part(language, nation)]


def _name(language: str, industry: str) -> str:
    return str(NAMED[language].NAMES.get(industry, industry.replace("_", " ")))


def _chips(language: str, nation: dict[str, Any]) -> Iterator[str]:
    told = nation["decided"]
    yield said(language, "debrief_chips", seats=told["all"], decided=told["people"], defaults=told["defaults"],
               bots=told["bots"])  # fmt: skip


def _hot(language: str, nation: dict[str, Any]) -> Iterator[str]:
    figure = nation["figure1"]
    hot = [column for column, name in enumerate(figure["industries"]) if name in nation["hot"]]
    shares = []
    for round in figure["rounds"]:
        all_chips = sum(sum(row) for row in round["chips"])
        on_list = sum(row[column] for row in round["chips"] for column in hot)
        shares.append(100.0 * on_list / all_chips if all_chips else None)
    if shares:
        yield said(language, "debrief_hot", share=plain(shares[-1], 0), first=plain(shares[0], 0))


def _crowded(language: str, nation: dict[str, Any]) -> Iterator[str]:
    """The industry that is crowded most in the last round."""
    figure = nation["figure1"]
    last = figure["rounds"][-1]
    over = {
        column: promoters / last["carried"][column]
        for column, promoters in enumerate(last["promoters"])
        if promoters and last["carried"][column]
    }
    worst = max(over, key=lambda column: over[column], default=None)
    if worst is None or over[worst] <= 1.0:
        yield said(language, "debrief_none_crowded")
        return
    yield said(language, "debrief_crowded", industry=_name(language, figure["industries"][worst]),
               promoters=plain(last["promoters"][worst]), carried=plain(last["carried"][worst]),
               parallel=plain(last["parallel"][worst]))  # fmt: skip


def _income(language: str, nation: dict[str, Any]) -> Iterator[str]:
    means = nation["figure3"]["means"]
    yield said(language, "debrief_income", **_by_arm({arm: signed(means[arm], 2) for arm in ARMS}))
    known = {arm: value for arm, value in means.items() if value is not None}
    if len(known) < len(ARMS):
        return
    best, second = sorted(known, key=lambda arm: -known[arm])[:2]
    if known[best] - known[second] > CLOSE:
        yield said(language, "debrief_best", arm=said(language, f"arm_{best}"))
    else:
        yield said(language, "debrief_equal", arm=said(language, f"arm_{best}"), close=CLOSE,
                   other=said(language, f"arm_{second}"))  # fmt: skip


def _by_arm(told: dict[str, str]) -> dict[str, str]:
    return {"class_": told[CLASS], "coordinated": told[COORDINATED], "none": told[NONE]}


def _others(language: str, nation: dict[str, Any]) -> Iterator[str]:
    arms = nation["figure3"]["arms"]
    margins = {arm: signed(arms[arm]["hot_margin"][-1]) for arm in ARMS}
    used = {arm: [value for value in arms[arm]["utilisation"] if value is not None] for arm in ARMS}
    yield said(language, "debrief_margin", **_by_arm(margins))
    if all(used.values()):
        yield said(language, "debrief_utilisation",
                   **_by_arm({arm: plain(sum(used[arm]) / len(used[arm])) for arm in ARMS}))  # fmt: skip


def _band(language: str, nation: dict[str, Any]) -> Iterator[str]:
    figure = nation["figure3"]
    if figure["band"] is not None:
        yield said(language, "debrief_band", seeds=figure["luck"], above=figure["above"])


def _gain(language: str, nation: dict[str, Any]) -> Iterator[str]:
    rows = nation["figure2"]
    if rows is None:
        return
    gained = [one for one in rows if one["gain"] is not None and one["gain"] > 0.0]
    both = [one for one in gained if one["cost"] is not None and one["cost"] > 0.0]
    yield said(language, "debrief_gain", gained=len(gained), regions=len(rows), both=len(both))
