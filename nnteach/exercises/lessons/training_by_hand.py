"""Exercises of the lesson *Training by hand*."""

from itertools import permutations, product

import numpy as np
from scipy.special import expit as sigma
from sklearn.datasets import make_moons

from nnteach.exercises.code import changed
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, require_close, to_array
from nnteach.exercises.typed_numbers import to_number

Y = np.array([1, 0, 1, 0])
Y_HAT = np.array([0.9, 0.2, 0.4, 0.5])


def cross_entropy(y, y_hat):
    return -np.mean(np.log(np.where(y == 1, y_hat, 1 - y_hat)))


loss_of_four_predictions = NumberExercise(
    "loss_of_four_predictions",
    title="The loss of four predictions",
    question="""
        A network gives four points the probabilities 0.9, 0.2, 0.4 and 0.5 of class 1.
        Their classes are 1, 0, 1 and 0. What is the loss, the mean cross-entropy?
    """,
    objectives=("compute-a-loss",),
    minutes=4,
    hints=(
        "Write down for each point which probability the prediction gives to its true "
        "class.",
        "For the second point it is $1 - 0.2$. Take minus the natural logarithm of "
        "each, and the mean of all four.",
    ),
    setup_code="""
        import numpy as np

        y_hat = np.array([0.9, 0.2, 0.4, 0.5])
        y = np.array([1, 0, 1, 0])
    """,
    solution_code="""
        of_true_class = np.where(y == 1, y_hat, 1 - y_hat)
        losses = -np.log(of_true_class)
        print("probabilities of the true classes:", of_true_class)
        print("losses:", losses.round(3))
        answer = losses.mean()
        print(f"mean: {answer:.3f}")
    """,
    key=lambda: cross_entropy(Y, Y_HAT),
    decimals=3,
    mistakes=(
        Mistake(
            lambda: -np.mean(np.log(Y_HAT)),
            "You took the probability of class 1 for all points. For a point of class "
            "0, what is the probability of its true class?",
            misconception=(
                "The loss always takes the logarithm of the probability of class 1."
            ),
        ),
        Mistake(
            lambda: 4 * cross_entropy(Y, Y_HAT),
            "That is the sum. The loss of the network is the mean over its points.",
        ),
        Mistake(
            lambda: cross_entropy(Y, Y_HAT) / np.log(10),
            "You took the logarithm to base 10. The loss has the natural one.",
        ),
        Mistake(
            lambda: -cross_entropy(Y, Y_HAT),
            "The sign is missing. A probability has a negative logarithm, and a loss "
            "is positive.",
        ),
        Mistake(
            lambda: np.mean((Y - Y_HAT) ** 2),
            "That is the mean squared error, another loss.",
        ),
        Mistake(
            lambda: -np.mean(Y * np.log(Y_HAT)),
            "You left out the points of class 0. They have a loss, too.",
        ),
    ),
)

ETA, W_START = 2, np.array([1.0, -1.0])
TWO_POINTS, TWO_CLASSES = np.array([[2.0, 2.0], [-1.0, -1.0]]), np.array([1, 0])


def derivative(per_point=lambda y_hat, y: y_hat - y):
    weighted = per_point(sigma(TWO_POINTS @ W_START), TWO_CLASSES)
    return np.mean(weighted * TWO_POINTS[:, 0])


one_step_of_a_neuron = NumberExercise(
    "one_step_of_a_neuron",
    title="One step, without a computer",
    question="""
        A logistic neuron has the weights $w_1 = 1$ and $w_2 = -1$ and the bias
        $b = 0$. Its batch has two points: $(2, 2)$ of class 1 and $(-1, -1)$ of class
        0. Make one step of gradient descent with the learning rate $\\eta = 2$. What is
        $w_1$ after it?
    """,
    objectives=("make-a-step",),
    minutes=5,
    hints=(
        "Both points have the same weighted sum $z$. What does the logistic function "
        "make of it?",
        "The errors are $\\hat y - y$. Multiply each by the point's first feature, and "
        "take the mean of the two.",
        "$w_1$ moves by $\\eta$ times this mean, against its sign.",
    ),
    solution_code="""
        import numpy as np
        from scipy.special import expit as sigma

        X, y = np.array([[2, 2], [-1, -1]]), np.array([1, 0])
        w, b = np.array([1, -1]), 0
        error = sigma(X @ w + b) - y
        slope = np.mean(error * X[:, 0])
        print("errors", error, "and derivative by the first weight", slope)
        answer = w[0] - 2 * slope
        print("new weight", answer)
    """,
    key=lambda: W_START[0] - ETA * derivative(),
    decimals=2,
    mistakes=(
        Mistake(
            lambda: W_START[0] + ETA * derivative(),
            "You went uphill. A step goes against the sign of the derivative.",
        ),
        Mistake(
            lambda: W_START[0] - 2 * ETA * derivative(),
            "You added up the two points. The gradient is the mean over the batch.",
        ),
        Mistake(
            lambda: -ETA * derivative(),
            "That is how far the weight moves. The question is where it ends.",
        ),
        Mistake(
            lambda: W_START[0] - derivative(),
            "The learning rate is missing.",
        ),
        Mistake(
            lambda: W_START[0] - ETA * derivative(lambda y_hat, y: y_hat),
            "You used the predictions. The derivative has the errors, $\\hat y - y$.",
        ),
        Mistake(
            lambda: derivative(),
            "That is the derivative. The step is still to be made.",
        ),
    ),
)


LOOP = """
def answer(X, y, learning_rate, n_epochs, n_batches, seed):
    rng = np.random.default_rng(seed)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_epochs):
        for batch in np.array_split(rng.permutation(len(y)), n_batches):
            error = X[batch] @ w + b - y[batch]
            w = w - learning_rate * X[batch].T @ error / len(batch)
            b = b - learning_rate * error.mean()
    return w, b
"""
LOGISTIC_LOOP = changed(LOOP, ("X[batch] @ w + b", "sigma(X[batch] @ w + b)"))
SUMS = (" / len(batch)", ""), ("error.mean()", "error.sum()")


def shuffled_once(order):
    """Return the changes by which a loop goes through the points in one order."""
    return (
        ("rng.permutation(len(y))", "order"),
        ("    for _", f"    order = {order}\n    for _"),
    )


def full_batch_steps(X, y, learning_rate, n_epochs, g):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_epochs):
        error = g(X @ w + b) - y
        w, b = (
            w - learning_rate * X.T @ error / len(y),
            b - learning_rate * error.mean(),
        )
    return w, b


def parameters_of(train, *arguments):
    """Call a student's training function; return weights and bias."""
    result = call(train, *arguments)
    require(
        isinstance(result, tuple | list) and len(result) == 2,
        "The function returns two things: the weights `w` and the bias `b`.",
    )
    require(
        np.size(result[0]) > 1 or np.size(result[1]) <= 1,
        "The first result is a single number, and the second is not. Return the "
        "weights `w` first, then the bias `b`.",
    )
    return to_array(result[0], (arguments[0].shape[1],)), to_number(result[1])


def examine_points(train, X, y, learning_rate, g):
    """Require that one batch takes all points, each with the target of its own.

    With a single target for all points, their targets cannot be confused, and the bias
    does not depend on which points there are.
    """
    ones = np.ones(len(y))
    w, b = parameters_of(train, X, ones, learning_rate, 1, 1, 0)
    right_w, right_b = full_batch_steps(X, ones, learning_rate, 1, g)
    require(
        np.allclose(w, right_w) or not np.isclose(b, right_b),
        "Some points are missing, or come twice. In each epoch, each point has to be "
        "in one batch.",
    )
    as_if_right = np.allclose([*w, b], [*right_w, right_b])
    w, b = parameters_of(train, X, y, learning_rate, 1, 1, 0)
    right_w, right_b = full_batch_steps(X, y, learning_rate, 1, g)
    require(
        np.allclose([*w, b], [*right_w, right_b]) or not as_if_right,
        "`X` and `y` are no longer in the same order: points get the targets of "
        "others. Shuffle both with one order.",
    )


def examine_orders(train, g):
    """Require that each epoch takes all points, one by one, in an order of its own.

    The function does not show its orders. With three points and two epochs there are
    36 ways to go, which lead to different places.
    """
    X = np.array([[1.0, 0.2], [-0.3, 0.9], [0.4, -0.7]])
    y = np.array([1.0, 0.0, 0.5])

    def end(orders):
        w, b = np.zeros(2), 0.0
        for k in np.concatenate(orders):
            error = g(X[k] @ w + b) - y[k]
            w, b = w - 0.5 * error * X[k], b - 0.5 * error
        return [*w, b]

    ends = {orders: end(orders) for orders in product(permutations(range(3)), repeat=2)}
    for seed in range(8):
        first, again = (parameters_of(train, X, y, 0.5, 2, 3, seed) for _ in range(2))
        require(
            np.allclose(first[0], again[0]),
            "The function gives two results for one seed. Draw the order from "
            "`np.random.default_rng(seed)`.",
        )
    found = []
    for seed in range(8):
        w, b = parameters_of(train, X, y, 0.5, 2, 3, seed)
        ways = [orders for orders, place in ends.items() if np.allclose(place, [*w, b])]
        require(
            ways,
            "With three points in three batches, an epoch makes three updates, one for "
            "each point. The parameters after two such epochs cannot result from these "
            "updates. Is each point in one batch of each epoch?",
        )
        found.append(ways[0])
    require(
        len(set(found)) > 1,
        "The points come in the same order with eight different seeds. Draw the order "
        "from `rng`.",
    )
    require(
        any(first != second for first, second in found),
        "In the second epoch the points come in the same order as in the first. "
        "Shuffle them anew in each epoch.",
    )


def examine_number_neuron(train):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    y = X @ [1.5, -0.5] + 2 + 0.3 * rng.normal(size=60)
    w, b = parameters_of(train, X, y, 0.1, 1, 1, 0)
    right_w, right_b = full_batch_steps(X, y, 0.1, 1, lambda z: z)
    wrong_w, _ = full_batch_steps(X, y, 0.1, 1, sigma)
    found = "After one epoch with a single batch "
    require(
        not np.allclose(w, wrong_w),
        "Your neuron still has the logistic function. This one predicts any number.",
    )
    require(
        not np.allclose(w, -right_w), f"{found}the neuron has moved up the gradient."
    )
    require(
        not np.allclose(w, 60 * right_w),
        f"{found}the step is 60 times as long as it should be for these 60 points. "
        "The gradient is a mean.",
    )
    require(
        not np.allclose(w, 2 * right_w),
        f"{found}the step is twice as long as it should be. The loss is half the "
        "squared error.",
    )
    examine_points(train, X, y, 0.1, lambda z: z)
    require_close(w, right_w, f"{found}the weights are not where the gradient leads.")
    require_close(b, right_b, f"{found}the bias is not where the gradient leads.")

    w, b = parameters_of(train, X, y, 0.1, 40, 1, 0)
    right_w, right_b = full_batch_steps(X, y, 0.1, 40, lambda z: z)
    require_close(
        [*w, b],
        [*right_w, right_b],
        "One epoch is right, and 40 epochs are not. Does each go on from the last?",
    )
    best = np.linalg.lstsq(np.c_[X, np.ones(60)], y, rcond=None)[0]
    for seed in range(3):
        w, b = parameters_of(train, X, y, 0.1, 10, 6, seed)
        off = np.abs(np.subtract([*w, b], best)).max()
        require(
            off < 0.2,
            "With one batch all is right. After 10 epochs of 6 batches the parameters "
            f"are still off by up to {off:.2f}. Does each batch make an update of its "
            "own, with the mean over its points?",
        )
    examine_orders(train, lambda z: z)


a_neuron_for_numbers = CodeExercise(
    "a_neuron_for_numbers",
    title="A neuron that predicts numbers",
    question="""
        Leave out the logistic function, and a neuron can predict any number:
        $\\hat y = w_1 x_1 + w_2 x_2 + b$. Its loss is half the squared error, and the
        derivatives by the parameters look the same as in the lesson: the mean of
        $(\\hat y_i - y_i)\\, x_{ij}$ for $w_j$, and that of $\\hat y_i - y_i$ for $b$.
        Write the loop that trains it, starting from zeros. In each epoch, the points
        are shuffled and cut into `n_batches` batches. `answer` is the function, which
        returns `w` and `b`.
    """,
    objectives=("write-a-loop", "make-a-step"),
    minutes=10,
    hints=(
        "The loop of the lesson needs one change and a few new names.",
        "`np.array_split(rng.permutation(len(y)), n_batches)` cuts the shuffled "
        "numbers of the points into batches.",
        "In a batch: `error = X[batch] @ w + b - y[batch]`. Then move `w` and `b`.",
    ),
    setup_code="""
        import numpy as np

        rng = np.random.default_rng(0)
        X = rng.normal(size=(60, 2))
        y = X @ [1.5, -0.5] + 2 + 0.3 * rng.normal(size=60)
    """,
    start_code="""
        def train(X, y, learning_rate, n_epochs, n_batches, seed):
            rng = np.random.default_rng(seed)
            w, b = np.zeros(X.shape[1]), 0.0
            ...

        answer = train
    """,
    solution_code="""
        def train(X, y, learning_rate, n_epochs, n_batches, seed):
            rng = np.random.default_rng(seed)
            w, b = np.zeros(X.shape[1]), 0.0
            for _ in range(n_epochs):
                for batch in np.array_split(rng.permutation(len(y)), n_batches):
                    error = X[batch] @ w + b - y[batch]
                    w = w - learning_rate * X[batch].T @ error / len(batch)
                    b = b - learning_rate * error.mean()
            return w, b

        answer = train
        w, b = train(X, y, learning_rate=0.1, n_epochs=10, n_batches=6, seed=0)
        print("weights", w.round(2), "and bias", round(b, 2))
        print("the data were made with the weights 1.5 and -0.5 and the bias 2")
    """,
    examiner=examine_number_neuron,
    points=3,
    wrong=(
        WrongAttempt(
            changed(
                LOOP,
                ("\ndef", "\nfrom scipy.special import expit\n\ndef"),
                ("X[batch] @ w + b", "expit(X[batch] @ w + b)"),
            ),
            "still has the logistic function",
            misconception=(
                "Every neuron needs the logistic function, whatever it predicts."
            ),
        ),
        WrongAttempt(
            changed(LOOP, *SUMS),
            "times as long as it should be for these 60 points",
            misconception=(
                "A sum over the batch and a mean are the same, since both "
                "point the same way."
            ),
        ),
        WrongAttempt(
            changed(
                LOOP, ("w - learning", "w + learning"), ("b - learning", "b + learning")
            ),
            "has moved up the gradient",
            misconception=(
                "A step follows the gradient, because the gradient shows "
                "the way to the minimum."
            ),
        ),
        WrongAttempt(
            changed(LOOP, ("n_batches):", "1):")),
            "Does each batch make an update of its own",
            misconception="An epoch makes one update, and batches only save memory.",
        ),
        WrongAttempt(
            changed(LOOP, ("rng.permutation(len(y))", "np.arange(len(y))")),
            "in the same order with eight different seeds",
            misconception=(
                "Where the order of the points is not asked for, it does not matter."
            ),
        ),
        WrongAttempt(
            changed(LOOP, *shuffled_once("rng.permutation(len(y))")),
            "Shuffle them anew in each epoch",
            misconception="One shuffle before the first epoch is enough.",
        ),
        WrongAttempt(
            changed(
                LOOP,
                (
                    "for batch in np.array_split(rng.permutation(len(y)), n_batches):",
                    "for _ in range(n_batches):\n            batch = rng.choice("
                    "len(y), len(y) // n_batches, replace=n_batches > 1)",
                ),
            ),
            "Is each point in one batch of each epoch?",
            misconception="A random choice of points is a batch like any other.",
        ),
        WrongAttempt(
            changed(LOOP, ("rng.permutation", "np.random.permutation")),
            "two results for one seed",
            misconception="Any shuffle will do; the seed is for somebody else.",
        ),
        WrongAttempt(
            changed(LOOP, ("return w, b", "return b, w")),
            "`w` first, then the bias `b`",
            misconception="The order of two results does not matter.",
        ),
    ),
)


def sorted_moons(seed):
    X, y = make_moons(200, noise=0.2, random_state=seed)
    order = np.argsort(y, kind="stable")
    return X[order], y[order]


def examine_sorted_points(train):
    for seed in range(4):
        X, y = sorted_moons(seed)
        w, b = parameters_of(train, X, y, 1.0, 1, 1, seed)
        right_w, right_b = full_batch_steps(X, y, 1.0, 1, sigma)
        examine_points(train, X, y, 1.0, sigma)
        message = "With one batch and one epoch the step is not the one it was before. "
        require_close(
            [*w, b],
            [*right_w, right_b],
            f"{message}That part of the code was right.",
        )
        w, b = parameters_of(train, X, y, 1.0, 5, 40, seed)
        loss, right = cross_entropy(y, sigma(X @ w + b)), (X @ w + b > 0) == y
        shares = [right[y == k].mean() for k in (0, 1)]
        found = f"After 5 epochs of 40 batches the loss is {loss:.2f}. "
        require(
            loss < 0.39 or abs(shares[0] - shares[1]) < 0.15,
            f"{found}{shares[0]:.0%} of the points of class 0 are right, and "
            f"{shares[1]:.0%} of class 1. Print the classes of the points in each "
            "batch.",
        )
        require(
            loss < 0.39,
            f"{found}Both classes are equally often right, but the neuron is still on "
            "its way. Are its steps too short?",
        )
    examine_orders(train, sigma)


points_in_a_queue = CodeExercise(
    "points_in_a_queue",
    title="The points stand in a queue",
    question="""
        This loop trains a logistic neuron on two moons. In the data, all points of
        class 0 come first, then all of class 1. With 5 epochs of 40 batches it is right
        about nearly all of class 1, and about only two thirds of class 0. A straight
        line can do better. Find the mistake, and correct it. `answer` is the function,
        which returns `w` and `b`.
    """,
    objectives=("write-a-loop",),
    minutes=6,
    hints=(
        "Print `y[batch]` in the inner loop. What does the last batch of an epoch "
        "teach the neuron?",
        "`rng` is made and never used. What should it do at the start of each epoch?",
    ),
    setup_code="""
        import numpy as np
        from scipy.special import expit as sigma
        from sklearn.datasets import make_moons

        X, y = make_moons(200, noise=0.2, random_state=0)
        order = np.argsort(y, kind="stable")
        X, y = X[order], y[order]
    """,
    start_code="""
        def train(X, y, learning_rate, n_epochs, n_batches, seed):
            rng = np.random.default_rng(seed)
            weights, bias = np.zeros(X.shape[1]), 0.0
            for epoch in range(n_epochs):
                for batch in np.array_split(np.arange(len(y)), n_batches):
                    error = sigma(X[batch] @ weights + bias) - y[batch]
                    weights = weights - learning_rate * X[batch].T @ error / len(batch)
                    bias = bias - learning_rate * error.mean()
            return weights, bias

        answer = train
    """,
    solution_code="""
        def train(X, y, learning_rate, n_epochs, n_batches, seed):
            rng = np.random.default_rng(seed)
            weights, bias = np.zeros(X.shape[1]), 0.0
            for epoch in range(n_epochs):
                for batch in np.array_split(rng.permutation(len(y)), n_batches):
                    error = sigma(X[batch] @ weights + bias) - y[batch]
                    weights = weights - learning_rate * X[batch].T @ error / len(batch)
                    bias = bias - learning_rate * error.mean()
            return weights, bias

        answer = train
        w, b = train(X, y, learning_rate=1.0, n_epochs=5, n_batches=40, seed=0)
        right = (sigma(X @ w + b) > 0.5) == y
        print(f"right: {right[y == 0].mean():.0%} of class 0,", end=" ")
        print(f"{right[y == 1].mean():.0%} of class 1")
    """,
    examiner=examine_sorted_points,
    points=2,
    wrong=(
        WrongAttempt(
            changed(
                LOGISTIC_LOOP, ("rng.permutation(len(y))", "np.arange(len(y))[::-1]")
            ),
            "Print the classes of the points in each batch",
            misconception=(
                "Going through the queue from its other end is as good as mixing it."
            ),
        ),
        WrongAttempt(
            changed(
                LOGISTIC_LOOP,
                ("/ len(batch)", "/ len(y)"),
                ("error.mean()", "error.sum() / len(y)"),
            ),
            "Are its steps too short?",
            misconception=(
                "What was learnt last outweighs the rest because the steps "
                "are too long."
            ),
        ),
        WrongAttempt(
            changed(LOGISTIC_LOOP, *shuffled_once("np.random.permutation(len(y))")),
            "two results for one seed",
            misconception=(
                "Any shuffle will do; it need not come from the given seed."
            ),
        ),
        WrongAttempt(
            changed(LOGISTIC_LOOP, *shuffled_once("rng.permutation(len(y))")),
            "Shuffle them anew in each epoch",
            misconception=(
                "Points that were shuffled once are in random order in each epoch."
            ),
        ),
        WrongAttempt(
            changed(LOGISTIC_LOOP, *SUMS),
            "That part of the code was right",
            misconception=(
                "The points of one class weigh more because the sum over a "
                "batch is too large."
            ),
        ),
        WrongAttempt(
            changed(
                LOGISTIC_LOOP,
                ("rng.permutation(len(y))", "rng.integers(len(y), size=len(y))"),
            ),
            "Some points are missing, or come twice",
            misconception="As many random points as there are points are all points.",
        ),
        WrongAttempt(
            changed(
                LOGISTIC_LOOP,
                ("    for _", "    y = rng.permutation(y)\n    for _"),
            ),
            "`X` and `y` are no longer in the same order",
            misconception="Inputs and targets may be shuffled one after the other.",
        ),
    ),
)


LOW_LOSS = 0.305


def losses_in_millimetres(rate, seed, n_epochs=50):
    X, y = make_moons(200, noise=0.2, random_state=seed)
    X = 10 * (X - X.mean(axis=0))
    rng = np.random.default_rng(seed)
    w, b, losses = np.zeros(2), 0.0, []
    for _ in range(n_epochs):
        for batch in np.array_split(rng.permutation(len(y)), 10):
            error = sigma(X[batch] @ w + b) - y[batch]
            w = w - rate * X[batch].T @ error / len(batch)
            b = b - rate * error.mean()
        z = np.where(y == 1, 1, -1) * (X @ w + b)
        losses.append(np.logaddexp(0, -z).mean())
    return losses


def examine_rate(answer):
    rate = to_number(answer)
    require(rate != 0, "With the rate 0 nothing moves.")
    require(rate > 0, "With a negative rate each step goes uphill.")
    require(rate < 1e6, f"The rate {rate:g} is far too large to try.")
    runs = np.array([losses_in_millimetres(rate, seed) for seed in range(8)])
    rising, end = np.mean(np.diff(runs[:, 20:]) > 0), np.median(runs[:, -1])
    found = f"The loss ends at {end:.2f}, in the median of 8 runs. "
    require(
        end < LOW_LOSS or rising < 0.2,
        f"{found}In the last 30 epochs it rises {rising:.0%} of the time. What does "
        "such a curve say about the rate?",
    )
    require(
        end < LOW_LOSS,
        f"{found}It falls in nearly every epoch, and it is not yet down. What does "
        "such a curve say about the rate?",
    )
    return found.strip()


a_rate_for_millimetres = CodeExercise(
    "a_rate_for_millimetres",
    title="A rate for other units",
    question="""
        In this experiment the moons are measured in other units, so all features are
        ten times as large as in the lesson. The lesson's rate of 1 is no longer right.
        Find a learning rate with which the neuron reaches a low loss within 50 epochs.
        `answer` is the rate.
    """,
    accepts=f"A rate is right if the loss ends below {LOW_LOSS}, in the median of 8 "
    "trainings, seven of them on new points.",
    objectives=("choose-a-rate",),
    minutes=6,
    hints=(
        "Try rates that are far apart first, each a tenth of the one before. Print the "
        "last losses, or draw all of them.",
        "If the loss falls in every epoch and is still high at the end, the rate is "
        "too small. If it jumps up and down, the rate is too large.",
    ),
    setup_code="""
        import numpy as np
        from scipy.special import expit as sigma
        from sklearn.datasets import make_moons

        X, y = make_moons(200, noise=0.2, random_state=0)
        X = 10 * (X - X.mean(axis=0))

        def train(rate, n_epochs=50, seed=0):
            rng = np.random.default_rng(seed)
            w, b, losses = np.zeros(2), 0.0, []
            for _ in range(n_epochs):
                for batch in np.array_split(rng.permutation(len(y)), 10):
                    error = sigma(X[batch] @ w + b) - y[batch]
                    w = w - rate * X[batch].T @ error / len(batch)
                    b = b - rate * error.mean()
                z = np.where(y == 1, 1, -1) * (X @ w + b)
                losses.append(np.logaddexp(0, -z).mean())  # the cross-entropy
            return losses
    """,
    start_code="""
        rate = 1.0
        print(np.round(train(rate)[::5], 3))
        answer = rate
    """,
    solution_code="""
        for rate in (1, 0.1, 0.01, 0.001, 0.0001):
            losses = np.array(train(rate))
            rises = np.mean(np.diff(losses[20:]) > 0)
            print(f"rate {rate}: loss {losses[-1]:.3f}, rises in {rises:.0%} of epochs")
        answer = 0.01
    """,
    examiner=examine_rate,
    points=2,
    wrong=(
        WrongAttempt(
            "answer = 0.00003",
            "falls in nearly every epoch, and it is not yet down",
            misconception="A smaller rate is always the safe choice.",
        ),
        WrongAttempt(
            "answer = 10",
            "of the time. What does such a curve",
            misconception=(
                "Features that are ten times as large want a rate that is "
                "ten times as large."
            ),
        ),
        WrongAttempt(
            "answer = -0.01",
            "each step goes uphill",
            misconception=(
                "A negative rate turns a loss that grows into one that falls."
            ),
        ),
    ),
)
