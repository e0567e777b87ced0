"""Exercises of the lesson *One seed, and an explanation nobody tested*."""

from functools import cache

import numpy as np

from nnteach import MLPClassifierNet, fit_many, two_moons
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, to_array
from nnteach.exercises.typed_numbers import to_number

BY_SEED, BY_POINT = 0.003, 0.08  # standard deviations


def standard_error(n_seeds, n_points):
    return np.sqrt(2 * BY_SEED**2 / n_seeds + BY_POINT**2 / n_points)


luck_that_stays = NumberExercise(
    "luck_that_stays",
    title="The luck that seeds do not average away",
    question="""
        You compare two settings with $K$ seeds each, on the same $n = 400$ test points.
        The standard error of the difference of their mean losses is

        $$\\sqrt{\\frac{s_1^2 + s_2^2}{K} + \\frac{s^2}{n}}$$

        with $s_1 = s_2 = 0.003$ over the seeds and $s = 0.08$ over the test points. You
        take more and more seeds. To which number does the standard error fall?
    """,
    objectives=("name-the-luck",),
    minutes=3,
    hints=(
        "Which of the two fractions becomes small as $K$ grows?",
        "What is left is $\\sqrt{s^2 / n}$.",
    ),
    solution_code="""
        import numpy as np

        for K in (1, 10, 100, 1000):
            error = np.sqrt((0.003**2 + 0.003**2) / K + 0.08**2 / 400)
            print(f"{K:4} seeds: {error:.5f}")
        answer = 0.08 / np.sqrt(400)
    """,
    key=lambda: np.sqrt(BY_POINT**2 / 400),
    decimals=5,
    mistakes=(
        Mistake(
            lambda: 0,
            "One of the two fractions does not change with K. All seeds share the test "
            "points.",
        ),
        Mistake(
            lambda: standard_error(1, 400),
            "This is the standard error with one seed each.",
        ),
        Mistake(
            lambda: BY_POINT**2 / 400,
            "You forgot the root.",
        ),
        Mistake(
            lambda: BY_POINT / 400,
            "Take the root of n as well.",
        ),
        Mistake(
            lambda: np.sqrt(2) * BY_SEED,
            "This is the luck of the seeds, and it is the one that averages away.",
        ),
    ),
)


# seeds of each setting and test points
PLANS = ((20, 400), (1, 8000), (5, 2000), (1, 400))


def is_best(plan):
    return standard_error(*plan) == min(standard_error(*other) for other in PLANS)


where_to_spend = ChoiceExercise(
    "where_to_spend",
    title="More seeds, or more test points?",
    question="""
        You have trained two settings once each, and compared their losses on 400 test
        points. As before, $s_1 = s_2 = 0.003$ over the seeds and $s = 0.08$ over the
        test points, and the standard error of the difference is
        $\\sqrt{(s_1^2 + s_2^2)/K + s^2/n}$. You want a surer comparison. Which plan has
        the smallest standard error?
    """,
    objectives=("name-the-luck", "judge-one-run"),
    minutes=4,
    hints=(
        "How large are the two fractions with $K = 1$ and $n = 400$? Which of them "
        "does each plan make smaller?",
        "What does a training give that is repeated with its own seed?",
    ),
    choices=(
        Choice(
            "20 seeds of each setting, on the same 400 test points.",
            lambda: is_best(PLANS[0]),
            "Seeds average away the luck of the trainings. The luck of the test points "
            "stays, and here it is as large.",
        ),
        Choice(
            "The same two networks, on 8000 test points.",
            lambda: is_best(PLANS[1]),
            "More points average away the luck of the test set. The luck of the "
            "trainings stays, and here it is as large.",
        ),
        Choice(
            "5 seeds of each setting, on 2000 test points.",
            lambda: is_best(PLANS[2]),
            "The two kinds of luck are about equally large here, so this plan makes "
            "both of them smaller.",
        ),
        Choice(
            "20 repetitions of both trainings with the seed they had, on the same 400 "
            "test points.",
            lambda: is_best(PLANS[3]),
            "With its own seed a training gives the same network again. There is "
            "nothing to average.",
        ),
    ),
    solution_code="""
        import numpy as np

        plans = {"a": (20, 400), "b": (1, 8000), "c": (5, 2000), "d": (1, 400)}
        for letter, (K, n) in plans.items():
            error = np.sqrt(2 * 0.003**2 / K + 0.08**2 / n)
            print(f"{letter}: {error:.4f}")
        answer = "c"
    """,
)


def share_of_wrong_duels(a, b):
    first_wins = np.mean(np.subtract.outer(a, b) < 0)
    return 1 - first_wins if a.mean() < b.mean() else first_wins


def examine_duels(function):
    rng = np.random.default_rng(0)
    cases = [
        (rng.normal(0.30, 0.02, size=12), rng.normal(0.31, 0.02, size=12)),
        (rng.normal(0.32, 0.02, size=12), rng.normal(0.30, 0.02, size=12)),
        (rng.normal(0.30, 0.02, size=15), rng.normal(0.31, 0.02, size=9)),
    ]
    for number, (a, b) in enumerate(cases):
        share = to_number(call(function, a, b))
        right = share_of_wrong_duels(a, b)
        require(0 <= share <= 1, f"A share lies between 0 and 1. Yours is {share:g}.")
        if len(a) == len(b):
            in_pairs = {np.mean(a < b), np.mean(a > b)} - {right, 1 - right}
            require(
                min(abs(share - value) for value in in_pairs) > 1e-9,
                "Your function lets each network meet one other, that of the same "
                "index. Each network of A is to meet each of B.",
            )
        require(
            number != 1 or abs(share - (1 - right)) > 1e-9,
            "Your function counts the wins of B, whichever setting has the smaller "
            "mean loss. In one of our examples it is B.",
        )
        require(
            abs(share - (1 - right)) > 1e-9,
            "Your function counts the duels with the right winner.",
        )
        require(
            abs(share - right) < 1e-9,
            f"For {len(a)} and {len(b)} networks there are {len(a) * len(b)} duels. "
            "The share that your function returns is not that of the wrong winners.",
        )


wrong_winners = CodeExercise(
    "wrong_winners",
    title="Find the mistake: how often is one run of each wrong?",
    question="""
        In a duel, one network with setting A meets one with setting B, and the smaller
        loss wins. `wrong_share(a, b)` gets the losses of some networks with A and of
        some with B, measured on very many points. It is to return the share of all
        possible duels in which the winner is not from the setting with the smaller mean
        loss. Find the mistakes, and set `answer` to the right function. No two losses
        are equal; there need not be equally many of A and of B.
    """,
    objectives=("judge-one-run",),
    minutes=8,
    hints=(
        "With 12 networks of each there are 144 duels. How many does `a > b` hold?",
        "`np.subtract.outer(a, b)`, or `a[:, np.newaxis] - b`, has a row for each "
        "network of A and a column for each of B.",
        "Find out first which setting has the smaller mean. It may be B.",
    ),
    setup_code="""
        import numpy as np

        rng = np.random.default_rng(0)
        a = rng.normal(0.30, 0.02, size=12)  # losses with setting A
        b = rng.normal(0.31, 0.02, size=12)
    """,
    start_code="""
        def wrong_share(a, b):
            return np.mean(a > b)

        answer = wrong_share
    """,
    solution_code="""
        def wrong_share(a, b):
            difference = a[:, np.newaxis] - b
            if a.mean() < b.mean():
                return np.mean(difference > 0)
            return np.mean(difference < 0)

        print(f"wrong in {wrong_share(a, b):.0%} of the duels")
        answer = wrong_share
    """,
    examiner=examine_duels,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(a, b):
                return np.mean(a > b) if a.mean() < b.mean() else np.mean(a < b)
            """,
            "Each network of A is to meet each of B",
            misconception=(
                "Network 1 of A meets network 1 of B, and so on: these are all duels."
            ),
        ),
        WrongAttempt(
            """
            def answer(a, b):
                return np.mean(a[:, np.newaxis] > b)
            """,
            "whichever setting has the smaller mean loss",
            misconception="Setting A is the better one.",
        ),
        WrongAttempt(
            """
            def answer(a, b):
                difference = a[:, np.newaxis] - b
                return np.mean(np.sign(difference) == np.sign(difference.mean()))
            """,
            "counts the duels with the right winner",
            misconception="The share of right winners is what was asked for.",
        ),
        WrongAttempt(
            """
            def answer(a, b):
                difference = a[:, np.newaxis] - b
                return np.sum(np.sign(difference) != np.sign(difference.mean()))
            """,
            "A share lies between 0 and 1",
            misconception="A number of duels is a share of them.",
        ),
    ),
)


@cache
def last_losses(batch_size, n_epochs):
    nets = [
        MLPClassifierNet(
            (20, 10),
            learning_rate_init=0.005,
            batch_size=batch_size,
            max_iter=n_epochs,
            n_iter_no_change=np.inf,
            random_state=seed,
        )
        for seed in range(6)
    ]
    fit_many(nets, *two_moons(300, random_state=0))
    return np.array([net.history_["loss"][-1] for net in nets])


def examine_explanations(answer):
    keys = ("equal epochs", "equal updates", "refuted")
    require(
        isinstance(answer, dict) and set(answer) == set(keys),
        f"The answer is a dict with the keys {', '.join(map(repr, keys))}.",
    )
    epochs, updates = (to_array(answer[key], (6,)) for key in keys[:2])
    small = last_losses(32, 30)
    right = {
        "equal epochs": last_losses(128, 30) - small,
        "equal updates": last_losses(128, 100) - small,
    }

    def equal(a, b):
        return np.allclose(a, b, rtol=0.02, atol=2e-4)

    require(
        not equal(epochs, -right["equal epochs"]),
        "Your differences have the other sign: take the loss with batches of 128 minus "
        "that with 32.",
    )
    require(
        equal(epochs, right["equal epochs"]),
        "The differences after equal epochs are not those of 30 epochs with both batch "
        "sizes, seed by seed.",
    )
    require(
        not equal(updates, epochs),
        "Under 'equal updates' you compare equal epochs once more. How many updates "
        "has an epoch with each batch size?",
    )
    require(
        not equal(updates, last_losses(128, 120) - small),
        "After that many epochs, the large batches have made more updates than the "
        "small ones. The smaller batch at the end of an epoch counts, too.",
    )
    require(
        equal(updates, right["equal updates"]),
        "The differences under 'equal updates' are not those after equally many "
        "updates, seed by seed.",
    )
    require(
        isinstance(answer["refuted"], str)
        and answer["refuted"] in ("caught", "few updates"),
        "Under 'refuted' write one of the two explanations, 'caught' or 'few updates'.",
    )
    require(
        answer["refuted"] == "caught",
        "Your differences are right. What did the explanation that you call refuted "
        "predict for equal updates, and what happened?",
    )
    return "Trained on, the large batches go on learning: they were not caught."


two_explanations = CodeExercise(
    "two_explanations",
    title="Project: test an explanation",
    question="""
        As in task 2f of the exercise sheet, larger batches end with the larger loss
        after equally many epochs. Two explanations: "caught" says that larger batches
        are caught in a local minimum, so that more training does not help them. "few
        updates" says that they have made fewer updates, and are not behind after as
        many. Here are 300 points and 6 seeds, 0 to 5. Compare batches of 32, trained
        for 30 epochs, with batches of 128, trained for as many epochs, and for as many
        updates.

        The answer is a dict. Under `"equal epochs"` and `"equal updates"` it has six
        differences each, the loss with batches of 128 minus that with 32, seed by seed.
        Under `"refuted"` it has the explanation whose prediction fails, `"caught"` or
        `"few updates"`.
    """,
    objectives=("predict-from-an-explanation",),
    minutes=10,
    hints=(
        "`last_losses(batch_size, n_epochs)` returns the losses of the last epoch, one "
        "for each seed.",
        "An epoch of 300 points has 10 updates with batches of 32, and 3 with batches "
        "of 128.",
        "If the large batches were caught, the differences after equal updates would "
        "be about as large as those after equal epochs.",
    ),
    setup_code="""
        import numpy as np
        from nnteach import MLPClassifierNet, fit_many, two_moons

        X, y = two_moons(300, random_state=0)

        def last_losses(batch_size, n_epochs):
            nets = [
                MLPClassifierNet(
                    (20, 10), learning_rate_init=0.005, batch_size=batch_size,
                    max_iter=n_epochs, n_iter_no_change=np.inf, random_state=seed,
                )
                for seed in range(6)
            ]
            fit_many(nets, X, y)
            return np.array([net.history_["loss"][-1] for net in nets])
    """,
    start_code="""
        small = last_losses(32, 30)
        answer = {
            "equal epochs": last_losses(128, 30) - small,
            "equal updates": ...,
            "refuted": ...,
        }
    """,
    solution_code="""
        small = last_losses(32, 30)
        answer = {
            "equal epochs": last_losses(128, 30) - small,
            "equal updates": last_losses(128, 100) - small,
            "refuted": "caught",
        }
        print("equal epochs: ", answer["equal epochs"].round(3))
        print("equal updates:", answer["equal updates"].round(3))
    """,
    examiner=examine_explanations,
    points=3,
    wrong=(
        WrongAttempt(
            """
            difference = last_losses(128, 30) - last_losses(32, 30)
            answer = {"equal epochs": difference, "equal updates": difference}
            answer["refuted"] = "few updates"
            """,
            "you compare equal epochs once more",
            misconception="Equal epochs can be called equal updates.",
        ),
        WrongAttempt(
            """
            small = last_losses(32, 30)
            answer = {"equal epochs": last_losses(128, 30) - small}
            answer["equal updates"] = last_losses(128, 120) - small
            answer["refuted"] = "caught"
            """,
            "have made more updates than the small ones",
            misconception=(
                "Four times the batch needs four times the epochs, "
                "whatever a last, smaller batch does."
            ),
        ),
        WrongAttempt(
            """
            small = last_losses(32, 30)
            answer = {"equal epochs": small - last_losses(128, 30)}
            answer["equal updates"] = small - last_losses(128, 100)
            answer["refuted"] = "caught"
            """,
            "Your differences have the other sign",
            misconception="The sign of a difference is a matter of taste.",
        ),
        WrongAttempt(
            """
            small = last_losses(32, 30)
            answer = {"equal epochs": last_losses(128, 30) - small}
            answer["equal updates"] = last_losses(128, 100) - small
            answer["refuted"] = "few updates"
            """,
            "What did the explanation that you call refuted predict",
            misconception=(
                "The explanation that sounds less likely is the refuted one."
            ),
        ),
    ),
)
