"""The shape of a feed-forward network: layer sizes, activations, parameter counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from numbers import Integral


@dataclass(frozen=True)
class Layer:
    """One layer of weights: an affine map followed by an activation.

    Parameters
    ----------
    name : str
        ``"hidden 1"``, ``"hidden 2"``, … or ``"output"``.
    fan_in : int
        Number of inputs of each neuron.
    fan_out : int
        Number of neurons.
    activation : str
        Name of the activation that is applied to the layer's output.

    Examples
    --------
    >>> from nnteach import Layer
    >>> layer = Layer("output", fan_in=50, fan_out=3, activation="softmax")
    >>> layer.weight_shape, layer.bias_shape
    ((50, 3), (3,))
    >>> layer.n_weights, layer.n_biases, layer.n_parameters
    (150, 3, 153)
    """

    name: str
    fan_in: int
    fan_out: int
    activation: str

    @property
    def weight_shape(self) -> tuple[int, int]:
        """Shape (fan_in, fan_out) of the weights, as in scikit-learn's ``coefs_``."""
        return (self.fan_in, self.fan_out)

    @property
    def bias_shape(self) -> tuple[int]:
        """Shape (fan_out,) of the biases, as in scikit-learn's ``intercepts_``."""
        return (self.fan_out,)

    @property
    def n_weights(self) -> int:
        """Number of weights, ``fan_in * fan_out``."""
        return self.fan_in * self.fan_out

    @property
    def n_biases(self) -> int:
        """Number of biases, ``fan_out``."""
        return self.fan_out

    @property
    def n_parameters(self) -> int:
        """Number of trainable parameters, ``fan_out * (fan_in + 1)``."""
        return self.n_weights + self.n_biases


@dataclass(frozen=True)
class Architecture:
    """Layer sizes and activations of a fully connected feed-forward network.

    Parameters
    ----------
    layer_sizes : sequence of int
        Number of inputs, of neurons in each hidden layer, and of outputs; at
        least two numbers, each at least 1.
    activations : str or sequence of str, default="relu"
        Name of the activation of each layer after the input, the output layer
        included; one name stands for all of them.

    Raises
    ------
    ValueError
        If there are fewer than two layer sizes, one is not a positive integer,
        or the number of activations is not the number of layers after the
        input.

    Examples
    --------
    >>> from nnteach import Architecture
    >>> architecture = Architecture((10, 50, 3), "tanh")
    >>> [layer.n_parameters for layer in architecture.layers]
    [550, 153]
    >>> architecture.n_parameters
    703
    >>> architecture.n_weights, architecture.n_biases
    (650, 53)
    >>> architecture.n_inputs, architecture.n_outputs
    (10, 3)
    """

    layer_sizes: Sequence[int]
    activations: str | Sequence[str] = "relu"

    def __post_init__(self) -> None:
        iterable = hasattr(self.layer_sizes, "__iter__")
        sizes = tuple(self.layer_sizes) if iterable else ()
        if len(sizes) < 2 or not all(_is_positive_integer(size) for size in sizes):
            raise ValueError(
                "The 'layer_sizes' of an Architecture must be at least two positive "
                f"integers, from the inputs to the outputs. Got {self.layer_sizes!r} "
                "instead."
            )
        n_layers = len(sizes) - 1
        if isinstance(self.activations, str):
            activations = (self.activations,) * n_layers
        else:
            iterable = hasattr(self.activations, "__iter__")
            activations = tuple(self.activations) if iterable else ()
        if len(activations) != n_layers:
            raise ValueError(
                "The 'activations' of an Architecture must be one name, or one for "
                f"each of the {n_layers} layers after the input. Got "
                f"{self.activations!r} instead."
            )
        object.__setattr__(self, "layer_sizes", tuple(int(size) for size in sizes))
        object.__setattr__(self, "activations", activations)

    @property
    def n_inputs(self) -> int:
        """Number of inputs of the network."""
        return self.layer_sizes[0]

    @property
    def n_outputs(self) -> int:
        """Number of outputs of the network."""
        return self.layer_sizes[-1]

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of weights, from the first hidden layer to the output.

        Returns
        -------
        tuple of Layer
        """
        last = len(self.activations) - 1
        return tuple(
            Layer(
                "output" if index == last else f"hidden {index + 1}",
                fan_in,
                fan_out,
                self.activations[index],
            )
            for index, (fan_in, fan_out) in enumerate(pairwise(self.layer_sizes))
        )

    @cached_property
    def n_weights(self) -> int:
        """Number of weights of all layers."""
        return sum(layer.n_weights for layer in self.layers)

    @cached_property
    def n_biases(self) -> int:
        """Number of biases of all layers."""
        return sum(layer.n_biases for layer in self.layers)

    @cached_property
    def n_parameters(self) -> int:
        """Number of trainable parameters of all layers."""
        return sum(layer.n_parameters for layer in self.layers)


def _is_positive_integer(size: object) -> bool:
    return isinstance(size, Integral) and not isinstance(size, bool) and int(size) >= 1
