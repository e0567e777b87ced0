"""Training in stacks in which an error of a user's code is one network's own."""

from contextlib import ExitStack, contextmanager
from dataclasses import replace

import numpy as np

from nnteach.engine.training.train import train
from nnteach.estimators.watch import watch


def train_isolated(posed, given):
    """Train networks in stacks; if a callback or a scorer fails, its network alone.

    Parameters
    ----------
    posed : list of Posed
    given : list of FitArguments or None
        What each of them was posed from; None if it has no callbacks.

    Returns
    -------
    list of Outcome or Exception

    Raises
    ------
    CheckpointError, CheckpointInUseError
        If the file of a stack cannot be gone on from.
    KeyboardInterrupt
        If Ctrl-C has ended the training of any.
    """
    failures, watches = [[] for _ in posed], {}
    own_error = None
    with ExitStack() as callbacks:
        for index, failure in enumerate(failures):
            callbacks.enter_context(_kept(failure))
            with _kept(failure):
                watches[index] = callbacks.enter_context(
                    watch(posed[index], given[index])
                )
        problems = [
            _isolate(watched.problem, failures[index])
            for index, watched in watches.items()
        ]
        try:
            outcomes = train(problems)
        except Exception as error:  # of no single network
            own_error, watches = error, {}
        else:
            if any(outcome.is_broken_off for outcome in outcomes):
                raise KeyboardInterrupt
            outcomes = dict(zip(watches, outcomes, strict=True))
        for index, watched in watches.items():
            if not failures[index]:
                with _kept(failures[index]):
                    outcomes[index] = watched.end(outcomes[index])
    if own_error is not None:
        raise own_error
    return [
        failure[0] if failure else outcomes[i] for i, failure in enumerate(failures)
    ]


@contextmanager
def _kept(failure):
    """Keep an error instead of raising it."""
    try:
        yield
    except Exception as error:
        failure.append(error)


def _isolate(problem, failure):
    """The same problem, whose training ends when users' code has raised an error."""
    begin, end, validation = (
        problem.on_epoch_begin,
        problem.on_epoch_end,
        problem.validation,
    )
    score = validation and validation.scorer
    if end is None and score is None:
        return problem

    def begin_epoch():
        with _kept(failure):
            if begin is not None and not failure:
                begin()

    def end_epoch(present_outcome):
        with _kept(failure):
            if end is not None and not failure:
                return end(present_outcome)
        return bool(failure)

    def score_epoch(parameters):
        with _kept(failure):
            if not failure:
                return score(parameters)
        return np.nan, np.nan

    if score is not None:
        validation = replace(validation, scorer=score_epoch)
    return replace(
        problem,
        validation=validation,
        on_epoch_begin=begin_epoch,
        on_epoch_end=end_epoch,
    )
