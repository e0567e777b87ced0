"""
Two curves that say something else
==================================

Two mistakes of the exercise's solution in the drawing of loss curves. First: it draws
the logarithm of the loss on a linear axis, where the loss on a logarithmic axis was
meant. Second: its last figure compares two learning rates and shows one and the same
curve twice, under two labels.

.. lesson-plan::
   :needs: fit_a_function

   :read-a-logarithmic-axis: read a loss off a logarithmic axis
   :summarize-on-a-logarithm: choose a summary of many curves that survives a logarithm
   :notice-a-double: notice a curve that is drawn twice under two labels
"""

# %%
# Predict first
# -------------
# Two figures of trainings with the :term:`mean squared error`. Write down what you
# would say about them.
#
# 1. A curve ends at -6 on an axis labelled "log(loss)". How large is the loss?
# 2. Two curves, labelled "rate 0.005" and "rate 0.002", lie exactly on one another. Is
#    that good evidence that the learning rate does not matter here?

from itertools import combinations
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import mean_squared_error

from nnteach import MLPRegressorNet, TrainingCurveDisplay, fit_many

# %%
# The trainings
# -------------
# The function is that of the exercise, :math:`f(x) = 0.2 + 0.4\,x^2 + 0.3\,x \sin(9x)`
# on :math:`[0, 1]`, and so are the layers of the network, 1-50-1 with 50 sigmoids. Two
# things are not the exercise's: to be quick, the network sees 500 points in batches of
# 50, for 800 epochs, and it starts from scikit-learn's weights and biases, where the
# exercise has Keras's. (In full length and with Keras's start this is on :ref:`the page
# on the learning rate
# <sphx_glr_gallery_3_universal_approximation_plot_2_learning_rate.py>`.)
#
# For each of two learning rates there are 21 networks, alike but for their
# :term:`seed`. The odd number is chosen on purpose, as will be seen.

x = np.linspace(0, 1, 500, dtype=np.float32)[:, np.newaxis]
y = (0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x)).ravel()

setting = {
    "hidden_layer_sizes": (50,),
    "activation": "logistic",
    "alpha": 0,
    "batch_size": 50,
    "max_iter": 800,
    "n_iter_no_change": np.inf,
}


def network(rate, seed):
    """Make a network of 50 sigmoids that trains for 800 epochs."""
    return MLPRegressorNet(learning_rate_init=rate, random_state=seed, **setting)


groups = {
    rate: fit_many([network(rate, seed) for seed in range(21)], x, y)
    for rate in (0.005, 0.002)
}

# %%
# Mistake 4: the logarithm on a linear axis
# -----------------------------------------
# The figure shows the median and the 10–90 % band of the 21 networks with rate 0.005,
# three times. On the left the loss itself: a cliff at the start, and all the rest near
# the floor. In the middle what the exercise's solution draws: the logarithm of the loss
# on a linear axis. On the right the loss on a logarithmic axis. Middle and right have
# the same shape. What differs is what you can read.

losses = np.array([net.history_["loss"] for net in groups[0.005]])
epochs = np.arange(1, losses.shape[1] + 1)

fig, axes = plt.subplots(1, 3, figsize=(9, 3.4), layout="constrained")
for ax, yscale in ((axes[0], "linear"), (axes[2], "log")):
    TrainingCurveDisplay.from_estimators(
        groups[0.005], ax=ax, yscale=yscale, legend=False, title=""
    )
low, median, high = np.quantile(np.log(losses), [0.1, 0.5, 0.9], axis=0)
axes[1].plot(epochs, median)
axes[1].fill_between(epochs, low, high, alpha=0.2)
axes[1].set(xlabel="epoch", ylabel="log(loss)")
axes[0].set_title("linear axis: the fall is hidden")
axes[1].set_title("log(loss): no loss to read")
axes[2].set_title("logarithmic axis: both")
fig.suptitle("Only the logarithmic axis shows the whole training and its loss")
plt.show()

# %%
# **Symptom.** The axis has negative numbers, and a squared error cannot be negative.
# Whoever wants the loss has to undo a logarithm, and the label does not say which:
# in numpy ``log`` is the natural one, on paper with decades it is the one to base 10.
# Between the two readings of the same point lie orders of magnitude.

end = np.median(np.log(losses[:, -1]))
print(f"the middle curve ends at {end:.1f}")
print(f"read as a natural logarithm: a loss of {np.exp(end):.1e}")
print(f"read as a decimal logarithm: a loss of {10**end:.1e}")
assert end < -4
assert np.exp(end) > 1000 * 10**end

# %%
# How much is hidden on the linear axis? From epoch 200 on the loss still falls to a
# small part of what it was. How much of the axis does that fall get, if the axis
# reaches from the smallest to the largest median?


def share_of_height(curve):
    """Share of the height of a curve that the epochs from 200 on take."""
    return np.ptp(curve[200:]) / np.ptp(curve)


typical = np.median(losses, axis=0)
on_linear, on_log = share_of_height(typical), share_of_height(np.log(typical))
fall = typical[200] / typical[-1]
print(f"from epoch 200 on, the median falls by a factor of {fall:.1f};")
print(f"that takes {on_linear:.0%} of the height on a linear axis,")
print(f"and {on_log:.0%} on a logarithmic axis")
assert fall > 3
assert on_log > 2 * on_linear

# %%
# **Cause.** Two wishes that look alike, and ``plt.plot(np.log(loss))`` is the shorter
# to type.
#
# **Fix.** Leave the numbers alone and change the axis: ``ax.set_yscale("log")``, or
# ``yscale="log"`` in :class:`~nnteach.TrainingCurveDisplay`. Equal distances then are
# equal ratios, and the ticks are losses.
#
# **A check that would have caught it.** Whatever is drawn as a loss has to be one. Try
# it on the lines of the three panels:

drawn = [ax.lines[0].get_ydata() for ax in axes]
print("smallest value drawn:", ", ".join(f"{values.min():.2g}" for values in drawn))
is_a_loss = [bool(np.all(values > 0)) for values in drawn]
assert is_a_loss == [True, False, True]

# %%
# Means and logarithms
# --------------------
# There is a second reason to leave the numbers alone. Many seeds have to be summed up
# as one curve, and it matters whether that is done before or after the logarithm. For
# losses :math:`E_1, \dots, E_K` of :math:`K` networks,
#
# .. math::
#
#    \exp\Big(\frac{1}{K} \sum_{k=1}^{K} \ln E_k\Big)
#    \;\le\; \frac{1}{K} \sum_{k=1}^{K} E_k,
#
# with equality only if all are equal: the mean of the logarithms is the logarithm of
# the *geometric* mean, which is smaller (Jensen's inequality). A quantile that is one
# of the values, as the median of 21 values is, has no such trouble. A logarithm keeps
# the order, and so the network in the middle stays in the middle. That is why there are
# 21 seeds here, and why the lessons draw medians and quantiles.

geometric_mean = np.exp(np.log(losses).mean(axis=0))
ratio = losses.mean(axis=0) / geometric_mean
print(f"the mean is up to {ratio.max():.2f} times the geometric mean,")
print(
    f"at epoch {epochs[ratio.argmax()]}, where some networks have fallen and some not"
)
assert np.all(ratio > 1)
assert ratio.max() > 1.2

median_of_logs = np.median(np.log(losses), axis=0)
np.testing.assert_allclose(np.exp(median_of_logs), typical, rtol=1e-9)

# %%
# Mistake 5: one curve, two labels
# --------------------------------
# The last figure of the exercise's solution is to compare the rates 0.005 and 0.002.
# Both its curves are the same. Here is a way to get there that looks innocent: fit a
# network, change its learning rate, fit it again.

fast = network(0.005, seed=0).fit(x, y)
slow = fast.set_params(learning_rate_init=0.002).fit(x, y)

print(f"are fast and slow one object? {slow is fast}")
assert slow is fast

# %%
# **Cause.** ``set_params`` and ``fit`` return the estimator itself, not a copy. There
# are two names and one network, the one that was fitted last; the curve of the other
# is gone. (In the exercise's solution it was a variable too: the history of one
# training, drawn twice.)
#
# **Fix.** One network for each setting: build it anew, or copy its settings with
# ``clone(fast)`` (:func:`sklearn.base.clone`). And let the label come from the network.
# Had it done so above, both labels would have said 0.002, and the mistake would have
# been in plain sight. The right half of the figure takes the first network of each
# group from above, which has the same seed.

mistaken_pair = {"rate 0.005": fast, "rate 0.002": slow}
pair = {f"rate {net.learning_rate_init}": net for net, *_ in groups.values()}

fig, axes = plt.subplots(1, 2, figsize=(8, 3.8), layout="constrained", sharey=True)
for ax, nets in zip(axes, (mistaken_pair, pair), strict=True):
    for (label, net), style in zip(nets.items(), "-:", strict=True):
        ax.plot(epochs, net.history_["loss"], style, label=label)
    ax.set(xlabel="epoch", yscale="log", ylim=(1e-3, 1e-1))
    ax.legend(loc="upper right")
axes[0].set_ylabel("loss (half the squared error)")
axes[0].set_title("mistake: one network, two labels")
axes[1].set_title("put right: two networks, labels from them")
fig.suptitle("Two curves that agree in every point are one curve")
plt.show()

# %%
# **Symptom.** The curves agree in every point, every bump included. Trainings with
# different rates do not, nor do trainings with the same rate and different seeds: here
# is the most similar pair among all 42 networks, and how far apart its curves are at
# the epoch where they differ most.

curves = [net.history_["loss"] for group in groups.values() for net in group]
distances = [np.abs(np.log(a / b)).max() for a, b in combinations(curves, 2)]
print(f"the most similar of {len(distances)} pairs of curves still differs")
print(f"by a factor of {np.exp(min(distances)):.2f} at some epoch")
assert np.exp(min(distances)) > 1.02

# %%
# **A check that would have caught it.** One line, before the curves are drawn. It
# fails for the pair of the mistake and passes for the pair put right. For a list there
# is a check already: :func:`~nnteach.fit_many` refuses to fit one object twice.


def curves_differ(net_a, net_b):
    """Whether two networks have gone through different trainings."""
    return not np.array_equal(net_a.history_["loss"], net_b.history_["loss"])


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
# With the mistake put right, the question can be answered: which rate has the smaller
# loss after these 800 epochs? Each seed is its own control, since both of its networks
# start from the same weights and see the same batches. The loss of an epoch wobbles, so
# the median of the last 50 epochs is taken.

display = None
for nets in groups.values():
    display = TrainingCurveDisplay.from_estimators(
        nets,
        ax=None if display is None else display.ax_,
        yscale="log",
        label=f"rate {nets[0].learning_rate_init}",
        title="After 800 epochs the larger rate has the smaller loss\n"
        "(median and 10–90 % band of 21 networks each)",
    )
plt.show()

# %%
# The answer holds for this number of epochs. The loss has a flat stretch and then
# falls, and the smaller rate comes to the fall later, if these epochs are enough for
# it at all. So the ratio of the losses depends on where one stops.


def epoch_of_fall(net):
    """First epoch with a loss below 0.005, or infinity."""
    fallen = net.history_["loss"] < 0.005
    return fallen.argmax() + 1 if fallen.any() else np.inf


epochs_of_fall = {
    rate: np.array([*map(epoch_of_fall, nets)]) for rate, nets in groups.items()
}
for rate, values in epochs_of_fall.items():
    print(
        f"rate {rate}: {np.isfinite(values).sum()} of {len(values)} seeds have fallen"
    )
assert np.mean(epochs_of_fall[0.005] < epochs_of_fall[0.002]) > 0.9

final = {
    rate: np.array([np.median(net.history_["loss"][-50:]) for net in nets])
    for rate, nets in groups.items()
}
ratio = final[0.002] / final[0.005]
low, median, high = np.quantile(ratio, [0.1, 0.5, 0.9])
print(f"loss with rate 0.002 over loss with rate 0.005: {median:.1f}")
print(f"(80 % of {len(ratio)} seeds between {low:.1f} and {high:.1f})")
assert np.mean(ratio > 1) > 0.9
assert median > 2

# %%
# Common mistakes
# ---------------
# A third way to misread a loss curve: to compare it with that of another library.
#
# **Symptom**: the same network, trained the same way, has half the loss. **Cause**:
# scikit-learn, and nnteach with it, train on one half of the squared error, so that no
# factor of 2 is left in its derivative; Keras and torch leave the half out. **Fix**:
# compare a measure that has one definition.

net = groups[0.005][0]
half_squared_error = net.loss_and_gradients(x, y)[0]
mse = mean_squared_error(y, net.predict(x))
print(f"loss {half_squared_error:.3e}, mean squared error {mse:.3e}")
np.testing.assert_allclose(2 * half_squared_error, mse, rtol=1e-3)

# %%
# Take-away
# ---------
# Draw the loss on a logarithmic axis, never the logarithm of the loss: whoever reads
# the figure needs the number. Medians and quantiles keep their place under a logarithm,
# means do not. Curves that agree in every point are one curve, so let labels come from
# the networks, and let the code assert that what is compared is different.
#
# Further reading
# ---------------
# :ref:`The page on the learning rate
# <sphx_glr_gallery_3_universal_approximation_plot_2_learning_rate.py>` follows the two
# rates to the end. How to choose a rate, and what else to look for in curves, is in
# :cite:t:`bengio2012`. On what figures should and should not leave to the reader's
# arithmetic see :cite:t:`cleveland1985`.
