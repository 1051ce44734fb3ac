"""Pages for readers: self-contained HTML, made from tables and plain data by one template."""

from sim.reporting.pages.contents import Page, Section, Shot, shot
from sim.reporting.pages.facts import facts_page
from sim.reporting.pages.render import render, write_page
from sim.reporting.pages.report import Told, report_page
from sim.reporting.pages.theory import theory_page

__all__ = [
    "Page",
    "Section",
    "Shot",
    "Told",
    "facts_page",
    "render",
    "report_page",
    "shot",
    "theory_page",
    "write_page",
]
