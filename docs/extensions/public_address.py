"""Where the site and its sources are public: ``[project.urls]`` of pyproject.toml.

Both addresses are optional, and have no slash at the end; each is "" where neither
pyproject.toml nor the environment names one: ``SITE_ADDRESS`` and
``REPOSITORY_ADDRESS``, which are also variables of ``make site``.
"""

import os
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def read_addresses(pyproject=PYPROJECT, environment=os.environ):
    """Return the addresses of the site and of the sources, "" for one without."""
    project = tomllib.loads(Path(pyproject).read_text(encoding="utf-8"))["project"]
    urls = {name.lower(): url for name, url in project.get("urls", {}).items()}
    site = environment.get("SITE_ADDRESS") or urls.get("documentation", "")
    sources = environment.get("REPOSITORY_ADDRESS") or urls.get("source", "")
    return site.rstrip("/"), sources.rstrip("/")


def setup(app):
    app.add_config_value("repository_address", "", "html", types=[str])
    return {"parallel_read_safe": True, "parallel_write_safe": True}
