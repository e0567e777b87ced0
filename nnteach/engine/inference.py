"""A single fitted network: its outputs and its hidden layers as arrays."""

import math
from threading import Event

import numpy as np
import torch

from nnteach.engine.machine.device import tensor_on
from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.machine.products import pick_products
from nnteach.engine.machine.threads import run_in_threads, torch_threads
from nnteach.engine.network.activations import ACTIVATIONS
from nnteach.engine.samples.samples import parts

NEVER = Event()  # nobody sets it


def compute_outputs(architecture, coefs, intercepts, samples):
    """Outputs of the network, an ndarray of shape (n_samples, n_outputs)."""
    outputs = np.empty((samples.X.shape[0], architecture.n_outputs), coefs[0].dtype)

    def keep(part, A):
        outputs[part] = A[-1][0].T.cpu().numpy()

    _go_forward(architecture, coefs, intercepts, samples, keep)
    return outputs


def compute_hidden_activations(architecture, coefs, intercepts, samples):
    """Activations of the hidden layers, ndarrays of shape (n_samples, n_neurons)."""
    hidden = [
        np.empty((samples.X.shape[0], width), coefs[0].dtype)
        for width in architecture.layer_sizes[1:-1]
    ]

    def keep(part, A):
        for activations, of_part in zip(hidden, A[:-1], strict=True):
            activations[part] = of_part[0].T.cpu().numpy()

    _go_forward(architecture, coefs, intercepts, samples, keep)
    return hidden


def _go_forward(architecture, coefs, intercepts, samples, keep):
    """Call ``keep(part, A)`` for all parts of the samples, A being what they give.

    The layers lie on the memory of the arrays: to copy them into a stack would take
    longer than a small prediction does.
    """
    layers = [
        (
            ACTIVATIONS[name],
            tensor_on(coef.T[np.newaxis], samples.device),
            tensor_on(intercept[np.newaxis, :, np.newaxis], samples.device),
        )
        for name, coef, intercept in zip(
            architecture.activations, coefs, intercepts, strict=True
        )
    ]

    n_samples = samples.X.shape[0]
    n_multiplications = n_samples * samples.multiplications_per_sample(architecture)
    is_long = n_multiplications >= LIMITS.multiplications_for_new_threads

    def go_forward(rows, stop):
        with torch.inference_mode():
            for part, X in samples.in_order(architecture, rows):
                if stop.is_set():
                    return
                keep(part, _forward(layers, X))

    if samples.device == "cpu" and is_long:
        share = math.ceil(n_samples / torch.get_num_threads())
        run_in_threads(go_forward, parts(slice(0, n_samples), share))
    else:
        with torch_threads(n_multiplications):
            go_forward(slice(0, n_samples), NEVER)


def _forward(layers, X):
    """Activations of every layer after the input, of shape (1, n_neurons, n)."""
    A = [X]
    for g, W, b in layers:
        affine, _ = pick_products(W.numel() * X.shape[2], W, A[-1].is_sparse)
        Z = affine(b, W, A[-1], out=W.new_empty((*b.shape[:2], X.shape[2])))
        A.append(g.forward_(Z))
    return A[1:]
