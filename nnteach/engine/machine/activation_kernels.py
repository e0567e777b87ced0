"""Activation functions and their backward rules in place, as fast as torch has them.

``name_(Z)`` replaces Z by A = g(Z). ``name_backward_(dA, A)`` replaces dE/dA by dE/dZ;
it asks for A, which the forward pass has left behind, and only gelu and silu ask for Z.
Most of these rules are operations of torch: ``pick_backward`` returns them.
All work on any shape, except the softmax, which looks at the last dimension but one.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import torch


def identity_(Z):
    """Leave Z as it is."""
    return Z


def identity_backward_(dA, A):
    """Leave dA as it is."""
    return dA


logistic_ = torch.sigmoid_


def tanh_(Z):
    """Compute tanh."""
    if Z.device.type != "cpu":
        return Z.tanh_()
    # NumPy's takes a fraction of the time of torch's
    np.tanh(Z.numpy(), out=Z.numpy())
    return Z


relu_ = torch.relu_


LEAKY_RELU_SLOPE = 0.01


def leaky_relu_(Z):
    """Multiply by 0.01 where Z is negative."""
    return torch.nn.functional.leaky_relu_(Z, LEAKY_RELU_SLOPE)


elu_ = torch.nn.functional.elu_


def gelu_(Z):
    """Multiply by the normal distribution function of Z."""
    return Z.copy_(torch.nn.functional.gelu(Z))


def silu_(Z):
    """Multiply by the logistic function of Z."""
    return torch.nn.functional.silu(Z, inplace=True)


def softplus_(Z):
    """Compute ln(1 + exp(Z)) without overflow."""
    return torch.logaddexp(Z, torch.zeros_like(Z), out=Z)


def softplus_backward_(dA, A):
    """Multiply by σ(Z) = 1 - exp(-A)."""
    return dA.mul_(torch.expm1(-A).neg_())


def softmax_(Z):
    """Compute the softmax without overflow."""
    return torch.softmax(Z, dim=-2, out=Z)


def softmax_backward_(dA, A):
    """Multiply by the Jacobian diag(A) - A Aᵀ of each column."""
    dA -= (dA * A).sum(dim=-2, keepdim=True)
    return dA.mul_(A)


exp_ = torch.exp_


def exp_backward_(dA, A):
    """Multiply by A."""
    return dA.mul_(A)


def _normal_slope(Z):
    distribution = (1 + torch.erf(Z / math.sqrt(2))) / 2
    return distribution + Z * torch.exp(-(Z**2) / 2) / math.sqrt(2 * math.pi)


def _silu_slope(Z):
    a = torch.sigmoid(Z)
    return a * (1 + Z * (1 - a))


class FusedRule(NamedTuple):
    """A backward rule that torch computes in one operation, under a private name.

    Attributes
    ----------
    operation : str
        The operation's name among ``torch.ops.aten``.
    call : callable
        ``call(operation, dA, kept)`` calls it; ``kept`` is A, or Z for gelu and silu.
    plain : callable
        ``plain(dA, kept)`` computes the same where this torch lacks the operation.
    """

    operation: str
    call: Callable
    plain: Callable


FUSED_RULES = {
    "logistic": FusedRule(
        "sigmoid_backward",
        lambda rule, dA, A: rule(dA, A, grad_input=dA),
        lambda dA, A: dA.mul_(A * (1 - A)),
    ),
    "tanh": FusedRule(
        "tanh_backward",
        lambda rule, dA, A: rule(dA, A, grad_input=dA),
        lambda dA, A: dA.mul_(1 - A.square()),
    ),
    "relu": FusedRule(
        "threshold_backward",
        lambda rule, dA, A: rule(dA, A, 0, grad_input=dA),
        lambda dA, A: dA.mul_(A > 0),
    ),
    "leaky_relu": FusedRule(
        "leaky_relu_backward",
        lambda rule, dA, A: rule(dA, A, LEAKY_RELU_SLOPE, True, grad_input=dA),
        lambda dA, A: dA.mul_(torch.where(A > 0, torch.ones_like(A), LEAKY_RELU_SLOPE)),
    ),
    "elu": FusedRule(
        "elu_backward",
        lambda rule, dA, A: rule(dA, 1.0, 1.0, 1.0, True, A, grad_input=dA),
        lambda dA, A: dA.mul_(torch.where(A > 0, 1.0, A + 1)),
    ),
    "gelu": FusedRule(
        "gelu_backward",
        lambda rule, dA, Z: rule(dA, Z, grad_input=dA),
        lambda dA, Z: dA.mul_(_normal_slope(Z)),
    ),
    "silu": FusedRule(
        "silu_backward",
        lambda rule, dA, Z: rule(dA, Z, grad_input=dA),
        lambda dA, Z: dA.mul_(_silu_slope(Z)),
    ),
}


def pick_backward(name):
    """Return the fastest backward rule of an activation that this torch has.

    Parameters
    ----------
    name : str
        A key of ``FUSED_RULES``.

    Returns
    -------
    callable
        ``rule(dA, kept)`` replaces dE/dA by dE/dZ.
    """
    rule = FUSED_RULES[name]
    operation = getattr(torch.ops.aten, rule.operation, None)
    fused = getattr(operation, "grad_input", None)
    return rule.plain if fused is None else partial(rule.call, fused)
