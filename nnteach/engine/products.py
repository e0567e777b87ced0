"""Matrix products of a stack: torch's own, and oneDNN's where those are faster.

torch leaves its products to MKL, which on an AMD processor is, in single precision, far
slower than oneDNN, the library that torch brings along for convolutions. But each of
oneDNN's calls takes some microseconds before it begins.
"""

import torch

# a product of as many multiplications takes longer than oneDNN's call
MULTIPLICATIONS_FOR_ONEDNN = 2**22


def pick_products(n_multiplications, like):
    """Return what computes C + A B and A B of such size, dtype and device.

    Parameters
    ----------
    n_multiplications : int
        Those of one network; how many are in the stack must not change a result.
    like : Tensor

    Returns
    -------
    callable, callable
        To be called as ``torch.baddbmm(C, A, B, out=out)`` and ``torch.bmm(A, B,
        out=out)`` are.
    """
    if (
        n_multiplications >= MULTIPLICATIONS_FOR_ONEDNN
        and like.dtype == torch.float32
        and like.device.type == "cpu"
        and HAS_ONEDNN
    ):
        return onednn_baddbmm, onednn_bmm
    return torch.baddbmm, torch.bmm


HAS_ONEDNN = torch.backends.mkldnn.is_available() and hasattr(
    torch.ops.mkldnn, "_linear_pointwise"
)


def onednn_baddbmm(C, A, B, *, out):
    """Compute C + A B."""
    # sparse inputs bring products of their own
    if not isinstance(B, torch.Tensor):
        return torch.baddbmm(C, A, B, out=out)
    for k in range(len(A)):
        torch.add(_multiply(A[k], B[k]), C[k], out=out[k])
    return out


def onednn_bmm(A, B, *, out):
    """Compute A B."""
    if not isinstance(B, torch.Tensor):
        return torch.bmm(A, B, out=out)
    for k in range(len(A)):
        out[k].copy_(_multiply(A[k], B[k]))
    return out


def _multiply(a, b):
    # a linear layer without bias or activation, whose weight is b transposed
    return torch.ops.mkldnn._linear_pointwise(a, b.mT, None, "none", [], "")
