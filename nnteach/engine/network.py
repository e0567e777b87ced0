"""A stack of K networks of one architecture: the forward and the backward pass.

For layer l with weights W, biases b and activation g, and the columns of A the samples,

    forward     Z[l] = W[l] A[l-1] + b[l]          A[l] = g(Z[l])
    backward    D[L] = dE/dZ[L]                    D[l] = (W[l+1]ᵀ D[l+1]) · g'(Z[l])
                dE/dW[l] = D[l] A[l-1]ᵀ            dE/db[l] = row sums of D[l]

where E is the objective that training makes smaller and · multiplies entry by entry.
Each symbol stands for K arrays at once, one for each network. scikit-learn's ``coefs_``
are the W transposed, its samples rows; as columns they make the products of a narrow
layer faster.

References
----------
D. Rumelhart, G. Hinton and R. Williams, Learning representations by back-propagating
errors, Nature 323, 1986.
"""

from dataclasses import dataclass, field

import numpy as np
import torch

from nnteach.engine.activations import ACTIVATIONS
from nnteach.engine.products import pick_products

# the weights of more inputs lie input by input in memory, and not neuron by neuron: so
# many inputs are often sparse, and a sample then needs the weights of a few of them
MANY_INPUTS = 2**10

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
WAY_OUT = (
    "set_weights sets weights and checks them; for other layer sizes set "
    "hidden_layer_sizes and call initialize or fit."
)


class NetworkStack:
    """K networks whose parameters are views of one (K, P) buffer.

    A row of the buffer holds all weights of a network, then all its biases.

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
        self._transposed = [weight.mT for weight in self.weights]
        self._layers = list(
            zip(self.weights, self.biases, self.activations, strict=True)
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
        X : Tensor of shape (K, n_inputs, n_samples)
        masks : sequence of (Tensor of shape (K, n_neurons, n_samples) or None)
            Dropout: what each hidden layer's activations are multiplied by.
        out : Tensor of shape (K, n_outputs, n_samples), optional
            Where to write the output.

        Returns
        -------
        list of Tensor of shape (K, n_neurons, n_samples)
            X, the hidden layers, the output. The next call with as many samples
            writes over the hidden layers, and the output if it has no place to go.
        """
        workspace = self._workspace(X.shape[2])
        workspace.masks = masks
        workspace.below = [X.mT, *workspace.transposed]
        room = workspace.outputs if out is None else [*workspace.outputs[:-1], out]
        activations = [X]
        for layer, (weight, bias, activation) in enumerate(self._layers):
            baddbmm, _ = workspace.products[layer]
            z = baddbmm(bias, weight, activations[-1], out=room[layer])
            # the activation replaces z
            workspace.known[layer] = z.clone() if activation.needs_input else z
            a = activation.function_(z)
            if layer < len(masks) and masks[layer] is not None:
                a = a * masks[layer]
                workspace.below[layer + 1] = a.mT
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
        y : Tensor of shape (K, n_outputs, n_samples)
            Targets.
        sample_scale : Tensor of shape () or (K, 1, n_samples)
            Factor of each sample's loss; 1 / n_samples for the mean.
        penalty : Tensor of shape (K, 1) or None
            Factor of the L2 penalty on the weights, None for no penalty.
        """
        workspace = self._workspace(y.shape[2])
        deltas, known, masks = workspace.deltas, workspace.known, workspace.masks
        delta = self.loss.delta(
            activations[-1], y, self.activations[-1], known[-1], out=deltas[-1]
        )
        delta *= sample_scale
        for layer in reversed(range(len(self.weights))):
            _, bmm = workspace.products[layer]
            bmm(delta, workspace.below[layer], out=self.weight_gradients[layer])
            torch.sum(delta, dim=2, keepdim=True, out=self.bias_gradients[layer])
            if layer > 0:
                delta = bmm(self._transposed[layer], delta, out=deltas[layer - 1])
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
                (n_networks, width, n_samples)
                for width in self.architecture.layer_sizes[1:]
            ]
            new = self.parameters.new_empty
            outputs = [new(shape) for shape in shapes]
            self._workspaces[n_samples] = Workspace(
                outputs=outputs,
                transposed=[output.mT for output in outputs],
                deltas=[] if self.loss is None else [new(shape) for shape in shapes],
                known=[None for _ in shapes],
                products=[
                    pick_products(weight[0].numel() * n_samples, weight)
                    for weight in self.weights
                ],
            )
        return self._workspaces[n_samples]


@dataclass
class Workspace:
    """What the passes over a batch write to, and the backward pass finds again.

    Attributes
    ----------
    outputs, deltas : list of Tensor of shape (K, n_neurons, n_samples)
        Room for each layer's g(Z) and for the gradient with respect to Z.
    known : list of Tensor of shape (K, n_neurons, n_samples)
        What the activation's backward rule asks for: g(Z), or Z.
    transposed : list of Tensor of shape (K, n_samples, n_neurons)
        Views of ``outputs``.
    products : list of (callable, callable)
        What computes each layer's matrix products, with a summand and without.
    below : list of (Tensor or SparseInputs)
        The last forward pass's input of each layer, transposed.
    masks : list of (Tensor or None)
        The last forward pass's dropout of the hidden layers, empty without.
    """

    outputs: list
    deltas: list
    known: list
    products: list
    transposed: list
    below: list = field(default_factory=list)
    masks: list = field(default_factory=list)


def layer_views(architecture, buffer):
    """View a (K, P) buffer as weights (K, fan_out, fan_in) and biases (K, fan_out, 1).

    Works on torch's tensors and on numpy's arrays.
    """
    n_networks = len(buffer)
    weights, biases, start = [], [], 0
    for layer in architecture.layers:
        stop = start + layer.n_weights
        weight = buffer[:, start:stop]
        if layer.fan_in > MANY_INPUTS:
            weight = weight.reshape(n_networks, layer.fan_in, layer.fan_out).mT
        else:
            weight = weight.reshape(n_networks, layer.fan_out, layer.fan_in)
        weights.append(weight)
        start = stop
    for layer in architecture.layers:
        stop = start + layer.n_biases
        biases.append(buffer[:, start:stop].reshape(n_networks, layer.fan_out, 1))
        start = stop
    return weights, biases


def pack(architecture, coefs, intercepts):
    """Lay arrays like ``coefs_`` and ``intercepts_`` out as one (P,) array.

    Parameters
    ----------
    architecture : Architecture
    coefs : list of ndarray of shape (fan_in, fan_out)
    intercepts : list of ndarray of shape (fan_out,)

    Returns
    -------
    ndarray of shape (P,)

    Raises
    ------
    ValueError
        If an array is missing, is not of the shape that the architecture asks for, or
        not of the one floating dtype that all of them share. Where users edit arrays,
        this stands between them and the engine, which checks no shapes.
    """
    _check_arrays(
        "coefs_", coefs, [layer.weight_shape for layer in architecture.layers], coefs
    )
    _check_arrays(
        "intercepts_",
        intercepts,
        [layer.bias_shape for layer in architecture.layers],
        coefs,
    )
    weights = [coef if len(coef) > MANY_INPUTS else coef.T for coef in coefs]
    return np.concatenate([array.ravel() for array in (*weights, *intercepts)])


def _check_arrays(name, arrays, shapes, coefs):
    if len(arrays) != len(shapes):
        raise ValueError(
            f"{name} must have {len(shapes)} arrays, one for each layer after the "
            f"input. Got {len(arrays)} instead. {WAY_OUT}"
        )
    dtype = getattr(coefs[0], "dtype", None)
    for index, (array, shape) in enumerate(zip(arrays, shapes, strict=True)):
        if not isinstance(array, np.ndarray) or array.dtype not in FLOATS:
            came = getattr(array, "dtype", type(array).__name__)
            raise ValueError(
                f"{name}[{index}] must be an ndarray of float32 or float64. Got {came} "
                f"instead. {WAY_OUT}"
            )
        if array.shape != shape:
            raise ValueError(
                f"{name}[{index}] must have the shape {shape} that the architecture "
                f"asks for. Got {array.shape} instead. {WAY_OUT}"
            )
        if array.dtype != dtype:
            raise ValueError(
                f"{name}[{index}] must have the dtype {dtype} of coefs_[0]. Got "
                f"{array.dtype} instead. {WAY_OUT}"
            )


def unpack(architecture, parameters):
    """Cut a (P,) array into copies like ``coefs_`` and ``intercepts_``."""
    weights, biases = layer_views(architecture, parameters[np.newaxis])
    # they keep their order in memory, in which they are packed again for a prediction
    return [weight[0].T.copy(order="K") for weight in weights], [
        bias[0, :, 0].copy() for bias in biases
    ]
