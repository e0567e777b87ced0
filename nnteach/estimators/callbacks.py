"""Callbacks on scikit-learn's protocol, and how a training calls them."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from numbers import Integral, Real

import numpy as np
from sklearn.metrics import check_scoring

from nnteach.engine.network.layout import pack
from nnteach.engine.training.problem import Problem
from nnteach.estimators.fitted import describe
from nnteach.estimators.parameters import check_score
from nnteach.estimators.sklearn_private import (
    Interval,
    callback_management_context,
    validate_parameter_constraints,
)
from nnteach.estimators.validation_set import check_further_data


class EpochCallback(ABC):
    """Base class of callbacks that look at an estimator after every epoch.

    Clones share their callbacks, and a search may train them at the same time. So a
    copy follows each training, and what it found, in its attributes that end in an
    underscore, becomes the callback's own when the training ends.
    """

    @abstractmethod
    def start(self, estimator):
        """Begin to follow the training of this estimator."""

    @abstractmethod
    def look_at(self, fitted_estimator, epoch):
        """Take in the epoch of this number, from 1; return True to stop."""

    def check_data(self, estimator):  # noqa: B027
        """Raise a ValueError if data of its own do not fit an estimator's."""

    def weights_to_keep(self):
        """The ``coefs_`` and ``intercepts_`` to end with; None for the last ones."""
        return None

    def setup(self, estimator, context):
        """Start a follower."""
        follower = copy.copy(self)
        follower.start(estimator)
        vars(self).setdefault("_followers", {})[estimator] = follower

    def on_fit_task_begin(self, estimator, context):  # noqa: B027
        """Do nothing: an epoch is looked at when it ends."""

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        """Look at the estimator as it is after the epoch."""
        if context.task_name == "epoch":
            follower = self._followers[estimator]
            return follower.look_at(fitted_estimator, context.task_id + 1)
        return False

    def end_training(self, estimator):
        """Report what was found, and return the weights to keep, or None."""
        weights = self._followers[estimator].weights_to_keep()
        self.teardown(estimator)
        return weights

    def teardown(self, estimator, context=None):
        """Report what was found, also of a training that failed."""
        follower = vars(self).get("_followers", {}).pop(estimator, None)
        if follower is not None:
            found = {
                name: value
                for name, value in vars(follower).items()
                if name.endswith("_")
            }
            vars(self).update(found)

    def __getstate__(self):
        state = vars(self).copy()
        state.pop("_followers", None)
        return state


class EarlyStopping(EpochCallback):
    """Stop training when a score has not improved for some epochs.

    Unlike the parameter ``early_stopping``, it can watch several sets and scores at
    once, one callback for each, and leaves the training data whole.

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
        Training stops after this many epochs in a row without an improvement.
    min_delta : float, default=0.0
        An improvement is larger than this.
    restore_best_weights : bool, default=True
        Whether the estimator ends with the weights of its best epoch.

    Attributes
    ----------
    scores_ : list of float
        The score after each epoch of the training that ended last.
    best_epoch_ : int
        Number of the best epoch, from 1.
    best_score_ : float
        The score after it.

    Notes
    -----
    As under the parameter ``early_stopping``, only ``coefs_`` and ``intercepts_`` are
    those of the best epoch. All else tells of the whole training: ``n_iter_``,
    ``loss_curve_`` and ``history_``, ``loss_``, which is the last epoch's, and the
    optimizer's state, with which `partial_fit` and a warm start go on.

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
        X_val,
        y_val,
        *,
        scoring=None,
        patience=10,
        min_delta=0.0,
        restore_best_weights=True,
    ):
        self.X_val = X_val
        self.y_val = y_val
        self.scoring = scoring
        self.patience = patience
        self.min_delta = min_delta
        self.restore_best_weights = restore_best_weights
        _check_parameters(self)

    def start(self, estimator):
        """Start counting."""
        self._scorer = _make_scorer(self, estimator)
        self.scores_ = []
        self.best_score_ = np.nan
        self.best_epoch_ = 0

    def look_at(self, fitted_estimator, epoch):
        """Score the epoch's weights; return True to stop."""
        score = self._scorer(fitted_estimator, self.X_val, self.y_val)
        score = check_score(score, type(self).__name__)
        self.scores_.append(score)
        # any number is better than NaN, which the best score is at first
        if not (np.isnan(score) or score <= self.best_score_ + self.min_delta):
            self.best_score_, self.best_epoch_ = score, epoch
            self._best = fitted_estimator.coefs_, fitted_estimator.intercepts_
        return epoch - self.best_epoch_ >= self.patience

    def check_data(self, estimator):
        """Check the validation set against the training data."""
        _check_validation_data(self, estimator)

    def weights_to_keep(self):
        """The weights of the best epoch, if they are asked for."""
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

    def __init__(self, epochs=None):
        self.epochs = None if epochs is None else _check_epochs(epochs)

    def start(self, estimator):
        """Start an empty film."""
        self.estimators_ = {}

    def look_at(self, fitted_estimator, epoch):
        """Keep the estimator if the epoch is asked for."""
        if self.epochs is None or epoch in self.epochs:
            # without callbacks, or going on from a snapshot would start a new film
            self.estimators_[epoch] = copy.copy(fitted_estimator).set_callbacks()


class ValidationMonitor(EpochCallback):
    """Measure scores on data of your own after every epoch.

    Parameters
    ----------
    X_val : {array-like, sparse matrix} of shape (n_val, n_features)
        Inputs.
    y_val : array-like of shape (n_val,) or (n_val, n_outputs)
        Their targets.
    scoring : str, callable, list, tuple or dict
        As :func:`sklearn.model_selection.cross_validate` takes it.

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

    def __init__(self, X_val, y_val, *, scoring):
        self.X_val = X_val
        self.y_val = y_val
        self.scoring = scoring
        _check_parameters(self)

    def check_data(self, estimator):
        """Check the validation set against the training data."""
        _check_validation_data(self, estimator)

    def start(self, estimator):
        """Start without scores."""
        self._scorer = _make_scorer(self, estimator)
        self.scores_ = {}

    def look_at(self, fitted_estimator, epoch):
        """Score the epoch's weights."""
        scores = self._scorer(fitted_estimator, self.X_val, self.y_val)
        if not isinstance(scores, dict):
            name = self.scoring if isinstance(self.scoring, str) else "score"
            scores = {name: scores}
        for name, score in scores.items():
            score = check_score(score, type(self).__name__)
            self.scores_.setdefault(name, []).append(score)


def _check_parameters(callback):
    validate_parameter_constraints(
        callback._parameter_constraints, vars(callback), type(callback).__name__
    )


def _check_epochs(epochs):
    numbers = list(epochs) if isinstance(epochs, Iterable) else [epochs]
    wrong = [n for n in numbers if not (isinstance(n, Integral) and n >= 1)]
    if wrong or not isinstance(epochs, Iterable):
        raise ValueError(
            "The 'epochs' parameter of Snapshots must be None or an iterable of int, "
            f"each at least 1. Got {(wrong or numbers)[0]!r} instead."
        )
    return set(numbers)


def _check_validation_data(callback, estimator):
    try:
        check_further_data(
            estimator, callback.X_val, callback.y_val, (np.float64, np.float32)
        )
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{type(callback).__name__} cannot score on its X_val and y_val: {error}"
        ) from error


def _make_scorer(callback, estimator):
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


@dataclass(frozen=True)
class Watch:
    """A problem whose solution is watched.

    Attributes
    ----------
    problem : Problem
        The problem with hooks.
    end : callable
        ``end(outcome)`` tells the callbacks of the outcome and returns it, with the
        weights that they want to be kept.
    """

    problem: Problem
    end: Callable


@contextmanager
def watch(posed, given):
    """Let an estimator's callbacks follow its training.

    Parameters
    ----------
    posed : Posed
    given : FitArguments

    Yields
    ------
    Watch
    """
    estimator = posed.estimator
    if not hasattr(estimator, "_skl_callbacks"):
        yield Watch(posed.problem, lambda outcome: outcome)
        return
    with callback_management_context(estimator):
        n_epochs = 1 if posed.problem.one_epoch else estimator.max_iter
        fit = estimator._init_callback_context(max_subtasks=n_epochs)
        ours = [
            one for one in estimator._skl_callbacks if isinstance(one, EpochCallback)
        ]
        for callback in ours:
            callback.check_data(posed.draft)
        weight = given.sample_weight
        data = dict(
            estimator=estimator,
            X=given.X,
            y=given.y,
            metadata={} if weight is None else {"sample_weight": weight},
        )
        present_epoch = []

        def begin_epoch():
            if not present_epoch:
                epoch = fit.subcontext(task_name="epoch")
                present_epoch.append(epoch.call_on_fit_task_begin(**data))

        def end_epoch(present_outcome):
            return present_epoch.pop().call_on_fit_task_end(
                **data,
                reconstruction_attributes=lambda: _describe_alone(
                    posed.draft, present_outcome()
                ),
            )

        def end_fit(outcome):
            if outcome.has_diverged:
                return outcome
            # first ours, so that all others see the weights that are kept
            for callback in ours:
                weights = callback.end_training(estimator)
                if weights is not None:
                    parameters = pack(posed.draft.architecture_, *weights)
                    outcome = replace(outcome, parameters=parameters)
            fit.call_on_fit_task_end(
                **data,
                reconstruction_attributes=lambda: _describe_alone(
                    posed.draft, replace(outcome, state=outcome.state.copy())
                ),
            )
            return outcome

        fit.call_on_fit_task_begin(**data)
        problem = replace(
            posed.problem, on_epoch_begin=begin_epoch, on_epoch_end=end_epoch
        )
        yield Watch(problem, end_fit)


def _describe_alone(draft, outcome):
    """The fitted attributes of an estimator that nobody watches."""
    return describe(draft, outcome) | {"_skl_callbacks": []}
