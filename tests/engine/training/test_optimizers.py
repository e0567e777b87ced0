"""The update rules equal torch.optim's; the schedules torch's and scikit-learn's."""

import itertools

import pytest
import torch
from torch.testing import assert_close

from nnteach.engine.machine.fused_adam import fused_adam_
from nnteach.engine.training.optimizers import OPTIMIZERS
from nnteach.engine.training.problem import Settings
from nnteach.engine.training.schedules import scheduled_learning_rate

pytestmark = pytest.mark.engine

RATE, ALPHA, N_WEIGHTS = 0.05, 0.1, 6


def make_settings(solver="adam", **changes):
    values = dict(
        solver=solver,
        alpha=ALPHA,
        batch_size=10,
        learning_rate="constant",
        learning_rate_init=RATE,
        power_t=0.5,
        max_iter=20,
        shuffle=True,
        tol=1e-4,
        verbose=False,
        momentum=0.9,
        nesterovs_momentum=True,
        early_stopping=False,
        beta_1=0.8,
        beta_2=0.95,
        epsilon=1e-6,
        n_iter_no_change=10,
        max_fun=100,
        dropout=(),
        device="cpu",
    )
    return Settings(**{**values, **changes})


def torch_optimizer(solver, settings, weights, biases):
    parameters = [weights, biases]
    if solver == "adamw":
        groups = [
            dict(params=[weights], weight_decay=ALPHA),
            dict(params=[biases], weight_decay=0.0),
        ]
        betas = (settings.beta_1, settings.beta_2)
        return torch.optim.AdamW(groups, lr=RATE, betas=betas, eps=0.0)
    if solver == "adam":
        betas = (settings.beta_1, settings.beta_2)
        return torch.optim.Adam(parameters, lr=RATE, betas=betas, eps=0.0)
    if solver == "rmsprop":
        return torch.optim.RMSprop(
            parameters, lr=RATE, alpha=settings.beta_2, eps=settings.epsilon
        )
    if solver == "adagrad":
        return torch.optim.Adagrad(parameters, lr=RATE, eps=settings.epsilon)
    return torch.optim.SGD(
        parameters,
        lr=RATE,
        momentum=settings.momentum,
        nesterov=settings.nesterovs_momentum,
    )


@pytest.mark.parametrize("n_networks", [1, 2])
@pytest.mark.parametrize("nesterov", [True, False])
@pytest.mark.parametrize("solver", OPTIMIZERS)
def test_equals_torch(solver, nesterov, n_networks):
    # torch adds epsilon elsewhere in Adam, so that only without it the two agree
    epsilon = 0.0 if solver.startswith("adam") else 1e-6
    settings = make_settings(solver, epsilon=epsilon, nesterovs_momentum=nesterov)
    generator = torch.Generator().manual_seed(0)
    ours = torch.randn(n_networks, 9, generator=generator, dtype=torch.float64)
    weights = ours[0, :N_WEIGHTS].clone().requires_grad_()
    biases = ours[0, N_WEIGHTS:].clone().requires_grad_()
    theirs = torch_optimizer(solver, settings, weights, biases)

    rule = OPTIMIZERS[solver]
    buffers = [torch.zeros_like(ours) for _ in range(rule.n_buffers)]
    optimizer = rule(settings, buffers, 0, N_WEIGHTS)
    # networks of different rates are updated by other operations than a single one
    optimizer.set_learning_rates([RATE, 2 * RATE][:n_networks])
    for _ in range(12):
        gradient = torch.randn(n_networks, 9, generator=generator, dtype=torch.float64)
        optimizer.update_(ours, gradient)
        weights.grad, biases.grad = gradient[0, :N_WEIGHTS], gradient[0, N_WEIGHTS:]
        theirs.step()
    assert_close(ours[0], torch.cat([weights, biases]).detach(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("n_epochs", [2, 5, 20, 21])
@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_schedule_equals_torch(schedule, n_epochs):
    settings = make_settings(learning_rate=schedule, max_iter=n_epochs)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    if schedule == "cosine":
        theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=n_epochs)
    else:
        theirs = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=RATE, total_steps=n_epochs
        )
    for epoch in range(n_epochs):
        ours = scheduled_learning_rate(settings, epoch, epoch * 100, RATE)
        assert ours == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-9)
        optimizer.step()
        if epoch < n_epochs - 1:
            theirs.step()


def test_schedules_end_where_they_should():
    for schedule, n_epochs in itertools.product(("cosine", "one_cycle"), (2, 50)):
        settings = make_settings(learning_rate=schedule, max_iter=n_epochs)
        rates = [
            scheduled_learning_rate(settings, epoch, 0, RATE)
            for epoch in range(n_epochs + 5)
        ]
        assert all(0 <= rate <= RATE * (1 + 1e-12) for rate in rates)
        assert rates[-1] < RATE / 100


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one_cycle"])
def test_a_single_epoch_has_the_full_rate(schedule):
    settings = make_settings(learning_rate=schedule, max_iter=1)
    assert scheduled_learning_rate(settings, 0, 0, RATE) == RATE


def test_a_torch_without_fused_adam_takes_the_same_steps(monkeypatch):
    settings = make_settings()
    ends = []
    for has_it in (True, False):
        if not has_it:
            monkeypatch.delattr(torch, "_fused_adam_")
        generator = torch.Generator().manual_seed(0)
        parameters = torch.randn(2, 9, generator=generator, dtype=torch.float64)
        moments = [torch.zeros_like(parameters) for _ in range(2)]
        optimizer = OPTIMIZERS["adam"](settings, moments, 0, N_WEIGHTS)
        optimizer.set_learning_rates([RATE, RATE])
        for _ in range(3):
            gradient = torch.randn(2, 9, generator=generator, dtype=torch.float64)
            optimizer.update_(parameters, gradient)
        ends.append([parameters, *moments])
    for fused, plain in zip(*ends, strict=True):
        assert_close(fused, plain, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("wrong", range(4))
def test_fused_adam_refuses_arrays_of_different_shapes(wrong):
    arrays = [torch.zeros(2, 9) for _ in range(4)]
    arrays[wrong] = torch.zeros(2, 7)
    with pytest.raises(ValueError, match="of the parameters' shape"):
        fused_adam_(
            *arrays,
            torch.ones(()),
            learning_rate=RATE,
            beta_1=0.9,
            beta_2=0.999,
            epsilon=1e-8,
        )


@pytest.mark.parametrize("n_updates", [0, 1000])
def test_both_forms_of_adam_agree(n_updates):
    settings = make_settings(epsilon=1e-2)
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(2, 9, generator=generator, dtype=torch.float64)
    gradient = torch.randn(2, 9, generator=generator, dtype=torch.float64)
    ends = []
    for rates in ([RATE, RATE], [RATE, 2 * RATE]):
        parameters = start.clone()
        moments = [torch.ones_like(start), torch.ones_like(start)]
        optimizer = OPTIMIZERS["adam"](settings, moments, n_updates, N_WEIGHTS)
        optimizer.set_learning_rates(rates)
        for _ in range(3):
            optimizer.update_(parameters, gradient)
        ends.append(parameters[0])
    assert_close(ends[0], ends[1], rtol=1e-12, atol=0)
