"""Matrix products of a stack: torch's own, and oneDNN's where those are faster.

torch leaves its products to MKL, which on an AMD processor is, in single precision, far
slower than oneDNN, the library that torch brings along for convolutions. But each of
oneDNN's calls takes some microseconds before it begins.

A product can be computed as it stands or transposed, (A B)ᵀ = Bᵀ Aᵀ. Which is faster
depends on how the factors and the result lie in memory.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch

from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.machine.sparse import sparse_affine, sparse_product


class Products(NamedTuple):
    """How a layer computes its matrix products.

    Attributes
    ----------
    affine : callable
        ``affine(b, W, A, out=Z)`` writes W A + b to Z.
    product : callable
        ``product(A, B, out=C)`` writes A B to C.
    """

    affine: Callable
    product: Callable


def has_onednn():
    """Whether this torch has the oneDNN product that is called here.

    It is a private name of torch, without which torch's own products do.
    """
    return torch.backends.mkldnn.is_available() and hasattr(
        torch.ops.mkldnn, "_linear_pointwise"
    )


def pick_products(n_multiplications, weight, is_sparse=False):
    """Pick what computes the products of a layer.

    Parameters
    ----------
    n_multiplications : int
        Those of one network; how many are in the stack must not change a result.
    weight : Tensor of shape (K, fan_out, fan_in)
    is_sparse : bool, default=False
        Whether the layer's inputs are SparseInputs.

    Returns
    -------
    Products
    """
    if is_sparse:
        return Products(sparse_affine, sparse_product)
    if (
        n_multiplications >= LIMITS.multiplications_for_onednn
        and weight.dtype == torch.float32
        and weight.device.type == "cpu"
        and torch.backends.mkldnn.enabled
        and has_onednn()
    ):
        return Products(onednn_affine, onednn_product)
    if not weight[0].is_contiguous():
        return Products(transposed_affine, transposed_product)
    return Products(torch.baddbmm, torch.bmm)


def onednn_affine(b, W, A, *, out):
    """Compute W A + b with oneDNN."""
    for k in range(len(W)):
        torch.add(_multiply(W[k], A[k]), b[k], out=out[k])
    return out


def onednn_product(A, B, *, out):
    """Compute A B with oneDNN."""
    for k in range(len(A)):
        out[k].copy_(_multiply(A[k], B[k]))
    return out


def _multiply(a, b):
    # a first factor that is not contiguous would be copied
    if not a.is_contiguous() and b.mT.is_contiguous():
        return _linear(b.mT, a).mT
    return _linear(a, b.mT)


def _linear(x, weight):
    return torch.ops.mkldnn._linear_pointwise(x, weight, None, "none", [], "")


def transposed_affine(b, W, A, *, out):
    """Compute W A + b for a transposed W, by way of the transposed product."""
    return torch.add(torch.bmm(A.mT, W.mT).mT, b, out=out)


def transposed_product(A, B, *, out):
    """Compute A B, by way of the transposed product if the result is transposed."""
    if out[0].is_contiguous():
        return torch.bmm(A, B, out=out)
    torch.bmm(B.mT, A.mT, out=out.mT)
    return out
