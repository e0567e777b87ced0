"""Samples, from which every network of a stack draws batches of its own."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse

# up to this many numbers, a whole epoch's batches are gathered at once
GATHER_LIMIT = 2**22
# evaluation goes through the samples in chunks of about this many activations
CHUNK_LIMIT = 2**20


@dataclass
class Samples:
    """Inputs, targets and weights that all networks of a stack share.

    Attributes
    ----------
    X : ndarray or CSR matrix or array, of shape (n_samples, n_inputs)
    y : ndarray of shape (n_samples, n_outputs) or None
        None where the outputs are computed and not compared.
    sample_weight : ndarray of shape (n_samples,) or None
    device : str
        Where batches are put together and computed with. Sparse inputs stay where
        they are until a batch of them is made dense.
    """

    X: np.ndarray
    y: np.ndarray | None = None
    sample_weight: np.ndarray | None = None
    device: str = "cpu"

    def __post_init__(self):
        self._X = self.X if sparse.issparse(self.X) else self._as_tensor(self.X)
        self._y = None if self.y is None else self._as_tensor(self.y)
        self._weight = (
            None if self.sample_weight is None else self._as_tensor(self.sample_weight)
        )

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
        """Sample weights of these rows, shape (K, n) to (K, n), or None."""
        return None if self._weight is None else self._weight[rows.to(self.device)]

    def _as_tensor(self, array):
        """A tensor on the array's own memory, where that is possible."""
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
        if n_networks * n_rows * self.X.shape[1] <= GATHER_LIMIT:
            inputs = self.inputs(rows)
            for batch in slices:
                yield batch, inputs[:, batch]
        else:
            for batch in slices:
                yield batch, self.inputs(rows[:, batch])


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
