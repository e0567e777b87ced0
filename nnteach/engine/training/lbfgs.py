"""L-BFGS: all samples at once, through scipy, in float64."""

import numpy as np
from scipy.optimize import minimize

from nnteach.engine.network.stack import NetworkStack
from nnteach.engine.samples.samples import Samples
from nnteach.engine.training.epoch_scores import score_epoch
from nnteach.engine.training.objective import Objective

# scipy's code for a StopIteration
STOPPED_BY_CALLBACK = 99


def train_lbfgs(member):
    """Train one network.

    The objective is the one that scikit-learn reports, and its gradient is exact: with
    several regression outputs theirs is too large by the number of outputs.

    Parameters
    ----------
    member : Member
        Its parameters and its state are replaced.
    """
    problem, state = member.problem, member.state
    settings, dtype = problem.settings, problem.parameters.dtype
    objective = Objective(
        problem.architecture, problem.loss, _training_samples(problem), settings.alpha
    )

    def value_and_gradient(parameters):
        if problem.on_epoch_begin is not None:
            problem.on_epoch_begin()
        return objective(parameters)

    def after_iteration(intermediate_result):
        member.parameters = intermediate_result.x.astype(dtype)
        member.n_iter += 1
        loss = float(intermediate_result.fun)
        state.count_updates(1)
        state.record(loss=loss, **_score(problem, member.parameters))
        state.best_loss = min(state.best_loss, loss)
        member.print_epoch()
        if problem.on_epoch_end is not None and problem.on_epoch_end(
            member.present_outcome
        ):
            raise StopIteration

    result = minimize(
        value_and_gradient,
        problem.parameters.astype(np.float64),
        method="L-BFGS-B",
        jac=True,
        callback=after_iteration,
        options={
            "maxfun": settings.max_fun,
            "maxiter": settings.max_iter,
            "gtol": settings.tol,
        },
    )
    member.parameters = result.x.astype(dtype)
    member.is_finished = True
    if not state.history:
        state.loss_at_start = float(result.fun)
    if result.status != STOPPED_BY_CALLBACK:
        member.optimize_result = result


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
