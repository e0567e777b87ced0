"""The tables of the performance page say what the measurements say."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture
def report(monkeypatch):
    monkeypatch.syspath_prepend(DOCS)
    monkeypatch.syspath_prepend(DOCS / "extensions")
    import performance_report

    return performance_report


@pytest.fixture
def measurements(report):
    text = report.MEASUREMENTS.read_text(encoding="utf-8")
    return report.Measurements(json.loads(text))


def benchmark(median, **info):
    return {"stats": {"median": median}, "extra_info": info}


INFO = {"kind": "training", "work": "moons", "system": "nnteach", "steps": 100}


def benchmark_report():
    """What pytest-benchmark writes of three works."""
    other = {"kind": "prediction", "work": "predict-1", "system": "jax", "repeats": 10}
    machine = {
        "cpu": {"brand_raw": "A processor"},
        "system": "Linux",
        "machine": "x86_64",
        "python_version": "3.11.7",
        "versions": {"torch": "2.13.0"},
        "cores": 2,
        "threads": 2,
        "memory_bytes": 8_000_000_000,
        "gpu": None,
        "compiler": None,
        "busy_cores": 0.01,
    }
    return {
        "datetime": "2026-11-22T10:00:00",
        "machine_info": machine,
        "benchmarks": [
            *(benchmark(t, **INFO, loss=t) for t in (0.5, 0.1, 0.3)),
            benchmark(0.02, **other),
            # the C program takes its own time
            benchmark(9.0, **{**INFO, "system": "c"}, seconds=0.2),
        ],
    }


def test_rounds_become_a_median_and_quartiles(report):
    data = report.summarize(benchmark_report())
    moons, predict, c = data["results"]
    assert moons == {
        **INFO,
        "seconds": 0.3,
        "quartiles": [0.2, 0.4],
        "loss": 0.3,
        "rounds": 3,
    }
    assert predict["seconds"] == 0.002
    assert c["seconds"] == 0.2
    assert report.Measurements(data).time("moons-seeds", "c") == 0.002


@pytest.mark.parametrize("keep", [[], ["--keep"]])
def test_the_program_prints_and_keeps_or_replaces_the_measurements(
    report, monkeypatch, tmp_path, capsys, keep
):
    measured, measurements = tmp_path / "benchmark.json", tmp_path / "measurements.json"
    monkeypatch.setattr(report, "MEASUREMENTS", measurements)
    monkeypatch.setattr("sys.argv", ["performance_report.py", str(measured), *keep])
    with pytest.raises(SystemExit, match="Nothing was measured"):
        report.main()
    measured.write_text(json.dumps(benchmark_report()), encoding="utf-8")
    report.main()
    line = r"^moons, one network +C, one core +3\.00 ms +2\.00 ms +1\.50× its time"
    assert re.search(line, capsys.readouterr().out, re.MULTILINE)
    assert measurements.exists() == (not keep)
    if not keep:
        written = json.loads(measurements.read_text(encoding="utf-8"))
        assert written == report.summarize(benchmark_report())


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_of_a_power_law(report, power):
    values = np.array([1, 10, 100])
    assert report.exponent(values, 3e-6 * values**power) == pytest.approx(power)


@pytest.mark.parametrize(
    ("ours", "theirs", "at_most", "verdict"),
    [
        (1.0, 4.0, False, "goal met"),
        (1.0, 2.5, False, "met"),
        (1.0, 1.5, False, "below"),
        (1.5, 1.0, True, "goal met"),
        (2.5, 1.0, True, "met"),
        (3.5, 1.0, True, "below"),
    ],
)
def test_the_verdict(report, ours, theirs, at_most, verdict):
    floor, goal = (3, 2) if at_most else (2, 3)
    target = report.Target(floor, goal, at_most=at_most)
    assert report.judge(ours, theirs, target)[-1] == verdict


def test_a_ratio_says_which_way_round_it_is(report):
    assert report.format_ratio(1.0, 3.0) == "3.00× faster"
    assert report.format_ratio(25.0, 1.0) == "25.0× slower"


def test_seconds_have_a_unit_that_fits(report):
    seconds = [12.0, 0.0123, 1.4e-5, 2e-9]
    texts = ["12.0 s", "12.3 ms", "14.0 µs", "2 ns"]
    assert [report.format_seconds(value) for value in seconds] == texts


def test_everything_that_is_to_be_reached_was_measured(report, measurements):
    shown = report.ratio_table(measurements, only_targets=True)[1:]
    assert len(shown) == len(report.TARGETS) + len(report.MEMORY_BOUNDS)
    assert {row[-1] for row in shown} <= {"goal met", "met", "below"}


def test_the_page_includes_every_part(report, tmp_path):
    measured = report.MEASUREMENTS.read_bytes()
    (tmp_path / report.MEASUREMENTS.name).write_bytes(measured)
    report.write_parts(tmp_path)
    parts = {path.stem for path in tmp_path.glob("*.rst")}
    page = (DOCS / "performance.rst").read_text(encoding="utf-8")
    assert set(re.findall(r"include:: performance/(\w+)\.rst", page)) == parts
    facts = (tmp_path / "facts.rst").read_text(encoding="utf-8")
    named = set(re.findall(r"^\.\. \|(.+)\|", facts, re.MULTILINE))
    assert set(re.findall(r"\|([^|]+)\|", page.replace("\n", " "))) == named
    figures = {path.stem for path in tmp_path.glob("*.png")}
    text = "\n".join(path.read_text("utf-8") for path in tmp_path.glob("*.rst"))
    assert set(re.findall(r"figure:: /\S*?/?(\w+)\n", text)) == figures
    assert len(re.findall(r":alt: \w+", text)) == len(figures) == 3


GPU = "nnteach-gpu"
ON_GPU = [
    {
        "kind": "gpu-limits",
        "work": "gpu-limits",
        "system": GPU,
        "seconds": 1.0,
        "launch_seconds": 5e-6,
        "bytes_per_second": 2e12,
    },
    {
        "kind": "gpu",
        "work": "moons-1000",
        "system": GPU,
        "seconds": 0.4,
        "steps": 1000,
        "networks": 1000,
    },
]


def test_the_page_has_what_a_gpu_did_or_why_there_is_none(report, measurements):
    measurements.results = {}
    assert "no CUDA device" in report.gpu_part(measurements)
    measurements.results = {(r["work"], r["system"]): r for r in ON_GPU}
    part = report.gpu_part(measurements)
    assert "5.00 µs" in part
    assert "2000 GB/s" in part
    cells = [line.strip(" *-") for line in part.splitlines()[-7:]]
    expected = ["moons, 1000 seeds", "1000", "1000", "400 ms", "400 µs", "80", "400 ns"]
    assert [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in cells] == expected
