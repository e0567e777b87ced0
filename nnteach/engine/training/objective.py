"""The objective of training over all samples, and its exact gradient."""

import numpy as np
import torch

from nnteach.engine.machine.threads import torch_threads
from nnteach.engine.network.stack import NetworkStack
from nnteach.engine.samples.samples import chunk_size


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
        share = weight / weight.sum()
        # the backward pass differentiates the sum over the outputs
        n_averaged = architecture.n_outputs if loss.averages_outputs else 1
        self.share, self.scale = share, share[:, None] / n_averaged
        self.penalty = (alpha / weight.sum()).view(1, 1)
        self.half_penalty = self.penalty[0, 0] / 2
        # of few samples there is one part, which is made once and for all evaluations
        is_small = self.rows.stop <= chunk_size(samples, architecture)
        self.only_part = list(self._cut()) if is_small else None
        self.n_multiplications = self.rows.stop * samples.multiplications_per_sample(
            architecture
        )

    def __call__(self, parameters):
        """Compute the value, a float, and the gradient, an ndarray of shape (P,)."""
        with torch_threads(self.n_multiplications):
            return self._evaluate(parameters)

    def _cut(self):
        """Yield for all parts of the samples X, Y, their shares and their scales."""
        for part, X in self.samples.in_order(self.stack.architecture, self.rows):
            yield X, self.targets[..., part], self.share[:, part], self.scale[..., part]

    def _evaluate(self, parameters):
        stack = self.stack
        stack.parameters.copy_(torch.from_numpy(parameters))
        value = self.half_penalty * stack.squared_weights()[0, 0]
        # the penalty comes with the first part
        gradient, penalty = 0, self.penalty
        for X, Y, share, scale in self.only_part or self._cut():
            losses = stack.loss.sample_losses(stack.forward(X), Y)
            value = value + (share * losses).sum()
            stack.backward(Y, scale, penalty)
            gradient, penalty = gradient + stack.gradients, None
        return float(value), gradient[0].cpu().numpy()
