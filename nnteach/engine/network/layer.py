"""A layer of K networks: the equations of the forward and the backward pass.

For weights W, biases b and an activation function g, the samples being columns,

    forward     Z = W A + b           with A of the layer below
                A = g(Z)
    backward    dE/dW = D Aᵀ          with D = dE/dZ, and A of the layer below
                dE/db = row sums of D
                dE/dA = Wᵀ D          with A of the layer below
                D = dE/dA ⊙ g'(Z)     all of the layer below

where E is the objective; ``NetworkStack`` computes D of the output. Each symbol stands
for K arrays, one for each network; W is scikit-learn's ``coefs_`` transposed.

``affine`` and ``product`` compute W A + b and A B, by the routine that is fastest for
these sizes. A name that ends in ``_T`` is a transpose. A function whose name ends in
``_`` overwrites its first argument: A takes the place of Z, and D that of dE/dA.
"""

import torch

from nnteach.engine.machine.products import pick_products


class Inputs:
    """Layer 0: its activations A are the samples X."""

    def set(self, X):
        """Take a batch of samples, of shape (K, n_inputs, n_samples)."""
        self.A, self.A_T = X, X.mT


class Layer:
    """A layer of weights, and the arrays that a batch of samples fills.

    W has the shape (K, fan_out, fan_in), b (K, fan_out, 1). The backward pass writes to
    dW and db, of the same shapes; without a loss they are None.
    """

    def __init__(
        self, below, activation, W, b, dW, db, n_samples, *, has_sparse_inputs
    ):
        self.below, self.g = below, activation
        self.W, self.b, self.dW, self.db = W, b, dW, db
        # (K, fan_out, n_samples)
        self.Z = W.new_empty((*b.shape[:2], n_samples))
        self.D = None if dW is None else torch.empty_like(self.Z)
        # made once: making a transpose takes as long as a small product
        self.W_T, self.Z_T = W.mT, self.Z.mT
        self.affine, self.product = pick_products(
            W[0].numel() * n_samples, W, has_sparse_inputs
        )

    def forward(self, mask=None):
        """Compute A from the layer below; the mask is that of dropout."""
        Z = self.affine(self.b, self.W, self.below.A, out=self.Z)  # Z = W A + b
        # the next line writes A over Z; g' is computed from A, or needs a copy of Z
        self.kept = Z.clone() if self.g.needs_input else Z
        self.A = self.g.forward_(Z)  # A = g(Z)
        self.A_T = self.Z_T  # A lies where Z was
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
        """Compute D = dE/dZ from dE/dA, through the mask and then through g."""
        if self.mask is not None:
            dA *= self.mask
        return self.g.backward_(dA, self.kept)  # D = dE/dA ⊙ g'(Z)
