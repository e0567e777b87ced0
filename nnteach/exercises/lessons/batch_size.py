"""Exercises of the lesson *What does the batch size change?*."""

from functools import cache
from math import ceil, sqrt

import numpy as np

from nnteach import MLPClassifierNet, two_moons
from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, require, require_fitted
from nnteach.exercises.typed_numbers import to_number

N_SAMPLES = 1500
equal_updates = NumberExercise(
    "equal_updates",
    title="As many updates",
    question=f"""
        One network trains on {N_SAMPLES} samples for 40 epochs in batches of 64. The
        last batch of an epoch is smaller than the others. Another network trains on the
        same samples in batches of 250. For how many epochs does it have to train to
        make as many updates?
    """,
    objectives=("compare-batch-sizes",),
    minutes=4,
    hints=(
        "How many batches of 64 does it take to go through all samples once?",
        "Each batch makes one update, the small one at the end of an epoch too.",
    ),
    solution_code="""
        from math import ceil

        updates = 40 * ceil(1500 / 64)
        print(f"{updates} updates, and {1500 // 250} in an epoch of batches of 250")
        answer = updates / (1500 / 250)
    """,
    key=lambda: 40 * ceil(N_SAMPLES / 64) / (N_SAMPLES / 250),
    decimals=0,
    mistakes=(
        Mistake(
            lambda: 40 * (N_SAMPLES // 64) / (N_SAMPLES / 250),
            "You left out the small batch at the end of each epoch. It makes an "
            "update, too.",
        ),
        Mistake(
            lambda: 40 * 250 / 64,
            "That is nearly it, but an epoch has a whole number of batches.",
        ),
        Mistake(
            lambda: 40 * 64 / 250,
            "It is the other way round: larger batches make fewer updates in an epoch.",
        ),
        Mistake(
            lambda: 40,
            "After as many epochs both have seen as many samples, but they have not "
            "made as many updates.",
        ),
        Mistake(
            lambda: 40 * ceil(N_SAMPLES / 64),
            "That is the number of updates. How many epochs of the other network have "
            "as many?",
            misconception="The number of updates is the number of epochs.",
        ),
    ),
)


def noise_ratio(power=0.5, without_replacement=1.0):
    small = 1 / 50 - without_replacement / 1000
    large = 1 / 200 - without_replacement / 1000
    return (small / large) ** power


noise_of_a_batch = NumberExercise(
    "noise_of_a_batch",
    title="Four times the batch",
    question="""
        From 1000 samples you draw batches of 50, or of 200, without putting back. By
        what factor is the standard deviation of the gradient larger for a batch of 50
        than for a batch of 200? Use the exact formula of the lesson.
    """,
    objectives=("compare-batch-sizes",),
    minutes=4,
    hints=(
        "A batch of all 1000 samples has no noise at all. So the noise falls faster "
        "than with the root of the batch size.",
        "The standard deviation is proportional to $\\sqrt{1/|B| - 1/n}$.",
    ),
    solution_code="""
        from math import sqrt

        small = sqrt(1 / 50 - 1 / 1000)
        large = sqrt(1 / 200 - 1 / 1000)
        answer = small / large
    """,
    key=noise_ratio,
    decimals=2,
    mistakes=(
        Mistake(
            lambda: noise_ratio(without_replacement=0),
            "That is right for few samples out of very many. Here the larger batch is "
            "a fifth of all samples.",
        ),
        Mistake(
            lambda: noise_ratio(power=1),
            "That is the ratio of the variances.",
        ),
        Mistake(
            lambda: 1 / noise_ratio(),
            "The batch of 50 has the larger noise, so the number is above one.",
        ),
        Mistake(
            lambda: 4,
            "That is the ratio of the batch sizes. The noise goes with a root.",
        ),
        Mistake(
            lambda: sqrt(1 / 50 + 1 / 1000) / sqrt(1 / 200 + 1 / 1000),
            "You added 1/n. It is subtracted, so that a batch of all samples has no "
            "noise.",
        ),
    ),
)


def examine_oscillation(function):
    steady = 0.8 * 0.97 ** np.arange(60)
    zigzag = (-1.0) ** np.arange(60)
    shaken = steady * (1 + 0.03 * zigzag)

    def measure(curve):
        return to_number(call(function, curve))

    number = measure(shaken)
    require(number > 0, f"For a curve that goes up and down you give {number:.3g}.")
    require(
        abs(measure(steady)) < 0.01 * number,
        "A curve that falls by 3 % in each epoch does not oscillate, but your number "
        f"for it is {measure(steady):.3g}. The steady fall counts in your measure.",
    )
    require(
        np.isclose(measure(2 * shaken), number, rtol=1e-3),
        "Your number changes when all losses are doubled. It should not: take the "
        "changes as a share of the loss.",
    )
    stronger = measure(steady * (1 + 0.09 * zigzag))
    require(
        2 < stronger / number < 4,
        "Here is a curve that goes up and down three times as much as another. Your "
        f"numbers for them are {stronger:.3g} and {number:.3g}.",
    )
    return "Other measures keep the three rules as well. Which one you use, say so."


measure_of_oscillation = CodeExercise(
    "measure_of_oscillation",
    title="Repair a measure of oscillation",
    question="""
        "The standard deviation of the losses says how much a curve oscillates." Write a
        better function: it gets the losses of the epochs as an array and returns one
        number. It keeps three rules. A curve that falls by the same share in each epoch
        gets 0. If all losses are doubled, the number stays. If the ups and downs are
        three times as large, so is the number, roughly.
    """,
    objectives=("measure-oscillation",),
    minutes=8,
    hints=(
        "The lesson looks at changes from one epoch to the next.",
        "If a curve falls by 3 % in each epoch, then the differences of its logarithm "
        "are all equal.",
        "Equal numbers have the standard deviation 0.",
    ),
    setup_code="import numpy as np",
    start_code="""
        def oscillation(losses):
            return np.std(losses)

        answer = oscillation
    """,
    solution_code="""
        def oscillation(losses):
            return np.std(np.diff(np.log(losses)))

        answer = oscillation
    """,
    examiner=examine_oscillation,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(losses):
                return np.mean(np.abs(np.diff(np.log(losses))))
            """,
            "The steady fall counts in your measure",
            misconception=(
                "A change from epoch to epoch is an oscillation, even "
                "where a curve falls steadily."
            ),
        ),
        WrongAttempt(
            """
            def answer(losses):
                change = np.diff(np.log(losses))
                return losses[0] * np.std(change)
            """,
            "Your number changes when all losses are doubled",
            misconception="A larger loss oscillates more.",
        ),
        WrongAttempt(
            """
            def answer(losses):
                return np.mean(np.diff(losses) > 0)
            """,
            "goes up and down three times as much",
            misconception="What counts is how often a curve rises, not how far.",
        ),
    ),
)


def in_a_bowl(n_updates, noise, rate=0.03, start=10.0):
    """Objective after each update in E = θ²/2, where no other minimum exists."""
    theta, rng = start, np.random.default_rng(0)
    objective = [theta**2 / 2]
    for _ in range(n_updates):
        theta -= rate * (theta + noise * rng.normal())
        objective.append(theta**2 / 2)
    return np.array(objective)


@cache
def slow_observations():
    """What a network that is merely slow shows, as in a bowl with one minimum."""
    small, large = in_a_bowl(400, noise=1), in_a_bowl(100, noise=0.5)
    small, further = small[::4], in_a_bowl(300, noise=0)
    changes = [np.abs(np.diff(np.log(curve[50:]))).mean() for curve in (small, large)]
    return {
        "higher": large[-10:].mean() > small[-10:].mean(),
        "smoother": changes[1] < changes[0],
        "flat": np.ptp(large[75:]) < 0.02 * large[0],
        "stays": further[-1] > 0.99 * further[100],
    }


evidence_for_caught = ChoiceExercise(
    "evidence_for_caught",
    title="Slow, or caught?",
    question="""
        "Large batches get caught in local minima." A network that is merely slow must
        not pass for one that is caught. In the bowl $E = \\tfrac12 \\theta^2$ nothing
        can be caught: it has one minimum. Run gradient descent there, from
        $\\theta = 10$ with rate 0.03: 400 updates with noise 1 for small batches, 100
        updates with noise 0.5 for large ones. Which observation does *not* occur in the
        bowl, and would therefore speak for "caught"?
    """,
    objectives=("test-an-explanation",),
    minutes=8,
    hints=(
        "Go through the statements: would you see this in the bowl, too?",
        "What does the loss do in the bowl when the training goes on without noise?",
    ),
    setup_code="""
        import numpy as np

        def bowl(n_updates, noise, theta=10.0, rate=0.03):
            rng, objective = np.random.default_rng(0), []
            for _ in range(n_updates):
                theta -= rate * (theta + noise * rng.normal())
                objective.append(theta**2 / 2)
            return np.array(objective)
    """,
    choices=(
        Choice(
            "After as many epochs, the loss of the large batches is higher.",
            lambda: not slow_observations()["higher"],
            "This occurs in the bowl: a quarter of the updates goes a shorter way.",
        ),
        Choice(
            "The curve of the large batches changes less from epoch to epoch.",
            lambda: not slow_observations()["smoother"],
            "This occurs in the bowl: less noise shakes the curve less.",
        ),
        Choice(
            "On a linear axis, the large batches' curve is flat in its last quarter.",
            lambda: not slow_observations()["flat"],
            "This occurs in the bowl: what falls by the same share in each update "
            "looks flat once it is small. Try a logarithmic axis.",
        ),
        Choice(
            "The training goes on with all samples in one batch, and the loss does not "
            "fall any more.",
            lambda: not slow_observations()["stays"],
            "In the bowl the loss falls on. Where it does not, the network is at the "
            "bottom of something. The networks of the lesson went on falling.",
        ),
    ),
    solution_code="""
        small, large = bowl(400, noise=1), bowl(100, noise=0.5)
        print(f"at the end: {small[-40:].mean():.4f} and {large[-10:].mean():.4f}")
        further = bowl(300, noise=0)
        print(f"without noise: {further[99]:.1e}, then {further[-1]:.1e}")
        answer = "d"
    """,
)

SIZES = (32, 64, 128)


def examine_batches(answer):
    require(
        isinstance(answer, dict) and set(answer) == set(SIZES),
        "The answer is a dict with the keys 32, 64 and 128: the batch sizes.",
    )
    updates = {}
    for size in SIZES:
        net = answer[size]
        require_fitted(net, MLPClassifierNet)
        require(
            net.batch_size == size,
            f"The network at the key {size} has batches of {net.batch_size!r}.",
        )
        n_samples = round(net.t_ / net.n_iter_)
        require(
            n_samples == 640,
            f"The network at the key {size} was trained on {n_samples} samples. It "
            "should be the 640 of X and y.",
        )
        updates[size] = net.n_iter_ * ceil(n_samples / size)
    settings = [
        {
            name: value
            for name, value in answer[size].get_params().items()
            if name not in ("batch_size", "max_iter")
        }
        for size in SIZES
    ]
    for name in settings[0]:
        values = [repr(of_one[name]) for of_one in settings]
        require(
            len(set(values)) == 1,
            f"The networks also differ in {name}: {', '.join(values)}.",
        )
    epochs = {size: answer[size].n_iter_ for size in SIZES}
    require(
        len(set(epochs.values())) > 1,
        f"All trained for {epochs[32]} epochs. Batches of 32 made {updates[32]} "
        f"updates in them, batches of 128 only {updates[128]}.",
    )
    told = ", ".join(f"{updates[size]} with batches of {size}" for size in SIZES)
    require(len(set(updates.values())) == 1, f"The updates are {told}.")
    require(
        updates[32] >= 400,
        f"After {updates[32]} updates there is little to compare. Make at least 400.",
    )
    X, y = two_moons(640, random_state=4)
    losses = {size: answer[size].loss_and_gradients(X, y)[0] for size in SIZES}
    told = ", ".join(f"{losses[size]:.4f} with batches of {size}" for size in SIZES)
    return f"After {updates[32]} updates the training loss is {told}."


sheet_batch_sizes = CodeExercise(
    "sheet_batch_sizes",
    title="A comparison that favours small batches",
    question="""
        Task 2f of the exercise sheet repeats the training with batches of 32 and of
        128. Somebody does it with the code below and reports that small batches are
        better. Make the comparison fair to the large ones: train the three networks on
        `X` and `y` with equally many updates, at least 400, and change nothing else.
        The answer is the dict of the three networks.
    """,
    objectives=("compare-batch-sizes", "test-an-explanation"),
    minutes=10,
    hints=(
        "How many updates does an epoch of 640 samples have, for each batch size?",
        "An epoch has 20, 10 and 5 updates. How many epochs make 400?",
        "Give each network its own `max_iter`.",
    ),
    setup_code="""
        import numpy as np

        from nnteach import MLPClassifierNet, two_moons

        X, y = two_moons(640, random_state=4)

        def train(batch_size, max_iter):
            net = MLPClassifierNet((20,), batch_size=batch_size, max_iter=max_iter)
            net.set_params(learning_rate_init=0.01, n_iter_no_change=np.inf)
            return net.set_params(random_state=0).fit(X, y)
    """,
    start_code="""
        answer = {size: train(size, max_iter=20) for size in (32, 64, 128)}
        for size, net in answer.items():
            print(size, net.loss_and_gradients(X, y)[0])
    """,
    solution_code="""
        epochs = {32: 20, 64: 40, 128: 80}
        answer = {size: train(size, epochs[size]) for size in epochs}
        for size, net in answer.items():
            updates, loss = epochs[size] * 640 // size, net.loss_and_gradients(X, y)[0]
            print(f"batch {size}: {updates} updates, loss {loss:.4f}")
    """,
    examiner=examine_batches,
    points=3,
    wrong=(
        WrongAttempt(
            "answer = {size: train(size, 30) for size in (32, 64, 128)}",
            "All trained for 30 epochs",
            misconception="Equal epochs make a fair comparison.",
        ),
        WrongAttempt(
            "answer = {size: train(size, 640 // size) for size in (32, 64, 128)}",
            "The updates are 400 with batches of 32, 100 with batches of 64",
            misconception="Larger batches need fewer epochs.",
        ),
        WrongAttempt(
            "answer = {size: train(size, size // 32) for size in (32, 64, 128)}",
            "there is little to compare",
            misconception="A fair comparison can be as short as one likes.",
        ),
        WrongAttempt(
            """
            answer = {size: train(size, size // 3) for size in (32, 64, 128)}
            answer[128] = train(64, 40)
            """,
            "The network at the key 128 has batches of 64",
            misconception="If training takes too long, another batch size will do.",
        ),
    ),
)
