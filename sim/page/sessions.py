"""Sessions: what each open page shows. Nothing is shared between two of them but runs that came out the same."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import psutil

from sim.kernel.scenario_types import Scenario
from sim.model.plans import LAYOUTS
from sim.page.boards import OWN, board_as_csv, board_from_table, planned, read_board, write_board
from sim.page.controls import acting_year, values_in
from sim.page.events import MOST_EVENTS, Event, with_events
from sim.page.jobs import Bench, Job
from sim.page.lessons import PLAN_SEEDS, PREDICTIONS, Classes, draw_seed, plan_lesson
from sim.page.links import Dated, Link, Value, parse_link, written
from sim.page.lives import Life, Shelf
from sim.scenario.changes import full_key, settings_of, unchanged
from sim.scenario.problems import ScenarioError, dotted
from sim.scenario.reading import changed, load_scenario, scenario_as_yaml
from sim.studies.lessons import lessons

USUAL = ("differentiated", "duplicated")
MOST = 60
"""Sessions at once; the one that was idle the longest gives way."""
IDLE = 1_800.0
"""Seconds after which a session that nobody asked anything is released."""
SHARE, LARGE = 0.25, 100_000_000
"""Part of the machine's memory for sessions that can go on from the middle of a run, and bytes of one (measured with
1,000 firms and 90 years: 95 MB)."""
SWEEP = 60.0
"""Seconds between two looks for idle sessions."""
MOST_FIRMS, MOST_YEARS = 10_000, 300
"""What a page shows; larger runs are for `clustersim run`."""


class PageError(Exception):
    """Something asked of the page that it does not do; the message is for the person."""


def layouts_of(scenario: Scenario) -> list[str]:
    """Layouts that a scenario can have: an explicit one needs its table."""
    return [name for name in LAYOUTS if name != "explicit" or scenario.plan.choices]


class Session:
    """Two layouts, or the two arms that a lesson shows, with the same luck."""

    def __init__(self, link: Link, source: str, shelf: Shelf) -> None:
        self.name = link.scenario
        self.source = source
        self.problems = list(link.problems)
        self.lesson = lessons()[link.lesson] if link.lesson else None
        self.predicted = ""
        """What the student committed to."""
        self.jobs: dict[str, Job] = {}
        """What is computed behind it, by what it is for."""
        self._lock = threading.RLock()
        self._shelf = shelf
        self._calm: dict[int, Life] = {}
        if self.lesson is None:
            self._base = load_scenario(source)
            self.seed = self._base.seed if link.seed is None else link.seed
        else:
            self.arms = self.lesson.scenarios()
            self._base = self.arms[self.lesson.shown[0]]
            self.seed = draw_seed() if link.seed is None else link.seed
        self._refuse_too_large()
        self.board = link.own
        self._choices = read_board(link.own, self._base) if link.own else None
        if link.own and self._choices is None:
            self.problems.append("own")
            self.board = ""
        self.choices = [*layouts_of(self._base), *([OWN] if self.board else [])]
        self.layouts = link.layouts
        if OWN in self.layouts and not self.board:
            self.layouts = tuple(usual if one == OWN else one for one, usual in zip(self.layouts, USUAL, strict=True))  # type: ignore[assignment]
        self.dated: dict[int, dict[str, Value]] = {}
        self._plain = arms = self._arms()
        self.events: list[Event] = []
        for event in link.events:
            arms = self._with_event(event) or arms
        for change in link.changes:
            arms = self._with(change) or arms
        self.lives = [Life(arm, one, self.seed, shelf) for arm, one in zip(self.shown, arms, strict=True)]

    @property
    def shown(self) -> tuple[str, str]:
        """Names of the two arms."""
        return self.layouts if self.lesson is None else self.lesson.shown

    @property
    def board_of_plan(self) -> str:
        """What the board begins with: the plan of one's own, else the scenario's."""
        return self.board or write_board(self._base.plan.choices, self._base)

    def _refuse_too_large(self) -> None:
        years = self._base.years
        if self._base.population.firms > MOST_FIRMS or years.burn_in + years.treatment > MOST_YEARS:
            raise PageError(f"{self.name} is too large for the page: run it with `clustersim run`")

    def _arms(self) -> list[Scenario]:
        if self.lesson is not None:
            return [self.arms[name].model_copy(update={"seed": self.seed}) for name in self.lesson.shown]
        return [self._arm(layout) for layout in self.layouts]

    def _arm(self, layout: str) -> Scenario:
        base = self._base.model_copy(update={"seed": self.seed})
        if layout == OWN and self._choices:
            return planned(base, self._choices)
        if layout not in self.choices:
            raise PageError(f"{self.name} has no table for the layout {layout}")
        plan = base.plan.model_copy(
            update={"layout": layout, **({"imitation": 0.0} if layout != base.plan.layout else {})}
        )
        return base.model_copy(update={"plan": plan})

    def _with(self, change: Dated) -> list[Scenario] | None:
        """The arms with one more change; None, and the field is named, where it would be refused in a file."""
        year, key, value = change
        told = {when: dict(one) for when, one in self.dated.items()}
        told.setdefault(year, {})[key] = value
        try:
            found = [self._changed(arm, told) for arm in self._plain]
        except ScenarioError:
            if "changes" not in self.problems:
                self.problems.append("changes")
            return None
        self.dated = told
        return found

    def _with_event(self, event: Event) -> list[Scenario] | None:
        """The arms with one more event; None, and the field is named, where it cannot be."""
        self.events.append(event)
        try:
            return [self._changed(arm, {}) for arm in self._plain]
        except (ScenarioError, ValueError):
            self.events.pop()
            if "events" not in self.problems:
                self.problems.append("events")
            return None

    def _changed(self, arm: Scenario, told: dict[int, dict[str, Value]]) -> Scenario:
        """The arm with the events, and with these changes beside its own, before which they go for one key and year.

        Raises ScenarioError where a file would be refused, ValueError for an event that this map or time has not.
        """
        arm = with_events(arm, self.events)
        merged: dict[int, dict[str, Value]] = {
            one.year: {dotted(key): value for key, value in settings_of(one.set).items()} for one in arm.changes
        }
        for year, values in told.items():
            merged.setdefault(year, {}).update({dotted(full_key(key)): value for key, value in values.items()})
        return changed(arm, {year: values for year, values in sorted(merged.items()) if values})

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

    def happen(self, event: Event) -> list[int]:
        """Let a shock strike or a policy begin in both arms. Returns for each the last year that stays as it was.

        Raises PageError for too many and ScenarioError for one that a file could not have; all then stays as it was.
        """
        with self._lock:
            if len(self.events) >= MOST_EVENTS:
                raise PageError(f"at most {MOST_EVENTS} things happen: take one away first")
            self.events.append(event)
            try:
                return self._revise()
            except (ScenarioError, ValueError) as error:
                self.events.pop()
                if isinstance(error, ScenarioError):
                    raise
                raise PageError(str(error)) from None

    def undo(self, place: int) -> list[int]:
        """Take the event at this place of the list away. Raises PageError where there is none."""
        with self._lock:
            if not 0 <= place < len(self.events):
                raise PageError("there is no such event")
            del self.events[place]
            return self._revise()

    def clear(self) -> list[int]:
        """Take every change and event away."""
        with self._lock:
            self.dated, self.events = {}, []
            return self._revise()

    def _revise(self) -> list[int]:
        arms = [self._changed(arm, self.dated) for arm in self._plain]
        return [life.revise(arm) for life, arm in zip(self.lives, arms, strict=True)]

    def calm(self, arm: int) -> Life | None:
        """The life of an arm without any shock, of the same luck; None where nothing strikes it."""
        struck = self.lives[arm].scenario
        if not struck.shocks:
            return None
        calm = unchanged(struck, ["shocks"]).model_copy(update={"shocks": ()})
        with self._lock:
            known = self._calm.get(arm)
            if known is None:
                known = self._calm[arm] = Life(self.shown[arm], calm, self.seed, self._shelf)
            elif known.scenario != calm:
                known.revise(calm)
            return known

    def rest(self) -> None:
        """Let go of what is only there to go on quickly, unless it is at work."""
        self._calm.clear()
        for life in self.lives:
            life.rest()

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        first = self.lives[0].scenario
        years = range(first.years.burn_in + first.years.treatment + 1)
        return {
            "scenario": self.name, "lesson": self.lesson.name if self.lesson else "", "layouts": list(self.shown),
            "choices": self.choices, "seed": str(self.seed), "predicted": self.predicted,
            "board": {
                "regions": list(self._base.regions.names()), "industries": list(self._base.industries),
                "plan": self.board_of_plan, "own": bool(self.board),
            },
            "headers": [life.header for life in self.lives], "turns": [life.turn for life in self.lives],
            "changes": [[year, key, value] for year, one in self.dated.items() for key, value in one.items()],
            "events": [[one.year, one.name, one.region, one.strength, one.years] for one in self.events],
            "struck": bool(first.shocks), "policies": [one.policy for one in self._plain[0].policies],
            "values": [values_in(first, year) for year in years],
            "query": written(self._link(), self.seed, self.dated),
        }  # fmt: skip

    def _link(self) -> Link:
        return Link(self.name, self.layouts, lesson=self.lesson.name if self.lesson else "", own=self.board,
                    events=tuple(self.events))  # fmt: skip

    def commit(self, prediction: str, bench: Bench) -> Job:
        """Take a student's prediction and begin all arms of the lesson with the session's seed.

        Raises PageError without a lesson, and for another prediction than the one committed to.
        """
        if self.lesson is None:
            raise PageError("only a lesson takes a prediction")
        if prediction not in PREDICTIONS:
            raise PageError("a prediction is above, below or undecided")
        with self._lock:
            if self.predicted not in ("", prediction):
                raise PageError("a prediction that was committed to does not change")
            self.predicted = prediction
            if "lesson" not in self.jobs:
                self.jobs["lesson"] = bench.start(Job(self.lesson, self.arms, [self.seed]))
            return self.jobs["lesson"]

    def pool(self, seeds: list[int], bench: Bench) -> Job:
        """Begin the lesson with the seeds of a class, in the place of what was pooled before."""
        if self.lesson is None:
            raise PageError("only a lesson is pooled")
        return self._replace("class", Job(self.lesson, self.arms, seeds), bench)

    def compare_plans(self, bench: Bench) -> Job:
        """Begin the plan of one's own beside USUAL ones, all with the same budgets and changes, over some seeds.

        Raises PageError where there is no plan of one's own.
        """
        if not self.board:
            raise PageError("there is no plan of your own yet: paint one")
        arms = {layout: self._changed(self._arm(layout), self.dated) for layout in (OWN, *USUAL)}
        seeds = [(self.seed + more) % 2**31 for more in range(PLAN_SEEDS)]
        return self._replace("plan", Job(plan_lesson(list(arms)), arms, seeds), bench)

    def _replace(self, what: str, job: Job, bench: Bench) -> Job:
        with self._lock:
            bench.stop(self.jobs.get(what))
            self.jobs[what] = bench.start(job)
            return job

    def board_csv(self, text: str) -> str:
        """A plan of one's own as the table that scenarios read. Raises PageError for text that is none."""
        if read_board(text, self._base) is None:
            raise PageError("that is no plan of this scenario")
        return board_as_csv(text, self._base)

    def board_from(self, content: bytes) -> str:
        """The plan in a table that a person chose. Raises ScenarioError."""
        return board_from_table(content, self.source, self._base)

    def exported(self, arm: int) -> str:
        """The scenario of an arm as YAML, that `clustersim run` runs to the same hashes."""
        return scenario_as_yaml(self.lives[arm].scenario)


class Sessions:
    """All open pages of this server."""

    def __init__(self, sources: dict[str, str], clock: Callable[[], float] = time.monotonic, workers: int = 1) -> None:
        """`sources`: what each scenario's name on the page stands for, a file or a bare name."""
        self.sources = sources
        self.shelf = Shelf()
        self.bench = Bench(workers)
        self.classes = Classes()
        self.awake = max(4, min(MOST, int(SHARE * psutil.virtual_memory().total) // LARGE))
        """Sessions that may go on from the middle of a run; those that were idle longer rest."""
        self._clock = clock
        self._open: OrderedDict[str, tuple[float, Session]] = OrderedDict()
        self._lock = threading.RLock()

    def open(self, query: str) -> tuple[str, Session]:
        """A new session for an address; its id cannot be guessed. Raises PageError, ScenarioError."""
        link = parse_link(query, list(self.sources), [*LAYOUTS, OWN], USUAL, list(lessons()))
        session = Session(link, self.sources[link.scenario], self.shelf)
        name = secrets.token_urlsafe(18)
        with self._lock:
            self._open[name] = (self._clock(), session)
            self.release()
        return name, session

    def get(self, name: str) -> Session | None:
        """An open session; None where there is none, or it was released."""
        with self._lock:
            self.release()
            if name not in self._open:
                return None
            session = self._open[name][1]
            self._open[name] = (self._clock(), session)
            self._open.move_to_end(name)
            return session

    def __len__(self) -> int:
        return len(self._open)

    def release(self) -> None:
        """Let go of sessions that nobody used for long and of those beyond MOST; beyond `awake` they rest."""
        with self._lock:
            late = self._clock() - IDLE
            while self._open and (next(iter(self._open.values()))[0] < late or len(self._open) > MOST):
                _, (_, session) = self._open.popitem(last=False)
                for job in session.jobs.values():
                    self.bench.stop(job)
            for _, session in list(self._open.values())[: -self.awake]:
                session.rest()

    def sweep(self, ended: threading.Event) -> None:
        """Release idle sessions also while nobody asks anything, until `ended`."""
        while not ended.wait(SWEEP):
            self.release()
