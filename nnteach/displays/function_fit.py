"""A function of one variable and the networks that were trained to be it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, column_or_1d

from nnteach.describe.checks import check_not_empty, check_option, fitted_attribute
from nnteach.displays.axes import draw_legend, new_axes, set_title
from nnteach.displays.palette import (
    PREDICTION_COLOR,
    SKY_BLUE,
    TARGET_COLOR,
    start_color_cycle,
)
from nnteach.displays.quantiles import band_name, check_quantiles, draw_curve
from nnteach.estimators.annotations import FloatArray
from nnteach.estimators.fitted import as_it_is

if TYPE_CHECKING:  # matplotlib calls it provisional
    from matplotlib.typing import ColorType

Kind = Literal["fit", "residuals"]
TargetStyle = Literal["line", "points"]
CONTRIBUTION_COLOR = SKY_BLUE
INTERVAL_COLOR = "#EFEFEF"


class FunctionFitDisplay:
    """Predictions of regressors with one input and one output, beside their target.

    One network gives a line. Many networks, usually one for each seed, give the line of
    their median and the band between two quantiles, both computed at each x.

    With ``hidden_units=True`` the parts of one network's prediction are drawn too:
    each neuron j of the last hidden layer contributes its output times its outgoing
    weight, v_j g(w_j x + b_j), and the prediction is the sum of all contributions and
    the output bias.

    Parameters
    ----------
    x : ndarray of shape (n_samples,)
        The inputs.
    predictions : ndarray of shape (n_networks, n_samples)
        What each network predicts for them.
    y : ndarray of shape (n_samples,), default=None
        The target.
    contributions : ndarray of shape (n_samples, n_units), default=None
        The contributions of the hidden units of the only network.
    output_bias : float, default=None
        The bias of its output.

    Attributes
    ----------
    line_ : matplotlib Line2D
        The prediction, or the median of the predictions.
    band_ : matplotlib PolyCollection or None
        The band; None for one network.
    target_ : matplotlib Line2D or None
        The target.
    contributions_ : matplotlib LineCollection or None
        The contributions of the hidden units.
    bias_line_ : matplotlib Line2D or None
        The output bias.
    interval_ : matplotlib Rectangle or None
        The training interval.
    ax_ : matplotlib Axes
        The axes drawn on.
    figure_ : matplotlib Figure
        The figure of the axes.

    Examples
    --------
    >>> import numpy as np
    >>> from nnteach import FunctionFitDisplay, MLPRegressorNet
    >>> X = np.linspace(0, 1, 100).reshape(-1, 1)
    >>> y = X.ravel() ** 2
    >>> net = MLPRegressorNet(
    ...     hidden_layer_sizes=(5,),
    ...     activation="tanh",
    ...     learning_rate_init=0.05,
    ...     max_iter=50,
    ...     n_iter_no_change=np.inf,
    ...     random_state=0,
    ... ).fit(X, y)
    >>> display = FunctionFitDisplay.from_estimator(
    ...     net, X, y, hidden_units=True, training_interval=(0, 1)
    ... )
    >>> display.contributions.shape
    (100, 5)

    How far many networks are from the target:

    >>> from nnteach import fit_many
    >>> from sklearn.base import clone
    >>> nets = [clone(net).set_params(random_state=seed) for seed in range(5)]
    >>> many = FunctionFitDisplay.from_estimators(
    ...     fit_many(nets, X, y), X, y, kind="residuals"
    ... )
    >>> many.predictions.shape
    (5, 100)

    The same once more, with another band:

    >>> many.plot(kind="residuals", quantiles=(0, 1))
    <...>
    """

    def __init__(
        self,
        x: FloatArray,
        predictions: FloatArray,
        *,
        y: FloatArray | None = None,
        contributions: FloatArray | None = None,
        output_bias: float | None = None,
    ) -> None:
        self.x = x
        self.predictions = predictions
        self.y = y
        self.contributions = contributions
        self.output_bias = output_bias

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike | None = None,
        *,
        hidden_units: bool = False,
        ax: Axes | None = None,
        **plot_options: Any,
    ) -> Self:
        """Draw what one regressor predicts.

        Parameters
        ----------
        estimator : estimator instance
            A fitted regressor with one input and one output, or a pipeline that ends
            in one.
        X : array-like of shape (n_samples, 1)
            Inputs, inside the training interval or outside, in any order.
        y : array-like of shape (n_samples,), default=None
            Target at these inputs.
        hidden_units : bool, default=False
            Whether to draw the contributions of the hidden units. Needs a fitted
            :class:`~nnteach.MLPRegressorNet` with ``out_activation`` identity.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        **plot_options
            Options of :meth:`plot`.

        Returns
        -------
        FunctionFitDisplay

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        TypeError
            If it is not an estimator or, with `hidden_units`, not an MLPRegressorNet.
        ValueError
            If X has more than one column or another length than y, if `hidden_units`
            asks for contributions whose sum is not the prediction, or if an option of
            :meth:`plot` is not valid.
        """
        display = cls._from_predictions([estimator], X, y)
        if hidden_units:
            display.contributions, display.output_bias = _contributions(
                estimator, display.x
            )
        return display.plot(ax=ax, **plot_options)

    @classmethod
    def from_estimators(
        cls,
        estimators: Iterable[BaseEstimator],
        X: ArrayLike,
        y: ArrayLike | None = None,
        *,
        ax: Axes | None = None,
        **plot_options: Any,
    ) -> Self:
        """Draw what many regressors predict, as a median and a band.

        Parameters
        ----------
        estimators : list of estimator instances
            Fitted regressors with one input and one output.
        X : array-like of shape (n_samples, 1)
            Inputs, inside the training interval or outside, in any order.
        y : array-like of shape (n_samples,), default=None
            Target at these inputs.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        **plot_options
            Options of :meth:`plot`.

        Returns
        -------
        FunctionFitDisplay

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If an estimator is not fitted.
        TypeError
            If an element is not an estimator.
        ValueError
            If there are no estimators, X has more than one column or another length
            than y, or an option of :meth:`plot` is not valid.
        """
        nets = list(estimators)
        check_not_empty("estimators", nets, f"{cls.__name__}.from_estimators")
        return cls._from_predictions(nets, X, y).plot(ax=ax, **plot_options)

    @classmethod
    def _from_predictions(
        cls, estimators: Sequence[BaseEstimator], X: ArrayLike, y: ArrayLike | None
    ) -> Self:
        x = _one_column(X)
        target = None if y is None else column_or_1d(y)
        if target is not None and len(target) != len(x):
            raise ValueError(f"X has {len(x)} samples, but y has {len(target)}.")
        order = np.argsort(x, kind="stable")
        x = x[order]
        for estimator in estimators:
            check_is_fitted(estimator)
        predictions = [estimator.predict(x.reshape(-1, 1)) for estimator in estimators]
        return cls(
            x,
            np.array([column_or_1d(prediction) for prediction in predictions]),
            y=None if target is None else target[order],
        )

    def plot(
        self,
        ax: Axes | None = None,
        *,
        kind: Kind = "fit",
        quantiles: tuple[float, float] = (0.1, 0.9),
        training_interval: tuple[float, float] | None = None,
        target: TargetStyle = "line",
        label: str | None = None,
        color: "ColorType | None" = None,
        legend: bool = True,
        title: str | None = None,
    ) -> Self:
        """Draw target, predictions and contributions.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure. Call again with the same axes to add a
            group of networks. The legend stands to the right of the axes if their
            figure has ``layout="constrained"``.
        kind : {"fit", "residuals"}, default="fit"
            - ``"fit"`` draws target and predictions.
            - ``"residuals"`` draws the target minus the predictions.
        quantiles : tuple of (float, float), default=(0.1, 0.9)
            The band's lower and upper quantile, in [0, 1].
        training_interval : tuple of (float, float), default=None
            The interval from which the training inputs came, to be shaded.
        target : {"line", "points"}, default="line"
            How to draw the target: a line for a function, points for noisy data.
        label : str, default=None
            Name of the networks in the legend.
        color : matplotlib color, default=None
            Colour of the prediction. None takes the colour of predictions or, with
            `label`, the next colour of the axes' cycle.
        legend : bool, default=True
            Whether to draw a legend.
        title : str, default=None
            Title; None says what is shown, the empty string draws none.

        Returns
        -------
        FunctionFitDisplay

        Raises
        ------
        ValueError
            If `kind`, `target` or `quantiles` is not valid, or there is no target to
            take residuals from.
        """
        owner = f"{type(self).__name__}.plot"
        check_option("kind", kind, get_args(Kind), owner)
        check_option("target", target, get_args(TargetStyle), owner)
        check_quantiles(quantiles, owner)
        is_fit = kind == "fit"
        values = np.asarray(self.predictions) if is_fit else self._residuals()

        if ax is None:
            (ax,) = new_axes()
        start_color_cycle(ax)
        self.interval_ = self._draw_interval(ax, training_interval)
        self.target_ = self._draw_target(ax, target) if is_fit else None
        self.contributions_ = self._draw_contributions(ax) if is_fit else None
        self.bias_line_ = self._draw_output_bias(ax) if is_fit else None
        if label is None and color is None:
            color = PREDICTION_COLOR
        self.line_, self.band_ = draw_curve(
            ax, self.x, values, quantiles, color=color, zorder=3
        )
        self.line_.set_label(
            label or ("prediction" if is_fit else "target − prediction")
        )

        ax.set_xlabel("x")
        ax.set_ylabel("y" if is_fit else "target − prediction")
        set_title(ax, title, self._title(kind, quantiles))
        if legend:
            draw_legend(ax)
        self.ax_ = ax
        self.figure_ = ax.figure
        return self

    def _residuals(self) -> FloatArray:
        if self.y is None:
            raise ValueError("kind='residuals' needs the target; pass y.")
        return self.y - self.predictions

    def _draw_interval(
        self, ax: Axes, interval: tuple[float, float] | None
    ) -> Rectangle | None:
        if interval is None:
            return None
        return ax.axvspan(
            *interval, color=INTERVAL_COLOR, zorder=0, label="training interval"
        )

    def _draw_target(self, ax: Axes, target: TargetStyle) -> Line2D | None:
        if self.y is None:
            return None
        style: dict[str, Any] = (
            {"linewidth": 4, "alpha": 0.7}
            if target == "line"
            else {"linestyle": "none", "marker": ".", "markersize": 4}
        )
        return ax.plot(self.x, self.y, color=TARGET_COLOR, label="target", **style)[0]

    def _draw_contributions(self, ax: Axes) -> LineCollection | None:
        if self.contributions is None:
            return None
        lines = LineCollection(
            [np.column_stack([self.x, unit]) for unit in self.contributions.T],
            colors=CONTRIBUTION_COLOR,
            linewidths=0.8,
            alpha=0.7,
            label=f"contributions of {self.contributions.shape[1]} hidden units",
        )
        ax.add_collection(lines)
        ax.autoscale_view()
        return lines

    def _draw_output_bias(self, ax: Axes) -> Line2D | None:
        if self.output_bias is None:
            return None
        return ax.axhline(
            self.output_bias, color="black", linestyle=":", label="output bias"
        )

    def _title(self, kind: Kind, quantiles: tuple[float, float]) -> str:
        if kind == "residuals":
            title = "What the prediction misses of the target"
        elif self.contributions is not None:
            return "Prediction as the sum of the hidden units' contributions"
        else:
            title = "Prediction" if self.y is None else "Prediction and target"
        if len(self.predictions) == 1:
            return title
        n_networks = len(self.predictions)
        return f"{title}\nmedian and {band_name(quantiles)} of {n_networks} networks"


def _one_column(X: ArrayLike) -> FloatArray:
    column = np.asarray(X, dtype=float)
    if column.ndim == 1:
        return column
    if column.ndim != 2 or column.shape[1] != 1:
        raise ValueError(
            "A FunctionFitDisplay shows functions of one variable: X must have the "
            f"shape (n_samples, 1). Got {column.shape} instead."
        )
    return column.ravel()


def _contributions(estimator: BaseEstimator, x: FloatArray) -> tuple[FloatArray, float]:
    """Contributions of the last hidden layer's units, and the output bias."""
    estimator = as_it_is(estimator)
    architecture = fitted_attribute(estimator, "architecture_", "hidden_units=True")
    if architecture.activations[-1] != "identity":
        raise ValueError(
            "hidden_units=True needs an output without activation: only then is the "
            "prediction the sum of the contributions. Fit with "
            f"out_activation='identity' instead of '{architecture.activations[-1]}'."
        )
    if len(architecture.layers) == 1:
        raise ValueError("hidden_units=True needs a network with a hidden layer.")
    last_hidden = estimator.hidden_activations(x.reshape(-1, 1))[-1]
    return last_hidden * estimator.coefs_[-1][:, 0], float(estimator.intercepts_[-1][0])
