"""A share is stated only where its interval says something."""

from __future__ import annotations

from sim.reporting.wording.en.sensitivity import won


def test_a_share_is_stated_where_its_interval_is_narrow_and_open_where_it_is_wide() -> None:
    stated = won("differentiated", "duplicated", 0.55, 0.4, 0.7)
    assert (
        stated == "differentiated gives more than duplicated in 55 % (40 to 70 % of the space of the parameters kept)"
    )
    wide = won("differentiated", "duplicated", 0.55, 0.0, 1.0)
    assert "not decided" in wide and "55" not in wide and "0 to 100 %" in wide
