"""How tables are packed into Parquet files: every value to the bit, in fewer bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

QUICK, USUAL, SMALL = 3, 9, 15
"""Levels of zstd. Measures: SMALL takes a second more a replication than USUAL, and a fortieth off its bytes."""
BYTE_BY_BYTE = ("value",)
"""Columns of measures: nearly all are different, but their signs, exponents and first digits are not. Apart from the
rest these bytes pack well, and a dictionary of all values would only add to them."""


def open_table(path: Path, schema: pa.Schema, quick: bool = False, **options: Any) -> pq.ParquetWriter:
    """A writer of a Parquet file: measures byte by byte, all else by dictionary; `quick` for what is written again."""
    measures = [field.name for field in schema if field.name in BYTE_BY_BYTE and pa.types.is_floating(field.type)]
    return pq.ParquetWriter(
        path, schema, compression="zstd", compression_level=QUICK if quick else SMALL if measures else USUAL,
        use_dictionary=[
            field.name for field in schema if field.name not in measures and not pa.types.is_binary(field.type)
        ],
        column_encoding=dict.fromkeys(measures, "BYTE_STREAM_SPLIT"), **options,
    )  # fmt: skip
