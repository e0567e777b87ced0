"""What users write, for mypy to read: nothing here is run.

Every line with ``type: ignore`` must be refused, for the reason that stands there: mypy
says of one that is not refused that its comment is unused.
"""

from typing import Any, assert_type

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.model_selection import KFold

from nnteach import (
    ActivationDisplay,
    Architecture,
    EarlyStopping,
    FunctionFitDisplay,
    MLPClassifierNet,
    MLPRegressorNet,
    NetworkDisplay,
    ParameterTable,
    Snapshots,
    TrainingCurveDisplay,
    ValidationMonitor,
    fit_many,
)

X = np.random.default_rng(0).normal(size=(40, 2))
y = (X[:, 0] > 0).astype(int)


def fits_and_predicts() -> None:
    net = MLPClassifierNet((5,)).fit(X, y)
    assert_type(net, MLPClassifierNet)
    assert_type(net.predict(X), NDArray[Any])
    assert_type(net.predict_proba(X), NDArray[np.floating])
    assert_type(net.partial_fit(X, y), MLPClassifierNet)
    assert_type(MLPRegressorNet().fit(X, y).predict(X), NDArray[np.floating])
    assert_type(net.history_["loss"], NDArray[np.floating])
    assert_type(net.architecture_, Architecture)
    loss, coef_gradients, _ = net.loss_and_gradients(X, y)
    assert_type(loss, float)
    assert_type(coef_gradients, list[NDArray[np.floating]])
    net.predict("one", "two")  # type: ignore[call-arg]
    net.fit(X)  # type: ignore[call-arg]
    net.fit(X, None)  # type: ignore[arg-type]
    net.fit(X, y, X_validation=X)  # type: ignore[call-arg]


def passes_all_kinds_of_data() -> None:
    net = MLPClassifierNet()
    net.fit(X.tolist(), y.tolist())
    net.fit(pd.DataFrame(X), pd.Series(y))
    net.fit(sparse.csr_array(X), y, X_val=sparse.csr_matrix(X), y_val=y)


def sets_parameters() -> None:
    MLPClassifierNet(20, "tanh", solver="lbfgs", alpha=1, batch_size="auto")
    MLPClassifierNet(np.array([20, 10]), ("tanh", "relu"), n_iter_no_change=np.inf)
    MLPClassifierNet(validation_fraction=KFold(5), scoring="accuracy", dropout=(0.1,))
    weights = {0: 1, 1: 5}
    MLPClassifierNet(class_weight=weights, random_state=np.random.RandomState(0))
    MLPRegressorNet("huber", (5,), huber_delta=0.1, out_activation="softplus")
    MLPClassifierNet(hidden_layer_sizes="a")  # type: ignore[arg-type]
    MLPClassifierNet((5,), "sine")  # type: ignore[arg-type]
    MLPClassifierNet((5,), "relu", "adam")  # type: ignore[call-arg]
    MLPClassifierNet(solver="newton")  # type: ignore[arg-type]
    MLPClassifierNet(loss="huber")  # type: ignore[call-arg]
    MLPClassifierNet(batch_size="all")  # type: ignore[arg-type]
    MLPClassifierNet(validation_fraction="0.1")  # type: ignore[arg-type]
    MLPRegressorNet("hinge")  # type: ignore[arg-type]


def fits_many() -> None:
    nets = fit_many([MLPClassifierNet(random_state=seed) for seed in range(3)], X, y)
    assert_type(nets, list[MLPClassifierNet])
    fit_many([X, X], X, y)  # type: ignore[type-var]


def watches_epochs() -> None:
    stop = EarlyStopping(X, y, scoring="neg_log_loss", patience=3)
    assert_type(stop.scores_, list[float])
    ValidationMonitor(X, y, scoring=["accuracy", "roc_auc"])
    Snapshots([1, 2])
    Snapshots(5)  # type: ignore[arg-type]
    EarlyStopping(X, y, "accuracy")  # type: ignore[call-arg]
    ValidationMonitor(X, y)  # type: ignore[call-arg]


def draws_and_converts(net: MLPRegressorNet) -> None:
    assert_type(NetworkDisplay.from_estimator(net), NetworkDisplay)
    assert_type(ParameterTable.from_estimator(net).to_frame(), pd.DataFrame)
    assert_type(MLPRegressorNet.from_sklearn(net.to_sklearn()), MLPRegressorNet)
    net.to_torch().eval()
    TrainingCurveDisplay.from_estimators([net], metric="score").plot(yscale="log")
    FunctionFitDisplay.from_estimator(net, X[:, :1], y).ax_.set_xlabel("x")
    ActivationDisplay.from_names(["relu", "exp"], interval=(-1, 1))
    NetworkDisplay.from_estimator(X)  # type: ignore[arg-type]
    TrainingCurveDisplay([{}]).plot(metric="accuracy")  # type: ignore[arg-type]
    ActivationDisplay.from_names("softmax")  # type: ignore[arg-type]
    print(Architecture((2, 1)).n_layers)  # type: ignore[attr-defined]
