"""Dropout: hidden neurons left out at random while training."""

import torch


class Dropout:
    """Source of the masks of a stack's hidden layers.

    The neurons that stay are scaled up, so that a layer puts out as much as without
    dropout on average (Srivastava et al., JMLR 15, 2014, section 10). Each network
    draws from a generator of its own.

    Parameters
    ----------
    rates : tuple of float
        Fraction of each hidden layer that is left out.
    tasks : list of TrainingTask
        The networks of the stack.
    """

    def __init__(self, rates, tasks):
        self.rates = rates if any(rates) else ()
        self.generators = [
            torch.Generator().manual_seed(task.dropout_seed)
            for task in tasks
            if self.rates
        ]

    def keep(self, rows):
        """Go on with these networks alone."""
        self.generators = [self.generators[row] for row in rows if self.rates]

    def draw_masks(self, stack, n_samples):
        """Draw what each hidden layer of a batch is multiplied by.

        Returns
        -------
        list of (Tensor of shape (K, n_samples, n_neurons) or None)
        """
        widths = stack.architecture.layer_sizes[1:-1]
        return [
            self._draw_mask(rate, (n_samples, width)).to(stack.parameters)
            if rate
            else None
            for rate, width in zip(self.rates, widths, strict=False)
        ]

    def _draw_mask(self, rate, shape):
        uniform = [torch.rand(shape, generator=source) for source in self.generators]
        return (torch.stack(uniform) >= rate) / (1 - rate)
