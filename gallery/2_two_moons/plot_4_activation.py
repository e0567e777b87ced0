"""
What the activation changes
===========================

The same network, trained in the same way, with three different activation functions in
its hidden layers: with relu it finds the two moons, with the :term:`logistic function`,
also called sigmoid, it draws a nearly straight line. This lesson asks why. Several
explanations are on offer, and each of them predicts something that we can measure.

.. lesson-plan::
   :needs: loss_and_accuracy, backpropagation, gradient_descent

   :compare-activations: compare activation functions by boundary, training curve and
       gradients
   :intervene: test an explanation by changing the supposed cause alone
   :tell-slow-from-unable: tell a network that is slow from one that cannot
"""

# %%
# Predict first
# -------------
#
# Below you will see that the network with logistic hidden layers does badly. Which of
# these is the reason? Write down what each would make you expect.
#
# 1. It cannot do better: sigmoids are too smooth for such a boundary.
# 2. Its gradients vanish on their way back, and the first layer hardly learns.
# 3. Sigmoid squeezes the data into a small interval, and so loses information.
# 4. It could do better, but is slow: it starts close to a straight line and moves away
#    from it in small steps.
#
# The idea in one figure: three functions
# ---------------------------------------
#
# The network is 2-100-25-1 with a logistic output, in batches of 128, for 100 epochs of
# :term:`Adam` at its default rate of 0.001. Only the activation function :math:`g` of
# the two hidden layers differs. Going back through a layer, :term:`backpropagation`
# multiplies by the derivative :math:`g'`:
#
# .. math::
#
#    D_l = (W_{l+1}^\top D_{l+1}) \odot g'(Z_l), \qquad
#    \frac{\partial E}{\partial W_l} = D_l A_{l-1}^\top .
#
# For the logistic function :math:`g'` is at most 1/4, for tanh at most 1, and for relu
# either 0 or 1.

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import logit
from sklearn.base import clone
from sklearn.datasets import make_moons
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss
from sklearn.preprocessing import StandardScaler

from nnteach import (
    ActivationDisplay,
    MLPClassifierNet,
    TrainingCurveDisplay,
    fit_many,
)
from nnteach.displays.palette import CLASS_COLORS, DIVERGING_COLORMAP

activations = ("relu", "tanh", "logistic")
display = ActivationDisplay.from_names(activations)
display.figure_.suptitle("The logistic function is the flattest of the three")
plt.show()

# %%
# Boundaries
# ----------
#
# For each activation function 20 networks, alike but for their :term:`seed`. Drawn is
# the first of each 20.


def moons(n_samples, seed):
    X, y = make_moons(n_samples, noise=0.2, random_state=seed)
    return X.astype(np.float32), y


X, y = moons(1000, seed=0)
X_test, y_test = moons(400, seed=1)
X_large, y_large = moons(20_000, seed=2)
n_seeds = 20


def make_nets(activation, **options):
    settings = {
        "batch_size": 128,
        "max_iter": 100,
        "n_iter_no_change": np.inf,
    } | options
    return [
        MLPClassifierNet((100, 25), activation, random_state=seed, **settings)
        for seed in range(n_seeds)
    ]


trained = {name: fit_many(make_nets(name), X, y) for name in activations}

figure, axes = plt.subplots(
    1, 3, figsize=(9.5, 3.4), layout="constrained", sharex=True, sharey=True
)
for ax, (name, nets) in zip(axes, trained.items(), strict=True):
    DecisionBoundaryDisplay.from_estimator(
        nets[0], X_test, response_method="predict_proba", eps=0.5, ax=ax,
        levels=np.linspace(0, 1, 21), cmap=DIVERGING_COLORMAP, vmin=-0.5, vmax=1.5,
        xlabel="$x_1$", ylabel="$x_2$",
    ).plot(plot_method="contour", levels=[0.5], colors="black", ax=ax)  # fmt: skip
    ax.scatter(*X_test.T, 6, np.take(CLASS_COLORS, y_test))
    ax.set(title=f"{name}, test accuracy {nets[0].score(X_test, y_test):.3f}")
figure.suptitle("After 100 epochs the logistic network's boundary is nearly straight")
plt.show()

# %%
# How bad is it? We measure on 20 000 new points and put a linear classifier beside it,
# which can draw nothing but straight lines.


def summary(values):
    low, median, high = np.quantile(values, [0.1, 0.5, 0.9])
    return f"{median:.4g} (80 % of {len(values)} between {low:.4g} and {high:.4g})"


def accuracies(nets):
    return np.array([net.score(X_large, y_large) for net in nets])


accuracy = {name: accuracies(nets) for name, nets in trained.items()}
linear = LogisticRegression().fit(X, y)
linear_accuracy = linear.score(X_large, y_large)
for name in activations:
    print(f"{name:8}: accuracy {summary(accuracy[name])}")
print(f"linear  : accuracy {linear_accuracy:.4g}")

assert np.median(accuracy["relu"] - accuracy["tanh"]) > 0.02
assert np.median(accuracy["tanh"] - accuracy["logistic"]) > 0.01
assert abs(np.median(accuracy["logistic"]) - linear_accuracy) < 0.01

# %%
# With all its parameters the logistic network does what a straight line does. Tanh is
# in between. The training curves show it too: all come down to the loss of the linear
# classifier. Relu passes it, tanh stays there for a while, and logistic is still there.

figure, ax = plt.subplots(figsize=(7.5, 4), layout="constrained")
for name, nets in trained.items():
    TrainingCurveDisplay.from_estimators(nets, label=name, yscale="log", ax=ax)
linear_loss = log_loss(y, linear.predict_proba(X))
ax.axhline(linear_loss, color="grey", linestyle=":", label="linear classifier")
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
ax.set_title(
    "Relu leaves the straight line early, tanh late, logistic not in 100 epochs"
)
plt.show()

final_losses = {name: [net.loss_ for net in nets] for name, nets in trained.items()}
assert np.median(final_losses["relu"]) < 0.5 * linear_loss
assert abs(np.median(final_losses["logistic"]) - linear_loss) < 0.05

# %%
# Gradients per layer
# -------------------
#
# The usual explanation is the second: the :term:`vanishing gradient`. On the way back
# through two hidden layers the factors :math:`g'`, each at most 1/4, make at most 1/16.
# ``initialize`` gives a network its starting weights without training, and
# ``loss_and_gradients`` the gradient there. We take the root mean square over
# all entries of each :math:`\partial E / \partial W_l`.


def root_mean_square(arrays):
    return [np.sqrt(np.mean(array**2)) for array in arrays]


def gradient_sizes(nets):
    return np.array([root_mean_square(net.loss_and_gradients(X, y)[1]) for net in nets])


at_start = {
    name: gradient_sizes([net.initialize(X, y) for net in make_nets(name)])
    for name in activations
}

figure, ax = plt.subplots(figsize=(7.5, 4), layout="constrained")
for shift, marker, (name, sizes) in zip(
    (-0.1, 0, 0.1), "os^", at_start.items(), strict=True
):
    low, median, high = np.quantile(sizes, [0.1, 0.5, 0.9], axis=0)
    spread = (median - low, high - median)
    ax.errorbar(
        np.arange(1, 4) + shift, median, spread, fmt=marker, capsize=4, label=name
    )
ax.set(
    yscale="log",
    xticks=[1, 2, 3],
    xlabel="layer",
    ylabel="root mean square of $∂E/∂W_l$",
)
ax.set_title("At the start the first layer's gradient is smallest with logistic")
figure.legend(loc="outside right upper")
plt.show()

# %%
# The premise is true, then. The gradient of the first layer is many times smaller with
# logistic neurons. And it is not only the start:

ratios = at_start["relu"][:, 0] / at_start["logistic"][:, 0]
print(f"relu's first-layer gradient is larger by a factor of {summary(ratios)}")
assert np.median(ratios) > 8

for name, nets in trained.items():
    layers = np.median(gradient_sizes(nets), axis=0)
    print(f"{name:8} after 100 epochs, layers 1 to 3:", *(f"{g:.1e}" for g in layers))
ratios = gradient_sizes(trained["relu"]) / gradient_sizes(trained["logistic"])
assert np.median(ratios[:, 0]) > 2

# %%
# But two things do not fit. First, tanh has *larger* gradients than relu in all layers
# at the start, and yet does worse. Second, test the consequence, "the first layer
# hardly learns": how far did its weights move from where they started?

assert np.all(np.median(at_start["tanh"] / at_start["relu"], axis=0) > 1.2)


def movements(nets):
    moved = []
    for net in nets:
        start = clone(net).initialize(X, y).coefs_
        pairs = zip(net.coefs_, start, strict=True)
        moved.append(root_mean_square([end - begin for end, begin in pairs]))
    return np.array(moved)


moved = {name: movements(nets) for name, nets in trained.items()}
for name in activations:
    print(f"{name:8}: weights of the first layer moved by {summary(moved[name][:, 0])}")
assert np.median(moved["logistic"][:, 0] / moved["relu"][:, 0]) > 1.5

# %%
# It moved the *most*. The reason is :term:`Adam`. It divides the running mean of each
# parameter's gradient by the root of the running mean of its square:
#
# .. math::
#
#    \theta \leftarrow \theta - \eta \, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} .
#
# Make all gradients of a layer a hundred times smaller, and the steps stay the same. So
# the premise of the second explanation is true, but its conclusion is not. (In plain
# :term:`gradient descent` the step is :math:`\eta` times the gradient, and the argument
# would have more force.) What a small gradient does say is that the loss hardly reacts
# to these weights: they have to go far to change anything. We come back to that.
#
# Cannot, or slow?
# ----------------
#
# Now the first explanation. It is refuted by a little algebra. The two S-shaped
# functions are one function on two scales:
#
# .. math::
#
#    \tanh(z) = 2 \sigma(2 z) - 1 .
#
# So for each network with tanh there is one with logistic neurons that computes exactly
# the same. Double the first layer, so that it computes :math:`\sigma(2z)`. The next
# layer expects :math:`2 \sigma(2z) - 1`: give it twice the weights, and take their sum
# off its biases, then double both for its own :math:`\sigma(2z)`.


def as_logistic(tanh_net, **options):
    net = clone(tanh_net).set_params(activation="logistic", warm_start=True, **options)
    net.initialize(X, y)
    (W1, W2, W3), (b1, b2, b3) = tanh_net.coefs_, tanh_net.intercepts_
    net.coefs_ = [2 * W1, 4 * W2, 2 * W3]
    net.intercepts_ = [2 * b1, 2 * (b2 - W2.sum(axis=0)), b3 - W3.sum(axis=0)]
    return net


tanh_net = trained["tanh"][0]
twin = as_logistic(tanh_net)
difference = np.abs(twin.predict_proba(X_test) - tanh_net.predict_proba(X_test)).max()
print(f"largest difference between the two networks' probabilities: {difference:.0e}")
assert difference < 1e-4

# %%
# What tanh can do, logistic can do. The third explanation falls with it: tanh
# squeezes every number into an interval, too, and the very same information gets
# through. One also hears that relu "drops some of the data", its zeros. It does:

zeros = [np.mean(net.hidden_activations(X)[0] == 0) for net in trained["relu"]]
print(f"share of zeros in relu's first hidden layer: {summary(zeros)}")
assert np.median(zeros) > 0.25

# %%
# A large share of all values is dropped, in the network that does best. As
# descriptions, "squeezes" and "drops" are true. As reasons they fail: the function that
# drops does best, and the network that squeezes into one interval computes exactly what
# its twin computes that squeezes into another.
#
# It starts straight
# ------------------
#
# The fourth explanation. An S-shaped function is nearly straight around zero, and the
# starting weights are small, so the whole network begins as a nearly linear map. A relu
# has its kink at zero and bends at once. We can measure it: how much of the variation
# of :math:`z_3`, the :term:`pre-activation` of the output, does a linear function of
# the inputs explain (:math:`R^2`)?


def straightness(net):
    z3 = logit(net.predict_proba(X)[:, 1].astype(float))
    return LinearRegression().fit(X, z3).score(X, z3)


straight = {}
for name in activations:
    straight[name] = [straightness(net.initialize(X, y)) for net in make_nets(name)]
    print(f"{name:8}: R² of a linear map at the start {summary(straight[name])}")
assert np.median(straight["relu"]) < 0.9
assert np.median(straight["tanh"]) > 0.97
assert np.median(straight["logistic"]) > 0.995

# %%
# That fits the order of the results. But so far it is only a second thing that has this
# order. An explanation deserves trust when we change the cause alone and the effect
# follows. So take tanh and multiply the first layer's starting weights and biases by 5.
# The neurons then work where tanh is curved. Everything else stays: function, data,
# epochs, learning rate.

bent_nets = [
    net.initialize(X, y).set_params(warm_start=True) for net in make_nets("tanh")
]
for net in bent_nets:
    net.coefs_[0] *= 5
    net.intercepts_[0] *= 5
print(f"R² at the start {summary([straightness(net) for net in bent_nets])}")

accuracy["bent tanh"] = accuracies(fit_many(bent_nets, X, y))
for name in ("tanh", "bent tanh", "relu"):
    print(f"{name:9}: accuracy {summary(accuracy[name])}")
assert np.median(accuracy["bent tanh"] - accuracy["tanh"]) > 0.02
assert abs(np.median(accuracy["bent tanh"] - accuracy["relu"])) < 0.005

# %%
# With a start that bends, tanh does as well as relu. (Larger weights bend the start and
# also make every neuron steeper; this experiment changes both. It does say that the
# start decides.)
#
# … and walks in small steps
# --------------------------
#
# What remains is the way from tanh to logistic. The algebra above says what to expect.
# To go where tanh goes, logistic weights have to go two to four times as far. Adam's
# steps, though, have the same length for all. So give logistic networks the starting
# function of the tanh networks, with ``as_logistic``, and let them take four times the
# step. If start and step are all that matters, they should now get as far as tanh did,
# or a little further, since two of the three layers need only twice the step.

larger_step = make_nets("logistic", learning_rate_init=0.004)
starts = [net.initialize(X, y) for net in make_nets("tanh")]
tanh_start = [as_logistic(net) for net in starts]
both = [as_logistic(net, learning_rate_init=0.004) for net in starts]
accuracy["4 times the step"] = accuracies(fit_many(larger_step, X, y))
accuracy["tanh's start"] = accuracies(fit_many(tanh_start, X, y))
accuracy["both"] = accuracies(fit_many(both, X, y))
for name in ("logistic", "4 times the step", "tanh's start", "both", "tanh"):
    print(f"{name:16}: accuracy {summary(accuracy[name])}")

print(f"both minus tanh, seed by seed: {summary(accuracy['both'] - accuracy['tanh'])}")
assert abs(np.median(accuracy["4 times the step"]) - linear_accuracy) < 0.01
assert abs(np.median(accuracy["tanh's start"]) - linear_accuracy) < 0.01
assert np.median(accuracy["both"] - accuracy["logistic"]) > 0.01
assert np.median(accuracy["both"] - accuracy["tanh"]) > -0.02

# %%
# Neither change is enough by itself: each leaves the median network on its straight
# line. With both, logistic leaves it as tanh does. The difference between the two was
# never what the neurons can compute; it was start and step.
#
# The result: each function has its own learning rate
# ---------------------------------------------------
#
# Nobody would convert a network by hand. The plain remedy for small steps is a higher
# learning rate. Here are all three functions with four rates, still 100 epochs, from
# their usual starts.

rates = (0.001, 0.003, 0.01, 0.03)
by_rate = {name: [accuracy[name]] for name in activations}
for name in activations:
    for rate in rates[1:]:
        nets = fit_many(make_nets(name, learning_rate_init=rate), X, y)
        by_rate[name].append(accuracies(nets))

figure, ax = plt.subplots(figsize=(7.5, 4), layout="constrained")
for shift, marker, (name, values) in zip(
    (0.96, 1, 1.04), "os^", by_rate.items(), strict=True
):
    low, median, high = np.quantile(values, [0.1, 0.5, 0.9], axis=1)
    spread = (median - low, high - median)
    positions = np.multiply(rates, shift)
    ax.errorbar(positions, median, spread, marker=marker, capsize=4, label=name)
ax.axhline(linear_accuracy, color="grey", linestyle=":", label="straight line")
ax.set(xscale="log", xlabel="learning rate", ylabel="accuracy on 20 000 new points")
ax.set_xticks(rates, labels=rates)
ax.minorticks_off()
ax.set_title("Each at a rate that suits it, all three functions do equally well")
figure.legend(loc="outside right upper")
plt.show()

# %%
# The gap between relu and logistic, large at the default rate, is nearly gone when each
# has the best of the four rates:

best = {name: max(np.median(v) for v in values) for name, values in by_rate.items()}
print("best median accuracy:", {name: f"{value:.4f}" for name, value in best.items()})
default_gap = np.median(accuracy["relu"]) - np.median(accuracy["logistic"])
best_gap = best["relu"] - best["logistic"]
print(f"relu minus logistic, at the default rate: {default_gap:.4f}")
print(f"relu minus logistic, each at its best:    {best_gap:.4f}")
assert default_gap > 0.05
assert abs(best_gap) < 0.01
assert abs(best["relu"] - best["tanh"]) < 0.006

# %%
# Other remedies are recommended for sigmoids. With the default rate we try three:
# Keras's start, which is √3 times as wide as scikit-learn's for logistic layers;
# inputs standardised to mean 0 and standard deviation 1; and four times the epochs.

remedies = {
    "Keras's start": {"weight_init": "glorot_uniform", "bias_init": "zeros"},
    "400 epochs": {"max_iter": 400},
}
for name, options in remedies.items():
    nets = fit_many(make_nets("logistic", **options), X, y)
    accuracy[name] = accuracies(nets)

losses = np.median([net.loss_curve_ for net in nets], axis=0)
print(f"median training loss after epoch 100: {losses[99]:.3f}, 400: {losses[-1]:.3f}")
assert 0 < losses[99] - losses[-1] < 0.05

scaler = StandardScaler().fit(X)
nets = fit_many(make_nets("logistic"), scaler.transform(X), y)
scores = [net.score(scaler.transform(X_large), y_large) for net in nets]
accuracy["standardised inputs"] = np.array(scores)

for name in (*remedies, "standardised inputs"):
    print(f"logistic, {name:19}: accuracy {summary(accuracy[name])}")
    assert abs(np.median(accuracy[name]) - linear_accuracy) < 0.015

# %%
# None of them gets the median network off the straight line here. The 400 epochs are
# instructive: the loss hardly falls, and whoever looks at the curve alone would call
# the training finished. It is not, as the higher rate has shown. Nearly flat is not a
# minimum.
#
# Common mistakes
# ---------------
#
# **Activation functions are compared at one learning rate.** Symptom: "relu is better".
# Cause: the rate suits one of them. Fix: give each the best of several rates, chosen on
# a :term:`validation set`. (We chose on ``X_large``, which with 20 000 points and
# four rates flatters nobody by much. With few points it would.)
#
# **A plateau is taken for the end.** Symptom: the loss stands still at the value of a
# linear model, and the boundary is straight. Cause: the network has not left its linear
# start. Fix: compare with a linear classifier; then a higher rate, or a wider start.
#
# **"The gradients vanish", so they are blamed.** Cause: a true observation is taken for
# the reason. Fix: measure what would follow from it, such as how far the weights
# moved, and remember that Adam rescales gradients.
#
# **The output layer is changed together with the hidden ones.** Cause: "use relu
# everywhere". Fix: the output keeps the logistic function, which makes a probability;
# ``activation`` speaks of the hidden layers only.
#
# Take-away
# ---------
#
# With the default learning rate relu finds the moons in 100 epochs, tanh does so in
# part, logistic not at all. The reason is neither what logistic neurons can compute nor
# the size of their gradients: their network starts as a nearly straight line and, step
# for step, bends more slowly, and with tanh's start and larger steps it gets as far as
# tanh does. An explanation counts when the effect goes away with the cause, and not
# before.
#
# Further reading
# ---------------
#
# Why S-shaped functions should be centred at zero, and how wide to start:
# :cite:t:`lecun1998`. What happens to activations and gradients of sigmoid and tanh
# networks in training: :cite:t:`glorot2010`. Starting weights for relu:
# :cite:t:`he2015`. Adam: :cite:t:`kingma2015`.
