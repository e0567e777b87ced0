"""L-BFGS: all samples at once, through scipy, in float64."""

import warnings
from itertools import count

import numpy as np
from scipy.optimize import minimize

from nnteach.engine.network.stack import NetworkStack
from nnteach.engine.samples.samples import Samples
from nnteach.engine.training.epoch_scores import score_epoch
from nnteach.engine.training.objective import Objective
from nnteach.engine.training.recorded_objective import (
    OtherQuestionError,
    RecordedObjective,
)

# scipy's code for a StopIteration
STOPPED_BY_CALLBACK = 99


def train_lbfgs(member, checkpoint=None):
    """Train one network.

    The objective is the one that scikit-learn reports, and its gradient is exact: with
    several regression outputs theirs is too large by the number of outputs.

    Parameters
    ----------
    member : Member
        Its parameters and its state are replaced.
    checkpoint : StackCheckpoint, optional
        It is told of the end of each iteration.
    """
    problem = member.problem
    objective = Objective(
        problem.architecture,
        problem.loss,
        _training_samples(problem),
        problem.settings.alpha,
    )
    if checkpoint is None:
        _minimize(member, objective)
        return
    try:
        _minimize(member, RecordedObjective(objective, member.evaluations), checkpoint)
    except OtherQuestionError:
        warnings.warn(
            "L-BFGS asks for other points than before the interruption, as another "
            "version of scipy does. It starts anew from the last weights.",
            stacklevel=2,
        )
        member.start, member.evaluations = member.parameters, []
        member.n_iter_at_start = member.n_iter
        _minimize(member, RecordedObjective(objective, member.evaluations), checkpoint)


def _minimize(member, objective, checkpoint=None):
    """Minimize an objective from the member's start; pass over known iterations."""
    problem, state = member.problem, member.state
    settings, dtype = problem.settings, problem.parameters.dtype
    n_known, numbers = member.n_iter, count(member.n_iter_at_start + 1)
    is_known = member.n_iter > member.n_iter_at_start

    def value_and_gradient(parameters):
        if problem.on_epoch_begin is not None and not is_known:
            problem.on_epoch_begin()
        return objective(parameters)

    def after_iteration(intermediate_result):
        nonlocal is_known
        number = next(numbers)
        is_known = number < n_known
        if number <= n_known:
            return
        member.parameters = intermediate_result.x.astype(dtype)
        member.n_iter += 1
        loss = float(intermediate_result.fun)
        state.count_updates(1)
        state.record(loss=loss, **_score(problem, member.parameters))
        state.best_loss = min(state.best_loss, loss)
        member.print_epoch()
        if problem.on_epoch_end is not None:
            member.is_stopped = bool(problem.on_epoch_end(member.present_outcome))
            member.is_finished = member.is_stopped
        if checkpoint is not None:
            checkpoint.keep()
        if member.is_stopped or member.is_paused:
            raise StopIteration

    result = minimize(
        value_and_gradient,
        member.start.astype(np.float64),
        method="L-BFGS-B",
        jac=True,
        callback=after_iteration,
        options={
            "maxfun": settings.max_fun,
            "maxiter": settings.max_iter - member.n_iter_at_start,
            "gtol": settings.tol,
        },
    )
    if member.is_paused:
        return
    member.parameters = result.x.astype(dtype)
    member.is_finished = True
    if not state.history:
        state.loss_at_start = float(result.fun)
    if result.status != STOPPED_BY_CALLBACK:
        member.optimize_result = result
    if checkpoint is not None:
        checkpoint.keep()


def _score(problem, parameters):
    """The network's scores if there is a validation set, by their names."""
    if problem.validation is None:
        return {}
    samples = problem.samples
    stack = NetworkStack.of_one(
        problem.architecture,
        parameters,
        samples.device,
        problem.loss,
    )
    return {key: values[0] for key, values in score_epoch(stack, [problem]).items()}


def _training_samples(problem):
    samples = problem.samples
    weight = samples.sample_weight
    return Samples(
        samples.X[problem.rows].astype(np.float64),
        samples.y[problem.rows].astype(np.float64),
        None if weight is None else weight[problem.rows].astype(np.float64),
        device=samples.device,
    )
