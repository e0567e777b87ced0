"""Losses and their gradients as training computes them.

``name(A, Y)`` is the loss of each sample, of shape (..., n_samples), from tensors of
shape (..., n_outputs, n_samples). ``name_gradient_(residual, A, Y)`` turns A - Y into
the gradient with respect to A.
"""

import torch


def squared_error(A, Y):
    """Half the squared error, averaged over the outputs."""
    return _average_outputs((A - Y).square_()) / 2


def squared_error_gradient_(residual, A, Y):
    """Leave A - Y as it is."""
    return residual


def log_loss(A, Y):
    """Cross-entropy of one-hot targets: the logarithm of one probability a sample."""
    return -_inside_unit_interval((A * Y).sum(dim=-2)).log_()


def log_loss_gradient_(residual, A, Y):
    """Compute -Y / A."""
    return residual.copy_(-Y / _inside_unit_interval(A))


def binary_log_loss(A, Y):
    """Cross-entropy of independent yes-or-no targets, summed over them."""
    A = _inside_unit_interval(A)
    return -torch.lerp((1 - A).log_(), A.log(), Y).sum(dim=-2)


def binary_log_loss_gradient_(residual, A, Y):
    """Compute (A - Y) / (A (1 - A))."""
    A = _inside_unit_interval(A)
    return residual.div_(A * (1 - A))


def poisson(A, Y):
    """Half the Poisson deviance, summed over the outputs."""
    # where Y is 0 so is the first term, even if A has underflowed to 0 and Y / A is NaN
    ratio = (Y / A).masked_fill_(Y == 0, 1)
    return (torch.xlogy(Y, ratio) - Y + A).sum(dim=-2)


def poisson_gradient_(residual, A, Y):
    """Compute (A - Y) / A, which is 1 for Y = 0 however small A is."""
    return residual.div_(A).masked_fill_((Y == 0) & (A == 0), 1)


def absolute_error(A, Y):
    """Absolute error, averaged over the outputs."""
    return _average_outputs((A - Y).abs_())


def absolute_error_gradient_(residual, A, Y):
    """Take the sign of A - Y."""
    return residual.sign_()


def huber(A, Y, delta):
    """Huber's loss, averaged over the outputs."""
    size = (A - Y).abs_()
    inside = size.clamp(max=delta)
    return _average_outputs(inside * (size - inside / 2))


def huber_gradient_(residual, A, Y, delta):
    """Cut A - Y off at ±delta."""
    return residual.clamp_(-delta, delta)


def pinball(A, Y, quantile):
    """Pinball loss, averaged over the outputs."""
    residual = A - Y
    return _average_outputs(
        torch.maximum((1 - quantile) * residual, -quantile * residual)
    )


def pinball_gradient_(residual, A, Y, quantile):
    """Put 1 - quantile for what is positive, -quantile for what is negative."""
    return residual.sign_().add_(1 - 2 * quantile).div_(2)


def _average_outputs(losses):
    # torch takes its time over the mean of a single number
    return losses[..., 0, :] if losses.shape[-2] == 1 else losses.mean(dim=-2)


def _inside_unit_interval(probability):
    """Keep probabilities far enough from 0 and 1 for a finite logarithm."""
    epsilon = torch.finfo(probability.dtype).eps
    return probability.clamp(epsilon, 1 - epsilon)
