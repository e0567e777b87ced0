"""Exercises of the lesson *When should training stop?*."""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from sklearn.metrics import log_loss

from nnteach import MLPClassifierNet, two_moons
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.code import names_of
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, require_fitted, samples_of

TARGETS = np.array([1, 1, 0, 0])
PROBABILITIES = np.array([0.9, 0.3, 0.2, 0.4])


def true_class_probabilities():
    return np.where(TARGETS == 1, PROBABILITIES, 1 - PROBABILITIES)


loss_of_four_points = NumberExercise(
    "loss_of_four_points",
    title="One mean loss by hand",
    question="""
        A network predicts these probabilities of class 1 for four validation points:

        | point | true class | probability of class 1 |
        |-------|------------|------------------------|
        | 1     | 1          | 0.9                    |
        | 2     | 1          | 0.3                    |
        | 3     | 0          | 0.2                    |
        | 4     | 0          | 0.4                    |

        What is the validation loss? It is the mean binary cross-entropy, with the
        natural logarithm.
    """,
    objectives=("read-training-curves",),
    minutes=5,
    hints=(
        "The loss of a point is minus the logarithm of the probability that the "
        "network gave to its *true* class.",
        "Point 3 belongs to class 0. Its true class got the probability $1 - 0.2$.",
    ),
    setup_code="import numpy as np",
    solution_code="""
        of_true_class = np.array([0.9, 0.3, 1 - 0.2, 1 - 0.4])
        losses = -np.log(of_true_class)
        print("losses", losses.round(3), "and the accuracy is", 3 / 4)
        answer = losses.mean()
    """,
    key=lambda: log_loss(TARGETS, PROBABILITIES),
    decimals=3,
    mistakes=(
        Mistake(
            lambda: -np.log(true_class_probabilities()).sum(),
            "That is the sum of the four losses.",
        ),
        Mistake(
            lambda: -np.log(PROBABILITIES).mean(),
            "You took the probability of class 1 for every point. Two points belong to "
            "class 0.",
        ),
        Mistake(
            lambda: -np.log10(true_class_probabilities()).mean(),
            "You took the logarithm to base 10. `np.log` is the natural one.",
        ),
        Mistake(
            lambda: -np.log(true_class_probabilities().mean()),
            "You averaged the probabilities. The loss is the mean of the logarithms.",
        ),
        Mistake(
            lambda: np.mean((PROBABILITIES > 0.5) != TARGETS),
            "That is the share of wrong classes. The loss also asks how sure the "
            "network was.",
        ),
    ),
)

FIRST_LOSSES = (0.50, 0.40, 0.35, 0.36, 0.34, 0.37, 0.36)
LOSSES = (*FIRST_LOSSES, 0.35, 0.33, 0.31, 0.30, 0.31, 0.32, 0.33)


def epoch_of_stop(losses, patience):
    lowest, waited = np.inf, 0
    for epoch, loss in enumerate(losses, 1):
        waited = 0 if loss < lowest else waited + 1
        lowest = min(loss, lowest)
        if waited == patience:
            return epoch
    return len(losses)


def epoch_after_rises(losses, number):
    rises = np.diff(losses) > 0
    windows = np.lib.stride_tricks.sliding_window_view(rises, number)
    return windows.all(axis=1).argmax() + number + 1


epoch_of_the_stop = NumberExercise(
    "epoch_of_the_stop",
    title="When does the rule stop?",
    question=f"""
        The validation loss of epochs 1 to {len(LOSSES)} is

        {", ".join(f"{loss:.2f}" for loss in LOSSES)}.

        The rule: stop as soon as the last 3 epochs have brought no validation loss
        below the lowest one before. After how many epochs does the training stop?
    """,
    objectives=("stop-by-a-rule",),
    minutes=4,
    hints=(
        "Go through the epochs one by one, and note the lowest loss so far.",
        "An epoch that does not beat the lowest loss so far has waited in vain. Stop "
        "at the third of them in a row.",
    ),
    setup_code=f"losses = {list(LOSSES)}",
    solution_code="""
        lowest, waited = losses[0], 0
        for epoch, loss in enumerate(losses[1:], start=2):
            waited = 0 if loss < lowest else waited + 1
            lowest = min(lowest, loss)
            print(epoch, loss, "waited", waited)
            if waited == 3:
                break
        answer = epoch
    """,
    key=lambda: epoch_of_stop(LOSSES, 3),
    decimals=0,
    mistakes=(
        Mistake(
            lambda: epoch_of_stop(LOSSES, 3) - 3,
            "The weights of this epoch are kept. The rule only knows that after it has "
            "waited.",
        ),
        Mistake(
            lambda: epoch_of_stop(LOSSES, 3) - 1,
            "Are your epochs counted from 1? Or did you wait for two epochs only?",
            misconception=(
                "Epochs are counted from 0, or the wait begins with the "
                "best epoch itself."
            ),
        ),
        Mistake(
            lambda: np.argmin(LOSSES) + 1,
            "This epoch has the lowest loss of all. The rule cannot see the future: it "
            "stops before.",
        ),
        Mistake(
            lambda: epoch_after_rises(LOSSES, 3),
            "You waited for three rises in a row. The rule compares with the lowest "
            "loss so far, so a small fall can be a wait in vain.",
        ),
        Mistake(
            lambda: epoch_of_stop(LOSSES, 3) + 1,
            "You waited for one epoch too many.",
        ),
    ),
)


@cache
def stopping_points():
    return two_moons(400, random_state=3), two_moons(400, random_state=1)


def examine_stopped(net):
    require_fitted(net, MLPClassifierNet)
    sizes = tuple(net.architecture_.layer_sizes)
    require(
        sizes == (2, 100, 25, 1),
        f"The layers of your network have the sizes {sizes}. Leave them as they were.",
    )
    require(
        net.batch_size == 64, f"The batches are {net.batch_size!r}. They should be 64."
    )
    require(
        samples_of(net) == 1000,
        f"The network was trained on {samples_of(net)} points. It should be the 1000 "
        "of X and y: the others have to decide and to judge.",
    )
    require(
        "val_loss" in net.history_,
        "The network has no validation loss. Hand X_val and y_val to fit.",
    )
    require(
        net.early_stopping,
        f"The training took {net.n_iter_} epochs, and no rule watched the validation "
        "loss: early_stopping is False.",
    )
    require(
        net.scoring == "loss",
        "The rule watches the accuracy. scoring has to say that it should watch the "
        "loss.",
    )
    require(
        net.n_iter_no_change == 3 and net.tol == 0,
        f"n_iter_no_change is {net.n_iter_no_change} and tol is {net.tol}. The lesson "
        "tells which values mean a patience of 4 and count any improvement.",
    )
    require(
        net.n_iter_ < net.max_iter,
        f"The training took all {net.n_iter_} epochs, so the rule had no time to stop "
        "it. Raise max_iter.",
    )
    kept = net.history_["val_loss"].min()
    (X_val, y_val), (X_test, y_test) = stopping_points()
    require(
        not np.isclose(log_loss(y_test, net.predict_proba(X_test)), kept, rtol=1e-3),
        "The rule looked at the test set: the lowest validation loss of your network "
        "is its loss on the test points. Their accuracy would be too good.",
    )
    require(
        np.isclose(log_loss(y_val, net.predict_proba(X_val)), kept, rtol=1e-3),
        "The rule watched other points than X_val and y_val. Are they what fit gets?",
    )
    return (
        f"It stopped after {net.n_iter_} epochs. Its accuracy on the test set, which "
        f"had no part in that, is {net.score(X_test, y_test):.4f}."
    )


sheet_early_stopping = CodeExercise(
    "sheet_early_stopping",
    title="A rule that looked where it must not",
    question="""
        Task 2c of the exercise sheet: train in batches of 64, stop when the validation
        loss has not improved for 4 epochs, and report the accuracy on the test set. The
        code below has mistakes: it looks at the test set too early, and its rule
        watches something else than the loss. Correct it. The answer is the fitted
        network.
    """,
    objectives=("stop-by-a-rule", "judge-stopping"),
    minutes=8,
    hints=(
        "Which points may decide when to stop?",
        "Without `scoring`, the rule watches the accuracy.",
        'The lesson uses `scoring="loss"`, `n_iter_no_change=3` and `tol=0`.',
    ),
    setup_code="""
        import numpy as np

        from nnteach import MLPClassifierNet, two_moons

        X, y = two_moons(1000, random_state=0)
        X_val, y_val = two_moons(400, random_state=3)
        X_test, y_test = two_moons(400, random_state=1)
        network = {"hidden_layer_sizes": (100, 25), "batch_size": 64}
        network |= {"max_iter": 300, "random_state": 1}
    """,
    start_code="""
        rule = {"early_stopping": True, "n_iter_no_change": 3, "tol": 0}
        net = MLPClassifierNet(**network, **rule)
        net.fit(X, y, X_val=X_test, y_val=y_test)

        answer = net
    """,
    solution_code="""
        rule = {"early_stopping": True, "n_iter_no_change": 3, "tol": 0}
        net = MLPClassifierNet(**network, **rule, scoring="loss")
        net.fit(X, y, X_val=X_val, y_val=y_val)
        print(f"stopped after {net.n_iter_} epochs")
        print(f"accuracy on the test set: {net.score(X_test, y_test):.4f}")

        answer = net
    """,
    examiner=examine_stopped,
    points=2,
    wrong=(
        WrongAttempt(
            """
            rule = {"early_stopping": True, "n_iter_no_change": 3, "tol": 0}
            answer = MLPClassifierNet(**network, **rule, scoring="loss")
            answer.fit(X, y, X_val=X_test, y_val=y_test)
            """,
            "The rule looked at the test set",
            misconception=(
                "The test set may choose the epoch, since the network is "
                "not trained on it."
            ),
        ),
        WrongAttempt(
            """
            rule = {"early_stopping": True, "n_iter_no_change": 3, "tol": 0}
            answer = MLPClassifierNet(**network, **rule)
            answer.fit(X, y, X_val=X_val, y_val=y_val)
            """,
            "The rule watches the accuracy",
            misconception="Early stopping always watches the loss.",
        ),
        WrongAttempt(
            """
            rule = {"scoring": "loss", "n_iter_no_change": 3, "tol": 0}
            answer = MLPClassifierNet(**network, **rule)
            answer.fit(X, y, X_val=X_val, y_val=y_val)
            """,
            "early_stopping is False",
            misconception="Giving a validation set switches early stopping on.",
        ),
        WrongAttempt(
            """
            rule = {"early_stopping": True, "scoring": "loss", "n_iter_no_change": 4}
            answer = MLPClassifierNet(**network, **rule)
            answer.fit(X, y, X_val=X_val, y_val=y_val)
            """,
            "n_iter_no_change is 4",
            misconception=(
                "A patience of 4 is `n_iter_no_change=4`, in every library."
            ),
        ),
        WrongAttempt(
            """
            rule = {"early_stopping": True, "n_iter_no_change": 3, "tol": 0}
            answer = MLPClassifierNet(**network, **rule, scoring="loss")
            X_all, y_all = np.concatenate([X, X_test]), np.concatenate([y, y_test])
            answer.fit(X_all, y_all, X_val=X_val, y_val=y_val)
            """,
            "the others have to decide and to judge",
            misconception="More points make a network better, whichever they are.",
        ),
    ),
)


def examine_two_figures(function):
    rng = np.random.default_rng(0)
    history = {
        "loss": np.geomspace(0.7, 0.05, 30),
        "val_loss": np.geomspace(0.6, 0.1, 30) + 0.01 * rng.random(30),
        "score": np.linspace(0.8, 0.99, 30),
        "val_score": np.linspace(0.82, 0.96, 30) - 0.01 * rng.random(30),
    }
    open_before = set(plt.get_fignums())
    try:
        examine_axes(call(function, history), history)
    finally:
        for number in set(plt.get_fignums()) - open_before:
            plt.close(number)


def examine_axes(result, history):
    both = list(np.ravel(np.asarray(result, dtype=object)))
    require(
        len(both) == 2 and all(isinstance(ax, Axes) for ax in both),
        "The function returns two axes: those of the loss and those of the accuracy.",
    )
    require(
        both[0] is not both[1],
        "Loss and accuracy are drawn on the same axes. They have different scales.",
    )
    for ax, name, key in zip(
        both, ("loss", "accuracy"), ("loss", "score"), strict=True
    ):
        drawn = [line for line in ax.get_lines() if len(line.get_ydata()) > 2]
        found = {}
        for part in ("", "val_"):
            values = history[part + key]
            found[part] = [
                line
                for line in drawn
                if len(line.get_ydata()) == len(values)
                and np.allclose(np.asarray(line.get_ydata(), float), values)
            ]
        where = f"The axes of the {name}"
        require(found[""], f"{where} have no line for the training set.")
        require(found["val_"], f"{where} have no line for the held-out points.")
        train, held_out = found[""][0], found["val_"][0]
        for line in (train, held_out):
            places = np.asarray(line.get_xdata(), float)
            require(
                places[0] == 1 and places[-1] == len(places),
                f"{where} begin at epoch {places[0]:g}. The first entry of a history "
                "belongs to epoch 1.",
            )
        looks = [(to_rgba(a.get_color()), a.get_linestyle()) for a in (train, held_out)]
        require(looks[0] != looks[1], f"{where} have two lines that look the same.")
        require(
            ax.get_legend() is not None,
            f"{where} have no legend, so nobody can tell which line is which.",
        )
        require(
            ax.get_xlabel() and ax.get_ylabel(),
            f"{where} need labels that say what goes to the right and what upwards.",
        )


sheet_training_curves = CodeExercise(
    "sheet_training_curves",
    title="Draw both curves",
    question="""
        Task 2e of the exercise sheet, with matplotlib alone. Write a function that gets
        a dict of four arrays, one entry per epoch: `loss`, `val_loss`, `score` and
        `val_score`, as in `net.history_`. It draws the loss on one pair of axes and the
        accuracy on another, each for the training set and for the held-out points, over
        the epochs from 1, with a legend and labels at the axes. It returns both axes,
        loss first.
    """,
    objectives=("read-training-curves",),
    minutes=10,
    hints=(
        "`fig, axes = plt.subplots(2, 1)` makes two axes; return `axes`.",
        "`range(1, len(history['loss']) + 1)` are the epochs.",
        "`label=` names a line, `ax.legend()` shows the names, and "
        "`ax.set(xlabel=…, ylabel=…)` labels the axes.",
    ),
    setup_code="import matplotlib.pyplot as plt",
    start_code="""
        def draw(history):
            fig, axes = plt.subplots(2, 1)
            axes[0].plot(history["loss"])
            axes[1].plot(history["score"])
            return axes

        answer = draw
    """,
    solution_code="""
        def draw(history):
            fig, axes = plt.subplots(2, 1, layout="constrained")
            epochs = range(1, len(history["loss"]) + 1)
            for ax, key, name in zip(axes, ("loss", "score"), ("loss", "accuracy")):
                ax.plot(epochs, history[key], label="training")
                ax.plot(epochs, history["val_" + key], "--", label="held out")
                ax.set(xlabel="epoch", ylabel=name)
                ax.legend()
            return axes

        answer = draw
    """,
    examiner=examine_two_figures,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(history):
                fig, axes = plt.subplots(2, 1)
                for ax, key in zip(axes, ("loss", "score")):
                    ax.plot(history[key], label="training")
                    ax.plot(history["val_" + key], label="held out")
                    ax.set(xlabel="epoch", ylabel=key)
                    ax.legend()
                return axes
            """,
            "belongs to epoch 1",
            misconception="Epochs are counted from 0, as Python counts.",
        ),
        WrongAttempt(
            """
            def answer(history):
                fig, ax = plt.subplots()
                for name, values in history.items():
                    ax.plot(range(1, len(values) + 1), values, label=name)
                ax.legend()
                return ax, ax
            """,
            "Loss and accuracy are drawn on the same axes",
            misconception="Curves of one training belong on the same axes.",
        ),
        WrongAttempt(
            """
            def answer(history):
                fig, axes = plt.subplots(2, 1)
                for ax, key in zip(axes, ("loss", "score")):
                    for name in (key, "val_" + key):
                        ax.plot(range(1, len(history[name]) + 1), history[name])
                    ax.set(xlabel="epoch", ylabel=key)
                return axes
            """,
            "so nobody can tell which line is which",
            misconception=(
                "Colours tell the curves apart, so nothing has to be named."
            ),
        ),
        WrongAttempt(
            """
            def answer(history):
                fig, axes = plt.subplots(2, 1)
                for ax, key in zip(axes, ("loss", "score")):
                    ax.plot(range(1, len(history[key]) + 1), history[key])
                return axes
            """,
            "have no line for the held-out points",
            misconception="The training curves show what there is to see.",
        ),
    ),
)

STOPPING = """
    import numpy as np
    from sklearn.metrics import log_loss

    from nnteach import MLPClassifierNet, two_moons

    X_large, y_large = two_moons(2000, noise=0.4, random_state=2)

    def train(draw, **settings):
        X, y = two_moons(60, noise=0.4, random_state=100 + draw)
        X_val, y_val = two_moons(60, noise=0.4, random_state=200 + draw)
        settings = {"max_iter": 150, "n_iter_no_change": np.inf} | settings
        settings |= {"learning_rate_init": 0.05, "random_state": draw}
        net = MLPClassifierNet((50,), **settings)
        return net.fit(X, y, X_val=X_val, y_val=y_val)

    def loss(net):
        return log_loss(y_large, net.predict_proba(X_large))
"""


@cache
def costs_of_stopping():
    """Loss on new points, of the stopped network minus that of the other one."""
    names = names_of(STOPPING)
    train, loss = names["train"], names["loss"]
    rule = {"early_stopping": True, "scoring": "loss", "tol": 0}
    rule |= {"n_iter_no_change": 9}
    return np.array([loss(train(k, **rule)) - loss(train(k)) for k in range(6)])


stopping_few_points = ChoiceExercise(
    "stopping_few_points",
    title="When stopping pays",
    question="""
        In the lesson, stopping cost a little loss on new points. Now there are only 60
        training points, with noise 0.4, and a learning rate of 0.05. A rule with
        patience 10 watches the loss on 60 validation points; the other network of each
        pair trains for 150 epochs. Which statement about the loss on new points is
        right? Predict first, then run `train` for six pairs.
    """,
    objectives=("judge-stopping",),
    minutes=10,
    hints=(
        "How many points can a network of 50 hidden neurons learn by heart?",
        "`train(draw)` is the network with 150 epochs. `train(draw, "
        'early_stopping=True, scoring="loss", n_iter_no_change=9, tol=0)` is the '
        "stopped one.",
    ),
    setup_code=STOPPING,
    choices=(
        Choice(
            "As in the lesson, the two differ by less than 0.01 in the median.",
            lambda: abs(np.median(costs_of_stopping())) < 0.01,
            "In the lesson 1000 points held the network back. Sixty points with much "
            "noise can be learnt by heart. Run six pairs.",
        ),
        Choice(
            "The stopped network has the larger loss in at least 5 of 6 pairs, since "
            "it has learnt for a shorter time.",
            lambda: np.sum(costs_of_stopping() > 0.01) > 4,
            "A longer training lowers the loss on the training points. The question is "
            "about new ones.",
        ),
        Choice(
            "The stopped network has the smaller loss in at least 5 of 6 pairs, by "
            "more than 0.1 in the median.",
            lambda: (
                np.sum(costs_of_stopping() < 0) > 4
                and np.median(costs_of_stopping()) < -0.1
            ),
            "After 150 epochs the other network has learnt the noise of its 60 points "
            "and is sure of wrong classes, which the loss punishes most.",
        ),
        Choice(
            "It depends on the seed: each of the two wins in at least 2 of 6 pairs.",
            lambda: 2 <= np.sum(costs_of_stopping() > 0) <= 4,
            "A single pair could say anything. Count six of them.",
        ),
    ),
    solution_code="""
        rule = {"early_stopping": True, "scoring": "loss", "tol": 0}
        rule["n_iter_no_change"] = 9
        for draw in range(3):  # and so on
            stopped, free = train(draw, **rule), train(draw)
            print(f"stopped after {stopped.n_iter_} epochs: {loss(stopped):.3f}")
            print(f"              after 150 epochs: {loss(free):.3f}")
        answer = "c"
    """,
)
