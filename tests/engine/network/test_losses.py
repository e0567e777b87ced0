"""Every loss: formula = kernel, and gradient = finite difference."""

from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from nnteach.engine.network.activations import ACTIVATIONS
from nnteach.engine.network.losses import LOSSES

pytestmark = pytest.mark.engine

STEP = 1e-6
# the parameters are no defaults, so that none is written into a formula
JUDGED = {
    **LOSSES,
    "huber": replace(LOSSES["huber"], parameter=0.7),
    "quantile": replace(LOSSES["quantile"], parameter=0.8),
}
CANONICAL = {name: loss for name, loss in JUDGED.items() if loss.canonical_activation}
each_loss = pytest.mark.parametrize("loss", JUDGED.values(), ids=JUDGED)


def parameters(loss):
    return () if loss.parameter is None else (loss.parameter,)


def make_outputs_and_targets(loss):
    generator = torch.Generator().manual_seed(0)
    Z = 2 * torch.randn(3, 4, 50, generator=generator, dtype=torch.float64)
    A = ACTIVATIONS[loss.canonical_activation or "identity"].g(Z)
    if loss.name == "log_loss":
        classes = torch.randint(4, (3, 50), generator=generator)
        Y = torch.nn.functional.one_hot(classes, 4).double().mT
    elif loss.name == "binary_log_loss":
        Y = torch.randint(2, A.shape, generator=generator).double()
    elif loss.name == "poisson":
        Y = torch.randint(4, A.shape, generator=generator).double()
    else:
        Y = torch.randn(A.shape, generator=generator, dtype=torch.float64)
    return Z, A, Y


@each_loss
def test_kernels_compute_the_formulas(loss):
    _, A, Y = make_outputs_and_targets(loss)
    ell = loss.ell(A, Y, *parameters(loss))
    expected = ell.mean(-2) if loss.averages_outputs else ell.sum(-2)
    assert_close(loss.sample_losses(A, Y), expected, rtol=1e-12, atol=1e-14)
    gradient = loss.gradient_(A - Y, A, Y, *parameters(loss))
    expected = loss.gradient(A, Y, *parameters(loss))
    assert_close(gradient, expected, rtol=1e-12, atol=1e-14)


@each_loss
def test_gradient_is_the_finite_difference(loss):
    _, A, Y = make_outputs_and_targets(loss)
    assert (abs(A - Y) > STEP).all()
    step = STEP * A.abs().clamp(max=1)  # small probabilities stay positive
    # each output's loss depends on this output alone
    above = loss.ell(A + step, Y, *parameters(loss))
    below = loss.ell(A - step, Y, *parameters(loss))
    expected = (above - below) / (2 * step)
    gradient = loss.gradient(A, Y, *parameters(loss))
    assert_close(gradient, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", ["absolute_error", "quantile"])
def test_at_a_hit_the_gradient_is_halfway_between_both_sides(name):
    loss = JUDGED[name]
    Y = torch.tensor([[1.0, -2.0]], dtype=torch.float64)
    left, right = (
        loss.gradient(Y + step, Y, *parameters(loss)) for step in (-STEP, STEP)
    )
    assert (right - left == (2 if name == "absolute_error" else 1)).all()
    at_the_hit = loss.gradient(Y.clone(), Y, *parameters(loss))
    assert_close(at_the_hit, (left + right) / 2)
    kernel = loss.gradient_(torch.zeros_like(Y), Y, Y, *parameters(loss))
    assert_close(kernel, at_the_hit)


@pytest.mark.parametrize("loss", CANONICAL.values(), ids=CANONICAL)
def test_the_canonical_activation_cancels(loss):
    Z, A, Y = make_outputs_and_targets(loss)
    activation = ACTIVATIONS[loss.canonical_activation]
    expected = activation.backward(loss.gradient(A, Y), Z, A)
    assert_close(loss.delta(A, Y, activation, A), expected, rtol=1e-9, atol=1e-12)


@each_loss
@pytest.mark.parametrize("name", ["tanh", "gelu"])
def test_any_other_activation_goes_through_the_chain_rule(loss, name):
    Z, A, Y = make_outputs_and_targets(loss)
    activation = ACTIVATIONS[name]
    # no matter whether A is what this activation makes of Z
    known = Z if activation.needs_input else A
    expected = activation.backward(loss.gradient(A, Y, *parameters(loss)), Z, A)
    assert_close(loss.delta(A, Y, activation, known), expected, rtol=1e-9, atol=1e-12)


def test_losses_stay_finite_at_certain_and_wrong_probabilities():
    Y = torch.tensor([[1.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    for name in ("log_loss", "binary_log_loss"):
        losses = LOSSES[name].sample_losses(1 - Y, Y)
        assert torch.isfinite(losses).all()
        assert (losses > 30).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_poisson_without_events_where_the_prediction_underflows(dtype):
    loss = LOSSES["poisson"]
    A = torch.tensor([-1000.0, 0.0], dtype=dtype).exp()[:, None]  # 0 and 1
    Y = torch.zeros_like(A)
    assert A[0] == 0
    assert loss.sample_losses(A, Y).tolist() == [1.0]  # the sum of 0 and 1
    assert loss.ell(A, Y).sum(-2).tolist() == [1.0]
    assert loss.gradient_(A - Y, A, Y).flatten().tolist() == [1.0, 1.0]
    assert torch.autograd.functional.vjp(lambda A: loss.ell(A, Y).sum(), A)[1][1] == 1


def test_poisson_hides_no_failure():
    loss = LOSSES["poisson"]
    A = torch.tensor([[float("nan"), 0.0]], dtype=torch.float64)
    Y = torch.tensor([[0.0, 2.0]], dtype=torch.float64)
    assert loss.sample_losses(A, Y).isnan().tolist() == [True, False]
    assert loss.sample_losses(A, Y)[1] == torch.inf
    assert loss.gradient_(A - Y, A, Y).isnan().tolist() == [[True, False]]
