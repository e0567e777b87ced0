"""Exercises of the lesson *How to start the weights*."""

from functools import cache

import numpy as np

from nnteach import MLPClassifierNet
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, describe, require, to_array

SHARES = np.array([0.5, 0.3, 0.2])
all_it_can_learn_from_zero = NumberExercise(
    "all_it_can_learn_from_zero",
    title="All that it can learn from zero",
    question="""
        A network with two hidden relu layers tells three classes apart. All of its
        weights and biases start at zero. In the training set the classes have the
        shares 0.5, 0.3 and 0.2. Training goes on, without a penalty, until the mean
        cross-entropy no longer falls. At what value does it end?
    """,
    objectives=("zeros",),
    minutes=4,
    hints=(
        "Only the biases of the output change. So all samples get the same three "
        "probabilities.",
        "The best three probabilities are the shares. Half of the samples then have "
        "the loss $-\\ln 0.5$.",
    ),
    setup_code="import numpy as np",
    solution_code="""
        shares = np.array([0.5, 0.3, 0.2])
        losses = -np.log(shares)
        print("loss of a sample of each class", losses.round(3))
        answer = shares @ losses
        print(f"mean {answer:.3f}, at the start {np.log(3):.3f}")
    """,
    key=lambda: -SHARES @ np.log(SHARES),
    decimals=3,
    mistakes=(
        Mistake(
            lambda: np.log(3),
            "Here the loss starts, with equal probabilities. The biases of the output "
            "can do better.",
        ),
        Mistake(
            lambda: -np.log(SHARES[0]),
            "This is the loss of the samples of the most frequent class. The others "
            "have a larger one.",
        ),
        Mistake(
            lambda: -np.log(SHARES).mean(),
            "You gave the three classes the same weight in the mean. They are not "
            "equally frequent.",
        ),
        Mistake(
            lambda: -SHARES @ np.log2(SHARES),
            "You took the logarithm to base 2. The cross-entropy has the natural one.",
        ),
        Mistake(
            lambda: 1 - SHARES[0],
            "This is the share of wrong answers. The question asks for the loss.",
        ),
    ),
)

relu_with_the_rule_for_tanh = NumberExercise(
    "relu_with_the_rule_for_tanh",
    title="The rule for tanh in a network with relu",
    question="""
        A network reads 200 features and has eight hidden relu layers of 200 neurons.
        Its biases are zero. Its weights have the variance that suits tanh,
        $\\operatorname{Var}(w) = 1/200$. How large are the activations of the eighth
        layer, compared with the inputs? Give the root mean square of the activations
        divided by that of the inputs.
    """,
    objectives=("predict-growth",),
    minutes=4,
    hints=(
        "For relu, $\\overline{a_l^2} = \\tfrac{1}{2}\\, d_{l-1} \\operatorname{Var}(w)"
        "\\, \\overline{a_{l-1}^2}$.",
        "This is a factor for the mean square. Its root is the factor for the size, "
        "and it comes up eight times.",
    ),
    solution_code="""
        mean_square_factor = 1 / 2 * 200 * (1 / 200)
        size_factor = mean_square_factor ** 0.5
        print(f"each layer multiplies the size by {size_factor:.3f}")
        answer = size_factor ** 8
        print(f"eight layers by {answer}")
    """,
    key=lambda: (200 * (1 / 200) / 2) ** (8 / 2),
    decimals=4,
    mistakes=(
        Mistake(
            lambda: 1,
            "With tanh and small signals you would be right. What does relu do with "
            "negative pre-activations?",
            misconception=(
                "relu leaves the size of a signal alone, as tanh does with small ones."
            ),
        ),
        Mistake(
            lambda: (200 * (1 / 200) / 2) ** 8,
            "This is the factor of the mean square. The size is its root.",
        ),
        Mistake(
            lambda: (200 * (1 / 200) / 2) ** (7 / 2),
            "You counted seven layers. The first one shrinks its inputs, too.",
        ),
        Mistake(
            lambda: (200 * (1 / 200) / 2) ** (1 / 2),
            "This is the factor of a single layer.",
        ),
        Mistake(
            lambda: 1 / 2,
            "This is what one layer does to the mean square.",
        ),
    ),
)


@cache
def first_gradients():
    """Return the sizes of the first gradients where W1 alone is zero."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 5)), rng.integers(3, size=60)
    net = MLPClassifierNet((8,), "tanh", alpha=0, random_state=0).initialize(X, y)
    coefs = [np.zeros_like(net.coefs_[0]), net.coefs_[1]]
    net.set_weights(coefs, [np.zeros_like(b) for b in net.intercepts_])
    _, gradients, _ = net.loss_and_gradients(X, y)
    return [bool(np.any(abs(gradient) > 1e-6)) for gradient in gradients]


only_the_first_layer_at_zero = ChoiceExercise(
    "only_the_first_layer_at_zero",
    title="Only the first layer at zero",
    question="""
        A network has one hidden layer of tanh neurons. The weights $W_1$ of the hidden
        layer start at zero, those of the output, $W_2$, at random numbers. All biases
        are zero, and there is no penalty. Which weights does the first update of
        gradient descent change?
    """,
    objectives=("zeros",),
    minutes=4,
    hints=(
        "Look at the two gradients one by one: $D_2 A_1^\\top$ for $W_2$, and "
        "$D_1 X^\\top$ for $W_1$, with $D_1 = (W_2^\\top D_2) \\odot g'(Z_1)$.",
        "What are $A_1 = \\tanh(Z_1)$ and $\\tanh'(Z_1)$ for $Z_1 = 0$?",
    ),
    choices=(
        Choice(
            "None: a layer of zeros stops the gradients.",
            lambda: first_gradients() == [False, False],
            "A layer of zeros stops the signal on its way forward. On the way back, "
            "the gradient reaches $W_1$ without passing through it.",
        ),
        Choice(
            "$W_2$ alone.",
            lambda: first_gradients() == [False, True],
            "The gradient of $W_2$ contains the activations of the hidden layer. What "
            "are they?",
        ),
        Choice(
            "$W_1$ alone.",
            lambda: first_gradients() == [True, False],
            "$A_1 = 0$ leaves $W_2$ without a gradient. $D_1$ is not zero, since $W_2$ "
            "is not, and it differs between neurons. From the second update on, both "
            "layers learn.",
        ),
        Choice(
            "Both.",
            lambda: first_gradients() == [True, True],
            "One of the two gradients has a factor that is zero for all samples. "
            "Look at $A_1$.",
        ),
    ),
    solution_code="""
        import numpy as np
        from nnteach import MLPClassifierNet

        rng = np.random.default_rng(0)
        X, y = rng.normal(size=(60, 5)), rng.integers(3, size=60)
        net = MLPClassifierNet((8,), "tanh", alpha=0, random_state=0).initialize(X, y)
        biases = [0 * b for b in net.intercepts_]
        net.set_weights([0 * net.coefs_[0], net.coefs_[1]], biases)
        _, gradients, _ = net.loss_and_gradients(X, y)
        for name, gradient in zip(("W_1", "W_2"), gradients):
            print(f"largest entry of the gradient of {name}: {abs(gradient).max():.4f}")
        answer = "c"
    """,
)


def examine_start(function):
    for fan_in, fan_out in ((400, 100), (100, 400)):
        for activation in ("relu", "tanh"):
            drawn = [
                to_array(call(function, fan_in, fan_out, activation, rng))
                for rng in map(np.random.default_rng, (0, 1, 0))
            ]
            examine_matrix(drawn[0], fan_in, fan_out, activation)
            require(
                np.array_equal(drawn[0], drawn[2]),
                "The function gives two results for one seed. Draw the numbers from "
                "`rng`.",
            )
            require(
                not np.array_equal(*drawn[:2]),
                "Two networks with different seeds get the same weights. Draw the "
                "numbers from rng.",
            )


def examine_matrix(W, fan_in, fan_out, activation):
    require(
        W.shape != (fan_in, fan_out),
        "The matrix is transposed. A neuron has a row, an input has a column.",
    )
    require(
        W.shape == (fan_out, fan_in),
        f"For {fan_in} inputs and {fan_out} neurons the shape is not {W.shape}.",
    )
    variance = W.var()
    require(variance > 0, "All weights are equal, so all neurons stay equal.")
    require(
        abs(W.mean()) < 0.1 * W.std(),
        f"The weights have the mean {W.mean():.2g}. Then the mixed products in the "
        "mean square of z do not vanish.",
    )
    good = {"relu": [2 / fan_in], "tanh": [1 / fan_in, 2 / (fan_in + fan_out)]}
    case = f"{activation} with {fan_in} inputs and {fan_out} neurons"

    def is_close(expected):
        return abs(variance / expected - 1) < 0.1

    if any(map(is_close, good[activation])):
        return
    for v in good[activation]:
        require(
            not is_close(v**2),
            f"{case}: the weights are far too small. Is the number that you gave as "
            "their standard deviation a variance?",
        )
        require(
            not is_close(v / 3),
            f"{case}: the variance is a third of what it should be. Between -h and h, "
            "uniform numbers have the variance h²/3.",
        )
    require(
        not is_close({"relu": 2, "tanh": 1}[activation] / fan_out),
        f"{case}: a neuron adds up as many products as it has inputs. Your variance "
        "depends on the number of neurons instead.",
    )
    require(
        activation != "relu" or not any(map(is_close, good["tanh"])),
        f"{case}: the signal shrinks by a factor of about 0.7 in each layer. What is "
        "different about relu?",
    )
    require(
        False,
        f"{case}: the variance of the weights is {variance:.2g}. A signal would not "
        "keep its size.",
    )


a_start_for_each_activation = CodeExercise(
    "a_start_for_each_activation",
    title="Find the mistake: a start for each activation function",
    question="""
        The function below should draw the weight matrix $W$ of a layer, of shape
        $d_l \\times d_{l-1}$ (`fan_out` rows, `fan_in` columns), such that the signal
        keeps its size for `"relu"` and for `"tanh"`. `rng` is a NumPy generator. But a
        deep network that starts with these weights does not learn. Mend the function.
        The `answer` is the function.
    """,
    objectives=("choose-a-start", "measure"),
    minutes=7,
    hints=(
        "Draw a large matrix and compare `W.var()` with what the rule asks for.",
        "The argument `scale` of `rng.normal` is a standard deviation.",
    ),
    setup_code="import numpy as np",
    start_code="""
        def draw_weights(fan_in, fan_out, activation, rng):
            variance = 2 / fan_in if activation == "relu" else 1 / fan_in
            return rng.normal(scale=variance, size=(fan_out, fan_in))

        answer = draw_weights
    """,
    solution_code="""
        def draw_weights(fan_in, fan_out, activation, rng):
            variance = 2 / fan_in if activation == "relu" else 1 / fan_in
            return rng.normal(scale=variance**0.5, size=(fan_out, fan_in))

        W = draw_weights(400, 100, "relu", np.random.default_rng(0))
        print(f"variance {W.var():.5f}, the rule asks for {2 / 400}")
        answer = draw_weights
    """,
    examiner=examine_start,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(fan_in, fan_out, activation, rng):
                variance = 2 / fan_in if activation == "relu" else 1 / fan_in
                return rng.normal(scale=variance, size=(fan_out, fan_in))
            """,
            "Is the number that you gave as their standard deviation a variance",
            misconception="The scale of a normal distribution is its variance.",
        ),
        WrongAttempt(
            """
            def answer(fan_in, fan_out, activation, rng):
                return rng.normal(scale=fan_in**-0.5, size=(fan_out, fan_in))
            """,
            "What is different about relu",
            misconception=(
                "One rule of starting weights suits every activation function."
            ),
        ),
        WrongAttempt(
            """
            def answer(fan_in, fan_out, activation, rng):
                h = ((2 if activation == "relu" else 1) / fan_in) ** 0.5
                return rng.uniform(-h, h, size=(fan_out, fan_in))
            """,
            "uniform numbers have the variance",
            misconception=(
                "Uniform numbers between $-h$ and $h$ have the standard deviation $h$."
            ),
        ),
        WrongAttempt(
            """
            def answer(fan_in, fan_out, activation, rng):
                variance = 2 / fan_in if activation == "relu" else 1 / fan_in
                return rng.normal(scale=variance**0.5, size=(fan_in, fan_out))
            """,
            "The matrix is transposed",
            misconception="Inputs times outputs is the shape of every weight matrix.",
        ),
        WrongAttempt(
            """
            def answer(fan_in, fan_out, activation, rng):
                variance = 2 / fan_out if activation == "relu" else 1 / fan_out
                return rng.normal(scale=variance**0.5, size=(fan_out, fan_in))
            """,
            "Your variance depends on the number of neurons instead",
            misconception=(
                "The size of a sum depends on how many neurons there are, "
                "not on how many inputs each has."
            ),
        ),
        WrongAttempt(
            """
            def answer(fan_in, fan_out, activation, rng):
                return rng.uniform(0, (6 / fan_in) ** 0.5, size=(fan_out, fan_in))
            """,
            "The weights have the mean",
            misconception=(
                "Only the spread of the starting weights matters, not their mean."
            ),
        ),
        WrongAttempt(
            """
            def answer(fan_in, fan_out, activation, rng):
                variance = 2 / fan_in if activation == "relu" else 1 / fan_in
                return np.random.normal(scale=variance**0.5, size=(fan_out, fan_in))
            """,
            "two results for one seed",
            misconception="Random numbers are random, wherever they come from.",
        ),
    ),
)

VERDICTS = ("too small", "good", "too large")


@cache
def nets_to_judge():
    """Return networks with inputs, the right verdict, and why a wrong one is wrong."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(50, 20))
    plain = (
        "A network in which each layer multiplies the size by about {} is judged {}."
    )
    mild = (
        "A network in which each layer multiplies the size by about {} is judged {}. "
        "The limits 0.7 and 1.4 are for one layer, not for all of them."
    )
    scaled = (
        "A network is judged {1} whose layers multiply the size by about {0}. Its "
        "inputs are {2}. Do your limits compare each layer with the one before?"
    )
    wide = (
        "A network with 200 neurons a layer, which multiply the size by about {}, is "
        "judged {}. Do you look at the weights themselves? Their right size depends on "
        "the fan-in."
    )
    root = (
        "A network in which each layer multiplies the size by about {} is judged {}. "
        "From the first to the last of its hidden layers there is one step less than "
        "there are layers."
    )
    cases = (
        (50, 0.4, 1, plain),
        (50, 1, 1, plain),
        (50, 2.5, 1, plain),
        (200, 1, 1, wide),
        (200, 1.2, 1, mild),
        (200, 0.85, 1, mild),
        (100, 1, 100, scaled),
        (100, 1, 0.01, scaled),
        (100, 0.4, 100, scaled),
    )
    # the same factors with two depths tell wrong limits from a wrong root
    shallow = [(100, factor, 1, root, 3) for factor in (1.55, 0.63, 0.77, 0.85)]
    deep = [(50, factor, 1, plain, 6) for factor in (1.55, 0.63)]
    judged = []
    for width, factor, input_scale, message, depth in (
        *((*case, 6) for case in cases),
        *shallow,
        *deep,
    ):
        net = MLPClassifierNet((width,) * depth, "relu", random_state=0)
        net.set_params(weight_init="he_normal", bias_init="zeros")
        net.initialize(inputs, np.arange(50) % 3)
        layers = net.hidden_activations(inputs)
        grown = np.linalg.norm(layers[-1]) / np.linalg.norm(layers[0])
        # the growth is exactly that of the case, whatever the seed has drawn
        scale = factor / grown ** (1 / (depth - 1))
        net.set_weights([scale * W for W in net.coefs_], net.intercepts_)
        right = VERDICTS[int(factor > 0.7) + int(factor > 1.4)]
        size = f"{input_scale:g} times as large as usual"
        judged.append((net, input_scale * inputs, right, (message, factor, size)))
    return judged


def examine_verdict(function):
    judged, messages = set(), []
    for net, inputs, right, (message, factor, size) in nets_to_judge():
        verdict = call(function, net, inputs)
        require(
            isinstance(verdict, str) and verdict in VERDICTS,
            'The function returns "too small", "good" or "too large". Yours returned '
            f"{describe(verdict)}.",
        )
        judged.add((factor, VERDICTS.index(verdict)))
        if verdict != right:
            wrong = f"about {factor} is judged {verdict}"
            messages.append((wrong, message.format(factor, verdict, size)))
    if messages:
        wrong, message = messages[0]
        require(
            not go_by_the_factor(judged),
            f"A network in which each layer multiplies the size by {wrong}. Your "
            "verdicts follow this factor. Are your limits those of the question?",
        )
        require(False, message)


def go_by_the_factor(judged):
    """Tell whether verdicts on factors could come from two limits of these factors."""
    factors, verdicts = zip(*sorted(judged), strict=True)
    return len(set(factors)) == len(factors) and list(verdicts) == sorted(verdicts)


verdict_before_training = CodeExercise(
    "verdict_before_training",
    title="Project: a verdict before any training",
    question="""
        Write a function that gets a relu network at its start, and inputs `X`. It
        returns `"too small"`, `"good"` or `"too large"`. A start is good if each
        layer, on average, multiplies the size of the signal (its root mean square) by a
        factor between 0.7 and 1.4. The average is the one that fits factors: the
        $(L-2)$-th root of the growth from the first to the last of the $L-1$ hidden
        layers. The verdict must hold for wide and narrow networks and for large and
        small inputs. The `answer` is the function.
    """,
    objectives=("measure", "predict-growth"),
    minutes=10,
    hints=(
        "`net.hidden_activations(X)` is a list with one array for each hidden layer.",
        "With six hidden layers there are five steps from the first to the last: take "
        "`(last / first) ** (1 / 5)`.",
    ),
    setup_code="""
        import numpy as np
        from nnteach import MLPClassifierNet

        X, y = np.random.default_rng(0).normal(size=(50, 20)), np.arange(50) % 3
        net = MLPClassifierNet((100,) * 6, "relu", bias_init="zeros", random_state=0)
        net.set_params(weight_init="he_normal").initialize(X, y)
    """,
    start_code="""
        def verdict(net, X):
            last = net.hidden_activations(X)[-1]
            size = np.sqrt(np.mean(last**2))
            return "too small" if size < 0.1 else "too large" if size > 10 else "good"

        answer = verdict
    """,
    solution_code="""
        def verdict(net, X):
            layers = net.hidden_activations(X)
            sizes = [np.sqrt(np.mean(A**2)) for A in layers]
            factor = (sizes[-1] / sizes[0]) ** (1 / (len(sizes) - 1))
            if factor < 0.7:
                return "too small"
            return "good" if factor <= 1.4 else "too large"

        print(verdict(net, X))
        answer = verdict
    """,
    examiner=examine_verdict,
    points=3,
    wrong=(
        WrongAttempt(
            """
            def answer(net, X):
                size = np.sqrt(np.mean(net.hidden_activations(X)[-1] ** 2))
                if size < 0.1:
                    return "too small"
                return "good" if size < 10 else "too large"
            """,
            "Do your limits compare each layer with the one before",
            misconception="The last layer alone says whether a start is good.",
        ),
        WrongAttempt(
            """
            def answer(net, X):
                size = net.coefs_[1].std()
                if size < 0.13:
                    return "too small"
                return "good" if size < 0.4 else "too large"
            """,
            "Do you look at the weights themselves",
            misconception=(
                "Good weights have a good size, whatever the width of a layer."
            ),
        ),
        WrongAttempt(
            """
            def answer(net, X):
                sizes = [np.sqrt(np.mean(A**2)) for A in net.hidden_activations(X)]
                factor = sizes[-1] / sizes[0]
                if factor < 0.5:
                    return "too small"
                return "good" if factor <= 2 else "too large"
            """,
            "are for one layer, not for all of them",
            misconception="A factor for one layer is one for all layers together.",
        ),
        WrongAttempt(
            """
            def answer(net, X):
                sizes = [np.sqrt(np.mean(A**2)) for A in net.hidden_activations(X)]
                factor = (sizes[-1] / sizes[0]) ** (1 / len(sizes))
                if factor < 0.7:
                    return "too small"
                return "good" if factor <= 1.4 else "too large"
            """,
            "one step less than there are layers",
            misconception="As many layers, as many steps from layer to layer.",
        ),
        WrongAttempt(
            """
            def answer(net, X):
                layers = net.hidden_activations(X)
                return np.mean(layers[-1] ** 2) / np.mean(layers[0] ** 2)
            """,
            "The function returns",
            misconception="A number is as good as a verdict.",
        ),
        WrongAttempt(
            """
            def answer(net, X):
                sizes = [np.sqrt(np.mean(A**2)) for A in net.hidden_activations(X)]
                factor = (sizes[-1] / sizes[0]) ** (1 / (len(sizes) - 1))
                if factor < 0.9:
                    return "too small"
                return "good" if factor <= 1.1 else "too large"
            """,
            "Are your limits those of the question?",
            misconception="Only a factor very close to 1 keeps a signal alive.",
        ),
    ),
)
