r"""
The forward pass by hand
========================

What happens inside ``predict``? Two products of matrices, two additions and one tanh.
This lesson takes the numbers out of a trained network, computes its output with numpy
alone, and then looks at what the neurons in the middle do.

.. lesson-plan::
   :needs: count_parameters

   :compute-an-output: compute a network's output from ``coefs_`` and ``intercepts_``
   :draw-a-neuron: draw what a hidden neuron sees of its input
   :show-linearity: show that a network without activation functions is one linear map
"""

# %%
# Predict first
# -------------
# A network with two inputs and four hidden neurons shall learn to multiply its inputs:
# to put out :math:`x_1 x_2`.
#
# 1. To predict 500 samples, how many products of matrices does it need?
# 2. Suppose you drop the activation function of the hidden layer and train again. How
#    much worse will the network be? Would further hidden layers without activation
#    functions help?

# %%
# The idea in one figure
# ----------------------
# We train 20 networks, each from a random start of its own, so that nothing below rests
# on a lucky draw. :func:`~nnteach.fit_many` trains all of them at once. The network
# drawn below is the first of them.
#
# To predict, the numbers flow from left to right. They are multiplied by the weights on
# the lines, added up in the neurons, and shifted by the biases. Nothing but the colours
# of this figure goes into a prediction. Computing it is called the
# :term:`forward pass`.

import matplotlib.pyplot as plt
import numpy as np

from nnteach import MLPRegressorNet, NetworkDisplay, fit_many
from nnteach.displays.palette import DIVERGING_COLORMAP

rng = np.random.default_rng(0)
X_train, X_test = rng.uniform(-1, 1, size=(2, 500, 2))
y_train, y_test = X_train.prod(axis=1), X_test.prod(axis=1)
settings = {
    "hidden_layer_sizes": (4,),
    "learning_rate_init": 0.02,
    "batch_size": 50,
    "max_iter": 200,
    "n_iter_no_change": np.inf,  # train for all 200 epochs
}
nets = [
    MLPRegressorNet(activation="tanh", random_state=seed, **settings)
    for seed in range(20)
]
fit_many(nets, X_train, y_train)
net = nets[0]
n_parameters = net.architecture_.n_parameters
NetworkDisplay.from_estimator(
    net, title=f"All that the network has learnt is {n_parameters} numbers"
)
plt.show()

# %%
# The mathematics: one sample, a column
# -------------------------------------
# Mathematics writes a sample as a column :math:`x`. Each layer takes the column of the
# layer before, :math:`a_{l-1}`, and makes a new one of it:
#
# .. math:: z_l = W_l \, a_{l-1} + b_l, \qquad a_l = g_l(z_l)
#
# The first column is the input, :math:`a_0 = x`, and the last one the output,
# :math:`a_L = \hat y`. The activation function :math:`g_l` is applied to each entry.
# Here it is tanh in the hidden layer and the identity at the output: a regression may
# put out any number.
#
# scikit-learn writes all this in rows, and so the arrays of ``coefs_`` are the
# transposes of our :math:`W_l`.

W1, W2 = (W.T for W in net.coefs_)
b1, b2 = (b[:, np.newaxis] for b in net.intercepts_)

x = X_test[:1].T
z1 = W1 @ x + b1
a1 = np.tanh(z1)
z2 = W2 @ a1 + b2
print(f"x = {x.ravel().round(3)}, by hand {z2.item():.6f}, target {x.prod():.6f}")
print(f"predict: {net.predict(X_test[:1]).item():.6f}")
np.testing.assert_allclose(z2.ravel(), net.predict(X_test[:1]), atol=1e-12)

# %%
# Many samples: many columns
# --------------------------
# The columns of many samples, side by side, make one matrix :math:`X`, and the
# equations stay as they are:
#
# .. math:: Z_l = W_l A_{l-1} + b_l, \qquad A_l = g_l(Z_l)
#
# with :math:`A_0 = X` and :math:`A_L = \hat Y`. The column of biases is added to every
# column of the product. Column :math:`i` of every matrix belongs to sample :math:`i`:
# the samples pass through the network side by side and never meet.

A0 = X_test.T
Z1 = W1 @ A0 + b1
A1 = np.tanh(Z1)
Z2 = W2 @ A1 + b2
print("shapes:", A0.shape, "->", A1.shape, "->", Z2.shape)
np.testing.assert_allclose(Z2[0], net.predict(X_test), atol=1e-12)

# %%
# The same in rows
# ----------------
# scikit-learn, and nnteach's ``fit`` and ``predict`` with it, puts each sample in a row
# of ``X``. Every matrix is then transposed, and since :math:`(W A)^\top = A^\top
# W^\top`, the factors change places:
#
# .. math:: Z_l^\top = A_{l-1}^\top W_l^\top + b_l^\top
#
# Here :math:`W_l^\top` is ``coefs_[l - 1]`` as it stands, and a row of biases is added
# to every row. The network keeps these matrices to itself, but ``hidden_activations``
# returns those of the hidden layers.

hidden = np.tanh(X_test @ net.coefs_[0] + net.intercepts_[0])
output = hidden @ net.coefs_[1] + net.intercepts_[1]
print("shapes:", X_test.shape, "->", hidden.shape, "->", output.shape)
np.testing.assert_allclose(hidden, A1.T, atol=1e-12)
np.testing.assert_allclose(hidden, net.hidden_activations(X_test)[0], atol=1e-12)
np.testing.assert_allclose(output, Z2.T, atol=1e-12)

# %%
# That was the answer to the first question: two products of matrices, one for each
# layer, no matter how many samples there are. As a function for any number of layers,
# in rows, because the arrays come in rows:


def forward(X, coefs, intercepts):
    A = X
    for W, b in zip(coefs[:-1], intercepts[:-1], strict=True):
        A = np.tanh(A @ W + b)
    return A @ coefs[-1] + intercepts[-1]


# %%
# Software prefers one matrix to many single samples. To see why, we compute the 500
# predictions both ways and take the time. The arithmetic is the same. What the batch
# saves is presumably the overhead of calling numpy, which comes once for all samples
# instead of once for each. The times depend on the machine that built this page, so we
# ask only for the batch to be clearly faster.

from timeit import repeat


def one_by_one():
    return np.vstack([forward(row, net.coefs_, net.intercepts_) for row in X_test])


def in_a_batch():
    return forward(X_test, net.coefs_, net.intercepts_)


np.testing.assert_allclose(one_by_one(), in_a_batch(), atol=1e-12)
slow, fast = (min(repeat(way, number=3)) / 3 for way in (one_by_one, in_a_batch))
print(f"one by one {1e3 * slow:.2f} ms, in a batch {1e3 * fast:.3f} ms")
assert slow > 2 * fast

# %%
# The experiment: equal to ``predict``
# ------------------------------------
# One network could agree by accident. Here are all 20, in both conventions, on all test
# samples. The differences are of the size of rounding errors. They need not be exactly
# 0, because the order in which numpy and torch add up the terms is their own affair.


def forward_columns(x, coefs, intercepts):
    a = x
    for W, b in zip(coefs[:-1], intercepts[:-1], strict=True):
        a = np.tanh(W.T @ a + b[:, np.newaxis])
    return coefs[-1].T @ a + intercepts[-1][:, np.newaxis]


def median_and_band(values, form=".3f"):
    low, median, high = (f"{q:{form}}" for q in np.quantile(values, [0.1, 0.5, 0.9]))
    return f"{median} (80 % of {len(values)} seeds between {low} and {high})"


differences = {"rows": [], "columns": []}
for trained in nets:
    arrays, predicted = (trained.coefs_, trained.intercepts_), trained.predict(X_test)
    by_rows, by_columns = forward(X_test, *arrays), forward_columns(X_test.T, *arrays)
    differences["rows"].append(abs(by_rows[:, 0] - predicted).max())
    differences["columns"].append(abs(by_columns[0] - predicted).max())
for convention, largest in differences.items():
    print(f"{convention}: largest difference {median_and_band(largest, '.1e')}")
    assert max(largest) < 1e-12

# %%
# The activation function
# -----------------------
# Between the two products stands tanh. It leaves small numbers nearly as they are and
# squeezes large ones towards -1 or 1. The logistic function does the same with 0 and 1;
# relu cuts off what is negative and leaves the rest. What the slopes on the right-hand
# side are good for is the subject of the next lesson.

from nnteach import ActivationDisplay

display = ActivationDisplay.from_names(
    ["tanh", "logistic", "relu"],
    title=("activation functions", "their slopes"),
)
display.figure_.suptitle(
    "tanh and logistic level off on both sides, and there their slopes are near 0"
)
slopes_at_the_end = {
    name: slopes[-1]
    for name, slopes in zip(display.names, display.derivatives, strict=True)
}
assert slopes_at_the_end["relu"] == 1
assert max(slopes_at_the_end["tanh"], slopes_at_the_end["logistic"]) < 0.01
plt.show()

# %%
# What a hidden neuron sees
# -------------------------
# A hidden neuron knows its input only as the one number
# :math:`z = w_1 x_1 + w_2 x_2 + b`. Whoever moves at a right angle to
# :math:`(w_1, w_2)` changes nothing in it. So the neuron sees the plane along one
# direction and is blind across it. The dashed line is where :math:`z = 0`: there the
# neuron changes its sign.

grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 101)] * 2), axis=-1)
activations = net.hidden_activations(grid.reshape(-1, 2))[0].reshape(101, 101, 4)
directions = np.degrees(np.arctan2(net.coefs_[0][1], net.coefs_[0][0])) % 180

fig, axes = plt.subplots(1, 4, figsize=(10, 3.2), sharey=True, layout="constrained")
for neuron, ax in enumerate(axes):
    layers = (grid[..., 0], grid[..., 1], activations[..., neuron])
    image = ax.pcolormesh(*layers, cmap=DIVERGING_COLORMAP, vmin=-1, vmax=1)
    ax.contour(*layers, levels=[0], colors="black", linestyles="dashed")
    ax.set(aspect="equal", xlabel="$x_1$")
    ax.set_title(f"neuron {neuron + 1}: {directions[neuron]:.0f}°")
axes[0].set_ylabel("$x_2$")
fig.colorbar(image, ax=axes, label="activation")
fig.suptitle("Each hidden neuron sees the square along one direction, at its own angle")
plt.show()

# %%
# The statement about blindness, tested: we move every test sample across the direction
# of a neuron, by a tenth, and the neuron does not notice, while it does when we move
# the sample along its direction.

for neuron, (w1, w2) in enumerate(net.coefs_[0].T):
    along = 0.1 * np.array([w1, w2]) / np.hypot(w1, w2)
    across = np.array([-along[1], along[0]])
    changes = [
        abs(net.hidden_activations(X_test + step)[0] - hidden)[:, neuron].max()
        for step in (along, across)
    ]
    print(f"neuron {neuron + 1}: moved along {changes[0]:.2f}, across {changes[1]:.0e}")
    assert changes[1] < 1e-12 < 0.01 < changes[0]

# %%
# The result over seeds: the neurons turn to the diagonals
# --------------------------------------------------------
# Do the angles above follow a rule, or are they an accident of one random start? There
# is a reason to expect 45° and 135°, the diagonals of the square. Since
#
# .. math:: x_1 x_2 = \frac{(x_1 + x_2)^2 - (x_1 - x_2)^2}{4}
#
# the product needs only what is seen along the two diagonals. But an expectation is not
# a finding, and a reason not a test. So we look at all 80 hidden neurons of the 20
# networks, before and after training. And we train 20 further networks on
# :math:`(x_1^2 - x_2^2) / 2`, which is the same function turned by 45°. If the reason
# is right, their neurons must turn to the axes instead: to 0° (or 180°, which is the
# same direction) and 90°.

from sklearn.base import clone

starts = [clone(net).initialize(X_train, y_train) for net in nets]
turned = fit_many([clone(net) for net in nets], X_train, (X_train**2) @ [0.5, -0.5])


def angles(net):
    return np.degrees(np.arctan2(net.coefs_[0][1], net.coefs_[0][0])) % 180


fig, axes = plt.subplots(3, 1, figsize=(7, 6), sharex=True, layout="constrained")
for ax, group, name in zip(
    axes,
    (starts, nets, turned),
    ("at the start", "trained on the product", "trained on the product turned by 45°"),
    strict=True,
):
    ax.hist(np.concatenate([angles(net) for net in group]), bins=np.arange(0, 181, 7.5))
    ax.set(title=name, ylabel="neurons")
axes[-1].set(xlabel="direction of the hidden neuron in degrees")
axes[-1].set_xticks(np.arange(0, 181, 45))
fig.suptitle("Hidden neurons turn to the directions that the target needs")
plt.show()

# %%
# As a number: how far is a neuron from the nearest diagonal? It can be at most 45°,
# when it looks along an axis. For each network we take the median of its four neurons.


def from_diagonal(net):
    return np.median(abs(angles(net) % 90 - 45))


groups = {"at the start": starts, "product": nets, "turned": turned}
distance = {
    name: [from_diagonal(net) for net in group] for name, group in groups.items()
}
for name, values in distance.items():
    print(f"{name}: degrees from a diagonal {median_and_band(values, '.1f')}")
before, after, after_turned = (np.median(values) for values in distance.values())
assert after + 5 < before < after_turned - 5

# %%
# Without an activation function
# ------------------------------
# Now the second question. With the identity in place of tanh, the two layers are
#
# .. math:: \hat Y = W_2 (W_1 X + b_1) + b_2 = (W_2 W_1) \, X + (W_2 b_1 + b_2)
#
# which is one layer with the weights :math:`W_2 W_1`. The hidden layer has vanished,
# and further ones would vanish in the same way. A product of two inputs is not linear,
# and over a square around 0 no linear function comes anywhere near it. We train the
# same 20 networks without the activation function, and check both the equation and the
# consequence.

linear_nets = [clone(net).set_params(activation="identity") for net in nets]
fit_many(linear_nets, X_train, y_train)
for linear in linear_nets:
    W1, W2 = (W.T for W in linear.coefs_)
    b1, b2 = (b[:, np.newaxis] for b in linear.intercepts_)
    as_one_layer = (W2 @ W1) @ X_test.T + (W2 @ b1 + b2)
    np.testing.assert_allclose(as_one_layer[0], linear.predict(X_test), atol=1e-12)

scores = {}
for name, group in {"tanh": nets, "identity": linear_nets}.items():
    scores[name] = [net.score(X_test, y_test) for net in group]
    print(f"{name}: R² on the test set {median_and_band(scores[name])}")
assert np.median(scores["tanh"]) > 0.9
assert max(scores["identity"]) < 0.1

# %%
# R² is the share of the target's variance that the predictions explain: 1 is perfect,
# and 0 is what the constant mean of the targets achieves. The training curves show that
# more training would not help the linear networks: within a few epochs they are about
# as good as a linear function can be. Each line is the median of 20 networks, each band
# reaches from the 10 % to the 90 % quantile. The dotted line is the loss of the best
# linear function, computed by least squares (half the mean squared error, as in
# training).

from sklearn.linear_model import LinearRegression

from nnteach import TrainingCurveDisplay

best_linear = LinearRegression().fit(X_train, y_train)
floor = np.mean((best_linear.predict(X_train) - y_train) ** 2) / 2
display = TrainingCurveDisplay.from_estimators(nets, label="tanh", yscale="log")
TrainingCurveDisplay.from_estimators(
    linear_nets,
    label="identity",
    yscale="log",
    ax=display.ax_,
    title="Without an activation function training ends at the best linear function",
)
display.ax_.axhline(floor, color="black", linestyle=":")
plt.show()

final = [np.mean(linear.history_["loss"][-20:]) for linear in linear_nets]
print("final loss of identity, in multiples of the dotted line:")
print(median_and_band(np.array(final) / floor))
assert 0.95 < min(final) / floor < max(final) / floor < 1.1

# %%
# Common mistakes
# ---------------
# **predict refuses a single sample.** *Cause*: ``X_test[0]`` has one dimension, and it
# could be one sample of two features or two samples of one. *Fix*: keep the row,
# ``X_test[:1]``, or write ``x.reshape(1, -1)``.

try:
    net.predict(X_test[0])
except ValueError as error:
    print(str(error).splitlines()[0])
print(f"with the row kept: {net.predict(X_test[:1]).shape}")

# %%
# **The result is wrong, and no error was raised.** *Cause*: two conventions were mixed.
# Where a sample is a row, a column of biases is repeated along the wrong side. That
# fails, unless the batch has just as many rows as the layer has neurons: then each
# sample gets the bias of one neuron. *Fix*: know your convention, and test with a batch
# whose size no layer has.

four = X_test[:4] @ net.coefs_[0]  # 4 samples, 4 hidden neurons
wrong = np.tanh(four + net.intercepts_[0][:, np.newaxis])
print(f"shape {wrong.shape}, off by up to {abs(wrong - hidden[:4]).max():.2f}")
assert wrong.shape == hidden[:4].shape
assert abs(wrong - hidden[:4]).max() > 0.01

# %%
# **By hand and predict do not agree at all.** *Cause*: the output layer was given the
# hidden layer's activation function. *Fix*: look at ``out_activation_``. A regressor
# ends in the identity unless told otherwise, a classifier in the logistic function or
# softmax.

print(f"output activation: {net.out_activation_}")
error_of_tanh = abs(np.tanh(Z2[0]) - net.predict(X_test)).max()
print(f"with tanh at the output, off by up to {error_of_tanh:.2f}")
assert error_of_tanh > 0.01

# %%
# Take-away
# ---------
# The forward pass is, layer by layer, a product with the weights, a shift by the biases
# and an activation function for each entry; a whole batch of samples goes through as
# one matrix. A hidden neuron sees its input along one direction, and
# training turns that direction to where the target needs it. Without activation
# functions all layers together are one linear map, however many there are.
#
# Further reading
# ---------------
# - Goodfellow, Bengio and Courville, *Deep Learning* :cite:p:`goodfellow2016`, section
#   6.1, shows with the exclusive or, a relative of our product, why a hidden layer
#   needs an activation function.
# - Nielsen, *Neural Networks and Deep Learning* :cite:p:`nielsen2015`, chapter 2,
#   starts from the same matrix equation.
# - ``Layer.forward`` in the source file ``nnteach/engine/network/layer.py`` is one
#   layer of this lesson, in columns and for many networks at once.
# - Next lesson: :ref:`sphx_glr_gallery_1_mathematics_plot_3_backpropagation.py`.
