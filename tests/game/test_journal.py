"""The journal: whole lines only, whatever happens, and nothing that was changed is believed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.game.journal import NAME, Journal
from sim.game.rules import ResumeError


def written(folder: Path, count: int = 5) -> bytes:
    """A journal of some events."""
    journal = Journal(folder)
    for number in range(count):
        journal.append("lobby", float(number), {"closed": bool(number % 2), "word": "规划"})
    journal.close()
    return (folder / NAME).read_bytes()


def test_events_come_back_as_they_were_written(tmp_path: Path) -> None:
    written(tmp_path)
    events = Journal(tmp_path).events
    assert [one["n"] for one in events] == [1, 2, 3, 4, 5]
    assert [one["at"] for one in events] == [0.0, 1.0, 2.0, 3.0, 4.0] and events[0]["word"] == "规划"


def test_cut_off_at_every_byte_the_whole_lines_before_remain_and_more_can_be_written(tmp_path: Path) -> None:
    content = written(tmp_path, 3)
    for cut in range(len(content) + 1):
        (tmp_path / NAME).write_bytes(content[:cut])
        journal = Journal(tmp_path)
        assert len(journal.events) == content[:cut].count(b"\n")
        journal.append("lobby", 9.0, {"closed": True})
        journal.close()
        assert Journal(tmp_path).events[-1]["at"] == 9.0


def test_a_line_that_was_changed_is_refused(tmp_path: Path) -> None:
    content = written(tmp_path)
    (tmp_path / NAME).write_bytes(content.replace(b'"at":1.0', b'"at":7.0'))
    with pytest.raises(ResumeError, match="line 2"):
        Journal(tmp_path)


def test_a_line_that_is_missing_is_refused(tmp_path: Path) -> None:
    lines = written(tmp_path).splitlines(keepends=True)
    (tmp_path / NAME).write_bytes(b"".join([*lines[:2], *lines[3:]]))
    with pytest.raises(ResumeError, match="line 3"):
        Journal(tmp_path)


def test_numbers_that_json_lacks_are_not_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with pytest.raises(ValueError):
        journal.append("lobby", 0.0, {"closed": float("nan")})
    journal.append("lobby", 0.0, {"closed": True})
    assert [json.loads(line)["n"] for line in (tmp_path / NAME).read_text("utf-8").splitlines()] == [1]
