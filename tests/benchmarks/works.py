"""What the systems are timed on: networks, data and settings, the same for all."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from math import ceil

import numpy as np
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
    make_moons,
)
from sklearn.preprocessing import scale

# scikit-learn's defaults of Adam; no system has a penalty on the weights
LEARNING_RATE = 1e-3
BETA_1 = 0.9
BETA_2 = 0.999
EPSILON = 1e-8


@dataclass(frozen=True)
class Work:
    """A training to be timed."""

    name: str
    data: str
    layer_sizes: tuple  # inputs and outputs included
    activation: str
    loss: str  # "binary", "multiclass" or "squared"
    n_samples: int
    batch_size: int
    epochs: int
    n_networks: int = 1
    solver: str = "adam"

    @property
    def n_steps(self):
        """Updates of one network."""
        return self.epochs * ceil(self.n_samples / self.batch_size)

    @property
    def n_parameters(self):
        """Weights and biases of one network."""
        sizes = self.layer_sizes
        return sum((a + 1) * b for a, b in pairwise(sizes))


MOONS = Work(
    name="moons",
    data="moons",
    layer_sizes=(2, 100, 25, 1),
    activation="relu",
    loss="binary",
    n_samples=1000,
    batch_size=64,
    epochs=100,
)
APPROXIMATION = Work(
    name="approximation",
    data="curve",
    layer_sizes=(1, 50, 1),
    activation="logistic",
    loss="squared",
    n_samples=10_000,
    batch_size=2000,
    epochs=400,
)
DIGITS = Work(
    name="digits",
    data="digits",
    layer_sizes=(64, 100, 10),
    activation="relu",
    loss="multiclass",
    n_samples=1797,
    batch_size=200,
    epochs=100,
)
LARGE = Work(
    name="large",
    data="teacher",
    layer_sizes=(784, 256, 128, 10),
    activation="relu",
    loss="multiclass",
    n_samples=60_000,
    batch_size=256,
    epochs=2,
)
SEEDS = 20
SINGLES = (MOONS, APPROXIMATION, DIGITS, LARGE)
STACKS = (
    replace(MOONS, name="moons-seeds", n_networks=SEEDS),
    replace(APPROXIMATION, name="approximation-seeds", n_networks=SEEDS, epochs=100),
)
SEARCH = replace(MOONS, name="search", epochs=20)
SEARCH_GRID = {
    "learning_rate_init": [0.0003, 0.001, 0.003, 0.01],
    "alpha": [0.0, 0.0001, 0.001, 0.01],
}
SEARCH_FOLDS = 5

# What is compared is the time of a step: slow systems make fewer of them.
FEWER_EPOCHS = {
    ("moons", "skorch"): 50,
    ("moons", "keras-torch"): 20,
    ("approximation", "skorch"): 100,
    ("approximation", "keras-torch"): 200,
    ("approximation", "keras-jax"): 200,
    ("digits", "skorch"): 50,
    ("digits", "keras-torch"): 20,
    ("moons-seeds", "scikit-learn"): 25,
    ("moons-seeds", "scikit-learn-float64"): 25,
    ("approximation-seeds", "scikit-learn"): 50,
    ("approximation-seeds", "scikit-learn-float64"): 50,
    ("approximation-seeds", "jax"): 50,
}

# long enough for a GPU to be filled
MANY = replace(MOONS, name="moons-1000", n_networks=1000, epochs=20)
ON_GPU = (*SINGLES, *STACKS, MANY)

PREDICTED_ROWS = (1, 10, 100, 1000, 1_000_000)
FEW_ROWS = (1, 10, 100, 1000)
STREAMED_ROWS = (1, 32, 200)


def small_work(name, data, n_samples, layer_sizes, loss, epochs, **others):
    """A training of the kind that learners and grids have: default network, few data.

    For "lbfgs" the epochs are iterations.
    """
    return Work(
        name=name,
        data=data,
        layer_sizes=layer_sizes,
        activation="relu",
        loss=loss,
        n_samples=n_samples,
        batch_size=min(200, n_samples),
        epochs=epochs,
        **others,
    )


IRIS = small_work("iris-20", "iris", 150, (4, 100, 3), "multiclass", 20)
MOONS_100 = small_work("moons-100", "moons", 100, (2, 100, 1), "binary", 200)
SMALL = (
    IRIS,
    replace(IRIS, name="iris-200", epochs=200),
    small_work("wine", "wine", 178, (13, 100, 3), "multiclass", 100),
    MOONS_100,
    small_work("diabetes", "diabetes", 442, (10, 100, 1), "squared", 100),
    small_work("cancer", "cancer", 569, (30, 100, 1), "binary", 50),
    replace(IRIS, name="iris-lbfgs", epochs=100, solver="lbfgs"),
    replace(
        MOONS_100,
        name="moons-100-lbfgs",
        layer_sizes=(2, 100, 100, 1),
        epochs=100,
        solver="lbfgs",
    ),
)

# Each quantity over two decades or more, all else as in the moons; so many epochs that
# what a fit costs once does not count.
EPOCHS_BY_SIZE = {
    "n_samples": {1000: 50, 3162: 20, 10_000: 10, 31_623: 5, 100_000: 3},
    "width": {10: 50, 32: 50, 100: 50, 316: 20, 1000: 5},
    "depth": {1: 50, 3: 50, 10: 20, 32: 10, 100: 10},
    "K": {1: 100, 3: 50, 10: 50, 32: 20, 100: 20, 316: 10, 1000: 10},
}


def moons_of_size(quantity, size):
    """The moons with a quantity of another size."""
    changes = {
        "n_samples": {"n_samples": size},
        "width": {"layer_sizes": (2, size, size, 1)},
        "depth": {"layer_sizes": (2, *[25] * size, 1)},
        "K": {"n_networks": size},
    }
    return replace(
        MOONS,
        name=f"{quantity}={size}",
        epochs=EPOCHS_BY_SIZE[quantity][size],
        **changes[quantity],
    )


GROWTH = {
    quantity: [moons_of_size(quantity, size) for size in sizes]
    for quantity, sizes in EPOCHS_BY_SIZE.items()
}


def work_for(work, system):
    """The work with the number of epochs that this system is given."""
    return replace(work, epochs=FEWER_EPOCHS.get((work.name, system), work.epochs))


@cache
def load_data(name, n_samples, dtype):
    """Return inputs of shape (n_samples, n_features) and targets (n_samples,)."""
    X, y = DATA[name](n_samples)
    X = np.ascontiguousarray(X, dtype=dtype)
    return X, y.astype(dtype) if y.dtype.kind == "f" else y.astype(np.int64)


def make_curve(n_samples):
    """A smooth function of one number, without noise."""
    x = np.linspace(0, 1, n_samples)
    return x[:, None], 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x)


def make_teacher(n_samples):
    """Normal inputs in the ten classes that a random linear map gives them."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_samples, 784), dtype=np.float32)
    return X, (X @ rng.standard_normal((784, 10), dtype=np.float32)).argmax(axis=1)


def make_digits(n_samples):
    """scikit-learn's digits, between 0 and 1."""
    X, y = load_digits(return_X_y=True)
    return X[:n_samples] / 16, y[:n_samples]


def scaled(load):
    """The first samples of a data set, each input with mean 0 and variance 1."""

    def samples(n_samples):
        X, y = load(return_X_y=True)
        return scale(X)[:n_samples], y[:n_samples]

    return samples


DATA = {
    "iris": scaled(load_iris),
    "wine": scaled(load_wine),
    "diabetes": scaled(load_diabetes),
    "cancer": scaled(load_breast_cancer),
    "moons": lambda n_samples: make_moons(n_samples, noise=0.2, random_state=0),
    "curve": make_curve,
    "digits": make_digits,
    "teacher": make_teacher,
}
