"""Exercises of the lesson *Where does a network draw the line?*."""

from functools import cache

import numpy as np

from nnteach import MLPClassifierNet, median_and_band, two_moons
from nnteach.exercises.code import names_of
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import (
    call,
    require,
    require_close,
    require_fitted,
    samples_of,
    to_array,
)


def height_of_the_boundary(*, level=0.0, hidden_bias=-1.0, output_bias=-1.0, relu=True):
    first = -1.0
    if relu:
        first = max(0.0, first)
    second = (level + 3 * first - output_bias) / 2
    return second - hidden_bias


boundary_by_hand = NumberExercise(
    "boundary_by_hand",
    title="A point on the line, by hand",
    question="""
        A network has 2 inputs, 2 relu neurons and one logistic output:

        $$W_1 = \\begin{pmatrix} 2 & 0 \\\\ 0 & 1 \\end{pmatrix}, \\quad
        b_1 = \\begin{pmatrix} -1 \\\\ -1 \\end{pmatrix}, \\quad
        W_2 = \\begin{pmatrix} -3 & 2 \\end{pmatrix}, \\quad b_2 = -1 .$$

        Its decision boundary crosses the line $x_1 = 0$ at one point. What is $x_2$ at
        this point?
    """,
    objectives=("draw-a-boundary",),
    minutes=5,
    hints=(
        "Which pre-activation $z_2$ gives the probability 1/2?",
        "Write down both activations of the hidden layer for $x_1 = 0$. The first is a "
        "number, the second contains $x_2$.",
        "The first activation is $\\max(0, -1)$. Solve "
        "$-3 a_{1,1} + 2\\,(x_2 - 1) - 1 = 0$ for $x_2$.",
    ),
    solution_code="""
        first = max(0, 2 * 0 - 1)  # the first hidden neuron is silent
        second = (1 + 3 * first) / 2  # z is zero there
        answer = second + 1  # relu(x2 - 1) = second
        print(f"activations {first} and {second}, so x2 = {answer}")
    """,
    key=height_of_the_boundary,
    decimals=2,
    mistakes=(
        Mistake(
            lambda: height_of_the_boundary(relu=False),
            "The first hidden neuron has a negative pre-activation here. What does "
            "relu make of it?",
            misconception="A hidden neuron passes a negative sum on.",
        ),
        Mistake(
            lambda: height_of_the_boundary(level=0.5),
            "You set the pre-activation of the output to one half. It is the "
            "probability that is one half there.",
        ),
        Mistake(
            lambda: height_of_the_boundary(output_bias=0.0),
            "The bias of the output is missing.",
        ),
        Mistake(
            lambda: height_of_the_boundary(hidden_bias=0.0),
            "That is the activation of the second hidden neuron. Which x2 gives it?",
            misconception="The activation is the coordinate.",
        ),
    ),
)


def accuracy_on_two_strips(overlap_is_class_0, share=0.8):
    """Share of right answers; ``overlap_is_class_0`` of the overlap is called 0."""
    right_0 = 2 / 3 + overlap_is_class_0 / 3
    right_1 = 1 / 2 + (1 - overlap_is_class_0) / 2
    return share * right_0 + (1 - share) * right_1


ceiling_of_two_strips = NumberExercise(
    "ceiling_of_two_strips",
    title="The best accuracy of all",
    question="""
        The recipe of some made-up data: 80 % of the points belong to class 0 and lie
        evenly between 0 and 3; 20 % belong to class 1 and lie evenly between 2 and 4.
        Nothing but the place $x$ is known of a point. What accuracy does the oracle
        of the lesson have?
    """,
    objectives=("compute-the-ceiling",),
    minutes=5,
    hints=(
        "The oracle can only be wrong between 2 and 3.",
        "Think of 100 points. How many of each class lie between 2 and 3?",
        "Between 2 and 3 the oracle says the class that has more points there, and is "
        "wrong about the others.",
    ),
    solution_code="""
        between = {"class 0": 80 / 3, "class 1": 20 / 2}  # of 100 points
        print("points between 2 and 3:", between)
        answer = 1 - min(between.values()) / 100
    """,
    key=lambda: max(accuracy_on_two_strips(1), accuracy_on_two_strips(0)),
    decimals=3,
    scale="share",
    mistakes=(
        Mistake(
            lambda: accuracy_on_two_strips(0),
            "Your oracle says class 1 in the overlap. Class 1 lies more densely within "
            "its own strip, but it has fewer points altogether.",
        ),
        Mistake(
            lambda: accuracy_on_two_strips(0.5),
            "You let the oracle guess in the overlap. It knows which class is more "
            "frequent there.",
        ),
        Mistake(
            lambda: accuracy_on_two_strips(0, share=0.5),
            "This is right for two classes of equal size. Here one is larger.",
        ),
        Mistake(
            lambda: 1 - accuracy_on_two_strips(1),
            "That is the share of the errors.",
        ),
        Mistake(
            lambda: 0.8,
            "Whoever always says class 0 has this accuracy. The oracle also knows the "
            "points beyond 3.",
        ),
    ),
)


def distance_to_moons(X, y):
    """Root mean square of the distances of points to the arcs of their classes."""
    angles = np.linspace(0, np.pi, 500)
    arcs = [
        np.column_stack([np.cos(angles), np.sin(angles)]),
        np.column_stack([1 - np.cos(angles), 0.5 - np.sin(angles)]),
    ]
    nearest = [
        np.square(X[y == k][:, np.newaxis] - arcs[k]).sum(axis=2).min(axis=1)
        for k in (0, 1)
    ]
    return np.sqrt(np.mean(np.concatenate(nearest)))


def examine_moons_network(answer):
    require(
        isinstance(answer, tuple | list) and len(answer) == 5,
        "The answer has five parts: the fitted network, X, y, X_test and y_test.",
    )
    net, *data = answer
    require_fitted(net, MLPClassifierNet)
    X, y, X_test, y_test = map(to_array, data)
    for name, points, classes, n in (
        ("training", X, y, 1000),
        ("test", X_test, y_test, 400),
    ):
        require(
            points.shape == (n, 2) and classes.shape == (n,),
            f"The arrays of the {name} points have the shapes {points.shape} and "
            f"{classes.shape}. There should be {n} points.",
        )
        require(
            0.14 < distance_to_moons(points, classes) < 0.24,
            f"The {name} points do not lie around their moons with noise 0.2.",
        )
    known = set(map(tuple, X)) & set(map(tuple, X_test))
    require(
        not known,
        f"{len(known)} of the test points are training points as well. The network "
        "knows them already, so they cannot test it.",
    )
    require(
        samples_of(net) == 1000,
        f"The network was trained on {samples_of(net)} points. It should be the 1000 "
        "of X and y.",
    )
    sizes = tuple(net.architecture_.layer_sizes)
    require(
        sizes == (2, 100, 25, 1),
        f"The layers of your network have the sizes {sizes}. Which two numbers does "
        "hidden_layer_sizes need?",
    )
    require(net.activation == "relu", "The hidden neurons should be relu neurons.")
    require(net.solver == "adam", f"The solver is {net.solver!r}. It should be Adam.")
    require(
        net.learning_rate_init == 0.001,
        "Leave learning_rate_init out, so that Adam has its default rate.",
    )
    require(
        net.batch_size == 64, f"The batches are {net.batch_size!r}. They should be 64."
    )
    require(
        net.n_iter_ == 100,
        f"The training took {net.n_iter_} epochs. It should be 100: max_iter sets the "
        "number, and n_iter_no_change=np.inf switches off the rule that stops before.",
    )
    accuracy = np.mean(net.predict(X_test.astype(np.float32)) == y_test)
    require(
        accuracy > 0.93,
        f"The accuracy on your test points is only {accuracy:.4f}. Were the network's "
        "training points made with the same recipe?",
    )
    return f"The accuracy on your test points is {accuracy:.4f}."


sheet_moons_network = CodeExercise(
    "sheet_moons_network",
    title="The sheet's network for two moons",
    question="""
        Tasks 2a and 2b of the exercise sheet. Make 1000 training points and 400 test
        points with `make_moons`, noise 0.2 and two seeds of your choice. Build a
        network with hidden layers of 100 and 25 relu neurons and one logistic output,
        and train it for exactly 100 epochs with Adam at its default rate, in batches of
        64. The answer is the tuple `(net, X, y, X_test, y_test)`.
    """,
    objectives=("draw-a-boundary",),
    minutes=8,
    hints=(
        "`make_moons(n_samples, noise=…, random_state=…)` returns points and classes.",
        "For two classes `MLPClassifierNet` makes one logistic output by itself. relu "
        "and Adam are its defaults.",
        "Without `n_iter_no_change=np.inf` the training stops when the training loss "
        "has not improved for a while.",
    ),
    setup_code="""
        import numpy as np
        from sklearn.datasets import make_moons

        from nnteach import MLPClassifierNet
    """,
    start_code="""
        X, y = make_moons(1000)
        X_test, y_test = make_moons(400)
        net = MLPClassifierNet()

        answer = (net, X, y, X_test, y_test)
    """,
    solution_code="""
        X, y = make_moons(1000, noise=0.2, random_state=5)
        X_test, y_test = make_moons(400, noise=0.2, random_state=6)
        net = MLPClassifierNet((100, 25), batch_size=64, random_state=0)
        net.set_params(max_iter=100, n_iter_no_change=np.inf).fit(X, y)
        print(f"{net.architecture_.n_parameters} parameters")

        answer = (net, X, y, X_test, y_test)
    """,
    examiner=examine_moons_network,
    points=3,
    wrong=(
        WrongAttempt(
            """
            X, y = make_moons(1000, noise=0.2, random_state=5)
            X_test, y_test = make_moons(400, random_state=6)
            net = MLPClassifierNet((100, 25), batch_size=64, random_state=0)
            net.set_params(max_iter=5, n_iter_no_change=np.inf).fit(X, y)
            answer = (net, X, y, X_test, y_test)
            """,
            "around their moons with noise 0.2",
            misconception="`make_moons` makes the same noise by itself.",
        ),
        WrongAttempt(
            """
            X, y = make_moons(1000, noise=0.2, random_state=5)
            X_test, y_test = make_moons(400, noise=0.2, random_state=6)
            net = MLPClassifierNet((100, 25), batch_size=64, random_state=0)
            net.set_params(max_iter=5, n_iter_no_change=np.inf).fit(X_test, y_test)
            answer = (net, X, y, X_test, y_test)
            """,
            "The network was trained on 400 points",
            misconception="A network is trained on the points it is tested on.",
        ),
        WrongAttempt(
            """
            X, y = make_moons(1000, noise=0.2, random_state=5)
            X_test, y_test = X[600:], y[600:]
            net = MLPClassifierNet((100, 25), batch_size=64, random_state=0)
            net.set_params(max_iter=5, n_iter_no_change=np.inf).fit(X, y)
            answer = (net, X, y, X_test, y_test)
            """,
            "The network knows them already",
            misconception="Points of the training set can test the network as well.",
        ),
        WrongAttempt(
            """
            X, y = make_moons(1000, noise=0.2, random_state=5)
            X_test, y_test = make_moons(400, noise=0.2, random_state=6)
            net = MLPClassifierNet((2, 100, 25, 1), batch_size=64, random_state=0)
            net.set_params(max_iter=5, n_iter_no_change=np.inf).fit(X, y)
            answer = (net, X, y, X_test, y_test)
            """,
            "The layers of your network have the sizes (2, 2, 100, 25, 1, 1)",
            misconception="Inputs and outputs are entries of `hidden_layer_sizes`.",
        ),
        WrongAttempt(
            """
            X, y = make_moons(1000, noise=0.2, random_state=5)
            X_test, y_test = make_moons(400, noise=0.2, random_state=6)
            net = MLPClassifierNet((100, 25), batch_size=64, random_state=0)
            net.set_params(max_iter=200, tol=0.01).fit(X, y)
            answer = (net, X, y, X_test, y_test)
            """,
            "n_iter_no_change=np.inf switches off the rule",
            misconception="`max_iter` says how many epochs a training has.",
        ),
    ),
)


@cache
def network_and_points():
    X, y = two_moons(200, random_state=7)
    net = MLPClassifierNet((8,), max_iter=30, n_iter_no_change=np.inf, random_state=0)
    return net.set_params(learning_rate_init=0.02).fit(X, y), X[:50]


def examine_map(function):
    net, points = network_and_points()
    result = call(function, net, points)
    require(
        isinstance(result, tuple | list) and len(result) == 3,
        "The function returns three arrays: x1, x2 and P.",
    )
    x1, x2, P = (to_array(part) for part in result)
    if x1.ndim == x2.ndim == 2:  # as np.meshgrid returns them
        x1, x2 = x1[0], x2[:, 0]
    require(
        x1.ndim == x2.ndim == 1 and min(len(x1), len(x2)) > 1,
        "x1 and x2 are arrays of one dimension: the places along each axis.",
    )
    for name, places, feature in (("x1", x1, points[:, 0]), ("x2", x2, points[:, 1])):
        require(
            np.allclose(np.diff(places), 0.02, atol=1e-3),
            f"The step of {name} is {np.diff(places).mean():.3f}, not 0.02.",
        )
        ends = places[0] - (feature.min() - 0.5), feature.max() + 0.5 - places[-1]
        require(
            np.all(np.abs(ends) < 0.03),
            f"{name} goes from {places[0]:.2f} to {places[-1]:.2f}, the points from "
            f"{feature.min():.2f} to {feature.max():.2f}. The mesh should reach 0.5 "
            "beyond them on both sides.",
        )
    require(
        P.shape == (len(x2), len(x1)),
        f"P has the shape {P.shape}. It needs a row for each of the {len(x2)} values "
        f"of x2 and a column for each of the {len(x1)} values of x1.",
    )
    mesh = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    right = net.predict_proba(mesh)[:, 1].reshape(P.shape)
    require(
        not np.allclose(P, 1 - right, atol=1e-3),
        "P is high where the network says class 0. Which column of predict_proba "
        "belongs to class 1?",
    )
    require(
        not np.all(np.isin(P, [0, 1])),
        "P holds classes, 0 or 1. A map of probabilities also shows where the network "
        "is unsure.",
    )
    require_close(
        P,
        right,
        "P has other probabilities than the network at these places. Is P[i, j] the "
        "probability at the point (x1[j], x2[i])?",
        atol=1e-3,
    )
    return "plt.contourf(x1, x2, P) draws the map."


sheet_probability_map = CodeExercise(
    "sheet_probability_map",
    title="A map with two mistakes",
    question="""
        Task 2d of the exercise sheet asks for a map of the predicted probability, with
        a mesh of step 0.02 that reaches 0.5 beyond the points. The function below
        should return the places `x1` and `x2` along both axes and an array `P`, in
        which `P[i, j]` is the probability of class 1 at the point `(x1[j], x2[i])`. It
        runs, but the map ends at the outermost points, and its colours are swapped.
        Correct it.
    """,
    objectives=("draw-a-boundary",),
    minutes=8,
    hints=(
        "Check again after each change: the feedback tells what is left.",
        "`low` and `high` are the corners of the points. Where should the mesh begin "
        "and end?",
        "`predict_proba` has a column for each class, in the order of `classes_`.",
    ),
    setup_code="import numpy as np",
    start_code="""
        def probability_map(net, points):
            low, high = points.min(axis=0), points.max(axis=0)
            x1 = np.arange(low[0], high[0], 0.02)
            x2 = np.arange(low[1], high[1], 0.02)
            mesh = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
            P = net.predict_proba(mesh)[:, 0].reshape(len(x2), len(x1))
            return x1, x2, P

        answer = probability_map
    """,
    solution_code="""
        def probability_map(net, points):
            low, high = points.min(axis=0) - 0.5, points.max(axis=0) + 0.5
            x1 = np.arange(low[0], high[0], 0.02)
            x2 = np.arange(low[1], high[1], 0.02)
            mesh = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
            P = net.predict_proba(mesh)[:, 1].reshape(len(x2), len(x1))
            return x1, x2, P

        answer = probability_map
    """,
    examiner=examine_map,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(net, points):
                low, high = points.min(axis=0) - 0.5, points.max(axis=0) + 0.5
                x1, x2 = (np.arange(*ends, 0.02) for ends in zip(low, high))
                mesh = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
                return x1, x2, net.predict_proba(mesh)[:, 0].reshape(len(x2), len(x1))
            """,
            "P is high where the network says class 0",
            misconception=(
                "The first column of `predict_proba` is the probability of class 1."
            ),
        ),
        WrongAttempt(
            """
            def answer(net, points):
                low, high = points.min(axis=0), points.max(axis=0)
                x1, x2 = (np.arange(*ends, 0.02) for ends in zip(low, high))
                mesh = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
                return x1, x2, net.predict_proba(mesh)[:, 1].reshape(len(x2), len(x1))
            """,
            "The mesh should reach 0.5 beyond them",
            misconception="The edge of the points is the edge of the map.",
        ),
        WrongAttempt(
            """
            def answer(net, points):
                low, high = points.min(axis=0) - 0.5, points.max(axis=0) + 0.5
                x1, x2 = (np.arange(*ends, 0.02) for ends in zip(low, high))
                mesh = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
                return x1, x2, net.predict(mesh).reshape(len(x2), len(x1))
            """,
            "P holds classes, 0 or 1",
            misconception="`predict` gives probabilities.",
        ),
        WrongAttempt(
            """
            def answer(net, points):
                low, high = points.min(axis=0) - 0.5, points.max(axis=0) + 0.5
                x1, x2 = (np.arange(*ends, 0.02) for ends in zip(low, high))
                mesh = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
                return x1, x2, net.predict_proba(mesh)[:, 1].reshape(len(x1), len(x2))
            """,
            "It needs a row for each of the",
            misconception="Rows belong to the first coordinate.",
        ),
        WrongAttempt(
            """
            def answer(net, points):
                low, high = points.min(axis=0) - 0.5, points.max(axis=0) + 0.5
                x1, x2 = (np.linspace(*ends, 100) for ends in zip(low, high))
                mesh = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
                return x1, x2, net.predict_proba(mesh)[:, 1].reshape(len(x2), len(x1))
            """,
            "not 0.02",
            misconception="A number of points and a step are the same thing.",
        ),
    ),
)


WIDTHS = """
    import numpy as np

    from nnteach import MLPClassifierNet, fit_many, two_moons

    X, y = two_moons(200, random_state=10)
    X_test, y_test = two_moons(400, random_state=1)
    X_large, y_large = two_moons(20_000, random_state=2)

    def train(width):
        common = {"batch_size": 100, "learning_rate_init": 0.05, "max_iter": 30}
        common |= {"hidden_layer_sizes": (width,), "n_iter_no_change": np.inf}
        nets = [MLPClassifierNet(**common, random_state=s) for s in range(20)]
        return fit_many(nets, X, y)
"""


@cache
def gains_of_width():
    names = names_of(WIDTHS)
    X_large, y_large, train = names["X_large"], names["y_large"], names["train"]
    wide, narrow = (
        np.array([net.score(X_large, y_large) for net in train(width)])
        for width in (40, 20)
    )
    return 100 * (wide - narrow)


def examine_gains(answer):
    gains = to_array(answer).ravel()
    require(
        len(gains) == 20,
        f"The length of your answer is {len(gains)}. One seed can be lucky: use the 20 "
        "seeds from 0 to 19.",
    )
    right = gains_of_width()
    require(
        not np.allclose(gains, right / 100, atol=2e-3),
        "These are shares. In percentage points, the difference of 0.96 and 0.95 is 1.",
    )
    require(
        np.ptp(np.round(gains / 0.25) - gains / 0.25) > 0.01,
        "All your differences are multiples of a quarter of a percentage point: they "
        "were counted on 400 points. There are 20 000 others.",
    )
    require(
        np.corrcoef(gains, right)[0, 1] > -0.9,
        "The sign is the other way round. The answer is 40 neurons minus 20.",
    )
    require(
        np.mean(np.abs(gains - right)) < 0.15,
        "These are not the differences of networks with the same seed. Are the seeds "
        "0 to 19, is the data X and y, and is everything but the width as in train?",
    )
    return (
        f"In percentage points: {median_and_band(right, '+.2f')}. "
        f"{np.sum(right > 0)} of 20 differences are above zero. A single seed could "
        "have said the opposite."
    )


luck_or_width = CodeExercise(
    "luck_or_width",
    title="Skill, or the luck of a seed?",
    question="""
        Somebody compares networks of 40 and of 20 hidden neurons with one seed, on 400
        test points, and reports which one is better. Repeat the comparison so that it
        can be trusted: the answer is an array of 20 differences, one for each seed from
        0 to 19, of the accuracies on the 20 000 points `X_large`, 40 neurons minus 20
        neurons, in percentage points. Both networks of a difference have the same seed.
    """,
    objectives=("tell-skill-from-luck",),
    minutes=12,
    hints=(
        "Which two kinds of luck do one seed and 400 points leave in?",
        "`train(40)` gives twenty networks, `train(20)` twenty more, in the same order "
        "of seeds. `zip` goes through both.",
        "For each pair: `score(X_large, y_large)` of the first minus that of the "
        "second, times 100.",
    ),
    setup_code=WIDTHS,
    start_code="""
        wide, narrow = train(40)[0], train(20)[0]
        gain = wide.score(X_test, y_test) - narrow.score(X_test, y_test)
        answer = [100 * gain]
    """,
    solution_code="""
        def accuracies(width):
            return np.array([100 * net.score(X_large, y_large) for net in train(width)])

        answer = accuracies(40) - accuracies(20)
        print(f"from {answer.min():+.2f} to {answer.max():+.2f}")
        print(f"median {np.median(answer):+.2f}, {np.sum(answer > 0)} of 20 above zero")
    """,
    examiner=examine_gains,
    points=3,
    wrong=(
        WrongAttempt(
            """
            wide, narrow = train(40)[3], train(20)[3]
            large = X_large, y_large
            answer = 100 * (wide.score(*large) - narrow.score(*large))
            """,
            "The length of your answer is 1",
            misconception="One pair of networks is enough if the test set is large.",
        ),
        WrongAttempt(
            """
            wide = [n.score(X_test, y_test) for n in train(40)]
            narrow = [n.score(X_test, y_test) for n in train(20)]
            answer = 100 * (np.array(wide) - narrow)
            """,
            "they were counted on 400 points",
            misconception="400 test points are enough if there are 20 seeds.",
        ),
        WrongAttempt(
            """
            wide = [n.score(X_large, y_large) for n in train(40)]
            narrow = [n.score(X_large, y_large) for n in train(20)]
            answer = np.array(wide) - narrow
            """,
            "These are shares",
            misconception="A share and percentage points are the same.",
        ),
    ),
)
