"""
Which activation function?
==========================

With :term:`relu` in its hidden layers the network finds the two moons. With the
:term:`logistic function`, also called sigmoid, the same network draws a nearly straight
line. Textbooks offer several reasons. Each of them predicts something, and you test it.

.. lesson-plan::
   :needs: loss_and_accuracy, backpropagation, gradient_descent, why_twenty_seeds

   :compare-activations: compare activation functions by boundary, training curve and
       gradients
   :intervene: test an explanation by changing the supposed cause alone
   :tell-slow-from-unable: tell a network that is slow from one that cannot
"""

# %%
# Predict first
# -------------
#
# 1. Could the logistic network draw the curve at all, with the right weights?
# 2. Its gradients get small on their way back to the first layer. Is that why it fails?
# 3. Give each activation function its best :term:`learning rate`. Which one wins?
#
# Three functions, three boundaries
# ---------------------------------
#
# The network is 2-100-25-1 with a logistic output. It trains in batches of 128 for 100
# epochs of :term:`Adam` at its default rate. Only the :term:`activation function`
# :math:`g` of the two hidden layers differs. Train 20 networks for each function: four
# seeds on each of five training sets.

import matplotlib.pyplot as plt
import numpy as np

from nnteach import (
    MLPClassifierNet,
    TrainingCurveDisplay,
    fit_many,
    median_and_band,
    two_moons,
)

training_sets = [two_moons(1000, random_state=100 + draw) for draw in range(5)]
X_large, y_large = two_moons(20_000, random_state=2)


def networks(activation, **settings):
    common = {"batch_size": 128, "max_iter": 100, "n_iter_no_change": np.inf}
    common |= {"hidden_layer_sizes": (100, 25), "activation": activation}
    return [MLPClassifierNet(**common | settings, random_state=s) for s in range(20)]


def initialised(nets):
    return [net.initialize(*training_sets[i // 4]) for i, net in enumerate(nets)]


def train(nets):
    for draw, data in enumerate(training_sets):
        fit_many(nets[4 * draw : 4 * draw + 4], *data)
    return nets


def accuracies(nets):
    return np.array([net.score(X_large, y_large) for net in nets])


trained = {name: train(networks(name)) for name in ("relu", "tanh", "logistic")}
accuracy = {name: accuracies(nets) for name, nets in trained.items()}
for name, values in accuracy.items():
    print(f"{name:8} {median_and_band(values)}")

# %%

# sphinx_gallery_fold_code = "How the boundaries are drawn"
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.linear_model import LogisticRegression

from nnteach.displays.palette import CLASS_COLORS, DIVERGING_COLORMAP

X, y = training_sets[0]
X_test, y_test = two_moons(400, random_state=1)
lines = [LogisticRegression().fit(*data) for data in training_sets]
line_accuracy = np.median(accuracies(lines))
print(f"accuracy of a straight line {line_accuracy:.3f}")

fig, axes = plt.subplots(1, 3, figsize=(7.5, 3.2), layout="constrained", sharey=True)
for ax, (name, nets) in zip(axes, trained.items(), strict=True):
    DecisionBoundaryDisplay.from_estimator(
        nets[0], X_test, response_method="predict_proba", eps=0.5, ax=ax,
        levels=np.linspace(0, 1, 21), cmap=DIVERGING_COLORMAP, vmin=-0.5, vmax=1.5,
        xlabel="$x_1$", ylabel="$x_2$",
    ).plot(plot_method="contour", levels=[0.5], colors="black", ax=ax)  # fmt: skip
    for k in (0, 1):
        ax.scatter(*X_test[y_test == k].T, 6, CLASS_COLORS[k], label=f"class {k}")
    ax.set(title=name, aspect="equal")
ax.plot([], [], color="black", label="boundary")
fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
fig.suptitle("After 100 epochs the logistic network's boundary is nearly straight")
medians = {name: f"{np.median(values):.1%}" for name, values in accuracy.items()}
fig.alt_text = (
    "Three maps with test points and boundary. With relu the boundary winds between "
    "the moons, with tanh it bends a little, with the logistic function it is nearly "
    f"straight. Median accuracies of 20 networks: {medians['relu']}, "
    f"{medians['tanh']}, {medians['logistic']}; a straight line: {line_accuracy:.1%}."
)
plt.show()

assert np.median(accuracy["relu"]) - np.median(accuracy["tanh"]) > 0.02
assert np.median(accuracy["tanh"]) - np.median(accuracy["logistic"]) > 0.01
assert abs(np.median(accuracy["logistic"]) - line_accuracy) < 0.01

# %%
# The logistic network does what a straight line does. The training curves say the same.

# sphinx_gallery_fold_code = "How the curves are drawn"
from sklearn.metrics import log_loss

line_losses = [
    log_loss(y, line.predict_proba(X))
    for line, (X, y) in zip(lines, training_sets, strict=True)
]
line_loss = np.median(line_losses)
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for name, nets in trained.items():
    TrainingCurveDisplay.from_estimators(
        nets, label=name, yscale="log", title="", legend=False, ax=ax
    )
ax.axhline(line_loss, color="grey", linestyle=":", label="straight line")
fig.legend(loc="outside lower center", ncols=3)
ax.set_ylabel("training loss")
ax.set_title("Relu leaves the straight line early, tanh late, logistic not at all")
final = {name: np.median([net.loss_ for net in nets]) for name, nets in trained.items()}
fig.alt_text = (
    "Training loss against epoch, median and middle 80 % of 20 networks. All curves "
    f"come down to the loss of a straight line, {line_loss:.2f}. Relu passes it and "
    f"ends at {final['relu']:.2f}; tanh stays and ends at {final['tanh']:.2f}; "
    f"logistic is still there, at {final['logistic']:.2f}."
)
plt.show()

assert final["relu"] < 0.5 * line_loss
assert abs(final["logistic"] - line_loss) < 0.05

# %%
# Slow, or unable?
# ----------------
#
# Tanh and the logistic function :math:`\sigma` are one function on two scales:
#
# .. math:: \tanh(z) = 2 \sigma(2 z) - 1 .
#
# So every tanh network has a logistic twin that computes exactly the same, with weights
# that are 2 or 4 times as large.
#
# **Answer 1.** It could. With enough steps tanh networks draw the curve, as you will
# see, and each has its logistic twin. The logistic network is slow. That "sigmoids
# squeeze the data and lose information" is no reason: the twins squeeze, too.

# %%
# The twin has the activations :math:`s_1` and :math:`s_2`, with
# :math:`a_l = 2 s_l - 1`. Put that into the equations of the tanh network:
#
# .. math::
#
#    s_1 &= \sigma(2 W_1 x + 2 b_1) \\
#    z_2 &= W_2 (2 s_1 - 1) + b_2 = 2 W_2 s_1 + (b_2 - W_2 \mathbf{1}) \\
#    s_2 &= \sigma(2 z_2) = \sigma(4 W_2 s_1 + 2 (b_2 - W_2 \mathbf{1})) \\
#    z_3 &= W_3 (2 s_2 - 1) + b_3 = 2 W_3 s_2 + (b_3 - W_3 \mathbf{1})
#
# where :math:`\mathbf{1}` is a column of ones. The output layer is logistic in both
# networks, so :math:`z_3` itself is not doubled. The weights of the twin are therefore
# 2, 4 and 2 times as large.
#
# Relu, for its part, drops values: all that are negative. Yet it does best, so a loss
# of information is no reason here.

# sphinx_gallery_fold = "The logistic twin of a tanh network"
from sklearn.base import clone


def as_logistic(tanh_net, **settings):
    (W1, W2, W3), (b1, b2, b3) = tanh_net.coefs_, tanh_net.intercepts_
    net = clone(tanh_net).set_params(activation="logistic", **settings)
    net.initialize(X, y).set_weights(
        [2 * W1, 4 * W2, 2 * W3],  # as arrays: fan_in x fan_out
        [2 * b1, 2 * (b2 - W2.sum(axis=0)), b3 - W3.sum(axis=0)],
    )
    return net.set_params(warm_start=True)


differences = [
    np.abs(as_logistic(net).predict_proba(X) - net.predict_proba(X)).max()
    for net in trained["tanh"]
]
print(f"largest difference of probabilities in 20 pairs: {max(differences):.0e}")
assert max(differences) < 1e-4

zeros = [np.mean(net.hidden_activations(X)[0] == 0) for net in trained["relu"]]
print(f"zeros in relu's first hidden layer: {median_and_band(zeros, '.0%')}")
assert np.median(zeros) > 0.25

# %%
# Do the gradients vanish?
# ------------------------
#
# On the way back through a layer, :term:`backpropagation` multiplies by the derivative
# :math:`g'`. For the logistic function it is at most 1/4, so two hidden layers leave at
# most 1/16: the :term:`vanishing gradient`.

from nnteach import ActivationDisplay

display = ActivationDisplay.from_names(list(trained))
display.figure_.suptitle("The logistic function is the flattest of the three")
display.figure_.alt_text = (
    "Two panels: relu, tanh and the logistic function, and their derivatives. Relu's "
    "derivative jumps from 0 to 1, that of tanh rises to 1 at zero, that of the "
    "logistic function only to 1/4."
)
plt.show()

# %%
# So the gradient of the first layer should be small, and its weights should hardly
# move. We measure both by the :term:`root mean square` of the entries.

# sphinx_gallery_fold_code = "How gradients and movements are measured and drawn"
from nnteach.displays.palette import COLOR_CYCLE


def root_mean_square(arrays):
    return [np.sqrt(np.mean(array**2)) for array in arrays]


def gradient_sizes(nets):
    pairs = [(net, *training_sets[i // 4]) for i, net in enumerate(nets)]
    gradients = [net.loss_and_gradients(X, y)[1] for net, X, y in pairs]
    return np.array([root_mean_square(of_weights) for of_weights in gradients])


def movements(nets):
    pairs = zip(nets, initialised([clone(net) for net in nets]), strict=True)
    return np.array(
        [root_mean_square(map(np.subtract, a.coefs_, b.coefs_)) for a, b in pairs]
    )


at_start = {name: gradient_sizes(initialised(networks(name))) for name in trained}
moved = {name: movements(nets) for name, nets in trained.items()}
panels = {
    r"size of $\partial E / \partial W_1$ at the start": at_start,
    "movement of $W_1$ in 100 epochs": moved,
}
fig, axes = plt.subplots(2, 1, figsize=(7, 4.4), layout="constrained")
for ax, (label, values) in zip(axes, panels.items(), strict=True):
    for row, name in enumerate(trained):
        heights = row + np.linspace(-0.25, 0.25, 20)
        ax.plot(values[name][:, 0], heights, "o", color=COLOR_CYCLE[row], alpha=0.6)
    ax.set(xscale="log", xlabel=label)
    ax.set_yticks(range(3), labels=trained)
    ax.invert_yaxis()
axes[1].set_xticks([0.05, 0.1, 0.2, 0.4], labels=[0.05, 0.1, 0.2, 0.4])
axes[1].set_xticks([], minor=True)
fig.suptitle("Logistic: the smallest gradient, but the first layer moves furthest")
small = {name: f"{np.median(values[:, 0]):.1e}" for name, values in at_start.items()}
far = {name: f"{np.median(values[:, 0]):.2f}" for name, values in moved.items()}
fig.alt_text = (
    "Twenty dots for each function. Median size of the first layer's gradient: relu "
    f"{small['relu']}, tanh {small['tanh']}, logistic {small['logistic']}. Median "
    f"movement of its weights: {far['relu']}, {far['tanh']}, {far['logistic']}."
)
plt.show()

# %%
# The gradient is small indeed, but the weights moved *most*: Adam divides each gradient
# by its recent size. And tanh, with the largest gradients, is slower than relu.
#
# In :term:`gradient descent` the step is :math:`\eta` times the gradient. So test the
# explanation there, with the solver ``sgd``, for 400 epochs. The 20 networks of a
# function have 20 different learning rates, 12 of them without :term:`momentum` and 8
# with :math:`\mu = 0.9`. Momentum goes as fast as ten times the rate without it, so we
# put both on the axis :math:`\eta / (1 - \mu)`.

# sphinx_gallery_fold_code = "How the networks get their rates"
ETA = {0: np.geomspace(0.1, 3, 12), 0.9: np.geomspace(0.01, 1, 8)}  # by momentum


def descend(name):
    nets = networks(name, solver="sgd", max_iter=400)
    for i, net in enumerate(nets):
        draw, seed = divmod(i, 4)  # momentum on two of the five training sets
        net.momentum = 0.9 if draw in (1, 3) else 0
        sets_alike = 2 if net.momentum else 3
        net.learning_rate_init = ETA[net.momentum][draw // 2 + sets_alike * seed]
    return train(nets)


descended = {name: descend(name) for name in trained}

# %%

# sphinx_gallery_fold_code = "How the networks are drawn"


def speed(net):
    return net.learning_rate_init / (1 - net.momentum)


fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
by_descent = {name: accuracies(nets) for name, nets in descended.items()}
for row, (name, nets) in enumerate(descended.items()):
    color, marker = COLOR_CYCLE[row], "os^"[row]
    for net, value in zip(nets, by_descent[name], strict=True):
        face = color if net.momentum else "white"
        ax.plot(speed(net), value, marker, color=color, markerfacecolor=face)
    ax.plot([], [], marker, color=color, label=name)
    print(f"{name:8} {np.sum(by_descent[name] > 0.95)} of 20 networks above 95 %")
ax.plot([], [], "o", color="grey", label="filled: with momentum")
ax.plot([], [], "o", color="grey", markerfacecolor="white", label="without momentum")
ax.axhline(line_accuracy, color="grey", linestyle=":", label="straight line")
ax.set(xscale="log", xlabel=r"$\eta / (1 - \mu)$", ylabel="accuracy on 20 000 points")
ax.set_xticks([0.1, 0.3, 1, 3, 10], labels=[0.1, 0.3, 1, 3, 10])
fig.legend(loc="outside lower center", ncols=3)
ax.set_title("Gradient descent: relu and tanh learn, logistic at some high rates")
slow = np.array([speed(net) < 1 for net in descended["logistic"]])
learn = np.concatenate([by_descent["relu"], by_descent["tanh"]])
fig.alt_text = (
    "Accuracy against η / (1 - μ), the speed, for 20 networks with each function. "
    f"{np.sum(learn > 0.95)} of the {len(learn)} networks with relu or tanh are above "
    f"95 %. All {slow.sum()} logistic networks slower than 1 are at most at "
    f"{by_descent['logistic'][slow].max():.1%}. Of the {np.sum(~slow)} faster ones, "
    f"{np.sum(by_descent['logistic'][~slow] > 0.95)} are above 95 %."
)
plt.show()

assert np.all(learn[np.tile(slow, 2)] > 0.96)
assert np.sum(learn > 0.95) >= 35
assert np.all(np.abs(by_descent["logistic"][slow] - line_accuracy) < 0.01)
assert by_descent["logistic"].max() > 0.95

# %%
# Tanh now keeps up with relu, in 400 epochs. The logistic networks stay on their line,
# except for some with a high rate.

# %%
# Is the first layer to blame? Change it alone: multiply the inputs by 4, and divide the
# starting weights :math:`W_1` by 4. The network computes the same as before. But the
# gradient of :math:`W_1` is 4 times as large, and a step of :math:`W_1` counts 4 times
# as much, since it meets larger inputs. In gradient descent this makes the first layer
# 16 times as fast. All else stays, at :math:`\eta = 0.1` and :math:`\mu = 0.9`.

# sphinx_gallery_fold = "Gradient descent with a faster first layer"
settings = {"solver": "sgd", "learning_rate_init": 0.1, "momentum": 0.9}


def with_inputs_times(factor):
    nets = initialised(networks("logistic", **settings, max_iter=400, warm_start=True))
    for draw, (X_draw, y_draw) in enumerate(training_sets):
        group = nets[4 * draw : 4 * draw + 4]
        for net in group:
            net.coefs_[0] /= factor
        fit_many(group, np.float32(factor) * X_draw, y_draw)
    return np.array([net.score(np.float32(factor) * X_large, y_large) for net in nets])


faster = with_inputs_times(4)
assert np.median(faster) > 0.95
assert np.sum(faster > 0.92) >= 13

longer = accuracies(train(networks("tanh", max_iter=400)))
assert np.quantile(longer, 0.1) > 0.965

ratios = at_start["relu"][:, 0] / at_start["logistic"][:, 0]
print(f"first gradients, relu over logistic: {median_and_band(ratios, '.0f')}")
for name, nets in trained.items():
    layers = np.median(gradient_sizes(nets), axis=0)
    print(f"{name:8} after 100 epochs, layers 1 to 3:", *(f"{g:.1e}" for g in layers))
assert np.median(ratios) > 8
assert np.all(np.median(at_start["tanh"] / at_start["relu"], axis=0) > 1.1)
assert np.median(moved["logistic"][:, 0]) > 1.5 * np.median(moved["relu"][:, 0])

# %%

# sphinx_gallery_fold_code = "How the accuracies are printed"
print("logistic, gradient descent, η / (1 - μ) < 1:")
print(f"    {median_and_band(by_descent['logistic'][slow])}")
print("logistic, gradient descent, first layer 16 times as fast:")
print(f"    {median_and_band(faster)}")
print(f"tanh, Adam, 100 epochs: {median_and_band(accuracy['tanh'])}")
print(f"tanh, Adam, 400 epochs: {median_and_band(longer)}")

# %%
# **Answer 2.** It depends on the solver. Under Adam the first layer moved most, so a
# small gradient is not what stops it. In gradient descent a small gradient is a small
# step, and the first layer is indeed too slow: make it alone 16 times as fast, as in
# the fold, and most logistic networks find the curve. Under Adam tanh only needs more
# epochs.
#
# It starts straight
# ------------------
#
# What holds them up under Adam? Around zero, S-shaped functions are nearly straight,
# and the starting weights are small. So the network starts as a nearly straight map. A
# relu bends at zero, however small the weights. To test this, change the start alone:
# multiply tanh's first weights and biases by 5, so that its neurons work where tanh is
# curved.

bent_nets = initialised(networks("tanh", warm_start=True))
for net in bent_nets:
    net.coefs_[0] *= 5
    net.intercepts_[0] *= 5
accuracy["bent tanh"] = accuracies(train(bent_nets))
for name in ("tanh", "bent tanh", "relu"):
    print(f"{name:9} {median_and_band(accuracy[name])}")

# %%
# With a bent start, tanh does as well as relu.
#
# The logistic network starts even straighter and has further to go: to do what tanh
# does, its weights must be 2 or 4 times as large, while Adam's steps are as long.

# %%
# How straight is the start? We fit a linear function of the inputs to the
# :term:`pre-activation` of the output. (The weights of the bent start also make the
# neurons steeper, so that experiment changes both.)
#
# Start and step: the logistic networks get the starting function of the tanh networks,
# by the twin above, and a learning rate of 0.004 in place of 0.001. With this factor of
# 4, neither change is enough by itself. Larger steps alone can be enough, as the next
# section shows.

# sphinx_gallery_fold = "Start and step explain the rest of the difference"
from scipy.special import logit
from sklearn.linear_model import LinearRegression


def straightness(nets):
    z3 = [logit(net.predict_proba(X)[:, 1].astype(float)) for net in nets]
    return [LinearRegression().fit(X, z).score(X, z) for z in z3]


straight = {name: straightness(initialised(networks(name))) for name in trained}
assert np.median(straight["relu"]) < 0.9
assert np.median(straight["tanh"]) > 0.97
assert np.median(straight["logistic"]) > 0.995
assert np.median(accuracy["bent tanh"]) - np.median(accuracy["tanh"]) > 0.02
assert abs(np.median(accuracy["bent tanh"] - accuracy["relu"])) < 0.005

tanh_starts = initialised(networks("tanh"))
step = {"learning_rate_init": 0.004}
changed = {
    "4 times the step": networks("logistic", **step),
    "tanh's start": [as_logistic(net) for net in tanh_starts],
    "both": [as_logistic(net, **step) for net in tanh_starts],
}
for name, nets in changed.items():
    accuracy[name] = accuracies(train(nets))
for name in ("4 times the step", "tanh's start"):
    print(f"{name:16} {median_and_band(accuracy[name])}")
assert abs(np.median(accuracy["4 times the step"]) - line_accuracy) < 0.01
assert abs(np.median(accuracy["tanh's start"]) - line_accuracy) < 0.01
assert np.median(accuracy["both"]) - np.median(accuracy["logistic"]) > 0.01
assert np.median(accuracy["both"] - accuracy["tanh"]) > -0.03

# %%
# How straight is the start? :term:`R²` is the share of the variation that a straight
# map explains. Given tanh's start and steps four times as long, the logistic network
# gets about as far as tanh.

# sphinx_gallery_fold_code = "How the numbers are printed"
for name, values in straight.items():
    print(f"R² of the start, {name:8} {median_and_band(values, '.4f')}")
print(f"logistic:                    {median_and_band(accuracy['logistic'])}")
print(f"with tanh's start and steps: {median_and_band(accuracy['both'])}")
print(f"tanh:                        {median_and_band(accuracy['tanh'])}")

# %%
# Each function has its own learning rate
# ---------------------------------------
#
# The plain remedy for a slow network is a higher learning rate. Here is Adam again, for
# 100 epochs, with five rates for each function. Points are medians, bars the middle
# 80 %.

rates = (0.0001, 0.001, 0.01, 0.1, 1)


def train_at(rate, name):
    if rate == 0.001:  # the default
        return accuracy[name]
    return accuracies(train(networks(name, learning_rate_init=rate)))


by_rate = {name: [train_at(rate, name) for rate in rates] for name in trained}

# %%

# sphinx_gallery_fold_code = "How the rates are compared and drawn"
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for row, (name, values) in enumerate(by_rate.items()):
    low, median, high = np.quantile(values, [0.1, 0.5, 0.9], axis=1)
    spread, x = (median - low, high - median), np.multiply(rates, 0.92 + 0.08 * row)
    style = {"marker": "os^"[row], "color": COLOR_CYCLE[row], "capsize": 4}
    ax.errorbar(x, median, spread, **style, label=name)
ax.axhline(line_accuracy, color="grey", linestyle=":", label="straight line")
ax.set(xscale="log", xlabel="learning rate", ylabel="accuracy on 20 000 points")
ax.set_xticks(rates, labels=rates)
ax.legend(loc="lower center")
ax.set_title("Each at a rate that suits it, the three functions are about equal")
medians = {name: np.median(values, axis=1) for name, values in by_rate.items()}
best_rate = {name: rates[values.argmax()] for name, values in medians.items()}
best = {name: values.max() for name, values in medians.items()}
fig.alt_text = (
    "Accuracy against learning rate, median and middle 80 % of 20 networks, a line for "
    "each function. Each line has its top at another rate: "
    + ", ".join(f"{name} {best[name]:.4f} at {best_rate[name]}" for name in best)
    + ". At the highest rate some networks fall to one half."
)
plt.show()

for name in best:
    print(f"{name:8} best median {best[name]:.4f}, at rate {best_rate[name]}")
assert best_rate == {"relu": 0.001, "tanh": 0.01, "logistic": 0.1}
assert max(best.values()) - min(best.values()) < 0.006

# %%
# **Answer 3.** None wins clearly. The gap is nearly gone when each function has its
# best rate, but these rates are far apart. (Normally you choose a rate on a
# :term:`validation set`.)

# %%
# Other remedies for sigmoids, at the default rate: Keras's start, which is √3 times as
# wide for logistic layers; inputs standardized to mean 0 and standard deviation 1; and
# four times the epochs. None gets the median network off the straight line here. After
# 100 epochs the loss hardly falls, and whoever looks at the curve alone would call the
# training finished. The higher rate has shown that it is not.

# sphinx_gallery_fold = "Three remedies that do not suffice"
from sklearn.preprocessing import StandardScaler

keras_start = {"weight_init": "glorot_uniform", "bias_init": "zeros"}
remedies = {
    "Keras's start": train(networks("logistic", **keras_start)),
    "400 epochs": train(networks("logistic", max_iter=400)),
}
remedied = {name: accuracies(nets) for name, nets in remedies.items()}

scaled_nets, scores = networks("logistic"), []
for draw, (X_draw, y_draw) in enumerate(training_sets):
    scaler, group = StandardScaler().fit(X_draw), scaled_nets[4 * draw : 4 * draw + 4]
    fit_many(group, scaler.transform(X_draw), y_draw)
    scores += [net.score(scaler.transform(X_large), y_large) for net in group]
remedied["standardized inputs"] = np.array(scores)

for name, values in remedied.items():
    print(f"logistic, {name:19} {median_and_band(values)}")
    assert abs(np.median(values) - line_accuracy) < 0.015
curves = np.median([net.loss_curve_ for net in remedies["400 epochs"]], axis=0)
print(f"median training loss after epoch 100: {curves[99]:.3f}, 400: {curves[-1]:.3f}")
assert 0 < curves[99] - curves[-1] < 0.05

# %%
# Common mistakes
# ---------------
#
# **Activation functions are compared at one learning rate.** Cause: the rate suits one
# of them. Fix: give each the best of several rates.
#
# **A plateau is taken for the end.** Symptom: the loss stands still at that of a linear
# model. Fix: try a higher rate or a wider start.
#
# What you learnt
# ---------------
#
# Under Adam at its default rate relu finds the moons in 100 epochs, tanh does so in
# part, logistic not at all. Logistic networks are able but slow: they start nearly
# straight, and their weights have further to go. Small gradients matter in gradient
# descent; here Adam makes up for them. An explanation counts when the effect goes away
# with the cause.
#
# Further reading
# ---------------
#
# S-shaped functions and their start: :cite:t:`lecun1998`, :cite:t:`glorot2010`. The
# start for relu: :cite:t:`he2015`. Adam: :cite:t:`kingma2015`.
