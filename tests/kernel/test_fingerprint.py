"""One name for what is equal, another for what is not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from sim.kernel.fingerprint import file_digest, fingerprint


def test_it_is_what_it_was() -> None:
    """Written by hand from the definition: length, colon, content of kind and contents."""
    text = b"4:text" + b"3:" + b'"a"'
    assert fingerprint("a") == hashlib.sha256(text).hexdigest()[:16]


def test_the_order_of_keys_does_not_count_and_that_of_lists_does() -> None:
    assert fingerprint({"a": 1, "b": {"c": 2, "d": 3}}) == fingerprint({"b": {"d": 3, "c": 2}, "a": 1})
    assert fingerprint([1, 2]) != fingerprint([2, 1])


def test_different_parts_have_different_names() -> None:
    given = [
        (), ("",), ("ab",), ("a", "b"), (["a", "b"],), ({"a": "b"},), (1,), (1.0,), ("1",), (True,), (None,), (b"ab",),
        (np.zeros(2),), (np.zeros(3),), (np.zeros((1, 2)),), (np.zeros(2, dtype=int),),
    ]  # fmt: skip
    assert len({fingerprint(*parts) for parts in given}) == len(given)


def test_bytes_that_align_records_do_not_count() -> None:
    rows = np.zeros(2, dtype=np.dtype([("small", "i1"), ("large", "f8")], align=True))
    other = rows.copy()
    other.view("u1")[1] = 7  # between the columns
    assert rows.tobytes() != other.tobytes() and fingerprint(rows) == fingerprint(other)
    other["large"][1] = 1.0
    assert fingerprint(rows) != fingerprint(other)


@pytest.mark.parametrize("part", [float("nan"), float("inf"), {1, 2}, object()])
def test_what_has_no_one_text_is_refused(part: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        fingerprint(part)


def test_the_digest_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert file_digest(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
