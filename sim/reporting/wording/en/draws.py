"""What is drawn at random, for whom, and what keeps it the same in two arms with one seed."""

from __future__ import annotations

LIFE, YEARLY = "once", "each year"
FIRM = "the firm is there in both arms"
PLACE = "always: regions and industries are the same in all arms"
DRAWS: dict[str, tuple[str, str, str, str, str]] = {
    "ID": ("names of the firms of the opening; nothing is drawn", "industry, number", LIFE, PLACE, ""),
    "WORLD": ("endowments of an abstract map", "region", LIFE, PLACE, ""),
    "AGE": ("age of a firm of the opening", "firm", LIFE, FIRM, ""),
    "PRODUCTIVITY": ("productivity of a new firm", "firm", LIFE, FIRM, ""),
    "KNOWLEDGE": ("knowledge of a new firm; its yearly steps", "firm", f"{LIFE}; {YEARLY}", FIRM, ""),
    "RESEARCH": ("what share of sales a firm aims to spend on research", "firm", LIFE, FIRM, ""),
    "PLACE": ("cell of a new firm; region and cell of firms and institutes of the opening", "firm or institute", LIFE,
              FIRM, "place"),
    "ENTRY": ("how many firms are founded", "region and industry", YEARLY, PLACE, "founding"),
    "SPIN_OFF": ("whether a firm has a spin-off, whether that leaves home, and for where", "parent", YEARLY,
                 "the parent is there in both arms", "spin_off"),
    "ATTRACTION": ("how many firms a plan attracts", "region and industry", YEARLY, PLACE, "attraction"),
    "EXIT": ("whether a firm closes", "firm", YEARLY, FIRM, "exit"),
    "SURVIVAL": ("whether a firm that cannot pay is bailed out", "firm", YEARLY, FIRM, "exit"),
    "RELOCATION": ("whether a firm thinks of moving", "firm", YEARLY, FIRM, "move"),
    "TIER": ("who comes first of firms with equal marks for a tier", "firm", LIFE, FIRM, "tier"),
    "APPEAL": ("how demand for a firm's good drifts; whether it is a rising firm, and for how long", "firm",
               f"{LIFE}; {YEARLY}", FIRM, ""),
    "INNOVATION": ("how many innovations a firm makes, and how large each is", "firm, number", YEARLY, FIRM,
                   "innovation"),
    "RADICAL": ("whether an innovation is radical", "firm, number of the innovation", YEARLY, FIRM, ""),
    "EMERGENCE": ("how far demand for a new industry grows; whether a radical innovation opens it",
                  "industry; firm and industry", f"{LIFE}; {YEARLY}", f"{PLACE}; {FIRM}", ""),
    "COOPERATION": ("how many partners a firm looks at and which; whether a tie ends", "firm, attempt; link", YEARLY,
                    "the firm, or both ends of the link, are there in both arms", ""),
    "SUPPLY": ("which suppliers a customer asks; whether a contract is looked at anew", "customer, attempt; link",
               YEARLY, "the customer, or both ends of the link, are there in both arms", ""),
    "NICHE": ("whether a new firm opens a niche, and whom it copies otherwise", "firm", LIFE, FIRM, ""),
    "SUPPORT": ("whether a firm is one of those that support reaches", "firm", LIFE, FIRM, ""),
    "INSTITUTE": ("names of institutes; nothing is drawn", "industry or region, number", LIFE, PLACE, ""),
    "PLANNER": ("what a planner misjudges, and what it leaves out of the hot list", "region and industry", LIFE, PLACE,
                ""),
    "POLICY": ("industries of a random plan; firms that an instrument attracts; whether a mission succeeds",
               "region and industry; instrument", YEARLY, PLACE, "attraction"),
    "SHOCK": ("whether turbulence strikes an industry, and how hard", "industry", YEARLY, PLACE, ""),
    "MEASURE": ("samples of the tests of localisation; no effect on the run", "year", YEARLY, PLACE, ""),
}  # fmt: skip
"""Purpose -> what is drawn, for whom, when, when two arms have the same draw, and which row of tables/decisions.csv
measures what comes of it ("" for none)."""
TITLE = "Random draws"
COLUMNS = ("purpose", "what is drawn", "for whom", "when", "the same draw in two arms while", "measured as")


def draws() -> list[tuple[str, ...]]:
    """A row for each purpose, columns COLUMNS."""
    return [(purpose.lower(), *told) for purpose, told in DRAWS.items()]
