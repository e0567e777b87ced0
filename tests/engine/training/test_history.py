"""Columns are lists of numbers, and share memory without seeing what others add."""

import copy
import pickle
from threading import Thread

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnteach.engine.training.history import Column

pytestmark = pytest.mark.engine


def test_a_column_reads_like_a_list():
    values = [3.0, 1.0, 2.0]
    column = Column(values)
    assert column == values
    assert len(column) == 3
    assert [column[0], column[-1]] == [3.0, 2.0]
    assert column[1:] == [1.0, 2.0]
    assert list(column) == values
    assert repr(column) == repr(values)
    assert_array_equal(np.array(column), values)
    assert not Column()
    with pytest.raises(IndexError):
        column[3]


def test_copies_go_their_own_ways():
    column = Column([1.0])
    first, second = column.copy(), copy.deepcopy(column)
    first.append(2.0)
    assert column == [1.0]
    with pytest.raises(IndexError):
        column[1]
    second.append(3.0)
    second.append(4.0)
    column.append(5.0)
    first.append(6.0)
    assert (column, first, second) == ([1.0, 5.0], [1.0, 2.0, 6.0], [1.0, 3.0, 4.0])


def test_an_array_of_a_column_is_its_own():
    column = Column([1.0, 2.0])
    array = np.asarray(column)
    column.append(3.0)
    array[:] = 0
    assert column == [1.0, 2.0, 3.0]


def test_the_first_to_append_stays_in_the_shared_place():
    columns = [Column(range(1000))]
    for value in range(10):
        columns.append(columns[-1].copy())
        columns[-1].append(value)
    assert len({id(column._place) for column in columns}) == 1


def test_a_file_holds_what_the_column_shows():
    column = Column([1.0])
    column.copy().append(2.0)
    again = pickle.loads(pickle.dumps(column))
    assert again == [1.0]
    assert len(pickle.dumps(column.copy())) == len(pickle.dumps(Column([1.0])))
    again.append(2.0)
    assert again == [1.0, 2.0]


def test_copies_that_append_in_threads_do_not_meet():
    column = Column([0.0])
    copies = [column.copy() for _ in range(8)]

    def fill(number):
        for _ in range(500):
            copies[number].append(number)

    threads = [Thread(target=fill, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, mine in enumerate(copies):
        assert mine == [0.0] + [float(number)] * 500


def test_a_column_is_equal_to_no_number():
    assert Column([1.0]) != 1.0
