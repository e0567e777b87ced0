"""Many trainings in a folder: a file a stack, and each goes on as that same stack."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_moons
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnteach import (
    Checkpoint,
    MLPClassifierNet,
    MLPRegressorNet,
    VectorizedGridSearchCV,
    fit_many,
)
from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.training.checkpoint_place import lock_file, unlock_file

X, y = make_moons(90, noise=0.2, random_state=0)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def kill_after(monkeypatch):
    """Let no file be written any more after so many."""

    def arrange(n_files):
        from nnteach.engine.training import stack_checkpoint

        write, left = stack_checkpoint.write_file, [n_files]

        def write_or_die(path, content):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            write(path, content)

        patch = pytest.MonkeyPatch()
        patch.setattr(stack_checkpoint, "write_file", write_or_die)
        return patch

    return arrange


def make_nets(random_state=None):
    return [
        MLPClassifierNet(
            hidden_layer_sizes=size,
            solver=solver,
            max_iter=6 + seed,
            n_iter_no_change=20,
            batch_size=25,
            random_state=random_state or seed,
            early_stopping=seed == 2,
        )
        for size in ((5,), (4, 3))
        for solver in ("adam", "lbfgs")
        for seed in range(3)
    ]


def assert_same_networks(nets, expected):
    for net, other in zip(nets, expected, strict=True):
        assert net.loss_curve_ == other.loss_curve_
        assert not net.interrupted_
        for ours, theirs in zip(net.coefs_, other.coefs_, strict=True):
            assert_array_equal(ours, theirs)


@pytest.mark.parametrize("n_files", [0, 3, 9, 17, 40])
@pytest.mark.parametrize("stack_bytes", [1, LIMITS.stack_bytes])
def test_fit_many_goes_on(n_files, stack_bytes, kill_after, tmp_path, monkeypatch):
    monkeypatch.setattr(LIMITS, "stack_bytes", stack_bytes)
    expected = fit_many(make_nets(), X, y)
    checkpoint = Checkpoint(tmp_path / "folder")
    patch = kill_after(n_files)
    with pytest.raises(Killed):
        fit_many([net.set_callbacks(checkpoint) for net in make_nets()], X, y)
    patch.undo()
    # as a new process would have it
    checkpoint = Checkpoint(tmp_path / "folder")
    nets = [net.set_callbacks(checkpoint) for net in make_nets()]
    assert_same_networks(fit_many(nets, X, y), expected)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("shares", [True, False])
def test_random_numbers_that_are_others_each_time(shares, kill_after, tmp_path):
    def make():
        source = np.random.RandomState(0) if shares else None
        nets = make_nets(source)
        return nets if shares else [net.set_params(random_state=None) for net in nets]

    seed = np.random.mtrand._rand.seed
    seed(7)
    expected = fit_many(make(), X, y)
    for n_files in (2, 12, 25):
        checkpoint = Checkpoint(tmp_path / "folder")
        seed(7)
        patch = kill_after(n_files)
        with pytest.raises(Killed):
            fit_many([net.set_callbacks(checkpoint) for net in make()], X, y)
        patch.undo()
        seed(8)
        nets = [net.set_callbacks(checkpoint) for net in make()]
        assert_same_networks(fit_many(nets, X, y), expected)
        assert not any(tmp_path.iterdir())


def test_each_may_have_a_folder_of_its_own(tmp_path):
    nets = make_nets()[:3]
    for index, net in enumerate(nets):
        net.set_callbacks(Checkpoint(tmp_path / str(index), keep=True))
    fit_many(nets, X, y)
    for index in range(3):
        assert len(list((tmp_path / str(index)).iterdir())) == 1
    assert_same_networks(nets, [clone(net).set_callbacks().fit(X, y) for net in nets])


def test_fit_may_have_a_folder(tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    nets = [net.set_callbacks(Checkpoint(path)) for net in make_nets()[:2]]
    for net in nets:
        net.fit(X, y, until_epoch=3)
    assert len(list(path.iterdir())) == 2
    for net in nets:
        net.fit(X, y)
    assert not any(path.iterdir())
    assert_same_networks(nets, [clone(net).set_callbacks().fit(X, y) for net in nets])


def test_fit_draws_anew_in_a_folder_once_it_is_done(tmp_path):
    net = make_nets()[0].set_params(random_state=None)
    net.set_callbacks(Checkpoint(tmp_path))
    first, second = (net.fit(X, y).loss_curve_ for _ in range(2))
    assert first != second
    assert not any(tmp_path.iterdir())


def test_a_file_is_no_folder(tmp_path):
    path = tmp_path / "file"
    path.touch()
    nets = [net.set_callbacks(Checkpoint(path)) for net in make_nets()[:2]]
    with pytest.raises(ValueError, match="must be a folder"):
        fit_many(nets, X, y)


GRID = {"alpha": [0, 0.1], "hidden_layer_sizes": [(5,), (3,)]}


def in_targets(net):
    return TransformedTargetRegressor(net)


def make_search(path=None, search=VectorizedGridSearchCV):
    net = MLPClassifierNet(
        max_iter=5, n_iter_no_change=20, batch_size=25, random_state=0
    )
    grid = {f"mlpclassifiernet__{name}": values for name, values in GRID.items()}
    if path is not None:
        net.set_callbacks(Checkpoint(path))
    return search(make_pipeline(StandardScaler(), net), grid, cv=2)


def assert_same_search(search, expected):
    for name in ("split0_test_score", "split1_test_score", "mean_test_score"):
        assert_array_equal(search.cv_results_[name], expected.cv_results_[name])
    assert_same_networks([search.best_estimator_[-1]], [expected.best_estimator_[-1]])


@pytest.mark.parametrize("n_files", [0, 4, 7, 11, 12])
def test_a_search_goes_on(n_files, kill_after, tmp_path):
    expected, path = make_search().fit(X, y), tmp_path / "folder"
    patch = kill_after(n_files)
    with pytest.raises(Killed):
        make_search(path).fit(X, y)
    patch.undo()
    n_epochs = []
    with pytest.MonkeyPatch.context() as patch:
        from nnteach.engine.training.loop import StackTraining

        run = StackTraining._run_epoch
        patch.setattr(
            StackTraining,
            "_run_epoch",
            lambda self: (n_epochs.append(1), run(self)),
        )
        search = make_search(path).fit(X, y)
    assert_same_search(search, expected)
    assert len(n_epochs) == 3 * 5 - n_files  # two shapes and the best candidate
    assert not any(tmp_path.iterdir())


def test_a_search_removes_nothing_that_is_to_be_kept(tmp_path):
    path = tmp_path / "folder"
    search = make_search(path)
    search.estimator[-1]._skl_callbacks[0].keep = True
    search.fit(X, y)
    files = sorted(path.iterdir())
    assert len(files) == 3
    assert_same_search(make_search(path).fit(X, y), search)
    assert not any(tmp_path.iterdir())


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_a_damaged_file_ends_a_search(kill_after, tmp_path):
    path = tmp_path / "folder"
    patch = kill_after(7)
    with pytest.raises(Killed):
        make_search(path).fit(X, y)
    patch.undo()
    files = list(path.iterdir())
    for file in files:
        file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ValueError, match="is damaged"):
        make_search(path).fit(X, y)
    assert sorted(path.iterdir()) == sorted(files)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_a_file_in_use_ends_a_search(kill_after, tmp_path):
    path = tmp_path / "folder"
    patch = kill_after(7)
    with pytest.raises(Killed):
        make_search(path).fit(X, y)
    patch.undo()
    files = list(path.iterdir())
    locks = [lock_file(file) for file in files]
    with pytest.raises(RuntimeError, match="is running now"):
        make_search(path).fit(X, y)
    for lock in locks:
        unlock_file(lock)
    assert sorted(path.iterdir()) == sorted(files)


def test_scikit_learns_search_uses_a_folder_too(tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    search = make_search(path, GridSearchCV).fit(X, y)
    assert_same_search(search, make_search(None, GridSearchCV).fit(X, y))
    assert not any(path.iterdir())


class PressCtrlC:
    """A callback that presses Ctrl-C when so many epochs have ended."""

    def __init__(self, n_epochs):
        self.n_left = n_epochs

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context):
        if context.task_name == "epoch":
            self.n_left -= 1
            if self.n_left == 0:
                raise KeyboardInterrupt


@pytest.mark.parametrize("make", [lambda net: net, make_pipeline, in_targets])
def test_a_search_whose_last_fit_was_interrupted_keeps_its_folder(make, tmp_path):
    net = MLPRegressorNet(hidden_layer_sizes=(3,), max_iter=5, random_state=0)
    # 2 folds of 5 epochs, and 2 epochs of the last fit
    net.set_callbacks(Checkpoint(tmp_path / "folder"), PressCtrlC(12))
    search = VectorizedGridSearchCV(make(net), {}, cv=2)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        search.fit(X, y)
    assert list((tmp_path / "folder").iterdir())


def test_a_search_may_end_its_trainings_for_now():
    net = MLPClassifierNet((3,), max_iter=9, random_state=0)
    search = VectorizedGridSearchCV(net, {"alpha": [1, 2]}, cv=2)
    search.fit(X, y, until_epoch=3)
    assert (search.best_estimator_.n_iter_, search.best_estimator_.interrupted_) == (
        3,
        True,
    )
