"""Fitting estimators, one or many at once: posed, trained, accepted."""

import warnings
from collections import Counter
from contextlib import ExitStack

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from nnteach.engine.training.train import train
from nnteach.estimators.fitted import become, fitted_attributes
from nnteach.estimators.problem import pose, share_samples
from nnteach.estimators.random_states import RandomStates
from nnteach.estimators.sklearn_private import _check_optimize_result
from nnteach.estimators.watch import watch

DIVERGED = (
    "Solver produced non-finite parameter weights. The input data may contain large "
    "values and need to be preprocessed."
)


def fit_together(estimators, given, *, one_epoch=False):
    """Fit estimators to the same data; one that fails stays as it was.

    Parameters
    ----------
    estimators : list of BaseMLPNet
    given : FitArguments
    one_epoch : bool, default=False
        Whether for ``partial_fit``.
    """
    before, posed, outcomes = RandomStates(estimators), [], []
    try:
        for turn in _turns(estimators):
            turn_posed, turn_outcomes = _take_turn(turn, given, one_epoch)
            posed += turn_posed
            outcomes += turn_outcomes
    except BaseException:
        before.restore()
        raise
    for one, outcome in zip(posed, outcomes, strict=True):
        if not outcome.has_diverged:
            accept(one, outcome)
    _raise_for_divergence(posed, outcomes, estimators)
    warn_of(posed, outcomes, stacklevel=4)


def _take_turn(estimators, given, one_epoch):
    """Pose and train estimators of which no two share a RandomState."""
    before = [RandomStates([estimator]) for estimator in estimators]
    posed = [pose(estimator, given, one_epoch=one_epoch) for estimator in estimators]
    posed = share_samples(posed)
    outcomes = train_watched(posed, [given] * len(posed))
    for random_states, outcome in zip(before, outcomes, strict=True):
        if outcome.has_diverged:
            random_states.restore()
    return posed, outcomes


def train_watched(posed, given):
    """Train networks in as few stacks as their shapes allow, callbacks looking on.

    Parameters
    ----------
    posed : list of Posed
    given : list of FitArguments
        What each of them was posed from.

    Returns
    -------
    list of Outcome
    """
    with ExitStack() as callbacks:
        watches = [
            callbacks.enter_context(watch(one, arguments))
            for one, arguments in zip(posed, given, strict=True)
        ]
        outcomes = train([watched.problem for watched in watches])
        return [
            watched.end(outcome)
            for watched, outcome in zip(watches, outcomes, strict=True)
        ]


def accept(posed, outcome):
    """Make the outcome of a training an estimator's own: the only change to it."""
    become(posed.estimator, fitted_attributes(posed.draft, outcome))


def _turns(estimators):
    """Split into lists of estimators that draw from different random states."""
    shared = Counter(
        id(estimator.random_state)
        for estimator in estimators
        if isinstance(estimator.random_state, np.random.RandomState)
    )
    together = [e for e in estimators if shared[id(e.random_state)] <= 1]
    alone = [[e] for e in estimators if shared[id(e.random_state)] > 1]
    return [turn for turn in (together, *alone) if turn]


def _raise_for_divergence(posed, outcomes, estimators):
    diverged = [
        one.estimator
        for one, outcome in zip(posed, outcomes, strict=True)
        if outcome.has_diverged
    ]
    if not diverged:
        return
    message = DIVERGED
    if len(estimators) > 1:
        positions = sorted(estimators.index(estimator) for estimator in diverged)
        message += (
            f" This happened to the estimators at the positions {positions}, which are "
            "as they were before; the others are fitted."
        )
    raise ValueError(message)


def warn_of(posed, outcomes, *, stacklevel):
    """Warn as scikit-learn does and of scores that are not there, once for all.

    Parameters
    ----------
    posed : list of Posed
    outcomes : list of Outcome
    stacklevel : int
        How many calls up, from here, the user is who is warned.
    """
    pairs = list(zip((one.problem for one in posed), outcomes, strict=True))
    messages = [
        (UserWarning, _of_clipped_batches(posed)),
        (UserWarning, _of_interruption(pairs)),
        (UserWarning, _of_missing_scores(pairs)),
    ]
    for category, message in (*messages, *_of_too_few_epochs(pairs)):
        if message is not None:
            warnings.warn(message, category, stacklevel=stacklevel)
    for problem, outcome in pairs:
        if outcome.optimize_result is not None:
            _check_optimize_result(
                "lbfgs", outcome.optimize_result, problem.settings.max_iter
            )


def _of_clipped_batches(posed):
    if any(
        one.draft.solver != "lbfgs"
        and one.draft.batch_size != "auto"
        and one.draft.batch_size > one.problem.settings.batch_size
        for one in posed
    ):
        return (
            "Got `batch_size` less than 1 or larger than sample size. It is going to "
            "be clipped"
        )
    return None


def _of_interruption(pairs):
    outcomes = [outcome for _, outcome in pairs]
    if not any(
        outcome.is_interrupted and outcome.n_iter != problem.until_epoch
        for problem, outcome in pairs
    ):
        return None
    message = "Training interrupted by user."
    n_untrained = sum(outcome.n_iter == 0 for outcome in outcomes)
    if n_untrained and len(outcomes) > 1:
        message += (
            f" {n_untrained} of the {len(outcomes)} networks had not finished an epoch."
        )
    return message


def _of_missing_scores(pairs):
    if any(
        outcome.state.monitored_scores and outcome.state.best_score == -np.inf
        for _, outcome in pairs
    ):
        return (
            "No validation score was a number, so early stopping found no best epoch: "
            "the network has its starting weights."
        )
    return None


def _of_too_few_epochs(pairs):
    limits = {
        problem.settings.max_iter
        for problem, outcome in pairs
        if outcome.reached_max_iter and np.isfinite(problem.settings.n_iter_no_change)
    }
    return [
        (
            ConvergenceWarning,
            f"Stochastic Optimizer: Maximum iterations ({limit}) reached and the "
            "optimization hasn't converged yet.",
        )
        for limit in sorted(limits)
    ]
