"""A single fitted network: its outputs, hidden layers, loss and gradient as arrays."""

import torch

from nnteach.engine.data import evaluate
from nnteach.engine.network import NetworkStack


def compute_outputs(architecture, parameters, samples):
    """Outputs of the network, an ndarray of shape (n_samples, n_outputs)."""
    stack = stack_of_one(architecture, parameters, samples.device)
    return evaluate(stack, samples, _all_rows(samples))[0].cpu().numpy()


def compute_hidden_activations(architecture, parameters, samples):
    """Activations of the hidden layers, ndarrays of shape (n_samples, n_neurons)."""
    stack = stack_of_one(architecture, parameters, samples.device)
    activations = stack.forward(samples.inputs(_all_rows(samples)))
    return [activation[0].cpu().numpy() for activation in activations[1:-1]]


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
    activations = stack.forward(samples.inputs(rows))
    targets = samples.targets(rows)
    weight = samples.weights(rows)
    if weight is None:
        weight = torch.ones_like(targets[..., 0])
    total = weight.sum()
    share = weight / total
    losses = stack.loss.sample_losses(activations[-1], targets)
    value = (share * losses).sum() + alpha / 2 * stack.squared_weights()[0, 0] / total
    # the backward pass differentiates the sum over the outputs
    n_averaged = architecture.n_outputs if stack.loss.averages_outputs else 1
    penalty = (alpha / total).view(1, 1)
    stack.backward(activations, targets, share[..., None] / n_averaged, penalty)
    return float(value), stack.gradients[0].cpu().numpy()


def stack_of_one(architecture, parameters, device, loss=None):
    """The NetworkStack of a single network."""
    parameters = torch.from_numpy(parameters[None]).to(device)
    return NetworkStack(architecture, parameters, loss)


def _all_rows(samples):
    return torch.arange(samples.X.shape[0])[None]
