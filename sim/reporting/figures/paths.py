"""Lines over the years by arm: specialisation and duplication, utilisation, innovation."""

from __future__ import annotations

from matplotlib.axes import Axes

from sim.reporting.figures.evidence import Evidence
from sim.reporting.figures.style import Picture, arm_legend, arm_styles, blank, legend_of, look, mark_fork
from sim.reporting.wording import excludes_zero, level
from sim.reporting.wording.en import figures as words


def draw_specialisation(evidence: Evidence) -> Picture | None:
    """Specialisation, similarity and duplication of the regions over time."""
    panels = ("mean_krugman_specialisation", "structural_similarity", "duplication_index")
    return draw_panels(evidence, "specialisation", panels, tuple(reversed(panels)))


def draw_utilisation(evidence: Evidence) -> Picture | None:
    """How much of the installed capacity is in use."""
    panels = ("utilisation", "excess_capacity", "wasted_capital_share")
    return draw_panels(evidence, "utilisation", panels, panels[:2])


def draw_innovation(evidence: Evidence) -> Picture | None:
    """Innovations, radical ones, and the links they come from."""
    panels = ("innovations", "radical_innovations", "cooperation_links")
    return draw_panels(evidence, "innovation", panels, panels[:2])


def finding(evidence: Evidence, metrics: tuple[str, ...], question: str) -> str:
    """A title that says the largest clear difference in the first of `metrics` that has one, else the question."""
    for metric in metrics:
        rows = [
            row for arm in evidence.others if (row := evidence.result(arm, metric)) is not None and excludes_zero(row)
        ]
        if rows:
            row = max(rows, key=lambda candidate: abs(candidate.difference))
            arm, base = level(metric, row.arm_mean), level(metric, row.baseline_mean)
            return words.levels(metric, str(row.arm), arm, evidence.baseline, base)
    return question


def draw_panels(evidence: Evidence, name: str, metrics: tuple[str, ...], telling: tuple[str, ...]) -> Picture | None:
    """One panel for each metric that was recorded, None when none was; the title is about the first clear `telling`."""
    panels = {metric: words.PANELS[metric] for metric in metrics if evidence.has(metric)}
    if not panels:
        return None
    title = finding(evidence, telling, words.QUESTIONS[name])
    reading = words.lines(name, evidence.replications)
    with look():
        page = blank(title, evidence.provenance, legend_lines=legend_of(evidence.arms).lines)
        for axes, (metric, title_of_panel) in zip(
            page.figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True
        ):
            draw_lines(axes, evidence, metric)
            unit = _unit_words(evidence, metric)
            axes.set_title(title_of_panel + (f"\n[{unit}]" if unit else ""), loc="left")
            axes.set_xlabel(words.YEARS_OF_ARMS if len(evidence.arms) > 1 else words.YEARS_OF_PLAN)
        arm_legend(page, evidence)
    return Picture(name, title, reading, page.figure)


def _unit_words(evidence: Evidence, metric: str) -> str:
    unit = evidence.metrics.get(metric, {}).get("unit") or str(evidence.path(evidence.baseline, metric)["unit"].iloc[0])
    return {"1": "", "money": words.MONEY}.get(unit, unit)


def draw_lines(axes: Axes, evidence: Evidence, metric: str) -> None:
    """Mean of every arm; markers stand every few years, a little apart so that none hides another.

    The shade around an arm is the interval of its paired difference to the baseline: where the baseline's line runs
    inside it, the two cannot be told apart. (The interval of the level would show how worlds differ, not arms.)
    """
    styles = arm_styles(evidence)
    base = evidence.path(evidence.baseline, metric)["mean"].to_numpy()
    for order, arm in enumerate(evidence.arms):
        path, style = evidence.path(arm, metric), styles[arm]
        step = max(1, len(path) // 6)
        if arm != evidence.baseline:
            axes.fill_between(
                path["since"],
                base + path["difference_low"],
                base + path["difference_high"],
                color=style.colour,
                alpha=0.16,
                linewidth=0,
            )
        axes.plot(
            path["since"],
            path["mean"],
            color=style.colour,
            linestyle=style.line,
            marker=style.marker,
            markersize=9,
            markevery=(order * step // max(len(evidence.arms), 1), step),
        )
    mark_fork(axes)
    axes.margins(x=0.02)
    axes.locator_params(axis="y", nbins=6)
    axes.locator_params(axis="x", nbins=6, integer=True)
