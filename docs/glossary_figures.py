"""Figures of the glossary: what the words of statistics mean."""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import binom, binomtest, rankdata

from nnteach import MLPClassifierNet, fit_many, median_and_band, two_moons
from nnteach.displays.palette import BLUE, GREY, VERMILION

WIDTHS = (20, 25)  # of the hidden layers that the figures compare


@cache
def accuracies(n_neurons):
    """Accuracy on new points of 20 networks that differ in their seed."""
    X, y = two_moons(300, random_state=0)
    settings = {"hidden_layer_sizes": (n_neurons,), "batch_size": 50, "max_iter": 30}
    settings |= {"learning_rate_init": 0.025, "n_iter_no_change": np.inf}
    nets = [MLPClassifierNet(**settings, random_state=seed) for seed in range(20)]
    new_points = two_moons(20_000, random_state=1)
    return np.array([net.score(*new_points) for net in fit_many(nets, X, y)])


def draw_band():
    """Twenty runs as dots, with their median, quantiles and band."""
    values = accuracies(WIDTHS[0])
    low, median, high = np.quantile(values, [0.1, 0.5, 0.9])
    heights = np.random.default_rng(0).uniform(-0.25, 0.25, size=len(values))
    figure, ax = plt.subplots(figsize=(6.5, 2.6), layout="constrained")
    ax.axvspan(low, high, color=BLUE, alpha=0.15)
    ax.axvline(median, ymax=0.8, color=BLUE, linewidth=3)
    ax.plot(values, heights, "o", color=BLUE, markersize=5)
    for x, height, name in (
        (low, 0.36, "10 %\nquantile"),
        (median, 0.85, "median"),
        (high, 0.36, "90 %\nquantile"),
    ):
        ax.annotate(name, (x, height), ha="center", va="bottom")
    ax.set(xlabel="accuracy of a network", yticks=[], ylim=(-0.4, 1.1))
    ax.spines["left"].set_visible(False)
    ax.set_title(
        "Twenty runs: two lie below the 10 % quantile, ten below the median, and "
        "sixteen in the shaded band"
    )
    assert [np.sum(values < q) for q in (low, median, high)] == [2, 10, 18]
    figure.alt_text = (
        "Twenty dots along an axis of accuracies, a line at their median and a shaded "
        f"band between two quantiles: {median_and_band(values)}."
    )
    return figure


def draw_sign_test():
    """How often a coin gives each number of heads, and a result to compare."""
    n_ahead = int(np.sum(accuracies(WIDTHS[1]) > accuracies(WIDTHS[0])))
    heads = np.arange(21)
    chances = 100 * binom.pmf(heads, 20, 0.5)
    p_values = np.array([binomtest(int(k), 20).pvalue for k in heads])
    as_extreme = p_values <= p_values[n_ahead] * (1 + 1e-9)
    figure, ax = plt.subplots(figsize=(6.5, 3), layout="constrained")
    ax.bar(heads, chances, color=np.where(as_extreme, VERMILION, GREY))
    ax.annotate(
        f"{n_ahead} of 20",
        (n_ahead, chances[n_ahead] + 0.3),
        (n_ahead + 3, 9),
        ha="center",
        arrowprops={"arrowstyle": "->"},
    )
    ax.set(xlabel="heads in 20 flips of a fair coin", ylabel="how often, in %")
    ax.set_xticks(range(0, 21, 5))
    ax.set_title(
        f"One setting is ahead for {n_ahead} of 20 seeds. A coin gives so uneven a "
        f"result in {p_values[n_ahead]:.0%} of all series, the orange bars: this is "
        "the p-value"
    )
    figure.alt_text = (
        f"A bell of bars for 0 to 20 heads, highest at 10. An arrow points at "
        f"{n_ahead}. The bars at least as far from 10, on both sides, are orange."
    )
    return figure


def draw_wilcoxon_test():
    """Differences of paired runs, in the order of their sizes."""
    differences = 100 * (accuracies(WIDTHS[1]) - accuracies(WIDTHS[0]))
    differences = differences[np.argsort(np.abs(differences))]
    ranks = rankdata(np.abs(differences))
    ahead = differences > 0
    figure, ax = plt.subplots(figsize=(6.5, 3), layout="constrained")
    ax.bar(ranks[ahead], differences[ahead], color=BLUE, width=0.8, label="ahead")
    ax.bar(
        ranks[~ahead], differences[~ahead], color=VERMILION, width=0.8, label="behind"
    )
    ax.axhline(0, color=GREY, linewidth=1)
    ax.set(xlabel="rank, by the size of the difference", ylabel="difference, in points")
    ax.set_xticks([1, 5, 10, 15, 20])
    figure.legend(loc="outside lower center", ncols=2)
    ax.set_title(
        "The differences of 20 pairs, from the smallest to the largest. The ranks of "
        f"those ahead add up to {ranks[ahead].sum():g}, of those behind to "
        f"{ranks[~ahead].sum():g}; luck would make the two sums about equal"
    )
    figure.alt_text = (
        f"Twenty bars that grow from left to right. {ahead.sum()} point up; the "
        f"{np.sum(~ahead)} that point down have the ranks "
        f"{', '.join(f'{rank:g}' for rank in ranks[~ahead])}."
    )
    return figure


def draw_standard_error():
    """What test sets of 400 points say of a network whose accuracy is known."""
    accuracy, n_samples = np.median(accuracies(WIDTHS[1])), 400
    error = np.sqrt(accuracy * (1 - accuracy) / n_samples)
    right = np.arange(n_samples + 1)
    chances = 100 * binom.pmf(right, n_samples, accuracy)
    within = np.abs(right / n_samples - accuracy) <= error
    shown = chances > 0.05
    figure, ax = plt.subplots(figsize=(6.5, 3), layout="constrained")
    for part, color, label in (
        (shown & within, BLUE, "within one standard error"),
        (shown & ~within, GREY, "farther away"),
    ):
        ax.bar(right[part] / 4, chances[part], 0.2, color=color, label=label)
    ax.set(xlabel="accuracy on a test set, in %", ylabel="how often, in %")
    figure.legend(loc="outside lower center", ncols=2)
    ax.set_title(
        f"A network is right about {accuracy:.1%} of all points. On test sets of "
        f"{n_samples} points its accuracy scatters; the standard error is {error:.1%}, "
        f"and {chances[within].sum():.0f} % of the test sets stay within it"
    )
    figure.alt_text = (
        f"A bell of bars around {accuracy:.1%}, from {right[shown][0] / 4:.0f} % to "
        f"{right[shown][-1] / 4:.0f} %. The middle ones are marked."
    )
    return figure


def draw_correlation():
    """Three clouds of points with different correlations."""
    x, noise = np.random.default_rng(0).normal(size=(2, 60))
    figure, axes = plt.subplots(1, 3, figsize=(7.5, 2.6), layout="constrained")
    correlations = []
    for ax, share in zip(axes, (-0.95, 0, 0.7), strict=True):
        y = share * x + np.sqrt(1 - share**2) * noise
        correlations.append(f"{np.corrcoef(x, y)[0, 1]:.2f}")
        ax.plot(x, y, "o", color=BLUE, markersize=4)
        ax.set(xticks=[], yticks=[], title=f"correlation {correlations[-1]}")
    figure.suptitle("The closer the points are to a line, the farther from 0")
    figure.alt_text = (
        f"Three clouds of points with the correlations {', '.join(correlations)}: one "
        "falls along a line, one is round, one rises loosely."
    )
    return figure
