r"""
Backpropagation by hand
=======================

Training needs the gradient, one derivative for each parameter. In a network with hidden
layers, an error at the output has to be passed back to the weights before it. You do
this in ten lines of numpy, check the result, and find the same lines in the library.

.. lesson-plan::
   :needs: training_by_hand, forward_pass
   :besides: the chain rule for derivatives

   :compute-a-gradient: compute the gradient of a network in one pass from the output to
       the input
   :name-the-pairs: name the output functions and losses that belong together, and
       explain why
   :check-a-gradient: check a gradient by finite differences, and choose their step
   :find-in-the-source: find each equation again in the source of the library
"""

# %%
# Predict first
# -------------
# 1. One network predicts a number and is trained on the squared error. Another predicts
#    a probability and is trained on the cross-entropy. For which does the derivative of
#    the loss with respect to the output's :term:`pre-activation` have the longer
#    formula?
# 2. A derivative is the limit of :math:`(E(w + h) - E(w)) / h` for small :math:`h`.
#    Does a computer get it better with :math:`h = 10^{-13}` or with
#    :math:`h = 10^{-5}`?
# 3. Does one step against the gradient always lower the loss?
#
# A gradient is made of slopes
# ----------------------------
# Once more a network learns a product. Training makes the :term:`objective` :math:`E`
# smaller: the mean loss plus the :term:`L2 penalty`, which keeps the weights small.
#
# .. math::
#
#    E = \frac{1}{2n} \sum_{i=1}^{n}
#        (\class{prediction}{\hat y_i} - \class{target}{y_i})^2
#               + \frac{\alpha}{2n} \sum_{l} \sum_{jk} (W_l)_{jk}^2
#
# We stop after 5 epochs, while the gradient is not yet near 0.

import matplotlib.pyplot as plt
import numpy as np

from nnteach import MLPRegressorNet

rng = np.random.default_rng(0)
X = rng.uniform(-1, 1, size=(200, 2))
y = X.prod(axis=1)
n, alpha = len(y), 1.0
settings = {"hidden_layer_sizes": (8, 4), "activation": "tanh", "alpha": alpha}
settings |= {"max_iter": 5, "n_iter_no_change": np.inf}
net = MLPRegressorNet(**settings, random_state=0).fit(X, y)

# %%
# Let one weight move and hold all others fixed. Then :math:`E` is a curve, and the
# derivative is the slope of its tangent.

# sphinx_gallery_fold_code = "How the figure is drawn"
import copy

loss, of_weights, of_biases = net.loss_and_gradients(X, y)
steepest = np.unravel_index(abs(of_weights[0]).argmax(), of_weights[0].shape)
slope, present = of_weights[0][steepest], net.coefs_[0][steepest]
probe = copy.deepcopy(net)
places = present + np.linspace(-2, 2, 41)
curve = []
for place in places:
    probe.coefs_[0][steepest] = place
    curve.append(probe.loss_and_gradients(X, y)[0])

fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(places, curve, label="objective")
ax.plot(places, loss + slope * (places - present), "--", label=f"slope {slope:.3f}")
ax.plot(present, loss, "o", color="black", label="present weight")
ax.set(
    title="An entry of the gradient is the slope of the objective over one weight",
    xlabel="the weight of the first layer with the steepest slope",
    ylabel="objective $E$",
)
ax.legend()
fig.alt_text = (
    f"The objective over one weight, a curve, and a straight line of slope {slope:.3f} "
    f"that touches it at the present weight, {present:.2f}. Away from there the curve "
    "leaves the line."
)
plt.show()

# %%
# Forward, and keep the activations
# ---------------------------------
# From the input :math:`A_0 = X` up, with a column for each sample (a row in the code's
# ``X``), a layer computes
#
# .. math:: Z_l = W_l A_{l-1} + b_l \tag{1}
#
# .. math:: A_l = g_l(Z_l) \tag{2}
#
# In the hidden layers :math:`g` is tanh. We keep all :math:`A_l` for the way back.

A0, Y = X.T, y[np.newaxis]
weights = [W.T for W in net.coefs_]
biases = [b[:, np.newaxis] for b in net.intercepts_]


def forward(weights, biases):
    activations = [A0]
    for W, b in zip(weights, biases, strict=True):
        Z = W @ activations[-1] + b
        activations.append(Z if W is weights[-1] else np.tanh(Z))
    return activations


activations = forward(weights, biases)
print("shapes:", *(A.shape for A in activations))

# %%
# The error of the output
# -----------------------
# Let :math:`D_l` be the derivative of :math:`E` with respect to :math:`Z_l`: a row for
# each neuron, a column for each sample. At the output it is
#
# .. math:: D_L = \frac{\hat Y - Y}{n} \tag{3}
#
# Our network has no activation function at the output, so :math:`\hat y_i` is the
# pre-activation :math:`z_i`, and :math:`(z_i - y_i)^2 / 2n` has the derivative
# :math:`(z_i - y_i) / n`. Equation (3) holds for each of three pairs:
#
# - the identity with the squared error, for a number;
# - the :term:`logistic function` with the :term:`cross-entropy`, for two classes;
# - :term:`softmax` with the cross-entropy, for several classes. Then :math:`Y` has a 1
#   in the row of the true class, and 0 elsewhere.
#
# The fold below the figure derives the other two.
#
# **Answer 1.** Neither: the formula is the same. The chain rule multiplies the
# derivative of the loss by the slope of the output function. In these pairs no slope is
# left, one reason for using them. With the squared error behind a logistic output it
# stays, and is nearly 0 where the output is sure, even if wrong.

# sphinx_gallery_fold_code = "How the figure is drawn"
from scipy.special import expit

z = np.linspace(-6, 6, 121)
a = expit(z)
with_squared_error = (a - 1) * a * (1 - a)
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(z, a - 1, label="cross-entropy")
ax.plot(z, with_squared_error, "--", label="squared error")
ax.set(
    title="With the squared error, a sure mistake passes back almost nothing",
    xlabel="pre-activation $z$ of a logistic output, the true class being 1",
    ylabel="derivative of the loss with respect to $z$",
)
ax.legend(title="logistic output with")
fig.alt_text = (
    "The derivative of the loss over the pre-activation, for a point of class 1. With "
    f"the cross-entropy it is {a[0] - 1:.2f} on the far left, where the output is sure "
    "and wrong, and rises to 0 on the right. With the squared error it is "
    f"{with_squared_error[0]:.3f} on the far left, {with_squared_error.min():.2f} at "
    "its lowest in the middle, and 0 on the right."
)
assert abs(with_squared_error[0]) < 0.005
plt.show()

# %%
# One sample has the loss :math:`\ell`. Averaging over the samples brings the factor
# :math:`1/n`.
#
# *Identity, squared error.* :math:`\ell = (z - y)^2 / 2` has the derivative
# :math:`z - y`.
#
# *Logistic function, cross-entropy.* From
# :math:`\ell = -y \ln a - (1 - y) \ln (1 - a)` we get
#
# .. math:: \frac{d\ell}{da} = -\frac{y}{a} + \frac{1 - y}{1 - a}
#           = \frac{a - y}{a (1 - a)}
#
# The slope of the logistic function is :math:`a (1 - a)`. The product of the two is
# :math:`a - y`.
#
# *Softmax, cross-entropy.* Since :math:`a_k = e^{z_k} / \sum_j e^{z_j}`, we have
# :math:`\ln a_k = z_k - \ln \sum_j e^{z_j}`. The targets :math:`y_k` sum to 1, so
#
# .. math:: \ell = -\sum_k y_k \ln a_k = -\sum_k y_k z_k + \ln \sum_j e^{z_j}
#
# The derivative of the last term with respect to :math:`z_k` is
# :math:`e^{z_k} / \sum_j e^{z_j} = a_k`, and altogether :math:`a_k - y_k` is left.
#
# Two checks follow. *Central differences* move one number up and down by :math:`h` and
# divide the change by :math:`2h`; for the first two pairs, each of the three rows is an
# output by itself. Automatic differentiation checks each step: the slope of the
# logistic function, the logarithm of the softmax, and :math:`\hat y - y` for 1000
# random samples of each pair.

# sphinx_gallery_fold = "The error of the output, derived for all three pairs"
import torch
from scipy.special import softmax


def central_differences(E, theta, h=1e-5):
    slopes = np.empty_like(theta)
    for place in np.ndindex(theta.shape):
        step = np.zeros_like(theta)
        step[place] = h
        slopes[place] = (E(theta + step) - E(theta - step)) / (2 * h)
    return slopes


pairs = {
    "identity": (lambda Z: Z, lambda A, Y: (A - Y) ** 2 / 2),
    "logistic": (expit, lambda A, Y: -Y * np.log(A) - (1 - Y) * np.log(1 - A)),
    "softmax": (lambda Z: softmax(Z, axis=0), lambda A, Y: -Y * np.log(A)),
}
Z3, Y3 = rng.normal(size=(3, 5)), np.eye(3)[:, [0, 1, 2, 0, 1]]  # 5 samples


def largest_difference(g, loss):
    slopes = central_differences(lambda Z: loss(g(Z), Y3).sum() / 5, Z3)
    return abs((g(Z3) - Y3) / 5 - slopes).max()


for name, pair in pairs.items():
    print(f"{name}: equation (3) is off by {largest_difference(*pair):.0e}")

Z_ = torch.randn(4, 1000, generator=torch.Generator().manual_seed(0)).double()
Z_.requires_grad_()
Y_ = torch.eye(4).double()[:, torch.arange(1000) % 4]
A_ = torch.sigmoid(Z_)
(slopes,) = torch.autograd.grad(A_.sum(), Z_, retain_graph=True)
torch.testing.assert_close(slopes, A_ * (1 - A_))
log_a = Z_ - Z_.exp().sum(dim=0).log()
torch.testing.assert_close(log_a, Z_.softmax(dim=0).log())
torch.testing.assert_close(Y_.sum(dim=0), torch.ones(1000).double())

losses = {
    "identity": (Z_, (Z_ - Y_) ** 2 / 2),
    "logistic": (A_, -Y_ * A_.log() - (1 - Y_) * (1 - A_).log()),
    "softmax": (Z_.softmax(dim=0), -Y_ * Z_.softmax(dim=0).log()),
}
for name, (A, ell) in losses.items():
    (D,) = torch.autograd.grad(ell.sum() / 1000, Z_, retain_graph=True)
    difference = abs(D - (A - Y_) / 1000).max().item()
    print(f"{name}: autograd and equation (3) differ by {difference:.0e}")
    assert difference < 1e-12
    assert largest_difference(*pairs[name]) < 1e-8

# the other pair: the slope stays
(D,) = torch.autograd.grad(((A_ - Y_) ** 2 / 2).sum(), Z_)
torch.testing.assert_close(D, (A_ - Y_) * A_ * (1 - A_))

# %%
# Back through a layer
# --------------------
# In equation (1), the weight :math:`W_{jk}` is multiplied by :math:`A_{ki}` in every
# sample :math:`i`, and acts on :math:`Z_{ji}`. So the derivative of :math:`E` with
# respect to :math:`W_{jk}` is :math:`\sum_i D_{ji} A_{ki}`. For a bias, the factor is
# 1.
#
# .. math:: \frac{\partial E}{\partial W_l} = D_l A_{l-1}^\top \tag{4}
#
# .. math:: \frac{\partial E}{\partial b_l} = \text{row sums of } D_l \tag{5}
#
# In the same way :math:`A_{ki}` acts on every :math:`Z_{ji}`, and the derivative with
# respect to it is :math:`\sum_j W_{jk} D_{ji}`. One more factor, the slope of
# :math:`g`, leads to the pre-activations of the layer below:
#
# .. math:: \frac{\partial E}{\partial A_{l-1}} = W_l^\top D_l \tag{6}
#
# .. math:: D_l = \frac{\partial E}{\partial A_l} \odot g_l'(Z_l) \tag{7}
#
# where :math:`\odot` multiplies entry by entry. And so on, down to the input: this is
# :term:`backpropagation`. For :math:`a = \tanh z` the slope is :math:`1 - a^2`. The
# penalty adds a term to equation (4):
#
# .. math:: \frac{\partial E}{\partial W_l} = D_l A_{l-1}^\top + \frac{\alpha}{n} W_l
#           \tag{8}


def backward(activations, weights, D):
    gradients = []
    for W, A in zip(weights[::-1], activations[-2::-1], strict=True):
        dW = D @ A.T + alpha / n * W
        db = D.sum(axis=1, keepdims=True)
        gradients.insert(0, (dW, db))
        D = W.T @ D * (1 - A**2)  # the last D, at the inputs, is not used
    return gradients


gradients = backward(activations, weights, (activations[-1] - Y) / n)
_, of_weights, of_biases = net.loss_and_gradients(X, y)
for (dW, db), V, c in zip(gradients, of_weights, of_biases, strict=True):
    off = abs(dW - V.T).max(), abs(db[:, 0] - c).max()
    print(dW.shape, "dW off by {:.0e}, db by {:.0e}".format(*off))

# %%
# The two differ by rounding errors.

# %%
# Three judges check all three pairs, each in 20 networks: automatic differentiation by
# torch, which records every operation and applies the chain rule to the record
# :cite:p:`baydin2018`; the library; and central differences. The difference of two
# gradients is its length, relative to the length of the gradient.

# sphinx_gallery_fold = "Three judges, three pairs, 60 networks"
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from nnteach import MLPClassifierNet, fit_many, median_and_band

quarter = 2 * (X[:, 0] > 0) + (X[:, 1] > 0)
of_torch = {
    "identity": lambda Z, Y: ((Z - Y) ** 2).sum() / 2 / n,
    "logistic": lambda Z, Y: binary_cross_entropy_with_logits(Z, Y),
    "softmax": lambda Z, Y: cross_entropy(Z.T, Y.argmax(dim=0)),
}
problems = {
    "identity": (MLPRegressorNet, y, Y),
    "logistic": (MLPClassifierNet, y > 0, (Y > 0).astype(float)),
    "softmax": (MLPClassifierNet, quarter, np.eye(4)[:, quarter]),
}


def columns(coefs, intercepts):
    return [W.T for W in coefs], [b[:, np.newaxis] for b in intercepts]


def parts(net):
    return columns(net.coefs_, net.intercepts_)


def flatten(weights, biases):
    return np.concatenate([array.ravel() for array in (*weights, *biases)])


def unflatten(theta, net):
    like = [array for arrays in parts(net) for array in arrays]
    pieces = np.split(theta, np.cumsum([array.size for array in like])[:-1])
    arrays = [piece.reshape(a.shape) for piece, a in zip(pieces, like, strict=True)]
    return arrays[: len(net.coefs_)], arrays[len(net.coefs_) :]


def objective(theta, net, name="identity"):
    (g, loss), targets = pairs[name], problems[name][2]
    weights, biases = unflatten(theta, net)
    penalty = sum((W**2).sum() for W in weights)
    losses = loss(g(forward(weights, biases)[-1]), targets)
    return losses.sum() / n + alpha / 2 * penalty / n


def gradient_by_hand(net, name="identity"):
    weights, biases = parts(net)
    activations = forward(weights, biases)
    D = (pairs[name][0](activations[-1]) - problems[name][2]) / n
    return flatten(*zip(*backward(activations, weights, D), strict=True))


def recorded(arrays):
    return [torch.tensor(array, requires_grad=True) for array in arrays]


def autograd(net, name):
    weights, biases = map(recorded, parts(net))
    A = torch.tensor(A0)
    for W, b in zip(weights, biases, strict=True):
        Z, A = W @ A + b, torch.tanh(W @ A + b)
    penalty = alpha / 2 * sum((W**2).sum() for W in weights) / n
    (of_torch[name](Z, torch.tensor(problems[name][2])) + penalty).backward()
    return flatten(*([a.grad.numpy() for a in part] for part in (weights, biases)))


def relative_error(gradient, reference):
    return np.linalg.norm(gradient - reference) / np.linalg.norm(reference)


def judge(net, name, target):
    by_hand = gradient_by_hand(net, name)
    theta = flatten(*parts(net))
    judges = (
        autograd(net, name),
        flatten(*columns(*net.loss_and_gradients(X, target)[1:])),
        central_differences(lambda theta: objective(theta, net, name), theta),
    )
    return [relative_error(gradient, by_hand) for gradient in judges]


networks = {}
for name, (kind, target, _) in problems.items():
    networks[name] = [kind(**settings, random_state=seed) for seed in range(20)]
    fit_many(networks[name], X, target)
    assert networks[name][0].out_activation_ == name
    errors = np.array([judge(net, name, target) for net in networks[name]]).T
    print(f"{name}, relative difference from the gradient by hand")
    for who, values in zip(("autograd", "library", "central"), errors, strict=True):
        print(f"    {who}: {median_and_band(values, '.1e')}")
    assert errors[:2].max() < 1e-10
    assert errors[2].max() < 1e-6

# %%
# How good are finite differences?
# --------------------------------
# A *central difference* needs no calculus: move one weight up and down by :math:`h`,
# and divide the change of :math:`E` by :math:`2h`.


def objective_at(w):
    W1, *others = weights
    changed = W1.copy()
    changed[0, 0] = w
    error = (forward([changed, *others], biases)[-1] - Y) ** 2 / 2
    penalty = sum((W**2).sum() for W in (changed, *others))
    return error.mean() + alpha / (2 * n) * penalty


w, h = weights[0][0, 0], 1e-5
central = (objective_at(w + h) - objective_at(w - h)) / (2 * h)
print("first weight of W1, central difference:", central)
print("first weight of W1, backpropagation:   ", gradients[0][0][0, 0])

# %%
# Which :math:`h` is best? Two errors work against each other:
#
# - *Truncation*: a finite step is no limit. This error grows with :math:`h`.
# - *Rounding*: for tiny :math:`h`, two nearly equal numbers are subtracted, and what is
#   left is mostly rounding error.
#
# Lines are medians of 20 such networks, bands the middle 80 %.

# sphinx_gallery_fold_code = "How the figure is drawn"
from functools import partial

assert abs(central - gradients[0][0][0, 0]) < 1e-8

nets = networks["identity"]
gradients = [gradient_by_hand(net) for net in nets]
thetas = [flatten(*parts(net)) for net in nets]


def one_sided_differences(E, theta, h):
    here = E(theta)
    return np.array([E(theta + step) - here for step in h * np.eye(len(theta))]) / h


def errors_of(method, h):
    slopes = [
        method(partial(objective, net=net), theta, h)
        for net, theta in zip(nets, thetas, strict=True)
    ]
    return list(map(relative_error, slopes, gradients))


steps = 10.0 ** np.arange(-13, 0.5, 0.5)
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
medians = {}
for name, method, style in (
    ("central", central_differences, "-"),
    ("one-sided", one_sided_differences, "--"),
):
    curves = [errors_of(method, h) for h in steps]
    low, medians[name], high = np.quantile(curves, [0.1, 0.5, 0.9], axis=1)
    ax.loglog(steps, medians[name], style, label=f"{name} differences")
    ax.fill_between(steps, low, high, alpha=0.2)
ax.set(
    title="Finite differences are worst for large and for tiny steps, best between",
    xlabel="step $h$",
    ylabel="relative error of the gradient",
)
ax.legend(loc="lower left")
fig.alt_text = "Relative error against step, on logarithmic axes: two curves like a V. "
for name, median in medians.items():
    best, asked = steps[median.argmin()], abs(np.log10(steps) + 5).argmin()
    print(
        f"{name}: error {median[0]:.0e} with h = 1e-13, {median[asked]:.0e} with 1e-5"
    )
    fig.alt_text += f"{name}: lowest, {median.min():.0e}, at the step {best:.0e}. "
plt.show()

# %%
# **Answer 2.** With :math:`h = 10^{-5}`, by far. Central differences are better still.

# %%
# The explanation predicts the slopes of the branches on logarithmic axes. Rounding
# gives a multiple of :math:`1/h`, slope -1. By Taylor's theorem, truncation gives a
# multiple of :math:`h^2` for central differences, slope 2, and of :math:`h` for
# one-sided ones, slope 1 :cite:p:`nocedal2006`. We fit straight lines, away from the
# bottom of the V. The last line is about the cost, another reason for not training with
# finite differences.

# sphinx_gallery_fold = "The branches of the V have the slopes that theory predicts"


def branch_slope(median, smallest, largest):
    branch = (steps > smallest / 1.1) & (steps < largest * 1.1)
    return np.polyfit(np.log(steps[branch]), np.log(median[branch]), 1)[0]


predictions = {"central": (2, 1e-3, 1e-1), "one-sided": (1, 1e-5, 1e-2)}
for name, (predicted, *large_steps) in predictions.items():
    median = medians[name]
    rising = branch_slope(median, *large_steps)
    falling = branch_slope(median, 1e-13, 1e-9)
    print(f"{name}: slope {falling:.2f} for tiny steps, {rising:.2f} for large ones")
    assert median[0] > 20 * median[abs(np.log10(steps) + 5).argmin()]
    assert abs(rising - predicted) < 0.15
    assert abs(falling + 1) < 0.15
assert medians["central"].min() < 0.1 * medians["one-sided"].min()
print(f"{len(thetas[0])} parameters: 2 passes by backpropagation,")
print(f"{2 * len(thetas[0])} forward passes by central differences")

# %%
# One step down
# -------------
# :term:`Gradient descent` steps against the gradient,
#
# .. math:: \theta \leftarrow \theta - \eta \, \nabla E(\theta)
#
# where :math:`\theta` stands for all parameters and :math:`\nabla E` for the gradient,
# the vector of all derivatives. Each of the 20 networks makes one step at each of many
# learning rates :math:`\eta`. Along its tangent, :math:`E` would change by
# :math:`-\eta \, \lVert \nabla E \rVert^2`; between the bars is the gradient's length.

# sphinx_gallery_fold_code = "How the figure is drawn"
rates = 10.0 ** np.arange(-3, 1.01, 0.25)
changes, tangents = np.empty((2, len(nets), len(rates)))
for k, (net, theta, gradient) in enumerate(zip(nets, thetas, gradients, strict=True)):
    before = objective(theta, net)
    after = np.array([objective(theta - eta * gradient, net) for eta in rates])
    changes[k] = (after - before) / before
    tangents[k] = -rates * (gradient @ gradient) / before

fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
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
ax.legend(loc="upper left")
fig.alt_text = (
    "Change of the objective against the learning rate, a median with a band. It "
    f"follows the tangent below 0 at first, is lowest with {median.min():.0f} % at the "
    f"rate {rates[median.argmin()]:.2g}, and then rises above 0. The tangent falls on."
)
plt.show()

# %%
# **Answer 3.** No. A step that is too long ends where the objective has risen again.

# %%
# How far the tangent can be trusted differs from network to network. With full batches
# and without momentum, one epoch of ``solver="sgd"`` is this step: we compare the two
# from 20 random starts.

# sphinx_gallery_fold = "One step in 20 networks, equal to one epoch of fit"
some_fail = (changes >= 0).any(axis=0)
largest = rates[: some_fail.argmax()].max()
print(f"all {len(nets)} networks improve with every rate up to {largest:.2g}")
best = rates[changes.argmin(axis=1)]
print(f"best rate for one step: {median_and_band(best, '.2g')}")
ratio = changes[:, 0] / tangents[:, 0]
print("gain with the smallest rate, in multiples of what the tangent predicts:")
print(f"    {median_and_band(ratio, '.4f')}")
assert (changes[:, rates <= 0.1] < 0).all()
assert np.median(changes[:, -1]) > 0.5
assert 0.98 < ratio.min() < ratio.max() < 1.02

sgd = {"solver": "sgd", "momentum": 0, "learning_rate_init": 0.1, "batch_size": n}
sgd = {**settings, **sgd, "max_iter": 1}
trained = [MLPRegressorNet(**sgd, random_state=seed) for seed in range(20)]
for one_epoch in fit_many(trained, X, y):
    start = copy.deepcopy(one_epoch).initialize(X, y)
    theta = flatten(*parts(start))
    stepped = theta - 0.1 * gradient_by_hand(start)
    fitted = flatten(*parts(one_epoch))
    np.testing.assert_allclose(stepped, fitted, atol=1e-10)
print(f"one step by hand equals one epoch of fit, for {len(trained)} seeds")

# %%
# The same lines in the library
# -----------------------------
# The library trains with these equations, for a layer in
# ``nnteach/engine/network/layer.py``, and from layer to layer in ``stack.py``. The fold
# shows the source.

# %%
# The comment at a line's end is its equation, and ``below`` is the layer below. The
# loop over the layers begins with equation (3), goes from the output down, and adds the
# penalty last.
#
# To read the source, you need to know:
#
# - The library trains :math:`K` networks at once. So every array has one more
#   dimension, of length :math:`K`, in front, and the samples are dimension 2.
# - ``affine(b, W, A)`` is :math:`W A + b`, and ``product`` multiplies two matrices,
#   each by the routine that is fastest for these sizes. ``A_T`` is the transpose of
#   ``A``.
# - ``out=`` names the array for a result, and a name with an underscore at its end
#   overwrites an array.
# - ``kept`` is what :math:`g'` will be computed from. For most activation functions,
#   tanh among them, that is :math:`A`. A few need :math:`Z` and keep a copy, because
#   ``forward_`` writes :math:`A` over it.
# - ``backward_(dA, kept)`` is :math:`\partial E / \partial A \odot g'(Z)`.
# - ``mask`` belongs to :term:`dropout`; here it is ``None``.
# - Layer 1 returns ``None``: the inputs need no :math:`D`. Our loop computes one in
#   vain.
# - ``all_W`` is the memory of all ``W``, seen as one row for each network, and
#   ``all_dW`` that of all ``dW``. ``penalty`` is :math:`\alpha / n`.
#
# Line by line:
#
# - equation (1), ``Z = W A + b``, is
#   ``Z = self.affine(self.b, self.W, self.below.A, out=self.Z)``
# - equation (2), ``A = g(Z)``, is
#   ``self.A = self.g.forward_(Z)``
# - equation (4), ``dE/dW = D Aᵀ``, is
#   ``self.product(D, self.below.A_T, out=self.dW)``
# - equation (5), ``dE/db = row sums of D``, is
#   ``torch.sum(D, dim=2, keepdim=True, out=self.db)``
# - equation (6), ``dE/dA = Wᵀ D``, is
#   ``dA = self.product(self.W_T, D, out=self.below.D)``
# - equation (7), ``D = dE/dA ⊙ g'(Z)``, is
#   ``return self.g.backward_(dA, self.kept)``
# - Equation (3) is ``D = self.loss.delta(output.A, Y, ...)``, which for our three pairs
#   is :math:`\hat Y - Y`, and ``D *= sample_scale``, which divides by :math:`n`.
# - The loop is ``D = layer.backward(D)``, which turns :math:`D` of a layer into that of
#   the layer below.
# - The new term of equation (8) is ``self.all_dW.addcmul_(self.all_W, penalty)``.
#
# This is the source of one layer:

# sphinx_gallery_fold = "Each equation is a line of the source, and how to read it"
import inspect
from textwrap import dedent

from nnteach.engine.network.layer import Layer
from nnteach.engine.network.stack import NetworkStack

for method in (Layer.forward, Layer.backward):
    print(dedent(inspect.getsource(method)))

# %%
# It computes its derivatives by weights and biases here:

# sphinx_gallery_fold = "Each equation is a line of the source, and how to read it"
print(dedent(inspect.getsource(Layer.derive)))

# %%
# And this is the loop over the layers:

# sphinx_gallery_fold = "Each equation is a line of the source, and how to read it"
signature, docstring, body = inspect.getsource(NetworkStack.backward).split('"""')
print(dedent(signature.rstrip() + body))

# %%
# Common mistakes
# ---------------
# **All entries are too large, by the factor n.** Loss and penalty were not divided by
# :math:`n`.
#
# **The biases are right and all weights are wrong.** The penalty is missing, or has
# another factor than in the objective.
#
# **The last layer is right and all layers below are wrong.** The factor :math:`g'(Z)`
# is missing, or was taken at :math:`A` in place of :math:`Z`.

# %%
# Each mistake, made on purpose in 20 networks. The table has the relative error of the
# derivatives by each parameter, as a median. A 0 stands for a derivative that the
# mistake leaves right.

# sphinx_gallery_fold = "Each mistake has its own pattern of wrong derivatives"


def wrong_backward(net, alpha=alpha, factor=1, slope=lambda A: 1 - A**2):
    weights, biases = parts(net)
    activations = forward(weights, biases)
    D, of_weights, of_biases = (activations[-1] - Y) / n, [], []
    for W, A in zip(weights[::-1], activations[-2::-1], strict=True):
        of_weights.insert(0, factor * (D @ A.T + alpha / n * W))
        of_biases.insert(0, factor * D.sum(axis=1, keepdims=True))
        D = W.T @ D * slope(A)
    return of_weights + of_biases


mistakes = {
    "sum for mean": {"factor": n},
    "no penalty": {"alpha": 0},
    "no slope": {"slope": np.ones_like},
    "slope at a": {"slope": lambda A: 1 - np.tanh(A) ** 2},
}
table = {}
print(" " * 12, *(f"{name:>7}" for name in ("W1", "W2", "W3", "b1", "b2", "b3")))
for name, mistake in mistakes.items():
    of_nets = [
        [
            relative_error(wrong, right)
            for wrong, right in zip(
                wrong_backward(net, **mistake), wrong_backward(net), strict=True
            )
        ]
        for net in nets
    ]
    table[name] = np.median(of_nets, axis=0)
    print(f"{name:12}", *(f"{error:7.3g}" for error in table[name]))
assert np.allclose(table["sum for mean"], n - 1)
assert table["no penalty"][3:].max() < 1e-12 < 1e-3 < table["no penalty"][:3].min()
for name in ("no slope", "slope at a"):
    assert table[name][[2, 5]].max() < 1e-12 < 1e-3 < table[name][[0, 1, 3, 4]].min()

# %%
# What you learnt
# ---------------
# Backpropagation applies the chain rule from the output to the input, and each layer
# reuses what the next layer has computed. It begins with :math:`(\hat Y - Y) / n`.
# Check a gradient by central differences, with a step neither too large nor too small.
# A short step against it lowers the objective.
#
# Further reading
# ---------------
# :cite:t:`rumelhart1986` made backpropagation known. :cite:t:`nielsen2015`, chapter 2,
# derives the equations. :cite:t:`bishop2006`, section 4.3.6, explains the pairs.
