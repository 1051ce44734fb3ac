"""The types of tables and parameters, from their declarations: python -m tests.kernel.write_types writes them."""

from __future__ import annotations

import sim.kernel.tables  # noqa: F401  (declares every table)
from sim.kernel.declare import HOUSE, MECHANISMS, PARAMETERS, TABLES

FOLDER = HOUSE / "kernel" / "typed"
GRIDS = {"local_industry", "site"}
"""Tables over places and industries."""
WIDTH = 120

ROWS = '''"""One row of each table, for the type checker.

Written by `make types` from sim.kernel.tables: not to be edited by hand.
"""

from __future__ import annotations

from sim.kernel.typed.tables import Array
'''
COLUMNS = '''"""The columns of each table, for the type checker.

Written by `make types` from sim.kernel.tables: not to be edited by hand.
"""

from __future__ import annotations

from sim.kernel.typed.rows import (
    {rows},
)
from sim.kernel.typed.tables import Flags, Floats, GridTable, Ints, RowTable
'''
PARAMETERS_TEXT = '''"""Every switch and parameter that a rule may read.

Written by `make types` from sim.model.rules: not to be edited by hand.
"""

from __future__ import annotations


class Parameters:
    """The parameter record `p`: switches of mechanisms, then parameters, in order of declaration."""

'''


def word(table: str) -> str:
    """`local_industry` as LocalIndustry."""
    return "".join(part.capitalize() for part in table.split("_"))


def attribute(name: str, kind: str, said: str) -> str:
    """A line of a class; what it means stands beside it where it fits."""
    line = f"    {name}: {kind}"
    return f"{line}  # {said}" if said and len(line) + len(said) + 3 <= WIDTH else line


def row_types() -> str:
    """The text of sim/kernel/typed/rows.py."""
    kinds = {"f": "float", "i": "int", "?": "bool"}
    parts = [ROWS]
    for table in TABLES.values():
        lines = [
            attribute(column.name, "Array" if column.shape else kinds[column.kind[0]], column.help)
            for column in table.columns
        ]
        parts.append(f'\n\nclass {word(table.name)}Row:\n    """A row of the table `{table.name}`."""\n\n')
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def column_types() -> str:
    """The text of sim/kernel/typed/columns.py."""
    kinds = {"f": "Floats", "i": "Ints", "?": "Flags"}
    rows = ",\n    ".join(sorted(f"{word(name)}Row" for name in TABLES))
    parts = [COLUMNS.format(rows=rows)]
    for table in TABLES.values():
        base = "GridTable" if table.name in GRIDS else "RowTable"
        lines = [
            attribute(column.name, kinds[column.kind[0]], f"(..., {column.shape[0]})" if column.shape else "")
            for column in table.columns
        ]
        parts.append(f"\n\nclass {word(table.name)}Table({base}[{word(table.name)}Row]):\n")
        parts.append(f'    """The table `{table.name}`."""\n\n' + "\n".join(lines) + "\n")
    return "".join(parts)


def parameter_types() -> str:
    """The text of sim/kernel/typed/parameters.py."""
    import sim.model.rules  # noqa: F401  (declares every mechanism and parameter; it imports the types of tables)

    lines = [f"    {name}: bool" for name in MECHANISMS]
    lines += [
        attribute(name, "int" if parameter.whole else "float", parameter.unit) for name, parameter in PARAMETERS.items()
    ]
    return PARAMETERS_TEXT + "\n".join(lines) + "\n"


FILES = {"rows.py": row_types, "columns.py": column_types, "parameters.py": parameter_types}


def write() -> None:
    """Write every file."""
    for name, text in FILES.items():
        (FOLDER / name).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    write()
