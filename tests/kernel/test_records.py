"""Records: columns are attributes that share memory, rows are records, and the array's own attributes stay its own."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from sim.kernel.records import Records, Row, record_type, zeroed

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
    assert all(isinstance(part, Records) for part in (firms[1:], firms[1], firms.reshape(-1)))
    assert type(firms[1, 1]) is Row
    assert firms[firms.age > 0].price.shape == (0,)
    again = pickle.loads(pickle.dumps(firms))
    assert isinstance(again, Records) and again.age.shape == (3, 2)


def test_what_is_no_column_is_an_error_and_what_an_array_has_stays() -> None:
    firms = zeroed(KIND, 3)
    with pytest.raises(AttributeError, match="no attribute 'prise'"):
        _ = firms.prise
    with pytest.raises(AttributeError, match="no attribute 'prise'"):
        firms.prise = 1.0
    assert firms.shape == (3,) and firms.size == 3


def test_a_record_of_a_table_is_read_and_written_by_attribute() -> None:
    firms = zeroed(KIND, 2)
    one = firms[1]
    one.price, one.knowledge[2] = 4.0, 0.5
    assert firms.price.tolist() == [0.0, 4.0] and firms.knowledge[1].tolist() == [0.0, 0.0, 0.5]
    assert one.dtype == KIND and copy.deepcopy(one) == one
    with pytest.raises(AttributeError, match="no column 'prise'"):
        _ = one.prise
    with pytest.raises(AttributeError, match="no column 'prise'"):
        one.prise = 1.0
    with pytest.raises(ValueError, match="convert"):
        one.price = "dear"
