r"""
Backpropagation by hand
=======================

Training changes every parameter a little so that the loss falls. In which direction,
and by how much, the gradient tells: one derivative for each parameter. This lesson
computes it with numpy, line by line, and has three others check the result:
automatic differentiation, finite differences, and the library itself.

**What you will learn**

- what the gradient of a network is, and how to compute it in one pass from the output
  to the input;
- how to check a gradient, and how large an error to expect from the check itself;
- that one small step against the gradient lowers the loss, and how small is small;
- to find all of this again in the source of the library.

**What you need**: the forward pass, from
:ref:`sphx_glr_gallery_1_mathematics_plot_2_forward_pass.py`, and the chain rule for
derivatives.

**Time**: 30 minutes.
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
# .. math:: E = \frac{1}{2n} \sum_{i=1}^{n} (\hat y_i - y_i)^2
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
# Everything but one weight held fixed, :math:`E` is a curve over that weight. Its
# derivative is the slope of the curve's tangent, and ``loss_and_gradients`` has it for
# every weight at once. The weight in the figure is that of the first layer over which
# the curve is steepest. Nothing is trained here: one weight is moved, and the others
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
# The :term:`forward pass` runs from left to right and keeps the activations of all
# layers, :math:`A_0 = X` to :math:`A_L = \hat Y`.


def forward(X, weights, biases):
    activations = [X]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        activations.append(np.tanh(activations[-1] @ W + b))
    activations.append(activations[-1] @ weights[-1] + biases[-1])
    return activations


(W1, W2, W3), (b1, b2, b3) = net.coefs_, net.intercepts_
A0, A1, A2, A3 = forward(X, net.coefs_, net.intercepts_)
Y = y[:, np.newaxis]
np.testing.assert_allclose(A3[:, 0], net.predict(X), atol=1e-12)

# %%
# **Start at the output.** Let :math:`D_l` be the derivative of :math:`E` with respect
# to the pre-activations :math:`Z_l`: one row for each sample, one column for each
# neuron. The last layer has no activation function, so :math:`Z_3` is the output
# itself, and the derivative of :math:`(\hat y_i - y_i)^2 / 2n` is
#
# .. math:: D_3 = \frac{\hat Y - Y}{n}

D3 = (A3 - Y) / n

# %%
# **Go back one layer.** An activation of layer 2 reaches :math:`E` only through the
# pre-activations of layer 3. It was multiplied there by the weights :math:`W_3`, so by
# the chain rule its derivative is :math:`D_3` times the same weights:
# :math:`D_3 W_3^\top`. Before that it went through tanh, so another factor is due, the
# derivative of tanh. That has a convenient form: if :math:`a = \tanh z`, it is
# :math:`1 - a^2`, and needs nothing but what the forward pass has kept.
#
# .. math:: D_l = (D_{l+1} W_{l+1}^\top) \odot (1 - A_l \odot A_l)
#
# The sign :math:`\odot` multiplies entry by entry. The errors travel along the same
# lines as the activations did, backwards: hence the name *backpropagation*
# :cite:p:`rumelhart1986`.

D2 = (D3 @ W3.T) * (1 - A2**2)
D1 = (D2 @ W2.T) * (1 - A1**2)
print("D3, D2, D1:", D3.shape, D2.shape, D1.shape)

# %%
# **Collect the parameters.** In :math:`Z_l = A_{l-1} W_l + b_l` a weight is multiplied
# by an activation of the layer before, and a bias by 1. Summed over the samples, that
# makes
#
# .. math:: \frac{\partial E}{\partial W_l} = A_{l-1}^\top D_l + \frac{\alpha}{n} W_l,
#           \qquad
#           \frac{\partial E}{\partial b_l} = \text{column sums of } D_l
#
# where the second term is the derivative of the penalty. A derivative has the shape of
# its parameter, a good first check. The second check is the library, entry by entry.

layers = ((A0, D1, W1), (A1, D2, W2), (A2, D3, W3))
by_hand = [A.T @ D + alpha / n * W for A, D, W in layers]
for number, gradient in enumerate(by_hand, start=1):
    print(f"gradient of W{number}: shape {gradient.shape}, as its parameter")
    np.testing.assert_allclose(gradient, weight_gradients[number - 1], atol=1e-12)
for D, bias_gradient in zip((D1, D2, D3), bias_gradients, strict=True):
    np.testing.assert_allclose(D.sum(axis=0), bias_gradient, atol=1e-12)

# %%
# For any number of layers, the same is a loop. It returns the gradients of all weights,
# then those of all biases.


def tanh_slope(A):
    return 1 - A**2


def backward(activations, weights, Y, alpha, slope=tanh_slope):
    D = (activations[-1] - Y) / len(Y)
    gradients = []
    for W, A in zip(weights[::-1], activations[-2::-1], strict=True):
        gradients.append((A.T @ D + alpha / len(Y) * W, D.sum(axis=0)))
        D = (D @ W.T) * slope(A)
    of_weights, of_biases = zip(*gradients[::-1], strict=True)
    return [*of_weights, *of_biases]


# %%
# The same lines in the library
# -----------------------------
# The library trains with these equations too, and with no automatic differentiation.
# The heart of its source file ``nnteach/engine/stack.py`` is the method printed
# below. Its first lines are the start at the output, where ``sample_scale`` is the
# division by :math:`n`; the loop goes back layer by layer, and the last lines add the
# penalty. A sample is a column there, as in the equations of a single sample. So all is
# transposed, and because :math:`(AB)^\top = B^\top A^\top`, the factors of each product
# have changed places: ``delta`` is our :math:`D_l^\top`, ``workspace.below[layer]`` our
# :math:`A_{l-1}`, ``self._transposed[layer]`` our :math:`W_l`. ``bmm`` is a product of
# matrices, for which each layer has the routine that is fastest for its size, and the
# sum over the samples gives the bias. It differs from our loop in four more ways: each
# array has a further dimension in front, because many networks are trained at once;
# results are written into arrays that exist already, to spare making new ones; each
# activation function brings its own ``backward_``, so that it works not only for
# tanh, and is handed what it needs to know, :math:`A_l` or :math:`Z_l`; and ``masks``
# are the factors by which :term:`dropout` leaves neurons out, of which there are none
# here.

import inspect

from nnteach.engine.stack import NetworkStack

print(inspect.getsource(NetworkStack.backward))

# %%
# The experiment: three judges
# ----------------------------
# A gradient that is slightly wrong still trains, only worse, and no error message will
# tell. So it must be checked, against methods that came about in other ways. The first
# judge is **automatic differentiation**: torch records every operation of the forward
# pass and applies the chain rule to the record :cite:p:`baydin2018`. We only write down
# the objective.

import torch


def autograd(net):
    weights = [torch.tensor(W, requires_grad=True) for W in net.coefs_]
    biases = [torch.tensor(b, requires_grad=True) for b in net.intercepts_]
    A = torch.tensor(X)
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        A = torch.tanh(A @ W + b)
    errors = A @ weights[-1] + biases[-1] - torch.tensor(Y)
    penalty = sum((W**2).sum() for W in weights)
    ((errors**2).mean() / 2 + alpha / 2 * penalty / n).backward()
    return [parameter.grad.numpy() for parameter in (*weights, *biases)]


# %%
# The second judge is the definition of the derivative. **Central differences** move one
# parameter up and down by :math:`h` and divide:
#
# .. math:: \frac{\partial E}{\partial \theta_j} \approx
#           \frac{E(\theta + h e_j) - E(\theta - h e_j)}{2h}
#
# They need no calculus at all, only the objective as a function of one long vector
# :math:`\theta` of all parameters; :math:`e_j` is 1 at place :math:`j` and 0 elsewhere.
# In the code, the rows of ``np.eye`` are these vectors.


def flatten(arrays):
    return np.concatenate([array.ravel() for array in arrays])


def objective(theta, net):
    like = [*net.coefs_, *net.intercepts_]
    cuts = np.cumsum([array.size for array in like])[:-1]
    pieces = np.split(theta, cuts)
    arrays = [piece.reshape(a.shape) for piece, a in zip(pieces, like, strict=True)]
    weights, biases = arrays[: len(net.coefs_)], arrays[len(net.coefs_) :]
    penalty = sum((W**2).sum() for W in weights)
    errors = forward(X, weights, biases)[-1] - Y
    return (errors**2).mean() / 2 + alpha / 2 * penalty / n


def central_differences(net, h):
    theta = flatten([*net.coefs_, *net.intercepts_])
    steps = h * np.eye(len(theta))
    rises = [objective(theta + s, net) - objective(theta - s, net) for s in steps]
    return np.array(rises) / (2 * h)


# %%
# The third judge is ``loss_and_gradients``. All three judge all 20 networks. The
# difference of two gradients is measured by its length, relative to the length of the
# gradient.


def relative_error(gradient, reference):
    return np.linalg.norm(gradient - reference) / np.linalg.norm(reference)


def median_and_band(values, form=".3f"):
    low, median, high = (f"{q:{form}}" for q in np.quantile(values, [0.1, 0.5, 0.9]))
    return f"{median} (80 % of {len(values)} seeds between {low} and {high})"


gradients = []
errors = {"autograd": [], "loss_and_gradients": [], "central differences": []}
for net in nets:
    activations = forward(X, net.coefs_, net.intercepts_)
    gradients.append(flatten(backward(activations, net.coefs_, Y, alpha)))
    _, of_weights, of_biases = net.loss_and_gradients(X, y)
    judges = {
        "autograd": flatten(autograd(net)),
        "loss_and_gradients": flatten([*of_weights, *of_biases]),
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
# differences agree far less well, and that is their own fault. To see why, we vary the
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
# What the finite differences are compared with is our gradient, which has just been
# found equal to torch's.


def one_sided_differences(net, h):
    theta = flatten([*net.coefs_, *net.intercepts_])
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
# You were asked about the one-sided difference. The smaller step is worse, by far. The
# explanation can be tested as well, because it predicts the slopes of all four
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
    theta = flatten([*net.coefs_, *net.intercepts_])
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
    activations = forward(X, start.coefs_, start.intercepts_)
    gradient = flatten(backward(activations, start.coefs_, Y, alpha))
    stepped = flatten([*start.coefs_, *start.intercepts_]) - rate * gradient
    fitted = flatten([*one_epoch.coefs_, *one_epoch.intercepts_])
    np.testing.assert_allclose(stepped, fitted, atol=1e-10)
print(f"one step by hand equals one epoch of fit, for {len(trained)} seeds")

# %%
# Common mistakes
# ---------------
# A gradient can be wrong in many ways, and each has its own pattern. Here are four
# mistakes, made on purpose in all 20 networks. The table shows how far the gradient of
# each parameter is from the right one (relative error, median over the networks). A 0
# stands for a gradient that the mistake leaves right.


def with_slope(net, slope):
    activations = forward(X, net.coefs_, net.intercepts_)
    return backward(activations, net.coefs_, Y, alpha, slope)


def without_penalty(net):
    activations = forward(X, net.coefs_, net.intercepts_)
    return backward(activations, net.coefs_, Y, alpha=0)


mistakes = {
    "sum for mean": lambda net: [n * array for array in with_slope(net, tanh_slope)],
    "no penalty": without_penalty,
    "no slope": lambda net: with_slope(net, np.ones_like),
    "slope at a": lambda net: with_slope(net, lambda A: 1 - np.tanh(A) ** 2),
}
table = {}
print(" " * 12, *(f"{name:>7}" for name in ("W1", "W2", "W3", "b1", "b2", "b3")))
for name, mistake in mistakes.items():
    pairs = [
        zip(mistake(net), with_slope(net, tanh_slope), strict=True) for net in nets
    ]
    table[name] = np.median(
        [[relative_error(wrong, right) for wrong, right in pair] for pair in pairs],
        axis=0,
    )
    print(f"{name:12}", *(f"{error:7.3g}" for error in table[name]))
assert np.allclose(table["sum for mean"], n - 1)
assert table["no penalty"][3:].max() < 1e-12 < 1e-3 < table["no penalty"][:3].min()
for name in ("no slope", "slope at a"):
    assert table[name][[2, 5]].max() < 1e-12 < 1e-3 < table[name][[0, 1, 3, 4]].min()

# %%
# **All entries are too large by the number of samples.** *Cause*: the loss was summed
# where it should be averaged. *Fix*: divide by :math:`n`. If training should behave in
# the same way with the sum, the learning rate has to be divided by :math:`n` instead.
#
# **The biases are right and all weights are wrong.** *Cause*: the penalty is missing in
# the gradient, or stands there with another factor than in the objective. *Fix*: derive
# both from the same formula.
#
# **The last layer is right and all layers before it are wrong.** *Cause*: the factor
# :math:`1 - A \odot A` is missing ("no slope"), or the derivative of tanh was taken at
# the activation in place of the pre-activation ("slope at a"). *Fix*: write the
# derivative in terms of what you have kept.
#
# **The check fails, and no mistake can be found.** *Cause*: the step of the finite
# differences is too small or too large. *Fix*: draw the V of this lesson. A right
# gradient has a V, with a wrong one the error stays large for every step.

# %%
# Take-away
# ---------
# Backpropagation applies the chain rule from the output to the input, and reuses at
# each layer what it has computed for the layer after it, so one pass back gives the
# whole gradient. A gradient is to be checked, by automatic differentiation or by
# central differences with a step neither too large nor too small. A step against the
# gradient lowers the objective if the learning rate is small enough, and raises it if
# it is too large.
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
# - The source file ``nnteach/engine/stack.py``, now that you know what is in it.
