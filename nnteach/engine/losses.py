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
        scikit-learn's name where it has one.
    value : callable
        ``value(a, y)`` of tensors of shape (..., n_outputs, n_samples) gives the loss
        of each sample, of shape (..., n_samples), as scikit-learn reports it: a mean
        over the outputs in regression, a sum over them otherwise.
    gradient_ : callable
        ``gradient_(residual, a, y)`` turns the tensor residual = a - y into the
        gradient of the loss, summed over the outputs, with respect to a.
    canonical_activation : str or None
        The output activation for which the gradient with respect to z is a - y.
    averages_outputs : bool
        Whether the value is a mean over the outputs rather than a sum.
    parameter : float or None
        A further argument of ``value`` and ``gradient_``, if the loss has one.
    """

    name: str
    value: Callable
    gradient_: Callable
    canonical_activation: str | None = None
    averages_outputs: bool = False
    parameter: float | None = None

    def sample_losses(self, a, y):
        """Loss of each sample, of shape (..., n_samples)."""
        return self.value(a, y, *self._further_arguments)

    def delta(self, a, y, activation, known, out=None):
        """Gradient of the loss, summed over the outputs, with respect to z.

        The output activation that belongs to a loss cancels against it, and what is
        left is a - y (Bishop, Pattern Recognition and Machine Learning, 2006,
        section 4.3.6); any other goes through the chain rule, for which ``known`` is
        what the activation's backward rule asks for.
        """
        residual = torch.sub(a, y, out=out)
        if activation.name == self.canonical_activation:
            return residual
        gradient = self.gradient_(residual, a, y, *self._further_arguments)
        return activation.backpropagate_(gradient, known)

    @property
    def _further_arguments(self):
        return () if self.parameter is None else (self.parameter,)


def squared_error(a, y):
    """Half the squared error, averaged over the outputs."""
    return _average_outputs((a - y).square_()) / 2


def squared_error_gradient_(residual, a, y):
    """dE/da = a - y."""
    return residual


def log_loss(a, y):
    """Cross-entropy of one-hot targets and class probabilities, in nats."""
    return -_inside_unit_interval((a * y).sum(dim=-2)).log_()


def log_loss_gradient_(residual, a, y):
    """dE/da = -y / a."""
    return residual.copy_(-y / _inside_unit_interval(a))


def binary_log_loss(a, y):
    """Cross-entropy of independent yes-or-no targets, summed over them, in nats."""
    a = _inside_unit_interval(a)
    return -torch.lerp((1 - a).log_(), a.log(), y).sum(dim=-2)


def binary_log_loss_gradient_(residual, a, y):
    """dE/da = (a - y) / (a (1 - a))."""
    a = _inside_unit_interval(a)
    return residual.div_(a * (1 - a))


def poisson(a, y):
    """Half the Poisson deviance, summed over the outputs."""
    return (torch.xlogy(y, y / a) - y + a).sum(dim=-2)


def poisson_gradient_(residual, a, y):
    """dE/da = (a - y) / a."""
    return residual.div_(a)


def absolute_error(a, y):
    """Absolute error, averaged over the outputs."""
    return _average_outputs((a - y).abs_())


def absolute_error_gradient_(residual, a, y):
    """dE/da = sign(a - y)."""
    return residual.sign_()


def huber(a, y, delta):
    """Half the squared error up to delta, from there on a straight line."""
    size = (a - y).abs_()
    inside = size.clamp(max=delta)
    return _average_outputs(inside * (size - inside / 2))


def huber_gradient_(residual, a, y, delta):
    """dE/da = a - y, cut off at ±delta."""
    return residual.clamp_(-delta, delta)


def pinball(a, y, quantile):
    """Pinball loss, which the quantile of y makes smallest; a mean over the outputs."""
    residual = a - y
    return _average_outputs(
        torch.maximum((1 - quantile) * residual, -quantile * residual)
    )


def pinball_gradient_(residual, a, y, quantile):
    """dE/da = 1 - quantile where a > y, -quantile where a < y."""
    return residual.sign_().add_(1 - 2 * quantile).div_(2)


def _average_outputs(losses):
    # torch takes its time over the mean of a single number
    return losses[..., 0, :] if losses.shape[-2] == 1 else losses.mean(dim=-2)


def _inside_unit_interval(probability):
    """Keep probabilities far enough from 0 and 1 for a finite logarithm."""
    epsilon = torch.finfo(probability.dtype).eps
    return probability.clamp(epsilon, 1 - epsilon)


LOSSES = {
    loss.name: loss
    for loss in (
        Loss(
            "squared_error",
            squared_error,
            squared_error_gradient_,
            canonical_activation="identity",
            averages_outputs=True,
        ),
        Loss(
            "absolute_error",
            absolute_error,
            absolute_error_gradient_,
            averages_outputs=True,
        ),
        Loss("huber", huber, huber_gradient_, averages_outputs=True, parameter=1.0),
        Loss(
            "quantile", pinball, pinball_gradient_, averages_outputs=True, parameter=0.5
        ),
        Loss("poisson", poisson, poisson_gradient_, canonical_activation="exp"),
        Loss("log_loss", log_loss, log_loss_gradient_, canonical_activation="softmax"),
        Loss(
            "binary_log_loss",
            binary_log_loss,
            binary_log_loss_gradient_,
            canonical_activation="logistic",
        ),
    )
}
