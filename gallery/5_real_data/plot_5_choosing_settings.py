"""
Choosing settings without fooling yourself
==========================================

You choose the :term:`learning rate`, the penalty and the width of a network. A computer
can try many choices and keep the best, but the score of the best is partly luck. Here
you let a search choose, measure the luck, and report a number that holds on new data.

.. lesson-plan::
   :needs: stopping_and_peeking, overfitting, scale_inputs

   :set-up-search: set up a random search on logarithmic scales
   :predict-optimism: predict how the best score and the accuracy on new data change
      when a search compares more candidates
   :compare-defaults: tell apart what a search promises and what it delivers
   :report: compute the one number to report, with its uncertainty
"""

# %%
# Predict first
# -------------
#
# A search compares 20 settings on 120 tumours and keeps the one with the best score.
#
# 1. Will the winner's :term:`accuracy` on new tumours be higher than that score, equal,
#    or lower?
# 2. You compare 20 settings instead of 4. Which rises more: the best score, or the
#    winner's accuracy on new tumours?
# 3. Will the winner beat the library's default settings?
#
# Three sets, three jobs
# ----------------------
#
# The data describe 569 breast tumours by 30 measurements each. The network says whether
# a tumour is malignant. A choice that training does not learn is a
# :term:`hyperparameter`, here called a setting. The :term:`training set` fits the
# weights, the :term:`validation set` chooses the settings, and the :term:`test set`
# measures the result, once, at the end.
#
# We train and choose on 120 tumours and lock the other 449 away. The pipeline scales
# the inputs, then trains the network for 40 :term:`epochs <epoch>`.

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import loguniform
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from nnteach import MLPClassifierNet, median_and_band

X, y = load_breast_cancer(return_X_y=True)
X = X.astype(np.float32)


def split_data(seed):
    return train_test_split(range(569), train_size=120, stratify=y, random_state=seed)


train, test = split_data(seed=0)
epochs = {"max_iter": 40, "n_iter_no_change": np.inf}
net = MLPClassifierNet(batch_size=40, **epochs, random_state=0)
pipe = Pipeline([("scale", StandardScaler()), ("net", net)])

# %%
# Let a random search choose
# --------------------------
#
# A *random search* draws candidates at random: here 20, each with its own learning
# rate, :term:`L2 penalty` ``alpha`` and number of hidden neurons. It scores them by
# *cross-validation*: it cuts the 120 tumours into four parts, trains on three, and
# takes the accuracy on the fourth. Each part is the validation set once, and the score
# is the mean of the four accuracies.
#
# You rarely know a good learning rate to within a factor of ten. ``loguniform``
# therefore draws on a logarithmic scale: 0.0001 to 0.001 is as likely as 0.1 to 1.

from nnteach import VectorizedGridSearchCV, VectorizedRandomizedSearchCV

space = {
    "net__learning_rate_init": loguniform(1e-5, 1),
    "net__alpha": loguniform(1e-5, 10),
    "net__hidden_layer_sizes": [(10,), (30,), (100,)],
}


def random_search(seed):
    return VectorizedRandomizedSearchCV(pipe, space, n_iter=20, cv=4, random_state=seed)


search = random_search(seed=0).fit(X[train], y[train])
print(f"best cross-validation score {search.best_score_:.1%}, with")
for name, value in search.best_params_.items():
    print(f"  {name.removeprefix('net__')} {np.ravel(value)[0]:.2g}")

# %%
# Every point below is a candidate. With a low learning rate, 40 epochs are too few.

# sphinx_gallery_fold_code = "How the figure is drawn"
from nnteach.displays.palette import BLUE, GREY, VALIDATION_COLOR

LABELS = ("learning rate", "L2 penalty alpha", "hidden neurons")


def setting_values(params):
    """Return one row of numbers for each setting, one column for each candidate."""
    return np.array([[np.ravel(p[name])[0] for p in params] for name in space], float)


candidates = setting_values(search.cv_results_["params"])
scores, best = search.cv_results_["mean_test_score"], search.best_index_
fig, axes = plt.subplots(1, 3, figsize=(7.5, 3.8), sharey=True, layout="constrained")
for ax, values, label in zip(axes, candidates, LABELS, strict=True):
    ax.scatter(values, 100 * scores, color=VALIDATION_COLOR, label="candidate")
    ring = {"s": 150, "facecolor": "none", "edgecolor": "black", "label": "winner"}
    ax.scatter(values[best], 100 * scores[best], **ring)
    ax.set(xscale="log", xlabel=label)
axes[0].set_ylabel("cross-validation score (%)")
axes[0].legend(loc="lower right")
axes[2].set_xticks([10, 30, 100], labels=[10, 30, 100])
axes[2].minorticks_off()
fig.suptitle(
    "In these ranges the learning rate decides; penalty and width matter much less"
)
slow, fast = (scores[chosen] for chosen in (candidates[0] < 1e-4, candidates[0] > 1e-3))
fig.alt_text = (
    f"Three panels with the same {len(scores)} scores. Below a learning rate of 0.0001 "
    f"the median score is {np.median(slow):.0%}, above 0.001 it is "
    f"{np.median(fast):.0%}. Against penalty and width, high and low points are mixed."
)
plt.show()

# %%
# A *grid search* tries all combinations of a few values. A grid of 2 learning rates, 2
# penalties and 5 widths also has 20 candidates, but tries only 2 values of the setting
# that matters; the random search tries 20. If good learning rates are rare, the grid
# can miss them all. Here they are not rare, and the two come out close.
#
# Open the test set, once
# -----------------------
#
# The search has trained the winner again, on all 120 tumours. Score it on the 449.

q = search.score(X[test], y[test])
print(f"test accuracy {q:.1%}")
n_errors = np.sort(np.rint(120 * (1 - scores)).astype(int))
print(f"errors of the best six candidates on the 120 tumours: {n_errors[:6]}")

# %%
# The best candidates differ by a few tumours, too few to rank them. The search picks
# the one that these 120 tumours happen to favour.
#
# How much of the best score is luck?
# -----------------------------------
#
# One split may mislead you, so repeat everything on 20 splits. This time, score *all*
# candidates on the test set too. In a project you must not; here we study the search
# and choose nothing by these scores. (With ``cv=[(train, test)]`` a search trains on
# the first set and scores on the second.)


def scores_of(search, seed):
    train, test = split_data(seed)
    search.set_params(refit=False, cv=4).fit(X[train], y[train])
    cv_scores = search.cv_results_["mean_test_score"]
    search.set_params(cv=[(train, test)]).fit(X, y)
    return cv_scores, search.cv_results_["mean_test_score"]


found = np.array([scores_of(random_search(seed), seed) for seed in range(20)])
cv_scores, test_scores = found.swapaxes(0, 1)

# %%
# Any 4 of the 20 candidates make a random search of 4. The figure shows means over 500
# such searches in each split.

# sphinx_gallery_fold_code = "How the figure is drawn"
rng = np.random.default_rng(0)
sizes = [2, 4, 8, 12, 20]


def mean_winner(n_candidates, scores, test_scores):
    """Return the best score of so many candidates and the winner's test accuracy."""
    order = rng.permuted(np.tile(np.arange(20), (500, 1)), axis=1)[:, :n_candidates]
    winners = order[np.arange(500), scores[order].argmax(axis=1)]
    return scores[winners].mean(), test_scores[winners].mean()


def winners_of(n_candidates):
    """Return best scores and test accuracies, a row for each split."""
    pairs = zip(cv_scores, test_scores, strict=True)
    return np.array([mean_winner(n_candidates, *pair) for pair in pairs])


curves = 100 * np.array([winners_of(n) for n in sizes])
styles = {
    "best cross-validation score": {"color": VALIDATION_COLOR, "linestyle": "--"},
    "the same winner on the test set": {"color": BLUE, "linestyle": "-"},
}
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for i, (name, style) in enumerate(styles.items()):
    low, median, high = np.quantile(curves[:, :, i], [0.1, 0.5, 0.9], axis=1)
    ax.plot(sizes, median, marker="o", label=name, **style)
    ax.fill_between(sizes, low, high, color=style["color"], alpha=0.2, linewidth=0)
ax.set(xscale="log", xlabel="candidates compared", ylabel="accuracy (%)")
ax.set_xticks(sizes, labels=sizes)
ax.minorticks_off()
ax.legend(loc="lower right", title="median and middle 80 % of 20 splits")
ax.set_title("The best score keeps rising and overtakes the test accuracy")
(few_cv, few_test), (all_cv, all_test) = np.median(curves, axis=1)[[1, -1]]
fig.alt_text = (
    f"Medians: from 4 to 20 candidates the best cross-validation score goes from "
    f"{few_cv:.1f} to {all_cv:.1f} %, and the winner's accuracy on the test set from "
    f"{few_test:.1f} to {all_test:.1f} %. Each has a band around it."
)
plt.show()

# %%
# The differences below are in percentage points: a :term:`median` over the splits, and
# the range of the middle 80 % of them. The best score minus the winner's test accuracy
# is the *optimism* of the search.

for n_candidates in (4, 20):
    best_score, accuracy = 100 * winners_of(n_candidates).T
    optimism = median_and_band(best_score - accuracy, "+.1f")
    print(f"{n_candidates:2} candidates: {optimism}")

# %%
# **Answer 1.** Lower on average. The winner was lucky with the tumours that chose it.
# In a single split, chance can reverse this.
#
# **Answer 2.** The best score rises more. A few candidates suffice to find good
# settings; further ones add little accuracy and more optimism.

# %%
# A single candidate has no choice behind it. Its cross-validation score is even too
# low, since cross-validation trains on three quarters of the 120 tumours.

# sphinx_gallery_fold = "Optimism grows with the candidates: checked over 20 splits"
few, many, single = winners_of(4), winners_of(20), winners_of(1)
optimism = many[:, 0] - many[:, 1]
more_score, more_accuracy = (many - few).T
print("from 4 to 20 candidates:")
print(f"  best score {median_and_band(100 * more_score, '+.1f')}")
print(f"  test accuracy {median_and_band(100 * more_accuracy, '+.1f')}")
n_grows = np.sum(more_score > more_accuracy)
print(f"  the optimism grows in {n_grows} of 20 splits")
without_choice = median_and_band(100 * np.subtract(*single.T), "+.1f")
print(f"optimism of one candidate: {without_choice}")
print(f"its test accuracy: median {np.median(single[:, 1]):.1%}")
assert n_grows >= 15
assert np.mean(more_score - more_accuracy) > 0.004
assert abs(np.mean(more_accuracy)) < 0.008
assert 0.004 < np.mean(optimism) < 0.03
assert np.mean(optimism > 0) > 0.55
assert np.mean(single[:, 0]) < np.mean(single[:, 1])

# the loop computes what the single search above computed
assert np.allclose(cv_scores[0], scores)
assert np.isclose(test_scores[0, best], q)

# %%
# Each scale is cut into parts: the learning rate into decades, the penalty into three
# parts of two decades, the widths into three. The range of the median scores of the
# parts says how far a setting moves the score. It is never zero, because parts with few
# candidates differ by chance and by their learning rates.

# sphinx_gallery_fold = "The learning rate matters most: measured over 20 splits"
from sklearn.model_selection import ParameterSampler

EDGES = ([1e-4, 1e-3, 1e-2, 1e-1], [1e-3, 1e-1], [20, 50])


def effect_of(values, edges, scores):
    """Return the range of the median scores of the parts of a scale."""
    part = np.digitize(values, edges)
    return np.ptp([np.median(scores[part == i]) for i in np.unique(part)])


def effects_in(seed):
    """Return the effect of each setting on the scores of one split."""
    values = setting_values([*ParameterSampler(space, 20, random_state=seed)])
    pairs = zip(values, EDGES, strict=True)
    return [effect_of(*pair, cv_scores[seed]) for pair in pairs]


effects = np.array([effects_in(seed) for seed in range(20)])
for label, values in zip(LABELS, effects.T, strict=True):
    print(f"{label}: {median_and_band(100 * values, '+.1f')}")
first = np.sum(effects.argmax(axis=1) == 0)
print(f"the learning rate moves the score most in {first} of 20 splits")
assert first > 16
assert np.median(effects[:, 0]) > 3 * np.median(effects[:, 1:], axis=0).max()

# %%
# First the arithmetic: how likely is a search of 20 to try at least one learning rate
# in a good region, if the scale spans five decades? The grid has 2 learning rates, half
# a scale apart, at a random place.
#
# Then a measurement on the tumours: the best test accuracy among 8 random candidates
# minus the best in a grid of 2 x 2 x 2 at a random place of the scales. Taking the best
# leaves out the luck of choosing.

# sphinx_gallery_fold = "Grid against random search: computed and measured"
for decades in (0.5, 1, 2):
    grid_hits, random_hits = 2 * decades / 5, 1 - (1 - decades / 5) ** 20
    print(f"good region of {decades} decades:", end=" ")
    print(f"grid hits it in {grid_hits:.0%}, random search in {random_hits:.0%}")


def random_grid(seed):
    """Return a grid of 8 candidates at a random place of the scales."""
    shifts = np.random.default_rng(seed).random(2)
    return {
        "net__learning_rate_init": 10 ** (-5 + 5 / 2 * (shifts[0] + np.arange(2))),
        "net__alpha": 10 ** (-5 + 6 / 2 * (shifts[1] + np.arange(2))),
        "net__hidden_layer_sizes": [(10,), (100,)],
    }


def best_of_grid(seed):
    """Return the best test accuracy in a grid."""
    settings = {"cv": [split_data(seed)], "refit": False}
    grid_search = VectorizedGridSearchCV(pipe, random_grid(seed), **settings)
    return grid_search.fit(X, y).cv_results_["mean_test_score"].max()


lead = np.array([test_scores[k, :8].max() - best_of_grid(k) for k in range(20)])
print(f"random minus grid: {median_and_band(100 * lead, '+.1f')}")
print(f"random is ahead in {np.sum(lead > 0)} splits, behind in {np.sum(lead < 0)}")
print(f"grids that are more than 2 points behind: {np.sum(lead > 0.02)} of 20")
assert abs(np.mean(lead)) < 0.012
assert np.sum(lead > 0.02) <= 5

# %%
# Does the search beat the defaults?
# ----------------------------------
#
# Train the default settings on the same splits, and compute the winner's gain over them
# twice: as cross-validation promises it, and as the test set delivers it.

default = VectorizedGridSearchCV(pipe, {"net__alpha": [net.alpha]})
default_scores = np.array([scores_of(default, seed) for seed in range(20)])
gains = found[np.arange(20), :, cv_scores.argmax(axis=1)] - default_scores[:, :, 0]
promised, delivered = gains.T
print(f"promised:  {median_and_band(100 * promised, '+.1f')}")
print(f"delivered: {median_and_band(100 * delivered, '+.1f')}")
ahead, behind = np.sum(delivered > 0), np.sum(delivered < 0)
print(f"on the test set: ahead in {ahead} splits, behind in {behind}")

# %%
# Each line below is one split.

# sphinx_gallery_fold_code = "How the figure is drawn"
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.axhline(0, color="black", linestyle=":", label="as good as the defaults")
jitter = np.arange(20) / 20 * 0.12 - 0.06  # many promises are equal
places = np.array([jitter, 1 + jitter])
ax.plot(places, 100 * gains.T, color=GREY, linewidth=0.8, alpha=0.6)
for x, color in enumerate((VALIDATION_COLOR, BLUE)):
    ax.scatter(places[x], 100 * gains[:, x], color=color, alpha=0.6)
    diamond = {"color": color, "marker": "D", "s": 110, "edgecolor": "black"}
    ax.scatter(x, 100 * np.median(gains[:, x]), zorder=3, **diamond)
ax.scatter([], [], label="median", **diamond | {"color": "white"})
ax.legend(loc="upper right")
ax.set_xticks([0, 1], labels=["promised\n(cross-validation)", "delivered\n(test set)"])
ax.set(xlim=(-0.4, 1.4), ylabel="gain over the defaults\n(percentage points)")
ax.set_title("The search promises a gain over the defaults and does not deliver it")
fig.alt_text = (
    "Twenty lines, one for each split. The median promised gain is "
    f"{100 * np.median(promised):.1f} percentage points, the median delivered gain "
    f"{100 * np.median(delivered):.1f}. "
    f"{np.sum(promised > 0)} promised and {ahead} delivered gains are above zero."
)
plt.show()

# %%
# **Answer 3.** These splits show no gain. The search ended about level with the
# defaults, which suit these data. Where you have no good defaults, a search that gets
# this far is a help.

# %%
# The :term:`sign test` counts in how many splits the winner is ahead. The splits share
# tumours, so its :term:`p-value` is only a rough guide.

# sphinx_gallery_fold = "No gain over the defaults: checked over 20 splits"
from scipy.stats import binomtest

p_value = binomtest(ahead, ahead + behind, alternative="greater").pvalue
print(f"sign test, winner ahead of the defaults: p = {p_value:.2f}")
broken = promised - delivered
print(f"promised minus delivered: {median_and_band(100 * broken, '+.1f')}")
assert p_value > 0.05
assert np.mean(delivered) < 0.005
assert abs(np.median(delivered)) < 0.015
assert np.mean(promised) > 0.004
assert np.mean(broken) > 0.006

# %%
# Report one number with its uncertainty
# --------------------------------------
#
# Report the test accuracy, never ``best_score_``. An accuracy :math:`q`, counted on
# :math:`n` test :term:`samples <sample>`, has a *standard error* of
# :math:`\sqrt{q (1 - q) / n}`: its typical distance from the true value, due to the
# luck of the test set.

print(f"accuracy {q:.1%} ± {np.sqrt(q * (1 - q) / len(test)):.1%} (standard error)")

accuracies = test_scores[np.arange(20), cv_scores.argmax(axis=1)]
print(f"20 splits: {median_and_band(accuracies, '.1%')}")

# %%
# The first line reports one network on one untouched test set. The second describes the
# whole procedure, with the luck of the training set: to search inside every split and
# measure outside it is called *nested evaluation*.
#
# Common mistakes
# ---------------
#
# **The test accuracy improves from search to search.** Cause: you changed the search
# after looking at the test set. Fix: test on new data.
#
# What you learnt
# ---------------
#
# A random search tries many values of the setting that matters. The more candidates it
# compares, the more optimistic is its best score. Only data that took no part in the
# choice show what you gained. Report the accuracy on them, with its uncertainty.
#
# Further reading
# ---------------
#
# :cite:t:`bengio2012` gives advice on random search, :cite:t:`cawley2010` measure
# optimism, and :cite:t:`bouthillier2021` compare the sources of luck.
