"""
How many parameters has a network?
==================================

A network has 10 inputs, one hidden layer of 50 neurons and 3 outputs, with tanh in
every layer. Which arrays is it made of, and how many numbers does training have to
find? This lesson writes the network down, counts, and compares the count with the
arrays of real networks.

.. lesson-plan::
   :needs: what_a_network_learns
   :besides: the product of two matrices

   :read-a-shape: read off the shape of every weight matrix and bias from the layer
       sizes
   :write-the-equations: write a network as equations, for one sample and for many
   :count: count the parameters of a network, and say what the count depends on
   :translate-a-shape: translate a weight matrix between mathematics, scikit-learn
       and torch
"""

# %%
# Predict first
# -------------
# Write down your answers before you read on.
#
# 1. Does the network have more parameters if its hidden layer uses relu and its output
#    softmax, instead of tanh in both?
# 2. You double the number of hidden neurons. Does the number of parameters double?
#    Would your answer be the same for a network with two hidden layers?

# %%
# The idea in one figure
# ----------------------
# A :term:`neuron` multiplies each of its inputs by a :term:`weight`, adds the products
# and one :term:`bias`, and applies the :term:`activation function` to the sum. In a
# fully connected layer every neuron sees every output of the layer before. So in the
# diagram each line is a weight, and each neuron of the hidden layer and of the output
# has a bias besides, a coloured circle. The inputs are given, not computed: they have
# no bias.
#
# The three dots stand for the neurons that are not drawn. The shapes in the diagram are
# scikit-learn's; section *Three conventions* says what that means.

import matplotlib.pyplot as plt

from nnteach import Architecture, NetworkDisplay

architecture = Architecture((10, 50, 3), "tanh")
weights_and_biases = (
    f"{architecture.n_weights} weights and {architecture.n_biases} biases"
)
NetworkDisplay(architecture).plot(
    max_neurons_per_layer=10,
    title=f"{weights_and_biases}: {architecture.n_parameters} parameters\n"
    "(10 of the 50 hidden neurons are drawn)",
)
plt.show()

# %%
# The five questions
# ------------------
# They are the first question of a university exercise sheet. Each answer below is
# computed, not only stated.
#
# **a) What shapes have the features and the target of one sample?** In mathematics, one
# sample is a column. The network has 10 inputs and 3 outputs, so :math:`x` has 10 rows
# and :math:`y` has 3. In software, samples are rows: 200 of them make an array ``X`` of
# shape ``(200, 10)``, and one of its rows, stood upright, is an :math:`x`. What the
# numbers are does not matter for counting, so we draw them. The targets lie between -1
# and 1, because a network that ends in tanh can put out nothing else.

import numpy as np


def shape(array):
    return "×".join(map(str, array.shape))


rng = np.random.default_rng(0)
X = rng.normal(size=(200, 10))
Y = np.tanh(X[:, :3])
x, y = X[:1].T, Y[:1].T
print(f"x: {shape(x)}, y: {shape(y)}")
assert x.shape == (architecture.n_inputs, 1)
assert y.shape == (architecture.n_outputs, 1)

# %%
# **b) What shapes have the weights and biases of the hidden layer? c) And those of the
# output layer?** The product :math:`W_1 x` must turn 10 numbers into 50, one for each
# hidden neuron. Row :math:`i` of :math:`W_1` holds the weights of neuron :math:`i`, and
# :math:`b_1` holds one number for each neuron. The output layer has the 50 values of
# the hidden layer as its inputs, and 3 neurons.
#
# A real network confirms it. Its method ``initialize`` draws the weights from which
# training would start, and trains nothing. The number of inputs and of outputs is taken
# from the data. ``coefs_`` and ``intercepts_`` hold the arrays as software has them, so
# they are turned into those of the mathematics.

from nnteach import MLPRegressorNet

net = MLPRegressorNet(
    hidden_layer_sizes=(50,), activation="tanh", out_activation="tanh", random_state=0
)
net.initialize(X, Y)
W1, W2 = (W.T for W in net.coefs_)
b1, b2 = (b[:, np.newaxis] for b in net.intercepts_)
print(f"W1: {shape(W1)}, b1: {shape(b1)}")
print(f"W2: {shape(W2)}, b2: {shape(b2)}")

# %%
# **d) What is the equation for the output?** The layers are computed one after the
# other. Each layer makes two steps: the sum :math:`z_l`, called the
# :term:`pre-activation`, and the :term:`activation` :math:`a_l`, which is the
# activation function applied to each entry of :math:`z_l`. The activation of the last
# layer is the output :math:`\hat y`. :class:`~nnteach.ForwardEquations` writes the
# equations of any network, with the shape of everything in them:

from nnteach import ForwardEquations

print(ForwardEquations(architecture))
ForwardEquations(architecture)

# %%
# The equations are also a program. Its first four lines are the four equations, with
# ``@`` for the product of matrices, and what they compute is what the network predicts:

z1 = W1 @ x + b1
a1 = np.tanh(z1)
z2 = W2 @ a1 + b2
y_hat = np.tanh(z2)
print(f"z1: {shape(z1)}, a1: {shape(a1)}, z2: {shape(z2)}, output: {shape(y_hat)}")
np.testing.assert_allclose(y_hat, net.predict(X[:1]).T, rtol=1e-10)

# %%
# **e) How many parameters are there to train?** A neuron has one weight for each of its
# inputs and one bias. A layer with :math:`d_{l-1}` inputs and :math:`d_l` neurons
# therefore has :math:`d_l (d_{l-1} + 1)` parameters, and the network has the sum over
# its layers:
#
# .. math:: \sum_{l=1}^{L} d_l \, (d_{l-1} + 1)
#
# :class:`~nnteach.ParameterTable` makes the same calculation for any network, layer by
# layer.

from nnteach import ParameterTable

by_formula = 50 * (10 + 1) + 3 * (50 + 1)
print(f"The network has {by_formula} parameters.")
assert by_formula == architecture.n_parameters
ParameterTable(architecture)

# %%
# Every network brings this table along. In a notebook its name, as the last line of a
# cell, shows a box; unfolded, it lists the settings, each with a link to its
# description, the fitted attributes and the layers.

net

# %%
# Three conventions
# -----------------
# The table shows the weights of the hidden layer as inputs times neurons, the answer to
# b) was neurons times inputs, and both are right. What differs is how a sample is
# written:
#
# - *Mathematics* writes a sample as a column, and a layer computes :math:`z = W x + b`,
#   or :math:`Z = W X + b` for the columns of many samples. The shape of :math:`W` is
#   (fan-out, fan-in): neurons times inputs.
# - *scikit-learn*, and nnteach with it, has the samples in rows, and a layer computes
#   :math:`Z = X W + b`. The shape of ``coefs_`` is (fan-in, fan-out).
# - ``torch.nn.Linear(10, 50)`` has the samples in rows too, but stores the weights of
#   the mathematics and transposes them in use: :math:`Z = X W^\top + b`.
#
# Transposing moves numbers to other places. It adds none and removes none, so the count
# is the same in all three. All lessons use the first convention in their equations.
# Here are the equations in the second one, for :math:`n` samples in rows:

print(ForwardEquations(architecture, convention="row"))
ForwardEquations(architecture, convention="row")

# %%
# We put the weights of our network into a layer of torch and compute the
# pre-activations of all samples in the three ways. The shapes differ, the result does
# not.

import torch

layer = torch.nn.Linear(10, 50, dtype=torch.float64)
with torch.no_grad():
    layer.weight.copy_(torch.from_numpy(W1))
    layer.bias.copy_(torch.from_numpy(net.intercepts_[0]))
    in_torch = layer(torch.from_numpy(X)).numpy()
in_rows = X @ net.coefs_[0] + net.intercepts_[0]
in_columns = W1 @ X.T + b1  # one column a sample

print(f"mathematics:     weights {shape(W1)}, biases {shape(b1)}")
print(f"scikit-learn:    weights {shape(net.coefs_[0])}, biases {shape(b1[:, 0])}")
print(f"torch.nn.Linear: weights {shape(layer.weight)}, biases {shape(layer.bias)}")
np.testing.assert_allclose(in_rows, in_columns.T, atol=1e-12)
np.testing.assert_allclose(in_rows, in_torch, atol=1e-12)

# %%
# The experiment: real networks, other activations
# ------------------------------------------------
# The formula has layer sizes in it and nothing else. If it is right, then neither the
# activation functions, nor the loss, nor the random start, nor training can change the
# count. We check with 20 networks that have tanh in both layers, and 20 with relu and
# softmax. The latter are classifiers; the class of a sample is the number of its
# largest target. :func:`~nnteach.fit_many` trains such a series in one go; a few epochs
# are enough here, because nothing depends on how well the networks do.

from nnteach import MLPClassifierNet, fit_many

settings = {"hidden_layer_sizes": (50,), "max_iter": 5, "n_iter_no_change": np.inf}
with_tanh = [
    MLPRegressorNet(
        activation="tanh", out_activation="tanh", random_state=seed, **settings
    )
    for seed in range(20)
]
with_relu = [
    MLPClassifierNet(
        activation="relu", out_activation="softmax", random_state=seed, **settings
    )
    for seed in range(20)
]
fit_many(with_tanh, X, Y)
fit_many(with_relu, X, Y.argmax(axis=1))
print("tanh everywhere: ", with_tanh[0].architecture_.activations)
print("relu and softmax:", with_relu[0].architecture_.activations)

# %%
# The result over seeds
# ---------------------
# The answer to the first question that you were asked is no. For each network we add up
# the sizes of its arrays. A measurement that depends on the random start is given in
# these lessons as a median with the band between the 10 % and the 90 % quantile. The
# count has no such spread. What does differ from seed to seed is the *value* of each
# parameter, here that of the first weight.


def count(net):
    return sum(array.size for array in [*net.coefs_, *net.intercepts_])


def median_and_band(values, form=".3f"):
    low, median, high = (f"{q:{form}}" for q in np.quantile(values, [0.1, 0.5, 0.9]))
    return f"{median} (80 % of {len(values)} seeds between {low} and {high})"


for name, nets in [("tanh", with_tanh), ("relu and softmax", with_relu)]:
    totals = [count(net) for net in nets]
    first_weights = [net.coefs_[0][0, 0] for net in nets]
    print(f"{name}:")
    print(f"    parameters {median_and_band(totals, '.0f')}")
    print(f"    first weight {median_and_band(first_weights, '.2f')}")
    assert set(totals) == {architecture.n_parameters}
    assert np.ptp(first_weights) > 0.1

# %%
# How the count grows
# -------------------
# Take :math:`w` neurons in every hidden layer. With one hidden layer, each neuron
# brings its own weights to inputs and outputs, and the count grows like :math:`w`. With
# two or more, every neuron of one hidden layer is connected to all :math:`w` neurons of
# the next, which makes :math:`w^2` weights, and for wide layers this term outgrows all
# others. Each further hidden layer adds :math:`w (w + 1)` parameters.
#
# Both axes of the figure are logarithmic. A quantity that doubles when :math:`w`
# doubles is a straight line there, and one that quadruples is a line twice as steep.

widths = 2 ** np.arange(1, 11)
depths = (1, 2, 3, 5)
counts = {
    depth: np.array(
        [Architecture((10, *[width] * depth, 3)).n_parameters for width in widths]
    )
    for depth in depths
}

fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
for depth, marker in zip(depths, "os^D", strict=True):
    ax.loglog(widths, counts[depth], marker=marker, markersize=4, label=f"{depth}")
ax.plot(50, architecture.n_parameters, "k*", markersize=13, label="1, our\nnetwork")
ax.set(
    title="Twice the width: twice the parameters with one wide hidden layer,\n"
    "nearly four times as many with more",
    xlabel="width: neurons in each hidden layer",
    ylabel="number of parameters",
)
ax.set_xticks(widths, widths)
ax.minorticks_off()
ax.legend(title="hidden layers", loc="upper left", bbox_to_anchor=(1.01, 1.0))
plt.show()

# %%
# The numbers behind the title, for the doubling from 50 to 100 neurons that you were
# asked about, and for the last one in the figure. With one hidden layer the factor
# falls short of 2, if only just: the biases of the output are not doubled with the
# rest.

for depth in depths:
    at_50, at_100 = (
        Architecture((10, *[width] * depth, 3)).n_parameters for width in (50, 100)
    )
    last = counts[depth][-1] / counts[depth][-2]
    print(
        f"{depth} hidden: {at_50:5} with 50, {at_100:5} with 100 neurons, "
        f"factor {at_100 / at_50:.3f}; last {last:.3f}"
    )
    assert 1.9 < at_100 / at_50 < 2 if depth == 1 else at_100 / at_50 > 3
    assert 1.95 < last < 2.05 if depth == 1 else 3.9 < last < 4.0
    more = Architecture((10, *[50] * (depth + 1), 3)).n_parameters - at_50
    assert more == 50 * (50 + 1)  # what one more hidden layer adds

# %%
# Common mistakes
# ---------------
# **The total is too small by the number of neurons.** *Cause*: the biases were
# forgotten. *Fix*: every neuron after the input has one, so count :math:`d_{l-1} + 1`
# numbers for each.

counted, right = architecture.n_weights, architecture.n_parameters
print(f"without biases {counted}, too few by {right - counted}: {right} is right")

# %%
# **The product of two matrices fails.** *Cause*: the formula is from one convention and
# the array from another. *Fix*: write the two shapes side by side; the inner numbers
# must be equal. A matrix from ``coefs_`` stands on the right of the samples, or is
# transposed. Beware of layers with as many neurons as inputs: there the product works
# either way, and is wrong one way.

try:
    net.coefs_[0] @ x
except ValueError:
    print(f"weights {shape(net.coefs_[0])} and x {shape(x)} do not fit")
print(f"transposed, {shape(net.coefs_[0].T)} and {shape(x)} give {shape(W1 @ x)}")

# %%
# **A classifier of two classes has fewer parameters than counted.** *Cause*: you
# counted two output neurons, and scikit-learn's classifiers and ours use one. Its
# output is the probability of the one class; that of the other is what is missing to 1.
# *Fix*: ask the network for its ``architecture_`` instead of guessing.

two_classes = MLPClassifierNet(hidden_layer_sizes=(50,), random_state=0)
two_classes.initialize(X, Y[:, 0] > 0)
print(f"layer sizes {two_classes.architecture_.layer_sizes}")
print(f"one output neuron makes {count(two_classes)} parameters,")
print(f"two would make {Architecture((10, 50, 2)).n_parameters}")
assert two_classes.architecture_.layer_sizes == (10, 50, 1)

# %%
# Take-away
# ---------
# A layer with :math:`d_{l-1}` inputs and :math:`d_l` neurons has
# :math:`d_l (d_{l-1} + 1)` parameters, and a network has the sum over its layers. The
# count depends on the layer sizes alone: not on the activation functions, not on the
# convention in which the matrices are written, not on training. With one hidden layer
# it grows in proportion to the width, with more it grows with the width's square.
#
# Further reading
# ---------------
# - The symbols of all lessons and the three conventions: the page *Notation*.
# - Goodfellow, Bengio and Courville, *Deep Learning* :cite:p:`goodfellow2016`, chapter
#   6, introduces feed-forward networks with the same equations.
# - Bishop, *Pattern Recognition and Machine Learning* :cite:p:`bishop2006`, section
#   5.1, writes the same network with sums in place of matrices.
# - Next lesson: :ref:`sphx_glr_gallery_1_mathematics_plot_2_forward_pass.py`.
