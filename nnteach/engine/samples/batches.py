"""The batches of an epoch: a pass over the training samples, cut into parts."""

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
        Targets, and room for what the networks put out.
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
        self.samples = samples
        self.alpha = alpha
        self.targets = self._new(
            (self.n_networks, stack.architecture.n_outputs, n_samples)
        )
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
        return Batch(
            part,
            n_samples,
            X,
            self.targets[..., part],
            self._new((*self.targets.shape[:2], n_samples)),
            self.targets.new_tensor(1 / n_samples),
            None if self.alpha is None else self.alpha / n_samples,
        )

    def draw(self, rows):
        """Yield the batches of an epoch through these rows, of shape (K, n_samples)."""
        self.samples.targets(rows, out=self.targets)
        weight = self.samples.weights(rows)
        if self.is_gathered_at_once:
            self.samples.inputs(rows, out=self.inputs)
        for batch in self._batches:
            if self.samples.is_sparse:
                batch.X = self.samples.inputs(rows[:, batch.part])
            elif not self.is_gathered_at_once:
                self.samples.inputs(rows[:, batch.part], out=batch.X)
            if weight is not None:
                self._weigh(batch, weight[:, batch.part])
            yield batch

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
        outputs = torch.cat([batch.outputs for batch in self._batches], dim=2)
        losses = loss.sample_losses(outputs, self.targets)
        if self.samples.is_weighted:
            scales = [batch.sample_scale * batch.n_samples for batch in self._batches]
            losses *= torch.cat(scales, dim=2)[:, 0]
        return (losses.sum(dim=1) + penalties[:, 0]) / losses.shape[1]
