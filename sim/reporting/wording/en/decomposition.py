"""The decomposition in words: what each term means, and why there may be none."""

from __future__ import annotations

import pandas as pd

from sim.studies.decomposition import LAYOUTS, Decomposition

MEANINGS = {
    "total": "differentiated over duplicated",
    "composition": "the national mix instead of the hot list everywhere",
    "localisation": "specialised regions instead of the mix everywhere",
    "endowment fit": "the fitting industries instead of random ones",
}


def terms_in_words(decomposition: Decomposition) -> pd.DataFrame:
    """The terms with a column `meaning`."""
    terms = decomposition.terms
    return terms if terms.empty else terms.assign(meaning=terms["term"].map(MEANINGS))


def no_decomposition(decomposition: Decomposition) -> str:
    """Why there are no terms; empty when there are."""
    found = decomposition.obstacle
    if found is None:
        return ""
    if found.kind == "unrecorded":
        return f"The decomposition needs the metric {found.names[0]}, which was not recorded."
    if found.kind == "several":
        layout, *having = found.names
        return f"The decomposition needs one arm with the layout {layout}; here are {', '.join(having)}."
    if found.kind == "missing":
        return (
            "The decomposition into composition, localisation and endowment fit needs arms with the layouts "
            f"{', '.join(LAYOUTS.values())} (imitation 0); missing: {', '.join(found.names)}."
        )
    return f"The decomposition needs arms that differ in their layout only; {', '.join(found.names)} differ in more."
