"""
One seed, and an explanation nobody tested
==========================================

The last two mistakes in the solution of :doc:`the exercise sheet </exercise_sheet>` are
about conclusions. Each of them rests on one training with one seed, measured on one
small test set. And an explanation is given that was never put to a test.

.. lesson-plan::
   :needs: batch_size, why_twenty_seeds

   :judge-one-run: say how often one run of each setting gets their order wrong
   :name-the-luck: name the luck that more seeds average away, and the luck that they do
       not
   :predict-from-an-explanation: turn an explanation into a prediction that can fail
"""

# %%
# Predict first
# -------------
# The solution trains the two-moons network with batches of 64 and of 128 points, once
# each, and compares them on 400 test points.
#
# 1. Train the *same* setting with two seeds, and compare in the same way. How large is
#    the difference, next to that between batches of 64 and of 128?
# 2. You repeat the comparison with 20 seeds each, on the same 400 test points, and the
#    smaller batch is ahead every time. Can the answer still be wrong?
# 3. "Larger batches oscillate less, so they get caught in local minima." What would you
#    have to see for this to be false?
#
# The trainings
# -------------
# We train batches of 64 and of 128 with 40 seeds each, all on the same 1000 points, and
# measure their loss, the :term:`cross-entropy`, on 100 000 new points. That makes 250
# test sets as small as that of the exercise.

import matplotlib.pyplot as plt
import numpy as np

from nnteach import MLPClassifierNet, fit_many, median_and_band, two_moons

X_test, y_test = two_moons(100_000, random_state=1)


def networks(batch_size, n_seeds=40, data=None, **settings):
    settings = {"max_iter": 100, "n_iter_no_change": np.inf} | settings
    settings |= {"hidden_layer_sizes": (100, 25), "batch_size": batch_size}
    nets = [MLPClassifierNet(**settings, random_state=s) for s in range(n_seeds)]
    return fit_many(nets, *(data or two_moons(1000, random_state=0)))


def losses_by_test_set(net):
    probability = net.predict_proba(X_test)[np.arange(len(y_test)), y_test]
    return -np.log(probability.clip(1e-7)).reshape(250, 400).mean(axis=1)


loss = {}  # (seeds, test sets)
for size in (64, 128):
    loss[size] = np.array([losses_by_test_set(net) for net in networks(size)])
    print(f"batch {size}: loss {median_and_band(loss[size].mean(axis=1), '.4f')}")

# %%
# Mistake 6: one seed
# -------------------
# The solution trains once with each batch size and reports three accuracies. How many
# of the 400 test points make the largest difference?

reported = {"batch 32": 0.970, "batch 64": 0.9725, "batch 128": 0.970}
difference = max(reported.values()) - min(reported.values())
print(f"the reported accuracies differ by {400 * difference:.0f} of 400 test points")

# %%
# Call it a *duel*: train once with each of two settings, measure both on one test set,
# and the smaller loss wins. Our trainings make many duels. There are even duels between
# equal settings, with two seeds of batch 64. They have a winner, too, and it means
# nothing.

# sphinx_gallery_fold_code = "How the duels are held and drawn"


def duels(a, b):
    """Loss of each network of one group minus each of another, on each test set."""
    return a[:, np.newaxis] - b[np.newaxis]


equal = duels(loss[64], loss[64])[~np.eye(40, dtype=bool)].ravel()
near = duels(loss[64], loss[128]).ravel()
fig, axes = plt.subplots(2, 1, figsize=(6.5, 4.4), layout="constrained", sharex=True)
titles = ("batch 64 against batch 64", "batch 64 against batch 128")
for ax, values, title in zip(axes, (equal, near), titles, strict=True):
    share = np.full(len(values), 100 / len(values))
    ax.hist(values, bins=np.linspace(-0.015, 0.015, 61), weights=share)
    ax.axvline(0, color="black", linewidth=1)
    ax.set(title=title, ylabel="duels (%)")
axes[1].set_xlabel("loss of the first minus loss of the second network")
fig.suptitle("Equal settings differ as much as different ones do")
effect = near.mean()
by_chance = np.mean(np.abs(equal) > abs(effect))
wrong = np.mean(np.sign(near) != np.sign(effect))
fig.alt_text = (
    "Two bell-shaped histograms of the difference of two losses, with almost the same "
    f"width: standard deviations {equal.std():.4f} and {near.std():.4f}. The first is "
    f"centred at zero, the second at {effect:.4f}."
)
plt.show()
print(f"batch 64 minus batch 128, mean of all duels: {effect:+.4f}")
print(f"equal settings differ by more than that in {by_chance:.0%} of their duels")
print(f"duels of 64 and 128 with the wrong winner: {wrong:.0%}")

# %%
# **Answer 1.** Mostly larger. Two equal settings usually differ by more than the two
# batch sizes do on average. So before you compare two settings, compare one with
# itself.

# %%
# A duel has two sources of luck. Let :math:`s_1` and :math:`s_2` be the standard
# deviations of the two losses over seeds, and :math:`s` that of the difference of their
# losses over single test points. With :math:`K` seeds of each setting and :math:`n`
# test points, the difference of the means has roughly the standard error
#
# .. math:: \sqrt{\frac{s_1^2 + s_2^2}{K} + \frac{s^2}{n}}.
#
# Settings that are far apart need no statistics: relu and the logistic function are in
# the right order in every duel.

# sphinx_gallery_fold = "The standard error of a duel, and settings that are far apart"


def standard_error(a, b, n_seeds, n_points):
    """Standard error of the difference of two settings, from both sources of luck."""
    by_seed = a.mean(axis=1).var(ddof=1) + b.mean(axis=1).var(ddof=1)
    by_point = 400 * (a.mean(axis=0) - b.mean(axis=0)).var(ddof=1)
    return np.sqrt(by_seed / n_seeds + by_point / n_points)


errors = {}
for sizes in ((1, 400), (40, 400), (1, 100_000), (40, 100_000)):
    errors[sizes] = standard_error(loss[64], loss[128], *sizes)
    print(f"{errors[sizes]:.4f} with {sizes[0]:2} seeds of each, {sizes[1]} points")
logistic = networks(128, n_seeds=20, activation="logistic")
far = duels(loss[128], np.array([losses_by_test_set(net) for net in logistic]))
print(f"relu ahead of the logistic function in {np.mean(far < 0):.0%} of the duels")
assert np.all(far < 0)
assert effect < -0.0005
assert by_chance > 0.5
assert 0.1 < np.mean(near > 0) < 0.45
assert 0.7 < errors[1, 400] / near.std() < 1.3
assert abs(effect) < errors[40, 400] < errors[1, 400]
assert abs(effect) > 2 * errors[40, 100_000]

# %%
# What seeds do not average away
# ------------------------------
# All seeds share the test set, and its luck with them. We take 25 of the test sets. On
# each we draw some seeds of both batch sizes, compare their means *on this one set*,
# and count how often batch 64 is ahead.

# sphinx_gallery_fold_code = "How the lines are computed and drawn"
from nnteach.displays.palette import SKY_BLUE

n_seeds = [1, 2, 5, 10, 20]
rng = np.random.default_rng(0)


def share_ahead(n_drawn, n_draws=500):
    """How often batch 64 is ahead: on each test set, and on all of them."""
    draw_64, draw_128 = rng.integers(40, size=(2, n_draws, n_drawn))
    by_set = (loss[64][draw_64] - loss[128][draw_128]).mean(axis=1)  # (draws, sets)
    return (by_set < 0).mean(axis=0), (by_set.mean(axis=1) < 0).mean()


per_set, on_all = zip(*[share_ahead(n) for n in n_seeds], strict=True)
per_set = np.array(per_set)
surely_right = (per_set > 0.9).mean(axis=1)
surely_wrong = (per_set < 0.1).mean(axis=1)
fig, ax = plt.subplots(figsize=(6.5, 4), layout="constrained")
labels = ["one test set of 400 points", *["_"] * 24]
ax.plot(n_seeds, 100 * per_set[:, :25], color=SKY_BLUE, linewidth=1, label=labels)
ax.plot(n_seeds, 100 * np.array(on_all), "k", linewidth=3, label="all 100 000 points")
fig.legend(loc="outside lower center", ncols=2)
ax.set(xscale="log", xticks=n_seeds, xticklabels=n_seeds)
ax.minorticks_off()
ax.set_xlabel("seeds of each setting")
ax.set_ylabel("comparisons with batch 64 ahead (%)")
ax.set_title("With more seeds, some test sets give the wrong answer ever more surely")
fig.alt_text = (
    "25 thin lines, one for each test set, and a thick one for all points, over the "
    "number of seeds. The thick line rises to "
    f"{on_all[-1]:.0%}. Most thin lines rise with it, but some fall towards zero."
)
plt.show()
for n, right, wrongly in zip(n_seeds, surely_right, surely_wrong, strict=True):
    print(
        f"{n:2} seeds: 9 of 10 comparisons are right on {right:.0%} of all test sets,"
    )
    print(f"  wrong on {wrongly:.0%}")

# %%
# **Answer 2.** Yes. With more seeds each test set gives the same answer more and more
# often, and for some test sets it is the wrong one. Seeds average away the luck of the
# start and of the order of the points, and nothing else.
#
# The training set is a third draw. Here are 20 training sets, with two seeds of each
# batch size on each, and a :term:`sign test`:

from scipy.stats import binomtest


def mean_loss(batch_size, data):
    nets = networks(batch_size, n_seeds=2, data=data)
    return np.mean([losses_by_test_set(net) for net in nets])


training_sets = [two_moons(1000, random_state=100 + k) for k in range(20)]
differences = np.array([mean_loss(64, d) - mean_loss(128, d) for d in training_sets])
n_ahead = int((differences < 0).sum())
p_value = binomtest(n_ahead, 20).pvalue
print(f"batch 64 is ahead on {n_ahead} of 20 training sets (p = {p_value:.2g}):")
print(f"they {'can' if p_value < 0.05 else 'cannot'} be told apart")

# %%
# What batch 64 does better on *one* training set is no fact about two moons in general.

# sphinx_gallery_fold = "The test sets and the training sets, asserted"
print("batch 64 minus batch 128 over the training sets:")
print("   ", median_and_band(differences, "+.4f"))
is_sure = surely_right + surely_wrong
assert is_sure[-1] > is_sure[0] + 0.2
assert surely_wrong[-1] > 0.1
assert surely_right[-1] > surely_wrong[-1] + 0.1
assert on_all[-1] > 0.95
assert 0 < n_ahead < 20
assert p_value > 0.05
assert np.abs(differences).max() < 0.01

# %%
# Mistake 7: an explanation nobody tested
# ---------------------------------------
# "Larger batches oscillate less, so they get caught in local minima." The solution says
# so because batches of 128 have the larger loss after equal epochs. There is another
# explanation: an epoch of 1000 points has 32 :term:`updates <update>` in batches of 32,
# and only 8 in batches of 128. The two explanations predict different things.
#
# - *Caught in a minimum*: further training does not help the large batch.
# - *Too few updates*: after equally many updates, the large batch is not behind.
#
# So train the large batch for 400 epochs in place of 100.

small_batch = networks(32, n_seeds=20)
large_batch = networks(128, n_seeds=20, max_iter=400)

# %%

# sphinx_gallery_fold_code = "How the curves are drawn and compared, seed by seed"
from nnteach import TrainingCurveDisplay

fig, axes = plt.subplots(1, 2, figsize=(8, 3.8), layout="constrained", sharey=True)
for ax, x in zip(axes, ("epoch", "update"), strict=True):
    for label, nets in {"batch 32": small_batch, "batch 128": large_batch}.items():
        TrainingCurveDisplay.from_estimators(
            nets, ax=ax, x=x, yscale="log", curves="training", label=label, legend=False
        )
axes[0].set(title="over epochs", xlim=(0, 100), ylim=(0.05, 1))
axes[1].set(title="over updates", ylabel="")
axes[1].legend(loc="upper right")
fig.suptitle("After equally many updates the larger batch is not behind")


def loss_after(nets, n_epochs):
    """Training loss of each network, median of the ten epochs up to the one given."""
    ends = [net.history_["loss"][n_epochs - 10 : n_epochs] for net in nets]
    return np.median(ends, axis=1)


small = loss_after(small_batch, 100)
early, late = loss_after(large_batch, 100), loss_after(large_batch, 400)
fig.alt_text = (
    "Training losses of batches of 32 and of 128. Over 100 epochs the curve of batch "
    f"128 lies above: it ends {np.median(early / small):.2f} times as high. Over "
    "updates the curves nearly coincide; batch 128 ends "
    f"{np.median(late / small):.2f} times as high."
)
plt.show()
for name, wins in {
    "equal epochs, the large batch has the larger loss": early > small,
    "equal updates, it has the smaller loss": late < small,
    "its loss falls from epoch 100 to 400": late < early,
}.items():
    print(f"{name}: {wins.sum()} of 20 seeds")
    assert wins.mean() > 0.9

# %%
# **Answer 3.** You would have to see that the large batch goes on learning, and that is
# what you see here. It is not caught. It had made fewer updates.
#
# Two things were changed at once, the size of a batch and the number of updates, and
# the story was told about the first. Hold one thing equal at a time, and say which.
# (Equal updates are not *the* fair comparison either: the large batch has now computed
# four times as much.) The other explanation of the solution, "sigmoid squeezes the
# data", is tested in :lesson:`activation`.
#
# What you learnt
# ---------------
# One training of each of two settings cannot tell a small difference from none. Repeat
# it over seeds, training sets and enough test points, and show the spread. An
# explanation is worth something when it has predicted a result that could have turned
# out otherwise.
#
# Further reading
# ---------------
# :cite:t:`bouthillier2021` measure how much each kind of luck contributes.
# :cite:t:`keskar2017` study large batches in large networks, :cite:t:`shallue2019`
# count updates instead of epochs. :cite:t:`dietterich1998` compares statistical tests.
