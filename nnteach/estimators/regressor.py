"""The multilayer perceptron as a regressor."""

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils import check_array
from sklearn.utils.validation import column_or_1d, validate_data

from nnteach.engine.scores import r2
from nnteach.estimators.base import BaseMLPNet
from nnteach.estimators.parameters import PARAMETER_CONSTRAINTS
from nnteach.estimators.sklearn_private import StrOptions


class MLPRegressorNet(RegressorMixin, BaseMLPNet):
    """Multilayer perceptron for regression."""

    _parameter_constraints = {
        **PARAMETER_CONSTRAINTS,
        "loss": [StrOptions({"squared_error", "poisson"})],
        "out_activation": [
            StrOptions({"auto", "identity", "logistic", "tanh", "relu", "exp"})
        ],
    }

    def __init__(
        self,
        loss="squared_error",
        hidden_layer_sizes=(100,),
        activation="relu",
        *,
        solver="adam",
        alpha=0.0001,
        batch_size="auto",
        learning_rate="constant",
        learning_rate_init=0.001,
        power_t=0.5,
        max_iter=200,
        shuffle=True,
        random_state=None,
        tol=1e-4,
        verbose=False,
        warm_start=False,
        momentum=0.9,
        nesterovs_momentum=True,
        early_stopping=False,
        validation_fraction=0.1,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        n_iter_no_change=10,
        max_fun=15000,
        out_activation="auto",
        weight_init="auto",
        bias_init="auto",
        scoring=None,
    ):
        self.loss = loss
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.out_activation = out_activation
        self.weight_init = weight_init
        self.bias_init = bias_init
        self.scoring = scoring

    def predict(self, X):
        """Predict the targets of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The network's outputs.
        """
        outputs = self._compute_outputs(X)
        return outputs.ravel() if outputs.shape[1] == 1 else outputs

    def _check_data(self, X, y, *, reset):
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            multi_output=True,
            y_numeric=True,
            dtype=(np.float64, np.float32),
            reset=reset,
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        return X, y

    def _encode_targets(self, y, goes_on, incremental):
        if self.loss == "poisson" and np.min(y) < 0:
            raise ValueError(
                "Some value(s) of y are out of the valid range of the loss 'poisson', "
                f"which needs y >= 0. The smallest is {np.min(y)}."
            )
        return y.reshape(len(y), -1)

    def _encode_further_targets(self, y, name):
        y = check_array(y, ensure_2d=False, dtype=(np.float64, np.float32), input_name=name)
        y = y.reshape(len(y), -1)
        if y.shape[1] != self.n_outputs_:
            raise ValueError(
                f"{name} has {y.shape[1]} columns, but the targets of "
                f"{type(self).__name__} have {self.n_outputs_}."
            )
        return self._encode_targets(y, goes_on=True, incremental=False)

    def _choose_output(self):
        own = "exp" if self.loss == "poisson" else "identity"
        if self.out_activation == "auto":
            return own, self.loss
        if self.loss == "poisson" and self.out_activation != "exp":
            raise ValueError(
                "The 'out_activation' parameter of MLPRegressorNet must be 'auto' or "
                "'exp' for loss='poisson', which needs positive outputs. Got "
                f"{self.out_activation!r} instead."
            )
        return self.out_activation, self.loss

    def _choose_score(self):
        return r2
