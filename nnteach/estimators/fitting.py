"""Fitting estimators, one or many at once: posed, trained, accepted."""

import warnings
from collections import Counter
from contextlib import ExitStack

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from nnteach.engine.training.train import train
from nnteach.estimators.fitted import become, fitted_attributes
from nnteach.estimators.problem import pose, share_samples
from nnteach.estimators.processes import Processes
from nnteach.estimators.random_states import RandomStates
from nnteach.estimators.sklearn_private import _check_optimize_result
from nnteach.estimators.watch import watch

DIVERGED = (
    "Solver produced non-finite parameter weights. The input data may contain large "
    "values and need to be preprocessed."
)
LOSS_OVERFLOWED = (
    "The training loss is not finite: inputs or targets are too large for their "
    "precision. Scale them, the targets with "
    "sklearn.compose.TransformedTargetRegressor, or pass X in float64."
)


def fit_together(estimators, given, *, one_epoch=False, n_jobs=1):
    """Fit estimators to the same data; one that fails stays as it was.

    Parameters
    ----------
    estimators : list of BaseMLPNet
    given : FitArguments
    one_epoch : bool, default=False
        Whether for ``partial_fit``.
    n_jobs : int or None, default=1
        Number of processes; None is what joblib's configuration says.

    Returns
    -------
    bool
        Whether all trainings have come to their end.
    """
    processes = Processes(n_jobs)
    before, posed, outcomes = RandomStates(estimators), [], []
    try:
        for turn in _turns(estimators):
            names = [_name_of(one, estimators) for one in turn]
            turn_posed, turn_outcomes = _take_turn(
                turn, names, given, one_epoch, processes
            )
            posed += turn_posed
            outcomes += turn_outcomes
            if any(outcome.is_broken_off for outcome in outcomes):
                break
    except BaseException:
        before.restore()
        raise
    for one, outcome in zip(posed, outcomes, strict=True):
        if is_accepted(outcome):
            accept(one, outcome)
    _raise_for_divergence(posed, outcomes, estimators)
    warn_of(posed, outcomes, stacklevel=4, n_networks=len(estimators))
    return not any(outcome.is_interrupted for outcome in outcomes)


def _name_of(estimator, estimators):
    """What tells the printed lines of one estimator from those of the others."""
    if len(estimators) == 1 or not estimator.verbose:
        return ""
    return f"Network {estimators.index(estimator) + 1} of {len(estimators)}: "


def _take_turn(estimators, names, given, one_epoch, processes):
    """Pose and train estimators of which no two share a RandomState."""
    before = [RandomStates([estimator]) for estimator in estimators]
    posed = [
        pose(estimator, given, name=name, one_epoch=one_epoch)
        for estimator, name in zip(estimators, names, strict=True)
    ]
    posed = share_samples(posed)
    outcomes = processes.train(train_watched, posed, [given] * len(posed))
    for random_states, outcome in zip(before, outcomes, strict=True):
        if not is_accepted(outcome):
            random_states.restore()
    return posed, outcomes


def is_accepted(outcome):
    """Whether an estimator becomes what its training has come to, or stays as it was.

    It stays as it was if the weights grew beyond all bounds, or if Ctrl-C came before
    the first epoch had ended: a fitted network is not given up for an untrained one.
    """
    is_untrained = outcome.is_interrupted and outcome.n_iter == 0
    return not (outcome.has_diverged or is_untrained)


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


def explain_divergence(outcome):
    """Say why there is nothing to keep of a training."""
    return LOSS_OVERFLOWED if outcome.has_finite_parameters else DIVERGED


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
        (one.estimator, outcome)
        for one, outcome in zip(posed, outcomes, strict=True)
        if outcome.has_diverged
    ]
    if not diverged:
        return
    message = explain_divergence(diverged[0][1])
    if len(estimators) > 1:
        positions = sorted(estimators.index(estimator) for estimator, _ in diverged)
        message += (
            f" This happened to the estimators at the positions {positions}, which are "
            "as they were before; the others are fitted."
        )
    raise ValueError(message)


def warn_of(posed, outcomes, *, stacklevel, n_networks=1):
    """Warn as scikit-learn does and of scores that are not there, once for all.

    Parameters
    ----------
    posed : list of Posed
    outcomes : list of Outcome
    stacklevel : int
        How many calls up, from here, the user is who is warned.
    n_networks : int, default=1
        How many were to be trained; Ctrl-C keeps those of later turns from starting.
    """
    pairs = list(zip((one.problem for one in posed), outcomes, strict=True))
    messages = [
        (UserWarning, _of_clipped_batches(posed)),
        (UserWarning, _of_interruption(outcomes, n_networks)),
        (UserWarning, _of_missing_scores(pairs)),
        (UserWarning, _of_kept_starts(pairs)),
        (UserWarning, _of_kept_epochs(pairs)),
        (UserWarning, _of_dropped_weights(posed)),
        (UserWarning, _of_schedules_that_have_ended(pairs)),
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


def _of_interruption(outcomes, n_networks):
    if not any(outcome.is_broken_off for outcome in outcomes):
        return None
    message = "Training interrupted by user."
    n_trained = sum(
        outcome.n_iter > 0 or not outcome.is_interrupted for outcome in outcomes
    )
    if n_trained == n_networks:
        return message
    if n_networks == 1:
        return f"{message} No epoch was finished: the network is as it was before."
    return (
        f"{message} {n_networks - n_trained} of the {n_networks} networks had not "
        "finished an epoch."
    )


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


def _of_kept_starts(pairs):
    if any(
        problem.starts_from_best
        and outcome.n_iter > 0
        and outcome.state.best_epoch == problem.state.n_epochs
        for problem, outcome in pairs
    ):
        return (
            "No epoch was better on the validation set than the weights that fit went "
            "on from, which are kept."
        )
    return None


def _of_kept_epochs(pairs):
    for problem, outcome in pairs:
        is_kept = problem.settings.early_stopping and not outcome.has_diverged
        if is_kept and not outcome.has_finite_loss:
            return (
                "The weights or the loss grew beyond all bounds; early stopping has "
                "kept the weights of the best epoch before."
            )
    return None


def _of_dropped_weights(posed):
    for one in posed:
        validation = one.problem.validation
        if validation is not None and validation.drops_weight:
            return (
                f"The 'scoring' parameter {one.draft.scoring!r} takes no "
                "sample_weight: its scores are unweighted."
            )
    return None


def _of_schedules_that_have_ended(pairs):
    for problem, outcome in pairs:
        settings, rates = problem.settings, outcome.state.history.get("learning_rate")
        if not rates or outcome.n_iter == 0 or settings.solver == "lbfgs":
            continue
        is_over = (
            problem.one_epoch
            and settings.learning_rate in ("cosine", "one_cycle")
            and problem.state.n_epochs >= settings.max_iter
        )
        if is_over or rates[-1] < np.finfo(problem.parameters.dtype).tiny:
            way_out = (
                "power_t" if settings.learning_rate == "invscaling" else "max_iter"
            )
            return (
                f"learning_rate={settings.learning_rate!r} has come to its end: with a "
                f"rate of {rates[-1]:.1e} the weights hardly change any more. Set "
                f"another {way_out}, or learning_rate='constant'."
            )
    return None


def _of_too_few_epochs(pairs):
    limits = {
        problem.settings.max_iter
        for problem, outcome in pairs
        if outcome.reached_max_iter and problem.settings.n_iter_no_change != np.inf
    }
    return [
        (
            ConvergenceWarning,
            f"Stochastic Optimizer: Maximum iterations ({limit}) reached and the "
            "optimization hasn't converged yet.",
        )
        for limit in sorted(limits)
    ]
