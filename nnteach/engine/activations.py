"""Activation functions: each one's forward rule, backward rule and formula.

Every rule works in place, on any shape; the softmax alone looks at the last dimension
but one. Where it can be, a derivative is written in terms of the activation's output
a = g(z), so that the backward pass needs nothing but what the forward pass has left
behind; only gelu and silu need z itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class Activation:
    """An activation function a = g(z) with its derivative.

    Attributes
    ----------
    name : str
        scikit-learn's name where it has one.
    function_ : callable
        ``function_(z)`` replaces the tensor z by g(z).
    backpropagate_ : callable
        ``backpropagate_(delta, a)`` replaces the loss's gradient with respect to a
        by its gradient with respect to z; with ``needs_input`` it takes z in place
        of a.
    formula : str
        g(z) as LaTeX.
    derivative_formula : str
        g'(z) as LaTeX.
    range : str
        The values that g can take, as LaTeX.
    operator : str
        The name of g as an operator in LaTeX.
    needs_input : bool
        Whether the derivative cannot be told from the output.
    """

    name: str
    function_: Callable
    backpropagate_: Callable
    formula: str
    derivative_formula: str
    range: str
    operator: str
    needs_input: bool = False


def identity_(z):
    """g(z) = z."""
    return z


def identity_backpropagate_(delta, a):
    """g'(z) = 1."""
    return delta


def logistic_backpropagate_(delta, a):
    """g'(z) = a (1 - a)."""
    return torch.ops.aten.sigmoid_backward.grad_input(delta, a, grad_input=delta)


def tanh_(z):
    """g(z) = tanh z."""
    if z.device.type != "cpu":
        return z.tanh_()
    # NumPy's takes a fraction of the time of torch's
    np.tanh(z.numpy(), out=z.numpy())
    return z


def tanh_backpropagate_(delta, a):
    """g'(z) = 1 - a²."""
    return torch.ops.aten.tanh_backward.grad_input(delta, a, grad_input=delta)


def relu_backpropagate_(delta, a):
    """g'(z) = 1 where a > 0, else 0."""
    return torch.ops.aten.threshold_backward.grad_input(delta, a, 0, grad_input=delta)


def softmax_(z):
    """g(z) = exp(z) / sum of exp(z) over the outputs."""
    return torch.softmax(z, dim=-2, out=z)


def softmax_backpropagate_(delta, a):
    """Jacobian diag(a) - a aᵀ."""
    delta -= (delta * a).sum(dim=-2, keepdim=True)
    return delta.mul_(a)


def exp_backpropagate_(delta, a):
    """g'(z) = a."""
    return delta.mul_(a)


LEAKY_RELU_SLOPE = 0.01


def leaky_relu_(z):
    """g(z) = z where z > 0, else 0.01 z."""
    return torch.nn.functional.leaky_relu_(z, LEAKY_RELU_SLOPE)


def leaky_relu_backpropagate_(delta, a):
    """g'(z) = 1 where a > 0, else 0.01."""
    return torch.ops.aten.leaky_relu_backward.grad_input(
        delta, a, LEAKY_RELU_SLOPE, True, grad_input=delta
    )


def elu_backpropagate_(delta, a):
    """g'(z) = 1 where a > 0, else a + 1."""
    return torch.ops.aten.elu_backward.grad_input(
        delta, 1.0, 1.0, 1.0, True, a, grad_input=delta
    )


def softplus_(z):
    """g(z) = ln(1 + exp(z)), without overflow."""
    return torch.logaddexp(z, torch.zeros_like(z), out=z)


def softplus_backpropagate_(delta, a):
    """g'(z) = 1 - exp(-a)."""
    return delta.mul_(torch.expm1(-a).neg_())


def gelu_(z):
    """g(z) = z Φ(z), with the distribution function Φ of the standard normal."""
    return z.copy_(torch.nn.functional.gelu(z))


def gelu_backpropagate_(delta, z):
    """g'(z) = Φ(z) + z φ(z)."""
    return torch.ops.aten.gelu_backward.grad_input(delta, z, grad_input=delta)


def silu_(z):
    """g(z) = z σ(z)."""
    return torch.nn.functional.silu(z, inplace=True)


def silu_backpropagate_(delta, z):
    """g'(z) = σ(z) (1 + z (1 - σ(z)))."""
    return torch.ops.aten.silu_backward.grad_input(delta, z, grad_input=delta)


ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation(
            "identity",
            identity_,
            identity_backpropagate_,
            formula=r"z",
            derivative_formula=r"1",
            range=r"(-\infty, \infty)",
            operator=r"\mathrm{id}",
        ),
        Activation(
            "logistic",
            torch.sigmoid_,
            logistic_backpropagate_,
            formula=r"\frac{1}{1 + e^{-z}}",
            derivative_formula=r"g(z)\,(1 - g(z))",
            range=r"(0, 1)",
            operator=r"\sigma",
        ),
        Activation(
            "tanh",
            tanh_,
            tanh_backpropagate_,
            formula=r"\frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}",
            derivative_formula=r"1 - g(z)^2",
            range=r"(-1, 1)",
            operator=r"\tanh",
        ),
        Activation(
            "relu",
            torch.relu_,
            relu_backpropagate_,
            formula=r"\max(0, z)",
            derivative_formula=r"1 \text{ if } z > 0 \text{ else } 0",
            range=r"[0, \infty)",
            operator=r"\mathrm{relu}",
        ),
        Activation(
            "leaky_relu",
            leaky_relu_,
            leaky_relu_backpropagate_,
            formula=r"\max(0.01\,z, z)",
            derivative_formula=r"1 \text{ if } z > 0 \text{ else } 0.01",
            range=r"(-\infty, \infty)",
            operator=r"\mathrm{leaky\_relu}",
        ),
        Activation(
            "elu",
            torch.nn.functional.elu_,
            elu_backpropagate_,
            formula=r"z \text{ if } z > 0 \text{ else } e^{z} - 1",
            derivative_formula=r"1 \text{ if } z > 0 \text{ else } e^{z}",
            range=r"(-1, \infty)",
            operator=r"\mathrm{elu}",
        ),
        Activation(
            "gelu",
            gelu_,
            gelu_backpropagate_,
            formula=r"z\,\Phi(z)",
            derivative_formula=r"\Phi(z) + z\,\varphi(z)",
            range=r"[-0.17, \infty)",
            operator=r"\mathrm{gelu}",
            needs_input=True,
        ),
        Activation(
            "silu",
            silu_,
            silu_backpropagate_,
            formula=r"z\,\sigma(z)",
            derivative_formula=r"\sigma(z)\,(1 + z\,(1 - \sigma(z)))",
            range=r"[-0.28, \infty)",
            operator=r"\mathrm{silu}",
            needs_input=True,
        ),
        Activation(
            "softplus",
            softplus_,
            softplus_backpropagate_,
            formula=r"\ln(1 + e^{z})",
            derivative_formula=r"\sigma(z)",
            range=r"(0, \infty)",
            operator=r"\mathrm{softplus}",
        ),
        Activation(
            "softmax",
            softmax_,
            softmax_backpropagate_,
            formula=r"\frac{e^{z_i}}{\sum_j e^{z_j}}",
            derivative_formula=r"g_i(z)\,(\mathbb{1}_{i = j} - g_j(z))",
            range=r"(0, 1)",
            operator=r"\mathrm{softmax}",
        ),
        Activation(
            "exp",
            torch.exp_,
            exp_backpropagate_,
            formula=r"e^{z}",
            derivative_formula=r"e^{z}",
            range=r"(0, \infty)",
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
    """Evaluate an activation and its derivative on numbers.

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
    derivatives : ndarray of the shape of z
        g'(z), which is what the backward rule makes of a gradient of ones.
    """
    activation = ACTIVATIONS[name]
    z = torch.tensor(z, dtype=torch.float64)
    a = activation.function_(z.clone())
    known = z if activation.needs_input else a
    derivative = activation.backpropagate_(torch.ones_like(a), known)
    return a.numpy(), derivative.numpy()
