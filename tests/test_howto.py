"""Every example of the how-to guides runs and prints what the page says."""

import doctest
import io
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

FOLDER = Path(__file__).parent.parent / "docs" / "howto"
PAGES = sorted(path for path in FOLDER.glob("*.rst") if path.stem != "index")
# packages that the other tests do without
NEEDS = {"exporting": ["onnx", "onnxruntime", "onnxscript", "skl2onnx"]}


def read(path):
    return path.read_text(encoding="utf-8")


@pytest.fixture
def run_doctest(tmp_path, monkeypatch):
    """Run the examples of a text in an empty folder."""

    def run(text):
        examples = doctest.DocTestParser().get_doctest(text, {}, "page", None, 0)
        assert examples.examples
        runner = doctest.DocTestRunner(
            optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        )
        report = io.StringIO()
        runner.run(examples, out=report.write)
        assert runner.failures == 0, report.getvalue()

    monkeypatch.chdir(tmp_path)
    yield run
    plt.close("all")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
# torch's exporter uses what torch has deprecated
@pytest.mark.filterwarnings("ignore:.*LeafSpec:FutureWarning")
def test_a_page_runs(path, run_doctest):
    for package in NEEDS.get(path.stem, []):
        pytest.importorskip(package)
    run_doctest(read(path))


def test_exporting_runs_without_the_packages_of_onnx(run_doctest):
    text, separator, _ = read(FOLDER / "exporting.rst").partition("\nONNX\n----\n")
    assert separator
    run_doctest(text)


def test_the_index_has_every_page():
    _, _, toctree = read(FOLDER / "index.rst").partition(".. toctree::")
    entries = re.findall(r"^   (\w+)$", toctree, re.MULTILINE)
    assert sorted(entries) == sorted(path.stem for path in PAGES)
