"""oneDNN's products give what torch's own give, and are taken where they can be."""

import pytest
import torch
from torch.testing import assert_close

from nnteach.engine import products
from nnteach.engine.products import (
    MULTIPLICATIONS_FOR_ONEDNN,
    onednn_baddbmm,
    onednn_bmm,
    pick_products,
    transposed_baddbmm,
    transposed_bmm,
)

needs_onednn = pytest.mark.skipif(
    not products.HAS_ONEDNN, reason="this build of torch has no oneDNN"
)


def lay_out(n_rows, n_columns, transposed):
    shape = (3, n_columns, n_rows) if transposed else (3, n_rows, n_columns)
    array = torch.randn(shape, generator=torch.Generator().manual_seed(n_rows))
    return array.mT if transposed else array


@pytest.mark.parametrize(
    ("baddbmm", "bmm"),
    [
        pytest.param(onednn_baddbmm, onednn_bmm, marks=needs_onednn),
        (transposed_baddbmm, transposed_bmm),
    ],
)
@pytest.mark.parametrize("A_transposed", [False, True])
@pytest.mark.parametrize("B_transposed", [False, True])
@pytest.mark.parametrize("out_transposed", [False, True])
def test_products_equal_those_of_torch(
    baddbmm, bmm, A_transposed, B_transposed, out_transposed
):
    A, B = lay_out(40, 30, A_transposed), lay_out(30, 50, B_transposed)
    C, out = lay_out(40, 1, False), lay_out(40, 50, out_transposed)
    bmm(A, B, out=out)
    assert_close(out, A @ B)
    baddbmm(C, A, B, out=out)
    assert_close(out, C + A @ B)


TORCHS, ONEDNNS = (torch.baddbmm, torch.bmm), (onednn_baddbmm, onednn_bmm)
WEIGHT = torch.empty(1, 3, 4)
LARGE = MULTIPLICATIONS_FOR_ONEDNN


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
    transposed = (transposed_baddbmm, transposed_bmm)
    assert pick_products(LARGE, WEIGHT.double().mT) == transposed
    assert pick_products(1, WEIGHT.mT) == transposed


def test_without_onednn_products_are_torchs(monkeypatch):
    monkeypatch.setattr(products, "HAS_ONEDNN", False)
    assert pick_products(LARGE, WEIGHT) == TORCHS
