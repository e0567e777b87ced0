"""What runs in the process of a system."""

import importlib
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache

import numpy as np
from joblib.externals.loky import get_reusable_executor
from scipy.special import expit, softmax
from sklearn.metrics import log_loss, mean_squared_error
from threadpoolctl import threadpool_info

from works import load_data

N_THREADS = 2
THREADS = {
    name: str(N_THREADS)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
}


def set_environment(variables):
    """Set environment variables before any system is imported."""
    os.environ.update(variables)


class Worker:
    """A process that stays, so that nothing is imported or compiled in a timing."""

    def __init__(self, environment=None):
        self.executor = ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=set_environment,
            initargs=({**THREADS, **(environment or {})},),
        )

    def call(self, function, *arguments):
        """Run a function of a module in the process and return what it returns."""
        return self.executor.submit(function, *arguments).result()

    def close(self):
        """End the process, and those of joblib that it may have started."""
        self.call(end_joblib_processes)
        self.executor.shutdown()


def end_joblib_processes():
    """End them now: left alone, they wait for minutes for more to do."""
    get_reusable_executor().shutdown(wait=True)


trainers = {}


def prepare(system, work):
    """Make a trainer and train once to warm up; return what is known from it."""
    module = importlib.import_module(system.module)
    trainers[work.name] = trainer = module.Trainer(work, **system.options)
    train(work.name)
    n_threads = {pool["num_threads"] for pool in threadpool_info()}
    assert n_threads <= {N_THREADS}, n_threads
    compiled = getattr(trainer, "compile_seconds", None)
    return {} if compiled is None else {"compile_seconds": compiled}


def reset(name):
    """Forget what was trained, where that is no part of a training."""
    trainer = trainers[name]
    if hasattr(trainer, "reset"):
        trainer.reset()


def train(name):
    """Train; return the seconds if the system takes its own time."""
    return trainers[name].train()


@cache
def rows_to_predict(n_rows, n_features, dtype):
    """Return inputs of shape (n_rows, n_features)."""
    return np.random.default_rng(0).standard_normal((n_rows, n_features), dtype=dtype)


def predict(name, n_rows, dtype, repeats, method="predict"):
    """Predict the same rows again and again."""
    trainer = trainers[name]
    X = rows_to_predict(n_rows, trainer.work.layer_sizes[0], dtype)
    for _ in range(repeats):
        getattr(trainer, method)(X)


def stream(name, n_rows, dtype, repeats):
    """Train for an epoch on the same rows again and again."""
    trainer = trainers[name]
    X, y = load_data(trainer.work.data, n_rows, dtype)
    for _ in range(repeats):
        trainer.partial_fit(X, y)


def training_loss(name):
    """Median of the networks' mean losses on the training data, after training."""
    trainer = trainers[name]
    if hasattr(trainer, "loss"):
        return trainer.loss
    work = trainer.work
    X, y = load_data(work.data, work.n_samples, "float32")
    return float(
        np.median([loss_of(trainer, outputs, y) for outputs in trainer.outputs(X)])
    )


def loss_of(trainer, outputs, y):
    """Mean loss, from probabilities or from what comes before them."""
    loss = trainer.work.loss
    outputs = np.asarray(outputs, dtype=float)
    if loss == "squared":
        return mean_squared_error(y, outputs.ravel())
    if getattr(trainer, "gives_logits", False):
        outputs = expit(outputs) if loss == "binary" else softmax(outputs, axis=1)
    return log_loss(y, outputs.ravel() if outputs.shape[1] == 1 else outputs)


def constant_loss(work):
    """Loss of the best constant output: that of a network that has learnt nothing."""
    _, y = load_data(work.data, work.n_samples, "float32")
    if work.loss == "squared":
        return float(y.var(dtype=float))
    shares = np.unique(y, return_counts=True)[1] / len(y)
    return float(-(shares * np.log(shares)).sum())
