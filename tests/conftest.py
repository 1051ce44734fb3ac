"""Fixtures that many tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sim.studies.compare import Comparison


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no worker ends the suite alone with one of them."""
    slow = {item.path for item in items if any(item.iter_markers("slow"))}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A finished comparison of four layouts on synthetic runs, with all files; do not write into its folder."""
    # Figures and reports take long to import, and most tests do without them.
    from sim.front import compare
    from tests.synthetic import arms, run_synthetic

    layouts = arms("differentiated", "duplicated", "balanced", "random_specialised")
    folder = tmp_path_factory.mktemp("comparison") / "four"
    return compare(layouts, 6, 1, folder, progress=False, runner=run_synthetic)
