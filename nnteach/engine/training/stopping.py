"""When a network's training stops: scikit-learn's rules, an epoch at a time."""

import numpy as np

from nnteach.engine.training.schedules import learning_rate_after_plateau


def count_start_as_best(member, scores):
    """Take the weights that a training goes on from as the best until now.

    Parameters
    ----------
    member : Member
        It keeps the weights to start from as the best until a better epoch comes.
    scores : dict of str to float
        What these weights are worth, by the names of the history.
    """
    state = member.state
    score = _watched_score(member.problem, scores)
    if score > state.best_score:
        state.best_score, state.best_epoch = score, state.n_epochs


def _watched_score(problem, values):
    """What early stopping looks at of an epoch's values, NaN if it is not finite."""
    loss = problem.validation.monitor_loss
    score = -values["val_loss"] if loss else values["val_score"]
    return score if np.isfinite(score) else np.nan


def look_for_improvement(member, parameters):
    """Count the epochs without improvement, and keep the best weights.

    Parameters
    ----------
    member : Member
        Its state has the epoch's loss and scores already.
    parameters : Tensor of shape (P,)
        The network's parameters at the end of the epoch.
    """
    problem, state = member.problem, member.state
    tol, loss = problem.settings.tol, state.history["loss"][-1]
    member.print_epoch()
    if problem.settings.early_stopping:
        last = {key: state.history[key][-1] for key in ("val_loss", "val_score")}
        score = _watched_score(problem, last)
        state.monitored_scores.append(score)
        member.print(f"Validation score: {score:f}")
        improved = score >= state.best_score + tol
        if score > state.best_score:
            state.best_score, state.best_epoch = score, state.n_epochs
            state.best_parameters = parameters.cpu().numpy().copy()
    else:
        improved = np.isfinite(loss) and loss <= state.best_loss - tol
        state.best_loss = np.fmin(state.best_loss, loss).item()
    state.no_improvement_count = 0 if improved else state.no_improvement_count + 1


def is_finished(member, parameters):
    """Whether the network's training ends with this epoch."""
    problem, state = member.problem, member.state
    if state.no_improvement_count > problem.settings.n_iter_no_change:
        if _stops_on_plateau(member):
            return True
        state.no_improvement_count = 0
    if problem.one_epoch or _has_diverged(member, parameters):
        return True
    member.reached_max_iter = member.n_iter == problem.settings.max_iter
    return member.reached_max_iter


def _stops_on_plateau(member):
    problem, state = member.problem, member.state
    settings = problem.settings
    watched = "Validation score" if problem.settings.early_stopping else "Training loss"
    plateau = (
        f"{watched} did not improve more than tol={settings.tol:f} for "
        f"{settings.n_iter_no_change} consecutive epochs."
    )
    learning_rate = learning_rate_after_plateau(settings, state.learning_rate)
    if learning_rate is None:
        adaptive = settings.learning_rate == "adaptive"
        reason = " Learning rate too small." if adaptive else ""
        member.print(f"{plateau}{reason} Stopping.")
        return True
    state.learning_rate = learning_rate
    member.print(f"{plateau} Setting learning rate to {learning_rate:f}")
    return False


def _has_diverged(member, parameters):
    """Whether no further epoch can bring the weights back to finite numbers."""
    is_suspect = not np.isfinite(member.state.history["loss"][-1])
    return is_suspect and not parameters.isfinite().all()
