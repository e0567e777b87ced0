"""What the classifier and the regressor share: from arguments to a fitted network."""

from abc import ABC, abstractmethod
from dataclasses import fields

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, clone, is_regressor
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from nnteach.architecture import Architecture
from nnteach.engine.data import Samples
from nnteach.engine.inference import (
    Objective,
    compute_hidden_activations,
    compute_outputs,
)
from nnteach.engine.initializers import draw_parameters
from nnteach.engine.network import pack, unpack
from nnteach.engine.task import Settings, TrainingState, TrainingTask
from nnteach.estimators.conversion import ConversionMixin
from nnteach.estimators.html_repr import HTMLReprMixin
from nnteach.estimators.many import train_estimators
from nnteach.estimators.parameters import (
    check_device,
    check_dropout,
    check_hidden_activations,
    check_hidden_layer_sizes,
)
from nnteach.estimators.validation import (
    check_given_together,
    check_weight,
    choose_parts,
    split_off,
    use_given_set,
)


def _can_fit_partially(estimator):
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
            "class_weight='balanced' cannot be used with partial_fit, which sees a "
            "part of the classes' counts at a time; compute the weights of all data "
            "with sklearn.utils.class_weight.compute_class_weight and pass them as a "
            "dict."
        )
    return True


class BaseMLPNet(
    ConversionMixin, HTMLReprMixin, CallbackSupportMixin, BaseEstimator, ABC
):
    """Base class of the multilayer perceptrons; use the derived classes."""

    # groups that are meant for cross-validation are not ours, unless asked for
    __metadata_request__fit = {"groups": False}

    @abstractmethod
    def _encode_targets(self, y, goes_on, incremental, classes):
        """Turn checked targets into an array of shape (n_samples, n_outputs)."""

    @abstractmethod
    def _encode_further_targets(self, y, name):
        """Check and turn targets that the estimator is not fitted to."""

    @abstractmethod
    def _choose_output(self):
        """Names of the output activation and of the loss."""

    @abstractmethod
    def _choose_score(self):
        """The default score, as a function of a whole stack's outputs."""

    def fit(
        self,
        X,
        y,
        sample_weight=None,
        *,
        X_val=None,
        y_val=None,
        sample_weight_val=None,
        groups=None,
    ):
        """Train the network on X and y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Training targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the training samples, at least 0; None weighs all the same.
        X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
            Inputs of a validation set, on which nothing is trained. Its loss and its
            score after every epoch are kept in ``history_``; with
            ``early_stopping=True`` they decide when to stop, and no part of X is set
            aside for it.
        y_val : array-like of shape (n_val,) or (n_val, n_outputs), default=None
            Targets of the validation set.
        sample_weight_val : array-like of shape (n_val,), default=None
            Weights of the validation samples, at least 0.
        groups : array-like of shape (n_samples,), default=None
            Passed to the splitter that `validation_fraction` may be, for example to a
            :class:`sklearn.model_selection.GroupShuffleSplit`.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter or the data are not valid, or the weights grew beyond all
            bounds. An estimator that was fitted before stays as it was.
        """
        train_estimators(
            [self],
            X=X,
            y=y,
            sample_weight=sample_weight,
            X_val=X_val,
            y_val=y_val,
            sample_weight_val=sample_weight_val,
            groups=groups,
        )
        return self

    @available_if(_can_fit_partially)
    def partial_fit(self, X, y, sample_weight=None):
        """Train for one more epoch, going on from the present weights.

        The optimizer's moving averages go on too. The method is not there for
        ``solver="lbfgs"`` and ``early_stopping=True``.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Training targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the training samples, at least 0.

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
        """
        train_estimators(
            [self], incremental=True, X=X, y=y, sample_weight=sample_weight
        )
        return self

    def initialize(self, X, y):
        """Give the network its starting weights, without any training.

        They are those from which ``fit`` starts on the same data with the same
        integer ``random_state``.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs, of which only the number of features matters.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets, which say how many outputs the network has.

        Returns
        -------
        self : object
            The estimator, which can predict.
        """
        unfitted = clone(self)
        *_, parameters, _ = unfitted._prepare_network(X, y)
        state = TrainingState(self.solver, self.learning_rate_init)
        unfitted._take_over(parameters, state)
        vars(self).clear()
        vars(self).update(vars(unfitted))
        return self

    def hidden_activations(self, X):
        """Compute what the neurons of every hidden layer put out.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        list of ndarray of shape (n_samples, n_neurons)
            One array for each hidden layer, from the first to the last.
        """
        samples = Samples(self._check_inputs(X), device=check_device(self))
        return compute_hidden_activations(
            self.architecture_, self._parameters(), samples
        )

    def loss_and_gradients(self, X, y, sample_weight=None):
        """Compute the loss and its gradient at the present weights.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, at least 0; None weighs all the same.

        Returns
        -------
        loss : float
            Mean loss of the samples plus the L2 penalty.
        coef_gradients : list of ndarray of shape (fan_in, fan_out)
            Gradient of the loss with respect to each array of ``coefs_``.
        intercept_gradients : list of ndarray of shape (fan_out,)
            Gradient of the loss with respect to each array of ``intercepts_``.

        Notes
        -----
        With several regression outputs the squared error is a mean over them, and so
        is this gradient. The stochastic solvers follow scikit-learn and step along
        the gradient of the sum.

        The penalty is a part of both for every solver. "adamw" shrinks the weights
        instead: it leaves the penalty out of ``loss_curve_`` and steps along the
        gradient without it, as this method computes them with ``alpha=0``.
        """
        X = self._check_inputs(X)
        y = self._encode_further_targets(y, "y").astype(X.dtype, copy=False)
        check_consistent_length(X, y)
        if sample_weight is not None:
            sample_weight = check_weight(sample_weight, X)
        objective = Objective(
            self.architecture_,
            self._choose_output()[1],
            Samples(X, y, sample_weight, device=check_device(self)),
            self.alpha,
        )
        loss, gradient = objective(self._parameters())
        return (loss, *unpack(self.architecture_, gradient))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _parameters(self):
        return pack(self.architecture_, self.coefs_, self.intercepts_)

    def _check_inputs(self, X):
        check_is_fitted(self)
        X = validate_data(
            self, X, accept_sparse="csr", dtype=(np.float64, np.float32), reset=False
        )
        return X.astype(self._parameters().dtype, copy=False)

    def _compute_outputs(self, X):
        samples = Samples(self._check_inputs(X), device=check_device(self))
        return compute_outputs(self.architecture_, self._parameters(), samples)

    def _prepare_training(
        self,
        X,
        y,
        sample_weight=None,
        X_val=None,
        y_val=None,
        sample_weight_val=None,
        groups=None,
        incremental=False,
        classes=None,
    ):
        """Check all arguments and make of them the task for the engine."""
        given = X, y, groups
        goes_on = hasattr(self, "coefs_") and (self.warm_start or incremental)
        check_given_together(X_val, y_val, sample_weight_val)
        X, y, targets, loss, parameters, random_state = self._prepare_network(
            X, y, goes_on, incremental, classes
        )
        dropout = check_dropout(self, len(self.architecture_.layer_sizes) - 2)
        device = check_device(self)
        if sample_weight is not None:
            sample_weight = check_weight(sample_weight, X)
        training_weight = self._weigh_classes(y, sample_weight)
        if training_weight is not None:
            training_weight = training_weight.astype(X.dtype, copy=False)

        # classes weigh in a set that is split off, not in one that is handed over
        score_weight = training_weight if X_val is None else sample_weight
        samples = Samples(X, targets, training_weight, score_weight, device)
        rows, validation = np.arange(len(y)), None
        if X_val is not None:
            rows, validation = use_given_set(
                self, samples, given[0], y, X_val, y_val, sample_weight_val
            )
        elif self.early_stopping and self.solver != "lbfgs":
            parts = choose_parts(self, targets, *given, random_state)
            rows, validation = split_off(self, samples, given[0], y, *parts)
        state = self._state(goes_on, parameters)
        if any(dropout) and state.dropout_seed is None:
            # drawn last, and only then: without it the draws are scikit-learn's
            state.dropout_seed = random_state.randint(2**31)
        return TrainingTask(
            architecture=self.architecture_,
            loss=loss,
            parameters=parameters,
            settings=self._settings(len(rows), dropout, device),
            state=state,
            random_state=random_state,
            samples=samples,
            rows=rows,
            validation=validation,
        )

    def _prepare_network(self, X, y, goes_on=False, incremental=False, classes=None):
        """Check parameters and data; find the network's shape and its weights."""
        self._validate_params()
        hidden_layer_sizes = check_hidden_layer_sizes(self)
        hidden_activations = check_hidden_activations(self, len(hidden_layer_sizes))
        X, y = self._check_data(X, y, reset=not goes_on)
        targets = self._encode_targets(y, goes_on, incremental, classes)
        targets = targets.astype(X.dtype, copy=False)
        self.n_outputs_ = targets.shape[1]
        self.n_layers_ = len(hidden_layer_sizes) + 2
        self.out_activation_, loss = self._choose_output()
        architecture = Architecture(
            (X.shape[1], *hidden_layer_sizes, self.n_outputs_),
            (*hidden_activations, self.out_activation_),
        )
        random_state = check_random_state(self.random_state)
        if goes_on:
            self._check_same_architecture(architecture)
            parameters = self._parameters().astype(X.dtype, copy=False)
        else:
            parameters = self._draw_parameters(architecture, random_state, X.dtype)
        self.architecture_ = architecture
        return X, y, targets, loss, parameters, random_state

    def _check_data(self, X, y, *, reset):
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            multi_output=True,
            y_numeric=is_regressor(self),
            dtype=(np.float64, np.float32),
            reset=reset,
        )
        if sparse.issparse(y):
            y = y.toarray()
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        return X, y

    def _check_same_architecture(self, architecture):
        if architecture != self.architecture_:
            raise ValueError(
                "warm_start and partial_fit go on with the present weights, whose "
                f"architecture is {self.architecture_}; the parameters and the data "
                f"now ask for {architecture}. Set warm_start=False and call fit to "
                "start anew."
            )

    def _draw_parameters(self, architecture, random_state, dtype):
        hidden = list(architecture.activations[:-1])
        fallback = self.activation if isinstance(self.activation, str) else None
        return pack(
            architecture,
            *draw_parameters(
                architecture,
                [*hidden, hidden[-1] if hidden else fallback],
                self.weight_init,
                self.bias_init,
                random_state,
                dtype,
            ),
        )

    def _weigh_classes(self, y, sample_weight):
        """Sample weights times the weights of their classes, if there are any."""
        return sample_weight

    def _settings(self, n_training_samples, dropout, device):
        values = {field.name: getattr(self, field.name) for field in fields(Settings)}
        values.update(dropout=dropout, device=device)
        batch_size = 200 if self.batch_size == "auto" else self.batch_size
        values["batch_size"] = min(batch_size, n_training_samples)
        return Settings(**values)

    def _state(self, goes_on, parameters):
        """The state to go on from: a copy, since a failed fit must not change it."""
        if goes_on:
            state = self._training_state.copy()
            state.cast(parameters.dtype)
            solver_changes = state.solver != self.solver
            if solver_changes:
                state.change_solver(self.solver)
            if solver_changes or self.learning_rate != "adaptive":
                state.learning_rate = self.learning_rate_init
        else:
            state = TrainingState(self.solver, self.learning_rate_init)
        if state.best_parameters is None:
            state.best_parameters = parameters
        return state

    def _take_over(self, parameters, state):
        """Make what a training has brought the fitted attributes."""
        self.coefs_, self.intercepts_ = unpack(self.architecture_, parameters)
        self.n_iter_ = state.n_iter
        self.t_ = state.n_samples_seen
        self.loss_curve_ = list(state.history.get("loss", []))
        self.loss_ = self.loss_curve_[-1] if self.loss_curve_ else state.loss_at_start
        stops_early = self.early_stopping and self.solver != "lbfgs"
        self.best_loss_ = None if stops_early else state.best_loss
        self.validation_scores_ = None
        self.best_validation_score_ = None
        if stops_early and state.monitored_scores:
            self.validation_scores_ = list(state.monitored_scores)
            self.best_validation_score_ = state.best_score
        self.history_ = {key: np.array(values) for key, values in state.history.items()}
        self._training_state = state
