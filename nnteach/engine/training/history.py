"""The values of all epochs, which the states of a long training share."""

from array import array
from collections.abc import Sequence
from threading import Lock

import numpy as np


class Column(Sequence):
    """A number for each epoch, as in a list, of which a copy costs next to nothing.

    Copies share memory. The first one to append goes on in the same place, beyond what
    the others see; those that append after it move to a place of their own. So what
    one more epoch costs does not grow with the number of epochs before it.

    Parameters
    ----------
    values : iterable of float, default=()
    """

    _appending = Lock()

    def __init__(self, values=()):
        self._place = array("d", values)
        self._length = len(self._place)

    def append(self, value):
        """Add the value of one more epoch."""
        with self._appending:
            if len(self._place) > self._length:
                self._place = self._place[: self._length]
            self._place.append(value)
        self._length += 1

    def copy(self):
        """A column that goes its own way from here."""
        other = object.__new__(type(self))
        other._place, other._length = self._place, self._length
        return other

    def __len__(self):
        return self._length

    def __getitem__(self, index):
        if isinstance(index, slice):
            return list(self._place[: self._length][index])
        return self._place[range(self._length)[index]]

    def __iter__(self):
        return iter(self._place[: self._length])

    def __array__(self, dtype=None, copy=None):
        # an array of these values alone: nothing is to look into the shared place
        return np.array(self._place[: self._length], dtype=dtype)

    def __eq__(self, other):
        if not isinstance(other, Sequence):
            return NotImplemented
        return list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self):
        return repr(list(self))

    def __deepcopy__(self, memo):
        return self.copy()

    def __getstate__(self):
        # what is stored are these values alone
        return {"values": np.array(self)}

    def __setstate__(self, state):
        self._place = array("d", state["values"])
        self._length = len(self._place)
