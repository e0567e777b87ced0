"""A single fitted network: its outputs and its hidden layers as arrays."""

import math
from threading import Event

import numpy as np
import torch

from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.machine.threads import run_in_threads, torch_threads
from nnteach.engine.network.stack import NetworkStack
from nnteach.engine.samples.samples import parts


def compute_outputs(architecture, parameters, samples):
    """Outputs of the network, an ndarray of shape (n_samples, n_outputs)."""
    outputs = np.empty((samples.X.shape[0], architecture.n_outputs), parameters.dtype)

    def keep(part, layers):
        outputs[part] = layers[-1].A[0].T.cpu().numpy()

    _go_forward(architecture, parameters, samples, keep)
    return outputs


def compute_hidden_activations(architecture, parameters, samples):
    """Activations of the hidden layers, ndarrays of shape (n_samples, n_neurons)."""
    hidden = [
        np.empty((samples.X.shape[0], width), parameters.dtype)
        for width in architecture.layer_sizes[1:-1]
    ]

    def keep(part, layers):
        for activations, layer in zip(hidden, layers[:-1], strict=True):
            activations[part] = layer.A[0].T.cpu().numpy()

    _go_forward(architecture, parameters, samples, keep)
    return hidden


def _go_forward(architecture, parameters, samples, keep):
    """Call ``keep(part, layers)`` for all parts of the samples."""

    def go_forward(rows, stop):
        # threads write their hidden layers into stacks of their own
        stack = NetworkStack.of_one(
            architecture,
            parameters,
            samples.device,
        )
        for part, X in samples.in_order(architecture, rows):
            if stop.is_set():
                return
            stack.forward(X)
            keep(part, stack.layers)

    n_samples = samples.X.shape[0]
    n_multiplications = n_samples * samples.multiplications_per_sample(architecture)
    is_long = n_multiplications >= LIMITS.multiplications_for_new_threads
    if samples.device == "cpu" and is_long:
        share = math.ceil(n_samples / torch.get_num_threads())
        run_in_threads(go_forward, parts(slice(0, n_samples), share))
    else:
        with torch_threads(n_multiplications):
            go_forward(slice(0, n_samples), Event())
