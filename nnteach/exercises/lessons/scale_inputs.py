"""Exercises of the lesson *Why scale the inputs?*."""

import warnings
from functools import cache

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator, clone
from sklearn.datasets import load_diabetes, load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, describe, require, to_array

DELTA = np.array([0.3, -0.1])
HEIGHT, MASS = np.array([1.8, 1.6]), np.array([80_000.0, 60_000.0])
two_gradients_by_hand = NumberExercise(
    "two_gradients_by_hand",
    title="Two gradients by hand",
    question="""
        A neuron has one weight for a height in metres and one for a mass in grams.
        There are two samples. The first has height 1.8 and mass 80000, the second 1.6
        and 60000. Backpropagation gives $\\delta_1 = 0.3$ for the first sample and
        $\\delta_2 = -0.1$ for the second, already divided by $n$. By what
        factor is the gradient of the mass's weight larger than that of the height's
        weight?
    """,
    objectives=("explain",),
    minutes=4,
    hints=(
        "The gradient of the weight for feature $i$ is $\\sum_k \\delta_k x_{ik}$.",
        "For the height it is $0.3 \\cdot 1.8 - 0.1 \\cdot 1.6$.",
    ),
    setup_code="import numpy as np",
    solution_code="""
        delta = np.array([0.3, -0.1])
        height_gradient = delta @ [1.8, 1.6]
        mass_gradient = delta @ [80000, 60000]
        print(f"height {height_gradient:.2f}, mass {mass_gradient:.0f}")
        answer = mass_gradient / height_gradient
    """,
    key=lambda: (DELTA @ MASS) / (DELTA @ HEIGHT),
    decimals=0,
    mistakes=(
        Mistake(
            lambda: MASS.mean() / HEIGHT.mean(),
            "This compares the means of the features. In the gradient each sample "
            "counts with its own factor.",
        ),
        Mistake(
            lambda: (abs(DELTA) @ MASS) / (abs(DELTA) @ HEIGHT),
            "The second sample counts with a minus sign, and yours has lost it.",
        ),
        Mistake(
            lambda: (DELTA @ HEIGHT) / (DELTA @ MASS),
            "You divided the height's gradient by the mass's. The question asks for "
            "the other way round.",
        ),
        Mistake(
            lambda: MASS[0] / HEIGHT[0],
            "This is the first sample alone. The gradient is a sum over both.",
        ),
        Mistake(
            lambda: DELTA @ MASS,
            "This is the gradient of the mass's weight. Compare it with the other one.",
        ),
    ),
)


def first_change(unit):
    """Return how far one step moves the pre-activation, with a feature in a unit."""
    x, w = 170 / unit, 0.01 * unit
    gradient = (w * x - 1) * x
    return (w - 0.1 * gradient) * x - w * x


metres_instead_of_centimetres = NumberExercise(
    "metres_instead_of_centimetres",
    title="Metres instead of centimetres",
    question="""
        A network reads a height in centimetres. You switch to metres and multiply the
        weights of this feature by 100, so the network computes the same as before. Then
        both networks make one step of gradient descent with the same learning rate.
        Look at the change of a pre-activation $z$ that comes from the height's weight.
        By what factor is this change smaller in the network with metres?
    """,
    objectives=("explain",),
    minutes=4,
    hints=(
        "How does the gradient of a weight change if its input is 100 times smaller?",
        "The step changes the weight. Then the new weight meets the input again.",
    ),
    solution_code="""
        def change(x, w, learning_rate=0.1):
            delta = w * x - 1
            step = -learning_rate * delta * x
            return step * x

        in_centimetres, in_metres = change(170, 0.01), change(1.7, 1)
        print(f"z changes by {in_centimetres:.1f} and by {in_metres:.4f}")
        answer = in_centimetres / in_metres
    """,
    key=lambda: first_change(1) / first_change(100),
    decimals=0,
    mistakes=(
        Mistake(
            lambda: 100,
            "This is the factor of the weight's gradient. The changed weight is then "
            "multiplied by the input.",
        ),
        Mistake(
            lambda: first_change(100) / first_change(1),
            "You have the factor the wrong way round: smaller by a factor above 1.",
        ),
        Mistake(
            lambda: 1,
            "The two networks compute the same before the step. After it they differ.",
        ),
        Mistake(
            lambda: 100**3,
            "You counted the input once too often. It is in the gradient, and it "
            "multiplies the changed weight.",
        ),
    ),
)


@cache
def fewest_steps(means, deviations, most=200):
    """Count the steps of gradient descent at the best of several learning rates."""
    rng = np.random.default_rng(0)
    standard = rng.normal(size=(400, 2))
    target = standard @ [1.5, -1.5] + rng.logistic(size=400) > 0
    standard = (standard - standard.mean(axis=0)) / standard.std(axis=0)
    inputs = np.column_stack([standard * deviations + means, np.ones(400)])
    largest = 2 / np.linalg.eigvalsh(inputs.T @ inputs / 1600)[-1]

    def count(rate):
        w = np.zeros(3)
        for n_steps in range(most):
            z = inputs @ w
            if np.mean(np.logaddexp(0, z) - target * z) < 0.46:
                return n_steps
            w = w - rate * inputs.T @ (expit(z) - target) / 400
        return most

    return min(count(share * largest) for share in (0.3, 0.6, 0.9, 1.5, 3, 6))


def is_fast(means, deviations):
    """Tell whether these features train about as fast as standardized ones."""
    return fewest_steps(means, deviations) < 3 * fewest_steps(0, 1) + 3


a_rate_is_enough = ChoiceExercise(
    "a_rate_is_enough",
    title="Where is another learning rate enough?",
    question="""
        A single logistic neuron with a bias reads two features and tells two equally
        frequent classes apart. It trains by plain gradient descent. You may choose the
        best learning rate, but you may not scale. Which of these features train about
        as fast as standardized ones?
    """,
    objectives=("predict",),
    minutes=5,
    hints=(
        "All parameters share one learning rate, and the bias is one of them.",
        "A bias acts like the weight of a feature that is always 1. Compare that "
        "feature with the others.",
        "If both features have mean 0, bias and weights hardly disturb each other.",
    ),
    choices=(
        Choice(
            "Both have mean 0. One has standard deviation 1, the other 20.",
            lambda: is_fast((0, 0), (1, 20)),
            "The large feature asks for a rate about 400 times smaller than the small "
            "one. No rate suits both.",
        ),
        Choice(
            "Both have mean 0 and standard deviation 10.",
            lambda: is_fast((0, 0), (10, 10)),
            "The two weights want the same rate, a hundred times smaller than usual. "
            "The bias would want a different one, but it starts close to its best "
            "value.",
        ),
        Choice(
            "Both have mean 20 and standard deviation 1.",
            lambda: is_fast((20, 20), (1, 1)),
            "Both features are large and nearly constant, just like the input of the "
            "bias, only larger. The loss curves sharply along their sum and is flat "
            "along what tells the samples apart.",
        ),
        Choice(
            "One has mean 50 and standard deviation 17, the other mean 4 and standard "
            "deviation 1.5.",
            lambda: is_fast((50, 4), (17, 1.5)),
            "The first feature is about ten times as large as the second, so their "
            "weights want different rates. The means make it worse.",
        ),
    ),
    setup_code="import numpy as np",
    solution_code="""
        rng = np.random.default_rng(0)
        standard = rng.normal(size=(400, 2))
        t = standard @ [1.5, -1.5] + rng.logistic(size=400) > 0
        standard = (standard - standard.mean(axis=0)) / standard.std(axis=0)

        def count_steps(means, deviations, share):
            X = np.column_stack([standard * deviations + means, np.ones(400)])
            rate, w = share * 8 / np.linalg.eigvalsh(X.T @ X / 400)[-1], np.zeros(3)
            for n_steps in range(200):
                p = 1 / (1 + np.exp(-X @ w))
                if -np.mean(np.log(np.where(t, p, 1 - p))) < 0.46:
                    return n_steps
                w -= rate * X.T @ (p - t) / 400
            return 200

        cases = {"standardized": (0, 1), "a": (0, (1, 20)), "b": (0, 10)}
        cases |= {"c": (20, 1), "d": ((50, 4), (17, 1.5))}
        for name, case in cases.items():
            steps = min(count_steps(*case, share) for share in (0.3, 0.6, 0.9))
            print(f"{name}: {steps} steps" + " or more" * (steps == 200))
        answer = "b"
    """,
)

WINES = """
    import numpy as np
    from sklearn.base import clone
    from sklearn.datasets import load_wine
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from nnteach import MLPClassifierNet

    X, y = load_wine(return_X_y=True)
    split = train_test_split(X, y, test_size=60, stratify=y, random_state=0)
    X_train, X_test, y_train, y_test = split
    training = {"batch_size": 32, "max_iter": 15, "n_iter_no_change": np.inf}
    net = MLPClassifierNet((20,), learning_rate_init=0.01, **training, random_state=0)
"""


def examine_new_wines(function):
    X, y = load_wine(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=60, stratify=y, random_state=1
    )

    def accuracy(train, new):
        answers = to_array(call(function, train, y_train, new), (60,))
        return np.mean(answers == y_test)

    scaler = StandardScaler().fit(X_train)
    together = to_array(call(function, X_train, y_train, X_test), (60,))
    chosen = [np.flatnonzero((y_test == k) & (together == k))[:1] for k in (0, 2)]
    chosen = np.concatenate(chosen)
    if len(chosen) == 2:
        alone = [call(function, X_train, y_train, X_test[k : k + 1]) for k in chosen]
        alone = np.array([to_array(answer, (1,))[0] for answer in alone])
        require(
            len(np.unique(alone)) > 1,
            "Two wines of two growers, which you name rightly among 60 wines, get the "
            "same answer if you ask about one at a time. What does a single wine look "
            "like after scaling?",
        )
        strange = np.concatenate([X_test, 1000 * X_test[:20]])
        crowd = to_array(call(function, X_train, y_train, strange), (80,))
        require(
            np.mean(crowd[:60] == together) > 0.95 and np.all(alone == y_test[chosen]),
            "Your answers for the 60 wines change if strange wines are asked about at "
            "the same time. What do the new wines have to do with the scaling?",
        )
    new_unit = 10.0 ** (np.arange(X.shape[1]) % 3 - 1)
    in_new_units = to_array(
        call(function, X_train * new_unit, y_train, X_test * new_unit), (60,)
    )
    require(
        np.mean(together == y_test) < 0.9 or np.mean(in_new_units == y_test) > 0.9,
        "When all wines are measured in other units, only "
        f"{np.mean(in_new_units == y_test):.0%} of the answers are right. From which "
        "wines do mean and deviation come? They belong to `X_train`, the argument.",
    )
    if np.mean(together == y_test) < 0.9:
        require(
            accuracy(X_train, scaler.transform(X_test)) < 0.9,
            "The network learns from scaled wines, and the new ones reach it unscaled.",
        )
        require(
            accuracy(scaler.transform(X_train), scaler.transform(X_test)) < 0.9,
            f"Only {np.mean(together == y_test):.0%} of the new wines are right. Does "
            "the network train on scaled inputs?",
        )
        require(False, f"{np.mean(together == y_test):.0%} of the new wines are right.")


new_wines_one_by_one = CodeExercise(
    "new_wines_one_by_one",
    title="Find the mistake: one wine at a time",
    question="""
        The function below trains on raw measurements of wines and names the growers of
        new wines. On 60 new wines it does well. In use, a customer asks about one wine
        at a time, and every wine gets the same answer. Mend it: the answer for a wine
        must not depend on the other new wines. The `answer` is the function.
    """,
    objectives=("build",),
    minutes=6,
    hints=(
        "What does `fit_transform` make of a single row?",
        "Mean and deviation come from the training wines. New wines are transformed "
        "with the same two.",
        "`make_pipeline(StandardScaler(), clone(net))` does this for you.",
    ),
    setup_code=WINES,
    start_code="""
        def name_growers(X_train, y_train, X_new):
            model = clone(net).fit(StandardScaler().fit_transform(X_train), y_train)
            return model.predict(StandardScaler().fit_transform(X_new))

        for k in range(3):
            print(f"wine {k}:", name_growers(X_train, y_train, X_test[[k]]))
        answer = name_growers
    """,
    solution_code="""
        def name_growers(X_train, y_train, X_new):
            model = make_pipeline(StandardScaler(), clone(net))
            return model.fit(X_train, y_train).predict(X_new)

        for k in range(3):
            print(f"wine {k}:", name_growers(X_train, y_train, X_test[[k]]))
        answer = name_growers
    """,
    examiner=examine_new_wines,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(X_train, y_train, X_new):
                model = clone(net).fit(StandardScaler().fit_transform(X_train), y_train)
                return model.predict(StandardScaler().fit_transform(X_new))
            """,
            "What does a single wine look like after scaling",
            misconception=(
                "New data are scaled like the training data: by their own "
                "mean and deviation."
            ),
        ),
        WrongAttempt(
            """
            def answer(X_train, y_train, X_new):
                scaler = StandardScaler().fit(np.concatenate([X_train, X_new]))
                model = clone(net).fit(scaler.transform(X_train), y_train)
                return model.predict(scaler.transform(X_new))
            """,
            "What do the new wines have to do with the scaling",
            misconception=(
                "The more samples a scaler sees, the better, new ones included."
            ),
        ),
        WrongAttempt(
            """
            def answer(X_train, y_train, X_new):
                return clone(net).fit(X_train, y_train).predict(X_new)
            """,
            "Does the network train on scaled inputs",
            misconception=(
                "Without scaling, nothing can go wrong between training and use."
            ),
        ),
        WrongAttempt(
            """
            def answer(X_train, y_train, X_new):
                model = clone(net).fit(StandardScaler().fit_transform(X_train), y_train)
                return model.predict(X_new)
            """,
            "the new ones reach it unscaled",
            misconception=(
                "Scaling helps the training alone, so predictions do without it."
            ),
        ),
        WrongAttempt(
            """
            def answer(X_train, y_train, X_new):
                scaler = StandardScaler().fit(X)
                model = clone(net).fit(scaler.transform(X_train), y_train)
                return model.predict(scaler.transform(X_new))
            """,
            "From which wines do mean and deviation come?",
            misconception="Scaling looks at inputs alone, so it may use all of them.",
        ),
    ),
)


def examine_any_units(answer):
    require(
        isinstance(answer, BaseEstimator),
        "The answer is an estimator, such as a pipeline, with everything inside that "
        f"scaling needs. You gave {describe(answer)}.",
    )
    require(
        hasattr(answer, "fit") and hasattr(answer, "predict"),
        f"The estimator has to predict, and a {type(answer).__name__} does not.",
    )
    X, y = load_diabetes(return_X_y=True, scaled=False)
    new_units = 10.0 ** np.array([-3, 2, 0, 1, -2, 3, 0, -1, 2, 1])
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=142, random_state=1
    )

    def error(train, test, factor, shift):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = clone(answer)
            call(model.fit, train, factor * y_train + shift)
            predicted = to_array(call(model.predict, test), (142,))
        return np.sqrt(np.mean(((predicted - shift) / factor - y_test) ** 2))

    factor, shift = 1 / y_train.std(), -y_train.mean() / y_train.std()
    inputs = error(X_train * new_units, X_test * new_units, factor, shift)
    scaler = StandardScaler().fit(X_train)
    scaled = scaler.transform(X_train), scaler.transform(X_test)
    targets = error(*scaled, 10, 1000)
    require(
        min(inputs, targets) < 66,
        f"With features in other units the error is {inputs:.0f}, and with targets in "
        f"another unit {targets:.0f}. So far neither of the two is scaled well.",
    )
    require(
        inputs < 66,
        f"With the targets in another unit all is well. With features in other units "
        f"the error is {inputs:.0f}.",
    )
    require(
        targets < 66,
        "With features in other units all is well. With the target multiplied by 10, "
        f"plus 1000, the error is {targets:.0f} of the old units.",
    )
    plain = error(X_train, X_test, 1, 0)
    require(plain < 66, f"On the data as they are the error is {plain:.0f}.")


any_units = CodeExercise(
    "any_units",
    title="Project: whatever the units",
    question="""
        The network `net` below predicts how diabetes advances from ten raw
        measurements. It must work in whatever units somebody measures them, and in
        whatever unit the target is. Build an estimator that does the scaling on both
        sides, with this network inside. In the old units, the root mean square error
        on new patients has to stay below 66 after each change of units. (The mean of
        the targets alone gives 77.) The `answer` is the estimator; it need not be
        fitted.
    """,
    objectives=("build", "predict"),
    minutes=10,
    hints=(
        "A pipeline scales the features. It leaves the targets alone.",
        "`TransformedTargetRegressor` has a `regressor` and a `transformer` for the "
        "targets, and turns predictions back into the old unit.",
        "The `regressor` may be a pipeline.",
    ),
    setup_code="""
        import numpy as np
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import Normalizer, StandardScaler
        from nnteach import MLPRegressorNet

        training = {"batch_size": 32, "max_iter": 20, "n_iter_no_change": np.inf}
        training |= {"learning_rate_init": 0.01, "random_state": 0}
        net = MLPRegressorNet(hidden_layer_sizes=(20,), **training)
    """,
    start_code="answer = net",
    solution_code="""
        answer = TransformedTargetRegressor(
            regressor=make_pipeline(StandardScaler(), net),
            transformer=StandardScaler(),
        )
    """,
    examiner=examine_any_units,
    points=3,
    wrong=(
        WrongAttempt(
            "answer = make_pipeline(StandardScaler(), net)",
            "With features in other units all is well",
            misconception="Only the inputs have units that matter.",
        ),
        WrongAttempt(
            """
            answer = TransformedTargetRegressor(net, transformer=StandardScaler())
            """,
            "With the targets in another unit all is well",
            misconception="Only the target has units that matter.",
        ),
        WrongAttempt(
            "answer = make_pipeline(Normalizer(), net)",
            "So far neither of the two is scaled well",
            misconception="Normalizing a sample is the same as scaling the features.",
        ),
        WrongAttempt(
            "answer = make_pipeline(StandardScaler(), net).fit",
            "The answer is an estimator, such as a pipeline",
            misconception="`fit` without brackets gives a fitted estimator.",
        ),
    ),
)
