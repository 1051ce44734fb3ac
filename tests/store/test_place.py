"""The folder of an experiment that is refused before anything is written: one made for it is gone again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sim.store import folder as module
from sim.store.folder import carry_out
from sim.store.results import ResultsError


@pytest.mark.parametrize("was_there", [False, True])
def test_a_folder_is_left_as_it_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, was_there: bool) -> None:
    place = tmp_path / "out"
    if was_there:
        place.mkdir()

    def refuse(*_given: Any) -> None:
        for left in place.iterdir():
            left.unlink()  # the lock
        raise ResultsError("refused")

    monkeypatch.setattr(module, "open_folder", refuse)
    with pytest.raises(ResultsError, match="refused"):
        carry_out(place, SimpleNamespace(), lambda run: run)  # type: ignore[arg-type]
    assert place.exists() == was_there
