"""Samples, from which every network of a stack draws batches of its own."""

import copy
from dataclasses import dataclass, fields
from itertools import groupby

import numpy as np
import torch
from scipy import sparse

from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.machine.memory import read_in_place
from nnteach.engine.machine.sparse import SparseInputs

TORCH_DTYPES = {np.dtype("f4"): torch.float32, np.dtype("f8"): torch.float64}


def compact(zeros_and_ones, dtype):
    """The targets of classes in a dtype or, if they are many, as bytes."""
    is_large = zeros_and_ones.size > LIMITS.gathered_numbers
    return zeros_and_ones.astype(np.uint8 if is_large else dtype, copy=False)


@dataclass
class Samples:
    """Inputs, targets and weights, from which networks are trained or evaluated.

    Attributes
    ----------
    X : ndarray or CSR matrix or array, of shape (n_samples, n_inputs)
    y : ndarray of shape (n_samples, n_outputs) or None
        None where the outputs are computed and not compared. Batches have it in the
        dtype of X.
    sample_weight : ndarray of shape (n_samples,) or None
        What training weighs the samples by.
    score_weight : ndarray of shape (n_samples,) or None
        What validation weighs them by, where it scores these samples.
    device : str
        Where batches are put together and computed with. Sparse inputs stay sparse on
        the CPU; for a GPU a batch at a time is made dense.
    """

    X: np.ndarray
    y: np.ndarray | None = None
    sample_weight: np.ndarray | None = None
    score_weight: np.ndarray | None = None
    device: str = "cpu"

    def __post_init__(self):
        self._X = self.X if sparse.issparse(self.X) else self._as_tensor(self.X)
        self.is_sparse = sparse.issparse(self.X) and self.device == "cpu"
        self._y = self._as_tensor(self.y)
        self._weight = self._as_tensor(self.sample_weight)
        self._score_weight = self._as_tensor(self.score_weight)

    def __getstate__(self):
        # arrays, which joblib lets all processes read where they lie
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __setstate__(self, state):
        self.__init__(**state)

    def inputs(self, rows, out=None):
        """Inputs of these rows, shape (K, n) to (K, n_inputs, n)."""
        if self.is_sparse:
            return SparseInputs([self._X[row].T for row in rows.numpy()])
        if sparse.issparse(self._X):
            X = self._as_tensor(self._X[rows.ravel().numpy()].toarray())
            X = X.view(*rows.shape, -1).mT
            return X if out is None else out.copy_(X)
        return _gather(self._X, rows.to(self.device), out)

    def targets(self, rows, out=None):
        """Targets of these rows, shape (K, n) to (K, n_outputs, n)."""
        rows = rows.to(self.device)
        if self._y.dtype != torch.uint8:
            return _gather(self._y, rows, out)
        y = _gather(self._y, rows)
        return y.to(TORCH_DTYPES[self.X.dtype]) if out is None else out.copy_(y)

    def weights(self, rows):
        """Weights in training of these rows, shape (K, n) to (K, n), or None."""
        return None if self._weight is None else self._weight[rows.to(self.device)]

    def score_weights(self, rows):
        """Weights in validation of these rows, shape (K, n) to (K, n), or None."""
        if self._score_weight is None:
            return None
        return self._score_weight[rows.to(self.device)]

    def in_order(self, architecture, rows):
        """Yield parts of the samples, for a single network to go through.

        Parameters
        ----------
        architecture : Architecture
            A part is so small that a layer's activations fit the processor's cache.
        rows : slice
            The samples to go through.

        Yields
        ------
        slice, Tensor or SparseInputs of shape (1, n_inputs, n)
            Which samples, and their inputs.
        """
        for part in parts(rows, chunk_size(self, architecture)):
            if self.is_sparse:
                is_all = part.stop - part.start == self.X.shape[0]
                yield part, SparseInputs([(self._X if is_all else self._X[part]).T])
            elif sparse.issparse(self._X):
                yield part, self._as_tensor(self._X[part].toarray()).T[None]
            else:
                yield part, self._X[part].contiguous().T[None]

    def multiplications_per_sample(self, architecture):
        """How many multiplications take a sample through a network, on average."""
        if not self.is_sparse:
            return architecture.n_weights
        first = architecture.layers[0]
        n_numbers = self.X.nnz / self.X.shape[0]
        return n_numbers * first.fan_out + architecture.n_weights - first.n_weights

    @property
    def is_weighted(self):
        """Whether the samples have weights in training."""
        return self.sample_weight is not None

    def as_rows_of(self, whole, rows):
        """Return these samples as rows of a larger X, which then serves many.

        Parameters
        ----------
        whole : Samples
            Inputs alone.
        rows : ndarray of shape (n_samples,)
            Where in ``whole.X`` the rows of this X are.

        Returns
        -------
        Samples
            The inputs are those of `whole`; rows that are not of these samples have
            targets and weights of zero.
        """
        samples = copy.copy(whole)
        for name in ("y", "sample_weight", "score_weight"):
            values = getattr(self, name)
            if values is not None:
                spread = np.zeros((whole.X.shape[0], *values.shape[1:]), values.dtype)
                spread[rows] = values
                setattr(samples, name, spread)
        samples._y = samples._as_tensor(samples.y)
        samples._weight = samples._as_tensor(samples.sample_weight)
        samples._score_weight = samples._as_tensor(samples.score_weight)
        return samples

    def _as_tensor(self, array):
        """A tensor on the array's own memory, where that is possible."""
        return None if array is None else read_in_place(array).to(self.device)


class JointSamples:
    """The samples of a stack whose networks have different ones.

    Parameters
    ----------
    members : list of Samples
        Those of each network. Neighbours with the same samples draw together.
    """

    def __init__(self, members):
        self.device = members[0].device
        self.is_sparse = members[0].is_sparse
        self.is_weighted = members[0].is_weighted
        self.groups, start = [], 0
        for _, group in groupby(members, key=id):
            samples, *others = group
            stop = start + 1 + len(others)
            self.groups.append((samples, slice(start, stop)))
            start = stop

    def inputs(self, rows, out=None):
        """Inputs of these rows, shape (K, n) to (K, n_inputs, n)."""
        inputs = [samples.inputs(rows[networks]) for samples, networks in self.groups]
        if self.is_sparse:
            return SparseInputs.join(inputs)
        return torch.cat(inputs, out=out)

    def targets(self, rows, out=None):
        """Targets of these rows, shape (K, n) to (K, n_outputs, n)."""
        targets = [samples.targets(rows[networks]) for samples, networks in self.groups]
        return torch.cat(targets, out=out)

    def weights(self, rows):
        """Weights in training of these rows, shape (K, n) to (K, n), or None."""
        weights = [samples.weights(rows[networks]) for samples, networks in self.groups]
        return None if weights[0] is None else torch.cat(weights)

    def score_weights(self, rows):
        """Weights in validation of these rows, shape (K, n) to (K, n), or None."""
        weights = [
            samples.score_weights(rows[networks]) for samples, networks in self.groups
        ]
        return None if weights[0] is None else torch.cat(weights)


def join_samples(members):
    """Join what the networks of a stack draw from; often it is one and the same."""
    first = members[0]
    same = all(samples is first for samples in members)
    return first if same else JointSamples(members)


def _gather(values, rows, out=None):
    """Rows of a matrix as columns, shape (K, n) to (K, n_columns, n)."""
    n_columns = values.shape[1]
    if n_columns == 1:
        # torch gathers from a vector three times as fast
        values = values.view(-1)
    rows_of_out = None
    if out is not None and out.mT.is_contiguous():
        rows_of_out = out.mT.view(rows.numel(), *values.shape[1:])
    gathered = torch.index_select(values, 0, rows.reshape(-1), out=rows_of_out)
    if rows_of_out is not None:
        return out
    gathered = gathered.view(*rows.shape, n_columns).mT
    return gathered if out is None else out.copy_(gathered)


def parts(whole, size):
    """Cut a slice into slices of a size, of which the last may be smaller."""
    starts = range(whole.start, whole.stop, size)
    return [slice(start, min(start + size, whole.stop)) for start in starts]


def compute_outputs_of_rows(stack, samples, rows):
    """Outputs of every network of a stack for rows of its own, without training.

    Parameters
    ----------
    stack : NetworkStack
    samples : Samples
    rows : LongTensor of shape (K, n)

    Returns
    -------
    Tensor of shape (K, n_outputs, n)
    """
    size = max(1, chunk_size(samples, stack.architecture) // len(rows))
    return torch.cat(
        [
            stack.forward(samples.inputs(rows[:, part])).clone()
            for part in parts(slice(0, rows.shape[1]), size)
        ],
        dim=2,
    )


def chunk_size(samples, architecture):
    """How many samples' activations are computed at once."""
    sizes = architecture.layer_sizes[samples.is_sparse :]
    on_cpu = samples.device == "cpu"
    limit = LIMITS.chunk_activations if on_cpu else LIMITS.gpu_chunk_activations
    return max(1, limit // max(sizes))
