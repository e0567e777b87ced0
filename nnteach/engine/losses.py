"""Losses: each one's value per sample, and its gradient at the network's output."""

from collections.abc import Callable
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Loss:
    """A loss that compares outputs a = g(z) with targets y.

    Attributes
    ----------
    name : str
        scikit-learn's name.
    sample_losses : callable
        ``sample_losses(a, y)`` of tensors of shape (..., n_samples, n_outputs) gives
        the loss of each sample, of shape (..., n_samples), as scikit-learn reports
        it: squared error is averaged over the outputs, the others are summed.
    gradient_ : callable
        ``gradient_(residual, a, y)`` turns the tensor residual = a - y into the
        gradient of the loss, summed over the outputs, with respect to a.
    canonical_activation : str
        The output activation for which the gradient with respect to z is a - y.
    averages_outputs : bool
        Whether the value is a mean over the outputs rather than a sum.
    """

    name: str
    sample_losses: Callable
    gradient_: Callable
    canonical_activation: str
    averages_outputs: bool = False

    def delta(self, a, y, activation, out=None):
        """Gradient of the loss, summed over the outputs, with respect to z.

        The output activation that belongs to a loss cancels against it, and what is
        left is a - y (Bishop, Pattern Recognition and Machine Learning, 2006,
        section 4.3.6); any other goes through the chain rule.
        """
        residual = torch.sub(a, y, out=out)
        if activation.name == self.canonical_activation:
            return residual
        return activation.backpropagate_(self.gradient_(residual, a, y), a)


def squared_error(a, y):
    """Half the squared error, averaged over the outputs."""
    return (a - y).square_().mean(dim=-1) / 2


def squared_error_gradient_(residual, a, y):
    """dE/da = a - y."""
    return residual


def log_loss(a, y):
    """Cross-entropy of one-hot targets and class probabilities, in nats."""
    return -torch.xlogy(y, _inside_unit_interval(a)).sum(dim=-1)


def log_loss_gradient_(residual, a, y):
    """dE/da = -y / a."""
    return residual.copy_(-y / _inside_unit_interval(a))


def binary_log_loss(a, y):
    """Cross-entropy of independent yes-or-no targets, summed over them, in nats."""
    a = _inside_unit_interval(a)
    return -(torch.xlogy(y, a) + torch.xlogy(1 - y, 1 - a)).sum(dim=-1)


def binary_log_loss_gradient_(residual, a, y):
    """dE/da = (a - y) / (a (1 - a))."""
    a = _inside_unit_interval(a)
    return residual.div_(a * (1 - a))


def poisson(a, y):
    """Half the Poisson deviance, summed over the outputs."""
    return (torch.xlogy(y, y / a) - y + a).sum(dim=-1)


def poisson_gradient_(residual, a, y):
    """dE/da = (a - y) / a."""
    return residual.div_(a)


def _inside_unit_interval(probability):
    """Keep probabilities far enough from 0 and 1 for a finite logarithm."""
    epsilon = torch.finfo(probability.dtype).eps
    return probability.clamp(epsilon, 1 - epsilon)


LOSSES = {
    loss.name: loss
    for loss in (
        Loss("squared_error", squared_error, squared_error_gradient_, "identity", True),
        Loss("log_loss", log_loss, log_loss_gradient_, "softmax"),
        Loss("binary_log_loss", binary_log_loss, binary_log_loss_gradient_, "logistic"),
        Loss("poisson", poisson, poisson_gradient_, "exp"),
    )
}
