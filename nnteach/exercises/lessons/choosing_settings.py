"""Exercises of the lesson *Choosing settings without fooling yourself*."""

import warnings
from functools import cache

import numpy as np
from scipy.stats import loguniform, uniform
from sklearn.model_selection import ParameterSampler, RandomizedSearchCV
from sklearn.pipeline import Pipeline

from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, describe, require, to_array

how_many_test_samples = NumberExercise(
    "how_many_test_samples",
    title="How many test samples?",
    question="""
        You expect a network to reach an accuracy of 90 %. You want to report its
        accuracy with a standard error of one percentage point. How many test samples do
        you need?
    """,
    objectives=("report",),
    minutes=3,
    hints=(
        "The standard error is $\\sqrt{p (1 - p) / n}$. Here it has to be 0.01.",
        "Square both sides: $p (1 - p) / n = 0.0001$.",
    ),
    solution_code="""
        p, error = 0.9, 0.01
        answer = round(p * (1 - p) / error**2)
        print(f"check: {(p * (1 - p) / answer) ** 0.5:.4f}")
    """,
    key=lambda: round(0.9 * 0.1 / 0.01**2),
    decimals=0,
    mistakes=(
        Mistake(
            lambda: round(0.9 * 0.1 / 0.01),
            "You did not square the standard error. A root is in the formula.",
        ),
        Mistake(
            lambda: round((0.9 * 0.1) ** 0.5 / 0.01),
            "The root covers the whole fraction, so the number of samples is below it, "
            "too.",
        ),
        Mistake(
            lambda: round(0.9 / 0.01**2),
            "The share of wrong answers is missing in your formula.",
        ),
        Mistake(
            lambda: round(0.5 * 0.5 / 0.01**2),
            "This many would be enough for any accuracy. For 90 % you need fewer.",
        ),
    ),
)

GOOD = loguniform(1e-4, 1).cdf(0.1) - loguniform(1e-4, 1).cdf(0.01)
EVEN = uniform(1e-4, 1 - 1e-4).cdf(0.1) - uniform(1e-4, 1 - 1e-4).cdf(0.01)
ten_draws_of_a_learning_rate = NumberExercise(
    "ten_draws_of_a_learning_rate",
    title="Ten draws of a learning rate",
    question="""
        A random search draws ten learning rates from `loguniform(1e-4, 1)`. Only rates
        between 0.01 and 0.1 are good. With what probability is at least one of the ten
        good?
    """,
    objectives=("set-up-search",),
    minutes=4,
    hints=(
        "How many decades does the scale span, and how many of them are good?",
        "All ten miss with the probability $(1 - q)^{10}$, where $q$ is that of one "
        "hit.",
    ),
    solution_code="""
        hit = 1 / 4  # one decade of four
        miss_all = (1 - hit) ** 10
        answer = 1 - miss_all
        print(f"all ten miss with probability {miss_all:.3f}")
    """,
    key=lambda: 1 - (1 - GOOD) ** 10,
    decimals=3,
    scale="share",
    mistakes=(
        Mistake(
            lambda: 1 - (1 - EVEN) ** 10,
            "This holds if the rates are drawn evenly between 0.0001 and 1. On a "
            "logarithmic scale each decade is equally likely.",
        ),
        Mistake(
            lambda: GOOD,
            "This is the probability for a single draw.",
        ),
        Mistake(
            lambda: (1 - GOOD) ** 10,
            "With this probability none of the ten is good.",
        ),
        Mistake(
            lambda: 10 * GOOD,
            "This is the expected number of good rates. A probability is at most 1.",
        ),
        Mistake(
            lambda: GOOD**10,
            "With this probability all ten are good.",
        ),
    ),
)


@cache
def optimism(n_samples):
    """Return the mean optimism of the best of 20 equally good candidates."""
    rng = np.random.default_rng(0)
    scores = rng.binomial(n_samples, 0.8, (20_000, 20)) / n_samples
    return scores.max(axis=1).mean() - 0.8


def ratio():
    return optimism(400) / optimism(100)


four_times_as_many_to_choose_with = ChoiceExercise(
    "four_times_as_many_to_choose_with",
    title="Four times as many samples to choose with",
    question="""
        Twenty candidates are equally good: each has a true accuracy of 80 %. You score
        them on 100 validation samples and keep the best. On average, its score is about
        7 percentage points too high. What happens to these 7 points if you have 400
        validation samples instead?
    """,
    objectives=("predict-optimism",),
    minutes=4,
    hints=(
        "The optimism is luck. How far does luck move a score that is counted on $n$ "
        "samples?",
        "A score has the standard error $\\sqrt{p (1 - p) / n}$.",
    ),
    choices=(
        Choice(
            "They stay: the optimism depends on the number of candidates alone.",
            lambda: ratio() > 0.9,
            "More candidates make more optimism. Fewer samples do so, too: each score "
            "then scatters more.",
        ),
        Choice(
            "About half of them is left.",
            lambda: 0.4 < ratio() < 0.6,
            "The scores scatter by their standard error, which has $n$ under a root. "
            "The best of twenty scatters with them.",
        ),
        Choice(
            "About a quarter of them is left.",
            lambda: 0.2 < ratio() < 0.3,
            "With four times as many samples the variance of a score is a quarter. The "
            "scores themselves scatter by its root.",
        ),
        Choice(
            "They vanish: 400 samples are enough for a fair choice.",
            lambda: optimism(400) < 0.005,
            "The choice still picks the luckiest of twenty. Only samples that did not "
            "choose give a fair score.",
        ),
    ),
    setup_code="import numpy as np",
    solution_code="""
        rng = np.random.default_rng(0)
        for n in (100, 400):
            scores = rng.binomial(n, 0.8, (20_000, 20)) / n
            excess = scores.max(axis=1).mean() - 0.8
            print(f"{n} samples: the best score is {100 * excess:.1f} points too high")
        answer = "b"
    """,
)

RANGES = {"learning_rate_init": (1e-4, 1e-1), "alpha": (1e-4, 10)}


def examine_search(search):
    require(
        isinstance(search, RandomizedSearchCV),
        f"The answer is a VectorizedRandomizedSearchCV. You gave {describe(search)}.",
    )
    require(
        isinstance(search.estimator, Pipeline),
        "The network stands alone in your search. Then you have to scale all tumours "
        "before it, those of the validation parts, too.",
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            drawn = list(
                ParameterSampler(search.param_distributions, 400, random_state=0)
            )
    except (TypeError, ValueError, AttributeError):
        require(False, "The settings are a dict, from names to distributions or lists.")
    known = search.estimator.get_params()
    for name in drawn[0]:
        require(
            name in known,
            f"The pipeline has no setting {name}. A setting of a step has the name of "
            "the step and two underscores before it.",
        )
    for setting, (low, high) in RANGES.items():
        examine_scale(setting, values_of(drawn, setting), low, high)
    widths = {tuple(np.ravel(v)) for v in values_of(drawn, "hidden_layer_sizes")}
    require(
        widths == {(10,), (30,)},
        "The search has to try networks of 10 and of 30 hidden neurons.",
    )
    require(search.n_iter == 12, f"It draws {search.n_iter} candidates, not 12.")
    cv = search.cv
    n_parts = cv.get_n_splits() if hasattr(cv, "get_n_splits") else cv
    require(n_parts == 4, f"The cross-validation has cv={cv}, not 4 parts.")


def values_of(drawn, setting):
    """Return the drawn values of a setting of the network."""
    names = [name for name in drawn[0] if name.endswith(f"__{setting}")]
    require(len(names) == 1, f"The search has to draw {setting} as well.")
    return [candidate[names[0]] for candidate in drawn]


def examine_scale(setting, values, low, high):
    values = to_array(values)
    require(
        np.all((values > 0.99 * low) & (values < 1.01 * high)),
        f"{setting} is drawn from {values.min():.2g} to {values.max():.2g}. The "
        f"question asks for {low:g} to {high:g}.",
    )
    middle = np.sqrt(low * high)
    share = np.mean(values < middle)
    require(
        abs(share - 0.5) < 0.15,
        f"Of 400 draws of {setting}, {share:.0%} are below {middle:.2g}, the middle of "
        "the logarithmic scale.",
    )


a_search_on_the_right_scale = CodeExercise(
    "a_search_on_the_right_scale",
    title="Find the mistakes: a search that hardly tries small values",
    question="""
        The search below draws 12 candidates: learning rates from 0.0001 to 0.1,
        penalties `alpha` from 0.0001 to 10, and 10 or 30 hidden neurons. It has two
        mistakes. It hardly ever tries a small learning rate or penalty, and it is meant
        for inputs that somebody has scaled with all tumours. Mend both: draw on
        logarithmic scales, and put the scaler into the search. Keep four parts for the
        cross-validation. The `answer` is the search, which need not be fitted.
    """,
    objectives=("set-up-search",),
    minutes=8,
    hints=(
        "`loguniform(low, high)` makes each decade equally likely.",
        'In a pipeline with the steps `"scale"` and `"net"`, the learning rate is '
        "called `net__learning_rate_init`.",
    ),
    setup_code="""
        import numpy as np
        from scipy.stats import loguniform, uniform
        from sklearn.pipeline import Pipeline
        from sklearn.preprocessing import StandardScaler
        from nnteach import MLPClassifierNet, VectorizedRandomizedSearchCV

        epochs = {"max_iter": 40, "n_iter_no_change": np.inf}
        net = MLPClassifierNet(batch_size=40, **epochs, random_state=0)
    """,
    start_code="""
        space = {
            "learning_rate_init": uniform(1e-4, 1e-1 - 1e-4),
            "alpha": uniform(1e-4, 10 - 1e-4),
            "hidden_layer_sizes": [(10,), (30,)],
        }
        answer = VectorizedRandomizedSearchCV(net, space, n_iter=12, cv=4)
    """,
    solution_code="""
        pipe = Pipeline([("scale", StandardScaler()), ("net", net)])
        space = {
            "net__learning_rate_init": loguniform(1e-4, 1e-1),
            "net__alpha": loguniform(1e-4, 10),
            "net__hidden_layer_sizes": [(10,), (30,)],
        }
        answer = VectorizedRandomizedSearchCV(pipe, space, n_iter=12, cv=4)
    """,
    examiner=examine_search,
    points=2,
    wrong=(
        WrongAttempt(
            """
            space = {
                "learning_rate_init": loguniform(1e-4, 1e-1),
                "alpha": loguniform(1e-4, 10),
                "hidden_layer_sizes": [(10,), (30,)],
            }
            answer = VectorizedRandomizedSearchCV(net, space, n_iter=12, cv=4)
            """,
            "The network stands alone in your search",
            misconception=(
                "The scaler may stand before the search and see all tumours."
            ),
        ),
        WrongAttempt(
            """
            pipe = Pipeline([("scale", StandardScaler()), ("net", net)])
            space = {
                "learning_rate_init": loguniform(1e-4, 1e-1),
                "alpha": loguniform(1e-4, 10),
                "hidden_layer_sizes": [(10,), (30,)],
            }
            answer = VectorizedRandomizedSearchCV(pipe, space, n_iter=12, cv=4)
            """,
            "the name of the step and two underscores",
            misconception=(
                "A pipeline passes the names of parameters on to the network by itself."
            ),
        ),
        WrongAttempt(
            """
            pipe = Pipeline([("scale", StandardScaler()), ("net", net)])
            space = {
                "net__learning_rate_init": uniform(1e-4, 1e-1 - 1e-4),
                "net__alpha": uniform(1e-4, 10 - 1e-4),
                "net__hidden_layer_sizes": [(10,), (30,)],
            }
            answer = VectorizedRandomizedSearchCV(pipe, space, n_iter=12, cv=4)
            """,
            "the middle of the logarithmic scale",
            misconception=(
                "Even draws between two ends try small values often enough."
            ),
        ),
        WrongAttempt(
            """
            pipe = Pipeline([("scale", StandardScaler()), ("net", net)])
            space = {
                "net__learning_rate_init": uniform(-4, 3),
                "net__alpha": loguniform(1e-4, 10),
                "net__hidden_layer_sizes": [(10,), (30,)],
            }
            answer = VectorizedRandomizedSearchCV(pipe, space, n_iter=12, cv=4)
            """,
            "The question asks for",
            misconception="A distribution of exponents is one of rates.",
        ),
        WrongAttempt(
            """
            pipe = Pipeline([("scale", StandardScaler()), ("net", net)])
            space = {
                "net__learning_rate_init": loguniform(1e-4, 1e-1),
                "net__alpha": loguniform(1e-4, 10),
            }
            answer = VectorizedRandomizedSearchCV(pipe, space, n_iter=12, cv=4)
            """,
            "The search has to draw hidden_layer_sizes",
            misconception="The number of neurons need not be a part of the search.",
        ),
    ),
)


def made_up_scores(seed=0, n_splits=20):
    """Return scores of candidates and defaults that are about equally good."""
    rng = np.random.default_rng(seed)
    accuracy = 0.94 - 0.02 * rng.random((n_splits, 12))
    cv_scores = rng.binomial(120, accuracy) / 120
    test_scores = rng.binomial(449, accuracy) / 449
    default_cv = rng.binomial(120, 0.94, n_splits) / 120
    default_test = rng.binomial(449, 0.94, n_splits) / 449
    return cv_scores, test_scores, default_cv, default_test


def examine_gains(function):
    for n_splits in (20, 7):
        scores = made_up_scores(n_splits, n_splits)
        cv_scores, test_scores, default_cv, default_test = scores
        result = call(function, *scores)
        promised, delivered = to_array(result, (2, n_splits))
        rows, winners = np.arange(n_splits), cv_scores.argmax(axis=1)
        right = cv_scores.max(axis=1) - default_cv
        for wrong, message in (
            (
                cv_scores.max(axis=1) - default_test,
                "You promise the best cross-validation score minus the test accuracy "
                "of the defaults. Compare like with like.",
            ),
            (
                cv_scores.mean(axis=1) - default_cv,
                "The promise is that of the winner, not of the average candidate.",
            ),
            (
                test_scores[rows, winners] - default_test,
                "You have the two in the wrong order: first promised, then delivered.",
            ),
        ):
            require(not np.allclose(promised, wrong), message)
        require(np.allclose(promised, right), "The promised gains are others.")
        for wrong, message in (
            (
                test_scores.max(axis=1) - default_test,
                "Your delivered gain belongs to the candidate that is best on the test "
                "set. In a project nobody knows which one that is.",
            ),
            (
                test_scores[rows, winners] - default_cv,
                "You subtract the defaults' cross-validation score from a test "
                "accuracy. The two are measured on different samples.",
            ),
            (
                test_scores[rows, winners] - cv_scores.max(axis=1),
                "You subtract the winner's own score. That is the optimism with a "
                "minus sign, not a gain over the defaults.",
            ),
        ):
            require(not np.allclose(delivered, wrong), message)
        right = test_scores[rows, winners] - default_test
        require(np.allclose(delivered, right), "The delivered gains are others.")
    return "In these made-up scores the search promises a gain and delivers a loss."


promised_and_delivered = CodeExercise(
    "promised_and_delivered",
    title="Project: what a search promises and what it delivers",
    question="""
        A search of 12 candidates has been repeated on many splits. `cv_scores` and
        `test_scores` have a row for each split and a column for each candidate.
        `default_cv` and `default_test` hold the same two scores of the default
        settings, one for each split. The search sees the cross-validation scores alone.
        Write a function that returns two arrays with one entry for each split: the gain
        over the defaults that the search promises, and the gain that it delivers on the
        test set. The draft below has a mistake. The `answer` is the function.
    """,
    objectives=("compare-defaults", "predict-optimism"),
    minutes=10,
    hints=(
        "Which candidate does the search keep in a split? Which scores may it look at?",
        "`cv_scores.argmax(axis=1)` is the column of the winner in each split.",
        "`test_scores[np.arange(len(test_scores)), winners]` picks one entry in each "
        "row.",
    ),
    setup_code="""
        import numpy as np

        rng = np.random.default_rng(0)
        accuracy = 0.94 - 0.02 * rng.random((20, 12))  # none beats the defaults
        cv_scores = rng.binomial(120, accuracy) / 120
        test_scores = rng.binomial(449, accuracy) / 449
        default_cv = rng.binomial(120, 0.94, 20) / 120
        default_test = rng.binomial(449, 0.94, 20) / 449
    """,
    start_code="""
        def gains(cv_scores, test_scores, default_cv, default_test):
            promised = cv_scores.max(axis=1) - default_cv
            delivered = test_scores.max(axis=1) - default_test
            return promised, delivered

        for gain in gains(cv_scores, test_scores, default_cv, default_test):
            print(f"median gain {100 * np.median(gain):+.1f} percentage points")
        answer = gains
    """,
    solution_code="""
        def gains(cv_scores, test_scores, default_cv, default_test):
            winners = cv_scores.argmax(axis=1)
            rows = np.arange(len(winners))
            promised = cv_scores[rows, winners] - default_cv
            delivered = test_scores[rows, winners] - default_test
            return promised, delivered

        for gain in gains(cv_scores, test_scores, default_cv, default_test):
            print(f"median gain {100 * np.median(gain):+.1f} percentage points")
        answer = gains
    """,
    examiner=examine_gains,
    points=3,
    wrong=(
        WrongAttempt(
            """
            def answer(cv_scores, test_scores, default_cv, default_test):
                promised = cv_scores.max(axis=1) - default_cv
                return promised, test_scores.max(axis=1) - default_test
            """,
            "In a project nobody knows which one that is",
            misconception=(
                "What a search delivers is the best test score of all candidates."
            ),
        ),
        WrongAttempt(
            """
            def answer(cv_scores, test_scores, default_cv, default_test):
                winners = cv_scores.argmax(axis=1)
                delivered = test_scores[np.arange(len(winners)), winners]
                best = cv_scores.max(axis=1)
                return best - default_cv, delivered - best
            """,
            "the optimism with a minus sign",
            misconception=(
                "What a search delivers is how far it falls short of its promise."
            ),
        ),
        WrongAttempt(
            """
            def answer(cv_scores, test_scores, default_cv, default_test):
                winners = cv_scores.argmax(axis=1)
                delivered = test_scores[np.arange(len(winners)), winners]
                best = cv_scores.max(axis=1)
                return best - default_test, delivered - default_test
            """,
            "Compare like with like",
            misconception=(
                "A gain can be computed against any score of the default settings."
            ),
        ),
        WrongAttempt(
            """
            def answer(cv_scores, test_scores, default_cv, default_test):
                winner = cv_scores.mean(axis=0).argmax()
                promised = cv_scores[:, winner] - default_cv
                return promised, test_scores[:, winner] - default_test
            """,
            "The promised gains are others",
            misconception=(
                "One winner over all splits is the same as a winner of each split."
            ),
        ),
    ),
)
