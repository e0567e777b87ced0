"""Grid search and random search that train candidates and folds in stacks."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any, Literal, Self

import numpy as np
from joblib import parallel_config
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, check_cv

from nnteach.estimators.annotations import (
    Inputs,
    RandomState,
    Scorer,
    Splitter,
    Targets,
)
from nnteach.estimators.checkpoint import kept_in_folders
from nnteach.estimators.interposed import (
    fitted_network_at,
    network_at,
    path_to_network,
    with_fit,
)
from nnteach.estimators.processes import Processes
from nnteach.estimators.training_plan import SplitOnce, TrainingPlan

SearchScoring = (
    str | Scorer | list[str] | tuple[str, ...] | Mapping[str, str | Scorer] | None
)


class _SearchInStacks:
    """scikit-learn's search, whose fits a plan hands over trained."""

    # of scikit-learn's search, beside which this class stands
    estimator: Any
    scoring: Any
    cv: Any
    n_splits_: int
    n_jobs: int | None
    _plan: TrainingPlan
    _validate_params: Any

    def fit(self, X: Inputs, y: Targets | None = None, **params: Any) -> Self:
        """Train and score all candidates on all folds, and refit the best.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Training targets, which every network needs.
        **params : dict of str to object
            Passed to the ``fit`` of the estimator, to the scorer and to the splitter,
            as scikit-learn's search does: those with one entry per sample, for example
            `sample_weight`, are split like X; `groups` goes to the splitter.

        Returns
        -------
        self : object
            The fitted search.

        Raises
        ------
        TypeError
            If the estimator is not one of this package, alone or in a Pipeline or a
            TransformedTargetRegressor.
        ValueError
            If a parameter is not valid, if all fits fail or, with
            ``error_score="raise"``, if any fit fails.
        KeyboardInterrupt
            On Ctrl-C while candidates are trained; the search is as it was before.
        """
        path = path_to_network(self.estimator)
        if path is None:
            raise TypeError(
                f"The 'estimator' parameter of {type(self).__name__} must be an "
                "MLPClassifierNet, an MLPRegressorNet, or a Pipeline or a "
                "TransformedTargetRegressor around one. "
                f"Got {self.estimator!r} instead; for other estimators, use the "
                "search of sklearn.model_selection."
            )
        self._validate_params()
        # a copy runs scikit-learn's search, so that this one stays as it is meanwhile
        search = copy.copy(self)
        search.cv = check_cv(self.cv, y, classifier=is_classifier(self.estimator))
        search._plan = TrainingPlan(
            clone(self.estimator), X, y, params, Processes(self.n_jobs)
        )
        search.estimator = with_fit(self.estimator, search._plan.fit)
        # the plan is here, and in one order; its own processes are made already
        with (
            parallel_config(backend="sequential"),
            closing(search._plan),
            kept_in_folders([network_at(self.estimator, path)]) as files,
        ):
            try:
                super(_SearchInStacks, search).fit(X, y, **params)  # type: ignore[misc]
            finally:
                # scikit-learn takes it for the failure of a candidate
                if search._plan.unusable_checkpoint is not None:
                    raise search._plan.unusable_checkpoint
            best = getattr(search, "best_estimator_", None)
            if best is None or not fitted_network_at(best, path).interrupted_:
                files.close()
        fitted = {
            name: value for name, value in vars(search).items() if name.endswith("_")
        }
        if self.scoring is None:
            fitted["scorer_"] = check_scoring(self.estimator)
        self.__dict__ = vars(self) | fitted
        return self

    def __getstate__(self) -> dict[str, Any]:
        # a callback may pickle the search while its plan is carried out
        state: dict[str, Any] = super().__getstate__()  # type: ignore[assignment]
        return {name: value for name, value in state.items() if name != "_plan"}

    def _run_search(self, evaluate_candidates, *, callback_ctx=None):
        """Have the candidates' fits planned before they are asked for."""

        def evaluate(candidates, **context):
            candidates, splits = list(candidates), SplitOnce(self.cv)
            self._plan.start(candidates, splits, self.n_splits_)
            results = evaluate_candidates(candidates, cv=splits, **context)
            results["mean_fit_time"] = self._plan.seconds.mean(axis=1)
            results["std_fit_time"] = self._plan.seconds.std(axis=1)
            return results

        super()._run_search(evaluate, callback_ctx=callback_ctx)


class VectorizedGridSearchCV(_SearchInStacks, GridSearchCV):
    """Grid search that trains all candidates of one shape on all folds in stacks.

    It gives the same results as :class:`sklearn.model_selection.GridSearchCV` in a part
    of its time: the networks that share a shape, a batch size, a solver and a number of
    training samples are trained together, as by :func:`fit_many`.

    Parameters
    ----------
    estimator : MLPClassifierNet, MLPRegressorNet or estimator around one
        What the candidates are made from. The network may be the last step of a
        Pipeline, and it may be inside a
        :class:`sklearn.compose.TransformedTargetRegressor`. The steps of a Pipeline
        before the network are fitted on each fold's training part, once for all
        candidates that agree in the parameters of these steps.
    param_grid : dict or list of dict
        Values to try, by the parameter's name; from a list, one grid after the other.
    scoring : str, callable, list, tuple or dict, default=None
        One score or several, as in `GridSearchCV`; None is the estimator's ``score``.
    n_jobs : int, default=None
        Number of processes in which stacks of candidates are trained. None is one, or
        what ``joblib.parallel_config`` says; -1 is one for each core. Scores are
        computed, and `best_estimator_` is fitted, in this process.
    refit : bool, str or callable, default=True
        Whether to fit the best candidate on all data. With several scores, the name of
        the one that decides. A callable takes `cv_results_` and returns the index of
        the best.
    cv : int, splitter or iterable, default=None
        The folds, as in `GridSearchCV`; None is five.
    verbose : int, default=0
        How much is printed. The times in these messages are those of scoring. The time
        of a candidate that is the first of its stacks includes their training.
    pre_dispatch : int or str, default="all"
        Accepted and not used, so that the class can replace `GridSearchCV`.
    error_score : "raise" or float, default=np.nan
        The score of a candidate on a fold where its fit fails, for example because its
        weights grew beyond all bounds or a callback raised an error. The other
        candidates are not affected.
    return_train_score : bool, default=False
        Whether to score on the training parts too.

    Attributes
    ----------
    cv_results_ : dict of str to ndarray of shape (n_candidates,)
        As in `GridSearchCV`. A candidate's fit time is the sum of its shares: the time
        of a stack is divided equally among its networks, and the time of preprocessing
        among the candidates for which it was done.
    best_estimator_ : estimator
        The best candidate, fitted on all data. Only with `refit`.
    best_score_ : float
        Mean score of the best candidate. Not with a callable `refit`.
    best_params_ : dict
        The parameters of the best candidate.
    best_index_ : int
        The place of the best candidate in `cv_results_`.
    scorer_ : callable or dict of str to callable
        What computes the scores.
    n_splits_ : int
        Number of folds.
    refit_time_ : float
        Seconds that the fit of `best_estimator_` took. Only with `refit`.
    multimetric_ : bool
        Whether there are several scores.
    classes_ : ndarray of shape (n_classes,)
        The classes, if `best_estimator_` is a classifier.
    n_features_in_ : int
        Number of features seen by `best_estimator_`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, if X had names and all of them were strings.

    See Also
    --------
    VectorizedRandomizedSearchCV : The same for candidates drawn at random.
    fit_many : Fit many networks to the same data.

    Notes
    -----
    Candidates with ``random_state=None`` draw other numbers than in `GridSearchCV`;
    with an integer they are the same networks.

    Networks are trained, scored and dropped group by group. A group has one size of
    network, and about a million parameters for each of torch's threads, so that the
    search of large networks takes little more memory than in `GridSearchCV`.

    X itself is kept once if it is an array or a CSR matrix, there is no preprocessing,
    and the network has no callbacks; otherwise once for each fold and preprocessing.

    With a :class:`Checkpoint` on the network, a search that was killed goes on where it
    was. Its path is a folder with a file for each stack, removed when all is done.

    Candidates share the network's callbacks, as all clones do, and are trained at the
    same time. Callbacks of the search are told of the candidates, not of their epochs.

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
        estimator: BaseEstimator,
        param_grid: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        *,
        scoring: SearchScoring = None,
        n_jobs: int | None = None,
        refit: bool | str | Callable[[dict[str, Any]], int] = True,
        cv: int | Splitter | Iterable[Any] | None = None,
        verbose: int = 0,
        pre_dispatch: int | str = "all",
        error_score: float | Literal["raise"] = np.nan,
        return_train_score: bool = False,
    ) -> None:
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
    estimator : MLPClassifierNet, MLPRegressorNet or estimator around one
        What the candidates are made from.
    param_distributions : dict or list of dict
        Lists of values, or distributions with a method ``rvs``, by parameter.
    n_iter : int, default=10
        Number of candidates.
    scoring : str, callable, list, tuple or dict, default=None
        One score or several; None is the estimator's ``score``.
    n_jobs : int, default=None
        Number of processes, as in :class:`VectorizedGridSearchCV`.
    refit : bool, str or callable, default=True
        Whether, or by which score, to fit the best candidate on all data.
    cv : int, splitter or iterable, default=None
        The folds; None is five.
    verbose : int, default=0
        How much is printed.
    pre_dispatch : int or str, default="all"
        Accepted and not used.
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
        estimator: BaseEstimator,
        param_distributions: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        *,
        n_iter: int = 10,
        scoring: SearchScoring = None,
        n_jobs: int | None = None,
        refit: bool | str | Callable[[dict[str, Any]], int] = True,
        cv: int | Splitter | Iterable[Any] | None = None,
        verbose: int = 0,
        pre_dispatch: int | str = "all",
        random_state: RandomState = None,
        error_score: float | Literal["raise"] = np.nan,
        return_train_score: bool = False,
    ) -> None:
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
