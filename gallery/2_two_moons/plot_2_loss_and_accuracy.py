"""
Loss and accuracy per epoch, and when to stop
=============================================

Training lowers the loss on the training points, epoch after epoch. Whether it also
gets better on points that it has not seen is another question. This lesson draws both,
stops the training by a rule, and measures what the rule gains and costs.

.. lesson-plan::
   :needs: decision_boundary

   :read-training-curves: read the curves of loss and accuracy on training and
       validation
       sets
   :stop-by-a-rule: stop a training by a rule, and check that the rule was at work
   :judge-stopping: say what stopping gained, or that it gained nothing measurable
"""

# %%
# Predict first
# -------------
#
# 1. You train for at most 300 epochs and give the network a validation set to look at,
#    but no rule. After how many epochs does it stop?
# 2. Now you add the rule "stop when the validation loss has not improved for 4 epochs".
#    Compared with 100 epochs for everybody, will the accuracy on new points rise, fall,
#    or stay about the same?
#
# Four sets of points, each with one task
# ---------------------------------------
#
# - The training set: the parameters are fitted to it.
# - The validation set: we watch it during the training, and the rule decides by it.
# - The :term:`test set`: it is used once, at the end. If the rule looked at it, the
#   test accuracy would belong to the choice and no longer measure it.
# - ``X_large``: 20 000 more points, a luxury of made data. It does what the test set
#   does, with less chance in it.

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import wilcoxon
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss

from nnteach import MLPClassifierNet, TrainingCurveDisplay, fit_many


def moons(n_samples, seed):
    X, y = make_moons(n_samples, noise=0.2, random_state=seed)
    return X.astype(np.float32), y


X, y = moons(1000, seed=0)
X_test, y_test = moons(400, seed=1)
X_large, y_large = moons(20_000, seed=2)
X_val, y_val = moons(400, seed=3)

# %%
# Without a rule nothing stops
# ----------------------------
#
# The network is 2-100-25-1, relu and logistic, trained by :term:`Adam` in batches of
# 64. 20 networks, alike but for their :term:`seed`, train for up to 300 epochs.
# ``early_stopping`` keeps its default, False: the loss and the accuracy on ``X_val``
# are then noted down after every epoch, and have no further effect.
# ``n_iter_no_change=np.inf`` switches off scikit-learn's own rule, which watches the
# training loss.

n_seeds = 20


def make_nets(**options):
    settings = {"hidden_layer_sizes": (100, 25), "batch_size": 64} | options
    return [MLPClassifierNet(**settings, random_state=seed) for seed in range(n_seeds)]


free_nets = fit_many(
    make_nets(max_iter=300, n_iter_no_change=np.inf), X, y, X_val=X_val, y_val=y_val
)
print("epochs trained:", sorted({net.n_iter_ for net in free_nets}))
assert all(net.n_iter_ == 300 for net in free_nets)

# %%
# The idea in one figure
# ----------------------
#
# Each network has noted its curves in ``history_``.
# :class:`~nnteach.TrainingCurveDisplay` draws them, first the loss of one network.

net = free_nets[0]
print("history_:", {key: values.shape for key, values in net.history_.items()})
TrainingCurveDisplay.from_estimator(
    net, title="The training loss keeps falling, the validation loss does not"
)
plt.show()

# %%
# And the accuracy of the same network, in the first 100 epochs. It moves in steps of
# 1/1000 and 1/400, since it counts points, and it says less: a point just over the
# boundary and one far beyond count the same. That is one reason why the rule will watch
# the loss.

display = TrainingCurveDisplay.from_estimator(
    net, metric="score", title="The accuracy rises fast, then flickers (100 epochs)"
)
display.ax_.set(xlim=(0, 100), ylim=(0.9, 1))
plt.show()

# %%
# The mathematics, beside the code
# --------------------------------
#
# Training makes the objective smaller, the mean :term:`binary cross-entropy` plus the
# :term:`L2 penalty` of strength :math:`\alpha`:
#
# .. math::
#
#    E(\theta) = \frac{1}{n} \sum_{i=1}^n
#                \ell(\class{prediction}{\hat y_i}, \class{target}{y_i})
#                + \frac{\alpha}{2 n} \sum_l \lVert W_l \rVert^2
#
# with the loss of one sample
#
# .. math:: \ell(\hat y, y) = -y \log \hat y - (1 - y) \log(1 - \hat y).

E, _, _ = net.loss_and_gradients(X, y)
cross_entropy = log_loss(y, net.predict_proba(X))
penalty = net.alpha / (2 * len(y)) * sum(np.sum(W**2) for W in net.coefs_)
print(f"cross-entropy {cross_entropy:.5f} + penalty {penalty:.5f} = {E:.5f}")
assert np.isclose(E, cross_entropy + penalty, rtol=1e-4)

# %%
# The two curves are not measured in the same way. The training loss of an epoch is the
# mean of :math:`E` over its batches, *while* the weights change. The validation loss is
# measured at the epoch's end, without the penalty. So in the first epochs, when the
# weights change fast, the validation loss lies below the training loss. Nothing is
# wrong: it is measured later, with better weights.
#
# Overfitting, over 20 seeds
# --------------------------
#
# One network could be an accident. Here are the median and the 10–90 % band of all 20.

display = TrainingCurveDisplay.from_estimators(
    free_nets, title="20 seeds: the validation loss turns and rises again, slowly"
)
display.ax_.set_ylim(0.05, 0.2)
plt.show()

# %%
# Each network has an epoch where its validation loss is lowest. From there to the end
# the network still learns, but what it learns holds for the 1000 training points only.
# That is :term:`overfitting`, and on these data there is little of it:


def summary(values):
    low, median, high = np.quantile(values, [0.1, 0.5, 0.9])
    return f"{median:.4g} (80 % of {len(values)} between {low:.4g} and {high:.4g})"


val_losses = np.array([net.history_["val_loss"] for net in free_nets])
train_losses = np.array([net.history_["loss"] for net in free_nets])
lowest_epochs = val_losses.argmin(axis=1) + 1
rises = val_losses[:, -1] - val_losses.min(axis=1)
print("epoch of the lowest validation loss:", summary(lowest_epochs))
print("from there to epoch 300 it rises by:", summary(rises))

falls = train_losses[:, 99] - train_losses[:, -1]
assert np.median(rises) > 0.001, "the validation loss rises again"
assert np.median(falls) > 0.001, "the training loss falls on"
assert np.median(lowest_epochs) < 200
assert np.median(val_losses[:, 0]) < np.median(train_losses[:, 0]), "measured later"

# %%
# The rule, handed over
# ---------------------
#
# Let :math:`v_t` be the validation loss after epoch :math:`t`. The rule with
# :term:`patience` :math:`p` stops after the first epoch :math:`t` at which none of the
# last :math:`p` epochs has gone below the lowest value before them, and then puts back
# the weights of the epoch where :math:`v` was lowest. Four arguments hand it over:
#
# - ``early_stopping=True``: without it there is no rule;
# - ``scoring="loss"``: watch the loss, not the accuracy;
# - ``tol=0``: any improvement counts;
# - ``n_iter_no_change=3``: scikit-learn stops at the first epoch *after* that many
#   without improvement, so 3 is a patience of 4, as Keras counts.
#
# ``X_val`` and ``y_val`` go to ``fit``. If they are left out, the rule splits a tenth
# off the training set.

rule = {"early_stopping": True, "scoring": "loss", "n_iter_no_change": 3, "tol": 0}
stopped_nets = fit_many(make_nets(max_iter=300, **rule), X, y, X_val=X_val, y_val=y_val)
epochs = np.array([net.n_iter_ for net in stopped_nets])
print("epochs trained:", summary(epochs))
assert epochs.max() < 200, "the rule was at work"

# %%
# Always check that the rule was at work: ``n_iter_`` below ``max_iter`` says so. And we
# can follow it by hand, since the history tells all that it saw.

for net in stopped_nets:
    losses = net.history_["val_loss"]
    best_epoch = losses.argmin() + 1
    assert net.n_iter_ == best_epoch + 4
    assert np.isclose(
        log_loss(y_val, net.predict_proba(X_val)), losses.min(), rtol=1e-3
    )
print(f"last network: best epoch {best_epoch}, stopped after epoch {net.n_iter_}")

display = TrainingCurveDisplay.from_estimators(
    stopped_nets, mark_best=True, title="Each seed stops at an epoch of its own"
)
display.ax_.set_ylim(0.05, 0.3)
plt.show()

# %%
# The ticks on the axis are the epochs whose weights were kept. Compare them with the
# epochs of the lowest validation loss, printed above: on these data most networks
# stopped before it. The rule cannot know what would come; it takes the first dip that
# is followed by four worse epochs for the lowest point. A longer patience is fooled
# less often, and trains longer:

for patience in (4, 10, 30):
    options = {**rule, "max_iter": 300, "n_iter_no_change": patience - 1}
    nets = fit_many(make_nets(**options), X, y, X_val=X_val, y_val=y_val)
    kept_losses = [min(net.history_["val_loss"]) for net in nets]
    print(f"patience {patience:2}: epochs {summary([net.n_iter_ for net in nets])}")
    print(f"             validation loss kept {summary(kept_losses)}")

extra_losses = [
    min(net.history_["val_loss"]) - losses.min()
    for net, losses in zip(stopped_nets, val_losses, strict=True)
]
assert np.median(lowest_epochs) > np.median(epochs), "patience 4 stops early"
assert np.median(extra_losses) > 0.0005, "and misses lower validation losses"

# %%
# What does stopping gain, what does it cost?
# -------------------------------------------
#
# Now the test. We compare each stopped network with the network of the same seed that
# trained for 100 epochs, and with the one that trained for 300. Differences are taken
# seed by seed, which cancels what the two have in common, and Wilcoxon's signed-rank
# test says whether their sign could be chance.

fixed_nets = fit_many(make_nets(max_iter=100, n_iter_no_change=np.inf), X, y)


def compare(name, measure, nets, others):
    pairs = zip(nets, others, strict=True)
    differences = [measure(net) - measure(other) for net, other in pairs]
    told_apart = wilcoxon(differences).pvalue < 0.01
    print(f"{name} {summary(differences)}: {'' if told_apart else 'not '}told apart")
    return np.median(differences)


def test_accuracy(net):
    return net.score(X_test, y_test)


def large_accuracy(net):
    return net.score(X_large, y_large)


def large_loss(net):
    return log_loss(y_large, net.predict_proba(X_large))


for others in (fixed_nets, free_nets):
    print(f"stopped by the rule, minus {others[0].n_iter_} epochs for all")
    compare("  accuracy, 400 test points", test_accuracy, stopped_nets, others)
    gain = compare("  accuracy, 20 000 points  ", large_accuracy, stopped_nets, others)
    loss = compare("  loss, 20 000 points      ", large_loss, stopped_nets, others)
    assert abs(gain) < 0.003
    assert abs(loss) < 0.01

saved = 100 - epochs
print(f"epochs saved of 100: {summary(saved)}")
assert np.median(saved) > 20
assert np.mean(saved > 0) > 0.8

# %%
# Read the lines with care.
#
# - The accuracy on new points stays about the same. Where the first two lines of a
#   block disagree, believe the second. "Told apart" is about the seeds: it says that
#   further seeds would give the same sign *on these points*. It does not know that
#   400 points are few, and the same 400 for all seeds.
# - The loss sees smaller differences than the accuracy does. Stopping before the lowest
#   point, as patience 4 does here, can cost a little of it against 100 epochs.
# - What the rule surely gains is time: it ends most trainings before epoch 100, and
#   nobody had to know beforehand how many epochs are enough.
#
# All this was one training set and one validation set. Would others tell another
# story? Here each of 20 pairs of networks gets new data of its own, from the same
# recipe.

stopped_pair, fixed_pair = [], []
for draw in range(n_seeds):
    data, (X_new, y_new) = moons(1000, seed=100 + draw), moons(400, seed=200 + draw)
    stopped = MLPClassifierNet((100, 25), batch_size=64, random_state=0, **rule)
    fixed = MLPClassifierNet((100, 25), batch_size=64, random_state=0)
    fixed.set_params(max_iter=100, n_iter_no_change=np.inf)
    stopped_pair.append(stopped.fit(*data, X_val=X_new, y_val=y_new))
    fixed_pair.append(fixed.fit(*data, X_val=X_new, y_val=y_new))

print("stopped by the rule, minus 100 epochs, new data for each pair")
gain = compare("  accuracy, 20 000 points  ", large_accuracy, stopped_pair, fixed_pair)
compare("  loss, 20 000 points      ", large_loss, stopped_pair, fixed_pair)
print("epochs trained:", summary([net.n_iter_ for net in stopped_pair]))
assert abs(gain) < 0.003

lowest = np.array([net.history_["val_loss"].argmin() + 1 for net in fixed_pair])
too_early = np.sum(lowest > [net.n_iter_ for net in stopped_pair])
print(f"stopped before the lowest of 100 epochs: {too_early} of {n_seeds}")
assert too_early > n_seeds / 2

# %%
# The accuracy again differs by less than we would care about. And for most of the draws
# patience 4 was too short to see the lowest point, as the last line counts. Whether
# stopping matters more with fewer points, more noise or a larger network is a question
# that this page can answer if you change three numbers in it. Do not take the answer
# for granted.
#
# Common mistakes
# ---------------
#
# **The rule exists, but every training takes** ``max_iter`` **epochs.** Cause: the rule
# was never handed over: in Keras a callback that is not in ``callbacks=[…]``, here
# settings that never reach the estimator, or ``early_stopping`` left at False. Fix:
# hand it over, and assert that ``n_iter_`` is below ``max_iter``. More about it:
# :ref:`sphx_glr_gallery_4_common_mistakes_plot_1_stopping_and_peeking.py`.
#
# **The test set is the validation set.** Symptom: the reported accuracy does not hold
# on new points. Cause: the epoch was chosen because it did well on these very points.
# Fix: a validation set of its own; the test set is used once, at the end.
#
# **Training stops after a few epochs, far too early.** Cause: the patience is shorter
# than the wiggles of the curve, or accuracy is watched, which stands still for epochs
# while the loss falls. Fix: ``scoring="loss"``, more patience, or a larger validation
# set.
#
# **The last weights are used, not the best.** Symptom: the final network is worse than
# the best epoch of its curve. Cause: Keras keeps the last weights unless
# ``restore_best_weights=True`` is set. Fix: set it; nnteach and scikit-learn always put
# the best weights back.
#
# **Training and validation loss are compared to the last digit.** Cause: they are
# measured at different moments and with or without the penalty. Fix: compare
# ``log_loss`` on both sets with the same weights.
#
# Take-away
# ---------
#
# The training loss falls as long as you train, while the validation loss has a lowest
# point; the distance between the two is overfitting. A rule for early stopping works
# only if it is handed over, watches points that are neither trained nor tested on, and
# puts back the best weights. Here it saves epochs and leaves the accuracy on new points
# as it was, which could only be said after comparing many seeds on many points.
#
# Next: :ref:`sphx_glr_gallery_2_two_moons_plot_3_batch_size.py`.
#
# Further reading
# ---------------
#
# Which stopping rule, and how patient: :cite:t:`prechelt1998`. Early stopping as a way
# to keep the weights small: :cite:t:`goodfellow2016`, section 7.8.
