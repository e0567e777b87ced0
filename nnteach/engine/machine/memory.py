"""Tensors on the memory of arrays, also of arrays that must not be written to."""

from types import SimpleNamespace

import numpy as np
import torch

from nnteach.engine.machine.limits import LIMITS


def read_in_place(array):
    """A tensor that reads an array where it lies, and is never to be written to.

    Rows that do not lie one after the other are copied if they are few: they are then
    gathered faster.

    Parameters
    ----------
    array : ndarray

    Returns
    -------
    Tensor
    """
    is_regular = all(step > 0 and step % array.itemsize == 0 for step in array.strides)
    if array.nbytes <= LIMITS.copied_bytes or not is_regular:
        array = np.ascontiguousarray(array)
    if not array.flags.writeable:
        array = _as_if_writeable(array)
    return torch.from_numpy(array)


def _as_if_writeable(array):
    # torch warns of other arrays, since it cannot keep anybody from writing to them
    interface = dict(array.__array_interface__)
    interface["data"] = (interface["data"][0], False)
    return np.asarray(SimpleNamespace(__array_interface__=interface, memory=array))
