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
)

needs_onednn = pytest.mark.skipif(
    not products.HAS_ONEDNN, reason="this build of torch has no oneDNN"
)


def lay_out(n_rows, n_columns, transposed):
    shape = (3, n_columns, n_rows) if transposed else (3, n_rows, n_columns)
    array = torch.randn(shape, generator=torch.Generator().manual_seed(n_rows))
    return array.mT if transposed else array


@needs_onednn
@pytest.mark.parametrize("A_transposed", [False, True])
@pytest.mark.parametrize("B_transposed", [False, True])
@pytest.mark.parametrize("out_transposed", [False, True])
def test_products_equal_those_of_torch(A_transposed, B_transposed, out_transposed):
    A, B = lay_out(40, 30, A_transposed), lay_out(30, 50, B_transposed)
    C, out = lay_out(40, 1, False), lay_out(40, 50, out_transposed)
    onednn_bmm(A, B, out=out)
    assert_close(out, A @ B)
    onednn_baddbmm(C, A, B, out=out)
    assert_close(out, C + A @ B)


@needs_onednn
def test_large_products_of_single_precision_are_onednns():
    large, small = MULTIPLICATIONS_FOR_ONEDNN, MULTIPLICATIONS_FOR_ONEDNN - 1
    single, double = torch.empty(1), torch.empty(1, dtype=torch.float64)
    assert pick_products(large, single) == (onednn_baddbmm, onednn_bmm)
    for size, like in ((small, single), (large, double)):
        assert pick_products(size, like) == (torch.baddbmm, torch.bmm)


def test_without_onednn_products_are_torchs(monkeypatch):
    monkeypatch.setattr(products, "HAS_ONEDNN", False)
    large = pick_products(MULTIPLICATIONS_FOR_ONEDNN, torch.empty(1))
    assert large == (torch.baddbmm, torch.bmm)
