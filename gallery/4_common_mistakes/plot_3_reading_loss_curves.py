"""
Two ways to draw a loss curve wrongly
=====================================

The solution of :doc:`the exercise sheet </exercise_sheet>` makes two mistakes when it
draws its loss curves. It draws the logarithm of the loss on a linear axis, where nobody
can read the loss. And its last figure compares two learning rates but shows one curve
twice, under two labels.

.. lesson-plan::
   :needs: fit_a_function

   :read-a-logarithmic-axis: read a loss off a logarithmic axis
   :summarize-on-a-logarithm: choose a summary of many curves that survives a logarithm
   :notice-a-double: notice a curve that is drawn twice under two labels
"""

# %%
# Predict first
# -------------
# 1. A curve ends at -6 on an axis labelled "log(loss)". How large is the loss?
# 2. Two curves, labelled "rate 0.005" and "rate 0.002", lie exactly on one another. Is
#    that good evidence that the :term:`learning rate` does not matter here?
#
# The trainings
# -------------
# The function is that of :lesson:`fit_a_function`, and so is the network with its 50
# sigmoids. To be quick, it sees 500 points in batches of 50, for 800 epochs, and it
# starts from scikit-learn's weights. For each of two learning rates we train 21 seeds;
# the odd number has a reason that comes later.

import matplotlib.pyplot as plt
import numpy as np

from nnteach import MLPRegressorNet, TrainingCurveDisplay, fit_many, median_and_band
from nnteach import wavy_parabola as f

x = np.linspace(0, 1, 500, dtype=np.float32)[:, np.newaxis]
y = f(x).ravel()
settings = {"hidden_layer_sizes": (50,), "activation": "logistic", "alpha": 0}
settings |= {"batch_size": 50, "max_iter": 800, "n_iter_no_change": np.inf}


def network(rate, seed):
    return MLPRegressorNet(learning_rate_init=rate, random_state=seed, **settings)


groups = {
    rate: fit_many([network(rate, seed) for seed in range(21)], x, y)
    for rate in (0.005, 0.002)
}
losses = np.array([net.history_["loss"] for net in groups[0.005]])

# %%
# Mistake 4: the logarithm on a linear axis
# -----------------------------------------
# Here are the 21 networks with rate 0.005, drawn in three ways. The solution draws the
# one in the middle.

# sphinx_gallery_fold_code = "How the three panels are drawn"
epochs = np.arange(1, losses.shape[1] + 1)
fig, axes = plt.subplots(1, 3, figsize=(9, 3.4), layout="constrained")
for ax, yscale in ((axes[0], "linear"), (axes[2], "log")):
    TrainingCurveDisplay.from_estimators(
        groups[0.005], ax=ax, yscale=yscale, legend=False, title=""
    )
low, median, high = np.quantile(np.log(losses), [0.1, 0.5, 0.9], axis=0)
color = axes[0].lines[0].get_color()
axes[1].plot(epochs, median, color=color)
axes[1].fill_between(epochs, low, high, color=color, alpha=0.2)
axes[1].set(xlabel="epoch", ylabel="log(loss)")
axes[0].set_title("linear axis: a cliff")
axes[1].set_title("log(loss): no loss to read")
axes[2].set_title("logarithmic axis: both")
fig.suptitle("Only the logarithmic axis shows the whole training and its loss")
fig.alt_text = (
    "Three panels with the same median and band of 21 trainings. With a linear axis "
    "the curve is a cliff, and then lies near the floor. The curve of log(loss) on a "
    "linear axis and that of the loss on a logarithmic axis have the same shape; one "
    f"ends at {median[-1]:.1f}, the other at {np.exp(median[-1]):.4f}."
)
plt.show()

# %%
# A squared error cannot be negative, and the axis in the middle has negative numbers.
# To get the loss back, you have to undo a logarithm, and the label does not say which
# one. numpy's ``log`` is the natural logarithm; on paper, "log" is often the one to
# base 10.

end = np.median(np.log(losses[:, -1]))
print(f"the middle curve ends at {end:.1f}")
print(f"read as a natural logarithm: a loss of {np.exp(end):.1e}")
print(f"read as a decimal logarithm: a loss of {10**end:.1e}")

# %%
# **Answer 1.** Nobody can say. With the natural logarithm the loss is :math:`e^{-6}`,
# with the decimal one :math:`10^{-6}`, which is over 2000 times smaller.
#
# The remedy: leave the numbers alone and change the axis, with ``ax.set_yscale("log")``
# or ``yscale="log"`` in :class:`~nnteach.TrainingCurveDisplay`. Equal distances are
# then equal factors, and the ticks are losses.

# %%
# How much does the linear axis hide? From epoch 200 on the median loss still falls by
# the factor that is printed. And a check that would have caught the mistake: whatever
# is drawn as a loss has to be positive.

# sphinx_gallery_fold = "What the linear axis hides, and a check"


def share_of_height(curve):
    """Share of the height of a curve that the epochs from 200 on take."""
    return np.ptp(curve[200:]) / np.ptp(curve)


typical = np.median(losses, axis=0)
on_linear, on_log = share_of_height(typical), share_of_height(np.log(typical))
fall = typical[200] / typical[-1]
print(f"from epoch 200 on, the median falls by a factor of {fall:.1f};")
print(f"that takes {on_linear:.0%} of the height on a linear axis,")
print(f"and {on_log:.0%} on a logarithmic axis")
drawn = [ax.lines[0].get_ydata() for ax in axes]
print("smallest value drawn:", ", ".join(f"{values.min():.2g}" for values in drawn))
assert [bool(np.all(values > 0)) for values in drawn] == [True, False, True]
assert fall > 3
assert on_log > 2 * on_linear
assert end < -4
assert np.exp(end) > 1000 * 10**end
assert np.exp(-6) / 10**-6 > 2000

# %%
# Why the lessons draw medians
# ----------------------------
# Many seeds make one curve, and it matters how. If some networks have fallen to a small
# loss and others have not, the mean is little more than the share that the others
# contribute: it describes neither group. And the mean of the logarithms is not the
# logarithm of the mean. A median has no such trouble: the logarithm keeps the order, so
# the network in the middle stays in the middle. With 21 seeds the median is one of the
# values.

# %%
# For losses :math:`E_1, \dots, E_K` of :math:`K` networks,
#
# .. math::
#
#    \exp\Big(\frac{1}{K} \sum_{k=1}^{K} \ln E_k\Big)
#    \;\le\; \frac{1}{K} \sum_{k=1}^{K} E_k,
#
# with equality only if all are equal. The left side is the *geometric* mean. This is
# Jensen's inequality for the logarithm, which is concave.

# sphinx_gallery_fold = "Means and logarithms, in formulas and in these trainings"
geometric_mean = np.exp(np.log(losses).mean(axis=0))
ratio = losses.mean(axis=0) / geometric_mean
print(f"the mean is up to {ratio.max():.2f} times the geometric mean,")
print(f"at epoch {epochs[ratio.argmax()]}, where some networks have fallen")
assert np.all(ratio > 1)
assert ratio.max() > 1.2
median_of_logs = np.median(np.log(losses), axis=0)
np.testing.assert_allclose(np.exp(median_of_logs), typical, rtol=1e-9)

# %%
# Mistake 5: one curve, two labels
# --------------------------------
# The last figure of the solution is to compare the rates 0.005 and 0.002. Here is a way
# to its mistake that looks innocent: fit a network, change its learning rate, fit it
# again.

fast = network(0.005, seed=0).fit(x, y)
slow = fast.set_params(learning_rate_init=0.002).fit(x, y)
print("are fast and slow one object?", slow is fast)

# %%

# sphinx_gallery_fold_code = "How the mistake and its remedy are drawn"
mistaken_pair = {"rate 0.005": fast, "rate 0.002": slow}
pair = {f"rate {net.learning_rate_init}": net for net, *_ in groups.values()}
fig, axes = plt.subplots(1, 2, figsize=(8, 3.8), layout="constrained", sharey=True)
for ax, nets in zip(axes, (mistaken_pair, pair), strict=True):
    for (label, net), style in zip(nets.items(), "-:", strict=True):
        ax.plot(epochs, net.history_["loss"], style, label=label)
    ax.set(xlabel="epoch", yscale="log", ylim=(1e-3, 1e-1))
    ax.legend(loc="upper right")
axes[0].set_ylabel("loss (half the squared error)")
axes[0].set_title("one network, two labels")
axes[1].set_title("two networks")
fig.suptitle("Two curves that agree in every point are one curve")
fig.alt_text = (
    "Two panels with two labelled curves each. On the left they lie exactly on each "
    "other. On the right the curve of rate 0.005 falls to "
    f"{groups[0.005][0].history_['loss'][-1]:.4f} and that of rate 0.002 to "
    f"{groups[0.002][0].history_['loss'][-1]:.4f}."
)
plt.show()

# %%
# ``set_params`` and ``fit`` return the estimator itself, not a copy. So ``fast`` and
# ``slow`` are two names of one network, the one that was fitted last.
#
# **Answer 2.** No, it is evidence of a mistake. Different rates give different curves,
# and so do different seeds. Two curves that agree in every bump come from one training.
#
# The remedy: make a new network for each setting, or copy the settings with
# :func:`sklearn.base.clone`. Let labels come from the networks; then both labels would
# have said 0.002. And compare before you draw:


def curves_differ(net_a, net_b):
    return not np.array_equal(net_a.history_["loss"], net_b.history_["loss"])


print("the mistake: curves differ?", curves_differ(fast, slow))
print("the remedy:  curves differ?", curves_differ(groups[0.005][0], groups[0.002][0]))

# %%
# How similar can two different trainings be? Here is the most similar pair of all 42
# networks. And :func:`~nnteach.fit_many` refuses to fit one network twice.

# sphinx_gallery_fold = "No two of 42 trainings have the same curve"
from itertools import combinations
from textwrap import fill

curves = [net.history_["loss"] for group in groups.values() for net in group]
distances = [np.abs(np.log(a / b)).max() for a, b in combinations(curves, 2)]
print(f"the most similar of {len(distances)} pairs of curves still differs")
print(f"by a factor of {np.exp(min(distances)):.2f} at some epoch")
assert np.exp(min(distances)) > 1.02
assert not curves_differ(*mistaken_pair.values())
assert curves_differ(*pair.values())
try:
    fit_many([slow, slow.set_params(learning_rate_init=0.005)], x, y)
except ValueError as error:
    print(fill(str(error)))
else:
    raise AssertionError("fit_many was to refuse")

# %%
# What the figure was to show
# ---------------------------
# With the mistake put right, you can ask: which rate has the smaller loss after these
# 800 epochs? Compare the two networks of each seed. The loss of an epoch wobbles, so we
# take the median of the last 50.

final = {
    rate: np.array([np.median(net.history_["loss"][-50:]) for net in nets])
    for rate, nets in groups.items()
}
ratio = final[0.002] / final[0.005]
print("loss with rate 0.002 over loss with rate 0.005:")
print("   ", median_and_band(ratio, ".1f"))
print(f"larger for {np.sum(ratio > 1)} of {len(ratio)} seeds")

# %%
# The larger rate is ahead, after 800 epochs. The loss has a flat stretch before it
# falls, and the smaller rate comes to the fall later. :lesson:`learning_rate` follows
# both to the end.

# %%
# At which epoch has the loss fallen below 0.005, if at all?

# sphinx_gallery_fold = "When the loss falls, seed by seed"


def epoch_of_fall(net):
    fallen = net.history_["loss"] < 0.005
    return fallen.argmax() + 1 if fallen.any() else np.inf


epochs_of_fall = {
    rate: np.array([*map(epoch_of_fall, nets)]) for rate, nets in groups.items()
}
for rate, values in epochs_of_fall.items():
    print(f"rate {rate}: fallen for {np.isfinite(values).sum()} of {len(values)} seeds")
assert np.mean(epochs_of_fall[0.005] < epochs_of_fall[0.002]) > 0.9
assert np.mean(ratio > 1) > 0.9
assert np.median(ratio) > 2

# %%
# What you learnt
# ---------------
# Draw the loss on a logarithmic axis, never the logarithm of the loss: your readers
# need the number. Medians and quantiles keep their place under a logarithm, means do
# not. Two curves that agree in every point are one curve. Let labels come from the
# networks, and let the code assert that the things you compare are different.
#
# Further reading
# ---------------
# How to choose a rate, and what else to look for in curves: :cite:t:`bengio2012`. What
# a figure should not leave to its reader's arithmetic: :cite:t:`cleveland1985`.
