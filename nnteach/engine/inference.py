"""A single fitted network: its outputs, hidden layers, loss and gradient as arrays."""

import math
from threading import Event

import numpy as np
import torch

from nnteach.engine.data import parts
from nnteach.engine.network import NetworkStack
from nnteach.engine.threads import run_in_threads, torch_threads

# new threads take a while to start, so that fewer multiplications are over before
MULTIPLICATIONS_FOR_NEW_THREADS = 2**29


def compute_outputs(architecture, parameters, samples):
    """Outputs of the network, an ndarray of shape (n_samples, n_outputs)."""
    outputs = np.empty((samples.X.shape[0], architecture.n_outputs), parameters.dtype)

    def keep(part, activations):
        outputs[part] = activations[-1][0].T.cpu().numpy()

    _go_forward(architecture, parameters, samples, keep)
    return outputs


def compute_hidden_activations(architecture, parameters, samples):
    """Activations of the hidden layers, ndarrays of shape (n_samples, n_neurons)."""
    hidden = [
        np.empty((samples.X.shape[0], width), parameters.dtype)
        for width in architecture.layer_sizes[1:-1]
    ]

    def keep(part, activations):
        for layer, activation in zip(hidden, activations[1:-1], strict=True):
            layer[part] = activation[0].T.cpu().numpy()

    _go_forward(architecture, parameters, samples, keep)
    return hidden


def _go_forward(architecture, parameters, samples, keep):
    """Call ``keep(part, activations)`` for all parts of the samples."""

    def go_forward(rows, stop):
        # threads write their hidden layers into stacks of their own
        stack = stack_of_one(architecture, parameters, samples.device)
        for part, X in samples.in_order(architecture, rows):
            if stop.is_set():
                return
            keep(part, stack.forward(X))

    n_samples = samples.X.shape[0]
    n_multiplications = n_samples * samples.multiplications_per_sample(architecture)
    if samples.device == "cpu" and n_multiplications >= MULTIPLICATIONS_FOR_NEW_THREADS:
        share = math.ceil(n_samples / torch.get_num_threads())
        run_in_threads(go_forward, parts(slice(0, n_samples), share))
    else:
        with torch_threads(n_multiplications):
            go_forward(slice(0, n_samples), Event())


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
            activations = stack.forward(X)
            losses = stack.loss.sample_losses(activations[-1], targets)
            value += (share * losses).sum()
            scale = share[:, None] / n_averaged
            stack.backward(activations, targets, scale, penalty)
            gradient += stack.gradients
            penalty = None
        return float(value), gradient[0].cpu().numpy()


def stack_of_one(architecture, parameters, device, loss=None):
    """The NetworkStack of a single network."""
    parameters = torch.from_numpy(parameters[None]).to(device)
    return NetworkStack(architecture, parameters, loss)
