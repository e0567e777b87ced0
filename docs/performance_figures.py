"""Figures of the performance page."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from nnteach.displays.palette import OKABE_ITO

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
    "nnteach": OKABE_ITO[0],
    "scikit-learn": OKABE_ITO[1],
    "torch": OKABE_ITO[2],
    "jax": OKABE_ITO[3],
    "c": OKABE_ITO[6],
}
MARKERS = {"nnteach": "o", "scikit-learn": "s", "torch": "^", "jax": "D", "c": "v"}
OTHERS_COLOR = "#6F6F6F"
# what lies this near is the same, as far as a figure can tell
NEARLY = 1.05


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
            # twice the pixels that the page shows, for screens that have them
            figure.savefig(folder / f"{name}.png", dpi=200, metadata={"Software": None})
            width = round(100 * figure.get_size_inches()[0])
            plt.close(figure)
            parts[name] = "\n".join(
                [
                    f".. image:: performance/{name}.png",
                    f"   :width: {width}px",
                    f"   :alt: {alt}",
                ]
            )
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
    won = total = 0
    for ax, work in zip(axes.flat, PANELS, strict=True):
        results = {name: measurements.result(work, name) for name in NAMES}
        times = {
            name: micro([result["seconds"], *result["quartiles"]]) / result["steps"]
            for name, result in results.items()
            if result is not None
        }
        order = sorted(times, key=lambda name: -times[name][0])
        for place, name in enumerate(order):
            median, low, high = times[name]
            color = COLORS[OURS] if name == OURS else OTHERS_COLOR
            ax.plot([low, high], [place, place], color=color, linewidth=2)
            ax.plot(median, place, "o", color=color, markersize=7)
            label = f"{median:,.0f}" if median >= 10 else f"{median:.1f}"
            ax.annotate(
                label,
                (max(median, high), place),
                xytext=(7, 0),
                textcoords="offset points",
                verticalalignment="center",
                fontsize=9,
                color=color,
            )
        ax.set_yticks(range(len(order)), [NAMES[name] for name in order])
        for tick, name in zip(ax.get_yticklabels(), order, strict=True):
            if name == OURS:
                tick.set(color=COLORS[OURS], fontweight="bold")
        slower = len(order) - 1 - order[::-1].index(OURS)
        won, total = won + slower, total + len(order) - 1
        low, high = ax.get_xlim()
        ax.set(
            title=f"{work}: faster than {slower} of {len(order) - 1}",
            xscale="log",
            xlabel="µs per step",
        )
        shortest, longest = (
            min(t[1] for t in times.values()),
            max(t[2] for t in times.values()),
        )
        ax.set_xlim(shortest / 1.5, longest * (longest / shortest) ** 0.22)
        ax.grid(axis="x", color="#E0E0E0")
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
        plain_ticks(ax.xaxis)
    title = f"A step of nnteach is shorter than the others' in {won} of {total} cases"
    figure.suptitle(title)
    works = ", ".join(PANELS)
    alt = (
        f"Dots on logarithmic axes, a panel each for {works}: the median time of a "
        f"step by system, with a bar between the quartiles. {title}."
    )
    return figure, alt


def draw_lines(ax, lines):
    """Draw lines by the system's name and put their legend beside the axes."""
    for name, (x, y) in lines.items():
        ax.plot(x, y, color=COLORS[name], marker=MARKERS[name], label=NAMES[name])
    ax.set(xscale="log", yscale="log")
    ax.grid(color="#E0E0E0")
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    plain_ticks(ax.xaxis)
    plain_ticks(ax.yaxis)
    ax.xaxis.set_minor_locator(NullLocator())


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
