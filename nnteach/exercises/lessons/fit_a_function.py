"""Exercises of the lesson *Fit a function with fifty sigmoids*."""

from functools import cache
from math import sqrt

import numpy as np
from matplotlib.axes import Axes

from nnteach import MLPRegressorNet, wavy_parabola
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.code import names_of
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import (
    call,
    describe,
    require,
    require_close,
    require_fitted,
    samples_of,
    to_array,
)

LOSS, RANGE = 4.5, 60
error_in_per_cent = NumberExercise(
    "error_in_per_cent",
    title="What does a loss of 4.5 mean?",
    question=f"""
        A network predicts temperatures. In its training data they lie between -10 and
        50 degrees. It was trained with `alpha=0`, and its final `loss_` is {LOSS}. How
        large is a typical error, compared with the range of the target?
    """,
    objectives=("interpret-a-loss",),
    minutes=3,
    hints=(
        "`loss_` is the mean of *half* the squared error.",
        "Double it, take the root, and divide by the range.",
    ),
    solution_code="""
        mse = 2 * 4.5
        error = mse**0.5
        print(f"mean squared error {mse}, typical error {error} degrees")
        answer = 100 * error / (50 - (-10))
    """,
    key=lambda: 100 * sqrt(2 * LOSS) / RANGE,
    decimals=1,
    scale="per cent",
    mistakes=(
        Mistake(
            lambda: 100 * sqrt(LOSS) / RANGE,
            "`loss_` is half of the mean squared error.",
        ),
        Mistake(
            lambda: 100 * sqrt(LOSS / 2) / RANGE,
            "You halved the loss. It contains the one half already.",
        ),
        Mistake(
            lambda: 100 * 2 * LOSS / RANGE,
            "The mean squared error is in squared degrees. Its root is in degrees.",
        ),
        Mistake(
            lambda: sqrt(2 * LOSS),
            "That is the typical error in degrees. The question asks for per cent of "
            "the range.",
        ),
        Mistake(
            lambda: 100 * sqrt(2 * LOSS) / 50,
            "The range goes from the smallest target to the largest.",
        ),
    ),
)


def examine_drawing(answer):
    if not isinstance(answer, Axes) and hasattr(answer, "axes"):
        parts = answer.axes  # of a figure, or of a line
        answer = parts[0] if isinstance(parts, list) and parts else parts
    if isinstance(answer, list | tuple) and len(answer) == 1:
        answer = getattr(answer[0], "axes", None)
    require(
        isinstance(answer, Axes),
        "The answer is the axes on which you draw: fig, answer = plt.subplots().",
    )
    lines = answer.get_lines()
    require(
        lines or not answer.collections,
        "No line is drawn on these axes, only points: use `ax.plot`.",
    )
    require(lines, "Nothing is drawn on these axes. Their method is plot.")
    x, y = (np.ravel(np.asarray(part, float)) for part in lines[0].get_data())
    require(
        len(x) == 10_000,
        f"The line has {len(x)} points. It should have 10 000.",
    )
    require(
        np.allclose([x[0], x[-1]], [0, 1], atol=2e-4)
        and np.allclose(np.diff(x), 1e-4, atol=2e-6),
        f"The points go from {x[0]:g} to {x[-1]:g}. They should be evenly spaced "
        "between 0 and 1.",
    )
    require(
        np.allclose([x[0], x[-1]], [0, 1], atol=1e-5),
        f"The points go from {x[0]:g} to {x[-1]:g}. Both ends, 0 and 1, are to be "
        "among them.",
    )
    for wrong, message in (
        (0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9) * x, "9 x stands within the sine."),
        (
            0.2 + 0.4 * x**2 + 0.3 * np.sin(9 * x),
            "The factor x in front of the sine is missing.",
        ),
        (
            0.2 + 0.4 * x**2 + 0.3 * x * np.sin(np.radians(9 * x)),
            "The sine has its angle in radians. Do not convert 9 x.",
        ),
        (
            0.2 + 0.4 * x * 2 + 0.3 * x * np.sin(9 * x),
            "In Python x to the power of 2 is x**2.",
        ),
    ):
        require(not np.allclose(y, wrong, atol=1e-4), message)
    right = wavy_parabola(x)
    k = np.abs(y - right).argmax()
    require_close(
        y,
        right,
        f"At x = {x[k]:.3f} your line is at {y[k]:.3f}, the function at "
        f"{right[k]:.3f}.",
        atol=1e-4,
    )


sheet_function = CodeExercise(
    "sheet_function",
    title="Draw the function",
    question="""
        Task 3a of the exercise sheet. Draw $f(x) = 0.2 + 0.4\\,x^2 + 0.3\\,x \\sin(9x)$
        at 10 000 evenly spaced points between 0 and 1, both included. Write $f$ with
        NumPy yourself. The answer is the axes on which it is drawn.
    """,
    objectives=("fit-a-function",),
    minutes=5,
    hints=(
        "`np.linspace` makes evenly spaced points.",
        "`ax.plot(x, y)` draws a line through all points `(x[i], y[i])`.",
    ),
    setup_code="""
        import matplotlib.pyplot as plt
        import numpy as np
    """,
    start_code="""
        fig, ax = plt.subplots()
        # draw here
        answer = ax
    """,
    solution_code="""
        x = np.linspace(0, 1, 10_000)
        y = 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x)
        fig, ax = plt.subplots()
        ax.plot(x, y)
        ax.set(xlabel="x", ylabel="f(x)")

        answer = ax
    """,
    examiner=examine_drawing,
    points=2,
    wrong=(
        WrongAttempt(
            """
            x = np.linspace(0, 1, 10_000)
            fig, answer = plt.subplots()
            answer.plot(x, 0.2 + 0.4 * x**2 + 0.3 * np.sin(9 * x))
            plt.close(fig)
            """,
            "The factor x in front of the sine is missing",
            misconception="The $x$ before the sine belongs to the notation.",
        ),
        WrongAttempt(
            """
            x = np.linspace(0, 1)
            fig, answer = plt.subplots()
            answer.plot(x, 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x))
            plt.close(fig)
            """,
            "The line has 50 points",
            misconception=(
                "The default number of points is fine enough for any curve."
            ),
        ),
        WrongAttempt(
            """
            x = np.linspace(0, 10, 10_000)
            fig, answer = plt.subplots()
            answer.plot(x, 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x))
            plt.close(fig)
            """,
            "They should be evenly spaced between 0 and 1",
            misconception="Ten thousand points reach from 0 to 10.",
        ),
        WrongAttempt(
            """
            x = np.linspace(0, 1, 10_000, endpoint=False)
            fig, answer = plt.subplots()
            answer.plot(x, 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x))
            plt.close(fig)
            """,
            "Both ends, 0 and 1, are to be among them",
            misconception="A range ends before its end.",
        ),
        WrongAttempt(
            """
            x = np.linspace(0, 1, 10_000)
            fig, answer = plt.subplots()
            answer.plot(x, 0.2 + 0.4 * x + 0.3 * x * np.sin(9 * x))
            plt.close(fig)
            """,
            "At x = 0.500 your line is at 0.253",
            misconception="A power may be left out: at 1 it changes nothing.",
        ),
        WrongAttempt(
            """
            x = np.linspace(0, 1, 10_000)
            fig, answer = plt.subplots()
            answer.scatter(x, 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x))
            plt.close(fig)
            """,
            "No line is drawn on these axes, only points",
            misconception="Many points that are drawn are a line.",
        ),
    ),
)

WAVE = """
    import numpy as np

    from nnteach import MLPRegressorNet, fit_many

    x = np.linspace(0, 1, 100, dtype=np.float32)
    X, y = x.reshape(-1, 1), np.sin(2 * np.pi * x)
    settings = {"hidden_layer_sizes": (10,), "activation": "logistic", "alpha": 0}
    settings |= {"weight_init": "glorot_uniform", "bias_init": "zeros"}
    settings |= {"learning_rate_init": 0.02, "batch_size": 20, "max_iter": 60}
    settings |= {"n_iter_no_change": np.inf}
    nets = [MLPRegressorNet(**settings, random_state=s) for s in range(5)]
    losses = np.array([net.loss_curve_ for net in fit_many(nets, X, y)])
"""


@cache
def plateau():
    """Loss of five networks in epochs 31 to 60, with the points that they fit."""
    names = names_of(WAVE)
    return np.median(names["losses"][:, 30:]), names["x"], names["y"]


def plateau_is(factor, degree):
    loss, x, y = plateau()
    polynomial = np.polyval(np.polyfit(x, y, degree), x)
    return 0.9 < loss / (factor * np.mean((polynomial - y) ** 2)) < 1.1


height_of_the_plateau = ChoiceExercise(
    "height_of_the_plateau",
    title="How high is the plateau?",
    question="""
        Another function: one wave, $y = \\sin(2 \\pi x)$ for $0 \\le x \\le 1$. Ten
        logistic neurons train on it. After some 30 epochs the loss stays nearly the
        same for a while. What do the networks do on this plateau? Compare the median of
        `losses[:, 30:]` with what simple functions reach. `loss_curve_` is half a mean
        squared error.
    """,
    objectives=("read-a-plateau", "interpret-a-loss"),
    minutes=8,
    hints=(
        "`np.polyval(np.polyfit(x, y, 1), x)` is the best straight line.",
        "Degree 0 is the best constant, degree 3 the best cubic. Take half of the mean "
        "squared error of each.",
    ),
    setup_code=WAVE,
    choices=(
        Choice(
            "They return the mean of $y$: the loss is half the variance of $y$.",
            lambda: plateau_is(0.5, 0),
            "They are past that: half the variance is more than twice this loss.",
        ),
        Choice(
            "They do what the best straight line does: the loss is half its mean "
            "squared error.",
            lambda: plateau_is(0.5, 1),
            "A line that falls from left to right already follows the two halves of "
            "the wave a little.",
        ),
        Choice(
            "The loss is the mean squared error of the best straight line, so they do "
            "better than that line.",
            lambda: plateau_is(1, 1),
            "Mind the factor between a loss and a mean squared error.",
        ),
        Choice(
            "They do what the best cubic does: up, down and up again.",
            lambda: plateau_is(0.5, 3),
            "The cubic comes much closer to the wave. Compute its error.",
        ),
    ),
    solution_code="""
        print(f"loss on the plateau {np.median(losses[:, 30:]):.4f}")
        for degree in (0, 1, 3):
            errors = np.polyval(np.polyfit(x, y, degree), x) - y
            print(f"degree {degree}: {0.5 * np.mean(errors**2):.4f}")
        answer = "b"
    """,
)


@cache
def points_to_fit():
    x = np.linspace(0, 1, 500, dtype=np.float32)
    y = wavy_parabola(x)
    line = np.polyval(np.polyfit(x, y, 1), x)
    return x.reshape(-1, 1), y, np.mean((line - y) ** 2)


def examine_fit(net):
    require_fitted(net, MLPRegressorNet)
    sizes = tuple(net.architecture_.layer_sizes)
    require(
        sizes == (1, 50, 1),
        f"The layers of your network have the sizes {sizes}. It should have one input, "
        "50 hidden neurons and one output.",
    )
    require(
        net.activation == "logistic" and net.out_activation_ == "identity",
        f"The hidden neurons are {net.activation}, the output is "
        f"{net.out_activation_}. They should be logistic and linear (identity).",
    )
    require(
        net.alpha == 0,
        f"alpha is {net.alpha:g}: the objective has a penalty on the weights. The task "
        "wants the mean squared error alone.",
    )
    for name, value in {
        "solver": "adam",
        "learning_rate_init": 0.05,
        "batch_size": 100,
    }.items():
        found = getattr(net, name)
        require(
            found == value,
            f"{name} is {found!r} in your network. Leave it at {value!r}: it is not "
            "why the prediction is a straight line.",
        )
    require(
        samples_of(net) == 500,
        f"The network was trained on {samples_of(net)} points, not on the 500 of X.",
    )
    X, y, line_mse = points_to_fit()
    share = np.mean((net.predict(X) - y) ** 2) / line_mse
    told = f"The mean squared error is {100 * share:.0f} % of that of a straight line"
    require(
        share < 0.4 or net.n_iter_ == net.max_iter,
        f"{told}. The training stopped by itself after {net.n_iter_} of {net.max_iter} "
        "epochs, on the plateau.",
    )
    require(
        share < 0.4,
        f"{told} after all {net.n_iter_} epochs. Give it more time, or larger steps.",
    )
    return f"{told}."


sheet_fifty_sigmoids = CodeExercise(
    "sheet_fifty_sigmoids",
    title="A prediction that is a straight line",
    question="""
        Task 3b of the exercise sheet, smaller: 500 points in batches of 100, learning
        rate 0.05 and 400 epochs. The code below is meant to fit the function with 50
        logistic neurons, and its prediction is a straight line. Find out why, and
        correct it. The answer is the fitted network; the objective is the mean squared
        error alone, without a penalty.
    """,
    objectives=("fit-a-function", "read-a-plateau"),
    minutes=8,
    hints=(
        "How many epochs did the training take? Print `net.n_iter_`.",
        "A rule stops the training when the loss has not fallen by `tol` for some "
        "epochs. On a plateau it has not.",
        "`n_iter_no_change=np.inf` switches this rule off. `alpha=0` takes out the "
        "penalty.",
    ),
    setup_code="""
        import numpy as np

        from nnteach import MLPRegressorNet, wavy_parabola

        x = np.linspace(0, 1, 500, dtype=np.float32)
        X, y = x.reshape(-1, 1), wavy_parabola(x)
        settings = {"hidden_layer_sizes": (50,), "activation": "logistic"}
        settings |= {"weight_init": "glorot_uniform", "bias_init": "zeros"}
        settings |= {"learning_rate_init": 0.05, "batch_size": 100, "random_state": 0}
    """,
    start_code="""
        net = MLPRegressorNet(**settings, max_iter=400, alpha=0)
        answer = net.fit(X, y)
    """,
    solution_code="""
        net = MLPRegressorNet(**settings, max_iter=400, alpha=0)
        answer = net.set_params(n_iter_no_change=np.inf).fit(X, y)
        print(f"{net.n_iter_} epochs, final loss {net.loss_:.1e}")
    """,
    examiner=examine_fit,
    points=2,
    wrong=(
        WrongAttempt(
            "answer = MLPRegressorNet(**settings, max_iter=4000, alpha=0).fit(X, y)",
            "The training stopped by itself",
            misconception=(
                "`max_iter` is the number of epochs, so more of it means a "
                "longer training."
            ),
        ),
        WrongAttempt(
            """
            settings |= {"n_iter_no_change": np.inf, "alpha": 0}
            answer = MLPRegressorNet(**settings, max_iter=40).fit(X, y)
            """,
            "Give it more time",
            misconception=(
                "The training went wrong because of the rule alone; a "
                "short one shows the wave."
            ),
        ),
        WrongAttempt(
            """
            settings |= {"solver": "lbfgs", "alpha": 0}
            answer = MLPRegressorNet(**settings, max_iter=400).fit(X, y)
            """,
            "not why the prediction is a straight line",
            misconception="Another solver shows what was wrong with the network.",
        ),
        WrongAttempt(
            """
            settings |= {"n_iter_no_change": np.inf}
            answer = MLPRegressorNet(**settings, max_iter=40).fit(X, y)
            """,
            "The task wants the mean squared error alone",
            misconception="The loss is the mean squared error, whatever `alpha` is.",
        ),
        WrongAttempt(
            """
            settings |= {"n_iter_no_change": np.inf, "activation": "relu", "alpha": 0}
            answer = MLPRegressorNet(**settings, max_iter=40).fit(X, y)
            """,
            "The hidden neurons are relu",
            misconception=(
                "relu is the better neuron, so it may replace the logistic one."
            ),
        ),
    ),
)


def three_numbers(result):
    """Return the three numbers of a report; say which of them is none."""
    names = "typical error", "largest error", "place of the largest error"
    require(
        np.iterable(result) and not isinstance(result, str | dict) and len(result) == 3,
        "The function returns three numbers: the typical error, the largest error and "
        f"its place. Yours returns {describe(result)}.",
    )
    for name, number in zip(names, result, strict=True):
        require(
            np.ndim(number) == 0,
            f"Three numbers are wanted, and the {name} is {describe(number)}.",
        )
    return to_array(list(result))


def examine_errors(function):
    x = np.linspace(0, 2, 101)
    for sign in (1, -1):
        y = 3 * x
        error = 0.2 * np.cos(40 * x) + 0.05 * sign
        error[63] = -1.5 * sign
        typical, largest, place = three_numbers(call(function, x, y, y + error))
        right = np.sqrt(np.mean(error**2))
        require(
            not np.isclose(typical, np.mean(error)),
            "The typical error is a plain mean. Errors upwards and downwards cancel "
            "in it.",
        )
        require(
            not np.isclose(typical, right**2),
            "The typical error is still squared. Take the root of the mean.",
        )
        require(
            not np.isclose(typical, np.sqrt(np.mean(error**2) / 2)),
            "The typical error contains the one half of the loss.",
        )
        require_close(
            typical, right, "The typical error is not the root of the mean square."
        )
        require(
            np.isclose(abs(largest), 1.5),
            f"The largest error is {largest:.3g} in your answer. There is one of 1.5 "
            f"{'downwards' if sign == 1 else 'upwards'}.",
        )
        require(
            largest > 0,
            "Give the largest error without its sign.",
        )
        require(
            not np.isclose(place, 63),
            "The place is a number of the list. The answer wants the x that belongs "
            "to it.",
        )
        require_close(place, x[63], "The place is not where the error is largest.")


largest_error = CodeExercise(
    "largest_error",
    title="Errors that hide",
    question="""
        A report on a regression should say three things: the typical error (the root of
        the mean squared error), the largest error (without its sign), and the `x` where
        it occurs. The function below is meant to return these three numbers, in this
        order. It misses errors downwards, and some cancel. Correct it. All three
        arguments are arrays of one dimension.
    """,
    objectives=("find-the-largest-error", "interpret-a-loss"),
    minutes=6,
    hints=(
        "What is the mean of the errors 1 and -1?",
        "`np.abs` takes the sign away. Where do you need it?",
        "`x[np.abs(errors).argmax()]` is the place.",
    ),
    setup_code="import numpy as np",
    start_code="""
        def report(x, y, prediction):
            errors = prediction - y
            return errors.mean(), errors.max(), x[errors.argmax()]

        answer = report
    """,
    solution_code="""
        def report(x, y, prediction):
            errors = np.abs(prediction - y)
            typical = np.sqrt(np.mean(errors**2))
            return typical, errors.max(), x[errors.argmax()]

        answer = report
    """,
    examiner=examine_errors,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(x, y, prediction):
                errors = prediction - y
                typical = np.sqrt(np.mean(errors**2))
                return typical, errors.max(), x[errors.argmax()]
            """,
            "There is one of 1.5 downwards",
            misconception="An error is what a prediction has too much.",
        ),
        WrongAttempt(
            """
            def answer(x, y, prediction):
                errors = np.abs(prediction - y)
                return np.mean(errors**2), errors.max(), x[errors.argmax()]
            """,
            "The typical error is still squared",
            misconception=(
                "The mean squared error is already in the units of the target."
            ),
        ),
        WrongAttempt(
            """
            def answer(x, y, prediction):
                errors = np.abs(prediction - y)
                return np.sqrt(np.mean(errors**2)), errors.max(), errors.argmax()
            """,
            "The place is a number of the list",
            misconception="The number of the list is the place.",
        ),
        WrongAttempt(
            """
            def answer(x, y, prediction):
                errors = np.abs(prediction - y)
                return errors.mean(), errors.max(), x[errors.argmax()]
            """,
            "The typical error is not the root of the mean square",
            misconception="The typical error is the mean of the errors.",
        ),
        WrongAttempt(
            """
            def answer(x, y, prediction):
                errors = np.abs(prediction - y)
                typical = np.sqrt(np.mean(errors**2))
                return typical, errors.max(), x[errors == errors.max()]
            """,
            "the place of the largest error is an ndarray of shape (1,)",
            misconception="A list with one number is a number.",
        ),
    ),
)
