"""Exercises of the lesson *Backpropagation by hand*."""

from functools import cache

import numpy as np
from scipy.special import expit

from nnteach import MLPRegressorNet
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, describe, require, to_array

A, W_OUT, ERROR, X_IN = 0.6, 2.0, 1.5 - 1.0, 3.0

a_way_back = NumberExercise(
    "a_way_back",
    title="One way back, by hand",
    question="""
        A network has one output without an activation function, and is trained on half
        the squared error, without a penalty. For a single sample its output is 1.5 and
        the target is 1. A hidden tanh neuron has the activation $a = 0.6$, and its
        weight towards the output is 2. What is the derivative of $E$ with respect to
        the weight by which this neuron multiplies the input $x = 3$?
    """,
    objectives=("compute-a-gradient",),
    minutes=4,
    hints=(
        "Begin at the output: what is the derivative of $E$ with respect to its "
        "pre-activation?",
        "Pass it back through the weight 2, and multiply by the slope of tanh, "
        "$1 - a^2$. That is the derivative by the neuron's $z$.",
        "Finally equation (4): multiply by what the weight is multiplied with.",
    ),
    solution_code="""
        error = 1.5 - 1
        of_a = 2 * error
        of_z = of_a * (1 - 0.6**2)
        answer = of_z * 3
        print(f"dE/da = {of_a:g}, dE/dz = {of_z:g}, dE/dw = {answer:g}")
    """,
    key=lambda: ERROR * W_OUT * (1 - A**2) * X_IN,
    decimals=2,
    mistakes=(
        Mistake(
            lambda: ERROR * W_OUT * X_IN,
            "The slope of tanh is missing.",
        ),
        Mistake(
            lambda: ERROR * W_OUT * (1 - np.tanh(A) ** 2) * X_IN,
            "You applied tanh to 0.6. That is the activation already, the value of "
            "tanh.",
        ),
        Mistake(
            lambda: ERROR * W_OUT * (1 - A**2),
            "That is the derivative by the neuron's pre-activation. The weight is "
            "multiplied by an input.",
        ),
        Mistake(
            lambda: -ERROR * W_OUT * (1 - A**2) * X_IN,
            "The sign is wrong. The error is output minus target.",
        ),
        Mistake(
            lambda: ERROR * A,
            "That is the derivative by the weight between the neuron and the output.",
        ),
        Mistake(
            lambda: ERROR * W_OUT * A * (1 - A) * X_IN,
            "That slope belongs to the logistic function. This is a tanh neuron.",
        ),
    ),
)


def is_a_pair(g, loss, targets):
    """Tell by central differences whether the derivative by z is g(z) - y."""
    z, h = np.array([-2.0, -0.7, 0.4, 1.5]), 1e-5
    return all(
        np.allclose(
            (loss(g(z + h), y) - loss(g(z - h), y)) / (2 * h), g(z) - y, atol=1e-6
        )
        for y in targets
    )


def half_square(a, y):
    return (a - y) ** 2 / 2


another_pair = ChoiceExercise(
    "another_pair",
    title="Another pair",
    question="""
        In three pairs of the lesson the derivative of the loss with respect to the
        pre-activation $z$ of the output is $\\hat y - y$. Here are four more: an output
        function, and the loss of one sample. Which is such a pair, too?
    """,
    objectives=("name-the-pairs",),
    minutes=5,
    hints=(
        "Write down the derivative of each loss by $\\hat y$, and the slope of each "
        "output function. When does their product become $\\hat y - y$?",
        "Or check it with central differences at a few places $z$, negative ones "
        "among them.",
    ),
    setup_code="import numpy as np",
    choices=(
        Choice(
            "tanh and half the squared error, for targets between $-1$ and 1",
            lambda: is_a_pair(np.tanh, half_square, (-0.5, 0.3)),
            "The slope $1 - \\hat y^2$ of tanh stays. This loss has no factor that "
            "would cancel it.",
        ),
        Choice(
            "relu and half the squared error, for targets above 0",
            lambda: is_a_pair(lambda z: np.maximum(0, z), half_square, (0.5, 2.0)),
            "It is so for positive $z$ alone. For a negative one, the slope of relu is "
            "0 and nothing is passed back.",
        ),
        Choice(
            "$e^z$ and $\\hat y - y \\ln \\hat y$, for counts $y = 0, 1, 2, \\dots$",
            lambda: is_a_pair(np.exp, lambda a, y: a - y * np.log(a), (0, 1, 4)),
            "The derivative of the loss is $1 - y / \\hat y$ and the slope of the "
            "output function is $\\hat y$, so their product is $\\hat y - y$. It is "
            "used to predict counts.",
        ),
        Choice(
            "the logistic function and half the squared error, for two classes",
            lambda: is_a_pair(expit, half_square, (0, 1)),
            "The slope $\\hat y (1 - \\hat y)$ stays, and a sure mistake passes back "
            "almost nothing. The logistic function belongs to another loss.",
        ),
    ),
    solution_code="""
        z, h = np.array([-2.0, -0.7, 0.4, 1.5]), 1e-5
        pairs = {
            "a": (np.tanh, lambda a, y: (a - y) ** 2 / 2, 0.5),
            "b": (lambda z: np.maximum(0, z), lambda a, y: (a - y) ** 2 / 2, 2),
            "c": (np.exp, lambda a, y: a - y * np.log(a), 2),
            "d": (lambda z: 1 / (1 + np.exp(-z)), lambda a, y: (a - y) ** 2 / 2, 1),
        }
        for letter, (g, loss, y) in pairs.items():
            slopes = (loss(g(z + h), y) - loss(g(z - h), y)) / (2 * h)
            print(letter, "off by", abs(slopes - (g(z) - y)).max().round(3))
        answer = "c"
    """,
)

NAMES = ("dW1", "db1", "dW2", "db2")


def right_gradient(X, Y, W1, b1, W2, b2, slope=lambda A: A * (1 - A)):
    A1 = expit(W1 @ X + b1)
    D2 = (W2 @ A1 + b2 - Y) / X.shape[1]
    D1 = W2.T @ D2 * slope(A1)
    sums = [D.sum(axis=1, keepdims=True) for D in (D1, D2)]
    return D1 @ X.T, sums[0], D2 @ A1.T, sums[1]


def examine_gradient(function):
    for n, seed in ((6, 0), (5, 1)):
        rng = np.random.default_rng(seed)
        X, Y = rng.normal(size=(3, n)), rng.normal(size=(2, n))
        W1, b1 = rng.normal(size=(4, 3)), rng.normal(size=(4, 1))
        W2, b2 = rng.normal(size=(2, 4)), rng.normal(size=(2, 1))
        given = X, Y, W1, b1, W2, b2
        result = call(function, *given)
        require(
            isinstance(result, tuple | list) and len(result) == 4,
            f"The function returns four arrays: {', '.join(NAMES)}.",
        )
        right = right_gradient(*given)
        arrays = [to_array(one) for one in result]
        for name, array, other in zip(NAMES, arrays, right, strict=True):
            require(
                array.shape == other.shape,
                f"{name} has the shape {array.shape}. A derivative has the shape of "
                f"what it belongs to, here {other.shape}.",
            )

        def agree(them, those=arrays):
            return all(map(np.allclose, those, them))

        require(
            not agree([n * one for one in right]),
            f"With {n} samples all derivatives are {n} times as large as they should "
            "be.",
        )
        require(
            not agree([-one for one in right]),
            "All derivatives have the wrong sign. The error is output minus target.",
        )
        require(
            not agree(right_gradient(*given, slope=np.ones_like)),
            "The output layer is right. On the way back to the hidden layer the slope "
            "of its activation function is missing.",
        )
        require(
            not agree(right_gradient(*given, slope=lambda A: 1 - A**2)),
            "The output layer is right. The hidden layer has the slope of tanh, and "
            "this one is logistic.",
        )
        of_output = agree(right[2:], arrays[2:])
        require(
            not of_output or agree(right[:2], arrays[:2]),
            "dW2 and db2 are right, dW1 and db1 are not. So the mistake is on the way "
            "from $D_2$ to $D_1$: at which argument is the slope taken?",
        )
        require(of_output, "dW2 or db2 is wrong. Begin there: is $D_2$ right?")
        require(agree(right), "One of dW1 and db1 is wrong.")


slope_at_the_wrong_place = CodeExercise(
    "slope_at_the_wrong_place",
    title="Half of the gradient is wrong",
    question="""
        The function computes the gradient of a network with a hidden layer of logistic
        neurons and outputs without activation function, for the objective
        $\\frac{1}{2n} \\sum_i \\lVert \\hat y_i - y_i \\rVert^2$. Samples are columns,
        and there is no penalty. Central differences agree with two of the four arrays.
        Find the mistake, and correct it. `answer` is the function, which returns `dW1`,
        `db1`, `dW2`, `db2`.
    """,
    objectives=("compute-a-gradient", "check-a-gradient"),
    minutes=8,
    hints=(
        "Which arrays are wrong? The mistake acts on these and not on the others.",
        "The slope of the logistic function at $z$ is $\\sigma(z) (1 - \\sigma(z))$. "
        "What is it in terms of $a = \\sigma(z)$?",
    ),
    setup_code="""
        import numpy as np
        from scipy.special import expit as sigma

        def slope(z):
            return sigma(z) * (1 - sigma(z))
    """,
    start_code="""
        def gradient(X, Y, W1, b1, W2, b2):
            A1 = sigma(W1 @ X + b1)
            D2 = (W2 @ A1 + b2 - Y) / X.shape[1]
            D1 = W2.T @ D2 * slope(A1)
            db1, db2 = (D.sum(axis=1, keepdims=True) for D in (D1, D2))
            return D1 @ X.T, db1, D2 @ A1.T, db2

        answer = gradient
    """,
    solution_code="""
        def gradient(X, Y, W1, b1, W2, b2):
            Z1 = W1 @ X + b1
            A1 = sigma(Z1)
            D2 = (W2 @ A1 + b2 - Y) / X.shape[1]
            D1 = W2.T @ D2 * slope(Z1)
            db1, db2 = (D.sum(axis=1, keepdims=True) for D in (D1, D2))
            return D1 @ X.T, db1, D2 @ A1.T, db2

        answer = gradient
    """,
    examiner=examine_gradient,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(X, Y, W1, b1, W2, b2):
                A1 = sigma(W1 @ X + b1)
                D2 = (W2 @ A1 + b2 - Y) / X.shape[1]
                D1 = W2.T @ D2 * sigma(A1) * (1 - sigma(A1))
                db1, db2 = (D.sum(axis=1, keepdims=True) for D in (D1, D2))
                return D1 @ X.T, db1, D2 @ A1.T, db2
            """,
            "at which argument is the slope taken?",
            misconception=(
                "The slope is a function of the activation, because "
                "backpropagation begins there."
            ),
        ),
        WrongAttempt(
            """
            def answer(X, Y, W1, b1, W2, b2):
                A1 = sigma(W1 @ X + b1)
                D2 = (W2 @ A1 + b2 - Y) / X.shape[1]
                D1 = W2.T @ D2 * (1 - A1**2)
                db1, db2 = (D.sum(axis=1, keepdims=True) for D in (D1, D2))
                return D1 @ X.T, db1, D2 @ A1.T, db2
            """,
            "has the slope of tanh",
            misconception="All S-shaped functions have the slope $1 - a^2$.",
        ),
        WrongAttempt(
            """
            def answer(X, Y, W1, b1, W2, b2):
                A1 = sigma(W1 @ X + b1)
                D2 = W2 @ A1 + b2 - Y
                D1 = W2.T @ D2 * A1 * (1 - A1)
                db1, db2 = (D.sum(axis=1, keepdims=True) for D in (D1, D2))
                return D1 @ X.T, db1, D2 @ A1.T, db2
            """,
            "times as large as they should be",
            misconception=(
                "The mean over the samples belongs to the loss and does "
                "not reach the gradient."
            ),
        ),
        WrongAttempt(
            """
            def answer(X, Y, W1, b1, W2, b2):
                A1 = sigma(W1 @ X + b1)
                D2 = (W2 @ A1 + b2 - Y) / X.shape[1]
                D1 = W2.T @ D2
                db1, db2 = (D.sum(axis=1, keepdims=True) for D in (D1, D2))
                return D1 @ X.T, db1, D2 @ A1.T, db2
            """,
            "the slope of its activation function is missing",
            misconception="The error is passed down by the weights alone.",
        ),
        WrongAttempt(
            """
            def answer(X, Y, W1, b1, W2, b2):
                A1 = sigma(W1 @ X + b1)
                D2 = (W2 @ A1 + b2 - Y) / X.shape[1]
                D1 = W2.T @ D2 * A1 * (1 - A1)
                return D1 @ X.T, D1.sum(axis=1), D2 @ A1.T, D2.sum(axis=1)
            """,
            "A derivative has the shape of what it belongs to",
            misconception=(
                "The right numbers are enough; their shape does not matter."
            ),
        ),
    ),
)


@cache
def without_the_line():
    """How many times the gradients grow if D is no longer scaled in the library."""
    X = np.random.default_rng(0).uniform(-1, 1, size=(50, 2))
    y = X.prod(axis=1)
    net = MLPRegressorNet(hidden_layer_sizes=(5, 4), activation="tanh", random_state=0)
    net.set_params(alpha=1.0, max_iter=3, n_iter_no_change=np.inf, batch_size=10)
    _, *right = net.fit(X, y).loss_and_gradients(X, y)
    _, *of_data = net.set_params(alpha=0).loss_and_gradients(X, y)
    # D is 50 times as large, and the penalty is added to dW afterwards
    wrong = [
        [50 * data + (one - data) for one, data in zip(ones, datas, strict=True)]
        for ones, datas in zip(right, of_data, strict=True)
    ]
    return [
        [bad / good for bad, good in zip(bads, goods, strict=True)]
        for bads, goods in zip(wrong, right, strict=True)
    ]


def are_50_times_as_large(ratios):
    return all(np.allclose(ratio, 50) for ratio in ratios)


a_line_of_the_library = ChoiceExercise(
    "a_line_of_the_library",
    title="Delete a line of the library",
    question="""
        Somebody deletes the line `D *= sample_scale` from `NetworkStack.backward`, the
        loop over the layers. They train a network of three layers on 50 samples with
        `alpha=1`. What becomes of its gradient? Read the source before you choose:
        print it with the code below.
    """,
    objectives=("find-in-the-source",),
    minutes=5,
    hints=(
        "Which equation is this line a part of, and which derivatives are computed "
        "from its $D$?",
        "In which line is the penalty added, before the loop or after it?",
    ),
    setup_code="""
        import inspect

        from nnteach.engine.network.layer import Layer
        from nnteach.engine.network.stack import NetworkStack
    """,
    start_code="""
        print(inspect.getsource(NetworkStack.backward))
        print(inspect.getsource(Layer.backward))
        answer = ...
    """,
    choices=(
        Choice(
            "Only the derivatives of the output layer become 50 times as large.",
            lambda: (
                are_50_times_as_large([part[-1] for part in without_the_line()])
                and not are_50_times_as_large([part[0] for part in without_the_line()])
            ),
            "The line stands before the loop, but each layer passes its $D$ on to the "
            "layer below.",
        ),
        Choice(
            "The derivatives by all weights and biases become exactly 50 times as "
            "large.",
            lambda: all(map(are_50_times_as_large, without_the_line())),
            "Not all of a derivative comes from $D$. Look at the last lines: what is "
            "added there, and by what is it multiplied?",
        ),
        Choice(
            "The derivatives by the biases become 50 times as large, those by the "
            "weights do not.",
            lambda: (
                are_50_times_as_large(without_the_line()[1])
                and not are_50_times_as_large(without_the_line()[0])
            ),
            "$D$ is 50 times as large in every layer. The penalty is added to the "
            "derivatives by the weights after the loop, and has a factor of its own.",
        ),
        Choice(
            "The derivatives by the weights become 50 times as large, those by the "
            "biases do not.",
            lambda: (
                are_50_times_as_large(without_the_line()[0])
                and not are_50_times_as_large(without_the_line()[1])
            ),
            "The derivatives by the biases are the row sums of $D$, so they change "
            "with it.",
        ),
    ),
    solution_code="""
        print(inspect.getsource(NetworkStack.backward))
        answer = "c"  # the penalty comes last, and not through D
    """,
)


class Objective:
    """The objective of a linear layer, and gradients of it, right and wrong."""

    def __init__(self, size, scale, alpha=0.5, seed=1):
        rng = np.random.default_rng(seed)
        self.X, self.theta = rng.normal(size=(20, size)), rng.normal(size=size)
        self.y, self.scale, self.alpha = rng.normal(size=20), scale, alpha

    def __call__(self, theta):
        """Compute the objective."""
        a = np.tanh(self.X @ theta)
        loss = np.mean((a - self.y) ** 2) / 2 + self.alpha / 2 * np.sum(theta**2) / 20
        return self.scale * loss

    def gradient(self, *, penalty=True):
        """Compute the gradient, with the penalty or without."""
        a = np.tanh(self.X @ self.theta)
        of_loss = self.X.T @ ((a - self.y) * (1 - a**2)) / 20
        return self.scale * (of_loss + penalty * self.alpha * self.theta / 20)


def examine_checker(function):
    def verdict(E, gradient):
        said = call(function, E, gradient, E.theta)
        require(
            isinstance(said, bool | np.bool_),
            "The function returns True or False. Yours returns " + describe(said) + ".",
        )
        return bool(said)

    for size, scale in ((3, 1), (8, 1), (8, 1000), (8, 1e-4)):
        E = Objective(size, scale)
        right = E.gradient()
        require(
            verdict(E, right),
            f"The right gradient of an objective of about {E(E.theta):.2g} is called "
            "wrong. Is your step too large or too small, or your tolerance not "
            "relative to the gradient?",
        )
        wrong = {
            "A gradient with the opposite sign is called right.": -right,
            "A gradient that is twice as long as it should be is called right. Compare "
            "the lengths as well as the directions.": 2 * right,
            "A gradient whose two first entries have changed places is called right. "
            "Compare entry by entry.": right[[1, 0, *range(2, size)]],
            "A gradient is called right although its last entry is half of what it "
            "should be. Move each parameter alone, all of them in turn.": right
            * np.where(np.arange(size) == size - 1, 0.5, 1),
            "A gradient without its penalty is called right. Is your tolerance small "
            "enough?": E.gradient(penalty=False),
        }
        for message, gradient in wrong.items():
            said = verdict(E, gradient)
            require(
                not said or scale == 1,
                f"The objective is about {E(E.theta):.2g}, and a wrong gradient is "
                "called right. Measure the difference by the size of the gradient.",
            )
            require(not said, message)


gradient_checker = CodeExercise(
    "gradient_checker",
    title="A judge for gradients",
    question="""
        Write a function that judges a gradient by finite differences. It gets the
        objective `E`, a function of a vector, the `gradient` that somebody has derived,
        and the place `theta` at which it should hold. It returns `True` if the gradient
        is right up to small errors, else `False`. Right gradients must pass and wrong
        ones fail, whether the objective is about 1000 or about 0.0001. `answer` is the
        function.
    """,
    objectives=("check-a-gradient",),
    minutes=10,
    hints=(
        "Move one entry of `theta` up and down by `h`, and leave the others. The "
        "change of `E` divided by `2 * h` belongs to this entry.",
        "Choose `h` near the bottom of the V in the lesson's figure: `1e-5`.",
        "Compare the length of the difference, `np.linalg.norm`, with the length of "
        "the gradient: a thousandth of it is a good limit.",
    ),
    setup_code="import numpy as np",
    start_code="""
        def is_right(E, gradient, theta):
            ...

        answer = is_right
    """,
    solution_code="""
        def is_right(E, gradient, theta, h=1e-5):
            slopes = [
                (E(theta + step) - E(theta - step)) / (2 * h)
                for step in h * np.eye(len(theta))
            ]
            off = np.linalg.norm(gradient - slopes)
            return off < 1e-3 * np.linalg.norm(slopes)

        answer = is_right
        theta = np.array([1.0, -2.0, 0.5])
        for name, gradient in {"right": 3 * theta**2, "wrong": 2 * theta**2}.items():
            print(name, is_right(lambda theta: np.sum(theta**3), gradient, theta))
    """,
    examiner=examine_checker,
    points=3,
    wrong=(
        WrongAttempt(
            """
            def answer(E, gradient, theta, h=1e-14):
                steps = h * np.eye(len(theta))
                slopes = [(E(theta + s) - E(theta - s)) / (2 * h) for s in steps]
                off = np.linalg.norm(gradient - slopes)
                return off < 1e-3 * np.linalg.norm(slopes)
            """,
            "Is your step too large or too small",
            misconception="The smaller the step, the better a finite difference.",
        ),
        WrongAttempt(
            """
            def answer(E, gradient, theta, h=1e-5):
                steps = h * np.eye(len(theta))
                slopes = [(E(theta + s) - E(theta - s)) / (2 * h) for s in steps]
                return np.allclose(gradient, slopes, rtol=0, atol=1e-3)
            """,
            "Measure the difference by the size of the gradient",
            misconception="A fixed tolerance suits every gradient.",
        ),
        WrongAttempt(
            """
            def answer(E, gradient, theta, h=1e-5):
                steps = h * np.eye(len(theta))
                slopes = [(E(theta + s) - E(theta - s)) / (2 * h) for s in steps]
                off = np.linalg.norm(gradient - slopes)
                return off < 0.2 * np.linalg.norm(slopes)
            """,
            "A gradient without its penalty is called right",
            misconception=(
                "A generous tolerance is safer, since finite differences are inexact."
            ),
        ),
        WrongAttempt(
            """
            def answer(E, gradient, theta, h=1e-5):
                steps = h * np.eye(len(theta))
                slopes = [(E(theta + s) - E(theta - s)) / (2 * h) for s in steps]
                lengths = np.linalg.norm(gradient) * np.linalg.norm(slopes)
                return gradient @ slopes > 0.9999 * lengths
            """,
            "Compare the lengths as well as the directions",
            misconception="A gradient that points in the right direction is right.",
        ),
        WrongAttempt(
            """
            def answer(E, gradient, theta, h=1e-5):
                slope = (E(theta + h) - E(theta - h)) / (2 * h)
                return bool(abs(np.sum(gradient) - slope) < 1e-3 * abs(slope))
            """,
            "whose two first entries have changed places",
            misconception=(
                "If the sum of all entries is right, the entries are right."
            ),
        ),
        WrongAttempt(
            """
            def answer(E, gradient, theta, h=1e-5):
                steps = h * np.eye(len(theta))[:2]
                slopes = [(E(theta + s) - E(theta - s)) / (2 * h) for s in steps]
                off = np.linalg.norm(gradient[:2] - slopes)
                return off < 1e-3 * np.linalg.norm(slopes)
            """,
            "its last entry is half of what it should be",
            misconception="A few entries are enough to check a gradient.",
        ),
    ),
)
