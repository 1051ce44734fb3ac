"""The simulation as a `mesa.Model`: one step is one year.

Agents, grid and links are views that are made when somebody asks for them; a batch that never asks pays nothing, and
a run gives the same bits whether it was watched or not.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
from mesa.datacollection import DataCollector
from mesa.discrete_space import Cell, OrthogonalMooreGrid

from sim.kernel.brief import Brief
from sim.kernel.declare import METRICS
from sim.kernel.scenario_types import Scenario
from sim.kernel.world import Kind, Tie, World
from sim.mesa_model.agents import SME, AgentView, Firm, LeadingFirm, Place, ResearchInstitute
from sim.model.opening import build_world
from sim.runs.groups import group_names
from sim.runs.timeline import live_year
from sim.scenario.reading import load_scenario, scenario_as_yaml, scenario_identity
from sim.scenario.seeds import check_seeds

REPORTED = ("real_income", "utilisation", "innovations", "firms", "cooperation_links")
"""National metrics that the model's own DataCollector collects unless told otherwise."""
LAYERS: dict[str, type] = {"employment": float, "rent": float, "firms": int, "region": int}
"""Property layers of the grid: columns of cells. Where there is no land they are 0, and `region` is -1."""


def read_metric(model: ClusterModel, name: str) -> Any:
    """One of `model.metrics`; picklable, for a DataCollector."""
    return model.metrics[name]


def seed_from(rng: Any, otherwise: int) -> int:
    """A plain seed from what Mesa allows as `rng`: nothing, a whole number, a generator, a sequence of numbers.

    Raises ScenarioError, a ValueError, for a number that is no seed.
    """
    if rng is None:
        return otherwise
    if isinstance(rng, int | np.integer):
        check_seeds([int(rng)], "rng")
        return int(rng)
    return int(np.random.default_rng(rng).integers(2**31 - 1))


def read_story(story: str | Path | Scenario, overrides: Sequence[str]) -> Scenario:
    """The scenario that is meant, with overrides such as "plan.budget=0.1". Raises ScenarioError."""
    if not isinstance(story, Scenario):
        return load_scenario(story, overrides)
    if not overrides:
        return story
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "story.yaml"
        path.write_text(scenario_as_yaml(story), encoding="utf-8")
        return load_scenario(path, overrides).model_copy(update={"origin": story.origin})


class Measures(Mapping[str, Any]):
    """The metrics of a model's present year by name, each worked out when it is read.

    National metrics are numbers; others are pandas Series with one value for each group.
    """

    def __init__(self, world: World) -> None:
        self.world = world

    def __getitem__(self, name: str) -> Any:
        metric = METRICS[name]
        value = metric.function(self.world)
        if metric.level == "nation":
            return float(value)
        return pd.Series(np.ravel(value), index=group_names(self.world, metric.level), name=name)

    def __iter__(self) -> Iterator[str]:
        return iter(METRICS)

    def __len__(self) -> int:
        return len(METRICS)


BUILT: Counter[tuple[str, int]] = Counter()
"""How many models of this program were given no seed, by identity of the story and its own seed."""


def warn_of_equals(story: Scenario) -> None:
    """Warn where models that were given no seed repeat each other, as those of mesa.batch_run(iterations=3) do."""
    same = scenario_identity(story), story.seed
    BUILT[same] += 1
    if BUILT[same] > 1 or multiprocessing.parent_process() is not None:
        warnings.warn(
            f"rng was not given: this model has seed {story.seed}, that of its story, as all that are built like it, "
            "and all give the same numbers. For replications give seeds: mesa.batch_run(..., rng=[1, 2, 3]), before "
            'Mesa 3.5 parameters={"rng": [1, 2, 3]}',
            stacklevel=3,
        )


class YearsCollector(DataCollector):  # type: ignore[misc]
    """The collector of a model, which says so when its table ends before the layout has begun."""

    def __init__(self, story: Scenario, reporters: Mapping[str, Any]) -> None:
        super().__init__(model_reporters=dict(reporters))
        self.burn_in, self.layout, self.neutral = story.years.burn_in, story.plan.layout, story.neutral.layout

    def get_model_vars_dataframe(self) -> pd.DataFrame:
        """Yearly values, as Mesa's own. Warns where all years belong to the burn-in."""
        year = self.model_vars["year"][-1]
        if 0 < year <= self.burn_in:
            warnings.warn(
                f"the table ends in year {year} of a burn-in of {self.burn_in} years: the layout {self.layout!r} has "
                f"not begun, {self.neutral!r} holds whatever the layout. Run on, or give a shorter burn_in",
                stacklevel=2,
            )
        return super().get_model_vars_dataframe()


class ClusterModel(Brief, mesa.Model):  # type: ignore[misc]
    """Regions, firms and institutes of one scenario.

    `story` is a scenario: the name of a file in scenarios/, a path, or a loaded one. `layout`, `imitation`, `firms` and
    `burn_in` replace what it says, and `overrides` any other line of it ("plan.budget=0.1"). `rng` replaces its seed:
    runs with one seed are equal, so replications need different ones, and a second model without any warns. `reported`
    names the national metrics that `datacollector` collects at the start and after every year, beside `year` and
    `plan`, the layout in force: until the burn-in is over that is the neutral one, whatever `layout` says.

    `running` turns false at the end of the scenario's years. Raises ScenarioError for a story that is wrong.
    """

    def __init__(
        self,
        *,
        story: str | Path | Scenario = "policy_text",
        layout: str | None = None,
        imitation: float | None = None,
        firms: int | None = None,
        burn_in: int | None = None,
        overrides: Sequence[str] = (),
        reported: Sequence[str] = REPORTED,
        rng: Any = None,
    ) -> None:
        named = {
            "plan.layout": layout, "plan.imitation": imitation, "population.firms": firms, "years.burn_in": burn_in,
        }  # fmt: skip
        said = [f"{key}={value}" for key, value in named.items() if value is not None]
        wanted = read_story(story, [*overrides, *said])
        seed = seed_from(rng, wanted.seed)
        if rng is None:
            warn_of_equals(wanted)
        super().__init__(rng=seed)
        self.seed = seed
        self.story = wanted.model_copy(update={"seed": seed})
        self.world: World = build_world(self.story, seed)
        self._views: dict[int, AgentView] = {}
        self._seen: list[np.ndarray[Any, Any]] = []
        self._grid: Any = None
        self._coordinates: list[tuple[int, int]] = []
        self.running = self.world.year < self.last_year
        reporters = {name: partial(read_metric, name=name) for name in reported}
        self.datacollector = YearsCollector(self.story, {"year": "year", "plan": "layout_in_force", **reporters})
        self.datacollector.collect(self)

    def brief(self) -> dict[str, object]:
        """Story, year, layout and size."""
        plan, treated = self.story.plan.layout, self.world.treated
        later = "" if treated else f" (then {plan}, from year {self.story.years.burn_in + 1})"
        return {
            "story": repr(self.story.title), "year": f"{self.year} of {self.last_year}",
            "layout": f"{self.layout_in_force}{later}", "firms": len(self.world.firms),
            "institutes": len(self.world.institutes), "seed": self.seed,
        }  # fmt: skip

    # -- time ---------------------------------------------------------------------------------------------

    @property
    def year(self) -> int:
        """Years since the start."""
        return self.world.year

    @property
    def layout_in_force(self) -> str:
        """Name of the layout that regions follow in the present year."""
        return str(getattr(self.world.plan, "layout", self.story.neutral.layout))

    @property
    def last_year(self) -> int:
        """Year in which the scenario ends."""
        return self.story.years.burn_in + self.story.years.treatment

    def step(self) -> None:
        """Let one year pass; when the burn-in is over, the scenario's plan, policies and shocks begin."""
        live_year(self.world, self.story)
        self.refresh()
        self.running = self.world.year < self.last_year
        self.datacollector.collect(self)

    @property
    def metrics(self) -> Measures:
        """The metrics of the present year by name."""
        return Measures(self.world)

    # -- agents -------------------------------------------------------------------------------------------

    @property
    def agents(self) -> Any:
        """AgentSet of all firms and institutes, in the order of the World's tables."""
        self._view()
        return self._all_agents

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """AgentSets by class: SME, LeadingFirm, ResearchInstitute, and any of your own."""
        self._view()
        return self._agents_by_type  # type: ignore[no-any-return]

    @property
    def agent_types(self) -> list[type]:
        """The classes of agents, also those of which none exists now."""
        return list(self.agents_by_type)

    @property
    def firms(self) -> Any:
        """AgentSet of all firms, small and leading."""
        return self.agents.select(agent_type=Firm)

    def refresh(self) -> None:
        """Bring views that were handed out before in line with the World; costs nothing if there are none."""
        if self._views:
            self._view()
        if self._grid is not None:
            self._write_layers()

    def _view(self) -> None:
        """Make one view for every firm and institute, and drop those of agents that left."""
        firms, institutes = self.world.firms, self.world.institutes
        now = [firms.id, firms.kind, firms.cell, institutes.id, institutes.cell]
        if self._seen and all(np.array_equal(old, new) for old, new in zip(self._seen, now, strict=True)):
            return
        self._seen = [np.array(column) for column in now]
        own = [agent for agent in self._all_agents if not isinstance(agent, AgentView)]
        before, self._views = self._views, {}
        kinds = {int(Kind.SME): SME, int(Kind.LEADING_FIRM): LeadingFirm}
        for row, (identity, kind) in enumerate(zip(firms.id.tolist(), firms.kind.tolist(), strict=True)):
            self._views[identity] = self._view_of(before, kinds[kind], identity, row)
        for row, identity in enumerate(institutes.id.tolist()):
            self._views[identity] = self._view_of(before, ResearchInstitute, identity, row)
        for agent in before.values():
            self._put(agent, None)
            mesa.Agent.remove(agent)
        # The order of a set is that of the tables, whenever its agents were looked at first. Sets may be empty.
        self._all_agents._update([*self._views.values(), *own])
        for kind in (SME, LeadingFirm, ResearchInstitute):
            members = [agent for agent in self._views.values() if type(agent) is kind]
            if kind not in self._agents_by_type:
                self._agents_by_type[kind] = type(self._all_agents)([], random=self.random)
            self._agents_by_type[kind]._update(members)
        if self._grid is not None:
            self._settle_grid()

    def _view_of(self, before: dict[int, AgentView], kind: type[AgentView], identity: int, row: int) -> AgentView:
        """The view that was handed out before, or a new one."""
        if type(before.get(identity)) is kind:
            return before.pop(identity)
        return kind(self, identity, row)

    def linked(self, agent: AgentView, ties: Sequence[Tie], side: str = "both") -> list[AgentView]:
        """Agents at the other end of an agent's links, in the order of the World's table of links.

        `side` is where the agent itself stands: "first", "second" or "both".
        """
        self._view()
        links, row = self.world.links, agent.row
        wanted = np.isin(links.tie, ties) & links.living
        with_institute = links.tie == Tie.INSTITUTE
        as_first = wanted & (links.first == row) & isinstance(agent, Firm) & (side != "second")
        as_second = wanted & (links.second == row) & (with_institute != isinstance(agent, Firm)) & (side != "first")
        firms, institutes = self.world.firms.id, self.world.institutes.id
        found = []
        for link_row in np.flatnonzero(as_first | as_second):
            link = links[link_row]
            if not as_first[link_row]:
                other = firms[link.first]
            else:
                other = institutes[link.second] if with_institute[link_row] else firms[link.second]
            found.append(self._views[int(other)])
        return found

    # -- places -------------------------------------------------------------------------------------------

    @property
    def grid(self) -> Any:
        """The cells as a Mesa grid, north up, with property layers; agents stand in its cells. Made on first use."""
        if self._grid is None:
            self._view()
            rows, columns = self.world.geography.shape
            self._grid = OrthogonalMooreGrid((columns, rows), torus=False, random=self.random, cell_klass=Place)
            for name, kind in LAYERS.items():
                self._grid.create_property_layer(name, default_value=kind(0), dtype=kind)
            lying = np.argwhere(self.world.geography.grid >= 0)
            number = self.world.geography.grid[tuple(lying.T)]
            self._coordinates = [(0, 0)] * len(number)
            for cell, (row, column) in zip(number.tolist(), lying.tolist(), strict=True):
                self._coordinates[cell] = (column, rows - 1 - row)
            self._write_layers()
            self._settle_grid()
        return self._grid

    def cell_of(self, cell: int) -> Any:
        """The grid's cell for a row of the World's table of cells."""
        return self.grid[self._coordinates[cell]]

    def move(self, agent: AgentView, cell: Cell) -> None:
        """Move an agent to a cell of the grid and to its region. Raises ValueError where there is no land."""
        column, height = cell.coordinate
        cell_row = int(self.world.geography.grid[self.world.geography.shape[0] - 1 - height, column])
        if cell_row < 0:
            raise ValueError(f"there is no land at {cell.coordinate}")
        agent.rows["cell"][agent.row] = cell_row
        agent.rows["region"][agent.row] = self.world.cells.region[cell_row]
        self.world.settle()
        self._view()

    def _put(self, agent: AgentView, cell: Any) -> None:
        """Write an agent into the list of a cell (None: of no cell)."""
        if agent._place is not cell:
            if agent._place is not None:
                agent._place.remove_agent(agent)
            if cell is not None:
                cell.add_agent(agent)
            agent._place = cell

    def _settle_grid(self) -> None:
        """Put every agent into its cell."""
        for records in (self.world.firms, self.world.institutes):
            for identity, cell in zip(records.id.tolist(), records.cell.tolist(), strict=True):
                self._put(self._views[identity], self._grid[self._coordinates[cell]])

    def _write_layers(self) -> None:
        """Copy the layers' columns from cells to grid."""
        x, y = np.array(self._coordinates).T
        for name, kind in LAYERS.items():
            data = np.full(self._grid.dimensions, -1 if name == "region" else 0, dtype=kind)
            data[x, y] = self.world.cells[name]
            np.asarray(getattr(self._grid, name).data)[:] = data  # from Mesa 4 on a layer is an array itself

    # -- keeping ------------------------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the views, which are made again when asked for."""
        state = dict(self.__dict__)
        state["_views"], state["_seen"], state["_grid"], state["_coordinates"] = {}, [], None, []
        own = [agent for agent in self._all_agents if not isinstance(agent, AgentView)]
        everyone = type(self._all_agents)
        state["_all_agents"] = everyone(own, random=self.random)
        state["_agents_by_type"] = {
            kind: everyone(list(members), random=self.random)
            for kind, members in self._agents_by_type.items()
            if not issubclass(kind, AgentView)
        }
        if "_agents" in state:
            state["_agents"] = dict.fromkeys(own)
        return state
