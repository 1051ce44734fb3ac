"""Scenarios: from YAML files and tables to a checked, frozen Scenario, with the place of every fault.

The path, one file a step: `documents` (text -> values with places), `layers` (files that extend each other, overrides
on top), `validation` (types, ranges, unknown keys), `tables` and `embedding` (tables of maps and plans become part of
it), `checks` and `memory` (what types alone cannot say). `reading` walks it and leads back to text.
"""
