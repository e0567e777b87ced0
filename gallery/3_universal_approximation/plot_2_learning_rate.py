"""
What the learning rate changes
==============================

The last lesson trained with a :term:`learning rate` of 0.005. The exercise behind it
goes on with 0.002, and its solution concludes from one run of each: the loss becomes
"larger, and smoother". This lesson repeats the comparison with twenty seeds and asks
what of that holds, why, and what cannot be told from it.

.. lesson-plan::
   :needs: fit_a_function

   :compare-seed-by-seed: compare two settings seed by seed, and say how sure you are
   :measure-smoothness: put a number on "smoother"
   :tell-slower-from-worse: tell a training that is slower from one that ends up worse
"""

# %%
# Predict first
# -------------
# Two networks start from the same weights and make equally many updates, one with
# learning rate 0.005 and one with 0.002. Write down your answers before you read on.
#
# 1. Which of the two has the larger loss after 4000 epochs? In how many of twenty
#    pairs?
# 2. Which loss curve is smoother, and why?
# 3. Give the slower network more time, so that rate times epochs is the same for both.
#    Which one has the larger loss then?

# %%
# The idea in one figure
# ----------------------
# A learning rate does two things. We look at them in a model that is far simpler than a
# network: one parameter :math:`\theta`, the objective :math:`E = \tfrac12 \theta^2`,
# and a gradient that is known only up to noise :math:`\varepsilon`, as it is when it
# comes from a random :term:`batch`. An update of gradient descent is
#
# .. math:: \theta \leftarrow \theta - \eta\, (\theta + \varepsilon) .
#
# Without noise, each update shrinks :math:`\theta` by the factor :math:`1 - \eta`: the
# larger the rate, the *faster*. With noise of variance :math:`s^2`, it never comes to
# rest. In the long run the mean of :math:`\theta^2` no longer changes, and solving
# :math:`v = (1 - \eta)^2 v + \eta^2 s^2` for it gives
#
# .. math:: v = \frac{\eta}{2 - \eta}\, s^2 :
#
# the larger the rate, the *higher the floor* on which it trembles. In code:

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
n_runs, n_updates, s = 200, 1000, 0.1
colors = {0.05: "#0072B2", 0.02: "#D55E00"}

fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
for eta, color in colors.items():
    theta = np.empty((n_updates, n_runs))
    theta[0] = 1
    for step in range(1, n_updates):
        noise = s * rng.normal(size=n_runs)
        theta[step] = theta[step - 1] - eta * (theta[step - 1] + noise)
    mean_square = np.mean(theta**2, axis=1)
    floor = eta / (2 - eta) * s**2
    ax.plot(mean_square / 2, color=color, label=f"rate {eta}")
    ax.axhline(floor / 2, color=color, linestyle=":", label=f"floor, rate {eta}")
    print(
        f"rate {eta}: mean of θ² {np.mean(mean_square[500:]):.2e}, formula {floor:.2e}"
    )
    np.testing.assert_allclose(np.mean(mean_square[500:]), floor, rtol=0.2)
ax.set(
    title="In the model, the larger rate falls faster and ends on a higher floor",
    xlabel="update",
    ylabel=f"E, mean of {n_runs} runs",
    yscale="log",
)
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# Which rate has the lower loss depends on *when you look*: before the two curves cross
# it is the larger rate, after that the smaller one. Whether a network behaves like this
# model has to be seen; it has 151 parameters, its objective has plateaus, and Adam
# gives every parameter a step size of its own.

# %%
# The experiment
# --------------
# Everything is as in the last lesson: 1-50-1, sigmoids, batches of 2000 out of 10 000
# points, 4000 epochs, 20 seeds, and all that twice. With the same ``random_state`` two
# networks start from the same weights and see the same batches in the same order. So
# each seed is a *pair* that differs in the learning rate alone.

from nnteach import MLPRegressorNet, fit_many


def f(x):
    return 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x)


def networks(rate, **settings):
    return [
        MLPRegressorNet(
            hidden_layer_sizes=(50,), activation="logistic", alpha=0,
            weight_init="glorot_uniform", bias_init="zeros", n_iter_no_change=np.inf,
            learning_rate_init=rate, random_state=seed, **settings,
        )
        for seed in range(20)
    ]  # fmt: skip


X = np.linspace(0, 1, 10_000, dtype=np.float32).reshape(-1, 1)
y = f(X.ravel())
large = networks(0.005, batch_size=2000, max_iter=4000)
small = networks(0.002, batch_size=2000, max_iter=4000)
nets = fit_many(large + small, X, y)

# %%
# The loss needs a logarithmic axis. The lines are medians over the seeds, the bands
# hold the middle 80 %.

from nnteach import TrainingCurveDisplay

display = TrainingCurveDisplay.from_estimators(large, yscale="log", label="rate 0.005")
TrainingCurveDisplay.from_estimators(
    small,
    yscale="log",
    label="rate 0.002",
    ax=display.ax_,
    title="The smaller rate is later on every step, and its curve is smoother",
)
display.ax_.set_ylim(top=0.1)
plt.show()

# %%
# Larger?
# -------
# The last entry of a trembling curve is an accident, so we take the mean over the last
# 100 epochs as the final loss, and double it to have the :term:`mean squared error`.
# The ratio of the two networks of a pair says by which factor the smaller rate is
# behind. A *sign test* asks how often one would find so uneven a count, or a more
# uneven one, if each pair were a toss of a coin; its ``p`` is that probability.

from scipy.stats import binomtest


def median_and_band(values, form=".2f"):
    low, median, high = (f"{q:{form}}" for q in np.quantile(values, [0.1, 0.5, 0.9]))
    return f"{median} (80 % of {len(values)} seeds between {low} and {high})"


def compare(ratios):
    larger, n = np.sum(ratios > 1), len(ratios)
    test = f"sign test: p = {binomtest(larger, n).pvalue:.2g}"
    return f"{median_and_band(ratios)}\n    above 1 in {larger} of {n} pairs; {test}"


mse_large = 2 * np.array([net.loss_curve_ for net in large])  # one row a network
mse_small = 2 * np.array([net.loss_curve_ for net in small])
final_large, final_small = (m[:, -100:].mean(axis=1) for m in (mse_large, mse_small))
final_ratio = final_small / final_large
print(f"final, rate 0.005: {median_and_band(final_large, '.1e')}")
print(f"final, rate 0.002: {median_and_band(final_small, '.1e')}")
print(f"ratio: {compare(final_ratio)}")
assert np.median(final_ratio) > 2
assert np.mean(final_ratio > 1) >= 0.7

# %%
# So in most pairs the loss is larger with the smaller rate, and in the median clearly
# so. But not in every pair: whoever had run one of the other seeds, and no more, would
# have concluded the opposite. Nor does it matter whether one compares the final or, as
# the exercise's solution does, the lowest loss of each curve:

lowest_ratio = mse_small.min(axis=1) / mse_large.min(axis=1)
print(f"ratio of the lowest losses: {compare(lowest_ratio)}")
assert np.median(lowest_ratio) > 2
assert 1 <= np.sum(final_ratio < 1) <= 7

# %%
# Smoother?
# ---------
# For that we need a number. We take the change of the loss from one epoch to the next
# in per cent, and of its absolute values over the last 500 epochs the median.


def jitter(curve):
    return 100 * np.median(np.abs(np.diff(curve) / curve[:-1]))


jitter_large = np.array([jitter(curve[-500:]) for curve in mse_large])
jitter_small = np.array([jitter(curve[-500:]) for curve in mse_small])
print(f"jitter in %, rate 0.005: {median_and_band(jitter_large)}")
print(f"jitter in %, rate 0.002: {median_and_band(jitter_small)}")
print(f"ratio: {compare(jitter_large / jitter_small)}")
assert np.all(jitter_large > 1.3 * jitter_small)

# %%
# Here all pairs agree. But the comparison is not fair yet: the two networks of a pair
# are at different losses, and perhaps *every* curve trembles more when its loss is
# small. We compare again, at equal loss: only the epochs in which the mean squared
# error is between 0.0012 and 0.0024, a stretch that every one of the forty curves
# passes.


def jitter_at_equal_loss(curve):
    change = 100 * np.abs(np.diff(curve) / curve[:-1])
    return np.median(change[(curve[1:] > 0.0012) & (curve[1:] < 0.0024)])


equal_large = np.array([jitter_at_equal_loss(curve) for curve in mse_large])
equal_small = np.array([jitter_at_equal_loss(curve) for curve in mse_small])
equal_ratio = equal_large / equal_small
print(f"at equal loss, rate 0.005: {median_and_band(equal_large)}")
print(f"at equal loss, rate 0.002: {median_and_band(equal_small)}")
print(f"ratio: {compare(equal_ratio)}")
print(f"ratio of the learning rates: {0.005 / 0.002}")
assert np.all(equal_ratio > 1.2)
assert 1.7 < np.median(equal_ratio) < 3.5
assert np.median(equal_ratio) < np.median(jitter_large / jitter_small) / 2

# %%
# "Smoother" holds, in every pair, and it has two parts. At equal loss the larger rate
# trembles more, by a factor close to the ratio of the rates. The rest of the
# difference comes from the loss: the lower it is, the larger the same trembling is in
# per cent of it.

# %%
# Why? Test the explanation
# -------------------------
# The model says: it trembles because the batches are random. If that is so, a network
# that sees *all* samples in every update must be far smoother. We train the same pairs
# on 50 points, the middles of fifty equal pieces of the interval, all in one batch.
# That is cheap, and 50 points are enough: for the networks above, the mean squared
# error on them is the same within a few per cent as on all 10 000. One epoch is then
# one update, so 20 000 epochs make as many updates as before, and the mean over five of
# them corresponds to an epoch above.

x_few = (np.arange(50, dtype=np.float32) + 0.5) / 50
full_large = networks(0.005, batch_size=50, max_iter=20_000, shuffle=False)
full_small = networks(0.002, batch_size=50, max_iter=20_000, shuffle=False)
fit_many(full_large + full_small, x_few.reshape(-1, 1), f(x_few))


def in_fives(nets):
    curves = 2 * np.array([net.loss_curve_ for net in nets])
    return curves.reshape(len(nets), -1, 5).mean(axis=2)


mse_full_large, mse_full_small = in_fives(full_large), in_fives(full_small)
on_few = np.array(
    [
        np.mean((net.predict(x_few.reshape(-1, 1)) - f(x_few)) ** 2)
        / np.mean((net.predict(X) - y) ** 2)
        for net in large
    ]
)
print(f"error on 50 : 10 000 points = {median_and_band(on_few)}")
assert np.all(np.abs(on_few - 1) < 0.1)

# %%
# The end of the training of one pair shows two kinds of unrest. We draw the pair that
# goes most against the rule: here the smaller rate has the smaller loss.

fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
epochs = np.arange(3501, 4001)
pair = np.argmin(final_ratio)
assert final_ratio[pair] < 1
ax.plot(epochs, mse_large[pair, -500:], label="0.005, random\nbatches")
ax.plot(epochs, mse_small[pair, -500:], label="0.002, random\nbatches")
ax.plot(epochs, mse_full_large[pair, -500:], label="0.005, all\nsamples")
ax.set(
    title="One pair: random batches make the curve tremble all the time;\n"
    "with all samples it is calm between bursts",
    xlabel="epoch (five updates)",
    ylabel="mean squared error",
    yscale="log",
)
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# The trembling first, over all seeds:

jitter_full = np.array([jitter(curve[-500:]) for curve in mse_full_large])
print(f"jitter in %, random batches: {median_and_band(jitter_large)}")
print(f"jitter in %, all samples:    {median_and_band(jitter_full)}")
assert np.median(jitter_full) < np.median(jitter_large) / 10

# %%
# So this part of the explanation passes: without random batches the trembling is gone,
# at the same learning rate. Now the bursts. Our number for the jitter does not see
# them, because a median is blind to what is rare. We take the largest rise from one
# epoch to the next.


def largest_rise(curves):
    return 100 * np.max(curves[:, -499:] / curves[:, -500:-1] - 1, axis=1)


burst_large, burst_full_large, burst_full_small = map(
    largest_rise, [mse_large, mse_full_large, mse_full_small]
)
print("largest rise in %")
print(f"random batches, 0.005: {median_and_band(burst_large, '.0f')}")
print(f"all samples, 0.005:    {median_and_band(burst_full_large, '.0f')}")
print(f"all samples, 0.002:    {median_and_band(burst_full_small, '.0f')}")
print(f"all samples, ratio:    {compare(burst_full_large / burst_full_small)}")
assert np.median(burst_full_large) > 30
assert np.median(burst_full_large / burst_full_small) > 1.5

# %%
# The bursts are there with all samples, too, where nothing is random. The batches
# cannot be their cause, so the explanation is right about the trembling and wrong about
# the rest. The bursts, too, are larger with the larger rate. What causes them, this
# lesson does not find out.

# %%
# Slower or worse?
# ----------------
# The smaller rate makes smaller steps, and in the figure above it is later on every
# step of the curve. To see whether it is also worse, we stretch the axis: we draw the
# loss not over epochs but over epochs times rate, as if to measure the way and not the
# time.


def draw(ax, rate, curves, color):
    way = rate * np.arange(1, curves.shape[1] + 1)
    low, median, high = np.quantile(curves, [0.1, 0.5, 0.9], axis=0)
    ax.fill_between(way, low, high, color=color, alpha=0.2, linewidth=0)
    ax.plot(way, median, color=color, label=f"rate {rate}")


fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
draw(ax, 0.005, mse_large, "#0072B2")
draw(ax, 0.002, mse_small, "#D55E00")
ax.set(
    title="At equal rate × epochs, the smaller rate is not behind but ahead",
    xlabel="learning rate × epochs",
    ylabel="mean squared error",
    xlim=(0, 0.002 * 4000),
    yscale="log",
    ylim=(1e-5, 0.1),
)
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# At the end of the axis, the larger rate has trained 1600 epochs and the smaller one
# 4000. Seed by seed:

same_way = mse_small[:, 3900:4000].mean(axis=1) / mse_large[:, 1560:1600].mean(axis=1)
print("loss of 0.002 after 4000 epochs, divided by that of 0.005 after 1600:")
print(f"    {compare(same_way)}")
assert np.median(same_way) < 0.9
assert np.mean(same_way < 1) > 0.75

# %%
# So the smaller rate is *slower*; that it is *worse* does not follow. It was cut off
# earlier on its way.

# %%
# The result: what can be told, and what cannot
# ---------------------------------------------
# - **Larger at 4000 epochs**: yes, in most seeds, for this network and these batches.
# - **Smoother**: yes, in every seed, also at equal loss.
# - **Where either rate would end**: cannot be told. The curves are still falling when
#   the training is cut off.
# - **That a smaller rate gives a larger loss in general**: cannot be told, and the last
#   experiment warns of it. Trained on all samples at once, with as many updates, the
#   pairs do not repeat the result:

full_large_end, full_small_end = (
    m[:, -100:].mean(axis=1) for m in (mse_full_large, mse_full_small)
)
full_ratio = full_small_end / full_large_end
print("final loss of 0.002, divided by that of 0.005:")
print(f"random batches: {compare(final_ratio)}")
print(f"all samples:    {compare(full_ratio)}")
for rate, curves in [(0.005, mse_large), (0.002, mse_small)]:
    fallen = 1 - curves[:, -100:].mean(axis=1) / curves[:, -600:-500].mean(axis=1)
    print(f"fall in 500 epochs in %, {rate}: {median_and_band(100 * fallen, '.0f')}")
    assert np.median(fallen) > 0.05
assert np.median(full_ratio) < np.median(final_ratio) / 2

# %%
# If ``p`` is large, as it is for the networks that see all samples, twenty pairs cannot
# tell the two rates apart. That is not the same as "there is no difference".

# %%
# Common mistakes
# ---------------
# **The conclusion changes when somebody else repeats it.** *Cause*: one run of each
# setting. *Fix*: many seeds, in pairs, and a count of how many agree. How often a
# single pair would have misled us:

print(f"{np.mean(final_ratio < 1):.0%} of single pairs contradict the median")

# %%
# **"The smaller rate is worse."** *Cause*: both were stopped at the same epoch, which
# favours the faster one. *Fix*: train until neither improves any more, or say "after so
# many epochs".
#
# **"It is smoother because it got caught in a local minimum"**, or another explanation
# that nobody tested. *Cause*: a story that fits one picture. *Fix*: ask what the
# explanation predicts for an experiment that you have not made yet, and make it.
#
# **The lowest loss of each curve is compared.** *Cause*: a minimum over a trembling
# curve looks better the more it trembles. *Fix*: average over some epochs, or compute
# the error of the network that you keep. The lowest point, in per cent below the final
# loss:

for rate, curves, final in [
    (0.005, mse_large, final_large),
    (0.002, mse_small, final_small),
]:
    print(
        f"rate {rate}: {median_and_band(100 * (1 - curves.min(axis=1) / final), '.0f')}"
    )

# %%
# Take-away
# ---------
# With the smaller learning rate the loss after 4000 epochs is larger in most seeds, and
# the curve is smoother in all of them: random batches shake it less. It is larger
# because training has not come as far, and at equal rate times epochs it is smaller,
# not larger. Comparing at equal epochs answers which rate is faster, and one run
# answers nothing.
#
# Try it yourself
# ---------------
# - Leave ``weight_init`` and ``bias_init`` out, which gives scikit-learn's start
#   instead of Keras's. In how many pairs is the smaller rate behind now, and what is
#   ``p``?
# - Add a third rate, 0.02. Does it look as the model says?
#
# Further reading
# ---------------
# - Bengio, *Practical recommendations for gradient-based training of deep
#   architectures* :cite:p:`bengio2012`, on choosing a learning rate.
# - Bouthillier et al. :cite:p:`bouthillier2021`, on how much results move from seed to
#   seed, and how to compare in spite of it.
# - Smith et al. :cite:p:`smith2018`, on learning rate and batch size as the two knobs
#   of the same noise.
# - Next lesson:
#   :doc:`How fifty sigmoids add up to a function <plot_3_sum_of_sigmoids>`.
