"""Tables of the performance page, from what ``make benchmark`` measured.

Usage: ``python docs/performance_report.py benchmark.json [--keep]``, where the file is
what pytest-benchmark wrote. Prints the table, and unless ``--keep`` is given replaces
the measurements. When the website is built, ``conf.py`` calls ``write_parts``, which
makes of these measurements all that the page includes.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from performance_figures import draw_figures

FOLDER = Path(__file__).parent / "performance"
MEASUREMENTS = FOLDER / "measurements.json"
OURS = "nnteach"
NUMBER_AND_WORD = re.compile(r"([\d×≤≥]) ([\w\d])")

WORKS = {
    "moons": "moons, one network",
    "moons-seeds": "moons, 20 seeds",
    "approximation": "approximation, one network",
    "approximation-seeds": "approximation, 20 seeds",
    "digits": "digits",
    "large": "large",
    "moons-1000": "moons, 1000 seeds",
    "search": "search",
    "predict-1": "predict 1 row",
    "predict-10": "predict 10 rows",
    "predict-100": "predict 100 rows",
    "predict-1000": "predict 1000 rows",
    "predict-1000000": "predict 10⁶ rows",
    "predict_proba-1": "predict_proba 1 row",
    "predict_proba-10": "predict_proba 10 rows",
    "predict_proba-100": "predict_proba 100 rows",
    "predict_proba-1000": "predict_proba 1000 rows",
    "partial_fit-1": "partial_fit 1 row",
    "partial_fit-32": "partial_fit 32 rows",
    "partial_fit-200": "partial_fit 200 rows",
    "iris-20": "iris, 20 epochs",
    "iris-200": "iris, 200 epochs",
    "wine": "wine",
    "moons-100": "moons of 100",
    "diabetes": "diabetes",
    "cancer": "breast cancer",
    "iris-lbfgs": "iris, lbfgs",
    "moons-100-lbfgs": "moons of 100, lbfgs",
    "import": "import",
}
MEMORY = {
    "memory-large": "memory of the large fit",
    "memory-predict": "memory of predicting 10⁶ rows",
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
}


@dataclass(frozen=True)
class Target:
    """How many times faster than a peer, or how many times its time at most."""

    floor: float
    goal: float | None = None
    at_most: bool = False


# Those beside C on the moons were set for a program that the compiler made take twice
# the time of the present one, and are doubled here.
TARGETS = {
    ("moons", "scikit-learn"): Target(2.5, 3.5),
    ("moons", "skorch"): Target(8),
    ("moons", "keras-torch"): Target(25),
    ("moons", "c"): Target(5.6, 3.6, at_most=True),
    ("moons-seeds", "scikit-learn"): Target(6, 10),
    ("moons-seeds", "c"): Target(2.4, 1.6, at_most=True),
    ("approximation", "scikit-learn"): Target(5, 8),
    ("approximation", "skorch"): Target(60),
    ("approximation", "keras-torch"): Target(12),
    ("approximation", "c"): Target(2.6, 1.5, at_most=True),
    ("approximation-seeds", "scikit-learn"): Target(5, 9),
    ("approximation-seeds", "c"): Target(2.6, 1.5, at_most=True),
    ("digits", "scikit-learn"): Target(1.5),
    ("digits", "skorch"): Target(3),
    ("digits", "keras-torch"): Target(3),
    ("large", "scikit-learn"): Target(1.2),
    ("large", "skorch"): Target(3),
    ("large", "keras-torch"): Target(3),
    ("predict-1000000", "scikit-learn"): Target(1),
    ("import", "scikit-learn"): Target(1.3, at_most=True),
}
# beyond the input
MEMORY_BOUNDS = {"memory-predict": 256e6}
# whose exponents are shown
GROWING = (OURS, "scikit-learn")
QUANTITIES = {
    "n_samples": "samples",
    "width": "neurons in each of two hidden layers",
    "depth": "hidden layers of 25 neurons",
    "K": "networks in a stack",
}

# -- From rounds to medians ------------------------------------------------------------


def summarize(report):
    """Return medians and quartiles of what pytest-benchmark measured, as a dict."""
    measured = defaultdict(list)
    for benchmark in report["benchmarks"]:
        info = {"seconds": benchmark["stats"]["median"], **benchmark["extra_info"]}
        info["seconds"] /= info.pop("repeats", 1)
        measured[info["kind"], info["work"], info["system"]].append(info)
    machine = report["machine_info"]
    names = ("cores", "threads", "memory_bytes", "gpu", "compiler", "busy_cores")
    return rounded(
        {
            "date": report["datetime"][:10],
            "machine": {
                "processor": machine["cpu"]["brand_raw"],
                "system": f"{machine['system']} {machine['machine']}",
                **{name: machine[name] for name in names},
            },
            "versions": {"Python": machine["python_version"], **machine["versions"]},
            "results": [median_of_rounds(rounds) for rounds in measured.values()],
        }
    )


def median_of_rounds(rounds):
    """Join what was recorded in each round: of decimals the median, the rest is one."""
    low, high = np.quantile([info["seconds"] for info in rounds], [0.25, 0.75])
    joined = {
        key: float(np.median([info[key] for info in rounds]))
        if isinstance(value, float)
        else value
        for key, value in rounds[0].items()
    }
    return joined | {"quartiles": [low, high], "rounds": len(rounds)}


def rounded(value):
    """Round all decimals of nested dicts and lists to four digits."""
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [rounded(entry) for entry in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


class Measurements:
    """The medians, looked up by work and system."""

    def __init__(self, data):
        self.machine = data["machine"]
        self.versions = data["versions"]
        self.date = data["date"]
        self.results = {
            (result["work"], result["system"]): result for result in data["results"]
        }

    def result(self, work, system):
        """What was measured, or None."""
        if system == "c":
            # it trains one network after the other
            work = work.removesuffix("-seeds")
        return self.results.get((work, system))

    def time(self, work, system):
        """Seconds, of a training those for one step of one network; None if unknown."""
        result = self.result(work, system)
        return result and seconds_of(result)

    def all_of(self, kind):
        """All results of a kind."""
        return [result for result in self.results.values() if result["kind"] == kind]

    def growth(self, quantity, system):
        """Results by the quantity's values, the smallest first."""
        found = [
            result
            for result in self.all_of("growth")
            if (result["quantity"], result["system"]) == (quantity, system)
        ]
        return sorted(found, key=lambda result: result["value"])


def seconds_of(result):
    """Seconds, of a training those for one step of one network."""
    return result["seconds"] / result.get("steps", 1) / result.get("networks", 1)


def exponent(values, seconds):
    """Slope of the least-squares line through the logarithms."""
    return float(np.polyfit(np.log(values), np.log(seconds), deg=1)[0])


# -- Numbers as text -------------------------------------------------------------------


def format_seconds(seconds):
    """Seconds with a unit that fits, to three digits."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:#.3g}".rstrip(".") + f" {unit}"
    return f"{1e9 * seconds:.0f} ns"


def format_bytes(n_bytes):
    """Megabytes, or gigabytes if there are many."""
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes > 1e9 else f"{n_bytes / 1e6:.0f} MB"


def format_ratio(ours, theirs, more="slower", less="faster"):
    """How many times one is the other, and which way round."""
    if ours > theirs:
        return f"{format_factor(ours / theirs)} {more}"
    return f"{format_factor(theirs / ours)} {less}"


def format_factor(factor):
    """A factor to three digits."""
    return f"{factor:#.3g}".rstrip(".") + "×"


def judge(ours, theirs, target):
    """Floor, goal and verdict."""
    ratio = ours / theirs if target.at_most else theirs / ours
    bounds = [target.floor, target.goal]
    floor_met, goal_met = (
        bound is not None and (ratio <= bound if target.at_most else ratio >= bound)
        for bound in bounds
    )
    sign = "≤" if target.at_most else "≥"
    texts = [f"{sign} {bound:g}×" if bound else "" for bound in bounds]
    verdict = "goal met" if goal_met else "met" if floor_met else "below"
    return [*texts, verdict]


# -- Tables ----------------------------------------------------------------------------

RATIO_HEADER = [
    "work",
    "peer",
    OURS,
    "peer's",
    "nnteach is",
    "floor",
    "goal",
    "verdict",
]


def ratio_table(measurements, *, only_targets=False):
    """Our times beside those of the peers, with what was to be reached."""
    rows = []
    for work, title in WORKS.items():
        for peer, name in SYSTEMS.items():
            if peer.startswith(OURS):
                continue
            precision = "-float64" if peer.endswith("-float64") else ""
            ours = measurements.time(work, OURS + precision)
            theirs = measurements.time(work, peer)
            target = TARGETS.get((work, peer))
            if ours is None or theirs is None or (only_targets and target is None):
                continue
            ratio = format_ratio(ours, theirs)
            if target and target.at_most:
                ratio = f"{format_factor(ours / theirs)} its time"
            verdict = judge(ours, theirs, target) if target else ["", "", ""]
            times = [format_seconds(ours), format_seconds(theirs)]
            rows.append([title, name, *times, ratio, *verdict])
    return [RATIO_HEADER, *rows, *memory_rows(measurements, only_targets)]


def memory_rows(measurements, only_targets):
    """The rows of peak memory."""
    rows = []
    for work, title in MEMORY.items():
        bound = MEMORY_BOUNDS.get(work)
        pair = [measurements.result(work, name) for name in (OURS, "scikit-learn")]
        if None in pair or (only_targets and bound is None):
            continue
        ours, theirs = (result["growth_bytes"] for result in pair)
        ratio = format_ratio(ours, theirs, "more", "less")
        verdict = ["", "", ""]
        if bound is not None:
            verdict = [f"≤ {format_bytes(bound)}", "", ""]
            verdict[2] = "met" if ours <= bound else "below"
        both = [format_bytes(ours), format_bytes(theirs)]
        rows.append([title, "scikit-learn", *both, ratio, *verdict])
    return rows


def step_table(measurements):
    """Time of a step of one network, systems by works."""
    measured = {result["work"] for result in measurements.all_of("training")}
    works = [work for work in WORKS if work in measured]
    rows = [["", *(WORKS[work] for work in works)]]
    for system, name in SYSTEMS.items():
        times = [measurements.time(work, system) for work in works]
        if any(times):
            cells = [format_seconds(time) if time else "" for time in times]
            rows.append([name, *cells])
    return rows


def work_table(measurements):
    """What was trained."""
    header = ["work", "network", "activation", "samples", "batch", "epochs"]
    rows = []
    for work, title in WORKS.items():
        result = measurements.result(work, OURS)
        if result and "steps" in result:
            sizes = "-".join(map(str, result["layer_sizes"]))
            names = ("activation", "samples", "batch_size", "epochs")
            rows.append([title, sizes, *(str(result[name]) for name in names)])
    return [header, *rows]


def fewer_epochs_table(measurements):
    """Who was trained for fewer epochs than we were."""
    rows = []
    for system, name in SYSTEMS.items():
        fewer = []
        for work, title in WORKS.items():
            result, ours = (measurements.result(work, who) for who in (system, OURS))
            if result and "steps" in result and result["epochs"] < ours["epochs"]:
                fewer.append(f"{title}: {result['epochs']}")
        if fewer:
            rows.append([name, "; ".join(fewer)])
    return [["system", "epochs"], *rows]


def machine_table(measurements):
    """Where and with which versions it was measured."""
    machine = measurements.machine
    rows = [
        ["date", measurements.date],
        ["processor", f"{machine['processor']}, {machine['cores']} cores"],
        ["memory", format_bytes(machine["memory_bytes"])],
        ["system", machine["system"]],
        ["GPU", machine["gpu"] or "none"],
        ["compiler of the C program", machine["compiler"] or "none"],
        ["cores that other programs kept busy", f"{machine['busy_cores']:.2f}"],
    ]
    return [["", ""], *rows, *map(list, measurements.versions.items())]


def footprint_table(measurements):
    """Time and memory of predictions, memory of the large fit, and start-up."""
    systems = [name for name in SYSTEMS if measurements.result("predict-1", name)]
    rows = [["", *(SYSTEMS[system] for system in systems)]]
    kinds = {"prediction", "stream", "small", "import"}
    measured = {
        result["work"] for kind in kinds for result in measurements.all_of(kind)
    }
    for work in (work for work in WORKS if work in measured):
        times = [measurements.time(work, system) for system in systems]
        rows.append(
            [WORKS[work], *(format_seconds(time) if time else "" for time in times)]
        )
    for work, title in MEMORY.items():
        results = [measurements.result(work, system) for system in systems]
        cells = [format_bytes(r["growth_bytes"]) if r else "" for r in results]
        rows.append([title, *cells])
    return rows


def growth_table(measurements):
    """Exponents over all sizes and over the last decade."""
    header = ["an epoch's time grows with", "from", "to"]
    header += [f"{what}, {who}" for who in GROWING for what in ("all", "last decade")]
    rows = []
    for quantity, title in QUANTITIES.items():
        ours, theirs = (measurements.growth(quantity, system) for system in GROWING)
        if ours:
            sizes = [str(ours[0]["value"]), str(ours[-1]["value"])]
            rows.append([title, *sizes, *exponents(ours), *exponents(theirs)])
    return [header, *rows]


def exponents(results):
    """The exponent over all sizes and that over the last decade, as text."""
    if not results:
        return ["", ""]
    values = np.array([result["value"] for result in results])
    seconds = np.array([result["seconds"] / result["epochs"] for result in results])
    last = values >= values[-1] / 10
    found = exponent(values, seconds), exponent(values[last], seconds[last])
    return [f"{slope:.2f}" for slope in found]


def gpu_table(measurements):
    """Absolute times on a GPU."""
    header = ["work", "networks", "steps", "the whole", "a step of all networks"]
    header += ["that is so many starts", "a step of one network"]
    limits = measurements.result("gpu-limits", "nnteach-gpu")
    launch = limits["launch_seconds"] if limits else np.nan
    rows = []
    for result in measurements.all_of("gpu"):
        step = result["seconds"] / result["steps"]
        rows.append(
            [
                WORKS.get(result["work"], result["work"]),
                f"{result['networks']}",
                f"{result['steps']}",
                format_seconds(result["seconds"]),
                format_seconds(step),
                f"{step / launch:.0f}",
                format_seconds(seconds_of(result)),
            ]
        )
    return [header, *rows]


# -- What the page includes ------------------------------------------------------------


def facts(measurements):
    """Numbers that the prose mentions, by the name of their substitution."""
    trainings = measurements.all_of("training")
    compiled = [r["compile_seconds"] for r in trainings if r["system"] == "jax"]
    shares = [result["share_learnt"] for result in trainings]
    return {
        "rounds": max(result["rounds"] for result in trainings),
        "rounds of growth": max(r["rounds"] for r in measurements.all_of("growth")),
        "threads": measurements.machine["threads"],
        "date": measurements.date,
        "fastest compilation": format_seconds(min(compiled)),
        "slowest compilation": format_seconds(max(compiled)),
        "least learnt": f"{100 * min(shares):.0f} %",
        "fits of the search": measurements.result("search", OURS)["fits"],
        "epochs of the search": measurements.result("search", OURS)["epochs"],
    }


def write_parts(folder=FOLDER):
    """Write the tables, figures and numbers that the page includes."""
    data = json.loads((folder / MEASUREMENTS.name).read_text(encoding="utf-8"))
    measurements = Measurements(data)
    tables = {
        "targets": ratio_table(measurements, only_targets=True),
        "steps": step_table(measurements),
        "works": work_table(measurements),
        "fewer_epochs": fewer_epochs_table(measurements),
        "machine": machine_table(measurements),
        "footprint": footprint_table(measurements),
        "growth": growth_table(measurements),
    }
    parts = {name: rst_table(table) for name, table in tables.items()}
    ratios = ratio_table(measurements)
    parts["search"] = rst_table(
        [row[:5] for row in ratios if row[0] in (RATIO_HEADER[0], WORKS["search"])]
    )
    parts["slower"] = rst_table(
        [row[:5] for row in ratios if row[4].endswith((RATIO_HEADER[4], "slower"))]
    )
    parts["gpu"] = gpu_part(measurements)
    parts["facts"] = "\n".join(
        f".. |{name}| replace:: {value}" for name, value in facts(measurements).items()
    )
    parts |= draw_figures(measurements, folder)
    for name, text in parts.items():
        (folder / f"{name}.rst").write_text(text + "\n", encoding="utf-8")


def gpu_part(measurements):
    """The table of the GPU and what the GPU can do at all, or why there is none."""
    limits = measurements.result("gpu-limits", "nnteach-gpu")
    if limits is None:
        return "torch found no CUDA device there, so this part was skipped."
    launch = format_seconds(limits["launch_seconds"])
    speed = f"{limits['bytes_per_second'] / 1e9:.0f} GB/s"
    sentence = (
        f"Starting one operation takes {launch} there, and copying reads and writes "
        f"{speed}."
    )
    return f"{sentence}\n\n{rst_table(gpu_table(measurements))}"


def rst_table(table):
    """A table in reStructuredText, whose first row is the header unless it is empty."""
    has_header = any(table[0])
    lines = [".. list-table::", f"   :header-rows: {int(has_header)}", ""]
    for row in table if has_header else table[1:]:
        # numbers stay beside their units
        cells = [NUMBER_AND_WORD.sub("\\1\N{NO-BREAK SPACE}\\2", cell) for cell in row]
        lines += [f"   {'* ' if i == 0 else '  '}- {c}" for i, c in enumerate(cells)]
    return "\n".join(line.rstrip() for line in lines)


def format_text(table):
    """A table for a terminal."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)


def main():
    """Print the tables, and replace the measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path)
    parser.add_argument("--keep", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    if not arguments.report.exists():
        sys.exit("Nothing was measured: all that was asked for was skipped.")
    data = summarize(json.loads(arguments.report.read_text(encoding="utf-8")))
    measurements = Measurements(data)
    tables = [step_table, ratio_table, growth_table, gpu_table]
    for table in (make(measurements) for make in tables):
        if len(table) > 1:
            print(format_text(table), end="\n\n")
    if not arguments.keep:
        text = json.dumps(data, indent=1, ensure_ascii=False)
        MEASUREMENTS.write_text(text + "\n", encoding="utf-8")
        print(f"The performance page is built from {MEASUREMENTS}")


if __name__ == "__main__":
    main()
