"""oneDNN's products give what torch's own give, and are taken where they can be."""

from types import SimpleNamespace

import pytest
import torch
from torch.testing import assert_close

from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.machine.products import (
    has_onednn,
    onednn_affine,
    onednn_product,
    pick_products,
    transposed_affine,
    transposed_product,
)

pytestmark = pytest.mark.engine

needs_onednn = pytest.mark.skipif(
    not has_onednn(), reason="this build of torch has no oneDNN"
)


def lay_out(n_rows, n_columns, transposed):
    shape = (3, n_columns, n_rows) if transposed else (3, n_rows, n_columns)
    array = torch.randn(shape, generator=torch.Generator().manual_seed(n_rows))
    return array.mT if transposed else array


@pytest.mark.parametrize(
    ("affine", "product"),
    [
        pytest.param(onednn_affine, onednn_product, marks=needs_onednn),
        (transposed_affine, transposed_product),
    ],
)
@pytest.mark.parametrize("A_transposed", [False, True])
@pytest.mark.parametrize("B_transposed", [False, True])
@pytest.mark.parametrize("out_transposed", [False, True])
def test_products_equal_those_of_torch(
    affine, product, A_transposed, B_transposed, out_transposed
):
    A, B = lay_out(40, 30, A_transposed), lay_out(30, 50, B_transposed)
    C, out = lay_out(40, 1, False), lay_out(40, 50, out_transposed)
    product(A, B, out=out)
    assert_close(out, A @ B)
    affine(C, A, B, out=out)
    assert_close(out, C + A @ B)


TORCHS, ONEDNNS = (torch.baddbmm, torch.bmm), (onednn_affine, onednn_product)
WEIGHT = torch.empty(1, 3, 4)
LARGE = LIMITS.multiplications_for_onednn


@needs_onednn
@pytest.mark.filterwarnings("ignore:TF32 acceleration")
def test_large_products_of_single_precision_are_onednns():
    assert pick_products(LARGE, WEIGHT) == ONEDNNS
    assert pick_products(LARGE, WEIGHT.mT) == ONEDNNS
    assert pick_products(LARGE - 1, WEIGHT) == TORCHS
    assert pick_products(LARGE, WEIGHT.double()) == TORCHS
    with torch.backends.mkldnn.flags(enabled=False):
        assert pick_products(LARGE, WEIGHT) == TORCHS


def test_products_with_transposed_weights_are_transposed():
    transposed = (transposed_affine, transposed_product)
    assert pick_products(LARGE, WEIGHT.double().mT) == transposed
    assert pick_products(1, WEIGHT.mT) == transposed


@pytest.mark.parametrize(
    "takes_away",
    [
        lambda patch: patch.setattr(torch.ops, "mkldnn", SimpleNamespace()),
        lambda patch: patch.setattr(
            torch.backends.mkldnn, "is_available", lambda: False
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:TF32 acceleration")
def test_a_torch_without_onednn_uses_its_own_products(takes_away, monkeypatch):
    # the torch that is installed stands in for one that lacks what may be lacking
    takes_away(monkeypatch)
    assert pick_products(LARGE, WEIGHT) == TORCHS
