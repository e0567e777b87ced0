"""A layer of K networks: the equations of a forward and a backward pass.

For a layer with weights W, biases b and activation g, the samples being columns,

    forward     Z = W A + b           with A of the layer below
                A = g(Z)
    backward    dE/dW = D Aᵀ          with D = dE/dZ and A of the layer below
                dE/db = row sums of D
                dE/dA = Wᵀ D          of the layer below, which makes of it
                D = dE/dA · g'(Z)     its own, and so on

where E is the objective that training makes smaller and · multiplies entry by entry.
Each symbol stands for K arrays at once, one for each network.

scikit-learn's ``coefs_`` are the W transposed, its samples rows; as columns they make
the products of a narrow layer faster.

References
----------
D. Rumelhart, G. Hinton and R. Williams, Learning representations by back-propagating
errors, Nature 323, 1986.
"""

import torch

from nnteach.engine.machine.products import pick_products


class Inputs:
    """Layer 0: its activations A are the samples X."""

    def set(self, X):
        """Take samples, of shape (K, n_inputs, n_samples), and forget the last ones."""
        self.A, self.A_T = X, X.mT


class Layer:
    """A layer of weights, with room for what a batch of samples makes of it.

    Parameters
    ----------
    below : Layer or Inputs
        The layer that this one gets its inputs from.
    activation : Activation
    W, b : Tensor of shape (K, fan_out, fan_in), (K, fan_out, 1)
        Weights and biases, which training changes in place.
    dW, db : Tensor of the shapes of W and b, or None
        Where the backward pass writes the derivatives of E; None for no such pass.
    n_samples : int
        Number of samples in a batch.
    has_sparse_inputs : bool, default=False

    Attributes
    ----------
    Z, D : Tensor of shape (K, fan_out, n_samples)
        Pre-activations, and the derivative of E with respect to them.
    A : Tensor of shape (K, fan_out, n_samples)
        Activations. They take the place of Z.
    kept : Tensor of shape (K, fan_out, n_samples)
        What g' is computed from: A before dropout, or a copy of Z.
    mask : Tensor of shape (K, fan_out, n_samples) or None
        What dropout multiplies the activations by.
    """

    def __init__(
        self, below, activation, W, b, dW, db, n_samples, *, has_sparse_inputs=False
    ):
        self.below, self.g = below, activation
        self.W, self.b, self.dW, self.db = W, b, dW, db
        self.Z = W.new_empty((*b.shape[:2], n_samples))
        self.D = None if dW is None else torch.empty_like(self.Z)
        # a view that is made anew at every use costs as much as a small product
        self.W_T, self.Z_T = W.mT, self.Z.mT
        self.affine, self.product = pick_products(
            W[0].numel() * n_samples, W, has_sparse_inputs
        )

    def forward(self, mask=None):
        """Compute A from the activations of the layer below."""
        Z = self.affine(self.b, self.W, self.below.A, out=self.Z)  # Z = W A + b
        self.kept = Z.clone() if self.g.needs_input else Z
        self.A, self.A_T = self.g.forward_(Z), self.Z_T  # A = g(Z)
        self.mask = mask
        if mask is not None:
            self.A = self.A * mask
            self.A_T = self.A.mT

    def backward(self, D):
        """Compute dE/dW and dE/db from D = dE/dZ; return D of the layer below."""
        self.product(D, self.below.A_T, out=self.dW)  # dE/dW = D Aᵀ
        torch.sum(D, dim=2, keepdim=True, out=self.db)  # dE/db = row sums of D
        if isinstance(self.below, Inputs):
            return None
        dA = self.product(self.W_T, D, out=self.below.D)  # dE/dA = Wᵀ D
        return self.below.derive(dA)

    def derive(self, dA):
        """Compute D = dE/dZ from dE/dA, in its place."""
        if self.mask is not None:
            dA *= self.mask
        return self.g.backward_(dA, self.kept)  # D = dE/dA · g'(Z)
