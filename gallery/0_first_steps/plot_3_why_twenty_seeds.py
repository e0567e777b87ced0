"""
Why twenty seeds?
=================

Train the same network twice, with two seeds, and you get two different results, because
training draws random numbers. So one run of each of two settings cannot show which
setting is better.
This lesson shows how the course compares settings, and how to read its figures: the
:term:`median`, the :term:`band` around it, and the words "cannot be told apart".

.. lesson-plan::
   :needs: what_a_network_learns, training_by_hand

   :read-a-band: read a median with its band in a text or a figure
   :compare-by-seeds: compare two settings seed by seed
   :use-a-sign-test: decide with a sign test whether a difference could be luck
"""

# %%
# Predict first
# -------------
# 1. You train the same network on the same points again and change nothing but the
#    seed. How much does its accuracy change: not at all, by less than one per cent, or
#    by several per cent?
# 2. You flip a fair coin 20 times. Would 12 heads surprise you? Would 17?
#
# One setting, twenty seeds
# -------------------------
# The :term:`seed` decides the random numbers that a network starts from, and the order
# in which it sees the points. We train one setting with 20 seeds on the same 1000
# points, and measure each network on the same 20 000 new points.
# :func:`~nnteach.fit_many` trains all of them at once.

import numpy as np
from sklearn.datasets import make_moons

from nnteach import MLPClassifierNet, fit_many

X, y = make_moons(1000, noise=0.2, random_state=0)
X_new, y_new = make_moons(20_000, noise=0.2, random_state=1)


settings = {"batch_size": 50, "max_iter": 30, "n_iter_no_change": np.inf}


def accuracies(rate):
    settings["learning_rate_init"] = rate
    nets = [MLPClassifierNet((50,), **settings, random_state=k) for k in range(20)]
    return np.array([net.score(X_new, y_new) for net in fit_many(nets, X, y)])


rate_005 = accuracies(0.005)
print("the first five seeds:", *(f"{accuracy:.4f}" for accuracy in rate_005[:5]))

# %%
# Median and band
# ---------------
# Twenty numbers are too many to read. Sort them. In the middle is the
# :term:`median`: half of the runs did better, half did worse. Leave out the lowest
# tenth and the highest tenth, and what remains, the middle 80 %, is the *band*. Its
# ends are the 10 % and the 90 % :term:`quantile`. In the figure each run is a dot. The
# height of a dot means nothing; it keeps the dots apart. So it is in all such figures.

# sphinx_gallery_fold_code = "How the figure is drawn"
import matplotlib.pyplot as plt

from nnteach.displays.palette import COLOR_CYCLE


def draw_runs(ax, values, height, color):
    low, median, high = np.quantile(values, [0.1, 0.5, 0.9])
    jitter = np.random.default_rng(0).uniform(-0.12, 0.12, size=len(values))
    ax.fill_betweenx([height - 0.25, height + 0.25], low, high, color=color, alpha=0.2)
    ax.vlines(median, height - 0.25, height + 0.25, color=color, linewidth=3)
    ax.plot(values, height + jitter, "o", color=color, markersize=4)


fig, ax = plt.subplots(figsize=(6.5, 2.4), layout="constrained")
draw_runs(ax, rate_005, 0, COLOR_CYCLE[0])
ax.set(xlabel="accuracy on new points", yticks=[], ylim=(-0.5, 0.5))
ax.set_title("Each dot is a run, the line is their median, the band holds 80 % of them")
low, median, high = np.quantile(rate_005, [0.1, 0.5, 0.9])
fig.alt_text = (
    f"Twenty dots between {rate_005.min():.3f} and {rate_005.max():.3f}, a line at the "
    f"median {median:.3f}, and a shaded band from {low:.3f} to {high:.3f}."
)
plt.show()

# %%
# In a text, :func:`~nnteach.median_and_band` writes the same three numbers:

from nnteach import median_and_band

print("accuracy", median_and_band(rate_005))

# %%
# **Answer 1.** By a few tenths of a per cent as a rule, but two seeds can differ by
# more than one per cent. That is the size of luck here. If you train each of two
# settings once, a difference of this size says nothing.
#
# Compare settings
# ----------------
# Now we change something: the :term:`learning rate`. Here are four of them, each with
# the same 20 seeds. The library's own step, :term:`Adam`, is cleverer than that of the
# last lesson, and good rates are far smaller.

rates = [0.002, 0.005, 0.01, 0.03]
runs = {rate: accuracies(rate) for rate in rates}

# %%

# sphinx_gallery_fold_code = "How the figure is drawn"
fig, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
for height, values in enumerate(runs.values()):
    draw_runs(ax, values, height, COLOR_CYCLE[height])
ax.set(xlabel="accuracy on new points", ylabel="learning rate")
ax.set_yticks(range(len(rates)), labels=rates)
ax.set_title("The lowest rate is far behind; the two highest overlap")
fig.alt_text = "Four rows of twenty dots with median and band. " + " ".join(
    f"Learning rate {rate}: {median_and_band(values)}." for rate, values in runs.items()
)
plt.show()

# %%
# When the bands lie far apart, as for the rates 0.002 and 0.005, you are done: nearly
# every run of one setting beats nearly every run of the other. When they overlap, look
# closer.
#
# Pair the seeds
# --------------
# Two networks with the same seed start from the same random numbers and see the points
# in the same order. So they share a part of their luck, and the shared part cancels
# when you compare them with each other. For each seed there is a winner.


def wins(rate, other):
    return int(np.sum(runs[rate] > runs[other]))


for rate, other in [(0.005, 0.002), (0.01, 0.005), (0.03, 0.01)]:
    print(f"rate {rate} beats rate {other} for {wins(rate, other)} of 20 seeds")

# %%
# If the rate made no difference, each seed would be a coin flip. So how often does a
# coin that is flipped 20 times give a result at least as lopsided as ours, on either
# side? That share is called the *p-value*, and the comparison is called a
# :term:`sign test`. This course calls a difference real when the p-value is below 0.05,
# a limit by convention. Otherwise we say that the two *cannot be told apart*. That
# does not mean that they are equal. It means that these runs do not show a difference.

from scipy.stats import binomtest

for rate, other in [(0.005, 0.002), (0.01, 0.005), (0.03, 0.01)]:
    p_value = binomtest(wins(rate, other), 20).pvalue
    verdict = "can" if p_value < 0.05 else "cannot"
    print(f"{rate} and {other} {verdict} be told apart (p = {p_value:.2g})")

# %%

# sphinx_gallery_fold_code = "How the figure is drawn"
from scipy.stats import binom

heads = np.arange(21)
chances = binom.pmf(heads, 20, 0.5)
surprising = np.array([binomtest(int(k), 20).pvalue < 0.05 for k in heads])
fig, ax = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
ax.bar(
    heads[~surprising], 100 * chances[~surprising], color="0.6", label="could be luck"
)
ax.bar(
    heads[surprising], 100 * chances[surprising], color="black", label="p below 0.05"
)
for height, rate, other in [(22, 0.01, 0.005), (19.5, 0.03, 0.01)]:
    number = wins(rate, other)
    p_value = binomtest(number, 20).pvalue
    arrow = {"arrowstyle": "->", "relpos": (1, 0)}
    style = {"ha": "right", "fontsize": 9, "arrowprops": arrow}
    place = (number, 100 * chances[number] + 0.3)
    text = f"{rate} against {other}: p = {p_value:.2g}"
    ax.annotate(text, place, (number, height), **style)
ax.set(xlabel="heads in 20 flips of a coin", ylabel="how often, in %", ylim=(0, 24))
ax.set_xticks(range(0, 21, 5))
ax.legend(loc="center left")
ax.set_title("A coin rarely gives fewer than 6 or more than 14 heads in 20 flips")
fig.alt_text = (
    "A bell of bars for 0 to 20 heads, highest at 10 heads with "
    f"{100 * chances[10]:.0f} %. The bars up to 5 and from 15 on are marked: together "
    f"they happen in {chances[surprising].sum():.1%} of all series. Arrows lead to the "
    f"bars at {wins(0.01, 0.005)} and {wins(0.03, 0.01)}, with their p-values."
)
plt.show()

# %%
# A p-value is a sum of bars, not the height of one. For 14 heads it adds all bars from
# 14 up and, on the other side, all from 6 down.
#
# **Answer 2.** Twelve heads are nothing special. Seventeen are: a fair coin gives 17 or
# more, or 3 or fewer, only about once in 400 series.
#
# The sign test only counts. The :term:`Wilcoxon test` also looks at the sizes. It ranks
# the differences from the smallest, 1, to the largest, 20, and adds up the ranks of
# each side. Luck alone would make the two sums about equal. So eight large wins can
# outweigh twelve small losses. Some lessons use this test, and you read its p-value in
# the same way.

# %%
# A duel compares one run of each setting, whatever their seeds. For two settings that
# cannot be told apart, the winner of a duel means nothing.

# sphinx_gallery_fold = "The Wilcoxon test, and duels of single runs"
from scipy.stats import wilcoxon

for rate, other in [(0.005, 0.002), (0.01, 0.005), (0.03, 0.01)]:
    difference = runs[rate] - runs[other]
    print(f"{rate} against {other}: Wilcoxon p = {wilcoxon(difference).pvalue:.2g}")
duels = runs[0.03][:, np.newaxis] > runs[0.01]  # every run against every other
print(f"one run of each: 0.03 wins {duels.mean():.0%} of all duels with 0.01")
assert 0.3 < duels.mean() < 0.7
assert binomtest(wins(0.03, 0.01), 20).pvalue > 0.05
assert wins(0.005, 0.002) >= 19
assert wins(0.01, 0.005) >= 17
assert 0.01 < np.ptp(rate_005) < 0.05
assert np.quantile(rate_005, 0.9) - np.quantile(rate_005, 0.1) < 0.01
sums = [chances[: 21 - k].sum() + chances[k:].sum() for k in (14, 17)]
np.testing.assert_allclose(sums, [binomtest(k, 20).pvalue for k in (14, 17)])
assert list(heads[~surprising]) == list(range(6, 15))
assert surprising[17]
assert 300 < 1 / binomtest(17, 20).pvalue < 500

# %%
# What seeds cannot tell
# ----------------------
# All 20 networks saw the same 1000 points. With other points the order of two settings
# may change, and no number of seeds on these points would show it. Where a lesson
# speaks about a setting in general, it therefore draws new training sets as well.
#
# What you learnt
# ---------------
# A result of training is a draw. Repeat it over seeds, and give the median with the
# band that holds the middle 80 %. Compare two settings seed by seed, count the wins,
# and ask how often a coin would do as well. If the answer is "often", say that the two
# cannot be told apart.
#
# Further reading
# ---------------
# :cite:t:`bouthillier2021` measure how much of a result is luck, and where it comes
# from.
