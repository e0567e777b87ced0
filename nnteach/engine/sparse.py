"""Sparse inputs of a stack, which torch's products take in place of a tensor."""

import numpy as np
import torch


class SparseInputs:
    """The inputs of K networks as sparse matrices.

    The forward pass multiplies the inputs by weights, the backward pass their
    transpose by deltas. torch leaves both, and the joining of inputs, to this class
    (https://pytorch.org/docs/stable/notes/extending.html), so that the passes are
    written once. On several matrices torch's own sparse tensors cannot do them.

    Parameters
    ----------
    matrices : list of CSR or CSC matrix or array, each of shape (n_samples, n_inputs)
        One for each network.
    """

    def __init__(self, matrices):
        self.matrices = matrices
        self.shape = (len(matrices), *matrices[0].shape)

    @property
    def mT(self):  # noqa: N802
        """The inputs transposed, of shape (K, n_inputs, n_samples)."""
        return SparseInputs([matrix.T for matrix in self.matrices])

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function not in PRODUCTS:
            return NotImplemented
        return PRODUCTS[function](*args, **(kwargs or {}))


def add_product(bias, inputs, weight, *, out):
    """Compute inputs times weight plus bias, as ``torch.baddbmm`` does."""
    for matrix, *arrays in zip(inputs.matrices, bias, weight, out, strict=True):
        b, W, z = (array.numpy() for array in arrays)
        np.add(matrix @ W, b, out=z)
    return out


def product(inputs, delta, *, out):
    """Compute inputs times delta, as ``torch.bmm`` does."""
    for matrix, d, gradient in zip(inputs.matrices, delta, out, strict=True):
        gradient.numpy()[:] = matrix @ d.numpy()
    return out


def join(parts, *, out=None):
    """Put the inputs of some networks behind those of others, as ``torch.cat`` does."""
    return SparseInputs([matrix for part in parts for matrix in part.matrices])


PRODUCTS = {
    torch.addcmul: add_product,
    torch.baddbmm: add_product,
    torch.bmm: product,
    torch.cat: join,
}
