r"""
Gradient descent, momentum and Adam by hand
===========================================

Backpropagation gives the gradient; an update rule turns it into a step and decides how
fast a network learns. You write the three most common rules in numpy, watch them walk
down a valley, and train a network to the same weights as the library.

.. lesson-plan::
   :needs: training_by_hand, backpropagation

   :write-the-rules: write down the update rules of gradient descent, momentum and Adam
   :convert-the-rate: compute the learning rate at which gradient descent goes as fast
      as momentum does at a given one
   :explain-adam: explain why the size of Adam's steps hardly depends on the size of the
      gradient
   :compare-fairly: choose learning rates so that a comparison of update rules is fair
"""

# %%
# Predict first
# -------------
#
# 1. A valley is a hundred times as steep across as along. Does gradient descent run
#    along it, or bounce between its walls?
# 2. You multiply the loss by 100 and keep the learning rate. How much longer is the
#    first step of gradient descent? And that of :term:`Adam`, which divides each
#    gradient by its recent size?
# 3. Gradient descent, :term:`momentum` and Adam each train networks at their best
#    learning rate. Which gets furthest in 20 epochs?

# %%
# Gradient descent in a narrow valley
# -----------------------------------
#
# :term:`Gradient descent` moves all weights and biases :math:`\theta` against the
# :term:`gradient` of the :term:`objective` :math:`E`, and the :term:`learning rate`
# :math:`\eta` says how far:
#
# .. math:: \theta \leftarrow \theta - \eta \, \nabla E(\theta)
#
# The valley
# :math:`E(\theta) = \frac12 (\theta_1^2 + 100 \, \theta_2^2)` has the gradient
# :math:`(\theta_1, 100 \, \theta_2)`. In the figures its ellipses join points of equal
# height :math:`E`, and a star marks the lowest, 0. In the code, a rule takes the
# gradient, the rate and a state, and returns the next state. For gradient descent the
# state is :math:`\theta` alone.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

from nnteach import MLPClassifierNet, fit_many, median_and_band


def gradient_descent(gradient, eta, theta):
    return (theta - eta * gradient,)


def walk(rule, eta, n_steps=60):
    states = [(np.array([-4, 0.4]),)]
    for _ in range(n_steps):
        gradient = np.array([1, 100]) * states[-1][0]
        states.append(rule(gradient, eta, *states[-1]))
    return np.array([theta for theta, *_ in states])


# %%

# sphinx_gallery_fold_code = "How the paths are drawn"
from nnteach.displays.palette import COLOR_CYCLE

NAMES = ("gradient descent", "momentum", "Adam")
COLORS = dict(zip(NAMES, COLOR_CYCLE[:3], strict=True))


def height(theta):
    return (theta[..., 0] ** 2 + 100 * theta[..., 1] ** 2) / 2


def share_left(path):
    return 100 * height(path[-1]) / height(path[0])


def draw_valley(ax):
    axes = np.linspace(-4.4, 1.9, 200), np.linspace(-0.62, 0.62, 200)
    mesh = np.stack(np.meshgrid(*axes), axis=-1)
    levels = height(np.array([-4, 0.4])) * np.geomspace(0.001, 1, 7)
    ax.contour(*axes, height(mesh), levels, colors="grey", linewidths=0.6)
    ax.plot(0, 0, "k*", markersize=11)


def draw_walks(walks):
    fig, axes = plt.subplots(2, 1, figsize=(7, 4), layout="constrained", sharex=True)
    for ax, (name, rule, eta) in zip(axes, walks, strict=True):
        draw_valley(ax)
        ax.plot(*walk(rule, eta).T, ".-", color=COLORS[name], linewidth=1)
        ax.set_title(f"{name}, η = {eta}", loc="left", fontsize="medium")
        ax.set_ylabel(r"across, $\theta_2$")
    ax.set_xlabel(r"along the valley, $\theta_1$")
    return fig


rates = (0.002, 0.019)
slow, fast = (walk(gradient_descent, eta) for eta in rates)
across = 100 * height(slow[0] * [0, 1]) / height(slow[0])
print(f"at the start, {across:.0f} % of the height comes from across the valley")
print("left after 60 steps of gradient descent:")
for eta, path in zip(rates, (slow, fast), strict=True):
    along = 100 * path[-1, 0] / path[0, 0]
    print(f"η = {eta}: {share_left(path):.0f} % of the height,", end=" ")
    print(f"{along:.0f} % of the way along")
fig = draw_walks([("gradient descent", gradient_descent, eta) for eta in rates])
fig.suptitle("Gradient descent creeps along the valley or bounces off its walls")
fig.alt_text = (
    "Contour lines of a long valley with a star at its lowest point, twice, each with "
    "60 steps that start on the left. With the small rate the path drops to the floor "
    f"and creeps along it, from -4 to {slow[-1, 0]:.1f}. With the large rate it jumps "
    f"from wall to wall in ever shorter jumps and gets to {fast[-1, 0]:.1f}."
)
plt.show()

# %%
# **Answer 1.** Either: the rate decides. Each step multiplies :math:`\theta_2` by
# :math:`1 - 100 \eta`, which is negative above :math:`\eta = 0.01`: the step ends on
# the other wall. Above 0.02 it ends higher up. A small rate creeps along the floor.
#
# Momentum: remember the last step
# --------------------------------
#
# With momentum, each step :math:`s` is a share :math:`\mu` of the step before,
# usually 0.9, plus a step of gradient descent:
#
# .. math::
#
#    s \leftarrow \mu s - \eta \, \nabla E(\theta), \qquad
#    \theta \leftarrow \theta + s
#
# Across the valley the gradient changes its sign, and the steps do not add up. Along
# the valley they do: for a constant gradient, :math:`s` grows to
# :math:`-\eta (1 + \mu + \mu^2 + \dots) \nabla E`, which is
# :math:`-\eta / (1 - \mu) \, \nabla E`. With :math:`\mu = 0.9`, momentum is then as
# fast as gradient descent at ten times the rate.


def momentum(gradient, eta, theta, s=0, mu=0.9):
    s = mu * s - eta * gradient
    return theta + s, s


# %%
# Nesterov's momentum, which scikit-learn and this library use unless you switch it off,
# computes the same :math:`s` and then looks one step ahead: it already adds the share
# of :math:`s` that the next step will keep.
#
# .. math::
#
#    s \leftarrow \mu s - \eta \, \nabla E(\theta), \qquad
#    \theta \leftarrow \theta + \mu s - \eta \, \nabla E(\theta)
#
# In textbooks Nesterov's gradient is taken at the place :math:`\theta + \mu s`, to
# which momentum alone would go. Both are the same method: here :math:`\theta` is that
# place, and the gradient is taken where the parameters are.

# sphinx_gallery_fold = "Nesterov's momentum, as scikit-learn has it"


def nesterov(gradient, eta, theta, s=0, mu=0.9):
    s = mu * s - eta * gradient
    return theta + mu * s - eta * gradient, s


def textbook_nesterov(eta, n_steps, mu=0.9):
    theta, s, places = np.array([-4, 0.4]), 0, []
    for _ in range(n_steps):
        places.append(theta + mu * s)
        s = mu * s - eta * np.array([1, 100]) * places[-1]
        theta = theta + s
    return np.array(places)


ours, textbook = walk(nesterov, 0.005)[:60], textbook_nesterov(0.005, 60)
print(f"60 steps, largest difference {np.abs(ours - textbook).max():.0e}")
assert np.allclose(ours, textbook, rtol=0, atol=1e-12)

# %%
# Adam: divide by the recent size
# -------------------------------
#
# Adam keeps two running means for every parameter: :math:`m` of the gradient and
# :math:`v` of its square. With :math:`\beta_1 = 0.9`, each new :math:`m` is nine tenths
# of the old one and one tenth of the new gradient. All operations are entry by entry,
# and :math:`t` counts the steps from 1:
#
# .. math::
#
#    m &\leftarrow \beta_1 m + (1 - \beta_1) \, \nabla E(\theta), \qquad
#    v \leftarrow \beta_2 v + (1 - \beta_2) \, \nabla E(\theta)^2 \\
#    \theta &\leftarrow \theta - \eta \,
#        \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \, \frac{m}{\sqrt v + \varepsilon}
#
# The root :math:`\sqrt v` is the recent size of the gradient. Where the gradient hardly
# changes, :math:`m / \sqrt v` comes to 1 or -1, whatever the slope, and the step is
# about :math:`\eta` long. Since :math:`m` and :math:`v` start at 0, their quotient is
# wrong at first; the fraction before it, the *bias correction*, puts that right. The
# tiny :math:`\varepsilon` prevents a division by zero.


def adam(gradient, eta, theta, m=0, v=0, t=1, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    correction = np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    step = eta * correction * m / (np.sqrt(v) + epsilon)
    return theta - step, m, v, t + 1


# %%

# sphinx_gallery_fold_code = "How the paths are drawn"
walks = [("momentum", momentum, 0.0045), ("Adam", adam, 0.2)]
for name, rule, eta in [("gradient descent", gradient_descent, 0.019), *walks]:
    path = walk(rule, eta)
    along, across = np.abs(path[1] - path[0])
    print(f"{name}, η = {eta}: first step {along:.3f} along, {across:.3f} across,")
    print(f"    {share_left(path):.2g} % of the height left after 60 steps")
fig = draw_walks(walks)
fig.suptitle("Momentum and Adam swing too, but get near the lowest point")
swings = [np.diff(np.sign(walk(rule, eta)[:, 1])) != 0 for _, rule, eta in walks]
fig.alt_text = (
    "The same valley with 60 steps of momentum and of Adam. Both paths are waves that "
    f"die out on the way to the star. Momentum crosses the floor {swings[0].sum()} "
    f"times, Adam {swings[1].sum()} times. Adam sets out at equal speed along and "
    f"across, runs past the star to {walk(adam, 0.2)[:, 0].max():.1f} and comes back."
)
plt.show()

# %%
# Adam's first step is as long along as across, although at this start the gradient
# across is ten times as large.

# %%
# How many steps does each rule need until a thousandth of the height is left? With each
# of many rates, we count them. The rates of the paths above are the best of these or
# close to them, and gradient descent climbs the walls above 0.02. If the valley is
# turned by 45°, the paths of gradient descent and momentum turn with it. Adam's path
# changes, because Adam divides entry by entry and so depends on the axes.

# sphinx_gallery_fold = "Which rate is best in the valley?"
TURN = np.array([[1, -1], [1, 1]]) / np.sqrt(2)


def steps_needed(rule, eta, axes=None, most=400):
    axes = np.eye(2) if axes is None else axes
    state = (axes @ [-4, 0.4],)
    heights = []
    while len(heights) < most and max(heights, default=0) < 1e6:
        state = rule(axes @ (np.array([1, 100]) * (axes.T @ state[0])), eta, *state)
        heights.append(height(axes.T @ state[0]))
    above = np.flatnonzero(np.array(heights) > height(np.array([-4, 0.4])) / 1000)
    return np.nan if above[-1] == len(heights) - 1 else above[-1] + 2


rates = np.sort([0.0195, *10 ** np.arange(-3.55, 0.51, 0.1)])
fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
least = {}
for name, rule in zip(NAMES, (gradient_descent, momentum, adam), strict=True):
    needed = np.array([steps_needed(rule, eta) for eta in rates])
    turned = np.nanmin([steps_needed(rule, eta, TURN) for eta in rates])
    least[name] = np.nanmin(needed)
    best = rates[np.nanargmin(needed)]
    print(f"{name}: {least[name]:.0f} steps at η = {best:.3g}, {turned:.0f} if turned")
    ax.loglog(rates, needed, ".-", color=COLORS[name], label=name)
ax.set(
    title="Momentum and Adam need far fewer steps, at many rates",
    xlabel=r"learning rate $\eta$",
    ylabel="steps to 1/1000 of the height",
)
ax.legend()
fig.alt_text = (
    "Steps against learning rate. The curve of gradient descent falls to "
    f"{least['gradient descent']:.0f} steps and ends near the rate 0.02. Those of "
    f"momentum and Adam fall to {least['momentum']:.0f} and {least['Adam']:.0f} steps."
)
plt.show()

assert least["gradient descent"] > 2 * max(least["momentum"], least["Adam"])
for rule, eta, name in (
    (gradient_descent, 0.019, "gradient descent"),
    (momentum, 0.0045, "momentum"),
    (adam, 0.2, "Adam"),
):
    assert steps_needed(rule, eta) < 1.2 * least[name]
assert height(walk(gradient_descent, 0.0201)[-1]) > height(np.array([0, 0.4]))
assert np.allclose(np.abs(walk(adam, 0.2)[1] - [-4, 0.4]), 0.2)

# %%
# For a gradient that stays the same, :math:`t` steps give :math:`m` as
# :math:`(1 - \beta_1) \nabla E` times :math:`1 + \beta_1 + \dots + \beta_1^{t-1}`. That
# is :math:`(1 - \beta_1^t) \nabla E`, and likewise
# :math:`v = (1 - \beta_2^t) \nabla E^2`. So :math:`m / (1 - \beta_1^t)` is the gradient
# and :math:`v / (1 - \beta_2^t)` its square, and the correction is what these two
# divisions do to :math:`m / \sqrt v`. Without it, the first steps would be too long,
# since :math:`\beta_2` is closer to 1 than :math:`\beta_1`, and :math:`v` starts more
# slowly than :math:`m`.
#
# In algorithm 1 of the paper on Adam, :math:`\varepsilon` is added to
# :math:`\sqrt{v / (1 - \beta_2^t)}`. Here, as in scikit-learn, it is added to
# :math:`\sqrt v`, the order that its section 2 calls more efficient. That makes
# :math:`\varepsilon` larger in the first steps, by up to the factor
# :math:`1 / \sqrt{1 - \beta_2}`; since it is tiny, this hardly ever matters.

# sphinx_gallery_fold = "Why the bias correction is right, and where ε stands"


def uncorrected(t, beta_1=0.9, beta_2=0.999):
    return (1 - beta_1**t) / np.sqrt(1 - beta_2**t)


for n_steps in (1, 10, 100, 1000):
    state = (0.0,)
    for _ in range(n_steps):
        before, state = state[0], adam(3.0, 1, *state)
    without = uncorrected(n_steps)
    print(
        f"step {n_steps}: {before - state[0]:.6f} η, without correction {without:.2f} η"
    )
    assert np.isclose(before - state[0], 1, rtol=1e-6)
print(f"ε counts up to {1 / np.sqrt(1 - 0.999):.0f} times as much in the first steps")

# %%
# The same lines train a network
# ------------------------------
#
# The same rules train a network with 10 hidden neurons on two moons. Each array of
# weights or biases has its own state. ``loss_and_gradients`` takes one :term:`batch` of
# 50 samples, which makes this :term:`stochastic gradient descent`, SGD for short.

X, y = make_moons(400, noise=0.2, random_state=0)
network = {"hidden_layer_sizes": (10,), "activation": "tanh"}
training = {"batch_size": 50, "max_iter": 20, "n_iter_no_change": np.inf}


def train(rule, eta, n_updates, factor=1, seed=0):
    net = MLPClassifierNet(**network, random_state=seed).initialize(X, y)
    states = [(array,) for array in (*net.coefs_, *net.intercepts_)]
    for k in range(n_updates):
        batch = slice(50 * k % 400, 50 * k % 400 + 50)  # the next 50 samples
        _, of_weights, of_biases = net.loss_and_gradients(X[batch], y[batch])
        pairs = zip(of_weights + of_biases, states, strict=True)  # array by array
        states = [rule(factor * gradient, eta, *state) for gradient, state in pairs]
        net.set_weights([s[0] for s in states[:2]], [s[0] for s in states[2:]])
    return net


def flatten(net):
    return np.concatenate([a.ravel() for a in (*net.coefs_, *net.intercepts_)])


# %%
# Compare the weights after 20 :term:`epochs <epoch>`, which are 160 updates, with those
# of the library's solvers. With ``shuffle=False`` they take the batches in the same
# order.

solvers = {
    gradient_descent: {"solver": "sgd", "momentum": 0},
    momentum: {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False},
    adam: {"solver": "adam"},
}
fixed = {"learning_rate_init": 0.05, "shuffle": False, "random_state": 0}
for rule, solver in solvers.items():
    net = MLPClassifierNet(**network, **training, **solver, **fixed).fit(X, y)
    by_hand = train(rule, eta=0.05, n_updates=160)
    difference = np.abs(flatten(by_hand) / flatten(net) - 1).max()
    print(f"{rule.__name__}: largest relative difference {difference:.0e}")

# %%
# Every weight agrees, up to rounding.

# %%
# The same with 20 seeds, with Nesterov's momentum, with one batch of all 400 samples,
# and with a network for regression.

# sphinx_gallery_fold = "The same weights in 20 seeds, and in other settings"
from nnteach import MLPRegressorNet

solvers[nesterov] = {"solver": "sgd", "momentum": 0.9}


def train_on_all(rule, net, target, n_updates=10):
    net.initialize(X, target)
    states = [(array,) for array in (*net.coefs_, *net.intercepts_)]
    for _ in range(n_updates):
        _, of_weights, of_biases = net.loss_and_gradients(X, target)
        pairs = zip(of_weights + of_biases, states, strict=True)
        states = [rule(gradient, 0.05, *state) for gradient, state in pairs]
        net.set_weights([s[0] for s in states[:2]], [s[0] for s in states[2:]])
    return net


for rule, solver in solvers.items():
    few = {**network, **training, **solver, **fixed, "max_iter": 2}
    nets = [MLPClassifierNet(**{**few, "random_state": seed}) for seed in range(20)]
    for seed, net in enumerate(fit_many(nets, X, y)):
        by_hand = train(rule, 0.05, n_updates=16, seed=seed)
        np.testing.assert_allclose(flatten(by_hand), flatten(net), rtol=1e-9)
    whole = {**few, "batch_size": 400, "max_iter": 10, "shuffle": True}
    for kind, target in ((MLPClassifierNet, y), (MLPRegressorNet, np.sin(X[:, 0]))):
        by_hand = train_on_all(rule, kind(**whole), target)
        net = kind(**whole).fit(X, target)
        np.testing.assert_allclose(flatten(by_hand), flatten(net), rtol=1e-9)
    print(f"{rule.__name__}: the same weights in {len(nets) + 2} trainings")

# %%
# A loss a hundred times as large
# -------------------------------
#
# A hundred times the loss has a hundred times the gradient. Let 20 networks make their
# first step with each loss, and compare the steps, parameter by parameter.

for rule in (gradient_descent, adam):
    ratios = []
    for seed in range(20):
        start = flatten(train(rule, eta=0.01, n_updates=0, seed=seed))
        ends = [flatten(train(rule, 0.01, 1, factor, seed)) for factor in (1, 100)]
        ratios.append((ends[1] - start) / (ends[0] - start))
    low, median, high = np.quantile(ratios, [0.1, 0.5, 0.9])
    print(f"{rule.__name__}: {median:.3f} times as long (80 %: {low:.3f}–{high:.3f})")

# %%
# Now a step one epoch later, at other weights.

# sphinx_gallery_fold_code = "How the figure is drawn"


def gradient_and_step(rule, factor, seed=0):
    before, after = (train(rule, 0.01, n, factor, seed) for n in (8, 9))
    _, of_weights, of_biases = before.loss_and_gradients(X[:50], y[:50])
    gradient = np.concatenate([g.ravel() for g in of_weights + of_biases])
    return np.abs(factor * gradient), np.abs(flatten(after) - flatten(before))


fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
medians = {}
for rule, name in ((gradient_descent, "gradient descent"), (adam, "Adam")):
    for factor, marker, prefix in ((1, "o", ""), (100, "x", "100 · ")):
        gradient, step = gradient_and_step(rule, factor)
        medians[name, factor] = np.median(step)
        label = f"{name}, {prefix}loss"
        ax.loglog(gradient, step, marker, color=COLORS[name], label=label, alpha=0.7)
ax.axhline(0.01, color="black", linewidth=0.8, zorder=0)
ax.annotate("η", (1, 0.01), (1.01, 0.01), ("axes fraction", "data"), va="center")
ax.set(
    title="Gradient descent's steps follow the gradient, Adam's are mostly about η",
    xlabel="size of the gradient, one point for each parameter",
    ylabel="size of the step",
)
ax.legend(loc="lower right")
fig.alt_text = (
    "Step against gradient for every parameter of one network, after one epoch. For "
    "gradient descent the points lie on a rising straight line, those of the larger "
    "loss further up on it. For Adam most points lie just below 0.01; the median "
    f"step is {medians['Adam', 1]:.4f} with the loss and {medians['Adam', 100]:.4f} "
    "with 100 times the loss."
)
plt.show()

# %%
# **Answer 2.** A hundred times as long for gradient descent, no longer for Adam:
# :math:`m` and :math:`\sqrt v` both grow by 100, and their quotient stays. For gradient
# descent, a larger loss acts like a larger rate. Adam's steps do shrink where the
# gradient has changed its sign, because :math:`m` does: the points far below
# :math:`\eta`.

# %%
# In 20 networks: how far the parameters move in one epoch with 100 times the loss,
# compared with the loss; and how much the parameters of one network differ in the size
# of their gradients and of their steps, at the first update of the second epoch. There
# the spread is the quotient of two quantiles over the parameters. Finally, all of
# Adam's steps that are shorter than half of :math:`\eta`: the gradient of each of these
# parameters had another sign in some batch before.

# sphinx_gallery_fold = "The same in 20 seeds"


def way_ratio(rule, seed):
    start = flatten(train(rule, 0.01, 0, seed=seed))
    ends = [flatten(train(rule, 0.01, 8, factor, seed)) for factor in (1, 100)]
    once, hundredfold = (np.linalg.norm(end - start) for end in ends)
    return hundredfold / once


def spread(sizes):
    return np.quantile(sizes, 0.9) / np.quantile(sizes, 0.1)


ways, spreads = {}, {}
for rule in (gradient_descent, adam):
    ways[rule] = [way_ratio(rule, seed) for seed in range(20)]
    pairs = [gradient_and_step(rule, 1, seed) for seed in range(20)]
    spreads[rule] = [[spread(sizes) for sizes in pair] for pair in pairs]
    of_gradients, of_steps = np.transpose(spreads[rule])
    print(f"{rule.__name__}:")
    print(f"    way with 100 · loss: {median_and_band(ways[rule], '.4f')}")
    print(f"    spread of gradients: {median_and_band(of_gradients, '.1f')}")
    print(f"    spread of steps: {median_and_band(of_steps, '.1f')}")

assert np.allclose(np.quantile(ratios, [0.1, 0.9]), 1, atol=1e-2)  # Adam's first step
assert min(ways[gradient_descent]) > 10
assert np.allclose(ways[adam], 1, atol=1e-3)
of_gradients, of_steps = np.transpose(spreads[adam])
assert np.median(of_gradients) > 5 * np.median(of_steps)


def gradient_before(update, seed):
    net = train(adam, 0.01, update, seed=seed)
    batch = slice(50 * update % 400, 50 * update % 400 + 50)
    _, of_weights, of_biases = net.loss_and_gradients(X[batch], y[batch])
    return np.concatenate([g.ravel() for g in of_weights + of_biases])


n_short = 0
for seed in range(20):
    signs = np.sign([gradient_before(update, seed) for update in range(9)])
    short = gradient_and_step(adam, 1, seed)[1] < 0.5 * 0.01
    n_short += short.sum()
    assert (signs[:, short] != signs[-1, short]).any(axis=0).all()
print(f"Adam: {n_short} short steps, each after a change of sign")
assert n_short > 50

# %%
# Which rule gets furthest?
# -------------------------
#
# Each rule trains 20 networks at each of 17 rates. Lines are medians, bands the middle
# 80 %.

# sphinx_gallery_fold_code = "How 1020 networks are trained and drawn"
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss


def untrained(rule, eta, seeds):
    settings = {**network, **training, **solvers[rule], "learning_rate_init": eta}
    return [MLPClassifierNet(**settings, random_state=seed) for seed in seeds]


def losses_of(rule, rates, seeds):
    nets = fit_many([net for eta in rates for net in untrained(rule, eta, seeds)], X, y)
    losses = [net.loss_and_gradients(X, y)[0] for net in nets]
    return np.reshape(losses, (len(rates), len(seeds)))


rates = 10 ** np.arange(-3, 1.01, 0.25)
rules = dict(zip(NAMES, (gradient_descent, momentum, adam), strict=True))
losses = {name: losses_of(rule, rates, range(20)) for name, rule in rules.items()}
medians = {name: np.median(losses[name], axis=1) for name in NAMES}
line = LogisticRegression(C=1e6).fit(X, y)
line_loss = log_loss(y, line.predict_proba(X))

fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for name, style in zip(NAMES, ("-", "--", "-."), strict=True):
    low, high = np.quantile(losses[name], [0.1, 0.9], axis=1)
    ax.loglog(rates, medians[name], style, color=COLORS[name], label=name)
    ax.fill_between(rates, low, high, color=COLORS[name], alpha=0.2, linewidth=0)
ax.axhline(line_loss, color="black", linewidth=0.8, linestyle=":")
ax.text(rates[0], line_loss, "best straight line", va="top", fontsize="small")
ax.set(
    title="Every rule has its own best learning rate",
    xlabel=r"learning rate $\eta$",
    ylabel="training loss after 20 epochs",
    ylim=(0.07, 3),
)
ax.legend(loc="upper center")
best = {name: rates[medians[name].argmin()] for name in NAMES}
fig.alt_text = (
    "Training loss against learning rate. The three curves fall, rest near the loss "
    f"{line_loss:.2f} of the best straight line, fall again and rise steeply. "
    + " ".join(
        f"{name}: lowest median {medians[name].min():.2f}, at rate {best[name]:.2g}."
        for name in NAMES
    )
)
plt.show()
for eta in (0.1, 5.6):
    at = np.abs(rates - eta).argmin()
    found = ", ".join(f"{name} {medians[name][at]:.2f}" for name in NAMES)
    print(f"20 seeds, median loss at η = {eta}: {found}")

# %%
# At small rates, momentum matches gradient descent at ten times the rate. At one rate
# Adam wins clearly, at another gradient descent. So compare the rules at their own best
# rates, and on 60 new :term:`seeds <seed>`, since these seeds chose the rates. A seed
# gives all rules the same start and batches, as the :term:`sign test` needs.

# sphinx_gallery_fold_code = "How the rules are compared on new seeds"
from scipy.stats import binomtest

new = {}
for name, rule in rules.items():
    new[name] = losses_of(rule, [best[name]], range(100, 160))[0]
    print(f"60 new seeds, {name}, η = {best[name]:.2g}:")
    print(f"    {median_and_band(new[name])}")
pairs = [NAMES[1::-1], NAMES[::-2], NAMES[:0:-1]]
wins = [(new[one] < new[other]).sum() for one, other in pairs]
for (one, other), won in zip(pairs, wins, strict=True):
    p_value = binomtest(int(won), 60).pvalue
    print(f"{one} lower than {other} in {won} of 60 seeds (p = {p_value:.1g})")

# %%
# **Answer 3.** Momentum and Adam: both beat gradient descent, which sometimes finds
# only a straight line. At these rates the two cannot be told apart; at a neighbouring
# rate, in the next fold, Adam is ahead. Other data may give another order.

# %%
# The best rate and the next best are often close. Does it matter which of them we take?
# We count again, on the same 60 new seeds, with the two best rates of each rule. With
# some pairs of rates Adam is ahead of momentum, p being below 0.05, with others not. So
# Adam may be a little better. The difference of the medians stays much smaller than the
# bands.

# sphinx_gallery_fold = "Does the answer depend on the chosen rates?"
many = max(k for k in range(61) if binomtest(k, 60).pvalue >= 0.05)
print(f"p is below 0.05 for more than {many} of 60 seeds")
two_best, again = {}, {}
for name, rule in rules.items():
    two_best[name] = rates[medians[name].argsort()[:2]]
    again[name] = losses_of(rule, two_best[name], range(100, 160))
counts = {}
for one, other in pairs:
    won = [[(a < b).sum() for b in again[other]] for a in again[one]]
    counts[one, other] = np.ravel(won)
    print(f"{one} lower than {other}, out of 60:")
    for eta, row in zip(two_best[one], won, strict=True):
        against = zip(row, two_best[other], strict=True)
        found = ", ".join(f"{n} against {rate:.2g}" for n, rate in against)
        print(f"    η = {eta:.2g}: {found}")
assert counts[pairs[0]].min() > many
assert counts[pairs[1]].min() > many
assert counts[pairs[2]].min() <= many < counts[pairs[2]].max()

# %%
# What the text says about rates and rules, tested on the numbers above.

# sphinx_gallery_fold = "The claims about the rules, asserted"
n_small = (rates < 0.03).sum()
shifted = medians["gradient descent"][4 : 4 + n_small]
ratio = medians["momentum"][:n_small] / shifted
print("momentum against gradient descent at ten times the rate, for η < 0.03:")
print(f"the median losses are in the ratio {ratio.min():.3f} to {ratio.max():.3f}")
assert np.allclose(ratio, 1, atol=0.03)

at_tenth, at_large = (np.abs(rates - eta).argmin() for eta in (0.1, 5.6))
assert medians["Adam"][at_tenth] < 0.15 < 0.25 < medians["momentum"][at_tenth]
assert medians["gradient descent"][at_tenth] > 0.25
assert medians["gradient descent"][at_large] < 0.3 < 0.5 < medians["Adam"][at_large]
assert medians["momentum"][at_large] > 0.5
assert best["Adam"] < best["momentum"] < best["gradient descent"] < rates[-1]

assert min(wins[:2]) > many
assert 15 <= wins[2] <= 46  # some room, for other machines
lows, highs = np.quantile([new["momentum"], new["Adam"]], [0.1, 0.9], axis=1)
difference = np.median(new["momentum"]) - np.median(new["Adam"])
assert abs(difference) < 0.5 * (highs - lows).min()
assert lows.max() < min(np.median(new["momentum"]), np.median(new["Adam"]))
assert np.quantile(new["gradient descent"], 0.1) < 0.12
assert np.quantile(new["gradient descent"], 0.9) > 0.9 * line_loss

# %%
# What you learnt
# ---------------
#
# Gradient descent steps against the gradient; in a narrow valley no rate suits both
# directions. Momentum adds up past steps, which speeds up the way along the valley, by
# up to :math:`1 / (1 - \mu)`. Adam divides by the gradient's recent size, so the rate
# sets the length of the step. Compare rules at their own best rates.
#
# Further reading
# ---------------
#
# - :cite:t:`kingma2015` present Adam; ``adam`` above is their algorithm 1.
# - :cite:t:`sutskever2013` show what both kinds of momentum do for deep networks.
# - :cite:t:`goodfellow2016`, chapter 8, compare the rules.
