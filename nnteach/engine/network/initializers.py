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
    weight_init : str
        Rule for the weights: a key of ``WEIGHT_RULES``.
    bias_init : {"auto", "zeros"}
        Rule for the biases. ``"auto"`` is scikit-learn's: the interval of its weights.
    random_state : numpy.random.RandomState
        The source of random numbers; it is advanced.
    dtype : numpy.dtype
        Type of the arrays.

    Returns
    -------
    coefs : list of ndarray of shape (fan_in, fan_out)
    intercepts : list of ndarray of shape (fan_out,)
    """
    coefs, intercepts = [], []
    for layer, hidden_activation in zip(
        architecture.layers, hidden_activations, strict=True
    ):
        numerator = 2.0 if hidden_activation == "logistic" else 6.0
        bound = np.sqrt(numerator / (layer.fan_in + layer.fan_out))
        if weight_init == "auto":
            weights = random_state.uniform(-bound, bound, layer.weight_shape)
        else:
            weights = WEIGHT_RULES[weight_init](layer, random_state)
        if bias_init == "auto":
            biases = random_state.uniform(-bound, bound, layer.bias_shape)
        else:
            biases = np.zeros(layer.bias_shape)
        coefs.append(weights.astype(dtype, copy=False))
        intercepts.append(biases.astype(dtype, copy=False))
    return coefs, intercepts


def _uniform(variance):
    """Rule for weights spread evenly with the variance that suits the layer."""

    def draw(layer, random_state):
        bound = np.sqrt(3 * variance(layer))
        return random_state.uniform(-bound, bound, layer.weight_shape)

    return draw


def _normal(variance):
    """Rule for normal weights with the variance that suits the layer."""

    def draw(layer, random_state):
        return random_state.normal(0, np.sqrt(variance(layer)), layer.weight_shape)

    return draw


def _glorot(layer):
    """Glorot and Bengio, AISTATS 2010, equation 16."""
    return 2 / (layer.fan_in + layer.fan_out)


def _he(layer):
    """He et al., ICCV 2015, equation 10."""
    return 2 / layer.fan_in


def _lecun(layer):
    """LeCun et al., Efficient BackProp, 1998, equation 16."""
    return 1 / layer.fan_in


def _orthogonal(layer, random_state):
    """Rows or columns of length 1 at right angles (Saxe et al., ICLR 2014)."""
    tall = (max(layer.weight_shape), min(layer.weight_shape))
    orthogonal, triangular = np.linalg.qr(random_state.normal(size=tall))
    # without the signs the decomposition would not be evenly spread
    orthogonal *= np.sign(np.diag(triangular))
    return orthogonal if layer.fan_in >= layer.fan_out else orthogonal.T


def _zeros(layer, random_state):
    return np.zeros(layer.weight_shape)


WEIGHT_RULES = {
    "glorot_uniform": _uniform(_glorot),
    "glorot_normal": _normal(_glorot),
    "he_uniform": _uniform(_he),
    "he_normal": _normal(_he),
    "lecun_uniform": _uniform(_lecun),
    "lecun_normal": _normal(_lecun),
    "orthogonal": _orthogonal,
    "zeros": _zeros,
}
