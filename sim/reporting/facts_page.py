"""The page on stylised facts: what was compared, the figure, the table, how each was estimated."""

from __future__ import annotations

import base64
import math
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from sim.reporting.diagnoses import cause_of
from sim.reporting.figures.style import Picture
from sim.reporting.page import STYLE
from sim.reporting.wording import number, rows_of
from sim.store.files import write_atomically
from sim.store.provenance import Provenance, seeds_in_words
from sim.studies.facts.declaration import FACTS
from sim.studies.facts.verdicts import MISS, PASS, by_fact, passed


def band(row: Any) -> str:
    """The published band in words."""
    if math.isinf(row.band_high):
        return f"above {number(row.band_low)}"
    return f"{number(row.band_low)} to {number(row.band_high)}"


def write_page(folder: Path, table: pd.DataFrame, picture: Picture, provenance: Provenance) -> Path:
    """Write `folder`/facts.html, with the picture inside; returns its path."""
    good, total = passed(table)
    shot = base64.b64encode((folder / "figures" / f"{picture.name}.png").read_bytes()).decode()
    parts = [
        f"<h1>{good} of {total} stylised facts hold</h1>",
        '<p class="answer">A model that is to compare plans should first look like a real economy without being told '
        "to. Each row compares a statistic of simulated panels with what papers report of real ones. It passes when "
        "the 5-95 % interval over seeds meets the published band; a fact passes when all its statistics do.</p>",
        f'<figure><img alt="{escape(picture.reading)}" src="data:image/png;base64,{shot}">'
        f"<figcaption>{escape(picture.reading)}</figcaption></figure>",
        _table(table),
        _misses(table),
        "<h2>How each was estimated</h2><dl>"
        + "".join(f"<dt>{escape(one.title)}</dt><dd>{escape(one.method)}</dd>" for one in FACTS.values())
        + "</dl>",
        f"<h2>Provenance</h2><p>{escape(provenance.title)}; clustersim {escape(provenance.version)}, code "
        f"{escape(provenance.code)}; {escape(seeds_in_words(provenance.seeds))}; {escape(provenance.command)}</p>",
    ]
    text = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Stylised facts</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>\n{STYLE}\n</style>\n</head>\n'
        "<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )
    path = folder / "facts.html"
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    return path


def _table(table: pd.DataFrame) -> str:
    lines, found = [], by_fact(table)
    for name, fact in FACTS.items():
        lines.append(f'<tr><th colspan="5">{escape(fact.title)} ({found[name]})</th><td class="words small">'
                     f"{escape(fact.source)}</td></tr>")  # fmt: skip
        for row in rows_of(table[table["fact"] == name]):
            clear = ' class="clear"' if row.verdict != PASS else ""
            lines.append(
                f"<tr><td>{escape(row.meaning)}</td><td>{number(row.estimate)}</td>"
                f"<td>{number(row.low)} to {number(row.high)}</td><td>{band(row)}</td><td{clear}>{row.verdict}</td>"
                "<td></td></tr>"
            )
    return (
        '<div class="scroll"><table><thead><tr><th>Statistic</th><th>Mean</th><th>5-95 % of seeds</th>'
        f"<th>Published</th><th>Verdict</th><th>Source</th></tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _misses(table: pd.DataFrame) -> str:
    missed = table.loc[table["verdict"] == MISS, "statistic"]
    told = "".join(f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(cause_of(name))}</dd>" for name in missed)
    return f"<h2>Why some do not hold</h2><dl>{told}</dl>" if told else ""
