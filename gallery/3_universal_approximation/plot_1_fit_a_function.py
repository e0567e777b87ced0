"""
Fit a function with fifty sigmoids
==================================

A network gets a number :math:`x` and is to return :math:`f(x)`, for a curved function
:math:`f` on the interval from 0 to 1. This lesson trains a network with one
:term:`hidden layer` of 50 neurons to do so, from twenty random starts, and reads what
came out: the fit, the loss curve, and what so small a loss means.

.. lesson-plan::
   :needs: training_by_hand, why_twenty_seeds, forward_pass

   :fit-a-function: train a network for regression for a fixed number of epochs
   :read-a-plateau: read a loss curve with plateaus on a logarithmic axis
   :interpret-a-loss: turn a loss into an error in the units of the target
   :find-the-largest-error: tell the mean error from the largest error
"""

# %%
# Predict first
# -------------
# Write down your answers before you read on.
#
# 1. A solution of this exercise reports a :term:`mean squared error` of 0.0001. If you
#    drew such a prediction and :math:`f` into one figure, could you see a difference?
# 2. Somewhere between 0 and 1 the error is largest. Where?
# 3. During hundreds of the first epochs the loss does not fall at all. Has the training
#    failed?

# %%
# The idea in one figure
# ----------------------
# The target is
#
# .. math:: f(x) = 0.2 + 0.4\, x^2 + 0.3\, x \sin(9x), \qquad 0 \le x \le 1,
#
# at 10 000 evenly spaced points. There is no noise: each point lies exactly on the
# curve, so a perfect network would have an error of zero. We store the numbers in
# single precision, ``float32``, which makes the training faster. Its rounding errors,
# about one part in ten million, are far below any error of this lesson.

import matplotlib.pyplot as plt
import numpy as np


def f(x):
    return 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x)


x = np.linspace(0, 1, 10_000)
X = x.reshape(-1, 1).astype(np.float32)
y = f(x).astype(np.float32)

slope, offset = np.polyfit(x, y, deg=1)
line = slope * x + offset

fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
ax.plot(x, y, label="f(x)")
ax.plot(x, line, "--", label="best\nstraight line")
ax.set(
    title="f has two hills and a valley; a straight line has none of them",
    xlabel="x",
    ylabel="y",
)
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# The straight line in the figure has the smallest mean squared error of all lines. It
# is a yardstick: whoever does no better has learnt nothing of the curves. A second one
# is the best constant, the mean of :math:`y`, whose mean squared error is called the
# variance of :math:`y`.

line_mse = np.mean((line - y) ** 2)
height = np.ptp(y)
print(f"y ranges over {height:.3f}, from {y.min():.3f} to {y.max():.3f}")
print(f"mean squared error of the best constant:      {np.var(y):.5f}")
print(f"mean squared error of the best straight line: {line_mse:.5f}")

# %%
# The network and its loss
# ------------------------
# One input, 50 hidden neurons with the :term:`logistic function` :math:`\sigma`, also
# called sigmoid, and one output without activation function:
#
# .. math::
#
#    a_1 = \sigma(W_1 x + b_1), \qquad \hat y = W_2\, a_1 + b_2 .
#
# Training makes the mean over the samples of *half* the squared error smaller:
#
# .. math:: E = \frac{1}{n} \sum_{i=1}^{n} \tfrac12\, (\hat y_i - y_i)^2 .
#
# The factor one half does not change which weights are best. scikit-learn and nnteach
# have it, Keras and PyTorch have not. So ``loss_`` must be doubled before it is
# compared with a mean squared error.
#
# In code, the settings of the exercise: :term:`Adam` with learning rate 0.005, batches
# of 2000, 4000 epochs. Three more settings make it the network that was asked for.
# ``alpha=0`` takes out the :term:`L2 penalty`. ``n_iter_no_change=np.inf`` trains all
# epochs, without looking for an early end. ``weight_init`` and ``bias_init`` ask for
# :term:`Glorot initialization` with biases of zero, the start that Keras makes.

from nnteach import MLPRegressorNet, ParameterTable, fit_many

settings = {
    "hidden_layer_sizes": (50,),
    "activation": "logistic",
    "weight_init": "glorot_uniform",
    "bias_init": "zeros",
    "alpha": 0,
    "learning_rate_init": 0.005,
    "batch_size": 2000,
}
first = MLPRegressorNet(**settings, random_state=0).initialize(X, y)
ParameterTable.from_estimator(first)

# %%
# The formula and the library agree, here for the untrained network:

W1, W2 = (W.T for W in first.coefs_)
b1, b2 = (b.reshape(-1, 1) for b in first.intercepts_)
A1 = 1 / (1 + np.exp(-(W1 @ X.T + b1)))  # one sample a column
Y_hat = W2 @ A1 + b2
loss, *gradients = first.loss_and_gradients(X, y)
print(f"E by the formula:     {np.mean(0.5 * (Y_hat - y) ** 2):.6f}")
print(f"E from the library:   {loss:.6f}")
np.testing.assert_allclose(Y_hat.ravel(), first.predict(X), atol=1e-5)
np.testing.assert_allclose(np.mean(0.5 * (Y_hat - y) ** 2), loss, rtol=1e-4)

# %%
# The experiment
# --------------
# Twenty networks, which differ in their :term:`random state` alone: in their starting
# weights and in how the samples fall into batches. With 5 batches an epoch, each makes
# 20 000 updates. :func:`~nnteach.fit_many` trains them together.

nets = [
    MLPRegressorNet(
        **settings, max_iter=4000, n_iter_no_change=np.inf, random_state=seed
    )
    for seed in range(20)
]
nets = fit_many(nets, X, y)

# %%
# The answer to the first question is: hardly. The blue line is the median of the twenty
# predictions, the band around it holds the middle 80 % of them, at each :math:`x`, and
# the target is the thick grey line behind. Only a look at the ends and the hills shows
# gaps.

from nnteach import FunctionFitDisplay

FunctionFitDisplay.from_estimators(
    nets, X, y, title="All twenty networks follow f, but hardly its turn at the end"
)
plt.show()

# %%
# Reading the loss curve
# ----------------------
# A loss that falls by large factors needs a logarithmic axis: on a linear one
# everything after the first epochs would lie on the floor. The dotted line is half the
# mean squared error of the best straight line.

from nnteach import TrainingCurveDisplay

display = TrainingCurveDisplay.from_estimators(
    nets, yscale="log", title="The loss falls in steps, with plateaus between"
)
display.ax_.axhline(
    line_mse / 2, color="black", linestyle=":", label="best straight line"
)
display.ax_.set_ylim(top=0.1)
display.ax_.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# In a few epochs the loss falls to the dotted line, and there it stays for hundreds of
# epochs. The training has not failed: so far, the network is no better than a straight
# line, and then the loss falls again, at another epoch for every seed. The band is wide
# where some seeds have fallen and others have not. We check the height of the plateau,
# for every seed at the epochs 100 and 300, and look when the loss is down to half of
# it.


def median_and_band(values, form=".3f"):
    low, median, high = (f"{q:{form}}" for q in np.quantile(values, [0.1, 0.5, 0.9]))
    return f"{median} (80 % of {len(values)} seeds between {low} and {high})"


losses = np.array([net.loss_curve_ for net in nets])  # one row a network
relative = 2 * losses / line_mse
leaving = 1 + np.argmax(relative < 0.5, axis=1)  # the first epoch below one half
print("mean squared error, divided by that of the straight line:")
print(f"    epoch 100: {median_and_band(relative[:, 99])}")
print(f"    epoch 300: {median_and_band(relative[:, 299])}")
print(f"plateau left at epoch {median_and_band(leaving, '.0f')}")
assert np.all(np.abs(relative[:, [99, 299]] - 1) < 0.1)
assert np.quantile(leaving, 0.9) > 1.5 * np.quantile(leaving, 0.1) > 450

# %%
# The result: what does so small a loss mean?
# -------------------------------------------
# From ``loss_`` to a number with a meaning, it is three steps. Twice the loss is the
# mean squared error, MSE for short. Its square root, the *root mean square* error, is a
# typical error in the units of :math:`y`. Divided by the range of :math:`y`, it says
# how large that is. We compute the error from the predictions of the trained networks,
# not from the loss curve; *Common mistakes* shows why.

predictions = np.array([net.predict(X) for net in nets])
errors = predictions - y
mse = np.mean(errors**2, axis=1)
rms = np.sqrt(mse)
print(f"half the MSE:      {median_and_band(mse / 2, '.1e')}")
print(f"MSE:               {median_and_band(mse, '.1e')}")
print(f"its root:          {median_and_band(rms, '.4f')}")
print(f"in % of y's range: {median_and_band(100 * rms / height, '.2f')}")
print(f"MSE of the straight line, divided by it: {np.median(line_mse / mse):.0f}")
assert 5e-5 < np.median(mse) < 2e-4
assert np.all(mse < line_mse / 30)
assert 0.01 < np.median(rms / height) < 0.02
assert np.all(rms < 0.04 * height)

# %%
# The exercise's own solution reports a loss of 0.0001, from one run with another
# library. That is a mean squared error, and it lies within our band. The band is wide,
# though: one run says little about the next.

reported = 1e-4
low, high = np.quantile(mse, [0.1, 0.9])
print(f"{reported:.0e} lies between {low:.1e} and {high:.1e}: {low < reported < high}")
print(f"worst seed : best seed = {mse.max() / mse.min():.1f} : 1")
assert low < reported < high
assert mse.max() > 2 * mse.min()

# %%
# Where the error is largest
# --------------------------
# The figure shows the target less the predictions. Most networks err in the same
# places: they stay below the two hills and above the valley between, and at the right
# end they miss the turn.

FunctionFitDisplay.from_estimators(
    nets,
    X,
    y,
    kind="residuals",
    title="The networks err most at the right end, where f turns down",
)
plt.show()

# %%
# We count, first for the hills and the valley, and then we look for each network's
# largest error. In nearly all of them it lies at the right end, where they predict too
# much.

tops = [np.argmax(y * (x < 0.4)), np.argmin(y), np.argmax(y)]
too_high = np.sum(errors[:, tops] > 0, axis=0)
for name, place, count in zip(
    ["hill", "valley", "hill"], x[tops], too_high, strict=True
):
    print(f"{name} at x = {place:.2f}: too high in {count} of {len(nets)} seeds")
assert too_high[0] <= 5
assert too_high[1] > 10
assert too_high[2] <= 5

largest = np.abs(errors).max(axis=1)
place = x[np.abs(errors).argmax(axis=1)]
at_the_end = place > 0.98
print(f"largest error:           {median_and_band(largest)}")
print(f"divided by the root MSE: {median_and_band(largest / rms, '.1f')}")
print(f"largest error beyond x = 0.98: {at_the_end.sum()} of {len(nets)} seeds")
print(f"too high at x = 1: {(errors[:, -1] > 0).sum()} of {len(nets)} seeds")
assert at_the_end.sum() >= 15
assert np.mean(errors[:, -1] > 0) > 0.9
assert np.median(largest / rms) > 2

# %%
# Why there? A conjecture, which this lesson does not test: a hill inside the interval
# has samples on both sides, and an error on either side costs. The downturn before 1 is
# narrow, has few samples, and nothing to its right.
#
# The mean squared error is what training makes smaller, and it says little about the
# largest error. A network may be accurate on average and wrong at one end. Which of the
# two matters depends on what the network is for.

# %%
# Common mistakes
# ---------------
# **The loss differs by a factor of two from somebody else's.** *Cause*: one of you has
# the factor one half. *Fix*: compare a quantity that is defined without the training,
# such as the mean squared error of ``predict``.
#
# **The loss that you report is not the loss of the network that you have.** *Cause*: an
# entry of ``loss_curve_`` is a mean over the batches of an epoch, while the weights
# change, and the lowest entry of a trembling curve is a lucky one. The weights that you
# have are those of the end. *Fix*: compute the error once more, from the predictions.

ratio = mse / (2 * losses.min(axis=1))
print("error of the network kept, divided by the lowest point of its loss curve:")
print(f"    {median_and_band(ratio, '.2f')}, at most {ratio.max():.2f}")
assert np.median(ratio) > 1.01

# %%
# **The prediction is a straight line.** *Cause*: the training was stopped on the first
# plateau. The default rule ends it when the loss has not fallen by more than
# ``tol=0.0001`` for more than 10 epochs in a row, which on a plateau is soon the case.
# *Fix*: draw the loss on a logarithmic axis, lower ``tol``, or train a fixed number of
# epochs as above.

stopped = [
    MLPRegressorNet(**settings, max_iter=4000, random_state=s) for s in range(20)
]
fit_many(stopped, X, y)
epochs = [net.n_iter_ for net in stopped]
stopped_mse = np.array([np.mean((net.predict(X) - y) ** 2) for net in stopped])
print(f"stopped after {median_and_band(epochs, '.0f')} epochs of 4000")
print(f"error divided by the line's {median_and_band(stopped_mse / line_mse)}")
assert max(epochs) < 300
assert np.all(stopped_mse > 0.9 * line_mse)

# %%
# **The loss is larger than half the mean squared error.** *Cause*: scikit-learn's
# default ``alpha=0.0001`` adds a penalty on the weights to the loss. It looks small,
# but so is the loss. *Fix*: ``alpha=0`` where the penalty is not wanted. For the
# trained networks, the default penalty would be this part of the loss:

squared_weights = np.array([sum(np.sum(W**2) for W in net.coefs_) for net in nets])
penalty = 0.5 * 1e-4 * squared_weights / settings["batch_size"]
print(f"penalty in % of the loss {median_and_band(100 * penalty / (mse / 2), '.0f')}")
assert np.median(penalty / (mse / 2)) > 0.05

# %%
# Take-away
# ---------
# Fifty sigmoids, trained on points of a function for 4000 epochs, follow it: the median
# over twenty random starts of the typical error is between one and two per cent of the
# function's range. The loss gets there in steps, and the first plateau is as high as
# the error of the best straight line. To read a loss, double it, take the root, and
# compare it with the range of the target; then look for the largest error as well.
#
# Try it yourself
# ---------------
# - Train on an interval that goes on a little beyond 1, and look at the error at
#   :math:`x = 1` again. What does the result say about the conjecture above?
# - Leave ``weight_init`` and ``bias_init`` out, which gives scikit-learn's start. Is
#   the first plateau as long?
#
# Further reading
# ---------------
# - Cybenko :cite:p:`cybenko1989` and Hornik, Stinchcombe and White :cite:p:`hornik1989`
#   proved that sums of sigmoids can approximate every continuous function on a bounded
#   interval. What that does not say is the subject of
#   :doc:`What the theorem does not promise <plot_4_what_the_theorem_does_not_promise>`.
# - Nielsen, *Neural Networks and Deep Learning* :cite:p:`nielsen2015`, chapter 4, is a
#   visual proof.
# - Kingma and Ba :cite:p:`kingma2015` describe Adam.
# - Next lesson: :doc:`What the learning rate changes <plot_2_learning_rate>`.
