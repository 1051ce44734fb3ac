"""Lines over the years by arm: specialisation and duplication, utilisation, innovation."""

from __future__ import annotations

from matplotlib.axes import Axes

from sim.reporting.figures.evidence import Evidence
from sim.reporting.figures.style import Picture, arm_legend, arm_styles, blank, legend_of, look, mark_fork
from sim.reporting.wording import arm_name, excludes_zero, label, level
from sim.reporting.wording.en.figures import shade


def band(evidence: Evidence) -> str:
    """What lines and shades are."""
    return f"lines are means over replications; {shade(evidence.replications, 'the paired difference to the baseline')}"


def draw_specialisation(evidence: Evidence) -> Picture | None:
    """Specialisation, similarity and duplication of the regions over time."""
    panels = {
        "mean_krugman_specialisation": "Specialisation of regions\n(Krugman index)",
        "structural_similarity": "Likeness of regions\n(structural similarity)",
        "duplication_index": "Duplicate construction\n(duplication index)",
    }
    title = finding(
        evidence,
        ("duplication_index", "structural_similarity", "mean_krugman_specialisation"),
        "Do regions build the same or different things?",
    )
    reading = (
        "Higher specialisation means that regions differ more in what they make; similarity 1 means all make the same; "
        f"a duplication index above 1 means more promoters than demand can carry; {band(evidence)}."
    )
    return draw_panels(evidence, "specialisation", panels, title, reading)


def draw_utilisation(evidence: Evidence) -> Picture | None:
    """How much of the installed capacity is in use."""
    panels = {
        "utilisation": "Capacity in use\n(share of all capacity)",
        "excess_capacity": "Excess capacity\n(over demand)",
        "wasted_capital_share": "Wasted capital\n(share of all capital)",
    }
    title = finding(evidence, ("utilisation", "excess_capacity"), "How much of what was built is used?")
    reading = (
        f"Utilisation is output over installed capacity; what lies below the usual 0.8 stands idle; {band(evidence)}."
    )
    return draw_panels(evidence, "utilisation", panels, title, reading)


def draw_innovation(evidence: Evidence) -> Picture | None:
    """Innovations, radical ones, and the links they come from."""
    panels = {
        "innovations": "Innovations",
        "radical_innovations": "Radical innovations",
        "cooperation_links": "Cooperation links",
    }
    title = finding(evidence, ("innovations", "radical_innovations"), "Which layout is more innovative?")
    reading = f"Events a year in the whole nation, and cooperation links in place; {band(evidence)}."
    return draw_panels(evidence, "innovation", panels, title, reading)


def finding(evidence: Evidence, metrics: tuple[str, ...], question: str) -> str:
    """A title that says the largest clear difference in the first of `metrics` that has one, else the question."""
    for metric in metrics:
        rows = [
            row for arm in evidence.others if (row := evidence.result(arm, metric)) is not None and excludes_zero(row)
        ]
        if rows:
            row = max(rows, key=lambda candidate: abs(candidate.difference))
            return (
                f"{label(metric).capitalize()}: {level(metric, row.arm_mean)} under {arm_name(row.arm)}, "
                f"{level(metric, row.baseline_mean)} under {arm_name(evidence.baseline)}"
            )
    return question


def draw_panels(evidence: Evidence, name: str, panels: dict[str, str], title: str, reading: str) -> Picture | None:
    """One panel for each metric that was recorded; None when none was."""
    panels = {metric: words for metric, words in panels.items() if evidence.has(metric)}
    if not panels:
        return None
    with look():
        page = blank(title, evidence.provenance, legend_lines=legend_of(evidence.arms).lines)
        for axes, (metric, words) in zip(
            page.figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True
        ):
            draw_lines(axes, evidence, metric)
            unit = _unit_words(evidence, metric)
            axes.set_title(words + (f"\n[{unit}]" if unit else ""), loc="left")
            axes.set_xlabel("Years since the arms parted" if len(evidence.arms) > 1 else "Years since the plan began")
        arm_legend(page, evidence)
    return Picture(name, title, reading, page.figure)


def _unit_words(evidence: Evidence, metric: str) -> str:
    unit = evidence.metrics.get(metric, {}).get("unit") or str(evidence.path(evidence.baseline, metric)["unit"].iloc[0])
    return {"1": "", "money": "units of account"}.get(unit, unit)


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
