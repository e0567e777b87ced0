"""Activation functions: each one's formula, its backward rule, and their fast kernels.

``g`` and ``backward`` are the mathematics, to be read; training runs the kernels
``forward_`` and ``backward_``, which compute the same in place, and stay finite where
the formulas overflow.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import exp, log

from nnteach.engine.machine import activation_kernels as kernels


@dataclass(frozen=True)
class Activation:
    """An activation function A = g(Z) and the way back through it.

    Attributes
    ----------
    name : str
        scikit-learn's name where it has one.
    g : callable
        The formula: ``g(Z)`` returns A.
    backward : callable
        The derivative: ``backward(dA, Z, A)`` returns D = dE/dZ for dA = dE/dA, which
        is dA · g'(Z), entry by entry. Only the softmax, whose outputs depend on all
        inputs of a column, multiplies by a Jacobian matrix.
    forward_ : callable
        The kernel of ``g``: ``forward_(Z)`` replaces Z by A.
    backward_ : callable
        The kernel of ``backward``: ``backward_(dA, kept)`` replaces dA by D, where
        ``kept`` is A, or Z with ``needs_input``.
    latex : str or None
        g(z) as LaTeX, for the legend of its curve; the softmax has none.
    slope_latex : str or None
        g'(z) as LaTeX.
    operator : str
        The name of g as an operator in LaTeX.
    needs_input : bool
        Whether ``backward_`` must know Z rather than A, the only one that is left when
        A has replaced Z.
    jumps : tuple of float
        Where g' jumps. There ``backward`` takes the slope on the left.
    """

    name: str
    g: Callable
    backward: Callable
    forward_: Callable
    backward_: Callable
    latex: str | None
    slope_latex: str | None
    operator: str
    needs_input: bool = False
    jumps: tuple = ()


def logistic(Z):
    """σ(Z), the logistic function."""
    return 1 / (1 + exp(-Z))


def normal_distribution(Z):
    """Φ(Z), the distribution function of the standard normal."""
    return (1 + torch.erf(Z / math.sqrt(2))) / 2


def normal_density(Z):
    """φ(Z), the density of the standard normal."""
    return exp(-(Z**2) / 2) / math.sqrt(2 * math.pi)


def softmax_backward(dA, Z, A):
    """Multiply each column dA by the Jacobian matrix diag(A) - A Aᵀ."""
    return A * dA - A * (A * dA).sum(dim=-2, keepdim=True)


ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation(
            "identity",
            g=lambda Z: Z,
            backward=lambda dA, Z, A: dA,
            forward_=kernels.identity_,
            backward_=kernels.identity_backward_,
            latex=r"z",
            slope_latex=r"1",
            operator=r"\mathrm{id}",
        ),
        Activation(
            "logistic",
            g=logistic,
            backward=lambda dA, Z, A: dA * A * (1 - A),
            forward_=kernels.logistic_,
            backward_=kernels.pick_backward("logistic"),
            latex=r"\frac{1}{1 + e^{-z}}",
            slope_latex=r"g(z)\,(1 - g(z))",
            operator=r"\sigma",
        ),
        Activation(
            "tanh",
            g=lambda Z: (exp(Z) - exp(-Z)) / (exp(Z) + exp(-Z)),
            backward=lambda dA, Z, A: dA * (1 - A**2),
            forward_=kernels.tanh_,
            backward_=kernels.pick_backward("tanh"),
            latex=r"\frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}",
            slope_latex=r"1 - g(z)^2",
            operator=r"\tanh",
        ),
        Activation(
            "relu",
            g=lambda Z: torch.where(Z > 0, Z, 0),
            backward=lambda dA, Z, A: torch.where(Z > 0, dA, 0),
            forward_=kernels.relu_,
            backward_=kernels.pick_backward("relu"),
            latex=r"\max(0, z)",
            slope_latex=r"1 \text{ if } z > 0 \text{ else } 0",
            operator=r"\mathrm{relu}",
            jumps=(0.0,),
        ),
        Activation(
            "leaky_relu",
            g=lambda Z: torch.where(Z > 0, Z, 0.01 * Z),
            backward=lambda dA, Z, A: torch.where(Z > 0, dA, 0.01 * dA),
            forward_=kernels.leaky_relu_,
            backward_=kernels.pick_backward("leaky_relu"),
            latex=r"\max(0.01\,z, z)",
            slope_latex=r"1 \text{ if } z > 0 \text{ else } 0.01",
            operator=r"\mathrm{leaky\_relu}",
            jumps=(0.0,),
        ),
        Activation(
            "elu",
            g=lambda Z: torch.where(Z > 0, Z, exp(Z) - 1),
            backward=lambda dA, Z, A: torch.where(Z > 0, dA, dA * exp(Z)),
            forward_=kernels.elu_,
            backward_=kernels.pick_backward("elu"),
            latex=r"z \text{ if } z > 0 \text{ else } e^{z} - 1",
            slope_latex=r"1 \text{ if } z > 0 \text{ else } e^{z}",
            operator=r"\mathrm{elu}",
        ),
        Activation(
            "gelu",
            g=lambda Z: Z * normal_distribution(Z),
            backward=lambda dA, Z, A: (
                dA * (normal_distribution(Z) + Z * normal_density(Z))
            ),
            forward_=kernels.gelu_,
            backward_=kernels.pick_backward("gelu"),
            latex=r"z\,\Phi(z)",
            slope_latex=r"\Phi(z) + z\,\varphi(z)",
            operator=r"\mathrm{gelu}",
            needs_input=True,
        ),
        Activation(
            "silu",
            g=lambda Z: Z * logistic(Z),
            backward=lambda dA, Z, A: dA * logistic(Z) * (1 + Z * (1 - logistic(Z))),
            forward_=kernels.silu_,
            backward_=kernels.pick_backward("silu"),
            latex=r"z\,\sigma(z)",
            slope_latex=r"\sigma(z)\,(1 + z\,(1 - \sigma(z)))",
            operator=r"\mathrm{silu}",
            needs_input=True,
        ),
        Activation(
            "softplus",
            g=lambda Z: log(1 + exp(Z)),
            backward=lambda dA, Z, A: dA * logistic(Z),
            forward_=kernels.softplus_,
            backward_=kernels.softplus_backward_,
            latex=r"\ln(1 + e^{z})",
            slope_latex=r"\sigma(z)",
            operator=r"\mathrm{softplus}",
        ),
        Activation(
            "softmax",
            g=lambda Z: exp(Z) / exp(Z).sum(dim=-2, keepdim=True),
            backward=softmax_backward,
            forward_=kernels.softmax_,
            backward_=kernels.softmax_backward_,
            latex=None,
            slope_latex=None,
            operator=r"\mathrm{softmax}",
        ),
        Activation(
            "exp",
            g=exp,
            backward=lambda dA, Z, A: dA * A,
            forward_=kernels.exp_,
            backward_=kernels.exp_backward_,
            latex=r"e^{z}",
            slope_latex=r"e^{z}",
            operator=r"\exp",
        ),
    )
}

HIDDEN_ACTIVATIONS = (
    "identity",
    "logistic",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "softplus",
)


def evaluate(name, z):
    """Evaluate an activation and its derivative on numbers, by the kernels.

    Parameters
    ----------
    name : str
        Name of an activation that works element by element.
    z : array-like
        The numbers.

    Returns
    -------
    values : ndarray of the shape of z
        g(z).
    slopes : ndarray of the shape of z
        g'(z), which is what the backward rule makes of a gradient of ones.
    """
    activation = ACTIVATIONS[name]
    Z = torch.tensor(z, dtype=torch.float64)
    A = activation.forward_(Z.clone())
    kept = Z if activation.needs_input else A
    slopes = activation.backward_(torch.ones_like(A), kept)
    return A.numpy(), slopes.numpy()
