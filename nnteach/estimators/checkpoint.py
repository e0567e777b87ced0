"""The callback that keeps a training in a file."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import version
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.callback import CallbackContext
from sklearn.utils import check_random_state

from nnteach.engine.training.checkpoint_file import (
    CheckpointError,
    read_file,
    write_file,
)
from nnteach.engine.training.checkpoint_place import CheckpointPlace, CheckpointPlan
from nnteach.engine.training.problem import Problem
from nnteach.engine.training.snapshot import (
    random_state_content,
    restore_random_state,
)
from nnteach.estimators.checkpoint_identity import (
    describe_callback,
    describe_data,
    describe_parameters,
)
from nnteach.estimators.fitted import FittedAttributes
from nnteach.estimators.sklearn_private import (
    Interval,
    validate_parameter_constraints,
)


class Checkpoint:
    """Keep a training in a file, and go on from there when ``fit`` is called again.

    Set it on the network itself. ``fit`` writes its whole state into the file. If the
    process ends before the training does, call the same ``fit`` again, in a new process
    too: it finds the file and goes on. The network is, bit for bit, the one of a
    training without an interruption, on the same machine and with as many threads.

    Parameters
    ----------
    path : str or path-like
        The file, in a folder that exists. For :func:`fit_many` and the vectorized
        searches it is a folder that they make, with a file for each stack of networks;
        so it is for ``fit`` if there is such a folder.
    every_n_epochs : int, default=1
        The state is written after this many epochs, at least 1.
    every_seconds : float or None, default=None
        It is written at most this often; None for no such limit.
    keep : bool, default=False
        Whether the file stays when the training is over. ``fit`` then takes the network
        from there, and trains on if `max_iter` has become larger.

    Raises
    ------
    ValueError
        If `path`, `every_n_epochs`, `every_seconds` or `keep` is not valid.

    See Also
    --------
    Snapshots : Keep fitted estimators of some epochs, in memory.

    Notes
    -----
    The file is replaced in one go: a process that is killed while it writes leaves the
    file before. If the disk is full, there is a warning, training goes on, and the last
    file stays.

    Ctrl-C writes the last epoch that was finished and keeps the file. So does SIGTERM,
    by which batch systems announce the end, if training runs in the main thread; then
    whoever handled the signal before gets it. On Windows no process can send SIGTERM to
    another, and ends it without a word: the file is then the last that was written.

    Data, parameters and callbacks must be the same when a training goes on; only
    `verbose` may differ, and `max_iter` may be larger where it does not shape the
    schedule. The state of ``EarlyStopping``, ``Snapshots`` and ``ValidationMonitor``
    is in the file. Other callbacks begin anew, with a warning. ``partial_fit`` writes
    nothing.

    L-BFGS is brought back to where it was by its recorded values and gradients, so that
    its file grows by the size of the network with each evaluation of the loss. With
    another version of scipy it starts anew from the last weights, with a warning.

    The file holds arrays and JSON and no code. It has the random numbers' state and, if
    there is a ``Snapshots``, its networks, but no data.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import make_moons
    >>> from nnteach import Checkpoint, MLPClassifierNet
    >>> X, y = make_moons(200, noise=0.2, random_state=0)
    >>> path = Path(tempfile.mkdtemp()) / "moons.checkpoint"
    >>> net = MLPClassifierNet((10,), max_iter=20, n_iter_no_change=50, random_state=0)
    >>> net = net.set_callbacks(Checkpoint(path))
    >>> net.fit(X, y, until_epoch=12).interrupted_  # as if something had come between
    True
    >>> path.exists()
    True
    >>> import warnings
    >>> from sklearn.exceptions import ConvergenceWarning
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", ConvergenceWarning)
    ...     net = net.fit(X, y)
    >>> net.n_iter_, path.exists()
    (20, False)
    """

    _parameter_constraints = {
        "path": [str, os.PathLike],
        "every_n_epochs": [Interval(Integral, 1, None, closed="left")],
        "every_seconds": [Interval(Real, 0, None, closed="left"), None],
        "keep": ["boolean"],
    }
    _place: CheckpointPlace | None = None

    def __init__(
        self,
        path: str | os.PathLike[str],
        every_n_epochs: int = 1,
        every_seconds: float | None = None,
        keep: bool = False,
    ) -> None:
        self.path = path
        self.every_n_epochs = every_n_epochs
        self.every_seconds = every_seconds
        self.keep = keep
        validate_parameter_constraints(
            self._parameter_constraints,
            {name: vars(self)[name] for name in self._parameter_constraints},
            type(self).__name__,
        )

    def setup(self, estimator: BaseEstimator, context: CallbackContext) -> None:
        """Check that the callback is set on a network.

        Parameters
        ----------
        estimator : estimator instance
            The estimator that is about to be fitted.
        context : sklearn.callback.CallbackContext
            The context of its ``fit``.

        Raises
        ------
        TypeError
            If it is no network of this package.
        """
        if not isinstance(estimator, FittedAttributes):
            raise TypeError(
                "Checkpoint must be set on an MLPClassifierNet or an MLPRegressorNet, "
                f"also inside another estimator. Got {type(estimator).__name__}."
            )

    def on_fit_task_begin(
        self, estimator: BaseEstimator, context: CallbackContext
    ) -> None:
        """Do nothing: the training itself writes the file.

        Parameters
        ----------
        estimator : estimator instance
            The estimator that is trained.
        context : sklearn.callback.CallbackContext
            The context of the epoch, or of the whole ``fit``.
        """

    def on_fit_task_end(
        self, estimator: BaseEstimator, context: CallbackContext
    ) -> None:
        """Do nothing: the training itself writes the file.

        Parameters
        ----------
        estimator : estimator instance
            The estimator that is trained.
        context : sklearn.callback.CallbackContext
            The context of the epoch, or of the whole ``fit``.
        """

    def teardown(self, estimator: BaseEstimator, context: CallbackContext) -> None:
        """Do nothing: the training itself closes the file.

        Parameters
        ----------
        estimator : estimator instance
            The estimator whose training has ended.
        context : sklearn.callback.CallbackContext
            The context of its ``fit``.
        """

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_place"}


def _find_place(checkpoint: Checkpoint) -> CheckpointPlace:
    """Find where a training is to be kept that begins now."""
    if checkpoint._place is not None:
        return checkpoint._place
    path = Path(checkpoint.path)
    if not path.parent.is_dir():
        raise ValueError(
            "The 'path' parameter of Checkpoint must be a file in a folder that "
            f"exists. Got {str(path)!r} instead."
        )
    return CheckpointPlace(path, path.is_dir(), checkpoint.keep)


@contextmanager
def _in_folder(checkpoint: Checkpoint) -> Iterator[CheckpointPlace]:
    """Keep a file for each stack that is trained inside; all of them stay."""
    path = Path(checkpoint.path)
    if path.exists() and not path.is_dir():
        raise ValueError(
            "The 'path' parameter of Checkpoint must be a folder for many networks. "
            f"Got the file {str(path)!r} instead."
        )
    place = CheckpointPlace(path, True, True)
    checkpoint._place = place
    try:
        yield place
    finally:
        checkpoint._place = None


def checkpoint_of(estimator: BaseEstimator) -> Checkpoint | None:
    """The Checkpoint among an estimator's callbacks, if there is one.

    Raises
    ------
    ValueError
        If there are several.
    """
    callbacks = getattr(estimator, "_skl_callbacks", [])
    found = [one for one in callbacks if isinstance(one, Checkpoint)]
    if len(found) > 1:
        raise ValueError(
            f"{type(estimator).__name__} must have at most one Checkpoint. Got "
            f"{len(found)} of them."
        )
    return found[0] if found else None


@contextmanager
def kept_in_folders(estimators: Iterable[BaseEstimator]) -> Iterator[ExitStack]:
    """Let the Checkpoints of these estimators be folders while many are trained.

    Parameters
    ----------
    estimators : iterable of estimator

    Yields
    ------
    contextlib.ExitStack
        Its ``close`` removes the files, and is to be called when all is done.
    """
    found = [checkpoint_of(estimator) for estimator in estimators]
    with ExitStack() as folders:
        done = ExitStack()
        for checkpoint in {id(one): one for one in found if one is not None}.values():
            place = folders.enter_context(_in_folder(checkpoint))
            if not checkpoint.keep:
                done.callback(place.remove)
        yield done


def begin(estimator: BaseEstimator) -> dict[str, Any] | None:
    """Find where an estimator's training is kept, before it draws a random number.

    If it draws from random numbers that are not the same each time, they are brought
    to where they were when the training began.

    Parameters
    ----------
    estimator : BaseMLPNet

    Returns
    -------
    dict or None
        The Checkpoint, and the place and the random numbers of a CheckpointPlan; None
        if there is no Checkpoint.

    Raises
    ------
    ValueError
        If the Checkpoint's path is not valid or its file is damaged.
    """
    checkpoint = checkpoint_of(estimator)
    if checkpoint is None:
        return None
    estimator._validate_params()
    place = _find_place(checkpoint)
    random_state = check_random_state(estimator.random_state)
    start = random_state_content(random_state)
    if not isinstance(estimator.random_state, Integral):
        start = _random_state_at_start(place, estimator, start)
        try:
            restore_random_state(random_state, start)
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(
                f"The checkpoint {place.path} cannot be gone on from: {error}."
            ) from error
    return {"checkpoint": checkpoint, "place": place, "start": start}


def _random_state_at_start(
    place: CheckpointPlace, estimator: BaseEstimator, present: dict[str, Any]
) -> Any:
    """The random numbers with which a training that is kept began, or the present."""
    if not place.is_folder:
        if not place.path.exists():
            return present
        content = read_file(place.path)
        try:
            return content["networks"][0]["random_state_at_start"]
        except (IndexError, KeyError, TypeError) as error:
            raise CheckpointError(
                f"The checkpoint {place.path} does not describe a training."
            ) from error
    # who trains many has not begun with all of them when the first is written
    path = place.next_file(describe_parameters(estimator), "start")
    if path.exists():
        return read_file(path)
    with suppress(OSError):  # as when a stack's state cannot be written, which warns
        write_file(path, present)
    return present


def plan_checkpoint(
    estimator: BaseEstimator, begun: dict[str, Any], problem: Problem
) -> CheckpointPlan:
    """Say how a problem's training is kept, and what its file belongs to.

    Parameters
    ----------
    estimator : BaseMLPNet
        It knows its data.
    begun : dict
        What ``begin`` has returned.
    problem : Problem

    Returns
    -------
    CheckpointPlan
    """
    checkpoint, callbacks = begun["checkpoint"], estimator._skl_callbacks
    identity = {
        "versions": {"nnteach": version("nnteach")},
        "parameters": describe_parameters(estimator),
        "data": describe_data(estimator, problem),
        "callbacks": {
            f"callback {number}": describe_callback(one)
            for number, one in enumerate(callbacks, 1)
            if one is not checkpoint
        },
    }
    return CheckpointPlan(
        identity=identity,
        every_n_epochs=checkpoint.every_n_epochs,
        every_seconds=checkpoint.every_seconds,
        place=begun["place"],
        start=begun["start"],
    )
