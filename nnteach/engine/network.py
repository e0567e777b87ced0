"""A stack of K networks of one architecture: the forward and the backward pass.

For layer l with weights W, biases b and activation g, and the rows of A the samples,

    forward     Z[l] = A[l-1] W[l] + b[l]          A[l] = g(Z[l])
    backward    D[L] = dE/dZ[L]                    D[l] = (D[l+1] W[l+1]ᵀ) · g'(Z[l])
                dE/dW[l] = A[l-1]ᵀ D[l]            dE/db[l] = column sums of D[l]

where E is the objective that training makes smaller and · multiplies entry by entry.
Each symbol stands for K arrays at once, one for each network.

References
----------
D. Rumelhart, G. Hinton and R. Williams, Learning representations by back-propagating
errors, Nature 323, 1986.
"""

import numpy as np
import torch

from nnteach.engine.activations import ACTIVATIONS
from nnteach.engine.losses import LOSSES


class NetworkStack:
    """K networks whose parameters are views of one (K, P) buffer.

    A row of the buffer holds all weights of a network, then all its biases, as
    scikit-learn's L-BFGS packs them.

    Parameters
    ----------
    architecture : Architecture
        The shape that all networks share.
    parameters : Tensor of shape (K, P)
        The networks' parameters, one row a network. Training changes it in place.
    loss : str, default="squared_error"
        Name of the loss; the forward pass does without it.
    """

    def __init__(self, architecture, parameters, loss="squared_error"):
        self.architecture = architecture
        self.loss = LOSSES[loss]
        self.activations = [ACTIVATIONS[name] for name in architecture.activations]
        self.parameters = parameters
        self.gradients = torch.empty_like(parameters)
        self.weights, self.biases = layer_views(architecture, self.parameters)
        self.weight_gradients, self.bias_gradients = layer_views(
            architecture, self.gradients
        )
        self._all_weights = parameters[:, : architecture.n_weights]
        self._all_weight_gradients = self.gradients[:, : architecture.n_weights]
        self._workspaces = {}

    def keep(self, rows):
        """Return the stack of these networks alone."""
        return NetworkStack(self.architecture, self.parameters[rows], self.loss.name)

    def forward(self, X):
        """Compute the activations of every layer.

        Parameters
        ----------
        X : Tensor of shape (K, n_samples, n_inputs)

        Returns
        -------
        list of Tensor of shape (K, n_samples, n_neurons)
            X, the hidden layers, the output. The next call with as many samples
            writes over all but X.
        """
        outputs, _ = self._workspace(X.shape[1])
        activations = [X]
        for weight, bias, activation, out in zip(
            self.weights, self.biases, self.activations, outputs, strict=True
        ):
            z = torch.baddbmm(bias, activations[-1], weight, out=out)
            activations.append(activation.function_(z))
        return activations

    def backward(self, activations, y, sample_scale, penalty):
        """Write the gradient of the objective into ``gradients``.

        The objective is the sum of sample_scale times the loss of each sample, summed
        over the outputs, plus penalty / 2 times the sum of the squared weights.

        Parameters
        ----------
        activations : list of Tensor
            What ``forward`` returned.
        y : Tensor of shape (K, n_samples, n_outputs)
            Targets.
        sample_scale : float or Tensor of shape (K, n_samples, 1)
            Factor of each sample's loss; 1 / n_samples for the mean.
        penalty : Tensor of shape (K, 1)
            Factor of the L2 penalty on the weights.
        """
        _, deltas = self._workspace(y.shape[1])
        delta = self.loss.delta(activations[-1], y, self.activations[-1], deltas[-1])
        delta *= sample_scale
        for layer in reversed(range(len(self.weights))):
            below = activations[layer]
            torch.bmm(below.mT, delta, out=self.weight_gradients[layer])
            torch.sum(delta, dim=1, keepdim=True, out=self.bias_gradients[layer])
            if layer > 0:
                weight = self.weights[layer]
                delta = torch.bmm(delta, weight.mT, out=deltas[layer - 1])
                self.activations[layer - 1].backpropagate_(delta, below)
        self._all_weight_gradients.addcmul_(self._all_weights, penalty)

    def squared_weights(self):
        """Sum of the squared weights of each network, of shape (K, 1)."""
        return torch.linalg.vector_norm(
            self._all_weights, dim=1, keepdim=True
        ).square_()

    def _workspace(self, n_samples):
        """Arrays for each layer's output and delta, made once for a batch size."""
        if n_samples not in self._workspaces:
            self._workspaces[n_samples] = [
                [
                    self.parameters.new_empty((len(self.parameters), n_samples, width))
                    for width in self.architecture.layer_sizes[1:]
                ]
                for _ in ("outputs", "deltas")
            ]
        return self._workspaces[n_samples]


def layer_views(architecture, buffer):
    """View a (K, P) buffer as weights (K, fan_in, fan_out) and biases (K, 1, fan_out).

    Works on torch's tensors and on numpy's arrays.
    """
    n_networks = len(buffer)
    weights, biases, start = [], [], 0
    for layer in architecture.layers:
        stop = start + layer.n_weights
        weights.append(
            buffer[:, start:stop].reshape(n_networks, layer.fan_in, layer.fan_out)
        )
        start = stop
    for layer in architecture.layers:
        stop = start + layer.n_biases
        biases.append(buffer[:, start:stop].reshape(n_networks, 1, layer.fan_out))
        start = stop
    return weights, biases


def pack(coefs, intercepts):
    """Lay scikit-learn's ``coefs_`` and ``intercepts_`` out as one (P,) array."""
    return np.concatenate([array.ravel() for array in (*coefs, *intercepts)])


def unpack(architecture, parameters):
    """Cut a (P,) array into copies like ``coefs_`` and ``intercepts_``."""
    weights, biases = layer_views(architecture, parameters[np.newaxis])
    return [weight[0].copy() for weight in weights], [
        bias[0, 0].copy() for bias in biases
    ]
