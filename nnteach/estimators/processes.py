"""Trainings spread over processes, or over machines, by joblib's backend."""

import math
from dataclasses import replace

import numpy as np
from joblib import effective_n_jobs
from sklearn.utils.parallel import Parallel, delayed

from nnteach.estimators.callbacks import EpochCallback

GLOBAL_RANDOM_STATE = np.random.mtrand._rand  # what scikit-learn draws from for None


class Processes:
    """Processes of the joblib backend that is active when this is made.

    Parameters
    ----------
    n_jobs : int or None
        As everywhere in scikit-learn: None is one process, unless
        ``joblib.parallel_config`` says otherwise, and -1 is one for each core.

    Attributes
    ----------
    number : int
        How many there are.
    """

    def __init__(self, n_jobs):
        self.number = effective_n_jobs(n_jobs)
        # arrays lie in memory that all processes map and none can change for others
        self._parallel = Parallel(n_jobs=n_jobs, mmap_mode="c", batch_size=1)

    def train(self, train, posed, given):
        """Call ``train(posed, given)``, parts of the networks in each process.

        Networks with a Checkpoint or with callbacks of other packages are trained in
        this process, since what such a callback does would stay in another one.

        Parameters
        ----------
        train : callable
        posed : list of Posed
            Of which no two share a RandomState.
        given : list of FitArguments or None
            What each of them was posed from.

        Returns
        -------
        list of Outcome or Exception
            What ``train`` returns for them, in their order.
        """
        can_travel = [_can_travel(one) for one in posed]
        if self.number == 1 or sum(can_travel) < 2:
            return train(posed, given)
        outcomes = [None] * len(posed)
        away = [index for index, travels in enumerate(can_travel) if travels]
        parts = self._divide(away, posed)
        results = self._parallel(
            delayed(_train_part)(
                train,
                [_with_own_random_state(posed[index]) for index in part],
                [_needed_there(given[index], posed[index]) for index in part],
            )
            for part in parts
        )
        brought = {}
        for part, (trained, random_states, callbacks) in zip(
            parts, results, strict=True
        ):
            for index, outcome, state in zip(part, trained, random_states, strict=True):
                outcomes[index] = outcome
                random_state = posed[index].problem.random_state
                if random_state is not GLOBAL_RANDOM_STATE:
                    random_state.set_state(state)
            brought.update(zip(part, callbacks, strict=True))
        # clones share a callback, which keeps what it has found in the last of them
        for index in sorted(brought):
            for callback, found in zip(
                _callbacks(posed[index].estimator), brought[index], strict=True
            ):
                vars(callback).update(found)
        here = [index for index, travels in enumerate(can_travel) if not travels]
        if here:
            trained = train(
                [posed[index] for index in here], [given[index] for index in here]
            )
            for index, outcome in zip(here, trained, strict=True):
                outcomes[index] = outcome
        return outcomes

    def _divide(self, indices, posed):
        """Cut what would be a stack only if there are fewer stacks than processes."""
        stacks = {}
        for index in indices:
            stacks.setdefault(posed[index].problem.stack_key, []).append(index)
        parts = []
        for stack in stacks.values():
            n_parts = math.ceil(self.number * len(stack) / len(indices))
            parts += [
                part.tolist()
                for part in np.array_split(stack, min(n_parts, len(stack)))
            ]
        return parts


def _train_part(train, posed, given):
    """In a process: train, and say what training has changed besides."""
    outcomes = train(posed, given)
    random_states = [one.problem.random_state.get_state(legacy=False) for one in posed]
    found = [
        [
            {name: value for name, value in vars(one).items() if name.endswith("_")}
            for one in _callbacks(posed_one.estimator)
        ]
        for posed_one in posed
    ]
    return outcomes, random_states, found


def _callbacks(estimator):
    return getattr(estimator, "_skl_callbacks", [])


def _can_travel(posed):
    """Whether all that its training changes can be brought back."""
    # the file of a Checkpoint is locked by this process
    return posed.problem.checkpoint is None and all(
        isinstance(one, EpochCallback) for one in _callbacks(posed.estimator)
    )


def _needed_there(given, posed):
    """The arguments of ``fit``, which are for callbacks alone once they are posed."""
    return given if _callbacks(posed.estimator) else None


def _with_own_random_state(posed):
    """Let a network draw from what others in other processes do not draw from."""
    if posed.problem.random_state is not GLOBAL_RANDOM_STATE:
        return posed
    own = np.random.RandomState(GLOBAL_RANDOM_STATE.randint(2**32, dtype=np.uint32))
    return replace(posed, problem=replace(posed.problem, random_state=own))
