r"""
How many parameters does a network have?
========================================

A network has 10 inputs, one hidden layer of 50 neurons and 3 outputs. Training has to
find every number in it. How many are there, and which arrays hold them? You read
off the shape of each array, write the network as four equations, and count.

.. lesson-plan::
   :needs: what_a_network_learns, training_by_hand
   :besides: the product of two matrices

   :read-a-shape: read off the shape of every weight matrix and bias from the layer
       sizes
   :write-the-equations: write a network as equations
   :count: count the parameters of a network, and say what the count depends on
   :translate-a-shape: translate a weight matrix between mathematics, scikit-learn
       and torch
"""

# %%
# Predict first
# -------------
# 1. The network uses tanh in both layers. You replace it by another
#    :term:`activation function`. Does the number of parameters change?
# 2. You double the number of hidden neurons. Does the number of parameters double? And
#    if the network has two hidden layers, and you double both?
#
# Every line is a weight
# ----------------------
# A :term:`neuron` multiplies each of its inputs by a :term:`weight`, adds up the
# products and one :term:`bias`, and applies its activation function to the sum, as
# the logistic function in :lesson:`training_by_hand`. In a
# :term:`fully connected layer`, every neuron sees all outputs of the layer before. So
# each line in the diagram is a weight, and each coloured circle is a neuron with a
# bias. The inputs are given and have none. "W1: 10×50" means that the weights of layer
# 1 lead from 10 inputs to 50 neurons.

import matplotlib.pyplot as plt
import numpy as np

from nnteach import Architecture, NetworkDisplay

architecture = Architecture((10, 50, 3), "tanh")

# %%

# sphinx_gallery_fold_code = "How the diagram is drawn"
display = NetworkDisplay(architecture).plot(
    title=f"{architecture.n_weights} weights and {architecture.n_biases} biases make "
    f"{architecture.n_parameters} parameters\n(10 of the 50 hidden neurons are drawn)",
)
first, second = (layer.n_parameters for layer in architecture.layers)
display.figure_.alt_text = (
    "Diagram with three columns of circles: 10 inputs, 10 of 50 hidden neurons, and 3 "
    "outputs. A line joins every circle to every circle of the next column. The first "
    f"layer has {first} parameters, the second {second}."
)
plt.show()

# %%
# Shapes
# ------
# In the equations of this course a sample is a column. Here :math:`x` has 10 rows, and
# the :term:`target` :math:`y`, which the network has to predict, has 3. The product
# :math:`W_1 x` has to turn 10 numbers into 50, one for each hidden neuron. So
# :math:`W_1` has 50 rows and 10 columns. In the diagram and in the code a sample is a
# row, and so they have the transpose, 10×50. Row :math:`i` of :math:`W_1` holds the
# weights of neuron :math:`i`, and :math:`b_1` holds one number for each neuron. The
# output layer turns the 50 values into 3.
#
# A real network agrees. It is a regressor, which predicts numbers; a classifier would
# predict classes. ``out_activation`` is its activation function at the output, and
# ``initialize`` draws the random weights from which training would start. We transpose
# its arrays ``coefs_`` and ``intercepts_``.

from nnteach import MLPRegressorNet

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 10))  # 200 samples; what they are does not matter here
Y = np.tanh(X[:, :3])

settings = {"hidden_layer_sizes": (50,), "activation": "tanh", "random_state": 0}
net = MLPRegressorNet(**settings, out_activation="tanh").initialize(X, Y)
W1, W2 = (W.T for W in net.coefs_)
b1, b2 = (b[:, np.newaxis] for b in net.intercepts_)
x, y = X[:1].T, Y[:1].T
print("x:", x.shape, " y:", y.shape)
print("W1:", W1.shape, " b1:", b1.shape)
print("W2:", W2.shape, " b2:", b2.shape)

# %%
# Equations
# ---------
# Each layer makes two steps. The sum that its neurons compute is the
# :term:`pre-activation` :math:`z_l`. The activation function, applied to each entry,
# turns it into the :term:`activation` :math:`a_l`. The activation of the last layer is
# the output :math:`\hat y`. :class:`~nnteach.ForwardEquations` writes this down for any
# network, with all shapes:

from nnteach import ForwardEquations

ForwardEquations(architecture)

# %%
# The four equations are also a program, with ``@`` for the product of matrices:

z1 = W1 @ x + b1
a1 = np.tanh(z1)
z2 = W2 @ a1 + b2
y_hat = np.tanh(z2)
print("by hand:", y_hat.ravel())
print("predict:", net.predict(X[:1]).ravel())

# %%

# sphinx_gallery_fold = "The shapes and the output, asserted"
assert (x.shape, y.shape) == ((10, 1), (3, 1))
assert (W1.shape, b1.shape, z1.shape) == ((50, 10), (50, 1), (50, 1))
assert (W2.shape, b2.shape) == ((3, 50), (3, 1))
np.testing.assert_allclose(y_hat, net.predict(X[:1]).T, rtol=1e-10)
print(ForwardEquations(architecture))

# %%
# The count
# ---------
# Let layer :math:`l` have :math:`d_l` neurons, and let :math:`d_0` be the number of
# inputs. A neuron of layer :math:`l` has :math:`d_{l-1}` weights and one bias, so the
# layer has :math:`d_l (d_{l-1} + 1)` parameters. The network has the sum over its
# :math:`L` layers:
#
# .. math:: \sum_{l=1}^{L} d_l \, (d_{l-1} + 1)

print("by the formula:", 50 * (10 + 1) + 3 * (50 + 1))
print("in the arrays: ", sum(array.size for array in (W1, b1, W2, b2)))

# %%
# :class:`~nnteach.ParameterTable` counts any network, layer by layer:

from nnteach import ParameterTable

ParameterTable(architecture)

# %%
# **Answer 1.** No. The formula has only layer sizes in it. Activation functions and
# training change the values of the parameters, and never their number.

# %%
# We train 20 networks with tanh in both layers, and 20 classifiers with :term:`relu` in
# the hidden layer and :term:`softmax` at the output. The class of a sample is the
# number of its largest target. A few epochs are enough, since only the arrays are
# counted. The values do differ from seed to seed, as the first weight shows. The count
# does not.

# sphinx_gallery_fold = "Trained or not, tanh or relu: 40 networks have the same count"
from nnteach import MLPClassifierNet, fit_many, median_and_band

short = {"hidden_layer_sizes": (50,), "max_iter": 5, "n_iter_no_change": np.inf}
kinds = {
    ("tanh", "tanh"): (MLPRegressorNet, Y),
    ("relu", "softmax"): (MLPClassifierNet, Y.argmax(axis=1)),
}


def count(net):
    return sum(array.size for array in [*net.coefs_, *net.intercepts_])


for (hidden, output), (kind, target) in kinds.items():
    functions = {"activation": hidden, "out_activation": output}
    nets = [kind(**short, **functions, random_state=seed) for seed in range(20)]
    fit_many(nets, X, target)
    first_weights = [net.coefs_[0][0, 0] for net in nets]
    print(f"{hidden} and {output}: {set(map(count, nets))} parameters")
    print(f"    first weight {median_and_band(first_weights, '.2f')}")
    assert {net.architecture_.activations for net in nets} == {(hidden, output)}
    assert {count(net) for net in nets} == {architecture.n_parameters}
    assert np.ptp(first_weights) > 0.1

# %%
# How the count grows
# -------------------
# Let every hidden layer have :math:`d` neurons. With one hidden layer, the count grows
# like :math:`d`. With two, each neuron of the one is connected to all :math:`d` neurons
# of the other. That makes :math:`d^2` weights, and in wide layers they outnumber the
# rest. On the logarithmic axes of the figure, what doubles with :math:`d` is a straight
# line, and what quadruples is a line twice as steep.

# sphinx_gallery_fold_code = "How the figure is drawn"
widths = 2 ** np.arange(1, 11)
depths = (1, 2, 3, 5)


def count_for(depth, width):
    return Architecture((10, *[width] * depth, 3)).n_parameters


counts = {d: np.array([count_for(d, width) for width in widths]) for d in depths}
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for depth, marker in zip(depths, "os^D", strict=True):
    ax.loglog(widths, counts[depth], marker=marker, markersize=4, label=f"{depth}")
ax.plot(50, architecture.n_parameters, "k*", markersize=13, label="1: our network")
ax.set(
    title="Twice the width: twice the parameters with one hidden layer,\n"
    "nearly four times as many with more, once they are wide",
    xlabel="width: neurons in each hidden layer",
    ylabel="number of parameters",
)
ax.set_xticks(widths, widths)
ax.minorticks_off()
ax.legend(title="hidden layers", loc="upper left")
fig.alt_text = (
    "Number of parameters against width, on logarithmic axes. The line of one hidden "
    f"layer ends at {counts[1][-1]:,} parameters for {widths[-1]} neurons. Those of 2, "
    f"3 and 5 hidden layers are twice as steep for wide layers and end at "
    + ", ".join(f"{counts[depth][-1]:,}" for depth in depths[1:])
    + "."
)
plt.show()
for depth in (1, 2):
    at_50, at_100 = count_for(depth, 50), count_for(depth, 100)
    print(f"{depth} hidden, width 50: {at_50}, 100: {at_100}, x {at_100 / at_50:.3f}")

# %%
# **Answer 2.** Almost, with one hidden layer: only the biases of the output are not
# doubled. With two hidden layers the count more than triples here, and for wider layers
# it comes close to four times.

# %%
# One more hidden layer adds :math:`d (d + 1)` parameters, whatever came before.

# sphinx_gallery_fold = "The growth, asserted for four depths"
for depth in depths:
    factor = count_for(depth, 100) / count_for(depth, 50)
    last = counts[depth][-1] / counts[depth][-2]
    print(f"{depth} hidden: 50 to 100 {factor:.3f}, 512 to 1024 {last:.3f}")
    assert 1.9 < factor < 2 if depth == 1 else factor > 3
    assert 1.95 < last < 2.05 if depth == 1 else 3.9 < last < 4.0
    assert count_for(depth + 1, 50) - count_for(depth, 50) == 50 * (50 + 1)

# %%
# Three conventions
# -----------------
# The same weights come in different shapes, because a sample can be a column or a row:
#
# - *Mathematics*, and the equations of this course: samples are columns, and a layer
#   computes :math:`W x + b`. The shape of :math:`W` is neurons times inputs, or
#   (:term:`fan-out`, :term:`fan-in`).
# - *scikit-learn and nnteach*: samples are rows, and a layer computes ``X @ W + b``.
#   The shape is (fan-in, fan-out).
# - *torch*, the library that nnteach computes with: samples are rows, but the weights
#   are stored as in mathematics. A layer, ``torch.nn.Linear``, computes
#   ``X @ W.T + b``.

# %%
# We put the weights of our network into a layer of torch, and compute the
# pre-activations of all samples in the three ways. The equations of the second
# convention come first.

# sphinx_gallery_fold = "Three conventions, one result"
import torch

print(ForwardEquations(architecture, convention="row"))
layer = torch.nn.Linear(10, 50, dtype=torch.float64)
with torch.no_grad():
    layer.weight.copy_(torch.from_numpy(W1))
    layer.bias.copy_(torch.from_numpy(net.intercepts_[0]))
    in_torch = layer(torch.from_numpy(X)).numpy()
in_rows = X @ net.coefs_[0] + net.intercepts_[0]
in_columns = W1 @ X.T + b1  # one column a sample
print(f"mathematics:     weights {W1.shape}, biases {b1.shape}")
print(f"scikit-learn:    weights {net.coefs_[0].shape}, biases {b1[:, 0].shape}")
print(
    f"torch.nn.Linear: weights {(*layer.weight.shape,)}, biases {(*layer.bias.shape,)}"
)
np.testing.assert_allclose(in_rows, in_columns.T, atol=1e-12)
np.testing.assert_allclose(in_rows, in_torch, atol=1e-12)

# %%
# Common mistakes
# ---------------
# **The total is too small by the number of neurons.** You forgot the biases. Count
# :math:`d_{l-1} + 1` numbers for each neuron.
#
# **The product of two matrices fails.** The formula is from one convention and the
# array from another. Write the two shapes side by side: the inner numbers must be
# equal. With as many neurons as inputs nothing fails, and the result is wrong.
#
# **A classifier of two classes has fewer parameters than you counted.** You counted two
# output neurons, but one is enough: the second probability is 1 minus the first. The
# network's ``architecture_`` tells.

# %%
# Here is each mistake, with what comes of it.

# sphinx_gallery_fold = "The three mistakes, made on purpose"
counted, right = architecture.n_weights, architecture.n_parameters
print(f"without biases {counted}, too few by {right - counted}: {right} is right")
assert right - counted == 50 + 3
try:
    net.coefs_[0] @ x
except ValueError:
    print(f"weights {net.coefs_[0].shape} and x {x.shape} do not fit")
square, sample = rng.normal(size=(2, 10, 10))
assert (square @ sample).shape == (square.T @ sample).shape
assert not np.allclose(square @ sample, square.T @ sample)
two_classes = MLPClassifierNet(hidden_layer_sizes=(50,), random_state=0).initialize(
    X, Y[:, 0] > 0
)
print(f"two classes: layer sizes {two_classes.architecture_.layer_sizes}")
print(f"one output neuron makes {count(two_classes)} parameters,")
print(f"two would make {Architecture((10, 50, 2)).n_parameters}")
assert two_classes.architecture_.layer_sizes == (10, 50, 1)

# %%
# What you learnt
# ---------------
# A layer with :math:`d_{l-1}` inputs and :math:`d_l` neurons has a weight matrix of
# shape :math:`d_l \times d_{l-1}` and a bias for each neuron, which makes
# :math:`d_l (d_{l-1} + 1)` parameters. The count depends on the layer sizes alone. With
# one hidden layer it grows nearly in proportion to the width; with more, and wide
# layers, nearly with the square of the width. Libraries may store the transposed
# matrices.
#
# Further reading
# ---------------
# The page :doc:`/notation` lists all symbols. :cite:t:`goodfellow2016` introduce
# networks in chapter 6, with the same equations.
