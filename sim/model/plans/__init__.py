"""Layouts: how governments choose which industries to promote. One layout a file; nothing else knows their names."""

from sim.model.plans.registry import LAYOUTS, Layout, PlannerView  # noqa: F401
from sim.model.plans import (  # noqa: F401  (imported to declare; the order is the order of tables)
    differentiated,
    uncoordinated,
    random_specialised,
    mismatched,
    balanced,
    duplicated,
    related,
    market,
    idle,
    placebo,
    explicit,
)
