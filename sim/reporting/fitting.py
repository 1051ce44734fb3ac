"""Tables for the terminal that are never cut: columns for which a line has no room go into a table below."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.table import Table
from rich.text import Text

GAP = 2
"""Letters between columns; one of them is the table's own."""
NARROWEST = 16
"""Letters to which names may be folded before columns move below."""
HEADING = 14
"""Letters that a heading may take although its numbers are narrower; longer ones are folded."""


@dataclass(frozen=True)
class Column:
    """Cells of one column, one for each name."""

    heading: str
    cells: Sequence[Text | str]

    @property
    def width(self) -> int:
        """Letters that the column needs so that no cell is folded."""
        widest = max((cell_len(str(cell)) for cell in self.cells), default=1)
        heading = max((cell_len(line) for line in self.heading.split("\n")), default=0)
        return max(widest, min(heading, HEADING))


@dataclass(frozen=True)
class Fitting:
    """A table: `names` down, `columns` across; `kept` columns from the left stand in every block."""

    names: Sequence[str]
    columns: Sequence[Column]
    corner: str = ""
    kept: int = 0
    breaks: Collection[int] = ()
    """Rows after which a line stands."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        """The blocks, one below the other."""
        for block, room in self.blocks(options.max_width):
            table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 0, 0, GAP - 1), show_edge=False)
            table.add_column(self.corner, width=room, overflow="fold")
            for column in block:
                table.add_column(Text(column.heading), width=column.width, justify="right", overflow="fold")
            for number, name in enumerate(self.names):
                cells = [Text(cell) if isinstance(cell, str) else cell for cell in (one.cells[number] for one in block)]
                table.add_row(Text(name), *cells, end_section=number in self.breaks)
            yield table

    def blocks(self, width: int) -> list[tuple[list[Column], int]]:
        """The columns of each block, and the letters that names have in it, for lines of `width` letters."""
        first, rest = list(self.columns[: self.kept]), list(self.columns[self.kept :])
        longest = max((cell_len(name) for name in (self.corner, *self.names)), default=1)
        least = min(longest, NARROWEST)
        found: list[list[Column]] = [[]]
        for column in rest:
            taken = sum(one.width + GAP for one in (*first, *found[-1], column))
            if found[-1] and least + taken > width:
                found.append([])
            found[-1].append(column)
        return [
            ([*first, *block], max(1, min(longest, width - sum(one.width + GAP for one in (*first, *block)))))
            for block in found
        ]
