"""What a checkpoint belongs to: texts that are equal for equal trainings."""

import hashlib
import re
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator

from nnteach.engine.training.problem import Problem

# what may be another one when a training goes on
FREE_PARAMETERS = ("verbose", "max_iter")


def describe_parameters(estimator: BaseEstimator) -> dict[str, str]:
    """Describe the parameters by their names, but for those that may change."""
    return {
        "estimator": type(estimator).__name__,
        **{
            name: _describe(value)
            for name, value in estimator.get_params(deep=False).items()
            if name not in FREE_PARAMETERS
        },
    }


def describe_callback(callback: object) -> str:
    """Describe a callback, and what ours have been given."""
    # what ends in an underscore a training has found; what begins with one is private
    parameters = {
        name: _describe(value)
        for name, value in vars(callback).items()
        if not (name.startswith("_") or name.endswith("_"))
        and hasattr(callback, "restore")
    }
    values = ", ".join(f"{name}={value}" for name, value in parameters.items())
    return f"{type(callback).__name__}({values})"


def describe_data(estimator: BaseEstimator, problem: Problem) -> dict[str, str]:
    """Describe all data that a problem is made of, by the names of fit's parameters."""
    samples, validation = problem.samples, problem.validation
    parts = {
        "X": samples.X,
        "y": samples.y,
        "sample_weight": samples.sample_weight,
        "classes": getattr(estimator, "classes_", None),
    }
    if validation is not None and validation.samples is not samples:
        parts |= {
            "X_val": validation.samples.X,
            "y_val": validation.samples.y,
            "sample_weight_val": validation.samples.score_weight,
        }
    return {name: _digest(value) for name, value in parts.items() if value is not None}


def _describe(value: Any) -> str:
    """A text that is the same for equal values, in another process too."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | str | type(None)):
        return repr(value)
    if isinstance(value, Integral):
        return repr(int(value))
    if isinstance(value, Real):
        number = float(value)
        return repr(int(number) if number.is_integer() else number)
    if isinstance(value, np.random.RandomState):
        return "a RandomState"
    if isinstance(value, dict):
        items = (f"{_describe(key)}: {_describe(item)}" for key, item in value.items())
        return f"{{{', '.join(items)}}}"
    if (
        isinstance(value, np.ndarray)
        or sparse.issparse(value)
        or hasattr(value, "iloc")
    ):
        return f"data {_digest(value)}"
    if isinstance(value, set | frozenset):
        value = sorted(value, key=repr)
    if isinstance(value, Sequence):
        return f"({', '.join(map(_describe, value))})"
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    # an address is another one each time
    return re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))


def _digest(data: Any) -> str:
    """A digest of what an array, a sparse matrix or a table holds."""
    digest = hashlib.blake2b(digest_size=16)
    if sparse.issparse(data):
        data = data.tocsr()
        digest.update(repr(data.shape).encode())
        parts = [data.data, data.indices.astype(np.int64), data.indptr.astype(np.int64)]
    else:
        parts = [np.asarray(data)]
    for part in parts:
        digest.update(f"{part.dtype} {part.shape}".encode())
        if part.dtype.hasobject:
            digest.update(repr(part.tolist()).encode())
            continue
        # a part at a time, of which a copy is made where rows do not lie side by side
        part = np.atleast_1d(part)
        for start in range(0, len(part), 2**14):
            rows = np.ascontiguousarray(part[start : start + 2**14])
            digest.update(rows.tobytes())
    return digest.hexdigest()
