"""The library and the whole course as files of the site.

``dist/`` gets the wheel and the source distribution, and ``nnteach-course.zip`` the
site itself with its notebooks, to be read and run without a network.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = "dist"
COURSE = "nnteach-course.zip"
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in the zip: the build's time says nothing


def build_distributions(app):
    """Build the wheel and the source distribution unless they are there."""
    folder = Path(app.outdir, DISTRIBUTIONS)
    if app.builder.format != "html" or is_fresh(folder):
        return
    shutil.rmtree(folder, ignore_errors=True)
    # without isolation, since a build of the site needs no network
    command = [sys.executable, "-m", "build", "--no-isolation", str(ROOT)]
    command += ["--outdir", str(folder)]
    environment = {"SOURCE_DATE_EPOCH": "315532800", **os.environ}
    subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    (folder / ".gitignore").unlink(missing_ok=True)


def is_fresh(folder):
    """Tell whether the wheel in a folder is younger than all sources."""
    wheels = list(folder.glob("*.whl"))
    if not wheels or not list(folder.glob("*.tar.gz")):
        return False
    package = [*(ROOT / "nnteach").rglob("*.py"), *(ROOT / "nnteach").rglob("*.js")]
    sources = [ROOT / "pyproject.toml", *package]
    return max(map(os.path.getmtime, sources)) < os.path.getmtime(wheels[0])


def write_course(app, exception):
    """Write the zip with everything that the site has."""
    if exception or app.builder.format != "html":
        return
    root = Path(app.outdir)
    course = root / COURSE
    course.unlink(missing_ok=True)
    files = sorted(path for path in root.rglob("*") if path.is_file())
    with zipfile.ZipFile(course, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            name = f"nnteach-course/{path.relative_to(root).as_posix()}"
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, path.read_bytes())


def setup(app):
    app.connect("builder-inited", build_distributions)
    # after everything else that writes into the site
    app.connect("build-finished", write_course, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
