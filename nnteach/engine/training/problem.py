"""What a training is: a frozen problem on the way in, an outcome on the way out."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from nnteach.architecture import Architecture
from nnteach.engine.network.layout import FLOATS
from nnteach.engine.network.losses import Loss
from nnteach.engine.samples.samples import Samples
from nnteach.engine.training.checkpoint_place import CheckpointPlan
from nnteach.engine.training.history import Column


@dataclass(frozen=True)
class Settings:
    """What an estimator's parameters say about its training.

    Attributes
    ----------
    solver : {"adam", "adamw", "sgd", "rmsprop", "adagrad", "lbfgs"}
        Rule by which the parameters are moved.
    alpha : float
        Strength of the L2 penalty, at least 0.
    batch_size : int
        Samples in a batch, at most those there are.
    learning_rate : {"constant", "invscaling", "adaptive", "cosine", "one_cycle"}
        Schedule of the learning rate.
    learning_rate_init : float
        Learning rate that the schedule starts from, above 0.
    power_t : float
        Exponent of the schedule "invscaling", at least 0.
    max_iter : int
        Largest number of epochs, or of iterations of "lbfgs".
    shuffle : bool
        Whether the samples are shuffled before every epoch.
    tol : float
        What counts as an improvement, at least 0.
    verbose : bool
        Whether the loss of every epoch is printed.
    momentum : float
        Momentum of "sgd", in [0, 1].
    nesterovs_momentum : bool
        Whether it is Nesterov's.
    early_stopping : bool
        Whether a score on a validation set decides when training stops.
    beta_1 : float
        Decay rate of the mean of the gradients, in [0, 1).
    beta_2 : float
        Decay rate of the mean of the squared gradients, in [0, 1).
    epsilon : float
        What is added to the root that the gradient is divided by, above 0.
    n_iter_no_change : float
        Training stops when more than this many epochs in a row bring no improvement;
        infinity turns that off.
    max_fun : int
        Largest number of evaluations of the loss by "lbfgs".
    dropout : tuple of float
        Fraction of each hidden layer's neurons that is left out, in [0, 1).
    device : str
        Where training is computed, as torch knows it: "cpu", "cuda:0", …
    """

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
    """What a further training goes on from, besides the parameters themselves.

    Attributes
    ----------
    solver : str
        The solver whose moving averages these are.
    learning_rate : float
        Learning rate of the last epoch; the adaptive schedule goes on with it.
    learning_rate_init : float or None
        What that one has come from, None where it is not known.
    dropout_seed : int or None
        What the masks of dropout are made from, None before it is needed.
    n_updates : int
        Number of updates that the moving averages have gone through.
    n_samples_seen : int
        Number of training samples seen, counted once for every epoch.
    no_improvement_count : int
        Number of epochs in a row, up to now, without an improvement.
    loss_at_start : float
        The objective at the starting weights, where L-BFGS finds nothing to improve.
    best_loss : float
        The smallest training loss of any epoch.
    best_score : float
        The largest score that early stopping has watched.
    best_parameters : ndarray of shape (P,) or None
        The parameters of that epoch, under early stopping.
    best_epoch : int or None
        Number of that epoch among those of all trainings, from 1; None before there is
        one. A training that goes on counts the weights that it starts from as those of
        the epoch before.
    score_name : str or None
        What the scores of the history are, None for accuracy or R².
    updates_per_epoch : int or None
        Number of batches in an epoch, None if that was not the same in all of them.
    moments : list of ndarray of shape (P,)
        The solver's moving averages; empty before the first update.
    history : dict of str to Column
        A value for each epoch of all trainings.
    monitored_scores : list of float
        What early stopping has watched in each epoch.
    """

    solver: str
    learning_rate: float
    learning_rate_init: float | None = None
    dropout_seed: int | None = None
    n_updates: int = 0
    n_samples_seen: int = 0
    no_improvement_count: int = 0
    loss_at_start: float = np.nan
    best_loss: float = np.inf
    best_score: float = -np.inf
    best_parameters: np.ndarray | None = None
    best_epoch: int | None = None
    score_name: str | None = None
    updates_per_epoch: int | None = None
    moments: list = field(default_factory=list)
    history: dict = field(default_factory=dict)
    monitored_scores: list = field(default_factory=list)

    @classmethod
    def at_start(cls, settings):
        """The state before any training with these settings."""
        rate = settings.learning_rate_init
        return cls(settings.solver, rate, rate)

    def copy(self):
        """A state that goes its own way from here."""
        return replace(
            self,
            moments=[moment.copy() for moment in self.moments],
            history={key: values.copy() for key, values in self.history.items()},
            monitored_scores=list(self.monitored_scores),
        )

    @property
    def n_epochs(self):
        """Number of epochs of all trainings so far."""
        return len(self.history.get("loss", ()))

    def forget_the_best(self):
        """Count anew what is no improvement, as each ``fit`` does on its own data."""
        self.no_improvement_count, self.best_loss = 0, np.inf
        self.best_score, self.best_parameters, self.best_epoch = -np.inf, None, None

    def count_updates(self, n_updates):
        """Note the number of updates in an epoch that is about to be recorded."""
        same = self.n_epochs == 0 or self.updates_per_epoch == n_updates
        self.updates_per_epoch = n_updates if same else None

    def record(self, **values):
        """Append an epoch's values to the history; what is not measured is NaN."""
        n_epochs = self.n_epochs
        for key in self.history.keys() | values.keys():
            if key not in self.history:
                self.history[key] = Column([np.nan] * n_epochs)
            self.history[key].append(values.get(key, np.nan))

    def change_solver(self, solver):
        """Go on with another solver, which starts without moving averages."""
        self.solver = solver
        self.moments, self.n_updates = [], 0

    def check_arrays(self, n_moments, n_parameters):
        """Raise a ValueError if an array is not like the parameters.

        The optimizer's fused operations read and write without looking.

        Parameters
        ----------
        n_moments : int
            Number of the solver's moving averages.
        n_parameters : int
        """
        needed = {}
        if self.best_parameters is not None:
            needed["best_parameters"] = [self.best_parameters], 1
        if self.moments or self.n_updates:
            needed["moments"] = self.moments, n_moments
        for name, (arrays, n_arrays) in needed.items():
            arrays = arrays if isinstance(arrays, list) else [arrays]
            kinds = [
                (np.shape(array), getattr(array, "dtype", None)) for array in arrays
            ]
            if len(kinds) != n_arrays or not all(
                shape == (n_parameters,) and dtype in FLOATS for shape, dtype in kinds
            ):
                raise ValueError(
                    f"The {name} in _training_state must be {n_arrays} of shape "
                    f"{(n_parameters,)} in float32 or float64 for "
                    f"solver={self.solver!r}. Got {kinds} instead: the state was "
                    "edited, or belongs to another network. Call fit with "
                    "warm_start=False, or set_weights(coefs_, intercepts_) to go on "
                    "from the weights alone."
                )

    def cast(self, dtype):
        """Go on in another precision."""
        self.moments = [moment.astype(dtype, copy=False) for moment in self.moments]
        if self.best_parameters is not None:
            self.best_parameters = self.best_parameters.astype(dtype, copy=False)


@dataclass(frozen=True)
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
    drops_weight : bool
        Whether the samples have weights that the scorer cannot take.
    """

    samples: Samples
    rows: np.ndarray
    score: Callable
    scorer: Callable | None
    monitor_loss: bool
    drops_weight: bool = False


@dataclass(frozen=True)
class Problem:
    """One network to be trained: where it starts, and what it learns from.

    Everything in it has been checked. The training works on copies of what changes.

    Attributes
    ----------
    architecture : Architecture
    loss : Loss
    settings : Settings
    parameters : ndarray of shape (P,)
        The parameters to start from.
    state : TrainingState
        What to go on from.
    random_state : numpy.random.RandomState
        What shuffles the samples. It belongs to the problem and is advanced.
    samples : Samples
    rows : ndarray of shape (n_train,)
        Which of the samples the network is trained on.
    validation : Validation or None
    name : str
        What each printed line begins with, to tell networks apart.
    one_epoch : bool
        Whether training makes a single pass over the samples, and never more.
    until_epoch : int or None
        Number of the epoch after which training ends for now, to go on another time.
    checkpoint : CheckpointPlan or None
        How the training is kept in a file.
    starts_from_best : bool
        Whether the parameters to start from are scored too, and are the first best.
    on_epoch_begin : callable or None
        Called without arguments before each epoch.
    on_epoch_end : callable or None
        Called after each epoch with a function that returns the Outcome of a training
        that ends here; the training ends if it returns True.
    callbacks_state : callable or None
        Called without arguments; returns what a checkpoint is to hold of those who look
        on.
    restore_callbacks : callable or None
        Called with that, and with the number of epochs that are behind them.
    """

    architecture: Architecture
    loss: Loss
    settings: Settings
    parameters: np.ndarray
    state: TrainingState
    random_state: np.random.RandomState
    samples: Samples
    rows: np.ndarray
    validation: Validation | None = None
    name: str = ""
    one_epoch: bool = False
    until_epoch: int | None = None
    checkpoint: CheckpointPlan | None = None
    starts_from_best: bool = False
    on_epoch_begin: Callable | None = None
    on_epoch_end: Callable | None = None
    callbacks_state: Callable | None = None
    restore_callbacks: Callable | None = None

    @property
    def stack_key(self):
        """Problems with equal keys can be solved in one stack."""
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
            self.one_epoch,
            self.checkpoint and self.checkpoint.place,
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
    def multiplications_per_step(self):
        """How many multiplications the forward pass of a step has."""
        per_sample = self.samples.multiplications_per_sample(self.architecture)
        return self.settings.batch_size * per_sample

    def with_samples(self, other):
        """The same problem with the samples of another, which are equal to its own."""
        validation = self.validation
        if validation is not None:
            own = validation.samples is self.samples
            samples = other.samples if own else other.validation.samples
            validation = replace(validation, samples=samples)
        return replace(self, samples=other.samples, validation=validation)

    def drawing_from(self, samples, rows):
        """The same problem with samples that have its own ones at these rows."""
        validation = self.validation
        if validation is not None and validation.samples is self.samples:
            validation = replace(
                validation, samples=samples, rows=rows[validation.rows]
            )
        return replace(
            self, samples=samples, rows=rows[self.rows], validation=validation
        )


@dataclass(frozen=True)
class Outcome:
    """What a training has come to.

    Attributes
    ----------
    parameters : ndarray of shape (P,)
        The parameters to keep: under early stopping those of the best epoch.
    state : TrainingState
        What a further training goes on from.
    n_iter : int
        Number of epochs, or of iterations of L-BFGS.
    is_interrupted : bool
        Whether the training had not ended: Ctrl-C or another signal came, or it was to
        end for now.
    is_paused : bool
        Whether it was to end for now.
    reached_max_iter : bool
        Whether it ended since there had been enough epochs.
    optimize_result : scipy.optimize.OptimizeResult or None
        What scipy says of L-BFGS.
    seconds : float
        The network's share of the time that its stack took.
    has_finite_loss : bool
        Whether the training loss was a number to the end.
    """

    parameters: np.ndarray
    state: TrainingState
    n_iter: int = 0
    is_interrupted: bool = False
    is_paused: bool = False
    reached_max_iter: bool = False
    optimize_result: object = None
    seconds: float = 0.0
    has_finite_loss: bool = True

    @property
    def is_broken_off(self):
        """Whether somebody has ended the training who had not said so before."""
        return self.is_interrupted and not self.is_paused

    @cached_property
    def has_finite_parameters(self):
        """Whether the parameters to keep are numbers."""
        return bool(np.isfinite(self.parameters).all())

    @property
    def has_diverged(self):
        """Whether there is nothing to keep: parameters or loss grew without bounds.

        Early stopping keeps the best epoch, whatever came of the loss after it.
        """
        kept_best = self.state.best_parameters is not None
        is_lost = not self.has_finite_loss and not kept_best
        return is_lost or not self.has_finite_parameters
