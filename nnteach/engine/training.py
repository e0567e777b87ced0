"""The training of a stack: epochs of shuffled batches until every network stops."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch

from nnteach.engine.data import Samples, evaluate
from nnteach.engine.network import NetworkStack
from nnteach.engine.optimizers import (
    OPTIMIZERS,
    learning_rate_after_epoch,
    learning_rate_after_plateau,
)


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


@dataclass
class TrainingState:
    """What a network has gone through; a further training goes on from here."""

    solver: str
    learning_rate: float
    n_updates: int = 0
    n_samples_seen: int = 0
    n_iter: int = 0
    no_improvement_count: int = 0
    best_loss: float = np.inf
    best_score: float = -np.inf
    best_parameters: np.ndarray | None = None
    moments: list = field(default_factory=list)
    history: dict = field(default_factory=dict)
    monitored_scores: list = field(default_factory=list)
    interrupted: bool = False
    reached_max_iter: bool = False

    def record(self, **values):
        """Append an epoch's values to the history."""
        for key, value in values.items():
            self.history.setdefault(key, []).append(value)


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
class Network:
    """One network on its way into a stack: where it starts and what it learns from."""

    architecture: object
    loss: str
    parameters: np.ndarray
    settings: Settings
    state: TrainingState
    random_state: np.random.RandomState
    samples: Samples
    rows: np.ndarray
    validation: Validation | None = None

    @property
    def stack_key(self):
        """Networks with equal keys can be trained in one stack."""
        settings = self.settings
        return (
            self.architecture,
            self.loss,
            self.parameters.dtype,
            self.rows.shape,
            None if self.validation is None else self.validation.rows.shape,
            self.state.n_updates,
            settings.solver,
            settings.batch_size,
            settings.beta_1,
            settings.beta_2,
            settings.epsilon,
            settings.momentum,
            settings.nesterovs_momentum,
        )

    def share_samples(self, other):
        """Use another network's samples, equal to this one's, in their place."""
        if self.validation is not None:
            if self.validation.samples is self.samples:
                self.validation.samples = other.samples
            else:
                self.validation.samples = other.validation.samples
        self.samples = other.samples


def train(networks, *, one_epoch=False):
    """Train networks of equal ``stack_key`` together.

    Their parameters and states are replaced by those after the training. All must
    have been made from the same samples.

    Parameters
    ----------
    networks : list of Network
    one_epoch : bool, default=False
        Make a single pass over the samples, and never more.
    """
    StackTraining(networks, one_epoch).run()


class StackTraining:
    """The training loop's working state: the networks that have not stopped yet."""

    def __init__(self, networks, one_epoch):
        first = networks[0]
        self.networks = list(networks)
        self.samples = first.samples
        self.validation = first.validation
        self.batch_size = first.settings.batch_size
        self.one_epoch = one_epoch
        self.stack = NetworkStack(
            first.architecture,
            torch.from_numpy(np.stack([network.parameters for network in networks])),
            first.loss,
        )
        self.optimizer = self._make_optimizer(first)
        self.alpha = self._column(lambda network: network.settings.alpha)
        self.rows = torch.from_numpy(np.stack([network.rows for network in networks]))
        self.order = self.rows.clone()
        for network in networks:
            network.state.n_iter = 0
            network.state.interrupted = network.state.reached_max_iter = False

    def _make_optimizer(self, first):
        optimizer = OPTIMIZERS[first.settings.solver]
        if not first.state.moments:
            moments = [
                torch.zeros_like(self.stack.parameters)
                for _ in range(optimizer.n_buffers)
            ]
        else:
            moments = [
                torch.from_numpy(np.stack(rows))
                for rows in zip(
                    *(network.state.moments for network in self.networks), strict=True
                )
            ]
        return optimizer(first.settings, moments, first.state.n_updates)

    def _column(self, value):
        """One number for each network, of shape (K, 1)."""
        return self.stack.parameters.new_tensor(
            [[value(network)] for network in self.networks]
        )

    def run(self):
        try:
            while self.networks:
                self._run_epoch()
                finished = [
                    self._is_finished(index, network)
                    for index, network in enumerate(self.networks)
                ]
                if any(finished):
                    self._retire(finished)
        except KeyboardInterrupt:
            for network in self.networks:
                network.state.interrupted = True
            self._retire([True] * len(self.networks))

    def _run_epoch(self):
        for index, network in enumerate(self.networks):
            if network.settings.shuffle:
                self._shuffle(index, network.random_state)
        learning_rates = [network.state.learning_rate for network in self.networks]
        losses = self._pass_over_samples()
        scores = {} if self.validation is None else self._validate()
        for index, network in enumerate(self.networks):
            network.state.n_iter += 1
            network.state.n_samples_seen += self.order.shape[1]
            network.state.record(
                loss=losses[index],
                learning_rate=learning_rates[index],
                **{key: values[index] for key, values in scores.items()},
            )
            self._look_for_improvement(index, network)

    def _shuffle(self, index, random_state):
        permutation = torch.from_numpy(random_state.permutation(self.order.shape[1]))
        self.order[index] = self.order[index, permutation]

    def _pass_over_samples(self):
        """Update on every batch; return the mean loss met on the way, shape (K,)."""
        stack, order = self.stack, self.order
        n_samples = order.shape[1]
        learning_rate = self._column(lambda network: network.state.learning_rate)
        targets = self.samples.targets(order)
        weight = self.samples.weights(order)
        outputs = stack.parameters.new_empty((*order.shape, stack.architecture.n_outputs))
        penalty_loss = torch.zeros_like(self.alpha)
        for batch, X in self.samples.batches(order, self.batch_size):
            n_batch = X.shape[1]
            if weight is None:
                sample_scale, penalty = 1 / n_batch, self.alpha / n_batch
            else:
                total = _positive(weight[:, batch].sum(dim=1, keepdim=True))
                sample_scale = (weight[:, batch] / total)[..., None]
                penalty = self.alpha / total
                weight[:, batch] *= n_batch / total
            activations = stack.forward(X)
            outputs[:, batch] = activations[-1]
            penalty_loss.addcmul_(stack.squared_weights(), penalty, value=n_batch / 2)
            stack.backward(activations, targets[:, batch], sample_scale, penalty)
            self.optimizer.update_(stack.parameters, stack.gradients, learning_rate)
        losses = stack.loss.sample_losses(outputs, targets)
        if weight is not None:
            losses *= weight
        return ((losses.sum(dim=1) + penalty_loss[:, 0]) / n_samples).tolist()

    def _validate(self):
        """Scores of this epoch's weights, and their loss on the validation set."""
        validation = self.validation
        rows = torch.from_numpy(
            np.stack([network.validation.rows for network in self.networks])
        )
        outputs = evaluate(self.stack, validation.samples, rows)
        targets = validation.samples.targets(rows)
        weight = validation.samples.weights(rows)
        losses = self.stack.loss.sample_losses(outputs, targets)
        if weight is None:
            losses = losses.mean(dim=1)
        else:
            losses = (losses * weight).sum(dim=1) / weight.sum(dim=1)
        if validation.scorer is None:
            val_scores = validation.score(outputs, targets, weight)
            scores = validation.score(
                evaluate(self.stack, self.samples, self.rows),
                self.samples.targets(self.rows),
                self.samples.weights(self.rows),
            )
            pairs = zip(scores.tolist(), val_scores.tolist(), strict=True)
        else:
            parameters = self.stack.parameters.numpy()
            pairs = (
                network.validation.scorer(row.copy())
                for network, row in zip(self.networks, parameters, strict=True)
            )
        scores, val_scores = zip(*pairs, strict=True)
        return {"val_loss": losses.tolist(), "score": scores, "val_score": val_scores}

    def _look_for_improvement(self, index, network):
        """Count the epochs without improvement, by scikit-learn's rules."""
        settings, state = network.settings, network.state
        loss = state.history["loss"][-1]
        self._say(network, f"Iteration {state.n_iter}, loss = {loss:.8f}")
        if settings.early_stopping:
            score = state.history["val_score"][-1]
            if network.validation.monitor_loss:
                score = -state.history["val_loss"][-1]
            state.monitored_scores.append(score)
            self._say(network, f"Validation score: {score:f}")
            improved = not score < state.best_score + settings.tol
            if score > state.best_score:
                state.best_score = score
                state.best_parameters = self.stack.parameters[index].numpy().copy()
        else:
            improved = not loss > state.best_loss - settings.tol
            state.best_loss = min(state.best_loss, loss)
        state.no_improvement_count = 0 if improved else state.no_improvement_count + 1
        state.learning_rate = learning_rate_after_epoch(
            settings, state.learning_rate, state.n_samples_seen
        )

    def _is_finished(self, index, network):
        settings, state = network.settings, network.state
        if state.no_improvement_count > settings.n_iter_no_change:
            if self._stops_on_plateau(network):
                return True
            state.no_improvement_count = 0
        if self.one_epoch or self._has_diverged(index, network):
            return True
        state.reached_max_iter = state.n_iter == settings.max_iter
        return state.reached_max_iter

    def _stops_on_plateau(self, network):
        settings, state = network.settings, network.state
        watched = "Validation score" if settings.early_stopping else "Training loss"
        plateau = (
            f"{watched} did not improve more than tol={settings.tol:f} for "
            f"{settings.n_iter_no_change} consecutive epochs."
        )
        learning_rate = learning_rate_after_plateau(settings, state.learning_rate)
        if learning_rate is None:
            adaptive = settings.solver == "sgd" and settings.learning_rate == "adaptive"
            reason = " Learning rate too small." if adaptive else ""
            self._say(network, f"{plateau}{reason} Stopping.")
            return True
        state.learning_rate = learning_rate
        self._say(network, f"{plateau} Setting learning rate to {learning_rate:f}")
        return False

    def _has_diverged(self, index, network):
        """Whether no further epoch can bring the weights back to finite numbers."""
        return (
            not network.settings.early_stopping
            and not np.isfinite(network.state.history["loss"][-1])
            and not self.stack.parameters[index].isfinite().all()
        )

    def _say(self, network, message):
        if network.settings.verbose:
            print(message)

    def _retire(self, finished):
        """Hand networks back with what they have learnt; the others stay in the stack."""
        for index, network in enumerate(self.networks):
            if finished[index]:
                network.parameters = self.stack.parameters[index].numpy().copy()
                network.state.n_updates = self.optimizer.n_updates
                network.state.moments = [
                    moment[index].numpy().copy() for moment in self.optimizer.buffers
                ]
        staying = [index for index, done in enumerate(finished) if not done]
        self.networks = [self.networks[index] for index in staying]
        self.stack = self.stack.keep(staying)
        self.optimizer.keep(staying)
        self.alpha = self.alpha[staying]
        self.rows = self.rows[staying]
        self.order = self.order[staying]


def _positive(total_weight):
    """A batch whose samples all have weight zero must not divide by it."""
    return torch.where(total_weight == 0, 1.0, total_weight)
