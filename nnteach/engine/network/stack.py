"""A stack of K networks of one architecture: the passes through all their layers."""

import torch

from nnteach.engine.network.activations import ACTIVATIONS
from nnteach.engine.network.layer import Inputs, Layer
from nnteach.engine.network.layout import layer_views


class NetworkStack:
    """K networks whose parameters are views of one (K, P) buffer.

    Parameters
    ----------
    architecture : Architecture
        The shape that all networks share.
    parameters : Tensor of shape (K, P)
        The networks' parameters, one row a network. Training changes it in place.
    loss : Loss, optional
        What the networks are trained to make small. Without one there is no backward
        pass, and no room for it.

    Attributes
    ----------
    gradients : Tensor of shape (K, P)
        What the last backward pass has computed.
    layers : list of Layer
        The layers that the last forward pass went through.
    """

    def __init__(self, architecture, parameters, loss=None):
        self.architecture = architecture
        self.parameters = parameters
        self.loss = loss
        self.activations = [ACTIVATIONS[name] for name in architecture.activations]
        self.W, self.b = layer_views(architecture, parameters)
        self.all_W = parameters[:, : architecture.n_weights]
        if loss is None:
            self.dW = self.db = [None for _ in self.W]
        else:
            self.gradients = torch.empty_like(parameters)
            self.dW, self.db = layer_views(architecture, self.gradients)
            self.all_dW = self.gradients[:, : architecture.n_weights]
        self.inputs = Inputs()
        self._layers = {}

    @classmethod
    def of_one(cls, architecture, parameters, device, loss=None):
        """Make the stack of a single network, from an ndarray of shape (P,)."""
        parameters = torch.from_numpy(parameters[None]).to(device)
        return cls(architecture, parameters, loss)

    def keep(self, rows):
        """Return the stack of these networks alone."""
        return NetworkStack(self.architecture, self.parameters[rows], self.loss)

    def forward(self, X, masks=(), out=None):
        """Compute the activations of every layer.

        Parameters
        ----------
        X : Tensor or SparseInputs of shape (K, n_inputs, n_samples)
        masks : sequence of (Tensor of shape (K, n_neurons, n_samples) or None)
            Dropout: what each hidden layer's activations are multiplied by.
        out : Tensor of shape (K, n_outputs, n_samples), optional
            Where to write the output.

        Returns
        -------
        Tensor of shape (K, n_outputs, n_samples)
            The activations of the output layer. The next call with as many samples
            writes over them, unless `out` is given.
        """
        self.inputs.set(X)
        self.layers, own_place = self._layers_for(X.shape[2], X.is_sparse)
        self.layers[-1].Z = own_place if out is None else out
        for index, layer in enumerate(self.layers):
            layer.forward(masks[index] if index < len(masks) else None)
        return self.layers[-1].A

    def backward(self, Y, sample_scale, penalty):
        """Write the gradient of the objective into ``gradients``.

        The objective is the sum of sample_scale times the loss of each sample, summed
        over the outputs, plus penalty / 2 times the sum of the squared weights.

        Parameters
        ----------
        Y : Tensor of shape (K, n_outputs, n_samples)
            Targets of the samples of the last forward pass.
        sample_scale : Tensor of shape () or (K, 1, n_samples)
            Factor of each sample's loss; 1 / n_samples for the mean.
        penalty : Tensor of shape (K, 1) or None
            Factor of the L2 penalty on the weights, None for no penalty.
        """
        output = self.layers[-1]
        # D = dE/dZ of the output: for most losses A - Y, ...
        D = self.loss.delta(output.A, Y, output.g, output.kept, out=output.D)
        D *= sample_scale  # ... over n
        for layer in reversed(self.layers):
            D = layer.backward(D)
        if penalty is not None:
            self.all_dW.addcmul_(self.all_W, penalty)  # dE/dW += penalty · W

    def squared_weights(self):
        """Sum of the squared weights of each network, of shape (K, 1)."""
        return torch.linalg.vector_norm(self.all_W, dim=1, keepdim=True).square_()

    def _layers_for(self, n_samples, is_sparse):
        """Layers for batches of one kind, made once, and the place of their output."""
        if (n_samples, is_sparse) not in self._layers:
            layers, below = [], self.inputs
            for parts in zip(
                self.activations, self.W, self.b, self.dW, self.db, strict=True
            ):
                # what comes out of a layer is dense
                sparse = is_sparse and below is self.inputs
                below = Layer(below, *parts, n_samples, has_sparse_inputs=sparse)
                layers.append(below)
            self._layers[n_samples, is_sparse] = layers, below.Z
        return self._layers[n_samples, is_sparse]
