"""The playground in a page: the directive ``playground`` and the scripts that it needs.

Its form comes from the package, and so do the scripts, which only such a page loads.
"""

import shutil
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from nnteach.playground import FRAGMENT, HERE, SCRIPTS, STYLE

FOLDER = "playground"  # below _static
NO_SCRIPT = """\
<noscript><p>The playground needs JavaScript. The <a href="gallery/index.html">lessons
</a> show the same networks in figures.</p></noscript>
"""
START = """
document.querySelectorAll("[data-playground]").forEach((box) => {
  new nnteach.Playground(box, {}, { address: true });
});
"""


class PlaygroundDirective(SphinxDirective):
    """Show the playground, with its state in the page's address."""

    def run(self):
        self.env.note_dependency(str(FRAGMENT))
        form = FRAGMENT.read_text(encoding="utf-8")
        shown = f"{NO_SCRIPT}<div data-playground>\n{form}</div>\n"
        return [nodes.raw("", shown, format="html")]


def copy_scripts(app):
    """Put the scripts and the style where pages find them."""
    folder = Path(app.outdir, "_static", FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*HERE.glob("*.js"), STYLE):
        shutil.copyfile(path, folder / path.name)


def load_scripts(app, pagename, templatename, context, doctree):
    """Let a page with a playground load the scripts and the style."""
    if "data-playground" not in context.get("body", ""):
        return
    app.add_css_file(f"{FOLDER}/{STYLE.name}")
    for path in SCRIPTS:
        app.add_js_file(f"{FOLDER}/{path.name}", priority=600, loading_method="defer")
    app.add_js_file(None, body=START, priority=700, type="module")


def setup(app):
    app.add_directive("playground", PlaygroundDirective)
    app.connect("builder-inited", copy_scripts)
    app.connect("html-page-context", load_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
