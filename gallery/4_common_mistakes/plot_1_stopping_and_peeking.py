"""
A rule that never stops, and a test set that chose
==================================================

Two mistakes in the solution of :doc:`the exercise sheet </exercise_sheet>` are about
the points that a network is watched on. A rule for :term:`early stopping` is written
down, but the training never hears of it. And the :term:`test set` serves as
:term:`validation set`, so the accuracy that is reported was picked because it was high.

.. lesson-plan::
   :needs: loss_and_accuracy

   :check-the-rule: tell from a fitted network whether its stopping rule was at work
   :judge-long-training: say when training for too long does harm
   :keep-the-test-set: say why a result chosen on the test set is not there on new data
"""

# %%
# Predict first
# -------------
# The exercise asks for a network with hidden layers of 100 and 25 neurons, trained on
# 1000 points of two moons in batches of 64, and stopped when the loss on other points
# has not improved for 4 :term:`epochs <epoch>`. There are 400 test points.
#
# 1. You wrote a rule down, the training ran without any message, and all 100 epochs
#    took place. Was the rule at work and never satisfied, or was it not at work? What
#    would tell you?
# 2. You compare all epochs on the 400 test points and keep the best one instead of the
#    last. Its test accuracy is higher. Is it higher on 100 000 points that nobody has
#    looked at?
#
# Mistake 1: the rule is never handed over
# ----------------------------------------
# In the library Keras the mistake looks like this: ``rule = EarlyStopping(patience=4)``
# is one line, ``model.fit(...)`` without ``callbacks=[rule]`` is another. Neither is
# wrong, so nothing complains. With an estimator, the settings of a rule can be left in
# a dictionary:

import numpy as np

from nnteach import MLPClassifierNet, fit_many, median_and_band, two_moons

rule = {"early_stopping": True, "scoring": "loss", "n_iter_no_change": 3, "tol": 0}


def networks(seeds=range(20), **settings):
    settings = {
        "batch_size": 64,
        "max_iter": 100,
        "n_iter_no_change": np.inf,
    } | settings
    return [MLPClassifierNet((100, 25), random_state=k, **settings) for k in seeds]


X, y = two_moons(1000, random_state=0)
X_val, y_val = two_moons(400, random_state=1)
forgotten = fit_many(networks(), X, y, X_val=X_val, y_val=y_val)
stopped = fit_many(networks(**rule), X, y, X_val=X_val, y_val=y_val)
print("epochs, rule forgotten:  ", {net.n_iter_ for net in forgotten})
print("epochs, rule handed over:", median_and_band([n.n_iter_ for n in stopped], ".0f"))

# %%
# A validation set was given to both groups. Without ``early_stopping=True`` the
# training only writes the loss on it down. A fitted network tells whether a rule was at
# work:

print("forgotten:  ", forgotten[0].validation_scores_)
print("handed over:", len(stopped[0].validation_scores_), "scores")

# %%
# **Answer 1.** The number of epochs alone cannot tell. Ask the network:
# ``validation_scores_`` is None if no rule was at work.
#
# Does it matter?
# ---------------
# On these moons hardly: a thousand points with little noise do not punish a long
# training. A small noisy training set does. In the next experiment every seed has 100
# training points of its own, more noise, and up to 200 epochs.

noisy = {"batch_size": 32, "learning_rate_init": 0.005, "max_iter": 200}


def with_and_without_rule(seed):
    X, y = two_moons(100, random_state=1000 + seed, noise=0.4)
    X_val, y_val = two_moons(400, random_state=2000 + seed, noise=0.4)
    pair = networks([seed], **noisy) + networks([seed], **noisy | rule)
    return fit_many(pair, X, y, X_val=X_val, y_val=y_val)


pairs = [with_and_without_rule(seed) for seed in range(20)]

# %%

# sphinx_gallery_fold_code = "How the curves are drawn"
import matplotlib.pyplot as plt

from nnteach import TrainingCurveDisplay

without, with_rule = zip(*pairs, strict=True)
typical = np.median([net.history_["val_loss"] for net in without], axis=0)
kept = [net.history_["val_loss"].argmin() + 1 for net in with_rule]
display = TrainingCurveDisplay.from_estimators(
    without, curves="both", title="Without the rule the validation loss turns and rises"
)
ax = display.ax_
ax.plot(kept, np.full(20, 0.03), "k|", label="epochs that the rule keeps")
ax.set_xscale("log")
ax.set_xticks([1, 10, 50, 200], labels=[1, 10, 50, 200])
ax.legend(loc="upper right")
display.figure_.alt_text = (
    "Training and validation loss of 20 networks without the rule, over 200 epochs on "
    "a logarithmic axis. The training loss falls on. The median validation loss is "
    f"lowest at epoch {typical.argmin() + 1}, with {typical.min():.2f}, and ends at "
    f"{typical[-1]:.2f}. Ticks mark the epochs that the rule keeps: {min(kept)} to "
    f"{max(kept)}."
)
plt.show()

# %%
# This is :term:`overfitting`. With the rule, each network keeps the weights of an epoch
# marked by a tick. With its small patience the rule takes the first dip, which often
# comes before the lowest point. Is it worth it? We measure on new points.

from sklearn.metrics import log_loss

X_new, y_new = two_moons(100_000, random_state=2, noise=0.4)


def new_losses(nets):
    return np.array([log_loss(y_new, net.predict_proba(X_new)) for net in nets])


cost = new_losses(without) - new_losses(with_rule)
print("loss on new points that forgetting the rule costs:")
print("   ", median_and_band(cost))
print(f"it costs something for {np.sum(cost > 0)} of {len(cost)} seeds")

# %%
# The accuracy shows little of this. Networks that overfit are above all too sure of
# themselves: the probability of the class they choose is larger than the share of
# points at which they are right. The loss punishes false certainty. And on the large
# clean training set, networks that the rule stopped are even slightly worse: 4 epochs
# are little patience for a loss that falls with bumps, and with 15 the difference
# shrinks.

# sphinx_gallery_fold = "Accuracy, certainty and patience"


def too_sure(net):
    """Mean probability of the class chosen, minus the accuracy."""
    return net.predict_proba(X_new).max(axis=1).mean() - net.score(X_new, y_new)


excess, accuracies = {}, {}
for name, nets in {"rule forgotten": without, "rule handed over": with_rule}.items():
    accuracies[name] = np.array([net.score(X_new, y_new) for net in nets])
    excess[name] = np.array([too_sure(net) for net in nets])
    print(f"{name}: accuracy {median_and_band(accuracies[name])}")
    print(f"  certainty minus accuracy {median_and_band(excess[name])}")
X_fresh, y_fresh = two_moons(100_000, random_state=2)


def fresh_losses(nets):
    return np.array([log_loss(y_fresh, net.predict_proba(X_fresh)) for net in nets])


patient = networks(**rule | {"max_iter": 500, "n_iter_no_change": 14})
fit_many(patient, X, y, X_val=X_val, y_val=y_val)
at_end = fresh_losses(forgotten)
impatience, rest = (fresh_losses(nets) - at_end for nets in (stopped, patient))
print("clean moons: loss on new points, minus that without the rule")
print(f"  patience 4:  {median_and_band(impatience, '.4f')}")
print(f"  patience 15: {median_and_band(rest, '.4f')}")
assert {net.n_iter_ for net in forgotten} == {100}
assert max(net.n_iter_ for net in stopped) < 100
assert all(net.validation_scores_ is None for net in forgotten)
assert np.median(impatience) > 0.001
assert np.median(rest) < np.median(impatience) / 2
assert np.mean(cost > 0) > 0.8
assert np.median(cost) > 0.03
assert np.median(kept) < typical.argmin() + 1
assert typical[-1] > 1.2 * typical.min()
gain = accuracies["rule forgotten"] - accuracies["rule handed over"]
assert abs(np.median(gain)) < 0.02
assert np.mean(excess["rule forgotten"] > excess["rule handed over"]) > 0.8

# %%
# Mistake 2: the test set is the validation set
# ---------------------------------------------
# The solution draws loss and accuracy on the test set after every epoch, and reports
# the epoch where they look best. Sometimes a test accuracy lies above the true accuracy
# of a network, sometimes below. If you take the best of 100, you pick an error that
# points upwards.
#
# How large is it? For each seed we draw new points and train one network twice: to the
# last epoch, and keeping the best of 100 epochs. What does the choice gain? We ask on
# three sets: the set that it was made on, an untouched set of the same size, and
# 100 000 new points, which stand for the truth.


def gains(seed, n_train, n_test):
    X, y = two_moons(n_train, random_state=1000 + seed)
    chosen_on = two_moons(n_test, random_state=2000 + seed)
    (best,), (last,) = networks([seed], early_stopping=True), networks([seed])
    fit_many([best, last], X, y, X_val=chosen_on[0], y_val=chosen_on[1])
    sets = [chosen_on, two_moons(n_test, random_state=3000 + seed), (X_fresh, y_fresh)]
    return [best.score(*points) - last.score(*points) for points in sets]


sheet = 100 * np.array([gains(seed, 1000, 400) for seed in range(20)])
small = 100 * np.array([gains(seed, 200, 50) for seed in range(40)])

# %%

# sphinx_gallery_fold_code = "How the gains are drawn and printed"
panels = {"400 test points": sheet, "50 test points": small}
jitter = np.random.default_rng(0).uniform(-0.2, 0.2, size=40)
fig, axes = plt.subplots(1, 2, figsize=(7.5, 4), layout="constrained", sharey=True)
for ax, (title, values) in zip(axes, panels.items(), strict=True):
    for place, gain in enumerate(values[:, :2].T):
        optimism = gain - values[:, 2]
        ax.plot(place + jitter[: len(gain)], optimism, "o", alpha=0.5)
        ax.hlines(optimism.mean(), place - 0.3, place + 0.3, color="black")
    ax.axhline(0, color="0.6", linewidth=1, zorder=0)
    ax.set(title=title, xticks=[0, 1], xticklabels=["chosen on", "untouched"])
    print(f"{title}, mean gain of the choice in percentage points:")
    print(
        f"    {values[:, 0].mean():+.2f} here, {values[:, 2].mean():+.2f} on new ones"
    )
axes[0].set_ylabel("gain shown minus true gain\n(percentage points)")
fig.suptitle("The set that chose the epoch promises more than there is")
means = [(v[:, :2] - v[:, 2:]).mean(axis=0) for v in (sheet, small)]
fig.alt_text = (
    "One dot for each seed, with means. The set that the epoch was chosen on shows "
    f"{means[0][0]:.2f} percentage points too much with 400 test points, and "
    f"{means[1][0]:.2f} with 50. An untouched set errs in both directions; its means "
    f"are {means[0][1]:+.2f} and {means[1][1]:+.2f}."
)
plt.show()

# %%
# **Answer 2.** No. The set that the choice was made on shows a gain. On new points the
# chosen epoch is no better than the last, and for most seeds it is worse. With 400
# points the harm is small, with 50 it is larger. In nearly all seeds the choosing set
# promises too much, and an error that leans to one side does not average out.
#
# The remedy is three sets. The training set fits the weights. The validation set
# chooses among epochs, settings and seeds as often as you like. The test set is used
# once, at the end.

# %%
# On :math:`n` test points the accuracy of a network with true accuracy :math:`p`
# scatters with standard deviation :math:`s = \sqrt{p\,(1 - p) / n}`. For the best of
# :math:`K` networks with the same true accuracy :math:`p \ge 1/2`, the expected excess
# is at most :math:`s \sqrt{2 \ln K}`, whether the networks resemble each other or not
# (:cite:t:`boucheron2013`, section 2.5). Epochs of one training resemble each other
# much, so the excess here is well below the bound. Untouched sets scatter around the
# true gain.

# sphinx_gallery_fold = "How large the excess can be, and tests over the seeds"
from scipy.stats import binomtest


def largest_optimism(p, n, n_candidates):
    """Upper bound on the expected excess of the best of several accuracies."""
    return 100 * np.sqrt(p * (1 - p) / n) * np.sqrt(2 * np.log(n_candidates))


for n, values in ((400, sheet), (50, small)):
    seen, untouched, real = values.T
    optimism = seen - real
    n_positive, n_seeds = int((optimism > 0).sum()), len(optimism)
    p_value = binomtest(n_positive, n_seeds, alternative="greater").pvalue
    print(f"{n} points: excess {optimism.mean():.2f} percentage points, ", end="")
    print(f"at most {largest_optimism(0.95, n, 100):.2f};")
    print(f"  positive for {n_positive} of {n_seeds} seeds (p = {p_value:.0e}),")
    print(f"  true gain negative for {np.sum(real < 0)} of them")
    scatter = (untouched - real).std(ddof=1) / np.sqrt(n_seeds)
    assert n_positive > 0.75 * n_seeds
    assert p_value < 0.01
    assert seen.mean() > 0.1
    assert np.mean(real < 0) > 0.6
    assert 0 < optimism.mean() < largest_optimism(0.95, n, 100) / 2
    assert abs((untouched - real).mean()) < 4 * scatter
    assert abs((untouched - real).mean()) < 0.6 * optimism.mean()
assert means[1][0] > 2 * means[0][0]
assert -0.3 < np.median(sheet[:, 2]) < 0.1
assert small[:, 2].mean() < -0.5

# %%
# What you learnt
# ---------------
# A rule works only if the training receives it, and the fitted network can tell you
# whether it did. A set that helped to choose can no longer measure. On large sets the
# harm is small, which is a reason to measure it and no excuse for looking.
#
# Further reading
# ---------------
# :cite:t:`prechelt1998` compares stopping rules. :cite:t:`cawley2010` show that
# choosing a model on the data that then judge it can bias a comparison by as much as
# the methods differ.
