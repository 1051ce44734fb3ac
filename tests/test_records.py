"""Records: columns are attributes that share memory, rows are records, and the array's own attributes stay its own."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from sim.records import Records, record_type, zeroed

KIND = record_type([("price", "f8"), ("age", "i4"), ("knowledge", "f8", (3,))], align=True)


def test_a_column_is_a_plain_array_that_shares_memory() -> None:
    firms = zeroed(KIND, 4)
    price = firms.price
    assert type(price) is np.ndarray and price.shape == (4,)
    price[2] = 5.0
    firms.age = [1, 2, 3, 4]
    firms.knowledge[1] = (1.0, 2.0, 3.0)
    assert firms["price"].tolist() == [0.0, 0.0, 5.0, 0.0] and type(firms["price"]) is np.ndarray
    assert firms[1].age == 2 and firms[1].knowledge.tolist() == [1.0, 2.0, 3.0]
    firms[1].price = 7.0
    assert firms.price[1] == 7.0


def test_rows_stay_records() -> None:
    firms = zeroed(KIND, 3, 2)
    assert type(firms[1:]) is Records and type(firms[1]) is Records and type(firms.reshape(-1)) is Records
    assert type(firms[1, 1]) is np.record
    assert firms[firms.age > 0].price.shape == (0,)
    assert type(pickle.loads(pickle.dumps(firms))) is Records


def test_what_is_no_column_is_an_error_and_what_an_array_has_stays() -> None:
    firms = zeroed(KIND, 3)
    with pytest.raises(AttributeError, match="no column 'prise'"):
        _ = firms.prise
    with pytest.raises(AttributeError):
        firms.prise = 1.0
    assert firms.shape == (3,) and firms.size == 3
