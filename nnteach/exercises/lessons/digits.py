"""Exercises of the lesson *Digits: ten classes*."""

from functools import cache

import numpy as np
from scipy.special import expit, log_softmax, softmax
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from nnteach import MLPClassifierNet
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, require_close, to_array
from nnteach.exercises.typed_numbers import to_number

THREE = np.array([2.0, 1.0, -1.0])
three_classes_by_hand = NumberExercise(
    "three_classes_by_hand",
    title="Three classes by hand",
    question="""
        A network tells three classes apart. For one image its output neurons have the
        pre-activations $z_1 = 2$, $z_2 = 1$ and $z_3 = -1$. The true class is the
        second. What is the cross-entropy of this image?
    """,
    objectives=("softmax",),
    minutes=4,
    hints=(
        "First compute $e^{z_k}$ for each class, then divide by the sum of the three.",
        "The cross-entropy is $-\\ln \\hat y_2$, with the natural logarithm.",
    ),
    setup_code="import numpy as np",
    solution_code="""
        z = np.array([2, 1, -1])
        probabilities = np.exp(z) / np.exp(z).sum()
        print("probabilities", probabilities.round(3))
        answer = -np.log(probabilities[1])
        print(f"cross-entropy {answer:.3f}")
    """,
    key=lambda: -log_softmax(THREE)[1],
    decimals=3,
    mistakes=(
        Mistake(
            lambda: softmax(THREE)[1],
            "This is the probability of the true class. The cross-entropy is computed "
            "from it.",
        ),
        Mistake(
            lambda: -log_softmax(THREE)[0],
            "This belongs to the class that the network finds most probable. The loss "
            "asks for the probability of the true one.",
        ),
        Mistake(
            lambda: -log_softmax(THREE)[1] / np.log(10),
            "You took the logarithm to base 10. The cross-entropy has the natural one.",
        ),
        Mistake(
            lambda: -np.log(expit(THREE[1])),
            "You applied the logistic function to one pre-activation. Softmax needs "
            "all three.",
        ),
        Mistake(
            lambda: -np.log(THREE[1] / THREE.sum()),
            "You divided the pre-activations by their sum. Softmax takes the "
            "exponential of each before that.",
        ),
        Mistake(
            lambda: log_softmax(THREE)[1],
            "The logarithm of a probability is negative. The cross-entropy is not.",
        ),
    ),
)

COUNTS = np.array([[46, 1, 3], [0, 50, 2], [2, 7, 41]])
down_the_column = NumberExercise(
    "down_the_column",
    title="How far can you trust a 7?",
    question="""
        A network reads 4s, 7s and 9s. This is its confusion matrix on new images. A row
        is a true digit, a column is what it was read as:

        |            | read as 4 | read as 7 | read as 9 |
        |------------|-----------|-----------|-----------|
        | **true 4** | 46        | 1         | 3         |
        | **true 7** | 0         | 50        | 2         |
        | **true 9** | 2         | 7         | 41        |

        The network says "this is a 7". Which share of these answers is wrong?
    """,
    objectives=("confusion",),
    minutes=3,
    hints=(
        "Which cells count the images that were read as 7?",
        "Add up the column of the 7. Two of its three cells are errors.",
    ),
    solution_code="""
        read_as_7 = 1 + 50 + 7
        wrong = 1 + 7
        print(f"{read_as_7} images were read as 7, {wrong} of them are no 7")
        answer = wrong / read_as_7
    """,
    key=lambda: 1 - COUNTS[1, 1] / COUNTS[:, 1].sum(),
    decimals=3,
    scale="share",
    mistakes=(
        Mistake(
            lambda: 1 - COUNTS[1, 1] / COUNTS[1].sum(),
            "This is the share of the true 7s that were misread. The question starts "
            "from what the network says.",
        ),
        Mistake(
            lambda: COUNTS[1, 1] / COUNTS[:, 1].sum(),
            "This share of the answers is right. The question asks for the wrong ones.",
        ),
        Mistake(
            lambda: (COUNTS[0, 1] + COUNTS[2, 1]) / COUNTS.sum(),
            "You divided by the number of all images. How many of them were read as 7?",
            misconception="A share is always one of all images.",
        ),
        Mistake(
            lambda: (COUNTS[0, 1] + COUNTS[2, 1]) / (COUNTS.sum() - np.trace(COUNTS)),
            "You divided by the number of all errors. How many images were read as 7?",
            misconception="A share of errors has all errors below the line.",
        ),
    ),
)


def examine_loss(function):
    rng = np.random.default_rng(0)
    with np.errstate(all="ignore"):
        Z, y = 2 * rng.normal(size=(10, 7)), rng.integers(10, size=7)
        alone = to_number(call(function, Z[:, :1], y[:1]))
        require(
            alone != 0,
            "A single image has the loss 0, whatever its pre-activations are. Each of "
            "its ten probabilities is 1. Along which axis do you add?",
        )
        value = to_number(call(function, Z, y))
        losses = -log_softmax(Z, axis=0)
        right = losses[y, np.arange(7)]
        for wrong, message in (
            (
                np.mean(right) + np.log(np.exp(Z).sum() / np.exp(Z).sum(axis=0)).mean(),
                "For one image the loss is right, for seven it is too large. What do "
                "the ten probabilities of each image add up to?",
            ),
            (right.sum(), "The loss grows with the number of images. It is a mean."),
            (
                losses.mean(),
                "You took the mean over all ten classes. The cross-entropy uses the "
                "probability of the true class alone.",
            ),
        ):
            require(not np.isclose(value, wrong), message)
        require_close(
            value, right.mean(), "The loss is not the mean cross-entropy of the images."
        )
        shifted = np.asarray(call(function, Z + 1000, y), dtype=float)
        require(
            np.isfinite(shifted).all(),
            f"With 1000 added to all pre-activations the loss is {shifted}, and it "
            "should not change at all. A computer cannot hold exp(1000).",
        )
        require_close(
            shifted,
            right.mean(),
            "With 1000 added to all pre-activations the loss changes. Softmax depends "
            "on their differences alone.",
        )
        Z[:, 0] += 1000
        first = np.asarray(call(function, Z, y), dtype=float)
        require(
            np.allclose(first, right.mean()),
            "With 1000 added to the pre-activations of the first image alone, the loss "
            f"is {first}, and it should not change. Is what you subtract from an image "
            "its own?",
        )


one_sum_for_all = CodeExercise(
    "one_sum_for_all",
    title="Find the mistake: probabilities of many images",
    question="""
        `Z` holds the pre-activations of ten output neurons, with one image in each
        column, and `y` holds the true digits. The function below should return the mean
        cross-entropy of the images. It works for one image and fails for several.
        Mend it. Then make it work for pre-activations of 1000 and more, too. The
        `answer` is the function.
    """,
    objectives=("softmax",),
    minutes=8,
    hints=(
        "Call the function with two equal columns. The mean should be the loss of one.",
        "`sum(axis=0)` adds down each column.",
        "Softmax does not change if you subtract the largest pre-activation of an "
        "image from all ten. Then no exponential is larger than 1.",
    ),
    setup_code="import numpy as np",
    start_code="""
        def mean_cross_entropy(Z, y):
            exponentials = np.exp(Z)
            probabilities = exponentials / exponentials.sum()
            return -np.mean(np.log(probabilities[y, np.arange(len(y))]))

        answer = mean_cross_entropy
    """,
    solution_code="""
        def mean_cross_entropy(Z, y):
            exponentials = np.exp(Z - Z.max(axis=0))
            probabilities = exponentials / exponentials.sum(axis=0)
            return -np.mean(np.log(probabilities[y, np.arange(len(y))]))

        answer = mean_cross_entropy
    """,
    examiner=examine_loss,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(Z, y):
                P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
                return -np.log(P[y, np.arange(len(y))]).mean()
            """,
            "A single image has the loss 0",
            misconception="Softmax sums over the samples.",
        ),
        WrongAttempt(
            """
            def answer(Z, y):
                P = np.exp(Z) / np.exp(Z).sum()
                return -np.log(P[y, np.arange(len(y))]).mean()
            """,
            "What do the ten probabilities of each image add up to",
            misconception="All entries of the matrix add up to 1.",
        ),
        WrongAttempt(
            """
            def answer(Z, y):
                P = np.exp(Z) / np.exp(Z).sum(axis=0)
                return -np.log(P[y, np.arange(len(y))]).sum()
            """,
            "The loss grows with the number of images",
            misconception="The loss is the sum over the images.",
        ),
        WrongAttempt(
            """
            def answer(Z, y):
                return -np.log(np.exp(Z) / np.exp(Z).sum(axis=0)).mean()
            """,
            "You took the mean over all ten classes",
            misconception=(
                "Every class counts in the loss, also those that are not true."
            ),
        ),
        WrongAttempt(
            """
            def answer(Z, y):
                P = np.exp(Z) / np.exp(Z).sum(axis=0)
                return -np.log(P[y, np.arange(len(y))]).mean()
            """,
            "With 1000 added to all pre-activations the loss is",
            misconception="Computers have no trouble with $e^{1000}$.",
        ),
        WrongAttempt(
            """
            def answer(Z, y):
                exponentials = np.exp(Z - Z.max())
                P = exponentials / exponentials.sum(axis=0)
                return -np.log(P[y, np.arange(len(y))]).mean()
            """,
            "Is what you subtract from an image its own?",
            misconception="One number that is subtracted everywhere helps every image.",
        ),
    ),
)


@cache
def frame_weights():
    """Return the weights of the frame before and after training, for some seeds."""
    images, labels = load_digits(return_X_y=True)
    images = (images[:200] / 16).reshape(-1, 8, 8)
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)), constant_values=1)
    framed = framed.reshape(-1, 100).astype(np.float32)
    frame = np.pad(np.zeros((8, 8)), 1, constant_values=1).ravel() == 1
    training = {"alpha": 0, "batch_size": 50, "max_iter": 20}
    pairs = []
    for seed in range(3):
        net = MLPClassifierNet((16,), **training, random_state=seed)
        net.set_params(n_iter_no_change=np.inf, learning_rate_init=0.01)
        start = clone(net).initialize(framed, labels[:200]).coefs_[0][frame]
        pairs.append((start, net.fit(framed, labels[:200]).coefs_[0][frame]))
    return np.swapaxes(pairs, 0, 1)


def frame_moved():
    start, end = frame_weights()
    return np.any(abs(end - start) > 0.01)


def frame_moved_alike():
    start, end = frame_weights()
    return frame_moved() and np.ptp(end - start, axis=1).max() < 1e-4


a_frame_round_the_digits = ChoiceExercise(
    "a_frame_round_the_digits",
    title="A frame round the digits",
    question="""
        Somebody draws the same frame round each image: 36 more pixels, which are black
        (1) in all images. The network trains with Adam and without a penalty. You draw
        the weights of one hidden neuron as a picture. What has training done to its 36
        weights of the frame?
    """,
    objectives=("pictures",),
    minutes=4,
    hints=(
        "The gradient of a weight is a sum over the images of $\\delta\\, x$. What is "
        "$x$ for a pixel of the frame?",
        "All pixels of the frame have the same $x$ in the same image, so these weights "
        "have the same gradient.",
    ),
    choices=(
        Choice(
            "Nothing: the frame is the same in all images, so it gives no gradient.",
            lambda: not frame_moved(),
            "That holds for pixels that are always blank, since a zero makes the "
            "gradient zero. Here the input is 1.",
        ),
        Choice(
            "It has made them equal, since all these pixels have the same value.",
            lambda: np.ptp(frame_weights()[1], axis=1).max() < 0.05,
            "Equal inputs make equal gradients. Do numbers become equal if you add the "
            "same to each?",
        ),
        Choice(
            "It has pulled them towards zero, since the frame tells nothing about the "
            "digit.",
            lambda: (
                np.linalg.norm(frame_weights()[1])
                < 0.8 * np.linalg.norm(frame_weights()[0])
            ),
            "Only a penalty pulls useless weights towards zero. There is none here.",
        ),
        Choice(
            "It has added the same number to each, so any pattern among them is the "
            "random start.",
            frame_moved_alike,
            "Equal inputs make equal gradients and equal steps. A pattern in the frame "
            "would look like something learnt and would be pure chance.",
        ),
    ),
    solution_code="""
        import numpy as np
        from sklearn.base import clone
        from sklearn.datasets import load_digits
        from nnteach import MLPClassifierNet

        X, y = load_digits(return_X_y=True)
        images = (X[:200] / 16).reshape(-1, 8, 8)
        framed = np.pad(images, ((0, 0), (1, 1), (1, 1)), constant_values=1)
        framed = framed.reshape(-1, 100)
        frame = (framed == 1).all(axis=0)

        net = MLPClassifierNet((16,), alpha=0, max_iter=20, random_state=0)
        net.set_params(learning_rate_init=0.01, n_iter_no_change=np.inf)
        start = clone(net).initialize(framed, y[:200]).coefs_[0][frame, 1]
        change = net.fit(framed, y[:200]).coefs_[0][frame, 1] - start
        print(f"start: {start.min():.4f} to {start.max():.4f}")
        print(f"change: {change.min():.4f} to {change.max():.4f}")
        answer = "d"
    """,
)

SMALL_DIGITS = """
    import numpy as np
    from sklearn.base import clone
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from nnteach import MLPClassifierNet

    X, y = load_digits(return_X_y=True)
    X, y = (X[:300] / 16).astype(np.float32), y[:300]
    training = {"batch_size": 45, "max_iter": 20, "n_iter_no_change": np.inf}
    net = MLPClassifierNet((16,), learning_rate_init=0.01, **training, random_state=0)
    linear = LogisticRegression(tol=1e-3, max_iter=200)
"""


@cache
def small_digits_leads():
    """Return what the network is ahead by on the test and the training images."""
    X, y = load_digits(return_X_y=True)
    X, y = (X[:300] / 16).astype(np.float32), y[:300]
    training = {"batch_size": 45, "max_iter": 20, "n_iter_no_change": np.inf}
    net = MLPClassifierNet((16,), learning_rate_init=0.01, **training, random_state=0)
    linear = LogisticRegression(tol=1e-3, max_iter=200)
    leads = []
    for seed in range(6):
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=0.25, stratify=y, random_state=seed
        )
        network = clone(net).fit(X_train, y_train)
        straight = clone(linear).fit(X_train, y_train)
        parts = (X_test, y_test), (X_train, y_train)
        leads.append([network.score(*part) - straight.score(*part) for part in parts])
    return 100 * np.transpose(leads)


def examine_lead(answer):
    mean, error = to_array(answer, (2,))
    on_test, on_training = small_digits_leads()
    right, deviation = on_test.mean(), on_test.std(ddof=1)
    for wrong, message in (
        (-right, "You have the linear classifier minus the network."),
        (right / 100, "You have shares. The question asks for percentage points."),
        (
            on_training.mean(),
            "You scored both on the images that they were trained on.",
        ),
        (on_test[0], "This is the difference of the first split, not the mean of six."),
    ):
        require(not np.isclose(mean, wrong, rtol=1e-3), message)
    tolerance = {"rtol": 1e-3, "atol": 1e-3}
    require_close(
        mean,
        right,
        "That is not the mean. Both methods have to train and to be scored on the "
        "same splits, with random_state 0 to 5 and stratify=y.",
        **tolerance,
    )
    for wrong, message in (
        (
            deviation / np.sqrt(6),
            "This would be the error if the six splits had no images in common.",
        ),
        (deviation, "This is how far one split typically lies from the mean."),
        (
            deviation * np.sqrt(1 / 6 + 0.25),
            "The formula has the test images divided by the training images, not by "
            "all images.",
        ),
        (
            deviation**2 * (1 / 6 + 0.25 / 0.75),
            "This is the variance of the mean. The error is its root.",
        ),
    ):
        require(not np.isclose(error, wrong, rtol=1e-3), message)
    error_of_mean = deviation * np.sqrt(1 / 6 + 0.25 / 0.75)
    require_close(
        error, error_of_mean, "That is not the error of the mean.", **tolerance
    )
    return (
        f"The mean lies {abs(right) / error_of_mean:.1f} errors away from zero. "
        "Trained for 20 epochs on 225 images, the hidden layer brings no gain."
    )


small_digits_lead = CodeExercise(
    "small_digits_lead",
    title="Project: does a hidden layer pay with few images?",
    question="""
        With few images a simple method may do as well. Take the 300 images, the network
        `net` and the linear classifier `linear` below. Make six splits with
        `test_size=0.25`, `stratify=y` and `random_state` 0 to 5. Train a fresh copy of
        both on each. The `answer` is a pair: the mean of the differences of their test
        accuracies, network minus linear, in percentage points, and its standard error.
        The splits overlap, so the error is $s \\sqrt{1/6 + 0.25/0.75}$. Here $s$ is
        the standard deviation of the six differences (with `ddof=1`).
    """,
    objectives=("baseline",),
    minutes=12,
    hints=(
        "Write a loop over the six seeds. In each round both methods get the same "
        "training images and the same test images.",
        "`clone(net).fit(X_train, y_train).score(X_test, y_test)` is the accuracy of a "
        "fresh network.",
    ),
    setup_code=SMALL_DIGITS,
    start_code="""
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=0.25, stratify=y, random_state=0
        )
        differences = np.zeros(6)
        answer = differences.mean(), differences.std(ddof=1)
    """,
    solution_code="""
        options = {"test_size": 0.25, "stratify": y}
        differences = []
        for seed in range(6):
            split = train_test_split(X, y, **options, random_state=seed)
            X_train, X_test, y_train, y_test = split
            network, straight = (
                clone(method).fit(X_train, y_train).score(X_test, y_test)
                for method in (net, linear)
            )
            differences.append(100 * (network - straight))
        error = np.std(differences, ddof=1) * np.sqrt(1 / 6 + 0.25 / 0.75)
        print("differences", np.round(differences, 1))
        print(f"mean {np.mean(differences):.1f}, standard error {error:.1f}")
        answer = np.mean(differences), error
    """,
    examiner=examine_lead,
    points=3,
    wrong=(
        WrongAttempt(
            """
            differences = []
            for seed in range(6):
                X_train, X_test, y_train, y_test = train_test_split(
                    X, y, test_size=0.25, stratify=y, random_state=seed
                )
                network = clone(net).fit(X_train, y_train).score(X_test, y_test)
                straight = clone(linear).fit(X_train, y_train).score(X_test, y_test)
                differences.append(100 * (network - straight))
            answer = np.mean(differences), np.std(differences, ddof=1) / np.sqrt(6)
            """,
            "if the six splits had no images in common",
            misconception="The standard error is that of independent splits.",
        ),
        WrongAttempt(
            """
            differences = []
            for seed in range(6):
                X_train, X_test, y_train, y_test = train_test_split(
                    X, y, test_size=0.25, stratify=y, random_state=seed
                )
                network = clone(net).fit(X_train, y_train).score(X_train, y_train)
                straight = clone(linear).fit(X_train, y_train).score(X_train, y_train)
                differences.append(100 * (network - straight))
            answer = np.mean(differences), np.std(differences, ddof=1) * 0.5**0.5
            """,
            "You scored both on the images that they were trained on",
            misconception="Images that were trained on show the difference as well.",
        ),
        WrongAttempt(
            """
            X_train, X_test, y_train, y_test = train_test_split(
                X, y, test_size=0.25, stratify=y, random_state=0
            )
            network = clone(net).fit(X_train, y_train).score(X_test, y_test)
            straight = clone(linear).fit(X_train, y_train).score(X_test, y_test)
            answer = 100 * (network - straight), 1.0
            """,
            "the difference of the first split",
            misconception="One split is enough, since it has many images.",
        ),
    ),
)
