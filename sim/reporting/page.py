"""One self-contained page for a policy reader: question, answer, figures, table, method, limits, provenance.

Nothing is loaded from elsewhere: pictures are inlined, there are no scripts and no fonts. Every text is escaped.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from sim.kernel.scenario_types import Scenario
from sim.reporting.arms import describe_arm
from sim.reporting.figures import Evidence, Picture
from sim.reporting.resilience_section import resilience_section
from sim.reporting.tier_section import tier_section
from sim.reporting.wording import decimals, excludes_zero, label, level, main_metrics, rows_of, signed, times
from sim.store.files import write_atomically

STYLE = """
:root { color-scheme: light; }
body { font: 17px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1c1c1c; background: #fff;
       max-width: 62rem; margin: 2rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin-bottom: .2rem; } h2 { font-size: 1.35rem; margin-top: 2.4rem; }
.answer { border-left: .35rem solid #0072b2; background: #f2f7fb; padding: .6rem 1.1rem; font-size: 1.12rem; }
.warning { border-left: .35rem solid #d55e00; background: #fdf4ee; padding: .6rem 1.1rem; }
figure { margin: 1.6rem 0; break-inside: avoid; } figure img { width: 100%; height: auto; border: 1px solid #ddd; }
figcaption { color: #444; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .28rem .7rem; border-bottom: 1px solid #ddd; vertical-align: top; }
th:first-child, td:first-child, td.words { text-align: left; }
td:not(.words) { white-space: nowrap; } td.clear { font-weight: 600; }
dt { font-weight: 600; margin-top: .5rem; } dd { margin-left: 1.2rem; } pre { white-space: pre-wrap; font-size: .8rem; }
.small { color: #555; font-size: .9rem; }
@media print {
  body { max-width: none; margin: 0; font-size: 11pt; } h2 { break-after: avoid; } details { display: none; } }
""".strip()

METHOD = (
    "clustersim is an agent-based model: firms, leading firms and research institutes enter, choose places, invest, "
    "cooperate, innovate, sell and leave, year by year; regional governments promote industries according to the plan "
    "of the arm. All arms share one past (the burn-in) and then differ only in what is listed above.",
    "A replication is one seed. Within it every random draw is a function of the seed and of who draws it, so the same "
    "firm has the same luck in every arm. Differences are taken within replications and averaged; the interval is the "
    "95 % t-interval of the mean paired difference. Arms that have a plan share out the budget that their scenario "
    "states; without a plan consumers keep the money.",
)
LIMITS = (
    "The interval says how far the answer could move with other seeds. It does not say that the model is right: that "
    "rests on its assumptions and parameters; several are not measured, and sensitivity analyses vary them.",
    "Results are differences between scenarios in a stylised economy, no forecasts for a place or a year. A real "
    "map gives the model real endowments and distances, not real firms.",
    "With many measures some intervals exclude zero by chance; the column p (Holm) corrects for that. Real income, "
    "named in advance, is corrected over the arms only, the rest over all measures. No one measure decides alone.",
)
TABLE_NOTE = (
    "Means over the treatment years of the whole nation. Bold: the interval excludes zero. Agree: replications whose "
    "difference has the sign of the mean. Effect size: Cohen's d of the paired differences. Saved: how many times as "
    "many replications the same precision would take if every arm had its own luck. All measures, windows and regions "
    "are in summary.csv and tables/."
)


@dataclass(frozen=True)
class Findings:
    """What a comparison says beyond its tables and pictures; empty for a single run."""

    answers: Sequence[str] = ()
    """The answer in plain sentences."""
    failures: Sequence[str] = ()
    """Replications that failed, one line each."""
    terms: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Terms of the decomposition."""
    reason: str = ""
    """Why there is no decomposition."""
    transitions: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Yearly moves between tiers, see sim.studies.tier_moves."""
    tiers: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Survival and growth by tier."""


def write_report(
    folder: Path,
    evidence: Evidence,
    pictures: Sequence[Picture],
    arms: dict[str, Scenario],
    manifest: dict[str, Any],
    findings: Findings,
) -> Path:
    """Write `folder`/report.html and return its path. Pictures are read from `folder`/figures."""
    first = arms[evidence.baseline]
    parts = [
        _asked(evidence, first),
        _answer(findings),
        _arms(evidence, arms),
        "".join(_figure(picture, folder / "figures" / f"{picture.name}.png") for picture in pictures),
        _table(evidence) if not evidence.differences.empty else "",
        _decomposition(findings) if evidence.others else "",
        resilience_section(evidence.resilience),
        tier_section(findings.transitions, findings.tiers, evidence.baseline),
        "<h2>Method</h2>" + _paragraphs(METHOD),
        "<h2>Limits</h2>" + _paragraphs(LIMITS),
        _provenance(evidence, manifest),
    ]
    title = escape(evidence.provenance.title)
    page = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body>\n</html>\n"
    )
    path = folder / "report.html"
    write_atomically(path, lambda temporary: temporary.write_text(page, encoding="utf-8"))
    return path


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def _asked(evidence: Evidence, scenario: Scenario) -> str:
    said = f"<h1>{escape(evidence.provenance.title)}</h1>"
    said += _paragraphs([text for text in (scenario.description,) if text])
    years = scenario.years
    if evidence.others:
        others = ", ".join(evidence.others)
        text = (
            f"What was asked: over {years.treatment} years, how do {others} compare with {evidence.baseline}? "
            f"{evidence.replications} paired replications, after {years.burn_in} years that all arms share."
        )
    else:
        text = (
            f"One run of {years.burn_in} years of burn-in and {years.treatment} years under the plan. "
            "It is an example, not an answer."
        )
    said += _paragraphs([text, *([f"What to look at: {scenario.look_at}"] if scenario.look_at else [])])
    return said + (f'<p class="small">Source of the scenario: {escape(scenario.source)}</p>' if scenario.source else "")


def _answer(findings: Findings) -> str:
    said = f'<h2>The answer</h2><div class="answer">{_paragraphs(findings.answers)}</div>' if findings.answers else ""
    if findings.failures:
        listed = "".join(f"<li>{escape(failure)}</li>" for failure in findings.failures)
        said += f'<div class="warning"><p>Replications that failed and are not counted:</p><ul>{listed}</ul></div>'
    return said


def _arms(evidence: Evidence, arms: dict[str, Scenario]) -> str:
    told = {arm: describe_arm(arms[arm]) for arm in evidence.arms}
    shared = [
        text for text in told[evidence.baseline][1:] if evidence.others and all(text in own for own in told.values())
    ]
    said = ""
    for arm in evidence.arms:
        name = escape(arm) + (" (baseline)" if evidence.others and arm == evidence.baseline else "")
        own = " ".join(text for text in told[arm] if text not in shared)
        said += f"<dt>{name}</dt><dd>{escape(own)}</dd>"
    if shared:
        said += f"<dt>In all arms</dt><dd>{escape(' '.join(shared))}</dd>"
    return f"<h2>{'What the arms do' if evidence.others else 'What was run'}</h2><dl>{said}</dl>"


def _figure(picture: Picture, path: Path) -> str:
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return (
        f'<figure><img alt="{escape(picture.title)}" src="data:image/png;base64,{data}">'
        f"<figcaption>How to read it: {escape(picture.reading)}</figcaption></figure>"
    )


def _table(evidence: Evidence) -> str:
    table = evidence.differences[evidence.differences["window"] == "treatment years"]
    metrics = main_metrics(table["metric"])
    head = (
        "Measure",
        "Arm",
        f"Mean, {evidence.baseline}",
        "Mean, arm",
        "Difference",
        "95 % interval",
        "Agree",
        "Effect size",
        "p (Holm)",
        "Saved",
    )
    rows = []
    for metric in metrics:
        for row in rows_of(table[table["metric"] == metric]):
            rows.append(_row(row, evidence))
    return (
        f'<h2>Main measures</h2><p class="small">{escape(TABLE_NOTE)}</p>'
        '<div class="scroll"><table><thead><tr>'
        + "".join(f"<th>{escape(name)}</th>" for name in head)
        + "</tr></thead><tbody>"
        + "".join(rows)
        + "</tbody></table></div>"
        + _glossary(metrics, evidence)
    )


def _row(row: Any, evidence: Evidence) -> str:
    places = decimals(row.shown_low, row.shown_high)
    unit = {"1": "", "": ""}.get(row.shown_unit, f" {row.shown_unit}")
    clear = ' class="clear"' if excludes_zero(row) else ""
    cells = [
        f'<td>{escape(label(row.metric))}</td><td class="words">{escape(row.arm)}</td>',
        f"<td>{level(row.metric, row.baseline_mean)}</td><td>{level(row.metric, row.arm_mean)}</td>",
        f"<td{clear}>{signed(row.shown, places)}{escape(unit)}</td>",
        f"<td>{signed(row.shown_low, places)} to {signed(row.shown_high, places)}</td>",
        f"<td>{int(row.agreeing)} of {int(row.replications)}</td>",
        f"<td>{signed(row.effect_size, 2)}</td><td>{_p_value(row.p_holm)}</td><td>{times(row.variance_ratio)}</td>",
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _p_value(value: float) -> str:
    if not math.isfinite(value):
        return "-"
    return "&lt; 0.001" if value < 0.001 else f"{value:.3f}"


def _glossary(metrics: Sequence[str], evidence: Evidence) -> str:
    known = [(metric, evidence.metrics[metric]) for metric in metrics if metric in evidence.metrics]
    if not known:
        return ""
    said = "".join(
        f"<dt>{escape(label(metric))}</dt><dd>{escape(facts.get('help', ''))} "
        f'<span class="small">[{escape(facts.get("unit", ""))}]</span></dd>'
        for metric, facts in known
    )
    return f"<details><summary>What the measures mean</summary><dl>{said}</dl></details>"


def _decomposition(findings: Findings) -> str:
    terms = findings.terms
    if findings.reason:
        return f'<h2>Where the difference comes from</h2><p class="small">{escape(findings.reason)}</p>'
    rows = []
    for row in rows_of(terms[terms["window"] == "treatment years"]):
        places = decimals(row.shown_low, row.shown_high)
        rows.append(
            f'<tr><td>{escape(row.term)}</td><td class="words">{escape(row.meaning)} ({escape(row.to_arm)} against '
            f"{escape(row.from_arm)})</td><td>{signed(row.shown, places)} %</td>"
            f"<td>{signed(row.shown_low, places)} to {signed(row.shown_high, places)}</td></tr>"
        )
    return (
        "<h2>Where the difference comes from</h2><p>The gain of the differentiated over the duplicated layout is "
        "the sum, in logarithms and in every replication, of three steps that each change one thing.</p>"
        '<div class="scroll"><table><thead><tr><th>Term</th><th>What changes</th><th>Real income</th>'
        "<th>95 % interval</th></tr>"
        f"</thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _provenance(evidence: Evidence, manifest: dict[str, Any]) -> str:
    origin = evidence.provenance
    seconds = sum(run["seconds"] for run in manifest["runs"])
    facts = {
        "Program": f"clustersim {origin.version}, code {origin.code}"
        + (f", commit {origin.commit}" if origin.commit else ""),
        "Command": origin.command,
        "Seeds": ", ".join(map(str, origin.seeds)),
        "Runs": f"{len(manifest['runs'])}, {seconds:.0f} s of computing",
        "Versions": ", ".join(f"{name} {version}" for name, version in manifest["versions"].items() if version),
        "Platform": manifest["platform"]["system"],
    }
    said = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts.items())
    hashes = "\n".join(f"{run['arm']}  seed {run['seed']}  {run['hash']}" for run in manifest["runs"])
    scenarios = json.dumps(manifest["arms"], indent=1, ensure_ascii=False)
    return (
        f"<h2>Provenance</h2><dl>{said}</dl>"
        f"<details><summary>State hash of the last year of every run</summary><pre>{escape(hashes)}</pre></details>"
        f"<details><summary>The scenarios in full</summary><pre>{escape(scenarios)}</pre></details>"
    )
