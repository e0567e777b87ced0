"""
Training by hand
================

How does a network find better numbers? You write the answer yourself, in a loop of ten
lines of numpy: the smallest network there is, a single neuron, draws a straight line
between two moons. Then a :term:`hidden layer` joins in, the same loop runs again, and
many more points are right.

.. lesson-plan::
   :needs: what_a_network_learns
   :besides: what a derivative is

   :compute-a-loss: compute the loss of a prediction
   :make-a-step: make one step of gradient descent by hand
   :write-a-loop: write a training loop with epochs and batches
   :choose-a-rate: tell a learning rate that is too small from one that is too large
"""

# %%
# Predict first
# -------------
# 1. A :term:`neuron` multiplies each feature by a number of its own and adds one more
#    number. With two features, how many numbers can training change?
# 2. Each :term:`update` moves these numbers by a step, and very small steps are slow.
#    Make each of them 100 times as long: will the training finish sooner? And 3000
#    times as long?
#
# One neuron
# ----------
# The number by which a neuron multiplies a feature is a :term:`weight`, and the number
# that it adds is its :term:`bias`. The sum can be anything, so the
# :term:`logistic function` :math:`\sigma` squeezes it between 0 and 1:
#
# .. math::
#
#    \hat y = \sigma(w_1 x_1 + w_2 x_2 + b), \qquad
#    \sigma(z) = \frac{1}{1 + e^{-z}}.
#
# We read :math:`\hat y` as the probability that the point belongs to class 1.

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit as sigma
from sklearn.datasets import make_moons

X, y = make_moons(200, noise=0.2, random_state=0)
w, b = np.zeros(2), 0.0
y_hat = sigma(X @ w + b)  # for all 200 points at once
print("the first five predictions:", y_hat[:5])

# %%
# **Answer 1.** Three: two weights and one bias. They are the :term:`parameters
# <parameter>` of this network. We start them at zero, so the neuron says one half
# everywhere.
#
# The loss: how wrong is it?
# --------------------------
# To improve, we need one number that says how wrong the predictions are, the
# :term:`loss`. For probabilities it is the :term:`cross-entropy`: minus the natural
# logarithm of the probability that the prediction gives to the true class. A prediction
# that is sure and right costs almost nothing. One that is sure and wrong costs a lot.

# sphinx_gallery_fold_code = "How the figure is drawn"
from nnteach.displays.palette import CLASS_COLORS

p = np.linspace(0.01, 0.99, 99)
fig, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
ax.plot(p, -np.log(p), color=CLASS_COLORS[1], label="the point is of class 1")
ax.plot(p, -np.log(1 - p), "--", color=CLASS_COLORS[0], label="the point is of class 0")
ax.set(xlabel=r"prediction $\hat y$, the probability of class 1", ylabel="loss")
ax.set_title("The surer a wrong prediction is, the more it costs")
ax.legend(loc="upper center")
fig.alt_text = (
    "Two mirrored curves of the loss over the prediction. For a point of class 1 the "
    f"loss falls from {-np.log(p[0]):.1f} at a prediction of {p[0]} to almost 0 at "
    f"{p[-1]}. For a point of class 0 it rises in the same way. Both are "
    f"{np.log(2):.2f} at one half."
)
plt.show()

# %%
# The loss of the network, :math:`E`, is the mean over its :math:`n` points:


def loss(w, b):
    y_hat = sigma(X @ w + b)
    return -np.mean(np.log(np.where(y == 1, y_hat, 1 - y_hat)))


print(f"loss of the untrained neuron: {loss(w, b):.3f}")

# %%
# The gradient: which way is better?
# ----------------------------------
# Turn one parameter up a little. The loss rises or falls, and the derivative says how
# steeply. The derivatives with respect to all parameters, taken together, are the
# :term:`gradient`. For this loss and the logistic function they are short: the error of
# each prediction, times the feature that the weight belongs to, averaged over the
# points.
#
# .. math::
#
#    \frac{\partial E}{\partial w_j} = \frac 1 n \sum_{i=1}^n (\hat y_i - y_i)\, x_{ij},
#    \qquad
#    \frac{\partial E}{\partial b} = \frac 1 n \sum_{i=1}^n (\hat y_i - y_i),
#
# where :math:`x_{ij}` is feature :math:`j` of point :math:`i`.

error = y_hat - y
gradient_w, gradient_b = X.T @ error / len(y), error.mean()
print("gradient of the weights:", gradient_w.round(3))
print("gradient of the bias:   ", gradient_b.round(3))

# %%
# Where does the formula come from? For a point of class 1 the loss is
# :math:`-\ln \sigma(z)` with :math:`z = w_1 x_1 + w_2 x_2 + b`. Since :math:`\sigma' =
# \sigma (1 - \sigma)`, its derivative by :math:`z` is :math:`-(1 - \sigma(z)) = \hat y
# - 1`. For a point of class 0 it is :math:`\hat y` in the same way. Both are
# :math:`\hat y - y`. By the chain rule, :math:`w_j` adds the factor :math:`x_j`, and
# :math:`b` the factor 1. To be sure, we turn each parameter up and down by a little,
# at 20 random places.

# sphinx_gallery_fold = "The gradient, derived and checked"
rng = np.random.default_rng(0)
h, worst = 1e-5, 0.0
for _ in range(20):
    w_, b_ = rng.normal(size=2), rng.normal()
    error_ = sigma(X @ w_ + b_) - y
    by_formula = [*(X.T @ error_ / len(y)), error_.mean()]
    by_nudging = [
        (loss(w_ + h * e[:2], b_ + h * e[2]) - loss(w_ - h * e[:2], b_ - h * e[2]))
        / 2
        / h
        for e in np.eye(3)
    ]
    worst = max(worst, np.abs(np.subtract(by_formula, by_nudging)).max())
print(f"largest difference between formula and nudging: {worst:.0e}")
assert worst < 1e-8

# %%
# The step
# --------
# A positive derivative means that a larger parameter makes the loss larger. So we move
# each parameter the other way. How far? The derivative times a small number, the
# :term:`learning rate` :math:`\eta`. Moving all parameters once is an :term:`update`,
# and repeating it is :term:`gradient descent`.
#
# .. math:: w \leftarrow w - \eta\, \frac{\partial E}{\partial w}, \qquad
#           b \leftarrow b - \eta\, \frac{\partial E}{\partial b}.

before = loss(w, b)
w, b = w - 1.0 * gradient_w, b - 1.0 * gradient_b
print(f"loss before the step {before:.3f}, after it {loss(w, b):.3f}")

# %%
# The loop
# --------
# One step helps a little. Training is the loop around it. We do not use all points for
# each step: a random handful of them, a :term:`batch`, gives nearly the same direction
# for a fraction of the work. When every point has had its turn, an :term:`epoch` is
# over.


def train(learning_rate, n_epochs=50, seed=0):
    rng = np.random.default_rng(seed)
    w, b, losses = np.zeros(2), 0.0, []
    for _ in range(n_epochs):
        for batch in np.array_split(rng.permutation(len(y)), 10):
            error = sigma(X[batch] @ w + b) - y[batch]
            w = w - learning_rate * X[batch].T @ error / len(batch)
            b = b - learning_rate * error.mean()
        losses.append(loss(w, b))
    return w, b, losses


w, b, losses = train(learning_rate=1.0)
print(
    f"loss after 1 epoch {losses[0]:.3f}, after {len(losses)} epochs {losses[-1]:.3f}"
)
print(f"accuracy {np.mean((sigma(X @ w + b) > 0.5) == y):.1%}")

# %%
# That is all: a prediction, its error, a gradient, a step, again and again. The
# networks of this course have up to some thousands of parameters, and this is the loop
# that trains them. Often only the step is cleverer: see
# :lesson:`gradient_descent`.
#
# Too small, too large
# --------------------
# The learning rate is yours to choose, and it decides whether the loop works. We try
# three, each 20 times, with the points in another order each time. In the figure a line
# is the :term:`median` of the 20 runs, the one in the middle, and the :term:`band`
# around it holds 80 % of them.

rates = {"0.01: too small": 0.01, "1: right": 1.0, "30: too large": 30.0}
curves = {
    name: np.array([train(rate, seed=seed)[2] for seed in range(20)])
    for name, rate in rates.items()
}

# %%

# sphinx_gallery_fold_code = "How the figure is drawn"
fig, ax = plt.subplots(figsize=(6.5, 4), layout="constrained")
for (name, runs), style in zip(curves.items(), ("--", "-", ":"), strict=True):
    low, median, high = np.quantile(runs, [0.1, 0.5, 0.9], axis=0)
    (line,) = ax.plot(range(1, 51), median, style, label=name)
    ax.fill_between(range(1, 51), low, high, color=line.get_color(), alpha=0.2)
ax.set(yscale="log", xlabel="epoch", ylabel="loss", yticks=[0.3, 0.5, 1, 2])
ax.set_yticks([0.3, 0.5, 1, 2], labels=["0.3", "0.5", "1", "2"])
ax.minorticks_off()
ax.legend(title="learning rate")
ax.set_title("A small rate crawls; a large one jumps about and gets nowhere")
ends = {name: np.median(runs[:, -1]) for name, runs in curves.items()}
fig.alt_text = "Loss over 50 epochs, medians of 20 runs with bands. " + " ".join(
    f"With the learning rate {name} it ends at {end:.2f}." for name, end in ends.items()
)
plt.show()

# %%
# **Answer 2.** With steps 100 times as long, yes: the rate 0.01 goes the right way, but
# after 50 epochs it is still far from done, and the rate 1 is there much sooner. With
# steps 3000 times as long, no. The gradient says which way is down *here*. A step that
# is too long flies over the valley and lands on the other slope, often higher than it
# started. Only the rate 30 has a visible band: each of its runs ends elsewhere.

# %%
# Every run is compared with the run of the same seed, which has the same batches.

# sphinx_gallery_fold = "The checks: every one of the 20 runs"
small, right, large = (runs[:, -1] for runs in curves.values())
assert (right < small).all()
assert (curves["1: right"][:, 4] < small).all(), "5 epochs do more than 50"
assert (right < large).all()
assert small.max() - small.min() < 0.01
late = curves["30: too large"][:, 10:]
assert (np.diff(late) > 0).mean() > 0.3
print(f"with rate 30 the loss rises in {(np.diff(late) > 0).mean():.0%} of late epochs")

# %%
# The same loop with a hidden layer
# ---------------------------------
# One neuron can only cut the plane along a straight line. Put a layer of 20 neurons in
# between, a :term:`hidden layer`, and the network can bend. ``MLPClassifierNet`` trains
# it with the same loop; ``solver="sgd"`` names it, :term:`stochastic gradient descent`;
# ``alpha`` and ``momentum`` switch off two extras of later lessons.

from nnteach import MLPClassifierNet, fit_many, median_and_band

settings = {"solver": "sgd", "momentum": 0, "learning_rate_init": 1.0, "batch_size": 20}
settings |= {"alpha": 0, "max_iter": 300, "n_iter_no_change": np.inf}
nets = [MLPClassifierNet((20,), **settings, random_state=seed) for seed in range(20)]
fit_many(nets, X, y)
print("accuracy on the training points, 20 networks with a hidden layer:")
print(median_and_band([net.score(X, y) for net in nets]))

# %%
# With 200 points the accuracy moves in steps of half a per cent, so two of these three
# numbers may be equal.

# %%
# Is it really the same loop? A network without a hidden layer is our neuron. We let the
# library train it with all points in one batch, and do the same by hand, from the same
# start.

# sphinx_gallery_fold = "The library's loop gives our numbers"
whole = {**settings, "batch_size": len(y), "max_iter": 200}
for seed in range(20):
    neuron = MLPClassifierNet((), **whole, random_state=seed).initialize(X, y)
    w, b = neuron.coefs_[0][:, 0].copy(), neuron.intercepts_[0][0]
    for _ in range(200):
        error = sigma(X @ w + b) - y
        w, b = w - X.T @ error / len(y), b - error.mean()
    neuron = MLPClassifierNet((), **whole, random_state=seed).fit(X, y)
    np.testing.assert_allclose(neuron.coefs_[0][:, 0], w, rtol=1e-8)
    np.testing.assert_allclose(neuron.intercepts_[0][0], b, rtol=1e-8)
print("200 steps of the library and of the loop agree, for 20 starts")
assert np.median([net.score(X, y) for net in nets]) > 0.95

# %%
# What is new with a hidden layer is the gradient: an error at the output has to be
# passed back to the weights before it. That is :lesson:`backpropagation`.
#
# What you learnt
# ---------------
# The loss says how wrong the predictions are. The gradient says how the loss changes
# with each parameter. A step moves every parameter against its derivative, by the
# learning rate times that derivative. Steps are made from batches; an epoch has used
# every point once. A rate that is too small is slow, and one that is too large never
# settles.
