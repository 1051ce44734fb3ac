"""Making the debrief of a session and its exports: what is known at once first, replays after it, files at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.game.core import DEBRIEF_FILE, Core
from sim.game.debrief import debrief_of
from sim.game.engine import CLASS, COORDINATED, arm_scenario
from sim.game.exports import tables, write_tables
from sim.game.lives import Between, Life, at_once
from sim.game.replays import costs, lucks
from sim.game.rules import Refused
from sim.kernel.scenario_types import Scenario
from sim.reporting.replay import replay_page
from sim.runs.history import History
from sim.scenario.reading import scenario_as_yaml
from sim.store.files import write_atomically, write_csv, write_json
from sim.studies.histories import run_histories

Step = Callable[[int, int], None]
"""Called as step(done, in all)."""


def prepare_debrief(session: Core, progress: Step | None = None, between: Between = at_once) -> None:
    """Make debrief.json: figures 1 and 3 and the scores at once, then the second figure and the band.

    Slow unless `live_ahead` has done most of it. A debrief that rests on the present rounds is not made again. Raises
    Refused where nothing was played, or where a round is taken back meanwhile.
    """
    known = session.debrief()
    if known is not None and known["ready"]:
        return
    if not any(round > 0 for round in session.state.results):
        raise Refused("nothing_played")
    with session._lock:
        sofar, rests_on, nations = session.sofar(), session.rests_on(), range(1, session.state.nations + 1)
        usual = {nation: session.years(nation) for nation in nations}
    _keep(session, rests_on, {"costs": [], "luck": []}, False)
    rows, luck = _lives(session)
    total = sum(session.lives.behind(life, sofar, sofar.played) for life in dict.fromkeys([*rows, *luck]))
    done, counting = 0, threading.Lock()

    def step() -> None:
        nonlocal done
        with counting:
            done += 1
            if progress is not None:
                progress(done, total)
        _check(session, rests_on)

    replays: dict[str, Any] = {"costs": [], "luck": []}
    session.lives.catch_up(rows, sofar, step, between)
    for nation in nations:
        replays["costs"] += costs(session.lives, nation, sofar, usual[nation], session.regions)
    _keep(session, rests_on, replays, False)
    session.lives.catch_up(luck, sofar, step, between)
    for nation in nations:
        replays["luck"] += lucks(session.lives, nation, sofar)
    _keep(session, rests_on, replays, True)


def live_ahead(session: Core, between: Between = at_once) -> bool:
    """Live one round of what the debrief will need, while the class plays; False: there is nothing to live now."""
    with session._lock:
        sofar = session.sofar()
        rows, luck = _lives(session)
    life = session.lives.next([*rows, *luck], sofar)
    if life is not None:
        session.lives.go_on(life, sofar, between)
    return life is not None


def _lives(session: Core) -> tuple[list[Life], list[Life]]:
    """Those of the second figure, and those of the band."""
    nations = range(1, session.state.nations + 1)
    rows = [life for nation in nations for life in session.lives.with_a_row(nation, session.regions)]
    return rows, [life for nation in nations for life in session.lives.with_other_luck(nation)]


def _check(session: Core, rests_on: str) -> None:
    """Raises Refused where a round was taken back."""
    if session.rests_on() != rests_on:
        raise Refused("closed", round=session.state.round, phase=session.state.phase)


def _keep(session: Core, rests_on: str, replays: dict[str, Any], ready: bool) -> None:
    _check(session, rests_on)
    told = {"rests_on": rests_on, "ready": ready, "replays": replays, "nations": debrief_of(tables(session, replays))}
    write_json(session.folder / DEBRIEF_FILE, told)


def export(session: Core, secret: str, progress: Step | None = None) -> list[Path]:
    """Write exports: tables, and of each nation the class's plan, its scenario and the replay of its history.

    Raises Denied, Refused where nothing was played.
    """
    session.check(secret)
    if not any(round > 0 for round in session.state.results):
        raise Refused("nothing_played")
    known = session.debrief()
    folder = session.folder / "exports"
    paths = write_tables(tables(session, known["replays"] if known is not None else None), folder)
    for nation in range(1, session.state.nations + 1):
        arms = {arm: played_scenario(session, nation, arm) for arm in (CLASS, COORDINATED)}
        paths.append(write_csv(folder / f"plan-{nation}.csv", plan_table(arms[CLASS])))
        paths.append(_written(folder / f"class-{nation}.yaml", scenario_as_yaml(arms[CLASS])))
        page = replay_page(list(class_histories(session, nation, progress).values()), session.language)
        paths.append(_written(folder / f"replay-{nation}.html", page))
    return paths


def _written(path: Path, text: str) -> Path:
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    return path


def played_scenario(session: Core, nation: int, arm: str = CLASS) -> Scenario:
    """The scenario of an arm as it was played, that `clustersim run` runs to the same states."""
    plans = session.played().rounds[nation][: len([round for round in session.state.results if round > 0])]
    found = arm_scenario(arm, session.worlds.scenario(nation), session.preset(nation), plans)
    title = f"{session.base.title}: {arm}, preset {session.preset(nation).key}"
    years = found.years.model_copy(update={"treatment": found.plan.every * len(plans)})
    seed = int(session.state.settings["seed"])
    return found.model_copy(update={"title": title, "years": years, "seed": seed})


def plan_table(scenario: Scenario) -> Any:
    """The class's plan as the table term, region, industry, share, effort that `plan.matrix` reads."""
    import pandas as pd

    rows = [(one.term, one.region, one.industry, one.weight, one.effort) for one in scenario.plan.choices]
    return pd.DataFrame(rows, columns=["term", "region", "industry", "share", "effort"])


def class_histories(session: Core, nation: int, progress: Step | None = None) -> dict[str, History]:
    """The histories of the class and of its coordinated arm, lived again from the opening.

    Raises Refused where the states are not those that the class saw.
    """
    arms = {arm: played_scenario(session, nation, arm) for arm in (CLASS, COORDINATED)}
    told = None if progress is None else lambda _arm, done, all_years: progress(done, all_years)
    found = run_histories(arms, int(session.state.settings["seed"]), told)
    last = max(session.state.results)
    for arm, history in found.items():
        year, expected = history.years[-1].year, session.state.results[last]["nations"][str(nation)][arm]
        if history.hashes[year] != expected["hash"] or year != expected["years"][-1]["year"]:
            raise Refused("another_history")
    return found
