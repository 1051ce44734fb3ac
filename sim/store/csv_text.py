"""A table as the text of a CSV, column by column: a large table takes a fraction of what writing cell by cell does.

The text is what Python's csv module writes of the same cells: floats as `repr`, which reads back to the bit, texts in
quotation marks where they hold a comma, a quotation mark or the end of a line, and blanks for what is missing.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

SMALLEST_ALIKE, LARGEST_ALIKE = 1e-4, 1e10
"""From the one up to the other, Arrow and `repr` write the same text of a float that is not whole."""
FORMULA = ("=", "+", "-", "@")
"""What starts a formula in a spreadsheet."""
NUMBER = re.compile(r"[-+](\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
"""A number as text, which a spreadsheet reads as a number."""
QUOTED = (",", '"', "\n", "\r")


def csv_text(table: pd.DataFrame, digits: int | None = None) -> str:
    """The header line and one line a row; numbers to the bit, or with so many significant `digits`."""
    columns = [_cells(table.iloc[:, place], digits) for place in range(table.shape[1])]
    head = ",".join(_quoted(str(name)) for name in table.columns)
    if len(columns) == 1:  # an empty line would be no row
        columns = [pc.if_else(pc.equal(pc.fill_null(columns[0], ""), ""), '""', columns[0])]
    if not columns or not len(table):
        return f"{head}\n"
    lines = pc.binary_join_element_wise(*columns, ",", null_handling="replace", null_replacement="")
    return "\n".join([head, *lines.to_pylist(), ""])


def _cells(column: pd.Series, digits: int | None) -> pa.Array:
    """The cells of a column as they stand in a CSV, null where there is none; shape (n,)."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        kinds = _each(list(column.cat.categories))
        return pc.take(kinds, pa.array(column.cat.codes, mask=column.isna().to_numpy()))
    if column.dtype == "float64":
        return _numbers(column.to_numpy(), digits)
    if column.dtype.kind in "iu" and isinstance(column.dtype, np.dtype):
        return pc.cast(pa.array(column.to_numpy()), pa.string())
    gone = column.isna().to_numpy()
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        cells = list(column.to_numpy()) if column.dtype == "float32" else column.tolist()  # 0.1, not its eight bytes
        rounds = digits is not None and pd.api.types.is_float_dtype(column)
        return pa.array([f"{cell:.{digits}g}" if rounds else str(cell) for cell in cells], pa.string(), mask=gone)
    if pd.api.types.infer_dtype(column, skipna=True) == "string":
        codes, found = pd.factorize(column)
        return pc.take(_each(list(found)), pa.array(codes, mask=codes < 0))
    return _each([None if lacks else cell for cell, lacks in zip(column.tolist(), gone, strict=True)])


def _numbers(values: Any, digits: int | None) -> pa.Array:
    """Floats as text, null where they are NaN; shape (n,)."""
    missing = np.isnan(values)
    if digits is not None:
        text = (f"%.{digits}g " * len(values) % tuple(values.tolist())).split()
        return pa.array(text, pa.string(), mask=missing)
    size = np.abs(values)
    text = pc.cast(pa.array(values, mask=missing), pa.string())
    alike = (size >= SMALLEST_ALIKE) & (size < LARGEST_ALIKE) & (np.trunc(values) != values)
    apart = ~(missing | alike)
    if apart.any():
        told = pa.array([repr(one) for one in values[apart].tolist()])
        text = pc.replace_with_mask(text, pa.array(apart), told)
    return text


def _each(cells: list[Any]) -> pa.Array:
    """Any cells as text, one by one; one that would start a formula has an apostrophe before it, a number has not."""
    return pa.array([None if cell is None else _quoted(_no_formula(str(cell))) for cell in cells], pa.string())


def _no_formula(text: str) -> str:
    return f"'{text}" if text[:1] in FORMULA and not NUMBER.fullmatch(text) else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in QUOTED) else text
