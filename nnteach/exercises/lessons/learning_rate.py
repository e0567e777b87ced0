"""Exercises of the lesson *What does the learning rate change?*."""

from functools import cache
from math import comb

import numpy as np
from matplotlib.axes import Axes
from scipy.stats import binomtest

from nnteach import MLPRegressorNet
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.code import names_of
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, require_close, require_fitted
from nnteach.exercises.typed_numbers import to_number

coin_for_ten_pairs = NumberExercise(
    "coin_for_ten_pairs",
    title="Nine of ten pairs",
    question="""
        In 9 of 10 pairs the smaller rate has the larger loss. What is the p-value of
        the sign test? That is the probability that ten throws of a fair coin fall at
        least as unevenly, whichever side is ahead: 9, 10, 1 or 0 heads.
    """,
    objectives=("compare-seed-by-seed",),
    minutes=5,
    hints=(
        "Ten throws have $2^{10}$ results, all equally likely.",
        "There is one result with 10 heads. In how many results is exactly one throw "
        "tails?",
        "Add the results with 9 and 10 heads, and those with 1 and 0.",
    ),
    solution_code="""
        uneven = 10 + 1 + 10 + 1  # results with 9, 10, 1 and 0 heads
        print(f"{uneven} of {2**10} results")
        answer = uneven / 2**10
    """,
    key=lambda: binomtest(9, 10).pvalue,
    decimals=4,
    scale="share",
    mistakes=(
        Mistake(
            lambda: binomtest(9, 10, alternative="greater").pvalue,
            "You counted one side only. Before the experiment, either rate could have "
            "been ahead.",
        ),
        Mistake(
            lambda: comb(10, 9) / 2**10,
            "You counted 9 heads alone. At least as uneven are 10 heads, too, and both "
            "counts of tails.",
        ),
        Mistake(
            lambda: 2 * comb(10, 9) / 2**10,
            "Ten heads, or ten tails, are even more uneven, and count as well.",
        ),
        Mistake(
            lambda: 2 / 2**10,
            "That would be the p-value if all ten pairs agreed.",
        ),
        Mistake(
            lambda: 0.1,
            "One pair of ten disagrees. How often does a coin do that?",
            misconception="The p-value is the share of pairs that disagree.",
        ),
    ),
)


def epochs_needed(per_epoch_first=10, per_epoch_second=20, first=0.01, second=0.004):
    return 600 * first * per_epoch_first / (second * per_epoch_second)


as_long_a_way = NumberExercise(
    "as_long_a_way",
    title="As long a way",
    question="""
        A network trains on 1000 samples for 600 epochs with rate 0.01, in batches of
        100. Another one trains on the same samples with rate 0.004, in batches of 50.
        After how many epochs is the rate times the number of *updates* the same for
        both?
    """,
    objectives=("tell-slower-from-worse",),
    minutes=4,
    hints=(
        "How many updates does an epoch have in each of the two trainings?",
        "Rate times updates is $0.01 \\cdot 600 \\cdot 10$ for the first.",
    ),
    solution_code="""
        way = 0.01 * 600 * (1000 / 100)
        print(f"rate times updates: {way:g}")
        answer = way / (0.004 * (1000 / 50))
    """,
    key=epochs_needed,
    decimals=0,
    mistakes=(
        Mistake(
            lambda: epochs_needed(1, 1),
            "That holds for rate times epochs. The smaller batches make more updates "
            "in an epoch.",
        ),
        Mistake(
            lambda: epochs_needed(20, 10),
            "Smaller batches make more updates in an epoch, not fewer.",
        ),
        Mistake(
            lambda: epochs_needed(first=0.004, second=0.01),
            "The smaller rate needs more updates for the same way, not fewer.",
        ),
        Mistake(
            lambda: epochs_needed(first=1, second=1),
            "After as many epochs, both have made the same number of updates. Their "
            "rates differ, too.",
        ),
        Mistake(
            lambda: epochs_needed() * 20,
            "That is the number of updates.",
        ),
    ),
)


def right_jitter(curve, low, high):
    inside = (curve > low) & (curve < high)
    both = inside[1:] & inside[:-1]
    return 100 * np.mean(np.abs(np.diff(curve) / curve[:-1])[both])


def examine_jitter(function):
    rng = np.random.default_rng(0)
    for low, high in ((0.1, 0.2), (0.02, 0.05)):
        levels = np.concatenate(
            [np.full(8, 0.16), np.full(9, 0.03), np.full(10, 0.13), np.full(11, 0.04)]
        )
        curve = levels * (1 + 0.1 * rng.uniform(-1, 1, len(levels)))
        inside = (curve > low) & (curve < high)
        changes = np.abs(np.diff(curve))
        both = inside[1:] & inside[:-1]
        right = right_jitter(curve, low, high)
        number = to_number(call(function, curve, low, high))
        glued = curve[inside]
        for wrong, message in (
            (
                100 * np.mean(np.abs(np.diff(glued) / glued[:-1])),
                "Your epochs are glued together: where the curve leaves the stretch "
                "and comes back later, you count a change between epochs that are not "
                "neighbours.",
            ),
            (
                100 * np.mean(changes / curve[:-1]),
                "You took all changes. Only those within the stretch count.",
            ),
            (
                right / 100,
                "Your number is a share. The function returns per cent.",
            ),
            (
                np.mean(changes[both]),
                "Your changes are not divided by the loss. In absolute numbers a lower "
                "loss always looks smoother.",
            ),
            (
                100 * np.mean((np.diff(curve) / curve[:-1])[both]),
                "Rises and falls cancel in your number. Take the changes without their "
                "signs.",
            ),
        ):
            require(not np.isclose(number, wrong, rtol=1e-4), message)
        require_close(
            number,
            right,
            f"For one curve you get {number:.3g}, and it should be {right:.3g}. A "
            "change counts if the losses before and after it lie in the stretch, and "
            "is divided by the loss before.",
            rtol=1e-3,
        )


jitter_in_a_stretch = CodeExercise(
    "jitter_in_a_stretch",
    title="Smoother at equal loss: find the mistake",
    question="""
        To compare how much two curves tremble *at equal loss*, a function takes the
        changes from one epoch to the next in which the loss lies between `low` and
        `high` both before and after. It returns the mean of these changes without their
        signs, in per cent of the loss before. The function below glues epochs together
        that are not neighbours. Correct it. `curve` is an array.
    """,
    objectives=("measure-smoothness",),
    minutes=8,
    hints=(
        "Compute all changes first, and choose among them afterwards.",
        "`inside[1:]` tells of each change whether the loss after it is in the "
        "stretch. What tells it of the loss before?",
        "`inside[1:] & inside[:-1]` chooses among `np.diff(curve) / curve[:-1]`.",
    ),
    setup_code="import numpy as np",
    start_code="""
        def jitter(curve, low, high):
            inside = (curve > low) & (curve < high)
            chosen = curve[inside]
            return 100 * np.mean(np.abs(np.diff(chosen) / chosen[:-1]))

        answer = jitter
    """,
    solution_code="""
        def jitter(curve, low, high):
            inside = (curve > low) & (curve < high)
            change = 100 * np.abs(np.diff(curve) / curve[:-1])
            return np.mean(change[inside[1:] & inside[:-1]])

        answer = jitter
    """,
    examiner=examine_jitter,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(curve, low, high):
                return 100 * np.mean(np.abs(np.diff(curve) / curve[:-1]))
            """,
            "You took all changes",
            misconception="Over the whole curve the comparison is as fair.",
        ),
        WrongAttempt(
            """
            def answer(curve, low, high):
                inside = (curve > low) & (curve < high)
                change = np.abs(np.diff(curve))
                return np.mean(change[inside[1:] & inside[:-1]])
            """,
            "Your changes are not divided by the loss",
            misconception="A change is a change, however large the loss is.",
        ),
        WrongAttempt(
            """
            def answer(curve, low, high):
                inside = (curve > low) & (curve < high)
                change = 100 * np.diff(curve) / curve[:-1]
                return np.mean(change[inside[1:] & inside[:-1]])
            """,
            "Rises and falls cancel in your number",
            misconception="Ups and downs may be added up with their signs.",
        ),
        WrongAttempt(
            """
            def answer(curve, low, high):
                inside = (curve > low) & (curve < high)
                change = 100 * np.abs(np.diff(curve) / curve[:-1])
                return np.mean(change[inside[1:]])
            """,
            "A change counts if the losses before and after it lie in the stretch",
            misconception="It is enough that a change ends within the stretch.",
        ),
    ),
)

PAIRS = """
    import matplotlib.pyplot as plt
    import numpy as np

    from nnteach import MLPRegressorNet, fit_many, wavy_parabola

    x = np.linspace(0, 1, 100, dtype=np.float32)
    X, y = x.reshape(-1, 1), wavy_parabola(x)

    def train(rate, seeds, epochs=400):
        settings = {"hidden_layer_sizes": (20,), "activation": "logistic", "alpha": 0}
        settings |= {"weight_init": "glorot_uniform", "bias_init": "zeros"}
        settings |= {"learning_rate_init": rate, "batch_size": 20}
        settings |= {"max_iter": epochs, "n_iter_no_change": np.inf}
        nets = [MLPRegressorNet(**settings, random_state=s) for s in seeds]
        return fit_many(nets, X, y)
"""


@cache
def curves_of(rate):
    """Losses of ten networks over 400 epochs."""
    return np.array([n.loss_curve_ for n in names_of(PAIRS)["train"](rate, range(10))])


def larger_with_the_small_rate(epochs):
    """In how many pairs 0.02 after 400 epochs is above 0.05 after fewer."""
    small = curves_of(0.02)[:, 380:400].mean(axis=1)
    large = curves_of(0.05)[:, epochs - 20 : epochs].mean(axis=1)
    return np.sum(small > large)


slower_or_worse = ChoiceExercise(
    "slower_or_worse",
    title="Slower, or worse?",
    question="""
        Ten pairs of networks fit the function at 100 points, with rates 0.05 and 0.02.
        Take the error of rate 0.02 at the end of its 400 epochs. Compare it with rate
        0.05 after 400 epochs, and with rate 0.05 after 160 epochs, where rate times
        epochs is the same. An error is the mean of `loss_curve_` over the last 20
        epochs until then. Which statement is right? Predict first, then run it with the
        seeds 0 to 9.
    """,
    objectives=("tell-slower-from-worse", "compare-seed-by-seed"),
    minutes=10,
    hints=(
        "`losses[:, 380:400].mean(axis=1)` has an error for each network.",
        "`losses[:, 140:160]` are the 20 epochs until epoch 160.",
    ),
    setup_code=PAIRS,
    choices=(
        Choice(
            "Rate 0.02 has the larger error in most pairs, in both comparisons.",
            lambda: (
                larger_with_the_small_rate(400) > 5
                and larger_with_the_small_rate(160) > 5
            ),
            "That would be a rate that is worse, not only slower. Look at epoch 160 of "
            "the other rate.",
        ),
        Choice(
            "Rate 0.02 has the smaller error in most pairs, in both comparisons.",
            lambda: (
                larger_with_the_small_rate(400) < 5
                and larger_with_the_small_rate(160) < 5
            ),
            "Smaller steps are behind after as many epochs. Compare both at epoch 400.",
        ),
        Choice(
            "In most pairs, rate 0.02 has the larger error at equal epochs, and the "
            "smaller one at equal rate times epochs.",
            lambda: (
                larger_with_the_small_rate(400) > 5
                and larger_with_the_small_rate(160) < 5
            ),
            "It is slower. Nothing here shows that it is worse.",
        ),
        Choice(
            "In most pairs, rate 0.02 has the smaller error at equal epochs, and the "
            "larger one at equal rate times epochs.",
            lambda: (
                larger_with_the_small_rate(400) < 5
                and larger_with_the_small_rate(160) > 5
            ),
            "It is the other way round: 160 epochs are the shorter training of rate "
            "0.05.",
        ),
    ),
    solution_code="""
        large = np.array([net.loss_curve_ for net in train(0.05, range(10))])
        small = np.array([net.loss_curve_ for net in train(0.02, range(10))])
        end = small[:, 380:400].mean(axis=1)
        for epochs in (400, 160):
            other = large[:, epochs - 20 : epochs].mean(axis=1)
            print(f"0.05 after {epochs}: 0.02 is larger in {np.sum(end > other)} of 10")
        answer = "c"
    """,
)


def examine_pairs(answer):
    require(
        isinstance(answer, tuple | list) and len(answer) == 3,
        "The answer has three parts: the networks with rate 0.05, those with rate "
        "0.02, and the axes.",
    )
    large, small, ax = answer
    for nets in (large, small):
        require(
            isinstance(nets, tuple | list),
            "The first two parts of the answer are lists of fitted networks.",
        )
        for net in nets:
            require_fitted(net, MLPRegressorNet)
    require(
        len(large) == len(small) >= 10,
        f"The lists have the lengths {len(large)} and {len(small)}. One pair can say "
        "anything: train ten or more.",
    )
    for nets, rate in ((large, 0.05), (small, 0.02)):
        rates = {net.learning_rate_init for net in nets}
        require(
            rates == {rate},
            f"The learning rates are {sorted(rates)} where they should be {rate}.",
        )
    seeds = [[net.random_state for net in nets] for nets in (large, small)]
    require(
        seeds[0] == seeds[1] and None not in seeds[0],
        "The networks of a pair have different seeds, so they differ in their start, "
        "too. Give both the same.",
    )
    require(
        len(set(map(repr, seeds[0]))) == len(seeds[0]),
        "Some pairs have the same seed. They are one pair, counted twice.",
    )
    epochs = {net.n_iter_ for net in (*large, *small)}
    require(
        len(epochs) == 1,
        f"The networks trained for different numbers of epochs: {sorted(epochs)}.",
    )
    require(
        isinstance(ax, Axes),
        "The third part of the answer is the axes with the loss curves.",
    )
    (n_epochs,) = epochs
    lines = [line for line in ax.get_lines() if len(line.get_ydata()) == n_epochs]
    require(
        len(lines) >= 2,
        f"The axes have {len(lines)} lines with a loss for each epoch. Draw one for "
        "each rate.",
    )
    require(
        min(np.min(line.get_ydata()) for line in lines) > 0,
        "You drew the logarithm of the loss. Draw the loss itself, and make the axis "
        "logarithmic, so that the reader finds losses on it.",
    )
    require(
        ax.get_yscale() == "log",
        "The axis of the loss is linear, and everything after the first epochs lies on "
        "the floor.",
    )
    require(ax.get_legend() is not None, "A legend should tell which rate is which.")
    ends = [
        np.array([n.loss_curve_[-20:] for n in ns]).mean(axis=1) for ns in answer[:2]
    ]
    n_larger = int(np.sum(ends[1] > ends[0]))
    p_value = binomtest(n_larger, len(large)).pvalue
    told = (
        f"The loss is larger with rate 0.02 in {n_larger} of {len(large)} pairs; sign "
        f"test: p = {p_value:.2g}."
    )
    return told if p_value < 0.05 else f"{told} To be sure, take more pairs."


sheet_two_rates = CodeExercise(
    "sheet_two_rates",
    title="One run of each rate",
    question="""
        Task 3c of the exercise sheet, smaller: draw the loss over the epochs for a rate
        and for a smaller one, and say what changes. The code below compares one run of
        each, with different seeds, on a linear axis. Make ten pairs or more of it, for
        the rates 0.05 and 0.02, with 400 epochs. Draw both on one logarithmic axis, for
        example their medians, with a legend. The answer is `(large, small, ax)`: the
        list of networks with rate 0.05, that with rate 0.02, and the axes.
    """,
    objectives=("compare-seed-by-seed",),
    minutes=12,
    hints=(
        "The networks of a pair have the same seed: give `range(10)` to both calls.",
        "`np.median([net.loss_curve_ for net in large], axis=0)` has one entry per "
        "epoch.",
        '`ax.set_yscale("log")` makes the axis logarithmic.',
    ),
    setup_code=PAIRS,
    start_code="""
        large, small = train(0.05, seeds=[0]), train(0.02, seeds=[1])
        fig, ax = plt.subplots()
        ax.plot(large[0].loss_curve_, label="rate 0.05")
        ax.plot(small[0].loss_curve_, label="rate 0.02")
        ax.legend()
        plt.close(fig)

        answer = large, small, ax
    """,
    solution_code="""
        large, small = train(0.05, range(10)), train(0.02, range(10))
        fig, ax = plt.subplots()
        for rate, nets in ((0.05, large), (0.02, small)):
            median = np.median([net.loss_curve_ for net in nets], axis=0)
            ax.plot(range(1, 401), median, label=f"rate {rate}")
        ax.set(xlabel="epoch", ylabel="loss", yscale="log")
        ax.legend()

        answer = large, small, ax
    """,
    examiner=examine_pairs,
    points=3,
    wrong=(
        WrongAttempt(
            "answer = train(0.05, [3], 30), train(0.02, [3], 30), None",
            "The lists have the lengths 1 and 1",
            misconception="One run of each rate shows what the rate does.",
        ),
        WrongAttempt(
            """
            large, small = train(0.05, range(10), 30), train(0.02, range(10, 20), 30)
            answer = large, small, None
            """,
            "The networks of a pair have different seeds",
            misconception=(
                "Different seeds make the runs independent, so the "
                "comparison is fairer."
            ),
        ),
        WrongAttempt(
            """
            large, small = train(0.05, range(10), 30), train(0.02, range(10), 30)
            fig, ax = plt.subplots()
            for nets in (large, small):
                ax.plot(np.median([net.loss_curve_ for net in nets], axis=0))
            plt.close(fig)
            answer = large, small, ax
            """,
            "The axis of the loss is linear",
            misconception="A linear axis shows everything that there is to see.",
        ),
        WrongAttempt(
            """
            large, small = train(0.05, range(10), 30), train(0.02, range(10), 30)
            fig, ax = plt.subplots()
            for nets in (large, small):
                ax.plot(np.log10([net.loss_curve_ for net in nets]).mean(axis=0))
            plt.close(fig)
            answer = large, small, ax
            """,
            "You drew the logarithm of the loss",
            misconception=(
                "A logarithmic axis and the logarithm of the loss are the same."
            ),
        ),
    ),
)
