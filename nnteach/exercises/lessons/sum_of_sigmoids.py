"""Exercises of the lesson *How do fifty sigmoids add up to a function?*."""

import numpy as np
from scipy.special import expit as sigma

from nnteach import MLPRegressorNet
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, require_close, to_array
from nnteach.exercises.typed_numbers import to_number

V, W, B = 0.8, -25, 10

place_of_a_step = NumberExercise(
    "place_of_a_step",
    title="Where is the step?",
    question="""
        A hidden neuron contributes $v\\,\\sigma(w x + b)$ to the output, with
        $w = -25$, $b = 10$ and $v = 0.8$. At which $x$ is its contribution steepest?
    """,
    objectives=("place-a-sigmoid",),
    minutes=2,
    hints=(
        "The logistic function $\\sigma(z)$ is steepest at $z = 0$.",
        "Solve $w x + b = 0$ for $x$.",
    ),
    solution_code="""
        w, b = -25, 10
        answer = -b / w
        print(f"At x = {answer} the pre-activation is {w * answer + b}.")
    """,
    key=lambda: -B / W,
    decimals=2,
    mistakes=(
        Mistake(
            lambda: B / W,
            "The sign is wrong. Put your number into w x + b: is that zero?",
            misconception="The step is where $w x$ equals $b$.",
        ),
        Mistake(
            lambda: -W / B,
            "The fraction is upside down. Put your number into w x + b: is that zero?",
            misconception="The place is the weight divided by the bias.",
        ),
        Mistake(
            lambda: B,
            "This is the bias. It says how far the step is moved only together with "
            "the weight.",
        ),
    ),
)


slope_at_the_place = NumberExercise(
    "slope_at_the_place",
    title="How steep is the step?",
    question="""
        Take the same neuron, with $w = -25$, $b = 10$ and $v = 0.8$. What is the slope
        of its contribution $v\\,\\sigma(w x + b)$ where it is steepest? The slope is
        the derivative with respect to $x$, with its sign.
    """,
    objectives=("place-a-sigmoid",),
    minutes=4,
    hints=(
        "By the chain rule the slope is $v\\,\\sigma'(w x + b)\\,w$.",
        "The derivative is $\\sigma'(z) = \\sigma(z)\\,(1 - \\sigma(z))$. At the "
        "steepest point $z = 0$.",
    ),
    solution_code="""
        w, v = -25, 0.8
        slope_of_sigma = 0.5 * (1 - 0.5)
        answer = v * slope_of_sigma * w
        print(f"{v} * {slope_of_sigma} * {w} = {answer}")
    """,
    key=lambda: V * sigma(0) * (1 - sigma(0)) * W,
    decimals=2,
    mistakes=(
        Mistake(
            lambda: V * W,
            "You took 1 for the slope of σ itself. It is never as steep as that.",
        ),
        Mistake(
            lambda: V * sigma(0) * W,
            "You took the value of σ in place of its derivative.",
        ),
        Mistake(
            lambda: -V * sigma(0) * (1 - sigma(0)) * W,
            "The size is right. Do v and w have the same sign? Then say whether the "
            "step goes up or down.",
            misconception="A slope has a size and no sign.",
        ),
        Mistake(
            lambda: sigma(0) * (1 - sigma(0)) * W,
            "The height of the step is missing: the output multiplies the neuron by v.",
        ),
        Mistake(
            lambda: V * sigma(0) * (1 - sigma(0)),
            "The chain rule has another factor: w x + b changes with x as well.",
        ),
    ),
)


def examine_plateau(answer):
    require(
        isinstance(answer, tuple | list) and len(answer) == 4,
        "The answer is (w, b, v, c): three pairs of numbers, and one number.",
    )
    w, b, v = (to_array(part).ravel() for part in answer[:3])
    for name, pair in {"w": w, "b": b, "v": v}.items():
        require(pair.size == 2, f"{name} has two numbers, one for each neuron.")
    c = to_array(answer[3]).ravel()
    require(c.size == 1, "c is one number.")
    x = np.linspace(0, 1, 1001)
    output = v @ sigma(np.outer(w, x) + b[:, np.newaxis]) + c
    level = 0.5 * ((x > 0.3) & (x < 0.6))
    judged = (np.abs(x - 0.3) >= 0.05) & (np.abs(x - 0.6) >= 0.05)
    gap = np.abs(output - level)[judged].max()
    if gap <= 0.02:
        return "Two steps, one up and one down, make a plateau."
    require(w.all(), "A neuron with the weight 0 makes no step.")
    places = -b / w
    order = places.argsort()
    found = "The steps of your neurons are at x = {:.3g} and {:.3g}".format(
        *places[order]
    )
    require(np.abs(places[order] - [0.3, 0.6]).max() < 0.05, f"{found}.")
    first, second = np.sign(v * w)[order]
    require(first > 0, f"{found}, and the first of them does not go up.")
    require(second < 0, f"{found}, and the second of them does not go down.")
    require(
        np.abs(np.abs(v) - 0.5).max() <= 0.02,
        "The places are right. How high is each step to be?",
    )
    require(
        np.abs(w).min() >= 65,
        "Places and heights are right, but the steps are too gentle: 0.05 beside its "
        "place, a step is to be over.",
    )
    require_close(
        output[0],
        0,
        f"Your steps are right. At x = 0 the output is {output[0]:.2f}: move the whole "
        "curve.",
        atol=0.02,
    )
    require(False, f"Nearly: your curve is still off by up to {gap:.3f}.")


plateau_of_two_sigmoids = CodeExercise(
    "plateau_of_two_sigmoids",
    title="A plateau from two sigmoids",
    question="""
        Set the weights of a network with two hidden neurons by hand. Its output
        $v_1\\,\\sigma(w_1 x + b_1) + v_2\\,\\sigma(w_2 x + b_2) + c$ is to be 0.5
        between $x = 0.3$ and $x = 0.6$, and 0 in the rest of the interval from 0 to 1.
        It may be off by 0.02, and by anything closer than 0.05 to 0.3 and to 0.6. The
        answer is the tuple `(w, b, v, c)`. Each of `w`, `b` and `v` has an entry for
        each neuron.
    """,
    objectives=("place-a-sigmoid", "add-up-neurons"),
    minutes=8,
    hints=(
        "One neuron steps up at 0.3, the other steps down at 0.6.",
        "Choose a large weight $w$ for both, such as 200. Then $b = -w x$ puts the "
        "step at $x$.",
        "A neuron steps down if $v$ and $w$ have different signs.",
    ),
    start_code="""
        w = [..., ...]
        b = [..., ...]
        v = [..., ...]
        c = ...
        answer = (w, b, v, c)
    """,
    solution_code="""
        w = [200, 200]
        b = [-200 * 0.3, -200 * 0.6]
        v = [0.5, -0.5]
        c = 0
        answer = (w, b, v, c)
    """,
    examiner=examine_plateau,
    points=2,
    wrong=(
        WrongAttempt(
            "answer = ([200, 200], [60, 120], [0.5, -0.5], 0)",
            "The steps of your neurons are at x = -0.6 and -0.3",
            misconception="The step is where $w x$ equals $b$.",
        ),
        WrongAttempt(
            "answer = ([200, 200], [-60, -120], [0.5, 0.5], 0)",
            "the second of them does not go down",
            misconception="Each neuron adds its height, so both have to be positive.",
        ),
        WrongAttempt(
            "answer = ([20, 20], [-6, -12], [0.5, -0.5], 0)",
            "the steps are too gentle",
            misconception="A step is a step, however small its weight.",
        ),
        WrongAttempt(
            "answer = ([200, -200], [-60, 120], [0.5, 0.5], 0)",
            "move the whole curve",
            misconception=(
                "A neuron that goes down needs a negative weight and nothing else."
            ),
        ),
        WrongAttempt(
            "answer = ([200, 200], [-60, -120], [1, -1], 0)",
            "How high is each step to be?",
            misconception="The plateau has the mean of the two heights.",
        ),
    ),
)


def network_of(w, b, v, c):
    net = MLPRegressorNet(hidden_layer_sizes=(len(w),), activation="logistic")
    net.initialize(np.zeros((2, 1)), np.zeros(2))
    net.coefs_ = [np.array([w]), np.transpose([v])]
    net.intercepts_ = [np.array(b), np.array([c])]
    return net


def examine_contributions(function):
    rng = np.random.default_rng(0)
    for width in (3, 50):
        w, b = rng.normal(scale=4, size=(2, width))
        v, c = rng.normal(size=width), 0.7
        x = np.linspace(0, 1, 30)
        net = network_of(w, b, v, c)
        columns = to_array(call(function, net, x))
        require(
            columns.shape != (width, 30),
            "A row is to belong to a value of x, and a column to a neuron. Yours is "
            "transposed.",
        )
        require(
            columns.shape == (30, width),
            f"For 30 values of x and {width} neurons the shape is (30, {width}). Yours "
            f"is {columns.shape}.",
        )
        neurons = sigma(np.outer(x, w) + b)
        right = v * neurons
        for wrong, message in (
            (
                v * sigma(w * (x.reshape(-1, 1) + b)),
                "The sum still misses the prediction. At x = -b/w the sigmoid is to be "
                "half-way up. What does your sigma get there?",
            ),
            (neurons, "All your columns lie between 0 and 1: their heights are lost."),
            (
                right + c,
                "Your sum has the output bias once for each neuron. It belongs to none "
                "of them.",
            ),
            (
                v * (np.outer(x, w) + b),
                "All your columns are straight lines. The neurons have an activation "
                "function.",
            ),
        ):
            require(not np.allclose(columns, wrong), message)
        gap = np.abs(columns.sum(axis=1) + c - net.predict(x.reshape(-1, 1))).max()
        require(
            gap < 1e-6,
            f"The sum of your columns and the output bias is up to {gap:.2g} away from "
            "the prediction.",
        )
        require_close(
            columns, right, "The sum is right, but the columns are not the neurons'."
        )


contributions_that_miss = CodeExercise(
    "contributions_that_miss",
    title="Find the mistake: the sum misses the prediction",
    question="""
        How do 50 neurons make the curve of the exercise sheet, task 3b? A student takes
        a network apart. Each column of the result is to be the contribution of one
        neuron; the sum of the columns and the output bias is to be the prediction. But
        the sum is far off:

        ```
        total = contributions(net, x).sum(axis=1) + net.intercepts_[1]
        print(abs(total - net.predict(x.reshape(-1, 1))).max())
        ```

        Find the mistake, and set `answer` to the function without it.
    """,
    objectives=("add-up-neurons",),
    minutes=6,
    hints=(
        "Write down the pre-activation of one neuron, and compare.",
        "The bias is added to the weighted input. What does the code add it to?",
    ),
    setup_code="""
        import numpy as np
        from scipy.special import expit as sigma
        from nnteach import MLPRegressorNet, wavy_parabola

        x = np.linspace(0, 1, 100)
        net = MLPRegressorNet(
            hidden_layer_sizes=(50,), activation="logistic", learning_rate_init=0.05,
            batch_size=100, max_iter=200, n_iter_no_change=np.inf, random_state=0,
        )
        net.fit(x.reshape(-1, 1), wavy_parabola(x))
    """,
    start_code="""
        def contributions(net, x):
            w, b = net.coefs_[0][0], net.intercepts_[0]
            v = net.coefs_[1][:, 0]
            return v * sigma(w * (x.reshape(-1, 1) + b))

        answer = contributions
    """,
    solution_code="""
        def contributions(net, x):
            w, b = net.coefs_[0][0], net.intercepts_[0]
            v = net.coefs_[1][:, 0]
            return v * sigma(w * x.reshape(-1, 1) + b)

        total = contributions(net, x).sum(axis=1) + net.intercepts_[1]
        gap = abs(total - net.predict(x.reshape(-1, 1))).max()
        print(f"sum and prediction differ by at most {gap:.0e}")
        answer = contributions
    """,
    examiner=examine_contributions,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(net, x):
                w, b, v = net.coefs_[0][0], net.intercepts_[0], net.coefs_[1][:, 0]
                return v * sigma(w * (x.reshape(-1, 1) + b))
            """,
            "What does your sigma get there?",
            misconception=(
                "The bias shifts $x$, so it is added before the weight multiplies."
            ),
        ),
        WrongAttempt(
            """
            def answer(net, x):
                return sigma(x.reshape(-1, 1) @ net.coefs_[0] + net.intercepts_[0])
            """,
            "their heights are lost",
            misconception=(
                "The activation of a neuron is its contribution to the output."
            ),
        ),
        WrongAttempt(
            """
            def answer(net, x):
                hidden = sigma(x.reshape(-1, 1) @ net.coefs_[0] + net.intercepts_[0])
                return hidden * net.coefs_[1][:, 0] + net.intercepts_[1]
            """,
            "the output bias once for each neuron",
            misconception="The output bias belongs to each neuron.",
        ),
        WrongAttempt(
            """
            def answer(net, x):
                hidden = sigma(x.reshape(-1, 1) @ net.coefs_[0] + net.intercepts_[0])
                return (hidden * net.coefs_[1][:, 0]).T
            """,
            "Yours is transposed",
            misconception=(
                "Rows and columns can be exchanged, since the sum is the same."
            ),
        ),
    ),
)


def curves_of(net, x):
    hidden = sigma(np.outer(x, net.coefs_[0][0]) + net.intercepts_[0])
    return hidden * net.coefs_[1][:, 0]


def lines_of(curves, x):
    slopes, offsets = np.polyfit(x, curves, deg=1)
    return np.outer(x, slopes) + offsets


def fewest_kept(net, x, y, *, by_bend=True, replace=True, least=0):
    curves = curves_of(net, x)
    lines = lines_of(curves, x)
    size = np.abs(curves - lines) if by_bend else np.abs(net.coefs_[1].T)
    order = size.max(axis=0).argsort()[::-1]
    allowed = 2 * np.mean((net.predict(x.reshape(-1, 1)) - y) ** 2)
    for n in range(least, len(order) + 1):
        mixed = lines.copy() if replace else np.zeros_like(lines)
        mixed[:, order[:n]] = curves[:, order[:n]]
        output = mixed.sum(axis=1) + net.intercepts_[1]
        if np.mean((output - y) ** 2) <= allowed:
            return n
    return len(order)


def mixed_network(n_bent, seed):
    """Make a network of ten: some steep neurons, the others nearly straight."""
    rng = np.random.default_rng(seed)
    signs = rng.choice([-1, 1], size=(2, 10))
    bent = np.arange(10) < n_bent
    w = np.where(bent, 20, 0.2) * signs[0]
    v = np.where(bent, 0.5, np.where(np.arange(10) < 8, 2.0, 0.001)) * signs[1]
    b = -w * np.linspace(0.2, 0.8, 10)
    order = rng.permutation(10)
    return network_of(w[order], b[order], v[order], 0.3)


def examine_fewest(function):
    x = np.linspace(0, 1, 100)
    noise = 0.01 * np.random.default_rng(0).normal(size=100)
    nets = [mixed_network(n_bent, seed) for seed, n_bent in enumerate((3, 1, 5, 0))]
    targets = [net.predict(x.reshape(-1, 1)) + noise for net in nets]
    cases = [(net, x, y) for net, y in zip(nets, targets, strict=True)]
    found = [to_number(call(function, *case)) for case in cases]
    right = [fewest_kept(*case) for case in cases]
    for settings, message in (
        (
            {"replace": False},
            "Your function leaves the other neurons out. They are to be replaced by "
            "their straight lines: nearly straight is not nearly zero.",
        ),
        (
            {"by_bend": False},
            "Your function keeps the neurons with the largest weights |v|. Which ones "
            "bend most?",
        ),
        (
            {"least": 1},
            "In one of our networks no neuron bends. Can your function return 0?",
        ),
    ):
        require(found != [fewest_kept(*case, **settings) for case in cases], message)
    for n, expected in zip(found, right, strict=True):
        require(
            n == expected,
            f"For a network of ten neurons, {expected} of them steep, your function "
            f"returns {n:g}.",
        )


fewest_bent_neurons = CodeExercise(
    "fewest_bent_neurons",
    title="Project: how few sigmoids and a line?",
    question="""
        Write a function that finds out how many sigmoids a network with one hidden
        layer needs. Rank its neurons by their bend, the largest distance of a
        contribution from its best straight line. Keep the $n$ neurons that bend most,
        replace each of the others by its line, and add up. `fewest(net, x, y)` returns
        the smallest $n$, from 0, for which the mean squared error is at most twice that
        of the whole network. `x` and `y` have one dimension. Set `answer` to the
        function.
    """,
    objectives=("count-useful-neurons", "add-up-neurons"),
    minutes=20,
    hints=(
        "`np.abs(curves - lines).max(axis=0)` is the bend of each neuron, and "
        "`argsort` ranks.",
        "Start with a copy of `lines`, and overwrite the columns of the neurons that "
        "you keep. Do not forget the output bias.",
        "Go through `n = 0, 1, 2, …` and return the first one whose error is small "
        "enough.",
    ),
    setup_code="""
        import numpy as np
        from scipy.special import expit as sigma

        def contributions(net, x):
            hidden = sigma(x.reshape(-1, 1) @ net.coefs_[0] + net.intercepts_[0])
            return hidden * net.coefs_[1][:, 0]

        def best_lines(curves, x):
            slopes, offsets = np.polyfit(x, curves, deg=1)
            return np.outer(x, slopes) + offsets
    """,
    start_code="""
        def fewest(net, x, y):
            curves = contributions(net, x)
            lines = best_lines(curves, x)
            ...

        answer = fewest
    """,
    solution_code="""
        def fewest(net, x, y):
            curves = contributions(net, x)
            lines = best_lines(curves, x)
            order = np.abs(curves - lines).max(axis=0).argsort()[::-1]
            allowed = 2 * np.mean((net.predict(x.reshape(-1, 1)) - y) ** 2)
            mixed = lines.copy()
            for n in range(len(order) + 1):
                mixed[:, order[:n]] = curves[:, order[:n]]
                output = mixed.sum(axis=1) + net.intercepts_[1]
                if np.mean((output - y) ** 2) <= allowed:
                    return n

        answer = fewest
    """,
    examiner=examine_fewest,
    points=3,
    wrong=(
        WrongAttempt(
            """
            def answer(net, x, y):
                curves = contributions(net, x)
                bends = np.abs(curves - best_lines(curves, x)).max(axis=0)
                order = bends.argsort()[::-1]
                allowed = 2 * np.mean((net.predict(x.reshape(-1, 1)) - y) ** 2)
                for n in range(len(order) + 1):
                    output = curves[:, order[:n]].sum(axis=1) + net.intercepts_[1]
                    if np.mean((output - y) ** 2) <= allowed:
                        return n
            """,
            "nearly straight is not nearly zero",
            misconception="A neuron that does not bend contributes nothing.",
        ),
        WrongAttempt(
            """
            def answer(net, x, y):
                curves = contributions(net, x)
                mixed = best_lines(curves, x)
                order = np.abs(net.coefs_[1][:, 0]).argsort()[::-1]
                allowed = 2 * np.mean((net.predict(x.reshape(-1, 1)) - y) ** 2)
                for n in range(len(order) + 1):
                    mixed[:, order[:n]] = curves[:, order[:n]]
                    output = mixed.sum(axis=1) + net.intercepts_[1]
                    if np.mean((output - y) ** 2) <= allowed:
                        return n
            """,
            "the largest weights |v|",
            misconception=(
                "The largest output weights belong to the most important neurons."
            ),
        ),
        WrongAttempt(
            """
            def answer(net, x, y):
                curves = contributions(net, x)
                mixed = best_lines(curves, x)
                order = np.abs(curves - mixed).max(axis=0).argsort()[::-1]
                allowed = 2 * np.mean((net.predict(x.reshape(-1, 1)) - y) ** 2)
                for n in range(1, len(order) + 1):
                    mixed[:, order[:n]] = curves[:, order[:n]]
                    output = mixed.sum(axis=1) + net.intercepts_[1]
                    if np.mean((output - y) ** 2) <= allowed:
                        return n
            """,
            "no neuron bends",
            misconception="At least one neuron has to bend.",
        ),
        WrongAttempt(
            """
            def answer(net, x, y):
                return net.coefs_[0].size
            """,
            "of them steep, your function",
            misconception="The network needs all the neurons that it was given.",
        ),
    ),
)
