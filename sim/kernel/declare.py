"""The one way a thing is declared: parameters, mechanisms, state columns, metrics and compiled rules.

Everything else reads these registries: the YAML schema, validation, the parameter and metric tables in the
docs, the record that rules see, the bounds of a sensitivity analysis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

from sim.kernel.records import Records, Row, record_type, zeroed
from sim.kernel.typed import Parameters

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Records = TypeVar("_Records", bound=Records)


# -- names -----------------------------------------------------------------------------------------------

_TAKEN = frozenset(dir(Records)) | frozenset(dir(Row))


def checked_name(name: str) -> str:
    """Return `name` if a record can carry it.

    Raises ValueError for a name that a NumPy record already uses (`size`, `item`, `sort`): such a column
    would be shadowed by the attribute in an uncompiled run and by the column in a compiled one.
    """
    if not name.isidentifier() or name.startswith("_"):
        raise ValueError(f"{name!r} cannot name a parameter or a column: it is not a public identifier")
    if name in _TAKEN:
        raise ValueError(f"{name!r} cannot name a parameter or a column: NumPy records have an attribute of that name")
    return name


# -- parameters ------------------------------------------------------------------------------------------

EVIDENCE = {
    "P": "published estimate",
    "S": "published sign or direction, digits ours",
    "A": "our assumption, swept before a conclusion rests on it",
    "D": "design choice: sets the scale or the question, not a belief about the world",
}


OPENING, BURN_IN, FORK, EVERY_YEAR = "opening", "burn-in", "fork", "every year"
ACTS = {
    OPENING: "only when year 0 is made, and what was made then stays",
    BURN_IN: "only up to the end of the burn-in, and normalisers that it made then stay",
    FORK: "only as the treatment begins",
    EVERY_YEAR: "in every year, from the year of a change on",
}
"""When a parameter, a switch, a setting or a key of a scenario acts: which years may change it (`changes:`)."""


def checked_acts(name: str, acts: str) -> str:
    """Return `acts` if it is one of ACTS. Raises ValueError, that tells `name`, for another word."""
    if acts not in ACTS:
        raise ValueError(f"{name}: acts {acts!r} is none of {', '.join(ACTS)}")
    return acts


@dataclass(frozen=True)
class Parameter:
    """A number that rules read as `p.<name>` and that YAML writes under `parameters:`.

    `low` and `high` bound what a scenario may say; `sweep` bounds what a sensitivity analysis tries; `acts` is one of
    ACTS: what is read when year 0 is made and also every year acts every year, from the year of a change on.
    """

    name: str
    mechanism: str
    default: float
    low: float
    high: float
    unit: str
    evidence: str
    source: str
    help: str
    sweep: tuple[float, float]
    whole: bool = False
    acts: str = EVERY_YEAR


@dataclass(frozen=True)
class Mechanism:
    """A rule file that can be switched off with `mechanisms: {<name>: false}`.

    `acts` is one of ACTS: "opening" where what a rule left would stay for ever once it is off.
    """

    name: str
    section: str
    help: str
    default: bool = True
    acts: str = EVERY_YEAR

    def param(
        self,
        name: str,
        default: float,
        low: float,
        high: float,
        *,
        unit: str,
        evidence: str,
        source: str,
        help: str,
        sweep: tuple[float, float] | None = None,
        whole: bool = False,
        acts: str = EVERY_YEAR,
    ) -> Parameter:
        """Declare one parameter of this mechanism; see `Parameter`. Raises ValueError when it makes no sense."""
        checked_name(name)
        if name in PARAMETERS or name in MECHANISMS:
            raise ValueError(f"{name!r} is declared twice")
        if not low <= default <= high:
            raise ValueError(f"{name}: the default {default} lies outside [{low}, {high}]")
        if evidence not in EVIDENCE:
            raise ValueError(f"{name}: evidence {evidence!r} is none of {', '.join(EVIDENCE)}")
        bounds = sweep or (low, high)
        parameter = Parameter(
            name,
            self.name,
            default,
            low,
            high,
            unit,
            evidence,
            source,
            help,
            (float(bounds[0]), float(bounds[1])),
            whole,
            checked_acts(name, acts),
        )
        PARAMETERS[name] = parameter
        return parameter


@dataclass(frozen=True)
class Setting:
    """A number of one policy or shock, that YAML writes under its `settings:`."""

    default: float
    low: float
    high: float
    unit: str
    help: str
    source: str = ""
    """Where it is not that of the policy or shock."""
    sweep: tuple[float, float] | None = None
    """Bounds within which it is varied, where they are narrower than those allowed."""
    acts: str = EVERY_YEAR

    def __post_init__(self) -> None:
        checked_acts(self.help, self.acts)
        if not self.low <= self.default <= self.high:
            raise ValueError(f"the default {self.default} lies outside [{self.low}, {self.high}]: {self.help}")
        if self.sweep is not None and not self.low <= self.sweep[0] <= self.sweep[1] <= self.high:
            raise ValueError(f"swept bounds {self.sweep} lie outside [{self.low}, {self.high}]: {self.help}")


PARAMETERS: dict[str, Parameter] = {}
MECHANISMS: dict[str, Mechanism] = {}


def mechanism(name: str, section: str, help: str, default: bool = True, acts: str = EVERY_YEAR) -> Mechanism:
    """Declare a mechanism: `section` is its place in the model description, `help` one sentence for a reader."""
    checked_name(name)
    if name in MECHANISMS or name in PARAMETERS:
        raise ValueError(f"{name!r} is declared twice")
    MECHANISMS[name] = Mechanism(name, section, help, default, checked_acts(name, acts))
    return MECHANISMS[name]


def parameter_record(values: dict[str, float], switches: dict[str, bool]) -> Parameters:
    """One record with every switch and every parameter, in order of declaration: what rules call `p`.

    Missing entries take their defaults. Raises KeyError for a name that nobody declared.
    """
    for name in values:
        if name not in PARAMETERS:
            raise KeyError(name)
    for name in switches:
        if name not in MECHANISMS:
            raise KeyError(name)
    kinds: list[Any] = [(name, np.bool_) for name in MECHANISMS]
    kinds += [(name, np.int64 if parameter.whole else np.float64) for name, parameter in PARAMETERS.items()]
    table = zeroed(record_type(kinds), 1)
    for name, switchable in MECHANISMS.items():
        table[name] = switches.get(name, switchable.default)
    for name, parameter in PARAMETERS.items():
        table[name] = values.get(name, parameter.default)
    return table[0]  # type: ignore[no-any-return]


# -- state -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """One column of a table of records; `shape` is () for a scalar and (n,) for a short vector."""

    name: str
    kind: str
    unit: str
    help: str
    shape: tuple[int, ...] = ()


def column(name: str, kind: str, unit: str, help: str, shape: tuple[int, ...] = ()) -> Column:
    """Declare a state column: NumPy kind ("f8", "i8", "i4", "i1", "?"), unit and one line of help."""
    return Column(checked_name(name), kind, unit, help, shape)


@dataclass(frozen=True)
class Table(Generic[_Records]):
    """The declared columns of one kind of record.

    In memory those named in `together` come first, side by side in that order, so that phases that read little else
    read few bytes of many records; the others follow from wide to narrow. What is hashed and shown keeps the order of
    declaration. Raises ValueError for a name in `together` that is no column.
    """

    name: str
    columns: tuple[Column, ...]
    together: tuple[str, ...] = ()
    dtype: np.dtype[Any] = field(init=False)

    def __post_init__(self) -> None:
        names = tuple(c.name for c in self.columns)
        if unknown := set(self.together) - set(names):
            raise ValueError(f"table {self.name!r} has no columns {', '.join(sorted(unknown))} to lie together")
        first = {name: place for place, name in enumerate(self.together)}
        placed = sorted(self.columns, key=lambda c: (first.get(c.name, len(first)), -np.dtype(c.kind).alignment))
        kinds: list[Any] = [(c.name, c.kind, c.shape) if c.shape else (c.name, c.kind) for c in placed]
        object.__setattr__(self, "dtype", record_type(kinds, align=True))
        TABLES[self.name] = self
        DECLARED[self.dtype.names or ()] = names

    def empty(self, *shape: int) -> _Records:
        """Zeroed records of this table with the given shape."""
        return zeroed(self.dtype, *shape)  # type: ignore[return-value]


TABLES: dict[str, Table[Any]] = {}
DECLARED: dict[tuple[str, ...], tuple[str, ...]] = {}
"""Names of a table's columns as they lie in memory, and in the order in which they are declared."""


def declared_names(kind: np.dtype[Any]) -> tuple[str, ...]:
    """Names of the columns of records in the order in which they are declared; as they lie if they are no table's."""
    names = kind.names or ()
    return DECLARED.get(names, names)


def table(name: str, columns: Iterable[Column], together: Iterable[str] = ()) -> Table[Any]:
    """Declare a table of records; columns named in `together` lie side by side in memory."""
    if name in TABLES:
        raise ValueError(f"table {name!r} is declared twice")
    return Table(name, tuple(columns), tuple(together))


# -- metrics ---------------------------------------------------------------------------------------------

LEVELS = ("nation", "region", "industry", "local_industry", "tier")
CADENCES = ("year", "end", "asked")


@dataclass(frozen=True)
class Metric:
    """A measure of the world. `function(world)` returns a float for level "nation" and an array otherwise.

    Shapes: region (R,), industry (S,), local industry (R, S), tier (T,). NaN means "not defined this year".
    `every` is "year" for cheap ones; "end" ones are recorded only in the fork year and the last year; "asked" ones
    the same, and only when a scenario names them (`record: {also: [...]}`).
    """

    name: str
    level: str
    unit: str
    formula: str
    source: str
    help: str
    better: str
    theme: str
    function: Callable[[Any], Any]
    every: str = "year"


METRICS: dict[str, Metric] = {}


def metric(
    name: str,
    *,
    unit: str,
    formula: str,
    source: str,
    theme: str,
    level: str = "nation",
    better: str = "",
    every: str = "year",
) -> Callable[[_Function], _Function]:
    """Declare the decorated function of the World as a metric; its docstring's first line is the help.

    `better` is "more", "less" or "" when neither is good by itself. `theme` groups metrics in tables.
    `every` is "year", or "end" or "asked" for a metric too dear to take every year (see `Metric`).
    """
    if level not in LEVELS:
        raise ValueError(f"{name}: level {level!r} is none of {', '.join(LEVELS)}")
    if better not in ("", "more", "less"):
        raise ValueError(f"{name}: better {better!r} is none of 'more', 'less', ''")
    if every not in CADENCES:
        raise ValueError(f"{name}: every {every!r} is none of {', '.join(CADENCES)}")

    def declare(function: _Function) -> _Function:
        if name in METRICS:
            raise ValueError(f"metric {name!r} is declared twice")
        help = (function.__doc__ or "").strip().splitlines()
        if not help:
            raise ValueError(f"metric {name!r} needs a docstring: its first line is what users read")
        METRICS[name] = Metric(name, level, unit, formula, source, help[0], better, theme, function, every)
        return function

    return declare
