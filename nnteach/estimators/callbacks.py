"""Callbacks on scikit-learn's protocol, and how a training calls them."""

import copy
from contextlib import contextmanager

import numpy as np
from sklearn.callback._callback_support import callback_management_context
from sklearn.metrics import check_scoring

# what a fitted estimator has after an epoch, and a callback is shown
EPOCH_ATTRIBUTES = (
    "coefs_",
    "intercepts_",
    "n_iter_",
    "t_",
    "loss_",
    "loss_curve_",
    "best_loss_",
    "validation_scores_",
    "best_validation_score_",
    "history_",
    "_training_state",
)


class EarlyStopping:
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
        The score after each epoch of the last training.
    best_epoch_ : int
        Number of the best epoch, from 1.
    best_score_ : float
        The score after it.

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

    def setup(self, estimator, context):
        """Start counting anew."""
        self._scorer = check_scoring(estimator, self.scoring)
        self.scores_ = []
        self.best_score_ = -np.inf
        self.best_epoch_ = 0
        self._best = None

    def on_fit_task_begin(self, estimator, context):
        """Do nothing: scores are computed at the end of an epoch."""

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        """Score the epoch's weights; return True to stop."""
        if context.task_name != "epoch":
            return False
        score = self._scorer(fitted_estimator, self.X_val, self.y_val)
        self.scores_.append(score)
        if score > self.best_score_ + self.min_delta:
            self.best_score_, self.best_epoch_ = score, len(self.scores_)
            self._best = fitted_estimator.coefs_, fitted_estimator.intercepts_
        return len(self.scores_) - self.best_epoch_ >= self.patience

    def teardown(self, estimator, context):
        """Give the estimator the weights of the best epoch."""
        if self.restore_best_weights and self._best is not None:
            estimator.coefs_, estimator.intercepts_ = self._best
        self._best = None


class Snapshots:
    """Keep the estimator as it was after some epochs.

    Parameters
    ----------
    epochs : iterable of int or None, default=None
        Numbers of the epochs, from 1; None keeps every epoch.

    Attributes
    ----------
    estimators_ : dict of int to estimator
        A fitted estimator for each epoch that was reached.

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
        self.epochs = None if epochs is None else set(epochs)

    def setup(self, estimator, context):
        """Forget the last training."""
        self.estimators_ = {}

    def on_fit_task_begin(self, estimator, context):
        """Do nothing: snapshots are taken at the end of an epoch."""

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        """Keep the estimator if the epoch is asked for."""
        epoch = context.task_id + 1
        wanted = self.epochs is None or epoch in self.epochs
        if context.task_name == "epoch" and wanted:
            self.estimators_[epoch] = fitted_estimator

    def teardown(self, estimator, context):
        """Do nothing: the snapshots are there to stay."""


class ValidationMonitor:
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
        The value of each score after each epoch of the last training.

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

    def __init__(self, X_val, y_val, *, scoring):
        self.X_val = X_val
        self.y_val = y_val
        self.scoring = [scoring] if isinstance(scoring, str) else scoring

    def setup(self, estimator, context):
        """Forget the last training."""
        self._scorer = check_scoring(estimator, self.scoring)
        self.scores_ = {}

    def on_fit_task_begin(self, estimator, context):
        """Do nothing: scores are computed at the end of an epoch."""

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        """Score the epoch's weights."""
        if context.task_name != "epoch":
            return
        scores = self._scorer(fitted_estimator, self.X_val, self.y_val)
        if not isinstance(scores, dict):
            scores = {"score": scores}
        for name, score in scores.items():
            self.scores_.setdefault(name, []).append(score)

    def teardown(self, estimator, context):
        """Do nothing: the scores are there to stay."""


@contextmanager
def calling_callbacks(estimator, task, data, one_epoch):
    """Let the estimator's callbacks follow the training of its task.

    Parameters
    ----------
    estimator : BaseMLPNet
        The copy that is trained.
    task : TrainingTask
    data : dict
        The arguments of ``fit``.
    one_epoch : bool
    """
    with callback_management_context(estimator):
        n_epochs = 1 if one_epoch else estimator.max_iter
        fit = estimator._init_callback_context(max_subtasks=n_epochs)
        metadata = {
            name: value
            for name, value in data.items()
            if name not in ("X", "y") and value is not None
        }
        data = dict(estimator=estimator, X=data["X"], y=data["y"], metadata=metadata)
        fit.call_on_fit_task_begin(**data)
        begun = []

        def begin_epoch():
            epoch = fit.subcontext(task_name="epoch")
            begun.append(epoch.call_on_fit_task_begin(**data))

        def end_epoch(parameters):
            def reconstruction_attributes():
                fitted = copy.copy(estimator)
                fitted._take_over(parameters.copy(), copy.deepcopy(task.state))
                return {name: getattr(fitted, name) for name in EPOCH_ATTRIBUTES}

            stop = begun.pop().call_on_fit_task_end(
                **data, reconstruction_attributes=reconstruction_attributes
            )
            if not stop and len(fit._children_map) < n_epochs:
                begin_epoch()
            return stop

        begin_epoch()
        task.on_epoch_end = end_epoch
        yield
        task.on_epoch_end = None
        fit.call_on_fit_task_end(
            **data,
            reconstruction_attributes=lambda: {
                name: copy.copy(getattr(estimator, name)) for name in EPOCH_ATTRIBUTES
            },
        )
