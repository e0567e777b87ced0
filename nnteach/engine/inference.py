"""A single fitted network: its outputs, hidden layers, loss and gradient as arrays."""

import numpy as np
import torch

from nnteach.engine.network import NetworkStack


def compute_outputs(architecture, parameters, samples):
    """Outputs of the network, an ndarray of shape (n_samples, n_outputs)."""
    stack = stack_of_one(architecture, parameters, samples.device)
    shape = (1, samples.X.shape[0], architecture.n_outputs)
    outputs = stack.parameters.new_empty(shape)
    for part, X in samples.in_order(architecture):
        stack.forward(X, out=outputs[:, part])
    return outputs[0].cpu().numpy()


def compute_hidden_activations(architecture, parameters, samples):
    """Activations of the hidden layers, ndarrays of shape (n_samples, n_neurons)."""
    stack = stack_of_one(architecture, parameters, samples.device)
    parts = []
    for _, X in samples.in_order(architecture):
        hidden = stack.forward(X)[1:-1]
        parts.append([activation[0].cpu().numpy().copy() for activation in hidden])
    return [np.concatenate(layer) for layer in zip(*parts, strict=True)]


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
        dtype = samples.y.dtype
        self.stack = stack_of_one(
            architecture, np.empty(architecture.n_parameters, dtype), samples.device, loss
        )
        self.parts = list(samples.in_order(architecture))
        rows = torch.arange(samples.X.shape[0])[None]
        self.targets = samples.targets(rows)
        weight = samples.weights(rows)
        if weight is None:
            weight = torch.ones_like(self.targets[..., 0])
        self.share = weight / weight.sum()
        self.penalty = (alpha / weight.sum()).view(1, 1)

    def __call__(self, parameters):
        """Compute the value, a float, and the gradient, both of shape (P,)."""
        stack = self.stack
        stack.parameters.copy_(torch.from_numpy(parameters))
        # the backward pass differentiates the sum over the outputs
        averages = stack.loss.averages_outputs
        n_averaged = stack.architecture.n_outputs if averages else 1
        # the penalty comes with the first part
        penalty = self.penalty
        value = penalty[0, 0] / 2 * stack.squared_weights()[0, 0]
        gradient = torch.zeros_like(stack.gradients)
        for part, X in self.parts:
            targets, share = self.targets[:, part], self.share[:, part]
            activations = stack.forward(X)
            losses = stack.loss.sample_losses(activations[-1], targets)
            value += (share * losses).sum()
            scale = share[..., None] / n_averaged
            stack.backward(activations, targets, scale, penalty)
            gradient += stack.gradients
            penalty = None
        return float(value), gradient[0].cpu().numpy()


def stack_of_one(architecture, parameters, device, loss=None):
    """The NetworkStack of a single network."""
    parameters = torch.from_numpy(parameters[None]).to(device)
    return NetworkStack(architecture, parameters, loss)

