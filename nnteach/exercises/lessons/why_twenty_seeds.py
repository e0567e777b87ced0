"""Exercises of the lesson *Why twenty seeds?*."""

from functools import cache

import numpy as np
from scipy.stats import binom, binomtest, wilcoxon

from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, describe, require
from nnteach.exercises.typed_numbers import to_number

FIFTY = np.linspace(0.95, 0.98, 50)


def share_of_fifty(low, high):
    """How many of fifty runs lie between two of their quantiles."""
    low, high = np.quantile(FIFTY, [low, high])
    return np.sum(high > FIFTY) - np.sum(low > FIFTY)


below_the_band = NumberExercise(
    "below_the_band",
    title="Below the band",
    question="""
        `median_and_band` says of the accuracies of many runs:

            0.966 (80 % of 50 between 0.955 and 0.972)

        How many of the runs have an accuracy below 0.955?
    """,
    objectives=("read-a-band",),
    minutes=2,
    hints=(
        "The band leaves out the same share of runs on both sides.",
        "The lower end of the band is the 10 % quantile.",
    ),
    solution_code="""
        n_runs, inside = 50, 0.8
        on_each_side = (1 - inside) / 2
        answer = round(n_runs * on_each_side)
        print(f"{on_each_side:.0%} of {n_runs} runs: {answer}")
    """,
    key=lambda: share_of_fifty(0, 0.1),
    decimals=0,
    mistakes=(
        Mistake(
            lambda: 2 * share_of_fifty(0, 0.1),
            "That many runs lie outside the band. Some of them are above it.",
        ),
        Mistake(
            lambda: share_of_fifty(0.1, 0.9),
            "That many runs lie within the band.",
        ),
        Mistake(
            lambda: share_of_fifty(0, 0.5),
            "That many runs lie below the median.",
        ),
        Mistake(
            lambda: 0,
            "The band is not the range of all runs. It leaves out the lowest and the "
            "highest ones.",
        ),
    ),
)


def fewest_wins(n_seeds, p_value=lambda wins, n: binomtest(wins, n).pvalue):
    return next(
        wins for wins in range(n_seeds // 2, n_seeds) if p_value(wins, n_seeds) < 0.05
    )


thirty_seeds = NumberExercise(
    "thirty_seeds",
    title="With thirty seeds",
    question="""
        You compare two settings with 30 seeds instead of 20. For how many seeds, at
        least, must one setting be ahead, so that the sign test gives a p-value below
        0.05?
    """,
    objectives=("use-a-sign-test",),
    minutes=4,
    hints=(
        "`binomtest(wins, 30).pvalue` is the p-value. With 20 seeds, 15 wins are "
        "needed.",
        "Print the p-value for each number of wins from 15 to 30.",
    ),
    setup_code="from scipy.stats import binomtest",
    solution_code="""
        for wins in range(18, 24):
            print(f"{wins} of 30: p = {binomtest(wins, 30).pvalue:.3f}")
        answer = min(k for k in range(15, 31) if binomtest(k, 30).pvalue < 0.05)
    """,
    key=lambda: fewest_wins(30),
    decimals=0,
    mistakes=(
        Mistake(
            lambda: fewest_wins(30, lambda wins, n: binom.sf(wins - 1, n, 0.5)),
            "You counted lopsided results on one side alone. The sign test asks for "
            "those on both sides: either setting could have been ahead.",
        ),
        Mistake(
            lambda: 30 // 2 + 1,
            "That is more than half. A coin often gives that.",
        ),
        Mistake(
            lambda: np.ceil(30 / 20 * fewest_wins(20)),
            "You kept the share of wins that 20 seeds need. With more seeds, chance "
            "evens out more, and a smaller share is enough.",
        ),
        Mistake(
            lambda: np.ceil(0.95 * 30),
            "The 0.05 is not a share of lost seeds. It says how often a coin may give "
            "so lopsided a count.",
        ),
        Mistake(
            lambda: fewest_wins(20),
            "That many wins are needed with 20 seeds. With 30 seeds they are one half.",
        ),
    ),
)


@cache
def two_settings():
    """Accuracies of two settings which share most of their luck."""
    rng = np.random.default_rng(3)
    first = rng.normal(0.96, 0.01, size=20)
    return first, first + 0.002 + rng.normal(0, 0.001, size=20)


def sign_test_p():
    first, second = two_settings()
    return binomtest(int(np.sum(second > first)), 20).pvalue


def bands_overlap():
    (low, high), (other_low, other_high) = (
        np.quantile(runs, [0.1, 0.9]) for runs in two_settings()
    )
    return low < other_high and other_low < high


bands_that_overlap = ChoiceExercise(
    "bands_that_overlap",
    title="Two bands that overlap",
    question="""
        `first` and `second` hold the accuracies of two settings for the same 20 seeds.
        Print both with `median_and_band`: their bands overlap almost entirely. Which
        statement is right?
    """,
    objectives=("compare-by-seeds", "read-a-band"),
    minutes=5,
    hints=(
        "The bands show how much the runs of one setting differ. What do you see if "
        "you compare the two runs of each seed?",
        "Count how often `second` is larger, and give the count to `binomtest`. For "
        "the duels, compare every run with every other: "
        "`second[:, np.newaxis] > first`.",
    ),
    setup_code="""
        import numpy as np
        from scipy.stats import binomtest

        from nnteach import median_and_band

        rng = np.random.default_rng(3)
        first = rng.normal(0.96, 0.01, size=20)
        second = first + 0.002 + rng.normal(0, 0.001, size=20)
    """,
    choices=(
        Choice(
            "The bands overlap, so the two settings cannot be told apart.",
            lambda: bands_overlap() and sign_test_p() >= 0.05,
            "The width of the bands is the luck of the seeds, and both settings had "
            "the same luck. Compare them seed by seed before you decide.",
        ),
        Choice(
            "The second setting is better, and a single run of each would show it in "
            "nine of ten cases.",
            lambda: np.mean(two_settings()[1][:, np.newaxis] > two_settings()[0]) > 0.9,
            "Let every run of the second setting meet every run of the first, whatever "
            "their seeds, and count. Luck decides most of these duels.",
        ),
        Choice(
            "The second setting is ahead for so many seeds that it is hardly luck, but "
            "only by a small part of a band.",
            lambda: (
                sign_test_p() < 0.05
                and np.median(np.subtract(*two_settings()[::-1]))
                < 0.3 * np.ptp(np.quantile(two_settings()[0], [0.1, 0.9]))
            ),
            "Paired, the difference is clear, although it is small beside the luck of "
            "the seeds. Whether so small a gain matters is another question.",
        ),
        Choice(
            "It depends on the order in which the seeds are sorted.",
            lambda: (
                sign_test_p()
                != binomtest(
                    int(np.sum(two_settings()[1][::-1] > two_settings()[0][::-1])), 20
                ).pvalue
            ),
            "If you sort the seeds in another way, both runs of a seed move together. "
            "The count of the wins stays.",
        ),
    ),
    solution_code="""
        print("first ", median_and_band(first))
        print("second", median_and_band(second))
        ahead = int(np.sum(second > first))
        print(f"second ahead for {ahead} of 20: p = {binomtest(ahead, 20).pvalue:.2g}")
        print(f"duels won by second: {np.mean(second[:, np.newaxis] > first):.0%}")
        answer = "c"
    """,
)

VERDICTS = ("first", "second", "cannot be told apart")


def far_apart(luck):
    """Return differences that speak for the second of two settings, but are few.

    The second setting is behind for 17 of 20 seeds, by little. It is ahead for seed 0
    and for two that lift its median and its mean.
    """
    below = np.sort(luck)[8:10]
    apart = np.full(20, -1e-5)
    apart[0] = 0.02
    apart[np.isin(luck, below)] = 0.05
    return apart


def paired_runs():
    """Pairs of settings, with the verdict of the sign test on each."""
    rng = np.random.default_rng(0)
    luck = rng.normal(0.96, 0.01, size=20)
    step = np.linspace(0.0010, 0.0015, 20)

    def ahead_for(wins):
        return luck + np.where(np.arange(20) < wins, step, -step)

    far = np.where(np.arange(20) < 13, 0.02, -0.001)
    apart = far_apart(luck)
    return {
        "shuffled": (
            np.arange(20) / 1000 + 0.9,
            np.roll(np.arange(20), 10) / 1000 + 0.9002,
            "cannot be told apart",
        ),
        "consistent": (luck, ahead_for(19), "second"),
        "consistent turned": (ahead_for(19), luck, "first"),
        "one side": (luck, ahead_for(14), "cannot be told apart"),
        "few but far": (luck, luck + far, "cannot be told apart"),
        "many": (luck, ahead_for(15), "second"),
        "one run": (luck, luck + apart, "first"),
        "one run turned": (luck + apart, luck, "second"),
        "ten seeds": (luck[:10], ahead_for(9)[:10], "second"),
        "thirty seeds": (
            np.r_[luck, luck[:10]],
            np.r_[luck, luck[:10]] + np.where(np.arange(30) < 20, 0.001, -0.001),
            "cannot be told apart",
        ),
    }


def examine_verdict(function):
    for name, (first, second, right) in paired_runs().items():
        verdict = call(function, first, second)
        wins = int(np.sum(second > first))
        shown = ", ".join(f'"{verdict}"' for verdict in VERDICTS)
        require(
            isinstance(verdict, str) and verdict in VERDICTS,
            f"The function returns one of {shown}. Yours returns {describe(verdict)}.",
        )
        if verdict == right:
            continue
        n = len(first)
        found = f'Second is ahead for {wins} of {n} seeds, and you say "{verdict}". '
        require(
            not name.startswith("one run"),
            f"{found}Seed 0, the mean and the median speak for the setting that is "
            "behind for most seeds. Who is ahead for more seeds?",
        )
        require(
            {verdict, right} != {"first", "second"},
            f"{found}The winner is the one with the higher accuracies.",
        )
        require(
            not name.startswith("consistent"),
            f"{found}The bands overlap, but seed by seed the winner is nearly always "
            "the same.",
        )
        require(
            name != "one side",
            f"{found}With that many wins or more, or that few or fewer, a coin has p = "
            f"{binomtest(wins, 20).pvalue:.2f}.",
        )
        require(
            name != "few but far",
            f"{found}A sign test counts the wins, whatever their sizes.",
        )
        require(
            name != "shuffled",
            f"{found}The order of the runs says which of them belong to one seed. "
            "Compare seed by seed: do not sort, and do not compare medians.",
        )
        shown = f"{found}p = {binomtest(wins, n).pvalue:.3f}"
        require(n == 20, f"{shown} for {n} seeds. Does your function count them?")
        require(False, f"{shown}.")


verdict_by_seeds = CodeExercise(
    "verdict_by_seeds",
    title="Let a function decide",
    question="""
        Write a function that gets the accuracies of two settings for the same seeds,
        in the same order, and decides by a sign test at $p < 0.05$. It returns one of
        the texts `"first"`, `"second"` (the better one) and `"cannot be told apart"`.
        No two accuracies are equal. `answer` is the function.
    """,
    objectives=("use-a-sign-test", "compare-by-seeds"),
    minutes=6,
    hints=(
        "`np.sum(second > first)` counts the seeds for which the second is ahead.",
        "`binomtest(int(wins), len(first)).pvalue` tells how often a coin is so "
        "lopsided. Only if it is below 0.05, ask who has more wins.",
    ),
    setup_code="""
        import numpy as np
        from scipy.stats import binomtest
    """,
    start_code="""
        def verdict(first, second):
            return "first" if np.median(first) > np.median(second) else "second"

        answer = verdict
    """,
    solution_code="""
        def verdict(first, second):
            wins = int(np.sum(second > first))
            if binomtest(wins, len(first)).pvalue >= 0.05:
                return "cannot be told apart"
            return "second" if wins > len(first) / 2 else "first"

        answer = verdict
        rng = np.random.default_rng(0)
        first = rng.normal(0.96, 0.01, size=20)
        for gain in (0, 0.001, 0.003):
            second = first + gain + rng.normal(0, 0.002, size=20)
            wins = np.sum(second > first)
            print(f"gain {gain}: {wins} wins,", verdict(first, second))
    """,
    examiner=examine_verdict,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(first, second):
                low, high = np.quantile(first, [0.1, 0.9])
                other_low, other_high = np.quantile(second, [0.1, 0.9])
                if low > other_high:
                    return "first"
                return "second" if other_low > high else "cannot be told apart"
            """,
            "seed by seed the winner is nearly always the same",
            misconception="Two settings differ only if their bands do not overlap.",
        ),
        WrongAttempt(
            """
            def answer(first, second):
                wins = int(np.sum(second > first))
                if wins < 10:
                    return "first"
                return "second" if wins > 10 else "cannot be told apart"
            """,
            "or that few or fewer, a coin has p",
            misconception="More wins than losses are enough for a verdict.",
        ),
        WrongAttempt(
            """
            from scipy.stats import wilcoxon

            def answer(first, second):
                if wilcoxon(second - first).pvalue >= 0.05:
                    return "cannot be told apart"
                return "second" if np.median(second - first) > 0 else "first"
            """,
            "counts the wins, whatever their sizes",
            misconception="Any paired test is a sign test.",
        ),
        WrongAttempt(
            """
            def answer(first, second):
                wins = int(np.sum(second > first))
                if binomtest(wins, len(first)).pvalue >= 0.05:
                    return "cannot be told apart"
                return "first" if wins > len(first) / 2 else "second"
            """,
            "The winner is the one with the higher accuracies",
            misconception=(
                "The larger number of wins names the better setting; "
                "chance needs no thought."
            ),
        ),
        WrongAttempt(
            """
            def answer(first, second):
                wins = int(np.sum(second > first))
                if binomtest(wins, 20).pvalue >= 0.05:
                    return "cannot be told apart"
                return "second" if wins > 10 else "first"
            """,
            "Does your function count them?",
            misconception="There are always twenty pairs.",
        ),
        WrongAttempt(
            """
            def answer(first, second):
                wins = int(np.sum(np.sort(second) > np.sort(first)))
                if binomtest(wins, len(first)).pvalue >= 0.05:
                    return "cannot be told apart"
                return "second" if wins > len(first) / 2 else "first"
            """,
            "do not sort",
            misconception="Sorting both lists first makes the comparison fairer.",
        ),
        WrongAttempt(
            """
            def answer(first, second):
                wins = int(np.sum(second > first))
                if binomtest(wins, len(first)).pvalue >= 0.05:
                    return "cannot be told apart"
                return "second" if second[0] > first[0] else "first"
            """,
            "Who is ahead for more seeds?",
            misconception="Once the test has spoken, any run shows who is ahead.",
        ),
    ),
)


class Trainings:
    """Accuracies of made-up trainings, and a diary of which were asked for."""

    def __init__(self, gains):
        self.gains, self.diary = gains, []

    def __deepcopy__(self, memo):
        return self

    def __call__(self, setting, seed):
        """Note what is asked for, and make up an accuracy."""
        self.diary.append((setting, int(seed)))
        return self.made_up(setting, seed)

    def made_up(self, setting, seed):
        """Return the accuracy of a training."""
        luck = np.random.default_rng(int(seed)).normal(0, 0.02)
        own = np.random.default_rng([int(seed), len(str(setting))]).normal(0, 0.0002)
        return 0.9 + luck + own + self.gains[setting]


def examine_comparison(function):
    for gain in (0.004, -0.004, 0.0002):
        gains = {"narrow": 0.0, "the wide one": gain}
        trainings = Trainings(gains)
        p_value = to_number(call(function, trainings, "narrow", "the wide one"))
        seeds = {
            name: [seed for setting, seed in trainings.diary if setting == name]
            for name in gains
        }
        n_seeds = {name: len(set(of_one)) for name, of_one in seeds.items()}
        for name, number in n_seeds.items():
            require(
                number == 20,
                f'The number of seeds with which "{name}" is trained is {number}. The '
                "question asks for 20.",
            )
        require(
            set(seeds["narrow"]) == set(seeds["the wide one"]),
            "The two settings are trained with different seeds, so that each has luck "
            "of its own. In this test the luck is five times as large as the "
            "difference, and your p-value "
            f"is {p_value:.2f}.",
        )
        differences = np.array(
            [
                trainings.made_up("narrow", k) - trainings.made_up("the wide one", k)
                for k in set(seeds["narrow"])
            ]
        )
        wins = int(np.sum(differences > 0))
        expected = binomtest(wins, 20).pvalue
        one_sided = [
            binomtest(k, 20, alternative=side).pvalue
            for k in (wins, 20 - wins)
            for side in ("less", "greater")
        ]
        require(
            not any(np.isclose(p_value, p, rtol=1e-3) for p in one_sided),
            "That is the p-value of a one-sided test. Before the trainings nobody "
            "knew which setting would be ahead.",
        )
        require(
            np.isclose(p_value, expected, rtol=1e-3)
            or not np.isclose(p_value, wilcoxon(differences).pvalue, rtol=1e-3),
            "That is the p-value of a signed-rank test, which weighs the sizes of the "
            "differences. A sign test counts the wins: `binomtest`.",
        )
        require(
            np.isclose(p_value, expected, rtol=1e-3),
            f"One setting is ahead for {max(wins, 20 - wins)} of the 20 seeds, and "
            "your p-value is "
            f"{p_value:.3g}. Are the two runs that you compare always of the same "
            "seed?",
        )


luck_of_its_own = CodeExercise(
    "luck_of_its_own",
    title="A comparison that misses a difference",
    question="""
        `accuracy(setting, seed)` trains a network and returns its accuracy on new
        points. The function `compare` should train each of two settings with 20 seeds
        and return the p-value of the sign test. Its author gave the settings different
        seeds, "so that they are independent", and found no difference where there is
        one. Correct the function. `answer` is `compare`.
    """,
    objectives=("compare-by-seeds", "use-a-sign-test"),
    minutes=7,
    hints=(
        "What do two networks of the same seed have in common, and what becomes of it "
        "when you compare them?",
        "Give both settings the same seed in each round. 20 seeds are enough for both.",
    ),
    setup_code="""
        import numpy as np
        from scipy.stats import binomtest
        from sklearn.datasets import make_moons

        from nnteach import MLPClassifierNet

        X, y = make_moons(100, noise=0.2, random_state=0)
        X_new, y_new = make_moons(2000, noise=0.2, random_state=1)

        def accuracy(batch_size, seed):
            net = MLPClassifierNet((20,), batch_size=batch_size, random_state=seed)
            net.set_params(max_iter=5, n_iter_no_change=np.inf)
            return net.fit(X, y).score(X_new, y_new)
    """,
    start_code="""
        def compare(accuracy, first, second):
            wins = 0
            for seed in range(20):
                wins += accuracy(first, seed) > accuracy(second, 20 + seed)
            return binomtest(int(wins), 20).pvalue

        answer = compare  # try it: compare(accuracy, 10, 20)
    """,
    solution_code="""
        def compare(accuracy, first, second):
            wins = 0
            for seed in range(20):
                wins += accuracy(first, seed) > accuracy(second, seed)
            return binomtest(int(wins), 20).pvalue

        answer = compare
        print(f"batches of 10 and of 20: p = {compare(accuracy, 10, 20):.2g}")
    """,
    examiner=examine_comparison,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(accuracy, first, second):
                wins = 0
                for seed in range(20):
                    wins += accuracy(first, seed) > accuracy(second, 0)
                return binomtest(int(wins), 20).pvalue
            """,
            "is trained is 1. The",
            misconception=(
                "One run can stand for the second setting, since the seed is only luck."
            ),
        ),
        WrongAttempt(
            """
            def answer(accuracy, first, second):
                wins = 0
                for seed in range(20):
                    wins += accuracy(first, seed) > accuracy(second, 100 + seed)
                return binomtest(int(wins), 20).pvalue
            """,
            "so that each has luck of its own",
            misconception=(
                "Independent seeds make the comparison of two settings more honest."
            ),
        ),
        WrongAttempt(
            """
            def answer(accuracy, first, second):
                wins = 0
                for seed in range(20):
                    wins += accuracy(second, seed) > accuracy(first, seed)
                return binomtest(int(wins), 20, alternative="greater").pvalue
            """,
            "a one-sided test",
            misconception=(
                "We want to know whether one setting is better, so only "
                "that side counts."
            ),
        ),
        WrongAttempt(
            """
            def answer(accuracy, first, second):
                ones = [accuracy(first, seed) for seed in range(20)]
                others = [accuracy(second, seed) for seed in range(20)]
                wins = sum(a > b for a, b in zip(ones, others[::-1]))
                return binomtest(int(wins), 20).pvalue
            """,
            "always of the same seed",
            misconception=(
                "As long as both settings use the same seeds, it does not "
                "matter which runs meet."
            ),
        ),
        WrongAttempt(
            """
            from scipy.stats import wilcoxon

            def answer(accuracy, first, second):
                ones = np.array([accuracy(first, seed) for seed in range(20)])
                others = np.array([accuracy(second, seed) for seed in range(20)])
                return wilcoxon(ones, others).pvalue
            """,
            "A sign test counts the wins",
            misconception="Every test for pairs is a sign test.",
        ),
    ),
)
