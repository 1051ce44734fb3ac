"""Canonical order equals a full sort, whatever was moved, added or removed; links follow the rows they point at."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernel.row_order import find_rise, follow, in_order, links_in_order, new_rows, rearrange
from sim.kernel.world import LINK, Tie
from tests.model.by_hand.records import some


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 4)), max_size=6),
    st.integers(0, 8),
    st.sets(st.integers(0, 39), max_size=6),
)
def test_the_order_equals_a_full_sort(
    cells: list[int], moves: list[tuple[int, int]], added: int, gone: set[int]
) -> None:
    ids = np.random.default_rng(len(cells)).permutation(len(cells) + added)
    major = np.array(sorted(cells) + [added % 5] * added)
    # Who was there stood in order.
    minor = ids.copy()
    start = np.lexsort((ids[: len(cells)], major[: len(cells)]))
    minor[: len(cells)] = ids[start]
    for row, cell in moves:
        major[row % len(cells)] = cell
    rows = np.array([row for row in range(len(major)) if row not in gone], dtype=np.int64)
    expected = rows[np.lexsort((minor[rows], major[rows]))]
    assert in_order(rows, major, minor).tolist() == expected.tolist()


def test_what_stands_in_order_is_left_as_it_is() -> None:
    rows = np.array([0, 2, 3])
    assert in_order(rows, np.array([1, 0, 1, 2]), np.array([5, 9, 7, 1])) is rows
    assert in_order(rows[:0], np.zeros(4), np.zeros(4)).tolist() == []


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=5, unique=True),
    st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_living_links_are_sorted(keys: list[tuple[int, int]], living: list[bool]) -> None:
    links = some(LINK, len(keys), id=[key[0] for key in keys], tie=[key[1] for key in keys], living=living[: len(keys)])
    rows = [row for row, lives in enumerate(living[: len(keys)]) if lives]
    assert links_in_order(links).tolist() == sorted(rows, key=lambda row: keys[row])


@settings(deadline=None, derandomize=True)
@given(st.permutations(range(12)), st.integers(0, 12))
def test_rows_are_put_in_any_order_where_they_lie(order: list[int], count: int) -> None:
    chosen = np.array(order[:count], dtype=np.int64)
    words = np.arange(36, dtype=np.uint64).reshape(12, 3)
    expected = words[chosen]
    rearrange(words, chosen)
    assert words[:count].tolist() == expected.tolist()


def test_only_rows_out_of_the_rise_are_put_aside() -> None:
    # Newcomers 7, 8 and 9 stand among the others, of which 1 and 4 have left and 3 has moved to the end.
    stays = np.zeros(8, dtype=np.bool_)
    find_rise(np.array([0, 7, 8, 2, 5, 9, 6, 3]), stays)
    assert stays.tolist() == [True, False, False, True, True, False, True, False]


def test_links_follow_what_they_join_and_end_with_it() -> None:
    links = some(
        LINK, 4, tie=[Tie.FIRM, Tie.SUPPLY, Tie.INSTITUTE, Tie.INSTITUTE], first=[0, 2, 2, 0], second=[2, 1, 0, 1],
        living=True,
    )  # fmt: skip
    follow(links, new_rows(np.array([2, 0]), 3), new_rows(np.array([1]), 2))
    assert links.first.tolist() == [1, 0, 0, 1]
    assert links.second.tolist() == [0, -1, -1, 0]
    assert links.living.tolist() == [True, False, False, True]
