"""Run every lesson as somebody does who takes it along: ``python docs/run_lessons.py``.

Each script runs in an empty folder, and each notebook of the built site in a folder of
its own. Both must come to their end without a warning.
"""

import os
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import nbclient
import nbformat

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "docs" / "_build" / "html" / "notebooks"
# what plt.show says where there is no window; a reader has one
SHOW = "ignore:FigureCanvasAgg is non-interactive:UserWarning"
LONGEST = 600  # seconds of a cell


def run_script(path):
    """Run a script in an empty folder; return what it said of going wrong."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "MPLBACKEND": "agg"}
        command = [sys.executable, "-W", "default", "-W", SHOW, path]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True
        )
    return done.stderr if done.returncode or done.stderr else ""


def run_notebook(path):
    """Run a notebook's cells in order; return what they said of going wrong."""
    book = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        client = nbclient.NotebookClient(book, timeout=LONGEST, resources=resources)
        try:
            client.execute()
        except nbclient.exceptions.CellExecutionError as error:
            return str(error)
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    return "".join(o.text for o in outputs if o.get("name") == "stderr")


def report(run, path):
    """Run a lesson and print how it went; return whether it went well."""
    start = perf_counter()
    complaint = run(path)
    seconds = perf_counter() - start
    print(f"{path.name:62} {'FAILED' if complaint else 'passed'} {seconds:6.1f} s")
    if complaint:
        print(complaint)
    return not complaint


def main():
    """Run all lessons, as many at once as there are cores."""
    scripts = sorted((ROOT / "gallery").glob("*/plot_*.py"))
    books = sorted(NOTEBOOKS.glob("*.ipynb"))
    if len(books) != len(scripts):
        sys.exit(f"{NOTEBOOKS} has {len(books)} notebooks; run make site first.")
    warnings.simplefilter("ignore")  # of the kernels' own libraries
    runs = [(run_script, path) for path in scripts]
    runs += [(run_notebook, path) for path in books]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        passed = list(pool.map(lambda arguments: report(*arguments), runs))
    print(f"{sum(passed)} of {len(passed)} came to their end without a warning")
    sys.exit(not all(passed))


if __name__ == "__main__":
    main()
