"""
What does the batch size change?
================================

Each training step follows a :term:`gradient` that is computed from one :term:`batch` of
samples. Smaller batches give more steps per :term:`epoch`, each of them less exact. You
separate the two effects, and you test a sentence that is often heard: "larger batches
oscillate less, so they get caught in :term:`local minima <local minimum>`".

.. lesson-plan::
   :needs: loss_and_accuracy, gradient_descent, why_twenty_seeds

   :compare-batch-sizes: compare batch sizes at equal epochs and at equal updates
   :measure-oscillation: compute how much a curve oscillates
   :test-an-explanation: draw a prediction from an explanation and test it
"""

# %%
# Predict first
# -------------
#
# 1. Three networks train for 100 epochs, in batches of 32, of 64 and of 128. Which one
#    ends with the lowest loss on the :term:`training set`?
# 2. Now all three make 1600 :term:`updates <update>`. Which one is it now?
# 3. "Larger batches oscillate less, so they get caught in local minima" (places from
#    which every small step leads up). Which part do you believe? What would you measure
#    to check the other part?
#
# A batch is an estimate
# ----------------------
#
# The gradient of the mean loss over all :math:`n` training samples is a mean of
# :math:`n` gradients, one for each sample. A batch :math:`B` takes the mean over
# :math:`|B|` of them:
#
# .. math::
#
#    \nabla E = \frac{1}{n} \sum_{i=1}^{n} \nabla \ell_i, \qquad
#    \nabla E_B = \frac{1}{|B|} \sum_{i \in B} \nabla \ell_i ,
#
# where :math:`\ell_i` is the loss of sample :math:`i`. The batch is drawn at random, so
# :math:`\nabla E_B` is right on average. As for every mean, its standard deviation
# shrinks with the root of the number of samples: four times the batch, about half the
# noise.

from copy import deepcopy

import matplotlib.pyplot as plt
import numpy as np

from nnteach import (
    MLPClassifierNet,
    Snapshots,
    TrainingCurveDisplay,
    median_and_band,
    two_moons,
)

training_sets = [two_moons(1000, random_state=100 + draw) for draw in range(20)]
X_val, y_val = two_moons(400, random_state=3)
X_large, y_large = two_moons(20_000, random_state=2)

# %%
# A mean of :math:`|B|` out of :math:`n` numbers, drawn without putting back, has a
# standard deviation proportional to :math:`\sqrt{1/|B| - 1/n}`. Does it hold for our
# network? We measure the gradient of :math:`W_1` at the starting weights, on 40 random
# batches of each size, for each of 20 training sets and seeds.

# sphinx_gallery_fold = "Four times the batch, half the noise: measured"
rng = np.random.default_rng(0)


def gradient_noise(net, X, y, batch_size):
    gradients = []
    for _ in range(40):
        batch = rng.choice(len(y), batch_size, replace=False)
        gradients.append(net.loss_and_gradients(X[batch], y[batch])[1][0])
    return np.sqrt(np.var(gradients, axis=0).sum())


def noise_by_size(draw):
    data = training_sets[draw]
    net = MLPClassifierNet((100, 25), random_state=draw).initialize(*data)
    return [gradient_noise(net, *data, size) for size in (32, 64, 128)]


noise = np.array([noise_by_size(draw) for draw in range(20)])
for size, ratios in zip((64, 128), (noise[:, 1:] / noise[:, :1]).T, strict=True):
    expected = np.sqrt((1 / size - 1 / 1000) / (1 / 32 - 1 / 1000))
    print(f"noise of batch {size} over batch 32, by the formula {expected:.2f}:")
    print(f"    measured {median_and_band(ratios, '.2f')}")
    assert 0.85 < np.median(ratios) / expected < 1.15

# %%
# Equal epochs, equal updates
# ---------------------------
#
# We train on 20 training sets, each with its own :term:`seed`, and with each batch
# size. The network is 2-100-25-1 with :term:`relu`, trained by :term:`Adam` at its
# default :term:`learning rate`. In batches of 64 (the last has 40), 1000 points make 16
# updates an epoch, and so 1600 in 100 epochs. Batches of 32 make as many in 50 epochs,
# batches of 128 in 200. ``Snapshots`` keeps the network as it was after 50, 100 and 200
# epochs.

LENGTHS = {32: 100, 64: 100, 128: 200}  # epochs, by batch size


def train(batch_size, draw):
    film = Snapshots([50, 100, 200])
    net = MLPClassifierNet((100, 25), batch_size=batch_size, random_state=draw)
    net.set_params(max_iter=LENGTHS[batch_size], n_iter_no_change=np.inf)
    net.set_callbacks(film).fit(*training_sets[draw], X_val=X_val, y_val=y_val)
    return film.estimators_


films = {size: [train(size, draw) for draw in range(20)] for size in LENGTHS}
equal_epochs = {size: [film[100] for film in films[size]] for size in films}
n_epochs = {32: 50, 64: 100, 128: 200}
equal_updates = {size: [film[n_epochs[size]] for film in films[size]] for size in films}

# %%

# sphinx_gallery_fold_code = "How the curves are drawn"


def draw_curves(ax, groups, **options):
    for size, nets in groups.items():
        TrainingCurveDisplay.from_estimators(
            nets, curves="training", yscale="log", label=f"batch {size}", title="",
            legend=False, ax=ax, **options,
        )  # fmt: skip
    ax.set_ylim(0.06, 0.8)


fig, axes = plt.subplots(2, 1, figsize=(7, 6.4), layout="constrained")
draw_curves(axes[0], equal_epochs)
draw_curves(axes[1], equal_updates, x="update")
axes[0].legend(loc="upper right")
axes[0].set_title("100 epochs: small batches are ahead")
axes[1].set_title("1600 updates: large batches are ahead")
fig.suptitle("Small batches are ahead epoch for epoch, large ones update for update")


def medians_at(groups, update):
    """Median training loss after the epoch that ends with an update."""
    epochs = {size: update // -(-1000 // size) for size in groups}
    curves = {s: [net.history_["loss"] for net in nets] for s, nets in groups.items()}
    return {s: np.median([c[epochs[s] - 1] for c in curves[s]]) for s in groups}


by_update = medians_at(equal_updates, 160)
by_epoch = {
    size: np.median([net.history_["loss"][19] for net in nets])
    for size, nets in equal_epochs.items()
}
fig.alt_text = (
    "Training loss on a logarithmic axis, median and middle 80 % of 20 training sets, "
    "with a curve for each batch size. Above, against epochs: after 20 epochs it is "
    f"{by_epoch[32]:.3f} for batch 32, {by_epoch[128]:.3f} for 128. Below, against "
    f"updates: after 160 updates it is {by_update[32]:.3f} for batch 32, "
    f"{by_update[128]:.3f} for 128. Towards the end the bands overlap."
)
plt.show()

# %%
# The bands overlap at the end, because some training sets are harder than others. So
# compare the final losses *on the same training set*.


def training_losses(nets):
    pairs = zip(nets, training_sets, strict=True)
    return np.array([net.loss_and_gradients(*data)[0] for net, data in pairs])


for name, groups in {"epochs": equal_epochs, "updates": equal_updates}.items():
    for size in (64, 128):
        difference = training_losses(groups[32]) - training_losses(groups[size])
        print(f"equal {name}, loss of batch 32 minus loss of batch {size}:")
        print(f"    {median_and_band(difference, '+.4f')}")

# %%
# **Answer 1.** Batches of 32, hardly below 64 and clearly below 128. But in an epoch
# they make four times as many updates as batches of 128.
#
# **Answer 2.** Batches of 128: step for step, the more exact gradient is better. It has
# its price, because in 1600 updates batches of 128 look at four times as many samples.
#
# Both answers belong to one learning rate. Batches of another size may need another.

# %%
# The shortest of 5 repeats, since whatever disturbs a computer only makes them longer.
# The times are those of the computer that built this page, for one network.

# sphinx_gallery_fold = "The order holds on each training set, and what an epoch costs"
from time import perf_counter

from sklearn.base import clone


def milliseconds_per_epoch(size):
    net = clone(equal_epochs[size][0]).set_params(max_iter=10)
    start = perf_counter()
    net.fit(*training_sets[0])
    return 100 * (perf_counter() - start)


times = np.min([[milliseconds_per_epoch(s) for s in LENGTHS] for _ in range(5)], axis=0)
for size, time in zip(LENGTHS, times, strict=True):
    print(f"batch {size}: {-(-1000 // size)} updates, {time:.1f} ms per epoch")
    at_epochs = training_losses(equal_epochs[size])
    at_updates = training_losses(equal_updates[size])
    print(f"    loss after 100 epochs:   {median_and_band(at_epochs, '.4f')}")
    print(f"    loss after 1600 updates: {median_and_band(at_updates, '.4f')}")

for groups, sign in ((equal_epochs, -1), (equal_updates, 1)):
    differences = training_losses(groups[32]) - training_losses(groups[128])
    assert np.sum(sign * differences > 0) >= 16
    assert np.median(sign * differences) > 0.001

differences = training_losses(equal_epochs[32]) - training_losses(equal_epochs[64])
assert np.sum(differences < 0) >= 12
assert -0.002 < np.median(differences) < 0
differences = training_losses(equal_updates[128]) - training_losses(equal_updates[64])
print("1600 updates, batch 128 minus 64:")
print(f"    {median_and_band(differences, '+.4f')}")
assert np.sum(differences < 0) >= 16

# %%
# "Larger batches oscillate less"
# -------------------------------
#
# Here is one network of each :term:`batch size` over the second half of its 100 epochs.

# sphinx_gallery_fold_code = "How the oscillation is drawn"
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for size, nets in equal_epochs.items():
    TrainingCurveDisplay.from_estimator(
        nets[0], curves="validation", label=f"batch {size}", yscale="log", title="",
        legend=False, ax=ax,
    )  # fmt: skip
shown = [nets[0].history_["val_loss"][50:] for nets in equal_epochs.values()]
ax.set(xlim=(50, 100), ylim=(0.97 * np.min(shown), 1.12 * np.max(shown)))
ax.legend(loc="upper right")
ax.set_title("In batches of 32 the validation loss jumps most from epoch to epoch")
jumps = [100 * np.diff(np.log(curve)).std() for curve in shown]
fig.alt_text = (
    "Validation loss of three networks from epoch 50 to 100. The curve of batch 32 is "
    f"the most jagged: from epoch to epoch it changes by {jumps[0]:.1f} % (standard "
    f"deviation), with batch 64 by {jumps[1]:.1f} %, with 128 by {jumps[2]:.1f} %."
)
plt.show()

# %%
# One picture is not enough, so turn it into a number: the standard deviation of the
# changes from one epoch to the next, in per cent of the loss. A steady fall does not
# count, because it is the same in every epoch.


def oscillation(losses):
    second_half = losses[len(losses) // 2 :]
    changes = np.diff(np.log(second_half))  # 0.01 is a change by 1 %
    return 100 * changes.std()


for size, nets in equal_epochs.items():
    jumps = [oscillation(net.history_["val_loss"]) for net in nets]
    print(f"batch {size:3}: {median_and_band(jumps, '.1f')} %")

# %%
# Is it the exactness, or only that an epoch of large batches has fewer updates, and so
# less time to move? We take the networks with equal updates and look at those with
# batches of 128 after every fourth epoch only. Then 32 updates lie between two looks,
# as many as in one epoch of batches of 32. It is the exactness.

# sphinx_gallery_fold = "Larger batches oscillate less at equal updates, too"


def oscillations(nets, every=1):
    curves = [net.history_["val_loss"][every - 1 :: every] for net in nets]
    return np.array([oscillation(curve) for curve in curves])


small, large = oscillations(equal_updates[32]), oscillations(equal_updates[128], 4)
print(f"batch  32, 32 updates apart: {median_and_band(small, '.1f')} %")
print(f"batch 128, 32 updates apart: {median_and_band(large, '.1f')} %")
print(f"larger for batch 32 on {np.sum(small > large)} of 20 training sets")
assert np.median(small) > 1.5 * np.median(large)
assert np.sum(small > large) >= 17
small, middle, large = (oscillations(nets) for nets in equal_epochs.values())
assert np.median(small) > 1.3 * np.median(middle) > 1.3**2 * np.median(large)

# %%
# "… so they get caught in local minima"
# --------------------------------------
#
# What follows if large batches are caught in a *local minimum*?
#
# *Prediction 1: they end with a higher training loss.* At equal epochs they do, but
# they made fewer updates; that may only mean slow. At equal updates they end lower.
#
# *Prediction 2: without noise, further training does not help.* Take the networks with
# batches of 128 after their 100 epochs and train on with all 1000 samples in one batch.
# Such a gradient has no noise that could shake a network out of a minimum. If it
# jumps around a minimum, its loss sinks to the bottom once and then stays flat.

caught = [deepcopy(film[100]) for film in films[128]]
before = training_losses(caught)
for net, data in zip(caught, training_sets, strict=True):
    net.set_params(warm_start=True, batch_size=1000, max_iter=200).fit(*data)
# 100 old epochs, then 100 updates
halfway = np.array([net.loss_curve_[200] for net in caught])
after = training_losses(caught)
print(f"loss after 100 more updates: {median_and_band(halfway / before, '.1%')}")
print(f"loss after 200 more updates: {median_and_band(after / before, '.1%')}")

# %%

# sphinx_gallery_fold_code = "How the further training is drawn"
from nnteach.displays.palette import BLUE

curves = np.array([net.loss_curve_[100:] for net in caught])
curves /= curves[:, :1]
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
low, median, high = 100 * np.quantile(curves, [0.1, 0.5, 0.9], axis=0)
ax.plot(100 * curves.T, color="grey", linewidth=0.5)
ax.plot(median, color=BLUE, label="median of 20 networks")
ax.fill_between(np.arange(200), low, high, color=BLUE, alpha=0.2, label="middle 80 %")
ax.set(xlabel="further updates", ylabel="training loss (% of its start)")
ax.legend(loc="upper right")
ax.set_title("Without noise the loss falls, and goes on falling")
fig.alt_text = (
    "Training loss against 200 further updates, in per cent of the loss before them, "
    f"for 20 networks. The median is {100 * np.median(halfway / before):.1f} % after "
    f"100 updates and {100 * np.median(after / before):.1f} % after 200. No curve is "
    "flat."
)
plt.show()

assert np.sum((after < halfway) & (halfway < before)) >= 18
assert np.median(after / before) < 0.98

# %%
# **Answer 3.** The first part holds. The second does not follow, and here it is false:
# the networks were on their way, and the way still led down. This does not say that no
# network is ever caught. It says that local minima do not explain what the batch size
# does here.
#
# Does it matter for new points?
# ------------------------------
#
# Compare accuracies on 20 000 new points, again on the same training set.

# sphinx_gallery_fold_code = "How the networks are compared and drawn"


def accuracies(nets):
    return np.array([100 * net.score(X_large, y_large) for net in nets])


gains = {
    f"equal {name}, batch {size}": accuracies(nets[size]) - accuracies(nets[64])
    for name, nets in {"epochs": equal_epochs, "updates": equal_updates}.items()
    for size in (32, 128)
}
fig, ax = plt.subplots(figsize=(7, 3.6), layout="constrained")
heights = np.linspace(-0.2, 0.2, 20)
for row, (name, values) in enumerate(gains.items()):
    ax.plot(values, row + heights, "o", color=BLUE, alpha=0.5, markersize=4)
    (median,) = ax.plot([np.median(values)] * 2, [row - 0.35, row + 0.35], "k")
    print(f"{name} minus batch 64: {median_and_band(values, '+.2f')}")
equal = ax.axvline(0, color="grey", linestyle="--", linewidth=0.8)
fig.legend([median, equal], ["median", "no difference"], loc="outside lower center")
ax.set_yticks(range(4), labels=[f"{name}\nminus batch 64" for name in gains])
ax.invert_yaxis()
ax.set(xlim=(-0.7, 0.7), xlabel="difference in percentage points")
ax.set_title("The batch size hardly changes the accuracy on new points")
medians = [f"{np.median(values):+.2f}" for values in gains.values()]
fig.alt_text = (
    "Four rows of 20 dots, one for each training set, on both sides of zero. The "
    f"medians are {', '.join(medians)} percentage points."
)
plt.show()

assert max(abs(np.median(values)) for values in gains.values()) < 0.2

# %%
# The medians are a small fraction of a percentage point. On these data the batch size
# is a question of time.

# %%
# Wilcoxon's signed-rank test asks whether the sign of a difference could be chance.
# Among eight tests, a p just below one in twenty is no surprise. A very small p
# says that a difference is real, but it can still be tiny: compare the differences of
# the loss with the spread over training sets that batches of 64 have. A band may
# contain 0 although p is small: single training sets vary, and the test asks about all
# 20 together.

# sphinx_gallery_fold = "Accuracy and loss on new points, with tests"
from scipy.stats import wilcoxon
from sklearn.metrics import log_loss


def losses(nets):
    return np.array([log_loss(y_large, net.predict_proba(X_large)) for net in nets])


for name, groups in {"epochs": equal_epochs, "updates": equal_updates}.items():
    for size in (32, 128):
        loss_gain = losses(groups[size]) - losses(groups[64])
        p_loss = wilcoxon(loss_gain).pvalue
        p_accuracy = wilcoxon(gains[f"equal {name}, batch {size}"]).pvalue
        print(f"equal {name}, batch {size} minus batch 64: p = {p_accuracy:.3f}")
        print(f"    loss {median_and_band(loss_gain, '+.4f')}, p = {p_loss:.3f}")
        assert abs(np.median(loss_gain)) < 0.004
print(f"loss of batch 64: {median_and_band(losses(equal_epochs[64]), '.4f')}")

# %%
# Common mistakes
# ---------------
#
# **Batch sizes are compared at equal epochs only.** Symptom: "smaller batches are
# better". Cause: they made more updates. Fix: compare at equal updates, too, and at
# equal time if time is what you pay for.
#
# **A slow network is called stuck.** Symptom: a curve looks flat on a linear axis. Fix:
# use a logarithmic axis, and train on.
#
# **The batch size changes and the learning rate stays.** Symptom: huge batches take
# very many epochs. Cause: few steps, each as short as before. Fix: choose the learning
# rate anew for each batch size.
#
# What you learnt
# ---------------
#
# The gradient of a batch is an estimate of the full one; four times the batch halves
# its noise. At equal epochs small batches win because they make more updates; at equal
# updates large ones win. Larger batches do oscillate less. That they get caught in
# local minima is an explanation that failed its test.
#
# Further reading
# ---------------
#
# How to choose a batch size: :cite:t:`bengio2012`. Measurements at equal updates:
# :cite:t:`shallue2019`. In large networks large batches may do worse on new points:
# :cite:t:`keskar2017`. Batch size and learning rate together: :cite:t:`smith2018`.
