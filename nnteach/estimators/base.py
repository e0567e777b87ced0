"""What the classifier and the regressor share: from arguments to a fitted network."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import Tags, check_consistent_length
from sklearn.utils.metaestimators import available_if

from nnteach.engine.inference import compute_hidden_activations, compute_outputs
from nnteach.engine.network.layout import unpack
from nnteach.engine.samples.samples import Samples
from nnteach.engine.training.objective import Objective
from nnteach.engine.training.problem import Outcome, TrainingState
from nnteach.estimators.annotations import FloatArray, Inputs, Targets
from nnteach.estimators.conversion import ConversionMixin
from nnteach.estimators.fitted import (
    as_it_is,
    become,
    fitted_attributes,
    parameters_of,
    weights_of,
)
from nnteach.estimators.fitting import fit_together
from nnteach.estimators.html_repr import HTMLReprMixin
from nnteach.estimators.inputs import check_inputs
from nnteach.estimators.parameters import check_device
from nnteach.estimators.problem import FitArguments, prepare_network
from nnteach.estimators.random_states import RandomStates
from nnteach.estimators.stored_state import from_stored, to_stored
from nnteach.estimators.targets import targets_of
from nnteach.estimators.validation_set import check_weight

# what scikit-learn's callbacks hang on an estimator while it is fitted
CALLBACK_CONTEXTS = (
    "_callback_fit_ctx",
    "_parent_callback_ctx",
    "_skl_callbacks_to_teardown",
)
Method = TypeVar("Method", bound=Callable[..., Any])


def _can_fit_partially(estimator: "BaseMLPNet") -> bool:
    """Whether the estimator has ``partial_fit``; if not, an error says why."""
    if estimator.solver == "lbfgs":
        raise AttributeError(
            "partial_fit is only available for stochastic optimizers. "
            f"{estimator.solver} is not stochastic."
        )
    if estimator.early_stopping:
        raise AttributeError("partial_fit does not support early_stopping=True")
    if getattr(estimator, "class_weight", None) == "balanced":
        raise AttributeError(
            "class_weight='balanced' cannot be used with partial_fit, which sees only "
            "a part of the data at a time; compute the weights of all data "
            "with sklearn.utils.class_weight.compute_class_weight and pass them as a "
            "dict."
        )
    return True


def _without_training(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What a copy or a file is to have: the estimator, not a training that goes on."""
    return {
        name: value
        for name, value in attributes.items()
        if name not in CALLBACK_CONTEXTS
    }


def if_it_can_fit_partially(method: Method) -> Method:
    """Hide a method of an estimator that cannot fit partially.

    It is scikit-learn's ``available_if``, through which a type checker sees the method.
    """
    return available_if(_can_fit_partially)(method)


class BaseMLPNet(
    ConversionMixin, HTMLReprMixin, CallbackSupportMixin, BaseEstimator, ABC
):
    """Base class of the multilayer perceptrons; use the derived classes."""

    # groups that are meant for cross-validation are not ours, unless asked for
    __metadata_request__fit = {"groups": False}

    @abstractmethod
    def predict(self, X: Inputs) -> NDArray[Any]:
        """Predict the targets of X."""

    def fit(
        self,
        X: Inputs,
        y: Targets,
        sample_weight: ArrayLike | None = None,
        *,
        X_val: Inputs | None = None,
        y_val: Targets | None = None,
        sample_weight_val: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        until_epoch: int | None = None,
    ) -> Self:
        """Train the network on X and y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training inputs.
        y : {array-like, sparse matrix} of shape (n_samples,) or (n_samples, n_outputs)
            Training targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the training samples, at least 0; None gives all the same weight.
        X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
            Inputs of a validation set, which is not trained on. Its loss and its score
            after every epoch are kept in ``history_``; with ``early_stopping=True``
            they decide when to stop, and no part of X is set aside for it.
        y_val : array-like of shape (n_val,) or (n_val, n_outputs), default=None
            Targets of the validation set.
        sample_weight_val : array-like of shape (n_val,), default=None
            Weights of the validation samples, at least 0.
        groups : array-like of shape (n_samples,), default=None
            Passed to `validation_fraction` if that is a splitter, for example a
            :class:`sklearn.model_selection.GroupShuffleSplit`.
        until_epoch : int, default=None
            Number of the epoch, or of the iteration of "lbfgs", after which training
            ends for now: ``interrupted_`` is True, and the learning rate is on its way
            to `max_iter`. With a :class:`Checkpoint` the next ``fit`` goes on from
            there.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter or the data are not valid, the weights grew beyond all
            bounds, or the file of a :class:`Checkpoint` is damaged or belongs to
            another training. An estimator that was fitted before stays as it was.
        TypeError
            If X or y has entries that are not numbers or has no rows, or if only
            some names of X's columns are strings.
        RuntimeError
            If another training uses the file of the Checkpoint.

        Warns
        -----
        sklearn.exceptions.ConvergenceWarning
            If training was still improving after `max_iter` epochs.
        UserWarning
            If `batch_size` is larger than the number of training samples; if Ctrl-C
            ended the training, of which the finished epochs are kept, or nothing is
            changed if there is none; if the learning rate came to its end; if
            `scoring` takes no weights; if no score under early stopping was a number
            or, under `warm_start`, better than that of the present weights; or if the
            weights grew beyond all bounds after the best epoch, which is kept; or if
            the file of a Checkpoint could not be written.

        Examples
        --------
        >>> from sklearn.datasets import make_moons
        >>> from nnteach import MLPClassifierNet
        >>> X, y = make_moons(300, noise=0.2, random_state=0)
        >>> net = MLPClassifierNet((20,), max_iter=1000, random_state=0)
        >>> net = net.fit(X[:200], y[:200], X_val=X[200:], y_val=y[200:])
        >>> len(net.history_["val_loss"]) == net.n_iter_
        True
        """
        given = FitArguments(
            X,
            y,
            sample_weight,
            X_val,
            y_val,
            sample_weight_val,
            groups=groups,
            until_epoch=until_epoch,
        )
        fit_together([self], given)
        return self

    @if_it_can_fit_partially
    def partial_fit(
        self, X: Inputs, y: Targets, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train for one more epoch, going on from the present weights.

        The optimizer's moving averages go on too. The method does not exist for
        ``solver="lbfgs"`` and ``early_stopping=True``.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training inputs.
        y : {array-like, sparse matrix} of shape (n_samples,) or (n_samples, n_outputs)
            Training targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the training samples, at least 0; None gives all the same weight.

        Returns
        -------
        self : object
            The estimator after the epoch.

        Raises
        ------
        ValueError
            If a parameter or the data are not valid, do not fit what the estimator was
            trained on, or the weights grew beyond all bounds. The estimator stays as it
            was.
        TypeError
            If X or y has entries that are not numbers or has no rows, or if only
            some names of X's columns are strings.
        AttributeError
            If the estimator does not have the method, as said above.

        Warns
        -----
        UserWarning
            If `batch_size` is larger than the number of training samples, Ctrl-C ended
            the training, or the learning rate came to its end.

        Examples
        --------
        >>> import numpy as np
        >>> from nnteach import MLPRegressorNet
        >>> X = np.linspace(0, 1, 200)[:, np.newaxis]
        >>> net = MLPRegressorNet(hidden_layer_sizes=(20,), random_state=0)
        >>> for _ in range(3):
        ...     net = net.partial_fit(X, X[:, 0] ** 2)
        >>> len(net.loss_curve_)
        3
        """
        fit_together([self], FitArguments(X, y, sample_weight), one_epoch=True)
        return self

    def initialize(self, X: Inputs, y: Targets) -> Self:
        """Give the network its starting weights, without any training.

        ``fit`` starts from the same weights on the same data with the same integer
        ``random_state``.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs, of which only the number of features matters.
        y : {array-like, sparse matrix} of shape (n_samples,) or (n_samples, n_outputs)
            Targets, which say how many outputs the network has.

        Returns
        -------
        self : object
            The estimator, which can predict.

        Raises
        ------
        ValueError
            If a parameter or the data are not valid. The estimator stays as it was.
        TypeError
            If X or y has entries that are not numbers or has no rows, or if only
            some names of X's columns are strings.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from nnteach import MLPClassifierNet
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPClassifierNet((10,), random_state=0).initialize(X, y)
        >>> [coef.shape for coef in net.coefs_]
        [(4, 10), (10, 3)]
        >>> len(net.loss_curve_)
        0
        """
        draft, before = copy.copy(self), RandomStates([self])
        try:
            network = prepare_network(draft, FitArguments(X, y))
        except BaseException:
            before.restore()
            raise
        state = TrainingState.at_start(self)
        become(self, fitted_attributes(draft, Outcome(network.parameters, state)))
        return self

    def hidden_activations(self, X: Inputs) -> list[FloatArray]:
        """Compute the outputs of the neurons in every hidden layer.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        list of ndarray of shape (n_samples, n_neurons)
            One array for each hidden layer, from the first to the last.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If neither ``fit`` nor ``initialize`` has been called.
        ValueError
            If X is not valid or has other features than in ``fit``, if ``coefs_`` or
            ``intercepts_`` was edited and no longer fits the architecture, or if there
            is no such `device`.
        TypeError
            If X has entries that are not numbers, or if only some names of its columns
            are strings.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from nnteach import MLPClassifierNet
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPClassifierNet((10, 5), solver="lbfgs", random_state=0).fit(X, y)
        >>> [outputs.shape for outputs in net.hidden_activations(X)]
        [(150, 10), (150, 5)]
        """
        return compute_hidden_activations(*as_it_is(self)._prepare(X))

    def loss_and_gradients(
        self, X: Inputs, y: Targets, sample_weight: ArrayLike | None = None
    ) -> tuple[float, list[FloatArray], list[FloatArray]]:
        """Compute the loss and its gradient at the present weights.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.
        y : {array-like, sparse matrix} of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, at least 0; None gives all the same weight.

        Returns
        -------
        loss : float
            Mean loss of the samples plus the L2 penalty.
        coef_gradients : list of ndarray of shape (fan_in, fan_out)
            Gradient of the loss with respect to each array of ``coefs_``.
        intercept_gradients : list of ndarray of shape (fan_out,)
            Gradient of the loss with respect to each array of ``intercepts_``.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If neither ``fit`` nor ``initialize`` has been called.
        ValueError
            If the data are not valid or do not fit those of ``fit``, if ``coefs_`` or
            ``intercepts_`` was edited and no longer fits the architecture, or if there
            is no such `device`.
        TypeError
            If X or y has entries that are not numbers or has no rows, or if only
            some names of X's columns are strings.

        Notes
        -----
        With several regression outputs the squared error is a mean over them, and so
        is this gradient. The stochastic solvers follow scikit-learn and step along
        the gradient of the sum.

        The loss and the gradient include the penalty for every solver. "adamw" shrinks
        the weights instead: its ``loss_curve_`` and its steps leave the penalty out, as
        this method does with ``alpha=0``.

        Examples
        --------
        A step of gradient descent makes the loss smaller:

        >>> from sklearn.datasets import load_iris
        >>> from nnteach import MLPClassifierNet
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPClassifierNet((10,), random_state=0).initialize(X, y)
        >>> loss, coef_gradients, intercept_gradients = net.loss_and_gradients(X, y)
        >>> net = net.set_weights(
        ...     [W - 0.01 * dW for W, dW in zip(net.coefs_, coef_gradients)],
        ...     [b - 0.01 * db for b, db in zip(net.intercepts_, intercept_gradients)],
        ... )
        >>> net.loss_and_gradients(X, y)[0] < loss
        True
        """
        net = as_it_is(self)
        inputs = check_inputs(net, X)
        parameters = parameters_of(net)
        inputs = inputs.astype(parameters.dtype, copy=False)
        targets = targets_of(net).check_and_encode(y, "y")
        check_consistent_length(inputs, targets)
        samples = Samples(
            inputs,
            targets.astype(inputs.dtype, copy=False),
            None if sample_weight is None else check_weight(sample_weight, inputs),
            device=check_device(net),
        )
        loss = targets_of(net).loss()
        objective = Objective(net.architecture_, loss, samples, net.alpha)
        value, gradient = objective(parameters)
        return (value, *unpack(net.architecture_, gradient))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def __copy__(self) -> Self:
        # what a copy shares with the original need not become what a file has
        alone = object.__new__(type(self))
        alone.__dict__ = _without_training(vars(self))
        return alone

    def __getstate__(self) -> dict[str, Any]:
        return to_stored(_without_training(super().__getstate__()))

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(from_stored(state, type(self).__name__))

    def _prepare(self, X: Inputs) -> tuple[Any, ...]:
        """What a forward pass takes: architecture, weights, biases, and samples."""
        inputs = check_inputs(self, X)
        coefs, intercepts = weights_of(self)
        inputs = inputs.astype(coefs[0].dtype, copy=False)
        samples = Samples(inputs, device=check_device(self))
        return self.architecture_, coefs, intercepts, samples

    def _compute_outputs(self, X: Inputs) -> FloatArray:
        return compute_outputs(*self._prepare(X))
