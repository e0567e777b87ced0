"""A pass over the training samples, cut into batches."""

from dataclasses import dataclass

import torch

from nnteach.engine.data import parts

# up to this many numbers, the inputs of a whole pass are gathered at once
GATHER_LIMIT = 2**22
# up to this many inputs a sample, products are faster where the samples' values of an
# input lie side by side; gathering would take longer than that saves with more of them
FEW_INPUTS = 8


@dataclass
class Batch:
    """A batch of a stack, in which each network has samples of its own.

    Attributes
    ----------
    place : slice
        Which samples of the pass the batch has.
    n_samples : int
    X : Tensor or SparseInputs of shape (K, n_inputs, n_samples)
    y, outputs : Tensor of shape (K, n_outputs, n_samples)
        Targets, and room for what the networks put out.
    sample_scale : Tensor of shape () or (K, 1, n_samples)
        Factor of each sample's loss: its share of the batch's weight.
    penalty : Tensor of shape (K, 1) or None
        Factor of the L2 penalty: alpha over the batch's weight.
    """

    place: slice
    n_samples: int
    X: object
    y: torch.Tensor
    outputs: torch.Tensor
    sample_scale: torch.Tensor
    penalty: torch.Tensor | None


class Epoch:
    """The batches of a pass, in arrays that every pass writes to anew.

    Parameters
    ----------
    stack : NetworkStack
    samples : Samples or JointSamples
    n_rows : int
        Number of samples in a pass.
    batch_size : int
    alpha : Tensor of shape (K, 1) or None
        Strength of each network's L2 penalty, None for no penalty.
    """

    def __init__(self, stack, samples, n_rows, batch_size, alpha):
        self._new = stack.parameters.new_empty
        self.n_networks = len(stack.parameters)
        self.n_inputs = stack.architecture.n_inputs
        self.samples = samples
        self.alpha = alpha
        self.targets = self._new(
            (self.n_networks, stack.architecture.n_outputs, n_rows)
        )
        self.is_gathered_at_once = (
            not samples.is_sparse
            and self.n_networks * n_rows * self.n_inputs <= GATHER_LIMIT
        )
        if not samples.is_sparse:
            n_gathered = n_rows if self.is_gathered_at_once else min(batch_size, n_rows)
            self._room = self._new(self.n_networks * self.n_inputs * n_gathered)
        if self.is_gathered_at_once:
            self.inputs = self._shape_room(n_rows)
        self._batches = [
            self._batch(place) for place in parts(slice(0, n_rows), batch_size)
        ]

    def _shape_room(self, n_samples):
        """Room for the inputs of so many samples."""
        room = self._room[: self.n_networks * self.n_inputs * n_samples]
        if self.n_inputs <= FEW_INPUTS:
            return room.view(self.n_networks, self.n_inputs, n_samples)
        return room.view(self.n_networks, n_samples, self.n_inputs).mT

    def _batch(self, place):
        n_samples = place.stop - place.start
        if self.samples.is_sparse:
            X = None
        elif self.is_gathered_at_once:
            X = self.inputs[..., place]
        else:
            X = self._shape_room(n_samples)
        return Batch(
            place,
            n_samples,
            X,
            self.targets[..., place],
            self._new((*self.targets.shape[:2], n_samples)),
            self.targets.new_tensor(1 / n_samples),
            None if self.alpha is None else self.alpha / n_samples,
        )

    def batches(self, rows):
        """Yield the batches of a pass over these rows, of shape (K, n_rows)."""
        self.samples.targets(rows, out=self.targets)
        weight = self.samples.weights(rows)
        if self.is_gathered_at_once:
            self.samples.inputs(rows, out=self.inputs)
        for batch in self._batches:
            if self.samples.is_sparse:
                batch.X = self.samples.inputs(rows[:, batch.place])
            elif not self.is_gathered_at_once:
                self.samples.inputs(rows[:, batch.place], out=batch.X)
            if weight is not None:
                self._weigh(batch, weight[:, batch.place])
            yield batch

    def _weigh(self, batch, weight):
        total = weight.sum(dim=1, keepdim=True)
        # a batch whose samples all have weight zero must not divide by it
        total = torch.where(total == 0, 1.0, total)
        batch.sample_scale = (weight / total)[:, None]
        batch.penalty = None if self.alpha is None else self.alpha / total

    def mean_loss(self, loss, penalties):
        """Mean loss of the samples at the outputs of a pass, of shape (K,).

        Parameters
        ----------
        loss : Loss
        penalties : Tensor of shape (K, 1)
            Sum of the penalties met in the pass, once for each sample.
        """
        outputs = torch.cat([batch.outputs for batch in self._batches], dim=2)
        losses = loss.sample_losses(outputs, self.targets)
        if self.samples.is_weighted:
            scales = [batch.sample_scale * batch.n_samples for batch in self._batches]
            losses *= torch.cat(scales, dim=2)[:, 0]
        return (losses.sum(dim=1) + penalties[:, 0]) / losses.shape[1]
