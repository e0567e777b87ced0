"""
What does the theorem not promise?
==================================

"A network with one hidden layer can approximate any function." People quote this often,
and it says less than it seems to. You read the theorem behind it, build a network by
hand that keeps its promise, and look at what it leaves open: how many neurons it takes,
whether training finds the weights, and what happens outside the interval.

.. lesson-plan::
   :needs: sum_of_sigmoids, why_twenty_seeds

   :state-the-theorem: state the universal approximation theorem, word for word
   :build-a-staircase: build a network of sigmoids by hand, with a bound on its error
   :tell-existence-from-training: tell what weights can exist from what training finds
   :distrust-extrapolation: say what a network predicts where it has seen no samples
"""

# %%
# Predict first
# -------------
# 1. You may set the weights of a network with 50 hidden neurons by hand. Can you come
#    closer to :math:`f` than training does?
# 2. You train networks with 10 and with 100 hidden neurons for 10 000 updates. Has the
#    training of either come to its end by then?
# 3. Twenty networks were trained on the interval from 0 to 1, and most fit well. What
#    do they say about :math:`x = 1.5`, and do they agree?
#
# The theorem
# -----------
# Let :math:`f` be continuous on a *closed* and *bounded* interval, here from 0 to 1
# with both ends. Then for every :math:`\varepsilon > 0` there are a number :math:`m` of
# neurons, and weights and biases, such that
#
# .. math::
#
#    \max_{0 \le x \le 1} \; \Bigl|\, f(x) - c - \sum_{j=1}^{m} v_j\,
#    \sigma(w_j x + b_j) \Bigr| < \varepsilon .
#
# This is :term:`universal approximation`. :cite:t:`cybenko1989` proved it for sigmoids,
# :cite:t:`hornik1991` for every :term:`activation function` that is continuous, bounded
# and not constant, and :cite:t:`leshno1993` for practically every one that is not a
# polynomial. It holds for several inputs as well.
#
# Closed matters: :math:`1/x` is continuous for :math:`0 < x < 1`, but it grows beyond
# all bounds near 0, and a sum of sigmoids cannot.
#
# The main words are "there are". How to find the weights is another matter.
#
# A staircase by hand
# -------------------
# For one input you can write such a network down. Cut the interval into :math:`m` equal
# pieces. In the middle of each piece put a steep sigmoid, as high as :math:`f` climbs
# or falls over that piece:
#
# .. math::
#
#    c = f(0), \qquad v_j = f\bigl(\tfrac{j}{m}\bigr) - f\bigl(\tfrac{j-1}{m}\bigr),
#    \qquad w_j = 20\, m, \qquad b_j = -w_j\, \tfrac{j - 1/2}{m} .
#
# In code, ``initialize`` gives a network its arrays without training, and we replace
# them by ours.

import matplotlib.pyplot as plt
import numpy as np

from nnteach import FunctionFitDisplay, MLPRegressorNet, fit_many, median_and_band
from nnteach import wavy_parabola as f


def staircase(m):
    net = MLPRegressorNet(hidden_layer_sizes=(m,), activation="logistic")
    net.initialize(np.zeros((2, 1)), np.zeros(2))  # one input, one output
    heights = np.diff(f(np.arange(m + 1) / m))
    middles = (np.arange(m) + 0.5) / m
    net.coefs_ = [np.full((1, m), 20.0 * m), heights.reshape(m, 1)]
    net.intercepts_ = [-20.0 * m * middles, np.array([f(0)])]
    return net


x = np.linspace(0, 1, 10_001)
X, y = x.reshape(-1, 1), f(x)

# %%

# sphinx_gallery_fold_code = "How the staircase is drawn"
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
title = "Ten sigmoids, set by hand, make a staircase that follows f"
FunctionFitDisplay.from_estimator(staircase(10), X, y, title=title, legend=False, ax=ax)
ax.legend(loc="upper left")
gap = np.abs(staircase(10).predict(X) - y).max()
fig.alt_text = (
    "The function and a staircase with rounded edges along it. The largest distance "
    f"between them is {gap:.2f}."
)
plt.show()

# %%
# Between two steps the staircase is flat, and :math:`f` moves away from it by what it
# changes over half a piece. So the largest error is at most about
#
# .. math:: \frac{1}{2m} \max_x |f'(x)| ,
#
# and twice as many neurons halve it. The theorem, too, measures the *largest* error.


def largest_error(net):
    return np.abs(net.predict(X) - y).max()


sizes = np.array([5, 10, 20, 50, 100, 1000])
by_hand = {m: largest_error(staircase(m)) for m in sizes}
bounds = np.abs(np.gradient(y, x)).max() / (2 * sizes)
for (m, error), bound in zip(by_hand.items(), bounds, strict=True):
    print(f"{m:4} sigmoids: largest error {error:.4f}, bound {bound:.4f}")

# %%
# Name any :math:`\varepsilon`, and you can choose :math:`m`. How many neurons are
# *needed* is not in the theorem.
#
# Does training find such weights?
# --------------------------------
# For each of several widths we train twenty :term:`seeds <seed>` with one recipe: 200
# points, 10 000 updates with :term:`Adam`. Nothing says that so many are enough.

x_train = np.linspace(0, 1, 200, dtype=np.float32)
recipe = {
    "weight_init": "glorot_uniform", "bias_init": "zeros", "alpha": 0,
    "learning_rate_init": 0.01, "batch_size": 200, "shuffle": False,
    "n_iter_no_change": np.inf,
}  # fmt: skip


def networks(m, epochs, activation="logistic"):
    layers = {"hidden_layer_sizes": (m,), "activation": activation}
    settings = {**recipe, **layers, "max_iter": epochs}
    return [MLPRegressorNet(**settings, random_state=seed) for seed in range(20)]


trained = {m: networks(m, 10_000) for m in [5, 10, 20, 50, 100]}
all_nets = [net for nets in trained.values() for net in nets]
all_nets = fit_many(all_nets, x_train.reshape(-1, 1), f(x_train))
errors = {m: np.array([largest_error(net) for net in trained[m]]) for m in trained}

# %%

# sphinx_gallery_fold_code = "How the errors are drawn"
from nnteach.displays.palette import BLUE, VERMILION

fig, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
places, dots = np.repeat(list(errors), 20), np.concatenate(list(errors.values()))
ax.loglog(places, dots, "o", color=BLUE, alpha=0.4, label="trained, one seed")
ax.loglog(list(errors), [by_hand[m] for m in errors], "s--", c=VERMILION, label="hand")
ax.set(xlabel="number of hidden neurons", ylabel="largest error on [0, 1]")
ax.set_xticks(list(errors), labels=list(errors))
ax.minorticks_off()
ax.set_title("After 10 000 updates, the staircase is ahead with fifty neurons or more")
ax.legend(["trained, one seed", "built by hand"], loc="lower left")
fig.alt_text = "Largest error over the number of neurons. " + " ".join(
    f"With {m}: by hand {by_hand[m]:.3f}, trained between {values.min():.3f} and "
    f"{values.max():.3f}."
    for m, values in errors.items()
)
plt.show()
print("largest error, by hand and trained")
for m, values in errors.items():
    print(f"{m:3} neurons: {by_hand[m]:.3f}, trained {median_and_band(values)}")

# %%
# **Answer 1.** Yes. With fifty neurons the staircase is ahead of every seed after
# 10 000 updates. With five, training is ahead in every seed: it chooses heights, places
# and steepness so that a few sigmoids do a lot.

# %%
# Training lowers the *mean squared* error, not the largest one. The staircase of fifty
# is ahead in that, too. Its hidden weights are far larger than those of the fifty
# trained neurons.

# sphinx_gallery_fold = "The staircase against training, seed by seed"
power, _ = np.polyfit(np.log(sizes), np.log(list(by_hand.values())), deg=1)
print(f"the staircase's error falls like m to the power {power:.2f}")
for m, values in errors.items():
    print(f"{m} neurons: training closer in {np.sum(values < by_hand[m])} of 20 seeds")
steepest = np.array([np.abs(net.coefs_[0]).max() for net in trained[50]])
mse = np.array([np.mean((net.predict(X) - y) ** 2) for net in trained[50]])
mse_by_hand = np.mean((staircase(50).predict(X) - y) ** 2)
print("mean squared error of 50 neurons")
print("    trained:", median_and_band(mse, ".1e"))
print(f"    by hand: {mse_by_hand:.1e}")
print("largest hidden weight, trained:", median_and_band(steepest, ".0f"))
print(f"    by hand: {np.abs(staircase(50).coefs_[0]).max():.0f}")
assert abs(power + 1) < 0.05
assert np.all(np.array(list(by_hand.values())) < bounds)
assert np.all(errors[5] < by_hand[5])
assert np.median(errors[5]) < by_hand[10]
assert np.all(errors[50] > by_hand[50])
assert np.all(errors[100] > by_hand[100])
assert steepest.max() < 100
assert np.all(mse > 1.5 * mse_by_hand)

# %%
# Slow, or stuck?
# ---------------
# Does training stand still? Divide the loss at the end by the loss 1000 updates
# earlier. Below one, it was still falling.


def still_falling(net):
    curve = net.loss_curve_
    return np.median(curve[-100:]) / np.median(curve[-1100:-1000])


falling = {m: np.array([still_falling(net) for net in trained[m]]) for m in trained}
for m in (10, 100):
    print(f"{m:3} neurons, loss ratio: {median_and_band(falling[m], '.2f')}")
    print(f"    still falling in {np.sum(falling[m] < 1)} of 20 seeds")

# %%
# **Answer 2.** No. In nearly all networks of both widths the loss is still falling. If
# training is slow, more of it must help. With 10 neurons we try 30 000 updates.

longer = fit_many(networks(10, 30_000), x_train.reshape(-1, 1), f(x_train))
errors_longer = np.array([largest_error(net) for net in longer])
print("largest error, 10 000 updates:", median_and_band(errors[10]))
print("largest error, 30 000 updates:", median_and_band(errors_longer))

# %%
# The error falls further, so these networks were slow. Whether 100 trained neurons end
# up better than 10 we cannot tell: we stopped them on their way.

# %%
# With 100 neurons, some networks are far behind, with a mean squared error above 0.001,
# and others are not. Their errors spread over so wide a range that the median says
# little about any one network.

# sphinx_gallery_fold = "Still falling at every width, and how far the seeds spread"
behind = {m: sum(2 * net.loss_ > 0.001 for net in trained[m]) for m in trained}
for m, ratios in falling.items():
    print(f"{m:3} neurons: falling in {np.sum(ratios < 1)}, far behind {behind[m]}")
    print(f"    largest errors from {errors[m].min():.2f} to {errors[m].max():.2f}")
ratio = errors_longer / errors[10]
print("error after 30 000 over 10 000:", median_and_band(ratio, ".2f"))
print(f"    smaller in {np.sum(ratio < 1)} of 20 seeds")
assert np.mean(np.array(list(falling.values())) < 1) > 0.85
assert all(np.median(ratios) < 0.98 for ratios in falling.values())
assert min(np.sum(falling[m] < 1) for m in (10, 100)) >= 15
assert max(behind[10], behind[50]) <= 5
assert 6 <= behind[100] <= 18
assert np.ptp(errors[100]) > 2 * np.ptp(errors[10])
assert np.median(ratio) < 0.7
assert np.mean(ratio < 1) >= 0.8

# %%
# Outside the interval
# --------------------
# The theorem speaks of :math:`x` from 0 to 1, and so do the samples. What do the
# networks with 50 neurons say beyond?

# sphinx_gallery_fold_code = "How the surroundings are drawn"
nets = trained[50]
x_wide = np.linspace(-0.5, 1.5, 401)
fig, ax = plt.subplots(figsize=(7, 4.4), layout="constrained")
FunctionFitDisplay.from_estimators(
    nets, x_wide.reshape(-1, 1), f(x_wide), training_interval=(0, 1),
    title="Outside the interval, the networks leave f, and each other",
    legend=False, ax=ax,
)  # fmt: skip
fig.legend(loc="outside lower center", ncols=2)
outside = np.array([net.predict(np.array([[1.5]]))[0] for net in nets])
fig.alt_text = (
    "The function and the median of 20 networks with a band, from -0.5 to 1.5. "
    "Between 0 and 1 they nearly coincide. Outside they part; the band widens. At 1.5 "
    f"the function is {f(1.5):.2f}, the median prediction {np.median(outside):.2f}."
)
plt.show()
print(f"f(1.5) = {f(1.5):.2f}, the networks say {median_and_band(outside, '.2f')}")

# %%
# **Answer 3.** They are far from :math:`f`, and they do not agree, although they were
# trained on the same samples and most fit them well. One network alone would not warn
# you.
#
# For this :math:`f` no network of sigmoids can follow it everywhere. A sigmoid lies
# between 0 and 1, so the output stays within :math:`c \pm \sum_j |v_j|`, and :math:`f`
# grows beyond all bounds.

# %%
# In each strip we take the root mean square of the error over :math:`x`, and of the
# width of the band.

# sphinx_gallery_fold = "How far the networks leave f and each other, and the bound"


def strip(left, right):
    x_strip = np.linspace(left, right, 100)
    predictions = np.array([net.predict(x_strip.reshape(-1, 1)) for net in nets])
    error = np.sqrt(np.mean((predictions - f(x_strip)) ** 2, axis=1))
    low, high = np.quantile(predictions, [0.1, 0.9], axis=0)
    return error, np.sqrt(np.mean((high - low) ** 2))


strips = [(-0.5, -0.25), (-0.25, 0), (0, 1), (1, 1.25), (1.25, 1.5)]
measured = [strip(*ends) for ends in strips]
far_left, left, inside, right, far_right = measured
for (start, stop), (error, width) in zip(strips, measured, strict=True):
    print(f"x from {start} to {stop}: width of the band {width:.3f},")
    print(f"    error {median_and_band(error)}")
for (error, width), factor in [(left, 3), (right, 5), (far_left, 5), (far_right, 10)]:
    assert np.median(error) > factor * np.median(inside[0])
    assert width > 2 * inside[1]
assert np.median(far_left[0]) > 1.2 * np.median(left[0])
assert np.median(far_right[0]) > 1.5 * np.median(right[0])

far = np.array([[100.0]])
for net in [*nets, staircase(50)]:
    limit = np.abs(net.intercepts_[1][0]) + np.abs(net.coefs_[1]).sum()
    assert np.abs(net.predict(far)[0]) <= limit
says = [net.predict(far)[0] for net in nets]
print(f"f(100) = {f(100):.0f}, the networks say {median_and_band(says, '.1f')}")

# %%
# Common mistakes
# ---------------
# **"More neurons, smaller error", or the opposite.** Cause: the theorem is about what
# can be expressed; a comparison after a fixed number of updates is also about speed.
# Fix: check whether the loss is still falling, and compare over seeds.
#
# **Good test results, nonsense in use.** Cause: the network is asked about places where
# it has seen nothing. Fix: compare the inputs with the range of the training inputs.
#
# **The network stays a straight line, however wide it is.** Cause: no activation
# function, or the identity, which is a polynomial. A sum of straight lines is a
# straight line. Fix: any of the others.

# %%
# Twenty networks with 50 neurons each and no activation function:

# sphinx_gallery_fold = "Without an activation function, a straight line remains"
linear = networks(50, 500, activation="identity")
fit_many(linear, x_train.reshape(-1, 1), f(x_train))
line_mse = np.mean((np.polyval(np.polyfit(x, y, deg=1), x) - y) ** 2)
ratio = np.array([np.mean((net.predict(X) - y) ** 2) for net in linear]) / line_mse
print("mean squared error over that of the best straight line:")
print(f"    {median_and_band(ratio)}")
np.testing.assert_allclose(ratio, 1, rtol=0.02)

# %%
# What you learnt
# ---------------
# The theorem says that a wide enough network comes as close as you like to a continuous
# function on a closed and bounded interval, if it has the right weights. A staircase
# has such weights, and its error falls like :math:`1/m`. The theorem does not say that
# training finds them, or how soon: our trained networks were still on their way. And it
# says nothing about places outside the interval, where networks that agree inside
# differ.
#
# Further reading
# ---------------
# How fast the error can fall with the number of neurons: :cite:t:`barron1993`. The
# staircase, drawn step by step: :cite:t:`nielsen2015`, chapter 4. What the theorem
# leaves open: :cite:t:`goodfellow2016`, section 6.4.1.
