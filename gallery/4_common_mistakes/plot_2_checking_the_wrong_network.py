"""
Is it the network you think it is?
==================================

Two mistakes have one cause: the network that you look at is not the one that you speak
of. First, the solution of :doc:`the exercise sheet </exercise_sheet>` checks a tanh
network with a check that cannot notice a wrong one. Second, it draws the boundary of
whichever network was fitted last.

.. lesson-plan::
   :needs: count_parameters, decision_boundary

   :question-a-check: say what a check can notice, and try it on wrong networks
   :compare-architectures: compare whole architectures instead of one number
   :name-networks: keep fitted networks under names that say what they are
"""

# %%
# Predict first
# -------------
# 1. You build a network with 10 inputs, 50 hidden neurons and 3 outputs, and its number
#    of parameters is right. In what may it still differ from the network asked for?
# 2. A loop fits a network with relu and then one with the logistic function, both under
#    the name ``net``. A figure below the loop shows the boundary of ``net``, and the
#    text speaks of relu. On what share of the figure is the prediction not that of the
#    relu network?
#
# Mistake 3: a check that cannot notice
# -------------------------------------
# The network asked for has tanh in both layers. The solution checks its number of
# parameters with a network that has :term:`relu` and :term:`softmax` instead.

from nnteach import Architecture, ParameterTable

asked_for = Architecture((10, 50, 3), "tanh")
checked = Architecture((10, 50, 3), ["relu", "softmax"])
print(ParameterTable(checked))
print("the same number:", checked.n_parameters == asked_for.n_parameters)

# %%
# **Answer 1.** In its activation functions, and even in its layers. The number of
# parameters is :math:`\sum_l d_l (d_{l-1} + 1)`, and no activation function occurs in
# it. So a count cannot notice a wrong one. Other networks have the same number by
# chance:

print("10-20-20-3:", Architecture((10, 20, 20, 3), "tanh").n_parameters)

# %%
# Try the check on wrong networks
# -------------------------------
# How good is a check? Give it networks that you know to be wrong, and see whether it
# notices. Here are five wrong networks and four checks: the count; whether the outputs
# fit the range of tanh, between -1 and 1; whether tanh, computed by hand in every
# layer, gives the outputs; and whether the whole :term:`architecture` is equal.

# sphinx_gallery_fold_code = "The five networks, the four checks and the figure"
import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone, is_classifier

from nnteach import MLPClassifierNet, MLPRegressorNet

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 10))
classes = rng.integers(3, size=200)
tanh = {"activation": "tanh", "out_activation": "tanh"}
wrong = {
    "relu, then softmax": MLPClassifierNet(hidden_layer_sizes=(50,)),
    "relu, then tanh": MLPRegressorNet(hidden_layer_sizes=(50,), out_activation="tanh"),
    "tanh, then identity": MLPRegressorNet(hidden_layer_sizes=(50,), activation="tanh"),
    "60 neurons": MLPRegressorNet(hidden_layer_sizes=(60,), **tanh),
    "two layers of 20": MLPRegressorNet(hidden_layer_sizes=(20, 20), **tanh),
}


def start(net, seed):
    """Copy a network and give the copy starting weights for 10 inputs, 3 outputs."""
    y = classes if is_classifier(net) else np.eye(3)[classes]
    return clone(net).set_params(random_state=seed).initialize(X, y)


def outputs(net):
    return net.predict_proba(X) if is_classifier(net) else net.predict(X)


def tanh_by_hand(net):
    A = X
    for W, b in zip(net.coefs_, net.intercepts_, strict=True):
        A = np.tanh(A @ W + b)
    return A


checks = {
    "count": lambda net: net.architecture_.n_parameters == asked_for.n_parameters,
    "range": lambda net: -1 < outputs(net).min() < 0 < outputs(net).max() < 1,
    "by hand": lambda net: np.allclose(outputs(net), tanh_by_hand(net)),
    "architecture": lambda net: net.architecture_ == asked_for,
}
noticed = np.array(
    [
        [np.mean([not ok(start(net, k)) for k in range(20)]) for ok in checks.values()]
        for net in wrong.values()
    ]
)
fig, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
ax.imshow(noticed, cmap="Blues", vmin=0, vmax=2, aspect="auto")
ax.set_xticks(range(len(checks)), checks)
ax.set_yticks(range(len(wrong)), wrong)
for (row, column), share in np.ndenumerate(noticed):
    ax.text(column, row, f"{share:.0%}", ha="center", va="center")
ax.set_title("Only comparing architectures notices every wrong network")
ax.set(xlabel="check", ylabel="wrong network")
ax.spines[:].set_visible(False)
fig.alt_text = (
    "A table of five wrong networks and four checks: the share of 20 seeds for which "
    "the check notices. "
    + " ".join(
        f"{check}: {', '.join(f'{share:.0%}' for share in shares)}."
        for check, shares in zip(checks, noticed.T, strict=True)
    )
)
plt.show()

# %%
# The count notices one network of five. The others notice more, but each is blind to
# some mistake. Only the comparison of the whole architecture notices all of them. So
# write down what was asked for, once, and compare the network with it:

net = MLPRegressorNet(hidden_layer_sizes=(50,), **tanh, random_state=0)
net.initialize(X, np.eye(3)[classes])
print("equal to what was asked for:", net.architecture_ == asked_for)

# %%
# A right network must pass every check: a check that always complains would notice
# everything, too.

# sphinx_gallery_fold = "The table, asserted, and the right network"
shares = dict(zip(checks, noticed.T, strict=True))
assert shares["architecture"].min() == 1
assert shares["count"].sum() == 1, "the count notices one wrong network, by its size"
assert shares["range"].min() == shares["by hand"].min() == 0
right = [start(net, seed) for seed in range(20)]
assert all(check(one) for one in right for check in checks.values())
assert Architecture((10, 20, 20, 3), "tanh").n_parameters == asked_for.n_parameters
print(f"{len(right)} right networks pass all {len(checks)} checks")

# %%
# Mistake 8: the picture of the network fitted last
# -------------------------------------------------
# Here is the loop, on the two moons of the exercise:

from sklearn.datasets import make_moons

X, y = make_moons(1000, noise=0.2, random_state=0)
settings = {"batch_size": 128, "max_iter": 100, "n_iter_no_change": np.inf}
for activation in ("relu", "logistic"):
    net = MLPClassifierNet((100, 25), activation, random_state=0, **settings).fit(X, y)
print("the activation of net:", net.activation)

# %%
# After the loop, ``net`` is what the last round left. Nothing fails, since every
# network can draw a boundary. In a notebook it is worse: the cells run in any order,
# and ``net`` is what the cell that ran last left.
#
# The remedy has two halves. Keep the networks in a dictionary, under the setting that
# tells them apart. And let the title of a figure come from the network that is drawn.

from nnteach import fit_many

nets = {}
for activation in ("relu", "logistic"):
    group = [
        MLPClassifierNet((100, 25), activation, random_state=seed, **settings)
        for seed in range(20)
    ]
    nets[activation] = fit_many(group, X.astype(np.float32), y)

# %%

# sphinx_gallery_fold_code = "How the maps get their titles from the networks"
from sklearn.inspection import DecisionBoundaryDisplay

from nnteach.displays.palette import CLASS_COLORS, DIVERGING_COLORMAP

options = {"response_method": "predict_proba", "cmap": DIVERGING_COLORMAP}
options |= {"levels": np.linspace(0, 1, 21), "vmin": -0.5, "vmax": 1.5}


def draw_boundary(net, ax):
    """Draw the probability of class 1, and say in the title whose it is."""
    display = DecisionBoundaryDisplay.from_estimator(net, X, ax=ax, **options)
    for label, marker in ((0, "o"), (1, "^")):
        style = {"marker": marker, "color": CLASS_COLORS[label], "edgecolor": "white"}
        ax.scatter(*X[y == label][::4].T, s=16, label=f"class {label}", **style)
    ax.set(title=f"activation: {net.activation}", xlabel="$x_1$", ylabel="$x_2$")
    return display


fig, axes = plt.subplots(1, 2, figsize=(8, 3.9), layout="constrained", sharey=True)
shown = draw_boundary(net, axes[0])
draw_boundary(nets["relu"][0], axes[1])
axes[1].set_ylabel("")
bar = fig.colorbar(shown.surface_, ax=axes, ticks=[0, 0.5, 1], shrink=0.8)
bar.set_label("probability of class 1")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
fig.suptitle("The loop shows the network fitted last (left); the text means the other")
fig.alt_text = (
    "Two maps of the two moons. Left, the network called net: logistic, with a nearly "
    "straight boundary that cuts off the inner end of each moon. Right, the relu "
    "network: its boundary winds between the moons."
)
plt.show()

# %%
# How wrong is the picture? Compare the two networks at every point of the map, for each
# seed. As a yardstick, compare two relu networks that differ in their seed alone.

mesh = np.column_stack([shown.xx0.ravel(), shown.xx1.ravel()])
relu = np.array([one.predict(mesh) for one in nets["relu"]])
logistic = np.array([one.predict(mesh) for one in nets["logistic"]])
mistaken = (relu != logistic).mean(axis=1)
chance = (relu != np.roll(relu, 1, axis=0)).mean(axis=1)

# %%

# sphinx_gallery_fold_code = "How the shares are printed and checked"
from nnteach import median_and_band

print("share of the picture that the networks predict differently:")
print("relu and logistic:", median_and_band(mistaken, ".1%"))
print("relu, two seeds:  ", median_and_band(chance, ".1%"))
assert net.activation == "logistic"
assert np.median(mistaken) > 0.1
assert mistaken.min() > 3 * chance.max()

# %%
# **Answer 2.** On more than a tenth of it, several times as much as by chance.
#
# One line above a figure would have caught it: an assertion of what the text takes for
# granted.

spoken_of = nets["relu"][0]
assert spoken_of.activation == "relu"

# %%
# In a notebook, also restart the kernel and run all cells in order before anybody else
# sees the result.
#
# What you learnt
# ---------------
# A check is worth what it can notice, and you can find that out with networks that are
# wrong on purpose. Compare the whole description of a network, not one number that
# follows from it. Give networks names that say what they are, and let titles and labels
# come from the network that is drawn.
#
# Further reading
# ---------------
# To try a check on programs that are wrong on purpose is called mutation testing
# :cite:p:`demillo1978`. What happens to notebooks whose cells run in any order was
# measured on more than a million of them by :cite:t:`pimentel2019`.
