"""The batches of an epoch: a pass over the training samples, cut into parts."""

import math
from dataclasses import dataclass

import torch

from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.samples.samples import parts


@dataclass
class Batch:
    """A batch of a stack, in which each network has samples of its own.

    Attributes
    ----------
    part : slice
        Which samples of the epoch the batch has.
    n_samples : int
    X : Tensor or SparseInputs of shape (K, n_inputs, n_samples)
    y, outputs : Tensor of shape (K, n_outputs, n_samples)
        Targets, and room for what the networks put out. If an epoch has many of them,
        the next batch writes over them.
    sample_scale : Tensor of shape () or (K, 1, n_samples)
        Factor of each sample's loss: its share of the batch's weight.
    penalty : Tensor of shape (K, 1) or None
        Factor of the L2 penalty: alpha over the batch's weight.
    """

    part: slice
    n_samples: int
    X: object
    y: torch.Tensor
    outputs: torch.Tensor
    sample_scale: torch.Tensor
    penalty: torch.Tensor | None


class Batches:
    """The batches of an epoch, in arrays that every epoch writes to anew.

    Parameters
    ----------
    stack : NetworkStack
    samples : Samples or JointSamples
    n_samples : int
        Number of samples in an epoch.
    batch_size : int
    alpha : Tensor of shape (K, 1) or None
        Strength of each network's L2 penalty, None for no penalty.
    """

    def __init__(self, stack, samples, n_samples, batch_size, alpha):
        self._new = stack.parameters.new_empty
        self.n_networks = len(stack.parameters)
        self.n_inputs = stack.architecture.n_inputs
        self.n_outputs = stack.architecture.n_outputs
        self.n_samples = n_samples
        self.samples = samples
        self.alpha = alpha
        self._loss = stack.loss
        n_outputs = self.n_networks * n_samples * self.n_outputs
        self.keeps_outputs = self._loss is None or n_outputs <= LIMITS.gathered_numbers
        if self.keeps_outputs:
            self.targets = self._new((self.n_networks, self.n_outputs, n_samples))
        else:
            n_outputs = self.n_networks * self.n_outputs * batch_size
            self._target_room, self._output_room = self._new((2, n_outputs))
        self.is_gathered_at_once = (
            not samples.is_sparse
            and self.n_networks * n_samples * self.n_inputs <= LIMITS.gathered_numbers
        )
        if not samples.is_sparse:
            n_gathered = n_samples if self.is_gathered_at_once else batch_size
            self._room = self._new(self.n_networks * self.n_inputs * n_gathered)
        if self.is_gathered_at_once:
            self.inputs = self._shape_room(n_samples)
        self._batches = [
            self._batch(part) for part in parts(slice(0, n_samples), batch_size)
        ]

    def __len__(self):
        """How many batches an epoch has."""
        return len(self._batches)

    def _shape_room(self, n_samples):
        """Room for the inputs of so many samples."""
        room = self._room[: self.n_networks * self.n_inputs * n_samples]
        if self.n_inputs <= LIMITS.adjacent_inputs:
            return room.view(self.n_networks, self.n_inputs, n_samples)
        return room.view(self.n_networks, n_samples, self.n_inputs).mT

    def _batch(self, part):
        n_samples = part.stop - part.start
        if self.samples.is_sparse:
            X = None
        elif self.is_gathered_at_once:
            X = self.inputs[..., part]
        else:
            X = self._shape_room(n_samples)
        shape = (self.n_networks, self.n_outputs, n_samples)
        if self.keeps_outputs:
            y, outputs = self.targets[..., part], self._new(shape)
        else:
            y, outputs = (
                room[: math.prod(shape)].view(shape)
                for room in (self._target_room, self._output_room)
            )
        return Batch(
            part,
            n_samples,
            X,
            y,
            outputs,
            self._new(()).fill_(1 / n_samples),
            None if self.alpha is None else self.alpha / n_samples,
        )

    def draw(self, rows):
        """Yield the batches of an epoch through these rows, of shape (K, n_samples)."""
        if self.keeps_outputs:
            self.samples.targets(rows, out=self.targets)
        self._losses = 0.0
        weight = self.samples.weights(rows)
        if self.is_gathered_at_once:
            self.samples.inputs(rows, out=self.inputs)
        for batch in self._batches:
            if self.samples.is_sparse:
                batch.X = self.samples.inputs(rows[:, batch.part])
            elif not self.is_gathered_at_once:
                self.samples.inputs(rows[:, batch.part], out=batch.X)
            if not self.keeps_outputs:
                self.samples.targets(rows[:, batch.part], out=batch.y)
            if weight is not None:
                self._weigh(batch, weight[:, batch.part])
            yield batch
            if not self.keeps_outputs:
                losses = self._weighted_losses([batch], batch.outputs, batch.y)
                self._losses += losses.sum(dim=1).double()

    def _weigh(self, batch, weight):
        total = weight.sum(dim=1, keepdim=True)
        # a batch whose samples all have weight zero must not divide by it
        total = torch.where(total == 0, 1.0, total)
        batch.sample_scale = (weight / total)[:, None]
        batch.penalty = None if self.alpha is None else self.alpha / total

    def mean_loss(self, loss, penalties):
        """Mean loss of the samples at the outputs of an epoch, of shape (K,).

        Parameters
        ----------
        loss : Loss
        penalties : Tensor of shape (K, 1)
            Sum of the penalties met in the epoch, once for each sample.
        """
        if not self.keeps_outputs:
            return (self._losses + penalties[:, 0]) / self.n_samples
        outputs = torch.cat([batch.outputs for batch in self._batches], dim=2)
        losses = self._weighted_losses(self._batches, outputs, self.targets, loss)
        return (losses.sum(dim=1) + penalties[:, 0]) / losses.shape[1]

    def _weighted_losses(self, batches, outputs, targets, loss=None):
        """Losses of the samples of some batches, of shape (K, n)."""
        losses = (loss or self._loss).sample_losses(outputs, targets)
        if self.samples.is_weighted:
            scales = [batch.sample_scale * batch.n_samples for batch in batches]
            losses *= torch.cat(scales, dim=2)[:, 0]
        return losses
