"""Initial weights and biases, drawn in scikit-learn's order."""

import numpy as np


def draw_parameters(
    architecture, hidden_activations, weight_init, bias_init, random_state, dtype
):
    """Draw a network's initial weights and biases.

    Layer by layer, the weights before the biases, as scikit-learn does: the same
    random state gives the same network there and here.

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    hidden_activations : sequence of str
        For each layer the activation whose interval it is drawn from: its own for a
        hidden layer, the last hidden one's for the output layer.
    weight_init : {"auto", "glorot_uniform", "zeros"}
        Rule for the weights. ``"auto"`` is scikit-learn's: uniform within
        ±√(6 / (fan_in + fan_out)), with 2 in place of 6 for logistic.
        ``"glorot_uniform"`` is Keras's: always 6.
    bias_init : {"auto", "zeros"}
        Rule for the biases. ``"auto"`` is scikit-learn's: the same interval as the
        layer's weights.
    random_state : numpy.random.RandomState
        The source of random numbers; it is advanced.
    dtype : numpy.dtype
        Type of the arrays.

    Returns
    -------
    coefs : list of ndarray of shape (fan_in, fan_out)
    intercepts : list of ndarray of shape (fan_out,)

    References
    ----------
    X. Glorot and Y. Bengio, Understanding the difficulty of training deep
    feedforward neural networks, AISTATS 2010, equation 16.
    """
    coefs, intercepts = [], []
    for layer, hidden_activation in zip(
        architecture.layers, hidden_activations, strict=True
    ):
        glorot = np.sqrt(6.0 / (layer.fan_in + layer.fan_out))
        numerator = 2.0 if hidden_activation == "logistic" else 6.0
        scikit_learn = np.sqrt(numerator / (layer.fan_in + layer.fan_out))
        weight_bound = {"auto": scikit_learn, "glorot_uniform": glorot, "zeros": 0.0}
        bias_bound = {"auto": scikit_learn, "zeros": 0.0}
        coefs.append(
            _draw_uniform(
                weight_bound[weight_init], layer.weight_shape, random_state, dtype
            )
        )
        intercepts.append(
            _draw_uniform(bias_bound[bias_init], layer.bias_shape, random_state, dtype)
        )
    return coefs, intercepts


def _draw_uniform(bound, shape, random_state, dtype):
    if bound == 0.0:
        return np.zeros(shape, dtype)
    return random_state.uniform(-bound, bound, shape).astype(dtype, copy=False)
