"""Losses: each one's formula, its derivative, and their fast kernels.

``ell`` and ``gradient`` are the mathematics, for a single output; training runs the
kernels ``value`` and ``gradient_``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import log, xlogy

from nnteach.engine.machine import loss_kernels as kernels


@dataclass(frozen=True)
class Loss:
    """A loss that compares outputs A = g(Z) with targets Y.

    Attributes
    ----------
    name : str
        scikit-learn's name where it has one.
    ell : callable
        The formula: ``ell(A, Y)`` returns the loss of each output, entry by entry. A
        sample's loss is their mean, with ``averages_outputs``, or their sum.
    gradient : callable
        The derivative: ``gradient(A, Y)`` returns dE/dA, entry by entry, where E is the
        sum of ``ell`` over the outputs.
    value : callable
        The kernel of ``ell``: ``value(A, Y)`` of tensors of shape (..., n_outputs,
        n_samples) returns the loss of each sample, of shape (..., n_samples), as
        scikit-learn reports it.
    gradient_ : callable
        The kernel of ``gradient``: ``gradient_(residual, A, Y)`` replaces the tensor
        residual = A - Y by dE/dA.
    canonical_activation : str or None
        The output activation for which dE/dZ is A - Y.
    averages_outputs : bool
        Whether the value is a mean over the outputs rather than a sum.
    parameter : float or None
        A further argument of all four, if the loss has one.
    """

    name: str
    ell: Callable
    gradient: Callable
    value: Callable
    gradient_: Callable
    canonical_activation: str | None = None
    averages_outputs: bool = False
    parameter: float | None = None

    def sample_losses(self, A, Y):
        """Loss of each sample, of shape (..., n_samples)."""
        return self.value(A, Y, *self._further_arguments)

    def delta(self, A, Y, activation, kept, out=None):
        """Gradient of the loss, summed over the outputs, with respect to Z.

        The output activation that belongs to a loss cancels against it, and what is
        left is A - Y (Bishop, Pattern Recognition and Machine Learning, 2006,
        section 4.3.6); any other goes through the chain rule, for which ``kept`` is
        what the activation's backward rule asks for.
        """
        residual = torch.sub(A, Y, out=out)
        if activation.name == self.canonical_activation:
            return residual
        gradient = self.gradient_(residual, A, Y, *self._further_arguments)
        return activation.backward_(gradient, kept)

    @property
    def _further_arguments(self):
        return () if self.parameter is None else (self.parameter,)

    def __reduce__(self):
        # pickled as a function is: by its name
        return _loss, (self.name, self.parameter)


def _loss(name, parameter):
    return replace(LOSSES[name], parameter=parameter)


def huber(A, Y, delta):
    """Half the squared error up to delta, from there on a straight line."""
    size = (A - Y).abs()
    return torch.where(size <= delta, size**2 / 2, delta * (size - delta / 2))


def pinball(A, Y, quantile):
    """Pinball loss, which the quantile of Y makes smallest."""
    return torch.where(A > Y, (1 - quantile) * (A - Y), quantile * (Y - A))


def pinball_gradient(A, Y, quantile):
    """1 - quantile where A > Y, -quantile where A < Y, halfway between where A = Y."""
    return ((A - Y).sign() + 1) / 2 - quantile


LOSSES = {
    loss.name: loss
    for loss in (
        Loss(
            "squared_error",
            ell=lambda A, Y: (A - Y) ** 2 / 2,
            gradient=lambda A, Y: A - Y,
            value=kernels.squared_error,
            gradient_=kernels.squared_error_gradient_,
            canonical_activation="identity",
            averages_outputs=True,
        ),
        Loss(
            "absolute_error",
            ell=lambda A, Y: (A - Y).abs(),
            gradient=lambda A, Y: (A - Y).sign(),
            value=kernels.absolute_error,
            gradient_=kernels.absolute_error_gradient_,
            averages_outputs=True,
        ),
        Loss(
            "huber",
            ell=huber,
            gradient=lambda A, Y, delta: (A - Y).clamp(-delta, delta),
            value=kernels.huber,
            gradient_=kernels.huber_gradient_,
            averages_outputs=True,
            parameter=1.0,
        ),
        Loss(
            "quantile",
            ell=pinball,
            gradient=pinball_gradient,
            value=kernels.pinball,
            gradient_=kernels.pinball_gradient_,
            averages_outputs=True,
            parameter=0.5,
        ),
        Loss(
            "poisson",
            ell=lambda A, Y: xlogy(Y, Y) - xlogy(Y, A) - Y + A,
            gradient=lambda A, Y: 1 - Y / A,
            value=kernels.poisson,
            gradient_=kernels.poisson_gradient_,
            canonical_activation="exp",
        ),
        Loss(
            "log_loss",
            ell=lambda A, Y: -Y * log(A),
            gradient=lambda A, Y: -Y / A,
            value=kernels.log_loss,
            gradient_=kernels.log_loss_gradient_,
            canonical_activation="softmax",
        ),
        Loss(
            "binary_log_loss",
            ell=lambda A, Y: -Y * log(A) - (1 - Y) * log(1 - A),
            gradient=lambda A, Y: (A - Y) / (A * (1 - A)),
            value=kernels.binary_log_loss,
            gradient_=kernels.binary_log_loss_gradient_,
            canonical_activation="logistic",
        ),
    )
}
