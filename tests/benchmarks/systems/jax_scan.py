"""JAX as an expert would write it: the whole training is one compiled scan."""

from functools import partial
from itertools import pairwise
from time import perf_counter

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random

from works import BETA_1, BETA_2, EPSILON, LEARNING_RATE, load_data

ACTIVATIONS = {"relu": jax.nn.relu, "logistic": jax.nn.sigmoid}


class Trainer:
    """Epochs and batches scanned, networks of different seeds under ``vmap``."""

    gives_logits = True

    def __init__(self, work):
        self.work = work
        X, y = load_data(work.data, work.n_samples, "float32")
        self.X, self.y = jnp.asarray(X), jnp.asarray(y)
        self.keys = random.split(random.key(0), work.n_networks)
        self.generator = np.random.default_rng(0)
        train = jax.vmap(partial(train_network, work), in_axes=(0, 0, None, None))
        arguments = self.keys, self.draw_orders(), self.X, self.y
        start = perf_counter()
        self.compiled = jax.jit(train).lower(*arguments).compile()
        self.compile_seconds = perf_counter() - start
        self.forward = jax.jit(partial(forward, work))

    def train(self):
        """Train networks of fresh weights."""
        networks = self.compiled(self.keys, self.draw_orders(), self.X, self.y)
        self.networks = jax.block_until_ready(networks)

    def draw_orders(self):
        """Orders of the samples, of shape (networks, epochs, samples).

        On a CPU, JAX's own permutation takes far longer than NumPy's.
        """
        order = np.arange(self.work.n_samples, dtype=np.int32)
        orders = np.tile(order, (self.work.n_networks, self.work.epochs, 1))
        return jnp.asarray(self.generator.permuted(orders, axis=-1, out=orders))

    def network(self, index):
        """The parameters of one of the networks."""
        return jax.tree.map(lambda array: array[index], self.networks)

    def predict(self, X):
        """Labels of the two classes."""
        return np.asarray(self.forward(self.network(0), X)[:, 0] > 0)

    def outputs(self, X):
        """Outputs of each network before the last activation."""
        return [
            np.asarray(self.forward(self.network(index), X))
            for index in range(self.work.n_networks)
        ]


def train_network(work, key, orders, X, y):
    """Draw weights, make ``work.epochs`` passes in batches, return the parameters."""
    n_batches = -(-work.n_samples // work.batch_size)
    padding = n_batches * work.batch_size - work.n_samples
    # the last batch may be smaller: it is filled up with rows of weight zero
    weight = jnp.pad(jnp.ones(work.n_samples), (0, padding))
    weight = weight.reshape(n_batches, work.batch_size)
    network = draw_network(work, key)
    zeros = jax.tree.map(jnp.zeros_like, network)

    def step(state, batch):
        network, mean, square, t = state
        rows, weight = batch
        gradient = jax.grad(partial(mean_loss, work))(network, X[rows], y[rows], weight)
        t += 1
        mean = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, mean, gradient)
        square = jax.tree.map(
            lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, square, gradient
        )
        rate = LEARNING_RATE * jnp.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
        network = jax.tree.map(
            lambda p, m, v: p - rate * m / (jnp.sqrt(v) + EPSILON),
            network,
            mean,
            square,
        )
        return (network, mean, square, t), None

    def epoch(state, order):
        order = jnp.pad(order, (0, padding))
        batches = order.reshape(n_batches, work.batch_size), weight
        return lax.scan(step, state, batches)

    state = (network, zeros, zeros, 0.0)
    (network, *_), _ = lax.scan(epoch, state, orders)
    return network


def draw_network(work, key):
    """Glorot's weights and biases of zero, layer by layer."""
    sizes = list(pairwise(work.layer_sizes))
    glorot = jax.nn.initializers.glorot_uniform()
    return [
        (glorot(key, size), jnp.zeros(size[1]))
        for key, size in zip(random.split(key, len(sizes)), sizes, strict=True)
    ]


def forward(work, network, X):
    """Outputs of the network before the last activation."""
    *hidden, (W, b) = network
    for W_hidden, b_hidden in hidden:
        X = ACTIVATIONS[work.activation](X @ W_hidden + b_hidden)
    return X @ W + b


def mean_loss(work, network, X, y, weight):
    """Mean of the losses over the rows that have a weight."""
    z = forward(work, network, X)
    if work.loss == "binary":
        losses = jax.nn.softplus(z[:, 0]) - y * z[:, 0]
    elif work.loss == "multiclass":
        losses = -jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], axis=1)[:, 0]
    else:
        losses = (z[:, 0] - y) ** 2
    return (losses * weight).sum() / weight.sum()
