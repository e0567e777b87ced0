"""Every activation: formula = kernel, and backward rule = finite difference."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from nnteach.engine.machine.activation_kernels import FUSED_RULES, pick_backward
from nnteach.engine.network.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS, evaluate

pytestmark = pytest.mark.engine

STEP = 1e-5
Z = torch.linspace(-4, 4, 42, dtype=torch.float64).view(6, 7)  # 0 is not among them
ZERO = torch.zeros(1, dtype=torch.float64)
CURVES = [name for name in ACTIVATIONS if name != "softmax"]


def gradient_at_output():
    return torch.randn(Z.shape, generator=torch.Generator().manual_seed(0)).double()


def run_kernels(activation, Z, dA):
    """Forward and backward pass as training runs them."""
    A = activation.forward_(Z.clone())
    known = Z.clone() if activation.needs_input else A.clone()
    return A, activation.backward_(dA.clone(), known)


def central_difference(function, Z):
    """Gradient of a number with respect to each entry of Z."""
    gradient = torch.empty_like(Z)
    for place in range(Z.numel()):
        step = torch.zeros_like(Z)
        step.view(-1)[place] = STEP
        change = function(Z + step) - function(Z - step)
        gradient.view(-1)[place] = change / (2 * STEP)
    return gradient


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_kernels_compute_the_formulas(activation):
    # at 0 as well: where a slope jumps, both take the one on the left
    for inputs in (Z, torch.zeros_like(Z)):
        dA = gradient_at_output()
        A, D = run_kernels(activation, inputs, dA)
        assert_close(A, activation.g(inputs), rtol=1e-12, atol=1e-14)
        expected = activation.backward(dA, inputs, activation.g(inputs))
        assert_close(D, expected, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", FUSED_RULES)
def test_a_torch_without_fused_rules_computes_the_same(name, monkeypatch):
    fused = pick_backward(name)
    monkeypatch.setattr(torch.ops, "aten", SimpleNamespace())
    plain = pick_backward(name)
    assert plain is FUSED_RULES[name].plain
    for inputs in (Z, torch.zeros_like(Z)):
        known = inputs
        if not ACTIVATIONS[name].needs_input:
            known = ACTIVATIONS[name].g(inputs)
        dA = gradient_at_output()
        D = plain(dA, known)
        assert D is dA
        assert_close(D, fused(gradient_at_output(), known), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_backward_rule_is_the_finite_difference(activation):
    dA = gradient_at_output()
    expected = central_difference(lambda Z: (dA * activation.g(Z)).sum(), Z)
    D = activation.backward(dA, Z, activation.g(Z))
    assert_close(D, expected, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("name", CURVES)
def test_slopes_jump_where_the_record_says(name):
    z = np.linspace(-3, 3, 601)
    _, left = evaluate(name, z - 1e-3)
    _, right = evaluate(name, z + 1e-3)
    jumps = z[abs(right - left) > 0.5]
    np.testing.assert_allclose(jumps, ACTIVATIONS[name].jumps, atol=1e-12)


@pytest.mark.parametrize("name", CURVES)
def test_at_a_jump_the_slope_is_that_on_the_left(name):
    activation = ACTIVATIONS[name]
    for jump in activation.jumps:
        z = ZERO + jump
        left = (activation.g(z) - activation.g(z - STEP)) / STEP
        right = (activation.g(z + STEP) - activation.g(z)) / STEP
        slope = activation.backward(torch.ones_like(z), z, activation.g(z))
        assert_close(slope, left, rtol=1e-8, atol=1e-8)
        assert abs(right - left) > 0.5


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", [*HIDDEN_ACTIVATIONS, "softmax"])
def test_kernels_stay_finite_far_from_zero(name, dtype):
    far = torch.tensor([[-1e4], [-800.0], [0.0], [800.0], [1e4]], dtype=dtype)
    A, D = run_kernels(ACTIVATIONS[name], far, torch.ones_like(far))
    assert torch.isfinite(A).all()
    assert torch.isfinite(D).all()


@pytest.mark.parametrize(
    ("name", "limits"),
    [("logistic", (0, 1)), ("softplus", (0, 800)), ("softmax", (0, 1))],
)
def test_kernels_reach_their_limits(name, limits):
    far = torch.tensor([[-800.0], [800.0]], dtype=torch.float64)
    assert ACTIVATIONS[name].forward_(far).flatten().tolist() == list(limits)


@pytest.mark.parametrize("name", CURVES)
def test_evaluate(name):
    z = np.linspace(-4, 4, 42).reshape(6, 7)
    values, slopes = evaluate(name, z.tolist())
    assert_close(torch.from_numpy(values), ACTIVATIONS[name].g(torch.from_numpy(z)))
    above, below = evaluate(name, z + STEP)[0], evaluate(name, z - STEP)[0]
    np.testing.assert_allclose(slopes, (above - below) / (2 * STEP), atol=1e-8)
