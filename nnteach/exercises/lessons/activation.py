"""Exercises of the lesson *Which activation function?*."""

from functools import cache

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from nnteach import MLPClassifierNet
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.code import names_of
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import require, require_fitted
from nnteach.exercises.typed_numbers import to_number


def slope(z):
    return expit(z) * (1 - expit(z))


back_through_two_neurons = NumberExercise(
    "back_through_two_neurons",
    title="How much of the gradient is left?",
    question="""
        Two logistic neurons stand in a row: $a_1 = \\sigma(z_1)$,
        $z_2 = 3 a_1 + b_2$, $a_2 = \\sigma(z_2)$. For one sample $z_1 = 0$ and
        $z_2 = 2$. By which factor does backpropagation multiply the gradient with
        respect to $a_2$ to get that with respect to $z_1$? In other words, what is
        $\\partial a_2 / \\partial z_1$?
    """,
    objectives=("compare-activations",),
    minutes=5,
    hints=(
        "The way back from $a_2$ to $z_1$ has three steps. Each is a factor.",
        "$\\sigma'(z) = \\sigma(z)\\,(1 - \\sigma(z))$.",
        "The factors are $\\sigma'(z_2)$, the weight, and $\\sigma'(z_1)$.",
    ),
    solution_code="""
        from scipy.special import expit

        def slope(z):
            return expit(z) * (1 - expit(z))

        print(f"{slope(2):.4f} times 3 times {slope(0):.4f}")
        answer = slope(2) * 3 * slope(0)
    """,
    key=lambda: slope(2) * 3 * slope(0),
    decimals=3,
    mistakes=(
        Mistake(
            lambda: slope(expit(2)) * 3 * slope(expit(0)),
            "You took the derivatives at the activations. They belong at the "
            "pre-activations.",
        ),
        Mistake(
            lambda: slope(2) * slope(0),
            "The weight between the neurons is a factor, too.",
        ),
        Mistake(
            lambda: 3 / 16,
            "1/4 is the largest value of the derivative. It has it in one of the two "
            "neurons only.",
        ),
        Mistake(
            lambda: expit(2) * 3 * expit(0),
            "You multiplied by the values of the logistic function. The way back takes "
            "its derivative.",
        ),
        Mistake(
            lambda: slope(2),
            "That is the way back to z2. Go on to z1.",
        ),
        Mistake(
            lambda: (1 - np.tanh(2) ** 2) * 3,
            "That would be right for two tanh neurons. These are logistic.",
        ),
    ),
)

TWIN_WEIGHT, TWIN_BIAS = 3, -1
bias_of_the_twin = NumberExercise(
    "bias_of_the_twin",
    title="The twin of a tanh network",
    question="""
        A network with one tanh neuron computes $a_1 = \\tanh(w x + b)$ and
        $z_2 = 3 a_1 - 1$. Its logistic twin has the activation
        $s_1 = \\sigma(2 w x + 2 b)$ and gives the same $z_2$ for every $x$. What is the
        bias $b_2$ of the twin's output?
    """,
    objectives=("tell-slow-from-unable",),
    minutes=4,
    hints=(
        "$\\tanh(z) = 2 \\sigma(2z) - 1$, so $a_1 = 2 s_1 - 1$.",
        "Put that into $z_2 = 3 a_1 - 1$ and multiply out.",
    ),
    solution_code="""
        # z2 = 3 (2 s1 - 1) - 1 = 6 s1 - 4
        print("weight of the twin", 3 * 2)
        answer = -3 - 1
    """,
    key=lambda: TWIN_BIAS - TWIN_WEIGHT,
    decimals=0,
    mistakes=(
        Mistake(
            lambda: TWIN_BIAS,
            "You left the bias as it was. The twin's activation lies between 0 and 1, "
            "not between -1 and 1.",
        ),
        Mistake(
            lambda: TWIN_BIAS + TWIN_WEIGHT,
            "Look at the sign of the 1 in a1 = 2 s1 - 1.",
            misconception=(
                "The twin's offset has the sign that the formula shows at first sight."
            ),
        ),
        Mistake(
            lambda: TWIN_BIAS - 2 * TWIN_WEIGHT,
            "You took the twin's weight times the 1. It is the weight of the tanh "
            "network that meets it.",
        ),
        Mistake(
            lambda: 2 * TWIN_BIAS,
            "Doubling belongs to the bias of the hidden neuron. How does the output's "
            "bias change?",
            misconception=(
                "Doubling the bias of the hidden neuron doubles that of the output."
            ),
        ),
        Mistake(
            lambda: 2 * TWIN_WEIGHT,
            "That is the weight of the twin. The bias is asked.",
        ),
    ),
)

MOONS = """
    import numpy as np

    from nnteach import MLPClassifierNet, fit_many, two_moons

    X, y = two_moons(300, random_state=11)
    X_val, y_val = two_moons(2000, random_state=3)

    def train(activation, rate, sizes=(20, 10), epochs=60, seeds=range(5)):
        settings = {"batch_size": 100, "max_iter": epochs, "n_iter_no_change": np.inf}
        settings |= {"activation": activation, "learning_rate_init": rate}
        nets = [MLPClassifierNet(sizes, **settings, random_state=s) for s in seeds]
        return fit_many(nets, X, y)

    def accuracy(nets):
        return float(np.median([net.score(X_val, y_val) for net in nets]))
"""


@cache
def accuracy_of(activation, rate, **change):
    return median_accuracy(names_of(MOONS)["train"](activation, rate, **change))


def median_accuracy(nets):
    return names_of(MOONS)["accuracy"](nets)


def leaves_the_line(**change):
    line = LogisticRegression().fit(names_of(MOONS)["X"], names_of(MOONS)["y"])
    settings = {"activation": "logistic", "rate": 0.01} | change
    return accuracy_of(**settings) > median_accuracy([line]) + 0.05


slow_or_unable = ChoiceExercise(
    "slow_or_unable",
    title="Which experiment decides?",
    question="""
        Five logistic networks 2-20-10-1 train on 300 points for 60 epochs, at rate
        0.01. They do what a straight line does. Are they slow, or unable? One of these
        changes, made alone, lifts their median accuracy at least five percentage points
        above a straight line, and so shows that they are able. Which one? Predict
        first, then run `accuracy(train("logistic", 0.01, …))`.
    """,
    objectives=("tell-slow-from-unable",),
    minutes=8,
    hints=(
        "A change that leaves the line where it is does not show that they are unable.",
        "What do you change for a network that is slow?",
    ),
    setup_code=MOONS,
    choices=(
        Choice(
            "Five other seeds.",
            lambda: leaves_the_line(seeds=range(5, 10)),
            "Other seeds start as straight as these. Compare their accuracies.",
        ),
        Choice(
            "Four times as many neurons: 2-80-40-1.",
            lambda: leaves_the_line(sizes=(80, 40)),
            "More neurons could make more curves, but the network does not even use "
            "the ones it has.",
        ),
        Choice(
            "Thirty times the learning rate: 0.3.",
            lambda: leaves_the_line(rate=0.3),
            "The same network, the same data and as many updates: it is able, and was "
            "slow.",
        ),
        Choice(
            "Half as many epochs again: 90.",
            lambda: leaves_the_line(epochs=90),
            "Time is a good idea, but this is not enough of it.",
        ),
    ),
    solution_code="""
        changes = {"seeds": range(5, 10)}, {"sizes": (80, 40)}, {"epochs": 90}
        for change in changes:
            print(change, accuracy(train("logistic", 0.01, **change)))
        print("rate 0.3", accuracy(train("logistic", 0.3)))
        answer = "c"
    """,
)


def examine_intervention(answer):
    require(
        isinstance(answer, tuple | list)
        and len(answer) == 2
        and all(isinstance(nets, tuple | list) for nets in answer),
        "The answer has two lists of fitted networks: before the change and after it.",
    )
    before, after = answer
    require(
        len(before) == len(after) >= 5,
        f"The lists have {len(before)} and {len(after)} networks. Use the five seeds "
        "in both.",
    )
    for net in (*before, *after):
        require_fitted(net, MLPClassifierNet)
    for first, second in zip(before, after, strict=True):
        other = second.get_params()
        changed = {
            name
            for name, value in first.get_params().items()
            if repr(value) != repr(other[name])
        }
        require(
            "random_state" not in changed,
            "The two networks of a pair have other seeds, so luck has changed, too.",
        )
        require(
            "activation" not in changed,
            "The activation function has changed, too. Which of the changes has the "
            "effect?",
        )
        require(
            not (others := changed - {"learning_rate_init"}),
            f"Besides the supposed cause, {' and '.join(sorted(others))} changed.",
        )
        require(
            changed,
            "Nothing has changed. The supposed cause is the learning rate.",
        )
    require(
        before[0].activation == "logistic",
        f"The networks are {before[0].activation} networks. The claim is about "
        "logistic ones.",
    )
    low, high = median_accuracy(before), median_accuracy(after)
    require(
        low < 0.89,
        f"The networks before the change have a median accuracy of {low:.3f}: there is "
        "nothing to explain. Begin with rate 0.01.",
    )
    require(
        high > low + 0.05,
        f"The accuracy goes from {low:.3f} to {high:.3f}. If the rate is the cause, a "
        "rate that is right for these networks has a larger effect. Try others.",
    )
    return (
        f"With the rate alone, the median accuracy goes from {low:.3f} to {high:.3f}. "
        "The effect goes away with the supposed cause."
    )


one_cause_alone = CodeExercise(
    "one_cause_alone",
    title="An experiment that changes two things",
    question="""
        "Logistic networks stay on a straight line because rate 0.01 is too small for
        them." The experiment below is meant to test that, and proves nothing. Correct
        it: change the supposed cause alone, for five seeds. The answer has two lists of
        five networks, `(before, after)`.
    """,
    objectives=("intervene",),
    minutes=6,
    hints=(
        "Compare the two calls of `train`. What differs?",
        "If both the function and the rate change, who has brought the effect about?",
        "The claim is about logistic networks, so both lists have logistic networks.",
    ),
    setup_code=MOONS,
    start_code="""
        before = train("logistic", rate=0.01)
        after = train("relu", rate=0.1)
        print(accuracy(before), accuracy(after))

        answer = before, after
    """,
    solution_code="""
        before = train("logistic", rate=0.01)
        after = train("logistic", rate=0.3)
        print(accuracy(before), accuracy(after))

        answer = before, after
    """,
    examiner=examine_intervention,
    points=2,
    wrong=(
        WrongAttempt(
            'answer = train("logistic", 0.01), train("tanh", 0.3)',
            "The activation function has changed, too",
            misconception=(
                "Trying something that works is as good as changing the supposed cause."
            ),
        ),
        WrongAttempt(
            'answer = train("logistic", 0.01), train("logistic", 0.3, epochs=100)',
            "Besides the supposed cause, max_iter changed",
            misconception="A little more time does no harm to the comparison.",
        ),
        WrongAttempt(
            """
            before = train("logistic", 0.01)
            answer = before, train("logistic", 0.3, seeds=range(5, 10))
            """,
            "so luck has changed, too",
            misconception="New seeds make the second run independent.",
        ),
        WrongAttempt(
            'answer = train("logistic", 0.01), train("logistic", 0.001)',
            "If the rate is the cause",
            misconception="Any change of the rate tests the claim.",
        ),
        WrongAttempt(
            'answer = train("relu", 0.01), train("relu", 0.3)',
            "The claim is about logistic ones",
            misconception=(
                "A claim about one activation function can be tested on another."
            ),
        ),
    ),
)

RATES = (0.001, 0.01, 0.3, 3)


def examine_rates(answer):
    require(
        isinstance(answer, dict) and set(answer) == {"relu", "logistic"},
        "The answer is a dict with the keys relu and logistic.",
    )
    for name in ("relu", "logistic"):
        rate = to_number(answer[name])
        require(
            rate in RATES,
            f"The rate of {name} is {rate:g}. Choose one of "
            f"{', '.join(map(str, RATES))}.",
        )
        best = max(accuracy_of(name, other) for other in RATES)
        reached = accuracy_of(name, rate)
        require(
            reached > best - 0.015,
            f"At rate {rate:g}, {name} reaches a median accuracy of {reached:.3f} on "
            "the validation set. Another of the four rates is clearly better.",
        )
    told = ", ".join(
        f"{name} {accuracy_of(name, to_number(rate)):.3f}"
        for name, rate in answer.items()
    )
    at_one = ", ".join(f"{name} {accuracy_of(name, 0.01):.3f}" for name in answer)
    return f"Each at its own rate: {told}. Both at rate 0.01: {at_one}."


sheet_logistic = CodeExercise(
    "sheet_logistic",
    title="Is the logistic function worse?",
    question="""
        Task 2g of the exercise sheet replaces relu by the logistic function in both
        hidden layers. Compare them fairly, on a smaller network: for each of the two,
        find the best of the rates 0.001, 0.01, 0.3 and 3 by the median accuracy of five
        networks on the validation set. The answer is a dict: the rate for `"relu"` and
        the rate for `"logistic"`.
    """,
    objectives=("compare-activations",),
    minutes=8,
    hints=(
        'Print `accuracy(train("relu", 0.01))`, and the same for the other rates.',
        "Two nested loops: over the two functions and over the four rates.",
    ),
    setup_code=MOONS,
    start_code='answer = {"relu": 0.01, "logistic": 0.01}',
    solution_code="""
        answer = {}
        for name in ("relu", "logistic"):
            reached = {r: accuracy(train(name, r)) for r in (0.001, 0.01, 0.3, 3)}
            print(name, reached)
            answer[name] = max(reached, key=reached.get)
    """,
    examiner=examine_rates,
    points=2,
    wrong=(
        WrongAttempt(
            'answer = {"relu": 0.01, "logistic": 3}',
            "At rate 3, logistic reaches",
            misconception=(
                "Logistic neurons learn slowly, so the largest rate is best for them."
            ),
        ),
        WrongAttempt(
            'answer = {"relu": 0.001, "logistic": 0.3}',
            "At rate 0.001, relu reaches",
            misconception="The default rate of Adam is the best one for relu.",
        ),
        WrongAttempt(
            'answer = {"relu": 0.02, "logistic": 0.3}',
            "The rate of relu is 0.02",
            misconception="A good rate may also lie between those that were tried.",
        ),
    ),
)
