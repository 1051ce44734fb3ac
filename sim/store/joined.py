"""Joining the burn-in that arms share back to each of them: it is recorded and stored once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from sim.store.merge import blocks


def joined(table: pa.Table, arms: Iterable[str], pasts: Mapping[str, str], seeds: Iterable[int]) -> pa.Table:
    """Rows by seed, then arm, each arm with the rows of its past before its own, under its own name.

    `table` has columns arm and seed, in stretches of rows of one arm and seed, and may have a column run, which is
    named after both.
    """
    spans: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for key, start, length in blocks(table):
        spans.setdefault(key, []).append((start, length))
    pieces = []
    for seed in seeds:
        for arm in arms:
            for start, length in spans.get((pasts.get(arm, ""), seed), []):
                pieces.append(renamed(table.slice(start, length), arm, seed))
            pieces += [table.slice(start, length) for start, length in spans.get((arm, seed), [])]
    return pa.concat_tables(pieces).unify_dictionaries() if pieces else table.slice(0, 0)


def renamed(table: pa.Table, arm: str, seed: int) -> pa.Table:
    """The rows of one seed under the name of another arm."""
    for column, word in (("arm", arm), ("run", f"{arm}-{seed}")):
        if column in table.column_names:
            place = table.column_names.index(column)
            table = table.set_column(place, column, constant(word, table.num_rows, table.schema.field(column).type))
    return table


def constant(word: str, length: int, kind: pa.DataType) -> pa.Array:
    """A column that says the same in every row, of type `kind`: strings or a dictionary of them."""
    if pa.types.is_dictionary(kind):
        indices = pa.repeat(pa.scalar(0, kind.index_type), length)
        return pa.DictionaryArray.from_arrays(indices, pa.array([word], kind.value_type))
    return pa.repeat(pa.scalar(word, kind), length)
