"""Exercises of the lesson *Overfitting, and what holds it back*."""

from functools import cache
from types import CodeType

import numpy as np
from sklearn.base import clone
from sklearn.metrics import log_loss

from nnteach import MLPClassifierNet, fit_many, two_moons
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
from nnteach.exercises.typed_numbers import to_number


def mean_loss(certainty, share_right=0.8):
    """Return the mean cross-entropy of a network with one certainty for all."""
    right, wrong = -np.log([certainty, 1 - certainty])
    return share_right * right + (1 - share_right) * wrong


the_price_of_certainty = NumberExercise(
    "the_price_of_certainty",
    title="The price of certainty",
    question="""
        Two networks give the same answers for 50 new patients: 40 right ones and 10
        wrong ones. The first gives each class that it chooses the probability 0.7, the
        second 0.99. There are two classes. By what factor is the second network's mean
        cross-entropy larger than the first's?
    """,
    objectives=("explain",),
    minutes=5,
    hints=(
        "A wrong answer of the first network gives the true class the probability 0.3.",
        "The first network's mean is $-0.8 \\ln 0.7 - 0.2 \\ln 0.3$.",
    ),
    setup_code="import numpy as np",
    solution_code="""
        first = -0.8 * np.log(0.7) - 0.2 * np.log(0.3)
        second = -0.8 * np.log(0.99) - 0.2 * np.log(0.01)
        print(f"first {first:.3f}, second {second:.3f}, a coin {np.log(2):.3f}")
        answer = second / first
    """,
    key=lambda: mean_loss(0.99) / mean_loss(0.7),
    decimals=2,
    mistakes=(
        Mistake(
            lambda: np.log(0.01) / np.log(0.3),
            "This compares the wrong answers alone. The right ones have a loss, too.",
        ),
        Mistake(
            lambda: mean_loss(0.7) / mean_loss(0.99),
            "You divided the first by the second.",
        ),
        Mistake(
            lambda: mean_loss(0.99, 0.5) / mean_loss(0.7, 0.5),
            "You gave right and wrong answers the same weight. There are four times as "
            "many right ones.",
        ),
        Mistake(
            lambda: mean_loss(0.99),
            "This is the mean cross-entropy of the second network. Compare it with "
            "that of the first.",
        ),
        Mistake(
            lambda: np.log(0.99) / np.log(0.7),
            "This compares the right answers alone. What do the wrong ones cost?",
            misconception="A network is judged by the answers that it gets right.",
        ),
        Mistake(
            lambda: 1,
            "The accuracies are equal. The loss also counts how sure the answers are.",
        ),
    ),
)

RUNS = {
    "slow": ([0.70, 0.69, 0.68, 0.67], [0.70, 0.69, 0.69, 0.68]),
    "gap": ([0.70, 0.52, 0.41, 0.35], [0.71, 0.56, 0.48, 0.45]),
    "wild": ([0.70, 1.20, 0.90, 1.40], [0.72, 1.30, 0.80, 1.50]),
    "turn": ([0.66, 0.40, 0.15, 0.02], [0.67, 0.51, 0.60, 0.97]),
}


def as_text(run):
    """Write the losses of a run as a statement."""
    training, new = (", ".join(f"{v:.2f}" for v in values) for values in RUNS[run])
    return f"Training {training}; new samples {new}."


def overfits(run):
    """Tell whether the training loss falls on while the loss on new samples rises."""
    training, new = map(np.array, RUNS[run])
    return bool(np.all(np.diff(training) < 0) and new[-1] > 1.2 * new.min())


which_run_overfits = ChoiceExercise(
    "which_run_overfits",
    title="Which run overfits?",
    question="""
        Four networks train on the same samples with different settings. Here are their
        losses after 1, 10, 50 and 200 epochs, on the training set and on new samples.
        Which one overfits more and more while it trains?
    """,
    objectives=("recognise",),
    minutes=3,
    hints=(
        "Look at both losses. Overfitting makes one fall and the other rise.",
        "A gap alone is not enough: as long as the loss on new samples falls, training "
        "still helps.",
    ),
    choices=(
        Choice(
            as_text("gap"),
            lambda: overfits("gap"),
            "The loss on new samples is higher than on the training set, and the gap "
            "grows. But it still falls, so each epoch makes the network better.",
        ),
        Choice(
            as_text("slow"),
            lambda: overfits("slow"),
            "Both losses are close to that of a coin. This network has learnt hardly "
            "anything.",
        ),
        Choice(
            as_text("turn"),
            lambda: overfits("turn"),
            "The training loss falls to almost zero. The loss on new samples is lowest "
            "near epoch 10, then rises above that of a coin.",
        ),
        Choice(
            as_text("wild"),
            lambda: overfits("wild"),
            "Here the training loss rises and falls as well. The learning rate is "
            "probably too large.",
        ),
    ),
    setup_code="""
        import numpy as np

        runs = {
            "a": ([0.70, 0.52, 0.41, 0.35], [0.71, 0.56, 0.48, 0.45]),
            "b": ([0.70, 0.69, 0.68, 0.67], [0.70, 0.69, 0.69, 0.68]),
            "c": ([0.66, 0.40, 0.15, 0.02], [0.67, 0.51, 0.60, 0.97]),
            "d": ([0.70, 1.20, 0.90, 1.40], [0.72, 1.30, 0.80, 1.50]),
        }
    """,
    solution_code="""
        for letter, (training, new) in runs.items():
            falls = np.all(np.diff(training) < 0)
            rise = new[-1] - min(new)
            print(f"{letter}: training falls {falls}, new rises by {rise:.2f}")
        answer = "c"
    """,
)

ALPHAS = (0.1, 0.3, 1, 3, 30)


@cache
def penalized_moons():
    """Return networks of five penalties with the data that they are judged on."""
    X, y = two_moons(480, noise=0.35, random_state=1)
    parts = list(zip(np.split(X, [40, 80]), np.split(y, [40, 80]), strict=True))
    training = {"max_iter": 80, "n_iter_no_change": np.inf, "learning_rate_init": 0.05}
    net = MLPClassifierNet((30,), **training, random_state=0)
    nets = [clone(net).set_params(alpha=alpha) for alpha in ALPHAS]
    return fit_many(nets, *parts[0]), *parts


def losses_on(nets, part):
    return np.array([log_loss(part[1], net.predict_proba(part[0])) for net in nets])


def examine_choice(function):
    nets, training, validation, test = penalized_moons()

    def choose(validation, test):
        pair = call(function, nets, training, validation, test)
        require(
            isinstance(pair, tuple | list) and len(pair) == 2,
            "The function returns the chosen alpha and a loss. Yours returned "
            f"{describe(pair)}.",
        )
        alpha, loss = map(to_number, pair)
        require(
            alpha in ALPHAS,
            f"The first result is {alpha:.3g}, which is none of the alphas. Return "
            "alpha first, then the loss.",
        )
        return alpha, loss

    alpha, loss = choose(validation, test)
    mirrored = test[0], 1 - test[1]
    require(
        choose(validation, mirrored)[0] == alpha,
        "With other test samples your function chooses another alpha. The test set "
        "should only judge the choice.",
    )
    on_validation, on_test = losses_on(nets, validation), losses_on(nets, test)
    mirrored = validation[0], 1 - validation[1]
    require(
        choose(mirrored, test)[0] != alpha,
        f"Your function chooses {alpha:g} whatever the validation set says. On the "
        "training set alone the weakest penalty always looks best.",
    )
    require(
        alpha != ALPHAS[on_validation.argmax()],
        "Your function chooses the alpha with the largest validation loss.",
    )
    best = on_validation.argmin()
    require(
        alpha == ALPHAS[best],
        f"Your function chooses {alpha:g}. That is not the alpha with the lowest loss "
        "on the validation set.",
    )
    require(
        not np.isclose(loss, on_validation[best]),
        "The loss that you report is the one that was lowest by choice. Which samples "
        "had no part in choosing?",
    )
    require_close(
        loss,
        on_test[best],
        "The loss that you report is not the one of the chosen network on the test "
        "set.",
    )


chosen_on_the_test_set = CodeExercise(
    "chosen_on_the_test_set",
    title="Find the mistake: the strength of a penalty",
    question="""
        `nets` have been trained with five strengths of the penalty. The function below
        chooses one of them and reports its loss. Each of `training`, `validation` and
        `test` is a pair `(X, y)`. The reported loss is meant to be an honest estimate
        for new samples, and it is not. Mend the function, so that it returns the chosen
        `alpha` and the loss to report. The `answer` is the function.
    """,
    objectives=("strength",),
    minutes=6,
    hints=(
        "Each of the three sets has one job: to fit the weights, to choose, to judge.",
        "The smallest of five losses is partly luck. Do not report that one.",
    ),
    setup_code="""
        import numpy as np
        from sklearn.metrics import log_loss
        from nnteach import MLPClassifierNet, fit_many, two_moons

        X, y = two_moons(480, noise=0.35, random_state=0)
        training, validation, test = zip(np.split(X, [40, 80]), np.split(y, [40, 80]))
        settings = {"max_iter": 80, "n_iter_no_change": np.inf, "random_state": 0}
        nets = [
            MLPClassifierNet((30,), alpha=a, learning_rate_init=0.05, **settings)
            for a in (0.1, 0.3, 1, 3, 30)
        ]
        fit_many(nets, *training)
    """,
    start_code="""
        def loss_on(net, part):
            X, y = part
            return log_loss(y, net.predict_proba(X))

        def choose(nets, training, validation, test):
            best = min(nets, key=lambda net: loss_on(net, test))
            return best.alpha, loss_on(best, test)

        answer = choose
    """,
    solution_code="""
        def loss_on(net, part):
            X, y = part
            return log_loss(y, net.predict_proba(X))

        def choose(nets, training, validation, test):
            best = min(nets, key=lambda net: loss_on(net, validation))
            return best.alpha, loss_on(best, test)

        print("validation", [round(loss_on(net, validation), 2) for net in nets])
        alpha, loss = choose(nets, training, validation, test)
        print(f"alpha {alpha}, test loss {loss:.2f}")
        answer = choose
    """,
    examiner=examine_choice,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(nets, training, validation, test):
                losses = [log_loss(test[1], net.predict_proba(test[0])) for net in nets]
                return nets[np.argmin(losses)].alpha, min(losses)
            """,
            "The test set should only judge the choice",
            misconception="The test set is there to find the best setting.",
        ),
        WrongAttempt(
            """
            def loss_on(net, part):
                return log_loss(part[1], net.predict_proba(part[0]))

            def answer(nets, training, validation, test):
                best = min(nets, key=lambda net: loss_on(net, training))
                return best.alpha, loss_on(best, test)
            """,
            "the weakest penalty always looks best",
            misconception="The training loss tells which penalty is best.",
        ),
        WrongAttempt(
            """
            def loss_on(net, part):
                return log_loss(part[1], net.predict_proba(part[0]))

            def answer(nets, training, validation, test):
                best = min(nets, key=lambda net: loss_on(net, validation))
                return best.alpha, loss_on(best, validation)
            """,
            "lowest by choice",
            misconception=(
                "The validation loss of the winner is an estimate for new samples."
            ),
        ),
        WrongAttempt(
            """
            def loss_on(net, part):
                return log_loss(part[1], net.predict_proba(part[0]))

            def answer(nets, training, validation, test):
                best = max(nets, key=lambda net: loss_on(net, validation))
                return best.alpha, loss_on(best, test)
            """,
            "the largest validation loss",
            misconception=(
                "Validation scores are scores, so the largest one wins, losses too."
            ),
        ),
        WrongAttempt(
            """
            def loss_on(net, part):
                return log_loss(part[1], net.predict_proba(part[0]))

            def answer(nets, training, validation, test):
                best = min(nets, key=lambda net: loss_on(net, validation))
                return loss_on(best, test), best.alpha
            """,
            "Return alpha first, then the loss",
            misconception="The order of two results does not matter.",
        ),
    ),
)


def examine_pairs(function):
    rng = np.random.default_rng(10)
    draws = rng.normal(1, 0.2, (20, 1))
    equal = dict(zip("abcdefg", (draws + rng.normal(0, 0.1, (20, 7))).T, strict=True))
    draws, noise = rng.normal(2, 0.5, 20), np.linspace(-0.02, 0.02, 20)
    steady = {"penalty": draws, "none": draws + 0.1 + noise}
    steady["dropout"] = draws + rng.permutation(noise - noise.mean())
    luck = (
        "Your function tells apart remedies that differ by luck alone. A smaller "
        "median is not enough: in how many draws is one ahead?"
    )

    def pairs_of(losses):
        result = call(function, losses)
        require(
            isinstance(result, tuple | list | set | frozenset | dict),
            f"The function returns a list of pairs. Yours returned {describe(result)}.",
        )
        pairs = [
            set(p) if isinstance(p, tuple | list | set | frozenset) else None
            for p in result
        ]
        require(
            all(p is not None and len(p) == 2 and p <= set(losses) for p in pairs),
            "Each entry of the list is a pair of names, such as "
            '("none", "penalty"). Yours has other entries.',
        )
        return {frozenset(p) for p in pairs}

    found = pairs_of(steady)
    require(frozenset({"penalty", "dropout"}) not in found, luck)
    require(
        found == {frozenset({"penalty", "none"}), frozenset({"dropout", "none"})},
        "In each of 20 draws, one remedy has a lower loss than another. Your "
        "function does not tell the two apart. Does it compare them within each draw?",
    )
    found = pairs_of(equal)
    require(len(found) < 8, luck)
    require(
        len(found) != 1,
        "Seven remedies are equally good, and your function tells two of them apart. "
        "Seven remedies make 21 pairs: by what do you divide the level?",
    )
    require(
        not found,
        f"Seven remedies are equally good, and your function tells {len(found)} of the "
        "21 pairs apart. Among so many, some p-values are small by luck.",
    )


told_apart_in_pairs = CodeExercise(
    "told_apart_in_pairs",
    title="Find the mistake: which remedies can be told apart?",
    question="""
        `losses` is a dict. It maps the name of a remedy to an array of its test losses,
        one for each draw of the data, with the draws in the same order for all
        remedies. The function below should return a list of the pairs of names that can
        be told apart at the level 0.05. It uses a test for unpaired samples and does
        not allow for the number of pairs. Mend both. The `answer` is the function.
    """,
    objectives=("judge",),
    minutes=8,
    hints=(
        "Subtract the losses of the two remedies draw by draw, and test the "
        "differences. `scipy.stats.wilcoxon` does that.",
        "With $m$ pairs, a p-value has to be below $0.05 / m$.",
    ),
    setup_code="""
        from itertools import combinations

        import numpy as np
        from scipy.stats import mannwhitneyu, wilcoxon

        rng = np.random.default_rng(0)
        draws = rng.normal(2, 0.5, 20)
        losses = {
            "none": draws + rng.normal(0.1, 0.02, 20),
            "penalty": draws + rng.normal(0, 0.02, 20),
            "dropout": draws + rng.normal(0, 0.02, 20),
            "early stopping": draws + rng.normal(0, 0.02, 20),
        }
    """,
    start_code="""
        def told_apart(losses):
            pairs = combinations(losses, 2)
            return [
                (one, two)
                for one, two in pairs
                if mannwhitneyu(losses[one], losses[two]).pvalue < 0.05
            ]

        print(told_apart(losses))
        answer = told_apart
    """,
    solution_code="""
        def told_apart(losses):
            pairs = list(combinations(losses, 2))
            return [
                (one, two)
                for one, two in pairs
                if wilcoxon(losses[one] - losses[two]).pvalue < 0.05 / len(pairs)
            ]

        print(told_apart(losses))
        answer = told_apart
    """,
    examiner=examine_pairs,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(losses):
                pairs = list(combinations(losses, 2))
                level = 0.05 / len(pairs)
                return [
                    (a, b)
                    for a, b in pairs
                    if mannwhitneyu(losses[a], losses[b]).pvalue < level
                ]
            """,
            "Does it compare them within each draw",
            misconception=(
                "Draws are independent samples, so an unpaired test is right."
            ),
        ),
        WrongAttempt(
            """
            def answer(losses):
                return [
                    (a, b)
                    for a, b in combinations(losses, 2)
                    if wilcoxon(losses[a], losses[b]).pvalue < 0.05
                ]
            """,
            "Among so many, some p-values are small by luck",
            misconception=(
                "A p-value below 0.05 means the same among ten tests as in one."
            ),
        ),
        WrongAttempt(
            """
            def answer(losses):
                return [
                    (a, b)
                    for a, b in combinations(losses, 2)
                    if np.median(losses[a]) != np.median(losses[b])
                ]
            """,
            "A smaller median is not enough",
            misconception="Remedies with different medians are different.",
        ),
        WrongAttempt(
            """
            def answer(losses):
                return [
                    (a, b)
                    for a, b in combinations(losses, 2)
                    if wilcoxon(losses[a], losses[b]).pvalue < 0.05 / len(losses)
                ]
            """,
            "by what do you divide the level?",
            misconception="There are as many tests as there are remedies.",
        ),
    ),
)


def noisy_moons(seed):
    """Return 40 training points, 40 validation points and 400 new ones."""
    parts = np.split(np.c_[two_moons(480, noise=0.35, random_state=seed)], [40, 80])
    return [(part[:, :2], part[:, 2].astype(int)) for part in parts]


def trained_by(function, training, validation):
    """Call a student's training function; return the classifier."""
    model = call(function, *training, *validation)
    require(
        hasattr(model, "predict_proba") and not isinstance(model, type),
        f"The function returns a fitted classifier. Yours returned {describe(model)}.",
    )
    return model


def examine_arguments(function):
    """Require that a function trains and chooses with the points that it is given.

    A network that was trained on the given points learns other classes if these points
    have them.
    """
    training, validation, new = noisy_moons(0)
    turned = [(X, 1 - y) for X, y in (training, validation)]
    probabilities = probabilities_of(trained_by(function, *turned), new[0])
    require(
        log_loss(1 - new[1], probabilities) < log_loss(new[1], probabilities) + 0.1,
        "The network was not trained on the points it was given. In this test they had "
        "the two classes exchanged, and its predictions still follow the old ones. "
        "Use the arguments of the function.",
    )
    used = names_in(getattr(function, "__code__", None))
    outside = sorted(used & {"X", "y", "X_test", "y_test"})
    require(
        not outside,
        f"Your function uses {' and '.join(outside)} from the notebook. Train and "
        "choose with the points that it is given, without the test points.",
    )


def names_in(code):
    """All names of globals and attributes in the code of a function."""
    if not isinstance(code, CodeType):
        return set()
    return set(code.co_names).union(*map(names_in, code.co_consts))


def examine_training(function):
    examine_arguments(function)
    losses = []
    for seed in (0, 1, 3):
        training, validation, new = noisy_moons(seed)
        model = trained_by(function, training, validation)
        losses.append(
            [
                log_loss(labels, probabilities_of(model, inputs))
                for inputs, labels in (training, new)
            ]
        )
    on_training, on_new = np.mean(losses, axis=0)
    numbers = (
        f"The loss is {on_training:.2f} on the training set and {on_new:.2f} on new "
        "points."
    )
    require(
        on_new < 0.55 or on_training < 0.55,
        f"{numbers} Both are far too high, not only the second. Is the remedy too "
        "strong?",
    )
    require(
        on_new < 0.55, f"{numbers} The network knows its 40 training points by heart."
    )
    return numbers


def probabilities_of(model, inputs):
    answer = call(model.predict_proba, inputs)
    probabilities = to_array(answer, (len(inputs), 2))
    require(
        np.allclose(probabilities.sum(axis=1), 1, atol=1e-3),
        "The probabilities of the two classes do not add up to 1.",
    )
    return probabilities / probabilities.sum(axis=1, keepdims=True)


hold_the_network_back = CodeExercise(
    "hold_the_network_back",
    title="Project: hold the network back",
    question="""
        The network `net` overfits 40 noisy points of two moons. Write a function that
        gets training and validation points and returns a fitted classifier. It will be
        called on three fresh draws, each with 40 training and 40 validation points. The
        mean loss on new points has to be below 0.55. Choose a remedy of your own, and
        choose its strength without the test points. The `answer` is the function.
    """,
    objectives=("strength", "recognise"),
    minutes=12,
    hints=(
        "Try an L2 penalty, dropout or early stopping: `alpha`, `dropout`, or "
        '`early_stopping=True` with `scoring="loss"`.',
        "Fit a few strengths and keep the network with the lowest loss on the "
        "validation points. The best should not be the last of your list.",
    ),
    setup_code="""
        import numpy as np
        from sklearn.base import clone
        from sklearn.metrics import log_loss
        from nnteach import MLPClassifierNet, fit_many, two_moons

        X, y = two_moons(480, noise=0.35, random_state=10)
        X_train, X_val, X_test = np.split(X, [40, 80])
        y_train, y_val, y_test = np.split(y, [40, 80])
        training = {"max_iter": 100, "n_iter_no_change": np.inf, "random_state": 0}
        net = MLPClassifierNet((30,), alpha=0, learning_rate_init=0.1, **training)
    """,
    start_code="""
        def train(X_train, y_train, X_val, y_val):
            return clone(net).fit(X_train, y_train)

        answer = train
    """,
    solution_code="""
        def train(X_train, y_train, X_val, y_val):
            nets = [clone(net).set_params(alpha=a) for a in (0.03, 0.1, 0.3, 1, 3)]
            fit_many(nets, X_train, y_train)
            return min(nets, key=lambda n: log_loss(y_val, n.predict_proba(X_val)))

        chosen = train(X_train, y_train, X_val, y_val)
        print("alpha", chosen.alpha, end=", ")
        print(f"test loss {log_loss(y_test, chosen.predict_proba(X_test)):.2f}")
        answer = train
    """,
    examiner=examine_training,
    points=3,
    wrong=(
        WrongAttempt(
            """
            def answer(X_train, y_train, X_val, y_val):
                return clone(net).fit(X_train, y_train)
            """,
            "The network knows its 40 training points by heart",
            misconception="A low training loss is a good network.",
        ),
        WrongAttempt(
            """
            def answer(X_train, y_train, X_val, y_val):
                return clone(net).set_params(alpha=100).fit(X_train, y_train)
            """,
            "Is the remedy too strong",
            misconception="The stronger the penalty, the less the harm.",
        ),
        WrongAttempt(
            """
            def answer(X_train, y_train, X_val, y_val):
                model = clone(net).set_params(alpha=1).fit(X_train, y_train)
                return log_loss(y_val, model.predict_proba(X_val))
            """,
            "The function returns a fitted classifier",
            misconception=(
                "What counts is the loss; the network itself need not be returned."
            ),
        ),
        WrongAttempt(
            """
            def answer(X_train, y_train, X_val, y_val):
                return clone(net).set_params(alpha=1)
            """,
            "predict_proba ended with NotFittedError",
            misconception="Setting a penalty changes a network without a training.",
        ),
        WrongAttempt(
            """
            def answer(*parts):
                return clone(net).set_params(alpha=1).fit(X_test, y_test)
            """,
            "was not trained on the points it was given",
            misconception="A function may train on any points of the notebook.",
        ),
        WrongAttempt(
            """
            def answer(X_train, y_train, X_val, y_val):
                nets = [clone(net).set_params(alpha=a) for a in (0.3, 1, 3)]
                fit_many(nets, X_train, y_train)
                losses = [log_loss(y_test, n.predict_proba(X_test)) for n in nets]
                return nets[np.argmin(losses)]
            """,
            "uses X_test and y_test from the notebook",
            misconception="The test points are the best ones to choose a penalty with.",
        ),
    ),
)
