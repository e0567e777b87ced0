"""Where the site and its sources are public: ``[project.urls]`` of pyproject.toml.

Both addresses are optional. ``html_baseurl``, Sphinx's own setting, holds the address
of the site and ``repository_url`` that of the sources, without a slash at the end; each
is empty where pyproject.toml names none.
"""

import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def read_addresses(pyproject=PYPROJECT):
    """Return the addresses of the site and of the sources, "" for one without."""
    project = tomllib.loads(Path(pyproject).read_text(encoding="utf-8"))["project"]
    urls = {
        name.lower(): url.rstrip("/") for name, url in project.get("urls", {}).items()
    }
    return urls.get("documentation", ""), urls.get("source", "")


def take_addresses(app, config):
    """Fill in what neither conf.py nor the command line has set."""
    site, sources = read_addresses()
    config.html_baseurl = config.html_baseurl or (f"{site}/" if site else "")
    config.repository_url = config.repository_url or sources


def setup(app):
    app.add_config_value("repository_url", "", "html", types=[str])
    app.connect("config-inited", take_addresses, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
