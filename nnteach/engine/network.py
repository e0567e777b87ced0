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

from dataclasses import dataclass, field

import numpy as np
import torch

from nnteach.engine.activations import ACTIVATIONS


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
    loss : Loss, optional
        What the networks are trained to make small. Without one there is no backward
        pass, and no room for it.
    """

    def __init__(self, architecture, parameters, loss=None):
        self.architecture = architecture
        self.loss = loss
        self.activations = [ACTIVATIONS[name] for name in architecture.activations]
        self.parameters = parameters
        self.weights, self.biases = layer_views(architecture, parameters)
        self._all_weights = parameters[:, : architecture.n_weights]
        self._workspaces = {}
        # with a single input, products of numbers are faster than those of matrices
        products = [
            torch.addcmul if layer.fan_in == 1 else torch.baddbmm
            for layer in architecture.layers
        ]
        self._layers = list(
            zip(products, self.weights, self.biases, self.activations, strict=True)
        )
        if loss is not None:
            self.gradients = torch.empty_like(parameters)
            self.weight_gradients, self.bias_gradients = layer_views(
                architecture, self.gradients
            )
            self._all_weight_gradients = self.gradients[:, : architecture.n_weights]

    def keep(self, rows):
        """Return the stack of these networks alone."""
        return NetworkStack(self.architecture, self.parameters[rows], self.loss)

    def forward(self, X, masks=(), out=None):
        """Compute the activations of every layer.

        Parameters
        ----------
        X : Tensor of shape (K, n_samples, n_inputs)
        masks : sequence of (Tensor of shape (K, n_samples, n_neurons) or None)
            Dropout: what each hidden layer's activations are multiplied by.
        out : Tensor of shape (K, n_samples, n_outputs), optional
            Where to write the output.

        Returns
        -------
        list of Tensor of shape (K, n_samples, n_neurons)
            X, the hidden layers, the output. The next call with as many samples
            writes over the hidden layers, and the output if it has no place to go.
        """
        workspace = self._workspace(X.shape[1])
        workspace.masks = masks
        room = workspace.outputs if out is None else [*workspace.outputs[:-1], out]
        activations = [X]
        for layer, (product, weight, bias, activation) in enumerate(self._layers):
            z = product(bias, activations[-1], weight, out=room[layer])
            known = z.clone() if activation.needs_input else None
            a = activation.function_(z)
            workspace.known[layer] = a if known is None else known
            if layer < len(masks) and masks[layer] is not None:
                a = a * masks[layer]
            activations.append(a)
        return activations

    def backward(self, activations, y, sample_scale, penalty):
        """Write the gradient of the objective into ``gradients``.

        The objective is the sum of sample_scale times the loss of each sample, summed
        over the outputs, plus penalty / 2 times the sum of the squared weights.

        Parameters
        ----------
        activations : list of Tensor
            What the last call of ``forward`` returned.
        y : Tensor of shape (K, n_samples, n_outputs)
            Targets.
        sample_scale : Tensor of shape () or (K, n_samples, 1)
            Factor of each sample's loss; 1 / n_samples for the mean.
        penalty : Tensor of shape (K, 1) or None
            Factor of the L2 penalty on the weights, None for no penalty.
        """
        workspace = self._workspace(y.shape[1])
        deltas, known, masks = workspace.deltas, workspace.known, workspace.masks
        delta = self.loss.delta(
            activations[-1], y, self.activations[-1], known[-1], out=deltas[-1]
        )
        delta *= sample_scale
        for layer in reversed(range(len(self.weights))):
            below = activations[layer]
            torch.bmm(below.mT, delta, out=self.weight_gradients[layer])
            torch.sum(delta, dim=1, keepdim=True, out=self.bias_gradients[layer])
            if layer > 0:
                weight = self.weights[layer]
                delta = torch.bmm(delta, weight.mT, out=deltas[layer - 1])
                if masks and masks[layer - 1] is not None:
                    delta *= masks[layer - 1]
                self.activations[layer - 1].backpropagate_(delta, known[layer - 1])
        if penalty is not None:
            self._all_weight_gradients.addcmul_(self._all_weights, penalty)

    def squared_weights(self):
        """Sum of the squared weights of each network, of shape (K, 1)."""
        return torch.linalg.vector_norm(
            self._all_weights, dim=1, keepdim=True
        ).square_()

    def _workspace(self, n_samples):
        """Arrays that a batch of this size writes to, made once."""
        if n_samples not in self._workspaces:
            n_networks = len(self.parameters)
            shapes = [
                (n_networks, n_samples, width)
                for width in self.architecture.layer_sizes[1:]
            ]
            new = self.parameters.new_empty
            self._workspaces[n_samples] = Workspace(
                outputs=[new(shape) for shape in shapes],
                deltas=[] if self.loss is None else [new(shape) for shape in shapes],
                known=[None for _ in shapes],
            )
        return self._workspaces[n_samples]


@dataclass
class Workspace:
    """What the passes over a batch write to, and the backward pass finds again.

    Attributes
    ----------
    outputs, deltas : list of Tensor of shape (K, n_samples, n_neurons)
        Room for each layer's g(Z) and for the gradient with respect to Z.
    known : list of Tensor of shape (K, n_samples, n_neurons)
        What the activation's backward rule asks for: g(Z), or Z.
    masks : list of (Tensor or None)
        The last forward pass's dropout of the hidden layers, empty without.
    """

    outputs: list
    deltas: list
    known: list
    masks: list = field(default_factory=list)


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
