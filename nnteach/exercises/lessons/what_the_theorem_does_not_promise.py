"""Exercises of the lesson *What does the theorem not promise?*."""

from functools import cache
from math import ceil, floor

import numpy as np
from scipy.special import expit as sigma

from nnteach import MLPRegressorNet, fit_many
from nnteach import wavy_parabola as f
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, to_array
from nnteach.exercises.typed_numbers import to_number

GRID = np.linspace(0, 1, 2001)


def staircase(x, m):
    places = (np.arange(m) + 0.5) / m
    heights = np.diff(f(np.arange(m + 1) / m))
    return f(0) + sigma(20 * m * (np.reshape(x, (-1, 1)) - places)) @ heights


def error_by_hand(m):
    return np.abs(staircase(GRID, m) - f(GRID)).max()


@cache
def error_from_equal_weights():
    """Largest error after gradient descent from five neurons with equal weights."""
    w, b, v = np.ones((3, 5))
    c = 0.0
    x = np.linspace(0, 1, 50)
    for _ in range(1000):
        hidden = sigma(np.outer(x, w) + b)
        delta = (hidden @ v + c - f(x)) / len(x)
        delta_hidden = np.outer(delta, v) * hidden * (1 - hidden)
        w = w - 0.5 * x @ delta_hidden
        b = b - 0.5 * delta_hidden.sum(axis=0)
        v = v - 0.5 * delta @ hidden
        c = c - 0.5 * delta.sum()
    output = sigma(np.outer(GRID, w) + b) @ v + c
    return np.abs(output - f(GRID)).max()


@cache
def error_of_eight_trained():
    net = MLPRegressorNet(
        hidden_layer_sizes=(8,),
        activation="logistic",
        alpha=0,
        solver="lbfgs",
        max_iter=500,
        random_state=0,
    )
    x = np.linspace(0, 1, 50)
    net.fit(x.reshape(-1, 1), f(x))
    return np.abs(net.predict(GRID.reshape(-1, 1)) - f(GRID)).max()


def fewest_in_the_staircase(error):
    return next(m for m in range(1, 100) if error_by_hand(m) <= error)


what_has_been_proved = ChoiceExercise(
    "what_has_been_proved",
    title="What has been proved?",
    question="""
        Task 3d of the exercise sheet asks what has been proved about networks with one
        hidden layer of sigmoids. Here $f$ is the function of the lesson, on the
        interval from 0 to 1. Which statement is right?
    """,
    objectives=("state-the-theorem", "tell-existence-from-training"),
    minutes=4,
    hints=(
        "Read the theorem again, word for word. What does it say about training, about "
        "the number of neurons, and about other intervals?",
        "The main words of the theorem are *there are*.",
    ),
    choices=(
        Choice(
            "Gradient descent finds weights that come within 0.1 of $f$, whatever the "
            "weights that it starts from.",
            lambda: error_from_equal_weights() < 0.1,
            "The theorem says nothing about training. Start all neurons with equal "
            "weights: they have equal gradients and stay one neuron.",
        ),
        Choice(
            "Weights that come within 0.001 of $f$ at each $x$ from 0 to 1 do so at "
            "$x = 2$ as well.",
            lambda: abs(staircase(2, 1500)[0] - f(2)) < 0.001,
            "The theorem speaks of the interval alone. Beyond its last step, a "
            "staircase is flat.",
        ),
        Choice(
            "To come within 0.06 of $f$, a network needs as many sigmoids as the "
            "staircase does.",
            lambda: (
                fewest_in_the_staircase(0.06) <= 8 or error_of_eight_trained() > 0.06
            ),
            "The staircase shows that this many are enough. Other weights can do with "
            "fewer: training can choose places, heights and steepness.",
        ),
        Choice(
            "There are a number of sigmoids, and weights for them, whose output is "
            "within 0.001 of $f$ at each $x$ from 0 to 1.",
            lambda: error_by_hand(1500) < 0.001,
            "This is the theorem, with one number for ε. A staircase of 1500 sigmoids "
            "has such weights.",
        ),
        Choice(
            "Sigmoids come within 0.001 of $1/x$ at each $x > 0$, too, since $1/x$ is "
            "continuous there.",
            lambda: abs(staircase(1e-9, 1500)[0] - 1e9) < 0.001,
            "The theorem needs an interval that is closed and bounded. Near 0, $1/x$ "
            "grows beyond all bounds, and a sum of sigmoids does not.",
        ),
    ),
    solution_code="""
        import numpy as np
        from scipy.special import expit as sigma
        from nnteach import wavy_parabola as f

        m = 1500
        places = (np.arange(m) + 0.5) / m
        heights = np.diff(f(np.arange(m + 1) / m))
        x = np.linspace(0, 1, 2001)
        output = f(0) + sigma(20 * m * (x.reshape(-1, 1) - places)) @ heights
        print(f"largest error: {abs(output - f(x)).max():.4f}")
        answer = "d"
    """,
)


def steps_for(slope, error):
    return slope / (2 * error)


neurons_for_an_epsilon = NumberExercise(
    "neurons_for_an_epsilon",
    title="How long is the staircase?",
    question="""
        You build a staircase of $m$ sigmoids for $g(x) = \\sin(2 \\pi x)$ on the
        interval from 0 to 1. Its largest error is at most
        $\\frac{1}{2m} \\max_x |g'(x)|$. What is the smallest whole number $m$ for which
        this bound is at most $\\varepsilon = 0.01$?
    """,
    objectives=("build-a-staircase",),
    minutes=5,
    hints=(
        "What is the derivative of $\\sin(2 \\pi x)$, and where is it largest?",
        "Solve $\\frac{1}{2m} \\max_x |g'(x)| = \\varepsilon$ for $m$. The next whole "
        "number above is the answer.",
    ),
    solution_code="""
        import math

        slope = 2 * math.pi  # of sin(2 pi x) at x = 0
        m = slope / (2 * 0.01)
        answer = math.ceil(m)
        print(f"m has to be at least {m:.2f}")
    """,
    key=lambda: ceil(steps_for(2 * np.pi, 0.01)),
    decimals=0,
    mistakes=(
        Mistake(
            lambda: floor(steps_for(2 * np.pi, 0.01)),
            "With this number the bound is still a little above 0.01.",
        ),
        Mistake(
            lambda: ceil(2 * steps_for(2 * np.pi, 0.01)),
            "The bound is smaller than you think: f leaves a step by what it changes "
            "over half a piece.",
        ),
        Mistake(
            lambda: ceil(steps_for(1, 0.01)),
            "You took 1 for the largest slope. That is the largest value of the sine; "
            "the chain rule gives its slope.",
        ),
        Mistake(
            lambda: ceil(steps_for(2 * np.pi, 0.1)),
            "This is for an error of 0.1.",
        ),
    ),
)

W, B, V, C = np.array([30, -20, 10]), np.array([-9, 14, -8]), [0.5, -0.3, 0.4], 0.2


def output_at(x, c=C):
    return c + sigma(W * x + B) @ V


far_from_the_samples = NumberExercise(
    "far_from_the_samples",
    title="Far from the samples",
    question="""
        A network with three logistic hidden neurons was trained on $x$ from 0 to 1. Its
        output is $c + \\sum_j v_j\\,\\sigma(w_j x + b_j)$ with $w = (30, -20, 10)$,
        $b = (-9, 14, -8)$, $v = (0.5, -0.3, 0.4)$ and $c = 0.2$. What does it predict
        at $x = 1000$?
    """,
    objectives=("distrust-extrapolation",),
    minutes=4,
    hints=(
        "At $x = 1000$ each pre-activation is a huge number, positive or negative.",
        "$\\sigma(z)$ is practically 1 for a large positive $z$, and 0 for a large "
        "negative one.",
    ),
    solution_code="""
        import numpy as np
        from scipy.special import expit as sigma

        w, b = np.array([30, -20, 10]), np.array([-9, 14, -8])
        v, c = np.array([0.5, -0.3, 0.4]), 0.2
        hidden = sigma(w * 1000 + b)
        answer = v @ hidden + c
        print(f"hidden activations {hidden}, output {answer:.2f}")
    """,
    key=lambda: output_at(1000),
    decimals=2,
    mistakes=(
        Mistake(
            lambda: C + sum(V),
            "You took all neurons to be at 1. For which of them is w negative?",
            misconception="Far to the right all neurons are switched on.",
        ),
        Mistake(
            lambda: output_at(1000, c=0),
            "The bias of the output is missing.",
        ),
        Mistake(
            lambda: output_at(-1000),
            "This is the prediction far on the other side, at x = -1000.",
        ),
        Mistake(
            lambda: C + (W * 1000 + B) @ V,
            "This network would have no activation function. What does σ make of a "
            "huge pre-activation?",
            misconception=(
                "Far from the samples the network goes on like a straight line."
            ),
        ),
    ),
)


@cache
def largest_errors(width, n_updates):
    nets = [
        MLPRegressorNet(
            hidden_layer_sizes=(width,),
            activation="logistic",
            alpha=0,
            weight_init="glorot_uniform",
            bias_init="zeros",
            learning_rate_init=0.03,
            batch_size=100,
            shuffle=False,
            max_iter=n_updates,
            n_iter_no_change=np.inf,
            random_state=seed,
        )
        for seed in (1, 3, 4)
    ]
    x = np.linspace(0, 1, 100, dtype=np.float32)
    fit_many(nets, x.reshape(-1, 1), f(x))
    points = GRID.reshape(-1, 1)
    return np.array([np.abs(net.predict(points) - f(GRID)).max() for net in nets])


what_training_shows = ChoiceExercise(
    "what_training_shows",
    title="What does a bad fit show?",
    question="""
        Somebody trains networks of 20 sigmoids on the function $f$ of the lesson, at
        100 points and with three seeds. After 300 updates the largest error of each is
        more than 0.2. The staircase of 20 sigmoids, set by hand, has a largest error of
        about 0.04. `largest_errors(width, n_updates)` trains and measures. Which
        statement is right?
    """,
    objectives=("tell-existence-from-training",),
    minutes=6,
    hints=(
        "Which of the statements are about weights that there are, and which about "
        "what training reaches?",
        "Train longer, or wider, and look: `largest_errors(20, 900)` and "
        "`largest_errors(50, 300)`.",
    ),
    setup_code="""
        import numpy as np
        from nnteach import MLPRegressorNet, fit_many
        from nnteach import wavy_parabola as f

        def largest_errors(width, n_updates):
            nets = [
                MLPRegressorNet(
                    hidden_layer_sizes=(width,), activation="logistic", alpha=0,
                    weight_init="glorot_uniform", bias_init="zeros",
                    learning_rate_init=0.03, batch_size=100, shuffle=False,
                    max_iter=n_updates, n_iter_no_change=np.inf, random_state=seed,
                )
                for seed in (1, 3, 4)
            ]
            x = np.linspace(0, 1, 100, dtype=np.float32)
            fit_many(nets, x.reshape(-1, 1), f(x))
            x = np.linspace(0, 1, 2001)
            outputs = [net.predict(x.reshape(-1, 1)) for net in nets]
            return abs(np.array(outputs) - f(x)).max(axis=1)
    """,
    start_code="""
        # print(largest_errors(20, 300))
        answer = ...
    """,
    choices=(
        Choice(
            "Twenty sigmoids cannot come closer to $f$ than 0.2.",
            lambda: error_by_hand(20) > 0.2,
            "The staircase has 20 sigmoids as well, and it is closer. Training did not "
            "find the best weights there are.",
        ),
        Choice(
            "These trainings had not come to their end: with 900 updates, the largest "
            "error of each network is less than half as large.",
            lambda: np.all(largest_errors(20, 900) < largest_errors(20, 300) / 2),
            "The error after 300 updates tells how far training had come, and not how "
            "far it can come.",
        ),
        Choice(
            "Training had come to its end: with 900 updates, the largest errors "
            "change by less than a tenth.",
            lambda: np.all(
                largest_errors(20, 900) > 0.9 * largest_errors(20, 300),
            ),
            "A large error is no sign that training has ended. Let it go on, and "
            "compare.",
        ),
        Choice(
            "By the theorem, wider is better: 50 sigmoids have less than half these "
            "errors after 300 updates.",
            lambda: np.all(largest_errors(50, 300) < largest_errors(20, 300) / 2),
            "With more neurons there are better weights. Whether training reaches them "
            "in 300 updates is not in the theorem. Try it.",
        ),
    ),
    solution_code="""
        print("20 sigmoids, 300 updates:", largest_errors(20, 300).round(3))
        print("20 sigmoids, 900 updates:", largest_errors(20, 900).round(3))
        print("50 sigmoids, 300 updates:", largest_errors(50, 300).round(3))
        answer = "b"
    """,
)


STAIRS = (
    (np.cos, 0, 1, 25),
    (lambda x: x**2 / 4, -2, 3, 40),
    (lambda x: 1 + np.sin(500 * x), 0, 0.01, 30),
)


def examine_stairs(function):
    for g, left, right, m in STAIRS:
        result = call(function, g, left, right, m)
        require(
            isinstance(result, tuple | list) and len(result) == 4,
            "The function returns four things: w, b, v and c.",
        )
        w, b, v = (to_array(part).ravel() for part in result[:3])
        for name, array in {"w": w, "b": b, "v": v}.items():
            require(
                array.size == m,
                f"For m = {m}, {name} has {array.size} entries. There is one for each "
                "neuron.",
            )
        c = to_number(result[3])
        require(np.all(w != 0), "A neuron with the weight 0 makes no step.")
        x = np.linspace(left, right, 4001)
        output = sigma(np.outer(x, w) + b) @ v + c
        error = np.abs(output - g(x)).max()
        bound = np.abs(np.gradient(g(x), x)).max() * (right - left) / (2 * m)
        if error <= 1.05 * bound:
            continue
        where = f"On the interval from {left} to {right}"
        places, piece = np.sort(-b / w), (right - left) / m
        off = (places - left - (np.arange(m) + 0.5) * piece) / piece
        require(
            np.abs(np.abs(off) - 0.5).max() > 0.01,
            f"{where}, each step is half a piece off: it is to be in the middle of its "
            "piece.",
        )
        require(
            np.abs(off).max() < 0.01,
            f"{where}, your steps lie between x = {places[0]:.3g} and "
            f"{places[-1]:.3g}. They are to be in the middles of the pieces.",
        )
        require(
            np.abs(w).min() * piece > 10,
            f"{where}, a piece is {piece:.2g} wide, and a sigmoid with w = {w[0]:.3g} "
            "climbs on a stretch of 4/w. That is too gentle.",
        )
        start = output[0] - g(left)
        require(
            abs(start) <= bound,
            f"{where}, your staircase starts {abs(start):.2g} too "
            f"{'high' if start > 0 else 'low'}. What is c for?",
        )
        require(
            False,
            f"{where}, the largest error is {error:.3g}. It is to be at most "
            f"{bound:.3g}.",
        )


staircase_on_any_interval = CodeExercise(
    "staircase_on_any_interval",
    title="Find the mistake: a staircase on any interval",
    question="""
        The function `staircase(g, left, right, m)` is to return the weights of a
        network with $m$ logistic hidden neurons that follows a function $g$ on the
        interval from `left` to `right`: the arrays `w`, `b` and `v` with an entry for
        each neuron, and the number `c`. Its largest error is to be at most about
        $\\frac{1}{2m} \\max_x |g'(x)|$ times the length of the interval. The code keeps
        that on the interval from 0 to 1, and on no other. Make it right on short and
        long intervals, and set `answer` to the function.
    """,
    objectives=("build-a-staircase",),
    minutes=12,
    hints=(
        "How wide is a piece, and where is the middle of the first one?",
        "The steps lie at `-b / w`. The middles of the pieces are "
        "`(edges[1:] + edges[:-1]) / 2`.",
        "On a short interval the pieces are narrow. How large must $w$ be there, so "
        "that a sigmoid climbs within its piece?",
    ),
    setup_code="import numpy as np",
    start_code="""
        def staircase(g, left, right, m):
            edges = np.linspace(left, right, m + 1)
            v = np.diff(g(edges))
            w = np.full(m, 20.0 * m)
            b = -w * (np.arange(m) + 0.5) / m
            return w, b, v, g(left)

        answer = staircase
    """,
    solution_code="""
        def staircase(g, left, right, m):
            edges = np.linspace(left, right, m + 1)
            middles = (edges[1:] + edges[:-1]) / 2
            v = np.diff(g(edges))
            w = np.full(m, 20 * m / (right - left))
            b = -w * middles
            return w, b, v, g(left)

        answer = staircase
    """,
    examiner=examine_stairs,
    points=3,
    wrong=(
        WrongAttempt(
            """
            def answer(g, left, right, m):
                edges = np.linspace(left, right, m + 1)
                w = np.full(m, 20.0 * m)
                b = -w * (np.arange(m) + 0.5) / m
                return w, b, np.diff(g(edges)), g(left)
            """,
            "your steps lie between x = ",
            misconception="Every interval is from 0 to 1.",
        ),
        WrongAttempt(
            """
            def answer(g, left, right, m):
                edges = np.linspace(left, right, m + 1)
                w = np.full(m, 20 * m / (right - left))
                return w, -w * edges[1:], np.diff(g(edges)), g(left)
            """,
            "half a piece off",
            misconception="A step stands at the end of its piece.",
        ),
        WrongAttempt(
            """
            def answer(g, left, right, m):
                edges = np.linspace(left, right, m + 1)
                w = np.full(m, 20 * m)
                b = -w * (edges[1:] + edges[:-1]) / 2
                return w, b, np.diff(g(edges)), g(left)
            """,
            "That is too gentle",
            misconception="The steepness depends on the number of steps alone.",
        ),
        WrongAttempt(
            """
            def answer(g, left, right, m):
                edges = np.linspace(left, right, m + 1)
                w = np.full(m, 20 * m / (right - left))
                b = -w * (edges[1:] + edges[:-1]) / 2
                return w, b, np.diff(g(edges)), 0
            """,
            "What is c for?",
            misconception=(
                "Heights of steps are enough; where the staircase begins "
                "does not matter."
            ),
        ),
    ),
)
