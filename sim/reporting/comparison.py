"""A comparison, or one run, for readers: what is written into its folder, and what is said on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console

from sim.kernel.scenario_types import Scenario
from sim.reporting.ending import tell_failures, tell_written
from sim.reporting.figures import Evidence, draw_comparison, draw_dashboard, draw_resilience, save_pictures
from sim.reporting.pages import Told, report_page, shot, write_page
from sim.reporting.terminal import (
    comparison_table,
    decomposition_table,
    levels_table,
    resilience_on_screen,
    returns_on_screen,
)
from sim.reporting.wording import failure_in_words
from sim.reporting.wording.en.arms import describe_arm
from sim.reporting.wording.en.decomposition import terms_in_words
from sim.reporting.wording.languages import ENGLISH, TERMINAL, Terminal
from sim.store.files import write_csv
from sim.studies.compare import Comparison
from sim.studies.varied import with_varied

NATION_DIGITS = 9
"""Significant digits of the yearly national values in tables/nation.csv; metrics.parquet has them to the bit."""


def answers_of(comparison: Comparison, words: Terminal = ENGLISH) -> list[str]:
    """One plain sentence for every arm that is compared with the baseline."""
    if comparison.differences.empty:
        return []
    return words.answers(comparison.differences, comparison.headline, comparison.baseline)


def evidence_of(comparison: Comparison) -> Evidence:
    """What figures and the report are drawn from."""
    results = comparison.results
    scenario = results.arms[comparison.baseline]
    return Evidence(
        arms=tuple(results.arms),
        baseline=comparison.baseline,
        headline=comparison.headline,
        fork_year=scenario.years.burn_in,
        last_year=scenario.years.burn_in + scenario.years.treatment,
        by_year=comparison.by_year,
        differences=comparison.differences,
        sites=results.sites,
        provenance=results.provenance,
        metrics=results.manifest["metrics"],
        resilience=comparison.resilience,
        losses=comparison.losses,
        short_names=short_names(scenario),
        other_pasts=comparison.other_pasts,
        same_map=scenario.regions.map is not None,
    )


def short_names(scenario: Scenario) -> dict[str, str]:
    """Label of each region from the column "abbr" of a real map's table, if it has one."""
    real = scenario.regions.map
    if real is None or "abbr" not in real.data or real.name not in real.data:
        return {}
    return {str(name): str(short) for name, short in zip(real.data[real.name], real.data["abbr"], strict=True)}


def publish(comparison: Comparison, forms: Sequence[str] = ("png",)) -> list[Path]:
    """Write summary.csv, the tables, the figures (as files of `forms`) and report.html; returns their paths."""
    folder = comparison.folder
    written = write_tables(comparison)
    terms = terms_in_words(comparison.decomposition)
    evidence = evidence_of(comparison)
    if len(comparison.arms) > 1:
        pictures = draw_comparison(evidence)
    else:
        drawn = [draw_dashboard(evidence, comparison.baseline), draw_resilience(evidence)]
        pictures = [picture for picture in drawn if picture is not None]
    files, images = save_pictures(pictures, folder / "figures", evidence.provenance, forms)
    shots = [shot(picture.title, picture.reading, png) for picture, png in zip(pictures, images, strict=True)]
    told = Told(
        arms={arm: describe_arm(scenario) for arm, scenario in comparison.arms.items()},
        failures=[failure_in_words(failure) for failure in comparison.failures],
        terms=terms, transitions=comparison.transitions, tiers=comparison.tiers, returns=comparison.returns,
        saved=comparison.saved, decisions=comparison.decisions,
    )  # fmt: skip
    page = report_page(evidence, shots, told, comparison.results.manifest)
    return [*written, *files, write_page(folder / "report.html", page)]


def write_tables(comparison: Comparison) -> list[Path]:
    """Write summary.csv and the CSVs of tables/, whose columns sim.reporting.columns explains; returns their paths."""
    folder, terms = comparison.folder, terms_in_words(comparison.decomposition)
    tables = {
        "groups": comparison.groups,
        "by_year": comparison.by_year,
        "pairs": comparison.pairs,
        "pairing": comparison.saved,
        "decisions": comparison.decisions,
        "decomposition": terms,
        "resilience": comparison.resilience,
        "transitions": comparison.transitions,
        "tiers": comparison.tiers,
        "returns": comparison.returns,
    }
    written = [write_csv(folder / "summary.csv", with_varied(summary_of(comparison), comparison.varied))]
    for name, table in tables.items():
        if not table.empty:
            written.append(write_csv(folder / "tables" / f"{name}.csv", with_varied(table, comparison.varied)))
    nation = with_varied(comparison.nation, comparison.varied)
    written.append(write_csv(folder / "tables" / "nation.csv", nation, digits=NATION_DIGITS))
    return written


def summary_of(comparison: Comparison) -> pd.DataFrame:
    """The differences of the nation; of one arm alone the national metrics, years down and metrics across."""
    if len(comparison.arms) > 1:
        summary = comparison.differences.copy()
        summary.insert(1, "baseline", comparison.baseline)
        return summary.drop(columns="group")
    wide = comparison.by_year.pivot(index="year", columns="metric", values="mean")
    return wide.reset_index()


def tell(comparison: Comparison, console: Console | None = None, language: str = "en") -> None:
    """Print the tables, the plain sentences and where the files are, in English or Chinese (`language` zh)."""
    console, words = console or Console(), TERMINAL[language]
    years = comparison.arms[comparison.baseline].years
    if len(comparison.arms) > 1:
        _tell_differences(comparison, years.burn_in, console, words)
    else:
        console.print(levels_table(comparison.by_year, years.burn_in, years.burn_in + years.treatment, words))
    if not comparison.resilience.empty:
        console.print()
        console.print(resilience_on_screen(comparison.resilience, words))
    tell_failures(console, comparison.failures, words)
    tell_written(console, comparison.folder, "report.html", "summary.csv", "figures/", "tables/", words=words)


def _tell_differences(comparison: Comparison, fork_year: int, console: Console, words: Terminal) -> None:
    pasts = words.other_pasts_in_words(comparison.other_pasts, comparison.baseline, fork_year)
    if pasts:
        console.print(pasts, style="bold", markup=False, highlight=False)
    console.print(comparison_table(comparison.differences, list(comparison.arms), comparison.baseline, words))
    console.print()
    for sentence in answers_of(comparison, words):
        console.print(sentence, markup=False, highlight=False)
    console.print()
    obstacle = words.no_decomposition(comparison.decomposition)
    if obstacle:
        console.print(obstacle, style="dim", markup=False, highlight=False)
    else:
        console.print(decomposition_table(comparison.decomposition.terms, words))
    console.print()
    console.print(returns_on_screen(comparison.returns, words))
