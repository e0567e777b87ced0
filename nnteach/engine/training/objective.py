"""The objective of training over all samples, and its exact gradient."""

import numpy as np
import torch

from nnteach.engine.machine.threads import torch_threads
from nnteach.engine.network.stack import NetworkStack


class Objective:
    """The objective of training as scikit-learn reports it, with its exact gradient.

    Parameters
    ----------
    architecture : Architecture
    loss : Loss
    samples : Samples
    alpha : float
        Strength of the L2 penalty.
    """

    def __init__(self, architecture, loss, samples, alpha):
        dtype = samples.X.dtype
        self.stack = NetworkStack.of_one(
            architecture,
            np.empty(architecture.n_parameters, dtype),
            samples.device,
            loss,
        )
        self.samples = samples
        self.rows = slice(0, samples.X.shape[0])
        rows = torch.arange(samples.X.shape[0])[None]
        self.targets = samples.targets(rows)
        weight = samples.weights(rows)
        if weight is None:
            weight = torch.ones_like(self.targets[:, 0])
        self.share = weight / weight.sum()
        self.penalty = (alpha / weight.sum()).view(1, 1)
        self.n_multiplications = self.rows.stop * samples.multiplications_per_sample(
            architecture
        )

    def __call__(self, parameters):
        """Compute the value, a float, and the gradient, an ndarray of shape (P,)."""
        with torch_threads(self.n_multiplications):
            return self._evaluate(parameters)

    def _evaluate(self, parameters):
        stack = self.stack
        stack.parameters.copy_(torch.from_numpy(parameters))
        # the backward pass differentiates the sum over the outputs
        averages = stack.loss.averages_outputs
        n_averaged = stack.architecture.n_outputs if averages else 1
        # the penalty comes with the first part
        penalty = self.penalty
        value = penalty[0, 0] / 2 * stack.squared_weights()[0, 0]
        gradient = torch.zeros_like(stack.gradients)
        for part, X in self.samples.in_order(stack.architecture, self.rows):
            targets, share = self.targets[..., part], self.share[:, part]
            losses = stack.loss.sample_losses(stack.forward(X), targets)
            value += (share * losses).sum()
            scale = share[:, None] / n_averaged
            stack.backward(targets, scale, penalty)
            gradient += stack.gradients
            penalty = None
        return float(value), gradient[0].cpu().numpy()
