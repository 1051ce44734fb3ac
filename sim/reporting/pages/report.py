"""The report of a comparison, or of one run, for a policy reader: the answer, six measures, then everything else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sim.reporting.figures.evidence import Evidence
from sim.reporting.pages.contents import Cell, Folded, Grid, Listing, Page, Part, Points, Section, Shot, Terms, Words
from sim.reporting.pages.pairing import pairing_parts
from sim.reporting.pages.resilience import resilience_parts
from sim.reporting.pages.tiers import tier_parts
from sim.reporting.wording import (
    NO_VALUE,
    TOO_FEW,
    answers,
    arm_name,
    decimals,
    excludes_zero,
    headline_metrics,
    label,
    level,
    main_metrics,
    other_pasts_in_words,
    p_value,
    rows_of,
    short_answer,
    signed,
    times,
    unit_after,
)
from sim.reporting.wording.en import report as words
from sim.reporting.wording.intervals import returns_in_words, span_in_words


@dataclass(frozen=True)
class Told:
    """What is said beside the tables of a comparison: words and numbers that no table holds."""

    arms: Mapping[str, Sequence[str]]
    """What each arm does, in sentences."""
    failures: Sequence[str] = ()
    """Replications that failed, one line each."""
    terms: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Terms of the decomposition with a column `meaning`; empty without one."""
    transitions: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Yearly moves between tiers, see sim.studies.tier_moves."""
    tiers: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Survival and growth by tier."""
    returns: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What plans return per unit of money, see sim.studies.returns."""
    saved: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What pairing saves, see sim.studies.pairing."""
    decisions: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Decisions that stayed the same, see sim.studies.pairing."""


def report_page(evidence: Evidence, shots: Sequence[Shot], told: Told, manifest: Mapping[str, Any]) -> Page:
    """The report as data. `manifest` is that of the result folder; `shots` are shown in their order."""
    parts: dict[str, list[Part]] = {
        "question": _question(evidence, manifest["arms"][evidence.baseline]),
        "arms" if evidence.others else "ran": _arms(evidence, told.arms),
        "figures": list(shots),
        "measures": _measures(evidence),
        "returns": _returns(told.returns),
        "decomposition": _decomposition(told.terms),
        "shocks": resilience_parts(evidence.resilience),
        "tiers": tier_parts(told.transitions, told.tiers, evidence.baseline),
        "pairing": pairing_parts(told.saved, told.decisions),
        "method": [
            Words(text.format(words.OTHER_PASTS if evidence.other_pasts else words.SHARED_PAST))
            for text in words.METHOD
        ],
        "limits": [Words(text) for text in words.LIMITS],
        "provenance": _provenance(evidence, manifest),
    }
    pasts = other_pasts_in_words(evidence.other_pasts, evidence.baseline, evidence.fork_year)
    opening: list[Part] = [*([Words(pasts)] if pasts else []), _answer(evidence)]
    if told.failures:
        opening.append(Points(told.failures, words.FAILED, "warning"))
    opening += _summary(evidence) if evidence.others else _levels(evidence)
    return Page(
        evidence.provenance.title,
        opening,
        [Section(name, words.HEADINGS[name], found) for name, found in parts.items()],
    )


def _answer(evidence: Evidence) -> Part:
    """The answer in one sentence, and one for each arm below."""
    if not evidence.others:
        treatment = evidence.last_year - evidence.fork_year
        said = words.asked(evidence.arms, evidence.baseline, 1, treatment, evidence.fork_year)
        return Points([], f"{said} {words.ONE_RUN}", "answer")
    rows = [row for arm in evidence.others if (row := evidence.result(arm, evidence.headline)) is not None]
    short = short_answer(rows, evidence.headline, evidence.baseline, evidence.replications)
    return Points(answers(evidence.differences, evidence.headline, evidence.baseline), f"{short}.", "answer")


def _summary(evidence: Evidence) -> list[Part]:
    """Six measures of every arm: its difference to the baseline over the treatment years."""
    table = evidence.differences[evidence.differences["window"] == "treatment years"]
    rows: list[list[Cell | str]] = []
    for metric in headline_metrics(table["metric"]):
        found = {str(row.arm): row for row in rows_of(table[table["metric"] == metric])}
        first = next(iter(found.values()))
        cells = [_difference(found[arm]) if arm in found else Cell("-") for arm in evidence.others]
        rows.append([label(metric), level(metric, first.baseline_mean), *cells])
    shown = table[table["metric"].isin(headline_metrics(table["metric"]))]
    reasons = set(shown["reason"]) - {NO_VALUE}
    note = words.FEW_NOTE if reasons == {TOO_FEW} else words.SUMMARY_NOTE if reasons == {""} else words.PLAIN_NOTE
    head = [words.OVER_YEARS, arm_name(evidence.baseline), *map(arm_name, evidence.others)]
    return [Grid(head, rows, words.HEADLINES), Words(note, "small")] if rows else []


def _difference(row: Any) -> Cell:
    """A difference with half of its interval, bold where that excludes zero."""
    places, unit = decimals(row.shown_low, row.shown_high), unit_after(row.shown_unit)
    if row.reason:
        return Cell(f"{signed(row.shown, places)}{unit}")
    half = (row.shown_high - row.shown_low) / 2
    return Cell(f"{signed(row.shown, places)} ±{half:,.{places}f}{unit}", "clear" if excludes_zero(row) else "number")


def _levels(evidence: Evidence) -> list[Part]:
    """Six measures of one run, as the plan begins and at the end."""
    rows = []
    years = list(dict.fromkeys((evidence.fork_year, evidence.last_year)))
    table = evidence.by_year.pivot(index="metric", columns="year", values="mean")
    years = [year for year in years if year in table.columns]
    for metric in headline_metrics(table.index):
        rows.append([label(metric), *(level(metric, float(table.at[metric, year])) for year in years)])
    return [Grid(["", *(words.YEAR.format(year) for year in years)], rows, words.HEADLINES)] if rows else []


def _question(evidence: Evidence, scenario: Mapping[str, Any]) -> list[Part]:
    years = scenario["years"]
    asked = words.asked(
        evidence.arms, evidence.baseline, evidence.replications, years["treatment"], years["burn_in"],
        not evidence.other_pasts,
    )  # fmt: skip
    said: list[Part] = [Words(text) for text in (scenario["description"], asked if evidence.others else "") if text]
    if scenario["look_at"]:
        said.append(Words(words.LOOK_AT.format(scenario["look_at"])))
    if scenario["source"]:
        said.append(Words(words.SOURCE.format(scenario["source"]), "small"))
    return said


def _arms(evidence: Evidence, told: Mapping[str, Sequence[str]]) -> list[Part]:
    """What each arm does; what all share is said once."""
    shared = [
        text
        for text in told[evidence.baseline][1:]
        if evidence.others and all(text in told[arm] for arm in evidence.arms)
    ]
    pairs = []
    for arm in evidence.arms:
        name = words.BASELINE.format(arm_name(arm)) if evidence.others and arm == evidence.baseline else arm_name(arm)
        pairs.append((name, " ".join(text for text in told[arm] if text not in shared)))
    return [Terms([*pairs, *([(words.IN_ALL_ARMS, " ".join(shared))] if shared else [])])]


def _measures(evidence: Evidence) -> list[Part]:
    """The main measures with everything that says how sure they are, and what they mean."""
    if evidence.differences.empty:
        return []
    table = evidence.differences[evidence.differences["window"] == "treatment years"]
    metrics = main_metrics(table["metric"])
    head = words.measures_head(evidence.baseline)
    rows = [_row(row) for metric in metrics for row in rows_of(table[table["metric"] == metric])]
    known = [(metric, evidence.metrics[metric]) for metric in metrics if metric in evidence.metrics]
    meanings = [(label(metric), f"{facts.get('help', '')} [{facts.get('unit', '')}]") for metric, facts in known]
    glossary = [Folded(words.GLOSSARY, [Terms(meanings)])] if meanings else []
    return [Words(words.TABLE_NOTE, "small"), Grid(head, rows, words.HEADINGS["measures"]), *glossary]


def _row(row: Any) -> list[Cell | str]:
    places, reason = decimals(row.shown_low, row.shown_high), row.reason
    sure = ["-", "-", "-"] if reason else [signed(row.effect_size, 2), p_value(row.p_holm), times(row.variance_ratio)]
    return [
        label(row.metric), Cell(arm_name(row.arm), "words"),
        level(row.metric, row.baseline_mean), level(row.metric, row.arm_mean),
        Cell(f"{signed(row.shown, places)}{unit_after(row.shown_unit)}", "clear" if excludes_zero(row) else "number"),
        span_in_words(row.shown_low, row.shown_high, reason), f"{int(row.agreeing)} of {int(row.replications)}", *sure,
    ]  # fmt: skip


def _returns(returns: pd.DataFrame) -> list[Part]:
    """What a unit of every arm's money does, and what it is worth beside idle labour."""
    if returns.empty:
        return []
    rows: list[list[Cell | str]] = [
        [Cell(arm_name(arm), "words"), *found] for arm, found in returns_in_words(returns).items()
    ]
    return [Words(words.RETURNS), Grid(words.RETURNS_HEAD, rows, words.HEADINGS["returns"])]


def _decomposition(terms: pd.DataFrame) -> list[Part]:
    if terms.empty:
        return []
    rows = []
    for row in rows_of(terms[terms["window"] == "treatment years"]):
        places = decimals(row.shown_low, row.shown_high)
        rows.append([
            row.term, Cell(f"{row.meaning} ({arm_name(row.to_arm)} against {arm_name(row.from_arm)})", "words"),
            f"{signed(row.shown, places)} %", span_in_words(row.shown_low, row.shown_high, row.reason),
        ])  # fmt: skip
    return [Words(words.DECOMPOSITION), Grid(words.TERMS_HEAD, rows, words.HEADINGS["decomposition"])]


def _provenance(evidence: Evidence, manifest: Mapping[str, Any]) -> list[Part]:
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
    hashes = "\n".join(f"{run['arm']}  seed {run['seed']}  {run['hash']}" for run in manifest["runs"])
    scenarios = json.dumps(manifest["arms"], indent=1, ensure_ascii=False)
    return [
        Terms(list(facts.items())),
        Folded(words.HASHES, [Listing(hashes)]),
        Folded(words.SCENARIOS, [Listing(scenarios)]),
    ]
