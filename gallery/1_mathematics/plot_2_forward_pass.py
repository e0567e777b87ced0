r"""
The forward pass by hand
========================

What happens inside ``predict``? A few matrix products, additions and one tanh. You
take the numbers out of a trained network, compute its output with numpy alone, look at
what its hidden neurons see, and find out what the activation function is good for.

.. lesson-plan::
   :needs: count_parameters, why_twenty_seeds

   :compute-an-output: compute a network's output from ``coefs_`` and ``intercepts_``
   :draw-a-neuron: draw what a hidden neuron sees of its input
   :show-linearity: show that a network without activation functions is one linear map
"""

# %%
# Predict first
# -------------
# A network with two inputs and four hidden neurons has learnt to multiply its inputs.
#
# 1. How many matrix products does it need to predict 500 samples?
# 2. You drop the activation function of the hidden layer and train again. How much
#    worse does the network get? Would more hidden layers make up for it?
#
# A trained network
# -----------------
# We train 20 networks, which differ in their seeds, on random points and the product
# :math:`x_1 x_2` of their two coordinates. The figure shows the first of them, with
# shapes as in the code, inputs times neurons. To predict, numbers go from left to
# right: they are multiplied by the weights on the lines, and added up in the neurons
# with the biases. This is the :term:`forward pass`.

import matplotlib.pyplot as plt
import numpy as np

from nnteach import MLPRegressorNet, fit_many

rng = np.random.default_rng(0)
X_train, X_test = rng.uniform(-1, 1, size=(2, 500, 2))
y_train, y_test = X_train.prod(axis=1), X_test.prod(axis=1)
settings = {"learning_rate_init": 0.02, "batch_size": 50, "max_iter": 200}
settings |= {"hidden_layer_sizes": (4,), "n_iter_no_change": np.inf}


def train(activation, X, y):
    nets = [
        MLPRegressorNet(activation=activation, random_state=seed, **settings)
        for seed in range(20)
    ]
    return fit_many(nets, X, y)


nets = train("tanh", X_train, y_train)
net = nets[0]

# %%

# sphinx_gallery_fold_code = "How the diagram is drawn"
from nnteach import NetworkDisplay

n_parameters = net.architecture_.n_parameters
display = NetworkDisplay.from_estimator(
    net, title=f"All that the network has learnt is {n_parameters} numbers"
)
display.figure_.alt_text = (
    "Diagram of 2 inputs, 4 hidden neurons and 1 output. The colours of the lines are "
    f"weights between {min(W.min() for W in net.coefs_):.1f} and "
    f"{max(W.max() for W in net.coefs_):.1f}; those of the circles are biases."
)
plt.show()

# %%
# One sample
# ----------
# A sample is a column :math:`x`. Each layer takes the column of the layer before,
# :math:`a_{l-1}`, and turns it into a new one:
#
# .. math:: z_l = W_l \, a_{l-1} + b_l, \qquad a_l = g_l(z_l)
#
# The first column is the input, :math:`a_0 = x`, and the last is the output,
# :math:`a_L = \hat y`. The :term:`activation function` :math:`g_l` is applied to each
# entry. Here it is tanh in the hidden layer. The output has none, as usual for
# numbers. ``coefs_`` holds the transposes of our :math:`W_l`.

W1, W2 = (W.T for W in net.coefs_)
b1, b2 = (b[:, np.newaxis] for b in net.intercepts_)

x = X_test[:1].T
a1 = np.tanh(W1 @ x + b1)
y_hat = W2 @ a1 + b2
print("by hand:", y_hat.item())
print("predict:", net.predict(X_test[:1]).item())
print("product:", x.prod())

# %%
# Many samples
# ------------
# Put the columns of many samples side by side, and you have a matrix :math:`X`. The
# equations stay as they are, in capital letters:
#
# .. math:: Z_l = W_l A_{l-1} + b_l, \qquad A_l = g_l(Z_l)
#
# with :math:`A_0 = X` and :math:`A_L = \hat Y`. The biases are added to every column.
# Column :math:`i` of each matrix belongs to sample :math:`i`, and no sample changes the
# result of another.

A0 = X_test.T
A1 = np.tanh(W1 @ A0 + b1)
Y_hat = W2 @ A1 + b2
print("shapes:", A0.shape, "->", A1.shape, "->", Y_hat.shape)
print("largest difference:", np.abs(Y_hat[0] - net.predict(X_test)).max())

# %%
# **Answer 1.** Two, one for each layer, however many samples there are.

# %%
# One network could agree by accident. Here are all 20. With the samples in rows, as
# scikit-learn has them, every matrix is transposed, and since
# :math:`(W A)^\top = A^\top W^\top`, the factors change places. The differences are of
# the size of rounding errors, because numpy and torch may add up in another order.

# sphinx_gallery_fold = "Equal to predict: 20 networks, in columns and in rows"
from nnteach import median_and_band


def forward(X, coefs, intercepts):
    A = X
    for W, b in zip(coefs[:-1], intercepts[:-1], strict=True):
        A = np.tanh(A @ W + b)
    return A @ coefs[-1] + intercepts[-1]


def forward_columns(A, coefs, intercepts):
    for W, b in zip(coefs[:-1], intercepts[:-1], strict=True):
        A = np.tanh(W.T @ A + b[:, np.newaxis])
    return coefs[-1].T @ A + intercepts[-1][:, np.newaxis]


differences = {"rows": [], "columns": []}
for trained in nets:
    arrays, predicted = (trained.coefs_, trained.intercepts_), trained.predict(X_test)
    by_rows, by_columns = forward(X_test, *arrays), forward_columns(X_test.T, *arrays)
    differences["rows"].append(abs(by_rows[:, 0] - predicted).max())
    differences["columns"].append(abs(by_columns[0] - predicted).max())
print("largest difference from predict")
for convention, largest in differences.items():
    print(f"{convention}: {median_and_band(largest, '.1e')}")
    assert max(largest) < 1e-12
np.testing.assert_allclose(y_hat.ravel(), net.predict(X_test[:1]), atol=1e-12)
np.testing.assert_allclose(net.hidden_activations(X_test)[0], A1.T, atol=1e-12)

# %%
# The 500 predictions one by one, and in one matrix. The arithmetic is the same. What
# the matrix saves is presumably the overhead of calling numpy 500 times. The times
# depend on the machine that built this page, so we ask only for a clear difference.

# sphinx_gallery_fold = "One matrix is faster than 500 samples"
from timeit import repeat

arrays = (net.coefs_, net.intercepts_)


def one_by_one():
    return np.vstack([forward(row, *arrays) for row in X_test])


def in_a_batch():
    return forward(X_test, *arrays)


np.testing.assert_allclose(one_by_one(), in_a_batch(), atol=1e-12)
slow, fast = (min(repeat(way, number=3)) / 3 for way in (one_by_one, in_a_batch))
print(f"one by one {1e3 * slow:.2f} ms, in a batch {1e3 * fast:.3f} ms")
assert slow > 2 * fast

# %%
# Three activation functions
# --------------------------
# :term:`relu` replaces negative numbers by 0 and leaves the rest. tanh leaves small
# numbers nearly as they are and squeezes large ones towards -1 or 1. The
# :term:`logistic function` squeezes all numbers between 0 and 1. At 0 it is ½, and its
# slope there is ¼, a quarter of tanh's. The next lesson needs the slopes on the right.

# sphinx_gallery_fold_code = "How the curves are drawn"
from nnteach import ActivationDisplay

display = ActivationDisplay.from_names(
    ["relu", "tanh", "logistic"], title=("activation functions", "their slopes")
)
values, slopes = (
    {n: np.interp([0, 5], display.z, c) for n, c in zip(display.names, cs, strict=True)}
    for cs in (display.values, display.derivatives)
)
display.figure_.suptitle(
    "tanh and logistic level off on both sides, and there their slopes are near 0"
)
display.figure_.alt_text = (
    "On the left, three curves between -5 and 5. relu is 0 on the left of 0 and then a "
    "rising line. tanh rises from -1 to 1 in an S, the logistic function in a flatter "
    f"S from 0 to 1, through {values['logistic'][0]:g} at 0. On the right their "
    f"slopes: a step from 0 to {slopes['relu'][1]:g} for relu, a bump that reaches "
    f"{slopes['tanh'][0]:g} for tanh, and one that reaches {slopes['logistic'][0]:g} "
    "for the logistic function."
)
plt.show()

# %%

# sphinx_gallery_fold = "What the text says about the three functions, asserted"
for name in ("tanh", "logistic"):
    print(f"{name} at 0: value {values[name][0]:g}, slope {slopes[name][0]:g}")
assert (values["logistic"][0], slopes["logistic"][0]) == (0.5, 0.25)
assert (values["tanh"][0], slopes["tanh"][0]) == (0, 1)
assert slopes["relu"][1] == 1
assert max(slopes["tanh"][1], slopes["logistic"][1]) < 0.01

# %%
# What a hidden neuron sees
# -------------------------
# A hidden neuron of our network turns its input into one number,
# :math:`z = w_1 x_1 + w_2 x_2 + b`. Move the input at a right angle to
# :math:`(w_1, w_2)`, and :math:`z` stays the same. So the neuron sees the plane along
# one direction and is blind across it. On the dashed line :math:`z = 0`, and the
# activation changes its sign. The titles give the direction of :math:`(w_1, w_2)`, at a
# right angle to that line.

# sphinx_gallery_fold_code = "How the maps are drawn"
from nnteach.displays.palette import DIVERGING_COLORMAP


def angles(net):
    return np.degrees(np.arctan2(net.coefs_[0][1], net.coefs_[0][0])) % 180


grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 101)] * 2), axis=-1)
activations = net.hidden_activations(grid.reshape(-1, 2))[0].reshape(101, 101, 4)
fig, axes = plt.subplots(
    2, 2, figsize=(6.5, 5.8), sharex=True, sharey=True, layout="constrained"
)
for neuron, ax in enumerate(axes.flat):
    layers = (grid[..., 0], grid[..., 1], activations[..., neuron])
    image = ax.pcolormesh(*layers, cmap=DIVERGING_COLORMAP, vmin=-1, vmax=1)
    ax.contour(*layers, levels=[0], colors="black", linestyles="dashed")
    ax.set(aspect="equal", title=f"neuron {neuron + 1}: {angles(net)[neuron]:.0f}°")
for ax in axes[:, 0]:
    ax.set_ylabel("$x_2$")
for ax in axes[1]:
    ax.set_xlabel("$x_1$")
fig.colorbar(image, ax=axes, label="activation")
fig.suptitle("Each hidden neuron sees the square along one direction")
fig.alt_text = (
    "Four maps of the square of inputs, one for each hidden neuron. In each, the "
    "activation changes along one direction only, from negative to positive, at the "
    "angles " + ", ".join(f"{angle:.0f}" for angle in angles(net)) + " degrees."
)
plt.show()

# %%
# Where do the directions come from? Training turns the neurons, more or less, towards
# directions that suit the target. For a product the diagonals do, 45° and 135°:
#
# .. math:: x_1 x_2 = \frac{(x_1 + x_2)^2 - (x_1 - x_2)^2}{4}
#
# So the product is made of one parabola along each diagonal, and neurons that look
# along the diagonals can build these.

# %%
# We move every test sample by a tenth, along the direction of a neuron and across it.

# sphinx_gallery_fold = "A neuron is blind across its direction"
hidden = net.hidden_activations(X_test)[0]
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
# Is it the diagonals, or the random start? We look at all 80 hidden neurons of the 20
# networks, before and after training. And we train 20 more networks on
# :math:`(x_1^2 - x_2^2) / 2`, the same function turned by 45°. If the reason is right,
# their neurons must turn to the axes: to 0° (or 180°, the same direction) and 90°. The
# numbers are distances from the nearest diagonal, for each network the median of its
# four neurons. The largest possible distance is 45°, on an axis. Finally, we repeat it
# on four other training sets.
#
# The diagonals are not the only choice. Other pairs of directions that mirror each
# other would do, with larger weights.

# sphinx_gallery_fold = "In 20 networks neurons turn to directions that suit the target"
from sklearn.base import clone

groups = {
    "at the start": [clone(net).initialize(X_train, y_train) for net in nets],
    "trained on the product": nets,
    "trained on the product turned by 45°": fit_many(
        [clone(net) for net in nets], X_train, (X_train**2) @ [0.5, -0.5]
    ),
}
fig, axes = plt.subplots(3, 1, figsize=(7, 6), sharex=True, layout="constrained")
medians = []
for ax, (name, group) in zip(axes, groups.items(), strict=True):
    ax.hist(np.concatenate([angles(net) for net in group]), bins=np.arange(0, 181, 7.5))
    ax.set(title=name, ylabel="neurons")
    distances = [np.median(abs(angles(net) % 90 - 45)) for net in group]
    medians.append(np.median(distances))
    print(f"{name}, degrees from a diagonal:")
    print(f"    {median_and_band(distances, '.1f')}")
axes[-1].set(xlabel="direction of the hidden neuron in degrees")
axes[-1].set_xticks(np.arange(0, 181, 45))
fig.suptitle("Hidden neurons turn to directions that suit the target")
fig.alt_text = (
    "Three histograms of the directions of 80 hidden neurons. At first all directions "
    "occur. Trained on the product they gather near 45 and 135 degrees, and on the "
    "turned product near 0, 90 and 180 degrees. The median distance from a diagonal is "
    "{:.0f}, {:.0f} and {:.0f} degrees.".format(*medians)
)
plt.show()
at_start, on_product, on_turned = medians
assert on_product + 5 < at_start < on_turned - 5


def median_distance(X, y):
    group = fit_many([clone(net) for net in nets], X, y)
    return np.median([np.median(abs(angles(net) % 90 - 45)) for net in group])


for X in np.random.default_rng(1).uniform(-1, 1, size=(4, 500, 2)):
    repeated = [median_distance(X, y) for y in (X.prod(axis=1), X**2 @ [0.5, -0.5])]
    print("another training set: product {:.1f}, turned {:.1f}".format(*repeated))
    assert repeated[0] + 5 < at_start < repeated[1] - 5

# %%
# Without an activation function
# ------------------------------
# Drop the tanh, and the two layers become
#
# .. math:: \hat Y = W_2 (W_1 X + b_1) + b_2 = (W_2 W_1) \, X + (W_2 b_1 + b_2)
#
# That is a single layer, with the weights :math:`W_2 W_1`. It can draw a straight line
# or a plane, and nothing else. We give its quality as :term:`R²`: 1 is perfect, and 0
# is what you get by always predicting the mean of the targets.

from nnteach import median_and_band

linear_nets = train("identity", X_train, y_train)
for name, group in {"tanh": nets, "no activation": linear_nets}.items():
    scores = [trained.score(X_test, y_test) for trained in group]
    print(f"{name}: R² on new points {median_and_band(scores, '.2f')}")

# %%
# **Answer 2.** It gets as bad as the constant mean: :math:`x_1 x_2` rises with
# :math:`x_1` where :math:`x_2` is positive and falls where it is negative, so no slope
# helps. More layers do not help: however many matrices you multiply, the result is one
# matrix. Nor does more training. For numbers, the loss is half the squared error,
# :math:`\frac12 (\hat y - y)^2`, and after a few epochs it is that of the best linear
# function.

# sphinx_gallery_fold_code = "How the training curves are drawn"
from sklearn.linear_model import LinearRegression

from nnteach import TrainingCurveDisplay

best_linear = LinearRegression().fit(X_train, y_train)
floor = np.mean((best_linear.predict(X_train) - y_train) ** 2) / 2
display = TrainingCurveDisplay.from_estimators(nets, label="tanh", yscale="log")
TrainingCurveDisplay.from_estimators(
    linear_nets,
    label="no activation",
    yscale="log",
    ax=display.ax_,
    title="Without an activation function training ends at the best linear function",
)
display.ax_.axhline(floor, color="black", linestyle=":", label="best linear function")
display.ax_.legend()
ends = {
    name: np.median([trained.history_["loss"][-1] for trained in group])
    for name, group in {"tanh": nets, "no activation": linear_nets}.items()
}
display.figure_.alt_text = (
    "Training loss over 200 epochs on a logarithmic axis, medians of 20 networks with "
    f"bands. With tanh it falls to {ends['tanh']:.1g}. Without activation function it "
    f"stays near {ends['no activation']:.2g}, on the dotted line of the best linear "
    "function."
)
plt.show()

# %%
# The two layers are computed as one, for 20 networks. Then the final loss is compared
# with that of the best linear function, found by least squares. Finally we train with
# one and with three hidden layers on four other training sets, again without activation
# function.

# sphinx_gallery_fold = "One linear map, and more layers of it, in 20 seeds"
for linear in linear_nets:
    V1, V2 = (V.T for V in linear.coefs_)
    c1, c2 = (c[:, np.newaxis] for c in linear.intercepts_)
    as_one_layer = (V2 @ V1) @ X_test.T + (V2 @ c1 + c2)
    np.testing.assert_allclose(as_one_layer[0], linear.predict(X_test), atol=1e-12)
final = [np.mean(linear.history_["loss"][-20:]) / floor for linear in linear_nets]
early = [np.mean(linear.history_["loss"][10:15]) / floor for linear in linear_nets]
print("loss in multiples of the best linear function's:")
print(f"    epochs 11 to 15: {median_and_band(early)}")
print(f"    last 20 epochs:  {median_and_band(final)}")
assert 0.95 < min(final) < max(final) < 1.1
assert max(early) < 1.2
assert np.median([trained.score(X_test, y_test) for trained in nets]) > 0.9
assert max(linear.score(X_test, y_test) for linear in linear_nets) < 0.1
print("another four training sets")
for X in np.random.default_rng(1).uniform(-1, 1, size=(4, 500, 2)):
    for sizes in [(4,), (4, 4, 4)]:
        settings["hidden_layer_sizes"] = sizes
        linear_nets = train("identity", X, X.prod(axis=1))
        scores = [linear.score(X_test, y_test) for linear in linear_nets]
        print(f"{len(sizes)} hidden: R² {median_and_band(scores)}")
        assert max(scores) < 0.1

# %%
# Common mistakes
# ---------------
# **predict refuses a single sample.** ``X_test[0]`` has one dimension, and could be one
# sample of two features or two samples of one. Keep the row: ``X_test[:1]``.
#
# **The result is wrong, and no error was raised.** Two conventions were mixed. With
# samples in rows, a column of biases is added along the wrong side. That fails, unless
# there are as many samples as neurons, or only one. Test with several samples, a number
# that no layer has, and look at the shape.
#
# **By hand and predict do not agree at all.** The output was given the hidden layer's
# activation function. Look at ``out_activation_``: a regressor has the identity unless
# told otherwise, a classifier the logistic function or :term:`softmax`.

# %%
# Here is each mistake, with what comes of it.

# sphinx_gallery_fold = "The three mistakes, made on purpose"
try:
    net.predict(X_test[0])
except ValueError as error:
    print(str(error).splitlines()[0])
print(f"with the row kept: {net.predict(X_test[:1]).shape}")

four = X_test[:4] @ net.coefs_[0]  # 4 samples, 4 hidden neurons
wrong = np.tanh(four + net.intercepts_[0][:, np.newaxis])
print(f"shape {wrong.shape}, off by up to {abs(wrong - hidden[:4]).max():.2f}")
assert wrong.shape == hidden[:4].shape
assert abs(wrong - hidden[:4]).max() > 0.01

error_of_tanh = abs(np.tanh(Y_hat[0]) - net.predict(X_test)).max()
print(f"output activation {net.out_activation_}")
print(f"with tanh at the output, off by up to {error_of_tanh:.2f}")
assert error_of_tanh > 0.01

# %%
# What you learnt
# ---------------
# The forward pass multiplies by the weights, adds the biases and applies the activation
# function, layer by layer. All samples go through together, as the columns of one
# matrix. A hidden neuron sees its input along one direction, which training turns.
# Without activation functions all layers together are one linear map.
#
# Further reading
# ---------------
# :cite:t:`goodfellow2016`, section 6.1, show with the exclusive or, a relative of our
# product, why a hidden layer needs an activation function. :cite:t:`nielsen2015`,
# chapter 2, starts from the same matrix equation.
