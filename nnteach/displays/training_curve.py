"""Training curves: what changes from epoch to epoch, of one network or of many."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from nnteach.describe.checks import check_not_empty, check_option, fitted_attribute
from nnteach.displays.axes import (
    draw_legend,
    extended,
    new_axes,
    set_title,
    set_yscale,
)
from nnteach.displays.palette import (
    TRAINING_COLOR,
    VALIDATION_COLOR,
    start_color_cycle,
)
from nnteach.displays.quantiles import band_name, check_quantiles, draw_curve
from nnteach.displays.training_facts import (
    batches_per_epoch,
    best_epoch,
    metric_names,
)
from nnteach.estimators.annotations import FloatArray
from nnteach.estimators.base import BaseMLPNet

if TYPE_CHECKING:  # matplotlib calls it provisional
    from matplotlib.typing import ColorType

Metric = Literal["loss", "score", "learning_rate"]
Curves = Literal["auto", "training", "validation", "both"]
Unit = Literal["epoch", "update"]
Scale = Literal["linear", "log"]
VALIDATION_KEYS = {"loss": "val_loss", "score": "val_score"}
LINE_STYLES = {"training": "-", "validation": "--"}
SET_COLORS = {"training": TRAINING_COLOR, "validation": VALIDATION_COLOR}


class TrainingCurveDisplay:
    """Loss, score or learning rate over the epochs or the updates.

    One network gives a line. Many networks, usually one for each seed, give the line of
    their median and the band between two quantiles, both computed at each epoch.

    Networks that stop early have curves of different lengths. The median and the
    quantiles at an epoch are then those of the networks that were still training, and
    they are drawn as long as at least half of the networks were still training. Towards
    the end they describe the networks that were slow to stop, not all of them.

    The training loss is the mean over the epoch's batches while the weights changed,
    and includes the penalty on the weights; the validation loss is measured at the
    epoch's end, without it.

    Parameters
    ----------
    histories : list of dict
        The ``history_`` of each network: arrays of shape (n_epochs,).
    updates_per_epoch : int, default=None
        Number of batches in an epoch, needed for ``x="update"``.
    best_epochs : list of int, default=None
        For each network the epoch whose weights were kept, counted from 1; needed
        for ``mark_best=True``.
    metric_names : dict, default=None
        The name of a metric on the axis, for instance
        ``{"loss": "loss (cross-entropy)", "score": "accuracy"}``.

    Attributes
    ----------
    training_line_, validation_line_ : matplotlib Line2D or None
        The curves, or the medians of the curves; None if not drawn.
    training_band_, validation_band_ : matplotlib PolyCollection or None
        The bands; None for one network.
    best_line_ : matplotlib Line2D or None
        The epochs whose weights were kept.
    ax_ : matplotlib Axes
        The axes drawn on.
    figure_ : matplotlib Figure
        The figure of the axes.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_moons
    >>> from nnteach import MLPClassifierNet, TrainingCurveDisplay, fit_many
    >>> X, y = make_moons(200, noise=0.2, random_state=0)
    >>> nets = [
    ...     MLPClassifierNet(
    ...         (10,), max_iter=20, n_iter_no_change=np.inf, random_state=seed
    ...     )
    ...     for seed in range(5)
    ... ]
    >>> display = TrainingCurveDisplay.from_estimators(
    ...     fit_many(nets, X, y), label="batch 200"
    ... )
    >>> display.ax_.get_ylabel()
    'loss (cross-entropy)'

    A second group goes onto the same axes:

    >>> small = [net.set_params(batch_size=32) for net in nets]
    >>> TrainingCurveDisplay.from_estimators(
    ...     fit_many(small, X, y), label="batch 32", ax=display.ax_
    ... )
    <...>

    One network, its loss first and then its learning rate:

    >>> single = TrainingCurveDisplay.from_estimator(nets[0], x="update")
    >>> single.plot(metric="learning_rate")
    <...>
    """

    def __init__(
        self,
        histories: Sequence[Mapping[str, ArrayLike]],
        *,
        updates_per_epoch: int | None = None,
        best_epochs: Sequence[int] | None = None,
        metric_names: Mapping[str, str] | None = None,
    ) -> None:
        self.histories = histories
        self.updates_per_epoch = updates_per_epoch
        self.best_epochs = best_epochs
        self.metric_names = metric_names

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseMLPNet,
        *,
        updates_per_epoch: int | None = None,
        ax: Axes | None = None,
        **plot_options: Any,
    ) -> Self:
        """Draw the training curve of one network.

        Parameters
        ----------
        estimator : estimator instance
            A fitted :class:`~nnteach.MLPClassifierNet` or
            :class:`~nnteach.MLPRegressorNet`.
        updates_per_epoch : int, default=None
            Number of batches in an epoch; None takes it from the estimator.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        **plot_options
            Options of :meth:`plot`.

        Returns
        -------
        TrainingCurveDisplay

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        TypeError
            If it is not an estimator of nnteach, or is a pipeline.
        ValueError
            If it has no history, or an option of :meth:`plot` is not valid.
        """
        return cls.from_estimators(
            [estimator], updates_per_epoch=updates_per_epoch, ax=ax, **plot_options
        )

    @classmethod
    def from_estimators(
        cls,
        estimators: Iterable[BaseMLPNet],
        *,
        updates_per_epoch: int | None = None,
        ax: Axes | None = None,
        **plot_options: Any,
    ) -> Self:
        """Draw the training curves of many networks as a median and a band.

        Parameters
        ----------
        estimators : list of estimator instances
            Fitted networks of one group, usually alike except for the seed.
        updates_per_epoch : int, default=None
            Number of batches in an epoch; None takes it from the estimators.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        **plot_options
            Options of :meth:`plot`.

        Returns
        -------
        TrainingCurveDisplay

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If an estimator is not fitted.
        TypeError
            If one is not an estimator of nnteach, or is a pipeline.
        ValueError
            If there are no estimators, one has no history, or an option of
            :meth:`plot` is not valid.
        """
        nets = list(estimators)
        check_not_empty("estimators", nets, f"{cls.__name__}.from_estimators")
        histories = [
            fitted_attribute(estimator, "history_", cls.__name__) for estimator in nets
        ]
        if updates_per_epoch is None:
            updates_per_epoch = _common([*map(batches_per_epoch, nets)])
        kept = [epoch for epoch in map(best_epoch, nets) if epoch is not None]
        display = cls(
            histories,
            updates_per_epoch=updates_per_epoch,
            best_epochs=kept if len(kept) == len(nets) else None,
            metric_names=_common([*map(metric_names, nets)]),
        )
        return display.plot(ax=ax, **plot_options)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        metric: Metric = "loss",
        curves: Curves = "auto",
        x: Unit = "epoch",
        yscale: Scale = "linear",
        quantiles: tuple[float, float] = (0.1, 0.9),
        label: str | None = None,
        color: "ColorType | None" = None,
        mark_best: bool = False,
        legend: bool = True,
        title: str | None = None,
    ) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure. Call again with the same axes to add a
            group of networks. The legend stands to the right of the axes if their
            figure has ``layout="constrained"``.
        metric : {"loss", "score", "learning_rate"}, default="loss"
            What to draw. The score is the accuracy or R², or what `scoring` names.
        curves : {"auto", "training", "validation", "both"}, default="auto"
            The curves to draw; ``"auto"`` draws the validation curve if there is
            one. Training is solid, validation dashed.
            A group without label and colour is taken to be the only one, and its
            validation curve has a colour of its own.
        x : {"epoch", "update"}, default="epoch"
            What to count on the horizontal axis: passes through the training set,
            or updates of the weights, which makes different batch sizes comparable.
        yscale : {"linear", "log"}, default="linear"
            Scale of the vertical axis.
        quantiles : tuple of (float, float), default=(0.1, 0.9)
            The band's lower and upper quantile, in [0, 1].
        label : str, default=None
            Name of the group in the legend. Both curves of a group that has one
            are drawn in one colour.
        color : matplotlib color, default=None
            Colour of both curves of the group. None takes those of the training and of
            the validation set. For a group with a label, and for a second group on the
            same axes, it takes the next colour of the axes' cycle.
        mark_best : bool, default=False
            Whether to mark the epoch whose weights were kept under early stopping:
            a vertical line for one network, a tick on the horizontal axis for each
            of many.
        legend : bool, default=True
            Whether to draw a legend.
        title : str, default=None
            Title; None says what is shown, the empty string draws none.

        Returns
        -------
        TrainingCurveDisplay

        Raises
        ------
        ValueError
            If `metric`, `curves`, `x`, `yscale` or `quantiles` is not valid or asks for
            what the histories do not have; if a logarithmic axis meets a value without
            a logarithm; if there is no history or, with `mark_best`, no best epoch.
        """
        owner = f"{type(self).__name__}.plot"
        check_option("metric", metric, get_args(Metric), owner)
        check_option("curves", curves, get_args(Curves), owner)
        check_option("x", x, get_args(Unit), owner)
        check_option("yscale", yscale, get_args(Scale), owner)
        check_quantiles(quantiles, owner)
        check_not_empty("histories", self.histories, type(self).__name__)
        keys = self._keys(metric, curves)
        values = {kind: self._values(key) for kind, key in keys.items()}
        if yscale == "log":
            _check_positive(values, keys)
        epoch_length = self._epoch_length(x)
        best_epochs = self._best_epochs() if mark_best else None

        if ax is None:
            (ax,) = new_axes()
        start_color_cycle(ax)
        one_color = label is not None or color is not None
        # the first group without a name has the colours of the two sets
        of_sets = not one_color and not ax.has_data() and metric in VALIDATION_KEYS
        own_colors = SET_COLORS if of_sets else {}
        lines: dict[str, Line2D] = {}
        bands: dict[str, PolyCollection | None] = {}
        for kind, curves_of_kind in values.items():
            line, band = draw_curve(
                ax,
                epoch_length * np.arange(1, curves_of_kind.shape[1] + 1),
                curves_of_kind,
                quantiles,
                linestyle=LINE_STYLES[kind],
                color=color or own_colors.get(kind),
            )
            line.set_label(self._label(label, metric, kind))
            if one_color:
                color = line.get_color()
            lines[kind], bands[kind] = line, band
        self.training_line_ = lines.get("training")
        self.training_band_ = bands.get("training")
        self.validation_line_ = lines.get("validation")
        self.validation_band_ = bands.get("validation")
        self.best_line_ = None
        if best_epochs is not None:
            positions = epoch_length * np.asarray(best_epochs)
            self.best_line_ = _draw_best(ax, positions, line.get_color(), label, x)

        set_yscale(ax, yscale)
        ax.set_ylabel(self._name(metric))
        ax.set_xlabel(extended(ax.get_xlabel(), self._x_label(x)))
        set_title(ax, title, self._title(metric, x, quantiles, label))
        if legend:
            draw_legend(ax)
        self.ax_ = ax
        self.figure_ = ax.figure
        return self

    def _best_epochs(self) -> Sequence[int]:
        if self.best_epochs is None:
            raise ValueError(
                "mark_best=True needs networks that kept the weights of their best "
                "epoch; fit them with early_stopping=True."
            )
        return self.best_epochs

    def _keys(self, metric: Metric, curves: Curves) -> dict[str, str]:
        """Find the history's key of each curve to draw."""
        validation = VALIDATION_KEYS.get(metric)
        if validation is None and curves in ("validation", "both"):
            raise ValueError(
                f"curves={curves!r} needs a metric that is measured on the validation "
                f"set, and '{metric}' is not; draw curves='training'."
            )
        keys: dict[str, str] = {}
        if curves != "validation":
            keys["training"] = metric
        if validation is not None and (
            curves in ("validation", "both")
            or (
                curves == "auto"
                and any(validation in history for history in self.histories)
            )
        ):
            keys["validation"] = validation
        return keys

    def _values(self, key: str) -> FloatArray:
        """Gather one key of all histories, NaN where a network trains no more.

        Returns
        -------
        ndarray of shape (n_networks, n_epochs)
            The epochs at which at least half of the networks were training.
        """
        missing = sum(key not in history for history in self.histories)
        if missing:
            remedy = (
                "fit the networks first."
                if key in ("loss", "learning_rate")
                else "pass X_val and y_val to fit, or early_stopping=True to split X."
            )
            raise ValueError(
                f"{missing} of {len(self.histories)} histories have no '{key}'; "
                f"{remedy}"
            )
        curves = [np.asarray(history[key], dtype=float) for history in self.histories]
        lengths = sorted(map(len, curves), reverse=True)
        n_epochs = lengths[ceil(len(lengths) / 2) - 1]
        values = np.full((len(curves), n_epochs), np.nan)
        for row, curve in zip(values, curves, strict=True):
            row[: len(curve)] = curve[:n_epochs]
        return values

    def _epoch_length(self, x: Unit) -> int:
        if x == "epoch":
            return 1
        if self.updates_per_epoch is None:
            raise ValueError(
                "x='update' needs one number of updates in an epoch for all networks; "
                "pass updates_per_epoch, or draw one group for each batch size."
            )
        return self.updates_per_epoch

    def _x_label(self, x: Unit) -> str:
        lengths = {np.size(history["loss"]) for history in self.histories}
        if len(lengths) == 1:
            return x
        return f"{x} (while at least half of the networks train)"

    def _name(self, metric: Metric) -> str:
        return (self.metric_names or {}).get(metric, metric.replace("_", " "))

    def _label(self, label: str | None, metric: Metric, kind: str) -> str:
        if metric not in VALIDATION_KEYS:
            return label or self._name(metric)
        return kind if label is None else f"{label}, {kind}"

    def _title(
        self,
        metric: Metric,
        x: Unit,
        quantiles: tuple[float, float],
        label: str | None,
    ) -> str:
        title = f"{metric.replace('_', ' ').capitalize()} per {x}"
        if len(self.histories) == 1:
            return title
        title = f"{title}\nmedian and {band_name(quantiles)}"
        # another group may have another number of networks
        return title if label else f"{title} of {len(self.histories)} networks"


def _draw_best(
    ax: Axes, positions: FloatArray, color: "ColorType", label: str | None, x: Unit
) -> Line2D:
    name = "weights kept" if label is None else f"{label}, weights kept"
    if len(positions) == 1:
        name = f"{name} ({x} {positions[0]})"
        return ax.axvline(positions[0], color=color, linestyle=":", label=name)
    (ticks,) = ax.plot(
        positions,
        np.zeros(len(positions)),
        transform=ax.get_xaxis_transform(),
        color=color,
        linestyle="none",
        marker="|",
        markersize=12,
        clip_on=False,
        label=name,
    )
    return ticks


def _check_positive(values: Mapping[str, FloatArray], keys: Mapping[str, str]) -> None:
    for kind, key in keys.items():
        lowest = np.nanmin(values[kind])
        if lowest <= 0:
            raise ValueError(
                f"yscale='log' needs positive values; '{key}' goes down to "
                f"{lowest:.3g}. Draw it with yscale='linear'."
            )


def _common(values: Sequence[Any]) -> Any:
    """Return what all values are, or None if they differ."""
    return values[0] if all(value == values[0] for value in values) else None
