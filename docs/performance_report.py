"""Tables and figures of the performance page, from what ``make benchmark`` measured.

Usage: ``python docs/performance_report.py benchmark.json [--keep]``, where the file is
what pytest-benchmark wrote. Prints the table, and unless ``--keep`` is given replaces
the measurements from which the website is built.
"""

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnteach.displays.palette import OKABE_ITO

FOLDER = Path(__file__).parent / "performance"
MEASUREMENTS = FOLDER / "measurements.json"

WORKS = {
    "moons": "moons, one network",
    "moons-seeds": "moons, 20 seeds",
    "approximation": "approximation, one network",
    "approximation-seeds": "approximation, 20 seeds",
    "digits": "digits",
    "large": "large",
    "search": "search, 16 candidates × 5 folds",
    "predict-1": "predict 1 row",
    "predict-1000": "predict 1000 rows",
    "predict-1000000": "predict 10⁶ rows",
    "import": "import",
    "memory-large": "memory of the large fit",
    "memory-predict": "memory of predicting 10⁶ rows",
    "moons-gpu": "moons, 1000 seeds, GPU",
}
SYSTEMS = {
    "nnteach": "nnteach",
    "nnteach-float64": "nnteach, float64",
    "scikit-learn": "scikit-learn",
    "scikit-learn-float64": "scikit-learn, float64",
    "skorch": "skorch",
    "keras-torch": "Keras on torch",
    "keras-jax": "Keras on JAX",
    "torch": "torch loop",
    "jax": "JAX scan",
    "c": "C, one core",
    "nnteach-gpu": "nnteach, GPU",
}
OURS = "nnteach"
# what a system is called in the figures, it is drawn in too
COLORS = dict(zip(SYSTEMS, [OKABE_ITO[0]] * 2 + [OKABE_ITO[1]] * 2, strict=False)) | {
    "torch": OKABE_ITO[2],
    "jax": OKABE_ITO[3],
    "c": OKABE_ITO[6],
}


@dataclass(frozen=True)
class Target:
    """How much faster than a peer we want to be, or how many times its time at most."""

    work: str
    peer: str
    floor: float
    goal: float | None = None
    at_most: bool = False


TARGETS = [
    Target("moons", "scikit-learn", 2.5, 3.5),
    Target("moons", "skorch", 8),
    Target("moons", "keras-torch", 25),
    Target("moons", "c", 2.8, 1.8, at_most=True),
    Target("moons-seeds", "scikit-learn", 6, 10),
    Target("moons-seeds", "c", 1.2, 0.8, at_most=True),
    Target("approximation", "scikit-learn", 5, 8),
    Target("approximation", "skorch", 60),
    Target("approximation", "keras-torch", 12),
    Target("approximation", "c", 2.6, 1.5, at_most=True),
    Target("approximation-seeds", "scikit-learn", 5, 9),
    Target("approximation-seeds", "c", 2.6, 1.5, at_most=True),
    Target("digits", "scikit-learn", 1.5),
    Target("digits", "skorch", 3),
    Target("digits", "keras-torch", 3),
    Target("large", "scikit-learn", 1.2),
    Target("large", "skorch", 3),
    Target("large", "keras-torch", 3),
    Target("predict-1000000", "scikit-learn", 1),
    Target("import", "scikit-learn", 1.3, at_most=True),
]
PREDICTION_MEMORY = 256e6  # bytes beyond the input

# -- From rounds to medians ------------------------------------------------------------


def summarize(report):
    """Return medians and quartiles of what pytest-benchmark measured, as a dict."""
    rounds = defaultdict(list)
    for benchmark in report["benchmarks"]:
        info = benchmark["extra_info"]
        seconds = info.pop("seconds", None) or benchmark["stats"]["median"]
        seconds /= info.pop("repeats", 1)
        if info["kind"] == "memory":
            seconds = info["call_seconds"]
        rounds[info["kind"], info["work"], info["system"]].append((seconds, info))
    results = []
    for measured in rounds.values():
        seconds = [seconds for seconds, _ in measured]
        low, median, high = np.quantile(seconds, [0.25, 0.5, 0.75])
        # of what else was measured the median too
        info = {
            key: float(np.median([info[key] for _, info in measured]))
            if isinstance(value, float)
            else value
            for key, value in measured[0][1].items()
            if value is not None and key not in ("threads", "call_seconds")
        }
        times = {"seconds": median, "quartiles": [low, high], "rounds": len(seconds)}
        results.append({**info, **times})
    machine = report["machine_info"]
    return rounded(
        {
            "date": report["datetime"][:10],
            "machine": {
                "processor": machine["cpu"].get("brand_raw", machine["processor"]),
                "system": f"{machine['system']} {machine['machine']}",
                **{key: machine[key] for key in ("cores", "threads", "memory_bytes")},
                **({"gpu": machine["gpu"]} if "gpu" in machine else {}),
            },
            "versions": {
                "Python": machine["python_version"],
                **machine["versions"],
            },
            "results": results,
        }
    )


def rounded(value):
    """Round all floats of nested dicts and lists to four digits."""
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [rounded(entry) for entry in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


class Measurements:
    """The medians, looked up by work and system."""

    def __init__(self, data):
        self.data = data
        self.results = {
            (result["work"], result["system"]): result for result in data["results"]
        }

    @classmethod
    def read(cls, path=MEASUREMENTS):
        """Read them from a file."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def result(self, work, system):
        """What was measured, or None; the C program trains one network at a time."""
        if system == "c":
            work = work.removesuffix("-seeds")
        return self.results.get((work, system))

    def time(self, work, system):
        """Seconds, in a training of one network's step, or None."""
        result = self.result(work, system)
        if result is None:
            return None
        return result["seconds"] / result.get("steps", 1) / result.get("networks", 1)

    def growth(self, quantity, system):
        """Arrays of the quantity's values and of the seconds of a training."""
        found = sorted(
            (result["value"], result["seconds"])
            for result in self.data["results"]
            if result.get("quantity") == quantity and result["system"] == system
        )
        return np.array(found).reshape(-1, 2).T


def exponent(values, seconds):
    """Slope of the least-squares line through the logarithms."""
    return float(np.polyfit(np.log(values), np.log(seconds), deg=1)[0])


# -- Tables ----------------------------------------------------------------------------


def compare(measurements):
    """Rows of the table of ratios."""
    targets = {(target.work, target.peer): target for target in TARGETS}
    rows = []
    for work in WORKS:
        ours = measurements.time(work, OURS)
        for peer in SYSTEMS:
            theirs = measurements.time(work, peer)
            if peer.startswith(OURS) or ours is None or theirs is None:
                continue
            if work.startswith("memory"):
                continue
            own = ours
            if peer.endswith("-float64"):
                own = measurements.time(work, f"{OURS}-float64")
            target = targets.get((work, peer))
            rows.append(
                [WORKS[work], SYSTEMS[peer], own, theirs, *judge(own, theirs, target)]
            )
    return rows


def judge(ours, theirs, target):
    """Ratio, floor, goal and verdict."""
    if target is None:
        return [format_ratio(theirs / ours, False), "", "", ""]
    ratio = ours / theirs if target.at_most else theirs / ours
    bounds = [target.floor, target.goal]
    reached = [
        bound is not None and (ratio <= bound if target.at_most else ratio >= bound)
        for bound in bounds
    ]
    verdict = "goal met" if reached[1] else "met" if reached[0] else "below"
    sign = "≤" if target.at_most else "≥"
    floor, goal = (f"{sign} {bound:g}" if bound is not None else "" for bound in bounds)
    return [format_ratio(ratio, target.at_most), floor, goal, verdict]


def format_ratio(ratio, at_most):
    """The ratio in words that say which way round it is."""
    return f"{ratio:.2g}× its time" if at_most else f"{ratio:.3g}× faster"


def format_seconds(seconds):
    """Seconds with a unit that fits, to three digits."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:#.3g}".rstrip(".") + f" {unit}"
    return f"{seconds * 1e9:.0f} ns"


def ratio_table(measurements):
    """Header and rows of text."""
    header = [
        "work",
        "peer",
        "nnteach",
        "peer's time",
        "ratio",
        "floor",
        "goal",
        "verdict",
    ]
    rows = [
        [work, peer, format_seconds(ours), format_seconds(theirs), *rest]
        for work, peer, ours, theirs, *rest in compare(measurements)
    ]
    return [header, *rows]


def format_text(table):
    """The table for a terminal."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    )


def main():
    """Print the table, and keep the measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path)
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    data = summarize(json.loads(arguments.report.read_text(encoding="utf-8")))
    print(format_text(ratio_table(Measurements(data))))
    if not arguments.keep:
        FOLDER.mkdir(exist_ok=True)
        lines = json.dumps(data, indent=1, ensure_ascii=False)
        MEASUREMENTS.write_text(lines + "\n", encoding="utf-8")
        print(f"\n{MEASUREMENTS}")


if __name__ == "__main__":
    main()
