"""Exercises of the lesson *Is it the network you think it is?*."""

from functools import cache

import numpy as np

from nnteach import Architecture, MLPClassifierNet, MLPRegressorNet
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, require_fitted

ONE_LAYER = Architecture((3, 24, 2), "tanh")


def equal_layers():
    count = ONE_LAYER.n_parameters
    return next(
        h for h in range(1, 100) if Architecture((3, h, h, 2)).n_parameters == count
    )


same_count_with_two_layers = NumberExercise(
    "same_count_with_two_layers",
    title="Another network with the same count",
    question="""
        A network has 3 inputs, one hidden layer of 24 neurons and 2 outputs. Another
        has 3 inputs, two hidden layers of equal size and 2 outputs, and exactly as many
        parameters: a count cannot tell the two apart. How many neurons has each of its
        hidden layers?
    """,
    objectives=("question-a-check",),
    minutes=5,
    hints=(
        "How many parameters has the first network? Layer $l$ has $d_l (d_{l-1} + 1)$.",
        "With $h$ neurons in each hidden layer the second network has "
        "$4h + h(h + 1) + 2(h + 1)$ parameters. Try some $h$.",
    ),
    solution_code="""
        one_layer = 24 * (3 + 1) + 2 * (24 + 1)
        for h in range(1, 25):
            if 4 * h + h * (h + 1) + 2 * (h + 1) == one_layer:
                answer = h
        print(f"{one_layer} parameters, with two hidden layers of {answer} as well")
    """,
    key=equal_layers,
    decimals=0,
    mistakes=(
        Mistake(
            lambda: 24 / 2,
            "You halved the neurons. Between the two hidden layers there are weights, "
            "too.",
        ),
        Mistake(
            lambda: 24,
            "With that many neurons in each, the weights between the two hidden layers "
            "come on top.",
        ),
        Mistake(
            lambda: 2 * equal_layers(),
            "This is the number of both hidden layers together.",
        ),
    ),
)


@cache
def built(hidden, seed):
    """Make a network of 10 inputs and 3 outputs, tanh at the output."""
    rng = np.random.default_rng(0)
    net = MLPRegressorNet(
        hidden_layer_sizes=(50,),
        activation=hidden,
        out_activation="tanh",
        max_iter=20,
        n_iter_no_change=np.inf,
        random_state=seed,
    )
    return net.fit(rng.normal(size=(60, 10)), rng.uniform(-0.5, 0.5, size=(60, 3)))


def notices(passes):
    """Tell whether a check never lets the network with logistic hidden neurons pass."""
    return not any(passes(built("logistic", seed)) for seed in range(5))


def shapes(net):
    return [array.shape for array in net.coefs_ + net.intercepts_]


def outputs(net):
    return net.predict(np.random.default_rng(1).normal(size=(10, 10)))


def outputs_by_hand(net):
    A = np.random.default_rng(1).normal(size=(10, 10))
    for W, b in zip(net.coefs_, net.intercepts_, strict=True):
        A = np.tanh(A @ W + b)
    return A


which_check_notices = ChoiceExercise(
    "which_check_notices",
    title="Which check notices?",
    question="""
        Task 1e of the exercise sheet lets you check a network with 10 inputs, 50 hidden
        neurons, 3 outputs and tanh in both layers. Somebody has built one with logistic
        hidden neurons and tanh at the output. Which of these checks notices that?
    """,
    objectives=("question-a-check",),
    minutes=3,
    hints=(
        "Go through the checks, and ask of each: what would it say if the hidden layer "
        "had no activation function at all?",
    ),
    choices=(
        Choice(
            "The number of parameters is 703.",
            lambda: notices(
                lambda net: (
                    net.architecture_.n_parameters
                    == Architecture((10, 50, 3)).n_parameters
                )
            ),
            "No activation function occurs in this number.",
        ),
        Choice(
            "The shapes of all entries of `coefs_` and `intercepts_` are right.",
            lambda: notices(lambda net: shapes(net) == shapes(built("tanh", 0))),
            "The shapes tell all sizes of layers, and nothing about what is done to "
            "the pre-activations.",
        ),
        Choice(
            "All outputs lie between -1 and 1.",
            lambda: notices(lambda net: np.abs(outputs(net)).max() < 1),
            "This looks at the output layer alone, and that one is right.",
        ),
        Choice(
            "Computed by hand with tanh in both layers, the outputs for ten random "
            "inputs are those of `predict`.",
            lambda: notices(
                lambda net: np.allclose(outputs(net), outputs_by_hand(net))
            ),
            "The hand-made outputs go through every layer, so a wrong activation "
            "function in any of them changes the result.",
        ),
        Choice(
            "The training loss falls.",
            lambda: notices(lambda net: net.loss_curve_[-1] < net.loss_curve_[0]),
            "A wrong network can learn, too.",
        ),
    ),
    solution_code="""
        import numpy as np
        from nnteach import MLPRegressorNet

        X = np.random.default_rng(0).normal(size=(10, 10))
        other = MLPRegressorNet(
            hidden_layer_sizes=(50,), activation="logistic", out_activation="tanh"
        )
        other.initialize(X, np.zeros((10, 3)))
        A = X
        for W, b in zip(other.coefs_, other.intercepts_):
            A = np.tanh(A @ W + b)
        print("by hand and by predict the same:", np.allclose(A, other.predict(X)))
        answer = "d"
    """,
)


NAMES = ("relu", "tanh", "logistic")


def examine_names(answer):
    require(
        isinstance(answer, dict) and set(answer) == set(NAMES),
        f"The answer is a dict with the keys {', '.join(map(repr, NAMES))}.",
    )
    for name in NAMES:
        nets = answer[name]
        require(
            isinstance(nets, list | tuple) and len(nets) == 5,
            f"Under {name!r} there is to be a list of five networks.",
        )
        for net in nets:
            require_fitted(net, MLPClassifierNet)
    for name in NAMES[1:]:
        require(
            answer[name][0] is not answer["relu"][0],
            f"The networks under 'relu' and under {name!r} are the same objects: all "
            f"of them were fitted last with {answer['relu'][0].activation!r}.",
        )
    everything = [net for name in NAMES for net in answer[name]]
    require(
        len({id(net) for net in everything}) == len(everything),
        "One of the networks occurs twice.",
    )
    for name in NAMES:
        for net in answer[name]:
            used = net.architecture_.activations[0]
            require(
                used == name,
                f"Under {name!r} there is a network with {used!r}.",
            )
        require(
            {net.random_state for net in answer[name]} == set(range(5)),
            f"The networks under {name!r} do not have the seeds 0 to 4.",
        )


one_object_three_names = CodeExercise(
    "one_object_three_names",
    title="Find the mistake: three names",
    question="""
        The code fits five seeds, 0 to 4, with each of three activation functions, and
        keeps them in a dictionary, so that each network can be found under the name of
        its activation function. But `answer["relu"][0].activation` is not `"relu"`. Set
        `answer` to a dictionary that keeps what its keys promise.
    """,
    objectives=("name-networks",),
    minutes=6,
    hints=(
        'Is `answer["relu"][0] is answer["tanh"][0]` true?',
        "`set_params` changes a network, and `fit_many` fits it in place. Neither "
        "makes a new one.",
        "Make the networks inside the loop.",
    ),
    setup_code="""
        import numpy as np
        from nnteach import MLPClassifierNet, fit_many, two_moons

        X, y = two_moons(100, random_state=0)
        settings = {"max_iter": 5, "n_iter_no_change": np.inf}
    """,
    start_code="""
        nets = [MLPClassifierNet((10,), random_state=k, **settings) for k in range(5)]
        answer = {}
        for activation in ("relu", "tanh", "logistic"):
            for net in nets:
                net.set_params(activation=activation)
            answer[activation] = fit_many(nets, X, y)
    """,
    solution_code="""
        answer = {}
        for activation in ("relu", "tanh", "logistic"):
            nets = [
                MLPClassifierNet((10,), activation, random_state=k, **settings)
                for k in range(5)
            ]
            answer[activation] = fit_many(nets, X, y)
        for name, nets in answer.items():
            print(name, {net.activation for net in nets})
    """,
    examiner=examine_names,
    points=2,
    wrong=(
        WrongAttempt(
            """
            nets = [MLPClassifierNet((10,), random_state=k) for k in range(5)]
            answer = {}
            for activation in ("relu", "tanh", "logistic"):
                for net in nets:
                    net.set_params(activation=activation, **settings)
                answer[activation] = fit_many(nets, X, y)
            """,
            "are the same objects",
            misconception="Setting a parameter makes a new network.",
        ),
        WrongAttempt(
            """
            groups = []
            for activation in ("logistic", "relu", "tanh"):
                nets = [
                    MLPClassifierNet((10,), activation, random_state=k, **settings)
                    for k in range(5)
                ]
                groups.append(fit_many(nets, X, y))
            answer = dict(zip(("relu", "tanh", "logistic"), groups))
            """,
            "Under 'relu' there is a network with 'logistic'",
            misconception=(
                "A dictionary sorts values to the keys that they belong to."
            ),
        ),
        WrongAttempt(
            """
            answer = {
                activation: [
                    MLPClassifierNet((10,), activation, random_state=k, **settings)
                    for k in range(5)
                ]
                for activation in ("relu", "tanh", "logistic")
            }
            """,
            "is not fitted yet",
            misconception=(
                "A network that has been built is a network that was trained."
            ),
        ),
        WrongAttempt(
            """
            answer = {}
            for activation in ("relu", "tanh", "logistic"):
                net = MLPClassifierNet((10,), activation, random_state=0, **settings)
                answer[activation] = net.fit(X, y)
            """,
            "there is to be a list of five networks",
            misconception="One network can stand for five.",
        ),
    ),
)


FOOLED = Architecture((4, 30, 2), "tanh")


def examine_fool(net):
    require_fitted(net, MLPRegressorNet)
    architecture = net.architecture_
    require(
        architecture.n_inputs == 4,
        f"The check gives a network 4 inputs. Yours has {architecture.n_inputs}.",
    )
    require(
        architecture != FOOLED,
        "This is the network that was asked for. The check is right to let it pass.",
    )
    count = architecture.n_parameters
    require(
        count == FOOLED.n_parameters,
        f"The check notices: your network has {count} parameters.",
    )
    largest = np.abs(net.predict(np.random.default_rng(0).normal(size=(100, 4)))).max()
    require(
        largest < 1,
        f"The check notices: an output of your network is {largest:.2f} away from 0.",
    )
    return "The check lets your network pass, and it is not the one asked for."


fool_the_check = CodeExercise(
    "fool_the_check",
    title="Fool a check",
    question="""
        A network with 4 inputs, 30 hidden neurons and 2 outputs was asked for, with
        tanh in both layers. `check(net)` counts the parameters, and looks whether all
        outputs lie between -1 and 1. How good is it? Find a *wrong* network that it
        lets pass. Set `answer` to this `MLPRegressorNet`, with starting weights from
        `initialize` or fitted.
    """,
    objectives=("question-a-check", "compare-architectures"),
    minutes=8,
    hints=(
        "What does the check not look at?",
        "Keep the sizes of the layers and the output activation, and change the rest.",
    ),
    setup_code="""
        import numpy as np
        from nnteach import Architecture, MLPRegressorNet

        asked_for = Architecture((4, 30, 2), "tanh")
        X = np.random.default_rng(0).normal(size=(100, 4))
        Y = np.zeros((100, 2))

        def check(net):
            right_count = net.architecture_.n_parameters == asked_for.n_parameters
            return right_count and abs(net.predict(X)).max() < 1
    """,
    start_code="""
        net = MLPRegressorNet(
            hidden_layer_sizes=(30,), activation="tanh", out_activation="tanh"
        )
        answer = net.initialize(X, Y)
        # print("the check lets it pass:", check(answer))
    """,
    solution_code="""
        net = MLPRegressorNet(
            hidden_layer_sizes=(30,), activation="relu", out_activation="tanh"
        )
        answer = net.initialize(X, Y)
        print("the check lets it pass:", check(answer))
        print("the architectures agree:", answer.architecture_ == asked_for)
    """,
    examiner=examine_fool,
    points=2,
    wrong=(
        WrongAttempt(
            """
            net = MLPRegressorNet(
                hidden_layer_sizes=(30,), activation="tanh", out_activation="tanh"
            )
            answer = net.initialize(X, Y)
            """,
            "This is the network that was asked for",
            misconception="A check can be fooled by the right network.",
        ),
        WrongAttempt(
            """
            net = MLPRegressorNet(hidden_layer_sizes=(20,), out_activation="tanh")
            answer = net.initialize(X, Y)
            """,
            "The check notices: your network has",
            misconception=(
                "A wrong width passes, since only activation functions were looked at."
            ),
        ),
        WrongAttempt(
            """
            net = MLPRegressorNet(hidden_layer_sizes=(30,), random_state=0)
            net.initialize(X, Y)
            net.coefs_ = [10 * W for W in net.coefs_]
            answer = net
            """,
            "The check notices: an output of your network",
            misconception=(
                "Outputs between -1 and 1 come with every network that has "
                "small weights."
            ),
        ),
        WrongAttempt(
            """
            answer = MLPRegressorNet(hidden_layer_sizes=(30,), out_activation="tanh")
            """,
            "is not fitted yet",
            misconception="A network has weights before it has seen data.",
        ),
    ),
)


def network_of(architecture, seed):
    *hidden, output = architecture.activations
    net = MLPRegressorNet(
        hidden_layer_sizes=architecture.layer_sizes[1:-1],
        activation=hidden,
        out_activation=output,
        random_state=seed,
    )
    n_inputs, n_outputs = architecture.n_inputs, architecture.n_outputs
    return net.initialize(np.zeros((4, n_inputs)), np.zeros((4, n_outputs)))


DEEP = Architecture((2, 5, 5, 2), ["tanh", "relu", "identity"])
# what was asked for, what was built, and how they differ
IMPOSTORS = (
    (
        ONE_LAYER,
        Architecture((3, 9, 9, 2), "tanh"),
        "two hidden layers of 9 in place of one of 24",
    ),
    (ONE_LAYER, Architecture((3, 20, 2), "tanh"), "20 hidden neurons in place of 24"),
    (
        ONE_LAYER,
        Architecture((3, 24, 2), ["relu", "tanh"]),
        "relu in place of tanh in the hidden layer",
    ),
    (
        ONE_LAYER,
        Architecture((3, 24, 2), ["tanh", "identity"]),
        "no activation function at the output in place of tanh",
    ),
    (
        DEEP,
        Architecture((2, 5, 5, 2), ["relu", "tanh", "identity"]),
        "relu and then tanh in the hidden layers, in place of tanh and then relu",
    ),
)


def examine_check(function):
    def verdict(architecture, asked_for, seed=0):
        result = call(function, network_of(architecture, seed), asked_for)
        require(
            isinstance(result, bool | np.bool_),
            "The function returns True or False.",
        )
        return result

    for asked_for in (ONE_LAYER, DEEP):
        require(
            all(verdict(asked_for, asked_for, seed) for seed in range(3)),
            "Your check complains about a network that is right.",
        )
    for asked_for, wrong, difference in IMPOSTORS:
        require(
            not verdict(wrong, asked_for),
            f"Your check lets a wrong network pass: {difference}.",
        )
    return (
        f"It notices all {len(IMPOSTORS)} wrong networks, and lets the right ones pass."
    )


check_that_notices = CodeExercise(
    "check_that_notices",
    title="Project: a check that notices",
    question="""
        `check(net, asked_for)` gets a network with weights and the `Architecture` that
        was asked for. It is to return whether the network has this architecture, but it
        counts parameters. Improve it, and set `answer` to the function. Your check will
        be tried on wrong networks of several kinds, and on right ones.
    """,
    objectives=("compare-architectures", "question-a-check"),
    minutes=8,
    hints=(
        "Which attribute of a network tells its layer sizes and its activation "
        "functions?",
        "Two objects of `Architecture` can be compared as a whole.",
    ),
    setup_code="""
        import numpy as np
        from nnteach import Architecture, MLPRegressorNet
    """,
    start_code="""
        def check(net, asked_for):
            return net.architecture_.n_parameters == asked_for.n_parameters

        answer = check
    """,
    solution_code="""
        def check(net, asked_for):
            return net.architecture_ == asked_for

        wrong = MLPRegressorNet(hidden_layer_sizes=(24,), activation="relu")
        wrong.initialize(np.zeros((4, 3)), np.zeros((4, 2)))
        print(check(wrong, Architecture((3, 24, 2), "tanh")))
        answer = check
    """,
    examiner=examine_check,
    points=3,
    wrong=(
        WrongAttempt(
            """
            def answer(net, asked_for):
                return net.architecture_.n_parameters == asked_for.n_parameters
            """,
            "two hidden layers of 9 in place of one",
            misconception="Networks with the same count are the same network.",
        ),
        WrongAttempt(
            """
            def answer(net, asked_for):
                return net.architecture_.layer_sizes == asked_for.layer_sizes
            """,
            "relu in place of tanh in the hidden layer",
            misconception="Layer sizes say everything about a network.",
        ),
        WrongAttempt(
            """
            def answer(net, asked_for):
                built = net.architecture_
                if built.layer_sizes != asked_for.layer_sizes:
                    return False
                return built.activations[0] == asked_for.activations[0]
            """,
            "no activation function at the output",
            misconception="If the hidden layer is right, the output is right.",
        ),
        WrongAttempt(
            """
            def answer(net, asked_for):
                built = net.architecture_
                if built.layer_sizes != asked_for.layer_sizes:
                    return False
                return sorted(built.activations) == sorted(asked_for.activations)
            """,
            "relu and then tanh in the hidden layers",
            misconception="The order of the activation functions does not matter.",
        ),
        WrongAttempt(
            """
            def answer(net, asked_for):
                return net.architecture_ is asked_for
            """,
            "complains about a network that is right",
            misconception="Two architectures are equal only if they are one object.",
        ),
    ),
)
