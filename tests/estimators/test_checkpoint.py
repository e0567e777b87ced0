"""An interrupted training that goes on is the uninterrupted one, bit for bit."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, ShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnteach import (
    Checkpoint,
    EarlyStopping,
    MLPClassifierNet,
    MLPRegressorNet,
    Snapshots,
    ValidationMonitor,
)

X, y = make_moons(90, noise=0.2, random_state=0)
X_val, y_val = make_moons(40, noise=0.2, random_state=1)
N_EPOCHS = 14

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SETTINGS = {
    "adam": dict(),
    "adamw": dict(solver="adamw", alpha=0.01),
    "momentum": dict(solver="sgd", learning_rate="adaptive", tol=1.0),
    "invscaling": dict(solver="sgd", learning_rate="invscaling"),
    "rmsprop": dict(solver="rmsprop", learning_rate="cosine"),
    "adagrad": dict(solver="adagrad", learning_rate="one_cycle"),
    "dropout": dict(dropout=0.3),
    "patience": dict(tol=0.01, n_iter_no_change=3, learning_rate_init=1),
    "early stopping": dict(early_stopping=True),
    "scorer": dict(early_stopping=True, scoring="neg_mean_squared_error"),
    "splitter": dict(
        early_stopping=True, validation_fraction=ShuffleSplit(1, random_state=2)
    ),
    "in order": dict(shuffle=False),
    "lbfgs": dict(solver="lbfgs"),
}


def make_net(estimator=MLPClassifierNet, **settings):
    settings = {
        "max_iter": N_EPOCHS,
        "n_iter_no_change": 50,
        "batch_size": 20,
        "learning_rate_init": 0.02,
        "random_state": 3,
    } | settings
    return estimator(hidden_layer_sizes=(6, 4), **settings)


def kept(net, path, *others, **settings):
    """A copy of a network that keeps its training in this file."""
    return clone(net).set_callbacks(*others, Checkpoint(path, **settings))


def assert_same(net, expected):
    for name in ("coefs_", "intercepts_"):
        for ours, theirs in zip(
            getattr(net, name), getattr(expected, name), strict=True
        ):
            assert_array_equal(ours, theirs)
    ours, theirs = net._training_state, expected._training_state
    assert net.n_iter_ == expected.n_iter_
    assert net.interrupted_ == expected.interrupted_
    assert net.history_.keys() == expected.history_.keys()
    for name, values in net.history_.items():
        assert_array_equal(values, expected.history_[name])
    assert net.validation_scores_ == expected.validation_scores_
    assert_array_equal(ours.moments, theirs.moments)
    for name in (
        "learning_rate",
        "n_updates",
        "n_samples_seen",
        "no_improvement_count",
        "best_loss",
        "best_score",
        "dropout_seed",
    ):
        assert getattr(ours, name) == getattr(theirs, name), name


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_it_ends_as_the_uninterrupted_training(estimator, settings, tmp_path):
    path = tmp_path / "file"
    net = make_net(estimator, **settings)
    whole = clone(net).fit(X, y)
    for until_epoch in (1, 5):
        part = kept(net, path).fit(X, y, until_epoch=until_epoch)
        assert part.interrupted_
        assert part.n_iter_ == until_epoch
        assert path.exists()
    assert_same(kept(net, path).fit(X, y), whole)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_precision_goes_on(dtype, tmp_path):
    for solver in ("adam", "lbfgs"):
        net = make_net(solver=solver)
        whole = clone(net).fit(X.astype(dtype), y)
        kept(net, tmp_path / "file").fit(X.astype(dtype), y, until_epoch=4)
        assert_same(kept(net, tmp_path / "file").fit(X.astype(dtype), y), whole)


@pytest.mark.parametrize("random_state", [None, np.random.RandomState(5)])
@pytest.mark.parametrize("scoring", [None, "roc_auc"])
def test_random_numbers_that_are_others_each_time(random_state, scoring, tmp_path):
    net = make_net(dropout=0.2, early_stopping=True, scoring=scoring)
    source = np.random.mtrand._rand if random_state is None else random_state
    before = source.get_state()
    whole = clone(net).set_params(random_state=random_state).fit(X, y)
    after = source.get_state()
    source.set_state(before)
    first = clone(net).set_params(random_state=random_state)
    first.set_callbacks(Checkpoint(tmp_path / "file")).fit(X, y, until_epoch=4)
    source.seed(99)
    second = clone(net).set_params(random_state=random_state)
    second.set_callbacks(Checkpoint(tmp_path / "file")).fit(X, y)
    assert_same(second, whole)
    assert_array_equal(source.get_state()[1], after[1])


@pytest.mark.filterwarnings("ignore:No epoch was better")
def test_a_validation_set_weights_and_a_warm_start(tmp_path):
    path = tmp_path / "file"
    data = dict(X_val=X_val, y_val=y_val, sample_weight=np.linspace(0, 1, len(y)))
    net = make_net(warm_start=True, early_stopping=True, max_iter=8)
    whole = clone(net).fit(X, y).fit(X, y, **data)
    started = clone(net).fit(X, y).set_callbacks(Checkpoint(path))
    started.fit(X, y, **data, until_epoch=3)
    assert_same(started.fit(X, y, **data), whole)


def test_our_callbacks_go_on(tmp_path):
    def callbacks():
        return (
            EarlyStopping(X_val, y_val, scoring="neg_log_loss", patience=3),
            Snapshots([2, 5, 9]),
            ValidationMonitor(X_val, y_val, scoring=["accuracy", "roc_auc"]),
        )

    for solver in ("adam", "lbfgs"):
        net, expected, found = make_net(solver=solver), callbacks(), callbacks()
        whole = clone(net).set_callbacks(*expected).fit(X, y)
        kept(net, tmp_path / "file", *callbacks()).fit(X, y, until_epoch=4)
        resumed = kept(net, tmp_path / "file", *found).fit(X, y)
        assert_same(resumed, whole)
        assert found[0].scores_ == expected[0].scores_
        assert found[0].best_epoch_ == expected[0].best_epoch_
        assert found[2].scores_ == expected[2].scores_
        assert found[1].estimators_.keys() == expected[1].estimators_.keys()
        for epoch, snapshot in found[1].estimators_.items():
            assert_same(snapshot, expected[1].estimators_[epoch])


class Counter:
    """A callback that nobody knows."""

    def __init__(self):
        self.epochs = []

    def setup(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context):
        if context.task_name == "epoch":
            self.epochs.append(context.task_id)

    def teardown(self, estimator, context):
        pass


def test_a_foreign_callback_begins_anew_with_a_warning(tmp_path):
    path, counter = tmp_path / "file", Counter()
    net = make_net()
    kept(net, path, Counter()).fit(X, y, until_epoch=4)
    with pytest.warns(UserWarning, match="Counter"):
        kept(net, path, counter).fit(X, y)
    assert counter.epochs == list(range(4, N_EPOCHS))


def test_a_network_inside_others(tmp_path):
    def make(*callbacks):
        net = make_net(MLPRegressorNet).set_callbacks(*callbacks)
        return TransformedTargetRegressor(
            make_pipeline(StandardScaler(), net), transformer=StandardScaler()
        )

    def network(estimator):
        return estimator.regressor_[-1]

    whole = make().fit(X, y)
    name = "mlpregressornet__until_epoch"
    make(Checkpoint(tmp_path / "file")).fit(X, y, **{name: 5})
    assert (tmp_path / "file").exists()
    resumed = make(Checkpoint(tmp_path / "file")).fit(X, y)
    assert_same(network(resumed), network(whole))
    assert not any(tmp_path.iterdir())


def test_a_pipeline_has_no_training_of_its_own(tmp_path):
    pipeline = make_pipeline(StandardScaler(), make_net())
    pipeline.set_callbacks(Checkpoint(tmp_path / "file"))
    with pytest.raises(TypeError, match="must be set on an MLPClassifierNet"):
        pipeline.fit(X, y)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_finished_file_gives_its_network_back_and_trains_on(solver, tmp_path):
    path, net = tmp_path / "file", make_net(solver=solver)
    first = kept(net, path, keep=True).fit(X, y)
    content = path.read_bytes()
    again = kept(net, path, keep=True).fit(X, y)
    assert_same(again, first)
    assert path.read_bytes() == content
    longer = clone(net).set_params(max_iter=20)
    assert_same(kept(longer, path).fit(X, y), longer.fit(X, y))
    assert not any(tmp_path.iterdir())


def test_verbose_may_change(tmp_path, capsys):
    path, net = tmp_path / "file", make_net()
    kept(net, path).fit(X, y, until_epoch=3)
    kept(net.set_params(verbose=True), path).fit(X, y)
    assert capsys.readouterr().out.startswith("Iteration 4, ")


def score(estimator, X, y):
    return estimator.score(X, y)


@pytest.mark.parametrize(
    ("changes", "data", "message"),
    [
        (dict(alpha=0.5), {}, "alpha was 0.0001 and is 0.5 now"),
        (dict(random_state=4), {}, "random_state was 3 and is 4 now"),
        (dict(max_iter=13), {}, "max_iter was 14 and is 13 now"),
        ({}, dict(X=X + 1), "X is other data now"),
        ({}, dict(y=1 - y), "y is other data now"),
        (dict(class_weight={0: 1, 1: 2.5}), {}, r"is \{0: 1, 1: 2.5\} now"),
        (dict(validation_fraction=KFold(3)), {}, r"is KFold\(.*n_splits=3.* now"),
        (dict(scoring=score), {}, r"is \S*test_checkpoint\.score now"),
        ({}, dict(y=np.array(["a", "b"])[y]), "classes is other data now"),
        ({}, dict(y=np.array(["a", "b"], object)[y]), "classes is other data now"),
        ({}, dict(X=sparse.csr_array(X)), "X is other data now"),
        ({}, dict(sample_weight=np.ones(len(y))), "sample_weight is other data now"),
        ({}, dict(X_val=X_val, y_val=y_val), "X_val is other data now"),
        ({}, dict(X=X.astype(np.float32)), "X is other data now"),
    ],
)
def test_another_training_is_refused(changes, data, message, tmp_path):
    path, net = tmp_path / "file", make_net()
    kept(net, path).fit(X, y, until_epoch=3)
    content = path.read_bytes()
    with pytest.raises(ValueError, match=message):
        kept(net.set_params(**changes), path).fit(**(dict(X=X, y=y) | data))
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_other_callbacks_are_refused(tmp_path):
    path, net = tmp_path / "file", make_net()
    kept(net, path, EarlyStopping(X_val, y_val)).fit(X, y, until_epoch=3)
    with pytest.raises(ValueError, match="callback 1 was EarlyStopping"):
        kept(net, path).fit(X, y)
    with pytest.raises(ValueError, match="patience=10"):
        kept(net, path, EarlyStopping(X_val, y_val, patience=4)).fit(X, y)


def test_a_schedule_that_max_iter_shapes_cannot_become_longer(tmp_path):
    path, net = tmp_path / "file", make_net(learning_rate="cosine")
    kept(net, path).fit(X, y, until_epoch=3)
    with pytest.raises(ValueError, match="shapes the schedule"):
        kept(net.set_params(max_iter=20), path).fit(X, y)


def test_another_version_is_refused(tmp_path, monkeypatch):
    path, net = tmp_path / "file", make_net()
    with monkeypatch.context() as patch:
        patch.setattr("nnteach.estimators.checkpoint.version", lambda _: "0.0.7")
        kept(net, path).fit(X, y, until_epoch=3)
    with pytest.raises(ValueError, match=r"nnteach was 0\.0\.7 and is"):
        kept(net, path).fit(X, y)


def test_a_splitter_that_splits_anew_each_time_is_refused(tmp_path):
    splitter = ShuffleSplit(1, random_state=np.random.RandomState(0))
    net = make_net(early_stopping=True, validation_fraction=splitter)
    net.set_callbacks(Checkpoint(tmp_path / "file"))
    net.fit(X, y, until_epoch=3)
    with pytest.raises(ValueError, match="give the splitter"):
        net.fit(X, y)


def test_one_file_serves_one_training(tmp_path):
    path = tmp_path / "file"

    class Inner(Counter):
        def on_fit_task_end(self, estimator, context):
            if context.task_name == "epoch":
                with pytest.raises(RuntimeError, match="is running now"):
                    kept(make_net(), path).fit(X, y)
                self.epochs.append(context.task_id)

    inner = Inner()
    kept(make_net(), path, inner).fit(X, y, until_epoch=2)
    assert inner.epochs == [0, 1]
    kept(make_net(), tmp_path / "other").fit(X, y)


@pytest.mark.parametrize(
    ("every", "n_written"),
    [(dict(), 14), (dict(every_n_epochs=4), 4), (dict(every_seconds=1e6), 1)],
)
def test_how_often_it_writes(every, n_written, tmp_path, monkeypatch):
    written = []

    def write(path, content):
        written.append([network["n_iter"] for network in content["networks"]])

    monkeypatch.setattr("nnteach.engine.training.stack_checkpoint.write_file", write)
    kept(make_net(), tmp_path / "file", keep=True, **every).fit(X, y)
    assert len(written) == n_written
    assert written[-1] == [N_EPOCHS]


def test_a_full_disk_costs_no_training(tmp_path, monkeypatch):
    path, net = tmp_path / "file", make_net()
    kept(net, path).fit(X, y, until_epoch=3)
    content = path.read_bytes()

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", fail)
        with pytest.warns(UserWarning, match="No space left") as caught:
            kept(net, path).fit(X, y, until_epoch=6)
    assert len([w for w in caught if "No space left" in str(w.message)]) == 1
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]
    assert_same(kept(net, path).fit(X, y), net.fit(X, y))


def test_partial_fit_writes_nothing(tmp_path):
    kept(make_net(), tmp_path / "file").partial_fit(X, y, classes=[0, 1])
    assert not any(tmp_path.iterdir())


def test_lbfgs_starts_anew_where_scipy_asks_for_other_points(tmp_path, monkeypatch):
    path, net = tmp_path / "file", make_net(solver="lbfgs")
    kept(net, path).fit(X, y, until_epoch=5)
    describe = "nnteach.engine.training.recorded_objective.describe_point"
    with monkeypatch.context() as patch:
        patch.setattr(describe, lambda point: f"another {point[0]}")
        with pytest.warns(UserWarning, match="starts anew from the last weights"):
            part = kept(net, path).fit(X, y, until_epoch=8)
        assert part.n_iter_ == 8
        resumed = kept(net, path).fit(X, y)
    assert len(resumed.loss_curve_) == resumed.n_iter_ == N_EPOCHS
    assert resumed.loss_curve_[:5] == net.fit(X, y).loss_curve_[:5]
    assert resumed.loss_ < resumed.loss_curve_[4]


@pytest.mark.parametrize(
    "arguments",
    [
        dict(path=3),
        dict(path="x", every_n_epochs=0),
        dict(path="x", every_seconds=-1),
        dict(path="x", keep="yes"),
    ],
)
def test_parameters_are_checked(arguments):
    with pytest.raises(ValueError, match="parameter of Checkpoint must be"):
        Checkpoint(**arguments)


@pytest.mark.parametrize("until_epoch", [0, -1, 2.5, True, "3"])
def test_until_epoch_is_checked(until_epoch):
    with pytest.raises(ValueError, match="until_epoch must be None or an int"):
        make_net().fit(X, y, until_epoch=until_epoch)


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(ValueError, match="in a folder that exists"):
        kept(make_net(), tmp_path / "missing" / "file").fit(X, y)


def test_one_checkpoint_is_enough(tmp_path):
    net = make_net().set_callbacks(Checkpoint(tmp_path / "a"), Checkpoint(tmp_path))
    with pytest.raises(ValueError, match="at most one Checkpoint"):
        net.fit(X, y)


def test_until_epoch_alone_ends_the_training():
    net = make_net(learning_rate="cosine")
    whole = clone(net).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        part = net.fit(X, y, until_epoch=5)
    assert part.interrupted_
    assert not whole.interrupted_
    assert part.loss_curve_ == whole.loss_curve_[:5]


def test_another_kind_of_random_numbers_is_refused(tmp_path):
    other = np.random.RandomState(np.random.SFC64(0))
    with pytest.raises(ValueError, match=r"numpy's own kind, MT19937\. Got SFC64"):
        kept(make_net(random_state=other), tmp_path / "file").fit(X, y)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file.nnteach-lock").mkdir()
    with pytest.raises(OSError, match=r"No checkpoint can be written to .*file: "):
        kept(make_net(), tmp_path / "file").fit(X, y)


def test_files_of_others_beside_it_stay(tmp_path):
    others = {"file.lock", "file.tmp"}
    for name in others:
        (tmp_path / name).touch()
    kept(make_net(), tmp_path / "file").fit(X, y)
    assert {path.name for path in tmp_path.iterdir()} == others


def test_an_epoch_that_was_before_is_no_interruption(tmp_path, recwarn):
    path = tmp_path / "file"
    kept(make_net(), path).fit(X, y, until_epoch=7)
    assert kept(make_net(), path).fit(X, y, until_epoch=5).n_iter_ == 7
    assert not recwarn
