"""Samples, from which every network of a stack draws batches of its own."""

import copy
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from scipy import sparse

# up to this many numbers, a whole epoch's batches are gathered at once
GATHER_LIMIT = 2**22
# evaluation goes through the samples in chunks of about this many activations
CHUNK_LIMIT = 2**20


@dataclass
class Samples:
    """Inputs, targets and weights, from which networks are trained or evaluated.

    Attributes
    ----------
    X : ndarray or CSR matrix or array, of shape (n_samples, n_inputs)
    y : ndarray of shape (n_samples, n_outputs) or None
        None where the outputs are computed and not compared.
    sample_weight : ndarray of shape (n_samples,) or None
        What training weighs the samples by.
    score_weight : ndarray of shape (n_samples,) or None
        What validation weighs them by, where it scores these samples.
    device : str
        Where batches are put together and computed with. Sparse inputs stay where
        they are until a batch of them is made dense.
    """

    X: np.ndarray
    y: np.ndarray | None = None
    sample_weight: np.ndarray | None = None
    score_weight: np.ndarray | None = None
    device: str = "cpu"

    def __post_init__(self):
        self._X = self.X if sparse.issparse(self.X) else self._as_tensor(self.X)
        self._y = self._as_tensor(self.y)
        self._weight = self._as_tensor(self.sample_weight)
        self._score_weight = self._as_tensor(self.score_weight)

    def inputs(self, rows):
        """Inputs of these rows, shape (K, n) to (K, n, n_inputs)."""
        if sparse.issparse(self._X):
            X = self._as_tensor(self._X[rows.ravel().numpy()].toarray())
        else:
            X = self._X.index_select(0, rows.ravel().to(self.device))
        return X.view(*rows.shape, -1)

    def targets(self, rows):
        """Targets of these rows, shape (K, n) to (K, n, n_outputs)."""
        targets = self._y.index_select(0, rows.ravel().to(self.device))
        return targets.view(*rows.shape, -1)

    def weights(self, rows):
        """Weights in training of these rows, shape (K, n) to (K, n), or None."""
        return None if self._weight is None else self._weight[rows.to(self.device)]

    def score_weights(self, rows):
        """Weights in validation of these rows, shape (K, n) to (K, n), or None."""
        if self._score_weight is None:
            return None
        return self._score_weight[rows.to(self.device)]

    @property
    def n_inputs(self):
        """Number of columns of X."""
        return self.X.shape[1]

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
        if array is None:
            return None
        array = np.ascontiguousarray(array)
        array = array if array.flags.writeable else array.copy()
        return torch.from_numpy(array).to(self.device)

    def batches(self, rows, batch_size):
        """Cut an epoch into batches.

        Parameters
        ----------
        rows : LongTensor of shape (K, n)
            Each network's samples, in the order of its epoch.
        batch_size : int

        Yields
        ------
        slice, Tensor of shape (K, n_batch, n_inputs)
            The batch's place in the epoch, and its inputs.
        """
        n_networks, n_rows = rows.shape
        slices = [
            slice(start, min(start + batch_size, n_rows))
            for start in range(0, n_rows, batch_size)
        ]
        if n_networks * n_rows * self.n_inputs <= GATHER_LIMIT:
            inputs = self.inputs(rows)
            for batch in slices:
                yield batch, inputs[:, batch]
        else:
            for batch in slices:
                yield batch, self.inputs(rows[:, batch])


class JointSamples:
    """The samples of a stack whose networks have different ones.

    Parameters
    ----------
    members : list of Samples
        Those of each network. Neighbours with the same samples draw together.
    """

    batches = Samples.batches

    def __init__(self, members):
        self.n_inputs = members[0].n_inputs
        self.runs, start = [], 0
        for _, run in groupby(members, key=id):
            run = list(run)
            self.runs.append((run[0], slice(start, start + len(run))))
            start += len(run)

    def inputs(self, rows):
        """Inputs of these rows, shape (K, n) to (K, n, n_inputs)."""
        return torch.cat([samples.inputs(rows[run]) for samples, run in self.runs])

    def targets(self, rows):
        """Targets of these rows, shape (K, n) to (K, n, n_outputs)."""
        return torch.cat([samples.targets(rows[run]) for samples, run in self.runs])

    def weights(self, rows):
        """Weights in training of these rows, shape (K, n) to (K, n), or None."""
        weights = [samples.weights(rows[run]) for samples, run in self.runs]
        return None if weights[0] is None else torch.cat(weights)

    def score_weights(self, rows):
        """Weights in validation of these rows, shape (K, n) to (K, n), or None."""
        weights = [samples.score_weights(rows[run]) for samples, run in self.runs]
        return None if weights[0] is None else torch.cat(weights)


def join_samples(members):
    """Join what the networks of a stack draw from; often it is one and the same."""
    first = members[0]
    same = all(samples is first for samples in members)
    return first if same else JointSamples(members)


def evaluate(stack, samples, rows):
    """Outputs of every network for its rows, without training.

    Parameters
    ----------
    stack : NetworkStack
    samples : Samples
    rows : LongTensor of shape (K, n)

    Returns
    -------
    Tensor of shape (K, n, n_outputs)
    """
    n_outputs = stack.architecture.n_outputs
    outputs = stack.parameters.new_empty((*rows.shape, n_outputs))
    chunk = CHUNK_LIMIT // (len(rows) * max(stack.architecture.layer_sizes))
    for batch, inputs in samples.batches(rows, max(1, chunk)):
        outputs[:, batch] = stack.forward(inputs)[-1]
    return outputs
