"""The fits of a search: which are trained together, and each handed over when asked."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import product
from time import perf_counter

import numpy as np
from scipy import sparse
from sklearn import get_config
from sklearn.base import clone
from sklearn.model_selection import cross_validate
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import get_routing_for_object

from nnteach.engine.machine.threads import available_threads
from nnteach.engine.samples.samples import Samples
from nnteach.engine.training.checkpoint_file import CheckpointError
from nnteach.engine.training.checkpoint_place import CheckpointInUseError
from nnteach.estimators.base import BaseMLPNet
from nnteach.estimators.fitting import accept, explain_divergence, warn_of
from nnteach.estimators.interposed import (
    fit_up_to_network,
    network_at,
    path_to_network,
    with_fit,
)
from nnteach.estimators.isolation import train_isolated
from nnteach.estimators.problem import FitArguments, pose, share_samples

# what is trained at once is one network for each thread, or has this many parameters
PARAMETERS_PER_THREAD = 2**20


class TrainingPlan:
    """All fits of a search, in the order in which it asks for them.

    When a fit is asked for, others are trained in the same stacks. Each waits until it
    is asked for, and is then forgotten. So many are trained at once that small networks
    fill their stacks, and large ones do not fill the memory.

    Parameters
    ----------
    estimator : estimator
        What the candidates are made from.
    X, y, params
        What the search is fitted to.
    processes : Processes

    Attributes
    ----------
    seconds : ndarray of shape (n_candidates, n_folds)
        How long each fit took: its share, where it was trained with others.
    unusable_checkpoint : Exception or None
        Why no further candidate is trained: a file that cannot be gone on from.
    """

    def __init__(self, estimator, X, y, params, processes):
        self.estimator, self.processes = estimator, processes
        self.X, self.y, self.params = X, y, params
        self._asked, self._whole = iter(()), {}
        self.unusable_checkpoint = None

    def start(self, candidates, splits, n_folds):
        """Plan to fit each candidate on each fold, one candidate after the other.

        Parameters
        ----------
        candidates : list of dict
            Parameters of the estimator.
        splits : SplitOnce
            It has split by the time that the first fit is asked for.
        n_folds : int
        """
        self.candidates, self.splits = candidates, splits
        places = list(product(range(len(candidates)), range(n_folds)))
        self.seconds = np.zeros((len(candidates), n_folds))
        self._asked, self._waiting = iter(places), dict.fromkeys(places)
        kinds = [self._compare_by(parameters) for parameters in candidates]
        self._sizes = [size for size, _ in kinds]
        self._preprocessing = [preprocessing for _, preprocessing in kinds]
        self._n_uses = Counter((f, self._preprocessing[c]) for c, f in places)
        self._preprocessed, self._trained = {}, {}

    def fit(self, estimator, X, y, **params):
        """Fit the estimator that a search asks for.

        Parameters
        ----------
        estimator : estimator
            The next candidate on the next fold; after all of them, any other.
        X, y, params
            What its ``fit`` is called with.

        Returns
        -------
        estimator
            The same, fitted.
        """
        place = next(self._asked, None)
        if place is None:
            return estimator.fit(X, y, **params)
        if self._sizes[place[0]] is None:
            start = perf_counter()
            try:
                return estimator.fit(X, y, **params)
            finally:
                self.seconds[place] = perf_counter() - start
        if self.unusable_checkpoint is not None:
            raise self.unusable_checkpoint
        if place not in self._trained:
            self._train(place, X, y, params)
        return self._trained.pop(place).give_to(estimator)

    def close(self):
        """Forget everything; a class that calls ``fit`` may live for a while."""
        vars(self).clear()

    def _compare_by(self, parameters):
        """By what to tell which candidates may be trained and preprocessed together.

        Returns
        -------
        size : str or None
            The same for networks of about one size; None for a fit without others.
        preprocessing : hashable
            The same for candidates whose networks get the same data of a fold.
        """
        try:
            candidate = self._make(parameters)
        except ValueError:  # scikit-learn will come to it, and ask for no fit
            return None, None
        path = path_to_network(candidate)
        if path is None:
            return None, None
        network = network_at(candidate, path)
        if type(network).fit is not BaseMLPNet.fit:
            return None, None
        if not path:
            preprocessing = None
        elif _is_step(path, candidate):
            # a grid holds each of its values once, so that equal values are one object
            preprocessing = frozenset(
                (key, id(value))
                for key, value in parameters.items()
                if key.partition("__")[0] != path[0]
            )
        else:
            preprocessing = object()
        return repr(network.hidden_layer_sizes), preprocessing

    def _make(self, parameters):
        return clone(self.estimator).set_params(**clone(parameters, safe=False))

    def _train(self, place, X, y, params):
        """Train the fit at this place and those that share its stacks."""
        first = self._pose(place, X, y, params)
        if first is None:
            return
        by_fold = {}
        for candidate, fold in self._companions(place, first):
            by_fold.setdefault(fold, []).append((candidate, fold))
        fits = self._pose_fold(by_fold.pop(place[1], []), X, y, params, [first])
        folds = iter(by_fold.values())

        def receive(estimator, X, y, **params):
            fits.extend(self._pose_fold(next(folds), X, y, params))
            return estimator

        if by_fold:
            # scikit-learn itself cuts the data of the other folds
            cross_validate(
                with_fit(self.estimator, receive),
                self.X,
                self.y,
                params=self._for_the_estimator(params),
                cv=[self.splits.made[fold] for fold in by_fold],
                scoring=lambda *_: 0.0,
                error_score="raise",
            )
        try:
            outcomes = self.processes.train(
                train_isolated, [fit.posed for fit in fits], [fit.given for fit in fits]
            )
        except (CheckpointError, CheckpointInUseError) as error:
            self.unusable_checkpoint = error
            raise
        while fits:  # which the class derived above holds until it is collected
            self._keep(fits.pop(), outcomes.pop())

    def _for_the_estimator(self, received):
        """Those of the search's parameters of which its estimator has received any."""
        names = received
        if get_config()["enable_metadata_routing"]:
            # the estimator may have asked for them under other names
            routing = get_routing_for_object(self.estimator)
            names = routing.consumes("fit", self.params.keys())
        return {name: self.params[name] for name in names}

    def _companions(self, place, first):
        """Places that still wait, of networks of about the same size as the first."""
        n_parameters = first.posed.problem.parameters.size
        share = max(1, PARAMETERS_PER_THREAD // n_parameters)
        n_networks = share * max(available_threads(), self.processes.number)
        size = self._sizes[place[0]]
        alike = [place for place in self._waiting if self._sizes[place[0]] == size]
        return alike[: n_networks - 1]

    def _pose_fold(self, places, X, y, params, fits=()):
        """Pose the problems of a fold; those that fail are done with."""
        fits = [*fits, *(self._pose(place, X, y, params) for place in places)]
        groups = {}
        for fit in fits:
            if fit is not None:
                key = self._preprocessing[fit.place[0]]
                groups.setdefault(key, []).append(fit)
        for group in groups.values():
            self._share_time(group)
            shared = share_samples([fit.posed for fit in group])
            for fit, posed in zip(group, shared, strict=True):
                fit.posed = posed
            if group[0].network is group[0].estimator:
                self._draw_from_whole(group)
        return [fit for group in groups.values() for fit in group]

    def _pose(self, place, X, y, params):
        """Pose the problem of one fit; None if that fails."""
        start, (candidate, fold) = perf_counter(), place
        self._waiting.pop(place, None)
        key = fold, self._preprocessing[candidate]
        try:
            estimator = self._make(self.candidates[candidate])
            network, given = self._preprocess(estimator, key, X, y, params)
            name = (
                f"Candidate {candidate + 1} of {len(self.candidates)}, "
                f"fold {fold + 1} of {self.seconds.shape[1]}: "
            )
            posed = pose(network, given, name=name)
        except Exception as error:
            self._trained[place] = Failure(error)
            return None
        finally:
            self.seconds[place] += perf_counter() - start
            self._n_uses[key] -= 1
            if not self._n_uses[key]:
                self._preprocessed.pop(key, None)
        if not hasattr(network, "_skl_callbacks"):
            given = None  # nobody looks at the data, of which each fold has a copy
        return Fit(place, estimator, network, given, posed)

    def _preprocess(self, estimator, key, X, y, params):
        """Fit the steps before the network, or take them from another candidate."""
        path = path_to_network(estimator)
        if not _is_step(path, estimator):
            return fit_up_to_network(estimator, path, X, y, params)
        if key in self._preprocessed:
            steps, given = self._preprocessed[key]
            estimator.steps = [*steps, estimator.steps[-1]]
            return estimator.steps[-1][1], given
        network, given = fit_up_to_network(estimator, path, X, y, params)
        self._preprocessed[key] = estimator.steps[:-1], given
        return network, given

    def _share_time(self, fits):
        """Divide the time of what was done once for several fits among them."""
        seconds = np.mean([self.seconds[fit.place] for fit in fits])
        for fit in fits:
            self.seconds[fit.place] = seconds

    def _draw_from_whole(self, fits):
        """Let problems draw from the whole X, where it is an array, and not a copy."""
        X = self.X
        is_array = isinstance(X, np.ndarray) and X.dtype.kind in "biuf"
        if not is_array and not (sparse.issparse(X) and X.format == "csr"):
            return
        rows = np.arange(X.shape[0])[self.splits.made[fits[0].place[1]][0]]
        moved = {}
        for fit in fits:
            own = fit.posed.problem.samples
            kind = own.device, own.X.dtype
            if kind not in self._whole:
                whole = X.astype(own.X.dtype, copy=False)
                self._whole[kind] = Samples(whole, device=own.device)
            if id(own) not in moved:
                moved[id(own)] = own, own.as_rows_of(self._whole[kind], rows)
            problem = fit.posed.problem.drawing_from(moved[id(own)][1], rows)
            fit.posed = replace(fit.posed, problem=problem)

    def _keep(self, fit, outcome):
        """Keep what a training has come to, until it is asked for."""
        if isinstance(outcome, Exception):
            self._trained[fit.place] = Failure(outcome)
            return
        self.seconds[fit.place] += outcome.seconds
        fit.outcome, fit.given = outcome, None
        self._trained[fit.place] = fit


def _is_step(path, estimator):
    """Whether the path leads to the last step of a pipeline."""
    return len(path) == 1 and isinstance(estimator, Pipeline)


@dataclass
class Fit:
    """A candidate on a fold, whose network is to be trained or has been."""

    place: tuple
    estimator: object
    network: BaseMLPNet
    given: FitArguments | None
    posed: object
    outcome: object = None

    def give_to(self, estimator):
        """Make the outcome of the training an estimator's own."""
        if self.outcome.has_diverged:
            raise ValueError(explain_divergence(self.outcome))
        accept(self.posed, self.outcome)
        vars(estimator).update(vars(self.estimator))
        warn_of([self.posed], [self.outcome], stacklevel=5)
        return estimator


class Failure:
    """A candidate on a fold that could not be fitted."""

    def __init__(self, error):
        self.error, self.traceback = error, error.__traceback__

    def give_to(self, estimator):
        """Raise the error as if it had come up now."""
        raise self.error.with_traceback(self.traceback)


class SplitOnce:
    """A splitter that can be asked for the splits that it has made.

    Parameters
    ----------
    splitter : splitter

    Attributes
    ----------
    made : list of (ndarray, ndarray)
        The training and the test part of each split.
    """

    def __init__(self, splitter):
        self.splitter = splitter

    def split(self, X, y=None, **params):
        """Split, and keep the splits."""
        self.made = list(self.splitter.split(X, y, **params))
        return self.made
