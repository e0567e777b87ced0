"""Figures of the performance page."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from nnteach.displays.palette import COLOR_CYCLE
from themed_figures import save_figure

OURS = "nnteach"
NAMES = {
    "nnteach": "nnteach",
    "scikit-learn": "scikit-learn",
    "skorch": "skorch",
    "keras-torch": "Keras on torch",
    "keras-jax": "Keras on JAX",
    "torch": "torch loop",
    "jax": "JAX scan",
    "c": "C, one core",
}
PANELS = ("moons", "approximation", "digits", "large")
COLORS = {
    "nnteach": COLOR_CYCLE[0],
    "scikit-learn": COLOR_CYCLE[1],
    "torch": COLOR_CYCLE[2],
    "jax": COLOR_CYCLE[3],
    "c": COLOR_CYCLE[6],
}
MARKERS = {"nnteach": "o", "scikit-learn": "s", "torch": "^", "jax": "D", "c": "v"}
OTHERS_COLOR = "#6F6F6F"


def draw_figures(measurements, folder):
    """Save the figures; return the directives that show them, by the part's name."""
    draw = {
        "figure_steps": draw_steps,
        "figure_stack": draw_stack,
        "figure_size": draw_size,
    }
    parts = {}
    with plt.rc_context({"font.size": 10, "axes.titlesize": 11}):
        for name, function in draw.items():
            figure, alt = function(measurements)
            parts[name] = save_figure(figure, folder / name, folder.parent, alt)
            plt.close(figure)
    return parts


def micro(values):
    """Seconds as microseconds."""
    return 1e6 * np.asarray(values)


def plain_ticks(axis):
    """Label the decades of a logarithmic axis with plain numbers."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_minor_formatter(NullFormatter())


def draw_steps(measurements):
    """Time of a step by system, a panel for each work."""
    figure, axes = plt.subplots(2, 2, figsize=(8, 5.6), layout="constrained")
    n_slower = n_others = 0
    for ax, work in zip(axes.flat, PANELS, strict=True):
        times = {
            name: micro([result["seconds"], *result["quartiles"]]) / result["steps"]
            for name in NAMES
            if (result := measurements.result(work, name)) is not None
        }
        slower = [name for name in times if times[name][0] > times[OURS][0]]
        n_slower, n_others = n_slower + len(slower), n_others + len(times) - 1
        draw_panel(ax, times)
        ax.set_title(f"{work}: faster than {len(slower)} of {len(times) - 1}")
    title = f"nnteach has the shorter step in {n_slower} of {n_others} comparisons"
    figure.suptitle(title)
    alt = (
        f"Dots on logarithmic axes, a panel each for {', '.join(PANELS)}: the median "
        f"time of a step by system, with a bar between the quartiles. {title}."
    )
    return figure, alt


def draw_panel(ax, times):
    """Median and quartiles of each system, the fastest at the top."""
    order = sorted(times, key=lambda name: -times[name][0])
    for place, name in enumerate(order):
        median, low, high = times[name]
        color = COLORS[OURS] if name == OURS else OTHERS_COLOR
        ax.plot([low, high], [place, place], color=color, linewidth=2)
        ax.plot(median, place, "o", color=color, markersize=7)
        ax.annotate(
            f"{median:,.0f}",
            (max(median, high), place),
            xytext=(7, 0),
            textcoords="offset points",
            verticalalignment="center",
            fontsize=9,
            color=color,
        )
    ax.set_yticks(range(len(order)), [NAMES[name] for name in order])
    ax.get_yticklabels()[order.index(OURS)].set(color=COLORS[OURS], fontweight="bold")
    shortest, longest = np.min(list(times.values())), np.max(list(times.values()))
    # room for the number beside the last dot
    ax.set(
        xscale="log",
        xlabel="µs per step",
        xlim=(shortest / 1.5, longest * (longest / shortest) ** 0.35),
    )
    style(ax, "x")
    plain_ticks(ax.xaxis)


def style(ax, grid):
    """A pale grid and no frame."""
    ax.grid(axis=grid, color="#E0E0E0")
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)


def draw_lines(ax, lines):
    """Draw lines by the system's name and put their legend beside the axes."""
    for name, (x, y) in lines.items():
        ax.plot(x, y, color=COLORS[name], marker=MARKERS[name], label=NAMES[name])
    ax.set(xscale="log", yscale="log")
    style(ax, "both")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    for axis in (ax.xaxis, ax.yaxis):
        plain_ticks(axis)
        axis.set_minor_locator(NullLocator())


def draw_stack(measurements):
    """Time of a step of one network against the number of networks in a stack."""
    figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
    lines = {}
    for name in (OURS, "jax"):
        results = measurements.growth("K", name)
        K = np.array([result["value"] for result in results])
        steps = np.array([result["steps"] for result in results])
        seconds = np.array([result["seconds"] for result in results])
        lines[name] = K, micro(seconds / steps / K)
    draw_lines(ax, lines)
    K, ours = lines[OURS]
    for name in ("scikit-learn", "c"):
        time = measurements.time("moons", name)
        if time is not None:
            label = f"{NAMES[name]},\none after the other"
            ax.axhline(micro(time), color=COLORS[name], linestyle="--", label=label)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    best = ours.argmin()
    title = (
        f"Among {K[best]} networks, one takes {100 * ours[best] / ours[0]:.0f} % "
        "of its time alone"
    )
    ax.set(
        title=title,
        xlabel="networks in the stack, K",
        ylabel="µs per step and network",
    )
    alt = (
        "Time of a step of one network against the number of networks in a stack, both "
        "axes logarithmic: lines for nnteach and the JAX scan, dashed lines at the "
        f"times of single networks of the other systems. {title}."
    )
    return figure, alt


def draw_size(measurements):
    """Time of a step against the number of parameters."""
    figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
    lines = {}
    for name in (OURS, "scikit-learn", "torch", "jax"):
        results = measurements.growth("width", name)
        sizes = np.array([result["parameters"] for result in results])
        steps = np.array([result["steps"] for result in results])
        seconds = np.array([result["seconds"] for result in results])
        lines[name] = sizes, micro(seconds / steps)
    draw_lines(ax, lines)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    sizes, ours = lines[OURS]
    ratios = lines["scikit-learn"][1] / ours
    title = (
        f"From {sizes[0]:,} to {sizes[-1]:,} parameters, nnteach is "
        f"{ratios.min():.1f} to {ratios.max():.1f} times as fast as scikit-learn"
    )
    ax.set(title=title, xlabel="parameters of the network", ylabel="µs per step")
    alt = (
        "Time of a step against the number of parameters, both axes logarithmic, for "
        f"nnteach, scikit-learn, the torch loop and the JAX scan. {title}."
    )
    return figure, alt
