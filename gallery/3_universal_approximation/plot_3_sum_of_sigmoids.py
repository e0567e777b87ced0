"""
How do fifty sigmoids add up to a function?
===========================================

A network with one hidden layer is a sum: each hidden neuron contributes one sigmoid,
and the output adds them up. You take trained networks apart into their fifty sigmoids,
see which of them shape the curve, and find out how few would have been enough.

.. lesson-plan::
   :needs: fit_a_function, why_twenty_seeds

   :place-a-sigmoid: say where on the x axis a hidden neuron bends, and how steeply
   :add-up-neurons: compute the contribution of each neuron, and add them up to the
       prediction
   :count-useful-neurons: count the neurons that bend the curve, and find out how many
       would have been enough
"""

# %%
# Predict first
# -------------
# A network of 50 sigmoids has learnt a function with a hill, a valley and a second hill
# on the interval from 0 to 1.
#
# 1. How many of the 50 sigmoids have their steepest point between 0 and 1?
# 2. How many of the 50 could you replace by straight lines with hardly any harm?
# 3. How few neurons, trained in the same way, do about as well as 50?
#
# One sigmoid
# -----------
# The hidden neuron :math:`j` contributes to the output
#
# .. math:: v_j\, \sigma(w_j x + b_j), \qquad \sigma(z) = \frac{1}{1 + e^{-z}},
#
# with its weight :math:`w_j` and bias :math:`b_j` from the hidden layer and its weight
# :math:`v_j` from the output layer. You can see each of the three in a plot:
#
# - :math:`|v_j|` is the height of the step. It goes up where :math:`v_j` and
#   :math:`w_j` have the same sign, and down where they differ.
# - :math:`-b_j / w_j` is its place, where the sigmoid is half-way up and steepest.
# - :math:`|w_j|` is its steepness. The sigmoid climbs most of its step on a stretch of
#   about :math:`4 / |w_j|`. If :math:`w_j` is small, the interval from 0 to 1 shows a
#   small piece of the step, which is nearly straight.

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit as sigma

x = np.linspace(0, 1, 200)

# %%

# sphinx_gallery_fold_code = "How the four sigmoids are drawn"
from nnteach.displays.palette import BLUE, COLOR_CYCLE

styles = ["-", "--", "-.", ":"]
steps = [(1, 40, 0.3), (1, 10, 0.3), (0.5, 40, 0.7), (1, 0.5, 0.5)]
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.set_prop_cycle(color=COLOR_CYCLE)
for (v, w, place), style in zip(steps, styles, strict=True):
    label = f"v = {v}, w = {w}, −b/w = {place}"
    ax.plot(x, v * sigma(w * (x - place)), style, label=label)
ax.set(xlabel="x", ylabel="v σ(w x + b)")
ax.set_title("A sigmoid with a small w is nearly straight, with a large w it is a step")
fig.legend(loc="outside lower center", ncols=2)
fig.alt_text = (
    "Four sigmoids. With w = 40 it climbs steeply at 0.3 to height 1, or at 0.7 to "
    "height 0.5. With w = 10 it climbs gently around 0.3. With w = 0.5 it is a line "
    f"that rises from {sigma(-0.25):.2f} to {sigma(0.25):.2f}."
)
plt.show()

# %%
# Twenty networks
# ---------------
# The function and the network are those of :lesson:`fit_a_function`. The training is
# shorter, because the lesson needs good networks, not the best: 200 points, all of them
# in each update, and 10 000 updates with :term:`learning rate` 0.01. We train 20 seeds
# of each of several widths, and begin with the 20 networks of 50 neurons.

from nnteach import FunctionFitDisplay, MLPRegressorNet, fit_many, median_and_band
from nnteach import wavy_parabola as f

X, y = x.reshape(-1, 1), f(x)
settings = {
    "activation": "logistic", "alpha": 0,
    "weight_init": "glorot_uniform", "bias_init": "zeros",
    "learning_rate_init": 0.01, "batch_size": 200, "shuffle": False,
    "max_iter": 10_000, "n_iter_no_change": np.inf,
}  # fmt: skip
widths = [1, 2, 3, 5, 10, 50]
by_width = {}
for width in widths:
    settings["hidden_layer_sizes"] = (width,)
    by_width[width] = [MLPRegressorNet(**settings, random_state=k) for k in range(20)]
fit_many([net for nets in by_width.values() for net in nets], X, y)
nets = by_width[50]

# %%
# Take a network apart
# --------------------
# In the arrays of a trained network, ``coefs_[0]`` holds the :math:`w_j`,
# ``intercepts_[0]`` the :math:`b_j`, ``coefs_[1]`` the :math:`v_j`, and
# ``intercepts_[1]`` the output bias :math:`c`:
#
# .. math:: \class{prediction}{\hat y} = \sum_{j=1}^{50} v_j\, \sigma(w_j x + b_j) + c .


def contributions(net):
    w, b, v = net.coefs_[0][0], net.intercepts_[0], net.coefs_[1][:, 0]
    return v * sigma(x.reshape(-1, 1) * w + b)  # one column a neuron


total = contributions(nets[0]).sum(axis=1) + nets[0].intercepts_[1]
gap = np.abs(total - nets[0].predict(X)).max()
print(f"sum and prediction differ by at most {gap:.0e}")

# %%
# The sum is the prediction, but for rounding. For the figure we choose the network in
# the middle of the ranking by error.


def mean_squared_error(prediction):
    return np.mean((prediction - y) ** 2)


mse = np.array([mean_squared_error(net.predict(X)) for net in nets])
typical = nets[np.argsort(mse)[len(nets) // 2]]

# %%

# sphinx_gallery_fold_code = "How the contributions are drawn"
fig, ax = plt.subplots(figsize=(7, 4.4), layout="constrained")
FunctionFitDisplay.from_estimator(
    typical, X, y, hidden_units=True, ax=ax, legend=False,
    title="Fifty contributions, most of them nearly straight, add up to f",
)  # fmt: skip
fig.legend(loc="outside lower center", ncols=2)
curves = contributions(typical)
fig.alt_text = (
    "The function with its fit, and fifty thin curves, the contributions of the "
    f"neurons, between {curves.min():.1f} and {curves.max():.1f}. Most of the thin "
    "curves are almost straight lines."
)
plt.show()
sizes = [abs(contributions(net)).sum(axis=1).mean() / y.mean() for net in nets]
print("sum of the sizes of the contributions over f:", median_and_band(sizes, ".0f"))

# %%
# Two things stand out. At a typical :math:`x`, the sizes of the contributions add up to
# many times :math:`f(x)`, so they cancel for the most part. And most of them look like
# straight lines.
#
# Where the sigmoids are
# ----------------------
# Each dot is a sigmoid of our twenty networks; some lie beyond the edges. Above the
# dashed line, a sigmoid makes most of its step within a stretch as long as the
# interval.

# sphinx_gallery_fold_code = "How the places are drawn"
w = np.array([net.coefs_[0][0] for net in nets])  # one row a network
place = -np.array([net.intercepts_[0] for net in nets]) / w
inside, steep = (place > 0) & (place < 1), np.abs(w) > 4
n_inside, n_steep = inside.sum(axis=1), (inside & steep).sum(axis=1)
shown = (place > -2) & (place < 3) & (np.abs(w) > 0.01)

fig, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
ax.axvspan(0, 1, color="#EFEFEF", label="training interval")
ax.scatter(place, np.abs(w), s=8, color=BLUE, alpha=0.6, label="one neuron")
ax.axhline(4, color="black", linestyle="--", label="|w| = 4")
ax.set(xlabel="place −b/w", ylabel="steepness |w|", yscale="log")
ax.set(xlim=(-2, 3), ylim=(0.01, 40))
ax.set_title("About a quarter of the sigmoids lie inside, and few of those are steep")
fig.legend(loc="outside lower center", ncols=3)
fig.alt_text = (
    f"Steepness over place for {w.size} neurons, {np.sum(~shown)} of them beyond the "
    f"edges. {np.mean(inside):.0%} lie between 0 and 1; of these "
    f"{np.sum(inside & steep)} are above the dashed line."
)
plt.show()
print(f"beyond the edges of the figure: {np.sum(~shown)} of {w.size}")
print("inside [0, 1], of 50:       ", median_and_band(n_inside, ".0f"))
print("inside, and steeper than 4: ", median_and_band(n_steep, ".0f"))

# %%
# **Answer 1.** About a quarter of them. Of the others, the interval sees a piece of one
# flank.
#
# Which ones bend
# ---------------
# To be inside is not enough. For each contribution, find the straight line that fits it
# best. Call the neuron *bent* if its contribution is more than 0.01 away from that line
# anywhere on the interval. That is about the typical error of these networks, the root
# of their :term:`mean squared error`.


def best_lines(curves):
    slopes, offsets = np.polyfit(x, curves, deg=1)
    return np.outer(x, slopes) + offsets


parts = [contributions(net) for net in nets]
bends = np.array([np.abs(part - best_lines(part)).max(axis=0) for part in parts])
n_bent = np.sum(bends > 0.01, axis=1)
print("typical error:", median_and_band(np.sqrt(mse)))
print("bent neurons of 50:", median_and_band(n_bent, ".0f"))

# %%

# sphinx_gallery_fold_code = "How the bends are drawn"
ranked = np.sort(bends, axis=1)[:, ::-1]
low, median, high = np.quantile(ranked, [0.1, 0.5, 0.9], axis=0)
rank = np.arange(1, 51)
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.fill_between(rank, low, high, color=BLUE, alpha=0.2, label="middle 80 %")
ax.plot(rank, median, ".-", color=BLUE, label="median of 20 networks")
ax.axhline(0.01, color="black", linestyle="--", label="0.01")
ax.set(xlabel="neurons of a network, the most bent first", yscale="log")
ax.set_ylabel("largest distance from\na straight line, in units of y")
ax.set_title("In each network a few neurons bend, and the rest are nearly straight")
ax.legend(loc="lower left")
fig.alt_text = (
    "Largest distance from a straight line over the rank of a neuron, logarithmic. The "
    f"median falls from {median[0]:.2f} at the first neuron to {median[3]:.4f} at the "
    f"fourth and {median[-1]:.0e} at the last."
)
plt.show()

# %%
# A sum of straight lines is one straight line. So we replace all neurons that are not
# bent by *one* line, without further training.


def keep_bent(net, bend):
    curves = contributions(net)
    kept = np.where(bend > 0.01, curves, best_lines(curves))
    return kept.sum(axis=1) + net.intercepts_[1]


pairs = zip(nets, bends, strict=True)
replaced = np.array([mean_squared_error(keep_bent(*pair)) for pair in pairs])
print("error, all 50:       ", median_and_band(mse, ".1e"))
print("error, bent and line:", median_and_band(replaced, ".1e"))

# %%
# **Answer 2.** Nearly all. A few sigmoids and a line: that is what these networks are.

# %%
# The sums, the counts and the errors, for every network.

# sphinx_gallery_fold = "Few neurons bend, and one line replaces the rest"
ratio = replaced / mse
print("error after replacing over before:", median_and_band(ratio, ".2f"))
print(f"bent neurons, at most {n_bent.max()} in a network")
print("steepest of a network, |w|:", median_and_band(np.abs(w).max(axis=1), ".1f"))
print("median of a network, |w|:  ", median_and_band(np.median(abs(w), axis=1), ".2f"))
for net, part in zip(nets, parts, strict=True):
    total = part.sum(axis=1) + net.intercepts_[1]
    np.testing.assert_allclose(total, net.predict(X), atol=1e-9)
assert np.median(sizes) > 5
assert 9 <= np.median(n_inside) <= 16
assert np.median(n_steep) <= 5
assert np.median(np.abs(w)) < 1
assert 0.005 < np.median(np.sqrt(mse)) < 0.02
assert np.all(n_bent <= 8)
assert 1 <= np.median(n_bent) <= 4
assert np.median(ratio) < 1.3

# %%
# How many are needed?
# --------------------
# If so few bend, few neurons should do: as many as bend, and one more for the line. We
# can test this guess, because all widths were trained alike.

mse_by_width = {
    width: np.array([mean_squared_error(net.predict(X)) for net in by_width[width]])
    for width in widths
}
n_enough = int(np.median(n_bent)) + 1
print(f"the guess: {n_enough} neurons do about as well as fifty")

# %%

# sphinx_gallery_fold_code = "How the widths are drawn"
low, median, high = np.quantile([*mse_by_width.values()], [0.1, 0.5, 0.9], axis=1)
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.fill_between(widths, low, high, color=BLUE, alpha=0.2, label="middle 80 %")
ax.loglog(widths, median, "o-", color=BLUE, label="median of 20 networks")
ax.set(xlabel="number of hidden neurons", ylabel="mean squared error")
ax.set_xticks(widths, labels=widths)
ax.minorticks_off()
ax.legend(loc="upper right")
ax.set_title("After 10 000 updates, three neurons cannot be told from fifty")
fig.alt_text = "Median error over width, both axes logarithmic: " + ", ".join(
    f"{middle:.1e} at width {width}"
    for width, middle in zip(widths, median, strict=True)
)
plt.show()

# %%
# **Answer 3.** Three: their errors and those of fifty cannot be told apart.
#
# Read this with care. It does not say that fifty sigmoids can do no more than three.
# It says that *this training* makes nothing of the other 47 in 10 000 updates, or too
# little to show in twenty seeds. :lesson:`what_the_theorem_does_not_promise` sets
# fifty sigmoids by hand, and they do better.

# %%
# Networks of different width start from different weights, so there are no pairs. The
# *Mann-Whitney test* asks instead whether the errors of one group tend to be larger
# than those of the other, and gives a :term:`p-value`.
#
# A large p does not say that three neurons are as good as fifty. How large a difference
# could twenty seeds have missed? The *bootstrap* draws twenty seeds of each group again
# and again, with replacement, and takes the ratio of the two medians each time. The
# interval that holds 95 % of these ratios is the answer.
#
# Among seven comparisons one p below 0.05 may be luck, such as that of 5 and 50.

# sphinx_gallery_fold = "How sure the comparison of three and fifty neurons is"
from scipy.stats import bootstrap, mannwhitneyu

p_values = {}
for few, many in [(1, 2), (2, 3), (3, 5), (5, 10), (5, 50), (10, 50), (3, 50)]:
    a, b = mse_by_width[few], mse_by_width[many]
    p_values[few, many] = mannwhitneyu(a, b).pvalue
    better = np.mean(b[:, np.newaxis] < a)
    print(f"{many} neurons better than {few} in {better:.0%} of {a.size * b.size}")
    print(f"    comparisons, p = {p_values[few, many]:.1g}")


def ratio_of_medians(a, b, axis=-1):
    return np.median(a, axis=axis) / np.median(b, axis=axis)


interval = bootstrap(
    (mse_by_width[3], mse_by_width[50]), ratio_of_medians, method="percentile",
    n_resamples=5000, rng=0,
).confidence_interval  # fmt: skip
medians = {width: np.median(errors) for width, errors in mse_by_width.items()}
print(f"median error of 3 neurons over that of 50: {medians[3] / medians[50]:.2f}")
print(f"95 % interval: {interval.low:.2f} to {interval.high:.2f}")
assert p_values[1, 2] < 0.001
assert p_values[2, 3] < 0.001
assert p_values[3, 50] > 0.05
assert 0.05 / 7 < p_values[5, 50] < 0.05
assert interval.low < 1 < interval.high
assert n_enough == 3
assert medians[1] > 1.5 * medians[2]
assert medians[2] > 2.5 * medians[3]
assert medians[3] < 2 * medians[50]
assert max(medians[5], medians[10]) < 2 * medians[50] < 8 * medians[5]

# %%
# Common mistakes
# ---------------
# **Deleting an "unimportant" neuron multiplies the error.** Cause: nearly straight is
# not nearly zero. The straight contributions are large, and others balance them. Fix:
# replace the neuron by its line, or train again.
#
# **"The network has 50 sigmoids, so it draws 50 bends."** Cause: the number of neurons
# is a limit. Fix: look at the contributions.
#
# **A large weight is read as importance.** Cause: the straight part of a contribution
# may be cancelled by others. Fix: see what the prediction becomes when the neuron is
# replaced.

# %%
# We delete from each network the neuron that bends least, and then each neuron in turn.

# sphinx_gallery_fold = "What deleting one neuron does"


def error_without(part, net):
    errors = [mean_squared_error(net.predict(X) - curve) for curve in part.T]
    return np.array(errors)


deleted = np.array([error_without(*pair) for pair in zip(parts, nets, strict=True)])
deleted /= mse[:, np.newaxis]
straightest = deleted[np.arange(20), bends.argmin(axis=1)]
print("mean squared error after deleting one neuron over that before:")
print("    the straightest:        ", median_and_band(straightest, ".0f"))
print("    median over the neurons:", median_and_band(np.median(deleted, 1), ".0f"))
assert np.median(straightest) > 2
assert np.median(np.median(deleted, axis=1)) > 5

# %%
# What you learnt
# ---------------
# A network with one hidden layer is a sum of steps, each with a height, a place and a
# steepness. In our trained networks only a few of the fifty bend within the interval,
# and the rest amount to one straight line. After the same training, the errors of three
# neurons and of fifty cannot be told apart.
#
# Further reading
# ---------------
# :cite:t:`nielsen2015`, chapter 4, builds functions from steps. :cite:t:`bishop2006`,
# section 5.1, shows hidden neurons beside the fits that they make. How fast the error
# can fall with the number of sigmoids: :cite:t:`barron1993`.
