"""Phones that come and go: what they saved is kept once, whatever is sent late, twice or in another order."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sim.game.rules import Refused
from tests.game.small import begun, joined, start

PHONES, OFFLINE, ROUND = 38, 20, 600


def test_no_saved_decision_is_lost_or_doubled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _file: None)  # the disk is not what is tried
    session = begun(tmp_path / "s", "A")
    people = joined(session, PHONES)
    start(session, practice=True)
    session.extend(session.secret, ROUND)
    luck, clock = random.Random(1), session.clock
    waiting: list[tuple[float, int, int]] = []
    away = {phone: (gone := luck.uniform(0, ROUND), gone + luck.uniform(1, 300)) for phone in range(OFFLINE)}
    for phone in range(PHONES):
        for version in range(1, 6):
            wanted = luck.uniform(0, ROUND)
            gone, back = away.get(phone, (0.0, 0.0))
            arrives = back if gone <= wanted <= back else wanted
            waiting += [(arrives + luck.uniform(0, 5), phone, version) for _ in range(luck.choice((1, 1, 2)))]
    begin, acknowledged, written = clock(), dict.fromkeys(range(PHONES), 0), 0
    for at, phone, version in sorted(waiting):
        clock.now = begin + at  # type: ignore[attr-defined]
        session.tick()
        try:
            told = session.save(people[phone].token, 0, {"chips": version}, version)
        except Refused as late:
            assert late.code == "closed"
            continue
        assert told.version >= version
        written += told.fresh
        acknowledged[phone] = max(acknowledged[phone], told.version)
    assert any(back > ROUND for _, back in away.values())  # some came back after the lock
    if session.state.phase == "open":
        session.lock(session.secret)
    journal = (session.folder / "events.jsonl").read_text(encoding="utf-8")
    assert journal.count('"kind":"draft"') == written
    own = {member: chips for one in session.state.decisions[0] for member, chips in one.members.items()}
    for phone, version in acknowledged.items():
        expected = {"chips": float(version)} if version else None
        assert own.get(people[phone].member) == expected
    session.close()
