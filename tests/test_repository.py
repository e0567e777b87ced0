"""What the files around the package say of each other."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name):
    """Versions that a file pins, by the name of the package."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", read(name), re.MULTILINE))


def test_the_lowest_versions_are_the_bounds():
    requirements = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
    bounds = dict(
        re.match(r"([\w-]+)>=([\d.]+)", line).groups() for line in requirements
    )
    lowest = pins("tests/lowest.txt")
    assert {name: release(lowest[name]) for name in bounds} == {
        name: release(bound) for name, bound in bounds.items()
    }


def release(version):
    """The numbers of a version without the zeros at its end: 2.0 is 2.0.0."""
    return re.sub(r"(\.0)+$", "", version)
