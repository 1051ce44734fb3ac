"""Names of people, apart from what they did: one file that may be deleted, and nothing is lost but the names."""

from __future__ import annotations

import json
from pathlib import Path

from sim.store.files import write_json

FILE = "names.json"


class Names:
    """Member -> name."""

    def __init__(self, folder: Path) -> None:
        """Read the names of a session; none where the file is missing or damaged."""
        self.path = folder / FILE
        self._names: dict[str, str] = {}
        try:
            told = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            told = {}
        if isinstance(told, dict):
            self._names = {str(member): str(name) for member, name in told.items()}

    def of(self, member: str) -> str:
        """A name; empty for those without one, who are shown by number."""
        return self._names.get(member, "")

    def give(self, member: str, name: str) -> None:
        """Name somebody, on the disk when this returns; an empty name is none."""
        self._names.pop(member, None)
        if name:
            self._names[member] = name
        write_json(self.path, self._names)

    def forget_all(self) -> None:
        """No names any more."""
        self._names = {}
        write_json(self.path, {})
