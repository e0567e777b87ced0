"""Masks of dropout: what a hash decides, and on what alone it depends."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from nnteach import Architecture
from nnteach.engine.network.dropout import Dropout, sample_keys

pytestmark = pytest.mark.engine

RATES = (0.2, 0.0, 0.6)
WIDTHS = (40, 3, 50)
N_SAMPLES = 100
SAMPLES = np.random.RandomState(0).normal(size=(N_SAMPLES, 4)).round(3)
ORDER = torch.arange(N_SAMPLES)
STACK = SimpleNamespace(
    architecture=Architecture((4, *WIDTHS, 1)), parameters=torch.empty(0).double()
)


def draw(seeds=(7,), inputs=None, order=ORDER, part=None, n_updates=5, rates=RATES):
    """Draw the masks of a batch, with one order of the samples for all networks."""
    dropout = Dropout(rates, list(seeds), inputs or [SAMPLES] * len(seeds))
    orders = order.expand(len(seeds), -1)
    return dropout.draw_masks(STACK, orders, part or slice(0, len(order)), n_updates)


def correlation(mask, other):
    return np.corrcoef(mask.flatten(), other.flatten())[0, 1]


def test_a_mask_leaves_out_its_rate_and_scales_the_others_up():
    first, none, last = draw()
    assert none is None
    for mask, rate, width in ((first, 0.2, 40), (last, 0.6, 50)):
        assert mask.dtype == torch.float64
        assert mask.shape == (1, width, N_SAMPLES)
        assert_allclose(mask.unique(), [0, 1 / (1 - rate)])
        # four standard errors of the fraction that is left out
        error = 4 * np.sqrt(rate * (1 - rate) / mask.numel())
        assert (mask == 0).double().mean().item() == pytest.approx(rate, abs=error)


def test_no_rate_no_mask():
    assert draw(seeds=(), rates=(0.0, 0.0, 0.0)) == []


@pytest.mark.parametrize(
    "other", [dict(seeds=(8,)), dict(n_updates=6), dict(inputs=[SAMPLES + 1])]
)
def test_another_seed_update_or_sample_has_another_mask(other):
    for mask, changed in zip(draw()[::2], draw(**other)[::2], strict=True):
        assert abs(correlation(mask, changed)) < 0.1


def test_neurons_samples_and_layers_are_left_out_independently():
    first, _, last = draw(rates=(0.6, 0.0, 0.6))
    for mask in (first[0], last[0]):
        for columns in (mask, mask.T):
            pairs = np.corrcoef(columns)[np.triu_indices(len(columns), 1)]
            # uncorrelated columns of n numbers differ from 0 by 1 / sqrt(n)
            n_numbers = columns.shape[1]
            assert pairs.std() == pytest.approx(1 / np.sqrt(n_numbers), rel=0.15)
            assert abs(pairs).max() < 6 / np.sqrt(n_numbers)
    assert abs(correlation(first[0], last[0, :40])) < 0.1


def test_a_network_of_a_stack_gets_the_masks_it_would_get_alone():
    seeds, inputs = (3, 4, 5), [SAMPLES, SAMPLES, SAMPLES[::-1].copy()]
    for together, *alone in zip(
        draw(seeds, inputs),
        *(draw([seed], [X]) for seed, X in zip(seeds, inputs, strict=True)),
        strict=True,
    ):
        if together is not None:
            assert_array_equal(together, torch.cat(alone))


def test_networks_that_stay_get_the_masks_they_would_have_got():
    seeds, inputs = [3, 4, 5], [SAMPLES, SAMPLES + 1, SAMPLES + 2]
    dropout = Dropout(RATES, seeds, inputs)
    dropout.keep([0, 2])
    stayed = dropout.draw_masks(STACK, ORDER.expand(2, -1), slice(0, N_SAMPLES), 5)
    for mask, whole in zip(stayed[::2], draw(seeds, inputs)[::2], strict=True):
        assert_array_equal(mask, whole[[0, 2]])


def test_a_sample_has_its_mask_wherever_it_stands():
    order = torch.randperm(N_SAMPLES, generator=torch.Generator().manual_seed(0))
    part = slice(30, 60)
    for mask, moved in zip(draw()[::2], draw(order=order, part=part)[::2], strict=True):
        assert_array_equal(moved, mask[..., order[part]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_equal_samples_have_equal_keys_and_others_have_not(dtype, container):
    # halves, and so the same numbers in both precisions; many of them are 0
    X = (np.random.RandomState(0).randint(-2, 3, size=(200, 6)) / 2).astype(dtype)
    X[:, -1] = 0
    keys = sample_keys(container(X))
    assert keys.dtype == np.uint32
    assert_array_equal(keys, sample_keys(X.astype(np.float64)))
    X[X == 0] = -0.0
    assert_array_equal(keys, sample_keys(X))
    assert len(np.unique(keys)) == len(np.unique(X, axis=0))
    assert_array_equal(keys[::2], sample_keys(container(X[::2])))
