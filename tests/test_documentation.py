"""What holds of README, API pages and gallery without building the website."""

import ast
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pytest

import nnteach

ROOT = Path(__file__).parent.parent
SECTIONS = sorted(path for path in (ROOT / "gallery").iterdir() if path.is_dir())
SCRIPTS = sorted((ROOT / "gallery").glob("*/*.py"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_public_name_is_in_the_api_reference():
    entries = re.findall(r"^   (\w+)$", read("docs/api/index.rst"), re.MULTILINE)
    assert sorted(entries) == sorted(set(nnteach.__all__) - {"__version__"})


def test_the_code_of_the_readme_runs(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)
    (code,) = re.findall(r"```python\n(.*?)```", read("README.md"), flags=re.DOTALL)
    assert len(code.splitlines()) <= 12
    plt.close("all")
    exec(code, {"__name__": "__main__"})
    assert "test accuracy 0.9" in plt.gca().get_title()
    plt.close("all")


def test_the_links_of_the_readme_lead_somewhere():
    folders = [ROOT, Path(nnteach.__file__).parent.parent]
    for target in re.findall(r"\]\(([^)#]+)", read("README.md")):
        assert any((folder / target).exists() for folder in folders), target


def test_the_source_files_that_texts_name_exist():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *SCRIPTS]
    pages += (ROOT / "docs").rglob("*.rst")
    for page in pages:
        for path in re.findall(r"\bnnteach/[\w/]+\.py", page.read_text("utf-8")):
            assert (ROOT / path).exists(), f"{page} names {path}"


def test_the_changelog_knows_this_version():
    assert f"\n{nnteach.__version__}\n---" in read("CHANGELOG.md")


@pytest.mark.parametrize(
    ("extras", "files"),
    [
        (["test", "docs", "exercises", "mutants"], ["constraints.txt"]),
        (["bench"], ["constraints.txt", "tests/benchmarks/constraints.txt"]),
    ],
)
def test_every_dependency_is_pinned_to_a_public_version(extras, files):
    text = "\n".join(read(file) for file in files)
    pins = re.findall(r"^([\w.-]+)==(\S+)$", text, re.MULTILINE)
    names = [normalized(name) for name, _ in pins]
    assert len(names) == len(set(names))
    assert not any("+" in version for _, version in pins)
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    for requirement in wanted:
        name = re.match(r"[\w.-]+", requirement)[0]
        assert name == "nnteach" or normalized(name) in names, name


def normalized(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_benchmark_is_no_test(request):
    folders = {item.path.parent.name for item in request.session.items}
    assert "benchmarks" not in folders


def test_every_citation_has_its_reference():
    keys = re.findall(r"^@\w+\{(\w+),", read("docs/references.bib"), re.MULTILINE)
    assert len(keys) == len(set(keys))
    texts = [path.read_text(encoding="utf-8") for path in SCRIPTS]
    texts += [path.read_text(encoding="utf-8") for path in ROOT.glob("docs/*.rst")]
    cited = re.findall(r":cite:\w+:`([\w,\s]+)`", "\n".join(texts))
    assert {key.strip() for entry in cited for key in entry.split(",")} <= set(keys)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda path: path.name)
def test_a_section_has_a_header_of_second_rank(section):
    title, underline, *_ = read(section / "GALLERY_HEADER.rst").splitlines()
    assert underline == "-" * len(title)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_of_the_gallery(script):
    source = script.read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert re.fullmatch(r"plot_\d+_\w+", script.stem)

    title, underline, *_ = ast.get_docstring(tree).splitlines()
    assert underline == "=" * len(title)

    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    lengths = {node.name: node.end_lineno - node.lineno + 1 for node in functions}
    assert not [name for name, n_lines in lengths.items() if n_lines > 10]

    assert re.search(r"\bassert", source), "a page checks what it claims"


def prose_and_code(source):
    """Split a script of the gallery into its text and its code."""
    docstring = ast.get_docstring(ast.parse(source), clean=False)
    lines = source.replace(docstring, "").splitlines()
    prose = [line[1:] for line in lines if line.startswith("#")]
    code = [line for line in lines if not line.startswith("#")]
    return "\n".join([docstring, *prose]), "\n".join(code)


def typed_results(source):
    """Return the decimals and percentages of the prose that the code does not have.

    A setting stands in both; a number that stands in the prose alone is a result that
    somebody typed. Formulas, chapters of books, quantiles and what
    the reader may try are neither.
    """
    prose, code = prose_and_code(source)
    prose = re.sub(r":[\w:]+:`[^`]*`", "", prose)
    prose = re.sub(r"\.\. math::.*\n(\n|    .*\n)+", "", prose)
    prose = re.sub(r"\n *Try it yourself\n(.|\n)*", "", prose)
    prose = " ".join(prose.split())
    prose = re.sub(r"(sections?|chapters?|equations?) [\d. and,]+", "", prose)
    prose = re.sub(r"10[–-]90 %|10 % (to|and) the 90 %|80 %", "", prose)
    settings = {float(number) for number in re.findall(r"\d+\.?\d*(?:e-?\d+)?", code)}
    numbers = re.findall(r"(?<![\w.])\d+\.\d+|\d+(?= ?%)", prose)
    return sorted({number for number in numbers if float(number) not in settings})


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_no_result_is_typed_into_prose(script):
    assert typed_results(script.read_text(encoding="utf-8")) == []


def test_a_typed_result_is_found():
    lines = [
        '"""Title"""',
        "# Rate 0.005, accuracy 0.972.",
        "# It is 97 % after section 3.2, within the 10–90 % band.",
        "rate = 0.005",
    ]
    assert typed_results("\n".join(lines)) == ["0.972", "97"]


def test_the_page_times_are_sorted(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    from page_times import format_page_times

    report = ElementTree.fromstring(
        "<testsuite><testcase file='a.py' time='1.5'/><testcase file='b.py' time='20'/>"
        "</testsuite>"
    )
    assert [line.split() for line in format_page_times(report).splitlines()] == [
        ["20.0", "s", "b.py"],
        ["1.5", "s", "a.py"],
        ["21.5", "s", "in", "total,", "2", "pages"],
    ]
