"""A fitted network in the playground: in a notebook, or in a file of its own."""

import html
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, is_classifier
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    validate_data,
)

from nnteach.estimators.base import BaseMLPNet
from nnteach.estimators.fitted import parameters_of
from nnteach.estimators.targets import targets_of
from nnteach.playground.files import FRAGMENT, SCRIPTS, STANDALONE_STYLE, STYLE

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

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
<noscript><p>The playground needs JavaScript.</p></noscript>
<div data-playground>
{form}</div>
</main>
<script>
{script}
new nnteach.Playground(document.querySelector("[data-playground]"), {state});
</script>
</body>
</html>
"""
FRAME = (
    '<iframe title="{title}" srcdoc="{page}" loading="lazy" '
    'style="width: 100%; height: 60rem; border: 0"></iframe>'
)


class Playground:
    """A fitted network in the site's playground, to look at and to train on.

    A notebook shows it below the cell; `save` writes it into one HTML file, which opens
    in any browser, without Python and without a network connection. Readers see the
    data, the fitted weights and what the network computes from them, and can train on
    from there or start anew.

    Parameters
    ----------
    net : MLPClassifierNet, MLPRegressorNet or sklearn.pipeline.Pipeline
        A fitted network of one or two inputs, or a fitted pipeline that ends with one.
        The playground shows the inputs as the pipeline's last step gets them.
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        Inputs to train on, for a pipeline those that its first step gets. The columns
        of a DataFrame name the axes.
    y : array-like of shape (n_samples,)
        Targets to train on, with all classes that the network knows.
    X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
        Inputs of a validation set.
    y_val : array-like of shape (n_val,), default=None
        Targets of the validation set.

    Attributes
    ----------
    state : dict of str to object
        What the playground starts with: data, settings and weights, as they were when
        the object was made.

    Raises
    ------
    TypeError
        If `net` is no network of nnteach, or X has entries that are not numbers.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    ValueError
        If the playground cannot show the network or the data, since it has one or two
        inputs, one number or one of at most 6 classes as output, and at most 2000
        points; or if the data are not valid or do not fit the network. The message says
        which, and the way out.

    Notes
    -----
    The playground computes what Python computes, to rounding, in float64. A solver, a
    schedule, a loss or a dropout that it does not have changes the training but not the
    network that is shown: to train on, "adam" takes the place of the solver, a constant
    rate that of the schedule and the squared error that of the loss of a regressor.

    Examples
    --------
    >>> from nnteach import MLPClassifierNet, Playground, two_moons
    >>> X, y = two_moons(200, random_state=0)
    >>> net = MLPClassifierNet((8,), solver="lbfgs", random_state=0).fit(X, y)
    >>> playground = Playground(net, X, y)
    >>> playground.state["hidden_layer_sizes"]
    [8]
    """

    state: dict[str, Any]

    def __init__(
        self,
        net: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike,
        *,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
    ) -> None:
        if (X_val is None) != (y_val is None):
            raise ValueError(
                "X_val and y_val must be given together. Got only "
                f"{'X_val' if y_val is None else 'y_val'}; pass both, or neither."
            )
        check_is_fitted(net)
        network, steps = _network_and_steps(net)
        _check_network(network)
        data = {"X": _inputs(network, steps, X), "y": _targets(network, y, "y")}
        check_consistent_length(data["X"], data["y"])
        _check_classes(network, data["y"])
        sizes = [len(data["X"]), 0, 0]
        if X_val is not None:
            validation = {
                "X": _inputs(network, steps, X_val),
                "y": _targets(network, y_val, "y_val"),
            }
            check_consistent_length(*validation.values())
            sizes[1] = len(validation["X"])
            data = {
                name: np.concatenate([data[name], validation[name]]) for name in data
            }
        _check_size(sum(sizes))
        self.state = {
            **{name: values.tolist() for name, values in data.items()},
            "sizes": sizes,  # to train on, to validate with and to test on
            **_settings(network, has_validation_set=X_val is not None),
            **_weights(network),
            "feature_names": _feature_names(network, steps, X),
        }
        self._title = f"A fitted {type(network).__name__}"
        self._text = _introduction(network, steps)

    def to_html(self) -> str:
        """Return the playground as the text of an HTML page.

        Returns
        -------
        str
            The page. Scripts, styles, data and weights are in it, and it asks for no
            other file.

        Examples
        --------
        >>> import numpy as np
        >>> from nnteach import MLPRegressorNet, Playground
        >>> X = np.linspace(0, 1, 50)[:, np.newaxis]
        >>> net = MLPRegressorNet(hidden_layer_sizes=5, solver="lbfgs")
        >>> net, y = net.fit(X, X[:, 0] ** 2), X[:, 0] ** 2
        >>> Playground(net, X, y).to_html().splitlines()[0]
        '<!DOCTYPE html>'
        """
        read = [path.read_text(encoding="utf-8") for path in SCRIPTS]
        # < would end the script where it begins a tag
        state = json.dumps(self.state).replace("<", r"\u003c")
        return PAGE.format(
            title=self._title,
            text=html.escape(self._text),
            style=STANDALONE_STYLE.read_text(encoding="utf-8")
            + STYLE.read_text(encoding="utf-8"),
            form=FRAGMENT.read_text(encoding="utf-8"),
            script="\n".join(read),
            state=state,
        )

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the playground into an HTML file.

        The file is there as a whole or not at all.

        Parameters
        ----------
        path : str or path-like
            The file, such as ``"network.html"``, in a folder that exists.
        overwrite : bool, default=False
            Whether to replace a file that is there.

        Returns
        -------
        pathlib.Path
            The file's path.

        Raises
        ------
        FileExistsError
            If the file is there, and `overwrite` is False.
        FileNotFoundError
            If there is no such folder.
        IsADirectoryError
            If `path` is a folder.

        Examples
        --------
        >>> import tempfile
        >>> from nnteach import MLPClassifierNet, Playground, two_moons
        >>> X, y = two_moons(200, random_state=0)
        >>> net = MLPClassifierNet((8,), solver="lbfgs", random_state=0).fit(X, y)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Playground(net, X, y).save(f"{folder}/moons.html").name
        'moons.html'
        """
        target = Path(path)
        if not target.parent.is_dir():
            raise FileNotFoundError(
                f"There is no folder {target.parent}. Make it first, or name another."
            )
        if target.is_dir():
            raise IsADirectoryError(
                f"{target} is a folder. Name a file in it, such as "
                f"{target / 'network.html'}."
            )
        if target.exists() and not overwrite:
            raise FileExistsError(
                f"{target} is there already. Name another file, or replace it with "
                "overwrite=True."
            )
        text = self.to_html()
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            draft = Path(folder, "page.html")
            draft.write_text(text, encoding="utf-8")
            draft.replace(target)
        return target

    def _repr_html_(self) -> str:
        """Show the playground in a frame, whose styles do not mix with a notebook's."""
        return FRAME.format(title=self._title, page=html.escape(self.to_html()))


def _network_and_steps(net: BaseEstimator) -> tuple[BaseMLPNet, Pipeline | None]:
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


def _introduction(network: BaseMLPNet, steps: Pipeline | None) -> str:
    before = ""
    if steps is not None:
        names = ", ".join(type(step).__name__ for step in steps)
        before = f" The inputs are shown as they leave {names}."
    return (
        f"Trained in Python for {network.n_iter_} epochs. “Run” trains on from its "
        "weights, “Same start” goes back to them, and “Another seed” starts anew."
        f"{before}"
    )
