"""Law 3: the hand-written backward pass equals autograd."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from nnteach import Architecture
from nnteach.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nnteach.engine.losses import LOSSES
from nnteach.engine.network import NetworkStack, layer_views, pack, unpack

AUTOGRAD_ACTIVATIONS = {
    "identity": lambda z: z,
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "elu": torch.nn.functional.elu,
    "gelu": torch.nn.functional.gelu,
    "silu": torch.nn.functional.silu,
    "softplus": torch.nn.functional.softplus,
    "softmax": lambda z: torch.softmax(z, dim=-1),
    "exp": torch.exp,
}
QUANTILE = 0.8
JUDGED_LOSSES = {**LOSSES, "quantile": replace(LOSSES["quantile"], parameter=QUANTILE)}
AUTOGRAD_LOSSES = {
    "squared_error": lambda a, y: ((a - y) ** 2).sum(-1) / 2,
    "absolute_error": lambda a, y: torch.nn.functional.l1_loss(
        a, y, reduction="none"
    ).sum(-1),
    "huber": lambda a, y: torch.nn.functional.huber_loss(a, y, reduction="none").sum(
        -1
    ),
    "quantile": lambda a, y: torch.maximum(
        QUANTILE * (y - a), (QUANTILE - 1) * (y - a)
    ).sum(-1),
    "log_loss": lambda a, y: -(y * torch.log(a)).sum(-1),
    "binary_log_loss": lambda a, y: (
        -(y * torch.log(a) + (1 - y) * torch.log(1 - a)).sum(-1)
    ),
    # up to a constant, whose gradient autograd would get wrong at y = 0
    "poisson": lambda a, y: (a - y * torch.log(a)).sum(-1),
}
OUTPUTS = [
    ("squared_error", "identity"),
    ("squared_error", "logistic"),
    ("squared_error", "tanh"),
    ("squared_error", "relu"),
    ("squared_error", "exp"),
    ("squared_error", "gelu"),
    ("squared_error", "silu"),
    ("squared_error", "softplus"),
    ("absolute_error", "identity"),
    ("absolute_error", "tanh"),
    ("huber", "identity"),
    ("huber", "silu"),
    ("quantile", "identity"),
    ("quantile", "softplus"),
    ("log_loss", "softmax"),
    ("log_loss", "logistic"),
    ("binary_log_loss", "logistic"),
    ("binary_log_loss", "softmax"),
    ("poisson", "exp"),
    ("poisson", "softmax"),
]


def make_targets(loss, shape, generator):
    if loss == "log_loss":
        classes = torch.randint(shape[-1], shape[:-1], generator=generator)
        return torch.nn.functional.one_hot(classes, shape[-1]).double()
    if loss == "binary_log_loss":
        return torch.randint(2, shape, generator=generator).double()
    if loss == "poisson":
        return torch.randint(4, shape, generator=generator).double()
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def autograd_gradient(architecture, parameters, loss, X, y, scale, penalty, masks=()):
    parameters = parameters.clone().requires_grad_()
    weights, biases = layer_views(architecture, parameters)
    a = X
    for layer, (weight, bias, name) in enumerate(
        zip(weights, biases, architecture.activations, strict=True)
    ):
        a = AUTOGRAD_ACTIVATIONS[name](a @ weight + bias)
        if layer < len(masks) and masks[layer] is not None:
            a = a * masks[layer]
    objective = (scale * AUTOGRAD_LOSSES[loss](a, y)[..., None]).sum()
    for weight in weights:
        objective = objective + (penalty[..., None] / 2 * weight**2).sum()
    objective.backward()
    return parameters.grad


@pytest.mark.parametrize(("loss", "out_activation"), OUTPUTS)
@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_backward_equals_autograd(loss, out_activation, hidden, depth):
    generator = torch.Generator().manual_seed(0)
    architecture = Architecture(
        (3, *(5, 4, 6)[:depth], 2), (hidden,) * depth + (out_activation,)
    )
    for n_networks, weighted in itertools.product((1, 3), (False, True)):
        # small, since the losses are cut off where probabilities come near 0 and 1
        parameters = 0.5 * torch.randn(
            n_networks,
            architecture.n_parameters,
            generator=generator,
            dtype=torch.float64,
        )
        X = torch.randn(n_networks, 7, 3, generator=generator, dtype=torch.float64)
        y = make_targets(loss, (n_networks, 7, 2), generator)
        scale = torch.tensor(1 / 7, dtype=torch.float64)
        if weighted:
            scale = torch.rand(
                n_networks, 7, 1, generator=generator, dtype=torch.float64
            )
        penalty = torch.rand(n_networks, 1, generator=generator, dtype=torch.float64)

        stack = NetworkStack(architecture, parameters, JUDGED_LOSSES[loss])
        stack.backward(stack.forward(X), y, scale, penalty)

        expected = autograd_gradient(
            architecture, parameters, loss, X, y, scale, penalty
        )
        assert_close(stack.gradients, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
def test_dropout_equals_autograd(hidden):
    generator = torch.Generator().manual_seed(0)
    architecture = Architecture((3, 5, 4, 6, 2), (hidden,) * 3 + ("identity",))
    parameters = torch.randn(
        2, architecture.n_parameters, generator=generator, dtype=torch.float64
    )
    X = torch.randn(2, 7, 3, generator=generator, dtype=torch.float64)
    y = torch.randn(2, 7, 2, generator=generator, dtype=torch.float64)
    penalty = torch.rand(2, 1, generator=generator, dtype=torch.float64)
    masks = [
        (torch.rand(2, 7, width, generator=generator) > 0.4).double() / 0.6
        for width in (5, 4, 6)
    ]
    masks[1] = None
    stack = NetworkStack(architecture, parameters, LOSSES["squared_error"])
    stack.backward(stack.forward(X, masks), y, torch.tensor(1 / 7), penalty)
    expected = autograd_gradient(
        architecture,
        parameters,
        "squared_error",
        X,
        y,
        torch.tensor(1 / 7),
        penalty,
        masks,
    )
    assert_close(stack.gradients, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_equals_torch(name):
    z = torch.linspace(-4, 4, 42, dtype=torch.float64).view(6, 7)
    delta = torch.randn(6, 7, generator=torch.Generator().manual_seed(0)).double()
    activation = ACTIVATIONS[name]
    ours = activation.function_(z.clone())
    known = z.clone() if activation.needs_input else ours
    backward = activation.backpropagate_(delta.clone(), known)

    z.requires_grad_()
    expected = AUTOGRAD_ACTIVATIONS[name](z)
    expected.backward(delta)
    assert_close(ours, expected.detach(), rtol=1e-12, atol=1e-14)
    assert_close(backward, z.grad, rtol=1e-10, atol=1e-12)


def test_every_activation_and_loss_is_judged():
    assert set(ACTIVATIONS) == set(AUTOGRAD_ACTIVATIONS)
    assert set(LOSSES) == set(AUTOGRAD_LOSSES) == {loss for loss, _ in OUTPUTS}


def test_losses_stay_finite_at_certain_and_wrong_probabilities():
    y = torch.tensor([[1.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    for name in ("log_loss", "binary_log_loss"):
        losses = LOSSES[name].sample_losses(1 - y, y)
        assert torch.isfinite(losses).all()
        assert (losses > 30).all()


def test_pack_and_unpack_are_inverse():
    architecture = Architecture((2, 3, 1))
    parameters = np.arange(architecture.n_parameters, dtype=float)
    coefs, intercepts = unpack(architecture, parameters)
    assert [coef.shape for coef in coefs] == [(2, 3), (3, 1)]
    assert [intercept.shape for intercept in intercepts] == [(3,), (1,)]
    np.testing.assert_array_equal(pack(coefs, intercepts), parameters)
    coefs[0][:] = 0
    assert parameters[1] == 1
