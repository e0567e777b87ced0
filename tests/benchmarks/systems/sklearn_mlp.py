"""scikit-learn's multilayer perceptrons, one after the other."""

import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from works import BETA_1, BETA_2, EPSILON, LEARNING_RATE, load_data

warnings.simplefilter("ignore", ConvergenceWarning)


class Trainer:
    """``fit``, once for every network."""

    def __init__(self, work, dtype="float32"):
        self.work = work
        self.X, self.y = load_data(work.data, work.n_samples, dtype)
        self.estimator = MLPRegressor if work.loss == "squared" else MLPClassifier
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
            "n_iter_no_change": work.epochs + 1,
        }

    def train(self):
        """Train networks of fresh weights."""
        self.networks = [
            self.estimator(**self.settings, random_state=seed).fit(self.X, self.y)
            for seed in range(self.work.n_networks)
        ]

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
