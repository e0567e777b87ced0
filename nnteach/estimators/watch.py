"""How an estimator's callbacks watch its training."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sklearn.callback import ProgressBar

from nnteach.engine.network.layout import pack
from nnteach.engine.training.problem import Outcome, Problem
from nnteach.estimators.callbacks import EpochCallback
from nnteach.estimators.checkpoint import Checkpoint
from nnteach.estimators.fitted import fitted_attributes
from nnteach.estimators.problem import FitArguments, Posed
from nnteach.estimators.sklearn_private import callback_management_context


class Watch:
    """Scikit-learn's hooks at the epochs and at the end of one training.

    Parameters
    ----------
    posed : Posed
        Its estimator has callbacks, which get it as it is: the user's own.
    given : FitArguments
    """

    def __init__(self, posed: Posed, given: FitArguments) -> None:
        self._draft = posed.draft
        self._estimator = posed.estimator
        n_epochs = 1 if posed.problem.one_epoch else self._estimator.max_iter
        self._fit = self._estimator._init_callback_context(max_subtasks=n_epochs)
        self._to_teardown = self._estimator._skl_callbacks_to_teardown
        callbacks = self._estimator._skl_callbacks
        self._ours = [one for one in callbacks if isinstance(one, EpochCallback)]
        weight = given.sample_weight
        self._data = {
            "estimator": self._estimator,
            "X": given.X,
            "y": given.y,
            "metadata": {} if weight is None else {"sample_weight": weight},
        }
        self._epoch: Any = None  # scikit-learn's context of the present one
        self.problem: Problem = replace(
            posed.problem,
            on_epoch_begin=self._begin_epoch,
            on_epoch_end=self._end_epoch,
            callbacks_state=self._state,
            restore_callbacks=self._restore,
        )

    def hang_up_again(self) -> None:
        """Hang scikit-learn's context on the estimator again, to be taken down.

        Another fit of the same estimator, in a hook or in another thread, may have
        taken its own down meanwhile.
        """
        self._estimator._callback_fit_ctx = self._fit
        self._estimator._skl_callbacks_to_teardown = self._to_teardown

    def begin(self) -> None:
        """Tell the callbacks that training begins, once their own data are checked."""
        for callback in self._ours:
            callback.check_data(self._draft)
        self._fit.call_on_fit_task_begin(**self._data)

    def end(self, outcome: Outcome) -> Outcome:
        """Tell the callbacks of the outcome; return it with the weights to keep."""
        if outcome.has_diverged:
            return outcome
        # first ours, so that all others see the weights that are kept
        for callback in self._ours:
            weights = callback.end_training(self._estimator, self._fit)
            if weights is not None:
                parameters = pack(self._draft.architecture_, *weights)
                outcome = replace(outcome, parameters=parameters)
        own_state = replace(outcome, state=outcome.state.copy())
        self._fit.call_on_fit_task_end(
            **self._data,
            reconstruction_attributes=lambda: self._describe_alone(own_state),
        )
        return outcome

    def _state(self) -> list[Any]:
        """What a checkpoint is to hold of our callbacks."""
        return [callback.state(self._fit) for callback in self._ours]

    def _restore(self, states: list[Any], n_epochs: int) -> None:
        """Let our callbacks go on from there, after so many epochs."""
        for callback, state in zip(self._ours, states, strict=True):
            callback.restore(self._fit, state, self._draft)
        for _ in range(n_epochs):
            self._fit.subcontext(task_name="epoch")
        known = (EpochCallback, Checkpoint, ProgressBar)
        foreign = [
            type(callback).__name__
            for callback in self._estimator._skl_callbacks
            if not isinstance(callback, known)
        ]
        if foreign and n_epochs:
            warnings.warn(
                f"Training goes on after epoch {n_epochs}, of which a checkpoint tells "
                f"these callbacks nothing: {', '.join(foreign)}.",
                stacklevel=2,
            )

    def _begin_epoch(self) -> None:
        # L-BFGS evaluates the objective several times in an iteration
        if self._epoch is None:
            epoch = self._fit.subcontext(task_name="epoch")
            self._epoch = epoch.call_on_fit_task_begin(**self._data)

    def _end_epoch(self, present_outcome: Callable[[], Outcome]) -> bool:
        epoch, self._epoch = self._epoch, None
        return epoch.call_on_fit_task_end(
            **self._data,
            reconstruction_attributes=lambda: self._describe_alone(present_outcome()),
        )

    def _describe_alone(self, outcome: Outcome) -> dict[str, Any]:
        """The fitted attributes of an estimator that nobody watches."""
        return fitted_attributes(self._draft, outcome) | {"_skl_callbacks": []}


class NobodyWatches:
    """What stands for a Watch where an estimator has no callbacks."""

    def __init__(self, posed: Posed) -> None:
        self.problem: Problem = posed.problem

    def end(self, outcome: Outcome) -> Outcome:
        """Return the outcome."""
        return outcome


@contextmanager
def watch(posed: Posed, given: FitArguments) -> Iterator[Watch | NobodyWatches]:
    """Let an estimator's callbacks follow its training.

    Parameters
    ----------
    posed : Posed
    given : FitArguments

    Yields
    ------
    Watch
        Its ``problem`` has the hooks, and its ``end`` is to be called with the outcome.
    """
    callbacks = getattr(posed.estimator, "_skl_callbacks", [])
    # the training itself looks after a Checkpoint
    if all(isinstance(callback, Checkpoint) for callback in callbacks):
        yield NobodyWatches(posed)
        return
    with callback_management_context(posed.estimator):
        watched = Watch(posed, given)
        try:
            watched.begin()
            yield watched
        finally:
            watched.hang_up_again()
