"""Where the weights and biases of a network lie in one array of all its parameters.

A network has P parameters: all its weights, layer by layer, then all its biases. The
parameters of a stack are a (K, P) buffer, of which each layer's arrays are views.
"""

import numpy as np

from nnteach.engine.machine.limits import LIMITS

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
WAY_OUT = (
    "set_weights sets weights and checks them; for other layer sizes set "
    "hidden_layer_sizes and call initialize or fit."
)


def layer_views(architecture, buffer):
    """View a (K, P) buffer as weights (K, fan_out, fan_in) and biases (K, fan_out, 1).

    Works on torch's tensors and on numpy's arrays.
    """
    n_networks = len(buffer)
    weights, biases, start = [], [], 0
    for layer in architecture.layers:
        stop = start + layer.n_weights
        weight = buffer[:, start:stop]
        if layer.fan_in > LIMITS.many_inputs:
            weight = weight.reshape(n_networks, layer.fan_in, layer.fan_out).mT
        else:
            weight = weight.reshape(n_networks, layer.fan_out, layer.fan_in)
        weights.append(weight)
        start = stop
    for layer in architecture.layers:
        stop = start + layer.n_biases
        biases.append(buffer[:, start:stop].reshape(n_networks, layer.fan_out, 1))
        start = stop
    return weights, biases


def pack(architecture, coefs, intercepts):
    """Lay arrays like ``coefs_`` and ``intercepts_`` out as one (P,) array.

    Parameters
    ----------
    architecture : Architecture
    coefs : list of ndarray of shape (fan_in, fan_out)
    intercepts : list of ndarray of shape (fan_out,)

    Returns
    -------
    ndarray of shape (P,)

    Raises
    ------
    ValueError
        As ``check_weights`` does.
    """
    check_weights(architecture, coefs, intercepts)
    weights = [coef if len(coef) > LIMITS.many_inputs else coef.T for coef in coefs]
    return np.concatenate([np.ravel(array) for array in (*weights, *intercepts)])


def check_weights(architecture, coefs, intercepts):
    """Check arrays like ``coefs_`` and ``intercepts_`` against the architecture.

    Where users edit arrays, this stands between them and the engine, which checks no
    shapes.

    Raises
    ------
    ValueError
        If an array is missing, is not of the shape that the architecture asks for, or
        not of the one floating dtype that all of them share.
    """
    _check_arrays(
        "coefs_", coefs, [layer.weight_shape for layer in architecture.layers], coefs
    )
    _check_arrays(
        "intercepts_",
        intercepts,
        [layer.bias_shape for layer in architecture.layers],
        coefs,
    )


def _check_arrays(name, arrays, shapes, coefs):
    n_arrays = (
        len(arrays) if isinstance(arrays, list | tuple) else type(arrays).__name__
    )
    if n_arrays != len(shapes):
        raise ValueError(
            f"{name} must be a list of {len(shapes)} arrays, one for each layer after "
            f"the input. Got {n_arrays} instead. {WAY_OUT}"
        )
    dtype = getattr(coefs[0], "dtype", None)
    for index, (array, shape) in enumerate(zip(arrays, shapes, strict=True)):
        if not isinstance(array, np.ndarray) or array.dtype not in FLOATS:
            came = getattr(array, "dtype", type(array).__name__)
            raise ValueError(
                f"{name}[{index}] must be an ndarray of float32 or float64. Got {came} "
                f"instead. {WAY_OUT}"
            )
        if array.shape != shape:
            raise ValueError(
                f"{name}[{index}] must have the shape {shape} that the architecture "
                f"asks for. Got {array.shape} instead. {WAY_OUT}"
            )
        if array.dtype != dtype:
            raise ValueError(
                f"{name}[{index}] must have the dtype {dtype} of coefs_[0]. Got "
                f"{array.dtype} instead. {WAY_OUT}"
            )


def unpack(architecture, parameters):
    """Cut a (P,) array into copies like ``coefs_`` and ``intercepts_``."""
    weights, biases = layer_views(architecture, parameters[np.newaxis])
    # they keep their order in memory, in which they are packed again for a prediction
    return [weight[0].T.copy(order="K") for weight in weights], [
        bias[0, :, 0].copy() for bias in biases
    ]
