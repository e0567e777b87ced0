"""Grid search and random search that train all candidates on all folds in stacks."""

import copy
import inspect
from dataclasses import replace
from time import perf_counter

import numpy as np
from joblib import parallel_config
from joblib.parallel import ParallelBackendBase
from scipy import sparse
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import Pipeline

from nnteach.engine.samples.samples import Samples
from nnteach.estimators.base import BaseMLPNet
from nnteach.estimators.fitting import DIVERGED, accept, train_watched, warn_of
from nnteach.estimators.problem import FitArguments, RandomSources, pose, share_samples
from nnteach.estimators.sklearn_private import (
    _check_method_params,
    _fit_and_score,
    _safe_split,
)


class _SearchInStacks:
    """A search whose fits are collected, trained together, and then scored."""

    def fit(self, X, y=None, **params):
        """Train and score all candidates on all folds, and refit the best.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Training targets.
        **params : dict of str to object
            Passed to the ``fit`` of the estimator, to the scorer and to the splitter,
            as scikit-learn's search does: those with one entry a sample, for example
            `sample_weight`, are split like X; `groups` goes to the splitter.

        Returns
        -------
        self : object
            The fitted search.

        Raises
        ------
        TypeError
            If the estimator is not one of this package or a Pipeline that ends in one.
        ValueError
            If a parameter is not valid or all fits fail; with
            ``error_score="raise"``, if any does.
        """
        if _network(self.estimator) is None:
            raise TypeError(
                f"The 'estimator' parameter of {type(self).__name__} must be an "
                "MLPClassifierNet, an MLPRegressorNet or a Pipeline that ends in one. "
                f"Got {self.estimator!r} instead; for other estimators, such as a "
                "TransformedTargetRegressor, take the search of "
                "sklearn.model_selection, or transform y before the search."
            )
        with parallel_config(backend=_TrainingAhead()):
            return super().fit(X, y, **params)


class VectorizedGridSearchCV(_SearchInStacks, GridSearchCV):
    """Grid search that trains all candidates of one shape on all folds in stacks.

    It is :class:`sklearn.model_selection.GridSearchCV`, with the same results, and a
    part of its time: the networks that share a shape, a batch size, a solver and a
    number of training samples are trained together, as by :func:`fit_many`.

    Parameters
    ----------
    estimator : MLPClassifierNet, MLPRegressorNet or Pipeline
        What the candidates are made from. The steps before the network of a Pipeline
        are fitted on each fold's training part, once for all candidates that agree in
        their parameters.
    param_grid : dict or list of dict
        Values to try, by the parameter's name; from a list, one grid after the other.
    scoring : str, callable, list, tuple or dict, default=None
        One score or several, as in `GridSearchCV`; None is the estimator's ``score``.
    n_jobs : int, default=None
        Accepted so that the class can stand where `GridSearchCV` stood. All candidates
        are trained together in this process, whatever it says.
    refit : bool, str or callable, default=True
        Whether to fit the best candidate on all data. With several scores the name of
        the one that decides. A callable takes `cv_results_` and returns the index of
        the best.
    cv : int, splitter or iterable, default=None
        The folds, as in `GridSearchCV`; None is five.
    verbose : int, default=0
        How much is printed. The times in these messages are those of scoring.
    pre_dispatch : int or str, default="all"
        How many candidates may wait to be trained; fewer make smaller stacks.
    error_score : "raise" or float, default=np.nan
        The score of a candidate on a fold where its fit fails, for example since its
        weights grew beyond all bounds. The other candidates are not affected.
    return_train_score : bool, default=False
        Whether to score on the training parts too.

    Attributes
    ----------
    cv_results_ : dict of str to ndarray of shape (n_candidates,)
        As in `GridSearchCV`. A candidate's fit time is its share of the time of the
        stacks that it was trained in, which is divided equally among their networks,
        and of the preprocessing, divided among those for which it was done.
    best_estimator_ : estimator
        The best candidate, fitted on all data. Only with `refit`.
    best_score_ : float
        Mean score of the best candidate. Not with a callable `refit`.
    best_params_ : dict
        Its parameters.
    best_index_ : int
        Its place in `cv_results_`.
    scorer_ : callable or dict of str to callable
        What computes the scores.
    n_splits_ : int
        Number of folds.
    refit_time_ : float
        Seconds that the fit of `best_estimator_` took. Only with `refit`.
    multimetric_ : bool
        Whether there are several scores.
    classes_ : ndarray of shape (n_classes,)
        Those of `best_estimator_`, a classifier.
    n_features_in_ : int
        Number of features seen by `best_estimator_`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, where X had names that are all strings.

    See Also
    --------
    VectorizedRandomizedSearchCV : The same for candidates drawn at random.
    fit_many : Fit many networks to the same data.

    Notes
    -----
    Candidates with ``random_state=None`` draw other numbers than in `GridSearchCV`;
    with an integer they are the same networks.

    For any other estimator take `GridSearchCV`: also for a
    :class:`sklearn.compose.TransformedTargetRegressor`, unless you transform y before
    the search.

    X itself is kept once if it is an array or a CSR matrix and there is no
    preprocessing, otherwise once for each fold and preprocessing.

    Callbacks of the network follow the training of each candidate as copies, since
    candidates are trained at the same time. Callbacks of the search are told of the
    candidates, not of their epochs.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_moons
    >>> from nnteach import MLPClassifierNet, VectorizedGridSearchCV
    >>> X, y = make_moons(200, noise=0.2, random_state=0)
    >>> settings = dict(max_iter=30, n_iter_no_change=np.inf, random_state=0)
    >>> net = MLPClassifierNet((10,), **settings)
    >>> grid = {"learning_rate_init": [0.0001, 0.05], "alpha": [0.0001, 0.01]}
    >>> search = VectorizedGridSearchCV(net, grid, cv=3).fit(X, y)
    >>> search.best_params_["learning_rate_init"]
    0.05
    >>> len(search.cv_results_["mean_test_score"])
    4
    """

    def __init__(
        self,
        estimator,
        param_grid,
        *,
        scoring=None,
        n_jobs=None,
        refit=True,
        cv=None,
        verbose=0,
        pre_dispatch="all",
        error_score=np.nan,
        return_train_score=False,
    ):
        super().__init__(
            estimator,
            param_grid,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )


class VectorizedRandomizedSearchCV(_SearchInStacks, RandomizedSearchCV):
    """Random search that trains all candidates of one shape on all folds in stacks.

    It is :class:`sklearn.model_selection.RandomizedSearchCV`, with the same results;
    see :class:`VectorizedGridSearchCV` for what differs, and for the attributes.

    Parameters
    ----------
    estimator : MLPClassifierNet, MLPRegressorNet or Pipeline
        What the candidates are made from.
    param_distributions : dict or list of dict
        Lists of values, or distributions with a method ``rvs``, by parameter.
    n_iter : int, default=10
        Number of candidates.
    scoring : str, callable, list, tuple or dict, default=None
        One score or several; None is the estimator's ``score``.
    n_jobs : int, default=None
        Accepted and not used, as in :class:`VectorizedGridSearchCV`.
    refit : bool, str or callable, default=True
        Whether, or by which score, to fit the best candidate on all data.
    cv : int, splitter or iterable, default=None
        The folds; None is five.
    verbose : int, default=0
        How much is printed.
    pre_dispatch : int or str, default="all"
        How many candidates may wait to be trained; fewer make smaller stacks.
    random_state : int, RandomState or None, default=None
        What the candidates are drawn with.
    error_score : "raise" or float, default=np.nan
        The score of a candidate on a fold where its fit fails.
    return_train_score : bool, default=False
        Whether to score on the training parts too.

    See Also
    --------
    VectorizedGridSearchCV : The same for all candidates of a grid.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import make_moons
    >>> from nnteach import MLPClassifierNet, VectorizedRandomizedSearchCV
    >>> X, y = make_moons(200, noise=0.2, random_state=0)
    >>> settings = dict(max_iter=30, n_iter_no_change=np.inf, random_state=0)
    >>> net = MLPClassifierNet((10,), **settings)
    >>> search = VectorizedRandomizedSearchCV(
    ...     net, {"learning_rate_init": loguniform(1e-4, 1e-1)}, n_iter=8, cv=3
    ... )
    >>> len(search.fit(X, y).cv_results_["mean_test_score"])
    8
    """

    def __init__(
        self,
        estimator,
        param_distributions,
        *,
        n_iter=10,
        scoring=None,
        n_jobs=None,
        refit=True,
        cv=None,
        verbose=0,
        pre_dispatch="all",
        random_state=None,
        error_score=np.nan,
        return_train_score=False,
    ):
        super().__init__(
            estimator,
            param_distributions,
            n_iter=n_iter,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            random_state=random_state,
            error_score=error_score,
            return_train_score=return_train_score,
        )


class _TrainingAhead(ParallelBackendBase):
    """A joblib backend, to which scikit-learn's search hands all its fits at once.

    It trains their networks together, and only then runs them: each takes over its
    trained network and goes on to score it.
    """

    uses_threads = supports_sharedmem = True

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.waiting = []

    def effective_n_jobs(self, n_jobs):
        """Two, since joblib keeps its jobs from a backend of a single worker."""
        return 2

    def submit(self, func, callback=None):
        """Let a batch of calls wait until all are there."""
        fits = [
            _Fit(*args, **kwargs)
            for function, args, kwargs in func.items
            if inspect.unwrap(function) is _fit_and_score
        ]
        self.waiting += fits
        return func, fits, callback

    def retrieve_result(self, out, timeout=None):
        """Run a batch of calls; before the first, train all that wait."""
        batch, fits, callback = out
        waiting, self.waiting = self.waiting, []
        with parallel_config(backend="sequential"):
            _train_ahead(waiting)
        results = batch()
        if fits:
            for fit, result in zip(fits, results, strict=True):
                result["fit_time"] += fit.seconds
        callback(results)
        return results


class _Fit:
    """One candidate on one fold, made from a call of ``_fit_and_score``."""

    def __init__(self, estimator, X, y, *, train, parameters, fit_params, **_):
        self.estimator = estimator
        self.X, self.y, self.train, self.fit_params = X, y, train, fit_params
        self.candidate = clone(estimator).set_params(**clone(parameters, safe=False))
        self.network = _network(self.candidate)
        self.preprocessing = _preprocessing_parameters(self.candidate, parameters)
        self.seconds = 0.0
        self.data = self.posed = None

    def fit_preprocessing(self):
        """Fit the steps before the network; return the arguments of its ``fit``."""
        X, y = _safe_split(self.candidate, self.X, self.y, self.train)
        params = _check_method_params(self.X, self.fit_params, indices=self.train)
        received = {}

        def receive(X, y, sample_weight=None, **params):
            received.update(X=X, y=y, sample_weight=sample_weight, **params)

        self.network.fit = receive
        try:
            self.candidate.fit(X, y, **params)
        finally:
            del self.network.fit
        return received

    def pose(self, data, preprocessed):
        """Pose the network's problem, with another candidate's preprocessing."""
        if self.network is not self.candidate:
            steps = [*preprocessed.steps[:-1], self.candidate.steps[-1]]
            self.candidate.steps = steps
        if hasattr(self.network, "_skl_callbacks"):
            # clones share their callbacks, which then would mix up their trainings
            self.network._skl_callbacks = list(
                map(copy.copy, self.network._skl_callbacks)
            )
        self.data = FitArguments(**data)
        self.posed = pose(self.network, self.data, RandomSources())

    def hand_over(self, error=None):
        """Have scikit-learn's call of ``fit`` return what was trained, or fail."""
        traceback = error and error.__traceback__

        def fit(*args, **kwargs):
            del self.estimator.fit
            if error is not None:
                raise error.with_traceback(traceback)
            vars(self.estimator).update(vars(self.candidate))
            return self.estimator

        self.estimator.fit = fit


def _network(estimator):
    """The network that an estimator of the search is, or ends in, or None."""
    if isinstance(estimator, Pipeline):
        estimator = estimator.steps[-1][1]
    return estimator if isinstance(estimator, BaseMLPNet) else None


def _preprocessing_parameters(candidate, parameters):
    """What tells apart candidates whose preprocessing differs.

    A grid holds each of its values once, so that equal values are one object.
    """
    if not isinstance(candidate, Pipeline):
        return None
    name = candidate.steps[-1][0]
    return frozenset(
        (key, id(value))
        for key, value in parameters.items()
        if key.partition("__")[0] != name
    )


def _train_ahead(fits):
    """Train the networks of these fits, in stacks."""
    groups = {}
    for fit in fits:
        if fit.network is not None:
            groups.setdefault((id(fit.train), fit.preprocessing), []).append(fit)
    inputs = {}
    for group in groups.values():
        _prepare(group, inputs)
    ready = [fit for group in groups.values() for fit in group if fit.posed is not None]
    posed = [fit.posed for fit in ready]
    try:
        outcomes = train_watched(posed, [fit.data for fit in ready])
    except Exception:
        # in a callback or a scorer: fitted one by one, each fails or succeeds by itself
        return
    for fit, outcome in zip(ready, outcomes, strict=True):
        fit.seconds += outcome.seconds
        if outcome.has_diverged:
            fit.hand_over(ValueError(DIVERGED))
        else:
            accept(fit.posed, outcome, RandomSources())
            fit.hand_over()
        fit.posed = None
    warn_of(posed, outcomes, stacklevel=3)


def _prepare(group, inputs):
    """Pose the problems of fits of one fold and one preprocessing."""
    start = perf_counter()
    first = group[0]
    try:
        data = first.fit_preprocessing()
    except Exception as error:
        for fit in group:
            fit.hand_over(error)
        return
    for fit in group:
        try:
            fit.pose(data, first.candidate)
        except Exception as error:
            fit.hand_over(error)
    ready = [fit for fit in group if fit.posed is not None]
    for fit, posed in zip(ready, share_samples([f.posed for f in ready]), strict=True):
        fit.posed = posed
    if first.network is first.candidate:
        _draw_from_whole(ready, first, inputs)
    for fit in group:
        fit.seconds = (perf_counter() - start) / len(group)


def _draw_from_whole(ready, fit, inputs):
    """Let problems draw from the whole X, where it is an array, rather than a copy."""
    X = fit.X
    is_array = isinstance(X, np.ndarray) and X.dtype.kind in "biuf"
    if not is_array and not (sparse.issparse(X) and X.format == "csr"):
        return
    rows = np.arange(X.shape[0])[fit.train]
    moved = {}
    for fit in ready:
        problem = fit.posed.problem
        own = problem.samples
        if own.device not in inputs:
            X = X.astype(own.X.dtype, copy=False)
            inputs[own.device] = Samples(X, device=own.device)
        if id(own) not in moved:
            moved[id(own)] = own, own.as_rows_of(inputs[own.device], rows)
        problem = problem.drawing_from(moved[id(own)][1], rows)
        fit.posed = replace(fit.posed, problem=problem)
