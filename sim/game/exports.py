"""Exports: the session as tables, from which scores and figures can be made again; names of people are not in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from sim.game.core import Core
from sim.game.engine import ARMS, CLASS
from sim.game.rules import ROUND_YEARS
from sim.game.scores import growth, places, scores
from sim.kernel.source_hash import NUMBERS
from sim.reporting.game_columns import GAME
from sim.store.files import write_csv

BEFORE = "before"
Rows = Iterator[dict[str, Any]]
Tables = dict[str, pd.DataFrame]


def tables(session: Core, replays: dict[str, Any] | None) -> Tables:
    """All tables of a session by file name; `replays` are those of sim.game.debrief, if they were made."""
    told = replays or {"costs": [], "luck": []}
    made = {
        "session.csv": _session(session), "decisions.csv": _decisions(session), "persons.csv": _persons(session),
        "results.csv": _results(session), "regions.csv": _regions(session),
        "nation.csv": _nation(session, told["luck"]), "industries.csv": _industries(session),
        "costs.csv": iter(told["costs"]), "announcements.csv": _announcements(session),
        "predictions.csv": _predictions(session), "codebook.csv": _codebook(),
    }  # fmt: skip
    return {name: pd.DataFrame(list(rows), columns=list(GAME[name][1])) for name, rows in made.items()}


def write_tables(made: Tables, folder: Path) -> list[Path]:
    """Write tables as CSV; returns their paths."""
    return [write_csv(folder / name, table) for name, table in made.items()]


def _nations(session: Core) -> range:
    return range(1, session.state.nations + 1)


def _number(member: str) -> int:
    return int(member[1:])


def _session(session: Core) -> Rows:
    for nation in _nations(session):
        preset = session.preset(nation)
        yield {
            "nation": nation, "preset": preset.key, "payoff": preset.payoff, "rounds": session.state.rounds,
            "round_years": ROUND_YEARS, "seed": session.state.settings["seed"], "match": preset.match,
            "hot": ";".join(session.hot), "code": NUMBERS,
        }  # fmt: skip


def _decisions(session: Core) -> Rows:
    for round in sorted(session.state.results):
        for one in session.state.decisions[round]:
            for industry in session.industries:
                yield {
                    "nation": one.nation, "round": round, "region": session.regions[one.region], "source": one.source,
                    "seconds": one.seconds, "industry": industry, "chips": float(one.chips.get(industry, 0.0)),
                }  # fmt: skip


def _persons(session: Core) -> Rows:
    for round in sorted(session.state.results):
        drafts = session.state.drafts.get(round, {})
        for one in session.state.decisions[round]:
            for member, chips in one.members.items():
                for industry, count in (chips or {"": 0}).items():
                    yield {
                        "nation": one.nation, "round": round, "region": session.regions[one.region],
                        "person": _number(member), "industry": industry, "chips": count,
                        "seconds": drafts[member].seconds if member in drafts else None,
                    }  # fmt: skip


def _results(session: Core) -> Rows:
    fork = _fork(session)
    for nation in _nations(session):
        before = fork
        for round in sorted(session.state.results):
            years = session.state.results[round]["nations"][str(nation)][CLASS]["years"]
            so_far = years if round == 0 else session.years(nation, upto=round)
            told = scores(session.preset(nation).payoff, fork, so_far)
            last = years[-1]["regions"]
            for row, place in enumerate(places(told)):
                yield {
                    "nation": nation, "round": round, "region": session.regions[row],
                    "growth": growth(before["regions"]["value_added"][row], last["value_added"][row]),
                    "jobs": last["jobs"][row], "revenue": last["revenue"][row], "firms": last["firms"][row],
                    "score": told[row], "place": place,
                }  # fmt: skip
            before = years[-1] if round > 0 else before


def _fork(session: Core) -> dict[str, Any]:
    assert session.state.fork is not None, "the session is not warm"
    return dict(session.state.fork["observed"])


def _years(session: Core) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What every year of every arm is called, and what was observed of it; the year before the first round comes first.

    Practice is left out.
    """
    for nation in _nations(session):
        told = _fork(session)
        yield {"nation": nation, "arm": BEFORE, "round": 0, "year": told["year"]}, told
        for arm in ARMS:
            for round in sorted(round for round in session.state.results if round > 0):
                for year in session.state.results[round]["nations"][str(nation)][arm]["years"]:
                    yield {"nation": nation, "arm": arm, "round": round, "year": year["year"]}, year


def _regions(session: Core) -> Rows:
    for head, year in _years(session):
        for row, region in enumerate(session.regions):
            yield {**head, "region": region, **{key: values[row] for key, values in year["regions"].items()}}


def _nation(session: Core, luck: list[dict[str, Any]]) -> Rows:
    for head, year in _years(session):
        yield {**head, "luck": 0, **year["nation"]}
    yield from luck


def _industries(session: Core) -> Rows:
    for head, year in _years(session):
        for row, industry in enumerate(session.industries):
            told = {key: values[row] for key, values in year["industries"].items()}
            yield {**head, "industry": industry, "open": int(year["open"][row]), **told}


def _announcements(session: Core) -> Rows:
    state = session.state
    for round in sorted({*state.announced, *state.proposed}):
        for member, saved in state.announced.get(round, {}).items():
            seat = state.members[member].seat
            for industry, count in (saved.chips or {"": 0}).items() if seat is not None else ():
                assert seat is not None
                yield {
                    "nation": seat[0], "round": round, "region": session.regions[seat[1]], "person": _number(member),
                    "kind": "announcement", "industry": industry, "chips": count,
                }  # fmt: skip
        for nation, saved in state.proposed.get(round, {}).items():
            for region, chips in saved.chips.items():
                for industry, count in (chips or {"": 0}).items():
                    yield {
                        "nation": nation, "round": round, "region": region,
                        "person": _number(saved.member) if saved.member else None,
                        "kind": "proposal", "industry": industry, "chips": count,
                    }  # fmt: skip


def _predictions(session: Core) -> Rows:
    for kind, found in session.state.predictions.items():
        for member, told in found.items():
            for question, answer in told["answers"].items():
                yield {"person": _number(member), "kind": kind, "question": question, "answer": answer}


def _codebook() -> Rows:
    for file, (rows, columns) in GAME.items():
        for column, (unit, meaning) in columns.items():
            yield {"file": file, "rows": rows, "column": column, "unit": unit, "meaning": meaning}
