"""Dropout: hidden neurons left out at random while training.

In a textbook a layer's mask is two lines, drawn anew for every batch:

    kept = random_state.uniform(size=A.shape) >= rate
    A = A * kept / (1 - rate)

The neurons that stay are scaled up, so that a layer puts out as much as without dropout
on average (Srivastava et al., JMLR 15, 2014, section 10).

Here a hash stands in the place of the random numbers. It depends on the network's seed,
on the number of the update, on the neuron, and on the sample itself, wherever it
stands. Drawn in turn, they would depend on the order of the samples and on what was
drawn before. With a hash

- a sample of weight 2 is trained on like the same sample twice,
- a training that goes on draws what it would have drawn,
- a network of a stack gets the masks that it would get alone.
"""

import numpy as np
import torch
from scipy import sparse


class Dropout:
    """Source of the masks of a stack's hidden layers.

    Parameters
    ----------
    rates : tuple of float
        Fraction of each hidden layer that is left out.
    seeds : list of int or None
        One for each network, if there is a rate above 0.
    inputs : list of (ndarray or CSR matrix or array), of shape (n_samples, n_inputs)
        What each network's samples are; networks often share them.
    """

    def __init__(self, rates, seeds, inputs):
        self.rates = rates if any(rates) else ()
        if self.rates:
            self.seeds = np.array(seeds, dtype=np.uint32).reshape(-1, 1, 1)
            distinct = {id(X): X for X in inputs}
            keys = {name: sample_keys(X) for name, X in distinct.items()}
            self.sample_keys = [keys[id(X)] for X in inputs]

    def keep(self, rows):
        """Go on with these networks alone."""
        if self.rates:
            self.seeds = self.seeds[rows]
            self.sample_keys = [self.sample_keys[row] for row in rows]

    def draw_masks(self, stack, order, part, n_updates):
        """Draw what each hidden layer of a batch is multiplied by.

        Parameters
        ----------
        stack : NetworkStack
        order : LongTensor of shape (K, n)
            The samples of the epoch.
        part : slice
            Which of them the batch has.
        n_updates : int
            Number of updates so far.

        Returns
        -------
        list of (Tensor of shape (K, n_neurons, n_samples) or None)
        """
        if not self.rates:
            return []
        update = _scramble(np.array([n_updates], dtype=np.uint32))
        samples = np.stack(
            [
                keys[row]
                for keys, row in zip(
                    self.sample_keys, order[:, part].numpy(), strict=True
                )
            ]
        )
        # (K, 1, n_samples) + (K, 1, 1)
        keys = _scramble(samples[:, np.newaxis] + _scramble(self.seeds + update))
        masks, n_neurons = [], 0
        for rate, width in zip(
            self.rates, stack.architecture.layer_sizes[1:-1], strict=True
        ):
            neurons = np.arange(n_neurons, n_neurons + width, dtype=np.uint32)
            n_neurons += width
            if rate == 0:
                masks.append(None)
                continue
            uniform = _scramble(keys + _scramble(neurons)[:, np.newaxis])
            kept = torch.from_numpy(uniform >= np.uint32(rate * 2**32))
            masks.append(kept.to(stack.parameters) / (1 - rate))
        return masks


def sample_keys(X):
    """A number for each sample, equal for equal samples, dense or sparse.

    Parameters
    ----------
    X : ndarray or CSR matrix or array, of shape (n_samples, n_inputs)

    Returns
    -------
    ndarray of shape (n_samples,), of uint32
    """
    is_sparse = sparse.issparse(X)
    values = np.asarray(X.data if is_sparse else X, dtype=np.float64)
    bits = (values + 0.0).view(np.uint64)  # + 0.0 makes -0.0 the same as 0.0
    bits ^= bits >> np.uint64(32)
    if is_sparse:
        bits = sparse.csr_array((bits, X.indices, X.indptr), shape=X.shape)
    factors = np.random.RandomState(0).randint(2**63, size=X.shape[1], dtype=np.uint64)
    return _scramble(((bits @ (2 * factors + 1)) >> np.uint64(32)).astype(np.uint32))


def _scramble(numbers):
    """Turn integers into random-looking ones, in place (Wellons' lowbias32)."""
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        numbers ^= numbers >> np.uint32(shift)
        numbers *= np.uint32(factor)
    numbers ^= numbers >> np.uint32(16)
    return numbers
