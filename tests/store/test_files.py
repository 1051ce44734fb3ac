"""Manifests: many runs have a line each, written by the quick encoder, and mean what they meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.store.files import write_json

CONTENTS: dict[str, Any] = {
    "title": 'two "lines"\nand 名', "nested": {"list": [1, {"b": None}], "empty": {}},
    "runs": [{"arm": "a", "seed": 1, "rows": {"t": 3}}, {"arm": "重", "seed": 2}], "none": [], "last": 0.1,
}  # fmt: skip


@pytest.mark.parametrize("rows", [(), ("runs",), ("runs", "none", "absent"), tuple(CONTENTS)[2:4]])
def test_rows_change_no_meaning(tmp_path: Path, rows: tuple[str, ...]) -> None:
    write_json(tmp_path / "m.json", CONTENTS, rows)
    text = (tmp_path / "m.json").read_text(encoding="utf-8")
    assert json.loads(text) == CONTENTS and list(json.loads(text)) == list(CONTENTS)
    assert text.endswith("}\n")
    if rows:
        plain = json.dumps({**CONTENTS, "runs": []}, indent=1, ensure_ascii=False)
        written = [line for line in text.splitlines() if not line.startswith('  {"arm"')]
        assert len(text.splitlines()) == len(written) + 2, "a line a run"
        assert "\n".join(written).replace('"runs": [\n ]', '"runs": []') == plain


def test_what_no_reader_takes_is_refused_and_nothing_is_overwritten(tmp_path: Path) -> None:
    write_json(tmp_path / "m.json", CONTENTS, ("runs",))
    before = (tmp_path / "m.json").read_bytes()
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(tmp_path / "m.json", {"runs": [{"value": float("nan")}]}, ("runs",))
    assert (tmp_path / "m.json").read_bytes() == before and len(list(tmp_path.iterdir())) == 1


def test_bytes_that_are_no_text_are_escaped(tmp_path: Path) -> None:
    write_json(tmp_path / "m.json", {"runs": [{"path": "a\udcff"}]}, ("runs",))
    assert "a\\udcff" in (tmp_path / "m.json").read_text(encoding="utf-8")
