"""The training of a stack: epochs of shuffled batches until every network stops."""

from threading import Event

import numpy as np
import torch

from nnteach.engine.network.dropout import Dropout
from nnteach.engine.network.stack import NetworkStack
from nnteach.engine.samples.batches import Batches
from nnteach.engine.samples.samples import join_samples
from nnteach.engine.training.epoch_scores import score_epoch
from nnteach.engine.training.optimizers import OPTIMIZERS
from nnteach.engine.training.schedules import scheduled_learning_rate
from nnteach.engine.training.stopping import (
    count_start_as_best,
    is_finished,
    look_for_improvement,
)


class StackTraining:
    """The training loop's working state: the networks that have not stopped yet.

    Parameters
    ----------
    members : list of Member
        Networks of one ``stack_key`` that are not finished. Their parameters and states
        are replaced.
    checkpoint : StackCheckpoint, optional
        It is told of the end of each epoch.
    stop : threading.Event, optional
        Training ends early when it is set.
    """

    def __init__(self, members, checkpoint=None, stop=None):
        problems = [member.problem for member in members]
        first = problems[0]
        self.members = list(members)
        self.checkpoint = checkpoint
        self.stop = stop or Event()
        parameters = np.stack([member.parameters for member in members])
        self.stack = NetworkStack(
            first.architecture,
            torch.from_numpy(parameters).to(first.settings.device),
            first.loss,
        )
        self.optimizer = self._make_optimizer(first)
        self.dropout = Dropout(
            first.settings.dropout,
            [member.state.dropout_seed for member in members],
            [problem.samples.X for problem in problems],
        )
        self.order = torch.from_numpy(np.stack([member.rows for member in members]))
        self.batches = self._make_batches()

    def _make_optimizer(self, first):
        rule = OPTIMIZERS[first.settings.solver]
        states = [member.state for member in self.members]
        moments = [
            torch.from_numpy(np.stack(rows)).to(self.stack.parameters.device)
            for rows in zip(*(state.moments for state in states), strict=True)
        ] or [torch.zeros_like(self.stack.parameters) for _ in range(rule.n_buffers)]
        n_weights = first.architecture.n_weights
        return rule(first.settings, moments, states[0].n_updates, n_weights)

    def _make_batches(self):
        """Make the arrays of an epoch for the networks that are in the stack now."""
        problems = [member.problem for member in self.members]
        alpha = [problem.settings.alpha for problem in problems]
        if not any(alpha) or self.optimizer.decouples_penalty:
            alpha = None
        else:
            alpha = self.stack.parameters.new_tensor(alpha).view(-1, 1)
        samples = join_samples([problem.samples for problem in problems])
        n_samples, batch_size = self.order.shape[1], problems[0].settings.batch_size
        return Batches(self.stack, samples, n_samples, batch_size, alpha)

    def run(self):
        """Train until every network has stopped, or training is to stop."""
        self._score_start()
        try:
            while self._goes_on():
                self._run_epoch()
                finished = [
                    is_finished(member, parameters)
                    for member, parameters in zip(
                        self.members, self.stack.parameters, strict=True
                    )
                ]
                for index, member in enumerate(self.members):
                    if member.problem.on_epoch_end is not None:
                        member.is_stopped = self._end_epoch(index, member)
                        finished[index] |= member.is_stopped
                if any(finished):
                    self._retire(finished)
                if self.checkpoint is not None:
                    self._write_back(range(len(self.members)))
                    self.checkpoint.keep()
        finally:
            self._write_back(range(len(self.members)))

    def _score_start(self):
        """Score the weights to start from, where they may be the best."""
        starting = [
            member.problem.starts_from_best and member.n_iter == 0
            for member in self.members
        ]
        if not any(starting):
            return
        problems = [member.problem for member in self.members]
        scores = score_epoch(self.stack, problems)
        for index, member in enumerate(self.members):
            if starting[index]:
                values = {key: column[index] for key, column in scores.items()}
                count_start_as_best(member, values)

    def _goes_on(self):
        is_paused = all(member.is_paused for member in self.members)
        return not is_paused and not self.stop.is_set()

    def _run_epoch(self):
        for index, member in enumerate(self.members):
            problem, state = member.problem, member.state
            if problem.on_epoch_begin is not None:
                problem.on_epoch_begin()
            if problem.settings.shuffle:
                # the array is a view of the tensor
                problem.random_state.shuffle(self.order[index].numpy())
            state.learning_rate = scheduled_learning_rate(
                problem.settings,
                state.n_epochs if problem.one_epoch else member.n_iter,
                state.n_samples_seen,
                state.learning_rate,
            )
        learning_rates = [member.state.learning_rate for member in self.members]
        losses, scores = self._pass_over_samples(learning_rates), {}
        if self.members[0].problem.validation is not None:
            problems = [member.problem for member in self.members]
            scores = score_epoch(self.stack, problems)
        for index, member in enumerate(self.members):
            member.n_iter += 1
            member.state.n_samples_seen += self.order.shape[1]
            member.state.count_updates(len(self.batches))
            member.state.record(
                loss=losses[index],
                learning_rate=learning_rates[index],
                **{key: values[index] for key, values in scores.items()},
            )
            look_for_improvement(member, self.stack.parameters[index])

    def _pass_over_samples(self, learning_rates):
        """Update on every batch; return the mean loss met on the way, a list of K."""
        stack, optimizer = self.stack, self.optimizer
        optimizer.set_learning_rates(learning_rates)
        penalties = stack.parameters.new_zeros((len(self.members), 1))
        for batch in self.batches.draw(self.order):
            masks = self.dropout.draw_masks(
                stack, self.order, batch.part, optimizer.n_updates
            )
            stack.forward(batch.X, masks, out=batch.outputs)
            if batch.penalty is not None:
                penalties.addcmul_(
                    stack.squared_weights(), batch.penalty, value=batch.n_samples / 2
                )
            stack.backward(batch.y, batch.sample_scale, batch.penalty)
            optimizer.update_(stack.parameters, stack.gradients)
        return self.batches.mean_loss(stack.loss, penalties).tolist()

    def _end_epoch(self, index, member):
        """Tell who looks at the network that the epoch has ended; True to stop."""
        self._write_back([index])
        # weights beyond all bounds cannot be scored
        if not np.isfinite(member.parameters).all():
            return False
        return bool(member.problem.on_epoch_end(member.present_outcome))

    def _retire(self, finished):
        """Hand the finished networks back; the others stay in the stack."""
        leaving = [index for index, done in enumerate(finished) if done]
        staying = [index for index, done in enumerate(finished) if not done]
        self._write_back(leaving)
        for index in leaving:
            self.members[index].is_finished = True
        self.members = [self.members[index] for index in staying]
        if self.members:
            self.stack = self.stack.keep(staying)
            self.optimizer.keep(staying)
            self.dropout.keep(staying)
            self.order = self.order[staying]
            self.batches = self._make_batches()

    def _write_back(self, indices):
        """Write what these networks have learnt back to their members."""
        for index in indices:
            member = self.members[index]
            member.parameters = self.stack.parameters[index].cpu().numpy().copy()
            member.rows = self.order[index].numpy().copy()
            member.state.n_updates = self.optimizer.n_updates
            member.state.moments = [
                moment[index].cpu().numpy().copy() for moment in self.optimizer.buffers
            ]
