"""Callbacks that look at an estimator after every epoch, on scikit-learn's protocol."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.callback import CallbackContext
from sklearn.metrics import check_scoring

from nnteach.engine.network.layout import pack
from nnteach.estimators.annotations import FloatArray, Inputs, Scorer, Targets
from nnteach.estimators.fitted import (
    attributes_from_content,
    become,
    network_content,
)
from nnteach.estimators.scoring import check_named_scoring, compute_scores
from nnteach.estimators.sklearn_private import (
    Interval,
    validate_parameter_constraints,
)
from nnteach.estimators.validation_set import check_further_data

# what scikit-learn's check_scoring takes
MonitoredScores = (
    str | Scorer | list[str] | tuple[str, ...] | dict[str, str | Scorer] | None
)
Weights = tuple[list[FloatArray], list[FloatArray]]


class EpochCallback(ABC):
    """Base class of callbacks that look at an estimator after every epoch.

    Clones share their callbacks, and a search may train them at the same time. So a
    copy of the callback follows each training. When the training ends, the callback
    takes over what the copy has found: its attributes that end in an underscore.
    """

    _followers: dict[CallbackContext, "EpochCallback"]

    @abstractmethod
    def start(self, estimator: BaseEstimator) -> None:
        """Begin to follow the training of this estimator.

        Parameters
        ----------
        estimator : estimator instance
            The estimator that is about to be trained.
        """

    @abstractmethod
    def look_at(self, fitted_estimator: BaseEstimator, epoch: int) -> bool:
        """Look at the estimator after an epoch; return True to stop.

        Parameters
        ----------
        fitted_estimator : estimator instance
            The estimator as it is after the epoch.
        epoch : int
            Number of the epoch, from 1.

        Returns
        -------
        bool
            Whether training is to stop here.
        """

    def check_data(self, estimator: BaseEstimator) -> None:  # noqa: B027
        """Raise a ValueError if the callback's data do not fit the estimator's.

        This base class has no data of its own.

        Parameters
        ----------
        estimator : estimator instance
            An estimator that has seen its training data.
        """

    def weights_to_keep(self) -> Weights | None:
        """Choose the weights and biases to end with.

        Returns
        -------
        tuple of (coefs, intercepts) or None
            Like ``coefs_`` and ``intercepts_``; None for the last epoch's.
        """
        return None

    def setup(self, estimator: BaseEstimator, context: CallbackContext) -> None:
        """Start a copy that follows the training of an estimator.

        Parameters
        ----------
        estimator : estimator instance
            The estimator that is about to be trained.
        context : sklearn.callback.CallbackContext
            The context of its ``fit``.

        Raises
        ------
        ValueError
            If ``scoring`` is not what scikit-learn can score this estimator with.
        """
        follower = copy.copy(self)
        follower.start(estimator)
        vars(self).setdefault("_followers", {})[context] = follower

    def on_fit_task_begin(  # noqa: B027
        self, estimator: BaseEstimator, context: CallbackContext
    ) -> None:
        """Do nothing: an epoch is looked at when it ends.

        Parameters
        ----------
        estimator : estimator instance
            The estimator that is trained.
        context : sklearn.callback.CallbackContext
            The context of the epoch, or of the whole ``fit``.
        """

    def on_fit_task_end(
        self,
        estimator: BaseEstimator,
        context: CallbackContext,
        *,
        fitted_estimator: BaseEstimator | None = None,
    ) -> bool:
        """Look at the estimator as it is after the epoch.

        Parameters
        ----------
        estimator : estimator instance
            The estimator that is trained.
        context : sklearn.callback.CallbackContext
            The context of the epoch, or of the whole ``fit``, whose end changes
            nothing.
        fitted_estimator : estimator instance, default=None
            The estimator as if training had ended here.

        Returns
        -------
        bool
            Whether training is to stop here.

        Raises
        ------
        ValueError
            If the score is no number.
        """
        if context.task_name == "epoch":
            follower = self._followers[context.parent]
            return follower.look_at(fitted_estimator, context.task_id + 1)
        return False

    def state(self, context: CallbackContext) -> dict[str, Any]:
        """Hand out what was found so far, for a checkpoint.

        Parameters
        ----------
        context : sklearn.callback.CallbackContext
            The context of the ``fit``.

        Returns
        -------
        dict
            What was found by name, as dicts, lists, numbers and arrays.
        """
        return self._followers[context].found()

    def restore(
        self, context: CallbackContext, state: dict[str, Any], estimator: BaseEstimator
    ) -> None:
        """Go on from what was found.

        Parameters
        ----------
        context : sklearn.callback.CallbackContext
            The context of the ``fit``.
        state : dict
            What ``state`` has handed out before.
        estimator : estimator instance
            An estimator that has seen its training data.
        """
        self._followers[context].go_on_from(state, estimator)

    @abstractmethod
    def found(self) -> dict[str, Any]:
        """Hand out what this copy has found, as dicts, lists, numbers and arrays.

        Returns
        -------
        dict
        """

    @abstractmethod
    def go_on_from(self, found: dict[str, Any], estimator: BaseEstimator) -> None:
        """Go on from what was found.

        Parameters
        ----------
        found : dict
            What ``found`` has handed out before.
        estimator : estimator instance
            An estimator that has seen its training data.
        """

    def end_training(
        self, estimator: BaseEstimator, context: CallbackContext
    ) -> Weights | None:
        """Report what was found in a training that ended as it should.

        Parameters
        ----------
        estimator : estimator instance
            The estimator that was trained.
        context : sklearn.callback.CallbackContext
            The context of its ``fit``.

        Returns
        -------
        tuple of (coefs, intercepts) or None
            Like ``coefs_`` and ``intercepts_``; None for the last epoch's.

        Raises
        ------
        ValueError
            If there is no best epoch, since the score was never a number.
        """
        weights = self._followers[context].weights_to_keep()
        self.teardown(estimator, context)
        return weights

    def teardown(self, estimator: BaseEstimator, context: CallbackContext) -> None:
        """Report what was found, also in a training that failed.

        Parameters
        ----------
        estimator : estimator instance
            The estimator whose training has ended.
        context : sklearn.callback.CallbackContext
            The context of its ``fit``.
        """
        follower = vars(self).get("_followers", {}).pop(context, None)
        if follower is not None:
            found = {
                name: value
                for name, value in vars(follower).items()
                if name.endswith("_")
            }
            vars(self).update(found)

    def __getstate__(self) -> dict[str, Any]:
        state = vars(self).copy()
        state.pop("_followers", None)
        return state


class EarlyStopping(EpochCallback):
    """Stop training when a score has not improved for some epochs.

    Unlike the parameter ``early_stopping``, it leaves the training data whole, and
    several of these callbacks can watch several sets and scores at once.

    Parameters
    ----------
    X_val : {array-like, sparse matrix} of shape (n_val, n_features)
        Inputs on which the score is computed.
    y_val : array-like of shape (n_val,) or (n_val, n_outputs)
        Their targets.
    scoring : str, callable or None, default=None
        Name of a scorer or a scorer ``scorer(estimator, X, y)``; None is the
        estimator's ``score``.
    patience : int, default=10
        Training stops after this many epochs in a row without an improvement, at least
        1.
    min_delta : float, default=0.0
        The score must rise by more than this to count as an improvement; at least 0.
    restore_best_weights : bool, default=True
        Whether the estimator ends with the weights of its best epoch.

    Raises
    ------
    ValueError
        If `scoring`, `patience`, `min_delta` or `restore_best_weights` is not valid.

    Attributes
    ----------
    scores_ : list of float
        The score after each epoch of the training that ended last.
    best_epoch_ : int
        Number of the best epoch, from 1.
    best_score_ : float
        The score after the best epoch.

    Notes
    -----
    As under the parameter ``early_stopping``, only ``coefs_`` and ``intercepts_`` are
    those of the best epoch. Everything else describes the whole training: ``n_iter_``,
    ``loss_curve_``, ``history_``, ``loss_`` (the last epoch's) and the optimizer's
    state, with which `partial_fit` and a warm start go on.

    A score that is NaN is no improvement. If it is NaN after every epoch, ``fit`` ends
    with an error.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from nnteach import EarlyStopping, MLPClassifierNet
    >>> X, y = make_moons(300, noise=0.2, random_state=0)
    >>> stop = EarlyStopping(X[200:], y[200:], scoring="neg_log_loss", patience=3)
    >>> net = MLPClassifierNet((20,), learning_rate_init=0.05, random_state=0)
    >>> net = net.set_callbacks(stop).fit(X[:200], y[:200])
    >>> len(stop.scores_) == stop.best_epoch_ + 3
    True
    """

    _parameter_constraints = {
        "scoring": [str, callable, None],
        "patience": [Interval(Integral, 1, None, closed="left")],
        "min_delta": [Interval(Real, 0, None, closed="left")],
        "restore_best_weights": ["boolean"],
    }

    def __init__(
        self,
        X_val: Inputs,
        y_val: Targets,
        *,
        scoring: str | Scorer | None = None,
        patience: int = 10,
        min_delta: float = 0.0,
        restore_best_weights: bool = True,
    ) -> None:
        self.X_val = X_val
        self.y_val = y_val
        self.scoring = scoring
        self.patience = patience
        self.min_delta = min_delta
        self.restore_best_weights = restore_best_weights
        _check_parameters(self)

    def start(self, estimator: BaseEstimator) -> None:
        """Start counting.

        Parameters
        ----------
        estimator : estimator instance
            The estimator that is about to be trained.

        Raises
        ------
        ValueError
            If `scoring` is not what scikit-learn can score this estimator with.
        """
        self._scorer = _make_scorer(self, estimator)
        self.scores_: list[float] = []
        self.best_score_ = np.nan
        self.best_epoch_ = 0

    def look_at(self, fitted_estimator: BaseEstimator, epoch: int) -> bool:
        """Score the epoch's weights; return True to stop.

        Parameters
        ----------
        fitted_estimator : estimator instance
            The estimator as it is after the epoch.
        epoch : int
            Number of the epoch, from 1.

        Returns
        -------
        bool
            Whether the last improvement is `patience` epochs ago.

        Raises
        ------
        ValueError
            If the score is no number.
        """
        score = _score(self, fitted_estimator)
        self.scores_.append(score)
        # any number is better than NaN, which the best score is at first
        if not (np.isnan(score) or score <= self.best_score_ + self.min_delta):
            self.best_score_, self.best_epoch_ = score, epoch
            self._best = fitted_estimator.coefs_, fitted_estimator.intercepts_
        return epoch - self.best_epoch_ >= self.patience

    def found(self) -> dict[str, Any]:
        """Hand out what this copy has found.

        Returns
        -------
        dict
        """
        return {
            "scores": list(self.scores_),
            "best_score": self.best_score_,
            "best_epoch": self.best_epoch_,
            "best": self._best if self.best_epoch_ else None,
        }

    def go_on_from(self, found: dict[str, Any], estimator: BaseEstimator) -> None:
        """Go on from what was found.

        Parameters
        ----------
        found : dict
            What ``found`` has handed out before.
        estimator : estimator instance
            An estimator that has seen its training data.
        """
        self.scores_ = [float(score) for score in found["scores"]]
        self.best_score_ = float(found["best_score"])
        self.best_epoch_ = int(found["best_epoch"])
        if self.best_epoch_:
            coefs, intercepts = found["best"]
            pack(estimator.architecture_, coefs, intercepts)
            self._best = coefs, intercepts

    def check_data(self, estimator: BaseEstimator) -> None:
        """Check the validation set against the training data.

        Parameters
        ----------
        estimator : estimator instance
            An estimator that has seen its training data.

        Raises
        ------
        ValueError
            If `X_val` has other features than the training data, `y_val` other classes
            or another number of outputs, or one of them is not valid.
        """
        _check_validation_data(self, estimator)

    def weights_to_keep(self) -> Weights | None:
        """Choose the weights and biases to end with.

        Returns
        -------
        tuple of (coefs, intercepts) or None
            Those of the best epoch, or None if `restore_best_weights` is False.

        Raises
        ------
        ValueError
            If there is no best epoch, since the score was NaN after each.
        """
        if self.scores_ and not self.best_epoch_:
            raise ValueError(
                f"The 'scoring' parameter of {type(self).__name__} must give a number "
                f"after some epoch. Got NaN after each of {len(self.scores_)} instead, "
                f"with scoring={self.scoring!r}."
            )
        return self._best if self.restore_best_weights and self.best_epoch_ else None


class Snapshots(EpochCallback):
    """Keep the estimator as it was after some epochs.

    Parameters
    ----------
    epochs : iterable of int or None, default=None
        Numbers of the epochs, from 1; None keeps every epoch.

    Raises
    ------
    ValueError
        If `epochs` has an element that is no integer of at least 1.

    Attributes
    ----------
    estimators_ : dict of int to estimator
        A fitted estimator for each epoch that was reached in the training that ended
        last.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_moons
    >>> from nnteach import MLPClassifierNet, Snapshots
    >>> X, y = make_moons(200, noise=0.2, random_state=0)
    >>> film = Snapshots([1, 5, 20])
    >>> net = MLPClassifierNet((10,), max_iter=20, n_iter_no_change=np.inf)
    >>> net = net.set_callbacks(film).fit(X, y)
    >>> sorted(film.estimators_)
    [1, 5, 20]
    """

    def __init__(self, epochs: Iterable[int] | None = None) -> None:
        self.epochs = None if epochs is None else _check_epochs(epochs)

    def start(self, estimator: BaseEstimator) -> None:
        """Start an empty film.

        Parameters
        ----------
        estimator : estimator instance
            The estimator that is about to be trained.
        """
        self.estimators_: dict[int, Any] = {}

    def look_at(self, fitted_estimator: BaseEstimator, epoch: int) -> bool:
        """Keep the estimator if the epoch is asked for.

        Parameters
        ----------
        fitted_estimator : estimator instance
            The estimator as it is after the epoch.
        epoch : int
            Number of the epoch, from 1.

        Returns
        -------
        bool
            False: training goes on.
        """
        if self.epochs is None or epoch in self.epochs:
            # without callbacks, or going on from a snapshot would start a new film
            self.estimators_[epoch] = copy.copy(fitted_estimator).set_callbacks()
        return False

    def found(self) -> dict[str, Any]:
        """Hand out what this copy has found.

        Returns
        -------
        dict
        """
        return {
            "epochs": list(self.estimators_),
            "networks": [network_content(one) for one in self.estimators_.values()],
        }

    def go_on_from(self, found: dict[str, Any], estimator: BaseEstimator) -> None:
        """Go on from what was found.

        Parameters
        ----------
        found : dict
            What ``found`` has handed out before.
        estimator : estimator instance
            An estimator that has seen its training data.
        """
        for epoch, content in zip(found["epochs"], found["networks"], strict=True):
            network = copy.copy(estimator).set_callbacks()
            become(network, attributes_from_content(estimator, content))
            self.estimators_[int(epoch)] = network


class ValidationMonitor(EpochCallback):
    """Measure scores on data of your own after every epoch.

    Parameters
    ----------
    X_val : {array-like, sparse matrix} of shape (n_val, n_features)
        Inputs.
    y_val : array-like of shape (n_val,) or (n_val, n_outputs)
        Their targets.
    scoring : str, callable, list, tuple, dict or None
        As :func:`sklearn.model_selection.cross_validate` takes it; None is the
        estimator's ``score``.

    Raises
    ------
    ValueError
        If `scoring` is none of these.

    Attributes
    ----------
    scores_ : dict of str to list of float
        The value of each score after each epoch of the training that ended last.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_moons
    >>> from nnteach import MLPClassifierNet, ValidationMonitor
    >>> X, y = make_moons(300, noise=0.2, random_state=0)
    >>> monitor = ValidationMonitor(X[200:], y[200:], scoring=["accuracy", "roc_auc"])
    >>> net = MLPClassifierNet((10,), max_iter=5, n_iter_no_change=np.inf)
    >>> net = net.set_callbacks(monitor).fit(X[:200], y[:200])
    >>> {name: len(scores) for name, scores in monitor.scores_.items()}
    {'accuracy': 5, 'roc_auc': 5}
    """

    _parameter_constraints = {"scoring": [str, callable, list, tuple, dict, None]}

    def __init__(
        self, X_val: Inputs, y_val: Targets, *, scoring: MonitoredScores
    ) -> None:
        self.X_val = X_val
        self.y_val = y_val
        self.scoring = scoring
        _check_parameters(self)

    def check_data(self, estimator: BaseEstimator) -> None:
        """Check the validation set against the training data.

        Parameters
        ----------
        estimator : estimator instance
            An estimator that has seen its training data.

        Raises
        ------
        ValueError
            If `X_val` has other features than the training data, `y_val` other classes
            or another number of outputs, or one of them is not valid.
        """
        _check_validation_data(self, estimator)

    def start(self, estimator: BaseEstimator) -> None:
        """Start without scores.

        Parameters
        ----------
        estimator : estimator instance
            The estimator that is about to be trained.

        Raises
        ------
        ValueError
            If `scoring` is not what scikit-learn can score this estimator with.
        """
        self._scorer = _make_scorer(self, estimator)
        self.scores_: dict[str, list[float]] = {}

    def look_at(self, fitted_estimator: BaseEstimator, epoch: int) -> bool:
        """Score the epoch's weights.

        Parameters
        ----------
        fitted_estimator : estimator instance
            The estimator as it is after the epoch.
        epoch : int
            Number of the epoch, from 1.

        Returns
        -------
        bool
            False: training goes on.

        Raises
        ------
        ValueError
            If a score is no number.
        """
        scores = _score(self, fitted_estimator)
        if not isinstance(scores, dict):
            scores = dict.fromkeys(_names_of(self.scoring), scores)
        for name, score in scores.items():
            self.scores_.setdefault(name, []).append(score)
        return False

    def found(self) -> dict[str, Any]:
        """Hand out what this copy has found.

        Returns
        -------
        dict
        """
        return {name: list(scores) for name, scores in self.scores_.items()}

    def go_on_from(self, found: dict[str, Any], estimator: BaseEstimator) -> None:
        """Go on from what was found.

        Parameters
        ----------
        found : dict
            What ``found`` has handed out before.
        estimator : estimator instance
            An estimator that has seen its training data.
        """
        self.scores_ = {name: list(map(float, found[name])) for name in found}


def _check_parameters(callback: EarlyStopping | ValidationMonitor) -> None:
    validate_parameter_constraints(
        callback._parameter_constraints, vars(callback), type(callback).__name__
    )


def _check_epochs(epochs: Iterable[int]) -> set[int]:
    numbers = list(epochs) if isinstance(epochs, Iterable) else [epochs]
    wrong = [n for n in numbers if not (isinstance(n, Integral) and n >= 1)]
    if wrong or not isinstance(epochs, Iterable):
        raise ValueError(
            "The 'epochs' parameter of Snapshots must be None or an iterable of int, "
            f"each at least 1. Got {(wrong or numbers)[0]!r} instead."
        )
    return set(numbers)


def _check_validation_data(
    callback: EarlyStopping | ValidationMonitor, estimator: BaseEstimator
) -> None:
    try:
        check_further_data(
            estimator, callback.X_val, callback.y_val, (np.float64, np.float32)
        )
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{type(callback).__name__} cannot score on its X_val and y_val: {error}"
        ) from error

    for scoring in _parts_of(callback.scoring):
        check_named_scoring(
            estimator,
            scoring,
            callback.X_val,
            callback.y_val,
            owner=type(callback).__name__,
            name="X_val and y_val",
        )


def _parts_of(scoring: MonitoredScores) -> list[Any]:
    """The scorers in what a monitor takes."""
    if isinstance(scoring, dict):
        return list(scoring.values())
    return list(scoring) if isinstance(scoring, list | tuple) else [scoring]


def _names_of(scoring: MonitoredScores) -> list[str]:
    """The names under which a monitor keeps its scores."""
    if isinstance(scoring, dict | list | tuple):
        return [str(name) for name in scoring]
    return [scoring if isinstance(scoring, str) else "score"]


def _score(
    callback: EarlyStopping | ValidationMonitor, fitted_estimator: BaseEstimator
) -> Any:
    return compute_scores(
        callback._scorer,
        fitted_estimator,
        callback.X_val,
        callback.y_val,
        scoring=callback.scoring,
        owner=type(callback).__name__,
        name="X_val and y_val",
    )


def _make_scorer(
    callback: EarlyStopping | ValidationMonitor, estimator: BaseEstimator
) -> Callable[..., Any]:
    scoring = callback.scoring
    try:
        if isinstance(scoring, dict):  # whose values scikit-learn does not check
            for value in scoring.values():
                check_scoring(estimator, value)
        return check_scoring(estimator, scoring)
    except ValueError as error:
        raise ValueError(
            f"The 'scoring' parameter of {type(callback).__name__} must be what "
            f"scikit-learn can score with. Got {scoring!r} instead: {error}"
        ) from error
