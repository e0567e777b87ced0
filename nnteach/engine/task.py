"""What the training loop is handed for each network, and what it hands back."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from nnteach.architecture import Architecture
from nnteach.engine.data import Samples
from nnteach.engine.losses import Loss


@dataclass(frozen=True)
class Settings:
    """What an estimator's parameters say about its training."""

    solver: str
    alpha: float
    batch_size: int
    learning_rate: str
    learning_rate_init: float
    power_t: float
    max_iter: int
    shuffle: bool
    tol: float
    verbose: bool
    momentum: float
    nesterovs_momentum: bool
    early_stopping: bool
    beta_1: float
    beta_2: float
    epsilon: float
    n_iter_no_change: float
    max_fun: int
    dropout: tuple
    device: str


@dataclass
class TrainingState:
    """What a network has gone through; a further training goes on from here."""

    solver: str
    learning_rate: float
    dropout_seed: int | None = None
    n_updates: int = 0
    n_samples_seen: int = 0
    n_iter: int = 0
    no_improvement_count: int = 0
    loss_at_start: float = np.nan
    best_loss: float = np.inf
    best_score: float = -np.inf
    best_parameters: np.ndarray | None = None
    moments: list = field(default_factory=list)
    history: dict = field(default_factory=dict)
    monitored_scores: list = field(default_factory=list)
    finished: bool = False
    interrupted: bool = False
    reached_max_iter: bool = False
    optimize_result: object = None

    def copy(self):
        """A state that goes its own way from here."""
        return replace(
            self,
            moments=[moment.copy() for moment in self.moments],
            history={key: list(values) for key, values in self.history.items()},
            monitored_scores=list(self.monitored_scores),
        )

    def begin(self):
        """Start counting the epochs of a new training."""
        self.n_iter = 0
        self.optimize_result = None
        self.finished = self.interrupted = self.reached_max_iter = False

    @property
    def n_epochs(self):
        """Number of epochs of all trainings so far."""
        return len(self.history.get("loss", ()))

    def record(self, **values):
        """Append an epoch's values to the history; what is not measured is NaN."""
        n_epochs = self.n_epochs
        for key in self.history.keys() | values.keys():
            column = self.history.setdefault(key, [np.nan] * n_epochs)
            column.append(values.get(key, np.nan))

    def change_solver(self, solver):
        """Go on with another solver, which starts without moving averages."""
        self.solver = solver
        self.moments, self.n_updates = [], 0

    def check_arrays(self, n_moments, like):
        """Raise a ValueError if an array is not like the parameters.

        The optimizer's fused operations read and write without looking.

        Parameters
        ----------
        n_moments : int
            Number of the solver's moving averages.
        like : ndarray of shape (P,)
            The network's parameters.
        """
        needed = {"best_parameters": 1}
        if self.moments or self.n_updates:
            needed["moments"] = n_moments
        for name, n_arrays in needed.items():
            arrays = getattr(self, name)
            arrays = arrays if isinstance(arrays, list) else [arrays]
            kinds = [
                (np.shape(array), getattr(array, "dtype", None)) for array in arrays
            ]
            if kinds != [(like.shape, like.dtype)] * n_arrays:
                raise ValueError(
                    f"The {name} in _training_state must be {n_arrays} of shape "
                    f"{like.shape} and {like.dtype} for solver={self.solver!r}. Got "
                    f"{kinds} instead: the state was edited, or belongs to another "
                    "network. Call fit with warm_start=False, or "
                    "set_weights(coefs_, intercepts_) to go on from the weights alone."
                )

    def cast(self, dtype):
        """Go on in another precision."""
        self.moments = [moment.astype(dtype, copy=False) for moment in self.moments]
        if self.best_parameters is not None:
            self.best_parameters = self.best_parameters.astype(dtype, copy=False)


@dataclass
class Validation:
    """Samples that no network of the stack is trained on, and how they are scored.

    Attributes
    ----------
    samples : Samples
    rows : ndarray of shape (n,)
        Which of them a network is validated on.
    score : callable
        ``score(outputs, targets, sample_weight)`` of a whole stack, of shape (K,).
    scorer : callable or None
        ``scorer(parameters)`` of one network gives its training and its validation
        score, in place of ``score``.
    monitor_loss : bool
        Whether early stopping watches the loss rather than the score.
    """

    samples: Samples
    rows: np.ndarray
    score: Callable
    scorer: Callable | None
    monitor_loss: bool


@dataclass
class TrainingTask:
    """One network to be trained: where it starts, and what it learns from."""

    architecture: Architecture
    loss: Loss
    parameters: np.ndarray
    settings: Settings
    state: TrainingState
    random_state: np.random.RandomState
    samples: Samples
    rows: np.ndarray
    validation: Validation | None = None
    on_epoch_begin: Callable | None = None
    on_epoch_end: Callable | None = None
    seconds: float = 0.0

    @property
    def stack_key(self):
        """Tasks with equal keys can be trained in one stack."""
        settings = self.settings
        return (
            self.architecture,
            self.loss,
            self.parameters.dtype,
            self.rows.shape,
            self.samples.sample_weight is None,
            self.samples.score_weight is None,
            self.validation and self.validation.rows.shape,
            self.validation and self.validation.samples.score_weight is None,
            self.validation and self.validation.scorer is None,
            self.state.n_updates,
            settings.solver,
            settings.batch_size,
            settings.beta_1,
            settings.beta_2,
            settings.epsilon,
            settings.momentum,
            settings.nesterovs_momentum,
            settings.dropout,
            settings.device,
            settings.alpha if settings.solver == "adamw" else None,
        )

    @property
    def learnt_parameters(self):
        """The parameters to keep: under early stopping those of the best epoch."""
        if self.settings.early_stopping and self.settings.solver != "lbfgs":
            return self.state.best_parameters
        return self.parameters

    @property
    def has_finite_parameters(self):
        """Whether training has not diverged."""
        return bool(np.isfinite(self.learnt_parameters).all())

    def share_samples(self, other):
        """Use another task's samples, equal to this one's, in their place."""
        if self.validation is not None:
            if self.validation.samples is self.samples:
                self.validation.samples = other.samples
            else:
                self.validation.samples = other.validation.samples
        self.samples = other.samples

    def move_to(self, samples, rows):
        """Draw from samples that have the task's own ones at these rows."""
        if self.validation is not None and self.validation.samples is self.samples:
            self.validation.samples = samples
            self.validation.rows = rows[self.validation.rows]
        self.samples, self.rows = samples, rows[self.rows]
