"""A single fitted network: its outputs, hidden layers, loss and gradient as arrays."""

import numpy as np
import torch

from nnteach.engine.data import evaluate, parts
from nnteach.engine.network import NetworkStack

# 64 MiB in float64
ACTIVATIONS_PER_CHUNK = 2**23


def compute_outputs(architecture, parameters, samples):
    """Outputs of the network, an ndarray of shape (n_samples, n_outputs)."""
    stack = stack_of_one(architecture, parameters, samples.device)
    return evaluate(stack, samples, _all_rows(samples))[0].cpu().numpy()


def compute_hidden_activations(architecture, parameters, samples):
    """Activations of the hidden layers, ndarrays of shape (n_samples, n_neurons)."""
    stack = stack_of_one(architecture, parameters, samples.device)
    chunks = []
    rows = _all_rows(samples)
    for part in parts(rows.shape[1], _chunk(architecture)):
        hidden = stack.forward(samples.inputs(rows[:, part]))[1:-1]
        chunks.append([activation[0].cpu().numpy().copy() for activation in hidden])
    return [np.concatenate(layer) for layer in zip(*chunks, strict=True)]


def compute_loss_and_gradient(architecture, parameters, loss, samples, alpha):
    """The objective of training, as scikit-learn reports it, and its exact gradient.

    Parameters
    ----------
    architecture : Architecture
    parameters : ndarray of shape (P,)
    loss : Loss
    samples : Samples
    alpha : float
        Strength of the L2 penalty.

    Returns
    -------
    loss : float
    gradient : ndarray of shape (P,)
    """
    stack = stack_of_one(architecture, parameters, samples.device, loss)
    rows = _all_rows(samples)
    targets = samples.targets(rows)
    weight = samples.weights(rows)
    if weight is None:
        weight = torch.ones_like(targets[..., 0])
    total = weight.sum()
    share = weight / total
    # the backward pass differentiates the sum over the outputs
    n_averaged = architecture.n_outputs if stack.loss.averages_outputs else 1
    # the penalty comes with the first chunk
    penalty = (alpha / total).view(1, 1)
    value = penalty[0, 0] / 2 * stack.squared_weights()[0, 0]
    gradient = torch.zeros_like(stack.gradients)
    for batch in parts(rows.shape[1], _chunk(architecture)):
        activations = stack.forward(samples.inputs(rows[:, batch]))
        losses = stack.loss.sample_losses(activations[-1], targets[:, batch])
        value += (share[:, batch] * losses).sum()
        scale = share[:, batch, None] / n_averaged
        stack.backward(activations, targets[:, batch], scale, penalty)
        gradient += stack.gradients
        penalty = torch.zeros_like(penalty)
    return float(value), gradient[0].cpu().numpy()


def stack_of_one(architecture, parameters, device, loss=None):
    """The NetworkStack of a single network."""
    parameters = torch.from_numpy(parameters[None]).to(device)
    return NetworkStack(architecture, parameters, loss)


def _chunk(architecture):
    """So many samples that sparse ones, made dense, take bounded memory."""
    return max(1, ACTIVATIONS_PER_CHUNK // max(architecture.layer_sizes))


def _all_rows(samples):
    return torch.arange(samples.X.shape[0])[None]
