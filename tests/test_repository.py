"""What the files around the package say of each other."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(ROOT / "docs").glob("**/*.rst"),
]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name):
    """Versions that a file pins, by the name of the package."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", read(name), re.MULTILINE))


def test_pre_commit_runs_the_pinned_ruff():
    (revision,) = re.findall(
        r"/ruff-pre-commit\n +rev: v(\S+)", read(".pre-commit-config.yaml")
    )
    assert revision == pins("constraints.txt")["ruff"]


def test_the_citation_names_this_version_and_licence():
    citation = dict(re.findall(r"^([\w-]+): (.+)$", read("CITATION.cff"), re.MULTILINE))
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]


def test_the_lowest_versions_are_the_bounds():
    extras = PROJECT["optional-dependencies"]
    requirements = [*PROJECT["dependencies"], *extras["test"], *extras["exercises"]]
    requirements.remove("nnteach[exercises]")
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


def targets():
    """The targets that ``make help`` lists."""
    return set(re.findall(r"^([a-z-]+):.* ## ", read("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_targets_of_the_makefile(workflow):
    text = workflow.read_text(encoding="utf-8")
    commands = re.findall(r"run: make ([a-z -]+)|target: ([a-z -]+)", text)
    named = {target for command in commands for target in " ".join(command).split()}
    assert named <= targets()
    assert named or "run: .ci/run" in text


def test_the_documents_name_targets_of_the_makefile():
    commands = re.compile(r"(?:`|\$ )make ([a-z-]+)")
    named = {
        (path.name, target)
        for path in DOCUMENTS
        for target in commands.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert not [(name, target) for name, target in named if target not in targets()]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_no_secrets_and_few_rights(workflow):
    text = workflow.read_text(encoding="utf-8")
    assert "secrets." not in text
    assert re.search(r"^permissions:( \{\}|\n  contents: read)\n\n", text, re.MULTILINE)
