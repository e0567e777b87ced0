"""Sparse inputs of a stack, and the products of weights and deltas with them.

torch's own sparse tensors cannot multiply several matrices at once.
"""

import numpy as np


class SparseInputs:
    """The inputs of K networks as sparse matrices, in the place of a tensor.

    Parameters
    ----------
    matrices : list of CSC matrix or array, each of shape (n_inputs, n_samples)
        One for each network.
    """

    is_sparse = True  # as tensors say of themselves

    def __init__(self, matrices):
        self.matrices = matrices
        self.shape = (len(matrices), *matrices[0].shape)

    @property
    def mT(self):  # noqa: N802
        """The inputs transposed, of shape (K, n_samples, n_inputs)."""
        return SparseInputs([matrix.T for matrix in self.matrices])

    @classmethod
    def join(cls, parts):
        """Put the inputs of some networks behind those of others."""
        return cls([matrix for part in parts for matrix in part.matrices])


def sparse_affine(b, W, A, *, out):
    """Compute W A + b for sparse A."""
    for matrix, *arrays in zip(A.matrices, b, W, out, strict=True):
        bias, weight, z = (array.numpy() for array in arrays)
        np.add((matrix.T @ weight.T).T, bias, out=z)
    return out


def sparse_product(D, A, *, out):
    """Compute D A for sparse A."""
    for matrix, d, gradient in zip(A.matrices, D, out, strict=True):
        gradient.numpy()[:] = (matrix.T @ d.numpy().T).T
    return out
