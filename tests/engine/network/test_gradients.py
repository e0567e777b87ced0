"""Law 3: the hand-written backward pass equals autograd of the formulas."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from nnteach import Architecture
from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.network.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nnteach.engine.network.layout import layer_views, pack, unpack
from nnteach.engine.network.losses import LOSSES
from nnteach.engine.network.stack import NetworkStack

JUDGED_LOSSES = {**LOSSES, "quantile": replace(LOSSES["quantile"], parameter=0.8)}
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
        n_networks, n_outputs, n_samples = shape
        classes = torch.randint(n_outputs, (n_networks, n_samples), generator=generator)
        return torch.nn.functional.one_hot(classes, n_outputs).double().mT
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
        a = ACTIVATIONS[name].g(weight @ a + bias)
        if layer < len(masks) and masks[layer] is not None:
            a = a * masks[layer]
    judged = JUDGED_LOSSES[loss]
    further = () if judged.parameter is None else (judged.parameter,)
    objective = (scale * judged.ell(a, y, *further)).sum()
    for weight in weights:
        objective = objective + (penalty[..., None] / 2 * weight**2).sum()
    objective.backward()
    return parameters.grad


def every_network():
    """Every output, alone and above every hidden activation, once and three times."""
    for index, output in enumerate(OUTPUTS):
        yield pytest.param(*output, "identity", 0, marks=pytest.mark.engine)
        for place, hidden in enumerate(HIDDEN_ACTIVATIONS):
            is_chosen = place == index % len(HIDDEN_ACTIVATIONS)
            marks = [pytest.mark.engine] if is_chosen else []
            for depth in (1, 3):
                yield pytest.param(*output, hidden, depth, marks=marks)


@pytest.mark.parametrize(
    ("loss", "out_activation", "hidden", "depth"), list(every_network())
)
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
        X = torch.randn(n_networks, 3, 7, generator=generator, dtype=torch.float64)
        y = make_targets(loss, (n_networks, 2, 7), generator)
        scale = torch.tensor(1 / 7, dtype=torch.float64)
        if weighted:
            scale = torch.rand(
                n_networks, 1, 7, generator=generator, dtype=torch.float64
            )
        penalty = torch.rand(n_networks, 1, generator=generator, dtype=torch.float64)

        stack = NetworkStack(architecture, parameters, JUDGED_LOSSES[loss])
        stack.forward(X)
        stack.backward(y, scale, penalty)

        expected = autograd_gradient(
            architecture, parameters, loss, X, y, scale, penalty
        )
        assert_close(stack.gradients, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.engine
@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
def test_dropout_equals_autograd(hidden):
    generator = torch.Generator().manual_seed(0)
    architecture = Architecture((3, 5, 4, 6, 2), (hidden,) * 3 + ("identity",))
    parameters = torch.randn(
        2, architecture.n_parameters, generator=generator, dtype=torch.float64
    )
    X = torch.randn(2, 3, 7, generator=generator, dtype=torch.float64)
    y = torch.randn(2, 2, 7, generator=generator, dtype=torch.float64)
    penalty = torch.rand(2, 1, generator=generator, dtype=torch.float64)
    masks = [
        (torch.rand(2, width, 7, generator=generator) > 0.4).double() / 0.6
        for width in (5, 4, 6)
    ]
    masks[1] = None
    stack = NetworkStack(architecture, parameters, LOSSES["squared_error"])
    stack.forward(X, masks)
    stack.backward(y, torch.tensor(1 / 7), penalty)
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


def test_every_loss_is_judged():
    assert set(LOSSES) == {loss for loss, _ in OUTPUTS}


@pytest.mark.engine
@pytest.mark.parametrize("n_inputs", [2, LIMITS.many_inputs + 1])
def test_pack_and_unpack_are_inverse(n_inputs):
    architecture = Architecture((n_inputs, 3, 1))
    parameters = np.arange(architecture.n_parameters, dtype=float)
    coefs, intercepts = unpack(architecture, parameters)
    assert [coef.shape for coef in coefs] == [(n_inputs, 3), (3, 1)]
    assert [intercept.shape for intercept in intercepts] == [(3,), (1,)]
    np.testing.assert_array_equal(pack(architecture, coefs, intercepts), parameters)
    coefs[0][:] = 0
    assert parameters[1] == 1


@pytest.mark.parametrize("n_inputs", [30, LIMITS.many_inputs + 1])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_wide_layers_equal_autograd(n_inputs, dtype):
    """Products so large that oneDNN takes them, where it can; inputs in both orders."""
    generator = torch.Generator().manual_seed(0)
    architecture = Architecture((n_inputs, 300, 200, 3), ("relu", "tanh", "identity"))
    parameters, X, y, penalty = (
        torch.randn(shape, generator=generator, dtype=torch.float64)
        for shape in (
            (2, architecture.n_parameters),
            (2, n_inputs, 250),
            (2, 3, 250),
            (2, 1),
        )
    )
    parameters *= 0.05
    expected = autograd_gradient(
        architecture, parameters, "squared_error", X, y, torch.tensor(1 / 250), penalty
    )
    stack = NetworkStack(
        architecture, parameters.to(dtype), JUDGED_LOSSES["squared_error"]
    )
    stack.forward(X.to(dtype))
    stack.backward(y.to(dtype), torch.tensor(1 / 250), penalty.to(dtype))
    accuracy = 1e-10 if dtype is torch.float64 else 1e-4
    assert_close(stack.gradients.double(), expected, rtol=accuracy, atol=accuracy)
