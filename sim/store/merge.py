"""Merging shards into large tables: rows in order of seed, then arm, whatever the order in which tasks ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.kernel.fingerprint import file_digest
from sim.runs.packing import BYTE_BY_BYTE, open_table
from sim.store.files import write_atomically
from sim.store.shards import widest

LONGEST = 2**18
"""Rows of a row group at most: readers take a table piece by piece."""
Key = tuple[str, int]
"""Arm (or past) and seed."""


@dataclass(frozen=True)
class _Span:
    """Rows of one arm and seed in a row group of a source."""

    key: Key
    source: int
    group: int
    offset: int
    length: int


def merge(
    target: Path, parts: list[Path], order: Mapping[str, int], wanted: Set[Key]
) -> tuple[dict[str, Any], dict[Key, int]]:
    """Merge the tables `parts` into `target`, which may be one of them; returns its {"rows", "bytes", "sha256"} and
    its rows by arm and seed.

    Only rows of `wanted` stay. An arm and seed that two sources have is taken from the last of them: the same run gave
    the same rows. `order` ranks the arms within a seed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    # Words are read as the dictionaries in which they lie: four times as fast, and they are written as words again, so
    # that a table is the same to the bit in however many steps it was merged.
    plain = [pq.read_schema(path) for path in parts]
    sources = [pq.ParquetFile(path, read_dictionary=_words(own)) for path, own in zip(parts, plain, strict=True)]
    spans = [span for number, source in enumerate(sources) for span in _spans(number, source)]
    last = {span.key: span.source for span in spans}
    kept = [span for span in spans if span.key in wanted and span.source == last[span.key]]
    kept.sort(key=lambda span: (span.key[1], order[span.key[0]], span.group, span.offset))
    filled = [own for own, source in zip(plain, sources, strict=True) if source.metadata.num_rows] or plain
    schema = widest(filled)
    write_atomically(target, lambda path: _write(path, sources, kept, schema))
    for source in sources:
        source.close()
    counts: dict[Key, int] = {}
    for span in kept:
        counts[span.key] = counts.get(span.key, 0) + span.length
    facts = {"rows": sum(counts.values()), "bytes": target.stat().st_size, "sha256": file_digest(target)}
    return facts, counts


def _words(schema: pa.Schema) -> list[str]:
    return [field.name for field in schema if pa.types.is_string(field.type)]


def _spans(number: int, source: pq.ParquetFile) -> Iterator[_Span]:
    for group in range(source.num_row_groups):
        heads = source.read_row_group(group, columns=["arm", "seed"])
        for key, offset, length in blocks(heads):
            yield _Span(key, number, group, offset, length)


def blocks(table: pa.Table) -> Iterator[tuple[Key, int, int]]:
    """Stretches of rows of one arm and seed: (key, first row, rows)."""
    if not table.num_rows:
        return
    arms = table.column("arm").combine_chunks()
    arms = arms if pa.types.is_dictionary(arms.type) else arms.dictionary_encode()
    codes, seeds = arms.indices.to_numpy(zero_copy_only=False), table.column("seed").to_numpy()
    starts = np.flatnonzero(np.r_[True, (codes[1:] != codes[:-1]) | (seeds[1:] != seeds[:-1])])
    words = arms.dictionary.to_pylist()
    for start, end in zip(starts, np.r_[starts[1:], len(codes)], strict=True):
        yield (str(words[codes[start]]), int(seeds[start])), int(start), int(end - start)


def _write(path: Path, sources: list[pq.ParquetFile], spans: list[_Span], schema: pa.Schema) -> None:
    """Write the spans: row groups of one seed, LONGEST rows each but for the last, whatever pieces they come in."""
    # Slower levels take seconds for ten million measures and save a thirtieth of their bytes.
    measures = any(name in BYTE_BY_BYTE for name in schema.names)
    with open_table(path, schema, quick=measures) as writer:
        waiting: list[pa.Table] = []
        seed = None
        for span, piece in _read(sources, spans):
            if span.key[1] != seed:
                _flush(writer, waiting, 1)
                seed = span.key[1]
            waiting.append(piece.select(schema.names).cast(schema))
            _flush(writer, waiting, LONGEST)
        _flush(writer, waiting, 1)


def _read(sources: list[pq.ParquetFile], spans: list[_Span]) -> Iterator[tuple[_Span, pa.Table]]:
    at, table = (-1, -1), None
    for span in spans:
        if (span.source, span.group) != at or table is None:
            at, table = (span.source, span.group), sources[span.source].read_row_group(span.group)
        yield span, table.slice(span.offset, span.length)


def _flush(writer: pq.ParquetWriter, waiting: list[pa.Table], least: int) -> None:
    """Write what waits while it is `least` rows or more."""
    rows = sum(table.num_rows for table in waiting)
    if rows < least:
        return
    whole = pa.concat_tables(waiting)
    waiting.clear()
    while rows >= least and rows:
        taken = min(rows, LONGEST)
        writer.write_table(whole.slice(0, taken), row_group_size=taken)
        whole, rows = whole.slice(taken), rows - taken
    if rows:
        waiting.append(whole)
