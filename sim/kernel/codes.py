"""Codes in columns: kinds of firm, tiers, origins, categories of industry, ties, events and causes of exit."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """The two kinds of firm."""

    SME = 0
    LEADING_FIRM = 1


class Tier(IntEnum):
    """The gradient system: tiers that a firm moves between."""

    SME = 0
    INNOVATIVE_SME = 1
    SPECIALISED_SME = 2
    CHAMPION = 3
    LEADING_FIRM = 4


class Origin(IntEnum):
    """Where a firm came from."""

    INITIAL = 0
    DE_NOVO = 1
    SPIN_OFF = 2
    ATTRACTED = 3


class Category(IntEnum):
    """What an industry is to a planner."""

    TRADITIONAL = 0
    HIGH_END = 1
    EMERGING = 2
    FUTURE = 3


class Tie(IntEnum):
    """What a link joins: two firms, a firm and an institute, or a supplier and its customer."""

    FIRM = 0
    INSTITUTE = 1
    SUPPLY = 2


class Event(IntEnum):
    """What happened to whom; the event table of the panels."""

    ENTRY = 0
    EXIT = 1
    INNOVATION = 2
    RADICAL_INNOVATION = 3
    PROMOTION = 4
    DEMOTION = 5
    RELOCATION = 6
    CONTRACT = 7
    BAIL_OUT = 8
    COOPERATION = 9
    EMERGENCE = 10
    TAKEOVER = 11


class ExitCause(IntEnum):
    """Why a firm left."""

    BANKRUPT = 0
    CLOSED = 1
    SHOCK = 2
