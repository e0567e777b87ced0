"""A network as a module of torch's own, for whatever takes one."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from torch import nn

from nnteach.architecture import Architecture
from nnteach.engine.machine.activation_kernels import LEAKY_RELU_SLOPE

# what is made here, for signatures outside the engine, where torch is not imported
TorchNetwork = nn.Sequential


class Exp(nn.Module):
    """The exponential function, which torch has no module for."""

    def forward(self, z):
        """Compute exp(z)."""
        return torch.exp(z)


# the identity needs no module
MODULES: dict[str, Callable[[], nn.Module]] = {
    "logistic": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": partial(nn.LeakyReLU, LEAKY_RELU_SLOPE),
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    # above the threshold torch puts z for ln(1 + exp(z)); at 40 they are equal
    "softplus": partial(nn.Softplus, threshold=40),
    "softmax": partial(nn.Softmax, dim=-1),
    "exp": Exp,
}


def make_sequential(
    architecture: Architecture,
    coefs: Sequence[np.ndarray],
    intercepts: Sequence[np.ndarray],
    dropout: Sequence[float],
) -> nn.Sequential:
    """Build the network from torch's modules, on copies of its parameters.

    Parameters
    ----------
    architecture : Architecture
    coefs : list of ndarray of shape (fan_in, fan_out)
    intercepts : list of ndarray of shape (fan_out,)
    dropout : sequence of float
        Rate of each hidden layer.

    Returns
    -------
    torch.nn.Sequential
        In evaluation mode, on the CPU.
    """
    modules: list[nn.Module] = []
    rates = (*dropout, 0.0)  # the output has none
    layers = zip(architecture.layers, coefs, intercepts, rates, strict=True)
    for layer, coef, intercept, rate in layers:
        modules.append(_make_linear(coef, intercept))
        if layer.activation != "identity":
            modules.append(MODULES[layer.activation]())
        if rate:
            modules.append(nn.Dropout(rate))
    return nn.Sequential(*modules).eval()


def _make_linear(coef, intercept):
    # copies, since arrays that joblib maps from a file cannot be written to
    weight, bias = torch.tensor(coef.T), torch.tensor(intercept)
    # without torch's starting weights, which would be drawn from its global generator
    linear = nn.utils.skip_init(nn.Linear, *coef.shape, dtype=weight.dtype)
    linear.weight = nn.Parameter(weight.contiguous())  # (fan_out, fan_in)
    linear.bias = nn.Parameter(bias)
    return linear
