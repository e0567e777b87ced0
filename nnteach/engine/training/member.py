"""A network of a stack, on its way from its problem to its outcome."""

from dataclasses import dataclass, field

import numpy as np

from nnteach.engine.training.problem import Outcome, Problem, TrainingState


@dataclass
class Member:
    """What changes while one network is trained.

    Attributes
    ----------
    problem : Problem
    state : TrainingState
        A copy of the problem's, which goes on from there.
    parameters : ndarray of shape (P,)
        The network's parameters when it last left the stack or was looked at.
    rows : ndarray of shape (n_train,)
        The samples in the order of the epoch before that.
    n_iter : int
        Number of epochs, or of iterations of L-BFGS.
    is_stopped : bool
        Whether who looks on has stopped the training.
    start : ndarray of shape (P,)
        Where L-BFGS has started.
    n_iter_at_start : int
        Number of iterations before that.
    evaluations : list
        What L-BFGS has asked for since then; see RecordedObjective.
    is_finished, is_interrupted, reached_max_iter, optimize_result, seconds
        See Outcome.
    """

    problem: Problem
    state: TrainingState = field(init=False)
    parameters: np.ndarray = field(init=False)
    rows: np.ndarray = field(init=False)
    start: np.ndarray = field(init=False)
    n_iter: int = 0
    n_iter_at_start: int = 0
    evaluations: list = field(default_factory=list)
    is_finished: bool = False
    is_stopped: bool = False
    is_interrupted: bool = False
    reached_max_iter: bool = False
    optimize_result: object = None
    seconds: float = 0.0

    def __post_init__(self):
        self.parameters = self.start = self.problem.parameters
        self.rows = self.problem.rows
        self.state = self.problem.state.copy()
        early = self.problem.settings.early_stopping
        if early and self.state.best_parameters is None:
            self.state.best_parameters = self.parameters

    @property
    def is_paused(self):
        """Whether training is to end here for now."""
        until = self.problem.until_epoch
        return until is not None and self.n_iter >= until and not self.is_finished

    def print(self, message):
        """Print a message if the network is verbose."""
        if self.problem.settings.verbose:
            print(f"{self.problem.name}{message}")

    def print_epoch(self):
        """Print what the last epoch has come to."""
        last = {key: values[-1] for key, values in self.state.history.items()}
        self.print(f"Iteration {self.n_iter}, loss = {last['loss']:.8f}")
        # of early stopping the same lines as in scikit-learn come after this one
        watches = self.problem.validation is not None
        if watches and not self.problem.settings.early_stopping:
            self.print(
                f"Validation loss: {last['val_loss']:.8f}, score: {last['val_score']:f}"
            )

    def present_outcome(self):
        """The outcome of a training that ended here, with the present parameters."""
        return Outcome(self.parameters.copy(), self.state.copy(), self.n_iter)

    def outcome(self):
        """The outcome of the training, with the parameters to keep."""
        keeps_best = self.problem.settings.early_stopping and (
            self.state.best_score > -np.inf or np.isfinite(self.parameters).all()
        )
        losses = self.state.history.get("loss") or [self.state.loss_at_start]
        is_trained = self.n_iter > 0 or self.optimize_result is not None
        return Outcome(
            self.state.best_parameters if keeps_best else self.parameters,
            self.state,
            self.n_iter,
            self.is_interrupted,
            self.is_paused,
            self.reached_max_iter,
            self.optimize_result,
            self.seconds,
            has_finite_loss=not is_trained or bool(np.isfinite(losses[-1])),
        )
