"""Fixtures that many tests share."""

from __future__ import annotations

import pytest

from sim.front import compare
from sim.studies.compare import Comparison
from tests.synthetic import arms, run_synthetic


@pytest.fixture(scope="session")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A finished comparison of four layouts on synthetic runs, with all files; do not write into its folder."""
    layouts = arms("differentiated", "duplicated", "balanced", "random_specialised")
    folder = tmp_path_factory.mktemp("comparison") / "four"
    return compare(layouts, 6, 1, folder, progress=False, runner=run_synthetic)
