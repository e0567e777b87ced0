"""A fit changes an estimator and its random numbers at once, or not at all."""

import pickle
import threading
import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal, assert_equal
from sklearn.base import clone
from sklearn.datasets import make_moons
from sklearn.model_selection import ShuffleSplit
from sklearn.neural_network import MLPClassifier, MLPRegressor

from nnteach import MLPClassifierNet, MLPRegressorNet, Snapshots, fit_many

X, y = make_moons(80, noise=0.2, random_state=0)
SETTINGS = dict(hidden_layer_sizes=(4,), max_iter=4, n_iter_no_change=np.inf)
DIVERGING = dict(activation="identity", solver="sgd", learning_rate_init=1e200)


def fit_quietly(estimator, *data, **further):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(*data, **further)


class Callback:
    """A callback that does something in its hooks."""

    def __init__(self, act):
        self.act = act

    def setup(self, estimator, context):
        self.act("setup", estimator)

    def on_fit_task_begin(self, estimator, context):
        self.act(f"begin {context.task_name}", estimator)

    def on_fit_task_end(self, estimator, context, *, fitted_estimator):
        self.act(f"end {context.task_name}", estimator, fitted_estimator)

    def teardown(self, estimator, context):
        self.act("teardown", estimator)


def fail_at(hook):
    def act(present, *_):
        if present == hook:
            raise ValueError("no luck")

    return Callback(act)


def raise_error(*_):
    raise ValueError("no luck")


FAILING_FITS = {
    "a parameter": lambda net: net.set_params(alpha=-1).fit(X, y),
    "another validation set": lambda net: net.fit(X, y, X_val=X[:, :1], y_val=y),
    "weights of a validation set": lambda net: net.fit(
        X, y, X_val=X, y_val=y, sample_weight_val=-np.ones(80)
    ),
    "too few samples to split": lambda net: net.set_params(early_stopping=True).fit(
        X[:2], [0, 1]
    ),
    "dropout": lambda net: net.set_params(dropout=0.5, solver="lbfgs").fit(X, y),
    "divergence": lambda net: net.set_params(**DIVERGING).fit(X * 1e200, y),
    "a scorer": lambda net: net.set_params(
        early_stopping=True, scoring=raise_error
    ).fit(X, y),
    "before the first epoch": lambda net: net.set_callbacks(fail_at("begin fit")).fit(
        X, y
    ),
    "a callback": lambda net: net.set_callbacks(fail_at("end epoch")).fit(X, y),
    "at the end": lambda net: net.set_callbacks(fail_at("end fit")).fit(X, y),
    "another of the stack": lambda net: fit_many(
        [net, MLPRegressorNet(alpha=-1)], X, y
    ),
    "a callback of another": lambda net: fit_many(
        [net, clone(net).set_callbacks(fail_at("end epoch"))], X, y
    ),
}


@pytest.mark.parametrize("fail", FAILING_FITS.values(), ids=FAILING_FITS)
@pytest.mark.parametrize("fitted", [False, True])
def test_a_fit_that_fails_draws_nothing_and_changes_nothing(fail, fitted):
    random_state = np.random.RandomState(0)
    net = MLPRegressorNet(**SETTINGS, random_state=random_state)
    if fitted:
        net.fit(X, y)
    drawn, before = random_state.get_state(), vars(net).copy()
    weights = [array.copy() for array in before.get("coefs_", [])]
    parameters = set(net.get_params())
    with np.errstate(all="ignore"), pytest.raises(ValueError):  # noqa: PT011
        fail(net)
    assert_equal(random_state.get_state(), drawn)
    left = vars(net).keys() - {"_skl_callbacks"}
    assert left == before.keys()
    assert all(vars(net)[name] is before[name] for name in left - parameters)
    for array, weight in zip(before.get("coefs_", []), weights, strict=True):
        assert_array_equal(array, weight)


def test_of_a_stack_only_what_is_accepted_draws():
    good, bad = np.random.RandomState(0), np.random.RandomState(1)
    before, drawn = bad.get_state(), np.random.RandomState(0)
    data = X * 1e200, y
    MLPRegressorNet(**SETTINGS, activation="logistic", random_state=drawn).fit(*data)
    nets = [
        MLPRegressorNet(**SETTINGS, activation="logistic", random_state=good),
        MLPRegressorNet(**(SETTINGS | DIVERGING), random_state=bad),
    ]
    with pytest.raises(ValueError, match="non-finite"):
        fit_many(nets, *data)
    assert_equal(good.get_state(), drawn.get_state())
    assert_equal(bad.get_state(), before)


@pytest.mark.parametrize(
    "changes",
    [
        dict(),
        dict(solver="sgd", batch_size=9),
        dict(solver="lbfgs", n_iter_no_change=10),
        dict(shuffle=False),
        dict(early_stopping=True),
        dict(early_stopping=True, shuffle=False),
        dict(warm_start=True),
        dict(activation="logistic", hidden_layer_sizes=()),
    ],
)
@pytest.mark.parametrize(
    "kinds", [(MLPClassifier, MLPClassifierNet), (MLPRegressor, MLPRegressorNet)]
)
def test_a_fit_draws_as_many_numbers_as_scikit_learns(kinds, changes):
    states = [np.random.RandomState(5), np.random.RandomState(5)]
    for kind, state in zip(kinds, states, strict=True):
        estimator = kind(**(SETTINGS | changes), random_state=state)
        fit_quietly(fit_quietly(estimator, X, y), X, y)
    assert_equal(states[1].get_state(), states[0].get_state())


def test_a_partial_fit_draws_as_many_numbers_as_scikit_learns():
    states = [np.random.RandomState(5), np.random.RandomState(5)]
    kinds = (MLPClassifier, MLPClassifierNet)
    for kind, state in zip(kinds, states, strict=True):
        estimator = kind((4,), random_state=state)
        estimator.partial_fit(X, y, classes=[0, 1]).partial_fit(X, y)
    assert_equal(states[1].get_state(), states[0].get_state())


@pytest.mark.parametrize("changes", [dict(), dict(early_stopping=True, dropout=0.2)])
def test_estimators_that_share_a_random_state_take_turns(changes):
    def make_nets(shared):
        # one in the middle has a source of its own
        sources = [shared, shared, np.random.RandomState(7), shared]
        return [
            MLPClassifierNet(**SETTINGS, **changes, random_state=source)
            for source in sources
        ]

    in_turn, together = np.random.RandomState(0), np.random.RandomState(0)
    alone = [net.fit(X, y) for net in make_nets(in_turn)]
    for net, single in zip(fit_many(make_nets(together), X, y), alone, strict=True):
        assert_array_equal(net.coefs_[0], single.coefs_[0])
    assert_equal(together.get_state(), in_turn.get_state())


def test_hooks_get_the_users_own_estimator():
    seen = []
    net = MLPClassifierNet(**SETTINGS)
    net.set_callbacks(Callback(lambda *hook: seen.append(hook))).fit(X, y)
    hooks = [hook for hook, *_ in seen]
    epochs = ["begin epoch", "end epoch"] * 4
    assert hooks == ["setup", "begin fit", *epochs, "end fit", "teardown"]
    for hook, estimator, *fitted in seen:
        assert estimator is net
        assert len(fitted) == hook.startswith("end")
        assert net not in fitted


def test_a_reader_during_a_fit_meets_the_old_network():
    net = MLPClassifierNet(**SETTINGS, random_state=0).fit(X, y)
    before, n_hooks = net.predict_proba(X), 0
    hidden = net.hidden_activations(X)[0]

    def read(hook, estimator, *_):
        nonlocal n_hooks
        n_hooks += 1
        assert_array_equal(net.predict_proba(X), before)
        assert_array_equal(net.hidden_activations(X)[0], hidden)
        assert net.architecture_.layer_sizes == (2, 4, 1)

    net.set_params(hidden_layer_sizes=(9, 3)).set_callbacks(Callback(read))
    net.fit(X, y)
    assert n_hooks == 12
    after = MLPClassifierNet(**(SETTINGS | dict(hidden_layer_sizes=(9, 3))))
    expected = after.set_params(random_state=0).fit(X, y)
    assert_array_equal(net.predict_proba(X), expected.predict_proba(X))


class RefitWhenRead:
    """Data that make another fit happen just when a method begins to read them."""

    def __init__(self, refit):
        self.refit = refit

    def __array__(self, dtype=None, copy=None):
        self.refit()
        return np.array(X, dtype=dtype)


READS = {
    "predict": lambda net, X: net.predict(X),
    "predict_proba": lambda net, X: net.predict_proba(X),
    "predict_log_proba": lambda net, X: net.predict_log_proba(X),
    "score": lambda net, X: net.score(X, y),
    "hidden_activations": lambda net, X: net.hidden_activations(X)[0],
    "loss_and_gradients": lambda net, X: net.loss_and_gradients(X, y)[1][0],
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_a_fit_that_ends_while_a_method_reads_does_not_disturb_it(read):
    net = MLPClassifierNet(**SETTINGS, random_state=0).fit(X, y)
    old, n_fits = read(net, X), []

    def refit():
        n_fits.append(net.set_params(hidden_layer_sizes=(9, 3)).fit(X, y))

    assert_array_equal(read(net, RefitWhenRead(refit)), old)
    assert n_fits
    assert net.architecture_.layer_sizes == (2, 9, 3, 1)


def test_threads_that_predict_meet_the_old_network_or_the_new_one():
    sizes = [(4,), (9, 3), (), (6,)]
    nets = [
        MLPClassifierNet(**(SETTINGS | dict(hidden_layer_sizes=size)), random_state=0)
        for size in sizes
    ]
    expected = {net.fit(X, y).predict_proba(X).tobytes() for net in nets}
    net, met, errors, done = nets[0], set(), [], threading.Event()

    def read():
        try:
            while not done.is_set():
                met.add(net.predict_proba(X).tobytes())
        except Exception as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for size in sizes * 5:
        net.set_params(hidden_layer_sizes=size).fit(X, y)
    done.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert met <= expected


# what scikit-learn hangs on an estimator while it is fitted has no public name
CONTEXTS = ("_callback_fit_ctx", "_parent_callback_ctx", "_skl_callbacks_to_teardown")


def assert_is_alone(copy):
    assert not vars(copy).get("_skl_callbacks")
    assert not vars(copy).keys() & set(CONTEXTS)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_copies_are_free_of_the_training_that_they_come_from(solver):
    film, seen = Snapshots(), []

    def keep(hook, estimator, *fitted):
        seen.extend(fitted)

    net = MLPClassifierNet(**(SETTINGS | dict(solver=solver, n_iter_no_change=10)))
    fit_quietly(net.set_callbacks(film, Callback(keep)), X, y)
    assert len(seen) == 5
    for copy in (*seen, *film.estimators_.values()):
        assert_is_alone(copy)
    assert not vars(net).keys() & set(CONTEXTS)


class Log(Callback):
    """A callback that holds an open file."""

    def __init__(self, file):
        super().__init__(lambda hook, *_: file.write(f"{hook}\n"))
        self.file = file


def test_an_estimator_can_be_pickled_from_a_hook_beside_an_open_file(tmp_path):
    pickles = []

    def keep(hook, estimator, *fitted):
        pickles.extend(pickle.dumps(one) for one in fitted)

    with open(tmp_path / "log", "w") as file:
        net = MLPClassifierNet(**SETTINGS, random_state=0)
        net.set_callbacks(Log(file), Callback(keep)).fit(X, y)
    *_, last_epoch, end = map(pickle.loads, pickles)
    assert len(pickles) == 5
    for copy in (last_epoch, end):
        assert_is_alone(copy)
        assert_array_equal(copy.predict_proba(X), net.predict_proba(X))
    assert (tmp_path / "log").read_text().count("end epoch") == 4


class Backup(Snapshots):
    """A callback that pickles the user's own estimator after every epoch."""

    def start(self, estimator):
        super().start(estimator)
        self.own, self.pickles_ = estimator, []

    def look_at(self, fitted_estimator, epoch):
        self.pickles_.append(pickle.dumps(self.own))


def test_the_estimator_itself_can_be_pickled_from_a_hook():
    net = MLPClassifierNet(**SETTINGS, random_state=0).fit(X, y)
    before, backup = net.predict_proba(X), Backup()
    net.set_params(hidden_layer_sizes=(3, 3)).set_callbacks(backup, Snapshots())
    net.fit(X, y)
    assert len(backup.pickles_) == 4
    for restored in map(pickle.loads, backup.pickles_):
        assert not vars(restored).keys() & set(CONTEXTS)
        assert_array_equal(restored.predict_proba(X), before)


def test_a_splitter_that_shares_the_random_state_draws_other_numbers():
    """The starting weights come first, then the splitter's draws, then the shuffles."""
    shared, drawn = np.random.RandomState(0), []

    class Splitter(ShuffleSplit):
        def split(self, X, y=None, groups=None):
            drawn.append(shared.get_state()[1].copy())
            return super().split(X, y, groups)

    splitter = Splitter(1, random_state=shared)
    start = shared.get_state()[1].copy()
    net = MLPClassifierNet(
        (300,),
        random_state=shared,
        early_stopping=True,
        validation_fraction=splitter,
        max_iter=3,
        n_iter_no_change=np.inf,
    )
    net.fit(X, y)
    assert not np.array_equal(drawn[0], start)  # 1200 weights need a new block
    assert not np.array_equal(shared.get_state()[1], drawn[0])


def test_a_hook_that_fits_from_the_same_random_state_gets_another_network():
    shared, others = np.random.RandomState(0), []

    def fit_another(hook, *_):
        if hook == "end epoch" and not others:
            other = MLPClassifierNet(
                (4,), random_state=shared, max_iter=3, n_iter_no_change=np.inf
            )
            others.append(other.fit(X, y))

    net = MLPClassifierNet(
        (4,), random_state=shared, max_iter=3, n_iter_no_change=np.inf
    )
    net.set_callbacks(Callback(fit_another)).fit(X, y)
    assert not np.allclose(net.coefs_[0], others[0].coefs_[0])


def test_a_random_state_of_another_generator_is_drawn_from():
    states = [np.random.RandomState(np.random.PCG64(0)) for _ in range(2)]
    nets = [
        MLPClassifierNet((4,), random_state=s, max_iter=3, n_iter_no_change=np.inf).fit(
            X, y
        )
        for s in states
    ]
    assert_array_equal(nets[0].coefs_[0], nets[1].coefs_[0])
    assert states[0].randint(2**30) == states[1].randint(2**30)
    before = states[0].randint(2**30)
    with pytest.raises(ValueError, match="X_val"):
        nets[0].fit(X, y, X_val=X[:, :1], y_val=y)
    assert before == states[1].randint(2**30)
    assert states[0].randint(2**30) == states[1].randint(2**30)


def test_a_diverged_network_has_not_drawn_for_those_after_it():
    def nets(random_state):
        wild = dict(activation="identity", solver="sgd", learning_rate_init=1e12)
        settings = dict(hidden_layer_sizes=(4,), max_iter=30, n_iter_no_change=np.inf)
        return [
            MLPRegressorNet(**settings, **change, random_state=random_state)
            for change in ({}, wild, {})
        ]

    together, alone = np.random.RandomState(0), np.random.RandomState(0)
    with pytest.raises(ValueError, match=r"positions \[1\]"):
        fit_many(nets(together), X, y)
    for net in nets(alone):
        try:
            net.fit(X, y)
        except ValueError:
            assert not hasattr(net, "coefs_")
    assert together.randint(2**30) == alone.randint(2**30)


def test_a_hook_may_fit_its_own_estimator_again():
    film, hooks = Snapshots(), []

    def fit_again(hook, estimator, *_):
        hooks.append(hook)
        if hooks.count("end epoch") == 1 and hook == "end epoch":
            estimator.fit(X, y)

    net = MLPClassifierNet((4,), random_state=0, max_iter=3, n_iter_no_change=np.inf)
    net.set_callbacks(film, Callback(fit_again)).fit(X, y)
    assert hooks.count("teardown") == hooks.count("setup") == 2
    assert list(film.estimators_) == list(range(1, net.n_iter_ + 1))
    assert not [name for name in vars(net) if "ctx" in name or "teardown" in name]
