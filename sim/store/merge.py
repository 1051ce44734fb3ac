"""Merging shards into large tables: rows in order of seed, then arm, whatever the order in which tasks ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.kernel.fingerprint import file_digest
from sim.runs.packing import BYTE_BY_BYTE, open_table
from sim.store.files import write_atomically
from sim.store.shards import widest

LONGEST = 2**18
"""Rows of a row group at most: readers take a table piece by piece."""
STRETCH = 2**16
"""Rows of row groups that are read together at most: to read many small ones takes as long as to read a large one
each."""
FEW = 2**10
"""Rows that a table has at most that is read once and held, of some hundred tables."""
Key = tuple[str, int]
"""Arm (or past) and seed."""
Held = dict[int, tuple[range, pa.Table]]
"""Of a source, by its number, the stretch of row groups that was read last, and its rows."""


@dataclass(frozen=True)
class _Source:
    """A table that is merged, and its schema with words as words."""

    file: pq.ParquetFile
    schema: pa.Schema


class _Span(NamedTuple):
    """Rows of one arm and seed in a stretch of row groups of a source."""

    key: Key
    source: int
    groups: range
    offset: int
    length: int

    def follows(self, other: _Span) -> bool:
        """Whether these rows stand right behind those of the other, and are of the same seed."""
        same = (self.source, self.groups, self.key[1]) == (other.source, other.groups, other.key[1])
        return same and self.offset == other.offset + other.length


def merge(
    target: Path, parts: list[Path], order: Mapping[str, int], wanted: Set[Key]
) -> tuple[dict[str, Any], dict[Key, int]]:
    """Merge the tables `parts` into `target`, which may be one of them; returns its {"rows", "bytes", "sha256"} and
    its rows by arm and seed.

    Only rows of `wanted` stay. An arm and seed that two sources have is taken from the last of them: the same run gave
    the same rows. `order` ranks the arms within a seed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    sources = [_open(path) for path in parts]
    held: Held = {}
    spans = [span for number, source in enumerate(sources) for span in _spans(number, source.file, held)]
    last = {span.key: span.source for span in spans}
    kept = [span for span in spans if span.key in wanted and span.source == last[span.key]]
    kept.sort(key=lambda span: (span.key[1], order[span.key[0]], span.groups.start, span.offset))
    schema = widest([one.schema for one in sources if one.file.metadata.num_rows] or [one.schema for one in sources])
    write_atomically(target, lambda path: _write(path, [one.file for one in sources], kept, schema, held))
    for source in sources:
        source.file.close()
    counts: dict[Key, int] = {}
    for span in kept:
        counts[span.key] = counts.get(span.key, 0) + span.length
    facts = {"rows": sum(counts.values()), "bytes": target.stat().st_size, "sha256": file_digest(target)}
    return facts, counts


def _open(path: Path) -> _Source:
    # Words are read as the dictionaries in which they lie: four times as fast, and they are written as words again, so
    # that a table is the same to the bit in however many steps it was merged.
    told = pq.read_metadata(path)
    schema = told.schema.to_arrow_schema()
    words = [field.name for field in schema if pa.types.is_string(field.type)]
    return _Source(pq.ParquetFile(path, metadata=told, read_dictionary=words), schema)


def _spans(number: int, source: pq.ParquetFile, held: Held) -> Iterator[_Span]:
    """The spans of a table; a table of few rows is read whole and held."""
    whole = source.metadata.num_rows <= FEW
    for groups in _stretches(source.metadata):
        heads = source.read_row_groups(groups, columns=None if whole else ["arm", "seed"], use_threads=False)
        if whole:
            held[number] = groups, heads
        for key, offset, length in blocks(heads):
            yield _Span(key, number, groups, offset, length)


def _stretches(told: pq.FileMetaData) -> Iterator[range]:
    """Row groups that are read together: neighbours of STRETCH rows at most, or a longer one alone."""
    first, rows = 0, 0
    for group in range(told.num_row_groups):
        own = told.row_group(group).num_rows
        if rows and rows + own > STRETCH:
            yield range(first, group)
            first, rows = group, 0
        rows += own
    if rows:
        yield range(first, told.num_row_groups)


def blocks(table: pa.Table) -> Iterator[tuple[Key, int, int]]:
    """Stretches of rows of one arm and seed: (key, first row, rows)."""
    if not table.num_rows:
        return
    arms = table.column("arm")
    arms = (arms if pa.types.is_dictionary(arms.type) else arms.dictionary_encode()).unify_dictionaries()
    arms = arms.combine_chunks()
    codes, seeds = arms.indices.to_numpy(zero_copy_only=False), table.column("seed").to_numpy()
    starts = np.flatnonzero(np.r_[True, (codes[1:] != codes[:-1]) | (seeds[1:] != seeds[:-1])])
    words = arms.dictionary.to_pylist()
    for start, end in zip(starts, np.r_[starts[1:], len(codes)], strict=True):
        yield (str(words[codes[start]]), int(seeds[start])), int(start), int(end - start)


def _write(path: Path, sources: list[pq.ParquetFile], spans: list[_Span], schema: pa.Schema, held: Held) -> None:
    """Write the spans: row groups of one seed, LONGEST rows each but for the last, whatever pieces they come in."""
    # Slower levels take seconds for ten million measures and save a thirtieth of their bytes.
    measures = any(name in BYTE_BY_BYTE for name in schema.names)
    with open_table(path, schema, quick=measures) as writer:
        waiting: list[pa.Table] = []
        seed = None
        for own, piece in _read(sources, spans, held):
            if own != seed:
                _flush(writer, waiting, 1)
                seed = own
            waiting.append(piece.select(schema.names).cast(schema))
            _flush(writer, waiting, LONGEST)
        _flush(writer, waiting, 1)


def _read(sources: list[pq.ParquetFile], spans: list[_Span], held: Held) -> Iterator[tuple[int, pa.Table]]:
    """Rows of a seed, in pieces, and the seed. Of each source the stretch last read is held while spans of it follow:
    sources may alternate from seed to seed.
    """
    uses = Counter(span.source for span in spans)
    for many in _neighbours(spans):
        first = many[0]
        if first.source not in held or held[first.source][0] != first.groups:
            table = sources[first.source].read_row_groups(first.groups, use_threads=False)
            held[first.source] = first.groups, table
        yield first.key[1], held[first.source][1].slice(first.offset, sum(span.length for span in many))
        uses[first.source] -= len(many)
        if not uses[first.source]:
            del held[first.source]


def _neighbours(spans: list[_Span]) -> Iterator[list[_Span]]:
    """Spans of one seed that follow each other in their source: they are copied at one stroke."""
    many: list[_Span] = []
    for span in spans:
        if many and not span.follows(many[-1]):
            yield many
            many = []
        many.append(span)
    if many:
        yield many


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
