"""Tables of everything that is declared: parameters, mechanisms, metrics, the schedule, layouts, policies, shocks."""

from __future__ import annotations

import csv
import difflib
import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sim.scenario.json_schema import declare_everything, known_layouts, known_things

KINDS = {"text": "text", "?": "true or false", "f8": "number", "i8": "whole number", "i4": "whole number",
         "i1": "whole number"}  # fmt: skip
"""Kind of a column as it is declared -> what a reader is told."""


@dataclass(frozen=True)
class Description:
    """A table of words: `columns` name what stands in `rows`; `brief` are the columns that a terminal has room for.

    `names` are the columns by which a row is found, the first one if none are given; `heads` say a column in another
    language.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    brief: tuple[str, ...]
    names: tuple[str, ...] = ()
    heads: Mapping[str, str] = field(default_factory=dict)

    def head(self, name: str) -> str:
        """What stands above a column."""
        return self.heads.get(name, name)

    def about(self, name: str) -> Description:
        """The rows of that name or, if there are none, those whose names contain it; upper case is as lower."""
        wanted = _plain(name)
        named = [
            (row, [_plain(cell) for column, cell in zip(self.columns, row, strict=True) if column in self._names])
            for row in self.rows
        ]
        exact = tuple(row for row, names in named if wanted in names)
        return replace(self, rows=exact or tuple(row for row, names in named if any(wanted in one for one in names)))

    @property
    def _names(self) -> tuple[str, ...]:
        return self.names or self.columns[:1]

    def nearest(self, name: str) -> list[str]:
        """Up to three names that look like `name`."""
        known = {cell for column in self._names for cell in self.column(column)}
        return difflib.get_close_matches(name, sorted(known), n=3)

    def as_csv(self) -> str:
        """The table for a spreadsheet."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(map(self.head, self.columns))
        writer.writerows(self.rows)
        return text.getvalue()

    def as_markdown(self) -> str:
        """The table for a document."""
        lines = [_markdown_row(map(self.head, self.columns)), _markdown_row(["---"] * len(self.columns))]
        return "\n".join(lines + [_markdown_row(row) for row in self.rows]) + "\n"

    def column(self, name: str) -> list[str]:
        """The cells of one column."""
        index = self.columns.index(name)
        return [row[index] for row in self.rows]


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _markdown_row(cells: Any) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def describe_parameters() -> Description:
    """Every parameter, in order of declaration."""
    from sim.kernel.declare import EVIDENCE, PARAMETERS

    declare_everything()
    rows = []
    for one in PARAMETERS.values():
        allowed, swept = f"{one.low:g} to {one.high:g}", f"{one.sweep[0]:g} to {one.sweep[1]:g}"
        rows.append((one.name, one.mechanism, f"{one.default:g}", allowed, swept, one.unit, one.acts, one.evidence,
                     EVIDENCE[one.evidence], one.source, one.help))  # fmt: skip
    columns = ("parameter", "mechanism", "default", "allowed", "swept", "unit", "acts", "evidence", "kind of evidence",
               "source", "meaning")  # fmt: skip
    brief = ("parameter", "default", "allowed", "acts", "evidence", "meaning")
    return Description("Parameters", columns, tuple(rows), brief)


def describe_mechanisms() -> Description:
    """Every mechanism that can be switched off, with its parameters."""
    from sim.kernel.declare import MECHANISMS, PARAMETERS

    declare_everything()
    rows = []
    for one in MECHANISMS.values():
        own = [parameter.name for parameter in PARAMETERS.values() if parameter.mechanism == one.name]
        rows.append((one.name, "on" if one.default else "off", one.acts, one.section, one.help, ", ".join(own)))
    columns = ("mechanism", "default", "acts", "section", "meaning", "parameters")
    return Description("Mechanisms", columns, tuple(rows), ("mechanism", "default", "acts", "section", "meaning"))


def describe_metrics() -> Description:
    """Every metric."""
    from sim.kernel.declare import METRICS

    declare_everything()
    rows = [
        (one.name, one.level, one.unit, one.better, one.theme, one.every, one.formula, one.source, one.help)
        for one in METRICS.values()
    ]
    columns = ("metric", "level", "unit", "better", "theme", "recorded every", "formula", "source", "meaning")
    return Description("Metrics", columns, tuple(rows), ("metric", "level", "unit", "better", "meaning"))


def describe_schedule() -> Description:
    """The phases of a year, in order."""
    from sim.model import schedule

    rows = []
    for number, phase in enumerate(schedule.YEAR, start=1):
        apply = phase.apply
        told = (apply.__doc__ or "").strip().split("\n\n")[0]
        where = f"{apply.__module__}.{apply.__qualname__}"
        rows.append((str(number), phase.part, apply.__qualname__, " ".join(told.split()), where))
    columns = ("step", "part of the year", "phase", "meaning", "function")
    return Description("The year, in order", columns, tuple(rows), columns[:4], ("phase",))


def describe_rules() -> Description:
    """The rules that are compiled, by file: what a file is about, then each rule with its equation and source."""
    from sim.kernel.compiling import RULES

    declare_everything()
    rows, told = [], ""
    for where, function in sorted(RULES.items()):
        module = function.__module__
        if not module.startswith("sim."):
            continue
        if module != told:
            about = sys.modules[module].__doc__ or ""
            rows.append((module.rpartition(".")[2], "", " ".join(about.split()), module))
        told = module
        rows.append((module.rpartition(".")[2], function.__name__, " ".join((function.__doc__ or "").split()), where))
    columns = ("file", "rule", "meaning", "where")
    return Description("Rules", columns, tuple(rows), columns[:3], ("file", "rule"))


def describe_layouts() -> Description:
    """Layouts: what each region promotes, and what that isolates."""
    rows = [(name, one.help, one.source) for name, one in known_layouts().items()]
    columns = ("layout", "meaning", "source")
    return Description("Layouts", columns, tuple(rows), columns[:2])


def describe_events(title: str, word: str) -> Description:
    """Policies or shocks: what they do, what they may be limited to, their settings with defaults, and sources."""
    from sim.kernel.declare import EVERY_YEAR

    rows = []
    for key, one in known_things()[word].items():
        settings = "; ".join(
            f"{setting} {value.default:g} ({value.low:g} to {value.high:g} {value.unit}"
            + (f", swept {value.sweep[0]:g} to {value.sweep[1]:g}" if value.sweep else "")
            + (f", acts: {value.acts}" if value.acts != EVERY_YEAR else "")
            + f"): {value.help}"
            + (f" ({value.source})" if value.source else "")
            for setting, value in one.settings.items()
        )
        rows.append((key, one.help, one.unit, ", ".join(one.by) or "nothing", settings, one.source))
    columns = (word, "meaning", "unit", "may be limited to", "settings", "source")
    return Description(title, columns, tuple(rows), columns[:5])


def describe_panels() -> Description:
    """Columns of every panel that `--record` writes."""
    from sim.runs.panels import PANELS, schema_of

    rows = [
        (name, column, KINDS[kind], unit, meaning) for name in PANELS for column, kind, unit, meaning in schema_of(name)
    ]
    columns = ("panel", "column", "type", "unit or words", "meaning")
    return Description("Panels", columns, tuple(rows), columns, ("panel", "column"))


def describe_draws() -> Description:
    """Every kind of random draw, and when two arms with one seed have the same."""
    from sim.reporting.wording.en.draws import COLUMNS, TITLE, draws

    return Description(TITLE, COLUMNS, tuple(draws()), COLUMNS[:5])  # type: ignore[arg-type]


def describe_results() -> Description:
    """Every column of every table in a result folder."""
    from sim.reporting.columns import explained

    columns = ("file", "a row is", "column", "unit or words", "meaning")
    return Description("Results", columns, tuple(explained()), ("file", "column", "unit or words", "meaning"),
                       ("file", "column"))  # fmt: skip


DESCRIPTIONS: dict[str, Callable[[], Description]] = {
    "parameters": describe_parameters,
    "mechanisms": describe_mechanisms,
    "metrics": describe_metrics,
    "schedule": describe_schedule,
    "rules": describe_rules,
    "layouts": describe_layouts,
    "policies": lambda: describe_events("Policies", "policy"),
    "shocks": lambda: describe_events("Shocks", "shock"),
    "panels": describe_panels,
    "draws": describe_draws,
    "results": describe_results,
}
