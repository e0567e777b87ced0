"""skorch with its own callbacks and loader, but without a validation split."""

import torch
from skorch import NeuralNetBinaryClassifier, NeuralNetClassifier, NeuralNetRegressor

from systems.torch_network import CRITERIA, build_network
from works import BETA_1, BETA_2, EPSILON, LEARNING_RATE, load_data

ESTIMATORS = {
    "binary": NeuralNetBinaryClassifier,
    "multiclass": NeuralNetClassifier,
    "squared": NeuralNetRegressor,
}


class Trainer:
    """``fit`` of skorch's estimator for the loss."""

    gives_logits = True

    def __init__(self, work):
        self.work = work
        self.X, y = load_data(work.data, work.n_samples, "float32")
        self.y = {
            "binary": lambda: y.astype("float32"),
            "multiclass": lambda: y,
            "squared": lambda: y[:, None],
        }[work.loss]()

    def train(self):
        """Train a network of fresh weights."""
        work = self.work
        torch.manual_seed(0)
        self.network = ESTIMATORS[work.loss](
            module=build_network,
            module__layer_sizes=work.layer_sizes,
            module__activation=work.activation,
            criterion=CRITERIA[work.loss],
            optimizer=torch.optim.Adam,
            optimizer__betas=(BETA_1, BETA_2),
            optimizer__eps=EPSILON,
            optimizer__fused=True,
            lr=LEARNING_RATE,
            max_epochs=work.epochs,
            batch_size=work.batch_size,
            iterator_train__shuffle=True,
            train_split=None,
            verbose=0,
        ).fit(self.X, self.y)

    def outputs(self, X):
        """Outputs of the network before the last activation."""
        return [self.network.forward(X).numpy().reshape(len(X), -1)]
