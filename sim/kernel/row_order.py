"""Canonical order: rows by two keys, found fast when most of them stand in order already, as from year to year."""

from __future__ import annotations

import numpy as np

from sim.kernel.codes import Tie
from sim.kernel.compiling import rule
from sim.kernel.typed import Array, Links, LinkTable


@rule
def comes_before(row: int, other: int, major: Array, minor: Array) -> bool:
    """Whether the keys of `row` are less than those of `other`: `major` decides, then `minor`."""
    if major[row] != major[other]:
        return major[row] < major[other]
    return minor[row] < minor[other]


@rule
def part_strays(rows: Array, major: Array, minor: Array, settled: Array, strays: Array) -> int:
    """Part `rows` (n,) into an increasing list `settled` and the `strays` between; returns the length of the first.

    A row strays when it stands below the last settled one or above its successor: it has moved, or it is new.
    """
    kept = 0
    stray = 0
    for position in range(len(rows)):
        row = rows[position]
        above = kept == 0 or comes_before(settled[kept - 1], row, major, minor)
        below = position == len(rows) - 1 or comes_before(row, rows[position + 1], major, minor)
        if above and below:
            settled[kept] = row
            kept += 1
        else:
            strays[stray] = row
            stray += 1
    return kept


@rule
def merge_strays(settled: Array, strays: Array, major: Array, minor: Array, order: Array) -> None:
    """Fill `order` (n,) from two lists that are in order each."""
    one = 0
    two = 0
    for position in range(len(order)):
        if two == len(strays) or (one < len(settled) and comes_before(settled[one], strays[two], major, minor)):
            order[position] = settled[one]
            one += 1
        else:
            order[position] = strays[two]
            two += 1


@rule
def find_rise(order: Array, stays: Array) -> None:
    """Mark in `stays` (n,) the positions of a longest rising part of `order` (n,) (Fredman 1975)."""
    # ends[k] is where a rise of k + 1 entries ends lowest, before[position] where the entry before it stands.
    ends, before = np.empty(len(order), dtype=np.int64), np.empty(len(order), dtype=np.int64)
    length = 0
    stays[:] = False
    for position in range(len(order)):
        low, high = 0, length
        if length > 0 and order[ends[length - 1]] < order[position]:
            low = length
        while low < high:
            middle = (low + high) // 2
            if order[ends[middle]] < order[position]:
                low = middle + 1
            else:
                high = middle
        before[position] = ends[low - 1] if low > 0 else -1
        ends[low] = position
        length = max(length, low + 1)
    position = ends[length - 1] if length > 0 else -1
    while position >= 0:
        stays[position] = True
        position = before[position]


@rule
def copy_row(words: Array, source: int, target: int) -> None:
    """Copy one row of `words` (N, W) to another."""
    for word in range(words.shape[1]):
        words[target, word] = words[source, word]


@rule
def move_rows(words: Array, order: Array, stays: Array) -> None:
    """Put the rows `order` (n,) of `words` (N, W) first, in that order and in place, but for those not marked in
    `stays` (n,).

    They rise, so that a row that moves up only overwrites rows that have moved up before, and one that moves down rows
    that have moved down.
    """
    for position in range(len(order)):
        if stays[position] and order[position] > position:
            copy_row(words, order[position], position)
    for position in range(len(order) - 1, -1, -1):
        if stays[position] and order[position] < position:
            copy_row(words, order[position], position)


def stays_as_it_is(order: Array, count: int) -> bool:
    """Whether the rows `order` (n,) are the first n, each in its place, and all of `count` rows."""
    return len(order) == count and bool(np.array_equal(order, np.arange(count)))


def rearrange(words: Array, order: Array) -> None:
    """Put the rows `order` (n,), all different, of `words` (N, W) first, in that order; the others are lost.

    Rows are moved where they lie: only those that break the rise of `order` are copied aside.
    """
    if stays_as_it_is(order, len(order)):
        return
    stays = np.ones(len(order), dtype=np.bool_)
    if np.any(order[1:] <= order[:-1]):
        find_rise(order, stays)
    strays = np.flatnonzero(~stays)
    aside = words[order[strays]]
    move_rows(words, order, stays)
    words[strays] = aside


def in_order(rows: Array, major: Array, minor: Array) -> Array:
    """`rows` (n,) sorted by `major` and then `minor` (both of all rows, shape (N,)); pairs of keys are all different.

    Only the rows out of place are sorted, then merged with the others.
    """
    major, minor = np.ascontiguousarray(major), np.ascontiguousarray(minor)
    settled, strays = np.empty_like(rows), np.empty_like(rows)
    kept = part_strays(rows, major, minor, settled, strays)
    if kept == len(rows):
        return rows
    out = strays[: len(rows) - kept]
    out = out[np.lexsort((minor[out], major[out]))]
    order = np.empty_like(rows)
    merge_strays(settled[:kept], out, major, minor, order)
    return order


@rule
def follow(links: Links, firm_rows: Array, institute_rows: Array) -> None:
    """Let links point at new rows of firms, `firm_rows` (N,), and institutes, `institute_rows` (I,); of none: end."""
    for link in links:
        link.first = firm_rows[link.first]
        link.second = institute_rows[link.second] if link.tie == Tie.INSTITUTE else firm_rows[link.second]
        if link.first < 0 or link.second < 0:
            link.living = False


@rule
def list_living(links: Links, rows: Array) -> tuple[int, bool]:
    """Fill `rows` (L,) with those of living links; returns how many they are, and whether they rise by id and tie."""
    count = 0
    rises = True
    for row in range(len(links)):
        if links[row].living:
            if count > 0:
                before, link = links[rows[count - 1]], links[row]
                rises = rises and (before.id < link.id or (before.id == link.id and before.tie < link.tie))
            rows[count] = row
            count += 1
    return count, rises


def links_in_order(links: LinkTable) -> Array:
    """Rows of the living links (n,), sorted by id and tie."""
    rows = np.empty(len(links), dtype=np.int64)
    count, rises = list_living(links, rows)
    return rows[:count] if rises else in_order(rows[:count], links.id, links.tie)


def new_rows(order: Array, count: int) -> Array:
    """Where each of `count` rows stands once only those of `order` are kept, -1 for the others; shape (count,)."""
    rows = np.full(count, -1, dtype=np.int64)
    rows[order] = np.arange(len(order))
    return rows
