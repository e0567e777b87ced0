"""When a network's training stops: scikit-learn's rules, an epoch at a time."""

import numpy as np

from nnteach.engine.schedules import learning_rate_after_plateau


def look_for_improvement(task, parameters):
    """Count the epochs without improvement, and keep the best weights.

    Parameters
    ----------
    task : TrainingTask
        Its state has the epoch's loss and scores already.
    parameters : Tensor of shape (P,)
        The network's parameters at the end of the epoch.
    """
    settings, state = task.settings, task.state
    loss = state.history["loss"][-1]
    _print(task, f"Iteration {state.n_iter}, loss = {loss:.8f}")
    if settings.early_stopping:
        score = state.history["val_score"][-1]
        if task.validation.monitor_loss:
            score = -state.history["val_loss"][-1]
        state.monitored_scores.append(score)
        _print(task, f"Validation score: {score:f}")
        improved = not score < state.best_score + settings.tol
        if score > state.best_score:
            state.best_score = score
            state.best_parameters = parameters.cpu().numpy().copy()
    else:
        improved = not loss > state.best_loss - settings.tol
        state.best_loss = min(state.best_loss, loss)
    state.no_improvement_count = 0 if improved else state.no_improvement_count + 1


def is_finished(task, parameters, one_epoch):
    """Whether the network's training ends with this epoch."""
    settings, state = task.settings, task.state
    if state.no_improvement_count > settings.n_iter_no_change:
        if _stops_on_plateau(task):
            return True
        state.no_improvement_count = 0
    if one_epoch or _has_diverged(task, parameters):
        return True
    state.reached_max_iter = state.n_iter == settings.max_iter
    return state.reached_max_iter


def _stops_on_plateau(task):
    settings, state = task.settings, task.state
    watched = "Validation score" if settings.early_stopping else "Training loss"
    plateau = (
        f"{watched} did not improve more than tol={settings.tol:f} for "
        f"{settings.n_iter_no_change} consecutive epochs."
    )
    learning_rate = learning_rate_after_plateau(settings, state.learning_rate)
    if learning_rate is None:
        adaptive = settings.learning_rate == "adaptive"
        reason = " Learning rate too small." if adaptive else ""
        _print(task, f"{plateau}{reason} Stopping.")
        return True
    state.learning_rate = learning_rate
    _print(task, f"{plateau} Setting learning rate to {learning_rate:f}")
    return False


def _has_diverged(task, parameters):
    """Whether no further epoch can bring the weights back to finite numbers."""
    return (
        not task.settings.early_stopping
        and not np.isfinite(task.state.history["loss"][-1])
        and not parameters.isfinite().all()
    )


def _print(task, message):
    if task.settings.verbose:
        print(message)
