"""Matrix products of a stack: torch's own, and oneDNN's where those are faster.

torch leaves its products to MKL, which on an AMD processor is, in single precision, far
slower than oneDNN, the library that torch brings along for convolutions. But each of
oneDNN's calls takes some microseconds before it begins.

A product can be computed as it stands or transposed, (A B)ᵀ = Bᵀ Aᵀ. Which is faster
depends on how the factors and the result lie in memory.
"""

import torch

# a product of as many multiplications takes longer than oneDNN's call
MULTIPLICATIONS_FOR_ONEDNN = 2**22
HAS_ONEDNN = torch.backends.mkldnn.is_available() and hasattr(
    torch.ops.mkldnn, "_linear_pointwise"
)


def pick_products(n_multiplications, weight):
    """Return what computes C + A B and A B for a layer.

    Parameters
    ----------
    n_multiplications : int
        Those of one network; how many are in the stack must not change a result.
    weight : Tensor of shape (K, fan_out, fan_in)

    Returns
    -------
    callable, callable
        To be called as ``torch.baddbmm(C, A, B, out=out)`` and ``torch.bmm(A, B,
        out=out)`` are.
    """
    if (
        n_multiplications >= MULTIPLICATIONS_FOR_ONEDNN
        and weight.dtype == torch.float32
        and weight.device.type == "cpu"
        and HAS_ONEDNN
        and torch.backends.mkldnn.enabled
    ):
        return onednn_baddbmm, onednn_bmm
    if not weight[0].is_contiguous():
        return transposed_baddbmm, transposed_bmm
    return torch.baddbmm, torch.bmm


def onednn_baddbmm(C, A, B, *, out):
    """Compute C + A B with oneDNN."""
    # sparse inputs bring products of their own
    if not isinstance(B, torch.Tensor):
        return torch.baddbmm(C, A, B, out=out)
    for k in range(len(A)):
        torch.add(_multiply(A[k], B[k]), C[k], out=out[k])
    return out


def onednn_bmm(A, B, *, out):
    """Compute A B with oneDNN."""
    if not isinstance(B, torch.Tensor):
        return torch.bmm(A, B, out=out)
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


def transposed_baddbmm(C, A, B, *, out):
    """Compute C + A B for a transposed A, by way of the transposed product."""
    if not isinstance(B, torch.Tensor):
        return torch.baddbmm(C, A, B, out=out)
    return torch.add(torch.bmm(B.mT, A.mT).mT, C, out=out)


def transposed_bmm(A, B, *, out):
    """Compute A B, by way of the transposed product if the result is transposed."""
    if not isinstance(B, torch.Tensor) or out[0].is_contiguous():
        return torch.bmm(A, B, out=out)
    torch.bmm(B.mT, A.mT, out=out.mT)
    return out
