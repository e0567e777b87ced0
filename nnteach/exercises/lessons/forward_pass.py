"""Exercises of the lesson *The forward pass by hand*."""

from functools import cache
from itertools import pairwise

import numpy as np
from sklearn.datasets import make_moons

from nnteach import MLPClassifierNet, MLPRegressorNet, fit_many
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, require_close, to_array

W1, B1 = np.array([[1, -1], [2, 1]]), np.array([[0], [-1]])
W2, B2 = np.array([[3, 2]]), np.array([[1]])
X_COLUMN = np.array([[1], [2]])


def relu(z):
    return np.maximum(0, z)


def small_output(W1=W1, b1=B1, b2=B2, g=relu):
    return (W2 @ g(W1 @ X_COLUMN + b1) + b2).item()


two_hidden_relus = NumberExercise(
    "two_hidden_relus",
    title="An output with pencil and paper",
    question="""
        A network has two inputs, two hidden relu neurons and one output without an
        activation function:

        $$W_1 = \\begin{pmatrix} 1 & -1 \\\\ 2 & 1 \\end{pmatrix}, \\quad
        b_1 = \\begin{pmatrix} 0 \\\\ -1 \\end{pmatrix}, \\quad
        W_2 = \\begin{pmatrix} 3 & 2 \\end{pmatrix}, \\quad b_2 = 1.$$

        What is its output $\\hat y$ for the input $x_1 = 1$, $x_2 = 2$?
    """,
    objectives=("compute-an-output",),
    minutes=4,
    hints=(
        "Begin with the pre-activations of the hidden layer: row by row, multiply, add "
        "up, and add the bias.",
        "relu turns a negative pre-activation into 0 and keeps the other one.",
    ),
    solution_code="""
        import numpy as np

        W1, b1 = np.array([[1, -1], [2, 1]]), np.array([[0], [-1]])
        W2, b2 = np.array([[3, 2]]), np.array([[1]])
        x = np.array([[1], [2]])
        z1 = W1 @ x + b1
        a1 = np.maximum(0, z1)
        print("pre-activations", z1.ravel(), "activations", a1.ravel())
        answer = (W2 @ a1 + b2).item()
        print("output", answer)
    """,
    key=small_output,
    decimals=0,
    mistakes=(
        Mistake(
            lambda: small_output(g=lambda z: z),
            "relu is missing in the hidden layer. One of its neurons has a negative "
            "pre-activation.",
        ),
        Mistake(
            lambda: small_output(W1=W1.T),
            "You went through $W_1$ column by column. Each neuron has a row.",
        ),
        Mistake(
            lambda: small_output(b1=0, b2=0),
            "The biases are missing.",
        ),
        Mistake(
            lambda: small_output(b2=0),
            "The bias of the output is missing.",
        ),
        Mistake(
            lambda: small_output(b1=0),
            "The biases of the hidden layer are missing.",
        ),
    ),
)


@cache
def how_straight():
    """How far the boundaries of networks are from a straight line, for 5 seeds."""
    X, y = make_moons(200, noise=0.2, random_state=0)
    settings = {"learning_rate_init": 0.05, "batch_size": 20, "max_iter": 15}
    settings |= {"activation": "identity", "n_iter_no_change": np.inf}
    across = np.linspace(-3, 4, 1401)
    off = {}
    for sizes in ((20,), (20, 20)):
        nets = [MLPClassifierNet(sizes, **settings, random_state=k) for k in range(5)]
        off[sizes] = []
        for net in fit_many(nets, X, y):
            line = [
                across[abs(net.predict_proba(points)[:, 1] - 0.5).argmin()]
                for x1 in np.linspace(-0.5, 1.5, 9)
                for points in [np.c_[np.full(len(across), x1), across]]
            ]
            places = np.arange(9)
            fitted = np.polyval(np.polyfit(places, line, 1), places)
            off[sizes].append(abs(fitted - line).max())
    return off


def bend(sizes):
    return np.median(how_straight()[sizes])


a_boundary_without_tanh = ChoiceExercise(
    "a_boundary_without_tanh",
    title="Only the output has an activation function",
    question="""
        A classifier is trained on two moons with `activation="identity"`: its hidden
        neurons have no activation function. Its output neuron still has the logistic
        function. What shape does its decision boundary have? Choose first, then try it
        with `DecisionBoundaryDisplay`.
    """,
    objectives=("show-linearity",),
    minutes=4,
    hints=(
        "Up to the pre-activation $z$ of the output, what kind of function is the "
        "network?",
        "The boundary is where $\\sigma(z) = 1/2$. For which $z$ is that?",
    ),
    choices=(
        Choice(
            "It bends once or twice, since the logistic function at the output is "
            "curved.",
            lambda: bend((20,)) > 0.05,
            "The logistic function bends the probabilities, not the boundary: it is "
            "one half at the same $z$ everywhere.",
        ),
        Choice(
            "With one hidden layer it is straight, with two hidden layers it bends.",
            lambda: bend((20,)) < 0.02 and bend((20, 20)) > 0.05,
            "However many matrices you multiply, the result is one matrix.",
        ),
        Choice(
            "It is a straight line, with one hidden layer and with two.",
            lambda: bend((20,)) < 0.02 and bend((20, 20)) < 0.02,
            "$z$ is a linear map of the input, and the boundary is where $z = 0$.",
        ),
        Choice(
            "It follows the moons as with tanh, but training takes longer.",
            lambda: bend((20,)) > 0.2,
            "Training cannot find what the network cannot express. Which functions of "
            "$x_1$ and $x_2$ can its $z$ be?",
        ),
    ),
    setup_code="""
        import numpy as np
        from sklearn.datasets import make_moons

        from nnteach import MLPClassifierNet

        X, y = make_moons(200, noise=0.2, random_state=0)
        settings = {"learning_rate_init": 0.05, "batch_size": 20, "max_iter": 15}
        settings |= {"activation": "identity", "n_iter_no_change": np.inf}
    """,
    solution_code="""
        x2 = np.linspace(-3, 4, 1401)
        for sizes in ((20,), (20, 20)):
            net = MLPClassifierNet(sizes, **settings, random_state=0).fit(X, y)
            boundary = []
            for x1 in (-0.5, 0, 0.5, 1, 1.5):
                points = np.column_stack([np.full(len(x2), x1), x2])
                p = net.predict_proba(points)[:, 1]
                boundary.append(x2[abs(p - 0.5).argmin()])
            print(sizes, "steps of the boundary:", np.diff(boundary).round(2))
        answer = "c"  # equal steps: a straight line
    """,
)


def random_layers(sizes, seed=0):
    rng = np.random.default_rng(seed)
    pairs = list(pairwise(sizes))
    return [rng.normal(size=pair) for pair in pairs], [
        rng.normal(size=fan_out) for _, fan_out in pairs
    ]


def fold(coefs, intercepts):
    W, b = coefs[0], intercepts[0]
    for V, c in zip(coefs[1:], intercepts[1:], strict=True):
        W, b = W @ V, b @ V + c
    return W, b


def examine_fold(function):
    for sizes in ((3, 3, 3), (2, 5, 1), (4, 3, 6, 2), (2, 2)):
        coefs, intercepts = random_layers(sizes)
        shown = " → ".join(map(str, sizes))
        result = call(function, coefs, intercepts)
        require(
            isinstance(result, tuple | list) and len(result) == 2,
            "The function returns two arrays: the weights and the biases of the single "
            "layer.",
        )
        right_W, right_b = fold(coefs, intercepts)
        W = to_array(result[0])
        require(
            W.shape == right_W.shape,
            f"For the sizes {shown} the single layer has weights of the shape "
            f"{right_W.shape}. Yours have {W.shape}.",
        )
        require(
            sizes != (3, 3, 3) or not np.allclose(W, coefs[1] @ coefs[0]),
            "The factors stand in the other order. Here a sample is a row, and comes "
            "first: `X @ coefs[0] @ coefs[1]`.",
        )
        require_close(W, right_W, f"For the sizes {shown} the weights are different.")
        b = to_array(result[1]).ravel()
        require(
            b.shape == right_b.shape,
            f"For the sizes {shown} the single layer has {len(right_b)} biases. Yours "
            f"has {len(b)}.",
        )
        require(
            len(sizes) < 3 or not np.allclose(b, intercepts[-1]),
            "The weights are right. The biases of the first layer are lost: the next "
            "layer multiplies them, too.",
        )
        require(
            sizes != (3, 3, 3) or not np.allclose(b, sum(intercepts)),
            "The weights are right. You added up the biases. Those of the first layer "
            "go through the weights of the next.",
        )
        require_close(
            b, right_b, f"For the sizes {shown} the weights are right, the biases not."
        )


layers_folded_into_one = CodeExercise(
    "layers_folded_into_one",
    title="Fold all layers into one",
    question="""
        The layers of a network have no activation functions, neither hidden nor at the
        output. Write a function that gets its `coefs_` and `intercepts_`, lists of any
        number of layers in the convention of scikit-learn, and returns the weights and
        biases of the single layer that computes the same: `W` and `b` in
        `X @ W + b`. `answer` is the function.
    """,
    objectives=("show-linearity", "compute-an-output"),
    minutes=8,
    hints=(
        "Start with two layers: write out `(X @ W1 + b1) @ W2 + b2`, and multiply out.",
        "The weights are `W1 @ W2`, and the biases `b1 @ W2 + b2`. Repeat it for each "
        "further layer.",
    ),
    setup_code="""
        import numpy as np

        rng = np.random.default_rng(0)
        sizes = [2, 5, 4, 1]
        coefs = [rng.normal(size=pair) for pair in zip(sizes[:-1], sizes[1:])]
        intercepts = [rng.normal(size=size) for size in sizes[1:]]
    """,
    start_code="""
        def fold(coefs, intercepts):
            ...

        answer = fold
    """,
    solution_code="""
        def fold(coefs, intercepts):
            W, b = coefs[0], intercepts[0]
            for V, c in zip(coefs[1:], intercepts[1:]):
                W, b = W @ V, b @ V + c
            return W, b

        answer = fold
        W, b = fold(coefs, intercepts)
        X = rng.normal(size=(1, 2))
        through_all = X
        for V, c in zip(coefs, intercepts):
            through_all = through_all @ V + c
        print("layer by layer", through_all, "in one", X @ W + b)
    """,
    examiner=examine_fold,
    points=3,
    wrong=(
        WrongAttempt(
            """
            def answer(coefs, intercepts):
                W, b = coefs[0], intercepts[0]
                for V, c in zip(coefs[1:], intercepts[1:]):
                    W, b = W @ V, b + c
                return W, b
            """,
            "You added up the biases",
            misconception=(
                "Weights are multiplied and biases are added, each for itself."
            ),
        ),
        WrongAttempt(
            """
            def answer(coefs, intercepts):
                W = coefs[0]
                for V in coefs[1:]:
                    W = W @ V
                return W, intercepts[-1]
            """,
            "The biases of the first layer are lost",
            misconception="Only the last bias reaches the output.",
        ),
        WrongAttempt(
            """
            def answer(coefs, intercepts):
                W, b = coefs[0], intercepts[0]
                for V, c in zip(coefs[1:], intercepts[1:]):
                    W, b = V @ W, V @ b + c
                return W, b
            """,
            "The factors stand in the other order",
            misconception=(
                "The order of the factors is that of the equations, also "
                "where samples are rows."
            ),
        ),
        WrongAttempt(
            """
            def answer(coefs, intercepts):
                W, b = coefs[0] @ coefs[1], intercepts[0] @ coefs[1] + intercepts[1]
                return W, b
            """,
            "For the sizes 4 → 3 → 6 → 2",
            misconception=(
                "Networks have one hidden layer, so two factors are enough."
            ),
        ),
    ),
)


def examine_map(function):
    coefs, intercepts = random_layers((2, 2, 3, 1), seed=1)
    x1 = np.linspace(-1, 1, 4)
    for n_rows in (4, 7):
        x2 = np.linspace(0, 2, n_rows)
        for neuron in (0, 1):
            shape = (len(x2), len(x1))
            result = to_array(call(function, coefs, intercepts, neuron, x1, x2))
            require(
                result.shape != (len(x1) * len(x2),),
                "Your array has one dimension. `pcolormesh` needs a table: a row for "
                "each `x2`, a column for each `x1`.",
            )
            result = to_array(result, shape)
            mesh = np.stack(np.meshgrid(x1, x2), axis=-1)
            z = mesh @ coefs[0][:, neuron] + intercepts[0][neuron]
            by_row = mesh @ coefs[0][neuron] + intercepts[0][neuron]
            for wrong, message in (
                (z, "tanh is missing: these are the pre-activations."),
                (
                    np.tanh(by_row),
                    "You took a row of `coefs[0]`. In scikit-learn's convention a "
                    "neuron has a column.",
                ),
                (
                    np.tanh(z - intercepts[0][neuron]),
                    "The bias is missing. It moves the dashed line away from the "
                    "origin.",
                ),
            ):
                require(not np.allclose(result, wrong), message)
            require(
                n_rows != len(x1) or not np.allclose(result, np.tanh(z).T),
                "The map is mirrored: rows belong to `x2`, columns to `x1`.",
            )
            require_close(
                result, np.tanh(z), "The activations are not those of the neuron."
            )


map_of_a_neuron = CodeExercise(
    "map_of_a_neuron",
    title="The map of one neuron",
    question="""
        Write a function that computes what a neuron of the first hidden layer, with
        tanh, says on a grid of the plane. It gets `coefs` and `intercepts` in the
        convention of scikit-learn, the number of the neuron from 0, and the coordinates
        `x1` and `x2`. It returns an array with a row for each value of `x2` and a
        column for each value of `x1`, as `pcolormesh(x1, x2, array)` draws it. `answer`
        is the function.
    """,
    objectives=("draw-a-neuron",),
    minutes=7,
    hints=(
        "The neuron computes `np.tanh(w1 * x1 + w2 * x2 + b)`. Where in `coefs[0]` are "
        "its two weights?",
        "`np.meshgrid(x1, x2)` gives two tables of the right shape.",
        "`w1, w2 = coefs[0][:, neuron]`, and the bias is `intercepts[0][neuron]`.",
    ),
    setup_code="""
        import matplotlib.pyplot as plt
        import numpy as np

        from nnteach import MLPRegressorNet

        X = np.random.default_rng(0).uniform(-1, 1, size=(200, 2))
        net = MLPRegressorNet(hidden_layer_sizes=(4,), activation="tanh")
        net.set_params(random_state=0, batch_size=20)
        net.set_params(learning_rate_init=0.02, max_iter=50, n_iter_no_change=np.inf)
        net.fit(X, X.prod(axis=1))
    """,
    start_code="""
        def neuron_map(coefs, intercepts, neuron, x1, x2):
            ...

        answer = neuron_map
    """,
    solution_code="""
        def neuron_map(coefs, intercepts, neuron, x1, x2):
            w1, w2 = coefs[0][:, neuron]
            on_x1, on_x2 = np.meshgrid(x1, x2)
            return np.tanh(w1 * on_x1 + w2 * on_x2 + intercepts[0][neuron])

        answer = neuron_map
        x1, x2 = np.linspace(-1, 1, 60), np.linspace(-1, 1, 50)
        seen = neuron_map(net.coefs_, net.intercepts_, 0, x1, x2)
        fig, ax = plt.subplots(figsize=(4, 3.2), layout="constrained")
        fig.colorbar(ax.pcolormesh(x1, x2, seen, vmin=-1, vmax=1), label="activation")
        ax.set(xlabel="$x_1$", ylabel="$x_2$", title="what neuron 1 sees")
    """,
    examiner=examine_map,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(coefs, intercepts, neuron, x1, x2):
                w1, w2 = coefs[0][neuron]
                x1, x2 = np.meshgrid(x1, x2)
                return np.tanh(w1 * x1 + w2 * x2 + intercepts[0][neuron])
            """,
            "You took a row of `coefs[0]`",
            misconception=(
                "Row k of the stored matrix has the weights of neuron k, "
                "as in the equations."
            ),
        ),
        WrongAttempt(
            """
            def answer(coefs, intercepts, neuron, x1, x2):
                w1, w2 = coefs[0][:, neuron]
                x1, x2 = np.meshgrid(x1, x2)
                return w1 * x1 + w2 * x2 + intercepts[0][neuron]
            """,
            "tanh is missing",
            misconception="What a neuron says is its weighted sum.",
        ),
        WrongAttempt(
            """
            def answer(coefs, intercepts, neuron, x1, x2):
                w1, w2 = coefs[0][:, neuron]
                x1, x2 = np.meshgrid(x1, x2, indexing="ij")
                return np.tanh(w1 * x1 + w2 * x2 + intercepts[0][neuron])
            """,
            "The map is mirrored",
            misconception=(
                "The first index of an array is the first coordinate of the plane."
            ),
        ),
        WrongAttempt(
            """
            def answer(coefs, intercepts, neuron, x1, x2):
                w1, w2 = coefs[0][:, neuron]
                x1, x2 = np.meshgrid(x1, x2)
                return np.tanh(w1 * x1 + w2 * x2 + intercepts[0][neuron]).ravel()
            """,
            "Your array has one dimension",
            misconception="A list of all values is as good as a map.",
        ),
    ),
)


@cache
def trained_regressors():
    """Networks of one, two and three hidden relu layers, trained a little."""
    X = np.random.default_rng(0).uniform(-1, 1, size=(100, 2))
    settings = {"activation": "relu", "max_iter": 5, "n_iter_no_change": np.inf}
    settings |= {"random_state": 0, "learning_rate_init": 0.02, "batch_size": 20}
    return [
        MLPRegressorNet(hidden_layer_sizes=sizes, **settings).fit(X, X.prod(axis=1))
        for sizes in ((6,), (6, 5), (4, 5, 6))
    ]


def layer_by_layer(X, coefs, intercepts, *, at_output=False, biases=True, hidden=relu):
    A = X
    for k, (W, b) in enumerate(zip(coefs, intercepts, strict=True)):
        Z = A @ W + biases * b
        A = hidden(Z) if at_output or k < len(coefs) - 1 else Z
    return A


def examine_predict(function):
    X = np.random.default_rng(1).uniform(-2, 2, size=(30, 2))
    for net in trained_regressors():
        arrays = net.coefs_, net.intercepts_
        n_hidden = len(net.coefs_) - 1
        result = to_array(call(function, X, *arrays))
        require(
            result.size == len(X),
            f"For {len(X)} samples your result has the shape {result.shape}. It should "
            "have one number for each.",
        )
        is_column, result = result.ndim > 1, result.ravel()
        where = f"With {n_hidden} hidden layer{'s' if n_hidden > 1 else ''} "
        right = net.predict(X)
        wrong = {
            "none of your outputs is negative, but those of `predict` are. What does "
            "the last layer do?": {"at_output": True},
            "your function leaves out the biases.": {"biases": False},
            "your function is linear: the hidden layers have no activation function.": {
                "hidden": lambda z: z
            },
            "your hidden layers have tanh, and this network was trained with relu.": {
                "hidden": np.tanh
            },
        }
        for message, change in wrong.items():
            as_wrong = layer_by_layer(X, *arrays, **change).ravel()
            require(not np.allclose(result, as_wrong), where + message)
        require_close(
            result,
            right,
            f"{where}your outputs differ from `predict` by up to "
            f"{abs(result - right).max():.2g}.",
            atol=1e-6,
        )
    require(
        not is_column,
        f"The numbers are right, and they have the shape ({len(X)}, 1). `predict` "
        f"returns an array of shape ({len(X)},).",
    )


never_negative = CodeExercise(
    "never_negative",
    title="A network that is never negative",
    question="""
        This function should compute what `net.predict` returns for an `MLPRegressorNet`
        with relu in its hidden layers, however many these are. It ends without an
        error, and its results are wrong: none is negative. Find the mistake, and
        correct it. `answer` is the function.
    """,
    objectives=("compute-an-output",),
    minutes=6,
    hints=(
        "Compare with `net.predict(X)`. For which samples do both agree?",
        "Look at `net.out_activation_`. What happens to the last layer in the loop?",
    ),
    setup_code="""
        import numpy as np

        from nnteach import MLPRegressorNet

        X = np.random.default_rng(0).uniform(-1, 1, size=(100, 2))
        net = MLPRegressorNet(hidden_layer_sizes=(6, 5), activation="relu")
        net.set_params(learning_rate_init=0.02, max_iter=5, n_iter_no_change=np.inf)
        net.set_params(batch_size=20, random_state=0).fit(X, X.prod(axis=1))
    """,
    start_code="""
        def predict(X, coefs, intercepts):
            A = X
            for W, b in zip(coefs, intercepts):
                A = np.maximum(0, A @ W + b)
            return A[:, 0]

        answer = predict  # try it: predict(X[:5], net.coefs_, net.intercepts_)
    """,
    solution_code="""
        def predict(X, coefs, intercepts):
            A = X
            for W, b in zip(coefs[:-1], intercepts[:-1]):
                A = np.maximum(0, A @ W + b)
            return (A @ coefs[-1] + intercepts[-1])[:, 0]

        answer = predict
        print("by hand", predict(X[:3], net.coefs_, net.intercepts_).round(4))
        print("predict", net.predict(X[:3]).round(4))
    """,
    examiner=examine_predict,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(X, coefs, intercepts):
                A = X
                for W, b in zip(coefs, intercepts):
                    A = A @ W + b
                return A[:, 0]
            """,
            "your function is linear",
            misconception="If relu at the output is wrong, relu is wrong everywhere.",
        ),
        WrongAttempt(
            """
            def answer(X, coefs, intercepts):
                A = X
                for W, b in zip(coefs, intercepts):
                    A = np.maximum(0, A @ W + b)
                return A
            """,
            "What does the last layer do?",
            misconception="The code is right: relu networks are never negative.",
        ),
        WrongAttempt(
            """
            def answer(X, coefs, intercepts):
                A = X
                for W in coefs[:-1]:
                    A = np.maximum(0, A @ W)
                return A @ coefs[-1]
            """,
            "leaves out the biases",
            misconception="The biases make the values too large, so they have to go.",
        ),
        WrongAttempt(
            """
            def answer(X, coefs, intercepts):
                A = np.maximum(0, X @ coefs[0] + intercepts[0])
                return A @ coefs[1] + intercepts[1]
            """,
            "It should have one number for each",
            misconception="Networks have one hidden layer, so two steps are enough.",
        ),
        WrongAttempt(
            """
            def answer(X, coefs, intercepts):
                A = X
                for W, b in zip(coefs[:-1], intercepts[:-1]):
                    A = np.maximum(0, A @ W + b)
                return A @ coefs[-1] + intercepts[-1]
            """,
            "and they have the shape (30, 1)",
            misconception="A column and a list of numbers are the same.",
        ),
    ),
)
