"""The training of a stack: epochs of shuffled batches until every network stops."""

from contextlib import contextmanager

import numpy as np
import torch

from nnteach.engine.data import evaluate
from nnteach.engine.network import NetworkStack
from nnteach.engine.optimizers import OPTIMIZERS
from nnteach.engine.stopping import is_finished, look_for_improvement

# a stack's activations and their gradients should stay in a core's own cache
CACHE_BYTES = 2**20
# a step of fewer multiplications is over before a second thread has woken up
MULTIPLICATIONS_PER_THREAD = 2**23


def train(tasks, *, one_epoch=False):
    """Train the networks of these tasks, those of equal ``stack_key`` together.

    Their parameters and states are replaced by those after the training. Networks of
    equal key must have been made from the same samples. Ctrl-C ends the training of
    all of them and keeps what they have learnt.

    Parameters
    ----------
    tasks : list of TrainingTask
    one_epoch : bool, default=False
        Make a single pass over the samples, and never more.
    """
    groups = {}
    for task in tasks:
        task.state.begin()
        groups.setdefault(task.stack_key, []).append(task)
    try:
        for group in groups.values():
            size = _networks_per_stack(group[0])
            for start in range(0, len(group), size):
                stack = group[start : start + size]
                with _threads_for(stack):
                    StackTraining(stack, one_epoch).run()
    except KeyboardInterrupt:
        for task in tasks:
            task.state.interrupted = not task.state.finished


def _networks_per_stack(task):
    n_activations = task.settings.batch_size * sum(task.architecture.layer_sizes)
    bytes_per_network = 2 * n_activations * task.parameters.itemsize
    return max(1, CACHE_BYTES // bytes_per_network)


@contextmanager
def _threads_for(stack):
    """Give torch a second thread only where a step is long enough to share out."""
    first = stack[0]
    multiplications = (
        len(stack) * first.settings.batch_size * first.architecture.n_weights
    )
    n_threads = torch.get_num_threads()
    try:
        if multiplications < MULTIPLICATIONS_PER_THREAD:
            torch.set_num_threads(1)
        yield
    finally:
        torch.set_num_threads(n_threads)


class StackTraining:
    """The training loop's working state: the networks that have not stopped yet."""

    def __init__(self, tasks, one_epoch):
        first = tasks[0]
        self.tasks = list(tasks)
        self.samples = first.samples
        self.validation = first.validation
        self.batch_size = first.settings.batch_size
        self.one_epoch = one_epoch
        self.stack = NetworkStack(
            first.architecture,
            torch.from_numpy(np.stack([task.parameters for task in tasks])),
            first.loss,
        )
        self.optimizer = self._make_optimizer(first)
        self.alpha = self._column(lambda task: task.settings.alpha)
        self.rows = torch.from_numpy(np.stack([task.rows for task in tasks]))
        self.order = self.rows.clone()

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
                    *(task.state.moments for task in self.tasks), strict=True
                )
            ]
        return optimizer(first.settings, moments, first.state.n_updates)

    def _column(self, value):
        """One number for each network, of shape (K, 1)."""
        return self.stack.parameters.new_tensor([[value(task)] for task in self.tasks])

    def run(self):
        """Train until every network has stopped, or Ctrl-C comes."""
        try:
            while self.tasks:
                self._run_epoch()
                finished = [
                    is_finished(task, parameters, self.one_epoch)
                    for task, parameters in zip(
                        self.tasks, self.stack.parameters, strict=True
                    )
                ]
                if any(finished):
                    self._retire(finished)
        finally:
            self._hand_back(range(len(self.tasks)))

    def _run_epoch(self):
        for index, task in enumerate(self.tasks):
            if task.settings.shuffle:
                self._shuffle(index, task.random_state)
        learning_rates = [task.state.learning_rate for task in self.tasks]
        losses = self._pass_over_samples()
        scores = {} if self.validation is None else self._validate()
        for index, task in enumerate(self.tasks):
            task.state.n_iter += 1
            task.state.n_samples_seen += self.order.shape[1]
            task.state.record(
                loss=losses[index],
                learning_rate=learning_rates[index],
                **{key: values[index] for key, values in scores.items()},
            )
            look_for_improvement(task, self.stack.parameters[index])

    def _shuffle(self, index, random_state):
        permutation = torch.from_numpy(random_state.permutation(self.order.shape[1]))
        self.order[index] = self.order[index, permutation]

    def _pass_over_samples(self):
        """Update on every batch; return the mean loss met on the way, shape (K,)."""
        stack, order = self.stack, self.order
        n_samples = order.shape[1]
        learning_rate = self._column(lambda task: task.state.learning_rate)
        targets = self.samples.targets(order)
        weight = self.samples.weights(order)
        outputs = stack.parameters.new_empty(
            (*order.shape, stack.architecture.n_outputs)
        )
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
        rows = torch.from_numpy(np.stack([task.validation.rows for task in self.tasks]))
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
                task.validation.scorer(row.copy())
                for task, row in zip(self.tasks, parameters, strict=True)
            )
        scores, val_scores = zip(*pairs, strict=True)
        return {"val_loss": losses.tolist(), "score": scores, "val_score": val_scores}

    def _retire(self, finished):
        """Hand the finished networks back; the others stay in the stack."""
        leaving = [index for index, done in enumerate(finished) if done]
        staying = [index for index, done in enumerate(finished) if not done]
        self._hand_back(leaving)
        for index in leaving:
            self.tasks[index].state.finished = True
        self.tasks = [self.tasks[index] for index in staying]
        self.stack = self.stack.keep(staying)
        self.optimizer.keep(staying)
        self.alpha = self.alpha[staying]
        self.rows = self.rows[staying]
        self.order = self.order[staying]

    def _hand_back(self, indices):
        """Write what these networks have learnt back to their tasks."""
        for index in indices:
            task = self.tasks[index]
            task.parameters = self.stack.parameters[index].numpy().copy()
            task.state.n_updates = self.optimizer.n_updates
            task.state.moments = [
                moment[index].numpy().copy() for moment in self.optimizer.buffers
            ]


def _positive(total_weight):
    """A batch whose samples all have weight zero must not divide by it."""
    return torch.where(total_weight == 0, 1.0, total_weight)
