"""The page of regimes: what theory claims, under which conditions, and what the model says, claim by claim."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from sim.reporting.figures.style import Picture
from sim.reporting.page import STYLE
from sim.reporting.wording import decimals, rows_of, signed
from sim.store.files import write_atomically

METHOD = (
    "Each claim is about a difference between plans that have the same budget, in the same nations with the same "
    "luck (paired replications), as the mean of the treatment years. The interval is the 95 % t-interval of the mean "
    "paired difference. A claim holds when the whole interval lies on the claimed side; it is a tie when the interval "
    "includes zero, or for a claim of likeness when it crosses the margin; else the model says the opposite.",
    "The conditions were chosen inside the ranges that the model description states, before the results, and were not "
    "changed afterwards. With many claims some intervals exclude zero by chance.",
)


def write_theory(
    path: Path,
    title: str,
    regimes: Mapping[str, Mapping[str, str]],
    claims: pd.DataFrame,
    picture: Picture,
    image: Path,
    footer: str,
    failures: Sequence[str] = (),
) -> None:
    """Write one self-contained page. `regimes`: name -> title, why, choice, note.

    `claims` are those of sim.studies.regimes. Pictures are read from `image` and inlined.
    """
    counts = claims["holds"].value_counts()
    told = ", ".join(
        f"{counts[verdict]} {verdict}"
        for verdict in ("holds", "tie", "opposite", "open", "no value")
        if verdict in counts
    )
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="answer">{len(claims)} claims: {escape(told)}.</p>',
        "".join(f'<p class="warning">Not counted: {escape(failure)}</p>' for failure in failures),
        _figure(picture, image),
        *(_regime(name, words, claims[claims["regime"] == name]) for name, words in regimes.items()),
        "<h2>Method</h2>" + "".join(f"<p>{escape(text)}</p>" for text in METHOD),
        f'<p class="small">{escape(footer)}</p>',
    ]
    page = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>\n{STYLE}\n</style>\n</head>\n<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )
    write_atomically(path, lambda temporary: temporary.write_text(page, encoding="utf-8"))


def _figure(picture: Picture, image: Path) -> str:
    data = base64.b64encode(image.read_bytes()).decode("ascii")
    return (
        f'<figure><img alt="{escape(picture.title)}" src="data:image/png;base64,{data}">'
        f"<figcaption>How to read it: {escape(picture.reading)}</figcaption></figure>"
    )


def _regime(name: str, words: Mapping[str, str], claims: pd.DataFrame) -> str:
    rows = "".join(_row(row) for row in rows_of(claims))
    note = f'<p class="warning">{escape(words["note"])}</p>' if words["note"] else ""
    return (
        f"<h2>{escape(name)} {escape(words['title'])}</h2><p>{escape(words['why'])}</p>"
        f'<p class="small">{escape(words["choice"])}</p>'
        '<div class="scroll"><table><tr><th>claim</th><th>difference, %</th><th>95 % interval</th><th>n</th>'
        f"<th>verdict</th></tr>{rows}</table></div>{note}"
    )


def _row(row: Any) -> str:
    places = decimals(100 * row.ci_low, 100 * row.ci_high)
    cells = [
        signed(100 * row.difference, places),
        f"{signed(100 * row.ci_low, places)} to {signed(100 * row.ci_high, places)}",
        str(row.replications),
        f"<b>{escape(str(row.holds))}</b>",
    ]
    measure = "" if row.measure == "ln_real_income" else f" ({escape(str(row.measure).replace('_', ' '))})"
    head = f'<td title="{escape(str(row.setting))}">{escape(str(row.claim))}{measure}</td>'
    return "<tr>" + head + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
