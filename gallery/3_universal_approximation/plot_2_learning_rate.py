"""
What does the learning rate change?
===================================

:doc:`The exercise sheet </exercise_sheet>` trains with a :term:`learning rate` of
0.005, then with 0.002, and its solution concludes from one run of each: the loss
becomes "larger, and smoother". You repeat the comparison with twenty seeds, find out
how much of it holds, and test why.

.. lesson-plan::
   :needs: fit_a_function, why_twenty_seeds

   :compare-seed-by-seed: compare two settings seed by seed, and say how sure you are
   :measure-smoothness: put a number on "smoother"
   :tell-slower-from-worse: tell a training that is slower from one that ends up worse
"""

# %%
# Predict first
# -------------
# Two networks start from the same weights and make equally many updates, one with
# learning rate 0.005 and one with 0.002.
#
# 1. Which of the two has the larger loss after 4000 epochs? In how many of twenty
#    pairs?
# 2. Which loss curve is smoother, and why?
# 3. Now give the slower network more time, so that rate times epochs is the same for
#    both. Which one has the larger loss?
#
# Twenty pairs
# ------------
# The function and the network are those of :lesson:`fit_a_function`: 50 logistic
# neurons, :term:`Adam`, batches of 2000 out of 10 000 points. Networks with the same
# ``random_state`` start from the same weights and see the same batches in the same
# order. So each :term:`seed` gives a *pair* that differs in the learning rate alone.

import matplotlib.pyplot as plt
import numpy as np

from nnteach import MLPRegressorNet, fit_many, median_and_band
from nnteach import wavy_parabola as f

network = {
    "hidden_layer_sizes": (50,), "activation": "logistic", "alpha": 0,
    "weight_init": "glorot_uniform", "bias_init": "zeros", "n_iter_no_change": np.inf,
}  # fmt: skip


def networks(rate, **settings):
    settings |= {**network, "learning_rate_init": rate}
    return [MLPRegressorNet(**settings, random_state=seed) for seed in range(20)]


X = np.linspace(0, 1, 10_000, dtype=np.float32).reshape(-1, 1)
y = f(X.ravel())
large = networks(0.005, batch_size=2000, max_iter=4000)
small = networks(0.002, batch_size=2000, max_iter=4000)
nets = fit_many(large + small, X, y)
mse_large = 2 * np.array([net.loss_curve_ for net in large])  # one row a network
mse_small = 2 * np.array([net.loss_curve_ for net in small])

# %%
# ``loss_curve_`` holds half the :term:`mean squared error`, so we double it. The lines
# are medians, the bands hold the middle 80 % of the seeds.

# sphinx_gallery_fold_code = "How the loss curves are drawn"
from nnteach.displays.palette import BLUE, VERMILION

curves_of = {0.005: (mse_large, BLUE), 0.002: (mse_small, VERMILION)}


def draw(ax, rate, places):
    curves, color = curves_of[rate]
    low, median, high = np.quantile(curves, [0.1, 0.5, 0.9], axis=0)
    ax.fill_between(places, low, high, color=color, alpha=0.2, linewidth=0)
    ax.plot(places, median, color=color, label=f"rate {rate}")


fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for rate in curves_of:
    draw(ax, rate, np.arange(1, 4001))
ax.set(xlabel="epoch", ylabel="mean squared error", yscale="log", ylim=(1e-5, 0.1))
ax.set_title("The smaller rate is later on every step, and its curve is smoother")
ax.legend(loc="upper right")
fig.alt_text = (
    "Mean squared error over 4000 epochs for two learning rates, each a median of 20 "
    "networks with a band. Both fall in steps. At epoch 2000 the medians are "
    f"{np.median(mse_large[:, 1999]):.1e} for rate 0.005 and "
    f"{np.median(mse_small[:, 1999]):.1e} for rate 0.002."
)
plt.show()

# %%
# Larger?
# -------
# The last point of a curve that trembles is an accident. We take the mean over the last
# 100 epochs as the final error, and divide the two networks of each pair.

final_large, final_small = (m[:, -100:].mean(axis=1) for m in (mse_large, mse_small))
print("final error, rate 0.005:", median_and_band(final_large, ".1e"))
print("final error, rate 0.002:", median_and_band(final_small, ".1e"))
print("ratio in each pair:", median_and_band(final_small / final_large, ".2f"))

# %%

# sphinx_gallery_fold_code = "How the pairs are drawn"
from scipy.stats import binomtest

larger = int(np.sum(final_small > final_large))
p_value = binomtest(larger, 20).pvalue
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot([3e-5, 2.5e-4], [3e-5, 2.5e-4], color="grey", label="equal")
ax.loglog(final_large, final_small, "o", color=BLUE, alpha=0.7, label="one pair")
ax.set(xlabel="final error, rate 0.005", ylabel="final error, rate 0.002")
ax.set_title(f"In {larger} of 20 pairs the error is larger with the smaller rate")
ax.legend(loc="lower right")
fig.alt_text = (
    "Twenty dots, one a pair: final error with rate 0.002 over that with rate 0.005, "
    f"on logarithmic axes. {larger} dots lie above the diagonal, up to a factor of "
    f"{np.max(final_small / final_large):.0f}, and {20 - larger} below it."
)
plt.show()
print(f"sign test: p = {p_value:.2g}")

# %%
# **Answer 1.** The smaller rate, in most pairs. By the :term:`sign test`, a coin hardly
# ever gives so uneven a count. But some pairs say the opposite: had the solution drawn
# one of their seeds, it would have concluded the opposite too.
#
# Smoother?
# ---------
# We need a number. Take the change of the loss from one epoch to the next in per cent,
# without its sign, and of the last 500 changes the median.


def jitter(curve):
    return 100 * np.median(np.abs(np.diff(curve) / curve[:-1]))


jitter_large = np.array([jitter(curve[-500:]) for curve in mse_large])
jitter_small = np.array([jitter(curve[-500:]) for curve in mse_small])
print("jitter in %, rate 0.005:", median_and_band(jitter_large, ".2f"))
print("jitter in %, rate 0.002:", median_and_band(jitter_small, ".2f"))
print(f"smoother with 0.002 in {np.sum(jitter_small < jitter_large)} of 20 pairs")

# %%
# Here every pair agrees. Does the larger rate tremble more only because its loss is
# lower? In part: at the same rate, the jitter in per cent is larger where the loss is
# lower. But at equal loss, too, the larger rate trembles more in every pair, by about
# the ratio of the rates.

# %%
# We take only the epochs in which the mean squared error is between 0.0012 and 0.0024,
# a stretch that each of the forty curves passes. At the end of the training the loss is
# lower, and the jitter of the same networks is larger.

# sphinx_gallery_fold = "Smoother at equal loss, too"


def jitter_at_equal_loss(curve):
    change = 100 * np.abs(np.diff(curve) / curve[:-1])
    return np.median(change[(curve[1:] > 0.0012) & (curve[1:] < 0.0024)])


equal_large = np.array([jitter_at_equal_loss(curve) for curve in mse_large])
equal_small = np.array([jitter_at_equal_loss(curve) for curve in mse_small])
equal_ratio = equal_large / equal_small
print("jitter at equal loss in %")
print("    rate 0.005:", median_and_band(equal_large, ".2f"))
print("    rate 0.002:", median_and_band(equal_small, ".2f"))
print("    ratio:     ", median_and_band(equal_ratio, ".2f"))
print(f"ratio of the learning rates: {0.005 / 0.002}")
print("jitter at the end over jitter at equal loss, rate 0.005:")
print("   ", median_and_band(jitter_large / equal_large, ".1f"))
assert np.all(equal_ratio > 1.2)
assert 1.7 < np.median(equal_ratio) < 3.5
assert np.all(jitter_large > 1.3 * jitter_small)
assert np.median(jitter_large / equal_large) > 3
assert np.median(equal_ratio) < np.median(jitter_large / jitter_small) / 2

lowest_ratio = mse_small.min(axis=1) / mse_large.min(axis=1)
print("ratio of the lowest losses:", median_and_band(lowest_ratio, ".2f"))
assert np.median(final_small / final_large) > 2
assert np.median(lowest_ratio) > 2
assert 15 <= larger <= 19
assert p_value < 0.05
on_the_way = np.quantile(mse_small, 0.5, axis=0) > np.quantile(mse_large, 0.5, axis=0)
assert np.mean(on_the_way) > 0.9

# %%
# Slower or worse?
# ----------------
# The smaller rate makes smaller steps. To allow for that, we stretch the axis: we draw
# the error over rate times epochs. At the end of this axis, the larger rate has trained
# 1600 epochs and the smaller one 4000.

# sphinx_gallery_fold_code = "How the stretched curves are drawn"
same_way = mse_small[:, 3900:4000].mean(axis=1) / mse_large[:, 1560:1600].mean(axis=1)
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for rate in curves_of:
    draw(ax, rate, rate * np.arange(1, 4001))
ax.set(xlabel="learning rate × epochs", ylabel="mean squared error", xlim=(0, 8))
ax.set(yscale="log", ylim=(1e-5, 0.1))
ax.set_title("At equal rate × epochs, the smaller rate is ahead")
ax.legend(loc="upper right")
fig.alt_text = (
    "The same curves over rate times epochs, from 0 to 8. At 8 the median error is "
    f"{np.median(mse_small[:, -1]):.1e} with rate 0.002 and "
    f"{np.median(mse_large[:, 1599]):.1e} with rate 0.005."
)
plt.show()
print("error of 0.002 after 4000 epochs over that of 0.005 after 1600:")
print("   ", median_and_band(same_way, ".2f"))

# %%
# **Answer 3.** The larger rate. So 0.002 is *slower*, and nothing here shows that it is
# *worse*. Where either rate would end cannot be told: both curves are still falling
# when the training is cut off.
#
# Why does a larger rate tremble more?
# ------------------------------------
# An explanation: the gradient of a random :term:`batch` is the true gradient plus
# noise, and the learning rate is a factor on the noise as well. Look at it in a model
# with one parameter :math:`\theta`, the objective :math:`E = \tfrac12 \theta^2` and
# noise :math:`\xi`:
#
# .. math:: \theta \leftarrow \theta - \eta\, (\theta + \xi) .

# sphinx_gallery_fold_code = "How the model is run and drawn"
rng = np.random.default_rng(0)
s, theta_squared = 0.1, {}
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for eta, color in [(0.05, BLUE), (0.02, VERMILION)]:
    theta = np.ones((1000, 200))  # one row an update, one column a run
    for step in range(1, 1000):
        noise = s * rng.normal(size=200)
        theta[step] = theta[step - 1] - eta * (theta[step - 1] + noise)
    theta_squared[eta] = np.mean(theta**2, axis=1)
    ax.plot(theta_squared[eta] / 2, color=color, label=f"rate {eta}")
ax.set(xlabel="update", ylabel="E, mean of 200 runs", yscale="log")
ax.set_title("In the model, the larger rate is faster but stays noisier")
ax.legend(loc="upper right")
floors = {eta: np.mean(values[500:]) / 2 for eta, values in theta_squared.items()}
fig.alt_text = (
    "The objective of the model over 1000 updates. With rate 0.05 it falls faster and "
    f"then trembles around {floors[0.05]:.1e}; with rate 0.02 it falls later, and "
    f"trembles around {floors[0.02]:.1e}."
)
plt.show()

# %%
# Write :math:`q` for the mean of :math:`\theta^2` over many runs, and let the noise
# have mean 0 and variance :math:`s^2`. The update is
# :math:`\theta \leftarrow (1 - \eta)\,\theta - \eta\,\xi`. Square it and take the mean.
# The mixed term has mean 0, because the new noise is independent of :math:`\theta`. So
# an update turns :math:`q` into
#
# .. math:: (1 - \eta)^2\, q + \eta^2 s^2 .
#
# In the end, :math:`q` no longer changes. Set both equal:
#
# .. math::
#
#    q \,\bigl(1 - (1 - \eta)^2\bigr) = \eta^2 s^2, \qquad
#    q = \frac{\eta^2 s^2}{2 \eta - \eta^2} = \frac{\eta}{2 - \eta}\, s^2 .
#
# For small rates that is nearly proportional to :math:`\eta`.

# sphinx_gallery_fold = "How large the noise of the model stays"
for eta, values in theta_squared.items():
    q, simulated = eta / (2 - eta) * s**2, np.mean(values[500:])
    print(f"rate {eta}: mean of θ² {simulated:.2e}, formula {q:.2e}")
    np.testing.assert_allclose(simulated, q, rtol=0.2)
    np.testing.assert_allclose((1 - eta) ** 2 * q + eta**2 * s**2, q)

# %%
# A network is more than this model, so test the explanation. If random batches cause
# the trembling, it must vanish when each update sees *all* samples. We train the same
# pairs on 50 points in one batch, with as many updates as before.

# sphinx_gallery_fold_code = "Training without random batches"
x_few = (np.arange(50, dtype=np.float32) + 0.5) / 50
whole = {"batch_size": 50, "max_iter": 20_000, "shuffle": False}
full_large, full_small = networks(0.005, **whole), networks(0.002, **whole)
fit_many(full_large + full_small, x_few.reshape(-1, 1), f(x_few))


def in_fives(nets):  # five updates were an epoch
    curves = 2 * np.array([net.loss_curve_ for net in nets])
    return curves.reshape(len(nets), -1, 5).mean(axis=2)


mse_full_large, mse_full_small = in_fives(full_large), in_fives(full_small)
jitter_full = np.array([jitter(curve[-500:]) for curve in mse_full_large])
print("jitter in %, rate 0.005")
print("    random batches:", median_and_band(jitter_large, ".2f"))
print("    all samples:   ", median_and_band(jitter_full, ".2f"))

# %%

# sphinx_gallery_fold_code = "How the most contrary pair is drawn"
pair = np.argmin(final_small / final_large)
ends = {
    "0.005, random batches": (mse_large, BLUE),
    "0.002, random batches": (mse_small, VERMILION),
    "0.005, all samples": (mse_full_large, "black"),
}
fig, ax = plt.subplots(figsize=(7, 4.4), layout="constrained")
for label, (curves, color) in ends.items():
    ax.plot(np.arange(3501, 4001), curves[pair, -500:], color=color, label=label)
ax.set(xlabel="epoch (five updates)", ylabel="mean squared error", yscale="log")
ax.set_title("Without random batches the curve is calm, but for bursts")
fig.legend(loc="outside lower center", ncols=3, fontsize="small")
fig.alt_text = (
    "The last 500 epochs of the pair in which the smaller rate ends furthest ahead. "
    "With random batches both curves tremble, that of rate 0.005 by "
    f"{jitter_large[pair]:.1f} % an epoch, that of rate 0.002 by "
    f"{jitter_small[pair]:.1f} %. With all samples the curve is smooth, with bursts."
)
plt.show()

# %%
# **Answer 2.** The curve of the smaller rate, because random batches shake it less:
# without them the trembling is gone, at the same rate.
#
# The bursts remain, although nothing is random there. So the batches cannot be their
# cause. What is, this lesson does not find out.

# %%
# The jitter is a median and does not see what is rare. For the bursts we take the
# largest rise from one epoch to the next. The 50 points are the middles of fifty equal
# pieces of the interval. On them the error of the networks from above is the same,
# within a few per cent, as on all 10 000.
#
# With all samples in each update, the final errors of the two rates cannot be told
# apart. So we claim "a smaller rate gives a larger loss" only for this network, these
# batches and 4000 epochs.

# sphinx_gallery_fold = "Bursts, fifty points for 10 000, and what does not repeat"


def largest_rise(curves):
    return 100 * np.max(curves[:, -499:] / curves[:, -500:-1] - 1, axis=1)


def mse(net, x):
    return np.mean((net.predict(x.reshape(-1, 1)) - f(x.ravel())) ** 2)


burst_large, burst_small = largest_rise(mse_full_large), largest_rise(mse_full_small)
print("largest rise in %, all samples")
print("    rate 0.005:", median_and_band(burst_large, ".0f"))
print("    rate 0.002:", median_and_band(burst_small, ".0f"))
on_few = np.array([mse(net, x_few) / mse(net, X) for net in large])
print("error on 50 over that on 10 000 points:", median_and_band(on_few, ".2f"))
full_ratio = mse_full_small[:, -100:].mean(1) / mse_full_large[:, -100:].mean(1)
full_p = binomtest(int(np.sum(full_ratio > 1)), 20).pvalue
print("final error of 0.002 over that of 0.005, all samples:")
print("   ", median_and_band(full_ratio, ".2f"))
print(f"    above 1 in {np.sum(full_ratio > 1)} of 20 pairs, p = {full_p:.2g}")
for rate, (curves, _) in curves_of.items():
    fallen = 1 - curves[:, -100:].mean(axis=1) / curves[:, -600:-500].mean(axis=1)
    print(f"fall in the last 500 epochs in %, rate {rate}:")
    print("   ", median_and_band(100 * fallen, ".0f"))
    assert np.median(fallen) > 0.05
assert np.median(jitter_full) < np.median(jitter_large) / 10
assert np.median(burst_large) > 30
assert np.median(burst_large / burst_small) > 1.5
assert np.all(np.abs(on_few - 1) < 0.1)
assert full_p > 0.05
assert np.median(same_way) < 0.9
assert np.mean(same_way < 1) > 0.75

# %%
# Common mistakes
# ---------------
# **The result changes when somebody repeats it.** Cause: one run of each setting. Fix:
# many seeds, in pairs, and a count of how many agree.
#
# **"The smaller rate is worse."** Cause: both were stopped at the same epoch, which
# favours the faster one. Fix: train until neither improves any more, or say "after so
# many epochs".
#
# **"It is smoother because it is caught in a local minimum."** Cause: a story that fits
# one picture. Fix: ask what the explanation predicts for another experiment, and make
# it.

# %%
# A fourth one: comparing the lowest points of two curves. The curve that trembles more
# has its lowest point further below its mean.

# sphinx_gallery_fold = "How lucky the lowest point of a curve is"
luck = {}
for rate, (curves, _) in curves_of.items():
    luck[rate] = 100 * (1 - curves.min(axis=1) / curves[:, -100:].mean(axis=1))
    print(f"rate {rate}: lowest point below the final error, in %:")
    print("   ", median_and_band(luck[rate], ".0f"))
    assert np.median(luck[rate]) > 1
print(f"further below with 0.005 in {np.sum(luck[0.005] > luck[0.002])} of 20 pairs")
assert np.median(luck[0.005]) > 2 * np.median(luck[0.002])

# %%
# What you learnt
# ---------------
# With the smaller rate the loss after 4000 epochs is larger in most pairs, and the
# curve is smoother in all of them. It is smoother because random batches shake it less.
# Its smaller steps explain why it is behind: at equal rate times epochs it is ahead. A
# comparison at equal epochs tells which rate is faster, and a single pair can tell the
# opposite of most.
#
# Further reading
# ---------------
# How to choose a learning rate: :cite:t:`bengio2012`. How much results move from seed
# to seed: :cite:t:`bouthillier2021`. Learning rate and batch size as two knobs of one
# noise: :cite:t:`smith2018`.
