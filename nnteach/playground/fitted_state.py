"""A fitted network and its data as a state of the playground, or why it has none."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, is_classifier
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_consistent_length, validate_data

from nnteach.estimators.base import BaseMLPNet
from nnteach.estimators.fitted import parameters_of
from nnteach.estimators.targets import targets_of

# what the page can draw in time, and has colours for
MOST_POINTS = 2000
MOST_CLASSES = 6
MOST_EPOCHS = 100_000
MOST_EXACT = 2**53  # up to here, the numbers of JavaScript hold each integer

SETTINGS = (
    "alpha",
    "batch_size",
    "beta_1",
    "beta_2",
    "epsilon",
    "learning_rate_init",
    "momentum",
    "n_iter_no_change",
    "nesterovs_momentum",
    "shuffle",
    "tol",
)


def network_and_steps(net: BaseEstimator) -> tuple[BaseMLPNet, Pipeline | None]:
    """The network, and what transforms its inputs before, if anything does."""
    is_pipeline = isinstance(net, Pipeline) and len(net) > 0
    network = net[-1] if is_pipeline else net
    if not isinstance(network, BaseMLPNet):
        raise TypeError(
            "Playground needs a fitted MLPClassifierNet or MLPRegressorNet, or a "
            f"pipeline that ends with one. Got {type(network).__name__} instead; for a "
            "network of scikit-learn, there is MLPClassifierNet.from_sklearn, and a "
            "search has its network in best_estimator_."
        )
    return network, net[:-1] if is_pipeline and len(net) > 1 else None


def state_of(
    network: BaseMLPNet,
    steps: Pipeline | None,
    X: ArrayLike,
    y: ArrayLike,
    X_val: ArrayLike | None,
    y_val: ArrayLike | None,
) -> dict[str, Any]:
    """Data, settings and weights, as the page begins with them.

    Parameters
    ----------
    network : BaseMLPNet
        A fitted network.
    steps : Pipeline or None
        What transforms its inputs before, if anything does.
    X, y, X_val, y_val : array-like or None
        As `Playground` has them.

    Returns
    -------
    dict of str to object
        The state, which JSON can hold.

    Raises
    ------
    TypeError
        If the inputs have entries that are not numbers.
    ValueError
        If the page cannot show the network or the data.
    """
    if (X_val is None) != (y_val is None):
        raise ValueError(
            "X_val and y_val must be given together. Got only "
            f"{'X_val' if y_val is None else 'y_val'}; pass both, or neither."
        )
    _check_network(network)
    data = _data(network, steps, X, y, "y")
    _check_classes(network, data["y"])
    sizes = [len(data["X"]), 0, 0]
    if X_val is not None:
        validation = _data(network, steps, X_val, y_val, "y_val")
        sizes[1] = len(validation["X"])
        data = {name: np.concatenate([data[name], validation[name]]) for name in data}
    _check_size(sum(sizes))
    return {
        **{name: values.tolist() for name, values in data.items()},
        "sizes": sizes,  # to train on, to validate with and to test on
        **_settings(network, has_validation_set=X_val is not None),
        **_weights(network),
        "feature_names": _feature_names(network, steps, X),
    }


def _data(
    network: BaseMLPNet, steps: Pipeline | None, X: ArrayLike, y: Any, name: str
) -> dict[str, NDArray[Any]]:
    data = {"X": _inputs(network, steps, X), "y": _targets(network, y, name)}
    check_consistent_length(data["X"], data["y"])
    return data


def _check_network(network: BaseMLPNet) -> None:
    """Raise a ValueError if the page cannot show the network."""
    parameters_of(network)  # which refuses arrays that were edited out of shape
    if not all(np.isfinite(W).all() for W in (*network.coefs_, *network.intercepts_)):
        raise ValueError(
            "Playground draws networks whose weights are finite. Got one with NaN or "
            "infinity among its weights: scale X, or lower learning_rate_init, and fit "
            "again."
        )
    if network.n_features_in_ > 2:
        raise ValueError(
            "Playground draws networks of one or two inputs. Got one of "
            f"{network.n_features_in_}. Fit another one to two columns of X, or to two "
            "components: make_pipeline(PCA(2), net)."
        )
    n_classes = len(network.classes_) if is_classifier(network) else 0
    if n_classes == 1:
        raise ValueError(
            "Playground draws the boundary between two or more classes. Got a network "
            f"that knows only {network.classes_[0]!r}. Fit it to points of another "
            "class as well."
        )
    if n_classes > MOST_CLASSES:
        raise ValueError(
            f"Playground has colours for {MOST_CLASSES} classes. Got a network of "
            f"{n_classes}. Fit another one to fewer classes."
        )
    shown: tuple[int, str] = (1, "identity")
    if n_classes:
        shown = (1, "logistic") if n_classes == 2 else (n_classes, "softmax")
    given = (network.n_outputs_, network.out_activation_)
    if given != shown:
        raise ValueError(
            "Playground shows one number, with the output activation 'identity', or "
            "the probabilities of two or more classes, with 'logistic' or 'softmax'. "
            f"Got a network of {given[0]} outputs with {given[1]!r}. Fit a network to "
            "one column of y, with out_activation='auto'."
        )


def _inputs(network: BaseMLPNet, steps: Pipeline | None, X: ArrayLike) -> NDArray[Any]:
    transformed = X if steps is None else steps.transform(X)
    inputs = validate_data(
        network, transformed, accept_sparse="csr", reset=False, dtype=np.float64
    )
    dense: NDArray[Any] = inputs.toarray() if issparse(inputs) else inputs
    return dense


def _targets(network: BaseMLPNet, y: Any, name: str) -> NDArray[Any]:
    """The targets as numbers, or as labels that are integers or strings."""
    encoded: NDArray[Any] = targets_of(network).check_and_encode(y, name)
    if not is_classifier(network):
        return encoded.ravel().astype(np.float64)
    labels = np.asarray(y).ravel()
    if labels.dtype.kind == "b":
        raise ValueError(
            f"{name} must have integers or strings as classes. Got booleans instead; "
            f"fit the network to {name}.astype(int)."
        )
    labels = labels.astype(int) if labels.dtype.kind == "f" else labels
    if labels.dtype.kind in "iu" and np.abs(labels).max() > MOST_EXACT:
        raise ValueError(
            f"{name} must have integers of at most 2**53 as classes, since a browser "
            f"rounds others. Got {labels.max()}; fit the network to {name}.astype(str)."
        )
    return labels


def _check_size(n_points: int) -> None:
    """Raise a ValueError if these are more points than the page can draw."""
    if n_points > MOST_POINTS:
        raise ValueError(
            f"Playground draws at most {MOST_POINTS} points in time. Got {n_points}. "
            "Pass some of them, such as sklearn.utils.resample(X, y, replace=False, "
            f"n_samples={MOST_POINTS})."
        )


def _check_classes(network: BaseMLPNet, y: NDArray[Any]) -> None:
    """Raise a ValueError if the page cannot train on these targets."""
    if is_classifier(network):
        missing = np.setdiff1d(network.classes_, y).tolist()
        if missing:
            raise ValueError(
                "y must have points of all classes of the network. It has none of "
                f"{missing}."
            )


def _settings(network: BaseMLPNet, has_validation_set: bool) -> dict[str, Any]:
    """The network's parameters, as far as the page has them."""
    given = network.get_params(deep=False)
    seed = given["random_state"]
    return {
        **{name: _plain(given[name]) for name in SETTINGS},
        "data": "points",
        "task": "classification" if is_classifier(network) else "regression",
        "validation_fraction": 0,
        "test_fraction": 0,
        "solver": given["solver"] if given["solver"] in ("adam", "sgd") else "adam",
        "max_iter": min(_plain(given["max_iter"]), MOST_EPOCHS),
        "early_stopping": bool(given["early_stopping"]) and has_validation_set,
        "scoring": "loss" if given["scoring"] == "loss" else None,
        # a generator, or none, has no seed to begin with
        "random_state": int(seed) if isinstance(seed, int | np.integer) else 0,
    }


def _weights(network: BaseMLPNet) -> dict[str, Any]:
    architecture = network.architecture_
    return {
        "hidden_layer_sizes": list(architecture.layer_sizes[1:-1]),
        "activation": list(architecture.activations[:-1]),
        "coefs": [W.astype(np.float64).tolist() for W in network.coefs_],
        "intercepts": [b.astype(np.float64).tolist() for b in network.intercepts_],
    }


def _plain(value: Any) -> Any:
    """The value as JSON has it: a number of NumPy as one of Python."""
    return value.item() if isinstance(value, np.generic) else value


def _feature_names(network: BaseMLPNet, steps: Pipeline | None, X: Any) -> list[str]:
    """Names of the network's inputs, as far as the data or the steps have some."""
    names = getattr(network, "feature_names_in_", None)
    if names is None and hasattr(X, "columns"):
        if steps is None:
            names = X.columns
        elif all(hasattr(step, "get_feature_names_out") for step in steps):
            names = steps.get_feature_names_out()
    if names is None:
        return ["x"] if network.n_features_in_ == 1 else ["x1", "x2"]
    return [str(name) for name in names]
