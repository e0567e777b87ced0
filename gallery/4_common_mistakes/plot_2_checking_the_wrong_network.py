"""
Checking one network, showing another
=====================================

Two mistakes of the exercise's solution with one cause: the network that is looked at
is not the one that is spoken of. First: a network is asked for with tanh and checked
with relu and softmax, by a check that cannot notice. Second: a decision boundary is
drawn from whichever network was fitted last.

.. lesson-plan::
   :needs: count_parameters, decision_boundary

   :question-a-check: say what a check can notice, and try it on wrong networks
   :compare-architectures: compare whole architectures instead of one number
   :name-networks: keep fitted networks under names that say what they are
"""

# %%
# Predict first
# -------------
# The exercise describes a network with 10 inputs, 50 hidden neurons and 3 outputs,
# tanh everywhere, and asks for the number of its parameters. Write down your guesses.
#
# 1. Somebody builds a network, counts, and gets the right number. Name three things in
#    which that network may still differ from the one asked for.
# 2. A loop fits a network with relu and then one with sigmoid, both under the name
#    ``net``. Below the loop stands a figure of the :term:`decision boundary` of
#    ``net``, and the text under it speaks of relu. On what share of the picture is the
#    prediction not that of the relu network?

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.datasets import make_moons
from sklearn.inspection import DecisionBoundaryDisplay

from nnteach import (
    Architecture,
    ForwardEquations,
    MLPClassifierNet,
    MLPRegressorNet,
    ParameterTable,
    fit_many,
)
from nnteach.displays.palette import CLASS_COLORS, DIVERGING_COLORMAP

# %%
# Mistake 3: the check looks at another network
# ---------------------------------------------
# The exercise's solution checks its count with a network that has relu in the hidden
# layer and softmax at the output. No training is needed to see what happens:
# :meth:`~nnteach.MLPRegressorNet.initialize` only gives a network its starting
# weights. The inputs are 200 random samples of 10 features, the targets one of three
# classes.

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 10))
classes = rng.integers(3, size=200)


def start(net, seed):
    """Copy a network and give the copy starting weights for 10 inputs, 3 outputs."""
    y = classes if is_classifier(net) else np.eye(3)[classes]
    return clone(net).set_params(random_state=seed).initialize(X, y)


question = Architecture((10, 50, 3), "tanh")
tanh = {"activation": "tanh", "out_activation": "tanh"}
asked_for = start(MLPRegressorNet(hidden_layer_sizes=(50,), **tanh), seed=0)
checked = start(MLPClassifierNet(hidden_layer_sizes=(50,), activation="relu"), seed=0)
print(ParameterTable.from_estimator(checked))
assert checked.architecture_.n_parameters == question.n_parameters

# %%
# **Symptom.** There is none, and that is the trouble: the number is right. The table's
# column of activations is what should have made somebody stop.
#
# **Cause.** With layer sizes :math:`d_0, \dots, d_L` the count is
#
# .. math:: \sum_{l=1}^{L} d_l\,(d_{l-1} + 1),
#
# and no :math:`g_l` occurs in it. A check can only notice what enters it. The
# activation functions enter the equations:

print(ForwardEquations(asked_for.architecture_))
print()
print(ForwardEquations(checked.architecture_))

# %%
# Four checks, tried on wrong networks
# ------------------------------------
# How good is a check? Try it on networks that are known to be wrong and see whether it
# notices. Five of them: the one of the solution; one with the wrong function in one
# layer only, twice; one with too many neurons; and one with two hidden layers of 20
# neurons, whose parameters happen to be just as many.

wrong = {
    "relu, then softmax": MLPClassifierNet(hidden_layer_sizes=(50,)),
    "relu, then tanh": MLPRegressorNet(hidden_layer_sizes=(50,), out_activation="tanh"),
    "tanh, then identity": MLPRegressorNet(hidden_layer_sizes=(50,), activation="tanh"),
    "60 neurons": MLPRegressorNet(hidden_layer_sizes=(60,), **tanh),
    "two layers of 20": MLPRegressorNet(hidden_layer_sizes=(20, 20), **tanh),
}
twenty_twenty = start(wrong["two layers of 20"], seed=0).architecture_
print(f"{twenty_twenty.layer_sizes}: {twenty_twenty.n_parameters} parameters")
assert twenty_twenty.n_parameters == question.n_parameters

# %%
# And four checks, each a function that says whether all is well. The first is the one
# of the solution. The second asks whether the outputs fit the range of tanh: between
# -1 and 1, and some of them negative. The third computes the equations by hand,
# with tanh in every layer. The fourth compares the whole
# :class:`~nnteach.Architecture`, sizes and functions.


def outputs(net):
    """Outputs of the last layer: probabilities of a classifier, or predictions."""
    return net.predict_proba(X) if is_classifier(net) else net.predict(X)


def tanh_by_hand(net):
    """Forward pass through the network's weights, with tanh in every layer."""
    A = X
    for W, b in zip(net.coefs_, net.intercepts_, strict=True):
        A = np.tanh(A @ W + b)
    return A


checks = {
    "count": lambda net: net.architecture_.n_parameters == question.n_parameters,
    "range of outputs": lambda net: (
        -1 < outputs(net).min() < 0 < outputs(net).max() < 1
    ),
    "tanh by hand": lambda net: np.allclose(outputs(net), tanh_by_hand(net)),
    "architecture": lambda net: net.architecture_ == question,
}
assert all(check(asked_for) for check in checks.values())

# %%
# Whether a check notices may depend on the weights, so each is tried on 20 seeds. The
# figure shows for each wrong network and each check the share of the seeds at which it
# notices. Every single property is blind to some mistake. Only the comparison of the
# whole architecture notices all of them.

seeds = range(20)
noticed = np.array(
    [
        [
            np.mean([not ok(start(net, seed)) for seed in seeds])
            for ok in checks.values()
        ]
        for net in wrong.values()
    ]
)
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.imshow(noticed, cmap="Blues", vmin=0, vmax=2, aspect="auto")
ax.set_xticks(range(len(checks)), checks)
ax.set_yticks(range(len(wrong)), wrong)
for (row, column), share in np.ndenumerate(noticed):
    ax.text(column, row, f"{share:.0%}", ha="center", va="center")
ax.set_title("Only comparing architectures notices every wrong network")
ax.set(xlabel="check", ylabel="wrong network")
ax.spines[:].set_visible(False)
plt.show()

# %%
# The same as assertions. That a right network passes is asserted too: a check that
# always complains would also notice everything.

shares = dict(zip(checks, noticed.T, strict=True))
assert shares["architecture"].min() == 1
assert shares["count"].sum() == 1, "the count notices one wrong network, by its size"
assert shares["range of outputs"].min() == shares["tanh by hand"].min() == 0
asked_for_nets = [start(asked_for, seed) for seed in seeds]
assert all(check(net) for net in asked_for_nets for check in checks.values())

# %%
# **Fix, and the check that would have caught it.** Write down what was asked for, once,
# as an :class:`~nnteach.Architecture`, and compare the network with it before anything
# is said about the network.

assert asked_for.architecture_ == question
assert checked.architecture_ != question
print(f"asked for: {question}\nchecked:   {checked.architecture_}")

# %%
# Mistake 8: the picture of the network fitted last
# -------------------------------------------------
# A loop over settings, one name for all networks, and further down a figure. This is
# how the exercise's solution comes to draw a boundary that is not always that of the
# network in the text. The data are its two moons, the batches have 128 points.

X_moons, y_moons = make_moons(1000, noise=0.2, random_state=0)
setting = {"batch_size": 128, "max_iter": 100, "n_iter_no_change": np.inf}
for activation in ("relu", "logistic"):
    net = MLPClassifierNet((100, 25), activation, random_state=0, **setting)
    net.fit(X_moons, y_moons)

print(f"the text below the loop speaks of relu; net.activation is {net.activation!r}")
assert net.activation != "relu"

# %%
# **Symptom.** A picture that does not fit its text, if one looks twice. Nothing fails:
# every network can draw a boundary.
#
# **Cause.** After the loop, ``net`` is what the last round left in it. In a notebook it
# is worse, since the cells can be run in any order: ``net`` is then what the cell that
# ran last left in it, and the page does not say which cell that was.
#
# **Fix.** Keep the networks in a dictionary, under the setting that makes the
# difference, and give no variable of a page the name ``net``. Here each entry holds 20
# networks, alike but for their :term:`seed`.

nets = {
    activation: fit_many(
        [
            MLPClassifierNet((100, 25), activation, random_state=seed, **setting)
            for seed in seeds
        ],
        X_moons.astype(np.float32),
        y_moons,
    )
    for activation in ("relu", "logistic")
}

# %%
# The other half of the fix is in the drawing: a function gets the network, and the
# title comes from the network's own parameters. Whatever is handed to it, picture and
# title cannot contradict each other.


options = {"response_method": "predict_proba", "alpha": 0.7, "cmap": DIVERGING_COLORMAP}


def draw_boundary(net, ax):
    """Draw the probability of class 1, and say in the title whose it is."""
    display = DecisionBoundaryDisplay.from_estimator(net, X_moons, ax=ax, **options)
    for label, marker in ((0, "o"), (1, "^")):
        points = X_moons[y_moons == label][::4].T
        ax.scatter(
            *points, s=14, marker=marker, c=CLASS_COLORS[label], edgecolors="black"
        )
    ax.set(title=f"activation: {net.activation}", xlabel="$x_1$", ylabel="$x_2$")
    return display


fig, axes = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained", sharey=True)
shown = draw_boundary(net, axes[0])
meant = draw_boundary(nets["relu"][0], axes[1])
fig.suptitle("The figure shows the network fitted last (left), the text means another")
plt.show()

# %%
# How wrong is the picture? The two networks are compared at every point of the mesh
# that is drawn, for each of the 20 seeds. As a yardstick serves what a picture varies
# by chance: two relu networks that differ in their seed alone.

mesh = np.column_stack([shown.xx0.ravel(), shown.xx1.ravel()])
predicted = {
    activation: np.array([net.predict(mesh) for net in group])
    for activation, group in nets.items()
}
relu = predicted["relu"]
shares = {
    "the networks shown and meant": (relu != predicted["logistic"]).mean(axis=1),
    "relu networks of two seeds": (relu != np.roll(relu, 1, axis=0)).mean(axis=1),
}
for name, share in shares.items():
    low, median, high = np.quantile(share, [0.1, 0.5, 0.9])
    print(f"{name} differ on {median:.1%} of the picture")
    print(f"  (80 % of {len(share)} comparisons between {low:.1%} and {high:.1%})")

mistaken, chance = shares.values()
assert np.median(mistaken) > 0.1
assert mistaken.min() > 3 * chance.max()

# %%
# **A check that would have caught it.** A line above the figure that says what the text
# below it takes for granted, and stops if it is not so. And for a notebook, before
# anybody else sees it: restart the kernel and run all cells in order.

spoken_of = nets["relu"][0]
assert spoken_of.activation == "relu"

# %%
# Common mistakes
# ---------------
# Mistakes 3 and 8 have cousins. **Symptom**: a table of results has two equal rows.
# **Cause**: its rows are labelled by hand and filled from one variable. **Fix**: take
# the label from the network, as :ref:`the page on loss curves
# <sphx_glr_gallery_4_common_mistakes_plot_3_reading_loss_curves.py>` does.
#
# Take-away
# ---------
# A check is worth what it can notice, and that can be tried out on networks that are
# known to be wrong. Compare the whole description of a network, not one number that
# follows from it. A network is spoken of by its parameters, not by the name of a
# variable: let titles and labels come from the network that is drawn.
#
# Further reading
# ---------------
# The equations of a network in all conventions are on :ref:`the page on counting
# <sphx_glr_gallery_1_mathematics_plot_1_count_parameters.py>`. To try a check on
# programs that are wrong on purpose is known as mutation testing :cite:p:`demillo1978`.
# What cells that run in any order do to notebooks was measured on more than a million
# of them by :cite:t:`pimentel2019`.
