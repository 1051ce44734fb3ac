"""Firms and institutes as Mesa agents: views of rows of the World's tables, made only when somebody asks for them.

A view holds no state of its own. It is bound to an agent's lineage id, so it stays right when rows move.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np
from mesa.discrete_space import Cell

from sim.kernel.declare import Column, Table
from sim.kernel.growing_table import GrowingTable
from sim.kernel.world import FIRM, INSTITUTE, Event, ExitCause, Kind, Origin, Tie, Tier

if TYPE_CHECKING:
    from sim.mesa_model.cluster_model import ClusterModel

CODES: dict[str, type[IntEnum]] = {"kind": Kind, "tier": Tier, "origin": Origin}
"""Columns that are read as members of an enumeration."""


class GoneError(LookupError):
    """The firm or institute behind a view exists no more."""


class ColumnView:
    """A declared column as an attribute: reads and writes the agent's record."""

    def __init__(self, column: Column) -> None:
        self.name = column.name
        self.code = CODES.get(column.name)
        self.__doc__ = f"{column.help} ({column.unit})" if column.unit else column.help

    def __get__(self, agent: AgentView | None, kind: type | None = None) -> Any:
        if agent is None:
            return self
        value = agent.rows[self.name][agent.row]
        if self.code is not None:
            return self.code(int(value))
        return value if value.ndim else value.item()

    def __set__(self, agent: AgentView, value: Any) -> None:
        agent.rows[self.name][agent.row] = value


class AgentView(mesa.Agent):  # type: ignore[misc]
    """What firms and institutes have in common. `unique_id` is the lineage id: the same in every arm."""

    table: ClassVar[Table[Any]]

    class _Uncounted:
        """Stands in for Mesa 3.3's counter, which would keep every model alive; ids come from the World."""

        def __getitem__(self, model: object) -> Iterator[int]:
            return itertools.count(1)

    _ids = _Uncounted()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give the class one attribute for every declared column that it does not define itself."""
        super().__init_subclass__(**kwargs)
        if "table" in vars(cls):
            for column in cls.table.columns:
                if not hasattr(cls, column.name):
                    setattr(cls, column.name, ColumnView(column))

    def __init__(self, model: ClusterModel, identity: int, row: int) -> None:
        super().__init__(model)
        self.unique_id = identity
        self._row = row
        self._place: Any = None

    @property
    def id(self) -> int:
        """52-bit lineage id."""
        return int(self.unique_id)

    @property
    def growing_table(self) -> GrowingTable[Any]:
        """The World's table that holds the agent."""
        raise NotImplementedError

    @property
    def rows(self) -> np.ndarray[Any, Any]:
        """The records of all agents of this kind."""
        growing_table = self.growing_table
        return growing_table.rows.view(np.ndarray)

    @property
    def row(self) -> int:
        """Row of the agent in its table now. Raises GoneError if it has left."""
        ids = self.rows["id"]
        if self._row >= len(ids) or ids[self._row] != self.unique_id:
            found = np.flatnonzero(ids == self.unique_id)
            if len(found) == 0:
                raise GoneError(
                    f"{type(self).__name__} {self.unique_id} exists no more in year {self.model.world.year}"
                )
            self._row = int(found[0])
        return self._row

    @property
    def exists(self) -> bool:
        """Whether the agent is still there."""
        return bool((self.rows["id"] == self.unique_id).any())

    @property
    def record(self) -> Any:
        """The agent's record, with every column as an attribute; writing to it writes to the World."""
        growing_table = self.growing_table
        return growing_table.rows[self.row]

    @property
    def region(self) -> str:
        """Name of the region where it stands; move it by setting `cell`."""
        return str(self.model.world.region_names[self.rows["region"][self.row]])

    @property
    def industry(self) -> str:
        """Name of its industry; of the field it studies, for an institute."""
        return str(self.model.world.industry_names[self.rows["industry"][self.row]])

    @industry.setter
    def industry(self, name: str) -> None:
        self.rows["industry"][self.row] = self.model.world.industry_names.index(name)

    @property
    def cell(self) -> Any:
        """The cell of `model.grid` where it stands. Setting it moves the agent, region included."""
        return self.model.cell_of(int(self.rows["cell"][self.row]))

    @cell.setter
    def cell(self, cell: Cell) -> None:
        self.model.move(self, cell)

    @property
    def partners(self) -> list[Any]:
        """Firms and institutes that it cooperates with."""
        return self.model.linked(self, (Tie.FIRM, Tie.INSTITUTE))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.unique_id}, {self.industry} in {self.region})"


class Firm(AgentView):
    """A firm; see `sim.kernel.world.FIRM` for what its attributes mean."""

    table = FIRM

    @property
    def growing_table(self) -> GrowingTable[Any]:
        """The World's table of firms."""
        return self.model.world.firms_table  # type: ignore[no-any-return]

    @property
    def suppliers(self) -> list[Any]:
        """Firms that supply it under contract."""
        return self.model.linked(self, (Tie.SUPPLY,), side="first")

    @property
    def customers(self) -> list[Any]:
        """Firms that it supplies under contract."""
        return self.model.linked(self, (Tie.SUPPLY,), side="second")

    def remove(self) -> None:
        """Close the firm: it leaves the World with its links, and the model's agents."""
        world = self.model.world
        row = self.row
        world.note(Event.EXIT, world.firms[row : row + 1], detail=ExitCause.SHOCK, amount=float(world.firms[row].age))
        world.firms.living[row] = False
        world.settle()
        self.model.refresh()


class SME(Firm):
    """A small or medium-sized firm."""


class LeadingFirm(Firm):
    """A leading firm."""


class ResearchInstitute(AgentView):
    """A research institute; see `sim.kernel.world.INSTITUTE` for what its attributes mean."""

    table = INSTITUTE

    @property
    def growing_table(self) -> GrowingTable[Any]:
        """The World's table of institutes."""
        return self.model.world.institutes_table  # type: ignore[no-any-return]

    def remove(self) -> None:
        """Close the institute: it leaves the World with its links, and the model's agents."""
        world = self.model.world
        row = self.row
        hosted = (world.links.tie == Tie.INSTITUTE) & (world.links.second == row)
        world.links.living[hosted] = False
        world.settle()
        row = self.row
        later = (world.links.tie == Tie.INSTITUTE) & (world.links.second > row)
        world.links.second[later] -= 1
        world.institutes_table.keep(np.delete(np.arange(len(world.institutes)), row))
        self.model.refresh()


class Place(Cell):  # type: ignore[misc]
    """A cell of the grid. Mesa's own keeps neighbourhoods, and models with them, for the life of the program."""

    __slots__ = ()

    def get_neighborhood(self, radius: int = 1, include_center: bool = False) -> Any:
        """The cells within `radius` steps, diagonal steps included."""
        return Cell.get_neighborhood.__wrapped__(self, radius, include_center)

    def _neighborhood(self, radius: int = 1, include_center: bool = False) -> Any:
        return Cell._neighborhood.__wrapped__(self, radius, include_center)

    def _clear_cache(self) -> None:
        """There is nothing to clear."""
