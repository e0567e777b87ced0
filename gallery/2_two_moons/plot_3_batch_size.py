"""
What the batch size changes
===========================

The :term:`gradient` that a training step follows is computed from one :term:`batch` of
samples. Smaller batches give more steps per :term:`epoch`, each of them less exact.
This lesson separates the two effects, and takes apart a sentence that one often hears:
"larger batches oscillate less, so they get caught in local minima".

.. lesson-plan::
   :needs: loss_and_accuracy

   :compare-batch-sizes: compare batch sizes at equal epochs and at equal updates
   :measure-oscillation: turn "the curve oscillates" into a number
   :test-an-explanation: test an explanation instead of believing it
"""

# %%
# Predict first
# -------------
#
# 1. Three networks train for 100 epochs, in batches of 32, of 64 and of 128. Which one
#    ends with the lowest loss on the training set?
# 2. Now all three may make 1600 updates. Which one is it now?
# 3. "Larger batches oscillate less, so they get caught in local minima." Which part of
#    the sentence do you believe, and what would you measure to check the other?
#
# The mathematics: a batch is an estimate
# ---------------------------------------
#
# The gradient of the mean loss over all :math:`n` training samples is a mean of
# :math:`n` gradients, one for each sample. A batch :math:`B` takes the mean over some
# of them:
#
# .. math::
#
#    \nabla E = \frac{1}{n} \sum_{i=1}^{n} \nabla \ell_i, \qquad
#    \nabla E_B = \frac{1}{|B|} \sum_{i \in B} \nabla \ell_i .
#
# Samples are drawn at random, so :math:`\nabla E_B` is right on average, and its
# standard deviation is proportional to
#
# .. math::
#
#    \sqrt{\frac{1}{|B|} - \frac{1}{n}} ,
#
# as for every mean of :math:`|B|` out of :math:`n` numbers drawn without putting back.
# Four times the batch, about half the noise.
#
# Does it hold for our network? Here is the standard deviation of the gradient of
# :math:`W_1` over 200 random batches of each size, at the starting weights.

from math import ceil
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import wilcoxon
from sklearn.base import clone
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss

from nnteach import MLPClassifierNet, TrainingCurveDisplay, fit_many


def moons(n_samples, seed):
    X, y = make_moons(n_samples, noise=0.2, random_state=seed)
    return X.astype(np.float32), y


X, y = moons(1000, seed=0)
X_large, y_large = moons(20_000, seed=2)
X_val, y_val = moons(400, seed=3)

rng = np.random.default_rng(0)
net = MLPClassifierNet((100, 25), random_state=0).initialize(X, y)


def gradient_noise(batch_size, n_batches=200):
    gradients = []
    for _ in range(n_batches):
        batch = rng.choice(len(y), batch_size, replace=False)
        gradients.append(net.loss_and_gradients(X[batch], y[batch])[1][0])
    return np.sqrt(np.var(gradients, axis=0).sum())


batch_sizes = (32, 64, 128)
noise = {size: gradient_noise(size) for size in batch_sizes}
for size in batch_sizes:
    expected = np.sqrt((1 / size - 1 / len(y)) / (1 / 32 - 1 / len(y)))
    measured = noise[size] / noise[32]
    print(f"batch {size:3}: noise relative to batch 32 is {measured:.2f}, ", end="")
    print(f"by the formula {expected:.2f}")
    assert 0.7 < measured / expected < 1.4

# %%
# The idea in one figure: equal epochs
# ------------------------------------
#
# For each batch size we train 20 networks, alike but for their :term:`seed`, for 100
# epochs: 2-100-25-1, relu and logistic, :term:`Adam` at its default rate. The
# validation set is only watched.

n_seeds = 20


def train(batch_size, n_epochs):
    nets = [
        MLPClassifierNet(
            (100, 25), batch_size=batch_size, max_iter=n_epochs,
            n_iter_no_change=np.inf, random_state=seed,
        )
        for seed in range(n_seeds)
    ]  # fmt: skip
    return fit_many(nets, X, y, X_val=X_val, y_val=y_val)


equal_epochs = {size: train(size, n_epochs=100) for size in batch_sizes}

figure, ax = plt.subplots(figsize=(7.5, 4), layout="constrained")
for size, nets in equal_epochs.items():
    TrainingCurveDisplay.from_estimators(
        nets, curves="training", yscale="log", label=f"batch {size}", ax=ax
    )
ax.set_title("Epoch for epoch, small batches learn faster")
plt.show()

# %%
# The first answer seems clear. But look at what an epoch is: one pass through 1000
# samples. In batches of 32 that makes four times as many updates as in batches of 128,
# and the times below say what they cost. To measure the loss we
# take each network's final weights and all training samples, the same measure for all.


def summary(values):
    low, median, high = np.quantile(values, [0.1, 0.5, 0.9])
    return f"{median:.4f} (80 % of {len(values)} between {low:.4f} and {high:.4f})"


def training_losses(nets):
    return np.array([net.loss_and_gradients(X, y)[0] for net in nets])


def time_per_epoch(batch_size, n_epochs=10):
    net = clone(equal_epochs[batch_size][0]).set_params(max_iter=n_epochs)
    start = perf_counter()
    net.fit(X, y)
    return (perf_counter() - start) / n_epochs


# the sizes take turns, so that a busy moment of the computer does not hit one of them
times = [[time_per_epoch(size) for size in batch_sizes] for _ in range(10)]
milliseconds = dict(zip(batch_sizes, 1000 * np.min(times, axis=0), strict=True))
losses = {size: training_losses(nets) for size, nets in equal_epochs.items()}
for size in batch_sizes:
    print(f"batch {size:3}: {ceil(len(y) / size):2} updates and ", end="")
    print(
        f"{milliseconds[size]:.1f} ms per epoch, training loss {summary(losses[size])}"
    )

assert np.median(losses[128] - losses[32]) > 0.002

# %%
# (The times are those of the computer that built this page, for a network trained by
# itself: the shortest of 10 repeats, since whatever disturbs one only makes it longer.
# They depend on the machine, and nothing here rests on them.)
#
# Equal updates
# -------------
#
# To separate the number of updates from their exactness, every network now makes 1600
# updates: 50 epochs in batches of 32, 100 in batches of 64, 200 in batches of 128.

equal_updates = {32: train(32, 50), 64: equal_epochs[64], 128: train(128, 200)}

figure, ax = plt.subplots(figsize=(7.5, 4), layout="constrained")
for size, nets in equal_updates.items():
    TrainingCurveDisplay.from_estimators(
        nets, curves="training", x="update", yscale="log", label=f"batch {size}", ax=ax
    )
ax.set_title("Update for update, large batches learn faster")
plt.show()

# %%
# The order is reversed: step for step, the more exact gradient is the better one. At
# equal epochs the larger number of updates outweighed this. (Nothing is free: in 1600
# updates batches of 128 look at four times as many samples as batches of 32.)

losses = {size: training_losses(nets) for size, nets in equal_updates.items()}
for size, values in losses.items():
    print(f"batch {size:3}, 1600 updates: training loss {summary(values)}")
print(f"batch 32 minus batch 128, seed by seed: {summary(losses[32] - losses[128])}")
assert np.median(losses[32] - losses[128]) > 0.002

# %%
# "Larger batches oscillate less"
# -------------------------------
#
# Now the sentence, first part. Here is one network of each batch size, over the second
# half of its training, where the curves are nearly flat.

figure, ax = plt.subplots(figsize=(7.5, 4), layout="constrained")
for size, nets in equal_epochs.items():
    TrainingCurveDisplay.from_estimator(
        nets[0], curves="validation", label=f"batch {size}", ax=ax
    )
ax.set(xlim=(50, 100), ylim=(0.085, 0.115))
ax.set_title("In batches of 32 the validation loss jumps most from epoch to epoch")
plt.show()

# %%
# A picture of one seed is no proof. As a number: take the changes of the loss from one
# epoch to the next, :math:`v_{t+1} - v_t`, over the second half of the training. Their
# standard deviation is the size of the oscillation. A steady fall does not count, since
# it is the same in every epoch.


def oscillations(nets, key, stride=1):
    curves = [net.history_[key][::-stride][::-1] for net in nets]
    return np.array([np.diff(curve[len(curve) // 2 :]).std() for curve in curves])


for key in ("loss", "val_loss"):
    for size, nets in equal_epochs.items():
        print(f"{key:8}, batch {size:3}: {summary(oscillations(nets, key))}")
    small, middle, large = (oscillations(nets, key) for nets in equal_epochs.values())
    assert np.median(small) > 1.4 * np.median(middle)
    assert np.median(small) > 1.6 * np.median(large)

# %%
# So this part holds. But is it the exactness, or only that an epoch of large batches
# has fewer updates, and so less time to move? We take the runs with equal updates and
# look at those with batches of 128 after every fourth epoch only: then 32 updates lie
# between two looks, as many as in one epoch of batches of 32.

small = oscillations(equal_updates[32], "val_loss")
large = oscillations(equal_updates[128], "val_loss", stride=4)
print(f"batch  32, 32 updates apart: {summary(small)}")
print(f"batch 128, 32 updates apart: {summary(large)}")
assert np.median(small) > 1.6 * np.median(large)

# %%
# It is the exactness: after equally many updates larger batches still oscillate less.
#
# "… so they get caught in local minima"
# --------------------------------------
#
# A local minimum is a point in the space of all parameters from which no small step
# leads to a lower loss. Who is caught in one ends with a higher training loss than
# others do. That makes two predictions.
#
# *First prediction: larger batches end higher.* At equal epochs they do. But then they
# have made fewer updates, and being slow is not being caught. At equal updates they
# end *lower*, as we saw.
#
# *Second prediction: without noise, further training does not help.* So we take the 20
# networks with batches of 128 after their 100 epochs, and train on with all 1000
# samples in one batch. Such a gradient has no noise at all that could shake a network
# out of a minimum. A network that jumps to and fro around a minimum will at first sink
# to its bottom, and then its loss stays where it is. So we look at what comes later,
# too: the second hundred of 200 further updates.

before = training_losses(equal_epochs[128])
for net in equal_epochs[128]:
    net.set_params(warm_start=True, batch_size=len(y), max_iter=200)
after = training_losses(fit_many(equal_epochs[128], X, y))
halfway = np.array([net.loss_curve_[-100] for net in equal_epochs[128]])
print(f"training loss after 100 epochs in batches of 128: {summary(before)}")
print(f"after 100 further updates without noise:          {summary(halfway)}")
print(f"after 200 further updates without noise:          {summary(after)}")
falling = np.sum((after < halfway) & (halfway < before))
print(f"the loss fell, and fell on, for {falling} of {n_seeds} networks")
assert falling >= 0.9 * n_seeds
assert np.median(before - after) > 0.001

# %%
# The networks were not caught. They were on their way, and the way was still going
# down. This does not say that no network is ever caught in a local minimum. It says
# that local minima do not explain what the batch size does *here*, and that the word
# "so" in the sentence was a guess.
#
# What does it change for new points?
# -----------------------------------
#
# The loss on the training set is not the aim. On 20 000 new points we compare, seed by
# seed, batches of 32 and of 128 with batches of 64, and let Wilcoxon's signed-rank test
# say whether the sign of the difference could be chance. (The networks of 128 were
# trained on above, so for equal epochs they are trained anew.)


def compare(name, values, others):
    differences = values - others
    verdict = "" if wilcoxon(differences).pvalue < 0.01 else "not "
    print(f"  {name} {summary(differences)}: {verdict}told apart")
    return np.median(differences)


def large_scores(nets):
    probabilities = [net.predict_proba(X_large)[:, 1] for net in nets]
    accuracies = [np.mean((p > 0.5) == y_large) for p in probabilities]
    return np.array(accuracies), np.array([log_loss(y_large, p) for p in probabilities])


equal_epochs[128] = train(128, n_epochs=100)
for name, groups in {"epochs": equal_epochs, "updates": equal_updates}.items():
    scores = {size: large_scores(nets) for size, nets in groups.items()}
    for size in (32, 128):
        print(f"equal {name}, batch {size} minus batch 64")
        accuracy = compare("accuracy", scores[size][0], scores[64][0])
        loss = compare("loss    ", scores[size][1], scores[64][1])
        assert abs(accuracy) < 0.003
        assert abs(loss) < 0.008

# %%
# Whatever can be told apart here is small: a fraction of a percentage point in
# accuracy, less than the 400 points of a usual :term:`test set` could ever show. On
# these data the batch size is a question of time, not of quality. In networks with
# millions of parameters the matter is open to more discussion; see the end of the page.
#
# Common mistakes
# ---------------
#
# **Batch sizes are compared at equal epochs only.** Symptom: "smaller batches are
# better". Cause: they made more updates. Fix: compare at equal updates too, and at
# equal time if time is what you pay for.
#
# **A slow network is called stuck.** Symptom: a curve that looks flat on a linear axis.
# Cause: the training ended too early. Fix: train on, and draw the loss on a logarithmic
# axis.
#
# **The batch size changes, and the learning rate stays.** Symptom: training with huge
# batches takes very many epochs. Cause: exact steps could be longer, and there are few
# of them. Fix: choose the learning rate anew for each batch size.
#
# **One smooth curve and one rough curve are compared at their last epoch.** Cause: a
# rough curve's last value is partly luck. Fix: many seeds, or the lowest validation
# loss of each.
#
# **The batch size does not divide the training set.** The last batch of each epoch is
# then smaller: here 1000 samples make 31 batches of 32 and one of 8, whose gradient is
# twice as noisy as the others. That is no error, but each of its samples counts four
# times as much; with very small remainders choose another batch size.
#
# Take-away
# ---------
#
# A batch's gradient is an estimate of the full one: four times the batch halves its
# noise, and smooths the curves. At equal epochs small batches win because they make
# more updates; at equal updates large batches win, by a little. Larger batches do
# oscillate less, but that they get caught in local minima does not follow, and here it
# is not so.
#
# Next: :ref:`sphx_glr_gallery_2_two_moons_plot_4_activation.py`.
#
# Further reading
# ---------------
#
# How to choose a batch size in practice: :cite:t:`bengio2012`. That large batches find
# minima which generalize worse, a claim about "sharp" minima in large networks:
# :cite:t:`keskar2017`. Small batches defended by measurements at fixed work:
# :cite:t:`masters2018`. Batch size and learning rate as two sides of one thing:
# :cite:t:`smith2018`.
