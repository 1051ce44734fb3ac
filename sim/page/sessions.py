"""Sessions: what each open page shows. Nothing is shared between two of them but runs that came out the same."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from sim.kernel.scenario_types import Scenario
from sim.model.plans import LAYOUTS
from sim.page.controls import acting_year, values_in
from sim.page.links import Dated, Link, Value, parse_link, written
from sim.page.lives import Life, Shelf
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import changed, load_scenario, scenario_as_yaml

USUAL = ("differentiated", "duplicated")
MOST = 60
"""Sessions at once; the one that was idle the longest gives way."""
IDLE = 1_800.0
"""Seconds after which a session that nobody asked anything is released."""
MOST_FIRMS, MOST_YEARS = 10_000, 300
"""What a page shows; larger runs are for `clustersim run`."""


class PageError(Exception):
    """Something asked of the page that it does not do; the message is for the person."""


def layouts_of(scenario: Scenario) -> list[str]:
    """Layouts that a scenario can have: an explicit one needs its table."""
    return [name for name in LAYOUTS if name != "explicit" or scenario.plan.choices]


class Session:
    """Two layouts with the same luck."""

    def __init__(self, link: Link, source: str, shelf: Shelf) -> None:
        self.name = link.scenario
        self.layouts = link.layouts
        self.problems = list(link.problems)
        base = load_scenario(source)
        if base.population.firms > MOST_FIRMS or base.years.burn_in + base.years.treatment > MOST_YEARS:
            raise PageError(f"{link.scenario} is too large for the page: run it with `clustersim run`")
        self.seed = base.seed if link.seed is None else link.seed
        self.choices = layouts_of(base)
        plain = [self._arm(base, layout) for layout in self.layouts]
        self.dated: dict[int, dict[str, Value]] = {}
        arms = plain
        for change in link.changes:
            arms = self._with(arms, change) or arms
        self.lives = [Life(layout, arm, self.seed, shelf) for layout, arm in zip(self.layouts, arms, strict=True)]
        self._plain = plain
        self._lock = threading.Lock()

    def _arm(self, base: Scenario, layout: str) -> Scenario:
        if layout not in self.choices:
            raise PageError(f"{self.name} has no table for the layout {layout}")
        plan = base.plan.model_copy(
            update={"layout": layout, **({"imitation": 0.0} if layout != base.plan.layout else {})}
        )
        return base.model_copy(update={"plan": plan, "seed": self.seed})

    def _with(self, arms: Sequence[Scenario], change: Dated) -> list[Scenario] | None:
        """The arms with one more change; None, and the field is named, where it would be refused in a file."""
        year, key, value = change
        told = {when: dict(one) for when, one in self.dated.items()}
        told.setdefault(year, {})[key] = value
        try:
            found = [self._changed(arm, told) for arm in arms]
        except ScenarioError:
            if "changes" not in self.problems:
                self.problems.append("changes")
            return None
        self.dated = told
        return found

    def _changed(self, arm: Scenario, told: dict[int, dict[str, Value]]) -> Scenario:
        return changed(arm, {year: values for year, values in sorted(told.items()) if values})

    def change(self, year: int, key: str, value: Value | None) -> list[int]:
        """Let `key` be `value` in both arms from the first year after `year` in which it can act; None takes the change
        of exactly that year away. Returns for each arm the last year that stays as it was.

        Raises ScenarioError where a file that says so would be refused; all then stays as it was.
        """
        with self._lock:
            told = {when: dict(one) for when, one in self.dated.items()}
            if value is None:
                told.get(year, {}).pop(key, None)
            else:
                told.setdefault(acting_year(key, year, self._plain[0]), {})[key] = value
            arms = [self._changed(arm, told) for arm in self._plain]
            self.dated = {when: one for when, one in sorted(told.items()) if one}
            return [life.revise(arm) for life, arm in zip(self.lives, arms, strict=True)]

    def clear(self) -> list[int]:
        """Take every change away."""
        with self._lock:
            self.dated = {}
            return [life.revise(arm) for life, arm in zip(self.lives, self._plain, strict=True)]

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        first = self.lives[0].scenario
        years = range(first.years.burn_in + first.years.treatment + 1)
        return {
            "scenario": self.name, "layouts": list(self.layouts), "choices": self.choices, "seed": str(self.seed),
            "headers": [life.header for life in self.lives], "turns": [life.turn for life in self.lives],
            "changes": [[year, key, value] for year, one in self.dated.items() for key, value in one.items()],
            "values": [values_in(first, year) for year in years],
            "query": written(self.name, self.layouts, self.seed, self.dated),
        }  # fmt: skip

    def exported(self, arm: int) -> str:
        """The scenario of an arm as YAML, that `clustersim run` runs to the same hashes."""
        return scenario_as_yaml(self.lives[arm].scenario)


class Sessions:
    """All open pages of this server."""

    def __init__(self, sources: dict[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        """`sources`: what each scenario's name on the page stands for, a file or a bare name."""
        self.sources = sources
        self.shelf = Shelf()
        self._clock = clock
        self._open: OrderedDict[str, tuple[float, Session]] = OrderedDict()

    def open(self, query: str) -> tuple[str, Session]:
        """A new session for an address; its id cannot be guessed. Raises PageError, ScenarioError."""
        link = parse_link(query, list(self.sources), list(LAYOUTS), USUAL)
        session = Session(link, self.sources[link.scenario], self.shelf)
        self._release()
        name = secrets.token_urlsafe(18)
        self._open[name] = (self._clock(), session)
        while len(self._open) > MOST:
            self._open.popitem(last=False)
        return name, session

    def get(self, name: str) -> Session | None:
        """An open session; None where there is none, or it was released."""
        self._release()
        if name not in self._open:
            return None
        session = self._open[name][1]
        self._open[name] = (self._clock(), session)
        self._open.move_to_end(name)
        return session

    def __len__(self) -> int:
        return len(self._open)

    def _release(self) -> None:
        """Let go of those that nobody used for long."""
        late = self._clock() - IDLE
        while self._open and next(iter(self._open.values()))[0] < late:
            self._open.popitem(last=False)
