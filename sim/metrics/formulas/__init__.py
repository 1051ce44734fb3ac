"""Formulas of the measures: pure functions of plain arrays, one theme a file, free of the World.

They can be rerun on recorded tables. An undefined result is NaN, never an exception and never a warning.
"""
