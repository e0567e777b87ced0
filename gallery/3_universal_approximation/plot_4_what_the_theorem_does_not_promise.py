"""
What the theorem does not promise
=================================

"A network with one hidden layer can approximate any function." The sentence is quoted
often and says less than it seems to. This lesson states the theorem behind it, builds a
network by hand that keeps its promise, and then looks at four things that it does not
promise: how many neurons it takes, that training finds the weights, anything outside
the interval, and any activation function that you like.

.. lesson-plan::
   :needs: sum_of_sigmoids

   :state-the-theorem: state the universal approximation theorem, word by word
   :build-a-staircase: build a network of sigmoids by hand, with a bound on its error
   :tell-existence-from-training: tell what weights can exist from what training finds
   :distrust-extrapolation: say what a network predicts where it has seen no samples
"""

# %%
# Predict first
# -------------
# Write down your answers before you read on.
#
# 1. You may set the weights of a 1-50-1 network by hand. Can you come closer to
#    :math:`f` than training does?
# 2. You train networks with 10 and with 100 hidden neurons, for 10 000 updates each.
#    Has the training of either come to an end by then?
# 3. Twenty networks were trained on the interval from 0 to 1, and all fit well. What do
#    they say about :math:`x = 1.5`, and do they agree?

# %%
# The theorem
# -----------
# Let :math:`f` be continuous on a closed and bounded interval, here from 0 to 1. Then
# for every :math:`\varepsilon > 0` there are a number :math:`n` of neurons, and weights
# and biases, such that
#
# .. math::
#
#    \max_{0 \le x \le 1} \; \Bigl|\, f(x) - c - \sum_{j=1}^{n} v_j\,
#    \sigma(w_j x + b_j) \Bigr| < \varepsilon .
#
# Cybenko :cite:p:`cybenko1989` proved it for sigmoids, Hornik :cite:p:`hornik1991` for
# every activation function that is continuous, bounded and not constant, and Leshno,
# Lin, Pinkus and Schocken :cite:p:`leshno1993` for practically every one that is not a
# polynomial. All of it holds for several inputs as well.
#
# "There are" is the heart of it. The weights exist. How many are needed, how to find
# them, and what happens elsewhere, is not in the sentence.

# %%
# The idea in one figure: a staircase
# -----------------------------------
# For one input, a network that keeps the promise can be written down. Cut the interval
# into :math:`n` equal pieces. In the middle of each piece put a steep sigmoid, whose
# height is what :math:`f` climbs or falls over that piece:
#
# .. math::
#
#    c = f(0), \qquad v_j = f\bigl(\tfrac{j}{n}\bigr) - f\bigl(\tfrac{j-1}{n}\bigr),
#    \qquad w_j = 20\, n, \qquad b_j = -w_j\, \tfrac{j - 1/2}{n} .
#
# The sum is a staircase with rounded edges. On each tread :math:`f` moves away from the
# stair by what it changes over half a piece, so the error is about
#
# .. math:: \frac{1}{2n} \max_x |f'(x)|
#
# at most: twice as many neurons, half the error.
#
# In code, we give a network its arrays with ``initialize``, which trains nothing, and
# replace them by ours.

import matplotlib.pyplot as plt
import numpy as np

from nnteach import FunctionFitDisplay, MLPRegressorNet, fit_many


def f(x):
    return 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x)


def staircase(n):
    net = MLPRegressorNet(hidden_layer_sizes=(n,), activation="logistic")
    net.initialize(np.zeros((2, 1)), np.zeros(2))  # one input, one output
    steps = np.diff(f(np.arange(n + 1) / n))
    middles = (np.arange(n) + 0.5) / n
    net.coefs_ = [np.full((1, n), 20.0 * n), steps.reshape(n, 1)]
    net.intercepts_ = [-20.0 * n * middles, np.array([f(0)])]
    return net


x = np.linspace(0, 1, 10_001)
X, y = x.reshape(-1, 1), f(x)
FunctionFitDisplay.from_estimator(
    staircase(10), X, y, title="Ten sigmoids, set by hand: a staircase that follows f"
)
plt.show()

# %%
# Promise kept: the error falls like 1/n
# --------------------------------------
# The theorem measures with the *largest* error on the interval. We compute it on 10 001
# points, for staircases of up to 1000 steps.


def largest_error(net):
    return np.abs(net.predict(X) - y).max()


sizes = np.array([5, 10, 20, 50, 100, 200, 500, 1000])
built = np.array([largest_error(staircase(n)) for n in sizes])
bound = np.abs(np.gradient(y, x)).max() / (2 * sizes)
power, _ = np.polyfit(np.log(sizes), np.log(built), deg=1)
for n, error, limit in zip(sizes, built, bound, strict=True):
    print(f"{n:4} sigmoids: largest error {error:.4f}, bound {limit:.4f}")
print(f"the error falls like n to the power {power:.2f}")
assert np.all(built < bound)
assert abs(power + 1) < 0.05

# %%
# Give any :math:`\varepsilon`, and there is an :math:`n`. This is what the theorem
# promises, and for this :math:`f` we have the weights in our hands. *How many* neurons
# it takes is not in the theorem. That depends on :math:`f`, through its slope, and on
# how they are used: the next section has networks that come as close with far fewer.

# %%
# Not promised: that training finds such weights
# ----------------------------------------------
# Now we let training look for them. For each of several widths we train twenty seeds,
# all with the same recipe: 200 evenly spaced points, 10 000 updates with Adam, learning
# rate 0.01, Keras's start. The number of updates is our choice, and nothing says that
# they are enough. Every sentence about these networks therefore has to end in "after
# 10 000 updates".

x_train = np.linspace(0, 1, 200, dtype=np.float32)
recipe = {
    "weight_init": "glorot_uniform",
    "bias_init": "zeros",
    "alpha": 0,
    "learning_rate_init": 0.01,
    "batch_size": 200,
    "shuffle": False,
    "n_iter_no_change": np.inf,
}
trained = {
    n: [
        MLPRegressorNet(
            hidden_layer_sizes=(n,), activation="logistic", max_iter=10_000,
            random_state=seed, **recipe,
        )
        for seed in range(20)
    ]
    for n in [5, 10, 20, 50, 100]
}  # fmt: skip
all_nets = [net for nets in trained.values() for net in nets]
all_nets = fit_many(all_nets, x_train.reshape(-1, 1), f(x_train))

# %%
# We compare the largest error with that of the staircase of the same width. Each dot is
# one seed.

errors = {n: np.array([largest_error(net) for net in trained[n]]) for n in trained}

fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
widths = np.repeat(list(errors), 20)
dots = np.concatenate(list(errors.values()))
ax.loglog(widths, dots, "o", color="#0072B2", alpha=0.4, label="trained,\none seed")
ax.loglog(sizes, built, "s--", color="#D55E00", label="built by hand")
ax.set(
    title="After 10 000 updates, training is ahead with few neurons,\n"
    "and the staircase built by hand with fifty or more",
    xlabel="number of hidden neurons n",
    ylabel="largest error on [0, 1], in units of y",
)
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# The result has two halves. With five neurons, training is ahead in every seed: it
# chooses places, steepness and heights so that few sigmoids do much, and the staircase
# wastes them. With fifty or more, the staircase is ahead of every single seed, after
# 10 000 updates.


def median_and_band(values, form=".3f"):
    low, median, high = (f"{q:{form}}" for q in np.quantile(values, [0.1, 0.5, 0.9]))
    return f"{median} (80 % of {len(values)} seeds between {low} and {high})"


by_hand = dict(zip(sizes.tolist(), built, strict=True))
for n, values in errors.items():
    wins = np.sum(values < by_hand[n])
    print(f"{n:3} neurons, trained: {median_and_band(values)}")
    print(
        f"    by hand: {by_hand[n]:.3f}; training is closer in {wins} of {len(values)}"
    )
assert np.all(errors[5] < by_hand[5])
assert np.median(errors[5]) < by_hand[10]
assert np.all(errors[50] > by_hand[50])
assert np.all(errors[100] > by_hand[100])

# %%
# So the weights exist, we know them, and after 10 000 updates training has not arrived
# there. One difference can be seen in the weights: those of the staircase are far
# larger than any that training has reached, from its small start, by then.

steepest = np.array([np.abs(net.coefs_[0]).max() for net in trained[50]])
mse = np.array([np.mean((net.predict(X) - y) ** 2) for net in trained[50]])
mse_by_hand = np.mean((staircase(50).predict(X) - y) ** 2)
print(f"largest hidden weight, trained: {median_and_band(steepest, '.0f')}")
print(f"hidden weights of the staircase: {np.abs(staircase(50).coefs_[0]).max():.0f}")
print("mean squared error:")
print(f"trained: {median_and_band(mse, '.1e')}")
print(f"by hand: {mse_by_hand:.1e}")
assert steepest.max() < 100
assert np.all(mse > 1.5 * mse_by_hand)

# %%
# The mean squared errors answer an objection: training makes the *mean squared* error
# smaller, not the largest. But the staircase is ahead in that, too.

# %%
# Slow, or stuck?
# ---------------
# It is tempting to say that training got stuck. The loss curves can tell. We divide the
# loss of the last 100 updates by that of 1000 updates earlier: where the ratio is below
# one, the loss was still falling when we stopped. We take medians over 100 updates,
# because single entries of the curve tremble. And we count the networks that are far
# behind, with a mean squared error still above 0.001.


def still_falling(net):
    curve = net.loss_curve_
    return np.median(curve[-100:]) / np.median(curve[-1100:-1000])


falling = {n: np.array([still_falling(net) for net in trained[n]]) for n in trained}
behind = {n: sum(2 * net.loss_ > 0.001 for net in trained[n]) for n in trained}
for n, ratios in falling.items():
    print(f"{n:3} neurons: loss ratio {median_and_band(ratios, '.2f')}")
    print(f"    falling in {np.sum(ratios < 1)}, far behind: {behind[n]}")
assert np.mean(np.array(list(falling.values())) < 1) > 0.85
assert all(np.median(ratios) < 0.98 for ratios in falling.values())
assert behind[10] <= 3
assert 6 <= behind[100] <= 18

# %%
# Nearly everywhere the loss was still falling. So the figure above compares networks
# *on their way*, some of them early on it: with 100 neurons, many are far behind and
# others are not. The errors spread over so wide a range that their median says little
# about any one network. Whether 100 trained neurons are in the end better or worse than
# 10, these errors cannot tell.
#
# If training was only slow, more of it must lower the error. That can be tested. With
# 10 neurons it is cheap: the same twenty seeds, 30 000 updates.

longer = [
    MLPRegressorNet(
        hidden_layer_sizes=(10,), activation="logistic", max_iter=30_000,
        random_state=seed, **recipe,
    )
    for seed in range(20)
]  # fmt: skip
fit_many(longer, x_train.reshape(-1, 1), f(x_train))
errors_longer = np.array([largest_error(net) for net in longer])
ratio = errors_longer / errors[10]
print(f"largest error after 10 000 updates: {median_and_band(errors[10])}")
print(f"largest error after 30 000 updates: {median_and_band(errors_longer)}")
print(f"ratio, seed by seed:                {median_and_band(ratio, '.2f')}")
print(f"smaller in {np.sum(ratio < 1)} of {len(ratio)} seeds")
assert np.median(ratio) < 0.7
assert np.mean(ratio < 1) >= 0.8

# %%
# The error falls, so the training had not ended. Nor do we know that it has now.
# Another learning rate, a still longer training or another method may do better, and
# nothing here says how well the best of them does. The theorem does not say it either.

# %%
# Not promised: anything outside the interval
# -------------------------------------------
# The theorem speaks of :math:`x` between 0 and 1, and so do the samples. We ask the
# networks with 50 neurons about the surroundings.

nets = trained[50]
x_wide = np.linspace(-0.5, 1.5, 401)
FunctionFitDisplay.from_estimators(
    nets,
    x_wide.reshape(-1, 1),
    f(x_wide),
    training_interval=(0, 1),
    title="Outside the training interval, the networks leave f, and each other",
)
plt.show()

# %%
# Inside, the band is hardly wider than the line. Outside, the networks miss :math:`f`,
# and they do not agree with each other either, although they were trained on the same
# samples and fit them. We measure both: the error, and the width of the band from the
# 10 % to the 90 % :term:`quantile` of the predictions. In each strip we take the root
# mean square over :math:`x`.


def strip(left, right):
    x_strip = np.linspace(left, right, 100)
    predictions = np.array([net.predict(x_strip.reshape(-1, 1)) for net in nets])
    error = np.sqrt(np.mean((predictions - f(x_strip)) ** 2, axis=1))
    low, high = np.quantile(predictions, [0.1, 0.9], axis=0)
    return error, np.sqrt(np.mean((high - low) ** 2))


strips = [(-0.5, -0.25), (-0.25, 0), (0, 1), (1, 1.25), (1.25, 1.5)]
far_left, left, inside, right, far_right = map(strip, *zip(*strips, strict=True))
measured = [far_left, left, inside, right, far_right]
for (start, stop), (error, width) in zip(strips, measured, strict=True):
    print(f"x from {start} to {stop}: width of the band {width:.3f},")
    print(f"    error {median_and_band(error)}")
for (error, width), factor in [(left, 3), (right, 5), (far_left, 5), (far_right, 10)]:
    assert np.median(error) > factor * np.median(inside[0])
    assert width > 2 * inside[1]
assert np.median(far_left[0]) > 1.2 * np.median(left[0])
assert np.median(far_right[0]) > 1.5 * np.median(right[0])

# %%
# That the networks disagree is a warning that a single network cannot give: its curve
# goes on outside as smoothly as inside.
#
# For this :math:`f` there is even a proof that no network of sigmoids can follow it
# everywhere. A sigmoid lies between 0 and 1, so a network's output can never leave the
# bounds :math:`c \pm \sum_j |v_j|`. But :math:`f` grows beyond all bounds, like
# :math:`0.4\,x^2`.

far = np.array([[100.0]])
for net in [*nets, staircase(50)]:
    limit = np.abs(net.intercepts_[1][0]) + np.abs(net.coefs_[1]).sum()
    assert np.abs(net.predict(far)) <= limit
predictions = [net.predict(far)[0] for net in nets]
print(f"f(100) = {f(100):.0f}")
print(f"the networks say {median_and_band(predictions, '.1f')}")

# %%
# Common mistakes
# ---------------
# **"More neurons, smaller error", or "more neurons, larger error".** *Symptom*: the
# conclusion turns round when somebody trains longer. *Cause*: the theorem is about what
# *can* be expressed, and a comparison after a fixed number of updates is about speed as
# well. *Fix*: look whether the loss still falls; after changing the width, look for a
# suitable learning rate and length of training again; compare over seeds, and look at
# all of them when they fall into groups:

for n in (10, 100):
    print(f"{n:3} neurons, largest errors:", *(f"{e:.2f}" for e in np.sort(errors[n])))
assert np.ptp(errors[100]) > 2 * np.ptp(errors[10])

# %%
# **The network is asked about places where it has seen nothing.** *Symptom*: good test
# results, nonsense in use. *Cause*: the test samples came from the training interval.
# *Fix*: compare the inputs with the range of the training inputs, and refuse the
# others; or train samples there.
#
# **The network stays a straight line, however wide it is.** *Cause*: no activation
# function, or the identity. A sum of straight lines is a straight line. The identity is
# a polynomial, one of those that the theorem leaves out for good reason. *Fix*: any of
# the others. Twenty networks with 50 neurons each and no activation function:

linear = [
    MLPRegressorNet(
        hidden_layer_sizes=(50,), activation="identity", max_iter=500,
        random_state=seed, **recipe,
    )
    for seed in range(20)
]  # fmt: skip
fit_many(linear, x_train.reshape(-1, 1), f(x_train))
slope, offset = np.polyfit(x, y, deg=1)
line_mse = np.mean((slope * x + offset - y) ** 2)
ratio = np.array([np.mean((net.predict(X) - y) ** 2) for net in linear]) / line_mse
print("mean squared error, divided by that of the best straight line:")
print(f"    {median_and_band(ratio)}")
np.testing.assert_allclose(ratio, 1, rtol=0.02)

# %%
# Take-away
# ---------
# The theorem says that weights exist with which a wide enough network comes as close as
# desired to a continuous function on a bounded interval, and we have built them: a
# staircase, whose error falls like :math:`1/n`. It does not say that training finds
# them, nor how soon: after 10 000 updates our trained networks are ahead of the
# staircase with five neurons and behind it with fifty, and still on their way. It says
# nothing about what happens outside the interval, where networks that agree inside go
# their own ways.
#
# Try it yourself
# ---------------
# - Make the stairs of ``staircase`` less steep, ``5 * n`` in place of ``20 * n``. How
#   much closer does the same number of neurons come?
# - Train the 100 neurons with 30 000 updates. How many are still far behind, and what
#   becomes of the comparison with 10 neurons?
#
# Further reading
# ---------------
# - The theorem: Cybenko :cite:p:`cybenko1989`, Hornik :cite:p:`hornik1991`, Leshno,
#   Lin, Pinkus and Schocken :cite:p:`leshno1993`.
# - How fast the error can fall with :math:`n` if the weights may be chosen freely:
#   Barron :cite:p:`barron1993`.
# - The staircase, drawn step by step: Nielsen :cite:p:`nielsen2015`, chapter 4.
# - Goodfellow, Bengio and Courville, *Deep Learning* :cite:p:`goodfellow2016`, section
#   6.4.1, on what the theorem leaves open.
