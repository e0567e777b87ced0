"""
The decision boundary of a network
==================================

A classifier divides the plane: on one side of a line it says one class, on the other
side the other. This lesson draws that line for a small network and asks how good it is,
how good any classifier could be, and how much of the picture is luck.

.. lesson-plan::
   :needs: why_twenty_seeds, forward_pass

   :draw-a-boundary: draw what a classifier has learnt as a map of probabilities
   :compute-the-ceiling: compute the accuracy that no classifier can surpass on made-up
       data
   :tell-skill-from-luck: tell skill from the luck of the seed, of the training set
       and of
       the test set
"""

# %%
# Predict first
# -------------
#
# 1. The two classes below are drawn by a known recipe, so we can build an oracle that
#    knows the recipe and guesses as well as anybody can. Will it classify every test
#    point correctly?
# 2. Train the same network again and change nothing but the seed. Does its test
#    :term:`accuracy` stay the same, change by less than two percentage points, or
#    change by more?
#
# Data and network
# ----------------
#
# :func:`~sklearn.datasets.make_moons` places points along two half circles and adds
# normal noise of standard deviation 0.2 to both coordinates. Each seed gives a fresh,
# independent draw: 1000 points to train on, and 400 for the test set, which training
# never sees.
#
# The network has 2 inputs, hidden layers of 100 and 25 relu neurons, and one logistic
# output neuron, which gives the probability of class 1. It trains with :term:`Adam` at
# its default rate, in batches of 64, for 100 epochs; ``n_iter_no_change=np.inf`` says
# that nothing shall end the training before. Numbers of single precision
# (``float32``) are exact enough here and take less time.

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit
from sklearn.datasets import make_moons
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.neighbors import KernelDensity

from nnteach import MLPClassifierNet, fit_many
from nnteach.displays.palette import CLASS_COLORS, DIVERGING_COLORMAP


def moons(n_samples, seed):
    X, y = make_moons(n_samples, noise=0.2, random_state=seed)
    return X.astype(np.float32), y


X, y = moons(1000, seed=0)
X_test, y_test = moons(400, seed=1)

settings = {
    "hidden_layer_sizes": (100, 25),
    "batch_size": 64,
    "max_iter": 100,
    "n_iter_no_change": np.inf,
}
net = MLPClassifierNet(**settings, random_state=0).fit(X, y)
n_parameters = net.architecture_.n_parameters
print(f"layer sizes {net.architecture_.layer_sizes}, {n_parameters} parameters")
print(f"test accuracy {net.score(X_test, y_test):.4f}")

# %%
# The idea in one figure
# ----------------------
#
# Ask the network for its probability at every point of a fine mesh, and paint the
# answers: orange where it is sure of class 0, blue where it is sure of class 1, pale in
# between. The :term:`decision boundary` is the line where the probability is 1/2.
# :class:`~sklearn.inspection.DecisionBoundaryDisplay` does this for any classifier.
# Our mesh shall reach 0.5 beyond the data, which the display calls ``eps``, and its
# points shall be at most 0.02 apart. The display asks for the number of points along
# each axis instead, so we compute that number from the longer axis.
#
# The points over the map are *test* points. The network has been fitted to the
# training points; how it does on them says little about new ones.

margin, step = 0.5, 0.02
axis_lengths = np.ptp(X_test, axis=0) + 2 * margin
n_points = int(np.ceil(axis_lengths.max() / step)) + 1

figure, ax = plt.subplots(figsize=(7.5, 5.2), layout="constrained")
display = DecisionBoundaryDisplay.from_estimator(
    net, X_test, response_method="predict_proba", ax=ax,
    eps=margin, grid_resolution=n_points, xlabel="$x_1$", ylabel="$x_2$",
    levels=np.linspace(0, 1, 21), cmap=DIVERGING_COLORMAP, vmin=-0.5, vmax=1.5,
)  # fmt: skip
color_bar = figure.colorbar(display.surface_, ticks=[0, 0.5, 1])
color_bar.set_label("predicted probability of class 1")
display.plot(plot_method="contour", levels=[0.5], colors="black", linewidths=2, ax=ax)
ax.plot([], [], color="black", linewidth=2, label="boundary: probability 1/2")
for k, marker in enumerate("os"):
    style = {"color": CLASS_COLORS[k], "marker": marker, "edgecolor": "white"}
    ax.scatter(*X_test[y_test == k].T, 24, **style, label=f"class {k}")
wrong = net.predict(X_test) != y_test
ax.scatter(*X_test[wrong].T, 70, "none", edgecolor="black", label="on the wrong side")
ax.set_aspect("equal")
ax.set_title(
    "The boundary winds between the moons;\n"
    f"{wrong.sum()} of {len(y_test)} test points lie on its wrong side"
)
figure.legend(loc="outside lower center", ncols=4)
plt.show()

# %%
# The mathematics, beside the code
# --------------------------------
#
# For one sample :math:`x` the network computes
#
# .. math::
#
#    \begin{aligned}
#    a_1 &= g(W_1 x + b_1), & a_2 &= g(W_2 a_1 + b_2), \\
#    z_3 &= W_3 a_2 + b_3, & \hat y &= \sigma(z_3) = \frac{1}{1 + e^{-z_3}}
#    \end{aligned}
#
# with :math:`g(z) = \max(0, z)`. Since :math:`\sigma(0) = 1/2` and :math:`\sigma` only
# rises, the network says "class 1" exactly where :math:`z_3 > 0`, and the boundary is
# the set of all :math:`x` with :math:`z_3(x) = 0`. A relu is straight on either side
# of its kink, so :math:`z_3` is made of flat pieces and the boundary of straight ones;
# they are so many that it looks like a curve.
#
# In scikit-learn's arrays a sample is a row, and so the product stands the other way
# round (see :doc:`/notation`):

A2 = net.hidden_activations(X_test)[-1]
Z3 = A2 @ net.coefs_[2] + net.intercepts_[2]
print("shapes:", A2.shape, "@", net.coefs_[2].shape, "->", Z3.shape)

assert np.allclose(expit(Z3[:, 0]), net.predict_proba(X_test)[:, 1], atol=1e-5)
assert np.array_equal(Z3[:, 0] > 0, net.predict(X_test) == 1)

# %%
# How good can any classifier be?
# -------------------------------
#
# The noise pushes some points of one moon into the other. Nobody can say of such a
# point where it came from, so some error stays, whatever the classifier. For made data
# we can compute how much. The density of a class is the mean of normal densities of
# width 0.2 whose centres lie along its half circle, and that is what
# :class:`~sklearn.neighbors.KernelDensity` computes when we hand it the half circle
# without noise. The oracle says the class whose density is higher; in books it is
# called the Bayes classifier. On average over new points no classifier is right more
# often.
#
# To measure such an average, 400 points are too few. The generator gives as many as we
# like: ``X_large`` has 20 000, and serves for measuring alone.

X_large, y_large = moons(20_000, seed=2)
arcs, arc_classes = make_moons(200, noise=None, shuffle=False)
densities = [KernelDensity(bandwidth=0.2).fit(arcs[arc_classes == k]) for k in (0, 1)]


def oracle_accuracy(X, y):
    log_density_0, log_density_1 = (density.score_samples(X) for density in densities)
    return np.mean((log_density_1 > log_density_0) == y)


for name, points in {"test": (X_test, y_test), "new": (X_large, y_large)}.items():
    print(f"accuracy on {len(points[1])} {name} points: ", end="")
    print(f"oracle {oracle_accuracy(*points):.4f}, network {net.score(*points):.4f}")

ceiling = oracle_accuracy(X_large, y_large)
assert 0.95 < ceiling < 0.99, "even the oracle is wrong about some points"

# %%
# So the answer to the first question is no. Do not be surprised if the network is ahead
# of the oracle on one of these lines: the oracle is best on average over all points
# that the recipe can make, not on every set of 400.
#
# The result over 20 seeds
# ------------------------
#
# One network is one draw: its initial weights and the order of its batches come from
# its random state. :func:`~nnteach.fit_many` trains 20 networks that differ in nothing
# else. How far are they from the ceiling?

n_seeds = 20
nets = fit_many(
    [MLPClassifierNet(**settings, random_state=seed) for seed in range(n_seeds)], X, y
)


def report(name, accuracies):
    low, median, high = np.quantile(accuracies, [0.1, 0.5, 0.9])
    print(f"{name:31} median {median:.4f}, 80 % between {low:.4f} and {high:.4f}")
    return high - low


report("20 seeds, 400 test points", [net.score(X_test, y_test) for net in nets])
accuracies = [net.score(X_large, y_large) for net in nets]
report("20 seeds, 20 000 new points", accuracies)
gap = ceiling - np.median(accuracies)
print(f"the median network is {100 * gap:.2f} percentage points below the oracle")
assert gap < 0.006

# %%
# The network finds nearly all that can be found: whatever a larger network or a longer
# training might add to its accuracy, it is at most this gap.
#
# What moves the boundary, and the accuracy?
# ------------------------------------------
#
# The seed is one source of luck. The training set is another: a second draw of 1000
# points gives another boundary. Below are, on the left, the 20 networks just trained:
# one training set, 20 seeds. On the right are 20 training sets with one seed. (Networks
# with different data cannot share a :func:`~nnteach.fit_many`; each is fitted by
# itself.)

other_nets = [
    MLPClassifierNet(**settings, random_state=0).fit(*moons(1000, seed=100 + draw))
    for draw in range(n_seeds)
]
groups = {"20 seeds, one training set": nets, "20 training sets, one seed": other_nets}

figure, axes = plt.subplots(
    1, 2, figsize=(9, 3.8), layout="constrained", sharex=True, sharey=True
)
for ax, (name, group) in zip(axes, groups.items(), strict=True):
    ax.scatter(*X_test.T, 8, np.take(CLASS_COLORS, y_test), alpha=0.3)
    for member in group:
        DecisionBoundaryDisplay.from_estimator(
            member, X_test, response_method="predict_proba", eps=margin, ax=ax,
            plot_method="contour", levels=[0.5], colors="black", linewidths=0.7,
            xlabel="$x_1$", ylabel="$x_2$",
        )  # fmt: skip
    ax.set(title=name, aspect="equal")
figure.suptitle("Other training data move the boundary more than other seeds do")
plt.show()

# %%
# Where there are data, the lines lie close together. Far away nothing holds them, and
# there they part. As a number: the share of new points at which a network contradicts
# the majority of its group.


def dissent(group):
    votes = np.array([member.predict(X_large) for member in group])
    return np.mean(votes != np.median(votes, axis=0))


for name, group in groups.items():
    print(f"{name}: {100 * dissent(group):.2f} % of the votes against the majority")
assert dissent(other_nets) > 1.5 * dissent(nets)

# %%
# The third source of luck is the test set itself. The 20 000 points make 50 test sets
# of 400, and one and the same network gets another accuracy on each.

correct = net.predict(X_large) == y_large
seed_band = report("20 seeds", [net.score(X_test, y_test) for net in nets])
report("20 training sets", [other.score(X_test, y_test) for other in other_nets])
test_band = report("50 test sets, one network", correct.reshape(50, 400).mean(axis=1))
print(f"the last band is {test_band / seed_band:.1f} times as wide as the first")

scores = [net.score(X_test, y_test) for net in nets]
assert 0 < max(scores) - min(scores) < 0.02, "the seeds differ, by less than 2 points"
assert test_band > 1.5 * seed_band

# %%
# This answers the second question: the accuracy changes with the seed, by less than two
# percentage points. It also says how to read an accuracy that was measured on few
# points. Measured on :math:`n` points, an accuracy :math:`p` has a standard error of
# :math:`\sqrt{p (1 - p) / n}`:

for n in (len(y_test), len(y_large)):
    error = np.sqrt(ceiling * (1 - ceiling) / n)
    print(f"standard error on {n} points: {100 * error:.2f} percentage points")

# %%
# Two settings compared on the *same* test points can be told apart more sharply than
# this, since both face the same hard points. Still, such a comparison speaks of these
# 400 points alone. The next lessons therefore measure on ``X_large`` as well.
#
# Common mistakes
# ---------------
#
# **The map shows another network than the text speaks of.** Cause: in a notebook
# ``net`` has been fitted again in between. Fix: give each network a name of its own,
# and compute the title from the network that is drawn, as above.
#
# **The boundary looks like stairs.** Cause: ``response_method="predict"`` on a coarse
# mesh, where the class jumps from 0 to 1 between one mesh point and the next. Fix: draw
# probabilities, between which the line can be interpolated, and raise
# ``grid_resolution``.
#
# **Points and map have opposite colours.** Cause: the points were coloured by hand,
# and the map shows the probability of ``classes_[1]``, or of the class that
# ``class_of_interest`` names. Fix: print ``predict_proba`` for one clear point. With
# three or more classes and ``class_of_interest=None`` the map shows the likeliest
# class, in colours that ``multiclass_colors`` sets.
#
# **Half a percentage point is reported as progress.** Cause: one run was compared with
# one run, on 400 points. Fix: many seeds, the same test points for both settings, many
# of them, and the spread beside the median.
#
# **The aim is 100 %.** Cause: forgetting that classes may overlap. A network that
# classifies every training point of these moons correctly has learnt the noise by
# heart, which is :term:`overfitting`.
#
# Take-away
# ---------
#
# A decision boundary is the set of points where the last pre-activation is zero, and a
# map of the probabilities around it shows where the network is unsure. No classifier
# can undo the overlap of the classes, and this small network comes close to that
# ceiling. A difference counts as skill only when it is larger than what the seed, the
# training set and the test set do by chance.
#
# Next: :ref:`sphx_glr_gallery_2_two_moons_plot_2_loss_and_accuracy.py`.
#
# Further reading
# ---------------
#
# The oracle and its error: :cite:t:`bishop2006`, section 1.5. What chance does when
# learning methods are compared: :cite:t:`bouthillier2021`.
