"""
How fifty sigmoids add up to a function
=======================================

A network with one hidden layer is a sum: each hidden neuron contributes one sigmoid,
and the output adds them up. This lesson takes trained networks apart into their fifty
sigmoids, looks where each of them is and what it does, and finds that most of them do
hardly anything that one straight line could not do.

.. lesson-plan::
   :needs: fit_a_function

   :place-a-sigmoid: say where on the x axis a hidden neuron bends, and how steeply
   :add-up-neurons: compute each neuron's contribution and add them up to the
       prediction
   :count-useful-neurons: count the neurons that bend the curve, and those that would
       have
       been enough
"""

# %%
# Predict first
# -------------
# A network of 50 sigmoids has learnt a function with a hill, a valley and a second hill
# on the interval from 0 to 1. Write down your answers before you read on.
#
# 1. How many of the 50 sigmoids have their steepest point between 0 and 1?
# 2. How many of the 50 could you replace by straight lines without harm?
# 3. How few neurons would do as well as 50, trained in the same way?

# %%
# The idea in one figure
# ----------------------
# One hidden neuron :math:`j` contributes to the output
#
# .. math:: v_j\, \sigma(w_j x + b_j), \qquad \sigma(z) = \frac{1}{1 + e^{-z}},
#
# with its weight :math:`w_j` and bias :math:`b_j` from the hidden layer and its weight
# :math:`v_j` from the output layer. Each of the three numbers has a meaning on the
# plot:
#
# - :math:`v_j` is the height of the step, downwards if negative;
# - :math:`-b_j / w_j` is its place, where the sigmoid is half-way up and steepest;
# - :math:`w_j` is its steepness, falling instead of rising if negative. It takes a
#   stretch of about :math:`4 / |w_j|` to climb most of the step. Where :math:`w_j` is
#   small, the interval from 0 to 1 sees only a small piece of the step, and a small
#   piece of a smooth curve is nearly straight.

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit as sigma

x = np.linspace(0, 1, 200)
fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
for v, w, place in [(1, 40, 0.3), (1, 10, 0.3), (0.5, 40, 0.7), (1, 0.5, 0.5)]:
    label = f"v = {v}, w = {w},\n−b/w = {place}"
    ax.plot(x, v * sigma(w * (x - place)), label=label)
ax.set(
    title="A sigmoid has a height, a place and a steepness;\n"
    "with a small w it is nearly a straight line",
    xlabel="x",
    ylabel="v σ(w x + b)",
)
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# The experiment
# --------------
# The function and the network are those of the first lesson: 1-50-1, Keras's start, no
# penalty. The training is shorter. We take 200 evenly spaced points, all of them in
# each update, and 10 000 updates with :term:`learning rate` 0.01. The lesson needs good
# networks, not the best. We train 20 seeds for each of several widths, and begin with
# the 20 that have 50 neurons.

from nnteach import MLPRegressorNet, fit_many


def f(x):
    return 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x)


X, y = x.reshape(-1, 1), f(x)
settings = {
    "activation": "logistic",
    "weight_init": "glorot_uniform",
    "bias_init": "zeros",
    "alpha": 0,
    "learning_rate_init": 0.01,
    "batch_size": len(X),
    "shuffle": False,
    "max_iter": 10_000,
    "n_iter_no_change": np.inf,
}
widths = [1, 2, 3, 5, 10, 50]
by_width = {
    width: [
        MLPRegressorNet(hidden_layer_sizes=(width,), random_state=seed, **settings)
        for seed in range(20)
    ]
    for width in widths
}
fit_many([net for nets in by_width.values() for net in nets], X, y)
nets = by_width[50]

# %%
# From one of them we take all contributions. In the arrays of a trained network,
# ``coefs_[0]`` holds the :math:`w_j`, ``intercepts_[0]`` the :math:`b_j`, ``coefs_[1]``
# the :math:`v_j`, and ``intercepts_[1]`` the output bias :math:`c`:
#
# .. math:: \hat y(x) = \sum_{j=1}^{50} v_j\, \sigma(w_j x + b_j) + c .


def contributions(net):
    w, b, v = net.coefs_[0][0], net.intercepts_[0], net.coefs_[1][:, 0]
    return v * sigma(x.reshape(-1, 1) * w + b)  # (n_samples, n_units)


def mean_squared_error(prediction):
    return np.mean((prediction - y) ** 2)


for net in nets:
    total = contributions(net).sum(axis=1) + net.intercepts_[1]
    np.testing.assert_allclose(total, net.predict(X), atol=1e-9)
gap = np.abs(total - net.predict(X)).max()
print(f"sum of the contributions and predict differ by at most {gap:.0e}")

# %%
# The sum is the prediction, but for rounding. For the figure we choose, of the twenty
# networks, the one in the middle of the ranking by error.

from nnteach import FunctionFitDisplay

mse = np.array([mean_squared_error(net.predict(X)) for net in nets])
typical = nets[np.argsort(mse)[len(nets) // 2]]
FunctionFitDisplay.from_estimator(
    typical,
    X,
    y,
    hidden_units=True,
    title="Fifty contributions, most of them nearly straight, add up to f",
)
plt.show()

# %%
# Two things are striking. The contributions are large, positive and negative, and most
# of them cancel: added up without their signs, the heights :math:`|v_j|` are many times
# the range of :math:`f`. And most of them look like straight lines.


def median_and_band(values, form=".0f"):
    low, median, high = (f"{q:{form}}" for q in np.quantile(values, [0.1, 0.5, 0.9]))
    return f"{median} (80 % of {len(values)} seeds between {low} and {high})"


heights = np.array([np.abs(net.coefs_[1]).sum() for net in nets])
print(f"sum of |v| : range of f = {median_and_band(heights / np.ptp(y))}")
assert np.median(heights / np.ptp(y)) > 8

# %%
# Where the sigmoids are
# ----------------------
# Each dot of the next figure is one of the thousand sigmoids of our twenty networks:
# its place :math:`-b_j / w_j` and its steepness :math:`|w_j|`. Above the dashed line, a
# sigmoid makes most of its step within a stretch as long as the interval. The few dots
# beyond the edges of the figure are counted, too.

w = np.array([net.coefs_[0][0] for net in nets])  # (n_networks, n_units)
place = -np.array([net.intercepts_[0] for net in nets]) / w
inside = (place > 0) & (place < 1)
steep = np.abs(w) > 4

fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
ax.axvspan(0, 1, color="#EFEFEF", label="training\ninterval")
ax.scatter(place, np.abs(w), s=8, color="#0072B2", alpha=0.6, label="one unit")
ax.axhline(4, color="black", linestyle="--", label="|w| = 4")
ax.set(
    title="Many sigmoids lie inside the interval, but few are steep",
    xlabel="place −b/w",
    ylabel="steepness |w|",
    xlim=(-2, 3),
    yscale="log",
)
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# The first question asked how many are inside:

print(f"place inside [0, 1]:        {median_and_band(inside.sum(axis=1))} of 50")
print(f"inside, and steeper than 4: {median_and_band((inside & steep).sum(axis=1))}")
print(f"steepest of a network, |w|: {median_and_band(np.abs(w).max(axis=1), '.1f')}")
print(
    f"median of a network, |w|:   {median_and_band(np.median(abs(w), axis=1), '.2f')}"
)
assert 8 < np.median(inside.sum(axis=1)) < 42
assert np.median((inside & steep).sum(axis=1)) <= 5
assert np.median(np.abs(w)) < 1

# %%
# Which ones bend
# ---------------
# To be inside is not enough. We ask of each contribution how far it is from the
# straight line that fits it best, and call a unit *bent* if that is more than 0.01
# anywhere on the interval. In the plot above, 0.01 is about the width of a line.


def best_lines(curves):
    slopes, offsets = np.polyfit(x, curves, deg=1)
    return np.outer(x, slopes) + offsets


bends = np.array(
    [np.abs(C - best_lines(C)).max(axis=0) for C in map(contributions, nets)]
)
n_bent = np.sum(bends > 0.01, axis=1)
ranked = np.sort(bends, axis=1)[:, ::-1]

fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
low, median, high = np.quantile(ranked, [0.1, 0.5, 0.9], axis=0)
rank = np.arange(1, 51)
ax.fill_between(rank, low, high, color="#0072B2", alpha=0.2, label="80 % of seeds")
ax.plot(rank, median, ".-", color="#0072B2", label="median")
ax.axhline(0.01, color="black", linestyle="--", label="0.01")
ax.set(
    title="In each network a few units bend, and the rest are nearly straight",
    xlabel="units of a network, the most bent first",
    ylabel="largest distance from\na straight line, in units of y",
    yscale="log",
)
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# The sum of straight lines is one straight line. So if the other units are as straight
# as they look, all of them together can be replaced by *one* line. We do that, without
# any further training, and compare the errors.


def keep_bent(net, bent):
    curves = contributions(net)
    return np.where(bent, curves, best_lines(curves)).sum(axis=1) + net.intercepts_[1]


replaced = np.array(
    [
        mean_squared_error(keep_bent(net, bend > 0.01))
        for net, bend in zip(nets, bends, strict=True)
    ]
)
print(f"bent units of 50: {median_and_band(n_bent)}, at most {n_bent.max()}")
print("mean squared error:")
print(f"all 50 units:    {median_and_band(mse, '.1e')}")
print(f"bent, one line:  {median_and_band(replaced, '.1e')}")
print(f"ratio:           {median_and_band(replaced / mse, '.2f')}")
assert np.all(n_bent <= 8)
assert 1 <= np.median(n_bent) <= 4
assert np.median(replaced / mse) < 1.3

# %%
# A few sigmoids and a line: that is what these networks are. The other neurons are
# there, take part in every computation, and share the work of one line.

# %%
# How many are needed?
# --------------------
# If so few bend, few neurons should do. How few, the count above suggests: as many as
# bend, and one more with a small weight for the line.

n_enough = int(np.median(n_bent)) + 1
print(f"bent units, median: {np.median(n_bent):.0f}; with one more for the line:")
print(f"{n_enough} neurons should come close to fifty")

# %%
# That is a prediction, and we can test it: all widths were trained alike, from twenty
# seeds each.

mse_by_width = {
    width: np.array([mean_squared_error(net.predict(X)) for net in by_width[width]])
    for width in widths
}
for width in widths:
    print(f"{width:2} units: {median_and_band(mse_by_width[width], '.1e')}")

fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
low, median, high = np.quantile([*mse_by_width.values()], [0.1, 0.5, 0.9], axis=1)
ax.fill_between(widths, low, high, color="#0072B2", alpha=0.2, label="80 % of seeds")
ax.loglog(widths, median, "o-", color="#0072B2", label="median")
ax.set(
    title="After 10 000 updates, three units cannot be told from fifty",
    xlabel="number of hidden units",
    ylabel="mean squared error",
)
ax.set_xticks(widths, widths)
ax.minorticks_off()
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# From two units to three the error falls clearly, and beyond three no clear difference
# to fifty is left. The networks of different width have different starting weights, so
# there are no pairs; the Mann-Whitney test asks instead whether the errors of one group
# tend to be larger than those of the other. Its ``p`` is the probability of so clear a
# tendency, or a clearer one, if the groups did not differ.

from scipy.stats import bootstrap, mannwhitneyu

for few, many in [(1, 2), (2, 3), (3, 5), (5, 10), (3, 50)]:
    a, b = mse_by_width[few], mse_by_width[many]
    better = np.mean(b[:, np.newaxis] < a)
    print(
        f"{many:2} units better than {few}: in {better:.0%} of {a.size * b.size} "
        f"comparisons, p = {mannwhitneyu(a, b).pvalue:.1g}"
    )

medians = {width: np.median(errors) for width, errors in mse_by_width.items()}
assert medians[1] > 1.5 * medians[2]
assert medians[2] > 2.5 * medians[3]
assert medians[3] < 2 * medians[50]
assert max(medians[5], medians[10]) < 2 * medians[50] < 8 * medians[5]

# %%
# A large ``p`` does not say that three units are as good as fifty, only that these
# seeds show no difference. How large a difference could they have missed? The bootstrap
# answers with an interval: it draws twenty seeds of each group again and again, with
# replacement, and takes the ratio of the two medians each time.


def ratio_of_medians(a, b, axis=-1):
    return np.median(a, axis=axis) / np.median(b, axis=axis)


interval = bootstrap(
    (mse_by_width[3], mse_by_width[50]), ratio_of_medians, method="percentile",
    n_resamples=5000, rng=0,
).confidence_interval  # fmt: skip
print(f"median error of 3 units, divided by that of 50: {medians[3] / medians[50]:.2f}")
print(f"95 % interval: {interval.low:.2f} to {interval.high:.2f}")
print(f"1 lies in it, the two cannot be told apart: {interval.low < 1 < interval.high}")
assert interval.low < 1 < interval.high

# %%
# Read this with care. It does not say that fifty sigmoids can do no more than three. It
# says that, after 10 000 updates of *this training*, twenty seeds show no advantage of
# fifty; a difference within the interval remains possible. The next lesson builds a
# network of fifty sigmoids by hand, and that one is better, so the number of units is
# not what holds the trained ones back.

# %%
# Common mistakes
# ---------------
# **After some "unimportant" neurons were deleted, the network is useless.** *Cause*:
# nearly straight is not nearly zero. The straight contributions are large, and the
# others balance them. *Fix*: replace a unit by what it does on average, or train again
# after deleting. To show it, we delete from each network the unit that bends least:


def without(net, unit):
    return net.predict(X) - contributions(net)[:, unit]


deleted = np.array(
    [
        mean_squared_error(without(net, np.argmin(bend)))
        for net, bend in zip(nets, bends, strict=True)
    ]
)
middle = np.array(
    [
        np.median([mean_squared_error(without(net, unit)) for unit in range(50)])
        for net in nets
    ]
)
print("mean squared error after deleting one unit, divided by that before:")
print(f"the straightest unit:  {median_and_band(deleted / mse)}")
print(f"median over the units: {median_and_band(middle / mse)}")
assert np.median(middle / mse) > 5

# %%
# **"The network uses 50 sigmoids, so it can draw 50 bends."** *Cause*: the number of
# units is a limit, not a description. *Fix*: look at the units, as above.
#
# **The weights are read as importance.** *Cause*: a large :math:`v_j` looks important,
# but the straight part of its contribution may be cancelled by others. *Fix*: ask what
# happens to the prediction when the unit is replaced.

# %%
# Take-away
# ---------
# A network with one hidden layer is the sum of its units' contributions, and each
# contribution is a step with a height, a place and a steepness. In our trained networks
# only a few of the fifty steps bend within the interval, and the rest amount to one
# straight line. After the same training, the errors of three units and of fifty cannot
# be told apart.
#
# Try it yourself
# ---------------
# - Multiply ``X`` by 10, which makes every sigmoid ten times as steep from the start.
#   How many units bend now, and what is the error?
# - Train the widths 3 and 50 ten times as long. Are they still alike?
#
# Further reading
# ---------------
# - Nielsen, *Neural Networks and Deep Learning* :cite:p:`nielsen2015`, chapter 4,
#   builds functions from steps.
# - Bishop, *Pattern Recognition and Machine Learning* :cite:p:`bishop2006`, section
#   5.1, shows hidden units beside the fits that they make.
# - Barron :cite:p:`barron1993` proved how fast the error can fall with the number of
#   sigmoids.
# - Next lesson:
#   :doc:`What the theorem does not promise <plot_4_what_the_theorem_does_not_promise>`.
