r"""
Backpropagation by hand
=======================

Training changes every parameter a little so that the loss falls. The gradient tells in
which direction and by how much: it holds one derivative for each parameter. This lesson
computes it with numpy, line by line, and has three judges check the result: automatic
differentiation, finite differences, and the library itself.

.. lesson-plan::
   :needs: training_by_hand, forward_pass
   :besides: the chain rule for derivatives

   :compute-a-gradient: compute the gradient of a network in one pass from the output to
       the input
   :check-a-gradient: check a gradient by finite differences, and say how large an error
       to expect
   :find-in-the-source: find each equation again in the source of the library
"""

# %%
# Predict first
# -------------
# 1. A derivative is a limit of :math:`(E(w + h) - E(w)) / h` for smaller and smaller
#    :math:`h`. So if you compute it on a computer with :math:`h = 10^{-13}`, will the
#    result be better than with :math:`h = 10^{-5}`, or worse?
# 2. One step against the gradient: will it always lower the loss?

# %%
# The idea in one figure
# ----------------------
# As in the last lesson, a network learns the product of its two inputs, now with two
# hidden layers. We take 20 networks, each from a random start of its own and trained
# for a few epochs only, so that there is still something to gain.
#
# Training makes the :term:`objective` smaller, called :math:`E`. With one output, the
# squared error and :math:`n` samples it is
#
# .. math::
#
#    E = \frac{1}{2n} \sum_{i=1}^{n}
#        (\class{prediction}{\hat y_i} - \class{target}{y_i})^2
#               + \frac{\alpha}{2n} \sum_{l} \sum_{jk} (W_l)_{jk}^2
#
# which is half the mean squared error plus a penalty on large weights, whose strength
# :math:`\alpha` is the parameter ``alpha``. Biases are not penalised. We choose a
# penalty larger than the default, so that it cannot be overlooked.

import numpy as np

from nnteach import MLPRegressorNet, fit_many

rng = np.random.default_rng(0)
X = rng.uniform(-1, 1, size=(200, 2))
y = X.prod(axis=1)
n, alpha = len(X), 1.0
settings = {
    "hidden_layer_sizes": (8, 4),
    "activation": "tanh",
    "alpha": alpha,
    "max_iter": 5,
    "n_iter_no_change": np.inf,
}
nets = [MLPRegressorNet(random_state=seed, **settings) for seed in range(20)]
fit_many(nets, X, y)
net = nets[0]

# %%
# Hold everything but one weight fixed, and :math:`E` is a curve over that weight. Its
# derivative is the slope of the curve's tangent, and ``loss_and_gradients`` returns it
# for every weight at once. For the figure we take the weight of the first layer over
# which the curve is steepest. Nothing is trained here: one weight moves, the others
# stay.

import copy

import matplotlib.pyplot as plt

loss, weight_gradients, bias_gradients = net.loss_and_gradients(X, y)
of_first_layer = abs(weight_gradients[0])
steepest = np.unravel_index(of_first_layer.argmax(), of_first_layer.shape)
slope, present = weight_gradients[0][steepest], net.coefs_[0][steepest]
probe = copy.deepcopy(net)
values = present + np.linspace(-2, 2, 41)
curve = []
for value in values:
    probe.coefs_[0][steepest] = value
    curve.append(probe.loss_and_gradients(X, y)[0])

fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
ax.plot(values, curve, label="objective")
ax.plot(values, loss + slope * (values - present), "--", label=f"slope {slope:.3f}")
ax.plot(present, loss, "o", color="black", label="present weight")
ax.set(
    title="An entry of the gradient is the slope of the objective over one weight",
    xlabel="one weight of the first layer",
    ylabel="objective $E$",
)
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# The mathematics: from the output to the input
# ---------------------------------------------
# **A sample is a column.** All equations of this lesson are written in columns, and the
# code follows them. scikit-learn, and with it ``fit`` and ``coefs_``, has a sample in a
# row. So every array of the equations is the transpose of one that you know. With
# :math:`d_0` inputs, and :math:`d_l` neurons in layer :math:`l`:
#
# - :math:`X`, of shape :math:`d_0 \times n`, is ``X.T``: a column for each sample, a
#   row for each input. As layer 0 it is also called :math:`A_0`, in the code ``A0``.
# - :math:`Y`, of shape :math:`d_L \times n`, holds the targets: here a single row.
# - :math:`W_l`, of shape :math:`d_l \times d_{l-1}`, is ``coefs_[l - 1].T``: a row for
#   each neuron of layer :math:`l`, a column for each neuron of the layer below.
# - :math:`b_l`, of shape :math:`d_l \times 1`, is ``intercepts_[l - 1]`` as a column.
#
# The gradients that ``loss_and_gradients`` returns have scikit-learn's shapes too, and
# ``columns`` turns them in the same way.


def columns(coefs, intercepts):
    return [W.T for W in coefs], [b[:, np.newaxis] for b in intercepts]


A0, Y = X.T, y[np.newaxis]
(W1, W2, W3), (b1, b2, b3) = columns(net.coefs_, net.intercepts_)
print("A0:", A0.shape, " Y:", Y.shape)
print("W1, W2, W3:", W1.shape, W2.shape, W3.shape)
print("b1, b2, b3:", b1.shape, b2.shape, b3.shape)

# %%
# **The forward pass** runs from the input :math:`A_0 = X` to the output
# :math:`A_L = \hat Y`. Each layer computes its pre-activations :math:`Z_l` and its
# activations :math:`A_l`, again a column for each sample:
#
# .. math:: Z_l = W_l A_{l-1} + b_l \tag{1}
#
# .. math:: A_l = g_l(Z_l) \tag{2}
#
# The biases are added to every column. The activation function :math:`g` is tanh in the
# hidden layers; the output layer has none, so :math:`A_3 = Z_3`. We keep the
# activations of all layers, because the way back needs them.


def forward(A, weights, biases):
    activations = [A]
    for W, b in zip(weights, biases, strict=True):
        Z = W @ A + b
        # the output layer has no activation function
        A = Z if W is weights[-1] else np.tanh(Z)
        activations.append(A)
    return activations


A0, A1, A2, A3 = forward(A0, (W1, W2, W3), (b1, b2, b3))
np.testing.assert_allclose(A3[0], net.predict(X), atol=1e-12)

# %%
# **Start at the output.** Let :math:`D_l` be the derivative of :math:`E` with respect
# to :math:`Z_l`. It has the shape of :math:`Z_l`: a column for each sample, a row for
# each neuron. In the last layer :math:`Z_3` is the output itself, and the derivative of
# :math:`(\hat y_i - y_i)^2 / 2n` is
#
# .. math:: D_L = \frac{\hat Y - Y}{n} \tag{3}

D3 = (A3 - Y) / n

# %%
# **The parameters of a layer.** How does one weight reach :math:`E`? In equation (1),
# the weight in row :math:`j` and column :math:`k` of :math:`W_l` is multiplied by
# activation :math:`k` of the layer below, and the product is a part of pre-activation
# :math:`j`. This happens in every sample :math:`i`. So the chain rule gives, without
# the numbers of the layers, :math:`\sum_i D_{ji} A_{ki}`: row :math:`j` of :math:`D_l`
# times row :math:`k` of :math:`A_{l-1}`. For all weights at once, that is a product of
# two matrices. A bias has the factor 1 in place of an activation, and
# :math:`\sum_i D_{ji}` is left.
#
# .. math:: \frac{\partial E}{\partial W_l} = D_l A_{l-1}^\top \tag{4}
#
# .. math:: \frac{\partial E}{\partial b_l} = \text{row sums of } D_l \tag{5}
#
# In the code these derivatives are called ``dW`` and ``db``.

dW3 = D3 @ A2.T
db3 = D3.sum(axis=1, keepdims=True)

# %%
# **Down to the layer below.** Activation :math:`k` of the layer below reaches :math:`E`
# only through the pre-activations of layer :math:`l`, through each of them with another
# weight. The chain rule sums over these ways: :math:`\sum_j W_{jk} D_{ji}`. For all
# activations at once, that is
#
# .. math:: \frac{\partial E}{\partial A_{l-1}} = W_l^\top D_l \tag{6}
#
# **Through the activation function.** What a hidden layer :math:`l` needs is the
# derivative with respect to its pre-activations. Since :math:`g_l` works entry by
# entry, the chain rule gives each entry a factor of its own:
#
# .. math:: D_l = \frac{\partial E}{\partial A_l} \odot g_l'(Z_l) \tag{7}
#
# where :math:`\odot` multiplies entry by entry. The derivative of tanh has a convenient
# form: if :math:`a = \tanh z`, it is :math:`1 - a^2`, and needs nothing but what the
# forward pass has kept.

dA2 = W3.T @ D3
D2 = dA2 * (1 - A2**2)

# %%
# **And so on.** With :math:`D_2` known, equations (4) to (6) apply to layer 2, and then
# (7), (4) and (5) to layer 1. The errors travel along the same lines as the activations
# did, backwards: hence the name *backpropagation* :cite:p:`rumelhart1986`.

dW2 = D2 @ A1.T
db2 = D2.sum(axis=1, keepdims=True)
dA1 = W2.T @ D2
D1 = dA1 * (1 - A1**2)

dW1 = D1 @ A0.T
db1 = D1.sum(axis=1, keepdims=True)
print("D3, D2, D1:", D3.shape, D2.shape, D1.shape)

# %%
# **The penalty** in :math:`E` depends on the weights directly. Its derivative is added
# to equation (4):
#
# .. math:: \frac{\partial E}{\partial W_l} = D_l A_{l-1}^\top + \frac{\alpha}{n} W_l
#           \tag{8}
#
# A derivative has the shape of its parameter, a good first check. The second check is
# the library, entry by entry.

dW1 = dW1 + alpha / n * W1
dW2 = dW2 + alpha / n * W2
dW3 = dW3 + alpha / n * W3

of_weights, of_biases = columns(weight_gradients, bias_gradients)
for number, (W, dW) in enumerate([(W1, dW1), (W2, dW2), (W3, dW3)], start=1):
    print(f"W{number}: {W.shape}, its derivative: {dW.shape}")
    np.testing.assert_allclose(dW, of_weights[number - 1], atol=1e-12)
for db, of_library in zip((db1, db2, db3), of_biases, strict=True):
    np.testing.assert_allclose(db, of_library, atol=1e-12)

# %%
# For any number of layers, the same is a loop from the output layer down, each with
# :math:`A` of the layer below. It collects pairs of ``dW`` and ``db``, and returns all
# ``dW``, then all ``db``. Its last round also computes a :math:`D_0`, which nobody
# needs.


def tanh_slope(A):
    return 1 - A**2


def backward(activations, weights, Y, alpha, slope):
    D = (activations[-1] - Y) / n
    gradients = []
    for W, A in zip(weights[::-1], activations[-2::-1], strict=True):
        dW = D @ A.T + alpha / n * W
        db = D.sum(axis=1, keepdims=True)
        gradients.append((dW, db))
        dA = W.T @ D
        D = dA * slope(A)
    return tuple(zip(*gradients[::-1], strict=True))


def gradient_by_hand(net, alpha=alpha, slope=tanh_slope):
    weights, biases = columns(net.coefs_, net.intercepts_)
    return backward(forward(A0, weights, biases), weights, Y, alpha, slope)


# %%
# The same lines in the library
# -----------------------------
# The library trains with these equations too, without automatic differentiation. Its
# file ``nnteach/engine/network/layer.py`` is about one layer, in columns and with the
# letters of this lesson. We print the methods in it that compute. The first is the
# forward pass. To read it, you need to know:
#
# - A layer is an object that keeps its ``W``, ``b``, ``Z`` and ``A``. ``below`` is the
#   layer below it; layer 0 is an object of the class ``Inputs``, whose ``A`` is
#   :math:`X`.
# - The library trains :math:`K` networks at once. So every array has one more
#   dimension, of length :math:`K`, in front. Each line works on all :math:`K` networks,
#   on each by itself.
# - ``affine(b, W, A)`` is :math:`W A + b`, computed by the routine that is fastest for
#   these sizes.
# - ``out=`` names an existing array for the result. A name that ends in an underscore
#   overwrites an array: ``g.forward_(Z)`` computes :math:`g` and writes :math:`A` over
#   :math:`Z`, and ``array.method_(...)`` overwrites ``array``. Both save making a new
#   array.
# - ``A_T`` and ``Z_T`` are the transposes of ``A`` and ``Z``.
# - ``kept`` is what :math:`g'` will be computed from. For most activation functions,
#   our tanh among them, that is :math:`A`. A few need :math:`Z` and keep a copy
#   (``clone``), because ``forward_`` is about to write over it.
# - ``mask`` belongs to :term:`dropout`: factors that leave neurons out. Here there are
#   none, and what stands under ``if mask`` is skipped.
# - In the comments, :math:`d` stands for :math:`\partial`. A comment at the end of a
#   line repeats its equation, without the numbers of the layers.

import inspect
from textwrap import dedent

from nnteach.engine.network.layer import Layer

print(dedent(inspect.getsource(Layer.forward)))

# %%
# Two lines matter:
#
# - equation (1), ``Z = W A + b``, is
#   ``Z = self.affine(self.b, self.W, self.below.A, out=self.Z)``
# - equation (2), ``A = g(Z)``, is
#   ``self.A = self.g.forward_(Z)``
#
# The way back has two methods. Besides the above, you need to know:
#
# - ``dW`` and ``db`` are the arrays for the results.
# - ``product(A, B)`` is the matrix product :math:`A B`, again by the fastest routine,
#   and ``W_T`` is :math:`W^\top`.
# - Dimensions are counted from 0, so the samples are dimension 2, and sums over
#   ``dim=2`` are row sums.
# - ``backward_(dA, kept)`` is :math:`\partial E / \partial A \odot g'(Z)`.

for method in (Layer.backward, Layer.derive):
    print(dedent(inspect.getsource(method)))

# %%
# The lines are:
#
# - equation (4), ``dE/dW = D Aᵀ``, is
#   ``self.product(D, self.below.A_T, out=self.dW)``
# - equation (5), ``dE/db = row sums of D``, is
#   ``torch.sum(D, dim=2, keepdim=True, out=self.db)``
# - equation (6), ``dE/dA = Wᵀ D``, is
#   ``dA = self.product(self.W_T, D, out=self.below.D)``
# - equation (7), ``D = dE/dA ⊙ g'(Z)``, is
#   ``return self.g.backward_(dA, self.kept)``
#
# ``backward`` gets :math:`D` of its own layer and returns :math:`D` of the layer below.
# Its last line hands :math:`\partial E / \partial A` down, since only the layer below
# knows its own :math:`g`; that layer's ``derive`` writes :math:`D` in the same place.
# Layer 1 returns ``None``: the inputs need no :math:`D`. Our loop computes one in vain.
#
# Equations (3) and (8) and the loop over the layers are left. They are in the file
# ``stack.py`` in the same folder, in the method below (without its docstring). There
# ``sample_scale`` is :math:`1 / n` and ``penalty`` is :math:`\alpha / n`. ``all_W`` is
# the same memory as the ``W`` of all layers, seen as one long row for each network, and
# ``all_dW`` that of all ``dW``. So nothing needs to be copied.

from nnteach.engine.network.stack import NetworkStack

# without its docstring
signature, docstring, body = inspect.getsource(NetworkStack.backward).split('"""')
print(dedent(signature.rstrip() + body))

# %%
# - Equation (3) is ``D = self.loss.delta(output.A, Y, ...)``, which for our loss and
#   our output is :math:`\hat Y - Y`, together with ``D *= sample_scale``.
# - The loop goes from the last layer to the first. Each takes its :math:`D` and returns
#   that of the layer below: ``D = layer.backward(D)``.
# - The new term of equation (8) is ``self.all_dW.addcmul_(self.all_W, penalty)``. It
#   adds the product of ``all_W`` and ``penalty`` to ``all_dW``.

# %%
# The experiment: three judges
# ----------------------------
# A gradient that is slightly wrong still trains, only worse, and no error message will
# tell you. So check it against methods that do not rest on the same equations. The
# first judge is **automatic differentiation**: torch records every operation of the
# forward pass and applies the chain rule to the record :cite:p:`baydin2018`. We only
# write down the objective.

import torch


def recorded(arrays):
    return [torch.tensor(array, requires_grad=True) for array in arrays]


def autograd(net):
    weights, biases = map(recorded, columns(net.coefs_, net.intercepts_))
    A = torch.tensor(A0)
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        A = torch.tanh(W @ A + b)
    errors = weights[-1] @ A + biases[-1] - torch.tensor(Y)
    penalty = sum((W**2).sum() for W in weights)
    ((errors**2).mean() / 2 + alpha / 2 * penalty / n).backward()
    return [W.grad.numpy() for W in weights], [b.grad.numpy() for b in biases]


# %%
# The second judge is the definition of the derivative. **Central differences** move one
# parameter up and down by :math:`h` and divide:
#
# .. math:: \frac{\partial E}{\partial \theta_j} \approx
#           \frac{E(\theta + h e_j) - E(\theta - h e_j)}{2h}
#
# They need no calculus at all, only the objective as a function of one long vector
# :math:`\theta` of all parameters; :math:`e_j` is 1 at place :math:`j` and 0 elsewhere.
# In the code, the rows of ``np.eye`` are these vectors, and ``unflatten`` cuts
# :math:`\theta` into weights and biases again.


def flatten(weights, biases):
    return np.concatenate([array.ravel() for array in (*weights, *biases)])


def unflatten(theta, weights, biases):
    like = [*weights, *biases]
    pieces = np.split(theta, np.cumsum([array.size for array in like])[:-1])
    arrays = [piece.reshape(a.shape) for piece, a in zip(pieces, like, strict=True)]
    return arrays[: len(weights)], arrays[len(weights) :]


def objective(theta, net):
    weights, biases = unflatten(theta, *columns(net.coefs_, net.intercepts_))
    penalty = sum((W**2).sum() for W in weights)
    errors = forward(A0, weights, biases)[-1] - Y
    return (errors**2).mean() / 2 + alpha / 2 * penalty / n


def central_differences(net, h):
    theta = flatten(*columns(net.coefs_, net.intercepts_))
    steps = h * np.eye(len(theta))
    rises = [objective(theta + s, net) - objective(theta - s, net) for s in steps]
    return np.array(rises) / (2 * h)


# %%
# The third judge is ``loss_and_gradients``. All three judge all 20 networks. We measure
# the difference of two gradients by its length, relative to the length of the gradient.


def relative_error(gradient, reference):
    return np.linalg.norm(gradient - reference) / np.linalg.norm(reference)


def median_and_band(values, form=".3f"):
    low, median, high = (f"{q:{form}}" for q in np.quantile(values, [0.1, 0.5, 0.9]))
    return f"{median} (80 % of {len(values)} seeds between {low} and {high})"


gradients = []
errors = {"autograd": [], "loss_and_gradients": [], "central differences": []}
for net in nets:
    gradients.append(flatten(*gradient_by_hand(net)))
    _, weight_gradients, bias_gradients = net.loss_and_gradients(X, y)
    judges = {
        "autograd": flatten(*autograd(net)),
        "loss_and_gradients": flatten(*columns(weight_gradients, bias_gradients)),
        "central differences": central_differences(net, 1e-5),
    }
    for name, judge in judges.items():
        errors[name].append(relative_error(judge, gradients[-1]))

print("relative difference from the gradient by hand")
for name, values in errors.items():
    print(f"{name}: {median_and_band(values, '.1e')}")
assert max(errors["autograd"] + errors["loss_and_gradients"]) < 1e-10
assert max(errors["central differences"]) < 1e-6

# %%
# How good is the judge?
# ----------------------
# Automatic differentiation and the library agree with us to rounding. The finite
# differences agree far less well, which is their own fault. To see why, we vary the
# step :math:`h`. Two errors work against each other:
#
# - *Truncation*: a finite step is no limit. By Taylor's theorem the central difference
#   is wrong by a multiple of :math:`h^2`, the one-sided difference
#   :math:`(E(\theta + h e_j) - E(\theta)) / h` by a multiple of :math:`h`.
# - *Rounding*: for small :math:`h` two nearly equal numbers are subtracted. What is
#   left is of the size of their rounding errors, and dividing by :math:`h` makes it
#   large. This error is a multiple of :math:`1 / h`.
#
# On logarithmic axes, :math:`h^2` is a straight line of slope 2 and :math:`1 / h` one
# of slope -1. So the error of each method should draw a V, whose right branch is twice
# as steep for the central difference as for the one-sided one. The lines in the figure
# are medians over the 20 networks, the bands reach from the 10 % to the 90 % quantile.
# The finite differences are compared with our gradient, which we have just found equal
# to torch's.


def one_sided_differences(net, h):
    theta = flatten(*columns(net.coefs_, net.intercepts_))
    here = objective(theta, net)
    rises = [objective(theta + s, net) - here for s in h * np.eye(len(theta))]
    return np.array(rises) / h


steps = 10.0 ** np.arange(-13, 0.5, 0.5)
fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
methods = {"central": central_differences, "one-sided": one_sided_differences}
medians = {}
for (name, method), style in zip(methods.items(), ("-", "--"), strict=True):
    curves = [
        [relative_error(method(net, h), gradient) for h in steps]
        for net, gradient in zip(nets, gradients, strict=True)
    ]
    low, medians[name], high = np.quantile(curves, [0.1, 0.5, 0.9], axis=0)
    ax.loglog(steps, medians[name], style, label=f"{name} differences")
    ax.fill_between(steps, low, high, alpha=0.2)
ax.set(
    title="Finite differences are worst for large and for tiny steps, best between",
    xlabel="step $h$",
    ylabel="relative error of the gradient",
)
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), title="20 networks")
plt.show()

# %%
# The first question was about the one-sided difference: the smaller step is worse, by
# far. The explanation can be tested as well, because it predicts the slopes of all four
# branches. We fit straight lines to the medians, away from the bottom of the V.


def branch_slope(median, smallest, largest):
    branch = (steps > smallest / 1.1) & (steps < largest * 1.1)
    return np.polyfit(np.log(steps[branch]), np.log(median[branch]), 1)[0]


predictions = {"central": (2, 1e-3, 1e-1), "one-sided": (1, 1e-5, 1e-2)}
for name, (predicted, *large_steps) in predictions.items():
    median = medians[name]
    at_tiny, at_asked = (median[abs(steps / h - 1) < 0.1].item() for h in (1e-13, 1e-5))
    rising = branch_slope(median, *large_steps)
    falling = branch_slope(median, 1e-13, 1e-9)
    best = steps[median.argmin()]
    print(f"{name}: error {at_tiny:.0e} with h = 1e-13, {at_asked:.0e} with h = 1e-5,")
    print(f"    the least is {median.min():.0e} with h = {best:.0e};")
    print(f"    slope {falling:.2f} for tiny steps, {rising:.2f} for large ones")
    assert at_tiny > 20 * at_asked
    assert abs(rising - predicted) < 0.15
    assert abs(falling + 1) < 0.15
assert medians["central"].min() < 0.1 * medians["one-sided"].min()

# %%
# What it costs is the other reason why nobody trains with finite differences.
# Backpropagation needs one forward and one backward pass, with about two matrix
# products for each layer on the way back. Central differences need two forward passes
# for each parameter.

print(
    f"{len(gradients[0])} parameters: 2 passes by backpropagation, "
    f"{2 * len(gradients[0])} by central differences"
)

# %%
# The result over seeds: one step down
# ------------------------------------
# The gradient points to where :math:`E` rises fastest. :term:`Gradient descent` steps
# the other way, by the learning rate :math:`\eta` times the gradient:
#
# .. math:: \theta \leftarrow \theta - \eta \, \nabla E(\theta)
#
# For a small step, :math:`E` changes as its tangent does, by
# :math:`-\eta \, \lVert \nabla E \rVert^2`, and that is negative. We take one step with
# each of the 20 networks and many learning rates.

rates = 10.0 ** np.arange(-3, 1.01, 0.25)
changes = np.empty((len(nets), len(rates)))
tangents = np.empty_like(changes)
for k, (net, gradient) in enumerate(zip(nets, gradients, strict=True)):
    theta = flatten(*columns(net.coefs_, net.intercepts_))
    before = objective(theta, net)
    after = np.array([objective(theta - rate * gradient, net) for rate in rates])
    changes[k] = (after - before) / before
    tangents[k] = -rates * (gradient @ gradient) / before

fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
low, median, high = np.quantile(100 * changes, [0.1, 0.5, 0.9], axis=0)
ax.semilogx(rates, median, label="one step")
ax.fill_between(rates, low, high, alpha=0.2)
ax.semilogx(rates, np.median(100 * tangents, axis=0), "--", label="tangent")
ax.axhline(0, color="black", linewidth=0.8)
ax.set(
    title="A small step down the gradient lowers the objective, a large one raises it",
    xlabel=r"learning rate $\eta$",
    ylabel="change of the objective in %",
    ylim=(-100, 100),
)
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), title="20 networks")
plt.show()

# %%
# Follow the curve from the left. At first it is the tangent, and a step ten times as
# long gains ten times as much. Then the objective curves away from its tangent, the
# gain is largest at some rate, and beyond that the step overshoots. So the answer to
# the second question is no. The tangent promises a gain for every rate, even of more
# than all there is to gain, but it knows the objective only in the place where it
# touches. How far it can be trusted differs from network to network, as the band shows,
# and nothing says that the best rate for this step is a good one for the next.

some_fail = (changes >= 0).any(axis=0)
largest = rates[: some_fail.argmax()].max()
print(f"all {len(nets)} networks improve with every rate up to {largest:.2g}")
best = rates[changes.argmin(axis=1)]
print(f"best rate for one step: {median_and_band(best, '.2g')}")
ratio = changes[:, 0] / tangents[:, 0]
print("gain with the smallest rate, in multiples of what the tangent predicts:")
print(median_and_band(ratio, ".4f"))
assert (changes[:, rates <= 0.1] < 0).all()
assert np.median(changes[:, -1]) > 0.5
assert 0.98 < ratio.min() < ratio.max() < 1.02

# %%
# This step is what the library does with ``solver="sgd"`` when the batch is the whole
# training set and there is no momentum. From the start, one epoch is one such step:

rate = 0.1
sgd = {"solver": "sgd", "momentum": 0, "learning_rate_init": rate, "batch_size": n}
trained = [
    MLPRegressorNet(random_state=seed, **{**settings, **sgd, "max_iter": 1})
    for seed in range(20)
]
fit_many(trained, X, y)
for one_epoch in trained:
    start = copy.deepcopy(one_epoch).initialize(X, y)
    theta = flatten(*columns(start.coefs_, start.intercepts_))
    stepped = theta - rate * flatten(*gradient_by_hand(start))
    fitted = flatten(*columns(one_epoch.coefs_, one_epoch.intercepts_))
    np.testing.assert_allclose(stepped, fitted, atol=1e-10)
print(f"one step by hand equals one epoch of fit, for {len(trained)} seeds")

# %%
# Common mistakes
# ---------------
# A gradient can be wrong in many ways, and each has its own pattern. Here are four
# mistakes, made on purpose in all 20 networks. Each row of the table shows how far one
# mistake takes the derivatives by each parameter from the right ones (relative error,
# median over the networks). A 0 stands for a derivative that the mistake leaves right.


def sum_for_mean(net):
    of_weights, of_biases = gradient_by_hand(net)
    return [n * dW for dW in of_weights], [n * db for db in of_biases]


def errors_by_parameter(wrong, right):
    pairs = zip((*wrong[0], *wrong[1]), (*right[0], *right[1]), strict=True)
    return [relative_error(*pair) for pair in pairs]


def slope_at_a(A):
    return 1 - np.tanh(A) ** 2


mistakes = {
    "sum for mean": sum_for_mean,
    "no penalty": lambda net: gradient_by_hand(net, alpha=0),
    "no slope": lambda net: gradient_by_hand(net, slope=np.ones_like),
    "slope at a": lambda net: gradient_by_hand(net, slope=slope_at_a),
}
table = {}
print(" " * 12, *(f"{name:>7}" for name in ("W1", "W2", "W3", "b1", "b2", "b3")))
for name, mistake in mistakes.items():
    of_nets = [errors_by_parameter(mistake(net), gradient_by_hand(net)) for net in nets]
    table[name] = np.median(of_nets, axis=0)
    print(f"{name:12}", *(f"{error:7.3g}" for error in table[name]))
assert np.allclose(table["sum for mean"], n - 1)
assert table["no penalty"][3:].max() < 1e-12 < 1e-3 < table["no penalty"][:3].min()
for name in ("no slope", "slope at a"):
    assert table[name][[2, 5]].max() < 1e-12 < 1e-3 < table[name][[0, 1, 3, 4]].min()

# %%
# **All entries are too large, by the factor n.** *Cause*: the loss was summed where it
# should be averaged. *Fix*: divide by :math:`n`. To train in the same way with the sum,
# divide the learning rate by :math:`n` instead.
#
# **The biases are right and all weights are wrong.** *Cause*: the penalty is missing in
# the gradient, or stands there with another factor than in the objective. *Fix*: derive
# both from the same formula.
#
# **The last layer is right and all layers below it are wrong.** *Cause*: the factor
# :math:`g'(Z)` of equation (7) is missing ("no slope"), or it was taken at the
# activation in place of the pre-activation ("slope at a"). *Fix*: write the derivative
# in terms of what you have kept.
#
# **The check fails, and no mistake can be found.** *Cause*: the step of the finite
# differences is too small or too large. *Fix*: draw the V of this lesson. A right
# gradient has a V, with a wrong one the error stays large for every step.

# %%
# Take-away
# ---------
# Backpropagation applies the chain rule from the output to the input, and reuses at
# each layer what it has computed for the layer above, so one pass back gives the whole
# gradient. Check a gradient by automatic differentiation, or by central differences
# with a step neither too large nor too small. A step against the gradient lowers the
# objective if the learning rate is small enough, and may raise it if it is too large.
#
# Further reading
# ---------------
# - Rumelhart, Hinton and Williams :cite:p:`rumelhart1986` made backpropagation known.
#   Their paper has four pages and can be read after this lesson.
# - Nielsen, *Neural Networks and Deep Learning* :cite:p:`nielsen2015`, chapter 2,
#   derives the equations of this lesson at leisure.
# - Baydin, Pearlmutter, Radul and Siskind :cite:p:`baydin2018` survey automatic
#   differentiation, and compare it with finite differences.
# - Nocedal and Wright, *Numerical Optimization* :cite:p:`nocedal2006`, section 8.1,
#   treat the best step of finite differences.
# - ``nnteach/engine/network/layer.py`` from top to bottom, now that you know its lines;
#   then ``activations.py`` and ``losses.py`` beside it.
