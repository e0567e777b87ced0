"""Weights from arrays, and the same network in scikit-learn and in torch."""

import copy
from collections.abc import Iterable, Sequence
from math import ceil
from numbers import Real
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike
from sklearn.base import BaseEstimator
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils.validation import check_is_fitted

from nnteach.architecture import Architecture, Layer
from nnteach.engine.network.layout import pack
from nnteach.engine.torch_module import TorchNetwork, make_sequential
from nnteach.engine.training.history import Column
from nnteach.engine.training.problem import Outcome, TrainingState
from nnteach.estimators.annotations import FloatArray, Solver
from nnteach.estimators.fitted import (
    DATA_ATTRIBUTES,
    FITTED_ATTRIBUTES,
    FittedAttributes,
    as_it_is,
    become,
    fitted_attributes,
    parameters_of,
)
from nnteach.estimators.parameters import batch_size_for, check_dropout
from nnteach.estimators.targets import targets_of

# what scikit-learn has no name for
OUR_ATTRIBUTES = {"architecture_", "history_", "interrupted_", "_training_state"}
SHARED_ATTRIBUTES = [name for name in FITTED_ATTRIBUTES if name not in OUR_ATTRIBUTES]


class ConversionMixin(FittedAttributes):
    """Ways of a fitted network in and out; a part of the estimators' base class."""

    _sklearn_class: type[Any]
    solver: Solver
    learning_rate_init: float

    def set_weights(
        self, coefs: Sequence[ArrayLike], intercepts: Sequence[ArrayLike]
    ) -> Self:
        """Set all weights and biases.

        They are a new starting point, like the random ones after ``initialize``: the
        history is empty and the optimizer's state is gone. `partial_fit` trains on from
        them, and so does `fit` with ``warm_start=True``.

        Parameters
        ----------
        coefs : sequence of array-like of shape (fan_in, fan_out)
            Weights of each layer, of the shapes in ``coefs_``.
        intercepts : sequence of array-like of shape (fan_out,)
            Biases of each layer, of the shapes in ``intercepts_``.

        Returns
        -------
        self : object
            The estimator with copies of the weights, in the dtype that it had.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If neither ``initialize`` nor ``fit`` has been called. They tell the network
            how many inputs and outputs it has.
        ValueError
            If an array is missing, has another shape or is not finite. The estimator
            is then as it was before.

        Examples
        --------
        The network that computes XOR, with two hidden neurons:

        >>> import numpy as np
        >>> from nnteach import MLPClassifierNet
        >>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
        >>> net = MLPClassifierNet(hidden_layer_sizes=(2,)).initialize(X, y)
        >>> net = net.set_weights(
        ...     coefs=[[[1, 1], [1, 1]], [[2], [-4]]], intercepts=[[0, -1], [-1]]
        ... )
        >>> net.predict(X)
        array([0, 1, 1, 0])
        """
        check_is_fitted(
            self,
            msg="set_weights needs a %(name)s whose shape is known; call "
            "initialize(X, y) first.",
        )
        dtype, layers = self.coefs_[0].dtype, self.architecture_.layers
        parameters = pack(
            self.architecture_,
            _check_arrays("coefs", coefs, "weight_shape", layers, dtype),
            _check_arrays("intercepts", intercepts, "bias_shape", layers, dtype),
        )
        state = TrainingState.at_start(self)
        become(self, fitted_attributes(self, Outcome(parameters, state)))
        return self

    def to_torch(self) -> TorchNetwork:
        """Build the same network from torch's own modules.

        Returns
        -------
        torch.nn.Sequential
            A ``Linear`` for each layer, followed by the module of its activation,
            including the output's (none for "identity"), and by a ``Dropout`` where the
            layer has a rate. It has copies of the parameters in their dtype, and is on
            the CPU and in evaluation mode, in which dropout does nothing.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If neither ``fit`` nor ``initialize`` has been called.
        ValueError
            If ``coefs_`` or ``intercepts_`` was edited and no longer fits the
            architecture, or `dropout` was changed to what is not valid.

        Notes
        -----
        Called on a tensor of shape (n_samples, n_features) in the dtype of ``coefs_``,
        it gives the network's outputs, of shape (n_samples, n_outputs). For regression
        these are the predictions. For three or more classes, and for multilabel
        targets, they are the probabilities, and for two classes the probability of
        ``classes_[1]``. With ``out_activation="logistic"`` and three or more classes,
        `predict_proba` divides them by their sum; the module does not.

        Examples
        --------
        >>> import torch
        >>> from sklearn.datasets import load_iris
        >>> from nnteach import MLPClassifierNet
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPClassifierNet((10,), solver="lbfgs", random_state=0).fit(X, y)
        >>> net.to_torch()
        Sequential(
          (0): Linear(in_features=4, out_features=10, bias=True)
          (1): ReLU()
          (2): Linear(in_features=10, out_features=3, bias=True)
          (3): Softmax(dim=-1)
        )
        >>> outputs = net.to_torch()(torch.from_numpy(X)).detach().numpy()
        >>> bool(abs(outputs - net.predict_proba(X)).max() < 1e-12)
        True
        """
        check_is_fitted(self)
        net = as_it_is(self)
        parameters_of(net)  # which refuses arrays that were edited out of shape
        dropout = check_dropout(net, len(net.architecture_.layers) - 1)
        return make_sequential(net.architecture_, net.coefs_, net.intercepts_, dropout)

    def to_sklearn(self) -> MLPClassifier | MLPRegressor:
        """Make a fitted scikit-learn estimator with the same network.

        Returns
        -------
        sklearn.neural_network.MLPClassifier or sklearn.neural_network.MLPRegressor
            It has copies of everything that scikit-learn has a name for: constructor
            parameters, weights, classes, losses of the training. Its predictions are
            the same.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If neither ``fit`` nor ``initialize`` has been called.
        ValueError
            If scikit-learn has no such network: its hidden layers have different
            activations, or an activation or the output's activation is not one of
            scikit-learn's. `to_torch` has no such limits. Also if ``coefs_`` or
            ``intercepts_`` was edited and no longer fits the architecture.

        Notes
        -----
        Parameters that scikit-learn does not have, such as `dropout` and
        `class_weight`, are left out: they change the training but not the predictions.
        A solver, schedule or loss that it does not have becomes its default, and so
        does a splitter as `validation_fraction`. The optimizer's state is left out too:
        a further `partial_fit` starts with a new one.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from nnteach import MLPClassifierNet
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPClassifierNet((10,), solver="lbfgs", random_state=0).fit(X, y)
        >>> net.to_sklearn()
        MLPClassifier(hidden_layer_sizes=(10,), random_state=0, solver='lbfgs')
        >>> bool((net.to_sklearn().predict(X) == net.predict(X)).all())
        True
        """
        check_is_fitted(self)
        net = as_it_is(self)
        parameters_of(net)
        try:
            mlp = _make_unfitted_mlp(net)
        except ValueError as error:
            raise ValueError(
                f"scikit-learn cannot express this {type(self).__name__}: {error} Use "
                "to_torch() instead, which converts every network."
            ) from error
        _copy_attributes(SHARED_ATTRIBUTES, net, mlp)
        # what its partial_fit and warm start look for
        mlp._no_improvement_count = net._training_state.no_improvement_count
        mlp._best_coefs = copy.deepcopy(mlp.coefs_)
        mlp._best_intercepts = copy.deepcopy(mlp.intercepts_)
        return mlp

    @classmethod
    def from_sklearn(cls, mlp: MLPClassifier | MLPRegressor) -> Self:
        """Make a fitted estimator from scikit-learn's fitted multilayer perceptron.

        Parameters
        ----------
        mlp : sklearn.neural_network.MLPClassifier or \
                sklearn.neural_network.MLPRegressor
            A fitted estimator: a classifier for :class:`MLPClassifierNet`, a regressor
            for :class:`MLPRegressorNet`.

        Returns
        -------
        MLPClassifierNet or MLPRegressorNet
            An estimator with the same parameters and copies of the fitted attributes.
            Its predictions are the same.

        Raises
        ------
        TypeError
            If `mlp` is something else.
        sklearn.exceptions.NotFittedError
            If it is not fitted.
        ValueError
            If its ``coefs_`` or ``intercepts_`` were edited and no longer fit each
            other.

        Notes
        -----
        scikit-learn does not keep the learning rates of the epochs; they are NaN in
        ``history_``. The optimizer's state is left out: training goes on with a new
        one.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.neural_network import MLPClassifier
        >>> from nnteach import MLPClassifierNet
        >>> X, y = load_iris(return_X_y=True)
        >>> mlp = MLPClassifier((10,), solver="lbfgs", random_state=0).fit(X, y)
        >>> net = MLPClassifierNet.from_sklearn(mlp)
        >>> bool((net.predict(X) == mlp.predict(X)).all())
        True
        """
        if not isinstance(mlp, cls._sklearn_class):
            raise TypeError(
                f"{cls.__name__}.from_sklearn expects a fitted "
                f"{cls._sklearn_class.__name__} of scikit-learn. Got "
                f"{type(mlp).__name__} instead."
            )
        check_is_fitted(mlp)
        net = cls(**copy.deepcopy(mlp.get_params(deep=False)))
        _copy_attributes(DATA_ATTRIBUTES, mlp, net)
        sizes = mlp.hidden_layer_sizes
        sizes = list(sizes) if isinstance(sizes, Iterable) else [sizes]
        net.architecture_ = Architecture(
            (mlp.n_features_in_, *sizes, mlp.n_outputs_),
            [*[mlp.activation] * len(sizes), mlp.out_activation_],
        )
        parameters = pack(net.architecture_, mlp.coefs_, mlp.intercepts_)
        outcome = Outcome(parameters, _read_training_state(mlp), mlp.n_iter_)
        become(net, fitted_attributes(net, outcome))
        net.loss_ = mlp.loss_  # where "lbfgs" leaves no curve
        return net


def _check_arrays(
    name: str,
    arrays: Sequence[ArrayLike],
    shape: str,
    layers: Sequence[Layer],
    dtype: DTypeLike,
) -> list[FloatArray]:
    """One array for each layer, with the attribute ``shape`` of the layer."""
    if not isinstance(arrays, Iterable):
        raise ValueError(
            f"{name} must be a sequence of arrays, one for each of the {len(layers)} "
            f"layers after the input. Got {arrays!r} instead."
        )
    given = list(arrays)
    if len(given) != len(layers):
        raise ValueError(
            f"{name} must have one array for each of the {len(layers)} layers after "
            f"the input. Got {len(given)} instead."
        )
    return [
        _check_array(name, array, getattr(layer, shape), layer.name, dtype)
        for array, layer in zip(given, layers, strict=True)
    ]


def _check_array(
    name: str,
    values: ArrayLike,
    shape: tuple[int, ...],
    layer_name: str,
    dtype: DTypeLike,
) -> FloatArray:
    try:
        if np.iscomplexobj(values):
            raise TypeError("complex numbers")
        array = np.asarray(values, dtype=dtype)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The {name} of the layer {layer_name!r} must be numbers in an array of "
            f"shape {shape}: {error}"
        ) from error
    if array.shape != shape:
        raise ValueError(
            f"The {name} of the layer {layer_name!r} must have shape {shape}. Got an "
            f"array of shape {array.shape} instead."
        )
    if not np.isfinite(array).all():
        raise ValueError(
            f"The {name} of the layer {layer_name!r} must be finite in {dtype}. Got "
            "NaN or infinity instead."
        )
    return array


SKLEARN_OPTIONS = {
    "solver": ("adam", "sgd", "lbfgs"),
    "learning_rate": ("constant", "invscaling", "adaptive"),
    "loss": ("squared_error", "poisson"),
}


def _make_unfitted_mlp(estimator: BaseEstimator) -> MLPClassifier | MLPRegressor:
    """scikit-learn's estimator with the same parameters, as far as it has them."""
    names = estimator._sklearn_class().get_params()
    values = {name: copy.deepcopy(getattr(estimator, name)) for name in names}
    # what only says how to train may become scikit-learn's default
    for name in ("solver", "learning_rate", "loss"):
        if name in values and values[name] not in SKLEARN_OPTIONS[name]:
            del values[name]
    if not isinstance(values["validation_fraction"], Real):
        del values["validation_fraction"]
    activations = sorted(set(estimator.architecture_.activations[:-1]))
    if len(activations) > 1:
        raise ValueError(
            f"its hidden layers have the activations {activations}, where scikit-learn "
            "has one for all of them."
        )
    # a network without hidden layers may have any
    values["activation"] = activations[0] if activations else "relu"
    mlp = estimator._sklearn_class(**values)
    mlp._validate_params()
    usual = copy.copy(estimator).set_params(out_activation="auto")
    usual = targets_of(usual).output_activation()
    if estimator.out_activation_ != usual:
        raise ValueError(
            f"its output activation is {estimator.out_activation_!r}, where "
            f"scikit-learn always has {usual!r}."
        )
    return mlp


def _copy_attributes(
    names: Sequence[str], source: BaseEstimator, target: BaseEstimator
) -> None:
    for name in names:
        if hasattr(source, name):
            setattr(target, name, copy.deepcopy(getattr(source, name)))


def _read_training_state(mlp: MLPClassifier | MLPRegressor) -> TrainingState:
    """What is known of a training by scikit-learn; "lbfgs" leaves little."""
    losses = Column(getattr(mlp, "loss_curve_", ()))
    best_loss = getattr(mlp, "best_loss_", mlp.loss_)
    scores = getattr(mlp, "validation_scores_", None) or []
    n_updates = 1 if mlp.solver == "lbfgs" else None
    if losses and mlp.t_ and mlp.t_ % len(losses) == 0:
        n_samples = mlp.t_ // len(losses)
        n_updates = ceil(n_samples / batch_size_for(mlp, n_samples))
    return TrainingState(
        mlp.solver,
        mlp.learning_rate_init,
        updates_per_epoch=n_updates,
        best_epoch=int(np.argmax(scores)) + 1 if scores else None,
        n_samples_seen=mlp.t_,
        no_improvement_count=getattr(mlp, "_no_improvement_count", 0),
        best_loss=np.inf if best_loss is None else best_loss,
        best_score=max(scores, default=-np.inf),
        history={"loss": losses, "learning_rate": Column([np.nan] * len(losses))},
        monitored_scores=list(scores),
    )
