"""Sparse inputs of a stack, which torch's products take in place of a tensor."""

import numpy as np
import torch


class SparseInputs:
    """The inputs of K networks as sparse matrices.

    The forward pass multiplies weights by the inputs, the backward pass deltas by their
    transpose. torch leaves both, and the joining of inputs, to this class
    (https://pytorch.org/docs/stable/notes/extending.html), so that the passes are
    written once. On several matrices torch's own sparse tensors cannot do them.

    Parameters
    ----------
    matrices : list of CSC matrix or array, each of shape (n_inputs, n_samples)
        One for each network.
    """

    def __init__(self, matrices):
        self.matrices = matrices
        self.shape = (len(matrices), *matrices[0].shape)

    @property
    def mT(self):  # noqa: N802
        """The inputs transposed, of shape (K, n_samples, n_inputs)."""
        return SparseInputs([matrix.T for matrix in self.matrices])

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function not in PRODUCTS:
            return NotImplemented
        return PRODUCTS[function](*args, **(kwargs or {}))


def add_product(bias, weight, inputs, *, out):
    """Compute weight times inputs plus bias, as ``torch.baddbmm`` does."""
    for matrix, *arrays in zip(inputs.matrices, bias, weight, out, strict=True):
        b, W, z = (array.numpy() for array in arrays)
        np.add((matrix.T @ W.T).T, b, out=z)
    return out


def product(delta, inputs, *, out):
    """Compute delta times inputs, as ``torch.bmm`` does."""
    for matrix, d, gradient in zip(inputs.matrices, delta, out, strict=True):
        gradient.numpy()[:] = (matrix.T @ d.numpy().T).T
    return out


def join(parts, *, out=None):
    """Put the inputs of some networks behind those of others, as ``torch.cat`` does."""
    return SparseInputs([matrix for part in parts for matrix in part.matrices])


PRODUCTS = {
    torch.baddbmm: add_product,
    torch.bmm: product,
    torch.cat: join,
}
