"""The forward pass as equations, with the shape of everything in them."""

from dataclasses import dataclass
from html import escape
from typing import Literal, Self

from sklearn.base import BaseEstimator

from nnteach.architecture import Architecture, Layer
from nnteach.describe.checks import (
    check_architecture,
    check_option,
    fitted_attribute,
)
from nnteach.engine.network.activations import ACTIVATIONS

Convention = Literal["column", "row"]
LATEX_LETTERS = {"ŷ": r"\hat{y}", "Ŷ": r"\hat{Y}"}


@dataclass(frozen=True)
class _Symbol:
    """A letter of the equations, with its index and its shape."""

    letter: str
    index: int | None
    n_rows: int | str
    n_columns: int | str

    @property
    def latex(self) -> str:
        letter = LATEX_LETTERS.get(self.letter, self.letter)
        return letter if self.index is None else f"{letter}_{{{self.index}}}"

    @property
    def latex_with_shape(self) -> str:
        shape = rf"{self.n_rows} \times {self.n_columns}"
        return rf"\underset{{{shape}}}{{{self.latex}}}"

    @property
    def text(self) -> str:
        return self.letter if self.index is None else f"{self.letter}{self.index}"

    @property
    def text_with_shape(self) -> str:
        return f"{self.text}: {self.n_rows}×{self.n_columns}"


@dataclass(frozen=True)
class _LayerSymbols:
    """What stands in one layer's two equations."""

    factors: tuple[_Symbol, _Symbol]  # of the product, in their order
    bias: _Symbol
    affine: _Symbol
    output: _Symbol
    activation: str


class ForwardEquations:
    r"""The equations of the forward pass, with shapes, as LaTeX and as text.

    Mathematics and software write a layer differently: mathematics multiplies a column
    vector from the left, software multiplies rows, one per sample, from the right. The
    weight matrix of one is the transpose of the other's.

    Parameters
    ----------
    architecture : Architecture
        The network's layer sizes and activations.
    convention : {"column", "row"}, default="column"
        - ``"column"``: mathematics. One sample is a column x, a weight matrix has
          shape fan_out × fan_in, and a layer computes W x + b.
        - ``"row"``: scikit-learn. The n samples are the rows of X, a weight matrix
          (one of ``coefs_``) has shape fan_in × fan_out, and a layer computes
          X W + b with the bias added to each row.

    Attributes
    ----------
    architecture : Architecture
        The network described.
    convention : str
        The convention used.

    Raises
    ------
    TypeError
        If `architecture` is not an Architecture.
    ValueError
        If `convention` is neither of these two, or nnteach does not know the name of an
        activation.

    See Also
    --------
    ParameterTable : The shapes and the numbers of parameters as a table.

    Examples
    --------
    >>> from nnteach import Architecture, ForwardEquations
    >>> architecture = Architecture((10, 50, 3), "tanh")
    >>> print(ForwardEquations(architecture))
    z1 = W1 x + b1     W1: 50×10, x: 10×1, b1: 50×1
    a1 = tanh(z1)      a1: 50×1
    z2 = W2 a1 + b2    W2: 3×50, a1: 50×1, b2: 3×1
    ŷ = tanh(z2)       ŷ: 3×1
    >>> print(ForwardEquations(architecture, convention="row"))
    Z1 = X W1 + b1     X: n×10, W1: 10×50, b1: 1×50
    A1 = tanh(Z1)      A1: n×50
    Z2 = A1 W2 + b2    A1: n×50, W2: 50×3, b2: 1×3
    Ŷ = tanh(Z2)       Ŷ: n×3
    """

    def __init__(
        self, architecture: Architecture, convention: Convention = "column"
    ) -> None:
        check_option("convention", convention, ("column", "row"), type(self).__name__)
        check_architecture(architecture, type(self).__name__)
        for name in architecture.activations:
            check_option("activations", name, tuple(ACTIVATIONS), "Architecture")
        self.architecture = architecture
        self.convention = convention

    @classmethod
    def from_estimator(
        cls, estimator: BaseEstimator, convention: Convention = "column"
    ) -> Self:
        """Make the equations of a fitted estimator.

        Parameters
        ----------
        estimator : estimator instance
            A fitted :class:`~nnteach.MLPClassifierNet` or
            :class:`~nnteach.MLPRegressorNet`.
        convention : {"column", "row"}, default="column"
            See :class:`ForwardEquations`.

        Returns
        -------
        ForwardEquations

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        TypeError
            If it is not an estimator of nnteach, or is a pipeline.
        ValueError
            If `convention` is neither of these two.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from nnteach import ForwardEquations, MLPClassifierNet
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPClassifierNet((5,), solver="lbfgs", random_state=0).fit(X, y)
        >>> print(ForwardEquations.from_estimator(net))
        z1 = W1 x + b1      W1: 5×4, x: 4×1, b1: 5×1
        a1 = relu(z1)       a1: 5×1
        z2 = W2 a1 + b2     W2: 3×5, a1: 5×1, b2: 3×1
        ŷ = softmax(z2)     ŷ: 3×1
        """
        architecture = fitted_attribute(estimator, "architecture_", cls.__name__)
        return cls(architecture, convention)

    @property
    def latex(self) -> str:
        r"""The equations as an ``aligned`` environment, without dollars.

        Returns
        -------
        str

        Examples
        --------
        >>> from nnteach import Architecture, ForwardEquations
        >>> print(ForwardEquations(Architecture((2, 1), "tanh")).latex)
        \begin{aligned}
        \underset{1 \times 1}{z_{1}} &= ...
        \end{aligned}
        """
        lines = []
        for layer in self._layers:
            product = r" \, ".join(factor.latex_with_shape for factor in layer.factors)
            operator = ACTIVATIONS[layer.activation].operator
            lines += [
                f"{layer.affine.latex_with_shape} &= "
                f"{product} + {layer.bias.latex_with_shape}",
                f"{layer.output.latex_with_shape} &= "
                rf"{operator}\left({layer.affine.latex}\right)",
            ]
        body = " \\\\\n".join(lines)
        return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"

    def __str__(self) -> str:
        lines = []
        for layer in self._layers:
            product = " ".join(factor.text for factor in layer.factors)
            operands = (*layer.factors, layer.bias)
            lines += [
                (
                    f"{layer.affine.text} = {product} + {layer.bias.text}",
                    ", ".join(operand.text_with_shape for operand in operands),
                ),
                (
                    f"{layer.output.text} = {layer.activation}({layer.affine.text})",
                    layer.output.text_with_shape,
                ),
            ]
        width = max(len(equation) for equation, _ in lines)
        return "\n".join(
            f"{equation:{width}}    {shapes}" for equation, shapes in lines
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.architecture!r}, {self.convention!r})"

    def _repr_latex_(self) -> str:
        return f"$${self.latex}$$"

    def _repr_html_(self) -> str:
        # the class tells Sphinx's MathJax where to look; the text is shown without it
        return (
            '<div class="math notranslate nohighlight">'
            f"\\[{escape(self.latex)}\\]"
            "</div>"
        )

    @property
    def _layers(self) -> list[_LayerSymbols]:
        layers = self.architecture.layers
        return [self._layer(number, layer) for number, layer in enumerate(layers, 1)]

    def _layer(self, number: int, layer: Layer) -> _LayerSymbols:
        is_first, is_last = number == 1, layer.name == "output"
        inputs = self._values("x" if is_first else "a", number - 1, layer.fan_in)
        weight = self._matrix("W", number, layer.fan_in, layer.fan_out)
        return _LayerSymbols(
            factors=(weight, inputs)
            if self.convention == "column"
            else (inputs, weight),
            bias=self._matrix("b", number, 1, layer.fan_out),
            affine=self._values("z", number, layer.fan_out),
            output=self._values("ŷ" if is_last else "a", number, layer.fan_out),
            activation=layer.activation,
        )

    def _values(self, letter: str, number: int, size: int) -> _Symbol:
        """Symbol of what flows through the network: one column, or a row a sample."""
        index = None if letter in "xŷ" else number
        if self.convention == "column":
            return _Symbol(letter, index, size, 1)
        return _Symbol(letter.upper(), index, "n", size)

    def _matrix(self, letter: str, number: int, fan_in: int, fan_out: int) -> _Symbol:
        """Symbol of a layer's weights, or of its biases, which have a fan-in of 1."""
        if self.convention == "column":
            return _Symbol(letter, number, fan_out, fan_in)
        return _Symbol(letter, number, fan_in, fan_out)
