"""Samples: what is gathered, in parts or for many networks, is the rows of X and y."""

import gc

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from scipy import sparse
from torch.testing import assert_close

from nnteach import Architecture
from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.network.stack import NetworkStack
from nnteach.engine.samples.samples import (
    Samples,
    chunk_size,
    compute_outputs_of_rows,
    join_samples,
    parts,
)

pytestmark = pytest.mark.engine

ARCHITECTURE = Architecture((4, 6, 5, 2), ("tanh", "tanh", "identity"))
random_state = np.random.RandomState(0)
X = random_state.normal(size=(30, 4)).round(1)
X[X < 0] = 0
Y = random_state.normal(size=(30, 2))
WEIGHT, SCORE_WEIGHT = random_state.uniform(0.5, 2, (2, 30))
ROWS = torch.from_numpy(np.stack([random_state.permutation(30)[:20] for _ in "abc"]))
PLACES = [(np.asarray, "cpu"), (sparse.csr_array, "cpu"), (sparse.csr_array, "cpu:0")]
each_place = pytest.mark.parametrize(("container", "device"), PLACES)


def dense(inputs):
    if not inputs.is_sparse:
        return inputs.numpy()
    return np.stack([matrix.toarray() for matrix in inputs.matrices])


@pytest.fixture(params=[1, 70, 10_000])
def chunk_activations(request, monkeypatch):
    for name in ("chunk_activations", "gpu_chunk_activations"):
        monkeypatch.setattr(LIMITS, name, request.param)
    return request.param


def test_parts_follow_each_other_and_reach_the_end():
    assert parts(slice(2, 9), 3) == [slice(2, 5), slice(5, 8), slice(8, 9)]
    assert parts(slice(0, 6), 3) == [slice(0, 3), slice(3, 6)]
    assert parts(slice(0, 2), 3) == [slice(0, 2)]


@each_place
@pytest.mark.parametrize("rows", [slice(0, 30), slice(7, 22)])
def test_samples_in_order_are_those_rows(rows, container, device, chunk_activations):
    samples = Samples(container(X), device=device)
    found = list(samples.in_order(ARCHITECTURE, rows))
    assert all(len(inputs.shape) == 3 for _, inputs in found)
    together = np.concatenate([dense(inputs) for _, inputs in found], axis=2)
    assert_array_equal(together[0].T, X[rows])
    assert [part for part, _ in found] == parts(rows, chunk_size(samples, ARCHITECTURE))


@each_place
def test_a_chunk_keeps_the_limit_of_its_device(container, device, monkeypatch):
    limits = {"cpu": "chunk_activations", "cpu:0": "gpu_chunk_activations"}
    for name in limits.values():
        monkeypatch.setattr(LIMITS, name, 1_000_000)
    monkeypatch.setattr(LIMITS, limits[device], 100)
    # sparse inputs are not made dense on the processor, where their number is no matter
    wide, narrow = Architecture((10, 5, 2)), Architecture((4, 5, 2))
    samples = Samples(container(X), device=device)
    assert chunk_size(samples, wide) == (20 if samples.is_sparse else 10)
    assert chunk_size(samples, narrow) == 20
    monkeypatch.setattr(LIMITS, limits[device], 0)
    assert chunk_size(samples, wide) == 1


@each_place
def test_outputs_of_rows_do_not_depend_on_the_chunks(
    container, device, chunk_activations
):
    parameters = random_state.normal(size=(3, ARCHITECTURE.n_parameters))
    stack = NetworkStack(ARCHITECTURE, torch.from_numpy(parameters))
    samples = Samples(container(X), device=device)
    expected = stack.forward(torch.from_numpy(X[ROWS]).mT.contiguous())
    assert_close(compute_outputs_of_rows(stack, samples, ROWS), expected.clone())


@each_place
def test_joint_samples_are_those_of_each_network(container, device):
    first = Samples(container(X), Y, WEIGHT, SCORE_WEIGHT, device)
    other = Samples(container(2 * X), 3 * Y, 4 * WEIGHT, 5 * SCORE_WEIGHT, device)
    members = [first, other, other]
    joint = join_samples(members)
    assert joint.is_weighted
    assert joint.is_sparse == first.is_sparse
    assert_array_equal(
        dense(joint.inputs(ROWS)),
        np.stack([dense(s.inputs(ROWS[[k]]))[0] for k, s in enumerate(members)]),
    )
    for name in ("targets", "weights", "score_weights"):
        each = [getattr(s, name)(ROWS[[k]]) for k, s in enumerate(members)]
        assert_array_equal(getattr(joint, name)(ROWS), torch.cat(each))
    assert join_samples([first, first]) is first


def test_without_weights_there_are_none():
    alone = Samples(X, Y)
    for samples in (alone, join_samples([alone, Samples(X, Y)])):
        assert not samples.is_weighted
        assert samples.weights(ROWS[:2]) is samples.score_weights(ROWS[:2]) is None


@each_place
@pytest.mark.parametrize("is_weighted", [True, False])
def test_samples_as_rows_of_a_whole(is_weighted, container, device):
    rows = np.array([4, 0, 7])
    weights = (WEIGHT[:3], SCORE_WEIGHT[:3]) if is_weighted else (None, None)
    own = Samples(container(X[rows]), Y[:3], *weights, device)
    whole = Samples(container(X), device=device)
    samples = own.as_rows_of(whole, rows)
    assert samples.X is whole.X
    assert whole.y is None
    places, all_rows = torch.from_numpy(rows)[None], torch.arange(30)[None]
    assert_array_equal(dense(samples.inputs(places))[0].T, X[rows])
    assert_array_equal(samples.targets(places)[0].T, Y[:3])
    assert (samples.targets(all_rows) != 0).sum() == Y[:3].size
    if is_weighted:
        assert_array_equal(samples.weights(places)[0], WEIGHT[:3])
        assert_array_equal(samples.score_weights(places)[0], SCORE_WEIGHT[:3])
        assert (samples.weights(all_rows) != 0).sum() == 3
    else:
        assert samples.weights(places) is samples.score_weights(places) is None


def test_the_multiplications_of_a_sample_are_its_weights_times_its_numbers():
    hidden = 6 * 5 + 5 * 2
    assert Samples(X).multiplications_per_sample(ARCHITECTURE) == 4 * 6 + hidden
    stored = sparse.csr_array(X)
    expected = stored.nnz / 30 * 6 + hidden
    assert Samples(stored).multiplications_per_sample(ARCHITECTURE) == expected
    on_gpu = Samples(stored, device="cpu:0")
    assert on_gpu.multiplications_per_sample(ARCHITECTURE) == 4 * 6 + hidden


def test_any_array_may_hold_the_samples():
    read_only, every_other = X.copy(), np.repeat(X, 2, axis=0)[::2]
    read_only.flags.writeable = False
    for array in (read_only, every_other, np.asfortranarray(X)):
        inputs = Samples(array).inputs(ROWS)
        assert_array_equal(inputs, X[ROWS].swapaxes(1, 2))
        assert_array_equal(array, X)


def test_memory_is_read_where_it_lies(tmp_path, monkeypatch):
    monkeypatch.setattr(LIMITS, "copied_bytes", 0)
    path = tmp_path / "X.npy"
    np.save(path, X)
    mapped, by_columns = np.load(path, mmap_mode="r"), np.asfortranarray(X)
    for array in (mapped, by_columns, X[:, 1:], X[::2]):
        samples = Samples(array)
        assert samples._X.data_ptr() == array.__array_interface__["data"][0]
        (_, inputs), *_ = samples.in_order(ARCHITECTURE, slice(0, len(array)))
        assert_array_equal(inputs[0].T, array[: inputs.shape[2]])
    # what torch cannot read in place is copied
    for array in (X[::-1], X[:, ::-1]):
        assert_array_equal(Samples(array).inputs(ROWS[:, :3]), array[ROWS[:, :3]].mT)


def test_the_samples_hold_the_memory_that_they_read():
    array = X.copy()
    array.flags.writeable = False
    samples = Samples(array.copy())
    samples.X.flags.writeable = False
    alone = Samples(samples.X)
    del samples
    gc.collect()
    assert_array_equal(alone.inputs(ROWS), X[ROWS].swapaxes(1, 2))
