"""This library."""

import numpy as np

from nnteach import MLPClassifierNet, MLPRegressorNet, fit_many
from works import BETA_1, BETA_2, EPSILON, LEARNING_RATE, load_data


class Trainer:
    """One network with ``fit``, several with ``fit_many``."""

    def __init__(self, work, dtype="float32", device="cpu"):
        self.work = work
        self.X, self.y = load_data(work.data, work.n_samples, dtype)
        self.estimator = MLPRegressorNet if work.loss == "squared" else MLPClassifierNet
        self.settings = {
            "hidden_layer_sizes": work.layer_sizes[1:-1],
            "activation": work.activation,
            "solver": work.solver,
            "alpha": 0.0,
            "batch_size": work.batch_size,
            "learning_rate_init": LEARNING_RATE,
            "beta_1": BETA_1,
            "beta_2": BETA_2,
            "epsilon": EPSILON,
            "max_iter": work.epochs,
            "tol": 0.0,
            "n_iter_no_change": np.inf,
            "device": device,
        }

    def train(self):
        """Train networks of fresh weights."""
        self.networks = [
            self.estimator(**self.settings, random_state=seed)
            for seed in range(self.work.n_networks)
        ]
        if self.work.n_networks == 1:
            self.networks[0].fit(self.X, self.y)
        else:
            fit_many(self.networks, self.X, self.y)

    def predict(self, X):
        """Labels or values that the first network predicts."""
        return self.networks[0].predict(X)

    def partial_fit(self, X, y):
        """Train the first network for one more epoch, on these samples."""
        self.networks[0].partial_fit(X, y)

    def outputs(self, X):
        """Probabilities or values of each network."""
        method = "predict" if self.work.loss == "squared" else "predict_proba"
        return [getattr(network, method)(X) for network in self.networks]
