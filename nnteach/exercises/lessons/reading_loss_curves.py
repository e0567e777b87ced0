"""Exercises of the lesson *Two ways to draw a loss curve wrongly*."""

from functools import cache
from itertools import combinations

import numpy as np

from nnteach import MLPRegressorNet, fit_many
from nnteach import wavy_parabola as f
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, require_close, to_array

UPPER, LOWER = 1e-2, 1e-3

half_way_between_ticks = NumberExercise(
    "half_way_between_ticks",
    title="Half-way between two ticks",
    question="""
        A loss curve is drawn on a logarithmic axis with ticks at $10^{-3}$ and
        $10^{-2}$. It ends exactly half-way between these two ticks. How large is the
        loss there?
    """,
    objectives=("read-a-logarithmic-axis",),
    minutes=3,
    hints=(
        "On a logarithmic axis equal distances are equal factors.",
        "From one tick to the other is a factor of 10. Which factor, applied twice, "
        "makes 10?",
    ),
    solution_code="""
        factor = 10**0.5  # for half the distance
        answer = 1e-3 * factor
        print(f"0.001 * {factor:.3f} = {answer:.5f}")
    """,
    key=lambda: np.sqrt(LOWER * UPPER),
    decimals=4,
    mistakes=(
        Mistake(
            lambda: (LOWER + UPPER) / 2,
            "This is half-way on a linear axis. Here, equal distances are equal "
            "factors.",
        ),
        Mistake(
            lambda: UPPER / 2,
            "Half of the upper tick is closer to that tick: a factor of 2 below it, "
            "and of 5 above the other.",
        ),
        Mistake(
            lambda: np.exp((np.log10(LOWER) + np.log10(UPPER)) / 2),
            "The ticks are powers of 10, and you took a power of e.",
        ),
        Mistake(
            lambda: (np.log10(LOWER) + np.log10(UPPER)) / 2,
            "This is the logarithm of the loss. A loss cannot be negative.",
        ),
    ),
)

BEFORE, AFTER = -3, -7

fall_of_a_logarithm = NumberExercise(
    "fall_of_a_logarithm",
    title="A figure of logarithms",
    question="""
        A figure shows `np.log(loss)` on a linear axis. The curve is at -3 after 100
        epochs, and at -7 at the end. By what factor was the loss after 100 epochs
        larger than at the end?
    """,
    objectives=("read-a-logarithmic-axis",),
    minutes=3,
    hints=(
        "Which logarithm is `np.log`? Its inverse is `np.exp`.",
        "A difference of logarithms is the logarithm of a ratio.",
    ),
    solution_code="""
        import numpy as np

        before, end = np.exp(-3), np.exp(-7)
        answer = before / end
        print(f"from {before:.4f} to {end:.5f}: a factor of {answer:.1f}")
    """,
    key=lambda: np.exp(BEFORE - AFTER),
    decimals=1,
    mistakes=(
        Mistake(
            lambda: 10.0 ** (BEFORE - AFTER),
            "You undid a logarithm to base 10. np.log has another base.",
        ),
        Mistake(
            lambda: BEFORE - AFTER,
            "By so much the logarithm has fallen. Undo the logarithm.",
        ),
        Mistake(
            lambda: AFTER / BEFORE,
            "You divided the logarithms. The losses are what is to be divided.",
        ),
        Mistake(
            lambda: np.exp(AFTER - BEFORE),
            "You divided the wrong way round: the loss has fallen, so the number is "
            "above one.",
        ),
        Mistake(
            lambda: 2.0 ** (BEFORE - AFTER),
            "You undid a logarithm to base 2. np.log has another base.",
        ),
    ),
)


def examine_summary(function):
    rng = np.random.default_rng(0)
    fallen = np.arange(21) % 3 > 0
    level = np.where(fallen, 1e-4, 1e-2).reshape(-1, 1)
    losses = level * rng.lognormal(size=(21, 30))
    curve = to_array(call(function, losses))
    require(
        curve.shape != (21,),
        "You have one number for each network. A curve has one for each epoch.",
    )
    require(
        curve.shape == (30,),
        f"For 21 networks and 30 epochs the curve has 30 numbers. Yours has the shape "
        f"{curve.shape}.",
    )
    require(
        curve.min() > 0,
        f"The smallest value of your curve is {curve.min():.2g}. No loss is negative, "
        "and a logarithmic axis has no place for it.",
    )
    for wrong, message in (
        (
            losses.mean(axis=0),
            "A third of our networks have not fallen yet, and they alone make up your "
            "curve. Also, the logarithm of a mean is not the mean of the logarithms.",
        ),
        (
            np.exp(np.log(losses).mean(axis=0)),
            "Your curve, the geometric mean, lies between the networks that have "
            "fallen and those that have not, where no network is.",
        ),
        (losses.min(axis=0), "Your curve shows only the best network of each epoch."),
        (losses.max(axis=0), "Your curve shows only the worst network of each epoch."),
    ):
        require(not np.allclose(curve, wrong, rtol=1e-6, atol=0), message)
    require_close(
        np.log(curve),
        np.median(np.log(losses), axis=0),
        "Your curve is not at the network in the middle of each epoch.",
        atol=1e-6,
    )


curve_that_survives = CodeExercise(
    "curve_that_survives",
    title="Find the mistake: one curve for many seeds",
    question="""
        `summary(losses)` gets the losses of 21 networks, a row for each network and a
        column for each epoch. It is to return the one curve that is drawn for them on a
        logarithmic axis, but of what it returns now, such an axis shows nothing. The
        curve is to be a loss. At each epoch, as many networks are to lie below it as
        above, whether you look at losses or at their logarithms. Set `answer` to the
        function without the mistakes.
    """,
    objectives=("summarize-on-a-logarithm", "read-a-logarithmic-axis"),
    minutes=5,
    hints=(
        "The axis takes the logarithm. What does it take it of, here?",
        "Which summary of some numbers stays in its place when all numbers are "
        "replaced by their logarithms?",
    ),
    setup_code="""
        import numpy as np

        rng = np.random.default_rng(0)
        levels = np.repeat([1e-2, 1e-4], [7, 14]).reshape(-1, 1)
        losses = levels * rng.lognormal(size=(21, 50))
    """,
    start_code="""
        def summary(losses):
            return np.log(losses).mean(axis=0)

        answer = summary
    """,
    solution_code="""
        def summary(losses):
            return np.median(losses, axis=0)

        before = np.log(summary(losses))
        after = summary(np.log(losses))
        print("log before or after, the same:", np.allclose(before, after))
        answer = summary
    """,
    examiner=examine_summary,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(losses):
                return np.log(np.median(losses, axis=0))
            """,
            "No loss is negative",
            misconception="A logarithmic axis wants logarithms.",
        ),
        WrongAttempt(
            """
            def answer(losses):
                return losses.mean(axis=0)
            """,
            "the logarithm of a mean is not the mean of the logarithms",
            misconception="The mean is the middle of many curves.",
        ),
        WrongAttempt(
            """
            def answer(losses):
                return np.exp(np.log(losses).mean(axis=0))
            """,
            "the geometric mean",
            misconception="A mean of logarithms is a median.",
        ),
        WrongAttempt(
            """
            def answer(losses):
                return np.median(losses, axis=1)
            """,
            "A curve has one for each epoch",
            misconception="The axes of the array may be taken in either order.",
        ),
    ),
)


def pairs_of(result):
    message = "The function returns a list of pairs of labels."
    require(isinstance(result, list | tuple | set), message)
    for pair in result:
        require(isinstance(pair, list | tuple | set | frozenset), message)
        require(len(pair) == 2, message)
        require(all(isinstance(label, str) for label in pair), message)
    return {frozenset(pair) for pair in result}


def examine_doubles(function):
    rng = np.random.default_rng(0)
    one, other, shorter = (np.sort(rng.lognormal(size=n))[::-1] for n in (50, 50, 40))
    other[-1] = one[-1]
    tiny = 1e-10 * one
    curves = {"A": one, "B": other, "C": one.copy(), "D": shorter, "E": tiny}
    curves |= {"F": 1.5 * tiny, "G": one.copy()}
    found = pairs_of(call(function, curves))
    require(
        all(len(pair) == 2 for pair in found),
        "Your function pairs a curve with itself.",
    )
    require(
        {"E", "F"} not in found,
        "Two curves with losses near 1e-10 differ by a factor of 1.5, and your "
        "function calls them one. np.allclose takes all such small numbers to be "
        "equal.",
    )
    require(
        {"A", "B"} not in found,
        "Your function calls two curves one that agree in their last epoch alone.",
    )
    require(
        {"A", "C"} in found,
        "A copy of a curve is still the same curve. Your function does not notice it.",
    )
    right = {frozenset(pair) for pair in combinations("ACG", 2)}
    require(
        len(right - found) == 0,
        "Of three equal curves, each two are a pair. Your function does not return all "
        "three pairs.",
    )
    require(found == right, "Your function pairs curves that are different.")


curves_drawn_twice = CodeExercise(
    "curves_drawn_twice",
    title="Curves that are drawn twice",
    question="""
        Before a figure is drawn, a program is to look for curves that are in it twice,
        under two labels. Write a function `doubles(curves)`. It gets a dictionary from
        labels to loss curves, and returns a list of all pairs of labels whose curves
        agree in every epoch. The order does not matter. Curves can have different
        lengths and very small losses.
    """,
    objectives=("notice-a-double",),
    minutes=7,
    hints=(
        "`itertools.combinations(curves, 2)` goes through all pairs of labels.",
        "Different trainings can be close to each other. Only an exact match is a "
        "double: `np.array_equal`.",
    ),
    setup_code="""
        from itertools import combinations

        import numpy as np
    """,
    start_code="""
        def doubles(curves):
            ...

        answer = doubles
    """,
    solution_code="""
        def doubles(curves):
            return [
                (a, b)
                for a, b in combinations(curves, 2)
                if np.array_equal(curves[a], curves[b])
            ]

        curve = np.array([0.3, 0.2, 0.1])
        print(doubles({"rate 0.1": curve, "rate 0.2": curve + 0.01, "rate 0.3": curve}))
        answer = doubles
    """,
    examiner=examine_doubles,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(curves):
                return [
                    (a, b)
                    for a, b in combinations(curves, 2)
                    if len(curves[a]) == len(curves[b])
                    and np.allclose(curves[a], curves[b])
                ]
            """,
            "np.allclose takes all such small numbers to be equal",
            misconception="`np.allclose` suits numbers of every size.",
        ),
        WrongAttempt(
            """
            def answer(curves):
                pairs = combinations(curves, 2)
                return [(a, b) for a, b in pairs if curves[a][-1] == curves[b][-1]]
            """,
            "agree in their last epoch alone",
            misconception="Curves that end alike are alike.",
        ),
        WrongAttempt(
            """
            def answer(curves):
                pairs = combinations(curves, 2)
                return [(a, b) for a, b in pairs if curves[a] is curves[b]]
            """,
            "A copy of a curve is still the same curve",
            misconception="Equal curves are one object.",
        ),
        WrongAttempt(
            """
            def answer(curves):
                return [
                    (a, b)
                    for a in curves
                    for b in curves
                    if np.array_equal(curves[a], curves[b])
                ]
            """,
            "pairs a curve with itself",
            misconception=(
                "A pair may consist of a curve and itself, or come in both orders."
            ),
        ),
        WrongAttempt(
            """
            def answer(curves):
                return [(a, b) for a, b in combinations(curves, 2)
                        if np.all(curves[a] == curves[b])]
            """,
            "ended with",
            misconception="All curves have the same length.",
        ),
    ),
)


@cache
def last_losses(rate):
    nets = [
        MLPRegressorNet(
            hidden_layer_sizes=(10,),
            activation="logistic",
            alpha=0,
            learning_rate_init=rate,
            batch_size=20,
            max_iter=60,
            n_iter_no_change=np.inf,
            random_state=seed,
        )
        for seed in range(5)
    ]
    x = np.linspace(0, 1, 100)
    fit_many(nets, x.reshape(-1, 1), f(x))
    return np.array([net.history_["loss"][-1] for net in nets])


def examine_ratio(answer):
    ratio = to_array(answer, (5,))
    right = last_losses(0.002) / last_losses(0.005)
    require(
        not np.allclose(ratio, 1, rtol=1e-9),
        "All ratios are exactly 1. Two trainings never agree like that: you compare "
        "each network with itself.",
    )
    require(
        not np.allclose(ratio, 1 / right, rtol=0.02),
        "Your ratio is that of rate 0.005 over rate 0.002, the other way round.",
    )
    require_close(
        np.sort(ratio),
        np.sort(right),
        "These are not the ratios of two networks with equal seeds, 0 to 4, at the "
        "last epoch.",
        rtol=0.02,
    )
    require_close(ratio, right, "The seeds are in another order.", rtol=0.02)
    return f"The smaller rate ends above the larger for {np.sum(ratio > 1)} of 5 seeds."


two_rates_seed_by_seed = CodeExercise(
    "two_rates_seed_by_seed",
    title="Project: two learning rates, seed by seed",
    question="""
        Task 3c of the exercise sheet compares the learning rates 0.005 and 0.002, here
        with small networks and five seeds. For each seed, from 0 to 4, divide the loss
        of the last epoch with rate 0.002 by that with rate 0.005. But all five ratios
        come out as 1. Find the mistake, and set `answer` to the right five ratios.
    """,
    objectives=("notice-a-double",),
    minutes=8,
    hints=(
        "Is `fast[0] is slow[0]` true?",
        "`set_params` changes a network and returns it. `network(rate, seed)` makes a "
        "new one.",
    ),
    setup_code="""
        import numpy as np
        from nnteach import MLPRegressorNet, fit_many, wavy_parabola

        x = np.linspace(0, 1, 100)
        X, y = x.reshape(-1, 1), wavy_parabola(x)

        def network(rate, seed):
            return MLPRegressorNet(
                hidden_layer_sizes=(10,), activation="logistic", alpha=0,
                learning_rate_init=rate, batch_size=20, max_iter=60,
                n_iter_no_change=np.inf, random_state=seed,
            )
    """,
    start_code="""
        fast = [network(0.005, seed) for seed in range(5)]
        fit_many(fast, X, y)
        slow = [net.set_params(learning_rate_init=0.002) for net in fast]
        fit_many(slow, X, y)
        answer = [
            b.history_["loss"][-1] / a.history_["loss"][-1]
            for a, b in zip(fast, slow)
        ]
    """,
    solution_code="""
        fast = [network(0.005, seed) for seed in range(5)]
        slow = [network(0.002, seed) for seed in range(5)]
        fit_many(fast + slow, X, y)
        answer = [
            b.history_["loss"][-1] / a.history_["loss"][-1]
            for a, b in zip(fast, slow)
        ]
        print("rate 0.002 over rate 0.005:", np.round(answer, 2))
    """,
    examiner=examine_ratio,
    points=3,
    wrong=(
        WrongAttempt(
            "answer = np.ones(5)",
            "you compare each network with itself",
            misconception="Ratios of 1 are a result: the rates do not differ.",
        ),
        WrongAttempt(
            """
            fast = [network(0.005, seed) for seed in range(5)]
            slow = [network(0.002, seed) for seed in range(5)]
            fit_many(fast + slow, X, y)
            answer = [a.loss_ / b.loss_ for a, b in zip(fast, slow)]
            """,
            "the other way round",
            misconception="A ratio says the same in both directions.",
        ),
        WrongAttempt(
            """
            fast = [network(0.005, seed) for seed in range(5)]
            slow = [network(0.002, seed + 5) for seed in range(5)]
            fit_many(fast + slow, X, y)
            answer = [b.loss_ / a.loss_ for a, b in zip(fast, slow)]
            """,
            "not the ratios of two networks with equal seeds",
            misconception="Any two networks may be divided, whatever their seeds.",
        ),
    ),
)
