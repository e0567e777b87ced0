"""
When should training stop?
==========================

Training lowers the loss on the training points, epoch after epoch. On new points the
loss falls at first and then rises again. You watch both, let a rule stop the training,
and measure what the rule gains and what it costs.

.. lesson-plan::
   :needs: decision_boundary, why_twenty_seeds

   :read-training-curves: read the curves of loss and accuracy on training and
       validation sets
   :stop-by-a-rule: stop a training by a rule, and check that the rule was at work
   :judge-stopping: tell what stopping gained from what it cost
"""

# %%
# Predict first
# -------------
#
# 1. You hand over a :term:`validation set`. After each :term:`epoch` the network
#    measures its loss there, too. At some point this loss stops falling. What does the
#    training do: stop, go back to its best weights, or go on?
# 2. You add the rule "stop when the validation loss has not improved for 4 epochs".
#    Compared with 100 epochs for every network, will the :term:`accuracy` on new points
#    rise, fall, or stay about the same?
#
# Three sets of points
# --------------------
#
# - The :term:`training set` is for fitting the weights.
# - The *validation set* is for watching the training; the rule decides by it.
# - The :term:`test set` is for one measurement at the end. If the rule looked at it,
#   the test accuracy would be too good, because the stopping was fitted to it. Here it
#   is ``X_large``, whose 20 000 points leave less to luck.
#
# The data and the network, 2-100-25-1, are those of :lesson:`decision_boundary`. We
# train 20 networks that differ in their :term:`seed`. ``n_iter_no_change=np.inf``
# switches off scikit-learn's own rule, which watches the training loss.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import log_loss

from nnteach import (
    MLPClassifierNet,
    TrainingCurveDisplay,
    fit_many,
    median_and_band,
    two_moons,
)

X, y = two_moons(1000, random_state=0)
X_large, y_large = two_moons(20_000, random_state=2)
X_val, y_val = two_moons(400, random_state=3)
network = {"hidden_layer_sizes": (100, 25), "batch_size": 64}


def train(**settings):
    nets = [MLPClassifierNet(**network, **settings, random_state=s) for s in range(20)]
    return fit_many(nets, X, y, X_val=X_val, y_val=y_val)


free_nets = train(max_iter=300, n_iter_no_change=np.inf)
print("epochs trained:", {net.n_iter_ for net in free_nets})

train_losses = np.array([net.history_["loss"] for net in free_nets])
val_losses = np.array([net.history_["val_loss"] for net in free_nets])

# %%
# **Answer 1.** It goes on, to the last of its 300 epochs. Without a rule, the loss on
# the validation set is only noted.
#
# Read the curves
# ---------------

# sphinx_gallery_fold_code = "How the curves are drawn"
middle = np.median(val_losses, axis=0)
lowest = middle.argmin() + 1

fig, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
TrainingCurveDisplay.from_estimators(free_nets, yscale="log", legend=False, ax=ax)
ax.plot(lowest, middle.min(), "kv", label=f"lowest median, epoch {lowest}")
ax.set(xscale="log", xlabel="epoch", xlim=(5, 300), ylim=(0.07, 0.3))
ax.set_xticks([5, 10, 30, 100, 300], labels=[5, 10, 30, 100, 300])
ax.set_xticks([], minor=True)
ax.set_title("The validation loss turns and rises, while the training loss falls on")
ax.legend(loc="upper right")
fig.alt_text = (
    "Loss against epoch on logarithmic axes, median and middle 80 % of 20 networks. "
    "The training loss falls to the end, from epoch 100 to 300 by "
    f"{np.median(train_losses[:, 99] - train_losses[:, -1]):.4f}. The validation loss "
    f"falls until epoch {lowest} and then rises by {middle[-1] - middle.min():.4f}."
)
plt.show()

# %%
# After the lowest point of the validation loss the network still learns, but what it
# learns does not hold for new points. That is :term:`overfitting`. Here there is little
# of it:

lowest_epochs = val_losses.argmin(axis=1) + 1
rises = val_losses[:, -1] - val_losses.min(axis=1)
print("epoch of the lowest validation loss:")
print("   ", median_and_band(lowest_epochs, ".0f"))
print("rise of the validation loss from there to epoch 300:")
print("   ", median_and_band(rises, ".4f"))

# %%
# A gap between the curves alone is not overfitting. A network does better on the points
# that it was fitted to, even while it still improves on others. At first the validation
# loss lies *below*: it is measured at the end of an epoch, the training loss during it,
# with worse weights.

# %%
# Training makes the :term:`objective` smaller: the mean :term:`binary cross-entropy`
# plus the :term:`L2 penalty` of strength :math:`\alpha`,
#
# .. math::
#
#    E(\theta) = \frac{1}{n} \sum_{i=1}^n
#                \ell(\class{prediction}{\hat y_i}, \class{target}{y_i})
#                + \frac{\alpha}{2 n} \sum_l \lVert W_l \rVert^2,
#
# .. math:: \ell(\hat y, y) = -y \log \hat y - (1 - y) \log(1 - \hat y).
#
# The training loss of an epoch is the mean of :math:`E` over its batches, *while* the
# weights change. The validation loss is measured at the end of the epoch, without the
# penalty. At first the weights change fast, and this matters. To compare the two sets
# exactly, compute ``log_loss`` on both with the same weights.

# sphinx_gallery_fold = "What the two losses are, and when they are measured"
net = free_nets[0]
E, _, _ = net.loss_and_gradients(X, y)
cross_entropy = log_loss(y, net.predict_proba(X))
penalty = net.alpha / (2 * len(y)) * sum(np.sum(W**2) for W in net.coefs_)
print(f"cross-entropy {cross_entropy:.5f} + penalty {penalty:.5f} = {E:.5f}")
first = {"training": train_losses[:, 0], "validation": val_losses[:, 0]}
for name, values in first.items():
    print(f"{name} loss of epoch 1: {median_and_band(values)}")
one_epoch = train(max_iter=1, n_iter_no_change=np.inf)
same_weights = [log_loss(y, net.predict_proba(X)) for net in one_epoch]
print(f"training set, at the end of epoch 1: {median_and_band(same_weights)}")

assert np.isclose(E, cross_entropy + penalty, rtol=1e-4)
assert np.median(val_losses[:, 0]) < np.median(train_losses[:, 0]) - 0.03
assert abs(np.median(val_losses[:, 0] - same_weights)) < 0.01
assert np.median(rises) > 0.001
assert np.median(train_losses[:, 99] - train_losses[:, -1]) > 0.001
assert np.median(lowest_epochs) < 200

# %%
# The accuracy says less. It counts points, so it moves in steps, and a point just over
# the boundary counts as much as one far beyond. Here the validation accuracy lies above
# the training accuracy, by less than luck moves an accuracy of 400 points.

# sphinx_gallery_fold_code = "How the accuracy is drawn"
fig, ax = plt.subplots(figsize=(7, 3.8), layout="constrained")
TrainingCurveDisplay.from_estimator(
    free_nets[0], metric="score", title="", legend=False, ax=ax
)
ax.set(xlim=(0, 100), ylim=(0.9, 1))
ax.set_title("The accuracy of one network rises fast, then flickers")
ax.legend(loc="lower right")
train_score, late = (free_nets[0].history_[k][29:100] for k in ("score", "val_score"))
fig.alt_text = (
    "Accuracy against epoch for one network. It rises within some 20 epochs. From "
    f"epoch 30 to 100 the validation accuracy jumps between {late.min():.4f} and "
    f"{late.max():.4f}, mostly above the training accuracy, which moves in smaller "
    "steps."
)
plt.show()

assert 0 < np.median(late - train_score) < np.sqrt(0.03 * 0.97 / 400)

# %%
# Hand over a rule
# ----------------
#
# The rule of :term:`early stopping` with a :term:`patience` of 4 stops when the last
# 4 epochs have brought no validation loss below the lowest one before. Then it
# restores the weights of the best epoch.
#
# - ``early_stopping=True`` switches the rule on.
# - ``scoring="loss"`` makes it watch the loss; otherwise it watches the accuracy.
# - ``tol=0`` counts any improvement.
# - ``n_iter_no_change=3``: three epochs without improvement are allowed; the fourth
#   stops it.

rule = {"early_stopping": True, "scoring": "loss", "n_iter_no_change": 3, "tol": 0}
stopped_nets = train(max_iter=300, **rule)
stop_epochs = np.array([net.n_iter_ for net in stopped_nets])
print("epochs trained:", median_and_band(stop_epochs, ".0f"))

# %%

# sphinx_gallery_fold_code = "How the epochs are drawn"
from nnteach.displays.palette import BLUE, VERMILION

order = np.argsort(lowest_epochs)
fig, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
rows = np.arange(20)
ax.hlines(rows, (stop_epochs - 4)[order], lowest_epochs[order], color="lightgrey")
ax.plot((stop_epochs - 4)[order], rows, "o", color=BLUE, label="kept by the rule")
ax.plot(stop_epochs[order], rows, "|", color="black", label="stopped by the rule")
ax.plot(lowest_epochs[order], rows, "D", c=VERMILION, label="lowest of 300 epochs")
ax.set(xlabel="epoch", ylabel="network, one seed each", yticks=[], xlim=(0, None))
fig.legend(loc="outside lower center", ncols=3)
early = np.sum(stop_epochs < lowest_epochs)
ax.set_title(f"{early} of 20 trainings stop before their lowest validation loss")
fig.alt_text = (
    "For each of 20 seeds, three epochs: that of the kept weights (median "
    f"{np.median(stop_epochs - 4):.0f}), the stop 4 epochs later, and that of the "
    f"lowest validation loss in 300 epochs (median {np.median(lowest_epochs):.0f})."
)
plt.show()

# %%
# The rule cannot see the future. It takes the first dip that is followed by four worse
# epochs for the lowest point. More patience is fooled less often. The curves of the
# free networks show it, because the rule changes nothing before it stops.


def stop_epoch(losses, patience):
    lowest_yet = np.minimum.accumulate(losses)
    # is the lowest loss yet the same as `patience` epochs before?
    waited_in_vain = lowest_yet[patience:] == lowest_yet[:-patience]
    return waited_in_vain.argmax() + patience + 1  # the first epoch where it is


for patience in (4, 10, 30):
    stops = [stop_epoch(losses, patience) for losses in val_losses]
    kept = [losses[:n].min() for losses, n in zip(val_losses, stops, strict=True)]
    print(f"patience {patience:2}: epochs {median_and_band(stops, '.0f')}")
    print(f"    validation loss kept: {median_and_band(kept, '.4f')}")

# %%
# Each stopped network is compared with the free network of the same seed.

# sphinx_gallery_fold = "The rule stops where the curve says, and puts the weights back"
for net, losses in zip(stopped_nets, val_losses, strict=True):
    n_epochs = stop_epoch(losses, patience=4)
    best_loss = losses[:n_epochs].min()
    assert net.n_iter_ == n_epochs == losses[:n_epochs].argmin() + 1 + 4
    assert np.isclose(log_loss(y_val, net.predict_proba(X_val)), best_loss, rtol=1e-3)
    assert stop_epoch(losses, patience=30) > 31, "the rule with patience 30 stopped"
print(f"checked for {len(stopped_nets)} networks")

missed = [losses[: stop_epoch(losses, 4)].min() - losses.min() for losses in val_losses]
print("loss missed by patience 4:", median_and_band(missed, ".4f"))
assert stop_epochs.max() < 200, "the rule was at work"
assert early >= 14
assert np.median(missed) > 0.0005

# %%
# What does stopping gain, what does it cost?
# -------------------------------------------
#
# One training set could be an accident. So we make 20 pairs of networks, each pair with
# a new training set, a new validation set and a new seed. One network of a pair stops
# by the rule with patience 4, the other trains for 100 epochs.


def train_pair(draw):
    data = two_moons(1000, random_state=100 + draw)
    X_new, y_new = two_moons(400, random_state=200 + draw)
    pair = [MLPClassifierNet(**network, random_state=draw) for _ in range(2)]
    pair[0].set_params(max_iter=300, **rule).fit(*data, X_val=X_new, y_val=y_new)
    pair[1].set_params(max_iter=100, n_iter_no_change=np.inf).fit(*data)
    return pair


pairs = [train_pair(draw) for draw in range(20)]
epochs_saved = [100 - stopped.n_iter_ for stopped, _ in pairs]
print("epochs saved of 100:", median_and_band(epochs_saved, ".0f"))

# %%

# sphinx_gallery_fold_code = "How the pairs are compared and drawn"
from scipy.stats import wilcoxon


def accuracy(net):
    return 100 * net.score(X_large, y_large)


def loss(net):
    return log_loss(y_large, net.predict_proba(X_large))


def differences(measure, pairs):
    return np.array([measure(net) - measure(other) for net, other in pairs])


measures = {"accuracy (percentage points)": accuracy, "loss": loss}
gains = {name: differences(measure, pairs) for name, measure in measures.items()}
fig, axes = plt.subplots(2, 1, figsize=(7, 4), layout="constrained")
for ax, (name, values) in zip(axes, gains.items(), strict=True):
    p = wilcoxon(values).pvalue
    print(f"{name}: p = {p:.4f}")
    print(f"    {median_and_band(values, '+.4f')}")
    ax.axvline(0, color="grey", linestyle="--", label="no difference")
    ax.plot(values, np.linspace(-1, 1, 20), "o", c=BLUE, alpha=0.6, label="one pair")
    ax.plot([np.median(values)] * 2, [-1.4, 1.4], color="black", label="median")
    ax.set(xlabel=f"{name}, stopped minus 100 epochs", yticks=[])
fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
fig.suptitle("Stopping hardly changes the accuracy and leaves the loss a little higher")
on_accuracy, on_loss = gains.values()
fig.alt_text = (
    "Differences on 20 000 new points, one dot for each of 20 pairs, with a line at "
    f"the median. Accuracy: median {np.median(on_accuracy):+.3f} percentage points, "
    f"{np.sum(on_accuracy > 0)} dots above zero. Loss: median "
    f"{np.median(on_loss):+.4f}, {np.sum(on_loss > 0)} dots above zero."
)
plt.show()

# %%
# Both p-values of Wilcoxon's test (see :lesson:`why_twenty_seeds`) are below 0.05:
# differences that lean so far to one side are hardly chance. The band of the accuracy
# contains 0,
# since single pairs vary; the test asks about all 20 together.
#
# **Answer 2.** The accuracy falls, but by less than a tenth of a percentage point. The
# loss is more sensitive: patience 4 stops a little too early, and it stays a bit
# higher.
# What the rule surely gains is time. With fewer points, more noise or a larger network,
# stopping may matter more.

# %%
# The same comparison on the first training set, seed by seed, with 100 and with 300
# epochs for all. A small p speaks of the seeds alone: further seeds would give the same
# sign with *this* training set.

# sphinx_gallery_fold = "Twenty seeds on one training set"
fixed_nets = train(max_iter=100, n_iter_no_change=np.inf)
for others in (fixed_nets, free_nets):
    print(f"stopped by the rule, minus {others[0].n_iter_} epochs for all")
    for name, measure in measures.items():
        values = differences(measure, zip(stopped_nets, others, strict=True))
        p = wilcoxon(values).pvalue
        print(f"  {name}: {np.median(values):+.4f}, p = {p:.4f}")
        assert abs(np.median(values)) < (0.3 if measure is accuracy else 0.01)

assert abs(np.median(on_accuracy)) < 0.2
assert 0 < np.median(on_loss) < 0.01
assert max(wilcoxon(on_loss).pvalue, wilcoxon(on_accuracy).pvalue) < 0.05
assert -0.1 < np.median(on_accuracy) < 0 < np.quantile(on_accuracy, 0.9)
assert np.median(epochs_saved) > 20
assert np.mean(np.array(epochs_saved) > 0) > 0.8

# %%
# Common mistakes
# ---------------
#
# **Every training takes** ``max_iter`` **epochs, although there is a rule.** Cause: it
# was never handed over. In the library Keras, a :term:`callback` is not in
# ``callbacks=[…]``; here, ``early_stopping`` was left at False. Fix: hand it over, and
# assert that ``n_iter_`` is below ``max_iter``. See :lesson:`stopping_and_peeking`.
#
# **The test set is the validation set.** Symptom: the reported accuracy does not hold
# on new points. Fix: a validation set of its own; use the test set once.
#
# **The last weights are used, not the best.** Cause: Keras keeps the last unless you
# set ``restore_best_weights=True``. nnteach and scikit-learn put the best back.
#
# What you learnt
# ---------------
#
# The training loss falls as long as you train. The validation loss has a lowest point,
# and its rise from there on is overfitting. A rule for early stopping has to be handed
# over, needs points of its own, and has to put back the best weights. Here it saves
# epochs and hardly changes the accuracy.
#
# Further reading
# ---------------
#
# Which rule, and how much patience: :cite:t:`prechelt1998`. How stopping keeps the
# weights small: :cite:t:`goodfellow2016`, section 7.8.
