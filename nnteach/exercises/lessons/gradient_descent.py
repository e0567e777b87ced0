"""Exercises of the lesson *Gradient descent, momentum and Adam by hand*."""

import numpy as np

from nnteach.exercises.choice_exercise import Choice, ChoiceExercise
from nnteach.exercises.code import changed
from nnteach.exercises.exercise import CodeExercise, WrongAttempt
from nnteach.exercises.number_exercise import Mistake, NumberExercise
from nnteach.exercises.requirements import call, describe, require, to_array


def momentum_walk(n_steps, eta=0.1, mu=0.5, theta=4.0, sign=-1):
    s = 0.0
    for _ in range(n_steps):
        s = mu * s + sign * eta * theta
        theta = theta + s
    return theta


def nesterov_walk(n_steps, eta=0.1, mu=0.5, theta=4.0):
    s = 0.0
    for _ in range(n_steps):
        gradient = theta
        s = mu * s - eta * gradient
        theta = theta + mu * s - eta * gradient
    return theta


two_steps_of_momentum = NumberExercise(
    "two_steps_of_momentum",
    title="Two steps of momentum",
    question="""
        The objective is $E(\\theta) = \\theta^2 / 2$, with one parameter, and training
        starts at $\\theta = 4$ with $s = 0$. Make two steps of momentum (not
        Nesterov's) with $\\eta = 0.1$ and $\\mu = 0.5$. Where is $\\theta$ after them?
    """,
    objectives=("write-the-rules",),
    minutes=4,
    hints=(
        "The derivative of $\\theta^2 / 2$ is $\\theta$. What is $s$ after the first "
        "step?",
        "In the second step, half of the last $s$ is kept, and the gradient is taken "
        "at the new $\\theta$.",
    ),
    solution_code="""
        theta, s = 4.0, 0.0
        for step in (1, 2):
            s = 0.5 * s - 0.1 * theta
            theta = theta + s
            print(f"step {step}: s = {s:.2f}, theta = {theta:.2f}")
        answer = theta
    """,
    key=lambda: momentum_walk(2),
    decimals=2,
    mistakes=(
        Mistake(
            lambda: momentum_walk(2, mu=0),
            "These are two steps of gradient descent. Momentum keeps a share of the "
            "last step.",
        ),
        Mistake(
            lambda: momentum_walk(1),
            "That is one step. Make another from there.",
        ),
        Mistake(
            lambda: nesterov_walk(2),
            "That is Nesterov's momentum, which looks one step ahead.",
        ),
        Mistake(
            lambda: momentum_walk(2, sign=1),
            "You went uphill: the gradient comes with a minus sign.",
        ),
        Mistake(
            lambda: momentum_walk(2, mu=1),
            "You kept the whole of the last step. Only a share $\\mu$ of it stays.",
        ),
        Mistake(
            lambda: momentum_walk(1) + 1.5 * (momentum_walk(1) - 4),
            "In the second step you took the gradient at the start again. It is taken "
            "where $\\theta$ is now.",
        ),
    ),
)


def rate_of_descent(eta=0.002, mu=0.95):
    s = 0.0
    for _ in range(2000):  # the gradient is always 1
        s = mu * s - eta
    return -s


as_fast_as_momentum = NumberExercise(
    "as_fast_as_momentum",
    title="As fast as momentum",
    question="""
        Somebody trains with momentum, $\\mu = 0.95$, and the learning rate 0.002. With
        which learning rate does gradient descent go as fast, where the gradient hardly
        changes?
    """,
    objectives=("convert-the-rate",),
    minutes=3,
    hints=(
        "To what does $s$ grow if the gradient stays the same? It is a sum of powers "
        "of $\\mu$.",
        "With $\\mu = 0.9$ the factor is 10. Compute it for 0.95.",
    ),
    solution_code="""
        factor = 1 / (1 - 0.95)
        answer = 0.002 * factor
        print(f"{factor:.0f} times as fast: the rate {answer:g}")
    """,
    key=rate_of_descent,
    decimals=4,
    mistakes=(
        Mistake(
            lambda: rate_of_descent(mu=0.9),
            "That would be so with the usual $\\mu = 0.9$. This one is larger.",
        ),
        Mistake(
            lambda: 0.002 * (1 - 0.95),
            "You converted in the other direction. Which of the two rules is faster at "
            "one rate?",
            misconception="Momentum is slower, so its rate has to be made smaller.",
        ),
        Mistake(
            lambda: 0.002 * (1 + 0.95),
            "You added up two steps. The older ones still count, too.",
        ),
        Mistake(
            lambda: 0.002 / 0.95,
            "You divided by $\\mu$. Add up $1 + \\mu + \\mu^2 + \\dots$ instead.",
        ),
        Mistake(
            lambda: 0.002,
            "At the same rate momentum is faster, since its steps add up.",
        ),
    ),
)


def adam_way(gradients, eta=0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    theta, m, v = 0.0, 0.0, 0.0
    for t, gradient in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * gradient
        v = beta_2 * v + (1 - beta_2) * gradient**2
        correction = np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        theta -= eta * correction * m / (np.sqrt(v) + epsilon)
    return abs(theta)


def ways():
    """How far Adam moves with a large gradient that turns, and a small steady one."""
    turning = adam_way(10 * (-1.0) ** np.arange(200))
    steady = adam_way(np.full(200, 0.001))
    return turning, steady


which_moves_further = ChoiceExercise(
    "which_moves_further",
    title="A large gradient and a small one",
    question="""
        Adam makes 200 steps with $\\eta = 0.01$. The gradient of one parameter is large
        and changes its sign in each step: 10, $-10$, 10, $-10$, … That of another is
        small and steady: always 0.001. How far are the two from their start in the
        end?
    """,
    objectives=("explain-adam",),
    minutes=5,
    hints=(
        "Adam divides $m$, the running mean of the gradient, by $\\sqrt v$, its recent "
        "size. What is either of them for each parameter?",
        "Write the rule as a loop, and let it run for both.",
    ),
    setup_code="import numpy as np",
    choices=(
        Choice(
            "The first is much further: its gradient is 10 000 times as large.",
            lambda: ways()[0] > 10 * ways()[1],
            "It would be so for the size of a single step of gradient descent. Adam "
            "divides by the recent size of the gradient.",
        ),
        Choice(
            "Both are about equally far, since Adam's steps do not depend on the "
            "gradient.",
            lambda: 0.5 < ways()[0] / ways()[1] < 2,
            "They do not depend on its size. But what becomes of $m$ where the sign "
            "changes?",
        ),
        Choice(
            "The second is much further, by about 200 steps of the length $\\eta$.",
            lambda: ways()[1] > 10 * ways()[0] and np.isclose(ways()[1], 2, rtol=0.05),
            "$m / \\sqrt v$ is 1 for a steady gradient, however small. Where the sign "
            "changes, $m$ is near 0, and the steps that are left cancel.",
        ),
        Choice(
            "Neither has moved noticeably: one turns back and forth, and the other's "
            "gradient is too small.",
            lambda: max(ways()) < 0.2,
            "The first part is true. But how long is a step of Adam if the gradient is "
            "0.001 and was always 0.001?",
        ),
    ),
    solution_code="""
        def way(gradients, eta=0.01):
            theta = mean = mean_square = 0
            for t, gradient in enumerate(gradients, start=1):
                mean = 0.9 * mean + 0.1 * gradient
                mean_square = 0.999 * mean_square + 0.001 * gradient**2
                correction = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
                theta -= eta * correction * mean / (np.sqrt(mean_square) + 1e-8)
            return abs(theta)

        print(f"large and turning: {way(10 * (-1.0) ** np.arange(200)):.3f}")
        print(f"small and steady:  {way(np.full(200, 0.001)):.3f}")
        answer = "c"
    """,
)


def adam_states(gradients, eta=0.1):
    """Where Adam is after each step, with its state."""
    theta, m, v = np.zeros(len(gradients[0])), 0.0, 0.0
    for t, gradient in enumerate(gradients, start=1):
        m = 0.9 * m + 0.1 * gradient
        v = 0.999 * v + 0.001 * gradient**2
        correction = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        theta = theta - eta * correction * m / (np.sqrt(v) + 1e-8)
        yield theta


def examine_adam(function):
    for eta, gradients in (
        (0.1, [[3.0, -0.02]] * 30),
        (0.1, np.random.default_rng(0).normal(size=(9, 2))),
        (0.02, [[1.0, -1.0]] * 3),
    ):
        gradients = np.asarray(gradients)
        theta, m, v = np.zeros(2), np.zeros(2), np.zeros(2)
        right = adam_states(gradients, eta)
        for t, (gradient, expected) in enumerate(zip(gradients, right, strict=True), 1):
            before = theta
            state = call(function, gradient, eta, theta, m, v, t)
            require(
                isinstance(state, tuple | list) and len(state) == 3,
                "The function returns three arrays: the new `theta`, `m` and `v`.",
            )
            theta, m, v = (to_array(one, (2,)) for one in state)
            step = theta - before
            if np.allclose(theta, expected, rtol=1e-3, atol=1e-4):
                continue
            require(
                eta == 0.1,
                f"With the rate 0.1 your steps are right, with {eta} they are not. Do "
                "you use `eta`?",
            )
            shown = (
                f"Step {t} has the lengths {abs(step[0]):.3g} and {abs(step[1]):.3g}"
            )
            found = f"{shown} for the gradients {gradient[0]:.3g} and {gradient[1]:.3g}"
            require(
                np.all(step * gradient <= 0) or t > 1,
                "The first step goes in the direction of the gradient, uphill.",
            )
            sizes = abs(step)
            require(
                t > 1 or sizes.max() < 1.01 * sizes.min(),
                f"{found}. With Adam's rule they are equally long. By what do you "
                "divide $m$?",
            )
            require(
                t > 1,
                f"{found}. A first step should be as long as $\\eta = 0.1$. Both means "
                "start at 0: what puts that right?",
            )
            require(
                False,
                f"The first step is right. {found}, and these are no longer right. Do "
                "`m` and `v` keep what they have, and does the correction know `t`?",
            )


first_step_too_long = CodeExercise(
    "first_step_too_long",
    title="A first step that is too long",
    question="""
        This is meant to be one step of Adam. It gets the gradient, the learning rate,
        the state and the number $t$ of the step, counted from 1. It returns the new
        `theta`, `m` and `v`. The first step should be about $\\eta$ long in each
        parameter. Find what is missing, and add it. `answer` is the function.
    """,
    objectives=("write-the-rules", "explain-adam"),
    minutes=6,
    hints=(
        "Compute the first step by hand for the gradient 1: what are $m$ and "
        "$\\sqrt v$?",
        "The argument `t` is not used. Which factor in the rule contains $t$?",
    ),
    setup_code="import numpy as np",
    start_code="""
        def adam(gradient, eta, theta, m, v, t):
            m = 0.9 * m + 0.1 * gradient
            v = 0.999 * v + 0.001 * gradient**2
            return theta - eta * m / (np.sqrt(v) + 1e-8), m, v

        answer = adam
    """,
    solution_code="""
        def adam(gradient, eta, theta, m, v, t):
            m = 0.9 * m + 0.1 * gradient
            v = 0.999 * v + 0.001 * gradient**2
            correction = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            return theta - eta * correction * m / (np.sqrt(v) + 1e-8), m, v

        answer = adam
        for gradient in (3, -0.02):
            theta, m, v = adam(gradient, 0.1, 0, 0, 0, 1)
            print(f"gradient {gradient}: first step {theta:.4f}")
    """,
    examiner=examine_adam,
    points=2,
    wrong=(
        WrongAttempt(
            """
            def answer(gradient, eta, theta, m, v, t):
                m = 0.9 * m + 0.1 * gradient
                v = 0.999 * v + 0.001 * gradient**2
                return theta - 0.5 * eta * m / (np.sqrt(v) + 1e-8), m, v
            """,
            "what puts that right?",
            misconception=(
                "A first step that is too long calls for a smaller constant."
            ),
        ),
        WrongAttempt(
            """
            def answer(gradient, eta, theta, m, v, t):
                m = 0.9 * m + 0.1 * gradient
                v = 0.999 * v + 0.001 * gradient**2
                m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
                return theta - eta * m_hat / (v_hat + 1e-8), m, v
            """,
            "By what do you divide $m$?",
            misconception="Adam divides by the mean square of the gradient.",
        ),
        WrongAttempt(
            """
            def answer(gradient, eta, theta, m, v, t):
                m = 0.9 * m + 0.1 * gradient
                v = 0.999 * v + 0.001 * gradient**2
                correction = np.sqrt(1 - 0.999) / (1 - 0.9)
                return theta - eta * correction * m / (np.sqrt(v) + 1e-8), m, v
            """,
            "does the correction know `t`?",
            misconception="The correction is the same in every step.",
        ),
        WrongAttempt(
            """
            def answer(gradient, eta, theta, m, v, t):
                m = 0.9 * m + 0.1 * gradient
                v = 0.999 * v + 0.001 * gradient**2
                m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
                return theta - 0.1 * m_hat / (np.sqrt(v_hat) + 1e-8), m, v
            """,
            "Do you use `eta`?",
            misconception="Adam chooses its learning rate by itself.",
        ),
        WrongAttempt(
            """
            def answer(gradient, eta, theta, m, v, t):
                m *= 0.9
                m += 0.1 * gradient
                v *= 0.999
                v += 0.001 * gradient**2
                correction = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
                return theta - eta * correction * m / (np.sqrt(v) + 1e-8), m, v
            """,
            "changes what it is given",
            misconception="Changing `m` in place changes the function's own copy.",
        ),
        WrongAttempt(
            """
            def answer(gradient, eta, theta, m, v, t):
                m = 0.9 * m + 0.1 * gradient
                v = 0.999 * v + 0.001 * gradient**2
                correction = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
                return theta + eta * correction * m / (np.sqrt(v) + 1e-8), m, v
            """,
            "in the direction of the gradient, uphill",
            misconception="The step follows the gradient.",
        ),
    ),
)

RATES, OTHER_RATES = (0.001, 0.01, 0.1, 1.0), (0.003, 0.03, 0.3)
FIRST, NEW = range(10), range(10, 20)


def no_luck(rule, at_best, seed):
    return 0


def lucky_first_seeds(rule, at_best, seed):
    return -0.2 * (rule == "Adam" and seed in FIRST)


def lucky_new_seeds(rule, at_best, seed):
    return -0.4 * (rule == "momentum" and not at_best and seed in NEW)


def one_outlier(rule, at_best, seed):
    return 5 * (rule == "momentum" and at_best and seed == 3)


def many_wins(rule, at_best, seed):
    sizes = {"momentum": (0, 6, 8), "Adam": (1, 5, 9)}[rule]
    return 0.05 * sizes[(seed >= 14) + (seed >= 16)] * (seed in NEW)


class Losses:
    """Losses of made-up trainings, and a diary of which were asked for."""

    def __init__(self, valleys, luck):
        self.valleys, self.luck, self.diary = valleys, luck, []

    def __deepcopy__(self, memo):
        return self

    def __call__(self, rule, rate, seed):
        """Note what is asked for, and make up a loss."""
        self.diary.append((rule, float(rate), int(seed)))
        return self.made_up(rule, rate, seed)

    def made_up(self, rule, rate, seed):
        """Return the loss of a training."""
        best, lowest = self.valleys[rule]
        number = int(np.round(1000 * np.log10(rate)))
        rng = np.random.default_rng([int(seed), number % 2**16, len(rule)])
        lowest += self.luck(rule, rate == best, seed) + 0.02 * rng.random()
        return lowest + 0.1 * np.log10(rate / best) ** 2

    def median(self, rule, rate, seeds):
        """Return the median loss of a rule at a rate over some seeds."""
        return np.median([self.made_up(rule, rate, seed) for seed in seeds])

    def best_rate(self, rule, rates):
        """Return the rate with the lowest median loss for the first seeds."""
        return min(rates, key=lambda rate: self.median(rule, rate, FIRST))

    def seeds(self, rule, rate):
        """Seeds of the trainings with a rule and a rate."""
        return {seed for name, eta, seed in self.diary if (name, eta) == (rule, rate)}


RACES = (
    ({"momentum": (0.1, 0.50), "Adam": (0.01, 0.45)}, RATES, no_luck, ""),
    ({"momentum": (0.1, 0.40), "Adam": (0.001, 0.45)}, RATES, no_luck, ""),
    ({"momentum": (1.0, 0.40), "Adam": (0.01, 0.45)}, RATES, no_luck, ""),
    ({"momentum": (0.3, 0.40), "Adam": (0.003, 0.45)}, OTHER_RATES, no_luck, ""),
    (
        {"momentum": (0.1, 0.40), "Adam": (0.01, 0.45)},
        RATES,
        lucky_first_seeds,
        "In this test Adam is lucky with the seeds 0 to 9. These choose its rate, and "
        "they also measure it: you call it the winner. Use new seeds for the "
        "comparison of the rules.",
    ),
    (
        {"momentum": (0.1, 0.50), "Adam": (0.01, 0.45)},
        RATES,
        lucky_new_seeds,
        "In this test momentum is lucky with the seeds 10 to 19 at rates that are bad "
        "for the seeds 0 to 9, and you call it the winner. Choose the rates with the "
        "seeds 0 to 9 alone.",
    ),
    (
        {"momentum": (0.1, 0.40), "Adam": (0.01, 0.45)},
        RATES,
        one_outlier,
        "In this test one training of momentum has a very high loss at its best rate, "
        "and you call Adam the winner. Do you choose the rates by the median?",
    ),
    (
        {"momentum": (0.1, 0.45), "Adam": (0.01, 0.45)},
        RATES,
        many_wins,
        "In this test momentum has the lower loss for eight of the seeds 10 to 19, and "
        "Adam has the lower median. You call momentum the winner. Compare the medians, "
        "neither the means nor the number of wins.",
    ),
)


def examine_fairness(function):
    for valleys, rates, luck, message in RACES:
        losses = Losses(valleys, luck)
        said = call(function, losses, rates)
        require(
            isinstance(said, str) and said in valleys,
            'The function returns "momentum" or "Adam". Yours returns '
            f"{describe(said)}.",
        )
        require(
            losses.diary,
            "Your function never calls `loss`. It cannot know which rule is better.",
        )
        for rule in valleys:
            examine_rates(losses, rule, rates)
        for rule in valleys:
            examine_seeds(losses, rule, rates)
        winner = min(
            valleys,
            key=lambda rule: losses.median(rule, losses.best_rate(rule, rates), NEW),
        )
        require(
            said == winner,
            message
            or f"At its best rate each, {winner} has the lower loss, and you return "
            f'"{said}". Is it the median of the losses on the new seeds?',
        )


def examine_rates(losses, rule, rates):
    """Require that a rule is tried at all the given rates, and at no others."""
    tried = sorted({rate for name, rate, _ in losses.diary if name == rule})
    shown = ", ".join(f"{rate:g}" for rate in tried)
    require(
        len(tried) != 1,
        f"{rule} is tried with the rate {shown} alone. Its best rate may be a "
        "different one.",
    )
    require(
        set(tried) <= set(rates),
        f"{rule} is tried with the rates {shown}, and the function was given "
        f"{', '.join(f'{rate:g}' for rate in rates)}. Take them from its argument "
        "`rates`.",
    )
    require(
        len(tried) == len(rates),
        f"{rule} is tried with {len(tried)} of the {len(rates)} rates. Its best rate "
        "may be among the others.",
    )


def examine_seeds(losses, rule, rates):
    """Require the seeds of the question for the choice and for the comparison."""
    best = losses.best_rate(rule, rates)
    require(
        len(losses.seeds(rule, best)) > 1,
        "Each training is run with one seed alone. Luck decides then.",
    )
    for rate in rates:
        seeds = losses.seeds(rule, rate)
        require(
            seeds >= set(FIRST),
            f"{rule} is tried at the rate {rate:g} with {shown_seeds(seeds)}. Choose "
            "the rate with all of the seeds 0 to 9.",
        )
        require(
            seeds <= {*FIRST, *NEW},
            f"{rule} is tried at the rate {rate:g} with {shown_seeds(seeds)}. The "
            "question names the seeds 0 to 19.",
        )
    elsewhere = any(losses.seeds(rule, rate) & set(NEW) for rate in rates)
    new = losses.seeds(rule, best) & set(NEW)
    require(
        new or not elsewhere,
        f"The first seeds have the lowest median loss of {rule} at the rate {best:g}, "
        "and you compare it at a different one.",
    )
    require(
        new == set(NEW),
        f"{rule} is trained at its best rate with "
        f"{shown_seeds(losses.seeds(rule, best))}. Compare the rules with all of the "
        "seeds 10 to 19.",
    )


def shown_seeds(seeds):
    """Write a set of seeds in words."""
    if len(seeds) == 1:
        return f"the seed {min(seeds)} alone"
    if len(seeds) == max(seeds) - min(seeds) + 1:
        return f"the seeds {min(seeds)} to {max(seeds)}"
    return f"the seeds {', '.join(map(str, sorted(seeds)))}"


FAIR = """
def answer(loss, rates):
    def typical_loss(rule, rate, seeds):
        return np.median([loss(rule, rate, seed) for seed in seeds])

    ends = {}
    for rule in ("momentum", "Adam"):
        best = min(rates, key=lambda rate: typical_loss(rule, rate, range(10)))
        ends[rule] = typical_loss(rule, best, range(10, 20))
    return min(ends, key=ends.get)
"""


a_fair_race = CodeExercise(
    "a_fair_race",
    title="A fair race",
    question="""
        `loss(rule, rate, seed)` trains a network with a rule, `"momentum"` or `"Adam"`,
        and returns its loss. The function `winner` compares the two rules at the rate
        0.01 and says which has the lower median loss. Make the comparison fair: choose
        for each rule the rate with the lowest median loss for the seeds 0 to 9, and
        compare the rules at these rates with the seeds 10 to 19. The function gets the
        rates to try, and returns the name of the better rule. `answer` is the function.
    """,
    objectives=("compare-fairly",),
    minutes=10,
    hints=(
        "Write a small function first: the median loss of a rule at a rate over some "
        "seeds.",
        "`min(rates, key=lambda rate: median_loss(rule, rate, range(10)))` is the best "
        "rate of a rule.",
        "Then compute the median loss of each rule at its best rate, for "
        "`range(10, 20)`.",
    ),
    setup_code="""
        import numpy as np
        from sklearn.datasets import make_moons

        from nnteach import MLPClassifierNet

        X, y = make_moons(100, noise=0.2, random_state=0)
        solvers = {"momentum": "sgd", "Adam": "adam"}
        rates = (0.001, 0.01, 0.1, 1.0)

        def loss(rule, rate, seed):
            settings = {"solver": solvers[rule], "learning_rate_init": rate}
            settings |= {"batch_size": 20, "max_iter": 5, "n_iter_no_change": np.inf}
            net = MLPClassifierNet((10,), **settings, random_state=seed).fit(X, y)
            return net.loss_and_gradients(X, y)[0]
    """,
    start_code="""
        def winner(loss, rates):
            medians = {
                rule: np.median([loss(rule, 0.01, seed) for seed in range(20)])
                for rule in ("momentum", "Adam")
            }
            return min(medians, key=medians.get)

        answer = winner
    """,
    solution_code="""
        def winner(loss, rates):
            def median_loss(rule, rate, seeds):
                return np.median([loss(rule, rate, seed) for seed in seeds])

            medians = {}
            for rule in ("momentum", "Adam"):
                on_old = {rate: median_loss(rule, rate, range(10)) for rate in rates}
                best = min(on_old, key=on_old.get)
                medians[rule] = median_loss(rule, best, range(10, 20))
            return min(medians, key=medians.get)

        answer = winner
        print("with two rates:", winner(loss, (0.01, 0.1)))
    """,
    examiner=examine_fairness,
    points=3,
    wrong=(
        WrongAttempt(
            """
            def answer(loss, rates):
                medians = {
                    rule: np.median([loss(rule, 0.1, seed) for seed in range(20)])
                    for rule in ("momentum", "Adam")
                }
                return min(medians, key=medians.get)
            """,
            "is tried with the rate 0.1 alone",
            misconception=(
                "A fair race gives both rules the same rate; it only has "
                "to be a good one."
            ),
        ),
        WrongAttempt(
            """
            def answer(loss, rates):
                medians = {
                    rule: min(
                        np.median([loss(rule, rate, seed) for seed in range(20)])
                        for rate in rates
                    )
                    for rule in ("momentum", "Adam")
                }
                return min(medians, key=medians.get)
            """,
            "Use new seeds for the comparison of the rules",
            misconception="The lowest loss among all rates is the loss of the rule.",
        ),
        WrongAttempt(
            """
            def answer(loss, rates):
                lowest = {
                    rule: min(loss(rule, rate, 0) for rate in rates)
                    for rule in ("momentum", "Adam")
                }
                return min(lowest, key=lowest.get)
            """,
            "one seed alone",
            misconception="One seed is enough to choose a rate.",
        ),
        WrongAttempt(
            """
            def answer(loss, rates):
                medians = {}
                for rule in ("momentum", "Adam"):
                    first = [[loss(rule, r, k) for k in range(10)] for r in rates]
                    best = rates[int(np.argmax(np.median(first, axis=1)))]
                    new = [loss(rule, best, seed) for seed in range(10, 20)]
                    medians[rule] = np.median(new)
                return min(medians, key=medians.get)
            """,
            "and you compare it at a different one",
            misconception=(
                "It does not matter how the rate was chosen, as long as "
                "both rules choose alike."
            ),
        ),
        WrongAttempt(
            """
            def answer(loss, rates):
                medians = {}
                for rule in ("momentum", "Adam"):
                    first = [[loss(rule, r, k) for k in range(10)] for r in rates]
                    best = rates[int(np.argmin(np.median(first, axis=1)))]
                    new = [loss(rule, best, seed) for seed in range(10, 20)]
                    medians[rule] = np.median(new)
                return max(medians, key=medians.get)
            """,
            "At its best rate each",
            misconception=(
                "The rule with the larger number wins, also if the number is a loss."
            ),
        ),
        WrongAttempt(
            changed(FAIR, ("range(10))", "range(20))")),
            "Choose the rates with the seeds 0 to 9 alone",
            misconception="More seeds make a better choice, whatever else they do.",
        ),
        WrongAttempt(
            changed(FAIR, ("range(10))", "range(10, 20))")),
            "with the seeds 10 to 19. Choose the rate with all",
            misconception=(
                "The seeds that choose a rate may be those that measure it."
            ),
        ),
        WrongAttempt(
            changed(FAIR, ("range(10))", "range(5, 15))")),
            "with the seeds 5 to 14. Choose the rate with all",
            misconception="Ten seeds are ten seeds, though some are used twice.",
        ),
        WrongAttempt(
            changed(FAIR, ("range(10))", "range(1))")),
            "with the seed 0 alone. Choose",
            misconception="One seed tells which rate is best; only the end needs many.",
        ),
        WrongAttempt(
            changed(FAIR, ("range(10, 20)", "range(11, 20)")),
            "Compare the rules with all of the seeds 10 to 19",
            misconception="The new seeds begin one later: after 10.",
        ),
        WrongAttempt(
            changed(FAIR, ("range(10, 20)", "range(10, 21)")),
            "The question names the seeds 0 to 19",
            misconception="The end of a range belongs to it.",
        ),
        WrongAttempt(
            changed(FAIR, ("min(rates", "min((0.001, 0.01, 0.1, 1.0)")),
            "Take them from its argument",
            misconception="The rates of the notebook are those of every call.",
        ),
        WrongAttempt(
            """
            def answer(loss, rates):
                ends = {}
                for rule in ("momentum", "Adam"):
                    all_losses = np.array(
                        [[loss(rule, rate, k) for k in range(20)] for rate in rates]
                    )
                    best = all_losses[:, :10].mean(axis=1).argmin()
                    ends[rule] = np.median(all_losses[best, 10:])
                return min(ends, key=ends.get)
            """,
            "Do you choose the rates by the median?",
            misconception="A mean says as much of a typical training as a median.",
        ),
        WrongAttempt(
            """
            def answer(loss, rates):
                def losses(rule, rate, seeds):
                    return np.array([loss(rule, rate, seed) for seed in seeds])

                def median(rule, rate):
                    return np.median(losses(rule, rate, range(10)))

                new = []
                for rule in ("momentum", "Adam"):
                    best = min(rates, key=lambda rate: median(rule, rate))
                    new.append(losses(rule, best, range(10, 20)))
                return "momentum" if np.sum(new[0] < new[1]) > 5 else "Adam"
            """,
            "neither the means nor the number of wins",
            misconception="The rule that wins more often has the lower median.",
        ),
    ),
)
