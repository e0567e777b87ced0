"""The table of a network's layers: shapes and numbers of parameters."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Self

from sklearn.base import BaseEstimator

from nnteach.architecture import Architecture
from nnteach.describe.checks import check_architecture, fitted_attribute

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "layer",
    "activation",
    "output shape",
    "weight shape",
    "bias shape",
    "weights",
    "biases",
    "parameters",
)
FIRST_COUNT = COLUMNS.index("weights")


class ParameterTable:
    """Shapes and numbers of parameters, layer by layer.

    The shapes are those of scikit-learn's ``coefs_`` and ``intercepts_``. A
    layer's output has one row for each of the n samples.

    Parameters
    ----------
    architecture : Architecture
        The network's layer sizes and activations.

    Raises
    ------
    TypeError
        If `architecture` is not an Architecture.

    See Also
    --------
    ForwardEquations : The same shapes in the equations of the forward pass.
    NetworkDisplay : The same shapes on a diagram.

    Examples
    --------
    >>> from nnteach import Architecture, ParameterTable
    >>> table = ParameterTable(Architecture((10, 50, 3), "tanh"))
    >>> print(table)
    layer     activation  output shape  weight shape  bias shape  weights  biases  parameters
    -----------------------------------------------------------------------------------------
    hidden 1  tanh        (n, 50)       (10, 50)      (50,)           500      50         550
    output    tanh        (n, 3)        (50, 3)       (3,)            150       3         153
    -----------------------------------------------------------------------------------------
    total                                                             650      53         703
    >>> table.to_frame()["parameters"].sum()
    np.int64(703)
    """  # noqa: E501

    def __init__(self, architecture: Architecture) -> None:
        check_architecture(architecture, type(self).__name__)
        self.architecture = architecture

    @classmethod
    def from_estimator(cls, estimator: BaseEstimator) -> Self:
        """Make the table of a fitted estimator.

        Parameters
        ----------
        estimator : estimator instance
            A fitted :class:`~nnteach.MLPClassifierNet` or
            :class:`~nnteach.MLPRegressorNet`.

        Returns
        -------
        ParameterTable

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        TypeError
            If it is not an estimator of nnteach, or is a pipeline.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from nnteach import MLPClassifierNet, ParameterTable
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPClassifierNet((5,), solver="lbfgs", random_state=0).fit(X, y)
        >>> ParameterTable.from_estimator(net).to_frame()["parameters"].tolist()
        [25, 18]
        """
        return cls(fitted_attribute(estimator, "architecture_", cls.__name__))

    @property
    def _rows(self) -> list[tuple[str | int, ...]]:
        return [
            (
                layer.name,
                layer.activation,
                f"(n, {layer.fan_out})",
                str(layer.weight_shape),
                str(layer.bias_shape),
                layer.n_weights,
                layer.n_biases,
                layer.n_parameters,
            )
            for layer in self.architecture.layers
        ]

    @property
    def _total(self) -> tuple[str | int, ...]:
        architecture = self.architecture
        counts = (
            architecture.n_weights,
            architecture.n_biases,
            architecture.n_parameters,
        )
        return ("total", *[""] * (FIRST_COUNT - 1), *counts)

    def to_frame(self) -> "pd.DataFrame":
        """Return the table as a pandas DataFrame.

        Returns
        -------
        pandas.DataFrame
            One row for each layer, indexed by its name. There is no total row, so
            that ``to_frame()["parameters"].sum()`` is the total.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError(
                "ParameterTable.to_frame needs pandas; install it with "
                'pip install "nnteach[pandas]".'
            ) from error
        return pd.DataFrame(self._rows, columns=list(COLUMNS)).set_index("layer")

    def __str__(self) -> str:
        rows = [COLUMNS, *self._rows, self._total]
        cells = [[str(cell) for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        header, *layers, total = (_text_line(row, widths) for row in cells)
        rule = "-" * len(header)
        return "\n".join([header, rule, *layers, rule, total])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.architecture!r})"

    def _repr_html_(self) -> str:
        sizes = "-".join(map(str, self.architecture.layer_sizes))
        header = "".join(
            _html_cell("th", name, column, ' scope="col"')
            for column, name in enumerate(COLUMNS)
        )
        layers = "".join(_html_row(row) for row in self._rows)
        return (
            "<table>"
            f"<caption>Parameters of a {sizes} network</caption>"
            f"<thead><tr>{header}</tr></thead>"
            f"<tbody>{layers}</tbody>"
            f"<tfoot>{_html_row(self._total)}</tfoot>"
            "</table>"
        )


def _text_line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if column >= FIRST_COUNT else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _html_row(cells: Sequence[str | int]) -> str:
    head = _html_cell("th", cells[0], 0, ' scope="row"')
    rest = (
        _html_cell("td", cell, column) for column, cell in enumerate(cells) if column
    )
    return f"<tr>{head}{''.join(rest)}</tr>"


def _html_cell(tag: str, text: str | int, column: int, attributes: str = "") -> str:
    # no colour is set, so that the cell takes those of a light or a dark page
    side = "right" if column >= FIRST_COUNT else "left"
    text = escape(str(text))
    return f'<{tag}{attributes} style="text-align: {side}">{text}</{tag}>'
