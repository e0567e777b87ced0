"""
One seed, and an explanation nobody tested
==========================================

The last two mistakes of the exercise's solution are about conclusions. First: each of
them rests on one training with one :term:`seed`, measured on one small
:term:`test set`. Second: it explains what it saw, and does not test the explanation;
the comparison behind it had changed two things at once.

.. lesson-plan::
   :needs: batch_size, why_twenty_seeds

   :judge-one-run: say how often one run of each setting gets their order wrong
   :name-the-luck: name the luck that more seeds average away, and the luck that they
       do not
   :predict-from-an-explanation: turn an explanation into a prediction that can fail
"""

# %%
# Predict first
# -------------
# The solution trains the two-moons network with batches of 64 and of 128 points, once
# each, and compares them on 400 test points. Write down your guesses.
#
# 1. Train the *same* setting twice, with two seeds, and compare in the same way. How
#    large is the difference between equal settings, next to that between batches of 64
#    and of 128?
# 2. You repeat the comparison with 20 seeds each, on the same 400 test points, and the
#    smaller batch is ahead every time. Can the answer still be wrong?
# 3. "Larger batches oscillate less, so they get caught in local minima." What would you
#    have to see for this to be false?

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import binomtest
from sklearn.datasets import make_moons

from nnteach import MLPClassifierNet, TrainingCurveDisplay, fit_many

# %%
# The trainings
# -------------
# Three settings: batches of 64 and of 128 points with relu, 40 seeds each, and batches
# of 128 with sigmoid, 20 seeds, all for the 100 epochs of the exercise. They are
# compared by their loss, the :term:`cross-entropy`, on 100 000 fresh points, which are
# 250 test sets of the exercise's size. Of each network its mean loss on each of these
# sets is kept.


def moons(n_samples, seed):
    """Draw points of two moons; float32 halves the time of the training."""
    X, y = make_moons(n_samples, noise=0.2, random_state=seed)
    return X.astype(np.float32), y


X_test, y_test = moons(100_000, seed=1)


def networks(batch_size, activation="relu", n_seeds=40, max_iter=100, data=None):
    """Train networks of the exercise that differ in their seed alone."""
    setting = {"batch_size": batch_size, "max_iter": max_iter}
    setting |= {"activation": activation, "n_iter_no_change": np.inf}
    nets = [
        MLPClassifierNet((100, 25), random_state=seed, **setting)
        for seed in range(n_seeds)
    ]
    return fit_many(nets, *(data or moons(1000, seed=0)))


def losses_by_test_set(net):
    """Mean loss on each of 250 test sets of 400 points."""
    probability = net.predict_proba(X_test)[np.arange(len(y_test)), y_test]
    return -np.log(probability.clip(1e-7)).reshape(250, 400).mean(axis=1)


settings = {
    "batch 64": networks(64),
    "batch 128": networks(128),
    "batch 128, sigmoid": networks(128, "logistic", n_seeds=20),
}
loss = {
    name: np.array([losses_by_test_set(net) for net in nets])  # (seeds, test sets)
    for name, nets in settings.items()
}
for name, values in loss.items():
    low, median, high = np.quantile(values.mean(axis=1), [0.1, 0.5, 0.9])
    print(f"{name}: median loss {median:.4f}", end=" ")
    print(f"(80 % of {len(values)} seeds between {low:.4f} and {high:.4f})")

# %%
# Mistake 6: one seed
# -------------------
# The solution compares three batch sizes by their accuracy on 400 test points, one
# training each. How many of the points is the largest difference?

reported = {"batch 32": 0.970, "batch 64": 0.9725, "batch 128": 0.970}
difference = max(reported.values()) - min(reported.values())
print(f"the accuracies reported differ by {400 * difference:.0f} of 400 test points")

# %%
# **Symptom.** Train once with each of two settings, measure both on one test set, and
# subtract: the smaller loss wins. With 40 seeds and 250 test sets that duel can be held
# very often. The figure shows the outcomes. Above, between *equal* settings: two
# different seeds of batch 64. There is always a winner, and it means nothing. Below,
# between batch 64 and batch 128.


def duels(a, b):
    """Loss of each network of one group minus each of another, on each test set."""
    return loss[a][:, np.newaxis] - loss[b][np.newaxis]


equal = duels("batch 64", "batch 64")[~np.eye(40, dtype=bool)].ravel()
near = duels("batch 64", "batch 128").ravel()
far = duels("batch 128", "batch 128, sigmoid").ravel()

fig, axes = plt.subplots(2, 1, figsize=(7, 4.4), layout="constrained", sharex=True)
titles = ("equal settings: batch 64 and batch 64", "batch 64 and batch 128")
for ax, values, title in zip(axes, (equal, near), titles, strict=True):
    share = np.full(len(values), 100 / len(values))
    ax.hist(values, bins=np.linspace(-0.015, 0.015, 61), weights=share)
    ax.axvline(0, color="black", linewidth=1)
    ax.set(title=title, ylabel="duels (%)")
axes[1].set_xlabel("loss of the first minus loss of the second network")
fig.suptitle("One seed each: equal settings differ too, and the order is often wrong")
plt.show()

# %%
# In numbers. Batch 64 has the smaller mean loss, over all seeds and all points; a duel
# that batch 128 wins ends in the wrong order. Settings that are far apart, relu and
# sigmoid, need no more than one seed and one test set.

effect = near.mean()
by_chance = np.mean(np.abs(equal) > abs(effect))
print(f"batch 64 minus batch 128, mean of all: {effect:+.4f}")
print(f"equal settings differ by more than that in {by_chance:.0%} of the duels")
for name, values in {"batch 64 and 128": near, "relu and sigmoid": far}.items():
    is_wrong = np.sign(values) != np.sign(values.mean())
    print(f"{name}: {np.mean(is_wrong):.0%} of the duels end in the wrong order")

assert effect < -0.0005
assert by_chance > 0.2
assert 0.1 < np.mean(near > 0) < 0.45
assert np.all(far < 0)

# %%
# **Cause.** A duel has two sources of luck. The seed decides the initial weights and
# the order of the samples: let the losses of the two settings have the standard
# deviations :math:`s_1` and :math:`s_2` over seeds. The test set is a draw as well: let
# :math:`s` be the standard deviation, over single test points, of the difference of
# their losses. With :math:`K` seeds of each setting and :math:`n` test points, the
# difference of the means has roughly the standard error
#
# .. math:: \sqrt{\frac{s_1^2 + s_2^2}{K} + \frac{s^2}{n}}.


def standard_error(a, b, n_seeds, n_points):
    """Standard error of the difference of two settings, from both sources of luck."""
    by_seed = loss[a].mean(axis=1).var(ddof=1) + loss[b].mean(axis=1).var(ddof=1)
    by_point = 400 * (loss[a].mean(axis=0) - loss[b].mean(axis=0)).var(ddof=1)
    return np.sqrt(by_seed / n_seeds + by_point / n_points)


print(f"batch 64 minus batch 128: {effect:+.4f}, with a standard error of")
for n_seeds, n_points in ((1, 400), (40, 400), (1, 100_000), (40, 100_000)):
    error = standard_error("batch 64", "batch 128", n_seeds, n_points)
    print(f"  {error:.4f} with {n_seeds:2} seeds of each and {n_points} test points")

one_duel = standard_error("batch 64", "batch 128", 1, 400)
print(f"measured: the duels have a standard deviation of {near.std():.4f}")
assert 0.7 < one_duel / near.std() < 1.3
assert abs(effect) < one_duel
assert abs(effect) < standard_error("batch 64", "batch 128", 40, 400)
assert abs(effect) > 2 * standard_error("batch 64", "batch 128", 40, 100_000)

# %%
# What seeds do not average away
# ------------------------------
# More seeds make the first term small and leave the second. So much for the second
# question: all seeds share the test set, and its luck with them. The figure has one
# line for each of the first 25 test sets. From the 40 seeds of each batch size,
# :math:`K` are drawn at random, and their means are compared *on this one set*. The
# line shows how often batch 64 is ahead. The black line is for all 250 sets together.

n_seeds = [1, 2, 5, 10, 20]
rng = np.random.default_rng(0)


def share_ahead(n_drawn, n_draws=500):
    """How often batch 64 is ahead: on each test set, and on all of them."""
    draw_64, draw_128 = rng.integers(40, size=(2, n_draws, n_drawn))
    difference = loss["batch 64"][draw_64] - loss["batch 128"][draw_128]
    by_set = difference.mean(axis=1)  # (draws, test sets)
    return (by_set < 0).mean(axis=0), (by_set.mean(axis=1) < 0).mean()


per_set, on_all = zip(*[share_ahead(n) for n in n_seeds], strict=True)
per_set = np.array(per_set)

fig, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
labels = ["one test set", *["_"] * 24]
ax.plot(n_seeds, 100 * per_set[:, :25], color="#3A9BD9", linewidth=1, label=labels)
ax.plot(n_seeds, 100 * np.array(on_all), color="black", linewidth=3, label="all sets")
ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
ax.set(xscale="log", xticks=n_seeds, xticklabels=n_seeds)
ax.minorticks_off()
ax.set_xlabel("seeds of each setting")
ax.set_ylabel("comparisons with batch 64 ahead (%)")
ax.set_title("More seeds make test sets sure, and some of them surely wrong")
plt.show()

# %%
# With more seeds most lines move to the top or to the bottom: the set becomes sure.
# Many become sure of what all points together say of these trainings, some of the
# opposite: surely wrong.

is_sure = (per_set < 0.1) | (per_set > 0.9)
for n, sure, shares in zip(n_seeds, is_sure, per_set, strict=True):
    rightly, wrongly = np.mean(shares > 0.9), np.mean(shares < 0.1)
    print(f"{n:2} seeds: {np.mean(sure):.0%} of the test sets are 90 % sure or more,")
    print(f"  {rightly:.0%} rightly and {wrongly:.0%} wrongly")
print(f"{n_seeds[-1]} seeds, all test sets together: batch 64 is ahead in", end=" ")
print(f"{on_all[-1]:.0%} of the comparisons")
assert is_sure[-1].mean() > is_sure[0].mean() + 0.2
assert np.mean(per_set[-1] < 0.1) > 0.1
assert np.mean(per_set[-1] > 0.9) > np.mean(per_set[-1] < 0.1) + 0.1
assert on_all[-1] > 0.95

# %%
# The training set is a third draw, and up to here there was only one: the order is that
# of batch 64 and batch 128 on these 1000 points. An answer for two moons in general
# needs other training sets as well. Here are 20, with two seeds of each batch size on
# each. The order is not the same on all of them. Whether batch 64 is ahead on the whole
# is for a sign test to say, and "cannot be told apart" is a result, too.


def mean_loss(batch_size, data):
    """Mean loss of two networks trained on other points."""
    nets = networks(batch_size, n_seeds=2, data=data)
    return np.mean([losses_by_test_set(net) for net in nets])


training_sets = [moons(1000, seed=100 + k) for k in range(20)]
differences = np.array([mean_loss(64, d) - mean_loss(128, d) for d in training_sets])
low, median, high = np.quantile(differences, [0.1, 0.5, 0.9])
n_ahead = int((differences < 0).sum())
print(f"batch 64 minus batch 128 on 20 training sets: median {median:+.4f}")
print(f"  (80 % of them between {low:+.4f} and {high:+.4f})")
p_value = binomtest(n_ahead, 20).pvalue
print(f"batch 64 is ahead on {n_ahead} of them (sign test: p = {p_value:.2g}):")
print(f"  here the two {'can' if p_value < 0.05 else 'cannot'} be told apart")
assert 0 < n_ahead < 20
assert np.abs(differences).max() < 0.01

# %%
# **Fix.** Several seeds of each setting, a test set that is large enough, several
# training sets where the data allow it, and the spread beside every number.
# :cite:t:`bouthillier2021` compare these sources of variation on larger problems.
#
# **A check that would have caught it.** Before two settings are compared, compare a
# setting with itself. If that gives differences of the size that is to be explained,
# there is nothing to explain yet.
#
# Mistake 7: an explanation nobody tested
# ---------------------------------------
# "Larger batches oscillate less, so they get caught in local minima." That is an
# explanation of the larger loss that the solution sees with batches of 128 after the
# same number of epochs. There is another one: in an epoch a network makes
#
# .. math:: \lceil n / \text{batch size} \rceil
#
# updates, so equal epochs are unequal numbers of :term:`updates <update>`. The two
# explanations predict different things.
#
# - *Caught in a minimum*: further training does not help the large batch.
# - *Too few updates*: at the same number of updates, the large batch is not behind.
#
# So train the large batch for as many updates as the small one made: 400 epochs in
# place of 100. The figure shows the same trainings twice.

small_batch = networks(32, n_seeds=20)
large_batch = networks(128, n_seeds=20, max_iter=400)

fig, axes = plt.subplots(1, 2, figsize=(8.5, 3.8), layout="constrained", sharey=True)
for ax, x in zip(axes, ("epoch", "update"), strict=True):
    for label, nets in {"batch 32": small_batch, "batch 128": large_batch}.items():
        TrainingCurveDisplay.from_estimators(
            nets, ax=ax, x=x, yscale="log", curves="training", label=label, legend=False
        )
axes[0].set(title="epochs: batch 128 is behind", xlim=(0, 100), ylim=(0.05, 1))
axes[1].set(title="updates: it is not behind", ylabel="")
axes[1].legend(loc="upper right")
fig.suptitle("At equal updates the larger batch has no larger training loss")
plt.show()

# %%
# The verdict, seed by seed, in training losses: both explanations speak of the
# training, and a minimum is a property of what is being minimized.


def loss_after(nets, n_epochs):
    """Training loss of each network, median of the ten epochs up to the one given."""
    return np.array(
        [np.median(net.history_["loss"][n_epochs - 10 : n_epochs]) for net in nets]
    )


small = loss_after(small_batch, 100)
large_early, large_late = loss_after(large_batch, 100), loss_after(large_batch, 400)
for name, ratio in {
    "equal epochs: batch 128 over batch 32": large_early / small,
    "equal updates: batch 128 over batch 32": large_late / small,
    "batch 128: 400 epochs over 100": large_late / large_early,
}.items():
    low, median, high = np.quantile(ratio, [0.1, 0.5, 0.9])
    print(f"loss, {name}: {median:.3f}")
    print(f"  (80 % of {len(ratio)} seeds between {low:.3f} and {high:.3f})")

for name, share in {
    "after equal epochs the large batch has the larger loss": large_early > small,
    "after equal updates it has the smaller loss": large_late < small,
    "further training lowered its loss": large_late < large_early,
}.items():
    print(f"{name}: {share.sum()} of {len(share)} seeds")
    assert share.mean() > 0.9

# %%
# **Symptom.** An explanation that fits, for a difference that has another cause. That
# the large batch has the larger loss after equal epochs is true. That it is caught is
# not, on these data: the same trainings, carried on, go on falling.
#
# **Cause.** Two things were changed at once, the size of a batch and the number of
# updates, and the story was told about the first.
#
# **Fix.** Hold one thing equal at a time and say which. Equal updates are not *the*
# fair comparison either: the large batch has now gone through the points four times as
# often, and has computed four times as much. Which of epochs, updates or seconds should
# be equal depends on the question.
#
# **A check that would have caught it.** Print what the compared trainings differ in,
# beside the result. Two settings that are to differ in one thing show a second.

for name, nets in {"batch 32": small_batch, "batch 128": large_batch}.items():
    n_batches = int(np.ceil(1000 / nets[0].batch_size))
    print(f"{name}: {n_batches} updates an epoch, {100 * n_batches} in 100 epochs,")
    print(f"  {nets[0].n_iter_ * n_batches} in all {nets[0].n_iter_} epochs")

# %%
# Common mistakes
# ---------------
# The other explanation of the solution, that "sigmoid squeezes the data and ReLU drops
# some of it", is put to the test on :ref:`the page on the activation
# <sphx_glr_gallery_2_two_moons_plot_4_activation.py>`, and how much batches of
# different sizes oscillate is measured on :ref:`the page on the batch size
# <sphx_glr_gallery_2_two_moons_plot_3_batch_size.py>`. One more mistake is close by.
#
# **Symptom**: a setting is reported as the best of many, with the seed that gave its
# best result. **Cause**: the seed was chosen like a :term:`hyperparameter`. **Fix**:
# report the median and the spread over seeds; what choosing does to a number is shown
# on :ref:`the page on peeking
# <sphx_glr_gallery_4_common_mistakes_plot_1_stopping_and_peeking.py>`.
#
# Take-away
# ---------
# One training of each of two settings cannot tell a small difference from none, so
# repeat it over seeds and show the spread. Seeds average away the luck of the start,
# not that of the test set and the training set, which all of them share. An explanation
# is worth something once it has predicted a result that could have turned out
# otherwise.
#
# Further reading
# ---------------
# :cite:t:`bouthillier2021` measure how much of the variance of benchmark results comes
# from seeds, from the choice of data and from the choice of hyperparameters.
# :cite:t:`keskar2017` study large batches and the minima that they find in large
# networks. :cite:t:`shallue2019` count updates instead of epochs, and trace
# disagreements about batch sizes to what else was held equal. :cite:t:`dietterich1998`
# compares tests for the question whether one learning method is better than another.
