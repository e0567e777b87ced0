"""Exercises of the lesson *A rule that never stops, and a test set that chose*."""

from functools import cache

import numpy as np
from sklearn.metrics import log_loss

from nnteach import MLPClassifierNet, fit_many, two_moons
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, require_fitted, samples_of
from nnteach.exercises.typed_numbers import to_number


@cache
def fitted(seed, **settings):
    """Fit a network that is given a validation set; the settings may be a rule."""
    net = MLPClassifierNet(
        (20,),
        learning_rate_init=0.02,
        batch_size=64,
        n_iter_no_change=3,
        random_state=seed,
        **settings,
    )
    X_val, y_val = two_moons(200, random_state=1)
    return net.fit(*two_moons(300, random_state=0), X_val=X_val, y_val=y_val)


def tells(sign):
    """Tell whether a sign is there with a rule, and only then."""
    return all(
        sign(fitted(seed, early_stopping=True)) and not sign(fitted(seed))
        for seed in range(3)
    )


sign_of_a_rule = ChoiceExercise(
    "sign_of_a_rule",
    title="Was a rule at work?",
    question="""
        You get two fitted networks. Both were given a validation set, and
        `n_iter_no_change=3`; their largest number of epochs, `max_iter`, was 200. One
        was fitted with `early_stopping=True`, the other without. How can you tell which
        one was stopped by its validation set?
    """,
    objectives=("check-the-rule",),
    minutes=4,
    hints=(
        "Fit both. Which of these do they have in common?",
        "Without early stopping, `n_iter_no_change` is a patience, too. What does it "
        "watch?",
    ),
    setup_code="""
        from nnteach import MLPClassifierNet, two_moons

        def fitted(**settings):
            net = MLPClassifierNet(
                (20,), learning_rate_init=0.02, batch_size=64, n_iter_no_change=3,
                random_state=0, **settings,
            )
            X_val, y_val = two_moons(200, random_state=1)
            return net.fit(*two_moons(300, random_state=0), X_val=X_val, y_val=y_val)
    """,
    start_code="""
        # with_rule, without = fitted(early_stopping=True), fitted()
        answer = ...
    """,
    choices=(
        Choice(
            "Its training took fewer than 200 epochs.",
            lambda: tells(lambda net: net.n_iter_ < net.max_iter),
            "Without early stopping, a training ends as well: when its *training* loss "
            "no longer improves.",
        ),
        Choice(
            "Its `history_` has the loss on the validation set.",
            lambda: tells(lambda net: "val_loss" in net.history_),
            "That loss is written down for every network that is given a validation "
            "set, whether a rule looks at it or not.",
        ),
        Choice(
            "Its `validation_scores_` is a list of numbers, not None.",
            lambda: tells(lambda net: net.validation_scores_ is not None),
            "These are the scores that the rule has watched, one for each epoch.",
        ),
        Choice(
            "Its `n_iter_no_change` is 3, not infinite.",
            lambda: tells(lambda net: np.isfinite(net.n_iter_no_change)),
            "This is a setting that both have. It does not say what is watched.",
        ),
    ),
    solution_code="""
        for settings in ({"early_stopping": True}, {}):
            net = fitted(**settings)
            print(settings, net.n_iter_, "epochs, rule:", bool(net.validation_scores_))
            print("    val_loss in history_:", "val_loss" in net.history_)
        answer = "c"
    """,
)


def optimism(p, n, n_candidates):
    return 100 * np.sqrt(p * (1 - p) / n) * np.sqrt(2 * np.log(n_candidates))


promise_of_the_best = NumberExercise(
    "promise_of_the_best",
    title="How much too good can the best one look?",
    question="""
        You train 20 networks, and each of them is right on 90 % of all points that
        there are. On 100 test points you measure all of them, and report the best. By
        the bound of the lesson, $s\\,\\sqrt{2 \\ln K}$ with
        $s = \\sqrt{p\\,(1 - p)/n}$, how much is your report too high, at most and
        on average?
    """,
    objectives=("keep-the-test-set",),
    minutes=4,
    hints=(
        "$p$ is 0.9. Which of the numbers 20 and 100 is $n$, and which is $K$?",
        "A percentage point is 0.01.",
    ),
    solution_code="""
        import numpy as np

        p, n, K = 0.9, 100, 20
        s = np.sqrt(p * (1 - p) / n)
        print(f"one accuracy scatters by {100 * s:.1f} percentage points")
        answer = 100 * s * np.sqrt(2 * np.log(K))
        print(f"the best of {K} is too high by {answer:.2f} at most, on average")
    """,
    key=lambda: optimism(0.9, 100, 20),
    decimals=2,
    scale="percentage points",
    mistakes=(
        Mistake(
            lambda: 100 * np.sqrt(0.9 * 0.1 / 100),
            "So much does the accuracy of one network scatter. You chose the best of "
            "several.",
        ),
        Mistake(
            lambda: 100 * np.sqrt(0.9 * 0.1 / 100) * np.sqrt(2 * np.log10(20)),
            "You took the logarithm to base 10. ln is the natural one.",
        ),
        Mistake(
            lambda: optimism(0.9, 20, 100),
            "You swapped the number of points and the number of networks.",
        ),
        Mistake(
            lambda: 100 * 0.9 * 0.1 / 100 * np.sqrt(2 * np.log(20)),
            "You forgot the root of p (1 - p) / n.",
        ),
    ),
)


@cache
def long_trainings():
    """Train six networks for long on 60 noisy points, watched on 500 others."""
    nets = [
        MLPClassifierNet(
            (30, 30),
            learning_rate_init=0.02,
            batch_size=20,
            max_iter=150,
            n_iter_no_change=np.inf,
            random_state=seed,
        )
        for seed in range(6)
    ]
    X_val, y_val = two_moons(500, noise=0.4, random_state=1)
    data = two_moons(60, noise=0.4, random_state=0)
    fit_many(nets, *data, X_val=X_val, y_val=y_val)
    names = ("loss", "val_loss", "val_score")
    return {name: np.array([net.history_[name] for net in nets]) for name in names}


def fifth(name, number):
    """Take the median of a quantity in one fifth of the training, by network."""
    return np.median(long_trainings()[name][:, 30 * (number - 1) : 30 * number], axis=1)


harm_of_long_training = ChoiceExercise(
    "harm_of_long_training",
    title="Predict, then run: training for too long",
    question="""
        A network with two hidden layers of 30 neurons is trained on 60 points of two
        moons with much noise, for 150 epochs and without any rule. Each epoch is
        watched on 500 other points. What will be seen with each of six seeds? Predict
        first. Then `train()` gives the training loss, the loss on the other points and
        the accuracy there, each with a row for each seed and a column for each epoch.
    """,
    objectives=("judge-long-training",),
    minutes=5,
    hints=(
        "How many parameters has the network, and how many points?",
        "Print `val_loss.argmin(axis=1)`, and compare the last column of each array "
        "with those before.",
    ),
    setup_code="""
        import numpy as np
        from nnteach import MLPClassifierNet, fit_many, two_moons

        def train():
            nets = [
                MLPClassifierNet(
                    (30, 30), learning_rate_init=0.02, batch_size=20, max_iter=150,
                    n_iter_no_change=np.inf, random_state=seed,
                )
                for seed in range(6)
            ]
            X, y = two_moons(60, noise=0.4, random_state=0)
            X_val, y_val = two_moons(500, noise=0.4, random_state=1)
            fit_many(nets, X, y, X_val=X_val, y_val=y_val)
            names = ("loss", "val_loss", "val_score")
            return [np.array([net.history_[name] for net in nets]) for name in names]
    """,
    start_code="""
        # loss, val_loss, val_accuracy = train()
        answer = ...
    """,
    choices=(
        Choice(
            "The loss on the other points falls to the end, as that on the training "
            "set does.",
            lambda: np.all(fifth("val_loss", 5) < fifth("val_loss", 1)),
            "With few noisy points, the network goes on to learn their noise. That is "
            "no help on other points.",
        ),
        Choice(
            "The training loss rises again as well, so nobody needs other points to "
            "notice the harm.",
            lambda: np.all(fifth("loss", 5) > fifth("loss", 1)),
            "Training makes the training loss small, and it goes on doing so. From "
            "this curve alone, the longest training looks best.",
        ),
        Choice(
            "The loss on the other points is lowest in the first half; it ends at 1.3 "
            "times that or more.",
            lambda: np.all(
                (long_trainings()["val_loss"].argmin(axis=1) < 75)
                & (
                    fifth("val_loss", 5)
                    > 1.3 * long_trainings()["val_loss"].min(axis=1)
                )
            ),
            "This is overfitting. A validation set notices it, and early stopping "
            "keeps the network of an earlier epoch.",
        ),
        Choice(
            "The accuracy on the other points shows the harm, too: at the end it is "
            "near 50 %, no better than guessing.",
            lambda: np.all(fifth("val_score", 5) < 0.6),
            "A network that overfits is above all too sure of itself. Its accuracy "
            "falls by much less than its loss rises.",
        ),
    ),
    solution_code="""
        loss, val_loss, val_accuracy = train()
        rise = val_loss[:, -1] / val_loss.min(axis=1)
        print("epoch of the lowest loss:", val_loss.argmin(axis=1) + 1)
        print("its rise until the end:  ", rise.round(1))
        print("training loss, half-way: ", loss[:, 75].round(2))
        print("training loss, end:      ", loss[:, -1].round(2))
        print("accuracy, best:          ", val_accuracy.max(axis=1).round(2))
        print("accuracy, end:           ", val_accuracy[:, -1].round(2))
        answer = "c"
    """,
)


def examine_rule(net):
    require_fitted(net, MLPClassifierNet)
    require(
        net.n_features_in_ == 2 and list(net.classes_) == [0, 1],
        "The network is to be fitted on X and y, the two moons.",
    )
    require(
        net.validation_scores_ is None or samples_of(net) != 500,
        "The network was trained on the validation points as well. They are to say "
        "when to stop, and can do so only if they are new.",
    )
    require(
        net.validation_scores_ is not None,
        "No rule has watched the validation set: validation_scores_ is None, and the "
        f"training took {net.n_iter_} epochs. What did n_iter_no_change watch?",
    )
    require(
        net.scoring == "loss",
        f"The rule has watched the accuracy, and stopped after {net.n_iter_} epochs. "
        "It is to watch the loss.",
    )
    X_val, y_val = two_moons(200, random_state=1)
    probabilities = net.predict_proba(X_val)
    require(
        abs(net.best_validation_score_ + log_loss(y_val, probabilities)) < 1e-3,
        "The rule has watched other points than X_val. Without a validation set, it "
        "takes some of the training points.",
    )
    waited = len(net.validation_scores_) - 1 - np.argmax(net.validation_scores_)
    require(
        net.n_iter_no_change == 3,
        f"The training ended {waited} epochs after the best one. Training stops when "
        "more epochs than n_iter_no_change bring no improvement.",
    )
    require(net.batch_size == 64, "The sheet asks for batches of 64.")
    return f"It stopped after {net.n_iter_} epochs, {waited} after the best one."


rule_that_watches_nothing = CodeExercise(
    "rule_that_watches_nothing",
    title="Find the mistake: what does the rule watch?",
    question="""
        Task 2c of the exercise sheet asks for batches of 64, and for a training that
        stops when the validation loss has not improved for 4 epochs. This code gives a
        validation set and a patience, and training does stop. Still the rule is not at
        work. Find out what the training watches, and set `answer` to a network that is
        fitted as the sheet asks, on `X` and `y`, with `X_val` and `y_val` for
        validation.
    """,
    objectives=("check-the-rule",),
    minutes=8,
    hints=(
        "Look at `validation_scores_` of the fitted network.",
        "Without early stopping, `n_iter_no_change` watches the training loss, and the "
        "validation set is only written down.",
        'The settings are `early_stopping=True`, `scoring="loss"`, and '
        "`n_iter_no_change=3`: the training stops at the next epoch, the fourth.",
    ),
    setup_code="""
        import numpy as np
        from nnteach import MLPClassifierNet, two_moons

        X, y = two_moons(300, random_state=0)
        X_val, y_val = two_moons(200, random_state=1)
        settings = {"learning_rate_init": 0.02, "tol": 0, "random_state": 0}
    """,
    start_code="""
        net = MLPClassifierNet((20,), batch_size=64, n_iter_no_change=3, **settings)
        answer = net.fit(X, y, X_val=X_val, y_val=y_val)
    """,
    solution_code="""
        net = MLPClassifierNet(
            (20,), batch_size=64, early_stopping=True, scoring="loss",
            n_iter_no_change=3, **settings,
        )
        answer = net.fit(X, y, X_val=X_val, y_val=y_val)
        print(len(answer.validation_scores_), "epochs were watched")
    """,
    examiner=examine_rule,
    points=2,
    wrong=(
        WrongAttempt(
            """
            net = MLPClassifierNet((20,), batch_size=64, n_iter_no_change=4, **settings)
            answer = net.fit(X, y, X_val=X_val, y_val=y_val)
            """,
            "No rule has watched the validation set",
            misconception="A validation set and a patience are a rule.",
        ),
        WrongAttempt(
            """
            settings |= {"early_stopping": True, "n_iter_no_change": 3}
            net = MLPClassifierNet((20,), batch_size=64, **settings)
            answer = net.fit(X, y, X_val=X_val, y_val=y_val)
            """,
            "The rule has watched the accuracy",
            misconception="Early stopping watches the loss.",
        ),
        WrongAttempt(
            """
            settings |= {"early_stopping": True, "scoring": "loss"}
            settings |= {"n_iter_no_change": 3}
            net = MLPClassifierNet((20,), batch_size=64, **settings)
            answer = net.fit(X, y)
            """,
            "The rule has watched other points than X_val",
            misconception=(
                "Early stopping uses the validation points that exist, "
                "without being given them."
            ),
        ),
        WrongAttempt(
            """
            settings |= {"early_stopping": True, "scoring": "loss"}
            net = MLPClassifierNet((20,), batch_size=64, n_iter_no_change=3, **settings)
            X_all, y_all = np.concatenate([X, X_val]), np.concatenate([y, y_val])
            answer = net.fit(X_all, y_all, X_val=X_val, y_val=y_val)
            """,
            "can do so only if they are new",
            misconception=(
                "Validation points may be trained on, since they are not the test set."
            ),
        ),
        WrongAttempt(
            """
            settings |= {"early_stopping": True, "scoring": "loss"}
            settings |= {"n_iter_no_change": 4}
            net = MLPClassifierNet((20,), batch_size=64, **settings)
            answer = net.fit(X, y, X_val=X_val, y_val=y_val)
            """,
            "The training ended 5 epochs after the best one",
            misconception="A patience of 4 epochs is `n_iter_no_change=4`.",
        ),
    ),
)


class Guesses:
    """A stand-in for a fitted network: it answers from a list."""

    def __init__(self, guesses):
        self.guesses = guesses

    def predict(self, X):
        """Look the answers up; the first column of X has their numbers."""
        return self.guesses[np.asarray(X)[:, 0].astype(int)]

    def score(self, X, y):
        """Compute the accuracy."""
        return np.mean(self.predict(X) == y)


def problem(n_nets, seed):
    """Make labels and guesses by tossing coins: 100 points to choose, 100 to report."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=200)
    X = np.arange(200.0).reshape(-1, 1)
    nets = [Guesses(rng.integers(2, size=200)) for _ in range(n_nets)]
    return nets, X[:100], y[:100], X[100:], y[100:]


def examine_report(function):
    problems = [problem(20, seed) for seed in range(60)]
    reports = [to_number(call(function, *arguments)) for arguments in problems]
    found = np.array(reports)
    ways = {"val": [], "test": [], "first": [], "worst": [], "right": []}
    for nets, X_val, y_val, X_test, y_test in problems:
        val = np.array([net.score(X_val, y_val) for net in nets])
        test = np.array([net.score(X_test, y_test) for net in nets])
        ways["val"].append(val.max())
        ways["test"].append(test.max())
        ways["first"].append(test[0])
        ways["worst"].append(test[val.argmin()])
        best = test[val == val.max()]
        ways["right"].append((best.min(), best.max()))
    flips = (
        "The labels are coin flips, and nobody can foresee them. Your reports average "
        f"{found.mean():.0%}."
    )
    for way, message in {
        "test": f"{flips} The points that you report on have chosen the network.",
        "val": f"{flips} You report the accuracy on the points that chose the network.",
        "first": "Your function reports the first network, whichever is best on the "
        "validation set.",
        "worst": "Your function reports the network that is worst on the validation "
        "set.",
    }.items():
        require(not np.allclose(found, ways[way]), message)
    low, high = np.transpose(ways["right"])
    require(
        np.all((found > low - 1e-9) & (found < high + 1e-9)),
        f"{flips} But they are not the test accuracies of the networks that the "
        "validation set chooses.",
    )
    return f"On coin flips your reports average {found.mean():.0%}, as they should."


honest_report = CodeExercise(
    "honest_report",
    title="Project: an honest report",
    question="""
        A function chooses the best of several fitted networks, and returns the accuracy
        to report. To try it out, take labels that are coin flips, and networks that
        were never trained: on average a report should be 50 %, but this one is about
        60 %. Repair the function, so that the choice uses each set for what it is
        there for, and set `answer` to it. Ties may go to either network.
    """,
    objectives=("keep-the-test-set",),
    minutes=10,
    hints=(
        "Which points take part in the choice, and which in the report?",
        "The validation set chooses. The test set is used once, for the network that "
        "has been chosen.",
    ),
    setup_code="""
        import numpy as np
        from nnteach import MLPClassifierNet

        rng = np.random.default_rng(0)
        X_val, X_test = rng.normal(size=(2, 100, 2))
        y_val, y_test = rng.integers(2, size=(2, 100))  # coin flips
        nets = [MLPClassifierNet((10,), random_state=seed) for seed in range(20)]
        for net in nets:
            net.initialize(X_val, y_val)  # starting weights, no training
    """,
    start_code="""
        def report(nets, X_val, y_val, X_test, y_test):
            best = max(nets, key=lambda net: net.score(X_test, y_test))
            return best.score(X_test, y_test)

        print(report(nets, X_val, y_val, X_test, y_test))
        answer = report
    """,
    solution_code="""
        def report(nets, X_val, y_val, X_test, y_test):
            best = max(nets, key=lambda net: net.score(X_val, y_val))
            return best.score(X_test, y_test)

        print(report(nets, X_val, y_val, X_test, y_test))
        answer = report
    """,
    examiner=examine_report,
    points=3,
    wrong=(
        WrongAttempt(
            """
            def answer(nets, X_val, y_val, X_test, y_test):
                return max(net.score(X_test, y_test) for net in nets)
            """,
            "The points that you report on have chosen the network",
            misconception=(
                "The best test accuracy is the accuracy of the best network."
            ),
        ),
        WrongAttempt(
            """
            def answer(nets, X_val, y_val, X_test, y_test):
                return max(net.score(X_val, y_val) for net in nets)
            """,
            "the accuracy on the points that chose the network",
            misconception=(
                "The validation accuracy of the chosen network is an honest estimate."
            ),
        ),
        WrongAttempt(
            """
            def answer(nets, X_val, y_val, X_test, y_test):
                return nets[0].score(X_test, y_test)
            """,
            "Your function reports the first network",
            misconception=(
                "Without a choice there is no bias, so the first network "
                "may be reported."
            ),
        ),
        WrongAttempt(
            """
            def answer(nets, X_val, y_val, X_test, y_test):
                return np.mean([net.score(X_test, y_test) for net in nets])
            """,
            "not the test accuracies of the networks that the validation set chooses",
            misconception=(
                "The mean over all networks says how good the chosen one is."
            ),
        ),
    ),
)
