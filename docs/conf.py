"""How Sphinx builds the website: ``make site``."""

import importlib.resources
import os
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import nnteach
from nnteach.displays.palette import BLUE

sys.path.insert(0, str(Path(__file__).parent))  # for gallery_hooks, performance_report
sys.path.insert(0, str(Path(__file__).parent / "extensions"))
from public_address import read_addresses
from site_colors import write_style_sheet

project = "nnteach"
author = copyright = "The nnteach developers"
version = release = nnteach.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "numpydoc",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "sphinxcontrib.bibtex",
    "sphinxext.opengraph",
    # docs/extensions
    "downloads",
    "exercise_pages",
    "film_players",
    "folds",
    "instructor_notes",
    "lesson_cards",
    "lesson_map",
    "lesson_plans",
    "lesson_times",
    "notebooks",
    "objective_table",
    "page_markup",
    "playground_page",
    "predictions",
    "public_address",
    "schedules",
    "search_texts",
    "slides",
    "step_by_step",
    "themed_figures",
    "try_it",
]
site_address, repository_address = read_addresses()
if site_address:  # without one, both would write addresses that lead nowhere
    extensions += ["notfound.extension", "sphinx_sitemap"]
exclude_patterns = [
    "_build",
    "gallery/**/*.py",
    "gallery/**/*.ipynb",
    "performance/*.rst",  # parts that performance.rst includes
    "page_figures/*.rst",
    "made/*.rst",
]
templates_path = ["_templates"]
default_role = "literal"
myst_enable_extensions = ["dollarmath"]
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"
bibtex_reference_style = "author_year"
copybutton_prompt_text = ">>> |... |$ "
copybutton_prompt_is_regexp = True

# -- API reference ---------------------------------------------------------------

toc_object_entries_show_parents = "hide"
autodoc_typehints = "none"  # numpydoc's docstrings name the types
autosummary_generate = True
numpydoc_show_class_members = False  # the template of a class lists its members
# names of other libraries are shown, but not looked up: that would take the network
nitpick_ignore_regex = [("py:.*", r"(matplotlib|numpy|pandas|sklearn|torch)\..*")]

# -- Gallery ---------------------------------------------------------------------

# So many pages run at once, each in a process of its own; joblib gives each process
# its share of the cores, so that torch's threads never outnumber them.
n_cores = len(os.sched_getaffinity(0))
sphinx_gallery_conf = {
    "examples_dirs": "../gallery",
    "gallery_dirs": "gallery",
    "within_subsection_order": "FileNameSortKey",
    "parallel": int(os.environ.get("GALLERY_JOBS") or n_cores),
    "image_scrapers": ("themed_figures.scrape",),
    "reset_modules": ("matplotlib", "gallery_hooks.prepare"),
    "reset_modules_order": "both",
    "ignore_repr_types": r"matplotlib|Display",
    "doc_module": ("nnteach",),
    "backreferences_dir": "gallery/backreferences",
    "inspect_global_variables": True,
    "show_signature": False,
    "min_reported_time": 1e6,  # how long it took here says nothing to a reader
    "write_computation_times": False,  # its table would load scripts from other hosts
    "junit": "../page_times.xml",
}

# -- Downloads -------------------------------------------------------------------

wheel = f"nnteach-{version}-py3-none-any.whl"
sdist = f"nnteach-{version}.tar.gz"
get_library = (
    f"Run ``pip install {site_address}/dist/{wheel}``."
    if site_address
    else f"Download `{wheel} <dist/{wheel}>`__, and run ``pip install {wheel}`` there."
)
report = (
    f"`Report it <{repository_address}/issues>`__, with the page and the sentence."
    if repository_address
    else "Tell whoever gave you this site, with the page and the sentence."
)
rst_epilog = f"""
.. |wheel| replace:: {wheel}
.. |sdist link| replace:: `{sdist} <dist/{sdist}>`__
.. |course link| replace:: `nnteach-course.zip <nnteach-course.zip>`__
.. |get library| replace:: {get_library}
.. |report| replace:: {report}
"""

# -- HTML ------------------------------------------------------------------------

# One file with everything in it: letters are drawn as outlines, so there are no
# fonts to load, and pages opened from disk show mathematics like served ones.
mathjax = importlib.resources.files("sphinx-mathjax-offline") / "static/mathjax"
mathjax_path = "tex-svg-full.js"
mathjax3_config = {"options": {"enableMenu": False}}  # it would ask for more files
MADE = Path(__file__).parent / "_build" / "made"  # by this build, for its pages
write_style_sheet(MADE / "colors.css")
html_static_path = ["_static", str(MADE), str(mathjax / mathjax_path)]
html_css_files = [
    "colors.css",
    "typography.css",
    "buttons.css",
    "figures.css",
    "code.css",
    "folds.css",
    "exercises.css",
    "step_by_step.css",
    "films.css",
    "lesson_map.css",
    "cards.css",
    "estimator.css",
    "start.css",
    "site.css",
    "print.css",
]
html_favicon = "_static/favicon.svg"
html_js_files = ["scroll_boxes.js", "print.js", "exercises.js", "live.js"]
html_theme = "pydata_sphinx_theme"
html_title = "nnteach"
html_copy_source = html_show_sourcelink = False
html_baseurl = f"{site_address}/" if site_address else ""
ogp_site_url = html_baseurl
ogp_social_cards = {"enable": bool(site_address), "line_color": BLUE}
ogp_enable_meta_description = True
notfound_urls_prefix = urlsplit(html_baseurl).path
sitemap_url_scheme = "{link}"
sitemap_excludes = ["404.html", "search.html", "genindex.html"]
ogp_description_length = 300
html_context = {"repository_address": repository_address}
html_theme_options = {
    "logo": {
        "text": "nnteach",
        "alt_text": "",
        "image_light": "_static/logo.svg",
        "image_dark": "_static/logo.svg",
    },
    "navbar_align": "left",
    "primary_sidebar_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["facts"],
    "footer_end": [],
    "show_prev_next": True,
}
html_sidebars = {
    page: []
    for page in (
        "index",
        "install",
        "exercise_sheet",
        "teach/slides/*",
        "playground",
        "teach",
        "performance",
        "notation",
        "glossary",
        "references",
        "changelog",
        "about",
        "404",
    )
}


def drop_foreign_labels(app, what, name, obj, options, lines):
    """Docstrings inherited from scikit-learn refer to its user guide and glossary."""
    for role, text in (("ref", r"\1"), ("term", r"``\1``")):
        pattern = rf":{role}:`(.+?)(?:\s*<.+?>)?`"
        lines[:] = [re.sub(pattern, text, line) for line in lines]


def write_performance_parts(app):
    """Make tables and figures of what ``make benchmark`` has measured."""
    from performance_report import write_parts

    write_parts()


def write_page_figures(app):
    """Train the networks of the start page and the glossary, and draw the figures."""
    from page_figures import write_page_figures

    write_page_figures()


def write_lesson_films(app):
    """Train the networks of the films that are too slow to be trained in a page."""
    from films import write_films

    write_films(MADE)


def setup(app):
    app.connect("autodoc-process-docstring", drop_foreign_labels)
    app.connect("builder-inited", write_performance_parts)
    app.connect("builder-inited", write_page_figures)
    app.connect("builder-inited", write_lesson_films)
