"""Codes in columns: kinds of firm, tiers, origins, categories of industry, ties, events and causes of exit; sectors and
flows of money."""

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


class Sector(IntEnum):
    """Who pays and is paid in the money circuit."""

    HOUSEHOLDS = 0
    FIRMS = 1
    PUBLIC = 2
    ABROAD = 3


class Flow(IntEnum):
    """Money that sectors pay each other and that no table of records keeps: columns of `World.flows`."""

    PRODUCTION_WAGES = 0
    OVERHEAD = 1
    RESEARCH = 2
    INVESTMENT = 3
    RENTS = 4
    INTEREST = 5
    DIVIDENDS = 6
    EQUITY = 7
    CLOSING_CASH = 8
    WRITE_OFFS = 9
    TAXES = 10
    PUBLIC_WAGES = 11
    PREMIUMS = 12
    RESEARCH_GRANTS = 13
    LOANS = 14
    REPAYMENTS = 15
    BAIL_OUTS = 16
    SUPPORT = 17
    RETURNED = 18
    USED_PLANTS = 19
