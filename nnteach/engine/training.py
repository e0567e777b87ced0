"""The training of a stack: epochs of shuffled batches until every network stops."""

import math
from threading import Event
from time import perf_counter

import numpy as np
import torch

from nnteach.engine.data import join_samples
from nnteach.engine.dropout import Dropout
from nnteach.engine.epoch import Epoch
from nnteach.engine.lbfgs import train_lbfgs
from nnteach.engine.network import NetworkStack
from nnteach.engine.optimizers import OPTIMIZERS
from nnteach.engine.schedules import scheduled_learning_rate
from nnteach.engine.stopping import is_finished, look_for_improvement
from nnteach.engine.threads import run_in_threads, torch_threads
from nnteach.engine.validation import validate

# a stack's activations and their gradients should stay in a core's own cache
CACHE_BYTES = 2**20
# threads pay where a stack's products have this many multiplications: where they have
# fewer, and where elementwise operations take the time, each waits for the interpreter
MULTIPLICATIONS_PER_STACK = 2**20


def train(tasks, *, one_epoch=False):
    """Train the networks of these tasks, those of equal ``stack_key`` together.

    Their parameters and states are replaced by those after the training, and the time
    that a group takes is divided among its networks. Ctrl-C ends the training of all
    of them and keeps what they have learnt.

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
            start = perf_counter()
            _train_group(group, one_epoch)
            for task in group:
                task.seconds = (perf_counter() - start) / len(group)
    except KeyboardInterrupt:
        for task in tasks:
            task.state.interrupted = not task.state.finished


def _train_group(group, one_epoch):
    """Train tasks of one ``stack_key``, in stacks of a size that suits the machine."""
    settings = group[0].settings
    if settings.solver == "lbfgs":
        for task in group:
            train_lbfgs(task)
        return
    size = len(group)
    if settings.device == "cpu":
        size = min(size, _networks_in_cache(group[0]))
    share = min(size, math.ceil(len(group) / torch.get_num_threads()))
    is_long = share * _multiplications(group[0]) >= MULTIPLICATIONS_PER_STACK
    if is_long and _can_run_in_threads(group):
        stacks = [group[i : i + share] for i in range(0, len(group), share)]
        run_in_threads(
            lambda stack, stop: StackTraining(stack, one_epoch, stop).run(), stacks
        )
        return
    for start in range(0, len(group), size):
        stack = group[start : start + size]
        with torch_threads(len(stack) * _multiplications(group[0])):
            StackTraining(stack, one_epoch).run()


def _networks_in_cache(task):
    n_activations = task.settings.batch_size * sum(task.architecture.layer_sizes)
    return max(1, CACHE_BYTES // (2 * n_activations * task.parameters.itemsize))


def _multiplications(task):
    """How many multiplications the forward pass of a step has."""
    per_sample = task.samples.multiplications_per_sample(task.architecture)
    return task.settings.batch_size * per_sample


def _can_run_in_threads(group):
    """Whether networks can be trained at once without getting in each other's way."""
    n_sources = len({id(task.random_state) for task in group})
    return (
        torch.get_num_threads() > 1
        and len(group) > 1
        and n_sources == len(group)
        and not any(_runs_code_of_others(task) for task in group)
    )


def _runs_code_of_others(task):
    return (
        task.settings.verbose
        or task.settings.device != "cpu"
        or task.on_epoch_end is not None
        or (task.validation is not None and task.validation.scorer is not None)
    )


class StackTraining:
    """The training loop's working state: the networks that have not stopped yet."""

    def __init__(self, tasks, one_epoch, stop=None):
        first = tasks[0]
        self.tasks = list(tasks)
        self.batch_size = first.settings.batch_size
        self.one_epoch = one_epoch
        self.stop = stop or Event()
        self.stack = NetworkStack(
            first.architecture,
            torch.from_numpy(np.stack([task.parameters for task in tasks])).to(
                first.settings.device
            ),
            first.loss,
        )
        self.optimizer = self._make_optimizer(first)
        self.dropout = Dropout(first.settings.dropout, tasks)
        self.order = torch.from_numpy(np.stack([task.rows for task in tasks]))
        self._make_room()

    def _make_room(self):
        """Make the arrays of an epoch for the networks that are in the stack now."""
        alpha = [task.settings.alpha for task in self.tasks]
        if not any(alpha) or self.optimizer.decouples_penalty:
            alpha = None
        else:
            alpha = self.stack.parameters.new_tensor(alpha).view(-1, 1)
        samples = join_samples([task.samples for task in self.tasks])
        n_rows = self.order.shape[1]
        self.epoch = Epoch(self.stack, samples, n_rows, self.batch_size, alpha)

    def _make_optimizer(self, first):
        rule = OPTIMIZERS[first.settings.solver]
        for task in self.tasks:
            task.state.check_arrays(rule.n_buffers, task.parameters)
        moments = [
            torch.from_numpy(np.stack(rows)).to(self.stack.parameters.device)
            for rows in zip(*(task.state.moments for task in self.tasks), strict=True)
        ] or [torch.zeros_like(self.stack.parameters) for _ in range(rule.n_buffers)]
        n_weights = first.architecture.n_weights
        return rule(first.settings, moments, first.state.n_updates, n_weights)

    def run(self):
        """Train until every network has stopped, or training is to stop."""
        try:
            while self.tasks and not self.stop.is_set():
                self._run_epoch()
                finished = [
                    is_finished(task, parameters, self.one_epoch)
                    for task, parameters in zip(
                        self.tasks, self.stack.parameters, strict=True
                    )
                ]
                for index, task in enumerate(self.tasks):
                    if task.on_epoch_end is not None:
                        self._hand_back([index])
                        # weights beyond all bounds cannot be scored
                        if np.isfinite(task.parameters).all():
                            finished[index] |= bool(task.on_epoch_end())
                if any(finished):
                    self._retire(finished)
        finally:
            self._hand_back(range(len(self.tasks)))

    def _run_epoch(self):
        for index, task in enumerate(self.tasks):
            if task.on_epoch_begin is not None:
                task.on_epoch_begin()
            if task.settings.shuffle:
                self._shuffle(index, task.random_state)
            task.state.learning_rate = scheduled_learning_rate(
                task.settings,
                task.state.n_epochs if self.one_epoch else task.state.n_iter,
                task.state.n_samples_seen,
                task.state.learning_rate,
            )
        learning_rates = [task.state.learning_rate for task in self.tasks]
        losses = self._pass_over_samples()
        scores = {}
        if self.tasks[0].validation is not None:
            scores = validate(self.stack, self.tasks)
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
        # the array is a view of the tensor
        random_state.shuffle(self.order[index].numpy())

    def _pass_over_samples(self):
        """Update on every batch; return the mean loss met on the way, a list of K."""
        stack, optimizer = self.stack, self.optimizer
        optimizer.set_learning_rates([task.state.learning_rate for task in self.tasks])
        penalties = stack.parameters.new_zeros((len(self.tasks), 1))
        for batch in self.epoch.batches(self.order):
            masks = self.dropout.draw_masks(
                stack, self.order, batch.place, optimizer.n_updates
            )
            activations = stack.forward(batch.X, masks, out=batch.outputs)
            if batch.penalty is not None:
                penalties.addcmul_(
                    stack.squared_weights(), batch.penalty, value=batch.n_samples / 2
                )
            stack.backward(activations, batch.y, batch.sample_scale, batch.penalty)
            optimizer.update_(stack.parameters, stack.gradients)
        return self.epoch.mean_loss(stack.loss, penalties).tolist()

    def _retire(self, finished):
        """Hand the finished networks back; the others stay in the stack."""
        leaving = [index for index, done in enumerate(finished) if done]
        staying = [index for index, done in enumerate(finished) if not done]
        self._hand_back(leaving)
        for index in leaving:
            self.tasks[index].state.finished = True
        self.tasks = [self.tasks[index] for index in staying]
        if self.tasks:
            self.stack = self.stack.keep(staying)
            self.optimizer.keep(staying)
            self.dropout.keep(staying)
            self.order = self.order[staying]
            self._make_room()

    def _hand_back(self, indices):
        """Write what these networks have learnt back to their tasks."""
        for index in indices:
            task = self.tasks[index]
            task.parameters = self.stack.parameters[index].cpu().numpy().copy()
            task.state.n_updates = self.optimizer.n_updates
            task.state.moments = [
                moment[index].cpu().numpy().copy() for moment in self.optimizer.buffers
            ]
