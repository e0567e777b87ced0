"""
What does a network learn?
==========================

Here are two groups of points, and no straight line separates them. A small neural
network starts from random numbers, goes through the points a hundred times, and ends
with a curve between the groups. You train it in five lines, watch the curve form, and
check it on points that the network has never seen.

.. lesson-plan::
   :besides: a little Python and numpy

   :train-a-network: train a network and ask it for predictions
   :read-a-map: read a map of what a network says at every point of the plane
   :test-on-new-points: explain why a network is judged on new points
"""

# %%
# Predict first
# -------------
# Write down a guess for each question before you read on. A wrong guess helps you
# remember the answer.
#
# 1. Before any training, the network is made of random numbers. Colour the plane by
#    what it says: will you see speckles, a few large regions, or stripes?
# 2. After the training the network is right about nearly all the points that it was
#    trained on. Will it be right about new points more often, less often, or equally
#    often?

# %%
# Two moons
# ---------
# Each point is a :term:`sample`. Its two coordinates are its :term:`features
# <feature>`, the numbers that we know of it. The moon it belongs to, 0 or 1, is its
# :term:`class`, the thing to predict. We make 400 points, train on half of them, the
# :term:`training set`, and put the other half away as the :term:`test set`. The noise
# moves each point a little off its half circle, at random.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

X, y = make_moons(400, noise=0.2, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=0)
print("features of the first sample:", X_train[0])
print("its class:", y_train[0])

# %%
# How well does a straight line do? ``LogisticRegression`` from scikit-learn finds a
# good one. The share of points that it gets right is its :term:`accuracy`.

# sphinx_gallery_fold_code = "How the points and the line are drawn"
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.linear_model import LogisticRegression

from nnteach.displays.palette import CLASS_COLORS, DIVERGING_COLORMAP


def draw_points(ax, X, y):
    for k, marker in enumerate("os"):
        style = {"color": CLASS_COLORS[k], "marker": marker, "edgecolor": "white"}
        ax.scatter(*X[y == k].T, s=25, linewidth=0.5, label=f"class {k}", **style)
    ax.set(aspect="equal", xlabel="first feature", ylabel="second feature")


def draw_line(ax, model, **line):
    DecisionBoundaryDisplay.from_estimator(
        model, X, plot_method="contour", response_method="predict_proba", eps=0.3,
        ax=ax, levels=[0.5], colors="black", xlabel="", ylabel="", **line,
    )  # fmt: skip


straight = LogisticRegression().fit(X_train, y_train)
straight_accuracy = straight.score(X_train, y_train)
fig, ax = plt.subplots(figsize=(6.5, 4.2), layout="constrained")
draw_line(ax, straight, linestyles="--")
draw_points(ax, X_train, y_train)
ax.plot([], [], "k--", label="a straight line")
ax.set_title(
    f"A straight line gets {straight_accuracy:.0%} of the training points right"
)
fig.legend(loc="outside lower center", ncols=3)
fig.alt_text = (
    f"{len(X_train)} points in two interlocking half circles, and a slanted line "
    "between them. The line cuts off the ends of both half circles: the inner end of "
    "each lies on the wrong side."
)
plt.show()

# %%
# Five lines
# ----------
# ``MLPClassifierNet`` is a :term:`neural network <multilayer perceptron>` that predicts
# classes. Its name comes from scikit-learn's ``MLPClassifier``, and it is used in the
# same way: make it, ``fit`` it to the training points, and ask it to ``predict``.

from nnteach import MLPClassifierNet

net = MLPClassifierNet(hidden_layer_sizes=(50, 50), batch_size=20, random_state=0)
net.set_params(max_iter=100, n_iter_no_change=np.inf)
net.fit(X_train, y_train)
print("it says  ", net.predict(X_test[:10]))
print("the truth", y_test[:10])

# %%
# What do the settings mean?
#
# - ``hidden_layer_sizes``: the network has two :term:`layers <layer>` of 50 small units
#   each, called :term:`neurons <neuron>`. The next lesson opens them.
# - ``max_iter``: it goes through the training points 100 times. One pass is called an
#   :term:`epoch`. ``n_iter_no_change`` says that it must not stop earlier.
# - ``batch_size``: it looks at 20 points, changes its numbers a little, and takes the
#   next 20.
# - ``random_state``: the :term:`seed` of its random numbers. The same seed gives the
#   same network again.
#
# Watch it learn
# --------------
# A network gives more than a class. ``predict_proba`` says how sure it is: the
# probability that a point belongs to class 1. We ask for it at every place of the plane
# and colour the answers, orange for class 0 and blue for class 1. The black line, where
# the probability is one half, is the :term:`decision boundary`: the network says one
# class on this side and the other on that side.
#
# To see the line form, we train the network anew, from the start, and keep copies after
# 1, 5, 20 and 100 epochs. ``Snapshots`` makes them. It is a :term:`callback`: training
# calls it after every epoch. The copies are in its ``estimators_``, by their epoch. For
# epoch 0, ``initialize`` draws the random numbers and trains nothing.

from nnteach import Snapshots

film = Snapshots([1, 5, 20, 100])
net.set_callbacks(film).fit(X_train, y_train)
untrained = MLPClassifierNet((50, 50), random_state=0).initialize(X_train, y_train)
stages = {0: untrained, **film.estimators_}  # a network for each epoch
accuracy = {epoch: stage.score(X_train, y_train) for epoch, stage in stages.items()}

# %%

# sphinx_gallery_fold_code = "How the maps are drawn"
fig, axes = plt.subplots(2, 3, figsize=(9, 5.4), layout="constrained")
for ax, (epoch, stage) in zip(axes.flat, stages.items(), strict=False):
    surface = DecisionBoundaryDisplay.from_estimator(
        stage, X, response_method="predict_proba", ax=ax, eps=0.3, xlabel="", ylabel="",
        levels=np.linspace(0, 1, 21), cmap=DIVERGING_COLORMAP, vmin=-0.5, vmax=1.5,
    )  # fmt: skip
    draw_line(ax, stage)
    draw_points(ax, X_train, y_train)
    epochs = "1 epoch" if epoch == 1 else f"{epoch} epochs"
    ax.set(title=f"{epochs}: {accuracy[epoch]:.0%} right", xlabel="", ylabel="")
    ax.set(xticks=[], yticks=[])
axes.flat[-1].axis("off")
axes.flat[-1].legend(*axes[0, 0].get_legend_handles_labels(), loc="upper center")
bar = fig.colorbar(
    surface.surface_, ax=axes.flat[-1], location="bottom", ticks=[0, 0.5, 1], shrink=0.9
)
bar.set_label("probability of class 1")
fig.suptitle("At first the network is unsure everywhere; then its boundary bends")
fig.alt_text = (
    "Five maps of the same plane. "
    + " ".join(
        f"After {epoch} epochs the network is right about {share:.0%} of the training "
        "points."
        for epoch, share in accuracy.items()
    )
    + " At first all colours are pale. After 5 epochs the boundary is nearly a "
    "straight line. At the end it winds between the moons, and only the places close "
    "to it are pale."
)
plt.show()

# %%
# **Answer 1.** A few large regions, all of them pale: the network is unsure everywhere.
# Its numbers are random, but neighbouring points still get similar answers. By epoch 5
# it has found a slanted line, which is right about most points. Then the line bends.
#
# Nobody told the network about half circles. It changed its numbers to be right about
# the training points, and the curve is what came out. That is what a network learns: a
# map from features to a prediction, fitted to examples.
#
# Does it hold for new points?
# ----------------------------
# A network could learn its training points by heart and know nothing else. So we ask
# about the 200 points that we put away.

print(f"right on {net.score(X_train, y_train):.1%} of the training points")
print(f"right on {net.score(X_test, y_test):.1%} of the test points")

# %%
# One result may be luck. So we repeat everything 20 times, with new training points and
# a new seed, and measure each network on 10 000 new points.


def train_again(seed):
    X, y = make_moons(200, noise=0.2, random_state=seed)
    X_new, y_new = make_moons(10_000, noise=0.2, random_state=1000 + seed)
    net = MLPClassifierNet((50, 50), batch_size=20, random_state=seed)
    net.set_params(max_iter=100, n_iter_no_change=np.inf).fit(X, y)
    return net.score(X, y), net.score(X_new, y_new)


on_training, on_new = np.array([train_again(seed) for seed in range(20)]).T
print(f"training points, mean of 20 networks: {on_training.mean():.1%}")
print(f"new points, mean of 20 networks:      {on_new.mean():.1%}")
print(f"better on the training points: {np.sum(on_training > on_new)} of 20 networks")

# %%
# **Answer 2.** A little less often, in most of the runs. The training points shaped the
# network, so it fits them and some of their noise. New points have other noise. That is
# why a network is always judged on points that it was not trained on.

# %%
# What the text says, asserted: the build of this page fails if it is not so.

# sphinx_gallery_fold = "The checks behind this page"
assert accuracy[0] < 0.6 < accuracy[5] < straight_accuracy + 0.05 < accuracy[100]
assert 0.93 < on_new.mean() < on_training.mean()
assert np.sum(on_training > on_new) >= 14
for seed in range(20):
    untrained = MLPClassifierNet((50, 50), random_state=seed).initialize(X, y)
    assert np.abs(untrained.predict_proba(X) - 0.5).max() < 0.4
print("untrained, no seed gives a probability below 0.1 or above 0.9")

# %%
# What you learnt
# ---------------
# A network starts from random numbers and is unsure everywhere. Training goes through
# the examples again and again and changes the numbers a little each time, so that the
# predictions become better. What has been learnt is a map from features to a
# prediction. Judge it on new points.
#
# The next lesson, :lesson:`training_by_hand`, opens the box: what is changed, and how
# does the network know in which direction?
