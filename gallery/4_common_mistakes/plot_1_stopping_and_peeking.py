"""
A rule that never stops, and a test set that was looked at
==========================================================

Two mistakes of the exercise's solution, both about the set that a network is watched
on. First: a rule for :term:`early stopping` is written down, but the training never
hears of it. Second: the :term:`test set` serves as :term:`validation set`, and the
accuracy that is then reported has been picked because it was high.

.. lesson-plan::
   :needs: loss_and_accuracy

   :check-the-rule: tell from a fitted network whether its stopping rule was at work
   :judge-long-training: say when training for too long does harm
   :keep-the-test-set: say why a result chosen on the test set is not there on new data
"""

# %%
# Predict first
# -------------
#
# The exercise asks for a network with hidden layers of 100 and 25 neurons, trained on
# 1000 points of two moons in batches of 64, and stopped when the loss on other points
# has not improved for 4 epochs. There are 400 test points. Before you read on, write
# down an answer to each question.
#
# 1. The rule was created, the training ran without any message, and all 100 epochs
#    that were allowed took place. Was the rule at work and never satisfied, or was it
#    not at work? Which number would tell you?
# 2. You compare all epochs on the 400 test points and keep the best one instead of
#    the last. Its test accuracy is higher. On 100 000 points that nobody has looked
#    at, is it higher too?
#
# Everything below needs points, and a way to say many numbers in one sentence.

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import binomtest
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss

from nnteach import MLPClassifierNet, TrainingCurveDisplay, fit_many


def moons(n_samples, seed, noise=0.2):
    """Draw points of two moons; float32 halves the time of the training."""
    X, y = make_moons(n_samples, noise=noise, random_state=seed)
    return X.astype(np.float32), y


def describe(values, digits=3):
    """Say the median of some numbers, and where the middle 80 % of them lie."""
    low, median, high = (
        f"{q:.{digits}f}" for q in np.quantile(values, [0.1, 0.5, 0.9])
    )
    return f"{median} (80 % of {len(values)} between {low} and {high})"


# %%
# Mistake 1: the rule is never handed over
# ----------------------------------------
#
# In Keras the mistake looks like this: ``rule = EarlyStopping(patience=4)`` stands on
# one line, and on another ``model.fit(...)`` is called without ``callbacks=[rule]``.
# Nothing is wrong with either line, so nothing complains. With an estimator the same
# happens if the settings of the rule lie in a dictionary that does not reach the
# constructor.
#
# **Symptom.** Every network trains for exactly as long as it may. Here are 20 of
# them, alike but for their :term:`seed`.

rule = {"early_stopping": True, "scoring": "loss", "n_iter_no_change": 3, "tol": 0}


def networks(seeds=range(20), max_iter=100, **settings):
    """Make networks of the exercise that differ in their seed alone."""
    settings = {"batch_size": 64, "n_iter_no_change": np.inf} | settings
    return [
        MLPClassifierNet((100, 25), max_iter=max_iter, random_state=seed, **settings)
        for seed in seeds
    ]


X_train, y_train = moons(1000, seed=0)
X_val, y_val = moons(400, seed=1)
X_fresh, y_fresh = moons(100_000, seed=2)

forgotten = fit_many(networks(), X_train, y_train, X_val=X_val, y_val=y_val)
epochs = [net.n_iter_ for net in forgotten]
print(f"epochs without the rule: {min(epochs)} to {max(epochs)}")
assert set(epochs) == {100}

# %%
# **Cause.** ``rule`` is a dictionary like any other; nobody read it. A validation set
# was given, and that changes nothing: with ``early_stopping=False``, which is the
# default, :meth:`~nnteach.MLPClassifierNet.fit` only writes down the loss on it.
#
# **Fix.** Hand the rule over. The number of epochs is now different from seed to seed,
# and below the limit. (:class:`~nnteach.MLPClassifierNet` stops after one more epoch
# without improvement than ``n_iter_no_change`` says, as scikit-learn does; a
# :term:`patience` of 4 is therefore ``n_iter_no_change=3``. With ``tol=0`` any
# improvement counts, as it does in Keras.)

stopped = fit_many(networks(**rule), X_train, y_train, X_val=X_val, y_val=y_val)
epochs = [net.n_iter_ for net in stopped]
print(f"epochs with the rule: {describe(epochs, 0)}")
assert max(epochs) < 100
assert np.median(epochs) < 80

# %%
# **A check that would have caught it.** A fitted network remembers what it watched:
# ``validation_scores_`` is None if no rule was at work. (Without ``early_stopping`` a
# smaller ``n_iter_no_change`` does end the training early, but then it is the
# *training* loss that is watched, and the check below still tells.)
#
# The number of epochs alone cannot answer the first question: a rule that is at work
# and never satisfied also trains to the end.


def rule_was_at_work(net):
    """Whether a validation set decided when the training ended."""
    return net.validation_scores_ is not None


assert not any(rule_was_at_work(net) for net in forgotten)
assert all(rule_was_at_work(net) for net in stopped)

# %%
# Does it matter? A large clean training set hardly punishes long training. On these
# moons, networks that trained to the end are even slightly better on fresh points than
# those that the rule stopped. Is the rule wrong, or only impatient? A third group gets
# a :term:`patience` of 15 epochs. Each seed is its own control, with the same start and
# the same batches in all three groups.

patient = networks(max_iter=500, **rule | {"n_iter_no_change": 14})
fit_many(patient, X_train, y_train, X_val=X_val, y_val=y_val)


def fresh_losses(nets, X=X_fresh, y=y_fresh):
    """Mean loss of each network on points that had no part in the training."""
    return np.array([log_loss(y, net.predict_proba(X)) for net in nets])


impatience = fresh_losses(stopped) - fresh_losses(forgotten)
rest = fresh_losses(patient) - fresh_losses(forgotten)
print("loss on fresh points, minus that without the rule:")
print(f"  patience  4: {describe(impatience, 4)}")
print(f"  patience 15: {describe(rest, 4)}")
assert np.median(impatience) > 0.001
assert np.median(rest) < np.median(impatience) / 2

# %%
# Four epochs are little patience for a validation loss that falls with bumps; most of
# the loss goes with more of it. So the price of the forgotten rule is, here, time,
# and the belief that a rule had been at work.
#
# A small noisy training set does punish it. In the next experiment every seed draws 100
# training points of its own, with more noise, and trains at five times the
# :term:`learning rate` for up to 200 epochs, with the rule and without. The figure
# shows the loss on the validation set: of the networks that never stop it turns and
# rises, which is :term:`overfitting`. The epochs stand on a logarithmic axis, since the
# networks with the rule train for only a few of them; until they stop, their curves
# cover those of the networks without it. The ticks below the curves are the epochs
# whose weights the rule kept.

setting = {"batch_size": 32, "learning_rate_init": 0.005, "max_iter": 200}


def with_and_without_rule(seed):
    """Train two networks on noisy points of their own, one of them with the rule."""
    X, y = moons(100, 1000 + seed, noise=0.4)
    X_val, y_val = moons(400, 2000 + seed, noise=0.4)
    pair = networks([seed], **setting) + networks([seed], **setting | rule)
    return fit_many(pair, X, y, X_val=X_val, y_val=y_val)


pairs = [with_and_without_rule(seed) for seed in range(20)]
groups = dict(
    zip(("rule forgotten", "rule handed over"), zip(*pairs, strict=True), strict=True)
)
ax = None
for label, nets in groups.items():
    ax = TrainingCurveDisplay.from_estimators(
        nets, ax=ax, label=label, curves="both", mark_best=rule_was_at_work(nets[0])
    ).ax_
ax.set_title("The forgotten rule lets the validation loss rise\n(medians of 20 seeds)")
ax.set_xscale("log")
ax.set_xticks([1, 10, 50, 200], labels=[1, 10, 50, 200])
plt.show()

# %%
# The same comparison as before, on fresh points with this noise. Nearly every seed pays
# for the forgotten rule with a larger loss.

X_noisy, y_noisy = moons(100_000, seed=2, noise=0.4)
losses = {label: fresh_losses(nets, X_noisy, y_noisy) for label, nets in groups.items()}
for label, values in losses.items():
    print(f"loss on fresh points, {label}: {describe(values)}")

cost = losses["rule forgotten"] - losses["rule handed over"]
print(f"difference, seed by seed: {describe(cost)}")
assert np.mean(cost > 0) > 0.8
assert np.median(cost) > 0.03

curves = [net.history_["val_loss"] for net in groups["rule forgotten"]]
typical = np.median(curves, axis=0)
print(f"median validation loss without the rule: {typical.min():.3f} at its lowest,")
print(f"  at epoch {typical.argmin() + 1}, and {typical[-1]:.3f} at the end")
assert typical[-1] > 1.2 * typical.min()

# %%
# The accuracy shows little of this. Networks that overfit are, above all, too sure of
# themselves: the probability that they give to the class they choose is larger than the
# share of points at which they are right. The loss punishes false certainty; the
# accuracy only counts.


def too_sure(net):
    """Mean probability of the class chosen, minus the accuracy."""
    certainty = net.predict_proba(X_noisy).max(axis=1).mean()
    return certainty - net.score(X_noisy, y_noisy)


accuracies = {
    label: np.array([net.score(X_noisy, y_noisy) for net in nets])
    for label, nets in groups.items()
}
excess = {label: np.array([*map(too_sure, nets)]) for label, nets in groups.items()}
for label, values in excess.items():
    print(f"{label}: accuracy {describe(accuracies[label])},")
    print(f"  certainty minus accuracy {describe(values)}")
difference = accuracies["rule forgotten"] - accuracies["rule handed over"]
assert abs(np.median(difference)) < 0.02
assert np.mean(excess["rule forgotten"] > excess["rule handed over"]) > 0.8

# %%
# Mistake 2: the test set is the validation set
# ---------------------------------------------
#
# The exercise draws loss and accuracy on the test set after every epoch, and its
# solution reports the epoch where they look best. The test set has then taken part in
# a choice, and its accuracy answers another question: not how good the network is on
# new points, but how good the best of many networks looks on these points.
#
# The mathematics of it is short. On :math:`n` test points the accuracy of a fixed
# network with true accuracy :math:`p` scatters around :math:`p` with standard deviation
#
# .. math:: \sigma = \sqrt{p\,(1 - p) / n}.
#
# Sometimes it lies above :math:`p`, sometimes below. Who takes the best of :math:`K`
# measured accuracies picks the errors that point upwards. The expected optimism, the
# measured minus the true accuracy of the one that is picked, is zero for :math:`K = 1`.
# For :math:`K` networks of the same true accuracy :math:`p \ge 1/2` it is at most
#
# .. math:: \sigma \sqrt{2 \ln K},
#
# whether they resemble each other or not (:cite:t:`boucheron2013`, section 2.5). The
# bound shrinks with the size of the test set, and grows with the number of
# candidates, but slowly.


def largest_optimism(p, n, n_candidates):
    """Upper bound on the expected optimism of the best of several accuracies."""
    return np.sqrt(p * (1 - p) / n) * np.sqrt(2 * np.log(n_candidates))


print("best of 100 networks with true accuracy 0.95, optimism at most")
for n in (50, 400, 10_000):
    print(f"  {largest_optimism(0.95, n, 100):.3f} on {n} test points")

# %%
# How large is it really? Epochs of one training resemble each other, so less than the
# bound. Each of the following seeds draws its own points and trains one network twice,
# with the same start and the same batches: once to the last epoch, and once keeping the
# best of 100 epochs (``early_stopping=True`` with an infinite patience does just that).
# What does the choice gain over the last epoch? That is asked on three sets:
#
# - on the set that the epoch was chosen on,
# - on a set of the same size that nobody has looked at,
# - on 100 000 fresh points, which stand for the truth.
#
# The last epoch is chosen by nobody. Comparing with it takes away the luck that a set
# has with both networks alike, and leaves what the choice does.


def gains(seed, n_train, n_test):
    """Accuracy of the best epoch minus that of the last, on three sets."""
    (X, y), chosen_on = moons(n_train, 1000 + seed), moons(n_test, 2000 + seed)
    untouched, fresh = moons(n_test, 3000 + seed), (X_fresh, y_fresh)
    (kept,), (last,) = (networks([seed], early_stopping=best) for best in (True, False))
    fit_many([kept, last], X, y, X_val=chosen_on[0], y_val=chosen_on[1])
    return [kept.score(*s) - last.score(*s) for s in (chosen_on, untouched, fresh)]


sheet = np.array([gains(seed, n_train=1000, n_test=400) for seed in range(20)])
small = np.array([gains(seed, n_train=200, n_test=50) for seed in range(40)])

# %%
# Each point of the figure is one seed: the gain that the set shows minus the gain on
# fresh points, which is the optimism. The bars are means, since what we look for is a
# bias, and a bias is a mean: single values scatter around it on both sides.

fig, axes = plt.subplots(1, 2, figsize=(8, 4), layout="constrained", sharey=True)
panels = {
    "1000 training, 400 test points": sheet,
    "200 training, 50 test points": small,
}
jitter = np.random.default_rng(0).uniform(-0.2, 0.2, size=40)
for ax, (title, values) in zip(axes, panels.items(), strict=True):
    real = values[:, 2]
    for x, gain in enumerate(values[:, :2].T):
        ax.plot(x + jitter[: len(real)], 100 * (gain - real), "o", alpha=0.5)
        ax.hlines(100 * (gain - real).mean(), x - 0.3, x + 0.3, color="black")
    ax.axhline(0, color="0.6", linewidth=1, zorder=0)
    ax.set(title=title, xticks=[0, 1], xticklabels=["set chosen on", "untouched set"])
axes[0].set_ylabel("gain shown minus gain on\nfresh points (percentage points)")
fig.suptitle("The set that chose the epoch promises more than there is")
plt.show()

# %%
# **Symptom.** A result that fresh data do not confirm. In the exercise's own setting
# the optimism is small, well below the bound and below one standard deviation of a
# test accuracy. But it has the same sign for nearly every seed, and an error with a
# sign does not average out. With 50 test points it is more than twice as large.
#
# And the choice itself gains nothing. The set it was made on shows a gain, on the mean
# over the seeds. On fresh points the epoch that was kept, the first of the best, is for
# most seeds *worse* than the last epoch: hardly worse in the exercise's setting,
# clearly worse with 50 test points.

for n, values in ((400, sheet), (50, small)):
    seen, _, real = values.T
    optimism = seen - real
    n_positive, n_seeds = int((optimism > 0).sum()), len(optimism)
    p_value = binomtest(n_positive, n_seeds, alternative="greater").pvalue
    print(f"{n} test points")
    print(f"  gain shown: mean {seen.mean():+.4f}, median {describe(seen, 4)}")
    print(f"  real gain:  mean {real.mean():+.4f}, median {describe(real, 4)},")
    print(f"    negative for {np.sum(real < 0)} of {n_seeds} seeds")
    print(f"  optimism:   mean {optimism.mean():+.4f}, median {describe(optimism, 4)},")
    print(f"    positive for {n_positive} of {n_seeds} seeds (p = {p_value:.0e}),")
    print(f"    as much as {n * optimism.mean():.1f} test points")
    assert n_positive > 0.75 * n_seeds
    assert p_value < 0.01
    assert seen.mean() > 0.001
    assert np.mean(real < 0) > 0.6
    assert 0 < optimism.mean() < largest_optimism(0.95, n, 100) / 2

optimism_400, optimism_50 = ((v[:, 0] - v[:, 2]).mean() for v in (sheet, small))
assert optimism_400 < np.sqrt(0.97 * 0.03 / 400)
assert optimism_50 > 2 * optimism_400
assert -0.003 < np.median(sheet[:, 2]) < 0.001
assert small[:, 2].mean() < -0.005

# %%
# **Cause.** One set did two jobs: it chose, and it reported.
#
# **Fix.** Use three sets. The :term:`training set` fits the weights, the
# :term:`validation set` chooses among epochs, settings and seeds as often as you like,
# and the test set is used once, at the end. The sets that nobody had looked at show
# that this works. They are as small, so what they show scatters too, but around the
# real gain and not above it.

for name, values in (("400", sheet), ("50", small)):
    _, untouched, real = values.T
    error = untouched - real
    standard_error = error.std(ddof=1) / np.sqrt(len(error))
    print(f"{name} untouched points: gain minus real gain {error.mean():+.4f},")
    print(f"  standard error {standard_error:.4f}")
    assert abs(error.mean()) < 4 * standard_error
    assert abs(error.mean()) < 0.6 * (values[:, 0] - real).mean()

# %%
# **A check that would have caught it.** Draw the test set last, or keep it out of
# reach: what :meth:`~nnteach.MLPClassifierNet.fit` receives as ``X_val`` must share no
# row with what ``score`` is reported on. That can be asked.


def share_a_row(A, B):
    """Whether some sample is in both sets."""
    return len(np.unique(np.vstack([A, B]), axis=0)) < len(A) + len(B)


X_test, y_test = moons(400, seed=3)
assert share_a_row(X_test, X_test), "the exercise: validated on the test set"
assert not share_a_row(X_val, X_test), "put right: a validation set of its own"

# %%
# Common mistakes
# ---------------
#
# The rule has small print, too.
#
# **Symptom**: two libraries with the same patience stop at different epochs. **Cause**:
# scikit-learn allows one epoch more than ``n_iter_no_change`` says, and by default its
# rule counts an improvement only if it is larger than ``tol``. **Fix**: for Keras's
# patience of 4, ``n_iter_no_change=3`` and ``tol=0``.
#
# Take-away
# ---------
#
# A rule works only if the training receives it, and the fitted network can tell you
# whether it did. A set that helped to choose can no longer measure, and its error has
# a sign. On large sets the harm is small, which is a reason to measure it and no
# excuse for looking.
#
# Further reading
# ---------------
#
# :ref:`The page on loss and accuracy
# <sphx_glr_gallery_2_two_moons_plot_2_loss_and_accuracy.py>` shows early stopping as it
# should be done, with the curves. :cite:t:`prechelt1998` compares stopping rules and
# finds that more patience buys a little generalization for much time.
# :cite:t:`cawley2010` show that choosing a model on the data that then judge it can
# bias a comparison by as much as the methods differ.
