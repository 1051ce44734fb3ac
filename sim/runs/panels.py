"""The panels: yearly tables of agents, places, links and events that a run can write, and what stands in their columns.

A panel has the columns of its table of records (sim.kernel.tables), vectors as numbered columns, rows of regions,
industries and chains replaced by their names, codes by words and ends of links by ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from sim.kernel.declare import Table
from sim.kernel.world import (
    CELL,
    EVENT,
    FIRM,
    INDUSTRY,
    INSTITUTE,
    LINK,
    LOCAL_INDUSTRY,
    REGION,
    Category,
    Event,
    ExitCause,
    Kind,
    Origin,
    Tie,
    Tier,
)

Words = Mapping[str, type[IntEnum]]
HEAD = (
    ("run", "text", "", "name of the run: arm and seed"),
    ("arm", "text", "", "arm of the experiment"),
    ("seed", "i8", "", "seed of the run"),
    ("year", "i8", "year", "state at the end of this year; of events, when"),
)
"""The columns with which every panel begins: name, type, unit, meaning."""
DETAILS: dict[Event, type[IntEnum]] = {
    Event.ENTRY: Origin,
    Event.EXIT: ExitCause,
    Event.PROMOTION: Tier,
    Event.DEMOTION: Tier,
    Event.COOPERATION: Tie,
}
"""What the code in column `detail` of an event stands for; of innovations it is their number."""


@dataclass(frozen=True)
class Panel:
    """One panel: the table of records behind it, columns of codes that become words, and columns of its own."""

    table: Table[Any]
    help: str
    words: Words = field(default_factory=dict)
    names: tuple[str, ...] = ()
    """Columns that hold rows of regions, industries or chains and are written as names."""
    own: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    """Columns added to, or replacing, those of the table: type, unit, meaning."""


PANELS: dict[str, Panel] = {
    "firms": Panel(
        FIRM, "Firms alive at the end of a year.",
        {"kind": Kind, "tier": Tier, "origin": Origin}, ("region", "industry"),
    ),
    "institutes": Panel(INSTITUTE, "Research institutes.", names=("region", "industry")),
    "links": Panel(
        LINK, "Cooperation links and supply contracts in force.", {"tie": Tie},
        own={
            "first": ("i8", "id", "firm; the customer of a supply contract"),
            "second": ("i8", "id", "firm or institute; the supplier of a supply contract"),
        },
    ),
    "events": Panel(
        EVENT, "What happened to whom during a year.", {"event": Event}, ("region", "industry"),
        own={"meaning": ("text", "", "`detail` in words: origin of an entry, cause of an exit, new tier, kind of tie")},
    ),
    "cells": Panel(CELL, "Places.", names=("region",), own={"cell": ("i8", "row", "its number")}),
    "regions": Panel(REGION, "Regions.", own={"region": ("text", "", "its name")}),
    "industries": Panel(
        INDUSTRY, "Industries.", {"category": Category}, ("chain",), own={"industry": ("text", "", "its name")}
    ),
    "local_industries": Panel(
        LOCAL_INDUSTRY, "Industries by region.",
        own={"region": ("text", "", "name of the region"), "industry": ("text", "", "name of the industry")},
    ),
}  # fmt: skip
"""Every panel by name, in the order of the documentation."""


def schema_of(name: str) -> list[tuple[str, str, str, str]]:
    """Columns of a panel: name, type, unit, meaning, as they stand in the file."""
    panel = PANELS[name]
    rows = [row for row in HEAD if row[0] not in panel.own]
    own = dict(panel.own)
    lead = [column for column in ("industry", "region", "cell") if column in own]
    for name_of_row in lead:
        rows.append((name_of_row, *own.pop(name_of_row)))
    for column in panel.table.columns:
        if column.name == "year":
            continue
        kind, unit, meaning = column.kind, column.unit, column.help
        if column.name in own:
            kind, unit, meaning = own.pop(column.name)
        elif column.name in panel.words:
            kind, unit = "text", ", ".join(member.name.lower() for member in panel.words[column.name])
        elif column.name in panel.names:
            kind, unit = "text", ""
        parts = [column.name]
        if column.shape:
            parts = [f"{column.name}_{part}" for part in range(column.shape[0])]
        rows += [(part, kind, unit, meaning) for part in parts]
    return rows + [(added, *told) for added, told in own.items()]
