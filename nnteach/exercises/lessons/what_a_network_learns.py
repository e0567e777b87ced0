"""Exercises of the lesson *What does a network learn?*."""

from functools import cache
from numbers import Integral

import numpy as np
from sklearn.base import clone
from sklearn.datasets import make_circles, make_moons
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from nnteach import MLPClassifierNet, fit_many
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, require_fitted, samples_of
from nnteach.exercises.typed_numbers import to_number

PROBABILITIES = np.array([0.05, 0.62, 0.97, 0.41, 0.55, 0.12, 0.88, 0.36])
CLASSES = np.array([0, 1, 1, 1, 0, 0, 1, 1])


def share_right():
    return np.mean((PROBABILITIES > 0.5) == CLASSES)


eight_new_points = NumberExercise(
    "eight_new_points",
    title="How often is it right?",
    question="""
        A network is asked about eight new points. `probability` holds what it says
        about each: the probability of class 1. `truth` holds the classes. How accurate
        is the network on these points?
    """,
    objectives=("read-a-map", "test-on-new-points"),
    minutes=3,
    hints=(
        "First turn each probability into a class. Where does the network change from "
        "one class to the other?",
        "Above one half it says class 1, below class 0. Count how often that is the "
        "truth, and divide by the number of points.",
    ),
    setup_code="""
        probability = [0.05, 0.62, 0.97, 0.41, 0.55, 0.12, 0.88, 0.36]
        truth = [0, 1, 1, 1, 0, 0, 1, 1]
    """,
    solution_code="""
        says = [int(p > 0.5) for p in probability]
        right = [said == true for said, true in zip(says, truth)]
        print("it says  ", says)
        print("the truth", truth)
        answer = sum(right) / len(right)
        print(f"right about {sum(right)} of {len(right)} points")
    """,
    key=share_right,
    decimals=3,
    scale="share",
    mistakes=(
        Mistake(
            lambda: 1 - share_right(),
            "That is the share of wrong answers. You may have read the numbers as "
            "probabilities of class 0.",
        ),
        Mistake(
            lambda: len(CLASSES) * share_right(),
            "You counted the right answers. The accuracy is their share of all points.",
        ),
        Mistake(
            lambda: np.mean(np.abs(PROBABILITIES - CLASSES) < 0.2),
            "You counted the answers that are right and sure. An unsure answer is "
            "right, too, if it is on the right side of one half.",
        ),
        Mistake(
            lambda: np.mean(1 - np.abs(PROBABILITIES - CLASSES)),
            "You averaged the probabilities of the true classes. The accuracy only "
            "asks on which side of one half they are.",
        ),
    ),
)


@cache
def far_away():
    """What ten networks say on a circle of radius 10 around the two moons."""
    X, y = make_moons(200, noise=0.2, random_state=0)
    settings = {"batch_size": 20, "max_iter": 60, "n_iter_no_change": np.inf}
    settings |= {"hidden_layer_sizes": (30,), "learning_rate_init": 0.01}
    nets = [MLPClassifierNet(**settings, random_state=seed) for seed in range(10)]
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    circle = [0.5, 0.25] + 10 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.array([net.predict_proba(circle)[:, 1] for net in fit_many(nets, X, y)])


where_nobody_has_been = ChoiceExercise(
    "where_nobody_has_been",
    title="Where it has never been",
    question="""
        A network is trained on two moons, whose points all lie within a distance of 3
        from the middle of the map. Now ask it about points at a distance of 10, in all
        directions, where it has never seen anything. What does it say about most of
        them? Choose first, then try it with networks of several seeds.
    """,
    objectives=("read-a-map",),
    minutes=5,
    hints=(
        "Between the moons the probability is near one half. What happens to it as you "
        "walk away from the boundary?",
        "Ask for `net.predict_proba(circle)[:, 1]`, with several seeds.",
    ),
    setup_code="""
        import numpy as np
        from sklearn.datasets import make_moons

        from nnteach import MLPClassifierNet

        X, y = make_moons(200, noise=0.2, random_state=0)
        angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        circle = [0.5, 0.25] + 10 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    """,
    choices=(
        Choice(
            "It is unsure: the probability is between 0.4 and 0.6.",
            lambda: np.mean(abs(far_away() - 0.5) < 0.1) > 0.5,
            "That would be honest, but a network does not know where its training "
            "points were. Look at the map: pale colours follow the boundary.",
        ),
        Choice(
            "It is sure of one of the classes: the probability is below 0.1 or above "
            "0.9.",
            lambda: np.mean(abs(far_away() - 0.5) > 0.4) > 0.5,
            "The network is unsure close to its boundary alone. Far away from all "
            "training points it is as sure as among them, without any reason.",
        ),
        Choice(
            "It says class 0 nearly everywhere, since it has found no point of class 1 "
            "there.",
            lambda: np.mean(far_away() < 0.5) > 0.9,
            "Class 0 is a class like the other one, not the answer of a network that "
            "knows nothing. It has found no point of class 0 there either.",
        ),
    ),
    solution_code="""
        from nnteach import fit_many

        settings = {"batch_size": 20, "max_iter": 60, "n_iter_no_change": np.inf}
        settings |= {"hidden_layer_sizes": (30,), "learning_rate_init": 0.01}
        nets = [MLPClassifierNet(**settings, random_state=seed) for seed in range(10)]
        for net in fit_many(nets, X, y)[:3]:
            p = net.predict_proba(circle)[:, 1]
            print(f"unsure {np.mean(abs(p - 0.5) < 0.1):.0%},", end=" ")
            print(f"sure {np.mean(abs(p - 0.5) > 0.4):.0%},", end=" ")
            print(f"class 0 {np.mean(p < 0.5):.0%}")
        answer = "b"
    """,
)


def begins_unlike_the_training_points(model):
    """Tell whether the first epoch of a network is not one of the training points.

    It is repeated, which needs a seed. The same points in a different order change its
    loss by less than the limit. A part of the points that was set aside by hand is not
    told from others.
    """
    net = model[-1] if isinstance(model, Pipeline) else model
    if not isinstance(net.random_state, Integral) or net.early_stopping:
        return False
    X, y = make_circles(300, noise=0.1, factor=0.5, random_state=0)
    X_train, _, y_train, _ = train_test_split(X, y, random_state=0)
    again = clone(model)
    last = again[-1] if isinstance(again, Pipeline) else again
    last.set_params(max_iter=1)
    again.fit(X_train, y_train)
    if net.warm_start or samples_of(net) != samples_of(last):
        return False
    return not np.isclose(net.loss_curve_[0], last.loss_curve_[0], rtol=2e-3)


def examine_circles(answer):
    net = answer[-1] if isinstance(answer, Pipeline) else answer
    require_fitted(net, MLPClassifierNet)
    require(
        net.n_features_in_ == 2,
        f"Your network expects {net.n_features_in_} features. The points have two.",
    )
    require(
        set(net.classes_) == {0, 1},
        "Your network has learnt other classes than 0 and 1. Train it on `y_train`.",
    )
    require(
        samples_of(net) <= 225,
        f"Your network was trained on {samples_of(net)} points. `X_train` has 225: the "
        "others are there to test it, and it must not have seen them.",
    )
    require(
        samples_of(net) > 112,
        f"Your network was trained on {samples_of(net)} points. It was not trained on "
        "the training points, or on few of them: `X_train` has 225.",
    )
    require(
        not begins_unlike_the_training_points(answer),
        "Your network was trained on as many points as `X_train` has, but not on "
        "these. It must not have seen the test points. Call `fit` with `X_train` and "
        "`y_train`.",
    )
    X_new, y_new = make_circles(4000, noise=0.1, factor=0.5, random_state=100)
    accuracy = answer.score(X_new, y_new)
    if accuracy < 0.95:
        found = f"On new points your network is right about {accuracy:.0%}. "
        require(
            len(net.coefs_) > 1,
            f"{found}It has no hidden layer, so its boundary is a straight line.",
        )
        require(
            net.n_iter_ >= 20,
            f"{found}It has gone through the training points {net.n_iter_} times. Is "
            "its loss still falling?",
        )
        require(
            False,
            f"{found}Look at its map: what does the boundary miss? More neurons, more "
            "epochs or a smaller `batch_size` may help.",
        )
    return f"On new points it is right about {accuracy:.1%}."


a_ring_around_a_disc = CodeExercise(
    "a_ring_around_a_disc",
    title="A ring around a disc",
    question="""
        Here are other data: the points of class 0 form a ring around those of class 1.
        Train an `MLPClassifierNet` on the training points. It should be right about at
        least 95 % of new points. `answer` is the fitted network.
    """,
    objectives=("train-a-network",),
    minutes=8,
    hints=(
        "The five lines of the lesson nearly do it. Make a network, then call `fit` "
        "with `X_train` and `y_train`.",
        "The points are few, so an epoch has few updates. Take small batches, "
        "`batch_size=20`, and 100 epochs, `max_iter=100`.",
        "One hidden layer of 20 neurons is enough: `hidden_layer_sizes=(20,)` with "
        "`learning_rate_init=0.01`.",
    ),
    setup_code="""
        import numpy as np
        from sklearn.datasets import make_circles
        from sklearn.model_selection import train_test_split

        from nnteach import MLPClassifierNet

        X, y = make_circles(300, noise=0.1, factor=0.5, random_state=0)
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    """,
    start_code="""
        net = MLPClassifierNet(hidden_layer_sizes=(), random_state=0)
        answer = net.fit(X_train, y_train)
    """,
    solution_code="""
        net = MLPClassifierNet(hidden_layer_sizes=(20,), batch_size=20, random_state=0)
        net.set_params(learning_rate_init=0.01, max_iter=100, n_iter_no_change=np.inf)
        answer = net.fit(X_train, y_train)
        print(f"right about {net.score(X_test, y_test):.1%} of the test points")
    """,
    examiner=examine_circles,
    points=2,
    wrong=(
        WrongAttempt(
            """
            net = MLPClassifierNet([], batch_size=20, random_state=0)
            answer = net.set_params(n_iter_no_change=np.inf).fit(X_train, y_train)
            """,
            "It has no hidden layer",
            misconception=(
                "A network finds any boundary by itself; a hidden layer "
                "only makes it more accurate."
            ),
        ),
        WrongAttempt(
            """
            net = MLPClassifierNet((50,), max_iter=3, random_state=0)
            answer = net.set_params(n_iter_no_change=np.inf).fit(X_train, y_train)
            """,
            "It has gone through the training points 3 times",
            misconception=(
                "A few looks at the data are enough if the network is large."
            ),
        ),
        WrongAttempt(
            """
            answer = MLPClassifierNet((20,), batch_size=20, random_state=0)
            """,
            "is not fitted yet",
            misconception="A network can predict as soon as it has been built.",
        ),
        WrongAttempt(
            """
            net = MLPClassifierNet((1,), max_iter=50, batch_size=20, random_state=0)
            answer = net.set_params(n_iter_no_change=np.inf).fit(X_train, y_train)
            """,
            "what does the boundary miss?",
            misconception="One neuron can close a ring if it trains for long enough.",
        ),
        WrongAttempt(
            """
            net = MLPClassifierNet((20,), max_iter=5, batch_size=20, random_state=0)
            answer = net.set_params(n_iter_no_change=np.inf).fit(X, y)
            """,
            "it must not have seen them",
            misconception="What a network has learnt may be measured on any points.",
        ),
        WrongAttempt(
            """
            net = MLPClassifierNet((20,), max_iter=100, batch_size=20, random_state=0)
            net.set_params(learning_rate_init=0.01, n_iter_no_change=np.inf)
            answer = net.fit(X_test, y_test)
            """,
            "was trained on 75 points",
            misconception="A network that is right about the test points has passed.",
        ),
        WrongAttempt(
            """
            net = MLPClassifierNet((20,), max_iter=100, batch_size=20, random_state=0)
            net.set_params(learning_rate_init=0.01, n_iter_no_change=np.inf)
            X_mixed = np.concatenate([X_test, X_train])[:225]
            answer = net.fit(X_mixed, np.concatenate([y_test, y_train])[:225])
            """,
            "but not on these",
            misconception="Any 225 of the 300 points make a training set.",
        ),
    ),
)


class Witness(KNeighborsClassifier):
    """A classifier that knows its training points by heart, and keeps a diary."""

    trained: tuple = ()
    asked: tuple = ()

    def fit(self, X, y):
        """Note the training points, and learn them."""
        Witness.trained = {row.tobytes() for row in np.asarray(X, dtype=float)}
        Witness.asked = set()
        return super().fit(X, y)

    def predict(self, X):
        """Note the points that it is asked about, and answer."""
        if not hasattr(self, "classes_"):
            raise NotFittedError("This network is not fitted yet: call its fit first")
        Witness.asked = {row.tobytes() for row in np.asarray(X, dtype=float)}
        return super().predict(X)


def examine_honesty(function):
    rng = np.random.default_rng(0)
    coins = rng.normal(size=(200, 3)), rng.integers(2, size=200)
    moons = make_moons(200, noise=0.1, random_state=0)
    for (X, y), low, high in ((coins, 0.3, 0.7), (moons, 0.9, 1)):
        Witness.trained, Witness.asked = set(), set()
        share = to_number(call(function, Witness(1), X, y))
        require(Witness.trained, "Your function never calls `net.fit`.")
        require(Witness.asked, "Your function does not ask the network about points.")
        known = Witness.asked & Witness.trained
        found = f"Coins have no pattern, and your function reports {share:.0%}. "
        require(
            not (known and share > high and len(Witness.asked) < len(Witness.trained)),
            f"{found}The network was trained on all points, and so it knows those that "
            "it is tested on.",
        )
        require(
            not (known and share > high),
            f"{found}It asks about points that the network was trained on.",
        )
        require(
            not known,
            f"The network is asked about {len(known)} points that it was trained on. "
            "Keep the two sets apart.",
        )
        require(
            len(Witness.trained) >= 0.4 * len(X),
            f"The network is trained on {len(Witness.trained)} of {len(X)} points. "
            "Keep more for the training.",
        )
        require(
            len(Witness.asked) >= 0.1 * len(X),
            f"Only {len(Witness.asked)} of {len(X)} points are in the test set. Chance "
            "decides the result.",
        )
        require(
            share >= low,
            "On two moons that are easy to tell apart, your function reports "
            f"{share:.0%}. Is it the share of right answers on the test points?",
        )
        require(
            share <= high,
            f"Your function reports {share:.0%}. An accuracy is a share between 0 "
            "and 1, and on coins it is about one half.",
        )


who_predicts_coins = CodeExercise(
    "who_predicts_coins",
    title="Who can predict coins?",
    question="""
        Somebody flips a coin for each of 200 points, trains a network on the results,
        and reports an accuracy of over 90 % on a test set. Nobody can predict coins.
        Find the mistake in the function `honest_accuracy`, and correct it. It gets an
        unfitted network and all points, and should return how often the network is
        right about points that are new to it. `answer` is the function.
    """,
    objectives=("test-on-new-points", "train-a-network"),
    minutes=8,
    hints=(
        "Run `honest_accuracy(net, X, y)` before and after your change. About one half "
        "is all that an honest test can find here.",
        "Go through the lines, and ask of each test point: has `fit` seen it?",
    ),
    setup_code="""
        import numpy as np
        from sklearn.model_selection import train_test_split

        from nnteach import MLPClassifierNet

        rng = np.random.default_rng(0)
        X, y = rng.normal(size=(200, 10)), rng.integers(2, size=200)
        net = MLPClassifierNet((50,), batch_size=20, random_state=0)
        net.set_params(learning_rate_init=0.01, max_iter=50, n_iter_no_change=np.inf)
    """,
    start_code="""
        def honest_accuracy(net, X, y):
            net.fit(X, y)
            X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
            return net.score(X_test, y_test)

        answer = honest_accuracy
    """,
    solution_code="""
        def honest_accuracy(net, X, y):
            X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
            net.fit(X_train, y_train)
            return net.score(X_test, y_test)

        answer = honest_accuracy
        print(f"accuracy on new points: {honest_accuracy(net, X, y):.0%}")
    """,
    examiner=examine_honesty,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(net, X, y):
                parts = train_test_split(X, y, random_state=1)
                X_train, X_test, y_train, y_test = parts
                net.fit(X, y)
                return net.score(X_test, y_test)
            """,
            "it knows those that it is tested on",
            misconception=(
                "It does no harm to train on all points as long as the "
                "test points are also set aside."
            ),
        ),
        WrongAttempt(
            """
            def answer(net, X, y):
                parts = train_test_split(X, y, random_state=1)
                X_train, X_test, y_train, y_test = parts
                net.fit(X_train, y_train)
                return net.score(X_train, y_train)
            """,
            "asks about points that the network was trained on",
            misconception=(
                "The accuracy on the points that were learnt says how good "
                "a network is."
            ),
        ),
        WrongAttempt(
            """
            def answer(net, X, y):
                return 0.5
            """,
            "never calls `net.fit`",
            misconception=(
                "Since the truth is one half, returning one half is the "
                "repair; nothing has to be measured."
            ),
        ),
        WrongAttempt(
            """
            def answer(net, X, y):
                parts = train_test_split(X, y, random_state=1)
                X_train, X_test, y_train, y_test = parts
                net.fit(X_train, y_train)
                return 1 - net.score(X_test, y_test)
            """,
            "Is it the share of right answers on the test points?",
            misconception=(
                "A result that is too good becomes honest when it is turned around."
            ),
        ),
        WrongAttempt(
            """
            def answer(net, X, y):
                parts = train_test_split(X, y, random_state=1)
                X_train, X_test, y_train, y_test = parts
                return net.score(X_test, y_test)
            """,
            "This network is not fitted yet: call its fit first",
            misconception="A network that was trained once stays trained.",
        ),
    ),
)
