"""Exercises of the lesson *How many parameters does a network have?*."""

import numpy as np

from nnteach import Architecture, MLPRegressorNet
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import (
    call,
    describe,
    require,
    require_close,
    to_array,
)
from nnteach.exercises.typed_numbers import is_number


def dimensions(number):
    return "one dimension" if number == 1 else f"{number} dimensions"


def examine_shapes(answer):
    names = ["x", "y", "W1", "b1", "W2", "b2"]
    right = {"x": (10, 1), "y": (3, 1), "W1": (50, 10), "b1": (50, 1)}
    right |= {"W2": (3, 50), "b2": (3, 1)}
    require(
        isinstance(answer, dict),
        f"The answer is a dict with the keys {', '.join(names)}. You gave "
        f"{describe(answer)}.",
    )
    for name in names:
        require(name in answer, f"The key {name!r} is missing in the dict.")
        given = answer[name]
        shape = (given,) if is_number(given) else given
        shape = tuple(shape) if isinstance(shape, list | np.ndarray) else shape
        require(
            isinstance(shape, tuple) and all(map(is_number, shape)),
            f'"{name}" is {describe(given)}. Its shape is wanted: two numbers in '
            "brackets.",
        )
        require(
            len(shape) == 2,
            f"{name} has {dimensions(len(shape))}. In the equations all arrays are "
            "matrices, and a column has the shape (rows, 1).",
        )
        require(
            shape != right[name][::-1] or shape == right[name],
            f"{name} is transposed. In the equations a sample is a column, and each "
            "neuron has a row of the weight matrix.",
        )
        require(
            shape == right[name],
            f"That is not the shape of {name}. How many numbers go into this layer, "
            "and how many come out of it?",
        )


sheet_shapes = CodeExercise(
    "sheet_shapes",
    title="The shapes of all arrays",
    question="""
        A network has 10 inputs, one hidden layer of 50 neurons and 3 outputs. As in the
        equations of the lesson, a sample is a column. What shapes do the features $x$
        and the target $y$ of one sample, the weights $W_1$ and $W_2$, and the biases
        $b_1$ and $b_2$ have?
    """,
    objectives=("read-a-shape",),
    minutes=3,
    hints=(
        "The product $W_1 x$ turns 10 numbers into 50.",
        "A matrix with 50 rows and 10 columns has the shape `(50, 10)`.",
    ),
    start_code="""
        answer = {
            "x": (..., ...),
            "y": (..., ...),
            "W1": (..., ...),
            "b1": (..., ...),
            "W2": (..., ...),
            "b2": (..., ...),
        }
    """,
    solution_code="""
        answer = {
            "x": (10, 1),
            "y": (3, 1),
            "W1": (50, 10),
            "b1": (50, 1),
            "W2": (3, 50),
            "b2": (3, 1),
        }
    """,
    examiner=examine_shapes,
    wrong=(
        WrongAttempt(
            """
            answer = {"x": (10, 1), "y": (3, 1), "W1": (10, 50), "b1": (50, 1)}
            answer |= {"W2": (50, 3), "b2": (3, 1)}
            """,
            "W1 is transposed",
            misconception=(
                "A weight matrix leads from inputs to outputs, so its "
                "shape is inputs times outputs."
            ),
        ),
        WrongAttempt(
            """
            answer = {"x": (10,), "y": (3,), "W1": (50, 10), "b1": (50,)}
            answer |= {"W2": (3, 50), "b2": (3,)}
            """,
            "x has one dimension",
            misconception=(
                "A vector has one dimension, also in an equation with matrices."
            ),
        ),
        WrongAttempt(
            """
            answer = {"x": (10, 1), "y": (3, 1), "W1": (50, 11), "b1": (50, 1)}
            answer |= {"W2": (3, 50), "b2": (3, 1)}
            """,
            "That is not the shape of W1",
            misconception=(
                "The bias is one more input, so the matrix has one more column."
            ),
        ),
    ),
)

SHEET = Architecture((10, 50, 3), "tanh")
sheet_parameters = NumberExercise(
    "sheet_parameters",
    title="Count by hand",
    question="""
        A network has 10 inputs, one hidden layer of 50 neurons and 3 outputs. How many
        parameters does its training have to find?
    """,
    objectives=("count",),
    minutes=3,
    hints=(
        "Count one layer at a time.",
        "A neuron has one weight for each of its inputs, and one bias.",
    ),
    solution_code="""
        hidden = 50 * (10 + 1)
        output = 3 * (50 + 1)
        answer = hidden + output
        print(f"{hidden} in the hidden layer, {output} at the output")
    """,
    key=lambda: SHEET.n_parameters,
    decimals=0,
    mistakes=(
        Mistake(
            lambda: SHEET.n_weights,
            "These are the weights alone. Each neuron has a bias as well.",
        ),
        Mistake(
            lambda: SHEET.n_parameters + 10,
            "You gave the inputs a bias. They are given, and have none.",
        ),
        Mistake(
            lambda: SHEET.layers[0].n_parameters,
            "These are the parameters of the hidden layer. The output has its own.",
        ),
        Mistake(
            lambda: SHEET.n_weights + 2,
            "You counted one bias for each layer. Each neuron has one of its own.",
        ),
    ),
)


def examine_forward(function):
    rng = np.random.default_rng(0)
    for n_samples in (1, 7):
        W1, b1 = rng.normal(size=(50, 10)), rng.normal(size=(50, 1))
        W2, b2 = rng.normal(size=(3, 50)) / 7, rng.normal(size=(3, 1))
        x = rng.normal(size=(10, n_samples))
        hidden = np.tanh(W1 @ x + b1)
        output = to_array(call(function, x, W1, b1, W2, b2), (3, n_samples))
        for wrong, message in (
            (W2 @ hidden + b2, "The output layer has an activation function, too."),
            (
                np.tanh(W2 @ (W1 @ x + b1) + b2),
                "The hidden layer has an activation function, too.",
            ),
            (np.tanh(W2 @ np.tanh(W1 @ x)), "The biases are missing."),
        ):
            require(not np.allclose(output, wrong), message)
        right = np.tanh(W2 @ hidden + b2)
        require_close(
            output, right, "The output is not the one that the equations give."
        )


sheet_equations = CodeExercise(
    "sheet_equations",
    title="The equations as a program",
    question="""
        The network of 10 inputs, 50 hidden neurons and 3 outputs applies tanh in both
        layers. Write a function that computes its output $\\hat y$ from $x$ and the
        parameters. Here $x$ can have several columns, one for each sample.
    """,
    objectives=("write-the-equations",),
    minutes=5,
    hints=(
        "Each layer makes two steps: $z_l = W_l a_{l-1} + b_l$, then $a_l = g(z_l)$.",
        "`@` multiplies matrices, and `np.tanh` works on each entry.",
    ),
    setup_code="import numpy as np",
    start_code="""
        def output(x, W1, b1, W2, b2):
            ...

        answer = output
    """,
    solution_code="""
        def output(x, W1, b1, W2, b2):
            a1 = np.tanh(W1 @ x + b1)
            return np.tanh(W2 @ a1 + b2)

        answer = output
    """,
    examiner=examine_forward,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(x, W1, b1, W2, b2):
                return W2 @ np.tanh(W1 @ x + b1) + b2
            """,
            "The output layer has an activation function",
            misconception=(
                "The last layer is only a sum; activation functions belong "
                "to hidden layers."
            ),
        ),
        WrongAttempt(
            """
            def answer(x, W1, b1, W2, b2):
                return np.tanh(W2 @ (W1 @ x + b1) + b2)
            """,
            "The hidden layer has an activation function",
            misconception=(
                "One activation function at the end bends the whole network."
            ),
        ),
        WrongAttempt(
            """
            def answer(x, W1, b1, W2, b2):
                return np.tanh(W2 @ np.tanh(W1 @ x))
            """,
            "The biases are missing",
            misconception="Biases are a detail that training can do without.",
        ),
        WrongAttempt(
            """
            def answer(x, W1, b1, W2, b2):
                return np.tanh(x @ W1 + b1) @ W2 + b2
            """,
            "answer ended with ValueError",
            misconception=(
                "Equations can be read with samples as rows and with "
                "samples as columns at once."
            ),
        ),
    ),
)


def sheet_count(activation, out_activation):
    settings = {"activation": activation, "out_activation": out_activation}
    net = MLPRegressorNet(hidden_layer_sizes=(50,), **settings, random_state=0)
    net.initialize(np.zeros((4, 10)), np.zeros((4, 3)))
    return sum(array.size for array in net.coefs_ + net.intercepts_)


relu_instead = ChoiceExercise(
    "relu_instead",
    title="What does the count depend on?",
    question="""
        Somebody checks the number of parameters of a network with tanh by building it
        with relu instead. Which statement is right?
    """,
    objectives=("count",),
    minutes=2,
    hints=(
        "What in the formula $d_l (d_{l-1} + 1)$ depends on the activation function?",
    ),
    choices=(
        Choice(
            "The one with relu has fewer parameters, since relu sets some to zero.",
            lambda: sheet_count("relu", "identity") < sheet_count("tanh", "tanh"),
            "relu sets activations to zero. The weights and biases are still there, "
            "and training changes them.",
        ),
        Choice(
            "Both have the same number, so the check cannot notice the mix-up.",
            lambda: sheet_count("relu", "identity") == sheet_count("tanh", "tanh"),
            "The count depends on the sizes of the layers alone.",
        ),
        Choice(
            "The network with tanh has fewer, since tanh needs no bias.",
            lambda: sheet_count("tanh", "tanh") < sheet_count("relu", "identity"),
            "Each neuron has a bias, whatever its activation function.",
        ),
    ),
    solution_code="""
        from nnteach import Architecture

        for activation in ("tanh", "relu"):
            print(activation, Architecture((10, 50, 3), activation).n_parameters)
        answer = "b"
    """,
)


def examine_translation(function):
    rng = np.random.default_rng(0)
    W1, b1 = rng.normal(size=(50, 10)), rng.normal(size=(50, 1))
    result = call(function, W1, b1)
    require(
        isinstance(result, tuple | list) and len(result) == 2,
        "The function returns two arrays: the entry of coefs_ and that of intercepts_.",
    )
    coef, intercept = map(to_array, result)
    require(
        coef.shape != W1.shape,
        "In coefs_ a row belongs to an input and a column to a neuron. Yours has it "
        "the other way round.",
    )
    require(
        np.allclose(coef, W1.T) if coef.shape == W1.T.shape else False,
        "The weights are not where scikit-learn has them. Reshaping keeps the order of "
        "the numbers in memory; transposing swaps rows and columns.",
    )
    require(
        intercept.shape == (50,),
        f"An entry of intercepts_ has one dimension. Yours has the shape "
        f"{intercept.shape}.",
    )
    require_close(intercept, b1[:, 0], "The second array has not the biases.")


shape_for_sklearn = CodeExercise(
    "shape_for_sklearn",
    title="From the equations to scikit-learn",
    question="""
        In the equations the weights of the first layer are $W_1$, of shape
        $50 \\times 10$, and its biases are $b_1$, a column of 50. Write a function that
        returns both as scikit-learn stores them: the first entry of `coefs_`, and the
        first of `intercepts_`.
    """,
    objectives=("translate-a-shape",),
    minutes=4,
    hints=(
        "scikit-learn computes `X @ coefs_[0] + intercepts_[0]`, with a sample in each "
        "row of `X`.",
        "`W1.T` swaps rows and columns, and `b1.ravel()` has one dimension.",
    ),
    start_code="""
        def translate(W1, b1):
            ...

        answer = translate
    """,
    solution_code="""
        def translate(W1, b1):
            return W1.T, b1.ravel()

        answer = translate
    """,
    examiner=examine_translation,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(W1, b1):
                return W1, b1.ravel()
            """,
            "Yours has it the other way round",
            misconception=(
                "Every library stores the matrix as it stands in the equation."
            ),
        ),
        WrongAttempt(
            """
            def answer(W1, b1):
                return W1.reshape(10, 50), b1.ravel()
            """,
            "Reshaping keeps the order of the numbers in memory",
            misconception="A matrix of another shape is made by reshaping.",
        ),
        WrongAttempt(
            """
            def answer(W1, b1):
                return W1.T, b1
            """,
            "An entry of intercepts_ has one dimension",
            misconception="A column and a vector of one dimension are the same.",
        ),
    ),
)
