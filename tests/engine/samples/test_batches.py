"""The batches of an epoch are its samples, whichever way they are gathered."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from scipy import sparse
from torch.testing import assert_close

from nnteach import Architecture
from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.network.losses import LOSSES
from nnteach.engine.network.stack import NetworkStack
from nnteach.engine.samples.batches import Batches
from nnteach.engine.samples.samples import Samples, join_samples

pytestmark = pytest.mark.engine

ARCHITECTURE = Architecture((4, 3, 2))
N_SAMPLES, BATCH_SIZE = 10, 4
PARTS = [slice(0, 4), slice(4, 8), slice(8, 10)]
ALPHA = torch.tensor([[0.5], [2.0]], dtype=torch.float64)
random_state = np.random.RandomState(0)
# some numbers are 0
X = random_state.normal(size=(12, 4)) * (random_state.uniform(size=(12, 4)) < 0.7)
Y = random_state.normal(size=(12, 2))
WEIGHT = random_state.uniform(0.5, 2, 12)
# each of the two networks goes through ten samples of its own
ROWS = torch.from_numpy(np.stack([random_state.permutation(12)[:10] for _ in "ab"]))
PARAMETERS = random_state.normal(size=(2, ARCHITECTURE.n_parameters))


def make_batches(samples, alpha=ALPHA):
    stack = NetworkStack(ARCHITECTURE, torch.from_numpy(PARAMETERS))
    return Batches(stack, samples, N_SAMPLES, BATCH_SIZE, alpha)


def dense(inputs):
    """Inputs of a batch as an ndarray."""
    if not inputs.is_sparse:
        return inputs.numpy()
    return np.stack([matrix.toarray() for matrix in inputs.matrices])


@pytest.fixture(params=[0, 100], ids=["smallest", "largest"])
def limit(request, monkeypatch):
    for name in ("gathered_numbers", "adjacent_inputs"):
        monkeypatch.setattr(LIMITS, name, request.param)


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize("device", ["cpu", "cpu:0"])
@pytest.mark.parametrize("is_joint", [False, True])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_the_batches_are_the_samples_of_the_epoch(container, is_joint, device):
    members = [Samples(container(X), Y, WEIGHT, None, device) for _ in range(2)]
    batches = make_batches(join_samples(members if is_joint else members[:1]))
    # the second epoch writes to the arrays of the first
    for rows in (ROWS, ROWS.flip(1)):
        for part, batch in zip(PARTS, batches.draw(rows), strict=True):
            chosen = rows[:, part]
            assert batch.part == part
            assert batch.n_samples == part.stop - part.start
            assert_array_equal(dense(batch.X), X[chosen].swapaxes(1, 2))
            assert_array_equal(batch.y, Y[chosen].swapaxes(1, 2))
            assert batch.outputs.shape == batch.y.shape
            weight = torch.from_numpy(WEIGHT[chosen])
            total = weight.sum(1, keepdim=True)
            assert_close(batch.sample_scale, (weight / total)[:, None])
            assert_close(batch.penalty, ALPHA / total)


def test_without_weights_all_samples_count_the_same():
    for batch in make_batches(Samples(X, Y)).draw(ROWS):
        assert batch.sample_scale.item() == 1 / batch.n_samples
        assert_array_equal(batch.penalty, ALPHA / batch.n_samples)


@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_without_alpha_there_is_no_penalty(weight):
    for batch in make_batches(Samples(X, Y, weight), alpha=None).draw(ROWS):
        assert batch.penalty is None


def test_samples_without_weight_change_nothing():
    weight = WEIGHT.copy()
    weight[ROWS[0, PARTS[1]]] = 0
    batches = make_batches(Samples(X, Y, weight))
    scales = [batch.sample_scale[0] for batch in batches.draw(ROWS)]
    assert (scales[1] == 0).all()
    assert_close(scales[0].sum(), torch.ones((), dtype=torch.float64))


@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_the_mean_loss_counts_every_batch_by_its_samples(weight):
    loss = LOSSES["squared_error"]
    batches = make_batches(Samples(X, Y, weight))
    penalties = torch.tensor([[3.0], [5.0]], dtype=torch.float64)
    expected = penalties[:, 0].clone()
    for batch in batches.draw(ROWS):
        batch.outputs.copy_(batch.y + torch.arange(batch.n_samples) + 1)
        losses = loss.sample_losses(batch.outputs, batch.y)
        share = batch.sample_scale.expand(2, 1, batch.n_samples)[:, 0]
        expected += batch.n_samples * (share * losses).sum(1)
    assert_close(batches.mean_loss(loss, penalties), expected / N_SAMPLES)


@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_outputs_that_are_not_kept_have_the_same_mean_loss(weight, monkeypatch):
    loss = LOSSES["log_loss"]
    probabilities = torch.from_numpy(random_state.uniform(size=(2, 2, N_SAMPLES)))
    classes = np.eye(2)[random_state.randint(2, size=12)]
    penalties = torch.tensor([[3.0], [5.0]], dtype=torch.float64)
    means = []
    for limit, targets in ((100, classes), (0, classes.astype(np.uint8))):
        monkeypatch.setattr(LIMITS, "gathered_numbers", limit)
        stack = NetworkStack(ARCHITECTURE, torch.from_numpy(PARAMETERS), loss)
        samples = Samples(X, targets, weight)
        batches = Batches(stack, samples, N_SAMPLES, BATCH_SIZE, ALPHA)
        for _ in range(2):  # each epoch begins with a loss of 0
            for batch in batches.draw(ROWS):
                assert_array_equal(batch.y, classes[ROWS[:, batch.part]].swapaxes(1, 2))
                batch.outputs.copy_(probabilities[..., batch.part])
        means.append(batches.mean_loss(loss, penalties))
    assert_close(*means)
    assert len({batch.outputs.data_ptr() for batch in batches._batches}) == 1
