"""L-BFGS: all samples at once, through scipy, in float64."""

import numpy as np
from scipy.optimize import minimize

from nnteach.engine.data import Samples
from nnteach.engine.inference import Objective, stack_of_one
from nnteach.engine.validation import validate

# scipy's code for a StopIteration
STOPPED_BY_CALLBACK = 99


def train_lbfgs(task):
    """Train one network; its parameters and its state are replaced.

    The objective is the one that scikit-learn reports, and its gradient is exact: with
    several regression outputs theirs is too large by the number of outputs.

    Parameters
    ----------
    task : TrainingTask
    """
    settings, state = task.settings, task.state
    objective = Objective(
        task.architecture, task.loss, _training_samples(task), settings.alpha
    )

    def evaluate(parameters):
        if task.on_epoch_begin is not None:
            task.on_epoch_begin()
        return objective(parameters)

    def after_iteration(intermediate_result):
        task.parameters = intermediate_result.x.astype(task.parameters.dtype)
        state.n_iter += 1
        scores = {}
        if task.validation is not None:
            stack = stack_of_one(
                task.architecture, task.parameters, settings.device, task.loss
            )
            scores = {key: value[0] for key, value in validate(stack, [task]).items()}
        state.record(loss=float(intermediate_result.fun), **scores)
        if settings.verbose:
            print(f"Iteration {state.n_iter}, loss = {intermediate_result.fun:.8f}")
        state.best_loss = min(state.best_loss, state.history["loss"][-1])
        if task.on_epoch_end is not None and task.on_epoch_end():
            raise StopIteration

    result = minimize(
        evaluate,
        task.parameters.astype(np.float64),
        method="L-BFGS-B",
        jac=True,
        callback=after_iteration,
        options={
            "maxfun": settings.max_fun,
            "maxiter": settings.max_iter,
            "gtol": settings.tol,
        },
    )
    task.parameters = result.x.astype(task.parameters.dtype)
    state.finished = True
    if not state.history:
        state.loss_at_start = float(result.fun)
    if result.status != STOPPED_BY_CALLBACK:
        state.optimize_result = result


def _training_samples(task):
    samples = task.samples
    weight = samples.sample_weight
    return Samples(
        samples.X[task.rows].astype(np.float64),
        samples.y[task.rows].astype(np.float64),
        None if weight is None else weight[task.rows].astype(np.float64),
        device=samples.device,
    )
